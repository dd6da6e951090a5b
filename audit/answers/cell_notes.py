"""Notes and comments that people attached to cells, straight from the file: no reader of workbooks gives them all.

Excel keeps a thread of comments twice: as a thread, and as one note for older programs, which begins with
"[Threaded comment]". Where the thread is there the note is left out; where another program dropped it, the note is
taken apart.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from audit.answers.tables import cell_name
from audit.answers.wording import tidy

MOST_BYTES = 20_000_000
"""Of one part of the file, unpacked."""
MOST_NOTES = 20_000
LONGEST_NAME, MOST_NAMES = 100, 4
"""Characters and words of a person's name."""
LEGACY = "[Threaded comment]"
"""How the copy of a thread begins that Excel makes for older programs, in every language."""

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_LINE_ENDS = frozenset({"line-break", "br"})
_REPLY = re.compile(r"^(?:Comment|Reply):\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note as the file has it; `row` is the number of the sheet's row."""

    sheet: str
    cell: str
    row: int
    who: str
    words: str


def notes_of(data: bytes) -> tuple[tuple[FoundNote, ...], tuple[str, ...]]:
    """The notes of an .xlsx, .xlsm or .ods file, and sentences on what could not be read of them.

    Of an .xlsb file none are read; a sentence says so where it has some.
    """
    found: list[FoundNote] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
            if "content.xml" in names:
                notes = _of_ods(archive)
            elif any(name.casefold().startswith("xl/workbook.bin") for name in names):
                return (), (NOT_READ,) if any("comments" in name.casefold() for name in names) else ()
            else:
                notes = _Package(archive, names).notes()
            for note in notes:
                if len(found) >= MOST_NOTES:
                    return tuple(found), (f"of its notes, only the first {MOST_NOTES:,} were read",)
                if note.words:
                    found.append(note)
    except Exception as error:  # noqa: BLE001 - a damaged part must not cost the answers in the cells
        return tuple(found), (f"its notes and comments could not all be read ({type(error).__name__})",)
    return tuple(found), ()


NOT_READ = "notes and comments on its cells are not read from this kind of file; save it as .xlsx"


def _tree(archive: zipfile.ZipFile, name: str) -> etree._Element:
    with archive.open(name) as part:
        content = part.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError("a part that unpacks to more than is read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(content, parser)


def _called(element: etree._Element, name: str) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname == name


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (one for one in element.iter("{*}" + name))


def _note(sheet: str, cell: str, who: str, words: str) -> FoundNote | None:
    where = _CELL.fullmatch(cell.strip().upper())
    if not where:
        return None
    name = " ".join(who.split())[:LONGEST_NAME]
    words = words.replace("\r\n", "\n").strip()
    # Excel begins a note with its author's name, which is all that other programs keep of it.
    first, parted, rest = words.partition(":\n")
    if parted and "\n" not in first and (first == name or (not name and len(first.split()) <= MOST_NAMES)):
        name, words = first[:LONGEST_NAME], rest
    return FoundNote(sheet, f"{where[1]}{where[2]}", int(where[2]), name, tidy(words))


class _Package:
    """The parts of an .xlsx or .xlsm file that notes are in."""

    def __init__(self, archive: zipfile.ZipFile, names: frozenset[str]) -> None:
        self.archive, self.names = archive, names

    def notes(self) -> Iterator[FoundNote]:
        workbook = next((to for kind, to in self._relations("").values() if kind == "officeDocument"), "")
        if workbook not in self.names:
            return
        relations = self._relations(workbook)
        people = self._people(relations.values())
        for sheet in _all(_tree(self.archive, workbook), "sheet"):
            ids = [value for name, value in sheet.attrib.items() if etree.QName(name).localname == "id"]
            part = next((relations[one][1] for one in map(str, ids) if one in relations), "")
            if part in self.names:
                yield from self._of_sheet(str(sheet.get("name", "")), part, people)

    def _of_sheet(self, sheet: str, part: str, people: dict[str, str]) -> Iterator[FoundNote]:
        relations = [(kind, to) for kind, to in self._relations(part).values() if to in self.names]
        threaded: set[str] = set()
        for kind, to in relations:
            if kind == "threadedComment":
                for comment in _all(_tree(self.archive, to), "threadedComment"):
                    words = "".join("".join(map(str, text.itertext())) for text in comment if _called(text, "text"))
                    who = people.get(str(comment.get("personId", "")), "")
                    if note := _note(sheet, str(comment.get("ref", "")), who, words):
                        threaded.add(note.cell)
                        yield note
        for kind, to in relations:
            if kind == "comments":
                yield from self._legacy(sheet, to, threaded)

    def _legacy(self, sheet: str, part: str, threaded: set[str]) -> Iterator[FoundNote]:
        tree = _tree(self.archive, part)
        authors = ["".join(map(str, author.itertext())) for author in _all(tree, "author")]
        for comment in _all(tree, "comment"):
            words = "".join(text.text or "" for text in _all(comment, "t"))
            number = str(comment.get("authorId", ""))
            who = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
            note = _note(sheet, str(comment.get("ref", "")), "" if who.startswith("tc=") else who, words)
            if note is None or (note.cell in threaded and note.words.startswith(LEGACY)):
                continue
            yield from _apart(note)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part leads to: the last word of the relation's kind and the part's name, by id."""
        folder, name = posixpath.split(part)
        beside = posixpath.join(folder, "_rels", f"{name}.rels")
        if beside not in self.names:
            return {}
        found = {}
        for relation in _all(_tree(self.archive, beside), "Relationship"):
            kind = str(relation.get("Type", "")).rpartition("/")[2]
            to = posixpath.normpath(posixpath.join("/", folder, str(relation.get("Target", "")))).lstrip("/")
            found[str(relation.get("Id", ""))] = (kind, to)
        return found

    def _people(self, relations: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {
            str(person.get("id", "")): str(person.get("displayName", ""))
            for kind, to in relations
            if kind == "person" and to in self.names
            for person in _all(_tree(self.archive, to), "person")
        }


def _apart(note: FoundNote) -> Iterator[FoundNote]:
    """The comments of a thread that is left as one note; any other note as it is."""
    if not note.words.startswith(LEGACY):
        yield note
        return
    for words in _REPLY.split(note.words)[1:] or [""]:
        if kept := tidy(words):
            yield FoundNote(note.sheet, note.cell, note.row, note.who, kept)


def _of_ods(archive: zipfile.ZipFile) -> Iterator[FoundNote]:
    with archive.open("content.xml") as part:
        if b"annotation" not in part.read():
            return
    with archive.open("content.xml") as part:
        # Only whole rows are kept in memory, each until it has been read.
        rows = etree.iterparse(
            part, events=("start", "end"), tag=("{*}table", "{*}table-row"), resolve_entities=False, no_network=True,
            load_dtd=False,
        )  # fmt: skip
        sheet, number = "", 0
        for event, element in rows:
            if _called(element, "table"):
                if event == "start":
                    names = {etree.QName(key).localname: str(value) for key, value in element.attrib.items()}
                    sheet, number = names.get("name", ""), 0
            elif event == "end":
                yield from _of_ods_row(sheet, number + 1, element)
                number += _repeated(element, "rows", _MOST_ROWS)
                element.clear()


def _of_ods_row(sheet: str, number: int, row: etree._Element) -> Iterator[FoundNote]:
    index = 0
    for cell in row:
        for annotation in (one for one in cell if _called(one, "annotation")):
            who = next(("".join(map(str, one.itertext())) for one in annotation if _called(one, "creator")), "")
            words = "\n".join("".join(_spoken(one)) for one in annotation if _called(one, "p"))
            if note := _note(sheet, cell_name(number, min(index, _MOST_COLUMNS - 1)), who, words):
                yield from _apart(note)
        index += _repeated(cell, "columns", _MOST_COLUMNS)


def _spoken(paragraph: etree._Element) -> Iterator[str]:
    """The words of a paragraph, where spaces, tabs and line ends are elements."""
    yield str(paragraph.text or "")
    for one in paragraph:
        if _called(one, "s"):
            yield " "
        elif _called(one, "tab"):
            yield "\t"
        elif isinstance(one.tag, str) and etree.QName(one).localname in _LINE_ENDS:
            yield "\n"
        elif isinstance(one.tag, str):
            yield from _spoken(one)
        yield str(one.tail or "")


def _repeated(element: etree._Element, what: str, most: int) -> int:
    for name, value in element.attrib.items():
        if etree.QName(name).localname == f"number-{what}-repeated" and str(value).isdecimal():
            return min(int(str(value)[:8]), most)
    return 1
