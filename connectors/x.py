"""X: profile, posts with pictures, replies to them, followers and followed people, by an app's bearer token.

Schema: X's OpenAPI documents 2.166 (tweet_count, note_tweet...) and 2.167 (post_count, note_post...), read in
November 2026. We ask in the names of 2.166, which tweepy sends, and read answers in both. Where the documents
leave a thing open: `data` is missing where there is nothing; suspended and unknown accounts both arrive as
status 200 with an error of one type; the text of a post is escaped (&amp;) and its links are t.co; beyond 280
characters the text stands in note_tweet; an edit gives a post a new id and keeps the old ones in its history.
"""

import html
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import requests
import tweepy

from connectors.answer import Answer, error_of
from connectors.connector import (
    Capped,
    ConnectorError,
    NotFound,
    OutOfCredit,
    Private,
    RateLimited,
    Refused,
    SchemaDrift,
    SpendCeiling,
    Suspended,
    Unreachable,
    reading,
)
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
    Snapshot,
    as_counted,
    complete,
    frame,
    moment,
    not_offered,
    partial,
)
from connectors.x_disguise import disguise

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

USER_FIELDS = (
    "created_at", "description", "entities", "location", "parody", "profile_image_url", "protected",
    "public_metrics", "url", "verified", "verified_type", "withheld",
)  # fmt: skip
PERSON_FIELDS = ("created_at", "description")
POST_FIELDS = (
    "attachments", "author_id", "created_at", "edit_history_tweet_ids", "entities", "geo", "in_reply_to_user_id",
    "lang", "note_tweet", "possibly_sensitive", "referenced_tweets", "reply_settings", "withheld",
)  # fmt: skip
POST_EXPANSIONS = ("attachments.media_keys", "author_id", "geo.place_id", "referenced_tweets.id")
COMMENT_FIELDS = (
    "author_id", "created_at", "edit_history_tweet_ids", "entities", "in_reply_to_user_id", "note_tweet",
    "referenced_tweets",
)  # fmt: skip
COMMENT_EXPANSIONS = ("in_reply_to_user_id",)
MEDIA_FIELDS = ("alt_text", "height", "media_key", "preview_image_url", "type", "url", "width")
PLACE_FIELDS = ("full_name", "geo")

_WHOLE_POST: Mapping[str, Any] = {
    "tweet_fields": list(POST_FIELDS),
    "expansions": list(POST_EXPANSIONS),
    "media_fields": list(MEDIA_FIELDS),
    "place_fields": list(PLACE_FIELDS),
}
_HOST = "https://api.twitter.com"  # tweepy hard-codes it
_OK = 200
_BATCH = 100  # the most posts that X gives by id at once
_DEPTH = 3_200  # X gives an account's latest posts, and no more than these
_SEARCH_DAYS = timedelta(days=7)  # X searches no further back
_RENAMED = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "tweet_count": "post_count",
    "tweets": "posts",
}
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_ID = re.compile(r"[0-9]{1,19}")
_ANSWERED = re.compile(r"\A(?:@[A-Za-z0-9_]{1,15}\s+)+")
_EPOCH_MS = 1_288_834_974_657  # ids count milliseconds from here, above their lowest 22 bits
_NO_LANGUAGE = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})  # X's words for none
_SPOT = 0.01  # degrees, about a kilometre: the middle of a larger place is not where a post was written
_ORGANISATIONS = frozenset({"business", "government"})
# Who may answer a post; the documents know "other" besides, without saying what it is.
_LIMITED = frozenset({"mentionedUsers", "following", "subscribers", "verified", "other"})
_LONDON = ZoneInfo("Europe/London")
_ATTESTED = "X shows who may send private messages only to the account itself; a person looks and attests."
_PROTECTED = (
    "The account is protected: X shows its posts and people to its followers only. To have them audited, "
    "make the account public in Settings, Privacy and safety."
)


Body = Mapping[str, Any]
Row = dict[str, Any]
Room = Callable[[], int]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account. Raises ConnectorError when its profile cannot be read.

    The platform id is asked for when it is known, so that a renamed account is followed. A post's id is that
    of its first version, which stays when it is edited; its address is that of the latest. A repost has the
    words and links of what it passes on; pictures are taken from own posts only, and a film is represented by
    its preview. A quote is a post that links to what it quotes. Where a post was written, and who may answer, is
    read of own posts only; a place without coordinates is at the middle of its box when that is small. Comments are
    the replies to the account of the last seven days. `verified` says that X verified an organisation: the badge
    that anybody can buy does not count.

    `plan.secrets` has the app's `bearer_token`. `plan.options["prices"]` has US dollars for an item of each
    Resource; with `plan.spend_limit`, nothing is asked whose answer could exceed it. `spent` counts every
    item under `data`, also the second reading on one UTC day, which X gives for nothing.
    """
    x = _X.for_plan(plan, http)
    body = x.profile_of(account)
    profile = _profile(body)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    coverage.setdefault(Resource.SETTINGS, not_offered(_ATTESTED))
    found = _Found(profile)
    people: dict[Resource, dict[str, Row]] = {Resource.FOLLOWING: {}, Resource.FOLLOWERS: {}}
    if profile.protected:
        for resource in RESOURCES:
            coverage.setdefault(resource, Private(_PROTECTED).coverage())
    else:
        _read_items(found, x, coverage)
        for resource, rows in people.items():
            if plan.wants(resource):
                with reading(resource, coverage, rows):
                    coverage[resource] = _read_people(resource, rows, profile, x)
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values()),
        followers=frame(PEOPLE, people[Resource.FOLLOWERS].values()),
        following=frame(PEOPLE, people[Resource.FOLLOWING].values()),
        gone=frozenset(found.gone),
        spent=float(x.purse.spent),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile, which costs a cent or so, and say what it shows. Raises ConnectorError."""
    profile = _profile(_X.for_plan(plan, http).profile_of(account))
    if profile.protected:
        return _PROTECTED
    return f"X shows {profile.handle} with {profile.followers} followers and {profile.posts} posts."


# Asking


@dataclass(slots=True)
class _Purse:
    """What was spent so far and what may be, in US dollars; prices are per item."""

    prices: Mapping[str, Decimal]
    limit: Decimal | None
    spent: Decimal = Decimal(0)

    def affords(self, resource: Resource, least: int, most: int) -> int:
        """How many items the next answer may have, at most `most`. Raises SpendCeiling under `least`."""
        if self.limit is None:
            return most
        price = self.prices.get(resource)
        if price is None:
            raise SpendCeiling(f"Nobody has said what X takes for {resource}, so the spend ceiling could not be kept.")
        left = int((self.limit - self.spent) / price) if price else most
        if left < least:
            raise SpendCeiling(f"Stopped at the spend ceiling of ${self.limit:.2f} for this account tonight.")
        return min(most, left)

    def pay(self, resource: Resource, items: int) -> None:
        """Note what an answer cost."""
        self.spent += self.prices.get(resource, Decimal(0)) * items


@dataclass(frozen=True, slots=True)
class _X:
    """X as it is asked under one plan."""

    plan: CollectPlan
    client: Any
    purse: _Purse

    @classmethod
    def for_plan(cls, plan: CollectPlan, http: Client) -> "_X":
        """Raises Refused without a token."""
        token = plan.secrets.get("bearer_token", "").strip()
        if not token or not token.isascii():
            raise Refused(
                "There is no bearer token for X, or it is not one; `school-audit doctor` says how to get one."
            )
        # At DEBUG it logs the token.
        logging.getLogger("tweepy").setLevel(logging.WARNING)
        client = tweepy.Client(token, return_type=dict, wait_on_rate_limit=False)
        client.session = http.session(moved={_HOST: plan.base_url})
        client.session.hooks["response"].append(_judge)
        prices = {name: Decimal(str(price)) for name, price in plan.options.get("prices", {}).items()}
        limit = None if plan.spend_limit is None else Decimal(str(plan.spend_limit))
        return cls(plan, client, _Purse(prices, limit))

    def profile_of(self, account: Account) -> Body:
        """The account as X shows it."""
        asked, whom = _named(account)
        self.purse.affords(Resource.PROFILE, 1, 1)
        body = self.client.get_user(**asked, user_fields=list(USER_FIELDS))
        if not body.get("data"):
            raise _why_nothing(body, whom)
        self.purse.pay(Resource.PROFILE, 1)
        profile: Body = _need(body, "data", dict, "the profile")
        return profile

    def pages(
        self, resource: Resource, ask: Callable[[int, str | None], Body], sizes: tuple[int, int], room: Room
    ) -> Iterator[tuple[Body, list[Body]]]:
        """Every answer of a list and its items, to the end. Raises Capped and SpendCeiling before that."""
        least, most = sizes
        token, seen = None, set[str]()
        for _ in range(self.plan.max_pages):
            left = room()
            if left <= 0:
                break
            size = self.purse.affords(resource, least, max(least, min(most, left)))
            body = ask(size, token)
            items = _items(body, resource)
            self.purse.pay(resource, len(items))
            yield body, items[:left]
            token = (body.get("meta") or {}).get("next_token")
            if len(items) > left:
                break
            if not token:
                return
            if token in seen:
                raise Unreachable(f"X's list of {resource} goes round in circles.")
            seen.add(token)
        raise Capped(f"Stopped at the cap for {resource} that is set for one night.")


def _named(account: Account) -> tuple[dict[str, str], str]:
    """How tweepy is asked for the account, and how a sentence speaks of it."""
    in_address = urlsplit(account.address).path.strip("/").partition("/")[0]
    handle = (account.handle or in_address).strip().removeprefix("@")
    if _ID.fullmatch(account.platform_id):
        return {"id": account.platform_id}, f"account with the id {account.platform_id}"
    if not handle:
        raise NotFound("The register gives neither a handle nor an address of this account on X.")
    if not _HANDLE.fullmatch(handle):
        raise NotFound(f"'{handle}' is not a handle as X knows them.")
    return {"username": handle}, f"account named {handle}"


def _judge(response: requests.Response, *_: Any, **__: Any) -> None:
    """Raise the error that an answer stands for, as a hook, before tweepy looks at it.

    Left to tweepy, a page at status 200 is an error of requests, a list as the body of an error an
    AttributeError, and `errors: null` a TypeError (tests/connectors/test_tweepy_traps.py).
    """
    if response.is_redirect:
        return
    answer = Answer(response.url, response.status_code, response.headers, response.content)
    if answer.status != _OK:
        raise _error_of(answer)
    if not isinstance(answer.json(), dict):
        raise SchemaDrift("X answered with something else than an object; its interface may have changed.")


def _error_of(answer: Answer) -> ConnectorError:
    problem = _problem(answer)
    match answer.status, _kind(problem):
        case 400, _:
            return SchemaDrift(f"X does not accept our question{_refused(problem)}; its interface may have changed.")
        case 401, _:
            return Refused("X does not accept the bearer token; generate a new one and put it into secrets.toml.")
        case 402, _:
            return OutOfCredit(
                "X wants to be paid first: the app has no credit left. Buy some in X's console, and set a limit there."
            )
        case 403, "client-forbidden":
            return Refused(
                "X does not let this app read: attach it to a project in X's console, and use the token of that app."
            )
        case 403, "unsupported-authentication":
            return Refused("X does not give this to an app's bearer token.")
        case 403, _:
            return Refused("X refused access (403); see in its console whether the app may still read.")
        case 404, _:
            # An unknown account comes with status 200: this is a wrong server, and nobody vanished.
            return Unreachable("There is no interface of X at this address (404); check base_url.")
        case 429, "usage-capped":
            period = {"Daily": "daily ", "Monthly": "monthly "}.get(str(problem.get("period")), "")
            return RateLimited(
                f"The app's {period}usage cap at X is reached; raise it in X's console, or wait for the next period."
            )
        case 429, _:
            return RateLimited(f"X has had enough requests for now and {_until(answer)}; the next run tries again.")
        case _:
            return error_of(answer)


def _problem(answer: Answer) -> Body:
    """The body of an error, empty when it is none of X's."""
    with suppress(ConnectorError):
        body = answer.json()
        if isinstance(body, dict):
            return body
    return {}


def _kind(problem: Body) -> str:
    """What a problem is: its type is an address, whose host differs between the documents."""
    return str(problem.get("type")).rpartition("/")[2]


def _refused(problem: Body) -> str:
    """The names of the parameters that X refused, in brackets."""
    names = [name for error in problem.get("errors") or () for name in error.get("parameters") or ()]
    return f" ({', '.join(map(str, names))})" if names else ""


def _until(answer: Answer) -> str:
    with suppress(ValueError, OverflowError, OSError):
        reset = datetime.fromtimestamp(int(answer.headers.get("x-rate-limit-reset", "")), _LONDON)
        return f"answers again from {reset:%H:%M on %d/%m/%Y}"
    return "does not say until when"


def _errors(body: Body) -> list[Body]:
    """The errors about what was asked for, without those about what it refers to."""
    errors = (error for error in body.get("errors") or () if isinstance(error, Mapping))
    return [error for error in errors if error.get("section") != "includes"]


def _why_nothing(body: Body, whom: str) -> ConnectorError:
    """What an answer without data means."""
    for error in _errors(body):
        if _suspended(error):
            return Suspended("X has suspended the account.")
        match _kind(error):
            case "resource-not-found":
                return NotFound(f"X says that there is no {whom}.")
            case "not-authorized-for-resource":
                return Private(_PROTECTED)
            case "resource-unavailable":
                return Private("X does not make the account available to us.")
    return SchemaDrift("X's answer lacks 'data' and does not say why; its interface may have changed.")


def _suspended(error: Body) -> bool:
    return error.get("title") == "Forbidden" or "suspended" in str(error.get("detail")).lower()


def _items(body: Body, resource: Resource) -> list[Body]:
    if "data" in body:
        return list(_need(body, "data", list, str(resource)))
    if "meta" not in body or _errors(body):
        raise _why_nothing(body, "such account")
    return []


def _need(body: Any, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"X's answer lacks '{name}' in {where}.")
    return value


def _get(body: Body, name: str) -> Any:
    """A field in either of its names."""
    return body.get(name, body.get(_RENAMED[name]))


# Profile and people


def _profile(body: Body) -> Profile:
    metrics = body.get("public_metrics") or {}
    entities = body.get("entities") or {}
    website = _links(_urls(entities.get("url"))) or filter(None, [body.get("url")])
    in_bio = _urls(entities.get("description"))
    kind = body.get("verified_type")
    avatar = body.get("profile_image_url") or ""
    handle = _need(body, "username", str, "the profile")
    return Profile(
        platform_id=_need(body, "id", str, "the profile"),
        handle=handle,
        address=f"https://x.com/{handle}",
        name=body.get("name") or "",
        bio=_expanded(body.get("description") or "", in_bio),
        location=body.get("location") or "",
        links=tuple(dict.fromkeys((*website, *_links(in_bio)))),
        created=moment(body.get("created_at")),
        followers=metrics.get("followers_count"),
        following=metrics.get("following_count"),
        posts=_get(metrics, "tweet_count"),
        avatar="" if "/default_profile_images/" in avatar else avatar,
        verified=kind in _ORGANISATIONS if kind else body.get("verified"),
        protected=body.get("protected"),
        labels=tuple(_labels(body)),
        kind="business" if kind == "business" else "",
    )


def _labels(body: Body) -> Iterator[str]:
    if body.get("parody"):
        yield "parody"
    if countries := (body.get("withheld") or {}).get("country_codes"):
        yield f"withheld in {', '.join(countries)}"


def _read_people(resource: Resource, rows: dict[str, Row], profile: Profile, x: _X) -> Coverage:
    """Fill `rows` with followers or followed people, by id."""
    ask, counted = {
        Resource.FOLLOWERS: (x.client.get_users_followers, profile.followers),
        Resource.FOLLOWING: (x.client.get_users_following, profile.following),
    }[resource]

    def page(size: int, token: str | None) -> Body:
        fields = list(PERSON_FIELDS)
        body: Body = ask(profile.platform_id, max_results=size, pagination_token=token, user_fields=fields)
        return body

    for _, people in x.pages(resource, page, (1, 1000), lambda: x.plan.max_people - len(rows)):
        for person in people:
            id_ = _need(person, "id", str, str(resource))
            handle = _need(person, "username", str, str(resource))
            rows[id_] = {
                "id": id_,
                "handle": handle,
                "name": person.get("name"),
                "bio": person.get("description"),
                "address": f"https://x.com/{handle}",
                "created": moment(person.get("created_at")),
            }
    return as_counted("X", len(rows), counted, f"people under {resource}")


# Posts, pictures, comments


@dataclass(slots=True)
class _Found:
    """What was read so far of the account's items.

    `reached` is how far back its list of posts was read, None when that is to its end.
    """

    profile: Profile
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    reached: datetime | None = None


def _read_items(found: _Found, x: _X, coverage: dict[Resource, Coverage]) -> None:
    plan = x.plan
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = _read_posts(found, x)
            _look_again(found, x)
        posts = replace(coverage[Resource.POSTS], read=len(found.posts))
        since = found.reached if posts.status is CoverageStatus.PARTIAL else None
        coverage[Resource.POSTS] = replace(posts, since=since)
    coverage.setdefault(Resource.MEDIA, _media_coverage(coverage[Resource.POSTS], len(found.media), plan))
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            coverage[Resource.COMMENTS] = _read_comments(found, x)


def _media_coverage(posts: Coverage, read: int, plan: CollectPlan) -> Coverage:
    """Pictures come with posts; those of older posts are not kept anywhere, unlike the posts."""
    if posts.status is CoverageStatus.COMPLETE and plan.since:
        reason = f"Only pictures of posts since {plan.since:%d/%m/%Y} were asked for."
        return partial(reason, read, planned=True, since=plan.since)
    return replace(posts, read=read)


def _read_posts(found: _Found, x: _X) -> Coverage:
    """Read the list of posts as far back as the plan wants it and X gives it."""
    plan, profile = x.plan, found.profile

    def page(size: int, token: str | None) -> Body:
        body: Body = x.client.get_users_tweets(
            profile.platform_id,
            max_results=size,
            pagination_token=token,
            start_time=plan.since,
            **_WHOLE_POST,
        )
        return body

    try:
        for body, posts in x.pages(Resource.POSTS, page, (5, 100), lambda: plan.max_posts - len(found.posts)):
            known = _Included.of(body)
            for post in posts:
                created = _keep_post(found, post, known)["created"]
                found.reached = min(filter(None, (found.reached, created)), default=None)
    except Capped as capped:
        return capped.coverage()
    read, counted = len(found.posts), profile.posts or 0
    reached, found.reached = found.reached, None
    if plan.since:
        return complete(read)
    judged = as_counted("X", read, min(counted, _DEPTH), "posts")
    if counted > _DEPTH and judged.status is CoverageStatus.COMPLETE:
        found.reached = reached
        reason = f"X gives only the latest {_DEPTH:,} posts, and this account has {counted:,}."
        return partial(reason, read, planned=True)
    return judged


def _look_again(found: _Found, x: _X) -> None:
    """Ask by id for what the plan wants to be looked at again and was not in the list."""
    # What is asked for -> the id by which it is known: an edited post is asked for once more, as it is now.
    wanted = {id_: id_ for id_ in x.plan.refetch if _ID.fullmatch(id_) and id_ not in found.posts}
    asked = set[str]()
    while wanted:
        size = x.purse.affords(Resource.POSTS, 1, min(_BATCH, len(wanted)))
        batch = dict(islice(wanted.items(), size))
        asked |= batch.keys()
        wanted = dict(islice(wanted.items(), size, None))
        body = x.client.get_tweets(list(batch), **_WHOLE_POST)
        posts = _need(body, "data", list, "posts by id") if "data" in body else []
        x.purse.pay(Resource.POSTS, len(posts))
        known = _Included.of(body)
        for post in posts:
            id_, versions = _versions(post)
            batch.pop(id_, None)
            if versions[-1] != id_:
                wanted |= {versions[-1]: versions[0]} if versions[-1] not in asked else {}
            elif post.get("author_id") == found.profile.platform_id:
                _keep_post(found, post, known)
            elif x.plan.wants(Resource.COMMENTS):
                _keep_comment(found, post)
        found.gone |= {under for id_, under in batch.items() if id_ not in _withheld(body, batch)}


def _withheld(body: Body, asked: Iterable[str]) -> set[str]:
    """Which of the ids are not shown for another reason than that there is no such post."""
    others = [error for error in _errors(body) if _kind(error) != "resource-not-found" or _suspended(error)]
    named = {str(error.get("resource_id") or error.get("value") or "") for error in others}
    # An error that does not say what it is about may be about any of them.
    return set(asked) if "" in named else named


@dataclass(frozen=True, slots=True)
class _Included:
    """What came beside the posts of an answer, by id."""

    posts: Mapping[str, Body]
    media: Mapping[str, Body]
    places: Mapping[str, Body]

    @classmethod
    def of(cls, body: Body) -> "_Included":
        includes = body.get("includes") or {}
        posts = {post.get("id"): post for post in _get(includes, "tweets") or ()}
        media = {medium.get("media_key"): medium for medium in includes.get("media") or ()}
        return cls(posts, media, {place.get("id"): place for place in includes.get("places") or ()})


def _keep_post(found: _Found, post: Body, known: _Included) -> Row:
    """Take one of the account's own posts, with its pictures, into what was found."""
    id_, versions = _versions(post)
    refers = _references(post)
    kind = "repost" if "retweeted" in refers else "reply" if "replied_to" in refers else "post"
    words = known.posts.get(refers["retweeted"], post) if kind == "repost" else post
    text, links = _words(words)
    media = [] if kind == "repost" else list(_media(post, versions[0], known))
    edited = len(versions) > 1
    row = {
        "id": versions[0],
        "address": f"https://x.com/{found.profile.handle}/status/{id_}",
        "kind": kind,
        "text": text,
        "created": _from_id(versions[0]) if edited else moment(post.get("created_at")),
        "edited": _from_id(id_) if edited else None,
        "links": links,
        "media": tuple(medium["address"] for medium in media),
        "reply_to": refers.get("replied_to"),
        "language": "" if post.get("lang") in _NO_LANGUAGE else post.get("lang"),
        "marks": tuple(_marks(words)),
    }
    if kind != "repost":
        row |= {"replies": _replies(post), **_whereabouts(post, known)}
    found.posts[versions[0]] = row
    found.media |= {medium["id"]: medium for medium in media}
    return row


def _marks(post: Body) -> Iterator[str]:
    """What X says of a post: that it may not suit everybody, or that it is kept from some countries."""
    if post.get("possibly_sensitive"):
        yield "sensitive"
    withheld = post.get("withheld") or {}
    if withheld.get("copyright") or withheld.get("country_codes"):
        yield "withheld"


def _replies(post: Body) -> str:
    setting = post.get("reply_settings")
    return "limited" if setting in _LIMITED else "everyone" if setting == "everyone" else ""


def _whereabouts(post: Body, known: _Included) -> Row:
    """The place that a post carries: its name, and where it is."""
    tagged = post.get("geo") or {}
    place = known.places.get(str(tagged.get("place_id")), {})
    position = (tagged.get("coordinates") or {}).get("coordinates")
    if not position and (box := (place.get("geo") or {}).get("bbox")):
        west, south, east, north = box
        if max(east - west, north - south) <= _SPOT:
            position = (round((west + east) / 2, 5), round((south + north) / 2, 5))
    return {
        "place": place.get("full_name"),
        "position": f"{position[1]},{position[0]}" if position else "",  # X puts the longitude first
    }


def _versions(post: Body) -> tuple[str, Sequence[str]]:
    """The id of this version of a post, and those of all its versions, the first one first."""
    id_ = _need(post, "id", str, "a post")
    return id_, _get(post, "edit_history_tweet_ids") or [id_]


def _references(post: Body) -> dict[str, str]:
    """What a post refers to, by the way it does: retweeted, quoted, replied_to."""
    references = _get(post, "referenced_tweets") or ()
    return {_need(one, "type", str, "a reference"): _need(one, "id", str, "a reference") for one in references}


def _words(post: Body) -> tuple[str, tuple[str, ...]]:
    """The whole text of a post, with its links as they were written, and these links."""
    short = _need(post, "text", str, "a post")
    note = _get(post, "note_tweet") or {}
    text = html.unescape(note.get("text") or short)
    if "replied_to" in _references(post):
        text = _ANSWERED.sub("", text)  # X puts the handles of those who are answered before the words
    urls = [*_urls(note.get("entities")), *_urls(post.get("entities"))]
    return _expanded(text, urls), _links(urls)


def _urls(entities: Body | None) -> list[Body]:
    return [url for url in (entities or {}).get("urls") or () if url.get("url")]


def _links(urls: Iterable[Body]) -> tuple[str, ...]:
    """Where they lead, each once; a picture of the post itself is no link."""
    addresses = (url.get("expanded_url") or url["url"] for url in urls if "media_key" not in url)
    return tuple(dict.fromkeys(addresses))


def _expanded(text: str, urls: Iterable[Body]) -> str:
    """The text with links as they were written, and without those to its own pictures."""
    for url in urls:
        text = text.replace(url["url"], "" if "media_key" in url else url.get("expanded_url") or url["url"])
    return text.strip()


def _media(post: Body, id_: str, known: _Included) -> Iterator[Row]:
    for key in (post.get("attachments") or {}).get("media_keys") or ():
        medium = known.media.get(key) or {}
        if address := medium.get("url") or medium.get("preview_image_url"):
            yield {
                "id": key,
                "post_id": id_,
                "address": address,
                "kind": "image" if medium.get("type") == "photo" else "video",
                "picture": address,
                "alt": medium.get("alt_text"),
                "width": medium.get("width"),
                "height": medium.get("height"),
            }


def _read_comments(found: _Found, x: _X) -> Coverage:
    """Find the replies to the account: one search, however many posts it has."""
    plan, handle = x.plan, found.profile.handle
    week = plan.now - _SEARCH_DAYS
    # X refuses a start before its seven days, which go on while we read.
    start = plan.since if plan.since and plan.since > week + timedelta(hours=6) else None

    def page(size: int, token: str | None) -> Body:
        body: Body = x.client.search_recent_tweets(
            f"to:{handle} -from:{handle}", max_results=size, next_token=token, start_time=start,
            tweet_fields=list(COMMENT_FIELDS), expansions=list(COMMENT_EXPANSIONS),
        )  # fmt: skip
        return body

    for _, posts in x.pages(Resource.COMMENTS, page, (10, 100), lambda: plan.max_posts - len(found.comments)):
        for post in posts:
            _keep_comment(found, post)
    reason = "X gives only the replies of the last seven days that are addressed to the account."
    return partial(reason, len(found.comments), planned=True, since=start or week)


def _keep_comment(found: _Found, post: Body) -> None:
    id_, versions = _versions(post)
    text, _ = _words(post)
    found.comments[versions[0]] = {
        "id": versions[0],
        "post_id": _references(post).get("replied_to"),
        "address": f"https://x.com/i/status/{id_}",
        "author_id": _need(post, "author_id", str, "a reply"),
        "text": text,
        "created": moment(post.get("created_at")),
        "ours": False,
    }


def _from_id(id_: str) -> datetime:
    """When an id was given; edits tell no other time."""
    return datetime.fromtimestamp(((int(id_) >> 22) + _EPOCH_MS) / 1000, UTC)
