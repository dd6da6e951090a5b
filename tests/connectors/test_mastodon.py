"""Mastodon: what is read, what each way of failing comes to, and what a recording of it may hold."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml
from imitations.mastodon_api import (
    HOST,
    NEEDS_USER,
    OWN,
    MastodonApi,
    attachment,
    card,
    json_reply,
    link,
    mention,
    person,
    refusal,
    status,
)
from imitations.scripted_site import Reply

from connectors import mastodon, mastodon_disguise
from connectors.connector import LoginWall, NotFound, RateLimited, Refused, SchemaDrift, Suspended, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, Coverage, CoverageStatus, Resource, complete, not_due

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SCHOOL = Account(
    key=f"mastodon:hazelbrook@{HOST}", row=2, platform="mastodon", handle=f"hazelbrook@{HOST}",
    address=f"https://{HOST}/@hazelbrook",
)  # fmt: skip
KNOWN = replace(SCHOOL, platform_id=f"{HOST}/{OWN}")
READABLE = mastodon.RESOURCES - {Resource.SETTINGS}
ITEMS = (Resource.POSTS, Resource.MEDIA, Resource.COMMENTS)
NETWORK = Network("it@hazelbrook.example", retries=0, default_pace=0, private_hosts=frozenset({"127.0.0.1"}))


@pytest.fixture
def server():
    with MastodonApi() as one:
        yield one


@pytest.fixture
def client():
    http = Http(NETWORK)
    yield http.client("mastodon")
    http.close()


@pytest.fixture
def collect(server, client):
    def run(account=SCHOOL, **plan):
        return mastodon.collect(account, CollectPlan(base_url=server.url, now=NOW, **plan), client)

    return run


# What is read


def test_a_whole_account_is_complete(collect, server):
    """Everything there is of an account is read, and every resource says so; settings are not offered."""
    post = server.add_status("Harvest festival", media_attachments=[attachment("5")])
    server.add_reply(post, "Lovely")
    coverage = collect().coverage
    assert set(coverage) == mastodon.RESOURCES
    assert {resource for resource in coverage if coverage[resource].status is CoverageStatus.COMPLETE} == READABLE
    assert coverage[Resource.SETTINGS].status is CoverageStatus.NOT_OFFERED
    read = {resource.value: coverage[resource].read for resource in READABLE}
    assert read == {"profile": 1, "posts": 1, "media": 1, "comments": 1, "followers": 3, "following": 3}


def test_the_profile_is_read(collect, server):
    """The profile holds an id that names the server, the whole handle, counts, and the fields as words and links."""
    server.me |= {
        "note": f"<p>Official account.</p><p>See {link('https://hazelbrook.example/contact')}</p>",
        "fields": [
            {"name": "Phone", "value": "01632 960123", "verified_at": None},
            {"name": "Website", "value": link("https://hazelbrook.example/", " me"), "verified_at": None},
        ],
    }
    profile = collect().profile
    assert (profile.platform_id, profile.handle) == (f"{HOST}/{OWN}", f"hazelbrook@{HOST}")
    assert profile.address == f"https://{HOST}/@hazelbrook"
    assert profile.name == "Hazelbrook Primary School"
    assert profile.bio.splitlines() == [
        "Official account.", "See https://hazelbrook.example/contact", "Phone: 01632 960123",
        "Website: https://hazelbrook.example/",
    ]  # fmt: skip
    assert profile.links == ("https://hazelbrook.example/", "https://hazelbrook.example/contact")
    assert (profile.followers, profile.following, profile.posts) == (3, 3, 0)
    assert profile.created == datetime(2024, 9, 2, tzinfo=UTC)
    assert (profile.verified, profile.protected) == (None, False)
    assert profile.labels == ("minimum age 16",)


def test_verified_links_come_first_and_are_labels(collect, server):
    """A link whose page links back comes first and is a label; Mastodon has no badge, so `verified` stays unknown."""
    server.me["fields"] = [
        {"name": "Blog", "value": link("https://blog.example/"), "verified_at": None},
        {"name": "Site", "value": link("https://hazelbrook.example/", " me"), "verified_at": "2026-01-05T10:00:00Z"},
    ]
    profile = collect().profile
    assert profile.links == ("https://hazelbrook.example/", "https://blog.example/")
    assert profile.labels == ("verified link: https://hazelbrook.example/", "minimum age 16")
    assert profile.verified is None


def test_what_the_server_says_of_the_account_is_a_label(collect, server):
    """Bots, groups, memorials, limited and moved accounts are labelled, a locked one is protected."""
    new = person("120000000000000000", "hazelbrook@new.example")
    server.me |= {"bot": True, "group": True, "memorial": True, "limited": True, "locked": True, "moved": new}
    server.instance["registrations"]["min_age"] = None
    profile = collect().profile
    assert profile.labels == (
        "automated account (bot)", "group account", "in memory of its owner", "limited by the server's moderators",
        "moved to https://new.example/@hazelbrook",
    )  # fmt: skip
    assert profile.protected is True


@pytest.mark.parametrize(
    ("flags", "kind"),
    [({}, ""), ({"bot": True}, "automated"), ({"group": True}, "group"), ({"bot": True, "group": True}, "group")],
    ids=["person", "bot", "group", "both"],
)
def test_the_kind_of_an_account_is_told(collect, server, flags, kind):
    """Mastodon says which accounts are automated and which are groups; of the others it says nothing."""
    server.me |= flags
    assert collect().profile.kind == kind


def test_what_to_do_about_an_account_that_moved_is_said(collect, server, client):
    """An account that was left is read all the same, and a sentence says which one has to be on the register."""
    server.me["moved"] = person("120000000000000000", "hazelbrook@new.example")
    sentence = (
        "The account has moved to https://new.example/@hazelbrook: put that one on the register, and close the row of"
        " this one."
    )
    coverage = collect().coverage
    assert coverage[Resource.PROFILE] == Coverage(CoverageStatus.COMPLETE, sentence, 1)
    assert coverage[Resource.POSTS] == complete(0)
    proof = mastodon.prove(SCHOOL, CollectPlan(base_url=server.url, now=NOW), client)
    assert proof.endswith(f"and 0 posts. {sentence}")


@pytest.mark.parametrize(
    ("details", "marks"),
    [
        ({}, ()),
        ({"sensitive": True}, ("sensitive",)),
        ({"visibility": "unlisted"}, ("unlisted",)),
        ({"sensitive": True, "visibility": "unlisted"}, ("sensitive", "unlisted")),
    ],
    ids=["neither", "sensitive", "unlisted", "both"],
)
def test_what_a_post_says_of_itself_is_marked(collect, server, details, marks):
    """A post behind a warning is marked as sensitive, one that is kept out of public lists as unlisted."""
    server.add_status("Hello", **details)
    (post,) = collect().posts.to_dict("records")
    assert post["marks"] == marks
    assert post["replies"] == ""


def test_a_repost_is_as_sensitive_as_what_it_repeats(collect, server):
    """Of a repost it counts what the repeated post says of its pictures, and where the repost itself is listed."""
    theirs = status("112000000000000000", person("400000000000000009", "paper@fern.example"), "Quiz", sensitive=True)
    server.add_status("", reblog=theirs | {"visibility": "unlisted"})
    (post,) = collect().posts.to_dict("records")
    assert post["marks"] == ("sensitive",)


@pytest.mark.parametrize(
    ("reply", "status_", "labels"),
    [
        (refusal(404, "Not Found"), CoverageStatus.COMPLETE, ()),
        (json_reply({"domain": HOST}), CoverageStatus.COMPLETE, ()),
        (Reply("", 500), CoverageStatus.PARTIAL, ()),
    ],
)
def test_the_servers_own_minimum_age_may_be_unknown(collect, server, reply, status_, labels):
    """Old servers tell no minimum age, which is no fault; one that fails to tell leaves the profile partial."""
    server.faults["instance"] = reply
    snapshot = collect()
    assert snapshot.coverage[Resource.PROFILE].status is status_
    assert snapshot.profile.labels == labels


def test_posts_replies_and_reposts_are_told_apart(collect, server):
    """Each entry of the list is a post, a reply or a repost; a repost is the words of another under its own id."""
    other = person("400000000000000009", "paper@fern.example")
    theirs = status("112000000000000000", other, "Quiz won", media_attachments=[attachment("9")], edited_at=None)
    server.add_status("Menu")
    server.add_status("", reblog=theirs)
    server.add_status("Thanks", in_reply_to_id="112000000000000001", in_reply_to_account_id=other["id"])
    snapshot = collect()
    posts = snapshot.posts.set_index("text")
    assert dict(posts["kind"]) == {"Menu": "post", "Quiz won": "repost", "Thanks": "reply"}
    assert posts.loc["Quiz won", "address"] == "https://fern.example/@paper/112000000000000000"
    assert posts.loc["Quiz won", "id"] == server.statuses[1]["id"]
    assert posts.loc["Thanks", "reply_to"] == "112000000000000001"
    assert snapshot.media.empty


def test_a_post_is_read_in_full(collect, server):
    """Warning, text and poll are its words; links are what it leads to, the card's too, mentions and tags not."""
    tag = f'<a href="https://{HOST}/tags/fair" class="mention hashtag" rel="tag">#<span>fair</span></a>'
    content = f"<p>Hello {mention('robin@fern.example')} {tag}</p><p>Read {link('https://hazelbrook.example/a')}</p>"
    poll = {
        "id": "1", "expires_at": None, "expired": False, "multiple": False, "votes_count": 0, "emojis": [],
        "options": [{"title": "Red", "votes_count": 0}, {"title": "Blue", "votes_count": 0}],
    }  # fmt: skip
    server.add_status(
        content, spoiler_text="Illness", sensitive=True, poll=poll, card=card("https://hazelbrook.example/b"),
        edited_at="2026-11-21T09:00:00.000Z", language="cy",
    )  # fmt: skip
    (post,) = collect().posts.to_dict("records")
    assert post["text"].splitlines() == [
        "Illness",
        "Hello @robin #fair",
        "Read https://hazelbrook.example/a",
        "Red",
        "Blue",
    ]
    assert post["links"] == ("https://hazelbrook.example/a", "https://hazelbrook.example/b")
    assert post["address"] == f"https://{HOST}/@hazelbrook/{post['id']}"
    assert (post["created"], post["edited"]) == (
        datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 21, 9, tzinfo=UTC),
    )  # fmt: skip
    assert post["language"] == "cy"


def test_attachments_are_read_with_their_description(collect, server):
    """Pictures, films and sounds are media with alternative text and size; what has no known kind is left alone."""
    pictures = [
        attachment("1", description="The pond"),
        attachment("2", type="gifv", meta=None),
        attachment("3", type="unknown", url=None, remote_url="https://far.example/race.mp4"),
        attachment("4", type="unknown", url=None, remote_url="https://far.example/thing.xyz"),
        attachment("5", type="audio"),
    ]
    post = server.add_status("Fair", media_attachments=pictures)
    snapshot = collect()
    media = snapshot.media
    assert list(media["kind"]) == ["image", "video", "video", "audio"]
    assert list(media["id"]) == [f"{post['id']}#{number}" for number in (0, 1, 2, 4)]
    assert media["alt"][0] == "The pond"
    assert (media["width"][0], media["height"][0]) == (1200, 900)
    assert media["width"].isna()[1]
    assert media["address"][2] == "https://far.example/race.mp4"
    assert snapshot.posts["media"][0] == tuple(media["address"])


def test_replies_by_anybody_are_comments(collect, server):
    """Replies are comments, the account's own marked; `post_id` is the nearest own post above; each thread once."""
    post = server.add_status("Harvest")
    first = server.add_reply(post, "Lovely")
    own = server.add_reply(first, "Thank you", account=server.me)
    server.add_reply(own, "Welcome")
    server.add_status("Quiet")
    comments = collect().comments
    assert list(comments["text"]) == ["Lovely", "Thank you", "Welcome"]
    assert list(comments["ours"]) == [False, True, False]
    assert list(comments["post_id"]) == [post["id"], post["id"], own["id"]]
    assert comments["author_id"][0] == f"{HOST}/400000000000000001"
    assert comments["address"][0].startswith("https://fern.example/@robin/")
    assert server.calls().count("context") == 1


def test_a_thread_that_the_server_cuts_is_asked_for_again(collect, server):
    """Where a thread is cut, reading goes on from there, and the post above is remembered."""
    server.cut = 60
    post = above = server.add_status("Harvest")
    for number in range(70):
        above = server.add_reply(above, f"answer {number}")
    snapshot = collect()
    assert len(snapshot.comments) == 70
    assert set(snapshot.comments["post_id"]) == {post["id"]}
    assert snapshot.coverage[Resource.COMMENTS] == complete(70)
    assert server.calls().count("context") == 2


def test_more_replies_than_the_server_shows_make_comments_partial(collect, server):
    """Beyond what signed-out readers are shown, comments say how many there are."""
    post = server.add_status("Harvest")
    for number in range(100):
        server.add_reply(post, f"answer {number}")
    coverage = collect().coverage[Resource.COMMENTS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 60)
    assert coverage.reason == "Mastodon counts 100 replies and shows 60."


def test_a_post_deleted_while_we_read_is_no_failure(collect, server):
    """A thread that is gone by the time it is asked for has no comments, and that is all."""
    server.add_status("Harvest", replies_count=1)
    server.faults["context"] = refusal(404, "Record not found")
    assert collect().coverage[Resource.COMMENTS] == complete(0)


def test_people_are_read_to_the_last_page(collect, server):
    """Followers come from as many pages as the Link header tells, by ids that name the server."""
    server.page = 2
    server.followers[2] |= {
        "note": "<p>I'm 11</p>",
        "fields": [{"name": "Year", "value": "<b>6</b>", "verified_at": None}],
    }
    server.followers[1]["acct"] = "nearby"
    snapshot = collect()
    followers = snapshot.followers
    assert list(followers["id"]) == [f"{HOST}/2{number:017}" for number in range(3)]
    assert list(followers["handle"]) == ["follower0@fern.example", f"nearby@{HOST}", "follower2@fern.example"]
    assert followers["bio"][2] == "I'm 11\nYear: 6"
    assert followers["address"][0] == "https://fern.example/@follower0"
    assert followers["created"][0] == datetime(2024, 9, 2, tzinfo=UTC)
    assert snapshot.coverage[Resource.FOLLOWERS] == complete(3)
    assert server.calls().count("followers") == 2
    assert [query for call, _, query in server.asked if call == "following"] == [
        {"limit": "80"}, {"limit": "80", "max_id": "2"},
    ]  # fmt: skip


# Which account


@pytest.mark.parametrize("handle", [f"hazelbrook@{HOST}", f"@Hazelbrook@{HOST.upper()}", f" @hazelbrook@{HOST} "])
def test_the_account_is_found_by_its_handle(collect, server, handle):
    """Until its number is known the account is looked up by the name before the server."""
    assert collect(replace(SCHOOL, handle=handle)).profile.handle == f"hazelbrook@{HOST}"
    assert server.asked[0] == ("lookup", "/api/v1/accounts/lookup", {"acct": "hazelbrook"})


def test_the_server_is_that_of_the_handle(client):
    """Without a base address the server of the handle is asked, over https."""
    home = replace(SCHOOL, handle="hazelbrook@127.0.0.1:9", address="https://mastodon.social/@hazelbrook@127.0.0.1:9")
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 "):
        mastodon.collect(home, CollectPlan(base_url="", now=NOW), client)


def test_a_server_under_another_name_is_that_of_the_address(collect, server):
    """Where handles carry another name than the server is reached by, ids belong to the server, handles keep theirs."""
    profile = collect(replace(SCHOOL, handle="hazelbrook@county.example")).profile
    assert (profile.platform_id, profile.handle) == (f"{HOST}/{OWN}", "hazelbrook@county.example")


@pytest.mark.parametrize(
    "handle", ["", "hazelbrook", "@hazelbrook", "@@", f"@@{HOST}", f"hazelbrook@{HOST}/x", f"hazelbrook@x@{HOST}"]
)
def test_a_handle_without_its_server_is_refused(collect, server, handle):
    """No server is guessed: a stranger of the same name elsewhere is never read."""
    with pytest.raises(NotFound, match="as name@server"):
        collect(replace(SCHOOL, handle=handle))
    assert not server.asked


def test_a_known_number_is_asked_for(collect, server):
    """With the number known, a renamed account is followed and the new handle told."""
    server.me["acct"] = server.me["username"] = "hazelbrookschool"
    assert collect(KNOWN).profile.handle == f"hazelbrookschool@{HOST}"
    assert server.calls()[0] == "account"


@pytest.mark.parametrize("id_", [OWN, f"{HOST}/{OWN}", f"{HOST.upper()}/{OWN}"])
def test_an_id_may_be_the_bare_number(collect, server, id_):
    """The register may hold the number alone: it counts on the server of the handle."""
    assert collect(replace(SCHOOL, platform_id=id_)).profile.platform_id == f"{HOST}/{OWN}"
    assert server.asked[0][1] == f"/api/v1/accounts/{OWN}"


def test_an_id_counts_on_its_own_server(collect):
    """The server that an id names is the one it belongs to, whatever the handle says."""
    profile = collect(replace(SCHOOL, platform_id=f"old.example/{OWN}")).profile
    assert profile.platform_id == f"old.example/{OWN}"


@pytest.mark.parametrize("id_", ["hazelbrook", f"https://{HOST}/users/hazelbrook", f"{HOST}/"])
def test_what_is_no_id_is_told(collect, server, id_):
    """An id of another shape is named, and nobody is asked."""
    with pytest.raises(NotFound, match="is no id of a Mastodon account: empty 'Platform id'"):
        collect(replace(SCHOOL, platform_id=id_))
    assert not server.asked


def test_a_newcomer_under_the_old_handle_is_not_followed(collect, server):
    """Somebody else who took the handle has another number, and is not read."""
    server.me["id"] = "999"
    with pytest.raises(NotFound, match=f"no longer has the account number {OWN}.*empty 'Platform id'"):
        collect(KNOWN)
    assert server.calls() == ["account"]


# The plan


def test_since_leaves_older_posts_out(collect, server):
    """With a moment to read from, older posts are left out and paging stops at them; that moment itself is read."""
    server.page = 2
    for day in range(1, 10):
        server.add_status(f"day {day}", created=f"2026-11-0{day}T09:00:00.000Z")
    snapshot = collect(since=datetime(2026, 11, 7, 9, tzinfo=UTC))
    assert list(snapshot.posts["text"]) == ["day 9", "day 8", "day 7"]
    assert snapshot.coverage[Resource.POSTS] == complete(3)
    assert server.calls().count("statuses") == 2


def test_refetched_posts_come_by_id_or_are_gone(collect, server):
    """Posts and pictures to be looked at again are asked for by id: what is found is read, what is not is gone."""
    old = server.add_status("Old", created="2026-01-05T09:00:00.000Z", media_attachments=[attachment("5")])
    refetch = (f"{old['id']}#0", old["id"], "112", "112#1", "profile", "https://hazelbrook.example/")
    snapshot = collect(since=NOW, refetch=refetch)
    assert list(snapshot.posts["text"]) == ["Old"]
    assert len(snapshot.media) == 1
    assert snapshot.gone == {"112", "112#1"}
    assert server.calls().count("status") == 2


def test_what_the_list_brought_is_not_asked_for_again(collect, server):
    """A post to be looked at again that is among the new ones costs no call of its own."""
    post = server.add_status("Menu")
    assert not collect(refetch=(post["id"],)).gone
    assert "status" not in server.calls()


def test_a_refetched_comment_is_a_comment(collect, server):
    """Somebody's reply that was flagged before comes back as a comment, and is not kept where comments are not due."""
    post = server.add_status("Old", created="2026-01-05T09:00:00.000Z")
    reply = server.add_reply(post, "Rude")
    plan = {"since": NOW, "refetch": (reply["id"],)}
    snapshot = collect(**plan)
    assert snapshot.posts.empty
    assert list(snapshot.comments["post_id"]) == [post["id"]]
    without = collect(**plan, skip={Resource.COMMENTS: not_due("not covered by the DPIA")})
    assert without.comments.empty
    assert not without.gone


def test_caps_are_said(collect, server):
    """A cap is a planned partial reading, complete from the oldest post read; a list as long as the cap is complete."""
    for day in (1, 2, 3):
        server.add_status(f"day {day}", created=f"2026-11-0{day}T09:00:00.000Z")
    coverage = collect(max_posts=2, max_people=2).coverage
    posts, people = coverage[Resource.POSTS], coverage[Resource.FOLLOWERS]
    assert (posts.status, posts.planned, posts.read) == (CoverageStatus.PARTIAL, True, 2)
    assert posts.since == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert (people.status, people.planned, people.read) == (CoverageStatus.PARTIAL, True, 2)
    assert people.reason == "Stopped at the cap of 2 people."
    whole = collect(max_posts=3, max_people=3).coverage
    assert {whole[resource].status for resource in READABLE} == {CoverageStatus.COMPLETE}


def test_what_is_not_due_is_not_asked_for(collect, server):
    """A skipped resource costs no call and keeps the plan's reason; without posts there are no pictures or comments."""
    why = not_due("not tonight")
    skipped = dict.fromkeys((Resource.POSTS, Resource.FOLLOWERS, Resource.FOLLOWING, Resource.PROFILE), why)
    snapshot = collect(skip=skipped)
    assert server.calls() == ["lookup"]
    assert snapshot.profile is None
    assert all(snapshot.coverage[resource] == why for resource in (*skipped, Resource.MEDIA, Resource.COMMENTS))


# Ways of failing


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (refusal(401, NEEDS_USER), Refused, "signed-in people only .* Ask its administrator"),
        (refusal(404, "Record not found"), NotFound, f"{HOST} knows no hazelbrook@{HOST}"),
        (Reply("", 410), Suspended, "has suspended the account"),
        (refusal(403, "This action is not allowed"), Refused, "refused access"),
        (refusal(422, "Validation failed"), SchemaDrift, "answered 422"),
        (refusal(503, "Remote data could not be fetched"), Unreachable, "fault of its own"),
        (Reply("<html>Sign in</html>"), LoginWall, "a web page instead of data"),
        (Reply("<html>Not here</html>", 404), LoginWall, "a web page instead of data"),
        (Reply("[]"), SchemaDrift, "answered accounts/lookup with something other than an object"),
        (json_reply({"acct": "hazelbrook"}), SchemaDrift, "lacks 'id' in the account"),
        (json_reply({"id": "1"}), SchemaDrift, "lacks 'acct' in the account"),
        (json_reply({"id": "1", "acct": "hazelbrook", "suspended": True}), Suspended, "has suspended the account"),
        (
            refusal(
                429, "Too many requests",
                **{"X-RateLimit-Reset": "2126-11-23T02:05:00.000000Z"},
            ),
            RateLimited,
            r"wants us back in \d{4,} seconds",
        ),
    ],
)  # fmt: skip
def test_without_an_account_there_is_no_snapshot(collect, server, fault, error, words):
    """Each way in which the account cannot be read is its own error, with a sentence for people."""
    server.faults["lookup"] = fault
    with pytest.raises(error, match=words) as raised:
        collect()
    assert type(raised.value) is error
    assert raised.value.coverage().reason == str(raised.value)


@pytest.mark.parametrize(
    ("fault", "status_"),
    [
        (refusal(401, NEEDS_USER), CoverageStatus.NOT_PERMITTED),
        (Reply("", 500), CoverageStatus.FAILED),
        (Reply("<html>"), CoverageStatus.FAILED),
        (Reply("{}"), CoverageStatus.FAILED),
        (json_reply([{"acct": "x"}]), CoverageStatus.FAILED),
    ],
)
@pytest.mark.parametrize(
    ("call", "lost"),
    [("followers", [Resource.FOLLOWERS]), ("following", [Resource.FOLLOWING]), ("statuses", ITEMS)],
)
def test_one_list_failing_leaves_the_others(collect, server, call, lost, fault, status_):
    """Each list fails on its own; without posts there are no pictures and comments, and none of them looks empty."""
    server.faults[call] = fault
    coverage = collect().coverage
    assert {resource for resource in READABLE if coverage[resource].status is not CoverageStatus.COMPLETE} == set(lost)
    assert all(coverage[resource].status is status_ and coverage[resource].reason for resource in lost)


def test_a_thread_failing_is_the_comments_business_alone(collect, server):
    """Posts stay complete when the replies under them cannot be read."""
    server.add_status("Harvest", replies_count=1)
    server.faults["context"] = Reply("", 500)
    coverage = collect().coverage
    assert coverage[Resource.POSTS] == complete(1)
    assert coverage[Resource.COMMENTS].status is CoverageStatus.FAILED


def test_posts_by_id_failing_makes_nothing_gone(collect, server):
    """When asking by id fails, nothing is called gone, and the posts are not complete."""
    server.faults["status"] = Reply("", 500)
    server.add_status("Menu")
    snapshot = collect(refetch=("112",))
    assert not snapshot.gone
    posts = snapshot.coverage[Resource.POSTS]
    assert (posts.status, posts.planned) == (CoverageStatus.PARTIAL, False)


def test_hidden_lists_are_not_permitted(collect, server):
    """An account that hides its lists is told how to show them, and its empty lists are never complete."""
    server.me["hide_collections"] = True
    snapshot = collect()
    for resource in (Resource.FOLLOWERS, Resource.FOLLOWING):
        assert snapshot.coverage[resource].status is CoverageStatus.NOT_PERMITTED
        assert "switch off 'Hide your social graph'" in snapshot.coverage[resource].reason
    assert not {"followers", "following"} & set(server.calls())
    server.me["followers_count"] = 0
    assert collect().coverage[Resource.FOLLOWERS] == complete(0)


@pytest.mark.parametrize(
    ("counted", "shown", "status_", "planned"),
    [
        (50, 0, CoverageStatus.PARTIAL, False),
        (50, 30, CoverageStatus.PARTIAL, True),
        (50, 40, CoverageStatus.COMPLETE, False),
        (2, 0, CoverageStatus.PARTIAL, True),
        (0, 0, CoverageStatus.COMPLETE, False),
        (5, 8, CoverageStatus.COMPLETE, False),
        (-1, 3, CoverageStatus.COMPLETE, False),
    ],
)
def test_a_list_much_shorter_than_its_count_is_not_complete(collect, server, counted, shown, status_, planned):
    """A few may be missing from a list; an empty one that should be long is no list to trust."""
    server.followers = [person(f"2{number:017}", f"f{number}@fern.example") for number in range(shown)]
    server.me["followers_count"] = counted
    coverage = collect().coverage[Resource.FOLLOWERS]
    assert (coverage.status, coverage.planned, coverage.read) == (status_, planned, shown)
    if status_ is CoverageStatus.PARTIAL:
        assert coverage.reason == f"Mastodon counts {counted} people under followers and shows {shown}."


def test_posts_that_are_not_public_leave_the_posts_partial(collect, server):
    """Posts for followers only are counted and not shown; the coverage says so."""
    server.add_status("Menu")
    server.me["statuses_count"] = 30
    coverage = collect().coverage[Resource.POSTS]
    assert (coverage.status, coverage.planned) == (CoverageStatus.PARTIAL, True)
    assert coverage.reason == "Mastodon counts 30 posts and shows 1."


def test_a_list_that_goes_in_circles_ends(collect, server):
    """A server that gives the same next page for ever does not keep us, and the address in the header is not followed."""
    onwards = {"Link": '<https://elsewhere.example/x?max_id=7>; rel="next"'}
    server.faults["followers"] = json_reply(server.followers[:1], **onwards)
    coverage = collect().coverage[Resource.FOLLOWERS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, False, 1)
    assert coverage.reason == "Mastodon's list of followers goes round in circles."
    assert server.calls().count("followers") == 2


@pytest.mark.parametrize(
    ("broken", "resource", "named"),
    [
        ({"id": None}, Resource.POSTS, "lacks 'id' in a post"),
        ({"content": None}, Resource.POSTS, "lacks 'content' in a post"),
        ({"account": None}, Resource.POSTS, "lacks 'account' in a post"),
        ({"account": {}}, Resource.POSTS, "lacks 'id' in a post's account"),
        ({"media_attachments": [{}]}, Resource.MEDIA, "lacks 'type' in an attachment"),
    ],
)
def test_a_missing_field_is_named(collect, server, broken, resource, named):
    """An answer without a field that it must have fails that resource, and the sentence names the field."""
    server.faults["statuses"] = json_reply([server.add_status("Menu") | broken])
    coverage = collect().coverage[resource]
    assert coverage.status is CoverageStatus.FAILED
    assert named in coverage.reason


@pytest.mark.parametrize(
    ("call", "body", "resource", "words"),
    [
        ("context", {"ancestors": []}, Resource.COMMENTS, "lacks 'descendants' in a context"),
        ("context", {"descendants": ["text"]}, Resource.COMMENTS, "lacks objects in a context"),
        ("statuses", ["text"], Resource.POSTS, "lacks objects in accounts/statuses"),
        ("followers", [None], Resource.FOLLOWERS, "lacks objects in accounts/followers"),
        ("following", [{"id": "1"}], Resource.FOLLOWING, "lacks 'acct' in following"),
    ],
)
def test_an_answer_of_another_shape_is_drift(collect, server, call, body, resource, words):
    """So it is with lists that hold something else than they should."""
    server.add_status("Harvest", replies_count=1)
    server.faults[call] = json_reply(body)
    assert words in collect().coverage[resource].reason


@pytest.mark.parametrize(
    "header", ["", ";", "<x>", "<http://[x?max_id=7>; rel=next", '<x?max_id=>; rel="next"', ",,;=,"]
)
def test_a_strange_link_header_breaks_nothing(collect, server, header):
    """A Link header that leads nowhere, or nobody understands, ends the list or is followed by its place alone."""
    server.faults["followers"] = json_reply(server.followers, Link=header)
    coverage = collect().coverage[Resource.FOLLOWERS]
    assert coverage.read == 3
    assert coverage.status in (CoverageStatus.COMPLETE, CoverageStatus.PARTIAL)


def test_unknown_fields_change_nothing(collect, server):
    """What Mastodon adds one day is passed over."""
    server.add_status("Menu", new_field={"a": 1})
    server.me["new_field"] = [1]
    assert collect().coverage[Resource.POSTS] == complete(1)


def test_the_account_is_proved_by_its_profile(server, client):
    """One call proves the account, and a sentence says what it showed."""
    said = mastodon.prove(SCHOOL, CollectPlan(base_url=server.url, now=NOW), client)
    assert said == f"{HOST} shows hazelbrook@{HOST} with 3 followers and 0 posts."
    assert server.calls() == ["lookup"]


# Recordings

OWN_NAMES = frozenset({f"hazelbrook@{HOST}"})
ROBIN = person(
    "400000000000000001", "robin.fern@fern.example", "Robin Fern", "Year 6 at Hazelbrook", url="https://fern.example/@robin.fern",
    created_at="2025-05-17T10:11:12.345Z", fields=[{"name": "Mum", "value": "Wren Fern", "verified_at": None}],
)  # fmt: skip
TRACES = (
    "robin",
    "wren",
    "400000000000000001",
    "fern.example",
    "2025-05-17",
    "10:11:12",
    "lovely",
    "secret-alt",
    "year 6",
)


def everything(server):
    """A school with something of every kind that other people could be seen in."""
    server.me |= {
        "note": f"<p>Run by {mention('robin.fern@fern.example')}</p>",
        "fields": [
            {
                "name": "Site",
                "value": link("https://hazelbrook.example/", " me"),
                "verified_at": "2026-01-05T10:00:00Z",
            },
        ],
    }
    server.followers = [ROBIN, *server.followers]
    server.me["followers_count"] = 4
    content = f"<p>Thanks {mention('robin.fern@fern.example')} and @robin.fern, {link('https://hazelbrook.example/a')}"
    content += f" {link('https://fern.example/@robin.fern/77')}</p>"
    pictures = [attachment("5", description="The hall")]
    post = server.add_status(content, media_attachments=pictures, sensitive=True, visibility="unlisted")
    theirs = {"created": "2026-11-20T10:11:12.345Z", "media_attachments": [attachment("6", description="secret-alt")]}
    reply = server.add_reply(post, "Lovely", account=ROBIN, **theirs)
    own = server.add_reply(reply, "Thank you", account=server.me)
    server.add_reply(own, "Lovely again", account=ROBIN, **theirs)
    server.add_status("", reblog=status("112000000000000000", ROBIN, "Lovely quiz", created="2026-11-20T10:11:12.345Z"))


def test_a_recording_replays_without_anybody_else(server, tmp_path):
    """A recorded night replays as the same school, and holds no trace of other people."""
    everything(server)
    plan = CollectPlan(base_url=server.url, now=NOW, refetch=("112",))

    def disguised(body, stand_ins):
        return mastodon.disguise(body, OWN_NAMES, stand_ins)

    path = tmp_path / "night.jsonl.gz"
    with Recorder(path, NOW, own=OWN_NAMES) as recorder:
        http = Http(NETWORK, recorder=recorder)
        real = mastodon.collect(SCHOOL, plan, http.client("mastodon", disguised))
        http.close()
    replay = Replay(path)
    kept = "\n".join(
        json.dumps(exchange.to_json()) for exchanges in replay._exchanges.values() for exchange in exchanges
    )
    assert not [trace for trace in TRACES if trace in kept.casefold()]
    assert "withheld" not in kept
    again = mastodon.collect(SCHOOL, plan, Http(NETWORK, replay=replay).client("mastodon"))
    assert again.coverage == real.coverage
    assert again.gone == real.gone == {"112"}
    assert again.media.equals(real.media)
    assert (again.profile.links, again.profile.labels) == (real.profile.links, real.profile.labels)
    assert again.profile.handle == real.profile.handle
    assert set(real.posts["marks"]) == {(), ("sensitive", "unlisted")}
    for same in ("id", "kind", "created", "marks"):
        assert list(again.posts[same]) == list(real.posts[same])
    for same in ("post_id", "ours"):
        assert list(again.comments[same]) == list(real.comments[same])
    (thanks,) = again.posts[again.posts["kind"] == "post"].to_dict("records")
    assert re.fullmatch(r"Thanks @anon[\w.-]+ and @anon[\w.-]+, https://hazelbrook\.example/a .*", thanks["text"])
    assert thanks["links"] == ("https://hazelbrook.example/a",)
    assert "Thank you" in set(again.posts["text"])


def test_people_known_from_nowhere_else_are_replaced_in_own_texts():
    """A handle in plain words, and the number of a post that the school answered, are nobody else's business."""
    own = person(OWN, "hazelbrook")
    to = {"in_reply_to_id": "777000111222333444", "in_reply_to_account_id": "888000111222333444"}
    made = status("1", own, f"By @wren.fern@fern.example, @wrenfern and @hazelbrook@{HOST}", **to)
    kept = mastodon.disguise(made, OWN_NAMES, StandIns())
    assert not [trace for trace in ("wren", "fern", *to.values()) if trace in json.dumps(kept)]
    assert kept["content"].endswith(f"and @hazelbrook@{HOST}</p>")
    ours = mastodon.disguise(made | {"in_reply_to_account_id": OWN}, OWN_NAMES, StandIns())
    assert ours["in_reply_to_id"] == to["in_reply_to_id"]


def test_a_namesake_on_another_server_is_a_stranger():
    """Only the whole handle, or the id with its server, makes an account the school's own."""
    namesake = person("7", "hazelbrook", url="https://other.example/@hazelbrook")
    own = person(OWN, "hazelbrook", "Hazelbrook Primary School")
    assert "hazelbrook" not in json.dumps(mastodon.disguise(namesake, OWN_NAMES, StandIns()))
    assert mastodon.disguise(own, frozenset({f"{HOST}/{OWN}"}), StandIns())["acct"] == "hazelbrook"
    assert mastodon.disguise(own, frozenset({"hazelbrook"}), StandIns())["acct"] != "hazelbrook"


def test_what_is_not_known_is_not_kept():
    """Fields nobody named do not reach a recording, in other people's objects or in the school's own."""
    new = {"new_field": "Marker", "roles": [{"name": "Marker"}], "source": {"note": "Marker"}}
    own = person(OWN, "hazelbrook") | new
    made = (
        status("1", own, "Menu", mentions=[{"acct": "Marker"}], application={"name": "Marker"}, quote={"a": "Marker"})
        | new
    )
    for body in (own, made, [made], {"ancestors": [made], "descendants": [made]}, ROBIN | new):
        assert "Marker" not in json.dumps(mastodon.disguise(body, OWN_NAMES, StandIns()))
    instance = {"registrations": {"min_age": 16, "message": "Marker"}, "contact": {"account": own}}
    assert mastodon.disguise(instance, OWN_NAMES, StandIns()) == {"registrations": {"min_age": 16}}


@pytest.mark.parametrize("body", ["<html>", None, {}, {"accounts": []}, {"descendants": "x"}, ["text"], [{"a": 1}]])
def test_what_is_no_answer_of_ours_is_refused(body):
    """A body that the connector never reads is not recorded at all."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        mastodon.disguise(body, OWN_NAMES, StandIns())


def test_errors_are_kept():
    """An error is kept, up to what might name somebody."""
    kept = mastodon.disguise({"error": "Validation failed: robin"}, OWN_NAMES, StandIns())
    assert kept == {"error": "Validation failed"}


# Mastodon's own document

READ = {
    "Account": [
        "acct", "avatar", "bot", "created_at", "display_name", "fields", "followers_count", "following_count", "group",
        "hide_collections", "id", "limited", "locked", "memorial", "moved", "note", "statuses_count", "suspended", "uri",
        "url",
    ],
    "Status": [
        "account", "card", "content", "created_at", "edited_at", "id", "in_reply_to_account_id", "in_reply_to_id",
        "language", "media_attachments", "poll", "reblog", "replies_count", "sensitive", "spoiler_text", "url",
        "visibility",
    ],
    "MediaAttachment": ["description", "meta", "remote_url", "type", "url"],
}  # fmt: skip


def test_every_field_exists_in_mastodons_document(contracts):
    """Each field that the connector reads is in the document, and so is every word for who sees a post."""
    document = json.loads((contracts / "mastodon" / "openapi-schema.json").read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    for name, fields in READ.items():
        parts = [schemas[name], *(schemas[part["$ref"].rpartition("/")[2]] for part in schemas[name].get("oneOf", ()))]
        known = {field for part in parts for field in part.get("properties", ())}
        assert set(fields) <= known, name
    assert set(schemas["StatusVisibilityEnum"]["enum"]) == mastodon_disguise._VISIBILITIES


# Recorded answers


@pytest.fixture(scope="session")
def recorded(contracts):
    """Every decoded JSON answer of the recorded tests of a client library, with its path."""
    found = []
    for path in sorted((contracts / "mastodon" / "cassettes").glob("*.yaml")):
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]:
            body = one["response"]["body"]["string"]
            text = body.decode() if isinstance(body, bytes) else body
            if one["response"]["status"]["code"] == 200 and text[:1] in ("{", "["):
                found.append((one["request"]["uri"].partition("?")[0].partition("/api/")[2], json.loads(text)))
    return found


def _entities(recorded, field):
    to_do = [body for _, body in recorded]
    while to_do:
        part = to_do.pop()
        if isinstance(part, dict):
            if field in part and "id" in part and "uri" in part:
                yield part
            to_do.extend(part.values())
        elif isinstance(part, list):
            to_do.extend(part)


def test_recorded_accounts_and_statuses_can_be_read(collect, server, recorded):
    """Every account and status that a real server answered is read, as the school's own, and may be recorded."""
    accounts = {one["id"]: one for one in _entities(recorded, "note") if "statuses_count" in one}
    statuses = list({one["id"]: one for one in _entities(recorded, "content") if one.get("account")}.values())
    assert len(accounts) > 1
    assert len(statuses) > 20
    for number, account in accounts.items():
        own = [one for one in statuses if one["account"]["id"] == number]
        server.faults |= {"lookup": json_reply(account), "statuses": json_reply(own)}
        server.faults |= {"context": json_reply({"ancestors": [], "descendants": []})}
        server.faults |= dict.fromkeys(("followers", "following"), json_reply(list(accounts.values())))
        snapshot = collect()
        assert len(snapshot.posts) == len(own)
        assert len(snapshot.followers) == len(accounts)
        assert not [why.reason for why in snapshot.coverage.values() if "lacks" in why.reason]
        assert mastodon.disguise(own, frozenset(), StandIns()) is not None


def test_recorded_threads_and_servers_can_be_read(collect, server, recorded):
    """A thread and a server's own facts, as a real server answered them, are read."""
    contexts = [body for path, body in recorded if path.endswith("/context")]
    instances = [body for path, body in recorded if path.strip("/") == "v2/instance"]
    assert contexts
    assert instances
    server.add_status("Harvest", replies_count=1)
    server.faults |= {"context": json_reply(contexts[0]), "instance": json_reply(instances[0])}
    snapshot = collect()
    assert len(snapshot.comments) == len(contexts[0]["descendants"])
    assert "lacks" not in snapshot.coverage[Resource.COMMENTS].reason
    assert snapshot.coverage[Resource.PROFILE] == complete(1)
