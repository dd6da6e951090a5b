"""Actions: what IT works through, one row for each fix, the next due first."""

from output.answer_columns import answer_columns, answered_column, mark_column
from output.answers import ACTION_FIELDS
from output.page import Book, Column, counted
from output.report import ActionLine, Report
from output.sheets.wording import ASIDE, RECOMMENDATION, numbered, quoted
from output.style import BOLD_TEXT, CENTRE, DATE, LATE, LATE_DATE, LINK, severity_look

TITLE = "Actions"

TO_DO = "To do"


def _account(line: ActionLine) -> str:
    return line.account_address


def _item(line: ActionLine) -> str:
    return line.item_address


def _steps(line: ActionLine) -> str:
    return f"{numbered(line.steps)}\n{line.caution}".rstrip()


def _elsewhere(line: ActionLine) -> bool:
    return not line.answerable


def _standing(line: ActionLine) -> str:
    if line.aside:
        return ASIDE
    return RECOMMENDATION if line.recommended else TO_DO


COLUMNS: tuple[Column[ActionLine], ...] = (
    Column("id", "Finding", 15, lambda a: a.id, BOLD_TEXT),
    Column("severity", "Severity", 10, lambda a: a.severity.capitalize(), lambda a: severity_look(a.severity)),
    Column("due", "Due", 11.5, lambda a: a.due or "no date", lambda a: LATE_DATE if a.overdue else DATE),
    Column("overdue", "Days overdue", 9, lambda a: a.overdue, lambda a: LATE if a.overdue else CENTRE),
    Column("standing", "Standing", 15, _standing, CENTRE),
    Column("account", "Account", 28, lambda a: a.account),
    Column("title", "What we found", 30, lambda a: a.title, BOLD_TEXT),
    Column("steps", "Steps", 62, _steps),
    Column("approver", "Who may approve", 17, lambda a: a.approver or "nobody need", turn=True),
    *answer_columns(ACTION_FIELDS, lambda a: a.answers, _elsewhere),
    answered_column(lambda a: a.answered, _elsewhere),
    Column("recheck", "Last night's re-check", 20, lambda a: a.recheck),
    Column("detail", "Detail", 60, lambda a: a.detail),
    Column("item_address", "Item's address", 44, lambda a: a.item_address, LINK, _item, screen=True),
    Column("account_address", "Account's address", 44, lambda a: a.account_address, LINK, _account),
    Column("quotes", "Our own words", 72, lambda a: quoted(a.quotes)),
    mark_column(lambda a: a.mark),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.it.actions
    to_do = sum(not line.aside for line in lines)
    late = sum(line.overdue > 0 for line in lines)
    page = book.page(TITLE, "D9583B")
    subtitle = (
        f"{counted(to_do, 'row')} to do, {late:,} overdue, the next due first.  Due dates are counted in school days,"
        " days overdue in all days.  Follow the steps; type your answer into the teal columns;"
        " tonight's run looks again at every item."
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, lines, "Nothing is to do.")
