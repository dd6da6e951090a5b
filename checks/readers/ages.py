"""How old a person says they are, in a profile text such as a bio or a display name, as UK pupils say it.

"Y6", "i'm 9", "10¾", "Lily 🌸 9 🌸", "leavers '26" and "b. 2017" are read; parents, teachers, coaches,
clubs, ranges and numbers that are not ages are kept out. What is read is what a person *says*, never proof of an
age, and most children say nothing of theirs: a text without a reading tells nothing about its writer.

The ways to say an age and the words around them are data/ages.toml; here is their arithmetic and what takes a
statement back. No pattern repeats a repetition without bound; `plain_text.LIMIT` characters are read.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from typing import Any, Literal, TypeAlias

import pandas as pd

from checks.readers.patterns import PatternFile, any_of
from checks.readers.plain_text import Plain, plain
from checks.readers.years import (
    FIRST_MONTH,
    NURSERY,
    RECEPTION,
    AgeBand,
    BirthRange,
    academic_year,
    age_on,
    aged,
    born_in,
    cohort,
    leavers,
)

YOUNGEST = 4
"""Nobody younger says an age; a smaller number counts something else."""
OLDEST = 19
"""The oldest age that a reading is given for; a writer who says more is an adult."""
STARTS_SCHOOL = 5
"""Nobody younger makes an account."""
FIRST_TEEN = 13
LAST_PRIMARY, LAST_COMPULSORY, LAST_SIXTH_FORM = 6, 11, 13
"""The year groups after which pupils leave."""

LOCKDOWN_BEGAN, LOCKDOWN_ENDED = date(2020, 3, 23), date(2021, 3, 8)
"""When schools in England closed to most pupils, and when they were open to all again."""

ANY_DAY = date(2026, 9, 1)
"""For what does not depend on the day."""

_FIRM, _BUT_FOR_WORK, _PLAIN, _DOUBTFUL = 4, 3, 2, 1
"""`strength` in data/ages.toml, 2 being the common one: what in the rest of a text takes a statement back."""


@dataclass(frozen=True, slots=True)
class AgeReading:
    """What a text says of its writer's age.

    `band` is in whole years on the date asked for; `born` is what it was computed from and serves any other
    date. `span` is (start, end) of the telling words in the text as given. `rule` names the way of saying it,
    `reason` is a clause for people ("gives an age of 9"). A "possible" reading rests on weak words or is
    implausible beside the account's own age. `parent_managed`: the text says that an adult runs the account.
    """

    band: AgeBand
    born: BirthRange
    span: tuple[int, int]
    rule: str
    reason: str
    confidence: Literal["likely", "possible"]
    parent_managed: bool


COLUMNS = {
    "youngest": "int64",
    "oldest": "int64",
    "born_earliest": "object",
    "born_latest": "object",
    "start": "int64",
    "end": "int64",
    "rule": "object",
    "reason": "object",
    "confidence": "object",
    "parent_managed": "bool",
}
"""Columns and types of `read_ages`: `AgeReading` laid flat. The two born_ columns hold `datetime.date`."""


def read_age(
    text: str,
    on: date,
    *,
    written_on: date | None = None,
    first_seen: date | None = None,
    account_created: date | None = None,
    class_names: Sequence[str] = (),
    spoken: bool = False,
) -> AgeReading | None:
    """The age that a profile text gives of its writer, as a band on the date `on`; None when it gives none.

    `written_on` is the day of writing where that is known (a post): the age has grown since. `first_seen` is
    the day since which the text has stood there (a bio, which people leave as it is and re-write alike): the
    band then reaches from the age as it stands to that age grown since. With neither, the text counts as
    written on `on`. An account made (`account_created`) before its writer was five makes an age implausible: the text
    may be as old as the account, and the band reaches up to that. `class_names` are the school's own classes:
    "I'm in Kingfishers" counts only for these. `spoken`: the text is a post or a comment and not a profile, of which
    only what is said in the first person counts; beside kin ("my son says") it is a possible reading.
    """
    simple = plain(text)
    simple = Plain(_lower(simple.text), simple.origins)
    if not _first_look(_named(class_names)).search(simple.text):
        return None
    simple = _respelt(simple)
    bio = _Bio(simple.text)
    best = _best(bio, written_on or first_seen or on, written_on or on, class_names, _BUT_FOR_WORK if spoken else 0)
    if best is None:
        return None
    born, doubtful = best.born, best.rule.strength == _DOUBTFUL or (spoken and bio.has_kin)
    if account_created and age_on(born.earliest, account_created) < STARTS_SCHOOL:
        born, doubtful = born.joined(best.rule.meaning(best.match, account_created) or born), True
    return AgeReading(
        band=born.band(on),
        born=born,
        span=simple.span(*best.match.span()),
        rule=best.rule.name,
        reason=best.rule.reason.format(**best.match.groupdict()),
        confidence="possible" if doubtful else "likely",
        parent_managed=bio.parent_managed,
    )


def read_ages(
    texts: "pd.Series[str]",
    on: date,
    *,
    written_on: "pd.Series[Any] | None" = None,
    first_seen: "pd.Series[Any] | None" = None,
    account_created: "pd.Series[Any] | None" = None,
    class_names: Sequence[str] = (),
) -> pd.DataFrame:
    """`read_age` for many texts: one row for each text with a reading, under that text's index.

    Missing texts have no reading. The optional series hold `datetime.date`, stand in the order of `texts` and
    may have gaps. `COLUMNS` gives the table's shape; a table without rows has these columns too.
    """
    days = {"written_on": written_on, "first_seen": first_seen, "account_created": account_created}
    given = {name: series.tolist() for name, series in days.items() if series is not None}
    first_look = _first_look(_named(class_names))
    values: list[Any] = texts.tolist()
    rows: list[tuple[Any, ...]] = []
    labels: list[Any] = []
    for place, (label, text) in enumerate(zip(texts.index, values, strict=True)):
        if not isinstance(text, str):
            continue
        if text.isascii() and not first_look.search(text.lower()):
            continue
        known: dict[str, Any] = {name: None if pd.isna(dates[place]) else dates[place] for name, dates in given.items()}
        reading = read_age(text, on, class_names=class_names, **known)
        if reading:
            labels.append(label)
            rows.append(
                (
                    reading.band.youngest,
                    reading.band.oldest,
                    reading.born.earliest,
                    reading.born.latest,
                    *reading.span,
                    reading.rule,
                    reading.reason,
                    reading.confidence,
                    reading.parent_managed,
                )
            )
    index = pd.Index(labels, dtype=texts.index.dtype, name=texts.index.name)
    return pd.DataFrame(rows, columns=list(COLUMNS), index=index).astype(COLUMNS)


def is_open(text: str) -> bool:
    """Whether a text in which no age is read holds something like one, in letters that the heads can read.

    Not where the writer says to be thirteen or more, or speaks of children of their own.
    """
    simple = plain(text)
    simple = Plain(_lower(simple.text), simple.origins)
    if not _first_look(()).search(simple.text):
        return False
    letters = [letter for letter in simple.text if letter.isalpha()]
    if 2 * sum(letter.isascii() for letter in letters) < len(letters):
        return False
    bio = _Bio(_respelt(simple).text)
    if _patterns()["«of_own_children»"].search(bio.text):
        return False
    said = _statements(bio, ANY_DAY, ANY_DAY, ())
    return all(age_on(statement.born.earliest, ANY_DAY) <= FIRST_TEEN for statement in said)


def speaks_of_grown_ups(text: str) -> bool:
    """Whether a text has a word of work, kin, a group or a pet, said of its writer, or no number that an age may be."""
    simple = plain(text)
    bio = _Bio(_respelt(Plain(_lower(simple.text), simple.origins)).text)
    return (
        not bio.may_be_young
        or bio.has_work
        or bio.has_claimed_work
        or bio.has_kin
        or bio.is_pet
        or bio.pet_speaks
        or bio.is_group
    )


def generalised(text: str) -> str:
    """A text as the heads weigh it: spelt as the rules read it, each number replaced by one that stands for its like.

    What is learnt of "im 8" so holds of "im nine" as well, and not of "im 15". Years and ages are told apart by
    their figures, year groups by the word before them.
    """
    simple = plain(text)
    simple = _respelt(Plain(_lower(simple.text), simple.origins))
    return " ".join(_patterns()["«any_number»"].sub(_like_number, simple.text).split())


def _like_number(match: "re.Match[str]") -> str:
    said = match["number"]
    number = int(said) if said.isdecimal() else _CARDINALS[said]
    kind = "group" if match["group"] else "year" if len(said) == 4 and said.isdecimal() else "age"  # noqa: PLR2004
    like = next(word for most, word in settings()["head"]["like_numbers"][kind] if number <= most)
    return f"{(match['group'] or '').strip()} {like} "


def childhood(since: date, until: date) -> BirthRange:
    """The days of birth of somebody of primary age, or a little over, on any day from `since` to `until`."""
    return aged(12, since).joined(aged(STARTS_SCHOOL, until))


def settings() -> Mapping[str, Any]:
    """The data file, for what the heads are used with."""
    return _patterns().table


# --- from a statement to days of birth -------------------------------------------------------------

Match: TypeAlias = "re.Match[str]"
Meaning = Callable[[Match, date], BirthRange | None]
"""From a match and the day of writing to days of birth; None when the words cannot be meant so."""


def _number(match: Match) -> int:
    said = next(match[name] for name in ("n", "nth") if match.groupdict().get(name))
    return int(said) if said.isdecimal() else (_CARDINALS | _ORDINALS)[said]


def _year(match: Match) -> int:
    """The year of "2016", "2k16", "'16" and "16"."""
    digits = match["y"].lstrip("'").replace("k", "0")
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004 - two digits of a year


def _stated(match: Match, written: date) -> BirthRange:
    return aged(_number(match), written)


def _one_less(match: Match, written: date) -> BirthRange:
    return aged(_number(match) - 1, written)


def _birthday(match: Match, written: date) -> BirthRange | None:
    """An nth birthday is just past or soon to come; a grown-up's is likely not the writer's."""
    number = _number(match)
    return aged(number, written).joined(aged(number - 1, written)) if number <= OLDEST else None


def _below(match: Match, written: date) -> BirthRange:
    return aged(_number(match) - 1, written).joined(aged(STARTS_SCHOOL, written))


def _team(match: Match, written: date) -> BirthRange:
    """An under-11 was under 11 when the season began; the younger play up to two years above their age."""
    number = _number(match)
    return aged(number, written).joined(aged(number - 3, written))


def _year_group(match: Match, written: date) -> BirthRange:
    now = academic_year(written)
    born = cohort(_number(match), now)
    mixed = match.groupdict().get("n2")
    return born.joined(cohort(int(mixed), now)) if mixed else born


def _next_year_group(match: Match, written: date) -> BirthRange:
    """Going into Y5 is being in Y5 from the next September."""
    return cohort(_number(match), academic_year(written) + 1)


def _last_year_group(match: Match, written: date) -> BirthRange:
    """Whoever just finished Y6 was in this academic year's in July and August, else in the last one's."""
    summer = FIRST_MONTH - 2 <= written.month < FIRST_MONTH
    return cohort(_number(match), academic_year(written) - (not summer))


def _grade(match: Match, written: date) -> BirthRange:
    """North American grades run one behind our year groups."""
    return cohort(_number(match) + 1, academic_year(written))


def _scottish_year(match: Match, written: date) -> BirthRange:
    """P1 begins at 4½ to 5½ in Scotland (born from March on), at 4 in Northern Ireland (born up to July)."""
    first = academic_year(written) - _number(match) - 4
    return BirthRange(date(first, 3, 1), date(first + 1, 7, 1))


def _reception(match: Match, written: date) -> BirthRange:
    return cohort(RECEPTION, _year(match) if "y" in match.groupdict() else academic_year(written))


def _nursery(_match: Match, written: date) -> BirthRange:
    return cohort(NURSERY, academic_year(written))


def _last_scottish_year(_match: Match, written: date) -> BirthRange:
    """Whoever starts S1 in August is in P7."""
    first = academic_year(written) - 7 - 4
    return BirthRange(date(first, 3, 1), date(first + 1, 3, 1))


def _primary(_match: Match, written: date) -> BirthRange:
    now = academic_year(written)
    return cohort(LAST_PRIMARY, now).joined(cohort(RECEPTION, now))


def _year_6(_match: Match, written: date) -> BirthRange:
    return cohort(LAST_PRIMARY, academic_year(written))


def _year_7(_match: Match, written: date) -> BirthRange:
    return cohort(LAST_PRIMARY + 1, academic_year(written))


def _primary_leavers(match: Match, _written: date) -> BirthRange:
    return leavers(_year(match))


def _leavers(match: Match, _written: date) -> BirthRange:
    """Leavers of a school unsaid: of primary, unless the text speaks of what comes after."""
    after_primary = _patterns()["«after_primary»"].search(match.string)
    return leavers(_year(match), LAST_COMPULSORY if after_primary else LAST_PRIMARY)


def _class_of(match: Match, _written: date) -> BirthRange:
    """The year of leaving school for good, at 16 or at 18."""
    return leavers(_year(match), LAST_COMPULSORY).joined(leavers(_year(match), LAST_SIXTH_FORM))


def _compulsory_leavers(match: Match, _written: date) -> BirthRange:
    return leavers(_year(match), LAST_COMPULSORY)


def _sixth_form(_match: Match, written: date) -> BirthRange:
    now = academic_year(written)
    return cohort(LAST_SIXTH_FORM, now).joined(cohort(LAST_SIXTH_FORM - 1, now))


def _born_in(match: Match, _written: date) -> BirthRange:
    month = match.groupdict().get("month")
    return born_in(_year(match), _month(month) if month else None)


def _born_in_school_year(match: Match, _written: date) -> BirthRange:
    """Of "2013/14": from September to August."""
    return cohort(RECEPTION, _year(match) + STARTS_SCHOOL)


def _month(said: str) -> int:
    return _MONTHS.get(said) or int(said)


def _born_on(match: Match, _written: date) -> BirthRange | None:
    month = match["month"]
    try:
        born = date(_year(match), _month(month), int(match["day"]))
    except ValueError:  # the 31st of February
        return None
    return BirthRange(born, born)


def _double_digits(match: Match, written: date) -> BirthRange:
    return aged(9 if match["near"] else 10, written)


def _nearly_a_teen(_match: Match, written: date) -> BirthRange:
    return aged(12, written).joined(aged(10, written))


def _from_now(match: Match, written: date) -> BirthRange | None:
    """Whoever has 2 more years till 13 is 10 or 11."""
    turns = _number(match) if match["n"] else FIRST_TEEN
    wait = match["k"]
    now = turns - (int(wait) if wait.isdecimal() else _CARDINALS.get(wait, 1))
    return aged(now, written).joined(aged(now - 1, written)) if now > YOUNGEST else None


def _in_a_year(match: Match, written: date) -> BirthRange | None:
    """Whoever is 18 in 2033 was born in 2015; a year that is past tells something else."""
    year = _year(match)
    return born_in(year - _number(match)) if written.year <= year <= written.year + OLDEST else None


def _in_the_lockdown(match: Match, _written: date) -> BirthRange:
    """The schools of the UK were shut from March to June 2020 and again in the winter after."""
    number = _number(match)
    return aged(number, LOCKDOWN_BEGAN).joined(aged(number, LOCKDOWN_ENDED))


def _born_in_short(match: Match, _written: date) -> BirthRange:
    """The year stands as `y`, or as `nth` where the pattern has two places for it."""
    said = match.groupdict()
    month = said.get("month")
    digits = said.get("y") or match["nth"]
    return born_in(int(digits.replace("k", "0")) % 100 + 2000, _month(month) if month else None)


def _single_digits(match: Match, written: date) -> BirthRange:
    nine = aged(9, written)
    return nine if match["last"] else nine.joined(aged(STARTS_SCHOOL, written))


def _childhood(_match: Match, written: date) -> BirthRange:
    """Whoever calls themselves a child is one of primary age or a little over."""
    return childhood(written, written)


def _minor(_match: Match, written: date) -> BirthRange:
    """Whoever calls themselves a minor is under 18 and, as people use the word, mostly over 10."""
    return aged(17, written).joined(aged(10, written))


def _generation(_match: Match, written: date) -> BirthRange:
    """Those who call themselves Generation Alpha: born since 2013, and old enough to write."""
    return BirthRange(date(2013, 1, 1), aged(STARTS_SCHOOL, written).latest)


def _scottish_secondary(match: Match, written: date) -> BirthRange:
    """S1 follows on P7."""
    first = academic_year(written) - _number(match) - 7 - 4
    return BirthRange(date(first, 3, 1), date(first + 1, 3, 1))


def _irish_class(match: Match, written: date) -> BirthRange:
    """Irish first class begins at 6 or 7, two years after junior infants."""
    first = academic_year(written) - _number(match) - 6
    return BirthRange(date(first, 5, 1), date(first + 1, 8, 31))


def _selective_test(_match: Match, written: date) -> BirthRange:
    """The eleven plus is prepared for in Year 5 and taken and told in Year 6."""
    now = academic_year(written)
    return cohort(LAST_PRIMARY, now).joined(cohort(LAST_PRIMARY - 1, now))


def _tests(match: Match, written: date) -> BirthRange:
    """The tests of Year 6: of the pupils of the year they are taken in."""
    if match["y"]:
        return leavers(_year(match))
    return cohort(LAST_PRIMARY, academic_year(written))


def _tests_done(_match: Match, written: date) -> BirthRange:
    """Tests taken in May are spoken of for the rest of Year 6 and of the year after."""
    now = academic_year(written)
    return cohort(LAST_PRIMARY, now).joined(cohort(LAST_PRIMARY + 1, now))


_MEANINGS: dict[str, Meaning] = {
    "stated": _stated,
    "one less": _one_less,
    "birthday": _birthday,
    "below": _below,
    "team": _team,
    "year group": _year_group,
    "next year group": _next_year_group,
    "last year group": _last_year_group,
    "grade": _grade,
    "scottish year": _scottish_year,
    "last scottish year": _last_scottish_year,
    "reception": _reception,
    "nursery": _nursery,
    "primary": _primary,
    "year 6": _year_6,
    "year 7": _year_7,
    "primary leavers": _primary_leavers,
    "leavers": _leavers,
    "class of": _class_of,
    "compulsory leavers": _compulsory_leavers,
    "sixth form": _sixth_form,
    "born in": _born_in,
    "born in school year": _born_in_school_year,
    "born on": _born_on,
    "double digits": _double_digits,
    "single digits": _single_digits,
    "from now": _from_now,
    "in a year": _in_a_year,
    "childhood": _childhood,
    "minor": _minor,
    "generation": _generation,
    "scottish secondary": _scottish_secondary,
    "irish class": _irish_class,
    "selective test": _selective_test,
    "tests": _tests,
    "tests done": _tests_done,
    "nearly a teen": _nearly_a_teen,
    "in the lockdown": _in_the_lockdown,
    "born in short": _born_in_short,
}


_OF_ANY_CREATURE: frozenset[Meaning] = frozenset({_stated, _one_less, _birthday, _born_in, _born_on, _born_in_short})
"""What may be said of a dog; no dog is in Year 5."""


def _counted(words: str) -> dict[str, int]:
    """Words with their places, from 1."""
    return {word: place for place, word in enumerate(words.split(), start=1)}


_CARDINALS = _counted(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_ORDINALS = _counted("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
_MONTHS = {
    **_counted("january february march april may june july august september october november december"),
    **_counted("jan feb mar apr may jun jul aug sep oct nov dec"),
    "sept": 9,
}


# --- what takes a statement back -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way to say an age. `before` and `after` take a match back when they stand directly beside it.

    What saves most searches: `cues` are words of which a text must hold one for the pattern to match, `counts` tells
    that it holds a number, and `begins` with what the pattern begins where many rules begin alike.
    """

    name: str
    strength: int
    pattern: "re.Pattern[str]"
    meaning: Meaning
    reason: str
    before: "re.Pattern[str] | None"
    after: "re.Pattern[str] | None"
    needs: "re.Pattern[str] | None"
    unless: "re.Pattern[str] | None"
    cues: frozenset[str]
    counts: bool
    begins: str

    def matches(self, bio: "_Bio") -> Iterable[Match]:
        """Every match in a text, from left to right."""
        if self.needs and not self.needs.search(bio.text):
            return ()
        if self.unless and self.unless.search(bio.text):
            return ()
        if not self.begins:
            return self.pattern.finditer(bio.text)
        match, text = self.pattern.match, bio.text
        return [found for start in bio.beginnings[self.begins] if (found := match(text, start))]


@dataclass(frozen=True, slots=True)
class _Statement:
    """One rule's match, and the days of birth that it comes to."""

    rule: _Rule
    match: Match
    born: BirthRange

    @property
    def days(self) -> timedelta:
        """How wide the days of birth lie."""
        return self.born.latest - self.born.earliest


def _of_several(statements: Sequence[_Statement]) -> bool:
    """Whether some two of the statements cannot be about one person, a slip of a year allowed."""
    youngest = max(statement.born.earliest for statement in statements)
    oldest = min(statement.born.latest for statement in statements)
    return youngest - oldest > timedelta(days=366)


_BEGINNINGS = {"«i»": "«i»", "«open»«n»": "«open»(?=«n»)", "«open»": "«open»", "«n»": "(?<!\\w)(?=«n»)"}
"""How many rules begin, and what finds the places where they may."""
_BEGINS = re.compile(r"(?:\(\?<!\[[^]]*\\w[^]]*\]\)|\(\?<!\\w\))?(" + "|".join(_BEGINNINGS) + ")")


@dataclass(frozen=True)
class _Bio:
    """A text in lower-case plain characters, and what it says of its writer beside an age."""

    text: str

    @cached_property
    def beginnings(self) -> dict[str, list[int]]:
        """Where rules that begin with a piece of `_BEGINNINGS` may match."""
        text = self.text
        return {kind: [at.start() for at in pattern.finditer(text)] for kind, pattern in _beginnings().items()}

    @cached_property
    def has_number(self) -> bool:
        """Whether there is a figure, or a number in words."""
        return bool(_patterns()["\\d|(?<![a-z])«number_word»"].search(self.text))

    @cached_property
    def may_be_young(self) -> bool:
        """Whether there is a word of childhood, a recent year, or a number that an age may be and nothing counts."""
        before, after = _patterns()["«heads»"], _patterns()["«counted»"]
        return bool(_patterns()["«of_childhood»"].search(self.text)) or any(
            not before.search(self.text[max(0, found.start() - 36) : found.start()])
            and not after.match(self.text, found.end())
            for found in _patterns()["«like_an_age»"].finditer(self.text)
        )

    @cached_property
    def parent_managed(self) -> bool:
        """Whether an adult is said to run or watch over the account."""
        return bool(_patterns()["«managed»"].search(self.text))

    @cached_property
    def has_work(self) -> bool:
        """Whether the writer has a job, studies at a university, or anything else that no pupil has."""
        return self._writer_has(_patterns()["«has_work»"])

    @cached_property
    def has_claimed_work(self) -> bool:
        """Whether the writer says to do what children in play and earnest do too: an author, a baker, a shop."""
        return self._writer_has(_patterns()["«has_claimed»"])

    @cached_property
    def has_kin(self) -> bool:
        """Whether the writer is somebody's parent or other grown-up kin."""
        if self._writer_has(_patterns()["«has_kin»"], but_for_helpers=True):
            return True
        return not self.parent_managed and bool(_patterns()["«has_family»"].search(self.text))

    @cached_property
    def is_pet(self) -> bool:
        """Whether the profile is an animal's."""
        return self._writer_has(_patterns()["«has_pet»"])

    @cached_property
    def pet_speaks(self) -> bool:
        """Whether an animal speaks for itself: "I'm a whippet. I'm 5."."""
        return bool(_patterns()["«pet_speaks»"].search(self.text))

    @cached_property
    def is_group(self) -> bool:
        """Whether a club, class or business speaks, and no child among it."""
        if self.parent_managed or not _patterns()["«group_speaks»"].search(self.text):
            return False
        return not _patterns()["«child_speaks»"].search(self.text)

    def _writer_has(self, words: "re.Pattern[str]", *, but_for_helpers: bool = False) -> bool:
        """Whether any of `words` stands for the writer, not for somebody else, a wish or, if asked, a helper."""
        of_another, helper = _patterns()["«of_another_before»"], _patterns()["«helper_after»"]
        return any(
            not of_another.search(self.text[max(0, found.start() - 36) : found.start()])
            and not (but_for_helpers and helper.match(self.text, found.end()))
            for found in words.finditer(self.text)
        )


def _best(bio: _Bio, since: date, until: date, class_names: Sequence[str], least: int) -> _Statement | None:
    """The strongest statement that the rest of the text does not take back; the narrowest among equals.

    Statements weaker than `least` count for nothing.
    """
    statements = list(_statements(bio, since, until, class_names))
    adult = any(age_on(statement.born.latest, until) > OLDEST for statement in statements)
    kept = [
        statement
        for statement in statements
        if statement.rule.strength >= least
        and age_on(statement.born.earliest, until) >= YOUNGEST
        and age_on(statement.born.latest, until) <= OLDEST
        and not (statement.rule.strength < _FIRM and (adult or bio.has_work))
        and not (statement.rule.strength < _PLAIN and bio.has_claimed_work)
        and not bio.pet_speaks
        and not (statement.rule.strength < _BUT_FOR_WORK and (bio.has_kin or bio.is_group))
        and not (statement.rule.strength < _BUT_FOR_WORK and bio.is_pet and statement.rule.meaning in _OF_ANY_CREATURE)
    ]
    if not kept:
        return None
    strongest = max(statement.rule.strength for statement in kept)
    kept = [statement for statement in kept if statement.rule.strength == strongest]
    if strongest < _BUT_FOR_WORK and _of_several(kept):
        return None  # the ages of several children are a parent's to give
    return min(kept, key=lambda statement: (statement.days, statement.match.start()))


def _live_rules(bio: _Bio, class_names: Sequence[str]) -> tuple[_Rule, ...]:
    """The rules that a text holds the words for: one or two in ten."""
    held = frozenset([cue for cue in _cues() if cue in bio.text])
    begun = frozenset([kind for kind, places in bio.beginnings.items() if places])
    return _rules_for(_named(class_names), held, begun, has_number=bio.has_number)


@lru_cache(maxsize=10_000)
def _rules_for(
    class_names: tuple[str, ...], held: frozenset[str], begun: frozenset[str], *, has_number: bool
) -> tuple[_Rule, ...]:
    return tuple(
        rule
        for rule in _rules(class_names)
        if (not rule.begins or rule.begins in begun)
        and (not rule.cues or not rule.cues.isdisjoint(held))
        and (has_number or not rule.counts)
    )


def _statements(bio: _Bio, since: date, until: date, class_names: Sequence[str]) -> Iterator[_Statement]:
    """Every statement of an age, written any day from `since` to `until`. A number serves one rule only."""
    taken = bytearray(len(bio.text))
    for rule in _live_rules(bio, class_names):
        for match in rule.matches(bio):
            start, end = match.span("n") if match.groupdict().get("n") else match.span()
            if any(taken[start:end]):
                continue
            if rule.before and rule.before.search(bio.text[max(0, match.start() - 36) : match.start()]):
                continue
            if rule.after and rule.after.match(bio.text, match.end()):
                continue
            early, late = rule.meaning(match, since), rule.meaning(match, until)
            if early and late:
                taken[start:end] = b"\1" * (end - start)
                yield _Statement(rule, match, early.joined(late))


# --- the data file ---------------------------------------------------------------------------------


@cache
def _patterns() -> PatternFile:
    cardinals, ordinals = list(_CARDINALS), list(_ORDINALS)
    extra = {
        "month": any_of(_MONTHS),
        "ordinal": f"(?P<nth>{any_of(ordinals)})",
        "n": f"(?P<n>\\d{{1,2}}|{any_of(cardinals[2:])})",
        "group": f"(?P<n>1[0-3]|[1-9]|{any_of(cardinals[:13])})",
        "number_word": any_of([*cardinals, *ordinals]),
        "cardinal": any_of(cardinals),
        "spelled": any_of(cardinals[2:13]),
        "spaced_word": any_of(" ".join(word) for word in (*cardinals[2:12], "year", "age", "old", "yrs")),
    }
    return PatternFile("ages.toml", extra)


@cache
def _rules(class_names: tuple[str, ...] = ()) -> tuple[_Rule, ...]:
    rules = [
        _Rule(
            name=row["name"],
            strength=row["strength"],
            pattern=_patterns()[row["pattern"]],
            meaning=_MEANINGS[row["means"]],
            reason=row["reason"],
            before=_patterns()[row["before"]] if "before" in row else None,
            after=_patterns()[row["after"]] if "after" in row else None,
            needs=_patterns()[row["needs"]] if "needs" in row else None,
            unless=_patterns()[row["unless"]] if "unless" in row else None,
            cues=frozenset(row.get("cues", ())),
            counts="«n»" in row["pattern"] or "«group»" in row["pattern"],
            begins=begins[1] if (begins := _BEGINS.match(row["pattern"])) else "",
        )
        for row in _patterns().table["rules"]
    ]
    if class_names:
        spoken = _patterns()["(?:«i» (?:in )?|\\bmy class is |\\bin )(?:the )?"].pattern
        pattern = re.compile(f"{spoken}(?:{any_of(class_names)})(?!\\w)")
        reason = "says they are in one of the school's classes"
        rules.append(
            _Rule("class", _BUT_FOR_WORK, pattern, _primary, reason, None, None, None, None, frozenset(), False, "")
        )
    return tuple(rules)


@cache
def _cues() -> frozenset[str]:
    return frozenset().union(*(rule.cues for rule in _rules()))


@cache
def _beginnings() -> dict[str, "re.Pattern[str]"]:
    return {kind: _patterns()[template] for kind, template in _BEGINNINGS.items()}


@cache
def _first_look(class_names: tuple[str, ...]) -> "re.Pattern[str]":
    """What a text must hold for any rule to match: one cheap search, which most texts fail."""
    return re.compile("|".join([_patterns()["«worth_reading»"].pattern, *(re.escape(name) for name in class_names)]))


_LIKE_DIGITS = str.maketrans("oil", "011")


def _respelt(simple: Plain) -> Plain:
    """Numbers and telling words as the rules spell them: "t e n", "elevan", "im tennn", "XI yrs", "#year6girl"."""
    patterns, lists = _patterns(), _patterns().table["lists"]
    if not simple.text.isascii():
        simple = simple.rewritten(patterns["«lookalike»"], lambda match: lists["lookalikes"][match[0]])
    simple = simple.rewritten(patterns["«spaced_out»"], lambda match: match[0].replace(" ", ""))
    simple = simple.rewritten(patterns["«misread»"], lambda match: match[0].translate(_LIKE_DIGITS))
    simple = simple.rewritten(patterns["«drawn_out»"], lambda match: match[1])
    simple = simple.rewritten(patterns["«misspelt_word»"], lambda match: lists["misspelt"][match[0]])
    simple = simple.rewritten(patterns["«roman»"], lambda match: lists["romans"][match[0]])
    piece = patterns["«glued_piece»"]
    return simple.rewritten(patterns["«glued»"], lambda match: " ".join(piece.findall(match[0])))


def _named(class_names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in class_names if name.strip())


def _lower(text: str) -> str:
    """Lower case of the same length; line ends become marks that end a part of the text."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(character.lower()[0] for character in text)
    return lowered.replace("\n", "|").replace("\r", "|").replace("\t", " ")
