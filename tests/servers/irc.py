"""A real ngIRCd (Debian package) on loopback, and a client that makes channels and gives them modes."""

import socket
from pathlib import Path
from typing import Self

from servers import loopback

_PROGRAM = Path("/usr/sbin/ngircd")
_CONFIGURATION = """
[Global]
    Name = irc.hazelbrook.example
    Info = Loopback server
    MotdPhrase = "Welcome"
    Listen = {address}
    Ports = {port}
[Limits]
    MaxConnectionsIP = 0
    MaxPenaltyTime = 0
    PingTimeout = 86400
[Options]
    DNS = no
    Ident = no
    PAM = no
"""


class Irc(loopback.Context):
    """A server without encryption; `host` is `address:port`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = loopback.free_port()
        self.host = f"{loopback.ADDRESS}:{self._port}"
        command = [_PROGRAM, "--nodaemon", "--config", folder / "ngircd.conf"]
        self._server = loopback.Server(command, folder / "server.log")

    @staticmethod
    def missing() -> str | None:
        """What is not installed, as a sentence; None when the server can start."""
        return loopback.missing(_PROGRAM)

    def open(self) -> None:
        """Start it."""
        configuration = _CONFIGURATION.format(address=loopback.ADDRESS, port=self._port)
        (self._folder / "ngircd.conf").write_text(configuration)
        self._server.start(self._answers)

    def close(self) -> None:
        """Stop it; its channels end."""
        self._server.stop()

    def member(self, nickname: str) -> "Member":
        """Somebody who signs in, as a context manager."""
        return Member(self._port, nickname)

    def _answers(self) -> bool:
        try:
            with self.member("ready"):
                return True
        except OSError:
            return False


class Member:
    """Somebody on the server. A channel lasts as long as somebody is in it."""

    def __init__(self, port: int, nickname: str) -> None:
        self._line = socket.create_connection((loopback.ADDRESS, port), timeout=30)
        self._heard = self._line.makefile("rb")
        self._nickname = nickname
        try:
            self._do(f"NICK {nickname}\r\nUSER {nickname} 0 * :{nickname}")
        except BaseException:
            self.__exit__()
            raise

    def channel(self, name: str, modes: str = "", topic: str = "") -> None:
        """Enter a channel, which makes it, and give it modes and a topic."""
        self._do(f"JOIN {name}")
        # What some servers give a new channel by themselves is taken away first.
        self._do(f"MODE {name} -nt")
        if topic:
            self._do(f"TOPIC {name} :{topic}")
        if modes:
            self._do(f"MODE {name} {modes}")

    def leave(self, name: str) -> None:
        """Leave a channel, which ends with the last person."""
        self._do(f"PART {name}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._heard.close()
        self._line.close()

    def _do(self, words: str) -> None:
        """Say something, and wait until the server has dealt with it: it answers a PING behind it."""
        self._line.sendall(f"{words}\r\nPING behind\r\n".encode())
        while line := self._heard.readline().decode().split():
            if line[1:2] == ["PONG"] and line[-1].endswith("behind"):
                return
        raise ConnectionError(f"{self._nickname}: the server hung up")
