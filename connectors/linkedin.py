"""LinkedIn Pages: profile, own posts with pictures, and the comments under them, by an administrator's token.

Schema: the Community Management API at api.linkedin.com/rest (organizations, networkSizes, posts, images, videos,
socialMetadata, socialActions), as https://learn.microsoft.com/en-us/linkedin/marketing/community-management/ has it.
Each question names a version, a month, which LinkedIn keeps for about a year and then answers with status 426. Ids are
names like urn:li:share:1. What it does not tell: who follows the Page, who may send it messages, the words of what it
shares of others; a person's own profile is shown to no program of a school's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from connectors.answer import Answer, error_of
from connectors.connector import (
    Capped,
    ConnectorError,
    NotFound,
    NotOffered,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
    reading,
)
from connectors.http import Client
from connectors.linkedin_disguise import disguise
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

__all__ = ["RESOURCES", "VERSION", "collect", "disguise", "prove"]

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

VERSION = "202607"
"""The version that is asked for unless `plan.options["version"]` has another: learn.microsoft.com/en-us/linkedin/
marketing/versioning, July 2026, kept until July 2027 at least."""

Body = Mapping[str, Any]
Row = dict[str, Any]

_TOKEN = "access_token"  # noqa: S105 - its name
_PAGE = 100
_BATCH = 50
_OK = 200
_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _OUTDATED, _TOO_MANY, _FAULTS = 401, 403, 404, 426, 429, 500
_ANY_STATUS = range(200, 600)
_WHY_DEAD = {"EXPIRED_ACCESS_TOKEN": ": it has expired", "REVOKED_ACCESS_TOKEN": ": it was withdrawn"}
_WANTED = re.compile(r"permissions to access: ([\w.]{3,80})")

_POST_ID = r"urn:li:(?:share|ugcPost):[0-9]+"
_POST = re.compile(rf"({_POST_ID})(?:#.*)?")  # a post, or # a picture in it
_COMMENT = re.compile(rf"({_POST_ID})_([0-9]+)")  # a post, and a comment under it
_PERSON = "urn:li:person:"
# https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
_MENTION = re.compile(r"@\[((?:\\.|[^\]\\])*)\]\((urn:li:[^)]*)\)")
_HASHTAG = re.compile(r"\{hashtag\|\\?#\|((?:\\.|[^}\\])*)\}")
_ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")
_WEB = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]'\u2019]")
_KINDS = {"image": "image", "video": "video"}
_ATTESTED = "LinkedIn does not tell who may send the Page messages; a person looks and attests."
_NO_LIST = "LinkedIn gives a count of followers and no list of people."


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the Page. Raises ConnectorError when its profile cannot be read.

    `plan.secrets` has the `access_token` of an administrator of the Page. The id is asked for when it is known, so
    that a renamed Page is followed. A post's text is without LinkedIn's own marks; what it shares of others without
    words of its own is a repost, whose words LinkedIn does not give. A film is represented by its preview; documents
    are not opened. The id of a comment is that of its post and its own, joined by "_".

    With `plan.since`, pictures and comments of older posts are not looked at.
    """
    rest = _Rest.for_plan(plan, http)
    profile = _profile(account, rest)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    coverage.setdefault(Resource.SETTINGS, not_offered(_ATTESTED))
    coverage.setdefault(Resource.FOLLOWERS, not_offered(_NO_LIST))
    coverage.setdefault(Resource.FOLLOWING, not_offered(_NO_LIST))
    found = _Found(f"urn:li:organization:{profile.platform_id}")
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = _read_posts(found, plan, rest)
            _look_again(found, plan, rest)
        posts = replace(coverage[Resource.POSTS], read=len(found.posts))
        if posts.status is CoverageStatus.PARTIAL:
            posts = replace(posts, since=found.reached)
        coverage[Resource.POSTS] = posts
    read = coverage[Resource.POSTS]
    if plan.wants(Resource.MEDIA):
        with reading(Resource.MEDIA, coverage, found.media):
            judged = _read_media(found, rest)
            coverage[Resource.MEDIA] = _below(read, judged, len(found.media), "pictures", plan)
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            judged = _read_comments(found, plan, rest)
            coverage[Resource.COMMENTS] = _below(read, judged, len(found.comments), "comments", plan)
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media.values()),
        comments=frame(COMMENTS, found.comments.values()),
        gone=frozenset(found.gone),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile and say what it shows. Raises ConnectorError."""
    rest = _Rest.for_plan(plan, http)
    profile = _profile(account, rest)
    return (
        f"LinkedIn shows the Page {profile.name} with {profile.followers} followers, by version {rest.version} of its "
        "interface."
    )


def _below(posts: Coverage, judged: Coverage, read: int, what: str, plan: CollectPlan) -> Coverage:
    """What hangs on posts is read no further than they are."""
    if posts.status is not CoverageStatus.COMPLETE:
        return replace(posts, read=read)
    if plan.since:
        reason = f"Only {what} of posts since {plan.since:%d/%m/%Y} were asked for."
        return partial(reason, read, planned=True, since=plan.since)
    return replace(judged, read=read)


# Asking


@dataclass(slots=True)
class _Rest:
    """The API as it is asked under one plan."""

    base_url: str
    http: Client
    token: str
    version: str

    @classmethod
    def for_plan(cls, plan: CollectPlan, http: Client) -> "_Rest":
        """Raises Refused without a token."""
        token = plan.secrets.get(_TOKEN, "").strip()
        if not token or not token.isascii():
            raise Refused(
                f"There is no {_TOKEN} for LinkedIn, or it is not one; `school-audit doctor` says how to get one."
            )
        return cls(plan.base_url.rstrip("/"), http, token, str(plan.options.get("version") or VERSION))

    def ask(self, path: str, method: str = "", **params: str | int) -> Body:
        """One answer. `method` is what Rest.li calls the kind of question, where the address does not say it.

        Values are put into the address as they are: ids by `_quoted`, lists of them by `_listed`.
        """
        query = "&".join(f"{name}={value}" for name, value in params.items())
        headers = {
            "Authorization": f"Bearer {self.token}",
            "LinkedIn-Version": self.version,
            "X-Restli-Protocol-Version": "2.0.0",
        } | ({"X-RestLi-Method": method} if method else {})
        url = f"{self.base_url}/{path}" + (f"?{query}" if query else "")
        answer = self.http.get(url, headers=headers, ok=_ANY_STATUS)
        try:
            body = answer.json()
        except ConnectorError:
            if answer.status == _OK:
                raise
            body = None
        if answer.status != _OK:
            raise self._refusal(answer, body if isinstance(body, dict) else {})
        if not isinstance(body, dict):
            raise SchemaDrift("LinkedIn answered with something other than an object.")
        return body

    def pages(self, path: str, where: str, **params: str | int) -> Iterator[list[Body]]:
        """One list, page by page, to its end; a page may be short and yet not the last."""
        start = 0
        method = "FINDER" if "q" in params else ""
        while True:
            body = self.ask(path, method, **params, start=start, count=_PAGE)
            elements = need(body, "elements", list, where)
            yield elements
            paging = body.get("paging") or {}
            given = paging.get("count") or _PAGE  # fewer, where LinkedIn gives fewer at once
            if not elements or not (
                len(elements) >= given or any(one.get("rel") == "next" for one in paging.get("links") or ())
            ):
                return
            start += given

    def by_id(self, path: str, ids: Iterable[str]) -> dict[str, Body]:
        """Many objects by their ids; those that are not there, or not for us, are left out."""
        every, found = list(ids), dict[str, Body]()
        for start in range(0, len(every), _BATCH):
            body = self.ask(path, "BATCH_GET", ids=_listed(every[start : start + _BATCH]))
            found |= need(body, "results", dict, path)
        return found

    def _refusal(self, answer: Answer, body: Body) -> ConnectorError:
        """The error that LinkedIn's own stands for; its words are not repeated, they may name people."""
        code = str(body.get("code") or "")
        if answer.status == _OUTDATED or code in ("NONEXISTENT_VERSION", "VERSION_MISSING"):
            return SchemaDrift(
                f"LinkedIn has switched off version {self.version} of its interface, as it does with each after about "
                "a year; install the newest release of school-audit, which asks for a later one."
            )
        if answer.status == _UNAUTHORISED:
            return Refused(
                f"LinkedIn does not accept the token any more{_WHY_DEAD.get(code, '')}. Make a new one; "
                "`school-audit doctor` says how."
            )
        if answer.status == _FORBIDDEN:
            told = _WANTED.search(str(body.get("message")))
            what = f" ({told[1]})" if told else ""
            return Refused(
                f"LinkedIn does not let the token do this{what}: it lacks a permission, or the person who made it is "
                "no administrator of the Page. Make a new one; `school-audit doctor` says how."
            )
        if answer.status == _TOO_MANY:
            return RateLimited(
                "LinkedIn has had enough requests for today and counts anew at midnight UTC; the next run tries again."
            )
        if answer.status == _NOT_FOUND and body and code != "RESOURCE_NOT_FOUND":
            return NotFound("LinkedIn says that there is no such thing, or none that the token may see.")
        if answer.status == _NOT_FOUND and not body:
            return Unreachable("There is no interface of LinkedIn at this address (404); check base_url.")
        if answer.status >= _FAULTS:
            return error_of(answer)
        return SchemaDrift(f"LinkedIn does not accept our question ({answer.status}); its interface may have changed.")


def need(body: Any, name: str, kind: Any, where: str) -> Any:
    """A field that the answer must have. Raises SchemaDrift with its name."""
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"LinkedIn's answer lacks '{name}' in {where}.")
    return value


def _moment(value: Any, name: str, where: str) -> datetime:
    """A moment that LinkedIn gives in milliseconds."""
    if isinstance(value, int):
        try:
            return datetime.fromtimestamp(value / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            pass
    raise SchemaDrift(f"LinkedIn's answer has no date in '{name}' in {where}.")


def _quoted(id_: str) -> str:
    return quote(id_, safe="")


def _listed(ids: Iterable[str]) -> str:
    return f"List({','.join(map(_quoted, ids))})"


# Profile


def _profile(account: Account, rest: _Rest) -> Profile:
    named = account.platform_id or _named(account)
    if not named:
        raise NotFound("The register gives neither a name nor an address of this Page on LinkedIn.")
    nobody = f"LinkedIn says that there is no Page {named}, or none that the token may see."
    if not named.isdigit():
        listed = rest.ask("organizations", "FINDER", q="vanityName", vanityName=_quoted(named))
        pages = need(listed, "elements", list, "the search for the Page")
        if not pages:
            raise NotFound(nobody)
        named = str(need(pages[0], "id", int, "the profile"))
    try:
        body = rest.ask(f"organizations/{named}")
    except NotFound:
        raise NotFound(nobody) from None
    id_ = str(need(body, "id", int, "the profile"))
    handle = need(body, "vanityName", str, "the profile")
    kind = "school" if body.get("primaryOrganizationType") == "SCHOOL" else "company"
    website = body.get("localizedWebsite")
    return Profile(
        platform_id=id_,
        handle=handle,
        address=f"https://www.linkedin.com/{kind}/{quote(handle)}/",
        name=need(body, "localizedName", str, "the profile"),
        bio=body.get("localizedDescription") or "",
        location=_place(body.get("locations") or ()),
        links=(website,) if website else (),
        followers=_followers(id_, rest),
        kind="page",
    )


def _named(account: Account) -> str:
    """What the Page is asked for by: its name in addresses, or its id where they have that."""
    handle = account.handle.strip().removeprefix("@")
    if handle and "/" not in handle:
        return handle
    address = account.address or handle
    parts = urlsplit(address if "://" in address else f"https://{address}")
    kind, *others = [unquote(part) for part in parts.path.split("/") if part] or [""]
    if kind == "in":
        raise NotOffered("The register names a person's own profile, which LinkedIn shows to no program of a school's.")
    return others[0] if kind in ("company", "school", "showcase") and others else ""


def _place(locations: Iterable[Body]) -> str:
    """The address of the head office, or of the first place that is given."""
    first = sorted(locations, key=lambda one: one.get("locationType") != "HEADQUARTERS")[:1]
    address = (first[0].get("address") or {}) if first else {}
    return ", ".join(str(address[name]) for name in ("line1", "city", "postalCode", "country") if address.get(name))


def _followers(id_: str, rest: _Rest) -> int | None:
    """How many follow the Page; None where LinkedIn does not say."""
    urn = _quoted(f"urn:li:organization:{id_}")
    try:
        told = rest.ask(f"networkSizes/{urn}", edgeType="COMPANY_FOLLOWED_BY_MEMBER").get("firstDegreeSize")
    except ConnectorError:  # it is one number beside the profile, which stands without it
        return None
    return told if isinstance(told, int) else None


# Posts


@dataclass(slots=True)
class _Found:
    """What was read so far. `reached` is how far back the posts were read, None when that is to their end.

    `shown` are the pictures and films of the posts: the id of the post, their own, and the alternative text.
    """

    page: str
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    shown: list[tuple[str, str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    reached: datetime | None = None


def _read_posts(found: _Found, plan: CollectPlan, rest: _Rest) -> Coverage:
    """Read the list of posts, the newest first, as far back as the plan wants it."""
    asked = {"q": "author", "author": _quoted(found.page), "sortBy": "CREATED"}
    for number, page in enumerate(rest.pages("posts", "posts", **asked)):
        for post in page:
            if number >= plan.max_pages or len(found.posts) >= plan.max_posts:
                return partial("Stopped at the cap for posts that is set for one night.", 0, planned=True)
            created = _created(post)
            if plan.since and created < plan.since:
                found.reached = None
                return complete(len(found.posts))
            if _public(post):
                _keep_post(found, post)
            found.reached = min(filter(None, (found.reached, created)))
    found.reached = None
    return complete(len(found.posts))


def _look_again(found: _Found, plan: CollectPlan, rest: _Rest) -> None:
    """Ask by id for the posts that the plan wants to be looked at again and that were not in the list."""
    posts = {item[1] for item in map(_POST.fullmatch, plan.refetch) if item}
    for id_ in sorted(posts - found.posts.keys()):
        try:
            post = rest.ask(f"posts/{_quoted(id_)}")
        except NotFound:
            found.gone.add(id_)
        else:
            if _public(post):
                _keep_post(found, post)
            else:
                found.gone.add(id_)
    # A picture is gone with its post, or when its post has it no more.
    has = {f"{post}#{one}" for post, one, _ in found.shown}
    pictures = {id_ for id_ in plan.refetch if "#" in id_ and _POST.fullmatch(id_)} - has
    found.gone |= {id_ for id_ in pictures if id_.partition("#")[0] in found.gone | found.posts.keys()}


def _public(post: Body) -> bool:
    return bool(post.get("lifecycleState", "PUBLISHED") == "PUBLISHED")


def _created(post: Body) -> datetime:
    return _moment(post.get("publishedAt") or post.get("createdAt"), "createdAt", "a post")


def _keep_post(found: _Found, post: Body) -> None:
    id_ = need(post, "id", str, "a post")
    commentary = post.get("commentary") or ""
    content = post.get("content") or {}
    words, poll = _plain(commentary), content.get("poll") or {}
    options = [str(one.get("text") or "") for one in poll.get("options") or ()]
    text = "\n".join(filter(None, (words, poll.get("question"), *options)))
    article, shared = content.get("article") or {}, bool(post.get("reshareContext"))
    links = (*_WEB.findall(text), article.get("source"), post.get("contentLandingPage"))
    marks = {
        "people tagged": any(mention[2].startswith(_PERSON) for mention in _MENTION.finditer(commentary)),
        "unlisted": (post.get("distribution") or {}).get("feedDistribution") == "NONE",
    }
    found.posts[id_] = {
        "id": id_,
        "address": f"https://www.linkedin.com/feed/update/{id_}/",
        "kind": "repost" if shared and not text else "post",
        "title": article.get("title") or (content.get("media") or {}).get("title"),
        "text": text,
        "created": _created(post),
        "edited": _edited(post),
        "links": tuple(dict.fromkeys(filter(None, links))),
        "marks": tuple(mark for mark, holds in marks.items() if holds),
    }
    several = (content.get("multiImage") or {}).get("images") or filter(None, (content.get("media"),))
    found.shown += [(id_, str(one["id"]), str(one.get("altText") or "")) for one in several if one.get("id")]


def _edited(post: Body) -> datetime | None:
    info = post.get("lifecycleStateInfo") or {}
    changed = post.get("lastModifiedAt") if info.get("isEditedByAuthor") is True else None
    return _moment(changed, "lastModifiedAt", "a post") if changed else None


def _plain(commentary: str) -> str:
    """The words of a post as people see them."""
    text = _HASHTAG.sub(r"#\1", _MENTION.sub(r"\1", commentary))
    return _ESCAPED.sub(r"\1", text)


# Pictures


def _read_media(found: _Found, rest: _Rest) -> Coverage:
    """Ask for the addresses of the pictures and films that the posts show."""
    wanted = [(post, one, alt, one.rpartition(":")[0].rpartition(":")[2]) for post, one, alt in found.shown]
    closed = sum(kind not in _KINDS for *_, kind in wanted)
    addresses = dict[str, str]()
    for kind, name in (("image", "downloadUrl"), ("video", "thumbnail")):
        ids = dict.fromkeys(one for _, one, _, is_ in wanted if is_ == kind)
        told = rest.by_id(f"{kind}s", ids)
        addresses |= {one: str(body.get(name) or "") for one, body in told.items() if isinstance(body, Mapping)}
    for post, one, alt, kind in wanted:
        if kind in _KINDS and (address := addresses.get(one)):
            id_ = f"{post}#{one}"
            row = {"id": id_, "post_id": post, "address": address, "kind": kind, "picture": address, "alt": alt}
            found.media[id_] = row
            shown = found.posts[post]
            shown["media"] = (*shown.get("media", ()), address)
    if missing := len(found.shown) - len(found.media) - closed:
        return partial(f"LinkedIn gave no address of {missing} pictures or films.", len(found.media), planned=True)
    if closed:
        reason = f"LinkedIn gave {closed} documents or the like, which are not opened: a person looks at them."
        return partial(reason, len(found.media), planned=True)
    return complete(len(found.media))


# Comments


def _read_comments(found: _Found, plan: CollectPlan, rest: _Rest) -> Coverage:
    """Read what stands under the posts that were read, and the comments that have to be looked at again."""
    counted = listed = 0
    for post_id, told in rest.by_id("socialMetadata", found.posts).items():
        if post_id not in found.posts:
            continue
        if told.get("commentsState") == "CLOSED":
            found.posts[post_id]["replies"] = "nobody"
        counted += (count := (told.get("commentSummary") or {}).get("count") or 0)
        for comment in _under(post_id, rest) if count else ():
            listed += 1
            if len(found.comments) >= plan.max_posts:
                raise Capped("Stopped at the cap for comments that is set for one night.")
            _keep_comment(found, comment, post_id)
    wanted = {item[0]: item for item in map(_COMMENT.fullmatch, plan.refetch) if item}
    for id_ in sorted(wanted.keys() - found.comments.keys()):
        post_id, number = wanted[id_].groups()
        try:
            again = rest.ask(f"socialActions/{_quoted(post_id)}/comments/{number}")
        except NotFound:
            found.gone.add(id_)
        else:
            _keep_comment(found, again, post_id)
    return as_counted("LinkedIn", listed, counted, "comments")


def _under(id_: str, rest: _Rest) -> Iterator[Body]:
    """The comments under a post, each with the answers to it."""
    for page in rest.pages(f"socialActions/{_quoted(id_)}/comments", "comments"):
        for comment in page:
            yield comment
            answers = (comment.get("commentsSummary") or {}).get("aggregatedTotalComments")
            urn = comment.get("commentUrn") or comment.get("$URN")
            if answers and isinstance(urn, str):
                for more in rest.pages(f"socialActions/{_quoted(urn)}/comments", "comments"):
                    yield from more


def _keep_comment(found: _Found, comment: Body, post_id: str) -> None:
    id_ = f"{post_id}_{need(comment, 'id', str, 'a comment')}"
    actor = str(comment.get("actor") or "")
    found.comments[id_] = {
        "id": id_,
        "post_id": post_id,
        "address": f"https://www.linkedin.com/feed/update/{post_id}/",
        "author_id": actor,
        "text": (comment.get("message") or {}).get("text"),
        "created": _moment((comment.get("created") or {}).get("time"), "created", "a comment"),
        "ours": actor == found.page,
    }
