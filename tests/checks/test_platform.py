from datetime import UTC, datetime

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.flags import flags
from checks.platform import audience_declared, in_good_standing
from connectors.snapshot import MARKS, Resource, complete, failed, not_permitted, partial

WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)


def item(number, *marks, kind="video", replies="nobody", **changes):
    given = {
        "id": f"item-{number}",
        "address": f"https://p.example/{number}",
        "kind": kind,
        "created": WHEN,
        "marks": marks,
        "replies": replies,
    }
    return given | changes


def standing(make, *labels, posts=(), row=None, **parts):
    given = make.subject(row, profile=make.profile(labels=labels), posts=list(posts), **parts)
    return make.result(in_good_standing, given)


def channel(make, **changes):
    return make.account(key="youtube:hazelbrook", platform="youtube", handle="hazelbrook", **changes)


def films(make, *items, audience="parents and carers", coverage=None, labels=("declared not made for kids",)):
    given = make.subject(
        channel(make, audience=audience), posts=list(items), profile=make.profile(labels=labels), coverage=coverage
    )
    return make.result(audience_declared, given)


# -- flags.toml


def test_flags_are_known_marks_at_severities_of_their_check(make):
    """Marks are those of the snapshot, each once; every severity is one that PLT-01 may choose; platforms are known."""
    told, policy = flags(), make.policy()
    assert len({mark.mark for mark in told.marks}) == len(told.marks)
    assert {mark.mark for mark in told.marks} <= MARKS
    severities = {one.severity for one in (*told.labels, *told.marks)}
    assert severities <= set(policy.checks["PLT-01"].severities)
    tells = told.tells
    named = tells.standing | tells.places | tells.no_places | tells.descriptions | tells.no_descriptions
    assert named | {*told.look, *told.official_types} <= set(policy.platforms)
    assert not tells.descriptions & tells.no_descriptions
    assert not told.tells.places & told.tells.no_places
    assert not told.tells.standing & set(told.look)


def test_what_accounts_say_of_themselves_weighs_less():
    """Nothing that is the account's own word is above low."""
    assert {one.severity for one in (*flags().labels, *flags().marks) if one.by == "account"} == {Severity.LOW}


# -- PLT-01


@pytest.mark.parametrize(
    "label", ["suspended", "!hide", "limited by the server's moderators", "withheld in GB, DE", "blocked", "porn"]
)
def test_plt01_label(make, label):
    """A label that the platform puts on an account is a high finding of the account."""
    (finding,) = standing(make, label).findings
    assert (finding.severity, finding.item, finding.nights) == (Severity.HIGH, "", 1)


@pytest.mark.parametrize("label", ["porn", "nudity"])
def test_plt01_label_of_either(make, label):
    """A label that may be the account's own is likely, and not certain."""
    (finding,) = standing(make, label).findings
    assert finding.confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    "label",
    [
        "!no-unauthenticated", "made for kids", "Flickr Pro", "verified link: https://www.hazelbrook.example/",
        "automated account (bot)", "bot", "unlisted", "unlimited", "verified link: https://suspended.example/",
    ],
)  # fmt: skip
def test_plt01_other_labels(make, label):
    """Labels that hold nothing against the account are passed over."""
    assert standing(make, label).outcome is Outcome.PASS


@pytest.mark.parametrize("label", ["parody", "explicit"])
def test_plt01_own_label(make, label):
    """What an account calls itself is low, and for a human look."""
    result = standing(make, label)
    assert (result.outcome, result.findings[0].severity) == (Outcome.REVIEW, Severity.LOW)


def test_plt01_suspended_account(make):
    """A suspended account is a high finding although nothing could be read, and has to be seen on two nights."""
    down = make.subject(standing="suspended", coverage={Resource.PROFILE: failed("the account is suspended")})
    finding = make.finding(in_good_standing, down)
    assert (finding.severity, finding.nights) == (Severity.HIGH, 2)


def test_plt01_not_found_is_another_matter(make):
    """An account that is not found is no suspended one."""
    gone = make.subject(standing="not found", coverage={Resource.PROFILE: failed("not found")})
    assert make.result(in_good_standing, gone).outcome is Outcome.ERROR


def test_plt01_items_held_back(make):
    """Each item that the platform withholds or restricts is one medium finding, dated, whatever else it carries."""
    posts = [item(1, "withheld", "age restricted"), item(2, "age restricted"), item(3, "unlisted"), item(4)]
    result = standing(make, posts=posts, row=channel(make))
    assert [(one.item, one.severity, one.created) for one in result.findings] == [
        ("item-1", Severity.MEDIUM, WHEN),
        ("item-2", Severity.MEDIUM, WHEN),
    ]


def test_plt01_reposts_are_not_ours(make):
    """What others wrote and the account passed on does not count."""
    assert standing(make, posts=[item(1, "withheld", kind="repost")]).outcome is Outcome.PASS


def test_plt01_own_marks_are_one_finding(make):
    """Items that the account itself marked as sensitive are one low finding for a human look, with their number."""
    result = standing(make, posts=[item(n, "sensitive") for n in range(3)])
    (finding,) = result.findings
    assert (result.outcome, finding.severity, finding.item) == (Outcome.REVIEW, Severity.LOW, "")
    assert "3 items" in finding.detail


def test_plt01_where_nothing_is_handed_on(make):
    """A platform that tells such things to the account alone ends in a person's look or untestable, never in a pass."""
    flickr = make.account(key="flickr:a", platform="flickr")
    facebook = make.account(key="facebook:a", platform="facebook")
    assert standing(make, row=flickr).outcome is Outcome.NOT_TESTABLE
    assert standing(make, row=facebook).outcome is Outcome.MANUAL


def test_plt01_not_for_the_website(make):
    """The school's own website and articles stand under no provider."""
    for row in (make.website(), make.article()):
        assert standing(make, row=row).outcome is Outcome.NOT_APPLICABLE


def test_plt01_not_read(make):
    """Without a profile nothing is said."""
    unread = make.subject(coverage={Resource.PROFILE: not_permitted("no key")})
    assert make.result(in_good_standing, unread).outcome is Outcome.NOT_TESTABLE


# -- PLT-02


def test_plt02_nobody_said(make):
    """Films of which neither is said are one low finding with their number and examples."""
    result = films(make, *(item(n) for n in range(5)), item(9, "not made for kids"))
    (finding,) = result.findings
    assert (finding.severity, finding.item, len(finding.evidence)) == (Severity.LOW, "", 3)
    assert "5 films" in finding.detail


def test_plt02_open_comments_on_films_for_children(make):
    """Films made for children on which everybody may comment are medium."""
    (finding,) = films(make, item(1, "made for kids", replies="everyone"), item(2)).findings
    assert finding.severity is Severity.MEDIUM


def test_plt02_films_for_parents(make):
    """Films declared as not made for children on a channel for parents are in order."""
    assert films(make, item(1, "not made for kids", replies="everyone")).outcome is Outcome.PASS


def test_plt02_channel_for_pupils(make):
    """A channel for pupils without a film for children is for a human look; with one it is in order."""
    result = films(make, item(1, "not made for kids"), audience="pupils in Year 4")
    assert (result.outcome, result.findings[0].confidence) == (Outcome.REVIEW, Confidence.POSSIBLE)
    both = films(make, item(1, "not made for kids"), item(2, "made for kids"), audience="pupils in Year 4")
    assert both.outcome is Outcome.PASS


def test_plt02_without_the_owner(make):
    """Without the owner's sign-in "not made for kids" proves nothing, and a person looks."""
    assert films(make, item(1, "not made for kids"), labels=()).outcome is Outcome.MANUAL
    read = {Resource.FOLLOWERS: complete(3)}
    assert films(make, item(1, "not made for kids"), labels=(), coverage=read).outcome is Outcome.PASS


def test_plt02_mirrored_before(make):
    """Films mirrored before marks were read are no finding and no pass."""
    assert films(make, item(1, "made for kids"), item(2, replies="")).outcome is Outcome.NOT_TESTABLE


def test_plt02_read_in_part(make):
    """A part of the films in order is no pass."""
    part = {Resource.POSTS: partial("a cap", 1, planned=True)}
    assert films(make, item(1, "made for kids"), coverage=part).outcome is Outcome.NOT_TESTABLE


def test_plt02_elsewhere(make):
    """Other platforms do not ask."""
    assert make.result(audience_declared, make.subject(posts=[item(1)])).outcome is Outcome.NOT_APPLICABLE
