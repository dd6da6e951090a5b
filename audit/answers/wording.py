"""What people typed, as the list keeps it: the answer that was meant, a date, or tidy words. Pure.

Only what is unmistakable is understood: a word too few keeps a finding open for a day, a word too many closes it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapidfuzz.distance import OSA

from audit.answers.typed import Value
from output.answers import AnswerField, Decided, Looked, Sort, Status
from output.cells import REPLACEMENT

LONGEST = 5_000
"""Characters that are kept of one answer."""
CUT = " … [cut here: an answer has at most 5,000 characters]"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""A date outside is a slip of the keyboard."""

SAID: Mapping[str, str] = {
    "review": Status.TO_REVIEW, "for review": Status.TO_REVIEW, "to be reviewed": Status.TO_REVIEW,
    "ongoing": Status.IN_PROGRESS, "on going": Status.IN_PROGRESS, "started": Status.IN_PROGRESS,
    "work in progress": Status.IN_PROGRESS, "working on it": Status.IN_PROGRESS, "in hand": Status.IN_PROGRESS,
    "done": Status.DONE, "fixed": Status.DONE, "resolved": Status.DONE, "completed": Status.DONE,
    "complete": Status.DONE, "please re check": Status.DONE, "re check": Status.DONE,
    "fixed please re check": Status.DONE,
    "cannot be re checked": Status.ATTESTED, "can t be re checked": Status.ATTESTED,
    "done can t be re checked": Status.ATTESTED, "fixed cannot be re checked": Status.ATTESTED,
    "accepted": Status.ACCEPTED, "accept risk": Status.ACCEPTED, "accept the risk": Status.ACCEPTED,
    "risk accepted": Status.ACCEPTED,
    "no issue": Status.NOT_AN_ISSUE, "not a problem": Status.NOT_AN_ISSUE, "false positive": Status.NOT_AN_ISSUE,
    "false alarm": Status.NOT_AN_ISSUE,
    "approved": Decided.AGREED, "not approved": Decided.NOT_AGREED, "refused": Decided.NOT_AGREED,
    "rejected": Decided.NOT_AGREED, "postponed": Decided.DEFERRED,
    "ok": Looked.RIGHT, "okay": Looked.RIGHT, "all ok": Looked.RIGHT, "alright": Looked.RIGHT, "fine": Looked.RIGHT,
    "not ok": Looked.NOT_RIGHT, "not okay": Looked.NOT_RIGHT, "wrong": Looked.NOT_RIGHT,
    "head": "Headteacher", "the head": "Headteacher", "the headteacher": "Headteacher", "ht": "Headteacher",
    "chair": "Chair of governors", "the chair": "Chair of governors", "chair of the governors": "Chair of governors",
    "chair of the governing body": "Chair of governors",
    "governors": "Governing body", "the governors": "Governing body", "full governing body": "Governing body",
    "fgb": "Governing body", "governing board": "Governing body",
    "dsl": "Safeguarding lead", "designated safeguarding lead": "Safeguarding lead", "dpo": "Data protection officer",
}  # fmt: skip
"""Other words for the choices, in small letters and without punctuation; each counts where its choice is offered."""

_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WIDE_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_PUNCTUATION = re.compile(r"[^\w]+|_+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = re.compile(
    r"(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
    r"[ ,.]+"
)
_MIDNIGHT = re.compile(r"[ t]00:00(?::00)?(?:\.0{1,6})?z?")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_BRITISH = re.compile(r"(\d{1,2}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{4}|\d{2})")
_IN_WORDS = re.compile(_DAY + r"[-/. ]{0,2}(?: ?of )?" + _MONTH + r"[-/., ]{0,2}(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(_MONTH + r"[-/. ]{1,2}" + _DAY + r"[-/., ]{1,2}(\d{4})")
_LONGEST_DATE = 40
_SERIAL = date(1899, 12, 30)
"""Day 0 of spreadsheet programs, as they count since March 1900."""
_SHORT, _LONG = 5, 8
"""Letters of a word: below the first it must be right, from the second on two slips are forgiven, else one."""


@dataclass(frozen=True, slots=True)
class Normal:
    """An answer as the list keeps it: dates as YYYY-MM-DD, choices as they are offered; None when empty.

    Of what was not `understood`, `value` keeps the words as typed.
    """

    value: str | None
    understood: bool = True


def normal(field: AnswerField, value: Value) -> Normal:
    """The value of a cell in the column of `field`, as the list keeps it."""
    words = text_of(value)
    if words is None:
        return Normal(None)
    if field.sort is Sort.TEXT:
        return Normal(words)
    meant = _day(value) if field.sort is Sort.DATE else _choice(field, words)
    return Normal(words, understood=False) if meant is None else Normal(meant)


def text_of(value: Value) -> str | None:
    """A value in words, as people saw them; None when there are none."""
    match value:
        case None:
            return None
        case bool():
            words = "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            words = str(int(value))
        case datetime() if (value.hour, value.minute) != (0, 0):
            words = f"{value:%d/%m/}{value.year:04} {value:%H:%M}"
        case date():
            words = f"{value:%d/%m/}{value.year:04}"
        case _:
            words = str(value)
    return tidy(words) or None


def tidy(words: str) -> str:
    """Words without what cannot be seen or stored: trimmed, plain spaces, and not too many. Twice is as once."""
    words = _WIDE_SPACES.sub(" ", words.replace("\r\n", "\n").replace("\r", "\n"))
    words = _UNSTORABLE.sub(REPLACEMENT, words).strip()
    return words if len(words) <= LONGEST else words[: LONGEST - len(CUT)].rstrip() + CUT


def folded(words: str) -> str:
    """Words to compare: small letters, digits and single spaces."""
    return _PUNCTUATION.sub(" ", unicodedata.normalize("NFKC", words[:LONGEST]).casefold()).strip()


def _choice(field: AnswerField, words: str) -> str | None:
    typed = folded(words)
    offered = {folded(choice): choice for choice in field.choices}
    known = offered | {said: choice for said, choice in SAID.items() if choice in field.choices}
    together = typed.replace(" ", "")
    meant = {choice for said, choice in known.items() if said.replace(" ", "") == together}
    meant = meant or {choice for said, choice in known.items() if _nearly(typed, said)}
    return str(meant.pop()) if len(meant) == 1 else None


def _nearly(typed: str, said: str) -> bool:
    """Whether words differ by slips of the keyboard alone: word by word, and none of a short word such as "not"."""
    ours, theirs = said.split(), typed.split()
    return len(ours) == len(theirs) and all(map(_slip, ours, theirs))


def _slip(word: str, typed: str) -> bool:
    if word == typed:
        return True
    most = 0 if len(word) < _SHORT else 1 if len(word) < _LONG else 2
    return word[0] == typed[0] and OSA.distance(word, typed) <= most


def _day(value: Value) -> str | None:
    match value:
        case bool() | None:
            return None
        case datetime():
            found: date | None = value.date()
        case date():
            found = value
        case int() | float():
            found = _serial(value)
        case str():
            found = _written_day(value)
    return found.isoformat() if found and FIRST_DAY <= found <= LAST_DAY else None


def _serial(number: float) -> date | None:
    """The day that a spreadsheet's number stands for, where a column lost its look."""
    return _SERIAL + timedelta(days=int(number)) if 0 < number < (LAST_DAY - _SERIAL).days + 1 else None


def _written_day(words: str) -> date | None:
    words = " ".join(tidy(words).casefold().split())
    if len(words) > _LONGEST_DATE:
        return None
    words = _WEEKDAY.sub("", words, count=1) if _WEEKDAY.match(words) else words
    words = words.removesuffix(".")
    if (midnight := _MIDNIGHT.search(words)) and midnight.end() == len(words):
        words = words[: midnight.start()]
    if found := _YEAR_FIRST.fullmatch(words):
        return _date(found[1], int(found[2]), found[3])
    if found := _BRITISH.fullmatch(words):
        return _date(found[3], int(found[2]), found[1])
    if found := _IN_WORDS.fullmatch(words):
        return _date(found[3], _MONTHS.index(found[2][:3]) + 1, found[1])
    if found := _MONTH_FIRST.fullmatch(words):
        return _date(found[3], _MONTHS.index(found[1][:3]) + 1, found[2])
    return None


def _date(year: str, month: int, day: str) -> date | None:
    """A day that exists; two digits of a year are of this century."""
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, int(day))  # noqa: PLR2004 - two digits
    except ValueError:
        return None
