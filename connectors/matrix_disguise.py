"""A Matrix server's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what servers add one day stays out of recordings by itself. Of people no
id is kept at all, administrators' ids included; the administrators' messages are the school's own and keep their words.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from connectors import matrix_room
from connectors.matrix_room import Body
from connectors.recording import StandIns

_WORDS = ("name", "topic", "canonical_alias", "avatar_url")
_CODES = ("join_rule", "room_type", "encryption", "room_version")
_LEVELS = ("events_default", "users_default", "state_default")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_PLACE = re.compile(r"[A-Za-z]?\d[\d_~-]*")  # in a list; numbers name nobody
_USER = re.compile(r"(?:@|%40)[\w.=/+-]+(?::|%3A)[\w.-]+\w(?::\d+)?", re.IGNORECASE)
_MINUTE = 60_000  # milliseconds
# The administrators of the school's rooms, and their messages, that a recording's answers have shown so far.
_KNOWN: WeakKeyDictionary[StandIns, tuple[set[str], set[str]]] = WeakKeyDictionary()


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody and every room but those in `own` (ids and aliases, casefolded) replaced.

    Times of other people's messages are cut to the minute. Raises ValueError when the body is no answer that the
    connector reads: it may not be recorded then.
    """
    return _Disguise(own, stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of answer."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own, self._stand_ins = own, stand_ins
        self._administrators, self._messages = _KNOWN.setdefault(stand_ins, (set(), set()))

    def answer(self, body: Any) -> object:
        match body:
            case {"errcode": str(code)}:
                return {"errcode": _code(code)}  # its words name what was asked for
            case {"m.homeserver": {"base_url": str(url)}}:
                return {"m.homeserver": {"base_url": url}}
            case {"chunk": list(items)}:
                return self._page(body, items)
            case {"room_id": str(), "num_joined_members": int()}:
                return self._summary(body)  # only ever asked about a room on the register
            case {"room_id": str(room), "servers": list()}:
                return {"room_id": room}
            case {"visibility": str(visibility)}:
                return {"visibility": _code(visibility)}
            case {"history_visibility": str(visibility)}:
                return {"history_visibility": _code(visibility)}
            case {"type": str(), "content": Mapping()}:
                self._meet([body] if body["type"] == matrix_room.MESSAGE else [])
                return self._event(body)
            case {"room_version": _} | {"creator": _}:
                return self._create({"content": body})["content"]
            case Mapping() if {"users", "events", *_LEVELS} & body.keys():
                return self._levels(body)
        raise ValueError("not an answer that the connector reads")

    def _page(self, page: Body, items: list[Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {name: self._place(page[name]) for name in ("next_batch", "end") if name in page}
        rooms = all("num_joined_members" in one for one in items) and "end" not in page and "start" not in page
        if not rooms:
            self._meet(items)
        kept["chunk"] = [self._listed(one) if rooms else self._event(one) for one in items]
        return kept

    def _meet(self, events: list[Any]) -> None:
        """Learn whose messages there are, and the names of people, before any text is looked at."""
        for event in events:
            if event["sender"] in self._administrators:
                self._messages.add(str(event["event_id"]))
            elif event["type"] == "m.room.member":
                self._stand_ins.name(str(event["content"].get("displayname") or ""))

    def _place(self, place: Any) -> str:
        """Where a list goes on; what may hold a room's or a person's id is replaced."""
        text = str(place)
        return text if _PLACE.fullmatch(text) else str(self._stand_ins.id(text))

    def _listed(self, room: Body) -> dict[str, Any]:
        names = (str(room["room_id"]), str(room.get("canonical_alias") or ""))
        if any(name.casefold() in self._own for name in names if name):
            return self._summary(room)
        return {"room_id": self._stand_ins.id(names[0]), "num_joined_members": 0}

    def _summary(self, room: Body) -> dict[str, Any]:
        kept: dict[str, Any] = {"room_id": str(room["room_id"])}
        kept["num_joined_members"] = int(room["num_joined_members"])
        kept |= {name: self._own_text(room[name]) for name in _WORDS if isinstance(room.get(name), str)}
        kept |= {name: _code(room[name]) for name in _CODES if isinstance(room.get(name), str)}
        flags = ("world_readable", "guest_can_join")
        return kept | {name: room[name] for name in flags if isinstance(room.get(name), bool)}

    def _levels(self, levels: Body) -> dict[str, Any]:
        # Nobody is an administrator for having made the room here: that is told by the event of its making.
        self._administrators |= matrix_room.administrators(levels, {"content": {"room_version": "1"}})
        kept: dict[str, Any] = {name: matrix_room.level(levels[name], 0) for name in _LEVELS if name in levels}
        users, events = levels.get("users") or {}, levels.get("events") or {}
        kept["users"] = {self._user(user): matrix_room.level(held, 0) for user, held in users.items()}
        asked = (matrix_room.MESSAGE, "m.room.power_levels")
        kept["events"] = {name: matrix_room.level(events[name], 0) for name in asked if name in events}
        return kept

    def _create(self, event: Body) -> dict[str, Any]:
        self._administrators |= matrix_room.creators(event)
        content = event["content"]
        made: dict[str, Any] = {"room_version": _code(str(content.get("room_version") or "1"))}
        if isinstance(content.get("creator"), str):
            made["creator"] = self._user(content["creator"])
        if more := content.get("additional_creators"):
            made["additional_creators"] = [self._user(user) for user in more]
        sender = {"sender": self._user(event["sender"])} if "sender" in event else {}
        return {"type": "m.room.create", **sender, "content": made}

    def _event(self, event: Body) -> dict[str, Any]:
        kind, sender = event["type"], str(event["sender"])
        if kind == "m.room.create":
            # Its id is left out: since room version 12 it is the room's own, which must stay as it is.
            return self._create(event) | {"origin_server_ts": int(event.get("origin_server_ts") or 0)}
        ours = sender in self._administrators
        kept = {"type": _code(kind), "sender": self._user(sender), **self._head(event, ours=ours), "content": {}}
        if kind == matrix_room.ENCRYPTED and event["content"]:
            kept["content"] = {"algorithm": "hidden"}
        if kind != matrix_room.MESSAGE:
            return kept  # who came and went, reactions and the like say nothing that is read
        kept["content"] = self._content(event["content"], ours=ours)
        newer = ((event.get("unsigned") or {}).get("m.relations") or {}).get("m.replace")
        if isinstance(newer, Mapping) and "content" in newer:
            there = {**self._head(newer, ours=ours), "content": self._content(newer["content"], ours=ours)}
            kept["unsigned"] = {"m.relations": {"m.replace": there}}
        return kept

    def _head(self, event: Body, *, ours: bool) -> dict[str, Any]:
        at = int(event["origin_server_ts"]) if "origin_server_ts" in event else 0
        return {
            "event_id": self._message(event["event_id"]) if "event_id" in event else "",
            "origin_server_ts": at if ours else at - at % _MINUTE,
        }

    def _message(self, id_: str) -> str:
        return id_ if id_ in self._messages else f"${self._stand_ins.id(id_.removeprefix('$'))}"

    def _content(self, content: Body, *, ours: bool) -> dict[str, Any]:
        if not content:
            return {}
        said = matrix_room.words(content)
        kept: dict[str, Any] = {
            "msgtype": _code(str(content.get("msgtype") or "")),
            "body": self._own_text(said) if ours else self._stand_ins.text(said),
        }
        if ours:
            kept |= {name: content[name] for name in ("url", "geo_uri") if isinstance(content.get(name), str)}
            size = content.get("info") or {}
            kept["info"] = {name: size[name] for name in ("w", "h") if isinstance(size.get(name), int)}
        if target := matrix_room.replaced(content):
            kept["m.relates_to"] = {"rel_type": "m.replace", "event_id": self._message(target)}
            kept["m.new_content"] = self._content(matrix_room.newer(content), ours=ours)
        elif above := matrix_room.answered(content):
            kept["m.relates_to"] = {"m.in_reply_to": {"event_id": self._message(above)}}
        return kept

    def _user(self, user: str) -> str:
        """A stand-in for an id, under which the name in it is not found either."""
        name, _, server = user.removeprefix("@").partition(":")
        if not user.startswith("@") or not name or not server:
            raise ValueError("not the id of a person")
        self._stand_ins.handle(name)
        return str(self._stand_ins.handle(user))

    def _own_text(self, text: str) -> str:
        """The school's own words, with the ids of people replaced."""
        return _USER.sub(lambda found: self._user(unquote(found[0])), text)


def _code(text: str) -> str:
    """A word of the interface. Raises ValueError where it is more than that."""
    if not _CODE.fullmatch(text):
        raise ValueError("not a word of the interface")
    return text
