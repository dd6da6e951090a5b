"""Method: how the report was made, and what its words mean."""

from output.page import Book
from output.report import Report
from output.sheets import definitions

TITLE = "Method"


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    subtitle = "How this report was made, what its words mean, and what it cannot see."
    definitions.add(book, TITLE, subtitle, report.governors.method, "Nothing is written here yet.")
