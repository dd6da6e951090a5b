"""From the bytes of a picture to pixels that are safe to look at, and to the facts of its file.

Nothing of the bytes is trusted: the content decides what a file is, sizes are checked before room is made for them,
and the decoder sees neither names nor notes. At worst opening one picture takes 520 MB beside its file, which the
limits of data/picture_limits.toml see to; a phone's original takes about 40 MB.
"""

import hashlib
import io
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile
from PIL import __version__ as pillow
from PIL.AvifImagePlugin import SUPPORTED, AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from checks.readers.picture import PictureFile
from checks.readers.picture_notes import MARKS_FILE, read_notes, read_turn
from checks.readers.picture_parts import DAMAGED, TRUNCATED, Parts, Unreadable, take_apart

__all__ = ["Picture", "Unreadable", "open_picture", "version"]

Pixels = NDArray[np.uint8]
"""Height, width, and red, green and blue from 0 to 255."""

_OPEN: Mapping[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = MappingProxyType(
    {
        "JPEG": JpegImageFile,
        "PNG": PngImageFile,
        "GIF": GifImageFile,
        "WebP": WebPImageFile,
        "AVIF": AvifImageFile,
        "BMP": BmpImageFile,
    }
)
"""Pillow's readers, asked directly: its `Image.open` warns about what is turned away here with a sentence."""

_TURNS: Mapping[int, Image.Transpose] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
_LYING = 5
"""From this turn on, width and height change places."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that can be read. `file` is what its file says; the rest of it is for `frames`."""

    file: PictureFile
    _parts: Parts
    _turn: int
    _first: Image.Image

    def frames(self, longest: int, most: int = 1) -> Iterator[Pixels]:
        """At most `most` frames, evenly over an animation, whose longer edge has at most `longest` pixels.

        The first frame is always among them; frames that are reached only through more pixels than
        `animation_pixels` are not. Frames are turned as the file asks, have no transparency (white shows through),
        and are never enlarged. Above `ready` pixels a JPEG takes up to 4 bytes for each of its pixels more. Raises
        Unreadable at a frame that cannot be decoded.
        """
        if longest < 1 or most < 1:
            raise ValueError("at least one pixel and one frame")
        whole = max(self.file.width, self.file.height)
        is_enough = max(self._first.size) >= min(longest, whole)
        first = self._first if is_enough else _turned(_draw(_decoder(self._parts), 0, longest), self._turn)
        yield _pixels(first, longest)
        reach = _limits().animation_pixels // (self.file.width * self.file.height)
        last = min(self.file.frames, reach) - 1
        places = {last * number // (most - 1) for number in range(1, most)} if most > 1 else set()
        if places - {0}:
            decoder = _decoder(self._parts)
            for place in sorted(place for place in places if place > 0):
                yield _pixels(_turned(_draw(decoder, place, longest), self._turn), longest)


def open_picture(data: bytes) -> Picture:
    """Read a picture. Raises Unreadable, with one sentence, for whatever is none or cannot be read safely.

    JPEG, PNG, GIF, WebP, AVIF and BMP are read. A file that breaks off is not, though a part of it would show.
    """
    limits = _limits()
    if len(data) > limits.bytes:
        raise Unreadable(f"The file is larger than {limits.bytes // 1_000_000} MB, and was not decoded.")
    parts = take_apart(data)
    notes = read_notes(parts)
    if parts.frames > limits.frames:
        raise Unreadable(f"The animation has {parts.frames:,} frames, and was not decoded.")
    decoder = _decoder(parts)
    frames = parts.frames or _frames(decoder)
    if frames > limits.frames:
        raise Unreadable(f"The animation has {frames:,} frames, and was not decoded.")
    width, height = decoder.size
    # An AVIF is turned by its own properties, which Pillow hands on as EXIF, and never by the EXIF beside them.
    turn = read_turn(decoder.info.get("exif", b"")) if parts.format == "AVIF" else notes.turn
    first = _turned(_fitted(_draw(decoder, 0, limits.ready), limits.ready), turn)
    if turn >= _LYING:
        width, height = height, width
    file = PictureFile(
        sha256=hashlib.sha256(data).hexdigest(),
        format=parts.format,
        width=width,
        height=height,
        frames=frames,
        look=_look(first),
        position=notes.position,
        taken=notes.taken,
        traces=notes.traces,
        made_with=notes.made_with,
    )
    return Picture(file, parts, turn, first)


@cache
def version() -> str:
    """Names this reader: another one where its limits, the marks it knows, Pillow or `_RULES` differ."""
    data = b"".join((resources.files("checks.data") / name).read_bytes() for name in (_LIMITS_FILE, MARKS_FILE))
    return hashlib.sha256(f"{_RULES} {pillow} ".encode() + data).hexdigest()[:16]


_RULES = 1
"""To be raised whenever the code comes to say something else of the same file."""
_LIMITS_FILE = "picture_limits.toml"


@dataclass(frozen=True, slots=True)
class _Limits:
    """data/picture_limits.toml."""

    bytes: int
    frames: int
    animation_pixels: int
    ready: int
    pixels: Mapping[str, int]


@cache
def _limits() -> _Limits:
    data = tomllib.loads((resources.files("checks.data") / _LIMITS_FILE).read_text("utf-8"))
    return _Limits(**{name: value for name, value in data.items() if name not in {"source", "verified_on"}})


def _decoder(parts: Parts) -> ImageFile.ImageFile:
    """Pillow's reader of the picture, before it has decoded anything. Raises Unreadable."""
    _check_size(parts.format, parts.width, parts.height)
    if parts.format == "AVIF" and not SUPPORTED:  # some builds of Pillow come without
        raise Unreadable("The picture is of a kind that is not read here: AVIF.")
    try:
        decoder = _OPEN[parts.format](io.BytesIO(parts.pixels))
    except Exception as error:  # whatever Pillow's parsing ran into
        raise _unreadable(error) from error
    _check_size(parts.format, *decoder.size)
    return decoder


def _check_size(format_: str, width: int, height: int) -> None:
    if width * height > _limits().pixels[format_]:
        raise Unreadable(f"The picture has {width:,} by {height:,} pixels, too many to decode it safely.")


def _frames(decoder: ImageFile.ImageFile) -> int:
    frames = getattr(decoder, "n_frames", 1)
    return frames if isinstance(frames, int) else 1


def _draw(decoder: ImageFile.ImageFile, place: int, longest: int) -> Image.Image:
    """One frame in RGB, its longer edge at least `longest` where it has so many pixels, and below twice that."""
    width, height = decoder.size
    try:
        if place:
            decoder.seek(place)
        else:
            longer = max(width, height)
            decoder.draft(None, (max(1, width * longest // longer), max(1, height * longest // longer)))
        decoder.load()
        image = _opaque(decoder, max(1, max(decoder.size) // longest))
    except Exception as error:  # whatever Pillow's decoders ran into
        raise _unreadable(error) from error
    return image


def _unreadable(error: Exception) -> Unreadable:
    return Unreadable(TRUNCATED if "truncated" in str(error).lower() else DAMAGED)


def _opaque(image: Image.Image, smaller: int) -> Image.Image:
    """The image in RGB on white, every `smaller` by `smaller` pixels made one."""
    if image.mode.startswith("I;16"):
        plain = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    elif image.has_transparency_data:
        plain = image.convert("RGBA")
    else:
        plain = image if image.mode == "RGB" else image.convert("RGB")
    if smaller > 1:
        plain = plain.reduce(smaller)
    if plain.mode == "RGBA":
        white = Image.new("RGB", plain.size, "white")
        white.paste(plain, mask=plain.getchannel("A"))
        return white
    # A copy, since the decoder draws its next frame over this one, and holds on to the file.
    return plain.copy() if plain is image else plain.convert("RGB")


def _turned(image: Image.Image, turn: int) -> Image.Image:
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image


def _fitted(image: Image.Image, longest: int) -> Image.Image:
    longer = max(image.size)
    if longer <= longest:
        return image
    width, height = (max(1, round(edge * longest / longer)) for edge in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR)


def _pixels(image: Image.Image, longest: int) -> Pixels:
    return np.array(_fitted(image, longest))


def _look(image: Image.Image) -> str:
    """A difference hash: whether it gets lighter from each to the next of nine columns, in eight rows.

    Row by row from the top, the first bit the highest. Grey levels that are as good as equal count as not lighter, so
    that a plain background keeps its bits when it is stored anew.
    """
    small = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.BOX), dtype=np.int16)
    bits = small[:, 1:] - small[:, :-1] > _EVEN
    return f"{int.from_bytes(np.packbits(bits).tobytes(), 'big'):016x}"


_EVEN = 2
"""Grey levels of 256 between neighbours that are taken for none."""
