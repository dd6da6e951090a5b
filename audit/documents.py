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
    led: Mapping[str, Resolved], own: OwnLinks, allow: AllowList, known: SchoolNames | None, http: Client
) -> dict[str, Resolved]:
    """The links that were asked tonight; those that lead to documents with the kinds of details that these hold.

    The words of a document are let go here. `known` is None where nobody agreed to names being read.
    """
    return {
        address: _opened(address, one, allow, known, http)
        if is_document(address, own) and one.standing in (Standing.ANSWERS, Standing.UNTESTABLE)
        else one
        for address, one in led.items()
    }


def _opened(address: str, led: Resolved, allow: AllowList, known: SchoolNames | None, http: Client) -> Resolved:
    words = documents.read(address, http)
    holds = None if words is None else read_document(words, allow, known)
    return replace(led, title="", words="", holds=holds)
