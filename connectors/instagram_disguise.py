"""Instagram's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what Instagram adds one day, and the token in the address of the next
page, stay out of recordings by themselves.
"""

import re
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from connectors.graph import Body, Row, disguised_error, disguised_paging
from connectors.recording import StandIns

_ACCOUNT = ("username", "name", "account_type", "biography", "website", "profile_picture_url")
_COUNTS = ("followers_count", "follows_count", "media_count")
_PICTURE = ("id", "media_type", "media_url", "thumbnail_url")
_MENTION = re.compile(r"(?<![\w.@])@([A-Za-z0-9_](?:[\w.]*\w)?)")
_TO_THE_MINUTE = len("2026-11-22T12:38")
# The own handles that a recording's answers told so far: the register may know only the id, or an earlier handle.
_OWN_HANDLES: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    Times of other people's doings are cut to the minute. Raises ValueError or KeyError when the body is no answer
    that the connector reads, or the profile of somebody else: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of Instagram's")  # noqa: TRY004 - the Recorder asks for any exception
    handles = _OWN_HANDLES.setdefault(stand_ins, set())
    if "username" in body and str(body.get("user_id")) in own:
        handles.add(body["username"].casefold())
    return _Disguise(own | handles, stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own = own
        self._stand_ins = stand_ins

    def answer(self, body: Body) -> Row:
        if "error" in body:
            return {"error": disguised_error(body["error"])}
        if "data" in body:
            return self._list(body)
        return self._account(body) if "user_id" in body else self._item(body)

    def _list(self, body: Body) -> Row:
        ours = all(_is_post(item) for item in body["data"])
        kept: Row = {"data": [self._item(item) for item in body["data"]]}
        return kept | disguised_paging(body, None if ours else self._stand_ins)

    def _account(self, account: Body) -> Row:
        if not self._ours(account["username"]):
            raise ValueError("the profile of somebody else")
        kept: Row = {"user_id": account["user_id"]}
        kept |= {name: account[name] for name in _ACCOUNT if isinstance(account.get(name), str)}
        kept |= {name: account[name] for name in _COUNTS if isinstance(account.get(name), int)}
        if "biography" in kept:
            kept["biography"] = self._own_text(kept["biography"])
        return kept

    def _item(self, item: Body) -> Row:
        return self._post(item) if _is_post(item) else self._comment(item)

    def _post(self, post: Body) -> Row:
        kept: Row = self._picture(post) | {"permalink": str(post["permalink"]), "timestamp": str(post["timestamp"])}
        if isinstance(post.get("caption"), str):
            kept["caption"] = self._own_text(post["caption"])
        if isinstance(post.get("comments_count"), int):
            kept["comments_count"] = post["comments_count"]
        if isinstance(post.get("is_comment_enabled"), bool):
            kept["is_comment_enabled"] = post["is_comment_enabled"]
        if children := (post.get("children") or {}).get("data"):
            kept["children"] = {"data": [self._picture(one) for one in children]}
        return kept

    def _picture(self, picture: Body) -> Row:
        kept: Row = {name: str(picture[name]) for name in _PICTURE if picture.get(name)}
        if isinstance(picture.get("alt_text"), str):
            kept["alt_text"] = self._own_text(picture["alt_text"])
        return kept

    def _comment(self, comment: Body) -> Row:
        writer = comment.get("from") or {}
        handle = str(comment.get("username") or writer.get("username") or "")
        ours = self._ours(handle)
        time = str(comment["timestamp"])
        kept: Row = {
            "id": self._stand_ins.id(str(comment["id"]), like="number"),
            "timestamp": time if ours else f"{time[:_TO_THE_MINUTE]}:00+0000",
        }
        if handle:
            kept["username"] = handle if ours else self._stand_ins.handle(handle)
        if id_ := str(writer.get("id") or ""):
            kept["from"] = {"id": id_ if ours else self._stand_ins.id(id_, like="number")}
        if isinstance(words := comment.get("text"), str):
            # The account's own answers name the people they answer.
            kept["text"] = self._stand_ins.text(words)
        if isinstance(comment.get("hidden"), bool):
            kept["hidden"] = comment["hidden"]
        if "replies" in comment:
            kept["replies"] = self._list(comment["replies"])
        return kept

    def _ours(self, handle: str) -> bool:
        return handle.casefold() in self._own or f"@{handle.casefold()}" in self._own

    def _own_text(self, text: str) -> str:
        """The school's own words, with other people's handles replaced."""
        return _MENTION.sub(self._mention, text)

    def _mention(self, mention: re.Match[str]) -> str:
        return mention[0] if self._ours(mention[1]) else f"@{self._stand_ins.handle(mention[1])}"


def _is_post(item: Body) -> bool:
    """Posts have an address, comments are not asked for one; whatever is in doubt is a comment."""
    return "permalink" in item
