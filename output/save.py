"""Saves a workbook: whole or not at all, the same bytes for the same run, looked over before it counts."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from output.atomic import PRIVATE, replace_file
from output.cells import LONDON
from output.lint import Faulty, faults

BESIDE = " (new copy "
"""What stands in the name of a workbook that went beside the usual one, before the date and the reason."""
WAS_OPEN, UNREAD = "the usual file was open", "the usual file could not be read"
UNSOUND = " (not sound, "
"""What stands in the name of a workbook that did not pass its check, before the date."""


def save(workbook: Workbook, path: Path, *, moment: datetime, mode: int = PRIVATE, group: str = "") -> Path:
    """Finish a workbook and put it at `path`, replacing what stands there; the path written is returned.

    Raises:
        Faulty: the finished file would not open cleanly; the old file is kept.
        OSError: the folder cannot be written.
    """
    content = finish(workbook, path.name, moment)
    return put(content, path, beside=beside(path, moment, WAS_OPEN), mode=mode, group=group)


def finish(workbook: Workbook, name: str, moment: datetime) -> bytes:
    """The file that a workbook makes, looked over. `moment` is the run's, and becomes the time inside the file.

    Raises:
        Faulty: the file would not open cleanly. It holds the bytes.
    """
    file = BytesIO()
    with _SteadyZip(file, moment) as archive:
        _InMemory(workbook, archive).write_data()
    content = file.getvalue()
    if found := faults(file):
        raise Faulty(name, found, content)
    return content


def put(content: bytes, path: Path, *, beside: Path | None = None, mode: int = PRIVATE, group: str = "") -> Path:
    """Put a finished file at `path` or, where that is open elsewhere and cannot be replaced, at `beside`.

    The path written is returned. Raises what `output.atomic.replace_file` does.
    """

    def write(file: BinaryIO) -> None:
        file.write(content)

    return replace_file(path, write, mode=mode, group=group, beside=beside)


def beside(usual: Path, moment: datetime, why: str) -> Path:
    """Where a workbook goes that cannot replace the usual one; its name has the day and the reason."""
    return usual.with_name(f"{usual.stem}{BESIDE}{moment.astimezone(LONDON):%d-%m-%Y} - {why}){usual.suffix}")


def unsound(usual: Path, moment: datetime) -> Path:
    """Where a workbook goes that did not pass its check."""
    return usual.with_name(f"{usual.stem}{UNSOUND}{moment.astimezone(LONDON):%d-%m-%Y}){usual.suffix}")


class _InMemory(ExcelWriter):
    """Writes sheets without the temporary files that openpyxl makes of them: a killed run would leave these behind."""

    def __init__(self, workbook: Workbook, archive: zipfile.ZipFile) -> None:
        super().__init__(workbook, archive)
        self.sheets = archive

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001 - as the method does that this one replaces
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images  # noqa: SLF001
        sheet = BytesIO()
        writer = WorksheetWriter(ws, sheet)
        writer.write()
        ws._rels = getattr(writer, "_rels")  # noqa: B009, SLF001 - the stubs leave it out
        self.sheets.writestr(ws.path[1:], sheet.getvalue())
        self.manifest.append(ws)


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
