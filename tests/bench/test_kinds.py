"""The bench of conduct's other kinds: what it counts and prints."""

import json

from bench import kinds


def test_counts(tmp_path, capsys):
    """Each kind is counted by itself, its own label positive; who merely names a party is not counted as partisan."""
    file = tmp_path / "some.csv"
    file.write_text(
        "text,label\nVote Labour on Thursday,partisan\nOur MP visited,none\nWell done Year 4,opinion\n", "utf-8"
    )
    assert kinds.main([str(file), "--misses"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    figures = json.loads(last)
    assert (figures["partisan"]["tp"], figures["partisan"]["fp"], figures["opinion"]["fn"]) == (1, 0, 1)
    assert any("missed" in line and "Well done Year 4" in line for line in lines)


def test_a_file_that_is_none(tmp_path, capsys):
    """A file without the columns, or none at all, is one sentence on standard error."""
    file = tmp_path / "other.csv"
    file.write_text("words\nHello\n", "utf-8")
    assert kinds.main([str(file)]) == kinds.main([str(tmp_path / "nothing.csv")]) == 2
    assert capsys.readouterr().err.count("cannot be read") == 2
