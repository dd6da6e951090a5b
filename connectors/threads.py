"""Threads, the school's own account: profile, posts and own answers with pictures, and what is answered to them.

Schema: the Threads API at graph.threads.com, version 1.0, which is Meta's Graph in another place (see
connectors/graph.py); fields as https://developers.facebook.com/documentation/threads/reference has them. Its token is
the account's own and shows that account alone. What it does not tell: who follows the account, who may send it
messages, a least age, whether the account is private, and the place of a post.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from connectors.connector import Capped, ConnectorError, NotFound, Refused, reading
from connectors.graph import Body, Graph, Row, as_posts, of_another, within_caps
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
    Snapshot,
    complete,
    frame,
    not_offered,
    partial,
)
from connectors.threads_disguise import disguise

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

ACCOUNT_FIELDS = ("id", "username", "name", "threads_profile_picture_url", "threads_biography", "is_verified")
POST_FIELDS = (
    "id", "username", "text", "timestamp", "media_type", "media_url", "thumbnail_url", "alt_text", "permalink",
    "link_attachment_url", "reply_audience", "has_replies", "children{id,media_type,media_url,thumbnail_url,alt_text}",
)  # fmt: skip
ANSWER_FIELDS = (*POST_FIELDS, "replied_to", "is_reply")
COMMENT_FIELDS = ("id", "username", "text", "timestamp", "permalink", "hide_status", "is_reply")

_TOKEN = "access_token"  # noqa: S105 - its name
_PAGE = 100
_BEGINNING = datetime(2023, 7, 5, 7, tzinfo=UTC)  # Threads takes no earlier moment
_POST = re.compile(r"([0-9]+)(?:#.*)?")  # a post, or # a picture in it
_COMMENT = re.compile(r"([0-9]+)_([0-9]+)")  # a post, and an answer under it
_WEB = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]'\u2019]")
_REPOST = "REPOST_FACADE"
_KINDS = {"IMAGE": "image", "VIDEO": "video", "AUDIO": "audio"}
_UNSEEN = frozenset({"HIDDEN", "BLOCKED", "RESTRICTED"})  # of `hide_status`: the public does not see these
_ATTESTED = "Threads does not tell who may send the account messages; a person looks and attests."
_NO_LIST = "Threads gives a count of followers and no list of people."


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account. Raises ConnectorError when its profile cannot be read, or the token is another account's.

    `plan.secrets` has the account's `access_token`. A renamed account is followed by its id. What the account answers
    to others is a post of the kind reply; what it shares of others is a repost, whose words Threads does not give. A
    film is represented by its preview. The id of a comment is that of its post and its own, joined by "_"; a hidden
    one counts as gone, and nobody's id is given with any. Followers are counted where the token has
    threads_manage_insights.

    With `plan.since`, pictures and comments of older posts are not looked at. `plan.allowances["percent"]` is the
    share of the app's allowance at which we stop.
    """
    graph = Graph.for_plan("Threads", _TOKEN, plan, http)
    profile = _profile(account, graph)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    coverage.setdefault(Resource.SETTINGS, not_offered(_ATTESTED))
    coverage.setdefault(Resource.FOLLOWERS, not_offered(_NO_LIST))
    coverage.setdefault(Resource.FOLLOWING, not_offered(_NO_LIST))
    if plan.wants(Resource.PROFILE):
        profile = replace(profile, followers=_followers(graph))
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
            _read_comments(found, plan, graph)
            coverage[Resource.COMMENTS] = as_posts(read, len(found.comments), "comments", plan)
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
    profile = _profile(account, Graph.for_plan("Threads", _TOKEN, plan, http))
    return f"Threads shows {profile.handle}, whose name there is {profile.name or 'empty'}."


# Profile


def _profile(account: Account, graph: Graph) -> Profile:
    """The account that the token is of. Raises Refused where the register means another one."""
    in_address = urlsplit(account.address).path.strip("/").partition("/")[0]
    named = (account.handle or in_address).strip().removeprefix("@")
    if not named and not account.platform_id:
        raise NotFound("The register gives neither a handle nor an address of this account on Threads.")
    body = graph.ask("me", fields=",".join(ACCOUNT_FIELDS))
    handle = graph.need(body, "username", str, "the profile")
    id_ = str(graph.need(body, "id", str | int, "the profile"))
    meant = account.platform_id == id_ if account.platform_id else named.casefold() == handle.casefold()
    if not meant:
        raise of_another("Threads", handle, named, account.platform_id)
    verified = body.get("is_verified")
    return Profile(
        platform_id=id_,
        handle=handle,
        address=f"https://www.threads.com/@{handle}",
        name=body.get("name") or "",
        bio=body.get("threads_biography") or "",
        avatar=body.get("threads_profile_picture_url") or "",
        verified=verified if isinstance(verified, bool) else None,
    )


def _followers(graph: Graph) -> int | None:
    """How many follow the account; None where the token may not know."""
    with suppress(ConnectorError):  # it is one number beside the profile, which stands without it
        told = graph.ask("me/threads_insights", metric="followers_count").get("data")
        for one in told if isinstance(told, list) else ():
            value = (one.get("total_value") or {}).get("value")
            if one.get("name") == "followers_count" and isinstance(value, int):
                return value
    return None


# Posts and pictures


@dataclass(slots=True)
class _Found:
    """What was read so far. `reached` is how far back the posts were read, None when that is to their end.

    `answered` are the posts that have answers, `withheld` is how many pictures Threads did not give.
    """

    profile: Profile
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    withheld: int = 0
    reached: datetime | None = None


def _read_posts(found: _Found, plan: CollectPlan, graph: Graph) -> Coverage:
    """Read the account's posts, and then its answers to others, as far back as the plan wants them."""
    asked: Row = {"limit": _PAGE}
    if plan.since:
        asked["since"] = int(max(plan.since, _BEGINNING).timestamp())
    for path, fields in (("me/threads", POST_FIELDS), ("me/replies", ANSWER_FIELDS)):
        found.reached = None
        pages = graph.pages(path, "posts", fields=",".join(fields), **asked)
        try:
            for post in within_caps(pages, found.posts, plan):
                created = _keep_post(found, post, graph)["created"]
                found.reached = min(filter(None, (found.reached, created)))
        except Capped as enough:
            if path == "me/threads":  # of the answers to others nothing is known then
                found.reached = None
            return enough.coverage()
        except Refused as refused:
            if path == "me/threads":
                raise
            found.reached = None
            reason = f"What the account answers to others was not read. {refused}"
            return partial(reason, len(found.posts), planned=True)
    found.reached = None
    return complete(len(found.posts))


def _look_again(found: _Found, plan: CollectPlan, graph: Graph) -> None:
    """Ask by id for the posts that the plan wants to be looked at again and that were not in the lists."""
    posts = {item[1] for item in map(_POST.fullmatch, plan.refetch) if item}
    for id_ in sorted(posts - found.posts.keys()):
        try:
            _keep_post(found, graph.ask(id_, fields=",".join(ANSWER_FIELDS)), graph)
        except NotFound:
            found.gone.add(id_)
    # A picture is gone with its post, or when its post has it no more.
    pictures = {id_ for id_ in plan.refetch if "#" in id_ and _POST.fullmatch(id_)} - found.media.keys()
    found.gone |= {id_ for id_ in pictures if id_.partition("#")[0] in found.gone | found.posts.keys()}


def _keep_post(found: _Found, post: Body, graph: Graph) -> Row:
    """Take a post, with its pictures, into what was found."""
    id_ = graph.need(post, "id", str, "a post")
    type_ = post.get("media_type")
    several = (post.get("children") or {}).get("data")
    media = [] if type_ == _REPOST else [_picture(id_, one, graph) for one in several or (post,) if _seen(one)]
    shown = [medium for medium in media if medium["address"]]
    text = post.get("text") or ""
    answers = (post.get("replied_to") or {}).get("id") or ""
    row = {
        "id": id_,
        "address": post.get("permalink") or found.profile.address,
        "kind": "repost" if type_ == _REPOST else "reply" if answers or post.get("is_reply") else "post",
        "text": text,
        "created": graph.moment(post, "timestamp", "a post"),
        "links": tuple(dict.fromkeys(filter(None, (*_WEB.findall(text), post.get("link_attachment_url"))))),
        "media": tuple(medium["address"] for medium in shown),
        "reply_to": answers,
        "replies": _audience(post.get("reply_audience")),
    }
    found.posts[id_] = row
    if post.get("has_replies"):
        found.answered.append(id_)
    found.media |= {medium["id"]: medium for medium in shown}
    found.withheld += len(media) - len(shown)
    return row


def _audience(said: object) -> str:
    """Who may answer, in our words; every audience but everyone is some of them."""
    if not isinstance(said, str) or not said:
        return ""
    return {"EVERYONE": "everyone", "NOBODY": "nobody"}.get(said.upper(), "limited")


def _seen(one: Body) -> bool:
    return one.get("media_type") in _KINDS


def _picture(post_id: str, picture: Body, graph: Graph) -> Row:
    kind = _KINDS[picture["media_type"]]
    address = picture.get("thumbnail_url" if kind == "video" else "media_url") or ""
    return {
        "id": f"{post_id}#{graph.need(picture, 'id', str, 'a picture')}",
        "post_id": post_id,
        "address": address,
        "kind": kind,
        "picture": "" if kind == "audio" else address,
        "alt": picture.get("alt_text"),
    }


def _media_coverage(posts: Coverage, found: _Found, plan: CollectPlan) -> Coverage:
    coverage = as_posts(posts, len(found.media), "pictures", plan)
    if found.withheld and coverage.status is CoverageStatus.COMPLETE:
        reason = f"Threads withheld {found.withheld} pictures or films, as it does with those under copyright."
        return partial(reason, len(found.media), planned=True)
    return coverage


# Comments


def _read_comments(found: _Found, plan: CollectPlan, graph: Graph) -> None:
    """Read what is answered to the posts that were read, at any depth, and what has to be looked at again."""
    fields = ",".join(COMMENT_FIELDS)
    # Below an answer of the account's own to others stand other people's talks, which are not its own house.
    own = [id_ for id_ in dict.fromkeys(found.answered) if found.posts[id_]["kind"] == "post"]
    for post_id in own:
        for page in graph.pages(f"{post_id}/conversation", "comments", fields=fields, limit=_PAGE):
            for comment in page:
                if len(found.comments) >= plan.max_posts:
                    raise Capped("Stopped at the cap for comments that is set for one night.")
                _keep_comment(found, comment, post_id, graph)
    wanted = {item[0]: item for item in map(_COMMENT.fullmatch, plan.refetch) if item}
    for id_ in sorted(wanted.keys() - found.comments.keys() - found.gone):
        try:
            again = graph.ask(wanted[id_][2], fields=fields)
        except NotFound:
            found.gone.add(id_)
        else:
            _keep_comment(found, again, wanted[id_][1], graph)


def _keep_comment(found: _Found, comment: Body, post_id: str, graph: Graph) -> None:
    id_ = f"{post_id}_{graph.need(comment, 'id', str, 'a comment')}"
    created = graph.moment(comment, "timestamp", "a comment")
    if comment.get("hide_status") in _UNSEEN:
        found.gone.add(id_)
        return
    handle = str(comment.get("username") or "")
    found.comments[id_] = {
        "id": id_,
        "post_id": post_id,
        "address": comment.get("permalink") or found.posts.get(post_id, {}).get("address") or found.profile.address,
        "author_id": "",
        "text": comment.get("text"),
        "created": created,
        "ours": handle.casefold() == found.profile.handle.casefold(),
    }
