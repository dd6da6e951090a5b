"""The one way out: every request of the product passes here, tweepy's included."""

import logging
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import BaseAdapter

from connectors.answer import Answer, error_of
from connectors.connector import NotAllowed, Refused, SchemaDrift, Unreachable
from connectors.irc_wire import IrcAdapter
from connectors.recording import Disguise, Recorder, Replay, host_of
from connectors.redaction import RedactingFilter, Redactor
from connectors.wire import Network, Pace, ReplayAdapter, WireAdapter

__all__ = ["Answer", "Client", "Http", "Network"]

MAX_REDIRECTS = 10

_log = logging.getLogger(__name__)


class Http:
    """The way out, one per process and thread-safe: pacing, counting, guards and redaction for all accounts.

    With a `recorder` every answer is recorded, with a `replay` every answer comes from it and nothing goes
    over the network. `clock` gives seconds and `sleep` waits for them.
    """

    def __init__(
        self,
        network: Network,
        *,
        secrets: Iterable[str] = (),
        recorder: Recorder | None = None,
        replay: Replay | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._redactor = Redactor(secrets)
        self._pace = Pace(network, clock, sleep)
        contact = " ".join(network.contact.encode("ascii", "replace").decode().split())
        self._user_agent = f"school-audit/{_version()} ({contact})"
        self._adapter: BaseAdapter = (
            ReplayAdapter(replay, self._pace, self._redactor)
            if replay
            else WireAdapter(network, self._pace, self._redactor, recorder)
        )
        self._irc = self._adapter if replay else IrcAdapter(network, self._pace, self._redactor, recorder)
        self.log_filter = RedactingFilter(self._redactor)

    def client(self, label: str, disguise: Disguise | None = None) -> "Client":
        """A client for one account, with its own cookies; `disguise` makes its answers fit to be recorded."""
        return Client(
            label,
            lambda: _Session(self._adapter, self._irc, self._redactor, self._user_agent, disguise),
            self._redactor,
        )

    @property
    def requests_per_host(self) -> Mapping[str, int]:
        """How many requests went to each `host[:port]` so far, retries and redirects included."""
        return self._pace.counted()

    def redact(self, text: str) -> str:
        """The text without secrets."""
        return self._redactor.text(text)

    def close(self) -> None:
        """Close the connections that are still open."""
        self._adapter.close()
        self._irc.close()


class Client:
    """What a connector asks with. Every error is a ConnectorError with one sentence for people."""

    def __init__(self, label: str, new_session: Callable[[], "_Session"], redactor: Redactor) -> None:
        self.label = label
        self._redactor = redactor
        self._new_session = new_session
        self._session = new_session()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        ok: Container[int] = (200,),
        max_bytes: int | None = None,
        within: Callable[[str], bool] | None = None,
    ) -> Answer:
        """Fetch one address, following redirects. A status outside `ok` raises the error it stands for.

        A redirect to an address that `within` declines is not followed: its own answer is then the answer.
        """
        response = self._session.fetch(url, params or {}, headers or {}, max_bytes, within)
        answer = Answer(response.url, response.status_code, response.headers, response.content)
        _log.debug("%s: %s answered %d", self.label, host_of(answer.url), answer.status)
        if answer.status in ok:
            return answer
        raise error_of(answer)

    def get_json(
        self,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        ok: Container[int] = (200,),
    ) -> Any:
        """Fetch one address and decode its JSON."""
        return self.get(url, params=params, headers=headers, ok=ok).json()

    def grant(self, url: str, form: Mapping[str, str]) -> str:
        """A fresh access token for a lasting one: OAuth 2.0, RFC 6749 section 6, the one thing that is ever posted.

        Neither the question nor the answer is recorded; a replay needs neither. Raises Refused when the platform
        says that the lasting token is no longer good.
        """
        answer = self._session.ask_for_token(url, form)
        if answer is None:
            return "replayed"
        if answer.status in _GRANT_REFUSED:
            raise Refused(f"{host_of(url)} no longer accepts the sign-in that was given to this tool; give it again.")
        if answer.status != _OK:
            raise error_of(answer)
        said = answer.json()
        token = said.get("access_token") if isinstance(said, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token:
            raise SchemaDrift(f"{host_of(url)}'s answer lacks 'access_token'.")
        self._redactor.learn(token)
        return token

    def session(self, moved: Mapping[str, str] | None = None) -> requests.Session:
        """A requests session on the same way out, for a library that insists on one.

        What cannot be read raises our errors from it too; a status is the library's business. `moved` maps
        the beginning of an address that the library hard-codes to what stands there instead.
        """
        session = self._new_session()
        session.moved = dict(moved or {})
        return session


def _version() -> str:
    try:
        return version("school-audit")
    except PackageNotFoundError:  # run from a working copy that is not installed
        return "0"


class _Session(requests.Session):
    """A requests session on the one way out; each hop of a redirect goes through the adapter by itself."""

    def __init__(
        self,
        adapter: BaseAdapter,
        irc: BaseAdapter,
        redactor: Redactor,
        user_agent: str,
        disguise: Disguise | None,
    ) -> None:
        super().__init__()
        self.moved: dict[str, str] = {}
        self.max_redirects = MAX_REDIRECTS
        self.auth = _no_credentials
        self._redactor, self._user_agent, self._disguise = redactor, user_agent, disguise
        self._within: Callable[[str], bool] | None = None
        self.adapters.clear()
        self.mount("http://", adapter)
        self.mount("https://", adapter)
        self.mount("irc://", irc)
        self.mount("ircs://", irc)

    def fetch(
        self,
        url: str,
        params: Mapping[str, Any],
        headers: Mapping[str, str],
        max_bytes: int | None,
        within: Callable[[str], bool] | None,
    ) -> requests.Response:
        """GET with a cap of its own, and a fence for redirects."""
        self._within = within
        with self._plain_errors(url):
            request = self.prepare_request(requests.Request("GET", url, dict(headers), params=dict(params)))
            settings = self.merge_environment_settings(request.url, {}, None, None, None)
            return self.send(request, max_bytes=max_bytes, **settings)

    def ask_for_token(self, url: str, form: Mapping[str, str]) -> Answer | None:
        """Post a form that asks for a token; None in a replay, where nobody needs one."""
        adapter = self.get_adapter(url)
        if isinstance(adapter, ReplayAdapter):
            return None
        with self._plain_errors(url):
            request = self.prepare_request(requests.Request("POST", url, data=dict(form)))
            settings = self.merge_environment_settings(request.url, {}, None, None, None)
            response = self.send(request, allow_redirects=False, granting=True, **settings)
        return Answer(response.url, response.status_code, response.headers, response.content)

    def request(  # type: ignore[override]
        self, method: str, url: str, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """As in requests, at the place where the address has moved to."""
        for beginning, instead in self.moved.items():
            if url.startswith(beginning):
                url = instead.rstrip("/") + url.removeprefix(beginning)
        with self._plain_errors(url):
            return super().request(method, url, *args, **kwargs)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """As in requests, in our name."""
        request.headers["User-Agent"] = self._user_agent
        return super().send(request, **{"disguise": self._disguise, **kwargs})

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """As in requests, but for what lies beyond the fence; a website leads to websites only."""
        target = super().get_redirect_target(resp)
        if target and self._within and not self._within(urljoin(resp.url, target)):
            return None
        if target and target.lower().startswith(("irc:", "ircs:")):
            raise requests.exceptions.InvalidSchema
        return target

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Whoever a redirect leads to gets no credentials that were meant for another."""
        if not self.should_strip_auth(response.request.url, prepared_request.url):  # type: ignore[no-untyped-call]
            return
        for name in set(prepared_request.headers) - _HARMLESS_HEADERS:
            del prepared_request.headers[name]
        if self._redactor.holds_secret(prepared_request.url or ""):
            host = host_of(response.url)
            raise NotAllowed(f"{host} wanted to send us elsewhere with the key in the address; not followed.")

    @contextmanager
    def _plain_errors(self, url: str) -> Iterator[None]:
        """Our errors for what requests itself finds wrong; without causes, whose texts hold addresses."""
        shown = self._redactor.text(url.partition("?")[0])[:_SHOWN]
        try:
            yield
        except requests.TooManyRedirects:
            raise Unreachable(f"{shown} sends us round in circles; whoever runs it has to be asked.") from None
        except requests.exceptions.InvalidSchema:
            raise NotAllowed(f"{shown} leads to something that is not http or https; correct it.") from None
        except requests.exceptions.InvalidHeader:
            raise Refused(f"The key for {shown} has a space or line break; enter it again.") from None
        except (requests.RequestException, ValueError):
            raise NotAllowed(f"{shown} is not an address, or leads to none; correct it.") from None


_OK = 200
_GRANT_REFUSED = frozenset({400, 401, 403})  # RFC 6749 section 5.2
_SHOWN = 100  # characters of an address in a sentence
_HARMLESS_HEADERS = frozenset({"User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Connection", "Cookie"})


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stands where requests would otherwise look into a .netrc, or into the address."""
    return request
