"""The connector for forums against a real Misago: what of a school's account, category and forum is read."""

import gzip
from datetime import UTC, datetime

import pytest
import requests
from servers.misago import Misago

from connectors import forum
from connectors.connector import NotFound, Unreachable
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
pytestmark = [pytest.mark.servers, pytest.mark.skipif(Misago.missing() is not None, reason=Misago.missing() or "")]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with Misago(tmp_path_factory.mktemp("misago")) as server:
        yield server


@pytest.fixture
def read(site):
    def read(path="", handle="", platform_id="", plan=None, **way):
        network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({site.host}))
        http = Http(network, **way)
        account = Account("forum:x", 2, "forum", handle, address=site.base_url + path, platform_id=platform_id)
        try:
            return forum.collect(account, CollectPlan("", NOW, **(plan or {})), http.client("forum", disguised))
        finally:
            http.close()

    return read


OWN = frozenset({"greenwoodps"})


def disguised(body, stand_ins):
    """The disguise of a recording, by a register that knows the school's account by its name."""
    return forum.disguise(body, OWN, stand_ins)


class TestMisago:
    """An account of the school's, a category and the forum; one class, since each starts a server."""

    def test_the_address_of_an_answer_leads_to_it(self, site, read):
        """An answer's address has nothing of the title that somebody else gave the thread, and opens all the same."""
        site.create_user("oakfieldps")
        site.create_user("rambler")
        asked = site.thread("rambler", "Where is the secret gate", "Who knows?")
        answer = site.reply(asked.thread, "oakfieldps", "By the oak.")
        row = read(handle="oakfieldps").posts.set_index("id").loc[str(answer.post)]
        assert "secret" not in row["address"]
        assert requests.get(row["address"], timeout=60).status_code == 200

    def test_profile(self, site, read):
        """Name, fields of the profile, counts and the day of joining are public, by address and by handle alike."""
        number = site.create_user(
            "HazelbrookPS",
            "2024-09-01T09:00:00+00:00",
            bio="Official. https://hazelbrook.example/forum",
            location="Hazelbrook",
            website="https://hazelbrook.example/",
            gender="secret",
        )
        by_address, by_handle = read(f"/u/hazelbrookps/{number}/").profile, read(handle="hazelbrookps").profile
        assert by_address == by_handle
        assert by_address.platform_id == f"{site.host}/u/{number}"
        assert (by_address.handle, by_address.kind) == ("HazelbrookPS", "forum member")
        assert by_address.address == f"{site.base_url}/u/hazelbrookps/{number}/"
        assert (by_address.bio, by_address.location) == ("Official. https://hazelbrook.example/forum", "Hazelbrook")
        assert by_address.links == ("https://hazelbrook.example/", "https://hazelbrook.example/forum")
        assert by_address.created == datetime(2024, 9, 1, 9, tzinfo=UTC)
        assert (by_address.followers, by_address.posts) == (0, 0)

    def test_posts_and_replies(self, site, read):
        """Threads and replies are read with links, pictures and edits; replies of others are comments, quotes nobody's."""
        site.create_user("OakPS")
        site.create_user("Visitor")
        ours = site.thread(
            "OakPS",
            "Harvest fair",
            "See [menu](https://menu.example/a) ![Pumpkins](https://pics.example/p.png) @Visitor",
            "2026-09-01T09:00:00+00:00",
        )
        asked = site.reply(ours.thread, "Visitor", "May dogs come?", "2026-09-02T09:00:00+00:00")
        answered = site.reply(
            ours.thread, "OakPS", f'[quote="Visitor, post: {asked.post}"]\nMay dogs come?\n[/quote]\nThey may.'
        )
        theirs = site.thread("Visitor", "Parking", "Where?", "2026-09-04T09:00:00+00:00")
        helped = site.reply(theirs.thread, "OakPS", "Behind the hall", "2026-09-05T09:00:00+00:00")
        site.edit(helped.post, "Behind the **old** hall", "2026-09-06T09:00:00+00:00")
        snapshot = read(handle="OakPS")
        rows = {row["id"]: row for row in snapshot.posts.to_dict("records")}
        assert list(rows) == [str(one.post) for one in (helped, answered, ours)]
        first, last = rows[str(ours.post)], rows[str(helped.post)]
        assert (first["kind"], first["title"], first["text"]) == ("post", "Harvest fair", "See menu @Visitor")
        assert (first["links"], first["media"]) == (("https://menu.example/a",), ("https://pics.example/p.png",))
        assert requests.get(first["address"], timeout=30).ok
        assert rows[str(answered.post)]["text"] == "They may."
        assert (last["kind"], last["text"], last["reply_to"]) == (
            "reply",
            "Behind the old hall",
            str(theirs.thread),
        )
        assert last["edited"] == datetime(2026, 9, 6, 9, tzinfo=UTC)
        assert snapshot.media["alt"].tolist() == ["Pumpkins"]
        comments = snapshot.comments.to_dict("records")
        assert [(one["text"], one["ours"], one["post_id"]) for one in comments] == [
            ("May dogs come?", False, str(ours.post)),
            ("They may.", True, str(ours.post)),
        ]
        assert {status.status for status in snapshot.coverage.values()} == {CoverageStatus.COMPLETE}

    def test_pages(self, site, read):
        """Lists are followed to their end: posts, comments and followers."""
        site.create_user("BusyPS")
        thread = site.thread("BusyPS", "Long", "Start").thread
        for number in range(25):
            site.reply(thread, "BusyPS", f"Number {number}")
        for number in range(20):
            site.create_user(f"Fan{number}")
            site.follow(f"Fan{number}", "BusyPS")
        snapshot = read(handle="BusyPS")
        assert (len(snapshot.posts), len(snapshot.comments), len(snapshot.followers)) == (26, 25, 20)
        assert {status.status for status in snapshot.coverage.values()} == {CoverageStatus.COMPLETE}

    def test_followers(self, site, read):
        """Who follows whom is public from both sides, until undone."""
        for name in ("StarPS", "Keen", "Idol"):
            site.create_user(name)
        site.follow("Keen", "StarPS")
        site.follow("StarPS", "Idol")
        snapshot = read(handle="StarPS")
        assert snapshot.followers["handle"].tolist() == ["Keen"]
        assert snapshot.following["handle"].tolist() == ["Idol"]
        site.unfollow("Keen", "StarPS")
        assert read(handle="StarPS").followers.empty

    def test_deleted_posts(self, site, read):
        """What was deleted is gone, replies and threads alike; what is there is read again by number."""
        site.create_user("ElmPS")
        kept = site.thread("ElmPS", "Kept", "Here", "2025-01-01T09:00:00+00:00")
        dropped = site.thread("ElmPS", "Dropped", "Gone soon", "2025-01-02T09:00:00+00:00")
        reply = site.reply(kept.thread, "ElmPS", "Never mind", "2025-01-03T09:00:00+00:00")
        site.delete_post(reply.post)
        site.delete_thread(dropped.thread)
        numbers = tuple(str(one.post) for one in (kept, dropped, reply))
        snapshot = read(handle="ElmPS", plan={"since": NOW, "refetch": numbers})
        assert snapshot.gone == set(numbers[1:])
        assert snapshot.posts[["id", "kind", "title"]].values.tolist() == [[numbers[0], "post", "Kept"]]

    def test_since(self, site, read):
        """With a beginning, older posts are left out."""
        site.create_user("YewPS")
        site.thread("YewPS", "Old", "x", "2025-01-01T09:00:00+00:00")
        site.thread("YewPS", "New", "x", "2026-01-01T09:00:00+00:00")
        snapshot = read(handle="YewPS", plan={"since": datetime(2025, 6, 1, tzinfo=UTC)})
        assert snapshot.posts["title"].tolist() == ["New"]

    def test_renamed(self, site, read):
        """By its number an account is found under its new name; by its old name nobody is."""
        number = site.create_user("BeforePS")
        site.rename("BeforePS", "AfterPS")
        known = f"{site.host}/u/{number}"
        assert read(handle="BeforePS", platform_id=known).profile.handle == "AfterPS"
        with pytest.raises(NotFound, match="knows no member BeforePS"):
            read(handle="BeforePS")

    def test_newcomer_under_the_same_name(self, site, read):
        """Somebody who took the name of a deleted account is not taken for it."""
        number = site.create_user("FirPS")
        site.delete_user("FirPS")
        site.create_user("FirPS")
        with pytest.raises(NotFound, match=f"no longer has the member number {number}"):
            read(handle="FirPS", platform_id=f"{site.host}/u/{number}")

    def test_banned_and_switched_off(self, site, read):
        """A banned account is read and labelled; one that was switched off is not there."""
        site.create_user("BannedPS")
        site.ban("BannedPS")
        assert read(handle="BannedPS").profile.labels == ("suspended",)
        number = site.create_user("OffPS")
        site.disable("OffPS")
        with pytest.raises(NotFound, match="has switched the account off"):
            read(f"/u/offps/{number}/")

    def test_recorded_and_replayed(self, site, read, tmp_path):
        """A recording reads again without the forum, and holds nothing of other members."""
        site.create_user("GreenwoodPS", bio="We like trees")
        site.create_user("Quentin", real_name="Quentin Quillfeather")
        ours = site.thread("GreenwoodPS", "Bonfire", "Come, @Quentin")
        site.reply(ours.thread, "Quentin", "My daughter loves fireworks")
        theirs = site.thread("Quentin", "Unicycles wanted", "Any size")
        site.reply(theirs.thread, "GreenwoodPS", "We have one")
        site.follow("Quentin", "GreenwoodPS")
        path = tmp_path / "recording.jsonl"
        with Recorder(path, NOW, own=OWN) as recorder:
            live = read(handle="GreenwoodPS", recorder=recorder)
        kept = gzip.decompress(path.read_bytes()).decode().casefold()
        for word in ("quentin", "quillfeather", "daughter", "unicycle", "any size"):
            assert word not in kept
        replayed = read(handle="GreenwoodPS", replay=Replay(path))
        assert replayed.profile == live.profile
        assert replayed.posts["id"].tolist() == live.posts["id"].tolist()
        assert replayed.posts["kind"].tolist() == ["reply", "post"]
        assert replayed.comments["ours"].tolist() == live.comments["ours"].tolist()
        assert len(replayed.followers) == 1

    def test_category(self, site, read):
        """First posts of a category's threads are its posts, whoever wrote them; the other posts are comments."""
        site.create_user("Teacher")
        number = site.create_category("School news")
        thread = site.thread("Teacher", "Closed on Monday", "Snow", category="school-news")
        site.reply(thread.thread, "Teacher", "And Tuesday")
        site.thread("Teacher", "Elsewhere", "Not here")
        snapshot = read(f"/c/school-news/{number}/", plan={"refetch": ("999999",)})
        assert (snapshot.profile.name, snapshot.profile.kind) == ("School news", "group")
        assert snapshot.profile.platform_id == f"{site.host}/c/{number}"
        assert snapshot.posts[["title", "text"]].values.tolist() == [["Closed on Monday", "Snow"]]
        assert snapshot.comments[["text", "ours"]].values.tolist() == [["And Tuesday", False]]
        assert snapshot.gone == {"999999"}
        assert snapshot.coverage[Resource.FOLLOWERS].status is CoverageStatus.NOT_OFFERED
        with pytest.raises(NotFound, match="shows no category number 999"):
            read("/c/none/999/")

    def test_forum(self, site, read):
        """The front page stands for the whole forum."""
        snapshot = read()
        assert (snapshot.profile.platform_id, snapshot.profile.kind) == (site.host, "group")
        assert snapshot.settings.posting_by == "members"

    @pytest.mark.parametrize(
        ("setting", "joining"), [("none", "everyone"), ("admin", "asked"), ("closed", "invited"), ("user", "everyone")]
    )
    def test_joining(self, site, read, setting, joining):
        """Whether people may join is public, in the page's data."""
        site.set_setting("account_activation", setting)
        assert read().settings.joining == joining

    def test_stop_and_start(self, site, read):
        """A stopped forum is unreachable, and has kept everything when it is back."""
        number = site.create_user("PatientPS")
        site.stop()
        try:
            with pytest.raises(Unreachable):
                read(handle="PatientPS")
        finally:
            site.start()
        assert read(handle="PatientPS").profile.platform_id == f"{site.host}/u/{number}"
