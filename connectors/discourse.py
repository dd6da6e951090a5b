"""Discourse: a member's profile, topics, posts and the replies to them; or a whole category or forum.

Its public JSON is asked, the pages' addresses with `.json` at their end, as docs.discourse.org tells. What the server
does beyond that is general knowledge of its source (github.com/discourse/discourse): a member's doings come in pages
of 30, a topic's posts in chunks of 20; nobody is found by number without signing in, but a post names its author's
number and present name; a forum for members only answers `not_logged_in`; Discourse has no followers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from connectors import markup
from connectors.connector import (
    LoginWall,
    NotFound,
    Private,
    SchemaDrift,
    Unreachable,
)
from connectors.forum_reading import Body, Reading, Row, read
from connectors.http import Client
from connectors.snapshot import (
    Account,
    CollectPlan,
    Coverage,
    Profile,
    Resource,
    Settings,
    complete,
    moment,
    not_offered,
    partial,
)

_CHUNK = 20  # posts of a topic at once
_TOPICS_AND_REPLIES = "4,5"  # kinds of a member's doings
_AVATAR = "240"  # pixels


class Discourse(Reading):
    """The reading of a Discourse.

    A member is known by number where that is known: somebody else under the same name is never taken for it, and a
    new name is found through one of the posts in `plan.refetch`. With `plan.since`, older posts are left out. Of a
    category or forum, the posts are the first ones of its topics, whoever wrote them, and the comments all others.
    """

    software = "Discourse"

    def __init__(self, account: Account, plan: CollectPlan, http: Client) -> None:
        super().__init__(account, plan, http)
        self._topics: dict[str, Body] = {}  # whole answers, by number
        self._ours: dict[str, str] = {}  # topics of the school's -> their first posts

    # Asking

    def _ask(self, path: str, **params: Any) -> Any:
        answer = self.http.get(f"{self.place.url}/{path}", params=params, ok=(200, 400, 403, 404, 410, 422))
        body = answer.json()
        if answer.status == 200 and not (isinstance(body, Mapping) and "errors" in body):  # noqa: PLR2004 - HTTP's
            return body
        said = body.get("error_type") if isinstance(body, Mapping) else ""
        host = self.place.host
        if said == "not_logged_in":
            raise LoginWall(f"{host} shows itself to signed-in members only; a person who is one has to look.")
        if answer.status in (404, 410) or said == "not_found":
            raise NotFound(f"{host} says that there is no such member, category or topic.")
        if answer.status == 403 or said == "invalid_access":  # noqa: PLR2004 - HTTP's
            raise Private(f"{host} does not show this to the public.")
        raise Unreachable(f"{host} answered with an error instead of data; the next run tries again.")

    # Profile and settings

    def profile(self) -> Profile:
        """The member by name, who has to have the known number; a category by number; a forum by its basic facts."""
        if self.place.member:
            return self._member()
        return self._category() if self.place.category else self._forum()

    def _member(self) -> Profile:
        host, known = self.place.host, self.place.number
        user = self._user()
        number = str(self.need(user, "id", int, "the member"))
        name: str = self.need(user, "username", str, "the member")
        if known and number != known:
            raise NotFound(
                f"{self.place.member} on {host} is another account than before (number {number}, not {known}). Should"
                " it be a new account of yours, empty 'Platform id' in the register; else find out who has the name."
            )
        self.place = replace(self.place, member=name, number=number)
        if user.get("profile_hidden") is True:
            raise Private(f"{name} hides its profile on {host}; to have it audited, show it in Preferences, Profile.")
        about = read(user.get("bio_cooked") or user.get("bio_excerpt") or "", self.place.url)
        avatar = str(user.get("avatar_template") or "").replace("{size}", _AVATAR)
        noted = {
            "suspended": user.get("suspended_till"),
            "moderator of the forum": user.get("moderator"),
            "administrator of the forum": user.get("admin"),
        }
        return Profile(
            platform_id=self.place.platform_id,
            handle=name,
            address=f"{self.place.url}/u/{quote(name)}",
            name=user.get("name") or "",
            bio=about.text,
            location=user.get("location") or "",
            links=tuple(dict.fromkeys([*filter(None, (user.get("website"),)), *about.links])),
            created=moment(user.get("created_at")),
            avatar=markup.absolute(avatar, self.place.url),
            labels=tuple(words for words, so in noted.items() if so),
            kind="forum member",
        )

    def _user(self) -> Body:
        try:
            answer = self._ask(f"u/{quote(self.place.member, safe='')}.json")
        except NotFound:
            name = self._present_name()
            if not name:
                raise NotFound(f"{self.place.host} knows no member {self.place.member}.") from None
            answer = self._ask(f"u/{quote(name, safe='')}.json")
        user: Body = self.need(answer, "user", Mapping, "the member's profile")
        return user

    def _present_name(self) -> str:
        """The name that the known account has now, as one of its posts tells; "" when none does."""
        for post in self.plan.refetch[:5] if self.place.number else ():
            try:
                found = self._ask(f"posts/{quote(post, safe='')}.json")
            except (NotFound, Private):
                continue
            if isinstance(found, Mapping) and str(found.get("user_id")) == self.place.number:
                return str(found.get("username") or "")
        return ""

    def _category(self) -> Profile:
        answer = self._ask(f"c/{self.place.number}/show.json")
        category = self.need(answer, "category", Mapping, "the category")
        name: str = self.need(category, "name", str, "the category")
        return Profile(
            platform_id=self.place.platform_id,
            handle=self.account.handle,
            address=f"{self.place.url}/c/{self.place.category}",
            name=name,
            bio=category.get("description_text") or "",
            posts=_count(category.get("topic_count")),
            kind="group",
        )

    def _forum(self) -> Profile:
        basic = self._ask("site/basic-info.json")
        title: str = self.need(basic, "title", str, "the forum")
        if basic.get("login_required") is True:
            raise LoginWall(
                f"{self.place.host} shows itself to signed-in members only; a person who is one has to look."
            )
        return Profile(
            platform_id=self.place.platform_id,
            handle=self.account.handle,
            address=self.place.url,
            name=title,
            bio=basic.get("description") or "",
            avatar=basic.get("logo_url") or "",
            kind="group",
        )

    def settings(self) -> Settings:
        """Who may join; whoever did may write, unless a category says otherwise."""
        said = self._ask("site/settings.json")
        invited = self.need_flag(said, "invite_only") or said.get("allow_new_registrations") is False
        joining = "invited" if invited else "asked" if said.get("must_approve_users") is True else "everyone"
        return Settings(joining=joining, posting_by=None if self.place.member else "members")

    def need_flag(self, body: Any, name: str) -> bool:
        """A flag that must be there."""
        if not isinstance(body, Mapping) or not isinstance(body.get(name), bool):
            raise SchemaDrift(f"Discourse's answer lacks '{name}' in the forum's settings.")
        return bool(body[name])

    # Posts

    def read_posts(self) -> Coverage:
        """A member's doings or a list of topics; afterwards what the plan asks for besides, by number."""
        coverage = self._by_member() if self.place.member else self._by_topics()
        for id_ in self.plan.refetch:
            if id_ not in self.posts:
                try:
                    self._take(self._ask(f"posts/{quote(id_, safe='')}.json"))
                except (NotFound, Private):
                    self.gone.add(id_)
        return replace(coverage, read=len(self.posts))

    def _by_member(self) -> Coverage:
        wanted: defaultdict[str, list[int]] = defaultdict(list)
        capped = False
        for count, action in enumerate(self._actions()):
            if count == self.plan.max_posts:
                capped = True
                break
            topic = str(self.need(action, "topic_id", int, "a member's doing"))
            wanted[topic].append(self.need(action, "post_id", int, "a member's doing"))
        for topic, ids in wanted.items():
            for post in self._posts(topic, ids):
                self._take(post)
        return self.capped(self.plan.max_posts) if capped else complete(len(self.posts))

    def _actions(self) -> Iterator[Body]:
        """The member's topics and replies, newest first, as far back as the plan wants."""
        offset, seen = 0, set[int]()
        while True:
            try:
                answer = self._ask(
                    "user_actions.json", username=self.place.member, filter=_TOPICS_AND_REPLIES, offset=offset
                )
            except NotFound:
                raise Private(
                    f"{self.place.host} shows nobody what a member wrote; ask its administrator to switch off"
                    " 'hide user activity tab', or have a person look."
                ) from None
            page = self.need(answer, "user_actions", list, "a member's doings")
            fresh = [one for one in page if self.need(one, "post_id", int, "a member's doing") not in seen]
            seen |= {one["post_id"] for one in fresh}
            for action in fresh:
                created = moment(action.get("created_at"))
                if self.plan.since and created and created < self.plan.since:
                    return
                yield action
            if not fresh:
                return
            offset += len(page)

    def _by_topics(self) -> Coverage:
        """The first posts of the topics, newest topic first."""
        path = f"c/{quote(self.place.category)}" if self.place.category else "latest"
        seen = set[str]()
        for page in range(self.plan.max_pages):
            answer = self._ask(f"{path}.json", order="created", page=page)
            listed = self.need(self.need(answer, "topic_list", Mapping, "topics"), "topics", list, "topics")
            fresh = [one for one in listed if str(self.need(one, "id", int, "a topic")) not in seen]
            for topic in fresh:
                number = str(topic["id"])
                seen.add(number)
                created = moment(topic.get("created_at"))
                if self.plan.since and created and created < self.plan.since:
                    if topic.get("pinned") or topic.get("pinned_globally"):
                        continue  # stands first, however old
                    return complete(len(self.posts))
                if len(self.posts) == self.most_threads:
                    return self.capped(self.most_threads, "topics")
                for post in self._stream(self._topic(number))[:1]:
                    self._take(post)
            if not fresh:
                return complete(len(self.posts))
        return partial(f"Stopped at the cap of {self.plan.max_pages} pages of topics.", len(self.posts), planned=True)

    def _topic(self, number: str) -> Body:
        if number not in self._topics:
            self._topics[number] = self._ask(f"t/{number}.json")
        return self._topics[number]

    def _stream(self, topic: Body) -> Sequence[Body]:
        stream = self.need(topic, "post_stream", Mapping, "a topic")
        posts: list[Body] = self.need(stream, "posts", list, "a topic's post_stream")
        return posts

    def _posts(self, topic: str, ids: Sequence[int]) -> Iterator[Body]:
        for start in range(0, len(ids), _CHUNK):
            answer = self._ask(f"t/{topic}/posts.json", **{"post_ids[]": list(ids[start : start + _CHUNK])})
            yield from self._stream(answer)

    def _take(self, post: Any) -> None:
        """Keep a post; one that its author or a moderator took away is gone."""
        id_ = str(self.need(post, "id", int, "a post"))
        if post.get("user_deleted") is True or post.get("deleted_at"):
            self.gone |= {id_} & set(self.plan.refetch)
            return
        number: int = self.need(post, "post_number", int, "a post")
        topic = str(self.need(post, "topic_id", int, "a post"))
        cooked: str = self.need(post, "cooked", str, "a post")
        created, edited = moment(post.get("created_at")), moment(post.get("updated_at"))
        if number == 1:
            self._ours[topic] = id_
        answered = f"{topic}/{post.get('reply_to_post_number') or 1}"
        row: Row = {
            "id": id_,
            "address": self._address(post, topic, number),
            "kind": "post" if number == 1 else "reply",
            "title": self._title(post, topic) if number == 1 else "",
            "created": created,
            "edited": edited if int(post.get("version") or 1) > 1 else None,
            "reply_to": "" if number == 1 else answered,
            "marks": ("withheld",) if post.get("hidden") is True else (),
        }
        self.keep(row, cooked)

    def _title(self, post: Body, topic: str) -> str:
        whole = self._topics.get(topic) or {}
        slug = str(post.get("topic_slug") or "")
        return str(whole.get("title") or post.get("topic_title") or slug.replace("-", " "))

    def _address(self, post: Body, topic: str, number: int) -> str:
        # Of an answer, the name in the address would be the title that somebody else gave the topic.
        name = (post.get("topic_slug") if number == 1 else "") or "-"
        return f"{self.place.url}/t/{name}/{topic}/{number}"

    # Replies, people

    def read_replies(self) -> Coverage:
        """All chunks of every topic; one that went away meanwhile takes its replies along."""
        for topic, first in self._ours.items():
            try:
                whole = self._topic(topic)
            except (NotFound, Private):  # taken away while we were reading
                continue
            self.posts[first]["title"] = str(whole.get("title") or "")
            shown = self._stream(whole)
            there = {post.get("id") for post in shown}
            rest = [id_ for id_ in whole["post_stream"].get("stream") or () if id_ not in there]
            for post in (*shown, *self._posts(topic, rest)):
                self._comment(post, topic, first)
        return complete(len(self.comments))

    def _comment(self, post: Body, topic: str, first: str) -> None:
        id_ = str(self.need(post, "id", int, "a post"))
        number: int = self.need(post, "post_number", int, "a post")
        # Everything but regular posts are the forum's own notes, such as that a topic was closed.
        if id_ == first or post.get("post_type", 1) != 1 or post.get("user_deleted") is True:
            return
        author = str(self.need(post, "user_id", int, "a post"))
        self.comments[id_] = {
            "id": id_,
            "post_id": first,
            "address": self._address(post, topic, number),
            "author_id": f"{self.place.host}/u/{author}",
            "text": read(self.need(post, "cooked", str, "a post"), self.place.url).text,
            "created": moment(post.get("created_at")),
            "ours": bool(self.place.member) and author == self.place.number,
        }

    def read_people(self, resource: Resource, rows: dict[str, Row]) -> Coverage:  # noqa: ARG002 - there are none
        """Nobody: there is no such thing."""
        return not_offered("Discourse has no followers.")


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
