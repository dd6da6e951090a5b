"""How texts speak: each kind in the words people use, their masks, and what only looks like it."""

import csv
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.policy import read_data
from checks.readers import conduct
from checks.readers.conduct import ABUSE, LIMIT, Conduct, read_conduct

BENCH = Path(__file__).resolve().parents[3] / "bench" / "data"
INNOCENT = (
    "Nonces? No, ounces! Weighing in maths",
    "Scunthorpe, Penistone and Essex are on our map",
    "Be a shame to miss it: family bingo on Friday",
    "Her plait is thick, so two bobbles for swimming please",
    "Bell End Farm has given us pumpkins again",
    "Dick King-Smith and Roald Dahl books wanted",
    "The cockerel crowed and the peacock strutted",
    "Blue tits and great tits at our feeder",
    "Bloody Mary was a Tudor queen; the Bloodhound car visits on Friday",
    "Willy Wonka auditions, and Fanny the donkey is in the nativity",
    "Anti-bullying week: nobody should be called stupid, ugly or fat",
    "If someone tells you that nobody likes you, tell a grown-up you trust",
    "Killing two birds with one stone: litter pick and maths trail",
    "Macbeth is stabbed in our drama rehearsal tonight",
    "Race for Life: the fight against cancer",
    "Photo shoot on Tuesday, then shooting practice in netball",
    "We beat St Anne's, smashed it and thrashed Norbeck 5-0",
    "She was called fat and ugly by another child, please ring me",
    "Assembly, assessment, class photos, brass band and hello to all",
    "Cox's orange pippins and a knob of butter for the crumble",
    "I am furious about how this was handled and will write to the governors",
)


def kinds(text):
    return {find.kind for find in read_conduct(text)}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("profanity", "what the fuck is this"),
        ("profanity", "crap dinners again"),
        ("profanity", "sod off the lot of you"),
        ("profanity", "🖕"),
        ("slur", "that's so gay"),
        ("slur", "go back to where you came from"),
        ("insult", "you're such a moron"),
        ("insult", "Mr Larch is an idiot"),
        ("insult", "stupid cow in the office"),
        ("insult", "absolute clown of a head"),
        ("insult", "shut your mouth"),
        ("threat", "I'm going to batter you after school"),
        ("threat", "watch your back"),
        ("threat", "be a shame if something happened to that nice gate"),
        ("threat", "matches are cheap"),
        ("bullying", "nobody would notice if Dev left"),
        ("insult", "the deputy has the wit of a wet sponge"),
        ("profanity", "stick it where the sun don't shine"),
        ("threat", "go and kill yourself"),
        ("threat", "kys"),
        ("bullying", "nobody likes you"),
        ("bullying", "don't invite Lily, she's weird"),
        ("bullying", "lets all ignore Freya"),
        ("bullying", "Noah smells lol"),
        ("sexual", "send nudes"),
        ("disclosure", "i dont want to live anymore"),
        ("disclosure", "my stepdad hits me"),
        ("disclosure", "please help me"),
        ("partisan", "Vote Labour on Thursday"),
        ("partisan", "The Tories have destroyed our schools"),
        ("opinion", "In my opinion the strike is right"),
        ("named party", "The council are liars and thieves"),
    ],
)
def test_kinds_are_read(kind, text):
    """Each kind is read in the words that people use for it."""
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "sh1t", "sh!t", "f*ck", "f***", "b*tch", "f.u.c.k", "f-u-c-k", "f u c k", "f_ck", "fuuuuck", "FUCKKKK", "tw@t",
        "a$$hole", "ar5ehole", "\U0001d58b\U0001d59a\U0001d588\U0001d590", "f\u03c5\u0441k", "idiotttt", "k1ll yourself", "k y s", "w4nker", "5hit",
    ],
)  # fmt: skip
def test_masks_are_undone(text):
    """Figures, stars, gaps, stretched letters and look-alike letters hide nothing."""
    assert kinds(text) & ABUSE


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_words(text):
    """Names, places, animals, lessons, sport, stories, quotes of abuse and criticism are not abuse."""
    assert not [find for find in read_conduct(text) if find.kind in ABUSE]


@pytest.mark.parametrize("text", ["A* grades for all", "5* hotel", "**bold** text", "A** and B*", "p.e. kit", "K.S.2"])
def test_stars_and_dots_of_everyday(text):
    """Grades, ratings, markup and abbreviations are no masks."""
    assert read_conduct(text) == ()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("named party", "Denholm Coaches are cowboys and they robbed us"),
        ("named party", "Thanks for nothing, Hazelbrook Council. Liars."),
        ("named party", "Inspector Larch was rude and has no business judging anyone"),
        ("opinion", "As far as I'm concerned, homework is a waste of time"),
        ("opinion", "I'd scrap the lot if it were up to me"),
        ("partisan", "#ToriesOut"),
        ("partisan", "Only the Lib Dems will fix our schools"),
        ("partisan", "Elect Ivy Larch to the county council on 6 May"),
        ("disclosure", "there is never any food in our house"),
        ("disclosure", "he comes in my room at night"),
        ("disclosure", "mum hasnt been home for two days"),
        ("disclosure", "i wish i'd never been born"),
        ("disclosure", "a man online keeps messaging my daughter"),
        ("disclosure", "they're taking me abroad to get married"),
    ],
)
def test_other_kinds(kind, text):
    """Words against somebody named, personal views, sides taken and harm told of are read as such."""
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ofsted report attached. We are pleased with it",
        "The council has repaired the crossing, thank you",
        "Miss Gale is terrible at goodbyes, so no speeches",
        "The big bad wolf is a liar and a cheat, says the court of Hedgehog class",
        "I am proud to be your headteacher",
        "My daughter is scared of the dark but loved the sleepover",
        "We can't go on the trip, sorry",
        "Self-harm: a guide for parents is on our website",
        "Parent governor election: Mrs Larch was elected unopposed",
    ],
)
def test_none_of_the_other_kinds(text):
    """News of bodies, a welcome, everyday fear and advice are none of them."""
    assert not kinds(text) & {"named party", "opinion", "disclosure"}


@pytest.mark.parametrize(
    "text",
    [
        "School council: vote for your class rep",
        "The school is a polling station on Thursday and closed to pupils",
        "Labour of love: our knitted blanket",
        "The labour ward nurse visited Reception",
        "UK Parliament Week assembly",
    ],
)
def test_neutral_politics(text):
    """School councils, polling stations and lessons about Parliament take no side."""
    assert "partisan" not in kinds(text)


@pytest.mark.parametrize(
    "text",
    ["Our MP visited the new library", "Conservative candidate Ms Larch came to see the garden"],
)
def test_naming_politicians_is_only_possible(text):
    """Who merely names a candidate or an MP takes no side: the reading is possible and no more."""
    assert [find.confidence for find in read_conduct(text) if find.kind == "partisan"] == ["possible"]


def test_span_is_of_the_text_as_written():
    """The span covers the masked word where the person wrote it."""
    text = "well, that \U0001d5f6\U0001d600 sh1t  today"
    (find,) = read_conduct(text)
    assert text[slice(*find.span)] == "sh1t"


def test_only_the_beginning_of_a_book_is_read():
    """What stands behind the limit is not read."""
    assert read_conduct("a " * LIMIT + "fuck") == ()
    assert read_conduct("fuck " + "a " * LIMIT) != ()


@given(
    st.text()
    | st.lists(st.sampled_from(["you", "are", "a", "sh1t", "f", "*", "kill", "💩", "Mr", "fat", ".", "\n"])).map(
        " ".join
    )
)
def test_spans_lie_in_the_text(text):
    """Whatever the characters, the finds lie inside the text, have something in them, and do not overlap by kind."""
    finds = read_conduct(text)
    for find in finds:
        assert 0 <= find.span[0] < find.span[1] <= len(text)
    for kind in {find.kind for find in finds}:
        spans = [find.span for find in finds if find.kind == kind]
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(st.lists(st.sampled_from(INNOCENT), min_size=1, max_size=3))
def test_innocent_texts_together_stay_innocent(texts):
    """Innocent texts one after the other are innocent."""
    assert not kinds("\n".join(texts)) & ABUSE


@pytest.mark.parametrize(
    "unit", ["A", "ha", "😂", "you ", "is ", "f*", "*", "a.", "the ", "no ", "so very ", "Mr ", "uu"]
)
def test_work_grows_with_the_text(unit):
    """A text that is ten times longer makes at most some ten times more calls, for texts made to be hard."""
    short, long = (calls(unit * (times // len(unit))) for times in (400, 4_000))
    assert long <= 20 * short + 2_000


def calls(text):
    count = 0

    def note(_frame, _event, _argument):
        nonlocal count
        count += 1

    read_conduct(text)
    sys.setprofile(note)
    try:
        read_conduct(text)
    finally:
        sys.setprofile(None)
    return count


def test_no_pattern_repeats_without_end():
    """In the data file a repetition without an end stands only over spaces or signs at the edges of a text."""
    rows = read_data("conduct.toml")["rules"]
    for row in rows:
        bare = re.sub(r"\[[^\]]*\]|\\W\*|\\s\+|\\\+", "", row.get("pattern", ""))
        assert not re.search(r"(?:\\w|\.|\))[*+](?!\|)", bare.split("^")[0]), row["reason"]


def test_every_pattern_compiles():
    """Patterns are compiled at their first use: each is a regular expression, and no list has a word twice."""
    assert all(conduct._file()[rule.pattern] for rule in conduct._rules() if rule.pattern)
    for words in read_data("conduct.toml")["lists"].values():
        assert len(words) == len(set(words))


def test_data_has_sources_and_known_kinds():
    """The word list says where it comes from, and its rows have the kinds and confidences that the reader knows."""
    data = read_data("conduct.toml")
    assert data["source"]
    assert data["verified_on"]
    hints = Conduct.__annotations__
    for row in data["rules"]:
        assert row["kind"] in hints["kind"].__args__
        assert row["confidence"] in hints["confidence"].__args__
        assert row.keys() <= {"kind", "reason", "confidence", "words", "pattern", "cues", "need", "unless", "guards"}
        assert "words" in row or "pattern" in row
    assert {row["kind"] for row in data["rules"]} == set(hints["kind"].__args__) - {"abuse"}


@pytest.mark.parametrize("name", ["conduct-train.csv", "conduct-test.csv"])
def test_bench_data(name):
    """The labelled sets have both labels in number, no text twice, and the two share no text."""
    rows = {row["text"].casefold(): row["label"] for row in lines(name)}
    assert len(rows) == len(lines(name))
    assert set(rows.values()) == {"bad", "ok"}
    assert 0.3 < sum(label == "bad" for label in rows.values()) / len(rows) < 0.6
    other = {"conduct-train.csv": "conduct-test.csv", "conduct-test.csv": "conduct-train.csv"}[name]
    assert not rows.keys() & {row["text"].casefold() for row in lines(other)}


def test_bench_data_of_other_kinds():
    """The set for the other kinds has some forty texts and more of each, many of none, and no text twice."""
    rows = {row["text"].casefold(): row["label"] for row in lines("conduct-kinds-dev.csv")}
    counts = Counter(rows.values())
    assert len(rows) == len(lines("conduct-kinds-dev.csv")) >= 250
    assert counts.keys() == {"none", "named party", "opinion", "partisan", "disclosure"}
    assert min(counts.values()) >= 40


def lines(name):
    with (BENCH / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
