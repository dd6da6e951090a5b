"""Linear heads: small sums of weights that answer one question about a text, trained by bench/train_heads.py.

A head on meaning weighs the numbers of an embedding, some also their products; a head on spelling weighs the words,
pairs of words and parts of words that a text has, and needs no model. Both are files in checks/data/heads, made from
texts of ours; docs/model-card.md says which, and how well they do.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.readers.plain_text import plain

MOST_CHARACTERS = 2_000
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:'[^\W\d_]+)?|0+|[^\w\s]")
_SHORTEST, _LONGEST = 2, 5  # characters of the parts of words
_LONGEST_WORD = 30


@dataclass(frozen=True, slots=True, eq=False)
class MeaningHead:
    """Weights of shape (labels, numbers in an embedding), and what each label starts with.

    `pairs` has weights for the products of two numbers, shape (labels, numbers, numbers); None where they do not count.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.float64]
    starts: NDArray[np.float64]
    pairs: NDArray[np.float64] | None = None

    def logits(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """How much speaks for each label, shape (texts, labels), as logarithms of odds; each label by itself."""
        numbers = rows.astype(np.float64)
        found: NDArray[np.float64] = numbers @ self.weights.T + self.starts
        if self.pairs is not None:
            found += np.stack([np.sum(numbers @ pairs * numbers, axis=1) for pairs in self.pairs], axis=1)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class SpellingHead:
    """For each known piece of spelling how rare it is and what it weighs."""

    pieces: Mapping[str, tuple[float, float]]
    start: float

    def logit(self, text: str) -> float:
        """How much speaks for the head's question being answered yes, as the logarithm of the odds."""
        known = [self.pieces[piece] for piece in spelling(text) if piece in self.pieces]
        length = math.sqrt(math.fsum(rarity * rarity for rarity, _ in known)) or 1.0
        return math.fsum(rarity * weight for rarity, weight in known) / length + self.start


def chance(logit: float) -> float:
    """The chance from 0 to 1 that the logarithm of the odds stands for."""
    return 1 / (1 + math.exp(-logit)) if logit > 0 else math.exp(logit) / (1 + math.exp(logit))


def spelling(text: str) -> set[str]:
    """A text's words, its pairs of words and the parts of its words with their ends, every digit as 0."""
    words = _WORD.findall(_DIGIT.sub("0", plain(text, MOST_CHARACTERS).text.lower()))
    return {*_pairs(words), *(part for word in set(words) for part in _parts(word))}


def _pairs(words: list[str]) -> Iterator[str]:
    return (f"{first}_{second}" for first, second in zip(["^", *words], [*words, "$"], strict=True))


def _parts(word: str) -> Iterator[str]:
    ended = f" {word[:_LONGEST_WORD]} "
    yield ended
    for size in range(_SHORTEST, _LONGEST + 1):
        for start in range(len(ended) - size + 1):
            yield ended[start : start + size]


@cache
def meaning_head(name: str) -> MeaningHead:
    """The head on meaning of that name. Raises FileNotFoundError where there is none."""
    return as_meaning_head(_stored(name))


def as_meaning_head(stored: Mapping[str, Any]) -> MeaningHead:
    """A head on meaning from what its file holds."""
    weights = np.array([stored["weights"][label] for label in stored["labels"]], dtype=np.float64)
    pairs = stored.get("pairs")
    products = np.array([_square(pairs[label], weights.shape[1] - 1) for label in stored["labels"]]) if pairs else None
    return MeaningHead(tuple(stored["labels"]), weights[:, 1:], weights[:, 0], products)


def _square(stored: list[float], size: int) -> NDArray[np.float64]:
    """The weights of all pairs from those of each pair once, the first number the one that stands before."""
    square = np.zeros((size, size))
    square[np.triu_indices(size)] = stored
    return (square + square.T) / 2


@cache
def spelling_head(name: str) -> SpellingHead:
    """The head on spelling of that name. Raises FileNotFoundError where there is none."""
    return as_spelling_head(_stored(name))


def as_spelling_head(stored: Mapping[str, Any]) -> SpellingHead:
    """A head on spelling from what its file holds."""
    return SpellingHead(
        {piece: (rarity, weight) for piece, (rarity, weight) in stored["pieces"].items()}, stored["start"]
    )


def _stored(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((resources.files("checks.data") / "heads" / f"{name}.json").read_text("utf-8"))
    return stored
