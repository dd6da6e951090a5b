"""What a night may call fixed, new or still there: only what was really looked at again."""

from dataclasses import replace
from datetime import UTC, date, datetime

import audit.account as work
from audit.compare import State
from audit.ledger import Ledger
from checks import CHECKS
from connectors.snapshot import Resource, complete, partial
from output.report import Delta, Rating

ON = date(2026, 11, 22)
POST = {
    "id": "at://1",
    "address": "https://bsky.app/1",
    "kind": "post",
    "text": "News",
    "created": datetime(2026, 11, 20, 9, tzinfo=UTC),
    "links": ["https://bit.ly/x"],
}
A = "bluesky:a.example"


def of(done, check, account=A):
    found = [one for one in done.tracked if (one.finding.check, one.finding.account) == (check, account)]
    return {(one.finding.item, one.state, one.delta, one.why) for one in found}


def test_a_check_that_breaks_fixes_nothing(platform, audit, monkeypatch):
    """The item was read again, but nobody judged it."""
    platform.posts = [POST]
    audit()
    broken = tuple(replace(one, judge=lambda *_: 1 / 0) if one.id == "LNK-03" else one for one in CHECKS)
    monkeypatch.setattr(work, "CHECKS", broken)
    why = "the check stopped with an unexpected error (ZeroDivisionError); see the log"
    assert of(audit(ON.replace(day=23)), "LNK-03") == {("at://1", State.OPEN, Delta.NOT_RECHECKED, why)}


def test_readers_that_break_fix_nothing(platform, audit, monkeypatch):
    """An item whose words could not be made sense of was not looked at."""
    platform.posts = [POST]
    audit()
    monkeypatch.setattr(work, "read_facts", lambda *_, **__: 1 / 0)
    why = "the readers stopped with an error (ZeroDivisionError); see the log"
    assert of(audit(ON.replace(day=23)), "LNK-03") == {("at://1", State.OPEN, Delta.NOT_RECHECKED, why)}


def test_what_no_longer_applies_is_not_said_to_have_been_looked_for(platform, audit, school):
    """A parked account is no longer asked whether it is in use, and the record says so."""
    platform.posts = [{**POST, "created": datetime(2026, 2, 1, tzinfo=UTC)}]
    audit()
    (school / "register.csv").write_text("Platform,Handle,Status\nbluesky,a.example,parked\n")
    why = "no longer asked: the register says that the account is parked"
    assert of(audit(ON.replace(day=23)), "REG-12") == {("", State.CLOSED, Delta.FIXED, why)}


def test_a_renamed_account_keeps_its_items_apart_from_the_backlog(platform, audit, school):
    """On the first night under its new handle nothing slides into the backlog, so nothing seems fixed."""
    platform.platform_id = "did:plc:one"
    platform.posts = [{**POST, "created": datetime(2026, 10, 1, tzinfo=UTC)}]
    register = school / "register.csv"
    register.write_text("Platform,Handle\nbluesky,a.example\n")
    audit(date(2026, 10, 10))
    register.write_text("Platform,Handle\nbluesky,renamed.example\n")
    still = {("at://1", State.OPEN, Delta.PERSISTING, "")}
    assert of(audit(), "LNK-03", "bluesky:renamed.example") == still


def test_a_row_that_leads_to_another_account_closes_nothing_of_the_first(platform, audit, school):
    """With another id typed into its row it is another account: what was found on the first was not re-checked."""
    platform.platform_id, platform.posts = "did:plc:one", [POST]
    register = school / "register.csv"
    register.write_text("Platform,Handle,Platform id\nbluesky,a.example,did:plc:one\n")
    audit()
    platform.platform_id, platform.posts = "did:plc:two", []
    register.write_text("Platform,Handle,Platform id\nbluesky,a.example,did:plc:two\n")
    why = "the register's row leads to another account now, and this one was not read"
    assert of(audit(ON.replace(day=23)), "LNK-03") == {("at://1", State.OPEN, Delta.NOT_RECHECKED, why)}


def test_a_backlog_is_still_there_only_when_it_was_read(platform, audit):
    """Old items that stand in the mirror alone are not re-checked, also where they are one row."""
    old = [{**POST, "id": f"at://{day}", "created": datetime(2025, 1, day, tzinfo=UTC)} for day in (1, 2)]
    platform.posts = old
    audit()
    platform.posts, platform.coverage = [], {Resource.POSTS: partial("only the latest items", 0, planned=True)}
    why = "the item was not read again tonight"
    assert of(audit(ON.replace(day=23)), "LNK-03") == {("backlog", State.OPEN, Delta.NOT_RECHECKED, why)}
    platform.posts, platform.coverage = old[1:], {}
    assert of(audit(ON.replace(day=24)), "LNK-03") == {("backlog", State.OPEN, Delta.PERSISTING, "")}


def test_what_closed_without_a_look_opens_again_from_the_mirror(platform, audit, school):
    """A finding that closed with its account is open again with it, read again or not."""
    platform.posts = [POST]
    audit()
    register = school / "register.csv"
    live = register.read_text()
    register.write_text("Platform,Handle,Status\nbluesky,a.example,closed\n")
    platform.broken = {"a.example": work.NotFound("no such account")}
    assert {state for _, state, _, _ in of(audit(ON.replace(day=23)), "LNK-03")} == {State.CLOSED}
    register.write_text(live)
    platform.broken, platform.posts = {}, []
    platform.coverage = {Resource.POSTS: partial("only the latest items", 0, planned=True)}
    assert of(audit(ON.replace(day=24)), "LNK-03") == {("at://1", State.OPEN, Delta.REOPENED, "")}


def test_posts_that_a_cap_passed_over_are_no_complete_reading(platform, audit, school):
    """After a reading that was capped before it met the last one, the mirror is whole again only after a sweep."""
    ledger = school / "state" / "audit.db"

    def whole():
        opened = Ledger.at(ledger)
        try:
            return opened.history(A, ON).posts_whole
        finally:
            opened.close()

    platform.posts = [POST]
    audit(ON.replace(day=20))
    assert whole()
    met = datetime(2026, 11, 19, tzinfo=UTC)
    for day, since, expected in ((21, met, True), (22, None, False), (23, met, False)):
        platform.coverage = {Resource.POSTS: partial("the spend ceiling", 1, planned=True, since=since)}
        audit(ON.replace(day=day))
        assert whole() is expected
    platform.coverage = {Resource.POSTS: complete(1)}
    audit(ON.replace(day=24))
    assert whole()


def test_nights_open_count_from_the_day_it_came_back(platform, audit):
    """The nights on which it was closed are not nights open."""
    for day, posts in ((1, [POST]), (2, []), (21, [POST]), (22, [POST])):
        platform.posts = [{**one, "created": datetime(2026, 11, 1, tzinfo=UTC)} for one in posts]
        done = audit(ON.replace(day=day))
    assert of(done, "LNK-03") == {("at://1", State.OPEN, Delta.PERSISTING, "")}
    assert {one.nights_open for one in audit.report.governors.findings if "shortened" in one.title} == {2}
    record = audit.report.record["findings"]
    assert {one["nights_open"] for one in record if one["check"] == "LNK-03"} == {2}


def test_what_was_fixed_long_ago_is_counted_once(platform, audit, school):
    """The summary of a run counts what was fixed that night, not everything ever closed."""
    from sqlalchemy import create_engine, text

    for day, posts in ((22, [POST]), (23, []), (24, [])):
        platform.posts = posts
        audit(ON.replace(day=day))
    engine = create_engine(f"sqlite:///{school / 'state' / 'audit.db'}")
    with engine.connect() as connection:
        counts = (
            connection.execute(text("select json_extract(counts, '$.deltas.fixed') from runs order by date"))
            .scalars()
            .all()
        )
    engine.dispose()
    assert counts == [0, 2, 0]


def test_a_personal_type_profile_is_not_an_account_that_went_unread(platform, audit, school):
    """It is reported and never collected, so no rating waits for it."""
    register = "Platform,Handle,Kind\nbluesky,a.example,\nbluesky,p.example,personal-type profile\n"
    (school / "register.csv").write_text(register)
    for day in (10, 22):
        audit(ON.replace(day=day))
    assert not any("has not been read" in reason for reason in audit.report.governors.reasons)


def test_a_register_without_accounts_gets_no_opinion(platform, audit, school):
    """Where there is nothing to audit nothing is assured."""
    (school / "register.csv").write_text("Platform,Handle\n")
    (school / "school.toml").write_text(
        "[school]\nname = 'Hazelbrook Primary School'\n[policy]\nreview_date = 2027-01-01\n"
        "[dpia]\nreference = 'D'\nfeatures = []\napproved_on = 2026-01-01\napprover = 'Headteacher'\n"
        "[governance]\nprivacy_notice = 'https://hazelbrook.example/privacy'\naccess_reviewed_on = 2026-11-01\n"
    )
    (school / "requirements.toml").write_text("adopted_on = 2026-01-01\nadopted_by = 'Governing body'\n")
    audit()
    assert audit.report.governors.rating is Rating.NOT_GIVEN
    assert audit.report.governors.reasons == ("no account could be read",)
