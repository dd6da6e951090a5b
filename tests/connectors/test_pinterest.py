"""Pinterest by its API v5: the account, its boards and Pins, whom it meets, and every way of failing."""

import gzip
import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from imitations.openapi_contract import Exchange, load_contract
from imitations.scripted_site import Reply, Site

from connectors import pinterest
from connectors.connector import (
    LoginWall,
    NotFound,
    NotRecorded,
    OutOfCredit,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)
from connectors.http import Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, Settings, not_due

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
TOKEN = "pina_INVENTED4TESTS"
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
SCHOOL = Account("pinterest:hazelbrook", 2, "pinterest", "hazelbrook")
ACCOUNT = {
    "id": "7000000000000000001",
    "username": "hazelbrook",
    "account_type": "BUSINESS",
    "business_name": "Hazelbrook Primary School",
    "about": "Official boards, with @elmfield_pta",
    "website_url": "https://hazelbrook.example",
    "profile_image": "https://pictures.example/badge.jpg",
    "follower_count": 2,
    "following_count": 1,
    "pin_count": 3,
    "board_count": 2,
    "monthly_views": 9,
}
SIZES = {
    "150x150": {"width": 150, "height": 150, "url": "https://pictures.example/s.jpg"},
    "1200x": {"width": 1200, "height": 900, "url": "https://pictures.example/l.jpg"},
}
BOARD = {
    "id": "81",
    "name": "Class displays",
    "description": "From our corridors",
    "privacy": "PUBLIC",
    "created_at": "2026-09-01T09:00:00Z",
    "owner": {"username": "hazelbrook"},
    "collaborator_count": 0,
}
GROUP_BOARD = {**BOARD, "id": "82", "name": "Kit Hill's wedding", "owner": {"username": "kithill99"}}
PIN = {
    "id": "501",
    "created_at": "2026-11-03T10:00:00Z",
    "title": "Harvest display",
    "description": "Made with @kithill99",
    "alt_text": "Paper pumpkins on a wall",
    "link": "https://hazelbrook.example/harvest",
    "board_id": "81",
    "board_owner": {"username": "hazelbrook"},
    "is_owner": True,
    "parent_pin_id": None,
    "media": {"media_type": "image", "images": SIZES},
}
SAVED = {
    **PIN,
    "id": "502",
    "parent_pin_id": "999555111",
    "title": "Kit Hill's cake",
    "description": "I am 12",
    "link": "https://kit.example/",
    "media": {"media_type": "image", "images": {"600x": {**SIZES["1200x"], "url": "https://pictures.example/kit.jpg"}}},
}
FILM = {
    **PIN,
    "id": "503",
    "media": {"media_type": "video", "cover_image_url": "https://pictures.example/c.jpg", "images": {}, "duration": 3},
}
SEVERAL = {
    **PIN,
    "id": "504",
    "media": {"media_type": "multiple_images", "items": [{"images": SIZES}, {"images": SIZES, "title": "two"}]},
}
PEOPLE = [{"type": "user", "username": "kithill99"}, {"type": "user", "username": "robin_lee"}]
OTHERS = ("kithill99", "robin_lee", "Kit Hill", "999555111", "I am 12", "kit.example", "kit.jpg", "elmfield_pta")


@pytest.fixture
def site():
    with Site() as one:
        yield one


def served(*items, bookmark=None):
    return Reply(json.dumps({"items": list(items), "bookmark": bookmark}), headers=JSON)


def said(body, status=200):
    return Reply(json.dumps(body), status, JSON)


def error(code, status, message="about @kithill99"):
    return said({"code": code, "message": message, "status": "failure"}, status)


@pytest.fixture
def answers():
    """What the imitation answers, by path; a test changes what it is about."""
    return {
        "user_account": [said(ACCOUNT)],
        "boards": [served(BOARD, GROUP_BOARD)],
        "pins": [served(PIN, SAVED), served(FILM)],
        "user_account/followers": [served(*PEOPLE)],
        "user_account/following": [served(PEOPLE[0])],
    }


def way_out(site, **more):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, backoff=0, private_hosts={site.host})
    return Http(network, secrets=(TOKEN,), **more)


@pytest.fixture
def collect(site, answers):
    """One reading of the account; the two pages of Pins are joined by a bookmark."""

    def collect(account=SCHOOL, http=None, disguise=None, **plan):
        if isinstance(answers["pins"], list) and len(answers["pins"]) > 1:
            first = json.loads(answers["pins"][0].body)
            answers["pins"][0] = said({**first, "bookmark": "NEXT-PAGE"})
        if not site._replies:
            for path, replies in answers.items():
                site.on(f"/v5/{path}", *replies)
        plan = {"secrets": {"access_token": TOKEN}, **plan}
        http = http or way_out(site)
        try:
            return pinterest.collect(account, CollectPlan(f"{site.url}/v5", NOW, **plan), http.client("x", disguise))
        finally:
            http.close()

    return collect


def test_the_profile_is_read_whole(collect):
    """Names, words, link, counts, picture and the kind of account are read."""
    profile = collect().profile
    assert (profile.platform_id, profile.handle, profile.name) == (
        ACCOUNT["id"],
        "hazelbrook",
        ACCOUNT["business_name"],
    )
    assert (profile.bio, profile.links) == (ACCOUNT["about"], ("https://hazelbrook.example",))
    assert (profile.followers, profile.following, profile.posts) == (2, 1, 3)
    assert (profile.avatar, profile.kind) == (ACCOUNT["profile_image"], "business")
    assert profile.address == "https://www.pinterest.com/hazelbrook/"


def test_pins_are_posts_and_saved_ones_reposts(collect):
    """Title, words, link and day of every page; what was saved from somebody else is not the school's own."""
    posts = collect().posts.set_index("id")
    assert list(posts.index) == ["501", "502", "503", "board-81"]
    assert list(posts["kind"]) == ["post", "repost", "post", "page"]
    assert (posts["title"]["501"], posts["text"]["501"]) == (PIN["title"], PIN["description"])
    assert posts["links"]["501"] == (PIN["link"],)
    assert posts["created"]["501"] == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert posts["address"]["501"] == "https://www.pinterest.com/pin/501/"


def test_pictures_come_in_the_largest_size_with_their_alternative_text(collect, answers):
    """A film is its cover, and each of several pictures is one."""
    answers["pins"] = [served(PIN, FILM, SEVERAL)]
    media = collect().media.set_index("id")
    assert list(media.index) == ["501#0", "503#0", "504#0", "504#1"]
    assert list(media["kind"]) == ["image", "video", "image", "image"]
    assert (media["address"]["501#0"], media["width"]["501#0"]) == ("https://pictures.example/l.jpg", 1200)
    assert media["address"]["503#0"] == "https://pictures.example/c.jpg"
    assert set(media["alt"]) == {"Paper pumpkins on a wall"}


def test_boards_of_others_are_left_alone(collect):
    """Of a group board that somebody else owns nothing is taken."""
    posts = collect().posts
    assert list(posts[posts["kind"] == "page"]["title"]) == ["Class displays"]
    assert "wedding" not in str(posts.to_dict("records"))


@pytest.mark.parametrize(("people", "posting"), [(0, "owner"), (3, "members")])
def test_who_may_save_to_the_boards_is_a_setting(collect, answers, people, posting):
    """A board with collaborators is one that others write on."""
    answers["boards"] = [served({**BOARD, "collaborator_count": people})]
    assert collect().settings == Settings(posting_by=posting)


@pytest.mark.parametrize("privacy", ["SECRET", "PROTECTED"])
def test_a_board_that_is_not_public_is_marked(collect, answers, privacy):
    """It is unlisted, in the words of all platforms."""
    answers["boards"] = [served({**BOARD, "privacy": privacy})]
    assert collect().posts.set_index("id")["marks"]["board-81"] == ("unlisted",)


def test_followers_are_names_and_nothing_more(collect):
    """v5 tells no ids and no words of them."""
    snapshot = collect()
    assert list(snapshot.followers["id"]) == list(snapshot.followers["handle"]) == ["kithill99", "robin_lee"]
    assert set(snapshot.followers["bio"]) == {""}
    assert list(snapshot.following["address"]) == ["https://www.pinterest.com/kithill99/"]


def test_every_resource_has_its_coverage(collect):
    """Comments are not offered; all else is complete."""
    coverage = collect().coverage
    assert coverage.keys() == pinterest.RESOURCES
    assert coverage.pop(Resource.COMMENTS).status is CoverageStatus.NOT_OFFERED
    assert {one.status for one in coverage.values()} == {CoverageStatus.COMPLETE}


def test_what_is_not_due_is_not_asked_for(collect, site):
    """Only the profile is read then."""
    off = not_due("not covered by the DPIA")
    snapshot = collect(skip=dict.fromkeys(pinterest.RESOURCES - {Resource.PROFILE}, off))
    assert [urlsplit(one.path).path for one in site.requests] == ["/v5/user_account"]
    assert {one for one in snapshot.coverage if snapshot.coverage[one] == off} == pinterest.RESOURCES - {
        Resource.PROFILE
    }
    assert len(snapshot.posts) == len(snapshot.followers) == 0
    assert snapshot.settings is None


def test_caps_stop_as_planned(collect):
    """A cap is our own choice, and what was read before it counts."""
    snapshot = collect(max_posts=1, max_people=1)
    for resource in (Resource.POSTS, Resource.FOLLOWERS):
        read = snapshot.coverage[resource]
        assert (read.status, read.planned, read.read) == (CoverageStatus.PARTIAL, True, 1)


def test_items_that_are_no_longer_there_are_gone(collect, answers):
    """A Pin that Pinterest does not find, and a board that is not in the list, are gone; an older Pin is looked at."""
    answers["pins/77"] = [error(50, 404)]
    answers["pins/78"] = [said({**PIN, "id": "78"})]
    snapshot = collect(refetch=("77#0", "78", "501", "board-81", "board-9", "strange"))
    assert snapshot.gone == {"77#0", "board-9"}
    assert "78" in set(snapshot.posts["id"])


def test_without_the_boards_no_board_is_gone(collect, answers):
    """The permission for boards may be missing: Pins are read, boards stay unknown, and the reading is partial."""
    answers["boards"] = [error(3, 403)]
    snapshot = collect(refetch=("board-9",))
    assert snapshot.gone == frozenset()
    assert snapshot.settings is None
    assert snapshot.coverage[Resource.SETTINGS].status is CoverageStatus.NOT_PERMITTED
    read = snapshot.coverage[Resource.POSTS]
    assert (read.status, read.planned, read.read) == (CoverageStatus.PARTIAL, False, 3)
    assert "may not read boards: make one with user_accounts:read, boards:read and pins:read" in read.reason


def test_an_empty_list_is_not_trusted(collect, answers):
    """Where Pinterest counts Pins and followers, no list without any is complete."""
    answers["pins"] = [served()]
    answers["user_account/followers"] = [served()]
    coverage = collect().coverage
    assert coverage[Resource.POSTS].reason == "Pinterest counts 3 Pins and shows none."
    assert coverage[Resource.FOLLOWERS].reason == "Pinterest counts 2 followers and shows 0."
    assert not coverage[Resource.POSTS].planned


def test_a_list_that_goes_round_is_noticed(collect, answers):
    """The same page twice is no end and no progress."""
    answers["pins"] = [served(PIN, bookmark="SAME"), served(PIN, bookmark="SAME")]
    assert "the same page of pins again" in collect().coverage[Resource.POSTS].reason


def test_one_list_that_fails_leaves_the_others(collect, answers):
    """Each part fails on its own."""
    answers["user_account/followers"] = [error(1, 500)]
    answers["user_account/following"] = [error(3, 403)]
    coverage = collect().coverage
    assert coverage[Resource.FOLLOWERS].status is CoverageStatus.FAILED
    assert coverage[Resource.FOLLOWING].status is CoverageStatus.NOT_PERMITTED
    assert coverage[Resource.POSTS].status is CoverageStatus.COMPLETE


@pytest.mark.parametrize(
    ("row", "follows"),
    [
        ({"handle": "HazelBrook"}, True),
        ({"address": "https://www.pinterest.co.uk/hazelbrook/"}, True),
        ({"handle": "before", "platform_id": ACCOUNT["id"]}, True),
        ({"handle": "hazelbrook", "platform_id": "7000000000000000002"}, False),
        ({"handle": "elmfield"}, False),
    ],
    ids=["its name", "its address", "renamed", "its name taken by another", "another account's token"],
)
def test_whose_token_it_is(collect, row, follows):
    """A renamed account is followed by its id; the same name with another id, or another name, is not."""
    account = Account("k", 2, "pinterest", **row)
    if follows:
        assert collect(account).profile.handle == "hazelbrook"
        return
    with pytest.raises(Refused, match="The token for Pinterest is of hazelbrook, and not of"):
        collect(account)


def test_a_row_without_a_name_is_said(collect):
    """There is nothing to compare the token's account with."""
    with pytest.raises(NotFound, match="neither a handle nor an address"):
        collect(Account("k", 2, "pinterest"))


@pytest.mark.parametrize("secrets", [{}, {"access_token": " "}, {"access_token": "pína"}])
def test_without_a_token_nothing_is_asked(collect, site, secrets):
    """The sentence says where to get one."""
    with pytest.raises(Refused, match="no access token for Pinterest"):
        collect(secrets=secrets)
    assert site.requests == []


TROUBLES = {
    "a dead token": (error(2, 401), Refused, "it lasts 30 days"),
    "no permission": (error(3, 403), Refused, "may not read user_account"),
    "too fast": (Reply("", 429, {"Retry-After": "99999"}), RateLimited, "wants us back in 99999 seconds"),
    "payment": (Reply("", 402), OutOfCredit, "paid first"),
    "a fault": (Reply("", 503), Unreachable, "fault of its own"),
    "no interface": (error(50, 404), Unreachable, "no interface of Pinterest at user_account"),
    "an error at 200": (error(9, 200), Unreachable, "an error (code 9)"),
    "a page at 200": (Reply("<html>Log in</html>", headers=HTML), LoginWall, "a web page instead of data"),
    "half an answer": (Reply('{"id"', headers=JSON), SchemaDrift, "cannot be read as JSON"),
    "a list": (said([]), SchemaDrift, "is not an object"),
    "no id": (said({**ACCOUNT, "id": None}), SchemaDrift, "lacks 'id' in the account"),
    "no name": (said({**ACCOUNT, "username": None}), SchemaDrift, "lacks 'username' in the account"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_ways_of_failing(collect, answers, trouble):
    """Each trouble is its own error with a sentence, which never quotes what Pinterest said."""
    reply, kind, words = TROUBLES[trouble]
    answers["user_account"] = [reply]
    with pytest.raises(kind) as raised:
        collect()
    assert words in str(raised.value)
    assert "kithill99" not in str(raised.value)
    status = CoverageStatus.NOT_PERMITTED if kind is Refused else CoverageStatus.FAILED
    assert raised.value.coverage().status is status


@pytest.mark.parametrize(
    ("path", "item", "lacks"),
    [
        ("pins", {**PIN, "id": None}, "lacks 'id' in a Pin"),
        ("pins", {**PIN, "created_at": None}, "lacks 'created_at' in a Pin"),
        ("pins", {**PIN, "created_at": "soon"}, "no date in 'created_at'"),
        ("user_account/followers", {"type": "user"}, "lacks 'username' in a person in followers"),
    ],
)
def test_a_missing_field_is_named(collect, answers, path, item, lacks):
    """What v5 must say and does not is named; fields that nobody knows are ignored."""
    answers[path] = [served({**item, "brand_new": {"x": 1}})]
    resource = Resource.POSTS if path == "pins" else Resource.FOLLOWERS
    read = collect().coverage[resource]
    assert (read.status, lacks in read.reason) == (CoverageStatus.FAILED, True)


def test_a_list_without_items_is_named(collect, answers):
    """A list has to have its items."""
    answers["pins"] = [said({"bookmark": None})]
    assert "lacks 'items' in pins" in collect().coverage[Resource.POSTS].reason


def test_the_token_travels_in_the_header_alone(collect, site):
    """It stands in no address."""
    collect()
    assert {one.headers["Authorization"] for one in site.requests} == {f"Bearer {TOKEN}"}
    assert not [one.path for one in site.requests if TOKEN in one.path]


def test_prove_says_what_the_token_shows(site):
    """One sentence with the handle and the counts."""
    site.on("/v5/user_account", said(ACCOUNT))
    http = way_out(site)
    plan = CollectPlan(f"{site.url}/v5", NOW, secrets={"access_token": TOKEN})
    assert pinterest.prove(SCHOOL, plan, http.client("x")) == (
        "Pinterest shows hazelbrook with 2 followers and 3 Pins."
    )
    http.close()


# -- recordings ---------------------------------------------------------------------------------------------------


def hide(own):
    return lambda body, stand_ins: pinterest.disguise(body, own, stand_ins)


def text_of(path):
    return "\n".join(gzip.decompress(path.read_bytes()).decode().splitlines()[1:])


def test_a_recording_holds_nobody_else_and_replays(collect, site, tmp_path):
    """A recording has nothing of anybody else, nor the token, and a replay reads the same of the school's own."""
    path = tmp_path / "night.gz"
    with Recorder(path, NOW, own=["hazelbrook"]) as recorder:
        live = collect(http=way_out(site, recorder=recorder), disguise=hide(frozenset({"hazelbrook"})))
    asked = len(site.requests)
    assert [planted for planted in (*OTHERS, TOKEN) if planted in text_of(path)] == []
    assert "withheld" not in text_of(path)
    replayed = collect(http=way_out(site, replay=Replay(path)))
    assert len(site.requests) == asked
    assert replayed.coverage == live.coverage
    assert list(replayed.posts["kind"]) == list(live.posts["kind"])
    assert replayed.posts["title"][0] == PIN["title"]
    assert replayed.media.iloc[0].equals(live.media.iloc[0])
    assert len(replayed.followers) == 2


def test_an_account_that_was_renamed_is_known_by_its_id(collect, site, tmp_path):
    """The register knows an earlier handle: by the id the answers are still the school's own."""
    path, account = tmp_path / "night.gz", Account("k", 2, "pinterest", "before", platform_id=ACCOUNT["id"])
    with Recorder(path, NOW) as recorder:
        collect(account, way_out(site, recorder=recorder), hide(frozenset({"before", ACCOUNT["id"]})))
    assert "Class displays" in text_of(path)
    assert [planted for planted in OTHERS if planted in text_of(path)] == []


def test_somebody_elses_account_is_not_recorded(collect, site, tmp_path):
    """Were another account read by mistake, its profile would be missing from the recording."""
    path = tmp_path / "night.gz"
    with Recorder(path, NOW) as recorder:
        collect(http=way_out(site, recorder=recorder), disguise=hide(frozenset({"elmfield"})))
    assert "Official boards" not in text_of(path)
    assert "Class displays" not in text_of(path)
    with pytest.raises(NotRecorded):
        collect(http=way_out(site, replay=Replay(path)))


@pytest.mark.parametrize("body", [None, [], "a page", 7, {}, {"items": [{}]}, {"message": "x"}, {"username": "elm"}])
def test_what_is_not_known_is_not_recorded(body):
    """A body that the connector does not read raises, and is not kept."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        pinterest.disguise(body, frozenset({"hazelbrook"}), StandIns())


def test_of_an_error_only_its_number_is_kept():
    """Its words may name somebody."""
    body = {"code": 2, "message": "about @kithill99", "status": "failure"}
    assert pinterest.disguise(body, frozenset(), StandIns()) == {"code": 2}


# -- the official document ----------------------------------------------------------------------------------------


TEMPLATES = {"pins/78": "pins/{pin_id}"}


def test_questions_and_answers_are_those_of_the_official_document(collect, site, answers, contracts):
    """Every question has a path and parameters that v5 has, and what the tests answer could be Pinterest's."""
    contract = load_contract(contracts / "pinterest" / "openapi-v5.json")
    answers["pins/78"] = [said({**PIN, "id": "78"})]
    answers["pins"][1] = served(FILM, SEVERAL)
    replies = {path: list(listed) for path, listed in answers.items()}
    collect(refetch=("78",))
    errors = []
    for request in site.requests:
        parts = urlsplit(request.path)
        path, query = parts.path.removeprefix("/v5/"), dict(parse_qsl(parts.query))
        body = (replies[path].pop(0) if len(replies[path]) > 1 else replies[path][0]).content
        exchange = Exchange(
            "https://api.pinterest.com", "get", parts.path, query, request.headers, 200, "application/json", body
        )
        errors += contract.judge_request(exchange) + contract.judge_answer(exchange)
        errors += sorted(query.keys() - contract.parameter_names(f"/{TEMPLATES.get(path, path)}"))
    assert errors == []
    assert len(site.requests) == 7


def test_an_error_of_ours_is_one_of_the_documents(contracts):
    """The bodies of failures in these tests are as the document has them."""
    contract = load_contract(contracts / "pinterest" / "openapi-v5.json")
    for status, path in ((401, "/v5/boards"), (403, "/v5/user_account"), (404, "/v5/pins/77")):
        body = error(2, status).content
        exchange = Exchange("https://api.pinterest.com", "get", path, {}, {}, status, "application/json", body)
        assert contract.judge_answer(exchange) == []
