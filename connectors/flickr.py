"""Flickr: person, public photos, comments and contacts, by an API key (REST, JSON).

Schema: Flickr's documentation of each method, and recorded answers. Where those leave a thing open: errors come at
status 200 with stat "fail" and a code; texts stand under `_content`; numbers come as numbers or as texts. Whoever
asks with a key and without a person's sign-in is shown public photos of the safety level "safe" only. Flickr takes
the key in the address and nowhere else.

A list of photos tells where each was taken and its safety level (0 safe, 1 moderate, 2 restricted, in recorded
answers); latitude 0 and longitude 0 at accuracy 0 stand for no position. The name of the place, whether people are
tagged, and whether every member of Flickr may comment (`publiceditability`) is told of one photo at a time
(https://www.flickr.com/services/api/flickr.photos.getInfo.html). Who is tagged is never asked for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from connectors import markup
from connectors.connector import (
    Capped,
    ConnectorError,
    NotFound,
    Private,
    Refused,
    SchemaDrift,
    Unreachable,
    reading,
)
from connectors.flickr_disguise import disguise
from connectors.http import Client
from connectors.snapshot import (
    COMMENTS,
    MEDIA,
    PEOPLE,
    POSTS,
    Account,
    CollectPlan,
    Coverage,
    CoverageStatus,
    Profile,
    Resource,
    Snapshot,
    as_counted,
    complete,
    frame,
    how_bad,
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

EXTRAS = "description,date_upload,tags,media,count_comments,geo,safety_level,url_o,url_l,url_c,url_z,url_m"

QUESTIONS = 1_800
"""Questions that one reading may ask where the plan allows no number of `questions`: half of a key's hour."""

_SIZES = "olczm"  # of pictures, the largest first
_PAGE = 500  # the most that Flickr gives of a list of photos at once
_CONTACTS = 1_000  # the most of a list of contacts
_REGIONS = ("neighbourhood", "locality", "county", "region", "country")
_TRIES = 3
_MISSING = (404, 410)  # a wrong server, and no account vanished: Flickr's own errors come at status 200
_NSID = re.compile(r"\d+@N\d+")
_PHOTO_ID = re.compile(r"(\d+)(?:#photo)?")  # of a photo, or of its picture
_COMMENT_ID = re.compile(r"\d+-(\d+)-\w+")
_ADDRESS = re.compile(r"https?://[^\s<>\"|\\^{}`]+")
_HOME = "https://www.flickr.com/"

_ATTESTED = "Flickr shows who may write to an account to nobody but itself; a person looks and attests."
_FOLLOWERS = "Flickr gives neither a list nor a number of followers."

# Codes that all methods share: flickr.com/services/api, at the end of each method's page.
_NOT_THERE = frozenset({1, 5})  # unknown; deleted
_HIDDEN = 2
_KEY = frozenset({96, 97, 98, 99, 100})
_PASSING = frozenset({0, 10, 105, 106, 201})
_OUR_FAULT = frozenset({95, 111, 112, 114, 115, 116})

Body = Mapping[str, Any]
Row = dict[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account. Raises ConnectorError when its profile cannot be read.

    The platform id (NSID, such as 12345678@N05) is asked for when it is known, so that a renamed account is followed;
    else the address, or the handle as the last part of one, or as a username. Posts are the public photos and films
    that Flickr counts as safe; their text is the description, and the tags on a line of their own, in order of the
    alphabet. Each one's picture is the largest that is given, and stands for a film. Flickr has no alternative texts.
    When a photo was edited is not told: what it calls its last update is a comment as well. Comments are those under
    the photos that were read. Whom the account follows are its public contacts, whose words about themselves are not
    told.

    A post is marked as sensitive where Flickr does not call it safe, and with "people tagged" where somebody is named
    in the picture. `replies` is everyone where every member may comment, else limited. These and the name of the place
    take a question for each photo: photos to be looked at again come first, then, with what the comments left of the
    questions, the newest. The coverage of the media says when that was not enough; `replies` is "" where nothing was
    asked.

    `plan.secrets` has the `api_key`. `plan.allowances["questions"]` is how many this reading may ask; a key has 3,600
    an hour.
    """
    flickr = _Flickr.for_plan(plan, http)
    body = flickr.person(account)
    profile = _profile(body)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.SETTINGS, not_offered(_ATTESTED))
    coverage.setdefault(Resource.FOLLOWERS, not_offered(_FOLLOWERS))
    if plan.wants(Resource.PROFILE):
        with reading(Resource.PROFILE, coverage, (profile,)):
            profile = _with_details(profile, flickr)
            coverage[Resource.PROFILE] = complete(1)
    found = _Found(profile)
    if plan.wants(Resource.FOLLOWING):
        with reading(Resource.FOLLOWING, coverage, found.people):
            coverage[Resource.FOLLOWING] = _read_contacts(found, flickr)
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = _read_photos(found, flickr)
            _look_again(found, flickr)
        posts = replace(coverage[Resource.POSTS], read=len(found.posts))
        since = found.reached if posts.status is CoverageStatus.PARTIAL else None
        coverage[Resource.POSTS] = replace(posts, since=since)
    posts = coverage[Resource.POSTS]
    if posts.status is CoverageStatus.COMPLETE and plan.since:
        # Earlier nights' photos are known from the mirror, and nothing else of them.
        posts = partial(f"Only photos since {plan.since:%d/%m/%Y} were asked for.", 0, planned=True, since=plan.since)
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            worse = max(posts, _read_comments(found, flickr), key=how_bad)
            coverage[Resource.COMMENTS] = replace(worse, read=len(found.comments))
    if plan.wants(Resource.MEDIA):
        with reading(Resource.MEDIA, coverage, found.media):
            worse = max(posts, _ask_about_each(found, flickr), key=how_bad)
            coverage[Resource.MEDIA] = replace(worse, read=len(found.media))
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        posts=frame(POSTS, found.posts.values()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values()),
        following=frame(PEOPLE, found.people.values()),
        gone=frozenset(found.gone),
        used={"questions": flickr.asked},
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Read the profile and say what it shows. Raises ConnectorError."""
    profile = _profile(_Flickr.for_plan(plan, http).person(account))
    return f"Flickr shows {profile.handle} ({profile.name}) with {profile.posts} public photos."


# Asking


@dataclass(slots=True)
class _Flickr:
    """Flickr as it is asked under one plan. `asked` counts the questions."""

    plan: CollectPlan
    http: Client
    key: str
    limit: int
    asked: int = 0

    @classmethod
    def for_plan(cls, plan: CollectPlan, http: Client) -> "_Flickr":
        """Raises Refused without a key."""
        key = plan.secrets.get("api_key", "").strip()
        if not key or not key.isascii():
            raise Refused(
                "There is no API key for Flickr, or it is not one; `school-audit doctor` says how to get one."
            )
        return cls(plan, http, key, int(plan.allowances.get("questions", QUESTIONS)))

    def ask(self, method: str, **params: Any) -> Body:
        """One answer. What Flickr calls a passing fault is asked again."""
        asked = {"method": f"flickr.{method}", "format": "json", "nojsoncallback": 1, "api_key": self.key, **params}
        for _ in range(_TRIES):
            if self.asked >= self.limit:
                raise Capped(f"Stopped at the {self.limit:,} questions to Flickr that one reading may ask.")
            self.asked += 1
            answer = self.http.get(self.plan.base_url, params=asked, ok=(200, *_MISSING))
            if answer.status in _MISSING:
                raise Unreachable(f"There is no interface of Flickr at this address ({answer.status}); check base_url.")
            body = answer.json()
            if _need(body, "stat", str, method) == "ok":
                return dict(body)
            code = _count(body, "code", method)
            if code not in _PASSING:
                break
        raise _refusal(code, method)

    def pages(self, method: str, inside: str, **params: Any) -> Iterator[Body]:
        """A list, page by page, as it stands under `inside`. Raises Capped before its end at the plan's cap."""
        for page in range(1, self.plan.max_pages + 1):
            body: Body = _need(self.ask(method, page=page, **params), inside, dict, method)
            yield body
            if page >= (_count(body, "pages", f"the list of {inside}") or 0):
                return
        raise Capped(f"Stopped at the cap of {self.plan.max_pages} pages that is set for one list.")

    def photo(self, id_: str) -> Body:
        """One photo with all that Flickr tells of it. Raises NotFound or Private when it is not shown."""
        photo: Body = _need(self.ask("photos.getInfo", photo_id=id_), "photo", dict, "photos.getInfo")
        return photo

    def nsid_of(self, account: Account) -> str:
        """The platform id of the account that the register names."""
        first, _, rest = unquote(urlsplit(account.address).path).strip("/").partition("/")
        handle = account.handle.strip()
        name = (rest.partition("/")[0] if first in ("photos", "people") else first) or handle
        for known in (account.platform_id, name, handle):
            if _NSID.fullmatch(known):
                return known
        if not name:
            raise NotFound("The register gives neither a handle nor an address of this account on Flickr.")
        try:
            found = self.ask("urls.lookupUser", url=f"{_HOME}photos/{quote(name, safe='')}/")
        except NotFound:
            if account.address:
                raise NotFound(f"Flickr knows nobody at flickr.com/photos/{name}/.") from None
            found = self.ask("people.findByUsername", username=handle)
        user = _need(found, "user", dict, "a person")
        return str(_need(user, "id", str, "a person"))

    def person(self, account: Account) -> Body:
        """The account as Flickr shows it."""
        body = self.ask("people.getInfo", user_id=self.nsid_of(account))
        person: Body = _need(body, "person", dict, "people.getInfo")
        if _count(person, "is_deleted", "the account"):
            raise NotFound("The account was deleted on Flickr.")
        return person


def _refusal(code: int | None, method: str) -> ConnectorError:
    if code in _NOT_THERE:
        what = "photo" if method.startswith("photos.") else "account"
        return NotFound(f"Flickr finds no such {what}: there is none, or it was deleted (code {code}).")
    if code == _HIDDEN:
        return Private(f"Flickr does not show it to the public (code {code}).")
    if code in _KEY:
        return Refused(f"Flickr does not accept the API key (code {code}); see flickr.com/services/apps/by/me.")
    if code in _PASSING:
        return Unreachable(f"Flickr's interface is not available (code {code}); the next run tries again.")
    if code in _OUR_FAULT:
        return SchemaDrift(f"Flickr does not accept our question (code {code}); its interface may have changed.")
    return Unreachable(f"Flickr answered with an error that is not known (code {code}); the next run tries again.")


def _need(body: Any, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"Flickr's answer lacks '{name}' in {where}.")
    return value


def _words(body: Body, name: str) -> str | None:
    """A text, which stands by itself or under `_content`; None where there is none."""
    value = body.get(name)
    value = value.get("_content", "") if isinstance(value, Mapping) else value
    return value if isinstance(value, str) else None


def _needed_words(body: Any, name: str, where: str) -> str:
    words = _words(body, name) if isinstance(body, Mapping) else None
    if words is None:
        raise SchemaDrift(f"Flickr's answer lacks '{name}' in {where}.")
    return words


def _count(body: Body, name: str, where: str) -> int | None:
    """A number, which may come as a text; None where Flickr says nothing."""
    value = body.get(name)
    value = value.get("_content") if isinstance(value, Mapping) else value
    if value in (None, ""):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise SchemaDrift(f"Flickr's answer has no number under '{name}' in {where}.") from None


def _moment(body: Body, name: str, where: str) -> datetime | None:
    """A moment, which Flickr gives in seconds since 1970; None where there is none."""
    seconds = _count(body, name, where)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


# Profile


def _profile(body: Body) -> Profile:
    nsid = _need(body, "nsid", str, "the account")
    name = _needed_words(body, "username", "the account")
    description = _words(body, "description") or ""
    alias = body.get("path_alias") or nsid
    return Profile(
        platform_id=nsid,
        handle=alias,
        address=f"{_HOME}photos/{alias}/",
        name=_words(body, "realname") or name,
        bio=_plain(description),
        location=_words(body, "location") or "",
        links=_links(description),
        posts=_count(_need(body, "photos", dict, "the account"), "count", "the account"),
        avatar=_avatar(body, nsid),
        labels=("Flickr Pro",) if _count(body, "ispro", "the account") else (),
    )


def _avatar(body: Body, nsid: str) -> str:
    # https://www.flickr.com/services/api/misc.buddyicons.html
    server, farm = _count(body, "iconserver", "the account"), _count(body, "iconfarm", "the account")
    return f"https://farm{farm}.staticflickr.com/{server}/buddyicons/{nsid}.jpg" if server else ""


def _with_details(profile: Profile, flickr: _Flickr) -> Profile:
    """The profile with the day on which the account was made, and its website."""
    body = _need(flickr.ask("profile.getProfile", user_id=profile.platform_id), "profile", dict, "profile.getProfile")
    site = _words(body, "website") or ""
    links = dict.fromkeys((*((site,) if site else ()), *profile.links))
    return replace(profile, created=_moment(body, "join_date", "the profile"), links=tuple(links))


def _plain(html: str) -> str:
    """What a reader sees of a text; its line breaks are those of the text itself."""
    return markup.read(html.replace("\n", "<br>"), _HOME).text if html else ""


def _links(html: str) -> tuple[str, ...]:
    """The addresses that a text leads to or names, each once, without the punctuation after them."""
    if not html:
        return ()
    shown = markup.read(html.replace("\n", "<br>"), _HOME)
    named = (address.rstrip(".,;:!?)]'\u2019\u201d") for address in _ADDRESS.findall(shown.text))
    return tuple(dict.fromkeys((*shown.links, *named)))


# Photos and comments


@dataclass(slots=True)
class _Found:
    """What was read so far of the account's items, and of whom it follows.

    `told` holds the photos that were asked for by their ids. `counted` maps photos to how many comments Flickr counts
    under them, None where it does not say. `reached` is how far back the list of photos was read, None when that is to
    its end.
    """

    owner: Profile
    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[str, Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    people: dict[str, Row] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    counted: dict[str, int | None] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    reached: datetime | None = None


def _read_photos(found: _Found, flickr: _Flickr) -> Coverage:
    """Read the list of photos as far back as the plan wants it."""
    plan, counted = flickr.plan, found.owner.posts or 0
    try:
        asked = {"user_id": found.owner.platform_id, "extras": EXTRAS, "per_page": _PAGE}
        for page in flickr.pages("people.getPublicPhotos", "photos", **asked):
            photos = _need(page, "photo", list, "the list of photos")
            counted = max(counted, _count(page, "total", "the list of photos") or 0)
            recent = 0
            for photo in photos:
                created = _moment(photo, "dateupload", "a photo")
                if plan.since and created and created < plan.since:
                    continue
                recent += 1
                if len(found.posts) == plan.max_posts:
                    return partial(f"Stopped at the cap of {plan.max_posts} photos.", len(found.posts), planned=True)
                _keep_listed(found, photo)
                found.reached = min(filter(None, (found.reached, created)), default=None)
            # The order follows dates that the owner may change: only a whole page of older ones is the end.
            if photos and not recent:
                break
    except Capped as capped:
        return capped.coverage()
    found.reached = None
    return complete(len(found.posts)) if plan.since else _as_counted(len(found.posts), counted, "photos")


def _keep_listed(found: _Found, photo: Body) -> None:
    """Take a photo as the list has it."""
    sizes = (size for size in _SIZES if isinstance(photo.get(f"url_{size}"), str))
    size = next(sizes, "")
    _keep(
        found,
        photo,
        tags=_needed_words(photo, "tags", "a photo").split(),
        created=_moment(photo, "dateupload", "a photo"),
        address=photo.get(f"url_{size}") or "",
        width=_count(photo, f"width_{size}", "a photo"),
        height=_count(photo, f"height_{size}", "a photo"),
    )
    found.posts[photo["id"]] |= {"marks": tuple(_marks(photo)), "position": _position(photo)}
    found.counted[photo["id"]] = _count(photo, "count_comments", "a photo")


def _keep_asked(found: _Found, photo: Body) -> None:
    """Take a photo as it is told when it is asked for by its id, with the address of its picture made from parts."""
    listed = (photo.get("tags") or {}).get("tag") or ()
    id_, server, secret = (_need(photo, name, str, "a photo") for name in ("id", "server", "secret"))
    # https://www.flickr.com/services/api/misc.urls.html
    picture = f"{id_}_{secret}_b.jpg"
    if original := photo.get("originalsecret"):
        picture = f"{id_}_{original}_o.{photo.get('originalformat') or 'jpg'}"
    _keep(
        found,
        photo,
        tags=[_needed_words(tag, "_content", "a tag") for tag in listed],
        created=_moment(_need(photo, "dates", dict, "a photo"), "posted", "a photo"),
        address=f"https://live.staticflickr.com/{server}/{picture}",
    )
    found.counted[id_] = _count(photo, "comments", "a photo")
    _tell(found, photo)


def _tell(found: _Found, photo: Body) -> None:
    """Add what Flickr tells of a photo only when it is asked for by its id."""
    id_ = _need(photo, "id", str, "a photo")
    location, public = photo.get("location") or {}, photo.get("publiceditability") or {}
    names = filter(None, (_words(location, name) for name in _REGIONS))
    may_comment = _count(public, "cancomment", "a photo")
    found.posts[id_] |= {
        "marks": tuple(_marks(photo)),
        "replies": "" if may_comment is None else "everyone" if may_comment else "limited",
        "place": ", ".join(dict.fromkeys(names)),
        "position": _position(location),
    }
    found.told.add(id_)


def _marks(photo: Body) -> Iterator[str]:
    if _count(photo, "safety_level", "a photo"):
        yield "sensitive"
    if _count(photo.get("people") or {}, "haspeople", "a photo"):
        yield "people tagged"


def _position(place: Body) -> str:
    """Where a photo was taken; "" where its owner gives no place."""
    degrees = [_degrees(place, name) for name in ("latitude", "longitude")]
    if None in degrees or not (any(degrees) or _count(place, "accuracy", "a photo")):
        return ""
    return f"{degrees[0]},{degrees[1]}"


def _degrees(place: Body, name: str) -> float | None:
    value = place.get(name)
    if value in (None, ""):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise SchemaDrift(f"Flickr's answer has no number under '{name}' in a photo.") from None


def _ask_about_each(found: _Found, flickr: _Flickr) -> Coverage:
    """Ask for the photos by their ids, the newest first, as far as the questions last."""
    try:
        for id_ in [one for one in found.posts if one not in found.told]:
            try:
                _tell(found, flickr.photo(id_))
            except (NotFound, Private):  # deleted or hidden while we were reading
                continue
    except Capped as capped:
        asked = f"{len(found.told)} of {len(found.posts)} photos were asked whether people are tagged in them"
        return partial(f"{asked}: {capped}", len(found.media), planned=True)
    return complete(len(found.media))


def _keep(
    found: _Found,
    photo: Body,
    *,
    tags: list[str],
    created: datetime | None,
    address: str,
    width: int | None = None,
    height: int | None = None,
) -> None:
    id_ = _need(photo, "id", str, "a photo")
    if created is None:
        raise SchemaDrift("Flickr's answer lacks the date of upload in a photo.")
    description = _needed_words(photo, "description", "a photo")
    film = _need(photo, "media", str, "a photo") == "video"
    lines = (_plain(description), " ".join(sorted(set(tags))))
    found.posts[id_] = {
        "id": id_,
        "address": f"{_HOME}photos/{found.owner.platform_id}/{id_}/",
        "kind": "video" if film else "post",
        "title": markup.plain(_needed_words(photo, "title", "a photo")),
        "text": "\n".join(line for line in lines if line),
        "created": created,
        "links": _links(description),
        "media": (address,) if address else (),
    }
    if address:
        found.media[id_] = {
            "id": f"{id_}#photo",
            "post_id": id_,
            "address": address,
            "kind": "video" if film else "image",
            "picture": address,
            "width": width,
            "height": height,
        }


def _look_again(found: _Found, flickr: _Flickr) -> None:
    """Ask by id for the photos that the plan wants to be looked at again, in the list or not."""
    photo_of = {id_: match[1] for id_ in flickr.plan.refetch if (match := _PHOTO_ID.fullmatch(id_))}
    for number in dict.fromkeys(photo_of.values()):
        try:
            photo = flickr.photo(number)
        except (NotFound, Private):
            if number in found.posts:  # tomorrow's list tells
                continue
            found.gone |= {id_ for id_, photo_id in photo_of.items() if photo_id == number}
            continue
        owner = _need(_need(photo, "owner", dict, "a photo"), "nsid", str, "a photo")
        if number in found.posts:
            _tell(found, photo)
        elif owner == found.owner.platform_id:
            _keep_asked(found, photo)


def _read_comments(found: _Found, flickr: _Flickr) -> Coverage:
    """Read what people wrote under the photos that were read, and under those whose comments are looked at again."""
    photo_of = {id_: match[1] for id_ in flickr.plan.refetch if (match := _COMMENT_ID.fullmatch(id_))}
    # What is looked at again comes first: the questions may not last for all.
    for photo in dict.fromkeys((*photo_of.values(), *found.posts)):
        if photo in photo_of.values() or found.counted.get(photo) != 0:
            _read_under(found, photo, flickr)
            found.gone |= {id_ for id_, photo_id in photo_of.items() if photo_id == photo and id_ not in found.comments}
    expected = sum(found.counted.get(photo) or 0 for photo in found.posts)
    return _as_counted(len(found.comments), expected, "comments")


def _read_under(found: _Found, photo: str, flickr: _Flickr) -> None:
    try:
        body = flickr.ask("photos.comments.getList", photo_id=photo)
    except (NotFound, Private):  # deleted or hidden while we were reading
        return
    comments = _need(body, "comments", dict, "photos.comments.getList").get("comment")  # left out where there is none
    for comment in comments or ():
        if len(found.comments) >= flickr.plan.max_posts:
            raise Capped(f"Stopped at the cap of {flickr.plan.max_posts} comments.")
        id_ = _need(comment, "id", str, "a comment")
        author = _need(comment, "author", str, "a comment")
        found.comments[id_] = {
            "id": id_,
            "post_id": photo,
            "address": f"{_HOME}photos/{found.owner.platform_id}/{photo}/#comment{id_.rpartition('-')[2]}",
            "author_id": author,
            "text": _plain(_needed_words(comment, "_content", "a comment")),
            "created": _moment(comment, "datecreate", "a comment"),
            "ours": author == found.owner.platform_id,
        }


def _read_contacts(found: _Found, flickr: _Flickr) -> Coverage:
    """Read whom the account shows that it follows."""
    asked = {"user_id": found.owner.platform_id, "per_page": _CONTACTS}
    total: int | None = None
    for page in flickr.pages("contacts.getPublicList", "contacts", **asked):
        total = _count(page, "total", "the list of contacts")
        for person in page.get("contact") or ():  # left out where there is none
            if len(found.people) >= flickr.plan.max_people:
                raise Capped(f"Stopped at the cap of {flickr.plan.max_people} contacts.")
            nsid = _need(person, "nsid", str, "a contact")
            username = _needed_words(person, "username", "a contact")
            found.people[nsid] = {
                "id": nsid,
                "handle": person.get("path_alias") or nsid,
                "name": _words(person, "realname") or username,
                "address": f"{_HOME}people/{nsid}/",
            }
    return as_counted("Flickr", len(found.people), total, "contacts")


def _as_counted(read: int, counted: int, what: str) -> Coverage:
    """As the count says; but what a list that was read to its end leaves out is not shown to signed-out readers.

    An empty list is not to be trusted.
    """
    judged = as_counted("Flickr", read, counted, what)
    if judged.status is not CoverageStatus.PARTIAL:
        return judged
    reason = judged.reason.rstrip(".") + (
        ": without a person's sign-in it shows only what is public and marked as safe."
    )
    return replace(judged, reason=reason, planned=judged.planned or bool(read))
