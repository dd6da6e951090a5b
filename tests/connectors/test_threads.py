"""Threads, against the imitation of the Graph API and through the real way out."""

import gzip
import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from imitations.graph_api import TOKEN, GraphApi, fault
from imitations.scripted_site import Reply

from connectors import threads
from connectors.connector import LoginWall, NotFound, RateLimited, Refused, SchemaDrift, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OWN = "27000000000000001"
SCHOOL = Account("threads:hazelbrook", 2, "threads", handle="@Hazelbrook")
FILM, SEVERAL, WORDS, SHARED = (f"1800000000000000{number}" for number in (4, 3, 2, 1))
ANSWER = "18000000000000009"
LOVELY, THANKS = "18111111111111111", "18111111111111112"
DOCUMENTED = {
    "account": {"id", "username", "name", "threads_profile_picture_url", "threads_biography", "is_verified"},
    "media": {
        "id", "media_product_type", "media_type", "media_url", "permalink", "owner", "username", "text", "timestamp",
        "shortcode", "thumbnail_url", "children", "is_quote_post", "quoted_post", "reposted_post", "alt_text",
        "link_attachment_url", "gif_url", "topic_tag", "has_replies", "root_post", "replied_to", "is_reply",
        "is_reply_owned_by_me", "hide_status", "reply_audience",
    },
}  # fmt: skip
"""The fields of https://developers.facebook.com/docs/threads/threads-media, .../threads-profiles and
.../retrieve-and-manage-replies/replies-and-conversations, read on 22/11/2026."""


@pytest.fixture(autouse=True)
def _direct(monkeypatch):
    """No test goes through a proxy that the machine may have."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def api():
    """An account with one post of each sort, answers under one of them, and an answer of its own to somebody."""
    with GraphApi() as imitation:
        imitation.add(
            "account", OWN, username="hazelbrook", name="Hazelbrook Primary School", is_verified=False,
            threads_profile_picture_url="https://pictures.example/crest.jpg",
            threads_biography="Official. Run with @hazelbrookpta",
        )  # fmt: skip
        imitation.aliases["me"] = OWN
        imitation.insights = [{"name": "followers_count", "period": "day", "total_value": {"value": 87}, "id": "x"}]
        add(imitation, FILM, "2026-11-20T09:00:00+0000", "Sports day", media_type="VIDEO",
            media_url="https://films.example/1.mp4", thumbnail_url="https://pictures.example/film.jpg")  # fmt: skip
        add(imitation, SEVERAL, "2026-11-19T09:00:00+0000", "Our trip with @alex.example", media_type="CAROUSEL_ALBUM",
            reply_audience="ACCOUNTS_YOU_FOLLOW", children={"data": [
                {"id": "171", "media_type": "IMAGE", "media_url": "https://pictures.example/boat.jpg", "alt_text": "A boat"},
                {"id": "172", "media_type": "VIDEO", "thumbnail_url": "https://pictures.example/lake.jpg"},
            ]})  # fmt: skip
        add(imitation, WORDS, "2026-11-18T09:00:00+0000", "Read https://hazelbrook.example/news.", has_replies=True,
            link_attachment_url="https://charity.example/run")  # fmt: skip
        add(imitation, SHARED, "2026-11-17T09:00:00+0000", "", media_type="REPOST_FACADE", reposted_post={"id": "1855"})
        add(imitation, ANSWER, "2026-11-16T09:00:00+0000", "Well done, Robin Sample", to="replies", is_reply=True,
            replied_to={"id": "18555555555555555"}, has_replies=True)  # fmt: skip
        comment(imitation, LOVELY, "Lovely, says Alex", "alex.example")
        comment(imitation, THANKS, "@alex.example thank you, Alex", "hazelbrook", timestamp="2026-11-18T11:00:00+0000")
        yield imitation


def add(api, id_, created, text, *, to="threads", **more):
    fields = {"username": "hazelbrook", "timestamp": created, "media_type": "TEXT_POST", "reply_audience": "EVERYONE"}
    fields |= {"permalink": f"https://www.threads.com/@hazelbrook/post/{id_}", "has_replies": False, "text": text}
    return api.add("media", id_, to=(OWN, to), **(fields | more))


def comment(api, id_, text, username="", **more):
    fields = {"timestamp": "2026-11-18T10:20:30+0000", "text": text, "hide_status": "NOT_HUSHED", "is_reply": True}
    if username:
        fields |= {"username": username, "permalink": f"https://www.threads.com/@{username}/post/{id_}"}
    return api.add("media", id_, to=(WORDS, "conversation"), **(fields | more))


def way_out(recorder=None, replay=None):
    """The real way out, in no hurry, to loopback."""
    network = Network(
        "it@hazelbrook.example", default_pace=0, backoff=0, retries=0, private_hosts=frozenset({"127.0.0.1"})
    )
    return Http(network, secrets=[TOKEN], recorder=recorder, replay=replay)


def planned(api, *, skip=(), **details):
    skip = {Resource(one): not_due("not covered by the DPIA") for one in skip}
    return CollectPlan(api.base_url, NIGHT, skip=skip, **({"secrets": {"access_token": TOKEN}} | details))


def collect(api, account=SCHOOL, http=None, *, own=frozenset({"@hazelbrook"}), **details):
    """One reading of the account."""
    http = http or way_out()
    try:
        client = http.client(account.label, lambda body, stand_ins: threads.disguise(body, own, stand_ins))
        return threads.collect(account, planned(api, **details), client)
    finally:
        http.close()


def status(snapshot, resource):
    coverage = snapshot.coverage[Resource(resource)]
    return coverage.status, coverage.planned, coverage.reason


# --- profile --------------------------------------------------------------------------------------------


def test_the_profile_is_read_whole(api):
    """Name, bio, picture and badge come with the account, the number of followers with the insights."""
    profile = collect(api).profile
    assert (profile.platform_id, profile.handle, profile.name) == (OWN, "hazelbrook", "Hazelbrook Primary School")
    assert (profile.bio, profile.followers, profile.verified) == ("Official. Run with @hazelbrookpta", 87, False)
    assert profile.address == "https://www.threads.com/@hazelbrook"
    assert profile.avatar == "https://pictures.example/crest.jpg"
    assert (profile.kind, profile.protected) == ("", None)


@pytest.mark.parametrize(
    "answer",
    [
        fault(10, "Application does not have permission for this action"),
        Reply("{}"),
        Reply('{"data": [{"name": "x"}]}'),
    ],
)
def test_followers_are_counted_where_the_token_may(api, answer):
    """Without the permission for insights the number is unknown, and everything else is read."""
    api.refused["threads_insights"] = answer
    snapshot = collect(api)
    assert snapshot.profile.followers is None
    assert status(snapshot, "profile")[0] is status(snapshot, "posts")[0] is CoverageStatus.COMPLETE


@pytest.mark.parametrize(
    "account",
    [
        Account("t", 2, "threads", address="https://www.threads.com/@hazelbrook"),
        Account("t", 2, "threads", handle="oldname", platform_id=OWN),
    ],
    ids=["by its address", "renamed"],
)
def test_the_account_is_recognised(api, account):
    """By its address as well as its handle; by its id it is followed to a new handle."""
    assert collect(api, account).profile.handle == "hazelbrook"


@pytest.mark.parametrize(
    ("account", "whom"),
    [
        (Account("t", 2, "threads", handle="hazelbrookpta"), "hazelbrookpta"),
        (Account("t", 2, "threads", handle="hazelbrook", platform_id="27000000000000999"), "its id differs"),
        (Account("t", 2, "threads", platform_id="27000000000000999"), "27000000000000999"),
    ],
    ids=["another handle", "same handle, another id", "another id"],
)
def test_another_account_is_never_taken_for_ours(api, account, whom):
    """A token of another account, or an old handle that somebody else has by now, is refused."""
    with pytest.raises(Refused, match=f"is of hazelbrook, and not of .*{whom}"):
        collect(api, account)


def test_a_row_without_a_name_is_not_found(api):
    """Where the register gives neither handle nor address, nothing is asked."""
    with pytest.raises(NotFound, match="neither a handle nor an address"):
        collect(api, Account("t", 2, "threads"))
    assert not api.calls


def test_prove_says_what_it_saw(api):
    """One call shows that the token works."""
    said = threads.prove(SCHOOL, planned(api), way_out().client("threads"))
    assert said == "Threads shows hazelbrook, whose name there is Hazelbrook Primary School."
    assert len(api.calls) == 1


def test_what_threads_does_not_give_is_said(api):
    """Settings and people are not offered, each with its sentence."""
    snapshot = collect(api)
    assert set(snapshot.coverage) == threads.RESOURCES
    for resource in ("settings", "followers", "following"):
        assert status(snapshot, resource)[0] is CoverageStatus.NOT_OFFERED


# --- posts and pictures ---------------------------------------------------------------------------------


def test_posts_come_with_their_pictures(api):
    """A film is its preview, an album its pictures, each with a stable id and its alternative text."""
    snapshot = collect(api)
    posts, media = snapshot.posts.set_index("id"), snapshot.media.set_index("id")
    assert posts.index.tolist() == [FILM, SEVERAL, WORDS, SHARED, ANSWER]
    assert posts["kind"].tolist() == ["post", "post", "post", "repost", "reply"]
    assert posts.loc[WORDS, "links"] == ("https://hazelbrook.example/news", "https://charity.example/run")
    assert posts.loc[WORDS, "created"] == pd.Timestamp("2026-11-18T09:00:00Z")
    assert posts.loc[ANSWER, "reply_to"] == "18555555555555555"
    assert posts.loc[SEVERAL, "media"] == ("https://pictures.example/boat.jpg", "https://pictures.example/lake.jpg")
    assert media.index.tolist() == [f"{FILM}#{FILM}", f"{SEVERAL}#171", f"{SEVERAL}#172"]
    assert media["kind"].tolist() == ["video", "image", "video"]
    assert media["alt"].tolist() == ["", "A boat", ""]
    assert status(snapshot, "posts") == status(snapshot, "media") == (CoverageStatus.COMPLETE, False, "")


@pytest.mark.parametrize(
    ("said", "audience"),
    [
        ("EVERYONE", "everyone"), ("everyone", "everyone"), ("NOBODY", "nobody"), ("ACCOUNTS_YOU_FOLLOW", "limited"),
        ("MENTIONED_ONLY", "limited"), ("FOLLOWERS_ONLY", "limited"), ("SOME_NEW_ONE", "limited"), (None, ""), (1, ""),
    ],
)  # fmt: skip
def test_who_may_answer_is_told_in_our_words(api, said, audience):
    """Every audience but everyone and nobody is some people."""
    api.objects[FILM]["reply_audience"] = said
    assert collect(api).posts.set_index("id").loc[FILM, "replies"] == audience


def test_what_threads_withholds_is_counted(api):
    """A picture without an address is not read, and the reading of pictures is not complete."""
    del api.objects[FILM]["thumbnail_url"], api.objects[FILM]["permalink"]
    snapshot = collect(api)
    assert FILM not in set(snapshot.media["post_id"])
    assert status(snapshot, "media")[:2] == (CoverageStatus.PARTIAL, True)
    assert "withheld 1 pictures" in status(snapshot, "media")[2]
    assert snapshot.posts.set_index("id").loc[FILM, "address"] == "https://www.threads.com/@hazelbrook"


def test_the_lists_are_read_page_by_page(api):
    """Cursors lead to the end of each list."""
    api.at_most = 1
    snapshot = collect(api)
    assert (len(snapshot.posts), len(snapshot.comments)) == (5, 2)


@pytest.mark.parametrize("since", [datetime(2026, 11, 19, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)])
def test_since_asks_for_what_is_new(api, since):
    """Only newer posts are asked for, and nothing from before there was Threads, which it refuses."""
    snapshot = collect(api, since=since)
    asked = {int(question["since"]) for _, question in api.calls if "since" in question}
    assert asked == {max(int(since.timestamp()), 1688540400)}
    assert len(snapshot.posts) == (2 if since.year == 2026 else 5)
    for resource in (Resource.MEDIA, Resource.COMMENTS):
        coverage = snapshot.coverage[resource]
        assert (coverage.status, coverage.planned, coverage.since) == (CoverageStatus.PARTIAL, True, since)


@pytest.mark.parametrize(
    ("cap", "since"), [(2, None), (4, None), (5, "complete")], ids=["among posts", "before answers", "none"]
)
def test_a_cap_is_a_planned_partial(api, cap, since):
    """At the cap reading stops; as answers to others are read last, nothing is whole then."""
    snapshot = collect(api, max_posts=cap)
    coverage = snapshot.coverage[Resource.POSTS]
    assert len(snapshot.posts) == cap
    if since == "complete":
        assert coverage.status is CoverageStatus.COMPLETE
    else:
        assert (coverage.status, coverage.planned, coverage.since) == (CoverageStatus.PARTIAL, True, None)


def test_a_cap_among_the_answers_says_from_when_all_is_read(api):
    """Posts are all there, answers to others from the oldest that was read."""
    add(api, "18000000000000008", "2026-11-10T09:00:00+0000", "Older", to="replies", is_reply=True)
    coverage = collect(api, max_posts=5).coverage[Resource.POSTS]
    assert (coverage.status, coverage.since) == (CoverageStatus.PARTIAL, datetime(2026, 11, 16, 9, tzinfo=UTC))


def test_older_items_are_looked_at_again(api):
    """Items of open findings are asked for by id; what is no longer there is gone."""
    here = (WORDS, f"{WORDS}_{LOVELY}", f"{SEVERAL}#171", ANSWER)
    lost = ("18000000000000555", f"{WORDS}_18000000000000556", f"{SEVERAL}#999")
    snapshot = collect(api, since=datetime(2026, 11, 20, tzinfo=UTC), refetch=(*here, *lost))
    assert set(snapshot.posts["id"]) == {FILM, SEVERAL, WORDS, ANSWER}
    assert here[1] in set(snapshot.comments["id"])
    assert snapshot.gone == set(lost)


# --- comments -------------------------------------------------------------------------------------------


def test_what_is_answered_to_posts_is_read(api):
    """Each answer is under its post, without its writer's id; what the account itself wrote is marked."""
    comments = collect(api).comments
    assert comments["id"].tolist() == [f"{WORDS}_{LOVELY}", f"{WORDS}_{THANKS}"]
    assert comments["ours"].tolist() == [False, True]
    assert set(comments["author_id"]) == {""}
    assert comments["address"].tolist()[0] == f"https://www.threads.com/@alex.example/post/{LOVELY}"
    assert status(collect(api), "comments") == (CoverageStatus.COMPLETE, False, "")


def test_only_own_posts_with_answers_are_asked_about(api):
    """A post without answers costs no question, and talks in other people's houses are not read."""
    collect(api)
    assert [path for path, _ in api.calls if "conversation" in path] == [f"{WORDS}/conversation"]


@pytest.mark.parametrize("hidden", ["HIDDEN", "BLOCKED", "RESTRICTED"])
def test_a_hidden_answer_counts_as_gone(api, hidden):
    """What the public does not see is no longer there."""
    api.objects[LOVELY]["hide_status"] = hidden
    snapshot = collect(api)
    assert snapshot.gone == {f"{WORDS}_{LOVELY}"}
    assert len(snapshot.comments) == 1


def test_a_private_writer_is_nobody(api):
    """Threads names public people only; an answer without a name is nobody's own."""
    for name in ("username", "permalink"):
        del api.objects[LOVELY][name]
    row = collect(api).comments.iloc[0]
    assert (row["ours"], row["address"]) == (False, f"https://www.threads.com/@hazelbrook/post/{WORDS}")


def test_the_cap_holds_for_comments_too(api):
    """More answers than the cap are a planned partial."""
    for number in range(6):
        comment(api, f"1822222222222222{number}", "Yes", "kim.sample")
    assert status(collect(api, max_posts=6), "comments")[:2] == (CoverageStatus.PARTIAL, True)


def test_comments_are_not_asked_for_without_leave(api):
    """Where the DPIA does not cover comments, no question is about them."""
    snapshot = collect(api, skip=["comments"], refetch=(f"{WORDS}_{LOVELY}",))
    assert status(snapshot, "comments")[0] is CoverageStatus.NOT_DUE
    assert not [path for path, _ in api.calls if "conversation" in path or path == LOVELY]


# --- every way of failing -------------------------------------------------------------------------------

FAULTS = [
    (fault(190, "x", error_subcode=463, status=401), Refused, "it has expired"),
    (fault(10, "needs threads_basic", status=403), Refused, "lacks a permission: threads_basic"),
    (fault(4, "x", status=403), RateLimited, "had enough requests"),
    (fault(2, "x", status=500), Unreachable, "fault of its own"),
    (fault(100, "nonexisting field"), SchemaDrift, "does not accept our question"),
    (fault(190, "x", status=200), Refused, "does not accept the token"),
    (Reply("<html>Log in"), LoginWall, "web page instead of data"),
    (Reply("{}"), SchemaDrift, "lacks 'username' in the profile"),
    (Reply('{"username": "hazelbrook"}'), SchemaDrift, "lacks 'id' in the profile"),
]


@pytest.mark.parametrize(("answer", "error", "sentence"), FAULTS)
def test_what_goes_wrong_with_the_account_is_told(api, answer, error, sentence):
    """Each of Graph's errors is an error of ours with a sentence that names Threads or its server."""
    api.faults.append(answer)
    with pytest.raises(error, match=sentence) as raised:
        collect(api)
    assert TOKEN not in str(raised.value)


def test_without_a_token_nothing_is_asked(api):
    """A missing token is refused before anything is sent."""
    with pytest.raises(Refused, match="no access_token for Threads"):
        collect(api, secrets={})
    assert not api.calls


def test_answers_need_their_own_permission(api):
    """Without it the account's own posts are read, and the sentences name what is missing."""
    for name in ("conversation", "me/replies"):
        api.refused[name] = fault(10, "needs threads_read_replies", status=403)
    snapshot = collect(api)
    became, by_plan, why = status(snapshot, "posts")
    assert (became, by_plan, len(snapshot.posts)) == (CoverageStatus.PARTIAL, True, 4)
    assert "answers to others was not read" in why
    assert status(snapshot, "comments")[0] is CoverageStatus.NOT_PERMITTED
    assert "threads_read_replies" in why
    assert "threads_read_replies" in status(snapshot, "comments")[2]


def test_posts_fail_with_what_hangs_on_them(api):
    """Where posts cannot be read, pictures and comments were not read either."""
    api.refused["me/threads"] = fault(2, "x", status=500)
    snapshot = collect(api)
    assert {status(snapshot, one)[0] for one in ("posts", "media", "comments")} == {CoverageStatus.FAILED}


@pytest.mark.parametrize(("id_", "where"), [(WORDS, "a post"), (LOVELY, "a comment")])
def test_a_missing_field_is_named(api, id_, where):
    """A field that must be there and is not is named, with the object that lacks it."""
    del api.objects[id_]["timestamp"]
    resource = Resource.POSTS if where == "a post" else Resource.COMMENTS
    assert collect(api).coverage[resource].reason == f"Threads's answer lacks 'timestamp' in {where}."


def test_we_stop_below_our_share_of_the_allowance(api):
    """From the share on nothing more is asked, as planned, and the highest usage is told."""
    api.usage = {"X-App-Usage": json.dumps({"call_count": 80})}
    snapshot = collect(api)
    assert status(snapshot, "posts")[:2] == (CoverageStatus.PARTIAL, True)
    assert (len(api.calls), snapshot.used) == (1, {"percent": 80})
    assert status(collect(api, allowances={"percent": 81}), "posts")[0] is CoverageStatus.COMPLETE


# --- recordings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [frozenset({"@hazelbrook"}), frozenset({"oldname", OWN})], ids=["by handle", "renamed"])
def test_a_recording_replays_without_anybody_in_it(api, tmp_path, own):
    """A recorded night gives the same posts and counts again, and holds no person, no word of theirs, no key."""
    for number in range(6):
        comment(api, f"1822222222222222{number}", "From Kim Private", f"kim.sample{number}")
    api.objects[WORDS] |= {"text": "See https://www.threads.com/@kim.sample1/post/x", "owner": {"id": "Dana Secret"}}
    api.objects[SHARED]["reposted_post"] = {"id": "18777777777777777"}
    api.at_most = 3
    account = Account("t", 2, "threads", handle="hazelbrook", platform_id=OWN)
    path = tmp_path / "night.jsonl.gz"
    with Recorder(path, NIGHT) as recorder:
        live = collect(api, account, http=way_out(recorder=recorder), own=own, refetch=("18000000000000555",))
    replayed = collect(api, account, http=way_out(replay=Replay(path)), own=own, refetch=("18000000000000555",))
    text = gzip.decompress(path.read_bytes()).decode()
    planted = ("alex", "hazelbrookpta", "kim.sample", "Kim Private", "Dana Secret", "Robin Sample", "1822222222222222",
               LOVELY, "18777777777777777", "18555555555555555", "10:20:30", TOKEN)  # fmt: skip
    assert not [one for one in planted if one in text]
    assert "withheld" not in text
    assert replayed.posts["id"].tolist() == live.posts["id"].tolist()
    assert replayed.posts["kind"].tolist() == live.posts["kind"].tolist()
    assert replayed.posts["replies"].tolist() == live.posts["replies"].tolist()
    assert len(replayed.comments) == len(live.comments) == 8
    assert replayed.comments["ours"].tolist() == live.comments["ours"].tolist()
    assert replayed.media.equals(live.media)
    assert (replayed.coverage, replayed.gone) == (live.coverage, live.gone)
    assert replayed.profile.followers == live.profile.followers == 87


@pytest.mark.parametrize(
    "body",
    [
        None, [], "text", {"id": "4711", "username": "alex.example"}, {"data": ["text"]}, {"data": [{}]}, {"a": 1},
        {"data": [{"name": "views", "total_value": {"value": 1}}]},
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_recorded(body):
    """The disguise refuses whatever the connector does not read, and the profile of anybody else."""
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        threads.disguise(body, frozenset({"hazelbrook"}), StandIns())


def test_fields_that_nobody_asked_for_are_not_recorded():
    """Nothing gets into a recording that the connector does not name, not even in a word."""
    post = {"id": "1", "username": "hazelbrook", "timestamp": "2026-11-18T09:00:00+0000", "topic_tag": "Alex Example",
            "reply_audience": "Alex Example", "poll_attachment": {"option_a": "Alex Example"}}  # fmt: skip
    kept = threads.disguise({"data": [post]}, frozenset({"hazelbrook"}), StandIns())
    assert kept == {"data": [{"id": "1", "username": "hazelbrook", "timestamp": "2026-11-18T09:00:00+0000"}]}


@pytest.mark.parametrize("sign", [{"is_reply": True}, {"replied_to": {"id": "1855"}}, {"hide_status": "NOT_HUSHED"}])
def test_own_answers_are_not_recorded_in_their_words(sign):
    """They name people without saying where, by whatever sign they are known for answers."""
    answer = {"id": "1", "username": "hazelbrook", "timestamp": "2026-11-18T09:00:00+0000", "text": "Thank you, Alex"}
    kept = threads.disguise({"data": [answer | sign]}, frozenset({"hazelbrook"}), StandIns())
    assert "Alex" not in str(kept)
    assert "1855" not in str(kept)


# --- contracts ------------------------------------------------------------------------------------------


def test_every_field_that_is_asked_for_is_documented(api):
    """Threads' documentation knows each field that we name."""
    collect(api, refetch=(f"{WORDS}_18000000000000556",))
    sources = {"children": "media"}
    asked = {(sources.get(kind, kind), name) for kind, name in api.fields}
    assert {kind for kind, _ in asked} == set(DOCUMENTED)
    assert not {(kind, name) for kind, name in asked if name not in DOCUMENTED[kind]}
