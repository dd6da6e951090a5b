"""Where links lead: each is asked once, by one GET a hop, as a visitor's browser would.

Only links that the school itself has published are asked, and of each nothing but the page it names; that is why no
robots.txt is read for it, which speaks to programs that go from page to page. What answers is read in memory:
recordings keep the status and where a redirect leads, and nothing of the pages, which are other people's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urldefrag, urljoin

from connectors import markup
from connectors.answer import Answer
from connectors.connector import ConnectorError, TooLarge, Unreachable
from connectors.http import Client
from connectors.recording import StandIns
from connectors.snapshot import Resolved, Standing

MOST_HOPS = 10
LARGEST = 500_000
"""Bytes of one answer that are read; a larger one is there all the same."""
AGAIN_AFTER = timedelta(days=7)
"""A link that answered is asked again after a week; one that did not, every night."""
MOST_WORDS = 2_000
FEW = 3
"""Fewer links than this may all be dead; of more, one at least answers, or nothing here reaches anybody."""
CUT_OFF = "No link at all answered tonight, so the network here may have been down."

_OK = 200
_GONE = frozenset({404, 410})
_ANY = range(100, 1000)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FAULTS = range(500, 600)
_TO_PROGRAMS = frozenset({501, 503, 520, 521, 522, 523, 524, 525, 526, 530})
"""Faults that shields in front of websites answer to programs alone: 503 with a riddle, 52x of Cloudflare."""
_REFUSED = 400
"""From here on, whatever is neither gone nor a fault was refused to us: 401, 403, 429, and LinkedIn's 999."""


def due(addresses: Iterable[str], known: Mapping[str, Resolved], on: date, most: int) -> tuple[str, ...]:
    """The links to ask tonight, at most `most`: first those in trouble, then new ones, then the oldest.

    In trouble are those that did not answer, and documents that should not be public.

    `addresses` come in the order of their weight, the newest posts first; `known` says when each was last asked. One
    that was asked today already is not asked again. Pure.
    """
    trouble: list[str] = []
    new: list[str] = []
    again: list[str] = []
    for address in dict.fromkeys(addresses):
        last = known.get(address)
        if last is None:
            new.append(address)
        elif last.asked >= on:
            continue
        elif last.holds or last.standing in (Standing.GONE, Standing.BROKEN, Standing.UNTRUSTED):
            trouble.append(address)
        elif on - last.asked >= AGAIN_AFTER:
            again.append(address)
    again.sort(key=lambda address: known[address].asked)
    return (*trouble, *new, *again)[:most]


def resolve_all(addresses: Iterable[str], http: Client, on: date) -> dict[str, Resolved]:
    """What each of the links led to.

    Where no server at all answered, the fault is on this side: then none of several links is called gone or broken.
    """
    found = {address: resolve(address, http, on) for address in addresses}
    if len(found) < FEW or any(one.status for one in found.values()):
        return found
    return {address: replace(one, standing=Standing.UNTESTABLE, reason=CUT_OFF) for address, one in found.items()}


def resolve(address: str, http: Client, on: date) -> Resolved:
    """Follow one link to its end. Never raises ConnectorError: what went wrong is the result."""
    chain = [_whole(address)]
    while True:
        try:
            answer = http.get(chain[-1], ok=_ANY, max_bytes=LARGEST, within=lambda _: False)
        except TooLarge:
            return Resolved(Standing.ANSWERS, on, tuple(chain), _OK)
        except ConnectorError as error:
            return Resolved(_standing_of(error), on, tuple(chain), reason=str(error))
        onward = _onward(answer)
        if not onward:
            return _ended(answer, tuple(chain), on)
        if onward in chain or len(chain) > MOST_HOPS:
            circle = f"{markup.host(chain[-1])} sends visitors round in circles."
            return Resolved(Standing.BROKEN, on, tuple(chain), answer.status, circle)
        chain.append(onward)


def disguise(body: object, stand_ins: StandIns) -> object:  # noqa: ARG001 - as every disguise
    """Nothing of the page: it is somebody else's."""
    return ""


def _whole(address: str) -> str:
    """The address as it is asked: with a scheme, without the part that stays in the browser."""
    whole = address.strip() if "://" in address else f"http://{address.strip()}"
    try:
        return urldefrag(whole).url
    except ValueError:  # half an IPv6 address: the way out says so
        return whole


def _onward(answer: Answer) -> str:
    """Where an answer sends its visitors, by its header or by its page; "" where it ends."""
    target = answer.headers.get("location", "").strip() if answer.status in _REDIRECTS else _refresh(answer)
    try:
        onward = urldefrag(urljoin(answer.url, target)).url if target else ""
    except ValueError:
        return ""
    return onward if onward.lower().startswith(("http://", "https://")) else ""


_REFRESH = re.compile(
    r"<meta\b(?=[^>]{0,300}http-equiv\s*=\s*[\"']?refresh)[^>]{0,300}?content\s*=\s*[\"']?\s*(\d{1,3})\s*;\s*"
    r"url\s*=\s*[\"']?([^\"'>\s]{1,2000})",
    re.IGNORECASE,
)
_SOON = 10  # seconds, after which a page sends its visitor on before they have read it


def _refresh(answer: Answer) -> str:
    if "html" not in answer.headers.get("content-type", "html"):
        return ""
    found = _REFRESH.search(answer.text[:20_000])
    return found[2].replace("&amp;", "&") if found and int(found[1]) <= _SOON else ""


def _ended(answer: Answer, chain: tuple[str, ...], on: date) -> Resolved:
    status, host = answer.status, markup.host(answer.url)
    if status in _GONE:
        return Resolved(Standing.GONE, on, chain, status, f"{host} says that there is no such page ({status}).")
    if status in _FAULTS and status not in _TO_PROGRAMS:
        return Resolved(Standing.BROKEN, on, chain, status, f"{host} has a fault of its own ({status}).")
    if status >= _REFUSED:
        reason = f"{host} does not answer programs ({status}); open it in a browser."
        return Resolved(Standing.UNTESTABLE, on, chain, status, reason)
    title, words = _page(answer)
    return Resolved(Standing.ANSWERS, on, chain, status, title=title, words=words)


def _page(answer: Answer) -> tuple[str, str]:
    """Title and first words of a page; nothing of what is no page."""
    if "html" not in answer.headers.get("content-type", ""):
        return "", ""
    title = markup.parse(answer.text).title
    words = " ".join(markup.plain(answer.text).split())
    return (" ".join(title.get_text().split())[:200] if title else ""), words[:MOST_WORDS]


def _standing_of(error: ConnectorError) -> Standing:
    """What it means for a link that there was no answer. The sentences are those of connectors/wire.py."""
    said = str(error)
    if not isinstance(error, Unreachable):
        return Standing.UNTESTABLE  # private addresses, robots, replays without it
    if "certificate" in said:
        return Standing.UNTRUSTED
    return Standing.GONE if "no server by the name" in said else Standing.BROKEN
