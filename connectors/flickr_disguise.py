"""Flickr's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what Flickr adds one day stays out of recordings by itself.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from connectors.recording import StandIns

_NUMBERS = ("page", "pages", "perpage", "total")
_SIZES = tuple(f"{name}_{size}" for name in ("url", "width", "height") for size in "olczm")
_PARTS = ("server", "secret", "originalsecret", "originalformat")
_KINDS = ("photo", "video")
_DEGREES = ("latitude", "longitude")
_REGIONS = ("neighbourhood", "locality", "county", "region", "country")
_MINUTE = 60  # seconds
# A handle in a text, and whoever an address of Flickr's leads to, with what follows in it.
_MENTION = re.compile(
    r"(?P<lead>(?<![\w.@/])@|(?:flickr\.com/(?:photos|people|groups)|flic\.kr/\w+)/)(?P<whom>[\w-]+(?:@N\d+)?)(?P<rest>/\d+)?",
    re.IGNORECASE,
)
# Own ids (of the account and its photos) that a recording's answers told so far. In the first night the register
# knows only a name, and later answers name the account by its id alone.
_OWN_IDS: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()

Body = Mapping[str, Any]


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and handles, casefolded) replaced.

    Times of other people's comments are cut to the minute. Raises when the body is no answer that the connector
    reads: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of Flickr's")  # noqa: TRY004 - the Recorder asks for any exception
    return _Disguise(own - {""}, _OWN_IDS.setdefault(stand_ins, set()), stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of answer."""

    def __init__(self, own: frozenset[str], own_ids: set[str], stand_ins: StandIns) -> None:
        self._own, self._own_ids, self._stand_ins = own, own_ids, stand_ins

    def answer(self, body: Body) -> dict[str, Any]:
        if body["stat"] == "fail":
            return {"stat": "fail", "code": int(body["code"])}  # its message may name what was asked for
        if body["stat"] != "ok":
            raise ValueError("neither an answer nor an error")
        kinds: dict[str, Callable[[Body], dict[str, Any]]] = {
            "user": self._user,
            "person": self._person,
            "profile": self._details,
            "photos": self._photos,
            "photo": self._photo,
            "comments": self._comments,
            "contacts": self._contacts,
        }
        (name,) = kinds.keys() & body.keys()
        return {"stat": "ok", name: kinds[name](body[name])}

    def _ours(self, *names: Any) -> bool:
        known = (name for name in names if isinstance(name, str) and name)
        return any(name.casefold() in self._own or name in self._own_ids for name in known)

    def _id(self, id_: str) -> str:
        kept: str = id_ if self._ours(id_) else self._stand_ins.id(str(id_))
        return kept

    def _user(self, user: Body) -> dict[str, Any]:
        # Only ever asked about the name that stands on the register, which the question itself tells.
        return {"id": str(user["id"])}

    def _person(self, person: Body) -> dict[str, Any]:
        nsid, alias, username = person["nsid"], person.get("path_alias") or "", _words(person["username"])
        ours = self._ours(nsid, alias, username)
        if ours:
            self._own_ids.add(nsid)
        kept: dict[str, Any] = {
            "nsid": self._id(nsid),
            "photos": {"count": {"_content": _number(person["photos"]["count"])}},
            "is_deleted": _number(person.get("is_deleted", 0)),
        }
        if not ours:
            names = {name: self._stand_ins.name(_words(person.get(name))) for name in ("username", "realname")}
            return kept | {name: {"_content": text} for name, text in names.items()}
        names = {name: _words(person.get(name)) for name in ("username", "realname", "location")}
        names["description"] = self._text(person.get("description"), ours=True)
        numbers = {name: _number(person.get(name, 0)) for name in ("ispro", "iconserver", "iconfarm")}
        return kept | {name: {"_content": text} for name, text in names.items()} | numbers | {"path_alias": alias}

    def _details(self, profile: Body) -> dict[str, Any]:
        if not self._ours(profile["nsid"]):
            return {"nsid": self._id(profile["nsid"])}
        return {
            "nsid": profile["nsid"],
            "join_date": _number(profile.get("join_date") or 0),
            "website": _words(profile.get("website")),
        }

    def _photos(self, photos: Body) -> dict[str, Any]:
        kept: dict[str, Any] = {name: _number(photos[name]) for name in _NUMBERS if name in photos}
        return kept | {"photo": [self._listed(photo) for photo in photos["photo"]]}

    def _listed(self, photo: Body) -> dict[str, Any]:
        ours = self._ours(photo["owner"])
        kept = self._common(photo, ours=ours)
        kept |= {"owner": self._id(photo["owner"]), "dateupload": _time(photo["dateupload"], ours=ours)}
        kept["tags"] = self._text(photo["tags"], ours=ours)
        if "count_comments" in photo:
            kept["count_comments"] = _number(photo["count_comments"])
        if ours:
            kept |= {name: photo[name] for name in _SIZES if isinstance(photo.get(name), int | str)}
            kept |= self._place(photo)
        return kept

    def _photo(self, photo: Body) -> dict[str, Any]:
        owner = photo["owner"]
        ours = self._ours(owner["nsid"])
        if not ours:
            self._meet(owner, "username")
        tags = [
            {"_content": self._text(tag["_content"], ours=ours and self._ours(tag.get("author")))}
            for tag in (photo.get("tags") or {}).get("tag") or ()
        ]
        kept = self._common(photo, ours=ours) | {
            "owner": {"nsid": self._id(owner["nsid"])},
            "dates": {"posted": _time(photo["dates"]["posted"], ours=ours)},
            "tags": {"tag": tags},
        }
        if "comments" in photo:
            kept["comments"] = {"_content": _number(photo["comments"])}
        if ours:
            kept |= {name: photo[name] for name in _PARTS if isinstance(photo.get(name), str)}
            location, public = photo.get("location") or {}, photo.get("publiceditability") or {}
            regions = {name: {"_content": self._text(location.get(name), ours=True)} for name in _REGIONS}
            kept["location"] = self._place(location) | regions
            kept["people"] = {"haspeople": _number((photo.get("people") or {}).get("haspeople", 0))}
            kept["publiceditability"] = {name: _number(public[name]) for name in ("cancomment",) if name in public}
        return kept

    def _place(self, place: Body) -> dict[str, Any]:
        kept: dict[str, Any] = {name: float(place[name]) for name in _DEGREES if place.get(name) not in (None, "")}
        return kept | {"accuracy": _number(place.get("accuracy") or 0)}

    def _common(self, photo: Body, *, ours: bool) -> dict[str, Any]:
        if ours:
            self._own_ids.add(photo["id"])
        kept = {"safety_level": _number(photo["safety_level"])} if ours and "safety_level" in photo else {}
        return kept | {
            "id": self._id(photo["id"]),
            "title": self._text(photo["title"], ours=ours),
            "description": {"_content": self._text(photo["description"], ours=ours)},
            "media": photo["media"] if photo["media"] in _KINDS else "",
        }

    def _contacts(self, contacts: Body) -> dict[str, Any]:
        kept: dict[str, Any] = {name: _number(contacts[name]) for name in _NUMBERS if name in contacts}
        return kept | {"contact": [self._contact(one) for one in contacts.get("contact") or ()]}

    def _contact(self, person: Body) -> dict[str, Any]:
        names = {name: _words(person.get(name)) for name in ("username", "realname", "path_alias")}
        if not self._ours(person["nsid"], names["path_alias"]):
            alias = self._stand_ins.handle(names.pop("path_alias"))
            names = {name: self._stand_ins.name(text) for name, text in names.items()} | {"path_alias": alias}
        return {"nsid": self._id(person["nsid"]), **names}

    def _comments(self, comments: Body) -> dict[str, Any]:
        photo = self._id(comments["photo_id"])
        kept: dict[str, Any] = {"photo_id": photo}
        if "comment" in comments:
            kept["comment"] = [self._comment(one, photo) for one in comments["comment"]]
        return kept

    def _comment(self, comment: Body, photo: str) -> dict[str, Any]:
        ours = self._ours(comment["author"])
        if not ours:
            self._meet(comment, "authorname")
        # Its first part is a person, its second the photo, its last the comment.
        number = self._stand_ins.id(str(comment["id"]).rpartition("-")[2])
        return {
            "id": f"0-{photo}-{number}",
            "author": self._id(comment["author"]),
            "datecreate": _time(comment["datecreate"], ours=ours),
            "_content": self._text(comment["_content"], ours=ours),
        }

    def _meet(self, person: Body, username: str) -> None:
        """Remember somebody's names: they are not kept, but may stand in other texts."""
        for name in (username, "realname"):
            self._stand_ins.name(_words(person.get(name)))
        self._stand_ins.handle(_words(person.get("path_alias")))

    def _text(self, words: Any, *, ours: bool) -> str:
        """The school's own words with other people's handles replaced, or nothing of anybody else's."""
        text = _words(words)
        return _MENTION.sub(self._mention, text) if ours else self._stand_ins.text(text)

    def _mention(self, mention: re.Match[str]) -> str:
        if self._ours(mention["whom"]):
            return mention[0]
        return f"{mention['lead']}{self._stand_ins.handle(mention['whom'])}"


def _words(value: Any) -> str:
    value = value.get("_content", "") if isinstance(value, Mapping) else value
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return int(value["_content"] if isinstance(value, Mapping) else value)


def _time(seconds: Any, *, ours: bool) -> int:
    """A time in seconds, cut to the minute where it is not our own."""
    number = _number(seconds)
    return number if ours else number - number % _MINUTE
