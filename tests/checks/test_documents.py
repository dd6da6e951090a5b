"""Documents that the account links to: what they hold, and what stays out of the finding."""

from datetime import UTC, date, datetime

import pytest

from checks.documents import documents_hold_nothing_private
from checks.finding import Confidence, Outcome, Severity
from checks.readers.documents import Held, is_document, read_document
from checks.readers.facts import read_facts
from checks.readers.link_risks import OwnLinks
from checks.readers.names import SchoolNames
from checks.readers.personal_data import AllowList
from connectors.snapshot import Resolved, Standing

ASKED = date(2026, 11, 20)
WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)
OWN = OwnLinks.of(["hazelbrook.example"])
SHEET = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOp/edit"
ALLOW = AllowList.of(phones=["01632 960123"], domains=["hazelbrook.example"])


@pytest.fixture
def night(make):
    """A subject whose posts have these texts, and whose links led to documents that hold these kinds."""

    def night(*texts, bio="", **holds):
        posts = [
            {"id": f"at://post/{number}", "kind": "post", "text": text, "created": WHEN.replace(day=number),
             "address": f"https://p.example/{number}"}
            for number, text in enumerate(texts, 1)
        ]  # fmt: skip
        led = {
            one: Resolved(Standing.ANSWERS, ASKED, (one,), 200, holds=kinds)
            for one, kinds in holds.get("led", {}).items()
        }
        profile = make.profile(bio=bio, links=())
        snapshot = make.snapshot(make.account(), None, posts=posts, profile=profile, resolved=led)
        facts = read_facts(snapshot, ALLOW, (), ASKED, lambda _: None, own=OWN)
        return make.subject(facts=facts, posts=posts, profile=profile, resolved=led)

    return night


def test_fires_with_link_and_kinds_alone(make, night):
    """A document that holds a list of pupils is one critical finding of the first post that linked to it."""
    subject = night(
        f"Parts {SHEET}", f"Again {SHEET}", led={SHEET: ((Held.NAMES, "likely"), (Held.BUSINESS, "possible"))}
    )
    finding = make.finding(documents_hold_nothing_private, subject)
    assert (finding.item, finding.severity, finding.outcome) == ("at://post/1", Severity.CRITICAL, Outcome.FINDING)
    assert finding.title == "A linked document that anybody can open holds a list of pupils by name"
    (shown,) = finding.evidence
    assert shown.quote == SHEET.replace("https", "hxxps").replace(".", "[.]")


def test_the_order_of_links_changes_no_finding(make, night):
    """What was accepted stays accepted when a newer post links to one of an item's documents once more."""
    other = f"{SHEET}?usp=sharing"
    led = {SHEET: ((Held.NAMES, "likely"),), other: ((Held.NAMES, "likely"),)}
    first = make.finding(documents_hold_nothing_private, night(f"{SHEET} {other}", led=led))
    later = make.finding(documents_hold_nothing_private, night(f"{SHEET} {other}", f"Again {other}", led=led))
    assert (first.item, first.content) == (later.item, later.content)


def test_what_is_only_possible_is_for_a_look(make, night):
    """A mark of confidence, or a contact or two, is left to a person; business alone is high."""
    finding = make.finding(documents_hold_nothing_private, night(SHEET, led={SHEET: ((Held.BUSINESS, "possible"),)}))
    assert (finding.outcome, finding.confidence, finding.severity) == (
        Outcome.REVIEW, Confidence.POSSIBLE, Severity.HIGH,
    )  # fmt: skip


def test_documents_of_the_profile_are_the_accounts(make, night):
    """A document in the profile is a finding of the account itself."""
    finding = make.finding(documents_hold_nothing_private, night(bio=SHEET, led={SHEET: ((Held.IDENTITY, "certain"),)}))
    assert (finding.item, finding.evidence[0].kind) == ("", "profile")


def test_silent_where_documents_are_shut_or_clean(night, make):
    """A document that was read and holds nothing, or asks who wants it, is a pass."""
    result = make.result(documents_hold_nothing_private, night("Hello", SHEET, led={SHEET: ()}))
    assert (result.outcome, result.findings) == (Outcome.PASS, ())


def test_documents_not_read_yet_are_told(night, make):
    """Where none could be read yet, nothing is claimed, and it is said how many there are."""
    result = make.result(documents_hold_nothing_private, night(SHEET, led={}))
    assert (result.outcome, "0 of 1 document could be read so far" in result.reason) == (
        Outcome.NOT_TESTABLE,
        True,
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (SHEET, True), ("https://drive.google.com/file/d/a/view", True), ("https://www.dropbox.com/s/a/b.pdf", True),
        ("https://hazel.sharepoint.com/:w:/g/a", True), ("https://www.hazelbrook.example/a/Letter.PDF?x=1", True),
        ("https://www.gov.uk/a.pdf", False), ("https://docs.google.com/forms/d/e/a", False),
        ("https://www.hazelbrook.example/letters", False), ("https://drive.google.com/drive/folders/a", False),
    ],
)  # fmt: skip
def test_which_links_are_documents(address, expected):
    """Shared documents, and files on the school's own website; other people's files are theirs."""
    assert is_document(address, OWN) is expected


def test_kinds_of_details():
    """Each kind is told with how sure it is; the school's own contacts do not count, and a contact or two is possible."""

    def kinds(text, known=None):
        return dict(read_document(text, ALLOW, known))

    assert kinds("Call 01632 960123 or office@hazelbrook.example") == {}
    assert kinds("Club: sam.rowan@mail.example") == {Held.CONTACTS: "possible"}
    many = "sam.rowan@mail.example, jo.elm@mail.example, kit.ash@mail.example"
    assert kinds(many) == {Held.CONTACTS: "likely"}
    assert Held.IDENTITY in kinds("Ava Rowan, date of birth 04/05/2017")
    assert kinds("Not for publication") == {Held.BUSINESS: "possible"}
    listed = "Our Year 4 choir: Ava Rowan, Ben Elm, Kit Ash, Mia Birch and Leo Hazel sang."
    assert kinds(listed, SchoolNames.of()) == {Held.NAMES: "likely"}
    assert kinds(listed) == {}
    assert kinds("Stars of the week in Year 4: Ava, Ben, Kit, Mia and Leo. Well done!", SchoolNames.of()) == {}


def test_nobody_reads_words_in_the_finding(make, night):
    """The check's outcome carries no word of a document, only kinds."""
    finding = make.finding(documents_hold_nothing_private, night(SHEET, led={SHEET: ((Held.CIRCUMSTANCES, "likely"),)}))
    assert "nothing of the words is repeated here" in finding.detail
    assert finding.evidence[0].rule == Held.CIRCUMSTANCES
