"""Links in a text: where they stand, whose domain they are, and whether they hide where they lead.

Domains are split offline, by the Public Suffix List that tldextract carries. Shortening services are known by
name: data/shorteners.toml.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from urllib.parse import urlsplit

import tldextract

LIMIT = 20_000
"""How many characters of a text are read."""
LONGEST_HOST = 253
"""Characters of a host's name; longer ones cannot be looked up (RFC 1035)."""


class Hiding(StrEnum):
    """Who makes a link that does not show where it leads."""

    SHORTENER = "shortener"
    """A third party's service: anybody can make one, to anywhere, and change it later."""
    PLATFORM = "platform"
    """A platform's own, such as t.co: made of every link there, or leading to that platform alone."""
    LINK_PAGE = "link page"
    """One page that lists somebody's links, such as linktr.ee."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address found. `host` is in lower case, without "www."; `domain` is its registrable part, or "".

    `span` is (start, end) in the text, None for an address that was given apart from it.
    """

    url: str
    host: str
    domain: str
    span: tuple[int, int] | None = None

    @property
    def hiding(self) -> Hiding | None:
        """How this link hides where it leads; None when it does not, as far as is known."""
        table = _table()
        names = (self.host, self.domain)
        return next((table[name] for name in names if name in table), None)


def find_links(text: str, given: Iterable[str] = ()) -> tuple[Link, ...]:
    """Every link in a text, in its order, then those of `given` (a platform's own list) that it does not have.

    Addresses without a scheme count when their domain ends in a public suffix and a path, "www." or a common
    ending shows that an address is meant. E-mail addresses are no links.
    """
    links = []
    for found in _forms().finditer(text[:LIMIT]):
        url = _trimmed(found[0])
        link = read_link(url)
        if link.host if found["scheme"] else link.domain and _is_meant(link, url):
            links.append(Link(url, link.host, link.domain, (found.start(), found.start() + len(url))))
    known = {link.url.casefold() for link in links}
    return (*links, *(read_link(url) for url in given if url.casefold() not in known))


def read_link(url: str) -> Link:
    """One address, with or without a scheme. Whatever is no address at all has neither host nor domain."""
    url = url.strip()
    try:
        host = urlsplit(url if "//" in url[:12] else f"//{url}").hostname or ""
    except ValueError:  # "http://[": half an IPv6 address
        host = ""
    host = host.rstrip(".").removeprefix("www.") if host.count(".") > 1 else host
    host = host if len(host) <= LONGEST_HOST else ""
    return Link(url, host, registrable(host))


def registrable(host: str) -> str:
    """The part of a host's name that somebody registered; "" where there is none."""
    domain = _suffixes()(host).top_domain_under_public_suffix if host else ""
    # The list says *.sch.uk, for schools under their county; a school straight under sch.uk has a domain as well.
    return domain or (host if host.endswith(".sch.uk") else "")


@lru_cache(maxsize=4096)
def suffix_of(host: str) -> str:
    """The public suffix of a host: co.uk, com.ge; "" where there is none."""
    return _suffixes()(host).suffix


def is_shortener(url: str) -> bool:
    """Whether an address is a third party's shortened link. A platform's own and link pages are not."""
    return read_link(url).hiding is Hiding.SHORTENER


def links_in(text: str) -> tuple[str, ...]:
    """The addresses in a text, as they are written there, each once."""
    return tuple(dict.fromkeys(link.url for link in find_links(text)))


_COMMON_ENDINGS = frozenset(
    {"com", "org", "net", "info", "uk", "co.uk", "org.uk", "sch.uk", "gov.uk", "ac.uk", "nhs.uk"}
)


_UNMISTAKABLE = frozenset({"com", "co.uk", "org.uk", "sch.uk", "gov.uk", "ac.uk", "nhs.uk"})
"""Endings that are no words, whatever the case: Bet365.com, HAZELBROOK.SCH.UK."""


def _is_meant(link: Link, url: str) -> bool:
    """Whether words with a dot between them are an address, and not "end of term.See you" without a space."""
    if url.lower().startswith("www.") or link.hiding:
        return True
    ending = link.domain.partition(".")[2]
    if ending in _UNMISTAKABLE:
        return True
    plain = url[: len(link.host)].islower()
    return plain and ("/" in url or ending in _COMMON_ENDINGS or ending.endswith(".uk"))


def _trimmed(url: str) -> str:
    """An address without the punctuation of the sentence around it."""
    url = url.rstrip(".,;:!?'\"\u201d\u2019»*_~")
    while url.endswith((")", "]")) and url.count(url[-1]) > url.count({")": "(", "]": "["}[url[-1]]):
        url = url[:-1].rstrip(".,;:!?'\"")
    return url


@cache
def _forms() -> "re.Pattern[str]":
    return re.compile(
        r"(?<![\w@.])(?<!@ )(?<!\(at\))(?:"
        r"(?P<scheme>(?:https?|ftp|file|whatsapp|tg|snapchat|discord|viber|sgnl|skype)://)[^\s<>\"|\\^{}`]{1,2000}"
        r"|(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?![\w@-])(?:[/?#][^\s<>\"|\\^{}`]{0,2000})?)",
        re.IGNORECASE,
    )


@cache
def _table() -> dict[str, Hiding]:
    table = tomllib.loads((resources.files("checks.data") / "shorteners.toml").read_text("utf-8"))
    kinds = {"shorteners": Hiding.SHORTENER, "platforms": Hiding.PLATFORM, "link_pages": Hiding.LINK_PAGE}
    return {name: kind for key, kind in kinds.items() for name in table[key]}


@cache
def _suffixes() -> tldextract.TLDExtract:
    """The Public Suffix List as the package carries it: nothing is fetched, nothing is cached on disk."""
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
