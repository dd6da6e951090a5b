"""The arithmetic of school years, against a slow count of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.years import (
    NURSERY,
    RECEPTION,
    AgeBand,
    BirthRange,
    Verdict,
    academic_year,
    age_on,
    aged,
    born_in,
    cohort,
    leavers,
)

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))

# (year group, born from, born to, ages on 22/11/2026, verdict for 13, verdict for 16), as the catalogue gives it.
TABLE = [
    (NURSERY, date(2022, 9, 1), date(2023, 8, 31), (3, 4), Verdict.UNDER, Verdict.UNDER),
    (RECEPTION, date(2021, 9, 1), date(2022, 8, 31), (4, 5), Verdict.UNDER, Verdict.UNDER),
    (1, date(2020, 9, 1), date(2021, 8, 31), (5, 6), Verdict.UNDER, Verdict.UNDER),
    (2, date(2019, 9, 1), date(2020, 8, 31), (6, 7), Verdict.UNDER, Verdict.UNDER),
    (3, date(2018, 9, 1), date(2019, 8, 31), (7, 8), Verdict.UNDER, Verdict.UNDER),
    (4, date(2017, 9, 1), date(2018, 8, 31), (8, 9), Verdict.UNDER, Verdict.UNDER),
    (5, date(2016, 9, 1), date(2017, 8, 31), (9, 10), Verdict.UNDER, Verdict.UNDER),
    (6, date(2015, 9, 1), date(2016, 8, 31), (10, 11), Verdict.UNDER, Verdict.UNDER),
    (7, date(2014, 9, 1), date(2015, 8, 31), (11, 12), Verdict.UNDER, Verdict.UNDER),
    (8, date(2013, 9, 1), date(2014, 8, 31), (12, 13), Verdict.MAYBE, Verdict.UNDER),
    (9, date(2012, 9, 1), date(2013, 8, 31), (13, 14), Verdict.OVER, Verdict.UNDER),
    (10, date(2011, 9, 1), date(2012, 8, 31), (14, 15), Verdict.OVER, Verdict.UNDER),
    (11, date(2010, 9, 1), date(2011, 8, 31), (15, 16), Verdict.OVER, Verdict.MAYBE),
    (12, date(2009, 9, 1), date(2010, 8, 31), (16, 17), Verdict.OVER, Verdict.OVER),
]


def birthdays_had(born: date, on: date) -> int:
    """The oracle: an age counted by walking through the years, 29 February celebrated on 1 March."""
    had = 0
    for year in range(born.year + 1, on.year + 1):
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        had += birthday <= on
    return had


def every_day(births: BirthRange) -> list[date]:
    return [births.earliest + timedelta(days=day) for day in range((births.latest - births.earliest).days + 1)]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"Year {row[0]}")
def test_table_of_2026(row):
    """Each year group of 2026/27 has the births, ages and verdicts of the catalogue's table."""
    group, earliest, latest, ages, at_13, at_16 = row
    births = cohort(group, 2026)
    assert (births.earliest, births.latest) == (earliest, latest)
    band = births.band(TODAY)
    assert (band.youngest, band.oldest) == ages
    assert (band.verdict(13), band.verdict(16)) == (at_13, at_16)


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_academic_year_turns_on_1_september(on, year):
    """31 August belongs to the old academic year, 1 September to the new one."""
    assert academic_year(on) == year


@given(on=DAYS, group=st.integers(-1, 13))
def test_a_cohort_is_one_year_of_births_from_september_to_august(on, group):
    """Whoever was born on the last day of a cohort is the youngest in it; the next day belongs to the next one."""
    births = cohort(group, academic_year(on))
    assert (births.earliest.month, births.earliest.day) == (9, 1)
    assert (births.latest.month, births.latest.day) == (8, 31)
    assert cohort(group - 1, academic_year(on)).earliest == births.latest + timedelta(days=1)


@given(on=DAYS, group=st.integers(1, 13))
def test_a_cohorts_ages_in_its_year(on, group):
    """In its own academic year everybody in Year n is n+4 to n+5, from the first day to the last."""
    assert cohort(group, academic_year(on)).band(on) in (
        AgeBand(group + 4, group + 5),
        AgeBand(group + 4, group + 4),
        AgeBand(group + 5, group + 5),
    )
    assert cohort(group, on.year).band(date(on.year, 9, 1)) == AgeBand(group + 4, group + 5)
    assert cohort(group, on.year).band(date(on.year + 1, 8, 31)) == AgeBand(group + 5, group + 5)


@given(born=DAYS, on=DAYS)
def test_age_is_the_count_of_birthdays(born, on):
    """An age is the number of birthdays had, a birthday on 29 February kept on 1 March in other years."""
    if born <= on:
        assert age_on(born, on) == birthdays_had(born, on)


@given(age=st.integers(0, 19), on=DAYS)
def test_aged_holds_exactly_the_days_of_birth_with_that_age(age, on):
    """Every day of birth in the range gives the age on the date, and the days just outside do not."""
    births = aged(age, on)
    assert all(birthdays_had(born, on) == age for born in every_day(births))
    assert birthdays_had(births.earliest - timedelta(days=1), on) == age + 1
    if age:
        assert birthdays_had(births.latest + timedelta(days=1), on) == age - 1


@given(earliest=DAYS, days=st.integers(0, 900), on=DAYS, minimum=st.integers(1, 18))
def test_band_and_share_agree_with_a_count_day_by_day(earliest, days, on, minimum):
    """A band is the ages of all days of birth, and the share under an age the part of those days."""
    births = BirthRange(earliest, earliest + timedelta(days=days))
    ages = [age_on(born, on) for born in every_day(births)]
    assert births.band(on) == AgeBand(min(ages), max(ages))
    under = sum(age < minimum for age in ages) / len(ages)
    assert births.share_under(minimum, on) == pytest.approx(under)
    verdict = births.band(on).verdict(minimum)
    assert verdict is (Verdict.UNDER if under == 1 else Verdict.OVER if under == 0 else Verdict.MAYBE)


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        (date(2027, 8, 31), Verdict.UNDER),
        (date(2027, 9, 1), Verdict.MAYBE),
        (date(2028, 8, 30), Verdict.MAYBE),
        (date(2028, 8, 31), Verdict.OVER),
    ],
)
def test_primary_leavers_of_2026_turn_13(on, verdict):
    """Leavers L are under 13 until 31/8/(L+1), perhaps until 30/8/(L+2), and 13 from the day after."""
    assert leavers(2026).band(on).verdict(13) is verdict


@pytest.mark.parametrize(("year", "verdict"), [(2026, Verdict.UNDER), (2025, Verdict.MAYBE), (2024, Verdict.OVER)])
def test_primary_leavers_today(year, verdict):
    """On 22/11/2026 leavers 2026 are under 13, leavers 2025 may be, leavers 2024 are not."""
    assert leavers(year).band(TODAY).verdict(13) is verdict


@pytest.mark.parametrize(("year", "verdict"), [(2014, Verdict.UNDER), (2013, Verdict.MAYBE), (2012, Verdict.OVER)])
def test_birth_year_today(year, verdict):
    """On 22/11/2026 a birth year of 2014 is under 13, 2013 may be, 2012 is not."""
    assert born_in(year).band(TODAY).verdict(13) is verdict


def test_birth_month_is_narrower_than_its_year():
    """A birth in March 2013 is 13 in November 2026, where 2013 alone leaves doubt."""
    assert born_in(2013, 3).band(TODAY) == AgeBand(13, 13)
    assert born_in(2016, 2).latest == date(2016, 2, 29)


def test_birth_on_29_february():
    """Somebody born on 29/2/2016 is 10 on 28/2/2027 and 11 on 1/3/2027."""
    assert age_on(date(2016, 2, 29), date(2027, 2, 28)) == 10
    assert age_on(date(2016, 2, 29), date(2027, 3, 1)) == 11
