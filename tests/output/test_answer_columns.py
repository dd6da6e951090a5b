"""The columns that people fill in: what they hold, what they accept, and what comes back from them."""

import io
import re
import zipfile
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from output import style
from output.answer_columns import NOTHING, answer_columns, answered_column, mark_column
from output.answers import (
    ACTION_FIELDS,
    APPROVERS,
    BY_HAND_FIELDS,
    COMMENT,
    DECISION_FIELDS,
    FIELDS,
    FINDING_FIELDS,
    OWNER,
    STATUS,
    UNTIL,
    WITH_LEAD,
    Answer,
    AnswerField,
    Sort,
    Status,
)
from output.cells import text
from output.page import FIRST_ROW, FORMAT_VERSION, HEADER_ROW, KEY_ROW, Book, Column


@dataclass(frozen=True)
class Line:
    """A row to answer."""

    id: str = "F-0000000A"
    answers: dict[str, Answer] = field(default_factory=dict)
    answered: str = ""
    mark: str = "1-00000000000000000000000a"
    elsewhere: bool = False


def file_of(head, lines, fields=FINDING_FIELDS, closed=None):
    """A workbook with one table of these rows, as a file."""
    book = Book(head, "governors", "Title", "Reader")
    columns = (
        Column("id", "Finding", 15, lambda r: r.id),
        *answer_columns(fields, lambda r: r.answers, closed),
        answered_column(lambda r: r.answered, closed),
        mark_column(lambda r: r.mark),
    )
    page = book.page("Findings")
    page.band("Findings", "", columns)
    page.table(columns, lines, "")
    file = io.BytesIO()
    book.finish().save(file)
    return file


@pytest.fixture(scope="module")
def head(sample):
    """What stands at the top of the sheets."""
    return sample("good").head


def sheet_of(file):
    """The first sheet as openpyxl reads it."""
    return load_workbook(io.BytesIO(file.getvalue())).worksheets[0]


def read(file):
    """The rows by their keys, as python-calamine reads them."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0)
    table = rows.to_python(skip_empty_area=False)
    return [dict(zip(table[KEY_ROW - 1], row, strict=True)) for row in table[FIRST_ROW - 1 :]]


def rule_of(sheet, key):
    """The validation of a column, by its key."""
    column = next(cell.column_letter for cell in sheet[KEY_ROW] if cell.value == key)
    rules = [rule for rule in sheet.data_validations.dataValidation if f"{column}{FIRST_ROW}" in rule.sqref]
    assert len(rules) == 1, "a cell has one rule"
    return rules[0]


WORDS = st.text(st.characters(exclude_categories=()), max_size=60)
DAYS = st.dates(date(1900, 3, 1), date(2199, 12, 31))


@given(st.lists(st.tuples(st.sampled_from(Status), WORDS, DAYS, WORDS), min_size=1, max_size=6))
@example([(Status.DONE, "=1+1", date(2027, 8, 31), "'quoted")])
@example([(Status.ACCEPTED, "_x0041_", date(2027, 8, 31), "_x005F_")])
@example([(Status.TO_REVIEW, "first\nsecond", date(2020, 2, 29), "\tindented ")])
@example([(Status.IN_PROGRESS, "🙂👩‍🚀 مرحبا \u202e", date(2027, 8, 31), "0012")])
@example([(Status.NOT_AN_ISSUE, "x" * 5_000, date(2027, 8, 31), "31/01/2027")])
@example([(Status.ATTESTED, "+44 7700 900123", date(2027, 8, 31), "12345678901234567890")])
def test_answers_come_back_as_written(head, given_answers):
    """A status, a date and any text are read back as they were written, or as a cell can hold them."""
    lines = [
        Line(answers={STATUS.key: status, COMMENT.key: comment, UNTIL.key: until, OWNER.key: owner})
        for status, comment, until, owner in given_answers
    ]
    back = read(file_of(head, lines))
    for row, (status, comment, until, owner) in zip(back, given_answers, strict=True):
        assert row[STATUS.key] == status.value
        assert row[UNTIL.key] == until
        assert isinstance(row[UNTIL.key], date)
        for key, words in ((COMMENT.key, comment), (OWNER.key, owner)):
            assert row[key] in (text(words), shown(text(words)))
            assert isinstance(row[key], str)


def shown(stored):
    """What Excel shows for stored text."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), stored)


def test_what_nobody_answered_is_empty(head):
    """A row without answers has empty cells, and the column beside them is never empty."""
    row = read(file_of(head, [Line()]))[0]
    assert [row[one.key] for one in FINDING_FIELDS] == [""] * len(FINDING_FIELDS)
    assert row["answered"] == NOTHING
    assert row["mark"] == Line().mark


def test_the_keys_stand_above_the_headings(head):
    """The hidden row has the answer columns' keys, the visible one their titles in their own colour."""
    sheet = sheet_of(file_of(head, [Line()]))
    keys = [cell.value for cell in sheet[KEY_ROW]]
    assert keys == ["id", *(one.key for one in FINDING_FIELDS), "answered", "mark"]
    for cell in sheet[HEADER_ROW]:
        key = keys[cell.column - 1]
        assert cell.fill.fgColor.rgb[2:] == (style.TEAL if key in FIELDS else style.NAVY)
        if key in FIELDS:
            assert cell.value == FIELDS[key].title
    assert "For you to fill in" in [cell.value for cell in sheet[2]]


def test_people_may_type_where_the_ground_says_so(head):
    """Cells to fill in have a ground of their own and are unlocked, like all cells of the table, so that it sorts."""
    sheet = sheet_of(file_of(head, [Line()]))
    for cell in sheet[FIRST_ROW]:
        assert not cell.protection.locked
        filled = sheet.cell(KEY_ROW, cell.column).value in FIELDS
        assert (cell.fill.fgColor.rgb[2:] == style.TO_FILL) is filled
    assert sheet.protection.sheet
    assert not sheet.protection.sort
    assert not sheet.protection.autoFilter
    assert sheet.protection.password is None


def test_text_that_is_typed_stays_text(head):
    """Free text has Excel's text format: a dash in front is no formula, and 3/4 is no date."""
    sheet = sheet_of(file_of(head, [Line()]))
    formats = {sheet.cell(KEY_ROW, cell.column).value: cell.number_format for cell in sheet[FIRST_ROW]}
    assert formats[COMMENT.key] == formats[OWNER.key] == "@"
    assert formats[UNTIL.key] == "dd/mm/yyyy"


@pytest.mark.parametrize("fields", [FINDING_FIELDS, ACTION_FIELDS, DECISION_FIELDS, BY_HAND_FIELDS])
def test_each_column_accepts_what_fits_it(fields, head):
    """Choices have a drop-down, dates must be days of this century, texts have a limit; empty is always accepted."""
    sheet = sheet_of(file_of(head, [Line(), Line()], fields))
    for one in fields:
        rule = rule_of(sheet, one.key)
        assert rule.allowBlank
        assert rule.showErrorMessage
        assert rule.errorStyle == "stop"
        assert rule.prompt == (one.prompt or None)
        match one.sort:
            case Sort.CHOICE:
                assert (rule.type, rule.formula1) == ("list", f'"{",".join(one.choices)}"')
                assert not rule.showDropDown, "in the file format this hides the arrow"
            case Sort.DATE:
                assert (rule.type, rule.operator) == ("date", "between")
                assert (rule.formula1, rule.formula2) == ("43831", "73415")
            case Sort.TEXT:
                assert (rule.type, rule.operator) == ("textLength", "lessThanOrEqual")
                assert rule.formula1 == "5000"


def test_until_when_is_at_most_twelve_months(head):
    """Who types no date for "Accepted until" is told of the twelve months."""
    assert "at most twelve months" in rule_of(sheet_of(file_of(head, [Line()])), UNTIL.key).error


def test_what_the_audit_wrote_refuses_typing(head):
    """All columns of the audit share one rule that accepts nothing."""
    sheet = sheet_of(file_of(head, [Line()]))
    rules = [rule_of(sheet, key) for key in ("id", "answered", "mark")]
    assert rules[0] == rules[1] == rules[2]
    assert (rules[0].type, rules[0].formula1, rules[0].allowBlank) == ("custom", "FALSE", False)


def test_no_cell_has_two_rules(finished, head):
    """The areas of the rules cover each cell of a table once."""
    for kind in ("governors", "it", "safeguarding"):
        for sheet in load_workbook(finished("answered", kind)).worksheets:
            covered = [
                cell
                for rule in sheet.data_validations.dataValidation
                for area in rule.sqref.ranges
                for cell in area.cells
            ]
            assert len(covered) == len(set(covered))
            tables = sheet.tables.values()
            assert len(covered) == sum(len(one.tableColumns) * (len(sheet[one.ref]) - 1) for one in tables)


def test_a_long_list_stands_on_the_hidden_sheet(head):
    """Choices over 255 characters, or with commas, are read from the hidden sheet, where they stand once."""
    for choices in (tuple(f"choice number {number}" for number in range(20)), ("a, b", "c")):
        long = replace(STATUS, choices=choices, shared=False)
        file = file_of(head, [Line()], (long, replace(long, key="answer_other", title="Other")))
        place = re.fullmatch(r"'Run data'!\$B\$(\d+):\$B\$(\d+)", rule_of(sheet_of(file), long.key).formula1)
        assert rule_of(sheet_of(file), "answer_other").formula1 == place[0]
        data = load_workbook(io.BytesIO(file.getvalue()))["Run data"]
        assert tuple(data.cell(row, 2).value for row in range(int(place[1]), int(place[2]) + 1)) == choices


def test_a_quotation_mark_in_a_choice_is_doubled(head):
    """A list in the rule itself escapes quotation marks."""
    odd = replace(STATUS, choices=('say "yes"', "no"), shared=False)
    assert rule_of(sheet_of(file_of(head, [Line()], (odd,))), odd.key).formula1 == '"say ""yes"",no"'


ELSEWHERE = (
    Line(answers={STATUS.key: Status.ACCEPTED, UNTIL.key: date(2027, 1, 1), COMMENT.key: "ours"}),
    Line(
        answers={STATUS.key: Status.ACCEPTED, UNTIL.key: date(2027, 1, 1), COMMENT.key: "ours"},
        answered="A status typed here has no effect",
        elsewhere=True,
    ),
)


def test_rows_of_the_safeguarding_lead_show_no_answer(head):
    """Their shared columns say who answers and show nothing else; the workbook's own comment stays."""
    here, there = read(file_of(head, ELSEWHERE, closed=lambda r: r.elsewhere))
    assert here[STATUS.key] == "Accepted risk"
    for key in ("answer_status", "answer_due", "answer_approver", "answer_until"):
        assert there[key] == WITH_LEAD
    assert there[COMMENT.key] == "ours"
    assert there["answered"] == "With the safeguarding lead. A status typed here has no effect"


def test_rows_of_the_safeguarding_lead_refuse_typing_wherever_they_are_sorted_to(head):
    """The rules ask the row itself, in a cell that is never empty, so they go with the rows of a sorted table."""
    file = file_of(head, ELSEWHERE, closed=lambda r: r.elsewhere)
    sheet = sheet_of(file)
    told = next(cell.column_letter for cell in sheet[KEY_ROW] if cell.value == "answered")
    assert all(cell.value for cell in sheet[told][FIRST_ROW - 1 :])
    condition = f'LEFT(${told}5,26)="with the safeguarding lead"'
    status = re.fullmatch(
        rf"IF\({re.escape(condition)},'Run data'!\$B\$(\d+):\$B\$\1,'Run data'!\$B\$(\d+):\$B\$(\d+)\)",
        rule_of(sheet, STATUS.key).formula1,
    )
    data = load_workbook(io.BytesIO(file.getvalue()))["Run data"]
    assert data.cell(int(status[1]), 2).value == WITH_LEAD
    listed = [data.cell(row, 2).value for row in range(int(status[2]), int(status[3]) + 1)]
    assert listed == [one.value for one in Status]
    assert rule_of(sheet, UNTIL.key).formula1 == f"IF({condition},73416,43831)"
    assert rule_of(sheet, COMMENT.key).formula1 == "5000"
    assert len(WITH_LEAD) == 26
    assert sheet[f"{told}6"].value.casefold().startswith(WITH_LEAD)


def test_the_fields_fit_what_excel_takes():
    """Titles are at most 32 characters, prompts 255, and every heading is told apart in small letters."""
    for one in FIELDS.values():
        assert len(one.title) <= 32
        assert len(one.prompt) <= 255
        assert all(known == known.casefold() for known in one.known_as)
    for fields in (FINDING_FIELDS, ACTION_FIELDS, DECISION_FIELDS, BY_HAND_FIELDS):
        names = [name for one in fields for name in (one.title.casefold(), *one.known_as)]
        assert len(names) == len(set(names))
    assert isinstance(STATUS, AnswerField)
    assert set(APPROVERS) == set(FIELDS["answer_approver"].choices)


def test_the_colours_follow_the_answer(head):
    """A status is coloured by a rule as soon as it is chosen, each by words that can be chosen."""
    sheet = sheet_of(file_of(head, [Line()]))
    formulas = [rule.formula[0].strip('"') for area in sheet.conditional_formatting for rule in area.rules]
    assert formulas
    assert set(formulas) <= {one.value for one in Status}


def test_the_format_has_a_number(head):
    """The hidden sheet tells in which format the answers stand."""
    parts = zipfile.ZipFile(file_of(head, [Line()]))
    assert FORMAT_VERSION == 2
    assert "<v>2</v>" in parts.read("xl/worksheets/sheet2.xml").decode()
