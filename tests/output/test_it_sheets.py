"""IT's own sheets: findings that lead to their actions, accounts and cells that the register lacks, looks by hand."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook
from openxml_audit import OpenXmlValidator, ValidationSeverity
from python_calamine import CalamineWorkbook

from output import it
from output.answers import COMMENT, LOOKED, LOOKED_ON, Looked
from output.lint import faults
from output.report import ByHandLine, ItFindingLine, LearnedLine, Standing, UnlistedLine
from output.save import save

HEADINGS = ("Platform", "Handle", "Address", "Recovery address at the school's domain", "Status", "Notes")
DUE = date(2026, 12, 18)


def finding_of(line):
    """What IT's Findings say of a finding of the governors'."""
    return ItFindingLine(
        line.id, line.severity, line.clause, line.account, line.title, line.detail, "Headteacher",
        line.first_seen, line.nights_open, line.delta, line.confidence, line.awaiting, line.recommended,
    )  # fmt: skip


def look(number, standing=Standing.TO_LOOK, **changes):
    """One thing to look at by hand."""
    mark = f"H-{number:08X}0A0B0C0D"
    line = ByHandLine(
        "Snapchat · hazelbrook", "Snapchat", "This tool does not read Snapchat.", "CON-01",
        "https://www.snapchat.com/add/hazelbrook", DUE, mark[:10], mark, standing=standing,
    )  # fmt: skip
    return replace(line, **changes)


UNLISTED = (
    UnlistedLine(
        "F-00000003", "Instagram · hazelbrook_fair", "https://www.instagram.com/hazelbrook_fair/",
        "By its name it could be the school's.", "https://www.hazelbrook.example/news/2026/the-summer-fair-and-the-choir", date(2026, 11, 3),
        awaiting=True,
        recommended=False,
        row=("instagram", "hazelbrook_fair", "https://www.instagram.com/hazelbrook_fair/", "", "live", "=found"),
    ),
)  # fmt: skip
LEARNED = (
    LearnedLine(3, "X · @hazelbrook_pri", "Platform id", "", "17469176559666462720", "Stays.", date(2026, 11, 22)),
    LearnedLine(3, "X · @hazelbrook_pri", "Created on", date(2024, 1, 15), date(2024, 1, 16), "Differs.", None),
    LearnedLine(4, "Blog · hazelbrook", "Status", "live", "parked, seasonal or closed?", "Unused.", date(2026, 11, 1)),
)
BY_HAND = (
    look(1, Standing.NOT_RIGHT, answers={LOOKED.key: Looked.NOT_RIGHT, COMMENT.key: "The button shows"}),
    look(2, overdue=3, due=date(2026, 11, 19)),
    look(3, Standing.LOOKED, answers={LOOKED.key: Looked.RIGHT, LOOKED_ON.key: date(2026, 11, 12)}, answered="Held."),
)


@pytest.fixture(scope="module")
def full(sample):
    """A bad night with something on each of IT's sheets."""
    report = sample("bad")
    findings = tuple(finding_of(line) for line in report.governors.findings)
    view = replace(
        report.it, findings=findings, unlisted=UNLISTED, learned=LEARNED, by_hand=BY_HAND, register_columns=HEADINGS
    )
    return replace(report, it=view)


@pytest.fixture(scope="module")
def path(full, tmp_path_factory, moment):
    """IT's workbook of that night."""
    return save(it.build(full), tmp_path_factory.mktemp("it") / "it.xlsx", moment=moment)


def table(path, sheet):
    """The rows of a sheet's table by its hidden keys."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [dict(zip(rows[2], row, strict=True)) for row in rows[4:]]


def test_the_workbook_is_sound(path):
    """With something on every sheet, neither the lint nor openxml-audit finds a fault."""
    assert faults(path) == []
    errors = OpenXmlValidator().validate(str(path)).errors
    assert [str(e) for e in errors if e.severity is ValidationSeverity.ERROR] == []


def test_the_sheets_stand_in_the_order_of_work(path):
    """Actions and looks by hand come first, then what there is to know, and how the night went last."""
    names = CalamineWorkbook.from_path(path).sheet_names
    assert names[:5] == ["Actions", "By hand", "Findings", "Unlisted accounts", "For the register"]
    assert [name for name in names if name in {"Coverage", "Run", "Your answers"}] == [
        "Coverage",
        "Run",
        "Your answers",
    ]


def test_every_finding_leads_to_its_row_on_actions(path):
    """The link of each finding goes to the cell of Actions in which its own id stands."""
    book = load_workbook(path)
    sheet, actions = book["Findings"], book["Actions"]
    keys = [cell.value for cell in sheet[3]]
    id_, jump = keys.index("id"), keys.index("action")
    led = 0
    for row in sheet.iter_rows(min_row=5):
        place = row[jump].hyperlink.location
        assert place.startswith("'Actions'!")
        assert actions[place.rpartition("!")[2]].value == row[id_].value
        led += 1
    assert led == len(table(path, "Actions"))


def test_the_findings_of_it_count_as_the_governors_do(path, full):
    """Findings, awaiting looks and recommendations are as many in IT's workbook as in the totals of the report."""
    standing = Counter(line["standing"] for line in table(path, "Findings"))
    totals = full.totals
    assert standing == {
        "Finding": totals.open_total,
        "Awaiting a human look": totals.awaiting,
        "Recommendation": totals.recommendations,
    }
    said = CalamineWorkbook.from_path(path).get_sheet_by_name("Findings").to_python()[1][0]
    assert said.startswith(f"{totals.open_total} open findings  ·  {totals.awaiting} awaiting a human look")


def test_nobody_answers_findings_twice(path):
    """IT's answers stand on Actions and By hand; no other sheet of machine rows has a column to fill in."""
    for sheet in ("Findings", "Unlisted accounts", "For the register"):
        assert not [key for key in table(path, sheet)[0] if key.startswith("answer")]


def test_a_row_for_the_register_is_one_cell_for_each_column(path):
    """The suggested row stands under the register's headings in their order, as text that Excel leaves alone."""
    sheet = load_workbook(path)["Unlisted accounts"]
    first = next(cell.column for cell in sheet[3] if cell.value == "register_0")
    assert tuple(cell.value for cell in sheet[4][first - 1 :]) == HEADINGS
    assert tuple(cell.value or "" for cell in sheet[5][first - 1 :]) == UNLISTED[0].row
    assert {cell.data_type for cell in sheet[5][first - 1 :] if cell.value} == {"s"}


def test_what_the_register_lacks_can_be_copied_as_it_is(path):
    """Dates are dates, and ids of 20 digits keep every digit."""
    found = [line["found"] for line in table(path, "For the register")]
    assert found == ["17469176559666462720", date(2024, 1, 16), "parked, seasonal or closed?"]
    assert table(path, "For the register")[0]["says"] == "nothing"


def test_looks_by_hand_can_be_answered(path):
    """What you saw is chosen from a list, the day is a date, and each row has its mark."""
    lines = table(path, "By hand")
    assert [line["standing"] for line in lines] == ["Not right", "To look at", "Looked at"]
    assert [line["mark"] for line in lines] == [line.mark for line in BY_HAND]
    assert [line["id"] for line in lines] == [line["mark"][:10] for line in lines]
    assert lines[2]["answer_looked_on"] == date(2026, 11, 12)
    rules = {str(rule.sqref): rule for rule in load_workbook(path)["By hand"].data_validations.dataValidation}
    kinds = Counter(rule.type for rule in rules.values())
    assert (kinds["list"], kinds["date"]) == (1, 1)


def test_an_off_paper_column_makes_no_row_of_the_register_tall(path):
    """The headings of the register, which are not printed, fit on the two lines that the others take."""
    assert load_workbook(path)["Unlisted accounts"].row_dimensions[4].height <= 38


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("Findings", "Nothing is open."),
        ("Unlisted accounts", "Nothing of the school's leads to an account that the register lacks."),
        ("For the register", "The register says all that the audit learned."),
        ("By hand", "Nothing has to be looked at by hand."),
    ],
)
def test_an_empty_sheet_says_so(sheet, words, finished):
    """Where there is nothing to know, a sentence says it."""
    rows = CalamineWorkbook.from_path(finished("empty", "it")).get_sheet_by_name(sheet).to_python()
    assert words in [row[0] for row in rows]


def test_steps_end_with_how_far_they_can_be_relied_on(sample, tmp_path, moment):
    """Under the numbered steps of an action stands from when its menus are, without a number."""
    report = sample("good")
    caution = "The menus were checked on 22/11/2026; they may have moved since."
    actions = (replace(report.it.actions[0], caution=caution), *report.it.actions[1:])
    path = save(it.build(replace(report, it=replace(report.it, actions=actions))), tmp_path / "it.xlsx", moment=moment)
    first, second = (line["steps"] for line in table(path, "Actions"))
    assert first.splitlines()[-1] == caution
    assert second.splitlines()[-1].startswith("4. ")


def test_days_overdue_are_told_apart_from_school_days(finished):
    """Actions says in which days it counts."""
    rows = CalamineWorkbook.from_path(finished("bad", "it")).get_sheet_by_name("Actions").to_python()
    assert "school days, days overdue in all days" in " ".join(str(cell) for cell in rows[0])


def test_links_open_what_their_words_shorten(path, full):
    """The words of a long address end in an ellipsis and fit their column; the link is whole."""
    sheet = load_workbook(path)["Unlisted accounts"]
    shown = {cell.value: cell.hyperlink.target for cell in sheet[5] if cell.hyperlink and cell.hyperlink.target}
    assert list(shown.values()) == [UNLISTED[0].address, UNLISTED[0].seen_on]
    whole, cut = shown
    assert whole == "instagram.com/hazelbrook_fair/"
    assert cut.endswith("…")
