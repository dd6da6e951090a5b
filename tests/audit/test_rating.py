"""The indicative assurance rating, step by step."""

import pytest

from audit.rating import RULE, Standing, rate
from checks.finding import Severity
from checks.policy import load_policy
from output.report import Rating

POLICY = load_policy()


def standing(severity, *, overdue=False, awaiting=False):
    return Standing(Severity(severity), overdue, awaiting)


@pytest.mark.parametrize(
    ("standings", "coverage", "rating"),
    [
        ([], 1.0, Rating.SUBSTANTIAL),
        ([standing("medium")] * 5, 0.85, Rating.SUBSTANTIAL),
        ([standing("medium")] * 6, 0.85, Rating.REASONABLE),
        ([], 0.84, Rating.REASONABLE),
        ([standing("low", awaiting=True)], 1.0, Rating.REASONABLE),
        ([standing("high")] * 3, 1.0, Rating.REASONABLE),
        ([standing("high")] * 4, 1.0, Rating.LIMITED),
        ([standing("high", overdue=True)], 1.0, Rating.LIMITED),
        ([standing("medium", overdue=True)], 1.0, Rating.LIMITED),
        ([standing("critical")], 1.0, Rating.LIMITED),
        ([standing("critical")] * 3, 1.0, Rating.NO),
        ([standing("critical", overdue=True)], 1.0, Rating.NO),
        ([standing("low", awaiting=True, overdue=True)], 1.0, Rating.NOT_GIVEN),
        ([], 0.59, Rating.NOT_GIVEN),
        ([], None, Rating.NOT_GIVEN),
    ],
)
def test_each_step_of_the_rule(standings, coverage, rating):
    """The rating follows WORKBOOK.md's rule, boundary by boundary."""
    opinion = rate(standings, coverage, (), POLICY)
    assert opinion.rating is rating
    assert opinion.reasons


def test_an_account_that_went_unread_takes_the_opinion_away():
    """Whatever was found, no opinion is given when an account was not read for a week."""
    opinion = rate([], 1.0, ("Bluesky · hazelbrook.example",), POLICY)
    assert opinion.rating is Rating.NOT_GIVEN
    assert "Bluesky · hazelbrook.example has not been read in full for 7 days or more" in opinion.reasons


def test_an_unanswered_look_counts_as_open_of_its_severity():
    """Three critical items awaiting a look weigh as much as three found."""
    assert rate([standing("critical", awaiting=True)] * 3, 1.0, (), POLICY).rating is Rating.NO


def test_the_rule_is_printed_for_every_rating():
    """The Method sheet words each rating, and the numbers in it are the policy data's."""
    settings = {name: threshold.value for name, threshold in POLICY.settings.items()}
    assert set(RULE) == {str(rating) for rating in Rating}
    assert all("{" not in words.format(**settings) for words in RULE.values())
