r"""Makes ordinary-posts.csv and ordinary-bios.csv from what was written by hand in the folder ordinary/.

    python bench/data/make_ordinary.py

posts.txt and bios.txt hold one text a line under headings that name its topic or kind (`== reminder`). A line break
within a text is written as `\n`. `{town}` stands for a word or phrase of slots.toml, `{this|that}` for one of the
alternatives; a text with such places is written a few times, but only where the writings differ in a good part of their
words. Newsletters are made of several posts, as schools make them. The seed is fixed: the same lines give the same
files to the byte.
"""

import csv
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 20261122
WRITINGS = 3
"""How often a text with slots is written at most."""
TRIES = 12
ALIKE = 0.6
"""Two writings of one text may share at most this part of their words."""
NEWSLETTERS = 80
COLUMNS = {"posts": ("text", "topic"), "bios": ("text", "kind")}
PLACE = re.compile(r"\{([^{}]*)\}")

Slots = Mapping[str, Sequence[str]]


def normalised(text: str) -> str:
    """The text with every digit as 0, in small letters, with single spaces: what makes two texts the same."""
    return " ".join(re.sub(r"\d", "0", text.casefold()).split())


def read_source(name: str) -> list[tuple[str, str]]:
    """The lines of a source file with the headings they stand under."""
    heading, lines = "", []
    for line in (HERE / "ordinary" / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("== "):
            heading = line.removeprefix("== ").strip()
        elif line.strip():
            lines.append((line.strip(), heading))
    return lines


def write_out(line: str, slots: Slots, chance: random.Random) -> str:
    """One writing of a line. Raises KeyError for a slot that slots.toml lacks."""

    def fill(place: re.Match[str]) -> str:
        inner: str = place[1]
        return chance.choice(inner.split("|") if "|" in inner else slots[inner])

    while PLACE.search(line):
        line = PLACE.sub(fill, line)
    return line.replace("\\n", "\n").strip()


def rows(name: str) -> list[tuple[str, str]]:
    """All rows of one file: (text, topic or kind)."""
    slots = tomllib.loads((HERE / "ordinary" / "slots.toml").read_text("utf-8"))
    taken: set[str] = set()
    made = [(text, heading) for line, heading in read_source(name) for text in _writings(line, slots, taken)]
    return [*made, *_newsletters(made, slots)] if name == "posts" else made


def _chance(key: str) -> random.Random:
    """Each line has its own, so that a line more does not change the others."""
    return random.Random(f"{SEED}{key}")  # noqa: S311 - a fixed choice of words, nothing secret


def _writings(line: str, slots: Slots, taken: set[str]) -> Iterator[str]:
    chance = _chance(line)
    written: list[set[str]] = []
    for _ in range(TRIES if PLACE.search(line) else 1):
        text = write_out(line, slots, chance)
        words = set(normalised(text).split())
        if not text or normalised(text) in taken or any(_share(words, other) > ALIKE for other in written):
            continue
        taken.add(normalised(text))
        written.append(words)
        yield text
        if len(written) == WRITINGS:
            return


def _share(words: set[str], others: set[str]) -> float:
    return len(words & others) / len(words | others)


def _newsletters(made: Sequence[tuple[str, str]], slots: Slots) -> Iterator[tuple[str, str]]:
    """Newsletters: an opening, some of the posts, a closing."""
    chance = _chance("newsletters")
    pool = [text for text, topic in made if 60 <= len(text) <= 400 and topic not in ("contact", "fun")]  # noqa: PLR2004
    for _ in range(NEWSLETTERS):
        parts = chance.sample(pool, chance.randint(3, 7))
        opening, closing = (write_out(chance.choice(slots[end]), slots, chance) for end in ("opening", "closing"))
        yield "\n\n".join((opening, *parts, closing)), "community"


def main() -> None:
    """Write both files."""
    made = {name: rows(name) for name in COLUMNS}
    for name, columns in COLUMNS.items():
        with (HERE / f"ordinary-{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(made[name])


if __name__ == "__main__":
    main()
