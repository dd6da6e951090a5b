"""The words by which checks read what a school writes of its own accounts (data/words.toml)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache

from checks.policy import Frozen, read_data


class Vocabulary(Frozen):
    """The lists of data/words.toml, which says what each is for. The last four are about school names."""

    source: str
    verified_on: date
    generic_purpose: frozenset[str]
    audience_adults: tuple[str, ...]
    audience_pupils: tuple[str, ...]
    official: tuple[str, ...]
    unmonitored: tuple[str, ...]
    house_rules: tuple[str, ...]
    consultation: tuple[str, ...]
    optional_in_name: frozenset[str]
    common_in_names: frozenset[str]
    school_in_user_name: frozenset[str]
    school_short_in_user_name: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """The word lists that this version ships."""
    return Vocabulary.model_validate(read_data("words.toml"))


def tokens(text: str) -> list[str]:
    """The words of a text in lower case without accents and apostrophes; "&" is "and", "Saint" is "st"."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("&", " and ")
    plain = re.sub(r"['\u2019\u02bc\u0300-\u036f]", "", plain)
    return ["st" if word == "saint" else word for word in re.findall(r"[^\W_]+", plain)]


def says(text: str, patterns: Iterable[str]) -> bool:
    """Whether any of the regular expressions occurs in a text, without regard to case."""
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def names_school(text: str, school: str) -> bool:
    """Whether a text names the school; words that are often left out, such as "C of E", may be missing."""
    asked = set(tokens(school))
    return asked - vocabulary().optional_in_name <= set(tokens(text)) if asked else False


def telling_words(school: str) -> set[str]:
    """The words of a school's name that tell it from others; all of them when there are none."""
    asked = set(tokens(school))
    return asked - vocabulary().common_in_names or asked


def named_after(user: str, school: str) -> bool:
    """Whether a user name is made from the school's name, and not just from the place or a surname."""
    words = vocabulary()
    telling = telling_words(school)
    rest = "".join(tokens(user))
    for word in sorted(telling, key=len, reverse=True):
        if word not in rest:
            return False
        rest = rest.replace(word, " ", 1)
    if not telling or telling <= words.common_in_names:
        return bool(telling)
    return any(word in rest for word in words.school_in_user_name) or bool(
        words.school_short_in_user_name.intersection(rest.split())
    )


def beside_school(user: str, school: str) -> str:
    """The letters of a user name that come neither from the school's name nor from a word for a school or an office."""
    words = vocabulary()
    rest = "".join(tokens(user))
    known = {*tokens(school), *words.common_in_names, *words.school_in_user_name}
    for word in sorted((one for one in known if len(one) > LEAST_LETTERS), key=len, reverse=True):
        rest = rest.replace(word, " ")
    return "".join(word for word in rest.split() if word.isalpha() and word not in words.school_short_in_user_name)


LEAST_LETTERS = 2
"""Words as short as this stand in too many others to be taken out of a user name."""


def addresses_pupils(audience: str, class_names: Iterable[str] = ()) -> bool:
    """Whether an audience, as written in the register, includes pupils; parents of pupils are not pupils."""
    for name in class_names:
        audience = re.sub(rf"\b{re.escape(name)}\b", "class", audience, flags=re.IGNORECASE)
    words = vocabulary()
    for pattern in words.audience_adults:
        audience = re.sub(pattern, " ", audience, flags=re.IGNORECASE)
    return says(audience, words.audience_pupils)


def says_nothing(purpose: str, platforms: Iterable[str]) -> bool:
    """Whether a purpose consists of words that fit any account. `platforms` are names of platforms."""
    generic = vocabulary().generic_purpose.union(*(tokens(name) for name in platforms))
    return set(tokens(purpose)) <= generic
