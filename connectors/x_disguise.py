"""X's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what X adds one day stays out of recordings by itself. Both
spellings (tweet.*, post.*) pass as they came.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.recording import StandIns

_PROBLEM = ("title", "type", "status", "reason", "period", "scope")
_COUNTS = ("followers_count", "following_count", "tweet_count", "post_count")
_ASKED = frozenset({"id", "ids", "username", "usernames"})
_VERSIONS = ("edit_history_tweet_ids", "edit_history_post_ids")
_REFERENCES = ("referenced_tweets", "referenced_posts")
_NOTES = ("note_tweet", "note_post")
_INCLUDED_POSTS = ("tweets", "posts")
_MENTION = re.compile(r"(?<![\w@/])@(\w+)")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_HOSTS = re.compile(r"(?:[\w-]+\.)*(?:x|twitter)\.com")


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    Times of other people's posts are cut to the minute, the founding of their accounts to the month. Raises
    ValueError when the body is no answer that the connector reads: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of X's")  # noqa: TRY004 - the Recorder asks for any exception
    named = (user for user in _users(body) if str(user.get("username")).casefold() in own)
    return _Disguise(own | {str(user["id"]) for user in named}, stand_ins).answer(body)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _users(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every person in the answer, whoever it is."""
    for one in (*_listed(body.get("data")), *_listed((body.get("includes") or {}).get("users"))):
        if "username" in one:
            yield one


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own = own
        self._stand_ins = stand_ins
        self._own_posts: set[str] = set()
        self._own_media: set[str] = set()
        self._own_places: set[str] = set()

    def answer(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if not body.keys() & {"data", "meta", "errors", "title"}:
            raise ValueError("not an answer that the connector reads")
        includes = body.get("includes") or {}
        posts = [one for one in _listed(body.get("data")) if "username" not in one]
        self._learn(posts, [one for name in _INCLUDED_POSTS for one in includes.get(name) or ()])
        kept: dict[str, Any] = {name: body[name] for name in _PROBLEM if isinstance(body.get(name), str | int)}
        data = body.get("data")
        if isinstance(data, list):
            kept["data"] = [self._item(one) for one in data]
        elif data:
            kept["data"] = self._item(data)
        if includes:
            kept["includes"] = self._includes(includes)
        if "meta" in body:
            kept["meta"] = self._meta(body["meta"], of_posts=bool(posts))
        if isinstance(body.get("errors"), list):
            kept["errors"] = [error for one in body["errors"] for error in self._error(one)]
        return kept

    def _learn(self, posts: list[Any], included: list[Any]) -> None:
        """Find out which posts and pictures of this answer are ours."""
        for post in (*posts, *included):
            if not self._ours(post.get("author_id")):
                continue
            self._own_posts |= {post["id"]}.union(*(post.get(name) or () for name in _VERSIONS))
            if self._ours(post.get("in_reply_to_user_id")):
                self._own_posts |= {one["id"] for one in _references(post) if one["type"] == "replied_to"}
            if not _is_repost(post):
                self._own_media |= set((post.get("attachments") or {}).get("media_keys") or ())
                self._own_places |= {(post.get("geo") or {}).get("place_id") or ""}

    def _ours(self, id_: Any) -> bool:
        return isinstance(id_, str) and id_ in self._own

    def _id(self, id_: str) -> str:
        kept: str = self._stand_ins.id(str(id_), like="number")
        return kept

    def _item(self, one: Mapping[str, Any]) -> dict[str, Any]:
        return self._person(one) if "username" in one else self._post(one)

    def _includes(self, includes: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        if "users" in includes:
            kept["users"] = [self._person(one) for one in includes["users"]]
        for name in _INCLUDED_POSTS:
            if name in includes:
                kept[name] = [self._post(one) for one in includes[name]]
        if "media" in includes:
            ours = [one for one in includes["media"] if one.get("media_key") in self._own_media]
            kept["media"] = [self._medium(one) for one in ours]
        if "places" in includes:
            kept["places"] = [_place(one) for one in includes["places"] if one.get("id") in self._own_places]
        return kept

    def _meta(self, meta: Mapping[str, Any], *, of_posts: bool) -> dict[str, Any]:
        kept: dict[str, Any] = {"result_count": int(meta.get("result_count", 0))}
        if token := meta.get("next_token"):
            # In a list of people it may be made of when somebody began to follow.
            kept["next_token"] = token if of_posts else self._stand_ins.id(token)
        return kept

    def _error(self, error: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """An error about what was asked for; those about what a post refers to speak of other people."""
        if isinstance(names := error.get("parameters"), Mapping):
            yield {"parameters": {str(name): [] for name in names}}
        elif error.get("parameter", "ids") in _ASKED and error.get("section") != "includes":
            kept = {
                name: error[name]
                for name in ("title", "type", "parameter", "section", "resource_type")
                if isinstance(error.get(name), str)
            }
            kept["detail"] = str(error.get("detail", "")).partition(":")[0]  # ids stand behind the colon
            for name in ("value", "resource_id"):
                if isinstance(value := error.get(name), str):
                    kept[name] = self._asked(value, error)
            yield kept

    def _asked(self, value: str, error: Mapping[str, Any]) -> str:
        """The id or handle in an error. There is nobody behind the id of a post that is no more."""
        if value.casefold() in self._own:
            return value
        if error.get("resource_type") == "user":
            return self._id(value) if value.isdigit() else self._stand_ins.handle(value)
        return value if str(error.get("type")).endswith("/resource-not-found") else self._id(value)

    def _person(self, person: Mapping[str, Any]) -> dict[str, Any]:
        if not self._ours(person["id"]):
            return self._stranger(person)
        kept: dict[str, Any] = {}
        for name in (
            "id",
            "username",
            "name",
            "created_at",
            "location",
            "profile_image_url",
            "verified_type",
        ):
            if isinstance(person.get(name), str):
                kept[name] = person[name]
        for name in ("protected", "verified", "parody"):
            if isinstance(person.get(name), bool):
                kept[name] = person[name]
        for name in ("description", "url"):
            if isinstance(person.get(name), str):
                kept[name] = self._own_text(person[name])
        entities = person.get("entities") or {}
        marks = {name: self._urls(entities[name]) for name in ("description", "url") if entities.get(name)}
        if marks:
            kept["entities"] = marks
        metrics = person.get("public_metrics") or {}
        if metrics:
            kept["public_metrics"] = {name: int(metrics[name]) for name in _COUNTS if name in metrics}
        if codes := (person.get("withheld") or {}).get("country_codes"):
            kept["withheld"] = {"country_codes": [str(code) for code in codes]}
        return kept

    def _stranger(self, person: Mapping[str, Any]) -> dict[str, Any]:
        kept = {
            "id": self._id(person["id"]),
            "username": self._stand_ins.handle(person["username"]),
            "name": self._stand_ins.name(person.get("name") or ""),
        }
        if person.get("description"):
            kept["description"] = self._stand_ins.text(person["description"])
        if created := _cut(person.get("created_at"), len("2026-11")):
            kept["created_at"] = f"{created}-01T00:00:00.000Z"
        return kept

    def _post(self, post: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {"id": self._post_id(post["id"])}
        for name in ("author_id", "in_reply_to_user_id"):
            if isinstance(id_ := post.get(name), str):
                kept[name] = id_ if self._ours(id_) else self._id(id_)
        for name in _REFERENCES:
            if name in post:
                kept[name] = [self._reference(one, post) for one in post[name]]
        if self._ours(post.get("author_id")):
            return kept | _marks(post) | self._own_post(post)
        if minute := _cut(post.get("created_at"), len("2026-11-22T12:38")):
            kept["created_at"] = f"{minute}:00.000Z"
        return kept | _marks(post) | {"text": self._stand_ins.text(post["text"])}

    def _own_post(self, post: Mapping[str, Any]) -> dict[str, Any]:
        """What else there is to keep of a post of ours; what it passes on is somebody's words."""
        texts = ("created_at", "lang", "reply_settings")
        kept = {name: post[name] for name in texts if isinstance(post.get(name), str)}
        for name in _VERSIONS:
            if name in post:
                kept[name] = [str(id_) for id_ in post[name]]
        if _is_repost(post):
            return kept | {"text": self._stand_ins.text(post["text"])}
        if tagged := post.get("geo"):
            kept["geo"] = _tagged(tagged)
        for name in _NOTES:
            if post.get(name):
                kept[name] = self._text(post[name])
        if post.get("attachments"):
            kept["attachments"] = {"media_keys": list(post["attachments"].get("media_keys") or ())}
        return kept | self._text(post)

    def _text(self, words: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {"text": self._own_text(words["text"])}
        if words.get("entities"):
            kept["entities"] = self._urls(words["entities"])
        return kept

    def _post_id(self, id_: str) -> str:
        return id_ if id_ in self._own_posts else self._id(id_)

    def _reference(self, one: Mapping[str, Any], post: Mapping[str, Any]) -> dict[str, Any]:
        to_us = one["type"] == "replied_to" and self._ours(post.get("in_reply_to_user_id"))
        return {"type": str(one["type"]), "id": one["id"] if to_us else self._post_id(one["id"])}

    def _medium(self, medium: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: medium[name] for name in ("media_key", "type", "width", "height") if name in medium}
        for name in ("url", "preview_image_url"):
            if isinstance(medium.get(name), str):
                kept[name] = medium[name]
        if isinstance(alt := medium.get("alt_text"), str):
            kept["alt_text"] = self._own_text(alt)
        return kept

    def _urls(self, entities: Mapping[str, Any]) -> dict[str, Any]:
        """The links among entities; mentions name other people."""
        kept = []
        for one in entities.get("urls") or ():
            url = {name: one[name] for name in ("url", "media_key") if isinstance(one.get(name), str)}
            if isinstance(address := one.get("expanded_url"), str):
                url["expanded_url"] = self._address(address)
            kept.append(url)
        return {"urls": kept}

    def _own_text(self, text: str) -> str:
        """The school's own words, with other people's handles replaced."""
        return _MENTION.sub(self._mention, text)

    def _mention(self, mention: re.Match[str]) -> str:
        handle = mention[1]
        return mention[0] if handle.casefold() in self._own else f"@{self._stand_ins.handle(handle)}"

    def _address(self, address: str) -> str:
        """An address in the school's own post stays, unless it leads to somebody's profile or post."""
        parts = urlsplit(address)
        owner = parts.path.strip("/").partition("/")[0]
        elsewhere = not _HOSTS.fullmatch((parts.hostname or "").lower())
        return address if elsewhere or owner.casefold() in self._own else self._stand_ins.address(address)


def _marks(post: Mapping[str, Any]) -> dict[str, Any]:
    """What X says of a post, whoever wrote it; it is read of what the school passes on, too."""
    kept: dict[str, Any] = {}
    if isinstance(sensitive := post.get("possibly_sensitive"), bool):
        kept["possibly_sensitive"] = sensitive
    if withheld := post.get("withheld"):
        codes = [str(code) for code in withheld.get("country_codes") or ()]
        kept["withheld"] = {"copyright": bool(withheld.get("copyright")), "country_codes": codes}
    return kept


def _tagged(geo: Mapping[str, Any]) -> dict[str, Any]:
    """Where a post of ours was written."""
    kept: dict[str, Any] = {}
    if isinstance(place := geo.get("place_id"), str):
        kept["place_id"] = place
    if point := geo.get("coordinates"):
        kept["coordinates"] = {"type": "Point", "coordinates": [float(one) for one in point["coordinates"]]}
    return kept


def _place(place: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: str(place[name]) for name in ("id", "full_name") if place.get(name)}
    if geo := place.get("geo"):
        kept["geo"] = {"type": "Feature", "bbox": [float(one) for one in geo["bbox"]], "properties": {}}
    return kept


def _references(post: Mapping[str, Any]) -> list[Any]:
    return [one for name in _REFERENCES for one in post.get(name) or ()]


def _is_repost(post: Mapping[str, Any]) -> bool:
    return any(one["type"] == "retweeted" for one in _references(post))


def _cut(time: Any, length: int) -> str:
    """The first characters of a time, or "" where it is none."""
    return time[:length] if isinstance(time, str) and _TIME.fullmatch(time) else ""
