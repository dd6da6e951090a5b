"""Facebook Pages, against the imitation of the Graph API and through the real way out."""

import gzip
import json
import logging
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime

import pandas as pd
import pytest
from imitations.graph_api import APP_TOKEN, SECRET, TOKEN, GraphApi, fault
from imitations.scripted_site import Reply

from connectors import facebook, graph
from connectors.answer import Answer
from connectors.connector import (
    ConnectorError,
    LoginWall,
    NotFound,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PAGE = "100064500000001"
SCHOOL = Account("facebook:hazelbrook", 2, "facebook", handle="@Hazelbrook")
FILM, ALBUM = f"{PAGE}_700000000000003", f"{PAGE}_700000000000002"
HELLO = f"{PAGE}_700000000000001"
EVERYBODYS = "20531316728"
PARENT = "61550000000077"
"""The id of somebody who wrote a comment."""


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def image(name, **more):
    return {"media": {"image": {"src": f"https://pictures.example/{name}.jpg", "width": 720, "height": 480}}, **more}


@contextmanager
def one_school():
    """A Page with one post of each sort, and comments under the oldest."""
    with GraphApi() as api:
        api.add(
            "Page", PAGE, name="Hazelbrook Primary School", username="hazelbrook", about="Official Page.",
            link="https://www.facebook.com/hazelbrook", description="News for families.", category="School",
            fan_count=310, followers_count=342, verification_status="not_verified", is_published=True,
            website="www.hazelbrook.example https://blog.hazelbrook.example/", phone="01632 960001",
            emails=["office@hazelbrook.example"], location={"street": "1 Brook Lane", "city": "Hazelbrook"},
            picture={"data": {"url": "https://pictures.example/crest.png", "is_silhouette": False}},
            is_permanently_closed=False,
        )  # fmt: skip
        add_post(api, FILM, "2026-11-20T09:00:00+0000", "Sports day", attachments={"data": [
            image("film", media_type="video", type="video_inline", target={"id": "81"}, url="https://www.facebook.com/v/81"),
        ]})  # fmt: skip
        add_post(api, ALBUM, "2026-11-19T09:00:00+0000", "Our trip", attachments={"data": [
            image("cover", media_type="album", type="album", subattachments={"data": [
                image("boat", type="photo", description="On the boat", target={"id": "82"}),
                image("lake", type="photo", target={"id": "83"}),
            ]}),
        ]})  # fmt: skip
        add_post(
            api, HELLO, "2026-11-18T09:00:00+0000", "Read https://hazelbrook.example/news. With Robin Sample",
            message_tags=[{"id": "61550000000099", "name": "Robin Sample", "type": "user", "offset": 5, "length": 12}],
            attachments={"data": [
                image("card", media_type="link", type="share", description="Words of another site",
                      url="https://l.facebook.com/l.php?u=https%3A%2F%2Fcharity.example%2Frun&h=x"),
            ]},
        )  # fmt: skip
        add_comment(api, HELLO, "900000000000001", "Lovely, says Alex Example", sender=(PARENT, "Alex Example"))
        add_comment(api, HELLO, "900000000000002", "Thank you, Alex", sender=(PAGE, "Hazelbrook Primary School"),
                    parent={"id": "x"})  # fmt: skip
        for name, value in (("USERS_CAN_MESSAGE", True), ("USERS_CAN_POST", False), ("USERS_CAN_POST_PHOTOS", True)):
            api.add("PageSettings", name, to=(PAGE, "settings"), setting=name, value=value)
        for number, tasks in enumerate((["MANAGE", "MODERATE"], ["MODERATE"], ["MANAGE"])):
            api.add("PageRole", f"6155000000020{number}", to=(PAGE, "roles"), tasks=tasks, name="Robin Sample")
        api.add("Page", EVERYBODYS, name="Facebook")
        yield api


def add_post(api, id_, created, message, **more):
    permalink = f"https://www.facebook.com/hazelbrook/posts/{id_.partition('_')[2]}"
    fields = {"created_time": created, "permalink_url": permalink, "is_published": True, **more}
    if message:
        fields["message"] = message
    return api.add("PagePost", id_, to=(PAGE, "published_posts"), **fields)


def add_comment(api, post, number, message, *, sender=None, **more):
    id_ = f"{post.partition('_')[2]}_{number}"
    fields = {"created_time": "2026-11-18T10:20:30+0000", "message": message, "is_hidden": False, "is_private": False}
    fields["permalink_url"] = f"https://www.facebook.com/hazelbrook/posts/x?comment_id={number}"
    if sender:
        fields["from"] = {"id": sender[0], "name": sender[1]}
    return api.add("Comment", id_, to=(post, "comments"), **(fields | more))


def add_visit(api, number, message, **more):
    """What somebody wrote on the Page's own wall."""
    fields = {
        "created_time": "2026-11-19T11:12:13+0000",
        "message": message,
        "from": {"id": PARENT, "name": "Alex Example"},
    }
    return api.add("PagePost", f"{PAGE}_{number}", to=(PAGE, "visitor_posts"), **(fields | more))


@pytest.fixture
def api():
    with one_school() as imitation:
        yield imitation


def way_out(recorder=None, replay=None):
    """The real way out, in no hurry, to loopback."""
    network = Network(
        "it@hazelbrook.example", default_pace=0, backoff=0, retries=0, private_hosts=frozenset({"127.0.0.1"})
    )
    return Http(network, secrets=[TOKEN, SECRET, APP_TOKEN], recorder=recorder, replay=replay)


def planned(api, *, skip=(), **details):
    skip = {Resource(one): not_due("not covered by the DPIA") for one in skip}
    return CollectPlan(api.base_url, NIGHT, skip=skip, **({"secrets": {"page_token": TOKEN}} | details))


def collect(api, account=SCHOOL, http=None, **details):
    """One reading of the Page."""
    http = http or way_out()
    own = frozenset({"@hazelbrook", "hazelbrook"})
    try:
        client = http.client(account.label, lambda body, stand_ins: facebook.disguise(body, own, stand_ins))
        return facebook.collect(account, planned(api, **details), client)
    finally:
        http.close()


def status(snapshot, resource):
    coverage = snapshot.coverage[Resource(resource)]
    return coverage.status, coverage.planned, coverage.reason


def post(snapshot, id_):
    (row,) = snapshot.posts[snapshot.posts["id"] == id_].to_dict("records")
    return row


def paths(api):
    return [path for path, _ in api.calls]


# --- profile --------------------------------------------------------------------------------------------


def test_the_profile_is_read_whole(api):
    """Counts, place, contact and websites come with the Page; its bio has all that it says of itself."""
    profile = collect(api).profile
    assert (profile.platform_id, profile.handle, profile.name) == (PAGE, "hazelbrook", "Hazelbrook Primary School")
    assert profile.bio == "Official Page.\nNews for families.\n01632 960001\noffice@hazelbrook.example"
    assert profile.links == ("https://www.hazelbrook.example", "https://blog.hazelbrook.example/")
    assert (profile.followers, profile.location) == (342, "1 Brook Lane, Hazelbrook")
    assert (profile.verified, profile.protected, profile.labels) == (False, False, ())
    assert profile.avatar == "https://pictures.example/crest.png"
    assert profile.address == "https://www.facebook.com/hazelbrook"


def test_a_bare_page_has_a_profile(api):
    """Id and name are enough: what Facebook does not say is unknown, and not false."""
    api.objects[PAGE] = {"id": PAGE, "name": "Hazelbrook"}
    profile = collect(api).profile
    assert (profile.followers, profile.verified, profile.protected) == (None, None, None)
    assert (profile.bio, profile.links, profile.handle) == ("", (), "")
    assert profile.address == f"https://www.facebook.com/{PAGE}"


def test_badge_silhouette_and_unpublished_are_told(api):
    """A badge is verified, a grey figure is no picture, an unpublished or closed Page says so."""
    api.objects[PAGE] |= {
        "verification_status": "blue_verified",
        "picture": {"data": {"url": "https://pictures.example/nobody.png", "is_silhouette": True}},
        "is_published": False,
        "is_permanently_closed": True,
    }
    profile = collect(api).profile
    assert (profile.verified, profile.avatar, profile.protected) == (True, "", True)
    assert profile.labels == ("unpublished", "permanently closed")


@pytest.mark.parametrize(
    ("account", "asked"),
    [
        (Account("f", 2, "facebook", handle="hazelbrook", platform_id=PAGE), PAGE),
        (Account("f", 2, "facebook", address="https://www.facebook.com/Hazelbrook/"), "Hazelbrook"),
        (Account("f", 2, "facebook", address="facebook.com/hazelbrook"), "hazelbrook"),
        (Account("f", 2, "facebook", address=f"https://www.facebook.com/profile.php?id={PAGE}"), PAGE),
        (Account("f", 2, "facebook", address=f"https://www.facebook.com/p/Hazelbrook-Primary-{PAGE}/"), PAGE),
        (Account("f", 2, "facebook", address=f"https://www.facebook.com/people/Hazelbrook/{PAGE}/"), PAGE),
    ],
)
def test_the_page_is_asked_for_by_its_surest_name(api, account, asked):
    """The known id wins, so that a renamed Page is followed; else the name or the id in the address."""
    assert collect(api, account).profile.platform_id == PAGE
    assert paths(api)[0] == asked


def test_a_row_without_a_name_is_not_found(api):
    """Where the register gives neither name nor address, nothing is asked."""
    with pytest.raises(NotFound, match="neither a name nor an address"):
        collect(api, Account("f", 2, "facebook"))
    assert not api.calls


def test_the_same_name_with_another_id_is_not_followed(api):
    """Where the known id is gone, the name is not looked up: it may be somebody else's by now."""
    with pytest.raises(NotFound, match="no Page 4711"):
        collect(api, Account("f", 2, "facebook", handle="hazelbrook", platform_id="4711"))


def test_an_unknown_name_is_not_found(api):
    """Code 803 is a Page that is not there."""
    with pytest.raises(NotFound, match="no Page nosuch"):
        collect(api, Account("f", 2, "facebook", handle="nosuch"))


# --- what is not offered --------------------------------------------------------------------------------


def test_what_facebook_does_not_give_is_said(api):
    """People are not offered, nor settings that Facebook leaves out, each with its sentence; nobody is listed."""
    api.lists[PAGE, "settings"].clear()
    snapshot = collect(api)
    assert set(snapshot.coverage) == facebook.RESOURCES
    assert status(snapshot, "settings")[::2] == (
        CoverageStatus.NOT_OFFERED,
        "Facebook does not tell who may send the Page messages; a person looks and attests.",
    )
    assert status(snapshot, "followers")[0] is status(snapshot, "following")[0] is CoverageStatus.NOT_OFFERED
    assert snapshot.followers.empty


def test_what_a_page_is_and_how_to_reach_it(api):
    """It is a page; its e-mail addresses and telephone number stand by themselves too."""
    profile = collect(api).profile
    assert (profile.kind, profile.contacts) == ("page", ("office@hazelbrook.example", "01632 960001"))


# --- settings and the second look -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("messages", "wall", "expected"),
    [(True, False, ("everyone", "owner")), (False, True, ("nobody", "everyone")), (None, "x", (None, None))],
)
def test_settings_say_what_strangers_may(api, messages, wall, expected):
    """Whether strangers may send messages, and write on the Page; what is no yes or no is not told."""
    api.objects["USERS_CAN_MESSAGE"]["value"], api.objects["USERS_CAN_POST"]["value"] = messages, wall
    snapshot = collect(api)
    settings = snapshot.settings
    assert (settings.messages_from, settings.posting_by) == expected
    assert (settings.filtered, settings.replies_from, settings.joining, settings.least_age) == (None,) * 4
    became = CoverageStatus.COMPLETE if expected[0] else CoverageStatus.NOT_OFFERED
    assert status(snapshot, "settings")[0] is became


@pytest.mark.parametrize(
    ("answer", "became", "words"),
    [
        (fault(200, "requires pages_manage_metadata permission", status=403), "not permitted", "pages_manage_metadata"),
        (Reply("{}"), "failed", "lacks 'data' in settings"),
        (fault(2, "x", status=500), "failed", "fault of its own"),
    ],
)
def test_settings_fail_alone(api, answer, became, words):
    """Where the token may not see the settings, the rest is read, and nothing is said of them."""
    api.refused["settings"] = answer
    snapshot = collect(api)
    assert snapshot.settings is None
    coverage = snapshot.coverage[Resource.SETTINGS]
    assert (coverage.status, words in coverage.reason) == (CoverageStatus(became), True)
    assert status(snapshot, "comments")[0] is CoverageStatus.COMPLETE


def test_settings_are_not_asked_for_when_they_are_not_wanted(api):
    """What the plan leaves out is not asked for."""
    snapshot = collect(api, skip=["settings"])
    assert snapshot.settings is None
    assert f"{PAGE}/settings" not in paths(api)


BOTH = {"secrets": {"page_token": TOKEN, "app_token": APP_TOKEN}}


def test_a_page_that_the_app_alone_does_not_see_is_restricted(api):
    """Its own token sees it, the app sees Pages that everybody sees, and not this one."""
    api.kept_from_app = {PAGE}
    snapshot = collect(api, **BOTH)
    assert snapshot.profile.labels == (facebook.RESTRICTED,) == ("age or country restricted",)
    assert snapshot.settings.least_age is None


def test_a_page_that_the_app_alone_sees_has_no_least_age(api):
    """Nobody's age or country is asked for where a program without a person sees the Page."""
    snapshot = collect(api, **BOTH)
    assert (snapshot.profile.labels, snapshot.settings.least_age) == ((), 0)
    assert EVERYBODYS not in paths(api)
    api.refused["settings"] = fault(200, "x", status=403)
    assert collect(api, **BOTH).settings.least_age == 0


@pytest.mark.parametrize(
    "change",
    [
        {"reviewed": False},
        {"kept_from_app": {PAGE, EVERYBODYS}},
        {"refused": {EVERYBODYS: fault(4, "x")}, "kept_from_app": {PAGE}},
    ],
    ids=["app not reviewed", "app sees no Page", "limit reached"],
)
def test_a_second_look_that_shows_nothing_says_nothing(api, change):
    """An app that Meta has not reviewed sees no Page: that is no restriction of ours, and no lack of one."""
    for name, value in change.items():
        setattr(api, name, value)
    snapshot = collect(api, **BOTH)
    assert (snapshot.profile.labels, snapshot.settings.least_age) == ((), None)
    assert status(snapshot, "settings")[0] is CoverageStatus.COMPLETE


def test_an_unpublished_page_is_looked_at_once(api):
    """Nobody but its people sees an unpublished Page: that is no restriction by age."""
    api.objects[PAGE]["is_published"] = False
    api.kept_from_app = {PAGE}
    snapshot = collect(api, **BOTH)
    assert snapshot.profile.labels == ("unpublished",)
    assert not [one for one in api.requests if APP_TOKEN in one.headers["Authorization"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "The app alone sees it too"),
        ({"kept_from_app": {PAGE}}, "kept from some, by their age or country"),
        ({"reviewed": False}, "Meta has not reviewed the app"),
    ],
)
def test_prove_says_what_the_second_look_shows(api, change, said):
    """A school that gave the app's token learns whether it is of use."""
    for name, value in change.items():
        setattr(api, name, value)
    assert said in facebook.prove(SCHOOL, planned(api, **BOTH), way_out().client("facebook"))


# --- posts and pictures ---------------------------------------------------------------------------------


def test_posts_come_with_text_links_and_date(api):
    """A post has its words, the address that it shows, and links without Facebook's counting in between."""
    snapshot = collect(api)
    assert snapshot.posts["id"].tolist() == [FILM, ALBUM, HELLO]
    row = post(snapshot, HELLO)
    assert row["text"] == "Read https://hazelbrook.example/news. With Robin Sample"
    assert row["links"] == ("https://hazelbrook.example/news", "https://charity.example/run")
    assert (row["kind"], row["media"]) == ("post", ())
    assert row["address"] == "https://www.facebook.com/hazelbrook/posts/700000000000001"
    assert row["created"] == pd.Timestamp("2026-11-18T09:00:00Z")
    assert status(snapshot, "posts") == status(snapshot, "media") == (CoverageStatus.COMPLETE, False, "")
    assert snapshot.coverage[Resource.POSTS].read == 3


def test_an_album_is_its_pictures(api):
    """Each picture of an album stands by itself under a stable id, and its caption is part of the text."""
    snapshot = collect(api)
    row = post(snapshot, ALBUM)
    assert row["text"] == "Our trip\nOn the boat"
    assert row["media"] == ("https://pictures.example/boat.jpg", "https://pictures.example/lake.jpg")
    media = snapshot.media.set_index("id")
    assert media.index.tolist() == [f"{FILM}#81", f"{ALBUM}#82", f"{ALBUM}#83"]
    assert media["kind"].tolist() == ["video", "image", "image"]
    assert media.loc[f"{ALBUM}#82", "post_id"] == ALBUM
    assert media.loc[f"{ALBUM}#82", ["width", "height"]].tolist() == [720, 480]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"name": "Brook Field", "location": {"latitude": 51.5, "longitude": -0.1}}, ("Brook Field", "51.5,-0.1")),
        ({"name": "Brook Field", "location": {"city": "Hazelbrook"}}, ("Brook Field", "")),
        ({"name": "Brook Field", "location": "text"}, ("Brook Field", "")),
        ({"location": {"latitude": 51.5, "longitude": -0.1}}, ("", "51.5,-0.1")),
        (None, ("", "")),
    ],
)
def test_a_post_says_where_it_was(api, place, expected):
    """The place that a post gives in a field of its own has a name, a position, or both."""
    api.objects[FILM] |= {"place": place}
    row = post(collect(api), FILM)
    assert (row["place"], row["position"]) == expected


def test_a_tag_of_a_person_is_marked(api):
    """A post in which people are tagged says so; a tagged Page is no person."""
    api.objects[FILM]["message_tags"] = [{"id": "4", "name": "A Charity", "type": "page"}]
    snapshot = collect(api)
    assert (post(snapshot, HELLO)["marks"], post(snapshot, FILM)["marks"]) == (("people tagged",), ())


@pytest.mark.parametrize(("message", "kind", "text"), [("", "repost", "Theirs"), ("Look", "post", "Look")])
def test_what_is_shared_of_others_is_a_link(api, message, kind, text):
    """Without words of its own it is a repost with theirs; their pictures are not ours."""
    shared = f"{PAGE}_700000000000009"
    add_post(api, shared, "2026-11-01T09:00:00+0000", message, parent_id="55_66", attachments={"data": [
        image("theirs", media_type="photo", type="photo", description="Theirs", url="https://www.facebook.com/o/66"),
    ]})  # fmt: skip
    snapshot = collect(api)
    row = post(snapshot, shared)
    assert (row["kind"], row["text"], row["links"], row["media"]) == (
        kind,
        text,
        ("https://www.facebook.com/o/66",),
        (),
    )
    assert shared not in set(snapshot.media["post_id"])


def test_the_list_is_read_page_by_page_by_cursors(api):
    """The next page is asked for by its cursor; the ready address of it, which holds the token, is not used."""
    api.at_most = 1
    assert len(collect(api).posts) == 3
    asked = [question for path, question in api.calls if path.endswith("published_posts")]
    assert [("after" in question) for question in asked] == [False, True, True]
    assert all("access_token" not in question for question in asked)


def test_the_paging_of_older_lists_is_understood():
    """Without cursors the marker stands in the address of the next page, from which nothing else is taken."""
    following = "https://graph.facebook.com/v10.0/4/posts?access_token=secret&until=16&__paging_token=t&fields=id"
    assert graph.onwards({"paging": {"next": following}}) == {"until": "16", "__paging_token": "t"}
    assert graph.onwards({"paging": {"cursors": {"after": "x"}}}) == {}
    with pytest.raises(SchemaDrift):
        graph.onwards({"paging": {"next": "https://graph.facebook.com/v10.0/4/posts?access_token=secret"}})


def test_a_list_that_goes_in_circles_is_left(api):
    """The same cursor twice ends the reading, which is not complete."""
    row = {"id": HELLO, "created_time": "2026-11-18T09:00:00+0000", "message": "x", "is_published": True}
    body = {"data": [row], "paging": {"cursors": {"after": "same"}, "next": "https://graph.facebook.com/?after=same"}}
    api.faults.extend([None, Reply(json.dumps(body)), Reply(json.dumps(body))])
    assert status(collect(api), "posts") == (
        CoverageStatus.PARTIAL, False, "Facebook's list of posts goes round in circles.",
    )  # fmt: skip


def test_since_asks_for_what_is_new(api):
    """With a moment to start from, only newer posts are asked for; pictures and comments are partial since then."""
    since = datetime(2026, 11, 19, tzinfo=UTC)
    snapshot = collect(api, since=since)
    assert snapshot.posts["id"].tolist() == [FILM, ALBUM]
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE
    for resource in (Resource.MEDIA, Resource.COMMENTS):
        coverage = snapshot.coverage[resource]
        assert (coverage.status, coverage.planned, coverage.since) == (CoverageStatus.PARTIAL, True, since)
        assert "since 19/11/2026" in coverage.reason


@pytest.mark.parametrize("cap", [{"max_posts": 2}, {"max_pages": 2}])
def test_a_cap_is_a_planned_partial(api, cap):
    """At a cap reading stops, and the coverage says from when on it is whole."""
    api.at_most = 1
    snapshot = collect(api, **cap)
    assert len(snapshot.posts) == 2
    assert status(snapshot, "posts") == (
        CoverageStatus.PARTIAL, True, "Stopped at the cap for posts that is set for one night.",
    )  # fmt: skip
    assert snapshot.coverage[Resource.POSTS].since == datetime(2026, 11, 19, 9, tzinfo=UTC)


def test_a_list_as_long_as_the_cap_is_complete(api):
    """As many posts as the cap allows were all read."""
    assert status(collect(api, max_posts=3), "posts")[0] is CoverageStatus.COMPLETE


@pytest.mark.parametrize(
    ("year", "since"), [(2024, datetime(2025, 1, 1, tzinfo=UTC)), (2026, None)], ids=["earlier", "this year"]
)
def test_the_posts_of_one_year_are_bounded(api, year, since):
    """Where a year has as many posts as Facebook gives of one, the reading is whole only after that year."""
    for number in range(600):
        add_post(api, f"{PAGE}_{600_000_000_000 + number}", f"{year}-03-01T09:00:00+0000", "x")
    coverage = collect(api, skip=["comments"]).coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.since) == (CoverageStatus.PARTIAL, True, since)
    assert "600 posts of a year" in coverage.reason


# --- looking again --------------------------------------------------------------------------------------


def test_older_items_are_looked_at_again(api):
    """Posts and comments of open findings are asked for by id, though they are older than what is new."""
    comment = "700000000000001_900000000000001"
    wanted = (HELLO, comment, f"{ALBUM}#82", "1~not of Facebook")
    snapshot = collect(api, since=datetime(2026, 11, 20, tzinfo=UTC), refetch=wanted)
    assert set(snapshot.posts["id"]) == {FILM, HELLO, ALBUM}
    assert comment in set(snapshot.comments["id"])
    assert f"{ALBUM}#82" in set(snapshot.media["id"])
    assert snapshot.gone == frozenset()


def test_what_was_deleted_is_gone_and_nothing_else(api):
    """One deleted post spoils the answer about all: the halves are asked until it stands alone."""
    gone = [f"{PAGE}_70000000000005{n}" for n in range(2)]
    lost = "700000000000001_900000000000555"
    picture = f"{ALBUM}#99"
    snapshot = collect(
        api, since=datetime(2026, 11, 21, tzinfo=UTC), refetch=(HELLO, ALBUM, FILM, *gone, lost, picture)
    )
    assert snapshot.gone == {*gone, lost, picture}
    assert set(snapshot.posts["id"]) == {HELLO, ALBUM, FILM}


def test_an_unpublished_post_is_gone(api):
    """A post taken back from the public is no longer there."""
    api.objects[HELLO]["is_published"] = False
    api.lists[PAGE, "published_posts"].remove(HELLO)
    assert collect(api, refetch=(HELLO, f"{HELLO}#5")).gone == {HELLO, f"{HELLO}#5"}


# --- comments -------------------------------------------------------------------------------------------


def test_comments_and_answers_to_them_are_read(api):
    """Each is under its post, with its writer's id; what the Page itself wrote is marked."""
    snapshot = collect(api)
    comments = snapshot.comments
    assert comments["text"].tolist() == ["Lovely, says Alex Example", "Thank you, Alex"]
    assert comments["author_id"].tolist() == [PARENT, PAGE]
    assert comments["ours"].tolist() == [False, True]
    assert set(comments["post_id"]) == {HELLO}
    assert status(snapshot, "comments") == (CoverageStatus.COMPLETE, False, "")
    assert Counter(path for path in paths(api) if "comments" in path) == {}


def test_a_writer_whom_facebook_does_not_name_is_unknown(api):
    """Without the permission to see people, a comment has no writer, and is nobody's own."""
    add_comment(api, FILM, "900000000000005", "Well done")
    row = collect(api).comments.set_index("text").loc["Well done"]
    assert (row["author_id"], row["ours"]) == ("", False)


def test_many_comments_are_read_to_the_end(api):
    """Beyond those of the first answer, comments are asked for post by post, page by page."""
    for number in range(60):
        add_comment(api, ALBUM, f"{910_000_000_000_000 + number}", f"Number {number}", sender=(PARENT, "Alex Example"))
    api.at_most = 20
    snapshot = collect(api)
    assert len(snapshot.comments) == 62
    assert status(snapshot, "comments")[0] is CoverageStatus.COMPLETE
    asked = [question for path, question in api.calls if path == f"{ALBUM}/comments"]
    assert [question["filter"] for question in asked] == ["stream", "stream"]


def test_a_hidden_comment_counts_as_gone(api):
    """What the school hid, the public does not see; a private one neither."""
    hidden = add_comment(api, FILM, "900000000000011", "Call me", is_hidden=True)
    private = add_comment(api, FILM, "900000000000012", "Between us", is_private=True)
    snapshot = collect(api, refetch=(hidden, private))
    assert snapshot.gone == {hidden, private}
    assert "Call me" not in set(snapshot.comments["text"])


def test_comments_are_not_asked_for_without_leave(api):
    """Where the DPIA does not cover comments, no question names them."""
    snapshot = collect(api, skip=["comments"], refetch=("700000000000001_900000000000001",))
    assert status(snapshot, "comments")[0] is CoverageStatus.NOT_DUE
    assert snapshot.comments.empty
    assert not [
        question for _, question in api.calls if "comments" in str(question) or "900000000000001" in str(question)
    ]


@pytest.mark.parametrize(("hidden", "expected"), [(2, CoverageStatus.COMPLETE), (9, CoverageStatus.PARTIAL)])
def test_a_count_that_is_not_shown_is_said(api, hidden, expected):
    """A few comments may be missing in what Facebook counts; many are no complete reading."""
    api.uncounted[HELLO] = hidden
    coverage = collect(api).coverage[Resource.COMMENTS]
    assert coverage.status is expected
    if expected is CoverageStatus.PARTIAL:
        assert coverage.reason == "Facebook counts 11 comments and shows 2."


def test_the_cap_holds_for_comments_too(api):
    """More comments than the cap are a planned partial."""
    for number in range(5):
        add_comment(api, ALBUM, f"{910_000_000_000_000 + number}", f"Number {number}")
    assert status(collect(api, max_posts=4), "comments")[:2] == (CoverageStatus.PARTIAL, True)


# --- every way of failing -------------------------------------------------------------------------------

PERMISSION = (
    "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature."
)
FAULTS = [
    (fault(190, "Session has expired", error_subcode=463, status=401), Refused, "any more: it has expired. Make a new"),
    (fault(190, "Session was changed", error_subcode=460), Refused, "password of the person who made it was changed"),
    (fault(190, "x"), Refused, "does not accept the token any more. Make a new one"),
    (fault(10, PERMISSION, status=403), Refused, "pages_read_engagement or Page Public Content Access"),
    (fault(200, "(#200) Permissions error", status=403), Refused, r"one that it does not name \(code 200\)"),
    (fault(100, "Object does not exist; requires the 'pages_read_engagement' permission"), Refused, "pages_read_engag"),
    (fault(100, "Invalid appsecret_proof provided in the API argument"), Refused, "app secret does not belong"),
    (fault(100, "Unsupported get request", error_subcode=33), NotFound, "no Page Hazelbrook, or none that the token"),
    (fault(803, "Some of the aliases do not exist", status=404), NotFound, "no Page Hazelbrook"),
    (fault(4, "Application request limit reached", status=403), RateLimited, "does not say until when"),
    (fault(17, "User request limit reached"), RateLimited, "had enough requests"),
    (fault(32, "Page request limit reached"), RateLimited, "had enough requests"),
    (fault(613, "Calls to this api have exceeded the rate limit"), RateLimited, "had enough requests"),
    (fault(2, "Service temporarily unavailable", status=500), Unreachable, r"fault of its own \(code 2\)"),
    (fault(1, "Please reduce the amount of data", status=500), Unreachable, r"fault of its own \(code 1\)"),
    (fault(99, "x", is_transient=True), Unreachable, "fault of its own"),
    (fault(100, "(#100) Tried accessing nonexisting field (nosuch)"), SchemaDrift, "does not accept our question"),
    (fault(4711, "x"), SchemaDrift, r"do not know \(code 4711\)"),
    (fault(190, "x", status=200), Refused, "does not accept the token"),
    (Reply("<html><title>Log in</title>", headers={"Content-Type": "text/html"}), LoginWall, "web page instead of data"),
    (Reply("<html>", 404), Unreachable, "check base_url"),
    (Reply("<html>", 502), Unreachable, "502"),
    (Reply("[]"), SchemaDrift, "something other than an object"),
    (Reply("{"), SchemaDrift, "cannot be read as JSON"),
    (Reply('{"error": "strange"}', 400), SchemaDrift, "400"),
    (Reply(json.dumps({"name": "Hazelbrook"})), SchemaDrift, "lacks 'id' in the profile"),
    (Reply(json.dumps({"id": PAGE})), SchemaDrift, "lacks 'name' in the profile"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "error", "sentence"), FAULTS)
def test_what_goes_wrong_with_the_page_is_told(api, answer, error, sentence):
    """Each of Graph's errors is an error of ours with a sentence, and none repeats Graph's words or the token."""
    api.faults.append(answer)
    with pytest.raises(error, match=sentence) as raised:
        collect(api)
    assert TOKEN not in str(raised.value)
    assert "Session" not in str(raised.value)


def test_minutes_of_a_limit_are_told(api):
    """Where Graph says in how many minutes it answers again, so do we."""
    usage = {"1234": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 19}]}
    headers = {"X-Business-Use-Case-Usage": json.dumps(usage)}
    api.faults.append(fault(80001, "Too many calls to this Page account", headers=headers))
    with pytest.raises(RateLimited, match="wants us back in 19 minutes"):
        collect(api)


@pytest.mark.parametrize("token", ["", "  ", "tökén"])
def test_without_a_token_nothing_is_asked(api, token):
    """A missing or impossible token is refused before anything is sent."""
    with pytest.raises(Refused, match="no page_token for Facebook"):
        collect(api, secrets={"page_token": token})
    assert not api.calls


def test_a_wrong_token_is_refused(api):
    """Facebook's refusal of a token says what to do."""
    with pytest.raises(Refused, match="Make a new one"):
        collect(api, secrets={"page_token": "EAAG-of-somebody-else"})


@pytest.mark.parametrize(
    ("answer", "became", "words"),
    [
        (fault(10, "requires the 'pages_read_user_content' permission", status=403), "not permitted", "pages_read_user_content"),
        (fault(32, "Page request limit reached"), "failed", "had enough requests"),
        (Reply("<html>"), "failed", "web page instead"),
    ],
)  # fmt: skip
def test_comments_fail_alone(api, answer, became, words):
    """Where comments cannot be read, posts and pictures still are."""
    api.refused["comments"] = answer
    snapshot = collect(api)
    coverage = snapshot.coverage[Resource.COMMENTS]
    assert (coverage.status, words in coverage.reason) == (CoverageStatus(became), True)
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE


def test_posts_fail_with_what_hangs_on_them(api):
    """Where posts cannot be read, pictures and comments were not read either; the profile was."""
    api.refused["published_posts"] = fault(2, "x", status=500)
    snapshot = collect(api)
    for resource in ("posts", "media", "comments"):
        assert status(snapshot, resource)[0] is CoverageStatus.FAILED
    assert snapshot.profile.platform_id == PAGE


def test_an_error_after_some_posts_is_partial(api):
    """What was read before counts, and the reading is not complete by plan."""
    api.at_most = 1
    api.faults.extend([None, None, fault(2, "x", status=500)])
    snapshot = collect(api)
    assert len(snapshot.posts) == 1
    assert status(snapshot, "posts")[:2] == (CoverageStatus.PARTIAL, False)
    assert snapshot.coverage[Resource.POSTS].since == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("id_", "field", "where"),
    [(HELLO, "created_time", "a post"), ("700000000000001_900000000000001", "created_time", "a comment")],
)
def test_a_missing_field_is_named(api, id_, field, where):
    """A field that must be there and is not is named, with the object that lacks it."""
    del api.objects[id_][field]
    resource = Resource.POSTS if where == "a post" else Resource.COMMENTS
    assert collect(api).coverage[resource].reason == f"Facebook's answer lacks '{field}' in {where}."


def test_a_date_that_is_none_is_drift(api):
    """A date that cannot be read is named as such."""
    api.objects[HELLO]["created_time"] = "yesterday"
    assert "no date in 'created_time' in a post" in collect(api).coverage[Resource.POSTS].reason


def test_a_list_without_data_is_drift(api):
    """An answer without its list is no empty list."""
    api.faults.extend([None, Reply("{}")])
    assert status(collect(api), "posts") == (CoverageStatus.FAILED, False, "Facebook's answer lacks 'data' in posts.")


# --- the allowance --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "usage",
    [
        {"X-App-Usage": json.dumps({"call_count": 5, "total_time": 85, "total_cputime": 1})},
        {"X-Business-Use-Case-Usage": json.dumps({"1": [{"type": "pages", "call_count": 85, "total_time": 2}]})},
    ],
    ids=["app", "page"],
)
def test_we_stop_below_our_share_of_the_allowance(api, usage):
    """From the share on nothing more is asked, as planned; the plan may allow another share."""
    api.usage = usage
    snapshot = collect(api)
    assert len(api.calls) == 1
    assert status(snapshot, "posts") == (
        CoverageStatus.PARTIAL, True, "Stopped at 85% of what Facebook allows this app; the next run goes on from there.",
    )  # fmt: skip
    assert snapshot.used == {"percent": 85}
    assert status(collect(api, allowances={"percent": 90}), "posts")[0] is CoverageStatus.COMPLETE


def test_the_highest_usage_is_what_this_reading_used(api):
    """Graph tells a moving figure; what is kept of it is the most, of the app's and of each account's."""
    low, high = ({"X-App-Usage": json.dumps({"call_count": share})} for share in (7, 31))
    page = Reply(json.dumps({"id": PAGE, "name": "Hazelbrook"}), headers=high)
    api.faults.append(page)
    api.usage = low | {"X-Business-Use-Case-Usage": json.dumps({"1": [{"call_count": 12}, {"total_cputime": 9}]})}
    snapshot = collect(api)
    assert len(api.calls) > 1
    assert snapshot.used == {"percent": 31}


def test_without_a_header_nothing_was_used(api):
    """Where Graph tells no usage, none is made up."""
    assert collect(api).used == {"percent": 0}


@pytest.mark.parametrize("header", ["", "{", "[]", '{"call_count": "many"}', '{"a": [1, {"total_time": null}]}'])
def test_a_usage_that_nobody_understands_stops_nothing(api, header):
    """A header in another shape is as good as none."""
    api.usage = {"X-App-Usage": header, "X-Business-Use-Case-Usage": header}
    assert status(collect(api), "comments")[0] is CoverageStatus.COMPLETE


# --- keys -----------------------------------------------------------------------------------------------


def test_the_token_stands_in_no_address_error_or_log(api, caplog):
    """It goes in a header alone; the proof made of the app's secret goes with every question."""
    caplog.set_level(logging.DEBUG)
    api.secret, api.at_most = SECRET, 1
    http = way_out()
    caplog.handler.addFilter(http.log_filter)
    snapshot = collect(api, http=http, secrets={"page_token": TOKEN, "app_secret": SECRET})
    assert snapshot.coverage[Resource.COMMENTS].status is CoverageStatus.COMPLETE
    proofs = {question["appsecret_proof"] for _, question in api.calls}
    assert len(proofs) == 1
    assert not [secret for secret in (TOKEN, SECRET, *proofs) if secret in caplog.text]
    assert all(TOKEN not in path and TOKEN not in str(question) for path, question in api.calls)


def test_prove_says_what_it_saw(api):
    """One call shows that the token works."""
    http = way_out()
    said = facebook.prove(SCHOOL, planned(api), http.client("facebook"))
    assert said == "Facebook shows the Page Hazelbrook Primary School with 342 followers."
    assert len(api.calls) == 1


# --- recordings -----------------------------------------------------------------------------------------


def test_a_recording_replays_without_anybody_in_it(api, tmp_path):
    """A recorded night gives the same posts and counts again, and holds no person, no word of theirs, no key."""
    for number in range(30):
        name = f"Sam Sampleton{number}"
        sender = (f"{61_550_000_000_100 + number}", name)
        add_comment(api, ALBUM, f"{920_000_000_000_000 + number}", f"Hello from {name}", sender=sender)
    shared = f"{PAGE}_700000000000009"
    add_post(api, shared, "2026-11-01T09:00:00+0000", "", parent_id="615511223344_998877665544", attachments={"data": [
        image("theirs", media_type="photo", type="photo", description="Party at Kim Private's",
              url="https://www.facebook.com/kim.private/posts/9"),
    ]})  # fmt: skip
    api.objects[PAGE]["created_by"] = "Dana Secret"
    api.objects[FILM]["place"] = {"id": "9", "name": "Brook Field", "location": {"latitude": 51.5, "longitude": -0.1}}
    api.objects["USERS_CAN_POST"]["admin"] = "Dana Secret"
    api.at_most = 20
    api.kept_from_app = {PAGE}
    secrets = {"page_token": TOKEN, "app_secret": SECRET, "app_token": APP_TOKEN}
    details = {"refetch": (f"{PAGE}_70000000000077",), "secrets": secrets}
    path = tmp_path / "night.jsonl.gz"
    with Recorder(path, NIGHT) as recorder:
        live = collect(api, http=way_out(recorder=recorder), **details)
    calls = len(api.calls)
    replayed = collect(api, http=way_out(replay=Replay(path)), **details)
    assert len(api.calls) == calls
    text = gzip.decompress(path.read_bytes()).decode()
    planted = ("Sampleton", "Alex Example", "Robin Sample", "kim.private", "Kim Private", "Dana Secret", PARENT,
               "61550000000", "92000000000", "90000000000000", "998877665544", "615511223344", "theirs.jpg",
               "Words of another site", TOKEN, SECRET)  # fmt: skip
    assert not [one for one in planted if one in text]
    assert "withheld" not in text
    assert replayed.posts["id"].tolist() == live.posts["id"].tolist()
    assert len(replayed.comments) == len(live.comments) == 32
    assert replayed.comments["ours"].tolist() == live.comments["ours"].tolist()
    assert replayed.comments["author_id"].nunique() == live.comments["author_id"].nunique()
    assert replayed.gone == live.gone
    assert replayed.media.equals(live.media)
    assert replayed.coverage == live.coverage
    assert (replayed.profile, post(replayed, ALBUM)) == (live.profile, post(live, ALBUM))
    assert (replayed.settings, post(replayed, FILM)) == (live.settings, post(live, FILM))
    assert post(replayed, FILM)["place"] == "Brook Field"
    assert post(replayed, HELLO)["marks"] == ("people tagged",)


@pytest.mark.parametrize(
    "answer", [answer for answer, _, _ in FAULTS if answer.status != 404 and '"error": {' in answer.body]
)
def test_a_refusal_replays_as_the_same_error(api, answer, tmp_path):
    """An error is recorded by its codes and permissions, and means the same in the replay."""
    path = tmp_path / "night.jsonl.gz"
    api.faults.append(answer)
    with Recorder(path, NIGHT) as recorder, pytest.raises(ConnectorError) as live:
        collect(api, http=way_out(recorder=recorder))
    with pytest.raises(type(live.value)) as replayed:
        collect(api, http=way_out(replay=Replay(path)))
    assert str(replayed.value) == str(live.value)
    assert "Session" not in gzip.decompress(path.read_bytes()).decode()


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {"id": "61550000000077", "name": "Alex Example"},
        {"id": "61550000000077", "name": "Alex Example", "username": "alex.example"},
        {"data": ["text"]},
        {"data": [{"message": "no id"}]},
        {"61550000000077": {"name": "Alex Example"}},
        {"whatever": "it is"},
    ],
)
def test_what_is_not_understood_is_not_recorded(body):
    """The disguise refuses whatever the connector does not read, and the profile of anybody else."""
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        facebook.disguise(body, frozenset({"hazelbrook"}), StandIns())


def test_fields_that_nobody_asked_for_are_not_recorded():
    """Nothing gets into a recording that the connector does not name."""
    body = {"data": [{"id": f"{PAGE}_1", "created_time": "2026-11-18T09:00:00+0000", "is_published": True,
                      "story": "with Alex Example", "admin_creator": {"name": "Alex Example"}}],
            "paging": {"next": f"https://graph.facebook.com/?access_token={TOKEN}&after=QVFI"}}  # fmt: skip
    kept = facebook.disguise(body, frozenset({PAGE}), StandIns())
    assert "Alex" not in str(kept)
    assert kept["paging"] == {"next": "?after=QVFI"}


# --- contracts ------------------------------------------------------------------------------------------


def comment(snapshot, id_):
    (row,) = snapshot.comments[snapshot.comments["id"] == id_].to_dict("records")
    return row


def test_what_visitors_post_stands_with_the_comments(api):
    """A visitor's post on the Page is somebody else's words, under no post of ours, and never taken for one."""
    visit = add_visit(api, "710000000000001", "Call me on 07700 900123", permalink_url="https://www.facebook.com/v/1")
    add_visit(api, "710000000000002", "Hidden", is_hidden=True)
    add_visit(api, "710000000000003", "Our own", **{"from": {"id": PAGE, "name": "Hazelbrook"}})
    snapshot = collect(api)
    row = comment(snapshot, f"visitor:{visit}")
    assert (row["post_id"], row["author_id"], row["ours"]) == ("", PARENT, False)
    assert (row["text"], row["address"]) == ("Call me on 07700 900123", "https://www.facebook.com/v/1")
    assert [id_ for id_ in snapshot.comments["id"] if id_.startswith("visitor:")] == [f"visitor:{visit}"]
    assert visit not in set(snapshot.posts["id"])
    assert status(snapshot, "comments")[0] is CoverageStatus.COMPLETE


def test_a_visitors_post_that_was_taken_down_is_gone(api):
    """What has to be looked at again is asked for by its own id, and is gone when it is not there."""
    here = add_visit(api, "710000000000001", "Still here")
    lost = f"visitor:{PAGE}_710000000000099"
    snapshot = collect(api, since=datetime(2026, 11, 21, tzinfo=UTC), refetch=(f"visitor:{here}", lost))
    assert snapshot.gone == {lost}
    assert comment(snapshot, f"visitor:{here}")["text"] == "Still here"


def test_a_token_that_may_not_read_visitors_says_so(api):
    """Without the permission the comments are read all the same, and a planned gap says what is missing."""
    api.refused["visitor_posts"] = fault(10, "(#10) requires pages_read_user_content", status=403)
    snapshot = collect(api)
    assert len(snapshot.comments) == 2
    state, planned, reason = status(snapshot, "comments")
    assert (state, planned) == (CoverageStatus.PARTIAL, True)
    assert "what visitors post" in reason


def test_people_with_every_right_are_counted_and_not_named(api):
    """The number of administrators is told where the token may know, and nobody's name is asked for."""
    assert collect(api).settings.administrators == 2
    assert {question["fields"] for path, question in api.calls if path.endswith("/roles")} == {"tasks"}
    api.refused["roles"] = fault(200, "Permissions error", status=403)
    assert collect(api).settings.administrators is None


def test_visitors_and_administrators_leave_no_trace_in_a_recording(api):
    """A visitor's words, name and id are replaced; of roles only the tasks stay."""
    visit = {"id": f"{PAGE}_710000000000001", "message": "Alex here", "created_time": "2026-11-19T11:12:13+0000"}
    own = frozenset({PAGE})
    kept = facebook.disguise({"data": [visit | {"from": {"id": PARENT, "name": "Alex Example"}}]}, own, StandIns())
    text = json.dumps(kept)
    assert not any(words in text for words in ("710000000000001", PARENT, "Alex", "11:12:13"))
    assert kept["data"][0]["id"].startswith(f"{PAGE}_")
    roles = facebook.disguise({"data": [{"id": PARENT, "name": "Robin", "tasks": ["MANAGE", "x y"]}]}, own, StandIns())
    assert roles == {"data": [{"tasks": ["MANAGE"]}]}


def test_every_field_that_is_asked_for_exists(api, contracts):
    """Graph's own lists of fields and edges know each field that we name."""
    collect(api, refetch=("700000000000001_900000000000555",))
    specs = contracts / "facebook" / "api_specs"
    sources = {"picture": "ProfilePictureSource"}
    elsewhere = ("attachments", "place", "PageRole")  # of what they hold there is no list
    asked = {(sources.get(kind, kind), name) for kind, name in api.fields if kind not in elsewhere}
    assert {kind for kind, _ in asked} == {"Page", "PagePost", "PageSettings", "Comment", "ProfilePictureSource"}
    for kind, name in asked:
        spec = json.loads((specs / f"{kind}.json").read_text())
        known = {field["name"] for field in spec["fields"]} | {edge.get("endpoint") for edge in spec["apis"]}
        assert name in known, f"{kind} has no {name}"


def test_every_part_of_an_attachment_that_is_asked_for_was_seen(api, contracts):
    """The parts of attachments, of which there is no list, all stand in recorded answers."""
    collect(api)
    asked = {name for kind, name in api.fields if kind == "attachments"}
    recorded = contracts / "facebook" / "python-facebook" / "testdata" / "facebook"
    seen = {name for path in recorded.rglob("*.json") for name in parts(json.loads(path.read_text()))}
    assert asked
    assert asked <= seen


def parts(value):
    """The names in every attachment, wherever it stands."""
    if isinstance(value, list):
        return {name for one in value for name in parts(one)}
    if not isinstance(value, dict):
        return set()
    here = set(value) if "unshimmed_url" in value or "media_type" in value else set()
    return here.union(*(parts(one) for one in value.values()))


class Played:
    """A client that gives recorded answers in turn."""

    def __init__(self, *bodies):
        self.bodies = list(bodies)

    def get(self, url, **_):
        return Answer(url, 200, {}, json.dumps(self.bodies.pop(0)).encode())


def recorded(contracts, name):
    return json.loads((contracts / "facebook" / "python-facebook" / "testdata" / f"{name}.json").read_text())


def play(*bodies, skip=("comments", "settings")):
    skip = {Resource(one): not_due("x") for one in skip}
    plan = CollectPlan("https://graph.example/v26.0", NIGHT, skip=skip, secrets={"page_token": TOKEN}, max_pages=1)
    return facebook.collect(SCHOOL, plan, Played(*bodies))


def test_recorded_pages_are_read(contracts):
    """A Page as Facebook showed it, with many fields and with few, has a profile."""
    for name in ("single_default_page", "single_fields_page"):
        body = recorded(contracts, f"facebook/apidata/pages/{name}")
        profile = play(body, {"data": []}).profile
        assert profile.platform_id == body["id"]
        assert profile.followers == body["fan_count"]
        assert (profile.handle, profile.name) == (body["username"], body["name"])


def test_recorded_posts_are_read(contracts):
    """Posts as Facebook showed them have text, date and attachments; the last page of a list ends it."""
    page = {"id": "4", "name": "x"}
    body = recorded(contracts, "facebook/apidata/posts/feeds_default_fields_p2")
    snapshot = play(page, {"data": body["data"]})
    assert snapshot.posts["id"].tolist() == [one["id"] for one in body["data"]]
    assert snapshot.posts["created"].notna().all()
    linked = [
        one for one in body["data"] if one.get("attachments", {"data": [{}]})["data"][0].get("media_type") == "link"
    ]
    assert linked
    for one in linked:
        assert post(snapshot, one["id"])["links"]
    first = recorded(contracts, "facebook/apidata/posts/feed_fields_p1")
    assert set(graph.onwards(first)) == {"until", "__paging_token"}
    assert graph.onwards(recorded(contracts, "facebook/apidata/posts/feed_fields_p2")) == {}


def test_recorded_comments_are_read(contracts):
    """Comments as Facebook showed them without naming their writers are read with an unknown one."""
    every = recorded(contracts, "facebook/apidata/comments/comments_info")
    posts = {"data": [{"id": "4_1", "created_time": "2021-07-21T21:05:14+0000"}]}
    under = {"4_1": {"id": "4_1", "comments": {"data": list(every.values()), "summary": {"total_count": len(every)}}}}
    snapshot = play({"id": "4", "name": "x"}, posts, under, {"data": []}, skip=("settings",))
    assert snapshot.comments["id"].tolist() == list(every)
    assert set(snapshot.comments["author_id"]) == {""}
    assert snapshot.coverage[Resource.COMMENTS].status is CoverageStatus.COMPLETE


@pytest.mark.parametrize("name", ["error", "base/error_data"])
def test_recorded_errors_are_refusals_that_name_what_is_missing(contracts, name):
    """Both recorded refusals have code 100 and are about a permission, not about a Page that is gone."""
    with pytest.raises(Refused, match=r"Pages? Public Content Access"):
        play(recorded(contracts, name))
