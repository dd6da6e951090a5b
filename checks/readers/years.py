"""Exact arithmetic of UK school years: from what a person says to when they were born, and from that to an age.

Every statement about an age (a year group, a birth year, "I'm 9") becomes a `BirthRange`, the days on which the
person may have been born. An age on a date, today's or next term's, then follows without any further thought.
Ages are whole years. Somebody born on 29 February has their birthday on 1 March in other years.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

RECEPTION = 0
NURSERY = -1
FIRST_MONTH = 9
"""An academic year and its cohort of births begin on 1 September, everywhere in England and Wales."""


class Verdict(StrEnum):
    """Whether everybody in an age band is below a minimum age, nobody is, or some may be."""

    UNDER = "under"
    MAYBE = "maybe"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class AgeBand:
    """The youngest and the oldest age, in whole years, that a person may have on one date."""

    youngest: int
    oldest: int

    def verdict(self, minimum: int) -> Verdict:
        """UNDER when even the oldest is below `minimum`, OVER when even the youngest has reached it."""
        if self.oldest < minimum:
            return Verdict.UNDER
        return Verdict.OVER if self.youngest >= minimum else Verdict.MAYBE


@dataclass(frozen=True, slots=True)
class BirthRange:
    """The first and the last day, both included, on which a person may have been born."""

    earliest: date
    latest: date

    def band(self, on: date) -> AgeBand:
        """The ages possible on a date. Before birth an age is negative."""
        return AgeBand(age_on(self.latest, on), age_on(self.earliest, on))

    def share_under(self, minimum: int, on: date) -> float:
        """The part (0 to 1) of these birthdays that make a person younger than `minimum` on a date."""
        days = (self.latest - self.earliest).days + 1
        young = (self.latest - _last_birthday_of(minimum, on)).days
        return min(max(young, 0), days) / days

    def joined(self, other: "BirthRange") -> "BirthRange":
        """The smallest range that holds both."""
        return BirthRange(min(self.earliest, other.earliest), max(self.latest, other.latest))


def academic_year(on: date) -> int:
    """The calendar year in which the academic year of a date began: 2026 from 1/9/2026 to 31/8/2027."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def age_on(born: date, on: date) -> int:
    """The age in whole years on a date of somebody born on a date."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def cohort(year_group: int, academic: int) -> BirthRange:
    """When the pupils of a year group were born.

    `year_group` is 1 to 13 for Year 1 to Year 13, `RECEPTION` or `NURSERY`; `academic` is the calendar year in
    which the academic year begins. Year 6 of 2026/27: 1/9/2015 to 31/8/2016.
    """
    first = academic - year_group - 5
    return BirthRange(date(first, FIRST_MONTH, 1), date(first + 1, FIRST_MONTH, 1) - timedelta(days=1))


def leavers(year: int, last_year_group: int = 6) -> BirthRange:
    """When those were born who finish `last_year_group` in July of `year`: by default primary leavers."""
    return cohort(last_year_group, year - 1)


def aged(age: int, on: date) -> BirthRange:
    """When somebody was born who is `age` whole years old on a date."""
    return BirthRange(_last_birthday_of(age + 1, on) + timedelta(days=1), _last_birthday_of(age, on))


def born_in(year: int, month: int | None = None) -> BirthRange:
    """All days of a birth year, or of one month of it."""
    first, last = (month, month) if month else (1, 12)
    return BirthRange(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _last_birthday_of(age: int, on: date) -> date:
    """The latest day of birth that gives somebody at least `age` years on a date."""
    if on.month == 2 and on.day == 29 and not calendar.isleap(on.year - age):  # noqa: PLR2004 - 29 February
        return date(on.year - age, 2, 28)
    return on.replace(year=on.year - age)
