import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.vocabulary import (
    addresses_pupils,
    named_after,
    names_school,
    says_nothing,
    tokens,
    vocabulary,
)


def test_word_lists_are_lower_case_patterns():
    """Every pattern of the word lists compiles, and every word is in lower case."""
    words = vocabulary()
    for pattern in (*words.audience_adults, *words.audience_pupils, *words.official, *words.unmonitored):
        re.compile(pattern)
    for listing in (words.generic_purpose, words.optional_in_name, words.common_in_names, words.school_in_user_name):
        assert listing == {word.casefold() for word in listing}


def test_tokens_are_plain():
    """Accents, apostrophes, ampersands and Saint do not tell two spellings apart."""
    assert tokens("Saint Zo\u00eb\u2019s & Co") == tokens("st zoes and CO")


@pytest.mark.parametrize(
    ("audience", "pupils"),
    [
        ("Parents, carers and pupils", True),
        ("parents and carers of pupils at the school and the pupils", True),
        ("Reception office", False),
        ("Reception", True),
        ("nursery staff", False),
        ("Year 6 families", False),
        ("Y6", True),
        ("yr 3 and their teachers", True),
        ("Class 3 parents", False),
        ("everyone", False),
        ("", False),
    ],
)
def test_audiences(audience, pupils):
    """Pupils are told from grown-ups who are named by way of them."""
    assert addresses_pupils(audience) is pupils


@pytest.mark.parametrize(
    ("user", "school"),
    [
        ("HazelbrookPrimary", True),
        ("Hazelbrook PS", True),
        ("Headteacher of Hazelbrook", True),
        ("Hazelbrook", False),
        ("Primary School", False),
    ],
)
def test_users_named_after_the_school(user, school):
    """A user name is the school's when it joins the telling word with a word for a school."""
    assert named_after(user, "Hazelbrook Primary School") is school


def test_school_without_a_telling_word():
    """A school whose name tells it from no other is recognised by the whole name only."""
    assert named_after("The Primary School", "The Primary School")
    assert not named_after("Primary School Fan", "The Primary School")


def test_generic_purposes():
    """Words that fit any account, and the platforms' names, say nothing."""
    assert says_nothing("Our official Bluesky page for school news", ["Bluesky"])
    assert not says_nothing("Lost property", ["Bluesky"])


@given(st.text(max_size=60))
def test_readers_take_any_text(text):
    """No text breaks the readers of words, and no school without a name is found in one."""
    addresses_pupils(text, [text])
    says_nothing(text, [text])
    assert not names_school(text, "")
    assert not named_after(text, "")
