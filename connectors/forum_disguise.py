"""Forums' answers as they may be recorded: rebuilt from the fields that are read, other members replaced.

Nothing is copied that is not named here. Numbers of topics and posts stay, since they are asked for; numbers and names
of members, what they wrote and the titles of their topics, which forums repeat in addresses, do not. An account is the
school's own when its name, or `host/u/number`, is; a category or a whole forum has no author of its own, and everything
written there is replaced.
"""

import json
from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from connectors import markup
from connectors.forum_reading import misago_says
from connectors.recording import StandIns

_PEOPLE_IN_FEEDS = frozenset({"creator", "author", "name", "email", "uri"})
_TEXTS_IN_FEEDS = frozenset({"title", "description", "summary", "content", "encoded", "category"})
_OWN_FIELDS = frozenset({"bio", "location", "website", "twitter", "skype"})


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the accounts in `own` (ids and names, casefolded) replaced.

    Raises ValueError when the body is no answer that the connectors read: it may not be recorded then.
    """
    return _Disguise(own, stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own, self._stand_ins = own, stand_ins
        members = {(host, number) for one in own for host, _, number in (one.rpartition("/u/"),) if number.isdecimal()}
        # Numbers count on one forum only; with accounts on several, only names tell.
        self._numbers = {number for _, number in members} if len({host for host, _ in members}) == 1 else set()

    def answer(self, body: Any) -> object:
        match body:
            case str():
                return self._page(body) if markup.is_page(body.encode(errors="replace")) else self._feed(body)
            case {"errors": _} | {"error_type": _}:
                return {"errors": [], "error_type": body.get("error_type")}
            case {"detail": _} | {"is_error": _}:
                return {name: bool(body[name]) for name in ("detail", "is_error", "ban") if name in body}
        kept = self._of_misago(body) or self._of_discourse(body)
        if kept is None:
            raise ValueError("not an answer that the connectors read")
        return kept

    def _of_discourse(self, body: Any) -> object:
        match body:
            case {"user": {"username": _} as user}:
                return {"user": self._discourse_member(user)}
            case {"user_actions": list(actions)}:
                names = ("action_type", "post_id", "topic_id", "created_at")
                return {"user_actions": [_only(one, names) for one in actions]}
            case {"post_stream": {"posts": _} as stream}:
                return self._topic(body, stream)
            case {"topic_list": {"topics": list(topics)}}:
                names = ("id", "created_at", "pinned", "pinned_globally")
                return {"topic_list": {"topics": [_only(one, names) for one in topics]}}
            case {"cooked": _}:
                return self._post(body)
            case {"category": {"name": _} as category}:
                return {"category": _only(category, ("id", "name", "description_text", "topic_count"))}
            case {"header_primary_color": _, "title": _}:
                return _only(body, ("title", "description", "logo_url", "login_required", "header_primary_color"))
            case {"invite_only": _}:
                return _only(body, ("invite_only", "allow_new_registrations", "must_approve_users"))
        return None

    def _of_misago(self, body: Any) -> object:
        match body:
            case {"groups": list(groups), "id": number}:
                return self._details(number, groups)
            case {"username": _, "joined_on": _}:
                return self._misago_member(body)
            case {"post_set": {"results": _} as posts}:
                return self._thread(body, posts)
            case {"results": list(results)}:
                return {"results": [self._listed(one) for one in results], "next": _number(body.get("next"))}
            case [{"id": _, "api": _}, *_]:
                return [self._provider(one) for one in body]
        return None

    # Discourse

    def _ours(self, name: object, number: object = None) -> bool:
        return str(name).casefold() in self._own or str(number) in self._numbers

    def _member_number(self, number: object) -> int | None:
        """A stand-in for a member's number, which is often too short to be looked for elsewhere."""
        return int(self._stand_ins.id(f"member {number}", like="number")) if number else None

    def _discourse_member(self, user: Mapping[str, Any]) -> dict[str, Any]:
        flags = {name: user[name] for name in ("moderator", "admin", "profile_hidden") if name in user}
        common = {**_only(user, ("suspended_till",)), **{name: bool(flag) for name, flag in flags.items()}}
        if not self._ours(user["username"], user["id"]):
            return {
                **common,
                "id": self._member_number(user["id"]),
                "username": self._stand_ins.handle(str(user["username"])),
                "name": self._stand_ins.name(str(user.get("name") or "")),
                "bio_cooked": self._written(user.get("bio_cooked"), ours=False),
            }
        kept = _only(user, ("id", "username", "name", "location", "website", "created_at", "avatar_template"))
        return {**common, **kept, "bio_cooked": self._written(user.get("bio_cooked"), ours=True)}

    def _topic(self, topic: Mapping[str, Any], stream: Mapping[str, Any]) -> dict[str, Any]:
        posts = [self._post(one) for one in stream["posts"]]
        kept: dict[str, Any] = {"post_stream": {"posts": posts}}
        if "stream" in stream:
            kept["post_stream"]["stream"] = [int(one) for one in stream["stream"]]
        if "id" in topic:
            kept["id"] = int(topic["id"])
        if "title" in topic:
            first = [one for one in stream["posts"] if one.get("post_number") == 1]
            ours = any(self._ours(one["username"], one["user_id"]) for one in first)
            kept["title"] = str(topic["title"]) if ours else self._stand_ins.text(str(topic["title"]))
        return kept

    def _post(self, post: Mapping[str, Any]) -> dict[str, Any]:
        ours = self._ours(post["username"], post["user_id"])
        kept = _only(
            post,
            ("id", "post_number", "topic_id", "post_type", "reply_to_post_number", "version", "deleted_at"),
        )
        for name in ("user_deleted", "hidden"):
            if name in post:
                kept[name] = bool(post[name])
        kept["user_id"] = int(post["user_id"]) if ours else self._member_number(post["user_id"])
        kept["username"] = str(post["username"]) if ours else self._stand_ins.handle(str(post["username"]))
        for name in ("created_at", "updated_at"):
            kept[name] = _time(post.get(name), ours=ours)
        if ours and post.get("post_number") == 1:
            kept["topic_slug"] = str(post.get("topic_slug") or "")
        if not ours:
            self._stand_ins.name(str(post.get("name") or ""))
        kept["cooked"] = self._written(post["cooked"], ours=ours)
        return kept

    # Misago

    def _misago_member(self, user: Mapping[str, Any]) -> dict[str, Any]:
        counts = _only(user, ("followers", "following", "posts"))
        banned = {"is_banned": bool((user.get("status") or {}).get("is_banned"))}
        if self._ours(user["username"], user["id"]):
            kept = _only(user, ("id", "username", "joined_on", "real_name", "url", "avatars"))
            return {**counts, **kept, "status": banned}
        return {
            **counts,
            "id": self._member_number(user["id"]),
            "username": self._stand_ins.handle(str(user["username"])),
            "real_name": self._stand_ins.name(str(user.get("real_name") or "")),
            "title": self._stand_ins.text(str(user.get("title") or "")),
            "joined_on": f"{str(user['joined_on'])[:7]}-01T00:00:00Z",
            "url": self._stand_ins.address(str(user.get("url") or "")),
            "status": banned,
        }

    def _details(self, number: object, groups: list[Any]) -> dict[str, Any]:
        if not self._ours(None, number) and not self._own_is_asked():
            return {"id": self._member_number(number), "groups": []}
        fields = [one for group in groups for one in group["fields"] if one.get("fieldname") in _OWN_FIELDS]
        names = ("fieldname", "name", "text", "html", "url")
        return {"id": _number(number), "groups": [{"fields": [_only(one, names) for one in fields]}]}

    def _own_is_asked(self) -> bool:
        """Nobody's details but the school's are ever asked for; before the first night its number is not known."""
        return not self._numbers

    def _listed(self, item: Any) -> dict[str, Any]:
        match item:
            case {"joined_on": _}:
                return self._misago_member(item)
            case {"thread": Mapping(), "content": _}:
                return self._own_post(item)
            case {"last_post_on": _}:
                return _only(item, ("id", "last_post_on", "weight"))
        raise ValueError("not an item that the connectors read")

    def _own_post(self, post: Mapping[str, Any]) -> dict[str, Any]:
        """A post from a member's own list, which names its author beside it."""
        ours = self._ours(post.get("poster_name"))
        kept = _only(post, ("id", "edits"))
        kept |= {name: _time(post.get(name), ours=ours) for name in ("posted_on", "updated_on")}
        kept["poster_name"] = str(post["poster_name"]) if ours else self._stand_ins.handle(str(post["poster_name"]))
        kept["content"] = self._written(post.get("content"), ours=ours)
        kept["url"] = {"index": _without_title((post.get("url") or {}).get("index"))}
        thread = post["thread"]
        # Whose thread it is, the list does not say.
        title = self._stand_ins.text(str(thread.get("title") or ""))
        kept["thread"] = {"title": title, "url": _without_title(thread["url"])}
        return kept

    def _thread(self, thread: Mapping[str, Any], posts: Mapping[str, Any]) -> dict[str, Any]:
        ours = self._ours(thread.get("starter_name"))
        title = str(thread.get("title") or "")
        kept: dict[str, Any] = _only(thread, ("id",))
        kept["title"] = title if ours else self._stand_ins.text(title)
        kept["url"] = {"index": _without_title((thread.get("url") or {}).get("index"))}
        results = [self._answered(one) for one in posts["results"]]
        kept["post_set"] = {"results": results, "next": _number(posts.get("next"))}
        return kept

    def _answered(self, post: Mapping[str, Any]) -> dict[str, Any]:
        poster = post.get("poster") or {}
        ours = self._ours(post.get("poster_name"), poster.get("id"))
        kept = _only(post, ("id", "edits"))
        kept |= {name: bool(post.get(name)) for name in ("is_event", "is_hidden")}
        kept |= {name: _time(post.get(name), ours=ours) for name in ("posted_on", "updated_on")}
        name = str(post.get("poster_name") or "")
        kept["poster_name"] = name if ours else self._stand_ins.handle(name)
        number = poster.get("id")
        kept["poster"] = {"id": _number(number) if ours else self._member_number(number)} if number else None
        kept["content"] = self._written(post.get("content"), ours=ours)
        kept["url"] = {"index": _without_title((post.get("url") or {}).get("index"))}
        return kept

    def _provider(self, provider: Mapping[str, Any]) -> dict[str, Any]:
        found = (provider.get("results") or {}).get("results") if provider["id"] == "users" else ()
        people = [self._misago_member(one) for one in found or ()]
        return {"id": str(provider["id"]), "api": "", "results": {"results": people}}

    # Pages, feeds, texts

    def _page(self, page: str) -> str:
        """Of a page what tells the forum's software, its feeds, and what a Misago says of itself."""
        soup = markup.parse(page)
        generator = soup.select_one("meta[name=generator]")
        head = [str(link) for link in soup.select("link[rel~=alternate][type]")]
        if generator is not None:
            head.insert(0, f'<meta name="generator" content="{escape(str(generator.get("content") or ""))}">')
        body = "<input type='password'>" if markup.asks_for_password(page) else ""
        said = misago_says(page)
        if said is not None:
            settings = _only(said.get("SETTINGS") or {}, ("account_activation", "forum_name", "index_message"))
            categories = [_only(one, ("id", "name", "description")) for one in said.get("CATEGORIES") or ()]
            told = json.dumps({"SETTINGS": settings, "CATEGORIES": categories}).replace("<", "\\u003c")
            body += f"<script>misago.init({told});</script>"
        return f"<html><head>{''.join(head)}</head><body>{body}</body></html>"

    def _feed(self, feed: str) -> str:
        """A feed of other software, with everything that people wrote replaced."""
        try:
            root = ET.fromstring(feed)  # noqa: S314 - expat itself limits how far entities may grow
        except ET.ParseError as error:
            raise ValueError("neither a page nor a feed that can be taken apart") from error
        for item in [one for one in root.iter() if _local(one) in {"item", "entry"}]:
            for part in list(item):
                local = _local(part)
                if local in _PEOPLE_IN_FEEDS or local in _TEXTS_IN_FEEDS:
                    text = "".join(part.itertext())
                    part.clear()
                    stand_in = self._stand_ins.name if local in _PEOPLE_IN_FEEDS else self._stand_ins.text
                    part.text = stand_in(text.strip())
                elif local in {"link", "guid", "id", "comments"}:
                    address = (part.text or part.get("href") or "").strip()
                    part.clear()
                    part.text = self._stand_ins.address(address)
                elif local not in {"pubDate", "date", "published", "updated"}:
                    item.remove(part)
        return ET.tostring(root, encoding="unicode")

    def _written(self, html: Any, *, ours: bool) -> str:
        """The school's own words, without quotations and links to members; what others wrote is replaced."""
        if not html:
            return ""
        if not ours:
            return f"<p>{self._stand_ins.text(str(html))}</p>"
        soup = markup.parse(str(html))
        for quoted in soup.select("aside"):
            quoted.decompose()
        for anchor in soup.find_all("a"):
            address = str(anchor.get("href") or "")
            name = anchor.get_text().strip().removeprefix("@")
            is_mention = "mention" in (anchor.get("class") or ()) or anchor.has_attr("data-quote")
            if (is_mention or "/u/" in address) and name.casefold() not in self._own:
                anchor.replace_with(f"@{self._stand_ins.handle(name)}")
        body = soup.body
        return "".join(map(str, body.contents)) if body else ""


def _only(body: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: body[name] for name in names if name in body}


def _number(value: Any) -> int | None:
    return int(value) if value else None


def _time(value: Any, *, ours: bool) -> Any:
    """The moment of somebody else's doing is cut to the minute."""
    return value if ours or not isinstance(value, str) else f"{value[:16]}:00Z"


def _without_title(path: Any) -> str:
    """An address of Misago's without the words of a title: it finds its way by the number."""
    steps = str(path or "").split("/")
    if len(steps) > 2 and steps[1] == "t":  # noqa: PLR2004 - /t/TITLE/NUMBER/
        steps[2] = "-"
    return "/".join(steps)


def _local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]
