"""Which rows people may answer, and where."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from audit.answers.event import Answers, Event, Kind
from audit.answers.review import apply_answers, has_changed
from audit.answers.rows import known_rows
from audit.answers.typed import TypedRow
from audit.compare import State, Tracked
from audit.ledger import FlaggedPerson, person_hash
from audit.lines import lines_of
from checks.finding import Evidence, Finding, Severity, finding_id, fingerprint
from checks.policy import load_policy
from connectors.snapshot import Account
from output.answers import APPROVER, COMMENT, DECIDED, LOOKED, OWNER, STATUS, Status

NIGHT = date(2026, 11, 21)
KEY = b"k" * 32
POLICY = load_policy()
ACCOUNT = Account("bluesky:hazelbrook.example", 2, "bluesky", "hazelbrook.example", "https://bsky.example/hazelbrook")


def tracked(check, *evidence):
    finding = Finding(check, "Something", Severity.HIGH, account=ACCOUNT.key, evidence=evidence)
    mark = fingerprint(check, "bluesky", "did:plc:a", "")
    return Tracked(mark, finding, "bluesky", "did:plc:a", State.OPEN, NIGHT, NIGHT, NIGHT)


def rows(*findings, people=()):
    known = known_rows(findings, people, KEY, [ACCOUNT], POLICY, {})
    return {row.key: row for row in known.rows}


def test_what_everybody_may_see_is_answered_in_two_workbooks():
    """A finding that everybody may see takes a status from the governors and from IT, and not from the third."""
    one = tracked("LNK-03")
    row = rows(one)[one.fingerprint]
    assert [kind for kind in ("governors", "it", "safeguarding") if row.takes(kind, STATUS.key)] == ["governors", "it"]
    assert row.id == finding_id(one.fingerprint)
    assert row.shown["account"] == "Bluesky · hazelbrook.example"


def test_childrens_matters_are_answered_by_the_lead():
    """Of a children's matter the governors and IT may type words of their own and no status; its lines are the lead's."""
    one = tracked("AGE-02")
    person = person_hash(KEY, "bluesky", "did:plc:wren")
    flagged = FlaggedPerson(one.fingerprint, person, "https://bsky.example/wren", "says 9", NIGHT, NIGHT)
    found = rows(one, people=[flagged])
    whole, line = found[one.fingerprint], found[f"{one.fingerprint}/{person[:16]}"]
    assert not any(whole.takes(kind, STATUS.key) for kind in ("governors", "it", "safeguarding"))
    assert whole.takes("governors", OWNER.key)
    assert whole.takes("it", COMMENT.key)
    assert line.takes("safeguarding", STATUS.key)
    assert not line.takes("it", COMMENT.key)
    assert line.id.startswith(f"{whole.id}-")


def test_a_matter_without_lines_is_one_row():
    """A children's matter that has no address of its own is answered by its own mark."""
    one = tracked("AGE-02", Evidence("setting", rule="no age limit"))
    assert rows(one)[one.fingerprint].takes("safeguarding", STATUS.key)


@pytest.mark.parametrize("address", ["https://bsky.example/1", ""])
def test_what_the_lead_judges_is_what_the_night_compares(address):
    """An answer to the one item of a finding holds while the item stays as it was, and ends when its words change."""
    one = tracked("PII-01", Evidence("post", address, "a phone number"))
    one = replace(one, finding=replace(one.finding, content="a"))
    edited = replace(one, finding=replace(one.finding, content="b"))
    row = next(row for row in rows(one).values() if row.takes("safeguarding", STATUS.key))
    saved = datetime(2026, 11, 20, 9, tzinfo=UTC)
    kind, status = "safeguarding", Status.NOT_AN_ISSUE

    def aside(found):
        said = {STATUS: status, APPROVER: "Headteacher"}
        events = (
            Event(row.key, field.key, "", value, value, Kind.TYPED, kind, "s.xlsx", saved, NIGHT, row.content, "", n)
            for n, (field, value) in enumerate(said.items(), 1)
        )
        lines = lines_of([found], [], KEY, (), NIGHT)
        return apply_answers([found], lines, Answers(tuple(events)), POLICY.checks, NIGHT).tracked[0].aside

    assert aside(one) == status
    assert aside(edited) == ""


def test_decisions_and_looks_by_hand():
    """Decisions are answered by the governors and looks by hand by IT, each known by its mark."""

    def find(mark):
        typed = TypedRow("Decisions", "row 5", mark, mark, {}, {})
        return known_rows([], [], KEY, [ACCOUNT], POLICY, {}).find(typed)

    decision, look = find("D-REG-05"), find("H-00AA11BB22CC33DD")
    assert decision.takes("governors", DECIDED.key)
    assert not decision.takes("it", DECIDED.key)
    assert look.takes("it", LOOKED.key)
    assert find("X-REG-05") is None


def test_who_accepts_what_has_changed_since():
    """Who answers in an old copy has judged the thing as it was: when it changed since, that is another one."""
    one = replace(tracked("LNK-03"), changed_on=date(2026, 11, 20))
    row = rows(one)[one.fingerprint]
    assert row.judged_in("20261120-020000-abcdef") == row.content
    assert has_changed(row.judged_in("20261119-020000-abcdef"), row.content)
    assert row.judged_in("") == row.content
