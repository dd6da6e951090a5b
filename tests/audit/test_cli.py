"""The commands, as people and cron call them."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from audit import cli
from checks import CHECKS
from checks.policy import load_policy

SCHOOL = "[school]\nname = 'Hazelbrook Primary School'\n[dpia]\nreference = 'D'\nfeatures = []\n[thresholds]\nlinks_per_night = 0\n"


@pytest.fixture
def school(tmp_path):
    (tmp_path / "school.toml").write_text(SCHOOL)
    (tmp_path / "register.csv").write_text("Platform,Handle,Address\nnextdoor,hazelbrook,\n")
    return tmp_path


def run(*words):
    """Run the command as its own program does, here: (exit code, what it printed, what it complained of)."""
    said, complained = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(complained),
    ):
        patch.setattr(sys, "argv", ["school-audit", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return ended.value.code or 0, said.getvalue(), complained.getvalue()


def run_apart(*words):
    """The same in a process of its own, as cron starts it."""
    done = subprocess.run(
        [sys.executable, "-c", "from audit.cli import main; main()", *map(str, words)], capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def test_a_night_without_any_connector_is_already_a_report(school):
    """A register with one account that nobody can read gives workbooks, a notice and an honest exit code."""
    code, out, err = run_apart("run", school, "--on", "2026-11-22")
    assert code in (0, 3), err
    assert "Traceback" not in err
    assert len(out.strip().splitlines()) == 1
    assert {path.name for path in (school / "reports").glob("*.xlsx")} == {
        "governors.xlsx",
        "it.xlsx",
        "safeguarding.xlsx",
    }
    assert {path.name for path in (school / "reports" / "2026-11-22").iterdir()} == {
        "governors.xlsx",
        "it.xlsx",
        "run.json",
    }
    record = json.loads((school / "reports" / "2026-11-22" / "run.json").read_text())
    assert record["run"]["exit_code"] == code


def test_a_broken_folder_is_exit_2_with_every_problem_and_no_run(school):
    """Nothing begins while something needs mending."""
    (school / "school.toml").write_text("[school]\nnmae = 'x'\n")
    (school / "register.csv").write_text("Platform,Handle\nfriendface,a\n")
    code, out, err = run("run", school)
    assert code == 2
    assert out == ""
    assert "school.toml" in err
    assert "register.csv" in err
    assert not (school / "state").exists()


def test_a_live_run_without_a_dpia_refuses(school):
    """No reference, no live run; the sentence says what is expected."""
    (school / "school.toml").write_text("[school]\nname = 'Hazelbrook'\n")
    code, _, err = run("run", school)
    assert code == 2
    assert "[dpia] has no reference" in err


def test_two_runs_never_overlap(school):
    """The second one does nothing and says so with exit code 5."""
    (school / "state").mkdir()
    with FileLock(school / "state" / "lock"):
        code, _, err = run("run", school)
    assert code == 5
    assert "Another run is at work" in err


def test_a_date_before_the_last_run_is_refused(school):
    """Time does not run backwards in the ledger."""
    assert run("run", school, "--on", "2026-11-22")[0] in (0, 3)
    code, _, err = run("run", school, "--on", "2026-11-21")
    assert code == 2
    assert "21/11/2026 lies before the last run, of 22/11/2026" in err


@pytest.mark.parametrize(
    "words", [("--on", "yesterday"), ("--record", "a", "--replay", "b"), ("--replay", "nowhere.gz")]
)
def test_wrong_options_are_exit_2(school, words):
    """A wrong date, two opposite options, or a recording that is not there: one sentence each."""
    code, _, err = run("run", school, *words)
    assert code == 2
    assert "Traceback" not in err


def test_init_makes_a_folder_that_only_lacks_facts(tmp_path):
    """The new folder is valid but for what only the school can know, and a second init changes nothing."""
    code, _, _ = run("init", tmp_path / "new", "--school", 'St "Quote" Primary \\ School')
    assert code == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "school.toml", "requirements.toml", "secrets.toml", "dpia.md", "privacy-notice.md", "register.xlsx", "inbox",
    }  # fmt: skip
    assert 'St "Quote" Primary' in (tmp_path / "new" / "dpia.md").read_text()
    from audit.config import load

    assert load(tmp_path / "new", {}).school.name == 'St "Quote" Primary \\ School'
    (tmp_path / "new" / "school.toml").write_text("kept")
    code, said, _ = run("init", tmp_path / "new")
    assert code == 0
    assert "nothing was changed" in said
    assert (tmp_path / "new" / "school.toml").read_text() == "kept"


def test_explain_and_checks_know_every_check():
    """Every check is listed, and has a page with its words."""
    listed = json.loads(CliRunner().invoke(cli.app, ["checks", "--json"]).output)
    assert [row["id"] for row in listed] == [check.id for check in CHECKS]
    for check in CHECKS:
        done = CliRunner().invoke(cli.app, ["explain", check.id.lower()])
        assert done.exit_code == 0
        assert check.id in done.output


def test_explain_of_an_unknown_check_is_exit_2():
    """A name that is not there is told as such."""
    code, _, err = run("explain", "REG-99")
    assert code == 2
    assert "there is no check named 'REG-99'" in err


def test_every_step_that_names_another_page_names_one_that_is_there():
    """Where IT's steps say `school-audit explain NAME`, that page is there, with the steps of each platform."""
    recipes = load_policy().recipes.values()
    steps = [step for recipe in recipes for some in (recipe.steps, *recipe.platforms.values()) for step in some]
    names = {name for step in steps for name in re.findall(r"school-audit explain ([A-Z]+)", step)}
    assert names
    for name in names:
        done = CliRunner().invoke(cli.app, ["explain", name])
        assert done.exit_code == 0
        assert load_policy().recipes[name].title in done.output
    assert not [step for step in steps if "(recipe" in step or "of recipe" in step]


def test_a_platform_in_detail():
    """One platform: what it offers, for which price, and the minimum age with whose word it is."""
    done = CliRunner().invoke(cli.app, ["platforms", "x"])
    assert done.exit_code == 0
    for words in ("posts: with a key, for money", "Minimum age now", "Minimum age announced", "Source:"):
        assert words in done.output
    code, _, err = run("platforms", "nosuch")
    assert code == 2
    assert "there is no platform named 'nosuch'" in err


def test_tables_fit_a_narrow_terminal(monkeypatch):
    """On 80 columns no table cuts a word off."""
    monkeypatch.setenv("COLUMNS", "80")
    for command in ("platforms", "checks"):
        assert "…" not in CliRunner().invoke(cli.app, [command]).output


def test_platforms_lists_every_platform():
    """The table and the JSON come from the data."""
    rows = json.loads(CliRunner().invoke(cli.app, ["platforms", "--json"]).output)
    assert {"bluesky", "x", "facebook", "wikipedia"} <= {row["key"] for row in rows}
    assert CliRunner().invoke(cli.app, ["platforms"]).exit_code == 0


def test_doctor_says_what_is_missing_and_how_to_get_it(school):
    """Without a key, doctor lists the steps to one, with minutes, cost and expiry."""
    (school / "register.csv").write_text("Platform,Handle\nx,hazelbrook\nnextdoor,hazelbrook\n")
    code, out, _ = run("doctor", school, "--offline")
    assert code == 4
    assert "needs bearer_token in secrets.toml [x]" in out
    assert re.search(r"about \d+ minutes; cost: .+; expires: ", out)
    assert "nextdoor hazelbrook: not read by this tool; a person looks at https://" in out


def test_doctor_warns_before_a_key_ends(school):
    """A key that ends within three weeks is to do, with the steps to a new one."""
    (school / "register.csv").write_text("Platform,Handle\nx,hazelbrook\n")
    soon = datetime.now(UTC).date() + timedelta(days=9)
    secrets = school / "secrets.toml"
    secrets.write_text(f'[x]\nbearer_token = "t"\nbearer_token_expires = {soon.isoformat()}\n')
    secrets.chmod(0o600)
    code, out, _ = run("doctor", school, "--offline")
    assert code == 4
    assert f"bearer_token of x hazelbrook ends on {soon:%d/%m/%Y}" in out


def test_doctor_asks_when_a_key_ends_that_does(school):
    """Of a key that lasts sixty days doctor wants to know the last one."""
    (school / "register.csv").write_text("Platform,Handle\ninstagram,hazelbrook\n")
    secrets = school / "secrets.toml"
    secrets.write_text('[instagram]\naccess_token = "t"\n')
    secrets.chmod(0o600)
    _, out, _ = run("doctor", school, "--offline")
    assert "access_token lasts 60 days" in out
    assert "access_token_expires = " in out


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_doctor_says_who_may_open_the_safeguarding_workbook(school):
    """Its folder, mode and password; a folder that everybody looks into, or that is not there, is something to do."""
    _, out, _ = run("doctor", school, "--offline")
    assert "safeguarding workbook: lies with other workbooks" in out
    assert "mode 600, no password" in out
    (school / "dsl").mkdir(mode=0o755)
    away = school.parent / "nowhere"
    with (school / "school.toml").open("a") as file:
        file.write(f"[workbooks.safeguarding]\nfolder = 'dsl'\nencrypt = true\n[workbooks.it]\nfolder = '{away}'\n")
    (school / "secrets.toml").write_text("[workbooks.safeguarding]\npassword = 'planted password'\n")
    (school / "secrets.toml").chmod(0o600)
    code, out, _ = run("doctor", school, "--offline")
    assert code == 4
    assert "ok    safeguarding workbook: lies in a folder of its own" in out
    assert "mode 600, a password" in out
    assert f"TO DO safeguarding workbook: everybody on this machine may look into {school / 'dsl'}" in out
    assert f"TO DO it workbook: {away} is not there" in out
    assert "planted" not in out


def test_purge_says_what_it_removed(school):
    """Purging by hand reports each kind with its count."""
    code, out, _ = run("purge", school)
    assert code == 0
    assert "findings: 0 removed" in out
    assert "governors.xlsx: 0 removed" in out


def test_an_unexpected_error_is_one_sentence_and_exit_1(school, monkeypatch):
    """A fault of ours is owned, without a traceback on the screen."""
    (school / "state").mkdir()
    (school / "state" / "audit.db").mkdir()
    code, _, err = run("run", school)
    assert code in (1, 2)
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


CRASH = """
import audit.cli
def crash(*_, **__):
    raise ValueError("planted-handle.example \\x1b[31m, aged 9")
audit.cli.run_night = crash
audit.cli.main()
"""


def test_a_crash_tells_cron_no_words_and_the_log_its_place(school):
    """What an unexpected error quotes is neither mailed nor logged; the log shows where it happened."""
    words = [sys.executable, "-c", CRASH, "run", str(school), "--on", "2026-11-22"]
    done = subprocess.run(words, capture_output=True, text=True)
    log = (school / "state" / "logs" / "2026-11-22.log").read_text()
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "in crash" in log
    assert "ValueError" in log
    for shown in (done.stdout, done.stderr, log):
        assert "planted" not in shown
        assert "aged 9" not in shown


UNSOUND = """
import audit.cli, openpyxl
from audit import publish
def build(_):
    book = openpyxl.Workbook()
    book.properties.title = "IT"
    book.active["A1"] = "=1+1"
    return book
publish.BUILDERS["it"] = build
audit.cli.main()
"""


def test_a_workbook_that_is_not_sound_is_one_sentence_and_exit_1(school):
    """The night is in the ledger, the other workbooks lie in their places, and log and mail say what to do."""
    words = [sys.executable, "-c", UNSOUND, "run", str(school), "--on", "2026-11-22"]
    done = subprocess.run(words, capture_output=True, text=True)
    log = (school / "state" / "logs" / "2026-11-22.log").read_text()
    assert done.returncode == 1
    (sentence,) = done.stderr.strip().splitlines()
    assert "Sheet!A1: a formula" in sentence
    assert sentence in log
    assert len(done.stdout.strip().splitlines()) == 1
    assert {path.name for path in (school / "reports").glob("*.xlsx")} == {
        "governors.xlsx",
        "it (not sound, 22-11-2026).xlsx",
        "safeguarding.xlsx",
    }
    assert run("run", school, "--on", "2026-11-21")[0] == 2


def test_what_doctor_says_of_a_page_steers_no_terminal(school, monkeypatch):
    """An escape sequence in a page's title is shown as a mark, and a key in an address not at all."""
    line = cli.doctor.Line("answers: 'A [red]page\x1b]0;planted\x07' at https://school.example/?token=planted-key")
    monkeypatch.setattr(cli.doctor, "examine", lambda *_: [line])
    said = CliRunner().invoke(cli.app, ["doctor", str(school)]).output
    assert "A [red]page\ufffd]0;planted\ufffd" in said
    assert "planted-key" not in said


def test_a_password_in_an_address_of_the_register_is_not_repeated(school):
    """The complaint about such an address goes to the screen, and with cron into a mail."""
    (school / "register.csv").write_text("Platform,Address\nwebsite,https://head:planted-key@school.example/\n")
    code, _, err = run("run", school)
    assert code == 2
    assert "row 2" in err
    assert "planted-key" not in err


def test_every_command_is_in_the_readme():
    """A command that the README does not name fails here."""
    from pathlib import Path

    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    names = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    assert [name for name in sorted(names) if f"`{name}" not in readme and f" {name}" not in readme] == []
