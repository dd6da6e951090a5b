"""Documents behind links: which links lead to one of the school's, and what in its words nobody should have put out."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

from checks.readers.confidential import read_confidential
from checks.readers.link_names import table
from checks.readers.link_risks import OwnLinks, is_at
from checks.readers.names import LIST, SchoolNames, read_names
from checks.readers.personal_data import AllowList, read_personal_data
from checks.readers.sensitive import read_sensitive

CONTACTS_ENOUGH = 3
"""So many private contact details make a list of them; fewer may be a club's or a supplier's, and are for a look."""
TOGETHER = 1_000
"""Characters within which the entries of a list stand: what a long newsletter says here and there is no list."""


class Held(StrEnum):
    """What a document holds that should not be public. The values are read by people, and remembered."""

    NAMES = "a list of pupils by name"
    IDENTITY = "dates of birth or identity numbers"
    CONTACTS = "private contact details"
    CIRCUMSTANCES = "one person's circumstances"
    BUSINESS = "a mark of confidence"


def is_document(address: str, own: OwnLinks) -> bool:
    """Whether an address leads to a document at a service for sharing, or to a file on the school's own website."""
    services, endings = _known()
    if is_at(address, services):
        return True
    try:
        path = urlsplit(address if "://" in address else f"//{address}").path
    except ValueError:
        return False
    return path.rpartition(".")[2].casefold() in endings and is_at(address, own.domains)


def read_document(words: str, allow: AllowList, known: SchoolNames | None) -> tuple[tuple[str, str], ...]:
    """The kinds of `Held` that the first words of a document show, each with its confidence; no words are returned.

    `known` is None where nobody agreed to names being read.
    """
    found: dict[Held, str] = {}
    data = read_personal_data(words, allow=allow)
    if identity := [datum.confidence for datum in data if datum.kind in _IDENTITY]:
        found[Held.IDENTITY] = min(identity, key=_SURE.index)
    if contacts := [datum for datum in data if datum.kind not in _IDENTITY]:
        sure = [datum.span[0] for datum in contacts if datum.confidence != "possible"]
        found[Held.CONTACTS] = "likely" if _stand_together(sure, CONTACTS_ENOUGH) else "possible"
    if known is not None and _stand_together(_full_names(words, known), LIST):
        found[Held.NAMES] = "likely"  # first names alone, as in every newsletter, are no list here
    if told := read_sensitive(words):
        found[Held.CIRCUMSTANCES] = min((one.confidence for one in told), key=_SURE.index)
    if any(one.kind == "mark" for one in read_confidential(words)):
        found[Held.BUSINESS] = "possible"  # minutes say that a part of them is confidential
    return tuple((str(kind), confidence) for kind, confidence in found.items())


_SURE = ("certain", "likely", "possible")


def _full_names(words: str, known: SchoolNames) -> list[int]:
    """Where pupils are named in full, more than possibly."""
    readings = read_names(words, known=known)
    return [one.span[0] for one in readings if one.kind == "full name" and one.confidence != "possible"]


def _stand_together(places: Sequence[int], enough: int) -> bool:
    """Whether so many of the places lie near each other."""
    places = sorted(places)
    return any(last - first <= TOGETHER for first, last in zip(places, places[enough - 1 :], strict=False))


_IDENTITY = frozenset({"date of birth", "upn", "nhs", "ni"})


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    documents = table()["documents"]
    return frozenset(documents["services"]), frozenset(documents["endings"].split())
