from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.activity import MONTHS, ever_used, in_use, months_of
from checks.finding import Carried, History, Outcome, Severity
from connectors.snapshot import POSTS, Resource, complete, failed, frame, not_due, partial


def posted(*days, kind="post"):
    """Rows of posts, one on each day."""
    return [
        {
            "id": f"{kind}-{day}",
            "kind": kind,
            "text": "Hello",
            "created": datetime(*day.timetuple()[:3], 12, tzinfo=UTC),
        }
        for day in days
    ]


def ended(make, check, row=None, **parts):
    return make.result(check, make.subject(row or make.account(), **parts))


SCHOOL_DAYS_AGO = {30: date(2026, 10, 2), 31: date(2026, 10, 1), 90: date(2026, 5, 22), 91: date(2026, 5, 21)}


@pytest.mark.parametrize(
    ("days", "severity"), [(30, None), (31, Severity.LOW), (90, Severity.LOW), (91, Severity.MEDIUM)]
)
def test_reg12_school_days(make, days, severity):
    """A last post more than 30 school days ago is low, more than 90 medium; holidays do not count."""
    result = ended(make, in_use, posts=posted(SCHOOL_DAYS_AGO[days], date(2026, 4, 20)))
    assert [one.severity for one in result.findings] == ([severity] if severity else [])
    if severity:
        assert f"{days} school days" in result.findings[0].detail


def test_reg12_summer_holidays(make):
    """In the first week of September an account that posted before the holidays is not dormant."""
    subject = make.subject(on=date(2026, 9, 4), posts=posted(date(2026, 7, 20)))
    assert make.result(in_use, subject).outcome is Outcome.PASS


def test_reg12_reposts_are_no_posts(make):
    """An account that only reposts is dormant all the same."""
    rows = posted(date(2026, 4, 20)) + posted(date(2026, 11, 19), kind="repost")
    assert ended(make, in_use, posts=rows).outcome is Outcome.FINDING


def test_reg12_says_that_it_guesses(make):
    """Where school.toml has no term dates the finding says that weekdays were counted."""
    subject = make.subject(school_=make.school(terms=()), posts=posted(date(2026, 4, 20)))
    assert "weekdays" in make.finding(in_use, subject).detail


@pytest.mark.parametrize("status", ["parked", "closed"])
def test_reg12_reg13_parked_and_closed(make, status):
    """Nobody expects parked and closed accounts to be in use."""
    row = make.account(status=status)
    for check in (in_use, ever_used):
        assert ended(make, check, row, posts=posted(date(2026, 4, 20))).outcome is Outcome.NOT_APPLICABLE


def test_reg12_out_of_season(make):
    """A seasonal account is not looked at out of its season."""
    row = make.account(status="seasonal", season="June to July")
    assert ended(make, in_use, row, posts=posted(date(2026, 4, 20))).outcome is Outcome.NOT_APPLICABLE


def test_reg12_in_season(make):
    """In season, school days count from the season's start: a quiet half-term of it is dormant."""
    row = make.account(status="seasonal", season="September-December")
    dormant = ended(make, in_use, row, posts=posted(date(2026, 4, 20)))
    assert [one.severity for one in dormant.findings] == [Severity.LOW]
    fresh = make.subject(row, on=date(2026, 9, 30), posts=posted(date(2026, 4, 20)))
    assert make.result(in_use, fresh).outcome is Outcome.PASS


def test_reg12_season_without_months(make):
    """A season that names no month is not testable, and says what to write."""
    row = make.account(status="seasonal", season="summer fair")
    result = ended(make, in_use, row, posts=posted(date(2026, 4, 20)))
    assert result.outcome is Outcome.NOT_TESTABLE
    assert "June to July" in result.reason


def test_reg12_without_posts(make):
    """An account without posts of its own is REG-13's."""
    assert ended(make, in_use, posts=[]).outcome is Outcome.NOT_APPLICABLE


def test_reg12_outage(make):
    """When tonight's posts could not be read, what the mirror knows says nothing."""
    history = History(posts=frame(POSTS, posted(date(2026, 4, 20))))
    coverage = {Resource.POSTS: failed("no answer")}
    assert ended(make, in_use, history=history, coverage=coverage).outcome is Outcome.ERROR
    subject = make.subject(history=history, coverage={Resource.POSTS: not_due("weekly")})
    last = Carried(Outcome.PASS, "", date(2026, 11, 14))
    assert make.result(in_use, subject, last=last).outcome is Outcome.PASS


def test_reg12_latest_items_only(make):
    """A feed that carries only its latest items shows both a dormant blog and one that is in use."""
    latest = {Resource.POSTS: partial("the feed carries its latest items", 1, planned=True)}
    dormant = ended(make, in_use, posts=posted(date(2026, 4, 20), kind="article"), coverage=latest)
    assert dormant.outcome is Outcome.FINDING
    used = ended(make, in_use, posts=posted(date(2026, 11, 18), kind="article"), coverage=latest)
    assert used.outcome is Outcome.PASS


@pytest.mark.parametrize("check", [in_use, ever_used])
def test_reg12_reg13_sites_without_posts(make, check):
    """A website and an article need not be new."""
    for row in (make.website(), make.article()):
        assert ended(make, check, row, posts=[], coverage={}).outcome is Outcome.NOT_APPLICABLE


OLD = datetime(2026, 8, 1, tzinfo=UTC)
NEW = datetime(2026, 9, 1, tzinfo=UTC)


def bare_row(make, **changes):
    return make.account(created_on=None, approved_on=None, **changes)


@pytest.mark.parametrize(("posts", "title"), [(0, "never"), (2, "hardly ever")])
def test_reg13_old_and_unused(make, posts, title):
    """An account older than 90 days with fewer than three posts is a finding."""
    profile = make.profile(created=OLD, posts=posts)
    rows = posted(*[date(2026, 11, day + 1) for day in range(posts)])
    (finding,) = ended(make, ever_used, bare_row(make), profile=profile, posts=rows).findings
    assert finding.title == f"The account was {title} used"


def test_reg13_young_or_used(make):
    """An account of 80 days, and one with three posts, pass."""
    young = make.profile(created=NEW, posts=0)
    assert ended(make, ever_used, bare_row(make), profile=young, posts=[]).outcome is Outcome.PASS
    used = make.profile(created=OLD, posts=3)
    assert ended(make, ever_used, bare_row(make), profile=used, posts=[]).outcome is Outcome.PASS


def test_reg13_counts_what_was_read(make):
    """Where the platform gives no count, posts that were read count; too few only when all were read."""
    profile = make.profile(created=OLD, posts=None)
    rows = posted(date(2026, 11, 2))
    assert ended(make, ever_used, bare_row(make), profile=profile, posts=rows).outcome is Outcome.FINDING
    part = {Resource.POSTS: partial("a cap", 1, planned=True)}
    result = ended(make, ever_used, bare_row(make), profile=profile, posts=rows, coverage=part)
    assert result.outcome is Outcome.NOT_TESTABLE
    rows = posted(*[date(2026, 11, day) for day in (2, 3, 4)])
    result = ended(make, ever_used, bare_row(make), profile=profile, posts=rows, coverage=part)
    assert result.outcome is Outcome.PASS


def test_reg13_age_unknown(make):
    """When nobody says when the account was made the check is not testable and says what to enter."""
    profile = make.profile(created=None, posts=0)
    result = ended(make, ever_used, bare_row(make), profile=profile, posts=[])
    assert result.outcome is Outcome.NOT_TESTABLE
    assert "Created on" in result.reason


def test_reg13_audit_knows_it(make):
    """An account that this audit has seen for more than 90 days is that old."""
    profile = make.profile(created=None, posts=0)
    history = History(known_since=date(2026, 7, 1))
    result = ended(make, ever_used, bare_row(make), profile=profile, posts=[], history=history)
    assert result.outcome is Outcome.FINDING


@pytest.mark.parametrize(
    ("season", "months"),
    [
        ("June-July", {6, 7}),
        ("June to July", {6, 7}),
        ("Nov \u2013 Jan", {11, 12, 1}),
        ("December", {12}),
        ("May, Sept and early October", {5, 9, 10}),
        ("1 June until 20 July", {6, 7}),
        ("junior production", set()),
        ("all year", set()),
        ("", set()),
    ],
)
def test_months_of_a_season(season, months):
    """Months are read singly and in spans, also over New Year; words that only begin like months are not."""
    assert months_of(season) == months


@given(st.integers(0, 11), st.integers(0, 11))
def test_spans_of_months(first, last):
    """A span of months holds both its ends, and as many months as lie between."""
    months = months_of(f"{MONTHS[first]} to {MONTHS[last]}")
    assert {first + 1, last + 1} <= months
    assert len(months) == (last - first) % 12 + 1


def test_reg12_unread_posts(make):
    """Posts of which nothing was read never pass."""
    coverage = {Resource.PROFILE: complete(1)}
    assert ended(make, in_use, coverage=coverage).outcome is Outcome.NOT_TESTABLE
