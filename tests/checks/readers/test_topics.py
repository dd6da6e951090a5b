"""What a post is about: rules, heads, and what is left open."""

import csv
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.readers import topics
from checks.readers.embedding import load
from checks.readers.topics import TRIVIAL, cache_key, judge, read_topic, read_topics, version

BENCH = Path(__file__).resolve().parents[3] / "bench" / "data"

SCHOOL = {
    "School will be closed on Monday 3rd for staff training.": "business",
    "Year 4 have been learning about rivers and made a model of the Trent.": "learning",
    "Well done to our readers of the week!": "celebration",
    "The PTA summer fair is on Saturday. Bring a bottle for the tombola.": "community",
}
TRIVIAL_POSTS = {
    "Like and share to win a £50 voucher!!!": "bait",
    "Tag a mate who owes you a pint": "bait",
    "Which Disney princess are you? Take the quiz": "bait",
    "My horoscope says stay in bed": "bait",
    "Use code SAVE10 for 10% off leggings": "promotion",
    "POV: it's payday": "meme",
    "wine o'clock": "meme",
    "Thanks hun, see you at bingo": "chat",
    "What a goal! City were robbed, that ref is a joke": "chat",
}
LOOKALIKES = [
    "Win a hamper! Raffle tickets are £1 from the PTA, drawn at the school fair.",
    "Design a bookmark competition: prizes for every class, entries to the office by Friday.",
    "Joke of the week from Year 3: what do you call a bear with no teeth? A gummy bear!",
    "Please share: our school is looking for a lunchtime supervisor, 6 hours a week.",
    "Happy Eid to all our families!",
    "Guess how many sweets are in the jar, 50p a go at the summer fair. Winner in assembly.",
    "World Book Day quiz: which book character is each teacher? Year 6 will mark your answers.",
    "Good luck to England tonight from all the pupils of Class 4!",
]


@pytest.mark.parametrize(("text", "kind"), SCHOOL.items())
def test_school_posts(text, kind):
    """Posts about the school's work are told apart by what they are about."""
    topic = read_topic(text)
    assert topic is not None
    assert (topic.kind, topic.trivial) == (kind, False)


@pytest.mark.parametrize(("text", "kind"), TRIVIAL_POSTS.items())
def test_trivial_posts(text, kind):
    """Bait, memes, advertisements and private talk are trivial."""
    topic = read_topic(text)
    assert topic is not None
    assert (topic.kind, topic.trivial) == (kind, True)


@pytest.mark.parametrize("text", LOOKALIKES)
def test_school_life_stays_ordinary(text):
    """Raffles, jokes, competitions, vacancies and greetings of a school are not trivial, with the model and without."""
    for embedding in (load(), None):
        (topic,) = judge([text], embedding)
        assert topic is not None
        assert not topic.trivial


@pytest.mark.parametrize(
    "text", ["", "😍", "🎉🎉🎉", "https://www.hazelbrook.example/news", "@hazelbrook", "!!!", "ok"]
)
def test_too_little_to_tell(text):
    """A post of a picture, an address or one word is left open."""
    assert read_topic(text) is None


def test_welsh_is_left_open():
    """A post in Welsh, which the heads do not know, is left open."""
    assert read_topic("Mae Blwyddyn 4 wedi bod yn dysgu am y Celtiaid gyda Mr Rees") is None


def test_without_the_model():
    """Rules and spelling still tell trivial from ordinary; what kind of ordinary is not told."""
    ours, bait, other = judge(["Our pupils enjoyed the trip.", "Type AMEN if you agree", "Hungover again"], None)
    assert ours is not None
    assert bait is not None
    assert other is not None
    assert (ours.kind, bait.kind, other.trivial) == ("school", "bait", True)


def test_rules_say_where():
    """What a rule found is shown: the span is of the words that settled it, in the text as written."""
    bold = "".join(chr(ord(letter) + 0x1D5BA - ord("a")) if letter.isalpha() else letter for letter in "tag a friend")
    text = f"Morning! {bold} who needs wine"
    topic = read_topic(text)
    assert topic is not None
    assert text[slice(*topic.span)] == bold


def test_order_is_kept():
    """Many posts are read together and come back in their order."""
    texts = [*SCHOOL, "", *TRIVIAL_POSTS]
    together = read_topics(texts)
    assert [topic and topic.kind for topic in together] == [*SCHOOL.values(), None, *TRIVIAL_POSTS.values()]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text):
    """No text is too odd, and what is found lies in it."""
    (topic,) = judge([text], None)
    assert topic is None or 0 <= topic.span[0] <= topic.span[1] <= len(text)


@pytest.mark.parametrize(
    "piece", ["like and share ", "win ", "y4 and ", "tag a ", "reception ", "which one ", "1", "coat "]
)
def test_work_grows_with_the_length(piece):
    """However long a text, no more than the first characters are read: twice the limit is no more work than once."""

    def calls(text):
        count = 0

        def count_call(_frame, event, _argument):
            nonlocal count
            count += event in {"call", "c_call"}

        sys.setprofile(count_call)
        try:
            judge([text], None)
        finally:
            sys.setprofile(None)
        return count

    whole = piece * (2 * topics.LIMIT // len(piece))
    judge([whole], None)
    assert calls(whole) <= calls(whole[: topics.LIMIT]) + 50


def test_patterns_are_linear():
    """No pattern repeats what itself repeats without an end, and none looks ahead or around without a bound."""
    table = topics._data().table
    patterns = [*table["school"]["patterns"], *(one for rule in table["rules"] for one in rule["patterns"])]
    assert patterns
    for pattern in patterns:
        assert not re.search(r"[+*]\)[+*{]|\.[+*]", pattern), pattern


def test_cache_key():
    """A text keeps its key until it, or the version of its reading, changes; halves of characters do no harm."""
    assert cache_key("a", "1") == cache_key("a", "1")
    assert len({cache_key("a", "1"), cache_key("b", "1"), cache_key("a", "2"), cache_key("\ud800", "1")}) == 4


def test_version_tells_whether_the_model_ran(monkeypatch):
    """Topics read without the model are not taken for topics read with it."""
    version.cache_clear()
    with_model = version()
    version.cache_clear()
    monkeypatch.setattr(topics, "load", lambda: None)
    assert version() != with_model
    version.cache_clear()


def test_held_back_posts():
    """Posts that were never trained on are told apart well enough, and none of them was trained on."""
    with (BENCH / "topics-test.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with (BENCH / "topics-train.csv").open(encoding="utf-8", newline="") as lines:
        trained = {row["text"].casefold() for row in csv.DictReader(lines)}
    assert not trained & {row["text"].casefold() for row in rows}
    found = read_topics([row["text"] for row in rows])
    right = sum(
        (topic is not None and topic.trivial) == (row["label"] == "trivial")
        for topic, row in zip(found, rows, strict=True)
    )
    assert right / len(rows) >= 0.95


def test_labels_and_topics_agree():
    """In the texts a post's label is trivial exactly when its topic is."""
    for name in ("train", "test"):
        with (BENCH / f"topics-{name}.csv").open(encoding="utf-8", newline="") as lines:
            assert all((row["label"] == "trivial") == (row["topic"] in TRIVIAL) for row in csv.DictReader(lines))
