"""Documents behind links: where services give their text, what is read of a file, and what is not."""

import io
import logging
import struct
import time
import tracemalloc
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imitations.scripted_site import Reply, Site

from connectors import documents
from connectors.answer import Answer
from connectors.http import Http, Network

NAME = "1AbCdEfGhIjKlMnOp"


@pytest.fixture
def site():
    with Site() as one:
        yield one


@pytest.fixture
def read(site):
    http = Http(Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({site.host})))
    client = http.client("links")
    yield lambda address: documents.read(address, client)
    http.close()


def answer(content, kind="application/octet-stream", url="https://files.example/a"):
    return Answer(url, 200, {"content-type": kind}, content)


def pdf(*pages):
    """A PDF file with one line of text on each page, written by hand."""
    bodies = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for line in pages:
        stream = f"BT /F1 12 Tf 72 700 Td ({line}) Tj ET"
        bodies.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        content = len(bodies)
        font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        bodies.append(f"<< /Type /Page /Parent 2 0 R /Resources {font} /Contents {content} 0 R >>")
        kids.append(f"{len(bodies)} 0 R")
    bodies[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} /MediaBox [0 0 595 842] >>"
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(bodies) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out.encode("ascii")


def docx(*paragraphs):
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    lines = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    return zipped({"word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{lines}</w:body></w:document>'})


def zipped(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def xlsx(*rows):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (f"https://docs.google.com/document/d/{NAME}/edit?usp=sharing", f"document/d/{NAME}/export?format=txt"),
        (f"docs.google.com/document/u/0/d/{NAME}/mobilebasic", f"document/d/{NAME}/export?format=txt"),
        (
            f"https://docs.google.com/spreadsheets/d/{NAME}/edit#gid=12",
            f"spreadsheets/d/{NAME}/export?format=csv&gid=12",
        ),
        (f"https://docs.google.com/spreadsheets/d/{NAME}", f"spreadsheets/d/{NAME}/export?format=csv"),
        (f"https://docs.google.com/presentation/d/{NAME}/view", f"presentation/d/{NAME}/export/txt"),
        (f"https://docs.google.com/document/d/e/{NAME}/pub", f"document/d/e/{NAME}/pub"),
        (f"https://docs.google.com/spreadsheets/d/e/{NAME}/pubhtml", f"spreadsheets/d/e/{NAME}/pub?output=csv"),
    ],
)
def test_googles_editors_export_text(address, text):
    """A document of Google's is asked for as plain text, a sheet as CSV."""
    assert documents.export_address(address) == f"https://docs.google.com/{text}"


def test_other_services_send_the_file():
    """Drive, Dropbox and SharePoint are asked for the file; of all other addresses nothing is known."""
    of = documents.export_address
    sent = f"https://drive.google.com/uc?export=download&id={NAME}"
    assert of(f"https://drive.google.com/file/d/{NAME}/view") == of(f"https://drive.google.com/open?id={NAME}") == sent
    shared = "https://www.dropbox.com/scl/fi/a/list.pdf?rlkey=b"
    assert of(f"{shared}&dl=0") == f"{shared}&raw=1"
    assert of("https://hazel.sharepoint.com/:b:/g/a?e=1") == "https://hazel.sharepoint.com/:b:/g/a?e=1&download=1"
    for address in (
        "https://docs.google.com/forms/d/e/a/viewform", "https://drive.google.com/drive/folders/a", "https://a.example/b.pdf",
        "https://drive.google.com/open", "http://[", "",
    ):  # fmt: skip
        assert of(address) == ""


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"Ava, 4K\nBen, 4K", "text/csv; charset=utf-8", "Ava, 4K\nBen, 4K"),
        (pdf("Menu for May", "Peas"), "application/pdf", "Menu for May\nPeas"),
        (docx("Dear parents", "See you"), "application/octet-stream", "Dear parents\nSee you"),
        (xlsx(["Name", "Class"], ["Ava", 4]), "application/octet-stream", "Name, Class\nAva, 4"),
    ],
)
def test_text_of_files(content, kind, words):
    """Plain text, CSV, PDF, Word and Excel give their words, whatever type a service claims for a file."""
    assert documents.words_of(answer(content, kind)).strip() == words


def test_what_is_no_document_is_not_read():
    """Web pages, pictures, broken files and bombs give no words, and neither do pages without text."""
    bomb = zipped({"word/document.xml": " " * (documents.LARGEST + 1)})
    for content, kind in (
        (b"<p>Hello", "text/html"), (b"\x89PNG", "image/png"), (b"%PDF-1.4 broken", "application/pdf"), (b"PK\x03\x04", ""),
        (zipped({"a.txt": "hello"}), ""), (bomb, ""), (pdf(""), "application/pdf"),
        (zipped({"word/document.xml": "<not xml"}), ""),
    ):  # fmt: skip
        assert documents.words_of(answer(content, kind)) is None


def test_entities_in_a_document_are_not_followed():
    """A Word document cannot make this machine open its own files."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    trap = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    xml = f'{trap}<w:d xmlns:w="{space}"><w:p><w:t>a&e;b</w:t></w:p></w:d>'
    assert documents.words_of(answer(zipped({"word/document.xml": xml}))) is None


def test_published_page_of_google_is_a_document():
    """What somebody published from an editor is a page, and is read; the viewer's own page is not."""
    page = b"<p>Ava and Ben"
    assert (
        documents.words_of(answer(page, "text/html", "https://docs.google.com/document/d/e/x/pub")).strip()
        == "Ava and Ben"
    )
    assert documents.words_of(answer(page, "text/html", "https://docs.google.com/document/d/x/edit")) is None


def test_only_the_beginning_is_read():
    """Of a long document the first 20,000 characters and ten pages are read."""
    assert len(documents.words_of(answer(b"a" * 50_000, "text/plain"))) == documents.MOST_WORDS
    words = documents.words_of(answer(pdf(*(f"Page {number}" for number in range(30)))))
    assert ("Page 9" in words, "Page 10" in words) == (True, False)


def test_asked_once_without_a_key(site, read):
    """A document is one GET; one that wants a name first is shut, one that is missing or too large was not read."""
    assert read(site.on("/list.csv", Reply("Ava, Ben", headers={"Content-Type": "text/csv"}))) == "Ava, Ben"
    assert read(site.on("/shut.csv", Reply("no", 401))) == ""
    assert read(site.on("/gone.csv", Reply("no", 404))) is None
    assert (
        read(site.on("/large.csv", Reply("a" * (documents.LARGEST + 1), headers={"Content-Type": "text/csv"}))) is None
    )
    assert read("http://nobody.invalid/a.csv") is None
    assert [request.method for request in site.requests] == ["GET"] * 4


@given(st.text())
def test_any_address_has_an_answer(text):
    """No address raises."""
    assert isinstance(documents.export_address(text), str)
    assert isinstance(documents.export_address(f"https://docs.google.com/{text}"), str)


def test_a_shield_in_front_of_a_website_shuts_no_document(site, read):
    """A refusal counts on a website whose first page is shown; one that refuses programs everything says nothing."""
    site.on("/", Reply("no", 403), Reply("Welcome"))
    shut = site.on("/shut.csv", Reply("no", 403))
    assert read(shut) is None
    assert read(shut) == ""


def test_keys_of_older_files_are_kept():
    """Files that were shared before autumn 2021 are asked for with the key that stands in their links."""
    of, key = documents.export_address, "0-AbCdEfGhIjKlMnOpQr"
    assert of(f"https://drive.google.com/file/d/{NAME}/view?usp=sharing&resourcekey={key}").endswith(
        f"&resourcekey={key}"
    )
    assert of(f"https://docs.google.com/presentation/d/{NAME}/edit?resourcekey={key}").endswith(
        f"/export/txt?resourcekey={key}"
    )
    assert of(f"https://docs.google.com/document/d/{NAME}/edit?resourcekey={key}").endswith(f"=txt&resourcekey={key}")
    assert "resourcekey" not in of(f"https://docs.google.com/document/d/{NAME}/edit?resourcekey=a%26b%3Dc%23defghijk")


def packed(name, packed_bytes, claimed, flags=0):
    """An archive of one part that claims an unpacked size of its own."""
    sizes = (0, len(packed_bytes), claimed, len(name))
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, 8, 0, 0, *sizes, 0) + name + packed_bytes
    row = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, flags, 8, 0, 0, *sizes, 0, 0, 0, 0, 0, 0) + name
    return head + row + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(row), len(head), 0)


def deflated(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def test_an_archive_that_lies_about_its_sizes_stays_small():
    """A part that unpacks to more than the archive says takes no more memory than is read of a part."""
    content = packed(b"word/document.xml", deflated(b" " * 100_000_000), 1_000)
    tracemalloc.start()
    try:
        assert documents.words_of(answer(content)) is None
        assert tracemalloc.get_traced_memory()[1] < 10 * documents.LARGEST
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        packed(b"word/document.xml", b"\xff" * 100, 100),
        packed(b"word/document.xml", deflated(b"<a/>"), 4, flags=1),
        b"%PDF-1.4\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF",
    ],
)
def test_files_that_break_their_readers_are_not_read(content):
    """Parts that cannot be unpacked, locked archives and PDFs without pages give no words, and raise nothing."""
    assert documents.words_of(answer(content)) is None


SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOX = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_paragraphs_in_boxes_are_read_once():
    """What stands in a box inside a paragraph is read once, however deep the boxes; depth costs no time."""
    deep = 30_000
    xml = f'<w:d xmlns:w="{BOX}">{"<w:p>" * deep}<w:t>Kestrels</w:t>{"</w:p>" * deep}</w:d>'
    began = time.process_time()
    words = documents.words_of(answer(zipped({"word/document.xml": xml})))
    assert time.process_time() - began < 5
    assert words is None or words.split() == ["Kestrels"]
    shallow = f'<w:d xmlns:w="{BOX}"><w:p><w:t>Dear</w:t><w:p><w:t>all</w:t></w:p></w:p></w:d>'
    assert documents.words_of(answer(zipped({"word/document.xml": shallow}))).split() == ["Dear", "all"]


def test_a_workbook_that_repeats_a_text_stays_small():
    """A text that a workbook names in a hundred thousand cells is read until there are enough words."""
    cells = "<c t='s'><v>0</v></c>" * 100_000
    parts = {
        "xl/sharedStrings.xml": f"<sst xmlns='{SPACE}'><si><t>{'Heron ' * 100_000}</t></si></sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{SPACE}'><sheetData><row>{cells}</row></sheetData></worksheet>",
    }
    assert len(documents.words_of(answer(zipped(parts)))) == documents.MOST_WORDS


def test_entities_of_the_document_itself_are_not_unfolded():
    """A document type, which no office writes, makes a file that is not read."""
    xml = f'<!DOCTYPE d [<!ENTITY e "Plover">]><w:d xmlns:w="{BOX}"><w:p><w:t>&e;</w:t></w:p></w:d>'
    assert documents.words_of(answer(zipped({"word/document.xml": xml}))) is None


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch):
    """A PDF is read for a few seconds at most, and what its first pages said by then counts."""
    monkeypatch.setattr(documents, "LONGEST", 0.01)
    began = time.monotonic()
    assert documents.words_of(answer(pdf("Menu"))) is None
    assert time.monotonic() - began < 5


def test_no_word_of_a_pdf_reaches_the_log(caplog):
    """What the reader of PDF files says of a file it cannot make sense of, it says to nobody."""
    with caplog.at_level(logging.DEBUG):
        documents.words_of(answer(pdf("a) Tj 07.700.900123 0 Td (b")))
    assert "07.700" not in caplog.text
    assert "900123" not in caplog.text


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04"]))
def test_any_bytes_are_read(tail, head):
    """No file raises."""
    documents.words_of(answer(head + tail))
