"""governors.xlsx: what the governors review, on one page first. It may be e-mailed on."""

from openpyxl import Workbook

from output.page import Book
from output.report import Report
from output.sheets import (
    accepted,
    accounts,
    clauses,
    coverage,
    coverage_matrix,
    decisions,
    findings,
    method,
    summary,
    trend,
    your_answers,
)


def build(report: Report) -> Workbook:
    """The governors' workbook. It holds nothing but `report.governors`, the head and the totals."""
    book = Book(report.head, "governors", "Social media audit", "For governors · indicators, no names")
    summary.add(book, report)
    decisions.add(book, report)
    clauses.add(book, report)
    accounts.add(book, report)
    findings.add(book, report)
    coverage_matrix.add(book, report.governors.coverage)
    coverage.add(book, report.governors.coverage)
    trend.add(book, report)
    accepted.add(book, report)
    method.add(book, report)
    your_answers.add(book, report.governors.heard)
    return book.finish()
