"""Mastodon's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what Mastodon adds one day stays out of recordings by itself. An account
is the school's own when its whole handle (name@server) or its id (server/number) is; where a server is reached under
another name than its handles carry, the first night's recording replaces the school as well.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from connectors import markup
from connectors.recording import StandIns

_COUNTS = ("followers_count", "following_count", "statuses_count")
_FLAGS = ("locked", "bot", "group", "memorial", "limited", "suspended", "hide_collections")
_VISIBILITIES = frozenset({"public", "unlisted", "private", "direct"})
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?")
_MENTION = re.compile(r"(?<![\w./])@([\w.-]*\w(?:@[\w.-]*\w)?)")
# The numbers of the school's accounts that a recording's answers told so far: a reply names whom it answers by the
# number alone.
_OWN_NUMBERS: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    Times of other people's doings are cut to the minute, the founding of their accounts to the month. Raises
    ValueError when the body is no answer that the connector reads: it may not be recorded then.
    """
    return _Disguise(own, stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own = own
        self._names = {handle.partition("@")[0] for handle in own if "@" in handle}
        self._stand_ins = stand_ins
        self._numbers = _OWN_NUMBERS.setdefault(stand_ins, set())

    def answer(self, body: object) -> object:
        self._numbers |= {person["id"] for person in _people(body) if self._ours(person)}
        match body:
            case list():
                return [self._item(one) for one in body]
            case {"acct": _} | {"content": _}:
                return self._item(body)
            case {"descendants": list(replies)}:
                return {"ancestors": [], "descendants": [self._status(one) for one in replies]}
            case {"registrations": Mapping() as registrations}:
                age = registrations.get("min_age")
                return {"registrations": {"min_age": age if isinstance(age, int) else None}}
            case {"error": str(error)}:
                return {"error": error.partition(":")[0]}
        raise ValueError("not an answer that the connector reads")

    def _item(self, item: Any) -> dict[str, Any]:
        return self._status(item) if "content" in item else self._person(item)

    def _ours(self, person: Mapping[str, Any]) -> bool:
        acct, host = str(person["acct"]).casefold(), markup.host(str(person.get("url") or ""))
        full = acct if "@" in acct else f"{acct}@{host}"
        # The number belongs to the server that was asked, which is this one only for an account without @.
        return full in self._own or ("@" not in acct and f"{host}/{person['id']}" in self._own)

    def _person(self, person: Mapping[str, Any]) -> dict[str, Any]:
        if not self._ours(person):
            return self._stranger(person)
        kept: dict[str, Any] = {name: str(person[name]) for name in ("id", "acct")}
        for name in ("url", "uri", "display_name", "avatar"):
            if isinstance(person.get(name), str):
                kept[name] = person[name]
        kept |= {name: person[name] for name in _COUNTS if isinstance(person.get(name), int)}
        kept |= {name: person[name] for name in _FLAGS if isinstance(person.get(name), bool)}
        kept["created_at"] = _cut(person.get("created_at"))
        kept["note"] = self._own_html(person.get("note") or "")
        kept["fields"] = [
            {
                "name": self._own_text(one["name"]),
                "value": self._own_html(one["value"]),
                "verified_at": _cut(one.get("verified_at")) or None,
            }
            for one in person.get("fields") or ()
        ]
        if person.get("moved"):
            kept["moved"] = self._person(person["moved"])
        return kept

    def _stranger(self, person: Mapping[str, Any]) -> dict[str, Any]:
        month = _cut(person.get("created_at"), len("2026-11"))
        return {
            "id": self._stand_ins.id(str(person["id"]), like="number"),
            "acct": self._stand_ins.handle(str(person["acct"])),
            "url": self._stand_ins.address(str(person.get("url") or "")),
            "display_name": self._stand_ins.name(str(person.get("display_name") or "")),
            "note": self._stand_ins.text(str(person.get("note") or "")),
            "created_at": f"{month}-01T00:00:00.000Z" if month else "",
        }

    def _status(self, status: Mapping[str, Any]) -> dict[str, Any]:
        ours = self._ours(status["account"])
        answered = str(status.get("in_reply_to_account_id") or "")
        kept: dict[str, Any] = {
            "id": self._number(status["id"], ours=ours),
            "account": self._person(status["account"]),
            "url": self._address(status.get("url"), ours=ours),
            "created_at": self._time(status.get("created_at"), ours=ours),
            "edited_at": self._time(status.get("edited_at"), ours=ours) or None,
            "spoiler_text": self._text(status.get("spoiler_text") or "", ours=ours),
            "content": self._html(status["content"], ours=ours),
            "replies_count": int(status.get("replies_count") or 0),
            "language": _language(status.get("language")),
            "in_reply_to_id": self._number(status.get("in_reply_to_id"), ours=answered in self._numbers),
            "in_reply_to_account_id": self._number(answered, ours=answered in self._numbers),
            "media_attachments": [self._medium(one, ours=ours) for one in status.get("media_attachments") or ()],
            "sensitive": status.get("sensitive") is True,
        }
        if status.get("visibility") in _VISIBILITIES:
            kept["visibility"] = status["visibility"]
        if status.get("reblog"):
            kept["reblog"] = self._status(status["reblog"])
        if address := (status.get("card") or {}).get("url"):
            kept["card"] = {"url": self._address(address, ours=ours)}
        if options := (status.get("poll") or {}).get("options"):
            kept["poll"] = {"options": [{"title": self._text(one["title"], ours=ours)} for one in options]}
        return kept

    def _medium(self, medium: Mapping[str, Any], *, ours: bool) -> dict[str, Any]:
        kept: dict[str, Any] = {
            "type": str(medium["type"]),
            "url": self._address(medium.get("url") or medium.get("remote_url"), ours=ours),
            "description": self._text(medium.get("description") or "", ours=ours),
        }
        size = (medium.get("meta") or {}).get("original") or {}
        if "width" in size and "height" in size:
            kept["meta"] = {"original": {name: int(size[name]) for name in ("width", "height")}}
        return kept

    def _number(self, number: Any, *, ours: bool) -> str | None:
        if not number:
            return None
        return str(number) if ours else str(self._stand_ins.id(str(number), like="number"))

    def _time(self, time: Any, *, ours: bool) -> str:
        if ours:
            return _cut(time)
        minute = _cut(time, len("2026-11-22T12:38"))
        return f"{minute}:00.000Z" if minute else ""

    def _address(self, address: Any, *, ours: bool) -> str | None:
        """An address in the school's own post stays, unless it leads to somebody's profile or post."""
        if not address:
            return None
        if ours and ("/@" not in address or self._own_page(address)):
            return str(address)
        return self._stand_ins.address(str(address))

    def _own_page(self, address: str) -> bool:
        name = address.partition("/@")[2].partition("/")[0].casefold()
        return (name if "@" in name else f"{name}@{markup.host(address)}") in self._own

    def _text(self, text: str, *, ours: bool) -> str:
        return self._own_text(text) if ours else self._stand_ins.text(text)

    def _html(self, html: str, *, ours: bool) -> str:
        return self._own_html(html) if ours else self._stand_ins.text(html)

    def _own_text(self, text: str) -> str:
        """The school's own words, with other people's handles replaced."""
        return _MENTION.sub(self._mention, text)

    def _mention(self, mention: re.Match[str]) -> str:
        handle = mention[1].casefold()
        kept = handle in self._own or handle in self._names
        return mention[0] if kept else f"@{self._stand_ins.handle(mention[1])}"

    def _own_html(self, html: str) -> str:
        """The same for marked-up text, where mentions are links that show only the name before the server."""
        soup = markup.parse(html)
        for anchor in soup.find_all("a"):
            address, classes = str(anchor.get("href") or ""), set(anchor.get("class") or ())
            stays = bool(self._address(address, ours=True) == address)
            if not stays and "mention" in classes:
                anchor.replace_with(self._stand_ins.handle(anchor.get_text().strip()))
            elif not stays:
                anchor.replace_with(self._stand_ins.address(address))
        body = soup.body
        return self._own_text("".join(map(str, body.contents)) if body else "")


def _people(body: Any) -> Iterator[Mapping[str, Any]]:
    """Every account in the body, whoever it is."""
    to_do = [body]
    while to_do:
        part = to_do.pop()
        if isinstance(part, Mapping):
            if "acct" in part and "note" in part:
                yield part
            to_do.extend(part.values())
        elif isinstance(part, list):
            to_do.extend(part)


def _cut(time: Any, length: int | None = None) -> str:
    """A time, or its first characters; "" where it is none."""
    return time[:length] if isinstance(time, str) and _TIME.fullmatch(time) else ""


def _language(language: Any) -> str | None:
    return language if isinstance(language, str) and re.fullmatch(r"[a-zA-Z-]{2,12}", language) else None
