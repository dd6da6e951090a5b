"""Method: how the report was made, and what its words mean."""

from output.page import Book
from output.report import Report
from output.sheets import definitions

TITLE = "Method"

FIRST_ON_SCREEN = "What each check cannot see, and what it rests on"
"""From this heading on, the sheet is for the screen: the lists are long."""


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.governors.method
    subtitle = (
        "How this report was made, what its words mean, and what it cannot see."
        "  On the screen, further down: each check's limits and sources, and how long things are kept."
    )
    headings = list(dict.fromkeys(line.heading for line in lines))
    printed = next((place for place, one in enumerate(headings) if one == FIRST_ON_SCREEN), None)
    definitions.add(book, TITLE, subtitle, lines, "Nothing is written here yet.", printed)
