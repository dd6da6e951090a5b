"""Flickr's REST interface over a few people and their photos, with state and faults.

Shapes as in recorded answers, turned into JSON by Flickr's rule: attributes are fields, texts stand under `_content`,
what may come several times is a list. It refuses questions that Flickr does not have, and those without the key.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from imitations.scripted_site import Reply, Request, Site

KEY = "planted-flickr-key-of-hazelbrook"
"""The one key that the imitation accepts; tests look for it where no key may be."""

BEGAN = datetime(2023, 9, 1, 8, 0, 7, tzinfo=UTC)
PARAMETERS = {
    "flickr.urls.lookupUser": {"url"},
    "flickr.people.findByUsername": {"username"},
    "flickr.people.getInfo": {"user_id"},
    "flickr.profile.getProfile": {"user_id"},
    "flickr.contacts.getPublicList": {"user_id", "page", "per_page"},
    "flickr.people.getPublicPhotos": {"user_id", "extras", "per_page", "page", "safe_search"},
    "flickr.photos.getInfo": {"photo_id", "secret"},
    "flickr.photos.comments.getList": {"photo_id", "min_comment_date", "max_comment_date"},
}
"""What Flickr's documentation says that each method takes, besides what all take."""

EXTRAS = {
    *("description", "license", "date_upload", "date_taken", "owner_name", "icon_server", "original_format"),
    *("last_update", "geo", "tags", "machine_tags", "o_dims", "views", "media", "path_alias", "safety_level"),
    *("count_comments", "url_sq", "url_t", "url_s", "url_q", "url_m", "url_n", "url_z", "url_c", "url_l", "url_o"),
}
"""What Flickr gives of each photo in a list when it is asked for it."""

ALL_TAKE = {"method", "format", "nojsoncallback", "api_key"}
Json = dict[str, Any]


@dataclass
class Comment:
    """A comment under a photo."""

    id: str
    author: str
    name: str
    text: str
    created: datetime


@dataclass
class Photo:
    """A photo; `more` is laid over it in the list, None takes a field away.

    `position` is latitude, longitude and accuracy, `place` the names of regions, `can_comment` whether every member may.
    """

    id: str
    owner: str
    title: str
    text: str
    created: datetime
    tags: tuple[str, ...] = ()
    media: str = "photo"
    hidden: bool = False
    more: Json = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    position: tuple[Any, Any, Any] | None = None
    place: dict[str, str] = field(default_factory=dict)
    safety: int = 0
    tagged: bool = False
    can_comment: bool = True


@dataclass
class Person:
    """A person; `more` is laid over it. `contacts` are those whom they show that they follow."""

    nsid: str
    alias: str
    username: str
    more: Json = field(default_factory=dict)
    contacts: list[Json] = field(default_factory=list)


def ok(**body: Any) -> Reply:
    """An answer."""
    return Reply(json.dumps({**body, "stat": "ok"}), headers={"Content-Type": "application/json"})


def fail(code: int) -> Reply:
    """An error, which Flickr sends at status 200."""
    body = {"stat": "fail", "code": code, "message": "Words that name somebody@N00"}
    return Reply(json.dumps(body), headers={"Content-Type": "application/json"})


class Flickr(Site):
    """The imitation; a context manager.

    Attributes:
        asked: (method, query) of every request.
        objections: sentences on questions that Flickr does not have; leaving the block fails on them.
        faults: method -> replies that are sent instead, None for the ordinary one; the last of them for ever.
        counts_comments: whether the list tells how many comments a photo has.
    """

    def __init__(self) -> None:
        super().__init__()
        self.base_url = f"{self.url}/services/rest/"
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.objections: list[str] = []
        self.faults: dict[str, list[Reply | None]] = {}
        self.people: dict[str, Person] = {}
        self.photos: dict[str, Photo] = {}
        self.counts_comments = True
        self._numbers = count(1)

    def __exit__(self, *details: object) -> None:
        super().__exit__(*details)
        assert details[0] or not self.objections, "\n".join(self.objections)

    def add_person(self, alias: str, username: str, **more: Any) -> Person:
        """A person with an address of their own."""
        person = Person(f"{77_000_000 + next(self._numbers)}@N05", alias, username, more)
        self.people[person.nsid] = person
        return person

    def add_photo(self, owner: Person, title: str = "A picture", text: str = "", **details: Any) -> Photo:
        """A photo, by default a minute younger than the one before it."""
        number = next(self._numbers)
        created = details.pop("created", BEGAN + timedelta(minutes=number))
        photo = Photo(str(53_000_000_000 + number), owner.nsid, title, text, created, **details)
        self.photos[photo.id] = photo
        return photo

    def add_comment(self, photo: Photo, author: str, text: str, name: str = "nobody") -> Comment:
        """A comment by somebody's id."""
        number = next(self._numbers)
        id_ = f"66554433-{photo.id}-{72_157_641_000_000_000 + number}"
        photo.comments.append(Comment(id_, author, name, text, BEGAN + timedelta(days=1, minutes=number)))
        return photo.comments[-1]

    def fail(self, method: str, *replies: Reply, after: int = 0) -> None:
        """Let a method answer otherwise; `after` so many ordinary answers."""
        self.faults[f"flickr.{method}"] = [*[None] * after, *replies]

    def count(self, method: str) -> int:
        """How many requests a method got."""
        return sum(name == f"flickr.{method}" for name, _ in self.asked)

    def reply(self, request: Request) -> Reply:
        split = urlsplit(request.path)
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        method = query.get("method", "")
        with self._lock:
            self.requests.append(request)
            self.asked.append((method, query))
            if split.path != "/services/rest/" or method not in PARAMETERS:
                self.objections.append(f"no such method: {split.path} {method}")
                return fail(112)
            unknown = query.keys() - PARAMETERS[method] - ALL_TAKE
            self.objections += [f"{method} does not take {name}" for name in sorted(unknown)]
            if (query.get("format"), query.get("nojsoncallback")) != ("json", "1"):
                self.objections.append(f"{method} was not asked for plain JSON")
            extras = set(query.get("extras", "").split(",")) - {""}
            self.objections += [f"{method} gives no {name}" for name in sorted(extras - EXTRAS)]
            faults = self.faults.get(method) or []
            fault = (faults.pop(0) if len(faults) > 1 else faults[0]) if faults else None
            if fault is not None:
                return fault
            if query.get("api_key") != KEY:
                return fail(100)
            answer: Reply = getattr(self, f"_{method.rpartition('.')[2]}")(query)
            return answer

    def _lookupUser(self, query: dict[str, str]) -> Reply:  # noqa: N802 - Flickr's name
        name = urlsplit(query["url"]).path.strip("/").rpartition("/")[2]
        return self._user(one for one in self.people.values() if name in (one.alias, one.nsid))

    def _findByUsername(self, query: dict[str, str]) -> Reply:  # noqa: N802 - Flickr's name
        return self._user(one for one in self.people.values() if one.username == query["username"])

    def _user(self, found: Any) -> Reply:
        person = next(found, None)
        return ok(user={"id": person.nsid, "username": _text(person.username)}) if person else fail(1)

    def _getInfo(self, query: dict[str, str]) -> Reply:  # noqa: N802 - Flickr's name
        if "photo_id" in query:
            return self._photo(query["photo_id"])
        person = self.people.get(query["user_id"])
        if person is None:
            return fail(1)
        body = {
            "id": person.nsid,
            "nsid": person.nsid,
            "ispro": 0,
            "is_deleted": 0,
            "iconserver": "65535",
            "iconfarm": 66,
            "path_alias": person.alias or None,
            "username": _text(person.username),
            "realname": _text(""),
            "location": _text(""),
            "description": _text(""),
            "photosurl": _text(f"https://www.flickr.com/photos/{person.alias}/"),
            "photos": {"firstdate": _text("1693555207"), "count": _text(len(self._of(person.nsid)))},
        }
        return ok(person=_laid_over(body, person.more))

    def _getProfile(self, query: dict[str, str]) -> Reply:  # noqa: N802 - Flickr's name
        person = self.people[query["user_id"]]
        return ok(
            profile={
                "id": person.nsid,
                "nsid": person.nsid,
                "join_date": "1599724800",
                "occupation": "",
                "website": "https://hazelbrook.example/",
            }
        )

    def _getPublicList(self, query: dict[str, str]) -> Reply:  # noqa: N802 - Flickr's name
        size, page = int(query["per_page"]), int(query["page"])
        assert size <= 1000
        contacts = self.people[query["user_id"]].contacts
        body: Json = {"page": page, "pages": -(-len(contacts) // size), "per_page": size, "total": len(contacts)}
        if shown := contacts[(page - 1) * size : page * size]:
            body["contact"] = [{"iconserver": "1", "iconfarm": 1, "ignored": 0, **one} for one in shown]
        return ok(contacts=body)

    def _of(self, nsid: str) -> list[Photo]:
        mine = [one for one in self.photos.values() if one.owner == nsid and not one.hidden]
        return sorted(mine, key=lambda one: one.created, reverse=True)

    def _getPublicPhotos(self, query: dict[str, str]) -> Reply:  # noqa: N802 - Flickr's name
        size, page = int(query["per_page"]), int(query["page"])
        assert size <= 500
        mine = self._of(query["user_id"])
        shown = [self._listed(one, query["extras"].split(",")) for one in mine[(page - 1) * size : page * size]]
        pages = -(-len(mine) // size)
        return ok(photos={"page": page, "pages": pages, "perpage": size, "total": len(mine), "photo": shown})

    def _listed(self, photo: Photo, extras: list[str]) -> Json:
        body: Json = {
            "id": photo.id,
            "owner": photo.owner,
            "secret": "abc123",
            "server": "65535",
            "farm": 66,
            "title": photo.title,
            "ispublic": 1,
            "isfriend": 0,
            "isfamily": 0,
        }
        more: Json = {
            "description": {"description": _text(photo.text)},
            "date_upload": {"dateupload": str(int(photo.created.timestamp()))},
            "tags": {"tags": " ".join(photo.tags)},
            "media": {"media": photo.media, "media_status": "ready"},
            "safety_level": {"safety_level": str(photo.safety)},
            "geo": dict(zip(("latitude", "longitude", "accuracy"), photo.position or (0, 0, 0), strict=True))
            | {"context": 0},
            "count_comments": {"count_comments": str(len(photo.comments))} if self.counts_comments else {},
        }
        for size, width in (("o", 4000), ("l", 1024), ("z", 640)):
            address = f"https://live.example/{photo.id}_{size}.jpg"
            more[f"url_{size}"] = {
                f"url_{size}": address,
                f"width_{size}": width,
                f"height_{size}": str(width * 3 // 4),
            }
        for extra in extras:
            body |= more.get(extra, {})
        return _laid_over(body, photo.more)

    def _photo(self, id_: str) -> Reply:
        photo = self.photos.get(id_)
        if photo is None or photo.hidden:
            return fail(2 if photo else 1)
        owner = self.people[photo.owner]
        body = {
            "id": photo.id,
            "secret": "abc123",
            "server": "65535",
            "farm": 66,
            "dateuploaded": str(int(photo.created.timestamp())),
            "safety_level": str(photo.safety),
            "owner": {"nsid": owner.nsid, "username": owner.username, "realname": "", "path_alias": owner.alias},
            "title": _text(photo.title),
            "description": _text(photo.text),
            "dates": {"posted": str(int(photo.created.timestamp())), "lastupdate": "1700000000"},
            "comments": _text(str(len(photo.comments))),
            "people": {"haspeople": int(photo.tagged)},
            "publiceditability": {"cancomment": int(photo.can_comment), "canaddmeta": 0},
            "tags": {
                "tag": [
                    {
                        "id": f"1-{photo.id}-1",
                        "author": owner.nsid,
                        "raw": tag.title(),
                        "_content": tag,
                        "machine_tag": 0,
                    }
                    for tag in reversed(photo.tags)
                ]
            },
            "media": photo.media,
        }
        if photo.position:
            degrees = dict(zip(("latitude", "longitude", "accuracy"), photo.position, strict=True))
            body["location"] = degrees | {name: _text(text) for name, text in photo.place.items()}
        return ok(photo=_laid_over(body, photo.more))

    def _getList(self, query: dict[str, str]) -> Reply:  # noqa: N802 - Flickr's name
        photo = self.photos.get(query["photo_id"])
        if photo is None:
            return fail(1)
        body: Json = {"photo_id": photo.id}
        if photo.comments:
            body["comment"] = [
                {
                    "id": one.id,
                    "author": one.author,
                    "author_is_deleted": 0,
                    "authorname": one.name,
                    "iconserver": "0",
                    "iconfarm": 0,
                    "datecreate": str(int(one.created.timestamp())),
                    "permalink": f"https://www.flickr.com/photos/x/{photo.id}/#comment1",
                    "path_alias": "",
                    "realname": one.name.title(),
                    "_content": one.text,
                }
                for one in photo.comments
            ]
        return ok(comments=body)


def _text(text: Any) -> Json:
    return {"_content": text}


def _laid_over(body: Json, more: Json) -> Json:
    return {name: one for name, one in {**body, **more}.items() if name not in more or more[name] is not None}
