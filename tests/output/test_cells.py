"""The one safe way to write a cell."""

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from output import cells
from output.cells import Painted, quoted, storable, text, write
from output.style import PLAIN, Painter

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Lone surrogates, control characters and all."""
RISKY = st.lists(
    st.one_of(
        ANY_TEXT,
        st.sampled_from(["=", "+", "-", "@", "\t", "\r", "_x0041_", "_x005F_", "_", "x0041_", "\ud83d", "🙂", " "]),
    )
).map("".join)


def decoded(stored):
    """What Excel shows for stored text."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), stored)


def cleaned(words):
    """The documented replacement, said another way: every line end a line feed, nothing unstorable."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        "\ufffd"
        if (ord(c) < 32 and c not in "\t\n")
        or 0x7F <= ord(c) <= 0x9F
        or 0xD800 <= ord(c) <= 0xDFFF
        or c in "\ufffe\uffff"
        else c
        for c in words
    )


def saved(values):
    """A file with the values in column A, and its raw sheet."""
    book = Workbook()
    painted = Painter(book).paint(PLAIN)
    for row, value in enumerate(values, 1):
        write(book.active.cell(row, 1), value, painted)
        book.active.cell(row, 2, "end")
    file = io.BytesIO()
    book.save(file)
    raw = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    return file, raw


def read(file):
    """Column A as openpyxl and as python-calamine read it; no cell is an empty text."""
    sheet = load_workbook(io.BytesIO(file.getvalue())).active
    ours = [sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)]
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )
    return ["" if value is None else value for value in ours], [row[0] for row in rows]


@given(st.lists(st.one_of(ANY_TEXT, RISKY), min_size=1, max_size=20))
@example(["=1+1", "=HYPERLINK(1)", "#N/A", "\r=1", "\t=1", "_x0041_", "_x005F_x0041_", "_x0041_x0042_", "\ud83d"])
def test_any_text_comes_back_as_text(words):
    """Any text is read back by two libraries as itself or its documented replacement, and is no formula."""
    file, raw = saved(words)
    assert "<f" not in raw
    assert ' t="e"' not in raw
    ours, theirs = read(file)
    assert ours == [text(one) for one in words]
    assert [decoded(one) for one in ours] == [cleaned(one) for one in words]
    assert theirs in (ours, [cleaned(one) for one in words])


@given(st.one_of(ANY_TEXT, RISKY))
def test_stored_text_is_shown_as_typed(words):
    """What Excel decodes in a stored text is nothing but our own escape."""
    codes = re.findall(r"_x([0-9A-Fa-f]{4})_", text(words))
    assert set(codes) <= {"005F"}


@pytest.mark.parametrize("unit", ["x", "🙂", "_x0041_", "é\n", "_"])
def test_too_long_a_text_is_cut_with_a_note(unit):
    """Text beyond a cell's limit keeps its beginning, ends in a note, and fits in UTF-16 units."""
    stored = text(unit * 40_000)
    assert len(stored.encode("utf-16-le")) <= 2 * 32_767
    assert stored.endswith(cells.CUT)
    assert (unit * 40_000).startswith(decoded(stored.removesuffix(cells.CUT)))
    assert len(stored.encode("utf-16-le")) > 2 * 32_700


def test_text_at_the_limit_is_left_alone():
    """32,767 characters fit."""
    assert text("x" * 32_767) == "x" * 32_767


@pytest.mark.parametrize("words", ["=1+1", "+44 7700 900123", "-2", "@SUM(1)", "\t=1", "\r=1", "\n=1"])
def test_formula_like_text_is_quoted(words):
    """Text that Excel would take for a formula when retyped carries the quote prefix; the plain look does not."""
    book = Workbook()
    painted = Painter(book).paint(PLAIN)
    write(book.active["A1"], words, painted)
    write(book.active["A2"], "plain words", painted)
    assert book.active["A1"].data_type == "s"
    assert book.active["A1"].quotePrefix
    assert not book.active["A2"].quotePrefix
    assert painted == Painted(painted.plain, quoted(painted.plain))


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (True, "yes"),
        (False, "no"),
        (12, 12),
        (999_999_999_999_999, 999_999_999_999_999),
        (12345678901234567890, "12345678901234567890"),
        (-12345678901234567890, "-12345678901234567890"),
        (1.5, 1.5),
        (float("nan"), "not a number"),
        (float("inf"), "not a number"),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 1, 13, 0)),
        (datetime(2026, 11, 22, 2, 10), datetime(2026, 11, 22, 2, 10)),
        (date(2026, 11, 22), date(2026, 11, 22)),
        (date(1066, 10, 14), "14/10/1066"),
        (datetime(800, 12, 25, 6, 0), "25/12/0800 06:00"),
        (None, None),
    ],
)
def test_values_are_stored_as_a_cell_can_hold_them(value, stored):
    """Yes and no are words, long identifiers and old dates are text, times are local and naive."""
    assert storable(value) == stored
    assert type(storable(value)) is type(stored)


@given(st.one_of(st.integers(), st.floats(), st.datetimes(), st.dates(), st.booleans(), st.none()))
def test_any_value_is_saved_without_losing_digits(value):
    """Any value can be saved; a whole number comes back digit for digit."""
    file, raw = saved([value])
    ours, theirs = read(file)
    assert "<f" not in raw
    if isinstance(value, int) and not isinstance(value, bool):
        assert str(ours[0]) == str(value)
        assert f"{theirs[0]:.0f}" == str(value) if isinstance(theirs[0], float) else theirs[0] == str(value)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://files.example/",
        "mailto:office@hazelbrook.example",
        "//hazelbrook.example/",
        "hazelbrook.example",
        "https://",
        "https://name:secret@hazelbrook.example/",
        "https://hazelbrook.example@evil.example/",
        "https://hazelbrook.example:99999/",
        "https://[::1/",
        "https://evil\u3002example/",
        "https://hazelbrook.example/\ud83d",
        "https://hazelbrook.example/\x00",
        "https://hazelbrook.example/" + "a" * 2_079,
        "https://hazelbrook.example/" + "é" * 400,
        "",
    ],
)
def test_what_is_no_web_address_is_no_link(address):
    """Other schemes, passwords, odd hosts and over-long addresses stay plain text."""
    book = Workbook()
    painter = Painter(book)
    cells.link(book.active["A1"], "words", address, painter.paint(PLAIN), painter.paint(PLAIN))
    assert book.active["A1"].hyperlink is None
    assert book.active["A1"].value == "words"


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://hazelbrook.example/news?a=1&b=2#top", "https://hazelbrook.example/news?a=1&b=2#top"),
        ("http://hazelbrook.example:8080/", "http://hazelbrook.example:8080/"),
        ('https://hazelbrook.example/a b"<>', "https://hazelbrook.example/a%20b%22%3C%3E"),
        ("https://hazelbrook.example/école", "https://hazelbrook.example/%C3%A9cole"),
        ("https://hazelbrook.example/%C3%A9", "https://hazelbrook.example/%C3%A9"),
    ],
)
def test_a_web_address_becomes_a_link(address, target):
    """A web address is a link, percent-encoded where it must be, with a tooltip that fits."""
    book = Workbook()
    painter = Painter(book)
    cells.link(book.active["A1"], "=words", address, painter.paint(PLAIN), painter.paint(PLAIN), "t" * 400)
    link = book.active["A1"].hyperlink
    assert link.target == target
    assert len(link.tooltip) == 255
    assert book.active["A1"].data_type == "s"


@given(ANY_TEXT.map("https://hazelbrook.example/{}".format))
def test_any_link_target_is_plain_ascii_within_the_limit(address):
    """Whatever follows the host, a link's target is short ASCII without spaces, or there is no link."""
    target = cells.address_of(address)
    assert len(target) <= 2_079
    assert target.isascii()
    assert not set(target) & set(' \t\r\n<>"{}|\\^`')
