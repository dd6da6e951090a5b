"""Misago: a member's profile, threads, posts, the replies to them and followers; or a whole category or forum.

Its public JSON interface is asked, the one that its own pages use, as of version 0.39 (misago-project.org;
github.com/rafalp/Misago). Lists of posts and threads go on from a cursor, `next`; those of people and of a thread's
posts by page numbers. What the forum says of itself (name, categories, whether people may join) is data in its pages.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from connectors.connector import NotFound, Private, SchemaDrift, Unreachable
from connectors.forum_reading import Body, Reading, Row, misago_says, read
from connectors.http import Client
from connectors.snapshot import (
    Account,
    CollectPlan,
    Coverage,
    CoverageStatus,
    Profile,
    Resource,
    Settings,
    as_counted,
    complete,
    moment,
    not_offered,
    partial,
)

_JOINING = {"none": "everyone", "user": "everyone", "admin": "asked", "closed": "invited"}
_NAME = re.compile(r"/t/[^/]+/")
_NUMBER = re.compile(r"/(\d+)/")
_PATHS = {Resource.FOLLOWERS: "followers", Resource.FOLLOWING: "follows"}
_SHOWN_FIELDS = frozenset({"bio", "location", "website", "twitter", "skype"})


class Misago(Reading):
    """The reading of a Misago.

    A member is asked for by number where that is known, from the address or the register, so that a newcomer under
    the same name is never taken for it; else looked up by name. With `plan.since`, older posts are left out. Of a
    category or forum, the posts are the first ones of its threads, whoever wrote them, and the comments all others.
    """

    software = "Misago"

    def __init__(self, account: Account, plan: CollectPlan, http: Client) -> None:
        super().__init__(account, plan, http)
        self._counts: dict[Resource, int | None] = {}
        self._threads: dict[str, str] = {}  # threads of the school's -> their first posts
        self._page: Body = {}

    # Asking

    def _ask(self, path: str, **params: Any) -> Any:
        answer = self.http.get(f"{self.place.url}/api/{path}", params=params, ok=(200, 403, 404))
        body = answer.json()
        host = self.place.host
        if answer.status == 403:  # noqa: PLR2004 - HTTP's
            if isinstance(body, Mapping) and "ban" in body:
                raise Unreachable(f"{host} has banned the computer that this tool runs on; ask its administrator.")
            raise Private(f"{host} does not show this to the public; a person who is a member there has to look.")
        if answer.status == 404:  # noqa: PLR2004 - HTTP's
            raise NotFound(f"{host} says that there is no such member, category or thread.")
        if isinstance(body, Mapping) and body.get("is_error"):
            raise Unreachable(f"{host} answered with an error instead of data; the next run tries again.")
        return body

    def _cursor(self, path: str, **params: Any) -> Iterator[Body]:
        """The items of a list that goes on from a cursor."""
        places = set[int]()
        while True:
            answer = self._ask(path, **params)
            yield from self.need(answer, "results", list, path.rpartition("/")[0])
            place = answer.get("next")
            if not isinstance(place, int) or not place:
                return
            if place in places:
                raise Unreachable("Misago's list of posts goes round in circles.")
            places.add(place)
            params["start"] = place

    def _said(self) -> Body:
        """What the front page says of the forum."""
        if not self._page:
            answer = self.http.get(f"{self.place.url}/")
            said = misago_says(answer.text)
            if said is None:
                raise SchemaDrift("Misago's page lacks 'misago.init'.")
            self._page = said
        return self._page

    # Profile and settings

    def profile(self) -> Profile:
        """The member by number or name; a category or the forum by what its page says."""
        if self.place.member:
            return self._member()
        return self._group()

    def _member(self) -> Profile:
        number = self.place.number or self._looked_up()
        try:
            user = self._ask(f"users/{number}/")
        except NotFound:
            raise NotFound(
                f"{self.place.host} no longer has the member number {number}, or has switched the account off. Should"
                f" {self.place.member} be a new account of yours, empty 'Platform id' in the register."
            ) from None
        name: str = self.need(user, "username", str, "the member")
        self.place = replace(self.place, member=name, number=str(self.need(user, "id", int, "the member")))
        self._counts = {
            Resource.FOLLOWERS: _count(user, "followers"),
            Resource.FOLLOWING: _count(user, "following"),
            Resource.POSTS: _count(user, "posts"),
        }
        fields = {
            field["fieldname"]: field
            for group in self.need(self._ask(f"users/{number}/details/"), "groups", list, "the member's details")
            for field in group.get("fields") or ()
            if field.get("fieldname") in _SHOWN_FIELDS
        }
        about = read((fields.get("bio") or {}).get("html") or "", self.place.url)
        avatars = [one["url"] for one in user.get("avatars") or () if isinstance(one, Mapping) and one.get("url")]
        status = user.get("status") or {}
        beside = (f"{fields[one]['name']}: {fields[one].get('text')}" for one in ("twitter", "skype") if one in fields)
        website = (fields.get("website") or {}).get("url")
        return Profile(
            platform_id=self.place.platform_id,
            handle=name,
            address=self._whole(user.get("url")),
            name=user.get("real_name") or "",
            bio="\n".join(filter(None, (about.text, *beside))),
            location=str((fields.get("location") or {}).get("text") or ""),
            links=tuple(dict.fromkeys([*filter(None, (website,)), *about.links])),
            created=moment(user.get("joined_on")),
            followers=self._counts[Resource.FOLLOWERS],
            following=self._counts[Resource.FOLLOWING],
            posts=self._counts[Resource.POSTS],
            avatar=self._whole(avatars[0]) if avatars else "",
            labels=("suspended",) if status.get("is_banned") is True else (),
            kind="forum member",
        )

    def _looked_up(self) -> str:
        """The number of the member of that name, by the forum's search."""
        name = self.place.member.casefold()
        found = self._ask("search/users/", q=self.place.member)
        for provider in found if isinstance(found, list) else ():
            if isinstance(provider, Mapping) and provider.get("id") == "users":
                for user in (provider.get("results") or {}).get("results") or ():
                    if self.need(user, "username", str, "a member").casefold() == name:
                        return str(self.need(user, "id", int, "a member"))
        raise NotFound(f"{self.place.host} knows no member {self.place.member}.")

    def _group(self) -> Profile:
        said = self._said()
        settings = self.need(said, "SETTINGS", Mapping, "its page")
        name, bio = str(settings.get("forum_name") or ""), str(settings.get("index_message") or "")
        if self.place.category:
            category = next((one for one in said.get("CATEGORIES") or () if str(one["id"]) == self.place.number), None)
            if category is None:
                raise NotFound(f"{self.place.host} shows no category number {self.place.number} to the public.")
            name, bio = category["name"], (category.get("description") or {}).get("plain") or ""
        address = f"{self.place.url}/c/{self.place.category}/" if self.place.category else f"{self.place.url}/"
        return Profile(
            platform_id=self.place.platform_id,
            handle=self.account.handle,
            address=address,
            name=name,
            bio=bio,
            kind="group",
        )

    def settings(self) -> Settings:
        """Who may join; whoever did may write, unless a category says otherwise."""
        said = self.need(self._said(), "SETTINGS", Mapping, "its page")
        activation: str = self.need(said, "account_activation", str, "its page's SETTINGS")
        return Settings(joining=_JOINING.get(activation), posting_by=None if self.place.member else "members")

    # Posts

    def read_posts(self) -> Coverage:
        """Lists with cursors, newest first; afterwards what the plan asks for besides, by number."""
        coverage = self._by_member() if self.place.member else self._by_threads()
        missing = [id_ for id_ in self.plan.refetch if id_ not in self.posts]
        if self.place.member:
            for id_ in missing:
                self._look_again(id_)
        elif coverage.status is CoverageStatus.COMPLETE and not self.plan.since:
            self.gone.update(missing)  # the first posts of threads are no more asked for one by one
        counted = self._counts.get(Resource.POSTS)
        if coverage.status is CoverageStatus.COMPLETE and not self.plan.since and counted:
            judged = as_counted("Misago", len(self.posts), counted, "posts")
            # What was hidden, or is in places for members only, stays in the count.
            return replace(judged, planned=bool(self.posts)) if judged.reason else judged
        return replace(coverage, read=len(self.posts))

    def _by_member(self) -> Coverage:
        first = {str(one.get("id")) for one in self._back_to(f"users/{self.place.number}/threads/")}
        for post in self._back_to(f"users/{self.place.number}/posts/"):
            if len(self.posts) == self.plan.max_posts:
                return self.capped(self.plan.max_posts)
            self._take(post, starts=str(post.get("id")) in first)
        return complete(len(self.posts))

    def _back_to(self, path: str) -> Iterator[Body]:
        """A member's posts, newest first, as far back as the plan wants."""
        for post in self._cursor(path):
            written = moment(post.get("posted_on"))
            if self.plan.since and written and written < self.plan.since:
                return
            yield post

    def _look_again(self, id_: str) -> None:
        """Read one post by number: a list that begins there begins with it, or it is gone."""
        found: list[Body] = []
        if id_.isdecimal():
            try:
                found = self._ask(f"users/{self.place.number}/posts/", start=id_).get("results") or []
            except NotFound:
                found = []
        if found and str(found[0].get("id")) == id_:
            thread = self._thread_of(found[0])
            self._take(found[0], starts=str(self._first(thread)[1].get("id")) == id_)
        else:
            self.gone.add(id_)

    def _by_threads(self) -> Coverage:
        """The first posts of the threads, the one with the latest reply first."""
        params = {"category": self.place.number} if self.place.category else {}
        listed = 0
        for thread in self._cursor("threads/", **params):
            number = str(self.need(thread, "id", int, "a thread"))
            last = moment(thread.get("last_post_on"))
            if self.plan.since and last and last < self.plan.since:
                if thread.get("weight"):
                    continue  # stands first, however old
                break
            if listed == self.most_threads:
                return self.capped(self.most_threads, "threads")
            if number not in self._threads:
                listed += 1
                answer, post = self._first(number)
                self._take({**post, "thread": {"title": answer.get("title"), "url": _url(answer)}}, starts=True)
        return complete(len(self.posts))

    def _first(self, thread: str) -> tuple[Body, Body]:
        """The first page of a thread, and the first post on it."""
        answer = self._ask(f"threads/{thread}/posts/")
        posts = self._results(answer)
        if not posts:
            raise SchemaDrift("Misago's answer lacks 'results' in a thread.")
        return answer, posts[0]

    def _results(self, answer: Any) -> list[Body]:
        posts: list[Body] = self.need(
            self.need(answer, "post_set", Mapping, "a thread"), "results", list, "a thread's post_set"
        )
        return posts

    def _thread_of(self, post: Body) -> str:
        address = self.need(self.need(post, "thread", Mapping, "a post"), "url", str, "a post's thread")
        found = _NUMBER.search(address)
        if not found:
            raise SchemaDrift("Misago's answer lacks a number in 'url' of a post's thread.")
        return found[1]

    def _take(self, post: Body, *, starts: bool) -> None:
        id_ = str(self.need(post, "id", int, "a post"))
        thread = self._thread_of(post)
        if starts:
            self._threads[thread] = id_
        row: Row = {
            "id": id_,
            # The name in an answer's address is the title that somebody else gave the thread; any name leads there.
            "address": self._whole(_url(post) if starts else _NAME.sub("/t/-/", _url(post))),
            "kind": "post" if starts else "reply",
            "title": str(post["thread"].get("title") or "") if starts else "",
            "created": moment(post.get("posted_on")),
            "edited": moment(post.get("updated_on")) if post.get("edits") else None,
            "reply_to": "" if starts else thread,
        }
        self.keep(row, post.get("content") or "")

    # Replies, people

    def read_replies(self) -> Coverage:
        """All pages of every thread; one that went away meanwhile takes its replies along."""
        for thread, first in self._threads.items():
            page: Any = 1
            while page:
                try:
                    answer = self._ask(f"threads/{thread}/posts/", page=page)
                except (NotFound, Private):  # taken away while we were reading
                    break
                for post in self._results(answer):
                    self._comment(post, first)
                following = answer["post_set"].get("next")
                page = following if isinstance(following, int) and following > page else None
        return complete(len(self.comments))

    def _comment(self, post: Body, first: str) -> None:
        id_ = str(self.need(post, "id", int, "a post"))
        if id_ == first or post.get("is_event") is True or post.get("is_hidden") is True:
            return
        poster = post.get("poster") or {}  # nobody where the account was deleted since
        author = str(poster.get("id") or "")
        self.comments[id_] = {
            "id": id_,
            "post_id": first,
            "address": self._whole(_url(post)),
            "author_id": f"{self.place.host}/u/{author}" if author else "",
            "text": read(post.get("content") or "", self.place.url).text,
            "created": moment(post.get("posted_on")),
            "ours": bool(self.place.member) and author == self.place.number,
        }

    def read_people(self, resource: Resource, rows: dict[str, Row]) -> Coverage:
        """All pages of the list, judged by the profile's count."""
        if not self.place.member:
            return not_offered("Categories and forums have no followers; only members have.")
        page: Any = 1
        while page:
            answer = self._ask(f"users/{self.place.number}/{_PATHS[resource]}/", page=page)
            for person in self.need(answer, "results", list, f"people under {resource}"):
                row = self._person(person)
                if len(rows) == self.plan.max_people and row["id"] not in rows:
                    return partial(f"Stopped at the cap of {self.plan.max_people} people.", len(rows), planned=True)
                rows[row["id"]] = row
            following = answer.get("next")
            page = following if isinstance(following, int) and following > page else None
        return as_counted("Misago", len(rows), self._counts[resource], f"people under {resource}")

    def _person(self, person: Body) -> Row:
        number = self.need(person, "id", int, "a member")
        return {
            "id": f"{self.place.host}/u/{number}",
            "handle": self.need(person, "username", str, "a member"),
            "name": person.get("real_name"),
            "bio": person.get("title"),
            "address": self._whole(person.get("url")),
            "created": moment(person.get("joined_on")),
        }

    def _whole(self, path: Any) -> str:
        """A full address: Misago's are paths on its host."""
        if not isinstance(path, str) or not path.startswith("/"):
            return path if isinstance(path, str) else ""
        parts = urlsplit(self.place.url)
        return f"{parts.scheme}://{parts.netloc}{path}"


def _url(body: Body) -> str:
    said = body.get("url")
    index = said.get("index") if isinstance(said, Mapping) else said
    return index if isinstance(index, str) else ""


def _count(body: Body, name: str) -> int | None:
    count = body.get(name)
    return count if isinstance(count, int) and count >= 0 else None
