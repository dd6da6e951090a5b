"""How well children's profiles are told in voices that the heads never read: each voice left out in turn.

    python -m bench.bio_voices [VOICE...]

bench/data/bios-train.csv says of each text whose it is: "first" are those of the hands that wrote the rules, "ordinary"
every second ordinary bio; both are always trained on. "another hand" and "second hand" are writers who saw neither
rules nor texts. For each voice both heads are trained again without it, and its texts are read as
checks/readers/bios.py reads them, at several of the chances that ages.toml asks for; so are the ordinary bios that
nobody trains on, of which every find is a false alarm. The rules have been mended since these voices were seen.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bench.quality import MINIMUM_AGE, score
from bench.train_heads import DATA, TRAININGS, train
from checks.readers.ages import generalised, is_open, read_age, settings, speaks_of_grown_ups
from checks.readers.bios import HEADS
from checks.readers.embedding import load, why_not
from checks.readers.heads import as_meaning_head, as_spelling_head, chance

ALWAYS = ("first", "ordinary")
FROM = (0.5, 0.6, 0.65, 0.7, 0.8)
BESIDE_GROWN_UPS = (0.75, 0.82, 0.9)
ON = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One profile: whether it is a child's, whether the rules say so, and what the heads say if they are asked."""

    child: bool
    ruled: bool
    weighed: bool
    beside_grown_ups: bool
    chance: float

    def found(self, start: float, beside_grown_ups: float) -> bool:
        """Whether it is read as a child's when the heads have to be so sure."""
        asked = beside_grown_ups if self.beside_grown_ups else start
        return self.ruled or (self.weighed and self.chance >= asked)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each voice; 2 when the model does not run here."""
    parser = argparse.ArgumentParser(prog="python -m bench.bio_voices", description="Read voices not trained on.")
    rows = _rows(TRAININGS[HEADS[0]].file)
    voices = [voice for voice in dict.fromkeys(row["voice"] for row in rows) if voice not in ALWAYS]
    parser.add_argument("voices", nargs="*", metavar="VOICE", help=f"of {', '.join(voices)}; all by default")
    options = parser.parse_args(arguments)
    embedding = load()
    if embedding is None:
        print(f"the heads cannot be trained: {why_not()}", file=sys.stderr)
        return 2
    trained_on = {row["text"] for row in rows}
    ordinary = [(row["text"], False) for row in _rows("ordinary-bios.csv") if row["text"] not in trained_on]
    for voice in options.voices or voices:
        meaning = as_meaning_head(train(TRAININGS[HEADS[0]], embedding, without=(voice,)))
        spelling = as_spelling_head(train(TRAININGS[HEADS[1]], None, without=(voice,)))
        ours = [(row["text"], row["child"] == "yes") for row in rows if row["voice"] == voice]
        for name, texts in ((voice, ours), ("ordinary", ordinary)):
            like = [generalised(text) for text, _ in texts]
            meant = meaning.logits(embedding.of(like))[:, 0]
            weighed = [
                _weighed(text, spelling.logit(one), float(odds), child=child)
                for (text, child), one, odds in zip(texts, like, meant, strict=True)
            ]
            print(f"{name}\tto the model {sum(one.weighed for one in weighed) / len(weighed):.1%}")
            for start in FROM:
                for beside in BESIDE_GROWN_UPS:
                    counts = score([(one.found(start, beside), one.child) for one in weighed])
                    print(f"{name}\tfrom {start}\tbeside grown-ups {beside}\t{counts}")
    return 0


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _weighed(text: str, spelt: float, meant: float, *, child: bool) -> Weighed:
    head, reading = settings()["head"], read_age(text, ON)
    return Weighed(
        child,
        ruled=reading is not None and reading.born.share_under(MINIMUM_AGE, ON) >= 1 / 2,
        weighed=reading is None
        and len(text) <= head["longest"]
        and is_open(text)
        and spelt >= head["worth_meaning_from"],
        beside_grown_ups=speaks_of_grown_ups(text),
        chance=chance((spelt + meant) / 2),
    )


if __name__ == "__main__":
    sys.exit(main())
