"""The Flickr connector against the imitation of its interface and recorded answers, through the real way out."""

import gzip
import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
import yaml
from imitations.flickr_api import BEGAN, KEY, Flickr, fail, ok
from imitations.scripted_site import Reply

from connectors import flickr as connector
from connectors.connector import (
    LoginWall,
    NotFound,
    NotRecorded,
    Private,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)
from connectors.flickr_disguise import disguise
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import MARKS, Account, CollectPlan, CoverageStatus, Resource, complete, not_due, partial

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SCHOOL = Account("flickr:hazelbrookprimary", 2, "flickr", handle="hazelbrookprimary")
PARENT = "88000001@N02"
OFF = not_due("not covered by the DPIA (feature 'comments')")


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def flickr():
    """The imitation; it objects to questions that Flickr does not have."""
    with Flickr() as imitation:
        yield imitation


@pytest.fixture
def school(flickr):
    """The school's account."""
    return flickr.add_person("hazelbrookprimary", "Hazelbrook Primary")


def way_out(recorder=None, replay=None, secrets=(KEY,)):
    """The real way out, in no hurry, to loopback."""
    network = Network(
        "it@hazelbrook.example", default_pace=0, backoff=0, retries=0, private_hosts=frozenset({"127.0.0.1"})
    )
    return Http(network, secrets=secrets, recorder=recorder, replay=replay)


def planned(flickr, *, skip=(), **details):
    details = {"secrets": {"api_key": KEY}} | details
    return CollectPlan(flickr.base_url, NIGHT, skip=dict.fromkeys(map(Resource, skip), OFF), **details)


def collect(flickr, account=SCHOOL, http=None, **details):
    """One reading of an account: everything, but for what `skip` names."""
    http = http or way_out()
    try:
        return connector.collect(account, planned(flickr, **details), http.client(account.label))
    finally:
        http.close()


def only(frame):
    (row,) = frame.to_dict("records")
    return row


# -- profile -----------------------------------------------------------------------------------------------------


def test_the_profile_is_read_whole(flickr, school):
    """Names, words, place, links, count, day of joining, picture and the paid account are read."""
    school.more = {
        "realname": {"_content": "Hazelbrook Primary School"},
        "location": {"_content": "Hazelbrook, UK"},
        "description": {"_content": 'Official &amp; <a href="https://hazelbrook.example/news">ours</a>.\nWelcome'},
        "ispro": 1,
    }
    flickr.add_photo(school)
    profile = collect(flickr).profile
    assert (profile.platform_id, profile.handle) == (school.nsid, "hazelbrookprimary")
    assert profile.address == "https://www.flickr.com/photos/hazelbrookprimary/"
    assert (profile.name, profile.location) == ("Hazelbrook Primary School", "Hazelbrook, UK")
    assert profile.bio == "Official & ours.\nWelcome"
    assert profile.links == ("https://hazelbrook.example/", "https://hazelbrook.example/news")
    assert (profile.followers, profile.following, profile.posts) == (None, None, 1)
    assert profile.created == datetime(2020, 9, 10, 8, 0, tzinfo=UTC)
    assert profile.avatar == f"https://farm66.staticflickr.com/65535/buddyicons/{school.nsid}.jpg"
    assert profile.labels == ("Flickr Pro",)


def test_a_bare_account_is_read(flickr, school):
    """Without an address of its own, a picture, or a real name, what there is stands in their place."""
    school.more = {"path_alias": None, "iconserver": "0"}
    profile = collect(flickr, Account("k", 2, "flickr", platform_id=school.nsid)).profile
    assert (profile.handle, profile.name) == (school.nsid, "Hazelbrook Primary")
    assert profile.address == f"https://www.flickr.com/photos/{school.nsid}/"
    assert (profile.avatar, profile.labels) == ("", ())


@pytest.mark.parametrize(
    ("row", "methods"),
    [
        ({"handle": "hazelbrookprimary"}, ["urls.lookupUser"]),
        ({"handle": "Hazelbrook Primary"}, ["urls.lookupUser", "people.findByUsername"]),
        ({"address": "https://www.flickr.com/photos/hazelbrookprimary/albums"}, ["urls.lookupUser"]),
        ({"address": "https://www.flickr.com/people/hazelbrookprimary/"}, ["urls.lookupUser"]),
        ({"address": "https://www.flickr.com/photos/{id}/"}, []),
        ({"handle": "{id}"}, []),
        ({"handle": "renamed", "platform_id": "{id}"}, []),
    ],
)
def test_an_account_is_asked_for_as_the_register_names_it(flickr, school, row, methods):
    """By its id when that is known, so that a renamed account is followed, else by address or username."""
    row = {name: text.replace("{id}", school.nsid) for name, text in row.items()}
    snapshot = collect(flickr, Account("k", 2, "flickr", **row), skip=["profile", "posts", "comments", "following"])
    assert snapshot.profile is None
    assert [name for name, _ in flickr.asked] == [f"flickr.{name}" for name in (*methods, "people.getInfo")]
    assert flickr.asked[-1][1]["user_id"] == school.nsid


def test_a_renamed_account_is_followed_by_its_id(flickr, school):
    """The same id with a new address is the same account, and its profile has the address of today."""
    school.alias = "hazelbrookschool"
    profile = collect(flickr, replace(SCHOOL, platform_id=school.nsid)).profile
    assert (profile.platform_id, profile.handle) == (school.nsid, "hazelbrookschool")


def test_an_address_that_somebody_else_took_is_never_followed(flickr, school):
    """The same address at a new id is not read while the id of ours is known."""
    with pytest.raises(NotFound, match="there is none, or it was deleted"):
        collect(flickr, replace(SCHOOL, platform_id="77999999@N05"))
    assert [query.get("user_id") for _, query in flickr.asked] == ["77999999@N05"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({}, "The register gives neither a handle nor an address of this account on Flickr."),
        ({"address": "https://www.flickr.com/photos/elm/"}, "Flickr knows nobody at flickr.com/photos/elm/."),
        ({"handle": "elm"}, "Flickr finds no such account: there is none, or it was deleted (code 1)."),
        ({"platform_id": "1@N01"}, "Flickr finds no such account: there is none, or it was deleted (code 1)."),
    ],
    ids=["no name", "unknown address", "unknown handle", "unknown id"],
)
def test_accounts_that_are_not_there(flickr, row, sentence):
    """An account that is not there is NotFound, with a sentence about what was looked for."""
    with pytest.raises(NotFound) as raised:
        collect(flickr, Account("k", 2, "flickr", **row))
    assert str(raised.value) == sentence


def test_a_deleted_account_is_not_found(flickr, school):
    """An account that Flickr still shows, as deleted, is not found."""
    school.more = {"is_deleted": 1}
    with pytest.raises(NotFound, match="The account was deleted on Flickr"):
        collect(flickr)


def test_every_resource_has_its_coverage(flickr, school):
    """Followers and private messages are not offered, and say why; all else is complete."""
    flickr.add_photo(school)
    coverage = collect(flickr).coverage
    assert coverage.keys() == connector.RESOURCES
    hidden = {Resource.SETTINGS, Resource.FOLLOWERS}
    assert {one for one in coverage if coverage[one].status is CoverageStatus.NOT_OFFERED} == hidden
    assert "neither a list nor a number of followers" in coverage[Resource.FOLLOWERS].reason
    assert {coverage[one].status for one in coverage.keys() - hidden} == {CoverageStatus.COMPLETE}


# -- photos --------------------------------------------------------------------------------------------------------

WORDS = 'The hall &amp; <a href="https://hazelbrook.example/hall" rel="nofollow">more</a>\nSee https://sea.example/.'


def test_a_photo_is_read_as_it_was_described(flickr, school):
    """Title, words, tags, links, day and the largest picture of a photo are read."""
    photo = flickr.add_photo(school, "Lights &amp; stars", WORDS, tags=("winter", "hall"))
    snapshot = collect(flickr)
    row = only(snapshot.posts)
    assert (row["id"], row["kind"], row["title"]) == (photo.id, "post", "Lights & stars")
    assert row["text"] == "The hall & more\nSee https://sea.example/.\nhall winter"
    assert row["address"] == f"https://www.flickr.com/photos/{school.nsid}/{photo.id}/"
    assert row["links"] == ("https://hazelbrook.example/hall", "https://sea.example/")
    assert row["created"].to_pydatetime() == photo.created
    assert row["media"] == (f"https://live.example/{photo.id}_o.jpg",)
    medium = only(snapshot.media)
    assert (medium["id"], medium["post_id"], medium["kind"]) == (f"{photo.id}#photo", photo.id, "image")
    assert (medium["address"], medium["alt"]) == (row["media"][0], "")
    assert (medium["width"], medium["height"]) == (4000, 3000)


def test_a_film_is_its_picture(flickr, school):
    """A film is a video, and its still stands for it; without an original the largest other size is taken."""
    flickr.add_photo(school, media="video", more={"url_o": None})
    snapshot = collect(flickr)
    assert (only(snapshot.posts)["kind"], only(snapshot.media)["kind"]) == ("video", "video")
    assert only(snapshot.media)["address"].endswith("_l.jpg")


def test_long_lists_are_read_to_the_end(flickr, school):
    """All pages of the list are read."""
    for _ in range(1001):
        flickr.add_photo(school)
    snapshot = collect(flickr, skip=["media"])
    assert snapshot.coverage[Resource.POSTS] == complete(1001)
    assert flickr.count("people.getPublicPhotos") == 3
    assert flickr.count("photos.comments.getList") == 0


def test_only_what_is_new_is_asked_for(flickr, school):
    """With a moment to begin at, older photos are left out, and a page of older ones ends the reading."""
    for _ in range(1200):
        flickr.add_photo(school)
    new = flickr.add_photo(school, created=NIGHT - timedelta(days=1))
    since = NIGHT - timedelta(days=3)
    snapshot = collect(flickr, since=since)
    assert list(snapshot.posts["id"]) == [new.id]
    assert snapshot.coverage[Resource.POSTS] == complete(1)
    why = partial("Only photos since 19/11/2026 were asked for.", 1, planned=True, since=since)
    assert snapshot.coverage[Resource.MEDIA] == why
    assert snapshot.coverage[Resource.COMMENTS].reason == why.reason
    assert flickr.count("people.getPublicPhotos") == 2


def test_a_cap_is_a_planned_stop(flickr, school):
    """At the cap of photos reading stops as planned, and says how far back it came."""
    photos = [flickr.add_photo(school) for _ in range(7)]
    coverage = collect(flickr, max_posts=3).coverage[Resource.POSTS]
    assert coverage == partial("Stopped at the cap of 3 photos.", 3, planned=True, since=photos[4].created)


def test_a_cap_on_pages_is_a_planned_stop(flickr, school):
    """At the cap of pages reading stops as planned."""
    for _ in range(501):
        flickr.add_photo(school)
    coverage = collect(flickr, max_pages=1).coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 500)
    assert coverage.reason == "Stopped at the cap of 1 pages that is set for one list."


@pytest.mark.parametrize(("counted", "status", "planned"), [
    (20, CoverageStatus.PARTIAL, True), (3, CoverageStatus.COMPLETE, False),
])  # fmt: skip
def test_photos_that_are_not_marked_safe_are_missing(flickr, school, counted, status, planned):
    """Where Flickr counts many more photos than it shows without signing in, coverage is partial and says so."""
    flickr.add_photo(school)
    school.more = {"photos": {"count": {"_content": counted}}}
    coverage = collect(flickr).coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned) == (status, planned)
    if planned:
        assert coverage.reason.startswith("Flickr counts 20 photos and shows 1: without a person's sign-in")


def test_an_empty_list_that_should_be_long_is_not_trusted(flickr, school):
    """An empty list of an account with many photos is an unplanned partial."""
    school.more = {"photos": {"count": {"_content": "20"}}}
    coverage = collect(flickr).coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, False, 0)


# -- places, people and who may comment --------------------------------------------------------------------------------

PLACE = {"country": "UK", "region": "England", "county": "Hazelshire", "locality": "Hazelbrook", "neighbourhood": ""}


@pytest.mark.parametrize(
    ("position", "read"),
    [
        (("51.526511", "-0.079362", "16"), "51.526511,-0.079362"),
        ((51.5, 0, 11), "51.5,0.0"),
        (("8.079310", "77.550004", "0"), "8.07931,77.550004"),
        ((0, 0, 0), ""),
        (("0", "0", "0"), ""),
        (("0", "0", "16"), "0.0,0.0"),
        (("", "", ""), ""),
        (None, ""),
    ],
    ids=["texts", "numbers", "no accuracy", "none", "none as texts", "off Ghana", "empty", "not told"],
)
@pytest.mark.parametrize("skip", [(), ("media",)], ids=["asked", "listed"])
def test_where_a_photo_was_taken_is_read(flickr, school, position, read, skip):
    """A position is read from the list and from the photo itself; 0 and 0 at accuracy 0 are none."""
    flickr.add_photo(school, position=position)
    assert only(collect(flickr, skip=skip).posts)["position"] == read
    assert flickr.count("photos.getInfo") == (0 if skip else 1)


def test_positions_are_asked_for(flickr, school):
    """The list is asked for where each photo was taken, and how safe Flickr takes it to be."""
    collect(flickr)
    (asked,) = [query for name, query in flickr.asked if name == "flickr.people.getPublicPhotos"]
    assert {"geo", "safety_level"} <= set(asked["extras"].split(","))


@pytest.mark.parametrize("degrees", [("north", "1", "16"), ("1", ["east"], "16")])
def test_a_position_that_is_no_number_is_named(flickr, school, degrees):
    """Degrees that are no numbers are a change of the interface."""
    flickr.add_photo(school, position=degrees)
    assert "no number under 'l" in collect(flickr).coverage[Resource.POSTS].reason


def test_the_name_of_a_place_is_read(flickr, school):
    """The place is named from the smallest region to the largest, each name once."""
    flickr.add_photo(school, position=("51.5", "-0.1", "16"), place=PLACE | {"county": "Hazelbrook"})
    assert only(collect(flickr).posts)["place"] == "Hazelbrook, England, UK"


@pytest.mark.parametrize(
    ("details", "marks"),
    [
        ({}, ()),
        ({"safety": 1}, ("sensitive",)),
        ({"safety": 2}, ("sensitive",)),
        ({"tagged": True}, ("people tagged",)),
        ({"safety": 2, "tagged": True}, ("sensitive", "people tagged")),
    ],
)
def test_marks_are_what_flickr_says(flickr, school, details, marks):
    """A photo that Flickr does not call safe is sensitive, and one in which somebody is named says so."""
    flickr.add_photo(school, **details)
    assert only(collect(flickr).posts)["marks"] == marks
    assert set(marks) <= MARKS
    listed = only(collect(flickr, skip=["media"]).posts)["marks"]
    assert listed == tuple(mark for mark in marks if mark == "sensitive")


@pytest.mark.parametrize(("can_comment", "replies"), [(True, "everyone"), (False, "limited")])
def test_who_may_comment_is_read(flickr, school, can_comment, replies):
    """Flickr tells whether every member may comment; of a photo that was not asked for nothing is known."""
    flickr.add_photo(school, can_comment=can_comment)
    assert only(collect(flickr).posts)["replies"] == replies
    assert only(collect(flickr, skip=["media"]).posts)["replies"] == ""


def test_photos_that_could_not_all_be_asked_for_are_told(flickr, school):
    """Where the questions do not last, photos of open findings and the newest are asked for, and coverage says so."""
    photos = [flickr.add_photo(school, tagged=True) for _ in range(5)]
    snapshot = collect(flickr, refetch=(photos[0].id,), allowances={"questions": 7})
    marked = snapshot.posts[snapshot.posts["marks"].map(bool)]
    assert set(marked["id"]) == {photos[0].id, photos[4].id}
    assert snapshot.coverage[Resource.POSTS] == complete(5)
    why = "2 of 5 photos were asked whether people are tagged in them: Stopped at the 7 questions to Flickr"
    media = snapshot.coverage[Resource.MEDIA]
    assert (media.status, media.planned, media.read) == (CoverageStatus.PARTIAL, True, 5)
    assert media.reason.startswith(why)


@pytest.mark.parametrize(("reply", "status"), [
    (fail(1), CoverageStatus.COMPLETE), (fail(2), CoverageStatus.COMPLETE), (fail(105), CoverageStatus.PARTIAL),
])  # fmt: skip
def test_trouble_with_one_photo_leaves_the_rest(flickr, school, reply, status):
    """A photo that vanished while we read is passed over; an outage is an unplanned partial of the media alone."""
    flickr.add_photo(school)
    flickr.fail("photos.getInfo", reply)
    snapshot = collect(flickr)
    media = snapshot.coverage[Resource.MEDIA]
    assert (media.status, media.planned, media.read) == (status, False, 1)
    assert snapshot.coverage[Resource.POSTS] == complete(1)
    assert only(snapshot.posts)["replies"] == ""


# -- whom the account follows ------------------------------------------------------------------------------------------


def test_contacts_are_read_to_the_end(flickr, school):
    """Whom the account shows that it follows is read with their names, page by page."""
    school.contacts = [{"nsid": f"{number}@N01", "username": f"name {number}"} for number in range(1001)]
    school.contacts[0] |= {"path_alias": "countysport", "realname": "County Sport"}
    snapshot = collect(flickr)
    first, second = snapshot.following.head(2).to_dict("records")
    assert (first["id"], first["handle"], first["name"]) == ("0@N01", "countysport", "County Sport")
    assert (second["handle"], second["name"], second["bio"]) == ("1@N01", "name 1", "")
    assert second["address"] == "https://www.flickr.com/people/1@N01/"
    assert snapshot.coverage[Resource.FOLLOWING] == complete(1001)
    assert flickr.count("contacts.getPublicList") == 2


def test_an_account_that_follows_nobody_is_complete(flickr, school):
    """Without contacts there is nothing to read."""
    assert collect(flickr).coverage[Resource.FOLLOWING] == complete(0)


def test_a_cap_on_contacts_is_a_planned_stop(flickr, school):
    """As many contacts are read as people may be, and no more."""
    school.contacts = [{"nsid": f"{number}@N01", "username": "x"} for number in range(5)]
    snapshot = collect(flickr, max_people=3)
    assert snapshot.coverage[Resource.FOLLOWING] == partial("Stopped at the cap of 3 contacts.", 3, planned=True)
    assert len(snapshot.following) == 3


def test_contacts_are_left_out_when_not_wanted(flickr, school):
    """Without the DPIA's word for followers no contact is asked for."""
    school.contacts = [{"nsid": "1@N01", "username": "x"}]
    snapshot = collect(flickr, skip=["following"])
    assert snapshot.coverage[Resource.FOLLOWING] == OFF
    assert len(snapshot.following) == flickr.count("contacts.getPublicList") == 0


@pytest.mark.parametrize("name", ["nsid", "username"])
def test_a_missing_field_of_a_contact_is_named(flickr, school, name):
    """What a contact must have and lacks is named, and the rest is read."""
    school.contacts = [{one: "1@N01" for one in ("nsid", "username") if one != name}]
    coverage = collect(flickr).coverage
    assert coverage[Resource.FOLLOWING].reason == f"Flickr's answer lacks '{name}' in a contact."
    assert coverage[Resource.POSTS] == complete(0)


# -- looking again -------------------------------------------------------------------------------------------------


def test_items_of_open_findings_are_looked_at_again(flickr, school):
    """Old photos are asked for by id with their pictures; those that are missing, or hidden by now, are gone."""
    kept = flickr.add_photo(school, "Old", WORDS, tags=("winter", "hall"))
    hidden = flickr.add_photo(school, hidden=True)
    other = flickr.add_photo(flickr.add_person("elm", "Elm"), "Theirs")
    again = (f"{kept.id}#photo", "111", "111#photo", hidden.id, other.id, "https://hazelbrook.example/")
    listed = only(collect(flickr).posts)
    snapshot = collect(flickr, since=NIGHT, refetch=again)
    assert snapshot.gone == {"111", "111#photo", hidden.id}
    row = only(snapshot.posts)
    assert {name: row[name] for name in row if name != "media"} == {
        name: listed[name] if listed[name] == listed[name] else row[name] for name in listed if name != "media"
    }
    assert row["media"] == (f"https://live.staticflickr.com/65535/{kept.id}_abc123_b.jpg",)
    assert only(snapshot.media)["id"] == f"{kept.id}#photo"


def test_a_photo_in_the_list_keeps_what_the_list_says(flickr, school):
    """A photo to be looked at again that is in the list is asked for once, and keeps its largest picture."""
    photo = flickr.add_photo(school, tagged=True)
    snapshot = collect(flickr, refetch=(photo.id,))
    assert only(snapshot.posts)["marks"] == ("people tagged",)
    assert only(snapshot.media)["address"].endswith("_o.jpg")
    assert flickr.count("photos.getInfo") == 1


def test_an_original_is_preferred(flickr, school):
    """Where the owner gives the original away, its address is taken."""
    photo = flickr.add_photo(school, more={"originalsecret": "0123ff", "originalformat": "png"})
    snapshot = collect(flickr, since=NIGHT, refetch=(photo.id,))
    assert only(snapshot.media)["address"] == f"https://live.staticflickr.com/65535/{photo.id}_0123ff_o.png"


def test_an_outage_while_looking_again_closes_nothing(flickr, school):
    """What could not be asked for is not gone."""
    flickr.fail("photos.getInfo", Reply("", 503))
    snapshot = collect(flickr, refetch=("111",))
    assert snapshot.gone == frozenset()
    assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.FAILED


def test_comments_are_looked_at_again(flickr, school):
    """The comments under an older photo are read again; those that are missing are gone, with a deleted photo too."""
    photo = flickr.add_photo(school)
    kept = flickr.add_comment(photo, PARENT, "Lovely")
    lost = f"66554433-{photo.id}-721"
    orphan = "66554433-111-722"
    snapshot = collect(flickr, since=NIGHT, refetch=(kept.id, lost, orphan))
    assert only(snapshot.comments)["id"] == kept.id
    assert snapshot.gone == {lost, orphan}


def test_an_outage_at_the_comments_closes_nothing(flickr, school):
    """Comments that could not be asked for are not gone."""
    flickr.fail("photos.comments.getList", fail(105))
    snapshot = collect(flickr, since=NIGHT, refetch=("66554433-111-722",))
    assert snapshot.gone == frozenset()
    assert snapshot.coverage[Resource.COMMENTS].status is CoverageStatus.FAILED


# -- comments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [True, False])
def test_comments_are_read(flickr, school, counts):
    """Comments are read under photos that have some, or may have, and which of them the school wrote itself."""
    flickr.counts_comments = counts
    flickr.add_photo(school)
    photo = flickr.add_photo(school)
    theirs = flickr.add_comment(photo, PARENT, "When is\n<b>it</b>?")
    ours = flickr.add_comment(photo, school.nsid, "On Friday")
    snapshot = collect(flickr)
    rows = {row["id"]: row for row in snapshot.comments.to_dict("records")}
    assert [rows[one.id]["ours"] for one in (theirs, ours)] == [False, True]
    row = rows[theirs.id]
    assert (row["post_id"], row["author_id"], row["text"]) == (photo.id, PARENT, "When is\nit?")
    assert (
        row["address"]
        == f"{only(snapshot.posts[snapshot.posts['id'] == photo.id])['address']}#comment"
        + (theirs.id.rpartition("-")[2])
    )
    assert row["created"].to_pydatetime() == theirs.created
    assert snapshot.coverage[Resource.COMMENTS] == complete(2)
    assert flickr.count("photos.comments.getList") == (1 if counts else 2)


def test_a_photo_deleted_while_we_read_is_passed_over(flickr, school):
    """A photo that vanished between its list and its comments stops nothing."""
    flickr.add_comment(flickr.add_photo(school), PARENT, "Lovely")
    flickr.fail("photos.comments.getList", fail(1))
    coverage = collect(flickr).coverage[Resource.COMMENTS]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)


def test_a_cap_on_comments_is_a_planned_stop(flickr, school):
    """As many comments are read as posts may be, and no more."""
    photo = flickr.add_photo(school)
    for _ in range(5):
        flickr.add_comment(photo, PARENT, "Lovely")
    coverage = collect(flickr, max_posts=3).coverage[Resource.COMMENTS]
    assert coverage == partial("Stopped at the cap of 3 comments.", 3, planned=True)


def test_comments_are_left_out_when_not_wanted(flickr, school):
    """Without the DPIA's word for comments none are asked for."""
    photo = flickr.add_photo(school)
    comment = flickr.add_comment(photo, PARENT, "Lovely")
    snapshot = collect(flickr, skip=["comments"], refetch=(comment.id,))
    assert snapshot.coverage[Resource.COMMENTS] == OFF
    assert len(snapshot.comments) == flickr.count("photos.comments.getList") == 0


# -- the share of questions ----------------------------------------------------------------------------------------


def test_the_share_of_questions_is_a_planned_stop(flickr, school):
    """No more is asked than this reading may, what was read counts, and the newest photos come first."""
    photos = [flickr.add_photo(school) for _ in range(5)]
    for photo in photos:
        flickr.add_comment(photo, PARENT, "Lovely")
    snapshot = collect(flickr, allowances={"questions": 7})
    assert len(flickr.asked) == 7
    assert snapshot.used == {"questions": 7}
    assert snapshot.coverage[Resource.POSTS] == complete(5)
    why = "Stopped at the 7 questions to Flickr that one reading may ask."
    assert snapshot.coverage[Resource.COMMENTS] == partial(why, 2, planned=True)
    assert set(snapshot.comments["post_id"]) == {photos[4].id, photos[3].id}


def test_without_a_share_nothing_is_asked(flickr, school):
    """A share of nothing asks nothing, and the account's coverage is a planned partial."""
    with pytest.raises(connector.Capped) as raised:
        collect(flickr, allowances={"questions": 0})
    assert (flickr.asked, raised.value.coverage().planned) == ([], True)


def test_every_question_is_counted(flickr, school):
    """What a reading asked is told, a question that was asked again included."""
    flickr.add_photo(school)
    flickr.faults["flickr.people.getPublicPhotos"] = [fail(201), None]
    assert collect(flickr).used == {"questions": len(flickr.asked)} == {"questions": 7}


def test_without_an_allowance_half_an_hour_may_be_used(flickr):
    """Where the plan allows no number of questions, a reading stops at half of what a key may ask in an hour."""
    http = way_out()
    asking = connector._Flickr.for_plan(planned(flickr), http.client("Flickr"))
    http.close()
    assert asking.limit == connector.QUESTIONS == 1_800


# -- trouble ---------------------------------------------------------------------------------------------------------

TROUBLES = {
    "deleted": (fail(5), NotFound, "there is none, or it was deleted (code 5)"),
    "hidden": (fail(2), Private, "Flickr does not show it to the public"),
    "a wrong key": (fail(100), Refused, "Flickr does not accept the API key (code 100)"),
    "no permission": (fail(99), Refused, "does not accept the API key (code 99)"),
    "unavailable": (fail(105), Unreachable, "Flickr's interface is not available (code 105)"),
    "a passing fault": (fail(201), Unreachable, "not available (code 201); the next run tries again"),
    "no such method": (fail(112), SchemaDrift, "does not accept our question (code 112)"),
    "an unknown error": (fail(777), Unreachable, "an error that is not known (code 777)"),
    "too fast": (Reply("", 429), RateLimited, "has had enough requests"),
    "a fault": (Reply("", 500), Unreachable, "has a fault of its own (500)"),
    "a wrong server": (Reply("<html>", 404), Unreachable, "check base_url"),
    "a filter": (Reply("<html>", 403), Refused, "refused access (403)"),
    "a page at 200": (Reply("<html><title>Sign in</title></html>"), LoginWall, "sent a web page instead of data"),
    "half an answer": (Reply('{"person": {"id'), SchemaDrift, "cannot be read as JSON"),
    "a list": (Reply("[]"), SchemaDrift, "Flickr's answer lacks 'stat'"),
    "no state": (Reply("{}"), SchemaDrift, "Flickr's answer lacks 'stat'"),
    "an error without a code": (Reply('{"stat": "fail"}'), Unreachable, "an error that is not known"),
    "a code that is none": (Reply('{"stat": "fail", "code": "x"}'), SchemaDrift, "no number under 'code'"),
    "nothing in it": (ok(), SchemaDrift, "Flickr's answer lacks"),
}


@pytest.mark.parametrize(("reply", "kind", "words"), TROUBLES.values(), ids=TROUBLES.keys())
def test_trouble_at_the_profile(flickr, school, reply, kind, words):
    """Whatever goes wrong at the first question is an error with a sentence, and nobody's id or key in it."""
    flickr.fail("people.getInfo", reply)
    with pytest.raises(kind) as raised:
        collect(flickr)
    assert type(raised.value) is kind
    assert words in str(raised.value)
    assert "somebody" not in str(raised.value)
    assert KEY not in repr(raised.value)


@pytest.mark.parametrize(("reply", "kind", "words"), TROUBLES.values(), ids=TROUBLES.keys())
@pytest.mark.parametrize(
    ("method", "resource"),
    [("people.getPublicPhotos", Resource.POSTS), ("photos.comments.getList", Resource.COMMENTS)],
)
def test_trouble_later_leaves_the_rest(flickr, school, method, resource, reply, kind, words):
    """Trouble with one resource becomes its coverage, with a sentence, and the others go on."""
    flickr.add_comment(flickr.add_photo(school), PARENT, "Lovely")
    flickr.fail(method, reply)
    coverage = collect(flickr).coverage
    if resource is Resource.COMMENTS:
        assert coverage[Resource.POSTS] == complete(1)
    assert coverage[Resource.PROFILE] == complete(1)
    if resource is Resource.COMMENTS and kind in (NotFound, Private):
        assert coverage[resource].status is CoverageStatus.PARTIAL  # the photo went while we were reading
        return
    assert coverage[resource].status is kind("x").coverage().status
    assert words in coverage[resource].reason


def test_a_passing_fault_is_asked_again(flickr, school):
    """What Flickr calls a passing fault does not stop a night when it passes."""
    flickr.add_photo(school)
    flickr.faults["flickr.people.getPublicPhotos"] = [fail(201), fail(105), None]
    assert collect(flickr).coverage[Resource.POSTS] == complete(1)
    assert flickr.count("people.getPublicPhotos") == 3


def test_trouble_with_the_details_keeps_the_profile(flickr, school):
    """Without the day of joining the profile is there, and partial."""
    flickr.fail("profile.getProfile", fail(105))
    snapshot = collect(flickr)
    assert snapshot.profile.handle == "hazelbrookprimary"
    profile = snapshot.coverage[Resource.PROFILE]
    assert (profile.status, profile.planned) == (CoverageStatus.PARTIAL, False)


def test_trouble_halfway_keeps_what_was_read(flickr, school):
    """An outage after the first page is an unplanned partial, back to the oldest photo read."""
    for _ in range(501):
        flickr.add_photo(school)
    flickr.fail("people.getPublicPhotos", Reply("", 500), after=1)
    snapshot = collect(flickr)
    posts = snapshot.coverage[Resource.POSTS]
    assert (posts.status, posts.planned, posts.read) == (CoverageStatus.PARTIAL, False, 500)
    assert posts.since == min(snapshot.posts["created"])


@pytest.mark.parametrize("name", ["nsid", "username", "photos"])
def test_a_missing_field_of_the_account_is_named(flickr, school, name):
    """What an account must have and lacks is named."""
    school.more = {name: None}
    with pytest.raises(SchemaDrift) as raised:
        collect(flickr)
    assert str(raised.value) == f"Flickr's answer lacks '{name}' in the account."


@pytest.mark.parametrize("name", ["id", "title", "description", "tags", "media"])
def test_a_missing_field_of_a_photo_is_named(flickr, school, name):
    """What a photo must have and lacks is named in the coverage of the photos."""
    flickr.add_photo(school, more={name: None})
    assert collect(flickr).coverage[Resource.POSTS].reason == f"Flickr's answer lacks '{name}' in a photo."


@pytest.mark.parametrize(
    ("more", "words"),
    [({"dateupload": None}, "lacks the date of upload"), ({"dateupload": "soon"}, "no number under 'dateupload'")],
)
def test_a_photo_without_a_date_is_told(flickr, school, more, words):
    """A photo that does not say when it was put there is a change of the interface."""
    flickr.add_photo(school, more=more)
    assert words in collect(flickr).coverage[Resource.POSTS].reason


def test_unknown_fields_are_ignored(flickr, school):
    """What Flickr adds one day does no harm."""
    school.more = {"mood": {"_content": "good"}}
    flickr.add_photo(school, more={"mood": [1]})
    assert collect(flickr).coverage[Resource.POSTS] == complete(1)


# -- the key ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "", "  ", "schlüssel"])
def test_without_a_key_nothing_is_asked(flickr, key):
    """Without a key, or with what is none, nothing is asked and a person is told how to get one."""
    with pytest.raises(Refused, match="school-audit doctor"):
        collect(flickr, secrets={} if key is None else {"api_key": key})
    assert flickr.asked == []


def test_the_account_is_proved_by_its_profile(flickr, school):
    """The doctor asks for the profile, and says what it showed."""
    http = way_out()
    account = Account("k", 2, "flickr", platform_id=school.nsid)
    said = connector.prove(account, planned(flickr), http.client("Flickr"))
    http.close()
    assert said == "Flickr shows hazelbrookprimary (Hazelbrook Primary) with 0 public photos."
    assert len(flickr.asked) == 1


@pytest.mark.parametrize("known", [(KEY,), ()], ids=["known", "by its name"])
def test_the_key_stays_out_of_logs_errors_and_recordings(flickr, school, caplog, tmp_path, known):
    """The key stands in each address, and in no log line, error, coverage or recording, told to the redactor or not."""
    flickr.add_comment(flickr.add_photo(school), PARENT, "Lovely")
    path = tmp_path / "night.gz"
    caplog.handler.addFilter(way_out(secrets=known).log_filter)
    with caplog.at_level(logging.DEBUG), Recorder(path, NIGHT, own=["hazelbrookprimary"]) as recorder:
        live = record(flickr, recorder, secrets=known)
        assert all(f"api_key={KEY}" in request.path for request in flickr.requests)
        flickr.fail("people.getInfo", Reply("", raw=lambda connection: connection.close()))
        with pytest.raises(Unreachable) as raised:
            record(flickr, recorder, secrets=known)
    assert len(caplog.records) > 0
    assert KEY not in caplog.text + str(raised.value) + repr(live.coverage)
    assert KEY not in gzip.decompress(path.read_bytes()).decode()


def test_the_key_follows_no_redirect(flickr, school):
    """Sent elsewhere with the key in the address, we do not go."""
    elsewhere = f"http://localhost:{flickr.port}/services/rest/?api_key={KEY}&method=flickr.people.getInfo"
    flickr.fail("urls.lookupUser", Reply("", 302, {"Location": elsewhere}))
    with pytest.raises(connector.ConnectorError) as raised:
        collect(flickr)
    assert len(flickr.asked) == 1
    assert KEY not in str(raised.value)


# -- recordings --------------------------------------------------------------------------------------------------------

OTHERS = (
    "Kit Hillside",
    "kit_hill2014",
    "Kit_Hill2014",
    "12, year 7",
    "07700",
    "county_sport",
    "66554433",
    "Theirs",
    PARENT,
)
"""What is planted of other people."""


@pytest.fixture
def people(flickr, school):
    """The school's account among other people; returns ids that belong to those."""
    sport = flickr.add_person("county_sport", "County Sport")
    theirs = flickr.add_photo(sport, "Theirs", "12, year 7")
    text = (
        "With @county_sport and https://www.flickr.com/photos/county_sport/123456789/ and "
        f"https://www.flickr.com/people/{sport.nsid}/ and https://www.flickr.com/photos/hazelbrookprimary/ "
        "and head@hazelbrook.example and https://hazelbrook.example/news"
    )
    photo = flickr.add_photo(school, "Sports day with @county_sport", text, tags=("sport",))
    one = flickr.add_comment(photo, PARENT, "I am 12, year 7", name="kit_hill2014")
    two = flickr.add_comment(photo, "88000002@N02", "Ring 07700 900123", name="robin")
    flickr.add_comment(photo, school.nsid, "Thank you kit_hill2014!", name="Hazelbrook Primary")
    details = {"position": ("51.5", "-0.25", "16"), "place": PLACE, "safety": 1, "tagged": True, "can_comment": False}
    old = flickr.add_photo(school, "Old", created=BEGAN - timedelta(days=9), **details)
    school.contacts = [
        {"nsid": sport.nsid, "username": "county_sport", "path_alias": "county_sport", "realname": "Kit Hillside"},
        {"nsid": "88000002@N02", "username": "robin"},
    ]
    return {"theirs": theirs, "old": old, "ids": [sport.nsid, theirs.id, one.id, two.id, "88000002@N02"]}


def record(flickr, recorder, own=frozenset({"hazelbrookprimary"}), disguised=None, secrets=(KEY,), **details):
    """One reading while it is recorded; `disguised` collects what the disguise made of each answer."""

    def hide(body, stand_ins):
        kept = connector.disguise(body, own, stand_ins)
        if disguised is not None:
            disguised.append(kept)
        return kept

    http = way_out(recorder, secrets=secrets)
    try:
        return connector.collect(SCHOOL, planned(flickr, **details), http.client("Flickr", hide))
    finally:
        http.close()


def replay(flickr, path, **details):
    """The same reading from the recording: the imitation is not asked."""
    calls = len(flickr.asked)
    snapshot = collect(flickr, http=way_out(replay=Replay(path)), **details)
    assert len(flickr.asked) == calls
    return snapshot


def lines(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_a_recording_holds_nobody_else_and_replays(flickr, school, people, tmp_path):
    """A recording has nothing of anybody else, nor the key, and a replay reads the same of the school's own."""
    path = tmp_path / "night.gz"
    details = {"since": BEGAN, "refetch": (people["old"].id, "111")}
    with Recorder(path, NIGHT, own=["hazelbrookprimary"]) as recorder:
        live = record(flickr, recorder, **details)
    text = "\n".join(map(json.dumps, lines(path)[1:]))
    assert [planted for planted in (*OTHERS, *people["ids"], KEY) if planted in text] == []
    assert [line["url"] for line in lines(path)[1:] if "withheld" in line] == []
    assert "Sports day with @anon_" in text
    assert "https://hazelbrook.example/news" in text
    assert "photos/hazelbrookprimary/" in text
    replayed = replay(flickr, path, **details)
    assert replayed.coverage == live.coverage
    assert replayed.profile == live.profile
    assert replayed.gone == live.gone == {"111"}
    assert set(live.posts["replies"]) == {"everyone", "limited"}
    assert "51.5,-0.25" in set(live.posts["position"])
    assert ("sensitive", "people tagged") in set(live.posts["marks"])
    assert len(replayed.following) == len(live.following) == 2
    for column in ("id", "address", "kind", "created", "media", "marks", "replies", "place", "position"):
        assert list(replayed.posts[column]) == list(live.posts[column]), column
    assert replayed.media.equals(live.media)
    for column in ("post_id", "ours"):
        assert list(replayed.comments[column]) == list(live.comments[column]), column
    assert list(live.comments["ours"]) == [False, False, True]


def test_places_in_a_list_replay(flickr, school, people, tmp_path):
    """Where our own photos were taken, and how safe they are, replays from the list alone."""
    path = tmp_path / "night.gz"
    with Recorder(path, NIGHT, own=["hazelbrookprimary"]) as recorder:
        live = record(flickr, recorder, skip=["media"])
    replayed = replay(flickr, path, skip=["media"])
    assert set(live.posts["position"]) == {"", "51.5,-0.25"}
    for column in ("marks", "position"):
        assert list(replayed.posts[column]) == list(live.posts[column]), column


def test_the_disguise_alone_hides_everybody(flickr, school, people, tmp_path):
    """Before the recorder looks for what it met before, the disguise has left only a name in our own reply."""
    disguised = []
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder:
        record(flickr, recorder, disguised=disguised, refetch=(people["theirs"].id,))
    text = json.dumps(disguised).replace("Thank you kit_hill2014", "")
    assert len(disguised) == 9
    assert [planted for planted in (*OTHERS, *people["ids"]) if planted in text] == []


def test_an_account_that_is_not_registered_is_hidden_whole(flickr, school, people, tmp_path):
    """Were somebody else's account read by mistake, its recording would show nothing of what it says."""
    path = tmp_path / "night.gz"
    with Recorder(path, NIGHT) as recorder:
        record(flickr, recorder, own=frozenset({"elmfield"}))
    bodies = "\n".join(json.dumps(line.get("body")) for line in lines(path)[1:])
    assert not [planted for planted in ("Sports day", "Hazelbrook", "hazelbrook", "Old", *OTHERS) if planted in bodies]


@pytest.mark.parametrize("trouble", ["deleted", "a wrong key", "a passing fault", "a fault", "too fast", "a filter"])
def test_trouble_replays(flickr, school, tmp_path, trouble):
    """A night on which Flickr failed fails in the same way when it is replayed."""
    reply, kind, words = TROUBLES[trouble]
    flickr.fail("people.getInfo", reply)
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder, pytest.raises(kind):
        record(flickr, recorder)
    with pytest.raises(kind) as raised:
        replay(flickr, tmp_path / "night.gz")
    assert words in str(raised.value)
    assert "somebody" not in json.dumps(lines(tmp_path / "night.gz"))


@pytest.mark.parametrize("trouble", ["a page at 200", "half an answer", "a list", "no state", "nothing in it"])
def test_trouble_that_is_not_kept_is_not_replayed_as_nothing(flickr, school, tmp_path, trouble):
    """A body that could not be disguised is missing from the recording, and a replay says so."""
    reply, kind, _ = TROUBLES[trouble]
    flickr.fail("people.getInfo", reply)
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder, pytest.raises(kind):
        record(flickr, recorder)
    with pytest.raises(NotRecorded):
        replay(flickr, tmp_path / "night.gz")


@pytest.mark.parametrize(
    "body",
    [None, [], "a page", 7, {}, {"stat": "ok"}, {"stat": "new"}, {"stat": "ok", "gallery": {}}, {"stat": "fail"}],
)
def test_what_is_not_known_is_not_recorded(body):
    """A body that the connector does not read raises, and is not kept."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        disguise(body, frozenset(), StandIns())


def test_new_fields_stay_out(flickr, school, people):
    """What Flickr adds one day, anywhere in an answer, is not recorded."""

    def plant(value):
        if isinstance(value, dict):
            return {name: plant(one) for name, one in value.items()} | {"extra": "planted"}
        return [plant(one) for one in value] if isinstance(value, list) else value

    photo = next(one for one in flickr.photos.values() if one.tags)
    question = {"user_id": school.nsid, "extras": connector.EXTRAS, "per_page": "500", "page": "1"}
    stand_ins = StandIns()
    for reply in (
        flickr._lookupUser({"url": "https://www.flickr.com/photos/hazelbrookprimary/"}),
        flickr._getInfo(question),
        flickr._getProfile(question),
        flickr._getPublicPhotos(question),
        flickr._photo(photo.id),
        flickr._getList({"photo_id": photo.id}),
        flickr._getPublicList(question),
        fail(1),
    ):
        body = json.loads(reply.body)
        kept = disguise(plant(body), frozenset({"hazelbrookprimary"}), stand_ins)
        assert kept.keys() == body.keys() - {"message"}
        assert "extra" not in json.dumps(kept)


# -- recorded answers --------------------------------------------------------------------------------------------------

LISTS = {"photo": "photos", "comment": "comments", "tag": "tags"}
"""What comes several times, and in what."""


def as_json(element, above=""):
    """An element of a recorded answer as Flickr gives it in JSON: texts under `_content`, lists as lists."""
    body = dict(element.attrib)
    for child in element:
        if LISTS.get(child.tag) == element.tag:
            body.setdefault(child.tag, []).append(as_json(child, element.tag))
        else:
            body[child.tag] = as_json(child, element.tag)
    text = element.text or ""
    if not len(element) and (text.strip() or not element.attrib or element.tag in ("comment", "tag")):
        body["_content"] = text
    return body


@pytest.fixture(scope="session")
def recorded(contracts):
    """Every recorded answer of the methods that are read: (method, decoded)."""
    found = []
    for path in sorted((contracts / "flickr" / "cassettes").glob("*.yml")):
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]:
            method = re.search(r"method=flickr\.([\w.]+)", one["request"]["uri"])
            response = one["response"]
            text = response.get("content") or (response.get("body") or {}).get("string")
            text = text.decode() if isinstance(text, bytes) else text
            if not method or not isinstance(text, str) or "<rsp" not in text:
                continue
            rsp = ET.fromstring(text.strip())
            if rsp.get("stat") == "fail":
                body = {"stat": "fail", "code": int(rsp[0].get("code")), "message": rsp[0].get("msg")}
            else:
                body = {child.tag: as_json(child) for child in rsp} | {"stat": "ok"}
            found.append((method[1], body))
    return found


def answers(recorded, method, name):
    return [body for asked, body in recorded if asked == method and name in body]


def served(body):
    return Reply(json.dumps(body))


def test_recorded_people_and_lists_can_be_read(flickr, recorded):
    """Every person whom Flickr answered is read, and the list of photos as their own, and both may be recorded."""
    people = answers(recorded, "people.getInfo", "person")
    (photos, *_) = answers(recorded, "people.getPublicPhotos", "photos")
    profiles = answers(recorded, "profile.getProfile", "profile")
    assert len(people) > 5
    flickr.fail("people.getPublicPhotos", served({**photos, "photos": photos["photos"] | {"pages": 1}}))
    for body in people:
        # The recording did not ask whether a photo has comments.
        flickr.fail("photos.comments.getList", served({"stat": "ok", "comments": {"photo_id": "1"}}))
        flickr.fail("people.getInfo", served(body))
        flickr.fail("profile.getProfile", *(map(served, profiles) if profiles else [fail(1)]))
        account = Account("k", 2, "flickr", platform_id=body["person"]["nsid"])
        snapshot = collect(flickr, account)
        assert snapshot.profile.platform_id == account.platform_id
        assert isinstance(snapshot.profile.posts, int)
        assert len(snapshot.posts) == len(photos["photos"]["photo"])
        assert all(snapshot.posts["media"])
        assert not [why.reason for why in snapshot.coverage.values() if "lacks" in why.reason]
        for own in (frozenset(), frozenset({account.platform_id.casefold()})):
            stand_ins = StandIns()
            kept = disguise(body, own, stand_ins)
            assert (account.platform_id in json.dumps(kept)) is bool(own)
            disguise(photos, own, stand_ins)


def test_recorded_photos_can_be_read(flickr, school, recorded):
    """Every photo that Flickr answered is read when it is looked at again, and may be recorded."""
    photos = {body["photo"]["id"]: body for body in answers(recorded, "photos.getInfo", "photo")}
    assert len(photos) > 20
    told = []
    for id_, body in photos.items():
        body["photo"]["owner"]["nsid"] = school.nsid
        flickr.fail("photos.getInfo", served(body))
        snapshot = collect(flickr, refetch=(id_,), skip=["comments"])
        assert only(snapshot.posts)["id"] == id_
        told.append(only(snapshot.posts))
        assert snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE
        disguise(body, frozenset(), StandIns())
    assert {row["replies"] for row in told} == {"everyone", "limited"}
    assert {row["marks"] for row in told} == {(), ("people tagged",)}
    placed = [row for row in told if row["position"]]
    assert len(placed) > 5
    assert all(", " in row["place"] for row in placed)


def test_recorded_comments_can_be_read(flickr, school, recorded):
    """Every list of comments that Flickr answered is read whole, and may be recorded without its words."""
    lists = answers(recorded, "photos.comments.getList", "comments")
    flickr.add_comment(flickr.add_photo(school), PARENT, "Lovely")
    for body in lists:
        flickr.fail("photos.comments.getList", served(body))
        comments = body["comments"].get("comment") or []
        assert len(collect(flickr).comments) == len(comments)
        kept = json.dumps(disguise(body, frozenset(), StandIns()))
        assert not [one["author"] for one in comments if one["author"] in kept]
    assert any(len(body["comments"].get("comment") or []) > 100 for body in lists)


def test_recorded_errors_have_their_kinds(flickr, school, recorded):
    """Every error that Flickr answered is one that we know."""
    codes = {(method, body["code"]) for method, body in recorded if body["stat"] == "fail"}
    assert {code for _, code in codes} >= {1, 99, 100, 201}
    for method, code in codes:
        refusal = connector._refusal(code, method)
        assert "not known" not in str(refusal), (method, code)
