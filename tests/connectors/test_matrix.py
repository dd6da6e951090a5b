"""Matrix: what each way of failing comes to, whose words are whose, and what a recording may hold.

What is read of a real homeserver is told by tests/servers/test_matrix.py.
"""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imitations.scripted_site import Reply, Site

from connectors import matrix, matrix_room
from connectors.connector import LoginWall, NotFound, Private, RateLimited, Refused, SchemaDrift, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
SERVER = "hazelbrook.example"
ALIAS = f"#fair:{SERVER}"
RULES = {"events": {"m.room.power_levels": 100}}
ROOM = f"!aBcDeF:{SERVER}"
SCHOOL = f"@office:{SERVER}"
PARENT = f"@robin.teal:{SERVER}"
ACCOUNT = Account("matrix:fair", 2, "matrix", ALIAS)
KNOWN = replace(ACCOUNT, platform_id=ROOM)
NETWORK = Network("it@hazelbrook.example", retries=0, default_pace=0, private_hosts=frozenset({"127.0.0.1"}))
TOKEN = {"access_token": "syt_reader_loopback"}
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
CLIENT = "/_matrix/client"
DIRECTORY = f"{CLIENT}/v3/directory/room/{quote(ALIAS, safe='')}"
LISTED = f"{CLIENT}/v3/directory/list/room/{quote(ROOM, safe='')}"
SUMMARY = f"{CLIENT}/v1/room_summary/{quote(ROOM, safe='')}"
PUBLIC = f"{CLIENT}/v3/publicRooms"
INSIDE = f"{CLIENT}/v3/rooms/{quote(ROOM, safe='')}"
CREATE, LEVELS = f"{INSIDE}/state/m.room.create", f"{INSIDE}/state/m.room.power_levels"
MESSAGES = f"{INSIDE}/messages"
THEN = 1_795_000_000_000  # milliseconds, 18 November 2026


def sent(body, status=200):
    return Reply(json.dumps(body), status, JSON)


def refused(status, code):
    return sent({"errcode": code, "error": f"about {PARENT}"}, status)


def summary(**changes):
    told = {"room_id": ROOM, "name": "Hazelbrook fair", "topic": "Ask us", "canonical_alias": ALIAS}
    return {**told, "num_joined_members": 12, "world_readable": True, "guest_can_join": False, **changes}


def said(number, sender, body, **content):
    return event(number, sender, {"msgtype": "m.text", "body": body, **content})


def event(number, sender, content, kind="m.room.message"):
    return {
        "event_id": f"$message-{number}",
        "sender": sender,
        "type": kind,
        "origin_server_ts": THEN + number,
        "content": content,
    }


def page(*events, end=None):
    return sent({"chunk": list(events), "start": "t9-1", **({"end": end} if end else {})})


@pytest.fixture
def site():
    with Site() as one:
        one.on(DIRECTORY, sent({"room_id": ROOM, "servers": [SERVER]}))
        yield one


@pytest.fixture
def client():
    http = Http(NETWORK)
    yield http.client("matrix")
    http.close()


@pytest.fixture
def anybody(site, client):
    """Reads with no token; the room's summary is the replies that are given."""

    def read(*replies, account=ACCOUNT, listed=True, **plan):
        site.on(SUMMARY, *replies)
        if listed:
            site.on(LISTED, sent({"visibility": "public"}))
        return matrix.collect(account, CollectPlan(site.url, NOW, **plan), client)

    return read


@pytest.fixture
def reader(site, client):
    """Reads with a token; the room's messages are the replies that are given."""

    def read(*pages, create=None, levels=None, **plan):
        site.on(SUMMARY, sent(summary(**plan.pop("told", {}))))
        site.on(LISTED, sent({"visibility": "private"}))
        site.on(CREATE, create or sent(event(0, SCHOOL, {"room_version": "11"}, "m.room.create")))
        site.on(LEVELS, levels or sent({"users": {SCHOOL: 100, f"@helper:{SERVER}": 50}, **RULES}))
        site.on(MESSAGES, *pages)
        return matrix.collect(ACCOUNT, CollectPlan(site.url, NOW, secrets=TOKEN, **plan), client)

    return read


def status(snapshot, resource=Resource.POSTS):
    coverage = snapshot.coverage[resource]
    return coverage.status, coverage.planned, coverage.reason


class TestWhatARoomIs:
    """The summary, for anybody."""

    def test_every_resource_has_its_coverage(self, anybody):
        """Without a token each resource says how much of it was read, and why not more."""
        snapshot = anybody(sent(summary()))
        assert set(snapshot.coverage) == matrix.RESOURCES
        assert status(snapshot, Resource.PROFILE) == (CoverageStatus.COMPLETE, False, "")
        partly = status(snapshot, Resource.SETTINGS)
        assert partly[:2] == (CoverageStatus.PARTIAL, True)
        assert partly[2].startswith("Who may write is not shown. Matrix shows messages to signed-in readers only.")
        for resource in (Resource.POSTS, Resource.MEDIA, Resource.COMMENTS):
            assert snapshot.coverage[resource].status is CoverageStatus.NOT_PERMITTED
        assert snapshot.coverage[Resource.FOLLOWERS].status is CoverageStatus.NOT_OFFERED

    @pytest.mark.parametrize(
        ("rule", "joining"),
        [
            ("public", "everyone"),
            (None, "everyone"),
            ("knock", "asked"),
            ("knock_restricted", "asked"),
            ("restricted", "invited"),
            ("invite", "invited"),
            ("private", "invited"),
            ("unheard-of", None),
        ],
    )
    def test_who_may_enter(self, anybody, rule, joining):
        """Each rule of joining is told in our words; no rule is an open room, an unknown one is not told."""
        told = summary() if rule is None else summary(join_rule=rule)
        snapshot = anybody(sent(told))
        assert snapshot.settings.joining == joining
        others = "members of other rooms may enter without being asked" in snapshot.profile.labels
        assert others == (rule in ("restricted", "knock_restricted"))

    def test_spaces_guests_and_encryption_are_labels(self, anybody):
        """A space, guests without an account, and encryption are told; nothing is without reason."""
        snapshot = anybody(
            sent(summary(world_readable=False, guest_can_join=True, encryption="m.megolm.v1", room_type="m.space"))
        )
        assert snapshot.profile.labels == (
            "guests may enter without an account",
            "messages are encrypted",
            "a space of rooms",
            "in the server's public list",
        )

    @pytest.mark.parametrize(
        ("handle", "address"),
        [
            (ALIAS, ""),
            ("", f"https://matrix.to/#/{quote(ALIAS, safe='')}"),
            ("", f"https://matrix.to/#/{ALIAS}"),
            ("", f"https://matrix.to/#/{quote(ALIAS, safe='')}?via={SERVER}"),
            (ROOM, ""),
            ("", f"https://matrix.to/#/{quote(ROOM, safe='')}?via=other.example"),
            (ROOM, f"https://matrix.to/#/{quote(ALIAS, safe='')}"),
        ],
    )
    def test_ways_of_naming_a_room(self, anybody, handle, address):
        """An alias, an id, or a link with either names the room."""
        account = Account("matrix:x", 2, "matrix", handle, address)
        assert anybody(sent(summary()), account=account).profile.platform_id == ROOM

    def test_a_room_without_aliases_is_known_by_its_id(self, anybody):
        """Where no alias leads to the room any more, the id stands in the place of the handle."""
        told = summary()
        del told["canonical_alias"]
        profile = anybody(sent(told), account=Account("matrix:x", 2, "matrix", ROOM)).profile
        assert (profile.handle, profile.address) == (ROOM, f"https://matrix.to/#/{quote(ROOM, safe='')}")

    def test_an_alias_that_now_leads_elsewhere_is_told_and_not_followed(self, site, anybody):
        """The known room is read, whoever has its alias now."""
        site.on(DIRECTORY.replace("fair", "news"), sent({"room_id": "!other:x.example", "servers": []}))
        moved = replace(KNOWN, handle=f"#news:{SERVER}")
        profile = anybody(sent(summary()), account=moved).profile
        assert profile.platform_id == ROOM
        assert profile.handle == ALIAS
        assert "its alias now leads to another room" in profile.labels

    def test_a_room_that_is_gone_while_its_alias_leads_elsewhere(self, site, client):
        """The newcomer is not read; the sentence says what to do should it be the school's."""
        site.on(SUMMARY, refused(404, "M_NOT_FOUND"))
        site.on(DIRECTORY.replace("fair", "news"), sent({"room_id": "!other:x.example", "servers": []}))
        moved = replace(KNOWN, handle=f"#news:{SERVER}")
        with pytest.raises(NotFound, match="leads to another"):
            matrix.collect(moved, CollectPlan(site.url, NOW), client)

    @pytest.mark.parametrize("listing", [refused(404, "M_NOT_FOUND"), refused(404, "M_UNRECOGNIZED")])
    def test_servers_that_do_not_tell_of_their_list(self, site, anybody, listing):
        """A server without that call leaves the label out and the profile complete."""
        site.on(LISTED, listing)
        snapshot = anybody(sent(summary()), listed=False)
        assert "in the server's public list" not in snapshot.profile.labels
        assert snapshot.coverage[Resource.PROFILE].status is CoverageStatus.COMPLETE

    def test_a_list_that_fails_leaves_the_summary(self, site, anybody):
        """Trouble there makes the profile an unplanned part."""
        site.on(LISTED, Reply("oops", 500))
        snapshot = anybody(sent(summary()), listed=False)
        assert status(snapshot, Resource.PROFILE)[:2] == (CoverageStatus.PARTIAL, False)
        assert snapshot.profile.name == "Hazelbrook fair"

    def test_older_servers_are_asked_for_their_list_of_rooms(self, site, anybody):
        """A server without summaries is asked for its public rooms, page by page."""
        other = summary(room_id="!other:x.example")
        site.on(PUBLIC, sent({"chunk": [other], "next_batch": "p2"}), sent({"chunk": [summary(name="Found")]}))
        assert anybody(refused(404, "M_UNRECOGNIZED")).profile.name == "Found"
        assert site.requests[-2].path.endswith("since=p2")

    def test_a_room_that_an_older_server_does_not_list(self, site, anybody):
        """Its alias leads to it and the list has it not: it is private."""
        site.on(PUBLIC, sent({"chunk": []}))
        with pytest.raises(Private):
            anybody(refused(404, "M_UNRECOGNIZED"))

    def test_a_list_of_rooms_without_end(self, site, anybody):
        """The cap on pages ends the search, and that is a failure."""
        site.on(PUBLIC, sent({"chunk": [], "next_batch": "more"}))
        with pytest.raises(Unreachable, match="too many rooms"):
            anybody(refused(404, "M_UNRECOGNIZED"), max_pages=2)

    @pytest.mark.parametrize(
        ("answer", "raised", "says"),
        [
            (refused(404, "M_NOT_FOUND"), Private, "to its members only"),
            (refused(400, "M_UNKNOWN"), Private, "to its members only"),
            (refused(403, "M_FORBIDDEN"), Private, "have a person look"),
            (refused(401, "M_MISSING_TOKEN"), Refused, "to signed-in readers only"),
            (
                Reply(json.dumps({"errcode": "M_LIMIT_EXCEEDED"}), 429, {**JSON, "Retry-After": "900"}),
                RateLimited,
                "900",
            ),
            (Reply("<html>Log in</html>", 200, HTML), LoginWall, "a web page instead of data"),
            (Reply("<html>Nothing</html>", 404, HTML), LoginWall, "a web page instead of data"),
            (Reply("{", 200, JSON), SchemaDrift, "cannot be read as JSON"),
            (sent([]), SchemaDrift, "other than an object"),
            (Reply("oops", 502), Unreachable, "a fault of its own"),
            (sent({"errcode": "M_UNKNOWN", "error": "x"}), SchemaDrift, "an error that is not expected here"),
            (sent({"name": "x"}), SchemaDrift, "lacks 'room_id' in a room"),
        ],
    )
    def test_ways_of_failing(self, anybody, answer, raised, says):
        """Each trouble is its own error with a sentence, an error inside a 200 too."""
        with pytest.raises(raised, match=says) as caught:
            anybody(answer)
        assert PARENT not in str(caught.value)

    def test_an_alias_that_nobody_has(self, site, client):
        """An alias without a room is not found, and nothing else is asked."""
        nobody = replace(ACCOUNT, handle=f"#nobody:{SERVER}")
        site.on(DIRECTORY.replace("fair", "nobody"), refused(404, "M_NOT_FOUND"))
        with pytest.raises(NotFound, match="knows no room #nobody"):
            matrix.collect(nobody, CollectPlan(site.url, NOW), client)
        assert len(site.requests) == 1

    @pytest.mark.parametrize(
        ("account", "base_url", "says"),
        [
            (replace(ACCOUNT, handle="fair"), "https://x.example", "Write the room's alias"),
            (replace(ACCOUNT, handle=""), "https://x.example", "Write the room's alias"),
            (replace(ACCOUNT, handle="!abc"), "", "names no server"),
            (replace(ACCOUNT, platform_id="fair"), "https://x.example", "is no id of a room"),
        ],
    )
    def test_a_row_that_names_no_room(self, client, account, base_url, says):
        """A register row that names no room, or no server, is said before anything is asked."""
        with pytest.raises(NotFound, match=says):
            matrix.collect(account, CollectPlan(base_url, NOW), client)

    def test_what_is_skipped_is_not_asked(self, site, anybody):
        """A plan without profile, settings and posts asks for the room alone, and keeps the plan's reasons."""
        why = not_due("not tonight")
        skipped = dict.fromkeys((Resource.PROFILE, Resource.SETTINGS, Resource.POSTS), why)
        snapshot = anybody(sent(summary()), skip=skipped, secrets=TOKEN)
        assert (snapshot.profile, snapshot.settings) == (None, None)
        assert all(snapshot.coverage[resource] == why for resource in skipped)
        assert len(site.requests) == 2


class TestDiscovery:
    """Where the homeserver of an alias is."""

    class Told:
        """Stands for the way out: answers of a few addresses, everything else is not there."""

        def __init__(self, **answers):
            self.answers = {f"https://{SERVER}/.well-known/matrix/client": answers.get("told")}
            self.asked, self.headers = [], []

        def get_json(self, url):
            self.asked.append(url)
            answer = self.answers.get(url)
            if isinstance(answer, Exception):
                raise answer
            return answer

        def get(self, url, params, headers, ok):
            self.asked.append(url)
            self.headers.append(headers)
            raise Unreachable("far enough")

    @pytest.mark.parametrize(
        ("told", "url"),
        [
            ({"m.homeserver": {"base_url": "https://chat.example/"}}, "https://chat.example"),
            ({"m.homeserver": {"base_url": "ftp://chat.example"}}, f"https://{SERVER}"),
            ({"m.homeserver": "x"}, f"https://{SERVER}"),
            ([], f"https://{SERVER}"),
            (NotFound("x"), f"https://{SERVER}"),
            (LoginWall("x"), f"https://{SERVER}"),
        ],
    )
    def test_the_homeserver_is_looked_up(self, told, url):
        """The server's own word is taken where it is one, else the server itself is asked."""
        http = self.Told(told=told)
        with pytest.raises(Unreachable, match="far enough"):
            matrix.collect(ACCOUNT, CollectPlan("", NOW), http)
        assert http.asked[-1] == url + DIRECTORY

    def test_a_server_out_of_reach_is_no_other_server(self):
        """While the server itself is not reached, nothing is guessed."""
        http = self.Told(told=Unreachable("down"))
        with pytest.raises(Unreachable, match="down"):
            matrix.collect(ACCOUNT, CollectPlan("", NOW), http)

    def test_a_token_goes_to_no_other_server(self):
        """Without a base_url the server that an alias names gets no token."""
        http = self.Told()
        with pytest.raises(Unreachable):
            matrix.collect(ACCOUNT, CollectPlan("", NOW, secrets=TOKEN), http)
        assert http.headers == [{}]


class TestMessages:
    """What is said in the room, for a reader with a token."""

    def test_whose_words_are_whose(self, reader, site):
        """Administrators' messages are posts; moderators' and everybody else's are comments."""
        helper = f"@helper:{SERVER}"
        snapshot = reader(page(said(3, helper, "Welcome"), said(2, PARENT, "Hello"), said(1, SCHOOL, "Fair on Friday")))
        assert list(snapshot.posts["text"]) == ["Fair on Friday"]
        assert dict(zip(snapshot.comments["author_id"], snapshot.comments["text"], strict=True)) == {
            helper: "Welcome",
            PARENT: "Hello",
        }
        assert not snapshot.comments["ours"].any()
        assert status(snapshot) == (CoverageStatus.COMPLETE, False, "")
        assert {request.headers.get("Authorization") for request in site.requests} == {
            f"Bearer {TOKEN['access_token']}"
        }
        assert all("syt_reader" not in request.path for request in site.requests)

    def test_nobody_edits_what_somebody_else_wrote(self, reader):
        """A replacement by another person changes nothing; the author's newest one counts, in either order."""

        def edit(number, sender, body):
            relation = {"rel_type": "m.replace", "event_id": "$message-1"}
            return said(number, sender, f"* {body}", **{"m.new_content": {"body": body}, "m.relates_to": relation})

        events = [
            edit(5, PARENT, "Spoilt"),
            edit(3, SCHOOL, "Older"),
            edit(4, SCHOOL, "Newest"),
            said(1, SCHOOL, "First"),
        ]
        [post] = reader(page(*events)).posts.to_dict("records")
        assert post["text"] == "Newest"
        assert post["edited"] == datetime.fromtimestamp((THEN + 4) / 1000, UTC)

    def test_deleted_messages_and_other_events_are_none(self, reader):
        """What was deleted has no content; who came and went, and reactions, are no messages."""
        gone = event(1, SCHOOL, {})
        came = event(2, PARENT, {"membership": "join", "displayname": "Robin"}, "m.room.member")
        snapshot = reader(page(came, gone))
        assert snapshot.posts.empty
        assert snapshot.comments.empty
        assert status(snapshot)[0] is CoverageStatus.COMPLETE

    def test_a_place_is_read(self, reader):
        """A message with a place has its latitude and longitude."""
        place = said(1, SCHOOL, "Here", msgtype="m.location", geo_uri="geo:51.5008,-0.1247;u=35")
        assert list(reader(page(place)).posts["position"]) == ["51.5008,-0.1247"]

    def test_a_message_in_a_thread_answers(self, reader):
        """What stands in a thread answers its first message."""
        relation = {"rel_type": "m.thread", "event_id": "$message-1"}
        snapshot = reader(page(said(2, PARENT, "Me too", **{"m.relates_to": relation}), said(1, SCHOOL, "Who helps?")))
        assert list(snapshot.comments["post_id"]) == ["$message-1"]

    def test_only_what_is_new_is_read(self, reader, site):
        """With a moment to start from older messages are left out, and the list is not read further."""
        since = datetime.fromtimestamp((THEN + 5) / 1000, UTC)
        pages = (
            page(said(9, SCHOOL, "New"), said(1, SCHOOL, "Old"), end="t2"),
            page(said(0, SCHOOL, "Older"), end="t3"),
        )
        snapshot = reader(*pages, since=since)
        assert list(snapshot.posts["text"]) == ["New"]
        assert status(snapshot) == (CoverageStatus.COMPLETE, False, "")
        assert status(snapshot, Resource.COMMENTS)[:2] == (CoverageStatus.PARTIAL, True)
        assert sum(request.path.startswith(MESSAGES) for request in site.requests) == 2

    def test_caps_are_planned_parts(self, reader):
        """Both caps are said, with how far back was read."""
        snapshot = reader(page(said(2, SCHOOL, "b"), said(1, SCHOOL, "a"), end="t2"), max_posts=1)
        assert status(snapshot) == (CoverageStatus.PARTIAL, True, "Stopped at the cap of 1 posts.")
        assert snapshot.coverage[Resource.POSTS].since == datetime.fromtimestamp((THEN + 2) / 1000, UTC)

    def test_the_cap_on_pages(self, reader):
        """A history longer than the cap on pages is a planned part."""
        snapshot = reader(page(said(2, SCHOOL, "b"), end="t2"), page(said(1, SCHOOL, "a"), end="t3"), max_pages=2)
        assert status(snapshot) == (CoverageStatus.PARTIAL, True, "Stopped at the cap of 2 pages of messages.")

    def test_circles_end(self, reader):
        """A list that never ends is an unplanned part."""
        snapshot = reader(page(said(1, SCHOOL, "a"), end="t2"))
        assert status(snapshot)[:2] == (CoverageStatus.PARTIAL, False)
        assert "goes round in circles" in status(snapshot)[2]

    def test_a_later_page_that_fails_leaves_a_part(self, reader):
        """What was read counts; the part is unplanned."""
        snapshot = reader(page(said(1, SCHOOL, "a"), end="t2"), Reply("oops", 500))
        assert status(snapshot)[:2] == (CoverageStatus.PARTIAL, False)
        assert len(snapshot.posts) == 1

    @pytest.mark.parametrize("name", ["event_id", "sender", "type", "content", "origin_server_ts"])
    def test_a_missing_field_is_named(self, reader, name):
        """A message that lacks what it must have is drift."""
        broken = said(1, SCHOOL, "a")
        del broken[name]
        snapshot = reader(page(broken))
        assert status(snapshot) == (CoverageStatus.FAILED, False, f"Matrix's answer lacks '{name}' in a message.")

    @pytest.mark.parametrize(
        ("answer", "became", "says"),
        [
            (refused(403, "M_FORBIDDEN"), CoverageStatus.NOT_PERMITTED, "let the reader's account into the room"),
            (refused(403, "M_GUEST_ACCESS_FORBIDDEN"), CoverageStatus.NOT_PERMITTED, "into the room"),
            (refused(401, "M_UNKNOWN_TOKEN"), CoverageStatus.NOT_PERMITTED, "no longer accepts the access token"),
            (refused(403, "M_USER_SUSPENDED"), CoverageStatus.NOT_PERMITTED, "no longer accepts the access token"),
            (Reply("<html>Log in</html>", 200, HTML), CoverageStatus.FAILED, "a web page instead of data"),
            (sent({}), CoverageStatus.FAILED, "lacks 'chunk' in the messages"),
            (sent({"chunk": ["x"]}), CoverageStatus.FAILED, "lacks objects in the messages"),
        ],
    )
    def test_ways_of_failing(self, reader, answer, became, says):
        """Each trouble with the messages leaves the room's profile, and says what a person can do."""
        snapshot = reader(answer)
        assert status(snapshot)[0] is became
        assert says in status(snapshot)[2]
        assert snapshot.coverage[Resource.COMMENTS].status is became
        assert snapshot.profile.platform_id == ROOM

    def test_without_rights_no_words_are_anybodys(self, reader, site):
        """Where the room's rights are not shown, messages are not read: nobody could tell whose they are."""
        snapshot = reader(page(said(1, SCHOOL, "a")), levels=refused(403, "M_FORBIDDEN"))
        assert status(snapshot)[0] is CoverageStatus.NOT_PERMITTED
        assert status(snapshot, Resource.SETTINGS)[:2] == (CoverageStatus.PARTIAL, True)
        assert not any(request.path.startswith(MESSAGES) for request in site.requests)

    def test_a_room_without_levels_is_its_makers(self, reader):
        """A room that never set its rights belongs to whoever made it."""
        snapshot = reader(page(said(1, SCHOOL, "a")), levels=refused(404, "M_NOT_FOUND"))
        assert list(snapshot.posts["text"]) == ["a"]

    def test_servers_that_send_the_making_without_its_head(self, reader):
        """Where only the content is sent, rooms that name their maker in it are understood."""
        create = sent({"room_version": "1", "creator": SCHOOL})
        snapshot = reader(page(said(1, SCHOOL, "a")), create=create, levels=refused(404, "M_NOT_FOUND"))
        assert list(snapshot.posts["text"]) == ["a"]

    def test_a_token_needs_its_server(self, client):
        """A token without the address of its own server reads no messages, and says what is missing."""
        room = matrix._Room(CollectPlan("", NOW, secrets=TOKEN), client, SERVER, "", ALIAS, ROOM)
        with pytest.raises(Refused, match="base_url under"):
            room.rights()

    def test_a_token_that_is_none(self, site, client):
        """A token that no header can carry is said at once."""
        with pytest.raises(Refused, match="enter it again"):
            matrix.collect(ACCOUNT, CollectPlan(site.url, NOW, secrets={"access_token": "syt_\u00e9"}), client)

    def test_wanted_messages_are_looked_at_by_id(self, reader, site):
        """A wanted message outside the list is read; a deleted or unknown one is gone; other ids are not asked for."""
        site.on(f"{INSIDE}/event/{quote('$kept', safe='')}", sent({**said(1, SCHOOL, "Kept"), "event_id": "$kept"}))
        site.on(f"{INSIDE}/event/{quote('$deleted', safe='')}", sent(event(1, SCHOOL, {})))
        site.on(f"{INSIDE}/event/{quote('$unknown', safe='')}", refused(404, "M_NOT_FOUND"))
        snapshot = reader(page(), refetch=("$kept", "$deleted#file", "$unknown", "profile"))
        assert list(snapshot.posts["id"]) == ["$kept"]
        assert snapshot.gone == {"$deleted#file", "$unknown"}


class TestRights:
    """Who speaks for a room, and who may write."""

    @pytest.mark.parametrize(
        ("version", "creators"),
        [("1", set()), ("11", set()), ("12", {SCHOOL, PARENT}), ("org.example.13", {SCHOOL, PARENT})],
    )
    def test_creators_stand_above_since_version_12(self, version, creators):
        """Whoever made a room has every right since version 12, whatever the levels say."""
        create = event(0, SCHOOL, {"room_version": version, "additional_creators": [PARENT]}, "m.room.create")
        assert matrix_room.administrators({"users": {}}, create) == creators

    @pytest.mark.parametrize(
        ("levels", "posting"),
        [
            ({}, "members"),
            ({"users": {SCHOOL: 100}, "events_default": 50}, "owner"),
            ({"users": {SCHOOL: 100, PARENT: 50}, "events_default": 50, **RULES}, "approved"),
            ({"users": {SCHOOL: 100, PARENT: 50}, "events_default": 50}, "owner"),
            ({"users": {SCHOOL: 100}, "events": {"m.room.message": 100}}, "owner"),
            ({"users": {SCHOOL: 100}, "events_default": 50, "users_default": 50}, "members"),
            ({"users": {SCHOOL: "100"}, "events_default": "50"}, "owner"),
            (None, "members"),
        ],
    )
    def test_who_may_write(self, levels, posting):
        """Everybody in the room, some who are named, or the administrators alone."""
        assert matrix_room.posting_by(levels, {"content": {}}) == posting

    @given(st.dictionaries(st.sampled_from([SCHOOL, PARENT, "@x:y.example"]), st.integers(0, 100)), st.integers(0, 100))
    def test_an_administrator_has_the_level_that_rights_take(self, users, needed):
        """Exactly those at or above the level for changing rights are administrators."""
        levels = {"users": users, "events": {"m.room.power_levels": needed}}
        found = matrix_room.administrators(levels, {"content": {"room_version": "10"}})
        assert found == {user for user, level in users.items() if level >= needed}

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("> <@x:y.example> Theirs\n> more\n\nOurs", "Ours"),
            ("> all quoted", ""),
            ("Ours\n> not at the top", "Ours\n> not at the top"),
        ],
    )
    def test_quoted_words_are_left_out_of_answers(self, body, words):
        """What an answer quotes are another person's words; what is no answer keeps its own."""
        answer = {"body": body, "m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}}
        assert matrix_room.words(answer) == words
        assert matrix_room.words({"body": body}) == body


def test_prove_says_what_is_shown(site, client):
    """Without a token one sentence names the room; with one, the room's rights have to be shown."""
    site.on(SUMMARY, sent(summary()))
    site.on(CREATE, refused(401, "M_UNKNOWN_TOKEN"))
    assert matrix.prove(ACCOUNT, CollectPlan(site.url, NOW), client) == (
        f"{SERVER} shows {ALIAS} (Hazelbrook fair) with 12 members; without an access token its messages are not read."
    )
    with pytest.raises(Refused, match="no longer accepts"):
        matrix.prove(ACCOUNT, CollectPlan(site.url, NOW, secrets=TOKEN), client)


class TestRecordings:
    """What a recording may hold."""

    def test_a_recorded_night_holds_nobody(self, site, tmp_path):
        """It replays to the same own words, and has nobody's id, name or words in it, the administrators' ids included."""
        answer = {"m.relates_to": {"m.in_reply_to": {"event_id": "$message-2"}}}
        site.on(SUMMARY, sent(summary(topic=f"Questions to {PARENT}")))
        site.on(LISTED, sent({"visibility": "public"}))
        site.on(CREATE, sent(event(0, SCHOOL, {"room_version": "11"}, "m.room.create")))
        site.on(LEVELS, sent({"users": {SCHOOL: 100, PARENT: 50}, "ban": 50, **RULES}))
        first = (
            said(4, SCHOOL, "Thanks, Robin Teal!", **answer),
            event(3, PARENT, {"membership": "join", "displayname": "Robin Teal"}, "m.room.member"),
        )
        second = (said(2, PARENT, "My daughter Kim sings"), said(1, SCHOOL, "Choir tonight"))
        site.on(MESSAGES, page(*first, end="opaque+robin"), page(*second))

        def night(**more):
            http = Http(NETWORK, secrets=TOKEN.values(), **more)
            own = frozenset({ALIAS, ROOM.casefold()})
            client = http.client("x", lambda body, stand_ins: matrix.disguise(body, own, stand_ins))
            snapshot = matrix.collect(ACCOUNT, CollectPlan(site.url, NOW, secrets=TOKEN), client)
            http.close()
            return snapshot

        path = tmp_path / "night.jsonl"
        recorder = Recorder(path, NOW, own=[ALIAS, ROOM])
        night(recorder=recorder)
        recorder.close()
        again = night(replay=Replay(path))
        assert dict(zip(again.posts["id"], again.posts["text"], strict=True)).keys() == {"$message-1", "$message-4"}
        assert again.posts["text"].iloc[1] == "Choir tonight"
        [comment] = again.comments.to_dict("records")
        assert again.posts["reply_to"].iloc[0] == comment["id"]
        assert comment["created"].second == 0
        assert again.profile.platform_id == ROOM
        text = gzip.decompress(path.read_bytes()).decode().casefold()
        for word in ("robin", "teal", "kim", "daughter", "office", "$message-2", "syt_reader"):
            assert word not in text

    def test_other_rooms_of_a_list_are_nobodys(self):
        """Of a list of rooms only the school's keeps its words."""
        other = summary(room_id="!other:x.example", canonical_alias="#club:x.example", name="Robin's club")
        listed = {"chunk": [other, summary()], "next_batch": "b64+room"}
        kept = matrix.disguise(listed, frozenset({ALIAS}), StandIns())
        assert "Robin" not in json.dumps(kept)
        assert "!other" not in json.dumps(kept)
        assert kept["chunk"][1]["name"] == "Hazelbrook fair"
        assert kept["next_batch"].startswith("anon")

    def test_a_room_whose_id_is_that_of_its_making_keeps_it(self):
        """Since version 12 the room's id is its first event's: what is asked about the room later still finds it."""
        stand_ins = StandIns()
        create = event(0, SCHOOL, {"room_version": "12"}, "m.room.create") | {"event_id": "$nrV6yCfEoKdHtxFv2F97Q04P"}
        kept = matrix.disguise(create, frozenset(), stand_ins)
        assert "event_id" not in kept
        assert stand_ins.replace("/rooms/%21nrV6yCfEoKdHtxFv2F97Q04P/messages").endswith(
            "%21nrV6yCfEoKdHtxFv2F97Q04P/messages"
        )

    def test_messages_before_anybody_is_known_are_nobodys(self):
        """While no administrator is known, no words are kept: a recording fails closed."""
        kept = matrix.disguise({"chunk": [said(1, SCHOOL, "Fair on Friday")]}, frozenset(), StandIns())
        assert "Fair on Friday" not in json.dumps(kept)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            "page",
            {"displayname": "Robin"},
            {"errcode": "about @robin:x.example"},
            {"users": {"Robin": 100}},
            {"chunk": [{"type": "m.room.message"}]},
            {"visibility": "Robin Teal"},
        ],
    )
    def test_what_is_not_known_is_not_recorded(self, body):
        """A body of any other shape is refused."""
        with pytest.raises((ValueError, KeyError)):
            matrix.disguise(body, frozenset(), StandIns())

    @pytest.mark.parametrize(
        ("body", "kept"),
        [
            ({"errcode": "M_FORBIDDEN", "error": f"{PARENT} not in room"}, {"errcode": "M_FORBIDDEN"}),
            (
                {"m.homeserver": {"base_url": "https://x.example"}, "more": 1},
                {"m.homeserver": {"base_url": "https://x.example"}},
            ),
            ({"room_id": ROOM, "servers": ["a.example"]}, {"room_id": ROOM}),
            ({"visibility": "public", "more": 1}, {"visibility": "public"}),
            ({"history_visibility": "shared"}, {"history_visibility": "shared"}),
        ],
    )
    def test_only_named_fields_are_kept(self, body, kept):
        """Errors lose their words, which name people; everything else what is not read."""
        assert matrix.disguise(body, frozenset(), StandIns()) == kept
