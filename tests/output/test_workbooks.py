"""The three finished workbooks, read back by another library."""

import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from openxml_audit import OpenXmlValidator, ValidationSeverity
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from checks.finding import Severity
from output import governors, it, safeguarding
from output.lint import faults
from output.report import Definition
from output.save import save

GOVERNORS = [
    "Summary", "Decisions", "Clauses", "Accounts", "Findings", "Coverage at a glance", "Coverage", "Trend",
    "Accepted and closed", "Method", "Your answers",
]  # fmt: skip
SHEETS = {
    "governors": GOVERNORS,
    "it": [
        "Actions", "By hand", "Findings", "Unlisted accounts", "For the register", "Coverage at a glance", "Coverage",
        "Run", "Your answers",
    ],
    "safeguarding": ["To review", "Closed", "Your answers"],
}  # fmt: skip
DATA = "Run data"


def rows(path, sheet):
    """All rows of a sheet, from its first cell."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def table(path, sheet):
    """The rows of a sheet's table by its hidden keys."""
    keys, body = rows(path, sheet)[2], rows(path, sheet)[4:]
    return [dict(zip(keys, row, strict=True)) for row in body]


def raw(path):
    """Every part of a workbook as text."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def words_of(path):
    """Everything that somebody could read in any part, entities resolved."""
    text = " ".join(raw(path).values())
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def clause_counts(path):
    """The clause table of the Summary: four counts by clause, and those of the line "All"."""
    found = {row[1]: tuple(row[3:7]) for row in rows(path, "Summary")[10:] if row[1] != ""}
    return {name: found[name] for name in ("7.1", "7.2", "7.3", "7.4", "Governance", "All")}


def test_a_validator_finds_no_error(any_workbook):
    """openxml-audit finds no error in any workbook of any report."""
    result = OpenXmlValidator().validate(str(any_workbook))
    assert [str(e) for e in result.errors if e.severity is ValidationSeverity.ERROR] == []
    assert result.is_valid


def test_there_is_no_formula_anywhere(any_workbook):
    """No part of any workbook holds a formula, an error value or merged cells."""
    for name, content in raw(any_workbook).items():
        if name.startswith("xl/worksheets/sheet"):
            assert not re.search(r"<f[ >/]", content)
            assert ' t="e"' not in content
            assert "<mergeCell" not in content


@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("name", ["good", "empty", "bad"])
def test_each_workbook_holds_its_sheets(kind, name, finished):
    """Sheets stand in their order; the last one is hidden and says which run wrote the file."""
    path = finished(name, kind)
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == [*SHEETS[kind], DATA]
    assert [sheet.visible for sheet in book.sheets_metadata][-1] is SheetVisibleEnum.Hidden
    facts = dict(rows(path, DATA))
    assert {name: fact for name, fact in facts.items() if not name.startswith("list_")} == {
        "format": f"school-audit-{kind}",
        "format_version": 2,
        "run_id": "20261122T020003",
        "key_row": 3,
    }


@pytest.mark.parametrize("name", ["good", "empty", "bad", "many"])
def test_the_summary_agrees_with_the_sheets(name, finished, sample):
    """The Summary's counts are the sums over its clauses, the rows of Findings, and the Coverage sheet's."""
    path, report = finished(name, "governors"), sample(name)
    counts = clause_counts(path)
    total = counts.pop("All")
    assert total == tuple(sum(column) for column in zip(*counts.values(), strict=True))
    lines = table(path, "Findings")
    standing = [line["standing"] for line in lines]
    assert standing.count("Finding") == total[0] == report.totals.open_total
    assert standing.count("Awaiting a human look") == total[1]
    assert standing.count("Recommendation") == report.totals.recommendations
    letters = [line["letter"] for line in table(path, "Coverage")]
    assert letters.count("N") == total[2]
    assert total[3] == report.totals.closed
    for clause, (open_, awaiting, *_) in counts.items():
        mine = [line["standing"] for line in lines if line["clause"] == clause]
        assert (mine.count("Finding"), mine.count("Awaiting a human look")) == (open_, awaiting)
    accounts = table(path, "Accounts")
    assert sum(line["open"] for line in accounts) == total[0]
    assert sum(line["awaiting"] for line in accounts) == total[1]


def test_the_large_numbers_agree(finished, sample):
    """The six large numbers of the Summary are those of the totals."""
    tiles = rows(finished("bad", "governors"), "Summary")[6]
    totals = sample("bad").totals
    assert [tiles[column] for column in (1, 3, 6, 9, 10, 12)] == [
        "83%",
        totals.open[Severity.CRITICAL],
        totals.open[Severity.HIGH],
        totals.open_total,
        totals.awaiting,
        totals.not_audited,
    ]


def test_a_large_school_is_laid_out_whole(finished, sample):
    """Forty accounts with 125 findings each: sound, every finding a row, the Summary still one page."""
    path = finished("large", "governors")
    assert faults(path) == []
    lines = table(path, "Findings")
    assert len(lines) == 5_000 == clause_counts(path)["All"][0]
    assert len({line["id"] for line in lines}) == 5_000
    summary = rows(path, "Summary")
    assert len(summary) < 50
    assert any("The worst 14 of 40; all are on the Accounts sheet" in row for row in summary)
    assert len(table(path, "Accounts")) == 40


def test_the_worst_accounts_come_first_when_not_all_fit(finished):
    """Of too many accounts the Summary shows those with the most serious boxes."""
    matrix = [row[9:15] for row in rows(finished("many", "governors"), "Summary")[12:26]]
    assert len(matrix) == 14
    assert all(any("critical" in str(box) or "high" in str(box) for box in row) for row in matrix)


def test_every_line_of_it_is_an_action(finished, sample):
    """IT's workbook has one row for each action, with numbered steps and the days overdue."""
    lines = table(finished("bad", "it"), "Actions")
    actions = sample("bad").it.actions
    assert [line["id"] for line in lines] == [action.id for action in actions]
    assert all(line["steps"].startswith("1. Sign in") and "\n4. Write" in line["steps"] for line in lines)
    assert [line["overdue"] for line in lines] == [action.overdue for action in actions]
    assert lines[0]["due"] == actions[0].due == date(2026, 11, 26)


def test_the_safeguarding_workbook_says_first_that_it_is_no_reporting_channel(finished):
    """Its first line says that it is not a reporting channel, the second where to go instead."""
    for name in ("empty", "good", "bad"):
        first, second, *_ = rows(finished(name, "safeguarding"), "To review")
        assert first[1] == "This workbook is not a reporting channel, and messages on the accounts may go unseen."
        assert "999" in second[1]
        assert "child protection procedure" in second[1]


def test_the_safeguarding_workbook_has_each_item(finished, sample):
    """One row for each item or person, with its address and dates."""
    lines = table(finished("bad", "safeguarding"), "To review")
    view = sample("bad").safeguarding
    assert [f"https://{line['address']}" for line in lines] == [line.address for line in view.lines]
    assert [line["standing"] for line in lines] == ["Finding", "Finding", "Awaiting a human look"]
    assert "3 items under 1 finding, 2 new" in rows(finished("bad", "safeguarding"), "To review")[1][1]


EMPTY = {
    ("governors", "Findings"): "Nothing is open.",
    ("governors", "Accounts"): "There is no account on the register yet.",
    ("governors", "Coverage"): "No check ran: there is no account to look at.",
    ("governors", "Method"): "Nothing is written here yet.",
    ("it", "Actions"): "Nothing is to do.",
    ("it", "By hand"): "Nothing has to be looked at by hand.",
    ("it", "Run"): "Nothing is known of this run.",
    ("safeguarding", "To review"): "Nothing awaits the safeguarding lead.",
}


@pytest.mark.parametrize(("kind", "sheet"), EMPTY)
def test_nothing_is_said_in_words(kind, sheet, finished):
    """A sheet without rows says so in a sentence, and has no table."""
    path = finished("empty", kind)
    assert EMPTY[kind, sheet] in [row[0] for row in rows(path, sheet)]
    assert not any(name.startswith("xl/tables/") for name in raw(path))


def green_tiles(path):
    """Which formats of the Summary's large numbers have the green ground."""
    styles, summary = raw(path)["xl/styles.xml"], raw(path)["xl/worksheets/sheet1.xml"]
    fills = re.findall(r"<fill>.*?</fill>", styles)
    green = {str(number) for number, fill in enumerate(fills) if "D9F0E1" in fill}
    formats = re.findall(r"<xf [^>]*fillId=\"(\d+)\"", styles.partition("<cellXfs")[2])
    used = {formats[int(number)] for number in re.findall(r'<c r="[A-Z]+[789]" s="(\d+)"', summary)}
    return used & green


def test_green_stands_only_where_everything_was_seen(finished):
    """A zero is green when everything was audited, and never in an empty school or a partly seen one."""
    assert green_tiles(finished("good", "governors"))
    assert not green_tiles(finished("empty", "governors"))
    assert not green_tiles(finished("bad", "governors"))
    words = [str(cell) for row in rows(finished("empty", "governors"), "Summary") for cell in row]
    assert "There was nothing to look at." in words
    assert "OK" not in words


def test_the_governors_see_nothing_of_the_other_views(sample, tmp_path, moment):
    """No word of IT's or the safeguarding lead's view is anywhere in the governors' workbook."""
    report = sample("bad")
    secrets = iter(range(1_000))

    def secret():
        return f"Zebulon{next(secrets)}Quillfeather"

    lines = tuple(
        replace(
            line,
            id=secret(),
            account=secret(),
            what=secret(),
            rule=secret(),
            address=f"https://x.example/{secret()}",
            steps=(secret(),),
        )
        for line in report.safeguarding.lines
    )
    actions = tuple(
        replace(a, item_address=f"https://x.example/{secret()}", steps=(secret(),), recheck=secret(), detail=secret())
        for a in report.it.actions
    )
    run = (Definition(secret(), secret(), secret()),)
    planted = replace(
        report,
        safeguarding=replace(report.safeguarding, lines=lines),
        it=replace(report.it, actions=actions, run=run),
    )
    for_governors = words_of(save(governors.build(planted), tmp_path / "g.xlsx", moment=moment))
    for_it = words_of(save(it.build(planted), tmp_path / "i.xlsx", moment=moment))
    for_lead = words_of(save(safeguarding.build(planted), tmp_path / "s.xlsx", moment=moment))
    assert "Quillfeather" not in for_governors
    assert "Quillfeather" in for_it
    assert "Quillfeather" in for_lead
    for line in lines:
        assert line.what not in for_it
        assert line.rule not in for_it
        assert line.address not in for_it
    assert all(a.recheck not in for_lead for a in actions)


def test_hostile_text_arrives_as_text(finished, sample):
    """Formulas in titles, details and accounts are read back letter by letter."""
    lines = table(finished("hostile", "governors"), "Findings")
    view = sample("hostile").governors.findings
    assert len(lines) == len(view)
    seen = 0
    for line, finding in zip(lines, view, strict=True):
        for shown, given in ((line["title"], finding.title), (line["detail"], finding.detail)):
            if given.startswith("=") or given in {"12345678901234567890", "#N/A", "#REF!"}:
                assert shown == given
                seen += 1
    assert seen > 5


def test_hostile_addresses_are_no_links(finished):
    """Every link of the hostile workbooks leads to a web address."""
    for kind in SHEETS:
        for name, content in raw(finished("hostile", kind)).items():
            if name.endswith(".rels"):
                targets = re.findall(r'Target="([^"]*)" TargetMode="External"', content)
                assert all(re.match(r"https?://[a-z]", target) for target in targets)


@pytest.mark.parametrize("kind", SHEETS)
def test_each_workbook_can_be_found_and_read_aloud(kind, finished):
    """Title, creator and language are set; every sheet is A4 landscape with a footer and is protected."""
    parts = raw(finished("bad", kind))
    core = parts["docProps/core.xml"]
    assert "Hazelbrook Primary School" in core
    assert "school-audit 0.1.0" in core
    assert "en-GB" in core
    assert core.count("2026-11-22T02:10:31Z") == 2
    visible = [parts[f"xl/worksheets/sheet{number}.xml"] for number in range(1, len(SHEETS[kind]) + 1)]
    for sheet in visible:
        assert 'orientation="landscape"' in sheet
        assert 'paperSize="9"' in sheet
        assert "Hazelbrook Primary School" in sheet.partition("<oddFooter>")[2]
        assert re.search(r'<sheetProtection [^>]*sheet="1"', sheet)
        assert "password" not in sheet
        assert "hashValue" not in sheet
        assert 'showGridLines="0"' in sheet


def test_the_summary_prints_on_one_page(finished):
    """The Summary is fitted to one page wide and one tall."""
    summary = raw(finished("many", "governors"))["xl/worksheets/sheet1.xml"]
    assert re.search(r'<pageSetup [^>]*fitToHeight="1"', summary)
    assert '<pageSetUpPr fitToPage="1"/>' in summary


def test_answers_will_find_their_way_back(finished):
    """Every table has its keys in the hidden third row, each once, without spaces."""
    for kind, sheets in SHEETS.items():
        path = finished("bad", kind)
        for number, sheet in enumerate(sheets, 1):
            if sheet in {"Summary", "Trend", "Method", "Run"}:
                continue
            keys = rows(path, sheet)[2]
            assert len(set(keys)) == len(keys)
            assert all(re.fullmatch(r"[a-z_0-9.]+", key) for key in keys)
            hidden = re.search(r'<row r="3"[^>]*hidden="1"', raw(path)[f"xl/worksheets/sheet{number}.xml"])
            assert hidden


def test_coverage_prints_only_what_could_not_be_concluded(finished, sample):
    """Hundreds of passes stay off the paper; the table on the screen holds them all."""
    for name in ("bad", "many"):
        lines = sample(name).governors.coverage
        missed = sum(line.missed for line in lines)
        path = finished(name, "governors")
        areas = re.findall(r"Coverage'?!\$A\$1:\$H\$(\d+)", raw(path)["xl/workbook.xml"])
        assert areas == [str(4 + missed)]
        assert len(table(path, "Coverage")) == len(lines)
