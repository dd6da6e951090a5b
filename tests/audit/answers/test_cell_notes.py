"""Notes and comments that people attached to cells, in the files of every program."""

import re
import zipfile

import pytest
from imitations.written_workbooks import by_id, column
from openpyxl import load_workbook
from openpyxl.comments import Comment

from audit.answers import cell_notes
from audit.answers.cell_notes import notes_of
from audit.answers.returned import read_book
from output.answers import COMMENT, STATUS

THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.microsoft.com/office/2017/10/relationships"
FOR_OLDER = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; however, any edits to it will"
    " get removed if the file is opened in a newer version of Excel. Learn more:"
    " https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n    Who changes this?\nReply:\n    I do, on Monday."
)


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


def noted(written, path, **notes):
    """The workbook with notes on cells of the sheet Findings, as openpyxl writes them."""
    workbook = load_workbook(written)
    for cell, note in notes.items():
        workbook["Findings"][cell].comment = note
    workbook.save(path)
    return path


def threaded(written, path, comments, people=(("{A}", "A. Whitlock"), ("{B}", "R. Pell")), legacy=FOR_OLDER):
    """The workbook with a thread on the cell B6 and its copy for older programs, as Excel writes them."""
    content = parts(noted(written, path, B6=Comment(legacy, "tc={4711}")))
    beside = next(
        name for name, data in content.items() if name.startswith("xl/worksheets/_rels/") and b"omments" in data
    )
    more = (
        f'<Relationship Id="rIdT" Type="{OFFICE}/threadedComment" Target="../threadedComments/threadedComment1.xml"/>'
    )
    content[beside] = content[beside].replace(b"</Relationships>", more.encode() + b"</Relationships>")
    person = f'<Relationship Id="rIdP" Type="{OFFICE}/person" Target="persons/person.xml"/></Relationships>'
    book = "xl/_rels/workbook.xml.rels"
    content[book] = content[book].replace(b"</Relationships>", person.encode())
    listed = "".join(f'<person displayName="{name}" id="{one}" providerId="None"/>' for one, name in people)
    content["xl/persons/person.xml"] = f'<personList xmlns="{THREADS}">{listed}</personList>'.encode()
    content["xl/threadedComments/threadedComment1.xml"] = (
        f'<ThreadedComments xmlns="{THREADS}">{comments}</ThreadedComments>'.encode()
    )
    return packed(content, path)


THREAD = (
    '<threadedComment ref="B6" dT="2026-11-23T09:00:00.00" personId="{A}" id="{1}"><text>Who changes this?</text>'
    '</threadedComment><threadedComment ref="B6" dT="2026-11-23T09:05:00.00" personId="{B}" id="{2}" parentId="{1}">'
    "<text>I do, on Monday. @A. Whitlock</text><mentions><mention startIndex='1'/></mentions></threadedComment>"
)


def test_a_note_comes_with_its_row_and_who_wrote_it(written, tmp_path):
    """A note on a cell of a row says what it says, who wrote it, and what the row is about."""
    note = Comment("A. Whitlock:\nplease ask\nthe office", "A. Whitlock")
    book = read_book(noted(written, tmp_path / "copy.xlsx", C7=note, A1=Comment("Nice", "")))
    about, title = sorted(book.notes, key=lambda one: one.cell, reverse=True)
    assert (about.sheet, about.cell, about.who, about.words) == (
        "Findings",
        "C7",
        "A. Whitlock",
        "please ask\nthe office",
    )
    assert about.row == by_id(book)["F-00000002"]
    assert (title.cell, title.who, title.row) == ("A1", "", None)


def test_a_thread_comes_with_its_replies_and_once(written, tmp_path):
    """Of a thread come the comment and the replies, each with who wrote it, and not the copy for older programs."""
    book = read_book(threaded(written, tmp_path / "copy.xlsx", THREAD))
    assert [(one.cell, one.who, one.words) for one in book.notes] == [
        ("B6", "A. Whitlock", "Who changes this?"),
        ("B6", "R. Pell", "I do, on Monday. @A. Whitlock"),
    ]
    assert {one.row.id for one in book.notes} == {"F-00000001"}
    assert book.problems == ()


def test_a_thread_that_another_program_dropped_is_in_its_copy(written, tmp_path):
    """Where only the copy for older programs is left, its words are taken out of it."""
    book = read_book(noted(written, tmp_path / "copy.xlsx", B6=Comment(FOR_OLDER, "tc={4711}")))
    assert [(one.who, one.words) for one in book.notes] == [("", "Who changes this?"), ("", "I do, on Monday.")]


def test_a_note_beside_a_thread_is_kept(written, tmp_path):
    """A note of its own on a cell with a thread is no copy of it."""
    book = read_book(threaded(written, tmp_path / "copy.xlsx", THREAD, legacy="A real note"))
    assert [one.words for one in book.notes][-1] == "A real note"


def test_a_person_who_is_not_listed_has_no_name(written, tmp_path):
    """A comment by somebody whom the file does not name is read without a name."""
    book = read_book(threaded(written, tmp_path / "copy.xlsx", THREAD, people=()))
    assert {one.who for one in book.notes} == {""}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_libreoffice_saves_keep_notes(kind, converted):
    """Notes come back from what LibreOffice saved, and stand beside their rows; cells do not take their words."""
    book = read_book(converted[kind])
    [note] = book.notes
    assert (note.sheet, note.who, note.words) == ("Findings", "A. Whitlock", "please look\nagain")
    assert note.row == by_id(book)["F-00000002"]
    assert "please look" not in note.row.cells[COMMENT.key]


def test_notes_of_an_old_format_are_missed_aloud(converted):
    """Of .xls files no notes are read, and that is said where there are some."""
    book = read_book(converted["xls"])
    assert book.notes == ()
    assert any("not read from this kind of file" in one for one in book.problems)


def test_notes_of_a_binary_workbook_are_missed_aloud(tmp_path):
    """Of .xlsb files too, and nothing is said where there are none."""
    some = packed({"xl/workbook.bin": b"", "xl/comments1.bin": b""}, tmp_path / "some.xlsb")
    none = packed({"xl/workbook.bin": b""}, tmp_path / "none.xlsb")
    assert notes_of(some.read_bytes()) == ((), (cell_notes.NOT_READ,))
    assert notes_of(none.read_bytes()) == ((), ())


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<office:body><office:spreadsheet><table:table table:name="Findings">'
    '<table:table-header-rows><table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>'
    '</table:table-header-rows><table:table-row><table:table-cell table:number-columns-repeated="27"/>'
    "<table:covered-table-cell><office:annotation><dc:creator>R. Pell</dc:creator><text:p>one<text:s/>two</text:p>"
    "<text:p>a <text:span>b</text:span><text:tab/>c</text:p></office:annotation></table:covered-table-cell>"
    "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)


def test_rows_and_columns_of_ods_files_are_counted_as_they_repeat(tmp_path):
    """A note of an .ods file knows its cell, though rows and columns that are alike are stored once."""
    found, problems = notes_of(packed({"content.xml": ODS.encode()}, tmp_path / "copy.ods").read_bytes())
    assert problems == ()
    [note] = found
    assert (note.sheet, note.cell, note.row, note.who) == ("Findings", "AB5", 5, "R. Pell")
    assert note.words == "one two\na b\tc"


def test_damaged_notes_cost_no_answers(written, tmp_path):
    """Where notes cannot be read, answers are, and a sentence says what is missing."""
    path = tmp_path / "copy.xlsx"
    content = parts(threaded(written, path, THREAD))
    content["xl/threadedComments/threadedComment1.xml"] = b"<ThreadedComments"
    book = read_book(packed(content, path))
    assert len(book.rows) == 4
    assert "could not all be read" in book.problems[0]


def test_entities_are_neither_unfolded_nor_fetched(written, tmp_path):
    """A file whose notes ask for the machine's own files, or unfold to gigabytes, gets neither."""
    path = tmp_path / "copy.xlsx"
    content = parts(threaded(written, path, THREAD))
    bomb = '<!DOCTYPE t [<!ENTITY f SYSTEM "file:///etc/hostname"><!ENTITY a "lol">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    body = f'<ThreadedComments xmlns="{THREADS}"><threadedComment ref="B6"><text>&f;&j;so</text></threadedComment>'
    content["xl/threadedComments/threadedComment1.xml"] = f"{bomb}]>{body}</ThreadedComments>".encode()
    found, _ = notes_of(packed(content, path).read_bytes())
    assert all("lollol" not in one.words and len(one.words) < 500 for one in found)


def test_notes_are_bounded(written, tmp_path, monkeypatch):
    """Neither one part nor the number of notes may grow without end."""
    path = threaded(written, tmp_path / "copy.xlsx", THREAD * 50)
    monkeypatch.setattr(cell_notes, "MOST_NOTES", 10)
    found, problems = notes_of(path.read_bytes())
    assert (len(found), len(problems)) == (10, 1)
    monkeypatch.setattr(cell_notes, "MOST_BYTES", 100)
    assert "could not all be read" in notes_of(path.read_bytes())[1][0]


def test_a_sheet_that_was_renamed_keeps_its_notes(written, tmp_path):
    """A note belongs to its sheet, whatever that is called, and to the row that stands there now."""
    path = noted(written, tmp_path / "copy.xlsx", B8=Comment("mine", "R. Pell"))
    workbook = load_workbook(path)
    workbook["Findings"].title = "Our list"
    workbook["Our list"][f"{column(workbook['Our list'], STATUS.key)}8"] = "In progress"
    workbook.save(path)
    [note] = read_book(path).notes
    assert (note.sheet, note.row.id, note.row.cells[STATUS.key]) == ("Our list", "F-00000003", "In progress")


def test_targets_of_both_kinds_are_followed(written, tmp_path):
    """Programs write the places of parts from the top or from beside; both lead there."""
    path = noted(written, tmp_path / "copy.xlsx", B8=Comment("mine", "R. Pell"))
    content = parts(path)
    for name in [one for one in content if one.endswith(".rels")]:
        content[name] = re.sub(rb'Target="/xl/comments', rb'Target="../comments', content[name])
    assert [one.words for one in read_book(packed(content, path)).notes] == ["mine"]
