"""REG-02: an account that could be taken for the school's, among those that its own accounts lead to."""

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.lookalikes import nothing_taken_for_the_school
from connectors.snapshot import Resource, complete, failed, partial

ACCOUNT = "bluesky:hazelbrook.example"
POST = "https://bsky.app/profile/hazelbrook.example/post/1"


def post(*links, number=1, kind="post"):
    """A post with links."""
    return {"id": f"at://{number}", "address": POST[:-1] + str(number), "kind": kind, "text": "News", "links": links}


def read(make, *posts, rows=(), coverage=None, school=None, **parts):
    """Results of REG-02 by account: an account with these posts, and other rows of the register."""
    given = {Resource.POSTS: complete(len(posts)), **(coverage or {})}
    mine = make.subject(make.account(), coverage=given, posts=list(posts), **parts)
    others = [row if hasattr(row, "snapshot") else make.subject(row) for row in rows]
    return make.results(nothing_taken_for_the_school, make.whole(mine, *others, school_=school))


@pytest.mark.parametrize(
    "address",
    [
        "https://www.instagram.com/hazelbrookprimary/",
        "https://www.facebook.com/HazelbrookPrimarySchool",
        "https://x.com/HazelbrookP5",
        "https://www.instagram.com/haze1brook_primary/",
        "https://bsky.app/profile/hazelbrookprimaryschool.bsky.social",
    ],
)
def test_an_account_of_the_schools_name_is_looked_at(make, address):
    """The school's name, spelt right or in letters like its own, is for a person: high, and never called a finding."""
    result = read(make, post(address), rows=[make.on_x()])[ACCOUNT]
    (finding,) = result.findings
    assert (result.outcome, finding.severity, finding.confidence) == (Outcome.REVIEW, Severity.HIGH, Confidence.LIKELY)
    assert finding.address == address
    assert [one.address for one in finding.evidence] == [POST]


def test_what_governors_read_names_nobody(make):
    """Title and detail say on which platform, and neither handle nor address."""
    (finding,) = read(make, post("https://www.instagram.com/hazelbrookprimary/"))[ACCOUNT].findings
    assert "Instagram" in finding.title
    assert "hazelbrookprimary" not in f"{finding.title} {finding.detail}".casefold()
    assert finding.item == "instagram:hazelbrookprimary"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/HazelbrookPrimaryPTA",
        "https://www.facebook.com/friendsofhazelbrookprimary",
        "https://x.com/HazelbrookFC",
        "https://x.com/OakwoodPrimary",
        "https://www.instagram.com/somesupplier/",
        "https://www.instagram.com/an.author.writes/",
        "https://x.com/intent/post?text=Hazelbrook",
        "https://x.com/HazelbrookPrimary/status/17469176559666",
        "https://www.hazelbrook.example/news",
        "https://en.wikipedia.org/wiki/Hazelbrook_Primary_School",
    ],
)
def test_others_are_left_alone(make, address):
    """Parents' bodies, clubs, other schools, suppliers, authors, buttons, posts and articles are silent."""
    assert read(make, post(address))[ACCOUNT].outcome is Outcome.PASS


def test_registered_accounts_are_known_by_every_name(make):
    """An account on the register is none to be taken for it, by old handle, new handle, id or other address."""
    renamed = make.subject(make.on_x(), profile=make.profile(platform_id="77", handle="HazelbrookPrimary", address=""))
    links = ("https://twitter.com/hazelbrookps", "https://x.com/HazelbrookPrimary")
    assert read(make, post(*links), rows=[renamed])[ACCOUNT].outcome is Outcome.PASS


def test_what_the_website_links_to_is_told_once(make):
    """What the school's website links to as well is REG-04's alone."""
    link = "https://www.instagram.com/hazelbrookprimary/"
    row = {"address": link, "page": "https://www.hazelbrook.example/", "kind": "link"}
    site = make.subject(make.website(), coverage={Resource.LINKS: complete(1)}, links=[row])
    found = read(make, post(link), rows=[site])
    assert found[ACCOUNT].outcome is Outcome.PASS
    assert found[site.account.key].outcome is Outcome.NOT_APPLICABLE


def test_a_link_of_the_profile_counts(make):
    """What the profile itself leads to is looked at too, and closes when the profile is read without it."""
    linking = make.profile(links=("https://www.instagram.com/hazelbrookprimary/",))
    (finding,) = read(make, post(), profile=linking)[ACCOUNT].findings
    assert finding.seen_in is Resource.PROFILE


def test_what_others_wrote_is_not_the_schools_link(make):
    """A repost leads where its writer wanted."""
    shared = post("https://www.instagram.com/hazelbrookprimary/", kind="repost")
    assert read(make, shared)[ACCOUNT].outcome is Outcome.PASS


def test_many_links_to_one_account_are_one_finding(make):
    """However often it is linked, an account is one finding, with a few of the places."""
    posts = [post("https://www.instagram.com/hazelbrookprimary/", number=n) for n in range(1, 9)]
    (finding,) = read(make, *posts)[ACCOUNT].findings
    assert len(finding.evidence) == 3


def test_a_name_that_many_schools_share_says_nothing(make):
    """An account called like hundreds of schools, without this one's place, is no lookalike."""
    school = make.school(name="St Mary's Primary School", place="Retford")
    link = post("https://www.facebook.com/StMarysPrimarySchool")
    assert read(make, link, school=school)[ACCOUNT].outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("coverage", "outcome"),
    [
        (partial("300 posts were read", 300, planned=True), Outcome.NOT_TESTABLE),
        (failed("no answer"), Outcome.ERROR),
    ],
)
def test_what_was_not_read_is_no_pass(make, coverage, outcome):
    """Finding nothing in what was partly read, or not at all, is no pass."""
    assert read(make, post(), coverage={Resource.POSTS: coverage})[ACCOUNT].outcome is outcome


def test_accounts_without_items_of_their_own(make):
    """Articles and closed accounts are left out; of platforms that no program reads a person looks."""
    rows = [make.article(), make.on_x(status="closed"), make.account(platform="snapchat", key="snapchat:h", handle="h")]
    found = read(make, post(), rows=rows)
    assert found["wikipedia:hazelbrook primary school"].outcome is Outcome.NOT_APPLICABLE
    assert found["x:hazelbrookps"].outcome is Outcome.NOT_APPLICABLE
    assert found["snapchat:h"].outcome is Outcome.MANUAL
