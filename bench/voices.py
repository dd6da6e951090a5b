"""How well abuse is told in voices that the heads never read: each voice of the training texts left out in turn.

    python -m bench.voices [VOICE...] [--also VOICE]

bench/data/conduct-train.csv says of each text in which voice it was written ("first" are the texts before there were
voices, and are always trained on; "another hand" is a writer who saw neither rules nor texts). For each voice both
heads are trained again without it, and its texts are read as checks/readers/abuse.py reads them, at several of the
chances that conduct.toml asks for. `--also` leaves out one more voice, written after the one in question was seen:
"gates", "dinner" and "notices" were written after a look at the misses in "another hand"; "barbs", "shadows", "yard",
"tongues" and "scorn" after one at those in "another hand later" and the ten voices from "stiff letters" on.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.quality import score
from bench.train_heads import DATA, TRAININGS, train
from checks.readers.abuse import HEADS, together
from checks.readers.conduct import ABUSE, read_conduct, settings
from checks.readers.embedding import load, why_not
from checks.readers.heads import as_meaning_head, as_spelling_head, chance

FROM = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8)
DOUBTED_BELOW = (0.0, 0.1, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One text: whether it is abuse, how sure the rules are (0 nothing, 1 likely, 2 certain), and what heads say."""

    bad: bool
    rules: int
    spelt: float
    chance: float

    def found(self, start: float, doubted_below: float) -> bool:
        """Whether it is read as abuse when finds of heads start at one chance and finds of rules fall at another."""
        if self.rules:
            return self.rules > 1 or self.chance >= doubted_below
        return self.chance >= start and self.spelt >= settings()["head"]["worth_meaning_from"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each voice; 2 when the model does not run here."""
    parser = argparse.ArgumentParser(prog="python -m bench.voices", description="Read voices that were not trained on.")
    with (DATA / TRAININGS[HEADS[0]].file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    voices = [voice for voice in dict.fromkeys(row["voice"] for row in rows) if voice != "first"]
    parser.add_argument("voices", nargs="*", metavar="VOICE", help=f"of {', '.join(voices)}; all by default")
    parser.add_argument("--also", action="append", default=[], metavar="VOICE", help="leave out this voice as well")
    options = parser.parse_args(arguments)
    embedding = load()
    if embedding is None:
        print(f"the heads cannot be trained: {why_not()}", file=sys.stderr)
        return 2
    for voice in options.voices or voices:
        without = (voice, *options.also)
        meaning = as_meaning_head(train(TRAININGS[HEADS[0]], embedding, without=without))
        spelling = as_spelling_head(train(TRAININGS[HEADS[1]], None, without=without))
        ours = [row for row in rows if row["voice"] == voice]
        meant = meaning.logits(embedding.of([row["text"] for row in ours]))[:, 0]
        weighed = [_weighed(row, spelling.logit(row["text"]), odds) for row, odds in zip(ours, meant, strict=True)]
        for doubted_below in DOUBTED_BELOW:
            for start in FROM:
                counts = score([(one.found(start, doubted_below), one.bad) for one in weighed])
                print(f"{voice}\tfrom {start}\tdoubted below {doubted_below}\t{counts}")
    return 0


def _weighed(row: dict[str, str], spelt: float, meant: np.float64) -> Weighed:
    finds = [find for find in read_conduct(row["text"]) if find.kind in ABUSE and find.confidence != "possible"]
    rules = max((2 if find.confidence == "certain" else 1 for find in finds), default=0)
    return Weighed(row["label"] == "bad", rules, spelt, chance(together(spelt, float(meant))))


if __name__ == "__main__":
    sys.exit(main())
