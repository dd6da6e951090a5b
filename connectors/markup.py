"""What a piece of HTML shows to a reader: its text, where it leads, its pictures and films."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from mimetypes import guess_type
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, CData, Tag
from bs4.element import NavigableString, PageElement

_BLOCKS = re.compile(
    r"^(?:address|article|aside|blockquote|br|d[dlt]|div|fieldset|fig(?:caption|ure)|footer|form|h[1-6r]|header"
    r"|li|main|nav|[ou]l|p|pre|section|table|t[dhr])$"
)
_LEADING = ["a", "area", "iframe", "embed"]
_DECLARATION = re.compile(r"<\?xml[^>]*>?", re.IGNORECASE)  # Beautiful Soup warns of XML where it sees one
_WORDPRESS_PICTURE = re.compile(r"\bwp-image-(\d+)\b")
_PIXELS = re.compile(r"\s*(\d{1,5})(?:px)?\s*")
_FIRST_TAG = re.compile(rb"<(?:!doctype\s+)?([a-z][\w:]*)", re.IGNORECASE)
_TAGS = {"img": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, film or recording that an item shows: a row of MEDIA without its post."""

    id: str
    address: str
    kind: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of HTML, read: plain text with a line for each block, links and media in their order."""

    text: str
    links: tuple[str, ...]
    media: tuple[Medium, ...]


@dataclass(frozen=True, slots=True)
class HeadLink:
    """A `<link>` of a page: what it means (`rel`, in lower case), the media type, the title, the address."""

    rel: str
    type: str
    title: str
    address: str


def is_page(content: bytes) -> bool:
    """Whether these bytes begin like a web page, and not like a feed or other data."""
    first = _FIRST_TAG.search(content[:4096].replace(b"\0", b""))  # without zeros, UTF-16 reads like ASCII
    return first is not None and first[1].lower() in {b"html", b"head", b"body"}


def head_links(html: str, base: str) -> list[HeadLink]:
    """What a page found at `base` links to from its head, in its order."""
    return [
        HeadLink(
            rel=_attribute(tag, "rel").casefold(),
            type=_attribute(tag, "type").partition(";")[0].strip().casefold(),
            title=_attribute(tag, "title"),
            address=absolute(_attribute(tag, "href"), base),
        )
        for tag in parse(html).find_all("link")
    ]


def only_links(html: str) -> str:
    """A page with nothing in it but its head's links, and whether it asks for a password."""
    soup = parse(html)
    kept = [str(link) for link in soup.find_all("link")]
    password = "<input type='password'>" if _password(soup) else ""
    return f"<html><head>{''.join(kept)}</head><body>{password}</body></html>"


def asks_for_password(html: str) -> bool:
    """Whether a page has a field for a password."""
    return _password(parse(html))


def read(html: str, base: str) -> Shown:
    """What `html`, found at the address `base`, shows. Never raises, whatever it is given."""
    soup = parse(html)
    links = [_attribute(tag, "href") or _attribute(tag, "src") for tag in soup.find_all(_LEADING)]
    media: dict[str, Medium] = {}
    for medium in media_of(soup, base):
        media.setdefault(medium.id, medium)
    return Shown(
        text=_text(soup),
        links=tuple(dict.fromkeys(address for link in links if (address := absolute(link, base)))),
        media=tuple(media.values()),
    )


def plain(html: str) -> str:
    """The text of a short piece of HTML, such as a title, on one line."""
    return " ".join(_text(parse(html)).split())


def parse(html: str) -> BeautifulSoup:
    """The tree of a page or a fragment."""
    # Without any markup Beautiful Soup takes it for an address or a file name, and warns.
    html = html if "<" in html else f"<p>{html}</p>"
    # lxml takes time in proportion to the page, whatever it holds, and no lone surrogates.
    return BeautifulSoup(_DECLARATION.sub("", html).encode("utf-8", "replace").decode(), "lxml")


def media_of(soup: BeautifulSoup, base: str) -> Iterator[Medium]:
    """The pictures, films and recordings of a page found at `base`, each as often as it stands there."""
    for tag in soup.find_all([*_TAGS, "source"]):
        # Pages that load pictures late keep the address elsewhere, beside a drawn placeholder.
        sources = (absolute(_attribute(tag, name), base) for name in ("src", "data-src", "data-lazy-src"))
        address = next(filter(None, sources), "")
        kind = kind_of(address, _attribute(tag, "type")) if tag.name == "source" else _TAGS[tag.name]
        if not address or not kind:
            continue
        number = _WORDPRESS_PICTURE.search(_attribute(tag, "class"))
        yield Medium(
            id=f"media-{number[1]}" if number else address,
            address=address,
            kind=kind,
            alt=_attribute(tag, "alt").strip(),
            width=pixels(_attribute(tag, "width")),
            height=pixels(_attribute(tag, "height")),
            picture=absolute(_attribute(tag, "poster"), base),
        )


def absolute(link: str, base: str) -> str:
    """The full address; "" for what leads nowhere: a place on the same page, a script, inline data."""
    link = link.strip()
    if not link or link.startswith("#") or link.casefold().startswith(("javascript:", "data:")):
        return ""
    try:
        return urljoin(base, link)
    except ValueError:  # such as an unfinished IPv6 address
        return link


def host(address: str) -> str:
    """The host and port of an address; "" when it has none."""
    try:
        return urlsplit(address).netloc.casefold()
    except ValueError:
        return ""


def kind_of(address: str, said: str = "") -> str:
    """image, video or audio, by the media type that was said or else the file's ending; "" for others."""
    try:
        guessed = guess_type(urlsplit(address).path, strict=False)[0] or ""
    except ValueError:
        guessed = ""
    for media_type in (said, guessed):
        if (kind := media_type.partition("/")[0].strip().casefold()) in _TAGS.values():
            return kind
    return ""


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def pixels(value: str) -> int | None:
    """A width or height as written, without its unit; None for percentages and the like."""
    number = _PIXELS.fullmatch(value)
    return int(number[1]) if number else None


def _text(soup: BeautifulSoup) -> str:
    lines = (" ".join(line.split()) for line in "".join(_pieces(soup)).splitlines())
    return "\n".join(line for line in lines if line)


def _pieces(soup: BeautifulSoup) -> Iterator[str]:
    """The strings that a reader sees, in their order, with a line break wherever a block begins or ends."""
    waiting: list[PageElement] = [soup]  # a stack of our own: pages may be nested deeper than Python can call
    while waiting:
        node = waiting.pop()
        if isinstance(node, Tag):
            if _BLOCKS.match(node.name):
                yield "\n"
                waiting.append(NavigableString("\n"))
            waiting.extend(reversed(node.contents))
        elif type(node) in {NavigableString, CData}:  # no comments, scripts or styles
            yield str(node)


def _password(soup: BeautifulSoup) -> bool:
    return soup.find("input", type="password") is not None
