"""One picture read whole: its file, the faces in it, the words on it. From bytes to a `PictureReading`, and no more."""

import hashlib
from dataclasses import dataclass
from functools import cache

from checks.readers import faces, picture_file, picture_words
from checks.readers.names import SchoolNames
from checks.readers.personal_data import AllowList
from checks.readers.picture import Face, PictureReading, Words
from checks.readers.picture_file import Picture, Unreadable, open_picture

LONGEST = 1280
"""Pixels of the longer edge at which pictures are looked at; where faces are found well was measured at this size."""
FRAMES = 4
"""So many pictures of an animation are looked at, evenly spread."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the school may publish of itself: `names` None where nobody agreed to names being read, and `contacts`."""

    names: SchoolNames | None = None
    contacts: AllowList = picture_words.NOBODYS


NOTHING = Known()


def read_picture(data: bytes, known: Known = NOTHING) -> PictureReading:
    """Read one picture. Never raises for what the bytes are: what cannot be read is a sentence in `trouble`."""
    try:
        return _read(open_picture(data), known)
    except Unreadable as error:
        return PictureReading(None, trouble=str(error), version=version(names=known.names is not None))


@cache
def version(*, names: bool = False) -> str:
    """Names the readers at work in this process: another one where a model, a threshold or a rule differs.

    So it is where `names` of people are read, which takes the agreement of the school.
    """
    parts = (picture_file.version(), faces.version(), picture_words.version(), str(LONGEST), str(FRAMES), str(names))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def why_not() -> str:
    """Why faces are not read on this machine, as the end of a sentence; "" when they are."""
    return faces.why_not()


def which_ran() -> str:
    """What of pictures is read on this machine, as sentences for people."""
    if reason := faces.why_not():
        said = f"Pictures are not read on this machine, because {reason}."
    else:
        said = "Faces in pictures are found, and nobody is recognised; no picture is kept."
    if not faces.why_not() and (reason := picture_words.why_not()):
        said += f" What is written in pictures is not read, because {reason}."
    return f"{said} All of it on this machine."


def _read(picture: Picture, known: Known) -> PictureReading:
    with_faces, with_words = not faces.why_not(), not picture_words.why_not()
    found: tuple[Face, ...] = ()
    words = Words()
    for pixels in picture.frames(LONGEST, FRAMES):
        if with_faces:
            # Of an animation the moment counts that shows most: the same people stand in every frame.
            found = max(found, faces.read_faces(pixels, picture.file.height), key=len)
        if with_words:
            words = max(words, picture_words.read_words(pixels, known.names, allow=known.contacts), key=_weight)
    this = version(names=known.names is not None)
    return PictureReading(picture.file, found if with_faces else None, words if with_words else None, version=this)


def _weight(words: Words) -> tuple[int, int, int, int]:
    return words.sign_ins, words.names, len(words.details), words.lines
