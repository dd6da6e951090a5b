"""Counting false alarms: what is flagged is counted once, for its own sort of text, and shown when asked."""

import json

import pytest

from bench.false_alarms import main


@pytest.fixture
def count(tmp_path, capsys):
    """Runs the count on posts and bios and gives the exit code, the figures and the lines before them."""

    def run(posts, bios, *options):
        files = {}
        for name, second, rows in (("posts", "topic", posts), ("bios", "kind", bios)):
            files[name] = tmp_path / f"{name}.csv"
            files[name].write_text("\n".join([f"text,{second}", *rows]), encoding="utf-8")
        code = main(["--posts", str(files["posts"]), "--bios", str(files["bios"]), *options])
        printed = capsys.readouterr().out.splitlines()
        return code, json.loads(printed[-1]), printed[:-1]

    return run


def test_innocent_texts_raise_nothing(count):
    """Innocent texts give zero for the checks that look at each of them."""
    code, figures, _ = count(["PE is on Tuesday,reminder"] * 4, ["Gardener,other"] * 5)
    assert (code, figures["posts"], figures["bios"]) == (0, 4, 5)
    assert figures["flags"]["PII-03 none"] == figures["flags"]["AGE-02 none"] == 0
    assert figures["flags"]["under 13 follower"] == 0


def test_flags_are_per_thousand_of_their_sort(count):
    """One post in four with a telephone number is 250 per 1,000 posts; one bio in five of a child 200."""
    posts = ["PE is on Tuesday,reminder"] * 3 + ["Text Donna on 07700 900123,reminder"]
    _, figures, lines = count(posts, ["Gardener,other"] * 4 + ["I'm 9,other"])
    assert figures["flags"]["personal_data post"] == figures["flags"]["PII-03 post"] == 250
    assert figures["flags"]["PII-03 comment"] == 250
    assert "personal_data\tpost\t1\t250.00 per 1,000\tphone: 1" in lines
    assert figures["flags"]["AGE-02 follower"] == figures["flags"]["under 13 follower"] == 200


def test_the_schools_own_numbers_are_no_alarm(count):
    """A number in a row of the topic contact is the school's own, wherever it stands."""
    rows = ["Ring 01632 960123,contact", "Ask on 01632 960123 for tickets,event", "Ask on 01632 960124 now,event"]
    _, figures, _ = count(rows, ["Gardener,other"], "--only", "personal_data")
    assert figures["flags"] == {"personal_data post": 333.33}


def test_examples_are_shown_when_asked(count):
    """--show prints the flagged text under its row, and --only leaves other rows out."""
    _, figures, lines = count(["PE is on Tuesday,reminder"], ["I'm 9,other"], "--only", "AGE-02", "--show", "1")
    assert list(figures["flags"]) == ["AGE-02 follower"]
    assert len(lines) == 2
    assert "I'm 9" in lines[1]


def test_wrong_columns_are_refused(count, capsys, tmp_path):
    """A file without its columns is refused in one sentence."""
    file = tmp_path / "wrong.csv"
    file.write_text("words\nhello", encoding="utf-8")
    assert main(["--posts", str(file)]) == 2
    assert "expected the columns text and topic, found words" in capsys.readouterr().err
