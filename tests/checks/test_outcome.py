from datetime import date

import pytest

from checks.finding import (
    Carried,
    Confidence,
    Finding,
    Outcome,
    Severity,
    check,
    manual,
    not_applicable,
    not_testable,
)
from checks.outcome import conclude, evaluate, worst_coverage
from connectors.snapshot import (
    Resource,
    complete,
    failed,
    not_due,
    not_offered,
    not_permitted,
    partial,
)

ON = date(2026, 11, 20)
HIT = Finding("XX-01", "Something to put right", Severity.LOW)
LOOK = Finding("XX-01", "Something to look at", Severity.LOW, confidence=Confidence.POSSIBLE, outcome=Outcome.REVIEW)


@check("XX-01", needs=(Resource.POSTS,))
def posts_only(subject, policy):
    """Looks at posts."""
    return ()


@check("XX-02", needs=(Resource.POSTS,), also=(Resource.COMMENTS,))
def posts_and_comments(subject, policy):
    """Looks at posts, and at comments where there are any."""
    return ()


@check("XX-03")
def register_only(subject, policy):
    """Looks at the register."""
    return ()


@check("XX-04", needs=(Resource.FOLLOWERS,), feature="followers")
def followers(subject, policy):
    """Finds something wherever there can be followers."""
    return not_applicable("no followers") if subject.account.platform == "website" else [HIT]


def ended(answer=(), *, of=posts_only, last=None, **coverage):
    """How a check ends with the coverage named by resource."""
    named = {Resource(name): value for name, value in coverage.items()}
    return conclude(of, answer, account="bluesky:a", coverage=named, on=ON, last=last)


def test_nothing_found_in_everything_is_a_pass():
    """Nothing found is a pass when everything was read."""
    assert ended(posts=complete(12)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "coverage",
    [partial("a cap", 100, planned=True), not_offered("no such thing"), not_permitted("no key")],
)
def test_nothing_found_in_less_is_not_testable(coverage):
    """Nothing found in a part, or where nothing may be read, is not testable, for the reason given."""
    result = ended(posts=coverage)
    assert (result.outcome, result.reason) == (Outcome.NOT_TESTABLE, coverage.reason)


def test_failed_reading_is_an_error():
    """Nothing found where reading failed is an error."""
    result = ended(posts=failed("no answer"))
    assert (result.outcome, result.reason) == (Outcome.ERROR, "no answer")


def test_resource_that_was_not_read_is_not_testable():
    """A resource without any coverage is never a pass."""
    assert ended(profile=complete(1)).outcome is Outcome.NOT_TESTABLE
    assert ended().outcome is Outcome.NOT_TESTABLE


@pytest.mark.parametrize(
    "coverage",
    [complete(1), partial("a cap", 1), not_due("weekly"), not_permitted("no key"), failed("no answer")],
)
def test_hit_is_a_finding_whatever_was_read(coverage):
    """What was found is a finding, however little was read."""
    result = ended((HIT,), posts=coverage)
    assert result.outcome is Outcome.FINDING
    assert [one.account for one in result.findings] == ["bluesky:a"]


def test_only_doubtful_hits_are_a_review():
    """Findings that all need a human look make a review; one that is certain makes a finding."""
    assert ended((LOOK,), posts=complete(1)).outcome is Outcome.REVIEW
    assert ended((LOOK, HIT), posts=complete(1)).outcome is Outcome.FINDING


def test_not_due_carries_the_last_outcome():
    """What is not due keeps its last outcome with its date."""
    last = Carried(Outcome.PASS, "", date(2026, 11, 14))
    result = ended(posts=not_due("weekly"), last=last)
    assert (result.outcome, result.on, result.carried(ON)) == (Outcome.PASS, date(2026, 11, 14), True)


def test_not_due_without_a_past_is_not_testable():
    """What is not due and was never looked at is not testable."""
    result = ended(posts=not_due("weekly"))
    assert (result.outcome, result.reason) == (Outcome.NOT_TESTABLE, "weekly")


def test_register_checks_need_no_coverage():
    """A check that needs no resource passes whatever was read."""
    assert ended(of=register_only, posts=failed("no answer")).outcome is Outcome.PASS


def test_missing_comments_are_said_beside_a_pass():
    """A resource that a check reads where it can does not spoil the pass, and the pass says what it lacks."""
    result = ended(of=posts_and_comments, posts=complete(3), comments=not_due("not covered by the DPIA"))
    assert result.outcome is Outcome.PASS
    assert result.reason == "comments not read in full: not covered by the DPIA"
    assert ended(of=posts_and_comments, posts=complete(3)).reason == ""


def test_failed_comments_are_an_error():
    """When reading such a resource failed the outcome is an error and no pass."""
    result = ended(of=posts_and_comments, posts=complete(3), comments=failed("no answer"))
    assert (result.outcome, result.reason) == (Outcome.ERROR, "no answer")


@pytest.mark.parametrize(
    ("ruling", "outcome"),
    [
        (not_applicable("a website"), Outcome.NOT_APPLICABLE),
        (not_testable("no date"), Outcome.NOT_TESTABLE),
        (manual("look"), Outcome.MANUAL),
    ],
)
def test_rulings_stand(ruling, outcome):
    """A ruling is the outcome, whatever was read."""
    result = ended(ruling, posts=complete(1))
    assert (result.outcome, result.reason) == (outcome, ruling.reason)


def test_coverage_as_an_answer_decides():
    """A check that names what it read is judged by that and not by the account's own coverage."""
    assert ended(complete(4), posts=failed("no answer")).outcome is Outcome.PASS
    assert ended(failed("no website")).outcome is Outcome.ERROR
    assert ended(partial("a cap", 4), posts=complete(1)).outcome is Outcome.NOT_TESTABLE


def test_worst_coverage_decides():
    """Of several coverages the one from which least can be concluded decides."""
    assert worst_coverage([complete(1), not_due("weekly"), failed("no answer")]) == failed("no answer")
    assert worst_coverage([]) is None


def test_uncovered_feature(make):
    """A check whose feature the DPIA does not cover finds nothing and says so, but where it does not apply."""
    bare = make.school().model_copy(update={"dpia": make.school().dpia.model_copy(update={"features": ()})})
    result = make.result(followers, make.subject(school_=bare, followers=[]))
    assert (result.outcome, result.reason) == (Outcome.NOT_TESTABLE, "not covered by the DPIA (followers)")
    assert result.findings == ()
    site = make.subject(make.website(), school_=bare)
    assert make.result(followers, site).outcome is Outcome.NOT_APPLICABLE
    assert make.result(followers, make.subject(followers=[])).outcome is Outcome.FINDING


def test_person_looks_where_no_connector_reads(make):
    """Nothing found on a platform without a connector is for a person, with the address to open."""
    row = make.account(platform="nextdoor", key="nextdoor:a", address="https://nextdoor.co.uk/pages/hazelbrook/")
    result = make.result(posts_only, make.subject(row))
    assert result.outcome is Outcome.MANUAL
    assert "https://nextdoor.co.uk/pages/hazelbrook/" in result.reason


def test_a_closed_service_is_said_to_be_closed(make):
    """Nobody is sent to look at what no longer exists: del.icio.us is closed, and its row should say so."""
    row = make.account(platform="delicious", key="delicious:a", address="https://del.icio.us/hazelbrook")
    result = make.result(posts_only, make.subject(row))
    assert result.outcome is Outcome.MANUAL
    assert result.reason.startswith("del.icio.us is a closed service and cannot be read")


def test_answers_of_a_school_check_stand_by_account(make):
    """A check of the whole school may answer for each account, and each answer is concluded on its own."""

    @check("XX-05", scope="school")
    def each(school, policy):
        """One answer for each account."""
        return {"a": [HIT], "b": failed("no answer"), "": ()}

    answers = evaluate(each, make.whole(), make.policy())
    assert list(answers) == ["a", "b", ""]
    assert {key: one.outcome for key, one in make.results(each, make.whole()).items()} == {
        "a": Outcome.FINDING,
        "b": Outcome.ERROR,
        "": Outcome.PASS,
    }
