"""What an address says: kinds of harm, private rooms, imitations, and the innocent that look like them."""

import sys
import time
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks.readers.link_names import english, imitation, is_official, table
from checks.readers.link_risks import HARMFUL, Kind, OwnLinks, defanged, is_at, read_address, read_links
from checks.readers.link_targets import askable, read_target
from checks.readers.links import read_link
from connectors.snapshot import Resolved, Standing

HAZELBROOK = OwnLinks.of(["hazelbrook.notts.sch.uk"])


def kinds(url, own=HAZELBROOK):
    """The kinds that are more than possible."""
    return {reading.kind for reading in read_address(url, own) if reading.confidence != "possible"}


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://de.pornhub.com/view?x=1", Kind.ADULT),
        ("https://hot-girls-tonight.example", Kind.ADULT),
        ("https://m.bet365.com", Kind.GAMBLING),
        ("https://lucky-casino.example", Kind.GAMBLING),
        ("https://hazelbrookclub.example/best-online-casino-bonus", Kind.GAMBLING),
        ("https://tinder.com/@x", Kind.DATING),
        ("https://ome.tv", Kind.STRANGERS),
        ("https://boards.4chan.org/b", Kind.VIOLENCE),
        ("https://thepiratebay.example", Kind.PIRACY),
        ("magnet:?xt=urn:btih:1", Kind.PIRACY),
        ("https://cheap-vapes.example", Kind.GOODS),
        ("https://unblockedgames.example", Kind.BYPASS),
        ("https://free-robux.example", Kind.SCAM),
        ("https://cheap-viagra.example", Kind.SPAM),
        ("https://grabify.link/a", Kind.TRACKER),
        ("https://mega.nz/file/a", Kind.LOCKER),
        ("https://files.example/a.pdf.exe", Kind.PROGRAM),
        ("https://files.example/register.xlsm", Kind.PROGRAM),
        ("https://files.example/a.rar", Kind.ARCHIVE),
        ("https://head:word@files.example", Kind.SECRET),
        ("https://files.example/reset?token=abc", Kind.SECRET),
        ("https://hazelbrook.notts.sch.uk@evil.example", Kind.DISGUISED),
        ("https://hazelbrook.notts.sch.uk%40evil.example@203.0.113.9", Kind.DISGUISED),
        ("http://203.0.113.9", Kind.BARE),
        ("http://3405803777/", Kind.BARE),
        ("http://0xcb.0.0x71.9/", Kind.BARE),
        ("http://[2001:db8::1]/", Kind.BARE),
        ("https://files.example:8443/a", Kind.PORT),
        ("JavaScript:alert(1)", Kind.RUNNING),
        ("java\tscript:alert(1)", Kind.RUNNING),
        ("data:text/html,x", Kind.RUNNING),
        ("https://files.example/..%2f..%2fetc/passwd", Kind.ATTACK),
        ("https://abc.onion/x", Kind.HIDDEN),
        ("http://printer.local/", Kind.INSIDE),
        ("https://hazel.duckdns.org", Kind.LENT),
        ("https://files.example/backup.sql", Kind.EXPOSED),
        ("https://files.example/.git/config", Kind.EXPOSED),
        ("https://files.example/Year-4-pupil-contact-details.xlsx", Kind.EXPOSED),
        ("https://files.example/invite/a1b2c3d4e5f6a7b8c9d0", Kind.SECRET),
        ("https://files.example/view?session=a1b2c3d4e5f6a7b8c9d0", Kind.SECRET),
        ("https://files.example/#access_token=abc", Kind.SECRET),
        ("https://files.example/menu;jsessionid=AB12", Kind.SECRET),
        ("https://search.example/?q=free+porn", Kind.ADULT),
        ("https://bookies.bonus-bets.example", Kind.GAMBLING),
        ("https://hazelbrook-primary.top/a", Kind.IMITATION),
        ("https://dinner-refund.example/claim", Kind.IMITATION),
        ("https://hazelbrook.notts.sch.co.uk", Kind.IMITATION),
        ("https://files.example/?id=1%27%20OR%201=1--", Kind.ATTACK),
        ("https://class-portal.xyz/sign-in", Kind.IMITATION),
        ("https://hazelbrook-login.weebly.com", Kind.IMITATION),
        ("https://bbc.co.uk.news-story.example.com", Kind.IMITATION),
        ("https://p\u1ea1rents.example.com", Kind.IMITATION),
        ("https://hazelbrook.notts.sch.uk/redirect?url=http://evil.example/", Kind.SHORTENER),
        ("https://t.me/year6", Kind.ROOM),
        ("tg://join?invite=a", Kind.ROOM),
        ("https://classroom.google.com/c/1?cjc=abc", Kind.ROOM),
        ("https://bit.ly/a", Kind.SHORTENER),
        ("https://qx.gd/aB3d", Kind.SHORTENER),
        ("https://youtu.be/a", Kind.PLATFORM),
        ("https://linktr.ee/a", Kind.LINK_PAGE),
        ("https://www.google.com/url?q=https%3A%2F%2Fbet365.com", Kind.GAMBLING),
        ("https://web.archive.org/web/2020/https://bet365.com/", Kind.GAMBLING),
    ],
)
def test_kinds(url, kind):
    """Each kind is told from the address, whatever surrounds it."""
    assert kind in kinds(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://paypa1.com", "https://rnicrosoft.com", "https://goog1e.com", "https://xn--pypal-4ve.com",
        "https://www.p\u0430ypal.com", "https://facebok.com", "https://gooogle.com", "https://amazon-login.example",
        "https://securepaypal.example", "https://parentpay.com.pay.example", "https://gov.uk-refund.example",
        "https://hazelbrook-notts-sch.uk.example", "https://hazelbrook.notts.sch.com",
        "https://hazelbr00k.notts.sch.uk", "https://hazelbrok.notts.sch.uk", "https://hazelbrook-login.example",
        "https://hazelbrook.notts.sch.uk.evil.example", "https://xn--hazelbrok-4ve.notts.sch.uk", "https://xn--\u00e4.example",
        "https://account-verify-login.example", "https://nhs\u2024uk.evil.example", "https://royal-mail-fee.example",
        "https://old.example/wp-includes/js/office365/login.php",
    ],
)  # fmt: skip
def test_imitations(url):
    """Look-alike letters, misspellings, borrowed names and misplaced suffixes are imitations."""
    assert Kind.IMITATION in kinds(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.hazelbrook.notts.sch.uk:443/a", "https://pay.hazelbrook.notts.sch.uk/login", "https://www.alphabet.example",
        "https://www.elizabethfry.example", "https://tibet.example", "https://www.scunthorpe.example", "https://www.essex.gov.uk",
        "https://www.middlesex.ac.uk", "https://sex-education-free-resources.example", "https://www.peacocks.example",
        "https://www.heritagefund.org.uk", "https://www.national-lottery.co.uk", "https://book-a-slot.example",
        "https://applejuice.example", "https://sherbet.example", "https://bumblebee.example", "https://tinderbox.example",
        "https://www.paypal.com/signin", "https://login.microsoftonline.com", "https://www.google.fr", "https://docs.google.com/forms/d/a",
        "https://www.bbc.co.uk/news/technology-45678901", "https://www.gov.uk/claim-tax-refund", "https://signin.account.gov.uk",
        "https://uk.rs-online.example", "https://twister.example", "https://m\u00fcller.example", "https://www.mull\u00e9.example",
        "https://notts.example/page.com", "mailto:office@hazelbrook.example", "tel:01632960123", "hazelbrook.example:8080",
        "https://hazelbrook.example/download.aspx?file=menu.pdf", "https://www.google.com/url?q=https://www.gov.uk",
        "https://www.book-a-slot.example/parents-evening", "https://class.example/reset-password", "https://files.example/menu.csv",
        "https://www.getmyphoto.example/order?key=HZB2026", "https://maps.example/?q=Hazelbrook+Primary+School",
        "https://www.theguardian.com/society/online-casino-law", "nonsense", "", "//", "https://", "http://[", "https://a:b:c/",
    ],
)  # fmt: skip
def test_innocent(url):
    """What only looks like harm says nothing."""
    found = kinds(url) - ({Kind.PORT} if url.endswith("8080") else set())
    assert found == set()


def test_school_without_a_domain_known():
    """A digit among the letters of a school's name stands out even where the school's domain is not known."""
    assert kinds("https://hazelbr0ok.notts.sch.uk", OwnLinks()) == {Kind.IMITATION}
    assert kinds("https://year6.hazelbrook.notts.sch.uk", OwnLinks()) == set()
    assert kinds("https://hazelbrook.leeds.sch.uk") == set()


def test_lists_of_the_school():
    """What the school allows says nothing; what it lists as bad is certain, and wins over what it allows."""
    own = OwnLinks.of(["hazelbrook.example"], ["https://www.T.me/HazelbrookPTA/", "bit.ly"], ["gamesite.example"])
    assert kinds("https://t.me/hazelbrookpta/12", own) == set()
    assert kinds("https://t.me/hazelbrookptafake", own) == {Kind.ROOM}
    assert kinds("https://bit.ly/a", own) == set()
    (reading,) = read_address("https://play.gamesite.example/a", own)
    assert (reading.kind, reading.confidence) == (Kind.LISTED, "certain")
    assert kinds("https://gamesite.example", OwnLinks.of(allowed=["gamesite.example"], bad=["gamesite.example"])) == {
        Kind.LISTED
    }


def test_possible_is_left_to_a_person():
    """Storage outside the school, free pages, collections and groups are possible only."""
    for url in (
        "https://drive.google.com/a",
        "https://a.blogspot.com/b",
        "https://ko-fi.com/a",
        "https://www.facebook.com/groups/a",
    ):
        readings = read_address(url)
        assert {reading.confidence for reading in readings} == {"possible"}, url


def test_spans_are_those_of_the_text():
    """In a text each reading stands where its address does; one given apart has no place."""
    text = "💙 join https://t.me/a, or bit.ly/x!"
    readings = read_links(text, ["https://bet365.com"])
    assert [(one.kind, one.span and text[slice(*one.span)]) for one in readings if one.kind is not Kind.PLATFORM] == [
        (Kind.ROOM, "https://t.me/a"), (Kind.SHORTENER, "bit.ly/x"), (Kind.GAMBLING, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.bet365.com/a.b?c.d", "hxxps://www[.]bet365[.]com/a.b?c.d"),
        ("HTTP://A.example", "hxxp://A[.]example"),
        ("bet365.com/a.b", "bet365[.]com/a.b"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("whatsapp://send", "whatsapp://send"),
    ],
)
def test_defanged(url, shown):
    """A harmful address is shown so that no program makes a link of it."""
    assert defanged(url) == shown


def test_only_what_is_safe_is_asked():
    """Harmful addresses, invitations, keys, other schemes and platforms that show programs nothing are not visited."""
    unsafe = (
        "https://bet365.com", "https://t.me/a", "https://a.example/reset?token=b", "javascript:alert(1)",
        "mailto:a@b.example", "https://www.facebook.com/a", "http://10.0.0.1/", "whatsapp://send",
    )  # fmt: skip
    safe = ("https://hazelbrook.example", "https://bit.ly/a", "drive.google.com/a")
    assert askable((*unsafe, *safe, *safe), OwnLinks()) == safe


def test_targets():
    """What answered says what an innocent address leads to; the school's own pages on the way say nothing."""
    link = "https://club.example"

    def led(*onward, standing=Standing.ANSWERS, **more):
        resolved = Resolved(standing, date(2026, 11, 22), (link, *onward), **more)
        return {reading.kind for reading in read_target(link, resolved, OwnLinks())}

    assert led() == led("https://www.club.example/home") == set()
    assert led("https://hop.example", "https://bet365.com") == {Kind.GAMBLING}
    assert led("https://sedoparking.com/club.example") == {Kind.PARKED}
    assert led(title="club.example", words="Buy this domain") == {Kind.PARKED}
    assert led(standing=Standing.GONE, reason="gone") == {Kind.GONE}
    assert led(standing=Standing.UNTESTABLE, reason="wall") == set()


ADDRESSES = st.lists(
    st.sampled_from(
        [
            "http://",
            "https:",
            "//",
            "a.uk",
            "xn--",
            "paypal",
            "@",
            ":",
            "[",
            "]",
            "%2e",
            "/",
            ".",
            "?u=",
            "0x7f",
            "🙂",
            "-",
            "\u0430",
            "bet",
            "sex",
        ]
    ),
    max_size=12,
).map("".join)


@given(url=st.text(max_size=300) | ADDRESSES)
@example("https://xn--\ud800.example")
@example("http://1.2.3.4.5:99999999/")
@example("http://\uff0e\uff0e/")
def test_any_address_is_read(url):
    """Arbitrary text never raises, says each kind once and says how sure it is."""
    readings = read_address(url, HAZELBROOK)
    assert len({reading.kind for reading in readings}) == len(readings)
    assert all(reading.confidence in ("certain", "likely", "possible") and reading.reason for reading in readings)
    assert isinstance(defanged(url), str)


@given(
    before=st.sampled_from(["Come along! ", "Thank you\n", "(", "🎉 "]),
    url=st.sampled_from(["https://www.gov.uk/a", "https://www.hazelbrook.notts.sch.uk/b", "bbc.co.uk/bitesize"]),
    after=st.sampled_from(["", " see you there", ")", "\nMrs A"]),
)
def test_innocent_text_stays_innocent(before, url, after):
    """Innocent words around an innocent address change nothing."""
    assert read_links(before + url + after, own=HAZELBROOK) == ()


def calls(function):
    """How many calls of functions a piece of work makes: its size, without a clock."""
    count = 0

    def watch(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "a-",
        "a.",
        "bet",
        "paypal",
        "free",
        "https://",
        "?u=https://a.example",
        "/wp-content/",
        "..%2f",
        "xn--",
        "'or'1",
        "@",
        "%25",
    ],
)
def test_work_is_bounded(piece):
    """Ten times the address is far less than ten times the work once the limit is reached, and never more before."""
    for build in (lambda n: f"https://{piece * n}.example", lambda n: f"https://a.example/{piece * n}"):
        short, long, huge = build(150), build(1_500), build(60_000)
        work = [calls(lambda url=url: read_address.__wrapped__(url, HAZELBROOK)) for url in (short, long, huge)]
        assert work[1] <= 12 * work[0] + 2_000
        assert work[2] <= 2 * work[1] + 2_000


# -- the data


def words(node):
    """Every word and entry of a table."""
    if isinstance(node, dict):
        for value in node.values():
            yield from words(value)
    elif isinstance(node, list):
        yield from node
    elif isinstance(node, str):
        yield from node.split()


def test_data_say_where_they_come_from():
    """The tables carry their source and date, in lower case throughout."""
    data = table()
    assert len(data["source"]) > 100
    assert data["verified_on"] <= date(2026, 11, 22)
    rest = {name: value for name, value in data.items() if name not in ("source", "verified_on")}
    assert [word for word in words(rest) if word != word.lower()] == []


def test_every_table_has_its_kind():
    """Each table of sites and of words is one of the kinds, and each of them is harm."""
    data = table()
    for name in (*(key for key, row in data["sites"].items() if isinstance(row, dict)), *data["words"]):
        assert Kind[name.upper()] in HARMFUL
    names = {name for row in data["sites"].values() if isinstance(row, dict) for name in row["names"].split()}
    assert set(data["sites"]["unmistakable"].split()) <= names


def test_domains_are_domains():
    """Entries of lists are domains, or a host and the beginning of a path, as they are compared."""
    data = table()
    lists = [row["domains"] for row in data["sites"].values() if isinstance(row, dict)]
    lists += [data["invites"]["likely"], data["invites"]["possible"], *data["personal"].values()]
    lists += [data["targets"]["parked_hosts"], data["targets"]["unasked"]]
    for entry in (entry for one in lists for entry in one):
        assert read_link(f"https://{entry}").domain, entry
        assert is_at(f"https://www.{entry}/x", frozenset({entry})), entry


def test_imitated_names_own_their_domains():
    """No name that is imitated is found in its own domains, and no listed site is a well-known one's."""
    data = table()["brands"]
    for domains in (*data["distinct"].values(), *data["common"].values()):
        for domain in domains:
            assert imitation(read_link(f"https://login.{domain}/verify")) is None, domain
            assert not kinds(f"https://www.{domain}/") & HARMFUL, domain


def test_english_words_imitate_nobody():
    """No English word of the vocabulary, as somebody's domain, is taken for a misspelt or copied name."""
    words = sorted(word for word in english() if word.isascii())[::7]
    copied = [word for word in words if imitation(read_link(f"https://{word}.co.uk/")) is not None]
    own = {name for names in table()["brands"].values() for name in names}
    assert len(words) > 2_000
    assert [word for word in copied if word not in own] == []


def test_official_suffixes():
    """Authorities' names end in a suffix that nobody else gets."""
    assert is_official("hazelbrook.notts.sch.uk")
    assert is_official("www.gov.uk")
    assert not is_official("notgov.uk")
    assert not is_official("gov.uk.example")


@pytest.mark.parametrize(
    "host", ["hazelbrookschool.sharepoint.com", "hazelbrook-sch.arbor.sc", "hazelbrookschool.wordpress.com"]
)
def test_names_that_services_give_a_school_are_its_own(host):
    """A service calls the school's place hazelbrookschool: that imitates nobody. The bait beside the name still does."""
    own = OwnLinks.of(domains=["hazelbrook.sch.uk"])
    assert Kind.IMITATION not in {reading.kind for reading in read_address(f"https://{host}/a", own)}
    for copy in ("hazelbrook-login.evil.example", "hazelbrook-sch-uk.evil.example", "hazelbrookschool.com"):
        assert Kind.IMITATION in {reading.kind for reading in read_address(f"https://{copy}/a", own)}


@pytest.mark.parametrize("host", ["a." * 1_000, "0x1." * 490, "x.sch.uk" + ".sch.uk" * 280, "é" * 1_990 + ".com"])
def test_names_that_no_host_can_have_cost_no_time(host):
    """An address whose host is longer than any is read at once, and leads nowhere."""
    began = time.process_time()
    for number in range(10):
        read_address(f"https://{host}/{number}")
    assert time.process_time() - began < 1


def test_lists_know_a_name_in_both_its_writings():
    """A name with letters beyond a-z is the same on a list and in a link, written out or as it is registered."""
    for entry in ("b\u00fccher.example", "xn--bcher-kva.example"):
        own = OwnLinks.of(bad=[entry])
        for link in (
            "https://b\u00fccher.example/a",
            "https://www.xn--bcher-kva.example/a",
            "https://B\u00dcCHER.example",
        ):
            assert Kind.LISTED in kinds(link, own)
