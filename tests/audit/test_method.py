"""The Method sheet: rules, limits, sources and the data-protection statement."""

import re
from dataclasses import replace
from datetime import date

from audit.config import load
from audit.method import method
from audit.reviewed import Reviewed
from checks.policy import load_policy

ON = date(2026, 11, 22)
POLICY = load_policy()


def lines(audit, heading):
    """The words under a heading, by term."""
    return {line.term: line.words for line in audit.report.governors.method if line.heading == heading}


def test_every_check_is_said_with_its_limits_and_source(platform, audit):
    """Each check has a line with what it cannot see and what it rests on."""
    audit()
    said = lines(audit, "What each check cannot see, and what it rests on")
    assert len(said) == len(POLICY.checks)
    assert all("Source: " in words for words in said.values())


def test_minimum_ages_have_sources_with_dates(platform, audit):
    """The minimum age of each platform on the register, and the announced one, have a source and two dates."""
    audit()
    said = lines(audit, "Minimum ages")
    assert set(said) == {"Bluesky", "Announced: 16"}
    assert re.search(r"Source: .*, \d\d/\d\d/\d{4}; verified on \d\d/\d\d/\d{4}\.$", said["Bluesky"])
    assert "It is not law." in said["Announced: 16"]


def test_what_nobody_looked_at_for_long_is_said(platform, audit, school):
    """A minimum age and steps that were verified longer ago than the policy data allows are marked."""
    done = audit(date(2026, 11, 23))
    assert "Verified more than" not in repr(audit.report.governors.method)
    later = Reviewed(load(school, {}), replace(done, on=date(2027, 11, 22)), "0.0.1")
    words = [
        line.words for line in method(later, audit.report.totals) if "Verified more than 180 days ago" in line.words
    ]
    assert len(words) >= 3


def test_the_data_protection_statement_is_whole(platform, audit):
    """Why, what, where, who decides, who reads what, other people, small numbers, the assessment and the notice."""
    audit()
    said = lines(audit, "Data protection")
    assert {"Assessment", "Why it may be done", "Pictures", "Where it stays", "Who decides", "Small numbers"} <= set(
        said
    )
    assert said["Assessment"].startswith("Reference D; covers followers and comments.")
    assert "fewer than 5" in said["Small numbers"]


def test_how_long_things_are_kept_is_what_the_policy_data_says(platform, audit):
    """Every row of the retention table stands on the sheet with its days."""
    audit()
    said = lines(audit, "How long things are kept")
    assert len(said) == len(POLICY.retention)
    assert said["Mirror of the school's own posts"].startswith("365 days. ")
    assert said["Flagged profiles, once the finding closes"].startswith("Not kept. ")


def test_precision_waits_for_answers(platform, audit):
    """As long as nobody answered, the sheet says so."""
    audit()
    assert list(lines(audit, "How often the audit is right")) == ["All checks"]
