"""Stand-ins for the networks that find faces and for the recogniser of words: they know drawn scenes by colours.

What they find goes the products' own way from there: candidates become faces, lines become kinds and counts. They let
the whole way from a server to a workbook be proved without a photograph of anybody, and where no network is installed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from servers.pictures import CARD, CHILD, GROWN_UP, SIGN_IN

from checks.readers import faces, picture_words, pictures
from checks.readers.faces import Candidate
from checks.readers.picture_words import Line

_NEAR = 12  # how far a JPEG file may move a colour
_SCORES = {CHILD: 0.95, GROWN_UP: 0.6}
_AGES = {CHILD: 0.95, GROWN_UP: 0.02}
_POINTS = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
"""Eyes, nose and corners of the mouth of a face that looks to the front, as shares of its box."""


@contextmanager
def stand_in_readers() -> Iterator[None]:
    """Let pictures be read by the stand-ins, in this process alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faces, "_loaded", lambda: (_Blocks(), ""))
        patch.setattr(picture_words, "read_lines", _lines)
        patch.setattr(picture_words, "why_not", lambda: "")
        patch.setattr(picture_words, "version", lambda: "a stand-in for the recogniser of words")
        pictures.version.cache_clear()
        yield
    pictures.version.cache_clear()


class _Blocks:
    """Takes a block of a face's colour for a face."""

    def find(self, pixels: faces.Pixels, longest: int) -> list[Candidate]:
        del longest
        found = ((_block(pixels, colour), score) for colour, score in _SCORES.items())
        return [
            Candidate(box, score, box[:2] + _POINTS * (box[2:] - box[:2])) for box, score in found if box is not None
        ]

    def child(self, pixels: faces.Pixels, points: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float:
        across, down = np.rint(points[2]).astype(int)
        return next(age for colour, age in _AGES.items() if _like(pixels[down, across], colour))


def _lines(pixels: faces.Pixels) -> tuple[Line, ...]:
    box = _block(pixels, CARD)
    if box is None:
        return ()
    left, top, right, bottom = box.tolist()
    step = (bottom - top) / len(SIGN_IN)
    return tuple(
        Line(words, left, top + step * line, right, top + step * (line + 0.6)) for line, words in enumerate(SIGN_IN)
    )


def _block(
    pixels: faces.Pixels, colour: tuple[int, int, int]
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None":
    """Left, top, right and bottom of what has the colour, None where nothing has."""
    down, across = np.nonzero(_like(pixels, colour))
    if not len(down):
        return None
    return np.array([across.min(), down.min(), across.max() + 1, down.max() + 1], float)


def _like(pixels: faces.Pixels, colour: tuple[int, int, int]) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    like: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (np.abs(pixels.astype(int) - colour) <= _NEAR).all(axis=-1)
    return like
