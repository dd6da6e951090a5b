"""A web server on loopback that answers as a test scripts it, faults of the wire included."""

import socket
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Reply:
    """One answer. `raw` takes over the connection instead, after the request was read."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: Callable[[socket.socket], None] | None = None

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Request:
    """What the site was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


class Site:
    """A context manager. `on` scripts the replies of a path in order, the last for ever; `requests` keeps what came."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._replies: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._server = _server(self, context)
        self.port: int = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if context else 'http'}://{self.host}"

    def on(self, path: str, *replies: Reply) -> str:
        """Script the replies of a path (without its query); returns its whole address."""
        self._replies[path].extend(replies)
        return self.url + path

    def reply(self, request: Request) -> Reply:
        """The next reply to a request, which is kept."""
        with self._lock:
            self.requests.append(request)
            replies = self._replies.get(request.path.partition("?")[0])
            if not replies:
                return Reply("no such page", 404)
            return replies.popleft() if len(replies) > 1 else replies[0]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _server(site: Site, context: ssl.SSLContext | None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True  # else each answer waits some 40 ms
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            site.connections += 1
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def do_GET(self) -> None:
            path = self.path
            if not path.startswith("/"):  # asked as a proxy
                path = "/" + path.partition("://")[2].partition("/")[2]
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = site.reply(Request(self.command, path, dict(self.headers), body))
            if reply.raw:
                reply.raw(self.connection)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Transfer-Encoding" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing: clients hang up on purpose here."""

        def get_request(self) -> tuple[socket.socket, object]:
            connection, address = super().get_request()
            if context:
                connection = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            return connection, address

    return Server(("127.0.0.1", 0), Handler)


class Clock:
    """Seconds that pass only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)
