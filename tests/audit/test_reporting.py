"""The report: one truth, told to three readers, each told only what is theirs."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime

from audit.config import load
from audit.it_view import _detail
from audit.reporting import build
from checks.finding import Evidence, Finding, Severity
from connectors.connector import Unreachable
from connectors.snapshot import Resource, failed
from output.report import Delta, Rating

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
ON = date(2026, 11, 22)


def child(number):
    return {
        "id": f"did:plc:child{number}",
        "handle": f"planted{number}.example",
        "name": f"Planted{number}",
        "bio": "I'm 9 and I love slime",
        "address": f"https://bsky.app/profile/did:plc:child{number}",
    }


def leak(number, text="Ring Ella's mum on 07700 900123"):
    return {
        "id": f"at://{number}",
        "address": f"https://bsky.app/{number}",
        "kind": "post",
        "text": text,
        "created": NOW,
    }


def texts(view):
    """Every text of a view, joined."""
    return repr(asdict(view))


def test_the_counts_agree_everywhere(platform, audit):
    """Totals, clauses, accounts, lines, actions and run.json count the same findings."""
    platform.posts = [leak(1), leak(2)]
    platform.followers = [child(1)]
    audit()
    report = audit.report
    governors, totals = report.governors, report.totals
    counted = [line for line in governors.findings if not line.recommended]
    assert totals.open_total == sum(not line.awaiting for line in counted)
    assert totals.awaiting == sum(line.awaiting for line in counted)
    assert totals.recommendations == sum(line.recommended for line in governors.findings)
    for name, whole in (
        ("open", totals.open_total),
        ("awaiting", totals.awaiting),
        ("not_audited", totals.not_audited),
        ("closed", totals.closed),
    ):
        assert sum(getattr(clause, name) for clause in governors.clauses) == whole
    assert sum(line.open for line in governors.lines) == totals.open_total
    assert sum(line.not_audited for line in governors.lines) == totals.not_audited
    assert len(report.it.actions) == len(governors.findings)
    record = report.record
    assert record["counts"]["open_total"] == totals.open_total
    assert sum(one["state"] == "open" and not one["recommended"] for one in record["findings"]) == len(counted)
    assert len(record["outcomes"]) == len(governors.coverage)


def test_governors_and_it_never_read_a_follower(platform, audit):
    """A flagged follower's handle, name, bio, id and address reach the safeguarding view alone."""
    platform.followers = [child(1), child(2)]
    audit()
    report = audit.report
    for view in (report.governors, report.it, report.record):
        shown = texts(view) if not isinstance(view, dict) else repr(view)
        for planted in ("planted1", "Planted1", "slime", "did:plc:child1", "child2"):
            assert planted not in shown
    addresses = {line.address for line in report.safeguarding.lines if "did:plc" in line.address}
    assert addresses == {"https://bsky.app/profile/did:plc:child1", "https://bsky.app/profile/did:plc:child2"}


def test_a_count_of_children_below_five_is_never_told(platform, audit):
    """Three children are "fewer than 5" in every view but the safeguarding lead's, and none in run.json."""
    platform.followers = [child(number) for number in range(3)]
    audit()
    titles = [line.title for line in audit.report.governors.findings if "Some followers say" in line.title]
    assert len(titles) == 2
    assert all("fewer than 5" in title for title in titles)
    assert all(one["count"] is None for one in audit.report.record["findings"] if one["check"] == "AGE-02")


def test_it_is_sent_to_the_safeguarding_lead_for_childrens_matters(platform, audit):
    """IT's action for a children's matter has no item link and no steps but to wait."""
    platform.followers = [child(1)]
    audit()
    actions = [action for action in audit.report.it.actions if "say that they are" in action.title]
    assert actions
    assert {(action.item_address, action.detail) for action in actions} == {("", "With the DSL.")}


def test_a_leak_is_linked_for_it_and_only_counted_for_governors(platform, audit):
    """Personal data: IT gets the link and the kind, governors neither link nor quote."""
    platform.posts = [leak(1)]
    audit()
    report = audit.report
    assert "https://bsky.app/1" in {action.item_address for action in report.it.actions}
    for shown in (texts(report.governors), texts(report.it), repr(report.record)):
        assert "07700" not in shown
        assert "Ella" not in shown
    assert "https://bsky.app/1" not in texts(report.governors)


def test_a_second_night_says_persisting_and_counts_nights(platform, audit):
    """What stays open says since when and for how many nights."""
    platform.posts = [leak(1)]
    audit()
    audit(ON.replace(day=24))
    line = next(
        line
        for line in audit.report.governors.findings
        if line.delta is Delta.PERSISTING and line.severity == "critical"
    )
    assert (line.first_seen, line.nights_open) == (ON, 3)


def test_what_could_not_be_audited_is_said_with_what_to_do(platform, audit):
    """An outage is a gap with a sentence, and never a green box."""
    platform.broken = {"a.example": Unreachable("bsky.example did not answer")}
    audit()
    report = audit.report
    assert any(gap.why == "bsky.example did not answer." and gap.do for gap in report.governors.gaps)
    line = next(line for line in report.governors.accounts if line.account.endswith("a.example"))
    assert "OK" not in {box.words for box in line.boxes.values()}
    assert report.head.incomplete


def test_closed_findings_count_since_the_last_meeting(platform, audit, school):
    """What was put right since the governors met is told; what was before is not told again."""
    platform.posts = [leak(1)]
    audit()
    platform.posts = []
    audit(ON.replace(day=23))
    assert audit.report.totals.closed == 2
    assert audit.report.totals.fixed == 2
    path = school / "school.toml"
    path.write_text(path.read_text() + "\n[governance]\nlast_meeting = 2026-11-24\n")
    audit(ON.replace(day=25))
    assert audit.report.totals.closed == 0


def test_with_little_seen_there_is_no_opinion(platform, audit, school):
    """A night that could conclude few checks gives no rating, and says why."""
    platform.broken = {"a.example": Unreachable("no answer")}
    resources = (Resource.POSTS, Resource.FOLLOWERS, Resource.SETTINGS)
    platform.coverage = dict.fromkeys(resources, failed("no answer"))
    path = school / "school.toml"
    path.write_text(path.read_text() + "coverage_floor = 90\n")
    audit()
    governors = audit.report.governors
    assert governors.rating is Rating.NOT_GIVEN
    assert any("checks could be concluded" in reason for reason in governors.reasons)


def test_without_any_account_read_the_register_carries_no_opinion(platform, audit, school):
    """Tidy rows about accounts that nobody could look at are no assurance, however many checks they pass."""
    platform.broken = dict.fromkeys(("a.example", "b.example"), Unreachable("no answer"))
    path = school / "school.toml"
    path.write_text(path.read_text() + "coverage_floor = 50\n")
    audit()
    assert audit.report.governors.rating is Rating.NOT_GIVEN
    assert "no account could be read" in audit.report.governors.reasons


def test_an_empty_register_is_a_report_too(platform, audit, school):
    """A school with nothing registered gets a report that says so."""
    (school / "register.csv").write_text("Platform,Handle\n")
    audit()
    assert audit.report.governors.accounts == ()
    assert audit.report.governors.rating in set(Rating)


def test_few_forgotten_children_are_not_counted_where_others_read(platform, audit, school):
    """How many flagged people retention removed could be one child: neither IT nor run.json is told below five."""
    done = audit()
    for count, told in ((0, True), (1, False), (4, False), (5, True)):
        purged = {"findings": 1, "people": count, "orphaned people": count}
        report = build(load(school, {}), replace(done, purged=purged), "0.0.1")
        assert ("people" in report.record["purged"]) is told
        words = {line.term: line.words for line in report.it.run if line.heading == "Removed by retention"}
        assert words["orphaned people"] == words["people"] == (f"{count} rows" if told else "a few rows")
        assert words["findings"] == "1 rows"


def test_run_json_names_no_item_that_is_somebody_elses(platform, audit):
    """Items of restricted findings may be other people's profiles or posts: run.json has their fingerprints only."""
    platform.posts = [leak(1), {**leak(2, "News"), "links": ["https://bit.ly/x"]}]
    audit()
    items = {one["check"]: one["item"] for one in audit.report.record["findings"]}
    assert (items["PII-03"], items["LNK-03"]) == ("", "at://2")


def test_what_was_not_concluded_comes_first_and_says_why_in_a_sentence(platform, audit):
    """On Coverage the lines that could not be concluded come first; every reason begins and ends as a sentence."""
    platform.broken = {"b.example": Unreachable("bsky.example did not answer")}
    audit()
    lines = audit.report.governors.coverage
    missed = [line.missed for line in lines]
    assert missed == sorted(missed, reverse=True)
    assert sum(missed) == audit.report.totals.not_audited > 0
    said = {line.reason for line in lines if line.reason}
    assert "bsky.example did not answer." in said
    for reason in said - {"bsky.example did not answer."}:
        assert reason[0].isupper() or "." in reason.split()[0]
        assert reason[-1] in ".!?" or "://" in reason.split()[-1]


def test_how_much_was_read_names_what_the_check_looks_at(platform, audit):
    """Beside a check of posts stand the posts read, none of them included; a check of the register reads nothing."""
    platform.posts = [leak(1)]
    audit()
    read = {(line.account.rpartition(" ")[2], line.check): line.read for line in audit.report.governors.coverage}
    assert read["a.example", "LNK-03"].startswith("1 post")
    assert read["a.example", "AGE-02"] == "0 followers"
    assert read["a.example", "REG-05"] == ""


def test_an_account_is_one_line_among_what_could_not_be_audited(platform, audit):
    """However many checks an outage keeps back, the Summary gives the account one line, and says how many."""
    platform.broken = dict.fromkeys(("a.example", "b.example"), Unreachable("no answer"))
    audit()
    gaps = audit.report.governors.gaps
    accounts = [gap.account for gap in gaps]
    assert len(accounts) == len(set(accounts))
    assert all("not concluded" in gap.do for gap in gaps)
    assert not any("not audited" in line.title for line in audit.report.governors.first)


def test_what_governors_decide_is_not_said_twice(platform, audit):
    """What the governing body has to decide stands under its decisions and not among the things to do first."""
    audit()
    governors = audit.report.governors
    advice = {line.recommendation for line in governors.first}
    assert governors.decisions
    assert not advice & {line.asked for line in governors.decisions}


def test_the_run_sheet_tells_a_reason_once(platform, audit):
    """What one outage kept back of an account stands together on IT's Run sheet, with the reason once."""
    platform.broken = {"a.example": Unreachable("bsky.example did not answer.")}
    audit()
    lines = [line for line in audit.report.it.run if line.heading == "Accounts" and line.term.endswith("a.example")]
    assert [line.words.count("did not answer") for line in lines] == [1]


def test_it_reads_on_which_page_a_link_stands():
    """A link that the register lacks is looked for on a page of the school's website: IT's detail names it."""
    page = "https://www.hazelbrook.example/news"
    finding = Finding(
        "REG-04", "The website links", Severity.MEDIUM, "Register it.", evidence=(Evidence("page", page, "links"),)
    )
    assert _detail(finding) == f"Register it. Found on: {page}"


def test_what_a_person_looks_at_has_a_link_and_a_day(school, audit, platform):
    """An account that no connector reads is one line for IT: where, for which checks, by the half-term's end."""
    (school / "register.csv").write_text("Platform,Handle\nbluesky,a.example\nnextdoor,hazelbrook\n")
    audit()
    lines = [line for line in audit.report.it.by_hand if "hazelbrook" in line.account]
    looked = [line for line in lines if "does not read" in line.what]
    assert len(looked) == 1
    assert looked[0].address == "https://nextdoor.co.uk/pages/hazelbrook/"
    assert looked[0].due == date(2026, 12, 18)
    assert "ID-01" in looked[0].checks


def test_the_method_says_which_readers_ran(audit, platform, monkeypatch):
    """Where the language model could not run, the governors' Method sheet says so."""
    audit()
    said = {line.term: line.words for line in audit.report.governors.method}
    assert said["Readers of text"].startswith("Texts were read by rules")
    monkeypatch.setattr("audit.method.embedding.which_ran", lambda: "by rules alone")
    audit()
    assert {line.words for line in audit.report.governors.method if line.term == "Readers of text"} == {
        "by rules alone"
    }
