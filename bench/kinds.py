"""How well conduct's other kinds are told: words against a named party, personal views, taking sides, telling of harm.

    python -m bench.kinds FILE.csv [--misses]

The file has the columns text and label: "none", "named party", "opinion", "partisan" or "disclosure". For each kind a
text with its label is positive, every other is not; found is what the rules read of that kind, however sure, since the
checks list all of it for a human look. Of "partisan" the checks leave out who merely names a party (possible) except
before an election: that reading is not counted. Beside each share stands its 95 % interval; the last line is a JSON
object with all counts.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.compare_conduct import interval
from bench.quality import score
from checks.readers.conduct import Conduct, Kind, read_conduct

KINDS: tuple[Kind, ...] = ("named party", "opinion", "partisan", "disclosure")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line per kind; 2 with one sentence on standard error when the file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m bench.kinds", description="Measure how kinds of conduct are told.")
    parser.add_argument("file", type=Path, help="a CSV file with the columns text and label")
    parser.add_argument("--misses", action="store_true", help="print the texts that were read wrongly")
    options = parser.parse_args(arguments)
    try:
        with options.file.open(encoding="utf-8", newline="") as lines:
            rows = [(row["text"], row["label"]) for row in csv.DictReader(lines)]
    except (OSError, KeyError) as error:
        print(f"{options.file} cannot be read: {error}", file=sys.stderr)
        return 2
    read = [read_conduct(text) for text, _ in rows]
    figures = {}
    for kind in KINDS:
        found = [any(_counts(find, kind) for find in finds) for finds in read]
        counts = score([(one, label == kind) for one, (_, label) in zip(found, rows, strict=True)])
        tp, fp, fn = (int(counts[key] or 0) for key in ("tp", "fp", "fn"))
        print(f"{kind}\tP {interval(tp, tp + fp)}\tR {interval(tp, tp + fn)}\t{fp} false of {len(rows) - tp - fn}")
        figures[kind] = counts
        if options.misses:
            for one, (text, label) in zip(found, rows, strict=True):
                if one != (label == kind):
                    print(f"    {'found' if one else 'missed'}\t{label}\t{text}")
    print(json.dumps(figures))
    return 0


def _counts(find: Conduct, kind: Kind) -> bool:
    return find.kind == kind and (kind != "partisan" or find.confidence != "possible")


if __name__ == "__main__":
    sys.exit(main())
