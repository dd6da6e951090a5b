"""Documents that the school's own posts link to, asked as anybody can ask for them, and read for their text.

Services that show a document in a viewer also give its text: Google's editors export it as plain text or CSV, and Drive
sends the file; so do Dropbox with raw=1 (its help, read in November 2026) and SharePoint with download=1 (in wide use,
promised nowhere). Whoever is asked to sign in gets no document, and neither does this. What is read stays in memory,
and a recording keeps nothing of it.
"""

import io
import logging
import re
import time
import zipfile
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree import ElementTree as ET

from connectors import markup
from connectors.answer import Answer
from connectors.connector import ConnectorError
from connectors.http import Client

LARGEST = 5_000_000
"""Bytes of a document that are fetched, and that a part of it may unpack to; a larger one is not read."""
MOST_WORDS = 20_000
"""Characters that are read of a document, from its beginning."""
MOST_PAGES = 10
LONGEST = 10.0
"""Seconds after which no further page of a document is begun."""
MOST_ROWS = 2_000


def read(address: str, http: Client) -> str | None:
    """The first words of the document at an address, "" where nobody gets it without signing in.

    None for what was not read: no document, too large, without text, or out of reach. Never raises ConnectorError.
    """
    try:
        answer = http.get(export_address(address) or address, ok=range(100, 1000), max_bytes=LARGEST)
    except ConnectorError:
        return None
    if answer.status in _SHUT or markup.host(answer.url) in _SIGN_IN:
        return ""
    return words_of(answer) if answer.status == _OK else None


def export_address(address: str) -> str:
    """Where a service gives the text of a document that it shows in a viewer; "" for all other addresses."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return ""
    host, query = (parts.hostname or "").removeprefix("www."), dict(parse_qsl(parts.query))
    if host == "docs.google.com":
        return _google(parts.path, query, parts.fragment)
    if host == "drive.google.com":
        found = _DRIVE.match(parts.path)
        name = found[1] if found else query.get("id", "")
        return f"https://drive.google.com/uc?export=download&id={name}" if _ID.fullmatch(name) else ""
    more = {"dropbox.com": {"raw": "1"}}.get(host) or ({"download": "1"} if host.endswith(".sharepoint.com") else None)
    if more is None:
        return ""
    kept = {name: value for name, value in query.items() if name != "dl"}
    return urlunsplit(("https", parts.netloc, parts.path, urlencode(kept | more), ""))


def words_of(answer: Answer) -> str | None:
    """The first words of a document, by its type and by how it begins; None for what is no document that is read."""
    said = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    published = markup.host(answer.url) == "docs.google.com" and urlsplit(answer.url).path.endswith("/pub")
    try:
        if answer.content.startswith(b"%PDF-"):
            words = _pdf(answer.content)
        elif answer.content.startswith(b"PK"):
            words = _office(answer.content)
        elif said in _PLAIN:
            words = answer.text
        elif said == "text/html" and published:
            words = markup.plain(answer.text)
        else:
            return None
    except _UNREADABLE as error:
        _log.info("%s sent a document that cannot be read (%s)", markup.host(answer.url), type(error).__name__)
        return None
    return words[:MOST_WORDS] if words.strip() else None  # a scan has pages and no words


_OK = 200
_SHUT = frozenset({401, 403})
_SIGN_IN = frozenset({"accounts.google.com", "login.microsoftonline.com", "login.live.com"})
_log = logging.getLogger(__name__)
_PLAIN = frozenset({"text/plain", "text/csv", "text/tab-separated-values"})
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError,
               ET.ParseError, zipfile.BadZipFile, NotImplementedError, ArithmeticError)  # fmt: skip
"""What readers of files raise over a file that is broken, or made to break them."""

_ID = re.compile(r"[\w-]{10,100}")
_DRIVE = re.compile(r"/file/(?:u/\d+/)?d/([\w-]{10,100})(?:/|$)")
_EDITOR = re.compile(r"/(document|spreadsheets|presentation)/(?:u/\d+/)?d/(e/)?([\w-]{10,200})(?:/|$)")


def _google(path: str, query: dict[str, str], fragment: str) -> str:
    found = _EDITOR.match(path)
    if not found:
        return ""
    kind, published, name = found.groups()
    beginning = f"https://docs.google.com/{kind}/d/{published or ''}{name}"
    if published:
        return f"{beginning}/pub" + ("?output=csv" if kind == "spreadsheets" else "")
    sheet = query.get("gid") or dict(parse_qsl(fragment)).get("gid", "")
    if kind == "spreadsheets":
        return f"{beginning}/export?format=csv" + (f"&gid={sheet}" if sheet.isdigit() else "")
    return f"{beginning}/export/txt" if kind == "presentation" else f"{beginning}/export?format=txt"


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 - few nights meet a document
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    began, words = time.monotonic(), ""
    try:
        reader = PdfReader(io.BytesIO(content))
        for page in reader.pages[:MOST_PAGES]:
            if len(words) >= MOST_WORDS or time.monotonic() - began > LONGEST:
                break
            words += page.extract_text() + "\n"
    except PyPdfError as error:
        raise ValueError from error
    return words


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _office(content: bytes) -> str:
    """A Word document's paragraphs, or a workbook's rows, each in a line."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist() if part.filename.endswith(".xml")) > LARGEST:
            raise ValueError("parts that unpack to more than is read")
        names = parts.namelist()
        if "word/document.xml" in names:
            return "\n".join(
                "".join(piece.text or "" for piece in paragraph.iter(f"{_WORD}t"))
                for paragraph in _tree(parts.read("word/document.xml")).iter(f"{_WORD}p")
            )
        shared = []
        if "xl/sharedStrings.xml" in names:
            strings = _tree(parts.read("xl/sharedStrings.xml")).iter(f"{_SHEET}si")
            shared = ["".join(piece.text or "" for piece in one.iter(f"{_SHEET}t")) for one in strings]
        sheets = sorted(name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml"))
        return "\n".join(line for sheet in sheets for line in _rows(_tree(parts.read(sheet)), shared))


def _tree(xml: bytes) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314 - bounded in size, and expat opens no entity of another file


def _rows(sheet: ET.Element, shared: list[str]) -> Iterator[str]:
    for row in islice(sheet.iter(f"{_SHEET}row"), MOST_ROWS):
        cells = []
        for cell in row.iter(f"{_SHEET}c"):
            value = "".join(piece.text or "" for piece in cell.iter() if piece.tag in (f"{_SHEET}v", f"{_SHEET}t"))
            cells.append(shared[int(value)] if cell.get("t") == "s" and value else value)
        yield ", ".join(filter(None, cells))
