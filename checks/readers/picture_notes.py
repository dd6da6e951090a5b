"""What the notes beside a picture's pixels say: where and when it was made, what of people is hidden, who drew it.

EXIF, XMP, IPTC records, content credentials (C2PA) and a PNG's texts. Notes that are damaged say nothing and raise
nothing. Names and serial numbers are looked at only to tell whether they are there.
"""

import math
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from lxml import etree

from checks.readers.picture_parts import NOTE, Parts

OWNER = "owner"
SERIAL = "serial number"
THUMBNAIL = "thumbnail"
PEOPLE = "people's names"
MADE, EDITED = "made by AI", "edited with AI"
MARKS_FILE = "picture_marks.toml"


@dataclass(frozen=True, slots=True)
class Notes:
    """What the notes say. `position`, `taken`, `traces` and `made_with` are those of PictureFile.

    `turn` is EXIF's orientation: 1 for a picture that is the right way up, up to 8.
    """

    turn: int = 1
    position: str = ""
    taken: date | None = None
    traces: tuple[str, ...] = ()
    made_with: str = ""


def read_notes(parts: Parts) -> Notes:
    """What stands in the notes of a picture."""
    exif = _Exif(parts.exif)
    xmp = _xmp(parts.xmp)
    records = _records(parts.photoshop)
    return Notes(
        turn=read_turn(parts.exif),
        position=_exif_position(exif) or _xmp_position(xmp),
        taken=_day(exif.text("DateTimeOriginal")) or _xmp_day(xmp),
        traces=_traces(parts, exif, xmp, records),
        made_with=_made_with(parts, exif, xmp, records),
    )


def read_turn(exif: bytes) -> int:
    """How a picture is to be turned, 1 to 8 as EXIF counts; 1 where nothing says so."""
    turn = _Exif(exif.removeprefix(b"Exif\0\0")).number("Orientation")
    return turn if 1 <= turn <= 8 else 1  # noqa: PLR2004 - EXIF's own range


def _traces(
    parts: Parts, exif: "_Exif", xmp: Mapping[str, Sequence[str]], records: Mapping[int, Sequence[bytes]]
) -> tuple[str, ...]:
    owners = ("dc:creator", "aux:OwnerName", "exifEX:CameraOwnerName")
    serials = ("aux:SerialNumber", "aux:LensSerialNumber", "exifEX:BodySerialNumber", "exifEX:LensSerialNumber")
    shown = [*xmp["Iptc4xmpExt:PersonInImage"], *xmp["MPReg:PersonDisplayName"]]
    if any(kind.strip() == "Face" for kind in xmp["mwg-rs:Type"]):
        shown += xmp["mwg-rs:Name"]
    found = {
        OWNER: any(exif.has(tag) for tag in ("Artist", "XPAuthor", "CameraOwnerName"))
        or any(value.strip() for name in owners for value in xmp[name])
        or any(value.strip(_BLANK) for value in records[_BY_LINE])
        or any(keyword == "Author" and text.strip() for keyword, text in parts.texts),
        SERIAL: any(exif.has(tag) for tag in ("BodySerialNumber", "LensSerialNumber", "CameraSerialNumber"))
        or any(value.strip(" 0") for name in serials for value in xmp[name]),
        THUMBNAIL: exif.thumbnail or bool(xmp["xmpGImg:image"] or records[_PREVIEW]),
        PEOPLE: any(name.strip() for name in shown),
    }
    return tuple(trace for trace, is_there in found.items() if is_there)


def _made_with(
    parts: Parts, exif: "_Exif", xmp: Mapping[str, Sequence[str]], records: Mapping[int, Sequence[bytes]]
) -> str:
    marks = _marks()
    # Searched for by name: what follows a name in CBOR may be a letter as well.
    known = (*marks.sources, *marks.captures)
    sources = {source for source in known if f"digitalsourcetype/{source}".encode() in parts.c2pa}
    sources |= {re.split("[/:]", value.strip()[:200])[-1] for value in xmp["Iptc4xmpExt:DigitalSourceType"]}
    said = {marks.sources[source] for source in sources if source in marks.sources}
    credit = {
        *(value.strip().casefold() for value in xmp["photoshop:Credit"]),
        *(value[:64].decode("utf-8", "replace").strip().casefold() for value in records[_CREDIT]),
    }
    if credit & marks.edited_credits:
        said.add(EDITED)
    if credit & marks.made_credits or any(_LABEL.search(label[:2000]) for label in xmp["TC260:AIGC"]):
        said.add(MADE)
    texts = [
        *parts.texts,
        ("Make", exif.text("Make")),
        ("Model", exif.text("Model")),
        ("UserComment", exif.comment()),
        ("Software", exif.text("Software")),
        *(("Software", value) for value in xmp["xmp:CreatorTool"]),
    ]
    if any(_is_generators(keyword, text, marks) for keyword, text in texts):
        said.add(MADE)
    if EDITED in said or (said and sources & marks.captures):
        return EDITED
    return MADE if said else ""


def _is_generators(keyword: str, text: str, marks: "_Marks") -> bool:
    if keyword == "Software" and any(name in text[:200].casefold() for name in marks.software):
        return True
    return any(keyword == known and all(part in text for part in needed) for known, needed in marks.texts)


_LABEL = re.compile(r'"Label"\s{0,4}:\s{0,4}"?1')
"""What China's generators must say of what they made; 2 and 3 are guesses of whoever passed it on."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """data/picture_marks.toml."""

    sources: Mapping[str, str]
    captures: frozenset[str]
    software: tuple[str, ...]
    made_credits: frozenset[str]
    edited_credits: frozenset[str]
    texts: tuple[tuple[str, tuple[str, ...]], ...]


@cache
def _marks() -> _Marks:
    data = tomllib.loads((resources.files("checks.data") / MARKS_FILE).read_text("utf-8"))
    other = data["other"]
    return _Marks(
        sources=data["source_types"],
        captures=frozenset(other["captures"]),
        software=tuple(other["software"]),
        made_credits=frozenset(other["made_credits"]),
        edited_credits=frozenset(other["edited_credits"]),
        texts=tuple((row["keyword"], tuple(row["all"])) for row in data["texts"]),
    )


# EXIF, a TIFF directory: https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E

_SIZES: Mapping[int, int] = MappingProxyType({1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 129: 1})
_TAGS: Mapping[str, int] = MappingProxyType(
    {
        "Make": 0x010F,
        "Model": 0x0110,
        "Orientation": 0x0112,
        "Software": 0x0131,
        "Artist": 0x013B,
        "XPAuthor": 0x9C9D,
        "CameraSerialNumber": 0xC62F,
        "DateTimeOriginal": 0x9003,
        "UserComment": 0x9286,
        "CameraOwnerName": 0xA430,
        "BodySerialNumber": 0xA431,
        "LensSerialNumber": 0xA435,
    }
)
_EXIF_DIRECTORY, _GPS_DIRECTORY = 0x8769, 0x8825
_THUMBNAIL_START, _THUMBNAIL_LENGTH = 0x0201, 0x0202
_ENTRIES = 512
_VALUE = 32 * 1024
"""How many bytes of one value are looked at."""
_BLANK = b"\0 \t\r\n"


class _Exif:
    """The entries of an EXIF block, those of the camera and of the picture together."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        self._little = block[:2] == b"II"
        self._values: dict[int, bytes] = {}
        self.gps: dict[int, bytes] = {}
        self.thumbnail = False
        if block[:4] not in {b"II*\0", b"MM\0*"}:
            return
        self._values, following = self._directory(self._whole(block[4:8]))
        inner, _ = self._directory(self._pointer(self._values, _EXIF_DIRECTORY))
        self.gps, _ = self._directory(self._pointer(self._values, _GPS_DIRECTORY))
        self._values = inner | self._values
        small, _ = self._directory(following)
        start, length = self._pointer(small, _THUMBNAIL_START), self._pointer(small, _THUMBNAIL_LENGTH)
        self.thumbnail = bool(start and length and block[start : start + 2] == b"\xff\xd8")

    def has(self, tag: str) -> bool:
        """Whether something other than blanks and noughts stands there."""
        return bool(self._values.get(_TAGS[tag], b"").strip(_BLANK + b"0"))

    def text(self, tag: str) -> str:
        return self._values.get(_TAGS[tag], b"").partition(b"\0")[0].decode("utf-8", "replace")

    def comment(self) -> str:
        """The user's comment, whose first eight bytes name its letters."""
        value = self._values.get(_TAGS["UserComment"], b"")
        if value.startswith(b"UNICODE\0"):
            # Some write it in the block's own order, some always the higher byte first.
            order = "utf-16-le" if value[9:10] == b"\0" else "utf-16-be"
            return value[8:].decode(order, "replace")
        return value[8:].decode("utf-8", "replace")

    def number(self, tag: str) -> int:
        return self._whole(self._values.get(_TAGS[tag], b"")[:2])

    def ratios(self, value: bytes) -> Iterator[float | None]:
        """Fractions of two whole numbers; None for one that is no number."""
        for start in range(0, len(value) - 7, 8):
            over, under = self._whole(value[start : start + 4]), self._whole(value[start + 4 : start + 8])
            yield over / under if under else None

    def _whole(self, value: bytes) -> int:
        return int.from_bytes(value, "little" if self._little else "big")

    def _pointer(self, values: Mapping[int, bytes], tag: int) -> int:
        return self._whole(values.get(tag, b"")[:4])

    def _directory(self, start: int) -> tuple[dict[int, bytes], int]:
        """The entries of one directory by their tags, and where the next one begins; 0 for none."""
        block, values = self._block, dict[int, bytes]()
        if not 0 < start < len(block):
            return values, 0
        count = self._whole(block[start : start + 2])
        for number in range(min(count, _ENTRIES)):
            entry = block[start + 2 + 12 * number : start + 14 + 12 * number]
            if len(entry) < 12:  # noqa: PLR2004 - an entry's length
                return values, 0
            size = _SIZES.get(self._whole(entry[2:4]), 0) * self._whole(entry[4:8])
            place = self._whole(entry[8:12])
            if size <= 4:  # noqa: PLR2004 - it stands in the entry itself
                value = entry[8 : 8 + size]
            elif place + size <= len(block):
                value = block[place : place + min(size, _VALUE)]
            else:
                continue
            values.setdefault(self._whole(entry[:2]), value)
        end = start + 2 + 12 * count
        return values, self._whole(block[end : end + 4])


def _exif_position(exif: _Exif) -> str:
    values = []
    for reference, tag, negative in ((1, 2, b"S"), (3, 4, b"W")):
        parts = list(exif.ratios(exif.gps.get(tag, b"")))[:3]
        if not parts or parts[0] is None:
            return ""
        degrees = sum((part or 0.0) / 60**place for place, part in enumerate(parts))
        values.append(-degrees if exif.gps.get(reference, b"").strip(_BLANK).upper() == negative else degrees)
    return _position(*values)


def _xmp_position(xmp: Mapping[str, Sequence[str]]) -> str:
    """XMP writes 53,7.1234N or 53,7,12N."""
    values = []
    for name in ("exif:GPSLatitude", "exif:GPSLongitude"):
        text = next(iter(xmp[name]), "").strip().upper()
        if len(text) > 40 or not text.endswith(("N", "S", "E", "W")):  # noqa: PLR2004 - no honest one is as long
            return ""
        try:
            parts = [float(part) for part in text[:-1].split(",")[:3]]
        except ValueError:
            return ""
        degrees = sum(part / 60**place for place, part in enumerate(parts))
        values.append(-degrees if text.endswith(("S", "W")) else degrees)
    return _position(*values)


def _position(latitude: float, longitude: float) -> str:
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return ""
    latitude, longitude = round(latitude, 3) + 0.0, round(longitude, 3) + 0.0  # + 0.0: never -0.000
    if (latitude, longitude) == (0, 0) or abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 - the globe's
        return ""
    return f"{latitude:.3f},{longitude:.3f}"


_DAY = re.compile(r"([0-9]{4})[-:]([0-9]{2})[-:]([0-9]{2})")


def _day(text: str) -> date | None:
    """The day that a camera's clock shows: 2026:11:20 10:15:00, or 2026-11-20T10:15:00."""
    if not (found := _DAY.match(text.strip())):
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _xmp_day(xmp: Mapping[str, Sequence[str]]) -> date | None:
    days = (_day(value) for name in ("exif:DateTimeOriginal", "photoshop:DateCreated") for value in xmp[name])
    return next(filter(None, days), None)


# XMP, a packet of XML: https://developer.adobe.com/xmp/docs/XMPNamespaces/

_NAMESPACES: Mapping[str, str] = MappingProxyType(
    {
        "http://ns.adobe.com/exif/1.0/": "exif",
        "http://ns.adobe.com/exif/1.0/aux/": "aux",
        "http://cipa.jp/exif/1.0/": "exifEX",
        "http://purl.org/dc/elements/1.1/": "dc",
        "http://ns.adobe.com/photoshop/1.0/": "photoshop",
        "http://ns.adobe.com/xap/1.0/": "xmp",
        "http://ns.adobe.com/xap/1.0/g/img/": "xmpGImg",
        "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
        "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
        "http://ns.microsoft.com/photo/1.2/t/Region#": "MPReg",
        "http://www.tc260.org.cn/ns/AIGC/1.0/": "TC260",
    }
)


def _xmp(packet: bytes) -> Mapping[str, Sequence[str]]:
    """The values of an XMP packet by their names with the usual prefix; nothing where it is no XML."""
    values = defaultdict[str, list[str]](list)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_element(packet), parser)
    except (etree.XMLSyntaxError, ValueError):
        return values
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            values[_known(name)].append(value)
        if element.text and element.text.strip():
            values[_known(_property(element).tag)].append(element.text)
    return values


def _property(element: Any) -> Any:
    """The property whose value an element is: itself, or what holds the list that it stands in."""
    for _ in range(2):
        if element.tag.startswith(_RDF) and element.getparent() is not None:
            element = element.getparent()
    return element


_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def _element(packet: bytes) -> bytes:
    """The one element of a packet, without the declarations and the padding around it."""
    for begins, ends in ((b"<x:xmpmeta", b"</x:xmpmeta>"), (b"<rdf:RDF", b"</rdf:RDF>")):
        start, end = packet.find(begins), packet.find(ends)
        if 0 <= start < end <= NOTE:
            return packet[start : end + len(ends)]
    return b""


def _known(name: str) -> str:
    namespace, _, local = name.removeprefix("{").rpartition("}")
    prefix = _NAMESPACES.get(namespace)
    return f"{prefix}:{local}" if prefix else ""


# Photoshop's image resources, of which one holds IPTC records: https://www.iptc.org/std/IIM/4.2/specification/

_BY_LINE, _CREDIT, _PREVIEW = 80, 110, -1
_IPTC, _THUMBNAILS = 0x0404, (0x0409, 0x040C)


def _records(resources_: bytes) -> Mapping[int, Sequence[bytes]]:
    """Values of the IPTC records by number; `_PREVIEW` has one where Photoshop left a small picture."""
    values = defaultdict[int, list[bytes]](list)
    for number, body in _resources(resources_):
        if number in _THUMBNAILS and body:
            values[_PREVIEW].append(b"")
        if number == _IPTC:
            for record, value in _iptc(body):
                values[record].append(value)
    return values


def _resources(block: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while block[position : position + 4] == b"8BIM":
        name = position + 6
        length = block[name] + 1 if name < len(block) else 1
        start = name + length + length % 2 + 4
        size = int.from_bytes(block[start - 4 : start], "big")
        yield int.from_bytes(block[position + 4 : name], "big"), block[start : start + size]
        position = start + size + size % 2


def _iptc(body: bytes) -> Iterable[tuple[int, bytes]]:
    """(number, value) of the records about the picture, those of group 2."""
    position = 0
    while body[position : position + 1] == b"\x1c" and position + 5 <= len(body):
        size = int.from_bytes(body[position + 3 : position + 5], "big")
        if body[position + 1] == 2:  # noqa: PLR2004 - the group's number
            yield body[position + 2], body[position + 5 : position + 5 + size]
        position += 5 + size
