"""Saving: whole or not at all, the same bytes, looked over first."""

import errno
import io
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from output import governors
from output.atomic import remove_unfinished, replace_file
from output.lint import Faulty
from output.save import finish, save


def test_the_same_report_gives_the_same_bytes(sample, tmp_path, moment):
    """Built twice from one report, a workbook has the same bytes."""
    first, second = (
        save(governors.build(sample("bad")), tmp_path / name, moment=moment) for name in ("a.xlsx", "b.xlsx")
    )
    assert first.read_bytes() == second.read_bytes()


def test_a_workbook_can_be_saved_twice(sample, tmp_path, moment):
    """One built workbook, saved twice, is sound both times: no link is written twice."""
    book = governors.build(sample("bad"))
    first, second = (save(book, tmp_path / name, moment=moment) for name in ("a.xlsx", "b.xlsx"))
    counts = [zipfile.ZipFile(path).read("xl/worksheets/sheet4.xml").count(b"<hyperlink ") for path in (first, second)]
    assert counts[0] == counts[1] > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_the_mode_is_private_unless_asked(sample, tmp_path, moment):
    """A workbook is for its owner alone, unless another mode is asked for."""
    book = governors.build(sample("good"))
    assert stat.S_IMODE(save(book, tmp_path / "a.xlsx", moment=moment).stat().st_mode) == 0o600
    assert stat.S_IMODE(save(book, tmp_path / "a.xlsx", moment=moment, mode=0o640).stat().st_mode) == 0o640


def test_a_faulty_workbook_leaves_the_old_one(tmp_path, moment):
    """A workbook with a formula is refused by name, the old file stays, and nothing else is left."""
    path = tmp_path / "governors.xlsx"
    path.write_bytes(b"last night's")
    book = Workbook()
    book.properties.title = "Faulty"
    book.active["A1"] = "=1+1"
    with pytest.raises(Faulty, match=r"governors\.xlsx is faulty.*Sheet!A1: a formula"):
        save(book, path, moment=moment)
    assert path.read_bytes() == b"last night's"
    assert list(tmp_path.iterdir()) == [path]


def held(monkeypatch, path, times, code=errno.EACCES):
    """Make a path impossible to replace, so many times, as when Excel holds it open on Windows."""
    tries = []
    real = Path.replace

    def replace(self, target):
        if Path(target) == path and len(tries) < times:
            tries.append(target)
            raise OSError(code, "in use", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("time.sleep", lambda _: None)
    return tries


def test_an_open_file_gets_a_new_copy_beside_it(sample, tmp_path, moment, monkeypatch):
    """When the usual file cannot be replaced, the new one goes beside it and its name says why."""
    path = tmp_path / "governors.xlsx"
    path.write_bytes(b"open in Excel")
    tries = held(monkeypatch, path, 99)
    written = save(governors.build(sample("good")), path, moment=moment)
    assert written.name == "governors (new copy 22-11-2026 - the usual file was open).xlsx"
    assert len(tries) == 4
    assert path.read_bytes() == b"open in Excel"
    assert sorted(tmp_path.iterdir()) == sorted([path, written])


@pytest.mark.parametrize("code", [errno.EBUSY, errno.ETXTBSY, errno.EPERM])
def test_shares_say_it_in_other_ways(sample, tmp_path, moment, monkeypatch, code):
    """A share that another machine serves may call an open file busy."""
    path = tmp_path / "governors.xlsx"
    path.write_bytes(b"open in Excel")
    held(monkeypatch, path, 99, code)
    assert "the usual file was open" in save(governors.build(sample("good")), path, moment=moment).name
    assert path.read_bytes() == b"open in Excel"


def test_what_is_no_open_file_is_an_error(sample, tmp_path, moment, monkeypatch):
    """A disk that fails while the file is put in its place leaves the old one, tries no more, and makes no copy."""
    path = tmp_path / "governors.xlsx"
    path.write_bytes(b"last night's")
    tries = held(monkeypatch, path, 99, errno.EIO)
    with pytest.raises(OSError, match="in use"):
        save(governors.build(sample("good")), path, moment=moment)
    assert len(tries) == 1
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"last night's"


def test_a_file_that_is_freed_in_time_is_replaced(sample, tmp_path, moment, monkeypatch):
    """When the usual file is freed between attempts, it is replaced after all."""
    path = tmp_path / "governors.xlsx"
    path.write_bytes(b"open in Excel")
    held(monkeypatch, path, 2)
    assert save(governors.build(sample("good")), path, moment=moment) == path
    assert zipfile.is_zipfile(path)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    """An error halfway leaves the old file and no temporary one."""
    path = tmp_path / "run.json"
    path.write_text("old", encoding="utf-8")

    def write(file):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "disk full")

    with pytest.raises(OSError, match="disk full"):
        replace_file(path, write)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_open_file_without_a_place_beside_it_is_an_error(tmp_path, monkeypatch):
    """Without a place beside it, a file that cannot be replaced is an error and stays."""
    path = tmp_path / "run.json"
    path.write_text("old", encoding="utf-8")
    held(monkeypatch, path, 99)
    with pytest.raises(PermissionError):
        replace_file(path, lambda _: None)
    assert list(tmp_path.iterdir()) == [path]


def test_no_sheet_passes_through_a_file_of_its_own(sample, moment, monkeypatch):
    """A run that is killed while it makes a workbook leaves nothing of it in the system's temporary folder."""

    def refuse(*_, **__):
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", refuse)
    assert zipfile.is_zipfile(io.BytesIO(finish(governors.build(sample("bad")), "governors.xlsx", moment)))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups")
def test_a_group_that_the_user_is_not_in_is_told_as_such(tmp_path, monkeypatch):
    """The system's refusal to give a file away is no open file: the old one stays and nothing goes beside it."""
    path = tmp_path / "it.xlsx"
    path.write_bytes(b"old")

    def chown(*_, **__):
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr("shutil.chown", chown)
    with pytest.raises(LookupError):
        replace_file(path, lambda file: file.write(b"new"), group="staff", beside=tmp_path / "beside.xlsx")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_parts_carry_the_runs_moment_and_relative_targets(finished):
    """Every part has the run's time, and relations are relative: weak readers fail on absolute ones."""
    with zipfile.ZipFile(finished("bad", "governors")) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 22, 2, 10, 30)}
        rels = [name for name in archive.namelist() if name.endswith(".rels") and name != "_rels/.rels"]
        assert rels
        assert not any(b'Target="/' in archive.read(name) for name in rels)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups")
def test_nobody_reads_a_file_before_it_belongs_to_its_group(tmp_path, monkeypatch):
    """The file changes hands while it is private; where it cannot, the old one stays and nothing else is left."""
    path = tmp_path / "safeguarding.xlsx"
    seen = []

    def chown(changed, *, group):
        seen.append((group, stat.S_IMODE(Path(changed).stat().st_mode), path.exists()))
        if group == "unknown":
            raise LookupError(group)

    monkeypatch.setattr("shutil.chown", chown)
    replace_file(path, lambda file: file.write(b"new"), mode=0o640, group="dsl")
    assert seen == [("dsl", 0o600, False)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(LookupError):
        replace_file(path, lambda file: file.write(b"newer"), mode=0o640, group="unknown")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_run_left_is_removed(tmp_path):
    """An unfinished file goes, everything else stays."""
    for name in (".school-audit-abc.tmp", "minutes.tmp", "safeguarding.xlsx"):
        (tmp_path / name).touch()
    remove_unfinished(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["minutes.tmp", "safeguarding.xlsx"]
