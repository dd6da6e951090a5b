"""it.xlsx: what IT works through each week."""

from openpyxl import Workbook

from output.page import Book
from output.report import Report
from output.sheets import (
    actions,
    by_hand,
    coverage,
    coverage_matrix,
    for_the_register,
    it_findings,
    run,
    unlisted,
    your_answers,
)


def build(report: Report) -> Workbook:
    """IT's workbook. It holds nothing but `report.it` and the head."""
    book = Book(report.head, "it", "Social media actions", "For IT · keep inside the school")
    actions.add(book, report)
    by_hand.add(book, report)
    it_findings.add(book, report)
    unlisted.add(book, report)
    for_the_register.add(book, report)
    coverage_matrix.add(book, report.it.coverage)
    coverage.add(book, report.it.coverage)
    run.add(book, report)
    your_answers.add(book, report.it.heard)
    return book.finish()
