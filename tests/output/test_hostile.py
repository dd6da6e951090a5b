"""Text as the world may send it, in every field of every line that a report has."""

from collections import defaultdict
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from itertools import cycle, islice
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator, ValidationSeverity
from python_calamine import CalamineWorkbook

from audit.publish import BUILDERS
from bench.large_school import large_school
from output.cells import text
from output.lint import faults
from output.report import Report
from output.save import save

TEXTS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","click me")',
    "+1",
    "-1",
    "@SUM(1+1)",
    "\t=1",
    "\n=1",
    "bell \x07 null \x00 escape \x1b next line \x85 delete \x7f",
    "half a pair \ud83d and the other \udc00",
    "not a character \ufffe nor \uffff",
    "right to left \u202e override \u2066 and isolate \u2069, مرحبا",
    "a family 👩\u200d👩\u200d👧\u200d👦, a flag 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "combining " + "Z\u0324\u0353\u0349\u0300\u0301\u0302" * 60,
    "lines\u2028and\u2029paragraphs",
    "x" * 40_000,
    "🙂" * 20_000,
    "_x0041_ and _x005F_x0041_ and _x000D_",
    "_x0041_" * 6_000,
    "12345678901234567890",
    "<script>alert('&amp;')</script> ]]> <![CDATA[ --> <?xml ?>",
    "Donaudampfschifffahrtsgesellschaftskapitän" * 40,
    "'Summary'!A1",
    "Run data",
    "#REF!",
    "TRUE",
    "1E5",
    '&P of &N &"Arial"',
    "https://evil.example/" + "a" * 3_000,
    "javascript:alert(1)",
    "http://user:secret@evil.example/",
    "https://[half",
    " spaces around ",
    "lines\r\nof\rall\nkinds",
)
OURS = {
    "Head.run": "made of digits and T",
    "Head.version": "the package's own",
    "ItView.register_columns": "the register form's own headings",
    "GovernorsView.clauses": "one line for each clause of the policy data",
    "ClauseCount.clause": "the policy data's own, and a heading",
}
"""Texts that never come from outside, and lines of which there are no more, and why."""


def each_text(value, change, place=""):
    """The value with `change(place, text)` in the place of every text in it."""
    if is_dataclass(value):
        kind = type(value).__name__
        return replace(
            value, **{f.name: each_text(getattr(value, f.name), change, f"{kind}.{f.name}") for f in fields(value)}
        )
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value if place in OURS else change(place, value)
    if isinstance(value, tuple):
        return tuple(each_text(one, change, place) for one in value)
    if isinstance(value, dict):
        return {key: each_text(one, change, f"{place}.{key}") for key, one in value.items()}
    return value


def as_shown(given):
    """A text as a program shows it that reads what is stored: `_x005F_` stands for a plain underscore."""
    return text(given).replace("_x005F_", "_")


def so_many(report, number):
    """The report with exactly so many lines of each kind."""

    def lines(view):
        many = {}
        for field in fields(view):
            known = getattr(view, field.name)
            if isinstance(known, tuple) and known and f"{type(view).__name__}.{field.name}" not in OURS:
                many[field.name] = tuple(islice(cycle(known), number))
        return replace(view, **many)

    views = {name: lines(getattr(report, name)) for name in ("governors", "it", "safeguarding")}
    return replace(report, **views, record={})


def nothing(view):
    """A view without any line."""
    return replace(view, **{f.name: () for f in fields(view) if isinstance(getattr(view, f.name), tuple)})


@dataclass(frozen=True)
class Written:
    """The three workbooks of a report."""

    report: Report
    paths: dict

    def words(self):
        """Every text of every visible sheet, by workbook and sheet, as another library reads it."""
        found = {}
        for kind, path in self.paths.items():
            book = CalamineWorkbook.from_path(path)
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                found[kind, name] = {cell for row in rows for cell in row if isinstance(cell, str)}
        return found


def written(report, folder: Path) -> Written:
    paths = {kind: folder / f"{kind}.xlsx" for kind in BUILDERS}
    for kind, build in BUILDERS.items():
        save(build(report), paths[kind], moment=report.head.finished)
    return Written(report, paths)


def errors(path):
    result = OpenXmlValidator().validate(str(path))
    return [str(one) for one in result.errors if one.severity is ValidationSeverity.ERROR]


def planted(number):
    """Changes the texts of one field after another to the hostile ones in turn; `seen` are those of each field."""
    count, seen = defaultdict(lambda: number), defaultdict(list)

    def change(place, _words):
        chosen = TEXTS[count[place] % len(TEXTS)]
        count[place] += 1
        seen[place].append(chosen)
        return chosen

    return change, seen


@pytest.fixture(scope="module")
def small():
    """A report with half as many lines again of each kind as there are hostile texts: some fields are empty in some."""
    return so_many(large_school(accounts=6, findings=len(TEXTS)), len(TEXTS) * 3 // 2)


@pytest.fixture(scope="module")
def hostile(small, tmp_path_factory):
    """Its workbooks with the hostile texts in every field, each of them in each field of each kind of line."""
    change, seen = planted(0)
    report = each_text(small, change)
    return written(report, tmp_path_factory.mktemp("hostile")), seen


@pytest.fixture(scope="module")
def shown(small, tmp_path_factory):
    """Which fields are shown whole, as the only words of a cell: sheet and field. The Summary shows a few, shortened."""
    marks = {}

    def change(place, _words):
        mark = f"zq{len(marks):05}qz"
        marks[mark] = place
        return mark

    words = written(each_text(small, change), tmp_path_factory.mktemp("marked")).words()
    return {
        (sheet, marks[cell])
        for sheet, cells in words.items()
        if sheet[1] != "Summary"
        for cell in cells
        if cell in marks
    }


@pytest.mark.parametrize("kind", BUILDERS)
def test_hostile_workbooks_are_sound(kind, hostile):
    """With hostile text in every field, the lint and the validator find nothing wrong in any workbook."""
    path = hostile[0].paths[kind]
    assert faults(path) == []
    assert errors(path) == []


def test_every_field_is_planted(hostile):
    """Every text of every kind of line was each of the hostile ones in turn; there is only one head of a night."""
    seen = hostile[1]
    assert {"FindingLine.title", "ActionLine.steps", "SafeguardingLine.rule", "HeardLine.typed"} <= set(seen)
    assert {"FindingLine.answers.answer_comment", "ActionLine.answers.answer_status"} <= set(seen)
    fewer = {place for place, texts in seen.items() if set(texts) != set(TEXTS)}
    assert fewer == {"Head.school", "Head.policy", "Head.incomplete", "ClauseCount.plain"}


def test_hostile_text_comes_back_as_it_was_stored(hostile, shown):
    """Every hostile text of a field that is shown in a cell of its own stands there letter by letter."""
    book, seen = hostile
    words = book.words()
    assert len(shown) > 60
    lost = [
        (sheet, place, given[:40])
        for sheet, place in sorted(shown)
        for given in seen[place]
        if as_shown(given) not in words[sheet]
    ]
    assert lost == []


@pytest.mark.parametrize("kind", BUILDERS)
def test_a_school_with_nothing(kind, small, tmp_path):
    """A report without a single line gives sound workbooks."""
    bare = replace(small, **{name: nothing(getattr(small, name)) for name in ("governors", "it", "safeguarding")})
    path = save(BUILDERS[kind](bare), tmp_path / f"{kind}.xlsx", moment=bare.head.finished)
    assert faults(path) == []
    assert errors(path) == []


def test_a_large_school(tmp_path):
    """Forty accounts and 5,000 findings: three sound workbooks with every finding, action and item in its row."""
    report = large_school(40, 5_000)
    paths = written(report, tmp_path).paths
    rows = {
        (kind, name): len(CalamineWorkbook.from_path(paths[kind]).get_sheet_by_name(name).to_python())
        for kind, name in (("governors", "Findings"), ("it", "Actions"), ("safeguarding", "To review"))
    }
    assert rows["governors", "Findings"] == len(report.governors.findings) + 4 == 5_004
    assert rows["it", "Actions"] == len(report.it.actions) + 4 == 4_504
    assert rows["safeguarding", "To review"] == len(report.safeguarding.lines) + 4 == 1_504
