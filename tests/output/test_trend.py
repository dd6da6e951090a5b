"""The Trend sheet: charts that every program can show, and everybody can read."""

import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from openxml_audit import OpenXmlValidator, ValidationSeverity
from python_calamine import CalamineWorkbook

from checks.finding import Severity
from output import governors
from output.lint import faults
from output.report import TrendPoint
from output.save import save

ON = date(2026, 11, 22)
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PAINT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def night(number, label="", **changes):
    """A night so many days ago, with other counts on each."""
    on = ON - timedelta(days=number)
    counts = {severity: (number + rank) % 7 for rank, severity in enumerate(Severity)}
    point = TrendPoint(on, label or f"{on:%d/%m/%Y}", counts, number % 3, 1, 0.8, "Reasonable assurance")
    return replace(point, **changes)


@pytest.fixture
def workbook(sample, tmp_path, moment):
    """A finished governors' workbook with these nights and half-terms."""

    def make(nights, half_terms):
        report = sample("bad")
        view = replace(report.governors, nights=tuple(nights), half_terms=tuple(half_terms))
        book = governors.build(replace(report, governors=view))
        return save(book, tmp_path / "governors.xlsx", moment=moment)

    return make


def parts(path, beginning):
    """The parts of a workbook whose names begin so, in their order."""
    with zipfile.ZipFile(path) as archive:
        return [ET.fromstring(archive.read(n)) for n in sorted(archive.namelist()) if n.startswith(beginning)]


def rows(path):
    """The rows of the Trend sheet."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name("Trend").to_python(skip_empty_area=False)


def cached(series, part):
    """The values that a chart keeps of its labels, name or numbers."""
    return [value.text for value in series.find(f"{CHART}{part}").iter(f"{CHART}v")]


NIGHTS = [night(number) for number in range(59, -1, -1)]
HALVES = [night(number * 40, f"Autumn {number}") for number in (2, 1, 0)]


def test_the_charts_keep_what_the_tables_say(workbook):
    """Every chart has the numbers, dates and names of its table inside, for programs that work nothing out."""
    path = workbook(NIGHTS, HALVES)
    sheet = rows(path)
    charts = parts(path, "xl/charts/chart")
    assert len(charts) == 2
    for chart, points in zip(charts, (NIGHTS, HALVES), strict=True):
        for series in chart.iter(f"{CHART}ser"):
            numbers = cached(series, "val")
            assert len(numbers) == len(points)
            reference = series.find(f"{CHART}val").find(f".//{CHART}f").text
            column, top, end = re.fullmatch(r"'Trend'!\$([A-Z])\$(\d+):\$[A-Z]\$(\d+)", reference).groups()
            index = ord(column) - ord("A")
            assert [row[index] for row in sheet[int(top) - 1 : int(end)]] == [int(one) for one in numbers]
            assert cached(series, "tx") == [sheet[int(top) - 2][index]]
            labels = [row[0] for row in sheet[int(top) - 1 : int(end)]]
            shown = [(one - date(1899, 12, 30)).days if isinstance(one, date) else one for one in labels]
            assert cached(series, "cat") == [str(one) for one in shown]


def test_the_parts_of_a_column_are_told_apart_without_colour(workbook):
    """No two parts of a column have the same pattern."""
    for chart in parts(workbook(NIGHTS, HALVES), "xl/charts/chart"):
        fills = [next(iter(series.find(f"{CHART}spPr"))) for series in chart.iter(f"{CHART}ser")]
        assert len({fill.get("prst", "plain") for fill in fills}) == len(fills) == 5


def test_the_charts_are_described_in_words(workbook):
    """Who cannot see a chart hears what it shows: from the first to the last point."""
    (drawing,) = parts(workbook(NIGHTS, HALVES), "xl/drawings/drawing")
    words = [one.get("descr", "") for one in drawing.iter() if one.tag.endswith("}cNvPr")]
    assert len(words) == 2
    assert "24/09/2026" in words[0]
    assert "22/11/2026" in words[0]
    assert "Autumn 2" in words[1]


def test_both_axes_are_shown(workbook):
    """The file says of both axes that they are not deleted."""
    for chart in parts(workbook(NIGHTS, HALVES), "xl/charts/chart"):
        assert [one.get("val") for one in chart.iter(f"{CHART}delete")] == ["0", "0"]


@pytest.mark.parametrize(("highest", "top"), [(0, "4"), (3, "4"), (9, "9")])
def test_few_findings_are_marked_one_by_one(highest, top, workbook):
    """With few findings, or none, the axis counts in ones; with many the program that shows it chooses."""
    few = [night(n, open={s: highest if s is Severity.HIGH else 0 for s in Severity}, awaiting=0) for n in (2, 1, 0)]
    low, high = parts(workbook(few, HALVES), "xl/charts/chart")
    assert [one.get("val") for one in low.iter(f"{CHART}majorUnit")] == ["1"]
    assert [one.get("val") for one in low.iter(f"{CHART}max")] == [top]
    assert [*high.iter(f"{CHART}majorUnit")] == []


def test_a_workbook_with_charts_is_sound(workbook):
    """Neither our lint nor openxml-audit finds an error in a workbook with charts."""
    path = workbook(NIGHTS, HALVES)
    assert faults(path) == []
    result = OpenXmlValidator().validate(str(path))
    assert [str(e) for e in result.errors if e.severity is ValidationSeverity.ERROR] == []


def test_charts_leave_the_same_report_the_same_bytes(workbook):
    """Saving the same report twice gives the same file, charts and all."""
    first = workbook(NIGHTS, HALVES).read_bytes()
    assert workbook(NIGHTS, HALVES).read_bytes() == first


def test_one_night_is_no_trend(workbook):
    """Below two points a sentence stands where the chart would, and the table has what there is."""
    path = workbook(NIGHTS[-1:], HALVES[-1:])
    assert parts(path, "xl/charts/chart") == []
    said = [row[0] for row in rows(path)]
    assert "1 night on record: a chart is drawn from 2 on." in said
    assert "1 half-term on record: a chart is drawn from 2 on." in said
    assert ON in said


def test_what_an_earlier_version_did_not_keep_is_said(workbook):
    """A night without a count of looks is "not kept", with a note on what its open findings hold."""
    path = workbook([replace(NIGHTS[0], awaiting=None, coverage=None, rating=""), *NIGHTS[1:]], HALVES)
    sheet = rows(path)
    line = next(row for row in sheet if row[0] == NIGHTS[0].on)
    assert [line[5], line[8], line[9]] == ["not kept"] * 3
    assert any("an earlier version of this tool counted that night" in str(row[0]) for row in sheet)
