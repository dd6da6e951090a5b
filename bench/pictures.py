"""How fast pictures are opened: pictures per second on one core, beside a bare decode of the same files.

    python -m bench.pictures [--rounds 5]

Both are timed in turns, in one process and by its processor time: Pillow decoding every pixel, and `open_picture` with
the one frame that faces are looked for in. The JPEGs are drawn, with grain as a camera's sensor leaves it.
"""

import argparse
import io
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from checks.readers.picture_file import open_picture

SIZES = ((1280, 960), (4000, 3000))
LONGEST = 1280
FILES = 8
SEED = 20261122


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line per size."""
    parser = argparse.ArgumentParser(prog="python -m bench.pictures", description="Measure how pictures are opened.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args(arguments).rounds
    for width, height in SIZES:
        files = [drawn(width, height, SEED + number) for number in range(FILES)]
        bare, ours = [], []
        for _ in range(rounds):
            bare.append(_seconds(_decode, files))
            ours.append(_seconds(_open, files))
        decoded, opened = FILES / min(bare), FILES / min(ours)
        size = sum(map(len, files)) / FILES / 2**20
        print(
            f"{width}x{height} ({size:.1f} MB)\tbare decode {decoded:.1f} pictures/s\topened {opened:.1f} pictures/s"
            f"\tratio {opened / decoded:.2f}"
        )
    return 0


def drawn(width: int, height: int, seed: int) -> bytes:
    """A JPEG as a phone stores it: quality 85, colours at half the size."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), "skyblue")
    pen = ImageDraw.Draw(image)
    for _ in range(200):
        x, y, size = (int(chance.integers(0, edge)) for edge in (width, height, width // 5))
        colour = tuple(int(level) for level in chance.integers(0, 256, 3))
        pen.ellipse((x, y, x + size, y + size), fill=colour)
    grain = chance.normal(0, 6, (height, width, 1))
    levels = np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=85)
    return file.getvalue()


def _decode(data: bytes) -> None:
    Image.open(io.BytesIO(data)).load()


def _open(data: bytes) -> None:
    for _pixels in open_picture(data).frames(LONGEST):
        pass


def _seconds(read: Callable[[bytes], None], files: Sequence[bytes]) -> float:
    start = time.process_time()
    for data in files:
        read(data)
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
