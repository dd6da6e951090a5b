"""What a feed says: RSS, RDF, Atom and podcasts, from bytes to rows. Nothing is fetched here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import feedparser

from connectors import markup
from connectors.connector import LoginWall, NotOffered, SchemaDrift, TooLarge
from connectors.http import Answer

Row = Mapping[str, Any]

ACCEPT = {"Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.1"}
"""What we ask for where a feed, or a page that names one, should be."""

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})

# WordPress writes the number into the guid of a post or page, and into the address of a comment.
_POST_NUMBER = re.compile(r"[?&](?:p|page_id)=(\d+)")
# Entities made of others, which can grow without bounds, or of something to be fetched.
_UNSAFE_ENTITY = re.compile(rb"<!ENTITY(?!\s+\w+\s+\"(?:[^&\"%>]|&#\w+;){0,100}\"\s*>)[^>]*>")
# feedparser knows no people of https://podcasting2.org/docs/podcast-namespace/tags/person, and of what it does not
# know it keeps one, without its text. Contributors of Atom are the same thing, and it knows these.
_PERSON = re.compile(rb"<podcast:person\b[^>]{0,2000}>(?:<!\[CDATA\[)?([^<\]]*)(?:\]\]>)?</podcast:person\s*>")
# It knows "yes", which Apple asked for until 2019, and not the "true" of today.
_EXPLICIT = re.compile(rb"(?i)(<itunes:explicit\b[^>]{0,500}>)\s*(?:explicit|true|yes)\s*(?=<)")
_FIRST_ITEM = re.compile(r"<(?:[\w-]+:)?(?:item|entry)\b")
# https://www.rssboard.org/rss-specification, https://podcasters.apple.com/support/823-podcast-requirements, RFC 4287.
# feedparser takes the ends of newer domains off, and keeps one where there are several.
_CONTACT = re.compile(r"<(?:managingEditor|webMaster|(?:[\w-]+:)?email)\b[^>]{0,500}>(?:<!\[CDATA\[)?([^<]*)")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_LONGEST_HEAD = 100_000  # characters in which a feed speaks of itself
_MOST_BYTES = 5_000_000
# feedparser takes time for each tag, however deep they are nested: some 15 seconds for so many.
_MOST_TAGS = 200_000
_MOST_ENTITIES = 300  # HTML 4 itself has 252, of the kind that old feeds declare
COMMENT_NUMBER = re.compile(r"#comment-(\d+)$")


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed. `next` is the address of the page that follows, as the feed itself says."""

    address: str
    title: str
    description: str
    home: str
    picture: str
    explicit: bool
    contacts: tuple[str, ...]  # e-mail addresses of those who answer for it
    generator: str
    next: str
    posts: list[tuple[Row, list[markup.Medium]]]
    tags: Mapping[str, tuple[str, ...]]  # id of a post -> its categories

    @property
    def by_wordpress(self) -> bool:
        """Whether WordPress made it."""
        return "wordpress" in self.generator

    @property
    def oldest(self) -> datetime | None:
        """When the oldest item of this page was published."""
        return min(filter(None, (row["created"] for row, _ in self.posts)), default=None)

    @property
    def ends(self) -> bool:
        """Whether nothing says where a following page would be."""
        return not self.next and not self.by_wordpress

    def numbered(self, number: int) -> str:
        """The address of another page of WordPress's feed; 1 is the first."""
        parts = urlsplit(self.address)
        query = [(name, value) for name, value in parse_qsl(parts.query) if name != "paged"]
        return parts._replace(query=urlencode([*query, ("paged", number)])).geturl()


def feed(answer: Answer, kind: str) -> Feed:
    """One page of a feed; its items become posts of this `kind`. Raises SchemaDrift when it is no feed.

    Whom an episode names in fields of their own, and the podcast as a whole does not, is added to its text as a last
    line: a guest of a school's podcast may be a pupil, and names are looked for where people read them.
    """
    parsed = _parsed(answer)
    about, head = parsed.feed, _head(answer)
    said = unescape(head).casefold()
    generator = str(about.get("generator")).casefold()
    by_wordpress = "wordpress" in generator
    following = [link.get("href", "") for link in _parts(about, "links") if link.get("rel") == "next"]
    posts: dict[str, tuple[Row, list[markup.Medium]]] = {}
    tags: dict[str, tuple[str, ...]] = {}
    for entry in parsed.entries:
        row, media = _item(entry, about, answer.url)
        digest = sha256("\0".join((row["address"], row["title"], row["text"])).encode(errors="replace"))
        number = _POST_NUMBER.search(row["id"]) if by_wordpress else None
        # Some feeds give no id, or the same one to all their items.
        recording = media[0].address if media else ""
        for key in (number[1] if number else row["id"], row["address"], recording, digest.hexdigest()):
            if key and key not in posts:
                guests = ", ".join(_guests(entry, said)) if kind == "episode" else ""
                text = f"{row['text']}\nWith: {guests}".strip() if guests else row["text"]
                posts[key] = {**row, "id": key, "kind": kind, "text": text}, media
                tags[key] = tuple(str(tag.get("term") or "") for tag in _parts(entry, "tags"))
                break
    return Feed(
        address=answer.url,
        title=_plain(about, "title"),
        description=_plain(about, "subtitle"),
        home=markup.absolute(str(about.get("link") or ""), answer.url),
        picture=str(_part(about, "image").get("href") or ""),
        explicit=about.get("itunes_explicit") is True,
        contacts=_contacts(head),
        generator=generator,
        next=markup.absolute(following[0], answer.url) if following else "",
        posts=list(posts.values()),
        tags=tags,
    )


def _head(answer: Answer) -> str:
    """What a feed says of itself, before its first item."""
    beginning = answer.text[:_LONGEST_HEAD]
    first = _FIRST_ITEM.search(beginning)
    return beginning[: first.start()] if first else beginning


def _contacts(head: str) -> tuple[str, ...]:
    found = (email for said in _CONTACT.findall(head) for email in _EMAIL.findall(unescape(said)))
    return tuple(dict.fromkeys(found))


def _guests(entry: Any, said: str) -> list[str]:
    """The names of people that an episode gives in fields of their own, but for those whom the podcast names too.

    `said` is what the podcast says of itself, in small letters.
    """
    people = [entry.get("author"), *(person.get("name") for person in _parts(entry, "contributors"))]
    names = dict.fromkeys(" ".join(str(name or "").split()) for name in people)
    # The author of an item of RSS is an e-mail address.
    return [name for name in names if name and "@" not in name and name.casefold() not in said]


def alternates(front: Answer, *, of_comments: bool = False) -> Iterator[str]:
    """The addresses of the feeds that a page names, those of comments or the others."""
    if not markup.is_page(front.content):
        return
    for link in markup.head_links(front.text, front.url):
        about_comments = "comments" in link.address.casefold()
        if "alternate" in link.rel.split() and link.type in _FEED_TYPES and about_comments == of_comments:
            yield link.address


def named_by(front: Answer) -> str:
    """The address of the feed that a page names first. Raises LoginWall or NotOffered when it names none."""
    for address in alternates(front):
        return address
    if markup.asks_for_password(front.text):
        raise LoginWall(f"{front.url} asks to sign in; what is for the public has to open without.")
    raise NotOffered(f"{front.url} names no feed that could be read.")


def _parsed(answer: Answer) -> Any:
    """What feedparser makes of a feed. Raises SchemaDrift when there is nothing in it to be read."""
    # The address of the feed is not told: ids would be made whole with it, and change when the feed moves.
    headers = {"content-type": answer.headers.get("content-type", "")}
    if len(answer.content) > _MOST_BYTES or answer.content.count(b"<") > _MOST_TAGS:
        raise TooLarge(
            f"The feed at {answer.url} is longer than we read ({_MOST_BYTES // 1_000_000} MB or {_MOST_TAGS:,} tags);"
            " whoever publishes it can let it carry only the latest items."
        )
    entities = answer.content.count(b"<!ENTITY")
    content = _UNSAFE_ENTITY.sub(b"", answer.content) if entities <= _MOST_ENTITIES else b""
    content = _EXPLICIT.sub(rb"\1yes", _PERSON.sub(rb"<contributor><name>\1</name></contributor>", content))
    # The second is the same in UTF-16.
    if entities > _MOST_ENTITIES or (b"\0" in content and b"<!ENTITY" in content.replace(b"\0", b"")):
        raise SchemaDrift(f"What {answer.url} sent declares entities in a way that is not safe to read.")
    try:
        # As a file: bytes or text it would take for the name of a file, or an address, to be opened.
        parsed = feedparser.parse(
            BytesIO(content),
            response_headers=headers,
            sanitize_html=False,  # it would take out embedded films, and nothing is shown as HTML
            resolve_relative_uris=False,
        )
    except Exception as error:  # broken feeds make feedparser raise many kinds of error
        raise SchemaDrift(f"What {answer.url} sent is too broken a feed to be read.") from error
    if not parsed.entries and not parsed.get("version"):
        raise SchemaDrift(f"What {answer.url} sent is not a feed.")
    return parsed


def _item(entry: Any, about: Any, base: str) -> tuple[dict[str, Any], list[markup.Medium]]:
    """One entry as a row of POSTS (without its media), and what it shows."""
    contents = [content for content in _parts(entry, "content") if content.get("value")]
    detail = max(contents, key=lambda one: len(one["value"]), default=_part(entry, "summary_detail"))
    shown = _shown(detail, base)
    media: list[markup.Medium] = []
    links = list(shown.links)
    for attached in _attached(entry):
        address = markup.absolute(str(attached.get("href") or attached.get("url") or ""), base)
        said = f"{attached.get('medium')}/" if attached.get("medium") else attached.get("type", "")
        if not address:
            continue
        if kind := markup.kind_of(address, said):
            width, height = (markup.pixels(attached.get(name, "")) for name in ("width", "height"))
            media.append(markup.Medium(address, address, kind, width=width, height=height))
        else:
            links.append(address)
    created = _moment(entry, "published") or _moment(entry, "created") or _moment(entry, "updated")
    edited = _moment(entry, "updated")
    row = {
        "id": str(entry.get("id") or "").strip(),
        "address": markup.absolute(str(entry.get("link") or ""), base),
        "title": _plain(entry, "title"),
        "text": shown.text,
        "created": created,
        "edited": edited if edited != created else None,
        "links": tuple(dict.fromkeys(links)),
        "language": detail.get("language") or about.get("language") or "",
        "marks": ("explicit",) if entry.get("itunes_explicit") is True else (),
        "place": " ".join(named.split()) if isinstance(named := entry.get("georss_featurename"), str) else "",
        "position": _position(entry),
    }
    return row, [*media, *shown.media]


def _position(entry: Any) -> str:
    """Where an item says it belongs: https://www.ogc.org/standards/georss or the W3C's geo:lat and geo:long."""
    where = _part(entry, "where")
    point = where.get("coordinates") if where.get("type") == "Point" else None
    try:
        longitude, latitude, *_ = point or (entry.get("geo_long"), entry.get("geo_lat"))
        degrees = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return ""
    inside = abs(degrees[0]) <= 90 and abs(degrees[1]) <= 180  # noqa: PLR2004 - the ends of the earth
    return f"{degrees[0]},{degrees[1]}" if inside else ""


def _parts(holder: Any, name: str) -> Iterator[Any]:
    """What feedparser keeps under this name, without text of an element that only happens to be called so."""
    parts = holder.get(name)
    return (part for part in parts if isinstance(part, Mapping)) if isinstance(parts, list) else iter(())


def _part(holder: Any, name: str) -> Any:
    """The same for what there is one of."""
    part = holder.get(name)
    return part if isinstance(part, Mapping) else {}


def _attached(entry: Any) -> Iterator[Row]:
    """What an entry carries beside its text, with the address under `href` or `url`."""
    for link in _parts(entry, "links"):
        if link.get("rel") == "enclosure":
            yield link
    yield from _parts(entry, "media_content")
    pictures = [*_parts(entry, "media_thumbnail"), _part(entry, "image")]
    yield from ({**picture, "medium": "image"} for picture in pictures)


def comments(answer: Answer) -> Iterator[Row]:
    """The rows of WordPress's feed of comments. Raises SchemaDrift when it is no feed."""
    for entry in _parsed(answer).entries:
        row, _ = _item(entry, {}, answer.url)
        number = COMMENT_NUMBER.search(row["id"]) or COMMENT_NUMBER.search(row["address"])
        post = _POST_NUMBER.search(row["id"])
        yield {
            "id": f"comment-{number[1]}" if number else row["id"],
            "post_id": post[1] if post else COMMENT_NUMBER.sub("", row["address"]),
            "address": row["address"],
            "text": row["text"],
            "created": row["created"],
        }


def _plain(holder: Any, name: str) -> str:
    return " ".join(_shown(_part(holder, f"{name}_detail"), "").text.split())


def _shown(detail: Any, base: str) -> markup.Shown:
    text = detail.get("value") or ""
    if str(detail.get("type")).endswith(("html", "xml")):
        return markup.read(text, markup.absolute(detail.get("base") or base, base))
    return markup.Shown(text.strip(), (), ())


def _moment(entry: Any, name: str) -> datetime | None:
    # Not entry.get(): feedparser would give one date for another, with a warning.
    parsed: Any = dict.get(entry, f"{name}_parsed")
    try:
        year, month, day, hour, minute, second = parsed[:6]
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        # feedparser takes a time zone that it does not know for Greenwich, British Summer Time too.
        summer = str(dict.get(entry, name)).rstrip().upper().endswith(" BST")
        return moment - timedelta(hours=summer)
    except (TypeError, ValueError, OverflowError):
        return None
