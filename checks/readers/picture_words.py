"""What is written in a picture: how many people's names, sign-ins and personal details, and whose screen it shows.

rapidocr (PP-OCRv6, Apache-2.0) finds and reads the lines with the two models that stand in its wheel; they are checked
against the sums below, nothing is fetched, and the words are thrown away as soon as `judge` has counted. `judge` is
pure and knows lines alone: what is a label, what stands below it, what a sheet is about (data/picture_words.toml).

A name counts in a picture as it does on a peg: two or more labels, a name beside a class, a certificate, a register, or
nothing but a name. Words that are plants or places as well do not make a list by themselves; authors, staff boards and
what the school lets be named (`SchoolNames`) are nobody's labels. Nobody's roll of pupils is asked.
"""

import importlib.util
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib import import_module, metadata, resources
from itertools import islice
from math import atan2, cos, hypot, radians, sin
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from checks.readers.names import Label, SchoolNames, read_label, read_names
from checks.readers.patterns import PatternFile
from checks.readers.personal_data import AllowList, read_personal_data
from checks.readers.picture import Words
from checks.readers.plain_text import plain

MOST_LINES = 400
"""Lines of a picture that are looked at, the first ones: more than any photograph lets be read."""
LONGEST_LINE = 200
"""Characters of a line that are looked at."""
SURE = 0.6
"""How sure (0 to 1) the recogniser has to be of a line: what it is less sure of is noise or guesswork."""
LONGEST = 736
"""Pixels of the longer edge at which lines are sought; they are read at the picture's own size."""
SMALLEST = 32
"""Pixels of the shorter edge under which no picture has words to read."""

MODELS = {
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
"""The SHA-256 of the files in the wheel of rapidocr 3.10.0: what finds lines, and what reads them."""

NOBODYS = AllowList()


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was recognised, in pixels of the picture turned so that its lines lie level."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Of its letters, about."""
        return self.bottom - self.top


def read_words(pixels: NDArray[np.uint8], names: SchoolNames | None, *, allow: AllowList = NOBODYS) -> Words:
    """Count what is written in a picture of shape (height, width, 3), RGB. Without `names` no name is looked for."""
    return judge(read_lines(pixels), names, allow=allow)


def judge(lines: Sequence[Line], names: SchoolNames | None, *, allow: AllowList = NOBODYS) -> Words:
    """Kinds and counts of what recognised lines say; never the words. Of more than `MOST_LINES` the first count.

    `names` are those that the school may publish, None for no look at names; `allow` are its own contacts.
    """
    read = [line for line in lines[:MOST_LINES] if line.text.strip()]
    cells = list(islice((cell for line in read for cell in _cut(line, _mended(line.text))), MOST_LINES))
    rows = list(_rows(cells))
    page = _Page([" ".join(cell.text for cell in row) for row in rows], [cell.text for cell in cells])
    data = read_personal_data("\n".join(page.rows), allow=allow)
    sign_ins, screen = _sign_ins(rows, page), _screen(page)
    page.about_pupils = bool(sign_ins or screen) or page.says("about_pupils") or any(map(_is_class, page.cells))
    return Words(
        lines=len(read),
        names=0 if names is None else _people(cells, page, names),
        sign_ins=sign_ins,
        details=tuple(sorted({datum.kind for datum in data if datum.confidence != "possible"})),
        screen=screen,
    )


# --- the sheet -------------------------------------------------------------------------------------


class _Page:
    """A picture's words in small letters, by row and by line, and what the sheet is about."""

    def __init__(self, rows: Sequence[str], cells: Sequence[str]) -> None:
        self.rows = list(rows)
        self.small = [row.lower() for row in rows]
        self.cells = [cell.lower().strip(" .:;,!*•-") for cell in cells]
        self.about_pupils = False

    def says(self, words: str) -> bool:
        """Whether one of a list's words stands anywhere, as a whole word."""
        return any(_patterns()[f"(?<!\\w)«{words}»(?!\\w)"].search(row) for row in self.small)


def _rows(cells: Sequence[Line]) -> Iterator[list[Line]]:
    """Cells that stand side by side, from left to right, the rows from top to bottom."""
    row: list[Line] = []
    for cell in sorted(cells, key=lambda one: (one.top + one.bottom, one.left)):
        if row and cell.top + cell.bottom > row[0].top + row[0].bottom + min(cell.height, row[0].height):
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(cell)
    if row:
        yield sorted(row, key=lambda one: one.left)


_JOINED = re.compile(r"(?<=[a-z]{2})(?<!\bMac)(?=[A-Z][a-z]{2})")
_LONG_WORD = 7


def _mended(text: str) -> str:
    """A line in plain letters, with the spaces that recognisers lose ("PoppyLarch"), and slips in words we look for."""
    simple = plain(text.strip(), LONGEST_LINE).text
    return _JOINED.sub(" ", re.sub(r"[^\W_]{7,20}", lambda word: _known_word(word[0]), simple))


def _known_word(word: str) -> str:
    small = word.lower()
    if small in _long_words():
        return word
    for known in _long_words():
        if abs(len(known) - len(word)) <= 1 and Levenshtein.distance(small, known, score_cutoff=1) == 1:
            return known
    return word


def _cut(line: Line, text: str) -> Iterator[Line]:
    """A line, or the labels side by side that were taken for one: "Amelia W Sienna A", "Alfie Maisie Oscar"."""
    words = text.split()
    pairs = [" ".join(words[start : start + 2]) for start in range(0, len(words), 2)]
    for parts in (pairs, _WITH_INITIAL.findall(text)):
        labels = [label for part in parts if (label := read_label(part)) and label.full == (parts is pairs)]
        if len(words) <= FEW or len(labels) < len(parts) or 2 * sum(label.sure for label in labels) <= len(labels):
            continue
        step = (line.right - line.left) / len(parts)
        for place, part in enumerate(parts):
            left = line.left + place * step
            yield Line(part, left, line.top, left + step, line.bottom)
        return
    yield replace(line, text=text)


_WITH_INITIAL = re.compile(r"\S+(?: [^\W\d_]\.?(?!\S))?")


# --- names -----------------------------------------------------------------------------------------

FEW = 2
"""So many first names on labels of their own, which are nothing but names, make a row of pegs."""
_ALONE = 3
"""A sheet of no more lines than this is a label itself."""


def _people(cells: Sequence[Line], page: _Page, names: SchoolNames) -> int:
    """How many people are named, on labels and in sentences; each once."""
    if page.says("grown_ups") and not page.about_pupils:
        return 0
    labels, grown_ups = _labels(cells, names)
    told = {label.key for place, label in labels.items() if _is_told(cells, place)}
    rare = {place for place in _given_to(cells, names) if place not in labels}
    told |= {(cells[place].text.lower(), "") for place in rare}
    told |= _spoken_of([cell for place, cell in enumerate(cells) if place not in {*labels, *grown_ups, *rare}], names)
    people = {label.key for label in labels.values() if label.full and label.sure} | _first_names(labels, page)
    if len(people) > FEW:
        people |= {label.key for label in labels.values() if label.full}
    lone = len(people | told) < FEW and not page.about_pupils and not _is_a_label(page, labels)
    if lone or (len(people) <= FEW and page.says("printed")):
        people = set()
    return len(people | told)


def _is_a_label(page: _Page, labels: Mapping[int, Label]) -> bool:
    """Whether there is nothing but a name, and what stands on a label beside it."""
    others = [cell for place, cell in enumerate(page.cells) if place not in labels and _has_letters(cell)]
    return len(page.cells) <= _ALONE and not others


def _labels(cells: Sequence[Line], names: SchoolNames) -> tuple[dict[int, Label], set[int]]:
    """Lines that are a name, by their place, and those that name a grown-up.

    A first name with the surname on the line below is one.
    """
    found: dict[int, Label] = {}
    grown_ups: set[int] = set()
    for place, cell in enumerate(cells):
        if place in found:
            continue
        label = read_label(_bare(cell.text), known=names)
        if label is None:
            continue
        below = _below(cells, place)
        if not label.full and below is not None and " " not in cell.text.strip() + cells[below].text.strip():
            both = read_label(f"{cell.text} {cells[below].text}", known=names)
            another = read_label(cells[below].text, known=names)
            if both and both.full and both.sure and not another and (label.sure or len(cells) <= _ALONE):
                found[place] = found[below] = both
                continue
        if label.full and _beside_a_role(cells, place, names):
            grown_ups.add(place)
        else:
            found[place] = label
    return found, grown_ups


def _bare(text: str) -> str:
    """A label without "my name is" before it and "'s tray" behind it."""
    return _patterns()["«of_its_owner»"].sub("", _patterns()["«introduced_by»"].sub("", text))


def _below(cells: Sequence[Line], place: int) -> int | None:
    """The line straight below, of letters about as tall."""
    cell = cells[place]
    for other, line in enumerate(cells):
        near = cell.bottom - cell.height / 2 < line.top < cell.bottom + 1.2 * cell.height
        over = min(cell.right, line.right) > max(cell.left, line.left)
        if other != place and near and over and 0.6 < line.height / max(cell.height, 1.0) < 1.6:  # noqa: PLR2004
            return other
    return None


def _beside_a_role(cells: Sequence[Line], place: int, names: SchoolNames) -> bool:
    """Whether the line before or behind says that the name is a grown-up's or of a book."""
    text = cells[place].text
    before = cells[place - 1].text if place else ""
    behind = cells[place + 1].text if place + 1 < len(cells) else ""
    if not read_names(text, known=names):
        return False
    return not (
        (not behind or read_names(f"{text}, {behind}", known=names))
        and (not before or read_names(f"{before}: {text}", known=names))
    )


def _is_told(cells: Sequence[Line], place: int) -> bool:
    """Whether a label's own line or the one before says whose name it is: "My name is", "Well done", "'s tray"."""
    before = place and _patterns()["(?:^|\\W)«before_name»\\W*$"].search(cells[place - 1].text.lower())
    return bool(before) or _bare(cells[place].text) != cells[place].text


def _first_names(labels: Mapping[int, Label], page: _Page) -> set[tuple[str, str]]:
    """First names on lines of their own that are pupils' by their company."""
    firsts = [label for label in labels.values() if not label.full]
    keys, sure = {label.key for label in firsts}, {label.key for label in firsts if label.sure}
    words = [cell for cell in page.cells if _has_letters(cell) and not _is_class(cell)]
    mostly = 2 * len(firsts) > len(words)
    if len(sure) >= FEW and mostly and 3 * len(sure) >= len(keys):
        return keys
    return sure if (mostly or page.about_pupils) and len(words) <= _ALONE else set()


_ANY_NAME = re.compile(r"[^\W\d_a-z][\w'-]{1,20}(?: [^\W\d_a-z][\w'-]{1,20}){0,2}")


def _given_to(cells: Sequence[Line], names: SchoolNames) -> Iterator[int]:
    """Lines with one to three capitals, straight behind "awarded to": names too, however rare or badly read."""
    for before, place in zip(cells, range(1, len(cells)), strict=False):
        words = cells[place].text.strip()
        if not _patterns()["(?:^|\\W)«given_to»\\W*$"].search(before.text.lower()):
            continue
        if _ANY_NAME.fullmatch(words) and _words("nobodys").isdisjoint(words.lower().split()):
            split = tuple(words.lower().split())
            if split not in names.allowed and not names.names(split[0], split[-1]):
                yield place


def _spoken_of(cells: Sequence[Line], names: SchoolNames) -> set[tuple[str, str]]:
    """Names in the sentences of a sheet, as in any other text."""
    text = "\n".join(cell.text for cell in cells)
    readings = read_names(text, known=names)
    found = {
        (one.kind, text[slice(*one.span)].lower())
        for one in readings
        if one.kind != "list of names" and one.confidence != "possible"
    }
    return {(words, kind) for kind, words in found}


def _is_class(cell: str) -> bool:
    return bool(_patterns()["^(?:«class_label»)$"].match(cell))


def _has_letters(cell: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", cell))


# --- sign-ins --------------------------------------------------------------------------------------


class _Field(NamedTuple):
    """A label on a card or a form: whether it is for what is secret, and what stands behind it in its row."""

    secret: bool
    value: str
    marked: bool  # by a colon, an "is" or a cell of its own
    row: int


def _sign_ins(rows: Sequence[Sequence[Line]], page: _Page) -> int:
    """How many passwords stand there with their values, or the one code of a card that signs somebody in."""
    fields = [field for number, row in enumerate(rows) for field in _fields(row, number)]
    accounts = any(not field.secret and _looks_secret(field.value, marked=True) for field in fields)
    count = 0
    for field in fields:
        if not field.secret:
            continue
        value, marked = field.value, field.marked or accounts
        if not value:
            value, marked = _value_below(rows, field), accounts or _value_below_account(rows, fields)
        count += _looks_secret(value, marked=marked)
    count = max(count, _table(rows, fields))
    return count or int(_is_code_card(page))


_NO_LETTER = re.compile(r"[\W_]+")


def _is_code_card(page: _Page) -> bool:
    """Whether a service's name stands in a line of its own, or "log in" beside it, with "scan this" or the like."""
    if not page.says("cards"):
        return False
    services = {_NO_LETTER.sub("", service) for service in _words("services")}
    headed = any(_NO_LETTER.sub("", cell) in services for cell in page.cells)
    return headed or (page.says("services") and page.says("to_sign_in"))


def _fields(row: Sequence[Line], number: int) -> Iterator[_Field]:
    """The labels of a row, each with what stands behind it."""
    text, starts = "", []
    for cell in row:
        starts.append(len(text))
        text += cell.text + "  "
    found = list(_patterns()["«field»"].finditer(text.lower()))
    for place, label in enumerate(found):
        before = text[found[place - 1].end() if place else 0 : label.start()]
        begins = label.start() in starts or not re.search(r"[^\W_]", before)
        if not begins and not (place and _looks_secret(before, marked=True)):
            continue
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        value = text[label.end() : end].strip()
        # A field's words can themselves begin with another one's: "user login".
        marked = bool(label["mark"]) or any(label.end() <= start + 1 <= end for start in starts[1:])
        yield _Field(bool(label["secret"]), value, marked, number)


_LONGEST_SECRET = 30
_MOST_WORDS = 3


def _looks_secret(value: str, *, marked: bool) -> bool:
    """Whether a value is one that somebody was given: one word, up to three behind a mark, none of ordinary talk."""
    words = value.strip(" .,;|").split()
    if not 0 < len(words) <= (_MOST_WORDS if marked else 1) or len(value) > _LONGEST_SECRET:
        return False
    small = value.lower().strip(" .,;|")
    if small in _words("buttons") or not _words("no_secret").isdisjoint(small.split()) or value.endswith("?"):
        return False
    if not re.search(r"[^\W_]{3}", small):
        return False
    return marked or bool(re.search(r"\d", small))


def _value_below(rows: Sequence[Sequence[Line]], field: _Field) -> str:
    """What stands below a label that has nothing behind it, unless that is a label too."""
    if field.row + 1 >= len(rows) or len(rows[field.row]) > 1:
        return ""
    below = rows[field.row + 1]
    text = below[0].text
    return "" if len(below) > 1 or _patterns()["«field»"].match(text.lower()) or " " in text.strip() else text


def _value_below_account(rows: Sequence[Sequence[Line]], fields: Iterable[_Field]) -> bool:
    return any(
        not field.secret and not field.value and _looks_secret(_value_below(rows, field), marked=True)
        for field in fields
    )


def _table(rows: Sequence[Sequence[Line]], fields: Sequence[_Field]) -> int:
    """How many rows of a table stand below a head that has a column of passwords."""
    for field in fields:
        head = rows[field.row]
        if not field.secret or field.value or len(head) < FEW:
            continue
        if not any(other.row == field.row and not other.secret and not other.value for other in fields):
            continue
        return sum(len(row) >= FEW and _looks_secret(row[-1].text, marked=True) for row in rows[field.row + 1 :])
    return 0


# --- screens ---------------------------------------------------------------------------------------

_TITLE = 4
"""A system's name stands on its screen in a line of no more words than this."""


def _screen(page: _Page) -> str:
    menus = {cell for cell in page.cells if cell in _words("menus")}
    for name, written, alone in _systems():
        shown = any(
            len(cell.split()) <= _TITLE and any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", cell) for form in written)
            for cell in page.cells
        )
        if shown and len(menus) >= (1 if alone else FEW):
            return name
    return ""


# --- reading lines ---------------------------------------------------------------------------------


def read_lines(pixels: NDArray[np.uint8]) -> tuple[Line, ...]:
    """The lines that can be read in a picture of shape (height, width, 3), RGB; none where nothing runs here."""
    engine = _engine()[0]
    if engine is None or min(pixels.shape[:2]) < SMALLEST:
        return ()
    result = engine(np.ascontiguousarray(pixels[:, :, ::-1]), use_det=True, use_cls=False, use_rec=True)
    if getattr(result, "txts", None) is None or getattr(result, "boxes", None) is None:
        return ()
    corners = [
        (text, [(float(x), float(y)) for x, y in box])
        for text, sure, box in zip(result.txts, result.scores, result.boxes, strict=True)
        if sure >= SURE
    ]
    return tuple(_level(corners))


def _level(corners: Sequence[tuple[str, Sequence[tuple[float, float]]]]) -> Iterator[Line]:
    """Lines in upright boxes, the picture turned back by the slope that most of the writing has."""
    slopes = [atan2(box[1][1] - box[0][1], box[1][0] - box[0][0]) for _, box in corners]
    widths = [hypot(box[1][0] - box[0][0], box[1][1] - box[0][1]) for _, box in corners]
    longest = sorted(zip(widths, slopes, strict=True), reverse=True)[: 1 + len(corners) // 2]
    slope = median(slope for _, slope in longest) if longest else 0.0
    if abs(slope) > radians(_STEEP):
        slope = 0.0
    for text, box in corners:
        turned = [(x * cos(slope) + y * sin(slope), y * cos(slope) - x * sin(slope)) for x, y in box]
        across, down = [x for x, _ in turned], [y for _, y in turned]
        yield Line(text, min(across), min(down), max(across), max(down))


_STEEP = 45
"""Degrees; writing that is steeper runs upwards, and is not turned back."""


def why_not() -> str:
    """Why words in pictures are not read here, as the end of a sentence; "" when they are."""
    return _engine()[1]


@cache
def version() -> str:
    """Names the recogniser, its models and the rules: another one where any of them differs. "" where nothing runs."""
    if why_not():
        return ""
    rules = sha256()
    for package, names in _RULES.items():
        for name in names:
            rules.update((resources.files(package) / name).read_bytes())
    return f"rapidocr {metadata.version('rapidocr')}, rules {rules.hexdigest()[:16]}"


_RULES = {
    "checks.readers": ("picture_words.py", "names.py", "personal_data.py"),
    "checks.data": (
        "picture_words.toml",
        "names.toml",
        "first_names.toml",
        "surnames.toml",
        "known_names.toml",
        "personal_data.toml",
        "public_contacts.toml",
    ),
}
"""The files that say what is read in a picture, this one with its models' sums and its thresholds among them."""


@cache
def _engine() -> tuple[Any, str]:
    """The recogniser on one thread, loaded once in each process, and why there is none."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        return None, "the package rapidocr is not installed"
    folder = Path(spec.origin).with_name("models")
    for name, expected in MODELS.items():
        try:
            found = sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            return None, f"the file {name} of rapidocr cannot be read ({error.strerror})"
        if found != expected:
            return None, f"the file {name} of rapidocr is not the one that was measured (its SHA-256 differs)"
    try:
        import_module("onnxruntime")  # what rapidocr needs without saying so
        recogniser = import_module("rapidocr").RapidOCR  # slow to import, and not there on every machine
        import_module("cv2").setNumThreads(1)
    except ImportError as error:
        return None, f"rapidocr cannot be used here ({error})"
    find, read = (str(folder / name) for name in MODELS)
    # With a path given, nothing is ever fetched: rapidocr downloads only models that it chooses itself.
    options = {
        "Global.log_level": "critical",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Det.model_path": find,
        "Det.limit_type": "max",
        "Det.limit_side_len": LONGEST,
        "Rec.model_path": read,
    }
    return recogniser(params=options), ""


# --- data ------------------------------------------------------------------------------------------


@cache
def _patterns() -> PatternFile:
    return PatternFile("picture_words.toml", {})


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_patterns().table["lists"][name])


@cache
def _long_words() -> frozenset[str]:
    """Single words of our lists that are long enough to be known with one letter wrong."""
    lists = ("secret", "account", "services", "about_pupils", "menus", "grown_ups", "before_name")
    words = {word for name in lists for phrase in _words(name) for word in phrase.split()}
    words |= {form for _, written, _ in _systems() for form in written}
    return frozenset(word for word in words if len(word) >= _LONG_WORD and word.isalpha())


@cache
def _systems() -> tuple[tuple[str, frozenset[str], bool], ...]:
    return tuple((one["name"], frozenset(one["written"]), one["alone"]) for one in _patterns().table["systems"])
