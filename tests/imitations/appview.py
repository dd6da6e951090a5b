"""A Bluesky AppView on loopback with one school's account, in the shape of recorded answers.

It knows paging, threads cut at a depth, posts by id and the errors of the real one (their texts were recorded);
the real software runs in the tests under tests/servers.
"""

import copy
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from imitations.scripted_site import Reply, Request, Site

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "bluesky"


def fixture(name):
    """One recorded answer, decoded; a fresh copy each time."""
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


class AppView(Site):
    """Serves `profile`, `feed`, `threads`, `followers` and `follows`, which a test may change before it reads.

    `page` caps every page, `depth` every thread. `faults` gives a method a reply of its own, `asked` lists the
    (method, parameters) that came.
    """

    def __init__(self, page=100, depth=10):
        super().__init__()
        self._server.RequestHandlerClass.disable_nagle_algorithm = True  # else 40 ms go by before each body
        self.page, self.depth = page, depth
        self.profile = fixture("profile")
        self.feed = fixture("feed")["feed"]
        thread = fixture("thread")["thread"]
        self.threads = {thread["post"]["uri"]: thread}
        self.followers = fixture("followers")["followers"]
        self.follows = fixture("follows")["follows"]
        self.faults: dict[str, Reply] = {}
        self.asked: list[tuple[str, dict]] = []

    @property
    def did(self):
        return self.profile["did"]

    def own(self, number):
        """The school's entries of the feed that are no reposts, newest first: one of them."""
        return [entry for entry in self.feed if "reason" not in entry][number]

    def uri_of(self, text):
        """The id of the entry of the feed that says this."""
        return next(entry["post"]["uri"] for entry in self.feed if entry["post"]["record"]["text"] == text)

    def add(self, text, created, key, **post):
        """Put a post of the school on top of the feed; returns the entry."""
        entry = copy.deepcopy(self.own(-1))
        entry["post"] |= {"uri": f"at://{self.did}/app.bsky.feed.post/{key}", "indexedAt": created} | post
        entry["post"]["record"] = {"$type": "app.bsky.feed.post", "text": text, "createdAt": created}
        self.feed.insert(0, entry)
        return entry

    def methods(self):
        """The names of the calls that came, in order, without their first parts."""
        return [method.rpartition(".")[2] for method, _ in self.asked]

    def reply(self, request: Request) -> Reply:
        parts = urlsplit(request.path)
        method = parts.path.removeprefix("/xrpc/")
        params = parse_qs(parts.query)
        with self._lock:
            self.asked.append((method, params))
        short = method.rpartition(".")[2]
        if short in self.faults:
            return self.faults[short]
        answer = getattr(self, re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", f"_{short}"), None)
        return answer(params) if answer else _error("MethodNotImplemented", "Method Not Implemented", 501)

    def _get_profile(self, params):
        if params["actor"][0] not in (self.did, self.profile["handle"]):
            return _error("InvalidRequest", "Profile not found")
        return _json(self.profile)

    def _get_author_feed(self, params):
        return self._paged("feed", self.feed, params)

    def _get_followers(self, params):
        return self._paged("followers", self.followers, params)

    def _get_follows(self, params):
        return self._paged("follows", self.follows, params)

    def _get_posts(self, params):
        assert len(params["uris"]) <= 25, "Bluesky refuses more"
        shown = [entry["post"] for entry in self.feed if "reason" not in entry]
        replies = [node["post"] for thread in self.threads.values() for node in _nodes(thread)]
        posts = {post["uri"]: post for post in [*replies, *shown]}
        return _json({"posts": [posts[uri] for uri in params["uris"] if uri in posts]})

    def _get_post_thread(self, params):
        uri = params["uri"][0]
        for thread in self.threads.values():
            for node in _nodes(thread):
                if node["post"]["uri"] == uri:
                    return _json({"thread": _cut(node, min(self.depth, int(params["depth"][0])))})
        return _error("NotFound", f"Post not found: {uri}")

    def _paged(self, name, rows, params):
        assert params["actor"][0] == self.did
        start = int(params.get("cursor", ["0"])[0])
        end = start + min(self.page, int(params["limit"][0]))
        # The real one gives a cursor with every page that holds anything, the last one included.
        cursor = {"cursor": str(end)} if rows[start:end] else {}
        return _json({name: rows[start:end], **cursor})


def _nodes(thread):
    found = [thread]
    for node in found:
        found += [reply for reply in node.get("replies", []) if "post" in reply]
    return found


def _cut(node, depth):
    if "post" not in node:
        return node
    shown = {name: value for name, value in node.items() if name != "replies"}
    return shown if depth == 0 else {**shown, "replies": [_cut(one, depth - 1) for one in node.get("replies", [])]}


def _json(body, status=200):
    return Reply(json.dumps(body), status, {"Content-Type": "application/json; charset=utf-8"})


def _error(error, message, status=400):
    return _json({"error": error, "message": message}, status)


TAKEN_DOWN = _error("AccountTakedown", "Account has been suspended")
DEACTIVATED = _error("AccountDeactivated", "Account is deactivated")
NO_PROFILE = _error("InvalidRequest", "Profile not found")
NO_HANDLE = _error("InvalidRequest", "Error: actor must be a valid did or a handle")
NO_ACTOR = _error("InvalidRequest", "Actor not found: hazelbrook.test")
