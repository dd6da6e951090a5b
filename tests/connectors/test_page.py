"""One public page: what it declares of itself, robots.txt, walls, and every way of failing."""

import json
from datetime import UTC, datetime

import pytest
from imitations.scripted_site import Reply, Site

from connectors import page
from connectors.connector import (
    LoginWall,
    NotAllowed,
    NotFound,
    NotOffered,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)
from connectors.http import Answer, Http, Network
from connectors.recording import Recorder, Replay
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource
from connectors.website import read_page

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
PLAN = CollectPlan("", NOW)
OPEN_GRAPH = (
    "<meta property='og:site_name' content='Example Space'><meta property='og:title' content='Hazelbrook Primary'>"
    "<meta property='og:description' content='News of our school'><meta property='og:image' content='/badge.png'>"
    "<title>Hazelbrook - Example Space</title>"
)
PASSWORD = "<form><input type='password'></form>"


@pytest.fixture
def site():
    with Site() as one:
        yield one


def way_out(site, **more):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({site.host}))
    return Http(network, **more)


@pytest.fixture
def client(site):
    http = way_out(site)
    yield http.client("page")
    http.close()


@pytest.fixture
def collect(site, client):
    def collect(*replies, platform="page", path="/hazelbrook"):
        site.on(path, *replies)
        return page.collect(Account("page:x", 2, platform, "hazelbrook", site.url + path), PLAN, client)

    return collect


def html(head="", body=""):
    return Reply(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", headers=HTML)


def linked(data):
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


def test_open_graph_is_the_profile(collect, site):
    """Title, description and picture are the profile's; the page is asked for once, after robots.txt."""
    snapshot = collect(html(OPEN_GRAPH))
    profile = snapshot.profile
    assert (profile.name, profile.bio) == ("Hazelbrook Primary", "News of our school")
    assert profile.avatar == f"{site.url}/badge.png"
    assert profile.handle == "hazelbrook"
    assert snapshot.coverage[Resource.PROFILE].status is CoverageStatus.COMPLETE
    assert [request.path for request in site.requests] == ["/robots.txt", "/hazelbrook"]


def test_json_ld_stands_in(collect):
    """Without OpenGraph the structured data tells the same; a person in it does not."""
    about = {
        "@graph": [
            {"@type": "Person", "name": "A. Visitor", "sameAs": "https://visitor.example/"},
            {
                "@type": "School",
                "name": ["Hazelbrook Primary"],
                "description": "Our school",
                "image": {"url": "https://hazelbrook.example/b.png"},
                "sameAs": ["https://hazelbrook.example/"],
            },
        ]
    }
    profile = collect(html(linked(about))).profile
    assert (profile.name, profile.bio) == ("Hazelbrook Primary", "Our school")
    assert profile.avatar == "https://hazelbrook.example/b.png"
    assert profile.links == ("https://hazelbrook.example/",)


def test_only_addresses_that_the_page_calls_its_own_are_links(collect):
    """A link that a visitor may have left is not the school's; rel-me is."""
    body = "<a rel='me' href='https://hazelbrook.example/'>us</a><a href='https://stranger.example/'>look</a>"
    assert collect(html(OPEN_GRAPH, body)).profile.links == ("https://hazelbrook.example/",)


def test_a_bare_title_is_enough(collect):
    """A page without declarations has the name in its title; broken structured data does no harm."""
    script = "<script type='application/ld+json'>{broken</script>"
    profile = collect(html(f"<title> Our  page </title>{script}")).profile
    assert (profile.name, profile.bio, profile.avatar) == ("Our page", "", "")


def test_a_form_for_signing_in_beside_a_page_is_no_wall(collect):
    """Many public pages carry one."""
    assert collect(html(OPEN_GRAPH, PASSWORD)).profile.name == "Hazelbrook Primary"


def test_a_page_with_nothing_but_a_form_is_a_wall(collect):
    """Where only a form for signing in comes, nothing is known of the account."""
    with pytest.raises(LoginWall, match="asks to sign in before it shows the page"):
        collect(html("<title>Welcome</title>", PASSWORD))


@pytest.mark.parametrize("path", ["/login", "/signin/", "/accounts/login/", "/sign-in.php", "/auth/x"])
def test_being_sent_to_sign_in_is_a_wall(collect, site, path):
    """A redirect to the place for signing in is a wall, on the same site and elsewhere, whatever stands there."""
    site.on(path, html(OPEN_GRAPH))
    with pytest.raises(LoginWall):
        collect(Reply(status=302, headers={"Location": path}))
    with pytest.raises(LoginWall):
        collect(Reply(status=302, headers={"Location": f"https://elsewhere.example{path}"}), path="/other")


def test_another_site_is_not_followed(collect):
    """A redirect to another site is said and not followed."""
    with pytest.raises(NotAllowed, match=r"another site, elsewhere\.example"):
        collect(Reply(status=301, headers={"Location": "https://elsewhere.example/a"}))


def test_the_front_page_instead_means_gone(collect, site):
    """Services that send visitors of a lost page to their front page are not taken at their word."""
    site.on("/", html(OPEN_GRAPH))
    with pytest.raises(NotFound, match="front page instead"):
        collect(Reply(status=302, headers={"Location": "/"}))


def test_a_move_within_the_site_is_followed(collect, site):
    """A new address on the same site is the profile's address."""
    site.on("/new", html(OPEN_GRAPH))
    assert collect(Reply(status=301, headers={"Location": "/new"})).profile.address == f"{site.url}/new"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=404), NotFound),
        (Reply(status=410), NotFound),
        (Reply(status=403), Refused),
        (Reply(status=429), RateLimited),
        (Reply(status=500), Unreachable),
        (Reply(b"%PDF", headers={"Content-Type": "application/pdf"}), NotOffered),
        (html(), SchemaDrift),
    ],
)
def test_ways_of_failing(collect, reply, error):
    """Each trouble is its own error."""
    with pytest.raises(error):
        collect(reply)


def test_robots_txt_is_respected(collect, site):
    """A page that robots.txt closes is not asked for; a person opens it."""
    site.on("/robots.txt", Reply("User-agent: *\nDisallow: /hazelbrook"))
    with pytest.raises(Refused, match=r"robots\.txt not to read this page") as refused:
        collect(html(OPEN_GRAPH))
    assert refused.value.coverage().status is CoverageStatus.NOT_PERMITTED
    assert [request.path for request in site.requests] == ["/robots.txt"]


def test_with_a_broken_robots_txt_nothing_is_read(collect, site):
    """RFC 9309: when it cannot be told what is allowed, nothing is."""
    site.on("/robots.txt", Reply(status=500))
    with pytest.raises(Unreachable, match=r"^Without its robots\.txt nothing of the page may be read"):
        collect(html(OPEN_GRAPH))


@pytest.mark.parametrize("host", ["www.facebook.com", "instagram.com", "m.tiktok.com", "x.com"])
def test_services_that_forbid_it_are_never_asked(client, host):
    """Such a row is refused before anything goes out."""
    account = Account("page:x", 2, "page", address=f"https://{host}/hazelbrook")
    with pytest.raises(Refused, match="register the account under its platform"):
        page.collect(account, PLAN, client)


def test_a_row_without_an_address_is_said(client):
    """There is nothing to open."""
    with pytest.raises(NotFound, match="gives no address"):
        page.collect(Account("page:x", 2, "page"), PLAN, client)


def test_myspace_by_its_name_alone_says_nothing(collect):
    """MySpace's pages that show no profile carry its own name as their title; another page may do so."""
    same = OPEN_GRAPH.replace("Hazelbrook Primary", "Example Space")
    with pytest.raises(SchemaDrift, match="says nothing of the account"):
        collect(html(same), platform="myspace")
    assert collect(html(same), path="/other").profile.name == "Example Space"


def test_prove_says_what_the_page_is_called(site, client):
    """One sentence with the title."""
    site.on("/hazelbrook", html(OPEN_GRAPH))
    account = Account("page:x", 2, "page", address=f"{site.url}/hazelbrook")
    assert page.prove(account, PLAN, client).endswith("answers: 'Hazelbrook Primary'.")


def test_a_recording_keeps_no_visitors_and_replays(site, tmp_path):
    """Friends, comments and persons are not kept, and the profile reads the same."""
    people = linked({"@type": "Person", "name": "A. Visitor"})
    school = linked({"@type": "School", "sameAs": "https://hazelbrook.example/", "member": {"name": "B. Friend"}})
    body = "<a rel='me' href='/us'>A. Visitor</a><p>Nice! - A. Visitor</p>" + PASSWORD
    site.on("/hazelbrook", html(OPEN_GRAPH + people + school, body))
    account = Account("page:x", 2, "page", "hazelbrook", f"{site.url}/hazelbrook")
    kept = []

    def disguise(text, stand_ins):
        kept.append(page.disguise(text, frozenset(), stand_ins))
        return kept[-1]

    def night(**more):
        http = way_out(site, **more)
        snapshot = page.collect(account, PLAN, http.client("x", disguise))
        http.close()
        return snapshot

    path = tmp_path / "night.jsonl"
    recorder = Recorder(path, NOW)
    first = night(recorder=recorder)
    recorder.close()
    asked = len(site.requests)
    assert night(replay=Replay(path)).profile == first.profile
    assert first.profile.links == (f"{site.url}/us", "https://hazelbrook.example/")
    assert len(site.requests) == asked
    assert "Visitor" not in "".join(kept)


def test_what_is_no_page_is_recorded_as_it_is():
    """robots.txt stays whole."""
    assert page.disguise("User-agent: *\nDisallow:", frozenset(), None) == "User-agent: *\nDisallow:"


def test_a_captured_myspace_page_is_read(contracts):
    """A real page of MySpace gives its name and description, for all its forms for signing in."""
    captured = contracts / "myspace" / "myspace.com_discover_trending_2013-07.html"
    answer = Answer("https://myspace.com/discover/trending", 200, HTML, captured.read_bytes())
    read = read_page(answer)
    assert read.name == read.title == "Myspace"
    assert read.description
