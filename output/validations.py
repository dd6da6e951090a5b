"""The rules by which Excel accepts or refuses what is typed into a cell, in plain words.

Areas never overlap: a cell has one rule. Rules stay right when people sort the table, because a rule that differs from
row to row asks the row itself.
"""

from collections.abc import Callable, Sequence
from datetime import date

from openpyxl.worksheet.datavalidation import DataValidation

from output.answers import UNTIL, WITH_LEAD, AnswerField, Sort

LONGEST_ANSWER = 5_000
"""Characters that a person may type into one cell."""
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 12, 31)
"""A date typed outside of these is a slip."""
EXCELS_DAY_0 = date(1899, 12, 30)
LONGEST_LIST = 255
"""Characters of a list that stands in the rule itself, with its quotation marks."""
LONGEST_WORDS, LONGEST_TITLE = 255, 32
"""Characters of a rule's message and of its title."""

ListPlace = Callable[[Sequence[str]], str]
"""Puts words on the hidden sheet, and says where they stand: "'Run data'!$B$5:$B$10"."""


def guard() -> DataValidation:
    """Refuses typing. Cells stay unlocked, or Excel would not sort them."""
    rule = DataValidation(type="custom", formula1="FALSE", allow_blank=False)
    return _stopping(
        rule, "Written by the audit", "This cell is written by the nightly audit, and would be written anew tonight."
    )


def answers(field: AnswerField, place: ListPlace, closed: str = "") -> DataValidation:
    """Accepts what fits a column that people fill in; an empty cell always does.

    `closed` is a condition on the first row, in Excel's words, under which a row is answered elsewhere.
    """
    match field.sort:
        case Sort.CHOICE:
            rule, title, error = _choice(field, place, closed)
        case Sort.DATE:
            rule, title, error = _day(field, closed)
        case Sort.TEXT:
            rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_ANSWER))
            title, error = "Too long", f"At most {LONGEST_ANSWER:,} characters fit here. Please shorten it."
    rule.allow_blank = True
    if closed and field.sort is not Sort.TEXT:
        error += " Rows of the safeguarding lead are answered in the safeguarding workbook alone."
    if field.prompt:
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = field.title[:LONGEST_TITLE], field.prompt
    return _stopping(rule, title, error)


def _choice(field: AnswerField, place: ListPlace, closed: str) -> tuple[DataValidation, str, str]:
    words = ",".join(field.choices).replace('"', '""')
    listed = f'"{words}"'
    if len(listed) > LONGEST_LIST or any("," in choice for choice in field.choices) or closed:
        listed = place(field.choices)
    if closed:
        listed = f"IF({closed},{place((WITH_LEAD,))},{listed})"
    return (
        DataValidation(type="list", formula1=listed),
        "Choose from the list",
        "Please choose from the list, so that tonight's run understands it, or leave the cell empty.",
    )


def _day(field: AnswerField, closed: str) -> tuple[DataValidation, str, str]:
    first, last = ((day - EXCELS_DAY_0).days for day in (FIRST_DAY, LAST_DAY))
    least = f"IF({closed},{last + 1},{first})" if closed else str(first)  # no day is after the last one
    rule = DataValidation(type="date", operator="between", formula1=least, formula2=str(last))
    error = "Please type a date, such as 31/01/2027"
    return rule, "A date", f"{error}, at most twelve months ahead." if field is UNTIL else f"{error}."


def _stopping(rule: DataValidation, title: str, error: str) -> DataValidation:
    rule.errorStyle, rule.showErrorMessage = "stop", True
    rule.errorTitle, rule.error = title, error
    return rule
