from datetime import UTC, datetime

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.pupil_names import pupils_not_listed, pupils_not_named_in_full
from checks.readers.facts import Facts, read_facts
from checks.readers.names import NameReading, SchoolNames
from checks.readers.personal_data import AllowList
from connectors.snapshot import MEDIA, Resource, complete, failed, frame, not_due

WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)
NAME = "Ella Thornley"


def reading(kind="full name", confidence="likely", people=1):
    return NameReading(kind, (10, 23), "a first name and a surname", confidence, people)


FOUR = (reading("list of names", people=4), *(reading("first name") for _ in range(4)))
FOUR_IN_FULL = (reading("list of names", people=4), *(reading() for _ in range(4)))


def post(number=1, kind="post", text=f"Well done {NAME}"):
    address = f"https://bsky.app/profile/hazelbrook.example/post/{number}"
    return {"id": f"at://post/{number}", "kind": kind, "text": text, "created": WHEN, "address": address}


def comment(text=f"Well done {NAME} xx"):
    row = {"id": "at://comment/1", "post_id": "at://post/1", "author_id": "did:plc:somebody", "created": WHEN}
    return row | {"text": text, "address": "https://bsky.app/profile/did:plc:somebody/post/1"}


def named(*readings):
    return Facts(names={"at://post/1": readings})


def picture(alt=""):
    return frame(MEDIA, [{"id": "m1", "post_id": "at://post/1", "address": "https://cdn.example/1", "alt": alt}])


def test_pii01_post(make):
    """A full name in a post is one high finding of that post."""
    subject = make.subject(facts=named(reading()), posts=[post(), post(2)])
    finding = make.finding(pupils_not_named_in_full, subject)
    assert (finding.severity, finding.item, finding.created) == (Severity.HIGH, "at://post/1", WHEN)
    assert (finding.title, finding.outcome) == ("A post names a pupil in full", Outcome.FINDING)


def test_pii01_beside_a_picture(make):
    """A name beside a picture is told as such."""
    subject = make.subject(facts=named(reading()), posts=[post()], media=picture())
    assert make.finding(pupils_not_named_in_full, subject).title == "A post with a picture names a pupil in full"


def test_pii01_the_number_of_names_stands_in_the_count_alone(make):
    """Two names are one finding whose words are those of one: small numbers are never told."""
    one = make.finding(pupils_not_named_in_full, make.subject(facts=named(reading()), posts=[post()]))
    two = make.finding(pupils_not_named_in_full, make.subject(facts=named(reading(), reading()), posts=[post()]))
    assert (one.count, two.count) == (1, 2)
    assert (one.title, one.detail, one.evidence) == (two.title, two.detail, two.evidence)


def test_pii01_possible_names_are_for_a_human_look(make):
    """What may be a grown-up's name is a review; beside a sure one it is not counted."""
    doubt = make.result(
        pupils_not_named_in_full, make.subject(facts=named(reading(confidence="possible")), posts=[post()])
    )
    assert (doubt.outcome, doubt.findings[0].confidence) == (Outcome.REVIEW, Confidence.POSSIBLE)
    assert doubt.findings[0].title == "A post may name a pupil in full"
    both = named(reading(confidence="certain"), reading(confidence="possible"))
    finding = make.finding(pupils_not_named_in_full, make.subject(facts=both, posts=[post()]))
    assert (finding.confidence, finding.count) == (Confidence.CERTAIN, 1)


@pytest.mark.parametrize("readings", [(reading("first name"),), FOUR, FOUR_IN_FULL])
def test_pii01_stays_silent(make, readings):
    """First names are no full names, and a list is PII-02's."""
    result = make.result(pupils_not_named_in_full, make.subject(facts=named(*readings), posts=[post()]))
    assert result.outcome is Outcome.PASS


def test_pii02_lists(make):
    """A list with surnames is critical, one of first names medium; both count everybody in it."""
    full = make.finding(pupils_not_listed, make.subject(facts=named(*FOUR_IN_FULL), posts=[post()]))
    first = make.finding(pupils_not_listed, make.subject(facts=named(*FOUR), posts=[post()]))
    assert (full.severity, full.title, full.count) == (Severity.CRITICAL, "A post lists pupils with their surnames", 4)
    assert (first.severity, first.title) == (Severity.MEDIUM, "A post lists pupils by their first names")


def test_pii02_stays_silent(make):
    """Three names are no list."""
    three = named(reading(), reading(), reading("first name"))
    assert make.result(pupils_not_listed, make.subject(facts=three, posts=[post()])).outcome is Outcome.PASS


@pytest.mark.parametrize("check", [pupils_not_named_in_full, pupils_not_listed])
def test_comments_are_somebody_elses_words(make, check):
    """Of a comment there is the link and the kind, seen in the comments, and no hash of its words."""
    readings = (reading(),) if check is pupils_not_named_in_full else FOUR
    facts = Facts(comment_names={"at://comment/1": readings})
    finding = make.finding(check, make.subject(facts=facts, posts=[post()], comments=[comment()]))
    assert finding.title.startswith("A comment ")
    assert (finding.item, finding.seen_in) == ("at://comment/1", Resource.COMMENTS)
    changed = make.subject(facts=facts, posts=[post()], comments=[comment("other words")])
    assert make.finding(check, changed).content == finding.content


@pytest.mark.parametrize("kind", ["repost", "page", "article", "episode"])
def test_other_items_count_like_posts(make, kind):
    """Reposts, pages, articles and episodes are read too."""
    subject = make.subject(facts=named(reading()), posts=[post(kind=kind)])
    assert kind in make.finding(pupils_not_named_in_full, subject).title


@pytest.mark.parametrize("check", [pupils_not_named_in_full, pupils_not_listed])
def test_no_name_leaves_the_readers(make, check):
    """Neither a name nor anybody's words stand anywhere in a finding made from real texts."""
    text = f"Well done {NAME}, Noah Prentice, Zayd Noor and Priya Raman in Year 4"
    for texts in ([post(text=f"{NAME} (Y4)")], [post(text=text)]):
        snapshot = make.snapshot(make.account(), posts=texts, comments=[comment()])
        facts = read_facts(snapshot, AllowList(), (), make.ON, lambda _: None, known=SchoolNames())
        assert facts.names
        assert facts.comment_names
        subject = make.subject(facts=facts, posts=texts, comments=[comment()])
        words = repr([make.result(check, subject), facts.names, facts.comment_names])
        assert not any(name in words for name in ("Ella", "Thornley", "Noah", "Zayd", "Priya"))


def test_alternative_texts_are_read(make):
    """A name in the alternative text of a picture counts for its post."""
    snapshot = make.snapshot(make.account(), posts=[post(text="Look!")], media=picture(f"{NAME} holds her cup"))
    facts = read_facts(snapshot, AllowList(), (), make.ON, lambda _: None, known=SchoolNames())
    assert [one.kind for one in facts.names["at://post/1"]] == ["full name"]


def test_without_the_dpias_cover_no_name_is_read(make):
    """Names are read only where the assessment covers them, and the check says why it could not run."""
    snapshot = make.snapshot(make.account(), posts=[post()], comments=[comment()])
    facts = read_facts(snapshot, AllowList(), (), make.ON, lambda _: None)
    assert (facts.names, facts.comment_names) == ({}, {})
    school = make.school()
    bare = school.model_copy(update={"dpia": school.dpia.model_copy(update={"features": ("comments",)})})
    result = make.result(pupils_not_named_in_full, make.subject(facts=named(reading()), posts=[post()], school_=bare))
    assert (result.outcome, result.reason) == (Outcome.NOT_TESTABLE, "not covered by the DPIA (names)")


def test_comments_that_were_not_read_do_not_spoil_a_pass(make):
    """Clean posts pass and say that comments were left out; comments that failed are an error."""
    off = {Resource.COMMENTS: not_due("not covered by the DPIA")}
    result = make.result(pupils_not_named_in_full, make.subject(posts=[post()], coverage=off))
    assert (result.outcome, "comments" in result.reason) == (Outcome.PASS, True)
    down = {Resource.COMMENTS: failed("no answer")}
    assert make.result(pupils_not_listed, make.subject(posts=[post()], coverage=down)).outcome is Outcome.ERROR


@pytest.mark.parametrize("check", [pupils_not_named_in_full, pupils_not_listed])
def test_an_article_has_no_posts(make, check):
    """An encyclopaedia article has no posts of the school's."""
    article = make.subject(make.article(), coverage={Resource.REVISIONS: complete(3)})
    assert make.result(check, article).outcome is Outcome.NOT_APPLICABLE
