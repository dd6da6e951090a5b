"""Keeps keys and passwords out of every text that leaves the process: logs, errors, recordings."""

import json
import logging
import re
import threading
import traceback
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

HIDDEN = "***"
HIDDEN_CHARACTER = "\ufffd"
SHORTEST_SECRET = 4  # characters; a shorter one would blank out ordinary words and protects nothing

# Names of query parameters that carry credentials. Markers for paging (next_token, pageToken) do not.
_PARAMETER = (
    r"(?:api[_-]?key|app[_-]?key|consumer[_-]?key|oauth_consumer_key|key"
    r"|(?:access|auth|oauth|refresh|id|bearer)?[_-]?token|(?:client|app|consumer|token)?[_-]?secret"
    r"|appsecret_proof|(?:oauth_)?signature|sig|password|passwd|pwd|pass|auth|authorization|jwt|session(?:id)?)"
)
_PATTERNS = (
    # name=value, in an address or a form
    (re.compile(rf"(?i)(?<![\w.-])({_PARAMETER}=)[^&\s\"'#<>;,]+"), rf"\1{HIDDEN}"),
    # 'name': 'value', as dictionaries are printed
    (re.compile(rf"(?i)([\"']{_PARAMETER}[\"']\s*:\s*[\"'])[^\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)(\bauthorization\s*[:=]\s*)[^\r\n]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer\s+)[\w.~+/=%-]{4,}"), rf"\1{HIDDEN}"),
    # credentials in front of a host
    (re.compile(r"(?i)(\w://)[^/\s@?#]+@"), rf"\1{HIDDEN}@"),
)


class Redactor:
    """Replaces secrets by `***`: those it was given, and what stands where secrets usually stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: frozenset[str] = frozenset()
        self._known: re.Pattern[str] | None = None
        self._lock = threading.Lock()
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Secrets that became known since, such as a token that a platform granted. Thread-safe."""
        with self._lock:
            self._forms |= {form for secret in secrets for form in _forms(secret.strip())}
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def known(self, text: str) -> str:
        """The text without the secrets that this redactor was given; everything else stays as it is."""
        return self._known.sub(HIDDEN, text) if self._known else text

    def holds_secret(self, text: str) -> bool:
        """Whether one of the given secrets stands in the text."""
        return bool(self._known and self._known.search(text))

    def text(self, text: str) -> str:
        """The text without given secrets, and without whatever looks like a credential by its place."""
        text = self.known(text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def _forms(secret: str) -> set[str]:
    """The spellings in which a secret can turn up: as it is, in an address, in JSON."""
    if len(secret) < SHORTEST_SECRET:
        return set()
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}


def printable(text: str) -> str:
    """The text on one line and without control characters, which could steer a terminal or forge a line of a log."""
    return "".join(one if one.isprintable() else " " if one.isspace() else HIDDEN_CHARACTER for one in text)


class RedactingFilter(logging.Filter):
    """A filter for log handlers: messages, their arguments and tracebacks lose their secrets.

    Messages come on one line. Of an error the log tells the kind and the lines of code that led there, and never
    its words: those may quote what was being read, a child's profile among it.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place; it is always let through."""
        record.msg, record.args = printable(self._redactor.text(record.getMessage())), None
        if record.exc_info and record.exc_info[1]:
            # Formatters print exc_text when it is there and do not look at exc_info again.
            record.exc_text = self._redactor.text("\n".join(_without_words(record.exc_info[1])))
        if record.stack_info:
            record.stack_info = self._redactor.text(record.stack_info)
        return True


def _without_words(error: BaseException) -> list[str]:
    """Where an error and those that led to it came from, the first of them first."""
    trail: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one and id(one) not in seen:
        seen.add(id(one))
        frames = "".join(traceback.format_tb(one.__traceback__))
        trail.append(f"{frames}{type(one).__qualname__} (its words are left out: they may be somebody's)")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return trail[::-1]
