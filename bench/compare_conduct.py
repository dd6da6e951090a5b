"""Abuse beside other readers: precision and recall with 95 % intervals, and texts per second, on one core in one run.

    python -m bench.compare_conduct FILE.csv...

Files have the columns text and label; "bad" is positive, and a file without it shows false alarms alone. Beside the
rules, and the rules with the heads, stand better_profanity and alt-profanity-check (at their defaults) where they are
installed: the extra "bench".
"""

import csv
import importlib
import math
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.quality import score
from checks.readers.abuse import read_abuse
from checks.readers.conduct import ABUSE, Conduct, read_conduct

FindsAll = Callable[[Sequence[str]], list[bool]]
Z = 1.959964
"""Standard errors on either side of a 95 % interval."""


def readers() -> Iterator[tuple[str, FindsAll]]:
    """The readers that can be run here, ours first."""
    yield "school-audit, rules", lambda texts: [_is_abuse(read_conduct(text)) for text in texts]
    yield "school-audit, rules and heads", lambda texts: [_is_abuse(finds) for finds in read_abuse(texts)]
    yield from _others()


def _others() -> Iterator[tuple[str, FindsAll]]:
    try:
        plain = importlib.import_module("better_profanity").profanity
        plain.load_censor_words()
        yield "better_profanity", lambda texts: [plain.contains_profanity(text) for text in texts]
    except ImportError:
        print("better_profanity: not installed", file=sys.stderr)
    try:
        with warnings.catch_warnings():  # it was pickled by an older scikit-learn
            warnings.simplefilter("ignore")
            learnt = importlib.import_module("profanity_check")
        yield "alt-profanity-check", lambda texts: [bool(found) for found in learnt.predict(list(texts))]
    except ImportError:
        print("alt-profanity-check: not installed", file=sys.stderr)


def _is_abuse(finds: Sequence[Conduct]) -> bool:
    return any(find.kind in ABUSE and find.confidence != "possible" for find in finds)


def interval(hits: int, of: int) -> str:
    """A share with its 95 % interval after Wilson, "-" of nothing."""
    if not of:
        return "-"
    share = hits / of
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    reach = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return f"{share:.3f} ({middle - reach:.3f} to {middle + reach:.3f})"


def main(files: Sequence[str]) -> int:
    """Print a line per file and reader; 2 when no file is given."""
    if not files:
        print("expected at least one CSV file with a column text", file=sys.stderr)
        return 2
    for file in files:
        with Path(file).open(encoding="utf-8", newline="") as lines:
            rows = [(row["text"], row.get("label") == "bad") for row in csv.DictReader(lines)]
        texts = [text for text, _ in rows]
        for name, finds_all in readers():
            finds_all(texts[:50])  # patterns, heads and models are loaded at their first use
            start = time.perf_counter()
            found = finds_all(texts)
            seconds = time.perf_counter() - start
            counts = score([(one, bad) for one, (_, bad) in zip(found, rows, strict=True)])
            tp, fp, fn = (int(counts[key] or 0) for key in ("tp", "fp", "fn"))
            shares = f"P {interval(tp, tp + fp)}\tR {interval(tp, tp + fn)}"
            alarms = f"{fp} false alarms in {len(rows) - tp - fn:,}"
            print(f"{Path(file).name}\t{name}\t{shares}\t{alarms}\t{len(texts) / seconds:,.0f} texts/s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
