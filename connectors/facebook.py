"""Facebook Pages: profile, the Page's own posts with pictures, and the comments under them, by the Page's token.

Schema: Graph API 26.0 (Page, PagePost, PageSettings, Comment; see connectors/graph.py). What it does not tell, nobody
can read through it: who follows the Page, and its age restriction. What visitors post on the Page stands with the
comments, under no post, its id marked, since it looks like that of an own post. How many people have every right on
the Page is counted where the token may know (the edge `roles` with `tasks`, which Meta's lists of fields leave out).

The second look: Graph gives a restricted Page only to those who fulfil the restriction, and the app alone is nobody.
So a published Page that its own token sees, and an app that Meta has reviewed does not, is kept from some by age or
country. What the app may see at all is told by a Page that everybody sees.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, urlsplit

from connectors.connector import Capped, ConnectorError, NotFound, NotOffered, Refused, reading
from connectors.facebook_disguise import SEEN_BY_ALL, disguise
from connectors.graph import Body, Graph, Row, as_posts, onwards, within_caps
from connectors.http import Client
from connectors.snapshot import (
    COMMENTS,
    MEDIA,
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
    frame,
    how_bad,
    not_offered,
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

PAGE_FIELDS = (
    "id", "name", "username", "link", "about", "description", "category", "fan_count", "followers_count",
    "verification_status", "is_published", "is_permanently_closed", "website", "emails", "phone", "location",
    "picture{url,is_silhouette}",
)  # fmt: skip
POST_FIELDS = (
    "id", "message", "message_tags", "created_time", "permalink_url", "is_published", "parent_id",
    "place{name,location}",
    "attachments{media_type,type,url,unshimmed_url,description,target,media,subattachments}",
)  # fmt: skip
SETTING_FIELDS = ("setting", "value")
COMMENT_FIELDS = ("id", "message", "created_time", "from", "is_hidden", "is_private", "permalink_url")

VISITOR_FIELDS = ("id", "message", "created_time", "from", "is_hidden", "permalink_url")
ROLE_FIELDS = ("tasks",)

RESTRICTED = "age or country restricted"
"""The label of a Page that its own token sees and the app alone does not."""

_TOKEN = "page_token"  # noqa: S105 - its name
_APP = "app_token"
# developers.facebook.com/documentation/pages-api/manage-pages: each setting is true or false. `can_post` of the Page is
# not about visitors: it says whether the token's own person may post.
_MESSAGES, _WALL = "USERS_CAN_MESSAGE", "USERS_CAN_POST"
_EVERY_RIGHT = "MANAGE"  # the task that includes all others: developers.facebook.com/docs/pages-api/overview
_VISITOR = "visitor:"  # before the id of what a visitor posted on the Page, which looks like that of an own post
_PAGE = 50  # posts at once; with all their attachments, 100 are often more than Facebook gives
_BATCH = 25  # posts whose comments are asked for at once, and comments of each in the first answer
_PER_YEAR = 600  # the most posts of one year that Facebook gives: its documentation of the Page's feed
_ITEM = re.compile(r"([0-9]+)_([0-9]+)(?:#.*)?")  # a post of a Page, or a comment under a post; # and a picture in it
_WEB = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]'\u2019]")
_ATTESTED = "Facebook does not tell who may send the Page messages; a person looks and attests."
_NO_LIST = "Facebook gives a count of followers and no list of them."
_NO_FOLLOWING = "Facebook does not give a list of what the Page follows."


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the Page. Raises ConnectorError when its profile cannot be read.

    `plan.secrets` has the `page_token`, and for better keeping the `app_secret` of the app that it was made with.
    With the `app_token` the Page is looked at a second time, see above: the label `RESTRICTED`, or a least age of 0.
    The platform id is asked for when it is known, so that a renamed Page is followed. The bio has the Page's short
    and long description, its phone and its e-mail addresses. A post's text has its captions; what it shares of
    others is a link, or, without any words of its own, a repost with theirs. Pictures are taken from own posts
    only, a film is represented by its preview. Comments include the answers to them; one that is hidden or private
    counts as gone, and its writer's id is "" where Facebook does not name them.

    With `plan.since`, pictures and comments of older posts are not looked at. `plan.allowances["percent"]` is the
    share of the app's allowance at which we stop.
    """
    graph = Graph.for_plan("Facebook", _TOKEN, plan, http)
    profile = _profile(_page(account, graph), graph)
    seen = None if profile.protected else _seen_by_all(profile.platform_id, plan, http)
    if seen is False:
        profile = replace(profile, labels=(*profile.labels, RESTRICTED))
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    coverage.setdefault(Resource.FOLLOWERS, not_offered(_NO_LIST))
    coverage.setdefault(Resource.FOLLOWING, not_offered(_NO_FOLLOWING))
    found = _Found(profile.platform_id)
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = _read_posts(found, plan, graph)
            _look_again(found, plan, graph)
        posts = replace(coverage[Resource.POSTS], read=len(found.posts))
        if posts.status is CoverageStatus.PARTIAL:
            posts = replace(posts, since=posts.since or found.reached)
        coverage[Resource.POSTS] = posts
    read = coverage[Resource.POSTS]
    coverage.setdefault(Resource.MEDIA, as_posts(read, len(found.media), "pictures", plan))
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            judged = max(_read_comments(found, plan, graph), _read_visitors(found, plan, graph), key=how_bad)
            judged = replace(judged, read=len(found.comments))
            below = as_posts(read, len(found.comments), "comments", plan)
            coverage[Resource.COMMENTS] = judged if below.status is CoverageStatus.COMPLETE else below
    settings = None
    if plan.wants(Resource.SETTINGS):
        with reading(Resource.SETTINGS, coverage):
            settings, coverage[Resource.SETTINGS] = _settings(profile.platform_id, graph)
        if seen:
            settings = replace(settings or Settings(), least_age=0)
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        settings=settings,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values()),
        gone=frozenset(found.gone),
        used=graph.spent,
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile and say what it shows. Raises ConnectorError."""
    graph = Graph.for_plan("Facebook", _TOKEN, plan, http)
    profile = _profile(_page(account, graph), graph)
    said = f"Facebook shows the Page {profile.name} with {profile.followers} followers."
    if not plan.secrets.get(_APP):
        return said
    return f"{said} {_SECOND_LOOK[None if profile.protected else _seen_by_all(profile.platform_id, plan, http)]}"


# Profile


def _page(account: Account, graph: Graph) -> Body:
    named = account.platform_id or _named(account)
    if not named:
        raise NotFound("The register gives neither a name nor an address of this Page on Facebook.")
    try:
        return graph.ask(quote(named, safe=""), fields=",".join(PAGE_FIELDS))
    except NotFound:
        raise NotFound(f"Facebook says that there is no Page {named}, or none that the token may see.") from None


def _named(account: Account) -> str:
    """What the Page is asked for by: its id where its address has one, else its name."""
    handle = account.handle.strip().removeprefix("@")
    if handle and "/" not in handle:
        return handle
    address = account.address or handle
    parts = urlsplit(address if "://" in address else f"https://{address}")
    if known := parse_qs(parts.query).get("id"):  # profile.php?id=
        return known[0]
    first, *others = [part for part in parts.path.split("/") if part] or [""]
    if first in ("p", "pages", "people") and others:  # the name, and the id at the end of it or after it
        return others[-1].rpartition("-")[2]
    return first


def _profile(body: Body, graph: Graph) -> Profile:
    id_ = graph.need(body, "id", str, "the profile")
    name = graph.need(body, "name", str, "the profile")
    picture = (body.get("picture") or {}).get("data") or {}
    about = (body.get("about"), body.get("description"), body.get("phone"), *(body.get("emails") or ()))
    status = body.get("verification_status")
    published = body.get("is_published")
    contacts = (*(body.get("emails") or ()), body.get("phone"))
    labels = {"unpublished": published is False, "permanently closed": body.get("is_permanently_closed") is True}
    followers = body.get("followers_count")
    return Profile(
        platform_id=id_,
        handle=body.get("username") or "",
        address=body.get("link") or f"https://www.facebook.com/{id_}",
        name=name,
        bio="\n".join(dict.fromkeys(filter(None, about))),
        location=_place(body.get("location") or {}),
        links=tuple(dict.fromkeys(_websites(body.get("website") or ""))),
        followers=body.get("fan_count") if followers is None else followers,
        avatar="" if picture.get("is_silhouette") else picture.get("url") or "",
        verified=status != "not_verified" if status else None,
        protected=None if published is None else not published,
        labels=tuple(name for name, holds in labels.items() if holds),
        kind="page",
        contacts=tuple(dict.fromkeys(filter(None, contacts))),
    )


def _seen_by_all(page: str, plan: CollectPlan, http: Client) -> bool | None:
    """Whether the app alone sees the Page; None where there is no app token, or it sees no Page at all."""
    if not plan.secrets.get(_APP, "").strip():
        return None
    try:
        alone = Graph.for_plan("Facebook", _APP, plan, http)
        if _shown(page, alone):
            return True
        return False if _shown(SEEN_BY_ALL, alone) else None
    except ConnectorError:  # it is a second look: without it the reading stands
        return None


def _shown(page: str, graph: Graph) -> bool:
    try:
        return bool(graph.ask(page, fields="id").get("id") == page)
    except NotFound:
        return False


_SECOND_LOOK = {
    True: "The app alone sees it too: it is kept from nobody.",
    False: "The app alone does not see it: the Page is kept from some, by their age or country.",
    None: "Whether the Page is kept from some could not be seen: Meta has not reviewed the app for looking at Pages.",
}


def _settings(page: str, graph: Graph) -> tuple[Settings, Coverage]:
    """What the Page's settings say of strangers, and how much that is."""
    listed = graph.need(graph.ask(f"{page}/settings", fields=",".join(SETTING_FIELDS)), "data", list, "settings")
    values = {one.get("setting"): one.get("value") for one in listed if isinstance(one, Mapping)}
    messages, wall = (values.get(name) for name in (_MESSAGES, _WALL))
    settings = Settings(
        messages_from=("everyone" if messages else "nobody") if isinstance(messages, bool) else None,
        posting_by=("everyone" if wall else "owner") if isinstance(wall, bool) else None,
    )
    settings = replace(settings, administrators=_administrators(page, graph))
    told = sum(isinstance(value, bool) for value in (messages, wall))
    return settings, complete(told) if told else not_offered(_ATTESTED)


def _administrators(page: str, graph: Graph) -> int | None:
    """How many people have every right on the Page; None where the token may not know. Nobody's name is asked for."""
    try:
        pages = list(graph.pages(f"{page}/roles", "roles", fields=",".join(ROLE_FIELDS)))
    except (Refused, NotFound, NotOffered):
        return None
    return sum(_EVERY_RIGHT in (one.get("tasks") or ()) for people in pages for one in people)


def _place(location: Body) -> str:
    return ", ".join(str(location[name]) for name in ("street", "city", "zip", "country") if location.get(name))


def _websites(typed: str) -> Iterator[str]:
    """The addresses in a field that people fill in freely, often without https:// and several at once."""
    for word in re.split(r"[\s,;]+", typed):
        if "." in word:
            yield word if "://" in word else f"https://{word}"


# Posts and pictures


@dataclass(slots=True)
class _Found:
    """What was read so far. `reached` is how far back the list of posts was read, None when that is to its end."""

    page: str
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    reached: datetime | None = None


def _read_posts(found: _Found, plan: CollectPlan, graph: Graph) -> Coverage:
    """Read the list of posts as far back as the plan wants it and Facebook gives it."""
    asked: Row = {"fields": ",".join(POST_FIELDS), "limit": _PAGE}
    if plan.since:
        asked["since"] = int(plan.since.timestamp())
    try:
        for post in within_caps(graph.pages(f"{found.page}/published_posts", "posts", **asked), found.posts, plan):
            created = _keep_post(found, post, graph)["created"]
            found.reached = min(filter(None, (found.reached, created)))
    except Capped as enough:
        return enough.coverage()
    found.reached = None
    per_year = Counter(row["created"].year for row in found.posts.values())
    if capped := [year for year, count in per_year.items() if count >= _PER_YEAR]:
        whole_from = datetime(max(capped) + 1, 1, 1, tzinfo=UTC)
        reason = f"Facebook gives about {_PER_YEAR} posts of a year, and this Page reaches that."
        return partial(reason, len(found.posts), planned=True, since=whole_from if whole_from < plan.now else None)
    return complete(len(found.posts))


def _look_again(found: _Found, plan: CollectPlan, graph: Graph) -> None:
    """Ask by id for the posts that the plan wants to be looked at again and that were not in the list."""
    items = filter(None, map(_ITEM.fullmatch, plan.refetch))
    posts = {f"{item[1]}_{item[2]}" for item in items if item[1] == found.page}
    for id_, post in graph.by_id(sorted(posts - found.posts.keys()), fields=",".join(POST_FIELDS)):
        if post is None or post.get("is_published") is False:
            found.gone.add(id_)
        else:
            _keep_post(found, post, graph)
    # A picture is gone with its post, or when its post has it no more.
    found.gone |= {id_ for id_ in plan.refetch if _of_lost_picture(id_, found)}


def _of_lost_picture(id_: str, found: _Found) -> bool:
    post = id_.partition("#")[0]
    return id_ != post and id_ not in found.media and (post in found.gone or post in found.posts)


def _keep_post(found: _Found, post: Body, graph: Graph) -> Row:
    """Take a post, with its pictures, into what was found."""
    id_ = graph.need(post, "id", str, "a post")
    message = post.get("message") or ""
    attachments = list(_attachments(post))
    shared = bool(post.get("parent_id"))
    kind = "repost" if shared and not message else "post"
    captions = [one.get("description") or "" for one in attachments if kind == "repost" or (not shared and _seen(one))]
    media = [] if shared else list(_pictures(id_, attachments))
    shown = [_address(one) for one in attachments if shared or not _seen(one)]
    row = {
        "id": id_,
        "address": post.get("permalink_url") or f"https://www.facebook.com/{id_}",
        "kind": kind,
        "text": "\n".join(dict.fromkeys(filter(None, (message, *captions)))),
        "created": graph.moment(post, "created_time", "a post"),
        "links": tuple(dict.fromkeys(filter(None, (*_WEB.findall(message), *shown)))),
        "media": tuple(medium["address"] for medium in media),
        "marks": ("people tagged",) if any(map(_of_a_person, post.get("message_tags") or ())) else (),
    } | ({} if shared else _where(post.get("place")))
    found.posts[id_] = row
    found.media |= {medium["id"]: medium for medium in media}
    return row


def _of_a_person(tag: Body) -> bool:
    return tag.get("type") == "user"


def _where(place: Body | None) -> Row:
    """The place that a post gives in a field of its own."""
    if not place:
        return {}
    location = place.get("location")
    location = location if isinstance(location, Mapping) else {}
    degrees = [location.get(name) for name in ("latitude", "longitude")]
    known = all(isinstance(one, int | float) for one in degrees)
    return {"place": place.get("name"), "position": ",".join(map(str, degrees)) if known else ""}


def _attachments(post: Body) -> Iterator[Body]:
    """What a post shows, each picture of an album by itself."""
    for one in (post.get("attachments") or {}).get("data") or ():
        inner = (one.get("subattachments") or {}).get("data")
        yield from inner or (one,)


def _seen(attachment: Body) -> bool:
    """Whether it is a picture or film of the post itself, and not the preview of a page that it links to."""
    kind = str(attachment.get("media_type") or attachment.get("type"))
    return kind.startswith(("photo", "video", "album"))


def _address(attachment: Body) -> str:
    """Where a link leads, without Facebook's own counting in between."""
    address = attachment.get("unshimmed_url") or attachment.get("url") or ""
    parts = urlsplit(address)
    through = parse_qs(parts.query).get("u") if parts.netloc == "l.facebook.com" else None
    return through[0] if through else address


def _pictures(id_: str, attachments: Iterable[Body]) -> Iterator[Row]:
    for number, attachment in enumerate(attachments):
        image = (attachment.get("media") or {}).get("image") or {}
        if not (_seen(attachment) and image.get("src")):
            continue
        kind = str(attachment.get("media_type") or attachment.get("type"))
        yield {
            "id": f"{id_}#{(attachment.get('target') or {}).get('id') or number}",
            "post_id": id_,
            "address": image["src"],
            "kind": "video" if kind.startswith("video") else "image",
            "picture": image["src"],
            "width": image.get("width"),
            "height": image.get("height"),
        }


# Comments


def _read_comments(found: _Found, plan: CollectPlan, graph: Graph) -> Coverage:
    """Read what stands under the posts that were read, and the comments that have to be looked at again."""
    fields = ",".join(COMMENT_FIELDS)
    # `stream` has the answers to comments as well.
    nested = f"comments.filter(stream).summary(total_count).limit({_BATCH}){{{fields}}}"
    counted = listed = 0
    for post_id, post in graph.by_id(found.posts, _BATCH, fields=nested):
        first: Body = (post or {}).get("comments") or {}
        counted += (first.get("summary") or {}).get("total_count") or 0
        pages = [graph.need(first, "data", list, "comments")] if first else []
        if marker := onwards(first):
            more = {"fields": fields, "filter": "stream", "limit": 100} | marker
            pages += graph.pages(f"{post_id}/comments", "comments", **more)
        for comment in (one for page in pages for one in page):
            listed += 1
            if len(found.comments) >= plan.max_posts:
                raise Capped("Stopped at the cap for comments that is set for one night.")
            _keep_comment(found, comment, post_id, graph)
    items = filter(None, map(_ITEM.fullmatch, plan.refetch))
    wanted = {item[0]: f"{found.page}_{item[1]}" for item in items if item[1] != found.page}
    for id_, again in graph.by_id(sorted(wanted.keys() - found.comments.keys() - found.gone), fields=fields):
        if again is None:
            found.gone.add(id_)
        else:
            _keep_comment(found, again, wanted[id_], graph)
    return as_counted("Facebook", listed, counted, "comments")


def _read_visitors(found: _Found, plan: CollectPlan, graph: Graph) -> Coverage:
    """Read what visitors posted on the Page, and those of their posts that have to be looked at again."""
    fields = ",".join(VISITOR_FIELDS)
    asked: Row = {"fields": fields, "limit": 100}
    if plan.since:
        asked["since"] = int(plan.since.timestamp())
    wanted = {id_.removeprefix(_VISITOR) for id_ in plan.refetch if id_.startswith(_VISITOR)}
    try:
        listed = graph.pages(f"{found.page}/visitor_posts", "posts of visitors", **asked)
        for one in within_caps(listed, found.comments, plan):
            _keep_visitor(found, one, graph)
        unseen = sorted(wanted - {id_.removeprefix(_VISITOR) for id_ in found.comments})
        for id_, again in graph.by_id(unseen, fields=fields):
            if again is None:
                found.gone.add(f"{_VISITOR}{id_}")
            else:
                _keep_visitor(found, again, graph)
    except Refused:
        reason = "The token may not read what visitors post on the Page; it needs pages_read_user_content."
        return partial(reason, len(found.comments), planned=True)
    return complete(len(found.comments))


def _keep_visitor(found: _Found, post: Body, graph: Graph) -> None:
    """A post of somebody else on the Page's own wall stands with the comments, under no post."""
    if (post.get("from") or {}).get("id") == found.page:
        return
    id_ = graph.need(post, "id", str, "a post of a visitor")
    address = post.get("permalink_url") or f"https://www.facebook.com/{id_}"
    _keep_comment(found, {**post, "id": f"{_VISITOR}{id_}", "permalink_url": address}, "", graph)


def _keep_comment(found: _Found, comment: Body, post_id: str, graph: Graph) -> None:
    id_ = graph.need(comment, "id", str, "a comment")
    created = graph.moment(comment, "created_time", "a comment")
    if comment.get("is_hidden") or comment.get("is_private"):
        found.gone.add(id_)  # the public does not see it
        return
    writer = comment.get("from")
    author = str(writer.get("id") or "") if isinstance(writer, Mapping) else ""
    found.comments[id_] = {
        "id": id_,
        "post_id": post_id,
        "address": comment.get("permalink_url") or f"https://www.facebook.com/{id_}",
        "author_id": author,
        "text": comment.get("message"),
        "created": created,
        "ours": author == found.page,
    }
