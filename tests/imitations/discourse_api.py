"""A Discourse on loopback: members, topics and posts in the shapes of its public JSON (docs.discourse.org)."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from imitations.scripted_site import Reply, Request, Site

BEGAN = datetime(2026, 9, 1, 9, tzinfo=UTC)
CHUNK = 20  # posts of a topic at once
PAGE = 30  # of a member's doings, and of topics
FRONT = '<html><head><meta name="generator" content="Discourse 3.5.0 - https://github.com/discourse/discourse"></head>'


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Discourse(Site):
    """A forum whose people and posts a test may change; paths in `broken` answer with what stands there instead."""

    def __init__(self):
        super().__init__()
        self.members, self.topics, self.posts = {}, {}, {}
        self.settings = {"title": "Hazelbrook forum", "invite_only": False, "allow_new_registrations": True}
        self.settings |= {"must_approve_users": False, "login_required": False}
        self.category = {"id": 5, "name": "School news", "slug": "news", "description_text": "From the office"}
        self.login_required = self.activity_hidden = False
        self.broken = {}
        self._next = 100

    def member(self, username, **more):
        """Somebody who joins; `more` are fields of the profile."""
        self._next += 1
        self.members[username.casefold()] = {
            "id": self._next,
            "username": username,
            "name": "",
            "avatar_template": f"/user_avatar/x/{{size}}/{self._next}.png",
            "created_at": "2024-09-01T09:00:00.000Z",
            "trust_level": 2,
            "moderator": False,
            "admin": False,
            **more,
        }
        return self._next

    def topic(self, by, title, cooked, **more):
        """A topic with its first post; returns the numbers of both."""
        self._next += 1
        topic = self._next
        slug = title.casefold().replace(" ", "-")
        self.topics[topic] = {"id": topic, "title": title, "slug": slug, "pinned": False, "posts": []}
        return topic, self.post(topic, by, cooked, **more)

    def post(self, topic, by, cooked, **more):
        """A post in a topic, an hour later than the one before."""
        self._next += 1
        inside, author = self.topics[topic], self.members[by.casefold()]
        when = more.pop("at", BEGAN + timedelta(hours=self._next))
        number = len(inside["posts"]) + 1
        self.posts[self._next] = {
            "id": self._next,
            "user_id": author["id"],
            "username": author["username"],
            "name": author["name"],
            "avatar_template": author["avatar_template"],
            "created_at": stamp(when),
            "updated_at": stamp(when),
            "cooked": cooked,
            "post_number": number,
            "post_type": 1,
            "reply_to_post_number": None,
            "topic_id": topic,
            "topic_slug": inside["slug"],
            "version": 1,
            "hidden": False,
            "user_deleted": False,
            **more,
        }
        inside["posts"].append(self._next)
        return self._next

    def delete(self, post):
        """Take a post away, as moderators may."""
        self.topics[self.posts.pop(post)["topic_id"]]["posts"].remove(post)

    def rename(self, old, new):
        """Give a member another name."""
        member = self.members.pop(old.casefold())
        member["username"] = new
        self.members[new.casefold()] = member
        for post in self.posts.values():
            post["username"] = new if post["user_id"] == member["id"] else post["username"]

    def reply(self, request: Request) -> Reply:
        """The answer to one question; a script for its path comes first."""
        self.requests.append(request)
        parts = urlsplit(request.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        if path in self.broken:
            return self.broken[path]
        if path == "/":
            return Reply(FRONT, headers={"Content-Type": "text/html; charset=utf-8"})
        if self.login_required and path != "/site/basic-info.json":
            return said({"errors": ["You need to be logged in to do that."], "error_type": "not_logged_in"}, 403)
        for pattern, answer in _ANSWERS:
            if found := re.fullmatch(pattern, path):
                body = answer(self, query, *found.groups())
                return said(body) if body is not None else missing()
        raise AssertionError(f"a question that Discourse does not have: {path}")

    def _member(self, _, name):
        member = self.members.get(name.casefold())
        return member and {"user": member, "user_badges": []}

    def _actions(self, query):
        member = self.members.get(query["username"][0].casefold())
        if member is None or self.activity_hidden:
            return None
        assert query["filter"] == ["4,5"]
        mine = [one for one in self.posts.values() if one["user_id"] == member["id"]]
        mine.sort(key=lambda one: one["created_at"], reverse=True)
        start = int(query["offset"][0])
        return {"user_actions": [self._action(one) for one in mine[start : start + PAGE]]}

    def _action(self, post):
        topic = self.topics[post["topic_id"]]
        names = ("created_at", "topic_id", "post_number", "username")
        return {
            **{name: post[name] for name in names},
            "action_type": 4 if post["post_number"] == 1 else 5,
            "post_id": post["id"],
            "title": topic["title"],
            "slug": topic["slug"],
            "excerpt": post["cooked"][:300],
            "acting_username": post["username"],
        }

    def _topic(self, _, number):
        topic = self.topics.get(int(number))
        if topic is None:
            return None
        shown = [self.posts[one] for one in topic["posts"][:CHUNK]]
        return {**topic, "post_stream": {"posts": shown, "stream": topic["posts"]}, "details": {}}

    def _some(self, query, number):
        topic = self.topics.get(int(number))
        if topic is None:
            return None
        asked = [int(one) for one in query["post_ids[]"]]
        assert len(asked) <= CHUNK
        return {
            "post_stream": {"posts": [self.posts[one] for one in asked if one in topic["posts"]]},
            "id": topic["id"],
        }

    def _topics(self, query):
        assert query["order"] == ["created"]
        listed = sorted(self.topics.values(), key=lambda one: (one["pinned"], one["id"]), reverse=True)
        start = int(query["page"][0]) * PAGE
        rows = [{**one, "created_at": self._created(one)} for one in listed[start : start + PAGE]]
        return {"users": [], "topic_list": {"per_page": PAGE, "topics": rows}}

    def _created(self, topic):
        return self.posts[topic["posts"][0]]["created_at"] if topic["posts"] else stamp(BEGAN)

    def _basic(self, _):
        names = ("title", "login_required")
        return {name: self.settings[name] for name in names} | {"header_primary_color": "333", "description": "For us"}


def said(body, status=200):
    return Reply(json.dumps(body), status, headers={"Content-Type": "application/json; charset=utf-8"})


def missing():
    text = "The requested URL or resource could not be found."
    return said({"errors": [text], "error_type": "not_found"}, 404)


_ANSWERS = (
    (r"/u/([^/]+)\.json", Discourse._member),
    (r"/user_actions\.json", Discourse._actions),
    (r"/t/(\d+)\.json", Discourse._topic),
    (r"/t/(\d+)/posts\.json", Discourse._some),
    (r"/posts/(\d+)\.json", lambda forum, _, number: forum.posts.get(int(number))),
    (r"/latest\.json", Discourse._topics),
    (r"/c/news/5\.json", Discourse._topics),
    (r"/c/(\d+)/show\.json", lambda forum, _, number: {"category": forum.category} if number == "5" else None),
    (r"/site/basic-info\.json", Discourse._basic),
    (r"/site/settings\.json", lambda forum, _: forum.settings),
)
