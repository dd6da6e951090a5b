"""Writes a file whole or not at all."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600
UNFINISHED = (".school-audit-", ".tmp")
"""How the name of a file begins and ends that is being written."""
PAUSES = (0.5, 1.0, 2.0)
"""Seconds between attempts when somebody has the file open."""


def replace_file(
    path: Path,
    write: Callable[[BinaryIO], None],
    *,
    mode: int = PRIVATE,
    group: str = "",
    inspect: Callable[[Path], None] | None = None,
    beside: Path | None = None,
    pauses: Sequence[float] = PAUSES,
) -> Path:
    """Write a file next to `path`, flush it, let `inspect` look at it, and only then replace `path`.

    Whatever goes wrong, what stood at `path` stays, and nothing is left behind; until it belongs to its `group`
    and gets its `mode` the file is private. When `path` cannot be replaced, because somebody has it open on Windows,
    the file becomes `beside` if that is given. The path written is returned.

    Raises:
        LookupError: this machine has no such group.
        PermissionError: neither `path` nor `beside` can be replaced.
        Exception: whatever `write` or `inspect` raise.
    """
    handle, name = tempfile.mkstemp(prefix=UNFINISHED[0], suffix=UNFINISHED[1], dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if inspect:
            inspect(temporary)
        if group:
            shutil.chown(temporary, group=group)
        temporary.chmod(mode)
        written = _move(temporary, path, beside, pauses)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)
    return written


def remove_unfinished(folder: Path) -> None:
    """Remove what a run left behind that was killed while it wrote. Nobody else may be writing in the folder."""
    for path in folder.glob("*".join(UNFINISHED)):
        with suppress(OSError):
            path.unlink()


def _move(temporary: Path, path: Path, beside: Path | None, pauses: Sequence[float]) -> Path:
    for pause in pauses:
        try:
            return temporary.replace(path)
        except PermissionError:
            time.sleep(pause)
    try:
        return temporary.replace(path)
    except PermissionError:
        if beside is None:
            raise
        return temporary.replace(beside)


def _flush_folder(folder: Path) -> None:
    """Make the new name last through a loss of power, where folders can be flushed."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
