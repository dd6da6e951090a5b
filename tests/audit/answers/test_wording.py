"""What people type, and what the list keeps of it."""

import calendar
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.answers.wording import LONGEST, Normal, normal, tidy
from output.answers import (
    AGREED,
    APPROVER,
    COMMENT,
    DECIDED,
    FIELDS,
    LOOKED,
    STATUS,
    Decided,
    Looked,
    Sort,
    Status,
)
from output.cells import REPLACEMENT

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MONTHS = calendar.month_name


def ordinal(day):
    """A day of the month as people write it: 1st, 22nd, 13th."""
    ending = "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


WRITTEN = (
    lambda d: f"{d:%d/%m/%Y}",
    lambda d: f"{d.day}/{d.month}/{d.year}",
    lambda d: f"{d.day}/{d.month}/{d.year % 100:02}",
    lambda d: f"{d.day}.{d.month}.{d.year}",
    lambda d: f"{d.day}-{d.month}-{d.year}",
    lambda d: f"{d.day} {MONTHS[d.month][:3]} {d.year}",
    lambda d: f"{d.day}-{MONTHS[d.month][:3]}-{d.year % 100:02}",
    lambda d: f"{ordinal(d.day)} {MONTHS[d.month]} {d.year}",
    lambda d: f"{ordinal(d.day)} of {MONTHS[d.month].upper()}, {d.year}",
    lambda d: f"{d:%A} {d.day} {MONTHS[d.month]} {d.year}",
    lambda d: f"{d:%a}, {d.day}\u00a0{MONTHS[d.month]} {d.year}.",
    lambda d: f"{MONTHS[d.month]} {ordinal(d.day)}, {d.year}",
    lambda d: d.isoformat(),
    lambda d: f"{d.isoformat()}T00:00:00",
    lambda d: f"  {d:%d/%m/%Y} 00:00 ",
    lambda d: d,
    lambda d: datetime(d.year, d.month, d.day, 14, 30),
    lambda d: (d - date(1899, 12, 30)).days,
    lambda d: float((d - date(1899, 12, 30)).days) + 0.25,
)
"""Ways in which people and programs write a day."""


@given(DAYS, st.sampled_from(WRITTEN))
def test_a_day_is_understood_however_it_is_written(day, write):
    """Days come out as YYYY-MM-DD, the day before the month."""
    assert normal(AGREED, write(day)) == Normal(day.isoformat())


@given(DAYS)
def test_an_american_date_is_never_turned_into_another_day(day):
    """The month before the day is not understood where it cannot be British."""
    assume(day.day > 12)
    assert normal(AGREED, f"{day.month}/{day.day}/{day.year}").understood is False


@pytest.mark.parametrize(
    "typed",
    [
        "31/02/2026", "0/1/2026", "1 Dec", "1/12", "December 2026", "next week", "half-term", "46357", "01/12/1926",
        "1/12/226", "32 Dec 2026", "1/12/2026 or later", "9" * 500, "2027", 2027, 1, -5, 1e300, True, "TBC", "01/13/2026",
        datetime(1899, 12, 31, 9), "1st Decembre 2026", "1/12/2026 09:30",
    ],
)  # fmt: skip
def test_what_is_no_day_keeps_its_words(typed):
    """Impossible, incomplete and unlikely dates are not understood, and nothing typed is lost."""
    found = normal(AGREED, typed)
    assert not found.understood
    assert found.value


@given(st.one_of(st.text(max_size=60), st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.booleans()))
def test_a_date_is_a_date_or_words(value):
    """Whatever stands in a date's column, an understood one is a day in this century."""
    found = normal(AGREED, value)
    if found.understood and found.value is not None:
        assert date(2000, 1, 1) <= date.fromisoformat(found.value) <= date(2099, 12, 31)


@pytest.mark.parametrize("field", [one for one in FIELDS.values() if one.choices])
def test_every_choice_is_understood(field):
    """A choice comes back as it is offered, in any case, with other dashes, stops and spaces."""
    for choice in field.choices:
        for typed in (
            choice,
            choice.upper(),
            f" {choice.lower()}. ",
            choice.replace(" - ", " \u2013 ").replace(" ", "\u00a0"),
        ):
            assert normal(field, typed) == Normal(str(choice))


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        (STATUS, "done", Status.DONE),
        (STATUS, "Fixed!", Status.DONE),
        (STATUS, "Done, please recheck", Status.DONE),
        (STATUS, "DONE-PLEASE RE-CHECK", Status.DONE),
        (STATUS, "Done - can not be re-checked", Status.ATTESTED),
        (STATUS, "can't be rechecked", Status.ATTESTED),
        (STATUS, "Accepted", Status.ACCEPTED),
        (STATUS, "Acepted risk", Status.ACCEPTED),
        (STATUS, "In progres", Status.IN_PROGRESS),
        (STATUS, "inprogress", Status.IN_PROGRESS),
        (STATUS, "To reveiw", Status.TO_REVIEW),
        (STATUS, "False positive", Status.NOT_AN_ISSUE),
        (STATUS, "not an isue", Status.NOT_AN_ISSUE),
        (DECIDED, "agree", Decided.AGREED),
        (DECIDED, "NOT  AGREED", Decided.NOT_AGREED),
        (DECIDED, "defered", Decided.DEFERRED),
        (LOOKED, "OK", Looked.RIGHT),
        (LOOKED, "not ok", Looked.NOT_RIGHT),
        (APPROVER, "Head teacher", "Headteacher"),
        (APPROVER, "the Head", "Headteacher"),
        (APPROVER, "Chair of Governers", "Chair of governors"),
        (APPROVER, "DSL", "Safeguarding lead"),
    ],
)
def test_unmistakable_words_are_understood(field, typed, meant):
    """Plain words and slips of the keyboard mean the choice that they can only mean."""
    assert normal(field, typed) == Normal(str(meant))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (STATUS, "Not done"), (STATUS, "not fixed"), (STATUS, "Unaccepted risk"), (STATUS, "not accepted"),
        (STATUS, "Now an issue"), (STATUS, "an issue"), (STATUS, "Done?! no"), (STATUS, "Closed"), (STATUS, "n/a"),
        (STATUS, "Agreed"), (STATUS, "incomplete"), (STATUS, "yes"), (STATUS, "done - do not re-check"), (STATUS, 1),
        (STATUS, True), (STATUS, date(2026, 12, 1)), (STATUS, "x" * 6_000), (DECIDED, "Disagreed"), (DECIDED, "yes"),
        (DECIDED, "Done"), (LOOKED, "not sure"), (LOOKED, "bright"), (APPROVER, "Mrs Fenwick"),
        (APPROVER, "Headteacher and chair"), (APPROVER, "deputy headteacher"),
    ],
)  # fmt: skip
def test_words_that_may_mean_something_else_are_not_understood(field, typed):
    """What could mean the opposite, or something else, keeps its words."""
    found = normal(field, typed)
    assert not found.understood
    assert found.value


@given(st.text(max_size=300), st.sampled_from(tuple(FIELDS.values())))
def test_once_is_as_twice(words, field):
    """What the list keeps of an answer reads the same when it comes back from the next workbook."""
    once = normal(field, words)
    if field.sort is Sort.DATE and once.understood and once.value:
        assert normal(field, date.fromisoformat(once.value)) == once
    elif once.value is None:
        assert once == Normal(None)
    else:
        assert normal(field, once.value) == once


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zs", "Cn"), whitelist_characters=" \n"), max_size=400))
def test_text_comes_back_as_typed(words):
    """Words are kept as they were typed, without the spaces around them."""
    assert (normal(COMMENT, words).value or "") == words.strip()


def test_what_cannot_be_stored_is_shown():
    """Control characters and halves of pairs are replaced, so that the next workbook says the same."""
    assert normal(COMMENT, "bell \x07, half \ud83d, return\r\nend").value == (
        f"bell {REPLACEMENT}, half {REPLACEMENT}, return\nend"
    )


def test_spaces_that_look_alike_become_plain():
    """Non-breaking spaces, which come with words from web pages, are plain ones."""
    assert normal(COMMENT, "\u00a0two\u00a0words\u202f\u2003").value == "two words"


def test_long_answers_are_cut_visibly():
    """An answer has at most 5,000 characters, and says where it was cut; cut once, it is not cut again."""
    found = normal(COMMENT, "word " * 4_000).value
    assert len(found) <= LONGEST
    assert found.endswith("5,000 characters]")
    assert tidy(found) == found
    assert normal(COMMENT, "x" * LONGEST).value == "x" * LONGEST


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, None), ("", None), (" \u00a0\n", None), (12.0, "12"), (12, "12"), (0.5, "0.5"), (0, "0"), (True, "TRUE"),
        (False, "FALSE"), (date(2026, 12, 1), "01/12/2026"), (datetime(2026, 12, 1), "01/12/2026"),
        (datetime(2026, 12, 1, 9, 5), "01/12/2026 09:05"), (1e20, "100000000000000000000"), ("09:30", "09:30"),
    ],
)  # fmt: skip
def test_other_values_become_the_words_that_people_saw(value, words):
    """Numbers, days and yes or no in a column of words are the words that stood in the cell."""
    assert normal(COMMENT, value) == Normal(words)


def test_judging_an_answer_takes_no_time():
    """Long and odd words cost no more than others."""
    import time

    before = time.perf_counter()
    for field in FIELDS.values():
        for words in ("re check " * 500, "1 " * 2_500, "-" * 5_000, "st " * 1_600, "may " * 1_200, "\u00a0" * 5_000):
            normal(field, words)
    assert time.perf_counter() - before < 5


def test_days_count_from_the_spreadsheets_zero():
    """46357 is 1 December 2026."""
    assert date(1899, 12, 30) + timedelta(days=46357) == date(2026, 12, 1)
    assert normal(AGREED, 46357).value == "2026-12-01"
