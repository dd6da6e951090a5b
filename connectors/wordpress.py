"""A blog on WordPress, through the REST API that WordPress offers to everyone.

https://developer.wordpress.org/rest-api/reference/ (read November 2026), tried with WordPress 6.1. Every
question names the fields that are wanted, so that commenters' names and addresses never leave the blog. Posts
and pages share one row of numbers; the ids of pictures and comments begin with `media-` and `comment-`.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from requests.utils import parse_header_links

from connectors import markup
from connectors.connector import ConnectorError, NotOffered, Refused, SchemaDrift
from connectors.http import Answer, Client
from connectors.snapshot import CollectPlan, Coverage, complete, partial

Row = Mapping[str, Any]

_RELATION = "https://api.w.org/"  # what WordPress calls its API in links
_OWN_FILES = re.compile(rb"https?://[^\s\"'<>\\]+?(?=/wp-(?:content|includes)/)")
_AT_ONCE = 100  # the most that WordPress gives in one answer
_POST = "id,type,link,title,content,author,date_gmt,modified_gmt,_links.wp:featuredmedia,_embedded"
_FIELDS = {
    "API": "name,description,home,namespaces,site_icon_url",
    "posts": _POST,
    "pages": _POST,
    "media": "id,post,alt_text,source_url,mime_type,media_details",
    "comments": "id,post,author,link,content,date_gmt",
    "users": "id",
}
_OK, _BEYOND_THE_LAST_PAGE = 200, 400
_LOOKED_AT = frozenset({_OK, _BEYOND_THE_LAST_PAGE, 401, 403, 404})


@dataclass(slots=True)
class Found:
    """What was read so far: posts and comments by id, media by post and id; what is gone; who publishes."""

    posts: dict[str, Row] = field(default_factory=dict)
    media: dict[tuple[str, str], Row] = field(default_factory=dict)
    comments: dict[str, Row] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    authors: set[int] = field(default_factory=set)

    def add_post(self, row: Row, media: Iterable[markup.Medium]) -> None:
        """Take a post with what it shows; of a picture that is shown twice, the one that is described."""
        shown: dict[tuple[str, str], Row] = {}
        for medium in media:
            key = (row["id"], medium.id)
            if key not in shown or medium.alt:
                shown[key] = {**asdict(medium), "post_id": row["id"]}
        self.posts[row["id"]] = {**row, "media": [medium["address"] for medium in shown.values()]}
        self.media |= shown

    def oldest(self) -> datetime | None:
        """When the oldest post was published."""
        return min(filter(None, (row["created"] for row in self.posts.values())), default=None)


def find(front: Answer, http: Client) -> "Site | None":
    """The WordPress site that `front`, a page or a feed, belongs to; None when it belongs to none.

    Raises ConnectorError when `front` names an API that does not answer or does not let us in.
    """
    links = _links(front)
    if markup.is_page(front.content):
        links |= {link.rel: link.address for link in markup.head_links(front.text, front.url)}
    if _RELATION in links:
        return Site(links[_RELATION], http)
    # Some owners take the link out. The addresses of WordPress's own files still tell where it lives.
    own_files = _OWN_FILES.search(front.content)
    home = own_files[0].decode("ascii", "replace") if own_files else ""
    if markup.host(home) != markup.host(front.url):
        return None
    try:
        return Site(f"{home}/wp-json/", http)
    except ConnectorError:
        return None


class Site:
    """One WordPress site's API. Reading raises Refused or NotOffered where a part of it is closed."""

    def __init__(self, api: str, http: Client) -> None:
        self._api = api
        self._http = http
        about = _decoded(http.get(api, params={"_fields": _FIELDS["API"]}, ok=_LOOKED_AT), "API")
        with _shape("API"):
            if "wp/v2" not in about["namespaces"]:
                raise NotOffered("The blog's API does not offer its posts.")
            self.name = markup.plain(about["name"])
            self.description = markup.plain(about["description"])
            self.home: str = about["home"]
            self.icon: str = about.get("site_icon_url") or ""

    def read_posts(self, plan: CollectPlan, found: Found) -> Coverage:
        """Posts and pages with the pictures they show, and those of `plan.refetch` that are older."""

        def keep(item: Row) -> None:
            found.authors.add(item.get("author", 0))
            found.add_post(*_post(item))

        whole = self._gather("posts", plan, found.posts, keep, _changed(plan.since))
        closed = ""
        try:
            whole = whole and self._gather("pages", plan, found.posts, keep, _changed(plan.since))
        except (Refused, NotOffered) as error:
            closed = str(error)
        routes = ["posts"] if closed else ["posts", "pages"]
        missing = self._again(routes, "", plan, found.posts, keep)
        if not closed:  # else what is missing may be a page
            found.gone |= missing
        if closed and whole:
            return partial(closed, len(found.posts), planned=True)
        return _covered(plan, found.posts, whole=whole, oldest=found.oldest())

    def read_media(self, plan: CollectPlan, found: Found) -> Coverage:
        """The media library: pictures, films and recordings, whether a post shows them or not."""
        met = {key for _, key in found.media}

        def keep(item: Row) -> None:
            medium = _medium(item)
            if medium and medium.id not in met:
                post = str(item["post"] or "")
                found.media[post, medium.id] = {**asdict(medium), "post_id": post}

        whole = self._gather("media", plan, found.media, keep, _changed(plan.since))
        met.update(key for _, key in found.media)
        found.gone |= self._again(("media",), "media-", plan, met, keep)
        return _covered(plan, found.media, whole=whole)

    def read_comments(self, plan: CollectPlan, found: Found) -> Coverage:
        """All comments that everyone can see, whatever `plan.since`: they are not mirrored.

        Only people who were signed in have a number.
        """
        authors = found.authors | self._authors()

        def keep(item: Row) -> None:
            row = _comment(item, authors)
            found.comments[row["id"]] = row

        whole = self._gather("comments", plan, found.comments, keep)
        found.gone |= self._again(("comments",), "comment-", plan, found.comments, keep)
        return _covered(plan, found.comments, whole=whole)

    def _authors(self) -> set[int]:
        """The numbers of those who have published; where a blog keeps them back, its posts have to do."""
        try:
            with _shape("users"):
                return {user["id"] for user in self._items("users")}
        except ConnectorError:
            return set()

    def _gather(
        self,
        route: str,
        plan: CollectPlan,
        rows: Sized,
        keep: Callable[[Row], None],
        questions: Iterable[Mapping[str, str]] = ({},),
    ) -> bool:
        """Keep every item that answers one of the questions, newest first; False when the cap came first."""
        for question in questions:
            for item in self._items(route, **question):
                if len(rows) >= plan.max_posts:
                    return False
                with _shape(route):
                    keep(item)
        return True

    def _again(
        self,
        routes: Iterable[str],
        prefix: str,
        plan: CollectPlan,
        met: Container[str],
        keep: Callable[[Row], None],
    ) -> set[str]:
        """Ask by number for items that are wanted and were not met; ids of those that do not come back."""
        wanted = [key for key in plan.refetch if re.fullmatch(rf"{prefix}\d+", key) and key not in met]
        missing = set(wanted)
        for start in range(0, len(wanted), _AT_ONCE):
            numbers = ",".join(key.removeprefix(prefix) for key in wanted[start : start + _AT_ONCE])
            for route in routes:
                for item in self._items(route, include=numbers):
                    with _shape(route):
                        keep(item)
                        missing.discard(f"{prefix}{item['id']}")
        return missing

    def _items(self, route: str, **question: str) -> Iterator[Row]:
        """Every item of a route, page by page."""
        address = f"{self._api.removesuffix('/')}/wp/v2/{route}"
        asked = {"per_page": _AT_ONCE, "_fields": _FIELDS[route], **question}
        if route in {"posts", "pages"}:
            asked["_embed"] = "wp:featuredmedia"
        before = None
        for page in count(1):
            answer = self._http.get(address, params={**asked, "page": page}, ok=_LOOKED_AT)
            if page > 1 and answer.status == _BEYOND_THE_LAST_PAGE:
                return
            items = _decoded(answer, route)
            if not isinstance(items, list):
                raise SchemaDrift(f"The blog's API gave no list of its {route}.")
            if items and items == before:
                raise SchemaDrift(f"The blog's API gives the same page of its {route} again and again.")
            yield from items
            before = items
            if len(items) < _AT_ONCE and "next" not in _links(answer):
                return


def _changed(since: datetime | None) -> list[dict[str, str]]:
    """The questions for what was published or edited since then; for everything without a moment."""
    if since is None:
        return [{}]
    moment = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    # Both: a post that was planned for a later day is published without being modified.
    return [{"after": moment}, {"modified_after": moment}]


def _post(item: Row) -> tuple[Row, list[markup.Medium]]:
    shown = markup.read(item["content"]["rendered"], item["link"])
    embedded = item.get("_embedded") or {}  # PHP writes an empty object as an empty list
    featured = embedded.get("wp:featuredmedia", ())  # an error where the picture is not for everyone
    media = [medium for one in featured if "source_url" in one and (medium := _medium(one))]
    created, edited = _moment(item["date_gmt"]), _moment(item["modified_gmt"])
    row = {
        "id": str(item["id"]),
        "address": item["link"],
        "kind": item["type"],
        "title": markup.plain(item["title"]["rendered"]),
        "text": shown.text,
        "created": created,
        "edited": edited if edited != created else None,
        "links": shown.links,
    }
    return row, [*media, *shown.media]


def _medium(item: Row) -> markup.Medium | None:
    """A picture, film or recording of the library; None for other files."""
    address, details = item["source_url"], item.get("media_details") or {}
    kind = markup.kind_of(address, item["mime_type"])
    if not kind:
        return None
    width, height = (size if isinstance(size := details.get(name), int) else None for name in ("width", "height"))
    return markup.Medium(f"media-{item['id']}", address, kind, item["alt_text"], width, height)


def _comment(item: Row, authors: Container[int]) -> Row:
    return {
        "id": f"comment-{item['id']}",
        "post_id": str(item["post"]),
        "address": item["link"],
        "author_id": str(item["author"] or ""),
        "text": markup.read(item["content"]["rendered"], item["link"]).text,
        "created": _moment(item["date_gmt"]),
        "ours": bool(item["author"]) and item["author"] in authors,
    }


def _covered(plan: CollectPlan, rows: Sized, *, whole: bool, oldest: datetime | None = None) -> Coverage:
    if whole:
        return complete(len(rows))
    reason = f"Stopped at the cap of {plan.max_posts} items."
    return partial(reason, len(rows), planned=True, since=oldest)


def _links(answer: Answer) -> dict[str, str]:
    """The addresses that the answer's headers link to, by what they are."""
    return {link.get("rel", ""): link["url"] for link in parse_header_links(answer.headers.get("link", ""))}


def _decoded(answer: Answer, part: str) -> Any:
    if answer.status == _OK:
        return answer.json()
    try:
        code = answer.json()["code"]
    except (ConnectorError, KeyError, TypeError):  # a firewall's page
        code = f"status {answer.status}"
    match answer.status:
        case 401 | 403:
            raise Refused(f"The blog does not show everyone its {part} through its API ({code}).")
        case 404:
            raise NotOffered(f"The blog's API does not offer its {part} ({code}).")
        case _:
            raise SchemaDrift(f"The blog's API does not understand our question for its {part} ({code}).")


def _moment(text: str | None) -> datetime | None:
    """WordPress gives Greenwich time without saying so; a few items have a date of zeros."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


@contextmanager
def _shape(part: str) -> Iterator[None]:
    """A field that is missing or of another type is the platform's change, not our crash."""
    try:
        yield
    except KeyError as error:
        raise SchemaDrift(f"The blog's answer for its {part} lacks {error}.") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise SchemaDrift(f"The blog's answer for its {part} has another shape than documented.") from error
