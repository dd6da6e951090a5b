"""Discord: what an invitation and the widget tell, what each way of failing comes to, and what a recording holds."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from imitations.discord_api import CODE, GUILD, DiscordApi, error, guild, invitation, limited, reply, widget
from imitations.scripted_site import Reply

from connectors import discord
from connectors.connector import LoginWall, NotFound, RateLimited, Refused, SchemaDrift, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
SCHOOL = Account(f"discord:{CODE}", 2, "discord", CODE, f"https://discord.gg/{CODE}")
KNOWN = replace(SCHOOL, platform_id=GUILD)
NETWORK = Network("it@hazelbrook.example", retries=0, default_pace=0, private_hosts=frozenset({"127.0.0.1"}))
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def server():
    with DiscordApi() as one:
        yield one
        assert one.contract_errors == []


@pytest.fixture
def client():
    http = Http(NETWORK)
    yield http.client("discord")
    http.close()


@pytest.fixture
def collect(server, client):
    def run(account=SCHOOL, **plan):
        return discord.collect(account, CollectPlan(server.base_url, NOW, **plan), client)

    return run


# What is read


def test_an_invitation_tells_what_the_server_is(collect):
    """Name, description, size, age of the server and how new members are checked are read without a key."""
    snapshot = collect()
    profile = snapshot.profile
    assert (profile.platform_id, profile.handle, profile.address) == (GUILD, CODE, f"https://discord.gg/{CODE}")
    assert (profile.name, profile.bio, profile.followers) == ("Hazelbrook gamers", "After-school games club", 31)
    assert profile.avatar == f"https://cdn.discordapp.com/icons/{GUILD}/0123456789abcdef0123456789abcdef.png"
    assert (profile.verified, profile.kind) == (False, "group")
    assert profile.labels == (
        "new members need a verified e-mail address",
        "community server",
        "the invitation has no end",
    )
    assert (snapshot.settings.joining, snapshot.settings.least_age) == ("everyone", 0)
    assert snapshot.coverage[Resource.PROFILE].status is CoverageStatus.COMPLETE
    assert snapshot.coverage[Resource.SETTINGS].status is CoverageStatus.COMPLETE


def test_an_id_tells_when_the_server_was_made(collect, server):
    """The id that Discord's documentation explains is of 30 April 2016."""
    server.invited = reply(invitation(guild(id="175928847299117063")))
    assert collect().profile.created == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)


@pytest.mark.parametrize("resource", [Resource.POSTS, Resource.MEDIA, Resource.COMMENTS])
def test_messages_are_not_permitted(collect, resource):
    """Messages are for bots that the school would have to let in; the sentence says what a person does instead."""
    coverage = collect().coverage[resource]
    assert coverage.status is CoverageStatus.NOT_PERMITTED
    assert "Message Content intent" in coverage.reason
    assert coverage.reason.endswith("Have a person look through the channels.")


def test_members_are_not_kept(collect, server):
    """The widget names people who are online: none of them is in the snapshot."""
    server.shown = reply(widget())
    snapshot = collect()
    assert snapshot.followers.empty
    assert snapshot.coverage[Resource.FOLLOWERS].status is CoverageStatus.NOT_PERMITTED
    assert "sasha" not in repr(snapshot.profile)


@pytest.mark.parametrize(
    ("level", "label", "least"), [(1, "explicit", None), (2, "safe", 0), (3, "age restricted", 18), (None, "", None)]
)
def test_age_levels(collect, server, level, label, least):
    """An age-restricted server lets nobody under 18 in; an explicit one is labelled, one not judged has no label."""
    server.invited = reply(invitation(guild(nsfw_level=level)))
    snapshot = collect()
    assert snapshot.settings.least_age == least
    assert {"explicit", "safe", "age restricted"} & set(snapshot.profile.labels) == ({label} - {""})


@pytest.mark.parametrize(
    ("level", "label"),
    [
        (0, "new members are not checked"),
        (2, "new members need an account older than 5 minutes"),
        (3, "new members may write after 10 minutes"),
        (4, "new members need a verified telephone number"),
    ],
)
def test_how_new_members_are_checked(collect, server, level, label):
    """The level of verification is a label in words."""
    server.invited = reply(invitation(guild(verification_level=level)))
    assert label in collect().profile.labels


def test_paused_invitations_let_nobody_in(collect, server):
    """While invitations are paused it is not said who may join."""
    server.invited = reply(invitation(guild(features=["INVITES_DISABLED"])))
    snapshot = collect()
    assert snapshot.settings.joining is None
    assert "invitations are paused" in snapshot.profile.labels


def test_vanity_verification_and_end(collect, server):
    """A vanity code is the handle, Discord's badge is told, and so is the day on which the invitation ends."""
    place = guild(vanity_url_code="hazelbrook-school", features=["VERIFIED", "DISCOVERABLE"])
    server.invited = reply(invitation(place, expires_at="2026-12-01T00:00:00+00:00"))
    profile = collect().profile
    assert (profile.handle, profile.verified) == ("hazelbrook-school", True)
    assert "the invitation holds until 01/12/2026" in profile.labels
    assert "in Discord's public directory" in profile.labels


def test_the_widget_is_told(collect, server):
    """A public widget and its channels are labels; how many are online changes by the minute and is not kept."""
    server.shown = reply(widget())
    labels = collect().profile.labels
    assert labels[-2:] == ("public widget shows who is online", "channel in the widget: Homework help")


@pytest.mark.parametrize(
    ("handle", "address"),
    [
        (CODE, ""),
        ("", f"https://discord.gg/{CODE}"),
        ("", f"https://discord.com/invite/{CODE}"),
        ("", f"discord.gg/{CODE}"),
        (CODE, f"https://discord.com/channels/{GUILD}/1280102030405060709"),
    ],
)
def test_ways_of_naming_a_server(collect, server, handle, address):
    """A code, or any link that has it, names the invitation."""
    account = Account("discord:x", 2, "discord", handle, address)
    assert collect(account).profile.platform_id == GUILD
    assert server.requests[0].path == f"/api/v10/invites/{CODE}?with_counts=true"


def test_a_server_by_its_id_alone(collect, server):
    """Without an invitation the widget tells the name; who may enter is not told, and the part is planned."""
    server.shown = reply(widget())
    snapshot = collect(Account("discord:x", 2, "discord", address=f"https://discord.com/channels/{GUILD}"))
    assert (snapshot.profile.name, snapshot.profile.handle) == ("Hazelbrook gamers", GUILD)
    profile = snapshot.coverage[Resource.PROFILE]
    assert (profile.status, profile.planned) == (CoverageStatus.PARTIAL, True)
    assert snapshot.coverage[Resource.SETTINGS].status is CoverageStatus.NOT_OFFERED
    assert snapshot.settings is None


# Ways of failing


def test_an_invitation_that_has_ended(collect, server):
    """An unknown invitation (10006) is not found, and the sentence says what to do."""
    server.invited = error(404, 10006, "Unknown Invite")
    with pytest.raises(NotFound, match="has ended, or was withdrawn"):
        collect()


def test_the_widget_outlives_the_invitation(collect, server):
    """A known server whose invitation has ended is still there when its widget says so: an unplanned part."""
    server.invited, server.shown = error(404, 10006), reply(widget())
    snapshot = collect(KNOWN)
    profile = snapshot.coverage[Resource.PROFILE]
    assert (profile.status, profile.planned) == (CoverageStatus.PARTIAL, False)
    assert snapshot.profile.platform_id == GUILD


def test_a_known_server_without_invitation_and_widget(collect, server):
    """Where neither answers, the register needs a lasting invitation."""
    server.invited = error(404, 10006)
    with pytest.raises(NotFound, match="Put a lasting invitation into the register"):
        collect(KNOWN)


def test_an_invitation_that_leads_elsewhere_is_not_followed(collect, server):
    """The same code with another server's id is never taken for the school's."""
    server.invited = reply(invitation(guild(id="1280102030405069999")))
    with pytest.raises(NotFound, match="now leads to another server"):
        collect(KNOWN)


def test_a_renamed_server_is_followed(collect, server):
    """The same id under another name is the same server."""
    server.invited = reply(invitation(guild(name="Hazelbrook club")))
    assert collect(KNOWN).profile.name == "Hazelbrook club"


@pytest.mark.parametrize("kind", [1, 2])
def test_invitations_of_people_are_no_servers(collect, server, kind):
    """An invitation to a private group, or from a friend, is no account of the school."""
    channel = {"id": "1280102030405060709", "type": 3, "name": None}
    server.invited = reply({"type": kind, "code": CODE, "expires_at": None, "channel": channel})
    with pytest.raises(NotFound, match="a person or a private group"):
        collect()


@pytest.mark.parametrize(
    ("answer", "raised", "says"),
    [
        (limited(900.5), RateLimited, "wants us back in 900 seconds"),
        (error(401, 0), Refused, "refuses to show this"),
        (error(403, 40333), Refused, "refuses to show this"),
        (Reply("<html>Just a moment...</html>", 403, HTML), LoginWall, "a web page instead of data"),
        (Reply("<html>Log in</html>", 200, HTML), LoginWall, "a web page instead of data"),
        (Reply("oops", 500, HTML), Unreachable, "a fault of its own"),
        (Reply("{", 200, HTML), SchemaDrift, "cannot be read as JSON"),
        (Reply("[]", 200, HTML), SchemaDrift, "something other than an object"),
        (Reply(json.dumps({"code": 0, "message": "x"}), 200, HTML), Unreachable, "an error inside"),
        (Reply(json.dumps({"code": CODE}), 200, HTML), SchemaDrift, "lacks 'type' in the invitation"),
        (Reply(json.dumps({"type": 0}), 200, HTML), SchemaDrift, "lacks 'guild' in the invitation"),
        (Reply(json.dumps({"type": 0, "guild": {}}), 200, HTML), SchemaDrift, "lacks 'id' in the server"),
        (Reply(json.dumps({"type": 0, "guild": {"id": GUILD}}), 200, HTML), SchemaDrift, "lacks 'name' in the server"),
    ],
)
def test_ways_of_failing(collect, server, answer, raised, says):
    """Each trouble is its own error with a sentence."""
    server.invited = answer
    with pytest.raises(raised, match=says):
        collect()


def test_a_widget_that_fails_leaves_the_invitation(collect, server):
    """Trouble with the widget makes the profile an unplanned part; what the invitation told stays."""
    server.shown = Reply("oops", 500)
    snapshot = collect()
    profile = snapshot.coverage[Resource.PROFILE]
    assert (profile.status, profile.planned) == (CoverageStatus.PARTIAL, False)
    assert snapshot.profile.name == "Hazelbrook gamers"


def test_unknown_fields_are_ignored(collect, server):
    """A new field changes nothing."""
    server.invited = reply(invitation(is_new=True))
    assert collect().profile.followers == 31


@pytest.mark.parametrize(
    ("account", "says"),
    [
        (Account("discord:x", 2, "discord"), "Write the server's invitation"),
        (replace(SCHOOL, handle="a b", address=""), "Write the server's invitation"),
        (replace(SCHOOL, platform_id="hazelbrook"), "empty 'Platform id'"),
    ],
)
def test_a_row_that_names_no_server(collect, server, account, says):
    """A register row without invitation or id, or with an id that is none, is said before anything is asked."""
    with pytest.raises(NotFound, match=says):
        collect(account)
    assert not server.requests


def test_what_is_skipped_is_not_asked(collect, server):
    """A plan without the profile does not ask for the widget, and keeps the plan's reasons."""
    why = not_due("not tonight")
    snapshot = collect(skip={Resource.PROFILE: why, Resource.POSTS: why})
    assert snapshot.profile is None
    assert snapshot.coverage[Resource.PROFILE] == snapshot.coverage[Resource.POSTS] == why
    assert len(server.requests) == 1


def test_prove_says_what_is_shown(server, client):
    """One sentence names the server and its size."""
    said = discord.prove(SCHOOL, CollectPlan(server.base_url, NOW), client)
    assert said == "Discord shows the server Hazelbrook gamers with about 31 members."


# Recordings


def test_a_recorded_night_holds_nobody(server, tmp_path):
    """A recording replays to the same snapshot and names neither the inviter nor anybody online."""
    server.invited = reply(invitation(guild(description="Run by Robin.Teal, @sasha.plum and the office")))
    server.shown = reply(widget())

    def night(**more):
        http = Http(NETWORK, **more)
        client = http.client("x", lambda body, stand_ins: discord.disguise(body, frozenset({CODE}), stand_ins))
        snapshot = discord.collect(SCHOOL, CollectPlan(server.base_url, NOW), client)
        http.close()
        return snapshot

    path = tmp_path / "night.jsonl"
    recorder = Recorder(path, NOW)
    first = night(recorder=recorder)
    recorder.close()
    again = night(replay=Replay(path))
    assert again.settings == first.settings
    assert replace(again.profile, bio="") == replace(first.profile, bio="")
    text = gzip.decompress(path.read_bytes()).decode().casefold()
    for word in ("robin", "sasha", "990011223344556677"):
        assert word not in text


@pytest.mark.parametrize("body", [{}, [], "page", {"type": 0}, {"type": 5, "code": "x"}, {"id": GUILD, "name": "x"}])
def test_what_is_not_known_is_not_recorded(body):
    """A body of any other shape is refused."""
    with pytest.raises(ValueError, match="not an answer"):
        discord.disguise(body, frozenset(), StandIns())


def test_only_named_fields_are_kept():
    """What a guild or an error has besides is left out."""
    kept = discord.disguise(invitation(guild(owner="Robin")) | {"roles": ["x"]}, frozenset(), StandIns())
    assert kept.keys() == {"type", "guild", "expires_at", "approximate_member_count"}
    assert "owner" not in kept["guild"]
    told = discord.disguise({"code": 10006, "message": "Unknown Invite of Robin"}, frozenset(), StandIns())
    assert told == {"code": 10006, "message": ""}
    friend = {"type": 2, "code": "x", "inviter": {"username": "robin"}}
    assert discord.disguise(friend, frozenset(), StandIns()) == {"type": 2}


# The official document


def test_questions_and_answers_keep_to_the_official_document(collect, server, contracts):
    """Both questions are valid, and so are the imitation's answers: an invitation, the widget and three refusals."""
    assert (contracts / "discord" / "openapi.json").is_file()
    server.shown = reply(widget())
    collect()
    for refusal in (error(404, 10006, "Unknown Invite"), limited(0.5)):
        server.invited = refusal
        with pytest.raises((NotFound, RateLimited)):
            collect()
    assert len(server.requests) == 4
    assert server.contract is not None
    assert server.contract_errors == []


def test_the_document_bites(server, client, contracts):
    """An answer that the document does not allow is noticed."""
    assert (contracts / "discord" / "openapi.json").is_file()
    server.invited = reply({"type": 0, "code": CODE})
    with pytest.raises(SchemaDrift):
        discord.collect(SCHOOL, CollectPlan(server.base_url, NOW), client)
    assert len(server.contract_errors) == 1
    server.contract_errors.clear()
