"""Clauses: every check under its clause of the policy, and how it ended over all accounts."""

from collections.abc import Iterator
from dataclasses import dataclass

from output.page import Book, Column
from output.report import ClauseLine, Report
from output.style import BOLD_TEXT, CENTRE, tone_look

TITLE = "Clauses"


@dataclass(frozen=True, slots=True)
class _Row:
    """A check's line; the clause's words stand only beside its first check."""

    line: ClauseLine
    words: str


COLUMNS: tuple[Column[_Row], ...] = (
    Column("clause", "Clause", 12, lambda r: r.line.clause, BOLD_TEXT),
    Column("words", "What the policy says", 46, lambda r: r.words),
    Column("check", "Check", 9.5, lambda r: r.line.check),
    Column("title", "What is checked", 46, lambda r: r.line.title),
    Column("by", "By", 10, lambda r: r.line.by, CENTRE),
    Column("result", "Result", 15, lambda r: r.line.result.words, lambda r: tone_look(r.line.result.tone)),
    Column("open", "Open", 8, lambda r: r.line.open, CENTRE),
    Column("awaiting", "Awaiting a look", 10, lambda r: r.line.awaiting, CENTRE),
    Column("not_audited", "Not audited", 9, lambda r: r.line.not_audited, CENTRE),
    Column("reason", "Why not audited, or by hand", 52, lambda r: r.line.reason),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    page = book.page(TITLE, "7FAEDB")
    names = report.governors.clause_names
    which = f"clauses {names[0]} to {names[-1]} and governance" if len(names) > 1 else "every clause and governance"
    subtitle = (
        f"{report.head.policy}: {which}. "
        " OK = everything was seen and nothing is open; what could not be seen is never a pass."
        "  “by hand” = no program looks; a person does."
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, list(_rows(report.governors.lines)), "The policy data lists no check.")


def _rows(lines: tuple[ClauseLine, ...]) -> Iterator[_Row]:
    seen: set[str] = set()
    for line in lines:
        yield _Row(line, "" if line.clause in seen else line.words)
        seen.add(line.clause)
