"""The school's list of bad addresses: what a line may say, and how a wrong one is told."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.bad_domains import MOST_SAID, read_bad_domains
from audit.config import load
from audit.problems import ConfigurationError
from checks.readers.link_risks import Kind, OwnLinks, read_address

SCHOOL = "[school]\nname = 'Hazelbrook'\n[dpia]\nreference = 'D'\n[links]\nbad_domains = 'bad.txt'\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "school.toml").write_text(SCHOOL)
    (tmp_path / "register.csv").write_text("Platform,Handle\nbluesky,a.example\n")
    return tmp_path


def test_one_domain_a_line(tmp_path):
    """Domains, beginnings of addresses and lines of hosts files count; notes and empty lines do not."""
    path, problems = tmp_path / "bad.txt", []
    path.write_text("# ours\ngamesite.example\n\n  Spin.example # a casino\n0.0.0.0 ads.example\npage.example/a/b\n")
    assert read_bad_domains(path, problems) == ("gamesite.example", "Spin.example", "ads.example", "page.example/a/b")
    assert problems == []


def test_a_wrong_line_is_one_sentence(folder):
    """A line that is no domain is told with the file and its number, before any run."""
    (folder / "bad.txt").write_text("gamesite.example\nnot a domain\n")
    with pytest.raises(ConfigurationError) as caught:
        load(folder, {})
    (problem,) = caught.value.problems
    assert str(problem).startswith("bad.txt, line 2: 'not a domain' is no domain. Expected: one domain,")


def test_many_wrong_lines_are_counted(tmp_path):
    """Of many wrong lines the first are told, and how many more there are."""
    path, problems = tmp_path / "bad.txt", []
    path.write_text("no\n" * (MOST_SAID + 5))
    assert read_bad_domains(path, problems) == ()
    assert len(problems) == MOST_SAID + 1
    assert "5 more lines are no domains" in str(problems[-1])


def test_a_missing_file_is_told(folder):
    """A list that is named and not there stops the run with a sentence."""
    with pytest.raises(ConfigurationError, match=r"bad\.txt: cannot be read"):
        load(folder, {})


def test_a_file_that_is_no_text_is_told(tmp_path):
    """A list in another encoding is told as such."""
    path, problems = tmp_path / "bad.txt", []
    path.write_bytes(b"caf\xe9.example\n")
    assert read_bad_domains(path, problems) == ()
    assert "is not UTF-8 text" in str(problems[0])


def test_listed_addresses_are_harmful(folder):
    """A link to a listed domain, or to a host below it, is read as listed."""
    (folder / "bad.txt").write_text("gamesite.example\n")
    school = load(folder, {}).school
    own = OwnLinks.of(school.domains, school.allowed_links, school.bad_links)
    assert [one.kind for one in read_address("https://play.gamesite.example/a", own)] == [Kind.LISTED]


@given(st.text())
def test_any_line_is_read(text):
    """No content raises."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bad.txt"
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
        read_bad_domains(path, [])
