import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.consent import NoConsent, marks_of, read_unwanted

KEY = b"a key of the school's own"
LISTED = NoConsent.of(
    KEY,
    [("Rowan", "Larch", "Year 3"), ("Zoë", "O'Ferris", "Kingfishers Class"), ("Anna Lena", "Marsh-Teal", "")],
)
CLASSES = ("Kingfishers", "Herons")


@pytest.mark.parametrize(
    "text",
    [
        "Well done Rowan Larch!",
        "ROWAN LARCH scores",
        "Proud of #RowanLarch",
        "Rowan Larch's kite",
        "Zoe OFerris reads",
        "Zoë O\u2019Ferris reads",
        "Anna-Lena Marsh Teal swims",
    ],
)
def test_full_names(text):
    """A full name is found in any capitals, with or without accents, apostrophes, hyphens and a hashtag."""
    assert read_unwanted(text, LISTED, CLASSES)[0] == "full name"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Rowan L. won the race", "first name and initial"),
        ("Anna Lena M won", "first name and initial"),
        ("Rowan in Year 3 made this", "first name and class"),
        ("Y3: a volcano by Rowan", "first name and class"),
        ("Yr 3 and Rowan", "first name and class"),
        ("Kingfishers: Zoe reads", "first name and class"),
    ],
)
def test_first_names_count_with_something_beside_them(text, kind):
    """An initial, or the class in the same text, makes a first name worth a look."""
    assert read_unwanted(text, LISTED, CLASSES) == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rowan made this",
        "We gave Rowan l",
        "A larch and a rowan stand in the yard",
        "Rowan in Year 4",
        "Rowan of the Herons",
        "Anna in Year 3",
        "Rowan Teal",
        "Larch Rowan",
        "We are in Year 3",
    ],
)
def test_silent(text):
    """A first name alone, other classes, other surnames and other orders name nobody of the list."""
    assert read_unwanted(text, LISTED, CLASSES) == ()


def test_an_empty_list_names_nobody():
    """Without marks there is nothing to compare with."""
    assert read_unwanted("Rowan Larch", NoConsent(KEY, frozenset())) == ()


def test_another_key_finds_nothing():
    """The hashes say nothing without the key that made them."""
    assert read_unwanted("Rowan Larch", NoConsent(b"the key of another school", LISTED.marks)) == ()


def test_the_list_shows_no_name():
    """Neither hashes nor what is printed of the list hold a name or the key."""
    shown = repr(LISTED) + "".join(LISTED.marks)
    assert not any(word in shown.casefold() for word in ("rowan", "larch", "ferris", "school's own"))


@pytest.mark.parametrize(
    ("key", "child"),
    [
        (b"k" * 65, ("Rowan", "Larch", "")),
        (b"short", ("Rowan", "Larch", "")),
        (KEY, ("", "Larch", "")),
        (KEY, ("Rowan", "-", "")),
    ],
)
def test_what_is_no_child_is_refused(key, child):
    """A key of another length, and a child without a first name or a surname, are errors."""
    with pytest.raises(ValueError, match="needs"):
        marks_of(key, *child)


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    """No text stops the reader, and nothing but kinds comes back."""
    assert set(read_unwanted(text, LISTED, CLASSES)) <= {"full name", "first name and initial", "first name and class"}


def test_a_long_text_is_read_up_to_its_limit():
    """What stands behind the limit is not read."""
    assert read_unwanted("x " * 12_000 + "Rowan Larch", LISTED) == ()


@pytest.mark.parametrize(
    ("first", "last", "caption"),
    [
        ("Łukasz", "Wójcik", "Well done Lukasz Wojcik!"), ("Lukasz", "Wojcik", "Well done Łukasz Wójcik!"),
        ("Ølaf", "Strøm", "Olaf Strom's goal"), ("Ya\u011f\u0131z", "Y\u0131lmaz", "Yagiz Yilmaz"), ("Đức", "Phạm", "Duc Pham"),
        ("Zoë", "O'Neil", "ZOE O\u2019NEIL"), ("Siân", "Ash-Rowan", "Sian Ash Rowan"), ("Dafydd", "ap Elm", "Dafydd Ap Elm"),
    ],
)  # fmt: skip
def test_names_are_found_in_letters_that_people_have(first, last, caption):
    """A name with letters of another language is found where a caption writes it without them, and the other way."""
    listed = NoConsent.of(b"k" * 32, [(first, last, "")])
    assert "full name" in read_unwanted(caption, listed)
