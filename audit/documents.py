"""Documents that tonight's links lead to: opened as a stranger would, and remembered by what they hold alone."""

from collections.abc import Mapping
from dataclasses import replace

from checks.readers.documents import is_document, read_document
from checks.readers.link_risks import OwnLinks
from checks.readers.names import SchoolNames
from checks.readers.personal_data import AllowList
from connectors import documents
from connectors.http import Client
from connectors.snapshot import Resolved, Standing


def opened(
    led: Mapping[str, Resolved],
    before: Mapping[str, Resolved],
    own: OwnLinks,
    allow: AllowList,
    known: SchoolNames | None,
    http: Client,
) -> dict[str, Resolved]:
    """The links that were asked tonight; those that lead to documents with the kinds of details that these hold.

    The words of a document are let go here. Of a document that could not be read tonight still holds what it held
    when it was last read, by `before`; one that is gone holds nothing. `known` is None where nobody agreed to names
    being read.
    """
    found = dict(led)
    for address, one in led.items():
        if not is_document(address, own):
            continue
        holds = _held(address, one, allow, known, http)
        if holds is None and address in before:
            holds = before[address].holds
        found[address] = replace(one, title="", words="", holds=holds)
    return found


def _held(
    address: str, led: Resolved, allow: AllowList, known: SchoolNames | None, http: Client
) -> tuple[tuple[str, str], ...] | None:
    """The kinds of details in a document that strangers get, () of one they do not get; None of what was not read."""
    if led.standing is Standing.GONE and led.status:  # without a status there was no server by that name
        return ()
    if led.standing not in (Standing.ANSWERS, Standing.UNTESTABLE):
        return None
    words = documents.read(address, http)
    return None if words is None else read_document(words, allow, known)
