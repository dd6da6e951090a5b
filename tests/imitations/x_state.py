"""What X knows in the imitation: accounts, posts and who follows whom, and the ways tests change them."""

import hashlib
import html
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from threading import RLock
from typing import Any, Literal

from imitations.x_faults import Json

_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
_MENTION = re.compile(r"(?<![\w@/])@([A-Za-z0-9_]{1,15})\b")
_HASHTAG = re.compile(r"(?<![\w&/])#(\w+)")
_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


@dataclass
class User:
    """An account; `more` holds any other field of X's user object (parody, receives_your_dm, withheld...)."""

    id: str
    username: str
    name: str
    created_at: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    profile_image_url: str = ""
    protected: bool = False
    suspended: bool = False
    verified: bool = False
    verified_type: str = "none"
    pinned_post: str | None = None
    followers_count: int | None = None
    """The number that the profile shows; None for the number that there are."""
    more: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Media:
    """A photo, video or animated_gif of a post; `content` is served at its address, which is else a 404."""

    type: Literal["photo", "video", "animated_gif"] = "photo"
    alt_text: str | None = None
    content: bytes = b""
    width: int = 1200
    height: int = 800
    duration_ms: int = 9_000


@dataclass
class Post:
    """A post; `more` holds any other field of X's post object (withheld, source...)."""

    id: str
    author_id: str
    text: str
    created_at: datetime
    media: Sequence[tuple[str, Media]] = ()
    reply_settings: str = "everyone"
    in_reply_to: str | None = None
    in_reply_to_user: str | None = None
    quote_of: str | None = None
    repost_of: str | None = None
    conversation_id: str = ""
    lang: str = "en"
    possibly_sensitive: bool = False
    likes: int = 0
    versions: tuple[str, ...] = ()
    more: Json = field(default_factory=dict)


class XState:
    """Accounts, posts and follows.

    Attributes:
        base_url: where the addresses of pictures point; set before anything is added.
        now: the clock, an aware datetime; tests move it from night to night.
        users: accounts by id.
        posts: posts by id, old versions of edited ones included.
        followers: for each followed account's id the ids of its followers, the latest last.
        places: X's place objects by id; a post is tagged with one by geo={"place_id": ...}.
        files: contents of pictures by path.
    """

    def __init__(self, now: datetime) -> None:
        self.base_url = ""
        self.now = now
        self.users: dict[str, User] = {}
        self.posts: dict[str, Post] = {}
        self.followers: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.places: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        self._ids: dict[str, str] = {}
        self._serial = count()
        self._lock = RLock()

    def add_user(self, username: str, *, name: str | None = None, **details: Any) -> str:
        """Add an account and return its id; `details` are fields of `User`, or else of X's user object."""
        with self._lock:
            created_at = details.pop("created_at", datetime(2023, 9, 1, 8, 0, tzinfo=UTC))
            user = User(self._new_id(created_at), username, name or username, created_at)
            user.profile_image_url = f"{self.base_url}/sticky/default_profile_images/default_profile_normal.png"
            self.users[user.id] = user
            self.update_user(user.id, username=username, **details)
            return user.id

    def update_user(self, user: str, **details: Any) -> None:
        """Change an account, named by handle or id; a new `username` is a renaming: the id stays."""
        with self._lock:
            changed = self.user(user)
            self._ids.pop(changed.username.lower(), None)
            _change(changed, details)
            if self._ids.setdefault(changed.username.lower(), changed.id) != changed.id:
                raise ValueError(f"the imitation has an account {changed.username!r} already")

    def delete_user(self, user: str) -> None:
        """Remove an account with its posts: X no longer finds either."""
        with self._lock:
            gone = self.user(user)
            del self.users[gone.id], self._ids[gone.username.lower()]
            self.followers.pop(gone.id, None)
            for followers in self.followers.values():
                followers.pop(gone.id, None)
            self.posts = {key: post for key, post in self.posts.items() if post.author_id != gone.id}

    def add_follower(self, of: str, username: str, **details: Any) -> str:
        """Let `username` follow `of`, as a new account with `details` if there is none yet; returns its id."""
        with self._lock:
            follower = self._known_or_new(username, details)
            self.followers[self.user(of).id][follower] = None
            return follower

    def add_following(self, of: str, username: str, **details: Any) -> str:
        """Let `of` follow `username`, as a new account with `details` if there is none yet; returns its id."""
        with self._lock:
            followed = self._known_or_new(username, details)
            self.followers[followed][self.user(of).id] = None
            return followed

    def remove_follower(self, of: str, username: str) -> None:
        """Let `username` no longer follow `of`."""
        with self._lock:
            del self.followers[self.user(of).id][self.user(username).id]

    def add_post(
        self,
        username: str,
        text: str,
        *,
        created_at: datetime | None = None,
        media: Iterable[Media] = (),
        in_reply_to: str | None = None,
        **details: Any,
    ) -> str:
        """Publish a post and return its id; `details` are fields of `Post`, or else of X's post object.

        Without `created_at`, posts are of the day before `now`, a second apart, in the order they are added.
        """
        with self._lock:
            author = self.user(username)
            when = created_at or self.now - timedelta(days=1) + timedelta(seconds=len(self.posts))
            post = Post(self._new_id(when), author.id, text, when, in_reply_to=in_reply_to)
            post.versions = (post.id,)
            post.conversation_id = post.id
            if in_reply_to is not None:
                parent = self.posts[in_reply_to]
                post.conversation_id, post.in_reply_to_user = parent.conversation_id, parent.author_id
                to = self.users[parent.author_id]
                if to.id != author.id and f"@{to.username}".lower() not in text.lower():
                    post.text = f"@{to.username} {text}"
            post.media = [(self._add_media(item), item) for item in media]
            _change(post, details)
            if post.repost_of is not None:
                original = self.posts[post.repost_of]
                post.text = f"RT @{self.users[original.author_id].username}: {original.text}"
            self.posts[post.id] = post
            return post.id

    def repost(self, username: str, post: str, **details: Any) -> str:
        """Repost somebody's post and return the repost's id."""
        return self.add_post(username, "", repost_of=post, **details)

    def edit_post(self, post: str, text: str) -> str:
        """Edit a post and return its new id; the old version can be looked up but left every timeline."""
        with self._lock:
            old = self.posts[post]
            new_id = self._new_id(old.created_at + timedelta(minutes=5))
            versions = (*old.versions, new_id)
            self.posts[new_id] = replace(old, id=new_id, text=text)
            for version in versions:
                self.posts[version].versions = versions
            return new_id

    def delete_post(self, post: str) -> None:
        """Remove a post, with all versions of it."""
        with self._lock:
            for version in self.posts[post].versions:
                del self.posts[version]

    def user(self, key: str) -> User:
        """The account with this handle or id; LookupError when the test never added it."""
        user = self.user_by_name(key) or self.users.get(key)
        if user is None:
            raise LookupError(f"the imitation has no account {key!r}; add_user it first")
        return user

    def user_by_name(self, name: str) -> User | None:
        """The account with this handle, in whatever case."""
        return self.users.get(self._ids.get(name.lower(), ""))

    def current_posts(self) -> list[Post]:
        """Every post in its latest version, the latest post first."""
        current = [post for post in self.posts.values() if post.id == post.versions[-1]]
        return sorted(current, key=lambda post: int(post.id), reverse=True)

    def public_posts(self) -> list[Post]:
        """The current posts that anybody may read."""
        hidden = {user.id for user in self.users.values() if user.protected or user.suspended}
        return [post for post in self.current_posts() if post.author_id not in hidden]

    def mentioned(self, post: Post) -> list[str]:
        """Ids of the accounts that a post mentions, in the order of its text."""
        found = (self.user_by_name(name) for name in _MENTION.findall(post.text))
        return [user.id for user in found if user is not None]

    def _known_or_new(self, username: str, details: Json) -> str:
        known = self.user_by_name(username)
        return known.id if known else self.add_user(username, **details)

    def _new_id(self, when: datetime) -> str:
        """An id that sorts by time, as X's do: milliseconds since their epoch, then a serial number."""
        return str((max(1, int(when.timestamp() * 1000) - _SNOWFLAKE_EPOCH_MS) << 22) + next(self._serial))

    def _add_media(self, media: Media) -> str:
        prefix = {"photo": 3, "video": 7, "animated_gif": 16}[media.type]
        key = f"{prefix}_{1_600_000_000_000_000_000 + next(self._serial)}"
        if media.content:
            self.files[f"/media/{key}.jpg"] = media.content
        return key

    def marked_up(self, text: str, *, escape: bool = True) -> tuple[str, Json]:
        """The text as X delivers it and its entities: links shortened, & < > escaped in posts, not in profiles."""
        plain = partial(html.escape, quote=False) if escape else str
        shown, links, rest = "", [], 0
        for found in _LINK.finditer(text):
            shown += plain(text[rest : found.start()])
            short = "https://t.co/" + hashlib.sha256(found[0].encode()).hexdigest()[:10]
            target = {"url": short, "expanded_url": found[0], "display_url": found[0].partition("://")[2]}
            links.append({"start": len(shown), "end": len(shown) + len(short), **target})
            shown, rest = shown + short, found.end()
        shown += plain(text[rest:])
        mentions = [
            {"start": found.start(), "end": found.end(), "username": user.username, "id": user.id}
            for found in _MENTION.finditer(shown)
            if (user := self.user_by_name(found[1])) is not None
        ]
        hashtags = [{"start": found.start(), "end": found.end(), "tag": found[1]} for found in _HASHTAG.finditer(shown)]
        entities = {"urls": links, "mentions": mentions, "hashtags": hashtags}
        return shown, {kind: items for kind, items in entities.items() if items}


def _change(record: User | Post, details: Json) -> None:
    own = {item.name for item in fields(record)}
    for name, value in details.items():
        if name in own:
            setattr(record, name, value)
        else:
            record.more[name] = value
