"""Decisions, and what was accepted and closed, as governors and the safeguarding lead read them."""

from dataclasses import replace
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from output import governors, safeguarding
from output.lint import faults
from output.report import Aside
from output.save import save


def rows(path, sheet):
    """All rows of a sheet."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def table(path, sheet):
    """The rows of a sheet's table by its hidden keys."""
    keys, body = rows(path, sheet)[2], rows(path, sheet)[4:]
    return [dict(zip(keys, row, strict=True)) for row in body]


@pytest.fixture
def workbook(sample, tmp_path, moment):
    """The bad night's governors' workbook with its view changed."""

    def make(**changes):
        report = sample("bad")
        book = governors.build(replace(report, governors=replace(report.governors, **changes)))
        return save(book, tmp_path / "governors.xlsx", moment=moment)

    return make


def said(path):
    """Everything on the Summary."""
    return [str(cell) for row in rows(path, "Summary") for cell in row if cell]


def test_decisions_are_rows_with_what_was_resolved(workbook):
    """Each decision has its question, clause, accounts, date and mark, and beside it what the governors resolved."""
    lines = table(workbook(), "Decisions")
    assert [line["id"] for line in lines] == [line["mark"] for line in lines]
    assert lines[1]["accounts"] == "Podcast · Hazelbrook Half Hour\nX · @hazelbrook_pri"
    assert lines[4]["answer_decided"] == "Agreed"
    assert lines[4]["answer_decided_on"] == date(2026, 11, 3)
    assert lines[4]["answered"].startswith("Agreed on 03/11/2026")


def test_the_summary_asks_for_what_is_not_decided(workbook):
    """Three questions stand on the Summary, each leading to its row; those already decided do not."""
    words = said(workbook())
    assert "X · @hazelbrook_pri: Name two administrators by role." in words
    assert "… and 1 more on the Decisions sheet" in words
    assert not [one for one in words if "Review the policy." in one]


def test_the_summary_says_when_everything_is_decided(workbook, sample):
    """With nothing left to decide the Summary says so, and how many decisions wait to be carried out."""
    done = tuple(replace(line, decided=True) for line in sample("bad").governors.decisions)
    words = said(workbook(decisions=done))
    assert "Every decision asked of governors is taken." in words
    assert "… and 5 waiting to be carried out on the Decisions sheet" in words
    assert "No decision is asked of governors." in said(workbook(decisions=()))


def test_many_accounts_are_counted(workbook, sample):
    """A decision about many accounts names the first, on the Summary three and on its sheet twelve."""
    line = replace(sample("bad").governors.decisions[0], accounts=tuple(f"A{number}" for number in range(40)))
    path = workbook(decisions=(line,))
    assert any(one.startswith("A0, A1, A2 and 37 more: Adopt") for one in said(path))
    assert table(path, "Decisions")[0]["accounts"].endswith("A11\nand 28 more")


def test_what_was_set_aside_has_all_that_is_to_be_known(workbook):
    """Accepted risks have reason, approver, end and days left; closed findings how and when."""
    lines = table(workbook(), "Accepted and closed")
    assert [line["kind"] for line in lines] == [
        Aside.ACCEPTED,
        Aside.ACCEPTED,
        Aside.NOT_AN_ISSUE,
        Aside.CLOSED,
        Aside.ATTESTED,
    ]
    assert (lines[0]["approved"], lines[0]["until"], lines[0]["days_left"]) == (
        "Governing body",
        date(2026, 12, 18),
        26,
    )
    assert lines[1]["reason"] == "Given in another workbook."
    assert lines[2]["answer_status"] == "with the safeguarding lead"
    assert lines[3]["closed_on"] == date(2026, 11, 20)
    assert (
        "2 accepted risks, 1 not an issue, 2 closed since 12/10/2026." in rows(workbook(), "Accepted and closed")[1][0]
    )


def test_the_lead_reads_what_was_closed(sample, tmp_path, moment):
    """The safeguarding workbook lists what was closed with the lead's own answer."""
    path = save(safeguarding.build(sample("bad")), tmp_path / "safeguarding.xlsx", moment=moment)
    assert faults(path) == []
    (line,) = table(path, "Closed")
    assert line["answer"] == "In progress; Told the class teacher, who spoke with the family."
    assert line["closed_on"] == date(2026, 11, 12)


def test_nothing_set_aside_is_said_in_words(workbook):
    """Without a row each of the new sheets says so in a sentence."""
    path = workbook(decisions=(), accepted=())
    assert rows(path, "Decisions")[3][0] == "No decision is asked of governors."
    assert rows(path, "Accepted and closed")[3][0] == "Nothing is accepted, and nothing was closed."
