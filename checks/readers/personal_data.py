"""Contact and identity details in a text: telephones, e-mails, homes, births, UPN, NHS, NI, number plates.

Formats, check digits and the words beside them decide. Formats and words are data/personal_data.toml, what
everybody may publish is data/public_contacts.toml; no network is asked. What a detail says stays in the memory
of the run: `PersonalDatum.value` is left out of its `repr`, and belongs in no report.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import phonenumbers
from stdnum.gb import nhs

from checks.readers.patterns import PatternFile, any_of, strings
from checks.readers.plain_text import plain

Kind = Literal["phone", "email", "address", "postcode", "date of birth", "upn", "nhs", "ni", "plate"]
Confidence = Literal["certain", "likely", "possible"]

LIMIT = 20_000
"""How many characters of a text are read: longer than any post, shorter than a book."""


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """One detail found. `span` is (start, end) in the text as given; `reason` is a clause for people.

    "certain": check digits or an exact format leave no doubt. "likely": format and words beside it agree.
    "possible": it could be something else, or an organisation's own.
    """

    kind: Kind
    span: tuple[int, int]
    value: str = field(repr=False)
    reason: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class AllowList:
    """The school's own contacts, which it may publish; make one with `of`. Public helplines need no mention.

    Telephone numbers and postcodes count in any spelling, e-mail addresses in any case; a domain stands for
    every address under it. A street is allowed together with an allowed postcode behind it.
    """

    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    postcodes: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        phones: Iterable[str] = (),
        emails: Iterable[str] = (),
        postcodes: Iterable[str] = (),
        domains: Iterable[str] = (),
    ) -> "AllowList":
        """An allow list from contacts as people write them."""
        return cls(
            phones=frozenset(_national(number) for number in phones),
            emails=frozenset(address.strip().lower() for address in emails),
            postcodes=frozenset(_packed(postcode) for postcode in postcodes),
            domains=frozenset(domain.strip().lower().lstrip("@").removeprefix("www.") for domain in domains),
        )


def read_personal_data(text: str, *, allow: AllowList) -> tuple[PersonalDatum, ...]:
    """Every contact or identity detail in the first `LIMIT` characters, in their order; none overlap."""
    text = text[:LIMIT]
    if not _is_worth_reading(text):
        return ()
    simple = plain(text, LIMIT)
    lower = simple.text.lower()
    digits = len(_NO_DIGITS.sub("", simple.text))
    taken: list[tuple[int, int]] = []
    data: list[PersonalDatum] = []
    for read, least_digits, clue in _READERS:
        if digits < least_digits or (clue and not _has_clue(lower, clue)):
            continue
        for found in read(simple.text, allow):
            start, end = found.span
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append(found.span)
            if found.kind:
                span = simple.span(start, end)
                data.append(PersonalDatum(found.kind, span, found.value, found.reason, found.confidence))
    return tuple(sorted(data, key=lambda datum: datum.span))


def _is_worth_reading(text: str) -> bool:
    """Whether a text has a digit, a clue, or characters that may be digits in disguise."""
    if _DIGIT.search(text) or (not text.isascii() and _patterns()["«disguised»"].search(text)):
        return True
    lower = text.lower()
    return any(_has_clue(lower, clue) for clue in ("mail", "number_in_words", "house_name"))


def _has_clue(lower: str, clue: str) -> bool:
    return any(word in lower for word in _patterns().table["clues"][clue])


_DIGIT = re.compile(r"\d")
_NO_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class _Found:
    """A find in plain text. Without a kind it is known to be harmless, and no other reader reads it."""

    kind: Kind | None
    span: tuple[int, int]
    value: str = ""
    reason: str = ""
    confidence: Confidence = "likely"


# --- numbers with check digits and fixed forms -----------------------------------------------------

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def _upns(text: str, _allow: AllowList) -> Iterator[_Found]:
    """Unique pupil numbers: a check letter and 12 digits; the last sign of a temporary one is a letter.

    The check letter is that of the weighted sum of what follows (weights from 2, modulo 23), by the DfE's guide.
    """
    for found in _patterns()["«upn»"].finditer(text):
        letter, rest = found["letter"].upper(), found["rest"].replace(" ", "").upper()
        values = (int(sign) if sign.isdecimal() else _UPN_LETTERS.index(sign) for sign in rest)
        total = sum(weight * value for weight, value in enumerate(values, start=2))
        if _UPN_LETTERS[total % len(_UPN_LETTERS)] == letter:
            reason = "a unique pupil number: its check letter fits"
            yield _Found("upn", found.span(), letter + rest, reason, "certain")


def _ni_numbers(text: str, _allow: AllowList) -> Iterator[_Found]:
    """National Insurance numbers; in small letters, or without their last, only where they are called so."""
    label = _patterns()["«ni_label»"]
    upper = text.upper()
    readable = upper if label.search(text) and len(upper) == len(text) else text
    for found in _patterns()["«ni»"].finditer(readable):
        if found["suffix"] or label.search(text, max(0, found.start() - 40), found.start()):
            confidence: Confidence = "certain" if found["suffix"] else "likely"
            yield _Found("ni", found.span(), _packed(found[0]), "a National Insurance number", confidence)
    for found in _patterns()["«ni_called»"].finditer(upper if len(upper) == len(text) else text):
        if label.search(text, max(0, found.start() - 40), found.start()):
            yield _Found("ni", found.span(), _packed(found[0]), "called a National Insurance number", "likely")


def _nhs_numbers(text: str, _allow: AllowList) -> Iterator[_Found]:
    """NHS numbers: 10 digits, the last a check digit. One in eleven of any ten digits passes: words count too."""
    for found in _patterns()["«nhs»"].finditer(text):
        number = re.sub(r"\D", "", found[0])
        health = _near(text, found.span(), "«health_word»")
        if number.startswith("0") or (not health and _before(text, found, "«not_phone_before»")):
            continue
        if not nhs.is_valid(number):
            if _before(text, found, "«nhs_label»"):
                yield _Found("nhs", found.span(), number, "called an NHS number, without its check digit", "possible")
        elif health:
            yield _Found("nhs", found.span(), number, "an NHS number: its check digit fits", "certain")
        elif not found[0].isdecimal():
            yield _Found("nhs", found.span(), number, "written like an NHS number; its check digit fits", "likely")


# --- births ----------------------------------------------------------------------------------------


def _births(text: str, _allow: AllowList) -> Iterator[_Found]:
    """Dates of birth: a full date beside a word of birth, not a lamb's or a king's."""
    since = int(_patterns().table["plain_births_from"])
    for form in ("«birth»", "«date_then_birth»"):
        for found in _patterns()[form].finditer(text):
            year = next(found[name] for name in ("y", "y2", "y3", "y4", "y5", "y6") if found[name])
            long_ago = year.isdecimal() and len(year) == len("1900") and int(year) < since
            if found["loose"] and (long_ago or _near(text, found.span(), "«animal_or_famous»")):
                continue
            confidence: Confidence = "likely" if found["loose"] else "certain"
            reason = "a date beside a word of birth"
            yield _Found("date of birth", found.span("date"), found["date"], reason, confidence)


# --- telephones and mailboxes ----------------------------------------------------------------------


def _emails(text: str, allow: AllowList) -> Iterator[_Found]:
    """E-mail addresses, also with spaces and with "at" and "dot" written out."""
    for form in ("«email»", "«written_email»", "«dotless_email»"):
        for found in _patterns()[form].finditer(text):
            name, domain = (_without_dots(found[part]) for part in ("name", "domain"))
            if form == "«dotless_email»":
                domain = re.sub(r"\W+", ".", found["domain"].lower())
            private = domain in _public("private_mail_domains")
            if _before(text, found, "«in_address»"):
                continue  # "https://user:secret@host"
            if "@" not in found[0] and not private and not _patterns()["«written_out»"].search(found[0]):
                continue  # "see you at ten. Me too"
            address = f"{name}@{domain}"
            everybodys = _under(domain, allow.domains | _public("email_domains")) or name in _public("placeholders")
            if address in allow.emails or everybodys:
                yield _Found(None, found.span())
            elif not private and _is_role(name, domain):
                yield _Found("email", found.span(), address, "an organisation's mailbox", "possible")
            else:
                confidence: Confidence = "certain" if form == "«email»" else "likely"
                yield _Found("email", found.span(), address, "a person's e-mail address", confidence)


def _is_role(name: str, domain: str) -> bool:
    """Whether a mailbox is a function's, not a person's: "office", "year4", "hazelbrook.office", "oakclass"."""
    parts = [part for part in re.split(r"[._+\d-]+", name) if part]
    roles = _public("role_mailboxes")
    joined = _patterns()["«role_at_an_end»"].search(name)
    return bool(joined) or not roles.isdisjoint(parts) or parts == [domain.partition(".")[0]]


def _without_dots(part: str) -> str:
    """A part of an address with "dot" as a dot, in lower case."""
    dotted = re.sub(r"[\[({<] ?dot ?[\])}>]|\bdot\b", ".", part.lower())
    return dotted.replace(" ", "").replace("..", ".")


_LOCAL_DIGITS = 6
_NATIONAL_DIGITS = 11


def _phones(text: str, allow: AllowList) -> Iterator[_Found]:
    """Telephone numbers, by the numbering plan; the ranges kept for drama count like any other."""
    for found in _patterns()["«phone»"].finditer(text):
        if _patterns()["«date_like»"].match(found[0]) or _before(text, found, "«not_phone_before»"):
            continue
        called = _before(text, found, "«phoning_before»", 60)
        shorter = (found[0].rpartition(sign)[0] for sign in "/ ")  # "01632 960123/124", "07700900123 4 tickets"
        read = (_phone_number(said, called=called) for said in (found[0], *shorter))
        if number := next(filter(None, read), None):
            yield _phone(text, found.span(), number, allow, sure=not called)


def _spoken_phones(text: str, allow: AllowList) -> Iterator[_Found]:
    """Telephone numbers in words, or partly: "oh seven seven double oh, nine hundred, one two three"."""
    for found in _patterns()["«spoken_number»"].finditer(text):
        number = _phone_number(_in_digits(found[0]), called=False)
        if number and not found[0].isdecimal():
            yield _phone(text, found.span(), number, allow, sure=False)


_ONE_TO_NINE = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SAID = {"zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "hundred": "00"} | {
    word: str(digit) for digit, word in enumerate(_ONE_TO_NINE, start=1)
}
_TIMES = {"double": 2, "triple": 3, "treble": 3}


def _in_digits(words: str) -> str:
    """Digits as people say them: "double oh" is 00, "nine hundred" 900."""
    digits, times = "", 1
    for word in re.findall(r"[a-z]+|\d+", words.lower()):
        if word in _TIMES:
            times = _TIMES[word]
        else:
            digits += _SAID.get(word, word) * times
            times = 1
    return digits


def _phone(text: str, span: tuple[int, int], number: str, allow: AllowList, *, sure: bool) -> _Found:
    """A telephone number, by whose it is: everybody's, an organisation's or a person's."""
    short = len(number) <= _LOCAL_DIGITS
    own = number in allow.phones or (short and any(phone.endswith(number) for phone in allow.phones))
    if own or _is_made_up(number) or _near_before(text, span, "«invented»"):
        return _Found(None, span)
    if number in _public("phones") or number.startswith(tuple(_public("service_prefixes"))):
        return _Found(None, span)
    if _is_an_offices(text, span, number):
        return _Found("phone", span, number, "an organisation's telephone number", "possible")
    return _Found("phone", span, number, "a telephone number", "certain" if sure and not short else "likely")


def _is_an_offices(text: str, span: tuple[int, int], number: str) -> bool:
    """Whether an office or a firm is spoken of just before a number, and no person's own number.

    Mobile numbers are people's, unless an office has one.
    """
    before = _last_sentence(_patterns()["«stop_before_label»"].sub(", ", text[max(0, span[0] - 80) : span[0]]))
    if _patterns()["«office_before»"].search(before):
        return True
    about = before + " " + re.split(r"[.!?]\s|\n", text[span[1] : span[1] + 40], maxsplit=1)[0]
    if number.startswith("07") or _patterns()["«persons»"].search(about):
        return False
    return bool(_patterns()["«official»"].search(about) or _patterns()["«letterhead»"].match(text, span[1]))


_FEW = 2


def _is_made_up(number: str) -> bool:
    """Whether a number counts up or repeats itself, as invented ones do: 01234 567890, 07000 000000."""
    return number[1:9] in "1234567890" or len(set(number[2:])) < _FEW or number in _public("phones")


def _phone_number(said: str, *, called: bool) -> str | None:
    """A number in national form, from its 0 on, or None when no plan has it.

    `called`: words before it say that it is a telephone number; it may then lack its area code or its first 0.
    """
    bare = _patterns()["«spelt_gap»"].sub(" ", said)
    digits = re.sub(r"[^\d+]", "", re.sub("[Oo]", "0", bare))
    if digits.startswith("+") and not digits.startswith("+44"):
        return digits if _is_in_a_plan(digits, None) else None
    number = _national(digits)
    if called and len(number) == _LOCAL_DIGITS and not number.startswith("0"):
        return number
    if not digits.startswith(("0", "+44", "44")) and not (called and number.startswith("07")):
        return None
    drama = len(number) == _NATIONAL_DIGITS and number[1:].startswith(tuple(_public("drama_ranges")))
    return number if drama or _is_in_a_plan(number, "GB") else None


def _is_in_a_plan(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def _national(number: str) -> str:
    """A UK number from its 0 on, digits only: "+44 (0)7700 900123" is 07700900123."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    for prefix in ("0044", "44"):
        if digits.startswith(prefix) and len(digits) > len(prefix) + 8:
            return "0" + digits.removeprefix(prefix).lstrip("0")
    return "0" + digits if len(digits) == _NATIONAL_DIGITS - 1 and digits.startswith("7") else digits


# --- homes and vehicles ----------------------------------------------------------------------------

_TOWN = 40
"""How many characters a town and a county take between a street and its postcode."""


def _homes(text: str, allow: AllowList) -> Iterator[_Found]:
    """Street addresses and full postcodes, of no public place."""
    streets = list(_streets(text, allow))
    yield from streets
    for found in _sought("«postcode»", "«postcode_clue»", text):
        home_said = bool(_patterns()["«home»"].search(text))
        code = _packed(found[0])
        if _patterns()["«ordinal_code»"].search(code) and not home_said:
            continue  # "Group B1 2nd"
        street = next((home for home in streets if 0 <= found.start() - home.span[1] <= _TOWN), None)
        public = street.kind is None if street else _is_public_place(text, found.span())
        if public or _is_known(code, allow):
            yield _Found(None, found.span())
        elif _is_own_address(text, found.span()):
            yield _Found("postcode", found.span(), found[0], "an organisation's own postcode", "possible")
        elif not street and _is_outing(text, found.span()):
            yield _Found("postcode", found.span(), found[0], "a full postcode beside words of an outing", "possible")
        elif street or home_said or _before(text, found, "«place_before»"):
            yield _Found("postcode", found.span(), found[0], "a full postcode, not the school's", "likely")
        elif found[0].isupper():
            sentence = _sentence(text, found.span())
            doubt = _patterns()["«organisation»"].search(sentence) or _patterns()["«school_words»"].search(sentence)
            confidence: Confidence = "possible" if doubt else "likely"
            yield _Found("postcode", found.span(), found[0], "written like a full postcode", confidence)


_HOMES = (
    ("«street»", "«number_and_capital»"),
    ("«street_word»", "«number_and_capital»"),
    ("«named_house»", "«house_word»"),
    ("«house_and_town»", "«number_and_capital»"),
    ("«number_and_the»", "«number_and_capital»"),
    ("«street_then_number»", "«then_number»"),
    ("«small_street»", "«number_and_small_street»"),
)
"""The forms of an address, each with a clue without which it need not be sought."""


def _streets(text: str, allow: AllowList) -> Iterator[_Found]:
    """House numbers with a street. Street names count only as they are written, with capitals."""
    for form, clue in _HOMES:
        for found in _sought(form, clue, text):
            flat = _before(text, found, "«flat_before»")
            if found["no"] == "0" or (not flat and _before(text, found, "«not_house_before»")):
                continue
            if _patterns()["«place_of_work_behind»"].match(text, found.end()):
                continue
            ahead = text[found.end() : found.end() + _TOWN + 10]
            if text[found.start() - 1 : found.start()] == '"' and not _patterns()["«home»"].search(
                _sentence(text, found.span())
            ):
                continue  # "39 Mill Lane", a tale
            if found["open"] and not (
                _patterns()["«home»"].search(_sentence(text, found.span()))
                or _near(text, found.span(), "«homely»")
                or _before(text, found, "«somebodys_place»")
                or flat
                or _patterns()["«postcode_soon»"].match(ahead)
                or (form in ("«street»", "«street_word»") and _before(text, found, "«at_before»"))
                or (form == "«named_house»" and not found.start() and "Cottage" in found[0])
            ):
                continue
            postcode = _patterns()["«postcode»"].search(ahead)
            if (
                found[0].lower() in _public("famous_addresses")
                or _patterns()["«shopping_streets»"].search(found[0])
                or _is_public_place(text, found.span())
                or (postcode and _is_known(_packed(postcode[0]), allow))
            ):
                yield _Found(None, found.span())
            elif _is_own_address(text, found.span()):
                yield _Found("address", found.span(), found[0], "an organisation's own address", "possible")
            else:
                yield _Found("address", found.span(), found[0], "a house and a street", "likely")


def _is_known(postcode: str, allow: AllowList) -> bool:
    return postcode in allow.postcodes or postcode in _public("postcodes")


def _is_own_address(text: str, span: tuple[int, int]) -> bool:
    """Whether an organisation says just before where it is itself; a family that has moved says the same."""
    said = _patterns()["«own_address»"].search(text, max(0, span[0] - 80), span[0])
    return bool(said) and not _near(text, span, "«homely»")


def _is_outing(text: str, span: tuple[int, int]) -> bool:
    """Whether the sentence is about an outing or a match, and nobody's home."""
    around = _sentence(text, span)
    homes = _patterns()["«persons»"].search(around) or _patterns()["«at_home»"].search(around)
    return bool(_patterns()["«outing»"].search(around)) and not homes


def _is_public_place(text: str, span: tuple[int, int]) -> bool:
    """Whether a hall or a shop is named just before and nobody is said to live there, or it is all a lesson or tale."""
    before = _last_sentence(text[max(0, span[0] - 70) : span[0]])
    if _patterns()["«somebodys_place»"].search(before.rstrip(" ,")) or _patterns()["«somebodys_place»"].search(before):
        return False
    venue = _patterns()["«venue»"].search(before) and not _patterns()["«lived_in»"].search(before)
    told = _near_before(text, span, "«lesson»") or _patterns()["«tale»"].search(_sentence(text, span))
    return bool(venue or _patterns()["«venue_adjoins»"].search(before) or told)


def _plates(text: str, _allow: AllowList) -> Iterator[_Found]:
    """Number plates beside a car, but not the minibus's; in small letters only straight behind its mention."""
    for found in _sought("«plate»", "«plate_clue»", text):
        small = not found[0].isupper()
        behind = _patterns()["«vehicle_behind»"].match(text[found.end() : found.end() + 40])
        if small and not (behind or _before(text, found, "«vehicle_before»")):
            continue
        if _near(text, found.span(), "«vehicle»") and not _near(text, found.span(), "«public_vehicle»"):
            yield _Found("plate", found.span(), _packed(found[0]), "a number plate beside a vehicle", "likely")


_READERS: tuple[tuple[Callable[[str, AllowList], Iterator[_Found]], int, str], ...] = (
    (_emails, 0, "mail"),
    (_upns, 11, ""),
    (_ni_numbers, 6, ""),
    (_births, 0, "birth"),
    (_phones, 5, ""),
    (_spoken_phones, 0, "number_in_words"),
    (_nhs_numbers, 10, ""),
    (_homes, 0, ""),
    (_plates, 1, ""),
)
"""Each reader with what a text must have for it to be asked at all: so many digits, and a clue."""


def _sought(form: str, clue: str, text: str) -> Iterator["re.Match[str]"]:
    """Where a form stands. The clue, which is found faster and without which it cannot, is looked for first."""
    if _patterns()[clue].search(text):
        yield from _patterns()[form].finditer(text)


# --- pieces ----------------------------------------------------------------------------------------


def _before(text: str, found: "re.Match[str]", pattern: str, reach: int = 40) -> bool:
    """Whether a pattern holds of the text just before a find."""
    return bool(_patterns()[pattern].search(text[max(0, found.start() - reach) : found.start()]))


def _near_before(text: str, span: tuple[int, int], pattern: str) -> bool:
    """Whether a pattern holds within the sentence that leads to a span."""
    return bool(_patterns()[pattern].search(_last_sentence(text[max(0, span[0] - 80) : span[0]])))


def _near(text: str, span: tuple[int, int], pattern: str, reach: int = 70) -> bool:
    """Whether a pattern holds within `reach` characters of a span."""
    return bool(_patterns()[pattern].search(text[max(0, span[0] - reach) : span[1] + reach]))


def _sentence(text: str, span: tuple[int, int]) -> str:
    """About the sentence that a span stands in, without the span."""
    ahead = re.split(r"[.!?]\s|\n", text[span[1] : span[1] + 80], maxsplit=1)[0]
    return _last_sentence(text[max(0, span[0] - 120) : span[0]]) + " " + ahead


def _last_sentence(text: str) -> str:
    return re.split(r"(?<=[a-z0-9)])[.!?]\s|\n", text)[-1]


def _packed(code: str) -> str:
    return re.sub(r"[\s-]", "", code).upper()


def _under(domain: str, domains: Iterable[str]) -> bool:
    return any(domain == own or domain.endswith("." + own) for own in domains)


@cache
def _patterns() -> PatternFile:
    return PatternFile(
        "personal_data.toml",
        {
            "area": any_of(_public("postcode_areas")),
            "digit_words": f"(?:{any_of(_SAID)})",
            "times_words": f"(?:{any_of(_TIMES)})",
        },
    )


@cache
def _public(name: str) -> frozenset[str]:
    return strings("public_contacts.toml", name)
