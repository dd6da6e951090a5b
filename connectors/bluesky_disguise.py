"""Bluesky's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what Bluesky adds one day stays out of recordings by itself.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from connectors.recording import StandIns

_SIGNED_IN_ONLY = "!no-unauthenticated"
_RULES = re.compile(r"app\.bsky\.feed\.threadgate#\w+")
_COUNTS = ("followersCount", "followsCount", "postsCount")
_MENTION = re.compile(r"(?<![\w.])@((?:[\w-]+\.)+[\w-]+)")
# The own ids that a recording's answers told so far. In the first night the register knows only handles, and
# an answer may name the school by the id alone: in the address of the post that somebody replied to.
_OWN_DIDS: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()
_OWN_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    Times of other people's doings are cut to the minute, the founding of their accounts to the month. Raises
    ValueError when the body is no answer that the connector reads: it may not be recorded then.
    """
    stand_ins.spare(own)
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of Bluesky's")  # noqa: TRY004 - the Recorder asks for any exception
    dids = _OWN_DIDS.setdefault(stand_ins, set())
    dids |= {did.casefold() for did, handle in _authors(body) if handle.casefold() in own}
    stand_ins.spare(dids)
    return _Disguise(own | dids, stand_ins).answer(body)


def _authors(body: Any) -> Iterator[tuple[str, str]]:
    """Every (DID, handle) in the body, whoever it is."""
    to_do = [body]
    while to_do:
        part = to_do.pop()
        if isinstance(part, Mapping):
            did, handle = part.get("did"), part.get("handle")
            if isinstance(did, str) and isinstance(handle, str):
                yield did, handle
            to_do.extend(part.values())
        elif isinstance(part, list):
            to_do.extend(part)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own = own
        self._stand_ins = stand_ins

    def answer(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if "error" in body:
            # Ids stand behind a colon.
            return {"error": str(body["error"]), "message": str(body.get("message", "")).partition(":")[0]}
        if "did" in body:
            return self._person(body)
        kept: dict[str, Any] = {}
        for name, disguised in (
            ("followers", self._person),
            ("follows", self._person),
            ("feed", self._entry),
            ("posts", self._post),
        ):
            if name in body:
                kept[name] = [disguised(part) for part in body[name]]
        if "thread" in body:
            kept["thread"] = self._thread(body["thread"])
        if not kept:
            raise ValueError("not an answer that the connector reads")
        if "cursor" in body:
            # In a list of people it is made of the record by which somebody follows.
            kept["cursor"] = body["cursor"] if "feed" in body else self._stand_ins.id(body["cursor"])
        return kept

    def _ours(self, did: Any) -> bool:
        return isinstance(did, str) and did.casefold() in self._own

    def _person(self, person: Mapping[str, Any]) -> dict[str, Any]:
        if not self._ours(person["did"]):
            return self._stranger(person)
        kept = {"did": person["did"], "handle": person["handle"]}
        for name in ("displayName", "website", "avatar", "createdAt", "indexedAt"):
            if isinstance(person.get(name), str):
                kept[name] = person[name]
        for name in _COUNTS:
            if isinstance(person.get(name), int):
                kept[name] = person[name]
        if isinstance(bio := person.get("description"), str):
            kept["description"] = self._own_text(bio)
        if isinstance(person.get("labels"), list):
            kept["labels"] = _labels(person)
        chat = (person.get("associated") or {}).get("chat") or {}
        if "allowIncoming" in chat:
            kept["associated"] = {"chat": {"allowIncoming": chat["allowIncoming"]}}
        verification = person.get("verification") or {}
        if "verifiedStatus" in verification:
            kept["verification"] = {"verifiedStatus": verification["verifiedStatus"]}
        return kept

    def _stranger(self, person: Mapping[str, Any]) -> dict[str, Any]:
        kept = {
            "did": self._stand_ins.id(person["did"], like="did"),
            "handle": self._stand_ins.handle(person.get("handle") or "handle.invalid"),
        }
        if any(label["val"] == _SIGNED_IN_ONLY for label in _labels(person)):
            # Not read at all, and a replay must know why.
            return kept | {"labels": [label for label in _labels(person) if label["val"] == _SIGNED_IN_ONLY]}
        if person.get("displayName"):
            kept["displayName"] = self._stand_ins.name(person["displayName"])
        if person.get("description"):
            kept["description"] = self._stand_ins.text(person["description"])
        if created := _cut(person.get("createdAt"), len("2026-11")):
            kept["createdAt"] = f"{created}-01T00:00:00.000Z"
        return kept

    def _entry(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {"post": self._post(entry["post"])}
        reason = entry.get("reason") or {}
        if "by" in reason:
            kept["reason"] = {"by": self._person(reason["by"]), "indexedAt": reason["indexedAt"]}
            if "uri" in reason:
                kept["reason"]["uri"] = self._uri(reason["uri"])
        return kept

    def _thread(self, thread: Mapping[str, Any]) -> dict[str, Any]:
        """A thread of any depth, without recursion: people may answer one another a thousand times."""
        top: dict[str, Any] = {}
        to_do = [(thread, top)]
        while to_do:
            node, kept = to_do.pop()
            if "post" not in node:
                kept["notFound"] = True  # blocked or hidden come to the same: it is not shown
                continue
            kept["post"] = self._post(node["post"])
            if "replies" in node:
                kept["replies"] = [{} for _ in node["replies"]]
                to_do.extend(zip(node["replies"], kept["replies"], strict=True))
        return top

    def _post(self, post: Mapping[str, Any]) -> dict[str, Any]:
        ours = self._ours(post["author"]["did"])
        kept: dict[str, Any] = {
            "uri": self._uri(post["uri"]),
            "author": self._person(post["author"]),
            "record": self._record(post["record"], ours=ours),
        }
        if indexed := self._time(post.get("indexedAt"), ours=ours):
            kept["indexedAt"] = indexed
        if isinstance(post.get("replyCount"), int):
            kept["replyCount"] = post["replyCount"]
        if embed := self._embed(post.get("embed") or {}, ours=ours):
            kept["embed"] = embed
        if post.get("labels"):
            kept["labels"] = _labels(post)
        allowed = ((post.get("threadgate") or {}).get("record") or {}).get("allow")
        if ours and allowed is not None:
            # Only of what kind the rules are: a list may name people.
            kept["threadgate"] = {"record": {"allow": [_rule(one) for one in allowed]}}
        return kept

    def _record(self, record: Mapping[str, Any], *, ours: bool) -> dict[str, Any]:
        kept: dict[str, Any] = {"text": self._text(record["text"], ours=ours)}
        if created := self._time(record.get("createdAt"), ours=ours):
            kept["createdAt"] = created
        if isinstance(record.get("langs"), list):
            kept["langs"] = [str(language) for language in record["langs"]]
        features = [feature for facet in record.get("facets") or () for feature in facet["features"]]
        if links := [self._address(feature["uri"], ours=ours) for feature in features if "uri" in feature]:
            kept["facets"] = [{"features": [{"uri": link}]} for link in links]
        reply = record.get("reply") or {}
        if reply:
            kept["reply"] = {name: {"uri": self._uri(reply[name]["uri"])} for name in ("parent", "root")}
        return kept

    def _embed(self, embed: Mapping[str, Any], *, ours: bool) -> dict[str, Any]:
        """Pictures, film and cards; a quoted post is left out, and so is what we do not know."""
        embed = embed.get("media") or embed
        kept: dict[str, Any] = {}
        for name in ("images", "items"):
            if name in embed:
                pictures = [image for image in embed[name] if "fullsize" in image]
                kept[name] = [self._medium(image, "fullsize", ours=ours) for image in pictures]
        if "playlist" in embed:
            kept |= self._medium(embed, "playlist", ours=ours)
        if "external" in embed:
            kept["external"] = {"uri": self._address(embed["external"]["uri"], ours=ours)}
        return kept

    def _medium(self, view: Mapping[str, Any], address: str, *, ours: bool) -> dict[str, Any]:
        kept: dict[str, Any] = {address: self._address(view[address], ours=ours)}
        if view.get("alt"):
            kept["alt"] = self._text(view["alt"], ours=ours)
        ratio = view.get("aspectRatio") or {}
        if ratio:
            kept["aspectRatio"] = {name: int(ratio[name]) for name in ("width", "height")}
        return kept

    def _uri(self, uri: str) -> str:
        did, *rest = uri.removeprefix("at://").split("/")
        if self._ours(did):
            return uri
        collection, key = rest
        return f"at://{self._stand_ins.id(did, like='did')}/{collection}/{self._stand_ins.id(key)}"

    def _time(self, time: Any, *, ours: bool) -> str:
        if ours:
            return time if isinstance(time, str) and _OWN_TIME.fullmatch(time) else ""
        minute = _cut(time, len("2026-11-22T12:38"))
        return f"{minute}:00.000Z" if minute else ""

    def _text(self, text: str, *, ours: bool) -> str:
        return self._own_text(text) if ours else self._stand_ins.text(text)

    def _own_text(self, text: str) -> str:
        """The school's own words, with other people's handles replaced."""
        return _MENTION.sub(self._mention, text)

    def _mention(self, mention: re.Match[str]) -> str:
        handle = mention[1]
        return mention[0] if handle.casefold() in self._own else f"@{self._stand_ins.handle(handle)}"

    def _address(self, address: str, *, ours: bool) -> str:
        """An address in the school's own post stays, unless it leads to somebody's profile or post."""
        owner = address.partition("/profile/")[2].partition("/")[0]
        if ours and (not owner or owner.casefold() in self._own):
            return address
        return self._stand_ins.address(address)


def _labels(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels = body.get("labels") or ()
    return [{"val": str(label["val"]), "neg": label.get("neg") is True} for label in labels]


def _rule(rule: Mapping[str, Any]) -> dict[str, str]:
    kind = str(rule.get("$type"))
    return {"$type": kind} if _RULES.fullmatch(kind) else {}


def _cut(time: Any, length: int) -> str:
    """The first characters of a time, or "" where it is none."""
    return time[:length] if isinstance(time, str) and _OWN_TIME.fullmatch(time) else ""
