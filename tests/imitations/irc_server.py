"""An IRC server on loopback that answers as a test scripts it, faults of the wire included."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

WELCOME = ":irc.test NOTICE * :*** Looking up your host\r\n:irc.test 001 {nick} :Welcome {nick}!{nick}@away.example\r\n"
END = ":irc.test 376 {nick} :End of greeting\r\n"


class IrcServer:
    """A context manager. `answers` maps the command of a line to what is sent back, `{nick}` and `{last}` filled in.

    An answer may be bytes, or a function that takes over the connection. `heard` keeps every line that came, and
    `connections` counts visits.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, str | bytes | Callable[[socket.socket], None]] = {
            "USER": WELCOME + END,
            "PING": ":irc.test PONG irc.test :{last}\r\n",
            "LIST": ":irc.test 323 {nick} :End\r\n",
            "MODE": ":irc.test 403 {nick} #hazelbrook :No such channel\r\n",
        }
        self.heard: list[str] = []
        self.connections = 0
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listening.getsockname()[1]}"

    def knows(
        self, count: int = 12, topic: str = "Homework help", modes: str = "+nt", made: str = "1700000000"
    ) -> None:
        """Have the channel #hazelbrook."""
        self.answers["LIST"] = f":irc.test 322 {{nick}} #hazelbrook {count} :{topic}\r\n:irc.test 323 {{nick}} :End\r\n"
        mode = f":irc.test 324 {{nick}} #hazelbrook {modes}\r\n"
        self.answers["MODE"] = mode + (f":irc.test 329 {{nick}} #hazelbrook {made}\r\n" if made else "")

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError), connection:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            nick = ""
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    words = line.decode(errors="replace").rstrip("\r\n")
                    self.heard.append(words)
                    command, _, rest = words.partition(" ")
                    if command == "NICK":
                        nick = rest
                    if command == "QUIT":
                        return
                    answer = self.answers.get(command, "")
                    if callable(answer):
                        answer(connection)
                        return
                    if isinstance(answer, str):
                        answer = answer.replace("{nick}", nick).replace("{last}", rest).encode()
                    connection.sendall(answer)
