"""Blogs that a service hosts: Tumblr, Blogger, Substack, WordPress.com, found by their handle alone."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from imitations.scripted_site import Reply, Site

from checks.policy import load_policy
from connectors import feeds
from connectors.connector import LoginWall, NotFound, NotOffered, RateLimited, SchemaDrift, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
RSS = {"Content-Type": "application/rss+xml; charset=utf-8"}
ATOM = {"Content-Type": "application/atom+xml; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
SERVICES = ("tumblr", "blogger", "substack", "wordpress_com")
OTHERS = ("elmfield-fan", "Kit Hill", "I am 12")
REBLOG = (
    '&lt;p&gt;&lt;a href="https://elmfield-fan.tumblr.com/post/7" class="tumblr_blog"&gt;elmfield-fan&lt;/a&gt;:'
    "&lt;/p&gt;&lt;blockquote&gt;I am 12, says Kit Hill&lt;/blockquote&gt;"
)


@pytest.fixture
def site():
    with Site() as one:
        yield one


def way_out(site, **more):
    return Http(Network("it@hazelbrook.example", default_pace=0.0, retries=0, private_hosts={site.host}), **more)


@pytest.fixture
def collect(site):
    """One reading of a blog: `where` is the service's place for feeds on the imitation."""

    def collect(platform, where="/{handle}/feed", handle="hazelbrook", address="", http=None, disguise=None, **plan):
        http = http or way_out(site)
        account = Account(f"{platform} x", 2, platform, handle, address)
        try:
            return feeds.collect(
                account, CollectPlan(where and site.url + where, NOW, **plan), http.client("x", disguise)
            )
        finally:
            http.close()

    return collect


def item(site, number, text="News", where="post"):
    address = f"{site.url}/{where}/{number}"
    return (
        f"<item><title>News {number}</title><guid>{address}</guid><link>{address}</link>"
        f"<pubDate>{number:02d} Nov 2026 09:00:00 +0000</pubDate><description>{text}</description></item>"
    )


def rss(*items, generator="Tumblr (3.0; @hazelbrook)"):
    head = f"<title>Hazelbrook</title><description>Our school</description><generator>{generator}</generator>"
    return Reply(f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>", headers=RSS)


@pytest.mark.parametrize("platform", SERVICES)
def test_the_register_and_the_data_lead_to_the_feed(platform):
    """A handle alone gives the page that a person opens; the feed's place is one of the same service."""
    row = load_policy().platforms[platform]
    assert row.connector == "feeds"
    page = urlsplit(row.profile.replace("{handle}", "hazelbrook"))
    assert page.scheme == "https"
    assert "hazelbrook" in page.geturl()
    if row.base_url:
        place = urlsplit(row.base_url.replace("{handle}", "hazelbrook"))
        assert place.netloc.startswith("hazelbrook.")
        assert place.netloc.split(".")[1:] == page.netloc.split(".")[1:]
        assert place.path not in {"", "/"}


@pytest.mark.parametrize("platform", SERVICES)
@pytest.mark.parametrize("handle", ["hazelbrook", "hazelbrook.service.example"])
def test_a_handle_alone_is_enough(site, collect, platform, handle):
    """The feed is asked for where the service keeps it, and nothing else."""
    site.on("/hazelbrook/feed", rss(item(site, 1), item(site, 2)))
    snapshot = collect(platform, handle=handle)
    assert [request.path for request in site.requests] == ["/hazelbrook/feed"]
    assert (snapshot.profile.name, snapshot.profile.bio) == ("Hazelbrook", "Our school")
    assert list(snapshot.posts["title"]) == ["News 1", "News 2"]
    assert set(snapshot.posts["kind"]) == {"post"}


def test_a_feed_that_ends_says_since_when_it_is_whole(site, collect):
    """Tumblr's and Substack's feeds carry the latest items: partial as planned, since the oldest of them."""
    site.on("/hazelbrook/feed", rss(item(site, 3), item(site, 9)))
    coverage = collect("tumblr").coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 2)
    assert coverage.since == datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert coverage.reason == "The feed carries only its latest 2 items."


def test_bloggers_feed_is_followed_to_its_end(site, collect):
    """Blogger's Atom feed names the page that follows: the reading is complete."""

    def page(number, following=""):
        link = f"<link rel='next' href='{site.url}{following}'/>" if following else ""
        entry = (
            f"<entry><id>tag:blogger.example,1999:post-{number}</id><title>Post {number}</title>"
            f"<published>2026-11-0{number}T09:00:00Z</published><content type='html'>Text</content></entry>"
        )
        return Reply(
            f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Hazelbrook</title>{link}{entry}</feed>", headers=ATOM
        )

    site.on("/hazelbrook/feed", page(2, "/hazelbrook/older"))
    site.on("/hazelbrook/older", page(1))
    snapshot = collect("blogger")
    assert list(snapshot.posts["title"]) == ["Post 2", "Post 1"]
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE
    assert snapshot.coverage[Resource.COMMENTS].status is CoverageStatus.NOT_OFFERED


def test_wordpress_com_without_its_interface_is_read_page_by_page(site, collect):
    """Its feed goes to the end; pages are not in it, and that is said."""
    front = Reply(
        f"<html><head><link rel='alternate' type='application/rss+xml' href='{site.url}/feed/'></head></html>",
        headers=HTML,
    )
    site.on("/blog", front)
    site.on("/feed/", rss(item(site, 1), generator="http://wordpress.com/"), Reply(status=404))
    snapshot = collect("wordpress_com", where="", address=f"{site.url}/blog")
    coverage = snapshot.coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 1)
    assert "whose feed leaves its pages out" in coverage.reason


def test_a_blog_under_its_own_domain_is_read_there(site, collect):
    """Without a name at the service the address is opened, and the feed is the one that the page names."""
    site.on(
        "/",
        Reply(
            f"<html><head><link rel='alternate' type='application/rss+xml' href='{site.url}/rss'></head></html>",
            headers=HTML,
        ),
    )
    site.on("/rss", rss(item(site, 1)))
    snapshot = collect("tumblr", handle="", address=f"{site.url}/")
    assert list(snapshot.posts["title"]) == ["News 1"]


SIGN_IN = Reply("<html><body><form><input type='password'></form></body></html>", headers=HTML)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=404), NotFound),
        (Reply(status=429), RateLimited),
        (Reply(status=500), Unreachable),
        (SIGN_IN, LoginWall),
        (Reply("<html><body>Invited readers only</body></html>", headers=HTML), NotOffered),
        (Reply("nothing at all", headers=RSS), SchemaDrift),
    ],
    ids=["no such blog", "too fast", "a fault", "a sign-in", "closed to the public", "no feed"],
)
def test_ways_of_failing(site, collect, reply, error):
    """A blog that is gone, hidden, or shown to invited readers only is said as what it is."""
    site.on("/hazelbrook/feed", reply)
    with pytest.raises(error):
        collect("tumblr")


def test_a_recording_keeps_own_posts_and_nobody_who_was_quoted(site, collect, tmp_path):
    """Of an item that quotes another blog only its id and date stay, and the rest of the feed replays as it was."""
    quoting = item(site, 2, REBLOG, "post").replace("/post/2<", "/post/2/i-am-12<").replace("News 2", "Kit Hill")
    site.on("/hazelbrook/feed", rss(item(site, 1), quoting + "<!-- by -->"))
    path = tmp_path / "night.gz"

    def hide(body, stand_ins):
        return feeds.disguise(body, frozenset(), stand_ins)

    with Recorder(path, NOW) as recorder:
        live = collect("tumblr", http=way_out(site, recorder=recorder), disguise=hide)
    assert "Kit Hill" in live.posts["text"][1]
    replayed = collect("tumblr", http=way_out(site, replay=Replay(Path(path))))
    assert len(site.requests) == 1
    assert replayed.posts["title"][0] == "News 1"
    assert list(replayed.posts["created"]) == list(live.posts["created"])
    assert replayed.posts["id"][1] == f"{site.url}/post/2"
    said = str(replayed.posts.to_dict("records")).casefold()
    assert [planted for planted in (*OTHERS, "i-am-12") if planted.casefold() in said] == []


def test_a_feed_with_quotations_that_is_broken_is_not_kept():
    """What cannot be taken apart is refused."""
    with pytest.raises(ValueError, match="not XML"):
        feeds.disguise("<rss><channel>tumblr_blog", frozenset(), StandIns())
