"""Dated copies and logs, and how long they are kept."""

from datetime import date, timedelta

from audit.config import load
from audit.publish import publish, purge_copies, purge_logs
from checks.policy import Term, load_policy

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


def test_there_is_one_safeguarding_workbook_and_no_other(platform, audit, school):
    """A copy in the former folder, one from beside an open file, and what a killed run left are gone after a night."""
    reports, own = school / "reports", school / "dsl"
    for folder in (reports, own):
        folder.mkdir()
        for name in ("safeguarding.xlsx", "safeguarding (new copy 21-11-2026 - the usual file was open).xlsx"):
            (folder / name).write_bytes(b"yesterday's")
    (own / ".school-audit-x.tmp").write_bytes(b"half")
    path = school / "school.toml"
    path.write_text(f"{path.read_text()}[workbooks.safeguarding]\nfolder = 'dsl'\n")
    audit()
    written = publish(audit.report, load(school, {}))
    assert written["safeguarding"] == own / "safeguarding.xlsx"
    assert sorted(school.rglob("safeguarding*")) == [own / "safeguarding.xlsx"]
    assert list(own.iterdir()) == [own / "safeguarding.xlsx"]
    assert (own / "safeguarding.xlsx").read_bytes() != b"yesterday's"
