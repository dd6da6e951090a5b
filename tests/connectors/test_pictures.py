"""Fetching the bytes of one picture."""

import pytest

from connectors.connector import NotAllowed, NotFound, NotRecorded, RateLimited, Refused, TooLarge, Unreachable
from connectors.pictures import disguise, fetch

ADDRESS = "https://m.example/a.jpg"


class Way:
    """A way out that answers as it was told to."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def get(self, url, **more):
        self.asked.append((url, more))
        if isinstance(self.answer, Exception):
            raise self.answer
        return type("Answer", (), {"content": self.answer})()


def test_the_bytes_are_all_there_is():
    """A picture is asked for by one GET that says how much is read at most."""
    way = Way(b"bytes")
    assert fetch(ADDRESS, way, 1000).data == b"bytes"
    ((url, more),) = way.asked
    assert (url, more["max_bytes"]) == (ADDRESS, 1000)


@pytest.mark.parametrize(
    ("error", "unread", "words"),
    [
        (TooLarge("big"), True, "larger than 20 MB"),
        (NotFound("It is gone."), True, "It is gone."),
        (NotAllowed("Private."), True, "Private."),
        (Refused("m.example refused access (403)."), True, "refused access"),
        (RateLimited("Later."), False, "Later."),
        (Unreachable("https://m.example/ava-jones.jpg sends us round in circles."), False, "cannot be followed"),
        (NotAllowed("https://m.example/ava-jones.jpg is not an address."), True, "cannot be followed"),
    ],
)
def test_what_cannot_be_fetched_is_one_sentence(error, unread, words):
    """What will be no better tomorrow is told apart from what may be."""
    fetched = fetch(ADDRESS, Way(error), 20_000_000)
    assert not fetched.data
    assert fetched.unread is unread
    assert words in fetched.trouble
    assert "ava-jones" not in fetched.trouble


@pytest.mark.parametrize(
    "address", ["mxc://a.example/b", "", "https://[a.example/b.jpg", "data:image/png;base64,AA", "file:///etc/passwd"]
)
def test_only_addresses_of_the_web_are_asked(address):
    """What no browser could open is not asked for."""
    way = Way(b"")
    assert fetch(address, way, 1000).unread
    assert not way.asked


def test_a_recording_without_pictures_says_so():
    """That a replay has no pictures is for the caller to tell: it is true of all of them."""
    with pytest.raises(NotRecorded):
        fetch(ADDRESS, Way(NotRecorded("not here")), 1000)


def test_no_picture_is_recorded():
    """Recordings refuse the bytes of every picture."""
    with pytest.raises(TypeError):
        disguise(b"bytes", None)
