"""Vimeo's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what Vimeo adds one day stays out of recordings by itself.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from connectors.recording import StandIns

_USER = ("uri", "name", "link", "location", "created_time", "account")
_VIDEO = ("uri", "name", "link", "created_time", "release_time", "modified_time", "language")
_CONNECTIONS = ("followers", "following", "videos", "comments", "replies")
_MENTION = re.compile(r"(?P<lead>(?<![\w.@/])@|vimeo\.com/)(?P<whom>(?!\d+\b)\w{2,32})")
_TO_THE_MINUTE = len("2026-11-22T12:38")
# Own ids and handles that a recording's answers told so far: the register may know only one of them.
_OWN: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()

Body = Mapping[str, Any]
Row = dict[str, Any]


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    Times of other people's doings are cut to the minute. Raises ValueError, KeyError or TypeError when the body is no
    answer that the connector reads, or the profile or a film of somebody else: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of Vimeo's")  # noqa: TRY004 - the Recorder asks for any exception
    known = _OWN.setdefault(stand_ins, set())
    if "uri" in body and "/users/" in str(body["uri"]) and ({_number(body), _handle(body)} - {""}) & (own | known):
        known |= {_number(body), _handle(body)}
    return _Disguise((own | known) - {""}, stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own, self._stand_ins = own, stand_ins

    def answer(self, body: Body) -> Row:
        if "data" in body:
            following = (body.get("paging") or {}).get("next")
            page = re.search(r"[?&]page=(\d+)", following or "")
            return {
                "data": [self._listed(item) for item in body["data"]],
                "paging": {"next": f"/?page={page[1]}" if page else None},
            }
        if "error" in body and "uri" not in body:
            return {"error": "an error", "error_code": int(body.get("error_code") or 0)}  # its words may name somebody
        if not self._ours(body if "/users/" in body["uri"] else body["user"]):
            raise ValueError("the profile or a film of somebody else")
        return self._account(body) if "/users/" in body["uri"] else self._film(body)

    def _listed(self, item: Body) -> Row:
        uri = item["uri"]
        if "/users/" in uri:
            return self._person(item)
        if "/comments/" in uri:
            return self._comment(item)
        if not self._ours(item["user"]):
            raise ValueError("a film of somebody else")
        return self._film(item)

    def _account(self, user: Body) -> Row:
        kept: Row = {name: user[name] for name in _USER if isinstance(user.get(name), str)}
        kept |= {"websites": [{"link": str(site["link"])} for site in user.get("websites") or ()]}
        if isinstance(user.get("bio"), str):
            kept["bio"] = self._own_text(user["bio"])
        if preferences := user.get("preferences"):
            kept["preferences"] = {
                "videos": {"privacy": {"comments": str(preferences["videos"]["privacy"]["comments"])}}
            }
        return kept | self._totals(user) | self._pictures(user)

    def _film(self, film: Body) -> Row:
        kept: Row = {name: film[name] for name in _VIDEO if isinstance(film.get(name), str)}
        kept["name"] = self._own_text(film["name"])
        if isinstance(film.get("description"), str):
            kept["description"] = self._own_text(film["description"])
        kept["tags"] = [{"name": self._own_text(tag["name"])} for tag in film.get("tags") or ()]
        kept["content_rating"] = [str(one) for one in film.get("content_rating") or ()]
        privacy = film.get("privacy") or {}
        kept["privacy"] = {name: str(privacy[name]) for name in ("view", "comments") if name in privacy}
        kept["user"] = {"uri": str(film["user"]["uri"])}
        return kept | self._totals(film) | self._pictures(film)

    def _person(self, person: Body) -> Row:
        number = self._stand_ins.id(_number(person), like="number")
        handle = self._stand_ins.handle(urlsplit(str(person.get("link") or "")).path.strip("/"))
        return {
            "uri": f"/users/{number}",
            "name": self._stand_ins.name(str(person.get("name") or "")),
            "link": f"https://vimeo.com/{handle or number}",
            "bio": self._stand_ins.text(str(person.get("bio") or "")),
            "created_time": f"{str(person['created_time'])[:_TO_THE_MINUTE]}:00+00:00"
            if "created_time" in person
            else "",
        }

    def _comment(self, comment: Body) -> Row:
        writer, time = comment.get("user"), str(comment["created_on"])
        ours = bool(writer) and self._ours(writer or {})
        film, number = str(comment["uri"]).split("/")[2], _number(comment)
        kept: Row = {
            "uri": f"/videos/{film}/comments/{self._stand_ins.id(number, like='number')}",
            "text": self._stand_ins.text(comment["text"]),  # the account's own answers name the people they answer
            "created_on": time if ours else f"{time[:_TO_THE_MINUTE]}:00+00:00",
            "user": None,
        }
        if writer and ours:
            kept["user"] = {"uri": str(writer["uri"])}
        elif writer:
            self._stand_ins.name(str(writer.get("name") or ""))
            kept["user"] = {"uri": f"/users/{self._stand_ins.id(_number(writer), like='number')}"}
        return kept | self._totals(comment)

    def _totals(self, body: Body) -> Row:
        connections = (body.get("metadata") or {}).get("connections") or {}
        totals = {name: {"total": int(connections[name]["total"])} for name in _CONNECTIONS if connections.get(name)}
        return {"metadata": {"connections": totals}}

    def _pictures(self, body: Body) -> Row:
        sizes = (body.get("pictures") or {}).get("sizes") or ()
        return {
            "pictures": {
                "sizes": [
                    {"link": str(one["link"]), "width": int(one["width"]), "height": int(one.get("height") or 0)}
                    for one in sizes
                ]
            }
        }

    def _ours(self, user: Body) -> bool:
        return bool(({_number(user), _handle(user)} - {""}) & self._own)

    def _own_text(self, text: str) -> str:
        """The school's own words, with other people's handles replaced."""
        return _MENTION.sub(self._mention, text)

    def _mention(self, mention: re.Match[str]) -> str:
        if mention["whom"].casefold() in self._own:
            return mention[0]
        return f"{mention['lead']}{self._stand_ins.handle(mention['whom'])}"


def _number(user: Body) -> str:
    return str(user["uri"]).rpartition("/")[2].partition(":")[0]


def _handle(user: Body) -> str:
    return urlsplit(str(user.get("link") or "")).path.strip("/").casefold()
