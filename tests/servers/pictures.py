"""Pictures that nobody took: PNG files of one colour, and drawn scenes of a school with what the checks look for.

Faces are blocks of two colours and a card is a block of a third, by which the stand-ins of imitations/picture_readers
know them. No photograph of anybody is in the project.
"""

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

Colour = tuple[int, int, int]

CHILD: Colour = (250, 120, 170)
GROWN_UP: Colour = (120, 70, 200)
CARD: Colour = (255, 250, 190)
SIGN_IN = ("Homework club sign in", "Username: otters4", "Password: Maple!27")
"""What the card says."""
MADE_BY_AI = "a school of the future, sunny\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 11"
"""What a generator leaves in a PNG file under the keyword "parameters"."""


def png(colour: Colour = (20, 120, 200), size: tuple[int, int] = (320, 200)) -> bytes:
    """A PNG file, `size` pixels wide and high, filled with an RGB colour."""
    width, height = size
    rows = (b"\x00" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@dataclass(frozen=True)
class Scene:
    """A drawn school, no two with the same `sun` alike: a share of the width.

    `face` is a colour and its share of the height; `card` shows a sign-in; `position` is latitude and longitude in
    degrees, which make the file a JPEG as a telephone writes it; `made_by_ai` leaves a generator's mark.
    """

    sun: float
    size: tuple[int, int] = (480, 320)
    face: tuple[Colour, float] | None = None
    card: bool = False
    position: tuple[float, float] | None = None
    made_by_ai: bool = False

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"scene-{round(self.sun * 100)}.{'jpg' if self.position else 'png'}"

    def file(self) -> bytes:
        """The bytes of its file."""
        file = io.BytesIO()
        if self.position:
            self._drawn().save(file, "JPEG", quality=60, exif=_where(*self.position))
        else:
            notes = PngImagePlugin.PngInfo()
            if self.made_by_ai:
                notes.add_text("parameters", MADE_BY_AI)
            self._drawn().save(file, "PNG", pnginfo=notes)
        return file.getvalue()

    def _drawn(self) -> Image.Image:
        width, height = self.size
        image = Image.new("RGB", self.size, (150, 200, 240))
        pen = ImageDraw.Draw(image)
        across, radius = self.sun * width, height / 12
        pen.ellipse((across - radius, radius, across + radius, 3 * radius), fill=(250, 220, 60))
        pen.rectangle((0, height * 0.7, width, height), fill=(90, 160, 80))
        pen.rectangle((width * 0.55, height * 0.4, width * 0.95, height * 0.75), fill=(170, 90, 70))
        pen.rectangle((width * 0.72, height * 0.55, width * 0.8, height * 0.75), fill=(80, 50, 40))
        if self.face:
            colour, share = self.face
            side = share * height
            pen.rectangle((width * 0.2, height * 0.3, width * 0.2 + side, height * 0.3 + side), fill=colour)
        if self.card:
            pen.rectangle((width * 0.05, height * 0.25, width * 0.85, height * 0.8), fill=CARD)
            font = ImageFont.load_default(height * 0.08)
            for line, words in enumerate(SIGN_IN):
                pen.text((width * 0.1, height * (0.32 + 0.15 * line)), words, fill=(20, 20, 20), font=font)
        return image


def _where(latitude: float, longitude: float) -> Image.Exif:
    """EXIF with a position."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(
        {
            1: "N" if latitude >= 0 else "S",
            2: _degrees(latitude),
            3: "E" if longitude >= 0 else "W",
            4: _degrees(longitude),
        }
    )
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(round(abs(value) * 3600), 60)
    return float(minutes // 60), float(minutes % 60), float(seconds)
