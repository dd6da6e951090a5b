"""The school's website: which pages are read, what they link to, and what each way of failing comes to."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imitations.scripted_site import Reply, Site
from requests.structures import CaseInsensitiveDict

from connectors import robots, website
from connectors.answer import Answer, error_of
from connectors.connector import (
    ConnectorError,
    NotAllowed,
    NotFound,
    RateLimited,
    Refused,
    TooLarge,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import StandIns
from connectors.snapshot import LINKS, MEDIA, Account, CollectPlan, CoverageStatus, Resource, complete, not_due

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOME = "https://www.hazelbrook.example/"
SCHOOL = Account(key="website:hazelbrook.example", row=2, platform="website", address=HOME)
DOWN = Unreachable("it is down")


class Pages:
    """A client whose whole web is `web`: address -> HTML, an Answer, a status, or an error to raise."""

    def __init__(self, web):
        self.web = dict(web)
        self.asked = []

    def get(self, url, *, ok=(200,), max_bytes=None, within=None):
        self.asked.append(url)
        found = self.web.get(url, 404)
        if isinstance(found, ConnectorError):
            raise found
        answer = page(url, status=found) if isinstance(found, int) else found
        answer = page(url, found) if isinstance(found, str) else answer
        if within and not within(answer.url):
            elsewhere = CaseInsensitiveDict({"Location": answer.url})
            answer = Answer(url, 302, elsewhere, b"")
        if len(answer.content) > max_bytes:
            raise TooLarge("more than we accept")
        if answer.status not in ok:
            raise error_of(answer)
        return answer

    def pages(self):
        """What was asked for, without robots.txt and sitemaps."""
        return [url for url in self.asked if not url.endswith(("/robots.txt", ".xml"))]


def page(url, html="", status=200, kind="text/html; charset=utf-8"):
    return Answer(url, status, CaseInsensitiveDict({"Content-Type": kind}), html.encode())


def collect(web, account=SCHOOL, **plan):
    client = web if isinstance(web, Pages) else Pages(web)
    return website.collect(account, CollectPlan(base_url="", now=NOW, **plan), client)


def rows(snapshot):
    links = snapshot.links
    return list(zip(links["kind"], links["address"], links["text"], links["page"], strict=True))


def links_of(html):
    return [(kind, address) for kind, address, _, _ in rows(collect({HOME: html}))]


def anchors(*addresses):
    return "".join(f'<a href="{address}">to</a>' for address in addresses)


# What is read


def test_links_to_elsewhere_are_listed_with_their_page():
    """Every address off the site is one row, with its text and the first page that has it."""
    snapshot = collect(
        {
            HOME: '<a href="https://bsky.app/profile/hazelbrook.example">Our\n  Bluesky</a> <a href="/news/">News</a>',
            f"{HOME}news/": '<a href="https://bsky.app/profile/hazelbrook.example">again</a>'
            '<a href="https://other.example/x"><img src="x.png" alt="The other"></a>',
        }
    )
    assert list(snapshot.links.columns) == list(LINKS)
    assert rows(snapshot) == [
        ("link", "https://bsky.app/profile/hazelbrook.example", "Our Bluesky", HOME),
        ("link", "https://other.example/x", "The other", f"{HOME}news/"),
    ]
    assert snapshot.coverage == {
        Resource.PROFILE: complete(1),
        Resource.LINKS: complete(2),
        Resource.MEDIA: complete(1),
    }


def test_pictures_stand_under_their_addresses():
    """Every picture of a page is one row with its alternative text, originals behind links and stills of films too."""
    snapshot = collect(
        {
            HOME: '<img src="/a.jpg" alt="Two trees" width="40"><img data-src="b.webp" src="data:image/gif;base64,R0">'
            '<a href="/big/a.JPG"><img src="/a.jpg"></a><video src="/film.mp4" poster="/still.png"></video>'
            f'<audio src="/song.mp3"></audio>{anchors("/news/")}',
            f"{HOME}news/": '<img src="/a.jpg" alt="again" class="wp-image-7"><img src="https://cdn.example/c.png">',
        }
    )
    assert list(snapshot.media.columns) == list(MEDIA)
    table = snapshot.media[["address", "post_id", "kind", "picture", "alt"]]
    assert sorted(map(tuple, table.itertuples(index=False))) == [
        ("https://cdn.example/c.png", f"{HOME}news/", "image", "", ""),
        (f"{HOME}a.jpg", HOME, "image", "", "Two trees"),
        (f"{HOME}b.webp", HOME, "image", "", ""),
        (f"{HOME}big/a.JPG", HOME, "image", "", ""),
        (f"{HOME}film.mp4", HOME, "video", f"{HOME}still.png", ""),
    ]
    assert list(snapshot.media["id"]) == list(snapshot.media["address"])


def test_pages_of_open_findings_are_read_first_and_keep_their_pictures():
    """A page that nothing links to and a cap would pass over is read again, or known to be gone; not so others."""
    news, old, lost = f"{HOME}news/", f"{HOME}old/", f"{HOME}lost/"
    web = {HOME: f'<img src="/a.jpg">{anchors("/news/")}', news: "", old: '<img src="/a.jpg">'}
    snapshot = collect(web, refetch=(lost, old, "https://other.example/", "backlog"), max_pages=3)
    assert snapshot.pages == {HOME, old}
    assert snapshot.gone == {lost}
    assert dict(zip(snapshot.media["address"], snapshot.media["post_id"], strict=True)) == {f"{HOME}a.jpg": old}
    assert dict(zip(*(collect(web).media[name] for name in ("address", "post_id")), strict=True)) == {
        f"{HOME}a.jpg": HOME
    }


def test_a_page_that_another_leads_to_was_not_read_for_that():
    """An address that leads on to a page which the cap passes over says nothing of that page."""
    news = f"{HOME}news/"
    old = page(news, '<img src="/a.jpg">')
    snapshot = collect({HOME: anchors("/old/", "/news/"), f"{HOME}old/": old, news: ""}, max_pages=2)
    assert snapshot.pages == {HOME, f"{HOME}old/"}


def test_every_kind_of_link_is_told_apart():
    """Plain links, rel=me, JSON-LD sameAs, feeds and frames each have their kind."""
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "publisher": {"@type": "School", "sameAs": ["https://x.com/hazelbrook"]}},
            {"@type": ["Organization"], "sameAs": "https://www.facebook.com/hazelbrook"},
        ],
    }
    assert links_of(
        f"""<link rel="me" href="https://social.example/@hazelbrook">
        <link rel="alternate" type="application/rss+xml" href="/feed/" title="News">
        <link rel="alternate" type="application/atom+xml" href="https://pod.example/atom">
        <link rel="alternate" hreflang="cy" href="https://cy.other.example/">
        <link rel="stylesheet" href="https://cdn.example/style.css">
        <a rel="noopener me" href="https://me.example/">Me</a>
        <map><area href="https://map.example/" alt="Map"></map>
        <iframe src="https://www.youtube.com/embed/abc" title="Film"></iframe>
        <div class="fb-page wide" data-href="https://www.facebook.com/hazelbrook.page"></div>
        <script type="application/ld+json; charset=utf-8">{json.dumps(graph)}</script>"""
    ) == [
        ("rel-me", "https://social.example/@hazelbrook"),
        ("feed", f"{HOME}feed/"),
        ("feed", "https://pod.example/atom"),
        ("rel-me", "https://me.example/"),
        ("link", "https://me.example/"),
        ("link", "https://map.example/"),
        ("embed", "https://www.youtube.com/embed/abc"),
        ("embed", "https://www.facebook.com/hazelbrook.page"),
        ("same-as", "https://www.facebook.com/hazelbrook"),
        ("same-as", "https://x.com/hazelbrook"),
    ]


def test_a_persons_same_as_is_not_the_schools():
    """JSON-LD of a person, an author say, does not make her accounts the school's."""
    linked = {
        "@type": "Article",
        "author": {"@type": "Person", "sameAs": ["https://x.com/miss.apple"]},
        "publisher": {"@type": ["Organization", "Person"], "sameAs": ["https://x.com/hazelbrook"]},
    }
    html = f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    assert links_of(html) == [("same-as", "https://x.com/hazelbrook")]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        "null",
        "[[[",
        '"text"',
        '{"sameAs": 5}',
        '{"sameAs": {"@id": "https://x.com/a"}}',
        "[" * 100_000,
    ],
)
def test_broken_json_ld_is_passed_over(script):
    """Structured data that cannot be read costs nothing else of the page."""
    html = f'<script type="application/ld+json">{script}</script><a href="https://x.example/">x</a>'
    assert links_of(html) == [("link", "https://x.example/")]


def test_the_profile_is_the_front_pages():
    """Name, description, host and declared accounts of the site make its profile."""
    html = """<title>Home | Hazelbrook</title><meta property="og:site_name" content="Hazelbrook  Primary School">
        <meta name="description" content="A school
        in Hazelbrook"><a rel="me" href="https://social.example/@hazelbrook">M</a>"""
    about = '<title>About</title><script type="application/ld+json">{"sameAs":"https://x.com/hazelbrook"}</script>'
    profile = collect({HOME: html + anchors("/about"), f"{HOME}about": about}).profile
    assert (profile.platform_id, profile.handle, profile.address) == ("", "hazelbrook.example", HOME)
    assert profile.name == "Hazelbrook Primary School"
    assert profile.bio == "A school in Hazelbrook"
    assert profile.links == ("https://social.example/@hazelbrook", "https://x.com/hazelbrook")
    assert collect({HOME: "<title> Hazelbrook\n School</title>"}).profile.name == "Hazelbrook School"
    assert collect({HOME: "no markup at all"}).profile.name == ""


@pytest.mark.parametrize(
    ("link", "tidied"),
    [
        ("/a?utm_source=x&b=1#top", "https://hazelbrook.example/a?utm_source=x&b=1"),
        ("../up", "https://hazelbrook.example/up"),
        ("//Other.Example", "https://other.example/"),
        ("HTTPS://Other.Example:443/Path", "https://other.example/Path"),
        ("http://other.example:80/", "http://other.example/"),
        ("http://other.example:8080/", "http://other.example:8080/"),
        ("https://user:secret@other.example/", "https://other.example/"),
        ("https://twitter.com/#!/hazelbrook", "https://twitter.com/#!/hazelbrook"),
        ("  a b ", "https://hazelbrook.example/news/a%20b"),
        ("#top", "https://hazelbrook.example/news/"),
        ("https://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
        ("mailto:office@hazelbrook.example", ""),
        ("tel:+441134960000", ""),
        ("javascript:void(0)", ""),
        ("data:text/html,x", ""),
        ("ftp://other.example/", ""),
        ("http://[::1", ""),
        ("http://other.example:port/", ""),
    ],
)
def test_addresses_are_tidied(link, tidied):
    """Links become absolute, without fragment and password; what is no web address is dropped."""
    assert website.tidy(link, "https://hazelbrook.example/news/") == tidied


@given(st.text(), st.text())
def test_tidying_never_fails(link, base):
    """Whatever stands in an href, tidying it gives a web address or nothing, and tidying twice changes nothing."""
    tidied = website.tidy(link, f"https://hazelbrook.example/{base}")
    assert tidied == "" or tidied.startswith(("http://", "https://"))
    assert website.tidy(tidied) == tidied


def test_links_are_resolved_against_the_base_that_the_page_names():
    """A <base> moves all links of its page; an unusable one does not."""
    assert links_of('<base href="https://other.example/dir/"><a href="x">x</a>') == [
        ("link", "https://other.example/dir/x")
    ]
    assert links_of('<base href="javascript:1"><a href="https://x.example/">x</a>') == [("link", "https://x.example/")]


@pytest.mark.parametrize(
    "html",
    [
        "<a href='https://x.example/'>never closed <div><p></a></b>",
        "<a href=https://x.example/ <p>",
        '<p><a href="https://x.example/">x</p><table><a',
        '<?xml version="1.0"?><!DOCTYPE html><html><a href="https://x.example/">x</a>',
        "\ufeff<!DOCTYPE html><a href=https://x.example/>",
        "<![if !IE]><a href='https://x.example/'>x</a><![endif]>",
        "<div>" * 5000 + "<a href='https://x.example/'>",
    ],
)
def test_broken_html_is_read_as_far_as_it_goes(html):
    """Pages are written by people and programs; what can be seen of them is read."""
    assert ("link", "https://x.example/") in links_of(html)


@pytest.mark.parametrize(
    "there",
    [
        '<meta http-equiv="refresh" content="0; url=/home.html">',
        '<meta http-equiv="Refresh" content="0;URL=\'https://www.hazelbrook.example/home.html\'">',
        '<frameset><frame src="home.html"></frameset>',
        '<iframe src="home.html"></iframe>',
        '<a href="http://hazelbrook.example/home.html">Home</a>',
    ],
)
def test_the_site_goes_on_behind_frames_and_refreshes(there):
    """A front page that only sends visitors on leads us on too."""
    home = anchors("https://x.example/")
    web = {HOME: there, f"{HOME}home.html": home, "http://hazelbrook.example/home.html": home}
    assert ("https://x.example/") in set(collect(web).links["address"])


# Which pages


def test_pages_are_read_breadth_first_and_once():
    """Pages near the front page come first, and no page twice, with www or without, by http or https."""
    web = Pages(
        {
            HOME: anchors("/a", "/b", "http://hazelbrook.example/a#part", HOME),
            f"{HOME}a": anchors("/deep", "/b?x=1"),
            f"{HOME}b": anchors("/"),
            f"{HOME}b?x=1": "",
            f"{HOME}deep": "",
        }
    )
    collect(web)
    assert web.pages() == [HOME, f"{HOME}a", f"{HOME}b", f"{HOME}deep", f"{HOME}b?x=1"]


def test_subdomains_belong_to_the_site_and_lookalikes_do_not():
    """blog.hazelbrook.example is the school's; nothazelbrook.example and a port of its own are elsewhere."""
    blog = "https://blog.hazelbrook.example/"
    others = [
        "https://nothazelbrook.example/",
        "https://hazelbrook.example.evil.example/",
        "https://hazelbrook.example:8443/",
    ]
    web = Pages({HOME: anchors(blog, *others), blog: anchors("https://x.example/")})
    snapshot = collect(web)
    assert web.pages() == [HOME, blog]
    assert list(snapshot.links["address"]) == [*others, "https://x.example/"]


def test_files_are_not_pages():
    """Documents, pictures and the like are not asked for, and what turns out to be a file is not read."""
    web = Pages(
        {
            HOME: anchors("/policy.PDF", "/logo.png?x=1", "/letter.docx", "/download/7", "/page.php"),
            f"{HOME}download/7": page(f"{HOME}download/7", "<a href='https://x.example/'>", kind="application/pdf"),
            f"{HOME}page.php": "",
        }
    )
    snapshot = collect(web)
    assert web.pages() == [HOME, f"{HOME}download/7", f"{HOME}page.php"]
    assert snapshot.links.empty
    assert snapshot.coverage[Resource.LINKS] == complete(0)


@pytest.mark.parametrize("wrapped", ["{}", "<![CDATA[{}]]>", "\n  {}\n"])
def test_a_sitemap_tells_of_pages_that_nothing_links_to(wrapped):
    """Pages of /sitemap.xml are read, from an index too, after those that the front page links to."""
    index = f"<sitemapindex><sitemap><loc>{wrapped.format(HOME + 'pages.xml')}</loc></sitemap></sitemapindex>"
    urls = "".join(
        f"<url><loc>{wrapped.format(address)}</loc><image:loc>{HOME}no</image:loc></url>"
        for address in (f"{HOME}hidden?a=1&amp;b=2", "https://other.example/", f"{HOME}linked")
    )
    web = Pages(
        {
            HOME: anchors("/linked"),
            f"{HOME}linked": "",
            f"{HOME}sitemap.xml": index,
            f"{HOME}pages.xml": f"<urlset>{urls}</urlset>",
            f"{HOME}hidden?a=1&b=2": anchors("https://x.example/"),
        }
    )
    snapshot = collect(web)
    assert web.pages() == [HOME, f"{HOME}linked", f"{HOME}hidden?a=1&b=2"]
    assert list(snapshot.links["address"]) == ["https://x.example/"]


def test_robots_txt_names_the_sitemap():
    """A sitemap that robots.txt names is read, but not one on another site."""
    web = Pages(
        {
            HOME: "",
            f"{HOME}robots.txt": f"Sitemap: {HOME}map.xml\nSitemap: https://other.example/map.xml",
            f"{HOME}map.xml": f"<urlset><url><loc>{HOME}hidden</loc></url></urlset>",
            f"{HOME}hidden": "",
        }
    )
    collect(web)
    assert web.pages() == [HOME, f"{HOME}hidden"]
    assert "https://other.example/map.xml" not in web.asked


def test_sitemaps_that_name_each_other_end():
    """An index that lists itself, or a thousand others, is followed to a cap."""
    every = "".join(f"<sitemap><loc>{HOME}{number}.xml</loc></sitemap>" for number in range(100))
    web = Pages({HOME: "", f"{HOME}sitemap.xml": f"<sitemapindex><loc>{HOME}sitemap.xml</loc>{every}</sitemapindex>"})
    collect(web)
    assert len([url for url in web.asked if url.endswith(".xml")]) == 20


def test_a_redirect_within_the_site_is_followed():
    """The page at the end of a redirect is read once, whichever address led there."""
    new = page(f"{HOME}new", anchors("https://x.example/"))
    web = Pages({HOME: anchors("/old", "/older", "/new"), f"{HOME}old": new, f"{HOME}older": new, f"{HOME}new": new})
    snapshot = collect(web)
    assert rows(snapshot) == [("link", "https://x.example/", "to", f"{HOME}new")]
    web = Pages({HOME: page(f"{HOME}new", anchors("/new")), f"{HOME}new": new})
    collect(web)
    assert web.pages() == [HOME]


def test_a_redirect_off_the_site_is_a_link():
    """An own address that only leads elsewhere counts as a link to there, on the page that has it."""
    gone_there = page("https://www.facebook.com/hazelbrook", anchors("https://meta.example/"))
    snapshot = collect({HOME: '<a href="/facebook">Follow us</a>', f"{HOME}facebook": gone_there})
    assert rows(snapshot) == [("link", "https://www.facebook.com/hazelbrook", "Follow us", HOME)]


def test_an_address_without_scheme_will_do():
    """The register may say hazelbrook.example only, under address or handle."""
    web = {"https://hazelbrook.example/": "<title>Hazelbrook</title>"}
    for row in ({"address": "hazelbrook.example"}, {"address": "", "handle": " hazelbrook.example "}):
        account = Account(key="website:x", row=2, platform="website", **row)
        assert collect(web, account).profile.handle == "hazelbrook.example"


# How much, and why not more


def test_the_cap_is_said():
    """A site larger than the cap is partly read as planned, and the reader is told."""
    calendar = {f"{HOME}day/{n}": anchors(f"/day/{n + 1}", f"/day/{n + 1}?view=week") for n in range(1000)}
    web = Pages({HOME: anchors("/day/0"), **calendar})
    snapshot = collect(web, max_pages=10)
    coverage = snapshot.coverage[Resource.LINKS]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)
    assert coverage.reason.startswith("Stopped at the cap of 10 pages; ")
    assert len(web.pages()) == 10
    assert snapshot.coverage[Resource.PROFILE] == complete(1)


def test_one_page_may_be_all_that_is_due():
    """Without LINKS and MEDIA only the front page is read, and the given reason stays."""
    why = not_due("not due tonight")
    web = Pages({HOME: anchors("/a", "https://x.example/")})
    snapshot = collect(web, skip={Resource.LINKS: why, Resource.MEDIA: why, Resource.POSTS: why})
    assert web.asked == [f"{HOME}robots.txt", HOME]
    assert snapshot.links.empty
    assert snapshot.coverage == {Resource.PROFILE: complete(1), Resource.LINKS: why, Resource.MEDIA: why}
    assert collect(Pages({HOME: ""}), skip={Resource.PROFILE: why}).profile is None


def test_a_page_that_is_gone_takes_nothing_from_the_rest():
    """A dead link of the site's own is no page unread: nothing stands there."""
    coverage = collect({HOME: anchors("/gone", "/older")}).coverage[Resource.LINKS]
    assert coverage == complete(0)


def test_most_pages_gone_is_no_reading():
    """When most of the site answers 404 the site is broken, and its links are not all there."""
    web = {HOME: anchors(*(f"/p{number}" for number in range(8)))}
    coverage = collect(web).coverage[Resource.LINKS]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, False)
    assert coverage.reason == "8 pages of 9 were not found."


def test_a_few_failing_pages_are_counted():
    """Pages with a server error make the reading partial, unplanned, with how many and the first of them."""
    web = {
        HOME: anchors("/a", "/b", "/c"),
        f"{HOME}a": 500,
        f"{HOME}b": DOWN,
        f"{HOME}c": anchors("https://x.example/"),
    }
    snapshot = collect(web)
    coverage = snapshot.coverage[Resource.LINKS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, False, 1)
    assert coverage.reason == f"2 pages could not be read, the first: {HOME}a"
    assert snapshot.coverage[Resource.PROFILE] == complete(1)


def test_a_site_that_dies_while_we_read_is_left_alone():
    """After five failures in a row no more pages are asked for."""
    addresses = [f"/p{number}" for number in range(50)]
    web = Pages({HOME: anchors(*addresses), **{f"{HOME}p{number}": DOWN for number in range(50)}})
    coverage = collect(web).coverage[Resource.LINKS]
    assert len(web.pages()) == 6
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, False)
    assert coverage.reason.startswith("5 pages in a row could not be read. 5 pages could not be read")


def test_single_failures_do_not_end_the_reading():
    """Failures between pages that answer are not a site that died."""
    addresses = [f"/p{number}" for number in range(20)]
    web = Pages({HOME: anchors(*addresses), **{f"{HOME}p{number}": [DOWN, ""][number % 2] for number in range(20)}})
    collect(web)
    assert len(web.pages()) == 21


def test_a_site_that_asks_for_patience_gets_it():
    """A 429 ends the reading at once, and its sentence is the reason."""
    slow = RateLimited("the site has had enough for now")
    web = Pages({HOME: anchors("/a", "/b"), f"{HOME}a": slow})
    coverage = collect(web).coverage[Resource.LINKS]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, False)
    assert coverage.reason == "the site has had enough for now"
    assert web.pages() == [HOME, f"{HOME}a"]


def test_pages_behind_a_sign_in_and_huge_pages_are_planned_gaps():
    """What is not meant for the public, or larger than anybody reads, does not make the run incomplete."""
    huge = "<p>" + "x" * 3_000_000
    web = {
        HOME: anchors("/staff", "/parents", "/huge"),
        f"{HOME}staff": 401,
        f"{HOME}parents": 403,
        f"{HOME}huge": huge,
    }
    coverage = collect(web).coverage[Resource.LINKS]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)
    assert coverage.reason == "Visitors have to sign in for 2 pages. Larger than 3 MB: 1 page."


@pytest.mark.parametrize(
    ("front", "error", "words"),
    [
        (500, Unreachable, "fault of its own"),
        (404, NotFound, "no such page"),
        (403, Refused, "refused access"),
        (DOWN, Unreachable, "it is down"),
        ("x" * 3_000_001, TooLarge, "more than we accept"),
        (
            page("https://new.example/", "<p>"),
            NotAllowed,
            r"another site, new\.example\. If that is the school's",
        ),
        (page(HOME, "%PDF", kind="application/pdf"), ConnectorError, "leads to a file and not to a page"),
        (page(HOME, "<p>", kind=""), ConnectorError, "leads to a file and not to a page"),
    ],
)
def test_without_a_front_page_there_is_no_snapshot(front, error, words):
    """Each way in which the front page cannot be read is its own error, with a sentence for people."""
    with pytest.raises(error, match=words) as raised:
        collect({HOME: front})
    assert type(raised.value) is error


@pytest.mark.parametrize("address", ["", "ftp://hazelbrook.example/", "https://"])
def test_a_register_row_without_an_address_is_told(address):
    """A row that gives no web address is an error with a sentence."""
    with pytest.raises(NotFound, match="gives no address of the website"):
        collect({}, Account(key="website:", row=2, platform="website", address=address))


# robots.txt


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_robots_txt_everything_may_be_read(status):
    """RFC 9309: a robots.txt that is not there, or not for us, forbids nothing."""
    web = {HOME: anchors("/a", "https://x.example/"), f"{HOME}robots.txt": status, f"{HOME}a": ""}
    assert collect(web).coverage[Resource.LINKS] == complete(1)


@pytest.mark.parametrize("fault", [500, 503, DOWN, TooLarge("it is endless"), RateLimited("not now")])
def test_with_a_broken_robots_txt_nothing_is_read(fault):
    """RFC 9309: as long as nobody can say what is allowed, nothing is."""
    web = Pages({HOME: "", f"{HOME}robots.txt": fault})
    with pytest.raises(
        ConnectorError, match=r"^Without its robots\.txt nothing of the website may be read\. "
    ) as raised:
        collect(web)
    assert raised.value.coverage().status is CoverageStatus.FAILED
    assert web.asked == [f"{HOME}robots.txt"]


@pytest.mark.parametrize("agent", ["*", "school-audit", "School-Audit"])
def test_a_site_closed_to_programs_is_not_read(agent):
    """A site may refuse all programs or us alone; that is a permission to be given, not a failure."""
    web = Pages({HOME: "", f"{HOME}robots.txt": f"User-agent: {agent}\nDisallow: /"})
    with pytest.raises(Refused, match="allow the user agent school-audit there") as raised:
        collect(web)
    assert raised.value.coverage().status is CoverageStatus.NOT_PERMITTED
    assert web.pages() == []


def test_closed_pages_are_not_asked_for_and_counted():
    """Pages that robots.txt closes are left out; the coverage says how many and which first."""
    web = Pages(
        {
            HOME: anchors("/private/a", "/private/b", "/open"),
            f"{HOME}robots.txt": "User-agent: *\nDisallow: /private/\n\nUser-agent: other\nDisallow: /",
            f"{HOME}open": "",
        }
    )
    coverage = collect(web).coverage[Resource.LINKS]
    assert web.pages() == [HOME, f"{HOME}open"]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)
    assert coverage.reason == f"robots.txt closes 2 pages, the first: {HOME}private/a"


def test_closed_pages_do_not_use_up_the_cap():
    """The cap counts requests; what is not asked for is not counted."""
    closed = [f"/private/{number}" for number in range(20)]
    web = Pages(
        {
            HOME: anchors(*closed, "/open"),
            f"{HOME}robots.txt": "User-agent: *\nDisallow: /private/",
            f"{HOME}open": "",
        }
    )
    collect(web, max_pages=2)
    assert web.pages() == [HOME, f"{HOME}open"]


def test_every_host_has_its_own_robots_txt():
    """A sub-domain's robots.txt counts there and is asked for once; when it is broken, that host is not read."""
    blog, shop = "https://blog.hazelbrook.example/", "https://shop.hazelbrook.example/"
    web = Pages(
        {
            HOME: anchors(blog, f"{blog}2", shop, f"{shop}2"),
            f"{blog}robots.txt": "User-agent: *\nDisallow: /2",
            blog: "",
            f"{shop}robots.txt": 500,
        }
    )
    coverage = collect(web).coverage[Resource.LINKS]
    assert web.pages() == [HOME, blog]
    assert web.asked.count(f"{shop}robots.txt") == 1
    assert coverage.reason == (
        f"2 pages could not be read, the first: {shop} robots.txt closes 1 page, the first: {blog}2"
    )
    assert not coverage.planned


def test_a_sitemap_that_cannot_be_read_is_not_passed_over():
    """The pages that a broken sitemap lists are unknown: the reading is not complete. A missing one is no loss."""
    broken = collect({HOME: "", f"{HOME}sitemap.xml": 500}).coverage[Resource.LINKS]
    assert broken.reason == f"1 page could not be read, the first: {HOME}sitemap.xml"
    assert not broken.planned
    for status in (401, 403, 404, 410):
        assert collect({HOME: "", f"{HOME}sitemap.xml": status}).coverage[Resource.LINKS] == complete(0)


# doctor and recordings


def test_prove_reads_the_front_page_alone():
    """The doctor sees what the front page is called and how many addresses it leads to."""
    web = Pages({HOME: "<title>Hazelbrook</title>" + anchors("/a", "https://x.example/", "https://x.example/")})
    said = website.prove(SCHOOL, CollectPlan(base_url="", now=NOW), web)
    assert said == f"{HOME} answers: 'Hazelbrook', addresses elsewhere on its front page: 1."
    assert web.asked == [f"{HOME}robots.txt", HOME]


def test_the_schools_pages_are_recorded_as_they_are():
    """The pages are the school's own and public; a recording keeps them."""
    assert website.disguise("<p>Hazelbrook</p>", frozenset(), StandIns()) == "<p>Hazelbrook</p>"


# Over the wire


@pytest.fixture
def site():
    with Site() as one:
        one._server.RequestHandlerClass.disable_nagle_algorithm = True
        yield one


@pytest.fixture
def client():
    network = Network(
        "it@hazelbrook.example",
        retries=0,
        default_pace=0,
        private_hosts=frozenset({"127.0.0.1", "localhost"}),
    )
    http = Http(network)
    yield http.client("website")
    http.close()


HTML = {"Content-Type": "text/html"}


def test_a_real_site_is_read_through_the_one_way_out(site, client):
    """Redirects, encodings and missing pages of a real server come out as they should."""
    site.on("/", Reply("", 302, {"Location": "/home"}))
    home = (
        '<meta charset="windows-1252"><title>Caf\xe9 Hazelbrook</title><a href="/away">Follow</a><a href="/none">x</a>'
    )
    site.on("/home", Reply(home.encode("cp1252"), 200, HTML))
    site.on("/away", Reply("", 301, {"Location": site.url.replace("127.0.0.1", "localhost") + "/elsewhere"}))
    site.on("/elsewhere", Reply("<p>", 200, HTML))
    account = Account(key="website:x", row=2, platform="website", address=site.url)
    snapshot = website.collect(account, CollectPlan(base_url="", now=NOW), client)
    assert snapshot.profile.name == "Café Hazelbrook"
    assert snapshot.profile.address == f"{site.url}/home"
    assert snapshot.profile.handle == f"127.0.0.1:{site.port}"
    assert rows(snapshot) == [("link", f"http://localhost:{site.port}/elsewhere", "Follow", f"{site.url}/home")]
    assert snapshot.coverage[Resource.LINKS] == complete(1)
    assert [request.path for request in site.requests][:2] == ["/robots.txt", "/"]


def test_an_endless_page_is_cut_off(site, client):
    """A page larger than we accept is not read to its end, and counted."""
    site.on("/", Reply(anchors("/huge"), 200, HTML))
    site.on("/huge", Reply(b"<p>" + b"x" * 4_000_000, 200, HTML))
    account = Account(key="website:x", row=2, platform="website", address=site.url)
    coverage = website.collect(account, CollectPlan(base_url="", now=NOW), client).coverage[Resource.LINKS]
    assert coverage.reason == "Larger than 3 MB: 1 page."


def test_our_name_in_robots_txt_is_that_of_the_user_agent(site, client):
    """A webmaster who closes the site to the name in her log closes it to us."""
    site.on("/", Reply("<p>", 200, HTML))
    account = Account(key="website:x", row=2, platform="website", address=site.url)
    website.collect(account, CollectPlan(base_url="", now=NOW), client)
    agents = {request.headers["User-Agent"].partition("/")[0] for request in site.requests}
    assert agents == {robots.ROBOT}
