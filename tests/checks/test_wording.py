"""Words for people: numbers, dates, lists and sentences."""

import pytest

from checks.wording import band, fewer, sentence


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("the account has no handle", "The account has no handle."),
        ("The next run tries again.", "The next run tries again."),
        ("bsky.example did not answer", "bsky.example did not answer."),
        ("a person looks at https://www.flickr.com/x/", "A person looks at https://www.flickr.com/x/"),
        ("", ""),
    ],
)
def test_a_reason_becomes_a_sentence(words, said):
    """A capital letter begins it and a full stop ends it, except at a host's name and after an address."""
    assert sentence(words) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5 to 9"), (9, "5 to 9"), (10, "10 to 19"), (49, "20 to 49"),
     (50, "50 or more"), (5000, "50 or more")],
)  # fmt: skip
def test_numbers_of_children_are_told_in_bands(number, said):
    """Small numbers are never told, and larger ones not to the child."""
    assert fewer(number, 5) == said


def test_a_raised_limit_swallows_the_bands_below_it():
    """A school that suppresses below 20 has no band that begins earlier."""
    assert {band(number, 20) for number in range(100)} == {(0, 19), (20, 49), (50, None)}
