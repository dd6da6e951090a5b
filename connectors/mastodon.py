"""Mastodon: profile, posts, replies to them, followers and followed people, as a signed-out reader sees them.

The account's own server is asked, over the REST API of docs.joinmastodon.org as of version 4.7 (November 2026).
What the server does beyond its documents is general knowledge of its source: ids count on one server only, so the
platform id is `server/number` here, for people too; a thread is shown to signed-out readers up to 60 replies and
20 levels deep; somebody who hides the lists of followers is shown with a count and an empty list. Who may answer is
nothing that a post says, as far as version 4.7: its `quote_approval` is about being quoted.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests.utils import parse_header_links

from connectors import markup
from connectors.connector import NotFound, Refused, SchemaDrift, Suspended, Unreachable, reading
from connectors.http import Client
from connectors.mastodon_disguise import disguise
from connectors.snapshot import (
    COMMENTS,
    MEDIA,
    PEOPLE,
    POSTS,
    Account,
    CollectPlan,
    Coverage,
    CoverageStatus,
    Profile,
    Resource,
    Snapshot,
    as_counted,
    complete,
    frame,
    how_bad,
    moment,
    not_offered,
    not_permitted,
    partial,
)

__all__ = ["RESOURCES", "collect", "disguise", "prove"]

RESOURCES = frozenset(
    {
        Resource.PROFILE,
        Resource.SETTINGS,
        Resource.POSTS,
        Resource.MEDIA,
        Resource.COMMENTS,
        Resource.FOLLOWERS,
        Resource.FOLLOWING,
    }
)

_STATUSES, _PEOPLE = 40, 80  # the most that Mastodon gives of a list at once
_CUT = 20  # a thread of so many replies may have been cut by the server
_HANDLE = re.compile(r"@?([\w.-]+)@([\w.-]+(?::\d+)?)")
_PLATFORM_ID = re.compile(r"(?:([\w.-]+(?::\d+)?)/)?(\d+)|")
_STATUS_ID = re.compile(r"(\d+)(?:#\d+)?")  # of a post, or of a picture in it
_KINDS = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}
_ATTESTED = "Mastodon shows an account's settings to nobody but its owner; a person looks and attests."

Body = Mapping[str, Any]
Row = dict[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account. Raises ConnectorError when its profile cannot be read.

    The server is the one in the handle `name@server`, or that of the address where a server is reached under
    another name than its handles carry; a `plan.base_url` takes its place. The account is asked for by number when
    that is known, so that a newcomer under the same handle is never taken for it. With `plan.since`, older posts
    are left out, and complete means complete since then. Only public posts are shown. A content warning and the
    options of a poll are part of a post's text, profile fields part of the bio. Mastodon has no badge: links whose
    pages link back come first among the profile's links and are labels, `verified link: ADDRESS`; the server's own
    minimum age is the label `minimum age 16`. Comments are the replies to those posts that were read; `post_id` is
    the account's nearest post above them. Pictures are taken from own posts only, not from reposts.
    """
    server = _server(account, plan)
    body = _own_account(account, server, http)
    profile = _profile(body, server)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.SETTINGS, not_offered(_ATTESTED))
    if plan.wants(Resource.PROFILE):
        coverage[Resource.PROFILE] = replace(complete(1), reason=_moved(body))
        with reading(Resource.PROFILE, coverage, (profile,)):
            profile = replace(profile, labels=(*profile.labels, *_minimum_age(server, http)))
    found = _Found(body["id"], server)
    _read_items(found, profile.posts, plan, http, coverage)
    people: dict[Resource, dict[str, Row]] = {Resource.FOLLOWERS: {}, Resource.FOLLOWING: {}}
    counts = {Resource.FOLLOWERS: profile.followers, Resource.FOLLOWING: profile.following}
    for resource, rows in people.items():
        if plan.wants(resource):
            with reading(resource, coverage, rows):
                hidden = body.get("hide_collections") is True
                coverage[resource] = _read_people(resource, rows, counts[resource], found, plan, http, hidden=hidden)
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values() if plan.wants(Resource.COMMENTS) else ()),
        followers=frame(PEOPLE, people[Resource.FOLLOWERS].values()),
        following=frame(PEOPLE, people[Resource.FOLLOWING].values()),
        gone=frozenset(found.gone),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile and say what it shows. Raises ConnectorError."""
    server = _server(account, plan)
    body = _own_account(account, server, http)
    profile = _profile(body, server)
    shown = f"{server.name} shows {profile.handle} with {profile.followers} followers and {profile.posts} posts."
    return f"{shown} {_moved(body)}".rstrip()


# Asking


@dataclass(frozen=True, slots=True)
class _Server:
    """Where and for whom to ask.

    The host that ids belong to, the domain in handles, the address of the interface; the account's username, and
    its number there as far as it is known.
    """

    name: str
    domain: str
    url: str
    username: str
    number: str


def _server(account: Account, plan: CollectPlan) -> _Server:
    handle = _HANDLE.fullmatch(account.handle.strip().casefold())
    known = _PLATFORM_ID.fullmatch(account.platform_id.casefold())
    if handle is None:
        raise NotFound("Write the handle of a Mastodon account with its server in the register, as name@server.")
    if known is None:
        raise NotFound(f"'{account.platform_id}' is no id of a Mastodon account: empty 'Platform id' in the register.")
    name, domain = handle.groups()
    address = urlsplit(account.address)
    # An address as /@name is on the server itself; /@name@server is a copy on another one.
    host = address.netloc.casefold() if address.path.strip("/").casefold() == f"@{name}" else domain
    host = known[1] or host
    return _Server(host, domain, (plan.base_url or f"https://{host}").rstrip("/"), name, known[2] or "")


def _own_account(account: Account, server: _Server, http: Client) -> Body:
    """The account's own entity, looked up by number, or by name as long as the number is not known."""
    try:
        if server.number:
            body = _ask(http, server, f"v1/accounts/{server.number}")
        else:
            body = _ask(http, server, "v1/accounts/lookup", acct=server.username)
    except NotFound:
        if server.number:
            raise NotFound(
                f"{server.name} no longer has the account number {server.number}. Should {account.handle} be a new"
                " account of yours, empty 'Platform id' in the register; else find out who has the name now."
            ) from None
        raise NotFound(f"{server.name} knows no {account.handle}.") from None
    _need(body, "id", str, "the account")
    if body.get("suspended") is True:
        raise Suspended(f"{server.name} has suspended the account.")
    return body


def _ask(http: Client, server: _Server, path: str, **params: Any) -> Body:
    body, _ = _answer(http, server, path, dict, params)
    return body  # type: ignore[no-any-return]


def _answer(http: Client, server: _Server, path: str, kind: type, params: Mapping[str, Any]) -> tuple[Any, str]:
    """The decoded answer of one call, and its Link header."""
    answer = http.get(f"{server.url}/api/{path}", params=params, ok=(200, 401, 404, 410))
    if answer.status == 410:  # noqa: PLR2004 - the HTTP status
        raise Suspended(f"{server.name} has suspended the account (410).")
    body = answer.json()
    if answer.status == 401:  # noqa: PLR2004 - the HTTP status
        raise Refused(
            f"{server.name} shows this to signed-in people only (401). Ask its administrator to allow reading without"
            " signing in, or have a person look at the account; reading with a token is not built yet."
        )
    if answer.status == 404:  # noqa: PLR2004 - the HTTP status
        raise NotFound(f"{server.name} says that there is no such account or post (404).")
    if not isinstance(body, kind):
        wanted = "a list" if kind is list else "an object"
        raise SchemaDrift(f"Mastodon answered {_call(path)} with something other than {wanted}.")
    return body, answer.headers.get("link", "")


def _call(path: str) -> str:
    """The name of a call, without ids."""
    return re.sub(r"/\d+", "", path.partition("/")[2])


def _pages(http: Client, server: _Server, path: str, **params: Any) -> Iterator[list[Body]]:
    """One list, page by page, to its end; of the Link header only the place to go on from is taken."""
    places = set[str]()
    while True:
        page, link = _answer(http, server, path, list, params)
        yield _objects(page, _call(path))
        following = next((one["url"] for one in parse_header_links(link) if one.get("rel") == "next"), "")
        place = parse_qs(following.partition("?")[2]).get("max_id", [""])[0]
        if not place:
            return
        if place in places:
            raise Unreachable(f"Mastodon's list of {_call(path).rpartition('/')[2]} goes round in circles.")
        places.add(place)
        params["max_id"] = place


def _objects(items: list[Any], where: str) -> list[Body]:
    if not all(isinstance(item, Mapping) for item in items):
        raise SchemaDrift(f"Mastodon's answer lacks objects in {where}.")
    return items


def _need(body: Body, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"Mastodon's answer lacks '{name}' in {where}.")
    return value


def _minimum_age(server: _Server, http: Client) -> Iterator[str]:
    """The label of the age that the server asks for before it lets somebody sign up, where it asks for one."""
    try:
        instance = _ask(http, server, "v2/instance")
    except NotFound:  # servers older than version 4.0
        return
    age = (instance.get("registrations") or {}).get("min_age")
    if isinstance(age, int):
        yield f"minimum age {age}"


# Profile and people


def _profile(body: Body, server: _Server) -> Profile:
    fields = [one for one in body.get("fields") or () if isinstance(one, Mapping)]
    proven = [link for one in fields if one.get("verified_at") for link in _links(one.get("value"), server)]
    others = [
        link for html in (*(one.get("value") for one in fields), body.get("note")) for link in _links(html, server)
    ]
    moved = body.get("moved") or {}
    noted = {
        "automated account (bot)": body.get("bot"),
        "group account": body.get("group"),
        "in memory of its owner": body.get("memorial"),
        "limited by the server's moderators": body.get("limited"),
        f"moved to {moved.get('url') or moved.get('acct')}": moved,
    }
    return Profile(
        platform_id=f"{server.name}/{_need(body, 'id', str, 'the account')}",
        handle=_handle(body, server, "the account"),
        address=_address(body),
        name=body.get("display_name") or "",
        bio=_bio(body, server),
        links=tuple(dict.fromkeys([*proven, *others])),
        created=moment(body.get("created_at")),
        followers=_count(body, "followers_count"),
        following=_count(body, "following_count"),
        posts=_count(body, "statuses_count"),
        avatar=body.get("avatar") or "",
        protected=body.get("locked"),
        labels=(*(words for words, so in noted.items() if so), *(f"verified link: {link}" for link in proven)),
        kind="group" if body.get("group") else "automated" if body.get("bot") else "",
    )


def _moved(body: Body) -> str:
    """What a person has to do about an account that was left for another one; "" for all others."""
    moved = body.get("moved") or {}
    if not moved:
        return ""
    address = moved.get("url") or moved.get("acct")
    return f"The account has moved to {address}: put that one on the register, and close the row of this one."


def _handle(body: Body, server: _Server, where: str) -> str:
    acct: str = _need(body, "acct", str, where)
    return acct if "@" in acct else f"{acct}@{server.domain}"


def _address(body: Body) -> str:
    return body.get("url") or body.get("uri") or ""


def _count(body: Body, name: str) -> int | None:
    count = body.get(name)
    return count if isinstance(count, int) and count >= 0 else None


def _bio(body: Body, server: _Server) -> str:
    """The bio, and a line for each field beside it."""
    fields = (one for one in body.get("fields") or () if isinstance(one, Mapping))
    beside = (f"{one.get('name') or ''}: {_plain(one.get('value'), server)}" for one in fields)
    lines = [_plain(body.get("note"), server), *beside]
    return "\n".join(line for line in lines if line)


def _plain(html: Any, server: _Server) -> str:
    return markup.read(html, server.url).text if isinstance(html, str) and html else ""


def _links(html: Any, server: _Server) -> list[str]:
    """Where a text leads; mentions of people and tags are no links of its author's."""
    if not isinstance(html, str) or "<" not in html:
        return []
    anchors = markup.parse(html).find_all("a")
    written = [anchor for anchor in anchors if not {"mention", "hashtag"} & set(anchor.get("class") or ())]
    addresses = [markup.absolute(str(anchor.get("href") or ""), server.url) for anchor in written]
    return [address for address in addresses if address]


def _read_people(
    resource: Resource,
    rows: dict[str, Row],
    counted: int | None,
    found: "_Found",
    plan: CollectPlan,
    http: Client,
    *,
    hidden: bool,
) -> Coverage:
    """Fill `rows` with followers or followed people, by id."""
    if hidden and counted != 0:
        return not_permitted(
            f"The account hides whom it follows and who follows it ({counted} under {resource}). To have the list"
            " audited, switch off 'Hide your social graph' in Preferences, Public profile, Privacy and reach."
        )
    for page in _pages(http, found.server, f"v1/accounts/{found.account}/{resource}", limit=_PEOPLE):
        for person in page:
            row = _person(person, found.server, resource)
            if len(rows) == plan.max_people and row["id"] not in rows:
                return partial(f"Stopped at the cap of {plan.max_people} people.", len(rows), planned=True)
            rows[row["id"]] = row
    return _as_counted(len(rows), counted, f"people under {resource}")


def _person(body: Body, server: _Server, where: str) -> Row:
    return {
        "id": f"{server.name}/{_need(body, 'id', str, where)}",
        "handle": _handle(body, server, where),
        "name": body.get("display_name"),
        "bio": _bio(body, server),
        "address": _address(body),
        "created": moment(body.get("created_at")),
    }


def _as_counted(read: int, counted: int | None, what: str) -> Coverage:
    """As the count says; but what a list that was read to its end leaves out is not shown to signed-out readers.

    An empty list is not to be trusted.
    """
    judged = as_counted("Mastodon", read, counted, what)
    return replace(judged, planned=True) if read and judged.status is CoverageStatus.PARTIAL else judged


# Posts, pictures, comments


@dataclass(slots=True)
class _Found:
    """What was read so far of the items of `account`, a number on `server`.

    `replies` maps own posts to how many replies they have.
    """

    account: str
    server: _Server
    posts: dict[str, Row] = field(default_factory=dict)
    media: list[Row] = field(default_factory=list)
    comments: dict[str, Row] = field(default_factory=dict)
    replies: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


def _read_items(
    found: _Found, counted: int | None, plan: CollectPlan, http: Client, coverage: dict[Resource, Coverage]
) -> None:
    """Read posts, and with them pictures and comments, which cannot be had without."""
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = _read_posts(found, counted, plan, http)
    posts = coverage[Resource.POSTS]
    coverage.setdefault(Resource.MEDIA, replace(posts, read=len(found.media)))
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            worse = max(posts, _read_replies(found, http), key=how_bad)
            coverage[Resource.COMMENTS] = replace(worse, read=len(found.comments))


def _read_posts(found: _Found, counted: int | None, plan: CollectPlan, http: Client) -> Coverage:
    """Read the account's list as far back as the plan wants it, then by id what it asks for besides."""
    coverage = _read_list(found, plan, http)
    posts_of = {id_: match[1] for id_ in plan.refetch if (match := _STATUS_ID.fullmatch(id_))}
    for number in dict.fromkeys(posts_of.values()):
        if number in found.posts:
            continue
        try:
            _keep(found, _ask(http, found.server, f"v1/statuses/{number}"))
        except NotFound:
            found.gone |= {id_ for id_, post in posts_of.items() if post == number}
    if plan.since or coverage.status is not CoverageStatus.COMPLETE:
        return replace(coverage, read=len(found.posts))
    return _as_counted(len(found.posts), counted, "posts")


def _read_list(found: _Found, plan: CollectPlan, http: Client) -> Coverage:
    oldest: datetime | None = None
    for page in _pages(http, found.server, f"v1/accounts/{found.account}/statuses", limit=_STATUSES):
        older = False
        for status in page:
            created = moment(status.get("created_at"))
            if plan.since and created and created < plan.since:
                older = True
                continue
            if len(found.posts) == plan.max_posts:
                reason = f"Stopped at the cap of {plan.max_posts} posts."
                return partial(reason, len(found.posts), planned=True, since=oldest)
            _keep(found, status)
            oldest = min(filter(None, (oldest, created)), default=None)
        if older:
            break
    return complete(len(found.posts))


def _keep(found: _Found, status: Body) -> None:
    """Take one post into what was found: as an own post, a repost, or somebody's reply to the account."""
    id_ = _need(status, "id", str, "a post")
    if _author(status) != found.account:
        found.comments[id_] = _comment(status, str(status.get("in_reply_to_id") or ""), found)
        return
    repeated = status.get("reblog") or {}
    said = repeated or status
    media = list(_media(said, id_))
    found.posts[id_] = {
        "id": id_,
        "address": _address(said),
        "kind": "repost" if repeated else "reply" if status.get("in_reply_to_id") else "post",
        "text": _text(said, found.server),
        "created": moment(status.get("created_at")),
        "edited": moment(said.get("edited_at")),
        "links": _all_links(said, found.server),
        "media": tuple(row["address"] for row in media),
        "reply_to": status.get("in_reply_to_id"),
        "language": said.get("language"),
        "marks": tuple(_marks(status, said)),
    }
    if not repeated:
        found.media.extend(media)
        found.replies[id_] = _count(status, "replies_count") or 0


def _marks(status: Body, said: Body) -> Iterator[str]:
    """What a post says of itself: that its pictures are behind a warning, that it is kept out of public lists."""
    if said.get("sensitive"):
        yield "sensitive"
    if status.get("visibility") == "unlisted":
        yield "unlisted"


def _author(status: Body) -> str:
    author: str = _need(_need(status, "account", dict, "a post"), "id", str, "a post's account")
    return author


def _text(status: Body, server: _Server) -> str:
    """The content warning, the text, and the options of a poll, each on lines of their own."""
    options = (status.get("poll") or {}).get("options") or ()
    parts = [
        status.get("spoiler_text") or "",
        _plain(_need(status, "content", str, "a post"), server),
        *(str(option.get("title") or "") for option in options),
    ]
    return "\n".join(part for part in parts if part)


def _all_links(status: Body, server: _Server) -> tuple[str, ...]:
    card = (status.get("card") or {}).get("url")
    return tuple(dict.fromkeys([*_links(status.get("content"), server), *filter(None, (card,))]))


def _media(status: Body, post: str) -> Iterator[Row]:
    for number, attached in enumerate(status.get("media_attachments") or ()):
        kind = _KINDS.get(_need(attached, "type", str, "an attachment"), "")
        # What the server does not keep a copy of has no kind and its address elsewhere.
        address = attached.get("url") or attached.get("remote_url") or ""
        kind = kind or markup.kind_of(address)
        size = (attached.get("meta") or {}).get("original") or {}
        if kind and address:
            yield {
                "id": f"{post}#{number}",
                "post_id": post,
                "address": address,
                "kind": kind,
                "picture": attached.get("preview_url") if kind == "video" else None,
                "alt": attached.get("description"),
                "width": size.get("width"),
                "height": size.get("height"),
            }


def _read_replies(found: _Found, http: Client) -> Coverage:
    """Read the threads under the own posts that have replies, each thread once."""
    counts = {id_: count for id_, count in found.replies.items() if count}
    # Posts first: their threads hold own replies.
    to_ask = deque(sorted(counts, key=lambda id_: found.posts[id_]["kind"]))
    under = {id_: id_ for id_ in counts}
    seen = set[str]()
    counted = listed = 0
    while to_ask:
        asked = to_ask.popleft()
        if asked in seen:
            continue
        seen.add(asked)
        try:
            context = _ask(http, found.server, f"v1/statuses/{asked}/context")
        except NotFound:  # deleted while we were reading
            continue
        descendants = _objects(_need(context, "descendants", list, "a context"), "a context")
        shown = Counter(status.get("in_reply_to_id") for status in descendants)
        for status in descendants:
            id_ = _need(status, "id", str, "a reply")
            above = under.get(str(status.get("in_reply_to_id")), under[asked])
            under[id_] = id_ if _author(status) == found.account else above
            found.comments[id_] = _comment(status, above, found)
            counts[id_] = _count(status, "replies_count") or 0
        for id_ in (asked, *(status["id"] for status in descendants)):
            if id_ != asked and counts[id_] and not shown[id_] and len(descendants) >= _CUT:
                to_ask.append(id_)  # the server may have cut the thread here
                continue
            seen.add(id_)
            counted += max(counts[id_], shown[id_])
            listed += shown[id_]
    return replace(_as_counted(listed, counted, "replies"), read=len(found.comments))


def _comment(status: Body, under: str, found: _Found) -> Row:
    author = _author(status)
    return {
        "id": status["id"],
        "post_id": under,
        "address": _address(status),
        "author_id": f"{found.server.name}/{author}",
        "text": _text(status, found.server),
        "created": moment(status.get("created_at")),
        "ours": author == found.account,
    }
