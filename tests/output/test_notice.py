"""The paragraph that cron mails."""

from dataclasses import replace

import pytest

from output.notice import notice
from output.report import SafeguardingView


def test_a_bad_night_in_one_paragraph(sample):
    """Rating, open by severity, new, closed, awaiting, what was not audited, and a number for the DSL."""
    said = notice(sample("bad"))
    assert said == (
        "Hazelbrook Primary School, social media audit of 22/11/2026: No assurance (indicative, automated)."
        " 21 open (4 critical, 7 high, 5 medium, 3 low, 2 info); 6 new, 1 closed, 3 awaiting a human look."
        " 10 of 60 checks could not be concluded: Instagram · hazelbrook.life, Wikipedia · Hazelbrook Primary"
        " School, X · @hazelbrook_pri and 2 more. 2 recommendations not counted. Fewer than 5 new items in the"
        " safeguarding workbook."
    )


def test_a_quiet_night_says_so(sample):
    """Nothing open and everything concluded is said in words, and the DSL is not mentioned."""
    report = sample("good")
    none = replace(report.totals, open=dict.fromkeys(report.totals.open, 0), new=0, fixed=0)
    said = notice(replace(report, totals=none))
    assert "Nothing is open; 0 new, 0 closed" in said
    assert "All 30 checks were concluded." in said
    assert "safeguarding" not in said


def test_an_empty_school_is_not_a_clean_one(sample):
    """Without an account the notice says that nothing could be audited."""
    assert "Nothing could be audited." in notice(sample("empty"))


@pytest.mark.parametrize(
    ("new", "below", "said"),
    [
        (1, 5, "Fewer than 5"),
        (4, 5, "Fewer than 5"),
        (5, 5, "At least 5"),
        (9, 10, "Fewer than 10"),
        (1_200, 5, "At least 5"),
    ],
)
def test_the_number_of_items_is_not_told(new, below, said, sample):
    """An item may be a child: no number below the policy's limit is in the mail, nor one to take others from."""
    report = replace(sample("good"), safeguarding=SafeguardingView((), 1, new, below))
    assert notice(report).endswith(f" {said} new items in the safeguarding workbook.")


def test_the_notice_is_one_line(sample):
    """No text from outside breaks the line or reaches the terminal as a control character."""
    said = notice(sample("hostile"))
    assert said.isprintable()
    assert len(said) < 1_500
