"""WordPress's REST API and feeds over a few items, for faults and closed doors that a real one is not made to have.

Items are what WordPress 6.1 answered to the connector's own questions; the real one is tests/servers/wordpress.py.
"""

import json
from collections import defaultdict, deque
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from imitations.scripted_site import Reply, Request, Site

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "wordpress"
JSON = {"Content-Type": "application/json; charset=UTF-8"}
ROUTES = ("posts", "pages", "media", "comments", "users")


def refusal(code: str, status: int) -> Reply:
    """An error as WordPress writes it."""
    body = {"code": code, "message": "Sorry, you are not allowed to do that.", "data": {"status": status}}
    return Reply(json.dumps(body), status, JSON)


class Blog(Site):
    """`faults[path]` are sent first; `items[route]` may be changed; `announced` puts the API into the headers."""

    def __init__(self) -> None:
        super().__init__()
        self._server.RequestHandlerClass.disable_nagle_algorithm = True  # 40 ms for each answer otherwise
        self.items: dict[str, list[dict[str, Any]]] = {
            route: json.loads(self.fixture(f"{route}.json")) for route in ROUTES
        }
        self.faults: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self.always: dict[str, Reply] = {}
        self.announced = True
        self.api = "/wp-json/"

    def fixture(self, name: str) -> str:
        """A file of ours, with the blog's own address in it."""
        return (FIXTURES / name).read_text().replace("https://blog.hazelbrook.example", self.url)

    def asked(self, route: str) -> list[dict[str, str]]:
        """The questions that came for one route."""
        return [question for path, question in map(_parted, self.requests) if path.endswith(f"/wp/v2/{route}")]

    def reply(self, request: Request) -> Reply:
        """Answer one request."""
        self.requests.append(request)
        path, question = _parted(request)
        reply = self.always.get(path)
        if self.faults[path]:
            reply = self.faults[path].popleft()
        reply = reply or self._page(path, question)
        links = [f'<{self.url}{self.api}>; rel="https://api.w.org/"'] if self.announced else []
        links += [reply.headers["Link"]] if "Link" in reply.headers else []
        return Reply(reply.body, reply.status, reply.headers | ({"Link": ", ".join(links)} if links else {}))

    def _page(self, path: str, question: dict[str, str]) -> Reply:
        first = question.get("paged", "1") == "1"
        match path:
            case "/":
                return Reply(self.fixture("home.html"), headers={"Content-Type": "text/html; charset=UTF-8"})
            case "/feed/":
                return _feed(self.fixture("feed.xml"), 200 if first else 404)
            case "/comments/feed/":
                return _feed(self.fixture("comments-feed.xml"), 200)
            case "/wp-json/":
                return Reply(self.fixture("about.json"), headers=JSON)
        route = path.removeprefix("/wp-json/wp/v2/")
        return self._items(route, question) if route in self.items else refusal("rest_no_route", 404)

    def _items(self, route: str, question: dict[str, str]) -> Reply:
        wanted = [item for item in self.items[route] if _wanted(item, question)]
        size, page = int(question["per_page"]), int(question["page"])
        pages = -(-len(wanted) // size)
        if page > max(pages, 1):
            return refusal("rest_post_invalid_page_number", 400)
        headers = {**JSON, "X-WP-Total": str(len(wanted)), "X-WP-TotalPages": str(pages)}
        if page < pages:
            headers["Link"] = f'<{self.url}/wp-json/wp/v2/{route}?page={page + 1}>; rel="next"'
        return Reply(json.dumps(wanted[(page - 1) * size : page * size]), headers=headers)


def _wanted(item: dict[str, Any], question: dict[str, str]) -> bool:
    if "include" in question and str(item["id"]) not in question["include"].split(","):
        return False
    for name, field in (("after", "date_gmt"), ("modified_after", "modified_gmt")):
        if name in question and f"{item.get(field, '2026-09-02T00:00:00')}Z" <= question[name]:
            return False
    return True


def _parted(request: Request) -> tuple[str, dict[str, str]]:
    parts = urlsplit(request.path)
    return parts.path, dict(parse_qsl(parts.query))


def _feed(text: str, status: int) -> Reply:
    return Reply(text, status, {"Content-Type": "application/rss+xml; charset=UTF-8"})
