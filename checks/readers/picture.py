"""What is read in one picture: its file, the faces in it and the words on it. Facts, and never who somebody is.

Nothing here can bring a picture back or recognise a face: a face is a box, its size and two numbers.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any


class Tier(StrEnum):
    """How much of children a picture seems to show, from most to least; it ranks what a person looks at first."""

    CLOSE_UP = "close-up"
    """A large face that may be a child's, alone or nearly so, turned to the camera."""
    GROUP = "group"
    """Faces that may be children's, of which single ones can be made out."""
    CROWD = "crowd"
    """Many small faces, or faces turned away."""
    ADULTS = "faces that look grown-up"
    """Faces, none of which looks like a child's. Children can be among them."""
    NONE = "no face found"
    """No face was found. It is never "no pupil": backs, turned heads and tiny figures are missed."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face. `left`, `top`, `width` and `height` are shares (0 to 1) of the picture as people see it.

    `pixels` is its height in pixels of the picture as published. `confidence` (0 to 1) is how sure the finder is that
    it is a face. `child` (0 to 1) is how much speaks for an age below 18, None where the face is too small to say.
    `frontal` says that both eyes are seen from the front.
    """

    left: float
    top: float
    width: float
    height: float
    pixels: int
    confidence: float
    child: float | None
    frontal: bool


@dataclass(frozen=True, slots=True)
class PictureFile:
    """What a picture's file says of itself, beside what it shows.

    `sha256` names the bytes. `look` is a perceptual hash of 64 bits in hexadecimal: like pictures have hashes that
    differ in few bits. `width` and `height` are pixels as people see it, turned as the file asks. `frames` counts the
    pictures of an animation. `position` is "latitude,longitude" in degrees to three places (about 100 metres), "" for
    none. `taken` is the day on which the camera says that it was made. `traces` are names of what else is hidden in
    it: "owner", "serial number", "thumbnail", "people's names". `made_with` is what a generator or an editor of
    pictures left: "made by AI", "edited with AI", "" for no mark.
    """

    sha256: str
    format: str
    width: int
    height: int
    frames: int = 1
    look: str = ""
    position: str = ""
    taken: date | None = None
    traces: tuple[str, ...] = ()
    made_with: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in a picture, as kinds and counts; the words themselves are kept nowhere.

    `lines` counts lines that were read. `names` counts people's names, `sign_ins` user names with passwords,
    `details` are kinds of personal data (checks.readers.personal_data). `screen` names the system whose screen it
    seems to show ("CPOMS"), "" for none.
    """

    lines: int = 0
    names: int = 0
    sign_ins: int = 0
    details: tuple[str, ...] = ()
    screen: str = ""


@dataclass(frozen=True, slots=True)
class PictureReading:
    """Everything that was read in one picture.

    `file` is None where nothing could be read, and `trouble` then says why, in one sentence. `faces` and `words` are
    None where their readers do not run here. `version` names the readers that were at work.
    """

    file: PictureFile | None
    faces: tuple[Face, ...] | None = None
    words: Words | None = None
    trouble: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """A picture that one item of the account shows, with what was read in it.

    `id` is the platform's stable id of the picture, begun by that of the item, because several may show it. `item` is
    the item's, "" for the picture of the profile, whose `id` is its address. `alt` is the alternative text that the
    school gave it. `read_on` is the day on which the picture was last fetched.
    """

    id: str
    item: str
    address: str
    alt: str
    reading: PictureReading
    read_on: date


def to_json(reading: PictureReading) -> dict[str, Any]:
    """The reading as JSON can hold it."""
    body = asdict(reading)
    if reading.file and reading.file.taken:
        body["file"]["taken"] = reading.file.taken.isoformat()
    return body


def from_json(body: Mapping[str, Any]) -> PictureReading:
    """The reading that `to_json` wrote. Raises KeyError or TypeError where it was written by another shape of it."""
    file, faces, words = body["file"], body["faces"], body["words"]
    return PictureReading(
        file=_file(file) if file else None,
        faces=None if faces is None else tuple(Face(**face) for face in faces),
        words=Words(**{**words, "details": tuple(words["details"])}) if words else None,
        trouble=body["trouble"],
        version=body["version"],
    )


def _file(body: Mapping[str, Any]) -> PictureFile:
    taken = body["taken"]
    file = PictureFile(**{**body, "taken": None})
    return replace(file, taken=date.fromisoformat(taken) if taken else None, traces=tuple(body["traces"]))
