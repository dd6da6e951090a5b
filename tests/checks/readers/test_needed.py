"""What patterns need of a text: told rightly, so that a pattern is never left untried where it fits."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers import conduct
from checks.readers.needed import Gate, needed

BENCH = Path(__file__).resolve().parents[3] / "bench" / "data"


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        (r"\bkill\b", {"kill"}),
        (r"(?i:KILL|Hurt)", {"kill", "hurt"}),
        (r"(?:kill|hurt) (?:him|her)", {"kill him", "kill her", "hurt him", "hurt her"}),
        (r"kills?\b", {"kill", "kills"}),
        (r"sh[iy]t", {"shit", "shyt"}),
        (r"\w+ idiot", {" idiot"}),
        (r"(?<!not )bad(?! luck)", {"bad"}),
        (r"\w+", set()),
        (r"a|bad", set()),
        (r"(?:bad)?", set()),
        (r"(?:bad)+x", {"bad"}),
    ],
)
def test_needed_strings(pattern, strings):
    """Alternatives, endings and small sets of letters are told apart; what is optional is not needed."""
    assert needed(pattern) == strings


PATTERNS = (r"ab+c|ca(?:b|cc)?b", r"(?:ab|ba){2,3}c", r"a(?!b)c*bb|[ab]cc", r"\bcab?\b|bbb", r"(?:a|b|)cab")


@given(st.text("abc ", max_size=12))
def test_no_match_without_what_is_needed(text):
    """Wherever a pattern matches, the gate lets it through."""
    gate = Gate({number: needed(pattern) for number, pattern in enumerate(PATTERNS)})
    allowed = gate.open(text)
    assert all(number in allowed for number, pattern in enumerate(PATTERNS) if re.search(pattern, text))


def test_gate_loses_nothing_that_people_write():
    """On the labelled texts every rule of conduct that fits is let through."""
    with (BENCH / "conduct-train.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][::40]
    rules = [(number, conduct._file()[rule.pattern]) for number, rule in enumerate(conduct._rules()) if rule.pattern]
    fitting = 0
    for text in texts:
        fits = {number for number, pattern in rules if pattern.search(text)}
        fitting += len(fits)
        assert fits <= conduct._gate().open(text.lower())
    assert fitting
