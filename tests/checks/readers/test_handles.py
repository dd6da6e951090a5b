"""Imitations of a school's account, told from what merely stands beside it."""

import sys
import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.handles import LIMIT, Official, read_handle

HAZELBROOK = Official("HazelbrookPS", "Hazelbrook Primary School")
AIDAN = Official("StAidansLowick", "St Aidan's Church of England Primary School", "Lowick")
OAKFIELD = Official("OakfieldInfants", "Oakfield Infant School")
LLANDERW = Official("LlanderwYsgol", "Ysgol Gynradd Llanderw")


def kind(official, handle, display=""):
    return read_handle(official, handle, display).kind


@pytest.mark.parametrize(
    ("handle", "display"),
    [
        ("HazelbrookPS_", "Hazelbrook Primary School"),
        ("Haze1brookPS", "Hazelbrook Primary School"),
        ("HazeIbrookPS", "HazeIbrook Primary School"),
        ("Hazelbr00k.PS", ""),
        ("HazelbrokPS", "Hazelbrok Primary"),
        ("HazlebrookPS", "Hazlebrook Primary"),
        ("hzlbrk_primary", "Hzlbrk Primary"),
        ("HazelbrookkPS", "Hazelbrook Primry School"),
        ("user55", "\u041dazelbrook Primary School"),
        ("user55", "\U0001d407\U0001d41a\U0001d433\U0001d41e\U0001d425brook Primary"),
        ("realhazelbrookps", "The REAL Hazelbrook"),
        ("hazelbrook_ps_official", "Official Hazelbrook"),
        ("hazelbrookps.uk", "hello"),
        ("spottedhazelbrookprimary", "Spotted"),
        ("xoxo", "Hazelbrook Primary Confessions"),
        ("HazelbrookPSY4", "Year 4"),
        ("HazelbrookPS_PTA", "Hazelbrook PTA payments"),
        ("mrs_elm_hazelbrook", "Mrs Elm | Hazelbrook Primary"),
        ("HazelbrookPSHub", "Hazelbrook Primary School Hub"),
    ],
)
def test_imitations(handle, display):
    """What passes for the school, in whatever letters and with whatever words, is a lookalike."""
    assert kind(HAZELBROOK, handle, display) == "lookalike"


@pytest.mark.parametrize(
    ("handle", "display", "expected"),
    [
        ("HazelbrookPTA", "Friends of Hazelbrook Primary", "affiliated"),
        ("hazelbrook84", "Hazelbrook Primary class of 1984", "affiliated"),
        ("jo_t", "Jo, TA at Hazelbrook Primary", "person"),
        ("mum_of_3", "Mum of three at Hazelbrook Primary", "person"),
        ("mrs_elm", "Mrs Elm | Hazelbrook Primary", "person"),
        ("mrs_elm_hazelbrook", "Mrs Elm, teacher at Hazelbrook Primary", "person"),
        ("hazelbrook_fun", "Hazelbrook Primary (parody)", "parody"),
        ("HazelbrookHigh", "Hazelbrook High School", "other school"),
        ("HazelmerePS", "Hazelmere Primary School", "other school"),
        ("GreatHazelbrook", "Great Hazelbrook Primary School", "other school"),
        ("hazelbrook_nsw", "Hazelbrook Primary School, NSW", "other school"),
        ("HazelbrookFC", "Hazelbrook FC", "local"),
        ("HazelbrookPC", "Hazelbrook Parish Council", "local"),
        ("HazelbrookSwim", "Hazelbrook Swim School", "local"),
        ("HazelbrookCare", "Hazelbrook Primary Care Network", "local"),
        ("hazel_brook", "Hazel Brook", "local"),
        ("sam55", "Sam", "unrelated"),
    ],
)
def test_neighbours(handle, display, expected):
    """Parents' bodies, people, other schools and clubs that have the name are told from imitations."""
    assert kind(HAZELBROOK, handle, display) == expected


@pytest.mark.parametrize(
    ("handle", "display", "expected"),
    [
        ("StAidansDurham", "St Aidan's CE Primary School Durham", "other school"),
        ("StAidansRC", "St Aidan's Catholic Primary School", "other school"),
        ("staidansnewton", "St Aidan's Primary, Newtonmore", "other school"),
        ("StAidansLowick_", "St Aidan's Primary", "lookalike"),
        ("user7", "Saint Aidans Lowick", "lookalike"),
        ("lowickschool", "St Aiden's Primary School, Lowick", "lookalike"),
    ],
)
def test_names_that_many_schools_share(handle, display, expected):
    """Of a saint's name, only the place, the handle or the whole name points to this school."""
    assert kind(AIDAN, handle, display) == expected


def test_upper_may_belong_to_a_name():
    """A village called Upper something has a primary school, and no upper school."""
    official = Official("UpperOtterPri", "Upper Otter Primary School")
    assert kind(official, "UpperOtterPri_", "Upper Otter Primary School") == "lookalike"
    assert kind(official, "OtterUpper", "Otter Upper School") == "other school"


def test_kinds_of_school_and_welsh_names():
    """The junior school next door is no imitation of the infants; Welsh words for schools are known."""
    assert kind(OAKFIELD, "OakfieldJuniors", "Oakfield Junior School") == "other school"
    assert kind(OAKFIELD, "0akfieldInfants", "Oakfield Infant School") == "lookalike"
    assert kind(LLANDERW, "ysgolllanderw_swyddogol", "Ysgol Llanderw") == "lookalike"
    assert kind(LLANDERW, "LlanderwCRhA", "CRhA Ysgol Llanderw") == "affiliated"


def test_a_real_neighbours_name_is_no_misspelling():
    """A known place one letter away is another school, not a slip."""
    hartlow = Official("HartlowPrep", "Hartlow Preparatory School")
    assert kind(hartlow, "HarlowPrep", "Harlow Prep School") == "other school"
    assert kind(hartlow, "HartllowPrep", "Hartllow Prep School") == "lookalike"


def test_the_place_may_stand_in_the_name_or_the_handle():
    """Without a place of its own, what follows a comma in the name, or is over in the handle, is the place."""
    in_name = Official("HTPS", "Holy Trinity Primary School, Coldale")
    in_handle = Official("HolyTrinityColdale", "Holy Trinity Primary School")
    for official in (in_name, in_handle):
        assert kind(official, "holytrinity_primary", "Holy Trinity Primary Coldale gossip") == "lookalike"
        assert kind(official, "holytrinity_primary", "Holy Trinity Primary Dorking gossip") == "other school"


def test_a_place_without_a_comma_tells_schools_of_one_name_apart():
    """What stands after "School" in a name is its place: the same name in another place is another school's."""
    official = Official("TarnCoppull", "Tarn Academy Coppull")
    assert kind(official, "Tarn_Coppull", "Tarn Academy Coppull") == "lookalike"
    assert kind(official, "user55", "Tarn Academy, Coppull") == "lookalike"
    assert kind(official, "TarnMellor", "Tarn Academy Mellor") == "other school"
    assert kind(official, "TarnTrust", "Tarn Academies") == "other school"


def test_servers_are_no_part_of_a_handle():
    """The server behind a handle is left out of the comparison."""
    official = Official("hazelbrookps.bsky.social", "Hazelbrook Primary School")
    assert kind(official, "@hazelbrookps@social.example") == "lookalike"


def test_span_shows_the_name():
    """The span cuts the school's name, or what imitates it, out of the text where it was seen."""
    reading = read_handle(HAZELBROOK, "@x_Haze1brook_PS", "hello")
    assert (reading.seen_in, "@x_Haze1brook_PS"[slice(*reading.span)]) == ("handle", "Haze1brook")
    reading = read_handle(HAZELBROOK, "a", "The \u041dazelbrook Primary")
    assert (reading.seen_in, reading.confidence) == ("name", "certain")
    assert "The \u041dazelbrook Primary"[slice(*reading.span)] == "\u041dazelbrook"


@given(handle=st.text(), display=st.text(), name=st.text(), own=st.text())
def test_any_text_is_read(handle, display, name, own):
    """No text raises, and spans lie in the text they belong to."""
    reading = read_handle(Official(own, name), handle, display)
    if reading.span:
        start, end = reading.span
        assert 0 <= start < end <= len(handle if reading.seen_in == "handle" else display)


@given(st.text(alphabet="hazelbrok pimyscu_.1I0", max_size=60))
def test_own_letters_are_read(display):
    """Texts made of the school's own letters are read, whatever their order, and spans are not empty."""
    reading = read_handle(HAZELBROOK, display, display)
    assert (reading.span is None) == (reading.seen_in == "")


@given(
    before=st.lists(st.sampled_from(["The", "Team", "Happy", "We love", "Running with"]), max_size=2),
    who=st.sampled_from([("maplefc", "Maple FC"), ("robin.bakes", "Robin Bakes"), ("tarnfordnews", "Tarnford News")]),
    after=st.lists(st.sampled_from(["UK", "and friends", "\u2728", "daily", "| since 1998"]), max_size=2),
)
def test_innocent_words_around_an_innocent_name_stay_innocent(before, who, after):
    """Words without a school's name or letters around another account's name make no lookalike of it."""
    handle, name = who
    assert kind(HAZELBROOK, handle, " ".join([*before, name, *after])) != "lookalike"


def calls(read):
    """How many calls a reading takes: a measure of work without a clock."""
    count = 0

    def note(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        read()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", ["a", "pri", "hazelbroo", "prprpr", "1l", "the real ", "\u0430", "st"])
def test_work_is_bounded(piece):
    """However long the text, the work stops growing at the limit."""
    once = calls(lambda: read_handle(HAZELBROOK, "a", piece * LIMIT))
    thrice = calls(lambda: read_handle(HAZELBROOK, "b", piece * LIMIT * 3))
    assert thrice <= once * 1.1 + 500


def test_word_lists_are_fit_to_use():
    """The data file says its source; its words are plain lower-case letters, and letters look like one letter each."""
    table = tomllib.loads((resources.files("checks.data") / "handles.toml").read_text("utf-8"))
    assert table["source"]
    assert table["verified_on"]
    words = " ".join([*table["roles"].values(), *table["places"].values(), *table["shared"].values()]).split()
    assert all(word.replace("_", "").isalnum() and word.isascii() and word == word.lower() for word in words)
    lookalikes = "".join(table["looks_like"].values())
    assert len(lookalikes) == len(set(lookalikes))
    assert not any(character.isascii() for character in lookalikes)
