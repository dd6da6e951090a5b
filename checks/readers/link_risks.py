"""What an address may do to whoever opens it, read from the address alone: nobody is asked.

Sites are known by name, by words in their names, by the shape of the address and by whose name they borrow. Lists
and words are data (data/links.toml, data/shorteners.toml); a school adds its own. An address that says nothing of the
kind may still lead anywhere: connectors/links.py asks, and checks/readers/link_targets.py reads what answers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from ipaddress import ip_address
from itertools import pairwise
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from checks.readers.link_names import english, imitation, is_cheap, is_official, is_worst, look, table
from checks.readers.links import Hiding, Link, find_links, read_link, suffix_of
from checks.readers.patterns import any_of

LIMIT = 2_048
"""How many characters of an address are read: more than any browser of old took."""
_DEEP = 3
"""How often an address may stand inside another one."""


class Kind(StrEnum):
    """What an address is or does. The values are read by people."""

    ADULT = "adult content"
    GAMBLING = "gambling"
    DATING = "dating"
    STRANGERS = "chat with strangers"
    VIOLENCE = "violent or extreme content"
    PIRACY = "copied films, games or books"
    GOODS = "goods for adults only"
    BYPASS = "a way round web filters"
    SCAM = "a promise that is a usual trap"
    SPAM = "medicines, loans or the like, as spam offers them"
    TRACKER = "a trap that logs who opens it"
    LOCKER = "files of unknown origin"
    PROGRAM = "a program to download"
    ARCHIVE = "an archive to download"
    SECRET = "a password or key in the address"  # noqa: S105 - words about one
    DISGUISED = "a false name in front of the real one"
    BARE = "a number instead of a name"
    PORT = "an unusual port"
    RUNNING = "code, or a file of the reader's own computer"
    ATTACK = "an attempt on the website it names"
    IMITATION = "an imitation of another's name"
    HIDDEN = "a network for anonymous sites"
    INSIDE = "a place that only its own network reaches"
    LENT = "somebody's own computer, under a borrowed name"
    EXPOSED = "a file or page that was never meant for visitors"
    LISTED = "an address on the school's own list"
    PARKED = "a domain that is for sale or has lapsed"
    TAKEN = "a site that seems to be about something else now"
    UNTRUSTED = "a certificate that cannot be trusted"
    GONE = "a page that is gone"
    BROKEN = "a page that does not answer"
    ROOM = "a private conversation or room"
    STORAGE = "storage or a form outside the school"
    PAGE = "a page or blog at a free service"
    COLLECTION = "a collection of money in somebody's name"
    SHORTENER = "a shortened link"
    PLATFORM = "a platform's own short link"
    LINK_PAGE = "a page of links"


HARMFUL = frozenset(
    {
        Kind.ADULT, Kind.GAMBLING, Kind.DATING, Kind.STRANGERS, Kind.VIOLENCE, Kind.PIRACY, Kind.GOODS, Kind.BYPASS,
        Kind.SCAM, Kind.SPAM, Kind.TRACKER, Kind.LOCKER, Kind.PROGRAM, Kind.ARCHIVE, Kind.SECRET, Kind.DISGUISED,
        Kind.BARE, Kind.PORT, Kind.RUNNING, Kind.ATTACK, Kind.IMITATION, Kind.HIDDEN, Kind.INSIDE, Kind.LENT,
        Kind.EXPOSED, Kind.LISTED,
    }
)  # fmt: skip
"""Kinds that do harm, or show that somebody may have meant to."""
HIDING: Mapping[Hiding, Kind] = {
    Hiding.SHORTENER: Kind.SHORTENER,
    Hiding.PLATFORM: Kind.PLATFORM,
    Hiding.LINK_PAGE: Kind.LINK_PAGE,
}


@dataclass(frozen=True, slots=True)
class LinkReading:
    """One thing that an address says: its kind, why, and how sure that is (certain, likely, possible).

    `url` is the address as written. `span` is (start, end) in the text, None for one that was given apart from it.
    """

    kind: Kind
    url: str
    reason: str
    confidence: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class OwnLinks:
    """What a school says of addresses: its own domains, those it allows, and those it knows to be bad.

    Entries are domains (all below them included), or a host and the beginning of a path: "t.me/hazelbrookpta".
    """

    domains: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    bad: frozenset[str] = frozenset()

    @classmethod
    def of(cls, domains: Iterable[str] = (), allowed: Iterable[str] = (), bad: Iterable[str] = ()) -> "OwnLinks":
        """From what people typed: schemes, "www.", upper case and a last slash make no difference."""
        return cls(*(frozenset(filter(None, map(_entry, entries))) for entries in (domains, allowed, bad)))

    def also(self, *addresses: str) -> "OwnLinks":
        """The same, with more addresses that are allowed: the account's own."""
        return replace(self, allowed=self.allowed | OwnLinks.of(allowed=addresses).allowed)


def _entry(written: str) -> str:
    bare = re.sub(r"^\w+://", "", written.strip().casefold())
    host, slash, path = bare.removeprefix("www.").rstrip("/.").partition("/")
    return _in_ascii(host) + slash + path


def _in_ascii(host: str) -> str:
    """A host's name as it is registered: lists and links write it in letters of their own, or as xn--."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


NONE_OWN = OwnLinks()
"""Of a school that says nothing."""


def read_links(text: str, given: Iterable[str] = (), own: OwnLinks = NONE_OWN) -> tuple[LinkReading, ...]:
    """What the links in a text say, in their order, then those of `given` (a platform's own list)."""
    return tuple(
        replace(reading, span=link.span) for link in find_links(text, given) for reading in read_address(link.url, own)
    )


@lru_cache(maxsize=4096)
def read_address(url: str, own: OwnLinks = NONE_OWN) -> tuple[LinkReading, ...]:
    """What one address says, each kind once, the surest first. Whatever is no address says nothing."""
    found: dict[Kind, LinkReading] = {}
    for kind, reason, confidence in _readings(url[:LIMIT], own, 0):
        if kind not in found or _SURE.index(confidence) < _SURE.index(found[kind].confidence):
            found[kind] = LinkReading(kind, url, reason, confidence)
    if Kind.ROOM in found:
        found.pop(Kind.PLATFORM, None)  # an invitation is told by the same name
    return tuple(sorted(found.values(), key=lambda reading: _SURE.index(reading.confidence)))


def defanged(url: str) -> str:
    """An address that nobody opens by mistake: hxxps instead of https, [.] for the dots of its host."""
    scheme, colon, rest = url.partition("://")
    if not colon:
        scheme, rest = "", url
    end = next((place for place, character in enumerate(rest) if character in "/?#\\"), len(rest))
    host = rest[:end].replace(".", "[.]")
    if colon:
        return f"{re.sub('(?i)^http', 'hxxp', scheme)}://{host}{rest[end:]}"
    named = re.match(r"[A-Za-z][\w+.-]*:(?!\d)", url)
    return url.replace(":", "[:]", 1) if named else f"{host}{rest[end:]}"


_SURE = ("certain", "likely", "possible")
_Found = tuple[Kind, str, str]
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30}):(?!\d{1,5}(?:[/?#]|$))")
_UNSEEN = re.compile(r"[\x00-\x20\u200b-\u200f\u2060\ufeff]")


def _readings(url: str, own: OwnLinks, depth: int) -> Iterator[_Found]:
    address = _UNSEEN.sub("", url)
    scheme = _SCHEME.match(_UNSEEN.sub("", unquote(address)).casefold())
    if scheme and scheme[1] not in ("http", "https") and (table_ := _scheme_kinds().get(scheme[1])):
        yield from table_
        return
    if not scheme:
        address = address if address.startswith("//") else f"//{address}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # half an IPv6 address, a port that is none, letters that take themselves apart
        if scheme:
            yield Kind.IMITATION, "the name cannot be read as one", "possible"
        return
    link = read_link(address)
    where = _place(link.host, parts)
    if _listed(where, own.bad):
        yield Kind.LISTED, "it is on the school's list", "certain"
    if _listed(where, own.allowed):
        return
    ours = bool(_listed(where[:1], own.domains))
    yield from _shape(parts, port)
    if not link.host:
        return
    yield from _host(link, own)
    trusted = ours or is_official(link.host)
    if not ours:
        yield from _elsewhere(link, where, parts)
    yield from _passed_on(link, parts)
    if not trusted:
        yield from _words(link)
        yield from _path_words(parts)
        yield from _sought(parts)
        yield from _signing_in(link, parts)
    yield from _exposed(parts)
    yield from _file(parts, trusted=trusted)
    if depth < _DEEP:
        for inner in _carried(parts):
            yield from ((k, f"it passes on to: {r}", c) for k, r, c in _readings(inner, own, depth + 1) if k in _TOLD)


def _elsewhere(link: Link, where: tuple[str, ...], parts: SplitResult) -> Iterator[_Found]:
    """What is known of a site that is not the school's."""
    yield from _site(where)
    yield from _room(where, parts)
    yield from _personal(where)
    yield from _hiding(link, parts)


_TOLD = HARMFUL | {Kind.SHORTENER, Kind.ROOM}
"""What is told of an address inside another one."""


# -- the address as a whole


@cache
def _scheme_kinds() -> Mapping[str, tuple[_Found, ...]]:
    parts = table()["parts"]
    rows: dict[str, tuple[_Found, ...]] = dict.fromkeys(parts["plain"], ())
    rows |= {name: ((Kind.ROOM, f"it opens {name}", "likely"),) for name in table()["invites"]["schemes"]}
    rows |= {name: ((Kind.RUNNING, f"its scheme is {name}", "certain"),) for name in parts["running"]}
    rows |= {name: ((Kind.PROGRAM, f"its scheme is {name}", "likely"),) for name in parts["unsafe"]}
    rows |= {name: ((Kind.PIRACY, f"its scheme is {name}", "likely"),) for name in parts["sharing"]}
    return rows | {"sms": (), "smsto": (), "msteams": ()}


_ATTACK = re.compile(
    r"(?:\.\.|%2e%2e|\.%2e|%2e\.)(?:/|\\|%2f|%5c)|<script|%3cscript|onerror=|etc/passwd|union[+ %20]+select"
    r"|(?:'|%27)(?:\+|%20| )*or(?:\+|%20| )*'?1"
    r"|[?&](?:page|include|template|inc)=https?:|%00|\$\{jndi|cmd\.exe|wp-config",
    re.IGNORECASE,
)


def _shape(parts: SplitResult, port: int | None) -> Iterator[_Found]:
    if "@" in parts.netloc:
        before = unquote(parts.netloc.rpartition("@")[0])
        if "." in before.partition(":")[0] or "@" in before:
            yield Kind.DISGUISED, "what stands before the @ is no part of the name", "certain"
        else:
            yield Kind.SECRET, "a user name or password stands before the host", "certain"
    if port is not None and port not in (80, 443):
        yield Kind.PORT, f"port {port}", "likely"
    if _ATTACK.search(f"{parts.path}?{parts.query}#{parts.fragment}"):
        yield Kind.ATTACK, "the path or query tries to get at more than it shows", "likely"
    yield from _secrets(parts)


_KEY = re.compile(
    r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])(?:\w{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)
"""What looks like a key: no words with hyphens between them, and no number alone."""
_LONGEST_KEY = 200
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=\w", re.IGNORECASE)


def _secrets(parts: SplitResult) -> Iterator[_Found]:
    names, long = _secret_names()
    inside = _pairs(parts.fragment) if "=" in parts.fragment else []
    for name, value in ((name.casefold(), value) for name, value in (*_query(parts), *inside) if value):
        if name in names or (name in long and _KEY.match(value[:_LONGEST_KEY])):
            yield Kind.SECRET, f"the parameter {name}", "likely"
    steps = parts.path.split("/")[:12]
    opening = _parts()["letting_in"]
    for step, value in pairwise(steps):
        if step.casefold() in opening and _KEY.fullmatch(value[:_LONGEST_KEY]):
            yield Kind.SECRET, f"a key after {step.casefold()}", "likely"
    if _SESSION.search(parts.path):
        yield Kind.SECRET, "a session in the path", "likely"


@cache
def _secret_names() -> tuple[frozenset[str], frozenset[str]]:
    parts = table()["parts"]
    return frozenset(parts["secrets"]), frozenset(parts["secrets_if_long"])


def _query(parts: SplitResult) -> list[tuple[str, str]]:
    return _pairs(parts.query)


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, max_num_fields=100)
    except ValueError:
        return []


@cache
def _passing() -> frozenset[str]:
    return frozenset(table()["parts"]["passing"])


def _carried(parts: SplitResult) -> Iterator[str]:
    """Addresses that this one passes its visitors on to."""
    for name, value in _query(parts):
        if name.casefold() in _passing() and re.match(r"(?i)(?:https?:)?//|www\.|javascript:", value):
            yield value
    if re.match(r"(?i)https?(?::|%3a)(?:/|%2f){2}", parts.query):
        yield unquote(parts.query)
    path = unquote(parts.path)
    if inside := re.search(r"(?i)/(https?:/{1,2}.+)", path):
        yield re.sub(r"(?i)^(https?:)/+", r"\1//", inside[1])


# -- the host


_NUMERIC = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}")


def _host(link: Link, own: OwnLinks) -> Iterator[_Found]:
    host, last = link.host, link.host.rpartition(".")[2]
    suffixes = table()["suffixes"]
    if _NUMERIC.fullmatch(host) or _is_ip(host):
        yield Kind.BARE, "a site that has a name would show it", "likely"
    elif last in suffixes["hidden"]:
        yield Kind.HIDDEN, f"names under .{last}", "certain"
    elif last in suffixes["inside"] or host in suffixes["inside"]:
        yield Kind.INSIDE, "nobody outside that network can open it", "likely"
    elif lender := _listed((host,), _lent()):
        yield Kind.LENT, f"names under {lender}", "likely"
    elif copied := imitation(link, own.domains):
        reason = f"{copied.how} ({copied.name})" if copied.name else copied.how
        yield Kind.IMITATION, reason, copied.confidence


@cache
def _lent() -> frozenset[str]:
    return frozenset(table()["suffixes"]["lent"])


def _is_ip(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


# -- sites known by name


def _place(host: str, parts: SplitResult) -> tuple[str, ...]:
    """The host, and the host with up to six parts of the path: what lists may name."""
    host = _in_ascii(host)
    segments = [segment for segment in unquote(parts.path).casefold().split("/") if segment]
    if parts.fragment.startswith("/"):
        segments.append("#" + parts.fragment.partition("?")[0])
    return tuple("/".join((host, *segments[:count])) for count in range(7))


def _listed(where: Iterable[str], entries: frozenset[str]) -> str:
    """The entry that names this place: its domain, one above it, or the beginning of its path; else ""."""
    if not entries:
        return ""
    for place in where:
        host, slash, path = place.partition("/")
        labels = host.split(".")
        for start in range(len(labels)):
            candidate = ".".join(labels[start:]) + slash + path
            if candidate in entries:
                return candidate
    return ""


def is_at(url: str, entries: frozenset[str]) -> bool:
    """Whether an address lies at one of the entries: domains, or a host and the beginning of a path."""
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
    except ValueError:
        return False
    return bool(_listed(_place(read_link(url).host, parts), entries))


@cache
def _sites() -> tuple[frozenset[str], Mapping[str, Kind], Mapping[str, Kind]]:
    rows = [(Kind[name.upper()], row) for name, row in table()["sites"].items() if isinstance(row, dict)]
    domains = {domain: kind for kind, row in rows for domain in row["domains"]}
    names = {name: kind for kind, row in rows for name in row["names"].split()}
    return frozenset(domains), domains, names


def _site(where: tuple[str, ...]) -> Iterator[_Found]:
    entries, domains, names = _sites()
    if entry := _listed(where, entries):
        yield domains[entry], f"{entry} is known for it", "certain"
        return
    host = where[0]
    suffix = suffix_of(host)
    label = host.removesuffix(f".{suffix}").rpartition(".")[2] if suffix else ""
    if is_official(host):
        return
    bare = label.replace("-", "")
    if kind := names.get(label) or names.get(bare):
        yield kind, f"{label} is known for it", "certain"
    elif name := _named_in(bare):
        yield names[name], f"{name}, which is known for it, stands in its name", "likely"


_LONG_ENOUGH, _ANYWHERE = 6, 8
"""Letters from which names are looked for at the ends of longer ones, and from which inside them."""


def _named_in(label: str) -> str:
    """The known site whose name a label begins or ends with, or copies in look-alike letters; else ""."""
    for name in table()["sites"]["unmistakable"].split():
        if label.startswith(name) or label.endswith(name) or (len(name) >= _ANYWHERE and name in label):
            return str(name)
    return _looks().get(look(label), "")


@cache
def _looks() -> Mapping[str, str]:
    _, _, names = _sites()
    return {look(name): name for name in names if len(name) >= _LONG_ENOUGH}


@cache
def _rooms() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    invites = table()["invites"]
    return frozenset(invites["likely"]), frozenset(invites["possible"]), frozenset(invites["joining"])


def _room(where: tuple[str, ...], parts: SplitResult) -> Iterator[_Found]:
    likely, possible, joining = _rooms()
    if entry := _listed(where, likely):
        yield Kind.ROOM, f"{entry} leads to private messages or an invitation", "likely"
    elif any(name.casefold() in joining and value for name, value in _query(parts)):
        yield Kind.ROOM, "whoever has the address can join", "likely"
    elif entry := _listed(where, possible):
        yield Kind.ROOM, f"{entry} leads to groups and channels, which may be the school's", "possible"


@cache
def _own_things() -> Mapping[Kind, frozenset[str]]:
    personal = table()["personal"]
    return {
        Kind.STORAGE: frozenset(personal["storage"]),
        Kind.PAGE: frozenset(personal["pages"]),
        Kind.COLLECTION: frozenset(personal["money"]),
    }


def _personal(where: tuple[str, ...]) -> Iterator[_Found]:
    for kind, entries in _own_things().items():
        if (entry := _listed(where, entries)) and not (kind is Kind.PAGE and where[0] == entry):
            yield kind, f"{entry} is open to anybody, under an account of their own", "possible"
    if "-my.sharepoint.com" in where[0] or where[-1].startswith("sharepoint.com/personal"):
        yield Kind.STORAGE, "one person's own storage at work", "possible"


# -- links that hide where they lead

_CODE = re.compile(r"/(?=[\w-]*(?:\d|[a-z][A-Z]|[A-Z]{2}))[\w-]{3,12}/?")
_MIXED = re.compile(r"/(?=[\w-]*(?:[a-z]+[A-Z]|[A-Z]+[a-z]))[\w-]{4,9}/?")
_SHORT_NAME, _SHORTISH = 4, 6
_SHORTENING = re.compile(r"^(?:tiny|short|shrt|bitly|lnk|cutt)-?(?:urls?|links?|ly|en|er|y|r)?$|url$|(?:^|-)urls?$|^qr")
_CLIPPED = re.compile(r"[bcdfghj-np-tvwxz]{3,5}|[a-z]{1,2}\d[a-z]{1,2}")
_ONE_WORD = re.compile(r"/[\w-]{2,12}/?")


def _hiding(link: Link, parts: SplitResult) -> Iterator[_Found]:
    if link.hiding:
        yield HIDING[link.hiding], f"{link.host} makes them", "certain"
        return
    suffix = suffix_of(link.host)
    name = link.domain.removesuffix(f".{suffix}")
    if parts.query or suffix.endswith("uk"):
        return
    usual, clipped = suffix in _parts()["long_endings"], _CLIPPED.fullmatch(name)
    roomy = suffix in _parts()["short_endings"] and len(name) <= _SHORTISH
    short = clipped or (not usual and (suffix == "ly" or len(name) <= _SHORT_NAME or roomy))
    coded = (_MIXED if usual else _CODE).fullmatch(parts.path)
    named = not usual and (_SHORTENING.search(name) or link.host.startswith("url."))
    if link.host == link.domain and short and coded:
        yield Kind.SHORTENER, "a short name with nothing but a code", "likely"
    elif named and _ONE_WORD.fullmatch(parts.path):
        yield Kind.SHORTENER, "a name that speaks of short addresses", "likely"


def _passed_on(link: Link, parts: SplitResult) -> Iterator[_Found]:
    """The other site that an address says it redirects to. Signing in is no redirect."""
    steps = {step.partition(".")[0] for step in parts.path.casefold().split("/")[:12]}
    redirecting = _parts()["redirecting"]
    if not steps.isdisjoint(_SIGNING_IN | {"oauth", "oauth2", "authorize", "sso", "saml"}):
        return
    for name, value in _query(parts):
        if not (name.casefold() in redirecting or (name.casefold() in _passing() and steps & redirecting)):
            continue
        onward = read_link(value) if re.match(r"(?i)(?:https?:)?//\w", value) else None
        if onward and onward.host and (onward.domain or onward.host) != link.domain:
            yield Kind.SHORTENER, f"it passes visitors on to {defanged(onward.host)}", "likely"


# -- words


@dataclass(frozen=True, slots=True)
class _Theme:
    """One table of [words.*] in data/links.toml."""

    kind: Kind
    anywhere: re.Pattern[str]
    core: frozenset[str]
    core_inside: re.Pattern[str]
    words: frozenset[str]
    suffixes: frozenset[str]
    innocent: frozenset[str]
    innocent_inside: re.Pattern[str]
    alone: frozenset[str]
    cheap: frozenset[str]
    coins: frozenset[str]
    plural: str
    ending: str
    not_ending: tuple[str, ...]
    numbers: bool


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words, and nothing where there are none."""
    return re.compile(any_of(words) or r"(?!)")


@cache
def _themes() -> tuple[_Theme, ...]:
    def words(row: Mapping[str, Any], name: str) -> frozenset[str]:
        return frozenset(row.get(name, "").split())

    return tuple(
        _Theme(
            kind=Kind[name.upper()],
            anywhere=_any_of(words(row, "anywhere")),
            core=words(row, "core"),
            core_inside=_any_of(words(row, "core")),
            words=words(row, "core") | words(row, "beside"),
            suffixes=words(row, "suffixes"),
            innocent=words(row, "innocent"),
            innocent_inside=_any_of(word for word in words(row, "innocent") if len(word) >= _SHORT_NAME),
            alone=words(row, "alone"),
            cheap=words(row, "cheap"),
            coins=words(row, "coins"),
            plural=row.get("plural", ""),
            ending=row.get("ending", ""),
            not_ending=tuple(row.get("not_ending", "").split()),
            numbers=name in ("gambling", "bypass"),
        )
        for name, row in table()["words"].items()
    )


def _words(link: Link) -> Iterator[_Found]:
    suffix = suffix_of(link.host)
    labels = link.host.removesuffix(suffix).rstrip(".").split(".") if suffix else link.host.split(".")
    tokens = [token for label in labels for word in re.split(r"[-_]+", label) for token in _tokens(word)]
    for theme in _themes():
        others = [token for token in tokens if token not in theme.words]  # bookies hold "book", and are no books
        if theme.innocent.intersection(tokens) or any(map(theme.innocent_inside.search, others)):
            continue
        if found := next(filter(None, (theme.anywhere.search(label.replace("-", "")) for label in labels)), None):
            yield theme.kind, f"the word {found[0]} in its name", "likely"
        elif suffix in theme.suffixes:
            yield theme.kind, f"names under .{suffix}", "likely"
        elif word := _core(tokens, theme):
            yield theme.kind, f"the word {word} in its name, with others of its kind", "likely"
        elif is_cheap(suffix) and (
            theme.coins.intersection(tokens) or len(theme.cheap.intersection(tokens)) > 1 - (suffix in theme.cheap)
        ):
            yield theme.kind, "nothing but promises in its name, under a cheap ending", "likely"


@lru_cache(maxsize=4096)
def _tokens(word: str) -> tuple[str, ...]:
    """A word of a name; letters and digits apart, but for words that are known with their digit: ps5, airpods2."""
    if not word or any(word in theme.words for theme in _themes()):
        return (word,) if word else ()
    return tuple(token for token in re.split(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", word) if token)


def _core(tokens: list[str], theme: _Theme) -> str:
    """A word of the theme's core beside another of the theme, or one that needs no other; else ""."""
    for place, token in enumerate(tokens):
        if token in theme.alone or (theme.plural and len(token) > _SHORT_NAME and token.endswith(theme.plural)):
            return token
        others = tokens[:place] + tokens[place + 1 :]
        if token in theme.core and (
            theme.words.intersection(others) or (theme.numbers and any(other.isdigit() for other in others))
        ):
            return token
        if len(token) > _SHORT_NAME and (inside := _made_of(token, theme)):
            return inside
        if _ends_in(token, theme):
            return theme.ending
    return ""


def _ends_in(token: str, theme: _Theme) -> bool:
    """Whether a word is one or two English words before or after the theme's ending: planetsportbet, betstorm."""
    words = english()
    if not theme.ending or token in words or token.endswith(theme.not_ending):
        return False
    if token.startswith(theme.ending) and token.removeprefix(theme.ending) in words:
        return True
    rest = token.removesuffix(theme.ending)
    return rest != token and (
        rest in words or any(rest[:cut] in words and rest[cut:] in words for cut in range(4, len(rest) - 3))
    )


def _made_of(token: str, theme: _Theme) -> str:
    """The core word in a word that is made of the theme's words and nothing else; else "".

    At most 63 letters, and words of at most 15: the work is bounded.
    """
    if token in theme.words or not theme.core_inside.search(token):
        return ""
    longest = 15
    # By how much of the word is used up: the core word on the way there, "" for none yet; missing: no way there.
    reached: dict[int, str] = {0: ""}
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - longest), end):
            piece = token[start:end]
            if start in reached and piece in theme.words:
                core = reached[start] or (piece if piece in theme.core else "")
                reached[end] = reached.get(end) or core
    return reached.get(len(token), "")


_ENOUGH = 2
"""So many words beside a word of a theme make a path advertise it, and not report on it."""


def _path_words(parts: SplitResult) -> Iterator[_Found]:
    segments = unquote(parts.path).casefold().split("/")[:12]
    for theme in _themes():
        for segment in segments:
            tokens = [token for token in re.split(r"[-_+. ]+", segment) if token]
            if not theme.alone.intersection(tokens) or theme.innocent.intersection(tokens):
                continue
            beside = (theme.words - theme.core).intersection(tokens)
            if len(beside) >= _ENOUGH:
                yield theme.kind, f"its page is called {segment[:60]}", "likely"
    path = parts.path.casefold()
    if re.search(
        r"/wp-(?:includes|content|admin)/.*(?:sign-?in|log-?in|verify|secure|account|webscr|paypal|office)[^/]*(?:/|\.php)",
        path,
    ):
        yield Kind.IMITATION, "a page for signing in among the files of somebody's website", "likely"


_SOUGHT = frozenset({"q", "query", "search_query", "search", "s", "k", "p", "text", "tag"})
_FEW_WORDS = 4
"""A search for a theme has few words; one with more asks about it."""


def _sought(parts: SplitResult) -> Iterator[_Found]:
    """What a link to a page of search results looks for."""
    for name, value in _query(parts):
        words = value.casefold().split()
        if name.casefold() not in _SOUGHT or len(words) > _FEW_WORDS:
            continue
        for theme in _themes():
            if theme.alone.intersection(words) and not theme.innocent.intersection(words):
                yield theme.kind, f"it searches for {value[:60]}", "likely"


_SIGNING_IN = frozenset(
    {"login", "log-in", "signin", "sign-in", "logon", "verify", "verification", "account", "secure", "webscr", "unlock"}
)


_OF_A_SCHOOL = re.compile(r"school|primary|infants|juniors|academy|nursery")
_PROMISING = frozenset({"refund", "refunds", "rebate", "rebates", "redelivery", "prize", "winner", "reward", "unlock"})
_PAYING = frozenset({"claim", "pay", "fee", "confirm", "update"})


def _signing_in(link: Link, parts: SplitResult) -> Iterator[_Found]:
    """A page for signing in where nobody who deserves trust has one."""
    steps = {step.partition(".")[0] for step in parts.path.casefold().split("/")[:12]}
    suffix = suffix_of(link.host)
    name = link.domain.removesuffix(f".{suffix}")
    if is_worst(suffix) and (not steps.isdisjoint(_SIGNING_IN) or _OF_A_SCHOOL.search(name)):
        yield Kind.IMITATION, "a page for signing in, or a school, under a name that costs nothing", "likely"
    elif _PROMISING.intersection(re.split(r"[.-]", link.host)) and not steps.isdisjoint(_SIGNING_IN | _PAYING):
        yield Kind.IMITATION, "a promise in the name, and a page on which to claim it", "likely"


# -- files


def _exposed(parts: SplitResult) -> Iterator[_Found]:
    known = _parts()
    steps = [step for step in unquote(parts.path).casefold().split("/") if step][:12]
    if named := next((step for step in steps if step in known["exposed_names"]), ""):
        yield Kind.EXPOSED, f"{named} is for whoever runs the website", "likely"
        return
    stem, _, ending = steps[-1].rpartition(".") if steps else ("", "", "")
    stem, words = stem[:100], frozenset(re.split(r"[-_+. \d]+", stem[:100]))
    if stem and ending in known["exposed"]:
        yield Kind.EXPOSED, f"a file that ends in .{ending}", "likely"
    elif ending in known["documents"] | known["spreadsheets"] and stem in known["exposed_stems"]:
        yield Kind.EXPOSED, f"a file called {stem}", "likely"
    elif ending in known["spreadsheets"] and words & known["exposed_lists"] and words & known["exposed_of"]:
        yield Kind.EXPOSED, "by its name, a list of pupils or parents", "likely"


@cache
def _parts() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in table()["parts"].items() if isinstance(words, str)}


def _file(parts: SplitResult, *, trusted: bool) -> Iterator[_Found]:
    names = [parts.path, *(value for _, value in _query(parts))]
    for name in names:
        last = unquote(name).casefold().rstrip("/").rpartition("/")[2]
        stem, dot, ending = last.rpartition(".")
        if not dot or not stem:
            continue
        page = (
            ending in _parts()["on_websites"]
            and name is parts.path
            and stem.rpartition(".")[2] not in _parts()["documents"]
        )
        if ending in _parts()["programs"] and not page:
            yield Kind.PROGRAM, f"a file that ends in .{ending}", "likely"
        elif ending in _parts()["macros"]:
            yield Kind.PROGRAM, f"a document with macros (.{ending})", "likely"
        elif ending in _parts()["archives"] and not trusted:
            yield Kind.ARCHIVE, f"a file that ends in .{ending}", "possible" if ending == "zip" else "likely"
