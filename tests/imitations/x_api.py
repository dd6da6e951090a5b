"""A stateful imitation of the X API v2 on loopback: what a read-only auditor with a bearer token may ask.

    with XApi(spelling="post", contracts=contracts) as x:
        x.add_user("hazelbrook", name="Hazelbrook Primary School")
        x.add_post("hazelbrook", "Sports day on Friday")
        x.fail(rate_limited(reset=None), path="/2/users/{id}/followers", times=2)

It answers in the names of X's OpenAPI document 2.166 (tweet.fields, referenced_tweets...) or, with
spelling="post", in those of 2.167 (referenced_posts, includes.posts...), and understands requests in both.
Every request and every answer is judged by the document of its spelling when `contracts` holds it; whatever the
document objects to stands in `contract_errors`, and leaving the `with` block fails on it.

Where the documents leave a thing open, it does as X is known to do: no `data` when there is nothing, text with
&amp; and t.co links, a reply that begins with the handle it answers, long text cut at 280 characters with the whole
in note_tweet, an edited post under a new id.
"""

import json
import socket
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

import requests
import tweepy
from imitations.openapi_contract import Contract, Exchange, load_contract
from imitations.x_answers import BadRequest, NotShown, Question, Route, route_of
from imitations.x_faults import (
    Answer,
    Fault,
    Json,
    client_forbidden,
    credits_depleted,
    generic_problem,
    problem,
    unauthorised,
)
from imitations.x_spelling import Spelling, in_post_names, spellings
from imitations.x_state import Media, XState
from requests.adapters import HTTPAdapter

__all__ = ["CONTRACTS", "DOCUMENTS", "FLAWS", "PRICES", "TOKEN", "Call", "Media", "Redirected", "XApi"]

TOKEN = "planted-bearer-token-of-hazelbrook"
"""The one token that the imitation accepts; tests look for it where no token may be."""

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"
"""Where the workplace keeps the OpenAPI documents; elsewhere the imitation serves without judging."""

DOCUMENTS: Mapping[Spelling, str] = {
    "tweet": "x/openapi-2.166-tweet-names.json",
    "post": "x/openapi-2.167-post-names.json",
}

FLAWS: Mapping[Spelling, tuple[str, ...]] = {
    # The pattern ^[A-Za-z]{1,12}$ forbids "mentionedUsers", which has 14 letters and stands in the enum beside it.
    "tweet": ("components/schemas/ReplySettingsWithVerifiedUsers/pattern",),
    "post": (),
}
"""What in a document contradicts the document itself, and is therefore taken out before it judges."""

PRICES: Mapping[str, Decimal] = {
    "users": Decimal("0.010"),
    "followers": Decimal("0.010"),
    "following": Decimal("0.010"),
    "posts": Decimal("0.005"),
}
"""US dollars per resource in `data`; the same resource is free for the rest of its UTC day.
Source: docs.x.com/x-api/getting-started/pricing, November 2026. Whether resources in `includes` are charged is not
documented; here they are free."""

_HOST = "https://api.x.com"
"""The server that the documents name."""


@dataclass(frozen=True)
class Call:
    """A request that arrived: the endpoint as the document writes it, the path, and the query as sent."""

    endpoint: str
    path: str
    query: Mapping[str, str]
    method: str = "GET"


@dataclass
class _Trouble:
    fault: Fault
    path: str | None
    times: int | None
    after: int


class Redirected(HTTPAdapter):
    """A requests transport that sends everything to `base_url`, whatever host was asked for.

    Mounted on https://api.twitter.com it brings tweepy, which hard-codes that host, to loopback.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        super().__init__()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001 -- the base class's signature
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        asked = urlsplit(request.url or "")
        request.url = f"{self.base_url}{asked.path}" + (f"?{asked.query}" if asked.query else "")
        del proxies  # a proxy of the environment would be asked for loopback
        return super().send(request, stream, timeout, verify, cert, {})


class XApi(XState):
    """The imitation; a context manager that serves from its start to its end.

    Attributes:
        base_url: http://127.0.0.1:PORT, without a path.
        now: the imitation's clock, an aware datetime; tests move it from night to night.
        credits: US dollars left to spend, None for no end of them.
        calls: every request, in the order of arrival.
        requests: how many requests each endpoint got, failed ones included.
        billed: how many resources of each kind were charged.
        contract_errors: sentences on what the OpenAPI document objects to.
        undocumented: types of the error bodies that were not judged because the document does not know them.
    """

    def __init__(
        self,
        spelling: Spelling = "tweet",
        contracts: Path | None = CONTRACTS,
        *,
        now: datetime = datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
        token: str = TOKEN,
    ) -> None:
        super().__init__(now)
        self.spelling: Spelling = spelling
        self.token = token
        self.credits: Decimal | None = None
        self.calls: list[Call] = []
        self.requests: Counter[str] = Counter()
        self.billed: Counter[str] = Counter()
        self.contract_errors: list[str] = []
        self.undocumented: set[str] = set()
        self._contracts: dict[Spelling, Contract] = {}
        for name, document in DOCUMENTS.items():
            if contracts is not None and (contracts / document).is_file():
                self._contracts[name] = load_contract((contracts / document).resolve(), FLAWS[name])
        self._charged: set[tuple[str, str, object]] = set()
        self._troubles: list[_Trouble] = []
        self._closing = threading.Event()
        self._server = _Server(self)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="x-api")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if kind is None:
            self.assert_contract()

    @property
    def validating(self) -> bool:
        """Whether requests and answers are judged; False where a document is absent."""
        return len(self._contracts) == len(DOCUMENTS)

    @property
    def cost(self) -> Decimal:
        """US dollars charged so far."""
        return sum((PRICES[kind] * number for kind, number in self.billed.items()), Decimal(0))

    def assert_contract(self) -> None:
        """Fail with every objection of the OpenAPI documents, if there is one."""
        assert not self.contract_errors, "the OpenAPI document objects:\n" + "\n".join(self.contract_errors)

    def client(self, **options: Any) -> tweepy.Client:
        """A tweepy client with the right token (or `bearer_token`) whose requests arrive here."""
        client = tweepy.Client(**{"bearer_token": self.token, **options})
        client.session.mount("https://api.twitter.com", Redirected(self.base_url))
        return client

    def fail(self, fault: Fault, *, path: str | None = None, times: int | None = 1, after: int = 0) -> None:
        """Let requests go wrong.

        Args:
            fault: what happens, from x_faults.
            path: the endpoint as the document writes it (/2/users/{id}/tweets), or one path, or None for all.
            times: how many requests it hits; None for all until `heal`.
            after: how many matching requests pass unharmed first.
        """
        with self._lock:
            self._troubles.append(_Trouble(fault, path, times, after))

    def heal(self) -> None:
        """End all faults."""
        with self._lock:
            self._troubles.clear()

    # -- answering -----------------------------------------------------------------------------------------------

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[Answer, bytes]:
        """The answer to one request and its bytes; the bytes are decided here because faults cut them."""
        split = urlsplit(target)
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        with self._lock:
            route = route_of(split.path)
            call = Call(route.template if route else split.path, split.path, query, method)
            self.calls.append(call)
            self.requests[call.endpoint] += 1
            if split.path in self.files:
                return Answer(200, b"", "image/jpeg"), self.files[split.path]
            fault = self._due_fault(call)
            if isinstance(fault, Answer):
                answer = fault
            else:
                answer = self._ordinary(call, route, headers)
                answer = fault(answer) if fault else answer
            if isinstance(answer.content, dict) and self.spelling == "post":
                answer = replace(answer, content=in_post_names(answer.content))
            content = answer.content
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self._judge(call, headers, answer, body)
        return answer, body[: len(body) // 2] if answer.cut else body

    def _due_fault(self, call: Call) -> Fault | None:
        for trouble in self._troubles:
            if trouble.path not in {None, call.endpoint, call.path}:
                continue
            if trouble.after > 0:
                trouble.after -= 1
                continue
            if trouble.times is None:
                return trouble.fault
            if trouble.times > 0:
                trouble.times -= 1
                return trouble.fault
        return None

    def _ordinary(self, call: Call, route: Route | None, headers: Mapping[str, str]) -> Answer:
        if call.method != "GET":
            self.contract_errors.append(f"{call.method} {call.path}: an auditor only reads")
            return client_forbidden()
        if headers.get("Authorization") != f"Bearer {self.token}":
            return unauthorised()
        if route is None:
            return generic_problem(404, "Not Found")
        if route.handler is None:
            # Of the documented bodies the only one that fits; that X sends it here is Known, not recorded.
            detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
            return problem(403, "Unsupported Authentication", detail, "unsupported-authentication")
        if self.credits is not None and self.cost >= self.credits:
            return credits_depleted()
        limits = {
            "x-rate-limit-limit": str(route.limit),
            "x-rate-limit-remaining": str(max(0, route.limit - self.requests[route.template])),
            "x-rate-limit-reset": str(int(self.now.timestamp()) + 900),
        }
        try:
            content = self._content(call, route)
        except BadRequest as refused:
            return replace(_refusal(refused), headers=limits)
        self._charge(route.kind, content.get("data", []))
        return Answer(200, content, headers=limits)

    def _content(self, call: Call, route: Route) -> Json:
        for unknown in sorted(call.query.keys() - route.parameters):
            allowed = ",".join(sorted(route.parameters))
            raise BadRequest(unknown, call.query[unknown], f"The query parameter [{unknown}] is not one of [{allowed}]")
        found = route.pattern.fullmatch(call.path)
        question = Question(self, call.path, call.query, found.groupdict() if found else {})
        assert route.handler is not None
        try:
            return route.handler(question)
        except NotShown as hidden:
            return hidden.answer

    def _charge(self, kind: str, data: Json | list[Json]) -> None:
        for item in data if isinstance(data, list) else [data]:
            charge = (kind, item["id"], self.now.astimezone(UTC).date())
            if charge not in self._charged:
                self._charged.add(charge)
                self.billed[kind] += 1

    def _judge(self, call: Call, headers: Mapping[str, str], answer: Answer, body: bytes) -> None:
        if not self.validating or call.method != "GET":
            return
        exchange = Exchange(
            _HOST, call.method, call.path, call.query, headers, answer.status, answer.content_type, body
        )
        known = route_of(call.path) is not None
        used = spellings(call.query) or {self.spelling}
        if len(used) > 1:
            self.contract_errors.append(f"GET {call.path}: the request mixes tweet names and post names")
        for contract in (self._contracts[spelling] for spelling in sorted(used)):
            self.contract_errors += contract.judge_request(exchange)
            unknown = call.query.keys() - contract.parameter_names(call.endpoint) if known else set()
            self.contract_errors += [
                f"{contract.name}: GET {call.path}: request: no parameter {name!r} there" for name in sorted(unknown)
            ]
        if answer.deliberate or not known:
            return
        contract = self._contracts[self.spelling]
        kind = answer.content.get("type") if isinstance(answer.content, dict) else None
        if answer.status == HTTPStatus.OK or kind in contract.problem_types():
            self.contract_errors += contract.judge_answer(exchange)
        else:
            self.undocumented.add(f"{answer.status} {kind}")


def _refusal(refused: BadRequest) -> Answer:
    errors = [{"parameters": {refused.parameter: [refused.value]}, "message": str(refused)}]
    detail = "One or more parameters to your request was invalid."
    return problem(400, "Invalid Request", detail, "invalid-request", errors=errors)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close waits for them, so that no socket outlives a test

    def __init__(self, api: XApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout: ClassVar[int] = 10  # seconds that a silent client may hold a thread

    def do_GET(self) -> None:
        api = self.server.api
        answer, body = api.answer(
            self.command, self.path, {name.title(): value for name, value in self.headers.items()}
        )
        if answer.delay:
            api._closing.wait(answer.delay)
        if answer.dropped:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        # A client that gave up waiting has closed its end.
        with suppress(ConnectionError):
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815 -- the base class looks for these names

    def log_message(self, *_: object) -> None:
        """Stay silent: the calls are on record."""
