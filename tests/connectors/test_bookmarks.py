"""Bookmarks by Pinboard's feed and by others' feeds: what is read, how much of it that was, every way of failing."""

import json
from datetime import UTC, datetime

import pytest
from imitations.scripted_site import Reply, Site
from servers.shaarli import Shaarli

from connectors import bookmarks
from connectors.connector import LoginWall, NotFound, NotOffered, RateLimited, Refused, SchemaDrift, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
JSON = {"Content-Type": "application/json"}
RSS = {"Content-Type": "application/rss+xml; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
USER = "/json/u:hazelbrook/"


@pytest.fixture
def site():
    with Site() as one:
        yield one


def way_out(host, **more):
    return Http(Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({host})), **more)


@pytest.fixture
def client(site):
    http = way_out(site.host)
    yield http.client("bookmarks")
    http.close()


@pytest.fixture
def pinboard(site, client):
    def pinboard(*replies, handle="hazelbrook", **plan):
        site.on(USER, *replies)
        account = Account("pinboard:hazelbrook", 2, "pinboard", handle)
        return bookmarks.collect(account, CollectPlan(site.url, NOW, **plan), client)

    return pinboard


@pytest.fixture
def feed(site, client):
    def feed(address="/feed", **plan):
        account = Account("bookmarks:x", 2, "bookmarks", address=site.url + address)
        return bookmarks.collect(account, CollectPlan("", NOW, **plan), client)

    return feed


def kept(number, **more):
    first = {"u": f"https://reading.example/{number}", "d": f"Book {number}", "n": "For Year 4", "a": "hazelbrook"}
    return {**first, "dt": f"2026-10-{number % 28 + 1:02d}T09:00:00Z", "t": ["reading", "year4"], **more}


def sent(*listed):
    return Reply(json.dumps(listed), headers=JSON)


def item(site, number):
    return (
        f"<item><title>Book {number}</title><guid isPermaLink='false'>{site.url}/shaare/{number}</guid>"
        f"<link>https://reading.example/{number}</link><pubDate>{number:02d} Oct 2026 09:00:00 +0000</pubDate>"
        f"<description>&lt;p&gt;For Year 4&lt;/p&gt;&lt;br&gt;\N{EM DASH} "
        f'&lt;a href="{site.url}/shaare/{number}"&gt;Permalink&lt;/a&gt;</description>'
        "<category>reading</category></item>"
    )


def rss(*items, head=""):
    body = "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>Hazelbrook links</title>"
    return Reply(f"{body}{head}{''.join(items)}</channel></rss>", headers=RSS)


def status(snapshot, resource=Resource.POSTS):
    coverage = snapshot.coverage[resource]
    return coverage.status, coverage.planned, coverage.reason


class TestPinboard:
    """The JSON feed of one user."""

    def test_a_bookmark_is_a_post_with_its_address_first(self, pinboard, site):
        """Title, note and tags are the post's; the bookmarked address is its link; 400 are asked for."""
        snapshot = pinboard(sent(kept(1)))
        [row] = snapshot.posts.to_dict("records")
        assert (row["title"], row["text"]) == ("Book 1", "For Year 4\nTags: reading, year4")
        assert row["links"] == ("https://reading.example/1",)
        assert row["created"] == datetime(2026, 10, 2, 9, tzinfo=UTC)
        assert row["address"] == "https://pinboard.in/u:hazelbrook/"
        assert status(snapshot) == (CoverageStatus.COMPLETE, False, "")
        assert site.requests[0].path == f"{USER}?count=400"

    def test_the_id_stays_when_title_and_note_change(self, pinboard):
        """A bookmark is known by the address it leads to."""
        before, after = (
            pinboard(sent(kept(1))),
            pinboard(sent(kept(1, d="Other", n="Other"))),
        )
        assert list(before.posts["id"]) == list(after.posts["id"])

    def test_no_note_and_no_tags_is_no_text(self, pinboard):
        """An empty note and no tags leave the text empty; both fields may be missing."""
        listed = kept(1)
        for name in ("n", "t", "d"):
            del listed[name]
        assert list(pinboard(sent(listed)).posts["text"]) == [""]

    def test_there_is_no_profile(self, pinboard):
        """Pinboard shows none, and that is said."""
        snapshot = pinboard(sent(kept(1)))
        assert snapshot.profile is None
        assert status(snapshot, Resource.PROFILE) == (CoverageStatus.NOT_OFFERED, False, "Pinboard shows no profile.")

    def test_a_full_feed_is_a_planned_part(self, pinboard):
        """With 400 bookmarks there may be older ones."""
        snapshot = pinboard(sent(*map(kept, range(400))))
        reason = "Pinboard's public feed carries only the latest 400 bookmarks."
        assert status(snapshot) == (CoverageStatus.PARTIAL, True, reason)
        assert snapshot.coverage[Resource.POSTS].since == datetime(2026, 10, 1, 9, tzinfo=UTC)

    def test_an_empty_feed_proves_nothing(self, pinboard):
        """No bookmark at all could be an account that is gone: a part, and nothing is declared gone."""
        snapshot = pinboard(sent(), refetch=("old",))
        reason = "Pinboard lists no public bookmark; that does not tell whether the account is there."
        assert status(snapshot) == (CoverageStatus.PARTIAL, True, reason)
        assert not snapshot.gone

    def test_what_is_no_longer_listed_is_gone(self, pinboard):
        """A wanted bookmark that a whole feed lacks has been deleted or made private."""
        assert pinboard(sent(kept(1)), refetch=("old",)).gone == {"old"}

    def test_the_cap_is_said(self, pinboard):
        """Above the cap on posts the reading is a planned part."""
        snapshot = pinboard(sent(kept(1), kept(2)), max_posts=1)
        assert status(snapshot) == (CoverageStatus.PARTIAL, True, "Stopped at the cap of 1 bookmarks.")
        assert len(snapshot.posts) == 1

    @pytest.mark.parametrize("name", ["u", "dt"])
    def test_a_missing_field_is_named(self, pinboard, name):
        """What came before it still counts, as an unplanned part."""
        broken = kept(2)
        del broken[name]
        snapshot = pinboard(sent(kept(1), broken))
        reason = f"A bookmark of Pinboard lacks its field '{name}'; its interface may have changed."
        assert status(snapshot) == (CoverageStatus.PARTIAL, False, reason)

    @pytest.mark.parametrize("broken", ["x", 7, None, [1]])
    def test_a_bookmark_that_is_none_fails(self, pinboard, broken):
        """Anything but an object in the list is drift, and nothing was read."""
        assert status(pinboard(sent(broken)))[0] is CoverageStatus.FAILED

    def test_a_date_that_is_none_is_said(self, pinboard):
        """A date in another form is drift."""
        reason = "A bookmark of Pinboard has no date in its field 'dt'."
        assert status(pinboard(sent(kept(1, dt="yesterday")))) == (CoverageStatus.FAILED, False, reason)

    def test_an_unknown_field_is_ignored(self, pinboard):
        """A new field changes nothing."""
        assert len(pinboard(sent(kept(1, colour="red"))).posts) == 1

    @pytest.mark.parametrize(
        ("reply", "error", "says"),
        [
            (Reply("gone", 404), NotFound, "no such page or account"),
            (Reply("no", 403), Refused, "refused access"),
            (Reply("slow", 429), RateLimited, "enough requests"),
            (Reply("oops", 500), Unreachable, "a fault of its own"),
            (Reply("<html><body>Log in</body></html>", headers=HTML), LoginWall, "a web page instead of data"),
            (Reply("{", headers=JSON), SchemaDrift, "cannot be read as JSON"),
            (Reply('{"error": "no"}', headers=JSON), SchemaDrift, "not a list of bookmarks"),
        ],
    )
    def test_ways_of_failing(self, pinboard, reply, error, says):
        """Each trouble is its own error with a sentence, an error inside a 200 too."""
        with pytest.raises(error, match=says):
            pinboard(reply)

    def test_without_a_name_nothing_is_asked(self, pinboard, site):
        """A register row without a user name is said at once."""
        with pytest.raises(NotFound, match="no user name"):
            pinboard(handle="")
        assert not site.requests

    def test_a_plan_that_skips_posts_reads_none(self, pinboard):
        """What is skipped keeps the plan's reason."""
        skipped = not_due("not tonight")
        snapshot = pinboard(sent(kept(1)), skip={Resource.POSTS: skipped})
        assert snapshot.posts.empty
        assert snapshot.coverage[Resource.POSTS] == skipped


class TestFeeds:
    """Shaarli and any other feed."""

    def test_shaarli_gives_all(self, feed, site):
        """Its feed is asked for all bookmarks, by way of the front page, and is then complete."""
        head = "<link rel='alternate' type='application/rss+xml' href='/feed/rss?searchtags=reading'>"
        site.on("/", Reply(f"<html><head>{head}</head><body><input type='password'></body></html>", headers=HTML))
        made = "<generator>Shaarli</generator>"
        site.on("/feed/rss", rss(item(site, 2), head=made), rss(item(site, 2), item(site, 1), head=made))
        snapshot = feed("/", refetch=("old",))
        assert status(snapshot) == (CoverageStatus.COMPLETE, False, "")
        assert site.requests[-1].path == "/feed/rss?searchtags=reading&nb=all"
        assert snapshot.gone == {"old"}
        assert snapshot.profile.name == "Hazelbrook links"

    def test_the_sites_own_page_is_the_address(self, feed, site):
        """The permalink is id and address and no link; it leaves the text; tags enter it."""
        site.on("/feed", rss(item(site, 2)))
        [row] = feed().posts.to_dict("records")
        assert row["id"] == row["address"] == f"{site.url}/shaare/2"
        assert row["links"] == ("https://reading.example/2",)
        assert row["text"] == "For Year 4\nTags: reading"

    def test_other_feeds_are_a_planned_part(self, feed, site):
        """A feed without following pages carries only its latest items."""
        site.on("/feed", rss(item(site, 2), item(site, 1)))
        snapshot = feed(refetch=("old",))
        reason = "The feed carries only its latest 2 bookmarks."
        assert status(snapshot) == (CoverageStatus.PARTIAL, True, reason)
        assert snapshot.coverage[Resource.POSTS].since == datetime(2026, 10, 1, 9, tzinfo=UTC)
        assert not snapshot.gone

    def test_following_pages_lead_to_the_end(self, feed, site):
        """With RFC 5005 pages the reading is complete when the last names no next one."""
        site.on("/feed", rss(item(site, 2), head="<atom:link rel='next' href='/feed2'/>"))
        site.on("/feed2", rss(item(site, 1)))
        assert status(feed()) == (CoverageStatus.COMPLETE, False, "")

    def test_circles_end(self, feed, site):
        """Pages that name each other are read once, and are not taken for the end."""
        site.on("/feed", rss(item(site, 2), head="<atom:link rel='next' href='/feed2'/>"))
        site.on("/feed2", rss(item(site, 1), head="<atom:link rel='next' href='/feed'/>"))
        assert status(feed())[:2] == (CoverageStatus.PARTIAL, True)
        assert len(site.requests) == 2

    def test_caps_are_said(self, feed, site):
        """Both caps make planned parts."""
        site.on("/feed", rss(item(site, 2), item(site, 1), head="<atom:link rel='next' href='/feed2'/>"))
        site.on("/feed2", rss(item(site, 3)))
        assert status(feed(max_pages=1))[2] == "Stopped at the cap of 1 pages of the feed."
        assert status(feed(max_posts=1))[2] == "Stopped at the cap of 1 bookmarks."

    def test_a_later_page_that_fails_leaves_a_part(self, feed, site):
        """What was read counts; the part is unplanned."""
        site.on("/feed", rss(item(site, 2), head="<atom:link rel='next' href='/feed2'/>"))
        site.on("/feed2", Reply("oops", 500))
        snapshot = feed()
        assert status(snapshot)[:2] == (CoverageStatus.PARTIAL, False)
        assert len(snapshot.posts) == 1

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            (Reply("", 404), NotFound),
            (Reply("", 401), Refused),
            (Reply("", 500), Unreachable),
            (Reply("not a feed", headers=RSS), SchemaDrift),
            (Reply("<html><body><p>Links</p></body></html>", headers=HTML), NotOffered),
            (Reply("<html><body><input type='password'></body></html>", headers=HTML), LoginWall),
        ],
    )
    def test_ways_of_failing(self, feed, site, reply, error):
        """Each trouble is its own error, raised when nothing at all can be read."""
        site.on("/feed", reply)
        with pytest.raises(error):
            feed()

    def test_a_feed_behind_a_sign_in_is_a_wall(self, feed, site):
        """A site for members names a feed and then asks to sign in for it."""
        head = "<link rel='alternate' type='application/rss+xml' href='/rss'>"
        site.on("/feed", Reply(f"<html><head>{head}</head></html>", headers=HTML))
        site.on("/rss", Reply("<html><body><input type='password'></body></html>", headers=HTML))
        with pytest.raises(LoginWall, match="asks to sign in"):
            feed()


def test_prove_counts(site, client):
    """One sentence says how many public bookmarks there are."""
    site.on(USER, sent(kept(1), kept(2)))
    account = Account("pinboard:hazelbrook", 2, "pinboard", "u:hazelbrook")
    assert "with 2 public bookmarks" in bookmarks.prove(account, CollectPlan(site.url, NOW), client)


def test_a_recorded_night_replays(site, tmp_path):
    """What was recorded reads the same without the site."""
    site.on(USER, sent(kept(1), kept(2)))
    account = Account("pinboard:hazelbrook", 2, "pinboard", "hazelbrook")

    def night(**more):
        http = way_out(site.host, **more)
        client = http.client("x", lambda body, stand_ins: bookmarks.disguise(body, frozenset(), stand_ins))
        snapshot = bookmarks.collect(account, CollectPlan(site.url, NOW), client)
        http.close()
        return snapshot

    path = tmp_path / "night.jsonl"
    recorder = Recorder(path, NOW)
    first = night(recorder=recorder)
    recorder.close()
    asked = len(site.requests)
    again = night(replay=Replay(path))
    assert again.posts.equals(first.posts)
    assert len(first.posts) == 2
    assert len(site.requests) == asked


@pytest.mark.servers
@pytest.mark.skipif(Shaarli.missing() is not None, reason=Shaarli.missing() or "")
def test_a_real_shaarli(tmp_path):
    """Of a real Shaarli all public bookmarks are read, private ones never, and deleted ones are found gone."""
    with Shaarli(tmp_path) as server:
        server.delete_all()
        for number in range(52):  # more than its feed gives when it is not asked for all
            server.bookmark(f"https://reading.example/{number}", f"Book {number}", "For Year 4", ("reading",))
        server.bookmark("https://staff.example/", "Staff only", private=True)
        doomed = server.bookmark("https://old.example/", "Old")
        http = way_out(server.base_url.removeprefix("http://"))
        account = Account("bookmarks:x", 2, "bookmarks", address=server.base_url)

        def read(**plan):
            return bookmarks.collect(account, CollectPlan("", NOW, **plan), http.client("x"))

        before = read()
        server.delete(doomed)
        [lost] = before.posts.loc[before.posts["title"] == "Old", "id"]
        after = read(refetch=(lost,))
        http.close()
    assert status(before) == (CoverageStatus.COMPLETE, False, "")
    assert len(before.posts) == 53
    assert "Staff only" not in set(before.posts["title"])
    [row] = before.posts[before.posts["title"] == "Book 7"].to_dict("records")
    assert (row["links"], row["text"]) == (("https://reading.example/7",), "For Year 4\nTags: reading")
    assert row["address"].startswith(f"{server.base_url}/shaare/")
    assert before.profile.name == "Hazelbrook links"
    assert after.gone == {lost}
    assert len(after.posts) == 52
