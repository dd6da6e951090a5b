"""A website of a few pages on loopback: the school's own, or any that a post links to."""

import mimetypes
import threading
from collections import Counter
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from servers import loopback


class StaticSite(loopback.Context):
    """Serves `pages`, which may be changed while it runs: path such as `/news/` -> text or bytes.

    `statuses` sets another status for a path (404, 500; an absent page is 404 anyway), `redirects` an address
    that a path leads to. `requests` counts the requests of each path, with the query left out.
    """

    def __init__(self, folder: Path, pages: Mapping[str, bytes | str] | None = None) -> None:
        self._log = folder / "website.log"
        self._port = loopback.free_port()
        self._server: ThreadingHTTPServer | None = None
        self.base_url = f"http://{loopback.ADDRESS}:{self._port}"
        self.pages: dict[str, bytes | str] = dict(pages or {})
        self.statuses: dict[str, int] = {}
        self.redirects: dict[str, str] = {}
        self.requests: Counter[str] = Counter()

    def open(self) -> None:
        """Start serving."""
        self.start()

    def close(self) -> None:
        """Stop serving."""
        self.stop()

    def start(self) -> None:
        """Serve on the same port, with pages and counts kept."""
        self._server = _Server((loopback.ADDRESS, self._port), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stop serving: connections are refused."""
        server, self._server = self._server, None
        if server:
            server.shutdown()
            server.server_close()

    def _answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if path in self.redirects:
            return 302, {"Location": self.redirects[path]}, b""
        page = self.pages.get(path)
        status = self.statuses.get(path, 404 if page is None else 200)
        body = f"<h1>{status}</h1>" if page is None else page
        return status, {"Content-Type": _content_type(path)}, body.encode() if isinstance(body, str) else body

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send()

            def do_HEAD(self) -> None:
                self._send()

            def _send(self) -> None:
                path = urlsplit(self.path).path
                site.requests[path] += 1
                status, headers, body = site._answer(path)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                with site._log.open("a") as log:
                    log.write(f"{format % args}\n")

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True


def _content_type(path: str) -> str:
    kind = mimetypes.guess_type(path)[0] or "text/html"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("xml", "json")) else kind
