"""run.json: the night for machines. docs/run-json.md describes it, run.schema.json checks it."""

import json
from pathlib import Path
from typing import BinaryIO

from output.atomic import PRIVATE, replace_file
from output.report import Report


def write_record(report: Report, path: Path, *, mode: int = PRIVATE) -> None:
    """Write `report.record` as JSON: UTF-8, sorted keys, whole or not at all.

    Half of a character pair, which UTF-8 cannot hold, becomes a question mark.

    Raises:
        OSError: the folder cannot be written, or the file cannot be replaced.
        ValueError: a number is not finite.
    """
    words = json.dumps(report.record, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    content = f"{words}\n".encode(errors="replace")

    def write(file: BinaryIO) -> None:
        file.write(content)

    replace_file(path, write, mode=mode)
