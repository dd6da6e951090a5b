"""The one way out: what it asks, how often, of whom, and what it makes of the answers."""

import gzip
import json
import logging
import shutil
import socket
import ssl
import subprocess
import threading
import time
import traceback
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest
import requests
import tweepy
import urllib3
from imitations.scripted_site import Clock, Reply, Site
from requests.adapters import BaseAdapter
from urllib3.util.retry import Retry

from connectors.connector import (
    ConnectorError,
    LoginWall,
    NotAllowed,
    NotFound,
    RateLimited,
    Refused,
    SchemaDrift,
    TooLarge,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay
from connectors.wire import Pace, _is_private

CONTACT = "it@hazelbrook.example"
TOKEN = "AAAA%2Ftopsecret+token="


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def site():
    with Site() as one:
        yield one


@pytest.fixture
def other():
    with Site() as one:
        yield one


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def way(clock):
    """Makes the way out to these sites, with a stopped clock; closed at the end."""
    made = []

    def make(*sites, secrets=(TOKEN,), recorder=None, **network):
        network = {"default_pace": 0.0, "test_hosts": frozenset(site.host for site in sites)} | network
        http = Http(Network(CONTACT, **network), secrets=secrets, recorder=recorder, clock=clock, sleep=clock.sleep)
        made.append(http)
        return http

    yield make
    for http in made:
        http.close()


def said(error):
    """All that an error says, its traceback included."""
    return "".join(traceback.format_exception(error))


# --- asking ---------------------------------------------------------------------------------------------


def test_answer_holds_what_came(way, site):
    """An answer has the address, status, headers in any case, and body; the request names us and a contact."""
    url = site.on("/a", Reply("Zoë", headers={"Content-Type": "text/plain; charset=utf-8", "X-WP-Total": "7"}))
    answer = way(site).client("website").get(url, params={"page": 2, "none": None}, headers={"Accept": "text/plain"})
    assert (answer.url, answer.status, answer.text) == (f"{url}?page=2", 200, "Zoë")
    assert answer.headers["x-wp-total"] == answer.headers["X-WP-Total"] == "7"
    request = site.requests[0]
    assert request.path == "/a?page=2"
    assert request.headers["Accept"] == "text/plain"
    assert request.headers["User-Agent"].startswith("school-audit/")
    assert request.headers["User-Agent"].endswith(f" ({CONTACT})")


def test_status_that_is_expected_is_an_answer(way, site):
    """A status within `ok` comes back as an answer; outside it is an error."""
    url = site.on("/a", Reply('{"error": "no"}', 404))
    client = way(site).client("x")
    assert client.get_json(url, ok=(200, 404)) == {"error": "no"}
    with pytest.raises(NotFound):
        client.get(url)


def test_page_at_status_200_is_a_login_wall(way, site):
    """HTML where data was asked for raises LoginWall; broken JSON raises SchemaDrift."""
    client = way(site).client("x")
    with pytest.raises(LoginWall):
        client.get_json(site.on("/wall", Reply("<html>Log in", headers={"Content-Type": "application/json"})))
    with pytest.raises(SchemaDrift):
        client.get_json(site.on("/broken", Reply('{"data": [{"id": "1"')))


def test_contact_that_is_not_plain_does_no_harm(site):
    """A contact with a line break or letters beyond ASCII makes no broken header."""
    http = Http(Network("Zoë\r\nX-Evil: 1", test_hosts=frozenset({site.host})))
    http.client("x").get(site.on("/a", Reply()))
    http.close()
    assert site.requests[0].headers["User-Agent"].endswith(" (Zo? X-Evil: 1)")
    assert "X-Evil" not in site.requests[0].headers


def test_only_reading_is_possible(way, site):
    """A request that would write is stopped before it is sent."""
    session = way(site).client("x").session()
    with pytest.raises(NotAllowed, match="only reads"):
        session.post(site.on("/a", Reply()), data="x")
    assert site.connections == 0


def test_cookies_stay_with_their_account(way, site):
    """A cookie comes back from the account that got it, and from no other."""
    url = site.on("/a", Reply(headers={"Set-Cookie": "visitor=one; Path=/"}), Reply())
    http = way(site)
    first, second = http.client("one"), http.client("two")
    for client in (first, first, second):
        client.get(url)
    assert [request.headers.get("Cookie") for request in site.requests] == [None, "visitor=one", None]


def test_netrc_is_not_read(way, site, tmp_path, monkeypatch):
    """Credentials that lie in a .netrc are not sent."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login it password pw\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    way(site).client("x").get(site.on("/a", Reply(status=302, headers={"Location": "/b"})), ok=(200, 404))
    assert [request.headers.get("Authorization") for request in site.requests] == [None, None]


# --- trying again ---------------------------------------------------------------------------------------


def test_fault_that_passes_is_tried_again(way, site, clock):
    """After two server errors the third attempt counts; the waits grow; each attempt is counted."""
    url = site.on("/a", Reply(status=500), Reply(status=502), Reply("fine"))
    http = way(site, backoff=1.0)
    assert http.client("x").get(url).text == "fine"
    assert http.requests_per_host == {site.host: 3}
    # urllib3's first retry is at once; before the second it waits factor * 2, and up to the jitter more.
    assert len(clock.slept) == 1
    assert 2 <= clock.slept[0] <= 3


def test_fault_that_stays_is_unreachable(way, site):
    """When the retries are used up the server's fault is an error, and no request more is sent."""
    url = site.on("/a", Reply(status=503))
    with pytest.raises(Unreachable, match=r"fault of its own \(503\)"):
        way(site, retries=2).client("x").get(url)
    assert len(site.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 501])
def test_refusal_is_not_tried_again(way, site, status):
    """What another attempt would not change is asked once."""
    with pytest.raises(ConnectorError):
        way(site).client("x").get(site.on("/a", Reply(status=status)))
    assert len(site.requests) == 1


def test_retry_after_below_the_ceiling_is_honoured(way, site, clock):
    """A Retry-After that we can afford is slept to its end, and the request repeated."""
    url = site.on("/a", Reply(status=429, headers={"Retry-After": "30"}), Reply("fine"))
    assert way(site, retry_after_ceiling=60).client("x").get(url).text == "fine"
    assert sum(clock.slept) == 30


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_above_the_ceiling_is_refused_at_once(way, site, clock, status):
    """A longer Retry-After is RateLimited at once: not slept, not asked again."""
    url = site.on("/a", Reply(status=status, headers={"Retry-After": "61"}))
    with pytest.raises(RateLimited, match="61 seconds"):
        way(site, retry_after_ceiling=60).client("x").get(url)
    assert clock.slept == []
    assert len(site.requests) == 1


def test_far_reset_is_refused_at_once(way, site, clock):
    """X tells the end of its rate limit in a header of its own; far away it counts as a long Retry-After."""
    url = site.on("/a", Reply(status=429, headers={"x-rate-limit-reset": str(int(time.time()) + 900)}))
    with pytest.raises(RateLimited):
        way(site).client("x").get(url)
    assert (clock.slept, len(site.requests)) == ([], 1)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": ""}])
def test_rate_limit_without_a_time_ends(way, site, clock, headers):
    """A 429 that does not say until when is tried again a few times with growing waits, then RateLimited."""
    with pytest.raises(RateLimited, match="later"):
        way(site, retries=3, backoff=1.0).client("x").get(site.on("/a", Reply(status=429, headers=headers)))
    assert len(site.requests) == 4
    assert 2 + 4 <= sum(clock.slept) <= 3 + 5


def test_one_account_that_is_told_to_wait_makes_all_wait(way, site, clock):
    """A host that wants to be left alone is left alone by the other accounts too."""
    url = site.on("/a", Reply())
    http = way(site)
    http.client("one").get(url)
    http._pace.hold(site.host, 100)
    http.client("two").get(url)
    assert sum(clock.slept) == 100


def test_connection_that_breaks_off_is_tried_again(way, site):
    """A connection closed before, or in the middle of, the answer is tried again."""

    def nothing(connection):
        connection.shutdown(socket.SHUT_RDWR)

    def half(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        connection.shutdown(socket.SHUT_RDWR)

    def half_chunk(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal")
        connection.shutdown(socket.SHUT_RDWR)

    url = site.on("/a", Reply(raw=nothing), Reply(raw=half), Reply(raw=half_chunk), Reply("whole"))
    assert way(site).client("x").get(url).text == "whole"
    assert len(site.requests) == 4


def test_connection_that_always_breaks_off_is_unreachable(way, site):
    """A server that never finishes its answer is Unreachable, in one sentence."""
    url = site.on("/a", Reply(raw=lambda connection: connection.shutdown(socket.SHUT_RDWR)))
    with pytest.raises(Unreachable, match=rf"^{site.host} broke off or refused the connection; .*\.$"):
        way(site).client("x").get(url)


def test_nobody_listening_is_unreachable(way, site):
    """A port where nobody listens is Unreachable."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Unreachable):
            way(test_hosts=frozenset({host})).client("x").get(f"http://{host}/")


def test_unknown_name_is_unreachable(way, monkeypatch):
    """A name that nobody knows is Unreachable and says so."""

    def nobody(*_):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(Unreachable, match=r"no server by the name of hazelbrook\.example"):
        way().client("x").get("https://hazelbrook.example/")


def test_silence_is_unreachable(way, site):
    """A server that takes the request and says nothing is Unreachable after the read timeout."""
    done = threading.Event()
    url = site.on("/a", Reply(raw=lambda _: done.wait(10)))
    with pytest.raises(Unreachable, match="did not answer in time"):
        way(site, read_timeout=0.05, retries=1).client("x").get(url)
    done.set()
    assert len(site.requests) == 2


def test_urllib3_behaves_as_the_loop_assumes(clock):
    """What our loop takes from urllib3's Retry, and what made it a loop of ours, is still so."""
    retry = Retry(total=2, allowed_methods={"GET"}, backoff_factor=1, backoff_jitter=1, backoff_max=60)
    failure = Unreachable("x")
    retry = retry.increment("GET", error=failure)
    assert retry.get_backoff_time() == 0  # the first is at once
    retry = retry.increment("GET", error=failure)
    assert 2 <= retry.get_backoff_time() <= 3
    with pytest.raises(urllib3.exceptions.MaxRetryError):
        retry.increment("GET", error=failure)
    # A Retry-After over the limit is cut short, not refused: we would be back too early.
    assert Retry(retry_after_max=60).parse_retry_after("3600") == 60
    with pytest.raises(urllib3.exceptions.InvalidHeader):
        Retry().parse_retry_after("soon")


# --- pacing ---------------------------------------------------------------------------------------------


def test_pace_is_kept(way, site, clock):
    """Between two requests to a host lies the least time, whatever else the account does."""
    url = site.on("/a", Reply())
    client = way(site, default_pace=0.0, pace={site.host: 2.0}).client("x")
    for _ in range(3):
        client.get(url)
    assert clock.slept == [2.0, 2.0]
    clock.now += 5
    client.get(url)
    assert clock.slept == [2.0, 2.0]


def test_pace_may_be_set_for_all_ports_of_a_host(way, site, clock):
    """A pace set for a name holds on each of its ports; one host does not slow another."""
    url = site.on("/a", Reply())
    client = way(site, default_pace=9.0, pace={"127.0.0.1": 2.0}).client("x")
    client.get(url)
    client.get(url)
    assert clock.slept == [2.0]


def test_two_threads_share_the_pace_of_a_host():
    """However many threads ask, requests to one host keep their distance."""
    clock = Clock()
    pace = Pace(Network(CONTACT, default_pace=1.0), clock, clock.sleep)
    times = []

    def ask():
        for _ in range(10):
            pace.wait("hazelbrook.example")
            times.append(clock.now)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pace.counted() == {"hazelbrook.example": 40}
    # Sleepers push the one clock forward together, so that it may run ahead of the pace, never behind.
    assert clock.now >= 1000 + 39


def test_two_threads_and_one_host(way, site, clock):
    """Two accounts in two threads get their own answers from one host, at its pace."""
    url = site.on("/a", Reply("fine"))
    http = way(site, default_pace=1.0)
    answers = []

    def collect(name):
        client = http.client(name)
        answers.extend(client.get(url, params={"of": name}).url for _ in range(5))

    threads = [threading.Thread(target=collect, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [f"{url}?of=one"] * 5 + [f"{url}?of=two"] * 5
    assert http.requests_per_host == {site.host: 10}
    assert clock.now >= 1000 + 9


# --- caps -----------------------------------------------------------------------------------------------


def test_answer_over_the_cap_is_refused(way, site):
    """An answer larger than the cap is TooLarge; the cap of one call can be smaller; the cap itself fits."""
    url = site.on("/a", Reply(b"x" * 1000))
    client = way(site, max_bytes=1000).client("x")
    assert len(client.get(url).content) == 1000
    with pytest.raises(TooLarge, match="999 bytes"):
        client.get(url, max_bytes=999)
    with pytest.raises(TooLarge):
        way(site, max_bytes=10).client("x").get(url)


def test_cap_holds_after_a_redirect(way, site):
    """The cap of one call holds for what a redirect leads to."""
    site.on("/b", Reply(b"x" * 1000))
    with pytest.raises(TooLarge):
        way(site).client("x").get(site.on("/a", Reply(status=302, headers={"Location": "/b"})), max_bytes=999)


def chunked(body):
    return (
        b"".join(
            b"%x\r\n%s\r\n" % (len(body[at : at + 4096]), body[at : at + 4096]) for at in range(0, len(body), 4096)
        )
        + b"0\r\n\r\n"
    )


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_packed_bomb_is_refused_before_it_unpacks(way, site, coding, pack, in_chunks):
    """A small packed body that unpacks to 50 MB is TooLarge, and at no time in memory."""
    body = pack(bytes(50_000_000))
    headers = {"Content-Encoding": coding}
    reply = (
        Reply(chunked(body), headers=headers | {"Transfer-Encoding": "chunked"})
        if in_chunks
        else Reply(body, headers=headers)
    )
    url = site.on("/a", reply)
    client = way(site, max_bytes=100_000).client("x")
    tracemalloc.start()
    with pytest.raises(TooLarge):
        client.get(url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(body) < 100_000
    assert peak < 5_000_000


def test_packed_answer_is_unpacked(way, site):
    """A packed answer arrives unpacked; a broken one is Unreachable."""
    url = site.on("/a", Reply(gzip.compress(b"plain"), headers={"Content-Encoding": "gzip"}))
    client = way(site).client("x")
    assert client.get(url).content == b"plain"
    with pytest.raises(Unreachable, match="cannot be unpacked"):
        client.get(site.on("/b", Reply(b"not packed", headers={"Content-Encoding": "gzip"})))


def drip(head, part, hung_up=None):
    """A connection that sends `head`, and then `part` again and again; tells when the other hangs up."""

    def send(connection):
        connection.sendall(head)
        try:
            for _ in range(1000):
                connection.sendall(part)
                time.sleep(0.01)
        except OSError:
            if hung_up:
                hung_up.set()

    return send


DRIPS = [
    (b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r"),
    (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"a"),
    (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"a"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a"),
]


@pytest.mark.parametrize(("head", "part"), DRIPS)
def test_slow_drip_is_cut_off(way, site, head, part):
    """An answer that keeps dripping, in its head or its body, ends at the total timeout and is not repeated."""
    hung_up = threading.Event()
    url = site.on("/a", Reply(raw=drip(head, part, hung_up)))
    with pytest.raises(Unreachable, match="took too long"):
        way(site, total_timeout=0.2, read_timeout=5).client("x").get(url)
    assert hung_up.wait(10)
    assert len(site.requests) == 1


def test_connection_of_an_answer_over_the_cap_is_given_up(way, site):
    """Whoever sends more than is accepted is hung up on, and the next answer is a clean one."""
    hung_up = threading.Event()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
    client = way(site, max_bytes=1000).client("x")
    with pytest.raises(TooLarge) as caught:
        client.get(site.on("/a", Reply(raw=drip(head, b"x" * 1000, hung_up))))
    assert hung_up.wait(10)
    assert caught.value
    assert client.get(site.on("/b", Reply("next"))).text == "next"


def test_session_of_a_library_has_the_caps_too(way, site):
    """The size cap and the total timeout hold for a session handed to a library."""
    session = way(site, total_timeout=0.2, max_bytes=10).client("x").session()
    with pytest.raises(Unreachable, match="took too long"):
        session.get(site.on("/a", Reply(raw=drip(*DRIPS[2]))), timeout=None)
    with pytest.raises(TooLarge):
        session.get(site.on("/b", Reply(b"x" * 11)))


# --- redirects ------------------------------------------------------------------------------------------


def to(address, status=302):
    return Reply(status=status, headers={"Location": address})


def test_redirect_is_followed(way, site, other):
    """A redirect is followed, relative or to another host, and the answer has the final address."""
    there = other.on("/c", Reply("there"))
    site.on("/b", to(there, 308))
    answer = way(site, other).client("x").get(site.on("/a", to("b", 301)))
    assert (answer.url, answer.text) == (there, "there")


def test_redirect_loop_ends(way, site):
    """A redirect in circles is Unreachable after ten hops."""
    with pytest.raises(Unreachable, match="in circles"):
        way(site).client("x").get(site.on("/a", to("/a")))
    assert len(site.requests) == 11


def test_redirect_to_a_private_address_is_refused(way, site, other):
    """A redirect to a private address that is not allowed is refused, and nobody is asked there."""
    url = site.on("/a", to(other.on("/secret", Reply())))
    with pytest.raises(NotAllowed, match=r"private address.*school\.toml"):
        way(site).client("x").get(url)
    assert (len(site.requests), other.connections) == (1, 0)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://hazelbrook.example/",
        "javascript:alert(1)",
        "http://[::1",
        "http://it:pw@hazelbrook.example/",
    ],
)
def test_redirect_to_anything_odd_is_refused(way, site, address):
    """A redirect to another scheme, to no address, or with credentials in it is refused in a sentence."""
    with pytest.raises(NotAllowed) as caught:
        way(site).client("x").get(site.on("/a", to(address)))
    assert "pw" not in str(caught.value)


def test_credentials_are_dropped_across_hosts(way, site, other):
    """To another host go neither Authorization nor a header of one's own with a key; the same host gets them."""
    url = site.on("/a", to("/b"))
    site.on("/b", to(other.on("/c", Reply())))
    way(site, other).client("x").get(url, headers={"Authorization": f"Bearer {TOKEN}", "X-Api-Key": TOKEN})
    assert [request.headers.get("Authorization") for request in site.requests] == [f"Bearer {TOKEN}"] * 2
    assert [request.headers.get("X-Api-Key") for request in site.requests] == [TOKEN] * 2
    assert TOKEN not in str(other.requests[0].headers)
    assert other.requests[0].headers["User-Agent"].startswith("school-audit/")


def test_key_in_the_address_is_not_taken_elsewhere(way, site, other):
    """A redirect that carries our key to another host is not followed."""
    there = other.on("/c", Reply())
    site.on("/a", to(f"{there}?key={TOKEN}"))
    with pytest.raises(NotAllowed, match="with the key in the address"):
        way(site, other).client("x").get(f"{site.url}/a", params={"key": TOKEN})
    assert other.connections == 0


class Elsewhere(BaseAdapter):
    """Stands for the whole network: answers from a dictionary of addresses."""

    def __init__(self, answers):
        super().__init__()
        self.answers, self.asked = answers, []

    def send(self, request, **_):
        self.asked.append((request.url, request.headers.get("Authorization")))
        response = requests.Response()
        response.url, response.request, response._content = request.url, request, b""
        response.status_code, headers = self.answers[request.url]
        response.headers.update(headers)
        response.raw = urllib3.HTTPResponse(b"")
        return response

    def close(self):
        pass


def test_downgrade_is_followed_without_credentials(way):
    """A redirect from https to http is followed, and the credentials stay behind."""
    http = way()
    http._adapter = Elsewhere(
        {
            "https://hazelbrook.example/a": (302, {"Location": "http://hazelbrook.example/a"}),
            "http://hazelbrook.example/a": (200, {}),
        }
    )
    http.client("x").get("https://hazelbrook.example/a", headers={"Authorization": f"Bearer {TOKEN}"})
    assert http._adapter.asked == [
        ("https://hazelbrook.example/a", f"Bearer {TOKEN}"),
        ("http://hazelbrook.example/a", None),
    ]


@pytest.mark.parametrize(
    ("params", "headers"),
    [({"q": TOKEN}, {}), ({}, {"Authorization": "Bearer x"}), ({}, {"X-Api-Key": TOKEN})],
)
def test_key_is_never_sent_unencrypted(way, params, headers):
    """A request with a key to an http address is refused before anything is sent."""
    with pytest.raises(NotAllowed, match="not encrypted") as caught:
        way().client("x").get("http://hazelbrook.example/a", params=params, headers=headers)
    assert TOKEN not in said(caught.value)


# --- addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "255.255.255.255", "224.0.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "[::1]",
    ],
)  # fmt: skip
def test_private_address_is_known(address):
    """Loopback, private, link-local, multicast and reserved addresses are private, in IPv6's clothes too."""
    assert _is_private(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e", "hazelbrook.example"],
)
def test_public_address_is_known(address):
    """Public addresses, and names, are not private."""
    assert not _is_private(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
    ],
)
def test_literal_private_address_is_refused(way, site, url):
    """A private address in an address is refused without a connection."""
    with pytest.raises(NotAllowed, match="private address"):
        way().client("x").get(url.format(port=site.port))
    assert site.connections == 0


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1"])
def test_name_of_a_private_address_is_refused(way, site, host):
    """However loopback is spelt, nothing is sent to it."""
    with pytest.raises((NotAllowed, Unreachable)):
        way(retries=0).client("x").get(f"http://{host}:{site.port}/")
    assert site.requests == []


def name_means(monkeypatch, *answers):
    """Make every name mean these addresses, one after the other, the last for ever."""
    left = list(answers)

    def getaddrinfo(host, port, *_, **__):
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_name_that_turns_private_is_refused(way, site, monkeypatch):
    """A name that means a private address, now or only at the moment of connecting, gets no request."""
    name_means(monkeypatch, "93.184.215.14", "127.0.0.1")
    socket.getaddrinfo("hazelbrook.example", 80)  # whoever looked first was told a public address
    with pytest.raises(NotAllowed, match=r"hazelbrook\.example leads to a private address"):
        way().client("x").get(f"http://hazelbrook.example:{site.port}/a")
    assert site.requests == []


@pytest.mark.parametrize("allowed", ["intranet.hazelbrook.example", "intranet.hazelbrook.example:{port}"])
def test_allowed_private_host_is_visited(way, site, monkeypatch, allowed):
    """A private host is visited when it is listed, by its name or with its port."""
    name_means(monkeypatch, "127.0.0.1")
    site.on("/a", Reply("fine"))
    http = way(private_hosts=frozenset({allowed.format(port=site.port)}))
    assert http.client("x").get(f"http://intranet.hazelbrook.example:{site.port}/a").text == "fine"


def test_allowed_port_is_not_another(way, site, other):
    """A private host listed with a port is visited on that port only."""
    with pytest.raises(NotAllowed):
        way(private_hosts=frozenset({site.host})).client("x").get(other.url)
    assert other.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hazelbrook.example/",
        "file:///etc/passwd",
        "gopher://x/",
        "mailto:a@b.example",
        "//hazelbrook.example",
        "hazelbrook",
        "",
        "http://",
        "http://[::1",
        "http://a..b/",
        "http://" + "a" * 70 + ".example/",
    ],
)
def test_what_is_no_web_address_is_refused(way, url):
    """Anything but an http or https address is NotAllowed, in one sentence."""
    with pytest.raises((NotAllowed, Unreachable), match=r"\.$"):
        way(retries=0).client("x").get(url)


def test_credentials_in_an_address_are_refused(way, site):
    """An address with a user name and password is refused, and the error does not repeat them."""
    with pytest.raises(NotAllowed, match="user name or password") as caught:
        way(site).client("x").get(f"http://it:hunter2@{site.host}/a")
    assert "hunter2" not in str(caught.value)
    assert site.connections == 0


# --- proxies --------------------------------------------------------------------------------------------


def test_proxy_of_the_system_is_used(way, site, monkeypatch):
    """With a proxy in the environment a public name goes through it, and the cap and the rest still hold."""
    name_means(monkeypatch, "93.184.215.14", "127.0.0.1")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{site.port}")
    site.on("/a", Reply("through the proxy"))
    assert way().client("x").get("http://hazelbrook.example/a").text == "through the proxy"


def test_proxy_is_not_asked_for_a_private_name(way, site, monkeypatch):
    """Behind a proxy the addresses of the name decide."""
    name_means(monkeypatch, "10.0.0.7")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{site.port}")
    with pytest.raises(NotAllowed, match="private address"):
        way().client("x").get("http://hazelbrook.example/a")
    assert site.connections == 0


def test_name_that_only_the_proxy_knows_goes_through_it(way, site, monkeypatch):
    """Where names are not looked up here at all, the proxy decides."""
    real = socket.getaddrinfo

    def only_numbers(host, *rest, **more):
        if host != "127.0.0.1":
            raise socket.gaierror("no name service here")
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{site.port}")
    site.on("/a", Reply("through the proxy"))
    assert way().client("x").get("http://hazelbrook.example/a").text == "through the proxy"


def test_allowed_private_host_does_not_go_through_the_proxy(way, site, other, monkeypatch):
    """The school's own network is asked directly."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{other.port}")
    way(site).client("x").get(site.on("/a", Reply()))
    assert other.connections == 0


# --- TLS ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody trusts, and its key, in one file."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not on this machine")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key", "-out", folder / "crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text((folder / "key").read_text() + (folder / "crt").read_text())
    return both


@pytest.fixture
def encrypted(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Site(context) as site:
        yield site


def test_untrusted_certificate_is_refused(way, encrypted):
    """A certificate that nobody trusts is an error that says so; it is not tried again, nor overridden."""
    http = way(encrypted)
    with pytest.raises(Unreachable, match="certificate that cannot be trusted"):
        http.client("x").get(encrypted.on("/a", Reply()))
    with pytest.raises(Unreachable, match="certificate"):
        http.client("x").session().get(encrypted.url, verify=False)
    assert http.requests_per_host == {encrypted.host: 2}
    assert encrypted.requests == []


def test_trusted_certificate_is_accepted_and_drips_end(way, encrypted, certificate, monkeypatch):
    """The system's own list of certificates is honoured; an encrypted drip is cut off like any other."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    client = way(encrypted, total_timeout=0.3, read_timeout=5).client("x")
    assert client.get(encrypted.on("/a", Reply("fine"))).text == "fine"
    for number, (head, part) in enumerate(DRIPS):
        with pytest.raises(Unreachable, match="took too long"):
            client.get(encrypted.on(f"/{number}", Reply(raw=drip(head, part))))


def test_encrypted_private_address_hears_nothing(way, encrypted, monkeypatch):
    """Over https too, a name that leads to a private address gets not even a greeting."""
    name_means(monkeypatch, "127.0.0.1")
    with pytest.raises(NotAllowed, match="private address"):
        way().client("x").get(f"https://hazelbrook.example:{encrypted.port}/")


# --- secrets --------------------------------------------------------------------------------------------


FAULTS = [
    Reply(status=401),
    Reply(f"your key {TOKEN}", 403),
    Reply(status=429),
    Reply(status=500),
    Reply("<html>"),
    Reply(raw=lambda connection: connection.shutdown(socket.SHUT_RDWR)),
    Reply(status=302, headers={"Location": f"http://10.0.0.1/?token={TOKEN}"}),
    Reply(status=302, headers={"Location": f"x://{TOKEN}"}),
    Reply(b"x" * 2000),
]


@pytest.mark.parametrize("reply", FAULTS)
def test_no_error_and_no_log_line_holds_a_secret(way, site, reply, caplog):
    """Whatever goes wrong, neither the error with its traceback nor any log line holds the key."""
    http = way(site, max_bytes=1000, read_timeout=1)
    url = site.on(f"/{TOKEN}", reply)
    caplog.handler.addFilter(http.log_filter)
    with caplog.at_level(logging.DEBUG), pytest.raises(ConnectorError) as caught:
        http.client("x").get_json(url, params={"key": TOKEN}, headers={"Authorization": f"Bearer {TOKEN}"})
    assert "topsecret" not in said(caught.value)
    assert "topsecret" not in caplog.text
    assert caplog.text


def test_key_with_a_line_break_is_refused(way, site):
    """A key that was pasted with a line break is Refused with a hint, without repeating it."""
    with pytest.raises(Refused, match="space or line break") as caught:
        way(site).client("x").get(site.url, headers={"Authorization": f"Bearer {TOKEN}\n"})
    assert "topsecret" not in said(caught.value)


def test_redact_hides_given_secrets(way):
    """`redact` hides what the way out was told."""
    assert way().redact(f"x {TOKEN} y") == "x *** y"


# --- tweepy ---------------------------------------------------------------------------------------------


def tweepy_client(client, base_url):
    one = tweepy.Client(bearer_token=TOKEN, wait_on_rate_limit=False)
    one.session = client.session(moved={"https://api.twitter.com": base_url})
    return one


USERS = Reply(json.dumps({"data": [{"id": "42", "name": "Hazelbrook", "username": "hazelbrook"}]}))


def test_tweepy_goes_the_same_way(way, site, clock):
    """Tweepy's requests are moved, paced, tried again and counted like all others, and carry its key."""
    site.on("/2/users/by", Reply(status=503), USERS)
    http = way(site, pace={site.host: 1.0})
    answer = tweepy_client(http.client("x"), site.url).get_users(usernames=["hazelbrook"])
    assert answer.data[0].id == 42
    assert http.requests_per_host == {site.host: 2}
    assert sum(clock.slept) >= 1.0
    assert {request.headers["Authorization"] for request in site.requests} == {f"Bearer {TOKEN}"}
    assert all(request.headers["User-Agent"].startswith("school-audit/") for request in site.requests)


def test_tweepy_sees_statuses_and_our_errors(way, site):
    """A status reaches tweepy, which makes its own error of it; a broken connection is our error."""
    x = tweepy_client(way(site, retries=0).client("x"), site.url)
    site.on("/2/users/by", Reply("{}", 429), Reply("{}", 402), Reply(raw=lambda connection: connection.close()))
    with pytest.raises(tweepy.TooManyRequests):
        x.get_users(usernames=["hazelbrook"])
    with pytest.raises(tweepy.HTTPException):
        x.get_users(usernames=["hazelbrook"])
    with pytest.raises(Unreachable):
        x.get_users(usernames=["hazelbrook"])


def test_tweepy_cannot_write(way, site):
    """A tweet cannot be sent by mistake."""
    with pytest.raises(NotAllowed, match="only reads"):
        tweepy_client(way(site).client("x"), site.url).create_tweet(text="hello", user_auth=False)
    assert site.connections == 0


def test_a_redirect_beyond_the_fence_is_an_answer_of_its_own(way, site, other):
    """What lies outside `within` is not asked; the caller sees where it would have led."""
    away = other.on("/page", Reply("not asked"))
    url = site.on("/a", Reply(status=302, headers={"Location": away}))
    answer = way(site, other).client("x").get(url, ok=(200, 302), within=lambda address: site.host in address)
    assert (answer.status, answer.headers["Location"]) == (302, away)
    assert other.requests == []


def test_a_token_is_granted_for_a_lasting_one(way, site):
    """The one thing that is ever posted asks for a token, which no text shows from then on."""
    url = site.on("/token", Reply(json.dumps({"access_token": "fresh-token-1"})))
    http = way(site)
    assert http.client("x").grant(url, {"grant_type": "refresh_token", "refresh_token": "lasting"}) == "fresh-token-1"
    assert [request.method for request in site.requests] == ["POST"]
    assert "fresh-token-1" not in http.redact("it was fresh-token-1")


def test_a_lasting_token_that_is_no_longer_good_has_to_be_given_again(way, site):
    """A refused grant is a refusal with what a person can do."""
    url = site.on("/token", Reply('{"error": "invalid_grant"}', status=400))
    with pytest.raises(Refused, match="give it again"):
        way(site).client("x").grant(url, {"refresh_token": "lasting"})


def test_a_grant_without_a_token_is_named(way, site):
    """An answer that lacks the token names the field."""
    url = site.on("/token", Reply('{"token_type": "Bearer"}'))
    with pytest.raises(SchemaDrift, match="access_token"):
        way(site).client("x").grant(url, {})


def test_a_grant_is_never_recorded(way, site, tmp_path):
    """Neither the lasting nor the fresh token reaches a recording, and a replay asks for none."""
    url = site.on("/token", Reply(json.dumps({"access_token": "fresh-token-2"})))
    file = tmp_path / "night.gz"
    with Recorder(file, datetime(2026, 11, 22, 2, tzinfo=UTC)) as recorder:
        way(site, recorder=recorder).client("x").grant(url, {"refresh_token": "lasting"})
    assert b"/token" not in gzip.decompress(file.read_bytes())
    assert Http(Network(CONTACT), replay=Replay(file)).client("x").grant(url, {}) == "replayed"
