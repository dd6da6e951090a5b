"""Telegram: the public card of a channel, group or person, and the posts of public channels (t.me and t.me/s).

No key is needed and nobody signs in. Telegram has no interface for reading another's channel; these are the pages
that it shows to everybody. Twenty posts come at once, `?before=N` gives those older than N. t.me has no robots.txt
(November 2026); should it get one, it is respected. Its terms (telegram.org/tos/content-licensing) allow no use other
than a reader's ordinary one: only what the school registers as its own is opened, and each page once a night.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.connector import (
    Capped,
    LoginWall,
    NotFound,
    NotOffered,
    Private,
    Refused,
    SchemaDrift,
    reading,
)
from connectors.http import Client
from connectors.robots import Robots
from connectors.snapshot import (
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
    moment,
    not_offered,
    partial,
)
from connectors.telegram_disguise import disguise
from connectors.telegram_page import Card, Message, Preview, read_card, read_preview

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

_LARGEST = 5_000_000  # bytes; twenty long posts are a tenth of it
_OK = 200
_PAGE_OR_LEAD = frozenset({_OK, 301, 302, 303, 307, 308})
_NAME = re.compile(r"@?([a-z]\w{3,31})", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?@?([a-z]\w{3,31})(?:[/?#].*)?", re.IGNORECASE | re.ASCII
)
_INVITATION = re.compile(r"(?:^|/)(?:\+|joinchat/)[\w-]+")
_KINDS = {"subscriber": "channel", "member": "group", "monthly user": "automated"}

_COMMENTS = not_offered("Telegram shows comments in the app only; a person opens the channel and its discussion group.")
_FOLLOWERS = not_offered("Telegram gives strangers a number and no list.")
_OPEN = "Anybody may enter what is public; who may write and comment is shown to its owner only: a person looks."
_PERSONS = not_offered("Telegram shows the settings of a person or bot to nobody else; a person looks and attests.")
_NO_PREVIEW = "Telegram shows no preview of the channel's posts outside the app; a person opens it there."
_NO_POSTS = {
    "group": "Telegram shows a group's messages in the app only; a person opens it there.",
    "personal": "This is a person's profile and no channel: it has no posts.",
    "automated": "This is a bot and no channel: it has no posts.",
}


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read what is public under the name. Raises ConnectorError when its card cannot be read.

    A card says what has the name: `kind` is channel, group, personal or automated (a bot), "" when a card gives no
    number to tell a channel from a group. `followers` is the number of subscribers or members. The platform id is
    the number that a channel's posts carry; Telegram shows nothing by number, so a channel that changed its name is
    not found, and one that has the name with another number raises NotFound. With `plan.since`, older posts are left
    out. The text of a post includes its poll, the names of its files, and contacts it hands on; what is forwarded
    from others is a repost. That a post was edited is shown without a time, and is not kept.
    """
    telegram = _Telegram(account, plan, http)
    card = telegram.card()
    kind = _kind(card, telegram.name)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    person = kind in ("personal", "automated")
    coverage.setdefault(Resource.SETTINGS, _PERSONS if person else partial(_OPEN, 1, planned=True))
    coverage.setdefault(Resource.COMMENTS, _COMMENTS)
    coverage.setdefault(Resource.FOLLOWERS, _FOLLOWERS)
    found = _Found(account, plan)
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            if kind in _NO_POSTS:
                raise NotOffered(_NO_POSTS[kind])
            coverage[Resource.POSTS] = found.read(telegram)
        if found.stranger:
            raise NotFound(found.stranger)
    posts = coverage[Resource.POSTS]
    if plan.wants(Resource.MEDIA):
        coverage[Resource.MEDIA] = found.media_coverage(posts)
    count, what = card.counted
    profile = Profile(
        platform_id=found.channel_id,
        handle=telegram.name,
        address=f"https://t.me/{telegram.name}",
        name=card.title,
        bio=card.bio,
        links=card.links,
        followers=count if what else None,
        avatar=card.avatar,
        verified=card.verified,
        kind=kind,
    )
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        settings=None if person or not plan.wants(Resource.SETTINGS) else _settings(kind),
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media() if plan.wants(Resource.MEDIA) else ()),
        gone=frozenset(found.gone),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Open the card and say what it shows. Raises ConnectorError."""
    telegram = _Telegram(account, plan, http)
    card = telegram.card()
    return f"t.me/{telegram.name} answers: '{card.title}', {card.extra}."


def _kind(card: Card, name: str) -> str:
    _, what = card.counted
    if what:
        return _KINDS[what]
    button = card.button.casefold()
    if "bot" in button or name.casefold().endswith("bot"):  # core.telegram.org/bots/features: all bots' names do
        return "automated"
    if "send" in button:
        return "personal"
    if not card.extra:
        raise SchemaDrift(f"t.me/{name} does not say whether it is a channel, a group or a person; a person opens it.")
    return ""


def _settings(kind: str) -> Settings:
    return Settings(joining="everyone", posting_by="owner" if kind == "channel" else None)


# Asking


class _Telegram:
    """The public pages of one name."""

    def __init__(self, account: Account, plan: CollectPlan, http: Client) -> None:
        self.name = _name(account)
        self._base, self._http, self._robots = plan.base_url, http, Robots(http, "Telegram")

    def card(self) -> Card:
        """The card. Raises ConnectorError when there is none."""
        status, text = self._open(f"{self._base}/{self.name}")
        if status != _OK:
            raise LoginWall(f"Telegram sends us elsewhere instead of showing t.me/{self.name}; a person opens it.")
        card = read_card(text)
        if not card.title:
            raise NotFound(
                f"Telegram shows nothing under the name {self.name}: it was given up or changed, or is private; a "
                "person looks in the app, and puts the new name on the register."
            )
        return card

    def preview(self, before: int | None = None) -> Preview:
        """Up to twenty posts, the newest of all or those before a number. Raises ConnectorError."""
        status, text = self._open(f"{self._base}/s/{self.name}", {"before": before} if before else {})
        if status != _OK:
            raise NotOffered(_NO_PREVIEW)
        preview = read_preview(text)
        strangers = {
            message.channel for message in preview.messages if message.channel.casefold() != self.name.casefold()
        }
        if strangers:
            raise SchemaDrift(f"The preview of {self.name} shows posts of another channel; a person opens it.")
        return preview

    def _open(self, address: str, params: Mapping[str, Any] | None = None) -> tuple[int, str]:
        if not self._robots.allow(address):
            raise Refused(f"t.me asks programs in its robots.txt not to read this page; a person opens {address}.")
        answer = self._http.get(
            address,
            params=params,
            headers={"Accept-Language": "en"},  # the words on a card are those of the reader's language
            ok=_PAGE_OR_LEAD,
            max_bytes=_LARGEST,
            within=lambda _: False,
        )
        return answer.status, answer.text


def _name(account: Account) -> str:
    typed = [text.strip().rstrip("/") for text in (account.handle, account.address) if text.strip()]
    for text in typed:
        found = _NAME.fullmatch(text) or _ADDRESS.fullmatch(text)
        if found and not _INVITATION.search(text):
            return found[1]
    if any(_INVITATION.search(text) for text in typed):
        raise Private("The register gives an invitation: what is entered by invitation is not public; a person looks.")
    raise NotFound("The register gives no name of a Telegram channel; it looks like https://t.me/hazelbrook.")


# Posts


@dataclass(slots=True)
class _Found:
    """Tonight's posts, by id."""

    account: Account
    plan: CollectPlan
    posts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    channel_id: str = ""
    stranger: str = ""  # why this is not the channel that the register means
    only_in_app: int = 0
    films_in_app: int = 0
    _media: list[Mapping[str, Any]] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def read(self, telegram: _Telegram) -> Coverage:
        """Read the posts that the plan wants. Raises ConnectorError."""
        first = telegram.preview()
        if first.bare:
            raise SchemaDrift(
                f"The preview of {telegram.name} shows not even the notice that it was made; see it there."
            )
        self.channel_id = first.channel_id
        known = self.account.platform_id
        if known.isdigit() and self.channel_id and known != self.channel_id:
            self.stranger = (
                f"The name {telegram.name} belongs to another channel now ({self.channel_id}, and not {known}); a "
                "person looks whether it is the school's."
            )
            raise NotFound(self.stranger)
        coverage = self._page_by_page(telegram, first)
        wanted = {int(id_) for id_ in self.plan.refetch if id_.isdecimal()}
        if coverage.status is CoverageStatus.COMPLETE and not self.plan.since:
            self.gone |= {str(number) for number in wanted - self._seen}
        elif self.plan.since:
            self._look_again(telegram, wanted)
        if coverage.status is CoverageStatus.COMPLETE and self.only_in_app:
            reason = f"Posts that Telegram shows in the app only: {self.only_in_app}; a person opens them there."
            return partial(reason, len(self.posts), planned=True)
        return Coverage(coverage.status, coverage.reason, len(self.posts), coverage.planned, coverage.since)

    def media(self) -> Iterator[Mapping[str, Any]]:
        """The rows of MEDIA."""
        yield from self._media

    def media_coverage(self, posts: Coverage) -> Coverage:
        """As that of the posts, and a part where a film plays in the app only."""
        if posts.status is CoverageStatus.COMPLETE and self.plan.since:
            # Earlier nights' posts are known from the mirror, and nothing else of them.
            since = self.plan.since
            reason = f"Only pictures since {since:%d/%m/%Y} were asked for."
            return partial(reason, len(self._media), planned=True, since=since)
        if posts.status is CoverageStatus.COMPLETE and self.films_in_app:
            reason = f"Films that play in the app only: {self.films_in_app}; a person opens them there."
            return partial(reason, len(self._media), planned=True)
        return Coverage(posts.status, posts.reason, len(self._media), posts.planned, posts.since)

    def _page_by_page(self, telegram: _Telegram, page: Preview) -> Coverage:
        before: int | None = None
        for _ in range(self.plan.max_pages):
            messages = sorted(page.messages, key=lambda one: one.number, reverse=True)
            messages = [one for one in messages if before is None or one.number < before]
            for message in messages:
                if self.plan.since and _created(message) < self.plan.since:
                    return complete(len(self.posts))
                if len(self.posts) >= self.plan.max_posts:
                    return self._part(f"Stopped at the cap of {self.plan.max_posts} posts.")
                self._take(message)
            # The numbers of a page have gaps; only a page without older posts is the end.
            if not messages or messages[-1].number == 1:
                return complete(len(self.posts))
            before = messages[-1].number
            page = telegram.preview(before)
        return self._part(f"Stopped at the cap of {self.plan.max_pages} pages.")

    def _look_again(self, telegram: _Telegram, wanted: set[int]) -> None:
        """Find older posts once more; raises Capped when there are too many of them."""
        pages = 0
        for number in sorted(wanted - self._seen, reverse=True):
            if number in self._seen:
                continue
            if pages >= self.plan.max_pages:
                raise Capped(f"Stopped at the cap of {self.plan.max_pages} pages.")
            pages += 1
            for message in telegram.preview(number + 1).messages:
                if message.number in wanted:
                    self._take(message)
            if number not in self._seen:
                self.gone.add(str(number))

    def _part(self, reason: str) -> Coverage:
        oldest = min((row["created"] for row in self.posts.values()), default=None)
        return partial(reason, len(self.posts), planned=True, since=oldest)

    def _take(self, message: Message) -> None:
        if message.number in self._seen:
            return
        self._seen.add(message.number)
        self.only_in_app += message.only_in_app
        self.films_in_app += message.film_in_app
        id_ = str(message.number)
        self.posts[id_] = {
            "id": id_,
            "address": f"https://t.me/{message.channel}/{id_}",
            "kind": "repost" if message.forwarded else "reply" if message.reply_to else "post",
            "text": message.text,
            "created": _created(message),
            "links": message.links,
            "media": tuple(picture.address for picture in message.pictures),
            "reply_to": str(message.reply_to or ""),
            "place": message.place,
            "position": message.position,
        }
        if not message.forwarded:
            self._media += [
                {"id": picture.id, "post_id": id_, "address": picture.address, "kind": picture.kind}
                for picture in message.pictures
            ]


def _created(message: Message) -> datetime:
    if created := moment(message.created):
        return created
    raise SchemaDrift("A post of Telegram's has no time that exists; its pages may have changed.")
