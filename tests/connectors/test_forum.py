"""What runs at a forum's address, where the school's part of it is, and forums of other software by their feed."""

import gzip
from datetime import UTC, datetime

import pytest
from imitations.scripted_site import Reply, Site

from connectors import forum
from connectors.connector import LoginWall, NotFound, NotOffered, RateLimited, Unreachable
from connectors.forum_disguise import disguise
from connectors.forum_reading import Place, misago_says, place, read
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
RSS = {"Content-Type": "application/rss+xml; charset=utf-8"}
NAMES_FEED = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body>Hi</body></html>'
FEED = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Hazelbrook forum</title>
<description>For families</description>
<item><title>Unicycles wanted</title><link>https://forum.example/unicycles-wanted</link><guid>g1</guid>
<dc:creator>Quentin Quillfeather</dc:creator><description>&lt;p&gt;Any size&lt;/p&gt;</description>
<pubDate>Thu, 01 Oct 2026 09:00:00 +0000</pubDate></item></channel></rss>"""


@pytest.fixture
def site():
    with Site() as one:
        yield one


def way_out(site, **way):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({site.host}))
    return Http(network, **way)


@pytest.fixture
def collect(site):
    def collect(path="", handle="", http=None, ask=forum.collect, **plan):
        http = http or way_out(site)
        account = Account("forum:x", 2, "forum", handle, address=site.url + path)
        hidden = http.client("forum", lambda body, stand_ins: forum.disguise(body, frozenset(), stand_ins))
        try:
            return ask(account, CollectPlan("", NOW, **plan), hidden)
        finally:
            http.close()

    return collect


class TestPlace:
    @pytest.mark.parametrize(
        ("path", "handle", "found"),
        [
            ("", "", Place("https://forum.example")),
            ("/", "@Hazel", Place("https://forum.example", "Hazel")),
            ("/u/hazel", "", Place("https://forum.example", "hazel")),
            ("/u/hazel/summary", "Other", Place("https://forum.example", "hazel")),
            ("/users/hazel/7/", "", Place("https://forum.example", "hazel", number="7")),
            ("/sub/u/hazel/7/", "", Place("https://forum.example/sub", "hazel", number="7")),
            ("/sub/", "hazel", Place("https://forum.example/sub", "hazel")),
            ("/c/news/5", "", Place("https://forum.example", category="news/5", number="5")),
            ("/c/up/news/5/l/latest", "", Place("https://forum.example", category="up/news/5", number="5")),
            ("/c/news", "", Place("https://forum.example")),
            ("/t/topic/9", "hazel", Place("https://forum.example", "hazel")),
        ],
    )
    def test_address(self, path, handle, found):
        """A profile's address, a category's or the forum's beside a handle tells whose part is the school's."""
        assert place(Account("forum:x", 2, "forum", handle, f"https://forum.example{path}")) == found

    def test_address_as_the_handle(self):
        """An address that was written into the column for handles is an address."""
        account = Account("forum:x", 2, "forum", "https://forum.example", "https://forum.example")
        assert place(account) == Place("https://forum.example")

    @pytest.mark.parametrize("address", ["", "hazel", "irc://forum.example", "https://"])
    def test_no_address(self, address):
        """Without an address of a forum, the register has to be completed."""
        with pytest.raises(NotFound, match="Write the address of the forum in the register"):
            place(Account("forum:x", 2, "forum", "hazel", address))

    def test_platform_id(self):
        """The register's id gives the number; one of another forum is refused."""
        account = Account("forum:x", 2, "forum", "hazel", "https://forum.example", "forum.example/u/7")
        assert place(account) == Place("https://forum.example", "hazel", number="7")
        assert place(account).platform_id == "forum.example/u/7"
        for wrong in ("other.example/u/7", "7 7"):
            with pytest.raises(NotFound, match="empty 'Platform id'"):
                place(Account("forum:x", 2, "forum", "hazel", "https://forum.example", wrong))


class TestOtherSoftware:
    def test_feed(self, site, collect):
        """A forum of other software is read by the feed that its page names; the rest is for a person."""
        site.on("/", Reply(NAMES_FEED, headers=HTML))
        site.on("/feed", Reply(FEED, headers=RSS))
        snapshot = collect()
        assert (snapshot.profile.name, snapshot.profile.kind) == ("Hazelbrook forum", "group")
        assert snapshot.posts["title"].tolist() == ["Unicycles wanted"]
        followers = snapshot.coverage[Resource.FOLLOWERS]
        assert (followers.status, followers.reason) == (
            CoverageStatus.NOT_OFFERED,
            "Of this forum's software only the feed is read; a person looks at the rest.",
        )
        assert snapshot.coverage.keys() == forum.RESOURCES

    def test_member(self, site, collect):
        """A page of a member's own names a feed of the member's; what the plan skips stays skipped."""
        site.on("/member.php", Reply(NAMES_FEED, headers=HTML))
        site.on("/feed", Reply(FEED, headers=RSS))
        off = not_due("not covered by the DPIA")
        snapshot = collect("/member.php?id=7", "hazel", skip={Resource.FOLLOWERS: off})
        assert snapshot.profile.kind == "forum member"
        assert snapshot.coverage[Resource.FOLLOWERS] == off

    def test_member_without_a_page(self, site, collect):
        """The feed of a whole forum is never taken for one member's posts."""
        site.on("/", Reply(NAMES_FEED, headers=HTML))
        with pytest.raises(NotOffered, match="does not tell one member's posts from another's"):
            collect(handle="hazel")

    def test_prove(self, site, collect):
        """The first look says what answered."""
        site.on("/", Reply(NAMES_FEED, headers=HTML))
        site.on("/feed", Reply(FEED, headers=RSS))
        assert collect(ask=forum.prove) == "The feed 'Hazelbrook forum' answers with 1 items."

    def test_no_feed(self, site, collect):
        """Without a feed nothing is offered."""
        site.on("/", Reply("<html><body>Forum</body></html>", headers=HTML))
        with pytest.raises(NotOffered, match="names no feed"):
            collect()

    @pytest.mark.parametrize("status", [200, 401, 403])
    def test_login_wall(self, site, collect, status):
        """A page with a field for a password is a login wall, whatever its status."""
        site.on("/", Reply("<html><body><input type=password></body></html>", status, headers=HTML))
        with pytest.raises(LoginWall, match="asks to sign in first"):
            collect()

    def test_turned_away(self, site, collect):
        """A forum that refuses tools is for a person to look at."""
        site.on("/", Reply("<html><body>No robots</body></html>", 403, headers=HTML))
        with pytest.raises(NotOffered, match="turns this tool away \\(403\\)"):
            collect()

    @pytest.mark.parametrize(("status", "error"), [(404, NotFound), (429, RateLimited), (503, Unreachable)])
    def test_trouble(self, site, collect, status, error):
        """Every other status of the front page is its own error."""
        site.on("/", Reply("", status))
        with pytest.raises(error):
            collect()

    def test_recording(self, site, collect, tmp_path):
        """A recorded feed holds nothing that people wrote, nor their names, and is read again all the same."""
        site.on("/", Reply(NAMES_FEED, headers=HTML))
        site.on("/feed", Reply(FEED, headers=RSS))
        path = tmp_path / "night.jsonl"
        with Recorder(path, NOW) as recorder:
            collect(http=way_out(site, recorder=recorder))
        kept = gzip.decompress(path.read_bytes()).decode().casefold()
        assert not [word for word in ("unicycle", "quillfeather", "any size") if word in kept]
        again = collect(http=way_out(site, replay=Replay(path)))
        assert (again.profile.name, len(again.posts)) == ("Hazelbrook forum", 1)


class TestTexts:
    def test_pages_keep_what_is_read(self):
        """Of a page stay its generator, its feeds, and what a Misago says of itself; nothing that people wrote."""
        page = (
            '<html><head><meta name="generator" content="Discourse 3.5"><title>Quill</title></head><body>Quill'
            '<script>misago.init({"SETTINGS": {"forum_name": "<Ours>", "x": "Quill"}, "THREADS": ["Quill"],'
            ' "CATEGORIES": [{"id": 1, "name": "News", "last_poster_name": "Quill"}]});</script></body></html>'
        )
        kept = str(disguise(page, frozenset(), StandIns()))
        assert "Quill" not in kept
        assert 'content="Discourse 3.5"' in kept
        assert misago_says(kept) == {
            "SETTINGS": {"forum_name": "<Ours>"},
            "CATEGORIES": [{"id": 1, "name": "News"}],
        }

    @pytest.mark.parametrize("page", ["", "misago.init(", "misago.init({broken", "misago.init([])", "<html></html>"])
    def test_other_pages_say_nothing(self, page):
        """A page without a Misago's data is none of its pages."""
        assert misago_says(page) is None

    @pytest.mark.parametrize("html", ["", "plain", "<p>plain</p>", '<aside class="quote">theirs</aside>plain'])
    def test_own_words(self, html):
        """Quotations are left out, and texts without markup are texts."""
        assert read(html, "https://forum.example").text == ("plain" if html else "")
