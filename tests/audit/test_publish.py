"""A night's files put in place: what is replaced, what goes beside, and what is said of it."""

import errno
import os
import stat
import tempfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import msoffcrypto
import openpyxl
import pytest
from openpyxl import load_workbook

from audit import publish as publishing
from audit.config import load
from audit.copies import digest_of, purge_copies
from audit.ledger_answers import AbsorbedFile
from audit.publish import publish

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has neither modes nor groups")
NOW = datetime(2026, 11, 22, 2, 10, tzinfo=UTC)
ON = date(2026, 11, 22)
NAMES = ("governors", "it", "safeguarding")
UNREAD = "(new copy 22-11-2026 - the usual file could not be read)"
OPEN = "(new copy 22-11-2026 - the usual file was open)"


@pytest.fixture
def report(monkeypatch):
    """A night's report in outline, and workbooks as small as they can be."""
    for name in NAMES:
        monkeypatch.setitem(publishing.BUILDERS, name, small(name))
    return SimpleNamespace(head=SimpleNamespace(on=ON, finished=NOW), record={"run": {"date": "2026-11-22"}})


@pytest.fixture
def settle(school):
    """Add to school.toml and secrets.toml; the configuration."""

    def change(settings="", secrets=""):
        with (school / "school.toml").open("a") as file:
            file.write(settings)
        if secrets:
            (school / "secrets.toml").write_text(secrets)
            (school / "secrets.toml").chmod(0o600)
        return load(school, {})

    return change


@pytest.fixture
def night(report, settle):
    """Publish the night with more settings; what became of it."""

    def run(settings="", secrets="", **more):
        return publish(report, settle(settings, secrets), **more)

    return run


@pytest.fixture
def reports(school):
    """The usual folder with workbooks of an earlier night."""
    folder = school / "reports"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.xlsx").write_bytes(f"{name} of last night".encode())
    return folder


def read(*paths):
    return dict(known(path) for path in paths)


def known(path, kind="", on=ON):
    digest = digest_of(path)
    return digest, AbsorbedFile(digest, path.name, kind or path.stem.partition(" ")[0], on, on)


def is_new(path):
    return path.read_bytes()[:2] == b"PK"


def names(folder, pattern="*.xlsx"):
    return sorted(path.name for path in folder.glob(pattern))


def small(name, words="sound"):
    """A builder of a workbook with five rows; words that begin with = make it faulty."""

    def build(_):
        book = openpyxl.Workbook()
        book.properties.title = name
        for row in range(1, 6):
            book.active[f"A{row}"] = words
        return book

    return build


def broken(name):
    return small(name, "=1+1")


# -- an ordinary night


def test_a_whole_night_replaces_the_usual_files(platform, audit, school, reports):
    """What a night found lies in three sound workbooks, under their usual names."""
    audit()
    done = publish(audit.report, load(school, {}))
    assert (done.problems, done.notes) == ((), ())
    assert all(len(load_workbook(done.files[name]).sheetnames) > 1 for name in NAMES)
    assert names(reports) == ["governors.xlsx", "it.xlsx", "safeguarding.xlsx"]


def test_a_night_replaces_the_usual_files_and_keeps_copies(night, reports, school):
    """The three workbooks, dated copies of two of them, and run.json; nothing is to be said."""
    done = night()
    assert (done.problems, done.notes) == ((), ())
    assert names(reports) == ["governors.xlsx", "it.xlsx", "safeguarding.xlsx"]
    assert all(is_new(reports / f"{name}.xlsx") for name in NAMES)
    assert names(reports / "2026-11-22", "*") == ["governors.xlsx", "it.xlsx", "run.json"]
    for name in ("governors", "it"):
        assert (reports / "2026-11-22" / f"{name}.xlsx").read_bytes() == done.files[name].read_bytes()
    assert done.files["record"] == reports / "2026-11-22" / "run.json"


def test_what_was_written_is_known_by_its_bytes(night, reports):
    """Each workbook's digest is handed back, so that an untouched file need not be read."""
    done = night()
    assert {one.digest: one for one in done.written} == read(*(reports / f"{name}.xlsx" for name in NAMES))


def test_the_meetings_copy_is_frozen(night, reports):
    """On the first night after a meeting was entered its copy is kept, also one of the same day."""
    night("[governance]\nlast_meeting = 2026-11-22\n")
    copy = reports / "meetings" / "2026-11-22" / "governors.xlsx"
    assert copy.read_bytes() == (reports / "governors.xlsx").read_bytes()


# -- a workbook that is not sound


def test_a_workbook_that_is_not_sound_keeps_no_other_from_its_readers(night, reports, monkeypatch):
    """The old one stays, the new one lies beside it for its owner alone, and the others are written all the same."""
    monkeypatch.setitem(publishing.BUILDERS, "governors", broken("Governors"))
    done = night("[workbooks.governors]\nmode = '644'\n")
    beside = reports / "governors (not sound, 22-11-2026).xlsx"
    assert (reports / "governors.xlsx").read_bytes() == b"governors of last night"
    assert is_new(beside)
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600 or os.name != "posix"
    assert done.files["governors"] == beside
    assert is_new(reports / "it.xlsx")
    assert is_new(reports / "safeguarding.xlsx")
    assert names(reports / "2026-11-22", "*") == ["it.xlsx", "run.json"]
    (problem,) = done.problems
    assert str(reports / "governors.xlsx") in problem
    assert "Sheet!A1: a formula; Sheet!A2: a formula; Sheet!A3: a formula, and 2 more" in problem
    assert beside.name in problem


def test_a_workbook_that_cannot_be_made_keeps_no_other_from_its_readers(night, reports, monkeypatch, caplog):
    """A sheet that trips is told without its words; the old workbook stays and the others are written."""

    def trip(_):
        raise ValueError("planted handle")

    monkeypatch.setitem(publishing.BUILDERS, "it", trip)
    done = night()
    (problem,) = done.problems
    assert problem.startswith("it.xlsx was not written")
    assert "planted" not in problem
    assert (reports / "it.xlsx").read_bytes() == b"it of last night"
    assert is_new(reports / "governors.xlsx")
    assert is_new(reports / "safeguarding.xlsx")
    assert "it.xlsx could not be made" in caplog.text


def test_every_workbook_is_checked_before_the_first_is_replaced(night, reports, monkeypatch):
    """When the last workbook is made, the first still is the earlier night's."""
    seen = []
    build = publishing.BUILDERS["safeguarding"]

    def watch(report):
        seen.append((reports / "governors.xlsx").read_bytes())
        return build(report)

    monkeypatch.setitem(publishing.BUILDERS, "safeguarding", watch)
    night()
    assert seen == [b"governors of last night"]


# -- what people may have typed


def half(path):
    """The answer of a reader who can read every file but IT's."""
    return "it is half written" if path.name.startswith("it") else ""


def test_a_file_that_could_not_be_read_is_never_overwritten(night, reports):
    """The new workbook goes beside it, its name says why, and the sentence says what to do."""
    done = night(late=half)
    assert (reports / "it.xlsx").read_bytes() == b"it of last night"
    assert done.files["it"] == reports / f"it {UNREAD}.xlsx"
    assert is_new(done.files["it"])
    assert done.problems == ()
    (note,) = done.notes
    assert "it is half written" in note
    assert done.files["it"].name in note
    assert is_new(reports / "2026-11-22" / "it.xlsx")


def test_a_file_that_is_nobodys_workbook_is_never_overwritten(night, reports):
    """A file of another's making under the usual name is known by its bytes, and is no workbook of ours."""
    digest = digest_of(reports / "it.xlsx")
    done = night(read={digest: AbsorbedFile(digest, "", "", ON, ON)}, late=half)
    assert (reports / "it.xlsx").read_bytes() == b"it of last night"
    assert is_new(done.files["it"])


def test_what_is_saved_during_the_run_is_taken_over_before_it_is_replaced(night, reports):
    """A file with other bytes than those that were read is read once more; an untouched one is not."""
    taken = read(*(reports / f"{name}.xlsx" for name in NAMES))
    (reports / "it.xlsx").write_bytes(b"it, and typed at two o'clock")
    heard = []

    def late(path):
        heard.append((path, path.read_bytes()))
        return ""

    done = night(read=taken, late=late)
    assert heard == [(reports / "it.xlsx", b"it, and typed at two o'clock")]
    assert is_new(reports / "it.xlsx")
    assert done.notes == ()


def test_what_is_saved_while_it_is_read_is_read_again(night, reports):
    """A file that changes under the reader's hands is read until it rests, and else kept."""
    heard = []

    def late(path):
        if path.stem == "it":
            heard.append(path.read_bytes())
            if len(heard) < 2:
                path.write_bytes(b"it, and more")
        elif path.stem == "governors":
            path.write_bytes(path.read_bytes() + b".")
        return ""

    done = night(late=late)
    assert heard == [b"it of last night", b"it, and more"]
    assert is_new(reports / "it.xlsx")
    assert (reports / "governors.xlsx").read_bytes() == b"governors of last night..."
    assert "it was being changed all the while" in done.notes[0]
    assert is_new(reports / f"governors {UNREAD}.xlsx")


def test_a_second_run_overwrites_no_copy_that_was_typed_in(night, report, reports, school):
    """A copy beside the usual file, of the same day and unread, stays; the next one gets a number."""
    night(late=half)
    (reports / f"it {UNREAD}.xlsx").write_bytes(b"typed in the new copy")
    done = publish(report, load(school, {}), late=half)
    assert done.files["it"] == reports / f"it {UNREAD} 2.xlsx"
    assert (reports / f"it {UNREAD}.xlsx").read_bytes() == b"typed in the new copy"


def test_a_second_run_overwrites_no_dated_copy_that_was_typed_in(night, report, reports, school):
    """The dated copy of an earlier run of the same day stays where what was typed in it could not be read."""
    night()
    dated = reports / "2026-11-22" / "it.xlsx"
    dated.write_bytes(b"typed")
    done = publish(report, load(school, {}), late=lambda path: "it is half written" if path == dated else "")
    assert dated.read_bytes() == b"typed"
    assert is_new(reports / "it.xlsx")
    (note,) = done.notes
    assert str(dated) in note


def test_copies_that_people_and_programs_make_are_left_alone(night, reports):
    """A synced folder's copies and those under names of people's own stay as they are."""
    others = ("governors (1).xlsx", "governors-conflict-20261121.xlsx", "Copy of it.xlsx", "safeguarding (1).xlsx")
    for name in others:
        (reports / name).write_bytes(b"theirs")
    night(read=read(*(reports / name for name in others)), late=lambda _: "")
    assert all((reports / name).read_bytes() == b"theirs" for name in others)


# -- open elsewhere


def hold(monkeypatch, path, code=errno.EACCES):
    """Make a path impossible to replace, as when Excel holds it open on Windows."""
    real = Path.replace

    def replace(self, target):
        if Path(target) == path:
            raise OSError(code, "in use", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("time.sleep", lambda _: None)


def test_an_open_file_that_cannot_be_replaced_is_told_with_who_has_it(night, reports, monkeypatch):
    """The new workbook goes beside it, and the sentence names who is to close the old one."""
    (reports / ".~lock.it.xlsx#").write_bytes(b"Robin Otter,robin,office-3,22.11.2026 01:55,file:///;")
    hold(monkeypatch, reports / "it.xlsx")
    done = night()
    assert (reports / "it.xlsx").read_bytes() == b"it of last night"
    assert is_new(reports / f"it {OPEN}.xlsx")
    (note,) = done.notes
    assert "could not be replaced: Robin Otter" in note
    assert "open in LibreOffice" in note
    assert "could not be replaced: somebody has it open. Tonight's" in done.nameless(note)


def test_an_open_file_that_can_be_replaced_is_told_too(night, reports):
    """Where the system allows it the file is replaced: what is saved over it comes back as an older copy."""
    (reports / ".~lock.it.xlsx#").write_bytes(b"Robin Otter,robin,office-3,22.11.2026 01:55,file:///;")
    done = night()
    assert is_new(reports / "it.xlsx")
    (note,) = done.notes
    assert "was replaced although Robin Otter" in note
    assert "Robin" not in done.nameless(note)


# -- what lies beside from earlier nights


def lay_beside(folder, name, content=b"earlier"):
    path = folder / name
    path.write_bytes(content)
    return path


def test_there_is_one_safeguarding_workbook_and_no_other(night, reports, school):
    """A copy in the former folder, those beside, and what a killed run left are gone after a night that has read them."""
    own = school / "dsl"
    own.mkdir()
    (own / "safeguarding.xlsx").write_bytes(b"yesterday's")
    for folder in (reports, own):
        lay_beside(folder, "safeguarding (new copy 21-11-2026 - the usual file was open).xlsx", bytes(folder))
        lay_beside(folder, "safeguarding (not sound, 20-11-2026).xlsx", bytes(folder) + b"2")
    (own / ".school-audit-x.tmp").write_bytes(b"half")
    done = night("[workbooks.safeguarding]\nfolder = 'dsl'\n", late=lambda _: "")
    assert done.files["safeguarding"] == own / "safeguarding.xlsx"
    assert sorted(school.rglob("safeguarding*")) == [own / "safeguarding.xlsx"]
    assert list(own.iterdir()) == [own / "safeguarding.xlsx"]
    assert is_new(own / "safeguarding.xlsx")


@pytest.mark.parametrize("late", [None, lambda path: "it has a password" if path.name != "safeguarding.xlsx" else ""])
def test_a_safeguarding_copy_that_nothing_has_read_is_never_removed(night, reports, late):
    """What somebody typed in it would be lost."""
    beside = lay_beside(reports, "safeguarding (new copy 21-11-2026 - the usual file was open).xlsx")
    night(late=late)
    assert beside.read_bytes() == b"earlier"


def test_the_usual_safeguarding_workbook_stays_beside_one_that_is_not_sound(night, reports, monkeypatch):
    """A faulty workbook removes nothing, also of what was read."""
    monkeypatch.setitem(publishing.BUILDERS, "safeguarding", broken("Safeguarding"))
    beside = lay_beside(reports, "safeguarding (new copy 21-11-2026 - the usual file was open).xlsx")
    night(read=read(reports / "safeguarding.xlsx", beside))
    assert (reports / "safeguarding.xlsx").read_bytes() == b"safeguarding of last night"
    assert beside.exists()


def test_copies_beside_the_others_stay_for_a_week(night, reports):
    """Once what was typed in them was taken over they go after seven days."""
    week = lay_beside(reports, "it (new copy 14-11-2026 - the usual file was open).xlsx", b"a week")
    days = lay_beside(reports, "it (new copy 16-11-2026 - the usual file was open).xlsx", b"six days")
    unread = lay_beside(reports, "it (new copy 10-11-2026 - the usual file was open).xlsx", b"unread")
    night(read=dict((known(week, on=date(2026, 11, 15)), known(days, on=date(2026, 11, 16)))))
    assert not week.exists()
    assert days.exists()
    assert unread.exists()


# -- folders and modes


@POSIX
def test_a_folder_that_is_made_is_for_its_owner_and_its_group(night, school):
    """Without a group nobody else looks into a workbook's folder; with one the group reads."""
    import grp

    group = grp.getgrgid(os.getgid()).gr_name
    night(
        f"[workbooks.governors]\nfolder = 'out/governors'\ngroup = '{group}'\nmode = '640'\n"
        "[workbooks.safeguarding]\nfolder = 'out/dsl'\n"
    )
    facts = (school / "out" / "governors").stat()
    assert (stat.S_IMODE(facts.st_mode), facts.st_gid) == (0o750, os.getgid())
    facts = (school / "out" / "governors" / "governors.xlsx").stat()
    assert (stat.S_IMODE(facts.st_mode), facts.st_gid) == (0o640, os.getgid())
    assert stat.S_IMODE((school / "out" / "dsl").stat().st_mode) == 0o700
    assert stat.S_IMODE((school / "out" / "dsl" / "safeguarding.xlsx").stat().st_mode) == 0o600


@POSIX
def test_a_group_that_is_gone_stops_one_workbook_alone(night, reports, school, report, settle, monkeypatch):
    """The old workbook stays, no folder is left half made, and the sentence names the group."""
    import grp

    configuration = settle(f"[workbooks.it]\nfolder = 'it'\ngroup = '{grp.getgrgid(os.getgid()).gr_name}'\n")

    def chown(*_, **__):
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr("shutil.chown", chown)
    done = publish(report, configuration)
    (problem,) = done.problems
    assert "could not be given to the group" in problem
    assert not (school / "it").exists()
    assert is_new(reports / "safeguarding.xlsx")


def test_a_folder_elsewhere_that_is_not_there_is_never_made(night, reports, tmp_path_factory):
    """A share may not be mounted: the workbook's dated copy is written, and the sentence says where it lies."""
    share = tmp_path_factory.mktemp("mnt") / "share"
    done = night(
        f"[workbooks.it]\nfolder = '{share.as_posix()}'\n[workbooks.safeguarding]\nfolder = '{share.as_posix()}/dsl'\n"
    )
    assert not share.exists()
    it, safeguarding = done.problems
    assert f"Tonight's lies in {reports / '2026-11-22'}" in it
    assert "mount it" in safeguarding
    assert "Tonight's lies" not in safeguarding
    assert is_new(reports / "2026-11-22" / "it.xlsx")
    assert (reports / "safeguarding.xlsx").read_bytes() == b"safeguarding of last night"
    assert "safeguarding" not in done.files
    assert is_new(reports / "governors.xlsx")


def test_a_folder_elsewhere_that_has_lost_its_workbook_is_told(night, reports, tmp_path_factory):
    """Where a share is mounted into a folder, the folder is there and empty when it is not."""
    share = tmp_path_factory.mktemp("share")
    (reports / "2026-11-21").mkdir()
    (reports / "2026-11-21" / "run.json").touch()
    done = night(f"[workbooks.it]\nfolder = '{share.as_posix()}'\n")
    assert is_new(share / "it.xlsx")
    (note,) = done.notes
    assert f"There was no it.xlsx in {share} before tonight" in note


def test_a_first_night_finds_folders_empty_and_says_nothing(night, tmp_path_factory):
    """Before any night no workbook is missed."""
    done = night(f"[workbooks.it]\nfolder = '{tmp_path_factory.mktemp('share').as_posix()}'\n")
    assert (done.problems, done.notes) == ((), ())


# -- what goes wrong while writing


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_written_stops_one_workbook_alone(night, reports, school, monkeypatch, code):
    """A read-only or full folder keeps the old workbook, and the sentence says why in the system's words."""
    own = school / "it"
    own.mkdir()
    (own / "it.xlsx").write_bytes(b"it of last night")
    real = tempfile.mkstemp

    def mkstemp(**where):
        if where["dir"] == own:
            raise OSError(code, "no", str(own))
        return real(**where)

    monkeypatch.setattr("output.atomic.tempfile.mkstemp", mkstemp)
    done = night("[workbooks.it]\nfolder = 'it'\n")
    (problem,) = done.problems
    assert os.strerror(code).lower() in problem
    assert f"Tonight's lies in {reports / '2026-11-22'}" in problem
    assert names(own, "*") == ["it.xlsx"]
    assert (own / "it.xlsx").read_bytes() == b"it of last night"
    assert is_new(reports / "governors.xlsx")
    assert is_new(reports / "safeguarding.xlsx")


def test_a_disk_that_is_full_everywhere_keeps_everything(night, reports, monkeypatch):
    """Each file that was not written is told, and all the old ones stay whole."""

    def fsync(_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", fsync)
    done = night()
    assert len(done.problems) == 6
    assert "Tonight's lies" not in "".join(done.problems)
    assert done.files == {}
    for name in NAMES:
        assert (reports / f"{name}.xlsx").read_bytes() == f"{name} of last night".encode()
    assert names(reports, "**/.school-audit-*") == []


def test_a_run_that_is_stopped_between_two_workbooks_leaves_both_whole(report, reports, school, monkeypatch):
    """The first is tonight's, the second last night's, nothing half written lies about, and the next run mends it."""
    real = Path.replace

    def replace(self, target):
        if Path(target) == reports / "it.xlsx":
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as stopped:
        stopped.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            publish(report, load(school, {}))
    assert is_new(reports / "governors.xlsx")
    assert (reports / "it.xlsx").read_bytes() == b"it of last night"
    assert names(reports, "**/.school-audit-*") == []
    publish(report, load(school, {}))
    assert all(is_new(reports / f"{name}.xlsx") for name in NAMES)


def test_a_run_that_was_killed_leaves_nothing_for_long(report, reports, school, monkeypatch):
    """What a killed run had half written is removed by the next one, beside the workbooks and among the copies."""
    real = Path.replace

    def replace(self, target):
        if Path(target) in (reports / "it.xlsx", reports / "2026-11-22" / "it.xlsx"):
            raise KeyboardInterrupt
        return real(self, target)

    for place in ("reports", "reports/2026-11-22"):
        with monkeypatch.context() as killed:
            killed.setattr(Path, "replace", replace)
            killed.setattr(Path, "unlink", lambda *_, **__: None)
            with pytest.raises(KeyboardInterrupt):
                publish(report, load(school, {}))
        (school / place / ".school-audit-more.tmp").touch()
    assert names(reports, "**/.school-audit-*")
    configuration = load(school, {})
    publish(report, configuration)
    purge_copies(reports, configuration.policy.retention, (), ON)
    assert names(reports, "**/.school-audit-*") == []
    assert all(is_new(reports / f"{name}.xlsx") for name in NAMES)


# -- a password

ENCRYPTED = "[workbooks.governors]\nencrypt = true\n[workbooks.safeguarding]\nencrypt = true\n"
PASSWORDS = "[workbooks.governors]\npassword = 'seven otters, one reed'\n[workbooks.safeguarding]\npassword = 'planted-words-12'\n"


def opened(path, password):
    file, out = msoffcrypto.OfficeFile(BytesIO(path.read_bytes())), BytesIO()
    file.load_key(password=password, verify_password=True)
    file.decrypt(out, verify_integrity=True)
    return load_workbook(out)


def test_an_encrypted_workbook_is_nowhere_in_the_clear(night, reports, school):
    """The usual file and the dated copy are the same encrypted bytes; the workbook without a password is not."""
    done = night(ENCRYPTED, PASSWORDS)
    assert (done.problems, done.notes) == ((), ())
    assert opened(reports / "governors.xlsx", "seven otters, one reed").sheetnames
    assert opened(reports / "safeguarding.xlsx", "planted-words-12").sheetnames
    assert (reports / "2026-11-22" / "governors.xlsx").read_bytes() == (reports / "governors.xlsx").read_bytes()
    assert is_new(reports / "it.xlsx")
    clear = [path for path in school.rglob("*") if path.is_file() and is_new(path)]
    assert sorted(clear) == [reports / "2026-11-22" / "it.xlsx", reports / "it.xlsx"]
    assert b"planted-words-12" not in b"".join(path.read_bytes() for path in reports.rglob("*") if path.is_file())


def test_an_encrypted_workbook_that_is_not_sound_is_encrypted_too(night, reports, monkeypatch):
    """What lies beside the old one opens with the password alone."""
    monkeypatch.setitem(publishing.BUILDERS, "safeguarding", broken("Safeguarding"))
    done = night(ENCRYPTED, PASSWORDS)
    assert len(done.problems) == 1
    assert opened(reports / "safeguarding (not sound, 22-11-2026).xlsx", "planted-words-12")
    assert (reports / "safeguarding.xlsx").read_bytes() == b"safeguarding of last night"


def test_a_workbook_that_cannot_be_encrypted_is_not_written_at_all(night, reports, monkeypatch):
    """The old one stays, and the clear one is nowhere."""

    def fail(*_):
        raise publishing.NotLocked

    monkeypatch.setattr(publishing, "locked", fail)
    done = night(ENCRYPTED, PASSWORDS)
    assert len(done.problems) == 2
    assert "planted-words-12" not in "".join(done.problems)
    assert (reports / "safeguarding.xlsx").read_bytes() == b"safeguarding of last night"
    assert names(reports / "2026-11-22") == ["it.xlsx"]
