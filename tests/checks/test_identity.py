import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.finding import Outcome
from checks.identity import MAIL, at_school, belongs_to_the_school, handle_follows_pattern, says_who_it_is
from connectors.snapshot import Resource, complete, failed, partial

EVERYTHING = ("name", "place", "website", "contact", "official", "unmonitored")


def said(make, bio_must_say=EVERYTHING, row=None, **profile):
    subject = make.subject(row or make.account(), profile=make.profile(**profile))
    return make.result(says_who_it_is, subject, make.policy(bio_must_say=bio_must_say))


def test_id01_complete_profile(make):
    """A profile that says everything passes."""
    assert said(make).outcome is Outcome.PASS


def test_id01_empty_profile_is_one_finding(make):
    """A profile that says nothing is one finding that lists all that is missing."""
    empty = {"name": "", "bio": "", "links": (), "handle": "a.bsky.social", "address": "https://bsky.app/profile/a"}
    (finding,) = said(make, **empty).findings
    for words in ("name", "place", "website", "contact", "official", "monitored"):
        assert words in finding.detail


@pytest.mark.parametrize(
    ("part", "profile"),
    [
        ("name", {"name": "Hazelbrook School", "bio": "Official"}),
        ("name", {"name": "Maplewood Primary School", "bio": ""}),
        ("place", {"name": "Primary School", "bio": "Official account"}),
        ("website", {"links": ("https://linktr.ee/school",), "handle": "a.bsky.social", "address": ""}),
        ("website", {"links": ("https://hazelbrook.example.evil.example/",), "handle": "a.b.example", "address": ""}),
        ("website", {"links": (), "bio": "mail office@hazelbrook.example", "handle": "a.b.example", "address": ""}),
        ("contact", {"bio": "Call 01632 960999"}),
        ("contact", {"bio": "Write to somebody@mail.example"}),
        ("official", {"bio": "Unofficial account of Hazelbrook Primary School"}),
        ("official", {"bio": "Not an official account"}),
        ("unmonitored", {"bio": "Official account. Open day on Monday."}),
    ],
)
def test_id01_missing_part(make, part, profile):
    """Words that only look like a required part do not count as it."""
    assert said(make, (part,), **profile).outcome is Outcome.FINDING


@pytest.mark.parametrize(
    ("part", "profile"),
    [
        ("name", {"name": "HAZELBROOK PRIMARY", "bio": ""}),
        ("name", {"name": "School news", "bio": "All about Hazelbrook Primary School\u2019s pupils"}),
        ("place", {"name": "Primary School", "bio": "", "location": "Hazelbrook, England"}),
        ("website", {"links": ("https://hazelbrook.example/welcome",), "handle": "a.b.example"}),
        ("website", {"links": (), "bio": "More at www.hazelbrook.example", "handle": "a.b.example", "address": ""}),
        ("website", {"links": (), "handle": "news.hazelbrook.example", "address": ""}),
        ("contact", {"bio": "+44 1632 960123"}),
        ("contact", {"bio": "01632-960-123"}),
        ("contact", {"bio": "head@hazelbrook.example"}),
        ("contact", {"bio": "", "links": ("https://www.hazelbrook.example/contact-us",)}),
        ("official", {"bio": "The OFFICIAL page"}),
        ("unmonitored", {"bio": "This account is not monitored 24/7"}),
        ("unmonitored", {"bio": "Please do not use this page to report concerns"}),
        ("unmonitored", {"bio": "Monitored during office hours"}),
        ("unmonitored", {"bio": "Worried about a child? See our website"}),
    ],
)
def test_id01_part_said_in_other_words(make, part, profile):
    """The same may be said in other words, in another field, or by a link."""
    assert said(make, (part,), **profile).outcome is Outcome.PASS


def test_id01_what_a_profile_read_in_part_lacks_is_no_finding(make):
    """A platform that tells the name alone (TikTok) leaves the rest to a person, and says so."""
    told = partial("The platform tells the name only; a person reads the rest.", 1, planned=True)
    bare = make.profile(name="Hazelbrook", bio="", links=())
    result = make.result(says_who_it_is, make.subject(profile=bare, coverage={Resource.PROFILE: told}))
    assert result.outcome is Outcome.NOT_TESTABLE
    assert "a person reads the rest" in result.reason


def test_id01_name_with_words_left_out(make):
    """Words of a school's name that are often left out may be missing, and Saint may be St."""
    school = make.school(name="Saint Mary's Church of England Primary School")
    profile = make.profile(name="St Mary\u2019s CofE Primary", bio="")
    result = make.result(
        says_who_it_is, make.subject(school_=school, profile=profile), make.policy(bio_must_say=("name",))
    )
    assert result.outcome is Outcome.PASS


def test_id01_where_it_does_not_apply(make):
    """Websites and articles have no such profile; a profile that was not read is no finding."""
    for row in (make.website(), make.article()):
        assert said(make, row=row, name="", bio="").outcome is Outcome.NOT_APPLICABLE
    unread = make.subject(coverage={Resource.PROFILE: failed("no answer")})
    assert make.result(says_who_it_is, unread).outcome is Outcome.ERROR


PATTERN = "hazelbrook[a-z]*"


def named(make, handle, row=None, pattern=PATTERN):
    subject = make.subject((row or make.on_x)(handle=handle))
    return make.result(handle_follows_pattern, subject, make.policy(handle_pattern=pattern))


@pytest.mark.parametrize("handle", ["HazelbrookPS", "hazelbrook", "@hazelbrookschool"])
def test_id02_handle_follows(make, handle):
    """A handle that matches as a whole follows the rule, whatever its case."""
    assert named(make, handle).outcome is Outcome.PASS


@pytest.mark.parametrize("handle", ["TheHazelbrook", "hazelbrook_ps", "brook"])
def test_id02_handle_does_not_follow(make, handle):
    """A handle that matches in part only does not follow the rule, and is not named in the finding."""
    (finding,) = named(make, handle).findings
    assert handle.casefold() not in f"{finding.title} {finding.detail}".casefold()


def test_id02_domain_handles(make):
    """Where handles are domain names the first label may follow the rule, elsewhere not."""
    assert named(make, "hazelbrook.bsky.social", make.account).outcome is Outcome.PASS
    assert named(make, "hazelbrook.fan").outcome is Outcome.FINDING


def test_id02_handle_on_a_server(make):
    """The server is no part of the name."""
    row = make.account(platform="mastodon", key="mastodon:h", handle="@hazelbrook@social.example")
    policy = make.policy(handle_pattern=PATTERN)
    assert make.result(handle_follows_pattern, make.subject(row), policy).outcome is Outcome.PASS


def test_id02_without_a_pattern(make):
    """Without a naming pattern, and for sites without handles, the check does not apply."""
    assert named(make, "anything", pattern="").outcome is Outcome.NOT_APPLICABLE
    assert named(make, "", make.website).outcome is Outcome.NOT_APPLICABLE


def tied(make, subject, *addresses, coverage=None, site=True):
    rows = [{"address": address, "page": "https://www.hazelbrook.example/", "kind": "link"} for address in addresses]
    home = make.subject(make.website(), coverage={Resource.LINKS: coverage or complete(9)}, links=rows)
    school = make.whole(subject, *([home] if site else []))
    return make.results(belongs_to_the_school, school)[subject.account.key]


@pytest.mark.parametrize("handle", ["hazelbrook.example", "news.Hazelbrook.Example"])
def test_id04_own_domain(make, handle):
    """A domain handle at the school's own domain, or below it, passes without any website."""
    subject = make.subject(profile=make.profile(handle=handle))
    assert tied(make, subject, site=False).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "handle", ["hazelbrook.bsky.social", "hazelbrook.example.evil.example", "myhazelbrook.example"]
)
def test_id04_other_domain(make, handle):
    """A handle elsewhere is a finding, even at a domain that looks alike and though the website links to it."""
    subject = make.subject(profile=make.profile(handle=handle))
    assert tied(make, subject, f"https://bsky.app/profile/{handle}").outcome is Outcome.FINDING


def test_id04_link_back_or_badge(make):
    """Elsewhere a link from the website, or the platform's badge, ties the account to the school."""
    plain, badge = (make.profile(handle="HazelbrookPS", verified=verified) for verified in (False, True))
    assert (
        tied(make, make.subject(make.on_x(), profile=plain), "https://twitter.com/hazelbrookps").outcome is Outcome.PASS
    )
    assert tied(make, make.subject(make.on_x(), profile=badge)).outcome is Outcome.PASS
    assert tied(make, make.subject(make.on_x(), profile=plain)).outcome is Outcome.FINDING


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("verified link: https://www.hazelbrook.example/", Outcome.PASS),
        ("verified link: https://blog.example/", Outcome.FINDING),
        ("verified link: https://hazelbrook.example.evil.example/", Outcome.FINDING),
        ("unverified link: https://www.hazelbrook.example/", Outcome.FINDING),
    ],
)
def test_id04_verified_link(make, label, outcome):
    """A link that the platform has seen linking back ties the account when it is to the school's own domain."""
    row = make.account(platform="mastodon", key="mastodon:h", handle="hazelbrook@social.example")
    subject = make.subject(row, profile=make.profile(handle="hazelbrook@social.example", labels=("bot", label)))
    assert tied(make, subject).outcome is outcome


def test_id04_website_not_read_whole(make):
    """A missing link on a website that was not read whole says nothing."""
    subject = make.subject(make.on_x(), profile=make.profile(handle="HazelbrookPS"))
    assert tied(make, subject, coverage=partial("a cap", 300, planned=True)).outcome is Outcome.NOT_TESTABLE
    assert tied(make, subject, coverage=failed("no answer")).outcome is Outcome.ERROR
    assert tied(make, subject, site=False).outcome is Outcome.NOT_TESTABLE


def test_id04_profile_not_read(make):
    """Without the profile neither the handle nor a badge is known, so nothing is found."""
    for row in (make.account(), make.on_x()):
        subject = make.subject(row, coverage={Resource.PROFILE: failed("no answer")})
        assert tied(make, subject).outcome is Outcome.ERROR


def test_id04_where_it_does_not_apply(make):
    """Parked accounts, articles, feeds and the website itself are left out."""
    podcast = make.account(platform="podcast", key="podcast:p", handle="", address="https://pod.example/feed")
    for row in (make.on_x(status="parked"), make.article(), podcast):
        assert tied(make, make.subject(row)).outcome is Outcome.NOT_APPLICABLE


@given(st.from_regex(r"[a-z]{1,12}(\.[a-z]{2,8}){0,3}", fullmatch=True))
def test_only_own_domains_are_the_schools(make, host):
    """A host is the school's when its last labels are those of one of its domains, and never otherwise."""
    own = host.split(".")[-2:] == ["hazelbrook", "example"]
    assert at_school(host, make.school()) is own


def test_a_huge_bio_is_read_in_time_proportional_to_its_size():
    """A stranger who may write a description of any length cannot hold up the night: this takes hours otherwise."""
    for part in ("a", "a_", "9-", "a."):
        assert MAIL.findall(part * 1_000_000) == []
    assert MAIL.findall("write to the.office+news@hazelbrook.example.") == ["hazelbrook.example"]
