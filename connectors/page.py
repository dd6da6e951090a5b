"""One public web page, read by what it declares of itself: OpenGraph, JSON-LD and the like; MySpace's too.

Read are title, description, picture and the addresses that the page names as its own (rel-me, sameAs). Its other
links are not: visitors and friends may have put them there. robots.txt is respected (RFC 9309).
"""

import re
from urllib.parse import urlsplit

from connectors import markup
from connectors.connector import LoginWall, NotAllowed, NotFound, NotOffered, Refused, SchemaDrift
from connectors.http import Client
from connectors.recording import StandIns
from connectors.robots import Robots
from connectors.snapshot import Account, CollectPlan, Profile, Resource, Snapshot, complete
from connectors.website import Page, host_of, is_html, own_words, read_page, tidy

RESOURCES = frozenset({Resource.PROFILE})

_LARGEST = 3_000_000  # bytes
_OK = 200
_PAGE_OR_LEAD = frozenset({_OK, 301, 302, 303, 307, 308})
_OWN = frozenset({"rel-me", "same-as"})
_SIGN_IN = re.compile(r"/(?:log-?in|sign-?in|auth|accounts?/login|checkpoint)(?:[/.]|$)", re.IGNORECASE)
# Their terms forbid to read their pages by program without leave; each has a row of its own in the register.
_NOT_BY_PROGRAM = frozenset(
    {
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "pinterest.com",
        "reddit.com",
        "snapchat.com",
        "threads.com",
        "threads.net",
        "tiktok.com",
        "twitter.com",
        "x.com",
        "youtube.com",
    }
)


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the page at the account's address. Raises ConnectorError when it cannot be read."""
    page = _open(account, http)
    profile = Profile(
        platform_id="",
        handle=account.handle,
        address=page.address,
        name=page.title,
        bio=page.description,
        links=tuple(dict.fromkeys(address for kind, address, _ in page.links if kind in _OWN)),
        avatar=page.image,
    )
    return Snapshot(account, plan.now, {Resource.PROFILE: complete(1)}, profile)


def prove(account: Account, plan: CollectPlan, http: Client) -> str:  # noqa: ARG001 - the protocol's
    """Read the page and say what it is called. Raises ConnectorError."""
    page = _open(account, http)
    return f"{page.address} answers: '{page.title}'."


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:  # noqa: ARG001 - the protocol's
    """Of a page only what it says of itself: friends and visitors, whom it may show, are not kept."""
    if isinstance(body, str) and markup.is_page(body.encode(errors="replace")):
        return own_words(body)
    return body


def _open(account: Account, http: Client) -> Page:
    typed = (account.address or account.handle).strip()
    start = tidy(typed if "://" in typed else f"https://{typed}")
    if not typed or not start:
        raise NotFound("The register gives no address of the page.")
    home = host_of(urlsplit(start))
    if any(home == host or home.endswith(f".{host}") for host in _NOT_BY_PROGRAM):
        raise Refused(f"{home} does not permit programs to read its pages; register the account under its platform.")
    robots = Robots(http, "the page")
    if not robots.allow(start):
        raise Refused(f"{home} asks programs in its robots.txt not to read this page; a person opens {start}.")
    answer = http.get(start, ok=_PAGE_OR_LEAD, max_bytes=_LARGEST, within=lambda there: _same_site(there, home))
    leads_to = urlsplit(answer.url if answer.status == _OK else tidy(answer.headers.get("Location", ""), answer.url))
    if _SIGN_IN.search(leads_to.path) and not _SIGN_IN.search(urlsplit(start).path):
        raise LoginWall(f"{home} asks to sign in before it shows the page; a person opens {start}.")
    if answer.status != _OK:
        raise NotAllowed(f"The page leads to another site, {host_of(leads_to)}; if that is right, register it.")
    if leads_to.path == "/" and urlsplit(start).path != "/":
        raise NotFound(f"{home} shows its front page instead: there is no such page any more.")
    if not is_html(answer):
        raise NotOffered("The address leads to a file and not to a page.")
    page = read_page(answer)
    # Many pages carry a form for signing in; one that has nothing else to say is a wall.
    if markup.asks_for_password(answer.text) and not page.description:
        raise LoginWall(f"{home} asks to sign in before it shows the page; a person opens {start}.")
    if not page.title or (account.platform == "myspace" and page.title == page.name):
        raise SchemaDrift(f"{start} says nothing of the account, not even a title; a person opens it.")
    return page


def _same_site(address: str, home: str) -> bool:
    there = host_of(urlsplit(address))
    return there == home or there.endswith(f".{home}")
