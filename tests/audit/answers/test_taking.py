"""What logs and mails say of the files that people sent back."""

from datetime import datetime

import pytest

from audit.answers.taking import unnamed


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("reports/Zephyrine Q.xlsx", "a file in reports is damaged"),
        ("inbox/Zephyrine Q.xlsx", "a file in the inbox is damaged"),
        ("inbox/Zephyrine Q/it.xlsx", "a file in the inbox is damaged"),
    ],
)
def test_neither_files_nor_folders_are_named(place, words, tmp_path):
    """A sentence about a file names neither it nor the folder that somebody made for it in the inbox."""
    path = tmp_path / place
    assert unnamed(f"{path.name} is damaged", path, tmp_path / "inbox") == words


def test_when_it_was_saved_tells_which_file_is_meant(tmp_path):
    """Instead of its name a file's day and hour are told."""
    path = tmp_path / "Zephyrine Q.xlsx"
    path.touch()
    saved = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    words = unnamed("Zephyrine Q.xlsx is damaged", path, tmp_path / "inbox")
    assert f"{saved:%Y}" in words
    assert "Zephyrine" not in words
