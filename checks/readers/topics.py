"""What a post is about: the school's business, learning, celebration, community - or something trivial.

Words settle what they can (data/topics.toml). What they leave open is weighed by two heads: one on the post's spelling,
which needs no model, and one on its meaning, where the model runs (embedding.py). Words of school life count against
a post being trivial. It knows no policy: what share is too much is for the checks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import numpy as np

from checks.readers.embedding import MODEL_SHA256, Embedding, load
from checks.readers.heads import chance, meaning_head, spelling_head
from checks.readers.patterns import PatternFile
from checks.readers.plain_text import plain

Kind = Literal[
    "business", "learning", "celebration", "community", "promotion", "bait", "meme", "chat", "school", "trivial"
]
Confidence = Literal["certain", "likely", "possible"]

TRIVIAL: frozenset[Kind] = frozenset({"promotion", "bait", "meme", "chat", "trivial"})
"""The kinds that have nothing to do with the school: advertisements, giveaways and engagement bait with quizzes and
horoscopes, memes and chain posts, private talk; "trivial" where the model that tells them apart does not run."""

LIMIT = 2_000
"""How many characters of a post are read."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|@[\w.-]+", re.IGNORECASE)
_WELSH = re.compile(
    r"\b(?:yn|mae|gyda|ar|y|yr|i'r|a'r|o'r|ein|eich|wedi|bod|diolch|bore|cinio|ysgol|blwyddyn|am|dydd)\b"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a post is about. `span` is (start, end) of the words that settled it, the whole text where a head did.

    `kind` "school" is one of the first four where the model that tells them apart does not run. "likely": words or
    both heads are clear. "possible": the heads lean that way.
    """

    kind: Kind
    span: tuple[int, int]
    reason: str
    confidence: Confidence

    @property
    def trivial(self) -> bool:
        """Whether it has nothing to do with the school."""
        return self.kind in TRIVIAL


def read_topic(text: str) -> Topic | None:
    """What one post is about; None where it says too little to tell, or says it in Welsh."""
    return read_topics([text])[0]


def read_topics(texts: Sequence[str]) -> tuple[Topic | None, ...]:
    """What each post is about, in the order given; the model reads them together."""
    return judge(texts, load())


def judge(texts: Sequence[str], embedding: Embedding | None) -> tuple[Topic | None, ...]:
    """The same with a model, or with None to see what rules and spelling say by themselves."""
    found: list[Topic | None] = [_by_rules(text) for text in texts]
    open_places = [place for place, text in enumerate(texts) if found[place] is None and _says_enough(text)]
    for place, topic in zip(open_places, _by_heads([texts[place] for place in open_places], embedding), strict=True):
        found[place] = topic
    return tuple(found)


def to_json(topic: Topic | None) -> list[Any] | None:
    """A topic as JSON can hold it."""
    return [topic.kind, *topic.span, topic.reason, topic.confidence] if topic else None


def from_json(body: Sequence[Any] | None) -> Topic | None:
    """The topic that `to_json` wrote."""
    if body is None:
        return None
    kind, start, end, reason, confidence = body
    return Topic(kind, (start, end), reason, confidence)


def read_subjects(text: str) -> frozenset[str]:
    """The special subjects (sport, reading, trips ...) that a post has words of."""
    small = plain(text, LIMIT).text.lower()
    return frozenset(name for name, pattern in _subjects().items() if pattern.search(small))


def subjects_of_purpose(purpose: str) -> frozenset[str]:
    """The subjects that an account is for; none where its purpose takes in school life as a whole."""
    return frozenset() if _general().search(plain(purpose, LIMIT).text.lower()) else read_subjects(purpose)


def cache_key(text: str, version: str) -> str:
    """Names what a version of the reading makes of a text: the same key, the same topic."""
    return sha256(f"{version}\x1f{text[:LIMIT]}".encode("utf-8", "surrogatepass")).hexdigest()


@cache
def version() -> str:
    """Names how this process reads topics: another one where this module, its words, a head or the model differs."""
    data = resources.files("checks.data")
    files = (data / "topics.toml", data / "heads" / "topics.json", data / "heads" / "trivial.json", Path(__file__))
    parts = [sha256(file.read_bytes()).hexdigest() for file in files]
    return sha256("".join([*parts, MODEL_SHA256 if load() else ""]).encode()).hexdigest()[:16]


def trivial_logit(texts: Sequence[str], embedding: Embedding | None) -> list[float]:
    """How much speaks for each text being trivial, as the logarithm of the odds, rules left aside."""
    return [float(logit) for logit in _weighed(texts, embedding)[0]]


def _by_rules(text: str) -> Topic | None:
    simple = plain(text, LIMIT)
    small = simple.text.lower()
    if len(small) != len(simple.text) or _school_words(small):
        return None
    for rule in _rules():
        if match := rule.pattern.search(small):
            return Topic(rule.kind, simple.span(*match.span()), rule.reason, "likely")
    return None


def _by_heads(texts: Sequence[str], embedding: Embedding | None) -> list[Topic]:
    if not texts:
        return []
    settings = _data().table["head"]
    trivial, kinds = _weighed(texts, embedding)
    topics: list[Topic] = []
    for place, text in enumerate(texts):
        words = _school_words(plain(text, LIMIT).text.lower())
        chances = chance(trivial[place] - (0, settings["school_word"], settings["school_words"])[min(words, 2)])
        is_trivial = chances >= settings["trivial_from" if embedding else "trivial_from_without_model"]
        sure = chances >= settings["likely_from"] or chances <= 1 - settings["likely_from"]
        reason = "it reads like such posts" + (" and has words of school life" if words and not is_trivial else "")
        kind: Kind = kinds[place][is_trivial] if kinds else ("trivial" if is_trivial else "school")
        topics.append(Topic(kind, (0, len(text)), reason, "likely" if sure else "possible"))
    return topics


def _weighed(texts: Sequence[str], embedding: Embedding | None) -> tuple[Sequence[float], Sequence[tuple[Kind, Kind]]]:
    """For each text the logit of being trivial, and with the model the best kind should it not be, and should it be."""
    spelt = [spelling_head("trivial").logit(text) for text in texts]
    if embedding is None:
        return spelt, ()
    head = meaning_head("topics")
    logits = head.logits(embedding.of(texts))
    shares = 1 / (1 + np.exp(-logits))
    ours = np.array([label in TRIVIAL for label in head.labels])
    meant = np.log(shares[:, ours].sum(axis=1) / shares[:, ~ours].sum(axis=1))
    school = [_kind(head.labels, row, ~ours) for row in logits]
    trivial = [_kind(head.labels, row, ours) for row in logits]
    return [(one + float(other)) / 2 for one, other in zip(spelt, meant, strict=True)], list(
        zip(school, trivial, strict=True)
    )


def _kind(labels: Sequence[str], logits: Any, among: Any) -> Kind:
    best: Kind = labels[int(np.where(among, logits, -np.inf).argmax())]  # type: ignore[assignment]  # a head's labels
    return best


def _says_enough(text: str) -> bool:
    """Whether there are words to weigh, in a language that the heads know."""
    words = _WORD.findall(_ADDRESS.sub(" ", plain(text, LIMIT).text))
    welsh = len(_WELSH.findall(text[:LIMIT].lower()))
    return len(words) >= _data().table["head"]["least_words"] and welsh * 4 < len(words)


def _school_words(small: str) -> int:
    """How many words of school life a text in small letters has; as soon as there are two, two."""
    count = 0
    for _ in _school().finditer(small):
        count += 1
        if count > 1:
            break
    return count


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: Kind
    reason: str
    pattern: re.Pattern[str]


@cache
def _data() -> PatternFile:
    return PatternFile("topics.toml", {})


@cache
def _rules() -> tuple[_Rule, ...]:
    rows: Sequence[Mapping[str, Any]] = _data().table["rules"]
    return tuple(_Rule(row["kind"], row["reason"], re.compile("|".join(row["patterns"]))) for row in rows)


@cache
def _subjects() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in _data().table["subjects"].items()}


@cache
def _general() -> re.Pattern[str]:
    return re.compile("|".join(_data().table["general"]["patterns"]))


@cache
def _school() -> re.Pattern[str]:
    return re.compile("|".join(_data().table["school"]["patterns"]))
