"""Trains the linear heads of checks/data/heads from the labelled texts in bench/data.

    python -m bench.train_heads [NAME...] [--check]

The same texts give the same file: nothing is drawn by chance, and what is stored is rounded. With --check nothing is
written, and the exit code is 1 when a stored head differs from what its texts give. Logistic regression with a penalty
on large weights, one label against the others, by Newton's method.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.readers.ages import generalised
from checks.readers.embedding import MODEL_SHA256, Embedding, load, why_not
from checks.readers.heads import spelling

DATA = Path(__file__).parent / "data"
HEADS = Path(__file__).parents[1] / "checks" / "data" / "heads"
LEAST_TEXTS = 3
"""A piece of spelling is known when it stands in so many of the texts."""
DIGITS = 3
_STEPS = 50
_SMALL = 1e-9

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Training:
    """What a head is trained on: a file of texts, the column with the answers, and which answers it knows.

    `looseness` is how freely weights may grow (the inverse of the penalty). A head on meaning has weights for each of
    `labels`, and with `in_pairs` also for the products of two numbers; one on spelling answers whether the label is
    the only one of `labels`. `read_as` is what is done to a text before its head weighs it.
    """

    file: str
    column: str
    labels: tuple[str, ...]
    looseness: float
    on_spelling: bool = False
    in_pairs: bool = False
    read_as: Callable[[str], str] = str


TRAININGS = {
    "topics": Training(
        "topics-train.csv",
        "topic",
        ("business", "learning", "celebration", "community", "promotion", "bait", "meme", "chat"),
        looseness=5,
    ),
    "abuse": Training("conduct-train.csv", "label", ("bad",), looseness=3, in_pairs=True),
    "abuse_spelling": Training("conduct-train.csv", "label", ("bad",), looseness=10, on_spelling=True),
    "bio": Training("bios-train.csv", "child", ("yes",), looseness=3, in_pairs=True, read_as=generalised),
    "bio_spelling": Training("bios-train.csv", "child", ("yes",), looseness=10, on_spelling=True, read_as=generalised),
    "trivial": Training("topics-train.csv", "label", ("trivial",), looseness=10, on_spelling=True),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train the heads that are named, or all; 0, 1 where --check finds a difference, 2 where a model is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench.train_heads", description="Train the linear heads.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="heads to train; all by default")
    parser.add_argument("--check", action="store_true", help="write nothing, compare with what is stored")
    options = parser.parse_args(arguments)
    differing = []
    for name in options.names or TRAININGS:
        training = TRAININGS[name]
        embedding = None if training.on_spelling else load()
        if embedding is None and not training.on_spelling:
            print(f"{name} cannot be trained: {why_not()}", file=sys.stderr)
            return 2
        made, file = written(train(training, embedding)), HEADS / f"{name}.json"
        if not options.check:
            HEADS.mkdir(exist_ok=True)
            file.write_bytes(made)
        elif made != file.read_bytes():
            differing.append(name)
        print(f"{name}: {len(made):,} bytes, sha256 {sha256(made).hexdigest()[:16]}")
    print(*(f"{name} differs from what its texts give" for name in differing), sep="\n", end="")
    return 1 if differing else 0


def written(head: Mapping[str, Any]) -> bytes:
    """A head as its file holds it."""
    return (json.dumps(head, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def train(training: Training, embedding: Embedding | None, *, without: Collection[str] = ()) -> dict[str, Any]:
    """A head as JSON stores it; `without` leaves out the texts of those voices, for the head to be tried on."""
    raw = (DATA / training.file).read_bytes()
    rows = list(csv.DictReader(raw.decode("utf-8").splitlines(keepends=True)))
    rows = [row for row in rows if row.get("voice") not in without]
    texts = [training.read_as(row["text"]) for row in rows]
    answers = np.array([row[training.column] for row in rows])
    head: dict[str, Any] = {"texts": training.file, "texts_sha256": sha256(raw).hexdigest(), "labels": training.labels}
    if training.on_spelling:
        return head | _on_spelling(texts, answers == training.labels[0], training.looseness)
    if embedding is None:
        raise ValueError("a head on meaning needs the model")
    features = embedding.of(texts).astype(np.float64)
    if training.in_pairs:
        head |= {"model_sha256": MODEL_SHA256, "weights": {}, "pairs": {}}
        for label in training.labels:
            single, pairs = _in_pairs(features, answers == label, training.looseness)
            head["weights"][label], head["pairs"][label] = _rounded(single), _rounded(pairs)
        return head
    weights = {label: _fit(features, answers == label, training.looseness) for label in training.labels}
    return head | {"model_sha256": MODEL_SHA256, "weights": {label: _rounded(ours) for label, ours in weights.items()}}


def _on_spelling(texts: Sequence[str], answers: NDArray[np.bool_], looseness: float) -> dict[str, Any]:
    found = [spelling(text) for text in texts]
    counts = Counter(piece for pieces in found for piece in pieces)
    known = sorted(piece for piece, count in counts.items() if count >= LEAST_TEXTS)
    place = {piece: number for number, piece in enumerate(known)}
    rarity = np.array([np.log((1 + len(texts)) / (1 + counts[piece])) + 1 for piece in known]).round(DIGITS)
    features = np.zeros((len(texts), len(known)))
    for number, pieces in enumerate(found):
        places = [place[piece] for piece in pieces if piece in place]
        features[number, places] = rarity[places] / (np.linalg.norm(rarity[places]) or 1.0)
    start, *weights = _rounded(_fit(features, answers, looseness))
    stored = {piece: (float(rare), weight) for piece, rare, weight in zip(known, rarity, weights, strict=True)}
    return {"start": start, "pieces": stored}


def _in_pairs(features: Matrix, answers: NDArray[np.bool_], looseness: float) -> tuple[Matrix, Matrix]:
    """What every text starts with and the weights of single numbers, and those of each pair of numbers once.

    Two texts are as like as the square of one plus the product of their numbers, so that no sum over pairs is made
    before the weights are known.
    """
    shares = _fit_by_texts((1 + features @ features.T) ** 2, answers, looseness)
    square = features.T @ (shares[:, None] * features)
    both_ways = square + square.T - np.diag(np.diag(square))
    return np.concatenate([[shares.sum()], 2 * features.T @ shares]), both_ways[np.triu_indices(len(square))]


def _rounded(weights: Matrix) -> list[float]:
    return [round(float(weight), DIGITS) + 0.0 for weight in weights]


def _fit(features: Matrix, answers: NDArray[np.bool_], looseness: float) -> Matrix:
    """The weights, what every text starts with before them: found in the space of texts or of features, the smaller.

    Both are Newton's method for the same sum: the log loss of the answers plus the squared weights over twice the
    looseness.
    """
    whole = np.hstack([np.ones((len(features), 1)), features])
    if len(features) < features.shape[1]:
        return whole.T @ _fit_by_texts(whole @ whole.T, answers, looseness)
    weights: Matrix = np.zeros(whole.shape[1])
    penalty = np.eye(len(weights)) / looseness
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-(whole @ weights)))
        slope = whole.T @ (answers - chances) - penalty @ weights
        bend = (whole * (chances * (1 - chances))[:, None]).T @ whole + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if np.abs(step).max() < _SMALL:
            break
    return weights


def _fit_by_texts(likeness: Matrix, answers: NDArray[np.bool_], looseness: float) -> Matrix:
    """How much of each text goes into the weights, from the products of all texts with one another."""
    shares: Matrix = np.zeros(len(likeness))
    for _ in range(_STEPS):
        logits = likeness @ shares
        chances = 1 / (1 + np.exp(-logits))
        bend = np.maximum(chances * (1 - chances), _SMALL)
        aims = logits + (answers - chances) / bend
        before, shares = shares, np.linalg.solve(likeness + np.diag(1 / (looseness * bend)), aims).astype(np.float64)
        if np.abs(shares - before).max() < _SMALL:
            break
    return shares


if __name__ == "__main__":
    sys.exit(main())
