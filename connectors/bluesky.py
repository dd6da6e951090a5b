"""Bluesky: profile, posts, replies to them, followers and followed people, as a signed-out reader sees them.

Schema: the lexicons app.bsky.* of github.com/bluesky-social/atproto, read in November 2026. What the AppView
does beyond them was seen in its source: a page may be empty and still have a cursor; the counts in a profile
go on counting people who were suspended since, and the lists leave them out; what is wrong arrives as status
400 with the name of the error in the body; the rule of who may answer comes with the first post of a thread only,
and the labels that an author gives a post stand among those that moderators give it.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from connectors.bluesky_disguise import disguise
from connectors.connector import ConnectorError, NotFound, Refused, SchemaDrift, Suspended, Unreachable, reading
from connectors.http import Client
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
    Settings,
    Snapshot,
    as_counted,
    complete,
    failed,
    frame,
    how_bad,
    moment,
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

_PAGE = 100  # the most that Bluesky gives of a list at once
_BATCH = 25  # the most posts that it gives by id at once
_DEPTH = 100  # levels of replies to ask for; the server gives fewer, and we ask again where it stopped
_EMPTY_PAGES = 50  # so many empty pages on end are no list any more
_REPOST = "app.bsky.feed.repost"
_POST_ID = re.compile(r"(at://[^/#]+/app\.bsky\.feed\.post/[^/#]+)(?:#\d+)?")  # of a post, or a picture in it
_SIGNED_IN_ONLY = "!no-unauthenticated"
# https://docs.bsky.app/docs/advanced-guides/api-directory: both doors are open to everybody and lead to the same;
# some networks are turned away at the first one, with a page of its own (atproto issue 3583 and others).
_SECOND_DOOR = {"public.api.bsky.app": "https://api.bsky.app/xrpc"}
# Of the labels that everybody's app acts upon (lexicon com.atproto.label.defs), those that warn of what a post shows.
_WARNINGS = frozenset({"!hide", "!warn", "graphic-media", "nudity", "porn", "sexual"})
_MESSAGES_FROM = {"all": "everyone", "following": "following", "none": "nobody"}
_CLOSED = (
    "The account asks Bluesky not to show it to people who are signed out, so only its profile was read. To "
    "have it audited, switch off 'Discourage apps from showing my account to logged-out users' in Settings, "
    "Privacy and security; reading with an app password is not built yet."
)

Body = Mapping[str, Any]
Row = dict[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account. Raises ConnectorError when its profile cannot be read.

    `plan.base_url` is the server, with or without /xrpc. The platform id (a DID) is asked for when it is
    known, so that a renamed account is followed. With `plan.since`, older posts are left out, and complete
    means complete since then. Comments are the replies to those of the account's posts that were read;
    `post_id` is the account's nearest post above them. Pictures are taken from own posts only, not from
    reposts; their width and height are what the author's app gave, perhaps only a ratio. Who may answer is known of
    posts that start a thread. Whoever asks Bluesky to be shown to signed-in people only is passed over, among
    followers and followed people and under posts alike; the coverage says how many followers that were.
    """
    body, plan = _own_profile(account, plan, http)
    profile = _profile(body)
    settings = _settings(body)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    if plan.wants(Resource.SETTINGS):
        unknown = failed("Bluesky answered with a setting for direct messages that we do not know.")
        coverage[Resource.SETTINGS] = complete(1) if settings.messages_from else unknown
    found = _Found(profile.platform_id)
    people: dict[Resource, dict[str, Row]] = {Resource.FOLLOWERS: {}, Resource.FOLLOWING: {}}
    if _SIGNED_IN_ONLY in profile.labels:
        for resource in RESOURCES:
            coverage.setdefault(resource, not_permitted(_CLOSED))
    else:
        _read_items(found, profile.posts, plan, http, coverage)
        counts = {Resource.FOLLOWERS: profile.followers, Resource.FOLLOWING: profile.following}
        for resource, rows in people.items():
            if plan.wants(resource):
                with reading(resource, coverage, rows):
                    coverage[resource] = _read_people(resource, rows, counts[resource], found.did, plan, http)
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        settings=settings if plan.wants(Resource.SETTINGS) else None,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values() if plan.wants(Resource.COMMENTS) else ()),
        followers=frame(PEOPLE, people[Resource.FOLLOWERS].values()),
        following=frame(PEOPLE, people[Resource.FOLLOWING].values()),
        gone=frozenset(found.gone),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile and say what it shows. Raises ConnectorError."""
    profile = _profile(_own_profile(account, plan, http)[0])
    if _SIGNED_IN_ONLY in profile.labels:
        return _CLOSED
    return f"Bluesky shows {profile.handle} with {profile.followers} followers and {profile.posts} posts."


# Asking


def _actor(account: Account) -> str:
    """What the account is asked for by: the DID when known, else its handle."""
    in_address = account.address.partition("/profile/")[2].partition("/")[0]
    named = (account.handle or in_address).strip().removeprefix("@")
    if account.platform_id or named.startswith("did:"):
        return account.platform_id or named
    if not named:
        raise NotFound("The register gives neither a handle nor an address of this Bluesky account.")
    return named.lower() if "." in named else f"{named.lower()}.bsky.social"


def _own_profile(account: Account, plan: CollectPlan, http: Client) -> tuple[Body, CollectPlan]:
    """The account as Bluesky shows it, and the plan for the door at which it answered."""
    actor = _actor(account)
    try:
        return _ask(http, plan, "app.bsky.actor.getProfile", actor=actor), plan
    except Refused:
        second = _SECOND_DOOR.get(urlsplit(plan.base_url).netloc)
        if not second:
            raise
    plan = replace(plan, base_url=second)
    try:
        return _ask(http, plan, "app.bsky.actor.getProfile", actor=actor), plan
    except Refused:
        raise Refused(
            "Bluesky answers this network neither at its public address nor at its main one (403); ask whoever runs "
            "the network whether it goes out through a VPN or a proxy that others misuse."
        ) from None


def _ask(http: Client, plan: CollectPlan, method: str, **params: Any) -> Body:
    # 404 is among the answers looked at, because there it means a wrong server and not a missing account.
    address = f"{plan.base_url.rstrip('/').removesuffix('/xrpc')}/xrpc/{method}"
    answer = http.get(address, params=params, ok=(200, 400, 404))
    body = answer.json()
    if not isinstance(body, dict):
        raise SchemaDrift(f"Bluesky answered {method} with something other than an object.")
    if answer.status == 200:  # noqa: PLR2004 - the HTTP status
        return body
    raise _refusal(answer.status, str(body.get("error", "")), str(body.get("message", "")), params)


def _refusal(status: int, error: str, message: str, params: Body) -> ConnectorError:
    if error == "AccountTakedown":
        return Suspended("Bluesky has suspended the account.")
    if error == "AccountDeactivated":
        return NotFound("The account was deactivated on Bluesky by its owner.")
    if status == 400 and (error == "NotFound" or "not found" in message.lower()):  # noqa: PLR2004 - the HTTP status
        return NotFound(f"Bluesky knows no {params.get('actor') or params.get('uri')}.")
    if "valid did or a handle" in message:
        return NotFound(f"'{params.get('actor')}' is not a handle as Bluesky knows them.")
    # Behind a colon stand ids, which may be other people's.
    return Unreachable(f"Bluesky refused to answer: {error or 'status'} {message.partition(':')[0] or status}.")


def _pages(http: Client, plan: CollectPlan, method: str, key: str, **params: Any) -> Iterator[list[Body]]:
    """One list, page by page, to its end."""
    empty = 0
    cursors = set[str]()
    while True:
        body = _ask(http, plan, method, limit=_PAGE, **params)
        page = _need(body, key, list, method)
        yield page
        cursor = body.get("cursor")
        if not cursor:
            return
        empty = 0 if page else empty + 1
        if cursor in cursors or empty > _EMPTY_PAGES:
            raise Unreachable(f"Bluesky's list of {key} goes round in circles.")
        cursors.add(cursor)
        params["cursor"] = cursor


def _need(body: Body, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"Bluesky's answer lacks '{name}' in {where}.")
    return value


# Profile and people


def _profile(body: Body) -> Profile:
    did = _need(body, "did", str, "the profile")
    verification = body.get("verification") or {}
    labels = _labels(body)
    return Profile(
        platform_id=did,
        handle=_need(body, "handle", str, "the profile"),
        address=_person_address(did),
        name=body.get("displayName") or "",
        bio=body.get("description") or "",
        links=(body["website"],) if body.get("website") else (),
        created=moment(body.get("createdAt")),
        followers=body.get("followersCount"),
        following=body.get("followsCount"),
        posts=body.get("postsCount"),
        avatar=body.get("avatar") or "",
        verified=verification["verifiedStatus"] == "valid" if "verifiedStatus" in verification else None,
        protected=False,  # Bluesky has no accounts for approved people only
        labels=labels,
        kind="automated" if "bot" in labels else "",
    )


def _labels(body: Body) -> tuple[str, ...]:
    """What moderators and the author say of an account or a post; what was taken back does not count."""
    labels = body.get("labels") or ()
    return tuple(dict.fromkeys(label.get("val", "") for label in labels if not label.get("neg")))


def _wants_no_strangers(person: Body) -> bool:
    """Whether somebody asks to be shown to signed-in people only; we are not signed in."""
    return _SIGNED_IN_ONLY in _labels(person)


def _settings(body: Body) -> Settings:
    """Who may send direct messages; where the account chose nothing, Bluesky's app lets followed people."""
    chosen = ((body.get("associated") or {}).get("chat") or {}).get("allowIncoming", "following")
    return Settings(messages_from=_MESSAGES_FROM.get(chosen))


def _person_address(did: str) -> str:
    return f"https://bsky.app/profile/{did}"


def _read_people(
    resource: Resource, rows: dict[str, Row], counted: int | None, did: str, plan: CollectPlan, http: Client
) -> Coverage:
    """Fill `rows` with followers or followed people, by id."""
    method, key = {
        Resource.FOLLOWERS: ("app.bsky.graph.getFollowers", "followers"),
        Resource.FOLLOWING: ("app.bsky.graph.getFollows", "follows"),
    }[resource]
    passed_over = set[str]()
    for page in _pages(http, plan, method, key, actor=did):
        for person in page:
            if _wants_no_strangers(person):
                passed_over.add(_need(person, "did", str, key))
                continue
            row = _person(person, key)
            if len(rows) == plan.max_people and row["id"] not in rows:
                return partial(f"Stopped at the cap of {plan.max_people} people.", len(rows), planned=True)
            rows[row["id"]] = row
    judged = as_counted("Bluesky", len(rows) + len(passed_over), counted, f"people under {resource}")
    if not passed_over:
        return judged
    reason = f"{len(passed_over)} under {resource} ask to be shown to signed-in people only, and were not read."
    return partial(f"{reason} {judged.reason}".strip(), len(rows), planned=how_bad(judged) <= 1)


def _person(body: Body, where: str) -> Row:
    did = _need(body, "did", str, where)
    return {
        "id": did,
        "handle": _need(body, "handle", str, where),
        "name": body.get("displayName"),
        "bio": body.get("description"),
        "address": _person_address(did),
        "created": moment(body.get("createdAt")),
    }


# Posts, pictures, comments


@dataclass(slots=True)
class _Found:
    """What was read so far of the account's items.

    `replies` maps own posts to how many replies they have; `passed_over` are replies by people who ask to be shown to
    signed-in people only.
    """

    did: str
    posts: dict[str, Row] = field(default_factory=dict)
    media: list[Row] = field(default_factory=list)
    comments: dict[str, Row] = field(default_factory=dict)
    replies: dict[str, int] = field(default_factory=dict)
    passed_over: set[str] = field(default_factory=set)
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
            worse = max(posts, _read_replies(found, plan, http), key=how_bad)
            coverage[Resource.COMMENTS] = replace(worse, read=len(found.comments))


def _read_posts(found: _Found, counted: int | None, plan: CollectPlan, http: Client) -> Coverage:
    """Read the feed as far back as the plan wants it, then by id what it asks for besides."""
    coverage = _read_feed(found, plan, http)
    own = f"at://{found.did}/"
    posts_of = {id_: post[1] for id_ in plan.refetch if (post := _POST_ID.fullmatch(id_))}
    wanted = dict.fromkeys(uri for uri in posts_of.values() if uri not in found.posts)
    to_ask = (uri for uri in wanted if plan.wants(Resource.COMMENTS) or uri.startswith(own))
    missing = set[str]()
    while batch := list(islice(to_ask, _BATCH)):
        posts = _need(_ask(http, plan, "app.bsky.feed.getPosts", uris=batch), "posts", list, "getPosts")
        for post in posts:
            _keep(found, post)
        missing |= set(batch) - found.posts.keys() - found.comments.keys() - found.passed_over
        found.gone |= {id_ for id_, uri in posts_of.items() if uri in missing}
    if plan.since or coverage.status is not CoverageStatus.COMPLETE:
        return replace(coverage, read=len(found.posts))
    written = sum(row["kind"] != "repost" for row in found.posts.values())
    return replace(as_counted("Bluesky", written, counted, "posts"), read=len(found.posts))


def _read_feed(found: _Found, plan: CollectPlan, http: Client) -> Coverage:
    # A repost cannot be asked for by id: one that has to be looked at again is looked for in the feed.
    missing = {id_ for id_ in plan.refetch if f"/{_REPOST}/" in id_}
    older = False
    oldest: datetime | None = None
    for page in _pages(http, plan, "app.bsky.feed.getAuthorFeed", "feed", actor=found.did):
        for item in page:
            id_, placed = _placed(item, found.did)
            if plan.since and placed and placed < plan.since:
                older = True
                if id_ not in missing:
                    continue
            if len(found.posts) == plan.max_posts:
                reason = f"Stopped at the cap of {plan.max_posts} posts."
                return partial(reason, len(found.posts), planned=True, since=oldest)
            _keep(found, item["post"], item.get("reason"))
            missing.discard(id_)
            oldest = min(filter(None, (oldest, placed)), default=None)
        if older and not missing:
            break
    else:
        found.gone |= missing
    return complete(len(found.posts))


def _placed(item: Body, did: str) -> tuple[str, datetime | None]:
    """The id of one entry of the feed and the moment it is sorted by there."""
    post = _need(item, "post", dict, "the feed")
    uri = _need(post, "uri", str, "a post")
    reason = item.get("reason") or {}
    if "by" in reason:
        return _repost_id(reason, uri, did), moment(reason.get("indexedAt"))
    record = _need(post, "record", dict, "a post")
    moments = map(moment, (post.get("indexedAt"), record.get("createdAt")))
    return uri, min(filter(None, moments), default=None)


def _repost_id(reason: Body, uri: str, did: str) -> str:
    # Servers older than 2025 do not tell the repost's own address.
    return str(reason.get("uri") or f"at://{did}/{_REPOST}/{uri.removeprefix('at://')}")


def _keep(found: _Found, post: Body, reason: Body | None = None) -> None:
    """Take one post into what was found: as an own post, a repost, or somebody's reply to the account."""
    uri = _need(post, "uri", str, "a post")
    author = _need(_need(post, "author", dict, "a post"), "did", str, "a post's author")
    record = _need(post, "record", dict, "a post")
    marks = ("sensitive",) if _WARNINGS.intersection(_labels(post)) else ()
    repost = reason is not None and "by" in reason
    if author != found.did and not repost:
        if _wants_no_strangers(post["author"]):
            found.passed_over.add(uri)
            return
        reply = record.get("reply") or {}
        parents = [(reply.get(name) or {}).get("uri", "") for name in ("parent", "root")]
        own = next((parent for parent in parents if parent.startswith(f"at://{found.did}/")), parents[1])
        found.comments[uri] = _comment(post, own, ours=False)
        return
    embed = _media_part(post.get("embed"))
    media = list(_pictures(embed, uri))
    id_ = _repost_id(reason, uri, found.did) if repost and reason else uri
    found.posts[id_] = {
        "id": id_,
        "address": _post_address(uri),
        "kind": "repost" if repost else "reply" if record.get("reply") else "post",
        "text": _need(record, "text", str, "a post's record"),
        "created": moment(reason.get("indexedAt")) if repost and reason else _created(post, record),
        "links": _links(record, embed),
        "media": tuple(row["address"] for row in media),
        "reply_to": ((record.get("reply") or {}).get("parent") or {}).get("uri"),
        "language": next(iter(record.get("langs") or ()), ""),
        "marks": marks,
        "replies": "" if repost or record.get("reply") else _replies(post),
    }
    if not repost:
        found.media.extend(media)
        found.replies[uri] = post.get("replyCount") or 0


def _replies(post: Body) -> str:
    """Who may answer a post that starts a thread: without rules everybody, with an empty list of them nobody."""
    gate = (post.get("threadgate") or {}).get("record") or {}
    allowed = gate.get("allow")
    return "everyone" if allowed is None else "limited" if allowed else "nobody"


def _created(post: Body, record: Body) -> datetime | None:
    """When it was written, as its author's app says; when Bluesky first saw it, where that is no date."""
    return moment(record.get("createdAt")) or moment(post.get("indexedAt"))


def _post_address(uri: str) -> str:
    did, _, rest = uri.removeprefix("at://").partition("/")
    return f"{_person_address(did)}/post/{rest.rpartition('/')[2]}"


def _links(record: Body, embed: Body) -> tuple[str, ...]:
    features = [feature for facet in record.get("facets") or () for feature in facet.get("features") or ()]
    card = embed.get("external") or {}
    addresses = [feature.get("uri") for feature in features] + [card.get("uri")]
    return tuple(dict.fromkeys(filter(None, addresses)))


def _media_part(embed: Body | None) -> Body:
    """The pictures, film or card of a post; beside a quoted post they stand one level deeper."""
    embed = embed or {}
    return embed.get("media") or embed


def _pictures(embed: Body, uri: str) -> Iterator[Row]:
    images = [image for image in embed.get("images") or embed.get("items") or () if _is_image(image)]
    for number, image in enumerate(images):
        address = _need(image, "fullsize", str, "a picture")
        yield _medium(f"{uri}#{number}", uri, address, "image", image)
    if "playlist" in embed:
        yield _medium(f"{uri}#0", uri, embed["playlist"], "video", embed) | {"picture": embed.get("thumbnail")}


def _is_image(image: Body) -> bool:
    return str(image.get("$type", "#viewImage")).endswith("#viewImage")


def _medium(id_: str, uri: str, address: str, kind: str, view: Body) -> Row:
    ratio = view.get("aspectRatio") or {}
    size = {"width": ratio.get("width"), "height": ratio.get("height")}
    return {"id": id_, "post_id": uri, "address": address, "kind": kind, "alt": view.get("alt"), **size}


def _read_replies(found: _Found, plan: CollectPlan, http: Client) -> Coverage:
    """Read the threads under the own posts that have replies, each thread once."""
    with_replies = [uri for uri, count in found.replies.items() if count]
    with_replies.sort(key=lambda uri: found.posts[uri]["kind"])  # posts first: their threads hold own replies
    to_ask = deque((uri, uri) for uri in with_replies)
    seen = set[str]()
    counted = listed = 0
    while to_ask:
        asked, under = to_ask.popleft()
        if asked in seen:
            continue
        try:
            answer = _ask(http, plan, "app.bsky.feed.getPostThread", uri=asked, depth=_DEPTH, parentHeight=0)
        except NotFound:  # deleted while we were reading
            continue
        nodes = [(_need(answer, "thread", dict, "getPostThread"), under)]
        while nodes:
            node, under = nodes.pop()
            if "post" not in node:  # hidden from signed-out readers, blocked, or deleted
                continue
            post = node["post"]
            uri = _need(post, "uri", str, "a reply")
            ours = _need(_need(post, "author", dict, "a reply"), "did", str, "a reply's author") == found.did
            if not ours and _wants_no_strangers(post["author"]):
                continue
            if uri != asked:
                found.comments[uri] = _comment(post, under, ours=ours)
                listed += 1
            replies = node.get("replies")
            if replies is None and uri != asked and post.get("replyCount"):
                to_ask.append((uri, uri if ours else under))  # the server cut the thread here
                continue
            seen.add(uri)
            counted += post.get("replyCount") or 0
            nodes.extend((reply, uri if ours else under) for reply in replies or ())
    return replace(as_counted("Bluesky", listed, counted, "replies"), read=len(found.comments))


def _comment(post: Body, under: str, *, ours: bool) -> Row:
    record = _need(post, "record", dict, "a reply")
    return {
        "id": post["uri"],
        "post_id": under,
        "address": _post_address(post["uri"]),
        "author_id": post["author"]["did"],
        "text": _need(record, "text", str, "a reply's record"),
        "created": _created(post, record),
        "ours": ours,
    }
