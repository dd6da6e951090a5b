"""YouTube: channel, videos and comments, by an API key, and subscribers by the owner's sign-in (Data API v3).

Schema: Google's discovery document of the Data API v3, revision 20261104. Where it leaves a thing open: an
unknown or terminated channel is status 200 without items; a channel that never uploaded has an uploads playlist
that does not exist (404 playlistNotFound); switched-off comments, as on everything made for kids, are status 403
(commentsDisabled); counts are texts. The key goes into the header X-Goog-Api-Key, which Google's own client
libraries send, and so is in no address.

Every call that is made here costs one unit of the key's quota, whatever parts it asks for
(https://developers.google.com/youtube/v3/determine_quota_cost, read on 22/11/2026). Searches, which have a quota of
their own, are not made.

What only the owner is shown: subscribers, of whom YouTube gives those who show their subscriptions and perhaps not all
(https://developers.google.com/youtube/v3/docs/subscriptions/list), and whether the owner ever said who a film is for
(`selfDeclaredMadeForKids`, https://developers.google.com/youtube/v3/docs/videos).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from connectors.answer import Answer, error_of
from connectors.connector import (
    Capped,
    ConnectorError,
    NotFound,
    NotOffered,
    RateLimited,
    Refused,
    SchemaDrift,
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
    how_bad,
    moment,
    not_offered,
    partial,
)
from connectors.youtube_disguise import disguise

__all__ = ["RESOURCES", "collect", "disguise", "prove"]

RESOURCES = frozenset(
    {
        Resource.PROFILE,
        Resource.SETTINGS,
        Resource.POSTS,
        Resource.MEDIA,
        Resource.COMMENTS,
        Resource.FOLLOWERS,
    }
)

CHANNEL_PARTS = "snippet,statistics,status,contentDetails"
LISTED_PARTS = "snippet,contentDetails"  # the snippet for the disguise, which must know whose playlist it is
VIDEO_PARTS = "snippet,statistics,status,contentDetails,recordingDetails"
THREAD_PARTS = "snippet,replies"
COMMENT_PARTS = "snippet"
SUBSCRIBER_PARTS = "subscriberSnippet"

QUOTA_UNITS = 5_000
"""Quota units that one reading may use where the plan allows no number of `units`: half of a key's day."""

TOKEN_ADDRESS = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
"""Where the owner's sign-in is turned into a token for an hour, unless plan.options has `token_address`.

https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""
OWNER_KEYS = ("client_id", "client_secret", "refresh_token")
"""The secrets that are the owner's sign-in; none of them does anything without the others."""

_OK = 200
_ANSWERED = (_OK, 400, 401, 403, 404, 429)  # statuses whose bodies say what is wrong
_UNKNOWN = 401
_NOT_FOUND = 404
_PAGE = 50  # the most that YouTube gives of a playlist, or by id, at once
_THREADS = 100  # the most comments, or threads of them
_CHANNEL_ID = re.compile(r"UC[\w-]{22}")
_VIDEO_ID = re.compile(r"([\w-]{11})(?:#thumbnail)?")  # of a video, or of its picture
_COMMENT_ID = re.compile(r"(?:Ug[\w-]{10,}|anon[a-z]{20})(?:\.[\w-]+)?")  # YouTube's, or a recording's stand-in
_ADDRESS = re.compile(r"https?://[^\s<>\"|\\^{}`]+")
_PACIFIC, _LONDON = ZoneInfo("America/Los_Angeles"), ZoneInfo("Europe/London")
_NO_COMMENTS = frozenset({"commentsDisabled", "videoNotFound"})  # the latter: deleted while we were reading

_ATTESTED = "YouTube shows who may send private messages only in its app; a person looks and attests."
_FOLLOWERS = (
    "YouTube shows subscribers only to the channel's owner, and only those who show their subscriptions; "
    "`school-audit doctor` says how the owner gives this tool leave to read them."
)
_AS_OWNER = frozenset({"channels", "subscriptions", "videos"})  # what is asked as the owner, where we may
_DAILY = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_BAD_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID"})
_NOT_ENABLED = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_RESTRICTED = frozenset(
    {
        "ipRefererBlocked",
        "API_KEY_SERVICE_BLOCKED",
        "API_KEY_IP_ADDRESS_BLOCKED",
        "API_KEY_HTTP_REFERRER_BLOCKED",
    }
)
_SCOPE = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_SUSPENDED = frozenset({"channelSuspended", "accountSuspended"})
_CLOSED = frozenset({"channelClosed", "accountClosed"})

Body = Mapping[str, Any]
Row = dict[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the channel. Raises ConnectorError when its profile cannot be read.

    The platform id (UC...) is asked for when it is known, so that a renamed channel is followed; else the handle,
    or the legacy username of an address such as youtube.com/user/NAME. Posts are the channel's public videos,
    Shorts and broadcasts; each one's picture is its largest thumbnail, and stands for the film. `followers` is
    rounded by YouTube to three figures, and None where the channel hides it. Comments are those under the videos
    that were read.

    A post's marks are those that YouTube gives: a film that is `withheld` is kept from some countries, or shown in
    some only. `replies` is nobody where comments are off, as on everything made for kids. The position is where the
    owner says that it was filmed. A private video is gone, whoever asks.

    `plan.secrets` has the `api_key`, and may have the owner's sign-in (`OWNER_KEYS`). With it followers are the
    subscribers whom YouTube shows, and "not made for kids" is what the owner said of the video or the channel: without
    it YouTube says so of what nobody was asked about too. The channel's labels then tell what the owner declared.
    When the sign-in fails, the coverage of the followers says why, and all else is as without it.

    `plan.allowances["units"]` is how many units of the key's 10,000 a day this reading may use.
    """
    youtube = _YouTube.for_plan(plan, http)
    body = youtube.channel_of(account)
    profile = _profile(body)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    coverage.setdefault(Resource.SETTINGS, not_offered(_ATTESTED))
    found = _Found(profile, plan.max_posts)
    shown: dict[Resource, Coverage] = {}
    with reading(Resource.FOLLOWERS, shown, found.people):
        found.declared = _sign_in(profile, youtube)
        profile = replace(profile, labels=(*profile.labels, *_declared(found.declared)))
        if plan.wants(Resource.FOLLOWERS):
            shown[Resource.FOLLOWERS] = _read_subscribers(found, youtube)
    coverage = shown | coverage
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = _read_videos(found, _uploads(body), youtube)
            _look_again(found, youtube)
        posts = replace(coverage[Resource.POSTS], read=len(found.posts))
        since = found.reached if posts.status is CoverageStatus.PARTIAL else None
        coverage[Resource.POSTS] = replace(posts, since=since)
    posts = coverage[Resource.POSTS]
    if posts.status is CoverageStatus.COMPLETE and plan.since:
        # Earlier nights' videos are known from the mirror, and nothing else of them.
        posts = partial(f"Only videos since {plan.since:%d/%m/%Y} were asked for.", 0, planned=True, since=plan.since)
    coverage.setdefault(Resource.MEDIA, replace(posts, read=len(found.media)))
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            worse = max(posts, _read_comments(found, youtube), key=how_bad)
            coverage[Resource.COMMENTS] = replace(worse, read=len(found.comments))
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values()),
        followers=frame(PEOPLE, found.people.values()),
        gone=frozenset(found.gone),
        used={"units": youtube.units},
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile, which costs one unit, and say what it shows; try the owner's sign-in where there is one.

    Raises ConnectorError.
    """
    youtube = _YouTube.for_plan(plan, http)
    profile = _profile(youtube.channel_of(account))
    followers = "a hidden number of" if profile.followers is None else f"about {profile.followers}"
    shown = f"YouTube shows {profile.handle or profile.name} with {followers} subscribers and {profile.posts} videos."
    if not any(plan.secrets.get(name) for name in OWNER_KEYS):
        return shown
    _sign_in(profile, youtube)
    return f"{shown} The owner's sign-in is good."


# Asking


@dataclass(slots=True)
class _YouTube:
    """YouTube as it is asked under one plan.

    `units` counts what of the key's quota was used. `owner` is the token with which the owner is shown more, "" for
    none. `passed` holds the reasons for which the latest answer was taken as one without items.
    """

    plan: CollectPlan
    http: Client
    key: str
    limit: int
    units: int = 0
    owner: str = ""
    passed: frozenset[str] = frozenset()

    @classmethod
    def for_plan(cls, plan: CollectPlan, http: Client) -> "_YouTube":
        """Raises Refused without a key."""
        key = plan.secrets.get("api_key", "").strip()
        if not key or not key.isascii():
            raise Refused(
                "There is no API key for YouTube, or it is not one; `school-audit doctor` says how to get one."
            )
        return cls(plan, http, key, int(plan.allowances.get("units", QUOTA_UNITS)))

    def ask(self, method: str, nothing_if: Collection[str] = (), **params: Any) -> Body:
        """One answer. A refusal for one of the reasons `nothing_if` is an answer without items."""
        if self.units >= self.limit:
            raise Capped(
                f"Stopped at the {self.limit:,} units of the key's daily quota at YouTube that one reading may use."
            )
        self.units += 1
        address = f"{self.plan.base_url.rstrip('/')}/{method}"
        # Never both: the key and the sign-in may belong to two projects, which Google refuses.
        signed_in = bool(self.owner) and method in _AS_OWNER
        headers = {"Authorization": f"Bearer {self.owner}"} if signed_in else {"X-Goog-Api-Key": self.key}
        answer = self.http.get(address, params=params, headers=headers, ok=_ANSWERED)
        body = _decoded(answer)
        self.passed = frozenset()
        if answer.status == _OK and "error" not in body:
            return body
        reasons = _reasons(body)
        if reasons & set(nothing_if):
            self.passed = frozenset(reasons)
            return {"items": []}
        if signed_in and (answer.status == _UNKNOWN or reasons & _SCOPE):
            raise Refused(
                "YouTube does not accept the owner's sign-in, or it lacks leave to read the channel "
                "(youtube.readonly); `school-audit doctor` says how to give it again."
            )
        raise _refusal(answer, body, reasons, self.plan.now)

    def pages(self, method: str, nothing_if: Collection[str] = (), **params: Any) -> Iterator[list[Body]]:
        """The items of a list, page by page, to its end. Raises Capped before that at the plan's cap."""
        seen = set[str]()
        for _ in range(self.plan.max_pages):
            body = self.ask(method, nothing_if, **params)
            yield _items(body, method)
            token = body.get("nextPageToken")
            if not token:
                return
            if token in seen:
                raise Unreachable(f"YouTube's list of {method} goes round in circles.")
            seen.add(token)
            params["pageToken"] = token
        raise Capped(f"Stopped at the cap of {self.plan.max_pages} pages that is set for one list.")

    def by_id(self, method: str, ids: Iterable[str], **params: Any) -> Iterator[tuple[list[str], list[Body]]]:
        """The ids asked for at once, and the items that there are."""
        left = iter(ids)
        while batch := list(islice(left, _PAGE)):
            yield batch, _items(self.ask(method, id=",".join(batch), **params), method)

    def channel_of(self, account: Account) -> Body:
        """The channel as YouTube shows it."""
        asked, whom = _named(account)
        channels = _items(self.ask("channels", part=CHANNEL_PARTS, **asked), "channels")
        if not channels:
            raise NotFound(f"YouTube shows no channel {whom}: there is none, or YouTube has removed it.")
        return channels[0]


def _sign_in(profile: Profile, youtube: _YouTube) -> Body:
    """From now on ask as the channel's owner. Returns the channel's status as its owner is shown it.

    Raises ConnectorError: NotOffered without a sign-in, Refused with one that is no good; then nothing is asked as the
    owner.
    """
    secrets = {name: youtube.plan.secrets.get(name, "").strip() for name in OWNER_KEYS}
    missing = [name for name, secret in secrets.items() if not secret]
    if len(missing) == len(OWNER_KEYS):  # nobody has to give it: no gap that somebody should close
        raise NotOffered(_FOLLOWERS)
    if missing:
        raise Refused(
            f"The owner's sign-in for YouTube lacks {' and '.join(missing)} in secrets.toml; `school-audit doctor` "
            "says how to get it."
        )
    address = youtube.plan.options.get("token_address") or TOKEN_ADDRESS
    youtube.owner = youtube.http.grant(address, {"grant_type": "refresh_token", **secrets})
    try:
        for channel in _items(youtube.ask("channels", part=CHANNEL_PARTS, mine="true"), "channels"):
            if _need(channel, "id", str, "the channel") == profile.platform_id:
                return dict(channel.get("status") or {})
        raise Refused(
            "The sign-in for YouTube is not that of this channel's owner; sign in again, and choose the channel itself."
        )
    except ConnectorError:
        youtube.owner = ""
        raise


def _named(account: Account) -> tuple[dict[str, str], str]:
    """How YouTube is asked for the channel, and how a sentence speaks of it."""
    first, _, rest = unquote(urlsplit(account.address).path).strip("/").partition("/")
    kind, name = (first, rest.partition("/")[0]) if first in ("channel", "user", "c") else ("", first)
    handle = (account.handle.strip() or name).removeprefix("@")
    ids = filter(_CHANNEL_ID.fullmatch, (name if kind == "channel" else "", handle))
    if id_ := account.platform_id or next(ids, ""):
        return {"id": id_}, f"with the id {id_}"
    if not handle:
        raise NotFound("The register gives neither a handle nor an address of this channel on YouTube.")
    if name.casefold() == handle.casefold():  # so it is no @handle
        if kind == "user":
            return {"forUsername": name}, f"with the username {name}"
        # youtube.com/c/NAME, or /NAME: somebody else may have the handle of that name.
        raise NotFound("YouTube cannot be asked for this old kind of address; give youtube.com/@... on the register.")
    return {"forHandle": f"@{handle}"}, f"named @{handle}"


def _decoded(answer: Answer) -> Body:
    try:
        body = answer.json()
    except ConnectorError:
        if answer.status == _OK:
            raise
        raise _without_words(answer) from None
    if isinstance(body, dict):
        return body
    if answer.status != _OK:
        raise _without_words(answer)
    raise SchemaDrift("YouTube answered with something else than an object; its interface may have changed.")


def _without_words(answer: Answer) -> ConnectorError:
    if answer.status == _NOT_FOUND:  # a wrong server, and no channel vanished
        return Unreachable("There is no interface of YouTube at this address (404); check base_url.")
    return error_of(answer)


def _reasons(body: Body) -> set[str]:
    """Every reason that an error gives, in Google's older and newer way."""
    error = body.get("error")
    if not isinstance(error, Mapping):
        return set()
    listed = [one for name in ("errors", "details") for one in error.get(name) or () if isinstance(one, Mapping)]
    return {str(reason) for one in listed if (reason := one.get("reason"))}


def _refusal(answer: Answer, body: Body, reasons: set[str], now: datetime) -> ConnectorError:
    error = body.get("error")
    inside = error.get("code") if isinstance(error, Mapping) else None
    status = inside if answer.status == _OK else answer.status
    said = f" ({', '.join(sorted(reasons))})" if reasons else ""
    if reasons & _DAILY:
        return RateLimited(f"The key's quota at YouTube for today is used up; it is full again {_midnight(now)}.")
    if reasons & _TOO_FAST or status == 429:  # noqa: PLR2004 - the HTTP status
        return RateLimited(
            "YouTube has had enough questions from this key for now; the next run tries again, and the quota is full "
            f"again {_midnight(now)}."
        )
    if reasons & _BAD_KEY or status == _UNKNOWN:
        return Refused("YouTube does not accept the API key; make a new one and put it into secrets.toml.")
    if reasons & _NOT_ENABLED:
        return Refused("The key's project may not ask YouTube: enable the YouTube Data API v3 in Google Cloud.")
    if reasons & _RESTRICTED:
        return Refused("The key may not be used from here or for this: correct its restrictions in Google Cloud.")
    if reasons & _SUSPENDED:
        return Suspended("YouTube has suspended the channel.")
    if reasons & _CLOSED:
        return NotFound("The channel was closed on YouTube.")
    match status:
        case 403:
            return Refused(f"YouTube refused access{said}; see in Google Cloud whether the key may still be used.")
        case 404 if reasons:
            return NotFound(f"YouTube does not find what was asked for{said}.")
        case 404:
            return _without_words(answer)
        case 400:
            return SchemaDrift(f"YouTube does not accept our question{said}; its interface may have changed.")
        case _:
            return Unreachable(f"YouTube answered with an error{said}; the next run tries again.")


def _midnight(now: datetime) -> str:
    """When the quota is full again, as people in London say it: at midnight in California."""
    tomorrow = now.astimezone(_PACIFIC).date() + timedelta(days=1)
    return f"{datetime.combine(tomorrow, time(), _PACIFIC).astimezone(_LONDON):at %H:%M on %d/%m/%Y}"


def _items(body: Body, where: str) -> list[Body]:
    """The items of an answer; where there is none, YouTube may leave the list out."""
    counted = (body.get("pageInfo") or {}).get("totalResults")
    if "items" not in body and counted == 0:
        return []
    return list(_need(body, "items", list, where))


def _need(body: Any, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"YouTube's answer lacks '{name}' in {where}.")
    return value


# Profile


def _profile(body: Body) -> Profile:
    id_ = _need(body, "id", str, "the channel")
    snippet = _need(body, "snippet", dict, "the channel")
    statistics = _need(body, "statistics", dict, "the channel")
    status = body.get("status") or {}
    bio = snippet.get("description") or ""
    hidden = statistics.get("hiddenSubscriberCount")
    privacy = status.get("privacyStatus")
    return Profile(
        platform_id=id_,
        handle=(snippet.get("customUrl") or "").removeprefix("@"),
        address=f"https://www.youtube.com/channel/{id_}",
        name=_need(snippet, "title", str, "the channel"),
        bio=bio,
        location=snippet.get("country") or "",
        links=_links(bio),
        created=moment(snippet.get("publishedAt")),
        followers=None if hidden else _count(statistics, "subscriberCount", "the channel"),
        posts=_count(statistics, "videoCount", "the channel"),
        avatar=_largest(snippet).get("url") or "",
        protected=privacy == "private" if privacy else None,
        labels=tuple(_labels(status)),
        kind="channel",
    )


def _labels(status: Body) -> Iterator[str]:
    if status.get("madeForKids"):
        yield "made for kids"
    if status.get("privacyStatus") == "unlisted":
        yield "unlisted"


def _declared(status: Body) -> tuple[str, ...]:
    """What the owner declared of the whole channel, which YouTube shows to the owner alone."""
    match status.get("selfDeclaredMadeForKids"):
        case True:
            return ("declared made for kids",)
        case False:
            return ("declared not made for kids",)
        case _:
            return ()


def _uploads(body: Body) -> str:
    """The id of the playlist that holds all the channel's videos."""
    lists = _need(_need(body, "contentDetails", dict, "the channel"), "relatedPlaylists", dict, "the channel")
    return str(_need(lists, "uploads", str, "the channel"))


def _count(statistics: Body, name: str, where: str) -> int | None:
    """A count, which YouTube gives as text; None where it says nothing."""
    value = statistics.get(name)
    if value is None:
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise SchemaDrift(f"YouTube's answer has no number under '{name}' in {where}.") from None


def _largest(snippet: Body) -> Body:
    """The largest thumbnail."""
    pictures = (snippet.get("thumbnails") or {}).values()
    return max(pictures, key=lambda picture: picture.get("width") or 0, default={})


def _links(text: str) -> tuple[str, ...]:
    """The addresses in a text, each once, without the punctuation after them."""
    return tuple(dict.fromkeys(address.rstrip(".,;:!?)]'\u2019\u201d") for address in _ADDRESS.findall(text)))


# Videos and comments


@dataclass(slots=True)
class _Found:
    """What was read so far of the channel's items.

    `counted` maps videos to how many comments YouTube counts under them, None where it does not say. `reached` is
    how far back the list of videos was read, None when that is to its end. `declared` is the channel's status as its
    owner is shown it, None when we do not ask as the owner.
    """

    channel: Profile
    most_comments: int
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    people: dict[str, Row] = field(default_factory=dict)
    declared: Body | None = None
    counted: dict[str, int | None] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    reached: datetime | None = None


def _read_videos(found: _Found, uploads: str, youtube: _YouTube) -> Coverage:
    """Read the playlist of uploads, the newest first, as far back as the plan wants it."""
    plan, counted = youtube.plan, found.channel.posts
    lists = youtube.pages(
        "playlistItems", {"playlistNotFound"}, part=LISTED_PARTS, playlistId=uploads, maxResults=_PAGE
    )
    try:
        for page in lists:
            listed = dict(_listed(item) for item in page)
            recent = [id_ for id_, at in listed.items() if not (plan.since and at and at < plan.since)]
            room = plan.max_posts - len(found.posts)
            for _, videos in youtube.by_id("videos", recent[:room], part=VIDEO_PARTS):
                for video in filter(_is_shown, videos):
                    created = _keep_video(found, video)["created"]
                    found.reached = min(filter(None, (found.reached, created)), default=None)
            if len(recent) > room:
                return partial(f"Stopped at the cap of {plan.max_posts} videos.", len(found.posts), planned=True)
            # A video that waited for its day may stand among older ones: only a whole page of those is the end.
            if listed and not recent:
                break
    except Capped as capped:
        return capped.coverage()
    found.reached = None
    return complete(len(found.posts)) if plan.since else as_counted("YouTube", len(found.posts), counted, "videos")


def _listed(item: Body) -> tuple[str, datetime | None]:
    """The id of a video in the playlist, and when it was published."""
    details = _need(item, "contentDetails", dict, "the list of uploads")
    return _need(details, "videoId", str, "the list of uploads"), moment(details.get("videoPublishedAt"))


def _is_shown(video: Body) -> bool:
    """Whether a video is there for others than its owner."""
    return bool(_part(video, "status").get("privacyStatus") != "private")


def _part(body: Body, name: str) -> Body:
    """A part of a resource; nothing where YouTube leaves it out."""
    return dict(body.get(name) or {})


def _keep_video(found: _Found, video: Body) -> Row:
    """Take one of the channel's videos, with its picture, into what was found."""
    id_ = _need(video, "id", str, "a video")
    snippet = _need(video, "snippet", dict, "a video")
    text = snippet.get("description") or ""
    picture = _largest(snippet)
    address = picture.get("url")
    row = {
        "id": id_,
        "address": f"https://www.youtube.com/watch?v={id_}",
        "kind": "video",
        "title": _need(snippet, "title", str, "a video"),
        "text": text,
        "created": moment(_need(snippet, "publishedAt", str, "a video")),
        "links": _links(text),
        "media": (address,) if address else (),
        "language": snippet.get("defaultLanguage") or snippet.get("defaultAudioLanguage"),
        "marks": tuple(_marks(video, found.declared)),
        "replies": _replies(video),
        "place": _part(video, "recordingDetails").get("locationDescription"),
        "position": _position(video),
    }
    found.posts[id_] = row
    found.counted[id_] = _count(_part(video, "statistics"), "commentCount", "a video")
    if address:
        found.media[id_] = {
            "id": f"{id_}#thumbnail",
            "post_id": id_,
            "address": address,
            "kind": "video",
            "picture": address,
            "width": picture.get("width"),
            "height": picture.get("height"),
        }
    return row


def _marks(video: Body, declared: Body | None) -> Iterator[str]:
    """What YouTube says of a video. `declared` is the channel's status where we ask as its owner."""
    status, details = _part(video, "status"), _part(video, "contentDetails")
    if status.get("madeForKids"):
        yield "made for kids"
    # YouTube takes a film for one that is not made for kids until somebody says so; the owner is shown whether.
    elif status.get("madeForKids") is False and (declared is None or "selfDeclaredMadeForKids" in {*status, *declared}):
        yield "not made for kids"
    if _part(details, "contentRating").get("ytRating") == "ytAgeRestricted":
        yield "age restricted"
    if status.get("privacyStatus") == "unlisted":
        yield "unlisted"
    restriction = _part(details, "regionRestriction")
    if "allowed" in restriction or restriction.get("blocked"):  # an empty list of the allowed: nowhere
        yield "withheld"


def _replies(video: Body) -> str:
    """Who may comment, as far as the video itself tells: YouTube counts comments only where they are on."""
    if _part(video, "status").get("madeForKids"):
        return "nobody"  # https://support.google.com/youtube/answer/9632097
    if "statistics" not in video:
        return ""
    return "everyone" if "commentCount" in _part(video, "statistics") else "nobody"


def _position(video: Body) -> str:
    """Where a video was filmed. Both degrees 0, in the sea off Ghana, is what a field without a place holds."""
    location = _part(_part(video, "recordingDetails"), "location")
    degrees = [location.get(name) for name in ("latitude", "longitude")]
    if not any(degrees) or not all(isinstance(one, int | float) for one in degrees):
        return ""
    return f"{degrees[0]},{degrees[1]}"


def _look_again(found: _Found, youtube: _YouTube) -> None:
    """Ask by id for the videos that the plan wants to be looked at again and that were not in the list."""
    video_of = {id_: match[1] for id_ in youtube.plan.refetch if (match := _VIDEO_ID.fullmatch(id_))}
    wanted = dict.fromkeys(id_ for id_ in video_of.values() if id_ not in found.posts)
    missing = set[str]()
    for batch, videos in youtube.by_id("videos", wanted, part=VIDEO_PARTS):
        missing |= set(batch)
        for video in filter(_is_shown, videos):
            missing.discard(_need(video, "id", str, "a video"))
            if (
                _need(_need(video, "snippet", dict, "a video"), "channelId", str, "a video")
                == found.channel.platform_id
            ):
                _keep_video(found, video)
        found.gone |= {id_ for id_, under in video_of.items() if under in missing}


def _read_comments(found: _Found, youtube: _YouTube) -> Coverage:
    """Read what people wrote under the videos, and ask by id for the comments to be looked at again."""
    expected = 0
    for id_, counted in found.counted.items():
        for_kids = "made for kids" in found.posts[id_]["marks"]
        if counted or (counted is None and not for_kids):  # under what is made for kids there are none
            expected += counted or 0
            _read_threads(found, id_, youtube)
    read = as_counted("YouTube", len(found.comments), expected, "comments")
    wanted = [id_ for id_ in youtube.plan.refetch if _COMMENT_ID.fullmatch(id_) and id_ not in found.comments]
    for batch, comments in youtube.by_id("comments", wanted, part=COMMENT_PARTS, textFormat="plainText"):
        for comment in comments:
            _keep_comment(found, comment, (comment.get("snippet") or {}).get("videoId") or "")
        found.gone |= set(batch) - found.comments.keys()
    return read


def _read_threads(found: _Found, video: str, youtube: _YouTube) -> None:
    asked = {"part": THREAD_PARTS, "videoId": video, "maxResults": _THREADS, "textFormat": "plainText"}
    for page in youtube.pages("commentThreads", _NO_COMMENTS, **asked):
        if "commentsDisabled" in youtube.passed and video in found.posts:
            found.posts[video]["replies"] = "nobody"
        for thread in page:
            snippet = _need(thread, "snippet", dict, "a thread of comments")
            top = _keep_comment(found, _need(snippet, "topLevelComment", dict, "a thread of comments"), video)
            replies = (thread.get("replies") or {}).get("comments") or []
            for reply in replies:
                _keep_comment(found, reply, video)
            if (snippet.get("totalReplyCount") or 0) > len(replies):
                _read_replies(found, top, video, youtube)


def _read_replies(found: _Found, thread: str, video: str, youtube: _YouTube) -> None:
    """All the replies in a thread, of which YouTube shows the first few beside it."""
    asked = {"part": COMMENT_PARTS, "parentId": thread, "maxResults": _THREADS, "textFormat": "plainText"}
    for page in youtube.pages("comments", {"commentNotFound"}, **asked):
        for reply in page:
            _keep_comment(found, reply, video)


def _keep_comment(found: _Found, comment: Body, video: str) -> str:
    id_ = _need(comment, "id", str, "a comment")
    snippet = _need(comment, "snippet", dict, "a comment")
    if id_ not in found.comments and len(found.comments) >= found.most_comments:
        raise Capped(f"Stopped at the cap of {found.most_comments} comments.")
    author = (snippet.get("authorChannelId") or {}).get("value") or ""  # missing when the author's channel is gone
    found.comments[id_] = {
        "id": id_,
        "post_id": video,
        "address": f"https://www.youtube.com/watch?v={video}&lc={id_}",
        "author_id": author,
        "text": _need(snippet, "textDisplay", str, "a comment"),
        "created": moment(_need(snippet, "publishedAt", str, "a comment")),
        "ours": author == found.channel.platform_id,
    }
    return str(id_)


# Subscribers


def _read_subscribers(found: _Found, youtube: _YouTube) -> Coverage:
    """Read whom YouTube shows to the channel's owner. When somebody's channel was made is not told."""
    for page in youtube.pages("subscriptions", part=SUBSCRIBER_PARTS, mySubscribers="true", maxResults=_PAGE):
        for item in page:
            person = _need(item, "subscriberSnippet", dict, "a subscriber")
            id_ = _need(person, "channelId", str, "a subscriber")
            if id_ not in found.people and len(found.people) >= youtube.plan.max_people:
                raise Capped(f"Stopped at the cap of {youtube.plan.max_people} subscribers.")
            found.people[id_] = {
                "id": id_,
                "name": _need(person, "title", str, "a subscriber"),
                "bio": person.get("description"),
                "address": f"https://www.youtube.com/channel/{id_}",
            }
    counted = "an unknown number" if found.channel.followers is None else f"about {found.channel.followers}"
    return partial(
        f"YouTube shows the owner only those who show their subscriptions, {len(found.people)} of {counted}.",
        len(found.people),
        planned=True,
    )
