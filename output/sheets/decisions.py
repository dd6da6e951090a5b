"""Decisions: what only the governors can decide, with what they resolved."""

from output.answer_columns import answer_columns, answered_column, mark_column
from output.answers import DECISION_FIELDS
from output.page import Book, Column, counted
from output.report import DecisionLine, Report
from output.style import BOLD_TEXT, CENTRE, DATE

TITLE = "Decisions"

MOST_NAMES = 12
"""How many accounts a row names before it only counts the rest."""


def _accounts(line: DecisionLine) -> str:
    more = len(line.accounts) - MOST_NAMES
    names = [*line.accounts[:MOST_NAMES], *([f"and {counted(more, 'more', 'more')}"] if more > 0 else [])]
    return "\n".join(names)


COLUMNS: tuple[Column[DecisionLine], ...] = (
    Column("id", "Question", 23, lambda d: d.id, BOLD_TEXT),
    Column("asked", "What is asked", 50, lambda d: d.asked, BOLD_TEXT),
    Column("clause", "Clause", 12, lambda d: d.clause, CENTRE),
    Column("why", "Why", 52, lambda d: d.why),
    Column("accounts", "Accounts", 34, _accounts),
    Column("since", "Since", 11.5, lambda d: d.since, DATE, turn=True),
    *answer_columns(DECISION_FIELDS, lambda d: d.answers),
    answered_column(lambda d: d.answered),
    mark_column(lambda d: d.mark),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.governors.decisions
    left = sum(not line.decided for line in lines)
    page = book.page(TITLE, "0B6B66")
    subtitle = (
        f"{counted(len(lines), 'decision')}, {left:,} still to be taken, those first."
        "  Type what the governors resolved; a row leaves once the audit no longer finds what it rests on."
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, lines, "No decision is asked of governors.")
