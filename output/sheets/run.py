"""Run: how the night went, for IT."""

from output.page import Book
from output.report import Report
from output.sheets import definitions

TITLE = "Run"


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    head = report.head
    subtitle = f"How the night went: run {head.run}, written by school-audit {head.version}."
    definitions.add(book, TITLE, subtitle, report.it.run, "Nothing is known of this run.")
