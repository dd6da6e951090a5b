"""Advertising and prize draws on the school's own accounts."""

from datetime import UTC, datetime

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.promotion import DRAWS, advertises_nothing, prize_draws_keep_terms
from checks.readers.facts import read_facts
from checks.readers.personal_data import AllowList
from connectors.snapshot import Resource, complete, failed

WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)


def subject(make, *texts, platform="facebook", kind="post"):
    """An account whose posts were read by the readers, as a night does it."""
    posts = [
        {"id": f"post-{n}", "kind": kind, "text": text, "created": WHEN, "address": f"https://p.example/{n}"}
        for n, text in enumerate(texts)
    ]
    row = make.account(platform=platform, key=f"{platform}:hazelbrook", handle="hazelbrook")
    facts = read_facts(make.subject(row, posts=posts).snapshot, AllowList(), (), make.ON, lambda _person: None)
    return make.subject(row, facts=facts, posts=posts)


def test_cnt06_advertising(make):
    """A post that somebody earns by is a medium finding that quotes the school's own words."""
    finding = make.finding(advertises_nothing, subject(make, "Use code OTTER10 for 10% off at Robin's Toys", "Hello"))
    assert (finding.severity, finding.outcome, finding.item) == (Severity.MEDIUM, Outcome.FINDING, "post-0")
    assert finding.created == WHEN
    assert [one.quote for one in finding.evidence] == ["Use code OTTER10"]


@pytest.mark.parametrize(
    "text", ["Otter Cleaning: free quote, shop now!", "#ad Use my code READ5 for \u00a35 off your first box"]
)
def test_cnt06_doubtful(make, text):
    """What only sounds like a seller, and what is labelled, is for a human look."""
    finding = make.finding(advertises_nothing, subject(make, text))
    assert (finding.outcome, finding.confidence) == (Outcome.REVIEW, Confidence.POSSIBLE)


@pytest.mark.parametrize(
    "text",
    [
        "Uniform shop: 10% off with code OTTER10",
        "Book fair today, shop now, while stocks last",
        "Christmas raffle for charity: win a hamper",
    ],
)
def test_cnt06_school_business(make, text):
    """Uniform, book fair, raffle and charity pass."""
    assert make.result(advertises_nothing, subject(make, text)).outcome is Outcome.PASS


def test_cnt07_sharing_on_facebook(make):
    """Sharing as a way to enter is a medium finding where the platform's terms forbid it."""
    finding = make.finding(prize_draws_keep_terms, subject(make, "Share this post to win! T&Cs apply"))
    assert (finding.severity, finding.outcome) == (Severity.MEDIUM, Outcome.FINDING)
    assert "terms forbid" in finding.detail


def test_cnt07_sharing_elsewhere(make):
    """Where the terms do not forbid sharing, a draw with rules passes, and one without is low."""
    with_rules = subject(make, "Retweet to win! T&Cs on our website", platform="x")
    assert make.result(prize_draws_keep_terms, with_rules).outcome is Outcome.PASS
    finding = make.finding(prize_draws_keep_terms, subject(make, "Retweet to win!", platform="x"))
    assert (finding.severity, finding.outcome) == (Severity.LOW, Outcome.FINDING)


def test_cnt07_drink(make):
    """Drink as the prize of a draw entered online is medium everywhere."""
    drink = subject(make, "Comment below to win a bottle of gin! Over 18s", platform="x")
    assert make.finding(prize_draws_keep_terms, drink).severity is Severity.MEDIUM


def test_cnt07_at_the_fair(make):
    """A raffle at the fair, with a bottle among the prizes, is not entered online."""
    fair = subject(make, "Raffle at the fair on Friday: win a bottle of wine! \u00a31 a ticket at the door.")
    assert make.result(prize_draws_keep_terms, fair).outcome is Outcome.PASS


@pytest.mark.parametrize("check", [advertises_nothing, prize_draws_keep_terms])
def test_other_peoples_words(make, check):
    """Reposts are other people's words."""
    text = "Share this post to win! Use code OTTER10 for 10% off"
    assert make.result(check, subject(make, text, kind="repost")).outcome is Outcome.PASS
    assert make.result(check, subject(make, text)).outcome is Outcome.FINDING


@pytest.mark.parametrize("check", [advertises_nothing, prize_draws_keep_terms])
def test_where_nothing_is_read(make, check):
    """Unread posts are no pass, and an encyclopaedia's article has none."""
    down = make.subject(coverage={Resource.POSTS: failed("no answer")})
    assert make.result(check, down).outcome is Outcome.ERROR
    article = make.subject(make.article(), coverage={Resource.REVISIONS: complete(3)})
    assert make.result(check, article).outcome is Outcome.NOT_APPLICABLE


def test_every_kind_of_draw_has_words():
    """Every sign of a draw that the reader knows has words for people."""
    from checks.promotion import ADVERTISING
    from checks.readers.promotion import Kind

    assert set(Kind.__args__) == set(DRAWS) | ADVERTISING
