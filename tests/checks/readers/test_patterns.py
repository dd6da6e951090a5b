"""Patterns as data: how they are put together, and that none can run away."""

import re
from re import _constants, _parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.ages import _patterns as age_patterns
from checks.readers.invitations import _patterns as invitation_patterns
from checks.readers.links import _forms as link_forms
from checks.readers.patterns import PatternFile, any_of, strings
from checks.readers.personal_data import _patterns as personal_patterns

REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)


def every_pattern():
    for file in (age_patterns(), invitation_patterns(), personal_patterns()):
        for name, piece in file.table["pieces"].items():
            if "(?(" not in piece:  # asks for a group of the pattern around it, and is looked at there
                yield file[f"«{name}»"]
    for row in age_patterns().table["rules"]:
        for part in {"pattern", "before", "after", "needs"} & row.keys():
            yield age_patterns()[row[part]]
    yield link_forms()


def parts_of(tree):
    for operator, argument in tree:
        yield operator, argument
        for inner in argument if isinstance(argument, tuple | list) else (argument,):
            trees = inner if isinstance(inner, list) else [inner]
            for each in trees:
                if isinstance(each, _parser.SubPattern):
                    yield from parts_of(each)


def test_no_pattern_repeats_without_bound():
    """No pattern of the data files has *, + or {n,}: one place in a text costs bounded work, a text work in step."""
    endless = [
        pattern.pattern
        for pattern in every_pattern()
        for operator, argument in parts_of(_parser.parse(pattern.pattern, pattern.flags))
        if operator in REPEATS and argument[1] == _constants.MAXREPEAT
    ]
    assert endless == []


def test_the_guard_sees_endless_repeats():
    """The guard above finds a repetition without bound, also inside a group or an alternative."""
    trees = [_parser.parse(pattern) for pattern in ("a*", "(?:b|(?:ca+){2})", "(?=d{3,})")]
    assert all(
        any(operator in REPEATS and argument[1] == _constants.MAXREPEAT for operator, argument in parts_of(tree))
        for tree in trees
    )


@given(words=st.lists(st.text(alphabet="abc .'(", min_size=1, max_size=5), min_size=1, max_size=8))
def test_any_of_matches_its_words_whole_and_nothing_else(words):
    """A pattern for some words matches each of them entirely, and no word that is not among them."""
    pattern = re.compile(any_of(words))
    assert all(pattern.fullmatch(word) for word in words)
    assert all(bool(pattern.fullmatch(word[:-1])) == (word[:-1] in words) for word in words if word[:-1])


def test_any_of_prefers_the_longest():
    """Where one word begins another, the longer one is matched."""
    assert re.match(any_of(["year", "year group", "y"]), "year group 5")[0] == "year group"


def test_unknown_piece_is_an_error():
    """A template with a piece that neither file nor code has raises KeyError."""
    with pytest.raises(KeyError, match="nowhere"):
        PatternFile("ages.toml", {})["«nowhere»"]


@pytest.mark.parametrize("file", ["ages.toml", "personal_data.toml", "public_contacts.toml", "shorteners.toml"])
def test_data_says_whence_and_when(file):
    """Each data file of the readers names its source and the day it was verified."""
    assert strings(file, "source")
    assert PatternFile("ages.toml", {}).table["verified_on"].year >= 2026


def test_lists_have_no_word_twice():
    """No list of the readers has a word twice."""
    for file in (age_patterns(), invitation_patterns(), personal_patterns()):
        for name, words in file.table["lists"].items():
            listed = words.split() if isinstance(words, str) else words
            assert sorted(listed) == sorted(set(listed)), name
