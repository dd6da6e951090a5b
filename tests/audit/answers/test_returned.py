"""Workbooks that came back: whatever program saved them, and whatever people did to their sheets."""

import hashlib
import os
import random
import re
import time
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imitations.written_workbooks import (
    ANSWERS,
    HEADER,
    MOMENT,
    RUN,
    build,
    by_id,
    column,
    finding,
    head,
    mark,
)
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook, load_workbook

from audit.answers import returned, workbook_cells
from audit.answers.returned import Unreadable, read_book
from audit.answers.wording import normal
from output.answers import (
    AGREED,
    APPROVER,
    COMMENT,
    FIELDS,
    FINDING_FIELDS,
    LOOKED,
    OWNER,
    ROW_ID,
    ROW_MARK,
    STATUS,
    UNTIL,
)
from output.page import DATA_SHEET, FORMAT_VERSION, KEY_ROW, Book
from output.save import save
from output.sheets import findings

IDS = [f"F-{number:08X}" for number in range(4)]


def said(row):
    """The answers of a row as the list keeps them, without the empty ones."""
    found = {key: normal(FIELDS[key], value).value for key, value in row.cells.items()}
    return {key: value for key, value in found.items() if value is not None}


def expected(number):
    """The answers that the audit wrote into a row, as the list keeps them."""
    return {key: value.isoformat() if isinstance(value, date) else str(value) for key, value in ANSWERS[number].items()}


def as_written(book):
    """Whether every row says what the audit wrote, and is known by id and mark."""
    rows = by_id(book)
    assert set(rows) >= set(IDS)
    for number, name in enumerate(IDS):
        assert said(rows[name]) == expected(number)
        assert rows[name].mark == mark(number)
    return True


def parts(path):
    """Every part of a zip file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content, path):
    """A zip file of parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def put(cell, value):
    """Write a value into a cell, words that look like a formula as words."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


# What nobody changed


def test_what_the_audit_wrote_comes_back(written):
    """A workbook that nobody touched says what the audit wrote, cell by cell, and which run wrote it."""
    book = read_book(written)
    assert (book.name, book.kind, book.run) == ("governors.xlsx", "governors", RUN)
    assert book.digest == hashlib.sha256(written.read_bytes()).hexdigest()
    assert as_written(book)
    assert [row.place for row in book.rows] == ["row 5", "row 6", "row 7", "row 8"]
    assert (book.notes, book.problems) == ((), ())


def test_a_row_shows_what_it_is_about(written):
    """The words of the columns that the audit writes are there by key, without id, mark and answers."""
    row = by_id(read_book(written))[IDS[1]]
    assert row.shown["title"] == "Something about number 1"
    assert row.shown["first_seen"] == "22/11/2026"
    assert not {ROW_ID, ROW_MARK, *FIELDS} & set(row.shown)
    assert set(row.cells) == {field.key for field in FINDING_FIELDS}


def test_its_workbook_is_read_by_its_own_columns(tmp_path):
    """What is looked at by hand has answers of its own."""
    book = read_book(build(tmp_path / "it.xlsx", "it"))
    assert (book.kind, [row.id for row in book.rows]) == ("it", ["H-00000001"])
    assert LOOKED.key in book.rows[0].cells


def test_a_workbook_without_rows_has_none(tmp_path):
    """The sentence that stands in place of a table is no row."""
    book = read_book(build(tmp_path / "governors.xlsx", count=0))
    assert (book.kind, book.rows, book.notes) == ("governors", (), ())


# When it was saved


def test_the_time_is_the_files_own_where_a_program_wrote_one(written, tmp_path):
    """A copy that came by e-mail counts from when it was saved, not from when it was put into the folder."""
    path = tmp_path / "copy.xlsx"
    content = parts(written)
    core = content["docProps/core.xml"]
    content["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-11-23T09:00:00Z", core)
    packed(content, path)
    os.utime(path, (1_800_000_000, 1_800_000_000))
    assert read_book(path).saved == datetime(2026, 11, 23, 9, tzinfo=UTC)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert read_book(path).saved == datetime.fromtimestamp(1_700_000_000, UTC)


def test_the_time_is_the_folders_where_the_file_says_nothing_new(written, tmp_path):
    """Where the date inside is still the audit's own, the file's counts."""
    path = tmp_path / "governors.xlsx"
    path.write_bytes(written.read_bytes())
    os.utime(path, (1_800_000_000, 1_800_000_000))
    assert read_book(path).saved == datetime.fromtimestamp(1_800_000_000, UTC)


# What people type


def test_what_people_type_comes_back(edited):
    """Words, dates, numbers and cleared cells are read as they were typed."""

    def change(workbook):
        sheet = workbook["Findings"]
        sheet[f"{column(sheet, STATUS.key)}5"] = "Done - please re-check"
        sheet[f"{column(sheet, OWNER.key)}5"] = 7
        sheet[f"{column(sheet, AGREED.key)}5"] = datetime(2027, 1, 31)
        sheet[f"{column(sheet, COMMENT.key)}5"] = None
        sheet[f"{column(sheet, COMMENT.key)}6"] = True
        sheet[f"{column(sheet, UNTIL.key)}6"] = "31 Aug 2027"

    rows = by_id(edited(change))
    assert said(rows[IDS[0]]) == {
        STATUS.key: "Done - please re-check",
        OWNER.key: "7",
        AGREED.key: "2027-01-31",
    }
    assert rows[IDS[0]].cells[COMMENT.key] is None
    assert said(rows[IDS[1]])[COMMENT.key] == "TRUE"
    assert said(rows[IDS[1]])[UNTIL.key] == "2027-08-31"


def test_words_that_excel_took_for_a_formula_come_back(written, tmp_path):
    """Who types -done sees #NAME?, and the words are kept; an error without words is kept as it shows."""
    content = parts(written)
    sheet = next(name for name, data in content.items() if b"Something about" in data and b"sheetData" in data)
    workbook = load_workbook(written)
    letter = column(workbook["Findings"], OWNER.key)
    cells = {
        5: b'<c r="%s5" s="1" t="e"><f>-done &amp; dusted</f><v>#NAME?</v></c>',
        6: b'<c r="%s6" s="1" t="e"><v>#N/A</v></c>',
        7: b'<c r="%s7" s="1" t="str"><f>A1</f><v>_x0041_</v></c>',
        8: b'<c r="%s8" s="1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>',
    }
    for number, cell in cells.items():
        place = rb'<c r="%s%d"[^>]*(?:/>|>.*?</c>)' % (letter.encode(), number)
        content[sheet], count = re.subn(place, lambda _, cell=cell: cell % letter.encode(), content[sheet])
        assert count == 1
    rows = by_id(read_book(packed(content, tmp_path / "copy.xlsx")))
    assert [rows[name].cells[OWNER.key] for name in IDS] == ["=-done & dusted", "#N/A", "A", "_x0041_"]


@pytest.mark.parametrize(
    "words", ["_x0041_ stays", "a_x000D_b", "=1+1", "+44", "tab\there", "two\nlines", "🙂 العربية"]
)
def test_what_is_written_is_what_comes_back(words, tmp_path):
    """Escapes, formulas and every script that the audit writes as an answer come back as they were."""
    book = Book(head(), "governors", "Audit", "Governors")
    book.page("Findings").table(findings.COLUMNS, [finding(0, {OWNER.key: words})], "Nothing.")
    path = save(book.finish(), tmp_path / "governors.xlsx", moment=MOMENT)
    assert read_book(path).rows[0].cells[OWNER.key] == words


TYPED = st.lists(st.text(max_size=80), min_size=40, max_size=40)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED)
def test_any_words_that_are_written_come_back(tmp_path, words):
    """Whatever words the list keeps, the next workbook gives them back as the list has them."""
    kept = [normal(OWNER, one).value for one in words]
    lines = [finding(number, {OWNER.key: one}) for number, one in enumerate(kept)]
    book = Book(head(), "governors", "Audit", "Governors")
    book.page("Findings").table(findings.COLUMNS, lines, "Nothing.")
    rows = by_id(read_book(save(book.finish(), tmp_path / "governors.xlsx", moment=MOMENT)))
    assert [normal(OWNER, rows[line.id].cells[OWNER.key]).value for line in lines] == kept


# What people do to columns


def test_columns_may_be_moved(edited):
    """A column is known by its key, wherever it stands."""

    def change(workbook):
        sheet = workbook["Findings"]
        rows = [list(row) for row in sheet.iter_rows(min_row=KEY_ROW, values_only=True)]
        for number, row in enumerate(rows, KEY_ROW):
            for index, value in enumerate(reversed(row), 1):
                put(sheet.cell(number, index), value)

    assert as_written(edited(change))


def test_columns_may_be_inserted_and_deleted(edited):
    """A deleted column is no answer, and one that people inserted stands beside the row as a note."""

    def change(workbook):
        sheet = workbook["Findings"]
        sheet.delete_cols(sheet[f"{column(sheet, OWNER.key)}1"].column)
        sheet.insert_cols(2)
        sheet.cell(HEADER, 2, "Our own words")
        sheet["B6"] = "ask Mr Fenwick"

    book = edited(change)
    rows = by_id(book)
    assert OWNER.key not in rows[IDS[0]].cells
    assert said(rows[IDS[1]]) == expected(1)
    [note] = book.notes
    assert (note.cell, note.words, note.row) == ("B6", "Our own words: ask Mr Fenwick", rows[IDS[1]])


def test_columns_may_be_renamed(edited):
    """A heading that people changed does not matter where the key is."""

    def change(workbook):
        sheet = workbook["Findings"]
        for key in (STATUS.key, COMMENT.key, ROW_ID):
            sheet[f"{column(sheet, key)}{HEADER}"] = "What we say"

    assert as_written(edited(change))


def test_a_column_with_two_copies_loses_nothing(edited):
    """Words in a copy of an answer's column stand beside the row."""

    def change(workbook):
        sheet = workbook["Findings"]
        last = sheet.max_column + 1
        sheet.cell(KEY_ROW, last, COMMENT.key)
        sheet.cell(5, last, "Asked the office on Friday.")
        sheet.cell(6, last, "in the copy")

    book = edited(change)
    assert [(note.words, note.row.id) for note in book.notes] == [("Comment: in the copy", IDS[1])]


@pytest.mark.parametrize("marks", ["{}", "{}:", "{} *", " {}\u00a0▾", "{}\n"])
def test_columns_are_known_by_their_headings(marks, edited):
    """Without the hidden row, headings do; case, stars, colons and the arrows of filters do not matter."""

    def change(workbook):
        sheet = workbook["Findings"]
        for cell in sheet[HEADER]:
            cell.value = marks.format(cell.value.upper()) if cell.value else None
        sheet.delete_rows(KEY_ROW)

    book = edited(change)
    assert as_written(book)
    assert book.rows[0].place == "row 4"
    assert book.rows[0].shown["title"] == "Something about number 0"


def test_headings_that_people_prefer_are_known(edited):
    """By when, who, notes and ref are known too."""
    names = {ROW_ID: "Ref", AGREED.key: "By when", OWNER.key: "Who", COMMENT.key: "Notes", APPROVER.key: "Who approved"}

    def change(workbook):
        sheet = workbook["Findings"]
        for key, name in names.items():
            sheet[f"{column(sheet, key)}{HEADER}"] = name
        sheet.delete_rows(KEY_ROW)

    assert as_written(edited(change))


def test_a_column_that_lost_its_key_is_known_by_its_heading(edited):
    """One key that somebody removed costs nothing while the heading stands."""

    def change(workbook):
        sheet = workbook["Findings"]
        sheet[f"{column(sheet, COMMENT.key)}{KEY_ROW}"] = None

    assert as_written(edited(change))


# What people do to rows


def test_rows_may_be_sorted_hidden_and_parted(edited):
    """The order of rows does not matter, nor hidden and empty ones between them."""

    def change(workbook):
        sheet = workbook["Findings"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1)]
        sheet.delete_rows(HEADER + 1, len(rows))
        for number, row in zip((6, 9, 12, 40), reversed(rows), strict=True):
            for index, value in enumerate(row, 1):
                put(sheet.cell(number, index), value)
        sheet.row_dimensions[9].hidden = True

    book = edited(change)
    assert as_written(book)
    assert [row.place for row in book.rows] == ["row 6", "row 9", "row 12", "row 40"]


def test_the_hidden_row_may_have_been_sorted_among_the_others(edited):
    """Where somebody sorted the whole sheet, keys are found below, and rows above the headings count."""

    def change(workbook):
        sheet = workbook["Findings"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=KEY_ROW)]
        for number, row in enumerate(sorted(rows, key=lambda row: str(row[0]).upper()), KEY_ROW):
            for index, value in enumerate(row, 1):
                put(sheet.cell(number, index), value)

    assert as_written(edited(change))


def test_rows_may_be_deleted(edited):
    """A row that is gone is simply not there."""
    book = edited(lambda workbook: workbook["Findings"].delete_rows(6))
    assert [row.id for row in book.rows] == [IDS[0], IDS[2], IDS[3]]


def test_rows_may_be_doubled(edited):
    """A row that stands twice is read twice."""

    def change(workbook):
        sheet = workbook["Findings"]
        for cell in sheet[6]:
            sheet.cell(20, cell.column, cell.value)
        sheet[f"{column(sheet, COMMENT.key)}20"] = "in the second"

    book = edited(change)
    assert [(row.id, row.place) for row in book.rows][-1] == (IDS[1], "row 20")
    assert book.rows[-1].cells[COMMENT.key] == "in the second"


def test_a_row_without_id_and_mark_is_kept(edited):
    """Answers in a row that no longer says which it is are read, with what the row shows."""

    def change(workbook):
        sheet = workbook["Findings"]
        for key in (ROW_ID, ROW_MARK):
            sheet[f"{column(sheet, key)}6"] = None
        sheet[f"{column(sheet, COMMENT.key)}30"] = "who knows what of"

    book = edited(change)
    assert [(row.id, row.mark) for row in book.rows if not row.id] == [("", ""), ("", "")]
    assert book.rows[1].shown["title"] == "Something about number 1"
    assert book.rows[-1].cells[COMMENT.key] == "who knows what of"


def test_titles_above_and_headings_below_are_no_rows(edited):
    """A title that people put above, and headings and keys that stand again below, are passed over."""

    def change(workbook):
        sheet = workbook["Findings"]
        for number, origin in ((20, HEADER), (21, KEY_ROW)):
            for cell in list(sheet[origin]):
                sheet.cell(number, cell.column, cell.value)
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Printed for the meeting"

    book = edited(change)
    assert as_written(book)
    assert (len(book.rows), book.notes) == (4, ())


def test_words_below_the_table_are_not_lost(edited):
    """What people write below the table comes back as a note."""

    def change(workbook):
        workbook["Findings"].delete_rows(5, 4)
        workbook["Findings"]["A5"] = "Seen by the committee"
        workbook["Findings"]["C30"] = "All of it"

    notes = edited(change).notes
    assert [(note.sheet, note.cell, note.words, note.row) for note in notes] == [
        ("Findings", "A5", "Seen by the committee", None),
        ("Findings", "C30", "All of it", None),
    ]


def test_a_sheet_where_nothing_is_filled_in_has_no_words_of_people(edited):
    """Of sheets that are the audit's alone nothing is taken for words of people, whatever their keys."""

    def change(workbook):
        sheet = workbook["Coverage"]
        sheet[f"A{KEY_ROW}"] = "GOV-01"
        sheet["A30"] = "F"

    assert edited(change).notes == ()


# What people do to sheets


def test_sheets_may_be_copied_and_renamed(edited):
    """Every sheet with a table of ours is read, whatever it is called."""

    def change(workbook):
        copy = workbook.copy_worksheet(workbook["Findings"])
        copy.title = "Findings (2)"
        copy[f"{column(copy, COMMENT.key)}5"] = "on the copy"
        workbook["Findings"].title = "Our list"
        workbook[DATA_SHEET].title = "Sheet7"

    book = edited(change)
    assert {row.sheet for row in book.rows} == {"Our list", "Findings (2)"}
    assert book.rows[4].cells[COMMENT.key] == "on the copy"
    assert (book.kind, book.run) == ("governors", RUN)


def test_a_column_copied_beside_itself_is_no_note(edited):
    """A copy of a column that says the same as the column itself says nothing new."""

    def change(workbook):
        sheet = workbook["Findings"]
        source, last = column(sheet, COMMENT.key), sheet.max_column + 1
        sheet.delete_rows(KEY_ROW)
        for number in range(KEY_ROW, KEY_ROW + 5):
            put(sheet.cell(number, last), sheet[f"{source}{number}"].value)

    book = edited(change)
    assert as_written(book)
    assert book.notes == ()


def test_without_the_hidden_sheet_the_tables_say_what_it_is(edited, tmp_path):
    """The kind is then that of the workbook which has such a table; the run is not known."""
    book = edited(lambda workbook: workbook.remove(workbook[DATA_SHEET]))
    assert (book.kind, book.run) == ("governors", "")
    assert as_written(book)
    workbook = load_workbook(build(tmp_path / "it.xlsx", "it"))
    workbook.remove(workbook[DATA_SHEET])
    workbook.save(tmp_path / "it.xlsx")
    assert read_book(tmp_path / "it.xlsx").kind == "it"


def test_notes_on_other_tables_know_their_row(edited):
    """A note on a sheet where nothing is filled in says what its row is about."""
    from openpyxl.comments import Comment

    def change(workbook):
        workbook["Coverage"]["C5"].comment = Comment("is that so?", "R. Pell")

    book = edited(change)
    [note] = book.notes
    assert (note.row.sheet, note.row.shown["check"]) == ("Coverage", "GOV-01")
    assert all(row.sheet == "Findings" for row in book.rows)


# What is not ours


@pytest.mark.parametrize(
    "headings",
    [("Ref", "Status", "Owner", "Cost", "Notes", "Date"), ("id", "account", "platform", "title", "status", "notes")],
)
def test_other_workbooks_are_not_ours(headings, tmp_path):
    """A workbook that somebody keeps for something else is passed over, even with headings like ours."""
    workbook = Workbook()
    workbook.worksheets[0].append(headings)
    workbook.worksheets[0].append(["B-1", "Done", "Office", "12", "paid", "today"])
    workbook.save(tmp_path / "budget.xlsx")
    assert read_book(tmp_path / "budget.xlsx") is None


def test_other_files_are_not_ours(tmp_path):
    """Documents, pictures and what programs lay beside an open workbook are passed over."""
    files = {
        "minutes.docx": packed({"word/document.xml": b"<w/>"}, tmp_path / "x.zip").read_bytes(),
        "picture.jpg": b"\xff\xd8\xff",
        "empty.txt": b"",
        "half.zip": b"PK\x03\x04",
        "letter.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "~$governors.xlsx": b"\x05Pell",
        ".~lock.governors.xlsx#": b"Pell",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        assert read_book(tmp_path / name) is None


# What cannot be read


def refused(path, passwords=()):
    """The sentence with which a file is refused."""
    with pytest.raises(Unreadable) as said:
        read_book(path, passwords)
    assert str(said.value).startswith(path.name)
    assert "\n" not in str(said.value)
    return str(said.value)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("governors.xlsx", b"", "is empty"),
        ("governors.xlsx", b"\n<!DOCTYPE html><title>Sign in</title>", "is a web page"),
        ("governors.xls", b"<html xmlns:x='excel'><table>", "is a web page"),
        ("governors.xlsx", b"finding;status\n", "is called a workbook and is none"),
        ("governors.xlsx", b"PK\x03\x04 and no more", "damaged or only half written"),
        ("governors.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "damaged or only half written"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_reason(name, data, says, tmp_path):
    """A file that is called a workbook and is none says what happened and what to do."""
    path = tmp_path / name
    path.write_bytes(data)
    assert says in refused(path)


def test_a_document_called_a_workbook_is_refused(tmp_path):
    """A text document under a workbook's name holds something else."""
    assert "holds something else" in refused(packed({"word/document.xml": b"<w/>"}, tmp_path / "governors.xlsx"))


def test_a_half_written_file_is_refused(written, tmp_path):
    """A file that was cut off while it was copied is refused, however much is there."""
    data = written.read_bytes()
    path = tmp_path / "governors.xlsx"
    for share in (0.1, 0.5, 0.99):
        path.write_bytes(data[: int(len(data) * share)])
        assert "half written" in refused(path)


def test_a_newer_workbook_is_refused(edited):
    """A workbook of a later format asks for an update, before anything in it is taken wrongly."""

    def change(workbook):
        workbook[DATA_SHEET]["B2"] = FORMAT_VERSION + 1

    with pytest.raises(Unreadable, match="update school-audit"):
        edited(change)


def test_a_file_that_goes_away_is_refused(tmp_path):
    """A file that is gone or shut is tried again another night."""
    assert "the next run looks again" in refused(tmp_path / "governors.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    assert "cannot be opened" in refused(tmp_path / "folder.xlsx")


def test_a_file_that_changes_meanwhile_is_refused(written, tmp_path, monkeypatch):
    """Where a file changes while it is read, nothing of it is taken."""
    path = tmp_path / "governors.xlsx"
    path.write_bytes(written.read_bytes())
    true = os.fstat

    def fstat(handle):
        found = true(handle)
        os.utime(path, (1_600_000_000, 1_600_000_000))
        return found

    monkeypatch.setattr(returned.os, "fstat", fstat)
    assert "was being written while it was read" in refused(path)


def test_a_file_that_is_too_large_is_refused(written, tmp_path, monkeypatch):
    """Neither the file nor what it unpacks to may be larger than memory bears."""
    path = packed({**parts(written), "xl/media/bomb": b"\0" * 40_000_000}, tmp_path / "governors.xlsx")
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(returned, "UNPACKED", 30_000_000)
    assert "unpacks to more than" in refused(path)
    monkeypatch.setattr(returned, "LARGEST", 1000)
    assert "is larger than" in refused(path)


def sheet_with(rows, written, path):
    """The workbook with other rows on the sheet Findings."""
    content = parts(written)
    sheet = next(name for name, data in content.items() if b"Something about" in data and b"sheetData" in data)
    content[sheet] = re.sub(rb"</sheetData>", lambda _: rows + b"</sheetData>", content[sheet])
    return packed(content, path)


def test_a_million_empty_rows_cost_seconds(written, tmp_path):
    """Rows that were formatted and hold nothing are passed over."""
    rows = b"".join(
        b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (n, n) for n in range(9, 1_000_000)
    )
    before = time.perf_counter()
    assert as_written(read_book(sheet_with(rows, written, tmp_path / "governors.xlsx")))
    assert time.perf_counter() - before < 60


def test_too_many_rows_are_refused(written, tmp_path):
    """A sheet with more rows than a school can have says which sheet it is."""
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(9, workbook_cells.MOST_ROWS + 9)
    )
    assert "rows on the sheet 'Findings'" in refused(sheet_with(rows, written, tmp_path / "governors.xlsx"))


def test_a_cell_far_away_is_refused_or_read(written, tmp_path):
    """What stands far right is refused with what to do, or said not to be read; never does the night end with it."""
    far = sheet_with(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', written, tmp_path / "far.xlsx")
    assert "far below or far right" in refused(far)
    wide = sheet_with(b'<row r="9"><c r="XFD9"><v>1</v></c></row>', written, tmp_path / "wide.xlsx")
    assert "on the sheet 'Findings' was not read" in read_book(wide).problems[0]


def test_sentences_name_no_sheet_that_people_named(written, tmp_path):
    """A sheet whose name somebody typed is not called by it, since the sentence goes into the log and cron's mail."""
    workbook = load_workbook(written)
    workbook["Findings"].title = "Zephyrine Q"
    workbook.create_sheet("Quillon B")["XFD9"] = 1
    workbook["Zephyrine Q"]["XFD9"] = 1
    path = tmp_path / "governors.xlsx"
    workbook.save(path)
    problems = read_book(path).problems
    assert len(problems) == 2
    assert not any("Zephyrine" in words or "Quillon" in words for words in problems)


# Passwords


def locked(path, password, target):
    """A workbook under a password."""
    with path.open("rb") as file, target.open("wb") as out:
        OOXMLFile(file).encrypt(password, out)
    return target


def test_a_workbook_under_a_password_is_opened(written, tmp_path):
    """One of the passwords that we have opens it; its digest is that of the file as it lies there."""
    path = locked(written, "beech and hazel", tmp_path / "safeguarding.xlsx")
    book = read_book(path, ("wrong", "beech and hazel"))
    assert as_written(book)
    assert book.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_workbook_under_an_unknown_password_is_refused(written, tmp_path):
    """Without the password the file is left alone, with a sentence."""
    path = locked(written, "beech and hazel", tmp_path / "safeguarding.xlsx")
    assert "behind a password" in refused(path, ("wrong",))
    assert "beech" not in refused(path)


def test_an_ods_file_under_a_password_is_refused(tmp_path):
    """LibreOffice's own encryption is not opened, and is said."""
    kind = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
    for more in (
        {"encrypted-package": b"\x01\x02"},
        {"content.xml": b"\x01\x02", "META-INF/manifest.xml": b"<manifest:encryption-data/>"},
    ):
        assert "behind a password" in refused(packed({**kind, **more}, tmp_path / "governors.ods"))


# Other programs


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_libreoffice_saves_are_read(kind, converted):
    """What LibreOffice saves in any format says what people typed, and what the audit wrote beside it."""
    book = read_book(converted[kind])
    rows = by_id(book)
    assert (book.kind, book.run, list(rows)) == ("governors", RUN, IDS)
    assert said(rows[IDS[1]]) == expected(1)
    assert said(rows[IDS[2]]) == expected(2)
    assert said(rows[IDS[3]]) == {
        STATUS.key: "Done - please re-check",
        AGREED.key: "2027-01-31",
        OWNER.key: "_x0041_ and\ttab",
    }
    assert rows[IDS[0]].mark == mark(0)
    assert rows[IDS[0]].shown["title"] == "Something about number 0"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_libreoffice_keeps_words_that_it_took_for_a_formula(kind, converted):
    """Words that became an error are read as they were typed."""
    assert by_id(read_book(converted[kind]))[IDS[0]].cells[COMMENT.key] == "=-spoke to the office"


def test_a_format_is_known_by_its_content(converted, tmp_path):
    """A workbook under another format's name, or none, is read all the same."""
    for kind, name in (("ods", "governors.xlsx"), ("xls", "governors.ods"), ("xlsx", "governors")):
        (tmp_path / name).write_bytes(converted[kind].read_bytes())
        assert len(read_book(tmp_path / name).rows) == 4


# Damaged files


def outcome(data, path):
    """How the reading of some bytes ended."""
    path.write_bytes(data)
    before = time.perf_counter()
    try:
        book = read_book(path)
    except Unreadable:
        book = "unreadable"
    assert time.perf_counter() - before < 60
    return book


def harmed(data, chance):
    """The bytes with a few flipped or cut off."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.2 else changed)


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_ends_in_a_book_or_a_sentence(seed, written, tmp_path):
    """Bits that flipped, and ends that are missing, cost one file and never the night; no answer changes."""
    chance = random.Random(seed)
    book = outcome(harmed(written.read_bytes(), chance), tmp_path / "governors.xlsx")
    assert book == "unreadable" or as_written(book)


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_damaged_file_of_another_format_ends_well(seed, kind, converted, tmp_path):
    """The older formats too end in a book, in nothing or in a sentence."""
    chance = random.Random(seed)
    outcome(harmed(converted[kind].read_bytes(), chance), tmp_path / f"governors.{kind}")


@pytest.mark.parametrize("seed", range(20))
def test_parts_that_were_changed_end_well(seed, written, tmp_path):
    """A part that is no longer what it was, in a zip file that is whole, costs one file."""
    chance = random.Random(seed)
    content = parts(written)
    name = chance.choice(sorted(content))
    content[name] = harmed(content[name], chance)
    data = packed(content, tmp_path / "made.zip").read_bytes()
    outcome(data, tmp_path / "governors.xlsx")


def test_entities_are_not_unfolded(written, tmp_path):
    """A file that wants a few letters to unfold to gigabytes, or to fetch something, gets neither."""
    content = parts(written)
    bomb = b'<!DOCTYPE c [<!ENTITY a "lol"><!ENTITY b SYSTEM "file:///etc/passwd">' + b"".join(
        b'<!ENTITY c%d "%s">' % (n, b"&c%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(9)
    )
    content["docProps/core.xml"] = bomb + b"]><c>&c8;&b;</c>"
    book = read_book(packed(content, tmp_path / "governors.xlsx"))
    assert as_written(book)


def test_many_answered_rows(tmp_path):
    """A workbook with a thousand rows is read whole."""
    book = read_book(build(tmp_path / "governors.xlsx", count=1_000))
    assert len(book.rows) == 1_000
    assert said(book.rows[999]) == expected(999 % 4)


def test_no_reading_leaves_anything_behind(written, tmp_path):
    """Reading writes nothing beside the file."""
    path = tmp_path / "governors.xlsx"
    path.write_bytes(written.read_bytes())
    read_book(path)
    assert [one.name for one in tmp_path.iterdir()] == ["governors.xlsx"]
    assert path.read_bytes() == written.read_bytes()
