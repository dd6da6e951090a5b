from datetime import date

import pytest

from checks.finding import History, Outcome, Severity
from checks.governance import audited_tonight, own_duties_met, policy_in_date, requirements_adopted
from checks.policy import AdoptedPolicy, Dpia, Governance
from connectors.snapshot import (
    Resource,
    complete,
    failed,
    not_due,
    not_offered,
    not_permitted,
    partial,
)


def reviewed(make, review_date):
    return make.whole(school_=make.school(policy=AdoptedPolicy(review_date=review_date)))


def test_gov01_overdue_policy(make):
    """A policy whose review date has passed is a finding that names the date."""
    finding = make.finding(policy_in_date, reviewed(make, date(2018, 7, 20)))
    assert "20/07/2018" in finding.detail


def test_gov01_missing_date(make):
    """A review date that is not recorded is a finding."""
    assert "not recorded" in make.finding(policy_in_date, reviewed(make, None)).title


def test_gov01_on_the_day(make):
    """On the review date itself the policy is still in date."""
    assert make.result(policy_in_date, reviewed(make, make.ON)).outcome is Outcome.PASS


@pytest.mark.parametrize("lacking", [{"adopted_on": None, "adopted_by": ""}, {"adopted_on": None}, {"adopted_by": ""}])
def test_gov02_not_adopted(make, lacking):
    """Requirements without a date or a body of adoption are a finding."""
    assert make.finding(requirements_adopted, make.whole(), make.policy(**lacking)).check == "GOV-02"


def test_gov02_adopted(make):
    """Adopted requirements pass."""
    assert make.result(requirements_adopted, make.whole()).outcome is Outcome.PASS


def test_gov03_everything_missing_is_one_finding(make):
    """A school that has done none of its duties gets one finding that lists them all."""
    bare = make.whole(school_=make.school(dpia=Dpia(), governance=Governance()))
    finding = make.finding(own_duties_met, bare)
    assert finding.severity is Severity.HIGH
    for words in ("reference", "date", "role", "privacy notice", "workbooks"):
        assert words in finding.detail


def test_gov03_late_review_alone_is_medium(make):
    """A review of readers that is older than a year weighs less than a missing assessment."""
    late = Governance(privacy_notice="https://hazelbrook.example/privacy", access_reviewed_on=date(2025, 11, 19))
    finding = make.finding(own_duties_met, make.whole(school_=make.school(governance=late)))
    assert finding.severity is Severity.MEDIUM
    assert "19/11/2025" in finding.detail


def test_gov03_done(make):
    """A school with assessment, notice and a review a year ago to the day passes."""
    kept = Governance(privacy_notice="https://hazelbrook.example/privacy", access_reviewed_on=date(2025, 11, 20))
    result = make.result(own_duties_met, make.whole(school_=make.school(governance=kept)))
    assert result.outcome is Outcome.PASS


READ = {Resource.PROFILE: complete(1), Resource.POSTS: complete(40)}


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (failed("no answer after 4 tries"), "no answer after 4 tries"),
        (not_permitted("there is no key"), "doctor"),
        (partial("the connection broke", 12), "after 12 items"),
    ],
)
def test_cov01_gap(make, gap, words):
    """What failed, was not permitted or broke off is one medium finding with its reason and what to do."""
    finding = make.finding(audited_tonight, make.subject(coverage=READ | {Resource.FOLLOWERS: gap}))
    assert finding.severity is Severity.MEDIUM
    assert "followers" in finding.title
    assert words in finding.detail


@pytest.mark.parametrize(
    "gap", [partial("a cap", 12, planned=True), not_offered("a count only"), not_due("weekly"), complete(0)]
)
def test_cov01_innocent(make, gap):
    """A planned cap, what a platform never offers, and what is not due are no findings."""
    result = make.result(audited_tonight, make.subject(coverage=READ | {Resource.FOLLOWERS: gap}))
    assert result.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("history", "severity"),
    [
        (History(), Severity.MEDIUM),
        (History(known_since=date(2026, 11, 14)), Severity.MEDIUM),
        (History(known_since=date(2026, 11, 13)), Severity.HIGH),
        (History(known_since=date(2026, 9, 1), last_audited=date(2026, 11, 19)), Severity.MEDIUM),
        (History(known_since=date(2026, 9, 1), last_audited=date(2026, 11, 12)), Severity.HIGH),
    ],
)
def test_cov01_a_week_without_a_reading(make, history, severity):
    """An account that no night has read for seven days is high, counted from when it was first known."""
    subject = make.subject(coverage={Resource.PROFILE: failed("no answer")}, history=history)
    assert make.finding(audited_tonight, subject).severity is severity


def test_cov01_nothing_read_at_all(make):
    """An account of which a connector left no coverage is a finding, never a pass."""
    assert make.finding(audited_tonight, make.subject()).title == "The account was not audited tonight"


def test_cov01_platform_without_connector(make):
    """An account on a platform without a connector is for a person to look at."""
    row = make.account(platform="nextdoor", key="nextdoor:a", address="https://nextdoor.co.uk/pages/hazelbrook/")
    assert make.result(audited_tonight, make.subject(row)).outcome is Outcome.MANUAL


@pytest.mark.parametrize("changes", [{"status": "closed"}, {"kind": "personal-type profile"}])
def test_cov01_accounts_that_are_not_collected(make, changes):
    """Closed accounts and personal-type profiles, which are not collected, are no gap."""
    result = make.result(audited_tonight, make.subject(make.account(**changes)))
    assert result.outcome is Outcome.NOT_APPLICABLE


def test_cov01_says_a_reason_once(make):
    """What one cause kept back is listed together, and the cause is told once."""
    gaps = {resource: failed("bsky.example broke off.") for resource in (Resource.POSTS, Resource.FOLLOWERS)}
    detail = make.finding(audited_tonight, make.subject(coverage=READ | gaps)).detail
    assert detail.startswith("Followers and posts not read: bsky.example broke off. ")
    assert detail.count("broke off") == 1
