"""Figures of precision: what answers tell of how often the audit is right."""

import pytest

from audit.precision import UNANSWERED, precision_lines
from checks.policy import load_policy

POLICY = load_policy()


def said(confirmed, not_an_issue):
    """The words of each line, by its term's first word."""
    return {
        line.term if line.term == "All checks" else line.term.partition(" ")[0]: line.words
        for line in precision_lines(POLICY, confirmed, not_an_issue)
    }


def test_nobody_answered_yet():
    """Without an answer nothing is said but that."""
    assert said({}, {}) == {"All checks": UNANSWERED}


def test_figures_have_their_n():
    """Each figure says how many answers it rests on, overall and by check; unanswered checks have no line."""
    lines = said({"LNK-04": 9, "REG-05": 2}, {"LNK-04": 3})
    assert lines["LNK-04"] == "9 of 12 answered findings (75%) were confirmed."
    assert lines["REG-05"] == "2 of 2 answered findings were confirmed."
    assert lines["All checks"].startswith("11 of 14 answered findings (79%) were confirmed: ")
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("confirmed", "not_an_issue", "words"),
    [
        (1, 3, None),
        (2, 5, "fewer than 5 of 5 to 9 answers confirmed it."),
        (12, 9, "10 to 19 of 20 to 49 answers confirmed it."),
    ],
)
def test_a_childrens_matter_is_told_in_bands(confirmed, not_an_issue, words):
    """A check of children has no figure below five answers, bands from there on, and is in no total."""
    lines = said({"AGE-02": confirmed, "LNK-04": 1}, {"AGE-02": not_an_issue})
    assert lines.get("AGE-02") == words
    assert lines["All checks"].startswith("1 of 1 answered findings were confirmed: ")
