"""Findings: one row for each open finding, item awaiting a human look, and recommendation."""

from output.answer_columns import answer_columns, answered_column, mark_column
from output.answers import FINDING_FIELDS
from output.cells import address_of
from output.page import Book, Column, counted
from output.report import Delta, FindingLine, Report
from output.sheets.wording import DELTA_WORDS, standing
from output.style import BOLD_TEXT, CENTRE, DATE, LATE, LATE_DATE, LINK, Look, severity_look

TITLE = "Findings"


def _since(line: FindingLine) -> Look:
    return LATE if line.delta in {Delta.NEW, Delta.REOPENED} else CENTRE


def _where(line: FindingLine) -> str:
    """A word to click; the address itself where it cannot be a link."""
    return "Open" if address_of(line.address) else line.address


def _elsewhere(line: FindingLine) -> bool:
    return not line.answerable


COLUMNS: tuple[Column[FindingLine], ...] = (
    Column("id", "Finding", 15, lambda f: f.id, BOLD_TEXT),
    Column("severity", "Severity", 10, lambda f: f.severity.capitalize(), lambda f: severity_look(f.severity)),
    Column("clause", "Clause", 11.5, lambda f: f.clause, CENTRE),
    Column("account", "Account", 27, lambda f: f.account),
    Column("title", "What we found", 32, lambda f: f.title, BOLD_TEXT),
    Column("detail", "Detail", 52, lambda f: f.detail),
    Column("recommendation", "Recommendation", 42, lambda f: f.recommendation, turn=True),
    Column("since_last_night", "Since last night", 12, lambda f: DELTA_WORDS[f.delta], _since),
    Column("standing", "Standing", 15, standing, CENTRE),
    Column("due", "Due", 11.5, lambda f: f.due or "no date", lambda f: LATE_DATE if f.overdue else DATE),
    *answer_columns(FINDING_FIELDS, lambda f: f.answers, _elsewhere),
    answered_column(lambda f: f.answered, _elsewhere),
    Column("address", "Where", 9, _where, LINK, lambda f: f.address, screen=True),
    Column("first_seen", "First seen", 11.5, lambda f: f.first_seen, DATE),
    Column("nights_open", "Nights open", 8, lambda f: f.nights_open, CENTRE),
    Column("confidence", "Confidence", 11, lambda f: f.confidence, CENTRE),
    Column("platform", "Platform", 12, lambda f: f.platform),
    Column("risk", "Risk", 40, lambda f: f.risk),
    Column("criterion", "What the policy says", 60, lambda f: f.criterion),
    mark_column(lambda f: f.mark),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    totals, lines = report.totals, report.governors.findings
    page = book.page(TITLE, "D9583B")
    said = [
        counted(totals.open_total, "open finding"),
        f"{totals.awaiting:,} awaiting a human look",
    ]
    if totals.recommendations:
        said.append(f"{counted(totals.recommendations, 'recommendation')}, which never count")
    page.band(
        TITLE,
        "  ·  ".join(said)
        + ".  Most serious first; the teal columns are yours.  On the screen, right: where, the risk, the policy.",
        COLUMNS,
    )
    page.table(COLUMNS, lines, "Nothing is open.")
