from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.calendar import SchoolCalendar, months_later
from checks.policy import Term

DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))


@st.composite
def calendars(draw):
    """Calendars with up to six stretches that do not overlap."""
    edges = sorted(draw(st.lists(DAYS, unique=True, max_size=12)))
    names = st.sampled_from(("Autumn", "Spring", "Summer"))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return SchoolCalendar(tuple(Term(name=draw(names), starts=a, ends=b) for a, b in pairs))


@pytest.fixture
def calendar(make):
    return SchoolCalendar(make.school().terms)


def test_holidays_do_not_count(calendar):
    """The week of the autumn half-term has no school day."""
    assert calendar.school_days_between(date(2026, 10, 23), date(2026, 11, 1)) == 0
    assert calendar.school_days_between(date(2026, 10, 23), date(2026, 11, 2)) == 1


def test_bank_holiday_in_term(calendar):
    """The early May bank holiday is no school day though it lies within a term."""
    assert not calendar.is_school_day(date(2026, 5, 4))
    assert calendar.is_school_day(date(2026, 5, 5))


def test_bank_holidays_are_englands(calendar):
    """St Andrew's Day, a holiday in Scotland, is a school day in England."""
    assert calendar.is_school_day(date(2026, 11, 30))


def test_unknown_dates_fall_back_to_weekdays(calendar):
    """Where school.toml has no terms every weekday but a bank holiday counts, and the calendar says it guesses."""
    assert not calendar.known(date(2025, 8, 6))
    assert calendar.is_school_day(date(2025, 8, 6))
    assert not calendar.is_school_day(date(2025, 8, 25))
    assert not calendar.is_school_day(date(2025, 8, 9))


def test_holiday_between_terms_is_known(calendar):
    """A day in the summer holidays between two terms is known, and no school day."""
    assert calendar.known(date(2026, 8, 5))
    assert not calendar.is_school_day(date(2026, 8, 5))


def test_missing_term_is_unknown():
    """A gap too long for a holiday is a term that school.toml lacks, not a holiday."""
    calendar = SchoolCalendar(
        (
            Term(name="Autumn", starts=date(2025, 9, 2), ends=date(2025, 12, 19)),
            Term(name="Summer", starts=date(2026, 4, 13), ends=date(2026, 7, 21)),
        )
    )
    assert not calendar.known(date(2026, 2, 4))
    assert not calendar.known_between(date(2025, 12, 19), date(2026, 4, 13))
    assert calendar.is_school_day(date(2026, 2, 4))


def test_end_of_term_spans_half_terms(calendar):
    """Two stretches of one name are one term: in September the term ends in December."""
    assert calendar.end_of_term(date(2026, 9, 14)) == date(2026, 12, 18)
    assert calendar.end_of_term(date(2026, 10, 28)) == date(2026, 12, 18)


def test_end_of_term_in_the_holidays(calendar):
    """In the holidays it is the next term whose end counts."""
    assert calendar.end_of_term(date(2026, 12, 24)) == date(2027, 3, 25)


def test_end_of_term_without_terms():
    """Without terms it is the usual end of a term in England."""
    assert SchoolCalendar().end_of_term(date(2026, 11, 20)) == date(2026, 12, 18)
    assert SchoolCalendar().end_of_term(date(2026, 12, 24)) == date(2027, 3, 31)


def test_counting_backwards_is_refused():
    """A negative number of school days is an error and not an endless loop."""
    with pytest.raises(ValueError, match="forwards"):
        SchoolCalendar().add_school_days(date(2026, 11, 20), -1)


@given(calendars(), DAYS, st.integers(0, 60))
def test_adding_and_counting_agree(calendar, day, count):
    """Counting up to the n-th school day after a day gives n."""
    assert calendar.school_days_between(day, calendar.add_school_days(day, count)) == count


@given(calendars(), DAYS, st.integers(1, 60))
def test_adding_ends_on_a_school_day(calendar, day, count):
    """The n-th school day is a school day, and later than the start."""
    end = calendar.add_school_days(day, count)
    assert end > day
    assert calendar.is_school_day(end)


@given(calendars(), DAYS, DAYS, DAYS)
def test_counts_add_up(calendar, first, second, third):
    """The school days of two adjoining stretches add up to those of the whole."""
    a, b, c = sorted((first, second, third))
    between = calendar.school_days_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(c, a) == 0


@given(calendars(), DAYS)
def test_weekends_never_count(calendar, day):
    """No Saturday or Sunday is a school day, whatever school.toml says."""
    if day.weekday() >= 5:
        assert not calendar.is_school_day(day)


@given(calendars(), DAYS)
def test_end_of_term_is_not_past(calendar, day):
    """The end of term lies on the day or after it."""
    assert calendar.end_of_term(day) >= day


@given(DAYS, st.integers(0, 36))
def test_months_later_keeps_the_month(day, months):
    """Months are counted on the calendar: the day stays, or becomes the month's last one."""
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 9, 10), date(2026, 10, 16)),
        (date(2026, 10, 20), date(2026, 12, 18)),
        (date(2026, 11, 22), date(2026, 12, 18)),
        (date(2030, 11, 22), date(2030, 12, 18)),
    ],
)
def test_a_half_term_ends_with_its_stretch(day, end):
    """The stretch that a day is in, or the next one; the usual end of a term where nothing is known."""
    terms = (
        Term(name="Autumn", starts=date(2026, 9, 2), ends=date(2026, 10, 16)),
        Term(name="Autumn", starts=date(2026, 11, 2), ends=date(2026, 12, 18)),
    )
    assert SchoolCalendar(terms).end_of_half_term(day) == end


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 8, 30), "July and August 2026"),
        (date(2026, 9, 2), "Autumn from 02/09/2026"),
        (date(2026, 10, 20), "Autumn from 02/09/2026"),
        (date(2026, 11, 2), "Autumn from 02/11/2026"),
        (date(2027, 1, 4), "Autumn from 02/11/2026"),
        (date(2028, 1, 4), "January and February 2028"),
    ],
)
def test_a_day_belongs_to_a_half_term(day, name):
    """A holiday belongs to the stretch before it; where no term is near, two months of the calendar count as one."""
    terms = (
        Term(name="Autumn", starts=date(2026, 11, 2), ends=date(2026, 12, 18)),
        Term(name="Autumn", starts=date(2026, 9, 2), ends=date(2026, 10, 16)),
    )
    assert SchoolCalendar(terms).half_term(day).name == name
