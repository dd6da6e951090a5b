from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from checks.finding import Confidence, History, Outcome, Severity
from checks.policy import AdoptedPolicy
from checks.registration import (
    approved_before_creation,
    end_and_success_planned,
    enough_administrators,
    leavers_removed,
    moderated_by_rules,
    platform_approved,
    purpose_recorded,
    review_in_time,
    right_kind_of_account,
    sign_in_secured,
    website_and_register_agree,
)
from connectors.snapshot import Resource, Settings, complete, failed, partial

ROW_CHECKS = (
    purpose_recorded,
    approved_before_creation,
    enough_administrators,
    leavers_removed,
    sign_in_secured,
    review_in_time,
    platform_approved,
    end_and_success_planned,
    moderated_by_rules,
)


def of(make, check, policy=None, **changes):
    """The result of a register check for a row with changes."""
    return make.result(check, make.subject(make.account(**changes)), policy)


@pytest.mark.parametrize("check", ROW_CHECKS, ids=lambda check: check.id)
def test_full_row_is_silent(make, check):
    """A row without a gap passes every check of the register."""
    assert of(make, check).outcome is Outcome.PASS


@pytest.mark.parametrize("check", ROW_CHECKS, ids=lambda check: check.id)
@pytest.mark.parametrize("row", [{"status": "closed"}, {"kind": "article", "platform": "wikipedia"}])
def test_closed_accounts_and_articles_are_left_out(make, check, row):
    """An empty row of a closed account, or of an article, has nothing to answer."""
    bare = make.account(
        purpose="", approved_by="", administrators=(), mfa_attested_on=None, next_review=None, exit_plan="", **row
    )
    assert make.result(check, make.subject(bare)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "purpose",
    ["", "News", "Trips", "Our school's social media account", "Bluesky page for news and updates", "n/a", "TBC"],
)
def test_reg05_purpose_that_says_nothing(make, purpose):
    """A purpose that is empty, too short or fits any account is a finding."""
    (finding,) = of(make, purpose_recorded, purpose=purpose).findings
    assert finding.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "purpose", ["Tell parents of closures", "News of clubs and matches for families", "Recruitment of teachers"]
)
def test_reg05_purpose_that_says_something(make, purpose):
    """A purpose with a reason of its own passes."""
    assert of(make, purpose_recorded, purpose=purpose).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by": ""},
        {"approved_on": None},
        {"approved_by": "", "approved_on": None},
        {"created_on": date(2026, 1, 11)},
    ],
)
def test_reg06_no_approval_before_creation(make, changes):
    """A missing approver or date, or creation before approval, is a finding."""
    assert len(of(make, approved_before_creation, **changes).findings) == 1


def test_reg06_platform_tells_the_date(make):
    """Where the register has no date of creation the platform's counts, also on nights that could not read it."""
    row = make.account(created_on=None)
    early = make.profile(created=datetime(2025, 12, 31, 23, tzinfo=UTC))
    assert make.result(approved_before_creation, make.subject(row, profile=early)).findings
    assert make.result(approved_before_creation, make.subject(row, history=History(profile=early))).findings


def test_reg06_same_day(make):
    """An account created on the day of its approval passes."""
    row = {"created_on": date(2026, 1, 12)}
    assert of(make, approved_before_creation, **row).outcome is Outcome.PASS


def test_reg06_older_than_the_policy(make):
    """An account from before the policy needs no approval."""
    row = {"older_than_policy": True, "approved_by": "", "approved_on": None, "created_on": date(2015, 3, 2)}
    assert of(make, approved_before_creation, **row).outcome is Outcome.PASS
    assert of(make, approved_before_creation, **row | {"created_on": None}).outcome is Outcome.PASS


def test_reg06_younger_than_it_claims(make):
    """An account marked as older than the policy, but created after its adoption, is not exempt."""
    row = make.account(older_than_policy=True, approved_by="", created_on=date(2026, 1, 15))
    school = make.school(policy=AdoptedPolicy(adopted_on=date(2025, 9, 1)))
    finding = make.finding(approved_before_creation, make.subject(row, school_=school))
    assert "marked as older" in finding.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"administrators": ()},
        {"administrators": ("headteacher",)},
        {"administrators": ("headteacher", "Headteacher")},
        {"shared_login": True},
    ],
)
def test_reg07_too_few_keys(make, changes):
    """Fewer administrators than asked for, one named twice, or a shared sign-in is one high finding."""
    (finding,) = of(make, enough_administrators, **changes).findings
    assert finding.severity is Severity.HIGH


def test_reg07_number_is_the_schools(make):
    """How many administrators are enough is the school's to set."""
    alone = {"administrators": ("headteacher",)}
    assert of(make, enough_administrators, make.policy(least_administrators=1), **alone).outcome is Outcome.PASS
    assert of(make, enough_administrators, make.policy(least_administrators=3)).outcome is Outcome.FINDING


def test_reg08_leaving_date(make):
    """A leaving date is a finding from the day after it."""
    assert of(make, leavers_removed, administrator_leaves_on=date(2026, 11, 19)).findings
    assert of(make, leavers_removed, administrator_leaves_on=make.ON).outcome is Outcome.PASS
    assert of(make, leavers_removed, administrator_leaves_on=date(2027, 7, 21)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "changes",
    [
        {"recovery_at_school": False},
        {"recovery_at_school": None},
        {"mfa_attested_on": None},
        {"mfa_attested_on": date(2025, 11, 19)},
    ],
)
def test_reg09_sign_in(make, changes):
    """Recovery elsewhere or unknown, and an attestation that is missing or too old, are findings."""
    (finding,) = of(make, sign_in_secured, **changes).findings
    assert finding.severity is Severity.HIGH


def test_reg09_attested_a_year_ago(make):
    """An attestation a year old to the day still holds."""
    assert of(make, sign_in_secured, mfa_attested_on=date(2025, 11, 20)).outcome is Outcome.PASS


def test_reg10_review(make):
    """A review that is overdue or not planned is a low finding; one due today is none."""
    for day in (None, date(2026, 11, 19)):
        (finding,) = of(make, review_in_time, next_review=day).findings
        assert finding.severity is Severity.LOW
    assert of(make, review_in_time, next_review=make.ON).outcome is Outcome.PASS


def test_reg15_refused_is_high(make):
    """A refused platform is high, even when it is also on the list of approved ones."""
    policy = make.policy(refused_platforms=("bluesky",), approved_platforms=("bluesky",))
    (finding,) = of(make, platform_approved, policy).findings
    assert finding.severity is Severity.HIGH


def test_reg15_not_on_the_list_is_medium(make):
    """A platform that a list of approved ones lacks is medium; an empty list approves all."""
    (finding,) = of(make, platform_approved, make.policy(approved_platforms=("x",))).findings
    assert finding.severity is Severity.MEDIUM
    assert of(make, platform_approved, make.policy(approved_platforms=())).outcome is Outcome.PASS


def test_reg15_own_website(make):
    """The school's own website needs no approval as a platform, and no exit plan."""
    subject = make.subject(make.website(exit_plan="", success_measure="", next_review=None))
    policy = make.policy(approved_platforms=("bluesky",))
    assert make.result(platform_approved, subject, policy).outcome is Outcome.NOT_APPLICABLE
    assert make.result(end_and_success_planned, subject).outcome is Outcome.NOT_APPLICABLE


def test_reg16_end_and_success(make):
    """Neither end nor review, or no success measure, is a low finding; a review date stands for an exit plan."""
    for changes in ({"exit_plan": "", "next_review": None}, {"success_measure": ""}):
        (finding,) = of(make, end_and_success_planned, **changes).findings
        assert finding.severity is Severity.LOW
    assert of(make, end_and_success_planned, exit_plan="").outcome is Outcome.PASS


# --- REG-04: the website and the register --------------------------------------------------------------------


def links(*addresses, kind="link"):
    page = "https://www.hazelbrook.example/news"
    return [{"address": address, "page": page, "kind": kind} for address in addresses]


def agree(make, *rows, site_links=(), site=None, coverage=None):
    """Results of REG-04 by account, for a website with links and other rows of the register."""
    site = site or make.website()
    on_site = make.subject(site, coverage={Resource.LINKS: coverage or complete(20)}, links=list(site_links))
    others = [row if hasattr(row, "snapshot") else make.subject(row) for row in rows]
    return make.results(website_and_register_agree, make.whole(on_site, *others))


def test_reg04_unregistered_profile(make):
    """A profile that the website links to and the register lacks is one medium finding of the website."""
    found = agree(
        make, site_links=links("https://www.facebook.com/HazelbrookPTA/", "https://facebook.com/hazelbrookpta")
    )
    (finding,) = found[make.website().key].findings
    assert (finding.severity, finding.item) == (Severity.MEDIUM, "facebook:hazelbrookpta")
    assert "hazelbrookpta" not in f"{finding.title} {finding.detail}".casefold()


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/sharer/sharer.php?u=https://www.hazelbrook.example/",
        "https://x.com/intent/post?text=hello",
        "https://www.hazelbrook.example/contact",
        "https://en.wikipedia.org/wiki/Otter",
    ],
)
def test_reg04_innocent_links(make, address):
    """Share buttons, the school's own pages and encyclopaedia articles are no accounts."""
    assert agree(make, site_links=links(address))[make.website().key].outcome is Outcome.PASS


def test_reg04_embedded_feeds(make):
    """An account that only shows in an embedded feed is not linked by the school."""
    found = agree(make, site_links=links("https://x.com/somebody", kind="embed"))
    assert found[make.website().key].outcome is Outcome.PASS


@pytest.mark.parametrize(
    "address",
    [
        "https://twitter.com/hazelbrookps",
        "https://x.com/HazelbrookPS/",
        "https://mobile.twitter.com/HAZELBROOKPS?lang=en",
        "http://www.twitter.com/@HazelbrookPS",
    ],
)
def test_reg04_other_spellings(make, address):
    """Old and new addresses, case, a trailing slash and a query lead to the same registered account."""
    found = agree(make, make.on_x(), site_links=links(address))
    assert {one.outcome for one in found.values()} == {Outcome.PASS}


def test_reg04_id_for_handle(make):
    """A link by DID leads to the account that is registered by handle."""
    did = "did:plc:abcdefghijklmnopqrstuvwx"
    row = make.subject(make.account(), profile=make.profile(platform_id=did))
    found = agree(make, row, site_links=links(f"https://bsky.app/profile/{did}"))
    assert {one.outcome for one in found.values()} == {Outcome.PASS}


def test_reg04_account_without_a_link(make):
    """A live registered account that a completely read website does not link to is a low finding of its own."""
    result = agree(make, make.on_x())["x:hazelbrookps"]
    assert [(one.severity, one.account, one.item) for one in result.findings] == [(Severity.LOW, "x:hazelbrookps", "")]


@pytest.mark.parametrize("status", ["parked", "seasonal", "closed"])
def test_reg04_accounts_that_need_no_link(make, status):
    """Accounts that are not live need no link, and a link to one is no link to an unregistered account."""
    row = make.on_x(status=status)
    assert agree(make, row)["x:hazelbrookps"].outcome is Outcome.NOT_APPLICABLE
    linked = agree(make, row, site_links=links("https://x.com/HazelbrookPS"))
    assert linked[make.website().key].outcome is Outcome.PASS


def test_reg04_article_and_blog_need_no_link(make):
    """Articles about the school, and sites without profile pages, need no link."""
    blog = make.account(platform="blog", key="blog:b", handle="", address="https://blog.hazelbrook.example/feed")
    found = agree(make, make.article(), blog)
    assert found[blog.key].outcome is found[make.article().key].outcome is Outcome.NOT_APPLICABLE


def test_reg04_website_partly_read(make):
    """Of a website that was partly read, links found are findings, and a missing link says nothing."""
    found = agree(
        make,
        make.on_x(),
        site_links=links("https://www.facebook.com/HazelbrookPTA"),
        coverage=partial("300 pages were read", 300, planned=True),
    )
    assert found[make.website().key].outcome is Outcome.FINDING
    assert found["x:hazelbrookps"].outcome is Outcome.NOT_TESTABLE
    assert "300 pages" in found["x:hazelbrookps"].reason


def test_reg04_website_down(make):
    """When the website could not be read both halves are errors, never passes."""
    found = agree(make, make.on_x(), coverage=failed("no answer"))
    assert {one.outcome for one in found.values()} == {Outcome.ERROR}


def test_reg04_no_website(make):
    """Without a website on the register the check is not testable and says what to do."""
    found = make.results(website_and_register_agree, make.whole(make.subject(make.on_x())))
    assert {key: one.outcome for key, one in found.items()} == {
        "": Outcome.NOT_TESTABLE,
        "x:hazelbrookps": Outcome.NOT_TESTABLE,
    }
    assert "add a row" in found[""].reason


def test_row_findings_change_with_the_row(make):
    """What was judged is part of a finding's content hash, so that an accepted one reopens when the row changes."""
    before = make.finding(leavers_removed, make.subject(make.account(administrator_leaves_on=date(2026, 7, 1))))
    after = make.finding(leavers_removed, make.subject(make.account(administrator_leaves_on=date(2026, 9, 1))))
    assert before.content != after.content
    assert replace(before, content="", detail="") == replace(after, content="", detail="")


# -- REG-14


def kind_of(make, platform, said="", **changes):
    row = make.account(key=f"{platform}:a", platform=platform, **changes)
    return make.result(right_kind_of_account, make.subject(row, profile=make.profile(kind=said, handle=row.handle)))


def test_reg14_personal_by_the_register(make):
    """A row that the register calls personal is a medium finding on any platform."""
    for platform in ("facebook", "bluesky"):
        (finding,) = kind_of(make, platform, kind="personal-type profile").findings
        assert (finding.severity, finding.confidence) == (Severity.MEDIUM, Confidence.CERTAIN)


@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads", "telegram"])
def test_reg14_personal_by_the_platform(make, platform):
    """A profile that the platform itself calls personal is a finding where organisations have another kind."""
    assert kind_of(make, platform, "personal").outcome is Outcome.FINDING


@pytest.mark.parametrize("said", ["page", "business", "creator", "channel"])
def test_reg14_kinds_for_organisations(make, said):
    """Pages, professional accounts and channels pass."""
    assert kind_of(make, "instagram", said).outcome is Outcome.PASS


def test_reg14_not_told(make):
    """A platform that tells no kind of this account is not testable, one without kinds does not apply."""
    assert kind_of(make, "facebook").outcome is Outcome.NOT_TESTABLE
    assert kind_of(make, "bluesky", "personal").outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("user", ["HazelbrookPrimaryOffice", "Hazelbrook Primary School", "HazelbrookPS"])
def test_reg14_wikipedia_account_named_after_the_school(make, user):
    """A user account of the encyclopaedia that bears the school's name is a finding."""
    assert kind_of(make, "wikipedia", handle=user).outcome is Outcome.FINDING


def test_reg14_wikipedia_name_of_a_person_at_the_school(make):
    """A name that holds more than the school's may be one person's, and is for a human look."""
    assert kind_of(make, "wikipedia", handle="Tarn at Hazelbrook Primary").outcome is Outcome.REVIEW


def test_reg14_wikipedia_shared(make):
    """An account that several people share is a finding whatever its name."""
    assert kind_of(make, "wikipedia", handle="Otterfan", shared_login=True).outcome is Outcome.FINDING


@pytest.mark.parametrize("user", ["Otterfan", "Hazelbrook villager", "Tarn Hazelbrook"])
def test_reg14_wikipedia_one_person(make, user):
    """One person's account under a name of their own passes, also with the name of the place in it."""
    assert kind_of(make, "wikipedia", handle=user).outcome is Outcome.PASS


def test_reg14_not_read(make):
    """A profile that could not be read is an error."""
    row = make.account(key="facebook:a", platform="facebook")
    down = make.subject(row, coverage={Resource.PROFILE: failed("no answer")})
    assert make.result(right_kind_of_account, down).outcome is Outcome.ERROR


# -- REG-17


@pytest.mark.parametrize("moderators", [(), ("headteacher",), ("Headteacher", "headteacher")])
def test_reg17_too_few_moderators(make, moderators):
    """Fewer different moderators than the school asks for are a medium finding."""
    (finding,) = of(make, moderated_by_rules, moderators=moderators).findings
    assert finding.severity is Severity.MEDIUM


def test_reg17_no_rules(make):
    """Missing house rules alone are low."""
    (finding,) = of(make, moderated_by_rules, house_rules="").findings
    assert finding.severity is Severity.LOW


@pytest.mark.parametrize(
    "said",
    [
        {"bio": "Official. House rules: hazelbrook.example/rules"},
        {"links": ("https://www.hazelbrook.example/house-rules",)},
        {"links": ("https://www.hazelbrook.example/social-media-guidelines/",)},
        {"bio": "Please keep to our community guidelines"},
    ],
)
def test_reg17_rules_in_the_profile(make, said):
    """Rules that the profile names or links count."""
    row = make.account(house_rules="")
    assert make.result(moderated_by_rules, make.subject(row, profile=make.profile(**said))).outcome is Outcome.PASS


@pytest.mark.parametrize("bio", ["Our school rules!", "Year 6 rule the playground", "Golden rules assembly today"])
def test_reg17_other_rules(make, bio):
    """Other talk of rules is no house rules."""
    row = make.account(house_rules="")
    assert make.result(moderated_by_rules, make.subject(row, profile=make.profile(bio=bio))).outcome is Outcome.FINDING


def test_reg17_no_moderators_asked_for(make):
    """A school that asks for no moderators is only asked for its rules."""
    (finding,) = of(make, moderated_by_rules, make.policy(least_moderators=0), moderators=(), house_rules="").findings
    assert finding.title == "No house rules are published"


def test_reg17_where_nobody_else_writes(make):
    """Websites, bookmarks and encyclopaedia accounts need neither."""
    for platform in ("website", "pinboard", "wikipedia"):
        row = make.account(key=f"{platform}:a", platform=platform, moderators=(), house_rules="")
        assert make.result(moderated_by_rules, make.subject(row)).outcome is Outcome.NOT_APPLICABLE


def test_reg07_the_platform_shows_too_few_people_with_every_right(make):
    """Where the platform tells how many people have every right, the register alone is not enough."""
    told = make.subject(make.account(), settings=Settings(administrators=1))
    assert "shows 1 person with every right; the school asks for 2" in make.finding(enough_administrators, told).detail
    assert (
        make.result(enough_administrators, make.subject(make.account(), settings=Settings(administrators=2))).outcome
        is Outcome.PASS
    )
