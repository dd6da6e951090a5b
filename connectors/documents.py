"""Documents that the school's own posts link to, asked as anybody can ask for them, and read for their text.

Services that show a document in a viewer also give its text: Google's editors export it as plain text or CSV, and Drive
sends the file; so do Dropbox with raw=1 (its help, read in November 2026) and SharePoint with download=1 (in wide use,
promised nowhere). Whoever is asked to sign in gets no document, and neither does this. What is read stays in memory,
and a recording keeps nothing of it.
"""

import io
import logging
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree import ElementTree as ET

from connectors import markup, pdf_words
from connectors.answer import Answer
from connectors.connector import ConnectorError
from connectors.http import Client

LARGEST = 5_000_000
"""Bytes of a document that are fetched, and that a part of it may unpack to; a larger one is not read."""
MOST_WORDS = 20_000
"""Characters that are read of a document, from its beginning."""
MOST_PAGES = 10
LONGEST = 20.0
"""Seconds that the reading of a PDF file may take; of one that takes longer, the pages that were read by then count."""
MOST_ROWS = 2_000


def read(address: str, http: Client) -> str | None:
    """The first words of the document at an address, "" where nobody gets it without signing in.

    None for what was not read: no document, too large, without text, or out of reach. Never raises ConnectorError.
    """
    try:
        answer = http.get(export_address(address) or address, ok=_ANY, max_bytes=LARGEST)
        if _is_shut(address, answer, http):
            return ""
    except ConnectorError:
        return None
    return words_of(answer) if answer.status == _OK else None


def _is_shut(address: str, answer: Answer, http: Client) -> bool:
    """Whether an answer means that nobody gets the document unknown.

    Shields in front of websites answer 403 to programs though every visitor gets in: on a website it counts where the
    website's first page is shown to us.
    """
    host = markup.host(answer.url)
    if answer.status == _SIGN_IN_FIRST or host in _SIGN_IN or (host in _DROPBOX and _LOGIN.match(answer.url)):
        return True
    if answer.status != _FORBIDDEN:
        return False
    first = urlunsplit((*urlsplit(answer.url)[:2], "/", "", ""))
    return bool(export_address(address)) or http.get(first, ok=_ANY, max_bytes=LARGEST).status == _OK


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
        return f"https://drive.google.com/uc?export=download&id={name}{_key(query)}" if _ID.fullmatch(name) else ""
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
    except Exception as error:  # noqa: BLE001 - a file that is made to break its reader raises anything
        _log.info("%s sent a document that cannot be read (%s)", markup.host(answer.url), type(error).__name__)
        return None
    return words[:MOST_WORDS] if words.strip() else None  # a scan has pages and no words


_OK = 200
_ANY = range(100, 1000)
_SIGN_IN_FIRST, _FORBIDDEN = 401, 403
_SIGN_IN = frozenset({"accounts.google.com", "login.microsoftonline.com", "login.live.com"})
_DROPBOX = frozenset({"dropbox.com", "www.dropbox.com"})
_LOGIN = re.compile(r"https?://[^/?#]{1,100}/login(?:[/?#]|$)")
_log = logging.getLogger(__name__)
_PLAIN = frozenset({"text/plain", "text/csv", "text/tab-separated-values"})
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
    key = _key(query)
    sheet = query.get("gid") or dict(parse_qsl(fragment)).get("gid", "")
    if kind == "spreadsheets":
        return f"{beginning}/export?format=csv" + (f"&gid={sheet}" if sheet.isascii() and sheet.isdigit() else "") + key
    return (
        f"{beginning}/export/txt{key.replace('&', '?')}"
        if kind == "presentation"
        else f"{beginning}/export?format=txt{key}"
    )


def _key(query: dict[str, str]) -> str:
    """The second half of the name of files that were shared before autumn 2021: without it nobody gets them."""
    key = query.get("resourcekey", "")
    return f"&resourcekey={key}" if _ID.fullmatch(key) else ""


def _pdf(content: bytes) -> str:
    command = [sys.executable, "-P", str(Path(pdf_words.__file__)), str(MOST_PAGES), str(MOST_WORDS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file goes to its standard input
            command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LONGEST, check=False
        )
        words = done.stdout
    except subprocess.TimeoutExpired as late:
        words = late.stdout or b""
    return words.decode("utf-8", "replace")


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _office(content: bytes) -> str:
    """A Word document's paragraphs, or a workbook's rows, each in a line."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist() if part.filename.endswith(".xml")) > LARGEST:
            raise ValueError("parts that unpack to more than is read")
        names = frozenset(parts.namelist())
        if "word/document.xml" in names:
            return _bounded(_paragraphs(_tree(parts, "word/document.xml")))
        shared = []
        if "xl/sharedStrings.xml" in names:
            strings = _tree(parts, "xl/sharedStrings.xml").iter(f"{_SHEET}si")
            shared = [_written(one)[:MOST_WORDS] for one in strings]
        sheets = sorted(name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml"))
        return _bounded(piece for sheet in sheets for piece in _rows(_tree(parts, sheet), shared))


def _tree(parts: zipfile.ZipFile, name: str) -> ET.Element:
    with parts.open(name) as file:
        xml = file.read(LARGEST + 1)  # what the archive says of sizes need not be so
    if len(xml) > LARGEST:
        raise ValueError("a part that unpacks to more than is read")
    return ET.fromstring(xml, ET.XMLParser(target=_NoTypes()))  # noqa: S314 - bounded in size, and without entities


class _NoTypes(ET.TreeBuilder):
    """No office writes document types, in which entities stand that a few letters unfold to gigabytes."""

    def doctype(self, *_: object) -> None:
        raise ValueError("a document type")


def _bounded(pieces: Iterable[str]) -> str:
    """The pieces, until there are enough words: a few bytes of a workbook can repeat a text without end."""
    taken: list[str] = []
    left = MOST_WORDS
    for piece in pieces:
        taken.append(piece[:left])
        left -= len(taken[-1])
        if left <= 0:
            break
    return "".join(taken)


def _paragraphs(document: ET.Element) -> Iterator[str]:
    """The texts in their order, a new line before each paragraph; those in boxes stand inside others."""
    for one in document.iter():
        if one.tag == f"{_WORD}p":
            yield "\n"
        elif one.tag == f"{_WORD}t" and one.text:
            yield one.text


def _rows(sheet: ET.Element, shared: list[str]) -> Iterator[str]:
    for row in islice(sheet.iter(f"{_SHEET}row"), MOST_ROWS):
        apart = ""
        for cell in row.findall(f"{_SHEET}c"):
            value = cell.findtext(f"{_SHEET}v") or "".join(map(_written, cell.findall(f"{_SHEET}is")))
            if words := shared[int(value)] if cell.get("t") == "s" and value else value:
                yield f"{apart}{words}"
                apart = ", "
        yield "\n"


def _written(string: ET.Element) -> str:
    """A text of a workbook, plain or in runs of one look each."""
    plain, runs = string.findall(f"{_SHEET}t"), string.findall(f"{_SHEET}r/{_SHEET}t")
    return "".join(piece.text or "" for piece in (*plain, *runs))
