# ruff: noqa: RUF001 - letters in disguise are what is tested here
"""Plain letters and digits, and the way back to what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.plain_text import LIMIT, plain


@pytest.mark.parametrize(
    ("dressed", "bare"),
    [
        ("𝟏𝟎 𝐲𝐨", "10 yo"),
        ("ⓨⓔⓐⓡ ➅", "year 6"),
        ("Y5️⃣", "Y5"),
        ("🔟 yrs", "10 yrs"),
        ("10¾", "10 3/4"),
        ("ʏᴇᴀʀ 6", "YEAR 6"),
        ("🅰🆈", "AY"),
        ("ｆｕｌｌ", "full"),
        ("٣", "3"),
        ("A̶g̶e̶", "Age"),
        ("i’m – ok", "i'm - ok"),
        ("🇬🇧 🎂", "🇬🇧 🎂"),
        ("plain ascii", "plain ascii"),
    ],
)
def test_what_people_dress_up_is_undone(dressed, bare):
    """Styled letters and digits become plain ones; emoji and flags stay."""
    assert plain(dressed).text == bare


@given(text=st.text(max_size=200))
def test_every_character_knows_its_origin(text):
    """Each plain character comes from a place in the original, in order, and the whole span is inside it."""
    simple = plain(text)
    assert len(simple.origins) == len(simple.text) + 1
    assert list(simple.origins) == sorted(simple.origins)
    start, end = simple.span(0, len(simple.text))
    assert 0 <= start <= end <= len(text)


def test_long_texts_are_cut():
    """No more than the limit is read."""
    assert len(plain("é" * (LIMIT + 50)).text) == LIMIT
