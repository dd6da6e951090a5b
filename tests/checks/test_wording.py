"""Words for people: numbers, dates, lists and sentences."""

import pytest

from checks.wording import sentence


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
