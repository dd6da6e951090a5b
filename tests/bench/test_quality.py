"""The measure of the readers: its numbers, its labels, its refusals."""

import json

import pytest

from bench.quality import main, score


@pytest.fixture
def measure(tmp_path, capsys):
    """Runs a task on rows of (text, label) and gives its exit code and the object in its last line."""

    def run(task, rows, *options):
        file = tmp_path / "texts.csv"
        lines = ["text,label", *(f'"{text}",{label}' for text, label in rows)]
        file.write_text("\n".join(lines), encoding="utf-8")
        code = main([task, str(file), *options])
        printed = capsys.readouterr().out.splitlines()
        return code, json.loads(printed[-1]), printed[:-1]

    return run


def test_bios_are_counted(measure):
    """Under-13s found and missed, and adults found by mistake, are counted against the label minor."""
    rows = [("I'm 9", "minor"), ("hello", "minor"), ("15 yo", "teen"), ("Y6 teacher", "not"), ("Year 5", "not")]
    code, result, _ = measure("bios", rows)
    assert code == 0
    assert result == {"task": "bios", "n": 5, "tp": 1, "fp": 1, "fn": 1, "precision": 0.5, "recall": 0.5}


def test_bios_depend_on_the_date(measure):
    """A year group is read on the date given."""
    rows = [("Y8", "minor")]
    assert measure("bios", rows, "--on", "2026-11-22")[1]["tp"] == 1
    assert measure("bios", rows, "--on", "2027-08-31")[1]["tp"] == 0


def test_managed_rows_are_wrong_only_as_a_childs_own(measure):
    """A row labelled managed is right when the account is seen to be run by an adult."""
    rows = [("Age 9, account run by my mum", "managed"), ("Age 9", "managed")]
    assert measure("bios", rows)[1]["fp"] == 1


def test_possible_personal_data_does_not_count(measure):
    """An office's telephone number is left to a person and is not counted as found."""
    rows = [("call 07700 900123", "phone"), ("school office: 01632 960555", "none")]
    _, result, _ = measure("pii", rows)
    assert (result["tp"], result["fp"]) == (1, 0)


def test_schools_contacts_are_allowed(measure, tmp_path):
    """With a school.toml its own contacts are no personal data."""
    school = tmp_path / "school.toml"
    school.write_text('[school]\nname = "Hazelbrook"\nphones = ["07700 900123"]\n', encoding="utf-8")
    rows = [("call 07700 900123", "none")]
    assert measure("pii", rows)[1]["fp"] == 1
    assert measure("pii", rows, "--school", str(school))[1]["fp"] == 0


def test_links_count_all_but_what_is_merely_possible(measure, tmp_path):
    """The links task counts what hides or harms, leaves storage to a person, and knows the school's own addresses."""
    rows = [
        ("https://bit.ly/a", "short"),
        ("https://docs.google.com/forms/d/a", "ok"),
        ("https://t.me/hazelbrookpta", "risky"),
        ("https://casino.example", "ok"),
    ]
    code, result, remarks = measure("links", rows)
    assert (code, result["tp"], result["fp"], result["fn"], remarks) == (0, 2, 1, 0, [])
    school = tmp_path / "school.toml"
    school.write_text('[school]\nname = "Hazelbrook"\nallowed_links = ["t.me/hazelbrookpta"]\n', encoding="utf-8")
    assert measure("links", rows, "--school", str(school))[1]["fn"] == 1


def test_handles_have_columns_of_their_own(tmp_path, capsys):
    """The handles task reads the official account and the candidate from four columns, and counts the label fake."""
    file = tmp_path / "handles.csv"
    official = "HazelbrookPS,Hazelbrook Primary School"
    rows = (f"{official},Haze1brookPS,Hazelbrook Primary School,fake", f"{official},HazelbrookFC,Hazelbrook FC,ok")
    file.write_text("\n".join(("official_handle,official_name,handle,display,label", *rows)), encoding="utf-8")
    assert main(["handles", str(file)]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["n"], result["precision"], result["recall"]) == (2, 1.0, 1.0)


def test_misses_are_shown_on_request(measure):
    """The rows read wrongly are printed before the numbers."""
    _, _, shown = measure("bios", [("hello", "minor")], "--misses")
    assert shown == ["missed\tminor\thello"]


def test_names_with_and_without_the_schools_lists(measure, tmp_path):
    """Full names of pupils are positive, first names not; staff and allowed names of --school are not found."""
    rows = [("Well done Ella Thornley", "full"), ("Well done Ella", "first"), ("Well done Angela Larch", "none")]
    _, result, _ = measure("names", rows)
    assert (result["tp"], result["fp"], result["fn"]) == (1, 1, 0)
    school = tmp_path / "school.toml"
    school.write_text('[school]\nstaff_names = ["Mrs A Larch"]\n')
    _, result, _ = measure("names", rows, "--school", str(school))
    assert (result["tp"], result["fp"], result["fn"]) == (1, 0, 0)


def test_trivial_posts_have_an_accuracy(measure):
    """Posts are counted against the label trivial, and the share told right is given beside."""
    rows = [("Type AMEN if you agree", "trivial"), ("Year 4 pupils made bread in class.", "school"), ("ok", "trivial")]
    _, result, _ = measure("trivial", rows)
    assert result == {
        "task": "trivial", "n": 3, "tp": 1, "fp": 0, "fn": 1, "precision": 1.0, "recall": 0.5, "accuracy": 0.6667,
    }  # fmt: skip


def test_file_without_columns_is_refused(tmp_path, capsys):
    """A file without text and label exits 2 and says what was expected and found."""
    file = tmp_path / "wrong.csv"
    file.write_text("words,kind\na,b\n", encoding="utf-8")
    assert main(["bios", str(file)]) == 2
    assert "expected the columns text and label, found words, kind" in capsys.readouterr().err


def test_missing_file_is_refused(tmp_path, capsys):
    """A file that is not there exits 2 and names it."""
    assert main(["bios", str(tmp_path / "none.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err


def test_nothing_found_has_no_precision():
    """Precision is null where nothing was found, recall where nothing was to be found."""
    result = score([(False, False)])
    assert (result["precision"], result["recall"]) == (None, None)
