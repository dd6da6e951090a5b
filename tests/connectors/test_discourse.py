"""The connector for Discourse against the imitation of its public JSON, through the real way out."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from imitations.discourse_api import BEGAN, Discourse, said
from imitations.scripted_site import Reply

from connectors import forum
from connectors.connector import LoginWall, NotFound, Private, RateLimited, SchemaDrift, Unreachable
from connectors.forum_disguise import disguise
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
OWN = frozenset({"hazelbrookps"})


@pytest.fixture
def site():
    with Discourse() as one:
        yield one


@pytest.fixture
def school(site):
    """The school's account."""
    return site.member(
        "HazelbrookPS",
        name="Hazelbrook Primary School",
        bio_cooked='<p>Official. <a href="https://hazelbrook.example/forum">More</a></p>',
        website="https://hazelbrook.example/",
        location="Hazelbrook",
    )


def way_out(site, **way):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({site.host}))
    return Http(network, **way)


@pytest.fixture
def read(site):
    def read(path="", handle="HazelbrookPS", platform_id="", http=None, **plan):
        http = http or way_out(site)
        account = Account("forum:x", 2, "forum", handle, address=site.url + path, platform_id=platform_id)
        try:
            return forum.collect(account, CollectPlan("", NOW, **plan), http.client("forum", disguised))
        finally:
            http.close()

    return read


def disguised(body, stand_ins):
    return forum.disguise(body, OWN, stand_ins)


def status(snapshot, resource=Resource.POSTS):
    coverage = snapshot.coverage[resource]
    return coverage.status, coverage.planned, coverage.reason


class TestMember:
    def test_profile(self, site, school, read):
        """Name, words, links, place and the day of joining are the profile's, by address and by handle alike."""
        profile = read("/u/hazelbrookps/summary", handle="").profile
        assert profile == read().profile
        assert profile.platform_id == f"{site.host}/u/{school}"
        assert (profile.handle, profile.name, profile.kind) == (
            "HazelbrookPS",
            "Hazelbrook Primary School",
            "forum member",
        )
        assert (profile.bio, profile.location) == ("Official. More", "Hazelbrook")
        assert profile.links == ("https://hazelbrook.example/", "https://hazelbrook.example/forum")
        assert profile.address == f"{site.url}/u/HazelbrookPS"
        assert profile.avatar == f"{site.url}/user_avatar/x/240/{school}.png"
        assert profile.created == datetime(2024, 9, 1, 9, tzinfo=UTC)

    def test_topics_and_replies(self, site, school, read):
        """Own topics and replies are posts, with links, pictures and edits; quotes of others are nobody's words."""
        site.member("Visitor")
        topic, first = site.topic(
            "HazelbrookPS",
            "Harvest fair",
            '<p>See <a href="https://menu.example/a">menu</a> <a class="mention" href="/u/visitor">@visitor</a>'
            '<img src="/uploads/p.png" alt="Pumpkins" width="690" height="400">'
            '<img src="/images/emoji/x.png" class="emoji" alt=":smile:"></p>',
        )
        site.post(topic, "Visitor", "<p>May dogs come?</p>")
        answer = site.post(
            topic,
            "HazelbrookPS",
            '<aside class="quote"><blockquote>May dogs come?</blockquote></aside><p>They may.</p>',
            reply_to_post_number=2,
            version=2,
            updated_at="2026-11-01T09:00:00.000Z",
        )
        other, _ = site.topic("Visitor", "Parking", "<p>Where?</p>")
        helped = site.post(other, "HazelbrookPS", "<p>Behind the hall</p>")
        snapshot = read()
        rows = {row["id"]: row for row in snapshot.posts.to_dict("records")}
        assert rows.keys() == {str(first), str(answer), str(helped)}
        one = rows[str(first)]
        assert (one["kind"], one["title"], one["text"]) == ("post", "Harvest fair", "See menu @visitor:smile:")
        assert one["links"] == ("https://menu.example/a",)
        assert one["media"] == (f"{site.url}/uploads/p.png",)
        assert one["address"] == f"{site.url}/t/harvest-fair/{topic}/1"
        assert rows[str(answer)]["text"] == "They may."
        assert rows[str(answer)]["edited"] == datetime(2026, 11, 1, 9, tzinfo=UTC)
        assert rows[str(helped)]["kind"] == "reply"
        assert snapshot.media[["alt", "width"]].values.tolist() == [["Pumpkins", 690]]
        assert snapshot.comments[["text", "ours", "post_id"]].values.tolist() == [
            ["May dogs come?", False, str(first)],
            ["They may.", True, str(first)],
        ]
        assert {one.status for resource, one in snapshot.coverage.items() if "follow" not in resource} == {
            CoverageStatus.COMPLETE
        }
        assert status(snapshot, Resource.FOLLOWERS)[2] == "Discourse has no followers."

    def test_everything_is_read_to_its_end(self, site, school, read):
        """Doings come in pages and a topic's posts in chunks; all of them are read, each once."""
        topic, _ = site.topic("HazelbrookPS", "Long", "<p>Start</p>")
        for number in range(70):
            site.post(topic, "HazelbrookPS", f"<p>{number}</p>")
        snapshot = read()
        assert (len(snapshot.posts), len(snapshot.comments)) == (71, 70)
        assert snapshot.posts["id"].is_unique

    def test_cap(self, site, school, read):
        """At the cap reading stops, as planned."""
        for number in range(4):
            site.topic("HazelbrookPS", f"Topic {number}", "<p>x</p>")
        snapshot = read(max_posts=3)
        assert status(snapshot) == (CoverageStatus.PARTIAL, True, "Stopped at the cap of 3 posts.")
        assert len(snapshot.posts) == 3

    def test_since(self, site, school, read):
        """With a beginning, older posts are left out."""
        site.topic("HazelbrookPS", "Old", "<p>x</p>", at=BEGAN)
        site.topic("HazelbrookPS", "New", "<p>x</p>", at=BEGAN + timedelta(days=9))
        assert read(since=BEGAN + timedelta(days=1)).posts["title"].tolist() == ["New"]

    def test_looked_at_again(self, site, school, read):
        """A wanted post is read by number; one that was deleted, by whomever, or is private now, is gone."""
        _, kept = site.topic("HazelbrookPS", "Kept", "<p>x</p>", at=BEGAN)
        _, by_author = site.topic("HazelbrookPS", "Undone", "<p>(post deleted by author)</p>", at=BEGAN)
        site.posts[by_author]["user_deleted"] = True
        _, hidden = site.topic("HazelbrookPS", "Hidden", "<p>x</p>", at=BEGAN)
        site.broken[f"/posts/{hidden}.json"] = said({"errors": ["no"], "error_type": "invalid_access"}, 403)
        wanted = tuple(str(one) for one in (kept, by_author, hidden, 999))
        snapshot = read(since=NOW, refetch=wanted)
        assert snapshot.posts["id"].tolist() == [str(kept)]
        assert snapshot.gone == {str(by_author), str(hidden), "999"}

    def test_hidden_by_flags(self, site, school, read):
        """What moderators hold back is marked."""
        site.topic("HazelbrookPS", "Flagged", "<p>x</p>", hidden=True)
        assert read().posts["marks"].tolist() == [("withheld",)]

    def test_renamed(self, site, school, read):
        """A new name is found through a post that the account wrote, as long as its number is known."""
        _, post = site.topic("HazelbrookPS", "Ours", "<p>x</p>")
        site.rename("HazelbrookPS", "HazelbrookSchool")
        known = f"{site.host}/u/{school}"
        assert read(platform_id=known, refetch=(str(post),)).profile.handle == "HazelbrookSchool"
        with pytest.raises(NotFound, match="knows no member HazelbrookPS"):
            read(platform_id=known)

    def test_somebody_else_under_the_same_name(self, site, school, read):
        """An account with another number is never taken for the school's."""
        with pytest.raises(NotFound, match=f"another account than before \\(number {school}, not 7\\)"):
            read(platform_id=f"{site.host}/u/7")

    def test_suspended(self, site, read):
        """A suspended member's posts stay public: it is read, and labelled."""
        site.member("HazelbrookPS", suspended_till="2030-01-01T00:00:00.000Z")
        assert read().profile.labels == ("suspended",)

    def test_hidden_profile(self, site, read):
        """A member who hides the profile is private."""
        site.member("HazelbrookPS", profile_hidden=True)
        with pytest.raises(Private, match="hides its profile"):
            read()

    def test_hidden_activity(self, site, school, read):
        """A forum that lists nobody's posts lets the profile be read, and says what to do."""
        site.activity_hidden = True
        snapshot = read()
        assert snapshot.profile.name == "Hazelbrook Primary School"
        found, _, reason = status(snapshot)
        assert found is CoverageStatus.NOT_PERMITTED
        assert "hide user activity tab" in reason

    def test_not_wanted(self, site, school, read):
        """What the plan skips is not asked for."""
        site.topic("HazelbrookPS", "Ours", "<p>x</p>")
        off = not_due("not covered by the DPIA")
        snapshot = read(skip={Resource.COMMENTS: off, Resource.SETTINGS: off})
        assert snapshot.coverage[Resource.COMMENTS] == off
        asked = [request.path.partition("?")[0] for request in site.requests]
        assert not [path for path in asked if path.startswith(("/site", "/t/")) and not path.endswith("posts.json")]


class TestGroup:
    def test_category(self, site, read):
        """A category's topics are posts, whoever wrote them, and all other posts comments."""
        site.member("Visitor")
        topic, first = site.topic("Visitor", "Snow", "<p>Closed</p>")
        site.post(topic, "Visitor", "<p>Tomorrow too</p>")
        site.post(topic, "Visitor", "<p>closed this topic</p>", post_type=3)
        snapshot = read("/c/news/5", handle="")
        assert (snapshot.profile.name, snapshot.profile.bio, snapshot.profile.kind) == (
            "School news",
            "From the office",
            "group",
        )
        assert snapshot.profile.platform_id == f"{site.host}/c/5"
        assert snapshot.posts[["id", "title"]].values.tolist() == [[str(first), "Snow"]]
        assert snapshot.comments["text"].tolist() == ["Tomorrow too"]
        with pytest.raises(NotFound):
            read("/c/none/6", handle="")

    def test_forum_to_its_end(self, site, read):
        """The front page stands for the whole forum, all pages of it; a pinned topic does not end the reading."""
        site.member("Visitor")
        topic, _ = site.topic("Visitor", "Welcome", "<p>x</p>", at=BEGAN)
        site.topics[topic]["pinned"] = True
        for number in range(35):
            site.topic("Visitor", f"Topic {number}", "<p>x</p>", at=BEGAN + timedelta(days=number + 1))
        assert len(read(handle="").posts) == 36
        capped = read(handle="", max_pages=5)
        assert status(capped) == (CoverageStatus.PARTIAL, True, "Stopped at the cap of 5 topics.")
        assert len(capped.posts) == 5
        assert len(read(handle="", since=BEGAN + timedelta(hours=1)).posts) == 35

    @pytest.mark.parametrize(
        ("settings", "joining"),
        [
            ({}, "everyone"),
            ({"must_approve_users": True}, "asked"),
            ({"invite_only": True}, "invited"),
            ({"allow_new_registrations": False}, "invited"),
        ],
    )
    def test_joining(self, site, read, settings, joining):
        """Who may become a member is public; members may write."""
        site.settings |= settings
        assert (read(handle="").settings.joining, read(handle="").settings.posting_by) == (joining, "members")


class TestWaysOfFailing:
    @pytest.mark.parametrize("handle", ["HazelbrookPS", ""])
    def test_members_only(self, site, school, read, handle):
        """A forum for members only is a login wall, for an account there and as a whole."""
        site.login_required = site.settings["login_required"] = True
        with pytest.raises(LoginWall, match="signed-in members only"):
            read(handle=handle)

    @pytest.mark.parametrize(
        ("answer", "error", "words"),
        [
            (Reply("<html><body>Log in</body></html>"), LoginWall, "sent a web page instead of data"),
            (said({"errors": ["boom"]}), Unreachable, "answered with an error"),
            (said({"errors": ["no"], "error_type": "invalid_access"}, 403), Private, "does not show this"),
            (said({"errors": ["slow"]}, 429), RateLimited, "enough requests"),
            (Reply("", 503), Unreachable, "503"),
            (said({}), SchemaDrift, "lacks 'user' in the member's profile"),
            (said({"user": {"username": "HazelbrookPS"}}), SchemaDrift, "lacks 'id' in the member"),
        ],
    )
    def test_profile(self, site, school, read, answer, error, words):
        """Each trouble with the profile is an error of its own, with a sentence."""
        site.broken["/u/HazelbrookPS.json"] = answer
        with pytest.raises(error, match=words):
            read()

    @pytest.mark.parametrize(
        ("path", "resource"),
        [
            ("/user_actions.json", Resource.POSTS),
            ("/site/settings.json", Resource.SETTINGS),
        ],
    )
    def test_parts(self, site, school, read, path, resource):
        """A part that lacks a field fails alone, named."""
        site.broken[path] = said({})
        found, _, reason = status(read(), resource)
        assert found is CoverageStatus.FAILED
        assert reason.startswith("Discourse's answer lacks '")

    def test_topic_that_went_away(self, site, school, read):
        """A topic that is deleted while we read takes its comments along and nothing else."""
        topic, _ = site.topic("HazelbrookPS", "Ours", "<p>x</p>")
        site.broken[f"/t/{topic}.json"] = said({"errors": ["gone"], "error_type": "not_found"}, 404)
        snapshot = read()
        assert len(snapshot.posts) == 1
        assert status(snapshot, Resource.COMMENTS)[0] is CoverageStatus.COMPLETE


class TestRecording:
    def test_nothing_of_others_is_kept(self, site, school, read, tmp_path):
        """A recording reads again without the forum, and holds nothing of other members."""
        site.member("quillfeather", name="Quentin Quillfeather")
        topic, _ = site.topic("HazelbrookPS", "Bonfire", '<p>Come <a class="mention" href="/u/q">@quillfeather</a></p>')
        site.post(topic, "quillfeather", "<p>My daughter loves fireworks</p>")
        other, _ = site.topic("quillfeather", "Unicycles wanted", "<p>Any size</p>")
        site.post(other, "HazelbrookPS", "<aside class='quote'>Any size</aside><p>We have one</p>")
        path = tmp_path / "night.jsonl"
        with Recorder(path, NOW, own=OWN) as recorder:
            live = read(http=way_out(site, recorder=recorder))
        kept = gzip.decompress(path.read_bytes()).decode().casefold()
        for word in ("quentin", "quillfeather", "daughter", "unicycle", "any size"):
            assert word not in kept
        again = read(http=way_out(site, replay=Replay(path)))
        assert again.profile == live.profile
        assert again.settings == live.settings
        assert again.posts["text"].tolist()[0] == "We have one"
        assert again.comments["id"].tolist() == live.comments["id"].tolist()
        assert "Bonfire" in again.posts["title"].tolist()

    def test_a_forum_without_an_account_of_its_own(self, site, read, tmp_path):
        """Of a whole forum everything that was written is replaced; the forum's own name stays."""
        site.member("quillfeather")
        site.topic("quillfeather", "Unicycles wanted", "<p>Any size</p>")
        path = tmp_path / "night.jsonl"
        with Recorder(path, NOW) as recorder:
            read(handle="", http=way_out(site, recorder=recorder))
        kept = gzip.decompress(path.read_bytes()).decode()
        assert not [word for word in ("quillfeather", "nicycle", "Any size") if word in kept]
        replayed = read(handle="", http=way_out(site, replay=Replay(path)))
        assert replayed.profile.name == "Hazelbrook forum"
        assert len(replayed.posts) == 1

    @pytest.mark.parametrize("body", [{"users": []}, 5, {"user": {"name": "x"}}, [{"id": 1}], "neither page nor feed"])
    def test_unknown_shapes_are_refused(self, body):
        """What the connectors do not read may not be recorded."""
        with pytest.raises(ValueError, match=r"neither|not an answer"):
            disguise(body, OWN, StandIns())
