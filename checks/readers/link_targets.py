"""What links lead to, read from what answered when they were asked, and which links may be asked at all."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from checks.readers.documents import is_document
from checks.readers.link_names import is_official, table
from checks.readers.link_risks import HARMFUL, Kind, LinkReading, OwnLinks, defanged, is_at, read_address
from checks.readers.links import find_links, read_link
from checks.readers.patterns import any_of
from connectors.snapshot import Resolved, Snapshot, Standing

STANDINGS = {Standing.GONE: Kind.GONE, Standing.BROKEN: Kind.BROKEN, Standing.UNTRUSTED: Kind.UNTRUSTED}
NOT_ASKED = HARMFUL | {Kind.ROOM}
"""What nobody should visit, by program or otherwise: it may log the visit, use up a key, or join a room."""
SERVERS_OWN = frozenset({Kind.SECRET, Kind.EXPOSED})
"""What a server itself may put into the addresses that it sends visitors to: nobody published that."""
LED_TO = "it leads to"
"""How the reason begins of what was found where a link leads."""
REPOST = "repost"
PLAIN_WORDS = 400
"""A parked page has few words of its own; a page with more may be about parking."""


def own_addresses(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """The addresses in the account's own items by their ids, the newest first, and in the profile by "".

    What the account passed on of others' is left out.
    """
    posts = snapshot.posts[snapshot.posts["kind"] != REPOST].sort_values("created", ascending=False, kind="stable")
    texts = posts["title"] + "\n" + posts["text"]
    found = {
        item: tuple(link.url for link in find_links(text, links))
        for item, text, links in zip(posts["id"], texts, posts["links"], strict=True)
    }
    if snapshot.profile:
        profile = tuple(link.url for link in find_links(snapshot.profile.bio, snapshot.profile.links))
        found = {"": profile, **found}
    return {item: tuple(dict.fromkeys(links)) for item, links in found.items() if links}


def askable(addresses: Iterable[str], own: OwnLinks) -> tuple[str, ...]:
    """Those links, each once, that may be asked where they lead: web pages that do no harm and answer programs."""
    return tuple(dict.fromkeys(address for address in addresses if _may_be_asked(address, own)))


def _may_be_asked(address: str, own: OwnLinks) -> bool:
    if ":" in address.partition("/")[0] and not address.lower().startswith(("http://", "https://")):
        return False
    if is_at(address, frozenset(table()["targets"]["unasked"])) and not is_document(address, own):
        return False
    kinds = {reading.kind for reading in read_address(address, own) if reading.confidence != "possible"}
    return "." in address and kinds.isdisjoint(NOT_ASKED)


def read_target(address: str, resolved: Resolved, own: OwnLinks) -> tuple[LinkReading, ...]:
    """What a link leads to: harm on the way or at the end, a lapsed domain, nothing at all. Each kind once."""
    found: dict[Kind, LinkReading] = {}
    for reading in _readings(address, resolved, own):
        found.setdefault(reading.kind, reading)
    return tuple(found.values())


def _other_topic(address: str, final: str, said: str) -> str:
    """What a page is about that nobody in a school would have linked to, in words; "" where nothing shows it."""
    if is_official(read_link(final).host):
        return ""
    themes, ordinary, enough, unless = _topics()
    if len(set(ordinary.findall(said))) >= unless:
        return ""
    for theme, words in themes.items():
        if len(set(words.findall(said))) >= enough:
            return f"about {theme}"
    steps = frozenset(re.split(r"[/.?=&_]", f"{address}/{final}".casefold()))
    if steps.isdisjoint(table()["targets"]["languages"]["steps"].split()) and _in_another_script(said):
        return "written in letters that are hardly read around here"
    return ""


LETTERS_ENOUGH = 200
"""So many letters show the language of a page."""


def _in_another_script(said: str) -> bool:
    scripts = frozenset(table()["targets"]["scripts"].split())
    letters = [letter for letter in said if letter.isalpha()]
    other = sum(
        not letter.isascii() and unicodedata.name(letter, "").partition(" ")[0].lower() in scripts for letter in letters
    )
    return len(letters) >= LETTERS_ENOUGH and other * 2 > len(letters)


@cache
def _topics() -> tuple[dict[str, re.Pattern[str]], re.Pattern[str], int, int]:
    targets = table()["targets"]

    def whole(words: str) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{any_of(word.replace('_', ' ') for word in words.split())})\b")

    themes = {theme: whole(words) for theme, words in targets["taken"].items()}
    return themes, whole(targets["ordinary"]), targets["taken_from"], targets["taken_unless"]


def _readings(address: str, resolved: Resolved, own: OwnLinks) -> Iterator[LinkReading]:
    for onward in resolved.chain[1:]:
        for reading in read_address(onward, own):
            if reading.kind in HARMFUL - SERVERS_OWN and reading.confidence != "possible":
                reason = f"{LED_TO} {defanged(onward).partition('?')[0]}: {reading.reason}"
                yield LinkReading(reading.kind, address, reason, reading.confidence)
    if resolved.standing in STANDINGS:
        confidence = "likely" if resolved.standing is Standing.BROKEN else "certain"
        yield LinkReading(STANDINGS[resolved.standing], address, resolved.reason, confidence)
    targets = table()["targets"]
    if is_at(resolved.final, frozenset(targets["parked_hosts"])):
        yield LinkReading(Kind.PARKED, address, "a dealer in domains answers", "likely")
    said = f"{resolved.title} {resolved.words}".casefold()
    if theme := _other_topic(address, resolved.final, said):
        yield LinkReading(Kind.TAKEN, address, f"its page is {theme}", "possible")
    sign = next((words for words in targets["parked_words"] if words in said), "")
    if sign and len(resolved.words) <= PLAIN_WORDS:
        yield LinkReading(Kind.PARKED, address, f"its page says: {sign}", "likely")
