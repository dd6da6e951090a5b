"""What rules leave open, weighed by the heads: what they add, what they leave alone, and without the model."""

import pytest

from checks.readers import abuse
from checks.readers.abuse import read_abuse, weigh
from checks.readers.conduct import ABUSE, read_conduct, settings
from checks.readers.embedding import load

OPEN = "this woman is a hateful lump and I despise her ugly lot"
"""Abuse in words that no rule has."""


def test_what_rules_find_stays_as_it_is():
    """Where the rules find abuse, nothing is added; the order of the texts is kept."""
    texts = ["you idiot", "Well done Year 4", "Vote Labour"]
    found = read_abuse(texts)
    assert found[0] == read_conduct(texts[0])
    assert found[1] == ()
    assert [find.kind for find in found[2]] == ["partisan"]


def weighs(monkeypatch, odds):
    """Let every text weigh so much."""
    monkeypatch.setattr(abuse, "_spelt", lambda _text: odds)
    monkeypatch.setattr(abuse, "load", lambda: None)


def test_what_the_heads_find_is_abuse_of_the_whole_text(monkeypatch):
    """A find of the heads alone has the kind "abuse", spans the text, and says that it is a reading."""
    weighs(monkeypatch, 4.0)
    ((find,),) = read_abuse(["Grumble, grumble"])
    assert (find.kind, find.span, find.confidence) == ("abuse", (0, 16), "likely")
    assert "98%" in find.reason


@pytest.mark.parametrize(("odds", "confidence"), [(-2.0, "possible"), (-1.0, "likely")])
def test_heads_doubt_words_that_are_not_always_abuse(monkeypatch, odds, confidence):
    """Where the heads see a chance below 20%, a likely find is only possible; without the model it stays."""
    text = "cheeky cow"
    weighs(monkeypatch, odds)
    assert [find.confidence for find in read_abuse([text])[0]] == ["likely"]
    monkeypatch.setattr(abuse, "load", object)
    monkeypatch.setattr(abuse, "weigh", lambda texts, _embedding: [odds for _ in texts])
    assert [find.confidence for find in read_abuse([text])[0]] == [confidence]


def test_heads_doubt_nothing_certain(monkeypatch):
    """Swearing is swearing, however the rest of the text reads."""
    weighs(monkeypatch, -9.0)
    monkeypatch.setattr(abuse, "load", object)
    monkeypatch.setattr(abuse, "weigh", lambda texts, _embedding: [-9.0 for _ in texts])
    assert read_abuse(["what the fuck"]) == (read_conduct("what the fuck"),)


@pytest.mark.parametrize(("odds", "found"), [(1.8, True), (1.7, False), (-5.0, False)])
def test_spelling_alone_has_to_be_surer(monkeypatch, odds, found):
    """Without the model a chance of 85% is asked for."""
    weighs(monkeypatch, odds)
    assert bool(read_abuse(["Grumble"])[0]) is found


def test_long_texts_and_signs_are_left_to_the_rules(monkeypatch):
    """The heads were trained on short texts: they weigh no newsletter, and nothing without letters."""
    weighs(monkeypatch, 9.0)
    assert read_abuse(["a" * (settings()["head"]["longest"] + 1), "12.30!", ""]) == ((), (), ())


@pytest.mark.parametrize("text", ["Well done Year 4", "I am furious about the parking", "Blue tits at the feeder"])
def test_innocent_texts_stay_innocent(text):
    """Praise, complaint and nature are not abuse, with the model where it runs and without."""
    assert not [find for find in read_abuse([text])[0] if find.kind in ABUSE]
    assert weigh([text], None)[0] < 0


@pytest.mark.skipif(load() is None, reason="the model does not run here")
def test_meaning_is_weighed_with_spelling():
    """With the model both heads have their say; texts beside a text do not change it."""
    alone = weigh([OPEN], load())[0]
    assert alone != weigh([OPEN], None)[0]
    assert weigh([OPEN, "Lost: one blue coat"], load())[0] == pytest.approx(alone, abs=1e-4)
