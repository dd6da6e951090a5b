"""Blogs and podcasts: through WordPress's API where there is one, else from the feed that they publish.

RSS, RDF and Atom are read by feedparser, which is given bytes and never fetches anything. A feed carries what
its owner puts in, mostly the latest items: the reading is complete where the feed's pages can be followed to
their end (RFC 5005 `next` links, WordPress's `?paged=`), and else partial since the oldest item.

Services that host blogs (Tumblr, Blogger, Substack) keep the feed of each at a known place, which the platform data
give as `base_url` with {handle}; there a handle alone is enough.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from connectors import markup, syndication, wordpress
from connectors.connector import (
    ConnectorError,
    NotAllowed,
    NotFound,
    NotOffered,
    Refused,
    SchemaDrift,
    reading,
)
from connectors.http import Client
from connectors.recording import StandIns
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
    Snapshot,
    complete,
    frame,
    partial,
)
from connectors.syndication import ACCEPT, COMMENT_NUMBER, Feed

RESOURCES = frozenset({Resource.PROFILE, Resource.POSTS, Resource.MEDIA, Resource.COMMENTS})

_MAY_BE_WORDPRESS = frozenset({"blog", "wordpress_com"})
_BY_CHOICE = (Refused, NotOffered)  # a blog that keeps its API closed; all other errors are trouble
_REBLOG = "tumblr_blog"  # the class of Tumblr's links to whoever is quoted
_TITLE_IN_ADDRESS = re.compile(r"(?P<post>/post/\d+)/.*", re.DOTALL)


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the blog or podcast at `account.address`, a site or a feed, or where its service keeps the feed.

    On a blog in WordPress, posts include its pages and `plan.since` and `plan.refetch` are asked for; a feed
    is read as it is. Raises ConnectorError when there is neither an API nor a feed to be read.
    """
    source = _Source(account, plan, http)
    found = source.found
    coverage = {resource: plan.skip[resource] for resource in RESOURCES if not plan.wants(resource)}
    profile = source.profile()
    coverage.setdefault(Resource.PROFILE, complete(1))
    if plan.wants(Resource.POSTS):
        with reading(Resource.POSTS, coverage, found.posts):
            coverage[Resource.POSTS] = source.read_posts()
    if plan.wants(Resource.MEDIA):
        with reading(Resource.MEDIA, coverage, found.media):
            posts = coverage[Resource.POSTS] if plan.wants(Resource.POSTS) else None
            coverage[Resource.MEDIA] = source.read_media(posts)
    if plan.wants(Resource.COMMENTS):
        with reading(Resource.COMMENTS, coverage, found.comments):
            coverage[Resource.COMMENTS] = source.read_comments()
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        posts=frame(POSTS, found.posts.values() if plan.wants(Resource.POSTS) else ()),
        media=frame(MEDIA, found.media.values() if plan.wants(Resource.MEDIA) else ()),
        comments=frame(COMMENTS, found.comments.values()),
        gone=frozenset(found.gone),
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Open the address, and say whether WordPress's API or a feed was found there."""
    return _Source(account, plan, http).described()


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """What a blog or podcast publishes is kept; commenters become stand-ins. Of a page only its links stay.

    Raises ValueError on comments in a form that cannot be taken apart.
    """
    if isinstance(body, list):
        return [disguise(item, own, stand_ins) for item in body]
    if isinstance(body, dict) and "post" in body and "content" in body:
        return _without_commenter(body, stand_ins)
    if isinstance(body, str) and markup.is_page(body.encode(errors="replace")):
        return markup.only_links(body)
    if isinstance(body, str) and "#comment-" in body:
        return _without_commenters(body, stand_ins)
    if isinstance(body, str) and _REBLOG in body:
        return _without_reblogs(body, stand_ins)
    return body


def _without_commenter(comment: Mapping[str, Any], stand_ins: StandIns) -> dict[str, object]:
    """A comment of WordPress's API as it may be kept: what we ask for, and nothing of who wrote it."""
    kept = {name: comment.get(name) for name in ("id", "post", "link", "date_gmt")}
    kept["author"] = stand_ins.id(comment.get("author"), "number")
    written = comment["content"].get("rendered")
    kept["content"] = {"rendered": f"<p>{stand_ins.text(str(written))}</p>"}
    return kept


def _without_commenters(feed: str, stand_ins: StandIns) -> str:
    try:
        root = ET.fromstring(feed)  # noqa: S314 - expat itself limits how far entities may grow
    except ET.ParseError as error:
        raise ValueError("a feed of comments that is not XML") from error
    for item in root.iter():
        addresses = [(part.text or part.get("href") or "").strip() for part in item]
        if _local(item) not in {"item", "entry"} or not any(map(COMMENT_NUMBER.search, addresses)):
            continue
        for part in item.iter():
            match _local(part):
                case "creator" | "name":
                    part.text = stand_ins.name(part.text or "")
                case "uri" | "email":
                    part.text = ""
                case "title" | "description" | "encoded" | "summary" | "content":
                    text = stand_ins.text("".join(part.itertext()))
                    part[:] = []
                    part.text = text
    return ET.tostring(root, encoding="unicode")


def _without_reblogs(feed: str, stand_ins: StandIns) -> str:
    """A feed of Tumblr's, with nothing of the items in which other blogs are quoted but their ids and dates."""
    try:
        root = ET.fromstring(feed)  # noqa: S314 - expat itself limits how far entities may grow
    except ET.ParseError as error:
        raise ValueError("a feed with other people's posts that is not XML") from error
    for item in root.iter("item"):
        if not any(_REBLOG in (part.text or "") for part in item):
            continue
        for part in [*item]:
            if part.tag in {"title", "description"}:
                part.text = stand_ins.text(part.text or "")
            elif part.tag in {"guid", "link"}:
                part.text = _TITLE_IN_ADDRESS.sub(r"\g<post>", part.text or "")
            elif part.tag != "pubDate":
                item.remove(part)
    return ET.tostring(root, encoding="unicode")


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _place(account: Account, plan: CollectPlan) -> str:
    """Where to begin: at the service's own place for the feed, where it has one and gives the blog its name."""
    name = account.handle.partition(".")[0]
    if "{handle}" not in plan.base_url or not name:
        return account.address
    return plan.base_url.replace("{handle}", quote(name, safe=""))


class _Source:
    """Where tonight's reading of one blog or podcast comes from, and what was found there so far."""

    def __init__(self, account: Account, plan: CollectPlan, http: Client) -> None:
        self.found = wordpress.Found()
        self._account, self._plan, self._http = account, plan, http
        self._kind = "episode" if account.platform == "podcast" else "post"
        self._front = http.get(_place(account, plan), headers=ACCEPT)
        self._site: wordpress.Site | None = None
        self._closed: ConnectorError | None = None  # why an API that exists is not read
        if account.platform in _MAY_BE_WORDPRESS:
            try:
                self._site = wordpress.find(self._front, http)
            except ConnectorError as error:
                self._closed = error

    @cached_property
    def feed(self) -> Feed:
        """The first page of the feed. Raises ConnectorError when there is none or it cannot be read."""
        try:
            if markup.is_page(self._front.content):
                return self._open(self._feed_address())
            return syndication.feed(self._front, self._kind)
        except ConnectorError as error:
            raise self._closed or error from None

    def _open(self, address: str) -> Feed:
        return syndication.feed(self._http.get(address, headers=ACCEPT), self._kind)

    def _feed_address(self) -> str:
        if self._site or self._closed:
            home = self._site.home if self._site else self._front.url
            return next(syndication.alternates(self._front), f"{home.rstrip('/')}/feed/")
        return syndication.named_by(self._front)

    def _comments_address(self) -> str:
        for address in syndication.alternates(self._front, of_comments=True):
            return address
        home = self._site.home if self._site else self.feed.home or self._front.url
        return f"{home.rstrip('/')}/comments/feed/"

    def described(self) -> str:
        """One sentence about what was found."""
        if self._site:
            return f"{self._site.home} runs on WordPress, and its API answers."
        return f"The feed '{self.feed.title}' answers with {len(self.feed.posts)} items."

    def profile(self) -> Profile:
        """What the blog or podcast says of itself. It has no stable id beside its address."""
        account, site = self._account, self._site
        if site:
            return Profile("", account.handle, site.home, site.name, site.description, avatar=site.icon)
        feed = self.feed
        return Profile(
            platform_id="",
            handle=account.handle,
            address=feed.home or account.address,
            name=feed.title,
            bio=feed.description,
            links=(feed.home,) if feed.home else (),
            avatar=feed.picture,
            labels=("explicit",) if feed.explicit else (),
            contacts=feed.contacts,
        )

    def read_posts(self) -> Coverage:
        """Posts, with the pictures that they show."""
        if self._site:
            try:
                return self._site.read_posts(self._plan, self.found)
            except _BY_CHOICE as error:
                if self.found.posts:
                    raise
                self._closed = error
        coverage = self._read_feed()
        whole = coverage.status is CoverageStatus.COMPLETE
        wordpress_only = self._account.platform in _MAY_BE_WORDPRESS
        without_pages = wordpress_only and (self._closed or self.feed.by_wordpress)
        self._look_again(whole=whole and not without_pages and not self._plan.since)
        if not without_pages:
            return coverage
        # Never complete: what the API gave another night has not gone because it is not in the feed.
        why = self._closed or "The blog runs on WordPress, whose feed leaves its pages out."
        planned = (whole or coverage.planned) and (not self._closed or isinstance(self._closed, _BY_CHOICE))
        since = coverage.since or self.found.oldest()
        return partial(f"{why} {coverage.reason}".strip(), coverage.read, planned=planned, since=since)

    def _read_feed(self) -> Coverage:
        """The feed, page by page, as far back as the plan wants and the feed allows."""
        posts, since, page = self.found.posts, self._plan.since, self.feed
        for number in range(1, self._plan.max_pages + 1):
            before = len(posts)
            for row, media in page.posts:
                if len(posts) >= self._plan.max_posts:
                    return self._since_oldest(f"Stopped at the cap of {self._plan.max_posts} items.")
                if row["id"] not in posts:
                    self.found.add_post(row, media)
            if number > 1 and page.ends:
                return complete(len(posts))
            if page.ends or (number > 1 and len(posts) == before):
                return self._since_oldest(f"The feed carries only its latest {len(posts)} items.")
            if since and page.oldest and page.oldest < since:
                return complete(len(posts))
            if number == self._plan.max_pages:
                break
            following = self._following(page, number + 1)
            if not following:
                return complete(len(posts))
            page = following
        return self._since_oldest(f"Stopped at the cap of {self._plan.max_pages} pages of the feed.")

    def _following(self, page: Feed, number: int) -> Feed | None:
        """The page after `page`: None when there is none, the same one when that cannot be told."""
        if page.next:
            return self._open(page.next)
        try:
            return self._open(page.numbered(number))
        except NotFound:  # so WordPress answers after the last page
            return None
        except (SchemaDrift, Refused, NotAllowed):  # so something that stands before it
            return page

    def _since_oldest(self, reason: str) -> Coverage:
        return partial(reason, len(self.found.posts), planned=True, since=self.found.oldest())

    def _look_again(self, *, whole: bool) -> None:
        """Find out which of the wanted items that the feed does not carry are gone."""
        known = self.found.posts.keys() | {key for _, key in self.found.media}
        for key in self._plan.refetch:
            if key in known or key.startswith("comment-"):
                continue
            if whole:
                self.found.gone.add(key)
            elif address := self._address_of(key):
                try:
                    self._http.get(address)
                except NotFound:
                    self.found.gone.add(key)
                except ConnectorError:  # it stays unknown
                    continue

    def _address_of(self, key: str) -> str:
        """Where an item that is no longer in the feed can be asked for; "" when that cannot be told."""
        if key.isdecimal() and self.feed.by_wordpress:
            return f"{self.feed.home.rstrip('/')}/?p={key}"
        return key if markup.host(key) == markup.host(self._front.url) else ""

    def read_media(self, posts: Coverage | None) -> Coverage:
        """Pictures, films and recordings: of the posts, and of WordPress's library.

        `posts` says how those were read, None when they were not wanted.
        """
        coverage = self._read_library(self._site) if self._site else posts or self.read_posts()
        if coverage.status is CoverageStatus.COMPLETE and posts:
            coverage = posts  # what the library has is all there; what posts show from elsewhere may not be
        since = self._plan.since
        if coverage.status is CoverageStatus.COMPLETE and since:
            reason = f"Only what is newer than {since:%d/%m/%Y} was asked for."
            return partial(reason, len(self.found.media), planned=True, since=since)
        return replace(coverage, read=len(self.found.media))

    def _read_library(self, site: wordpress.Site) -> Coverage:
        try:
            return site.read_media(self._plan, self.found)
        except _BY_CHOICE as error:
            if not self.found.media:
                raise
            return partial(str(error), len(self.found.media), planned=True)

    def read_comments(self) -> Coverage:
        """Comments, which only WordPress offers: by its API, or in a feed of the latest ones."""
        rows, closed = self.found.comments, self._closed
        if self._site:
            try:
                return self._site.read_comments(self._plan, self.found)
            except _BY_CHOICE as error:
                if rows:
                    raise
                closed = error
        elif self._account.platform in _MAY_BE_WORDPRESS and self.feed.by_wordpress:
            closed = closed or NotOffered("The blog runs on WordPress and shows no API.")
        if not closed:
            raise NotOffered("A feed carries no comments.")
        try:
            answer = self._http.get(self._comments_address(), headers=ACCEPT)
            rows.update((row["id"], row) for row in syndication.comments(answer))
        except ConnectorError:
            raise closed from None
        reason = f"{closed} Its feed of comments was read instead, which carries the latest {len(rows)}."
        oldest = min(filter(None, (row["created"] for row in rows.values())), default=None)
        return partial(reason, len(rows), planned=isinstance(closed, _BY_CHOICE), since=oldest)
