"""The lint over finished files finds every planted fault."""

import re
import zipfile

import pytest

from output.lint import faults

SHEET, RELS, TABLE, CLAUSES = "Findings", "Findings' relations", "Findings' table", "Clauses"
DRAWING, CHART = "xl/drawings/drawing1.xml", "xl/charts/chart1.xml"


def part_of(archive, name):
    """The part of a workbook that a fault is planted in, wherever its sheet stands."""
    sheets = re.findall(r'<sheet [^>]*name="([^"]*)"', archive.read("xl/workbook.xml").decode())
    if name.partition("'")[0] not in sheets:
        return name
    number = sheets.index(name.partition("'")[0]) + 1
    relations = f"xl/worksheets/_rels/sheet{number}.xml.rels"
    if name == RELS:
        return relations
    if name == TABLE:
        return "xl/" + re.search(r"tables/table\d+\.xml", archive.read(relations).decode())[0]
    return f"xl/worksheets/sheet{number}.xml"


def planted(path, tmp_path, part, change):
    """A copy of a workbook with one part changed; None removes it."""
    copy = tmp_path / "planted.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        part = part_of(old, part)
        assert part in old.namelist()
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                changed = change(content.decode())
                if changed is None:
                    continue
                assert changed != content.decode(), "the fault was not planted"
                content = changed.encode()
            new.writestr(name, content)
    return copy


def swap(pattern, replacement):
    """A change by regular expression, once."""
    return lambda words: re.sub(pattern, replacement, words, count=1)


CELL = r"<c r=\"F5\"( s=\"\d+\")? t=\"inlineStr\"><is><t>[^<]*</t></is></c>"
FAULTS = {
    "a formula": (SHEET, swap(CELL, r'<c r="F5"\1><f>1+1</f><v>2</v></c>'), "F5: a formula"),
    "an error": (SHEET, swap(CELL, r'<c r="F5"\1 t="e"><v>#REF!</v></c>'), "F5: an error value"),
    "an escape": (
        SHEET,
        swap(CELL, r'<c r="F5"\1 t="inlineStr"><is><t>_x0041_</t></is></c>'),
        "F5: text that Excel would decode",
    ),
    "long text": (
        SHEET,
        swap(CELL, rf'<c r="F5"\1 t="inlineStr"><is><t>{"x" * 32_768}</t></is></c>'),
        "F5: text of 32,768 characters",
    ),
    "a missing format": (SHEET, swap(r'<c r="F5" s="\d+"', '<c r="F5" s="9999"'), "F5: a cell format that does not"),
    "merged cells": (
        SHEET,
        swap("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'),
        "merged cells A1:B1",
    ),
    "too many rows": (SHEET, swap("</sheetData>", '<row r="1048577"/></sheetData>'), "more rows than a sheet has"),
    "too many links": (
        SHEET,
        swap("<hyperlinks>", "<hyperlinks>" + '<hyperlink ref="A1" location="A1"/>' * 65_531),
        r"links \(at most 65,530\)",
    ),
    "a long tooltip": (SHEET, swap('tooltip="[^"]*"', f'tooltip="{"t" * 256}"'), "tooltip is over 255"),
    "a long list": (
        SHEET,
        swap("<formula1>FALSE</formula1>", f"<formula1>{'x' * 258}</formula1>"),
        "drop-down list over 255",
    ),
    "a long error": (SHEET, swap('errorTitle="[^"]*"', f'errorTitle="{"x" * 33}"'), "errorTitle is over 32"),
    "a long footer": (SHEET, swap("<oddFooter>", "<oddFooter>" + "x" * 256), "footer over 255"),
    "two filters": (SHEET, swap("</sheetData>", '</sheetData><autoFilter ref="A4:B5"/>'), "a filter of the sheet"),
    "not well formed": (SHEET, swap("</sheetData>", ""), "not well formed"),
    "a script link": (RELS, swap('Target="https:[^"]*"', 'Target="javascript:x"'), "no web address"),
    "a long link": (RELS, swap('Target="https:[^"]*"', f'Target="https://{"x" * 2_079}"'), "2,087 characters"),
    "an outside part": (
        RELS,
        swap('hyperlink" Target', 'oleObject" Target'),
        "no web address",
    ),
    "a missing table": (TABLE, lambda _: None, "missing part"),
    "an empty table": (TABLE, swap(r' ref="A4:Y\d+"', ' ref="A4:Y4"'), "no data row"),
    "other headings": (TABLE, swap('name="Finding"', 'name="Number"'), "heading cells differ"),
    "equal headings": (TABLE, swap('name="Severity"', 'name="finding"'), "two columns have one heading"),
    "a bad table name": (TABLE, swap('displayName="[^"]*"', 'displayName="no good"'), "may not be called 'no good'"),
    "a table name twice": (
        TABLE,
        swap('displayName="[^"]*"', 'displayName="accountstable"'),
        "may not be called 'accountstable'",
    ),
    "a bad sheet name": ("xl/workbook.xml", swap('name="Clauses"', 'name="History"'), "may not be called 'History'"),
    "a long sheet name": ("xl/workbook.xml", swap('name="Clauses"', f'name="{"x" * 32}"'), "may not be called"),
    "a sheet name twice": ("xl/workbook.xml", swap('name="Clauses"', 'name="SUMMARY"'), "may not be called 'SUMMARY'"),
    "a missing sheet": (CLAUSES, lambda _: None, "missing part"),
    "two rules for a cell": (SHEET, swap(r'sqref="L5:L(\d+)"', r'sqref="K5:L\1"'), "two validations for K5:L"),
    "a cell without a rule": (SHEET, swap(r'sqref="L5:L(\d+)"', 'sqref="L5"'), "answer_owner has no validation"),
    "a long prompt": (SHEET, swap('prompt="[^"]*"', f'prompt="{"x" * 256}"'), "prompt is over 255"),
    "a long prompt title": (SHEET, swap('promptTitle="[^"]*"', f'promptTitle="{"x" * 33}"'), "promptTitle is over 32"),
    "a list in the rule": (
        SHEET,
        swap("<formula1>5000</formula1>", f'<formula1>"{"x" * 256}"</formula1>'),
        "drop-down list over 255",
    ),
    "a key gone": (SHEET, swap("<t>answer_until</t>", "<t></t>"), "a column has no key of its own"),
    "a key twice": (SHEET, swap("<t>answer_until</t>", "<t>answer_due</t>"), "a column has no key of its own"),
    "an odd key": (
        SHEET,
        swap("<t>answer_until</t>", "<t>answer_never</t>"),
        "nobody knows the answer column answer_n",
    ),
    "no mark": (SHEET, swap("<t>mark</t>", "<t>other</t>"), "answers without the column mark"),
    "no id": (SHEET, swap("<t>id</t>", "<t>other</t>"), "answers without the column id"),
    "keys to be seen": (SHEET, swap('(<row r="3"[^>]*) hidden="1"', r"\1"), "its keys can be seen"),
    "a locked cell": (SHEET, swap(r'<c r="K6" s="\d+"', '<c r="K6" s="0"'), "a locked cell in row 6"),
    "a cell gone": (SHEET, swap(r'<c r="K6"[^>]*></c>', ""), "a locked cell in row 6"),
    "a chart without words": (DRAWING, swap(' descr="[^"]*"', ""), "Trend: Chart 1 has no words"),
    "a chart without values": (
        CHART,
        swap("<numCache>.*?</numCache>", ""),
        r"a chart does not keep the values of 'Trend'!\$A\$",
    ),
    "a hidden axis": (CHART, swap('<delete val="0"', '<delete val="1"'), "a chart hides an axis"),
    "a chart gone": (CHART, lambda _: None, "a relation to the missing part xl/charts/chart1.xml"),
    "no title": ("docProps/core.xml", swap("(title[^>]*>)[^<]+<", r"\1<"), "no document title"),
    "no styles": ("xl/styles.xml", lambda _: None, "xl/styles.xml is missing"),
    "no type": ("[Content_Types].xml", swap(r'<Override PartName="/xl/styles.xml"[^>]*/>', ""), "no content type"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault, finished, tmp_path):
    """Each fault, planted alone into a sound workbook, is named."""
    part, change, words = FAULTS[fault]
    found = faults(planted(finished("bad", "governors"), tmp_path, part, change))
    assert any(re.search(words, one) for one in found), found


def test_other_things_do_not_belong_into_a_workbook(finished, tmp_path):
    """Macros, external links, and a part that stands twice are named."""
    copy = tmp_path / "planted.xlsx"
    copy.write_bytes(finished("bad", "governors").read_bytes())
    with zipfile.ZipFile(copy, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("xl/styles.xml", "<x/>")
    found = " ".join(faults(copy))
    assert "xl/vbaProject.bin: no macro" in found
    assert "externalLink1.xml: no macro" in found
    assert "a part stands in the file twice" in found


def test_a_file_that_is_no_workbook_is_a_fault(tmp_path):
    """A file that is no zip is named as such."""
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 half a file")
    assert faults(path) == ["not a zip file"]


def test_a_sound_workbook_has_no_fault(any_workbook):
    """Every workbook of every sample report is sound."""
    assert faults(any_workbook) == []
