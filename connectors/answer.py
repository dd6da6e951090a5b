"""What came back from a server: its text, its data, and what its status means."""

import codecs
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from connectors.connector import (
    ConnectorError,
    LoginWall,
    NotFound,
    NotOffered,
    OutOfCredit,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)
from connectors.recording import host_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the address after redirects, the status, headers (in any case) and the body."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text: by byte order mark, the header, what the page says of itself, else UTF-8.

        The order is that of https://html.spec.whatwg.org/#determining-the-character-encoding.
        """
        for charset in self._charsets():
            with suppress(LookupError, UnicodeError):
                if codecs.lookup(charset).name in _OF_NAMES:
                    continue
                return self.content.decode(charset, errors="replace")
        return self.content.decode(errors="replace")

    def _charsets(self) -> Iterator[str]:
        for mark, charset in _BYTE_ORDER_MARKS:
            if self.content.startswith(mark):
                yield charset
        if said := _CHARSET_IN_HEADER.search(self.headers.get("content-type", "")):
            yield _as_browsers_read(said[1])
        if said := _CHARSET_IN_PAGE.search(self.content[:1024].decode("latin-1")):
            yield _as_browsers_read(said[1])

    def json(self) -> Any:
        """The decoded JSON body. Raises LoginWall when a page came instead, SchemaDrift when it is broken."""
        text = self.text
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            host = host_of(self.url)
            if text.lstrip().startswith("<"):
                raise LoginWall(
                    f"{host} sent a web page instead of data; open it in a browser to see whether it asks "
                    "to sign in or to prove to be human."
                ) from None
            raise SchemaDrift(
                f"{host} sent data that cannot be read as JSON; if it happens again tomorrow, report it."
            ) from None


_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OF_NAMES = frozenset({"punycode", "idna"})
"""Encodings of the names of hosts, which take hours over a page."""
_CHARSET_IN_HEADER = re.compile(r"(?i)charset\s*=\s*[\"']?([\w.:-]+)")
_CHARSET_IN_PAGE = re.compile(
    r"(?i)(?:<meta\b[^>]{0,200}?\bcharset|<\?xml\b[^>]{0,200}?\bencoding)\s*=\s*[\"']?([\w.:-]+)"
)


def _as_browsers_read(charset: str) -> str:
    # https://encoding.spec.whatwg.org/#names-and-labels: pages that say Latin-1 are read as Windows-1252.
    return "cp1252" if charset.lower() in ("iso-8859-1", "latin1", "us-ascii", "ascii") else charset


def error_of(answer: Answer) -> ConnectorError:
    """The error that an unwanted status stands for."""
    host, status = host_of(answer.url), answer.status
    wait = asked_wait(status, answer.headers)
    match status:
        case 401 | 403:
            return Refused(
                f"{host} refused access ({status}); if this account has a key, check with `school-audit "
                "doctor` that it is still valid and has the permission."
            )
        case 402:
            return OutOfCredit(f"{host} wants to be paid first (402); add credit in its console.")
        case 404 | 410:
            return NotFound(f"{host} says that there is no such page or account ({status}).")
        case 429:
            return _rate_limited(host, wait)
        case 451:
            return NotOffered(f"{host} does not show it here for legal reasons (451).")
        case 503 if wait:
            return _rate_limited(host, wait)
        case _ if status >= 500:  # noqa: PLR2004 - the class of server errors
            return Unreachable(f"{host} has a fault of its own ({status}); the next run tries again.")
        case _:
            return SchemaDrift(f"{host} answered {status}, which we do not expect; its interface may have changed.")


def _rate_limited(host: str, wait: float | None) -> RateLimited:
    until = f"wants us back in {wait:.0f} seconds" if wait else "wants us back later"
    return RateLimited(f"{host} has had enough requests for now and {until}; the next run tries again.")


def asked_wait(status: int, headers: Mapping[str, str]) -> float | None:
    """How many seconds a server asks us to wait: Retry-After, or at status 429 the end of its rate limit.

    Moments are compared with the server's own Date, so that a wrong clock here does no harm. None when the
    server does not say, or says it in a way nobody understands.
    """
    now = _moment(headers.get("date", "")) or time.time()
    # Retry-After is seconds or an HTTP date (RFC 9110 10.2.3); the others are a moment (X, Bluesky: epoch;
    # Mastodon: ISO) or seconds (Reddit).
    resets = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset") if status == _TOO_MANY else ()
    for name in ("retry-after", *resets):
        value = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,15}(\.\d+)?", value):
            number = float(value)
            return max(0.0, number - now) if number > _AN_EPOCH else number
        if moment := _moment(value):
            return max(0.0, moment - now)
    return None


_TOO_MANY = 429
_AN_EPOCH = 10**9  # seconds; as a moment it is 2001, as a wait it is 31 years


def _moment(text: str) -> float | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        with suppress(ValueError):
            moment = read(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None
