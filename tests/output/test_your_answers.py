"""The sheet "Your answers" in each of the workbooks, and what stands beside the answers on the others."""

import io
import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from output import governors
from output.answers import STATUS, WITH_LEAD
from output.sheets.wording import quoted
from output.sheets.your_answers import TITLE

KINDS = ("governors", "it", "safeguarding")
FIRST = {"governors": "Findings", "it": "Actions", "safeguarding": "To review"}


def table(path, sheet):
    """The rows of a sheet by its hidden keys."""
    keys, *body = load_workbook(path)[sheet].iter_rows(min_row=3, values_only=True)
    return [dict(zip(keys, row, strict=True)) for row in body[1:]]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_heard_stands_there(kind, finished, sample):
    """Each answer read has a row with what was typed, in which file, and what became of it."""
    heard = getattr(sample("answered"), kind).heard
    lines = table(finished("answered", kind), TITLE)
    assert len(lines) == len(heard)
    assert {(line["row"], line["became"], line["source"]) for line in lines} == {
        (one.row, one.became, one.source) for one in heard
    }
    assert {line["typed"] for line in lines} == {one.typed or "(emptied)" for one in heard}


@pytest.mark.parametrize("kind", KINDS)
def test_what_needs_attention_comes_first_with_a_word(kind, finished):
    """Lines to look at say so in words and stand above the others."""
    words = [line["attention"] for line in table(finished("answered", kind), TITLE)]
    assert words == ["Please look"] * 3 + ["Heard"] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_this_workbook_is_one_click_away(kind, finished):
    """The id leads to its row where the workbook has it, and is plain words where it has not."""
    book = load_workbook(finished("answered", kind))
    led = 0
    for cell in book[TITLE]["C"][4:]:
        rows = {book[FIRST[kind]].cell(row, 1).value: row for row in range(5, book[FIRST[kind]].max_row + 1)}
        if cell.value in rows:
            assert cell.hyperlink.location == f"'{FIRST[kind]}'!A{rows[cell.value]}"
            led += 1
        else:
            assert cell.hyperlink is None
    assert led


def test_columns_have_the_names_that_people_know(finished):
    """The column of an answer is named by its heading, anything else as it came."""
    names = {line["column"] for line in table(finished("answered", "governors"), TITLE)}
    assert names == {"Status", "Comment", "Accepted until", "note"}


def test_who_typed_nothing_is_told_how(finished):
    """Without answers a sentence says where to type and where to put the file."""
    for kind in KINDS:
        words = load_workbook(finished("good", kind))[TITLE]["A4"].value
        assert "teal columns" in words
        assert "inbox/" in words
        assert "tonight's run reads it" in words


def test_the_governors_see_no_answer_of_the_safeguarding_lead(finished, sample):
    """In rows that are answered elsewhere the governors' and IT's workbooks show who answers, and no status."""
    for kind, lines in (("governors", "findings"), ("it", "actions")):
        view = getattr(getattr(sample("answered"), kind), lines)
        rows = table(finished("answered", kind), FIRST[kind])
        assert any(not line.answerable for line in view)
        for line, row in zip(view, rows, strict=True):
            assert (row[STATUS.key] == WITH_LEAD) is not line.answerable
            assert row["mark"] == line.mark
            if not line.answerable:
                assert row["answer_until"] == row["answer_approver"] == WITH_LEAD
                assert row["answered"].startswith("With the safeguarding lead")


def test_all_rows_of_the_safeguarding_workbook_are_answered_there(finished, sample):
    """To review has a status of its own in every row, known by the line's mark."""
    rows = table(finished("answered", "safeguarding"), "To review")
    view = sample("answered").safeguarding.lines
    assert [row["mark"] for row in rows] == [line.mark for line in view]
    assert [row[STATUS.key] for row in rows] == [line.answers[STATUS.key] for line in view]


def test_our_own_words_stand_in_quotation_marks(finished):
    """IT reads each quote on a line of its own, in quotation marks, long ones shortened."""
    first, second, third, *_ = [line["quotes"] for line in table(finished("answered", "it"), "Actions")]
    assert first.split("\n")[0] == "“Call Ms Whitlock on 07700 900 321 after six!”"
    assert second == "“Our fair was a success, thank you all.”"
    assert third is None
    assert all(len(line) <= 302 for line in first.split("\n"))
    assert first.endswith("x …”")


@pytest.mark.parametrize("words", ["", " ", "\n\n", "x" * 300, "y" * 301, "z " * 100_000])
def test_a_quote_is_bounded(words):
    """A quote takes one line of at most 300 characters between its marks."""
    line = quoted((words,))
    assert "\n" not in line
    assert line[0] + line[-1] == "“”"
    assert len(line) <= 302


def test_a_comment_too_tall_for_its_row_begins_at_the_top(sample, tmp_path):
    """Of a comment that no row can show whole, the beginning is seen, and the row is as high as Excel allows."""
    report = sample("answered")
    first, *rest = report.governors.findings
    long = replace(first, answers={"answer_comment": "word " * 1_000})
    view = replace(report.governors, findings=(long, *rest))
    file = io.BytesIO()
    governors.build(replace(report, governors=view)).save(file)
    sheet = load_workbook(file)["Findings"]
    comment = next(cell for cell in sheet[5] if cell.value and str(cell.value).startswith("word"))
    assert comment.alignment.vertical == "top"
    assert 390 < sheet.row_dimensions[5].height < 409


@pytest.mark.parametrize(("kind", "sheet"), [("it", "Actions"), ("safeguarding", "To review")])
def test_a_sheet_without_rows_has_nothing_to_fill_in(kind, sheet, finished):
    """Without rows one page is printed, and the band speaks neither of a continuation nor of columns to fill in."""
    empty = load_workbook(finished("empty", kind))[sheet]
    words = {cell.value for row in empty["1:2"] for cell in row}
    assert not words & {"continued", "For you to fill in"}
    assert re.fullmatch(rf"'{sheet}'!\$A\$1:\$[A-I]\$4", empty.print_area)
    full = load_workbook(finished("bad", kind))[sheet]
    assert {"continued", "For you to fill in"} <= {cell.value for row in full["1:2"] for cell in row}
