"""What the workbooks show of the answers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from audit.answers.event import Answers, Event, Kind, Orphan
from audit.answers.review import Review
from audit.answers.shown import HEARD_FOR, became, cells_of, heard_lines
from audit.compare import State, Tracked
from checks.finding import Finding, Severity
from output.answers import ACTION_FIELDS, COMMENT, STATUS, UNTIL, Status

HEARD, TONIGHT = date(2026, 11, 20), date(2026, 11, 22)
ROW = "1-abc"
FINDING = Finding("LNK-03", "A shortened link", Severity.MEDIUM)
ONE = Tracked(ROW, FINDING, "bluesky", "did:plc:a", State.OPEN, HEARD, HEARD, HEARD)


def event(field, value, kind=Kind.TYPED, *, book="it", number=1, **changes):
    saved = datetime(2026, 11, 20, 9, tzinfo=UTC)
    scope = "" if field.shared else book
    one = Event(ROW, field.key, scope, value, value, kind, book, f"{book}.xlsx", saved, HEARD, number=number)
    return replace(one, **changes)


def lines(*events, book="it", orphans=(), came_to=("", False)):
    return heard_lines(Answers(events), orphans, book, lambda row: f"F-{row}", TONIGHT, lambda _: came_to)


def test_free_text_stays_in_its_workbook():
    """A comment is shown in the workbook in which it was typed; a status is shown in both."""
    said = Answers((event(COMMENT, "asked the office"), event(STATUS, Status.IN_PROGRESS, number=2)))
    assert cells_of(ROW, ACTION_FIELDS, "it", said) == {
        COMMENT.key: "asked the office",
        STATUS.key: Status.IN_PROGRESS,
    }
    assert cells_of(ROW, ACTION_FIELDS, "governors", said) == {STATUS.key: Status.IN_PROGRESS}
    assert lines(*said.events, book="governors") == ()


def test_dates_are_dates():
    """A date that was typed is a date again in the next workbook."""
    said = Answers((event(UNTIL, "2027-05-01"),))
    assert cells_of(ROW, ACTION_FIELDS, "it", said) == {UNTIL.key: date(2027, 5, 1)}


@pytest.mark.parametrize("kind", list(Kind))
def test_everything_typed_is_told(kind):
    """Whatever became of something typed, its workbook tells it in a sentence."""
    before = event(STATUS, Status.DONE, number=1, heard=TONIGHT - timedelta(days=200))
    [line] = lines(before, event(STATUS, Status.DONE, kind, number=2, why="said to be done; it was still there"))
    assert line.row == "F-1-abc"
    assert line.became.endswith(".")
    assert line.attention is (kind not in (Kind.TYPED, Kind.CLEARED, Kind.JOINED))


def test_what_needs_a_person_comes_first():
    """Lines that need attention come first, then the newest."""
    old = event(COMMENT, "x", heard=HEARD - timedelta(days=3), number=1)
    lost = event(STATUS, Status.DONE, Kind.LOST, heard=HEARD - timedelta(days=9), number=2)
    new = event(COMMENT, "y", number=3)
    assert [line.typed for line in lines(old, lost, new)] == [Status.DONE, "y", "x"]


def test_older_ones_are_told_no_more():
    """After two months the sheet no longer tells of an answer."""
    assert lines(event(COMMENT, "x", heard=TONIGHT - HEARD_FOR - timedelta(days=1))) == ()


def test_the_audit_speaks_where_it_was_answered():
    """What the audit itself says of an answer is told in the workbook in which that was typed, and only there."""
    typed = event(STATUS, Status.ACCEPTED)
    said = event(STATUS, None, Kind.AUDIT, book="", source="", number=2, why="the risk was accepted until 20/11/2026")
    first, _ = lines(typed, said)
    assert (first.became, first.source) == ("The risk was accepted until 20/11/2026.", "the audit itself")
    assert lines(typed, said, book="governors") == ()


def test_the_audit_speaks_to_nobody_whose_answer_had_no_effect():
    """What the audit says of the lead's answer is told to her alone, also where IT tried to answer after her."""
    leads = event(STATUS, Status.ACCEPTED, book="safeguarding")
    its = event(STATUS, Status.ACCEPTED, Kind.NOT_THEIRS, number=2, typed=Status.DONE)
    said = event(STATUS, None, Kind.AUDIT, book="", source="", number=3, why="the risk was accepted until 20/11/2026")
    told = {book: [line.became for line in lines(leads, its, said, book=book)] for book in ("it", "safeguarding")}
    assert "The risk was accepted until 20/11/2026." in told["safeguarding"]
    assert len(told["it"]) == 1
    assert "accepted" not in told["it"][0]


def test_orphans_are_told():
    """What belongs to no row is shown in its workbook with its words, and in no other."""
    orphan = Orphan("it", "it copy.xlsx", "Actions", "Actions, row 9", "Done on Friday", HEARD)
    [line] = lines(orphans=[orphan])
    assert (line.typed, line.attention) == ("Done on Friday", True)
    assert lines(orphans=[orphan], book="governors") == ()


def test_changed_since():
    """An answer that was changed again is told as taken over, and changed since."""
    first, second = event(STATUS, Status.DONE), event(STATUS, Status.IN_PROGRESS, number=2)
    assert {line.became for line in lines(first, second)} == {"Taken over, and changed since.", "Taken over."}


@pytest.mark.parametrize(
    ("review", "words"),
    [
        (Review(Status.ACCEPTED, HEARD, lacking=("who approved it",)), "Needs who approved it before it counts."),
        (Review(Status.ACCEPTED, HEARD, until=date(2027, 5, 1), in_force=True), "Accepted until 01/05/2027."),
        (Review(Status.IN_PROGRESS, HEARD), "In progress since 20/11/2026."),
        (Review(Status.TO_REVIEW, HEARD), ""),
        (Review(Status.NOT_AN_ISSUE, HEARD, in_force=True), "Not an issue, as answered on 20/11/2026."),
        (Review(Status.ATTESTED, HEARD), "Attested on 20/11/2026."),
        (None, ""),
    ],
)
def test_what_became(review, words):
    """Each answer says in a sentence what became of it."""
    assert became(ROW, review, ONE, Answers()) == words


def test_done_says_why_it_waits():
    """An answer that waits for the next look says what it waits for."""
    waiting = replace(ONE, why="not due; last looked at on 20/11/2026")
    assert "not due; last looked at" in became(ROW, Review(Status.DONE, HEARD), waiting, Answers())


def test_what_a_status_came_to():
    """Of the status that stands it is told what it came to; of one that was changed since, only that."""
    first, second = event(STATUS, Status.DONE), event(STATUS, Status.ACCEPTED, number=2)
    told = lines(first, second, came_to=("; needs who approved it before it counts", True))
    assert [(line.became, line.attention) for line in told] == [
        ("Taken over; needs who approved it before it counts.", True),
        ("Taken over, and changed since.", False),
    ]
