"""Vimeo: an account, its public films, their comments, and whom it meets, by an access token.

Schema: https://github.com/vimeo/openapi (API 3.4); lists come as https://developer.vimeo.com/api/common-formats says.
A token of the scope "public" shows what everybody can see. Every question names the fields that are wanted, which
Vimeo asks for.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from connectors.connector import Capped, NotFound, Refused, SchemaDrift, Unreachable, reading
from connectors.http import Client
from connectors.snapshot import (
    COMMENTS,
    MEDIA,
    PEOPLE,
    POSTS,
    Account,
    CollectPlan,
    Coverage,
    Profile,
    Resource,
    Settings,
    Snapshot,
    as_counted,
    complete,
    frame,
    how_bad,
    moment,
    not_offered,
)
from connectors.vimeo_disguise import disguise

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

USER_FIELDS = (
    "uri,name,link,bio,location,created_time,account,websites.link,pictures.sizes,preferences.videos.privacy.comments,"
    "metadata.connections.followers.total,metadata.connections.following.total,metadata.connections.videos.total"
)
VIDEO_FIELDS = (
    "uri,name,description,link,created_time,release_time,modified_time,language,privacy.view,privacy.comments,"
    "content_rating,tags.name,pictures.sizes,user.uri,metadata.connections.comments.total"
)
COMMENT_FIELDS = "uri,text,created_on,user.uri,user.name,metadata.connections.replies.total"
PERSON_FIELDS = "uri,name,link,bio,created_time"

_PAGE = 100  # the most that Vimeo gives of a list at once
_OK, _NO_TOKEN, _NO_LEAVE = 200, 401, 403
_USER = re.compile(r"(?:user|/users/)?(\d+)")
_COMMENT = re.compile(r"(\d+)_\d+")  # a film, and a comment under it
_REPLIES = {"anybody": "everyone", "contacts": "limited", "nobody": "nobody"}
_RATINGS = {"drugs": "sensitive", "violence": "sensitive", "nudity": "sensitive", "language": "explicit"}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_ATTESTED = "Vimeo shows who may write to the account to nobody but itself; a person looks and attests."
_HEADERS = {"Accept": "application/vnd.vimeo.*+json;version=3.4"}

Body = Mapping[str, Any]
Row = dict[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account. Raises ConnectorError when its profile cannot be read.

    `plan.secrets` has an `access_token`. The platform id is asked for when it is known, so that a renamed account is
    followed, else the address or handle. Posts are public films, the latest first; each one's picture is its largest
    still. Their text is the description with the tags on a line of their own. The id of a comment is that of its film
    and its own, joined by "_". With `plan.since`, comments of older films are not looked at, but for those in
    `plan.refetch`.
    """
    vimeo = _Vimeo.for_plan(plan, http)
    body = vimeo.account(account)
    profile = _profile(body)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, complete(1))
    settings = _settings(body) if plan.wants(Resource.SETTINGS) else None
    coverage.setdefault(Resource.SETTINGS, complete(1) if settings else not_offered(_ATTESTED))
    found = _Found(profile)
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = _read_films(found, vimeo)
            _look_again(found, vimeo)
        coverage[Resource.POSTS] = replace(coverage[Resource.POSTS], read=len(found.posts))
    posts = coverage[Resource.POSTS]
    coverage.setdefault(Resource.MEDIA, replace(posts, read=len(found.media)))
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            worse = max(posts, _read_comments(found, vimeo), key=how_bad)
            coverage[Resource.COMMENTS] = replace(worse, read=len(found.comments))
    people: dict[Resource, dict[str, Row]] = {Resource.FOLLOWERS: {}, Resource.FOLLOWING: {}}
    counts = {Resource.FOLLOWERS: profile.followers, Resource.FOLLOWING: profile.following}
    for resource, rows in people.items():
        if plan.wants(resource):
            with reading(resource, coverage, rows):
                _read_people(rows, f"users/{profile.platform_id}/{resource}", vimeo)
                coverage[resource] = as_counted("Vimeo", len(rows), counts[resource], str(resource))
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        settings=settings,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values()),
        followers=frame(PEOPLE, people[Resource.FOLLOWERS].values()),
        following=frame(PEOPLE, people[Resource.FOLLOWING].values()),
        gone=frozenset(found.gone),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile and say what it shows. Raises ConnectorError."""
    profile = _profile(_Vimeo.for_plan(plan, http).account(account))
    return f"Vimeo shows {profile.handle} ({profile.name}) with {profile.posts} public films."


# Asking


@dataclass(frozen=True, slots=True)
class _Vimeo:
    """Vimeo as it is asked under one plan."""

    plan: CollectPlan
    http: Client
    token: str = field(repr=False)

    @classmethod
    def for_plan(cls, plan: CollectPlan, http: Client) -> "_Vimeo":
        """Raises Refused without a token."""
        token = plan.secrets.get("access_token", "").strip()
        if not token or not token.isascii():
            raise Refused(
                "There is no access token for Vimeo, or it is not one; `school-audit doctor` says how to get one."
            )
        return cls(plan, http, token)

    def ask(self, path: str, **params: Any) -> Body:
        """One answer. Raises NotFound where Vimeo has no such thing."""
        headers = {**_HEADERS, "Authorization": f"Bearer {self.token}"}
        address = f"{self.plan.base_url}/{path}"
        answer = self.http.get(address, params=params, headers=headers, ok={_OK, _NO_TOKEN, _NO_LEAVE})
        if answer.status == _NO_TOKEN:
            raise Refused(
                "Vimeo does not accept the access token; make a new one as `school-audit doctor` says, and check in "
                "developer.vimeo.com/apps that the app is there."
            )
        body = answer.json()
        if answer.status == _NO_LEAVE:
            raise Refused("Vimeo does not show this to the token, which needs the scope public; a person looks.")
        if not isinstance(body, Mapping):
            raise SchemaDrift("Vimeo's answer is not an object; its interface may have changed.")
        if "error" in body and not body.keys() & {"uri", "data"}:
            raise Unreachable(f"Vimeo answered with an error ({body.get('error_code')}); the next run tries again.")
        return body

    def account(self, account: Account) -> Body:
        """The account that the register names."""
        in_address = urlsplit(account.address).path.strip("/").partition("/")[0]
        named = account.platform_id or account.handle.strip().removeprefix("@") or in_address
        if not named:
            raise NotFound("The register gives neither a handle nor an address of this account on Vimeo.")
        number = _USER.fullmatch(named)
        try:
            return self.ask(f"users/{number[1] if number else quote(named, safe='')}", fields=USER_FIELDS)
        except NotFound:
            raise NotFound(f"Vimeo knows no account {named}: there is none, or it was deleted or closed.") from None

    def listed(self, path: str, fields: str, cap: int, what: str, **more: Any) -> Iterator[Body]:
        """Every item of a list, page by page. Raises Capped after `cap` items."""
        page, count = 1, 0
        while True:
            body = self.ask(path, fields=fields, per_page=_PAGE, page=page, **more)
            for item in _need(body, "data", list, path):
                if count >= cap:
                    raise Capped(f"Stopped at the cap of {cap:,} {what}.")
                count += 1
                yield item
            following = (body.get("paging") or {}).get("next")
            if not following:
                return
            numbers = parse_qs(urlsplit(following).query).get("page") or [""]
            if numbers[0] != str(page + 1):
                raise SchemaDrift(f"Vimeo's answer has no next page of {path} that could be followed.")
            page += 1


def _need(body: Any, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"Vimeo's answer lacks '{name}' in {where}.")
    return value


def _within(body: Any, *names: str) -> Any:
    """What stands at the end of a path of names; None where the path breaks off."""
    for name in names:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def _words(body: Body, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _total(body: Body, name: str) -> int | None:
    total = _within(body, "metadata", "connections", name, "total")
    return int(total) if isinstance(total, int | float) else None


def _number(body: Body, where: str) -> str:
    """The number at the end of the address that the API gives to everything."""
    number = str(_need(body, "uri", str, where)).rpartition("/")[2].partition(":")[0]
    if not number.isdecimal():
        raise SchemaDrift(f"Vimeo's answer has no number in 'uri' of {where}.")
    return number


def _picture(body: Body) -> Body:
    sizes = [size for size in _within(body, "pictures", "sizes") or () if isinstance(size, Mapping)]
    return max(sizes, key=lambda size: size.get("width") or 0, default={})


# What is read


def _profile(body: Body) -> Profile:
    id_, link = _number(body, "the account"), _words(body, "link")
    sites = [_words(site, "link") for site in body.get("websites") or () if isinstance(site, Mapping)]
    return Profile(
        platform_id=id_,
        handle=urlsplit(link).path.strip("/") or f"user{id_}",
        address=link or f"https://vimeo.com/user{id_}",
        name=_need(body, "name", str, "the account"),
        bio=_words(body, "bio"),
        location=_words(body, "location"),
        links=tuple(dict.fromkeys((*filter(None, sites), *_ADDRESS.findall(_words(body, "bio"))))),
        created=moment(body.get("created_time")),
        followers=_total(body, "followers"),
        following=_total(body, "following"),
        posts=_total(body, "videos"),
        avatar=_words(_picture(body), "link"),
        labels=(f"vimeo {_words(body, 'account')}",) if body.get("account") else (),
    )


def _settings(body: Body) -> Settings | None:
    """Who may comment where a film does not say otherwise, which Vimeo shows to the account's own token."""
    comments = _REPLIES.get(str(_within(body, "preferences", "videos", "privacy", "comments")))
    return Settings(replies_from=comments) if comments else None


@dataclass(slots=True)
class _Found:
    """What was read so far. `counted` is how many comments each film has."""

    owner: Profile
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


def _read_films(found: _Found, vimeo: _Vimeo) -> Coverage:
    path, since = f"users/{found.owner.platform_id}/videos", vimeo.plan.since
    for film in vimeo.listed(path, VIDEO_FIELDS, vimeo.plan.max_posts, "films", sort="date", direction="desc"):
        created = moment(film.get("created_time"))
        if since and created and created < since:
            return complete(len(found.posts))
        _keep(found, film)
    return complete(len(found.posts)) if since else as_counted("Vimeo", len(found.posts), found.owner.posts, "films")


def _keep(found: _Found, film: Body) -> None:
    id_ = _number(film, "a film")
    created = moment(film.get("release_time")) or moment(film.get("created_time"))
    if created is None:
        raise SchemaDrift("Vimeo's answer lacks 'created_time' in a film.")
    description, picture = _words(film, "description"), _picture(film)
    tags = sorted({_words(tag, "name") for tag in film.get("tags") or () if isinstance(tag, Mapping)} - {""})
    ratings = [_RATINGS[one] for one in film.get("content_rating") or () if isinstance(one, str) and one in _RATINGS]
    hidden = ["unlisted"] if _within(film, "privacy", "view") == "unlisted" else []
    address = _words(picture, "link")
    found.counted[id_] = _total(film, "comments") or 0
    found.posts[id_] = {
        "id": id_,
        "address": _words(film, "link") or f"https://vimeo.com/{id_}",
        "kind": "video",
        "title": _need(film, "name", str, "a film"),
        "text": "\n".join(line for line in (description, " ".join(tags)) if line),
        "created": created,
        "links": tuple(dict.fromkeys(_ADDRESS.findall(description))),
        "media": (address,) if address else (),
        "language": _words(film, "language"),
        "marks": tuple(dict.fromkeys((*ratings, *hidden))),
        "replies": _REPLIES.get(str(_within(film, "privacy", "comments")), ""),
    }
    if address:
        found.media[id_] = {
            "id": f"{id_}#still",
            "post_id": id_,
            "address": address,
            "kind": "video",
            "picture": address,
            "width": picture.get("width"),
            "height": picture.get("height"),
        }


def _look_again(found: _Found, vimeo: _Vimeo) -> None:
    """Ask by id for the films that the plan wants to be looked at again and that were not in the list."""
    for key in vimeo.plan.refetch:
        number = key.partition("#")[0]
        if not number.isdecimal() or number in found.posts:
            continue
        try:
            film = vimeo.ask(f"videos/{number}", fields=VIDEO_FIELDS)
        except NotFound:
            found.gone.add(key)
            continue
        if _number(film.get("user") or {}, "a film's owner") == found.owner.platform_id:
            _keep(found, film)


def _read_comments(found: _Found, vimeo: _Vimeo) -> Coverage:
    """What people wrote under the films that were read, and under those whose comments are looked at again."""
    film_of = {key: match[1] for key in vimeo.plan.refetch if (match := _COMMENT.fullmatch(key))}
    # What is looked at again comes first: a cap may not last for all.
    for film in dict.fromkeys((*film_of.values(), *found.posts)):
        if film not in film_of.values() and not found.counted[film]:
            continue
        with suppress(NotFound):  # the film went, or comments were switched off while we were reading
            _read_under(found, film, f"videos/{film}/comments", vimeo)
        found.gone |= {key for key, number in film_of.items() if number == film and key not in found.comments}
    return as_counted("Vimeo", len(found.comments), sum(found.counted.values()), "comments")


def _read_under(found: _Found, film: str, path: str, vimeo: _Vimeo) -> None:
    for comment in vimeo.listed(path, COMMENT_FIELDS, vimeo.plan.max_posts, "comments"):
        if len(found.comments) >= vimeo.plan.max_posts:
            raise Capped(f"Stopped at the cap of {vimeo.plan.max_posts:,} comments.")
        number = _number(comment, "a comment")
        writer = comment.get("user")
        author = _number(writer, "a writer") if isinstance(writer, Mapping) else ""  # "" where the account is no more
        found.comments[f"{film}_{number}"] = {
            "id": f"{film}_{number}",
            "post_id": film,
            "address": f"https://vimeo.com/{film}#comment_{number}",
            "author_id": author,
            "text": _need(comment, "text", str, "a comment"),
            "created": moment(comment.get("created_on")),
            "ours": author == found.owner.platform_id,
        }
        if not path.endswith("/replies") and _total(comment, "replies"):
            _read_under(found, film, f"{path}/{number}/replies", vimeo)


def _read_people(rows: dict[str, Row], path: str, vimeo: _Vimeo) -> None:
    for person in vimeo.listed(path, PERSON_FIELDS, vimeo.plan.max_people, "people"):
        id_, link = _number(person, "a person"), _words(person, "link")
        rows[id_] = {
            "id": id_,
            "handle": urlsplit(link).path.strip("/") or f"user{id_}",
            "name": _words(person, "name"),
            "bio": _words(person, "bio"),
            "address": link or f"https://vimeo.com/user{id_}",
            "created": moment(person.get("created_time")),
        }
