"""Findings, as IT reads them: every open one in a row, which leads to its click path on Actions."""

from collections import Counter

from output.page import Book, Column, counted
from output.report import Delta, ItFindingLine, Report
from output.sheets.wording import DELTA_WORDS, FINDING, LOOK, RECOMMENDATION, standing
from output.style import BOLD_TEXT, CENTRE, DATE, JUMP_TEXT, LATE, Look, severity_look

TITLE = "Findings"


def _since(line: ItFindingLine) -> Look:
    return LATE if line.delta in {Delta.NEW, Delta.REOPENED} else CENTRE


def _columns(book: Book) -> tuple[Column[ItFindingLine], ...]:
    def action(line: ItFindingLine) -> tuple[str, str] | None:
        return book.places.get(line.id)

    def go(line: ItFindingLine) -> str:
        place = action(line)
        return f"row {place[1][1:]}" if place else "none"

    return (
        Column("id", "Finding", 15, lambda f: f.id, BOLD_TEXT),
        Column("severity", "Severity", 10, lambda f: f.severity.capitalize(), lambda f: severity_look(f.severity)),
        Column("clause", "Clause", 11.5, lambda f: f.clause, CENTRE),
        Column("account", "Account", 27, lambda f: f.account),
        Column("title", "What we found", 32, lambda f: f.title, BOLD_TEXT),
        Column("detail", "Detail", 56, lambda f: f.detail),
        Column("approver", "Who may approve", 18, lambda f: f.approver or "nobody need"),
        Column("action", "On Actions", 9, go, JUMP_TEXT, jump=action),
        Column("first_seen", "First seen", 11.5, lambda f: f.first_seen, DATE),
        Column("nights_open", "Nights open", 8, lambda f: f.nights_open, CENTRE),
        Column("since_last_night", "Since last night", 13, lambda f: DELTA_WORDS[f.delta], _since),
        Column("confidence", "Confidence", 11, lambda f: f.confidence, CENTRE),
        Column("standing", "Standing", 15, standing, CENTRE),
    )


def add(book: Book, report: Report) -> None:
    """Add the sheet; after Actions, so that its rows lead there."""
    lines = report.it.findings
    counts = Counter(standing(line) for line in lines)
    said = [counted(counts[FINDING], "open finding"), f"{counts[LOOK]:,} awaiting a human look"]
    if counts[RECOMMENDATION]:
        said.append(f"{counted(counts[RECOMMENDATION], 'recommendation')}, which never count")
    columns = _columns(book)
    page = book.page(TITLE, "E8A33D")
    subtitle = "  ·  ".join(said) + ".  Most serious first.  Answer them on Actions."
    page.band(TITLE, subtitle, columns)
    page.table(columns, lines, "Nothing is open.")
