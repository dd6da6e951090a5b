from datetime import UTC, date, datetime, timedelta

import pytest

from checks.calendar import DAY, SATURDAY, bank_holidays
from checks.conduct import (
    WORDS,
    attention_friendly,
    disclosures_seen,
    election_near,
    elections,
    own_words_decent,
    replies_decent,
    speaks_as_the_school,
    speaks_fairly_of_others,
    takes_no_sides,
)
from checks.finding import Confidence, Outcome, Severity
from checks.policy import Dpia
from checks.readers.conduct import Conduct
from checks.readers.facts import Facts
from connectors.snapshot import Resource, complete, failed, not_due, partial

TEXT = "What a grim word"
TAKEN = datetime(2026, 11, 20, 2, tzinfo=UTC)
WHEN = datetime(2026, 11, 18, 9, tzinfo=UTC)
OWN = (own_words_decent, speaks_fairly_of_others, speaks_as_the_school, takes_no_sides)
UNDER = (replies_decent, attention_friendly, disclosures_seen)


def find(kind="insult", confidence="likely"):
    return Conduct(kind, (8, 12), "a word of contempt", confidence)


def post(number=1, **changes):
    address = f"https://bsky.app/profile/hazelbrook.example/post/{number}"
    given = {"id": f"at://post/{number}", "kind": "post", "text": TEXT, "created": WHEN, "address": address}
    return given | changes


def comment(number=1, **changes):
    address = f"https://bsky.app/profile/did:plc:somebody/post/{number}"
    given = {"id": f"at://comment/{number}", "post_id": "at://post/1", "author_id": "did:plc:somebody"}
    return given | {"text": TEXT, "created": WHEN, "address": address} | changes


def spoken(make, *finds, **changes):
    """An account with one post in which something was found."""
    return make.subject(facts=Facts(conduct={"at://post/1": finds}), posts=[post(**changes), post(2)], comments=[])


def answered(make, found, comments, **changes):
    """An account under whose post people wrote."""
    facts = Facts(comment_conduct={f"at://comment/{number}": finds for number, finds in found.items()})
    return make.subject(facts=facts, posts=[post()], comments=comments, **changes)


# -- what the account says itself


def test_cnt01_own_post(make):
    """Abusive words in a post are one high finding, which quotes just those words of the school's own."""
    finding = make.finding(own_words_decent, spoken(make, find(), find("profanity")))
    assert (finding.severity, finding.item) == (Severity.HIGH, "at://post/1")
    assert finding.title == "A post of the account has an insult and swearing"
    assert [one.quote for one in finding.evidence] == ["grim", "grim"]


def test_cnt01_never_quotes_a_repost(make):
    """What others wrote and the account passed on is found and not quoted."""
    finding = make.finding(own_words_decent, spoken(make, find(), kind="repost"))
    assert "repost" in finding.title
    assert [one.quote for one in finding.evidence] == [""]


def test_cnt01_own_comment(make):
    """A comment that the account wrote itself counts; other people's comments are not its words."""
    own = answered(make, {1: (find(),), 2: (find(),)}, [comment(1, ours=True), comment(2)])
    finding = make.finding(own_words_decent, own)
    assert (finding.item, finding.seen_in) == ("at://comment/1", Resource.COMMENTS)


def test_cnt01_possible_is_for_a_human_look(make):
    """What depends on what was meant is a review."""
    result = make.result(own_words_decent, spoken(make, find(confidence="possible")))
    assert result.outcome is Outcome.REVIEW


def test_cnt01_edited_post_reopens(make):
    """Another text has another content hash."""
    before, after = (make.finding(own_words_decent, spoken(make, find(), text=text)) for text in (TEXT, TEXT + "!"))
    assert before.content != after.content


@pytest.mark.parametrize(
    ("check", "kind", "severity"),
    [(speaks_fairly_of_others, "named party", Severity.HIGH), (speaks_as_the_school, "opinion", Severity.LOW)],
)
def test_cnt03_cnt04_are_for_a_human_look(make, check, kind, severity):
    """Ill words of a named party and personal views are reviews, with the school's own words quoted."""
    result = make.result(check, spoken(make, find(kind)))
    assert result.outcome is Outcome.REVIEW
    assert (result.findings[0].severity, result.findings[0].evidence[0].quote) == (severity, "grim")


@pytest.mark.parametrize(
    ("check", "kind"), [(speaks_fairly_of_others, "named party"), (speaks_as_the_school, "opinion")]
)
def test_cnt03_cnt04_leave_reposts_alone(make, check, kind):
    """The views and complaints of others are theirs."""
    assert make.result(check, spoken(make, find(kind), kind="repost")).outcome is Outcome.PASS


def test_cnt05_takes_sides(make):
    """Taking sides is a high finding on any day, and says so when it is in the weeks before an election."""
    plain = make.finding(takes_no_sides, spoken(make, find("partisan")))
    assert (plain.severity, plain.title) == (Severity.HIGH, "A post takes sides between parties")
    late = make.finding(takes_no_sides, spoken(make, find("partisan"), created="2026-04-20T10:00:00Z"))
    assert late.title == "A post takes sides between parties in the weeks before the elections of May 2026"


def test_cnt05_naming_politicians(make):
    """Who merely names a candidate is left alone, but for the weeks before an election: then it is a review."""
    mention = find("partisan", "possible")
    assert make.result(takes_no_sides, spoken(make, mention)).outcome is Outcome.PASS
    result = make.result(takes_no_sides, spoken(make, mention, created="2026-04-20T10:00:00Z"))
    assert result.outcome is Outcome.REVIEW
    assert result.findings[0].severity is Severity.MEDIUM


def test_cnt05_repost(make):
    """A party's post that the account passes on counts, unquoted."""
    finding = make.finding(takes_no_sides, spoken(make, find("partisan"), kind="repost"))
    assert [one.quote for one in finding.evidence] == [""]


@pytest.mark.parametrize("check", OWN)
def test_other_kinds_leave_checks_silent(make, check):
    """A reading of a kind that a check does not ask for leaves it passing; so does nothing read."""
    assert make.result(check, spoken(make, find("disclosure"))).outcome is Outcome.PASS
    assert make.result(check, make.subject(posts=[post()], comments=[])).outcome is Outcome.PASS


@pytest.mark.parametrize("check", OWN)
def test_unread_posts_are_no_pass(make, check):
    """Posts that could not be read are an error, in part read not testable, and an article has none."""
    assert make.result(check, make.subject(coverage={Resource.POSTS: failed("no answer")})).outcome is Outcome.ERROR
    capped = {Resource.POSTS: partial("a cap", 3, planned=True)}
    assert make.result(check, make.subject(coverage=capped)).outcome is Outcome.NOT_TESTABLE
    article = make.subject(make.article(), coverage={Resource.REVISIONS: complete(3)})
    assert make.result(check, article).outcome is Outcome.NOT_APPLICABLE


# -- what others say under it


def test_cnt02_comment(make):
    """Abuse that stays is a medium finding with the link and the kind, none of the words, and no hash of them."""
    subject = answered(make, {1: (find("threat"), find("slur"))}, [comment()])
    finding = make.finding(replies_decent, subject)
    assert (finding.severity, finding.item, finding.seen_in) == (Severity.MEDIUM, "at://comment/1", Resource.COMMENTS)
    assert finding.title == "A comment in sight has a threat and a slur"
    assert "grim" not in repr(finding)
    other = answered(make, {1: (find("threat"), find("slur"))}, [comment(text="Quite other words")])
    assert make.finding(replies_decent, other).content == finding.content


def test_cnt02_moderators_have_a_day(make):
    """A comment of the last 24 hours waits; one without a time has to be seen on two nights."""
    young = answered(make, {1: (find(),)}, [comment(created=TAKEN - timedelta(hours=23))])
    assert make.result(replies_decent, young).outcome is Outcome.PASS
    old = answered(make, {1: (find(),)}, [comment(created=TAKEN - timedelta(hours=25))])
    assert make.finding(replies_decent, old).nights == 1
    unknown = answered(make, {1: (find(),)}, [comment(created=None)])
    assert make.finding(replies_decent, unknown).nights == 2


def test_cnt02_own_comments_are_another_check_s(make):
    """What the account wrote itself is CNT-01's."""
    assert make.result(replies_decent, answered(make, {1: (find(),)}, [comment(ours=True)])).outcome is Outcome.PASS


def week(hostile, friendly, days=1):
    """Comments of some days ago, the hostile ones first, and what was found in them."""
    rows = [comment(number, created=TAKEN - timedelta(days=days)) for number in range(hostile + friendly)]
    return {number: (find(),) for number in range(hostile)}, rows


@pytest.mark.parametrize(
    ("hostile", "friendly", "outcome"),
    [(3, 11, Outcome.FINDING), (3, 12, Outcome.PASS), (2, 0, Outcome.PASS), (40, 300, Outcome.PASS)],
)
def test_trv03_number_and_share(make, hostile, friendly, outcome):
    """It takes three hostile comments, and more than a fifth of all."""
    found, rows = week(hostile, friendly)
    assert make.result(attention_friendly, answered(make, found, rows)).outcome is outcome


def test_trv03_looks_at_seven_days_and_shows_the_trend(make):
    """What is older than a week only stands beside the number, as a trend."""
    found, rows = week(4, 0, days=8)
    assert make.result(attention_friendly, answered(make, found, rows)).outcome is Outcome.PASS
    rows += [comment(10 + number, created=TAKEN - DAY) for number in range(3)]
    more = found | {10 + number: (find(),) for number in range(3)}
    finding = make.finding(attention_friendly, answered(make, more, rows))
    assert finding.detail == "Hostile are 3 of 3 comments in seven days; in the seven days before: 4."


def test_trv03_a_week_read_is_enough(make):
    """Comments read a week back, as planned, are a pass; less than that is not testable."""
    for days, outcome in ((8, Outcome.PASS), (6, Outcome.NOT_TESTABLE)):
        read = {Resource.COMMENTS: partial("the last days", 3, planned=True, since=TAKEN - days * DAY)}
        assert make.result(attention_friendly, make.subject(coverage=read)).outcome is outcome


def test_con05_disclosure(make):
    """What may tell of harm is one critical review of the account with its links, a count, and none of the words."""
    found = {1: (find("disclosure"),), 3: (find("disclosure"), find())}
    result = make.result(disclosures_seen, answered(make, found, [comment(1), comment(2), comment(3)]))
    (finding,) = result.findings
    assert result.outcome is Outcome.REVIEW
    assert (finding.severity, finding.confidence, finding.count) == (Severity.CRITICAL, Confidence.POSSIBLE, 2)
    assert "same day" in finding.title
    assert [one.address[-1] for one in finding.evidence] == ["1", "3"]
    assert "grim" not in repr(finding)
    assert "somebody" not in f"{finding.title}{finding.detail}{finding.address}"


def test_con05_a_new_one_reopens(make):
    """A further comment changes what was judged, so that a dismissed finding is looked at again."""
    rows = [comment(1), comment(2)]
    one = make.finding(disclosures_seen, answered(make, {1: (find("disclosure"),)}, rows))
    two = make.finding(disclosures_seen, answered(make, {1: (find("disclosure"),), 2: (find("disclosure"),)}, rows))
    assert one.content != two.content


def test_con05_abuse_is_no_disclosure(make):
    """Insults are not for the safeguarding lead's same day."""
    assert make.result(disclosures_seen, answered(make, {1: (find(),)}, [comment()])).outcome is Outcome.PASS


@pytest.mark.parametrize("check", UNDER)
def test_comments_need_the_assessment(make, check):
    """Without the DPIA's cover for comments nothing of them is judged."""
    bare = make.school(dpia=Dpia(reference="DPIA-7", features=("followers",)))
    found, rows = week(5, 0, days=2)
    subject = answered(make, found | {0: (find("disclosure"),)}, rows, school_=bare)
    result = make.result(check, subject)
    assert (result.outcome, result.findings) == (Outcome.NOT_TESTABLE, ())


@pytest.mark.parametrize("check", UNDER)
def test_unread_comments_are_no_pass(make, check):
    """Comments that could not be read are an error; those that are left out tonight are not testable."""
    down = {Resource.COMMENTS: failed("no answer")}
    assert make.result(check, make.subject(coverage=down)).outcome is Outcome.ERROR
    off = {Resource.COMMENTS: not_due("every Saturday")}
    assert make.result(check, make.subject(coverage=off)).outcome is Outcome.NOT_TESTABLE


# -- elections


def test_pre_election_weeks_begin_with_the_last_day_for_the_notice():
    """Each stretch begins 25 working days before its poll, by England's bank holidays, but for a dissolution later."""
    for one in elections():
        day, left = one.polls, 25
        while left:
            day -= DAY
            left -= day.weekday() < SATURDAY and day not in bank_holidays(day.year)
        assert one.begins <= day
        assert (day - one.begins).days <= 3


def test_elections_lie_in_order_and_apart():
    """No two stretches overlap, and outside of them there is no election near."""
    days = [day for one in elections() for day in (one.begins, one.polls)]
    assert days == sorted(set(days))
    assert election_near(date(2027, 5, 6)) == "the elections of May 2027"
    assert election_near(date(2027, 5, 7)) == ""
    assert election_near(date(2026, 11, 22)) == ""


def test_every_kind_has_words():
    """Every kind that the reader knows has words for people."""
    assert set(Conduct.__annotations__["kind"].__args__) == set(WORDS)
