"""Accepted and closed: what somebody set aside, and what was closed since the governors last met."""

from output.answer_columns import answer_columns, answered_column, mark_column
from output.answers import ACTION_FIELDS
from output.page import Book, Column, counted, on_day
from output.report import AcceptedLine, Aside, Report, Tone
from output.style import BOLD_TEXT, CENTRE, DATE, Look, severity_look, tone_look

TITLE = "Accepted and closed"

SOON = 60
"""Days before the end of an acceptance from which on it stands out."""


def _kind(line: AcceptedLine) -> Look:
    return tone_look(Tone.GOOD if line.kind is Aside.CLOSED else Tone.UNSEEN)


def _left(line: AcceptedLine) -> Look:
    soon = line.days_left is not None and line.days_left <= SOON
    return tone_look(Tone.WATCH) if soon else CENTRE


def _elsewhere(line: AcceptedLine) -> bool:
    return not line.answerable


COLUMNS: tuple[Column[AcceptedLine], ...] = (
    Column("id", "Finding", 15, lambda a: a.id, BOLD_TEXT),
    Column("kind", "Set aside or closed", 13, lambda a: a.kind, _kind),
    Column("severity", "Severity", 10, lambda a: a.severity.capitalize(), lambda a: severity_look(a.severity)),
    Column("clause", "Clause", 11.5, lambda a: a.clause, CENTRE),
    Column("account", "Account", 26, lambda a: a.account),
    Column("what", "What it was", 32, lambda a: a.what, BOLD_TEXT),
    Column("how", "How it stands", 32, lambda a: a.how),
    Column("closed_on", "Closed on", 11.5, lambda a: a.closed_on, DATE),
    Column("reason", "Reason", 34, lambda a: a.reason),
    Column("approved", "Approver", 16, lambda a: a.approver),
    Column("until", "Until", 11.5, lambda a: a.until, DATE),
    Column("days_left", "Days left", 8, lambda a: a.days_left, _left),
    Column("from", "Answered on", 11.5, lambda a: a.since, DATE, screen=True),
    *answer_columns(ACTION_FIELDS, lambda a: a.answers, _elsewhere),
    answered_column(lambda a: a.answered, _elsewhere),
    mark_column(lambda a: a.mark),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines, since = report.governors.accepted, report.totals.since
    count = {kind: sum(line.kind is kind for line in lines) for kind in Aside}
    closed = count[Aside.CLOSED] + count[Aside.ATTESTED]
    page = book.page(TITLE, "A7B0BC")
    subtitle = (
        f"{counted(count[Aside.ACCEPTED], 'accepted risk')}, {count[Aside.NOT_AN_ISSUE]:,} not an issue,"
        f" {closed:,} closed {f'since {on_day(since)}' if since else 'so far'}."
        "  On the screen, to the right: change or renew an answer."
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, lines, "Nothing is accepted, and nothing was closed.")
