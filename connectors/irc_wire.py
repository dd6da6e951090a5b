"""The way out to IRC servers: one short dialogue about one channel, and what came of it as the body of an answer.

The address `ircs://server[:port]/%23channel` is asked for like a web page, so that it is paced, counted, guarded,
recorded and replayed like one; `irc://` is the same without encryption, which does no harm as no password is ever
sent. The dialogue follows RFC 2812: sign in under a nickname made up for it, LIST and MODE for the one channel, a
PING whose PONG says that all has been answered, QUIT. The channel is never entered and nobody's name is asked for;
the answer holds only the lines below, without prefixes and nicknames:

    322 #channel 12 :its topic      329 #channel 1700000000 (when it was made)
    324 #channel +nt                403 #channel (no such channel, and other refusals of MODE)
    323 (the list ends)             263 (the list is refused for now)       NOTICE (the server had something to say)
"""

import re
import secrets
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from connectors.connector import NotAllowed, RateLimited, Refused, SchemaDrift, TooLarge, Unreachable
from connectors.recording import DEFAULT_PORTS, host_of
from connectors.wire import MayPass, WireAdapter, answered, cut_off

CHANNEL = re.compile(r"[#&+!][^\s,:\x00-\x1f\x7f]{1,99}")
"""The name of a channel: RFC 2812, 1.3, with room for servers that allow longer ones."""

_LARGEST = 256_000  # bytes of one dialogue; greetings are a few thousand
_LONGEST = 16_000  # bytes of one line; 512 by RFC 2812, and tags before it (IRCv3)
_PART = 4_096  # bytes
_NICKNAMES = 3  # are tried
_DONE = "school-audit-done"  # comes back when everything before it has been answered
_WELCOME = frozenset({"376", "422"})  # the greeting has ended, or there is none
_NAME_TAKEN = frozenset({"432", "433", "436", "437"})
_SENT_AWAY = frozenset({"463", "464", "465", "466"})  # no permission for this host; password wanted; banned
_KEPT = frozenset({"322", "324", "329"})  # these name the channel
_FIRST_ERROR, _LAST_ERROR = 400, 599
_SLOW_DOWN = re.compile(r"throttl|too (?:fast|many|soon)|reconnect|flood|try again", re.IGNORECASE)
_NOT_WANTED = re.compile(r"\b(?:[a-z]-?lined|banned|denied|sasl|blacklist\w*|dnsbl|not authori[sz]ed)\b", re.IGNORECASE)


class IrcAdapter(WireAdapter):
    """Sends one question about a channel, with the pacing, retries, guards and caps of all other requests."""

    def _exchange(self, request: requests.PreparedRequest, settings: Mapping[str, Any], cap: int) -> requests.Response:
        url, shown = parse_url(request.url or ""), host_of(request.url or "")
        channel = unquote((url.path or "")[1:])
        if not CHANNEL.fullmatch(channel):
            raise NotAllowed(f"The address at {shown} names no channel; it looks like ircs://irc.example/%23school.")
        if select_proxy(request.url or "", dict(settings["proxies"] or {})):
            raise NotAllowed(f"{shown} is an IRC server, and a proxy cannot carry IRC; a person opens the channel.")
        host, scheme = (url.host or "").strip("[]"), url.scheme or ""
        trusted = _trusted(settings["verify"]) if scheme == "ircs" else None
        try:
            line = self._connected(host, url.port or DEFAULT_PORTS[scheme])
        except (OSError, HTTPError):
            if not settings["proxies"]:
                raise
            raise MayPass(
                f"{shown} is an IRC server that cannot be reached from here: a proxy cannot carry IRC, so the network "
                "has to let this machine through to it; else a person opens the channel."
            ) from None
        if trusted:
            line = trusted.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
        # Not the method of a TLS socket, which would first take its own state apart.
        hang_up = partial(socket.socket.shutdown, line, socket.SHUT_RD)
        with closing(line), cut_off(hang_up, self._network.total_timeout, shown):
            line.settimeout(self._network.read_timeout)
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            dialogue = _Dialogue(line, shown, min(cap, _LARGEST))
            dialogue.sign_in(" ".join(str(request.headers.get("User-Agent", "")).split()))
            lines = list(dialogue.ask(channel))
        return answered(request, 200, {"Content-Type": "text/plain; charset=utf-8"}, "\n".join(lines).encode())


def _trusted(verify: bool | str) -> ssl.SSLContext:  # noqa: FBT001 - as requests hands it on
    """Trust in the same authorities as for websites. `verify` may name a file or folder of others."""
    place = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    if Path(place).is_dir():
        return ssl.create_default_context(capath=place)
    return ssl.create_default_context(cafile=place)


@dataclass(frozen=True, slots=True)
class _Message:
    """One line of a server. `person` says that a person sent it, and not the server."""

    command: str
    parameters: tuple[str, ...]
    person: bool


def _message(line: bytes) -> _Message | None:
    """A line, taken apart (RFC 2812, 2.3.1); None for what is none."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("cp1252", errors="replace")
    text = text.replace("\0", "")
    if text.startswith("@"):
        text = text.partition(" ")[2].lstrip(" ")
    prefix = ""
    if text.startswith(":"):
        prefix, _, text = text[1:].partition(" ")
    text, colon, last = text.partition(" :")
    words = text.split(" ") if text.strip() else []
    words = [word for word in words if word]
    if not words:
        return None
    return _Message(words[0].upper(), (*words[1:], *([last] if colon else [])), "!" in prefix)


@dataclass(slots=True)
class _Dialogue:
    """A connection to a server, and what was read of it so far."""

    line: socket.socket
    host: str
    cap: int
    _unread: bytearray = field(default_factory=bytearray)
    _read: int = 0

    def sign_in(self, contact: str) -> None:
        """Take a nickname and wait for the end of the greeting. Raises ConnectorError when we are sent away."""
        self._nick()
        self._say(f"USER audit 0 * :{contact[:100]}")
        tried = 1
        for message in self._heard():
            if message.command in _WELCOME:
                return
            if message.command in _NAME_TAKEN:
                if tried == _NICKNAMES:
                    raise MayPass(f"{self.host} took none of {tried} nicknames; the next run tries again.")
                tried += 1
                self._nick()
            elif message.command in _SENT_AWAY:
                raise self._sent_away()

    def ask(self, channel: str) -> Iterator[str]:
        """The lines of the answer, as the module says."""
        self._say(f"LIST {channel}")
        self._say(f"MODE {channel}")
        self._say(f"PING {_DONE}")
        for message in self._heard():
            number, (*about, last) = message.command, message.parameters or ("",)
            if number == "PONG" and last == _DONE:
                break
            if number in _KEPT and len(about) > 1 and _folded(about[1]) == _folded(channel):
                # Behind the modes stand their values, the key of the channel among them: only one is taken.
                value = [*about, last][2]
                yield f"{number} {channel} {value}" + (f" :{last}" if number == "322" and len(about) > 2 else "")  # noqa: PLR2004 - ours, the channel, the count
            elif number in {"263", "323"} or (number == "NOTICE" and not message.person):
                yield number
            elif number.isdigit() and _FIRST_ERROR <= int(number) <= _LAST_ERROR:
                yield f"{number} {channel}"
        self._say("QUIT")

    def _nick(self) -> None:
        self._say(f"NICK sa{secrets.token_hex(3)}")  # 8 characters: RFC 2812 allows 9

    def _say(self, words: str) -> None:
        self.line.sendall(f"{words}\r\n".encode())

    def _heard(self) -> Iterator[_Message]:
        """What the server says, its PINGs answered. Raises ConnectorError when it ends the dialogue."""
        while True:
            message = _message(self._next_line())
            match message:
                case None:
                    continue
                case _Message("PING", parameters):
                    self._say(f"PONG :{' '.join(parameters[:1])}")
                case _Message("ERROR", parameters):
                    raise self._ended(" ".join(parameters))
                case _Message(command) if not (command.isalpha() or re.fullmatch(r"\d{3}", command)):
                    raise self._no_irc()
                case _:
                    yield message

    def _next_line(self) -> bytes:
        while b"\n" not in self._unread:
            if len(self._unread) > _LONGEST:
                raise self._no_irc()
            part = self.line.recv(_PART)
            if not part:
                raise MayPass(f"{self.host} broke off the dialogue; the next run tries again.")
            self._unread += part
            self._read += len(part)
            if self._read > self.cap:
                raise TooLarge(f"{self.host} sent more than the {self.cap:,} bytes that are accepted of one answer.")
        end = self._unread.index(b"\n")
        one = bytes(self._unread[:end]).rstrip(b"\r")
        del self._unread[: end + 1]
        return one

    def _ended(self, words: str) -> Unreachable | RateLimited | Refused:
        if _SLOW_DOWN.search(words):
            return RateLimited(f"{self.host} has had enough visits for now; the next run tries again.")
        if _NOT_WANTED.search(words):
            return self._sent_away()
        return MayPass(f"{self.host} ended the dialogue; the next run tries again.")

    def _sent_away(self) -> Refused:
        return Refused(
            f"{self.host} lets nobody in from here without a password, or not at all; a person opens the channel, or "
            "asks whoever runs the server."
        )

    def _no_irc(self) -> SchemaDrift:
        return SchemaDrift(f"{self.host} does not speak IRC at this port; correct the address.")


def _folded(channel: str) -> str:
    """A channel's name as servers compare it: RFC 2812, 2.2."""
    return channel.casefold().translate(str.maketrans("[]\\~", "{}|^"))
