"""The school's folder: what is valid, and how every mistake is said."""

import os
import stat

import pytest

from audit.config import load
from audit.problems import ConfigurationError

SCHOOL = """
[school]
name = "Hazelbrook Primary School"
website = "https://hazelbrook.example"

[[terms]]
name = "Autumn"
starts = 2026-09-02
ends = 2026-12-18

[dpia]
reference = "DPIA-7"
features = ["followers"]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "school.toml").write_text(SCHOOL)
    (tmp_path / "register.csv").write_text("Platform,Handle,Address\nbluesky,hazelbrook.example,\n")
    return tmp_path


def said(folder, environment=None):
    with pytest.raises(ConfigurationError) as caught:
        load(folder, environment or {})
    return [str(problem) for problem in caught.value.problems]


def test_a_small_folder_is_enough(folder):
    """A name and a register make a valid configuration; the rest has defaults."""
    configuration = load(folder, {})
    assert configuration.school.name == "Hazelbrook Primary School"
    assert configuration.school.covers("followers")
    assert not configuration.school.covers("comments")
    assert [account.key for account in configuration.accounts] == ["bluesky:hazelbrook.example"]
    assert configuration.run.threshold == "high"
    assert configuration.base_url("bluesky").startswith("https://")


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    """A wrong path is told as such, with what to do."""
    assert "there is no such folder" in said(tmp_path / "nowhere")[0]


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        ("[run]\nthreshold = 'urgent'\n", "school.toml, line 16: run.threshold is 'urgent'"),
        ("[run]\nworkrs = 2\n", "school.toml, line 16: there is no setting named run.workrs; did you mean 'workers'?"),
        ("[[terms]]\nname = 'Spring'\nstarts = 2027-04-01\nends = 2027-01-05\n", "school.toml, line 15"),
        ("[platforms.blusky]\nfollowers = true\n", "school.toml, line 15: there is no platform named 'blusky'"),
        ("[thresholds]\n'REG-12.amber_days' = 100000\n", "school.toml, line 16: REG-12.amber_days must lie between"),
        ("[thresholds]\n'REG-99.days' = 1\n", "there is no threshold named REG-99.days"),
        ("[network]\nretries = 99\n", "school.toml, line 16: network.retries is 99"),
        ("[workbooks.it]\nmode = '999'\n", "school.toml, line 16"),
        ("name = \n", "school.toml, line 15: is not valid TOML"),
    ],
)
def test_a_mistake_in_school_toml_is_named_with_its_line(folder, added, sentence):
    """File, line, what is wrong and what is expected."""
    (folder / "school.toml").write_text(SCHOOL + "\n" + added)
    assert any(sentence in one for one in said(folder)), said(folder)


def test_all_mistakes_of_all_files_come_at_once(folder):
    """A broken register and broken settings are reported together, before any run."""
    (folder / "school.toml").write_text("[school]\nnmae = 'x'\n")
    (folder / "requirements.toml").write_text("approved_platforms = ['friendface']\n")
    (folder / "register.csv").write_text("Platform,Handle\nfriendface,a\n")
    sentences = said(folder)
    for file in ("school.toml", "requirements.toml", "register.csv"):
        assert any(sentence.startswith(file) for sentence in sentences)


def test_missing_files_are_said(tmp_path):
    """An empty folder lacks settings and a register, and both are said."""
    sentences = said(tmp_path)
    assert any("school.toml: is missing" in sentence for sentence in sentences)
    assert any("there is no register" in sentence for sentence in sentences)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_secrets_that_others_can_read_are_refused(folder):
    """Keys in a file that other users of the machine can read stop the run, as ssh does."""
    path = folder / "secrets.toml"
    path.write_text("[x]\nbearer_token = 'abc'\n")
    path.chmod(0o644)
    assert "other people on this machine can read it" in said(folder)[0]
    path.chmod(0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load(folder, {}).keys.platforms == {"x": {"bearer_token": "abc"}}


def test_a_key_may_come_from_the_environment(folder):
    """A variable named after platform and key is taken, and wins over the file."""
    assert load(folder, {"SCHOOL_AUDIT_X_BEARER_TOKEN": " t0ken "}).keys.platforms["x"]["bearer_token"] == "t0ken"


def test_a_secret_never_stands_in_a_problem(folder):
    """A mistake in secrets.toml is told without its content."""
    path = folder / "secrets.toml"
    path.write_text("[x]\nbearer_token = ['PLANTED-TOKEN']\n")
    path.chmod(0o600)
    assert "PLANTED-TOKEN" not in "\n".join(said(folder))


def test_thresholds_are_taken_over(folder):
    """A number within its bounds replaces the shipped one, for this school only."""
    (folder / "school.toml").write_text(SCHOOL + "\n[thresholds]\n'REG-12.amber_days' = 40\nbacklog_after = 60\n")
    policy = load(folder, {}).policy
    assert policy.threshold("REG-12", "amber_days") == 40
    assert policy.setting("backlog_after") == 60


@pytest.mark.skipif(os.name != "posix", reason="Windows has neither")
def test_the_safeguarding_workbook_is_never_for_everybody(folder):
    """A mode that lets everybody read it, and a group that is not there, are refused before the run."""
    path = folder / "school.toml"
    path.write_text(f"{SCHOOL}[workbooks.safeguarding]\nmode = '644'\n[workbooks.it]\ngroup = 'no-such-group'\n")
    mode, group = sorted(said(folder), key=len, reverse=True)
    assert "line 15: workbooks.safeguarding.mode is '644', with which everybody" in mode
    assert "line 17: workbooks.it.group is 'no-such-group', and this machine has no such group" in group
    path.write_text(f"{SCHOOL}[workbooks.safeguarding]\nmode = '640'\n[workbooks.governors]\nmode = '644'\n")
    assert load(folder, {}).workbooks["safeguarding"].mode == "640"


def test_each_server_is_asked_at_its_platforms_pace(folder):
    """Where accounts name their own server, the platform's pace holds for that server."""
    (folder / "register.csv").write_text("Platform,Handle,Address\nmastodon,hazelbrook@toot.example,\ntumblr,hazel,\n")
    configuration = load(folder, {})
    assert configuration.network.pace["hazel.tumblr.com"] == configuration.policy.platforms["tumblr"].pace
    assert configuration.network.pace["toot.example"] == configuration.policy.platforms["mastodon"].pace
    assert "" not in configuration.network.pace
