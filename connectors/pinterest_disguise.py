"""Pinterest's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what Pinterest adds one day stays out of recordings by itself.
"""

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from connectors.recording import StandIns

_ACCOUNT = ("account_type", "business_name", "profile_image", "website_url")
_COUNTS = ("follower_count", "following_count", "pin_count")
_PIN = ("title", "description", "alt_text")
_MENTION = re.compile(r"(?<![\w.@])@(\w{3,30})")
# The own handles that a recording's answers told so far: the register may know only the id, or an earlier handle.
_OWN_HANDLES: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()

Body = Mapping[str, Any]
Row = dict[str, Any]


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    Raises ValueError, KeyError or TypeError when the body is no answer that the connector reads, or the profile of
    somebody else: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of Pinterest's")  # noqa: TRY004 - the Recorder asks for any exception
    handles = _OWN_HANDLES.setdefault(stand_ins, set())
    if "username" in body and str(body.get("id")) in own:
        handles.add(body["username"].casefold())
    return _Disguise((own | handles) - {""}, stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own, self._stand_ins = own, stand_ins

    def answer(self, body: Body) -> Row:
        if "items" in body:
            kept: Row = {"items": [self._item(item) for item in body["items"]]}
            if isinstance(body.get("bookmark"), str):
                kept["bookmark"] = self._stand_ins.id(body["bookmark"])  # it may hold whom the next page begins with
            return kept
        if "code" in body and "id" not in body:
            return {"code": int(body["code"])}  # its words may name what was asked for
        return self._account(body) if "username" in body else self._item(body)

    def _item(self, item: Body) -> Row:
        if "id" not in item:
            return {"type": "user", "username": self._stand_ins.handle(str(item["username"]))}
        return self._board(item) if "name" in item else self._pin(item)

    def _account(self, account: Body) -> Row:
        if not self._ours(account["username"]):
            raise ValueError("the profile of somebody else")
        kept: Row = {"id": str(account["id"]), "username": account["username"]}
        kept |= {name: account[name] for name in _ACCOUNT if isinstance(account.get(name), str)}
        kept |= {name: account[name] for name in _COUNTS if isinstance(account.get(name), int)}
        return kept | {"about": self._own_text(account["about"])} if isinstance(account.get("about"), str) else kept

    def _board(self, board: Body) -> Row:
        owner = str((board.get("owner") or {}).get("username") or "")
        if not self._ours(owner):
            return {
                "id": self._stand_ins.id(str(board["id"]), like="number"),
                "name": self._stand_ins.text(board["name"]),
                "owner": {"username": self._stand_ins.handle(owner)},
            }
        kept: Row = {"id": str(board["id"]), "name": self._own_text(board["name"]), "owner": {"username": owner}}
        kept |= {name: str(board[name]) for name in ("created_at", "privacy") if board.get(name)}
        if isinstance(board.get("collaborator_count"), int):
            kept["collaborator_count"] = board["collaborator_count"]
        if isinstance(board.get("description"), str):
            kept["description"] = self._own_text(board["description"])
        return kept

    def _pin(self, pin: Body) -> Row:
        saved = bool(pin.get("parent_pin_id")) or pin.get("is_owner") is not True
        kept: Row = {
            "id": str(pin["id"]),
            "created_at": str(pin["created_at"]),
            "is_owner": pin.get("is_owner") is True,
        }
        for name in _PIN:
            if isinstance(pin.get(name), str):
                kept[name] = self._stand_ins.text(pin[name]) if saved else self._own_text(pin[name])
        if isinstance(pin.get("link"), str):
            kept["link"] = self._stand_ins.address(pin["link"]) if saved else pin["link"]
        if pin.get("parent_pin_id"):
            kept["parent_pin_id"] = self._stand_ins.id(str(pin["parent_pin_id"]), like="number")
        return kept | {"media": self._media(pin.get("media") or {}, saved=saved)}

    def _media(self, media: Body, *, saved: bool) -> Row:
        kept: Row = {name: str(media[name]) for name in ("media_type", "item_type") if media.get(name)}
        if media.get("cover_image_url"):
            kept["cover_image_url"] = self._address(media["cover_image_url"], saved=saved)
        if "images" in media:
            kept["images"] = {
                str(size): {
                    "url": self._address(picture["url"], saved=saved),
                    "width": _number(picture["width"]),
                    "height": _number(picture["height"]),
                }
                for size, picture in (media["images"] or {}).items()
            }
        if "items" in media:
            kept["items"] = [self._media(one, saved=saved) for one in media["items"]]
        return kept

    def _address(self, address: str, *, saved: bool) -> str:
        return self._stand_ins.address(address) if saved else str(address)

    def _ours(self, handle: str) -> bool:
        return handle.casefold() in self._own

    def _own_text(self, text: str) -> str:
        """The school's own words, with other people's handles replaced."""
        return _MENTION.sub(self._mention, text)

    def _mention(self, mention: re.Match[str]) -> str:
        return mention[0] if self._ours(mention[1]) else f"@{self._stand_ins.handle(mention[1])}"


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
