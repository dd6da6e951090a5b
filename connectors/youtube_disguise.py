"""YouTube's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what YouTube adds one day stays out of recordings by itself.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from connectors.recording import StandIns

_COUNTS = ("subscriberCount", "videoCount")
_SWITCHES = ("madeForKids", "selfDeclaredMadeForKids", "privacyStatus")
_RESTRICTIONS = ("allowed", "blocked")
_DEGREES = ("latitude", "longitude")
_COUNTRY = re.compile(r"[A-Z]{2}")
_SIZES = ("default", "medium", "high", "standard", "maxres", "fhd", "qhd", "uhd", "shortsAspectRatio")
_LANGUAGES = ("defaultLanguage", "defaultAudioLanguage")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_REASON = re.compile(r"\w{1,60}")
# A handle in a text, and whoever an address of YouTube's leads to.
_MENTION = re.compile(
    r"(?P<lead>(?<![\w.@/])@|youtube\.com/(?:@|channel/|user/|c/))(?P<whom>[\w-]+(?:[.·][\w-]+)*)", re.IGNORECASE
)
_FILM = re.compile(
    r"https?://(?:\w+\.)?(?:youtu\.be/|youtube\.com/(?:watch\?(?:[^\s&#]+&)*v=|shorts/|live/|embed/))([\w-]{11})\S*",
    re.IGNORECASE,
)
# Own ids (of the channel, its uploads and its videos) that a recording's answers told so far. In the first night
# the register knows only handles, and later answers name the channel by its id alone.
_OWN_IDS: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()

Body = Mapping[str, Any]


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    Times of other people's comments are cut to the minute. Raises when the body is no answer that the connector
    reads: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of YouTube's")  # noqa: TRY004 - the Recorder asks for any exception
    handles = frozenset(name.removeprefix("@") for name in own)
    return _Disguise(handles, _OWN_IDS.setdefault(stand_ins, set()), stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], own_ids: set[str], stand_ins: StandIns) -> None:
        self._own, self._own_ids, self._stand_ins = own, own_ids, stand_ins

    def answer(self, body: Body) -> dict[str, Any]:
        if "error" in body:
            return {"error": self._error(body["error"])}
        kinds: dict[str, Callable[[Body], dict[str, Any]]] = {
            "youtube#channelListResponse": self._channel,
            "youtube#playlistItemListResponse": self._listed,
            "youtube#videoListResponse": self._video,
            "youtube#commentThreadListResponse": self._thread,
            "youtube#commentListResponse": self._comment,
            "youtube#subscriptionListResponse": self._subscriber,
        }
        disguised = kinds.get(str(body.get("kind")))
        if disguised is None:
            raise ValueError("not an answer that the connector reads")
        kept: dict[str, Any] = {"kind": body["kind"]}
        if "items" in body:
            kept["items"] = [disguised(one) for one in body["items"]]
        if isinstance(total := (body.get("pageInfo") or {}).get("totalResults"), int):
            kept["pageInfo"] = {"totalResults": total}
        if token := body.get("nextPageToken"):
            # In a list of comments it may be made of the last one.
            own_list = body["kind"] == "youtube#playlistItemListResponse"
            kept["nextPageToken"] = token if own_list else self._stand_ins.id(token)
        return kept

    def _error(self, error: Body) -> dict[str, Any]:
        """The reasons of an error; its messages may name what was asked for."""
        kept: dict[str, Any] = {"code": int(error["code"])}
        for name in ("errors", "details"):
            reasons = [str(one.get("reason")) for one in error.get(name) or ()]
            if known := [{"reason": reason} for reason in reasons if _REASON.fullmatch(reason)]:
                kept[name] = known
        return kept

    def _ours(self, id_: Any) -> bool:
        return isinstance(id_, str) and (id_.casefold() in self._own or id_ in self._own_ids)

    def _id(self, id_: str) -> str:
        kept: str = id_ if self._ours(id_) else self._stand_ins.id(str(id_))
        return kept

    def _channel(self, channel: Body) -> dict[str, Any]:
        snippet, uploads = channel["snippet"], channel["contentDetails"]["relatedPlaylists"]["uploads"]
        handle = str(snippet.get("customUrl") or "")
        ours = self._ours(channel["id"]) or handle.removeprefix("@").casefold() in self._own - {""}
        if ours:
            self._own_ids |= {channel["id"], uploads}
        words: dict[str, Any] = {
            "title": snippet["title"] if ours else self._stand_ins.name(snippet["title"]),
            "description": self._text(snippet.get("description") or "", ours=ours),
        }
        if handle:
            words["customUrl"] = handle if ours else self._stand_ins.handle(handle)
        if ours:
            words |= {name: snippet[name] for name in ("publishedAt", "country") if isinstance(snippet.get(name), str)}
            words |= self._thumbnails(snippet)
        statistics: dict[str, Any] = {name: str(int(one)) for name, one in self._counts(channel).items()}
        if isinstance(hidden := (channel.get("statistics") or {}).get("hiddenSubscriberCount"), bool):
            statistics["hiddenSubscriberCount"] = hidden
        return {
            "id": self._id(channel["id"]),
            "snippet": words,
            "statistics": statistics,
            "status": self._status(channel),
            "contentDetails": {"relatedPlaylists": {"uploads": self._id(uploads)}},
        }

    def _status(self, thing: Body) -> dict[str, Any]:
        status = thing.get("status") or {}
        return {name: status[name] for name in _SWITCHES if isinstance(status.get(name), bool | str)}

    def _counts(self, channel: Body) -> dict[str, Any]:
        statistics = channel.get("statistics") or {}
        return {name: statistics[name] for name in _COUNTS if name in statistics}

    def _thumbnails(self, snippet: Body) -> dict[str, Any]:
        pictures = snippet.get("thumbnails") or {}
        kept = {
            size: {name: one[name] for name in ("url", "width", "height") if isinstance(one.get(name), int | str)}
            for size in _SIZES
            if (one := pictures.get(size))
        }
        return {"thumbnails": kept} if kept else {}

    def _listed(self, item: Body) -> dict[str, Any]:
        details = item["contentDetails"]
        if self._ours(item["snippet"].get("channelId")):
            self._own_ids.add(details["videoId"])
        kept = {"videoId": self._id(details["videoId"])}
        if published := _cut(details.get("videoPublishedAt")):
            kept["videoPublishedAt"] = details["videoPublishedAt"] if self._ours(details["videoId"]) else published
        return {"contentDetails": kept}

    def _video(self, video: Body) -> dict[str, Any]:
        snippet = video["snippet"]
        ours = self._ours(snippet["channelId"])
        if ours:
            self._own_ids.add(video["id"])
        words: dict[str, Any] = {
            "channelId": self._id(snippet["channelId"]),
            "title": self._text(snippet["title"], ours=ours),
            "description": self._text(snippet.get("description") or "", ours=ours),
            "publishedAt": self._time(snippet["publishedAt"], ours=ours),
        }
        if ours:
            words |= {name: snippet[name] for name in _LANGUAGES if isinstance(snippet.get(name), str)}
            words |= self._thumbnails(snippet)
        kept: dict[str, Any] = {"id": self._id(video["id"]), "snippet": words}
        if "statistics" in video:  # without a count it tells that comments are off
            counted = video["statistics"].get("commentCount")
            kept["statistics"] = {} if counted is None else {"commentCount": str(int(counted))}
        if not ours:
            return kept
        details, recorded = video.get("contentDetails") or {}, video.get("recordingDetails") or {}
        kept |= {"status": self._status(video), "contentDetails": self._ratings(details)}
        place, location = recorded.get("locationDescription"), recorded.get("location") or {}
        kept["recordingDetails"] = {
            "location": {name: location[name] for name in _DEGREES if isinstance(location.get(name), int | float)},
            "locationDescription": self._text(place, ours=True) if isinstance(place, str) else "",
        }
        return kept

    def _ratings(self, details: Body) -> dict[str, Any]:
        rated = (details.get("contentRating") or {}).get("ytRating")
        kept: dict[str, Any] = {"contentRating": {"ytRating": rated} if rated == "ytAgeRestricted" else {}}
        if restriction := details.get("regionRestriction"):
            kept["regionRestriction"] = {
                name: [country for country in restriction[name] if _COUNTRY.fullmatch(str(country))]
                for name in _RESTRICTIONS
                if name in restriction
            }
        return kept

    def _subscriber(self, subscription: Body) -> dict[str, Any]:
        person = subscription["subscriberSnippet"]
        ours = self._ours(person["channelId"])
        return {
            "subscriberSnippet": {
                "channelId": self._id(person["channelId"]),
                "title": person["title"] if ours else self._stand_ins.name(str(person["title"])),
                "description": self._text(str(person.get("description") or ""), ours=ours),
            }
        }

    def _thread(self, thread: Body) -> dict[str, Any]:
        snippet: dict[str, Any] = {"topLevelComment": self._comment(thread["snippet"]["topLevelComment"])}
        if isinstance(count := thread["snippet"].get("totalReplyCount"), int):
            snippet["totalReplyCount"] = count
        kept: dict[str, Any] = {"snippet": snippet}
        if replies := (thread.get("replies") or {}).get("comments"):
            kept["replies"] = {"comments": [self._comment(one) for one in replies]}
        return kept

    def _comment(self, comment: Body) -> dict[str, Any]:
        snippet = comment["snippet"]
        author = (snippet.get("authorChannelId") or {}).get("value")
        ours = self._ours(author)
        if not ours and isinstance(name := snippet.get("authorDisplayName"), str):
            # It is not kept, but may stand in other texts.
            _ = self._stand_ins.handle(name) if name.startswith("@") else self._stand_ins.name(name)
        kept: dict[str, Any] = {
            "textDisplay": self._text(snippet["textDisplay"], ours=ours),
            "publishedAt": self._time(snippet["publishedAt"], ours=ours),
        }
        if author:
            kept["authorChannelId"] = {"value": self._id(author)}
        if self._ours(snippet.get("videoId")):
            kept["videoId"] = snippet["videoId"]
        return {"id": self._stand_ins.id(comment["id"]), "snippet": kept}

    def _time(self, time: Any, *, ours: bool) -> str:
        if ours:
            return time if isinstance(time, str) and _TIME.fullmatch(time) else ""
        return _cut(time)

    def _text(self, text: str, *, ours: bool) -> str:
        """The school's own words with other people's handles replaced, or nothing of anybody else's."""
        if not ours:
            return self._stand_ins.text(text)
        return _MENTION.sub(self._mention, _FILM.sub(self._film, text))

    def _film(self, film: re.Match[str]) -> str:
        # Not as an id, which would be replaced everywhere: an older video of ours is not yet known here.
        return film[0] if self._ours(film[1]) else self._stand_ins.address(film[0])

    def _mention(self, mention: re.Match[str]) -> str:
        whom = mention["whom"]
        known = self._ours(whom) or whom.casefold() in self._own
        return mention[0] if known else f"{mention['lead']}{self._stand_ins.handle(whom)}"


def _cut(time: Any) -> str:
    """A time to the minute, or "" where it is none."""
    return f"{time[: len('2026-11-22T12:38')]}:00Z" if isinstance(time, str) and _TIME.fullmatch(time) else ""
