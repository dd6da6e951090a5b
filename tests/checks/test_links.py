"""Checks of links: harm, lapsed sites, shortened and broken links, private rooms, storage outside the school."""

from datetime import UTC, date, datetime

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.links import (
    domains_still_theirs,
    kept_at_school,
    links_harmless,
    links_in_full,
    links_work,
    stays_in_public,
)
from checks.readers.facts import Facts, read_facts
from checks.readers.link_risks import OwnLinks
from checks.readers.personal_data import AllowList
from connectors.snapshot import Resolved, Resource, Standing, complete, failed, not_due

WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)
ASKED = date(2026, 11, 20)
OWN = OwnLinks.of(["hazelbrook.example"], ["t.me/hazelbrookpta", "docs.google.com/forms/d/e/office"])
EVERY = (links_harmless, domains_still_theirs, links_in_full, links_work, kept_at_school, stays_in_public)


def post(number, text="Look", kind="post"):
    return {
        "id": f"at://post/{number}",
        "kind": kind,
        "text": text,
        "created": WHEN,
        "address": f"https://p.example/{number}",
    }


def answered(address, *onward, standing=Standing.ANSWERS, **more):
    return Resolved(standing, ASKED, (address, *onward), **more)


@pytest.fixture
def night(make):
    """A subject whose posts have these texts, read as the night reads them."""

    def night(*texts, resolved=(), bio="", coverage=None, kind="post"):
        posts = [post(number, text, kind) for number, text in enumerate(texts, 1)]
        profile = make.profile(bio=bio, links=())
        led = {one.chain[0]: one for one in resolved}
        snapshot = make.snapshot(make.account(), coverage, posts=posts, profile=profile, resolved=led)
        facts = read_facts(snapshot, AllowList.of(), (), ASKED, lambda _: None, own=OWN)
        return make.subject(facts=facts, posts=posts, profile=profile, resolved=led, coverage=coverage)

    return night


@pytest.mark.parametrize(
    ("address", "severity"),
    [
        ("https://www.pornhub.com/x", Severity.CRITICAL),
        ("https://hazelbrook.example@evil.example/", Severity.CRITICAL),
        ("https://files.example/setup.exe", Severity.CRITICAL),
        ("https://paypa1.com", Severity.CRITICAL),
        ("https://www.bet365.com", Severity.HIGH),
        ("http://203.0.113.9/x", Severity.HIGH),
    ],
)
def test_lnk01_fires(make, night, address, severity):
    """A link that may do harm is a finding of its post, critical where it harms whoever opens it."""
    finding = make.finding(links_harmless, night("News", f"Look at {address} today"))
    assert (finding.item, finding.severity, finding.outcome) == ("at://post/2", severity, Outcome.FINDING)
    assert finding.created == WHEN


def test_lnk01_shows_no_link_that_opens(make, night):
    """The address is shown so that nobody opens it by mistake, and a password in it not at all."""
    (shown,) = make.finding(links_harmless, night("https://www.bet365.com/offers")).evidence
    assert shown.quote == "hxxps://www[.]bet365[.]com/offers"
    (shown,) = make.finding(links_harmless, night("http://head:Autumn26@files.example/a")).evidence
    assert shown.quote == "files[.]example"


def test_lnk01_follows_to_the_end(make, night):
    """An innocent address that led to a harmful one when it was asked is a finding, and says where it led."""
    link = "https://hall.example/booking"
    led = answered(link, "https://www.bet365.com/?ref=1")
    finding = make.finding(links_harmless, night(link, resolved=[led]))
    assert finding.severity is Severity.HIGH
    assert "hxxps://www[.]bet365[.]com" in finding.evidence[0].rule


def test_lnk01_in_the_profile(make, night):
    """A harmful link in the profile is a finding of the account, seen in the profile."""
    finding = make.finding(links_harmless, night("News", bio="Sponsored by bet365.com"))
    assert (finding.item, finding.seen_in, finding.evidence[0].kind) == ("", Resource.PROFILE, "profile")


@pytest.mark.parametrize(
    "text",
    [
        "Thanks to the National Lottery Heritage Fund: https://www.heritagefund.org.uk/projects",
        "https://www.alphabetclub.co.uk and https://www.elizabethanhouse.org.uk",
        "https://www.scunthorpe-united.co.uk/community https://www.sussex.ac.uk",
        "https://www.hazelbrook.example/setup.zip",
        "https://www.yourschoollottery.co.uk/lottery/school/hazelbrook",
        "https://docs.google.com/forms/d/e/1FAI/viewform https://youtu.be/abc",
        "nothing at all",
    ],
)
def test_lnk01_silent(make, night, text):
    """Words with bet in them, the Heritage Fund, school lotteries and the school's own files do no harm."""
    assert make.result(links_harmless, night(text)).outcome is Outcome.PASS


def test_lnk01_archives_are_looked_at(make, night):
    """An archive at a stranger's site may be harmless: a human looks."""
    result = make.result(links_harmless, night("https://maps.example/walks.zip"))
    assert (result.outcome, result.findings[0].confidence) == (Outcome.REVIEW, Confidence.POSSIBLE)


@pytest.mark.parametrize("check", EVERY)
def test_reposts_are_not_the_schools_words(make, night, check):
    """What the account passed on is not its own."""
    text = "https://www.bet365.com https://bit.ly/a https://t.me/x https://drive.google.com/a"
    assert make.result(check, night(text, kind="repost")).outcome is Outcome.PASS


@pytest.mark.parametrize("check", EVERY)
def test_articles_have_no_posts(make, check):
    """An encyclopaedia article has no posts, so that no check of links concerns it."""
    subject = make.subject(make.article(), coverage={Resource.REVISIONS: complete(3)})
    assert make.result(check, subject).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("check", EVERY)
def test_profile_not_read(make, check):
    """Clean posts do not pass when reading the profile failed; a profile that is not due is said."""
    down = make.subject(posts=[post(1)], coverage={Resource.PROFILE: failed("no answer")})
    assert make.result(check, down).outcome is Outcome.ERROR
    later = make.subject(posts=[post(1)], coverage={Resource.PROFILE: not_due("weekly")})
    assert "weekly" in make.result(check, later).reason


def test_lnk02_lapsed_domain(make, night):
    """A parked domain is a finding after three nights, and so is a certificate that nobody trusts."""
    link = "https://www.oldclub.example"
    parked = answered(link, title="oldclub.example", words="This domain is for sale. Related searches")
    finding = make.finding(domains_still_theirs, night(link, resolved=[parked]))
    assert (finding.severity, finding.nights) == (Severity.HIGH, 3)
    dealer = answered(link, "https://www.hugedomains.com/domain_profile.cfm?d=oldclub")
    assert make.finding(domains_still_theirs, night(link, resolved=[dealer])).nights == 3
    unsafe = answered(link, standing=Standing.UNTRUSTED, reason="A certificate that cannot be trusted.")
    assert make.finding(domains_still_theirs, night(link, resolved=[unsafe])).item == "at://post/1"


def test_lnk02_long_pages_about_parking(make, night):
    """A page with many words of its own, such as news of a sale, is not a parked domain."""
    link = "https://news.example/parking"
    page = answered(link, words="This domain is for sale, said the council. " + "The street is full of cars. " * 30)
    assert make.result(domains_still_theirs, night(link, resolved=[page])).outcome is Outcome.PASS


def test_lnk03_one_finding_per_post(make, night):
    """Each post with shortened links is one low finding; platforms' own and pages of links are none."""
    texts = ("https://bit.ly/a https://tinyurl.com/b", "https://is.gd/c", "https://youtu.be/d https://linktr.ee/e")
    result = make.result(links_in_full, night(*texts))
    assert [(one.item, one.severity, one.created) for one in result.findings] == [
        ("at://post/1", Severity.LOW, WHEN),
        ("at://post/2", Severity.LOW, WHEN),
    ]
    assert [one.quote for one in result.findings[0].evidence] == ["https://bit.ly/a", "https://tinyurl.com/b"]


def test_lnk03_says_where_it_led(make, night):
    """Where a shortened link was asked, its finding says where it led, without what the address carries."""
    led = answered("https://bit.ly/a", "https://fair.example/tickets?who=me")
    (shown,) = make.finding(links_in_full, night("https://bit.ly/a", resolved=[led])).evidence
    assert shown.rule.endswith("it led to https://fair.example/tickets on 20/11/2026")


def test_lnk04_broken_link(make, night):
    """A page that is gone, and one that does not answer, are findings after three nights, for they may be back."""
    link = "https://fair.example/tickets"
    for standing, confidence in ((Standing.GONE, Confidence.CERTAIN), (Standing.BROKEN, Confidence.LIKELY)):
        subject = night(link, resolved=[answered(link, standing=standing, status=404, reason="There is no page.")])
        finding = make.finding(links_work, subject)
        assert (finding.severity, finding.nights, finding.confidence) == (Severity.LOW, 3, confidence)
        assert finding.evidence[0].quote == link


def test_lnk04_counts_what_could_be_asked(make, night):
    """Links that were not asked yet, or that turn programs away, are not testable; nothing is broken then."""
    one, other = "https://fair.example/a", "https://wall.example/b"
    wall = answered(other, standing=Standing.UNTESTABLE, reason="It does not answer programs (403).")
    for check in (links_work, domains_still_theirs):
        result = make.result(check, night(one, other, resolved=[answered(one), wall]))
        assert (result.outcome, result.reason) == (Outcome.NOT_TESTABLE, "1 of 2 links could be asked so far")
        assert make.result(check, night(one, resolved=[answered(one)])).outcome is Outcome.PASS
        assert make.result(check, night("https://www.facebook.com/hazelbrook")).outcome is Outcome.PASS


def test_lnk05_storage_outside_is_for_a_person(make, night):
    """Storage, forms, pages and collections outside the school are one review of the account, with examples."""
    texts = ("https://drive.google.com/a", "https://class4.blogspot.com", "https://www.justgiving.com/fundraising/a")
    result = make.result(kept_at_school, night(*texts))
    (finding,) = result.findings
    assert (result.outcome, finding.item, finding.severity) == (Outcome.REVIEW, "", Severity.MEDIUM)
    assert len(finding.evidence) == 3
    more = make.finding(kept_at_school, night(*texts, "https://drive.google.com/b"))
    assert more.content == finding.content
    assert make.finding(kept_at_school, night(*texts, "https://www.dropbox.com/b")).content != finding.content


def test_lnk05_allowed_links_are_the_schools(make, night):
    """The school's own pages and addresses that it allows need no look."""
    text = "https://docs.google.com/forms/d/e/office/viewform https://www.hazelbrook.example/drive"
    assert make.result(kept_at_school, night(text)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "link",
    ["https://chat.whatsapp.com/AbC", "https://wa.me/447700900123", "https://discord.gg/abc", "https://t.me/year6",
     "https://www.snapchat.com/add/somebody", "https://signal.group/#abc", "whatsapp://chat?code=abc"],
)  # fmt: skip
def test_con03_fires(make, night, link):
    """An invitation to a private conversation is a high finding, and its code is not handed on."""
    finding = make.finding(stays_in_public, night(f"Join us {link}"))
    assert (finding.severity, finding.outcome) == (Severity.HIGH, Outcome.FINDING)
    assert not any(code in finding.evidence[0].quote for code in ("AbC", "4477", "abc", "year6", "somebody"))


def test_con03_in_the_bio(make, night):
    """An invitation in the profile counts as one in a post does."""
    assert make.finding(stays_in_public, night("News", bio="Ask us: https://wa.me/447700900123")).item == ""


def test_con03_silent(make, night):
    """The parents' association's channel that the school allows, and public profiles, are no private rooms."""
    text = "https://t.me/hazelbrookpta https://www.facebook.com/hazelbrook https://bsky.app/profile/hazelbrook.example"
    assert make.result(stays_in_public, night(text)).outcome is Outcome.PASS


def test_con03_own_channel(make):
    """A channel may link to itself: the account's own address is no other room."""
    account = make.account(key="telegram:hazelbrook", platform="telegram", address="https://t.me/hazelbrook")
    posts = [post(1, "More at https://t.me/hazelbrook/12"), post(2, "More at https://t.me/year6")]
    facts = read_facts(make.snapshot(account, posts=posts), AllowList.of(), (), ASKED, lambda _: None, OWN)
    assert make.finding(stays_in_public, make.subject(account, facts=facts, posts=posts)).item == "at://post/2"


@pytest.mark.parametrize("text", ["Add me on snap", "Join our WhatsApp group, ask in the office", "DM us for a place"])
def test_con03_in_words(make, night, text):
    """An invitation in words alone is for a human look, with the words."""
    finding = make.finding(stays_in_public, night(f"News of the week. {text}"))
    assert (finding.outcome, finding.severity, finding.item) == (Outcome.REVIEW, Severity.HIGH, "at://post/1")
    assert finding.evidence[0].quote.casefold() in text.casefold()


def test_con03_words_beside_a_link(make, night):
    """Where a link gives the invitation, its words are no second finding."""
    assert make.finding(stays_in_public, night("Join our WhatsApp group https://chat.whatsapp.com/AbC")).outcome is (
        Outcome.FINDING
    )


def test_con03_in_words_of_the_bio(make, night):
    """The profile's own words count as a post's do."""
    finding = make.finding(stays_in_public, night("News", bio="DM us to book a visit"))
    assert (finding.item, finding.outcome) == ("", Outcome.REVIEW)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Never add staff on Snapchat", "post"), ("Doors open 2 PM for the fair", "post"), ("DM me", "repost")],
)
def test_con03_words_silent(make, night, text, kind):
    """Warnings, the time of day, and what others wrote invite nobody."""
    assert make.result(stays_in_public, night(text, kind=kind)).outcome is Outcome.PASS


def test_con03_groups_are_looked_at(make, night):
    """A group on Facebook may be the school's own: a human looks."""
    assert make.result(stays_in_public, night("https://www.facebook.com/groups/year6")).outcome is Outcome.REVIEW


def test_nothing_read_is_no_pass(make):
    """Without facts of any link, coverage alone decides."""
    subject = make.subject(facts=Facts(), posts=[post(1)])
    assert make.result(links_harmless, subject).outcome is Outcome.PASS
    broken = make.subject(facts=Facts(), coverage={Resource.POSTS: failed("no answer")})
    assert make.result(links_harmless, broken).outcome is Outcome.ERROR


CASINO = (
    "Best casino slots and roulette. Play blackjack, poker and jackpot games with free spins. Deposit and wager today."
)


@pytest.mark.parametrize(
    "words", [CASINO, "situs slot gacor judi online togel maxwin bandar toto", "\u4e2d\u6587\u5185\u5bb9" * 60]
)
def test_lnk02_leaves_a_site_about_something_else_to_a_person(make, night, words):
    """A site whose page turned to gambling, or to another script, is for a look, once it stays so."""
    led = answered("https://hazelfair.example/stalls", title="Home", words=words)
    finding = make.finding(domains_still_theirs, night("Our fair: https://hazelfair.example/stalls", resolved=[led]))
    assert (finding.outcome, finding.confidence) == (Outcome.REVIEW, Confidence.POSSIBLE)
    assert finding.nights > 1
    assert finding.evidence[0].quote == "hxxps://hazelfair[.]example/stalls"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "https://hazelfair.example",
            "Casino night for grown-ups: roulette and poker in aid of the school and its pupils",
        ),
        ("https://hazelfair.example", f"{CASINO} Help with gambling harm from our charity, and advice for parents"),
        ("https://www.gov.uk/gambling", CASINO),
        ("https://welcome.example/zh/parents", "\u4e2d\u6587\u5185\u5bb9" * 60),
        ("https://hazelfair.example", "Come to the fair, with stalls and a slot for every band"),
        ("https://hazelfair.example", ""),
    ],
)
def test_lnk02_is_silent_about_pages_that_may_be_meant(make, night, address, words):
    """Pages of authorities, of schools and their neighbours, and translations say nothing of a new owner."""
    result = make.result(domains_still_theirs, night(address, resolved=[answered(address, words=words)]))
    assert (result.outcome, result.findings) == (Outcome.PASS, ())
