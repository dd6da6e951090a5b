"""Blogs in WordPress: posts, pages, pictures and comments through the REST API, and what is done without it."""

import copy
import gzip
import json
from datetime import UTC, datetime

import pytest
from imitations.scripted_site import Reply
from imitations.wordpress_api import Blog, refusal

from connectors import feeds
from connectors.connector import Refused, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
API = "/wp-json/wp/v2"


@pytest.fixture
def blog():
    with Blog() as one:
        yield one


@pytest.fixture
def client(blog):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({blog.host}))
    http = Http(network)
    yield http.client("blog")
    http.close()


@pytest.fixture
def collect(blog, client):
    def collect(path="/", **plan):
        account = Account("blog hazelbrook", 2, "blog", address=blog.url + path)
        return feeds.collect(account, CollectPlan("", NOW, **plan), client)

    return collect


def statuses(snapshot):
    return {resource: coverage.status for resource, coverage in snapshot.coverage.items()}


ALL_COMPLETE = dict.fromkeys(feeds.RESOURCES, CoverageStatus.COMPLETE)


# --- reading --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/feed/"])
def test_blog_is_read_through_its_api(collect, path):
    """Whether the register has the site or its feed, all of a WordPress blog is read through the API."""
    snapshot = collect(path)
    assert statuses(snapshot) == ALL_COMPLETE
    assert snapshot.posts["id"].tolist() == ["8", "10", "7", "4", "9"]
    assert snapshot.posts["kind"].tolist() == ["post", "post", "post", "post", "page"]
    assert snapshot.coverage[Resource.POSTS].read == 5
    assert snapshot.taken == NOW


def test_profile_is_what_the_site_says_of_itself(collect, blog):
    """The profile has the blog's name and description without markup, and no id, for there is no stable one."""
    profile = collect().profile
    assert (profile.name, profile.bio) == ("Hazelbrook & Friends", "News from Hazelbrook Primary School")
    assert (profile.platform_id, profile.address) == ("", blog.url)


def test_posts_arrive_as_plain_text(collect):
    """Titles are unescaped, texts have no markup, links are kept, and a formula is only text."""
    posts = collect().posts.set_index("id")
    assert posts.loc["7", "title"] == "Harvest “supper” & more"
    assert posts.loc["4", "text"] == "Term starts on 2 September.\nRing the office or see the dates."
    assert posts.loc["4", "links"] == ("tel:+442079460000", "https://bit.example/x1")
    assert posts.loc["7", "links"] == ("https://video.example/embed/7",)
    assert posts.loc["8", "title"] == "=HYPERLINK(1)"
    assert posts.loc["10", "text"] == ""  # behind a password


def test_times_are_greenwich_times(collect):
    """Dates are read as UTC; an edit is only noted when there was one."""
    posts = collect().posts.set_index("id")
    assert posts.loc["4", "created"].isoformat() == "2026-09-01T09:00:00+00:00"
    assert posts.loc["4", "edited"].isoformat() == "2026-11-10T12:00:00+00:00"
    assert posts.loc["7", "edited"] is not posts.loc["4", "edited"]
    assert posts["edited"].isna().tolist() == [True, True, True, False, True]


def test_date_of_zeros_is_unknown(collect, blog):
    """A date that does not exist is unknown, and the post is there."""
    blog.items["posts"][0] |= {"date_gmt": "0000-00-00T00:00:00", "modified_gmt": None}
    post = collect().posts.iloc[0]
    assert post["id"] == "8"
    assert str(post["created"]) == str(post["edited"]) == "NaT"


def test_pictures_of_posts_and_of_the_library_are_there_once(collect):
    """Pictures come from texts, as post pictures and from the library, each once, with their descriptions."""
    snapshot = collect()
    media = snapshot.media.set_index("id")
    assert sorted(media.index) == ["media-5", "media-6"]
    assert media.loc["media-5", ["post_id", "kind", "alt"]].tolist() == ["7", "image", "Pumpkins on a table"]
    assert media.loc["media-6", ["post_id", "width", "height"]].tolist() == ["4", 640, 480]
    addresses = snapshot.posts.set_index("id")["media"]
    assert [address.rpartition("/")[2] for address in addresses["4"]] == ["hall.png"]
    assert [address.rpartition("/")[2] for address in addresses["7"]] == ["harvest.png"]


def test_library_pictures_that_no_post_shows_are_there(collect, blog):
    """A picture that lies in the library alone is read, with the post it was uploaded to, if any."""
    blog.items["posts"] = [post for post in blog.items["posts"] if post["id"] == 8]
    media = collect().media.set_index("id")
    assert media["post_id"].to_dict() == {"media-6": "", "media-5": "4"}
    assert media["alt"].to_dict() == {"media-6": "", "media-5": "Baskets of pumpkins"}


def test_documents_are_no_media(collect, blog):
    """PDF files of the library are no pictures; sizes that are no numbers are unknown."""
    pdf, picture = copy.deepcopy(blog.items["media"][0]), blog.items["media"][1]
    pdf |= {"id": 30, "mime_type": "application/pdf", "source_url": f"{blog.url}/menu.pdf", "media_details": []}
    picture |= {"id": 31, "source_url": f"{blog.url}/drawing.svg", "mime_type": "image/svg+xml"}
    picture["media_details"] = {"width": "100%"}
    blog.items["media"] += [pdf]
    media = collect().media.set_index("id")
    assert "media-30" not in media.index
    assert str(media.loc["media-31", "width"]) == "<NA>"


def test_comments_are_read_without_who_wrote_them(collect, blog):
    """Comments have text and post; a visitor has no id; those of the blog's authors are ours."""
    comments = collect().comments.set_index("id")
    assert comments.loc["comment-2", ["post_id", "author_id", "ours"]].tolist() == ["7", "", False]
    assert comments.loc["comment-2", "text"] == "See you there & ring 07700 900123"
    assert comments.loc["comment-3", ["author_id", "ours"]].tolist() == ["2", True]
    asked = blog.asked("comments")[0]["_fields"].split(",")
    assert set(asked) == {"id", "post", "author", "link", "content", "date_gmt"}


def test_signed_in_reader_is_not_an_author(collect, blog):
    """Somebody who only has an account on the blog is not the blog."""
    blog.items["comments"][1]["author"] = 55
    comments = collect().comments.set_index("id")
    assert comments.loc["comment-2", ["author_id", "ours"]].tolist() == ["55", False]


def test_authors_that_are_kept_back_are_known_from_the_posts(collect, blog):
    """Where the list of authors is closed, those who wrote posts are the authors."""
    blog.always[f"{API}/users"] = refusal("rest_user_cannot_view", 401)
    snapshot = collect()
    assert statuses(snapshot) == ALL_COMPLETE
    assert snapshot.comments.set_index("id").loc["comment-3", "ours"]


def many(items, count):
    return [item | {"id": number} for item, number in zip([items[0]] * count, range(1000, 1000 + count), strict=True)]


@pytest.mark.parametrize("count", [100, 101, 250])
def test_all_pages_are_read(collect, blog, count):
    """A route is read page by page to its end, a full last page included."""
    blog.items["posts"] = many(blog.items["posts"], count)
    snapshot = collect()
    assert (snapshot.posts["kind"] == "post").sum() == count
    assert statuses(snapshot) == ALL_COMPLETE


def test_paging_needs_no_counting_headers(collect, blog):
    """Pages are followed by their links or as long as they are full: a proxy may drop WordPress's headers."""
    blog.items["posts"] = many(blog.items["posts"], 150)
    original = blog._items
    blog._items = lambda *asked: Reply((answer := original(*asked)).body, answer.status)
    assert len(collect().posts) == 151


def test_same_page_again_and_again_is_drift(collect, blog):
    """A site that ignores the number of the page is not read for ever."""
    full = json.dumps(many(blog.items["posts"], 100))
    blog.always[f"{API}/posts"] = Reply(full, headers={"Content-Type": "application/json"})
    coverage = collect().coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, False, 100)
    assert coverage.reason == "The blog's API gives the same page of its posts again and again."


def test_cap_is_a_planned_partial(collect):
    """At the cap reading stops; the coverage says so, and from which moment on it is whole."""
    snapshot = collect(max_posts=2)
    coverage = snapshot.coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 2)
    assert coverage.reason == "Stopped at the cap of 2 items."
    assert coverage.since == datetime(2026, 10, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize("rest_route", ["/?rest_route=/", "/index.php?rest_route=/"])
def test_api_without_pretty_addresses_is_read(collect, blog, rest_route):
    """A blog whose addresses are not rewritten has its API behind a question mark."""
    blog.api = rest_route
    original = blog._page

    def page(path, question):
        route = question.pop("rest_route", None)
        return original(f"/wp-json{route}" if route else path, question)

    blog._page = page
    assert len(collect().posts) == 5


def test_api_is_found_in_the_page(collect, blog):
    """The API is found by its link in the page's head where the header is missing."""
    blog.announced = False
    link = f'<link rel="https://api.w.org/" href="{blog.url}/wp-json/">'
    blog.always["/"] = Reply(blog.fixture("home.html").replace("<meta", link + "<meta").replace("/wp-content/", "/x/"))
    assert statuses(collect()) == ALL_COMPLETE


def test_api_is_found_by_wordpress_own_files(collect, blog):
    """Where every link to the API was taken out, the addresses of WordPress's files tell where it is."""
    blog.announced = False
    assert statuses(collect()) == ALL_COMPLETE


def test_files_of_another_wordpress_are_no_sign(collect, blog):
    """A page that shows a picture from another site's WordPress does not send us there."""
    blog.announced = False
    page = blog.fixture("home.html").replace(f"{blog.url}/wp-content", "https://other.example/wp-content")
    blog.always["/"] = Reply(page)
    snapshot = collect()
    assert not blog.asked("posts")
    assert "The blog runs on WordPress" in snapshot.coverage[Resource.POSTS].reason


# --- less than all ----------------------------------------------------------------------------------------


def test_since_asks_for_what_is_new_and_what_was_edited(collect, blog):
    """With a moment to start from, newer and edited items are asked for; that is all that was wanted."""
    snapshot = collect(since=OCTOBER)
    assert sorted(snapshot.posts["id"]) == ["10", "4", "7", "8"]
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE
    asked = [{"after", "modified_after"} & question.keys() for question in blog.asked("posts")]
    assert asked == [{"after"}, {"modified_after"}]
    assert blog.asked("posts")[0]["after"] == "2026-10-01T00:00:00Z"


def test_since_does_not_hide_comments_or_overstate_pictures(collect):
    """Comments and pictures are not mirrored: all comments are read, and pictures are partial since then."""
    snapshot = collect(since=datetime(2026, 11, 1, tzinfo=UTC))
    assert len(snapshot.comments) == 2
    assert snapshot.coverage[Resource.COMMENTS].status is CoverageStatus.COMPLETE
    media = snapshot.coverage[Resource.MEDIA]
    assert (media.status, media.planned) == (CoverageStatus.PARTIAL, True)
    assert media.reason == "Only what is newer than 01/11/2026 was asked for."


def test_wanted_items_are_asked_for_by_number(collect, blog):
    """Older items that are wanted again are fetched by number; those that do not come back are gone."""
    blog.items["posts"][3]["modified_gmt"] = blog.items["posts"][3]["date_gmt"]
    wanted = ("4", "9", "999", "media-5", "media-77", "comment-2", "comment-88", "https://elsewhere.example/x")
    snapshot = collect(since=datetime(2026, 11, 1, tzinfo=UTC), refetch=wanted)
    assert {"4", "9"} <= set(snapshot.posts["id"])
    assert "media-5" in set(snapshot.media["id"])
    assert snapshot.gone == {"999", "media-77", "comment-88"}
    assert blog.asked("comments")[-1]["include"] == "88"


def test_comments_not_covered_are_not_asked_for(collect, blog):
    """Where comments are left out, they are not asked for, not even by number."""
    skip = {Resource.COMMENTS: not_due("Not covered by the DPIA.")}
    snapshot = collect(skip=skip, refetch=("comment-2",))
    assert blog.asked("comments") == []
    assert len(snapshot.comments) == 0
    assert snapshot.coverage[Resource.COMMENTS] == skip[Resource.COMMENTS]
    assert snapshot.gone == frozenset()


def test_posts_left_out_leave_the_library(collect, blog):
    """Without posts, the library's pictures are read all the same."""
    snapshot = collect(skip={Resource.POSTS: not_due("Not tonight.")})
    assert len(snapshot.posts) == 0
    assert sorted(snapshot.media["id"]) == ["media-5", "media-6"]
    assert snapshot.coverage[Resource.MEDIA].status is CoverageStatus.COMPLETE


def test_pictures_left_out_are_not_asked_for(collect, blog):
    """Without media, the library is not asked and no picture is handed up."""
    snapshot = collect(skip={Resource.MEDIA: not_due("Not tonight.")})
    assert blog.asked("media") == []
    assert len(snapshot.media) == 0


# --- closed doors -----------------------------------------------------------------------------------------


CLOSED = [
    (refusal("rest_forbidden", 401), "through its API (rest_forbidden)"),
    (refusal("rest_forbidden", 403), "through its API (rest_forbidden)"),
    (Reply("<html>Blocked by the firewall</html>", 403), "through its API (status 403)"),
    (refusal("rest_no_route", 404), "does not offer its"),
]


@pytest.mark.parametrize(("closed", "sentence"), CLOSED)
def test_closed_pages_leave_the_posts(collect, blog, closed, sentence):
    """Where only the pages are closed, the posts count, as a planned partial; nothing counts as gone."""
    blog.always[f"{API}/pages"] = closed
    snapshot = collect(refetch=("999",))
    coverage = snapshot.coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 4)
    assert sentence in coverage.reason
    assert snapshot.gone == frozenset()


@pytest.mark.parametrize(("closed", "sentence"), CLOSED)
def test_closed_library_leaves_the_pictures_of_posts(collect, blog, closed, sentence):
    """Where the library is closed, the pictures that posts show count, as a planned partial."""
    blog.always[f"{API}/media"] = closed
    snapshot = collect(refetch=("media-77",))
    coverage = snapshot.coverage[Resource.MEDIA]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 2)
    assert sentence in coverage.reason
    assert snapshot.gone == frozenset()


def test_closed_library_of_a_blog_without_pictures_is_not_permitted(collect, blog):
    """Where nothing of the pictures can be seen, reading them is not permitted."""
    blog.always[f"{API}/media"] = refusal("rest_forbidden", 401)
    blog.items["posts"] = blog.items["posts"][:1]
    coverage = collect().coverage[Resource.MEDIA]
    assert coverage.status is CoverageStatus.NOT_PERMITTED


@pytest.mark.parametrize(("closed", "sentence"), CLOSED)
def test_closed_comments_are_read_from_their_feed(collect, blog, closed, sentence):
    """Where comments are closed, their feed is read: a planned partial, with the same ids."""
    blog.always[f"{API}/comments"] = closed
    snapshot = collect()
    coverage = snapshot.coverage[Resource.COMMENTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 2)
    assert sentence in coverage.reason
    assert coverage.reason.endswith("Its feed of comments was read instead, which carries the latest 2.")
    assert coverage.since == datetime(2026, 10, 6, 9, tzinfo=UTC)
    comments = snapshot.comments.set_index("id")
    assert comments.loc["comment-2", ["post_id", "text"]].tolist() == ["7", "See you there & ring 07700 900123"]
    assert "Robin" not in comments.to_csv()


def test_comments_that_are_closed_everywhere_are_not_permitted(collect, blog):
    """Without API and feed of comments, reading them is not permitted, for the API's reason."""
    blog.always[f"{API}/comments"] = refusal("rest_forbidden", 401)
    blog.always["/comments/feed/"] = Reply("", 404)
    coverage = collect().coverage[Resource.COMMENTS]
    assert coverage.status is CoverageStatus.NOT_PERMITTED
    assert coverage.reason == "The blog does not show everyone its comments through its API (rest_forbidden)."


@pytest.mark.parametrize(("closed", "sentence"), CLOSED)
@pytest.mark.parametrize("path", ["/", "/feed/"])
def test_closed_api_leaves_the_feed(collect, blog, closed, sentence, path):
    """Where the whole API is closed, feeds are read, with the same ids; never as complete, for they lack pages."""
    for route in ("posts", "pages", "media", "comments"):
        blog.always[f"{API}/{route}"] = closed
    blog.always["/wp-json/"] = closed
    snapshot = collect(path)
    assert snapshot.profile.name == "Hazelbrook & Friends"
    assert snapshot.posts["id"].tolist() == ["8", "10", "7", "4"]
    coverage = snapshot.coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 4)
    assert sentence in coverage.reason
    assert coverage.since == datetime(2026, 9, 1, 9, tzinfo=UTC)
    assert snapshot.media["id"].tolist() == ["media-5"]
    assert snapshot.comments["id"].tolist() == ["comment-3", "comment-2"]


def test_blog_that_is_closed_altogether_is_not_permitted(collect, blog):
    """Where the API is closed and there is no feed, the API's reason is the one that is told."""
    blog.always["/feed/"] = Reply("", 404)
    blog.always[f"{API}/posts"] = refusal("rest_forbidden", 401)
    coverage = collect().coverage[Resource.POSTS]
    assert coverage.status is CoverageStatus.NOT_PERMITTED
    blog.always["/wp-json/"] = refusal("rest_forbidden", 401)
    with pytest.raises(Refused, match="rest_forbidden"):
        collect()


def test_closed_posts_alone_are_read_from_the_feed(collect, blog):
    """Where only posts are closed, they come from the feed and the rest through the API."""
    blog.always[f"{API}/posts"] = refusal("rest_forbidden", 401)
    snapshot = collect()
    assert snapshot.posts["id"].tolist() == ["8", "10", "7", "4"]
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.PARTIAL
    assert snapshot.coverage[Resource.COMMENTS].status is CoverageStatus.COMPLETE
    assert sorted(snapshot.media["id"]) == ["media-5", "media-6"]
    assert snapshot.coverage[Resource.MEDIA].status is CoverageStatus.PARTIAL


def test_wanted_items_are_looked_for_without_the_api(collect, blog):
    """Without the API, an item that the feed lacks is opened by its number: gone when it is not found."""
    blog.always["/wp-json/"] = refusal("rest_forbidden", 401)
    blog.always["/"] = Reply("", 404)
    assert collect("/feed/", refetch=("4", "999", "media-77")).gone == {"999"}
    blog.always["/"] = Reply("It is here")
    assert collect("/feed/", refetch=("4", "9")).gone == frozenset()
    blog.always["/"] = Reply("", 500)
    assert collect("/feed/", refetch=("4", "999")).gone == frozenset()


def test_api_in_trouble_makes_the_run_incomplete(collect, blog):
    """When the API is there but down, the feed is read, and the reading is not a planned partial."""
    blog.always["/wp-json/"] = Reply("", 500)
    snapshot = collect()
    assert len(snapshot.posts) == 4
    for resource in (Resource.POSTS, Resource.COMMENTS):
        coverage = snapshot.coverage[resource]
        assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, False)
        assert "fault of its own (500)" in coverage.reason


def test_site_that_is_down_is_an_error(collect, blog):
    """When the blog itself does not answer, nothing of it can be read."""
    blog.always["/"] = Reply("", 503)
    with pytest.raises(Unreachable):
        collect()


@pytest.mark.parametrize(
    ("route", "resource", "kept"),
    [("posts", Resource.POSTS, 0), ("pages", Resource.POSTS, 4), ("comments", Resource.COMMENTS, 0)],
)
def test_route_that_fails_leaves_the_others(collect, blog, route, resource, kept):
    """A fault on one route is that resource's own; what was read before it counts, unplanned."""
    blog.always[f"{API}/{route}"] = Reply("", 500)
    snapshot = collect()
    coverage = snapshot.coverage[resource]
    assert coverage.status is (CoverageStatus.PARTIAL if kept else CoverageStatus.FAILED)
    assert (coverage.planned, coverage.read) == (False, kept)
    assert "fault of its own (500)" in coverage.reason
    others = {Resource.POSTS, Resource.COMMENTS} - {resource}
    assert all(snapshot.coverage[other].status is CoverageStatus.COMPLETE for other in others)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ([{}], "The blog's answer for its posts lacks 'content'."),
        ([{"content": None}], "The blog's answer for its posts has another shape than documented."),
        (
            [{"content": {"rendered": 5}, "link": "x"}],
            "The blog's answer for its posts has another shape than documented.",
        ),
        ({"posts": []}, "The blog's API gave no list of its posts."),
        ([3], "The blog's answer for its posts has another shape than documented."),
    ],
)
def test_drift_of_the_shape_is_named(collect, blog, body, sentence):
    """A field that is missing or of another type fails the posts, with a sentence that names it."""
    blog.always[f"{API}/posts"] = Reply(json.dumps(body), headers={"Content-Type": "application/json"})
    coverage = collect().coverage[Resource.POSTS]
    assert (coverage.status, coverage.reason) == (CoverageStatus.FAILED, sentence)


def test_question_that_is_not_understood_is_drift(collect, blog):
    """A refusal of the question itself is a failure with WordPress's code."""
    blog.always[f"{API}/posts"] = refusal("rest_invalid_param", 400)
    coverage = collect().coverage[Resource.POSTS]
    assert coverage.status is CoverageStatus.FAILED
    assert "(rest_invalid_param)" in coverage.reason


def test_page_in_place_of_the_api_leaves_the_feed(collect, blog):
    """A site that sends its own page for every address is read by its feed."""
    blog.always["/wp-json/"] = Reply("<html>Welcome</html>")
    assert len(collect().posts) == 4


def test_plain_site_with_wordpress_pictures_and_no_api_is_read_by_its_feed(collect, blog):
    """Where the API is only guessed and not there, the feed is read, and that is all the blog offers."""
    blog.announced = False
    blog.always["/wp-json/"] = Reply("", 404)
    coverage = collect().coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 4)
    assert coverage.reason == "The blog runs on WordPress, whose feed leaves its pages out."


def test_proof_says_that_the_api_answers(blog, client):
    """The proof opens the address and the API's front door, and says so."""
    account = Account("b", 2, "blog", address=f"{blog.url}/")
    assert feeds.prove(account, CollectPlan("", NOW), client) == f"{blog.url} runs on WordPress, and its API answers."
    assert len(blog.requests) == 2


# --- recordings -----------------------------------------------------------------------------------------


PLANTED = ("Robin", "07700", "See you there", "robin.example")


def test_commenters_are_replaced_in_recorded_answers(blog):
    """What visitors wrote, and every trace of who they are, becomes a stand-in; ids of comments stay."""
    comments = [
        comment
        | {
            "author_name": "Robin Parent",
            "author_url": "https://robin.example",
            "author_avatar_urls": {"24": "https://gravatar.example/robin"},
        }
        for comment in blog.items["comments"]
    ]
    disguised = feeds.disguise(comments, frozenset(), StandIns())
    text = json.dumps(disguised)
    assert not [planted for planted in PLANTED if planted.casefold() in text.casefold()]
    assert [comment["id"] for comment in disguised] == [3, 2]
    assert [comment["post"] for comment in disguised] == [7, 7]
    assert [comment["author"] == 0 for comment in disguised] == [False, True]


@pytest.mark.parametrize("atom", [False, True])
def test_commenters_are_replaced_in_recorded_feeds(collect, blog, atom):
    """A feed of comments keeps its shape, ids and dates, and nothing of the commenters."""
    text = blog.fixture("comments-feed.xml")
    if atom:
        text = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Comments</title><entry>
            <title>By: Robin Parent</title><author><name>Robin Parent</name><uri>https://robin.example</uri></author>
            <link rel="alternate" href="https://b.example/x/#comment-2"/><id>https://b.example/?p=7#comment-2</id>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">See you there <b>07700</b></div></content>
            </entry></feed>"""
    disguised = feeds.disguise(text, frozenset(), StandIns())
    assert not [planted for planted in PLANTED if planted in disguised]
    blog.always[f"{API}/comments"] = refusal("rest_forbidden", 401)
    blog.always["/comments/feed/"] = Reply(disguised, headers={"Content-Type": "application/rss+xml; charset=utf-8"})
    assert "comment-2" in set(collect().comments["id"])


def test_broken_feed_of_comments_is_not_kept():
    """A feed of comments that cannot be taken apart is refused, so that the recorder drops it."""
    with pytest.raises(ValueError, match="not XML"):
        feeds.disguise("<rss><item><guid>#comment-2</guid>Robin", frozenset(), StandIns())


def test_pages_keep_only_their_links_in_recordings(blog):
    """Of a page only the links of its head stay, by which a replay finds the feed and the API again."""
    disguised = feeds.disguise(blog.fixture("home.html"), frozenset(), StandIns())
    assert "Robin" not in disguised
    assert disguised.count("<link") == 3


@pytest.mark.parametrize("closed", [False, True])
def test_recorded_night_replays_without_commenters(blog, tmp_path, closed):
    """A recording of a real host has no trace of commenters, and its replay reads the same posts."""
    if closed:
        blog.always["/wp-json/"] = refusal("rest_forbidden", 401)
    network = Network("it@hazelbrook.example", default_pace=0.0, private_hosts=frozenset({blog.host}))
    account = Account("blog hazelbrook", 2, "blog", address=f"{blog.url}/")

    def read(**way):
        http = Http(network, **way)
        client = http.client("blog", lambda body, stand_ins: feeds.disguise(body, frozenset(), stand_ins))
        snapshot = feeds.collect(account, CollectPlan("", NOW), client)
        http.close()
        return snapshot

    path = tmp_path / "night.jsonl.gz"
    with Recorder(path, NOW) as recorder:
        live = read(recorder=recorder)
    replayed = read(replay=Replay(path))
    recorded = gzip.decompress(path.read_bytes()).decode()
    assert not [planted for planted in PLANTED if planted.casefold() in recorded.casefold()]
    assert replayed.posts.equals(live.posts)
    assert replayed.media.equals(live.media)
    assert statuses(replayed) == statuses(live)
    assert replayed.comments["id"].tolist() == live.comments["id"].tolist() == ["comment-3", "comment-2"]


@pytest.mark.parametrize("name", ["posts", "pages", "media", "users"])
def test_what_the_blog_publishes_stays_in_recordings(blog, name):
    """Own posts, pages and pictures are recorded as they are."""
    assert feeds.disguise(blog.items[name], frozenset(), StandIns()) == blog.items[name]
    assert feeds.disguise(blog.fixture("feed.xml"), frozenset(), StandIns()) == blog.fixture("feed.xml")
