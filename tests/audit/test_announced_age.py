"""What an announced minimum age would change for an account."""

from dataclasses import replace
from datetime import date

import pytest

from audit.announced_age import if_law, source_of
from checks.policy import load_policy

POLICY = load_policy()
ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        (
            "facebook",
            (
                "Named on 15/06/2026. The minimum age would be 16, not 13: people from 13 to 15 could have no account;"
                " pupils of this school are younger, and too young already."
            ),
        ),
        ("linkedin", "No change: the minimum age is 16 already."),
        ("website", "No change: no minimum age applies."),
        ("whatsapp", "Stands outside the announced rules: no change."),
        ("discord", "Not named; whether it would be covered is unclear."),
        ("padlet", "Not named; nothing is known of it."),
    ],
)
def test_each_platform_is_told_apart(platform, words):
    """Named, outside, unclear, already as old, or without a minimum: each account is told what would change."""
    assert if_law(POLICY, platform, ON, 11) == words


def test_what_is_only_likely_is_said_to_be_likely():
    """A service that was not named and may be covered has both said of it."""
    words = if_law(POLICY, "bluesky", ON, 11)
    assert words.startswith("Not named, and thought likely to be covered. The minimum age would be 16, not 13")


def test_older_pupils_are_not_called_too_young():
    """Where pupils are as old as today's minimum, nothing is said of them."""
    assert "pupils" not in if_law(POLICY, "facebook", ON, 16)


def test_without_an_announcement_nothing_is_said():
    """A policy without an announced age leaves the column empty."""
    assert if_law(replace(POLICY, announcement=None), "facebook", ON, 11) == ""


def test_the_announcement_has_its_source_and_dates():
    """The words end with who said it and when that was last looked at, and that it is not law."""
    words = source_of(POLICY.announcement)
    assert "It is not law. Source: UK government, press release of 15/06/2026" in words
    assert words.endswith("verified on 22/11/2026.")
