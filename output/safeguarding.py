"""safeguarding.xlsx: the designated safeguarding lead's alone."""

from openpyxl import Workbook

from output.page import Book
from output.report import Report
from output.sheets import closed, to_review, your_answers


def build(report: Report) -> Workbook:
    """The safeguarding lead's workbook. It holds nothing but `report.safeguarding` and the head."""
    book = Book(
        report.head,
        "safeguarding",
        "For the safeguarding lead",
        "CONFIDENTIAL · the safeguarding lead's alone",
    )
    to_review.add(book, report)
    closed.add(book, report)
    your_answers.add(book, report.safeguarding.heard)
    return book.finish()
