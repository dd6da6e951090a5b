"""The connector for Misago where a real one cannot be made to fail: answers in its shape, as a test scripts them."""

import json
from datetime import UTC, datetime

import pytest
from imitations.scripted_site import Reply, Site

from connectors.connector import LoginWall, NotFound, Private, RateLimited, SchemaDrift, Unreachable
from connectors.forum_disguise import disguise
from connectors.http import Http, Network
from connectors.misago import Misago
from connectors.recording import StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
USER = {
    "id": 7,
    "username": "HazelbrookPS",
    "joined_on": "2024-09-01T09:00:00Z",
    "real_name": None,
    "avatars": [],
    "followers": 0,
    "following": 0,
    "posts": 1,
    "url": "/u/hazelbrookps/7/",
}
POST = {
    "id": 31,
    "poster_name": "HazelbrookPS",
    "content": "<p>Come</p>",
    "posted_on": "2026-09-01T09:00:00Z",
    "updated_on": "2026-09-01T09:00:00Z",
    "edits": 0,
    "url": {"index": "/t/fair/3/post/31/"},
    "thread": {"title": "Fair", "url": "/t/fair/3/"},
}
PAGE = '<html><body><script>misago.init({"SETTINGS": {"account_activation": "none"}});</script></body></html>'
NOBODY = {"results": [], "next": None, "page": 1, "count": 0}


def said(body, status=200):
    return Reply(json.dumps(body), status, headers={"Content-Type": "application/json"})


ANSWERS = {
    "/": Reply(PAGE, headers={"Content-Type": "text/html; charset=utf-8"}),
    "/api/users/7/": said(USER),
    "/api/users/7/details/": said({"id": 7, "groups": [], "edit": False}),
    "/api/users/7/threads/": said({"results": [POST], "next": None}),
    "/api/users/7/posts/": said({"results": [POST], "next": None}),
    "/api/users/7/followers/": said(NOBODY),
    "/api/users/7/follows/": said(NOBODY),
    "/api/threads/3/posts/": said({"id": 3, "title": "Fair", "post_set": {"results": [POST], "next": None}}),
}


@pytest.fixture
def collect():
    """Reads the account, with some answers replaced."""

    def collect(path="/u/hazelbrookps/7/", handle="", replaced=None, **plan):
        with Site() as site:
            for where, answer in {**ANSWERS, **(replaced or {})}.items():
                site.on(where, answer)
            network = Network("it@x.example", default_pace=0.0, retries=0, test_hosts=frozenset({site.host}))
            http = Http(network)
            account = Account("forum:x", 2, "forum", handle, address=site.url + path)
            try:
                return Misago(account, CollectPlan("", NOW, **plan), http.client("misago")).snapshot()
            finally:
                http.close()

    return collect


def status(snapshot, resource):
    coverage = snapshot.coverage[resource]
    return coverage.status, coverage.planned, coverage.reason


def without(body, name):
    return {key: value for key, value in body.items() if key != name}


def test_whole(collect):
    """All answers as they should be make a whole reading; fields that nobody knows are no trouble."""
    snapshot = collect(replaced={"/api/users/7/": said({**USER, "new": {"field": 1}})})
    assert {one.status for one in snapshot.coverage.values()} == {CoverageStatus.COMPLETE}
    assert snapshot.posts["title"].tolist() == ["Fair"]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Reply("<html><body>Sign in</body></html>"), LoginWall, "sent a web page instead of data"),
        (said({"detail": "No."}, 403), Private, "does not show this to the public"),
        (said({"detail": "No.", "ban": {}}, 403), Unreachable, "has banned the computer"),
        (said({"detail": "Not found."}, 404), NotFound, "no longer has the member number 7"),
        (said({}, 429), RateLimited, "enough requests"),
        (said({"is_error": 1, "message": "x"}), Unreachable, "answered with an error"),
        (said(without(USER, "username")), SchemaDrift, "lacks 'username' in the member"),
        (said({**USER, "id": True}), SchemaDrift, "lacks 'id' in the member"),
        (said([]), SchemaDrift, "lacks 'username' in the member"),
    ],
)
def test_profile(collect, answer, error, words):
    """Each trouble with the profile is an error of its own, with a sentence."""
    with pytest.raises(error, match=words):
        collect(replaced={"/api/users/7/": answer})


@pytest.mark.parametrize(
    ("path", "resource", "answer", "words"),
    [
        ("/api/users/7/posts/", Resource.POSTS, said({}), "lacks 'results'"),
        ("/api/users/7/posts/", Resource.POSTS, said({"results": [without(POST, "id")]}), "lacks 'id' in a post"),
        ("/api/users/7/posts/", Resource.POSTS, said({"results": [without(POST, "thread")]}), "lacks 'thread'"),
        ("/api/users/7/followers/", Resource.FOLLOWERS, said({}), "lacks 'results' in people under followers"),
        ("/api/threads/3/posts/", Resource.COMMENTS, said({"id": 3}), "lacks 'post_set' in a thread"),
        ("/", Resource.SETTINGS, Reply("<html></html>"), "page lacks 'misago.init'"),
        ("/", Resource.SETTINGS, Reply('misago.init({"SETTINGS": {}})'), "lacks 'account_activation'"),
    ],
)
def test_parts(collect, path, resource, answer, words):
    """A part that lacks what it must have fails alone, named."""
    snapshot = collect(replaced={path: answer})
    found, _, reason = status(snapshot, resource)
    assert found is CoverageStatus.FAILED
    assert words in reason
    assert snapshot.profile.handle == "HazelbrookPS"


def test_counted_and_not_shown(collect):
    """Many more followers or posts than the lists show is said; of posts, that is what members only see."""
    snapshot = collect(replaced={"/api/users/7/": said({**USER, "followers": 9, "posts": 9})})
    reason = "Misago counts 9 people under followers and shows 0."
    assert status(snapshot, Resource.FOLLOWERS) == (CoverageStatus.PARTIAL, False, reason)
    reason = "Misago counts 9 posts and shows 1."
    assert status(snapshot, Resource.POSTS) == (CoverageStatus.PARTIAL, True, reason)


def test_caps(collect):
    """At the caps reading stops, as planned."""
    people = [{"id": n, "username": f"p{n}", "joined_on": "2025-01-01T00:00:00Z", "url": "/u/p/1/"} for n in (1, 2)]
    more = {"results": [POST, {**POST, "id": 30}], "next": None}
    replaced = {
        "/api/users/7/": said({**USER, "followers": 2, "posts": 2}),
        "/api/users/7/followers/": said({**NOBODY, "results": people}),
        "/api/users/7/posts/": said(more),
    }
    snapshot = collect(replaced=replaced, max_posts=1, max_people=1)
    assert status(snapshot, Resource.POSTS) == (CoverageStatus.PARTIAL, True, "Stopped at the cap of 1 posts.")
    assert status(snapshot, Resource.FOLLOWERS) == (CoverageStatus.PARTIAL, True, "Stopped at the cap of 1 people.")


def test_circles(collect):
    """A list that leads back to itself ends."""
    snapshot = collect(replaced={"/api/users/7/posts/": said({"results": [POST], "next": 31})})
    found, _, reason = status(snapshot, Resource.POSTS)
    assert (found, reason) == (CoverageStatus.PARTIAL, "Misago's list of posts goes round in circles.")


def test_nobody_of_that_name(collect):
    """A search that finds only others finds nobody."""
    found = [{"id": "users", "api": "", "results": {"results": [{**USER, "username": "HazelbrookPS2"}]}}]
    with pytest.raises(NotFound, match="knows no member HazelbrookPS"):
        collect("", "HazelbrookPS", {"/api/search/users/": said(found)})


@pytest.mark.parametrize("body", [{"results": [{"id": 1}]}, {"results": 5}, {"tokens": []}, None])
def test_unknown_shapes_are_refused(body):
    """What the connector does not read may not be recorded."""
    with pytest.raises(ValueError, match="not an"):
        disguise(body, frozenset(), StandIns())


def test_numbers_count_on_one_forum(collect):
    """Where the school has accounts on two forums, a number alone makes nobody the school's."""
    stranger = {**USER, "id": 7, "username": "Quill"}
    one, two = frozenset({"a.example/u/7"}), frozenset({"a.example/u/7", "b.example/u/8"})
    assert disguise(stranger, one, StandIns())["username"] == "Quill"
    assert disguise(stranger, two, StandIns())["username"] != "Quill"
