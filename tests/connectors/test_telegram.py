"""Telegram's public pages: cards and previews, what is said of the rest, every way of failing, and what is recorded."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imitations import telegram_pages as pages
from imitations.scripted_site import Reply, Site
from imitations.telegram_pages import ID, card, film, photo, post, preview

from connectors import telegram
from connectors.connector import (
    ConnectorError,
    LoginWall,
    NotFound,
    NotRecorded,
    Private,
    RateLimited,
    Refused,
    SchemaDrift,
    TooLarge,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due
from connectors.telegram_page import Card, named_by, read_card, read_preview

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
OWN = frozenset({"hazelbrook"})
OFF = Reply(status=302, headers={"Location": "/hazelbrook"})


@pytest.fixture
def site():
    with Site() as one:
        yield one


def way_out(host, private=False, **more):
    hosts = {"private_hosts" if private else "test_hosts": frozenset({host})}
    return Http(Network("it@hazelbrook.example", default_pace=0.0, retries=0, **hosts), **more)


@pytest.fixture
def client(site):
    http = way_out(site.host)
    yield http.client("telegram")
    http.close()


def html(text):
    return text if isinstance(text, Reply) else Reply(text, headers=HTML)


@pytest.fixture
def collect(site, client):
    def collect(*previews, first=None, handle="hazelbrook", platform_id="", address="", **plan):
        site.on("/hazelbrook", html(card() if first is None else first))
        site.on("/s/hazelbrook", *map(html, previews or (preview(post(1)),)))
        row = Account("telegram:hazelbrook", 2, "telegram", handle, address, platform_id)
        return telegram.collect(row, CollectPlan(site.url, NOW, **plan), client)

    return collect


def said(snapshot, resource=Resource.POSTS):
    coverage = snapshot.coverage[resource]
    return coverage.status, coverage.planned, coverage.reason


def only(snapshot):
    [row] = snapshot.posts.to_dict("records")
    return row


class TestCard:
    """t.me/NAME: what has the name."""

    def test_a_channel_is_a_profile(self, collect, site):
        """Title, description, its links, picture and the whole number of subscribers; one page each, after robots.txt."""
        snapshot = collect()
        profile = snapshot.profile
        assert (profile.kind, profile.name, profile.followers) == ("channel", "Hazelbrook Primary", 12345)
        assert (profile.bio, profile.links) == (
            "News of our school. hazelbrook.example",
            ("https://hazelbrook.example/",),
        )
        assert profile.avatar == "https://cdn.example/badge.jpg"
        assert profile.address == "https://t.me/hazelbrook"
        assert profile.platform_id == ID
        assert profile.verified is False
        assert said(snapshot, Resource.PROFILE) == (CoverageStatus.COMPLETE, False, "")
        assert [one.path for one in site.requests] == ["/robots.txt", "/hazelbrook", "/s/hazelbrook"]
        assert site.requests[1].headers["Accept-Language"] == "en"

    def test_what_is_not_shown_is_said(self, collect):
        """Comments and subscribers are not offered; settings are a planned part: anybody may enter, the owner writes."""
        snapshot = collect()
        assert snapshot.coverage.keys() == telegram.RESOURCES
        assert said(snapshot, Resource.COMMENTS)[0] is CoverageStatus.NOT_OFFERED
        assert said(snapshot, Resource.FOLLOWERS)[0] is CoverageStatus.NOT_OFFERED
        assert said(snapshot, Resource.SETTINGS)[:2] == (CoverageStatus.PARTIAL, True)
        assert (snapshot.settings.joining, snapshot.settings.posting_by) == ("everyone", "owner")

    @pytest.mark.parametrize(
        ("extra", "count"),
        [
            ("1 subscriber", 1),
            ("no subscribers", 0),
            ("26\N{NO-BREAK SPACE}481 subscribers", 26481),
            ("26,481 subscribers", 26481),
            ("1.2K subscribers", 1200),
            ("12,3K subscribers", 12300),
            ("24M subscribers", 24_000_000),
        ],
    )
    def test_counts_in_every_spelling(self, collect, extra, count):
        """Whole numbers with any separator, and rounded ones as good as they are."""
        assert collect(first=card(extra)).profile.followers == count

    def test_a_verified_channel(self, collect):
        """Telegram's badge is told."""
        assert collect(first=card(mark="<i class='verified-icon'></i>")).profile.verified is True

    @pytest.mark.parametrize(
        ("extra", "button", "kind", "words"),
        [
            ("26 481 members, 1 564 online", "View in Telegram", "group", "a group's messages in the app only"),
            ("@hazelbrook", "Send Message", "personal", "a person's profile and no channel"),
            ("@hazelbrook", "Start Bot", "automated", "a bot and no channel"),
            ("1 204 monthly users", "Start Bot", "automated", "a bot and no channel"),
        ],
    )
    def test_other_kinds(self, collect, site, extra, button, kind, words):
        """Groups, persons and bots are told apart; their posts are not offered, and no preview is asked for."""
        snapshot = collect(first=card(extra, button=button))
        assert snapshot.profile.kind == kind
        status, _, reason = said(snapshot)
        assert status is CoverageStatus.NOT_OFFERED
        assert words in reason
        assert [one.path for one in site.requests] == ["/robots.txt", "/hazelbrook"]

    def test_a_group_is_open_to_all(self, collect):
        """Anybody may enter a public group; who writes there is not shown."""
        snapshot = collect(first=card("26 members"))
        assert (snapshot.settings.joining, snapshot.settings.posting_by) == ("everyone", None)
        assert snapshot.profile.followers == 26

    def test_a_persons_settings_are_not_offered(self, collect):
        """Nothing is claimed of a person's settings; Telegram's own sentence is no description."""
        offer = "You can contact <a href='tg://x'>@hazelbrook</a> right away."
        snapshot = collect(first=card("@hazelbrook", button="Send Message", bio=offer))
        assert snapshot.settings is None
        assert said(snapshot, Resource.SETTINGS)[0] is CoverageStatus.NOT_OFFERED
        assert (snapshot.profile.bio, snapshot.profile.links, snapshot.profile.followers) == ("", (), None)

    def test_a_card_without_a_number_leaves_the_kind_open(self, collect):
        """A group or channel that shows none is neither, and its preview decides about posts."""
        snapshot = collect(OFF, first=card("@hazelbrook"))
        assert snapshot.profile.kind == ""
        assert said(snapshot)[0] is CoverageStatus.NOT_OFFERED

    def test_nobody_under_the_name(self, collect):
        """Unknown, given up, renamed, deleted and private names look alike, and the sentence says so."""
        with pytest.raises(NotFound, match="given up or changed, or is private"):
            collect(first=pages.NOBODY)

    @pytest.mark.parametrize(
        ("reply", "error", "words"),
        [
            (pages.LOGIN, LoginWall, "asks to sign in"),
            (
                Reply(status=302, headers={"Location": "https://telegram.example/login"}),
                LoginWall,
                "sends us elsewhere",
            ),
            (pages.page("<h1>Just a moment</h1>"), SchemaDrift, "no card of a name"),
            (Reply("{}", headers={"Content-Type": "application/json"}), SchemaDrift, "no card of a name"),
            (card(""), SchemaDrift, "does not say whether it is a channel"),
            (Reply(status=404), NotFound, "no such page"),
            (Reply(status=403), Refused, "refused access"),
            (Reply(status=429), RateLimited, "enough requests"),
            (Reply(status=503), Unreachable, "fault of its own"),
            (Reply("<" * 6_000_000, headers=HTML), TooLarge, "5,000,000 bytes"),
        ],
    )
    def test_ways_of_failing(self, collect, reply, error, words):
        """Each trouble with the card is its own error with a sentence."""
        with pytest.raises(error, match=re.escape(words)):
            collect(first=reply)

    def test_robots_txt_is_respected(self, collect, site):
        """Should t.me close its pages to programs, none is opened."""
        site.on("/robots.txt", Reply("User-agent: *\nDisallow: /"))
        with pytest.raises(Refused, match=r"robots\.txt"):
            collect()
        assert [one.path for one in site.requests] == ["/robots.txt"]

    def test_a_closed_preview_leaves_the_card(self, collect, site):
        """Where only the preview is closed to programs, its posts are not permitted."""
        site.on("/robots.txt", Reply("User-agent: *\nDisallow: /s/"))
        snapshot = collect()
        assert said(snapshot)[0] is CoverageStatus.NOT_PERMITTED
        assert snapshot.profile.name == "Hazelbrook Primary"

    @pytest.mark.parametrize(
        ("handle", "address"),
        [
            ("@hazelbrook", ""),
            ("", "https://t.me/hazelbrook"),
            ("", "t.me/s/hazelbrook/12?single"),
            ("https://telegram.me/hazelbrook/", ""),
            ("Our channel", "https://t.me/hazelbrook"),
        ],
    )
    def test_spellings_of_the_name(self, collect, handle, address):
        """Handle or address, with what follows in it."""
        assert collect(handle=handle, address=address).profile.handle == "hazelbrook"

    @pytest.mark.parametrize("address", ["https://t.me/+AbCdEfGh", "https://t.me/joinchat/AbCdEfGh"])
    def test_an_invitation_is_private(self, client, site, address):
        """What is entered by invitation is not read."""
        with pytest.raises(Private, match="an invitation"):
            telegram.collect(Account("t", 2, "telegram", "", address), CollectPlan(site.url, NOW), client)
        assert not site.requests

    @pytest.mark.parametrize(
        ("handle", "address"), [("", ""), ("a b", ""), ("", "https://elsewhere.example/hazelbrook")]
    )
    def test_a_row_without_a_name_is_said(self, client, site, handle, address):
        """Nothing is asked for."""
        with pytest.raises(NotFound, match="gives no name"):
            telegram.collect(Account("t", 2, "telegram", handle, address), CollectPlan(site.url, NOW), client)
        assert not site.requests

    def test_prove_says_what_the_card_says(self, site, client):
        """One sentence with title and number."""
        site.on("/hazelbrook", html(card()))
        words = telegram.prove(Account("t", 2, "telegram", "hazelbrook"), CollectPlan(site.url, NOW), client)
        assert words == "t.me/hazelbrook answers: 'Hazelbrook Primary', 12 345 subscribers."


class TestPosts:
    """t.me/s/NAME: what a channel posted."""

    def test_a_post(self, collect):
        """Text with its lines, time, address and links; a word after # leads nowhere."""
        text = (
            "Sports day <i class='emoji'><b>\N{TROPHY}</b></i><br/>See <a href='https://hazelbrook.example/a'>here</a> "
            "<a href='?q=%23sport'>#sport</a>"
        )
        row = only(collect(preview(post(7, text=text))))
        assert row["text"] == "Sports day \N{TROPHY}\nSee here #sport"
        assert row["links"] == ("https://hazelbrook.example/a",)
        assert (row["id"], row["kind"], row["address"]) == ("7", "post", "https://t.me/hazelbrook/7")
        assert row["created"] == datetime(2026, 10, 8, 9, tzinfo=UTC)

    def test_notices_are_no_posts(self, collect):
        """That a channel was made is not something the school wrote."""
        snapshot = collect(preview(pages.SERVICE))
        assert snapshot.posts.empty
        assert said(snapshot) == (CoverageStatus.COMPLETE, False, "")

    def test_text_in_a_wrapper_of_its_own_kind_is_read_once(self, collect):
        """Telegram wraps a text into another of the same class."""
        inner = "<div class='tgme_widget_message_text js-message_text'>Once</div>"
        body = f"<div class='tgme_widget_message_text'>{inner}</div>"
        assert only(collect(preview(post(7, body=body))))["text"] == "Once"

    def test_polls_files_and_contacts_are_text(self, collect):
        """A poll's question and options, a file's name, and a contact handed on can hold personal data."""
        body = (
            "<div class='tgme_widget_message_poll'><div class='tgme_widget_message_poll_question'>Tea?</div>"
            "<div class='tgme_widget_message_poll_option_text'>Yes</div></div>"
            "<div class='tgme_widget_message_document_title'>year4-names.xlsx</div>"
            "<div class='tgme_widget_message_contact_wrap'>Office <b>01632 960001</b></div>"
        )
        row = only(collect(preview(post(7, body=body))))
        assert row["text"] == "Tea?\nYes\nyear4-names.xlsx\nOffice 01632 960001"

    def test_a_place_is_told(self, collect):
        """A place given as a field has a name and a position."""
        place = "<a class='tgme_widget_message_location_wrap' href='https://maps.example/?q=51.5001,-0.1246&z=1'>Old Mill</a>"
        row = only(collect(preview(post(7, body=place))))
        assert (row["place"], row["position"]) == ("Old Mill", "51.5001,-0.1246")

    def test_pictures_and_films(self, collect):
        """An album's pictures have numbers of their own; a film stands once, and its still where it does not play."""
        body = photo(7) + photo(8, "//cdn.example/b.jpg") + film(9) + "<audio src='https://cdn.example/c.ogg'></audio>"
        snapshot = collect(preview(post(7, body=body)))
        rows = snapshot.media[["id", "kind", "address"]].to_dict("split")["data"]
        assert rows == [
            ["7", "image", "https://cdn.example/a.jpg"],
            ["8", "image", "https://cdn.example/b.jpg"],
            ["9", "video", "https://cdn.example/a.mp4"],
            ["7-2", "audio", "https://cdn.example/c.ogg"],
        ]
        assert only(snapshot)["media"] == tuple(row[2] for row in rows)
        assert said(snapshot, Resource.MEDIA) == (CoverageStatus.COMPLETE, False, "")

    def test_a_film_beside_its_player(self, collect):
        """Where the film stands beside the player, both it and its still are there, and nothing is missing."""
        snapshot = collect(preview(post(9, body=film(9, nested=False))))
        assert list(snapshot.media["kind"]) == ["image", "video"]
        assert said(snapshot, Resource.MEDIA)[0] is CoverageStatus.COMPLETE

    def test_a_film_that_plays_in_the_app_only_is_said(self, collect):
        """Its still is a picture, and the media are a planned part."""
        snapshot = collect(preview(post(9, body=film(9, src=""))))
        assert list(snapshot.media["kind"]) == ["image"]
        reason = "Films that play in the app only: 1; a person opens them there."
        assert said(snapshot, Resource.MEDIA) == (CoverageStatus.PARTIAL, True, reason)

    def test_a_post_that_shows_in_the_app_only_is_said(self, collect):
        """An empty shell is no post without text."""
        body = "<div class='message_media_not_supported_wrap'>Please open Telegram to view this post</div>"
        reason = "Posts that Telegram shows in the app only: 1; a person opens them there."
        assert said(collect(preview(post(9, body=body), post(10)))) == (CoverageStatus.PARTIAL, True, reason)

    def test_a_forwarded_post_is_a_repost(self, collect):
        """What another wrote is a repost, and its pictures are not the school's."""
        body = (
            "<div class='tgme_widget_message_forwarded_from'>Forwarded from <a class='tgme_widget_message_forwarded_from_name' "
            "href='https://t.me/elsewhere/5'>Elsewhere</a></div>"
            f"{photo(7)}<div class='tgme_widget_message_text'>Theirs</div>"
        )
        snapshot = collect(preview(post(7, body=body)))
        assert (only(snapshot)["kind"], only(snapshot)["text"]) == ("repost", "Theirs")
        assert only(snapshot)["links"] == ()
        assert snapshot.media.empty

    def test_an_answer_names_what_it_answers(self, collect):
        """The quoted words are not the post's."""
        body = (
            "<a class='tgme_widget_message_reply' href='https://t.me/hazelbrook/3'><div class='tgme_widget_message_text "
            "js-message_reply_text'>Quoted</div></a><div class='tgme_widget_message_text'>Own</div>"
        )
        row = only(collect(preview(post(7, body=body))))
        assert (row["kind"], row["reply_to"], row["text"]) == ("reply", "3", "Own")

    def test_the_linked_page_in_small_is_only_a_link(self, collect):
        """Its title is another's; its address is linked to."""
        body = (
            "<a class='tgme_widget_message_link_preview' href='https://news.example/1'>"
            "<div class='link_preview_description js-message_text tgme_widget_message_text'>Theirs</div></a>"
        )
        row = only(
            collect(
                preview(
                    post(7, text="Own", body=None).replace(
                        "</div></div></div></div>", f"{body}</div></div></div></div>"
                    )
                )
            )
        )
        assert (row["text"], row["links"]) == ("Own", ("https://news.example/1",))

    def test_pages_are_followed_to_their_end(self, collect, site):
        """Numbers have gaps: each page begins before the oldest number seen, until a page has no older post."""
        first, second = preview(post(41), post(47)), preview(post(5), post(9))
        snapshot = collect(first, second, preview(), refetch=("47", "6"))
        assert list(snapshot.posts["id"]) == ["47", "41", "9", "5"]
        assert [one.path for one in site.requests[2:]] == [
            "/s/hazelbrook",
            "/s/hazelbrook?before=41",
            "/s/hazelbrook?before=5",
        ]
        assert said(snapshot) == (CoverageStatus.COMPLETE, False, "")
        assert snapshot.gone == {"6"}

    def test_a_server_that_ignores_the_number_ends(self, collect, site):
        """The same page once more is the end and no circle."""
        collect(preview(post(41)))
        assert len(site.requests) == 4

    def test_only_what_is_new(self, collect, site):
        """With a date, older posts are left out and the next page is not asked for."""
        since = datetime(2026, 10, 8, 0, tzinfo=UTC)
        snapshot = collect(preview(post(6), post(7), post(8)), since=since)
        assert list(snapshot.posts["id"]) == ["8", "7"]
        assert said(snapshot) == (CoverageStatus.COMPLETE, False, "")
        assert said(snapshot, Resource.MEDIA)[:2] == (CoverageStatus.PARTIAL, True)
        assert len(site.requests) == 3

    def test_older_posts_are_looked_at_again(self, collect, site):
        """One page shows a wanted post and its neighbours; one that is missing there is gone."""
        since = datetime(2026, 10, 28, tzinfo=UTC)
        snapshot = collect(preview(post(27)), preview(post(3), post(4)), since=since, refetch=("4", "3", "x"))
        assert sorted(snapshot.posts["id"]) == ["27", "3", "4"]
        assert site.requests[-1].path == "/s/hazelbrook?before=5"
        assert not snapshot.gone

    def test_an_older_post_that_was_deleted_is_gone(self, collect):
        """Only the posts before it are there."""
        since = datetime(2026, 10, 28, tzinfo=UTC)
        assert collect(preview(post(27)), preview(post(3)), since=since, refetch=("4",)).gone == {"4"}

    def test_trouble_while_looking_again_closes_nothing(self, collect):
        """An outage is no deletion."""
        since = datetime(2026, 10, 28, tzinfo=UTC)
        snapshot = collect(preview(post(27)), Reply(status=500), since=since, refetch=("4",))
        assert said(snapshot)[:2] == (CoverageStatus.PARTIAL, False)
        assert not snapshot.gone

    def test_caps_are_said(self, collect):
        """Both caps make planned parts, down to the oldest post read."""
        snapshot = collect(preview(post(6), post(7)), max_posts=1)
        assert said(snapshot) == (CoverageStatus.PARTIAL, True, "Stopped at the cap of 1 posts.")
        assert snapshot.coverage[Resource.POSTS].since == datetime(2026, 10, 8, 9, tzinfo=UTC)
        assert said(collect(preview(post(6)), max_pages=1))[2] == "Stopped at the cap of 1 pages."

    def test_no_preview_is_not_offered(self, collect):
        """A channel whose preview is off or restricted sends to its card."""
        reason = "Telegram shows no preview of the channel's posts outside the app; a person opens it there."
        snapshot = collect(OFF, refetch=("4",))
        assert said(snapshot) == (CoverageStatus.NOT_OFFERED, False, reason)
        assert said(snapshot, Resource.MEDIA) == (CoverageStatus.NOT_OFFERED, False, reason)
        assert not snapshot.gone

    def test_a_channel_without_posts(self, collect):
        """Word that there is none is complete; a page with neither posts nor word is drift."""
        assert said(collect(pages.NOTHING)) == (CoverageStatus.COMPLETE, False, "")

    @pytest.mark.parametrize(
        ("reply", "words"),
        [
            (preview(), "shows not even the notice"),
            (preview(post(7).replace("data-post", "data-other")), "lack 'data-post'"),
            (preview(post(7, name="!!")), "lacks its number"),
            (preview(post(7).replace("<time", "<b")), "lacks its time"),
            (preview(post(7, day="yesterday")), "no time that exists"),
            (preview(post(7, name="elsewhere")), "posts of another channel"),
            (pages.page("<h1>Just a moment</h1>"), "no preview of a channel"),
            (pages.LOGIN, "asks to sign in"),
            (Reply(status=429), "enough requests"),
        ],
    )
    def test_ways_of_failing(self, collect, reply, words):
        """Each trouble with the preview fails the posts with its sentence, and leaves the card."""
        snapshot = collect(reply)
        status, _, reason = said(snapshot)
        assert status is CoverageStatus.FAILED
        assert words in reason
        assert snapshot.profile.name == "Hazelbrook Primary"

    def test_trouble_later_leaves_an_unplanned_part(self, collect):
        """What was read counts."""
        snapshot = collect(preview(post(7)), Reply(status=500))
        assert said(snapshot)[:2] == (CoverageStatus.PARTIAL, False)
        assert len(snapshot.posts) == 1

    def test_the_name_with_another_number_is_another_channel(self, collect):
        """A channel that took over the name is never followed silently; nothing of it is taken."""
        with pytest.raises(NotFound, match=rf"belongs to another channel now \({ID}, and not 42\)"):
            collect(preview(post(7)), platform_id="42")
        assert len(collect(preview(post(7)), platform_id=ID).posts) == 1

    def test_the_number_is_read_from_either_field(self, collect):
        """Where the coded field is missing or broken, the other tells it; without both it is not known."""
        broken = post(7, view="%%%")
        assert collect(preview(broken)).profile.platform_id == ""
        peer = broken.replace("data-view", f"data-peer='c{ID}_-12' data-view")
        assert read_preview(preview(peer)).channel_id == ID

    def test_what_is_skipped_keeps_its_reason(self, collect, site):
        """The plan's own reasons stand, and nothing is asked for in vain."""
        later = not_due("not tonight")
        snapshot = collect(skip={Resource.POSTS: later, Resource.PROFILE: later})
        assert snapshot.coverage[Resource.POSTS] == snapshot.coverage[Resource.PROFILE] == later
        assert (snapshot.profile, len(snapshot.posts)) == (None, 0)
        assert [one.path for one in site.requests] == ["/robots.txt", "/hazelbrook"]


# Recording


def whole():
    """A page with everybody on it."""
    forwarded = (
        "<div class='tgme_widget_message_forwarded_from'>Forwarded from <a href='https://t.me/villagepaper'>Village Paper</a></div>"
        f"{photo(7, 'https://cdn.example/theirs.jpg')}<div class='tgme_widget_message_text'>Village gossip by Joan Doe</div>"
    )
    reply = (
        "<a class='tgme_widget_message_reply' href='https://t.me/hazelbrook/7'><span>Joan Doe</span>"
        "<div class='tgme_widget_message_text'>Quoted gossip</div></a>"
    )
    text = (
        "Thanks @joandoe77 and t.me/hazelbrook, <a href='https://t.me/joandoe77'>her</a>, t.me/+SecretDoor1, joandoe77.t.me, "
        "<a href='tg://user?id=7700'>.</a> <a href='https://t.me/joandoe77/8088'>.</a>"
    )
    signed = "<span class='tgme_widget_message_from_author'>Head Teacher Doe</span>"
    return preview(
        post(7, body=forwarded),
        post(8, body=f"{reply}{photo(8)}<div class='tgme_widget_message_text'>{text}</div>", meta=signed),
        post(9, body=film(9, src="")),
        post(10, body="<div class='tgme_widget_message_sticker_wrap'></div>"),
        post(
            11, body="<a class='tgme_widget_message_location_wrap' href='https://maps.example/?q=51.5,-0.12'>Mill</a>"
        ),
        post(12, body=""),
        post(13, body=photo(13) + photo(13) + film(13)),
    )


def test_a_recording_replaces_others_and_replays(site, tmp_path):
    """The school's posts read the same from it; nobody else is in it."""
    site.on("/hazelbrook", html(card()))
    site.on("/s/hazelbrook", html(whole()), html(preview()))
    row = Account("telegram:x", 2, "telegram", "hazelbrook")
    plan = CollectPlan(site.url, NOW)
    path = tmp_path / "night.jsonl"
    kept = []

    def disguise(body, stand_ins):
        kept.append(telegram.disguise(body, OWN, stand_ins))
        return kept[-1]

    with Recorder(path, NOW, own=OWN) as recorder:
        first = telegram.collect(row, plan, way_out(site.host, private=True, recorder=recorder).client("x", disguise))
    asked = len(site.requests)
    again = telegram.collect(row, plan, way_out("nobody", replay=Replay(path)).client("x"))
    assert len(site.requests) == asked
    assert again.profile == first.profile
    assert again.coverage == first.coverage
    assert again.media.equals(first.media)
    own = ["id", "kind", "created", "reply_to", "place", "position"]
    assert again.posts[own].equals(first.posts[own])
    assert len(first.posts) == 7
    text = "".join(kept)
    for name in (
        "Joan",
        "joandoe77",
        "Village",
        "gossip",
        "Head Teacher",
        "theirs.jpg",
        "SecretDoor",
        "1.2K",
        "7700",
        "8088",
    ):
        assert name not in text
    assert "t.me/hazelbrook" in text
    assert "Thanks @anon_" in text


def test_a_closed_preview_replays(site, tmp_path):
    """The redirect of a channel without a preview is kept, and so is that nobody has a name."""
    site.on("/hazelbrook", html(card()), html(pages.NOBODY))
    site.on("/s/hazelbrook", Reply("<html><body>302 Found</body></html>", 302, HTML | {"Location": "/hazelbrook"}))
    row, plan, path = Account("telegram:x", 2, "telegram", "hazelbrook"), CollectPlan(site.url, NOW), tmp_path / "night"
    with Recorder(path, NOW, own=OWN) as recorder:
        http = way_out(site.host, private=True, recorder=recorder)
        client = http.client("x", lambda body, stand_ins: telegram.disguise(body, OWN, stand_ins))
        first = telegram.collect(row, plan, client)
        with pytest.raises(NotFound):
            telegram.collect(row, plan, client)
    client = way_out("nobody", replay=Replay(path)).client("x")
    assert telegram.collect(row, plan, client).coverage == first.coverage
    with pytest.raises(NotFound):
        telegram.collect(row, plan, client)


def test_another_channel_is_not_recorded(site, tmp_path):
    """What the disguise refuses is missing from the recording, and its replay says so."""
    site.on("/hazelbrook", html(card(name="elsewhere")))
    row, plan, path = Account("telegram:x", 2, "telegram", "hazelbrook"), CollectPlan(site.url, NOW), tmp_path / "night"
    with Recorder(path, NOW, own=OWN) as recorder:
        http = way_out(site.host, private=True, recorder=recorder)
        client = http.client("x", lambda body, stand_ins: telegram.disguise(body, OWN, stand_ins))
        with pytest.raises(ConnectorError):
            telegram.collect(row, plan.__class__(f"{site.url}/missing", NOW), client)
        site.on("/s/hazelbrook", html(preview(post(1))))
        telegram.collect(row, plan, client)
    with pytest.raises(NotRecorded):
        telegram.collect(row, plan, way_out("nobody", replay=Replay(path)).client("x"))


@pytest.mark.parametrize(
    "body",
    [
        {"ok": True},
        "plain words of somebody",
        card(name="elsewhere"),
        card().replace("resolve?domain", "resolve?other"),
        preview(post(7, name="elsewhere")),
        preview(post(7), post(8, name="elsewhere")),
    ],
)
def test_the_disguise_fails_closed(body):
    """Whatever is not a page about an own name is refused."""
    with pytest.raises(ValueError, match=r"page|somebody else|another channel"):
        telegram.disguise(body, OWN, StandIns())


@pytest.mark.parametrize("own", ["hazelbrook", "https://t.me/hazelbrook/"])
def test_the_disguise_knows_the_own_channel(own):
    """The school's channel stays, however the register spells it."""
    kept = telegram.disguise(preview(post(7)), frozenset({own}), StandIns())
    assert read_preview(kept) == read_preview(preview(post(7)))


@pytest.mark.parametrize("body", ["", "User-agent: *\nDisallow: /s/"])
def test_rules_for_programs_are_recorded_as_they_are(body):
    """robots.txt stays whole."""
    assert telegram.disguise(body, OWN, StandIns()) == body


@settings(max_examples=30)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), st.text(max_size=40))
def test_what_is_kept_reads_as_before(words, extra):
    """Own cards and posts read the same after the disguise, whatever characters they hold."""
    words = words.replace("@", "").replace("t.me", "").replace("telegram", "")
    kind = card(extra=extra.replace("<", "").replace("&", ""), title="A", bio=words.replace("<", "").replace("&", ""))
    kept = telegram.disguise(kind, OWN, StandIns(OWN))
    assert read_card(kept) == read_card(kind)
    shown = preview(post(7, text=words.replace("<", "&lt;")))
    assert read_preview(telegram.disguise(shown, OWN, StandIns(OWN))) == read_preview(shown)


@given(st.text(max_size=300), st.sampled_from(["", "<div class='tgme_page'>", "<div class='tgme_channel_info'>"]))
def test_any_page_is_read_or_refused(text, start):
    """Whatever comes is a card, a preview or a ConnectorError, and nothing else."""
    for read in (read_card, read_preview):
        try:
            read(f"<html><body>{start}{text}")
        except ConnectorError:
            continue


def test_a_captured_post_page_is_neither(contracts):
    """A real page about one post is no card and no preview, names its channel, and leaves nothing in a recording."""
    real = (contracts / "telegram" / "html" / "telegram-item.html").read_text(encoding="utf-8")
    assert read_card(real) == Card()
    with pytest.raises(SchemaDrift):
        read_preview(real)
    name = named_by(real)
    assert f"https://t.me/{name}/" in real
    kept = telegram.disguise(real, frozenset({name.casefold()}), StandIns())
    assert name not in kept
    assert len(kept) < 200
