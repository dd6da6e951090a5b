"""The Matrix connector against a real homeserver: what anybody sees of a room, what a reader with a token sees."""

import gzip
from datetime import UTC, datetime

import pytest
from servers.matrix import NAME, Matrix

from connectors import matrix
from connectors.connector import NotFound, Private, Refused, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(Matrix.missing() is not None, reason=Matrix.missing() or ""),
]
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
OPEN = {
    "history_visibility": {"history_visibility": "world_readable"},
    "guest_access": {"guest_access": "can_join"},
}
FAIR = {"name": {"name": "Hazelbrook fair"}, "topic": {"topic": "Help with the fair: https://hazelbrook.example/fair"}}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Matrix(tmp_path_factory.mktemp("matrix")) as one:
        for name in ("school", "parent", "reader"):
            one.user(name)
        yield one


@pytest.fixture
def http():
    # No waiting for a server that knows at once that it cannot reach another one.
    one = Http(Network("it@hazelbrook.example", default_pace=0.0, retries=0, private_hosts=frozenset({"127.0.0.1"})))
    yield one
    one.close()


@pytest.fixture
def read(server, http):
    def read(handle, *, token="", platform_id="", **plan):
        account = Account(f"matrix:{handle}", 2, "matrix", handle, platform_id=platform_id)
        secrets = {"access_token": server.token(token)} if token else {}
        return matrix.collect(account, CollectPlan(server.base_url, NOW, secrets=secrets, **plan), http.client("x"))

    return read


def alias(name):
    return f"#{name}:{NAME}"


def statuses(snapshot):
    return {resource.value: coverage.status for resource, coverage in snapshot.coverage.items()}


def test_anybody_sees_what_a_public_room_is(server, read):
    """Without a token the room's name, topic, size and openness are read, and no message."""
    room = server.room("school", "fair", **FAIR, **OPEN)
    server.join("parent", room)
    snapshot = read(alias("fair"))
    profile = snapshot.profile
    assert (profile.platform_id, profile.handle, profile.kind) == (room, alias("fair"), "room")
    assert (profile.name, profile.followers) == ("Hazelbrook fair", 2)
    assert profile.links == ("https://hazelbrook.example/fair",)
    assert profile.labels == (
        "history is open to anybody",
        "guests may enter without an account",
        "in the server's public list",
    )
    assert (snapshot.settings.joining, snapshot.settings.posting_by) == ("everyone", None)
    assert statuses(snapshot)["posts"] is CoverageStatus.NOT_PERMITTED
    assert snapshot.posts.empty


def test_a_reader_sees_who_said_what(server, read):
    """With a token administrators' messages are posts in their newest words, everybody else's are comments."""
    room = server.room("school", "news", **OPEN)
    server.join("parent", room)
    first = server.say("school", room, "The fair is on Friday")
    change = {"rel_type": "m.replace", "event_id": first}
    newer = {"msgtype": "m.text", "body": "The fair is on Saturday"}
    server.say("school", room, "* The fair is on Saturday", **{"m.new_content": newer, "m.relates_to": change})
    question = server.say("parent", room, "When?", **{"m.relates_to": {"m.in_reply_to": {"event_id": first}}})
    quoted = f"> <@parent:{NAME}> When?\n\nAt noon"
    answer = server.say("school", room, quoted, **{"m.relates_to": {"m.in_reply_to": {"event_id": question}}})
    picture = server.say("school", room, "fair.png", msgtype="m.image", url=f"mxc://{NAME}/fair", info={"w": 3, "h": 4})
    oops = server.say("parent", room, "Oops")
    server.redact("parent", room, oops)
    snapshot = read(alias("news"), token="reader", refetch=(oops, "$never"))
    posts = snapshot.posts.set_index("id")
    assert dict(posts["text"]) == {first: "The fair is on Saturday", answer: "At noon", picture: "fair.png"}
    assert dict(posts["kind"]) == {first: "post", answer: "reply", picture: "post"}
    assert posts.loc[first, "edited"] is not None
    [comment] = snapshot.comments.to_dict("records")
    assert (comment["id"], comment["post_id"], comment["text"]) == (question, first, "When?")
    assert comment["author_id"] == f"@parent:{NAME}"
    [medium] = snapshot.media.to_dict("records")
    assert (medium["post_id"], medium["kind"], medium["width"], medium["height"]) == (picture, "image", 3, 4)
    assert snapshot.gone == {oops, "$never"}
    assert snapshot.settings.posting_by == "members"
    read_in_full = ("profile", "settings", "posts", "media", "comments")
    assert all(statuses(snapshot)[name] is CoverageStatus.COMPLETE for name in read_in_full)


def test_long_histories_are_read_page_by_page(server, read):
    """A history longer than a page is read to its beginning, each message once."""
    room = server.room("school", "diary", **OPEN)
    for number in range(105):
        server.say("school", room, f"Day {number}")
    snapshot = read(alias("diary"), token="reader")
    assert sorted(snapshot.posts["text"]) == sorted(f"Day {number}" for number in range(105))
    assert statuses(snapshot)["posts"] is CoverageStatus.COMPLETE


def test_only_administrators_may_write(server, read):
    """A room in which its administrators alone may write says so; they are no members of the audience."""
    room = server.room("school", "notices", **OPEN)
    server.set("school", room, "power_levels", users={}, events_default=100, users_default=0)
    assert read(alias("notices"), token="reader").settings.posting_by == "owner"


@pytest.mark.parametrize(("rule", "joining"), [("public", "everyone"), ("knock", "asked")])
def test_who_may_enter(server, read, rule, joining):
    """The rule of joining is told without a token, of unlisted rooms too."""
    server.room("school", f"door-{rule}", listed=False, join_rules={"join_rule": rule})
    snapshot = read(alias(f"door-{rule}"))
    assert snapshot.settings.joining == joining
    assert "in the server's public list" not in snapshot.profile.labels


def test_a_private_room_is_private(server, read):
    """A room for invited people has an alias that anybody can look up, and shows itself to nobody."""
    server.room("school", "staff", listed=False, join_rules={"join_rule": "invite"})
    with pytest.raises(Private, match="to its members only"):
        read(alias("staff"))


def test_a_room_that_is_not_there(read):
    """An alias that nobody has, and an id that the server never heard of, are not found."""
    with pytest.raises(NotFound, match="knows no room"):
        read(alias("nowhere"))
    with pytest.raises(NotFound, match="shows no such room"):
        read(f"!nowhere:{NAME}")


def test_messages_of_a_room_for_members_are_not_for_the_reader(server, read):
    """A reader that is not in a room whose history is for members, or was banned, reads no messages, and is told."""
    room = server.room("school", "parents", history_visibility={"history_visibility": "shared"})
    snapshot = read(alias("parents"), token="reader")
    assert statuses(snapshot)["posts"] is CoverageStatus.NOT_PERMITTED
    assert "let the reader's account into the room" in snapshot.coverage[Resource.POSTS].reason
    server.join("reader", room)
    assert statuses(read(alias("parents"), token="reader"))["posts"] is CoverageStatus.COMPLETE
    server.ban("school", room, f"@reader:{NAME}")
    assert statuses(read(alias("parents"), token="reader"))["posts"] is CoverageStatus.NOT_PERMITTED


def test_history_since_joining_is_a_planned_part(server, read):
    """Where new members see nothing of what was said before, the reading cannot be complete."""
    room = server.room("school", "later", history_visibility={"history_visibility": "joined"})
    server.say("school", room, "Before")
    server.join("reader", room)
    server.say("school", room, "After")
    snapshot = read(alias("later"), token="reader")
    coverage = snapshot.coverage[Resource.POSTS]
    assert list(snapshot.posts["text"]) == ["After"]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)


def test_encrypted_messages_are_counted(server, read):
    """What is encrypted is read by the people in the room only; that is said."""
    room = server.room("school", "sealed", encryption={"algorithm": "m.megolm.v1.aes-sha2"}, **OPEN)
    server.say("school", room, "not sealed after all")
    server.say_encrypted("school", room)
    snapshot = read(alias("sealed"), token="reader")
    assert "messages are encrypted" in snapshot.profile.labels
    assert snapshot.coverage[Resource.POSTS].reason.startswith("1 messages are encrypted")


def test_a_room_that_changes_its_alias_is_followed(server, read):
    """A known room is read by its id; its handle is then its new alias, and the old one leading elsewhere is told."""
    room = server.room("school", "year-six")
    server.forget_alias("school", "year-six")
    server.name_room("school", room, "class-of-2027")
    server.set("school", room, "canonical_alias", alias=alias("class-of-2027"))
    other = server.room("parent", "year-six")
    profile = read(alias("year-six"), platform_id=room).profile
    assert (profile.platform_id, profile.handle) == (room, alias("class-of-2027"))
    assert "its alias now leads to another room" in profile.labels
    assert read(alias("year-six")).profile.platform_id == other


def test_another_server_out_of_reach(read):
    """A room of a server that ours cannot reach is no room that is gone."""
    with pytest.raises(Unreachable):
        read("#fair:elsewhere.example")


def test_a_dead_token_is_named(server, read):
    """A token whose account was signed out is refused, with what to do."""
    server.user("former")
    server.room("school", "open-day", **OPEN)
    server.sign_out("former")
    with pytest.raises(Refused, match="no longer accepts the access token"):
        read(alias("open-day"), token="former")


def test_a_recorded_night_holds_nobody(server, tmp_path):
    """A recording replays to the same posts and has no other person's id, name or word in it."""
    room = server.room("school", "choir", **FAIR, **OPEN)
    server.join("parent", room)
    first = server.say("school", room, f"Choir tonight, thanks @parent:{NAME}")
    server.say("parent", room, "My daughter sings", **{"m.relates_to": {"m.in_reply_to": {"event_id": first}}})
    account = Account("matrix:choir", 2, "matrix", alias("choir"))
    own = frozenset({alias("choir"), room.casefold()})
    plan = CollectPlan(server.base_url, NOW, secrets={"access_token": server.token("reader")})
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, private_hosts=frozenset({"127.0.0.1"}))

    def night(**more):
        out = Http(network, secrets=[server.token("reader")], **more)
        client = out.client("x", lambda body, stand_ins: matrix.disguise(body, own, stand_ins))
        snapshot = matrix.collect(account, plan, client)
        out.close()
        return snapshot

    path = tmp_path / "night.jsonl"
    recorder = Recorder(path, NOW, own=own)
    night(recorder=recorder)
    recorder.close()
    replay = Replay(path)
    again = night(replay=replay)
    [post] = again.posts.to_dict("records")
    assert post["id"] == first
    assert post["text"].startswith("Choir tonight, thanks @anon")
    [comment] = again.comments.to_dict("records")
    assert comment["post_id"] == first
    assert again.profile.name == "Hazelbrook fair"
    assert again.settings.posting_by == "members"
    text = gzip.decompress(path.read_bytes()).decode()
    for word in ("parent", "daughter", "sings", f"@school:{NAME}", server.token("reader")):
        assert word not in text
