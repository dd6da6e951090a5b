"""What IT may see of findings, of accounts that the register lacks, and of what the register says otherwise."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

import connectors
from audit.register import COLUMNS, read_register
from checks.policy import load_policy
from connectors.snapshot import LINKS, Profile, Resource, Snapshot, complete, frame
from output.report import Delta

ON, NEXT = date(2026, 11, 22), date(2026, 11, 23)
MADE = datetime(2019, 5, 6, 12, tzinfo=UTC)


def child(number):
    """A follower who says that they are ten."""
    who = f"did:plc:child{number}"
    return {"id": who, "handle": "planted", "name": "Planted", "bio": "I'm 10 and like slime", "address": f"https://bsky.app/profile/{who}"}  # fmt: skip


class Site:
    """A website that links to some addresses, read from memory."""

    RESOURCES = frozenset({Resource.PROFILE, Resource.LINKS})

    def __init__(self, *links, address=""):
        self.links, self.address = links, address

    def collect(self, account, plan, http):
        rows = [{"address": link, "page": f"{account.address}/find-us", "kind": "link"} for link in self.links]
        coverage = {Resource.PROFILE: complete(1), Resource.LINKS: complete(len(rows))}
        profile = Profile("", "hazelbrook.example", self.address or account.address)
        return Snapshot(account, plan.now, coverage, profile=profile, links=frame(LINKS, rows))

    def disguise(self, body, own, stand_ins):
        return body


@pytest.fixture
def website(school, monkeypatch):
    """Put a website with links on the register."""

    def put(*links, address=""):
        monkeypatch.setitem(connectors.CONNECTORS, "website", Site(*links, address=address))
        rows = "Platform,Handle,Address\nbluesky,a.example,\nwebsite,,https://www.hazelbrook.example\n"
        (school / "register.csv").write_text(rows)

    return put


@pytest.fixture
def told(platform, monkeypatch):
    """Let the platform say more of the accounts than the imitation does."""

    def tell(**changes):
        collect = type(platform).collect

        def more(account, plan, http):
            snapshot = collect(platform, account, plan, http)
            return replace(snapshot, profile=replace(snapshot.profile, **changes))

        monkeypatch.setattr(platform, "collect", more, raising=False)

    return tell


def cells(audit, handle="a.example"):
    """What the register lacks about an account: found and said, by the column."""
    return {line.column: (line.found, line.says) for line in audit.report.it.learned if line.account.endswith(handle)}


# -- findings


def test_findings_and_actions_are_the_same_ones(platform, audit):
    """Every open finding stands once on Findings and once on Actions, and says the same there."""
    platform.followers = [child(1)]
    audit()
    view = audit.report.it
    assert {one.id: one.title for one in view.findings} == {one.id: one.title for one in view.actions}
    assert len(view.findings) == len({one.id for one in view.findings}) > 3


def test_of_children_it_reads_neither_how_many_nor_who(platform, audit):
    """A children's matter is what was asked, "With the DSL.", and who decides: the same for one child and for thirty."""
    seen = []
    for number in (1, 30):
        platform.followers = [child(one) for one in range(number)]
        audit(ON)
        lines = [one for one in audit.report.it.findings if one.detail == "With the DSL."]
        assert lines
        assert all("fewer" not in one.title and not any(map(str.isdigit, one.title)) for one in lines)
        seen.append([(one.id, one.title, one.approver) for one in lines if "under age" in one.title])
    assert seen[0] == seen[1] != []


def test_a_finding_says_how_long_it_is_open(platform, audit):
    """On the second night a finding is still open, for two nights, and has the clause of its check."""
    audit(ON)
    audit(NEXT)
    one = next(one for one in audit.report.it.findings if one.delta is Delta.PERSISTING)
    assert (one.first_seen, one.nights_open) == (ON, 2)
    assert one.clause in {"7.1", "7.2", "7.3", "7.4", "Governance"}
    assert one.approver


# -- accounts that the register lacks


def test_a_linked_account_that_the_register_lacks_has_a_row_to_copy(website, platform, audit, tmp_path):
    """The suggested row is a row of the register: read back, it is the account that the website links to."""
    website("https://www.instagram.com/hazelbrookprimary/", "https://bsky.app/profile/a.example")
    audit()
    (line,) = audit.report.it.unlisted
    assert (line.account, line.since) == ("Instagram · hazelbrookprimary", ON)
    assert line.seen_on == "https://www.hazelbrook.example/find-us"
    assert line.id in {one.id for one in audit.report.it.actions}
    assert line.why == "By its name it could be the school's."
    with (tmp_path / "copied.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([audit.report.it.register_columns, line.row])
    (account,), problems = read_register(tmp_path / "copied.csv", load_policy())
    assert problems == []
    assert (account.platform, account.handle, account.status) == ("instagram", "hazelbrookprimary", "live")


def test_names_tell_what_is_hardly_the_schools(website, platform, audit):
    """The likeliest come first; a parents' body, another school and a supplier are called what they are."""
    website(
        "https://www.instagram.com/somesupplier/",
        "https://www.instagram.com/hazelbrookprimarypta/",
        "https://www.instagram.com/oakwoodprimary/",
        "https://www.instagram.com/hazelbrookprimary/",
    )
    audit()
    said = [(line.account.rpartition(" ")[2], line.why.partition(":")[0]) for line in audit.report.it.unlisted]
    assert said == [
        ("hazelbrookprimary", "By its name it could be the school's."),
        ("hazelbrookprimarypta", "By its name it is a body of parents or former pupils"),
        ("somesupplier", "Its name says nothing of the school"),
        ("oakwoodprimary", "By its name it is another school's."),
    ]


def test_a_registered_account_is_not_unlisted(website, platform, audit):
    """What the register has is not suggested for it, however it is linked."""
    website("https://bsky.app/profile/did:plc:a.example", "https://bsky.app/profile/A.example")
    audit()
    assert audit.report.it.unlisted == ()


# -- what the register lacks or says otherwise


def test_the_platforms_own_id_is_told_once_the_register_lacks_it(platform, audit, school):
    """An id that the register has is not told; one that the ledger knows and the register lacks is."""
    audit(ON)
    audit(NEXT)
    assert cells(audit)["Platform id"] == ("did:plc:a.example", "")
    (school / "register.csv").write_text("Platform,Handle,Platform id\nbluesky,a.example,did:plc:a.example\n")
    audit(NEXT)
    assert "Platform id" not in cells(audit)


def test_a_new_handle_is_told_until_the_register_has_it(platform, audit, told):
    """The same id under another handle gives handle and address, on every night until they are corrected."""
    audit(ON)
    told(handle="new.example")
    for on in (NEXT, date(2026, 11, 24)):
        audit(on)
        assert cells(audit)["Handle"] == ("new.example", "a.example")
        assert cells(audit)["Address"] == ("https://bsky.app/profile/new.example", "https://bsky.app/profile/a.example")


@pytest.mark.parametrize("handle", ["A.Example", "handle.invalid", ""])
def test_another_spelling_is_no_new_handle(platform, audit, told, handle):
    """Capital letters, a handle whose domain is silent, and none at all are no new name."""
    audit(ON)
    told(handle=handle)
    audit(NEXT)
    assert not {"Handle", "Address"} & cells(audit).keys()


def test_the_day_of_creation_is_told(platform, audit, told, school):
    """The day is told where the register has none or another one, and not when it agrees or lies ahead."""
    told(created=MADE)
    audit()
    assert cells(audit)["Created on"] == (date(2019, 5, 6), "")
    for typed, expected in (("07/05/2019", (date(2019, 5, 6), date(2019, 5, 7))), ("06/05/2019", None)):
        (school / "register.csv").write_text(f"Platform,Handle,Created on\nbluesky,a.example,{typed}\n")
        audit()
        assert cells(audit).get("Created on") == expected
    told(created=MADE.replace(year=2027))
    audit()
    assert "Created on" not in cells(audit)


def test_the_kind_is_told_in_the_registers_words(platform, audit, told, school):
    """A kind that the register has a word for is told where the cell is empty; "personal" always."""
    told(kind="page")
    audit()
    assert cells(audit)["Kind"] == ("page", "")
    (school / "register.csv").write_text("Platform,Handle,Kind\nbluesky,a.example,account\n")
    audit()
    assert "Kind" not in cells(audit)
    told(kind="personal")
    audit()
    assert cells(audit)["Kind"] == ("personal-type profile", "account")


def post(day):
    """A post of a day."""
    return {"id": f"at://{day}", "kind": "post", "text": "The fair is on.", "created": f"{day}T10:00:00Z"}


@pytest.mark.parametrize(
    ("status", "day", "found"),
    [
        ("live", "2025-01-10", "parked, seasonal or closed?"),
        ("live", "2026-11-20", None),
        ("parked", "2026-11-20", "live?"),
        ("parked", "2025-01-10", None),
    ],
)
def test_use_and_status_are_compared(platform, audit, school, status, day, found):
    """A live account that nobody uses and a parked one that posts are asked about, with the last post's day."""
    platform.posts = [post(day), {**post(day), "id": "at://2"}, {**post(day), "id": "at://3"}]
    (school / "register.csv").write_text(f"Platform,Handle,Status\nbluesky,a.example,{status}\n")
    audit()
    line = next((one for one in audit.report.it.learned if one.column == "Status"), None)
    assert (line.found if line else None) == found
    if line:
        assert f"{day[8:]}/{day[5:7]}/{day[:4]}" in line.why


def test_two_rows_of_one_account_are_told(platform, audit):
    """The later row is told to be the account of the earlier one."""
    platform.platform_id = "did:plc:one"
    audit()
    line = next(one for one in audit.report.it.learned if one.column == "(the whole row)")
    assert (line.account, line.found) == ("Bluesky · b.example", "the account of row 2: Bluesky · a.example")


def test_a_website_that_moved_is_told(website, platform, audit):
    """Another host is a move; www, a start page and a slash are none."""
    for address, found in (
        ("https://www.hazelbrookprimary.example/", "https://www.hazelbrookprimary.example/"),
        ("https://hazelbrook.example/home", None),
    ):
        website(address=address)
        audit()
        assert cells(audit, "hazelbrook.example").get("Address", (None, None))[0] == found


def test_what_was_last_seen_on_an_earlier_night_says_so(platform, audit, told):
    """On a night without an answer the cells are those of the last one, with its date."""
    audit(ON)
    platform.broken = {"a.example": connectors.connector.Unreachable("no answer")}
    audit(NEXT)
    seen = {line.account.rpartition(" ")[2]: line.seen for line in audit.report.it.learned}
    assert seen == {"a.example": ON, "b.example": NEXT}


def test_nothing_of_other_people_is_learned(platform, audit, told):
    """Names, bios and followers of the accounts reach no line for the register."""
    platform.followers = [child(1)]
    told(name="Planted Name", bio="Planted bio", followers=987_654)
    audit()
    shown = repr(audit.report.it.learned) + repr(audit.report.it.unlisted)
    for planted in ("Planted", "planted", "child1", "987", "slime"):
        assert planted not in shown


def test_every_line_names_a_column_of_the_register(platform, audit, told):
    """What is told can be found in the form: its column has that heading, and the row its number."""
    told(created=MADE, kind="page")
    audit()
    headings = {column.heading for column in COLUMNS}
    assert {line.column for line in audit.report.it.learned} <= headings
    assert {line.row for line in audit.report.it.learned} == {2, 3}
    assert audit.report.it.register_columns == tuple(column.heading for column in COLUMNS)


def test_an_account_that_posts_lead_to_is_told_once(platform, audit):
    """One that several accounts lead to and that could be taken for the school's is one line, with its first post."""
    link = "https://www.instagram.com/hazelbrookprimary/"
    platform.posts = [{"id": "at://1", "address": "https://bsky.app/1", "kind": "post", "text": "See", "links": [link]}]
    audit()
    (line,) = audit.report.it.unlisted
    assert (line.account, line.seen_on, line.address) == ("Instagram · hazelbrookprimary", "https://bsky.app/1", link)
    found = [one for one in audit.report.it.actions if "could be taken for the school's" in one.title]
    assert len(found) == 2
    assert all("https://bsky.app/1" in one.detail and one.item_address == link for one in found)
    assert "hazelbrookprimary" not in repr(audit.report.governors)
    assert line.awaiting
    platform.posts = []
    audit(NEXT)
    assert audit.report.it.unlisted == ()
