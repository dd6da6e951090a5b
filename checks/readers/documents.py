"""Documents behind links: which links lead to one of the school's, and what in its words nobody should have put out."""

from collections.abc import Iterable
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
    found: dict[Held, list[str]] = {}
    for datum in read_personal_data(words, allow=allow):
        found.setdefault(Held.IDENTITY if datum.kind in _IDENTITY else Held.CONTACTS, []).append(datum.confidence)
    if known is not None and _full_names(words, known) >= LIST:
        found[Held.NAMES] = ["likely"]  # first names alone, as in every newsletter, are no list here
    if told := read_sensitive(words):
        found[Held.CIRCUMSTANCES] = [one.confidence for one in told]
    if any(one.kind == "mark" for one in read_confidential(words)):
        found[Held.BUSINESS] = ["possible"]  # minutes say that a part of them is confidential
    return tuple((kind, _sure(kind, confidences)) for kind, confidences in found.items())


def _full_names(words: str, known: SchoolNames) -> int:
    return sum(one.kind == "full name" and one.confidence != "possible" for one in read_names(words, known=known))


_IDENTITY = frozenset({"date of birth", "upn", "nhs", "ni"})


def _sure(kind: Held, confidences: Iterable[str]) -> str:
    sure = [confidence for confidence in confidences if confidence != "possible"]
    if not sure or (kind is Held.CONTACTS and len(sure) < CONTACTS_ENOUGH):
        return "possible"
    return "certain" if kind is Held.IDENTITY and "certain" in sure else "likely"


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    documents = table()["documents"]
    return frozenset(documents["services"]), frozenset(documents["endings"].split())
