"""How fast the readers read: texts per second on one core, rules alone.

    python -m bench.readers FILE.csv...

Each file's column `text` is read over and over by each reader, once per text as the product does it, and for bios
also among four times as many that say nothing of an age, as in a real list of followers.
"""

import csv
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import pandas as pd

from checks.readers.ages import read_ages
from checks.readers.links import find_links
from checks.readers.personal_data import AllowList, read_personal_data

TEXTS = 20_000
ON = date(2026, 11, 22)
SILENT = (
    "Living my best life in Nottingham. Coffee, dogs and long walks. Opinions mine.",
    "Dad. Runner. Forest fan ⚽️",
    "just here for the memes",
    "lover of books, tea and cake ☕️ she/her",
)


def main(files: Sequence[str]) -> int:
    """Print one line per file and reader; 2 when no file is given."""
    if not files:
        print("expected at least one CSV file with a column text", file=sys.stderr)
        return 2
    allow = AllowList()
    for file in files:
        with Path(file).open(encoding="utf-8", newline="") as lines:
            own = [row["text"] for row in csv.DictReader(lines)]
        texts = list(islice(cycle(own), TEXTS))
        mixed = [text if place % 5 == 0 else SILENT[place % 5 - 1] for place, text in enumerate(texts)]
        _print(file, "ages, every text", texts, lambda texts: read_ages(pd.Series(texts), ON))
        _print(file, "ages, one text in five", mixed, lambda texts: read_ages(pd.Series(texts), ON))
        _print(file, "personal data", texts, lambda texts: [read_personal_data(text, allow=allow) for text in texts])
        _print(file, "links", texts, lambda texts: [find_links(text) for text in texts])
    return 0


def _print(file: str, reader: str, texts: list[str], read: Callable[[list[str]], object]) -> None:
    read(texts[:100])  # patterns are compiled at their first use
    start = time.perf_counter()
    read(texts)
    seconds = time.perf_counter() - start
    print(f"{Path(file).name}\t{reader}\t{len(texts) / seconds:,.0f} texts/s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
