"""Input that is wrong or damaged: one clear sentence, and nothing known is lost."""

import errno
import io
import random
import sqlite3
import zipfile
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from audit import cli, ledger
from audit.config import load
from audit.ledger import Ledger
from audit.problems import ConfigurationError
from audit.register import read_register, write_form
from checks.policy import load_policy

POLICY = load_policy()


def said(school):
    """The problems of a folder, as people read them."""
    with pytest.raises(ConfigurationError) as caught:
        load(school, {})
    return [str(problem) for problem in caught.value.problems]


def test_an_empty_ledger_is_a_damaged_one(tmp_path):
    """A ledger that was cut to nothing does not quietly begin anew, which would make everything old look new."""
    (tmp_path / "audit.db").touch()
    with pytest.raises(ConfigurationError, match="is empty: what earlier nights learned is gone"):
        Ledger.at(tmp_path / "audit.db")


def test_a_ledger_in_use_is_not_called_damaged(tmp_path, monkeypatch):
    """While a backup holds the file nobody is told to move it away."""
    monkeypatch.setattr(ledger, "WAITING", {"connect_args": {"timeout": 0}})
    Ledger.at(tmp_path / "audit.db").close()
    other = sqlite3.connect(tmp_path / "audit.db", isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ConfigurationError) as caught:
            Ledger.at(tmp_path / "audit.db")
    finally:
        other.close()
    assert "in use by another program" in str(caught.value)
    assert "move it away" not in str(caught.value)


def test_a_slip_of_the_pen_in_the_date_does_not_purge_the_ledger():
    """A night that is far in the future and long after the last one is refused; a pause of any length is not."""
    last = date(2999, 1, 1)
    with pytest.raises(ConfigurationError, match="lies in the future, and long after the last run"):
        cli._in_order(last + timedelta(days=401), last, "--on")
    cli._in_order(last + timedelta(days=400), last, "--on")
    cli._in_order(date(2020, 1, 1), date(2000, 1, 1), "--on")


def test_a_clock_that_went_back_is_named(school):
    """Who gave no date is not told that it is wrong."""
    with pytest.raises(ConfigurationError, match=r"the clock: 21/11/2026 lies before the last run"):
        cli._in_order(date(2026, 11, 21), date(2026, 11, 22), "the clock")


def test_a_full_disk_is_said_in_the_words_of_the_machine(school, monkeypatch, capsys):
    """A file that cannot be written is named, with the reason; the workbooks of the night before stay."""

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "planted words", "reports/governors.xlsx")

    monkeypatch.setattr(cli, "load", full)
    monkeypatch.setattr("sys.argv", ["school-audit", "run", str(school)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    said = capsys.readouterr().err
    assert "reports/governors.xlsx: No space left on device." in said
    assert "Nothing already known is lost" in said
    assert "planted words" not in said


def test_secrets_that_are_no_text_are_one_problem(school):
    """A file in another encoding is said as such."""
    (school / "secrets.toml").write_bytes(b'\xff\xfe[x]\nbearer_token = "planted"\n')
    (school / "secrets.toml").chmod(0o600)
    assert said(school) == ["secrets.toml: is not UTF-8 text. Expected: save it as UTF-8."]


def test_a_mark_at_the_beginning_of_a_file_does_no_harm(school):
    """Some editors on Windows put a byte order mark before the first line."""
    path = school / "school.toml"
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert load(school, {}).school.name == "Hazelbrook Primary School"


def test_two_registers_are_one_too_many(school):
    """An empty form beside the real register does not make the school one without accounts."""
    write_form(school / "register.xlsx", POLICY)
    assert said(school) == ["register.csv: lies beside register.xlsx. Expected: one register: move the other away."]


def test_a_comma_without_quotation_marks_does_not_shift_the_row(school):
    """Cells beyond the headings mean that something stands in the wrong column."""
    (school / "register.csv").write_text("Platform,Handle,Purpose\nbluesky,a.example,News, events\n")
    (problem,) = said(school)
    assert problem.startswith("register.csv, row 2: holds more cells than there are headings (3). Expected: a text")


def test_a_register_in_another_encoding_says_how_to_save_it(school):
    """So does Excel save by default on many machines."""
    (school / "register.csv").write_bytes("Platform,Handle,Purpose\nbluesky,a.example,Café news\n".encode("cp1252"))
    assert said(school) == ["register.csv: is not UTF-8 text. Expected: saved as 'CSV UTF-8', or as an .xlsx workbook."]


@pytest.mark.parametrize("kind", ["Personal profile", "Facebook personal profile", "profile (private)"])
def test_a_personal_type_profile_is_known_by_any_wording(school, kind):
    """However the kind is worded, such a profile is reported and not collected."""
    (school / "register.csv").write_text(f"Platform,Handle,Kind\nbluesky,a.example,{kind}\n")
    assert [account.kind for account in load(school, {}).accounts] == ["personal-type profile"]


def test_a_damaged_register_is_a_sentence_whatever_is_damaged(tmp_path):
    """Bytes turned, a file cut short, or parts of the workbook broken: never an exception."""
    path = tmp_path / "register.xlsx"
    write_form(path, POLICY)
    book = load_workbook(path)
    book["Register"].cell(2, 1, "bluesky")
    book["Register"].cell(2, 2, "a.example")
    book.save(path)
    good, chance = path.read_bytes(), random.Random(1)
    refused = 0
    for round_ in range(60):
        path.write_bytes(_damaged(good, round_, chance))
        accounts, problems = read_register(path, POLICY)
        refused += bool(problems)
        assert problems or len(accounts) <= 1
    assert refused > 30


def _damaged(good, round_, chance):
    if round_ % 3 == 0:
        return good[: chance.randrange(len(good))]
    if round_ % 3 == 1:
        turned = bytearray(good)
        for _ in range(5):
            turned[chance.randrange(len(good))] = chance.randrange(256)
        return bytes(turned)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(made, "w") as new:
        victim = chance.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: chance.randrange(len(content))] if name == victim else content)
    return made.getvalue()
