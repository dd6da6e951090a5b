"""Profiles that rules leave open, weighed by the heads: what they add, what they leave alone, and without the model."""

from datetime import date

import pandas as pd
import pytest

from checks.readers import bios
from checks.readers.ages import COLUMNS, generalised, is_open, read_age, settings, speaks_of_grown_ups
from checks.readers.bios import read_bio, read_bios, weigh
from checks.readers.embedding import load

ON = date(2026, 11, 22)
OPEN = "wobbly tooth club, 7 so far, at school"
"""Something like an age, in words that no rule has."""


def weighs(monkeypatch, odds):
    """Let every text weigh so much, without the model."""
    monkeypatch.setattr(bios, "_spelt", lambda _text: odds)
    monkeypatch.setattr(bios, "load", lambda: None)


def test_what_rules_read_stays_as_it_is(monkeypatch):
    """A profile that says an age has the reading of the rules, however it is spelt."""
    weighs(monkeypatch, 9.0)
    assert read_bio("im 9 and i love slime", ON) == read_age("im 9 and i love slime", ON)


def test_what_the_heads_find_is_only_possible(monkeypatch):
    """A find of the heads alone is a possible reading of the whole text, of somebody of five to twelve."""
    weighs(monkeypatch, 9.0)
    reading = read_bio(OPEN, ON)
    assert (reading.confidence, reading.span, reading.rule) == ("possible", (0, len(OPEN)), "reads like a child")
    assert (reading.band.youngest, reading.band.oldest) == (5, 12)


def test_a_child_of_last_year_may_be_thirteen(monkeypatch):
    """A profile first seen a year ago may be a thirteen-year-old's today."""
    weighs(monkeypatch, 9.0)
    assert read_bio(OPEN, ON, first_seen=date(2025, 11, 23)).band.oldest == 13


@pytest.mark.parametrize(("odds", "found"), [(0.9, True), (0.8, False), (-5.0, False)])
def test_spelling_alone_has_to_be_surer(monkeypatch, odds, found):
    """Without the model a chance of 70% is asked for."""
    weighs(monkeypatch, odds)
    assert bool(read_bio(OPEN, ON)) is found


@pytest.mark.parametrize(
    "text",
    [
        "Living my best life in Marshwick",
        "I'm 43 and love year 2",
        "big kid",
        "أم لثلاثة أطفال ٥ و٧ و٩",  # noqa: RUF001
        "x" * 500 + " 7",
        "",
    ],
)
def test_what_says_nothing_of_an_age_is_not_weighed(monkeypatch, text):
    """Without anything like an age, in other scripts, when it is long, or where a grown-up's age stands, heads are not asked."""
    weighs(monkeypatch, 9.0)
    assert read_bio(text, ON) is None


@pytest.mark.parametrize(
    "text",
    [
        "Mum to a boy who lost tooth number 7",
        "Year 2 class page: 7 wobbly teeth this week",
        "Primary school teacher",
        "Whippet, wobbly tooth, 7",
        "10k runner",
        "on day 11",
        "baby no. 2 due in June. Big brother is 5",
    ],
)
def test_beside_grown_ups_the_heads_have_to_be_surer(monkeypatch, text):
    """Beside work, kin, groups and pets, and where no number may be an age, a chance of 90% is asked for."""
    assert read_bio(text, ON) is None
    assert speaks_of_grown_ups(text)
    weighs(monkeypatch, 1.0)
    assert read_bio(text, ON) is None
    assert not speaks_of_grown_ups(OPEN)


def test_one_number_stands_for_its_like():
    """The heads see no difference between ages, year groups or years of birth that mean the same to them."""
    assert generalised("Im 8 and in Y3") == generalised("im nine and in y5") == "im nine and in y five"
    assert generalised("Born 2015, not 15") == generalised("born 2017, not 14") != generalised("born 1987, not 41")


@pytest.mark.parametrize(
    "text", ["Ten Hag out", "Old school hip hop", "No kids, two cats", "Unit 7", "Class war now", "kid at heart, 41"]
)
def test_innocent_profiles_stay_innocent(text):
    """Numbers and children in adults' profiles are not read as a child's own, with the model where it runs and without."""
    assert read_bio(text, ON) is None
    assert weigh([text], None)[0] < 0


@pytest.mark.skipif(load() is None, reason="the model does not run here")
def test_meaning_is_weighed_with_spelling():
    """With the model the weight is the mean of both heads; texts beside a text do not change it."""
    alone = weigh([OPEN], load())[0]
    assert alone != weigh([OPEN], None)[0]
    assert weigh([OPEN, "Lost: one blue coat"], load())[0] == pytest.approx(alone, abs=1e-4)


def test_table_of_many_equals_one_by_one():
    """`read_bios` has a row for each text with a reading, in their order and under their index, as read singly."""
    texts = pd.Series([OPEN, "nothing", None, "I'm 9", OPEN, "Ten Hag out"], index=[10, 10, 12, 13, 14, 15])
    seen = pd.Series([None, None, None, None, date(2025, 11, 20), None])
    table = read_bios(texts, ON, first_seen=seen)
    read = [
        read_bio(text, ON, first_seen=day) if isinstance(text, str) else None
        for text, day in zip(texts, seen, strict=True)
    ]
    assert list(table.index) == [label for label, one in zip(texts.index, read, strict=True) if one]
    for row, one in zip(table.itertuples(), filter(None, read), strict=True):
        assert (row.youngest, row.oldest, row.born_earliest, row.born_latest) == (
            one.band.youngest,
            one.band.oldest,
            one.born.earliest,
            one.born.latest,
        )
        assert ((row.start, row.end), row.rule, row.reason) == (one.span, one.rule, one.reason)
        assert (row.confidence, row.parent_managed) == (one.confidence, one.parent_managed)


def test_tables_have_their_columns(monkeypatch):
    """With finds of the heads, of the rules, of both or of none, the table has the documented columns and types."""
    weighs(monkeypatch, 9.0)
    for texts in ([OPEN], ["I'm 9"], [OPEN, "I'm 9"], ["hello"], []):
        table = read_bios(pd.Series(texts, dtype="object"), ON)
        assert {name: str(kind) for name, kind in table.dtypes.items()} == COLUMNS
        assert len(table) == len([text for text in texts if text != "hello"])


def test_few_profiles_are_open():
    """The first look of the heads passes what the rules cannot read, and nothing that they do."""
    assert is_open(OPEN)
    assert not is_open("Coffee, dogs and long walks. Opinions mine.")
    assert len(OPEN) < settings()["head"]["longest"]


@pytest.mark.parametrize(
    "text", ["Larkfield Juniors FC\nU9, U10 and U11 football on Saturdays", "Otters rugby: under 7s, under 8s, U12"]
)
def test_a_club_names_teams_of_several_ages(text):
    """Where teams of several ages stand, a club writes."""
    assert read_bio(text, date(2026, 11, 22)) is None
