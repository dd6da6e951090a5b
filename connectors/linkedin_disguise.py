"""LinkedIn's answers as they may be recorded: rebuilt from the fields that are read, other people replaced.

Nothing is copied that is not named here, so what LinkedIn adds one day stays out of recordings by itself.
"""

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from connectors.recording import StandIns

Body = Mapping[str, Any]
Row = dict[str, Any]

_PAGE = ("vanityName", "localizedName", "localizedDescription", "localizedWebsite", "primaryOrganizationType")
_PLACE = ("line1", "city", "postalCode", "country")
_POST_WORDS = ("lifecycleState",)
_POST_TIMES = ("publishedAt", "createdAt", "lastModifiedAt")
_POST_ID = re.compile(r"urn:li:(share|ugcPost|activity):([0-9]+)")
_FILE_ID = re.compile(r"urn:li:(?:image|video|document):[\w-]+")
_COMMENT_ID = re.compile(r"urn:li:comment:\((urn:li:(?:share|ugcPost|activity):[0-9]+),([0-9]+)\)")
_CODE = re.compile(r"[A-Z_]{3,60}")
_WANTED = re.compile(r"permissions to access: [\w.]{3,80}")
_MENTION = re.compile(r"@\[((?:\\.|[^\]\\])*)\]\(urn:li:person:([^)]*)\)")
_PROFILE = re.compile(r"https?://(?:\w+\.)?linkedin\.com/in/[^\s<>\"]*", re.IGNORECASE)
_MINUTE = 60_000  # milliseconds
# The own Pages (their urns) that a recording's answers told so far: the register may know only a name.
_OWN: WeakKeyDictionary[StandIns, set[str]] = WeakKeyDictionary()


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer with everybody but the Pages in `own` (ids and names, casefolded) replaced.

    The Page's own comments are replaced too: they name the people whom they answer. Times of other people's doings are
    cut to the minute. Raises ValueError or KeyError when the body is no answer that the connector reads, or the profile
    of somebody else: it may not be recorded then.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an answer of LinkedIn's")  # noqa: TRY004 - the Recorder asks for any exception
    return _Disguise(own, _OWN.setdefault(stand_ins, set()), stand_ins).answer(body)


class _Disguise:
    """The disguise of one answer; one method per kind of object in it."""

    def __init__(self, own: frozenset[str], pages: set[str], stand_ins: StandIns) -> None:
        self._own = {one.removeprefix("@") for one in own}
        self._pages = pages
        self._stand_ins = stand_ins

    def answer(self, body: Body) -> Row:
        if isinstance(body.get("status"), int):
            return self._error(body)
        if "elements" in body:
            paging = body.get("paging") or {}
            onward = [{"rel": "next"}] if any(link.get("rel") == "next" for link in paging.get("links") or ()) else []
            kept = {"links": onward} | ({"count": paging["count"]} if isinstance(paging.get("count"), int) else {})
            return {"elements": [self._item(item) for item in body["elements"]], "paging": kept}
        if "results" in body:
            return {"results": {self._known(id_): self._result(one) for id_, one in body["results"].items()}}
        if "firstDegreeSize" in body:
            return {"firstDegreeSize": int(body["firstDegreeSize"])}
        return self._item(body)

    @staticmethod
    def _error(body: Body) -> Row:
        kept: Row = {"status": body["status"]}
        if _CODE.fullmatch(str(body.get("code"))):
            kept["code"] = body["code"]
        told = _WANTED.search(str(body.get("message")))
        return kept | ({"message": told[0]} if told else {})

    def _item(self, item: Body) -> Row:
        if "vanityName" in item:
            return self._page(item)
        return self._comment(item) if "actor" in item else self._post(item)

    def _page(self, page: Body) -> Row:
        id_ = int(page["id"])
        if not {str(id_), str(page["vanityName"]).casefold()} & self._own:
            raise ValueError("the profile of somebody else")
        self._pages.add(f"urn:li:organization:{id_}")
        kept: Row = {"id": id_} | {name: page[name] for name in _PAGE if isinstance(page.get(name), str)}
        places = [
            {"locationType": str(one.get("locationType")), "address": self._place(one.get("address") or {})}
            for one in page.get("locations") or ()
        ]
        return kept | ({"locations": places} if places else {})

    @staticmethod
    def _place(address: Body) -> Row:
        return {name: str(address[name]) for name in _PLACE if address.get(name)}

    def _post(self, post: Body) -> Row:
        if post["author"] not in self._pages:
            raise ValueError("the post of somebody else")
        kept: Row = {"id": self._known(post["id"]), "author": post["author"]}
        kept |= {name: post[name] for name in _POST_WORDS if _CODE.fullmatch(str(post.get(name)))}
        kept |= {name: post[name] for name in _POST_TIMES if isinstance(post.get(name), int)}
        if isinstance(post.get("commentary"), str):
            kept["commentary"] = self._own_text(post["commentary"])
        if post.get("reshareContext"):
            kept["reshareContext"] = {"parent": "urn:li:share:0"}
        if (post.get("distribution") or {}).get("feedDistribution") == "NONE":
            kept["distribution"] = {"feedDistribution": "NONE"}
        if (post.get("lifecycleStateInfo") or {}).get("isEditedByAuthor") is True:
            kept["lifecycleStateInfo"] = {"isEditedByAuthor": True}
        if isinstance(post.get("contentLandingPage"), str):
            kept["contentLandingPage"] = self._own_text(post["contentLandingPage"])
        content = self._content(post.get("content") or {})
        return kept | ({"content": content} if content else {})

    def _content(self, content: Body) -> Row:
        kept: Row = {}
        if article := content.get("article"):
            words = {name: article[name] for name in ("source", "title") if isinstance(article.get(name), str)}
            kept["article"] = {name: self._own_text(text) for name, text in words.items()}
        if poll := content.get("poll"):
            options = [{"text": self._own_text(str(one.get("text") or ""))} for one in poll.get("options") or ()]
            kept["poll"] = {"question": self._own_text(str(poll.get("question") or "")), "options": options}
        if media := content.get("media"):
            kept["media"] = self._file(media)
        if images := (content.get("multiImage") or {}).get("images"):
            kept["multiImage"] = {"images": [self._file(one) for one in images]}
        return kept

    def _file(self, one: Body) -> Row:
        kept: Row = {"id": self._known(one["id"])}
        words = {name: one[name] for name in ("title", "altText") if isinstance(one.get(name), str)}
        return kept | {name: self._own_text(text) for name, text in words.items()}

    @staticmethod
    def _result(one: Body) -> Row:
        """A picture, a film, or the counts of a post."""
        kept: Row = {name: one[name] for name in ("downloadUrl", "thumbnail") if isinstance(one.get(name), str)}
        if _CODE.fullmatch(str(one.get("commentsState"))):
            kept["commentsState"] = one["commentsState"]
        count = (one.get("commentSummary") or {}).get("count")
        return kept | ({"commentSummary": {"count": count}} if isinstance(count, int) else {})

    def _comment(self, comment: Body) -> Row:
        ours = comment["actor"] in self._pages
        time = int(comment["created"]["time"])
        kept: Row = {
            "id": self._stand_ins.id(str(comment["id"]), like="number"),
            "actor": comment["actor"] if ours else f"urn:li:person:{self._stand_ins.id(_last(comment['actor']))}",
            "created": {"time": time if ours else time - time % _MINUTE},
        }
        if isinstance(words := (comment.get("message") or {}).get("text"), str):
            kept["message"] = {"text": self._stand_ins.text(words)}
        urn = _COMMENT_ID.fullmatch(str(comment.get("commentUrn") or comment.get("$URN")))
        if urn:
            kept["commentUrn"] = f"urn:li:comment:({urn[1]},{self._stand_ins.id(urn[2], like='number')})"
        answers = (comment.get("commentsSummary") or {}).get("aggregatedTotalComments")
        return kept | ({"commentsSummary": {"aggregatedTotalComments": answers}} if isinstance(answers, int) else {})

    @staticmethod
    def _known(id_: str) -> str:
        """An id of a post or file of the Page's own; nothing else has its shape."""
        if not (_POST_ID.fullmatch(id_) or _FILE_ID.fullmatch(id_)):
            raise ValueError("an id of a kind that is not read")
        return id_

    def _own_text(self, text: str) -> str:
        """The Page's own words, with the people it mentions, and the addresses of their profiles, replaced."""
        text = _PROFILE.sub(lambda found: self._stand_ins.address(found[0]), text)
        return _MENTION.sub(
            lambda found: f"@[{self._stand_ins.name(found[1])}](urn:li:person:{self._stand_ins.id(found[2])})", text
        )


def _last(urn: str) -> str:
    return urn.rpartition(":")[2]
