"""Instagram, the school's own professional account: profile, pictures and films with captions, and the comments.

Schema: the Instagram API with Instagram Login at graph.instagram.com, version 26.0 (IGUserForIGOnlyAPI, IGMedia,
IGComment; see connectors/graph.py). Its token is the account's own and shows that account alone; personal accounts
cannot be read by any program. What it does not tell: who follows the account, who may send it messages, and its
minimum age. Stories are gone after a day and are not read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from connectors.connector import Capped, NotFound, Refused, reading
from connectors.graph import Body, Graph, Row, as_posts, of_another, onwards, within_caps
from connectors.http import Client
from connectors.instagram_disguise import disguise
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
    Snapshot,
    as_counted,
    complete,
    frame,
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

ACCOUNT_FIELDS = (
    "user_id", "username", "name", "account_type", "biography", "website", "profile_picture_url", "followers_count",
    "follows_count", "media_count",
)  # fmt: skip
POST_FIELDS = (
    "id", "caption", "media_type", "media_url", "thumbnail_url", "alt_text", "permalink", "timestamp",
    "comments_count", "is_comment_enabled", "children{id,media_type,media_url,thumbnail_url,alt_text}",
)  # fmt: skip
COMMENT_FIELDS = ("id", "text", "timestamp", "username", "from", "hidden")

_TOKEN = "access_token"  # noqa: S105 - its name
_PAGE = 50
_REPLIES = f"replies{{{','.join(COMMENT_FIELDS)}}}"
_POST = re.compile(r"([0-9]+)(?:#.*)?")  # a post, or # a picture in it
_COMMENT = re.compile(r"([0-9]+)_([0-9]+)")  # a post, and a comment under it
_FILM = "VIDEO"
# Of the account types that Meta names, each with the word of ours (developers.facebook.com/docs/instagram-platform).
_KINDS = {"business": "business", "creator": "creator", "media_creator": "creator", "personal": "personal"}
_PERSONAL = "No program can read a personal account: it has to be professional, and its token ends when it is not."
_ATTESTED = "Instagram does not tell who may send the account messages; a person looks and attests."
_NO_LIST = "Instagram gives counts of people and no list of them."


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account. Raises ConnectorError when its profile cannot be read, or the token is another account's.

    `plan.secrets` has the account's `access_token`, and for better keeping the `app_secret`. A renamed account is
    followed by its id. A post's text is its caption; a film is represented by its preview. The id of a comment is
    that of its post and its own, joined by "_"; a hidden one counts as gone. Its writer's id is "" where Instagram
    does not name them.

    With `plan.since`, pictures and comments of older posts are not looked at. `plan.allowances["percent"]` is the
    share of the app's allowance at which we stop.
    """
    graph = Graph.for_plan("Instagram", _TOKEN, plan, http)
    profile = _profile(account, graph)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    coverage.setdefault(Resource.SETTINGS, not_offered(_ATTESTED))
    coverage.setdefault(Resource.FOLLOWERS, not_offered(_NO_LIST))
    coverage.setdefault(Resource.FOLLOWING, not_offered(_NO_LIST))
    found = _Found(profile)
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = _read_posts(found, plan, graph)
            _look_again(found, plan, graph)
        posts = replace(coverage[Resource.POSTS], read=len(found.posts))
        if posts.status is CoverageStatus.PARTIAL:
            posts = replace(posts, since=found.reached)
        coverage[Resource.POSTS] = posts
    read = coverage[Resource.POSTS]
    coverage.setdefault(Resource.MEDIA, _media_coverage(read, found, plan))
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            judged = _read_comments(found, plan, graph)
            below = as_posts(read, len(found.comments), "comments", plan)
            coverage[Resource.COMMENTS] = judged if below.status is CoverageStatus.COMPLETE else below
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values()),
        gone=frozenset(found.gone),
        used=graph.spent,
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile and say what it shows. Raises ConnectorError."""
    profile = _profile(account, Graph.for_plan("Instagram", _TOKEN, plan, http))
    return f"Instagram shows {profile.handle} with {profile.followers} followers and {profile.posts} posts."


# Profile


def _profile(account: Account, graph: Graph) -> Profile:
    """The account that the token is of. Raises Refused where the register means another one."""
    in_address = urlsplit(account.address).path.strip("/").partition("/")[0]
    named = (account.handle or in_address).strip().removeprefix("@")
    if not named and not account.platform_id:
        raise NotFound("The register gives neither a handle nor an address of this account on Instagram.")
    try:
        body = graph.ask("me", fields=",".join(ACCOUNT_FIELDS))
    except Refused as refused:
        raise Refused(f"{refused} {_PERSONAL}") from None
    handle = graph.need(body, "username", str, "the profile")
    # An answer may give the id as a number; user_id is the one that the account has for every app.
    id_ = str(graph.need(body, "user_id", str | int, "the profile"))
    meant = account.platform_id == id_ if account.platform_id else named.casefold() == handle.casefold()
    if not meant:
        raise of_another("Instagram", handle, named, account.platform_id)
    type_ = str(body.get("account_type") or "").casefold()
    return Profile(
        platform_id=id_,
        handle=handle,
        address=f"https://www.instagram.com/{handle}/",
        name=body.get("name") or "",
        bio=body.get("biography") or "",
        links=(body["website"],) if body.get("website") else (),
        followers=body.get("followers_count"),
        following=body.get("follows_count"),
        posts=body.get("media_count"),
        avatar=body.get("profile_picture_url") or "",
        labels=(type_,) if type_ else (),
        kind=_KINDS.get(type_, ""),
    )


# Posts and pictures


@dataclass(slots=True)
class _Found:
    """What was read so far. `reached` is how far back the list of posts was read, None when that is to its end.

    `counts` are how many comments each post has, `withheld` how many pictures Instagram did not give.
    """

    profile: Profile
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    withheld: int = 0
    reached: datetime | None = None


def _read_posts(found: _Found, plan: CollectPlan, graph: Graph) -> Coverage:
    """Read the list of posts as far back as the plan wants it."""
    asked: Row = {"fields": ",".join(POST_FIELDS), "limit": _PAGE}
    if plan.since:
        asked["since"] = int(plan.since.timestamp())
    try:
        for post in within_caps(graph.pages(f"{found.profile.platform_id}/media", "posts", **asked), found.posts, plan):
            created = _keep_post(found, post, graph)["created"]
            found.reached = min(filter(None, (found.reached, created)))
    except Capped as enough:
        return enough.coverage()
    found.reached = None
    if plan.since:
        return complete(len(found.posts))
    return as_counted("Instagram", len(found.posts), found.profile.posts, "posts")


def _look_again(found: _Found, plan: CollectPlan, graph: Graph) -> None:
    """Ask by id for the posts that the plan wants to be looked at again and that were not in the list."""
    posts = {item[1] for item in map(_POST.fullmatch, plan.refetch) if item}
    for id_ in sorted(posts - found.posts.keys()):
        try:
            _keep_post(found, graph.ask(id_, fields=",".join(POST_FIELDS)), graph)
        except NotFound:
            found.gone.add(id_)
    # A picture is gone with its post, or when its post has it no more.
    pictures = {id_ for id_ in plan.refetch if "#" in id_ and _POST.fullmatch(id_)} - found.media.keys()
    found.gone |= {id_ for id_ in pictures if id_.partition("#")[0] in found.gone | found.posts.keys()}


def _keep_post(found: _Found, post: Body, graph: Graph) -> Row:
    """Take a post, with its pictures, into what was found."""
    id_ = graph.need(post, "id", str, "a post")
    several = (post.get("children") or {}).get("data")
    media = [_picture(id_, one, graph) for one in several or (post,)]
    shown = [medium for medium in media if medium["address"]]
    row = {
        "id": id_,
        "address": post.get("permalink") or found.profile.address,
        "kind": "post",
        "text": post.get("caption"),
        "created": graph.moment(post, "timestamp", "a post"),
        "media": tuple(medium["address"] for medium in shown),
        # Who may comment where somebody may is not told.
        "replies": "nobody" if post.get("is_comment_enabled") is False else "",
    }
    found.posts[id_] = row
    found.counts[id_] = post.get("comments_count") or 0
    found.media |= {medium["id"]: medium for medium in shown}
    found.withheld += len(media) - len(shown)
    return row


def _picture(post_id: str, picture: Body, graph: Graph) -> Row:
    film = picture.get("media_type") == _FILM
    address = picture.get("thumbnail_url" if film else "media_url") or ""
    return {
        "id": f"{post_id}#{graph.need(picture, 'id', str, 'a picture')}",
        "post_id": post_id,
        "address": address,
        "kind": "video" if film else "image",
        "picture": address,
        "alt": picture.get("alt_text"),
    }


def _media_coverage(posts: Coverage, found: _Found, plan: CollectPlan) -> Coverage:
    coverage = as_posts(posts, len(found.media), "pictures", plan)
    if found.withheld and coverage.status is CoverageStatus.COMPLETE:
        reason = f"Instagram withheld {found.withheld} pictures or films, as it does with those under copyright."
        return partial(reason, len(found.media), planned=True)
    return coverage


# Comments


def _read_comments(found: _Found, plan: CollectPlan, graph: Graph) -> Coverage:
    """Read what stands under the posts that were read, and the comments that have to be looked at again."""
    fields = ",".join((*COMMENT_FIELDS, _REPLIES))
    listed = 0
    for post_id in [id_ for id_, count in found.counts.items() if count]:
        for page in graph.pages(f"{post_id}/comments", "comments", fields=fields, limit=_PAGE):
            for comment in _with_replies(page, graph):
                listed += 1
                if len(found.comments) >= plan.max_posts:
                    raise Capped("Stopped at the cap for comments that is set for one night.")
                _keep_comment(found, comment, post_id, graph)
    wanted = {item[0]: item for item in map(_COMMENT.fullmatch, plan.refetch) if item}
    for id_ in sorted(wanted.keys() - found.comments.keys() - found.gone):
        try:
            again = graph.ask(wanted[id_][2], fields=",".join(COMMENT_FIELDS))
        except NotFound:
            found.gone.add(id_)
        else:
            _keep_comment(found, again, wanted[id_][1], graph)
    judged = as_counted("Instagram", listed, sum(found.counts.values()), "comments")
    return replace(judged, read=len(found.comments))


def _with_replies(page: Iterable[Body], graph: Graph) -> Iterator[Body]:
    """The comments of a page, each with the answers to it."""
    for comment in page:
        yield comment
        replies = comment.get("replies") or {}
        yield from replies.get("data") or ()
        if marker := onwards(replies):
            id_ = graph.need(comment, "id", str, "a comment")
            for more in graph.pages(f"{id_}/replies", "replies", fields=",".join(COMMENT_FIELDS), **marker):
                yield from more


def _keep_comment(found: _Found, comment: Body, post_id: str, graph: Graph) -> None:
    id_ = f"{post_id}_{graph.need(comment, 'id', str, 'a comment')}"
    created = graph.moment(comment, "timestamp", "a comment")
    if comment.get("hidden"):
        found.gone.add(id_)  # the public does not see it
        return
    writer = comment.get("from")
    writer = writer if isinstance(writer, Mapping) else {}
    handle = str(comment.get("username") or writer.get("username") or "")
    found.comments[id_] = {
        "id": id_,
        "post_id": post_id,
        "address": found.posts.get(post_id, {}).get("address") or found.profile.address,
        "author_id": writer.get("id"),
        "text": comment.get("text"),
        "created": created,
        "ours": handle.casefold() == found.profile.handle.casefold(),
    }
