"""Actions: what IT works through, one row for each fix, the next due first."""

from output.page import Book, Column, counted
from output.report import ActionLine, Report
from output.sheets.wording import numbered
from output.style import BOLD_TEXT, CENTRE, DATE, LATE, LATE_DATE, LINK, severity_look

TITLE = "Actions"

COLUMNS: tuple[Column[ActionLine], ...] = (
    Column("id", "Finding", 10.5, lambda a: a.id, BOLD_TEXT),
    Column("severity", "Severity", 10, lambda a: a.severity.capitalize(), lambda a: severity_look(a.severity)),
    Column("due", "Due", 11.5, lambda a: a.due or "no date", lambda a: LATE_DATE if a.overdue else DATE),
    Column("overdue", "Days overdue", 9, lambda a: a.overdue, lambda a: LATE if a.overdue else CENTRE),
    Column("account", "Account", 25, lambda a: a.account, LINK, lambda a: a.account_address),
    Column("title", "What we found", 26, lambda a: a.title, BOLD_TEXT),
    Column("detail", "Detail", 32, lambda a: a.detail),
    Column("item", "Item", 26, lambda a: a.item_address, LINK, lambda a: a.item_address),
    Column("steps", "Steps", 56, lambda a: numbered(a.steps)),
    Column("approver", "Who may approve", 16, lambda a: a.approver or "no approval needed"),
    Column("recheck", "Last night's re-check", 20, lambda a: a.recheck),
    Column("standing", "Standing", 14.5, lambda a: "Recommendation" if a.recommended else "To do", CENTRE),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.it.actions
    late = sum(line.overdue > 0 for line in lines)
    page = book.page(TITLE, "D9583B")
    subtitle = (
        f"{counted(len(lines), 'row')}, {late:,} overdue, the next due first.  Follow the steps;"
        " tomorrow's run looks again at every item."
    )
    page.band(TITLE, subtitle, len(COLUMNS))
    page.table(COLUMNS, lines, "Nothing is to do.")
