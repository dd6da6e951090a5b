"""Instagram's professional accounts, against the imitation of the Graph API and through the real way out."""

import gzip
import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from imitations.graph_api import SECRET, TOKEN, GraphApi, fault
from imitations.scripted_site import Reply

from connectors import instagram
from connectors.answer import Answer
from connectors.connector import LoginWall, NotFound, RateLimited, Refused, SchemaDrift, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OWN = "17841400000000001"
SCHOOL = Account("instagram:hazelbrook", 2, "instagram", handle="@Hazelbrook")
FILM, SEVERAL, PICTURE = "17900000000000003", "17900000000000002", "17900000000000001"
PARENT = "61550000000077"
"""The id of somebody who wrote a comment."""


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def api():
    """An account with one post of each sort, and comments under the oldest."""
    with GraphApi() as imitation:
        imitation.add(
            "IGUserForIGOnlyAPI", OWN, user_id=OWN, username="hazelbrook", name="Hazelbrook Primary School",
            account_type="BUSINESS", biography="Official. Run with @hazelbrookpta", website="https://hazelbrook.example/",
            profile_picture_url="https://pictures.example/crest.jpg", followers_count=210, follows_count=12, media_count=3,
        )  # fmt: skip
        imitation.aliases["me"] = OWN
        add_post(imitation, FILM, "2026-11-20T09:00:00+0000", "Sports day", media_type="VIDEO",
                 media_url="https://films.example/1.mp4", thumbnail_url="https://pictures.example/film.jpg")  # fmt: skip
        add_post(imitation, SEVERAL, "2026-11-19T09:00:00+0000", "Our trip with @alex.example", media_type="CAROUSEL_ALBUM",
                 media_url="https://pictures.example/boat.jpg", children={"data": [
                     {"id": "171", "media_type": "IMAGE", "media_url": "https://pictures.example/boat.jpg", "alt_text": "A boat"},
                     {"id": "172", "media_type": "VIDEO", "thumbnail_url": "https://pictures.example/lake.jpg"},
                 ]})  # fmt: skip
        add_post(
            imitation, PICTURE, "2026-11-18T09:00:00+0000", "Frost", media_url="https://pictures.example/frost.jpg"
        )
        first = add_comment(
            imitation, (PICTURE, "comments"), "18000000000000001", "Lovely, says Alex", "alex.example", PARENT
        )
        add_comment(imitation, (first, "replies"), "18000000000000002", "@alex.example thank you", "hazelbrook", OWN)
        imitation.objects[PICTURE]["comments_count"] = 2
        yield imitation


def add_post(api, id_, created, caption, **more):
    fields = {"timestamp": created, "media_type": "IMAGE", "permalink": f"https://www.instagram.com/p/{id_}/"}
    return api.add("IGMedia", id_, to=(OWN, "media"), caption=caption, comments_count=0, **(fields | more))


def add_comment(api, to, id_, text, username="", writer="", **more):
    fields = {"timestamp": "2026-11-18T10:20:30+0000", "text": text, "hidden": False}
    if username:
        fields |= {"username": username, "from": {"id": writer, "username": username}}
    return api.add("IGComment", id_, to=to, **(fields | more))


def way_out(recorder=None, replay=None):
    """The real way out, in no hurry, to loopback."""
    network = Network(
        "it@hazelbrook.example", default_pace=0, backoff=0, retries=0, private_hosts=frozenset({"127.0.0.1"})
    )
    return Http(network, secrets=[TOKEN, SECRET], recorder=recorder, replay=replay)


def collect(api, account=SCHOOL, http=None, *, skip=(), own=frozenset({"@hazelbrook"}), **details):
    """One reading of the account."""
    http = http or way_out()
    skip = {Resource(one): not_due("not covered by the DPIA") for one in skip}
    plan = CollectPlan(api.base_url, NIGHT, skip=skip, **({"secrets": {"access_token": TOKEN}} | details))
    try:
        client = http.client(account.label, lambda body, stand_ins: instagram.disguise(body, own, stand_ins))
        return instagram.collect(account, plan, client)
    finally:
        http.close()


def status(snapshot, resource):
    coverage = snapshot.coverage[Resource(resource)]
    return coverage.status, coverage.planned, coverage.reason


# --- profile --------------------------------------------------------------------------------------------


def test_the_profile_is_read_whole(api):
    """Counts, bio, website and kind come with the account."""
    profile = collect(api).profile
    assert (profile.platform_id, profile.handle, profile.name) == (OWN, "hazelbrook", "Hazelbrook Primary School")
    assert (profile.followers, profile.following, profile.posts) == (210, 12, 3)
    assert profile.bio == "Official. Run with @hazelbrookpta"
    assert (profile.links, profile.labels) == (("https://hazelbrook.example/",), ("business",))
    assert profile.address == "https://www.instagram.com/hazelbrook/"


@pytest.mark.parametrize(
    ("type_", "kind"),
    [("Business", "business"), ("MEDIA_CREATOR", "creator"), ("PERSONAL", "personal"), ("NEW", ""), (None, "")],
)
def test_the_type_of_account_is_told_in_our_words(api, type_, kind):
    """Business and creator are professional; an account that was made personal again is told as that."""
    api.objects[OWN]["account_type"] = type_
    assert collect(api).profile.kind == kind


@pytest.mark.parametrize(("enabled", "replies"), [(False, "nobody"), (True, ""), (None, "")])
def test_a_post_without_comments_says_so(api, enabled, replies):
    """Where comments are off nobody may comment; where they are on, who may is not told."""
    api.objects[FILM]["is_comment_enabled"] = enabled
    posts = collect(api).posts.set_index("id")
    assert posts.loc[FILM, "replies"] == replies


@pytest.mark.parametrize(
    "account",
    [
        Account("i", 2, "instagram", address="https://www.instagram.com/hazelbrook/"),
        Account("i", 2, "instagram", handle="oldname", platform_id=OWN),
    ],
    ids=["by its address", "renamed"],
)
def test_the_account_is_recognised(api, account):
    """By its address as well as its handle; by its id it is followed to a new handle."""
    assert collect(api, account).profile.handle == "hazelbrook"


@pytest.mark.parametrize(
    "account",
    [
        Account("i", 2, "instagram", handle="hazelbrookpta"),
        Account("i", 2, "instagram", handle="hazelbrook", platform_id="17841400000000999"),
    ],
    ids=["another handle", "same handle, another id"],
)
def test_another_account_is_never_taken_for_ours(api, account):
    """A token of another account, or an old handle that somebody else has by now, is refused."""
    whom = "hazelbrookpta" if account.handle != "hazelbrook" else r"the hazelbrook .*\(its id differs\)"
    with pytest.raises(Refused, match=f"is of hazelbrook, and not of {whom}"):
        collect(api, account)


def test_a_row_without_a_name_is_not_found(api):
    """Where the register gives neither handle nor address, nothing is asked."""
    with pytest.raises(NotFound, match="neither a handle nor an address"):
        collect(api, Account("i", 2, "instagram"))
    assert not api.calls


def test_prove_says_what_it_saw(api):
    """One call shows that the token works."""
    plan = CollectPlan(api.base_url, NIGHT, secrets={"access_token": TOKEN})
    said = instagram.prove(SCHOOL, plan, way_out().client("instagram"))
    assert said == "Instagram shows hazelbrook with 210 followers and 3 posts."
    assert len(api.calls) == 1


def test_what_instagram_does_not_give_is_said(api):
    """Settings and people are not offered, each with its sentence."""
    snapshot = collect(api)
    assert set(snapshot.coverage) == instagram.RESOURCES
    for resource in ("settings", "followers", "following"):
        assert status(snapshot, resource)[0] is CoverageStatus.NOT_OFFERED


# --- posts and pictures ---------------------------------------------------------------------------------


def test_posts_come_with_their_pictures(api):
    """A film is its preview, an album its pictures, each with a stable id and its alternative text."""
    snapshot = collect(api)
    posts, media = snapshot.posts.set_index("id"), snapshot.media.set_index("id")
    assert posts.index.tolist() == [FILM, SEVERAL, PICTURE]
    assert posts.loc[SEVERAL, "text"] == "Our trip with @alex.example"
    assert posts.loc[SEVERAL, "created"] == pd.Timestamp("2026-11-19T09:00:00Z")
    assert posts.loc[SEVERAL, "media"] == ("https://pictures.example/boat.jpg", "https://pictures.example/lake.jpg")
    assert media.index.tolist() == [f"{FILM}#{FILM}", f"{SEVERAL}#171", f"{SEVERAL}#172", f"{PICTURE}#{PICTURE}"]
    assert media["kind"].tolist() == ["video", "image", "video", "image"]
    assert media["alt"].tolist() == ["", "A boat", "", ""]
    assert status(snapshot, "posts") == status(snapshot, "media") == (CoverageStatus.COMPLETE, False, "")


def test_what_instagram_withholds_is_counted(api):
    """A picture without an address is not read, and the reading of pictures is not complete."""
    del api.objects[PICTURE]["media_url"]
    snapshot = collect(api)
    assert PICTURE not in set(snapshot.media["post_id"])
    assert status(snapshot, "media")[:2] == (CoverageStatus.PARTIAL, True)
    assert "withheld 1 pictures" in status(snapshot, "media")[2]
    assert status(snapshot, "posts")[0] is CoverageStatus.COMPLETE


def test_the_list_is_read_page_by_page(api):
    """Cursors lead to the end of the list."""
    api.at_most = 1
    assert len(collect(api).posts) == 3


def test_a_list_that_is_too_short_is_partial(api):
    """Where Instagram counts many more posts than it shows, the reading is not complete."""
    api.objects[OWN]["media_count"] = 20
    assert status(collect(api), "posts") == (CoverageStatus.PARTIAL, False, "Instagram counts 20 posts and shows 3.")


def test_since_asks_for_what_is_new(api):
    """With a moment to start from only newer posts are asked for; what hangs on posts is partial since then."""
    since = datetime(2026, 11, 19, tzinfo=UTC)
    snapshot = collect(api, since=since)
    assert snapshot.posts["id"].tolist() == [FILM, SEVERAL]
    assert status(snapshot, "posts")[0] is CoverageStatus.COMPLETE
    for resource in (Resource.MEDIA, Resource.COMMENTS):
        coverage = snapshot.coverage[resource]
        assert (coverage.status, coverage.planned, coverage.since) == (CoverageStatus.PARTIAL, True, since)


def test_a_cap_is_a_planned_partial(api):
    """At the cap reading stops, and the coverage says from when on it is whole."""
    snapshot = collect(api, max_posts=2)
    assert len(snapshot.posts) == 2
    assert status(snapshot, "posts")[:2] == (CoverageStatus.PARTIAL, True)
    assert snapshot.coverage[Resource.POSTS].since == datetime(2026, 11, 19, 9, tzinfo=UTC)


def test_older_items_are_looked_at_again(api):
    """Items of open findings are asked for by id; what is no longer there is gone."""
    here = (PICTURE, f"{PICTURE}_18000000000000002", f"{SEVERAL}#171")
    lost = ("17900000000000555", f"{PICTURE}_18000000000000555", f"{SEVERAL}#999")
    snapshot = collect(api, since=datetime(2026, 11, 20, tzinfo=UTC), refetch=(*here, *lost))
    assert set(snapshot.posts["id"]) == {FILM, SEVERAL, PICTURE}
    assert here[1] in set(snapshot.comments["id"])
    assert snapshot.gone == set(lost)


# --- comments -------------------------------------------------------------------------------------------


def test_comments_and_answers_to_them_are_read(api):
    """Each is under its post, with its writer's id; what the account itself wrote is marked."""
    snapshot = collect(api)
    comments = snapshot.comments
    assert comments["id"].tolist() == [f"{PICTURE}_18000000000000001", f"{PICTURE}_18000000000000002"]
    assert comments["author_id"].tolist() == [PARENT, OWN]
    assert comments["ours"].tolist() == [False, True]
    assert set(comments["address"]) == {f"https://www.instagram.com/p/{PICTURE}/"}
    assert status(snapshot, "comments") == (CoverageStatus.COMPLETE, False, "")


def test_only_posts_with_comments_are_asked_about(api):
    """A post that has none costs no question; many answers to one comment are read to their end."""
    for number in range(5):
        add_comment(
            api, ("18000000000000001", "replies"), f"1801000000000000{number}", "Yes", "kim.sample", "61550000000078"
        )
    api.objects[PICTURE]["comments_count"] = 7
    api.at_most = 2
    snapshot = collect(api)
    assert len(snapshot.comments) == 7
    assert {path for path, _ in api.calls if "comments" in path} == {f"{PICTURE}/comments"}


def test_a_hidden_comment_counts_as_gone(api):
    """What the school hid, the public does not see."""
    api.objects["18000000000000001"]["hidden"] = True
    snapshot = collect(api)
    assert snapshot.gone == {f"{PICTURE}_18000000000000001"}
    assert len(snapshot.comments) == 1


def test_a_writer_who_is_not_named_is_unknown(api):
    """Without the permission to see people, a comment has no writer, and is nobody's own."""
    for name in ("from", "username"):
        del api.objects["18000000000000001"][name]
    row = collect(api).comments.iloc[0]
    assert (row["author_id"], row["ours"]) == ("", False)


def test_comments_are_not_asked_for_without_leave(api):
    """Where the DPIA does not cover comments, no question is about them."""
    snapshot = collect(api, skip=["comments"], refetch=(f"{PICTURE}_18000000000000001",))
    assert status(snapshot, "comments")[0] is CoverageStatus.NOT_DUE
    assert not [path for path, _ in api.calls if "comments" in path or path.startswith("18")]


# --- every way of failing -------------------------------------------------------------------------------

FAULTS = [
    (fault(190, "x", error_subcode=463, status=401), Refused, "it has expired"),
    (fault(10, "needs instagram_business_basic", status=403), Refused, "lacks a permission: instagram_business_basic"),
    (fault(4, "x", status=403), RateLimited, "had enough requests"),
    (fault(2, "x", status=500), Unreachable, "fault of its own"),
    (fault(100, "nonexisting field"), SchemaDrift, "does not accept our question"),
    (fault(190, "x", status=200), Refused, "does not accept the token"),
    (Reply("<html>Log in"), LoginWall, "web page instead of data"),
    (Reply("{}"), SchemaDrift, "lacks 'username' in the profile"),
    (Reply('{"username": "hazelbrook"}'), SchemaDrift, "lacks 'user_id' in the profile"),
]


@pytest.mark.parametrize(("answer", "error", "sentence"), FAULTS)
def test_what_goes_wrong_with_the_account_is_told(api, answer, error, sentence):
    """Each of Graph's errors is an error of ours with a sentence that names Instagram or its server."""
    api.faults.append(answer)
    with pytest.raises(error, match=sentence) as raised:
        collect(api)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("answer", [fault(10, "Application does not have permission"), fault(190, "x", status=401)])
def test_a_token_that_shows_nothing_may_be_a_personal_account_s(api, answer):
    """Instagram gives personal accounts to no program, and says so in no words of its own: ours do."""
    api.faults.append(answer)
    with pytest.raises(Refused, match="No program can read a personal account"):
        collect(api)


def test_comments_fail_alone(api):
    """Where comments may not be read, posts and pictures still are."""
    api.refused["comments"] = fault(10, "needs instagram_business_manage_comments", status=403)
    snapshot = collect(api)
    assert status(snapshot, "comments")[0] is CoverageStatus.NOT_PERMITTED
    assert "instagram_business_manage_comments" in status(snapshot, "comments")[2]
    assert status(snapshot, "posts")[0] is CoverageStatus.COMPLETE


def test_posts_fail_with_what_hangs_on_them(api):
    """Where posts cannot be read, pictures and comments were not read either."""
    api.refused["media"] = fault(2, "x", status=500)
    snapshot = collect(api)
    assert {status(snapshot, one)[0] for one in ("posts", "media", "comments")} == {CoverageStatus.FAILED}


@pytest.mark.parametrize(("id_", "where"), [(PICTURE, "a post"), ("18000000000000001", "a comment")])
def test_a_missing_field_is_named(api, id_, where):
    """A field that must be there and is not is named, with the object that lacks it."""
    del api.objects[id_]["timestamp"]
    resource = Resource.POSTS if where == "a post" else Resource.COMMENTS
    assert collect(api).coverage[resource].reason == f"Instagram's answer lacks 'timestamp' in {where}."


def test_we_stop_below_our_share_of_the_allowance(api):
    """From the share on nothing more is asked, as planned."""
    api.usage = {"X-Business-Use-Case-Usage": json.dumps({OWN: [{"type": "instagram", "call_count": 80}]})}
    snapshot = collect(api)
    assert status(snapshot, "posts")[:2] == (CoverageStatus.PARTIAL, True)
    assert (len(api.calls), snapshot.used) == (1, {"percent": 80})
    assert status(collect(api, allowances={"percent": 81}), "posts")[0] is CoverageStatus.COMPLETE


# --- recordings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [frozenset({"hazelbrook"}), frozenset({"oldname", OWN})], ids=["by handle", "renamed"])
def test_a_recording_replays_without_anybody_in_it(api, tmp_path, own):
    """A recorded night gives the same posts and counts again, and holds no person, no word of theirs, no key."""
    for number in range(6):
        add_comment(api, ("18000000000000001", "replies"), f"1801000000000000{number}", "From Kim", f"kim.sample{number}",
                    f"6155000000020{number}")  # fmt: skip
    api.objects[FILM]["is_comment_enabled"] = False
    api.objects[PICTURE] |= {"comments_count": 8, "owner": {"id": "Dana Secret"}}
    api.at_most = 2
    account = Account("i", 2, "instagram", handle="hazelbrook", platform_id=OWN)
    details = {"own": own, "secrets": {"access_token": TOKEN, "app_secret": SECRET}}
    path = tmp_path / "night.jsonl.gz"
    with Recorder(path, NIGHT) as recorder:
        live = collect(api, account, http=way_out(recorder=recorder), **details)
    replayed = collect(api, account, http=way_out(replay=Replay(path)), **details)
    text = gzip.decompress(path.read_bytes()).decode()
    planted = ("alex", "hazelbrookpta", "kim.sample", "From Kim", "Dana Secret", "6155000000", "180100000000", "1800000000",
               TOKEN, SECRET)  # fmt: skip
    assert not [one for one in planted if one in text]
    assert "withheld" not in text
    assert replayed.posts["id"].tolist() == live.posts["id"].tolist()
    assert len(replayed.comments) == len(live.comments) == 8
    assert replayed.comments["ours"].tolist() == live.comments["ours"].tolist()
    assert replayed.media.equals(live.media)
    assert replayed.posts["replies"].tolist() == live.posts["replies"].tolist() == ["nobody", "", ""]
    assert replayed.coverage == live.coverage


@pytest.mark.parametrize(
    "body",
    [None, [], "text", {"user_id": "4711", "username": "alex.example"}, {"data": ["text"]}, {"data": [{}]}, {"a": 1}],
)
def test_what_is_not_understood_is_not_recorded(body):
    """The disguise refuses whatever the connector does not read, and the profile of anybody else."""
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        instagram.disguise(body, frozenset({"hazelbrook"}), StandIns())


# --- contracts ------------------------------------------------------------------------------------------


def test_every_field_that_is_asked_for_exists(api, contracts):
    """Graph's own lists of fields and edges know each field that we name."""
    collect(api)
    specs = contracts / "facebook" / "api_specs"
    sources = {"children": "IGMedia"}
    asked = {(sources.get(kind, kind), name) for kind, name in api.fields}
    assert {kind for kind, _ in asked} == {"IGUserForIGOnlyAPI", "IGMedia", "IGComment"}
    for kind, name in asked:
        spec = json.loads((specs / f"{kind}.json").read_text())
        known = {field["name"] for field in spec["fields"]} | {edge.get("endpoint") for edge in spec["apis"]}
        assert name in known, f"{kind} has no {name}"


class Played:
    """A client that gives recorded answers in turn."""

    def __init__(self, *bodies):
        self.bodies = list(bodies)

    def get(self, url, **_):
        return Answer(url, 200, {}, json.dumps(self.bodies.pop(0)).encode())


def test_recorded_answers_are_read(contracts):
    """Profile, albums, comments and answers to them as Instagram gave them have all that we need."""
    folder = contracts / "instagram" / "python-facebook" / "testdata" / "instagram" / "apidata"
    user, posts, comments = (
        json.loads((folder / f"{name}.json").read_text())
        for name in ("users/user_fields", "medias/medias_fields", "comments/comments_fields")
    )
    every = list(posts.values())
    counts = sum(bool(one["comments_count"]) for one in every)
    assert any("children" in one for one in every)
    bodies = [{**user, "user_id": user["id"]}, {"data": every}, *([{"data": list(comments.values())}] * counts)]
    plan = CollectPlan("https://graph.example/v26.0", NIGHT, secrets={"access_token": TOKEN})
    snapshot = instagram.collect(Account("i", 2, "instagram", platform_id=user["id"]), plan, Played(*bodies))
    assert snapshot.profile.followers == user["followers_count"]
    assert snapshot.posts["id"].tolist() == [one["id"] for one in every]
    assert len(snapshot.media) == sum(len(one.get("children", {"data": [one]})["data"]) for one in every)
    assert len(snapshot.comments) == counts * len(comments)
