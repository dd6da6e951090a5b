"""Each server's control calls, as anyone sees their effect through the platform's public API."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import requests
from servers import loopback
from servers.bluesky import BlueskyStack
from servers.mediawiki import MediaWiki
from servers.pictures import png
from servers.website import StaticSite
from servers.wordpress import WordPress

SCHOOL = "Hazelbrook Primary School"
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)


def needs(server: type[BlueskyStack | MediaWiki | WordPress]):
    """The marks of a test that runs against a real server, skipped with what is missing."""
    absent = server.missing()
    return [pytest.mark.servers, pytest.mark.skipif(absent is not None, reason=absent or "")]


@pytest.fixture(scope="module")
def bluesky(tmp_path_factory):
    with BlueskyStack(tmp_path_factory.mktemp("bluesky")) as stack:
        yield stack


@pytest.fixture(scope="module")
def wiki(tmp_path_factory):
    with MediaWiki(tmp_path_factory.mktemp("mediawiki")) as server:
        yield server


@pytest.fixture(scope="module")
def blog(tmp_path_factory):
    with WordPress(tmp_path_factory.mktemp("wordpress")) as server:
        yield server


class TestBluesky:
    pytestmark = needs(BlueskyStack)

    @pytest.fixture
    def ask(self, bluesky):
        def ask(method, **params):
            bluesky.process_all()
            return requests.get(f"{bluesky.appview_url}/xrpc/{method}", params=params, timeout=30)

        return ask

    @pytest.fixture
    def feed(self, ask):
        return lambda handle: ask("app.bsky.feed.getAuthorFeed", actor=handle).json()["feed"]

    @pytest.fixture
    def profile(self, ask):
        return lambda handle: ask("app.bsky.actor.getProfile", actor=handle).json()

    def test_profile(self, bluesky, profile):
        """A profile is public with its name, text, picture and date of opening."""
        did = bluesky.create_account("profiled.test")
        bluesky.set_profile(
            "profiled.test", display_name=SCHOOL, description="Official", avatar=png(), created_at=MARCH
        )
        seen = profile("profiled.test")
        assert (seen["did"], seen["displayName"], seen["description"]) == (did, SCHOOL, "Official")
        assert seen["createdAt"] == "2026-03-02T09:00:00.000Z"
        assert requests.get(seen["avatar"], timeout=30).headers["Content-Type"].startswith("image/")

    def test_direct_messages(self, bluesky, profile):
        """Who may write to an account stands in its public profile, and nothing stands there until it is set."""
        bluesky.create_account("chatty.test")
        assert "chat" not in profile("chatty.test")["associated"]
        for who in ("all", "none", "following"):
            bluesky.set_chat_allow_incoming("chatty.test", who)
            assert profile("chatty.test")["associated"]["chat"] == {"allowIncoming": who}

    def test_self_label(self, bluesky, profile):
        """A label that an account gives itself is public and leaves the rest of its profile alone."""
        bluesky.create_account("labelled.test")
        bluesky.set_profile("labelled.test", display_name=SCHOOL)
        bluesky.self_label("labelled.test", "!no-unauthenticated")
        seen = profile("labelled.test")
        assert [label["val"] for label in seen["labels"]] == ["!no-unauthenticated"]
        assert seen["displayName"] == SCHOOL

    def test_posts(self, bluesky, feed):
        """A post is public with its date, link, labels and pictures until it is deleted."""
        bluesky.create_account("posting.test")
        post = bluesky.post(
            "posting.test",
            "Café news at bit.ly/abc",
            created_at=MARCH,
            images=[(png(), "Pumpkins")],
            links=[("bit.ly/abc", "https://bit.ly/abc")],
            labels=["graphic-media"],
        )
        (seen,) = (item["post"] for item in feed("posting.test"))
        (facet,) = seen["record"]["facets"]
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        (image,) = seen["embed"]["images"]
        assert (seen["uri"], seen["record"]["createdAt"]) == (post.uri, "2026-03-02T09:00:00.000Z")
        assert seen["record"]["text"].encode()[start:end] == b"bit.ly/abc"
        assert [label["val"] for label in seen["labels"]] == ["graphic-media"]
        assert image["alt"] == "Pumpkins"
        assert requests.get(image["fullsize"], timeout=30).headers["Content-Type"].startswith("image/")
        bluesky.delete_post("posting.test", post.uri)
        assert feed("posting.test") == []

    def test_replies_and_reposts(self, bluesky, feed):
        """Replies carry the first post of their thread, and a repost says who shared it."""
        bluesky.create_account("asking.test")
        bluesky.create_account("answering.test")
        first = bluesky.post("asking.test", "Who is coming?")
        answer = bluesky.post("answering.test", "We are", reply_to=first)
        bluesky.post("asking.test", "Good", reply_to=answer)
        bluesky.repost("answering.test", first)
        shared, replied = feed("answering.test")
        last = feed("asking.test")[0]
        assert shared["reason"]["by"]["handle"] == "answering.test"
        assert replied["post"]["record"]["reply"]["parent"]["uri"] == first.uri
        assert last["reply"]["root"]["uri"] == first.uri
        assert last["reply"]["parent"]["uri"] == answer.uri

    def test_link_card(self, bluesky, feed):
        """A post may carry the preview of a page."""
        bluesky.create_account("linking.test")
        bluesky.post("linking.test", "Menu", card="https://hazelbrook.example/menu")
        assert feed("linking.test")[0]["post"]["embed"]["external"]["uri"] == "https://hazelbrook.example/menu"

    def test_follow(self, bluesky, ask):
        """Who follows whom is public from both sides until undone."""
        for handle in ("followed.test", "fan.test"):
            bluesky.create_account(handle)

        def handles(method, actor, key):
            return [person["handle"] for person in ask(method, actor=actor).json()[key]]

        bluesky.follow("fan.test", "followed.test")
        assert handles("app.bsky.graph.getFollowers", "followed.test", "followers") == ["fan.test"]
        assert handles("app.bsky.graph.getFollows", "fan.test", "follows") == ["followed.test"]
        bluesky.unfollow("fan.test", "followed.test")
        assert handles("app.bsky.graph.getFollowers", "followed.test", "followers") == []

    def test_rename(self, bluesky, ask, profile):
        """A renamed account keeps its DID, and its former handle is unknown."""
        did = bluesky.create_account("oldname.test")
        bluesky.change_handle("oldname.test", "newname.test")
        assert profile(did)["handle"] == "newname.test"
        assert ask("app.bsky.actor.getProfile", actor="oldname.test").status_code == 400

    @pytest.mark.parametrize(
        ("end", "error"),
        [
            ("deactivate", "AccountDeactivated"),
            ("take_down", "AccountTakedown"),
            ("delete_account", "InvalidRequest"),
        ],
    )
    def test_endings(self, bluesky, ask, end, error):
        """A deactivated, a suspended and a deleted account each answer 400 with a word of their own."""
        handle = f"{end.replace('_', '-')}.test"
        bluesky.create_account(handle)
        getattr(bluesky, end)(handle)
        answer = ask("app.bsky.actor.getProfile", actor=handle)
        assert (answer.status_code, answer.json()["error"]) == (400, error)

    def test_reactivate(self, bluesky, profile):
        """A reactivated account is there again."""
        did = bluesky.create_account("back.test")
        bluesky.deactivate("back.test")
        bluesky.reactivate("back.test")
        assert profile("back.test")["did"] == did

    def test_stop_and_start(self, bluesky, profile):
        """A stopped AppView refuses connections, and knows everything when it is back."""
        did = bluesky.create_account("lasting.test")
        bluesky.stop()
        try:
            with pytest.raises(requests.ConnectionError):
                profile("lasting.test")
        finally:
            bluesky.start()
        assert profile("lasting.test")["did"] == did


class TestMediaWiki:
    pytestmark = needs(MediaWiki)

    @pytest.fixture
    def query(self, wiki):
        def query(**params):
            call = {"action": "query", "format": "json", "formatversion": 2, **params}
            return requests.get(wiki.api_url, params=call, timeout=30).json()["query"]

        return query

    @pytest.fixture
    def contributions(self, query):
        return lambda user: [edit["title"] for edit in query(list="usercontribs", ucuser=user)["usercontribs"]]

    def test_edits(self, wiki, contributions):
        """Edits of articles and talk pages stand in their author's contributions, newest first, with their dates."""
        wiki.create_user("Old Hand")
        first = wiki.edit("Old Hand", "Old Mill", "A mill.", "start", at=MARCH)
        second = wiki.edit("Old Hand", "Talk:Old Mill", "Is it a mill?", "ask")
        (seen,) = (edit for edit in wiki.revisions("Old Mill") if edit["user"] == "Old Hand")
        assert (seen["revid"], seen["timestamp"], seen["comment"]) == (first, "2026-03-02T09:00:00Z", "start")
        assert wiki.revisions("Talk:Old Mill")[0]["revid"] == second
        assert contributions("Old Hand") == ["Talk:Old Mill", "Old Mill"]

    def test_gone_from_contributions(self, wiki, contributions):
        """An edit leaves its author's contributions when its author is hidden or its page deleted, not when undone."""
        wiki.create_user("Keen Editor")
        wiki.edit("Keen Editor", "Windmill", "Sails.")
        wiki.edit("Keen Editor", "Watermill", "Wheels.")
        wiki.create_user("Vandal")
        wiki.edit("Vandal", "Windmill", "Nothing.")
        wiki.rollback("Windmill", "Vandal")
        assert contributions("Vandal") == ["Windmill"]
        wiki.hide_author(wiki.revisions("Windmill")[-1]["revid"])
        assert contributions("Keen Editor") == ["Watermill"]
        wiki.delete_page("Watermill")
        assert contributions("Keen Editor") == []
        assert wiki.revisions("Watermill") == []

    def test_users(self, wiki, query):
        """Whether users exist, are blocked and can be written to is public."""
        wiki.create_user("Reachable", email="office@hazelbrook.example")
        wiki.create_user("Blocked")
        wiki.block("Blocked", "a reason")
        found = query(list="users", ususers="Reachable|Blocked|Nobody", usprop="blockinfo|emailable")["users"]
        seen = {user["name"]: user for user in found}
        assert seen["Reachable"]["emailable"]
        assert not seen["Blocked"]["emailable"]
        assert seen["Blocked"]["blockreason"] == "a reason"
        assert seen["Nobody"]["missing"]

    def test_stop_and_start(self, wiki, contributions):
        """A stopped wiki refuses connections, and has kept everything when it is back."""
        wiki.create_user("Patient")
        wiki.edit("Patient", "Pond", "Water.")
        wiki.stop()
        try:
            with pytest.raises(requests.ConnectionError):
                contributions("Patient")
        finally:
            wiki.start()
        assert contributions("Patient") == ["Pond"]


class TestWordPress:
    pytestmark = needs(WordPress)

    @pytest.fixture
    def rest(self, blog):
        def rest(path, **params):
            return requests.get(f"{blog.base_url}/wp-json/wp/v2/{path}", params=params, timeout=30).json()

        return rest

    @pytest.fixture
    def feed(self, blog):
        def titles(path):
            answer = requests.get(f"{blog.base_url}{path}", timeout=30)
            return [item.findtext("title") for item in ET.fromstring(answer.content).iter("item")]

        return titles

    def test_posts(self, blog, rest, feed):
        """A post is public by REST and feed with author, date and text, changes with an edit, and goes when deleted."""
        author = blog.create_author("office", "School Office", "We run it", "https://hazelbrook.example")
        post = blog.post(author, "Harvest", '<p>See <a href="https://bit.ly/abc">this</a>, "really"</p>', MARCH)
        seen = rest(f"posts/{post.id}")
        assert (seen["link"], seen["date_gmt"], seen["author"]) == (post.url, "2026-03-02T09:00:00", author)
        assert 'href="https://bit.ly/abc"' in seen["content"]["rendered"]
        assert "Harvest" in feed("/feed/")
        writer = rest(f"users/{author}")
        assert (writer["name"], writer["description"], writer["url"]) == (
            "School Office",
            "We run it",
            "https://hazelbrook.example",
        )
        blog.update_post(post.id, post_title="Autumn", post_content="<p>Nothing</p>")
        assert rest(f"posts/{post.id}")["title"]["rendered"] == "Autumn"
        blog.delete_post(post.id)
        assert rest(f"posts/{post.id}")["code"] == "rest_post_invalid_id"
        assert "Autumn" not in feed("/feed/")

    def test_drafts(self, blog, rest, feed):
        """A draft is not public."""
        post = blog.post(blog.create_author("drafter", "Drafter"), "Unfinished", "<p>x</p>", status="draft")
        assert rest(f"posts/{post.id}")["code"] == "rest_forbidden"
        assert "Unfinished" not in feed("/feed/")

    def test_comments(self, blog, rest, feed):
        """Approved comments are public by REST and feed until deleted; held ones are not."""
        post = blog.post(blog.create_author("host", "Host"), "Open to all", "<p>Say something</p>")
        comment = blog.comment(post.id, "A Visitor", 'It\'s "lovely"', "https://visitor.example", date=MARCH)
        blog.comment(post.id, "Held", "Spam", approved=0)
        answer = blog.comment(post.id, "Host", "Thanks", reply_to=comment)
        seen = {item["id"]: item for item in rest("comments", post=post.id)}
        assert seen.keys() == {comment, answer}
        assert (seen[comment]["author_name"], seen[comment]["author_url"]) == (
            "A Visitor",
            "https://visitor.example",
        )
        assert seen[comment]["date_gmt"] == "2026-03-02T09:00:00"
        assert seen[answer]["parent"] == comment
        assert len(feed("/comments/feed/")) == 2
        blog.delete_comment(comment)
        assert [item["id"] for item in rest("comments", post=post.id)] == [answer]

    def test_media(self, blog, rest):
        """An uploaded picture is public with its alternative text and the post it belongs to."""
        post = blog.post(blog.create_author("snapper", "Snapper"), "Pictures", "<p>Look</p>")
        media = blog.upload_media(png(), "harvest.png", "Harvest", "Pumpkins", post.id)
        seen = rest(f"media/{media.id}")
        assert (seen["source_url"], seen["alt_text"], seen["post"]) == (media.url, "Pumpkins", post.id)
        assert seen["title"]["rendered"] == "Harvest"
        assert requests.get(media.url, timeout=30).content == png()

    def test_title(self, blog):
        """The blog's title and tagline are public."""
        blog.describe(SCHOOL, "The official blog")
        seen = requests.get(f"{blog.base_url}/wp-json/", timeout=30).json()
        assert (seen["name"], seen["description"]) == (SCHOOL, "The official blog")

    def test_stop_and_start(self, blog, rest):
        """A stopped blog refuses connections, and has kept everything when it is back."""
        post = blog.post(blog.create_author("keeper", "Keeper"), "Kept", "<p>x</p>")
        blog.stop()
        try:
            with pytest.raises(requests.ConnectionError):
                rest("posts")
        finally:
            blog.start()
        assert rest(f"posts/{post.id}")["id"] == post.id


class TestStaticSite:
    @pytest.fixture
    def site(self, tmp_path):
        with StaticSite(tmp_path, {"/": "<h1>Hazelbrook</h1>", "/logo.png": png()}) as site:
            yield site

    def test_pages(self, site):
        """Pages have their type by their ending, and are counted without their query."""
        home = requests.get(f"{site.base_url}/?from=post", timeout=30)
        logo = requests.get(f"{site.base_url}/logo.png", timeout=30)
        assert (home.text, home.headers["Content-Type"]) == (
            "<h1>Hazelbrook</h1>",
            "text/html; charset=utf-8",
        )
        assert (logo.content, logo.headers["Content-Type"]) == (png(), "image/png")
        assert site.requests == {"/": 1, "/logo.png": 1}

    def test_changes(self, site):
        """Pages, statuses and redirects may be changed while the site runs."""
        site.pages["/news/"] = "News"
        site.statuses["/"] = 500
        site.redirects["/old"] = "/news/"
        assert requests.get(f"{site.base_url}/old", timeout=30).text == "News"
        assert requests.get(f"{site.base_url}/", timeout=30).status_code == 500
        assert requests.get(f"{site.base_url}/nothing", timeout=30).status_code == 404

    def test_stop_and_start(self, site):
        """A stopped site refuses connections, and is back on the same port."""
        site.stop()
        with pytest.raises(requests.ConnectionError):
            requests.get(site.base_url, timeout=30)
        site.start()
        assert requests.get(site.base_url, timeout=30).ok


class TestServer:
    @staticmethod
    def alive(pid):
        """Whether the process runs; a zombie that nobody has collected does not."""
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    @pytest.fixture
    def parent(self, tmp_path):
        """A Python process that has started a server with a child of its own; the pids of the two."""
        pids = tmp_path / "pids"
        code = f"""
            import sys, time
            from pathlib import Path
            sys.path.insert(0, {str(Path(__file__).parents[1])!r})
            from servers.loopback import Server
            pids = Path({str(pids)!r})
            command = "sleep 600 & echo $$ $! > {pids}; wait"
            Server(["sh", "-c", command], pids.with_suffix(".log")).start(pids.exists)
            print("started", flush=True)
            time.sleep(600)
        """
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == "started\n"
            yield process, [int(pid) for pid in pids.read_text().split()]
            process.kill()

    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes the Linux way")
    def test_nothing_is_left_behind(self, parent):
        """A server and its children end when the process that started it is killed."""
        process, pids = parent
        assert all(self.alive(pid) for pid in pids)
        os.kill(process.pid, signal.SIGKILL)
        end = time.monotonic() + 30
        while any(self.alive(pid) for pid in pids) and time.monotonic() < end:
            time.sleep(0.05)
        assert not any(self.alive(pid) for pid in pids)

    def test_early_end(self, tmp_path):
        """A server that ends instead of getting ready is reported at once, with its last words."""
        server = loopback.Server(["sh", "-c", "echo no such table; exit 3"], tmp_path / "log")
        with pytest.raises(loopback.NotReadyError, match="no such table"):
            server.start(lambda: False)

    def test_missing(self, tmp_path):
        """What is not installed is named."""
        assert loopback.missing(tmp_path) is None
        assert "absent-program" in (loopback.missing(tmp_path / "absent-program") or "")
