"""Which rows people may answer, and where."""

from datetime import date

from audit.answers.rows import known_rows
from audit.answers.typed import TypedRow
from audit.compare import State, Tracked
from audit.ledger import FlaggedPerson, person_hash
from checks.finding import Evidence, Finding, Severity, finding_id, fingerprint
from checks.policy import load_policy
from connectors.snapshot import Account
from output.answers import COMMENT, DECIDED, LOOKED, OWNER, STATUS

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
