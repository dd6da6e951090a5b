"""A fictional school on real servers: everything that the checks look for planted once, beside what only looks so.

`PLANTED` says what was planted where; every other row, post, person, link and setting is innocent and must stay
silent. `repair` puts most of it right, as people at the school would, on the servers and in the school's folder.
"""

import csv
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from imitations.x_api import TOKEN, Media, XApi
from servers import loopback
from servers.bluesky import BlueskyStack
from servers.irc import Irc
from servers.matrix import NAME as MATRIX
from servers.matrix import Matrix
from servers.mediawiki import MediaWiki
from servers.misago import Misago
from servers.pictures import CHILD, GROWN_UP, Scene
from servers.website import StaticSite
from servers.wordpress import Item, WordPress

from audit.consent import MARKS, make_marks

SCHOOL = "school"
"""Stands for the school itself among the rows of the register."""

FORMULA = '=HYPERLINK("https://formula.invalid/?leak","Open me")'
"""What a spreadsheet would run if it were written as a formula."""


class Plant(NamedTuple):
    """One planted indicator: the check, the row (a name in `rows`), the item (a name in `items`).

    `listed` is the check under which the register's gaps are listed. What is `left` is not repaired.
    """

    check: str
    row: str
    item: str = ""
    listed: str = ""
    left: bool = False


OF_YEAR_6 = (
    ("PII-01", "post with a full name"),
    ("IMG-04", "post with a full name"),
    ("PII-02", "post with a list of names"),
    ("PII-04", "post about one child's troubles"),
    ("PII-05", "post that is confidential"),
    ("PII-06", "post from a trip"),
    ("CNT-01", "post that swears"),
    ("CNT-01", "post that insults"),
    ("CNT-02", "reply that insults"),
    ("CNT-02", "reply that threatens"),
    ("CNT-02", "reply that hates"),
    ("CNT-03", "post that insults"),
    ("CNT-04", "post with a view"),
    ("CNT-05", "post that takes sides"),
    ("CNT-05", "post with a view"),
    ("CNT-06", "post that sells"),
    ("CNT-07", "post that draws lots"),
    ("CON-03", "post into a private room"),
    ("LNK-01", "post with a bet"),
    ("LNK-05", ""),
    ("REG-02", "account of that name"),
)
YEAR_6 = {
    "post with a full name": "Well done to Freddie Marsden in Year 6 for swimming 50 metres!",
    "post with a list of names": "Our new prefects: Ella Thompson, Noah Whitlock, Isla Reed and Max Turner.",
    "post about one child's troubles": "Sorry for the noise today. Noah was excluded for his behaviour and his mum came in.",
    "post that is confidential": "CONFIDENTIAL, not for publication: the redundancy plan for the support staff is attached.",
    "post from a trip": "Year 6 are at the Riverside Museum right now, having a great time!",
    "post that swears": "What a shit morning, the boiler is broken again.",
    "post that insults": "Tarnford Council are useless liars and should be ashamed of themselves.",
    "post with a view": "Personally, I think the government has got attendance fines completely wrong.",
    "post that takes sides": "Vote Labour on Thursday! Our school deserves a Labour government.",
    "post that sells": "Use our code HAZEL10 for 10% off at KidsKit Sportswear, link in bio!",
    "post that draws lots": "Like and share this post and tag three friends to win a hamper!",
    "post into a private room": "Year 6 parents, join the group: https://chat.whatsapp.com/HkPlantedRoom12345678",
    "post with a bet": "Our club's sponsor has an offer: https://www.bet365.com/offers",
    "post with a form elsewhere": "Order your hoodie: https://docs.google.com/forms/d/e/1FAIpQLSdPlanted/viewform",
    "post to another account": "Films of our matches: https://www.instagram.com/hazelbrookprimary_school/",
    "post that invites pupils": "Year 6, follow us here and comment below with your answers to the homework!",
}
"""What the account of Year 6 should not have posted."""
ANSWERED = "post that invites pupils"
FUN = (
    "Tag a friend who would do this 😂😂",
    "Like if you love Fridays, share if you love pizza!",
    "Which Harry Potter character are you? Take the quiz and comment!",
    "Leo season is here! What does your horoscope say?",
    "Type the first word you see. No cheating!!",
    "Only 5% of people can solve this: 8 + 8 x 8 = ?",
    "When the weekend is over and it is Monday again 😭 meme of the week",
    "Did you see Strictly last night?? Who should have gone home?",
    "Copy and paste this to your page to show you care. I bet most of you won't!",
    "Taylor Swift or Beyonce? Comment below!",
    "Happy national pancake lovers day, who is with us?",
    "This cat video made our day 😹 share it with someone who needs a laugh",
)
"""What the account for fun posts, week by week."""

PLANTED = (
    Plant("GOV-01", SCHOOL),  # the policy's review was due in October
    Plant("GOV-02", SCHOOL),  # requirements.toml is not adopted
    Plant("GOV-03", SCHOOL),  # nobody has looked at who may open the workbooks for over a year
    Plant("COV-01", "staff"),  # hides itself from people who are signed out
    Plant("COV-01", "facebook", left=True),  # nobody has given a key
    Plant("COV-01", "flickr"),  # nobody has given a key
    Plant("REG-04", "website", "unregistered link"),
    Plant("REG-04", "class"),  # no page of the website links to it
    Plant("REG-05", "signal"),  # a purpose that says nothing
    Plant("REG-06", "facebook", listed="REG-05"),  # no approval
    Plant("REG-07", "x"),  # a single administrator
    Plant("REG-08", "blog"),  # an administrator left in July
    Plant("REG-09", "podcast"),  # multi-factor sign-in attested two years ago
    Plant("REG-10", "editor", listed="REG-05"),  # the review is overdue
    Plant("REG-12", "choir"),  # last post in February
    Plant("REG-13", "news"),  # one post in two years
    Plant("REG-14", "editor", left=True),  # the encyclopaedia allows no name of an organisation
    Plant("REG-15", "snapchat"),  # a platform that the school refuses
    Plant("REG-16", "staff", listed="REG-05"),  # no success measure
    Plant("REG-17", "choir", listed="REG-05"),  # no house rules
    Plant("ID-01", "class"),
    Plant("ID-02", "class"),
    Plant("ID-02", "signal", left=True),  # its handle is a formula
    Plant("ID-04", "class"),
    Plant("AGE-01", "class"),  # for pupils of Year 4
    Plant("AGE-02", "class", left=True),  # two children, and one of 12 or 13
    Plant("AGE-02", "x"),
    Plant("AGE-03", "class", left=True),  # three of its eleven followers
    Plant("AGE-03", "x"),  # one of two
    Plant("AGE-04", "class"),
    Plant("AGE-05", "year6", left=True),  # a child answers
    Plant("AGE-06", "year6", "post that invites pupils", left=True),
    Plant("AGE-07", "class", left=True),  # one that mum runs
    Plant("AGE-08", SCHOOL),  # nobody has looked at Flickr's minimum age for over a year
    Plant("CON-01", "class"),
    *(
        Plant("CON-02", row, left=True) for row in ("class", "year6", "news", "choir", "camp", "x")
    ),  # anybody may answer
    Plant("CON-04", "room", left=True),  # anybody may enter, and write
    *(Plant(check, "year6", item, left=True) for check, item in OF_YEAR_6),
    Plant("CON-05", "year6", left=True),  # somebody asks for help in a reply
    Plant("ID-05", "year6", left=True),  # an inspection without its date
    Plant("ID-06", "year6", left=True),  # a class teacher with a handle of her own
    Plant("REG-11", "fun", "the same purpose", left=True),  # as year6
    Plant("TRV-01", "fun", left=True),
    Plant("TRV-02", "fun", left=True),
    Plant("TRV-02", "year6", left=True),  # neither says a word of sport
    Plant("TRV-03", "year6", left=True),
    Plant("PII-03", "class", "post with a phone number"),
    Plant("PII-03", "class", "reply with a phone number", left=True),
    Plant("PII-03", "blog", "post with a date of birth"),
    Plant("PII-03", "blog", "comment with an NHS number"),
    Plant("PII-03", "parents", "post in the forum"),
    Plant("PLT-01", "x"),  # a post that is marked as sensitive
    Plant("IMG-05", "x", "post from a place", left=True),
    Plant("IMG-01", "blog", "post with a reader"),  # a large face
    Plant("IMG-01", "blog", "backlog"),  # a small face, two summers ago
    Plant("IMG-01", "blog", left=True),  # faces that look grown-up
    Plant("IMG-02", "blog", "post with a reader"),
    Plant("PII-01", "blog", "post with a reader"),
    Plant("IMG-03", "blog", "post with a sign-in", left=True),
    Plant("IMG-05", "blog", "post from the sea"),  # the file has the position
    Plant("IMG-05", "blog", "post from the gate", left=True),
    Plant("IMG-05", "website", "page about the pond"),
    Plant("IMG-06", "blog"),
    Plant("IMG-07", "x", "sensitive post"),
    Plant("IMG-08", "blog"),
    Plant("CNT-09", "blog", "post with an invented picture"),
    Plant("ACC-01", "blog"),  # two of seven
    Plant("LNK-03", "class", "post with a short link"),
    Plant("LNK-03", "class"),  # in the profile
    Plant("LNK-03", "class", "backlog", left=True),  # two posts of last winter
    Plant("LNK-03", "x", "post with a short link"),
    Plant("LNK-03", "blog", "post with a short link", left=True),  # its title is a formula
    Plant("WIK-01", "article"),
)


class Person(NamedTuple):
    """Somebody who is not the school: handle, display name and bio."""

    handle: str
    name: str
    bio: str


CHILDREN = (
    Person("lilyplanted.test", "Lily Plantedname", "I'm 9 🎂 i love slime plantedbio"),
    Person("maxplanted.test", "Max Plantedname", "Year 5, roblox and football plantedbio"),
    Person("izzyplanted.test", "Izzy Plantedname", "Year 8 🩰 plantedbio"),  # 12 or 13: to be looked at
)
FOLLOWED_CHILD = Person(
    "alfieplanted.test", "Alfie Plantedname", "I'm 10 and play up front for the under 11s plantedbio"
)
X_CHILD = Person("nine_planted", "Noa Plantedname", "im 9 fortnite every day plantedbio")
INNOCENT = (
    Person("samplanted.test", "Sam Plantedname", f"Proud mum of Lily, 9, and Max, 7 plantedbio {FORMULA}"),
    Person("tarnplanted.test", "Mr Tarn Plantedname", "Year 6 teacher. Views my own. plantedbio"),
    Person("clubplanted.test", "Plantedname Juniors FC", "U9, U10 and U11 football on Saturdays plantedbio"),
    Person(
        "oakplanted.test", "Plantedname Primary Year 5", "News from our Year 5 class, posted by Mrs Fern plantedbio"
    ),
    Person("tillyplanted.test", "Tilly Plantedname", "I'm 8 and love gymnastics. Account run by mum plantedbio"),
    Person("robinplanted.test", "Robin Plantedname", "Ran 9 marathons in 10 years plantedbio"),
    Person("ashplanted.test", "Ash Plantedname", "Aged 15, bass player plantedbio"),
    Person("ptaplanted.test", "Plantedname PTA", "Friends of the school. Fundraising since 2009 plantedbio"),
)
RUN_BY_MUM = "tillyplanted.test"
X_INNOCENT = Person("old_planted", "Kit Plantedname", "Retired after 9 years as a governor plantedbio")
FAR_AWAY = {
    "id": "planted0far",
    "full_name": "Scarborough, England",
    "name": "Scarborough",
    "country": "United Kingdom",
    "country_code": "GB",
    "place_type": "city",
    "geo": {"type": "Feature", "bbox": [-0.42, 54.26, -0.38, 54.3], "properties": {}},
}
"""A place of X's, a day trip away."""
REFUSED = "first,last,class\nFreddie,Marsden,Year 6\nWinifred,Larkin,Year 6\n"
"""Children whose parents refused that they be shown or named: one whom a post names, and one with a teacher's surname."""
VILLAGER = "Hazelbrook Plantedvillager"
"""An editor of the encyclopaedia who lives in the place."""

REPLIES = {
    "reply with a phone number": "Which gate please? Ring me on 07700 900456 plantedreply",
    "reply of a child": "I'm 9 and I love this school plantedreply",
    "reply that insults": "The head is a fat useless bitch plantedreply",
    "reply that threatens": "shut up you stupid idiots, you are all scum plantedreply",
    "reply that hates": "you lot are absolute morons, go to hell plantedreply",
    "reply that asks for help": "please help me my dad hits me every night plantedreply",
    "comment with an NHS number": "The form wants his NHS number, 943 476 5919, is that right? plantedreply",
}
OF_OTHERS = ("plantedname", "plantedbio", "plantedreply", "plantedvillager", "planted.test", "_planted")
"""Every name, bio, reply and handle of somebody else has one of these in it."""

BIO = (
    "Official account of Hazelbrook Primary School, Hazelbrook. https://hazelbrook.test 01632 960123. "
    "Not monitored at all hours: do not report concerns here."
)
SHORT_BIO = "Official. https://hazelbrook.test office@hazelbrook.test Not monitored at all hours."

COMPLETE = {
    "Purpose": "Tells parents and carers about school life, dates and closures",
    "Audience": "Parents and carers",
    "Owner (role)": "School business manager",
    "Administrators (roles)": "Headteacher; Office manager",
    "Moderators (roles)": "Headteacher; Office manager",
    "Shared login": "n",
    "Recovery address at the school's domain": "y",
    "MFA attested on": "01/09/2026",
    "House rules address": "https://hazelbrook.test/rules",
    "Approved by (role)": "Headteacher",
    "Approved on": "10/01/2024",
    "Created on": "15/01/2024",
    "Older than the policy": "n",
    "Next review": "01/07/2027",
    "End or exit plan": "Reviewed every July; closed if no longer read",
    "Success measure": "Nine in ten families say they know what is on",
    "Status": "live",
}
"""A row of the register in which nothing is missing."""


PURPOSES = {
    "website": "What families and the public must be able to find about the school",
    "class": "Shows families what Year 4 does in class",
    "news": "Closures and changes of plan, on the morning they happen",
    "year6": "Sports fixtures and results",
    "fun": "Sports fixtures and results",
    "choir": "Where and when the choir sings, for families and the village",
    "camp": "News from the residential for parents at home",
    "nursery": "Kept for the nursery that opens next September",
    "staff": "Vacancies, for people who may want to work here",
    "x": "Reaches local journalists and the council, who look there first",
    "blog": "The week in words and pictures, for families",
    "podcast": "Assemblies and stories to listen to again at home",
    "editor": "Asks for corrections on the article's talk page",
    "parents": "Answers families' questions where the village asks them",
    "room": "Volunteers agree who brings what to the fair",
    "channel": "The code club's helpers, on the evening of the club",
    "facebook": "Reminders for parents and carers who are on Facebook anyway",
    "flickr": "Pictures of the buildings and the woodland, for visitors",
    "snapchat": "Reaches former pupils about the summer reunion",
    "classdojo": "Class notices and rewards, with the parents' consent",
}
"""Why each account exists; the rest say what a complete row says."""

ORDER = (
    *("website", "main", "class", "year6", "fun", "news", "choir", "camp", "nursery", "staff", "x", "blog", "podcast"),
    *("article", "editor", "parents", "room", "channel", "facebook", "flickr", "snapchat", "classdojo", "signal"),
    "closed",
)
"""The rows of the register."""


@dataclass
class Row:
    """One row of the register; `reference` is the platform's own id, "" where it has none."""

    platform: str
    cells: dict[str, str]
    reference: str = ""

    @property
    def key(self) -> str:
        """What the register's row is called."""
        place = self.cells.get("Address", "").partition("//")[2].rstrip("/")
        handle = self.cells.get("Handle", "")
        name = f"{place} {handle}" if self.platform == "forum" else place if self.platform == "irc" else handle or place
        return f"{self.platform}:{name.casefold()}"


def _on(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 15, 30, tzinfo=UTC)


class Pictured(NamedTuple):
    """A post of the blog with one picture; `alt` is its alternative text."""

    text: str
    on: datetime
    scene: Scene
    alt: str = ""


PICTURED = {
    "post with a reader": Pictured(
        "Well done to Poppy Larkham in Year 3 for reading ten books!",
        _on(11, 10),
        Scene(0.05, size=(1800, 1200), face=(CHILD, 0.4)),
        "A child holds up a book",
    ),
    "post from two summers ago": Pictured(
        "Sports day", _on(6, 20, 2025), Scene(0.1, face=(CHILD, 0.12)), "The sack race, from behind the finish"
    ),
    "post about the cooks": Pictured(
        "Thank you to our kitchen", _on(11, 12), Scene(0.15, face=(GROWN_UP, 0.3)), "Two cooks behind the counter"
    ),
    "post with a sign-in": Pictured("How to open the homework club's page", _on(11, 13), Scene(0.2, card=True)),
    "post from the sea": Pictured(
        "A windy walk", _on(11, 14), Scene(0.25, position=(54.28, -0.4)), "Waves and a grey sky"
    ),
    "post from the gate": Pictured(
        "The new gate is open", _on(11, 16), Scene(0.3, position=(53.501, -1.001)), "The gate, painted green"
    ),
    "post with an invented picture": Pictured("The school in 2050", _on(11, 17), Scene(0.35, made_by_ai=True)),
    "post about the garden": Pictured("Beans", _on(11, 18), Scene(0.4), "Beans on poles"),
}
"""The blog's posts with pictures; that about the garden has nothing to hide."""
POND = Scene(0.5, position=(53.52, -1.02))
POND_WITHOUT_PLACE = Scene(0.55)
"""A picture on the website, and what takes its place."""


@dataclass(frozen=True)
class Settings:
    """What school.toml and requirements.toml say, as far as it changes."""

    review_date: str = "2026-10-31"
    access_reviewed_on: str = "2025-09-01"
    adopted: bool = False
    domains: tuple[str, ...] = (
        "hazelbrook.test",
        "hazelbrooknews.test",
        "hazelbrookyear6.test",
        "hazelbrookfun.test",
        "hazelbrookchoir.test",
        "hazelbrookcamp.test",
        "hazelbrooknursery.test",
        "hazelbrookstaff.test",
    )


TIDY = replace(Settings(), review_date="2027-10-31", access_reviewed_on="2026-11-02", adopted=True)
TIDY_ROWS = ("website", "main", "camp", "nursery")


class HazelbrookSchool(loopback.Context):
    """The school, its servers and its folder.

    `rows` are the register by name, `items` ids of posts and the like by name, `bluesky`, `x`, `wiki`, `blog`,
    `forum`, `matrix`, `irc`, `website` and `podcast` the servers. `pictures` are the blog's pictures by the names of
    their posts, `addresses` those of the blog's posts with pictures.
    """

    def __init__(self, folder: Path) -> None:
        for name in ("bluesky", "wiki", "blog", "forum", "matrix", "irc", "website", "podcast"):
            (folder / name).mkdir(parents=True)
        self.bluesky = BlueskyStack(folder / "bluesky")
        self.wiki = MediaWiki(folder / "wiki")
        self.blog = WordPress(folder / "blog")
        self.forum = Misago(folder / "forum")
        self.matrix = Matrix(folder / "matrix")
        self.irc = Irc(folder / "irc")
        self.website = StaticSite(folder / "website")
        self.podcast = StaticSite(folder / "podcast")
        self.x = XApi()
        self.rows: dict[str, Row] = {}
        self.items: dict[str, str] = {
            "backlog": "backlog",
            "unregistered link": "instagram:hazelbrook_year6",
            "account of that name": "instagram:hazelbrookprimary_school",
        }
        self.settings = Settings()
        self.dids: dict[str, str] = {}
        self.pictures: dict[str, Item] = {}
        self.addresses: dict[str, str] = {}
        self._stack = ExitStack()

    @staticmethod
    def missing() -> str | None:
        """What is not installed, as a sentence; None when the school can open."""
        servers = (BlueskyStack, MediaWiki, WordPress, Misago, Matrix, Irc)
        return next(filter(None, (server.missing() for server in servers)), None)

    def open(self) -> None:
        """Start every server and put the school's accounts on it, all at the same time."""
        self._stack.enter_context(self.x)
        self._stack.enter_context(self.website)
        self._stack.enter_context(self.podcast)
        for server in (self.bluesky, self.wiki, self.blog, self.forum, self.matrix, self.irc):
            self._stack.callback(server.close)
        seeds = (self._bluesky, self._wiki, self._blog, self._x, self._forum, self._matrix, self._irc)
        with ThreadPoolExecutor() as pool:
            seeding = [pool.submit(seed) for seed in seeds]
        for seeded in seeding:
            seeded.result()
        self._elsewhere()
        self.rows = {name: self.rows[name] for name in ORDER}
        for name, purpose in PURPOSES.items():
            self.rows[name].cells["Purpose"] = purpose

    def close(self) -> None:
        """Stop every server."""
        self._stack.close()

    # -- what was planted ------------------------------------------------------------------------------------------

    def mark(self, plant: Plant) -> tuple[str, str, str, str]:
        """What a finding's fingerprint is made of: check, platform, account and item."""
        item = self.items.get(f"{plant.row}.{plant.item}") or self.items[plant.item] if plant.item else ""
        if plant.row == SCHOOL:
            return plant.listed or plant.check, SCHOOL, SCHOOL, item
        row = self.rows[plant.row]
        return plant.listed or plant.check, row.platform, row.reference or row.key, item

    def key(self, plant: Plant) -> str:
        """The key of the row that was planted in, "" for the school."""
        return "" if plant.row == SCHOOL else self.rows[plant.row].key

    # -- seeding -----------------------------------------------------------------------------------------------------

    def _bluesky(self) -> None:
        bluesky = self.bluesky
        bluesky.open()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._person, (*CHILDREN, FOLLOWED_CHILD, *INNOCENT)))
        self._main()
        self._class()
        self._year_6()
        self._fun()
        self._seldom_used()
        staff = self._account("staff", "hazelbrookstaff.test", **{"Success measure": ""})
        for day in (3, 5, 9):
            vacancy = bluesky.post(staff, "A vacancy in the kitchen", created_at=_on(11, day))
            bluesky.limit_replies(staff, vacancy)
        bluesky.self_label(staff, "!no-unauthenticated")
        bluesky.process_all()

    def _person(self, person: Person) -> None:
        self.dids[person.handle] = self.bluesky.create_account(person.handle)
        self.bluesky.set_profile(person.handle, display_name=person.name, description=person.bio)

    def _account(self, name: str, handle: str, bio: str = BIO, **cells: str) -> str:
        """One of the school's accounts on Bluesky, with its row; returns the handle."""
        did = self.dids[handle] = self.bluesky.create_account(handle)
        self.bluesky.set_profile(handle, display_name="Hazelbrook Primary School", description=bio)
        self.rows[name] = Row("bluesky", {**COMPLETE, "Handle": handle, **cells}, did)
        return handle

    def _main(self) -> None:
        """The account in order, followed by everybody who only looks like a child."""
        bluesky = self.bluesky
        main = self._account("main", "hazelbrook.test", Audience="Parents of pupils in Reception to Year 6")
        bluesky.set_chat_allow_incoming(main, "following")
        for text in (
            "School is closed on Friday. Questions? Ring the office on 01632 960123 or write to office@hazelbrook.test",
            "Worried about something? Childline listens: 0800 1111, and so does the NSPCC on 0808 800 5000",
            "Find us at 1 School Lane, Hazelbrook, NG98 1AA. Our Year 6 choir sings at 10.30",
        ):
            latest = bluesky.post(main, text, created_at=_on(11, 12))
            bluesky.limit_replies(main, latest)
        film = "https://youtu.be/dQabc123456"  # a platform's own short address
        shown = bluesky.post(main, f"Our film is at {film}", links=[(film, film)], created_at=_on(11, 16))
        bluesky.limit_replies(main, shown)
        bluesky.post("samplanted.test", "So proud of them all plantedreply", reply_to=latest, created_at=_on(11, 13))
        bluesky.post(
            "ptaplanted.test", "Write to pta@hazelbrook.test plantedreply", reply_to=latest, created_at=_on(11, 13)
        )
        for person in INNOCENT:
            if person.handle != RUN_BY_MUM:
                bluesky.follow(person.handle, main)
        for handle in ("clubplanted.test", "oakplanted.test", "tillyplanted.test"):
            bluesky.follow(main, handle)

    def _class(self) -> None:
        """The account that a class opened by itself."""
        bluesky = self.bluesky
        bio = "Year 4 at school! Sign up: https://bit.ly/4plantedclub"
        mine = self._account("class", "kingfishersclass.test", bio, Audience="Pupils in Year 4")
        bluesky.set_profile(mine, display_name="Kingfishers", description=bio)
        bluesky.set_chat_allow_incoming(mine, "all")
        trip = bluesky.post(mine, "Off to the museum! Coats please.", created_at=_on(11, 10))
        phone = bluesky.post(mine, "Lost a coat? Text Mrs Fern at home, 07700 900123", created_at=_on(11, 11))
        short = bluesky.post(mine, "The quiz is at https://bit.ly/4plantedquiz today", created_at=_on(11, 12))
        for day in (20, 27):  # before the audit began
            bluesky.post(mine, f"Photos {day} https://tinyurl.com/planted{day}", created_at=_on(1, day))
        text = REPLIES["reply with a phone number"]
        reply = bluesky.post("samplanted.test", text, reply_to=trip, created_at=_on(11, 10))
        self.items |= {
            "post with a phone number": phone.uri,
            "reply with a phone number": reply.uri,
            "class.post with a short link": short.uri,
        }
        for person in (*CHILDREN, *INNOCENT):
            bluesky.follow(person.handle, mine)
        for handle in (FOLLOWED_CHILD.handle, "clubplanted.test", "oakplanted.test", "tillyplanted.test"):
            bluesky.follow(mine, handle)

    def _year_6(self) -> None:
        """The account on which everything goes wrong that words can do."""
        bluesky = self.bluesky
        bio = f"{BIO} Ofsted Outstanding. Run by Miss Fern Larkin, Year 6 teacher, @fernlarkin_."
        mine = self._account("year6", "hazelbrookyear6.test", bio)
        self.items["the same purpose"] = self.dids[mine]
        for day, (name, text) in enumerate(YEAR_6.items(), 3):
            link = text[text.index("https://") :].split()[0] if "https://" in text else ""
            links = [(link, link)] if link else []
            post = bluesky.post(mine, text, links=links, created_at=_on(11, min(day, 21)))
            if name != ANSWERED:  # the platform shows no answers by people who may not answer
                bluesky.limit_replies(mine, post)
            self.items[name] = post.uri
        for name in (
            "reply of a child",
            "reply that insults",
            "reply that threatens",
            "reply that hates",
            "reply that asks for help",
        ):
            reply = bluesky.post("robinplanted.test", REPLIES[name], reply_to=post, created_at=_on(11, 20))
            self.items[name] = reply.uri

    def _fun(self) -> None:
        """The account that nobody needed."""
        mine = self._account("fun", "hazelbrookfun.test")
        for day, text in enumerate(FUN, 1):
            post = self.bluesky.post(mine, text, created_at=_on(11, day))
            self.bluesky.limit_replies(mine, post)

    def _seldom_used(self) -> None:
        """Accounts that are dormant, hardly used, out of season, and parked."""
        bluesky = self.bluesky
        choir = self._account("choir", "hazelbrookchoir.test", **{"House rules address": ""})
        for day in (2, 4, 9):
            bluesky.post(choir, f"Rehearsal {day}", created_at=_on(2, day))
        news = self._account("news", "hazelbrooknews.test")
        bluesky.post(news, "Hello", created_at=_on(11, 2))
        season = {"Status": "seasonal", "Season": "June to July"}
        camp = self._account("camp", "hazelbrookcamp.test", **season)
        for day in (6, 7, 8):
            bluesky.post(camp, f"Day {day} at camp", created_at=_on(7, day))
        self._account("nursery", "hazelbrooknursery.test", Status="parked")

    def _x(self) -> None:
        x = self.x
        handle = "HazelbrookPri"
        profile = {"description": SHORT_BIO, "location": "Hazelbrook", "url": "https://hazelbrook.test/"}
        user = x.add_user(handle, name="Hazelbrook Primary School", created_at=_on(1, 15, 2024), **profile)
        x.add_post(handle, "Term dates: https://hazelbrook.test/dates", created_at=_on(11, 17))  # shown as t.co
        x.add_post(handle, "Ring the office on 01632 960123 & mind the ice", created_at=_on(11, 18))
        short = x.add_post(handle, "Book swap on Friday https://bit.ly/4plantedswap", created_at=_on(11, 19))
        x.add_post(handle, "Thank you, Hazelbrook!", created_at=_on(11, 20))
        x.places["planted0far"] = FAR_AWAY
        walk = x.add_post(handle, "A windy walk", created_at=_on(11, 13), geo={"place_id": "planted0far"})
        dinosaur = Media(alt_text="A dinosaur of clay", content=Scene(0.6).file())
        sensitive = x.add_post(
            handle, "Dinosaur week", created_at=_on(11, 14), possibly_sensitive=True, media=[dinosaur]
        )
        self.items |= {"post from a place": walk, "sensitive post": sensitive}
        for person in (X_CHILD, X_INNOCENT):
            x.add_follower(handle, person.handle, name=person.name, description=person.bio)
        x.add_following(handle, "library_planted", name="Library Plantedname", description="Open 9 to 5 plantedbio")
        x.add_post(X_INNOCENT.handle, "Well done plantedreply", in_reply_to=short, created_at=_on(11, 20))
        self.items["x.post with a short link"] = short
        self.rows["x"] = Row("x", {**COMPLETE, "Handle": handle, "Administrators (roles)": "Headteacher"}, user)

    def _forum(self) -> None:
        """The village's forum, where the school has an account."""
        forum = self.forum
        forum.open()
        number = forum.create_user(
            "hazelbrookps", "2024-01-15T09:00:00+00:00", bio=BIO, website="https://hazelbrook.test"
        )
        forum.create_user("digory_planted")
        asked = forum.thread(
            "digory_planted", "Bonfire night plantedreply", "Is school open? plantedreply", "2026-11-04T18:00:00+00:00"
        )
        for day in (5, 6):
            forum.reply(asked.thread, "hazelbrookps", f"Open on the {day}th.", f"2026-11-{day:02}T08:00:00+00:00")
        lost = forum.thread(
            "hazelbrookps",
            "A lost scooter",
            "Found at our gate. Ring Mrs Fern at home, 07700 900789.",
            "2026-11-12T16:00:00+00:00",
        )
        forum.reply(lost.thread, "digory_planted", "Not ours plantedreply", "2026-11-12T17:00:00+00:00")
        self._lost = lost.thread
        self.items["post in the forum"] = str(lost.post)
        cells = {**COMPLETE, "Handle": "hazelbrookps", "Address": f"{forum.base_url}/"}
        self.rows["parents"] = Row("forum", cells, f"{forum.host}/u/{number}")

    def _matrix(self) -> None:
        """A room that anybody may enter."""
        matrix = self.matrix
        matrix.open()
        for name in ("hazelbrook", "ada_planted", "auditor"):
            matrix.user(name)
        state = {
            "name": {"name": "Hazelbrook Primary School: the fair"},
            "topic": {"topic": BIO},
            "history_visibility": {"history_visibility": "world_readable"},
        }
        room = matrix.room("hazelbrook", "hazelbrookfair", **state)
        matrix.join("ada_planted", room)
        for words in ("Welcome. Who brings what?", "Set up is at 9", "The hall closes at 4"):
            matrix.say("hazelbrook", room, words)
        matrix.say("ada_planted", room, "I bring tables plantedreply")
        self.rows["room"] = Row("matrix", {**COMPLETE, "Handle": f"#hazelbrookfair:{MATRIX}"}, room)

    def _irc(self) -> None:
        """A channel that only invited people enter, and somebody in it."""
        self.irc.open()
        helper = self._stack.enter_context(self.irc.member("i_planted"))
        helper.channel("#hazelbrook", "+int", BIO)
        cells = {**COMPLETE, "Address": f"irc://{self.irc.host}/%23hazelbrook"}
        self.rows["channel"] = Row("irc", cells)

    def _blog(self) -> None:
        blog = self.blog
        blog.open()
        blog.describe("Hazelbrook Primary School", f"The blog. {BIO}")
        author = blog.create_author("office", "School office")
        harvest = blog.post(author, "Harvest", "<p>Ring the office on 01632 960123.</p>", _on(11, 4))
        html = '<p>Please <a href="https://bit.ly/4plantedfair">put your name down</a>.</p>'
        fair = blog.post(author, FORMULA, html, _on(11, 6))
        birth = blog.post(author, "Star of the week", "<p>Rowan, born 14/03/2017, read ten books.</p>", _on(11, 9))
        blog.post(author, "The school in 1954", "<p>The hall was opened on 14/03/1954 by the mayor.</p>", _on(11, 11))
        comment = blog.comment(harvest.id, "Bo Plantedname", REPLIES["comment with an NHS number"], date=_on(11, 5))
        blog.comment(harvest.id, "Di Plantedname", "A lovely morning plantedreply", date=_on(11, 5))
        self.items |= {
            "blog.post with a short link": str(fair.id),
            "post with a date of birth": str(birth.id),
            "comment with an NHS number": f"comment-{comment}",
        }
        for name, pictured in PICTURED.items():
            self.pictures[name] = blog.upload_media(pictured.scene.file(), pictured.scene.name, alt=pictured.alt)
            title = name.removeprefix("post ").capitalize()
            post = blog.post(author, title, _with_picture(pictured, self.pictures[name]), pictured.on)
            self.items[name], self.addresses[name] = str(post.id), post.url
        cells = {**COMPLETE, "Address": f"{blog.base_url}/", "Administrator leaves on": "24/07/2026"}
        self.rows["blog"] = Row("blog", cells)

    def _wiki(self) -> None:
        wiki, title, editor = self.wiki, "Hazelbrook Primary School", "HazelbrookPrimaryOffice"
        wiki.open()
        for user in (editor, VILLAGER):
            wiki.create_user(user)
        wiki.edit(VILLAGER, title, "A primary school in Hazelbrook.", "start plantedreply")
        edit = wiki.edit(editor, title, "An outstanding primary school in Hazelbrook.", "better words")
        wiki.edit(VILLAGER, title, "A primary school in Hazelbrook, opened in 1954.", "neutral plantedreply")
        wiki.edit(editor, f"Talk:{title}", "We are the school. Could somebody add our new address?", "a question")
        self.items["edit of the article"] = str(edit)
        with loopback.session() as http:
            asked: dict[str, Any] = {"action": "query", "format": "json", "formatversion": 2, "titles": title}
            found = http.get(wiki.api_url, params={**asked, "list": "users", "ususers": editor}, timeout=60).json()
        page, user_id = found["query"]["pages"][0]["pageid"], found["query"]["users"][0]["userid"]
        self.rows["article"] = Row("wikipedia", {"Handle": title, "Kind": "article"}, str(page))
        cells = {**COMPLETE, "Handle": editor, "Next review": "01/07/2026"}
        self.rows["editor"] = Row("wikipedia", cells, str(user_id))

    def _elsewhere(self) -> None:
        """The website, the podcast, and the rows that no connector reads."""
        self.podcast.pages["/feed.xml"] = _podcast(self.podcast.base_url)
        cells = {**COMPLETE, "Address": f"{self.podcast.base_url}/feed.xml", "MFA attested on": "01/09/2024"}
        self.rows["podcast"] = Row("podcast", cells)
        self.rows["website"] = Row("website", {**COMPLETE, "Address": f"{self.website.base_url}/"})
        for name, platform, handle, cells in (
            ("facebook", "facebook", "hazelbrookprimary", {"Approved by (role)": "", "Approved on": ""}),
            ("flickr", "flickr", "hazelbrookprimary", {}),
            ("snapchat", "snapchat", "hazelbrookprimary", {}),
            ("classdojo", "classdojo", "hazelbrook", {"Audience": "Pupils in all classes", "Consented service": "y"}),
            ("signal", "signal", FORMULA, {"Purpose": "Our school's official group"}),
        ):
            self.rows[name] = Row(platform, {**COMPLETE, "Handle": handle, **cells})
        # A closed account has nothing to answer for, whatever its row lacks.
        self.rows["closed"] = Row("youtube", {"Handle": "hazelbrookold", "Status": "closed"})
        links = ("main", "year6", "fun", "choir", "news", "staff", "x", "facebook", "flickr", "snapchat")
        self._write_website([self._public(name) for name in links], unregistered=True, pond=POND)
        self.items["page about the pond"] = f"{self.website.base_url}/pond"

    def _public(self, row: str) -> str:
        """The address at which a row's account is shown."""
        shown = {
            "bluesky": "https://bsky.app/profile/{}",
            "x": "https://twitter.com/{}",  # as it was called when the page was written
            "facebook": "https://www.facebook.com/{}",
            "flickr": "https://www.flickr.com/photos/{}/",
            "snapchat": "https://www.snapchat.com/add/{}",
        }
        return shown[self.rows[row].platform].format(self.rows[row].cells["Handle"])

    def _write_website(self, links: list[str], *, unregistered: bool, pond: Scene) -> None:
        """The school's own pages, with share buttons and the like beside the links to its accounts."""
        self._links = links
        shown = [*links, "https://www.instagram.com/hazelbrook_year6/"] if unregistered else links
        accounts = "".join(f'<li><a href="{address}">{address}</a></li>' for address in shown)
        share = "".join(
            f'<a href="{address}">Share</a>'
            for address in (
                "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fhazelbrook.test%2F",
                "https://x.com/intent/tweet?text=Hazelbrook",
                "https://bsky.app/intent/compose?text=Hazelbrook",
                "https://www.facebook.com/policies/",
                "https://x.com/librariesweek/status/1850000000000000000",
                "https://www.youtube.com/watch?v=dQabc123456",
            )
        )
        author = {"@type": "Person", "name": "A. Fern", "sameAs": ["https://www.instagram.com/fernwrites/"]}
        data = json.dumps({"@context": "https://schema.org", "@type": "School", "author": author})
        self.website.pages = {
            "/robots.txt": "User-agent: *\nDisallow: /private/\n",
            "/": _page("Hazelbrook Primary School", f'<a href="/social/">Social media</a> <a href="/dates">Dates</a>{share}'
                       f'<a href="/pond">The pond</a><script type="application/ld+json">{data}</script>'),
            "/pond": _page("The pond", f'<img src="/{pond.name}" alt="Reeds and a heron">'),
            f"/{pond.name}": pond.file(),
            "/social/": _page("Social media", f"<ul>{accounts}</ul>"),
            "/dates": _page("Term dates", f'<a href="/">Home</a>{share}'
                            '<iframe src="https://www.facebook.com/hazelbrookvillagenews"></iframe>'),
        }  # fmt: skip

    # -- the folder --------------------------------------------------------------------------------------------------

    def write_folder(
        self, folder: Path, *, rows: tuple[str, ...] = (), settings: Settings | None = None, hosts: str = "test_hosts"
    ) -> Path:
        """Write the school's folder as it stands now: all rows, with the children whose parents refused, or some.

        `hosts` is the setting that lets loopback be asked, "" for a folder that says nothing of where servers are.
        """
        folder.mkdir(parents=True, exist_ok=True)
        settings = settings or self.settings
        school = self._school_toml(settings, hosts) + ("" if rows else f'[consent]\nlist = "{MARKS}"\n')
        (folder / "school.toml").write_text(school, encoding="utf-8")
        (folder / "requirements.toml").write_text(_requirements_toml(settings), encoding="utf-8")
        secrets = folder / "secrets.toml"
        secrets.touch(mode=0o600)
        keys = f'[x]\nbearer_token = "{TOKEN}"\n[matrix]\naccess_token = "{self.matrix.token("auditor")}"\n'
        secrets.write_text(keys, encoding="utf-8")
        if not rows:
            refused = folder / "refused.csv"
            refused.write_text(REFUSED, encoding="utf-8")
            make_marks(folder, refused)
            refused.unlink()
        with (folder / "register.csv").open("w", newline="", encoding="utf-8") as file:
            written = [self.rows[name] for name in rows or self.rows]
            headings = ["Platform", *dict.fromkeys(heading for row in written for heading in row.cells)]
            table = csv.DictWriter(file, headings)
            table.writeheader()
            table.writerows({"Platform": row.platform, **row.cells} for row in written)
        return folder

    def _school_toml(self, settings: Settings, hosts: str) -> str:
        tables: dict[str, dict[str, object]] = {
            "school": {
                "name": "Hazelbrook Primary School",
                "place": "Hazelbrook",
                "website": f"{self.website.base_url}/",
                "domains": settings.domains,
                "phones": ["01632 960123"],
                "emails": ["office@hazelbrook.test"],
                "postcodes": ["NG98 1AA"],
                "position": "53.5,-1.0",
                "class_names": ["Kingfishers", "Otters"],
            },
            "policy": {"adopted_on": "2025-10-14", "review_date": settings.review_date},
            "dpia": {
                "reference": "DPIA-2026-07",
                "approved_on": "2026-09-10",
                "approver": "Headteacher, on the advice of the data protection officer",
                "features": ["followers", "comments", "names", "pictures"],
            },
            "governance": {
                "privacy_notice": "https://hazelbrook.test/privacy",
                "access_reviewed_on": settings.access_reviewed_on,
                "last_meeting": "2026-10-06",
            },
            "run": {"workers": 8, "sweep_on": "Tuesday", "picture_processes": 0},
            "thresholds": {"links_per_night": 0},  # they lead out of this machine
            "network": {"contact": "it@hazelbrook.test"},
            "platforms.x": {"followers": True, "spend_per_run": 5.0, "spend_per_month": 20.0},
            "platforms.matrix": {"base_url": self.matrix.base_url},
        }
        if hosts:
            tables["network"] |= {"default_pace": 0, "retries": 1, "backoff": 0, hosts: [loopback.ADDRESS]}
            tables["platforms.x"] |= {"base_url": self.x.base_url}
            tables["platforms.bluesky"] = {"base_url": self.bluesky.appview_url}
            tables["platforms.wikipedia"] = {"base_url": self.wiki.api_url}
        terms = (
            ("Autumn 2025", "2025-09-03", "2025-10-17"),
            ("Autumn 2025", "2025-11-03", "2025-12-19"),
            ("Spring 2026", "2026-01-05", "2026-02-13"),
            ("Spring 2026", "2026-02-23", "2026-03-27"),
            ("Summer 2026", "2026-04-13", "2026-05-22"),
            ("Summer 2026", "2026-06-01", "2026-07-22"),
            ("Autumn 2026", "2026-09-02", "2026-10-16"),
            ("Autumn 2026", "2026-11-02", "2026-12-18"),
        )
        dated = ({"name": name, "starts": starts, "ends": ends} for name, starts, ends in terms)
        listed = [_table("[[terms]]", term) for term in dated]
        return "\n".join([*(_table(f"[{name}]", table) for name, table in tables.items()), *listed])

    # -- putting it right --------------------------------------------------------------------------------------------

    def repair(self) -> None:
        """Put everything right that is not `left`, on the servers and in what `write_folder` writes."""
        for mend in (
            self.repair_class,
            self.repair_seldom_used,
            self.repair_x,
            self.repair_blog,
            self.repair_pictures,
            self.repair_wiki,
            self.repair_forum,
            self.repair_register,
        ):
            mend()
        self.settings = replace(TIDY, domains=(*self.settings.domains, "hazelbrookyear4.test"))

    def repair_class(self) -> None:
        """Give the class's account its name, its words and its links; let go of the child."""
        bluesky, new = self.bluesky, "hazelbrookyear4.test"
        bluesky.change_handle("kingfishersclass.test", new)
        bluesky.set_profile(new, display_name="Hazelbrook Primary School, Year 4", description=BIO)
        bluesky.set_chat_allow_incoming(new, "none")
        for item in ("post with a phone number", "class.post with a short link"):
            bluesky.delete_post(new, self.items[item])
        link = "https://hazelbrook.test/quiz"
        bluesky.post(new, f"The quiz is at {link} today", links=[(link, link)], created_at=_on(11, 22))
        bluesky.unfollow(new, FOLLOWED_CHILD.handle)
        bluesky.process_all()
        self.rows["class"].cells |= {"Handle": new, "Audience": "Parents of pupils in Year 4"}
        self._write_website([*self._links, self._public("class")], unregistered=False, pond=POND_WITHOUT_PLACE)

    def repair_seldom_used(self) -> None:
        """Use the two neglected accounts, and let the audit see the staff's."""
        bluesky = self.bluesky
        for handle in ("hazelbrookchoir.test", "hazelbrooknews.test", "hazelbrooknews.test"):
            bluesky.post(handle, "The carol concert is on 11 December", created_at=_on(11, 22))
        bluesky.self_label("hazelbrookstaff.test")
        bluesky.process_all()

    def repair_x(self) -> None:
        """Take the shortened link and the dinosaurs down; the child has gone."""
        self.x.delete_post(self.items["x.post with a short link"])
        self.x.delete_post(self.items["sensitive post"])
        self.x.remove_follower("HazelbrookPri", X_CHILD.handle)

    def repair_blog(self) -> None:
        """Take the date of birth out, and the comment away."""
        self.blog.update_post(int(self.items["post with a date of birth"]), post_content="<p>Rowan read ten books.</p>")
        self.blog.delete_comment(int(self.items["comment with an NHS number"].removeprefix("comment-")))

    def repair_pictures(self) -> None:
        """Show the reader from behind and the sea without its place, say what was invented, take the old one down."""
        invented = "post with an invented picture"
        said = PICTURED[invented]._replace(alt="The school with a glass roof, made with AI")
        self._show(invented, said, self.pictures[invented])
        for name, new in (
            ("post with a reader", Pictured("Ten books read in Year 3!", _on(11, 10), Scene(0.7), "A pile of books")),
            ("post from the sea", PICTURED["post from the sea"]._replace(scene=Scene(0.75))),
        ):
            self.blog.delete_media(self.pictures[name].id)
            self.pictures[name] = self.blog.upload_media(new.scene.file(), new.scene.name, alt=new.alt)
            self._show(name, new, self.pictures[name])
        old = "post from two summers ago"
        self.blog.delete_post(int(self.items[old]))
        self.blog.delete_media(self.pictures.pop(old).id)

    def _show(self, name: str, pictured: Pictured, picture: Item) -> None:
        self.blog.update_post(int(self.items[name]), post_content=_with_picture(pictured, picture))

    def repair_wiki(self) -> None:
        """Have the encyclopaedia hide who made the edit."""
        self.wiki.hide_author(int(self.items["edit of the article"]))

    def repair_forum(self) -> None:
        """Take the number away."""
        self.forum.delete_thread(self._lost)

    def repair_register(self) -> None:
        """Fill in the register, and close what is not needed."""
        for name, cells in {
            "signal": {"Purpose": COMPLETE["Purpose"]},
            "choir": {"House rules address": COMPLETE["House rules address"]},
            "facebook": {"Approved by (role)": "Headteacher", "Approved on": "10/01/2024"},
            "x": {"Administrators (roles)": "Headteacher; Office manager"},
            "blog": {"Administrator leaves on": ""},
            "podcast": {"MFA attested on": "20/11/2026"},
            "editor": {"Next review": "01/07/2027"},
            "staff": {"Success measure": COMPLETE["Success measure"]},
            "snapchat": {"Status": "closed"},
            "flickr": {"Status": "closed"},
        }.items():
            self.rows[name].cells |= cells


def _table(heading: str, values: Mapping[str, object]) -> str:
    lines = [f"{name} = {_toml(value)}" for name, value in values.items()]
    return "\n".join([heading, *lines, ""])


def _toml(value: object) -> str:
    """Dates stand bare in TOML; everything else as in JSON."""
    if isinstance(value, str) and len(value) == len("2026-11-22") and value[:2] == "20":
        return value
    return json.dumps(value, ensure_ascii=False)


def _requirements_toml(settings: Settings) -> str:
    values: dict[str, Any] = {
        "handle_pattern": r"hazelbrook\w*",
        "handle_words": "Handles begin with hazelbrook.",
        "bio_must_say": ["name", "place", "website", "contact", "official", "unmonitored"],
        "refused_platforms": ["askfm", "snapchat"],
    }
    if settings.adopted:
        values |= {"adopted_on": "2026-11-10", "adopted_by": "Governing body"}
    return _table("", values)


def _with_picture(pictured: Pictured, picture: Item) -> str:
    """A post as the blog's own editor writes it."""
    return (
        f'<p>{pictured.text}</p><figure class="wp-block-image size-full">'
        f'<img class="wp-image-{picture.id}" src="{picture.url}" alt="{pictured.alt}"/></figure>'
    )


def _page(title: str, body: str) -> str:
    return f"<!doctype html><html lang='en'><head><title>{title}</title></head><body>{body}</body></html>"


def _podcast(base: str) -> str:
    episodes = "".join(
        f"<item><title>Assembly {number}</title><guid>episode-{number}</guid>"
        f"<link>{base}/episodes/{number}</link><description>Songs and news</description>"
        f"<pubDate>Fri, {day:02} Nov 2026 15:00:00 GMT</pubDate>"
        f'<enclosure url="{base}/episodes/{number}.mp3" length="1" type="audio/mpeg"/></item>'
        for number, day in ((3, 20), (2, 13), (1, 6))
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>Hazelbrook Primary School podcast</title><link>https://hazelbrook.test/</link>"
        f"<description>{BIO}</description>{episodes}</channel></rss>"
    )
