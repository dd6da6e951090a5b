"""Real PNG pictures of one colour, for what needs a picture and not what is on it."""

import struct
import zlib


def png(colour: tuple[int, int, int] = (20, 120, 200), size: tuple[int, int] = (320, 200)) -> bytes:
    """A PNG file, `size` pixels wide and high, filled with an RGB colour."""
    width, height = size
    rows = (b"\x00" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
