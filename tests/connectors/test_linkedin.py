"""LinkedIn Pages, against an imitation of the REST interface and through the real way out."""

import gzip
import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from imitations.linkedin_api import TOKEN, LinkedInApi, fault
from imitations.scripted_site import Reply

from connectors import linkedin
from connectors.connector import LoginWall, NotFound, NotOffered, RateLimited, Refused, SchemaDrift, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PAGE = "91000001"
OURS = f"urn:li:organization:{PAGE}"
SCHOOL = Account("linkedin:hazelbrook", 2, "linkedin", handle="Hazelbrook")
FILM, SEVERAL, WORDS, SHARED = (f"urn:li:share:740000000000000000{number}" for number in (4, 3, 2, 1))
DRAFT = "urn:li:ugcPost:7400000000000000009"
BOAT, LAKE, DANCE, PAPER = (
    "urn:li:image:C4D-boat",
    "urn:li:image:C4D-lake",
    "urn:li:video:C4D-dance",
    "urn:li:document:C4D",
)
LOVELY, THANKS = "7411111111111111111", "7411111111111111112"
PARENT = "urn:li:person:aB3dEfGh9"


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def at(day, hour=9):
    return int(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp() * 1000)


def add(api, id_, created, commentary, **more):
    fields = {"author": OURS, "createdAt": created, "publishedAt": created, "lastModifiedAt": created}
    fields |= {"lifecycleState": "PUBLISHED", "visibility": "PUBLIC", "distribution": {"feedDistribution": "MAIN_FEED"}}
    api.posts[id_] = {"id": id_, "commentary": commentary, **(fields | more)}
    return id_


def comment(api, under, number, text, actor=PARENT, **more):
    time = int(datetime(2026, 11, 18, 10, 20, 30, tzinfo=UTC).timestamp() * 1000)
    urn = f"urn:li:comment:(urn:li:activity:7399999999999999999,{number})"
    one = {"id": number, "actor": actor, "commentUrn": urn, "created": {"actor": actor, "time": time},
           "message": {"attributes": [], "text": text}, "object": "urn:li:activity:7399999999999999999"}  # fmt: skip
    api.comments.setdefault(under, []).append(one | more)
    return urn


@pytest.fixture
def api():
    """A Page with one post of each sort, a comment under one of them, and an answer to it."""
    with LinkedInApi() as imitation:
        imitation.pages[PAGE] = {
            "id": int(PAGE), "vanityName": "hazelbrook", "localizedName": "Hazelbrook Primary School",
            "localizedDescription": "Official Page.", "localizedWebsite": "https://hazelbrook.example/",
            "primaryOrganizationType": "SCHOOL", "logoV2": {"original": "urn:li:digitalmediaAsset:x"},
            "locations": [
                {"locationType": "OTHER", "address": {"city": "Elsewhere"}},
                {"locationType": "HEADQUARTERS", "address": {"line1": "1 Brook Lane", "city": "Hazelbrook", "country": "GB"}},
            ],
        }  # fmt: skip
        imitation.followers[OURS] = 87
        imitation.files = {
            BOAT: {"downloadUrl": "https://pictures.example/boat.jpg", "status": "AVAILABLE"},
            LAKE: {"downloadUrl": "https://pictures.example/lake.jpg", "status": "AVAILABLE"},
            DANCE: {"downloadUrl": "https://films.example/1.mp4", "thumbnail": "https://pictures.example/dance.jpg"},
        }
        add(imitation, FILM, at(20), "Sports day", content={"media": {"id": DANCE, "title": "Our dance"}})
        add(imitation, SEVERAL, at(19), r"Our trip \(with lunch\) {hashtag|\#|brook}", content={
            "multiImage": {"images": [{"id": BOAT, "altText": "A boat"}, {"id": LAKE}]}})  # fmt: skip
        add(imitation, WORDS, at(18), f"Read https://hazelbrook.example/news. With @[Robin Sample]({PARENT})", content={
            "article": {"source": "https://charity.example/run", "title": "A run", "description": "Words of others"}})  # fmt: skip
        add(imitation, SHARED, at(17), "", reshareContext={"parent": "urn:li:share:735", "root": "urn:li:share:735"})
        add(imitation, DRAFT, at(21), "Not yet", lifecycleState="DRAFT")
        under = comment(imitation, WORDS, LOVELY, "Lovely, says Alex", commentsSummary={"aggregatedTotalComments": 1})
        comment(imitation, under, THANKS, "Thank you, Alex", OURS)
        yield imitation


def way_out(recorder=None, replay=None):
    """The real way out, in no hurry, to loopback."""
    network = Network(
        "it@hazelbrook.example", default_pace=0, backoff=0, retries=0, private_hosts=frozenset({"127.0.0.1"})
    )
    return Http(network, secrets=[TOKEN], recorder=recorder, replay=replay)


def planned(api, *, skip=(), **details):
    skip = {Resource(one): not_due("not covered by the DPIA") for one in skip}
    return CollectPlan(api.base_url, NIGHT, skip=skip, **({"secrets": {"access_token": TOKEN}} | details))


def collect(api, account=SCHOOL, http=None, *, own=frozenset({"hazelbrook"}), **details):
    """One reading of the Page."""
    http = http or way_out()
    try:
        client = http.client(account.label, lambda body, stand_ins: linkedin.disguise(body, own, stand_ins))
        return linkedin.collect(account, planned(api, **details), client)
    finally:
        http.close()


def status(snapshot, resource):
    coverage = snapshot.coverage[Resource(resource)]
    return coverage.status, coverage.planned, coverage.reason


# --- profile --------------------------------------------------------------------------------------------


def test_the_profile_is_read_whole(api):
    """Name, description, website, place and the number of followers come with the Page."""
    profile = collect(api).profile
    assert (profile.platform_id, profile.handle, profile.name) == (PAGE, "hazelbrook", "Hazelbrook Primary School")
    assert (profile.bio, profile.links) == ("Official Page.", ("https://hazelbrook.example/",))
    assert (profile.followers, profile.kind) == (87, "page")
    assert profile.location == "1 Brook Lane, Hazelbrook, GB"
    assert profile.address == "https://www.linkedin.com/school/hazelbrook/"


def test_a_bare_page_has_a_profile(api):
    """Id and names are enough: what LinkedIn does not say is unknown."""
    api.pages[PAGE] = {"id": int(PAGE), "vanityName": "hazelbrook", "localizedName": "Hazelbrook"}
    api.followers.clear()
    profile = collect(api).profile
    assert (profile.bio, profile.links, profile.location, profile.followers) == ("", (), "", None)
    assert profile.address == "https://www.linkedin.com/company/hazelbrook/"


@pytest.mark.parametrize(
    "account",
    [
        Account("l", 2, "linkedin", address="https://www.linkedin.com/company/hazelbrook/about/"),
        Account("l", 2, "linkedin", address="linkedin.com/school/hazelbrook"),
        Account("l", 2, "linkedin", address=f"https://www.linkedin.com/company/{PAGE}/"),
        Account("l", 2, "linkedin", handle="oldname", platform_id=PAGE),
    ],
    ids=["company", "school", "by number", "renamed"],
)
def test_the_page_is_found(api, account):
    """By its address as well as its name; by its id it is followed to a new name."""
    assert collect(api, account).profile.handle == "hazelbrook"


@pytest.mark.parametrize(
    "account",
    [
        Account("l", 2, "linkedin", handle="nosuch"),
        Account("l", 2, "linkedin", handle="hazelbrook", platform_id="91000999"),
    ],
    ids=["unknown", "same name, another id"],
)
def test_no_other_page_is_taken_for_ours(api, account):
    """What is not there is not found, and a name that another Page has by now is not followed to it."""
    with pytest.raises(NotFound, match=f"no Page {account.platform_id or account.handle}"):
        collect(api, account)


def test_a_persons_own_profile_is_never_asked_for(api):
    """The register means a Page; a person's profile is nothing for a program."""
    with pytest.raises(NotOffered, match="a person's own profile"):
        collect(api, Account("l", 2, "linkedin", address="https://www.linkedin.com/in/robin-sample/"))
    assert not api.calls


@pytest.mark.parametrize("address", ["", "https://www.linkedin.com/feed/"])
def test_a_row_without_a_name_is_not_found(api, address):
    """Where the register gives neither name nor address of a Page, nothing is asked."""
    with pytest.raises(NotFound, match="neither a name nor an address"):
        collect(api, Account("l", 2, "linkedin", address=address))
    assert not api.calls


def test_prove_says_what_it_saw(api):
    """Three calls show that the token works, and by which version."""
    said = linkedin.prove(SCHOOL, planned(api), way_out().client("linkedin"))
    assert said == (
        "LinkedIn shows the Page Hazelbrook Primary School with 87 followers, by version 202607 of its interface."
    )
    assert len(api.calls) == 3


def test_what_linkedin_does_not_give_is_said(api):
    """Settings and people are not offered, each with its sentence."""
    snapshot = collect(api)
    assert set(snapshot.coverage) == linkedin.RESOURCES
    for resource in ("settings", "followers", "following"):
        assert status(snapshot, resource)[0] is CoverageStatus.NOT_OFFERED


# --- posts and pictures ---------------------------------------------------------------------------------


def test_posts_are_as_people_see_them(api):
    """Marks of LinkedIn's own are taken out of the words; a draft is no post."""
    snapshot = collect(api)
    posts = snapshot.posts.set_index("id")
    assert posts.index.tolist() == [FILM, SEVERAL, WORDS, SHARED]
    assert posts["kind"].tolist() == ["post", "post", "post", "repost"]
    assert posts.loc[SEVERAL, "text"] == "Our trip (with lunch) #brook"
    assert posts.loc[WORDS, "text"] == "Read https://hazelbrook.example/news. With Robin Sample"
    assert posts.loc[WORDS, "links"] == ("https://hazelbrook.example/news", "https://charity.example/run")
    assert (posts.loc[WORDS, "title"], posts.loc[FILM, "title"]) == ("A run", "Our dance")
    assert posts.loc[WORDS, "created"] == pd.Timestamp("2026-11-18T09:00:00Z")
    assert posts.loc[WORDS, "address"] == f"https://www.linkedin.com/feed/update/{WORDS}/"
    assert (posts.loc[WORDS, "marks"], posts.loc[FILM, "marks"]) == (("people tagged",), ())
    assert status(snapshot, "posts") == (CoverageStatus.COMPLETE, False, "")


def test_polls_edits_and_hidden_posts_are_told(api):
    """A poll's question and answers are words of the post; one outside the feed is unlisted; an edit has its moment."""
    api.posts[FILM] |= {
        "content": {"poll": {"question": "Which day?", "options": [{"text": "Monday"}, {"text": "Friday"}]}},
        "distribution": {"feedDistribution": "NONE"},
        "lifecycleStateInfo": {"isEditedByAuthor": True},
        "lastModifiedAt": at(20, 12),
        "contentLandingPage": "https://hazelbrook.example/vote",
    }
    row = collect(api).posts.set_index("id").loc[FILM]
    assert row["text"] == "Sports day\nWhich day?\nMonday\nFriday"
    assert (row["marks"], row["links"]) == (("unlisted",), ("https://hazelbrook.example/vote",))
    assert row["edited"] == pd.Timestamp("2026-11-20T12:00:00Z")


def test_posts_come_with_their_pictures(api):
    """A film is its preview, several pictures stand each by itself, with its alternative text."""
    snapshot = collect(api)
    media = snapshot.media.set_index("id")
    assert media.index.tolist() == [f"{FILM}#{DANCE}", f"{SEVERAL}#{BOAT}", f"{SEVERAL}#{LAKE}"]
    assert media["kind"].tolist() == ["video", "image", "image"]
    assert media["alt"].tolist() == ["", "A boat", ""]
    assert media["address"].tolist()[0] == "https://pictures.example/dance.jpg"
    posts = snapshot.posts.set_index("id")
    assert posts.loc[SEVERAL, "media"] == ("https://pictures.example/boat.jpg", "https://pictures.example/lake.jpg")
    assert status(snapshot, "media") == (CoverageStatus.COMPLETE, False, "")
    asked = [call for call in api.calls if call.startswith(("images", "videos"))]
    assert asked == [f"images?ids=List({BOAT},{LAKE})", f"videos?ids=List({DANCE})"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda api: api.files.pop(LAKE), "LinkedIn gave no address of 1 pictures or films."),
        (
            lambda api: api.posts[FILM].update(content={"media": {"id": PAPER}}),
            "LinkedIn gave 1 documents or the like, which are not opened: a person looks at them.",
        ),
    ],
)
def test_what_is_not_seen_is_counted(api, change, reason):
    """Pictures without an address and documents are not read, and the reading of pictures is not complete."""
    change(api)
    assert status(collect(api), "media") == (CoverageStatus.PARTIAL, True, reason)


def test_pictures_fail_alone(api):
    """Where the token may not see pictures, posts and comments are read."""
    api.refused["images"] = fault(403, "ACCESS_DENIED", "Not enough permissions to access: images.BATCH_GET.202607")
    snapshot = collect(api)
    assert status(snapshot, "media")[0] is CoverageStatus.NOT_PERMITTED
    assert "(images.BATCH_GET.202607)" in status(snapshot, "media")[2]
    assert status(snapshot, "comments")[0] is CoverageStatus.COMPLETE


def test_the_lists_are_read_page_by_page(api):
    """Where LinkedIn gives fewer at once than were asked for, its link to the next page leads on."""
    api.at_most = 1
    snapshot = collect(api)
    assert (len(snapshot.posts), len(snapshot.comments)) == (4, 2)


def test_since_reads_what_is_new(api):
    """The newest come first: reading ends at the first that is older; what hangs on posts is partial since then."""
    api.at_most = 1
    since = datetime(2026, 11, 19, tzinfo=UTC)
    snapshot = collect(api, since=since)
    assert snapshot.posts["id"].tolist() == [FILM, SEVERAL]
    assert len([call for call in api.calls if call.startswith("posts?")]) == 3
    assert status(snapshot, "posts")[0] is CoverageStatus.COMPLETE
    for resource in (Resource.MEDIA, Resource.COMMENTS):
        coverage = snapshot.coverage[resource]
        assert (coverage.status, coverage.planned, coverage.since) == (CoverageStatus.PARTIAL, True, since)


@pytest.mark.parametrize("cap", [{"max_posts": 2}, {"max_pages": 2}])
def test_a_cap_is_a_planned_partial(api, cap):
    """At a cap reading stops, and the coverage says from when on it is whole."""
    api.at_most = 1
    snapshot = collect(api, **cap)
    assert len(snapshot.posts) == 2
    for resource in ("posts", "media", "comments"):
        assert status(snapshot, resource)[:2] == (CoverageStatus.PARTIAL, True)
    assert snapshot.coverage[Resource.POSTS].since == datetime(2026, 11, 19, 9, tzinfo=UTC)


def test_older_items_are_looked_at_again(api):
    """Items of open findings are asked for by id; what is no longer there, or taken back, is gone."""
    here = (WORDS, f"{WORDS}_{LOVELY}", f"{SEVERAL}#{BOAT}")
    lost = ("urn:li:share:7400000000000000555", f"{WORDS}_7411111111111111555", f"{SEVERAL}#urn:li:image:C4D-x", DRAFT)
    snapshot = collect(api, since=datetime(2026, 11, 20, tzinfo=UTC), refetch=(*here, *lost))
    assert set(snapshot.posts["id"]) == {FILM, SEVERAL, WORDS}
    assert here[1] in set(snapshot.comments["id"])
    assert snapshot.gone == set(lost)


def test_a_comment_is_looked_at_again_by_itself(api):
    """A comment under a post that is not read tonight is asked for under its post."""
    id_ = f"{WORDS}_{LOVELY}"
    snapshot = collect(api, since=datetime(2026, 11, 20, tzinfo=UTC), refetch=(id_,))
    assert f"socialActions/{WORDS}/comments/{LOVELY}" in api.calls
    assert snapshot.comments["id"].tolist() == [id_]


# --- comments -------------------------------------------------------------------------------------------


def test_comments_and_answers_to_them_are_read(api):
    """Each is under its post, with its writer's id; what the Page itself wrote is marked."""
    snapshot = collect(api)
    comments = snapshot.comments
    assert comments["id"].tolist() == [f"{WORDS}_{LOVELY}", f"{WORDS}_{THANKS}"]
    assert comments["author_id"].tolist() == [PARENT, OURS]
    assert comments["ours"].tolist() == [False, True]
    assert comments["created"].tolist()[0] == pd.Timestamp("2026-11-18T10:20:30Z")
    assert status(snapshot, "comments") == (CoverageStatus.COMPLETE, False, "")


def test_only_posts_with_comments_are_asked_about(api):
    """One question tells which posts have comments; the others cost none."""
    collect(api)
    assert len([call for call in api.calls if call.startswith(f"socialActions/{WORDS}/")]) == 1
    assert not [call for call in api.calls if call.startswith(f"socialActions/{FILM}/")]


def test_a_post_that_takes_no_comments_says_so(api):
    """Where comments are closed nobody may answer; where they are open, who may is not told."""
    api.closed = {FILM}
    posts = collect(api).posts.set_index("id")
    assert (posts.loc[FILM, "replies"], posts.loc[WORDS, "replies"]) == ("nobody", "")


@pytest.mark.parametrize(("hidden", "expected"), [(2, CoverageStatus.COMPLETE), (9, CoverageStatus.PARTIAL)])
def test_a_count_that_is_not_shown_is_said(api, hidden, expected):
    """A few comments may be missing in what LinkedIn counts; many are no complete reading."""
    api.uncounted[WORDS] = hidden
    assert status(collect(api), "comments")[0] is expected


def test_the_cap_holds_for_comments_too(api):
    """More comments than the cap are a planned partial."""
    for number in range(5):
        comment(api, WORDS, f"742222222222222222{number}", "Yes")
    assert status(collect(api, max_posts=4), "comments")[:2] == (CoverageStatus.PARTIAL, True)


def test_comments_are_not_asked_for_without_leave(api):
    """Where the DPIA does not cover comments, no question is about them."""
    snapshot = collect(api, skip=["comments"], refetch=(f"{WORDS}_{LOVELY}",))
    assert status(snapshot, "comments")[0] is CoverageStatus.NOT_DUE
    assert not [call for call in api.calls if call.startswith("social")]


# --- every way of failing -------------------------------------------------------------------------------

FAULTS = [
    (fault(401, "EXPIRED_ACCESS_TOKEN", serviceErrorCode=65602), Refused, "any more: it has expired. Make a new one"),
    (fault(401, "REVOKED_ACCESS_TOKEN", serviceErrorCode=65601), Refused, "any more: it was withdrawn"),
    (fault(401, "INVALID_ACCESS_TOKEN", serviceErrorCode=65600), Refused, "the token any more. Make a new one"),
    (fault(403, "ACCESS_DENIED", "Not enough permissions to access: organizations.FINDER-vanityName.202607"), Refused,
     r"do this \(organizations.FINDER\): it lacks a permission"),
    (fault(403, "ACCESS_DENIED", "Viewer Alex may not"), Refused, "do this: it lacks a permission"),
    (fault(426, "NONEXISTENT_VERSION", "Requested version 20260701 is not active"), SchemaDrift,
     "has switched off version 202607 .* install the newest release"),
    (fault(400, "VERSION_MISSING"), SchemaDrift, "has switched off version 202607"),
    (fault(429, "TOO_MANY_REQUESTS", "Resource level throttle APPLICATION DAY limit"), RateLimited, "midnight UTC"),
    (fault(404, "RESOURCE_NOT_FOUND", "No virtual resource found"), SchemaDrift, "does not accept our question"),
    (fault(400, "ILLEGAL_ARGUMENT"), SchemaDrift, r"does not accept our question \(400\)"),
    (fault(500, "INTERNAL_SERVER_ERROR"), Unreachable, "fault of its own"),
    (Reply("<html>Sign in", headers={"Content-Type": "text/html"}), LoginWall, "web page instead of data"),
    (Reply("<html>", 404), Unreachable, "check base_url"),
    (Reply("[]"), SchemaDrift, "something other than an object"),
    (Reply("{"), SchemaDrift, "cannot be read as JSON"),
    (Reply("{}"), SchemaDrift, "lacks 'elements' in the search for the Page"),
    (Reply('{"elements": [{}]}'), SchemaDrift, "lacks 'id' in the profile"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "error", "sentence"), FAULTS)
def test_what_goes_wrong_with_the_page_is_told(api, answer, error, sentence):
    """Each of LinkedIn's errors is an error of ours with a sentence, and none repeats its words or the token."""
    api.faults.append(answer)
    with pytest.raises(error, match=sentence) as raised:
        collect(api)
    assert TOKEN not in str(raised.value)
    assert "Alex" not in str(raised.value)


@pytest.mark.parametrize("field", ["id", "vanityName", "localizedName"])
def test_a_profile_that_lacks_a_field_names_it(api, field):
    """A field that a Page must have and has not is named."""
    del api.pages[PAGE][field]
    with pytest.raises(SchemaDrift, match=f"lacks '{field}' in the profile"):
        collect(api, Account("l", 2, "linkedin", platform_id=PAGE))


def test_the_version_is_data(api):
    """Which version is asked for comes with the platform's facts; without them it is the one that was read."""
    api.version = "202709"
    with pytest.raises(SchemaDrift, match="switched off version 202607"):
        collect(api)
    assert collect(api, options={"version": "202709"}).profile.handle == "hazelbrook"


@pytest.mark.parametrize("token", ["", "  ", "tökén"])
def test_without_a_token_nothing_is_asked(api, token):
    """A missing or impossible token is refused before anything is sent."""
    with pytest.raises(Refused, match="no access_token for LinkedIn"):
        collect(api, secrets={"access_token": token})
    assert not api.calls


def test_a_person_who_is_no_administrator_is_told(api):
    """Anybody's token finds the Page; its description and posts need an administrator's."""
    api.refused[f"organizations/{PAGE}"] = fault(403, "ACCESS_DENIED")
    with pytest.raises(Refused, match="no administrator of the Page"):
        collect(api)


@pytest.mark.parametrize(
    ("answer", "became", "words"),
    [
        (fault(403, "ACCESS_DENIED", "Not enough permissions to access: x.y"), "not permitted", "lacks a permission"),
        (fault(429, "x"), "failed", "had enough requests"),
        (Reply("<html>"), "failed", "web page instead"),
        (Reply("{}"), "failed", "lacks 'results' in socialMetadata"),
    ],
)
def test_comments_fail_alone(api, answer, became, words):
    """Where comments cannot be read, posts and pictures still are."""
    api.refused["socialMetadata"] = answer
    snapshot = collect(api)
    coverage = snapshot.coverage[Resource.COMMENTS]
    assert (coverage.status, words in coverage.reason) == (CoverageStatus(became), True)
    assert status(snapshot, "posts")[0] is status(snapshot, "media")[0] is CoverageStatus.COMPLETE


def test_posts_fail_with_what_hangs_on_them(api):
    """Where posts cannot be read, pictures and comments were not read either; the profile was."""
    api.refused["posts"] = fault(500)
    snapshot = collect(api)
    assert {status(snapshot, one)[0] for one in ("posts", "media", "comments")} == {CoverageStatus.FAILED}
    assert snapshot.profile.platform_id == PAGE


@pytest.mark.parametrize("moment", [None, "yesterday", 10**30])
def test_a_date_that_is_none_is_drift(api, moment):
    """A date that is missing or cannot be read is named as such."""
    api.posts[FILM] |= {"publishedAt": None, "createdAt": at(20)}
    assert status(collect(api), "posts")[0] is CoverageStatus.COMPLETE
    api.posts[FILM] |= {"publishedAt": moment or "x"}
    assert "no date in 'createdAt' in a post" in collect(api).coverage[Resource.POSTS].reason
    api.comments[WORDS][0]["created"] = {"time": moment}
    assert "no date in 'created' in a comment" in collect(api, skip=["posts"], refetch=(f"{WORDS}_{LOVELY}",)).coverage[
        Resource.COMMENTS
    ].reason  # fmt: skip


# --- recordings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [frozenset({"hazelbrook"}), frozenset({"oldname", PAGE})], ids=["by name", "renamed"])
def test_a_recording_replays_without_anybody_in_it(api, tmp_path, own):
    """A recorded night gives the same posts and counts again, and holds no person, no word of theirs, no key."""
    for number in range(6):
        comment(api, WORDS, f"742222222222222222{number}", "From Kim Private", f"urn:li:person:kimKIM99{number}")
    api.posts[SEVERAL]["commentary"] += " by https://uk.linkedin.com/in/kim-private-99/"
    api.posts[FILM]["createdBy"] = "Dana Secret"
    api.pages[PAGE]["created"] = {"actor": "urn:li:person:danaSecret"}
    api.closed, api.at_most = {FILM}, 3
    account = Account("l", 2, "linkedin", handle="hazelbrook", platform_id=PAGE)
    details = {"own": own, "refetch": ("urn:li:share:7400000000000000555",)}
    path = tmp_path / "night.jsonl.gz"
    with Recorder(path, NIGHT) as recorder:
        live = collect(api, account, http=way_out(recorder=recorder), **details)
    replayed = collect(api, account, http=way_out(replay=Replay(path)), **details)
    text = gzip.decompress(path.read_bytes()).decode()
    planted = ("Robin", "aB3dEfGh9", "says Alex", "Thank you", "Kim Private", "kimKIM99", "kim-private", "anaSecret",
               "Dana", "74222222222222222", LOVELY, THANKS, "Words of others", "urn:li:share:735", TOKEN)  # fmt: skip
    assert not [one for one in planted if one in text]
    assert "withheld" not in text
    assert replayed.posts["id"].tolist() == live.posts["id"].tolist()
    for name in ("kind", "marks", "replies", "title", "created"):
        assert replayed.posts[name].tolist() == live.posts[name].tolist()
    assert len(replayed.comments) == len(live.comments) == 8
    assert replayed.comments["ours"].tolist() == live.comments["ours"].tolist()
    assert replayed.comments["author_id"].nunique() == live.comments["author_id"].nunique() == 8
    assert replayed.media.equals(live.media)
    assert (replayed.coverage, replayed.gone, replayed.profile) == (live.coverage, live.gone, live.profile)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {"a": 1},
        {"elements": ["text"]},
        {"elements": [{"id": 1, "vanityName": "alex-example", "localizedName": "Alex Example"}]},
        {"elements": [{"id": FILM, "author": "urn:li:person:alex", "commentary": "x"}]},
        {"results": {"urn:li:person:alex": {"downloadUrl": "x"}}},
        {"id": "1", "localizedFirstName": "Alex"},
    ],
)
def test_what_is_not_understood_is_not_recorded(body):
    """The disguise refuses whatever the connector does not read, and pages and posts of anybody else."""
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        linkedin.disguise(body, frozenset({"hazelbrook"}), StandIns())


@pytest.mark.parametrize("answer", [answer for answer, _, _ in FAULTS if '"code"' in answer.body])
def test_a_refusal_replays_as_the_same_error(api, answer, tmp_path):
    """An error is recorded by its code and the name of the question, and means the same in the replay."""
    path = tmp_path / "night.jsonl.gz"
    api.faults.append(answer)
    with Recorder(path, NIGHT) as recorder, pytest.raises(Exception, match=r".") as live:
        collect(api, http=way_out(recorder=recorder))
    with pytest.raises(type(live.value)) as replayed:
        collect(api, http=way_out(replay=Replay(path)))
    assert str(replayed.value) == str(live.value)
    assert "Alex" not in gzip.decompress(path.read_bytes()).decode()


def test_an_error_keeps_nothing_but_its_code():
    """LinkedIn's words may name people; of them only the name of the question is kept."""
    said = {"status": 403, "code": "ACCESS_DENIED", "message": "Alex: Not enough permissions to access: me.GET by Alex"}
    kept = linkedin.disguise(said | {"serviceErrorCode": 100}, frozenset(), StandIns())
    assert json.dumps(kept) == json.dumps(
        {"status": 403, "code": "ACCESS_DENIED", "message": "permissions to access: me.GET"}
    )
