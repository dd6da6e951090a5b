"""The school's own website: what its pages link to, embed and declare, and how it introduces itself.

Pages of the same host and its sub-domains are read breadth first, as far as robots.txt allows (RFC 9309) and
up to a cap; sitemaps are a second source of pages. Only HTML is read.
"""

import json
import re
import string
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from html import escape, unescape
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from connectors.connector import (
    ConnectorError,
    LoginWall,
    NotAllowed,
    NotFound,
    Private,
    RateLimited,
    Refused,
    TooLarge,
)
from connectors.http import Answer, Client
from connectors.markup import Medium, absolute, asks_for_password, kind_of, media_of, parse
from connectors.recording import StandIns
from connectors.robots import ROBOT, Robots
from connectors.snapshot import (
    LINKS,
    MEDIA,
    Account,
    CollectPlan,
    Coverage,
    Profile,
    Resource,
    Snapshot,
    complete,
    frame,
    partial,
)

RESOURCES = frozenset({Resource.PROFILE, Resource.LINKS, Resource.MEDIA})

_LARGEST_PAGE = 3_000_000  # bytes; real pages are a tenth of it
_MOST_SITEMAPS = 20
_OK = 200
_LEADS_ON = frozenset({301, 302, 303, 307, 308})
_PAGE_OR_LEAD = _LEADS_ON | {_OK}
_FAILURES_IN_A_ROW = 5  # then the site is down, and the rest of it is not tried
_LONGEST_TEXT = 200  # characters of a link's text
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_NO_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|pub|rtf|csv|txt|jpe?g|png|gif|webp|svg|ico|bmp|tiff?|heic|mp[34]|m4[av]"
    r"|wav|ogg|mov|avi|wmv|webm|zip|rar|7z|gz|exe|dmg|apk|ics|xml|rss|atom|json|css|js|woff2?|ttf)$",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s")
_LINKED_DATA = re.compile(r"application/ld\+json", re.IGNORECASE)
_SAID = frozenset({"description", "og:site_name", "og:title", "og:description", "og:image"})  # in <meta>
_TOLD = ("name", "description", "image", "sameAs")  # in JSON-LD
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_LOCATION = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?([^<\]]+)", re.IGNORECASE)


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the website. Raises ConnectorError when its front page cannot be read.

    `plan.max_pages` caps the pages that are asked for; those of open findings (`plan.refetch`) come first, and keep the
    pictures that other pages show as well. In the profile, `links` are the rel-me and same-as
    addresses of all pages read. A page that is gone (404) takes nothing from the coverage, as long as most
    others are there.
    """
    site = _Site(http, plan.max_pages, frozenset(plan.refetch))
    front = site.open(_start(account))
    if plan.wants(Resource.LINKS) or plan.wants(Resource.MEDIA):
        site.crawl(front)
    links = list(site.links.values())
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    coverage.setdefault(Resource.LINKS, site.coverage(len(links)))
    coverage.setdefault(Resource.MEDIA, site.coverage(len(site.media)))
    profile = Profile(
        platform_id="",
        handle=host_of(urlsplit(front.address)),
        address=front.address,
        name=front.name,
        bio=front.description,
        links=tuple(dict.fromkeys(row["address"] for row in links if row["kind"] in ("rel-me", "same-as"))),
    )
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        links=frame(LINKS, links if plan.wants(Resource.LINKS) else ()),
        media=frame(MEDIA, site.media.values() if plan.wants(Resource.MEDIA) else ()),
        gone=frozenset(site.gone),
        pages=frozenset(site.read),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the front page and say what it is called. Raises ConnectorError."""
    site = _Site(http, plan.max_pages)
    front = site.open(_start(account))
    others = len({row["address"] for row in site.links.values()})
    return f"{front.address} answers: '{front.name}', addresses elsewhere on its front page: {others}."


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:  # noqa: ARG001 - the protocol's
    """The body as it is: the pages are the school's own, and public."""
    return body


def _start(account: Account) -> str:
    typed = (account.address or account.handle).strip()
    start = tidy(typed if "://" in typed else f"https://{typed}")
    if not typed or not start:
        raise NotFound("The register gives no address of the website.")
    return start


# Addresses


def tidy(link: str, base: str = "") -> str:
    """The absolute address that `link` on the page `base` leads to, or "" where it leads to no web page.

    Without the fragment, except where it is the address (`#!/name`, as X once had it); tracking parameters
    stay; user names and passwords go.
    """
    try:
        parts = urlsplit(urljoin(base, link.strip(string.whitespace)))
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    if ":" in host:
        host = f"[{host}]"
    if port and port != (443 if parts.scheme == "https" else 80):
        host = f"{host}:{port}"
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    rest = (_SPACE.sub(lambda space: quote(space[0]), part) for part in (parts.path or "/", parts.query, fragment))
    return urlunsplit((parts.scheme, host, *rest))


def host_of(parts: SplitResult) -> str:
    """`host` or `host:port`, without www."""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{parts.port}" if parts.port else host


def _page_key(address: str) -> str:
    """What makes two addresses one page: with or without www, by http or https."""
    parts = urlsplit(address)
    return f"{host_of(parts)}{parts.path}?{parts.query}"


# One page


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says of itself: the site's name, its own title, description and picture, and its links."""

    address: str
    name: str
    title: str
    description: str
    image: str
    links: tuple[tuple[str, str, str], ...]  # kind, address, text
    pictures: tuple[Medium, ...] = ()


def read_page(answer: Answer) -> Page:
    """What the page says of itself and where it leads."""
    soup = parse(answer.text)
    base = soup.find("base", href=True)
    base_address = tidy(_attribute(base, "href"), answer.url) if isinstance(base, Tag) else ""
    links = [
        (kind, address, " ".join(text.split())[:_LONGEST_TEXT])
        for kind, link, text in _declared(soup)
        if (address := tidy(link, base_address or answer.url))
    ]
    heading = soup.find("title")
    titled = heading.get_text() if heading else ""
    name = _meta(soup, "property", "og:site_name") or titled
    title = _meta(soup, "property", "og:title") or _linked(soup, "name") or titled
    description = _meta(soup, "name", "description") or _meta(soup, "property", "og:description")
    image = _meta(soup, "property", "og:image") or _linked(soup, "image")
    return Page(
        answer.url,
        name=" ".join(name.split()),
        title=" ".join(title.split()),
        description=" ".join((description or _linked(soup, "description")).split()),
        image=tidy(image, base_address or answer.url) if image else "",
        links=tuple(links),
        pictures=tuple(_pictures(soup, base_address or answer.url)),
    )


def _pictures(soup: BeautifulSoup, base: str) -> Iterator[Medium]:
    """The pictures of a page, the stills of its films, and the files of pictures that it links to: often originals."""
    for medium in media_of(soup, base):
        if medium.kind == "image" or medium.picture:
            yield medium
    for tag in soup.find_all("a", href=True):
        address = absolute(_attribute(tag, "href"), base)
        if kind_of(address) == "image":
            image = tag.find("img", alt=True)
            yield Medium(address, address, "image", _attribute(image, "alt").strip() if isinstance(image, Tag) else "")


def own_words(html: str) -> str:
    """A page with nothing in it but what it says of itself, and whether it asks for a password."""
    soup = parse(html)
    kept = [
        *soup.find_all(["title", "base"]),
        *(
            tag
            for tag in soup.find_all("meta")
            if _attribute(tag, "property" if tag.get("property") else "name") in _SAID
        ),
    ]
    own = [_attribute(tag, "href") for tag in soup.find_all(["a", "link"], rel="me", href=True)]
    things = [thing for tag in soup.find_all("script", type=_LINKED_DATA) for thing in _things(tag.get_text())]
    told = [{name: value for name in _TOLD if (value := _texts(thing.get(name)))} for thing in things]
    data = json.dumps([thing for thing in told if thing]).replace("<", "\\u003c")
    script = f'<script type="application/ld+json">{data}</script>' if any(told) else ""
    password = "<input type='password'>" if asks_for_password(html) else ""
    head = "".join([*map(str, kept), *(f'<link rel="me" href="{escape(to)}">' for to in own), script])
    return f"<html><head>{head}</head><body>{password}</body></html>"


def _declared(soup: BeautifulSoup) -> Iterator[tuple[str, str, str]]:
    """Every link of a page as (kind, as written, text)."""
    for tag in soup.find_all(["a", "area", "link"], href=True):
        rel = _attribute(tag, "rel").lower().split()
        if "me" in rel:
            yield "rel-me", _attribute(tag, "href"), tag.get_text()
        if tag.name != "link":
            yield "link", _attribute(tag, "href"), _text(tag)
        elif "alternate" in rel and _attribute(tag, "type").lower() in _FEEDS:
            yield "feed", _attribute(tag, "href"), _attribute(tag, "title")
    for tag in soup.find_all(["iframe", "frame"], src=True):
        yield "embed", _attribute(tag, "src"), _attribute(tag, "title")
    for tag in soup.find_all(class_="fb-page"):  # where Facebook's plugin is told which page to show
        yield "embed", _attribute(tag, "data-href"), tag.get_text()
    for tag in soup.find_all("meta", attrs={"http-equiv": True}):
        if to := _REFRESH.match(_attribute(tag, "content")):
            yield "link", to[1], ""
    for tag in soup.find_all("script", type=_LINKED_DATA):
        for address in _same_as(tag.get_text()):
            yield "same-as", address, ""


def _text(link: Tag) -> str:
    """What a reader sees of a link, or hears where it is a picture."""
    image = link.find("img", alt=True)
    alt = _attribute(image, "alt") if isinstance(image, Tag) else ""
    texts = (link.get_text(), alt, _attribute(link, "aria-label"), _attribute(link, "title"))
    return next(filter(str.strip, texts), "")


def _same_as(script: str) -> Iterator[str]:
    """The sameAs addresses of JSON-LD at any depth."""
    for part in _things(script):
        yield from _texts(part.get("sameAs"))


def _linked(soup: BeautifulSoup, name: str) -> str:
    """The first text that JSON-LD gives under `name`, an image's being its address."""
    for tag in soup.find_all("script", type=_LINKED_DATA):
        for part in _things(tag.get_text()):
            if texts := _texts(part.get(name)):
                return texts[0]
    return ""


def _texts(value: Any) -> list[str]:
    """The texts of a value in JSON-LD, an image's being its address."""
    values = value if isinstance(value, list) else [value]
    texts = (one.get("url") if isinstance(one, dict) else one for one in values)
    return [text for text in texts if isinstance(text, str) and text.strip()]


def _things(script: str) -> Iterator[dict[str, Any]]:
    """The things that JSON-LD describes, at any depth, persons and theirs left out: they are not the school."""
    try:
        to_do: list[Any] = [json.loads(script)]
    except (ValueError, RecursionError):
        return
    while to_do:
        part = to_do.pop()
        if isinstance(part, list):
            to_do.extend(part)
        elif isinstance(part, dict) and part.get("@type") not in ("Person", ["Person"]):
            yield part
            to_do.extend(part.values())


def _meta(soup: BeautifulSoup, by: str, name: str) -> str:
    tag = soup.find("meta", attrs={by: name})
    return _attribute(tag, "content") if isinstance(tag, Tag) else ""


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


# The whole site


@dataclass(slots=True)
class _Site:
    """One reading of the site. `links` holds a row per address and kind, from the first page that has it.

    `media` holds a row per picture, by its address, with the first page that shows it, or one of `first`: addresses of
    pages to be read before others, as far as they are the site's. `gone` holds pages that were not found, `read` those
    that were read or led elsewhere.
    """

    http: Client
    max_pages: int
    first: frozenset[str] = frozenset()
    links: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    _robots: Robots = field(init=False)
    _home: SplitResult = field(default_factory=lambda: urlsplit(""))
    _queue: deque[tuple[str, str, str]] = field(default_factory=deque)  # address, page that links to it, text
    _known: set[str] = field(default_factory=set)
    _asked: int = 0
    _failed: list[str] = field(default_factory=list)
    _closed: list[str] = field(default_factory=list)
    _locked: int = 0
    _too_large: int = 0
    _stopped: str = ""

    def __post_init__(self) -> None:
        self._robots = Robots(self.http, "the website")

    def open(self, start: str) -> Page:
        """Read the front page. Raises ConnectorError."""
        self._home = urlsplit(start)
        if not self._robots.allow(start):
            raise Refused(
                "The website's robots.txt asks programs not to read it. "
                f"To have it audited, allow the user agent {ROBOT} there."
            )
        self._known.add(_page_key(start))
        self._asked = 1
        answer = self.http.get(start, max_bytes=_LARGEST_PAGE)
        if not self._inside(answer.url):
            raise NotAllowed(
                f"The website's address leads to another site, {host_of(urlsplit(answer.url))}. "
                "If that is the school's, put it into the register."
            )
        if not is_html(answer):
            raise ConnectorError("The website's address leads to a file and not to a page.")
        page = read_page(answer)
        self._known.add(_page_key(answer.url))
        self.read |= {start, answer.url}
        for address in sorted(self.first):
            if (known := tidy(address)) and self._inside(known):
                self._enqueue(known, page.address, "")
        self._take(page)
        return page

    def crawl(self, front: Page) -> None:
        """Read the other pages, until none is left or the cap is reached."""
        for address in self._sitemap_pages(front.address):
            self._enqueue(address, front.address, "")
        failures = 0
        while self._queue and self._asked < self.max_pages and failures < _FAILURES_IN_A_ROW:
            address, page, text = self._queue.popleft()
            failed_before = len(self._failed)
            try:
                self._visit(address, page, text)
            except RateLimited as error:
                self._stopped = str(error)
                return
            failures = failures + 1 if len(self._failed) > failed_before else 0
        if failures == _FAILURES_IN_A_ROW:
            self._stopped = f"{failures} pages in a row could not be read."

    def coverage(self, read: int) -> Coverage:
        """How much of the site these so many links or pictures stand for."""
        unplanned = [self._stopped] if self._stopped else []
        if self._failed:
            unplanned.append(f"{_pages(len(self._failed))} could not be read, the first: {self._failed[0]}")
        if len(self.gone) > max(5, self._asked // 2):
            unplanned.append(f"{_pages(len(self.gone))} of {self._asked} were not found.")
        planned = []
        if self._queue and not self._stopped:
            more = len(self._queue)
            planned.append(f"Stopped at the cap of {_pages(self.max_pages)}; {more} more are known.")
        if self._closed:
            planned.append(f"robots.txt closes {_pages(len(self._closed))}, the first: {self._closed[0]}")
        if self._locked:
            planned.append(f"Visitors have to sign in for {_pages(self._locked)}.")
        if self._too_large:
            planned.append(f"Larger than {_LARGEST_PAGE // 1_000_000} MB: {_pages(self._too_large)}.")
        if unplanned or planned:
            return partial(" ".join(unplanned + planned), read, planned=not unplanned)
        return complete(read)

    def _visit(self, address: str, page: str, text: str) -> None:
        """Read one more page, or note why not. Raises RateLimited."""
        try:
            if not self._robots.allow(address):
                self._closed.append(address)
                return
            self._asked += 1
            answer = self.http.get(address, ok=_PAGE_OR_LEAD, max_bytes=_LARGEST_PAGE, within=self._inside)
            self.read.add(address)
            if answer.status in _LEADS_ON:  # an address of ours that only leads on to another site
                target = answer.headers.get("Location", "")
                self._link("link", tidy(target, answer.url), text, page)
                return
            if is_html(answer) and (_page_key(answer.url) == _page_key(address) or self._is_new(answer.url)):
                self.read.add(answer.url)
                self._take(read_page(answer))
        except NotFound:
            self.gone.add(address)
        except TooLarge:
            self._too_large += 1
        except (Refused, LoginWall, Private):
            self._locked += 1
        except RateLimited:
            raise
        except ConnectorError:
            self._failed.append(address)

    def _take(self, page: Page) -> None:
        for kind, address, text in page.links:
            if kind == "feed" or not self._inside(address):
                self._link(kind, address, text, page.address)
            elif kind in ("link", "embed"):
                self._enqueue(address, page.address, text)

        for medium in page.pictures:
            # Each stands under its address: on other sites' pages a number of WordPress's would mean another picture.
            row = {**asdict(medium), "id": medium.address, "post_id": page.address}
            known = self.media.setdefault(medium.address, row)
            if page.address in self.first and known["post_id"] not in self.first:
                self.media[medium.address] = row

    def _link(self, kind: str, address: str, text: str, page: str) -> None:
        row = {"address": address, "page": page, "text": text, "kind": kind}
        self.links.setdefault((address, kind), row)

    def _enqueue(self, address: str, page: str, text: str) -> None:
        if not _NO_PAGE.search(urlsplit(address).path) and self._is_new(address):
            self._queue.append((address, page, text))

    def _is_new(self, address: str) -> bool:
        """Whether the page is met for the first time; the next time it is not."""
        key = _page_key(address)
        new = key not in self._known
        self._known.add(key)
        return new

    def _inside(self, address: str) -> bool:
        host, home = host_of(urlsplit(address)), host_of(self._home)
        return host == home or host.endswith(f".{home}")

    def _sitemap_pages(self, front: str) -> Iterator[str]:
        """The site's own pages that its sitemaps list, and those of an index of sitemaps."""
        listed = [tidy(address, front) for address in self._robots.sitemaps(front)]
        to_do = deque(dict.fromkeys([*listed, urljoin(front, "/sitemap.xml")]))
        done = set[str]()
        while to_do and len(done) < _MOST_SITEMAPS:
            address = to_do.popleft()
            if address in done or not self._inside(address):
                continue
            done.add(address)
            try:
                text = self.http.get(address, max_bytes=_LARGEST_PAGE).text
            except (NotFound, Refused):
                continue
            except ConnectorError:
                self._failed.append(address)
                continue
            found = [found for location in _locations(text) if self._inside(found := tidy(location, address))]
            if "<sitemapindex" in text:
                to_do.extend(found)
            else:
                yield from found[: self.max_pages]


def _locations(sitemap: str) -> Iterable[str]:
    """The addresses of a sitemap (sitemaps.org), by its one tag that matters: no XML parser to be tricked."""
    return (unescape(address.strip()) for address in _LOCATION.findall(sitemap))


def is_html(answer: Answer) -> bool:
    """Whether a page was sent, and not a file."""
    kind = answer.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")


def _pages(count: int) -> str:
    return f"{count} page" if count == 1 else f"{count} pages"
