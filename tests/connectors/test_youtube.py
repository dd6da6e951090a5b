"""The YouTube connector against the imitation of the Data API v3 and recorded answers, through the real way out."""

import gzip
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from imitations.discovery_contract import load_discovery
from imitations.scripted_site import Reply, Site
from imitations.youtube_api import BEGAN, KEY, OWNER, TOKEN, YouTube, error, new_error

from connectors import youtube as connector
from connectors.connector import (
    LoginWall,
    NotFound,
    NotRecorded,
    RateLimited,
    Refused,
    SchemaDrift,
    Suspended,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import MARKS, Account, CollectPlan, CoverageStatus, Resource, complete, not_due, partial
from connectors.youtube_disguise import disguise

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SCHOOL = Account("youtube:hazelbrook", 2, "youtube", handle="@HazelbrookPrimary")
PARENT = "UCparent0000000000000009"
OFF = not_due("not covered by the DPIA (feature 'comments')")


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def youtube():
    """The imitation; every request and answer is judged by Google's discovery document."""
    with YouTube() as imitation:
        yield imitation


@pytest.fixture
def school(youtube):
    """The school's channel."""
    return youtube.add_channel(
        "hazelbrookprimary",
        title="Hazelbrook Primary School",
        snippet={"description": "Official. See https://hazelbrook.example/news.", "country": "GB"},
    )


def way_out(recorder=None, replay=None):
    """The real way out, in no hurry, to loopback."""
    network = Network(
        "it@hazelbrook.example", default_pace=0, backoff=0, retries=0, private_hosts=frozenset({"127.0.0.1"})
    )
    return Http(network, secrets=[KEY, *OWNER.values()], recorder=recorder, replay=replay)


def planned(youtube, *, skip=(), **details):
    details = {"secrets": {"api_key": KEY}} | details
    return CollectPlan(youtube.base_url, NIGHT, skip=dict.fromkeys(map(Resource, skip), OFF), **details)


def collect(youtube, account=SCHOOL, http=None, **details):
    """One reading of a channel: everything, but for what `skip` names."""
    http = http or way_out()
    try:
        return connector.collect(account, planned(youtube, **details), http.client(account.label))
    finally:
        http.close()


def asked(youtube, method):
    return [query for name, query in youtube.asked if name == method]


def only(frame):
    (row,) = frame.to_dict("records")
    return row


# -- profile -----------------------------------------------------------------------------------------------------


def test_the_profile_is_read_whole(youtube, school):
    """Handle, name, words, country, link, counts, founding and the largest picture are read."""
    youtube.add_video(school)
    profile = collect(youtube).profile
    assert (profile.platform_id, profile.handle) == (school.id, "hazelbrookprimary")
    assert profile.address == f"https://www.youtube.com/channel/{school.id}"
    assert (profile.name, profile.location) == ("Hazelbrook Primary School", "GB")
    assert profile.bio == "Official. See https://hazelbrook.example/news."
    assert profile.links == ("https://hazelbrook.example/news",)
    assert (profile.followers, profile.following, profile.posts) == (412, None, 1)
    assert profile.created == datetime(2020, 9, 1, 8, 0, tzinfo=UTC)
    assert profile.avatar.endswith("/high.jpg")
    assert (profile.verified, profile.protected, profile.labels, profile.kind) == (None, False, (), "channel")


def test_a_hidden_count_of_subscribers_is_unknown(youtube, school):
    """Where the channel hides its subscribers their number is None, whatever YouTube puts there."""
    school.more["statistics"] = {"hiddenSubscriberCount": True, "subscriberCount": "0"}
    assert collect(youtube).profile.followers is None


@pytest.mark.parametrize(
    ("status", "labels", "protected"),
    [
        ({"madeForKids": True}, ("made for kids",), False),
        ({"privacyStatus": "unlisted"}, ("unlisted",), False),
        ({"privacyStatus": "private"}, (), True),
        ({"privacyStatus": None}, (), None),
    ],
)
def test_labels_tell_what_kind_of_channel_it_is(youtube, school, status, labels, protected):
    """A channel made for kids, and one that is not listed, are labelled so; a private one is protected."""
    school.more["status"] = status
    profile = collect(youtube).profile
    assert (profile.labels, profile.protected) == (labels, protected)


@pytest.mark.parametrize(
    ("row", "question"),
    [
        ({"handle": "@HazelbrookPrimary"}, {"forHandle": "@HazelbrookPrimary"}),
        ({"handle": "HazelbrookPrimary"}, {"forHandle": "@HazelbrookPrimary"}),
        ({"address": "https://www.youtube.com/@HazelbrookPrimary/videos"}, {"forHandle": "@HazelbrookPrimary"}),
        ({"address": "https://www.youtube.com/user/HazelTV"}, {"forUsername": "HazelTV"}),
        ({"handle": "hazeltv", "address": "https://www.youtube.com/user/HazelTV"}, {"forUsername": "HazelTV"}),
        ({"address": "https://www.youtube.com/channel/{id}/about"}, {"id": "{id}"}),
        ({"handle": "{id}"}, {"id": "{id}"}),
        ({"handle": "@other", "platform_id": "{id}"}, {"id": "{id}"}),
    ],
)
def test_a_channel_is_asked_for_as_the_register_names_it(youtube, school, row, question):
    """By its id when that is known, so that a renamed channel is followed, else by handle or legacy username."""
    school.username = "HazelTV"
    row = {name: text.replace("{id}", school.id) for name, text in row.items()}
    snapshot = collect(youtube, Account("k", 2, "youtube", **row), skip=["posts", "comments"])
    assert snapshot.profile.platform_id == school.id
    expected = {name: text.replace("{id}", school.id) for name, text in question.items()}
    assert asked(youtube, "channels") == [expected | {"part": connector.CHANNEL_PARTS}]


def test_a_renamed_channel_is_followed_by_its_id(youtube, school):
    """The same id with a new handle is the same channel, and its profile has the handle of today."""
    school.handle = "hazelbrookschool"
    profile = collect(youtube, replace(SCHOOL, platform_id=school.id)).profile
    assert (profile.platform_id, profile.handle) == (school.id, "hazelbrookschool")


def test_a_handle_that_somebody_else_took_is_never_followed(youtube, school):
    """The same handle on a channel with a new id is not read while the id of ours is known."""
    taken = replace(SCHOOL, platform_id="UC0000000000000000000777")
    with pytest.raises(NotFound, match="no channel with the id UC0000000000000000000777"):
        collect(youtube, taken)
    assert [query.get("forHandle") for query in asked(youtube, "channels")] == [None]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({}, "The register gives neither a handle nor an address of this channel on YouTube."),
        (
            {"address": "https://www.youtube.com/c/Hazelbrook"},
            "YouTube cannot be asked for this old kind of address; give youtube.com/@... on the register.",
        ),
        (
            {"handle": "hazelbrook", "address": "https://www.youtube.com/Hazelbrook"},
            "YouTube cannot be asked for this old kind of address; give youtube.com/@... on the register.",
        ),
        (
            {"handle": "elmfield"},
            "YouTube shows no channel named @elmfield: there is none, or YouTube has removed it.",
        ),
        (
            {"platform_id": "UC77"},
            "YouTube shows no channel with the id UC77: there is none, or YouTube has removed it.",
        ),
    ],
    ids=["no name", "old address", "older address", "unknown handle", "unknown id"],
)
def test_channels_that_are_not_there(youtube, row, sentence):
    """An answer without items is NotFound, with a sentence about what was looked for."""
    with pytest.raises(NotFound) as raised:
        collect(youtube, Account("k", 2, "youtube", **row))
    assert str(raised.value) == sentence


def test_every_resource_has_its_coverage(youtube, school):
    """Private messages are not offered, subscribers not without the owner, and say why; all else is complete."""
    youtube.add_video(school)
    coverage = collect(youtube).coverage
    assert coverage.keys() == connector.RESOURCES
    hidden = {Resource.SETTINGS, Resource.FOLLOWERS}
    assert {one for one in coverage if coverage[one].status is CoverageStatus.NOT_OFFERED} == hidden
    assert "`school-audit doctor` says how the owner gives" in coverage[Resource.FOLLOWERS].reason
    assert {coverage[one].status for one in coverage.keys() - hidden} == {CoverageStatus.COMPLETE}


# -- videos --------------------------------------------------------------------------------------------------------


def test_a_video_is_read_as_it_was_described(youtube, school):
    """Title, words, links, day, language and the largest thumbnail of a video are read."""
    text = "Year 6 at https://sea.example/trip, and (https://hazelbrook.example/more)!"
    video = youtube.add_video(school, "Sports day", text, more={"snippet": {"defaultAudioLanguage": "en-GB"}})
    snapshot = collect(youtube)
    row = only(snapshot.posts)
    assert (row["id"], row["kind"], row["title"], row["text"]) == (video.id, "video", "Sports day", text)
    assert row["address"] == f"https://www.youtube.com/watch?v={video.id}"
    assert row["links"] == ("https://sea.example/trip", "https://hazelbrook.example/more")
    assert (row["created"].to_pydatetime(), row["language"]) == (video.created, "en-GB")
    picture = only(snapshot.media)
    assert row["media"] == (picture["address"],)
    assert picture["address"].endswith("/maxres.jpg")
    assert (picture["post_id"], picture["kind"], picture["width"], picture["height"]) == (video.id, "video", 1280, 720)


def test_videos_are_read_to_the_last_page(youtube, school):
    """Every page of the uploads is read, and two units are used for fifty videos."""
    for _ in range(120):
        youtube.add_video(school, comments_on=False)
    snapshot = collect(youtube, skip=["comments"])
    assert snapshot.coverage[Resource.POSTS] == complete(120)
    assert (youtube.count("playlistItems"), youtube.count("videos")) == (3, 3)


def test_a_channel_without_uploads_is_complete(youtube, school):
    """The playlist of a channel that never uploaded does not exist, which is no failure."""
    snapshot = collect(youtube)
    assert snapshot.coverage[Resource.POSTS] == complete(0)
    assert snapshot.coverage[Resource.COMMENTS] == complete(0)


def test_a_missing_playlist_of_a_channel_with_videos_is_not_complete(youtube, school):
    """Where YouTube counts videos and shows no list of them, nothing was read."""
    school.more["statistics"] = {"videoCount": "12"}
    assert collect(youtube).coverage[Resource.POSTS] == partial("YouTube counts 12 videos and shows 0.", 0)


def test_only_what_is_new_is_asked_for(youtube, school):
    """With a moment to begin at, older videos are not asked for, and pages of older ones end the reading."""
    for _ in range(170):
        youtube.add_video(school, comments_on=False)
    new = youtube.add_video(school, "New", created=NIGHT - timedelta(days=1))
    late = youtube.add_video(school, "Waited", created=NIGHT, listed_at=BEGAN + timedelta(minutes=150))
    since = NIGHT - timedelta(days=3)
    snapshot = collect(youtube, since=since)
    assert set(snapshot.posts["id"]) == {new.id, late.id}
    assert snapshot.coverage[Resource.POSTS] == complete(2)
    why = partial("Only videos since 19/11/2026 were asked for.", 2, planned=True, since=since)
    assert snapshot.coverage[Resource.MEDIA] == why
    assert snapshot.coverage[Resource.COMMENTS].reason == why.reason
    assert youtube.count("playlistItems") == 2


def test_a_cap_is_a_planned_stop(youtube, school):
    """At the cap of videos reading stops as planned, and says how far back it came."""
    videos = [youtube.add_video(school) for _ in range(7)]
    coverage = collect(youtube, max_posts=3).coverage[Resource.POSTS]
    assert coverage == partial("Stopped at the cap of 3 videos.", 3, planned=True, since=videos[4].created)


def test_a_cap_on_pages_is_a_planned_stop(youtube, school):
    """At the cap of pages reading stops as planned."""
    for _ in range(60):
        youtube.add_video(school, comments_on=False)
    coverage = collect(youtube, max_pages=1).coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 50)
    assert coverage.reason == "Stopped at the cap of 1 pages that is set for one list."


def test_a_list_that_goes_in_circles_is_left(youtube, school):
    """A page that leads to itself ends the reading as a failure."""
    youtube.add_video(school)
    body = {"items": [], "nextPageToken": "again"}
    youtube.fail("playlistItems", Reply(json.dumps(body), headers={"Content-Type": "application/json"}))
    coverage = collect(youtube).coverage[Resource.POSTS]
    assert (coverage.status, youtube.count("playlistItems")) == (CoverageStatus.FAILED, 2)
    assert coverage.reason == "YouTube's list of playlistItems goes round in circles."


# -- what YouTube says of a video -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "marks"),
    [
        ({}, ("not made for kids",)),
        ({"status": {"madeForKids": True}}, ("made for kids",)),
        ({"status": {"madeForKids": None}}, ()),
        ({"status": None}, ()),
        ({"status": {"madeForKids": None, "privacyStatus": "unlisted"}}, ("unlisted",)),
        (
            {"status": None, "contentDetails": {"contentRating": {"ytRating": "ytAgeRestricted"}}},
            ("age restricted",),
        ),
        ({"status": None, "contentDetails": {"regionRestriction": {"blocked": ["DE"]}}}, ("withheld",)),
        ({"status": None, "contentDetails": {"regionRestriction": {"allowed": []}}}, ("withheld",)),
        ({"status": None, "contentDetails": {"regionRestriction": {"blocked": []}}}, ()),
        ({"status": None, "contentDetails": None}, ()),
    ],
    ids=[
        "public",
        "for kids",
        "audience not told",
        "no status",
        "unlisted",
        "age restricted",
        "blocked somewhere",
        "allowed nowhere",
        "blocked nowhere",
        "nothing told",
    ],
)
def test_marks_are_what_youtube_says(youtube, school, parts, marks):
    """Who a film is for, its age restriction, being unlisted and being kept from countries are marks."""
    youtube.add_video(school, more=parts)
    assert only(collect(youtube).posts)["marks"] == marks
    assert set(marks) <= MARKS


@pytest.mark.parametrize(
    ("details", "replies"),
    [
        ({}, "everyone"),
        ({"comments_on": False}, "nobody"),
        ({"more": {"status": {"madeForKids": True}}}, "nobody"),
        ({"more": {"statistics": None}}, ""),
    ],
    ids=["on", "off", "for kids", "not told"],
)
def test_who_may_comment_is_told_where_it_is_known(youtube, school, details, replies):
    """Comments are off where YouTube does not count them, and under everything that is made for kids."""
    youtube.add_video(school, **details)
    assert only(collect(youtube, skip=["comments"]).posts)["replies"] == replies


def test_a_refusal_tells_that_comments_are_off(youtube, school):
    """Where YouTube still counts comments and then says that they are switched off, nobody may comment."""
    youtube.add_video(school, more={"statistics": {"commentCount": "3"}})
    youtube.fail("commentThreads", error(403, "commentsDisabled"))
    assert only(collect(youtube).posts)["replies"] == "nobody"


def test_a_refusal_tells_nothing_of_other_videos(youtube, school):
    """Comments that are off under one video are open under the next one that is read."""
    youtube.add_comment(youtube.add_video(school, "On"), PARENT, "Lovely")
    youtube.add_video(school, "Off", comments_on=False, more={"statistics": {"commentCount": "3"}})
    posts = collect(youtube).posts
    assert dict(zip(posts["title"], posts["replies"], strict=True)) == {"On": "everyone", "Off": "nobody"}


def test_a_thread_that_vanished_says_nothing_of_other_comments(youtube, school):
    """A thread that was deleted while we read leaves comments open to everyone."""
    video = youtube.add_video(school)
    top = youtube.add_comment(video, PARENT, "First!")
    for number in range(7):
        youtube.add_comment(video, PARENT, f"No {number}", to=top.id)
    youtube.fail("comments", error(404, "commentNotFound"))
    assert only(collect(youtube).posts)["replies"] == "everyone"


@pytest.mark.parametrize(
    ("recorded", "place", "position"),
    [
        ({"locationDescription": "Village hall"}, "Village hall", ""),
        ({"location": {"latitude": 51.5, "longitude": -0.25, "altitude": 3.0}}, "", "51.5,-0.25"),
        ({"location": {"latitude": 51.5, "longitude": 0}}, "", "51.5,0"),
        ({"location": {"latitude": 0.0, "longitude": 0.0}}, "", ""),
        ({"location": {"latitude": 51.5}}, "", ""),
        ({"location": {}}, "", ""),
        (None, "", ""),
    ],
)
def test_where_a_film_was_made_is_read(youtube, school, recorded, place, position):
    """The place is read as its owner described it, and as degrees; half a position, and 0 and 0, are none."""
    youtube.add_video(school, more={"recordingDetails": recorded})
    row = only(collect(youtube).posts)
    assert (row["place"], row["position"]) == (place, position)


# -- the owner's sign-in -----------------------------------------------------------------------------------------------


@pytest.fixture
def owner(youtube, school):
    """The channel's owner has given leave; returns what a plan then has."""
    youtube.owner = school
    youtube.subscribers = [(f"UCkit{number:019d}", f"Kit {number}", f"I am {number}") for number in range(9, 12)]
    return {"secrets": {"api_key": KEY, **OWNER}, "options": {"token_address": youtube.token_address}}


def test_subscribers_are_read_as_the_owner(youtube, school, owner):
    """With the owner's sign-in those subscribers are read whom YouTube shows, which is never said to be all."""
    snapshot = collect(youtube, **owner)
    person = snapshot.followers.to_dict("records")[0]
    assert list(snapshot.followers["name"]) == ["Kit 9", "Kit 10", "Kit 11"]
    assert (person["id"], person["bio"], person["handle"]) == (youtube.subscribers[0][0], "I am 9", "")
    assert person["address"] == f"https://www.youtube.com/channel/{person['id']}"
    why = "YouTube shows the owner only those who show their subscriptions, 3 of about 412."
    assert snapshot.coverage[Resource.FOLLOWERS] == partial(why, 3, planned=True)
    assert youtube.grants == [{"grant_type": "refresh_token", **OWNER}]


def test_all_pages_of_subscribers_are_read(youtube, school, owner):
    """Subscribers are read to the last page, or to the cap, which is a planned stop."""
    youtube.subscribers = [(f"UCkit{number:019d}", f"Kit {number}", "") for number in range(120)]
    school.more["statistics"] = {"hiddenSubscriberCount": True}
    snapshot = collect(youtube, **owner)
    assert (len(snapshot.followers), youtube.count("subscriptions")) == (120, 3)
    assert snapshot.coverage[Resource.FOLLOWERS].reason.endswith("120 of an unknown number.")
    capped = collect(youtube, **owner, max_people=60)
    assert capped.coverage[Resource.FOLLOWERS] == partial("Stopped at the cap of 60 subscribers.", 60, planned=True)
    assert len(capped.followers) == 60


def test_subscribers_are_left_out_when_not_wanted(youtube, school, owner):
    """Without the DPIA's word for followers no subscriber is asked for."""
    snapshot = collect(youtube, skip=["followers"], **owner)
    assert snapshot.coverage[Resource.FOLLOWERS] == OFF
    assert len(snapshot.followers) == youtube.count("subscriptions") == 0


@pytest.mark.parametrize(
    ("channel", "video", "marks", "labels"),
    [
        ({}, {}, (), ()),
        ({}, {"selfDeclaredMadeForKids": False}, ("not made for kids",), ()),
        ({"selfDeclaredMadeForKids": False}, {}, ("not made for kids",), ("declared not made for kids",)),
        ({}, {"madeForKids": True}, ("made for kids",), ()),
        (
            {"madeForKids": True, "selfDeclaredMadeForKids": True},
            {"madeForKids": True, "selfDeclaredMadeForKids": True},
            ("made for kids",),
            ("made for kids", "declared made for kids"),
        ),
    ],
    ids=["nobody said", "said of the video", "said of the channel", "YouTube said", "said of all"],
)
def test_the_owner_is_shown_whether_anybody_said_who_a_film_is_for(
    youtube, school, owner, channel, video, marks, labels
):
    """As the owner, "not made for kids" is only what somebody declared, and the channel's own word is a label."""
    school.more["status"] = channel
    youtube.add_video(school, more={"status": video})
    snapshot = collect(youtube, **owner)
    assert only(snapshot.posts)["marks"] == marks
    assert snapshot.profile.labels == labels


def test_what_the_owner_alone_may_see_is_not_there(youtube, school, owner):
    """A video that was made private is gone, although its owner is still shown it."""
    private = youtube.add_video(school, comments_on=False, more={"status": {"privacyStatus": "private"}})
    snapshot = collect(youtube, refetch=(private.id,), **owner)
    assert snapshot.gone == {private.id}
    assert len(snapshot.posts) == 0


SIGN_INS = {
    "ended": (
        lambda youtube: setattr(youtube, "owner", None),
        CoverageStatus.NOT_PERMITTED,
        "no longer accepts the sign-in that was given to this tool; give it again",
    ),
    "another channel": (
        lambda youtube: setattr(youtube, "owner", youtube.add_channel("elmfield")),
        CoverageStatus.NOT_PERMITTED,
        "not that of this channel's owner; sign in again, and choose the channel itself",
    ),
    "taken back": (
        lambda youtube: youtube.fail("channels", error(401, "authError"), after=1),
        CoverageStatus.NOT_PERMITTED,
        "YouTube does not accept the owner's sign-in",
    ),
    "too little leave": (
        lambda youtube: youtube.fail("channels", error(403, "insufficientPermissions"), after=1),
        CoverageStatus.NOT_PERMITTED,
        "lacks leave to read the channel (youtube.readonly)",
    ),
    "too little leave, newly": (
        lambda youtube: youtube.fail(
            "channels", new_error(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "PERMISSION_DENIED"), after=1
        ),
        CoverageStatus.NOT_PERMITTED,
        "lacks leave to read the channel (youtube.readonly)",
    ),
    "an outage": (
        lambda youtube: youtube.fail("channels", Reply("", 503), after=1),
        CoverageStatus.FAILED,
        "has a fault of its own (503)",
    ),
}


@pytest.mark.parametrize(("spoil", "status", "words"), SIGN_INS.values(), ids=SIGN_INS.keys())
def test_a_sign_in_that_fails_leaves_the_rest(youtube, school, owner, spoil, status, words):
    """Whatever is wrong with the owner's sign-in, the followers say so, and all else is read by the key."""
    youtube.add_comment(youtube.add_video(school), PARENT, "Lovely")
    spoil(youtube)
    snapshot = collect(youtube, **owner)
    assert snapshot.coverage[Resource.FOLLOWERS].status is status
    assert words in snapshot.coverage[Resource.FOLLOWERS].reason
    assert [snapshot.coverage[one] for one in (Resource.POSTS, Resource.COMMENTS)] == [complete(1), complete(1)]
    assert only(snapshot.posts)["marks"] == ("not made for kids",)
    calls = zip(youtube.asked, youtube.keys, strict=True)
    assert {key for (method, _), key in calls if method != "channels"} == {KEY}


@pytest.mark.parametrize("missing", sorted(OWNER))
def test_half_a_sign_in_is_none(youtube, school, owner, missing):
    """Where a part of the sign-in is missing nobody is asked for a token, and the part is named."""
    del owner["secrets"][missing]
    coverage = collect(youtube, **owner).coverage[Resource.FOLLOWERS]
    assert (coverage.status, youtube.grants) == (CoverageStatus.NOT_PERMITTED, [])
    assert f"lacks {missing} in secrets.toml" in coverage.reason


def test_trouble_with_subscribers_leaves_the_rest(youtube, school, owner):
    """Subscribers that cannot be read leave the videos, which are still asked for as the owner."""
    youtube.add_video(school)
    youtube.fail("subscriptions", error(403, "subscriptionForbidden"))
    snapshot = collect(youtube, **owner)
    assert snapshot.coverage[Resource.FOLLOWERS].status is CoverageStatus.NOT_PERMITTED
    assert snapshot.coverage[Resource.POSTS] == complete(1)
    assert only(snapshot.posts)["marks"] == ()


def test_a_subscriber_without_an_id_is_named(youtube, school, owner):
    """What a subscriber must have and lacks is named."""
    body = {"items": [{"subscriberSnippet": {"title": "Kit"}}]}
    youtube.fail("subscriptions", Reply(json.dumps(body)))
    reason = collect(youtube, **owner).coverage[Resource.FOLLOWERS].reason
    assert reason == "YouTube's answer lacks 'channelId' in a subscriber."


def test_the_doctor_tries_the_sign_in(youtube, school, owner):
    """The doctor says that the owner's sign-in is good, or why it is not."""
    http = way_out()
    assert connector.prove(SCHOOL, planned(youtube, **owner), http.client("YouTube")).endswith(
        " and 0 videos. The owner's sign-in is good."
    )
    youtube.owner = None
    with pytest.raises(Refused, match="give it again"):
        connector.prove(SCHOOL, planned(youtube, **owner), http.client("YouTube"))
    http.close()


def test_a_recording_holds_no_subscriber_and_no_token(youtube, school, owner, tmp_path):
    """Of subscribers a recording has stand-ins only, of the sign-in nothing, and it replays with a sign-in or without."""
    youtube.subscribers = [("UCkit0000000000000000009", "Kit Hill", "12, year 7 @kit_hill2014")]
    youtube.add_video(school, more={"status": {"selfDeclaredMadeForKids": False}})
    path = tmp_path / "night.gz"
    live, replayed = recorded(youtube, path, **owner)
    text = "\n".join(map(json.dumps, lines(path)))
    assert [one for one in (*OTHERS, live.followers["id"][0], KEY, TOKEN, *OWNER.values()) if one in text] == []
    assert [line["url"] for line in lines(path)[1:] if "withheld" in line] == []
    assert replayed.coverage == live.coverage
    assert (len(replayed.followers), replayed.profile.labels) == (len(live.followers), live.profile.labels)
    assert list(replayed.posts["marks"]) == list(live.posts["marks"]) == [("not made for kids",)]
    assert replay(youtube, path).coverage[Resource.POSTS] == complete(1)


# -- looking again -------------------------------------------------------------------------------------------------


def test_items_of_open_findings_are_looked_at_again(youtube, school):
    """Old videos are asked for by id with their pictures; those that are missing, deleted or private, are gone."""
    kept = youtube.add_video(school, "Old", comments_on=False)
    other = youtube.add_video(youtube.add_channel("elmfield"), "Theirs")
    again = (f"{kept.id}#thumbnail", "gone0000000", "gone0000000#thumbnail", other.id, "https://hazelbrook.example/")
    snapshot = collect(youtube, since=NIGHT, refetch=again)
    assert list(snapshot.posts["id"]) == [kept.id]
    assert list(snapshot.media["id"]) == [f"{kept.id}#thumbnail"]
    assert snapshot.gone == {"gone0000000", "gone0000000#thumbnail"}


def test_more_than_fifty_are_asked_for_in_batches(youtube, school):
    """YouTube gives fifty by id at once."""
    refetch = tuple(f"gone{number:07d}" for number in range(120))
    assert collect(youtube, refetch=refetch).gone == set(refetch)
    assert youtube.count("videos") == 3


def test_an_outage_while_looking_again_closes_nothing(youtube, school):
    """What could not be asked for is not gone; the list itself was read to its end."""
    youtube.add_video(school)
    youtube.fail("videos", Reply("", 503), after=1)
    snapshot = collect(youtube, refetch=("gone0000000",))
    assert snapshot.gone == frozenset()
    coverage = snapshot.coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned, coverage.since) == (CoverageStatus.PARTIAL, False, None)


def test_comments_are_looked_at_again(youtube, school):
    """A comment that tonight's videos do not show is asked for by its id; a missing one is gone."""
    video = youtube.add_video(school)
    kept = youtube.add_comment(video, PARENT, "Lovely")
    lost = youtube.add_comment(video, PARENT, "Ring me", to=kept.id)
    del youtube.comments[lost.id]
    snapshot = collect(youtube, since=NIGHT, refetch=(kept.id, lost.id))
    assert only(snapshot.comments)["id"] == kept.id
    assert only(snapshot.comments)["post_id"] == video.id
    assert snapshot.gone == {lost.id}


# -- comments ------------------------------------------------------------------------------------------------------


def test_comments_are_read_with_their_replies(youtube, school):
    """Threads and replies are read, and which of them the channel wrote itself."""
    video = youtube.add_video(school)
    top = youtube.add_comment(video, PARENT, "When is it?", name="@a_parent_of")
    answer = youtube.add_comment(video, school.id, "On Friday", to=top.id)
    stranger = youtube.add_comment(video, "", "Nice")
    snapshot = collect(youtube)
    rows = {row["id"]: row for row in snapshot.comments.to_dict("records")}
    assert rows.keys() == {top.id, answer.id, stranger.id}
    assert [rows[one.id]["ours"] for one in (top, answer, stranger)] == [False, True, False]
    assert (rows[top.id]["post_id"], rows[top.id]["text"], rows[top.id]["author_id"]) == (
        video.id,
        "When is it?",
        PARENT,
    )
    assert rows[top.id]["address"] == f"https://www.youtube.com/watch?v={video.id}&lc={top.id}"
    assert rows[top.id]["created"].to_pydatetime() == top.created
    assert snapshot.coverage[Resource.COMMENTS] == complete(3)
    assert youtube.count("comments") == 0


def test_long_threads_are_read_to_the_end(youtube, school):
    """YouTube shows five replies beside a thread; where there are more, all are asked for."""
    video = youtube.add_video(school)
    top = youtube.add_comment(video, PARENT, "First!")
    for number in range(130):
        youtube.add_comment(video, PARENT, f"No {number}", to=top.id)
    assert collect(youtube).coverage[Resource.COMMENTS] == complete(131)
    assert youtube.count("comments") == 2


def test_a_thread_deleted_while_we_read_is_passed_over(youtube, school):
    """A thread that vanished before all its replies were asked for stops nothing."""
    video = youtube.add_video(school)
    top = youtube.add_comment(video, PARENT, "First!")
    for number in range(7):
        youtube.add_comment(video, PARENT, f"No {number}", to=top.id)
    youtube.fail("comments", error(404, "commentNotFound"))
    assert collect(youtube).coverage[Resource.COMMENTS] == complete(6)


def test_comments_that_are_switched_off_are_none(youtube, school):
    """Comments switched off under one video, as on all that is made for kids, leave the others complete."""
    youtube.add_video(school, comments_on=False)
    youtube.add_comment(youtube.add_video(school), PARENT, "Lovely")
    assert collect(youtube).coverage[Resource.COMMENTS] == complete(1)
    assert youtube.count("commentThreads") == 2


def test_videos_without_comments_are_not_asked_about(youtube, school):
    """Where YouTube counts no comments no unit is used to read them."""
    youtube.add_video(school)
    assert collect(youtube).coverage[Resource.COMMENTS] == complete(0)
    assert youtube.count("commentThreads") == 0


def test_comments_under_what_is_made_for_kids_cost_nothing(youtube, school):
    """Where YouTube switches comments off by itself no unit is used to find that out."""
    youtube.add_video(school, comments_on=False, more={"status": {"madeForKids": True}})
    assert collect(youtube).coverage[Resource.COMMENTS] == complete(0)
    assert youtube.count("commentThreads") == 0


def test_a_video_deleted_while_we_read_is_passed_over(youtube, school):
    """A video that vanished between its list and its comments stops nothing."""
    youtube.add_comment(youtube.add_video(school), PARENT, "Lovely")
    youtube.fail("commentThreads", error(404, "videoNotFound"))
    assert collect(youtube).coverage[Resource.COMMENTS] == partial(
        "YouTube counts 1 comments and shows 0.", 0, planned=True
    )


def test_many_comments_that_are_not_shown_are_told(youtube, school):
    """Where YouTube counts many more comments than it shows, coverage is partial."""
    video = youtube.add_video(school, more={"statistics": {"commentCount": "20"}})
    youtube.add_comment(video, PARENT, "Lovely")
    assert collect(youtube).coverage[Resource.COMMENTS] == partial("YouTube counts 20 comments and shows 1.", 1)


def test_a_cap_on_comments_is_a_planned_stop(youtube, school):
    """As many comments are read as posts may be, and no more."""
    video = youtube.add_video(school)
    for _ in range(5):
        youtube.add_comment(video, PARENT, "Lovely")
    coverage = collect(youtube, max_posts=3).coverage[Resource.COMMENTS]
    assert coverage == partial("Stopped at the cap of 3 comments.", 3, planned=True)


def test_comments_are_left_out_when_not_wanted(youtube, school):
    """Without the DPIA's word for comments none are asked for."""
    youtube.add_comment(youtube.add_video(school), PARENT, "Lovely")
    snapshot = collect(youtube, skip=["comments"], refetch=("Ug0000000000000000000001AaABAg",))
    assert snapshot.coverage[Resource.COMMENTS] == OFF
    assert len(snapshot.comments) == youtube.count("commentThreads") + youtube.count("comments") == 0


# -- quota -----------------------------------------------------------------------------------------------------------


def test_the_share_of_the_quota_is_a_planned_stop(youtube, school):
    """No more units are used than this reading may, and what was read counts."""
    for _ in range(120):
        youtube.add_video(school, comments_on=False)
    snapshot = collect(youtube, allowances={"units": 4})
    assert len(youtube.asked) == 4
    assert snapshot.used == {"units": 4}
    posts, comments = snapshot.coverage[Resource.POSTS], snapshot.coverage[Resource.COMMENTS]
    reason = "Stopped at the 4 units of the key's daily quota at YouTube that one reading may use."
    assert posts == partial(reason, 50, planned=True, since=posts.since)
    assert posts.since == min(snapshot.posts["created"])
    assert comments == partial(reason, 0, planned=True)


def test_without_units_nothing_is_asked(youtube, school):
    """A share of nothing asks nothing, and the account's coverage is a planned partial."""
    with pytest.raises(connector.Capped) as raised:
        collect(youtube, allowances={"units": 0})
    assert (youtube.asked, raised.value.coverage().planned) == ([], True)


def test_every_call_is_counted(youtube, school, owner):
    """What a reading used of the quota is told, one unit for each call, and the token costs none."""
    youtube.add_comment(youtube.add_video(school), PARENT, "Lovely")
    snapshot = collect(youtube, **owner, refetch=("gone0000000",))
    assert snapshot.used == {"units": len(youtube.asked)} == {"units": 7}
    assert len(youtube.grants) == 1


def test_without_an_allowance_half_a_day_may_be_used(youtube, school):
    """Where the plan allows no number of units, a reading stops at half of what a key has in a day."""
    http = way_out()
    youtube_ = connector._YouTube.for_plan(planned(youtube), http.client("YouTube"))
    http.close()
    assert youtube_.limit == connector.QUOTA_UNITS == 5_000


# -- trouble ---------------------------------------------------------------------------------------------------------

PAGE = Reply("<html><title>Sign in</title></html>", headers={"Content-Type": "text/html"})
TROUBLES = {
    "quota": (
        error(403, "quotaExceeded"),
        RateLimited,
        "The key's quota at YouTube for today is used up; it is full again at 08:00 on 22/11/2026.",
    ),
    "too fast": (error(403, "rateLimitExceeded"), RateLimited, "enough questions from this key for now"),
    "too fast, newly": (new_error(429, "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"), RateLimited, "08:00 on 22/11"),
    "too fast, unexplained": (error(429, "somethingElse"), RateLimited, "enough questions"),
    "a refusal inside": (error(403, "forbidden", inside=True), Refused, "refused access (forbidden)"),
    "an error inside": (error(403, "quotaExceeded", inside=True), RateLimited, "used up"),
    "a wrong key": (error(400, "keyInvalid"), Refused, "YouTube does not accept the API key"),
    "a wrong key, newly": (new_error(400, "API_KEY_INVALID", "INVALID_ARGUMENT"), Refused, "make a new one"),
    "an unauthorised key": (error(401, "authError"), Refused, "does not accept the API key"),
    "not enabled": (error(403, "accessNotConfigured"), Refused, "enable the YouTube Data API v3"),
    "not enabled, newly": (new_error(403, "SERVICE_DISABLED", "PERMISSION_DENIED"), Refused, "enable the YouTube"),
    "restricted": (new_error(403, "API_KEY_IP_ADDRESS_BLOCKED", "PERMISSION_DENIED"), Refused, "its restrictions"),
    "forbidden": (error(403, "forbidden"), Refused, "YouTube refused access (forbidden)"),
    "suspended": (error(403, "channelSuspended"), Suspended, "YouTube has suspended the channel."),
    "closed": (error(403, "channelClosed"), NotFound, "The channel was closed on YouTube."),
    "not found": (error(404, "channelNotFound"), NotFound, "does not find what was asked for (channelNotFound)"),
    "a question refused": (error(400, "unknownPart"), SchemaDrift, "does not accept our question (unknownPart)"),
    "an unknown error inside": (error(500, "backendError", inside=True), Unreachable, "an error (backendError)"),
    "a fault": (Reply("", 500), Unreachable, "has a fault of its own (500)"),
    "a wrong server": (Reply("<html>", 404), Unreachable, "check base_url"),
    "a wrong server's JSON": (Reply("{}", 404), Unreachable, "check base_url"),
    "a filter": (Reply("<html>", 403), Refused, "refused access (403)"),
    "a page at 200": (PAGE, LoginWall, "sent a web page instead of data"),
    "half an answer": (Reply('{"items": [{"id'), SchemaDrift, "cannot be read as JSON"),
    "a list at 200": (Reply("[]"), SchemaDrift, "something else than an object"),
    "a list as an error": (Reply("[]", 403), Refused, "refused access (403)"),
    "no items": (Reply("{}"), SchemaDrift, "YouTube's answer lacks 'items' in channels."),
}


@pytest.mark.parametrize(("reply", "kind", "words"), TROUBLES.values(), ids=TROUBLES.keys())
def test_trouble_at_the_profile(youtube, school, reply, kind, words):
    """Whatever goes wrong at the first question is an error with a sentence, and nobody's id in it."""
    youtube.fail("channels", reply)
    with pytest.raises(kind) as raised:
        collect(youtube)
    assert type(raised.value) is kind
    assert words in str(raised.value)
    assert "UCsomebody" not in str(raised.value)


@pytest.mark.parametrize(("reply", "kind", "words"), TROUBLES.values(), ids=TROUBLES.keys())
@pytest.mark.parametrize(
    ("method", "resource"), [("playlistItems", Resource.POSTS), ("commentThreads", Resource.COMMENTS)]
)
def test_trouble_later_leaves_the_rest(youtube, school, method, resource, reply, kind, words):
    """Trouble with one resource becomes its coverage, with the same sentence, and the others go on."""
    youtube.add_comment(youtube.add_video(school), PARENT, "Lovely")
    youtube.fail(method, reply)
    coverage = collect(youtube).coverage
    expected = kind("x").coverage().status
    assert coverage[resource].status is expected
    assert words.replace(" in channels.", "") in coverage[resource].reason
    assert coverage[Resource.PROFILE] == complete(1)
    if resource is Resource.COMMENTS:
        assert coverage[Resource.POSTS] == complete(1)


def test_trouble_halfway_keeps_what_was_read(youtube, school):
    """An outage after the first page is an unplanned partial, back to the oldest video read."""
    for _ in range(60):
        youtube.add_video(school, comments_on=False)
    youtube.fail("videos", Reply("", 500), after=1)
    snapshot = collect(youtube)
    posts = snapshot.coverage[Resource.POSTS]
    assert (posts.status, posts.planned, posts.read) == (CoverageStatus.PARTIAL, False, 50)
    assert posts.since == min(snapshot.posts["created"])


@pytest.mark.parametrize(
    ("part", "missing", "sentence"),
    [
        ("snippet", {"title": None}, "YouTube's answer lacks 'title' in the channel."),
        ("contentDetails", {"relatedPlaylists": None}, "YouTube's answer lacks 'relatedPlaylists' in the channel."),
    ],
)
def test_a_missing_field_is_named(youtube, school, part, missing, sentence):
    """What a channel must have and lacks is named."""
    school.more[part] = missing
    with pytest.raises(SchemaDrift) as raised:
        connector._uploads(answer_of(youtube, school)) if part == "contentDetails" else collect(youtube)
    assert str(raised.value) == sentence


def answer_of(youtube, school):
    """The channel as the imitation shows it."""
    question = {"part": connector.CHANNEL_PARTS, "id": school.id}
    return youtube._channels(question)["items"][0]


@pytest.mark.parametrize("field", ["title", "publishedAt"])
def test_a_missing_field_of_a_video_is_named(youtube, school, field):
    """What a video must have and lacks is named in the coverage of the videos."""
    youtube.add_video(school, more={"snippet": {field: None}})
    assert collect(youtube).coverage[Resource.POSTS].reason == f"YouTube's answer lacks '{field}' in a video."


def test_a_count_that_is_no_number_is_named(youtube, school):
    """Counts come as texts; one that is no number is named."""
    body = answer_of(youtube, school)
    body["statistics"]["videoCount"] = "many"
    with pytest.raises(SchemaDrift, match="no number under 'videoCount' in the channel"):
        connector._profile(body)


def test_unknown_fields_are_ignored(youtube, school):
    """What YouTube adds one day does no harm."""
    body = answer_of(youtube, school)
    assert connector._profile(body | {"mood": "good"}) == connector._profile(body)


# -- the key ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "", "  ", "schlüssel"])
def test_without_a_key_nothing_is_asked(youtube, school, key):
    """Without a key, or with what is none, nothing is asked and a person is told how to get one."""
    with pytest.raises(Refused, match="school-audit doctor"):
        collect(youtube, secrets={} if key is None else {"api_key": key})
    assert youtube.asked == []


def test_one_call_proves_the_key(youtube, school):
    """The doctor asks one question, which costs one unit."""
    http = way_out()
    said = connector.prove(SCHOOL, planned(youtube), http.client("YouTube"))
    http.close()
    assert said == "YouTube shows hazelbrookprimary with about 412 subscribers and 0 videos."
    assert len(youtube.asked) == 1


def test_the_key_stays_out_of_addresses_logs_and_errors(youtube, school, caplog):
    """The key travels in a header of every request, and is in no address, log line or error."""
    youtube.add_comment(youtube.add_video(school), PARENT, "Lovely")
    youtube.fail("commentThreads", error(403, "forbidden"))
    with caplog.at_level(logging.DEBUG):
        snapshot = collect(youtube)
        youtube.fail("channels", error(400, "keyInvalid"))
        with pytest.raises(Refused) as raised:
            collect(youtube)
    assert set(youtube.keys) == {KEY}
    assert not any(KEY in request.path for request in youtube.requests)
    assert len(caplog.records) > 0
    assert KEY not in caplog.text + repr(raised.value) + repr(snapshot.coverage)


# -- recordings --------------------------------------------------------------------------------------------------------

OTHERS = ("kit_hill2014", "Kit Hill", "12, year 7", "07700", "Robin Ashdown", "county_sport", "face-of-somebody")
"""What is planted of other people."""


@pytest.fixture
def people(youtube, school):
    """The school's channel among other people; returns their ids and those of what they wrote."""
    sport = youtube.add_channel("county_sport", title="County Sport")
    theirs = youtube.add_video(sport, "Finals")
    details = {
        "contentDetails": {
            "contentRating": {"ytRating": "ytAgeRestricted"},
            "regionRestriction": {"blocked": ["DE", "FR"]},
        },
        "recordingDetails": {
            "locationDescription": "Village hall",
            "location": {"latitude": 51.5, "longitude": -0.25},
        },
    }
    old = youtube.add_video(school, "Old", "No links", comments_on=False, more=details)
    text = (
        f"With @county_sport and https://www.youtube.com/@county_sport and https://youtu.be/{theirs.id} "
        f"and https://www.youtube.com/channel/{sport.id} and https://www.youtube.com/watch?v={old.id} "
        "and head@hazelbrook.example and https://hazelbrook.example/news"
    )
    video = youtube.add_video(school, "Sports day with @county_sport", text)
    one = youtube.add_comment(video, PARENT, "I am 12, year 7", name="@kit_hill2014")
    two = youtube.add_comment(video, "", "Ring 07700 900123", name="Robin Ashdown", to=one.id)
    youtube.add_comment(video, school.id, "Thank you Robin Ashdown, and @kit_hill2014!", to=one.id)
    return [sport.id, theirs.id, PARENT, one.id, two.id]


def record(youtube, recorder, own=frozenset({"@hazelbrookprimary"}), disguised=None, **details):
    """One reading while it is recorded; `disguised` collects what the disguise made of each answer."""

    def hide(body, stand_ins):
        kept = connector.disguise(body, own, stand_ins)
        if disguised is not None:
            disguised.append(kept)
        return kept

    http = way_out(recorder)
    try:
        return connector.collect(SCHOOL, planned(youtube, **details), http.client("YouTube", hide))
    finally:
        http.close()


def recorded(youtube, path, **details):
    """A night recorded, with an imitation that is no test host, and what a replay of it reads."""
    with Recorder(path, NIGHT, own=["hazelbrookprimary"]) as recorder:
        live = record(youtube, recorder, **details)
    return live, replay(youtube, path, **details)


def replay(youtube, path, **details):
    """The same reading from the recording: the imitation is not asked."""
    calls = len(youtube.asked)
    snapshot = collect(youtube, http=way_out(replay=Replay(path)), **details)
    assert len(youtube.asked) == calls
    return snapshot


def lines(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_a_recording_holds_nobody_else(youtube, people, tmp_path):
    """No handle, name, words, id or picture of anybody else is in a recording, nor the key."""
    path = tmp_path / "night.gz"
    live, _ = recorded(youtube, path)
    assert len(live.comments) == 3
    text = "\n".join(map(json.dumps, lines(path)))
    assert [planted for planted in (*OTHERS, *people, KEY) if planted in text] == []
    assert [line["url"] for line in lines(path)[1:] if "withheld" in line] == []
    assert "Sports day with @anon_" in text
    assert "https://hazelbrook.example/news" in text


def test_the_disguise_alone_hides_everybody(youtube, people, tmp_path):
    """Before the recorder looks for what it met before, the disguise has left only a name in our own reply."""
    disguised = []
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder:
        record(youtube, recorder, disguised=disguised)
    text = json.dumps(disguised).replace("Thank you Robin Ashdown", "")
    assert len(disguised) == 5
    assert [planted for planted in (*OTHERS, *people) if planted in text] == []


def test_a_recording_replays_as_it_was(youtube, people, tmp_path):
    """A replay reads the same of the school's own, and as many stand-ins as there were people."""
    live, replayed = recorded(youtube, tmp_path / "night.gz")
    assert replayed.coverage == live.coverage
    assert replayed.profile == live.profile
    assert set(live.posts["replies"]) == {"everyone", "nobody"}
    assert "51.5,-0.25" in set(live.posts["position"])
    for column in ("id", "address", "kind", "created", "media", "language", "marks", "replies", "place", "position"):
        assert list(replayed.posts[column]) == list(live.posts[column]), column
    assert list(replayed.posts["text"])[1] == list(live.posts["text"])[1] == "No links"
    assert list(replayed.media["address"]) == list(live.media["address"])
    assert list(replayed.comments["post_id"]) == list(live.comments["post_id"])
    assert list(replayed.comments["ours"]) == list(live.comments["ours"]) == [False, False, True]
    own = replayed.posts["text"].iloc[0]
    assert "head@hazelbrook.example" in own
    assert f"watch?v={replayed.posts['id'].iloc[1]}" in own


def test_a_channel_that_is_not_registered_is_hidden_whole(youtube, people, tmp_path):
    """Were somebody else's channel read by mistake, its recording would name nobody."""
    path = tmp_path / "night.gz"
    with Recorder(path, NIGHT) as recorder:
        live = record(youtube, recorder, own=frozenset({"elmfield"}))
    text = "\n".join(map(json.dumps, lines(path)[1:]))
    assert len(live.posts) == 2
    assert "azelbrook" not in text
    assert [id_ for id_ in (live.profile.platform_id, *live.posts["id"], *live.comments["id"]) if id_ in text] == []


def test_paging_replays(youtube, school, tmp_path):
    """Lists of several pages replay, although the markers in lists of comments are replaced."""
    video = youtube.add_video(school)
    top = youtube.add_comment(video, PARENT, "First!")
    for number in range(205):
        youtube.add_comment(video, PARENT, f"No {number}", to=top.id if number % 2 else "")
    for _ in range(60):
        youtube.add_video(school, comments_on=False)
    live, replayed = recorded(youtube, tmp_path / "night.gz")
    assert replayed.coverage == live.coverage
    assert replayed.coverage[Resource.COMMENTS] == complete(206)
    markers = [line for line in lines(tmp_path / "night.gz") if '"nextPageToken": "page' in line.get("body", "")]
    assert [line["url"] for line in markers if "omment" in line["url"]] == []
    assert len(markers) == 1


def test_what_is_gone_is_gone_in_a_replay(youtube, people, tmp_path):
    """Items that were looked for and not found are gone in a replay too."""
    live, replayed = recorded(youtube, tmp_path / "night.gz", refetch=("gone0000000",))
    assert replayed.gone == live.gone == {"gone0000000"}


UNKEPT = {"a page at 200", "half an answer", "a list at 200", "no items"}
"""Troubles whose bodies no disguise accepts."""


@pytest.mark.parametrize("trouble", sorted(TROUBLES.keys() - UNKEPT))
def test_trouble_replays(youtube, school, tmp_path, trouble):
    """A night on which YouTube failed fails in the same way when it is replayed."""
    reply, kind, words = TROUBLES[trouble]
    youtube.fail("channels", reply)
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder, pytest.raises(kind):
        record(youtube, recorder)
    with pytest.raises(kind) as raised:
        replay(youtube, tmp_path / "night.gz")
    assert words in str(raised.value)
    assert "UCsomebody" not in json.dumps(lines(tmp_path / "night.gz"))


@pytest.mark.parametrize("trouble", sorted(UNKEPT))
def test_trouble_that_is_not_kept_is_not_replayed_as_nothing(youtube, school, tmp_path, trouble):
    """A body that could not be disguised is missing from the recording, and a replay says so."""
    reply, kind, _ = TROUBLES[trouble]
    youtube.fail("channels", reply)
    with Recorder(tmp_path / "night.gz", NIGHT) as recorder, pytest.raises(kind):
        record(youtube, recorder)
    with pytest.raises(NotRecorded):
        replay(youtube, tmp_path / "night.gz")


@pytest.mark.parametrize(
    "body", [None, [], "a page", 7, {}, {"kind": "youtube#searchListResponse", "items": []}, {"error": "no"}]
)
def test_what_is_not_known_is_not_recorded(body):
    """A body that the connector does not read raises, and is not kept."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        disguise(body, frozenset(), StandIns())


def test_what_strangers_wrote_elsewhere_is_hidden():
    """Of a comment under somebody else's video not even the video stays, and its time to the minute only."""
    snippet = {"textDisplay": "planted", "videoId": "planted0001", "publishedAt": "2026-11-22T02:03:59Z"}
    body = {"kind": "youtube#commentListResponse", "items": [{"id": "UgPlanted", "snippet": snippet}]}
    kept = disguise(body, frozenset({"hazelbrook"}), StandIns())
    assert "lanted" not in json.dumps(kept)
    assert kept["items"][0]["snippet"]["publishedAt"] == "2026-11-22T02:03:00Z"


def test_a_channel_without_a_handle_is_nobodys(youtube):
    """A channel that has no handle is not taken for ours because a row of the register has none."""
    youtube.add_channel(title="Planted")
    (id_,) = youtube.channels
    body = youtube._channels({"part": connector.CHANNEL_PARTS, "id": id_})
    text = json.dumps(disguise(body, frozenset({"@", ""}), StandIns()))
    assert "Planted" not in text
    assert id_ not in text


def test_new_fields_stay_out(youtube, people):
    """What YouTube adds one day, anywhere in an answer, is not recorded."""

    def plant(value):
        if isinstance(value, dict):
            return {name: plant(one) for name, one in value.items()} | {"extra": "planted"}
        return [plant(one) for one in value] if isinstance(value, list) else value

    everything = {"part": "snippet,statistics,status,contentDetails,recordingDetails,replies,subscriberSnippet"}
    video = next(one.id for one in youtube.videos.values() if one.comments_on and "With" in one.text)
    (school,) = (one for one in youtube.channels.values() if one.handle == "hazelbrookprimary")
    youtube.subscribers = [(PARENT, "Kit Hill", "12, year 7")]
    youtube.videos[video].more = {
        "contentDetails": {"regionRestriction": {"blocked": ["DE"]}},
        "recordingDetails": {"location": {"latitude": 51.5, "longitude": 0.5}},
    }
    stand_ins = StandIns()
    for body in (
        youtube._channels(everything | {"id": school.id}),
        youtube._playlistItems(everything | {"playlistId": school.uploads}),
        youtube._videos(everything | {"id": video}),
        youtube._commentThreads(everything | {"videoId": video}),
        youtube._subscriptions(everything | {"mySubscribers": "true"}),
    ):
        planted = plant(body) | {"kind": body["kind"]}
        kept = json.dumps(disguise(planted, frozenset({"hazelbrookprimary"}), stand_ins))
        assert "extra" not in kept, body["kind"]
        assert "items" in kept


# -- the contract ----------------------------------------------------------------------------------------------------


@pytest.fixture
def discovery(contracts):
    """Google's discovery document."""
    return load_discovery((contracts / "youtube" / "youtube.v3.json").resolve())


@pytest.fixture
def recordings(contracts):
    """Reads one recorded answer by its name."""
    folder = contracts / "youtube" / "python-youtube" / "testdata" / "apidata"
    return lambda name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("method", "parts"),
    [
        ("channels", connector.CHANNEL_PARTS),
        ("playlistItems", connector.LISTED_PARTS),
        ("videos", connector.VIDEO_PARTS),
        ("commentThreads", connector.THREAD_PARTS),
        ("comments", connector.COMMENT_PARTS),
        ("subscriptions", connector.SUBSCRIBER_PARTS),
    ],
)
def test_every_part_we_ask_for_is_in_the_document(discovery, method, parts):
    """The parts that we ask for exist, and the judge would object to others."""
    path = f"/youtube/v3/{method}"
    assert discovery.judge_request("GET", path, {"part": parts}) == []
    assert discovery.judge_request("GET", path, {"part": f"{parts},mood"}) == [f"GET {path}: has no part 'mood'"]


FIELDS = {
    "Video": {
        "status": {"madeForKids": False, "selfDeclaredMadeForKids": True, "privacyStatus": "unlisted"},
        "statistics": {"commentCount": "3"},
        "contentDetails": {
            "contentRating": {"ytRating": "ytAgeRestricted"},
            "regionRestriction": {"allowed": ["GB"], "blocked": ["DE"]},
        },
        "recordingDetails": {"locationDescription": "Here", "location": {"latitude": 51.5, "longitude": 0.5}},
    },
    "Channel": {"status": {"madeForKids": True, "selfDeclaredMadeForKids": True, "privacyStatus": "public"}},
    "Subscription": {"subscriberSnippet": {"channelId": "UC", "title": "Kit", "description": "Bio"}},
}
"""What is read of the audience, the place and the subscribers."""


@pytest.mark.parametrize("schema", FIELDS)
def test_every_field_we_read_is_in_the_document(discovery, schema):
    """The fields that we read exist, with the values that we look for, and the judge would object to others."""
    assert discovery.judge_object(schema, FIELDS[schema]) == []
    for part, fields in FIELDS[schema].items():
        assert discovery.judge_object(schema, {part: {**fields, "mood": "good"}}) != []


def test_reading_only_is_leave_enough(discovery):
    """The leave that we ask the owner for, which is to read only, suffices for all that is asked as the owner."""
    for method in connector._AS_OWNER:
        scopes = discovery.document["resources"][method]["methods"]["list"]["scopes"]
        assert "https://www.googleapis.com/auth/youtube.readonly" in scopes, method
    words = discovery.judge_request("GET", "/youtube/v3/subscriptions", {"part": "subscriberSnippet", "mine": "true"})
    assert words == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "needs the parameter 'part'"),
        ({"part": "snippet", "mood": "good"}, "has no parameter 'mood'"),
        ({"part": "snippet", "maxResults": "101"}, "maxResults is 101 and should lie in 1 to 100"),
        ({"part": "snippet", "textFormat": "text"}, "textFormat is 'text' and should be one of"),
    ],
)
def test_the_judge_of_requests_can_object(discovery, query, words):
    """Parameters that YouTube does not have, and values that they may not have, are found."""
    (objection,) = discovery.judge_request("GET", "/youtube/v3/commentThreads", query)
    assert words in objection


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"mood": "good"}, "the answer has no field 'mood'"),
        ({"items": [{"status": {"privacyStatus": "secret"}}]}, "should be one of"),
        ({"items": [{"status": {"madeForKids": "true"}}]}, "madeForKids is a str and should be a boolean"),
        ({"items": [{"statistics": {"videoCount": 3}}]}, "videoCount is a int and should be a string"),
        ({"items": [{"snippet": {"publishedAt": "today"}}]}, "should be a moment"),
    ],
)
def test_the_judge_of_answers_can_object(discovery, body, words):
    """Fields that YouTube does not have, and values of the wrong kind, are found."""
    (objection,) = discovery.judge_answer("/youtube/v3/channels", body)
    assert words in objection


RECORDED = {
    "channel_info_single": "Channel",
    "channels/info_multiple": "Channel",
    "playlist_items/playlist_items_paged_1": "PlaylistItem",
    "videos/videos_info_multi": "Video",
    "comment_threads/comment_threads_by_video_paged_1": "CommentThread",
    "comments/comments_by_parent_paged_1": "Comment",
}


@pytest.mark.parametrize(("name", "schema"), RECORDED.items(), ids=RECORDED.keys())
def test_recorded_answers_and_the_document_agree(discovery, recordings, name, schema):
    """The document that judges the imitation has nothing against answers that YouTube gave."""
    assert [words for item in recordings(name)["items"] for words in discovery.judge_object(schema, item)] == []


def test_recorded_answers_are_read(recordings):
    """A night over answers that YouTube gave: channel, video and comments are read, and nothing is left out."""
    channels = recordings("channels/info_multiple")
    channel, details = channels["items"][0], recordings("videos/videos_info_multi")
    channel["statistics"]["videoCount"] = "2"
    threads = recordings("comment_threads/comment_threads_by_video_paged_1")
    del threads["nextPageToken"]
    listed = {"items": [{"contentDetails": {"videoId": one["id"]}} for one in details["items"]]}
    with Site() as site:
        site.base_url = f"{site.url}/youtube/v3"
        for method, body in {
            "channels": channels,
            "playlistItems": listed,
            "videos": details,
            "commentThreads": threads,
            "comments": recordings("comments/comments_by_parent_paged_2"),
        }.items():
            site.on(f"/youtube/v3/{method}", Reply(json.dumps(body)))
        snapshot = collect(site, Account("k", 2, "youtube", platform_id=channel["id"]))
    assert snapshot.profile.platform_id == channel["id"]
    assert snapshot.profile.handle == channel["snippet"]["customUrl"].removeprefix("@")
    assert snapshot.profile.followers == int(channel["statistics"]["subscriberCount"])
    assert list(snapshot.posts["title"]) == [one["snippet"]["title"] for one in details["items"]]
    assert list(snapshot.media["width"]) == [
        max(size["width"] for size in one["snippet"]["thumbnails"].values()) for one in details["items"]
    ]
    assert snapshot.posts["created"].notna().all()
    assert {one["id"] for one in threads["items"]} <= set(snapshot.comments["id"])
    assert (snapshot.comments["author_id"] != "").all()


@pytest.mark.parametrize(
    ("name", "words"),
    [("error_permission_resp", "YouTube refused access"), ("../error_response", "does not accept the API key")],
)
def test_recorded_errors_are_understood(recordings, youtube, school, name, words):
    """Errors that YouTube gave are told from one another."""
    body = recordings(name)
    youtube.fail("channels", Reply(json.dumps(body), body["error"]["code"]))
    with pytest.raises(Refused, match=words):
        collect(youtube)
