"""Which addresses have the shape of a profile, and which only look like it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.policy import read_data
from checks.readers.profile_links import profile_shaped

TABLE = read_data("profile_links.toml")
CHANNEL = "UCabcdEFGH1234_-ijklMNOP"

PROFILES = [
    ("https://www.facebook.com/HazelbrookPrimary", "facebook", "hazelbrookprimary"),
    ("http://facebook.com/hazelbrook.primary/", "facebook", "hazelbrook.primary"),
    ("https://m.facebook.com/hazelbrook/?ref=page_internal&__tn__=x", "facebook", "hazelbrook"),
    ("https://en-gb.facebook.com/hazelbrook/", "facebook", "hazelbrook"),
    ("https://fb.com/hazelbrook", "facebook", "hazelbrook"),
    ("https://www.facebook.com/pg/hazelbrook/posts/?ref=nav", "facebook", "hazelbrook"),
    ("https://www.facebook.com/hazelbrook/photos", "facebook", "hazelbrook"),
    ("https://www.facebook.com/profile.php?id=100064812345678", "facebook", "100064812345678"),
    ("https://www.facebook.com/profile.php?sk=about&id=100064812345678#x", "facebook", "100064812345678"),
    ("https://www.facebook.com/pages/Hazelbrook-School/123456789", "facebook", "123456789"),
    ("https://www.facebook.com/pages/category/School/Hazelbrook-123456789/", "facebook", None),
    ("https://www.facebook.com/pages/category/School/Hazelbrook/123456789/", "facebook", "123456789"),
    ("https://www.facebook.com/people/Hazelbrook-School/100064812345678/", "facebook", "100064812345678"),
    ("https://www.facebook.com/p/Hazelbrook-School-100064812345678/", "facebook", "100064812345678"),
    ("https://www.facebook.com/Hazelbrook-Primary-School-123456789012345/", "facebook", "123456789012345"),
    ("https://www.facebook.com/groups/hazelbrook.pta/about", "facebook", "groups/hazelbrook.pta"),
    ("https://www.facebook.com/#!/hazelbrook", "facebook", "hazelbrook"),
    ("https://m.me/hazelbrook", "facebook", "hazelbrook"),
    (
        "https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Fwww.facebook.com%2Fhazelbrook%2F&tabs=timeline",
        "facebook",
        "hazelbrook",
    ),
    (
        "https://www.facebook.com/v2.8/plugins/likebox.php?href=http://facebook.com/hazelbrook&width=300",
        "facebook",
        "hazelbrook",
    ),
    ("https://www.instagram.com/hazelbrook_primary/", "instagram", "hazelbrook_primary"),
    ("https://instagram.com/Hazel.Brook?igshid=abc=", "instagram", "hazel.brook"),
    ("https://www.instagram.com/hazelbrook/reels/", "instagram", "hazelbrook"),
    ("https://www.threads.net/@hazelbrook", "threads", "hazelbrook"),
    ("https://www.threads.com/@hazelbrook/replies", "threads", "hazelbrook"),
    ("https://twitter.com/HazelbrookPri", "x", "hazelbrookpri"),
    ("https://x.com/hazelbrook?lang=en-GB", "x", "hazelbrook"),
    ("https://mobile.twitter.com/@hazelbrook/with_replies", "x", "hazelbrook"),
    ("http://twitter.com/#!/hazelbrook", "x", "hazelbrook"),
    ("https://twitter.com/intent/follow?screen_name=Hazelbrook&original_referer=y", "x", "hazelbrook"),
    ("https://x.com/intent/user?screen_name=hazelbrook", "x", "hazelbrook"),
    (
        "https://syndication.twitter.com/srv/timeline-profile/screen-name/hazelbrook?dnt=true",
        "x",
        "hazelbrook",
    ),
    (f"https://www.youtube.com/channel/{CHANNEL}", "youtube", CHANNEL),
    (f"https://youtube.com/channel/{CHANNEL}/videos?view=0", "youtube", CHANNEL),
    ("https://www.youtube.com/@HazelbrookPrimary", "youtube", "hazelbrookprimary"),
    ("https://www.youtube.com/@hazelbrook/featured", "youtube", "hazelbrook"),
    ("https://www.youtube.com/c/Hazelbrook", "youtube", "hazelbrook"),
    ("https://www.youtube.com/user/HazelbrookTV/videos", "youtube", "hazelbrooktv"),
    ("https://www.youtube.com/hazelbrookschool", "youtube", "hazelbrookschool"),
    ("https://www.youtube.com/subscription_center?add_user=hazelbrook", "youtube", "hazelbrook"),
    ("https://www.tiktok.com/@hazelbrook.school?lang=en", "tiktok", "hazelbrook.school"),
    ("https://uk.linkedin.com/company/hazelbrook-primary-school/", "linkedin", "hazelbrook-primary-school"),
    ("https://www.linkedin.com/school/hazelbrook/people/", "linkedin", "hazelbrook"),
    ("https://www.linkedin.com/company/12345678?trk=x", "linkedin", "12345678"),
    ("https://www.pinterest.co.uk/hazelbrook/", "pinterest", "hazelbrook"),
    ("https://uk.pinterest.com/hazelbrook/_saved/", "pinterest", "hazelbrook"),
    ("https://www.flickr.com/photos/12345678@N00/", "flickr", "12345678@n00"),
    ("https://www.flickr.com/people/hazelbrook", "flickr", "hazelbrook"),
    ("https://www.flickr.com/photos/hazelbrook/albums", "flickr", "hazelbrook"),
    ("https://www.flickr.com/groups/hazelbrook-fair/pool/", "flickr", "groups/hazelbrook-fair"),
    ("https://vimeo.com/hazelbrook", "vimeo", "hazelbrook"),
    ("https://vimeo.com/user12345678/videos", "vimeo", "user12345678"),
    ("https://vimeo.com/channels/hazelbrook", "vimeo", "channels/hazelbrook"),
    ("https://bsky.app/profile/hazelbrook.example", "bluesky", "hazelbrook.example"),
    ("https://bsky.app/profile/Hazelbrook.bsky.social/", "bluesky", "hazelbrook.bsky.social"),
    (
        "https://bsky.app/profile/did:plc:abcdefghijklmnopqrstuvwx",
        "bluesky",
        "did:plc:abcdefghijklmnopqrstuvwx",
    ),
    ("https://bsky.app/profile/did:web:hazelbrook.example", "bluesky", "did:web:hazelbrook.example"),
    ("https://hazelbrook.bsky.social", "bluesky", "hazelbrook.bsky.social"),
    ("https://mastodon.example/@Hazelbrook", "mastodon", "hazelbrook@mastodon.example"),
    ("https://social.county.example/web/@hazel.brook/media", "mastodon", "hazel.brook@social.county.example"),
    ("https://mastodon.example/@hazelbrook@other.example", "mastodon", "hazelbrook@other.example"),
    ("https://hazelbrook.tumblr.com/", "tumblr", "hazelbrook"),
    ("https://hazelbrook.tumblr.com/archive", "tumblr", "hazelbrook"),
    ("https://www.tumblr.com/hazelbrook", "tumblr", "hazelbrook"),
    ("https://www.tumblr.com/blog/view/hazelbrook", "tumblr", "hazelbrook"),
    ("https://soundcloud.com/hazelbrook-radio/tracks", "soundcloud", "hazelbrook-radio"),
    ("https://www.snapchat.com/add/hazelbrook", "snapchat", "hazelbrook"),
    ("https://www.snapchat.com/@hazel.brook", "snapchat", "hazel.brook"),
    ("https://story.snapchat.com/u/hazelbrook", "snapchat", "hazelbrook"),
    ("https://whatsapp.com/channel/0029VaAbCdEfGhIjKlMnOp1a", "whatsapp", "0029VaAbCdEfGhIjKlMnOp1a"),
    ("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv", "whatsapp", "chat/AbCdEfGhIjKlMnOpQrStUv"),
    ("https://t.me/hazelbrook", "telegram", "hazelbrook"),
    ("https://t.me/s/Hazelbrook?before=10", "telegram", "hazelbrook"),
    ("https://telegram.me/hazelbrook", "telegram", "hazelbrook"),
    ("https://hazelbrook.t.me/", "telegram", "hazelbrook"),
    ("https://t.me/+AbCdEfGhIjKlMnOp", "telegram", "+AbCdEfGhIjKlMnOp"),
    ("https://t.me/joinchat/AbCdEfGhIjKlMnOp", "telegram", "+AbCdEfGhIjKlMnOp"),
    ("https://matrix.to/#/#Fair:hazelbrook.example", "matrix", "#fair:hazelbrook.example"),
    ("https://matrix.to/#/%23fair%3Ahazelbrook.example?via=a.example", "matrix", "#fair:hazelbrook.example"),
    ("https://matrix.to/#/!AbCdEf:hazelbrook.example?via=a.example", "matrix", "!AbCdEf:hazelbrook.example"),
    ("https://discord.gg/AbCdEf", "discord", "AbCdEf"),
    ("https://discord.com/invite/AbCdEf", "discord", "AbCdEf"),
    ("https://www.reddit.com/r/Hazelbrook/", "reddit", "r/hazelbrook"),
    ("https://old.reddit.com/r/hazelbrook/top?t=all", "reddit", "r/hazelbrook"),
    ("https://www.reddit.com/user/hazelbrook_school", "reddit", "hazelbrook_school"),
    ("https://reddit.com/u/hazelbrook", "reddit", "hazelbrook"),
    ("https://hazelbrookclass3.wordpress.com/", "wordpress_com", "hazelbrookclass3"),
    ("http://hazelbrook.blogspot.com", "blogger", "hazelbrook"),
    ("https://hazelbrook.blogspot.co.uk/?m=1", "blogger", "hazelbrook"),
    ("https://www.blogger.com/profile/01234567890123456789", "blogger", "profile/01234567890123456789"),
    ("https://en.wikipedia.org/wiki/Hazelbrook_Primary_School", "wikipedia", "Hazelbrook Primary School"),
    ("https://cy.m.wikipedia.org/wiki/Ysgol_Hazelbrook#Hanes", "wikipedia", "Ysgol Hazelbrook"),
    (
        "https://en.wikipedia.org/wiki/St_Mary%27s_School,_Hazelbrook",
        "wikipedia",
        "St Mary's School, Hazelbrook",
    ),
    ("https://en.wikipedia.org/wiki/User:Hazelbrook_School", "wikipedia", "User:Hazelbrook School"),
    ("https://nextdoor.co.uk/pages/hazelbrook-primary/", "nextdoor", "hazelbrook-primary"),
    ("https://myspace.com/hazelbrook", "myspace", "hazelbrook"),
    ("https://hazelbrook.substack.com/about", "substack", "hazelbrook"),
    ("https://www.twitch.tv/hazelbrook/videos", "twitch", "hazelbrook"),
]

LOOKALIKES = """
https://www.facebook.com/
https://www.facebook.com/sharer.php?u=https://hazelbrook.example/
https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fwww.facebook.com%2Fhazelbrook
https://www.facebook.com/SHARER.PHP
https://www.facebook.com/share.php?u=x
https://www.facebook.com/share/p/AbCdEf/
https://www.facebook.com/dialog/share?app_id=1&href=https://hazelbrook.example
https://www.facebook.com/v2.8/dialog/feed
https://www.facebook.com/tr?id=123456789&ev=PageView
https://www.facebook.com/hazelbrook/posts/123456789
https://www.facebook.com/hazelbrook/videos/123456789/
https://www.facebook.com/hazelbrook/photos/a.1/2/?type=3
https://www.facebook.com/permalink.php?story_fbid=1&id=100064812345678
https://www.facebook.com/story.php?story_fbid=1&id=2
https://www.facebook.com/photo.php?fbid=1
https://www.facebook.com/photo/?fbid=1
https://www.facebook.com/watch/?v=1
https://www.facebook.com/reel/1234567890
https://www.facebook.com/events/1234567890/
https://www.facebook.com/hashtag/hazelbrook
https://www.facebook.com/login.php?next=x
https://www.facebook.com/anything.php
https://www.facebook.com/privacy/policy
https://www.facebook.com/groups/
https://www.facebook.com/groups/hazelbrook/permalink/123
https://www.facebook.com/pages/
https://www.facebook.com/media/set/?set=a.1
https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Fhazelbrook.example%2Fnews
https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fhazelbrook%2Fvideos%2F1
https://www.facebook.com/plugins/page.php
https://developers.facebook.com/docs
https://l.facebook.com/l.php?u=https://x.com/hazelbrook
https://fb.me/e/1abc
https://connect.facebook.net/en_GB/sdk.js
https://www.instagram.com/
https://www.instagram.com/p/AbCdEf/
https://www.instagram.com/hazelbrook/p/AbCdEf/
https://www.instagram.com/reel/AbCdEf/
https://www.instagram.com/stories/hazelbrook/123/
https://www.instagram.com/explore/tags/hazelbrook/
https://www.instagram.com/accounts/login/
https://www.threads.net/@hazelbrook/post/AbCdEf
https://www.threads.net/intent/post?text=x
https://twitter.com/
https://twitter.com/share?url=https://hazelbrook.example
https://twitter.com/intent/tweet?url=x&via=hazelbrook
https://x.com/intent/post?text=@hazelbrook
https://twitter.com/home?status=x
https://twitter.com/hashtag/hazelbrook?src=hash
https://twitter.com/search?q=hazelbrook
https://x.com/i/flow/login
https://x.com/hazelbrook/status/1234567890
https://twitter.com/hazelbrook/lists/classes
https://twitter.com/sixteencharacter
https://platform.twitter.com/widgets.js
https://t.co/AbCdEf
https://twitter.com/twitter
https://www.youtube.com/
https://www.youtube.com/watch?v=AbCdEfGhIjK
https://www.youtube.com/embed/AbCdEfGhIjK
https://www.youtube.com/embed/videoseries?list=PL1
https://www.youtube.com/playlist?list=PL1
https://www.youtube.com/shorts/AbCdEfGhIjK
https://www.youtube.com/live/AbCdEfGhIjK
https://www.youtube.com/results?search_query=hazelbrook
https://www.youtube.com/hashtag/hazelbrook
https://www.youtube.com/feed/trending
https://www.youtube.com/channel/
https://www.youtube.com/t/terms
https://www.youtube.com/@hazelbrook/video/AbCdEfGhIjK
https://www.youtube-nocookie.com/embed/AbCdEfGhIjK
https://youtu.be/AbCdEfGhIjK
https://www.tiktok.com/@hazelbrook/video/1234567890
https://www.tiktok.com/tag/hazelbrook
https://vm.tiktok.com/AbCdEf/
https://www.linkedin.com/shareArticle?mini=true&url=x
https://www.linkedin.com/sharing/share-offsite/?url=x
https://www.linkedin.com/in/a-person
https://www.linkedin.com/posts/hazelbrook_activity-1
https://www.linkedin.com/feed/update/urn:li:activity:1
https://www.linkedin.com/company/
https://lnkd.in/AbCdEf
https://www.pinterest.com/pin/create/button/?url=x
https://www.pinterest.co.uk/pin/123456789/
https://www.pinterest.co.uk/hazelbrook/sports-day/
https://www.pinterest.com/search/pins/?q=x
https://pin.it/AbCdEf
https://assets.pinterest.com/js/pinit.js
https://www.flickr.com/photos/hazelbrook/1234567890/
https://www.flickr.com/photos/hazelbrook/albums/1234567890
https://www.flickr.com/photos/tags/hazelbrook
https://www.flickr.com/search/?q=x
https://flic.kr/p/AbCdEf
https://vimeo.com/123456789
https://vimeo.com/showcase/1234567
https://vimeo.com/hazelbrook/review/123/abc
https://player.vimeo.com/video/123456789
https://bsky.app/
https://bsky.app/profile/hazelbrook.example/post/3abc
https://bsky.app/profile/hazelbrook.example/feed/news
https://bsky.app/profile/nodomain
https://bsky.app/intent/compose?text=x
https://bsky.app/search?q=x
https://bsky.social/
https://bsky.social/about/blog
https://mastodon.example/@hazelbrook/112345678901234567
https://mastodon.example/share?text=x
https://mastodon.example/tags/hazelbrook
https://mastodon.example/about
https://medium.com/@hazelbrook
https://linktr.ee/@hazelbrook
https://hazelbrook.tumblr.com/post/123/sports-day
https://www.tumblr.com/hazelbrook/123/sports-day
https://www.tumblr.com/share/link?url=x
https://www.tumblr.com/tagged/hazelbrook
https://soundcloud.com/hazelbrook/first-track
https://soundcloud.com/hazelbrook/sets/assembly
https://w.soundcloud.com/player/?url=x
https://www.snapchat.com/
https://www.snapchat.com/spotlight/AbCdEf
https://www.snapchat.com/scan?attachmentUrl=x
https://wa.me/441134960000
https://api.whatsapp.com/send?text=x
https://www.whatsapp.com/legal
https://t.me/share/url?url=x
https://t.me/hazelbrook/123
https://t.me/addstickers/Hazelbrook
https://matrix.to/
https://matrix.to/#/@robin:hazelbrook.example
https://matrix.to/#/#fair:hazelbrook.example/$AbCdEf
https://hazelbrook.example/#/@robin
https://discord.com/
https://discord.com/channels/1/2
https://discord.com/invite/
https://www.reddit.com/submit?url=x
https://www.reddit.com/r/hazelbrook/comments/1abc/title/
https://www.reddit.com/r/all
https://www.reddit.com/search/?q=x
https://redd.it/1abc
https://wordpress.com/
https://en.wordpress.com/
https://en.support.wordpress.com/
https://wordpress.org/
https://hazelbrook.wordpress.com/2026/11/01/sports-day/
https://hazelbrook.files.wordpress.com/2026/11/a.jpg
https://www.blogger.com/share-post.g?blogID=1
https://hazelbrook.blogspot.com/2026/11/sports-day.html
https://www.wikipedia.org/
https://en.wikipedia.org/wiki/Main_Page
https://en.wikipedia.org/wiki/Special:Contributions/Hazelbrook
https://en.wikipedia.org/wiki/File:Hazelbrook.jpg
https://en.wikipedia.org/wiki/Category:Schools
https://en.wikipedia.org/wiki/Talk:Hazelbrook
https://en.wikipedia.org/wiki/User_talk:Hazelbrook
https://en.wikipedia.org/wiki/user%20talk:Hazelbrook
https://nextdoor.co.uk/p/AbCdEf
https://nextdoor.co.uk/login/
https://myspace.com/discover/featured
https://myspace.com/hazelbrook/mixes/classic-1
https://www.twitch.tv/videos/123456789
https://www.twitch.tv/directory/game/Chess
https://hazelbrook.example/
https://hazelbrook.example/facebook
https://notfacebook.com/hazelbrook
https://facebook.com.evil.example/hazelbrook
https://facebook.com@evil.example/hazelbrook
https://evil.example/?u=https://www.facebook.com/hazelbrook
https://evil.example/facebook.com/hazelbrook
https://twitter.com.evil.example/hazelbrook
https://127.0.0.1:8000/@hazelbrook/1
ftp://www.facebook.com/hazelbrook
mailto:hazelbrook@facebook.com
javascript:location='https://x.com/hazelbrook'
www.facebook.com/hazelbrook
//x.com/hazelbrook
https://[::1/hazelbrook
https://
""".split()  # noqa: SIM905 - one a line is easier to read and to add to


@pytest.mark.parametrize(("address", "platform", "handle"), PROFILES)
def test_profiles_are_told(address, platform, handle):
    """Each public form of a profile's address gives its platform and the one handle that all its forms share."""
    assert profile_shaped(address) == (None if handle is None else (platform, handle))


@pytest.mark.parametrize("address", LOOKALIKES)
def test_lookalikes_are_none(address):
    """Share buttons, posts, films, searches, the platforms' own pages and other sites are no profile."""
    assert profile_shaped(address) is None


@pytest.mark.parametrize(
    ("address", "platform", "handle"),
    [row for row in PROFILES if row[2] and "?" not in row[0] and "#" not in row[0]],
)
def test_dress_does_not_matter(address, platform, handle):
    """Scheme, www, tracking parameters, a last slash and a fragment change nothing."""
    host, _, path = address.partition("://")[2].partition("/")
    path = path.rstrip("/")
    plain = host.removeprefix("www.")
    dressed = [
        f"http://{host}/{path}",
        f"https://{host.upper()}/{path}/",
        f"https://{host}/{path}?utm_source=site&fbclid=x",
        f"  https://{host}//{path}#content\n",
        f"https://{host}./{path}",
        f"https://{host}:443/{path}",
    ]
    if plain.count(".") == 1:
        dressed += [f"https://{plain}/{path}", f"https://www.{plain}/{path}", f"https://m.{plain}/{path}"]
    assert {profile_shaped(one) for one in dressed} == {(platform, handle)}


@pytest.mark.parametrize("key", sorted(TABLE["platforms"]))
def test_the_public_address_in_the_platforms_table_is_a_profile(key):
    """The address that platforms.toml makes of a handle gives that handle back, under the same key."""
    pattern = read_data("platforms.toml")["platforms"][key]["profile"]
    handle = {
        "bluesky": "hazelbrook.example",
        "mastodon": "hazelbrook@social.example",
        "matrix": "#hazelbrook:matrix.example",
        "whatsapp": "0029VaHazelbrook",
    }.get(key, "hazelbrook")
    assert profile_shaped(pattern.replace("{handle}", handle)) == (key, handle)


@pytest.mark.parametrize("key", sorted(TABLE["platforms"]))
def test_every_platform_has_examples(key):
    """Each platform of the table stands among the examples above."""
    assert key in {platform for _, platform, handle in PROFILES if handle}


@pytest.mark.parametrize("key", sorted(set(TABLE["platforms"]) - {"mastodon"}))
def test_reserved_words_are_no_handles(key):
    """No word that a platform keeps for itself is taken for a handle, in any form of that platform."""
    row = TABLE["platforms"][key]
    pattern = read_data("platforms.toml")["platforms"][key]["profile"]
    for word in row.get("reserved", ()):
        assert profile_shaped(pattern.replace("{handle}", word)) is None, word
        assert profile_shaped(f"https://{row['hosts'][0]}/{word}") is None, word


def test_the_table_is_well_formed():
    """Hosts are domains and belong to one platform each; patterns have no nested repetition to be slow with."""
    hosts = [host for row in TABLE["platforms"].values() for host in row["hosts"]]
    hosts += TABLE["platforms"]["mastodon"]["not_hosts"]
    assert len(hosts) == len(set(hosts))
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in hosts)
    assert TABLE["source"]
    assert TABLE["verified_on"]
    for row in TABLE["platforms"].values():
        for name in ("tabs", "reserved"):
            assert all(word == word.lower() for word in row.get(name, ()))
        for pattern in [p for part in ("forms", "ids") for some in row.get(part, {}).values() for p in some]:
            assert not re.search(r"[+*]\)[+*]", pattern.replace(r"(?:\.[\w-]+)+", "")), pattern


@given(st.text(), st.sampled_from([host for row in TABLE["platforms"].values() for host in row["hosts"]]))
def test_reading_never_fails(text, host):
    """Whatever follows a platform's host, the answer is a platform of the table with a handle, or nothing."""
    for address in (
        text,
        f"https://{host}/{text}",
        f"https://{text}.{host}/",
        f"https://{host}/{text}/{text}?id={text}",
    ):
        shaped = profile_shaped(address)
        if shaped is not None:
            assert shaped[0] in TABLE["platforms"]
            assert shaped[1]


def test_an_address_inside_an_address_inside_an_address_ends():
    """Addresses may stand inside one another; nobody is led on for ever."""
    address = "https://www.facebook.com/hazelbrook"
    for _ in range(2):
        address = f"https://www.facebook.com/plugins/page.php?href={address.replace('&', '%26').replace('?', '%3F')}"
    assert profile_shaped(address) == ("facebook", "hazelbrook")
    for _ in range(50):
        address = f"https://www.facebook.com/plugins/page.php?href={address.replace('%', '%25').replace('?', '%3F')}"
    assert profile_shaped(address) is None


def test_long_addresses_are_read_in_linear_time():
    """An address of a megabyte, made to be slow, is answered like any other."""
    for part in ("a-1" * 300_000, "1-" * 500_000, "@" * 1_000_000, "a." * 500_000, "/about" * 150_000):
        for host in ("www.facebook.com", "mastodon.example", "bsky.app/profile", "en.wikipedia.org/wiki"):
            profile_shaped(f"https://{host}/{part}!")
