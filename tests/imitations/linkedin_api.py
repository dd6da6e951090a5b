"""LinkedIn's REST interface over one Page, its posts, files and comments.

Shapes as the documentation has them: lists have `elements` and `paging`, answers about many ids have `results`, `statuses`
and `errors`, moments are milliseconds, and every question names its version and protocol.
"""

import json
import re
from collections import deque
from typing import Any
from urllib.parse import unquote

from imitations.scripted_site import Reply, Request, Site

TOKEN = "AQX-hazelbrook-linkedin-token-77ab"
Body = dict[str, Any]
_URN = re.compile(r"urn%3Ali%3A[A-Za-z]+%3A[\w%-]+")
_ID_PARTS = ("posts", "networkSizes", "socialActions")


def fault(status: int, code: str = "", message: str = "x", **more: Any) -> Reply:
    """An error as LinkedIn sends it."""
    return Reply(json.dumps({"status": status, "code": code, "message": message, **more}), status)


class LinkedInApi(Site):
    """`calls` are the paths that were asked, decoded; `faults` are sent first, `refused` where a path begins so."""

    def __init__(self) -> None:
        super().__init__()
        self.base_url = f"{self.url}/rest"
        self.version = "202607"
        self.pages: dict[str, Body] = {}
        self.followers: dict[str, int] = {}
        self.posts: dict[str, Body] = {}
        self.files: dict[str, Body] = {}
        self.closed: set[str] = set()
        self.uncounted: dict[str, int] = {}
        self.comments: dict[str, list[Body]] = {}
        self.at_most = 100
        self.faults: deque[Reply | None] = deque()
        self.refused: dict[str, Reply] = {}
        self.calls: list[str] = []

    def reply(self, request: Request) -> Reply:
        """Answer one question."""
        path, _, query = request.path.removeprefix("/rest/").partition("?")
        self.calls.append(unquote(f"{path}?{query}" if query else path))
        self.requests.append(request)
        assert TOKEN not in request.path, "the token stands in an address"
        assert request.headers["X-Restli-Protocol-Version"] == "2.0.0"
        asked = dict(part.split("=", 1) for part in query.split("&")) if query else {}
        method = "FINDER" if "q" in asked else "BATCH_GET" if "ids" in asked else None
        assert request.headers.get("X-RestLi-Method") == method
        if self.faults and (sent := self.faults.popleft()):
            return sent
        for name, refusal in self.refused.items():
            if path.startswith(name):
                return refusal
        if request.headers["LinkedIn-Version"] != self.version:
            return fault(426, "NONEXISTENT_VERSION", "Requested version is not active")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return fault(401, "INVALID_ACCESS_TOKEN", "Invalid access token", serviceErrorCode=65600)
        body = self._answer(path, asked)
        return fault(404, "NOT_FOUND", "Not found") if body is None else Reply(json.dumps(body))

    def _answer(self, path: str, asked: dict[str, str]) -> Body | None:
        what, *rest = path.split("/")
        id_ = unquote(rest[0]) if rest else ""
        assert not rest or what not in _ID_PARTS or "%3A" in rest[0], "an id with bare colons"
        if "ids" in asked:
            return self._many(what, asked["ids"])
        match what, rest:
            case "organizations", []:
                named = unquote(asked["vanityName"]).casefold()
                return self._list([one for one in self.pages.values() if one["vanityName"] == named], asked)
            case "organizations", [_]:
                return self.pages.get(id_)
            case "networkSizes", [_]:
                assert asked == {"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"}
                return {"firstDegreeSize": self.followers[id_]} if id_ in self.followers else None
            case "posts", []:
                own = [one for one in self.posts.values() if one["author"] == unquote(asked["author"])]
                assert asked["sortBy"] == "CREATED"
                listed = [one for one in own if one["lifecycleState"] == "PUBLISHED"]
                return self._list(sorted(listed, key=lambda one: -one["createdAt"]), asked)
            case "posts", [_]:
                return self.posts.get(id_)
            case "socialActions", [_, "comments"]:
                return self._list(self.comments.get(id_, []), asked)
            case "socialActions", [_, "comments", number]:
                every = (one for comments in self.comments.values() for one in comments)
                return next((one for one in every if one["id"] == number), None)
        raise AssertionError(f"no such question: {path}")

    def _list(self, items: list[Body], asked: dict[str, str]) -> Body:
        start, count = int(asked.get("start", 0)), min(int(asked.get("count", 10)), self.at_most)
        more = [{"rel": "next", "href": "/rest/x", "type": "application/json"}] if start + count < len(items) else []
        # LinkedIn counts on from the place that was asked for, also where it gives fewer than were asked for.
        return {"elements": items[start : start + count], "paging": {"start": start, "count": count, "links": more}}

    def _many(self, what: str, ids: str) -> Body:
        assert re.fullmatch(rf"List\({_URN.pattern}(,{_URN.pattern})*\)", ids), "a list of ids in another shape"
        wanted = unquote(ids).removeprefix("List(").removesuffix(")").split(",")
        if what == "socialMetadata":
            found = {one: self._metadata(one) for one in wanted if one in self.posts}
        else:
            assert what in ("images", "videos")
            found = {one: self.files[one] for one in wanted if one in self.files and f":{what[:-1]}:" in one}
        return {
            "results": found,
            "statuses": {},
            "errors": {one: {"status": 404} for one in wanted if one not in found},
        }

    def _metadata(self, post: str) -> Body:
        under = self.comments.get(post, [])
        count = sum(1 + len(self.comments.get(one["commentUrn"], ())) for one in under) + self.uncounted.get(post, 0)
        return {
            "commentsState": "CLOSED" if post in self.closed else "OPEN",
            "commentSummary": {"count": count, "topLevelCount": len(under)},
            "reactionSummaries": {},
            "entity": post,
        }
