"""Accounts by oEmbed: what a card tells, whose it is, and every way of failing."""

import json
from datetime import UTC, datetime

import pytest
from imitations.scripted_site import Reply, Site

from checks.policy import load_policy
from connectors import oembed
from connectors.connector import (
    LoginWall,
    NotFound,
    OutOfCredit,
    Private,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
ADDRESS = "https://www.tiktok.com/@hazelbrook"
SCHOOL = Account("tiktok:hazelbrook", 2, "tiktok", "hazelbrook", ADDRESS)
TIKTOK = {
    "version": "1.0",
    "type": "rich",
    "title": "Hazelbrook Primary's Creator Profile",
    "author_url": ADDRESS,
    "author_name": "Hazelbrook Primary",
    "html": "<blockquote class='tiktok-embed'>A. Visitor</blockquote>",
    "embed_product_id": "hazelbrook",
    "embed_type": "profile",
}
SOUNDCLOUD = {
    "version": 1.0,
    "type": "rich",
    "provider_name": "SoundCloud",
    "title": "Hazelbrook Primary",
    "description": "Recordings of our choir",
    "thumbnail_url": "https://pictures.example/hazelbrook.jpg",
    "html": "<iframe></iframe>",
    "author_name": "Hazelbrook Primary",
    "author_url": "https://soundcloud.com/hazelbrook",
}


@pytest.fixture
def site():
    with Site() as one:
        yield one


def way_out(site, **more):
    return Http(Network("it@hazelbrook.example", default_pace=0.0, retries=0, private_hosts={site.host}), **more)


@pytest.fixture
def collect(site):
    def collect(*replies, account=SCHOOL, http=None, disguise=None, **plan):
        site.on("/oembed", *replies)
        http = http or way_out(site)
        try:
            return oembed.collect(account, CollectPlan(f"{site.url}/oembed", NOW, **plan), http.client("x", disguise))
        finally:
            http.close()

    return collect


def card(body=TIKTOK, **more):
    return Reply(json.dumps({**body, **more}), headers=JSON)


def test_a_tiktok_card_is_a_profile(collect, site):
    """Name, handle and address are read, with one question that holds the account's address."""
    profile = collect(card()).profile
    assert (profile.platform_id, profile.handle, profile.name) == ("", "hazelbrook", "Hazelbrook Primary")
    assert (profile.address, profile.bio, profile.avatar) == (ADDRESS, "", "")
    assert [one.path for one in site.requests] == ["/oembed?url=https%3A%2F%2Fwww.tiktok.com%2F%40hazelbrook"]


def test_a_soundcloud_card_has_a_description_and_a_picture(collect):
    """What SoundCloud tells besides is read as well."""
    account = Account("soundcloud:hazelbrook", 3, "soundcloud", "Hazelbrook", "https://soundcloud.com/hazelbrook")
    profile = collect(card(SOUNDCLOUD), account=account).profile
    assert profile.bio == "Recordings of our choir"
    assert profile.avatar == "https://pictures.example/hazelbrook.jpg"
    assert profile.handle == "hazelbrook"


def test_every_resource_has_its_coverage(collect):
    """Beside the profile nothing is offered, and each says what a person can do; what is not due stays so."""
    off = not_due("not covered by the DPIA")
    coverage = collect(card(), skip={Resource.FOLLOWERS: off}).coverage
    assert coverage.keys() == oembed.RESOURCES
    assert coverage[Resource.FOLLOWERS] == off
    rest = [coverage[one] for one in (Resource.SETTINGS, Resource.POSTS, Resource.COMMENTS)]
    assert {one.status for one in rest} == {CoverageStatus.NOT_OFFERED}
    assert all("a person" in one.reason for one in rest)


def test_a_card_without_a_description_is_a_part_of_the_profile(collect):
    """TikTok's card has no bio: the profile is read in part as planned, and a person reads the rest."""
    read = collect(card()).coverage[Resource.PROFILE]
    assert (read.status, read.planned, read.read) == (CoverageStatus.PARTIAL, True, 1)
    assert f"a person reads it at {ADDRESS}" in read.reason


def test_a_card_with_a_description_is_the_whole_profile(collect):
    """An empty description is one."""
    account = Account("soundcloud:hazelbrook", 3, "soundcloud", "hazelbrook", "https://soundcloud.com/hazelbrook")
    snapshot = collect(card(SOUNDCLOUD, description=""), account=account)
    assert snapshot.coverage[Resource.PROFILE].status is CoverageStatus.COMPLETE


def test_a_profile_that_is_not_due_is_not_handed_on(collect):
    """The plan's word holds for the profile too."""
    assert collect(card(), skip={Resource.PROFILE: not_due("later")}).profile is None


@pytest.mark.parametrize("platform", ["tiktok", "soundcloud"])
def test_the_platform_data_name_the_documented_endpoint(platform):
    """The endpoint lies on the service's own host, and no key is asked for."""
    row = load_policy().platforms[platform]
    assert row.connector == "oembed"
    assert row.base_url.startswith("https://")
    assert row.base_url.endswith(f"{platform}.com/oembed")
    assert row.credentials == ()
    assert row.offers.keys() >= oembed.RESOURCES


@pytest.mark.parametrize("author", ["https://www.tiktok.com/@elmfield", "https://www.tiktok.com/@hazelbrook2/x"])
def test_another_account_is_never_followed(collect, author):
    """A card of another handle may be the renamed account or a stranger's: nobody can tell, and it is not read."""
    with pytest.raises(NotFound, match="another account than hazelbrook: it was renamed or is gone") as raised:
        collect(card(author_url=author))
    assert ADDRESS in str(raised.value)


def test_upper_and_lower_case_are_the_same_account(collect):
    """Services answer with the spelling that they prefer."""
    assert collect(card(author_url="https://www.tiktok.com/@HazelBrook")).profile.handle == "HazelBrook"


def test_unknown_fields_do_no_harm(collect):
    """What is new is ignored, and a title stands in for a name."""
    assert collect(card(brand_new={"x": 1}, author_name=None)).profile.name == TIKTOK["title"]


def test_a_row_with_an_address_alone_is_read(collect):
    """The handle is the one that the card tells."""
    assert collect(card(), account=Account("tiktok:x", 2, "tiktok", "", ADDRESS)).profile.handle == "hazelbrook"


WALL = Reply("<html><body>Sign in</body></html>", headers=HTML)


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (Reply('{"code": 400}', 400, JSON), NotFound, "shows no such account: there is none, or it is hidden"),
        (Reply("", 404), NotFound, "shows no such account"),
        (Reply("", 410), NotFound, "no such page or account"),
        (Reply('{"code": 400, "message": "wrong"}', headers=JSON), NotFound, "shows no such account"),
        (Reply("{}", 403, JSON), Private, "does not let this account be shown elsewhere"),
        (Reply("<html>Are you human?</html>", 403, HTML), LoginWall, "sent a web page instead of data"),
        (WALL, LoginWall, "sent a web page instead of data"),
        (Reply("", 401), Refused, "refused access"),
        (Reply("", 402), OutOfCredit, "paid first"),
        (Reply("", 429, {"Retry-After": "99999"}), RateLimited, "wants us back in 99999 seconds"),
        (Reply("", 500), Unreachable, "fault of its own"),
        (Reply("[]", headers=JSON), SchemaDrift, "not a card of an account"),
        (Reply('{"author', headers=JSON), SchemaDrift, "cannot be read as JSON"),
        (Reply('{"code": 9}', headers=JSON), SchemaDrift, "lacks 'author_name'"),
    ],
)
def test_ways_of_failing(collect, reply, error, words):
    """Each trouble is its own error with one sentence; what is hidden is nobody's fault."""
    with pytest.raises(error) as raised:
        collect(reply)
    assert words in str(raised.value)
    private = error in {Private, Refused}
    status = CoverageStatus.NOT_PERMITTED if private else CoverageStatus.FAILED
    assert raised.value.coverage().status is status


def test_a_row_without_an_address_is_said(collect, site):
    """There is nothing to ask about."""
    with pytest.raises(NotFound, match="neither a handle nor an address"):
        collect(card(), account=Account("tiktok:x", 2, "tiktok"))
    assert site.requests == []


def test_prove_says_whose_card_it_is(site):
    """One sentence with the handle and the name."""
    site.on("/oembed", card())
    http = way_out(site)
    said = oembed.prove(SCHOOL, CollectPlan(f"{site.url}/oembed", NOW), http.client("x"))
    http.close()
    assert said == f"{site.host} shows hazelbrook (Hazelbrook Primary)."


def test_a_recording_replays_the_same(collect, site, tmp_path):
    """The school's card is kept without its embedded page, and read the same from the recording."""
    path = tmp_path / "night.gz"
    kept = []

    def hide(body, stand_ins):
        kept.append(oembed.disguise(body, frozenset({"hazelbrook"}), stand_ins))
        return kept[-1]

    with Recorder(path, NOW) as recorder:
        live = collect(card(), http=way_out(site, recorder=recorder), disguise=hide)
    assert collect(http=way_out(site, replay=Replay(path))).profile == live.profile
    assert len(site.requests) == 1
    assert "Visitor" not in json.dumps(kept)


@pytest.mark.parametrize("own", [frozenset(), frozenset({"", "elmfield"})])
def test_somebody_elses_card_is_hidden_whole(own):
    """Nothing of an account that is not the school's is kept."""
    kept = json.dumps(oembed.disguise({**SOUNDCLOUD, "extra": "Hazelbrook"}, own, StandIns()))
    assert "azelbrook" not in kept
    assert "choir" not in kept
    assert json.loads(kept).keys() == {"author_name", "author_url", "title", "description", "thumbnail_url"}


def test_of_an_error_only_its_number_is_kept():
    """Its words may name who was asked for."""
    assert oembed.disguise({"code": 400, "message": "no @elmfield"}, frozenset(), StandIns()) == {"code": 400}


@pytest.mark.parametrize("body", [None, [], "a page", {}, {"code": "@elmfield"}, {"message": "@elmfield"}])
def test_what_is_not_known_is_not_recorded(body):
    """A body that is neither a card nor an error is refused."""
    with pytest.raises(ValueError, match=r"oEmbed|neither"):
        oembed.disguise(body, frozenset(), StandIns())
