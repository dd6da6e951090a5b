"""YouTube's Data API v3 over a few channels, with state and faults; judged by Google's discovery document.

Shapes as in recorded answers; where the document leaves a thing open (an unknown channel, a playlist that does not
exist, comments switched off, the bodies of errors), as Google's documentation of each call says.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from imitations.discovery_contract import load_discovery
from imitations.scripted_site import Reply, Request, Site

KEY = "planted-api-key-of-hazelbrook"
"""The one key that the imitation accepts; tests look for it where no key may be."""

OWNER = {
    "client_id": "hazelbrook.apps.example",
    "client_secret": "planted-client-secret",
    "refresh_token": "planted-refresh-token",
}
"""The sign-in of the owner of `YouTube.owner`."""

TOKEN = "planted-access-token"
"""What the sign-in is turned into."""

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "youtube" / "youtube.v3.json"
"""Where the workplace keeps the discovery document; elsewhere the imitation serves without judging."""

BEGAN = datetime(2023, 9, 1, 8, 0, tzinfo=UTC)
Json = dict[str, Any]


@dataclass
class Comment:
    """A comment or a reply; `author` is a channel's id, "" when the channel is gone."""

    id: str
    video: str
    author: str
    name: str
    text: str
    created: datetime
    parent: str = ""


@dataclass
class Video:
    """A video and what surrounds it; `more` is laid over its parts in an answer."""

    id: str
    channel: str
    title: str
    text: str
    created: datetime
    comments_on: bool = True
    listed_at: datetime | None = None
    more: Json = field(default_factory=dict)


@dataclass
class Channel:
    """A channel; `more` is laid over its parts in an answer."""

    id: str
    title: str
    handle: str = ""
    username: str = ""
    more: Json = field(default_factory=dict)

    @property
    def uploads(self) -> str:
        return f"UU{self.id[2:]}"


class NotThere(Exception):
    """A refusal with a status and a reason."""


def error(status: int, reason: str, name: str = "", *, inside: bool = False) -> Reply:
    """An error as Google sends it; with `inside`, at status 200."""
    body = {
        "error": {
            "code": status,
            "message": f"Words about {reason} that name UCsomebody",
            "errors": [{"message": "Words", "domain": "youtube.quota", "reason": reason}],
        }
    }
    if name:
        body["error"]["status"] = name
    return _reply(body, 200 if inside else status)


def new_error(status: int, reason: str, name: str) -> Reply:
    """An error in Google's newer way: the telling reason stands in the details."""
    reply = error(status, "badRequest" if status == 400 else "forbidden", name)
    body = json.loads(reply.body)
    body["error"]["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    return _reply(body, status)


def _reply(body: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(body), status, {"Content-Type": "application/json; charset=UTF-8"})


class YouTube(Site):
    """The imitation; a context manager.

    Attributes:
        asked: (method, query) of every request.
        contract_errors: sentences on what the discovery document objects to.
        faults: method -> replies that are sent instead, one for each request, None for the ordinary one; the last of
            them for ever.
        replies_shown: how many replies come beside a thread.
        owner: the channel that `OWNER` signs in; None refuses the sign-in.
        subscribers: (id, name, bio) of those whom the owner is shown.
        grants: the forms that asked for a token.
    """

    def __init__(self, contract: Path = CONTRACT) -> None:
        super().__init__()
        self.contract = load_discovery(contract) if contract.is_file() else None
        self.contract_errors: list[str] = []
        self.base_url = f"{self.url}/youtube/v3"
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.keys: list[str] = []
        self.faults: dict[str, list[Reply | None]] = {}
        self.channels: dict[str, Channel] = {}
        self.videos: dict[str, Video] = {}
        self.comments: dict[str, Comment] = {}
        self.replies_shown = 5
        self.owner: Channel | None = None
        self.subscribers: list[tuple[str, str, str]] = []
        self.grants: list[dict[str, str]] = []
        self.token_address = f"{self.url}/token"
        self._numbers = count(1)

    def __exit__(self, *details: object) -> None:
        super().__exit__(*details)
        if details[0] is None:
            assert not self.contract_errors, "the discovery document objects:\n" + "\n".join(self.contract_errors)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    # -- state -------------------------------------------------------------------------------------------------------

    def add_channel(self, handle: str = "", *, title: str = "", username: str = "", **more: Any) -> Channel:
        """A channel; `more` gives parts such as snippet, laid over the ordinary ones."""
        channel = Channel(f"UC{next(self._numbers):022d}", title or handle, handle, username, more)
        self.channels[channel.id] = channel
        return channel

    def add_video(self, channel: Channel, title: str = "A film", text: str = "", **details: Any) -> Video:
        """A video, by default a minute younger than the one before it."""
        number = next(self._numbers)
        created = details.pop("created", BEGAN + timedelta(minutes=number))
        video = Video(f"video{number:06d}", channel.id, title, text, created, **details)
        self.videos[video.id] = video
        return video

    def add_comment(self, video: Video, author: str, text: str, *, name: str = "@nobody", to: str = "") -> Comment:
        """A comment by a channel's id under a video, or `to` a thread."""
        number = next(self._numbers)
        id_ = f"{to}.reply{number:012d}" if to else f"Ug{number:022d}AaABAg"
        comment = Comment(id_, video.id, author, name, text, BEGAN + timedelta(minutes=number, seconds=7), to)
        self.comments[id_] = comment
        return comment

    def fail(self, method: str, *replies: Reply, after: int = 0) -> None:
        """Let a method answer otherwise; `after` so many ordinary answers."""
        self.faults[method] = [*[None] * after, *replies]

    def count(self, method: str) -> int:
        """How many requests a method got."""
        return sum(name == method for name, _ in self.asked)

    # -- answering -----------------------------------------------------------------------------------------------

    def reply(self, request: Request) -> Reply:
        """Answer one request."""
        split = urlsplit(request.path)
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        method = split.path.removeprefix("/youtube/v3/")
        with self._lock:
            if split.path == "/token":
                return self._grant(request)
            self.asked.append((method, query))
            self.keys.append(request.headers.get("X-Goog-Api-Key", ""))
            if self.contract:
                self.contract_errors += self.contract.judge_request(request.method, split.path, query)
            faults = self.faults.get(method) or []
            fault = (faults.pop(0) if len(faults) > 1 else faults[0]) if faults else None
            if fault is not None:
                return fault
            signed_in = request.headers.get("Authorization", "")
            if signed_in and self.keys[-1]:
                self.contract_errors.append(
                    f"{method} was asked with a key and a sign-in, which may not belong together"
                )
            if signed_in and signed_in != f"Bearer {TOKEN}":
                return error(401, "authError")
            if not signed_in and self.keys[-1] != KEY:
                return new_error(400, "API_KEY_INVALID", "INVALID_ARGUMENT")
            answer = getattr(self, f"_{method}", None)
            if answer is None:
                return Reply("<html>no such page</html>", 404)
            try:
                body = answer(query if signed_in else query | {"public": "only"})
            except NotThere as refusal:
                return error(*refusal.args)
            if self.contract:
                self.contract_errors += self.contract.judge_answer(split.path, body)
            return _reply(body)

    def _grant(self, request: Request) -> Reply:
        form = dict(parse_qsl(request.body.decode()))
        self.grants.append(form)
        if request.method != "POST" or not self.owner or form != {"grant_type": "refresh_token"} | OWNER:
            return _reply({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400)
        return _reply({"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"})

    def _subscriptions(self, query: Mapping[str, str]) -> Json:
        if "public" in query or query.get("mySubscribers") != "true":
            raise NotThere(403, "subscriptionForbidden")
        items = [
            {
                "kind": "youtube#subscription",
                "etag": "e",
                "id": f"subscription-{id_}",
                "subscriberSnippet": {
                    "title": name,
                    "description": bio,
                    "channelId": id_,
                    "thumbnails": _pictures("https://yt3.example/face-of-somebody", {"default": 88}),
                },
            }
            for id_, name, bio in self.subscribers
        ]
        return _page("youtube#subscriptionListResponse", items, query)

    def _channels(self, query: Mapping[str, str]) -> Json:
        if "mine" in query and "public" in query:
            raise NotThere(401, "authorizationRequired")
        found = (
            [self.owner]
            if "mine" in query and self.owner
            else [
                channel
                for channel in self.channels.values()
                if channel.id in query.get("id", "").split(",")
                or (channel.handle and f"@{channel.handle}".casefold() == query.get("forHandle", "").casefold())
                or (channel.username and channel.username == query.get("forUsername"))
            ]
        )
        body = {"kind": "youtube#channelListResponse", "etag": "e", "pageInfo": _info(len(found), 5)}
        if found:  # YouTube leaves the list out when it is empty
            body["items"] = [_parts(self._channel(one), one.more, query) for one in found]
        return body

    def _channel(self, channel: Channel) -> Json:
        videos = [video for video in self.videos.values() if video.channel == channel.id]
        snippet = {
            "title": channel.title,
            "description": "",
            "publishedAt": "2020-09-01T08:00:00Z",
            "thumbnails": _pictures(f"https://yt3.example/{channel.id}", {"default": 88, "high": 800, "medium": 240}),
            "localized": {"title": channel.title, "description": ""},
        }
        if channel.handle:
            snippet["customUrl"] = f"@{channel.handle}"
        return {
            "kind": "youtube#channel",
            "etag": "e",
            "id": channel.id,
            "snippet": snippet,
            "statistics": {
                "viewCount": "0",
                "subscriberCount": "412",
                "hiddenSubscriberCount": False,
                "videoCount": str(len(videos)),
            },
            "status": {"privacyStatus": "public", "isLinked": True, "madeForKids": False},
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": channel.uploads}},
        }

    def _is_shown(self, video: Video, query: Mapping[str, str]) -> bool:
        """Private videos are shown to their owner only."""
        private = (video.more.get("status") or {}).get("privacyStatus") == "private"
        return not private or ("public" not in query and self.owner is not None and self.owner.id == video.channel)

    def _playlistItems(self, query: Mapping[str, str]) -> Json:  # noqa: N802 - YouTube's name
        channel = next((one for one in self.channels.values() if one.uploads == query["playlistId"]), None)
        mine = (one for one in self.videos.values() if channel and one.channel == channel.id)
        videos = [one for one in mine if self._is_shown(one, query)]
        if not videos or not channel:
            raise NotThere(404, "playlistNotFound")
        videos.sort(key=lambda one: one.listed_at or one.created, reverse=True)
        items = [
            {
                "kind": "youtube#playlistItem",
                "etag": "e",
                "id": f"item-{one.id}",
                "snippet": {"channelId": one.channel, "title": one.title, "position": place},
                "contentDetails": {"videoId": one.id, "videoPublishedAt": _time(one.created)},
            }
            for place, one in enumerate(videos)
        ]
        return _page("youtube#playlistItemListResponse", items, query)

    def _videos(self, query: Mapping[str, str]) -> Json:
        wanted = query["id"].split(",")
        assert len(wanted) <= 50
        found = [self.videos[id_] for id_ in wanted if id_ in self.videos and self._is_shown(self.videos[id_], query)]
        items = [_parts(self._video(one), one.more, query) for one in found]
        return {"kind": "youtube#videoListResponse", "etag": "e", "items": items, "pageInfo": _info(len(items), 5)}

    def _video(self, video: Video) -> Json:
        statistics = {"viewCount": "3"}
        if video.comments_on:
            statistics["commentCount"] = str(sum(one.video == video.id for one in self.comments.values()))
        sizes = {"maxres": 1280, "default": 120, "high": 480}
        return {
            "kind": "youtube#video",
            "etag": "e",
            "id": video.id,
            "snippet": {
                "publishedAt": _time(video.created),
                "channelId": video.channel,
                "channelTitle": "x",
                "title": video.title,
                "description": video.text,
                "thumbnails": _pictures(f"https://i.example/vi/{video.id}", sizes),
            },
            "statistics": statistics,
            "status": {
                "uploadStatus": "processed",
                "privacyStatus": "public",
                "license": "youtube",
                "madeForKids": False,
            },
            "contentDetails": {"duration": "PT1M", "definition": "hd", "contentRating": {}},
            "recordingDetails": {},
        }

    def _commentThreads(self, query: Mapping[str, str]) -> Json:  # noqa: N802 - YouTube's name
        video = self.videos.get(query["videoId"])
        if video is None:
            raise NotThere(404, "videoNotFound")
        if not video.comments_on:
            raise NotThere(403, "commentsDisabled")
        threads = [one for one in self.comments.values() if one.video == video.id and not one.parent]
        return _page("youtube#commentThreadListResponse", [self._thread(one) for one in threads], query)

    def _thread(self, top: Comment) -> Json:
        replies = [one for one in self.comments.values() if one.parent == top.id]
        thread: Json = {
            "kind": "youtube#commentThread",
            "etag": "e",
            "id": top.id,
            "snippet": {
                "videoId": top.video,
                "topLevelComment": self._comment(top),
                "canReply": True,
                "totalReplyCount": len(replies),
                "isPublic": True,
            },
        }
        if replies:
            thread["replies"] = {"comments": [self._comment(one) for one in replies[: self.replies_shown]]}
        return thread

    def _comments(self, query: Mapping[str, str]) -> Json:
        if "parentId" in query:
            found = [one for one in self.comments.values() if one.parent == query["parentId"]]
            return _page("youtube#commentListResponse", [self._comment(one) for one in found], query)
        found = [self.comments[id_] for id_ in query["id"].split(",") if id_ in self.comments]
        return {"kind": "youtube#commentListResponse", "etag": "e", "items": [self._comment(one) for one in found]}

    def _comment(self, comment: Comment) -> Json:
        snippet = {
            "authorDisplayName": comment.name,
            "authorProfileImageUrl": "https://yt3.example/face-of-somebody",
            "authorChannelUrl": f"http://www.youtube.com/{comment.name}",
            "videoId": comment.video,
            "textDisplay": comment.text,
            "textOriginal": comment.text,
            "canRate": True,
            "viewerRating": "none",
            "likeCount": 0,
            "publishedAt": _time(comment.created),
            "updatedAt": _time(comment.created),
        }
        if comment.author:
            snippet["authorChannelId"] = {"value": comment.author}
        if comment.parent:
            snippet["parentId"] = comment.parent
        return {"kind": "youtube#comment", "etag": "e", "id": comment.id, "snippet": snippet}


def _parts(whole: Json, more: Json, query: Mapping[str, str]) -> Json:
    """What was asked for of a resource, with `more` laid over its parts; None takes a field or a part away."""
    kept = {name: one for name, one in whole.items() if name in ("kind", "etag", "id", *query["part"].split(","))}
    for name, over in more.items():
        if over is None:
            kept.pop(name, None)
        elif name in kept:
            both = {**kept[name], **over}
            kept[name] = {key: one for key, one in both.items() if one is not None}
    if "public" in query:
        kept.get("status", {}).pop("selfDeclaredMadeForKids", None)
    return kept


def _page(kind: str, items: list[Json], query: Mapping[str, str]) -> Json:
    start, size = int(query.get("pageToken", "page0").removeprefix("page")), int(query.get("maxResults", 5))
    body = {"kind": kind, "etag": "e", "items": items[start : start + size], "pageInfo": _info(len(items), size)}
    return body | ({"nextPageToken": f"page{start + size}"} if len(items) > start + size else {})


def _info(total: int, size: int) -> Json:
    return {"totalResults": total, "resultsPerPage": size}


def _pictures(address: str, sizes: Mapping[str, int]) -> Json:
    return {
        name: {"url": f"{address}/{name}.jpg", "width": width, "height": width * 9 // 16}
        for name, width in sizes.items()
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
