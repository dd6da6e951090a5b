"""Names of hosts that imitate another's: look-alike letters, misspellings, borrowed names, a school's suffix misplaced.

Names that are often imitated, with the domains that are their own, and the words of bait that come with them are in
data/links.toml; letters that look like another are those of data/handles.toml.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any

from checks.readers.links import Link, suffix_of

MISSPELT_FROM = 6
"""Letters from which a name is looked for with one letter wrong: shorter ones have neighbours that are words."""
COPIED_FROM = 4
"""Letters from which a name is looked for in look-alike letters."""


@dataclass(frozen=True, slots=True)
class Imitation:
    """What a host's name imitates: `name` as in the data or a domain of the school's, `how` in words.

    `confidence` is certain, likely or possible.
    """

    name: str
    how: str
    confidence: str


@dataclass(frozen=True, slots=True)
class _Names:
    """The tables of data/links.toml that names are compared with."""

    own: Mapping[str, frozenset[str]]  # imitated name -> its own domains
    owner: Mapping[str, str]  # domain -> imitated name
    distinct: frozenset[str]
    looks: Mapping[str, str]  # the form by which look-alikes agree -> name
    one_less: Mapping[str, frozenset[str]]  # a name with one letter left out -> names
    worldwide: frozenset[str]
    real: frozenset[str]
    hunted: frozenset[str]
    bait: frozenset[str]
    weak: frozenset[str]
    official: frozenset[str]
    cheap: frozenset[str]
    worst: frozenset[str]
    free: frozenset[str]


@cache
def table() -> dict[str, Any]:
    """data/links.toml, decoded."""
    return tomllib.loads((resources.files("checks.data") / "links.toml").read_text("utf-8"))


@cache
def english() -> frozenset[str]:
    """English words of four letters and more: those of the vocabulary that the embedding reads with."""
    vocabulary = (resources.files("checks.data") / "wordpiece.txt").read_text("utf-8")
    return frozenset(word for word in vocabulary.split() if len(word) >= COPIED_FROM and word.isalpha())


@cache
def _names() -> _Names:
    data = table()
    brands = {**data["brands"]["common"], **data["brands"]["distinct"]}
    distinct = frozenset(data["brands"]["distinct"])
    imitation, suffixes = data["imitation"], data["suffixes"]
    one_less: dict[str, frozenset[str]] = {}
    for name in distinct:
        for shorter in _one_less(name) if len(name) >= MISSPELT_FROM else ():
            one_less[shorter] = one_less.get(shorter, frozenset()) | {name}
    return _Names(
        own={name: frozenset(domains) for name, domains in brands.items()},
        owner={domain: name for name, domains in brands.items() for domain in domains},
        distinct=distinct,
        looks={look(name): name for name in brands if len(name) >= COPIED_FROM},
        one_less=one_less,
        worldwide=frozenset(imitation["worldwide"]),
        real=frozenset(imitation["not_misspelt"]),
        hunted=frozenset(imitation["hunted"].split()),
        bait=frozenset(imitation["bait"].split()),
        weak=frozenset(imitation["weak"].split()),
        official=frozenset(suffixes["official"]),
        cheap=frozenset(suffixes["cheap"].split()),
        worst=frozenset(suffixes["worst"].split()),
        free=frozenset(data["personal"]["pages"]),
    )


def is_official(host: str) -> bool:
    """Whether only an authority gives such names: councils, schools, hospitals, universities, the police."""
    return any(host == suffix or host.endswith(f".{suffix}") for suffix in _names().official)


def is_cheap(suffix: str) -> bool:
    """Whether names under this suffix cost next to nothing, and are mostly used by those who need many."""
    return suffix in _names().cheap


def is_worst(suffix: str) -> bool:
    """Whether hardly anybody but those who need many names has one under this suffix."""
    return suffix in _names().worst


def imitation(link: Link, school: frozenset[str] = frozenset()) -> Imitation | None:
    """Whose name a link's host imitates, if anybody's. `school` holds the school's own domains."""
    host = link.host
    if not host or any(host == own or host.endswith(f".{own}") for own in school):
        return None
    shown = _shown(host)
    if shown is None or (shown != host and shown != shown.casefold()):
        return Imitation("", "a name in an encoding that cannot be registered", "likely")
    steps = (_foreign_letters(host, shown), _of_school(link, shown, school), _misplaced_suffix(host, shown))
    found = next(filter(None, steps), None)
    if found or is_official(host):
        return found or _digit_in_school(host)
    if any(link.domain in domains or host in domains for domains in _names().own.values()):
        return None
    return _in_front(link) or _of_brand(host) or _bait_alone(link) or _on_free_pages(link)


# -- letters


def _shown(host: str) -> str | None:
    """The host as a browser may show it, with international names decoded; None where one cannot be."""
    try:
        return ".".join(
            label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
            for label in host.split(".")
        )
    except (UnicodeError, OverflowError, ValueError):
        return None


@cache
def _letters() -> Mapping[int, str]:
    data = tomllib.loads((resources.files("checks.data") / "handles.toml").read_text("utf-8"))
    return {
        ord(character): letter
        for letter, characters in data["looks_like"].items()
        for character in characters
        if not character.isascii()
    }


def _latin(text: str) -> str:
    """The text in the Latin letters that it looks like, without accents."""
    plain = unicodedata.normalize("NFKD", text.translate(_letters()))
    return "".join(character for character in plain if not unicodedata.combining(character)).casefold()


_DIGITS = str.maketrans("01345789i", "oleastbgl")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


@lru_cache(maxsize=4096)
def look(name: str) -> str:
    """The form by which names that look alike agree: digits as letters, i as l, rn as m."""
    name = name.translate(_DIGITS)
    for pair, letter in _PAIRS:
        name = name.replace(pair, letter)
    return name


def _foreign_letters(host: str, shown: str) -> Imitation | None:
    """Letters of other alphabets, where they can only be there to deceive."""
    if shown.isascii():
        return None
    latin = _latin(shown)
    if any(not (one.isascii() or one.isalnum() or unicodedata.combining(one)) for one in shown):
        return Imitation(latin, "signs that look like dots or strokes", "certain")
    if host.endswith(".uk"):  # Nominet gives names in a-z, 0-9 and hyphens only
        return Imitation(latin, "letters that no name under .uk can have", "certain")
    for label in shown.split("."):
        if label.isascii():
            continue
        scripts = {unicodedata.name(letter, "?").partition(" ")[0] for letter in label if letter.isalpha()}
        plain = _latin(label)
        if len(scripts) > 1:
            return Imitation(plain, "letters of several alphabets in one word", "certain")
        looks = _names().looks.get(look(plain)) or _misspelt(plain)
        if scripts == {"LATIN"} and any(_is_odd(letter) for letter in label):
            return Imitation(looks or plain, "letters that no language around here has", "likely")
        if looks or (plain.isascii() and "LATIN" not in scripts):
            return Imitation(looks or plain, "foreign letters that look like Latin ones", "certain")
    return None


_USUAL = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿŵŷßþðığşčšžćđłąęńśźżěřůáőűāēīōūțșăķļņģ")
"""Letters with marks in the languages that a school's families and partners have."""


def _is_odd(letter: str) -> bool:
    return not letter.isascii() and letter.casefold() not in _USUAL


# -- the school's


def _of_school(link: Link, shown: str, school: frozenset[str]) -> Imitation | None:
    """A copy of one of the school's own domains.

    Names that services give their customers, such as hazelbrookschool.sharepoint.com, are no copies of it.
    """
    host, given = link.host, link.host.removesuffix(link.domain).count(".")
    for own in sorted(school):
        name = own.partition(".")[0]
        if len(name) < COPIED_FROM:
            continue
        if f".{own}." in f".{host}":
            return Imitation(own, "the school's domain in front of somebody else's", "certain")
        ending = own.removeprefix(name)
        labels = _latin(shown).split(".")
        for place, label in enumerate(labels):
            bare = label.replace("-", "")
            if label != name and look(bare) == look(name.replace("-", "")):
                return Imitation(own, "the school's name in look-alike letters", "likely")
            if host.endswith(ending) and label != name and _one_apart(bare, name.replace("-", "")):
                return Imitation(own, "the school's domain with one letter wrong", "likely")
            rest = label.replace(name, "", 1).strip("-") if name in label else ""
            words = set(re.split(r"[-\d]+", rest)) - (_OF_ANY_SCHOOL if place < given else set())
            if rest and words & (_names().bait | _OF_ANY_SCHOOL | {"uk", "co", "com"}):
                return Imitation(own, "the school's name in somebody else's domain", "likely")
    return None


_OF_ANY_SCHOOL = frozenset({"school", "sch"})
_MISPLACED = re.compile(r"(?<![a-z0-9])(gov|sch|nhs|ac|police)[.-]uk(?![a-z0-9])")
_HYPHEN_SCHOOL = re.compile(r"(?!www\.)[a-z0-9-]+\.[a-z0-9-]+-sch\.[a-z.]+|[a-z0-9-]+-sch\.uk")
_WITHOUT_UK = re.compile(
    r"[a-z0-9-]+\.(?:[a-z0-9-]+\.)?sch\.[a-z]{2,}|.{1,200}\.sch\.(?:co|org|com|net)\.[a-z]{2}|.{1,200}\.schuk\.[a-z.]{2,20}"
)
_NATIONAL_SCHOOLS = frozenset(
    {"id", "ae", "sa", "ir", "ng", "lk", "my", "je", "gg", "im", "jo", "qa", "ly", "zm", "tf"}
)


def _misplaced_suffix(host: str, shown: str) -> Imitation | None:
    """A suffix of schools or authorities anywhere but at the end, or with another country's ending."""
    for found in _MISPLACED.finditer(shown):
        if found.end() != len(shown):
            suffix = f"{found[1]}.uk"
            return Imitation(suffix, f"{suffix} stands inside the name, and the name ends otherwise", "certain")
        if "-" in found[0]:
            return Imitation(f"{found[1]}.uk", "a hyphen where the suffix has a dot", "likely")
    if _HYPHEN_SCHOOL.fullmatch(host):
        return Imitation("sch.uk", "a hyphen where a school's address has a dot", "likely")
    if _WITHOUT_UK.fullmatch(host) and (
        host.rpartition(".")[2] not in _NATIONAL_SCHOOLS | {"uk"} or host.endswith(".sch.co.uk") or ".schuk." in host
    ):
        return Imitation("sch.uk", "a school's address with another ending than .uk", "likely")
    return None


_DIGIT_AMONG_LETTERS = re.compile(
    r"[a-z]0+[a-z]|(?<![a-z0-9])0[a-z]{3}|[a-z]{2}[0135][a-z]{2}|[a-z]{3}[0135][a-z](?![a-z0-9])|[a-z]{4}[01](?![a-z0-9])"
)


def _digit_in_school(host: str) -> Imitation | None:
    if host.endswith(".sch.uk") and any(map(_DIGIT_AMONG_LETTERS.search, host.split(".")[:-2])):
        return Imitation("sch.uk", "a digit that looks like a letter in a school's name", "likely")
    return None


# -- well-known names


def _of_brand(host: str) -> Imitation | None:
    suffix = suffix_of(host)
    labels = host.removesuffix(suffix).rstrip(".").split(".")
    words = [word for label in labels for word in label.split("-") if word]
    pieces = [piece for label in labels for piece in dict.fromkeys((label.replace("-", ""), *label.split("-")))]
    written = filter(None, (_miswritten(piece, words, suffix) for piece in pieces))
    borrowed = (_borrowed(name, labels, words, suffix) for name in _brands_among(labels, words))
    return next(written, None) or next(filter(None, borrowed), None)


def _miswritten(piece: str, words: list[str], suffix: str) -> Imitation | None:
    """A piece of a host that is nearly an imitated name, or holds one without a hyphen."""
    names = _names()
    copied = names.looks.get(look(piece))
    if copied and piece != copied and piece not in names.real and not _plural(piece, copied):
        return Imitation(copied, "look-alike letters", "certain" if re.search(r"\d", piece) else "likely")
    if suffix in _SLIPS and (whole := next((name for name in names.distinct if _plural(piece, name)), "")):
        return Imitation(whole, "the name under an ending that is not its own", "likely")
    if (whole := _led_by(piece)) and names.bait.intersection(words):
        return Imitation(whole, "the name beside words of bait", "likely")
    if wrong := _misspelt(piece):
        return Imitation(wrong, "one letter wrong", "likely")
    if whole := _joined_to_bait(piece):
        return Imitation(whole, "the name beside words of bait", "likely")
    return None


def _borrowed(name: str, labels: list[str], words: list[str], suffix: str) -> Imitation | None:
    """An imitated name, rightly written, in a host that is not its own."""
    names, distinct = _names(), name in _names().distinct
    if distinct and labels[-1].replace("-", "") == name:
        if name in names.worldwide and not is_cheap(suffix) and _is_country(suffix):
            return None
        ours = all(own.endswith(".gov.uk") for own in names.own[name])
        sure = ours or is_cheap(suffix) or suffix.startswith("com.") or suffix in _SLIPS or labels[-1] != name
        return Imitation(name, "the name under an ending that is not its own", "likely" if sure else "possible")
    if name in names.hunted and (name in labels[-1].split("-") or name in labels[-1].replace("-", "")):
        return Imitation(name, "the name beside another word", "likely")
    others = {word for word in words if word not in name}
    bait = others & names.bait
    if (bait if distinct else bait - names.weak) or len(bait) > 1 or (distinct and others & _INNER):
        return Imitation(name, "the name beside words of bait", "likely")
    if is_cheap(suffix) and (distinct or bait):
        return Imitation(name, "the name under a cheap ending", "likely")
    if name in words and len(others) > 1 and _INNER.intersection(words[words.index(name) + 1 :]):
        return Imitation(name, "the name's address in front of somebody else's", "likely")
    return None


_SLIPS = frozenset({"co", "cm", "om", "cam", "ne", "con"})
"""Endings that are .com with a letter lost."""
_INNER = frozenset({"com", "www", "net", "org", "gov"})
"""Parts of another's address that stand inside a name."""


def _plural(piece: str, name: str) -> bool:
    return piece in (f"{name}s", name.removesuffix("s"))


def _is_country(suffix: str) -> bool:
    last = suffix.rpartition(".")[2]
    return len(last) == 2 or suffix in ("com", "net", "org")  # noqa: PLR2004 - countries' codes have two letters


def _brands_among(labels: list[str], words: list[str]) -> Iterator[str]:
    own = _names().own
    yield from (word for word in words if word in own)
    yield from (joined for label in labels if "-" in label for joined in _joined(label) if joined in own)
    joined = [label.replace("-", "") for label in labels]
    yield from (label for label in joined if label in own and label not in words)


def _joined(label: str) -> Iterator[str]:
    """Neighbouring words of a label as one: royal-mail-fee gives royalmail, mailfee."""
    words = label.split("-")
    return (first + second for first, second in pairwise(words))


def _joined_to_bait(piece: str) -> str:
    """The imitated name that is one word with a word of bait: paypalsecure, verifypaypa1; else ""."""
    names = _names()
    for cut in range(3, len(piece) - 2):
        for name, rest in ((piece[:cut], piece[cut:]), (piece[cut:], piece[:cut])):
            whole = name if name in names.distinct else names.looks.get(look(name), "")
            if whole in names.distinct and (rest in names.bait or rest in _INNER):
                return whole
    return ""


def _led_by(piece: str) -> str:
    """The imitated name that a longer word begins with: amazonprime."""
    distinct = _names().distinct
    return next((piece[:cut] for cut in range(len(piece) - 3, MISSPELT_FROM - 1, -1) if piece[:cut] in distinct), "")


def _misspelt(word: str) -> str:
    """The imitated name that a word is with one letter wrong, doubled, missing or changed about; else ""."""
    names = _names()
    if len(word) < MISSPELT_FROM - 1 or word in names.own or word in names.real or word in english():
        return ""
    candidates = {name for form in (word, *_one_less(word)) for name in names.one_less.get(form, ())} | {
        name for form in _one_less(word) for name in (form,) if name in names.distinct and len(name) >= MISSPELT_FROM
    }
    return next(
        (
            name
            for name in sorted(candidates)
            if word[0] == name[0] and not _plural(word, name) and _one_apart(word, name)
        ),
        "",
    )


def _one_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _one_apart(one: str, other: str) -> bool:
    """Whether one letter more, less, other or changed about with its neighbour makes one word of the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[2:] == b[2:] and a[:2] == b[:2][::-1])


ALONE, ALONE_IF_CHEAP = 3, 2
"""So many words of bait without any name are a trap by themselves; fewer under a cheap ending."""


_LABELS = 3
"""So many labels a well-known name's own domain has at most: bbc.co.uk."""


def _in_front(link: Link) -> Imitation | None:
    """The whole domain of a well-known name in front of somebody else's."""
    labels = link.host.removesuffix(link.domain).rstrip(".").split(".")
    for start in range(len(labels)):
        for end in range(start + 2, min(start + _LABELS, len(labels)) + 1):
            if name := _names().owner.get(".".join(labels[start:end])):
                return Imitation(name, "the name's address in front of somebody else's", "certain")
    return None


_TO_SIGN_IN = frozenset(
    {"login", "signin", "signon", "logon", "verify", "verification", "verified", "unlock", "webmail"}
)
_FILLING = frozenset({"your", "my", "our", "the", "now", "uk", "page", "portal", "online"})


def _asks(label: str) -> bool:
    """Whether a part of a host's name asks people to sign in: hazelbrook-login, secure-account, verify-your-details."""
    words = [word for word in label.split("-") if word]
    if not words[1:]:
        return False
    bait = _names().bait
    return (
        words[-1] in _TO_SIGN_IN
        or words[0] in ("login", "signin")
        or (
            not (set(words) - bait - _FILLING)
            and len(set(words) & bait) > 1
            and bool(set(words) & (bait - _names().weak))
        )
    )


def _on_free_pages(link: Link) -> Imitation | None:
    """A well-known name, or a call to sign in, where anybody can put up pages in a minute."""
    names = _names()
    if link.domain not in names.free or link.host == link.domain:
        return None
    label = link.host.removesuffix(f".{link.domain}").rpartition(".")[2]
    found = next((word for word in (label, *label.split("-"), *_joined(label)) if word in names.distinct), "")
    if found or _asks(label):
        return Imitation(found, "a name or a call to sign in, on pages that anybody can put up", "likely")
    return None


def _bait_alone(link: Link) -> Imitation | None:
    host, suffix = link.host, suffix_of(link.host)
    if _asks(link.domain.removesuffix(f".{suffix}")):
        return Imitation("", "nothing but a call to sign in in the name", "likely")
    words = set(re.split(r"[.\d-]+", host.removesuffix(suffix)))
    strong = words & (_names().bait - _names().weak)
    every = words & _names().bait
    needed = ALONE_IF_CHEAP if is_cheap(suffix) else ALONE
    if (strong and len(every) >= needed) or ("gov" in words and every):
        return Imitation("", "nothing but words of bait in the name", "likely")
    return None


__all__ = ["Imitation", "imitation", "is_cheap", "is_official", "is_worst", "look", "table"]
