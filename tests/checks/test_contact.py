from dataclasses import replace

import pytest

from checks.contact import messages_closed, replies_looked_after, walls_closed
from checks.finding import Outcome, Severity
from connectors.snapshot import Resource, Settings, failed, partial


def messages_from(make, whom, row=None):
    return make.result(messages_closed, make.subject(row, settings=Settings(messages_from=whom)))


def test_con01_open_to_everyone(make):
    """Private messages from everyone are a medium finding."""
    (finding,) = messages_from(make, "everyone").findings
    assert finding.severity is Severity.MEDIUM


@pytest.mark.parametrize("whom", ["following", "nobody"])
def test_con01_closed(make, whom):
    """Messages from followed accounts or from nobody pass."""
    assert messages_from(make, whom).outcome is Outcome.PASS


def test_con01_platform_does_not_say(make):
    """A setting that the platform left open is not testable and no pass."""
    assert messages_from(make, None).outcome is Outcome.NOT_TESTABLE


def test_con01_not_read(make):
    """A setting that could not be read is an error."""
    down = make.subject(coverage={Resource.SETTINGS: failed("no answer")})
    assert make.result(messages_closed, down).outcome is Outcome.ERROR


def test_con01_attested(make):
    """Where only the account itself sees the setting, a person looks where the platform's row says."""
    result = make.result(messages_closed, make.subject(make.on_x()))
    assert result.outcome is Outcome.MANUAL
    assert result.reason == make.policy().platforms["x"].attest


def test_con01_no_messages(make):
    """A website has no private messages."""
    assert make.result(messages_closed, make.subject(make.website())).outcome is Outcome.NOT_APPLICABLE


# -- CON-02


def said(number, replies, kind="post"):
    day = f"2026-10-{number + 1:02}"
    return {
        "id": f"p{number}",
        "address": f"https://p.example/{number}",
        "kind": kind,
        "created": day,
        "replies": replies,
    }


def replies(make, *said_, settings=None, moderators=("headteacher", "school office"), row=None, **changes):
    parts = {"settings": settings} if settings else {}
    account = replace(row or make.account(), moderators=moderators, **changes)
    return make.result(replies_looked_after, make.subject(account, posts=list(said_), **parts))


def test_con02_open_and_nobody_named(make):
    """Posts that everybody may answer, without enough moderators, are one medium finding with the number."""
    result = replies(make, said(1, "everyone"), said(2, "everyone"), said(3, "limited"), moderators=("headteacher",))
    (finding,) = result.findings
    assert (finding.severity, finding.item) == (Severity.MEDIUM, "")
    assert "2 of the latest 3 items" in finding.detail


def test_con02_open_and_moderated(make):
    """Named moderators make the same a low finding."""
    (finding,) = replies(make, said(1, "everyone")).findings
    assert finding.severity is Severity.LOW


def test_con02_filtered(make):
    """A filter that holds comments back is enough."""
    assert replies(make, said(1, "everyone"), settings=Settings(filtered=True)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "purpose",
    ["Public consultation on the new timetable", "Asks for parents' views on school meals", "Feedback from families"],
)
def test_con02_consultation(make, purpose):
    """An account that asks for views is for a human look."""
    assert replies(make, said(1, "everyone"), moderators=(), purpose=purpose).outcome is Outcome.REVIEW


@pytest.mark.parametrize("purpose", ["Offers views of the school garden", "Shows parents what Year 4 does in class"])
def test_con02_other_purposes(make, purpose):
    """Other purposes are not taken for asking."""
    assert replies(make, said(1, "everyone"), moderators=(), purpose=purpose).outcome is Outcome.FINDING


@pytest.mark.parametrize("whom", ["limited", "nobody"])
def test_con02_closed(make, whom):
    """Items that not everybody may answer pass."""
    assert replies(make, said(1, whom)).outcome is Outcome.PASS


def test_con02_old_items_do_not_count(make):
    """Once the latest ten items are closed, older open ones do not count."""
    latest = [said(number, "limited") for number in range(10, 20)]
    assert replies(make, said(1, "everyone"), *latest).outcome is Outcome.PASS


def test_con02_others_items_do_not_count(make):
    """Who may answer what somebody else wrote is not the account's."""
    assert replies(make, said(1, "limited"), said(2, "everyone", kind="repost")).outcome is Outcome.PASS


def test_con02_setting_of_the_account(make):
    """The account's own setting counts where items do not say."""
    assert replies(make, settings=Settings(replies_from="everyone")).outcome is Outcome.FINDING
    assert replies(make, settings=Settings(replies_from="limited")).outcome is Outcome.PASS


def test_con02_not_told(make):
    """Where neither items nor settings say who may answer, nothing is said."""
    assert replies(make, said(1, "")).outcome is Outcome.NOT_TESTABLE


def test_con02_no_items(make):
    """Where nothing was ever posted there is nothing to answer."""
    assert replies(make).outcome is Outcome.PASS


def test_con02_nothing_to_answer(make):
    """Bookmarks, articles and websites have no comments."""
    bookmarks = make.account(key="pinboard:a", platform="pinboard")
    for row in (bookmarks, make.website(), make.article()):
        assert replies(make, said(1, ""), row=row).outcome is Outcome.NOT_APPLICABLE


def test_con02_told_of_some(make):
    """Where the platform says it of some items only, closed ones prove nothing for the others; answers go by threads."""
    assert replies(make, said(1, "nobody"), said(2, "")).outcome is Outcome.NOT_TESTABLE
    answer = said(2, "", kind="reply") | {"reply_to": "p1"}
    assert replies(make, said(1, "nobody"), answer).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("coverage", "outcome"), [(failed("no answer"), Outcome.ERROR), (partial("a cap", 1), Outcome.NOT_TESTABLE)]
)
def test_con02_coverage(make, coverage, outcome):
    """Closed items on a partial reading, or none on a failed one, are no pass."""
    given = make.subject(posts=[said(1, "limited")], coverage={Resource.POSTS: coverage})
    assert make.result(replies_looked_after, given).outcome is outcome


# -- CON-04


def wall(make, settings=None, row=None, **parts):
    given = parts | ({"settings": settings} if settings else {})
    return make.result(walls_closed, make.subject(row or group(make), **given))


def group(make, platform="bluesky"):
    return make.account(key=f"{platform}:a", platform=platform, kind="group")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(posting_by="everyone"),
        Settings(joining="everyone"),
        Settings(joining="everyone", posting_by="members"),
        Settings(joining="everyone", posting_by="everyone"),
    ],
)
def test_con04_open(make, settings):
    """A wall on which everybody writes, or a group that everybody joins and writes in, is a medium finding."""
    (finding,) = wall(make, settings).findings
    assert finding.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "settings",
    [
        Settings(joining="everyone", posting_by="owner"),
        Settings(joining="everyone", posting_by="approved"),
        Settings(joining="asked", posting_by="members"),
        Settings(joining="invited"),
    ],
)
def test_con04_closed(make, settings):
    """A channel in which only the school writes, and groups whose members are let in, pass."""
    assert wall(make, settings).outcome is Outcome.PASS


@pytest.mark.parametrize("platform", ["facebook", "forum", "chat", "discord", "padlet", "whatsapp"])
def test_con04_a_person_looks(make, platform):
    """Where the platform does not tell, a person looks where its row says."""
    result = wall(make, row=group(make, platform))
    assert (result.outcome, result.reason) == (Outcome.MANUAL, make.policy().platforms[platform].wall)


def test_con04_no_group(make):
    """An account on which nobody else writes is left out."""
    assert wall(make, row=make.account()).outcome is Outcome.NOT_APPLICABLE


def test_con04_group_by_the_platforms_word(make):
    """What the platform calls a group or a room is one, and untestable where its settings are not told."""
    room = wall(make, Settings(), row=make.account(), profile=make.profile(kind="room"))
    assert room.outcome is Outcome.NOT_TESTABLE


def test_con04_not_read(make):
    """A group whose settings could not be read is an error."""
    assert wall(make, coverage={Resource.SETTINGS: failed("no answer")}).outcome is Outcome.ERROR


def test_con04_a_member_of_a_forum(make):
    """Who may join a forum in which the school is one member among others is not the school's to settle."""
    member = make.profile(kind="forum member")
    result = wall(make, Settings(joining="everyone"), row=group(make, "forum"), profile=member)
    assert result.outcome is Outcome.NOT_APPLICABLE
