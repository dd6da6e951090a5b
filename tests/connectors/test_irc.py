"""A channel of an IRC server: what is read, what is never asked, every way of failing, and real software."""

import json
import shutil
import ssl
import subprocess
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imitations.irc_server import END, WELCOME, IrcServer
from imitations.scripted_site import Clock, Reply, Site

from connectors import irc
from connectors.connector import (
    ConnectorError,
    NotAllowed,
    NotFound,
    NotRecorded,
    RateLimited,
    Refused,
    SchemaDrift,
    TooLarge,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.irc_wire import IrcAdapter, _message
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
PLAN = CollectPlan("", NOW)
OWN = frozenset({"#hazelbrook"})


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server():
    with IrcServer() as one:
        yield one


def way_out(host, clock=None, recorder=None, replay=None, **more):
    clock = clock or Clock()
    network = {"default_pace": 0.0, "retries": 0, "test_hosts": frozenset({host})} | more
    return Http(
        Network("it@hazelbrook.example", **network), recorder=recorder, replay=replay, clock=clock, sleep=clock.sleep
    )


@pytest.fixture
def client(server):
    http = way_out(server.host)
    yield http.client("irc")
    http.close()


def account(host, channel="#hazelbrook", scheme="irc"):
    return Account("irc:x", 2, "irc", channel, f"{scheme}://{host}/{channel}")


@pytest.fixture
def collect(server, client):
    def collect(**plan):
        return irc.collect(account(server.host), CollectPlan("", NOW, **plan), client)

    return collect


def said(snapshot, resource):
    coverage = snapshot.coverage[resource]
    return coverage.status, coverage.planned, coverage.reason


def test_a_channel_is_a_room_with_its_topic_and_a_count(collect, server):
    """Topic without colours, the number of people, when it was made; posts and names are not offered."""
    server.knows(topic="\x0304Homework\x03 help: \x02https://hazelbrook.example/help\x02")
    snapshot = collect()
    profile = snapshot.profile
    assert (profile.kind, profile.name, profile.followers) == ("room", "#hazelbrook", 12)
    assert profile.bio == "Homework help: https://hazelbrook.example/help"
    assert profile.links == ("https://hazelbrook.example/help",)
    assert profile.created == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert profile.address == f"irc://{server.host}/#hazelbrook"
    assert said(snapshot, Resource.PROFILE) == (CoverageStatus.COMPLETE, False, "")
    assert said(snapshot, Resource.POSTS)[0] is CoverageStatus.NOT_OFFERED
    assert said(snapshot, Resource.FOLLOWERS)[0] is CoverageStatus.NOT_OFFERED
    assert snapshot.coverage.keys() == irc.RESOURCES


@pytest.mark.parametrize(
    ("modes", "posting", "joining", "labels"),
    [
        ("+", "everyone", "everyone", ()),
        ("+nt", "members", "everyone", ()),
        ("+mnt", "approved", "everyone", ("moderated",)),
        ("+nti", "members", "invited", ("invitation only",)),
        ("+ntk hush", "members", "invited", ("needs a key",)),
        ("+ps", "everyone", "everyone", ("hidden from lists",)),
    ],
)
def test_modes_are_settings(collect, server, modes, posting, joining, labels):
    """Who may write and enter follows from the modes; each of them that narrows is a label."""
    server.knows(modes=modes)
    snapshot = collect()
    assert (snapshot.settings.posting_by, snapshot.settings.joining) == (posting, joining)
    assert snapshot.profile.labels == labels


def test_nobody_is_asked_about_and_the_channel_is_not_entered(collect, server):
    """A nickname is taken, a list of one, its modes, a sign that all is answered, and good-bye."""
    server.knows()
    collect()
    assert [line.split()[0] for line in server.heard[:5]] == ["NICK", "USER", "LIST", "MODE", "PING"]
    assert {line.split()[0] for line in server.heard[5:]} <= {"QUIT"}
    assert server.heard[1].startswith("USER audit 0 * :school-audit/")
    assert "it@hazelbrook.example" in server.heard[1]


def test_no_nickname_and_no_key_is_in_the_answer(server, client):
    """Prefixes, our own nickname, what people say meanwhile and the key of the channel stay outside."""
    server.knows(modes="+ntk hush")
    gossip = ":pupil7!pupil7@home.example PRIVMSG {nick} :hello from pupil7\r\n:pupil7!p@h NOTICE {nick} :boo\r\n"
    server.answers["LIST"] = gossip + server.answers["LIST"] + ":irc.test 333 {nick} #hazelbrook pupil7 17\r\n"
    text = client.get(f"irc://{server.host}/%23hazelbrook").text
    assert text.split("\n") == [
        "322 #hazelbrook 12 :Homework help",
        "323",
        "324 #hazelbrook +ntk",
        "329 #hazelbrook 1700000000",
    ]


def test_other_channels_are_left_out(collect, server):
    """A server that lists what it was not asked for tells nothing of others; a name is one in any case."""
    server.knows()
    other = ":irc.test 322 {nick} #private-lives 3 :secrets\r\n"
    server.answers["LIST"] = other + server.answers["LIST"].replace("#hazelbrook", "#HazelBrook")
    assert (collect().profile.followers, collect().profile.bio) == (12, "Homework help")


def test_pings_are_answered(collect, server):
    """A server that asks whether we are still there, while signing in and later, is answered."""
    server.knows()
    server.answers["USER"] = "PING :a b\r\n" + WELCOME + END
    server.answers["LIST"] = "PING two\r\n" + server.answers["LIST"]
    assert collect().profile.followers == 12
    assert {"PONG :a b", "PONG :two"} <= set(server.heard)


def test_tags_and_old_letters_are_read(collect, server):
    """Message tags (IRCv3) are passed over, and a topic in Windows-1252 is read."""
    server.knows()
    line = ":irc.test 322 x #hazelbrook 12 :Café\r\n".encode("cp1252")
    server.answers["LIST"] = b"@time=2026;x=y " + line + b":irc.test 323 x :End\r\n"
    assert collect().profile.bio == "Café"


def test_a_hidden_channel_is_known_by_its_modes(collect, server):
    """Not listed and with modes: it is there, and its topic is a planned gap."""
    server.knows(modes="+nts")
    server.answers["LIST"] = ":irc.test 323 {nick} :End\r\n"
    snapshot = collect()
    reason = "The server does not list the channel, so its topic and the number of people in it are not known."
    assert said(snapshot, Resource.PROFILE) == (CoverageStatus.PARTIAL, True, reason)
    assert (snapshot.profile.followers, snapshot.settings.posting_by) == (None, "members")


@pytest.mark.parametrize(
    "refusal",
    [
        ":irc.test 263 {nick} LIST :Server load is too high\r\n",
        ":irc.test NOTICE {nick} :*** You cannot view the list yet\r\n:irc.test 323 {nick} :End\r\n",
    ],
)
def test_a_list_that_comes_later_leaves_the_modes(collect, server, refusal):
    """A server that keeps its list from newcomers makes the profile an unplanned part; the settings are read."""
    server.knows()
    server.answers["LIST"] = refusal
    snapshot = collect()
    reason = "The server gives its list of channels only later, so the topic and the number of people are not known."
    assert said(snapshot, Resource.PROFILE) == (CoverageStatus.PARTIAL, False, reason)
    assert said(snapshot, Resource.SETTINGS)[0] is CoverageStatus.COMPLETE


def test_modes_for_members_only_leave_the_list(collect, server):
    """Where MODE is refused to strangers, the settings are a planned gap with a sentence, and nothing is guessed."""
    server.knows()
    server.answers["MODE"] = ":irc.test 442 {nick} #hazelbrook :You're not on that channel\r\n"
    snapshot = collect()
    reason = "The server tells the channel's modes only to those in it; a person looks in."
    assert said(snapshot, Resource.SETTINGS) == (CoverageStatus.PARTIAL, True, reason)
    assert snapshot.settings is None
    assert snapshot.profile.followers == 12


def test_a_refusal_that_says_the_channel_is_there_is_no_absence(collect, server):
    """Neither listed nor told about, but for members: it exists."""
    server.answers["MODE"] = ":irc.test 442 {nick} #hazelbrook :You're not on that channel\r\n"
    assert collect().profile.followers is None


@pytest.mark.parametrize("number", ["401", "403"])
def test_a_missing_channel_is_not_found(collect, server, number):
    """A channel that the server does not know is said, with both readings of it."""
    server.answers["MODE"] = f":irc.test {number} {{nick}} #hazelbrook :No such channel\r\n"
    with pytest.raises(NotFound, match=r"no channel #hazelbrook: it ended when the last person left, or hides"):
        collect()


def test_a_server_that_says_nothing_yet_asks_us_back(collect, server):
    """The list refused and the modes passed over: nothing is known tonight."""
    server.answers["LIST"] = ":irc.test 263 {nick} LIST :Later\r\n"
    server.answers["MODE"] = ""
    with pytest.raises(RateLimited, match="says nothing of channels yet"):
        collect()


def test_a_server_without_list_and_mode_is_drift(collect, server):
    """One that answers neither is named."""
    server.answers["LIST"] = server.answers["MODE"] = ""
    with pytest.raises(SchemaDrift, match="answered neither LIST nor MODE"):
        collect()


def test_a_count_that_is_none_is_drift(collect, server):
    """A list without its number is named, and never read as nobody."""
    server.knows(count="many")
    with pytest.raises(SchemaDrift, match="lacks the number of people"):
        collect()


def test_an_unknown_refusal_is_drift(collect, server):
    """An error nobody knows is no absence."""
    server.answers["MODE"] = ":irc.test 599 {nick} #hazelbrook :Odd\r\n"
    with pytest.raises(SchemaDrift, match="refused to tell anything"):
        collect()


def test_a_taken_nickname_is_changed(collect, server):
    """Another one is tried, at most three in all."""
    server.knows()
    taken = ":irc.test 433 * x :Nickname is already in use\r\n"
    server.answers["USER"] = taken

    def nick_again(line):
        return [one for one in server.heard if one.startswith("NICK")]

    with pytest.raises(Unreachable, match="in time"):
        irc.collect(account(server.host), PLAN, way_out(server.host, read_timeout=0.3).client("x"))
    assert len(nick_again(server)) == 2
    server.heard.clear()
    server.answers |= {"NICK": taken, "USER": ""}  # one answer to each try, so that every line is read before the end
    with pytest.raises(Unreachable, match="took none of 3 nicknames"):
        collect()
    assert len(set(nick_again(server))) == 3


@pytest.mark.parametrize(
    ("greeting", "kind", "words"),
    [
        (":irc.test 465 {nick} :You are banned from this server\r\n", Refused, "lets nobody in from here"),
        (":irc.test 464 {nick} :Password incorrect\r\n", Refused, "without a password"),
        ("ERROR :Closing Link: x[1.2.3.4] (K-Lined)\r\n", Refused, "or not at all"),
        ("ERROR :Closing Link: (SASL access only)\r\n", Refused, "without a password"),
        ("ERROR :Closing Link: (Throttled: Reconnecting too fast)\r\n", RateLimited, "enough visits for now"),
        ("ERROR :Closing Link: (Ping timeout)\r\n", Unreachable, "ended the dialogue"),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", SchemaDrift, "does not speak IRC at this port"),
        (b"\x15\x03\x01\x00\x02\x02\x16\n", SchemaDrift, "does not speak IRC"),
        (b"x" * 20_000, SchemaDrift, "does not speak IRC"),
        (lambda _: None, Unreachable, "broke off the dialogue"),
    ],
)
def test_being_sent_away(collect, server, greeting, kind, words):
    """Each way in which a server ends the dialogue is its own error with a sentence."""
    server.answers["USER"] = greeting
    with pytest.raises(ConnectorError, match=words) as error:
        collect()
    assert type(error.value) is kind


def test_a_refusal_is_not_tried_again_and_a_break_is(server):
    """Whoever sends us away is left alone; a line that breaks off is tried again, at the pace of the host."""
    clock = Clock()
    http = way_out(server.host, clock, retries=2, default_pace=5.0)
    server.answers["USER"] = ":irc.test 465 {nick} :banned\r\n"
    with pytest.raises(Refused):
        irc.collect(account(server.host), PLAN, http.client("x"))
    assert server.connections == 1
    server.answers["USER"] = lambda _: None
    with pytest.raises(Unreachable):
        irc.collect(account(server.host), PLAN, http.client("x"))
    assert server.connections == 4
    assert http.requests_per_host == {server.host: 4}
    assert sum(clock.slept) >= 15


def test_a_flood_is_cut(collect, server):
    """Lines without end stop at the cap."""
    server.knows()
    server.answers["LIST"] = b":irc.test 322 x #other 1 :spam and more spam\r\n" * 10_000
    with pytest.raises(TooLarge, match="256,000 bytes"):
        collect()


def test_a_slow_drip_is_cut_off(server):
    """Letter by letter, a server does not hold us longer than one answer may take."""

    def drip(line):
        while True:
            line.sendall(b":")
            time.sleep(0.01)

    server.answers["USER"] = drip
    http = way_out(server.host, total_timeout=0.3)
    with pytest.raises(ConnectorError, match="took too long over one answer"):
        irc.collect(account(server.host), PLAN, http.client("x"))


def test_silence_is_unreachable(server):
    """A server that says nothing is given up after the time for reading."""
    server.answers["USER"] = ""
    http = way_out(server.host, read_timeout=0.1)
    with pytest.raises(Unreachable, match="did not answer in time"):
        irc.collect(account(server.host), PLAN, http.client("x"))


def test_a_private_address_hears_nothing(server):
    """A server in a private network that nobody allowed is not visited."""
    http = way_out("irc.example")
    with pytest.raises(NotAllowed, match="private address"):
        irc.collect(account(server.host), PLAN, http.client("x"))
    assert server.connections == 0


def test_a_name_of_a_private_address_hears_nothing(server):
    """What counts is the address that was reached."""
    http = way_out("irc.example")
    with pytest.raises(NotAllowed, match="private address"):
        irc.collect(account(server.host.replace("127.0.0.1", "localhost")), PLAN, http.client("x"))
    assert not server.heard


def test_a_proxy_cannot_carry_it(monkeypatch):
    """Where everything has to go through a proxy, that is said, and nothing goes out."""
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:9")
    http = way_out("elsewhere.example")
    with pytest.raises(NotAllowed, match="a proxy cannot carry IRC"):
        irc.collect(account("93.184.216.34"), PLAN, http.client("x"))


def test_a_network_behind_a_proxy_is_told_so(monkeypatch):
    """Where websites go through a proxy and the server cannot be reached, the sentence says what IT can do."""

    def nobody(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr(IrcAdapter, "_connected", nobody)
    for proxied, words in ((True, "let this machine through"), (False, "refused the connection")):
        if proxied:
            monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
        else:
            monkeypatch.delenv("https_proxy")
        with pytest.raises(Unreachable, match=words):
            irc.collect(account("93.184.216.34"), PLAN, way_out("elsewhere.example").client("x"))


@pytest.mark.parametrize("path", ["", "/", "/%23a%0d%0aJOIN%20%23b", "/%23a%20b", "/%23a,%23b", "/hazelbrook"])
def test_an_address_without_one_channel_is_refused(server, client, path):
    """Nothing but the name of one channel ever goes into a command."""
    with pytest.raises(NotAllowed, match="names no channel"):
        client.get(f"irc://{server.host}{path}")
    assert server.connections == 0


def test_a_website_does_not_lead_here(server):
    """A redirect from a website to an IRC server is refused."""
    with Site() as site:
        site.on("/go", Reply(status=302, headers={"Location": f"irc://{server.host}/%23hazelbrook"}))
        http = Http(Network("it@hazelbrook.example", test_hosts=frozenset({site.host, server.host})))
        with pytest.raises(NotAllowed, match="not http or https"):
            http.client("x").get(f"{site.url}/go")
    assert server.connections == 0


@pytest.mark.parametrize(
    ("handle", "address", "asked"),
    [
        ("", "irc://{}/#hazelbrook", "#hazelbrook"),
        ("", "irc://{}/%23hazelbrook", "#hazelbrook"),
        ("", "irc://{}#hazelbrook", "#hazelbrook"),
        ("", "IRC://{}/hazelbrook?key", "#hazelbrook"),
        ("hazelbrook", "irc://{}", "#hazelbrook"),
        ("", "irc://{}/##hazelbrook", "##hazelbrook"),
        ("irc://{}/&hazelbrook", "", "&hazelbrook"),
    ],
)
def test_the_register_may_spell_it_in_many_ways(server, client, handle, address, asked):
    """A channel's sign, its code, the handle alone: all mean one channel."""
    row = Account("irc:x", 2, "irc", handle.format(server.host), address.format(server.host))
    with pytest.raises(ConnectorError):
        irc.collect(row, PLAN, client)
    assert server.heard[2] == f"LIST {asked}"


@pytest.mark.parametrize("address", ["", "https://irc.example/#a", "ircs:///#a", "ircs://irc.example", "ircs://[/#a"])
def test_a_row_that_names_no_channel_is_said(client, server, address):
    """Without a server or a channel nothing is asked, and the sentence shows how it should look."""
    with pytest.raises(NotFound, match="looks like ircs://irc"):
        irc.collect(Account("irc:x", 2, "irc", "", address), PLAN, client)
    assert server.connections == 0


def test_what_is_skipped_keeps_its_reason(collect, server):
    """The plan's own reasons stand, and nothing of it is handed on."""
    server.knows()
    later = not_due("not tonight")
    snapshot = collect(skip={Resource.PROFILE: later, Resource.SETTINGS: later})
    assert (snapshot.profile, snapshot.settings) == (None, None)
    assert snapshot.coverage[Resource.SETTINGS] == later


def test_prove_says_what_was_seen(server, client):
    """One sentence, which says when the line was not encrypted."""
    server.knows()
    words = irc.prove(account(server.host), PLAN, client)
    assert words == f"{server.host} shows #hazelbrook, without encryption; people in it: 12."


# Encryption


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody signed but itself."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "key", "-out", "cert"]
    subprocess.run([*made, *names], cwd=folder, check=True, capture_output=True)
    return folder / "cert", folder / "key"


@pytest.fixture
def encrypted(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with IrcServer(context) as server:
        server.knows()
        yield server


def test_an_untrusted_certificate_is_refused(encrypted):
    """Without a certificate that can be trusted not a word is said."""
    with pytest.raises(Unreachable, match="certificate that cannot be trusted"):
        irc.collect(account(encrypted.host, scheme="ircs"), PLAN, way_out(encrypted.host).client("x"))
    assert not encrypted.heard


def test_a_trusted_certificate_is_accepted(encrypted, certificate, monkeypatch):
    """With a trusted certificate everything is as without encryption."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    snapshot = irc.collect(account(encrypted.host, scheme="ircs"), PLAN, way_out(encrypted.host).client("x"))
    assert snapshot.profile.followers == 12


def test_a_handshake_that_never_comes_ends(server):
    """A server that answers encryption with silence is given up."""
    http = way_out(server.host, read_timeout=0.1)
    with pytest.raises(Unreachable):
        irc.collect(account(server.host, scheme="ircs"), PLAN, http.client("x"))


# Recording


def test_a_recorded_night_replays(server, tmp_path):
    """What was recorded reads the same without the server, and is counted."""
    server.knows(modes="+ntk hush")
    path = tmp_path / "night.jsonl"

    def disguise(body, stand_ins):
        return irc.disguise(body, OWN, stand_ins)

    with Recorder(path, NOW) as recorder:
        # A private host is recorded as a public one is, disguise and all.
        http = way_out("nobody", recorder=recorder, private_hosts=frozenset({server.host}))
        first = irc.collect(account(server.host), PLAN, http.client("x", disguise))
    visits = server.connections
    replay = way_out("nobody", replay=Replay(path))
    again = irc.collect(account(server.host), PLAN, replay.client("x"))
    assert (again.profile, again.settings) == (first.profile, first.settings)
    assert again.profile.followers == 12
    assert server.connections == visits
    assert replay.requests_per_host == {server.host: 1}


def test_a_recorded_failure_replays(server, tmp_path):
    """The error of that night is met again, with its sentence."""
    server.answers["USER"] = ":irc.test 465 {nick} :banned\r\n"
    path = tmp_path / "night.jsonl"
    with Recorder(path, NOW) as recorder, pytest.raises(Refused) as first:
        irc.collect(account(server.host), PLAN, way_out(server.host, recorder=recorder).client("x"))
    with pytest.raises(Refused) as again:
        irc.collect(account(server.host), PLAN, way_out("nobody", replay=Replay(path)).client("x"))
    assert str(again.value) == str(first.value)


def test_what_the_disguise_does_not_know_is_not_recorded(server, tmp_path):
    """A channel that is not the school's own is not kept, and its replay says so."""
    server.knows()
    path = tmp_path / "night.jsonl"
    with Recorder(path, NOW) as recorder:
        http = way_out("nobody", recorder=recorder, private_hosts=frozenset({server.host}))
        client = http.client("x", lambda body, stand_ins: irc.disguise(body, frozenset({"#elsewhere"}), stand_ins))
        irc.collect(account(server.host), PLAN, client)
    with pytest.raises(NotRecorded):
        irc.collect(account(server.host), PLAN, way_out("nobody", replay=Replay(path)).client("x"))


@pytest.mark.parametrize(
    "body",
    [
        {"a": 1},
        "322 #elsewhere 4 :topic",
        "353 #hazelbrook pupil7 pupil8",
        ":pupil7!p@h PRIVMSG #hazelbrook :hi",
        "NOTICE pupil7",
        "anything",
    ],
)
def test_the_disguise_fails_closed(body):
    """Whatever is not a line about an own channel is refused."""
    with pytest.raises(ValueError, match=r"answer of an IRC server|own channel"):
        irc.disguise(body, OWN, StandIns())


@pytest.mark.parametrize("own", ["#hazelbrook", "hazelbrook", "ircs://irc.example/#hazelbrook"])
def test_the_disguise_keeps_the_own_channel(own):
    """The school's channel stays as it is, however the register spells it."""
    body = "322 #Hazelbrook 12 :Homework help\n323\n324 #Hazelbrook +nt\nNOTICE"
    assert irc.disguise(body, frozenset({own}), StandIns()) == body


@given(st.binary(max_size=200))
def test_any_line_is_taken_apart(line):
    """Whatever a server sends becomes a message or nothing, and never an error."""
    message = _message(line)
    assert message is None or (message.command and json.dumps(message.parameters))
