"""What stands behind every session: pacing, retries, guarded connections, caps, and replay."""

import logging
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import responses as reasons
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, ClassVar, cast

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers, select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import parse_url
from urllib3.util.retry import Retry

from connectors.answer import Answer, asked_wait
from connectors.connector import ConnectorError, NotAllowed, TooLarge, Unreachable
from connectors.recording import DEFAULT_PORTS, Disguise, Recorder, Replay, host_of, listed
from connectors.redaction import Redactor

MAX_BACKOFF = 60.0  # seconds
RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
METHODS = frozenset({"GET", "HEAD"})  # the product reads; it never writes to a platform
ASKING_FOR_A_TOKEN = frozenset({"POST"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Network:
    """How the product behaves towards other people's servers. Times are in seconds.

    `contact` goes into the User-Agent. `total_timeout` is for one whole answer. A Retry-After longer than
    `retry_after_ceiling` is not slept but raised as RateLimited. `pace` is the least time between two
    requests to a `host` or `host:port`. `max_bytes` caps one answer, unpacked. `private_hosts` are the
    addresses of the school's own network that may be visited although they are private; `test_hosts` too,
    and these are recorded as they are.
    """

    contact: str
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    total_timeout: float = 180.0
    retries: int = 3
    backoff: float = 1.0
    retry_after_ceiling: float = 120.0
    pace: Mapping[str, float] = field(default_factory=dict)
    default_pace: float = 0.5
    max_bytes: int = 20_000_000
    private_hosts: frozenset[str] = frozenset()
    test_hosts: frozenset[str] = frozenset()

    def may_be_private(self, host: str) -> bool:
        """Whether this `host` or `host:port` may lie in a private network, or on this machine."""
        return listed(host, self.private_hosts) or listed(host, self.test_hosts)


class Pace:
    """Keeps the least time between two requests to one host, across threads, and counts them."""

    def __init__(self, network: Network, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._network, self._clock, self._sleep = network, clock, sleep
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}
        self._count: Counter[str] = Counter()

    def wait(self, host: str) -> None:
        """Return when the next request to `host` may go, and take that place."""
        least = self._network.pace.get(host, self._network.pace.get(host.rpartition(":")[0]))
        while True:
            with self._lock:
                now = self._clock()
                due = self._due.get(host, now)
                if now >= due:
                    self._due[host] = now + (self._network.default_pace if least is None else least)
                    self._count[host] += 1
                    return
            self._sleep(due - now)

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody ask `host` for so many seconds."""
        with self._lock:
            self._due[host] = max(self._due.get(host, 0.0), self._clock() + seconds)

    def count(self, host: str) -> None:
        """Count a request that nobody had to wait for."""
        with self._lock:
            self._count[host] += 1

    def counted(self) -> Mapping[str, int]:
        """Requests per host so far."""
        with self._lock:
            return dict(self._count)


class _Guarded(HTTPConnection):
    """A connection that hangs up on a private address, and on an answer whose head takes too long."""

    network: ClassVar[Network]

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        # What counts is the address this socket really reached: a name may mean another one every time it
        # is asked. Nothing was sent yet. Behind a proxy the peer is the proxy; see WireAdapter._check.
        if not self.proxy and not self.network.may_be_private(_key(self.host, self.port)):
            try:
                _refuse_private(connected.getpeername()[0], self.host)
            except BaseException:
                connected.close()
                raise
        return connected

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        """The answer's head; the body is read, and watched, by the adapter."""
        with cut_off(self._hang_up, self.network.total_timeout, self.host):
            return super().getresponse()

    def _hang_up(self) -> None:
        if self.sock:
            # Not the method of a TLS socket, which would first take its own state apart.
            socket.socket.shutdown(self.sock, socket.SHUT_RD)


def _guarded_pools(network: Network) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(_Guarded):
        pass

    class Encrypted(_Guarded, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    Plain.network = Encrypted.network = network
    return {"http": PlainPool, "https": EncryptedPool}


def _key(host: str, port: int | None) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _refuse_private(address: str, host: str) -> None:
    if _is_private(address):
        raise NotAllowed(
            f"{host} leads to a private address, which is not visited; if it is a server of the school, "
            "allow it in school.toml."
        )


_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


def _is_private(address: str) -> bool:
    """Whether an IP address is anything but a public one; False for what is not an IP address."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFF_FFFF)
        ip = inner or ip
    return not ip.is_global or ip.is_multicast


@contextmanager
def cut_off(hang_up: Callable[[], None], seconds: float, host: str) -> Iterator[None]:
    """Run the block, and hang up when it has not ended in time: a read timeout alone never ends a drip."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError, RuntimeError, ValueError):
            hang_up()

    timer = threading.Timer(max(0.0, seconds), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception:
        if not late.is_set():
            raise
    finally:
        timer.cancel()
    if late.is_set():
        raise Unreachable(f"{host} took too long over one answer; the next run tries again.")


class WireAdapter(HTTPAdapter):
    """Sends one request with pacing, retries, guards and caps, and hands back an answer read to its end."""

    def __init__(self, network: Network, pace: Pace, redactor: Redactor, recorder: Recorder | None) -> None:
        self._network, self._pace, self._redactor, self._recorder = network, pace, redactor, recorder
        self._pools = _guarded_pools(network)
        # urllib3 decides whether and when to try again. The loop is ours, because its own does not pace or
        # count, sleeps as long as Retry-After says, fails on a Retry-After it cannot read, and does not see
        # an answer that breaks off in its body.
        self._retry = Retry(
            total=network.retries,
            allowed_methods=METHODS,
            status_forcelist=RETRIED_STATUSES,
            backoff_factor=network.backoff,
            backoff_jitter=network.backoff,
            backoff_max=MAX_BACKOFF,
            respect_retry_after_header=False,
        )
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool manager build guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make a proxy's pool manager build guarded connections, unless it has its own kind (SOCKS)."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._pools
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001 - requests' signature; an answer is always read
        timeout: object = None,  # noqa: ARG002 - requests' signature; ours hold for everybody
        verify: bool | str = True,  # noqa: FBT001 - requests' signature
        cert: Any = None,
        proxies: Any = None,
        *,
        max_bytes: int | None = None,
        disguise: Disguise | None = None,
        granting: bool = False,
    ) -> requests.Response:
        """Send one request; redirects are followed by the session, each through here. Records what comes.

        `granting` marks the one kind of POST there is, which asks for a token, and is never recorded.
        """
        method, url = request.method or "", request.url or ""
        settings = {"verify": verify or True, "cert": cert, "proxies": proxies}
        if granting:
            self._check(request, settings, ASKING_FOR_A_TOKEN)
            return self._persist(request, settings, self._network.max_bytes)
        try:
            self._check(request, settings, METHODS)
            response = self._persist(request, settings, max_bytes or self._network.max_bytes)
        except ConnectorError as error:
            if self._recorder:
                self._recorder.keep_failure(method, url, error, self._redactor)
            raise
        if self._recorder:
            answer = Answer(url, response.status_code, response.headers, response.content)
            self._recorder.keep(method, answer, disguise, self._redactor)
        return response

    def _check(self, request: requests.PreparedRequest, settings: dict[str, Any], methods: frozenset[str]) -> None:
        url = parse_url(request.url or "")
        host, key = (url.host or "").strip("[]"), host_of(request.url or "")
        if request.method not in methods:
            raise NotAllowed(f"A {request.method} request to {key} was stopped: this program only reads.")
        if url.auth:
            raise NotAllowed(f"The address at {key} carries a user name or password; remove it.")
        if self._network.may_be_private(_key(host, url.port or DEFAULT_PORTS.get(url.scheme or ""))):
            settings["proxies"] = None  # the school's own network lies on this side of its proxy
            return
        _refuse_private(host, host)
        if url.scheme == "http" and self._has_credentials(request):
            raise NotAllowed(f"{key} is not encrypted, so no key was sent to it; use its https address.")
        if select_proxy(request.url or "", settings["proxies"]):
            # The proxy looks the name up again. Where only the proxy can, it alone decides.
            with suppress(OSError):
                for *_, address in socket.getaddrinfo(host, None):
                    _refuse_private(str(address[0]), host)

    def _has_credentials(self, request: requests.PreparedRequest) -> bool:
        return "authorization" in request.headers or any(
            self._redactor.holds_secret(str(text)) for text in (request.url, *request.headers.values(), request.body)
        )

    def _persist(self, request: requests.PreparedRequest, settings: Mapping[str, Any], cap: int) -> requests.Response:
        host, method, retry = host_of(request.url or ""), request.method or "", self._retry
        while True:
            self._pace.wait(host)
            response, failure, wait = None, None, 0.0
            try:
                response = self._attempt(request, settings, cap)
            except MayPass as error:
                failure = Unreachable(str(error))
            else:
                wait = asked_wait(response.status_code, response.headers) or 0.0
                if response.status_code not in RETRIED_STATUSES or wait > self._network.retry_after_ceiling:
                    return response
            try:
                retry = retry.increment(method, error=failure, response=response.raw if response is not None else None)
            except urllib3.exceptions.MaxRetryError:
                if response is None:
                    raise failure or Unreachable(host) from None
                return response
            self._pace.hold(host, max(wait, retry.get_backoff_time()))

    def _attempt(self, request: requests.PreparedRequest, settings: Mapping[str, Any], cap: int) -> requests.Response:
        host = host_of(request.url or "")
        try:
            return self._exchange(request, settings, cap)
        except (OSError, urllib3.exceptions.HTTPError) as error:  # requests' own errors are OSErrors
            _log.debug("%s: %s", host, self._redactor.text(repr(error)))
            # Without its cause: that one's text holds the whole address.
            raise _trouble(error, host) from None

    def _exchange(self, request: requests.PreparedRequest, settings: Mapping[str, Any], cap: int) -> requests.Response:
        """One question and its whole answer, over the network."""
        host = host_of(request.url or "")
        timeout = (self._network.connect_timeout, self._network.read_timeout)
        began = time.monotonic()
        response = super().send(request, stream=True, timeout=timeout, **settings)
        left = self._network.total_timeout - (time.monotonic() - began)
        with _hanging_up(response), cut_off(response.raw.shutdown, left, host):
            return filled(response, _body(response.raw, cap, host))

    def _connected(self, host: str, port: int) -> socket.socket:
        """A socket to a public server (or one that may be private), for what does not speak HTTP."""
        guarded = cast("type[_Guarded]", self._pools["http"].ConnectionCls)
        return guarded(host, port, timeout=self._network.connect_timeout)._new_conn()  # noqa: SLF001 - the guard sits where urllib3 connects


class ReplayAdapter(BaseAdapter):
    """Answers from a recording, and never touches the network."""

    def __init__(self, replay: Replay, pace: Pace, redactor: Redactor) -> None:
        super().__init__()
        self._replay, self._pace, self._redactor = replay, pace, redactor

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """Answer one request as it was answered that night."""
        url = request.url or ""
        self._pace.count(host_of(url))
        exchange = self._replay.answer(request.method or "", url, self._redactor)
        return answered(request, exchange.status, exchange.headers, exchange.content)

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def _hanging_up(response: requests.Response) -> Iterator[None]:
    """Give the connection up when the block fails, for nobody knows where in the stream it stands."""
    try:
        yield
    except BaseException:
        response.close()
        raise


def _body(raw: urllib3.HTTPResponse, cap: int, host: str) -> bytes:
    """The unpacked body. Raises TooLarge as soon as it is over `cap` bytes."""
    body = bytearray()
    for part in raw.stream(_PART, decode_content=True):
        body += part
        if len(body) > cap:
            raise TooLarge(f"{host} sent more than the {cap:,} bytes that are accepted of one answer.")
    return bytes(body)


_PART = 65_536  # bytes


def answered(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes
) -> requests.Response:
    """An answer to a request that did not come by HTTP."""
    response = requests.Response()
    response.url, response.request = request.url or "", request
    response.status_code, response.headers = status, CaseInsensitiveDict(headers)
    response.reason = reasons.get(status, "")
    response.encoding = get_encoding_from_headers(response.headers)
    return filled(response, body)


def filled(response: requests.Response, body: bytes) -> requests.Response:
    """The response with its body in place, as if `content` had been read."""
    response._content, response._content_consumed = body, True  # type: ignore[attr-defined]  # noqa: SLF001 - requests offers no other way to hand over a body
    return response


class MayPass(Unreachable):
    """Trouble that may be over at the next attempt."""


def _trouble(error: Exception, host: str) -> Unreachable:
    """What a failed attempt means, in a sentence."""
    text = repr(error)
    match error:
        case requests.exceptions.SSLError() | urllib3.exceptions.SSLError() | ssl.SSLError() if (
            "certificate" in text.lower()
        ):
            return Unreachable(
                f"{host} has a certificate that cannot be trusted; whoever runs it, or the school's web "
                "filter, has to be asked."
            )
        case requests.exceptions.InvalidSchema():
            return Unreachable(f"{host} lies behind a SOCKS proxy, which needs the package PySocks.")
        case requests.exceptions.ProxyError() | requests.exceptions.InvalidProxyURL():
            return MayPass(f"The proxy does not let us through to {host}; check its settings.")
        case requests.exceptions.Timeout() | urllib3.exceptions.TimeoutError() | TimeoutError():
            return MayPass(f"{host} did not answer in time; the next run tries again.")
        case urllib3.exceptions.DecodeError():
            return MayPass(f"{host} sent an answer that cannot be unpacked; the next run tries again.")
        case _ if "NameResolutionError" in text:
            return MayPass(f"There is no server by the name of {host}; check the address, or the network here.")
        case _:
            return MayPass(f"{host} broke off or refused the connection; the next run tries again.")
