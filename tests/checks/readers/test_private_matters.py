"""One person's circumstances, the school's business and classes on trips, as posts tell of them."""

import sys
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.confidential import read_confidential
from checks.readers.live_location import read_live_location
from checks.readers.sensitive import read_sensitive

READERS = (read_sensitive, read_confidential, read_live_location)
INNOCENT = "Odd socks on Friday, says the office."


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("health", "Get well soon Poppy, in hospital with epilepsy"),
        ("health", "He has ADHD and sat still for an hour"),
        ("special needs", "K.L. in 4B has an EHCP now"),
        ("free school meals", "Ethan is on free school meals"),
        ("care and protection", "Mason lives with foster carers"),
        ("behaviour", "Oliver has been excluded for two days"),
        ("behaviour", "Mr Larch was suspended on Monday"),
        ("family", "Ruby's parents are getting divorced"),
    ],
)
def test_circumstances_of_one_person_are_read(kind, text):
    """A word of one's circumstances counts beside a name, initials, a title with a name, or he and she."""
    assert [(one.kind, one.confidence) for one in read_sensitive(text)][:1] == [(kind, "likely")]


@pytest.mark.parametrize(
    "text",
    [
        "Autism Awareness Week starts on Monday",
        "We welcome children with autism and ADHD",
        "Free school meals: apply on the council's website",
        "Mrs Larch is our mental health lead",
        "Our behaviour policy has been updated",
        "Thank you Poppy for raising £50 for Cancer Research",
        "Please keep inhalers in date",
        "Helen Keller was deaf and blind",
        "Noah's Ark play this Friday",
        "Exclusion appeals are heard by the panel",
    ],
)
def test_what_concerns_everybody_is_left_alone(text):
    """Awareness days, what the school offers, roles, collections and people of history are nobody's circumstances."""
    assert [one for one in read_sensitive(text) if one.confidence != "possible"] == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("mark", "NOT FOR PUBLICATION: notes of the panel"),
        ("mark", "Private and confidential. Pay of staff"),
        ("staffing", "Three redundancies are proposed from April"),
        ("money", "Draft budget attached, deficit of £84,000"),
        ("tender", "Tender bids: £41,200 and £39,900"),
    ],
)
def test_business_is_read(kind, text):
    """Marks of confidence and words of unsettled business count."""
    assert kind in [one.kind for one in read_confidential(text) if one.confidence == "likely"]


@pytest.mark.parametrize(
    "text",
    [
        "Talks with the school nurse are confidential",
        "Year 5 planned a party on a budget of £20",
        "Tender pork on the menu",
        "A confidential helpline for parents",
    ],
)
def test_other_uses_of_the_words_are_left_alone(text):
    """Helplines, cookery and lessons are no business of governors."""
    assert read_confidential(text) == ()


def test_news_of_business_is_possible():
    """Words of business beside words of news are left to a person."""
    assert [one.confidence for one in read_confidential("BBC reports that redundancies loom nationally")] == [
        "possible"
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("We're at the zoo with Year 2!", ""),
        ("Year 4 have just arrived at the beach", ""),
        ("Y6 have arrived safely", "Larch Tree Hostel"),
    ],
)
def test_a_class_away_is_read(text, place):
    """Children, the present tense and a place, in words or in the platform's field, together tell where a class is."""
    (reading,) = read_live_location(text, place=place)
    assert reading.kind == ("place tag" if place else "trip")


@pytest.mark.parametrize(
    "text",
    [
        "Year 2 had a wonderful time at the zoo",
        "We're looking forward to the zoo with Year 2",
        "Year 6 are in the hall",
        "We are at full capacity in Reception",
        "We're at the zoo with the governors",
        "Y6 have arrived safely",
    ],
)
def test_what_is_over_or_at_school_is_left_alone(text):
    """What is over, still to come, at school, without children or without a place tells nobody where a class is."""
    assert read_live_location(text) == ()


def test_a_school_as_place_is_no_trip():
    """A post tagged with a school does not tell of a trip by that."""
    assert read_live_location("Y6 have arrived safely", place="Hazelbrook Primary School") == ()


@pytest.mark.parametrize("read", READERS)
@given(text=st.text())
def test_any_text_is_read_within_its_bounds(read, text):
    """Whatever the text, nothing is raised, and every span lies inside it."""
    for one in read(text):
        start, end = one.span
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("read", READERS)
@given(text=st.text(alphabet="OtterHshasbenxcludgivy .,'(-\n", max_size=60))
def test_innocent_text_around_innocent_text_stays_innocent(read, text):
    """Adding an innocent sentence before and behind a text in which nothing is read adds nothing."""
    if not read(text):
        assert read(f"{INNOCENT}\n{text}\n{INNOCENT}") == ()


def calls(read, text):
    """How many functions are called to read a text."""
    count = 0

    def counting(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    read(text)
    sys.setprofile(counting)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "piece",
    [
        "Oliver has been excluded. ",
        "Oliver has been excluded ",
        "we're at the zoo with Year 2 ",
        "not for publication ",
    ],
)
def test_work_grows_with_the_text(read, piece):
    """Four times the text takes about four times the calls, not sixteen times."""
    assert calls(read, piece * 80) <= 6 * calls(read, piece * 20) + 200


@pytest.mark.parametrize("name", ["sensitive", "confidential", "live_location"])
def test_word_lists_are_lower_case_and_without_doubles(name):
    """Every word of the lists stands there once, in lower case, and says where it comes from."""
    table = tomllib.loads((resources.files("checks.data") / f"{name}.toml").read_text("utf-8"))
    assert table["source"]
    lists = {**table["lists"], **table.get("kinds", {})}
    for words in lists.values():
        assert all(word == word.lower() and word.strip() == word for word in words)
        assert len(set(words)) == len(words)
