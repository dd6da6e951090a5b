from datetime import UTC, datetime

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.personal_data import KINDS, details_in_public
from checks.readers.facts import Facts
from checks.readers.personal_data import PersonalDatum
from connectors.snapshot import Resource, complete, failed, not_due

NUMBER = "01632 960999"
WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)


def datum(kind="phone", confidence="likely"):
    return PersonalDatum(kind, (5, 17), NUMBER, f"a number ({NUMBER})", confidence)


def post(number=1, kind="post"):
    address = f"https://bsky.app/profile/hazelbrook.example/post/{number}"
    return {"id": f"at://post/{number}", "kind": kind, "text": f"Call {NUMBER}", "created": WHEN, "address": address}


def comment(number=1):
    address = f"https://bsky.app/profile/did:plc:somebody/post/{number}"
    row = {"id": f"at://comment/{number}", "post_id": "at://post/1", "author_id": "did:plc:somebody"}
    return row | {"text": f"Ring {NUMBER}", "created": WHEN, "address": address}


def test_pii03_post(make):
    """Details in a post are one critical finding of that post, which names their kinds and no value."""
    facts = Facts(personal_data={"at://post/1": (datum(), datum("email"), datum())})
    finding = make.finding(details_in_public, make.subject(facts=facts, posts=[post(), post(2)]))
    assert (finding.severity, finding.item, finding.created) == (Severity.CRITICAL, "at://post/1", WHEN)
    assert finding.title == "A post shows a telephone number and an e-mail address"


@pytest.mark.parametrize("kind", ["repost", "page", "article", "episode"])
def test_pii03_other_items(make, kind):
    """Reposts, pages, articles and episodes count like posts."""
    facts = Facts(personal_data={"at://post/1": (datum(),)})
    finding = make.finding(details_in_public, make.subject(facts=facts, posts=[post(kind=kind)]))
    assert kind in finding.title


def test_pii03_never_repeats_the_value(make):
    """Neither the value nor anybody's words stand anywhere in a finding."""
    facts = Facts(
        personal_data={"at://post/1": (datum(),)}, comment_personal_data={"at://comment/1": (datum("date of birth"),)}
    )
    result = make.result(details_in_public, make.subject(facts=facts, posts=[post()], comments=[comment()]))
    assert len(result.findings) == 2
    assert NUMBER not in repr(result.findings)


def test_pii03_comment(make):
    """Of a comment there is the link and the kind, seen in the comments, and no hash of its words."""
    facts = Facts(comment_personal_data={"at://comment/1": (datum(),)})
    subject = make.subject(facts=facts, posts=[post()], comments=[comment()])
    finding = make.finding(details_in_public, subject)
    assert finding.title == "A comment shows a telephone number"
    assert (finding.item, finding.seen_in) == ("at://comment/1", Resource.COMMENTS)
    changed = make.subject(facts=facts, posts=[post()], comments=[comment() | {"text": "other words"}])
    assert make.finding(details_in_public, changed).content == finding.content


def test_pii03_edited_post(make):
    """An edited post has another content hash, so that an accepted finding reopens."""
    facts = Facts(personal_data={"at://post/1": (datum(),)})
    before = make.finding(details_in_public, make.subject(facts=facts, posts=[post()]))
    after = make.finding(details_in_public, make.subject(facts=facts, posts=[post() | {"text": "Call us"}]))
    assert before.content != after.content


def test_pii03_possible_is_for_a_human_look(make):
    """What may be something else is a review; beside something sure it is not named."""
    doubt = Facts(personal_data={"at://post/1": (datum("nhs", "possible"),)})
    result = make.result(details_in_public, make.subject(facts=doubt, posts=[post()]))
    assert result.outcome is Outcome.REVIEW
    assert result.findings[0].confidence is Confidence.POSSIBLE
    both = Facts(personal_data={"at://post/1": (datum("nhs", "possible"), datum("upn", "certain"))})
    finding = make.finding(details_in_public, make.subject(facts=both, posts=[post()]))
    assert (finding.title, finding.confidence) == ("A post shows a unique pupil number", Confidence.CERTAIN)


def test_pii03_clean_posts_without_comments(make):
    """Comments that the assessment does not cover do not spoil the posts' pass, and the pass says so."""
    off = {Resource.COMMENTS: not_due("not covered by the DPIA")}
    result = make.result(details_in_public, make.subject(posts=[post()], coverage=off))
    assert result.outcome is Outcome.PASS
    assert "comments" in result.reason


def test_pii03_failed_comments(make):
    """Comments that could not be read are an error, though the posts are clean."""
    down = {Resource.COMMENTS: failed("no answer")}
    assert make.result(details_in_public, make.subject(posts=[post()], coverage=down)).outcome is Outcome.ERROR


def test_pii03_posts_decide(make):
    """Comments alone are never a pass."""
    down = {Resource.POSTS: failed("no answer"), Resource.COMMENTS: complete(3)}
    assert make.result(details_in_public, make.subject(coverage=down)).outcome is Outcome.ERROR


def test_pii03_article(make):
    """An encyclopaedia article has no posts of the school's."""
    article = make.subject(make.article(), coverage={Resource.REVISIONS: complete(3)})
    assert make.result(details_in_public, article).outcome is Outcome.NOT_APPLICABLE


def test_every_kind_has_words():
    """Every kind of detail that the reader knows has words for people."""
    assert set(PersonalDatum.__annotations__["kind"].__args__) == set(KINDS)
