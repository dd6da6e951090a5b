"""Dated copies, a meeting's copy, logs and what people sent back: how long each is kept."""

import os
import stat
from datetime import UTC, date, datetime, timedelta

import pytest

from audit.copies import (
    beside_usual,
    dated_folders,
    digest_of,
    freeze_meeting,
    purge_backup,
    purge_copies,
    purge_inbox,
    purge_logs,
    purge_read,
)
from audit.ledger_answers import AbsorbedFile
from checks.policy import Term, load_policy

DAYS = dict.fromkeys(("governors", "it", "safeguarding"), 0)
RETENTION = load_policy().retention
TERMS = (
    Term(name="Autumn 1", starts=date(2026, 9, 2), ends=date(2026, 10, 16)),
    Term(name="Autumn 2", starts=date(2026, 11, 2), ends=date(2026, 12, 18)),
)


def lay_out(reports, *days):
    for day in days:
        folder = reports / day.isoformat()
        folder.mkdir(parents=True)
        for name in ("governors.xlsx", "it.xlsx", "run.json"):
            (folder / name).touch()


def known(path, kind, on=date(2026, 1, 1)):
    """A file that was read, by its digest."""
    digest = digest_of(path)
    return {digest: AbsorbedFile(digest, path.name, kind, on, on)}


def test_young_copies_stay(tmp_path):
    """Last night's copies are left alone."""
    lay_out(tmp_path, date(2026, 11, 21))
    assert set(purge_copies(tmp_path, RETENTION, TERMS, date(2026, 11, 22)).values()) == {0}


def test_the_last_governors_copy_of_a_half_term_stays_for_years(tmp_path):
    """After a month the nightly copies go, but for the last one of each half-term; IT's all go."""
    days = [date(2026, 9, 10), date(2026, 10, 1), date(2026, 11, 20)]
    lay_out(tmp_path, *days)
    removed = purge_copies(tmp_path, RETENTION, TERMS, date(2027, 2, 1))
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("governors.xlsx")}
    assert left == {"2026-10-01/governors.xlsx", "2026-11-20/governors.xlsx"}
    assert removed["it.xlsx"] == 3
    assert not list(tmp_path.rglob("it.xlsx"))


def test_after_three_years_those_go_too(tmp_path):
    """No copy is kept for good, and empty folders go with them."""
    lay_out(tmp_path, date(2026, 10, 1))
    purge_copies(tmp_path, RETENTION, TERMS, date(2026, 10, 1) + timedelta(RETENTION["governors_half_term"].days + 1))
    assert list(tmp_path.iterdir()) == []


def test_other_folders_are_not_touched(tmp_path):
    """What is not named after a date is not ours to remove."""
    (tmp_path / "minutes").mkdir()
    (tmp_path / "minutes" / "governors.xlsx").touch()
    purge_copies(tmp_path, RETENTION, TERMS, date(2040, 1, 1))
    assert (tmp_path / "minutes" / "governors.xlsx").exists()


def test_without_terms_two_months_stand_for_a_half_term(tmp_path):
    """Where school.toml has no terms the last copy of each two months stays."""
    lay_out(tmp_path, date(2026, 9, 10), date(2026, 10, 30), date(2026, 11, 3))
    purge_copies(tmp_path, RETENTION, (), date(2027, 2, 1))
    assert {path.parent.name for path in tmp_path.rglob("governors.xlsx")} == {"2026-10-30", "2026-11-03"}


def test_old_logs_go(tmp_path):
    """Logs are kept for as many days as the policy data says."""
    for name in ("2026-08-01.log", "2026-11-21.log", "notes.log"):
        (tmp_path / name).touch()
    assert purge_logs(tmp_path, 90, date(2026, 11, 22)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-11-21.log", "notes.log"]


def test_nothing_there_is_nothing_removed(tmp_path):
    """A folder that was never run has nothing to purge."""
    assert set(purge_copies(tmp_path / "reports", RETENTION, TERMS, date(2026, 11, 22)).values()) == {0}
    assert purge_logs(tmp_path / "logs", 90, date(2026, 11, 22)) == 0


def test_the_workbook_of_a_meeting_is_kept_once(tmp_path):
    """The copy of the last night up to the meeting is frozen, with the workbook's mode, and never written again."""
    lay_out(tmp_path, date(2026, 10, 1), date(2026, 10, 5), date(2026, 10, 8))
    (tmp_path / "2026-10-05" / "governors.xlsx").write_bytes(b"as they saw it")
    copy = freeze_meeting(tmp_path, date(2026, 10, 6), date(2026, 10, 8), 0o640)
    assert copy == tmp_path / "meetings" / "2026-10-06" / "governors.xlsx"
    assert copy.read_bytes() == b"as they saw it"
    if os.name == "posix":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o640
    (tmp_path / "2026-10-05" / "governors.xlsx").write_bytes(b"later")
    assert freeze_meeting(tmp_path, date(2026, 10, 6), date(2026, 10, 9), 0o640) is None
    assert copy.read_bytes() == b"as they saw it"


@pytest.mark.parametrize(
    "meeting", [None, date(2026, 9, 30), date(2026, 10, 6), date(2026, 10, 9)], ids=["none", "early", "purged", "ahead"]
)
def test_a_meeting_whose_night_was_not_kept_has_no_copy(tmp_path, meeting):
    """Before the first night, after a night whose copy is gone, and for a meeting to come nothing is made."""
    lay_out(tmp_path, date(2026, 10, 1), date(2026, 10, 5), date(2026, 10, 8))
    (tmp_path / "2026-10-05" / "governors.xlsx").unlink()
    assert freeze_meeting(tmp_path, meeting, date(2026, 10, 8), 0o600) is None
    assert not (tmp_path / "meetings").exists()


def test_a_meetings_copy_stays_for_three_years(tmp_path):
    """Counted from the meeting; then it goes, and its folder with it."""
    meeting = date(2026, 10, 6)
    lay_out(tmp_path, meeting)
    copy = freeze_meeting(tmp_path, meeting, meeting, 0o600)
    days = timedelta(RETENTION["governors_meetings"].days)
    assert purge_copies(tmp_path, RETENTION, TERMS, meeting + days)["meetings/governors.xlsx"] == 0
    assert copy.exists()
    assert purge_copies(tmp_path, RETENTION, TERMS, meeting + days + timedelta(1))["meetings/governors.xlsx"] == 1
    assert list((tmp_path / "meetings").iterdir()) == []


def test_a_dated_copy_that_somebody_typed_in_stays_until_it_was_read(tmp_path):
    """Where the dated folders are searched for answers, a copy with other bytes than were read is kept."""
    day, on = date(2026, 10, 1), date(2027, 2, 1)
    lay_out(tmp_path, day)
    copy = tmp_path / "2026-10-01" / "it.xlsx"
    copy.write_bytes(b"as it was")
    read = known(copy, "it")
    copy.write_bytes(b"typed")
    assert purge_copies(tmp_path, RETENTION, TERMS, on, read)["it.xlsx"] == 0
    assert purge_copies(tmp_path, RETENTION, TERMS, on, read | known(copy, "it"))["it.xlsx"] == 1


def test_folders_with_dated_copies_are_known(tmp_path):
    """Those of nights and those of meetings, and no other."""
    lay_out(tmp_path, date(2026, 10, 1))
    (tmp_path / "meetings" / "2026-10-06").mkdir(parents=True)
    (tmp_path / "minutes").mkdir()
    assert dated_folders(tmp_path) == [tmp_path / "2026-10-01", tmp_path / "meetings" / "2026-10-06"]


def test_the_inbox_is_emptied_of_what_was_read(tmp_path):
    """A copy goes so many days after it was read, the safeguarding lead's sooner; what nothing has read stays."""
    on, read = date(2026, 11, 22), {}
    (tmp_path / "From Ann").mkdir()
    for name, kind, days in (
        ("it back.xlsx", "it", 30),
        ("it fresh.ods", "it", 29),
        ("From Ann/Governors.xlsx", "governors", 40),
        ("dsl.xlsx", "safeguarding", 7),
        ("dsl fresh.xlsx", "safeguarding", 6),
        ("minutes.xlsx", "", 40),
    ):
        (tmp_path / name).write_text(name)
        read |= known(tmp_path / name, kind, on - timedelta(days))
    (tmp_path / "holiday.jpg").write_text("unread")
    assert purge_inbox(tmp_path, read, RETENTION, on) == 3
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"it fresh.ods", "dsl fresh.xlsx", "minutes.xlsx", "holiday.jpg", "From Ann"}
    assert purge_inbox(tmp_path / "nowhere", read, RETENTION, on) == 0


def test_a_copy_that_was_changed_since_it_was_read_stays(tmp_path):
    """Its bytes are others than those that were read: somebody typed more."""
    path = tmp_path / "it.xlsx"
    path.write_bytes(b"read")
    read = known(path, "it")
    path.write_bytes(b"read, and more typed")
    assert purge_inbox(tmp_path, read, RETENTION, date(2026, 11, 22)) == 0
    assert path.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows makes no links without leave")
def test_a_link_in_the_inbox_is_left_alone(tmp_path):
    """What it leads to is not in the inbox."""
    there = tmp_path / "elsewhere.xlsx"
    there.write_bytes(b"kept")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "it.xlsx").symlink_to(there)
    assert purge_inbox(tmp_path / "inbox", known(there, "it"), RETENTION, date(2026, 11, 22)) == 0
    assert (tmp_path / "inbox" / "it.xlsx").is_symlink()


def test_a_file_that_vanishes_or_is_held_is_no_error(tmp_path, monkeypatch):
    """A file that a synced folder takes away meanwhile, and one that cannot be removed, are left for another night."""
    path = tmp_path / "it.xlsx"
    path.write_bytes(b"read")
    read = known(path, "it")

    def unlink(_):
        raise PermissionError(13, "in use")

    lay_out(tmp_path, date(2026, 1, 1))
    monkeypatch.setattr("pathlib.Path.unlink", unlink)
    assert purge_copies(tmp_path, RETENTION, TERMS, date(2026, 11, 22))["it.xlsx"] == 0
    assert purge_read(path, read, DAYS, date(2026, 11, 22)) == 0
    assert purge_read(tmp_path / "gone.xlsx", read, DAYS, date(2026, 11, 22)) == 0


def test_only_our_own_names_count_as_beside_the_usual_one(tmp_path):
    """Copies that people or their programs made beside a workbook are not ours to remove."""
    ours = ("it (new copy 21-11-2026 - the usual file was open).xlsx", "it (not sound, 21-11-2026).xlsx")
    for name in (*ours, "it.xlsx", "it (1).xlsx", "it-conflict-20261121.xlsx", "it (new copy).ods"):
        (tmp_path / name).touch()
    assert {path.name for path in beside_usual(tmp_path, "it")} == set(ours)


@pytest.mark.parametrize(("days", "stays"), [(6, True), (7, False)])
def test_the_ledger_of_before_an_update_goes_after_a_week(tmp_path, days, stays):
    """What the ledger was before an update holds what it forgets, so it goes after its days."""
    backup = tmp_path / "audit.before-update.db"
    backup.touch()
    made = datetime.fromtimestamp(backup.stat().st_mtime, UTC).date()
    assert purge_backup(backup, 7, made + timedelta(days)) == (not stays)
    assert backup.exists() is stays
    assert purge_backup(tmp_path / "none.db", 7, made) == 0
