from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from checks.finding import Confidence, History, Outcome, Severity
from checks.minimum_age import (
    audience_old_enough,
    commenters_old_enough,
    followed_old_enough,
    followers_mostly_grown_up,
    followers_old_enough,
    managed_accounts_follow,
    minimum_ages_checked,
    nobody_invites_pupils,
)
from checks.policy import MinimumAge
from checks.readers.ages import COLUMNS
from checks.readers.facts import Facts, read_facts
from checks.readers.personal_data import AllowList
from connectors.snapshot import Resource, failed, not_due, partial

AGE_CHECKS = [
    (followers_old_enough, "followers", "follower_ages"),
    (followed_old_enough, "following", "following_ages"),
]


def meant_for(make, audience, **changes):
    return make.result(audience_old_enough, make.subject(make.on_x(audience=audience, **changes)))


@pytest.mark.parametrize(
    "audience", ["pupils", "Parents, carers and pupils", "Year 6", "children and their families", "Kingfishers", "KS2"]
)
def test_age01_pupils_on_a_13_platform(make, audience):
    """A primary school's pupils as audience of a platform that asks for 13 are a high finding."""
    (finding,) = meant_for(make, audience).findings
    assert finding.severity is Severity.HIGH
    assert "13" in finding.detail


@pytest.mark.parametrize(
    "audience",
    [
        "parents and carers",
        "Parents of pupils in Year 3 and Year 4",
        "pupils' parents",
        "Kingfishers' parents",
        "families with children at the school",
        "the community; not for pupils",
        "former pupils",
        "staff and governors",
    ],
)
def test_age01_grown_ups(make, audience):
    """Adults named by way of children are no pupils."""
    assert meant_for(make, audience).outcome is Outcome.PASS


def test_age01_shows_what_is_announced(make):
    """Where a rule is announced the finding says what the minimum would be."""
    (finding,) = meant_for(make, "pupils").findings
    assert "would be 16" in finding.detail
    unnamed = make.finding(audience_old_enough, make.subject(make.account(audience="pupils")))
    assert "under-16 rules" in unnamed.detail


def test_age01_only_the_announced_minimum(make):
    """An audience that only the announced minimum would exclude is for information."""
    subject = make.subject(make.on_x(audience="students"), school_=make.school(oldest_pupil=15))
    assert make.finding(audience_old_enough, subject).severity is Severity.INFO
    grown = make.subject(make.on_x(audience="students"), school_=make.school(oldest_pupil=18))
    assert make.result(audience_old_enough, grown).outcome is Outcome.PASS


def test_age01_consented_service(make):
    """A service used with the school's consent is left out."""
    assert meant_for(make, "pupils", consented_service=True).outcome is Outcome.NOT_APPLICABLE


def test_age01_no_audience(make):
    """Without an audience in the register the check is not testable and names the column."""
    result = meant_for(make, "")
    assert result.outcome is Outcome.NOT_TESTABLE
    assert "Audience" in result.reason


def test_age01_no_minimum(make):
    """Where there is no minimum age every audience passes."""
    subject = make.subject(make.website(audience="pupils"))
    assert make.result(audience_old_enough, subject).outcome is Outcome.PASS


def test_age01_each_server_its_own(make):
    """Where each server sets its own minimum, the figure used until it is known is named as such."""
    subject = make.subject(make.account(platform="mastodon", key="mastodon:a", audience="pupils"))
    assert "each server" in make.finding(audience_old_enough, subject).detail.casefold()


def on_mastodon(make, *labels, **parts):
    row = make.account(platform="mastodon", key="mastodon:a", audience="pupils")
    return make.subject(row, profile=make.profile(labels=labels), **parts)


def test_age01_what_the_server_says_goes_first(make):
    """A server's own minimum age goes before the table's figure, and is named as its own."""
    finding = make.finding(audience_old_enough, on_mastodon(make, "group account", "minimum age 13"))
    assert "asks for 13 years" in finding.detail
    assert "the server's own answer" in finding.detail
    assert "16" not in finding.detail
    low = on_mastodon(make, "minimum age 11")
    assert make.result(audience_old_enough, low).outcome is Outcome.PASS
    assert "asks for 16 years" in make.finding(audience_old_enough, on_mastodon(make, "the minimum age 13")).detail


def test_age01_only_where_servers_set_their_own(make):
    """On a platform with one minimum for all such a label changes nothing."""
    subject = make.subject(make.on_x(audience="pupils"), profile=make.profile(labels=("minimum age 5",)))
    assert make.result(audience_old_enough, subject).outcome is Outcome.FINDING


def test_age01_what_the_server_says_spares_a_person_the_look(make):
    """With the server's own word nobody has to look it up, even where the table has no figure."""
    policy = make.policy()
    row = age_row(date(2026, 11, 1), age=None, rule="per instance")
    unknown = policy.platforms["mastodon"].model_copy(update={"ages": (row,)})
    policy = replace(policy, platforms={**policy.platforms, "mastodon": unknown})
    assert make.result(audience_old_enough, on_mastodon(make, "minimum age 16"), policy).outcome is Outcome.FINDING
    assert make.result(audience_old_enough, on_mastodon(make), policy).outcome is Outcome.MANUAL


def test_age02_by_the_servers_own_minimum(make):
    """Followers are compared with the minimum age of the server that the account is on."""
    followers = [person(number) for number in range(12)]
    said = Facts(follower_ages=ages((1, 14, 14, "likely", False)))
    old, young = (on_mastodon(make, f"minimum age {years}", followers=followers, facts=said) for years in (13, 16))
    assert make.result(followers_old_enough, old).outcome is Outcome.PASS
    assert make.result(followers_old_enough, young).outcome is Outcome.FINDING


def test_age01_unknown_minimum_is_for_a_person(make):
    """Where each server sets its own and no figure is used, a person looks it up."""
    unknown = with_ages(make, age_row(date(2026, 11, 1), age=None, rule="per instance"))
    subject = make.subject(make.on_x(audience="pupils"))
    assert make.result(audience_old_enough, subject, unknown).outcome is Outcome.MANUAL


def test_age01_no_row_in_force(make):
    """A table without a row in force is not testable, and no pass."""
    ahead = with_ages(make, age_row(date(2026, 11, 1), effective_from=date(2027, 1, 1)))
    subject = make.subject(make.on_x(audience="pupils"))
    assert make.result(audience_old_enough, subject, ahead).outcome is Outcome.NOT_TESTABLE


def person(number):
    return {
        "id": f"did:plc:person{number}",
        "handle": f"otter{number}.example",
        "name": f"Otter {number}",
        "bio": "likes swimming",
        "address": f"https://bsky.app/profile/did:plc:person{number}",
    }


def ages(*rows):
    """A table as `read_ages` makes it: (follower's place, youngest, oldest, confidence, parent managed)."""
    filled = [
        (young, old, date(2016, 1, 1), date(2016, 12, 31), 0, 1, "age", f"gives an age of {old}", sure, managed)
        for _, young, old, sure, managed in rows
    ]
    return pd.DataFrame(filled, columns=list(COLUMNS), index=[row[0] for row in rows]).astype(COLUMNS)


def people(make, resource, fact, *rows, count=12, row=None, coverage=None):
    facts = Facts(**{fact: ages(*rows)})
    parts = {resource: [person(number) for number in range(count)]}
    return make.subject(row, facts=facts, coverage=coverage, **parts)


@pytest.mark.parametrize(("check", "resource", "fact"), AGE_CHECKS)
def test_age02_age04_one_finding_per_account(make, check, resource, fact):
    """All people who say that they are too young are one high finding, counted in words below five."""
    subject = people(make, resource, fact, (1, 9, 9, "likely", False), (4, 10, 11, "likely", False))
    finding = make.finding(check, subject)
    assert (finding.severity, finding.confidence, finding.count) == (Severity.HIGH, Confidence.LIKELY, 2)
    assert "fewer than 5" in finding.title
    assert "2" not in finding.title + finding.detail
    assert [one.person for one in finding.evidence] == ["did:plc:person1", "did:plc:person4"]
    assert {one.kind for one in finding.evidence} == {"person"}


@pytest.mark.parametrize(("check", "resource", "fact"), AGE_CHECKS)
def test_age02_age04_five_or_more(make, check, resource, fact):
    """From five on a band is said, so that one more child from night to night does not show."""
    rows = [(number, 9, 9, "likely", False) for number in range(6)]
    finding = make.finding(check, people(make, resource, fact, *rows))
    assert "(5 to 9)" in finding.title


@pytest.mark.parametrize(("check", "resource", "fact"), AGE_CHECKS)
def test_age02_age04_words_for_governors(make, check, resource, fact):
    """Title and detail hold nothing of a person: no id, handle, name, bio or address."""
    finding = make.finding(check, people(make, resource, fact, (1, 9, 9, "likely", False)))
    words = f"{finding.title} {finding.detail} {finding.address}"
    assert not any(value in words for value in person(1).values())


@pytest.mark.parametrize(
    "doubtful", [(1, 12, 13, "likely", False), (1, 9, 9, "possible", False), (1, 12, 13, "possible", False)]
)
def test_age02_doubt_is_for_a_human_look(make, doubtful):
    """An age that may be below the minimum, or that weak words give, is a review and no finding."""
    result = make.result(followers_old_enough, people(make, "followers", "follower_ages", doubtful))
    assert result.outcome is Outcome.REVIEW
    assert result.findings[0].confidence is Confidence.POSSIBLE


def test_age02_doubt_beside_certainty(make):
    """Doubtful people beside sure ones are listed for the look and not counted."""
    subject = people(make, "followers", "follower_ages", (1, 9, 9, "likely", False), (2, 12, 13, "likely", False))
    finding = make.finding(followers_old_enough, subject)
    assert (finding.count, len(finding.evidence)) == (1, 2)
    assert "may be" in finding.evidence[1].rule


@pytest.mark.parametrize(
    "innocent", [(1, 13, 13, "likely", False), (1, 13, 14, "possible", False), (1, 9, 9, "likely", True)]
)
def test_age02_old_enough_or_managed(make, innocent):
    """People of the minimum age, and profiles that an adult manages, pass."""
    result = make.result(followers_old_enough, people(make, "followers", "follower_ages", innocent))
    assert result.outcome is Outcome.PASS


def test_age02_nobody(make):
    """No followers, or none who says an age, passes; nothing read does not."""
    assert make.result(followers_old_enough, make.subject(followers=[])).outcome is Outcome.PASS
    down = {Resource.FOLLOWERS: failed("no answer")}
    assert make.result(followers_old_enough, make.subject(coverage=down)).outcome is Outcome.ERROR
    off = {Resource.FOLLOWERS: not_due("switched off")}
    assert make.result(followers_old_enough, make.subject(coverage=off)).outcome is Outcome.NOT_TESTABLE


def test_age02_part_of_the_list(make):
    """A hit in a part of the list is a finding; a part without a hit is no pass."""
    part = {Resource.FOLLOWERS: partial("a cap", 12, planned=True)}
    hit = people(make, "followers", "follower_ages", (1, 9, 9, "likely", False), coverage=part)
    assert make.result(followers_old_enough, hit).outcome is Outcome.FINDING
    clear = people(make, "followers", "follower_ages", coverage=part)
    assert make.result(followers_old_enough, clear).outcome is Outcome.NOT_TESTABLE


def test_age02_where_there_is_no_minimum(make):
    """A website and an article have no minimum age and no followers."""
    for row in (make.website(), make.article()):
        assert make.result(followers_old_enough, make.subject(row)).outcome is Outcome.NOT_APPLICABLE


def test_age02_minimum_of_the_day(make):
    """The minimum age in force on the night's date counts: 14 is too young once the rule of 16 is law."""
    policy = make.policy()
    x = policy.platforms["x"]
    later = x.ages[1].model_copy(update={"law": True})
    until = x.ages[0].model_copy(update={"effective_until": date(2027, 3, 31)})
    changed = replace(policy, platforms={**policy.platforms, "x": x.model_copy(update={"ages": (until, later)})})
    rows = people(make, "followers", "follower_ages", (1, 14, 14, "likely", False), row=make.on_x())
    assert make.result(followers_old_enough, rows, changed).outcome is Outcome.PASS
    after = replace(rows, on=date(2027, 4, 1))
    assert make.result(followers_old_enough, after, changed).outcome is Outcome.FINDING


def test_age02_content_is_of_rules(make):
    """The content hash changes with what profiles say, and not with who says it."""
    one = make.finding(followers_old_enough, people(make, "followers", "follower_ages", (1, 9, 9, "likely", False)))
    other = make.finding(followers_old_enough, people(make, "followers", "follower_ages", (2, 9, 9, "likely", False)))
    more = make.finding(followers_old_enough, people(make, "followers", "follower_ages", (1, 8, 8, "likely", False)))
    assert one.content == other.content != more.content


def with_ages(make, *rows):
    """The policy with other rows of minimum ages for X."""
    policy = make.policy()
    x = policy.platforms["x"].model_copy(update={"ages": rows})
    return replace(policy, platforms={**policy.platforms, "x": x})


def age_row(verified_on, **changes):
    given = {"age": 13, "source": "Terms", "source_date": verified_on, "confidence": "high"}
    return MinimumAge(**(given | {"verified_on": verified_on} | changes))


def test_age08_stale(make):
    """A minimum age that was verified more than 180 days ago is for information, and names the platform."""
    whole = make.whole(make.subject(make.on_x()))
    stale, fresh = with_ages(make, age_row(date(2026, 5, 23))), with_ages(make, age_row(date(2026, 5, 24)))
    finding = make.finding(minimum_ages_checked, whole, stale)
    assert finding.severity is Severity.INFO
    assert "X" in finding.detail
    assert make.result(minimum_ages_checked, whole, fresh).outcome is Outcome.PASS


def test_age08_announced_day_has_come(make):
    """An announced rule whose expected day has come is for information until the table knows the law."""
    rows = [age_row(date(2026, 11, 1)), age_row(date(2026, 11, 1), age=16, law=False, effective_from=make.ON)]
    whole = make.whole(make.subject(make.on_x()))
    assert "announced" in make.finding(minimum_ages_checked, whole, with_ages(make, *rows)).detail
    ahead = rows[1].model_copy(update={"effective_from": date(2026, 11, 21)})
    assert make.result(minimum_ages_checked, whole, with_ages(make, rows[0], ahead)).outcome is Outcome.PASS


def test_age08_only_registered_platforms(make):
    """Platforms that the school does not use, or has left, need no checking."""
    stale = with_ages(make, age_row(date(2020, 1, 1)))
    whole = make.whole(make.subject(), make.subject(make.on_x(status="closed")))
    assert make.result(minimum_ages_checked, whole, stale).outcome is Outcome.PASS


def young(*numbers):
    return [(number, 9, 9, "likely", False) for number in numbers]


@pytest.mark.parametrize(("children", "followers"), [(5, 1000), (1, 100), (2, 150)])
def test_age03_more_than_a_chance_one(make, children, followers):
    """Five who say that they are too young, or one in a hundred followers, are a medium finding without a share."""
    subject = people(make, "followers", "follower_ages", *young(*range(children)), count=followers)
    finding = make.finding(followers_mostly_grown_up, subject)
    assert (finding.severity, finding.count) == (Severity.MEDIUM, children)
    assert ("fewer than 5" in finding.title) is (children < 5)
    assert "%" not in finding.title + finding.detail


def test_age03_share_from_ten_on(make):
    """The share of the followers is told from ten children on."""
    nine, ten = (
        make.finding(
            followers_mostly_grown_up, people(make, "followers", "follower_ages", *young(*range(n)), count=200)
        )
        for n in (9, 10)
    )
    assert "%" not in nine.detail
    assert "about 5%" in ten.detail


@pytest.mark.parametrize(
    "rows",
    [
        young(0, 1),
        [(number, 9, 9, "possible", False) for number in range(9)],
        [(number, 12, 13, "likely", False) for number in range(9)],
        [(number, 9, 9, "likely", True) for number in range(9)],
    ],
)
def test_age03_few_doubtful_and_managed(make, rows):
    """Two of many followers, doubtful ages and profiles that a parent runs are below the numbers."""
    subject = people(make, "followers", "follower_ages", *rows, count=1000)
    assert make.result(followers_mostly_grown_up, subject).outcome is Outcome.PASS


def test_age03_numbers_are_the_schools_to_set(make):
    """A school may set from how many children on it counts, and never so low that a few could be told by it."""
    subject = people(make, "followers", "follower_ages", *young(*range(7)), count=1000)
    higher = make.policy().with_thresholds({"AGE-03.count": 8})
    assert make.result(followers_mostly_grown_up, subject, higher).outcome is Outcome.PASS
    with pytest.raises(ValueError, match="between 5 and 50"):
        make.policy().with_thresholds({"AGE-03.count": 4})


@pytest.mark.parametrize(
    ("before", "told"), [((5, 6), True), ((6, 6), False), ((8, 6), False), ((6,), False), ((), False)]
)
def test_age03_a_number_that_rises(make, before, told):
    """Below the school's own number it counts where the last three readings rose, which is said."""
    higher = make.policy().with_thresholds({"AGE-03.count": 20})
    subject = people(make, "followers", "follower_ages", *young(*range(7)), count=1000)
    subject = replace(subject, history=History(young_followers=before))
    outcome = make.result(followers_mostly_grown_up, subject, higher)
    assert (outcome.outcome is Outcome.FINDING) is told
    assert all("risen at each of the last three" in one.detail for one in outcome.findings)


def test_age03_a_few_that_rise_are_told_to_nobody(make):
    """Fewer than five who say so are no trend: one and two before them would be told by it."""
    subject = people(make, "followers", "follower_ages", *young(0, 1, 2), count=1000)
    subject = replace(subject, history=History(young_followers=(1, 2)))
    assert make.result(followers_mostly_grown_up, subject).outcome is Outcome.PASS


def commented(make, *comments, row=None, **parts):
    """A subject with comments (text, ours, hour) under one post, read as the night reads them."""
    rows = [
        {
            "id": f"c{place}",
            "post_id": "p1",
            "address": f"https://bsky.app/c{place}",
            "author_id": "us" if ours else f"person{place}",
            "text": text,
            "created": f"2026-11-19T{hour:02}:00:00Z",
            "ours": ours,
        }
        for place, (text, ours, hour) in enumerate(comments)
    ]
    subject = make.subject(row, comments=rows, **parts)
    facts = read_facts(subject.snapshot, AllowList(), ("Kingfishers",), make.ON, lambda _person: None)
    return replace(subject, facts=facts)


SAYS_TEN = ("I'm 10 and I love this!", False, 9)


def test_age05_a_child_comments(make):
    """Who says an age below the minimum in a comment is a medium finding, of whose words nothing is kept."""
    finding = make.finding(commenters_old_enough, commented(make, SAYS_TEN, ("Lovely!", False, 10)))
    assert (finding.severity, finding.outcome, finding.count) == (Severity.MEDIUM, Outcome.FINDING, 1)
    assert "fewer than 5" in finding.title
    (evidence,) = finding.evidence
    assert (evidence.kind, evidence.address, evidence.person, evidence.quote) == (
        "comment", "https://bsky.app/c0", "person0", "",
    )  # fmt: skip
    assert "love" not in f"{finding.title} {finding.detail} {evidence.rule}"


@pytest.mark.parametrize(("hour", "severity"), [(10, Severity.HIGH), (8, Severity.MEDIUM)])
def test_age05_weighs_more_once_the_school_answered(make, hour, severity):
    """An own comment under the same item, later than the child's, makes it high; an earlier one does not."""
    subject = commented(make, SAYS_TEN, ("Thank you!", True, hour))
    assert make.finding(commenters_old_enough, subject).severity is severity


@pytest.mark.parametrize(
    "text",
    [
        "Well done Year 5!",
        "Year 6 😍",
        "My daughter is 9 and loved it",
        "Jack, aged 9, had the best day",
        "10/10",
        "10!",
        "My son is in Year 4",
        "I'm 13 now and miss this school",
        "I'm 10 minutes away",
        "I'm in Year 5 as a teaching assistant",
        "When I was 9 we had a pool",
        "🎂 10",
    ],
)
def test_age05_what_is_no_childs_word(make, text):
    """Praise for classes, what parents tell of children, other numbers and older pupils pass."""
    assert make.result(commenters_old_enough, commented(make, (text, False, 9))).outcome is Outcome.PASS


def test_age05_own_words_are_not_a_childs(make):
    """What the account itself wrote is not read as a child's."""
    subject = commented(make, ("Guess who? I'm 10 and I have a tail", True, 9))
    assert make.result(commenters_old_enough, subject).outcome is Outcome.PASS


def test_age05_an_age_has_grown(make):
    """Twelve in a comment of fourteen months ago is no longer below 13; twelve eleven months ago may be."""
    subject = commented(make, ("I'm 12", False, 9))
    comments = subject.snapshot.comments
    for written, outcome in (("2025-09-19", Outcome.PASS), ("2026-01-19", Outcome.REVIEW)):
        old = replace(subject.snapshot, comments=comments.assign(created=pd.Timestamp(written, tz="UTC")))
        facts = read_facts(old, AllowList(), (), make.ON, lambda _person: None)
        assert make.result(commenters_old_enough, replace(subject, snapshot=old, facts=facts)).outcome is outcome


def test_age05_beside_kin_a_human_looks(make):
    """An age beside a parent's words may be the parent's comment: a review."""
    subject = commented(make, ("Mum of Zac here. Zac wants to write: I'm 10 and I love frogs", False, 9))
    assert make.result(commenters_old_enough, subject).outcome is Outcome.REVIEW


def test_age05_needs_the_comments(make):
    """Without comments read, or an assessment that covers them, it is not testable."""
    assert make.result(commenters_old_enough, make.subject()).outcome is not Outcome.PASS
    uncovered = make.school(dpia=make.school().dpia.model_copy(update={"features": ()}))
    result = make.result(commenters_old_enough, commented(make, SAYS_TEN, school_=uncovered))
    assert result.outcome is Outcome.NOT_TESTABLE


def posted(make, text, row=None, **changes):
    """A subject with one post, read as the night reads it."""
    post = {"id": "p1", "kind": "post", "text": text, "address": "https://bsky.app/p1", "created": "2026-11-19"}
    subject = make.subject(row, posts=[post | changes])
    facts = read_facts(subject.snapshot, AllowList(), ("Kingfishers",), make.ON, lambda _person: None)
    return replace(subject, facts=facts)


@pytest.mark.parametrize(
    "text", ["Sunny today. Children, follow us!", "DM us your homework", "Kingfishers, comment below"]
)
def test_age06_pupils_invited(make, text):
    """A post that calls pupils onto the platform is a high finding and quotes the school's own words."""
    finding = make.finding(nobody_invites_pupils, posted(make, text))
    assert (finding.severity, finding.outcome, finding.item) == (Severity.HIGH, Outcome.FINDING, "p1")
    assert finding.evidence[0].quote in text
    assert finding.evidence[0].quote


def test_age06_what_parents_may_be_asked_is_for_a_look(make):
    """What may be asked of parents as well as of pupils is a review."""
    subject = posted(make, "Post your costume photos below!")
    assert make.result(nobody_invites_pupils, subject).outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    "text", ["Children, ask your parent to follow us", "Parents, comment below", "Year 5 were great"]
)
def test_age06_parents_invited(make, text):
    """Posts that speak to parents, and asking pupils to ask theirs, pass."""
    assert make.result(nobody_invites_pupils, posted(make, text)).outcome is Outcome.PASS


def test_age06_others_words(make):
    """What the account passed on is not its own call."""
    subject = posted(make, "Children, follow us!", kind="repost")
    assert make.result(nobody_invites_pupils, subject).outcome is Outcome.PASS


def test_age06_where_pupils_may_be(make):
    """On the school's website, on a service used with its consent, and where pupils are old enough, it does not apply."""
    consented = make.account(consented_service=True)
    assert make.result(nobody_invites_pupils, posted(make, "Kids, follow us!", consented)).outcome is (
        Outcome.NOT_APPLICABLE
    )
    website = posted(make, "Kids, follow us!", make.website())
    assert make.result(nobody_invites_pupils, website).outcome is Outcome.NOT_APPLICABLE
    grown = replace(posted(make, "Kids, follow us!"), school=make.school(oldest_pupil=18))
    assert make.result(nobody_invites_pupils, grown).outcome is Outcome.NOT_APPLICABLE


def test_age07_managed_by_a_parent(make):
    """Profiles of children that a parent runs are counted for information, in words below five."""
    rows = [(number, 9, 9, "likely", True) for number in range(3)]
    finding = make.finding(managed_accounts_follow, people(make, "followers", "follower_ages", *rows))
    assert (finding.severity, finding.count) == (Severity.INFO, 3)
    assert "fewer than 5" in finding.title
    assert not any(one.person for one in finding.evidence)


@pytest.mark.parametrize("row", [(1, 9, 9, "likely", False), (1, 15, 15, "likely", True)])
def test_age07_others(make, row):
    """A child's own profile is AGE-02's, and an older one that a parent runs is nobody's."""
    assert make.result(managed_accounts_follow, people(make, "followers", "follower_ages", row)).outcome is Outcome.PASS


def test_a_long_list_is_read_in_parts(make, monkeypatch):
    """A list of followers that is read in several goes gives the same table as in one."""
    followers = [person(number) | {"bio": f"im {number} yrs old"} for number in range(8, 14)]
    subject = make.subject(followers=followers)

    def read():
        return read_facts(subject.snapshot, AllowList(), (), make.ON, lambda _person: None).follower_ages

    whole = read()
    monkeypatch.setattr("checks.readers.facts.AT_ONCE", 2)
    pd.testing.assert_frame_equal(read(), whole)
    assert list(whole["oldest"]) == [8, 9, 10, 11, 12, 13]
