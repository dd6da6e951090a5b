"""The X connector against the imitation of API v2, in both spellings and through the real way out."""

import gzip
import json
import logging
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imitations import x_answers
from imitations import x_faults as faults
from imitations.x_api import DOCUMENTS, TOKEN, Media, XApi
from imitations.x_spelling import RENAMED, old_expansion

from connectors import x as connector
from connectors.connector import (
    LoginWall,
    NotFound,
    NotRecorded,
    OutOfCredit,
    RateLimited,
    Refused,
    SchemaDrift,
    SpendCeiling,
    Suspended,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import (
    Account,
    CollectPlan,
    CoverageStatus,
    Resource,
    complete,
    not_due,
    not_offered,
    partial,
)
from connectors.x_disguise import disguise

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PRICES = {"profile": 0.010, "posts": 0.005, "comments": 0.005, "followers": 0.010, "following": 0.010}
SCHOOL = Account("x:hazelbrook", 2, "x", handle="@Hazelbrook")
SWITCHED_OFF = not_due("followers on X cost money and are switched off in school.toml")
TIMELINE, PEOPLE, SEARCH = "/2/users/{id}/tweets", "/2/users/{id}/followers", "/2/tweets/search/recent"
LOOKUP, BY_ID, POSTS_BY_ID = "/2/users/by/username/{username}", "/2/users/{id}", "/2/tweets"
REPLIES = "X gives only the replies of the last seven days that are addressed to the account."


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@contextmanager
def one_school(spelling):
    """The imitation with one school; every request and answer is judged by X's document."""
    with XApi(spelling, now=NIGHT) as imitation:
        imitation.add_user(
            "hazelbrook",
            name="Hazelbrook Primary School",
            description="Official. News of https://hazelbrook.example/news & friends",
            url="https://hazelbrook.example/",
            location="Hazelbrook",
            verified_type="none",
        )
        yield imitation


@pytest.fixture(params=["tweet", "post"])
def x(request):
    """One school, in either spelling."""
    with one_school(request.param) as imitation:
        yield imitation


@pytest.fixture
def newest():
    """One school, in the names of X's newest document."""
    with one_school("post") as imitation:
        yield imitation


def way_out(recorder=None, replay=None, **network):
    """The real way out, in no hurry, to loopback."""
    settings = {"default_pace": 0, "backoff": 0, "retries": 0, "private_hosts": frozenset({"127.0.0.1"})}
    network = Network("it@hazelbrook.example", **(settings | network))
    return Http(network, secrets=[TOKEN], recorder=recorder, replay=replay)


def planned(x, *, skip=(), **details):
    options = {"prices": details.pop("prices", PRICES)}
    details = {"secrets": {"bearer_token": TOKEN}, "options": options} | details
    return CollectPlan(x.base_url, NIGHT, skip=dict.fromkeys(map(Resource, skip), SWITCHED_OFF), **details)


def collect(x, account=SCHOOL, http=None, **details):
    """One reading of an account: everything, but for what `skip` names."""
    http = http or way_out()
    try:
        return connector.collect(account, planned(x, **details), http.client(account.label))
    finally:
        http.close()


def posts_only(x, **details):
    return collect(x, skip=["followers", "following", "comments"], **details)


def ids(frame):
    return list(frame["id"])


def only(frame):
    (row,) = frame.to_dict("records")
    return row


def asked(x, endpoint):
    return [call.query for call in x.calls if call.endpoint == endpoint]


def charged(x):
    """What the imitation charged; without another reading of the same thing it is what we say."""
    return float(x.cost)


# -- profile -----------------------------------------------------------------------------------------------------


def test_the_profile_is_read_whole(x):
    """Bio, website and place come with links as they were written, and the counts under either name."""
    x.add_post("hazelbrook", "Hello")
    x.add_follower("hazelbrook", "parent_one")
    profile = posts_only(x).profile
    assert profile.platform_id == x.user("hazelbrook").id
    assert (profile.handle, profile.name) == ("hazelbrook", "Hazelbrook Primary School")
    assert profile.address == "https://x.com/hazelbrook"
    assert profile.bio == "Official. News of https://hazelbrook.example/news & friends"
    assert profile.links == ("https://hazelbrook.example/", "https://hazelbrook.example/news")
    assert profile.location == "Hazelbrook"
    assert profile.created == datetime(2023, 9, 1, 8, 0, tzinfo=UTC)
    assert (profile.followers, profile.following, profile.posts) == (1, 0, 1)
    assert (profile.verified, profile.protected, profile.labels) == (False, False, ())


@pytest.mark.parametrize(("kind", "counts"), [("business", True), ("government", True), ("blue", False)])
def test_a_bought_badge_verifies_nobody(x, kind, counts):
    """Only organisations that X verified count as verified, for anybody can buy the blue badge."""
    x.update_user("hazelbrook", verified=True, verified_type=kind)
    assert posts_only(x).profile.verified is counts


def test_labels_tell_parody_and_where_it_is_withheld(x):
    """A parody account and one withheld in some countries are labelled so."""
    x.update_user("hazelbrook", parody=True, withheld={"country_codes": ["DE", "FR"]})
    assert posts_only(x).profile.labels == ("parody", "withheld in DE, FR")


@pytest.mark.parametrize(("badge", "kind"), [("business", "business"), ("government", ""), ("blue", ""), ("none", "")])
def test_only_a_business_is_called_one(x, badge, kind):
    """X says of a business that it is one; its other badges tell nothing about what an account is."""
    x.update_user("hazelbrook", verified_type=badge)
    assert posts_only(x).profile.kind == kind


def test_xs_own_picture_is_no_avatar(x):
    """The grey figure that X shows for a missing picture is none; another picture is."""
    assert posts_only(x).profile.avatar == ""
    x.update_user("hazelbrook", profile_image_url="https://pbs.example/logo_normal.jpg")
    assert posts_only(x).profile.avatar == "https://pbs.example/logo_normal.jpg"


def test_a_renamed_account_is_followed(x):
    """Once the platform id is known it is asked for, whatever the account is called now."""
    x.update_user("hazelbrook", username="hazelbrook_old")
    known = Account("x:hazelbrook", 2, "x", handle="hazelbrook", platform_id=x.user("hazelbrook_old").id)
    assert collect(x, known, skip=["followers", "following"]).profile.handle == "hazelbrook_old"
    assert x.requests[BY_ID] == 1
    assert asked(x, SEARCH)[0]["query"] == "to:hazelbrook_old -from:hazelbrook_old"


def test_an_address_will_do(x):
    """A register row with an address and no handle is read by the handle in the address."""
    by_address = Account("x", 2, "x", address="https://x.com/hazelbrook/?lang=en")
    assert collect(x, by_address).profile.handle == "hazelbrook"


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        (Account("x", 2, "x"), "The register gives neither a handle nor an address of this account on X."),
        (Account("x", 2, "x", handle="not a handle"), "'not a handle' is not a handle as X knows them."),
        (Account("x", 2, "x", handle="elmfield"), "X says that there is no account named elmfield."),
        (Account("x", 2, "x", platform_id="77"), "X says that there is no account with the id 77."),
    ],
    ids=["no name", "no handle", "unknown handle", "unknown id"],
)
def test_accounts_that_are_not_there(x, account, sentence):
    """What X does not know is NotFound, with a sentence about what was looked for."""
    with pytest.raises(NotFound) as raised:
        collect(x, account)
    assert str(raised.value) == sentence


def test_a_suspended_account_is_told_from_an_unknown_one(x):
    """Only the title and the detail of the error say that an account is suspended."""
    x.update_user("hazelbrook", suspended=True)
    with pytest.raises(Suspended, match=r"^X has suspended the account\.$"):
        collect(x)


def test_a_protected_account_shows_its_profile_only(x):
    """Of a protected account nothing but the profile is asked for, and the rest is not permitted."""
    x.update_user("hazelbrook", protected=True)
    snapshot = collect(x)
    assert snapshot.profile.protected is True
    assert snapshot.coverage[Resource.PROFILE] == complete(1)
    for resource in ("posts", "media", "comments", "followers", "following"):
        coverage = snapshot.coverage[Resource(resource)]
        assert coverage.status is CoverageStatus.NOT_PERMITTED
        assert coverage.reason.startswith("The account is protected:")
    assert sum(x.requests.values()) == 1


def test_an_account_protected_while_we_read(x):
    """The error that stands for a protected account in place of a list is not taken for an empty list."""
    error = {
        "title": "Authorization Error", "detail": "Sorry, you are not authorized to see the user with id: [1].",
        "type": faults.PROBLEMS + "not-authorized-for-resource", "value": "1", "resource_id": "1",
        "resource_type": "user", "parameter": "id", "section": "data",
    }  # fmt: skip
    x.fail(faults.Answer(200, {"errors": [error]}), path=TIMELINE)
    coverage = posts_only(x).coverage[Resource.POSTS]
    assert coverage.status is CoverageStatus.NOT_PERMITTED


def test_private_messages_are_for_a_person(x):
    """Who may send messages is not offered: a bearer token does not see it."""
    snapshot = collect(x)
    sentence = "X shows who may send private messages only to the account itself; a person looks and attests."
    assert snapshot.coverage[Resource.SETTINGS] == not_offered(sentence)
    assert snapshot.settings is None


def test_every_resource_has_its_coverage(x):
    """There is a coverage for everything the connector knows, with the plan's word for what it leaves out."""
    snapshot = collect(x, skip=["followers", "following"])
    assert snapshot.coverage.keys() == connector.RESOURCES
    assert snapshot.coverage[Resource.FOLLOWERS] == SWITCHED_OFF
    assert x.requests[PEOPLE] == 0


# -- posts -------------------------------------------------------------------------------------------------------


def test_a_post_is_read_as_it_was_written(x):
    """Text without escapes, links as written, the time, and an address that opens the post."""
    id_ = x.add_post("hazelbrook", "Fish & chips <Friday> https://hazelbrook.example/menu?a=1&copy=2")
    row = only(posts_only(x).posts)
    assert row["text"] == "Fish & chips <Friday> https://hazelbrook.example/menu?a=1&copy=2"
    assert row["links"] == ("https://hazelbrook.example/menu?a=1&copy=2",)
    assert (row["id"], row["kind"], row["title"]) == (id_, "post", "")
    assert row["address"] == f"https://x.com/hazelbrook/status/{id_}"
    assert row["created"] == NIGHT - timedelta(days=1)
    assert row["language"] == "en"


@given(st.text(st.characters(codec="utf-8", exclude_characters="@#:"), max_size=30))
def test_escapes_are_undone_once(text):
    """Whatever a post says, what X escapes comes back as it was typed."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert connector._words({"id": "1", "text": escaped})[0] == text.strip()


def test_long_posts_are_read_to_their_end(x):
    """Beyond 280 characters the text and its links come from the note."""
    text = "word " * 70 + "https://hazelbrook.example/end"
    x.add_post("hazelbrook", text)
    row = only(posts_only(x).posts)
    assert row["text"] == text
    assert row["links"] == ("https://hazelbrook.example/end",)


def test_a_link_to_its_own_picture_is_no_link():
    """The link that X puts behind a post for its picture is neither text nor link."""
    urls = [{"url": "https://t.co/aaaaaaaaaa", "expanded_url": "https://x.com/h/status/1/photo/1", "media_key": "3_1"}]
    assert connector._words({"text": "Look https://t.co/aaaaaaaaaa", "entities": {"urls": urls}}) == ("Look", ())


def test_reposts_replies_and_quotes_are_told_apart(x):
    """A repost has the words of what it passes on, a reply names what it answers, a quote is a post."""
    x.add_user("county_sport")
    theirs = x.add_post("county_sport", "Finals on Saturday " + "and so on " * 30 + "https://county.example/")
    repost = x.repost("hazelbrook", theirs)
    reply = x.add_post("hazelbrook", "Thank you!", in_reply_to=theirs)
    quote = x.add_post("hazelbrook", "We are in it", quote_of=theirs)
    rows = posts_only(x).posts.set_index("id")
    assert dict(rows["kind"]) == {repost: "repost", reply: "reply", quote: "post"}
    assert rows["text"][repost].endswith("and so on https://county.example/")
    assert not rows["text"][repost].startswith("RT @")
    assert rows["links"][repost] == ("https://county.example/",)
    assert rows["address"][repost] == f"https://x.com/hazelbrook/status/{repost}"
    assert (rows["text"][reply], rows["reply_to"][reply]) == ("Thank you!", theirs)
    assert rows["text"][quote] == "We are in it"
    assert rows["reply_to"][quote] == ""


def test_pictures_and_films_come_with_posts(x):
    """A photo has its address, a film that of its preview, each with its alternative text and size."""
    photo = Media(alt_text="Two Year 5 pupils", width=900, height=600)
    post = x.add_post("hazelbrook", "Sports day", media=[photo, Media("video", alt_text="The race")])
    snapshot = posts_only(x)
    first, second = snapshot.media.to_dict("records")
    assert (first["kind"], first["alt"], first["width"], first["height"]) == ("image", "Two Year 5 pupils", 900, 600)
    assert (second["kind"], second["alt"]) == ("video", "The race")
    assert {first["post_id"], second["post_id"]} == {post}
    assert all(medium["address"].startswith(f"{x.base_url}/media/") for medium in (first, second))
    assert only(snapshot.posts)["media"] == (first["address"], second["address"])
    assert snapshot.coverage[Resource.MEDIA] == complete(2)


def test_other_peoples_pictures_are_not_ours(x):
    """A repost brings no pictures."""
    x.add_user("county_sport")
    x.repost("hazelbrook", x.add_post("county_sport", "Look"), media=[Media()])
    snapshot = posts_only(x)
    assert len(snapshot.media) == 0
    assert only(snapshot.posts)["media"] == ()


@pytest.mark.parametrize(
    ("details", "marks"),
    [
        ({}, ()),
        ({"possibly_sensitive": True}, ("sensitive",)),
        ({"withheld": {"copyright": False, "country_codes": ["DE"]}}, ("withheld",)),
        ({"withheld": {"copyright": True, "country_codes": []}}, ("withheld",)),
        ({"withheld": {"copyright": False, "country_codes": []}}, ()),
    ],
    ids=["nothing", "sensitive", "withheld in a country", "withheld for copyright", "withheld nowhere"],
)
def test_what_x_says_of_a_post_is_marked(newest, details, marks):
    """What may not suit everybody is marked as sensitive, what is kept from some countries as withheld."""
    newest.add_post("hazelbrook", "Hello", **details)
    assert only(posts_only(newest).posts)["marks"] == marks


@pytest.mark.parametrize(
    ("setting", "replies"),
    [
        ("everyone", "everyone"),
        ("mentionedUsers", "limited"),
        ("following", "limited"),
        ("subscribers", "limited"),
        ("verified", "limited"),
        ("other", "limited"),
    ],
)
def test_who_may_answer_is_read(x, setting, replies):
    """Whatever leaves somebody out is limited."""
    x.add_post("hazelbrook", "Hello", reply_settings=setting)
    assert only(posts_only(x).posts)["replies"] == replies


def test_a_setting_that_nobody_knows_says_nothing(newest):
    """A word for who may answer that X adds one day is left open, not taken for everybody."""
    newest.add_post("hazelbrook", "Hello", reply_settings="neighbours")
    assert only(posts_only(newest).posts)["replies"] == ""


GROVE = {
    "id": "07d9e4d9",
    "full_name": "Hazelbrook, England",
    "geo": {"type": "Feature", "bbox": [-0.2, 51.6, -0.196, 51.608], "properties": {}},
}


def test_a_place_is_read_with_its_position(x):
    """A tagged place has its name; a small one is at the middle of its box, but exact coordinates go before that."""
    x.places[GROVE["id"]] = GROVE
    x.places["county"] = {**GROVE, "id": "county", "full_name": "The county"}
    x.places["county"]["geo"] = GROVE["geo"] | {"bbox": [-1.0, 51.0, 0.0, 52.0]}
    x.add_post("hazelbrook", "Somewhere", geo={"place_id": "county"})
    tagged = {"place_id": GROVE["id"]}
    point = {"type": "Point", "coordinates": [-0.19874, 51.60331]}
    x.add_post("hazelbrook", "Here", geo=tagged)
    x.add_post("hazelbrook", "Right here", geo=tagged | {"coordinates": point})
    x.add_post("hazelbrook", "Nowhere")
    rows = posts_only(x).posts.set_index("text")
    assert dict(rows["place"]) == {
        "Here": "Hazelbrook, England",
        "Right here": "Hazelbrook, England",
        "Nowhere": "",
        "Somewhere": "The county",
    }
    assert dict(rows["position"]) == {
        "Here": "51.604,-0.198",
        "Right here": "51.60331,-0.19874",
        "Nowhere": "",
        "Somewhere": "",
    }


def test_of_a_repost_only_the_marks_are_read(x):
    """A repost is as sensitive as what it passes on; where that was written, and who may answer it, is not ours."""
    x.add_user("county_sport")
    x.places[GROVE["id"]] = GROVE
    theirs = x.add_post("county_sport", "Look", possibly_sensitive=True, geo={"place_id": GROVE["id"]})
    x.repost("hazelbrook", theirs)
    row = only(posts_only(x).posts)
    assert (row["marks"], row["replies"], row["place"], row["position"]) == (("sensitive",), "", "", "")


def test_where_other_people_write_is_not_asked_for(x):
    """Of replies by other people neither the place nor anything else that is not read is asked for."""
    collect(x)
    assert {"geo", "possibly_sensitive"}.isdisjoint(asked(x, SEARCH)[0]["tweet.fields"].split(","))


def test_posts_are_read_to_the_last_page(x):
    """All pages are read, the largest that X gives, and coverage says how many posts there were."""
    made = [x.add_post("hazelbrook", f"News {number}") for number in range(230)]
    snapshot = posts_only(x)
    assert ids(snapshot.posts) == made[::-1]
    assert snapshot.coverage[Resource.POSTS] == complete(230)
    assert [query["max_results"] for query in asked(x, TIMELINE)] == ["100", "100", "100"]


def test_an_account_without_posts_is_complete(x):
    """Nothing to read is no error: X then leaves `data` out."""
    snapshot = collect(x)
    assert snapshot.coverage[Resource.POSTS] == complete(0)
    assert snapshot.coverage[Resource.FOLLOWERS] == complete(0)


def test_only_what_is_new_is_asked_for(x):
    """With a moment in the plan only younger posts are read; these are all that was asked for."""
    x.add_post("hazelbrook", "Old", created_at=NIGHT - timedelta(days=30))
    new = x.add_post("hazelbrook", "New", media=[Media()])
    since = NIGHT - timedelta(days=3)
    snapshot = posts_only(x, since=since)
    assert ids(snapshot.posts) == [new]
    assert snapshot.coverage[Resource.POSTS] == complete(1)
    reason = "Only pictures of posts since 19/11/2026 were asked for."
    assert snapshot.coverage[Resource.MEDIA] == partial(reason, 1, planned=True, since=since)
    assert charged(x) == snapshot.spent == 0.015


def test_a_cap_is_a_planned_stop(x):
    """At the cap reading stops without another page, and coverage says how far back it went."""
    for number in range(20):
        x.add_post("hazelbrook", f"News {number}")
    snapshot = posts_only(x, max_posts=12)
    coverage = snapshot.coverage[Resource.POSTS]
    oldest = snapshot.posts["created"].min()
    reason = "Stopped at the cap for posts that is set for one night."
    assert coverage == partial(reason, 12, planned=True, since=oldest)
    assert [query["max_results"] for query in asked(x, TIMELINE)] == ["12"]


def test_the_cap_holds_below_xs_smallest_page(x):
    """A cap smaller than X's smallest page is kept all the same; what X sent is paid for."""
    for number in range(4):
        x.add_post("hazelbrook", f"News {number}")
    snapshot = posts_only(x, max_posts=2)
    assert len(snapshot.posts) == 2
    assert snapshot.coverage[Resource.POSTS].planned
    assert snapshot.spent == charged(x) == 0.03


def test_a_cap_on_pages_is_a_planned_stop(x):
    """The plan's number of pages is not exceeded."""
    for number in range(210):
        x.add_post("hazelbrook", f"News {number}")
    coverage = posts_only(x, max_pages=2).coverage[Resource.POSTS]
    assert (coverage.status, coverage.read, coverage.planned) == (CoverageStatus.PARTIAL, 200, True)


def test_xs_own_depth_is_a_planned_partial(x, monkeypatch):
    """Beyond the latest 3,200 posts X gives none: coverage says so, and since when it is whole."""
    assert connector._DEPTH == x_answers._TIMELINE_DEPTH == 3_200
    monkeypatch.setattr(connector, "_DEPTH", 20)
    monkeypatch.setattr(x_answers, "_TIMELINE_DEPTH", 20)
    for number in range(25):
        x.add_post("hazelbrook", f"News {number}")
    snapshot = posts_only(x)
    reason = "X gives only the latest 20 posts, and this account has 25."
    oldest = snapshot.posts["created"].min()
    assert snapshot.coverage[Resource.POSTS] == partial(reason, 20, planned=True, since=oldest)
    assert snapshot.coverage[Resource.MEDIA] == partial(reason, 0, planned=True, since=oldest)
    monkeypatch.setattr(x_answers, "_TIMELINE_DEPTH", 10)
    assert posts_only(x).coverage[Resource.POSTS] == partial("X counts 20 posts and shows 10.", 10, planned=False)


def test_a_list_that_goes_in_circles_is_left(x):
    """A paging marker that comes twice ends the reading, which is then not complete."""
    body = {"data": [], "meta": {"result_count": 0, "next_token": "abc"}}
    x.fail(faults.Answer(200, body, deliberate=True), path=TIMELINE, times=None)
    coverage = posts_only(x).coverage[Resource.POSTS]
    assert coverage.status is CoverageStatus.FAILED
    assert coverage.reason == "X's list of posts goes round in circles."
    assert x.requests[TIMELINE] == 2


# -- looking again -------------------------------------------------------------------------------------------------


def old_post(x, text="Old news", **details):
    return x.add_post("hazelbrook", text, created_at=NIGHT - timedelta(days=40), **details)


def again(x, *refetch, **details):
    return posts_only(x, since=NIGHT - timedelta(days=3), refetch=refetch, **details)


def test_items_of_open_findings_are_looked_at_again(x):
    """What the list does not reach is asked for by id, with its pictures; what is no longer there is gone."""
    kept, deleted = old_post(x, media=[Media()]), old_post(x)
    x.delete_post(deleted)
    snapshot = again(x, kept, deleted, "profile", "3_160000")
    assert ids(snapshot.posts) == [kept]
    assert len(snapshot.media) == 1
    assert snapshot.gone == {deleted}
    assert asked(x, POSTS_BY_ID)[0]["ids"] == f"{kept},{deleted}"
    assert snapshot.spent == charged(x) == 0.015


def test_what_the_list_showed_is_not_asked_for_again(x):
    """An id that was in the list costs nothing more."""
    post = x.add_post("hazelbrook", "New")
    assert again(x, post).gone == frozenset()
    assert x.requests[POSTS_BY_ID] == 0


def test_more_than_a_hundred_are_asked_for_in_batches(x):
    """X takes a hundred ids at once."""
    old = [old_post(x, f"News {number}") for number in range(130)]
    assert len(again(x, *old).posts) == 130
    assert [query["ids"].count(",") + 1 for query in asked(x, POSTS_BY_ID)] == [100, 30]


def test_an_edited_post_keeps_its_id(x):
    """An edit gives a post a new id: we know it by the first, so that a finding follows it; its text is new."""
    first = x.add_post("hazelbrook", "Ring 01777 000000")
    latest = x.edit_post(first, "Ring the office")
    x.posts[latest].created_at = NIGHT - timedelta(hours=20)
    row = only(posts_only(x).posts)
    assert (row["id"], row["text"]) == (first, "Ring the office")
    assert row["address"].endswith(f"/status/{latest}")
    assert row["created"] == NIGHT - timedelta(days=1)
    assert row["edited"] == NIGHT - timedelta(days=1) + timedelta(minutes=5)


def test_an_edited_post_is_followed_to_its_latest_version(x):
    """Asked for by its first id, an edited post is read as it is now, twice edited or deleted since."""
    edited, removed = old_post(x, "Ring 01777 000000"), old_post(x, "Gone soon")
    latest = x.edit_post(x.edit_post(edited, "Ring 0777"), "Ring the office")
    x.edit_post(removed, "Still here")
    snapshot = again(x, edited, removed)
    assert dict(zip(snapshot.posts["id"], snapshot.posts["text"], strict=True)) == {
        edited: "Ring the office", removed: "Still here",
    }  # fmt: skip
    assert snapshot.posts.set_index("id")["address"][edited].endswith(latest)
    assert snapshot.gone == frozenset()
    x.delete_post(removed)
    assert again(x, edited, removed).gone == {removed}


def test_a_post_deleted_between_its_versions_is_gone(x):
    """When the first version is shown and the latest no longer found, the post is gone by its first id."""
    first = old_post(x)
    latest = x.edit_post(first, "Still here")
    error = {
        "title": "Not Found Error", "detail": f"Could not find tweet with ids: [{latest}].", "parameter": "ids",
        "type": faults.PROBLEMS + "resource-not-found", "value": latest, "resource_id": latest, "resource_type": "tweet",
    }  # fmt: skip
    x.fail(faults.Answer(200, {"errors": [error]}), path=POSTS_BY_ID, after=1)
    snapshot = again(x, first)
    assert snapshot.gone == {first}
    assert len(snapshot.posts) == 0


def test_every_id_is_asked_for_once(x):
    """With all versions of an edited post on the list, it is read once, as it is now."""
    first = old_post(x, "Ring 01777 000000")
    latest = x.edit_post(first, "Ring the office")
    row = only(again(x, first, latest).posts)
    assert (row["id"], row["text"]) == (first, "Ring the office")
    assert x.requests[POSTS_BY_ID] == 1


def test_what_is_hidden_from_us_is_not_gone(x):
    """An id that X refuses to show for another reason than not finding it stays open."""
    hidden = old_post(x)
    error = {
        "title": "Authorization Error", "detail": f"Sorry, you are not authorized to see the Tweet with ids: [{hidden}].",
        "type": faults.PROBLEMS + "not-authorized-for-resource", "value": hidden, "resource_id": hidden,
        "resource_type": "tweet", "parameter": "ids", "section": "data",
    }  # fmt: skip
    x.fail(faults.Answer(200, {"errors": [error]}), path=POSTS_BY_ID)
    assert again(x, hidden, "123").gone == {"123"}


def test_an_error_that_names_nothing_closes_nothing(x):
    """While an error does not say which item is hidden, none of those asked for counts as gone."""
    error = {"title": "Unavailable", "type": "https://api.x.com/2/problems/resource-unavailable"}
    x.fail(faults.Answer(200, {"errors": [error]}, deliberate=True), path=POSTS_BY_ID)
    assert again(x, "122", "123").gone == frozenset()


def test_an_error_about_what_a_post_refers_to_hides_nothing(x):
    """An error about something that came beside the posts says nothing about those asked for."""
    error = {
        "title": "Unavailable",
        "type": "https://api.x.com/2/problems/resource-unavailable",
        "section": "includes",
    }
    x.fail(faults.Answer(200, {"errors": [error]}, deliberate=True), path=POSTS_BY_ID)
    assert again(x, "122", "123").gone == {"122", "123"}


def test_an_outage_while_looking_again_closes_nothing(x):
    """When the second look fails nothing is gone, and posts are not complete."""
    x.fail(faults.server_error(500), path=POSTS_BY_ID)
    x.add_post("hazelbrook", "New")
    snapshot = again(x, old_post(x))
    coverage = snapshot.coverage[Resource.POSTS]
    assert snapshot.gone == frozenset()
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, False, 1)


def test_a_comment_is_looked_at_again_as_a_comment(x):
    """Somebody else's reply that is asked for by id is a comment, where comments are wanted at all."""
    post = old_post(x)
    x.add_user("a_parent")
    reply = x.add_post("a_parent", "Call me", in_reply_to=post, created_at=NIGHT - timedelta(days=39))
    snapshot = collect(x, since=NIGHT - timedelta(days=3), refetch=(reply,), skip=["followers", "following"])
    assert only(snapshot.comments)["id"] == reply
    assert len(snapshot.posts) == 0
    assert len(again(x, reply).comments) == 0


# -- comments and people -------------------------------------------------------------------------------------------


def test_comments_are_the_replies_of_the_last_week(x):
    """One search finds other people's replies of seven days; coverage says that it is no more than that."""
    post = x.add_post("hazelbrook", "Sports day")
    author = x.add_user("a_parent")
    reply = x.add_post("a_parent", "Well done & thanks", in_reply_to=post)
    x.add_post("a_parent", "Long ago", in_reply_to=post, created_at=NIGHT - timedelta(days=8))
    x.add_post("hazelbrook", "Thank you", in_reply_to=reply)
    x.add_post("hazelbrook", "One more thing", in_reply_to=post)
    snapshot = collect(x)
    row = only(snapshot.comments)
    assert (row["id"], row["post_id"], row["author_id"]) == (reply, post, author)
    assert (row["text"], row["ours"]) == ("Well done & thanks", False)
    assert row["address"] == f"https://x.com/i/status/{reply}"
    week = NIGHT - timedelta(days=7)
    assert snapshot.coverage[Resource.COMMENTS] == partial(REPLIES, 1, planned=True, since=week)
    assert x.requests[SEARCH] == 1
    assert charged(x) == snapshot.spent


def test_comments_already_read_are_not_bought_again(x):
    """Within the week only replies since the last reading are asked for."""
    since = NIGHT - timedelta(days=2)
    snapshot = collect(x, since=since)
    assert asked(x, SEARCH)[0]["start_time"] == "2026-11-20T02:00:00Z"
    assert snapshot.coverage[Resource.COMMENTS].since == since
    collect(x, since=NIGHT - timedelta(days=9))
    assert "start_time" not in asked(x, SEARCH)[1]


def test_comments_are_left_out_when_not_wanted(x):
    """Without comments in the plan there is no search."""
    collect(x, skip=["comments"])
    assert x.requests[SEARCH] == 0


def test_followers_are_read_to_the_end(x):
    """All pages of followers, as people with their bios as typed."""
    for number in range(1100):
        x.add_follower("hazelbrook", f"person_{number}", description=f"Bio {number}")
    snapshot = collect(x, skip=["posts", "comments", "following"])
    assert snapshot.coverage[Resource.FOLLOWERS] == complete(1100)
    first = snapshot.followers.iloc[0]
    assert (first["handle"], first["bio"]) == ("person_1099", "Bio 1099")
    assert first["address"] == "https://x.com/person_1099"
    assert first["created"] == datetime(2023, 9, 1, 8, 0, tzinfo=UTC)
    assert [query["max_results"] for query in asked(x, PEOPLE)] == ["1000", "1000"]
    assert snapshot.spent == charged(x) == 11.01


def test_followed_people_are_read(x):
    """Whom the school follows is a list of its own."""
    x.add_following("hazelbrook", "county_sport", name="County Sport")
    snapshot = collect(x)
    assert only(snapshot.following)["name"] == "County Sport"
    assert snapshot.coverage[Resource.FOLLOWING] == complete(1)
    assert len(snapshot.followers) == 0


def test_a_cap_on_people_is_a_planned_stop(x):
    """No more people are asked for than the plan allows."""
    for number in range(5):
        x.add_follower("hazelbrook", f"person_{number}")
    snapshot = collect(x, max_people=3)
    coverage = snapshot.coverage[Resource.FOLLOWERS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 3)
    assert asked(x, PEOPLE)[0]["max_results"] == "3"


# -- spending ------------------------------------------------------------------------------------------------------


def test_what_was_spent_is_what_x_bills(x):
    """The snapshot's spending is the imitation's bill: profile, posts, comments, people."""
    post = x.add_post("hazelbrook", "Sports day", media=[Media()])
    x.add_user("a_parent")
    x.add_post("a_parent", "Well done", in_reply_to=post)
    x.add_follower("hazelbrook", "a_parent")
    x.add_following("hazelbrook", "county_sport")
    snapshot = collect(x)
    assert x.billed == {"users": 1, "posts": 2, "followers": 1, "following": 1}
    assert Decimal(str(snapshot.spent)) == x.cost


def test_a_second_reading_on_one_day_is_counted_and_not_billed(x):
    """X bills an item once a day; what we count is never too low."""
    x.add_post("hazelbrook", "News")
    once, twice = posts_only(x).spent, posts_only(x).spent
    assert once == twice == charged(x) == 0.015


@settings(max_examples=40)
@given(cents=st.integers(1, 60), posts=st.integers(0, 30), people=st.integers(0, 30))
def test_the_ceiling_is_never_exceeded(cents, posts, people):
    """Whatever the ceiling and however much there is, the bill stays within it, and coverage says who stopped."""
    limit = cents / 100
    with XApi(contracts=None, now=NIGHT) as x:
        x.add_user("hazelbrook")
        for number in range(posts):
            x.add_post("hazelbrook", f"News {number}")
        for number in range(people):
            x.add_follower("hazelbrook", f"person_{number}")
        snapshot = collect(x, spend_limit=limit)
        assert x.cost <= Decimal(cents) / 100
        assert Decimal(str(snapshot.spent)) == x.cost
        for resource, there in ((Resource.POSTS, posts), (Resource.FOLLOWERS, people)):
            coverage = snapshot.coverage[resource]
            stopped = coverage.status is CoverageStatus.PARTIAL
            assert coverage.read <= there
            assert stopped or coverage == complete(there)
            if stopped:
                assert coverage.planned
                assert coverage.reason == f"Stopped at the spend ceiling of ${limit:.2f} for this account tonight."


def test_without_money_nothing_is_asked(x):
    """A ceiling below the price of a profile stops the whole account, as planned."""
    with pytest.raises(SpendCeiling) as raised:
        collect(x, spend_limit=0.009)
    assert raised.value.coverage().planned
    assert sum(x.requests.values()) == 0


def test_near_the_ceiling_pages_are_smaller(x):
    """The last page asked for is as large as the money left."""
    for number in range(150):
        x.add_post("hazelbrook", f"News {number}")
    snapshot = posts_only(x, spend_limit=0.61)
    assert [query["max_results"] for query in asked(x, TIMELINE)] == ["100", "20"]
    assert snapshot.spent == charged(x) == 0.61
    coverage = snapshot.coverage[Resource.POSTS]
    assert (coverage.read, coverage.planned, coverage.since) == (120, True, snapshot.posts["created"].min())


def test_the_second_look_stays_within_the_ceiling(x):
    """Of the items to be looked at again, as many are asked for as can be paid."""
    old = [old_post(x, f"News {number}") for number in range(6)]
    snapshot = again(x, *old, spend_limit=0.035)
    assert len(snapshot.posts) == 5
    assert snapshot.gone == frozenset()
    assert snapshot.coverage[Resource.POSTS].planned
    assert snapshot.spent == charged(x) == 0.035


def test_without_a_price_a_ceiling_cannot_be_kept(x):
    """With a ceiling and no price nothing is bought; without a ceiling it is."""
    with pytest.raises(SpendCeiling, match="Nobody has said what X takes for profile"):
        collect(x, prices={}, spend_limit=5.0)
    assert sum(x.requests.values()) == 0
    assert collect(x, prices={}).spent == 0


# -- what can go wrong ---------------------------------------------------------------------------------------------

RESET = int(datetime(2026, 11, 22, 2, 15, tzinfo=UTC).timestamp())
SUMMER_RESET = int(datetime(2027, 6, 22, 2, 15, tzinfo=UTC).timestamp())
TROUBLES = {
    "401": (faults.unauthorised(), Refused, "X does not accept the bearer token; generate a new one"),
    "402": (faults.credits_depleted(), OutOfCredit, "X wants to be paid first: the app has no credit left."),
    "403 client-forbidden": (faults.client_forbidden(), Refused, "attach it to a project in X's console"),
    "403 for app-only": (
        faults.problem(403, "Unsupported Authentication", "No.", "unsupported-authentication"),
        Refused, "X does not give this to an app's bearer token.",
    ),
    "403 without a type": (faults.generic_problem(403, "Forbidden"), Refused, "X refused access (403)"),
    "404 of the interface": (faults.generic_problem(404, "Not Found"), Unreachable, "check base_url"),
    "429 with a reset": (
        faults.rate_limited(RESET), RateLimited,
        "X has had enough requests for now and answers again from 02:15 on 22/11/2026; the next run tries again.",
    ),
    "429 with a reset in summer": (faults.rate_limited(SUMMER_RESET), RateLimited, "from 03:15 on 22/06/2027"),
    "429 without a reset": (faults.rate_limited(None), RateLimited, "does not say until when"),
    "429 with a reset that is none": (
        faults.generic_problem(429, "Too Many Requests", {"x-rate-limit-reset": "soon"}), RateLimited,
        "does not say until when",
    ),
    "429 monthly cap": (faults.usage_capped(), RateLimited, "The app's monthly usage cap at X is reached"),
    "429 daily cap": (faults.usage_capped("Daily"), RateLimited, "The app's daily usage cap at X is reached"),
    "500": (faults.server_error(500), Unreachable, "has a fault of its own (500)"),
    "503": (faults.server_error(503), Unreachable, "has a fault of its own (503)"),
    "a page at 200": (faults.html_page(), LoginWall, "sent a web page instead of data"),
    "a page at 503": (faults.html_page(503), Unreachable, "has a fault of its own (503)"),
    "a list as the body of an error": (faults.list_error_body(), Refused, "X refused access (403)"),
    "errors: null": (faults.null_errors(), Refused, "X refused access (403)"),
    "errors: null at 200": (faults.null_errors(200), SchemaDrift, "lacks 'data' and does not say why"),
    "a list at 200": (faults.list_error_body(200), SchemaDrift, "something else than an object"),
    "half an answer": (faults.truncated_json(), SchemaDrift, "cannot be read as JSON"),
    "no answer": (faults.dropped(), Unreachable, "broke off or refused the connection"),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "error", "words"), TROUBLES.values(), ids=TROUBLES)
def test_trouble_at_the_profile(x, fault, error, words):
    """Each way in which X can fail is an error of ours with a sentence, and no error of tweepy's."""
    x.fail(fault, path=LOOKUP, times=None)
    with pytest.raises(error) as raised:
        collect(x)
    assert type(raised.value) is error
    assert words in str(raised.value)


@pytest.mark.parametrize(("fault", "error", "words"), TROUBLES.values(), ids=TROUBLES)
def test_trouble_later_leaves_the_rest(newest, fault, error, words):
    """Trouble with followers leaves profile and posts as they were read, and says what it was."""
    newest.add_post("hazelbrook", "News")
    newest.fail(fault, path=PEOPLE, times=None)
    snapshot = collect(newest)
    assert snapshot.coverage[Resource.POSTS] == complete(1)
    coverage = snapshot.coverage[Resource.FOLLOWERS]
    assert coverage.status is error("why").coverage().status
    assert words in coverage.reason


def test_trouble_halfway_keeps_what_was_read(x):
    """An error on the third page leaves two pages, an unplanned partial, and how far back it is whole."""
    for number in range(250):
        x.add_post("hazelbrook", f"News {number}")
    x.fail(faults.rate_limited(RESET), path=TIMELINE, times=None, after=2)
    snapshot = posts_only(x)
    coverage = snapshot.coverage[Resource.POSTS]
    assert (coverage.status, coverage.read, coverage.planned) == (CoverageStatus.PARTIAL, 200, False)
    assert coverage.since == snapshot.posts["created"].min()
    assert "02:15 on 22/11/2026" in coverage.reason
    assert snapshot.spent == charged(x)


def test_a_silent_server_is_left(x):
    """A server that does not answer in time is unreachable, although tweepy itself would wait for ever."""
    x.fail(faults.slow(5), path=LOOKUP)
    with pytest.raises(Unreachable, match="did not answer in time"):
        collect(x, http=way_out(read_timeout=0.2))


def test_a_question_that_x_refuses_names_the_parameter(x):
    """400 says which parameter X does not know, for whoever mends the program."""
    errors = [{"parameters": {"user.fields": ["parody"]}, "message": "no such field"}]
    x.fail(faults.problem(400, "Invalid Request", "No.", "invalid-request", errors=errors))
    with pytest.raises(SchemaDrift, match=r"does not accept our question \(user\.fields\)"):
        collect(x)


def test_errors_beside_data_keep_the_data(x):
    """What a post refers to may be hidden: that is an error beside the posts, which are complete."""
    x.add_user("quiet", protected=True)
    quoted = x.add_post("quiet", "For friends only")
    x.add_post("hazelbrook", "Look at this", quote_of=quoted)
    x.add_post("hazelbrook", "Thank you", in_reply_to=quoted)
    snapshot = posts_only(x)
    assert snapshot.coverage[Resource.POSTS] == complete(2)
    assert sorted(snapshot.posts["kind"]) == ["post", "reply"]


def test_a_missing_field_is_named(x):
    """An answer that lacks what it must have is drift, and the sentence names the field."""
    x.fail(faults.Answer(200, {"data": {"id": "1", "name": "Hazelbrook"}}, deliberate=True), path=LOOKUP)
    with pytest.raises(SchemaDrift, match="X's answer lacks 'username' in the profile"):
        collect(x)


def test_null_stands_for_nothing(newest):
    """The newest document lets X send null where it has nothing; that is no drift."""
    person = dict.fromkeys(["description", "entities", "url", "withheld", "public_metrics", "verified_type"])
    post = dict.fromkeys(["entities", "note_post", "referenced_posts", "attachments", "edit_history_post_ids"])
    post |= {"id": "7", "text": "News", "author_id": "1", "created_at": "2026-11-20T02:00:00.000Z"}
    for path, data in ((LOOKUP, {"id": "1", "username": "hazelbrook"} | person), (TIMELINE, [post])):
        body = {"data": data, "includes": None, "errors": None, "meta": None}
        newest.fail(faults.Answer(200, body, deliberate=True), path=path)
    snapshot = posts_only(newest)
    assert (snapshot.profile.bio, snapshot.profile.posts, snapshot.profile.verified) == ("", None, None)
    assert only(snapshot.posts)["text"] == "News"
    assert snapshot.coverage[Resource.POSTS] == complete(1)


@pytest.mark.parametrize("token", [None, "", "  ", "токен"])
def test_without_a_token_nothing_is_asked(x, token):
    """A missing or impossible token is refused before anything is sent."""
    with pytest.raises(Refused, match="There is no bearer token for X"):
        collect(x, secrets={"bearer_token": token} if token is not None else {})
    assert sum(x.requests.values()) == 0


# -- proving -------------------------------------------------------------------------------------------------------


def prove(x):
    http = way_out()
    try:
        return connector.prove(SCHOOL, planned(x), http.client("X"))
    finally:
        http.close()


def test_one_call_proves_the_key(x):
    """Doctor's proof is one call to the profile, in a sentence."""
    assert prove(x) == "X shows hazelbrook with 0 followers and 0 posts."
    assert sum(x.requests.values()) == 1
    x.update_user("hazelbrook", protected=True)
    assert prove(x).startswith("The account is protected:")
    x.token = "another"
    with pytest.raises(Refused):
        prove(x)


# -- secrets -------------------------------------------------------------------------------------------------------


def test_the_token_stays_out_of_logs_and_errors(x, caplog):
    """With every logger at DEBUG, neither a log nor an error holds the token."""
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "tweepy"):
        collect(x)
        for fault, *_ in TROUBLES.values():
            x.fail(fault, path=LOOKUP)
            with pytest.raises(Exception) as raised:
                collect(x)
            x.heal()
            assert TOKEN not in repr(raised.value) + repr(raised.value.__cause__)
    assert len(caplog.records) > 0
    assert TOKEN not in caplog.text


# -- recordings ----------------------------------------------------------------------------------------------------

OTHERS = (
    "kit_hill2014", "Kit Hill", "12, year 7, Barnby House", "a_parent_of", "Robin Ashdown", "Ring me on 07700",
    "county_sport", "County Sport", "Finals for everybody", "quiet_one", "Quiet words", "Retford", "not_there",
)  # fmt: skip
"""What is planted of other people."""


@pytest.fixture
def people(x):
    """The school among other people in every role; returns their ids and those of what they posted."""
    found = [
        x.add_follower("hazelbrook", "kit_hill2014", name="Kit Hill", description="12, year 7, Barnby House"),
        x.add_user("a_parent_of", name="Robin Ashdown", location="Retford"),
        x.add_following("hazelbrook", "county_sport", name="County Sport", url="https://county.example/"),
        x.add_user("quiet_one", protected=True),
    ]
    theirs = x.add_post(
        "county_sport", "Finals for everybody https://county.example/", media=[Media(alt_text="County Sport")]
    )
    hidden = x.add_post("quiet_one", "Quiet words")
    ours = x.add_post(
        "hazelbrook", "Sports day with @county_sport and @not_there", media=[Media(alt_text="by @county_sport")]
    )
    x.places |= {"1f2e": {"id": "1f2e", "full_name": "Retford"}, "3d4c": {"id": "3d4c", "full_name": "Hazelbrook"}}
    x.add_post("hazelbrook", "Here we are", geo={"place_id": "3d4c"}, possibly_sensitive=True)
    reply = x.add_post(
        "a_parent_of", "Ring me on 07700 900123 says Robin Ashdown", in_reply_to=ours, geo={"place_id": "1f2e"}
    )
    x.add_post("hazelbrook", "Thank you", in_reply_to=reply)
    repost = x.repost("hazelbrook", theirs, media=[Media(alt_text="County Sport")])
    x.add_post("hazelbrook", f"Look https://x.com/county_sport/status/{theirs}", quote_of=theirs)
    x.add_post("hazelbrook", "And this", quote_of=hidden)
    x.add_post("hazelbrook", "word " * 70 + "@county_sport")
    removed = x.add_post("county_sport", "Removed")
    x.add_post("hazelbrook", "And that", quote_of=removed)
    x.delete_post(removed)
    first = x.add_post("hazelbrook", "Teh end")
    x.edit_post(first, "The end")
    x.update_user("hazelbrook", description="Official, with @county_sport")
    return [*found, theirs, hidden, reply, removed, x.posts[repost].media[0][0]]


def record(x, recorder, own=frozenset({"hazelbrook"}), disguised=None, **details):
    """One reading while it is recorded; `disguised` collects what the disguise made of each answer."""

    def hide(body, stand_ins):
        kept = connector.disguise(body, own, stand_ins)
        if disguised is not None:
            disguised.append(kept)
        return kept

    http = way_out(recorder)
    try:
        return connector.collect(SCHOOL, planned(x, **details), http.client("X", hide))
    finally:
        http.close()


def replay(x, path, **details):
    """The same reading from the recording: the imitation is not asked."""
    calls = len(x.calls)
    snapshot = collect(x, http=way_out(replay=Replay(path)), **details)
    assert len(x.calls) == calls
    return snapshot


def recorded(x, path, **details):
    """A night recorded, with an imitation that is no test host, and what a replay of it reads."""
    with Recorder(path, NIGHT, own=["hazelbrook"]) as recorder:
        live = record(x, recorder, **details)
    return live, replay(x, path, **details)


def lines(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_a_recording_holds_nobody_else(x, people, tmp_path):
    """No handle, name, bio, words, id or picture of anybody else is in a recording, nor the token."""
    path = tmp_path / "night.gz"
    live, _ = recorded(x, path)
    assert len(live.comments) == len(live.followers) == len(live.following) == 1
    text = "\n".join(map(json.dumps, lines(path)))
    assert [planted for planted in (*OTHERS, *people, TOKEN) if planted in text] == []
    assert [line["url"] for line in lines(path)[1:] if "withheld" in line] == []
    assert "Sports day with @anon_" in text


def test_the_disguise_alone_hides_everybody(x, people, tmp_path):
    """Even before the recorder looks for what it met before, the disguise has left nothing of anybody else."""
    disguised = []
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder:
        record(x, recorder, disguised=disguised)
    text = json.dumps(disguised)
    assert len(disguised) == 5
    assert [planted for planted in (*OTHERS, *people) if planted in text] == []


def test_a_recording_replays_as_it_was(x, people, tmp_path):
    """A replay reads the same: all of the school's own, and as many stand-ins as there were people."""
    x.add_post("hazelbrook", "Links https://hazelbrook.example/", media=[Media(alt_text="Our hall")])
    live, replayed = recorded(x, tmp_path / "night.gz")
    assert replayed.coverage == live.coverage
    assert replayed.spent == live.spent
    assert replayed.profile.platform_id == live.profile.platform_id
    assert replayed.profile.bio.startswith("Official, with @anon_")
    assert replayed.profile.links == live.profile.links
    for name in ("posts", "media", "comments", "followers", "following"):
        assert len(getattr(replayed, name)) == len(getattr(live, name))
    for column in ("id", "address", "kind", "created", "edited", "language", "media"):
        assert list(replayed.posts[column]) == list(live.posts[column]), column
    assert list(replayed.media["address"]) == list(live.media["address"])
    assert list(replayed.comments["post_id"]) == list(live.comments["post_id"])
    own = live.posts["text"].isin(["Links https://hazelbrook.example/", "The end", "Thank you", "And this"])
    assert list(replayed.posts["text"][own]) == list(live.posts["text"][own])
    assert list(replayed.posts["links"][own]) == list(live.posts["links"][own])


def test_paging_replays(x, tmp_path):
    """A list of several pages replays, although its markers are replaced."""
    for number in range(1050):
        x.add_follower("hazelbrook", f"person_{number}", description="Loves football")
    live, replayed = recorded(x, tmp_path / "night.gz", skip=["posts", "comments"])
    assert replayed.coverage == live.coverage
    assert replayed.coverage[Resource.FOLLOWERS] == complete(1050)
    markers = [query["pagination_token"] for query in asked(x, PEOPLE) if "pagination_token" in query]
    text = json.dumps(lines(tmp_path / "night.gz"))
    assert [marker in text for marker in markers] == [False]
    assert not set(replayed.followers["handle"]) & set(live.followers["handle"])


def test_what_is_gone_is_gone_in_a_replay(x, tmp_path):
    """Items that were looked for and not found are gone in a replay too."""
    kept, deleted = old_post(x), old_post(x)
    x.delete_post(deleted)
    since = NIGHT - timedelta(days=3)
    live, replayed = recorded(x, tmp_path / "night.gz", since=since, refetch=(kept, deleted))
    assert replayed.gone == live.gone == {deleted}
    assert ids(replayed.posts) == ids(live.posts) == [kept]


UNKEPT = {"a page at 200", "half an answer", "a list at 200"}
"""Troubles whose bodies no disguise accepts."""


@pytest.mark.parametrize("trouble", sorted(TROUBLES.keys() - UNKEPT))
def test_trouble_replays(newest, tmp_path, trouble):
    """A night on which X failed fails in the same way when it is replayed."""
    fault, error, words = TROUBLES[trouble]
    newest.fail(fault, path=LOOKUP, times=None)
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder, pytest.raises(error):
        record(newest, recorder)
    with pytest.raises(error) as raised:
        replay(newest, tmp_path / "night.gz")
    assert words in str(raised.value)


@pytest.mark.parametrize("trouble", sorted(UNKEPT))
def test_trouble_that_is_not_kept_is_not_replayed_as_nothing(newest, tmp_path, trouble):
    """A body that could not be disguised is missing from the recording, and a replay says so."""
    fault, error, _ = TROUBLES[trouble]
    newest.fail(fault, path=LOOKUP, times=None)
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder, pytest.raises(error):
        record(newest, recorder)
    with pytest.raises(NotRecorded):
        replay(newest, tmp_path / "night.gz")


@pytest.mark.parametrize("body", [None, [], "a page", 7, {}, {"shoes": 3}, {"data": [{"text": "no id"}]}])
def test_what_is_not_known_is_not_recorded(body):
    """A body that the connector does not read raises, and is not kept."""
    with pytest.raises((ValueError, KeyError)):
        disguise(body, frozenset(), StandIns())


def test_new_fields_stay_out():
    """What X adds one day to a person, a post or an error is not recorded."""
    body = {
        "data": [
            {"id": "1", "username": "hazelbrook", "name": "H", "phone": "planted"},
            {"id": "2", "username": "other", "name": "O", "phone": "planted", "location": "planted"},
            {
                "id": "3",
                "author_id": "1",
                "text": "Hello",
                "coordinates": "planted",
                "entities": {"mentions": "planted"},
            },
        ],
        "errors": [
            {"title": "No", "detail": "Nobody: [planted]", "who": "planted"},
            {"title": "No", "type": "/resource-not-found", "section": "includes", "value": "planted"},
        ],
        "extra": "planted",
    }
    text = json.dumps(disguise(body, frozenset({"hazelbrook"}), StandIns()))
    assert "planted" not in text
    assert "Hello" in text


# -- the contract --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("User", connector.USER_FIELDS + connector.PERSON_FIELDS),
        ("Tweet", connector.POST_FIELDS + connector.COMMENT_FIELDS),
        ("Media", connector.MEDIA_FIELDS),
        ("Place", connector.PLACE_FIELDS),
        ("TweetExpansions", connector.POST_EXPANSIONS + connector.COMMENT_EXPANSIONS),
    ],
    ids=["users", "posts", "media", "places", "expansions"],
)
def test_every_name_we_ask_for_is_in_both_documents(contracts, kind, names):
    """Fields and expansions exist in X's document 2.166 as we send them, and in 2.167 under their new names.

    Some fields of 2.166 are expansions in 2.167.
    """

    def listed(document, *parameters):
        known = json.loads((contracts / document).read_text())["components"]["parameters"]
        return {name for one in parameters for name in known[f"{one}Parameter"]["schema"]["items"]["enum"]}

    field = kind if kind.endswith("Expansions") else f"{kind}Fields"
    assert set(names) <= listed(DOCUMENTS["tweet"], field)
    post = kind.replace("Tweet", "Post")
    new = {RENAMED.get(old_expansion(name).removesuffix(".id"), name) for name in names}
    parameters = {kind: [f"{kind}Fields"] for kind in ("User", "Media", "Place")}.get(
        post, ["PostFields", "PostExpansions"]
    )
    assert new <= listed(DOCUMENTS["post"], *parameters)
