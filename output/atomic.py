"""Writes a file whole or not at all."""

import errno
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
_HELD = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY})
"""What systems answer when a file cannot be replaced because it is open: Windows, and shares of Windows elsewhere."""


def replace_file(
    path: Path,
    write: Callable[[BinaryIO], None],
    *,
    mode: int = PRIVATE,
    group: str = "",
    beside: Path | None = None,
    pauses: Sequence[float] = PAUSES,
) -> Path:
    """Write a file next to `path`, flush it, and only then replace `path`.

    Whatever goes wrong, what stood at `path` stays, and nothing is left behind; until it belongs to its `group`
    and gets its `mode` the file is private. When `path` cannot be replaced, because somebody has it open on Windows,
    the file becomes `beside` if that is given. The path written is returned.

    Raises:
        LookupError: this machine has no such group, or the user who runs this may not give a file to it.
        PermissionError: neither `path` nor `beside` can be replaced.
        Exception: whatever `write` raises.
    """
    handle, name = tempfile.mkstemp(prefix=UNFINISHED[0], suffix=UNFINISHED[1], dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        give(temporary, group, mode)
        written = _move(temporary, path, beside, pauses)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)
    return written


def give(path: Path, group: str, mode: int) -> None:
    """Let a group have a file or folder of ours, then set its mode; without a group, and on Windows, the mode alone.

    Raises:
        LookupError: this machine has no such group, or the user who runs this may not give anything to it.
    """
    if group and os.name == "posix":
        try:
            shutil.chown(path, group=group)
        except PermissionError:
            raise LookupError(group) from None
    path.chmod(mode)


def remove_unfinished(folder: Path) -> None:
    """Remove what a run left behind that was killed while it wrote. Nobody else may be writing in the folder."""
    for path in folder.glob("*".join(UNFINISHED)):
        with suppress(OSError):
            path.unlink()


def _move(temporary: Path, path: Path, beside: Path | None, pauses: Sequence[float]) -> Path:
    for pause in (*pauses, None):
        try:
            return temporary.replace(path)
        except OSError as error:
            if error.errno not in _HELD or (pause is None and beside is None):
                raise
            time.sleep(pause or 0)
    assert beside is not None
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
