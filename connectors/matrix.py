"""Matrix: a room as its server shows it to anybody, and with a reader's token what is said in it.

The client-server interface of spec.matrix.org, version 1.15: what a room is comes from its summary, or from the list
of public rooms where a server knows no summaries yet. Messages are given to signed-in readers only; guests would have
to be registered, and this tool changes nothing anywhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from connectors import matrix_room
from connectors.connector import (
    ConnectorError,
    LoginWall,
    NotFound,
    Private,
    Refused,
    SchemaDrift,
    Unreachable,
    reading,
)
from connectors.http import Client
from connectors.matrix_disguise import disguise
from connectors.matrix_room import Body
from connectors.recording import host_of
from connectors.snapshot import (
    COMMENTS,
    MEDIA,
    POSTS,
    Account,
    CollectPlan,
    Coverage,
    CoverageStatus,
    Profile,
    Resource,
    Settings,
    Snapshot,
    complete,
    frame,
    not_offered,
    partial,
)

__all__ = ["RESOURCES", "collect", "disguise", "prove"]

RESOURCES = frozenset(
    {
        Resource.PROFILE,
        Resource.SETTINGS,
        Resource.POSTS,
        Resource.MEDIA,
        Resource.COMMENTS,
        Resource.FOLLOWERS,
    }
)

_PAGE = 100  # messages, or rooms of a list, at once
_ALIAS = re.compile(r"#[^:\s]+:([\w.\[\]-]+(?::\d+)?)")
_ROOM_ID = re.compile(r"![^:\s]+(?::([\w.\[\]-]+(?::\d+)?))?")  # since room version 12 without a server
_EVENT_ID = re.compile(r"(\$[^#\s]+)(?:#file)?")
_LINK = re.compile(r"(?i)https?://matrix\.to/#/([^?/]+)(?:/[^?]*)?(?:\?(.*))?")
_ADDRESS = re.compile(r"https?://[^\s<>\"|\\^{}`]+")
_GEO = re.compile(r"(?i)geo:(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)")
_KINDS = {"m.image": "image", "m.video": "video", "m.audio": "audio"}
_JOINING = {
    "public": "everyone",
    "knock": "asked",
    "knock_restricted": "asked",
    "restricted": "invited",
    "invite": "invited",
    "private": "invited",
}
_LABELS = {
    "restricted": "members of other rooms may enter without being asked",
    "knock_restricted": "members of other rooms may enter without being asked",
}
_SHOWN_TO_LATER_MEMBERS = frozenset({"shared", "world_readable"})
_DEAD_TOKEN = frozenset({"M_UNKNOWN_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED", "M_USER_SUSPENDED"})

_SIGNED_IN = (
    "Matrix shows messages to signed-in readers only. Make an account that only reads, and put its access token into"
    " secrets.toml; or have a person look at the room."
)
_SERVER_TOO = (
    "The access token is sent to no server but its own: name that one as base_url under [platforms.matrix] in"
    " school.toml."
)
_MEMBERS = "Matrix shows the list of a room's members to those who are in it; this tool takes their number only."

Row = dict[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the room. Raises ConnectorError when nothing of it is shown.

    The handle or address is an alias (#room:server), a room id or a matrix.to link. The room is asked for by id as
    soon as that is known, so that another room under the same alias is never taken for it: a label says when the
    alias leads elsewhere. The handle is the room's main alias, else the register's while it leads to this room, else
    the id. Asked is `plan.base_url`, the homeserver of the school, or the homeserver that the alias names.

    What the room's administrators write, those who may give and take everybody's rights in it (in rooms of version
    12 and later its creators too), is taken for the school's and becomes posts; what everybody else writes, moderators
    among them, becomes comments. Where rights cannot be read, no messages are read either. Deleted messages are none,
    edited ones have their newest words, words of others that are quoted in an answer are left out. With `plan.since`,
    older messages are left out, and complete means complete since then.

    `plan.secrets` may have the `access_token` of a reader; it is only ever sent to `plan.base_url`.
    """
    room = _Room.of(account, plan, http)
    summary = room.summary()
    profile = room.profile(summary)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.FOLLOWERS, not_offered(_MEMBERS))
    if plan.wants(Resource.PROFILE):
        coverage[Resource.PROFILE] = complete(1)
        with reading(Resource.PROFILE, coverage, (profile,)):
            profile = replace(profile, labels=(*profile.labels, *room.listed()))
    found = _Found(room)
    settings = Settings(joining=_JOINING.get(str(summary.get("join_rule") or "public")))
    if plan.wants(Resource.SETTINGS):
        with reading(Resource.SETTINGS, coverage, (settings,)):
            try:
                settings = replace(settings, posting_by=matrix_room.posting_by(*room.rights()))
                coverage[Resource.SETTINGS] = complete(1)
            except (Refused, Private) as error:
                coverage[Resource.SETTINGS] = partial(f"Who may write is not shown. {error}", 1, planned=True)
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = found.read(shown=summary.get("world_readable") is True)
    found.settle()
    others = _beside(coverage[Resource.POSTS], plan.since)
    coverage.setdefault(Resource.MEDIA, replace(others, read=len(found.media)))
    coverage.setdefault(Resource.COMMENTS, replace(others, read=len(found.comments)))
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        settings=settings if plan.wants(Resource.SETTINGS) else None,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values() if plan.wants(Resource.COMMENTS) else ()),
        gone=frozenset(found.gone),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the summary, with a token also the room's rights, and say what they show. Raises ConnectorError."""
    room = _Room.of(account, plan, http)
    profile = room.profile(room.summary())
    said = f"{room.server} shows {profile.handle} ({profile.name}) with {profile.followers} members"
    if not plan.secrets.get("access_token"):
        return f"{said}; without an access token its messages are not read."
    room.rights()
    return f"{said}; its messages can be read."


def _beside(posts: Coverage, since: datetime | None) -> Coverage:
    """How much was read of what comes with the posts: the mirror knows nothing of it from earlier nights."""
    if posts.status is CoverageStatus.COMPLETE and since:
        return partial(f"Only messages since {since:%d/%m/%Y} were asked for.", 0, planned=True, since=since)
    return posts


# Asking


@dataclass(slots=True)
class _Room:
    """One room and where to ask for it.

    `server` is the name of one on which the room is; `alias` and `id` are "" as long as they are not known.
    """

    plan: CollectPlan
    http: Client
    server: str
    url: str
    alias: str
    id: str
    leads_to: str = ""  # the room that the alias leads to tonight
    _rights: tuple[Body | None, Body] | None = None

    @classmethod
    def of(cls, account: Account, plan: CollectPlan, http: Client) -> "_Room":
        """The room that the register names. Raises NotFound where it names none."""
        via, alias, id_ = "", "", ""
        for written in (account.address.strip(), account.handle.strip()):
            link = _LINK.fullmatch(written)
            name = unquote(link[1]) if link else written
            if link and link[2]:
                via = next(iter(parse_qs(link[2]).get("via", ())), via)
            alias = name if _ALIAS.fullmatch(name) else alias
            id_ = name if _ROOM_ID.fullmatch(name) else id_
        known = account.platform_id.strip()
        if known and not _ROOM_ID.fullmatch(known):
            raise NotFound(f"'{known}' is no id of a room: empty 'Platform id' in the register.")
        named = _ALIAS.fullmatch(alias) or _ROOM_ID.fullmatch(id_)
        if named is None:
            raise NotFound("Write the room's alias in the register, as #room:server, or its matrix.to link.")
        server = named[1] or via
        if not server and not plan.base_url:
            raise NotFound("This room id names no server: write the room's alias in the register, as #room:server.")
        url = plan.base_url or _homeserver(server, http)
        server = server or host_of(url)
        return cls(plan, http, server, url.rstrip("/"), alias, known or id_)

    def summary(self) -> Body:
        """What the server tells anybody of the room. Raises Private where it is there and not shown."""
        if self.alias:
            self.leads_to = self._directory()
        if not self.id and not self.leads_to:
            raise NotFound(f"{self.server} knows no room {self.alias}.")
        room = self.id or self.leads_to
        try:
            summary = self._summary(room)
        except NotFound:
            if self.leads_to == room:
                raise Private(f"{self.server} shows the room {self.alias} to its members only.") from None
            if self.leads_to:
                raise NotFound(
                    f"{self.server} no longer shows the room that was read so far, and {self.alias} leads to another."
                    " Should that be yours, empty 'Platform id' in the register."
                ) from None
            raise NotFound(f"{self.server} shows no such room: it is gone, or for its members only.") from None
        self.id = _need(summary, "room_id", str, "a room")
        return summary

    def _directory(self) -> str:
        try:
            return str(_need(self.ask(f"v3/directory/room/{_quoted(self.alias)}"), "room_id", str, "the directory"))
        except NotFound:
            return ""

    def _summary(self, room: str) -> Body:
        try:
            # A school's own homeserver may know the room by way of another one only.
            return self.ask(f"v1/room_summary/{_quoted(room)}", via=self.server)
        except _Unrecognised:
            return self._from_list(room)

    def _from_list(self, room: str) -> Body:
        """The room in the server's list of public rooms, for servers older than version 1.15 of the interface."""
        params: dict[str, Any] = {"limit": _PAGE}
        for _ in range(self.plan.max_pages):
            page = self.ask("v3/publicRooms", **params)
            for one in _objects(page, "chunk", "the list of rooms"):
                if one.get("room_id") == room:
                    return one
            if not page.get("next_batch"):
                raise NotFound(f"{self.server} does not list the room among its public ones.")
            params["since"] = page["next_batch"]
        raise Unreachable(f"{self.server} lists too many rooms to find this one; its summary is not offered.")

    def profile(self, summary: Body) -> Profile:
        """The room's face."""
        main = summary.get("canonical_alias") or (self.alias if self.leads_to == self.id else "") or self.id
        topic = summary.get("topic") or ""
        members = summary.get("num_joined_members")
        noted = {
            "history is open to anybody": summary.get("world_readable"),
            "guests may enter without an account": summary.get("guest_can_join"),
            "messages are encrypted": summary.get("encryption"),
            "a space of rooms": summary.get("room_type") == "m.space",
            _LABELS.get(str(summary.get("join_rule")), ""): summary.get("join_rule") in _LABELS,
            "its alias now leads to another room": self.leads_to and self.leads_to != self.id,
        }
        return Profile(
            platform_id=self.id,
            handle=main,
            address=f"https://matrix.to/#/{_quoted(main)}",
            name=summary.get("name") or "",
            bio=topic,
            links=_links(topic),
            followers=members if isinstance(members, int) else None,
            avatar=summary.get("avatar_url") or "",
            labels=tuple(words for words, so in noted.items() if so),
            kind="room",
        )

    def listed(self) -> Iterator[str]:
        """The label of a room that stands in its server's public list."""
        try:
            said = self.ask(f"v3/directory/list/room/{_quoted(self.id)}")
        except (NotFound, _Unrecognised):  # rooms of other servers, and servers without it
            return
        if said.get("visibility") == "public":
            yield "in the server's public list"

    def rights(self) -> tuple[Body | None, Body]:
        """The room's power levels, None where it has none, and the event of its making."""
        if not self.plan.secrets.get("access_token"):
            raise Refused(_SIGNED_IN)
        if not self.plan.base_url:
            raise Refused(_SERVER_TOO)
        if self._rights is None:
            create = self.state("m.room.create", format="event")
            # Servers that do not know the format send the content alone.
            self._rights = self._levels(), create if "content" in create else {"content": create}
        return self._rights

    def _levels(self) -> Body | None:
        try:
            return self.state("m.room.power_levels")
        except NotFound:
            return None

    def state(self, event: str, **params: Any) -> Body:
        """One of the settings of the room."""
        return self.ask(f"v3/rooms/{_quoted(self.id)}/state/{event}", **params)

    def ask(self, path: str, **params: Any) -> Body:
        """One answer. Raises what an error stands for; _Unrecognised where the server has no such call."""
        # A token goes to its own homeserver and to no other.
        token = self.plan.secrets.get("access_token", "").strip() if self.plan.base_url else ""
        if not token.isascii():
            raise Refused("The access token for Matrix is not one; enter it again.")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.http.get(
            f"{self.url}/_matrix/client/{path}", params=params, headers=headers, ok=(200, 400, 401, 403, 404)
        )
        body = answer.json()
        if not isinstance(body, Mapping):
            raise SchemaDrift(f"{self.server} answered with something other than an object.")
        if answer.status == _OK and "errcode" not in body:
            return body
        raise self._refusal(answer.status, str(body.get("errcode") or ""), signed_in=bool(token))

    def _refusal(self, status: int, code: str, *, signed_in: bool) -> ConnectorError:
        if code == "M_UNRECOGNIZED":
            return _Unrecognised(f"{self.server} does not offer this ({status}).")
        if code in _DEAD_TOKEN:
            return Refused(
                f"{self.server} no longer accepts the access token ({code}); sign its account in again, and put the"
                " new token into secrets.toml."
            )
        if status == _UNAUTHORISED or code == "M_MISSING_TOKEN":
            return Refused(f"{self.server} shows this to signed-in readers only. {_SIGNED_IN}")
        if status == _FORBIDDEN:
            ask = "let the reader's account into the room" if signed_in else "have a person look"
            return Private(f"{self.server} shows this to the room's members only: {ask}.")
        if status in (_NOT_FOUND, _BAD):  # 400: a room that the server has never heard of
            return NotFound(f"{self.server} shows no such room or message ({code or status}).")
        return SchemaDrift(f"{self.server} answered with an error that is not expected here ({code or status}).")


_OK, _BAD, _UNAUTHORISED, _FORBIDDEN, _NOT_FOUND = 200, 400, 401, 403, 404  # HTTP statuses


class _Unrecognised(ConnectorError):
    """The server has no such call."""


def _homeserver(server: str, http: Client) -> str:
    """Where the homeserver of a name is reached; spec: Server discovery, /.well-known/matrix/client."""
    try:
        said = http.get_json(f"https://{server}/.well-known/matrix/client")
    except (NotFound, Refused, LoginWall, SchemaDrift):
        said = None
    named = said.get("m.homeserver") if isinstance(said, Mapping) else None
    url = named.get("base_url") if isinstance(named, Mapping) else None
    return url if isinstance(url, str) and re.match(r"https?://", url) else f"https://{server}"


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _need(body: Any, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"Matrix's answer lacks '{name}' in {where}.")
    return value


def _objects(body: Body, name: str, where: str) -> list[Body]:
    items = _need(body, name, list, where)
    if not all(isinstance(item, Mapping) for item in items):
        raise SchemaDrift(f"Matrix's answer lacks objects in {where}.")
    return list(items)


def _links(text: str) -> tuple[str, ...]:
    """The addresses that a text names, each once, without the punctuation after them."""
    return tuple(dict.fromkeys(address.rstrip(".,;:!?)]'\u2019\u201d") for address in _ADDRESS.findall(text)))


# Messages


@dataclass(slots=True)
class _Found:
    """What was read so far of the room's messages.

    `ours` are the administrators, `authors` who wrote each message, `hidden` how many are encrypted. `edits` are newer
    contents with their times, by who wrote them and the message that they replace.
    """

    room: _Room
    ours: frozenset[str] = frozenset()
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    hidden: int = 0
    edits: dict[tuple[str, str], tuple[int, Body]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)

    def read(self, *, shown: bool) -> Coverage:
        """Messages back to `plan.since` or the room's beginning, then those asked for by id.

        `shown` says that the whole history is open to anybody.
        """
        self.ours = matrix_room.administrators(*self.room.rights())
        coverage = self._read_back()
        if coverage.status is CoverageStatus.COMPLETE:
            coverage = self._judged(shown=shown)
        self._look_again()
        return replace(coverage, read=len(self.posts))

    def _judged(self, *, shown: bool) -> Coverage:
        if self.hidden:
            reason = f"{self.hidden} messages are encrypted: only people in the room can read them, and have to."
            return partial(reason, 0, planned=True)
        if not shown and self._history() not in _SHOWN_TO_LATER_MEMBERS:
            return partial("The room shows what was said since the reader's account entered it.", 0, planned=True)
        return complete(0)

    def _history(self) -> str:
        try:
            return str(self.room.state("m.room.history_visibility").get("history_visibility"))
        except NotFound:
            return "shared"  # the specification's default

    def _read_back(self) -> Coverage:
        plan, path = self.room.plan, f"v3/rooms/{_quoted(self.room.id)}/messages"
        params: dict[str, Any] = {"dir": "b", "limit": _PAGE}
        oldest: datetime | None = None
        places = set[str]()
        for _ in range(plan.max_pages):
            page = self.room.ask(path, **params)
            events = _objects(page, "chunk", "the messages")
            times = [_time(event) for event in events]
            for event, created in zip(events, times, strict=True):
                if plan.since and created < plan.since:
                    continue
                if len(self.posts) >= plan.max_posts:
                    return partial(f"Stopped at the cap of {plan.max_posts} posts.", 0, planned=True, since=oldest)
                self._keep(event, created)
                oldest = min(filter(None, (oldest, created)))
            place = page.get("end")
            # Servers' clocks differ: a single message with an old time is not yet the end.
            if not isinstance(place, str) or (plan.since and times and max(times) < plan.since):
                return complete(0)
            if place in places:
                raise Unreachable(f"{self.room.server}'s list of messages goes round in circles.")
            places.add(place)
            params["from"] = place
        return partial(f"Stopped at the cap of {plan.max_pages} pages of messages.", 0, planned=True, since=oldest)

    def _look_again(self) -> None:
        """Messages that are wanted in any case, each by its id."""
        for wanted in self.room.plan.refetch:
            match = _EVENT_ID.fullmatch(wanted)
            if match is None or match[1] in self.posts or match[1] in self.comments:
                continue
            try:
                event = self.room.ask(f"v3/rooms/{_quoted(self.room.id)}/event/{_quoted(match[1])}")
            except NotFound:
                self.gone.add(wanted)
                continue
            if not _need(event, "content", Mapping, "a message"):
                self.gone.add(wanted)  # deleted: nothing is left of what it said
                continue
            self._keep(event, _time(event))

    def _keep(self, event: Body, created: datetime) -> None:
        kind = _need(event, "type", str, "a message")
        content = _need(event, "content", Mapping, "a message")
        self.hidden += kind == matrix_room.ENCRYPTED and bool(content)
        if kind != matrix_room.MESSAGE or not content:  # deleted messages have no content
            return
        id_, sender = _need(event, "event_id", str, "a message"), _need(event, "sender", str, "a message")
        if target := matrix_room.replaced(content):
            self._edit(sender, target, event)
            return
        bundled = ((event.get("unsigned") or {}).get("m.relations") or {}).get("m.replace")
        if isinstance(bundled, Mapping) and isinstance(bundled.get("content"), Mapping):
            self._edit(sender, id_, bundled)
        row = {
            "id": id_,
            "address": f"https://matrix.to/#/{_quoted(self.room.id)}/{_quoted(id_)}",
            "text": matrix_room.words(content),
            "created": created,
        }
        self.authors[id_] = sender
        above = matrix_room.answered(content)
        if sender not in self.ours:
            self.comments[id_] = row | {"post_id": above, "author_id": sender, "ours": False}
            return
        self.posts[id_] = row | {
            "kind": "reply" if above else "post",
            "reply_to": above,
            "position": _position(content.get("geo_uri")),
        }
        self._keep_file(id_, content)

    def _keep_file(self, id_: str, content: Body) -> None:
        kind, address = _KINDS.get(str(content.get("msgtype"))), content.get("url")
        if not kind or not isinstance(address, str):
            return
        info = content.get("info")
        size = info if isinstance(info, Mapping) else {}
        self.media[f"{id_}#file"] = {
            "id": f"{id_}#file",
            "post_id": id_,
            "address": address,
            "kind": kind,
            **{name: size[key] for name, key in (("width", "w"), ("height", "h")) if isinstance(size.get(key), int)},
        }
        self.posts[id_]["media"] = (address,)

    def _edit(self, sender: str, target: str, event: Body) -> None:
        at = event.get("origin_server_ts")
        moment = at if isinstance(at, int) else 0
        if moment >= self.edits.get((sender, target), (0, {}))[0]:
            self.edits[sender, target] = moment, matrix_room.newer(event["content"])

    def settle(self) -> None:
        """Put the newest words in the place of the first ones; nobody can edit anybody else's."""
        for (sender, target), (at, content) in self.edits.items():
            if self.authors.get(target) != sender:
                continue
            if target in self.posts:
                self.posts[target] |= {"text": matrix_room.words(content), "edited": _moment(at)}
            else:
                self.comments[target]["text"] = matrix_room.words(content)
        for row in self.posts.values():
            row["links"] = _links(row["text"])


def _position(uri: Any) -> str:
    """Latitude and longitude of a geo: address (RFC 5870)."""
    found = _GEO.match(uri) if isinstance(uri, str) else None
    return f"{found[1]},{found[2]}" if found else ""


def _time(event: Body) -> datetime:
    at = event.get("origin_server_ts")
    if not isinstance(at, int):
        raise SchemaDrift("Matrix's answer lacks 'origin_server_ts' in a message.")
    return _moment(at)


def _moment(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
