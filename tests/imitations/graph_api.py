"""Meta's Graph API over a handful of objects and the lists between them, for Facebook, Instagram and Threads.

Shapes as recorded answers have them: the next page's address carries the token, cursors are there on the last page
too, errors come at status 400 with a code of their own, one unknown id spoils an answer about many.
"""

import base64
import hashlib
import hmac
import json
import re
from collections import deque
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from imitations.scripted_site import Reply, Request, Site

TOKEN = "EAAG-hazelbrook-page-token-5f1c9"
APP_TOKEN = "4711|hazelbrook-app-alone"
SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
VERSION = "v26.0"
Body = dict[str, Any]
_NAMED = ("Page", "IGUserForIGOnlyAPI")  # the objects that can be asked for by their username
_FIELD = re.compile(r"(?P<name>\w+)(?P<changes>(?:\.\w+\([^)]*\))*)(?P<inner>\{)?")


def fault(
    code: int, message: str = "", *, status: int = 400, headers: dict[str, str] | None = None, **more: Any
) -> Reply:
    """An error as Graph sends it."""
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Axx", **more}
    return Reply(json.dumps({"error": error}), status, {"Content-Type": "application/json", **(headers or {})})


NO_SUCH = ("Unsupported get request. It does not exist, or cannot be loaded due to missing permissions", 33)


class GraphApi(Site):
    """`calls` are the questions that came, `fields` what they asked of which kind of object, `faults` are sent first.

    The app alone, by its own token, sees what is not in `kept_from_app`, and nothing at all unless it was `reviewed`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.base_url = f"{self.url}/{VERSION}"
        self.objects: dict[str, Body] = {}
        self.kinds: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.lists: dict[tuple[str, str], list[str]] = {}
        self.uncounted: dict[str, int] = {}
        self.at_most = 100
        self.secret = ""
        self.insights: list[Body] = []
        self.kept_from_app: set[str] = set()
        self.reviewed = True
        self.usage: dict[str, str] = {}
        self.faults: deque[Reply | None] = deque()
        self.refused: dict[str, Reply] = {}
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.fields: set[tuple[str, str]] = set()

    def add(self, kind: str, id_: str, *, to: tuple[str, str] | None = None, **fields: Any) -> str:
        """Make an object, and put it at the end of a list: (id of the object that has the list, its name)."""
        self.objects[id_], self.kinds[id_] = {"id": id_, **fields}, kind
        if kind in _NAMED and "username" in fields:
            self.aliases[fields["username"].casefold()] = id_
        if to:
            self.lists.setdefault(to, []).append(id_)
        return id_

    def remove(self, id_: str) -> None:
        """Take an object out of everything."""
        del self.objects[id_]
        for ids in self.lists.values():
            if id_ in ids:
                ids.remove(id_)

    def reply(self, request: Request) -> Reply:
        """Answer one question."""
        parts = urlsplit(request.path)
        question = dict(parse_qsl(parts.query))
        path = parts.path.removeprefix(f"/{VERSION}/")
        self.calls.append((path, question))
        self.requests.append(request)
        assert TOKEN not in request.path, "the token stands in an address"
        if self.faults and (sent := self.faults.popleft()):
            return sent
        assert "|" not in request.path, "the app's token stands in an address"
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in (TOKEN, APP_TOKEN):
            return fault(190, "Invalid OAuth access token.", status=401)
        if token == APP_TOKEN and not self.reviewed:
            return fault(10, "(#10) requires the 'Page Public Content Access' feature", status=403)
        if token == APP_TOKEN and path in self.kept_from_app:
            return fault(100, NO_SUCH[0], error_subcode=NO_SUCH[1])
        proof = hmac.new(self.secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if self.secret and question.get("appsecret_proof") != proof:
            return fault(100, "API calls from the server require an appsecret_proof argument")
        for name, refusal in self.refused.items():
            if path.endswith(name) or f"{name}." in question.get("fields", ""):
                return refusal
        body = self._answer(path, question)
        if isinstance(body, Reply):
            return body
        return Reply(json.dumps(body), headers={"Content-Type": "application/json; charset=UTF-8", **self.usage})

    def _answer(self, path: str, question: dict[str, str]) -> Body | Reply:
        tree = parsed(question.get("fields", "id"))
        if "ids" in question:
            ids = question["ids"].split(",")
            if any(id_ not in self.objects for id_ in ids):
                return fault(100, NO_SUCH[0], error_subcode=NO_SUCH[1])
            return {id_: self._view(id_, tree) for id_ in ids}
        named, _, name = path.partition("/")
        id_ = self.aliases.get(named.casefold(), named)
        if id_ not in self.objects:
            if named.isdigit():
                return fault(100, NO_SUCH[0], error_subcode=NO_SUCH[1])
            return fault(803, f"(#803) Some of the aliases you requested do not exist: {named}", status=404)
        if name == "threads_insights":
            return {"data": [one for one in self.insights if one["name"] in question["metric"].split(",")]}
        return self._list(id_, name, tree, question) if name else self._view(id_, tree)

    def _view(self, id_: str, tree: Body) -> Body:
        whole, seen = self.objects[id_], {"id": id_}
        for name, (changes, inner) in tree.items():
            self.fields.add((self.kinds[id_], name))
            if ((id_, name) in self.lists and inner) or "limit" in changes:
                seen[name] = self._list(id_, name, inner or {}, changes)
                continue
            self.fields |= {(name, field) for field in inner or ()}
            if name in whole:
                seen[name] = whole[name]
        return seen

    def _list(self, id_: str, name: str, tree: Body, question: dict[str, str]) -> Body:
        items = [self.objects[one] for one in self.lists.get((id_, name), [])]
        if "since" in question:
            items = [one for one in items if _seconds(one) >= int(question["since"])]
        if name == "comments" and question.get("filter") != "stream" and self.kinds[id_] == "PagePost":
            items = [one for one in items if "parent" not in one]
        start = _position(question["after"]) if "after" in question else 0
        end = start + min(int(question.get("limit", "25")), self.at_most)
        shown = [self._view(one["id"], tree) for one in items[start:end]]
        body: Body = {"data": shown}
        if shown:
            body["paging"] = {"cursors": {"before": _cursor(id_, start), "after": _cursor(id_, end)}}
        if end < len(items):
            onward = {name: value for name, value in question.items() if name not in ("filter", "summary")}
            query = urlencode({"access_token": TOKEN, **onward, "after": _cursor(id_, end)})
            body["paging"]["next"] = f"https://graph.facebook.com/{VERSION}/{id_}/{name}?{query}"
        if "summary" in question:
            body["summary"] = {"order": "chronological", "total_count": len(items) + self.uncounted.get(id_, 0)}
        return body


def parsed(fields: str) -> Body:
    """A list of fields with the changes and fields of those that are objects themselves, by name."""
    tree, rest = _parsed(fields)
    assert not rest, f"the list of fields does not end: {rest}"
    return tree


def _parsed(text: str) -> tuple[Body, str]:
    tree: Body = {}
    while text:
        found = _FIELD.match(text)
        assert found, f"no field begins here: {text}"
        text, inner = text[found.end() :], None
        if found["inner"]:
            inner, text = _parsed(text)
        tree[found["name"]] = (dict(re.findall(r"\.(\w+)\(([^)]*)\)", found["changes"])), inner)
        if text.startswith("}"):
            return tree, text[1:]
        text = text.removeprefix(",")
    return tree, text


def _seconds(item: Body) -> float:
    return datetime.fromisoformat(item.get("created_time") or item["timestamp"]).timestamp()


def _cursor(id_: str, position: int) -> str:
    return base64.urlsafe_b64encode(f"{id_}:{position}".encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    return int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().rpartition(":")[2])
