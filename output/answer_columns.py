"""The columns that people fill in, and those beside them: what became of an answer, and the mark of its row.

A sheet takes `*answer_columns(FIELDS, lambda row: row.answers)` among its columns, then `answered_column(...)`, and
`mark_column(...)` as its last one. `answers` is a mapping from an AnswerField's key to what the cell shows; what it
lacks is an empty cell. The sheet needs a column "id" too. `Page.table` adds the drop-downs and the other rules.
"""

from collections.abc import Callable, Mapping, Sequence

from output import style
from output.answers import ROW_MARK, WITH_LEAD, Answer, AnswerField, Sort
from output.page import ANSWERED, Column, Row
from output.style import Look

NOTHING = "\u2013"
"""Said of a row of which there is nothing to say."""

LOOKS: Mapping[Sort, Look] = {
    Sort.CHOICE: style.ANSWER,
    Sort.DATE: style.ANSWER_DATE,
    Sort.TEXT: style.ANSWER_TEXT,
}


def answer_columns(
    fields: Sequence[AnswerField],
    answers_of: Callable[[Row], Mapping[str, Answer]],
    closed: Callable[[Row], bool] | None = None,
) -> tuple[Column[Row], ...]:
    """Columns in which people type.

    `closed` tells which rows the safeguarding lead answers elsewhere: their shared columns say so, show no answer and
    refuse typing, their free text stays open. A sheet with such rows needs `answered_column` with the same `closed`.
    """
    return tuple(_column(field, answers_of, closed) for field in fields)


def _column(
    field: AnswerField, answers_of: Callable[[Row], Mapping[str, Answer]], closed: Callable[[Row], bool] | None
) -> Column[Row]:
    refuses = closed if field.shared else None

    def value(row: Row) -> Answer:
        return WITH_LEAD if refuses and refuses(row) else answers_of(row).get(field.key)

    def look(row: Row) -> Look:
        return style.ELSEWHERE if refuses and refuses(row) else LOOKS[field.sort]

    return Column(
        field.key,
        field.title,
        field.width,
        value,
        look if refuses else LOOKS[field.sort],
        answer=field,
        closed=refuses is not None,
    )


def answered_column(words_of: Callable[[Row], str], closed: Callable[[Row], bool] | None = None) -> Column[Row]:
    """What became of the answers of a row; never empty, or Excel would let everything be typed beside it."""

    def words(row: Row) -> str:
        said = words_of(row) or NOTHING
        if not (closed and closed(row)):
            return said
        lead = f"{WITH_LEAD[0].upper()}{WITH_LEAD[1:]}"  # how the rules of a closed row know it
        return lead if said == NOTHING else f"{lead}. {said}"

    return Column(ANSWERED, "What became of your answer", 27, words)


def mark_column(mark_of: Callable[[Row], str]) -> Column[Row]:
    """The whole mark of a row, by which its answers are found again; off the paper."""
    return Column(ROW_MARK, "Mark", 22, mark_of, style.MARK, screen=True)
