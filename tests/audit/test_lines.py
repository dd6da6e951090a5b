"""The lines of which the safeguarding lead's findings are made."""

from datetime import date, timedelta

from audit.compare import State, Tracked
from audit.ledger import FlaggedPerson, person_hash
from audit.lines import lines_of, row_id
from checks.finding import Evidence, Finding, Severity

FIRST, TONIGHT = date(2026, 11, 20), date(2026, 11, 22)
KEY = b"k" * 32
MARK = "1-abc"


def tracked(*evidence, seen=True, state=State.OPEN, address=""):
    finding = Finding("AGE-02", "Followers", Severity.HIGH, account="bluesky:a", evidence=evidence, address=address)
    last = TONIGHT if seen else FIRST
    return Tracked(MARK, finding, "bluesky", "did:plc:a", state, FIRST, last, last)


def person(name, rule="says 9"):
    return Evidence("person", f"https://bsky.example/{name}", rule, person=name)


def flagged(name, first=FIRST):
    return FlaggedPerson(
        MARK, person_hash(KEY, "bluesky", name), f"https://bsky.example/{name}", "says 9", first, FIRST
    )


def rows(one, before=(), rechecked=()):
    return lines_of([one], before, KEY, rechecked, TONIGHT)[MARK]


def test_people_keep_their_row():
    """A person has the same row every night, and the date of the first sight stays."""
    [line] = rows(tracked(person("wren")), [flagged("wren")], {MARK})
    assert (line.first_seen, line.last_seen) == (FIRST, TONIGHT)
    assert line.row == f"{MARK}/{person_hash(KEY, 'bluesky', 'wren')[:16]}"


def test_who_is_gone_on_a_re_check_is_gone():
    """Who was not seen on a whole reading has no line any more; on a part of it he still has one."""
    before = [flagged("wren"), flagged("owl")]
    assert len(rows(tracked(person("wren")), before, {MARK})) == 1
    assert len(rows(tracked(person("wren")), before)) == 2


def test_nothing_read_tonight():
    """Without a reading tonight the lines of the night before stand, with their dates."""
    [line] = rows(tracked(seen=False), [flagged("wren", FIRST - timedelta(days=3))])
    assert (line.first_seen, line.last_seen) == (FIRST - timedelta(days=3), FIRST)


def test_items_have_rows_of_their_own():
    """Each item has a line under its finding; a finding without any is one line, known by the finding itself."""
    two = tracked(Evidence("post", "https://b.example/1", "a name"), Evidence("post", "https://b.example/2", "a name"))
    assert len({line.row for line in rows(two)}) == 2
    assert [line.row for line in rows(tracked())] == [MARK]


def test_one_line_for_an_address():
    """Two things that matched in one item are one line, for one cell would be answered twice."""
    one = tracked(Evidence("post", "https://b.example/1", "a name"), Evidence("post", "https://b.example/1", "a class"))
    assert len(rows(one)) == 1


def test_closed_findings_have_no_lines():
    """Who was behind a closed finding is forgotten."""
    assert lines_of([tracked(state=State.CLOSED)], [flagged("wren")], KEY, (), TONIGHT) == {}


def test_ids_of_rows():
    """A line's id is that of its finding and the beginning of its own mark."""
    assert row_id("F-00AA11BB", "1-00aa/a1b2c3d4e5f6") == "F-00AA11BB-A1B2C3"
    assert row_id("F-00AA11BB", "1-00aa") == "F-00AA11BB"
