"""Writes a file whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

PRIVATE = 0o600


def replace_file(
    path: Path, mode: int, write: Callable[[BinaryIO], None], inspect: Callable[[Path], None] | None = None
) -> None:
    """Write a file beside `path`, flush it to the disk, let `inspect` look at it, and only then replace `path`.

    Whatever goes wrong, what stood at `path` stays, and nothing is left behind. The temporary file is private
    until it gets its `mode`.

    Raises:
        PermissionError: `path` cannot be replaced, for instance because somebody has it open on Windows.
        Exception: whatever `write` or `inspect` raise.
    """
    handle, name = tempfile.mkstemp(prefix=".school-audit-", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if inspect:
            inspect(temporary)
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
