from datetime import UTC, datetime

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.private_matters import BUSINESS, business_kept_inside, circumstances_kept_private, classes_not_traced
from checks.readers.confidential import ConfidentialReading
from checks.readers.facts import Facts, read_facts
from checks.readers.live_location import LocationReading
from checks.readers.personal_data import AllowList
from checks.readers.sensitive import SensitiveReading
from connectors.snapshot import Resource, failed, not_due

WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)
SECRET = "Otter has been excluded"


def post(number=1, kind="post", text=SECRET):
    address = f"https://bsky.app/profile/hazelbrook.example/post/{number}"
    return {"id": f"at://post/{number}", "kind": kind, "text": text, "created": WHEN, "address": address}


def comment(number=1):
    address = f"https://bsky.app/profile/did:plc:somebody/post/{number}"
    row = {"id": f"at://comment/{number}", "post_id": "at://post/1", "author_id": "did:plc:somebody"}
    return row | {"text": SECRET, "created": WHEN, "address": address}


def told(confidence="likely", kind="behaviour"):
    return (SensitiveReading(kind, (0, 8), f"speaks of {kind} beside a name", confidence),)


def business(kind="mark", confidence="likely"):
    return (ConfidentialReading(kind, (0, 8), "carries a mark of confidence", confidence),)


TRIP = (LocationReading("trip", (0, 8), "speaks of children away", "likely"),)
EVERY = [
    (circumstances_kept_private, {"sensitive": {"at://post/1": told()}}, Severity.CRITICAL),
    (business_kept_inside, {"confidential": {"at://post/1": business()}}, Severity.HIGH),
    (classes_not_traced, {"live_locations": {"at://post/1": TRIP}}, Severity.HIGH),
]


@pytest.mark.parametrize(("check", "facts", "severity"), EVERY)
def test_a_reading_is_one_finding_without_a_quote(make, check, facts, severity):
    """What was read in an own post is one finding of that post, which repeats none of its words."""
    subject = make.subject(facts=Facts(**facts), posts=[post(), post(2)])
    finding = make.finding(check, subject)
    assert (finding.severity, finding.item, finding.created) == (severity, "at://post/1", WHEN)
    assert (finding.seen_in, finding.outcome) == (Resource.POSTS, Outcome.FINDING)
    assert "Otter" not in repr(finding)


@pytest.mark.parametrize(("check", "facts", "_severity"), EVERY)
def test_an_edited_post_reopens(make, check, facts, _severity):
    """An edited post has another content hash, so that an accepted finding reopens."""
    before = make.finding(check, make.subject(facts=Facts(**facts), posts=[post()]))
    after = make.finding(check, make.subject(facts=Facts(**facts), posts=[post(text="other words")]))
    assert before.content != after.content


@pytest.mark.parametrize(("check", "_facts", "_severity"), EVERY)
def test_nothing_read_is_a_pass_of_complete_posts_alone(make, check, _facts, _severity):
    """Clean posts pass; posts that could not be read are an error."""
    assert make.result(check, make.subject(posts=[post()])).outcome is Outcome.PASS
    down = {Resource.POSTS: failed("no answer")}
    assert make.result(check, make.subject(coverage=down)).outcome is Outcome.ERROR


@pytest.mark.parametrize(("check", "facts", "_severity"), EVERY[1:])
def test_reposts_are_other_peoples_words(make, check, facts, _severity):
    """What others wrote and the account passed on is no business of the school's and no trip of its classes."""
    subject = make.subject(facts=Facts(**facts), posts=[post(kind="repost")])
    assert make.result(check, subject).outcome is Outcome.PASS


def test_pii04_counts_reposts(make):
    """One person's circumstances count in a repost too, whoever wrote it."""
    facts = Facts(sensitive={"at://post/1": told()})
    finding = make.finding(circumstances_kept_private, make.subject(facts=facts, posts=[post(kind="repost")]))
    assert finding.title == "A repost tells of one person's circumstances"


def test_pii04_comment(make):
    """Of a comment nothing but the kind is kept: another text of the same kind has the same hash."""
    facts = Facts(comment_sensitive={"at://comment/1": told()})
    finding = make.finding(circumstances_kept_private, make.subject(facts=facts, posts=[post()], comments=[comment()]))
    changed = make.subject(facts=facts, posts=[post()], comments=[comment() | {"text": "other words"}])
    assert finding.title == "A comment tells of one person's circumstances"
    assert finding.content == make.finding(circumstances_kept_private, changed).content
    assert [one.rule for one in finding.evidence] == ["behaviour"]


def test_pii04_comments_not_covered(make):
    """Comments that the assessment does not cover do not spoil the posts' pass, and the pass says so."""
    off = {Resource.COMMENTS: not_due("not covered by the DPIA")}
    result = make.result(circumstances_kept_private, make.subject(posts=[post()], coverage=off))
    assert result.outcome is Outcome.PASS
    assert "comments" in result.reason


def test_doubt_is_for_a_human_look(make):
    """What may be something general is a review, and its title says "may"."""
    facts = Facts(
        sensitive={"at://post/1": told("possible")}, confidential={"at://post/1": business("money", "possible")}
    )
    subject = make.subject(facts=facts, posts=[post()])
    result = make.result(circumstances_kept_private, subject)
    assert (result.outcome, result.findings[0].confidence) == (Outcome.REVIEW, Confidence.POSSIBLE)
    assert "may tell" in result.findings[0].title
    assert make.result(business_kept_inside, subject).outcome is Outcome.REVIEW


def test_pii05_names_each_kind_once(make):
    """A post with several signs is one finding that names each kind once."""
    found = (*business(), *business(), *business("tender"))
    finding = make.finding(
        business_kept_inside, make.subject(facts=Facts(confidential={"at://post/1": found}), posts=[post()])
    )
    assert finding.title == "A post carries a mark of confidence and speaks of tenders and prices"


@pytest.mark.parametrize("check", [one[0] for one in EVERY])
def test_article(make, check):
    """An encyclopaedia's article has no posts of the school's."""
    assert make.result(check, make.subject(make.article())).outcome is Outcome.NOT_APPLICABLE


def test_every_kind_of_business_has_words():
    """Every kind of business that the reader knows has words for people."""
    assert set(ConfidentialReading.__annotations__["kind"].__args__) == set(BUSINESS)


def test_facts_hold_only_what_was_read(make):
    """Reading a snapshot maps the ids of items and comments in which something was found, and no others."""
    posts = [
        post(1, text="Oliver has been excluded"),
        post(2, text="Not for publication"),
        post(3, text="Y6 have arrived safely") | {"place": "Larch Tree Hostel"},
        post(4, text="Odd socks on Friday"),
    ]
    subject = make.subject(posts=posts, comments=[comment() | {"text": "Mason lives with foster carers"}])
    facts = read_facts(subject.snapshot, AllowList(), (), make.ON, lambda _person: None)
    assert [set(found) for found in (facts.sensitive, facts.confidential, facts.live_locations)] == [
        {"at://post/1"},
        {"at://post/2"},
        {"at://post/3"},
    ]
    assert set(facts.comment_sensitive) == {"at://comment/1"}


@pytest.mark.parametrize(
    ("created", "severity"),
    [
        (datetime(2026, 11, 13, 9, tzinfo=UTC), Severity.HIGH),
        (datetime(2026, 11, 12, 9, tzinfo=UTC), Severity.LOW),
        (None, Severity.HIGH),
    ],
)
def test_pii06_is_low_once_the_class_is_back(make, created, severity):
    """A week after the post the class is back and the finding is low; a post of unknown age keeps the high one."""
    subject = make.subject(facts=Facts(live_locations={"at://post/1": TRIP}), posts=[post() | {"created": created}])
    assert make.finding(classes_not_traced, subject).severity is severity


def test_pii06_the_school_sets_how_long_a_class_may_be_away(make):
    """With a longer stay set in school.toml an older post still tells where the class is."""
    old = post() | {"created": datetime(2026, 11, 8, 9, tzinfo=UTC)}
    subject = make.subject(facts=Facts(live_locations={"at://post/1": TRIP}), posts=[old])
    longer = make.policy().with_thresholds({"PII-06.days_away": 14})
    assert make.finding(classes_not_traced, subject, longer).severity is Severity.HIGH
