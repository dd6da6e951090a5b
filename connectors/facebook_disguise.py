"""Facebook's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what Facebook adds one day, the token in the address of the next page
and the answers to anything else stay out of recordings by themselves.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from connectors.graph import Body, Row, disguised_error, disguised_paging
from connectors.recording import StandIns

_TEXTS = ("name", "username", "link", "about", "description", "category", "verification_status", "website", "phone")
_COUNTS = ("fan_count", "followers_count")
_FLAGS = ("is_published", "is_permanently_closed")
_PLACE = ("street", "city", "zip", "country")
_DEGREES = ("latitude", "longitude")
SEEN_BY_ALL = "20531316728"
"""The Page of Facebook itself, which everybody may see: developers.facebook.com/docs/graph-api/overview asks for it."""

_SETTING = re.compile(r"[A-Z_]{3,60}")
_ITEM_PARTS = 2  # page_post, post_comment
# The own ids that a recording's answers told so far: in the first night the register knows only names.
_OWN_IDS: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the Pages in `own` (ids and names, casefolded) replaced.

    Times of other people's doings are cut to the minute. Raises ValueError or KeyError when the body is no answer
    that the connector reads, or the profile of somebody else: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of Facebook's")  # noqa: TRY004 - the Recorder asks for any exception
    ids = _OWN_IDS.setdefault(stand_ins, set())
    if isinstance(body.get("username"), str) and body["username"].casefold() in own:
        ids.add(body["id"])
    return _Disguise(own | ids, stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own = own
        self._stand_ins = stand_ins

    def answer(self, body: Body) -> Row:
        if "error" in body:
            return {"error": disguised_error(body["error"])}
        if "data" in body:
            items = [self._item(item) for item in body["data"]]
            ours = all(_is_post(item) for item in body["data"])
            return {"data": items} | disguised_paging(body, None if ours else self._stand_ins)
        if "id" in body:
            return self._page(body)
        return {self._item_id(id_): self._item(item) for id_, item in body.items()}

    def _page(self, page: Body) -> Row:
        if page == {"id": SEEN_BY_ALL}:
            return dict(page)
        if page["id"] not in self._own:
            raise ValueError("the profile of somebody else")
        kept: Row = {"id": page["id"]}
        kept |= {name: page[name] for name in _TEXTS if isinstance(page.get(name), str)}
        kept |= {name: page[name] for name in _COUNTS if isinstance(page.get(name), int)}
        kept |= {name: page[name] for name in _FLAGS if isinstance(page.get(name), bool)}
        if isinstance(page.get("emails"), list):
            kept["emails"] = [str(address) for address in page["emails"]]
        if place := page.get("location"):
            kept["location"] = {name: str(place[name]) for name in _PLACE if name in place}
        if picture := (page.get("picture") or {}).get("data"):
            kept["picture"] = {"data": {name: picture[name] for name in ("url", "is_silhouette") if name in picture}}
        return kept

    def _item(self, item: Body) -> Row:
        if "setting" in item:
            known = isinstance(item.get("value"), bool) and _SETTING.fullmatch(item["setting"])
            return {"setting": item["setting"], "value": item["value"]} if known else {}
        if "tasks" in item:
            return {"tasks": [task for task in item["tasks"] if _SETTING.fullmatch(task)]}
        if "comments" in item:
            return {"id": self._item_id(item["id"]), "comments": self._comments(item["comments"])}
        if _is_post(item):
            return self._post(item)
        # A post without comments comes as its id alone, a comment with its date.
        return self._comment(item) if "created_time" in item else {"id": self._item_id(item["id"])}

    def _post(self, post: Body) -> Row:
        shared = bool(post.get("parent_id"))
        kept: Row = {"id": post["id"], "created_time": str(post["created_time"]), "is_published": post["is_published"]}
        if isinstance(post.get("message"), str):
            kept["message"] = self._own_text(post["message"], post.get("message_tags") or ())
        if isinstance(post.get("permalink_url"), str):
            kept["permalink_url"] = post["permalink_url"]
        if shared:
            kept["parent_id"] = self._stand_ins.id(str(post["parent_id"]))
        elif place := post.get("place"):
            location = place.get("location") if isinstance(place.get("location"), Mapping) else {}
            where = {name: float(location[name]) for name in _DEGREES if name in location}
            kept["place"] = {"name": str(place.get("name") or ""), "location": where}
        if any(tag.get("type") == "user" for tag in post.get("message_tags") or ()):
            kept["message_tags"] = [{"type": "user"}]
        if attachments := (post.get("attachments") or {}).get("data"):
            kept["attachments"] = {"data": [self._attachment(one, shared=shared) for one in attachments]}
        return kept

    def _attachment(self, attachment: Body, *, shared: bool) -> Row:
        kept: Row = {name: str(attachment[name]) for name in ("media_type", "type") if name in attachment}
        for name in ("url", "unshimmed_url"):
            if isinstance(address := attachment.get(name), str):
                kept[name] = self._address(address, shared=shared)
        own_words = not shared and not kept.get("media_type", "").startswith("link")
        if isinstance(words := attachment.get("description"), str):
            tags = attachment.get("description_tags") or ()
            kept["description"] = self._own_text(words, tags) if own_words else self._stand_ins.text(words)
        if shared:
            return kept
        if target := (attachment.get("target") or {}).get("id"):
            kept["target"] = {"id": str(target)}
        if image := (attachment.get("media") or {}).get("image"):
            kept["media"] = {"image": {name: image[name] for name in ("src", "width", "height") if name in image}}
        if inner := (attachment.get("subattachments") or {}).get("data"):
            kept["subattachments"] = {"data": [self._attachment(one, shared=shared) for one in inner]}
        return kept

    def _address(self, address: str, *, shared: bool) -> str:
        """An address in the Page's own post stays, unless it leads to somebody's profile or post."""
        parts = urlsplit(address)
        first = parts.path.strip("/").partition("/")[0]
        theirs = (parts.hostname or "").endswith(
            ("facebook.com", "instagram.com")
        ) and first.casefold() not in self._own
        return self._stand_ins.address(address) if shared or theirs else address

    def _comments(self, comments: Body) -> Row:
        kept: Row = {"data": [self._comment(comment) for comment in comments["data"]]}
        kept |= disguised_paging(comments, self._stand_ins)
        count = (comments.get("summary") or {}).get("total_count")
        return kept | ({"summary": {"total_count": count}} if isinstance(count, int) else {})

    def _comment(self, comment: Body) -> Row:
        writer = comment.get("from") or {}
        ours = writer.get("id") in self._own
        id_ = self._comment_id(comment["id"])
        kept: Row = {"id": id_, "permalink_url": f"https://www.facebook.com/{id_}"}
        if ours:
            kept |= {"created_time": str(comment["created_time"]), "from": {"id": writer["id"]}}
        else:
            kept["created_time"] = f"{str(comment['created_time'])[:16]}:00+0000"
            if writer.get("id"):
                kept["from"] = {"id": self._stand_ins.id(str(writer["id"]), like="number")}
            if writer.get("name"):
                self._stand_ins.name(str(writer["name"]))
        if isinstance(words := comment.get("message"), str):
            # The Page's own answers name the people they answer, without saying where.
            kept["message"] = self._stand_ins.text(words)
        kept |= {name: comment[name] for name in ("is_hidden", "is_private") if isinstance(comment.get(name), bool)}
        return kept

    def _comment_id(self, id_: str) -> str:
        """What somebody wrote under a post of ours, or on our wall: the second part of its id is theirs."""
        before, _, theirs = id_.rpartition("_")
        return f"{before}_{self._stand_ins.id(theirs, like='number')}" if before else self._item_id(id_)

    def _item_id(self, id_: str) -> str:
        """The id of a post of ours stays; of a comment, or a post of others, the part that is theirs is replaced."""
        parts = id_.split("_")
        if parts[0] in self._own:
            return id_
        if len(parts) != _ITEM_PARTS:
            return str(self._stand_ins.id(id_, like="number"))
        return f"{parts[0]}_{self._stand_ins.id(parts[1], like='number')}"

    def _own_text(self, text: str, tags: Any) -> str:
        """The Page's own words, with the names of people it tagged replaced."""
        for tag in tags:
            if tag.get("id") not in self._own and tag.get("name"):
                text = text.replace(tag["name"], self._stand_ins.name(tag["name"]))
        return text


def _is_post(item: Body) -> bool:
    """Posts are asked whether they are published, comments are not; whatever is in doubt is a comment."""
    return "is_published" in item
