"""Where links lead: redirects, ends, walls, and which links are asked tonight."""

import socket
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imitations.scripted_site import Reply, Site

from connectors import links
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay
from connectors.snapshot import Resolved, Standing

ON = date(2026, 11, 22)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site():
    with Site() as one:
        yield one


def way_out(site, **more):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({site.host}))
    return Http(network, **more)


@pytest.fixture
def resolve(site):
    http = way_out(site)
    client = http.client("links")
    yield lambda address: links.resolve(address, client, ON)
    http.close()


def moved(where, status=302):
    return Reply(status=status, headers={"Location": where})


def test_chain_is_followed_to_its_end(site, resolve):
    """Every hop is kept, relative ones made whole, and the page at the end gives its title and words."""
    site.on("/a", moved("/b", 301))
    site.on("/b", moved(f"{site.url}/c#top", 307))
    site.on("/c", Reply("<title>School\n fair</title><script>no()</script><p>Come <b>all</b></p>", headers=HTML))
    found = resolve(f"{site.url}/a#x")
    assert (found.standing, found.status, found.title, found.words.split()[-2:]) == (
        Standing.ANSWERS, 200, "School fair", ["Come", "all"],
    )  # fmt: skip
    assert found.chain == (f"{site.url}/a", f"{site.url}/b", f"{site.url}/c")
    assert (found.final, found.asked, found.reason) == (f"{site.url}/c", ON, "")
    assert [request.method for request in site.requests] == ["GET"] * 3


def test_page_that_sends_on_is_a_hop(site, resolve):
    """A page that refreshes to another at once is followed; one that does so later is the end."""
    site.on("/now", Reply(f"<meta http-equiv='refresh' content='0; url={site.url}/end'>", headers=HTML))
    site.on("/late", Reply("<meta http-equiv=refresh content='300;url=/end'>", headers=HTML))
    site.on("/end", Reply("ok"))
    assert resolve(f"{site.url}/now").final == f"{site.url}/end"
    assert resolve(f"{site.url}/late").final == f"{site.url}/late"


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (200, Standing.ANSWERS), (404, Standing.GONE), (410, Standing.GONE), (500, Standing.BROKEN),
        (401, Standing.UNTESTABLE), (403, Standing.UNTESTABLE), (429, Standing.UNTESTABLE),
        (451, Standing.UNTESTABLE), (503, Standing.UNTESTABLE), (999, Standing.UNTESTABLE),
    ],
)  # fmt: skip
def test_what_a_status_says_of_a_link(site, resolve, status, standing):
    """Only 404 and 410 say that a page is gone; what turns programs away says nothing of the page."""
    found = resolve(site.on("/x", Reply("x", status)))
    assert found.standing is standing
    assert bool(found.reason) is (standing is not Standing.ANSWERS)


def test_circles_and_endless_chains_are_broken(site, resolve):
    """A link that comes back to itself, or goes on for more than ten hops, is broken."""
    assert resolve(site.on("/round", moved("/round"))).standing is Standing.BROKEN
    for number in range(20):
        site.on(f"/{number}", moved(f"/{number + 1}"))
    found = resolve(f"{site.url}/0")
    assert (found.standing, len(found.chain)) == (Standing.BROKEN, links.MOST_HOPS + 1)
    assert "circles" in found.reason


def test_private_addresses_are_never_visited(site, resolve):
    """Neither a link nor a redirect brings us to an address inside a network, or to another scheme."""
    inside = {"/a": "http://10.0.0.1/", "/b": "http://[::1]:9/", "/c": "http://169.254.169.254/latest"}
    for path, private in inside.items():
        site.requests.clear()
        found = resolve(site.on(path, moved(private)))
        assert (found.standing, found.final) == (Standing.UNTESTABLE, private)
        assert len(site.requests) == 1
    assert resolve(site.on("/file", moved("file:///etc/passwd"))).final == f"{site.url}/file"


def test_names_and_addresses_without_a_server(resolve, monkeypatch):
    """A name that nobody has is gone; a server that does not answer is broken; half an address is not testable."""

    def unknown(*_args, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    http = Http(Network("x", default_pace=0.0, retries=0, private_hosts=frozenset({f"127.0.0.1:{port}"})))
    assert links.resolve(f"http://127.0.0.1:{port}/", http.client("links"), ON).standing is Standing.BROKEN
    http.close()
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert resolve("https://lapsed.example/page").standing is Standing.GONE
    assert resolve("lapsed.example").chain == ("http://lapsed.example",)
    assert resolve("http://[").standing is Standing.UNTESTABLE


def test_an_outage_here_breaks_no_link(site, monkeypatch):
    """Where no server answers at all, none of several links is called gone; where one does, the others are."""
    http = way_out(site)
    client = http.client("links")
    found = socket.getaddrinfo

    def unknown(host, *rest, **more):
        if host != "127.0.0.1":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return found(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    lapsed = [f"https://{name}.example/" for name in "abc"]
    assert {one.standing for one in links.resolve_all(lapsed, client, ON).values()} == {Standing.UNTESTABLE}
    assert links.resolve_all(lapsed[:2], client, ON)[lapsed[0]].standing is Standing.GONE
    assert links.resolve_all([*lapsed, site.on("/", Reply("ok"))], client, ON)[lapsed[0]].standing is Standing.GONE
    http.close()


def test_large_files_answer(site, resolve):
    """A file larger than is read is there all the same."""
    assert resolve(site.on("/film", Reply(b"0" * (links.LARGEST + 1)))).standing is Standing.ANSWERS


def test_recordings_keep_nothing_of_the_pages(site, tmp_path):
    """A recorded link keeps its status and its way; the page, which is somebody else's, is left out."""
    site.on("/a", moved("/b"))
    site.on("/b", Reply("<title>Mia Thornleigh's page</title>", headers=HTML))
    path = tmp_path / "night.jsonl.gz"
    network = Network("x", default_pace=0.0, private_hosts=frozenset({site.host}))
    with Recorder(path, datetime(2026, 11, 22, tzinfo=UTC)) as kept:
        http = Http(network, recorder=kept)
        live = links.resolve_all([f"{site.url}/a"], http.client("links", links.disguise), ON)
        http.close()
    replayed = Http(network, replay=Replay(path))
    again = links.resolve_all([f"{site.url}/a"], replayed.client("links"), ON)
    assert live[f"{site.url}/a"].title == "Mia Thornleigh's page"
    (found,) = again.values()
    assert (found.standing, found.final, found.title) == (Standing.ANSWERS, f"{site.url}/b", "")
    unknown = links.resolve(f"{site.url}/never", replayed.client("links"), ON)
    assert unknown.standing is Standing.UNTESTABLE


def known(standing, days):
    return Resolved(standing, ON - timedelta(days=days), ("https://x.example",))


def test_what_is_asked_tonight():
    """First what did not answer, then what is new, then the oldest of what answered a week ago; never twice a day."""
    history = {
        "https://dead.example": known(Standing.GONE, 1),
        "https://fine.example": known(Standing.ANSWERS, 2),
        "https://old.example": known(Standing.ANSWERS, 8),
        "https://older.example": known(Standing.UNTESTABLE, 20),
        "https://today.example": known(Standing.BROKEN, 0),
    }
    wanted = ("https://new.example", *history, "https://new.example")
    expected = ("https://dead.example", "https://new.example", "https://older.example", "https://old.example")
    assert links.due(wanted, history, ON, 10) == expected
    assert links.due(wanted, history, ON, 2) == expected[:2]


@given(
    addresses=st.lists(st.sampled_from("abcdef")),
    history=st.dictionaries(st.sampled_from("abcdef"), st.builds(known, st.sampled_from(Standing), st.integers(0, 30))),
    most=st.integers(0, 5),
)
def test_no_night_asks_more_than_it_may(addresses, history, most):
    """Each link at most once, only links that are published, never more than allowed, never one asked today."""
    chosen = links.due(addresses, history, ON, most)
    assert len(chosen) == len(set(chosen)) <= most
    assert set(chosen) <= set(addresses)
    assert all(history[one].asked < ON for one in chosen if one in history)
