"""A real IRC server: channels of every kind, read by the connector."""

from datetime import UTC, datetime

import pytest
from servers.irc import Irc

from connectors import irc
from connectors.connector import NotFound, Unreachable
from connectors.http import Http, Network
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource

pytestmark = [pytest.mark.servers, pytest.mark.skipif(Irc.missing() is not None, reason=Irc.missing() or "")]

PLAN = CollectPlan("", datetime(2026, 11, 22, 2, tzinfo=UTC))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Irc(tmp_path_factory.mktemp("irc")) as server:
        yield server


@pytest.fixture
def read(server):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({server.host}))
    http = Http(network)

    def read(channel):
        row = Account(f"irc:{channel}", 2, "irc", channel, f"irc://{server.host}/{channel}")
        return irc.collect(row, PLAN, http.client("irc"))

    yield read
    http.close()


@pytest.fixture
def steward(server):
    with server.member("steward") as one:
        yield one


def test_an_open_channel(server, steward, read):
    """Topic, number of people and openness are those of the server; the reading adds nobody to the count."""
    steward.channel("#hazelbrook", "+n", "Homework help")
    with server.member("office") as second:
        second.channel("#hazelbrook")
        snapshot = read("#hazelbrook")
    profile = snapshot.profile
    assert (profile.bio, profile.followers, profile.kind) == ("Homework help", 2, "room")
    assert (snapshot.settings.posting_by, snapshot.settings.joining) == ("members", "everyone")
    assert profile.created is not None
    assert {snapshot.coverage[one].status for one in (Resource.PROFILE, Resource.SETTINGS)} == {CoverageStatus.COMPLETE}


@pytest.mark.parametrize(
    ("modes", "posting", "joining", "label"),
    [
        ("+m", "approved", "everyone", "moderated"),
        ("+i", "everyone", "invited", "invitation only"),
        ("+k hush", "everyone", "invited", "needs a key"),
    ],
)
def test_narrowed_channels(steward, read, modes, posting, joining, label):
    """Moderated, invitation-only and keyed channels are told apart from outside; the key is not handed on."""
    steward.channel("#narrow", modes)
    snapshot = read("#narrow")
    assert (snapshot.settings.posting_by, snapshot.settings.joining) == (posting, joining)
    assert snapshot.profile.labels == (label,)
    assert "hush" not in repr(snapshot)


def test_a_secret_channel(steward, read):
    """A secret channel is not listed; this server tells its modes all the same, and the gap is said."""
    steward.channel("#secret", "+s", "Nobody sees this")
    snapshot = read("#secret")
    assert (snapshot.profile.followers, snapshot.profile.bio) == (None, "")
    assert snapshot.profile.labels == ("hidden from lists",)
    coverage = snapshot.coverage[Resource.PROFILE]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)


def test_a_channel_that_is_not_there(server, read):
    """A channel nobody made, or that everybody has left, is not found."""
    with pytest.raises(NotFound):
        read("#nothing")
    with server.member("visitor") as visitor:
        visitor.channel("#brief")
        assert read("#brief").profile.followers == 1
        visitor.leave("#brief")
        with pytest.raises(NotFound):
            read("#brief")


def test_a_server_that_is_down(tmp_path):
    """A server that does not run is unreachable, and never a missing channel."""
    with Irc(tmp_path) as gone:
        host = gone.host
    http = Http(Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({host})))
    with pytest.raises(Unreachable):
        irc.collect(Account("irc:x", 2, "irc", "#a", f"irc://{host}/#a"), PLAN, http.client("irc"))
