from datetime import UTC, datetime

import pytest

from checks.finding import Outcome
from checks.wikipedia import article_left_alone
from connectors.snapshot import Resource, complete, failed

ARTICLE = "wikipedia:hazelbrook primary school"


def revision(number, user, namespace=0):
    return {
        "id": str(number),
        "page": "Hazelbrook Primary School",
        "namespace": namespace,
        "user": user,
        "created": datetime(2026, 11, number, tzinfo=UTC),
        "address": f"https://en.wikipedia.org/w/index.php?diff={number}",
    }


def ended(make, *revisions, others=(), **parts):
    article = make.subject(make.article(), revisions=list(revisions), **parts)
    return make.results(article_left_alone, make.whole(article, *map(make.subject, others)))[ARTICLE]


def test_wik01_one_finding_with_its_revisions(make):
    """All edits from accounts named after the school are one finding that lists them and names nobody."""
    result = ended(
        make, revision(3, "HazelbrookPrimary"), revision(5, "Otterly"), revision(9, "Hazelbrook School office")
    )
    (finding,) = result.findings
    assert [one.address[-1] for one in finding.evidence] == ["3", "9"]
    assert "03/11/2026 and 09/11/2026" in finding.detail
    assert "hazelbrook" not in f"{finding.title} {finding.detail}".casefold()


@pytest.mark.parametrize(
    "user",
    [
        "Otterly",
        "Hazelbrook Rambler",
        "JohnHazelbrook",
        "Hazelbrookfan",
        "203.0.113.7",
        "~2026-12345",
        "Maplewood Primary",
        "",
    ],
)
def test_wik01_other_people(make, user):
    """Villagers, people of that surname, other schools and unnamed editors are not the school."""
    assert ended(make, revision(3, user)).outcome is Outcome.PASS


def test_wik01_talk_page(make):
    """Proposing changes on the talk page is the right way."""
    assert ended(make, revision(3, "HazelbrookPrimary", namespace=1)).outcome is Outcome.PASS


def test_wik01_registered_user(make):
    """A user on the register counts whatever the name, in any spelling the wiki knows."""
    user = make.account(platform="wikipedia", key="wikipedia:green otter", handle="User:Green_otter", kind="account")
    assert ended(make, revision(3, "Green otter"), others=[user]).outcome is Outcome.FINDING
    assert ended(make, revision(3, "Green otter")).outcome is Outcome.PASS


def test_wik01_not_read(make):
    """An article that could not be read is an error."""
    coverage = {Resource.REVISIONS: failed("no answer")}
    article = make.subject(make.article(), coverage=coverage)
    assert make.results(article_left_alone, make.whole(article))[ARTICLE].outcome is Outcome.ERROR


def test_wik01_without_a_time(make):
    """An edit of unknown date is listed like any other."""
    assert ended(make, revision(3, "HazelbrookPrimary") | {"created": None}).findings[0].detail == "1 edit."


def test_wik01_other_accounts(make):
    """Everything that is no article is left out."""
    subject = make.subject(make.account(), coverage={Resource.POSTS: complete(1)})
    (result,) = make.results(article_left_alone, make.whole(subject)).values()
    assert result.outcome is Outcome.NOT_APPLICABLE


def test_wik01_content_follows_the_edits(make):
    """Another edit changes the content hash, so that an accepted finding reopens."""
    one = ended(make, revision(3, "HazelbrookPrimary")).findings[0]
    two = ended(make, revision(3, "HazelbrookPrimary"), revision(4, "HazelbrookPrimary")).findings[0]
    assert one.content != two.content
    assert one.item == two.item == ""
