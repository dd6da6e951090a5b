"""Processes that listen on 127.0.0.1 for the length of a test, and end with it."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import requests

ADDRESS = "127.0.0.1"

# The reader ends the whole process group as soon as the pipe's other end closes, so that nothing is left
# behind when the test process dies without saying goodbye. `exec` keeps the server the group's leader.
_TIED_TO_PARENT = 'exec 3<&0; { read -r _ <&3; kill -TERM 0; } & exec "$@" 3<&- </dev/null'


class NotReadyError(RuntimeError):
    """A server ended, or did not answer in time; the message ends with the tail of its log."""


def cache_folder() -> Path:
    """The folder that install.sh fills with what no Debian package holds."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("SCHOOL_AUDIT_SERVERS") or base / "school-audit-servers")


def missing(*needed: Path) -> str | None:
    """A sentence naming those of `needed` that do not exist, or None when all are there."""
    absent = [str(path) for path in needed if not path.exists()]
    if not absent:
        return None
    return f"not installed: {', '.join(absent)} (run tests/servers/install.sh as root)"


def php(*arguments: str | Path) -> list[str | Path]:
    """A PHP command that keeps compiled scripts for the next one: a third of the time."""
    compiled = cache_folder() / "opcache"
    compiled.mkdir(parents=True, exist_ok=True)
    return ["php", "-d", "opcache.enable_cli=1", "-d", f"opcache.file_cache={compiled}", *arguments]


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


def session() -> requests.Session:
    """A session that goes straight to loopback, whatever proxy the environment names."""
    direct = requests.Session()
    direct.trust_env = False
    return direct


class Server:
    """One server process with all its children; `start` and `stop` may be called in turn.

    Output goes to `log`. `stop_signal` is sent to the whole group: a leader alone would leave workers behind.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self._command = [str(part) for part in command]
        self._log = log
        self._env = {**os.environ, **(env or {})}
        self._stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Start the process and return once `ready()` holds; raise `NotReadyError` otherwise."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["sh", "-c", _TIED_TO_PARENT, "sh", *self._command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._env,
                start_new_session=True,
            )
        end = time.monotonic() + seconds
        while not ready():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > end:
                self.stop()
                how = "ended" if ended else f"not ready after {seconds:g} s"
                raise NotReadyError(f"{self._command[0]} {how}; {self._log} ends:\n{self._log_tail()}")
            time.sleep(0.05)

    def stop(self, *, seconds: float = 15) -> None:
        """End the process and all its children; harmless when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process.pid, self._stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            process.stdin.close()

    def _log_tail(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])


def php_server(port: int, root: Path, router: Path, log: Path, env: Mapping[str, str]) -> Server:
    """PHP's own web server with workers, since one would wait for itself when a page asks for another."""
    command = php("-S", f"{ADDRESS}:{port}", "-t", root, router)
    return Server(command, log, env={**env, "PHP_CLI_SERVER_WORKERS": "4"})


class Context:
    """What the servers share as context managers: `open` on entry, `close` on exit and on a failed entry."""

    def open(self) -> None:
        """Install, start and wait until ready."""
        raise NotImplementedError

    def close(self) -> None:
        """End every process."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def answers(url: str) -> bool:
    """Whether `url` answers with a success status."""
    with session() as direct:
        try:
            return direct.get(url, timeout=10).ok
        except requests.RequestException:
            return False


def succeeds(*command: str | Path) -> bool:
    """Whether the command ends with status 0; its output is dropped."""
    return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0


def run(command: Sequence[str | Path], log: Path, *, env: Mapping[str, str] | None = None, stdin: str = "") -> str:
    """Run a command to its end and return its output; raise with its output when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    with log.open("a") as out:
        out.write(done.stdout + done.stderr)
    if done.returncode:
        raise NotReadyError(f"{command[0]} failed ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
