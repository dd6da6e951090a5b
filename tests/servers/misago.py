"""A real Misago (PyPI), a forum with a public JSON interface, on a PostgreSQL of its own."""

import contextlib
import os
import shutil
import signal
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from servers import loopback

_HERE = Path(__file__).parent
_PYTHON = loopback.cache_folder() / "misago" / "bin" / "python"
_POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/lib/postgresql/15/bin"))


class Ref(NamedTuple):
    """The numbers of a post and of the thread that it stands in."""

    thread: int
    post: int


class Misago(loopback.Context):
    """A forum that keeps all it has in `folder`, beside its database.

    Control calls are those that members and moderators would make by hand. Moments are ISO texts with a time zone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._http = loopback.session()
        # The user postgres must be able to get there, which it cannot below pytest's folders.
        self._database = Path(tempfile.mkdtemp(prefix="school-audit-postgres-"))
        port, postgres = loopback.free_port(), loopback.free_port()
        self.host = f"{loopback.ADDRESS}:{port}"
        self.base_url = f"http://{self.host}"
        self._env = {
            "DJANGO_SETTINGS_MODULE": "misago_settings",
            "MISAGO_FOLDER": str(folder),
            "MISAGO_POSTGRES": str(postgres),
            "MISAGO_URL": f"{self.base_url}/",
            "PYTHONPATH": str(folder),
        }
        options = {
            "listen_addresses": loopback.ADDRESS,
            "port": postgres,
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
        }
        self._postgres = loopback.Server(
            _as_postgres(_POSTGRES / "postgres", "-D", self._database, *(f"--{k}={v}" for k, v in options.items())),
            folder / "postgres.log",
            stop_signal=signal.SIGQUIT,  # at once: nothing in it is kept
        )
        self._postgres_ready = ["-h", loopback.ADDRESS, "-p", str(postgres), "-t", "1"]
        serve: list[str | Path] = [_PYTHON, "-m", "django", "runserver", "--noreload", "--insecure", self.host]
        self._server = loopback.Server(serve, folder / "misago.log", env=self._env)

    @staticmethod
    def missing() -> str | None:
        """What is not installed, as a sentence; None when the forum can start."""
        return loopback.missing(_POSTGRES / "initdb", _PYTHON, _PYTHON.parent.parent / "misago-installed")

    def open(self) -> None:
        """Start the database, fill it with an empty forum and serve it."""
        for name in ("settings", "control"):
            shutil.copy(_HERE / f"misago-{name}.py", self._folder / f"misago_{name}.py")
        for name in ("media", "static"):
            (self._folder / name).mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._database, "postgres")
        initdb: list[str | Path] = [_POSTGRES / "initdb", "-D", self._database, "-A", "trust", "-U", "pg", "--no-sync"]
        loopback.run(_as_postgres(*initdb, "-E", "UTF8", "--locale", "C.UTF-8"), self._folder / "initdb.log")
        self._postgres.start(lambda: loopback.succeeds(_POSTGRES / "pg_isready", *self._postgres_ready))
        self._fill()
        self.start()

    def _fill(self) -> None:
        """Lay out an empty forum: a quarter of a minute the first time, a second from the copy kept of it then."""
        settings = sha256((_HERE / "misago-settings.py").read_bytes()).hexdigest()[:12]
        kept, log = _PYTHON.parent.parent / f"empty-forum-{settings}.sql", self._folder / "migrate.log"
        where = ["-h", loopback.ADDRESS, "-p", self._env["MISAGO_POSTGRES"], "-U", "pg", "-d", "postgres"]
        if kept.exists():
            loopback.run([_POSTGRES / "psql", *where, "-q", "-v", "ON_ERROR_STOP=1", "-f", kept], log)
            return
        loopback.run([_PYTHON, "-m", "django", "migrate", "--noinput"], log, env=self._env)
        fresh = self._folder / kept.name
        loopback.run([_POSTGRES / "pg_dump", *where, "-f", fresh], log)
        with contextlib.suppress(OSError):  # a cache that cannot be written to is done without
            shutil.copy(fresh, partly := kept.with_suffix(f".{os.getpid()}"))
            partly.replace(kept)

    def close(self) -> None:
        """End every process and remove the database."""
        self._server.stop()
        self._postgres.stop()
        self._http.close()
        shutil.rmtree(self._database, ignore_errors=True)

    def start(self) -> None:
        """Serve on the same port, with the data kept."""
        self._server.start(lambda: loopback.answers(f"{self.base_url}/api/threads/"))

    def stop(self) -> None:
        """Stop serving; the data stays."""
        self._server.stop()

    def create_user(self, name: str, joined: str = "", **fields: str) -> int:
        """Let somebody join and return the member's number; `fields` of the profile: bio, location, website..."""
        return int(self._do("create_user", name=name, joined=joined, fields=fields))

    def create_category(self, name: str) -> int:
        """Open a category that everybody may read, and return its number."""
        return int(self._do("create_category", name=name))

    def thread(self, by: str, title: str, text: str, at: str = "", category: str = "first-category") -> Ref:
        """Start a thread, its text in Markdown."""
        return Ref(**self._do("thread", by=by, title=title, text=text, at=at, category=category))

    def reply(self, thread: int, by: str, text: str, at: str = "") -> Ref:
        """Write under a thread."""
        return Ref(**self._do("reply", thread=thread, by=by, text=text, at=at))

    def edit(self, post: int, text: str, at: str) -> None:
        """Put another text in the place of a post's."""
        self._do("edit", post=post, text=text, at=at)

    def delete_post(self, post: int) -> None:
        """Delete a reply for good."""
        self._do("delete_post", post=post)

    def delete_thread(self, thread: int) -> None:
        """Delete a thread with all that is in it."""
        self._do("delete_thread", thread=thread)

    def follow(self, follower: str, followed: str) -> None:
        """Let one member follow another."""
        self._do("follow", follower=follower, followed=followed)

    def unfollow(self, follower: str, followed: str) -> None:
        """Undo `follow`."""
        self._do("unfollow", follower=follower, followed=followed)

    def rename(self, name: str, new: str) -> None:
        """Give a member another name; the number stays."""
        self._do("rename", name=name, new=new)

    def disable(self, name: str) -> None:
        """Switch an account off, as administrators may."""
        self._do("disable", name=name)

    def ban(self, name: str) -> None:
        """Ban a member."""
        self._do("ban", name=name)

    def delete_user(self, name: str) -> None:
        """Delete a member."""
        self._do("delete_user", name=name)

    def set_setting(self, name: str, value: str) -> None:
        """Change a setting of the forum, such as `account_activation`."""
        self._do("set_setting", name=name, value=value)

    def _do(self, command: str, **arguments: Any) -> Any:
        answer = self._http.post(f"{self.base_url}/test-control/", json={"do": command, **arguments}, timeout=60)
        if not answer.ok:
            raise ValueError(f"Misago refused {command}: {answer.status_code} {answer.text[:2000]}")
        return answer.json()["made"]


def _as_postgres(*command: str | Path) -> list[str | Path]:
    """The command run as the user postgres, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
