"""Takes a picture's file apart: what its pixels are made of, and the notes that cameras and programs left beside them.

A decoder is handed the pixels' part alone, so that nothing hidden in a note reaches it. Nothing here is decoded; every
loop ends after so many parts as no honest file has (`_PARTS`).
"""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

NOTE = 512 * 1024
"""How many bytes of one note are read: an EXIF block, an XMP packet, a text."""

TRUNCATED = "The picture breaks off: part of its file is missing."
DAMAGED = "The picture's file is damaged and cannot be decoded."

_PARTS = 200_000
_TEXTS = 50
_JPEG_SCANS = 200
_XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
_C2PA_IN_AVIF = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


class Unreadable(ValueError):
    """A file that is no picture, or none that can be read safely. Its text is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A picture's file, taken apart.

    `pixels` is what the decoder needs. `width` and `height` are the canvas that the file announces where a decoder
    would make room for it at once, 0 elsewhere. `frames` counts the pictures of an animation, 0 where only the decoder
    can tell. `exif` begins with its byte order; `photoshop` holds image resources; `c2pa` a store of content
    credentials; `texts` are (keyword, text) of a PNG.
    """

    format: str
    pixels: bytes
    width: int = 0
    height: int = 0
    frames: int = 1
    exif: bytes = b""
    xmp: bytes = b""
    photoshop: bytes = b""
    c2pa: bytes = b""
    texts: tuple[tuple[str, str], ...] = ()


def take_apart(data: bytes) -> Parts:
    """The parts of a picture. The content decides what it is, whatever the file is called.

    Raises Unreadable for everything but JPEG, PNG, GIF, WebP, AVIF and BMP, and for files that break off or are built
    as no program builds them.
    """
    if not data:
        raise Unreadable("The file is empty.")
    for begins, apart in _READ.items():
        if data.startswith(begins):
            return apart(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp":
        brands = data[8 : min(int.from_bytes(data[:4], "big"), 128)]
        if b"avif" in brands or b"avis" in brands:
            return _avif(data)
        kind = "HEIC" if any(brand in brands for brand in (b"hei", b"hev", b"mif1", b"msf1")) else "video"
        raise Unreadable(f"The picture is of a kind that is not read here: {kind}.")
    raise Unreadable(_what_else(data[:1024]))


_ELSE: Mapping[bytes, str] = MappingProxyType(
    {
        b"II*\0": "TIFF",
        b"MM\0*": "TIFF",
        b"%PDF": "PDF",
        b"\0\0\x01\0": "icon",
        b"\xff\x0a": "JPEG XL",
        b"\0\0\0\x0cJXL ": "JPEG XL",
        b"\0\0\0\x0cjP  ": "JPEG 2000",
        b"\x1aE\xdf\xa3": "video",
        b"8BPS": "Photoshop",
    }
)


def _what_else(start: bytes) -> str:
    for begins, kind in _ELSE.items():
        if start.startswith(begins):
            return f"The picture is of a kind that is not read here: {kind}."
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        if b"<svg" in text:
            return "The picture is of a kind that is not read here: SVG."
        return "The file holds a web page and no picture."
    return "The file holds no picture."


def _jpeg(data: bytes) -> Parts:
    pieces, credentials = [data[:2]], []
    exif = xmp = photoshop = b""
    for kind, start, end in _jpeg_segments(data):
        body = data[start + 4 : end]
        if kind == b"\xe1" and body.startswith(b"Exif\0"):
            exif = exif or body[6:]
        elif kind == b"\xe1" and body.startswith(_XMP_IN_JPEG):
            xmp = xmp or body[len(_XMP_IN_JPEG) :]
        elif kind == b"\xeb" and body.startswith(b"JP"):
            credentials.append(_continued(body))
        elif kind == b"\xed" and body.startswith(b"Photoshop 3.0\0"):
            photoshop += body[14:] if len(photoshop) < NOTE else b""
        if kind in _JPEG_PIXELS:
            pieces.append(data[start:end])
    return Parts("JPEG", b"".join(pieces), exif=exif, xmp=xmp, photoshop=photoshop, c2pa=b"".join(credentials))


_JPEG_FRAMES = frozenset(bytes([number]) for number in range(0xC0, 0xD0)) - {b"\xc8"}
_JPEG_PIXELS = _JPEG_FRAMES | {b"\xda", b"\xdb", b"\xdd", b"\xe0", b"\xee"}
"""With the scan, tables, restarts, JFIF's and Adobe's heads: no others, since readers differ in how they skip those."""
_JPEG_BARE = frozenset({b"\0", b"\x01", *(bytes([number]) for number in range(0xD0, 0xD9))})
"""Markers that have no length."""


def _jpeg_segments(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(marker, start, end) of each segment; the last one holds the pixels and goes on to the end of the picture."""
    position = 2
    for _ in range(_PARTS):
        position = data.find(b"\xff", position)
        kind = data[position + 1 : position + 2]
        if position < 0 or position + 4 > len(data):
            raise Unreadable(TRUNCATED)
        if kind == b"\xff" or kind in _JPEG_BARE:
            position += 1 if kind == b"\xff" else 2
            continue
        if kind == b"\xd9":
            break
        if kind == b"\xda":
            yield kind, position, _jpeg_end(data, position)
            return
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < 2:  # noqa: PLR2004 - the length counts itself
            break
        end = position + 2 + length
        if end > len(data):
            raise Unreadable(TRUNCATED)
        yield kind, position, end
        position = end
    raise Unreadable(DAMAGED)


_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""A marker within the pixels: neither a byte of theirs, nor a place to start again, nor filling."""


def _jpeg_end(data: bytes, position: int) -> int:
    """Where the picture ends whose first scan begins here; phones put films and further pictures behind it."""
    scans = 0
    for _ in range(_PARTS):
        if data[position + 1 : position + 2] == b"\xd9":
            return position + 2
        scans += data[position + 1 : position + 2] == b"\xda"
        if scans > _JPEG_SCANS:  # a few bytes that keep a processor busy for minutes
            raise Unreadable("The picture is built in more passes than any program uses, and was not decoded.")
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        found = _JPEG_MARKER.search(data, position + 2 + length)
        if not found:
            return len(data)
        position = found.start()
    raise Unreadable(DAMAGED)


def _continued(body: bytes) -> bytes:
    """A piece of a box that runs over several segments; each of them repeats its head."""
    repeated = 16 if body[8:12] == b"\0\0\0\x01" else 8
    return body[8:] if body[4:8] == b"\0\0\0\x01" else body[8 + repeated :]


def _png(data: bytes) -> Parts:
    pieces = [data[:8]]
    texts: list[tuple[str, str]] = []
    exif = xmp = credentials = b""
    declared = controls = fallback = 0
    drawn = False
    for kind, start, end in _png_chunks(data):
        body = data[start : min(end, start + NOTE)]
        if kind == b"acTL" and not drawn:
            if declared:
                raise Unreadable(DAMAGED)
            declared = int.from_bytes(body[:4], "big")
        elif kind == b"fcTL":
            controls += 1
        elif kind == b"IDAT" and not drawn:
            drawn, fallback = True, int(not controls)
        elif kind == b"eXIf":
            exif = exif or body
        elif kind == b"caBX":
            credentials += data[start:end]
        elif kind in {b"tEXt", b"zTXt", b"iTXt"} and len(texts) < _TEXTS:
            keyword, text = _png_text(kind, body)
            if keyword == b"XML:com.adobe.xmp":
                xmp = text
            texts.append((keyword.decode("latin-1"), text.decode("utf-8", "replace")))
        moves = declared and (kind in {b"fcTL", b"fdAT"} or (kind == b"acTL" and not drawn))
        if kind[:1].isupper() or kind == b"tRNS" or moves:
            pieces.append(data[start - 8 : end + 4])
    if declared > controls:
        raise Unreadable(TRUNCATED)
    return Parts(
        "PNG",
        b"".join(pieces),
        frames=declared + fallback if declared else 1,
        exif=exif,
        xmp=xmp,
        c2pa=credentials,
        texts=tuple(texts),
    )


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start, end) of each chunk's body."""
    position = 8
    for _ in range(_PARTS):
        start = position + 8
        if start > len(data):
            return
        kind = data[position + 4 : start]
        end = start + int.from_bytes(data[position : position + 4], "big")
        yield kind, start, end
        if kind == b"IEND":
            return
        position = end + 4
    raise Unreadable(DAMAGED)


def _png_text(kind: bytes, body: bytes) -> tuple[bytes, bytes]:
    keyword, _, text = body.partition(b"\0")
    packed = kind == b"zTXt"
    if packed:
        text = text[1:]
    elif kind == b"iTXt":
        packed = text[:1] == b"\x01"
        text = text[2:].partition(b"\0")[2].partition(b"\0")[2]
    if packed:
        try:
            text = zlib.decompressobj().decompress(text, NOTE)
        except zlib.error:
            text = b""
    return keyword[:79], text


def _gif(data: bytes) -> Parts:
    width, height = _pair(data, 6)
    position = 13 + _gif_colours(data, 10)
    frames = 0
    for _ in range(_PARTS):
        sign = data[position : position + 1]
        if sign == b",":
            left, top = _pair(data, position + 1)
            wide, high = _pair(data, position + 5)
            width, height = max(width, left + wide), max(height, top + high)
            position = _gif_blocks(data, position + 11 + _gif_colours(data, position + 9))
            frames += 1
        elif sign == b"!":
            position = _gif_blocks(data, position + 2)
        else:
            break
    if not frames:
        raise Unreadable(DAMAGED if sign else TRUNCATED)
    return Parts("GIF", data, width=width, height=height, frames=frames)


def _pair(data: bytes, position: int) -> tuple[int, int]:
    """Two whole numbers of 16 bits, the lower byte first."""
    return (
        int.from_bytes(data[position : position + 2], "little"),
        int.from_bytes(data[position + 2 : position + 4], "little"),
    )


def _gif_colours(data: bytes, position: int) -> int:
    """The length of the table of colours whose flags stand at this place."""
    flags = data[position] if position < len(data) else 0
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_blocks(data: bytes, position: int) -> int:
    """The place behind a row of blocks."""
    for _ in range(_PARTS):
        if position >= len(data):
            raise Unreadable(TRUNCATED)
        length = data[position]
        position += 1 + length
        if not length:
            return position
    raise Unreadable(DAMAGED)


def _webp(data: bytes) -> Parts:
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise Unreadable(TRUNCATED)
    width = height = frames = 0
    exif = xmp = credentials = b""
    position = 12
    for _ in range(_PARTS):
        kind, start = data[position : position + 4], position + 8
        if not kind:
            break
        end = start + int.from_bytes(data[position + 4 : start], "little")
        head = data[start : start + 10]
        if kind == b"VP8X":
            width = int.from_bytes(head[4:7], "little") + 1
            height = int.from_bytes(head[7:10], "little") + 1
        elif kind == b"VP8 " and not width:
            width, height = (size & 0x3FFF for size in _pair(head, 6))
        elif kind == b"VP8L" and not width:
            sizes = int.from_bytes(head[1:5], "little")
            width, height = (sizes & 0x3FFF) + 1, (sizes >> 14 & 0x3FFF) + 1
        elif kind == b"ANMF":
            frames += 1
        elif kind == b"EXIF":
            exif = data[start : min(end, start + NOTE)].removeprefix(b"Exif\0\0")
        elif kind == b"XMP ":
            xmp = data[start : min(end, start + NOTE)]
        elif kind == b"C2PA":
            credentials = data[start:end]
        position = end + (end - start) % 2
    else:
        raise Unreadable(DAMAGED)
    if not width:
        raise Unreadable(DAMAGED)
    return Parts("WebP", data, width, height, frames or 1, exif, xmp, c2pa=credentials)


def _avif(data: bytes) -> Parts:
    """An AVIF keeps its notes as items like its pixels: they are found by how they begin."""
    credentials = b""
    position = 0
    for _ in range(_PARTS):
        length = int.from_bytes(data[position : position + 4], "big")
        if length < 8:  # noqa: PLR2004 - 0 is "to the end" and 1 "longer than 4 GB"; any other is damage
            break
        if data[position + 4 : position + 8] == b"uuid" and data[position + 8 : position + 24] == _C2PA_IN_AVIF:
            credentials += data[position + 24 : position + length]
        position += length
    starts = (data.find(head) for head in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"))
    exif = next((data[start : start + NOTE] for start in starts if start >= 0), b"")
    start = data.find(b"<x:xmpmeta")
    xmp = data[start : start + NOTE] if start >= 0 else b""
    return Parts("AVIF", _without_exif(data), frames=0, exif=exif, xmp=xmp, c2pa=credentials)


def _without_exif(data: bytes) -> bytes:
    """An AVIF whose EXIF the decoder does not know for one: which way is up stands in its own properties."""
    changed: bytearray | None = None
    position = data.find(b"infe")
    for _ in range(_PARTS):
        if position < 0:
            return data if changed is None else bytes(changed)
        kind = position + (12 if data[position + 4 : position + 5] == b"\x02" else 14)
        if data[kind : kind + 4] == b"Exif":
            changed = changed if changed is not None else bytearray(data)
            changed[kind : kind + 4] = b"none"
        position = data.find(b"infe", position + 4)
    raise Unreadable(DAMAGED)


def _bmp(data: bytes) -> Parts:
    # Pillow unpacks run lengths in Python: 60 bytes kept it busy for minutes.
    if data[14:15] != b"\x0c" and data[30:34] in {b"\x01\0\0\0", b"\x02\0\0\0"}:
        raise Unreadable("The picture is of a kind that is not read here: BMP with run lengths.")
    return Parts("BMP", data)


_READ: Mapping[bytes, Callable[[bytes], Parts]] = MappingProxyType(
    {b"\xff\xd8\xff": _jpeg, b"\x89PNG\r\n\x1a\n": _png, b"GIF87a": _gif, b"GIF89a": _gif, b"BM": _bmp}
)
