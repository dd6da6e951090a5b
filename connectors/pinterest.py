"""Pinterest: the account that a token is of, its boards, its Pins, and whom it meets, by API v5.

Schema: https://github.com/pinterest/api-description, v5.23. The API shows an account to itself only. Public Pins and
boards are asked for; what is saved on secret or protected boards needs further permissions and is nobody else's to see.
A Pin that was saved from somebody else's names that Pin as its parent. v5 has no comments and no private messages, and
tells of followers nothing but their names. A token lasts 30 days; renewing it needs the app's secret as a password
(RFC 6749 section 2.3.1), which the one way out does not send.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from connectors.connector import Capped, NotFound, Refused, SchemaDrift, Unreachable, reading
from connectors.http import Client
from connectors.pinterest_disguise import disguise
from connectors.snapshot import (
    MEDIA,
    PEOPLE,
    POSTS,
    Account,
    CollectPlan,
    Coverage,
    CoverageStatus,
    Profile,
    Resource,
    Settings,
    Snapshot,
    as_counted,
    complete,
    frame,
    moment,
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
        Resource.FOLLOWING,
    }
)

_PAGE = 250  # the most that v5 gives of a list at once
_OK, _NO_TOKEN, _NO_LEAVE, _MISSING = 200, 401, 403, 404
_BOARD = "board-"  # before the number of a board: Pins have numbers of their own
_SIZES = ("1200x", "600x", "400x300", "150x150")  # of pictures, the largest first
_COMMENTS = "Pinterest gives programs no comments; a person opens the Pins."
_HOME = "https://www.pinterest.com/"
_KINDS = {"BUSINESS": "business", "PINNER": "personal"}

Body = Mapping[str, Any]
Row = dict[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account. Raises ConnectorError when its profile cannot be read, or the token is another account's.

    `plan.secrets` has the account's `access_token`. Posts are the Pins, those saved from others as reposts, and the
    account's own boards as pages, whose ids begin with "board-". Lists are not in order of time, so that all of them
    is read every night. The setting that is read is who may save Pins to the account's boards. A renamed account is
    followed by its id. A follower's id is their name: v5 tells no other.
    """
    pinterest = _Pinterest.for_plan(plan, http)
    profile = _profile(account, pinterest)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    coverage.setdefault(Resource.COMMENTS, not_offered(_COMMENTS))
    found = _Found(profile)
    settings = None
    if plan.wants(Resource.POSTS) or plan.wants(Resource.SETTINGS):
        boards_read: dict[Resource, Coverage] = {}
        with reading(Resource.SETTINGS, boards_read, found.boards):
            _read_boards(found, pinterest)
            settings = Settings(posting_by="members" if found.shared else "owner")
            boards_read[Resource.SETTINGS] = complete(1)
        coverage.setdefault(Resource.SETTINGS, boards_read[Resource.SETTINGS])
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            for pin in pinterest.listed("pins", plan.max_posts, "Pins"):
                _keep(found, pin)
            boards = boards_read[Resource.SETTINGS]
            _look_again(found, pinterest, boards_known=boards.status is CoverageStatus.COMPLETE)
            coverage[Resource.POSTS] = _judged(found, boards)
    coverage.setdefault(Resource.MEDIA, _of_media(coverage[Resource.POSTS], found))
    people: dict[Resource, dict[str, Row]] = {Resource.FOLLOWERS: {}, Resource.FOLLOWING: {}}
    counts = {Resource.FOLLOWERS: profile.followers, Resource.FOLLOWING: profile.following}
    for resource, rows in people.items():
        if plan.wants(resource):
            with reading(resource, coverage, rows):
                _read_people(rows, resource, pinterest)
                coverage[resource] = as_counted("Pinterest", len(rows), counts[resource], str(resource))
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        settings=settings if plan.wants(Resource.SETTINGS) else None,
        posts=frame(POSTS, (*found.posts.values(), *found.boards.values()) if plan.wants(Resource.POSTS) else ()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        followers=frame(PEOPLE, people[Resource.FOLLOWERS].values()),
        following=frame(PEOPLE, people[Resource.FOLLOWING].values()),
        gone=frozenset(found.gone),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile and say what it shows. Raises ConnectorError."""
    profile = _profile(account, _Pinterest.for_plan(plan, http))
    return f"Pinterest shows {profile.handle} with {profile.followers} followers and {profile.posts} Pins."


# Asking


@dataclass(frozen=True, slots=True)
class _Pinterest:
    """Pinterest as it is asked under one plan."""

    plan: CollectPlan
    http: Client
    token: str = field(repr=False)

    @classmethod
    def for_plan(cls, plan: CollectPlan, http: Client) -> "_Pinterest":
        """Raises Refused without a token."""
        token = plan.secrets.get("access_token", "").strip()
        if not token or not token.isascii():
            raise Refused(
                "There is no access token for Pinterest, or it is not one; `school-audit doctor` says how to get one."
            )
        return cls(plan, http, token)

    def ask(self, path: str, **params: Any) -> Body:
        """One answer. Raises NotFound where Pinterest has no such thing."""
        answer = self.http.get(
            f"{self.plan.base_url}/{path}",
            params=params,
            headers={"Authorization": f"Bearer {self.token}"},
            ok={_OK, _NO_TOKEN, _NO_LEAVE},
        )
        if answer.status == _NO_TOKEN:
            raise Refused(
                "Pinterest does not accept the access token; it lasts 30 days: `school-audit doctor` says how to make "
                "a new one."
            )
        if answer.status == _NO_LEAVE:
            raise Refused(
                f"The token for Pinterest may not read {path.partition('/')[0]}: make one with user_accounts:read, "
                "boards:read and pins:read."
            )
        body = answer.json()
        if isinstance(body, Mapping) and isinstance(body.get("code"), int) and not body.keys() & {"id", "items"}:
            raise Unreachable(f"Pinterest answered with an error (code {body['code']}); the next run tries again.")
        if not isinstance(body, Mapping):
            raise SchemaDrift(f"Pinterest's answer to {path} is not an object; its interface may have changed.")
        return body

    def listed(self, path: str, cap: int, what: str) -> Iterator[Body]:
        """Every item of a list, page by page. Raises Capped after `cap` items."""
        asked: dict[str, Any] = {"page_size": _PAGE}
        seen, count = set[str](), 0
        while True:
            body = self.page(path, asked)
            for item in _need(body, "items", list, path):
                if count >= cap:
                    raise Capped(f"Stopped at the cap of {cap:,} {what}.")
                count += 1
                yield item
            bookmark = body.get("bookmark")
            if not bookmark:
                return
            if bookmark in seen:
                raise SchemaDrift(f"Pinterest gives the same page of {path} again; the next run tries again.")
            seen.add(bookmark)
            asked["bookmark"] = bookmark

    def page(self, path: str, asked: Mapping[str, Any]) -> Body:
        """One page of what always exists."""
        try:
            return self.ask(path, **asked)
        except NotFound:
            raise Unreachable(f"There is no interface of Pinterest at {path}; check base_url.") from None


def _need(body: Any, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"Pinterest's answer lacks '{name}' in {where}.")
    return value


def _words(body: Body, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _count(body: Body, name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) else None


# What is read


def _profile(account: Account, pinterest: _Pinterest) -> Profile:
    """The account that the token is of. Raises Refused where the register means another one."""
    named = (account.handle or urlsplit(account.address).path.strip("/").partition("/")[0]).strip().removeprefix("@")
    if not named and not account.platform_id:
        raise NotFound("The register gives neither a handle nor an address of this account on Pinterest.")
    body = pinterest.page("user_account", {})
    id_, handle = (_need(body, name, str, "the account") for name in ("id", "username"))
    meant = account.platform_id == id_ if account.platform_id else named.casefold() == handle.casefold()
    if not meant:
        raise Refused(
            f"The token for Pinterest is of {handle}, and not of {named or account.platform_id}: make one while signed "
            "in as the account on the register, or correct the register."
        )
    site = _words(body, "website_url")
    kind = _KINDS.get(_words(body, "account_type"), "")
    return Profile(
        platform_id=id_,
        handle=handle,
        address=f"{_HOME}{handle}/",
        name=_words(body, "business_name") or handle,
        bio=_words(body, "about"),
        links=(site,) if site else (),
        followers=_count(body, "follower_count"),
        following=_count(body, "following_count"),
        posts=_count(body, "pin_count"),
        avatar=_words(body, "profile_image"),
        kind=kind,
    )


@dataclass(slots=True)
class _Found:
    """What was read so far. `shared` says that somebody else may save Pins to a board of the account."""

    owner: Profile
    posts: dict[str, Row] = field(default_factory=dict)
    boards: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    shared: bool = False


def _read_boards(found: _Found, pinterest: _Pinterest) -> None:
    """The account's own boards; of boards of others, to which it contributes, nothing."""
    for board in pinterest.listed("boards", pinterest.plan.max_posts, "boards"):
        id_, name = (_need(board, one, str, "a board") for one in ("id", "name"))
        owner = _words(board.get("owner") or {}, "username")
        if owner.casefold() != found.owner.handle.casefold():
            continue
        found.shared |= bool(_count(board, "collaborator_count"))
        hidden = _words(board, "privacy") not in {"", "PUBLIC"}
        found.boards[f"{_BOARD}{id_}"] = {
            "id": f"{_BOARD}{id_}",
            "address": found.owner.address,  # a board's own address is not told
            "kind": "page",
            "title": name,
            "text": _words(board, "description"),
            "created": moment(board.get("created_at")),
            "marks": ("unlisted",) if hidden else (),
        }


def _judged(found: _Found, boards: Coverage) -> Coverage:
    """How much of Pins and boards was read, when the list of Pins came to its end."""
    if not found.posts and found.owner.posts:
        return partial(f"Pinterest counts {found.owner.posts} Pins and shows none.", 0)
    if boards.status is not CoverageStatus.COMPLETE:
        return partial(f"The boards were not read: {boards.reason}", len(found.posts), planned=boards.planned)
    return complete(len(found.posts) + len(found.boards))


def _look_again(found: _Found, pinterest: _Pinterest, *, boards_known: bool) -> None:
    """Of what the plan wants to be looked at again, find out what is there no more."""
    for key in pinterest.plan.refetch:
        number = key.partition("#")[0]
        if number.startswith(_BOARD):
            if boards_known and number not in found.boards:
                found.gone.add(key)
        elif number.isdecimal() and number not in found.posts:
            try:
                _keep(found, pinterest.ask(f"pins/{quote(number, safe='')}"))
            except NotFound:
                found.gone.add(key)


def _keep(found: _Found, pin: Body) -> None:
    id_ = _need(pin, "id", str, "a Pin")
    created = moment(_need(pin, "created_at", str, "a Pin"))
    if created is None:
        raise SchemaDrift("Pinterest's answer has no date in 'created_at' of a Pin.")
    rows = list(_media(id_, pin.get("media") or {}, _words(pin, "alt_text")))
    link = _words(pin, "link")
    saved = bool(_words(pin, "parent_pin_id")) or pin.get("is_owner") is False
    found.posts[id_] = {
        "id": id_,
        "address": f"{_HOME}pin/{id_}/",
        "kind": "repost" if saved else "post",
        "title": _words(pin, "title"),
        "text": _words(pin, "description"),
        "created": created,
        "links": (link,) if link else (),
        "media": [row["address"] for row in rows],
    }
    found.media |= {row["id"]: row for row in rows}


def _media(pin: str, media: Body, alt: str) -> Iterator[Row]:
    """The pictures of a Pin, the largest of each; a film is its cover."""
    for number, one in enumerate(media.get("items") or [media]):
        sizes = one.get("images") or {}
        picture: Body = next((sizes[size] for size in _SIZES if isinstance(sizes.get(size), Mapping)), {})
        cover = _words(one, "cover_image_url")
        film = cover or str(one.get("media_type") or one.get("item_type")).startswith("video")
        address = _words(picture, "url") or cover
        if address:
            yield {
                "id": f"{pin}#{number}",
                "post_id": pin,
                "address": address,
                "kind": "video" if film else "image",
                "picture": address,
                "alt": alt,
                "width": _count(picture, "width"),
                "height": _count(picture, "height"),
            }


def _of_media(posts: Coverage, found: _Found) -> Coverage:
    return Coverage(posts.status, posts.reason, len(found.media), posts.planned, posts.since)


def _read_people(rows: dict[str, Row], resource: Resource, pinterest: _Pinterest) -> None:
    for person in pinterest.listed(f"user_account/{resource}", pinterest.plan.max_people, "people"):
        handle = _need(person, "username", str, f"a person in {resource}")
        rows[handle] = {"id": handle, "handle": handle, "address": f"{_HOME}{quote(handle, safe='')}/"}
