"""School days: which days of a year pupils are in school, and counting in them. Pure.

The terms come from school.toml; weekends and England's bank holidays are never school days. Where the terms
say nothing of a date, every other weekday counts as one, and `known` tells that this is a guess.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from checks.policy import Term

SATURDAY = 5
LONGEST_HOLIDAY = timedelta(days=60)
"""A longer gap between two terms means that one is missing from school.toml: no holiday is so long."""
HALF_TERM = timedelta(days=28)
"""A longer gap between two stretches of the same name means that they are different years' terms."""
USUAL_ENDS = ((3, 31), (7, 20), (12, 18))
"""About when terms end (month, day), for dates of which school.toml says nothing."""
DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays in one year."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


@dataclass(frozen=True, slots=True)
class HalfTerm:
    """Half a term: when it began, which tells it from all others, and how it is called."""

    starts: date
    name: str


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """The school's year. `terms` are stretches of school days, in any order; half-terms are two stretches."""

    terms: tuple[Term, ...] = ()

    def known(self, day: date) -> bool:
        """Whether school.toml says if this day is in term: inside one, or in a holiday between two."""
        if self._around(day):
            return True
        before = max((term.ends for term in self.terms if term.ends < day), default=None)
        after = min((term.starts for term in self.terms if term.starts > day), default=None)
        return before is not None and after is not None and after - before <= LONGEST_HOLIDAY

    def known_between(self, after: date, until: date) -> bool:
        """Whether school.toml says it of every day after one day, up to and including another."""
        return all(self.known(after + count * DAY) for count in range(1, (until - after).days + 1))

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are in school."""
        if day.weekday() >= SATURDAY or day in bank_holidays(day.year):
            return False
        return self._around(day) is not None or not self.known(day)

    def school_days_between(self, after: date, until: date) -> int:
        """How many school days lie after one day, up to and including another; 0 when there are none."""
        days = range(1, (until - after).days + 1)
        return sum(self.is_school_day(after + count * DAY) for count in days)

    def add_school_days(self, day: date, count: int) -> date:
        """The `count`-th school day after a day; the day itself for 0. Raises ValueError below 0."""
        if count < 0:
            raise ValueError("school days are counted forwards")
        while count:
            day += DAY
            count -= self.is_school_day(day)
        return day

    def end_of_term(self, day: date) -> date:
        """The last day of the term that a day is in, or of the next one when it is in a holiday.

        Stretches that follow each other under the same name are one term. For a date of which the terms say
        nothing it is the usual end of a term in England.
        """
        if not self.known(day):
            ends = (date(year, *end) for year in (day.year, day.year + 1) for end in USUAL_ENDS)
            return next(end for end in ends if end >= day)
        ahead = sorted((term for term in self.terms if term.ends >= day), key=lambda term: term.starts)
        last = ahead[0]
        for term in ahead[1:]:
            if term.name == last.name and term.starts - last.ends <= HALF_TERM:
                last = term
        return last.ends

    def end_of_half_term(self, day: date) -> date:
        """The last day of the stretch of school days that a day is in, or of the next one; see `end_of_term`."""
        ahead = min((term.ends for term in self.terms if term.ends >= day), default=None)
        return ahead if ahead and self.known(day) else self.end_of_term(day)

    def half_term(self, day: date) -> HalfTerm:
        """The stretch of school days that a day is in or follows; two calendar months where none is known."""
        begun = (term for term in self.terms if term.starts <= day)
        last = max(begun, key=lambda term: term.starts, default=None)
        if last and day - last.ends <= LONGEST_HOLIDAY:
            return HalfTerm(last.starts, f"{last.name} from {last.starts:%d/%m/%Y}")
        first = date(day.year, day.month - (day.month - 1) % 2, 1)
        return HalfTerm(first, f"{first:%B} and {months_later(first, 1):%B %Y}")

    def _around(self, day: date) -> Term | None:
        return next((term for term in self.terms if term.starts <= day <= term.ends), None)


def months_later(day: date, months: int) -> date:
    """The same day of the month, so many months later; the month's last day where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
