"""Threads' answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what Threads adds one day, and the token in the address of the next page,
stay out of recordings by themselves.
"""

import re
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from connectors.graph import Body, Row, disguised_error, disguised_paging
from connectors.recording import StandIns

_ACCOUNT = ("username", "name", "threads_profile_picture_url", "threads_biography")
_PICTURE = ("id", "media_type", "media_url", "thumbnail_url")
_WORDS = ("reply_audience", "hide_status")
_FLAGS = ("has_replies", "is_reply")
_WORD = re.compile(r"[A-Z_]{1,40}")
_MENTION = re.compile(r"(?<![\w.@])@([A-Za-z0-9_](?:[\w.]*\w)?)")
_THEIR_ADDRESS = re.compile(r"https?://(?:www\.)?(?:threads\.(?:com|net)|instagram\.com)/[^\s<>\"]*", re.IGNORECASE)
_TO_THE_MINUTE = len("2026-11-22T12:38")
# Own handles and ids, of the account and its posts, that a recording's answers told so far.
_OWN: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    The account's own answers are replaced too: they name the people whom they answer. Times of other people's doings
    are cut to the minute. Raises ValueError or KeyError when the body is no answer that the connector reads, or the
    profile of somebody else: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of Threads'")  # noqa: TRY004 - the Recorder asks for any exception
    known = _OWN.setdefault(stand_ins, set())
    if "timestamp" not in body and str(body.get("id")) in own and isinstance(body.get("username"), str):
        known.add(body["username"].casefold())  # renamed: the register knows the id
    return _Disguise({one.removeprefix("@") for one in own}, known, stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: set[str], known: set[str], stand_ins: StandIns) -> None:
        self._own = own
        self._known = known
        self._stand_ins = stand_ins

    def answer(self, body: Body) -> Row:
        if "error" in body:
            return {"error": disguised_error(body["error"])}
        if "data" in body:
            kept: Row = {"data": [self._item(item) for item in body["data"]]}
            ours = all(self._ours(str(item.get("username"))) for item in body["data"])
            return kept | disguised_paging(body, None if ours else self._stand_ins)
        return self._item(body) if "timestamp" in body else self._account(body)

    def _account(self, account: Body) -> Row:
        if not self._ours(account["username"]):
            raise ValueError("the profile of somebody else")
        kept: Row = {"id": account["id"]}
        kept |= {name: account[name] for name in _ACCOUNT if isinstance(account.get(name), str)}
        if isinstance(account.get("is_verified"), bool):
            kept["is_verified"] = account["is_verified"]
        if "threads_biography" in kept:
            kept["threads_biography"] = self._own_text(kept["threads_biography"])
        return kept

    def _item(self, item: Body) -> Row:
        if item.get("name") == "followers_count":
            return {"name": "followers_count", "total_value": {"value": int(item["total_value"]["value"])}}
        handle = str(item.get("username") or "")
        return self._post(item) if self._ours(handle) else self._comment(item, handle)

    def _post(self, post: Body) -> Row:
        """A post or an answer of the account's own."""
        self._known.add(str(post["id"]))
        answers = bool(post.get("is_reply") or post.get("replied_to") or "hide_status" in post)
        kept: Row = self._picture(post) | {"username": post["username"], "timestamp": str(post["timestamp"])}
        kept |= self._plain(post)
        if isinstance(post.get("text"), str):
            kept["text"] = self._stand_ins.text(post["text"]) if answers else self._own_text(post["text"])
        if isinstance(address := post.get("permalink"), str):
            kept["permalink"] = self._own_address(address)
        if isinstance(address := post.get("link_attachment_url"), str):
            kept["link_attachment_url"] = self._stand_ins.address(address) if answers else self._own_text(address)
        if whom := str((post.get("replied_to") or {}).get("id") or ""):
            kept["replied_to"] = {"id": whom if whom in self._known else self._stand_ins.id(whom, like="number")}
        if children := (post.get("children") or {}).get("data"):
            kept["children"] = {"data": [self._picture(one) for one in children]}
        return kept

    def _picture(self, picture: Body) -> Row:
        kept: Row = {name: str(picture[name]) for name in _PICTURE if picture.get(name)}
        if isinstance(picture.get("alt_text"), str):
            kept["alt_text"] = self._own_text(picture["alt_text"])
        return kept

    def _comment(self, comment: Body, handle: str) -> Row:
        kept: Row = {
            "id": self._stand_ins.id(str(comment["id"]), like="number"),
            "timestamp": f"{str(comment['timestamp'])[:_TO_THE_MINUTE]}:00+0000",
        }
        kept |= self._plain(comment)
        if handle:
            kept["username"] = self._stand_ins.handle(handle)
        if isinstance(words := comment.get("text"), str):
            kept["text"] = self._stand_ins.text(words)
        if isinstance(address := comment.get("permalink"), str):
            kept["permalink"] = self._stand_ins.address(address)
        return kept

    @staticmethod
    def _plain(item: Body) -> Row:
        """What says nothing of anybody."""
        kept: Row = {name: item[name] for name in _FLAGS if isinstance(item.get(name), bool)}
        return kept | {name: item[name] for name in _WORDS if _WORD.fullmatch(str(item.get(name)))}

    def _ours(self, handle: str) -> bool:
        return handle.casefold() in self._own | self._known

    def _own_text(self, text: str) -> str:
        """The school's own words, with other people's handles and the addresses of their posts replaced."""
        text = _THEIR_ADDRESS.sub(lambda found: self._own_address(found[0]), text)
        return _MENTION.sub(self._mention, text)

    def _own_address(self, address: str) -> str:
        """An address of a post stays where it is of the account itself."""
        whose = address.partition("/@")[2].partition("/")[0] if "/@" in address else address.split("/")[3]
        return address if self._ours(whose) or not _THEIR_ADDRESS.match(address) else self._stand_ins.address(address)

    def _mention(self, mention: re.Match[str]) -> str:
        return mention[0] if self._ours(mention[1]) else f"@{self._stand_ins.handle(mention[1])}"
