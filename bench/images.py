"""The measure of the reader of faces on labelled pictures: task `images` of bench/quality.py.

Labels say what a picture shows: V a child's face, clear; P a child's face, partial or tiny; A a teenager's face; X
children and adults; N a child whose face is not to be seen; adult grown-ups alone; none nobody. Rows whose label is a
list of boxes are left out.

Positive: V, P, A and X, a face of somebody under 18 can be seen. Found: any face. Counted against it: none alone. Faces
in pictures of adults are rightly found, and N may show adults: both are told apart, as the share with a face.
"""

import csv
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from checks.readers import faces
from checks.readers.picture import Face, Tier
from checks.readers.picture_file import Unreadable, open_picture
from checks.readers.pictures import LONGEST

POSITIVE = ("V", "P", "A", "X")
LABELS = (*POSITIVE, "N", "adult", "none")
TOP = (Tier.CLOSE_UP, Tier.GROUP)
"""The tiers that say that a child may be shown."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read in one picture; `tier` is None where it could not be opened."""

    path: str
    label: str
    tier: Tier | None

    @property
    def face(self) -> bool:
        """Whether any face was found."""
        return self.tier not in (None, Tier.NONE)


def look(file: Path) -> list[Seen]:
    """Read every picture that a CSV file names. Raises ValueError for another shape of file, OSError without it."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"path", "label"} <= set(reader.fieldnames or ()):
            there = ", ".join(reader.fieldnames or ["none"])
            raise ValueError(f"{file}: expected the columns path and label, found {there}")
        rows = [(row["path"] or "", row["label"] or "") for row in reader]
    rows = [(path, label) for path, label in rows if not label.startswith("[")]
    if unknown := sorted({label for _, label in rows} - set(LABELS)):
        raise ValueError(f"{file}: the labels are {', '.join(LABELS)}; found {', '.join(unknown)}")
    if reason := faces.why_not():
        raise ValueError(f"faces are not read here, because {reason}")
    return [Seen(path, label, _tier(file.parent / path)) for path, label in rows]


def figures(seen: Sequence[Seen]) -> dict[str, object]:
    """Shares per label with Wilson's 95 % intervals: of any face, of the top tiers together and of each tier."""
    tiers = Counter((one.label, one.tier) for one in seen)
    totals = Counter(one.label for one in seen)
    there = [label for label in LABELS if totals[label]]

    def shares(wanted: Sequence[Tier | None]) -> dict[str, dict[str, float]]:
        return {label: share(sum(tiers[label, tier] for tier in wanted), totals[label]) for label in there}

    return {
        "unreadable": sum(one.tier is None for one in seen),
        "any_face": shares([tier for tier in Tier if tier is not Tier.NONE]),
        "top_tiers": shares(TOP),
        "tiers": {str(tier): shares([tier]) for tier in Tier},
    }


def pairs(seen: Sequence[Seen]) -> list[tuple[bool, bool]]:
    """(found, positive) of the pictures that count for precision and recall."""
    return [(one.face, one.label in POSITIVE) for one in seen if one.label in (*POSITIVE, "none")]


def misses(seen: Sequence[Seen]) -> list[str]:
    """The pictures that were read wrongly, a line each."""
    wrong: Mapping[bool, str] = {True: "false face", False: "missed"}
    return [
        f"{wrong[one.face]}\t{one.label}\t{one.path}"
        for one in seen
        if (one.label in POSITIVE and not one.face) or (one.label == "none" and one.face)
    ]


def share(hits: int, of: int) -> dict[str, float]:
    """Hits, how many there were, the share and Wilson's 95 % interval of it."""
    z = 1.959964
    rate = hits / of
    middle = (rate + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(rate * (1 - rate) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return {
        "hits": hits,
        "of": of,
        "share": round(rate, 4),
        "low": round(max(0.0, middle - half), 4),
        "high": round(min(1.0, middle + half), 4),
    }


def _tier(file: Path) -> Tier | None:
    try:
        picture = open_picture(file.read_bytes())
        found: tuple[Face, ...] = ()
        for pixels in picture.frames(LONGEST):
            found = faces.read_faces(pixels, picture.file.height)
    except (OSError, Unreadable) as error:
        print(f"{file.name}: {error}", file=sys.stderr)
        return None
    return faces.tier(found)
