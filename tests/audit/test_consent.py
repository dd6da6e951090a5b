"""The children who must not be shown: from the school's list to one line for the safeguarding lead, and no name."""

import os
import stat
import subprocess
import sys
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from audit import cli
from audit.config import load
from audit.consent import make_marks, read_no_consent
from audit.keys import read_consent_key
from audit.mirror import LONDON
from audit.problems import ConfigurationError
from checks.readers.consent import NoConsent, read_unwanted

LIST = "first,last,class\nRowan,Larch,Year 3\nÉlodie-May,O'Birch,\n"
OTHERS = '# ours\n[facebook]\npage_token = "planted-token"'
NAMES = ("rowan", "larch", "elodie", "élodie", "birch")


@pytest.fixture
def school(tmp_path):
    folder = tmp_path / "school"
    folder.mkdir()
    (folder / "school.toml").write_text(
        "[school]\nname = 'Hazelbrook Primary School'\n[dpia]\nreference = 'D'\nfeatures = ['names']\n"
        "[thresholds]\nlinks_per_night = 0\n[consent]\nlist = 'no-consent.txt'\n"
    )
    (folder / "register.csv").write_text("Platform,Handle\nbluesky,a.example\n")
    return folder


@pytest.fixture
def children(tmp_path):
    path = tmp_path / "refused.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def secret(folder):
    return read_consent_key(folder / "secrets.toml", [])


def said(call, *given):
    with pytest.raises(ConfigurationError) as caught:
        call(*given)
    return [str(problem) for problem in caught.value.problems]


def doctor(folder):
    done = CliRunner().invoke(cli.app, ["doctor", str(folder), "--offline"])
    return next((line for line in done.output.splitlines() if "must not be shown" in line), "")


def test_the_command_makes_marks_and_a_key(school, children):
    """A list becomes sorted marks, which only its owner may read and which a night takes as the school's."""
    assert make_marks(school, children) == 2
    lines = (school / "no-consent.txt").read_text().splitlines()
    expected = NoConsent.of(secret(school), [("Rowan", "Larch", "Year 3"), ("Élodie-May", "O'Birch", "")])
    read = load(school, {}).school.no_consent
    assert lines[:-1] == sorted(expected.marks)
    assert (read, len(read.marks)) == (expected, 5)
    assert read_unwanted("Well done Elodie May O\u2019Birch", read) == ("full name",)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_both_files_are_their_owners_alone(school, children):
    """Marks and key lie in files with mode 0600, whatever the mode of the marks that they replace."""
    (school / "no-consent.txt").write_text("old")
    (school / "no-consent.txt").chmod(0o644)
    make_marks(school, children)
    for name in ("no-consent.txt", "secrets.toml"):
        assert stat.S_IMODE((school / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_stands_in_secrets_stays(school, children, end):
    """The key is added below the school's keys to platforms, once, and a second list is made with the same key."""
    path = school / "secrets.toml"
    before = OTHERS.replace("\n", end).encode()
    path.write_bytes(before)
    path.chmod(0o600)
    make_marks(school, children)
    after = path.read_bytes()
    children.write_text("last;class;first\nLarch;Year 3;Rowan\n", encoding="utf-8-sig")
    make_marks(school, children)
    keys = load(school, {}).keys
    assert after.startswith(before)
    assert path.read_bytes() == after
    assert keys.platforms == {"facebook": {"page_token": "planted-token"}}
    assert len(load(school, {}).school.no_consent.marks) == 3


def test_two_schools_have_two_keys(school, children, tmp_path):
    """Keys are made by chance, so that the marks of two schools have nothing in common."""
    other = tmp_path / "other"
    other.mkdir()
    make_marks(school, children)
    make_marks(other, children)
    one, two = ((folder / "no-consent.txt").read_text().split() for folder in (school, other))
    assert not set(one) & set(two)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "refused.csv, row 1: is not the row of headings. Expected: first, last, class."),
        ("Rowan,Larch,Year 3\n", "refused.csv, row 1: is not the row of headings"),
        ("first,last,class,born\nRowan,Larch,Year 3,x\n", "refused.csv, row 1: is not the row of headings"),
        ("first,last,class\n\n", "refused.csv: names no child"),
        ("first,last,class\nRowan,Larch\n", "refused.csv, row 2: holds 2 cells and not 3"),
        ("first,last,class\nRowan,Larch,3\n,Larch,3\n", "refused.csv, row 3: holds no first name and surname of 4 words"),
        ("first,last,class\nRowan,?!,3\n", "refused.csv, row 2: holds no first name and surname of 4 words"),
        ("first,last,class\nRowan Ash,Larch de la Elm,3\n", "refused.csv, row 2: holds no first name and surname of 4"),
        ('first,last,class\n"Rowan,Larch,3\n', "refused.csv: is no CSV file"),
    ],
)  # fmt: skip
def test_a_list_to_mend_is_one_sentence_and_nothing_is_written(school, children, text, sentence):
    """File and row are told, no name is, and neither a key nor marks come into being."""
    children.write_text(text)
    before = sorted(path.name for path in school.iterdir())
    (told,) = said(make_marks, school, children)
    assert told.startswith(sentence)
    assert not any(name in told.casefold() for name in NAMES)
    assert sorted(path.name for path in school.iterdir()) == before


def test_a_bad_list_leaves_the_old_marks(school, children):
    """A list that cannot be read replaces nothing."""
    make_marks(school, children)
    before = (school / "no-consent.txt").read_bytes()
    children.write_bytes("first,last,class\nÉlodie,Larch,\n".encode("cp1252"))
    (told,) = said(make_marks, school, children)
    assert told == "refused.csv: is not UTF-8 text. Expected: saved as 'CSV UTF-8'."
    assert (school / "no-consent.txt").read_bytes() == before


def test_files_that_are_not_there_are_told(school, children, tmp_path):
    """A wrong folder and a wrong list are one sentence each."""
    assert "there is no such folder" in said(make_marks, tmp_path / "nowhere", children)[0]
    assert "nowhere.csv: cannot be read" in said(make_marks, school, tmp_path / "nowhere.csv")[0]


def test_a_night_without_the_file_is_one_sentence(school):
    """A list that school.toml names and nobody made stops the run."""
    (told,) = said(load, school, {})
    assert told.startswith(
        "no-consent.txt: cannot be read: No such file or directory. Expected: the file that [consent]"
    )


@pytest.mark.parametrize("lost", [0, 3, -1])
def test_a_file_that_is_not_whole_is_one_sentence(school, children, lost):
    """A file that lost a line stops the run, for a child who is no longer listed would pass."""
    make_marks(school, children)
    lines = (school / "no-consent.txt").read_text().splitlines()
    del lines[lost]
    (school / "no-consent.txt").write_text("\n".join(lines))
    (told,) = said(load, school, {})
    assert told.startswith("no-consent.txt: is not whole, or was made with another key than [consent] in secrets.toml")


def test_a_night_without_the_key_is_one_sentence(school, children):
    """Marks whose key went missing stop the run."""
    make_marks(school, children)
    (school / "secrets.toml").unlink()
    (told,) = said(load, school, {})
    assert told.startswith("secrets.toml: holds no [consent] key, without which no-consent.txt cannot be read.")


def test_a_night_with_another_key_is_one_sentence(school, children):
    """Marks that were made with another key stop the run, for with that key every name would pass."""
    make_marks(school, children)
    (school / "secrets.toml").unlink()
    marks = (school / "no-consent.txt").read_text()
    make_marks(school, children)
    (school / "no-consent.txt").write_text(marks)
    (told,) = said(load, school, {})
    assert told.startswith("no-consent.txt: is not whole, or was made with another key than [consent] in secrets.toml")


@pytest.mark.parametrize(
    "table", ['consent = "planted"', '[consent]\nkey = "planted"', "[consent]\nkey = 7", "[consent]\nkeys = 'a'"]
)
def test_a_wrong_key_is_one_sentence_without_it(school, children, table):
    """What stands under [consent] and is no key is told without a word of it, to the night and to the command."""
    make_marks(school, children)
    (school / "secrets.toml").write_text(table)
    for told in (said(load, school, {}), said(make_marks, school, children)):
        assert len(told) == 1
        assert told[0].startswith("secrets.toml: [consent] does not hold the key of the list of children.")
        assert "planted" not in told[0]


def test_a_line_that_is_no_mark_is_told_by_its_number(school, children):
    """The list itself in place of the marks is refused without a name of it."""
    make_marks(school, children)
    (school / "no-consent.txt").write_text(LIST, encoding="utf-8")
    (told,) = said(load, school, {})
    assert told == "no-consent.txt, line 1: is no mark. Expected: no-consent.txt as school-audit consent makes it."


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_content_is_a_sentence(tmp_path, text):
    """Whatever a list or a file of marks holds, nothing raises but the problem itself."""
    path = tmp_path / "any.csv"
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    problems = []
    assert read_no_consent(path, b"k" * 16, problems) is None
    assert problems
    assert said(make_marks, tmp_path, path)


def test_neither_key_nor_marks_are_shown(school, children):
    """A configuration that is printed holds no key, and the night's redactor knows it."""
    make_marks(school, children)
    configuration = load(school, {})
    key = secret(school)
    assert key.hex() in set(configuration.keys.values())
    for shown in (repr(configuration.keys), repr(configuration.school)):
        assert key.hex() not in shown
        assert repr(key) not in shown


def test_the_command_says_what_becomes_of_the_list(school, children):
    """It asks to delete the list, says that it stayed on the machine, and shows neither name nor key."""
    words = [sys.executable, "-c", "from audit.cli import main; main()", "consent", str(school), str(children)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Now delete {children}" in done.stdout
    assert "read on this machine, and neither it nor a name in it was kept, copied or sent" in done.stdout
    assert secret(school).hex() not in done.stdout
    assert not any(name in done.stdout.casefold() for name in NAMES)
    assert children.exists()


def test_doctor_says_how_many_marks_and_how_old(school, children):
    """The list's line is fine in its first school year, and to do after it."""
    make_marks(school, children)
    assert doctor(school).startswith("ok    no-consent.txt: 5 marks of children who must not be shown, made on ")
    noon = datetime.now(LONDON).replace(hour=12)
    old = (noon - timedelta(days=400)).timestamp()
    os.utime(school / "no-consent.txt", (old, old))
    assert doctor(school).startswith("TO DO no-consent.txt: 5 marks")
    assert "400 days ago: older than a school year; make a new one" in doctor(school)


def test_doctor_says_where_no_list_is_used(school, children):
    """Without a list doctor names the command; a list that the assessment does not cover is to do."""
    make_marks(school, children)
    path = school / "school.toml"
    text = path.read_text()
    path.write_text(text.replace("list = ", "# list = "))
    assert doctor(school).startswith("ok    no list of children who must not be shown (IMG-04): a person compares")
    path.write_text(text.replace("'names'", ""))
    assert doctor(school).startswith("TO DO no-consent.txt")
    assert "the DPIA does not cover names" in doctor(school)


def test_a_listed_child_is_one_line_for_the_safeguarding_lead(platform, school, children):
    """A post that names a listed child is one IMG-04 finding, its address the safeguarding lead's alone, its name nobody's."""
    make_marks(school, children)
    platform.posts = [
        {"id": f"at://{number}", "address": f"https://bsky.app/{number}", "kind": "post", "text": text, "created": when}
        for number, text, when in (
            (1, "Well done Rowan Larch on the cup", datetime(2026, 11, 18, 9, tzinfo=UTC)),
            (2, "Our choir sang at the fair", datetime(2026, 11, 19, 9, tzinfo=UTC)),
        )
    ]
    report, _ = cli.night(load(school, {}), datetime(2026, 11, 22, tzinfo=UTC).date())
    found = [one for one in report.record["findings"] if one["check"] == "IMG-04"]
    lines = [line for line in report.safeguarding.lines if line.what.endswith("a child who must not be shown or named")]
    assert (len(found), found[0]["severity"], found[0]["state"]) == (1, "critical", "open")
    assert [line.address for line in lines] == ["https://bsky.app/1"]
    for others in (asdict(report.governors), asdict(report.it), report.record):
        assert "https://bsky.app/1" not in repr(others)
    files = [*(school / "reports").rglob("*.xlsx"), *(school / "reports").rglob("run.json")]
    logs = list((school / "state" / "logs").iterdir())
    assert (len(files), len(logs)) == (6, 1)
    for shown in (repr(report), *map(content, files), *map(content, logs)):
        assert secret(school).hex() not in shown
        assert not any(name in shown.casefold() for name in NAMES)


def content(path):
    """All text of a file; of a workbook, of every part in it."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
