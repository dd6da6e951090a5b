"""Vimeo by its API: the account, its films, their comments, whom it meets, and every way of failing."""

import gzip
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from imitations.scripted_site import Reply, Site

from connectors import vimeo
from connectors.connector import (
    LoginWall,
    NotFound,
    NotRecorded,
    OutOfCredit,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, Settings, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
TOKEN = "invented4tests0123456789"
JSON = {"Content-Type": "application/vnd.vimeo.user+json"}
HTML = {"Content-Type": "text/html"}
SCHOOL = Account("vimeo:hazelbrook", 2, "vimeo", "hazelbrook")


def total(**counts):
    return {"connections": {name: {"uri": "/x", "options": ["GET"], "total": count} for name, count in counts.items()}}


def picture(name):
    link = f"https://pictures.example/{name}"
    sizes = [
        {"width": 100, "height": 75, "link": f"{link}_s.jpg"},
        {"width": 640, "height": 360, "link": f"{link}.jpg"},
    ]
    return {"uri": "/x", "active": True, "sizes": sizes}


USER = {
    "uri": "/users/4001",
    "name": "Hazelbrook Primary",
    "link": "https://vimeo.com/hazelbrook",
    "bio": "Official films, with @elmfieldpta. https://hazelbrook.example/films",
    "location": "Hazelbrook",
    "created_time": "2019-09-01T08:00:00+00:00",
    "account": "plus",
    "websites": [{"link": "https://hazelbrook.example", "name": "Us", "description": None}],
    "pictures": picture("badge"),
    "metadata": total(followers=2, following=1, videos=2),
}
FILM = {
    "uri": "/videos/7001",
    "name": "Harvest",
    "description": "With @kithill99, see https://hazelbrook.example/harvest",
    "link": "https://vimeo.com/7001",
    "created_time": "2026-11-01T09:00:00+00:00",
    "release_time": "2026-11-02T09:00:00+00:00",
    "language": "en-GB",
    "privacy": {"view": "anybody", "comments": "anybody"},
    "content_rating": ["safe"],
    "tags": [{"name": "harvest"}, {"name": "autumn"}],
    "pictures": picture("harvest"),
    "user": {"uri": "/users/4001"},
    "metadata": total(comments=3),
}
OLD = {
    **FILM,
    "uri": "/videos/6001",
    "name": "Old",
    "created_time": "2025-01-01T09:00:00+00:00",
    "release_time": None,
    "metadata": total(comments=0),
}
PARENT = {
    "uri": "/users/880014447771",
    "name": "Kit Hill",
    "link": "https://vimeo.com/kithill99",
    "bio": "I am 12",
    "created_time": "2024-05-05T10:11:12+00:00",
}


def comment(number, text, user=PARENT, replies=0):
    metadata = total(replies=replies)
    uri = f"/videos/7001/comments/{number}"
    return {"uri": uri, "text": text, "created_on": "2026-11-03T10:11:12+00:00", "user": user, "metadata": metadata}


ASKED = comment(501, "Ring 07700 900123, says Kit Hill", replies=1)
ANSWER = comment(502, "Thank you Kit Hill", {"uri": "/users/4001", "name": "Hazelbrook Primary"})
ANSWER["created_on"] = "2026-11-03T11:12:13+00:00"
NOBODY = comment(503, "Lovely", None)
OTHERS = ("kithill99", "Kit Hill", "I am 12", "880014447771", "07700", "elmfieldpta", ":11:12")


def said(body, status=200):
    return Reply(json.dumps(body), status, JSON)


def served(*items, following=None):
    return said({"total": len(items), "page": 1, "per_page": 100, "paging": {"next": following}, "data": list(items)})


def error(code, status):
    return said({"error": "about Kit Hill", "link": None, "developer_message": "x", "error_code": code}, status)


@pytest.fixture
def site():
    with Site() as one:
        yield one


@pytest.fixture
def answers():
    """What the imitation answers, by path; a test changes what it is about."""
    return {
        "users/hazelbrook": [said(USER)],
        "users/4001": [said(USER)],
        "users/4001/videos": [served(FILM, following="/users/4001/videos?page=2"), served(OLD)],
        "videos/7001/comments": [served(ASKED, NOBODY)],
        "videos/7001/comments/501/replies": [served(ANSWER)],
        "users/4001/followers": [served(PARENT, {**PARENT, "uri": "/users/880014447772"})],
        "users/4001/following": [served(PARENT)],
    }


def way_out(site, **more):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, backoff=0, private_hosts={site.host})
    return Http(network, secrets=(TOKEN,), **more)


@pytest.fixture
def collect(site, answers):
    def collect(account=SCHOOL, http=None, disguise=None, **plan):
        if not site._replies:
            for path, replies in answers.items():
                site.on(f"/{path}", *replies)
        plan = {"secrets": {"access_token": TOKEN}, **plan}
        http = http or way_out(site)
        try:
            return vimeo.collect(account, CollectPlan(site.url, NOW, **plan), http.client("x", disguise))
        finally:
            http.close()

    return collect


def test_the_profile_is_read_whole(collect):
    """Names, words, place, links, counts, picture and day of joining are read."""
    profile = collect().profile
    assert (profile.platform_id, profile.handle, profile.name) == ("4001", "hazelbrook", "Hazelbrook Primary")
    assert (profile.bio, profile.location) == (USER["bio"], "Hazelbrook")
    assert profile.links == ("https://hazelbrook.example", "https://hazelbrook.example/films")
    assert (profile.followers, profile.following, profile.posts) == (2, 1, 2)
    assert profile.created == datetime(2019, 9, 1, 8, tzinfo=UTC)
    assert profile.avatar == "https://pictures.example/badge.jpg"


def test_films_are_posts(collect):
    """Title, words with tags, links, day, language and the largest still are read, over all pages."""
    snapshot = collect()
    assert list(snapshot.posts["id"]) == ["7001", "6001"]
    row = snapshot.posts.iloc[0]
    assert (row["kind"], row["title"], row["language"]) == ("video", "Harvest", "en-GB")
    assert row["text"] == f"{FILM['description']}\nautumn harvest"
    assert row["links"] == ("https://hazelbrook.example/harvest",)
    assert row["created"] == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert row["media"] == ("https://pictures.example/harvest.jpg",)
    assert list(snapshot.media["width"]) == [640, 640]


@pytest.mark.parametrize(
    ("privacy", "ratings", "marks", "replies"),
    [
        ({"view": "anybody", "comments": "nobody"}, ["safe"], (), "nobody"),
        ({"view": "unlisted", "comments": "contacts"}, ["unrated"], ("unlisted",), "limited"),
        (
            {"view": "anybody", "comments": "anybody"},
            ["nudity", "violence", "language"],
            ("sensitive", "explicit"),
            "everyone",
        ),
        ({}, [], (), ""),
    ],
)
def test_what_vimeo_says_of_a_film(collect, answers, privacy, ratings, marks, replies):
    """Ratings and privacy come in the words that all platforms share."""
    answers["users/4001/videos"] = [served({**FILM, "privacy": privacy, "content_rating": ratings})]
    row = collect().posts.iloc[0]
    assert (row["marks"], row["replies"]) == (marks, replies)


def test_comments_and_their_answers_are_read(collect, site):
    """The account's own answer is known as such; films without comments are not asked about."""
    comments = collect().comments.set_index("id")
    assert list(comments.index) == ["7001_501", "7001_502", "7001_503"]
    assert list(comments["ours"]) == [False, True, False]
    assert list(comments["author_id"]) == ["880014447771", "4001", ""]
    assert set(comments["post_id"]) == {"7001"}
    assert not [one.path for one in site.requests if "6001/comments" in one.path]


def test_followers_are_people(collect):
    """Handle, name, words and day of joining of everybody who follows."""
    followers = collect().followers
    assert list(followers["id"]) == ["880014447771", "880014447772"]
    assert (followers["handle"][0], followers["bio"][0]) == ("kithill99", "I am 12")


def test_who_may_comment_is_a_setting_where_vimeo_tells(collect, answers):
    """It shows that to the account's own token; elsewhere a person looks."""
    hidden = collect(skip={Resource.POSTS: not_due("x")})
    assert hidden.settings is None
    assert hidden.coverage[Resource.SETTINGS].status is CoverageStatus.NOT_OFFERED


def test_the_accounts_own_token_tells_who_may_comment(collect, answers):
    """Contacts only is limited."""
    told = {"preferences": {"videos": {"privacy": {"comments": "contacts"}}}}
    answers["users/hazelbrook"] = [said({**USER, **told})]
    snapshot = collect()
    assert snapshot.settings == Settings(replies_from="limited")
    assert snapshot.coverage[Resource.SETTINGS].status is CoverageStatus.COMPLETE


def test_every_resource_has_its_coverage(collect):
    """All but who may write to it is complete."""
    coverage = collect().coverage
    assert coverage.keys() == vimeo.RESOURCES
    assert coverage.pop(Resource.SETTINGS).status is CoverageStatus.NOT_OFFERED
    assert {one.status for one in coverage.values()} == {CoverageStatus.COMPLETE}


def test_what_is_not_due_is_not_asked_for(collect, site):
    """Only the profile is read then."""
    off = not_due("not covered by the DPIA")
    snapshot = collect(skip=dict.fromkeys(vimeo.RESOURCES - {Resource.PROFILE}, off))
    assert [urlsplit(one.path).path for one in site.requests] == ["/users/hazelbrook"]
    assert list(snapshot.coverage.values()).count(off) == len(vimeo.RESOURCES) - 1
    assert len(snapshot.posts) == len(snapshot.comments) == len(snapshot.followers) == 0


def test_the_reading_stops_at_what_is_known(collect, site):
    """With a moment to begin from, older films are left, and nothing is said of their number."""
    snapshot = collect(since=datetime(2026, 10, 1, tzinfo=UTC))
    assert list(snapshot.posts["id"]) == ["7001"]
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE


def test_caps_stop_as_planned(collect):
    """A cap is our own choice, and what was read before it counts."""
    snapshot = collect(max_posts=1, max_people=1)
    for resource in (Resource.POSTS, Resource.COMMENTS, Resource.FOLLOWERS):
        read = snapshot.coverage[resource]
        assert (read.status, read.planned, read.read) == (CoverageStatus.PARTIAL, True, 1)


def test_items_that_are_no_longer_there_are_gone(collect, answers):
    """A film that Vimeo does not find and a comment that is not in the list are gone; others' films are left alone."""
    answers["videos/77"] = [error(5000, 404)]
    answers["videos/78"] = [said({**FILM, "uri": "/videos/78", "metadata": total(comments=0)})]
    answers["videos/79"] = [said({**FILM, "uri": "/videos/79", "user": {"uri": "/users/9"}})]
    snapshot = collect(refetch=("77#still", "78", "79", "7001", "7001_501", "7001_999", "5_5", "strange"))
    assert snapshot.gone == {"77#still", "7001_999", "5_5"}
    assert set(snapshot.posts["id"]) == {"7001", "6001", "78"}


def test_an_empty_list_is_not_trusted(collect, answers):
    """Where Vimeo counts films and followers, no list without any is complete."""
    answers["users/4001/videos"] = [served()]
    answers["users/4001/followers"] = [served()]
    coverage = collect().coverage
    assert coverage[Resource.POSTS].reason == "Vimeo counts 2 films and shows 0."
    assert coverage[Resource.FOLLOWERS].reason == "Vimeo counts 2 followers and shows 0."


def test_a_list_that_goes_round_is_noticed(collect, answers):
    """A next page that is not the next is no progress."""
    answers["users/4001/videos"] = [served(FILM, following="/users/4001/videos?page=1")]
    assert "no next page" in collect().coverage[Resource.POSTS].reason


def test_one_list_that_fails_leaves_the_others(collect, answers):
    """Each part fails on its own."""
    answers["users/4001/followers"] = [error(3, 500)]
    answers["users/4001/following"] = [error(3, 403)]
    coverage = collect().coverage
    assert coverage[Resource.FOLLOWERS].status is CoverageStatus.FAILED
    assert coverage[Resource.FOLLOWING].status is CoverageStatus.NOT_PERMITTED
    assert coverage[Resource.COMMENTS].status is CoverageStatus.COMPLETE


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ({"handle": "@hazelbrook"}, "hazelbrook"),
        ({"address": "https://vimeo.com/hazelbrook/videos"}, "hazelbrook"),
        ({"handle": "user4001"}, "4001"),
        ({"handle": "before", "platform_id": "4001"}, "4001"),
    ],
    ids=["its name", "its address", "its number", "renamed"],
)
def test_an_account_is_asked_for_as_the_register_names_it(collect, site, row, asked):
    """By its id when that is known: a renamed account is followed, and its old name with a new id is not."""
    profile = collect(Account("k", 2, "vimeo", **row)).profile
    assert profile.platform_id == "4001"
    assert urlsplit(site.requests[0].path).path == f"/users/{asked}"


def test_a_row_without_a_name_is_said(collect):
    """There is nothing to ask for."""
    with pytest.raises(NotFound, match="neither a handle nor an address"):
        collect(Account("k", 2, "vimeo"))


@pytest.mark.parametrize("secrets", [{}, {"access_token": " "}, {"access_token": "tokén"}])
def test_without_a_token_nothing_is_asked(collect, site, secrets):
    """The sentence says where to get one."""
    with pytest.raises(Refused, match="no access token for Vimeo"):
        collect(secrets=secrets)
    assert site.requests == []


TROUBLES = {
    "no such account": (error(5000, 404), NotFound, "Vimeo knows no account hazelbrook"),
    "a dead token": (error(8003, 401), Refused, "does not accept the access token"),
    "no permission": (error(3200, 403), Refused, "needs the scope public"),
    "too fast": (Reply("", 429, {"Retry-After": "99999"}), RateLimited, "wants us back in 99999 seconds"),
    "payment": (Reply("", 402), OutOfCredit, "paid first"),
    "a fault": (Reply("", 503), Unreachable, "fault of its own"),
    "an error at 200": (error(9, 200), Unreachable, "an error (9)"),
    "a page at 200": (Reply("<html>Log in</html>", headers=HTML), LoginWall, "a web page instead of data"),
    "half an answer": (Reply('{"uri"', headers=JSON), SchemaDrift, "cannot be read as JSON"),
    "a list": (said([]), SchemaDrift, "is not an object"),
    "no id": (said({**USER, "uri": None}), SchemaDrift, "lacks 'uri' in the account"),
    "a new kind of id": (said({**USER, "uri": "/users/x"}), SchemaDrift, "no number in 'uri' of the account"),
    "no name": (said({**USER, "name": None}), SchemaDrift, "lacks 'name' in the account"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_ways_of_failing(collect, answers, trouble):
    """Each trouble is its own error with a sentence, which never quotes what Vimeo said."""
    reply, kind, words = TROUBLES[trouble]
    answers["users/hazelbrook"] = [reply]
    with pytest.raises(kind) as raised:
        collect()
    assert words in str(raised.value)
    assert "Kit Hill" not in str(raised.value)
    status = CoverageStatus.NOT_PERMITTED if kind is Refused else CoverageStatus.FAILED
    assert raised.value.coverage().status is status


@pytest.mark.parametrize(
    ("path", "item", "lacks", "resource"),
    [
        ("users/4001/videos", {**FILM, "name": None}, "lacks 'name' in a film", Resource.POSTS),
        ("users/4001/videos", {**OLD, "created_time": "soon"}, "lacks 'created_time' in a film", Resource.POSTS),
        ("videos/7001/comments", {**ASKED, "text": None}, "lacks 'text' in a comment", Resource.COMMENTS),
        ("users/4001/followers", {"name": "x"}, "lacks 'uri' in a person", Resource.FOLLOWERS),
    ],
)
def test_a_missing_field_is_named(collect, answers, path, item, lacks, resource):
    """What the API must say and does not is named; fields that nobody knows are ignored."""
    answers[path] = [served({**item, "brand_new": {"x": 1}})]
    read = collect().coverage[resource]
    assert (read.status, lacks in read.reason) == (CoverageStatus.FAILED, True)


def test_questions_carry_the_token_in_a_header_and_name_their_fields(collect, site):
    """The token stands in no address, the version is asked for, and every question says what it wants."""
    collect()
    assert {one.headers["Authorization"] for one in site.requests} == {f"Bearer {TOKEN}"}
    assert {one.headers["Accept"] for one in site.requests} == {"application/vnd.vimeo.*+json;version=3.4"}
    assert not [one.path for one in site.requests if TOKEN in one.path]
    assert all("fields" in parse_qs(urlsplit(one.path).query) for one in site.requests)


def test_prove_says_what_the_token_shows(site):
    """One sentence with the handle and the number of films."""
    site.on("/users/hazelbrook", said(USER))
    http = way_out(site)
    plan = CollectPlan(site.url, NOW, secrets={"access_token": TOKEN})
    sentence = vimeo.prove(SCHOOL, plan, http.client("x"))
    http.close()
    assert sentence == "Vimeo shows hazelbrook (Hazelbrook Primary) with 2 public films."


# -- recordings ---------------------------------------------------------------------------------------------------


def hide(own):
    return lambda body, stand_ins: vimeo.disguise(body, own, stand_ins)


def text_of(path):
    return "\n".join(gzip.decompress(path.read_bytes()).decode().splitlines()[1:])


@pytest.mark.parametrize("own", ["hazelbrook", "4001"])
def test_a_recording_holds_nobody_else_and_replays(collect, site, tmp_path, own):
    """A recording has nothing of anybody else, nor the token, and a replay reads the same of the school's own."""
    path = tmp_path / "night.gz"
    with Recorder(path, NOW, own=["hazelbrook"]) as recorder:
        live = collect(http=way_out(site, recorder=recorder), disguise=hide(frozenset({own})))
    asked = len(site.requests)
    assert [planted for planted in (*OTHERS, TOKEN) if planted in text_of(path)] == []
    assert "withheld" not in text_of(path)
    replayed = collect(http=way_out(site, replay=Replay(path)))
    assert len(site.requests) == asked
    assert replayed.coverage == live.coverage
    assert replayed.profile.links == live.profile.links
    for column in ("id", "title", "created", "marks", "replies", "media"):
        assert list(replayed.posts[column]) == list(live.posts[column]), column
    assert list(replayed.comments["ours"]) == list(live.comments["ours"])
    assert len(replayed.followers) == 2


def test_somebody_elses_account_is_not_recorded(collect, site, tmp_path):
    """Were another account read by mistake, its profile would be missing from the recording."""
    path = tmp_path / "night.gz"
    with Recorder(path, NOW) as recorder:
        collect(http=way_out(site, recorder=recorder), disguise=hide(frozenset({"elmfield"})))
    assert [words for words in ("Official films", "Harvest", *OTHERS) if words in text_of(path)] == []
    with pytest.raises(NotRecorded):
        collect(http=way_out(site, replay=Replay(path)))


@pytest.mark.parametrize("body", [None, [], "a page", 7, {}, {"data": [{}]}, {"message": "x"}, {"uri": "/videos/1"}])
def test_what_is_not_known_is_not_recorded(body):
    """A body that the connector does not read raises, and is not kept."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        vimeo.disguise(body, frozenset({"hazelbrook"}), StandIns())


def test_of_an_error_only_its_number_is_kept():
    """Its words may name somebody."""
    kept = vimeo.disguise({"error": "no Kit Hill", "error_code": 5000}, frozenset(), StandIns())
    assert kept == {"error": "an error", "error_code": 5000}
