"""Saves a workbook: whole or not at all, the same bytes for the same run, looked over before it counts."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from output.atomic import PRIVATE, replace_file
from output.cells import LONDON
from output.lint import Faulty, faults

BESIDE = " (new copy "
"""What stands in the name of a workbook that went beside the usual one."""


def save(workbook: Workbook, path: Path, *, moment: datetime, mode: int = PRIVATE, group: str = "") -> Path:
    """Save a workbook, replacing the one of the night before; the path written is returned.

    `moment` is the run's, and becomes the time inside the file. When the usual file is open elsewhere and
    cannot be replaced, the workbook goes beside it under a name that says so.

    Raises:
        Faulty: the finished file would not open cleanly; the old file is kept.
        OSError: the folder cannot be written.
    """

    def write(file: BinaryIO) -> None:
        with _SteadyZip(file, moment) as archive:
            ExcelWriter(workbook, archive).write_data()

    def inspect(finished: Path) -> None:
        if found := faults(finished):
            raise Faulty(path.name, found)

    day = moment.astimezone(LONDON)
    beside = f"{path.stem}{BESIDE}{day:%d-%m-%Y} - the usual file was open){path.suffix}"
    return replace_file(path, write, mode=mode, group=group, inspect=inspect, beside=path.with_name(beside))


class _SteadyZip(zipfile.ZipFile):
    """A zip whose members carry the run's moment, so that the same report gives the same bytes.

    Targets of relationships become relative on the way: some readers do not find openpyxl's absolute ones.
    """

    def __init__(self, file: BinaryIO, moment: datetime) -> None:
        super().__init__(file, "w", zipfile.ZIP_DEFLATED)
        self._stamp = moment.astimezone(UTC).timetuple()[:6]

    def _member(self, name: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, self._stamp)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = PRIVATE << 16
        member.create_system = 0
        return member

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        name = str(zinfo_or_arcname)
        content = data.encode() if isinstance(data, str) else bytes(data)
        if name.endswith(".rels") and name != "_rels/.rels":
            nearer = b'Target="' if name == "xl/_rels/workbook.xml.rels" else b'Target="../'
            content = content.replace(b'Target="/xl/', nearer)
        super().writestr(self._member(name), content)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        self.writestr(str(arcname), Path(filename).read_bytes())
