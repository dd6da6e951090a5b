"""Blogs and podcasts by their feeds: what is read, how much of it that was, and every way of failing."""

import io
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imitations.scripted_site import Reply, Site

from connectors import feeds, markup, syndication
from connectors.connector import (
    ConnectorError,
    LoginWall,
    NotAllowed,
    NotFound,
    NotOffered,
    RateLimited,
    Refused,
    SchemaDrift,
    TooLarge,
    Unreachable,
)
from connectors.http import Answer, Http, Network
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "feeds"
RSS = {"Content-Type": "application/rss+xml; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site():
    with Site() as one:
        one._server.RequestHandlerClass.disable_nagle_algorithm = True  # 40 ms for each answer otherwise
        yield one


@pytest.fixture
def client(site):
    network = Network(
        "it@hazelbrook.example",
        default_pace=0.0,
        retries=0,
        max_bytes=1_000_000,
        test_hosts=frozenset({site.host}),
    )
    http = Http(network)
    yield http.client("blog")
    http.close()


@pytest.fixture
def collect(site, client):
    def collect(address="/feed.xml", platform="blog", **plan):
        account = Account(f"{platform} x", 2, platform, address=site.url + address)
        return feeds.collect(account, CollectPlan("", NOW, **plan), client)

    return collect


def item(number, day=1, more=""):
    return (
        f"<item><title>News {number}</title><guid isPermaLink='false'>id-{number}</guid>"
        f"<link>https://hazelbrook.example/{number}</link>"
        f"<pubDate>{day:02d} Nov 2026 09:00:00 +0000</pubDate><description>Text {number}</description>{more}</item>"
    )


def rss(*items, head=""):
    xmlns = "xmlns:atom='http://www.w3.org/2005/Atom'"
    return f"<rss version='2.0' {xmlns}><channel><title>Hazelbrook</title>{head}{''.join(items)}</channel></rss>"


def page(*links, body=""):
    return Reply(f"<!doctype html><html><head>{''.join(links)}</head><body>{body}</body></html>", headers=HTML)


FEED_LINK = "<link rel='alternate' type='application/rss+xml' title='News' href='/feed.xml'>"


# --- what a feed says ----------------------------------------------------------------------------------


@pytest.fixture
def podcast(site, collect):
    site.on("/feed.xml", Reply((FIXTURES / "podcast.xml").read_text(), headers=RSS))
    return collect(platform="podcast")


def test_podcast_profile(podcast, site):
    """A podcast's profile has its name, text, site and cover; explicit is a label; of the owner only the address is kept."""
    profile = podcast.profile
    assert (profile.name, profile.bio) == (
        "Hazelbrook Radio",
        "Pupils\N{RIGHT SINGLE QUOTATION MARK} news from Hazelbrook",
    )
    assert (profile.address, profile.links) == (
        "https://hazelbrook.example/radio",
        ("https://hazelbrook.example/radio",),
    )
    assert profile.avatar == "https://pods.example/hazelbrook/cover.jpg"
    assert (profile.platform_id, profile.labels) == ("", ("explicit",))
    assert profile.contacts == ("alex.example@mail.example",)
    assert "Alex" not in repr(profile)


def test_episodes_are_posts(podcast):
    """Episodes have stable ids, plain text, the links in it, the language and the kind."""
    posts = podcast.posts.set_index("id")
    assert posts.index.tolist() == ["b1f0-2", "b1f0-1"]
    assert set(posts["kind"]) == {"episode"}
    assert posts.loc["b1f0-2", "text"] == "We look into the pond.\nAsk us."
    assert posts.loc["b1f0-2", "address"] == "https://hazelbrook.example/radio/2"
    assert posts.loc["b1f0-1", "text"] == "Our first."
    assert posts.loc["b1f0-2", "language"] == "en-gb"


PODCAST = (
    "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:podcast='https://podcastindex.org/namespace/1.0' "
    "xmlns:georss='http://www.georss.org/georss' xmlns:geo='http://www.w3.org/2003/01/geo/wgs84_pos#' "
    "xmlns:gml='http://www.opengis.net/gml'"
)


def radio(items, head=""):
    return f"<rss version='2.0' {PODCAST}><channel><title>Hazelbrook Radio</title>{head}{items}</channel></rss>"


def test_contacts_are_the_addresses_in_fields_of_their_own(site, collect):
    """E-mail addresses of owner, editor and webmaster are contacts, whole and once each; those of items are not."""
    head = (
        "<managingEditor>office@hazelbrook.academy (The office)</managingEditor>"
        "<webMaster><![CDATA[it@hazelbrook.academy]]></webMaster><description>Write to pupil@mail.example</description>"
        "<itunes:owner><itunes:name>The office</itunes:name><itunes:email> office@hazelbrook.academy </itunes:email>"
        "</itunes:owner>"
    )
    episode = "<item><title>1</title><author>robin@mail.example (Robin)</author></item>"
    site.on("/feed.xml", Reply(radio(episode, head), headers=RSS))
    assert collect(platform="podcast").profile.contacts == ("office@hazelbrook.academy", "it@hazelbrook.academy")


def test_the_contact_of_an_atom_feed(site, collect):
    """The address of an Atom feed's author is a contact as well."""
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title><author><name>Office</name>"
        "<email>office@hazelbrook.example</email></author><entry><id>1</id><title>y</title>"
        "<author><email>robin@mail.example</email></author></entry></feed>"
    )
    site.on("/feed.xml", Reply(atom, headers=RSS))
    assert collect().profile.contacts == ("office@hazelbrook.example",)


@pytest.mark.parametrize(
    ("written", "marks"),
    [
        ("yes", ("explicit",)),
        ("true", ("explicit",)),
        (" True\n", ("explicit",)),
        ("explicit", ("explicit",)),
        ("no", ()),
        ("clean", ()),
        ("false", ()),
        ("", ()),
    ],
)
def test_an_explicit_podcast_or_episode_says_so(site, collect, written, marks):
    """Only what calls itself explicit, in Apple's words of today or of before, is labelled or marked so."""
    flag = f"<itunes:explicit>{written}</itunes:explicit>"
    site.on("/feed.xml", Reply(radio(f"<item><title>1</title>{flag}</item>", flag), headers=RSS))
    snapshot = collect(platform="podcast")
    assert list(snapshot.posts["marks"]) == [marks]
    assert snapshot.profile.labels == marks


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ("<itunes:author>Robin Fern</itunes:author>", "With: Robin Fern"),
        ("<podcast:person role='guest' href='https://x.example'>Wren  Ash</podcast:person>", "With: Wren Ash"),
        ("<podcast:person>Robin Fern</podcast:person><podcast:person img='x'><![CDATA[Wren Ash]]></podcast:person>",
         "With: Robin Fern, Wren Ash"),
        ("<itunes:author>Robin Fern</itunes:author><podcast:person>Robin Fern</podcast:person>", "With: Robin Fern"),
        ("<itunes:author>hazelbrook &amp; friends</itunes:author>", "Hello"),
        ("<podcast:person role='host'>Sam Host</podcast:person>", "Hello"),
        ("<author>robin@mail.example (Robin Fern)</author>", "Hello"),
        ("<podcast:person></podcast:person><itunes:author/>", "Hello"),
    ],
    ids=["author", "person", "two", "twice", "the podcast's own", "its host", "an address", "nobody"],
)  # fmt: skip
def test_guests_are_in_the_text(site, collect, fields, last):
    """People whom an episode names in a field, and the podcast does not, end its text, where names are looked for."""
    head = (
        "<itunes:author>Hazelbrook &amp; Friends</itunes:author><itunes:owner><itunes:name>Office</itunes:name>"
        "</itunes:owner><podcast:person role='host'>Sam Host</podcast:person>"
    )
    episode = f"<item><title>1</title><description>Hello</description>{fields}</item>"
    site.on("/feed.xml", Reply(radio(episode, head), headers=RSS))
    text = collect(platform="podcast").posts["text"].iloc[0]
    assert text.splitlines()[-1] == last
    assert text.splitlines()[0] == "Hello"


def test_the_author_of_a_blogs_post_is_not_in_its_text(site, collect):
    """Blogs name in that field who wrote a post, which is no guest."""
    post = "<item><title>1</title><description>Hello</description><itunes:author>Robin Fern</itunes:author></item>"
    site.on("/feed.xml", Reply(radio(post), headers=RSS))
    assert list(collect().posts["text"]) == ["Hello"]


@pytest.mark.parametrize(
    ("fields", "position"),
    [
        ("<georss:point>51.5 -0.25</georss:point>", "51.5,-0.25"),
        ("<georss:where><gml:Point><gml:pos>51.5 -0.25</gml:pos></gml:Point></georss:where>", "51.5,-0.25"),
        ("<geo:lat>51.5</geo:lat><geo:long>-0.25</geo:long>", "51.5,-0.25"),
        ("<geo:Point><geo:lat>51.5</geo:lat><geo:long>-0.25</geo:long></geo:Point>", "51.5,-0.25"),
        ("<georss:polygon>1 2 3 4 5 6 1 2</georss:polygon>", ""),
        ("<geo:lat>here</geo:lat><geo:long>there</geo:long>", ""),
        ("<geo:lat>nan</geo:lat><geo:long>1</geo:long>", ""),
        ("<geo:lat>91</geo:lat><geo:long>1</geo:long>", ""),
        ("<geo:lat>51.5</geo:lat>", ""),
        ("<georss:point></georss:point>", ""),
        ("", ""),
    ],
)
def test_where_an_item_belongs(site, collect, fields, position):
    """A point in either of the usual namespaces is a position; what is no place on earth is none."""
    post = f"<item><title>1</title>{fields}<georss:featurename> The  pond </georss:featurename></item>"
    site.on("/feed.xml", Reply(radio(post), headers=RSS))
    (row,) = collect().posts.to_dict("records")
    assert (row["position"], row["place"]) == (position, "The pond")


def test_links_of_an_item(podcast, site):
    """Links are those of the text, made whole, and documents that are attached."""
    links = podcast.posts["links"].iloc[0]
    assert links == (f"{site.url}/pond", "mailto:radio@hazelbrook.example", "https://pods.example/hazelbrook/2.pdf")


def test_media_of_an_item(podcast, site):
    """Recordings, films and pictures come from attachments, media elements, covers and the text."""
    media = podcast.media[podcast.media["post_id"] == "b1f0-2"].set_index("address")
    base = "https://pods.example/hazelbrook"
    assert media["kind"].to_dict() == {
        f"{base}/2.mp3": "audio",
        f"{base}/2.mp4": "video",
        f"{base}/2-small.jpg": "image",
        f"{base}/2.jpg": "image",
        f"{site.url}/newt.jpg": "image",
    }
    assert media.loc[f"{site.url}/newt.jpg", "alt"] == "A newt"
    assert media.loc[f"{base}/2.mp4", ["width", "height"]].tolist() == [1280, 720]
    assert podcast.posts["media"].iloc[1] == (f"{base}/1.mp3",)


def test_british_summer_time_is_known(podcast):
    """Times in any zone become UTC, British Summer Time included."""
    assert [moment.isoformat() for moment in podcast.posts["created"]] == [
        "2026-11-20T16:00:00+00:00",
        "2026-06-19T15:00:00+00:00",
    ]


def test_podcast_has_no_comments(podcast):
    """Comments are not offered by a feed."""
    coverage = podcast.coverage[Resource.COMMENTS]
    assert (coverage.status, coverage.reason) == (CoverageStatus.NOT_OFFERED, "A feed carries no comments.")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("Sat, 07 Nov 2026 09:00:00 +0530", "2026-11-07T03:30:00+00:00"),
        ("Sat, 07 Nov 2026 09:00:00 EST", "2026-11-07T14:00:00+00:00"),
        ("Sat, 07 Nov 2026 09:00:00 GMT", "2026-11-07T09:00:00+00:00"),
        ("2026-11-07T09:00:00-01:00", "2026-11-07T10:00:00+00:00"),
        ("2026-11-07", "2026-11-07T00:00:00+00:00"),
        ("next Tuesday", "NaT"),
        ("Sat, 32 Foo 2026 99:00:00 +0000", "NaT"),
        ("", "NaT"),
    ],
)
def test_dates_become_utc(site, collect, written, utc):
    """Dates in the formats and zones that feeds use become UTC; what is no date is unknown."""
    site.on("/feed.xml", Reply(rss(f"<item><title>x</title><pubDate>{written}</pubDate></item>"), headers=RSS))
    created = collect().posts["created"].iloc[0]
    assert (created.isoformat() if utc != "NaT" else str(created)) == utc


def test_atom_is_read(site, collect):
    """Atom entries have id, published and updated moments, relative links and markup in any of its forms."""
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://hazelbrook.example/blog/" xml:lang="en">
      <title type="html">Tom &amp;amp; friends</title><subtitle>All &lt; of us</subtitle><link href="/"/>
      <entry><id>tag:hazelbrook.example,2026:1</id><title type="text">1 &lt; 2</title><link href="one"/>
        <published>2026-11-01T09:00:00+01:00</published><updated>2026-11-03T09:00:00Z</updated>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>See <a href="two">two</a></p></div></content>
      </entry>
      <entry><id>tag:hazelbrook.example,2026:2</id><title type="text">Plain</title>
        <updated>2026-11-02T09:00:00Z</updated><summary type="text">a &lt;b&gt; c</summary></entry></feed>"""
    site.on("/feed.xml", Reply(atom, headers={"Content-Type": "application/atom+xml"}))
    snapshot = collect()
    assert (snapshot.profile.name, snapshot.profile.bio) == ("Tom & friends", "All < of us")
    one, two = snapshot.posts.to_dict("records")
    assert (one["id"], one["title"], one["text"]) == ("tag:hazelbrook.example,2026:1", "1 < 2", "See two")
    assert one["address"] == "https://hazelbrook.example/blog/one"
    assert one["links"] == ("https://hazelbrook.example/blog/two",)
    assert (one["created"].isoformat(), one["edited"].isoformat()) == (
        "2026-11-01T08:00:00+00:00",
        "2026-11-03T09:00:00+00:00",
    )
    assert (two["text"], two["created"].isoformat()) == ("a <b> c", "2026-11-02T09:00:00+00:00")
    assert str(two["edited"]) == "NaT"


@pytest.mark.parametrize(
    ("inside", "key"),
    [
        ("<guid>urn:1</guid><link>https://h.example/1</link>", "urn:1"),
        ("<link>https://h.example/1</link>", "https://h.example/1"),
        ("<guid>https://h.example/1</guid>", "https://h.example/1"),
    ],
)
def test_item_id_is_its_guid_or_else_its_link(site, collect, inside, key):
    """An item's id is the guid that the feed gives it; without one, its link."""
    site.on("/feed.xml", Reply(rss(f"<item><title>x</title>{inside}</item>"), headers=RSS))
    assert collect().posts["id"].tolist() == [key]


def test_item_without_guid_and_link_has_a_stable_id(site, collect):
    """Without guid and link the recording's address is the id, or else it follows from the text."""
    bare = [f"<item><title>{title}</title></item>" for title in "xy"]
    heard = "<item><title>z</title><enclosure url='https://h.example/z.mp3' type='audio/mpeg'/></item>"
    site.on("/feed.xml", Reply(rss(*bare, heard), headers=RSS))
    first, second = collect().posts["id"], collect().posts["id"]
    assert first.tolist() == second.tolist()
    assert first.nunique() == 3
    assert first.iloc[2] == "https://h.example/z.mp3"


def test_guid_that_is_no_address_stays_as_it_is(site, collect):
    """A short guid is the same wherever the feed lies: it is not made into an address of the site."""
    site.on("/feed.xml", Reply(rss("<item><guid>77</guid><link>/one</link></item>"), headers=RSS))
    assert collect().posts[["id", "address"]].to_numpy().tolist() == [["77", f"{site.url}/one"]]


def test_items_that_share_a_guid_are_all_there(site, collect):
    """A feed that gives the same guid to every item loses none of them."""
    shared = [f"<item><guid>same</guid><link>https://h.example/{n}</link><title>{n}</title></item>" for n in (1, 2, 3)]
    site.on("/feed.xml", Reply(rss(*shared), headers=RSS))
    assert collect().posts["id"].tolist() == ["same", "https://h.example/2", "https://h.example/3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("in_header", [True, False])
def test_encodings(site, collect, encoding, in_header):
    """Feeds in other encodings are read, whether the header or the document names them."""
    title = "Zoë's café" if "8859" in encoding else "Zoë\N{RIGHT SINGLE QUOTATION MARK}s café"
    declared = "" if in_header else f"<?xml version='1.0' encoding='{encoding}'?>"
    kind = "application/rss+xml" + (f"; charset={encoding}" if in_header else "")
    text = declared + rss(f"<item><title>{title}</title></item>")
    site.on("/feed.xml", Reply(text.encode(encoding), headers={"Content-Type": kind}))
    assert collect().posts["title"].tolist() == [title]


def test_illformed_feed_still_counts(site, collect):
    """What can be read of a feed that is not well-formed XML counts."""
    broken = rss(item(1), "<item><title>Fish & chips</title><guid>2</guid><description><p>Unclosed").removesuffix(
        "</rss>"
    )
    site.on("/feed.xml", Reply(broken, headers=RSS))
    assert collect().posts["title"].tolist() == ["News 1", "Fish & chips"]


# --- how much was read ----------------------------------------------------------------------------------


def test_plain_feed_is_partial_since_its_oldest_item(site, collect):
    """A feed carries only its latest items: a planned partial with count and oldest moment."""
    site.on("/feed.xml", Reply(rss(item(2, day=9), item(1, day=3)), headers=RSS))
    snapshot = collect()
    for resource in (Resource.POSTS, Resource.MEDIA):
        coverage = snapshot.coverage[resource]
        assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)
        assert coverage.reason == "The feed carries only its latest 2 items."
        assert coverage.since == datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert snapshot.coverage[Resource.POSTS].read == 2
    assert snapshot.coverage[Resource.MEDIA].read == 0
    assert snapshot.coverage[Resource.PROFILE].status is CoverageStatus.COMPLETE
    assert set(snapshot.coverage) == feeds.RESOURCES


def test_empty_feed_is_not_an_empty_blog(site, collect):
    """A feed without items says nothing about what it does not carry."""
    site.on("/feed.xml", Reply(rss(), headers=RSS))
    coverage = collect().coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 0)
    assert coverage.since is None


def following(path):
    return f"<atom:link rel='next' href='{path}'/>"


def test_feed_whose_pages_end_is_complete(site, collect):
    """Where `next` links lead to a last page, everything was read."""
    site.on("/feed.xml", Reply(rss(item(3, 9), item(2, 8), head=following("/feed2.xml")), headers=RSS))
    site.on("/feed2.xml", Reply(rss(item(2, 8), item(1, 7)), headers=RSS))
    snapshot = collect(refetch=("id-1", "id-0", "comment-5"))
    assert snapshot.posts["id"].tolist() == ["id-3", "id-2", "id-1"]
    for resource in (Resource.POSTS, Resource.MEDIA):
        assert snapshot.coverage[resource].status is CoverageStatus.COMPLETE
    assert snapshot.gone == {"id-0"}


def test_feed_pages_are_followed_back_to_the_moment_wanted(site, collect):
    """With a moment to start from, older pages are not opened, and nothing that was not read is gone."""
    site.on("/feed.xml", Reply(rss(item(3, 9), item(2, 2), head=following("/feed2.xml")), headers=RSS))
    snapshot = collect(since=datetime(2026, 11, 5, tzinfo=UTC), refetch=("id-0",))
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE
    assert snapshot.coverage[Resource.MEDIA].status is CoverageStatus.PARTIAL
    assert snapshot.gone == frozenset()
    assert len(site.requests) == 1


def test_feed_that_leads_back_to_itself_ends(site, collect):
    """A `next` link that leads round in a circle is no proof of completeness, and is not followed for ever."""
    site.on("/feed.xml", Reply(rss(item(1), head=following("/feed.xml")), headers=RSS))
    coverage = collect().coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)
    assert len(site.requests) == 2


@pytest.mark.parametrize(
    ("cap", "reason"),
    [
        ({"max_posts": 1}, "Stopped at the cap of 1 items."),
        ({"max_pages": 1}, "Stopped at the cap of 1 pages of the feed."),
    ],
)
def test_caps_are_planned_partials(site, collect, cap, reason):
    """At a cap reading stops, and the coverage says so."""
    site.on("/feed.xml", Reply(rss(item(3, 9), item(2, 8), head=following("/feed2.xml")), headers=RSS))
    coverage = collect(**cap).coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.reason) == (CoverageStatus.PARTIAL, True, reason)


@pytest.mark.parametrize("reply", [Reply("", 500), Reply("", 404), Reply("<html>Sorry</html>")])
def test_feed_that_breaks_off_is_an_unplanned_partial(site, collect, reply):
    """When a page that the feed names cannot be read, what was read counts and the run is incomplete."""
    site.on("/feed.xml", Reply(rss(item(1), head=following("/feed2.xml")), headers=RSS))
    site.on("/feed2.xml", reply)
    snapshot = collect(refetch=("id-9",))
    coverage = snapshot.coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, False, 1)
    assert snapshot.gone == frozenset()


def test_wordpress_podcast_is_followed_by_number(site, collect):
    """The feed of a podcast on WordPress is followed by page numbers to its end, and is then complete."""
    head = "<generator>https://wordpress.org/?v=6.8</generator>"
    pages = [rss(item(3, 9), head=head), rss(item(2, 8), head=head)]
    site.on("/feed.xml", *(Reply(text, headers=RSS) for text in pages), Reply("", 404))
    snapshot = collect(platform="podcast")
    assert snapshot.posts["id"].tolist() == ["id-3", "id-2"]
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE
    assert [request.path for request in site.requests] == ["/feed.xml", "/feed.xml?paged=2", "/feed.xml?paged=3"]


def test_wanted_item_that_left_the_feed_is_opened(site, collect):
    """An item that the feed no longer carries is opened at its address: gone when it is not found there."""
    site.on("/feed.xml", Reply(rss(item(5)), headers=RSS))
    kept, gone = site.on("/kept", Reply("Still here")), f"{site.url}/gone"
    troubled = site.on("/troubled", Reply("", 500))
    wanted = (kept, gone, troubled, "id-5", "id-1", "https://elsewhere.example/x", "http://[broken")
    assert collect(refetch=wanted).gone == {gone}


@pytest.mark.parametrize("left_out", [Resource.PROFILE, Resource.POSTS, Resource.MEDIA])
def test_skipped_resources_keep_their_reason(site, collect, left_out):
    """What the plan leaves out is not handed up, and its coverage is the plan's; the rest is read."""
    site.on("/feed.xml", Reply((FIXTURES / "podcast.xml").read_text(), headers=RSS))
    skip = {left_out: not_due("Not tonight.")}
    snapshot = collect(platform="podcast", skip=skip)
    assert snapshot.coverage[left_out] == skip[left_out]
    read = {
        Resource.PROFILE: snapshot.profile,
        Resource.POSTS: len(snapshot.posts),
        Resource.MEDIA: len(snapshot.media),
    }
    assert {resource for resource, value in read.items() if not value} == {left_out}


# --- finding the feed -----------------------------------------------------------------------------------


def test_feed_is_found_in_the_page(site, collect):
    """A page's address will do: the feed that it names is read, and its feed of comments is not taken for it."""
    comments = "<link rel='alternate' type='application/rss+xml' href='/comments/feed/'>"
    other = (
        "<link rel='alternate' hreflang='cy' href='/cy/'><link rel='stylesheet' type='application/rss+xml' href='/x'>"
    )
    site.on("/", page(other, comments, FEED_LINK))
    site.on("/feed.xml", Reply(rss(item(1)), headers=RSS))
    assert collect("/").posts["id"].tolist() == ["id-1"]


def test_feed_link_is_read_as_browsers_read_it(site, collect):
    """Case, more relations and parameters of the type do not hide a feed."""
    site.on("/", page("<LINK REL='Alternate home' TYPE='Application/Atom+XML; charset=utf-8' HREF='feed.xml'>"))
    site.on("/feed.xml", Reply(rss(item(1)), headers=RSS))
    assert len(collect("/").posts) == 1


def test_redirect_to_the_feed_is_followed(site, collect):
    """An address that moved leads to the feed, and relative links start from where it is."""
    site.on("/feed.xml", Reply("", 301, {"Location": "/new/feed.xml"}))
    site.on("/new/feed.xml", Reply(rss("<item><guid>1</guid><link>one</link></item>"), headers=RSS))
    assert collect().posts["address"].tolist() == [f"{site.url}/new/one"]


def test_feed_with_the_wrong_type_is_read(site, collect):
    """Feeds that are served as pages or as text are feeds all the same."""
    for kind in ("text/html", "text/plain", "application/octet-stream"):
        site.on(f"/{kind}", Reply(rss(item(1)), headers={"Content-Type": kind}))
        assert len(collect(f"/{kind}").posts) == 1


def test_feed_that_quotes_a_page_is_a_feed(site, collect):
    """A feed whose first item contains a whole page is not taken for a page."""
    quoted = "<item><description><![CDATA[<!doctype html><html><body>Hi</body></html>]]></description></item>"
    site.on("/feed.xml", Reply("<!-- made by hand -->" + rss(quoted), headers=RSS))
    assert collect().posts["text"].tolist() == ["Hi"]


def test_page_without_feed_offers_nothing(site, collect):
    """A page that names no feed cannot be audited as a blog, and the sentence says so."""
    site.on("/", page("<link rel='icon' href='/i.png'>", body="Welcome"))
    with pytest.raises(NotOffered, match="names no feed that could be read"):
        collect("/")


def test_page_that_asks_for_a_password_is_a_login_wall(site, collect):
    """A blog behind a password is told apart from one without a feed."""
    site.on("/", page(body="<form><input type=password name=pwd></form>"))
    with pytest.raises(LoginWall, match="asks to sign in"):
        collect("/")


@pytest.mark.parametrize(
    "body", ["<html>Page not found</html>", "", "{}", "just words", "<rss", "\x00\x01\x02", "<a><b/></a>"]
)
def test_what_is_no_feed_is_drift(site, collect, body):
    """Where a feed was named and something else came, the sentence has the address."""
    site.on("/", page(FEED_LINK))
    site.on("/feed.xml", Reply(body, headers=RSS))
    with pytest.raises(SchemaDrift, match=r"/feed\.xml sent (is not a feed|is too broken)"):
        collect("/")


@pytest.mark.parametrize(
    ("reply", "raised"),
    [
        (Reply("", 404), NotFound),
        (Reply("", 410), NotFound),
        (Reply("", 401), Refused),
        (Reply("", 403), Refused),
        (Reply("", 429, {"Retry-After": "999"}), RateLimited),
        (Reply("", 500), Unreachable),
        (Reply("", 302, {"Location": "/feed.xml"}), Unreachable),
        (Reply("", 302, {"Location": "http://192.168.0.1/feed"}), NotAllowed),
        (Reply("", 302, {"Location": "file:///etc/passwd"}), NotAllowed),
        (Reply(b" " * 1_000_001), TooLarge),
    ],
)
def test_each_way_of_failing_has_its_error(collect, site, reply, raised):
    """What is wrong with the address raises its own error."""
    site.on("/feed.xml", reply)
    with pytest.raises(raised):
        collect()


def test_proof_says_what_the_feed_has(site, client):
    """The proof opens the address and says how many items are there."""
    account = Account("p", 2, "podcast", address=site.on("/feed.xml", Reply(rss(item(1), item(2)), headers=RSS)))
    assert feeds.prove(account, CollectPlan("", NOW), client) == "The feed 'Hazelbrook' answers with 2 items."
    assert len(site.requests) == 1


# --- hostile input --------------------------------------------------------------------------------------


def parsed(content, kind="post", url="https://hazelbrook.example/feed"):
    return syndication.feed(Answer(url, 200, {}, content), kind)


def test_entities_do_not_explode():
    """A billion laughs stay a few bytes."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">{entities}]>' + rss(
        "<item><title>&l9;</title></item>"
    )
    posts = parsed(bomb.encode()).posts
    assert sum(len(row["title"]) for row, _ in posts) < 1000


@pytest.mark.parametrize("address", ["file:///etc/hostname", "https://elsewhere.example/x"])
def test_external_entities_are_not_opened(address, monkeypatch):
    """Nothing that a document names is opened, neither a file nor an address."""
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: pytest.fail("opened"))
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *_, **__: pytest.fail("opened"))
    document = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{address}">]>' + rss("<item><title>a&x;b</title></item>")
    assert parsed(document.encode()).posts[0][0]["title"] in {"ab", "a&x;b"}


@pytest.mark.parametrize("content", [b"/etc/hostname", b"https://elsewhere.example/feed", __file__.encode()])
def test_content_that_names_a_file_is_not_opened(content, monkeypatch):
    """A body that is the name of a file or an address is a body, and is not opened (feedparser would)."""
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("opened"))
    monkeypatch.setattr(io, "open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(SchemaDrift):
        parsed(content)


def test_deep_nesting_is_survived():
    """Ten thousand open elements are read or refused, without a crash."""
    deep = rss(f"<item><description><![CDATA[{'<div>' * 10_000}deep]]></description></item>").encode()
    assert parsed(deep).posts[0][0]["text"] == "deep"
    with suppress(ConnectorError):
        parsed(rss("<item>" + "<a>" * 10_000).encode())


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_crash(content):
    """Whatever bytes come instead of a feed, nothing but a ConnectorError is raised."""
    for body in (content, b"<rss version='2.0'><channel><item>" + content):
        with suppress(ConnectorError):
            parsed(body)
        markup.is_page(body)


PIECES = st.sampled_from(
    """
    <rss> <channel> <item> </item> <title> </title> <link> <link/> <guid> <pubDate> <description> <content:encoded>
    <enclosure/> <media:content/> <media:thumbnail/> <itunes:image/> <entry> <id> <summary> <updated> <atom:link/>
    <![CDATA[ ]]> <p> <a <img src=' href='http://[x' > &amp; &#x0; &nope; type='image' rel='enclosure' url='x.jpg'
    2026-11-01 99999-99-99 <feed> rel='next' <image> <url> Zoë \U0001f600 <?xml version='9'?> <!DOCTYPE
    <georss:point> </georss:point> <georss:where> <gml:pos> <georss:polygon> <geo:lat> <geo:long> 51.5 -0.2 1e999 nan
    <podcast:person> </podcast:person> <itunes:author> <author> <name> <itunes:explicit> true <managingEditor> a@b.c
    """.split()  # noqa: SIM905 - a list of fifty quoted strings would be harder to read
)


@given(st.lists(PIECES, max_size=40))
def test_torn_feeds_never_crash(pieces):
    """Feeds that are put together at random raise nothing but a ConnectorError, and their rows are whole."""
    text = " ".join(pieces)
    try:
        feed = parsed(
            f"<rss xmlns:media='http://search.yahoo.com/mrss/' {PODCAST}><channel><item>{text}".encode(), "episode"
        )
    except ConnectorError:
        return
    for row, media in feed.posts:
        assert row["id"]
        assert all(medium.kind in {"image", "video", "audio"} and medium.address for medium in media)
        assert row["created"] is None or row["created"].tzinfo is UTC
        assert not row["position"] or len([float(degrees) for degrees in row["position"].split(",")]) == 2


@given(st.text(max_size=200) | st.lists(PIECES, max_size=30).map(" ".join))
def test_any_markup_is_read(html):
    """Whatever stands in an item's text, it is read as text without a warning or an error."""
    shown = markup.read(html, "https://hazelbrook.example/")
    assert "\n\n" not in shown.text
    markup.plain(html)
    markup.only_links(html)
    markup.head_links(html, "https://hazelbrook.example/")


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel>" + b"<a>" * 200_001,
        b"<rss><channel>" + b"<a>" * 100_000 + b"</a>" * 100_000,
        b"<rss><channel><item><title>" + b"x" * 5_000_000,
    ],
    ids=["tags", "depth", "bytes"],
)
def test_a_feed_that_would_take_too_long_is_not_parsed(body, monkeypatch):
    """Beyond a length, or a number of tags however they are nested, a feed is left with a sentence that says so."""
    monkeypatch.delattr(syndication.feedparser, "parse")
    with pytest.raises(TooLarge, match=r"longer than we read \(5 MB or 200,000 tags\)"):
        parsed(body)


@pytest.mark.parametrize(
    "name",
    [
        "content", "contributors", "georss_featurename", "image", "links", "media_content", "media_thumbnail",
        "subtitle_detail", "summary_detail", "tags", "title_detail", "where",
    ],
)  # fmt: skip
@pytest.mark.parametrize("attribute", ["", " a='b'"])
def test_an_element_with_an_unlucky_name_breaks_nothing(name, attribute):
    """Feeds may have elements that are called as the parser calls what it made of others."""
    element = f"<{name}{attribute}>x</{name}>"
    feed = parsed(rss(f"<item><title>y</title>{element}</item>", head=element).encode(), "episode")
    assert len(feed.posts) == 1


def test_a_feed_that_declares_entities_without_end_is_not_parsed(monkeypatch):
    """Thousands of entities, which to look through would take long, are refused."""
    monkeypatch.delattr(syndication.feedparser, "parse")
    with pytest.raises(SchemaDrift, match="declares entities"):
        parsed(b"<!ENTITY a " * 100_000)


def test_deep_feeds_are_read():
    """Depth alone does no harm: what stands a thousand levels deep is read."""
    text = "<div>" * 1_000 + "deep" + "</div>" * 1_000
    feed = parsed(f"<rss><channel><item><description><![CDATA[{text}]]></description></item></channel></rss>".encode())
    ((row, _),) = feed.posts
    assert isinstance(row["text"], str)


# --- contracts ------------------------------------------------------------------------------------------


def test_every_feed_of_the_contracts_is_read(contracts):
    """The feeds that feedparser and podcastparser are tested with raise nothing but ConnectorError."""
    files = [
        path
        for folder in ("blogs_rss/feedparser/wellformed", "blogs_rss/feedparser/illformed", "podcasts")
        for path in sorted((contracts / folder).rglob("*"))
        if path.suffix in {".xml", ".rss"}
    ]
    outcomes = SimpleNamespace(read=0, refused=[])
    for path in files:
        try:
            parsed(path.read_bytes())
            outcomes.read += 1
        except ConnectorError:
            outcomes.refused.append(path.name)
    assert outcomes.read > 300
    assert len(outcomes.refused) < len(files) / 20


def test_owners_flags_and_people_of_the_contracts(contracts):
    """Explicit flags, the owner's address and the people of an episode are those that podcastparser's authors expect."""
    folder = contracts / "podcasts" / "podcastparser"
    seen = SimpleNamespace(explicit=0, owners=0, people=0)
    for path in sorted(folder.glob("*.rss")):
        expected = json.loads(path.with_suffix(".json").read_text())
        try:
            feed = parsed(path.read_bytes(), "episode")
        except SchemaDrift:
            continue
        if "explicit" in expected:
            assert feed.explicit is expected["explicit"], path.name
            seen.explicit += 1
        if email := expected.get("itunes_owner", {}).get("email"):
            assert feed.contacts == (email,), path.name
            seen.owners += 1
        for episode, (row, _) in zip(expected.get("episodes", ()), feed.posts, strict=False):
            if "explicit" in episode:
                assert row["marks"] == (("explicit",) if episode["explicit"] else ()), path.name
                seen.explicit += 1
            for person in episode.get("persons", ()):
                assert person["name"] in row["text"].splitlines()[-1], path.name
                seen.people += 1
    assert min(seen.explicit, seen.owners, seen.people) > 0


def test_podcasts_of_the_contracts_are_read_as_podcastparser_reads_them(contracts):
    """Titles and recordings of the contracts' podcasts are those that podcastparser's authors expect."""
    compared = 0
    for path in sorted((contracts / "podcasts").rglob("*.rss")):
        episodes = json.loads(path.with_suffix(".json").read_text()).get("episodes", ())
        expected = {episode["title"]: episode for episode in episodes}
        try:
            feed = parsed(path.read_bytes(), "episode", "file://tests/data/")  # where podcastparser has them
        except SchemaDrift:
            assert not expected
            continue
        for row, media in feed.posts:
            if episode := expected.get(row["title"]):
                shown = {*(medium.address for medium in media), *row["links"]}
                assert {enclosure["url"] for enclosure in episode["enclosures"]} <= shown
                compared += 1
    assert compared > 30
