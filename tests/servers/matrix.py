"""A real Matrix homeserver (Synapse on SQLite) on files of its own; it talks to no other server."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from servers import loopback

NAME = "matrix.hazelbrook.example"
"""What ids and aliases on this server end with."""

_PYTHON = loopback.cache_folder() / "matrix" / "bin" / "python"
_CLIENT = "/_matrix/client/v3"
_LOG = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
}
_QUICK = {"per_second": 10_000, "burst_count": 10_000}


class Matrix(loopback.Context):
    """A homeserver that keeps all it has in `folder`; control calls go through its client-server interface."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = loopback.free_port()
        self.base_url = f"http://{loopback.ADDRESS}:{self._port}"
        self._tokens: dict[str, str] = {}
        self._sent = 0
        configurations = ("-c", folder / "homeserver.yaml", "-c", folder / "ours.yaml")
        command = (_PYTHON, "-m", "synapse.app.homeserver", *configurations)
        self._server = loopback.Server(command, folder / "server.log")

    @staticmethod
    def missing() -> str | None:
        """What is not installed, as a sentence; None when the server can start."""
        return loopback.missing(_PYTHON.parent / "synapse_homeserver")

    def open(self) -> None:
        """Make a fresh server in the folder and start it."""
        made = ("--generate-config", "--report-stats=no", "--data-directory", self._folder)
        where = ("--server-name", NAME, "--config-path", self._folder / "homeserver.yaml")
        command = [str(part) for part in (_PYTHON, "-m", "synapse.app.homeserver", *where, *made)]
        loopback.run(command, self._folder / "install.log")
        # JSON is YAML. The log that it makes for itself would lie in the current directory.
        (self._folder / f"{NAME}.log.config").write_text(json.dumps(_LOG))
        (self._folder / "ours.yaml").write_text(json.dumps(self._settings()))
        self.start()

    def close(self) -> None:
        """Stop the server."""
        self.stop()

    def start(self) -> None:
        """Serve on the same port, with the data kept."""
        self._server.start(lambda: loopback.answers(f"{self.base_url}/_matrix/client/versions"))

    def stop(self) -> None:
        """Stop serving; the data stays."""
        self._server.stop()

    def user(self, name: str) -> str:
        """Register somebody; returns their whole id. Other calls take the short name."""
        fields = {"username": name, "password": "loopback-only", "auth": {"type": "m.login.dummy"}}
        made = self._call("POST", f"{_CLIENT}/register", fields)
        self._tokens[name] = made["access_token"]
        return str(made["user_id"])

    def token(self, name: str) -> str:
        """The access token of somebody."""
        return self._tokens[name]

    def sign_out(self, name: str) -> None:
        """Sign somebody out: the token is no longer good."""
        self._call("POST", f"{_CLIENT}/logout", {}, name)

    def room(self, owner: str, alias: str, *, listed: bool = True, **state: dict[str, Any]) -> str:
        """Make a room with an alias; returns its id. `state` has contents of events `m.room.NAME`."""
        fields = {
            "preset": "public_chat",
            "visibility": "public" if listed else "private",
            "room_alias_name": alias,
            "initial_state": [{"type": f"m.room.{name}", "content": content} for name, content in state.items()],
        }
        return str(self._call("POST", f"{_CLIENT}/createRoom", fields, owner)["room_id"])

    def set(self, who: str, room: str, name: str, **content: Any) -> None:
        """Set the state `m.room.NAME` of a room."""
        self._call("PUT", f"{_CLIENT}/rooms/{quote(room, safe='')}/state/m.room.{name}", content, who)

    def join(self, who: str, room: str) -> None:
        """Let somebody enter a room that is open."""
        self._call("POST", f"{_CLIENT}/rooms/{quote(room, safe='')}/join", {}, who)

    def ban(self, who: str, room: str, banned: str) -> None:
        """Have `who` ban the user with the whole id `banned` from a room."""
        self._call("POST", f"{_CLIENT}/rooms/{quote(room, safe='')}/ban", {"user_id": banned}, who)

    def say(self, who: str, room: str, text: str, **more: Any) -> str:
        """Send a message; returns its id. `more` are further fields of its content."""
        return self._send(who, room, "m.room.message", {"msgtype": "m.text", "body": text, **more})

    def say_encrypted(self, who: str, room: str) -> str:
        """Send what only the people in the room could read; returns its id."""
        content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "c2VhbGVk"}
        return self._send(who, room, "m.room.encrypted", content)

    def redact(self, who: str, room: str, event: str) -> None:
        """Take a message back."""
        self._sent += 1
        path = f"{_CLIENT}/rooms/{quote(room, safe='')}/redact/{quote(event, safe='')}/{self._sent}"
        self._call("PUT", path, {}, who)

    def forget_alias(self, who: str, alias: str) -> None:
        """Delete the alias (its first part) of a room."""
        self._call("DELETE", f"{_CLIENT}/directory/room/{quote(f'#{alias}:{NAME}', safe='')}", None, who)

    def name_room(self, who: str, room: str, alias: str) -> None:
        """Give a room an alias (its first part)."""
        path = f"{_CLIENT}/directory/room/{quote(f'#{alias}:{NAME}', safe='')}"
        self._call("PUT", path, {"room_id": room}, who)

    def _send(self, who: str, room: str, kind: str, content: dict[str, Any]) -> str:
        self._sent += 1
        path = f"{_CLIENT}/rooms/{quote(room, safe='')}/send/{kind}/{self._sent}"
        return str(self._call("PUT", path, content, who)["event_id"])

    def _call(self, method: str, path: str, fields: dict[str, Any] | None, who: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} if who else {}
        with loopback.session() as direct:
            answer = direct.request(method, f"{self.base_url}{path}", json=fields, headers=headers, timeout=60)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def _settings(self) -> dict[str, Any]:
        listener = {"port": self._port, "bind_addresses": [loopback.ADDRESS], "type": "http", "tls": False}
        return {
            "listeners": [{**listener, "resources": [{"names": ["client"], "compress": False}]}],
            "enable_registration": True,
            "enable_registration_without_verification": True,
            "allow_public_rooms_without_auth": True,
            "room_list_publication_rules": [{"action": "allow"}],
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "federation_domain_whitelist": [],
            "url_preview_enabled": False,
            "presence": {"enabled": False},
            "rc_message": _QUICK,
            "rc_room_creation": _QUICK,
            "rc_registration": _QUICK,
            "rc_login": {"address": _QUICK, "account": _QUICK},
            "rc_joins": {"local": _QUICK},
        }
