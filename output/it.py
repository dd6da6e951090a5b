"""it.xlsx: what IT works through each week."""

from openpyxl import Workbook

from output.page import Book
from output.report import Report
from output.sheets import actions, by_hand, coverage, run


def build(report: Report) -> Workbook:
    """IT's workbook. It holds nothing but `report.it` and the head."""
    book = Book(report.head, "it", "Social media actions", "For IT · keep inside the school")
    actions.add(book, report)
    by_hand.add(book, report)
    coverage.add(book, report.it.coverage)
    run.add(book, report)
    return book.finish()
