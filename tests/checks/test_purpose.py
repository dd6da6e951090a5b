"""TRV-01, TRV-02 and REG-11: what an account posts, what it is for, and whether another one is for the same."""

from datetime import UTC, datetime, timedelta

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.purpose import no_two_for_one_purpose, posts_serve_the_purpose, posts_serve_the_school
from checks.readers.facts import Facts, read_facts
from checks.readers.personal_data import AllowList
from checks.readers.topics import Topic
from connectors.snapshot import POSTS, Resource, failed, frame, partial

NOW = datetime(2026, 11, 19, 9, tzinfo=UTC)
CHAT = Topic("chat", (0, 4), "it reads like such posts", "likely")
MEME = Topic("meme", (0, 4), "it has the form of a meme", "likely")
LEARNING = Topic("learning", (0, 4), "it reads like such posts", "likely")


def post(number, text="Look", days=1, kind="post"):
    return {
        "id": str(number),
        "kind": kind,
        "text": text,
        "created": NOW - timedelta(days=days),
        "address": f"https://p.example/{number}",
    }


def posted(make, *topics, days=None, **changes):
    """An account that posted one item a day with these topics, the newest first."""
    posts = [post(number, f"words of {number}", (days or number + 1)) for number in range(len(topics))]
    read = {str(number): topic for number, topic in enumerate(topics) if topic}
    return make.subject(facts=Facts(topics=read), posts=posts, **changes)


def test_trv01_many_trivial_posts(make):
    """From four in ten on, trivial posts are one low finding for a person to look at, with kinds, shares and examples."""
    subject = posted(make, *[CHAT] * 4, MEME, MEME, *[LEARNING] * 9)
    finding = make.finding(posts_serve_the_school, subject)
    assert (finding.severity, finding.outcome, finding.confidence) == (
        Severity.LOW, Outcome.REVIEW, Confidence.POSSIBLE,
    )  # fmt: skip
    assert finding.detail == (
        "6 of the last 15 posts (40%): private talk (4) and memes and chain posts (2)."
        " In the last week 5 of 5. This term, since 02/09/2026, 6 of 15."
    )
    assert [one.quote for one in finding.evidence] == ["words of 0", "words of 1", "words of 2"]
    assert make.result(posts_serve_the_school, subject).outcome is Outcome.REVIEW


def test_trv01_few_trivial_posts(make):
    """A joke now and then is no finding."""
    assert make.result(posts_serve_the_school, posted(make, *[CHAT] * 5, *[LEARNING] * 9)).outcome is Outcome.PASS


def test_trv01_few_posts(make):
    """Among fewer than ten posts no share is taken."""
    result = make.result(posts_serve_the_school, posted(make, *[CHAT] * 9))
    assert (result.outcome, result.findings) == (Outcome.NOT_APPLICABLE, ())


def test_trv01_posts_without_a_topic_do_not_count(make):
    """Posts that say too little to tell are in no share."""
    result = make.result(posts_serve_the_school, posted(make, *[CHAT] * 9, *[None] * 9))
    assert result.outcome is Outcome.NOT_APPLICABLE


def test_trv01_old_posts(make):
    """What is older than a term is the past."""
    assert make.result(posts_serve_the_school, posted(make, *[CHAT] * 20, days=100)).outcome is Outcome.NOT_APPLICABLE


def test_trv01_coverage(make):
    """A part of the posts shows a finding, and no pass unless it is as much as is looked at; no answer is an error."""
    some = {Resource.POSTS: partial("the latest only", 20, planned=True)}
    assert make.result(posts_serve_the_school, posted(make, *[CHAT] * 20, coverage=some)).findings
    assert (
        make.result(posts_serve_the_school, posted(make, *[LEARNING] * 20, coverage=some)).outcome
        is Outcome.NOT_TESTABLE
    )
    assert make.result(posts_serve_the_school, posted(make, *[LEARNING] * 60, coverage=some)).outcome is Outcome.PASS
    down = {Resource.POSTS: failed("no answer")}
    assert make.result(posts_serve_the_school, make.subject(coverage=down)).outcome is Outcome.ERROR


@pytest.mark.parametrize("row", ["website", "article"])
@pytest.mark.parametrize("check", [posts_serve_the_school, posts_serve_the_purpose], ids=["TRV-01", "TRV-02"])
def test_pages_are_not_posts(make, row, check):
    """A website and an article have pages."""
    assert make.result(check, make.subject(getattr(make, row)(), posts=[])).outcome is Outcome.NOT_APPLICABLE


def about(make, purpose, *texts):
    """An account for a purpose whose posts were read."""
    posts = [post(number, text, number + 1) for number, text in enumerate(texts)]
    row = make.account(purpose=purpose)
    read = read_facts(make.snapshot(row, posts=posts), AllowList(), (), make.ON, lambda _: None)
    return make.subject(row, facts=read, posts=posts)


LEARNT = [f"Year {year} learnt about {what} this week." for year in (3, 4) for what in (
    "rivers", "the Tudors", "French verbs", "kindness", "Hinduism", "volcanoes",
)]  # fmt: skip


def test_trv02_off_the_purpose(make):
    """An account for sport without a word of sport is one low finding for a person to look at."""
    finding = make.finding(posts_serve_the_purpose, about(make, "Sports fixtures and results", *LEARNT))
    assert (finding.severity, finding.outcome) == (Severity.LOW, Outcome.REVIEW)
    assert finding.detail == (
        "The register says that the account is for sport; 0 of 12 posts since 22/08/2026 (0%) have words of that."
    )


def test_trv02_on_purpose(make):
    """A fifth of posts with words of the subject is enough: captions are short."""
    texts = [*LEARNT, "Our netball team drew 2-2.", "Cross country today", "Swimming gala: gold!"]
    assert (
        make.result(posts_serve_the_purpose, about(make, "Sports fixtures and results", *texts)).outcome is Outcome.PASS
    )


def test_trv02_general_purpose(make):
    """A purpose that takes in school life as a whole is not compared."""
    subject = about(make, "Shares news of sport and learning with parents", *LEARNT)
    assert make.result(posts_serve_the_purpose, subject).outcome is Outcome.NOT_APPLICABLE


def test_trv02_few_posts(make):
    """Among fewer than ten posts no share is taken."""
    assert (
        make.result(posts_serve_the_purpose, about(make, "Sports results", *LEARNT[:9])).outcome
        is Outcome.NOT_APPLICABLE
    )


def second(make, **changes):
    """Another account on the same platform."""
    return make.account(
        **{
            "key": "bluesky:other.example",
            "row": 5,
            "handle": "other.example",
            "purpose": "Recruits staff and governors",
            **changes,
        }
    )


TWINS = [
    f"Year {year} have been learning about {what} and made models of it." for year in (1, 2) for what in ("frogs", "castles", "space")
]  # fmt: skip


def test_reg11_same_purpose(make):
    """Audience and nearly the same purpose twice on a platform are one low finding of the later row."""
    same = second(make, purpose="tells parents about events, trips and closures at short notice")
    found = make.results(no_two_for_one_purpose, make.whole(make.subject(), make.subject(same)))
    (finding,) = found[same.key].findings
    assert (finding.severity, finding.confidence, finding.item) == (
        Severity.LOW, Confidence.LIKELY, "bluesky:hazelbrook.example",
    )  # fmt: skip
    assert found["bluesky:hazelbrook.example"].outcome is Outcome.PASS


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "Recruits staff and governors"},
        {"purpose": "Tells parents about trips, closures and events at short notice", "audience": "governors"},
        {"purpose": "Tells parents about trips, closures and events at short notice", "platform": "x"},
        {"purpose": "Tells parents about trips, closures and events at short notice", "status": "parked"},
        {"purpose": "Tells parents about trips, closures and events at short notice", "status": "closed"},
        {"purpose": ""},
    ],
    ids=["purpose", "audience", "platform", "parked", "closed", "no purpose"],
)
def test_reg11_silent(make, changes):
    """Another purpose, audience or platform, and an account that is not in use, are no duplicates."""
    found = make.results(no_two_for_one_purpose, make.whole(make.subject(), make.subject(second(make, **changes))))
    assert not any(result.findings for result in found.values())


def test_reg11_same_posts(make):
    """Two accounts of a platform that say nearly the same, word for word, are a finding."""
    first = make.subject(posts=[post(number, text) for number, text in enumerate(TWINS)])
    other = make.subject(
        second(make), posts=[post(number, f"{text} https://p.example/{number}") for number, text in enumerate(TWINS)]
    )
    found = make.results(no_two_for_one_purpose, make.whole(first, other))
    (finding,) = found[other.account.key].findings
    assert finding.detail.endswith("6 of the last 6 posts of one stand nearly word for word on the other.")


def test_reg11_some_posts_in_common(make):
    """Half of the posts in common are no duplicate, and reposts of the other account are none either."""
    first = make.subject(posts=[post(number, text) for number, text in enumerate(TWINS)])
    half = [*TWINS[:3], *(f"Sports results number {number} of this week" for number in range(3))]
    other = make.subject(second(make), posts=[post(number, text) for number, text in enumerate(half)])
    passed_on = make.subject(
        second(make), posts=[post(number, text, kind="repost") for number, text in enumerate(TWINS)]
    )
    for one in (other, passed_on):
        found = make.results(no_two_for_one_purpose, make.whole(first, one))
        assert not any(result.findings for result in found.values())


def test_topics_are_read_of_own_new_posts():
    """Topics are read of the newest own posts: no reposts, no answers, no pages, and no more than the bound."""
    posts = frame(POSTS, [
        post("a", "Type AMEN if you agree"), post("b", "Type AMEN if you agree", kind="repost"),
        post("c", "Type AMEN if you agree", kind="reply"), post("d", "Type AMEN if you agree", kind="page"),
        *(post(f"old {number}", "Type AMEN if you agree", 50) for number in range(250)),
    ])  # fmt: skip
    from checks.readers.facts import NEWEST, _topics

    topics = {item: topic for item, (_, topic) in _topics(posts, {}).items()}
    assert topics["a"].kind == "bait"
    assert not {"b", "c", "d"} & topics.keys()
    assert len(topics) == NEWEST
