"""What nobody but the safeguarding lead may see, looked for in every part of the finished files."""

import html
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import connectors
from audit.answers.event import Answers, Event, Kind, Orphan
from audit.config import load
from audit.ledger import Ledger
from audit.night import run_night
from audit.publish import BUILDERS
from audit.reporting import build
from connectors.http import Http
from connectors.snapshot import COMMENTS, PEOPLE, POSTS, Profile, Resource, Settings, Snapshot, complete, frame
from output.answers import COMMENT, UNTIL
from output.notice import notice
from output.save import save

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
BIOS = (
    "I'm 9 and I collect axolotls zorbfizz",
    "Year 4 at Wimplethorne, trampolining every Tuesday quokkajump",
    "im 11 my bestie is @grizzlewhisk_ snap: zorbfizzy",
    "age 8, acc run by nobody glimmerpuff",
    "Year 8, goalkeeper for Snaggleford Otters",
    "Proud mum of Zephyrine, 9, and Barnabix, 7",
)
FIRST_NAMES = ("Zephyrine", "Quillon", "Ottilinde", "Barnabix", "Fennimore", "Marisolde")
SURNAMES = ("Quillfeather", "Snodgrassel", "Thistlewhip", "Umberfold", "Vandersnoot", "Wobbleton")
COMMENTED = (
    "I'm 9 and I luuuv plorkball, add me on snap zorbfizzy",
    "Ring Thistlewhipper's nan on 07700 900456",
    "Mrs Crumbledook is a useless idiot and everybody hates her",
    "please help me my dad Grumblethwaite hits me and I am scared",
)
POSTED = (
    "Well done to Ella Thornley and Noah Prentice in Year 4, who won the cup!",
    "Ring Ella's mum Flumperdink on 07700 900123",
    "Happy 7th birthday to Persephone Dribblewick, who lives at 12 Gubbins Lane NG98 1AA",
)
OF_PUPILS = (
    "Noah", "Prentice", "Ella", "Thornley", "Flumperdink", "Persephone", "Dribblewick", "Gubbins",
    "900123",
)  # fmt: skip
"""What the school's own posts say of children and their families."""

TYPED = "Zebbledorp in Year 4, told his mum Grizzelda"
"""What the safeguarding lead typed into the workbook that is hers alone."""


def person(number):
    """Somebody who follows the account, and is not of the school."""
    first, last = FIRST_NAMES[number % 6], SURNAMES[number % 6]
    return {
        "id": f"did:plc:{last.casefold()}{number}xx",
        "handle": f"{first.casefold()}.{last.casefold()}{number}.example",
        "name": f"{first} {last}",
        "bio": BIOS[number % 6],
        "address": f"https://bsky.app/profile/did:plc:{last.casefold()}{number}xx",
    }


PEOPLE_PLANTED = [person(number) for number in range(6)]


def by_the_lead(mark, number):
    """What the safeguarding lead typed about one line: a comment, and once something that is no date."""
    one = Event(mark, COMMENT.key, "safeguarding", TYPED, TYPED, Kind.TYPED, "safeguarding", TYPED, NOW, NOW.date())
    unclear = replace(one, field=UNTIL.key, scope="", value=None, kind=Kind.UNCLEAR)
    return [replace(event, number=2 * number + n) for n, event in enumerate((one, unclear), 1)]


def fragments(*texts):
    """The words of four letters or more, and longer numbers, of which texts are made."""
    return {word.casefold() for words in texts for word in re.findall(r"[^\W_]{4,}", words)}


def everything(path):
    """All parts of a workbook in one text: every sheet, hidden or not, links, comments, properties, names of parts."""
    with zipfile.ZipFile(path) as archive:
        parts = [name + "\n" + archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return html.unescape("\n".join(parts)).casefold()


def told(words, content):
    """Which of the words a text tells; short ones count as whole words only."""
    whole = set(re.findall(r"[^\W_]+", content))
    return sorted(word for word in words if word in whole or (len(word) > 5 and word in content))


class Crowd:
    """A platform on which the school names children, and children, families and strangers follow and answer."""

    RESOURCES = frozenset(
        {Resource.PROFILE, Resource.SETTINGS, Resource.POSTS, Resource.COMMENTS, Resource.FOLLOWERS, Resource.FOLLOWING}
    )

    def collect(self, account, plan, http):
        posts = [
            {"id": f"at://p{n}", "address": f"https://bsky.app/p{n}", "kind": "post", "text": text, "created": NOW}
            for n, text in enumerate(POSTED)
        ]
        comments = [
            {"id": f"at://c{n}", "post_id": "at://p0", "address": f"https://bsky.app/c{n}"}
            | {"author_id": author["id"], "text": text, "created": NOW, "ours": False}
            for n, (text, author) in enumerate(zip(COMMENTED, PEOPLE_PLANTED, strict=False))
        ]
        return Snapshot(
            account,
            NOW,
            dict.fromkeys(self.RESOURCES, complete(1)),
            Profile("did:plc:a", account.handle, account.address, name="Hazelbrook", bio="School"),
            Settings("nobody"),
            posts=frame(POSTS, posts),
            comments=frame(COMMENTS, comments),
            followers=frame(PEOPLE, PEOPLE_PLANTED),
            following=frame(PEOPLE, PEOPLE_PLANTED[:2]),
        )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What a night with them in it wrote, by its readers."""
    folder = tmp_path_factory.mktemp("hazelbrook")
    (folder / "school.toml").write_text(
        "[school]\nname = 'Hazelbrook Primary School'\n[dpia]\nreference = 'D'\n"
        "features = ['followers', 'comments', 'names']\n[thresholds]\nlinks_per_night = 0\n"
    )
    (folder / "register.csv").write_text("Platform,Handle\nbluesky,hazelbrook.example\n")
    configuration, ledger = load(folder, {}), Ledger.at(folder / "audit.db")
    http = Http(configuration.network)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connectors.CONNECTORS, "bluesky", Crowd())
        try:
            done = run_night(configuration, ledger, http, now=NOW, on=NOW.date())
            marks = [line.mark for line in build(configuration, done, "0.0.1").safeguarding.lines]
            typed = Answers(tuple(event for number, mark in enumerate(marks) for event in by_the_lead(mark, number)))
            orphan = Orphan("safeguarding", "safeguarding.xlsx", "To review", "row 40", TYPED, NOW.date())
            report = build(configuration, done, "0.0.1", answers=typed, orphans=[orphan])
        finally:
            http.close()
            ledger.close()
    books = {
        kind: everything(save(builder(report), folder / f"{kind}.xlsx", moment=report.head.finished))
        for kind, builder in BUILDERS.items()
    }
    record = json.dumps(report.record, ensure_ascii=False).casefold()
    return books | {"run.json": record, "notice": notice(report).casefold()}


@pytest.fixture(scope="module")
def ordinary():
    """Words that the product itself uses: in its policy data and in its own sentences."""
    data = [ROOT / "checks" / "data" / f"{name}.toml" for name in ("policy", "platforms", "fixes")]
    code = [path for floor in ("audit", "output") for path in (ROOT / floor).rglob("*.py")]
    return fragments(*(path.read_text(encoding="utf-8") for path in (*data, *code, *(ROOT / "checks").glob("*.py"))))


@pytest.mark.parametrize("reader", ["governors", "it", "run.json", "notice"])
def test_nobody_else_is_in_it(reader, files, ordinary):
    """No name, handle, id, bio or comment of anybody else, nor what the lead typed, nor a word of it, is in any part."""
    words = fragments(*(value for one in PEOPLE_PLANTED for value in one.values()), *COMMENTED, TYPED) - ordinary
    assert len(words) > 50
    assert {
        "zephyrine",
        "quillfeather",
        "zorbfizz",
        "trampolining",
        "grumblethwaite",
        "zebbledorp",
        "umberfold3xx",
    } <= words
    assert told(words, files[reader]) == []


@pytest.mark.parametrize("reader", ["governors", "it", "run.json", "notice"])
def test_no_pupil_named_by_the_school_is_in_it(reader, files):
    """What the school's own posts say of children and their families is in no part either."""
    assert told({word.casefold() for word in OF_PUPILS}, files[reader]) == []


def test_the_safeguarding_lead_has_the_addresses(files):
    """The lead has the flagged people's profiles and her own words: what the others lack was there to be told."""
    ids = [one["id"] for one in PEOPLE_PLANTED]
    assert TYPED.casefold() in files["safeguarding"]
    assert [one in files["safeguarding"] for one in ids[:4]] == [True] * 4


def test_the_school_s_own_items_are_told_to_those_who_act(files):
    """The lead has the address of the post that names pupils, IT those of the posts that give numbers and homes away."""
    assert "https://bsky.app/p0" in files["safeguarding"]
    assert "https://bsky.app/p0" not in files["it"]
    assert [f"https://bsky.app/p{number}" in files["it"] for number in (1, 2)] == [True, True]
