"""The look: contrast, and how much room words take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.finding import Severity
from output import style
from output.report import Rating, Tone
from output.style import Look, fold, lines_taken, row_height, shortened

WORDS = st.text(st.characters(codec="utf-8"), max_size=300)


def luminance(colour):
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(look):
    """The contrast of a look's ink on its ground, or on white."""
    high, low = sorted((luminance(look.ink), luminance(look.ground or "FFFFFF")), reverse=True)
    return (high + 0.05) / (low + 0.05)


LOOKS = {
    **{name: look for name, look in vars(style).items() if isinstance(look, Look)},
    **{f"tone {tone}": style.tone_look(tone) for tone in Tone},
    **{f"severity {severity}": style.severity_look(severity) for severity in Severity},
    **{f"answer {words}": Look(ink=ink, ground=ground) for words, (ground, ink) in style.CHOICE_COLOURS.items()},
}


@pytest.mark.parametrize("name", LOOKS)
def test_every_look_can_be_read(name):
    """Ink stands out from its ground by at least 4.5:1."""
    assert contrast(LOOKS[name]) >= 4.5


def test_the_measure_of_contrast_is_right():
    """Black on white is 21:1 and a colour on itself 1:1."""
    assert contrast(Look(ink="000000", ground="FFFFFF")) == pytest.approx(21)
    assert contrast(Look(ink="777777", ground="777777")) == pytest.approx(1)


@pytest.mark.parametrize("ground", [style.PAPER, style.SHADE, style.TO_FILL])
@pytest.mark.parametrize("ink", [style.INK, style.MUTED, style.TEAL])
def test_inks_can_be_read_on_pale_grounds(ink, ground):
    """The inks of running text stand out from the pale grounds too."""
    assert contrast(Look(ink=ink, ground=ground)) >= 4.5


def test_every_rating_and_severity_has_its_colours():
    """No rating, tone or severity is without colours."""
    assert set(style.RATING_TONES) == set(Rating)
    assert set(style.TONE_COLOURS) == set(Tone)
    assert set(style.SEVERITY_COLOURS) == set(Severity)


@given(WORDS, st.floats(3, 120))
def test_folding_loses_nothing(words, width):
    """Folded lines hold every character but the spaces at which they were broken."""
    assert "".join("".join(fold(words, width)).split()) == "".join(words.split())


@given(WORDS, st.floats(5, 120), st.integers(1, 3))
def test_shortened_words_fit(words, width, most):
    """Shortened words take no more lines than asked, and those that fit are left whole."""
    lines = shortened(words, width, most=most)
    flat = " ".join(words.split())
    assert len(lines) <= most
    assert all(len(fold(line, width)) == 1 for line in lines)
    if len(fold(flat, width)) <= most:
        assert lines == fold(flat, width)
    else:
        assert lines[-1].endswith("…")


def test_longer_words_take_more_lines():
    """Room grows with the words and shrinks with the width; bold takes no less than plain."""
    words = "Neither the display name nor the description carries the school's name. " * 4
    assert lines_taken(words, 30, style.TEXT) > lines_taken(words, 60, style.TEXT) > 1
    assert lines_taken(words, 30, style.BOLD_TEXT) >= lines_taken(words, 30, style.TEXT)
    assert lines_taken("a\nb\nc", 30, style.TEXT) == 3


def test_rows_stay_below_what_excel_allows():
    """No row is higher than 409 points, and a short one has its least height."""
    assert row_height(1_000) <= 409
    assert row_height(1) == 22
