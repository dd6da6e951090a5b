"""How the imitation answers: the endpoints of the X API v2 that an auditor reads, in the names of document 2.166."""

import re
from base64 import b32hexdecode, b32hexencode
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from imitations.x_faults import Json, problem
from imitations.x_spelling import old_expansion, old_name
from imitations.x_state import Media, Post, User, XState

T = TypeVar("T")

_USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")
_ID = re.compile(r"[0-9]{1,19}")
_SEARCH_TERM = re.compile(r"(?P<no>-?)(?:(?P<operator>[a-z_]+):)?(?P<value>\"[^\"]*\"|\S+)")
_LONGEST_TEXT = 280
_TIMELINE_DEPTH = 3_200
_MENTIONS_DEPTH = 800
_SEARCH_DAYS = 7
_USER_DEFAULTS = frozenset({"id", "name", "username"})
_POST_DEFAULTS = frozenset({"id", "text", "edit_history_tweet_ids"})
_MEDIA_DEFAULTS = frozenset({"media_key", "type"})
_PLACE_DEFAULTS = frozenset({"full_name", "id"})
_POSTS_EXPANDED = frozenset({"referenced_tweets.id", "edit_history_tweet_ids", "pinned_tweet_id"})
_IMPLIED = {
    ("tweet", "attachments.media_keys"): "attachments",
    ("tweet", "author_id"): "author_id",
    ("tweet", "entities.mentions.username"): "entities",
    ("tweet", "geo.place_id"): "geo",
    ("tweet", "in_reply_to_user_id"): "in_reply_to_user_id",
    ("tweet", "referenced_tweets.id"): "referenced_tweets",
    ("tweet", "referenced_tweets.id.attachments.media_keys"): "referenced_tweets",
    ("tweet", "referenced_tweets.id.author_id"): "referenced_tweets",
    ("user", "pinned_tweet_id"): "pinned_tweet_id",
}
"""An expansion brings the field that it expands, asked for or not."""


class BadRequest(Exception):
    """A parameter that X refuses: its name, the value sent and the sentence about it."""

    def __init__(self, parameter: str, value: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.value = value


class NotShown(Exception):
    """What is asked for exists or not, but is not to be seen: the partial error that says why is all there is."""

    def __init__(self, error: Json | None) -> None:
        super().__init__(error)
        self.answer: Json = {"errors": [error]}


class Question:
    """One request to an endpoint: its query, in tweet names whatever the client wrote, and the answers to it."""

    def __init__(self, state: XState, path: str, query: Mapping[str, str], variables: Mapping[str, str]) -> None:
        self.state = state
        self.path = path
        self.query = {old_name(name): value for name, value in query.items()}
        self.variables = variables
        asked = self.query.get("expansions", "").split(",")
        self.expansions = frozenset(old_expansion(name) for name in asked if name)

    # -- endpoints -----------------------------------------------------------------------------------------------

    def users_by_names(self) -> Json:
        """GET /2/users/by."""
        return self._users("usernames", self.listed("usernames", _USERNAME), self.state.user_by_name)

    def user_by_name(self) -> Json:
        """GET /2/users/by/username/{username}."""
        return _single(self._users("username", self.named("username", _USERNAME), self.state.user_by_name))

    def users_by_ids(self) -> Json:
        """GET /2/users."""
        return self._users("ids", self.listed("ids", _ID), self.state.users.get)

    def user_by_id(self) -> Json:
        """GET /2/users/{id}."""
        return _single(self._users("id", self.named("id", _ID), self.state.users.get))

    def posts_by_ids(self) -> Json:
        """GET /2/tweets."""
        return self._posts("ids", self.listed("ids", _ID))

    def post_by_id(self) -> Json:
        """GET /2/tweets/{id}."""
        return _single(self._posts("id", self.named("id", _ID)))

    def followers_of(self) -> Json:
        """GET /2/users/{id}/followers: the latest follower first."""
        return self._people(lambda user: list(self.state.followers[user.id])[::-1])

    def followed_by(self) -> Json:
        """GET /2/users/{id}/following."""
        followers = self.state.followers
        return self._people(lambda user: [to for to, by in followers.items() if user.id in by][::-1])

    def timeline(self) -> Json:
        """GET /2/users/{id}/tweets."""
        user = self._readable()
        excluded = set(self.query.get("exclude", "").split(","))
        posts = [
            post
            for post in self.state.current_posts()
            if post.author_id == user.id
            and not (post.in_reply_to and "replies" in excluded)
            and not (post.repost_of and "retweets" in excluded)
        ]
        return self._listing(self.within(posts[:_TIMELINE_DEPTH]), least=5, usual=10)

    def mentions(self) -> Json:
        """GET /2/users/{id}/mentions."""
        user = self._readable()
        posts = [post for post in self.state.public_posts() if user.id in self.state.mentioned(post)]
        return self._listing(self.within(posts[:_MENTIONS_DEPTH]), least=5, usual=10)

    def search(self) -> Json:
        """GET /2/tweets/search/recent."""
        query = self.query.get("query")
        if not query:
            raise BadRequest("query", "", "The `query` query parameter is missing")
        oldest = self.state.now - timedelta(days=_SEARCH_DAYS)
        start = self.time("start_time")
        if start is not None and start < oldest:
            raise BadRequest("start_time", self.query["start_time"], "'start_time' must be within the last 7 days")
        terms = [self._term(found) for found in _SEARCH_TERM.finditer(query)]
        posts = [
            post
            for post in self.state.public_posts()
            if post.created_at >= oldest and all(fits(post) for fits in terms)
        ]
        return self._listing(self.within(posts), least=10, usual=10)

    def _term(self, found: re.Match[str]) -> Callable[[Post], bool]:
        """A small part of X's search language; a term outside it is refused, so that no test leans on a guess."""
        operator, value = found["operator"], found["value"].strip('"').lower().removeprefix("@")
        named = self.state.user_by_name(value)
        known = named.id if named else ""
        tests: dict[tuple[str | None, str], Callable[[Post], bool]] = {
            ("conversation_id", value): lambda post: post.conversation_id == value,
            ("from", value): lambda post: post.author_id == known,
            ("to", value): lambda post: post.in_reply_to_user == known,
            ("is", "reply"): lambda post: post.in_reply_to is not None,
            ("is", "retweet"): lambda post: post.repost_of is not None,
            ("is", "quote"): lambda post: post.quote_of is not None,
            (None, value): lambda post: value in post.text.lower(),
        }
        test = tests.get((operator, value))
        if test is None or value == "or" or value.startswith("("):
            raise BadRequest("query", self.query["query"], f"the imitation does not understand {found[0]!r}")
        return (lambda post: not test(post)) if found["no"] else test

    # -- the query -----------------------------------------------------------------------------------------------

    def named(self, name: str, form: re.Pattern[str]) -> list[str]:
        """The path variable, as the only item of a list."""
        return [self._checked(name, self.variables[name], form)]

    def listed(self, name: str, form: re.Pattern[str]) -> list[str]:
        """The items of a required, comma-separated parameter of 1 to 100 items."""
        items = [item for item in self.query.get(name, "").split(",") if item]
        if not 1 <= len(items) <= 100:
            raise BadRequest(name, self.query.get(name, ""), f"The number of values in `{name}` is not 1 to 100")
        return [self._checked(name, item, form) for item in items]

    def fields(self, kind: str) -> frozenset[str]:
        """The fields asked for, with those that an expansion brings along."""
        asked = {old_name(name) for name in self.query.get(f"{kind}.fields", "").split(",")}
        return frozenset(asked | {_IMPLIED[kind, name] for name in self.expansions if (kind, name) in _IMPLIED})

    def time(self, name: str) -> datetime | None:
        """The parameter as an aware datetime, None when it was not sent."""
        value = self.query.get(name)
        if value is None:
            return None
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            raise BadRequest(name, value, f"The `{name}` query parameter value [{value}] is not a time") from None

    def within(self, posts: list[Post]) -> list[Post]:
        """The posts between since_id and until_id, exclusive, or, where those are absent, from start to end time."""
        since, until = self._id("since_id"), self._id("until_id")
        start, end = self.time("start_time"), self.time("end_time")
        return [
            post
            for post in posts
            if (int(post.id) > since if since else start is None or post.created_at >= start)
            and (int(post.id) < until if until else end is None or post.created_at < end)
        ]

    def page(self, items: list[T], *, least: int, most: int, usual: int) -> tuple[list[T], Json]:
        """The items of the page asked for, and `meta` with the tokens of its neighbours."""
        size_text = self.query.get("max_results", str(usual))
        if not size_text.isdigit() or not least <= int(size_text) <= most:
            message = f"The `max_results` query parameter value [{size_text}] is not between {least} and {most}"
            raise BadRequest("max_results", size_text, message)
        size, start = int(size_text), self._offset()
        meta: Json = {"result_count": len(items[start : start + size])}
        if start + size < len(items):
            meta["next_token"] = self._token(start + size)
        if start > 0:
            meta["previous_token"] = self._token(max(0, start - size))
        return items[start : start + size], meta

    def _token(self, offset: int) -> str:
        return b32hexencode(f"{self.path}|{offset}".encode()).decode().rstrip("=").lower()

    def _offset(self) -> int:
        name = "next_token" if "next_token" in self.query else "pagination_token"
        token = self.query.get(name)
        if token is None:
            return 0
        with suppress(ValueError):
            path, _, offset = b32hexdecode(token.upper() + "=" * (-len(token) % 8)).decode().rpartition("|")
            if path == self.path:
                return int(offset)
        raise BadRequest(name, token, f"The `{name}` query parameter value [{token}] is not valid")

    def _id(self, name: str) -> int | None:
        return int(self._checked(name, self.query[name], _ID)) if name in self.query else None

    def _checked(self, name: str, value: str, form: re.Pattern[str]) -> str:
        if not form.fullmatch(value):
            message = f"The `{name}` query parameter value [{value}] does not match ^{form.pattern}$"
            raise BadRequest(name, value, message)
        return value

    # -- the shape of answers ------------------------------------------------------------------------------------

    def _users(self, parameter: str, keys: Iterable[str], find: Callable[[str], User | None]) -> Json:
        found = {key: find(key) for key in keys}
        errors = {key: self._objection(user, "user", parameter, key) for key, user in found.items()}
        shown = [user for key, user in found.items() if user and not errors[key]]
        return _with_errors(self._user_page(shown), errors.values())

    def _posts(self, parameter: str, keys: Iterable[str]) -> Json:
        found = {key: self.state.posts.get(key) for key in keys}
        errors = {key: self._objection(post, "tweet", parameter, key) for key, post in found.items()}
        shown = [post for key, post in found.items() if post and not errors[key]]
        return _with_errors(self._post_page(shown), errors.values())

    def _objection(
        self, item: User | Post | None, kind: str, parameter: str, key: str, section: str = "data"
    ) -> Json | None:
        """The partial error that stands in for a user or post that cannot be shown, None when it can."""
        author = self.state.users[item.author_id] if isinstance(item, Post) else item
        about = {"value": key, "resource_id": key, "resource_type": kind, "parameter": parameter}
        missing = "resource-not-found"
        if isinstance(item, User) and item.suspended:
            # The type does not tell a suspended account from an unknown one; only the title and the detail do.
            return _partial(missing, "Forbidden", f"User has been suspended: [{key}].", about)
        if author is None or author.suspended:
            detail = f"Could not find {kind} with {parameter}: [{key}]."
            return _partial(missing, "Not Found Error", detail, about)
        if author.protected and isinstance(item, Post):
            return _not_authorised("Tweet", about | {"section": section})
        return None

    def _readable(self) -> User:
        """The account whose posts or people are asked for; raises NotShown with the error that stands for it."""
        (key,) = self.named("id", _ID)
        user = self.state.users.get(key)
        error = self._objection(user, "user", "id", key)
        if user is not None and user.protected:
            about = {"value": key, "resource_id": key, "resource_type": "user", "parameter": "id"}
            error = _not_authorised("user", about | {"section": "data"})
        if user is None or error is not None:
            raise NotShown(error)
        return user

    def _people(self, listed: Callable[[User], list[str]]) -> Json:
        user = self._readable()
        people = [self.state.users[one] for one in listed(user) if not self.state.users[one].suspended]
        shown, meta = self.page(people, least=1, most=1000, usual=100)
        return {**self._user_page(shown), "meta": meta}

    def _listing(self, posts: list[Post], *, least: int, usual: int) -> Json:
        shown, meta = self.page(posts, least=least, most=100, usual=usual)
        if shown:
            meta |= {"newest_id": shown[0].id, "oldest_id": shown[-1].id}
        return {**self._post_page(shown), "meta": meta}

    def _user_page(self, users: list[User]) -> Json:
        wanted = _USER_DEFAULTS | self.fields("user")
        content: Json = {"data": [self._user_view(user, wanted) for user in users]} if users else {}
        if "pinned_tweet_id" in self.expansions:
            pinned = {user.pinned_post: None for user in users if user.pinned_post}
            content = self._include(content, {"pinned_tweet_id": list(pinned)})
        return content

    def _post_page(self, posts: list[Post]) -> Json:
        wanted = _POST_DEFAULTS | self.fields("tweet")
        content: Json = {"data": [self._post_view(post, wanted) for post in posts]} if posts else {}
        referenced = [key for post in posts for _, key in _references(post)]
        parents = [self.state.posts[key] for key in referenced if key in self.state.posts]
        seen = [parent for parent in parents if not self._objection(parent, "tweet", "id", parent.id)]
        ids = {
            "author_id": [post.author_id for post in posts],
            "in_reply_to_user_id": [post.in_reply_to_user for post in posts if post.in_reply_to_user],
            "entities.mentions.username": [one for post in posts for one in self.state.mentioned(post)],
            "referenced_tweets.id": referenced,
            "referenced_tweets.id.author_id": [parent.author_id for parent in seen],
            "edit_history_tweet_ids": [one for post in posts for one in post.versions if len(post.versions) > 1],
        }
        content = self._include(content, {name: ids[name] for name in ids if name in self.expansions})
        media = [one for post in posts for one in post.media if "attachments.media_keys" in self.expansions]
        if "referenced_tweets.id.attachments.media_keys" in self.expansions:
            media += [one for parent in seen for one in parent.media]
        if media:
            asked = _MEDIA_DEFAULTS | self.fields("media")
            views = {key: self._media_view(key, item, asked) for key, item in media}
            content.setdefault("includes", {})["media"] = list(views.values())
        tagged = dict.fromkeys(post.more.get("geo", {}).get("place_id") for post in posts)
        places = [self.state.places[key] for key in tagged if key and "geo.place_id" in self.expansions]
        if places:
            asked = _PLACE_DEFAULTS | self.fields("place")
            shown = [{name: value for name, value in place.items() if name in asked} for place in places]
            content.setdefault("includes", {})["places"] = shown
        return content

    def _include(self, content: Json, expanded: Mapping[str, list[str]]) -> Json:
        """Add the users and posts that the expansions name, each once, and an error for each not to be shown."""
        users: dict[str, Json] = {}
        posts: dict[str, Json] = {}
        errors: list[Json] = []
        for expansion, keys in expanded.items():
            for key in dict.fromkeys(keys):
                is_post = expansion in _POSTS_EXPANDED
                item = self.state.posts.get(key) if is_post else self.state.users.get(key)
                error = self._objection(item, "tweet" if is_post else "user", expansion, key, "includes")
                if error:
                    errors.append(error)
                elif isinstance(item, Post):
                    posts[key] = self._post_view(item, _POST_DEFAULTS | self.fields("tweet"))
                elif isinstance(item, User):
                    users[key] = self._user_view(item, _USER_DEFAULTS | self.fields("user"))
        included = {"users": list(users.values()), "tweets": list(posts.values())}
        if users or posts:
            content["includes"] = {kind: found for kind, found in included.items() if found}
        return _with_errors(content, errors)

    def _user_view(self, user: User, wanted: frozenset[str]) -> Json:
        description, entities = self.state.marked_up(user.description, escape=False)
        url, url_entities = self.state.marked_up(user.url, escape=False)
        marks = {"description": entities, "url": url_entities}
        view = {
            "id": user.id,
            "name": user.name,
            "username": user.username,
            "created_at": _stamp(user.created_at),
            "description": description,
            "entities": {part: found for part, found in marks.items() if found},
            "location": user.location,
            "pinned_tweet_id": user.pinned_post,
            "profile_image_url": user.profile_image_url,
            "protected": user.protected,
            "public_metrics": self._user_metrics(user) if "public_metrics" in wanted else None,
            "url": url,
            "verified": user.verified,
            "verified_type": user.verified_type,
            **user.more,
        }
        # X sends an empty description and url, and leaves other empty fields out.
        empty = {name for name, value in view.items() if value in ("", None, {})} - {"description", "url"}
        return {name: value for name, value in view.items() if name in wanted - empty}

    def _user_metrics(self, user: User) -> Json:
        followers = self.state.followers
        mine = [post for post in self.state.current_posts() if post.author_id == user.id]
        counted = len(followers[user.id]) if user.followers_count is None else user.followers_count
        return {
            "followers_count": counted,
            "following_count": sum(user.id in by for by in followers.values()),
            "tweet_count": len(mine),
            "listed_count": 0,
            "like_count": 0,
            "media_count": sum(len(post.media) for post in mine),
        }

    def _post_view(self, post: Post, wanted: frozenset[str]) -> Json:
        text, entities = self.state.marked_up(post.text)
        note = {"text": text, "entities": entities} if entities else {"text": text}
        view = {
            "id": post.id,
            "text": text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…",
            "edit_history_tweet_ids": list(post.versions),
            "attachments": {"media_keys": [key for key, _ in post.media]} if post.media else None,
            "author_id": post.author_id,
            "conversation_id": post.conversation_id,
            "created_at": _stamp(post.created_at),
            "entities": _up_to(_LONGEST_TEXT, entities),
            "in_reply_to_user_id": post.in_reply_to_user,
            "lang": post.lang,
            "note_tweet": note if len(text) > _LONGEST_TEXT else None,
            "possibly_sensitive": post.possibly_sensitive,
            "public_metrics": self._post_metrics(post) if "public_metrics" in wanted else None,
            "referenced_tweets": [{"type": kind, "id": key} for kind, key in _references(post)],
            "reply_settings": post.reply_settings,
            **post.more,
        }
        return {name: value for name, value in view.items() if name in wanted and value not in (None, {}, [])}

    def _post_metrics(self, post: Post) -> Json:
        others = self.state.posts.values()
        return {
            "retweet_count": sum(other.repost_of == post.id for other in others),
            "reply_count": sum(other.in_reply_to == post.id for other in others),
            "like_count": post.likes,
            "quote_count": sum(other.quote_of == post.id for other in others),
            "bookmark_count": 0,
            "impression_count": 0,
        }

    def _media_view(self, key: str, media: Media, wanted: frozenset[str]) -> Json:
        address = f"{self.state.base_url}/media/{key}"
        view: Json = {"media_key": key, "type": media.type, "width": media.width, "height": media.height}
        if media.alt_text is not None:
            view["alt_text"] = media.alt_text
        if media.type == "photo":
            view["url"] = f"{address}.jpg"
        else:
            variant = {"bit_rate": 832_000, "content_type": "video/mp4", "url": f"{address}.mp4"}
            view |= {"preview_image_url": f"{address}.jpg", "variants": [variant]}
        if media.type == "video":
            view["duration_ms"] = media.duration_ms
        return {name: value for name, value in view.items() if name in wanted}


@dataclass(frozen=True)
class Route:
    """An endpoint: its path as the document writes it, the handler (None where a bearer token will not do) and more.

    Attributes:
        kind: what its `data` is charged as.
        limit: requests per 15 minutes and app.
        parameters: names of the query parameters that it knows.
    """

    template: str
    handler: Callable[[Question], Json] | None
    kind: str
    limit: int
    parameters: frozenset[str]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the paths of this endpoint, naming the variables."""
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template))


_OF_USERS = frozenset({"user.fields", "tweet.fields", "post.fields", "expansions"})
_OF_POSTS = _OF_USERS | {"media.fields", "poll.fields", "place.fields"}
_PAGED = frozenset({"max_results", "pagination_token"})
_TIMED = frozenset({"since_id", "until_id", "start_time", "end_time"})

# Limits: requests per 15 minutes and app, docs.x.com/x-api/fundamentals/rate-limits. The order matters: fixed paths
# come before those with a variable in the same place.
_ROUTES = (
    Route("/2/users/by", Question.users_by_names, "users", 300, _OF_USERS | {"usernames"}),
    Route("/2/users/by/username/{username}", Question.user_by_name, "users", 300, _OF_USERS),
    Route("/2/users/search", None, "users", 300, _OF_USERS | {"query", "max_results", "next_token"}),
    Route("/2/users", Question.users_by_ids, "users", 300, _OF_USERS | {"ids"}),
    Route("/2/users/{id}", Question.user_by_id, "users", 300, _OF_USERS),
    Route("/2/users/{id}/tweets", Question.timeline, "posts", 10_000, _OF_POSTS | _PAGED | _TIMED | {"exclude"}),
    Route("/2/users/{id}/mentions", Question.mentions, "posts", 450, _OF_POSTS | _PAGED | _TIMED),
    Route("/2/users/{id}/followers", Question.followers_of, "followers", 300, _OF_USERS | _PAGED),
    Route("/2/users/{id}/following", Question.followed_by, "following", 300, _OF_USERS | _PAGED),
    Route(
        "/2/tweets/search/recent",
        Question.search,
        "posts",
        450,
        _OF_POSTS | _PAGED | _TIMED | {"query", "next_token", "sort_order"},
    ),
    Route("/2/tweets", Question.posts_by_ids, "posts", 3_500, _OF_POSTS | {"ids"}),
    Route("/2/tweets/{id}", Question.post_by_id, "posts", 450, _OF_POSTS),
)


def route_of(path: str) -> Route | None:
    """The endpoint that answers for a path."""
    return next((route for route in _ROUTES if route.pattern.fullmatch(path)), None)


def _references(post: Post) -> list[tuple[str, str]]:
    named = {"retweeted": post.repost_of, "quoted": post.quote_of, "replied_to": post.in_reply_to}
    return [(kind, key) for kind, key in named.items() if key is not None]


def _partial(kind: str, title: str, detail: str, about: Json) -> Json:
    content = problem(200, title, detail, kind, **about).content
    assert isinstance(content, dict)
    return content


def _not_authorised(noun: str, about: Json) -> Json:
    detail = f"Sorry, you are not authorized to see the {noun} with {about['parameter']}: [{about['value']}]."
    return _partial("not-authorized-for-resource", "Authorization Error", detail, about)


def _with_errors(content: Json, errors: Iterable[Json | None]) -> Json:
    """The answer with the errors there are beside what it has; no list at all when there is none."""
    found = [error for error in errors if error]
    return {**content, "errors": content.get("errors", []) + found} if found else content


def _single(content: Json) -> Json:
    """A lookup of one: `data` is the object itself."""
    if "data" in content:
        (content["data"],) = content["data"]
    return content


def _up_to(length: int, entities: Json) -> Json:
    """The entities of a text that was cut at `length` characters."""
    kept = {kind: [item for item in items if item["end"] < length] for kind, items in entities.items()}
    return {kind: items for kind, items in kept.items() if items}


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
