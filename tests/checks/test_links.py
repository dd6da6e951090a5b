from datetime import UTC, datetime

from checks.finding import Outcome, Severity
from checks.links import links_in_full
from checks.readers.facts import Facts
from connectors.snapshot import Resource, complete, failed, not_due

WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)


def post(number, kind="post"):
    return {
        "id": f"at://post/{number}",
        "kind": kind,
        "text": "Look",
        "created": WHEN,
        "address": f"https://p.example/{number}",
    }


def test_lnk03_one_finding_per_post(make):
    """Each post with shortened links is one low finding."""
    links = {
        "at://post/1": ("https://short.example/a", "https://short.example/b"),
        "at://post/2": ("https://short.example/c",),
    }
    result = make.result(links_in_full, make.subject(facts=Facts(shorteners=links), posts=[post(1), post(2), post(3)]))
    assert [(one.item, one.severity, one.created) for one in result.findings] == [
        ("at://post/1", Severity.LOW, WHEN),
        ("at://post/2", Severity.LOW, WHEN),
    ]


def test_lnk03_profile(make):
    """A shortened link in the profile is a finding of the account, seen in the profile."""
    facts = Facts(shorteners={"": ("https://short.example/a",)})
    finding = make.finding(links_in_full, make.subject(facts=facts, posts=[], profile=make.profile()))
    assert (finding.item, finding.seen_in) == ("", Resource.PROFILE)


def test_lnk03_reposts(make):
    """What the account passed on is not its own."""
    facts = Facts(shorteners={"at://post/1": ("https://short.example/a",)})
    result = make.result(links_in_full, make.subject(facts=facts, posts=[post(1, "repost")]))
    assert result.outcome is Outcome.PASS


def test_lnk03_profile_not_read(make):
    """Clean posts do not pass when reading the profile failed; a profile that is not due is said."""
    down = make.subject(posts=[post(1)], coverage={Resource.PROFILE: failed("no answer")})
    assert make.result(links_in_full, down).outcome is Outcome.ERROR
    later = make.subject(posts=[post(1)], coverage={Resource.PROFILE: not_due("weekly")})
    assert "weekly" in make.result(links_in_full, later).reason


def test_lnk03_article(make):
    """An encyclopaedia article has no posts."""
    subject = make.subject(make.article(), coverage={Resource.REVISIONS: complete(3)})
    assert make.result(links_in_full, subject).outcome is Outcome.NOT_APPLICABLE
