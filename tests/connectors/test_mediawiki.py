"""Wikipedia: the school's article with its history, and users with their edits."""

import gzip
import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from imitations.mediawiki_api import Wiki
from imitations.scripted_site import Reply

from connectors import mediawiki
from connectors.connector import (
    LoginWall,
    NotFound,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)
from connectors.http import Answer, Http, Network
from connectors.recording import Recorder, Replay, StandIns
from connectors.snapshot import Account, CollectPlan, CoverageStatus, Resource, not_due

SCHOOL = "Hazelbrook Primary School"
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
ARTICLE = Account("wikipedia hazelbrook", 2, "wikipedia", handle=SCHOOL, kind="article")
USER = Account("wikipedia user", 3, "wikipedia", handle=SCHOOL)


@pytest.fixture
def wiki():
    with Wiki() as one:
        yield one


@pytest.fixture
def client(wiki):
    network = Network("it@hazelbrook.example", default_pace=0.0, retries=0, test_hosts=frozenset({wiki.host}))
    http = Http(network)
    yield http.client("wikipedia")
    http.close()


@pytest.fixture
def collect(wiki, client):
    def collect(account=ARTICLE, **plan):
        return mediawiki.collect(account, CollectPlan(wiki.api_url, NOW, **plan), client)

    return collect


# --- the article ----------------------------------------------------------------------------------------


def test_article_is_read_with_its_whole_history(collect):
    """An article gives its page id, title, address and extract, and every revision, newest first."""
    snapshot = collect()
    profile = snapshot.profile
    assert (profile.platform_id, profile.name) == ("2", SCHOOL)
    assert profile.address == "https://en.wikipedia.example/wiki/Hazelbrook_Primary_School"
    assert profile.bio.startswith("Hazelbrook Primary School is a primary school")
    assert profile.kind == "article"
    revisions = snapshot.revisions
    assert revisions["id"].tolist() == ["17", "16", "15", "14", "13", "12"]
    assert set(revisions["page"]) == {SCHOOL}
    assert set(revisions["namespace"]) == {0}
    assert revisions["created"].iloc[1] == pd.Timestamp("2026-11-19T09:30:00Z")
    assert snapshot.taken == NOW
    assert set(snapshot.coverage) == mediawiki.RESOURCES
    coverage = snapshot.coverage[Resource.REVISIONS]
    assert (coverage.status, coverage.read) == (CoverageStatus.COMPLETE, 6)


def test_editors_are_named_as_the_wiki_names_them(collect):
    """Users, temporary accounts and IP addresses stand as written; a hidden user or comment is empty."""
    revisions = collect().revisions.set_index("id")
    assert revisions["user"].to_dict() == {
        "17": "LocalHistorian",
        "16": SCHOOL,
        "15": "~2026-31337-42",
        "14": "",
        "13": "203.0.113.7",
        "12": "LocalHistorian",
    }
    assert revisions.loc["14", "comment"] == ""
    assert revisions.loc["13", "comment"] == "typo"


def test_revision_has_an_address_that_shows_what_changed(collect, wiki):
    """The address of a revision is its difference from the one before."""
    assert collect().revisions["address"].iloc[1] == f"{wiki.url}/w/index.php?diff=16"


def test_history_is_followed_page_by_page(collect, wiki):
    """Continuations are followed to the end, one question after the other, politely."""
    wiki.at_once = 2
    assert len(collect().revisions) == 6
    assert [question.get("rvcontinue") for question in wiki.asked[1:]] == [
        None,
        "20260101000000|2",
        "20260101000000|4",
    ]
    assert all(question["maxlag"] == "5" and question["formatversion"] == "2" for question in wiki.asked)


def test_cap_on_edits_is_a_planned_partial(collect):
    """At the cap reading stops, and the coverage says from which moment on it is whole."""
    snapshot = collect(max_posts=3)
    coverage = snapshot.coverage[Resource.REVISIONS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, True, 3)
    assert coverage.reason == "Stopped at the cap of 3 edits."
    assert coverage.since == datetime(2026, 10, 2, 20, 15, tzinfo=UTC)
    assert len(snapshot.revisions) == 3


def test_history_as_long_as_the_cap_is_complete(collect):
    """A history that has exactly as many edits as the cap was read whole."""
    assert collect(max_posts=6).coverage[Resource.REVISIONS].status is CoverageStatus.COMPLETE


@pytest.mark.parametrize("account", [ARTICLE, USER], ids=["article", "user"])
def test_since_leaves_older_edits_out(collect, account):
    """With a moment to start from, older edits are not asked for, and the coverage is partial since then."""
    since = datetime(2026, 10, 15, tzinfo=UTC)
    snapshot = collect(account, since=since)
    assert "16" in set(snapshot.revisions["id"])
    assert snapshot.revisions["created"].min() >= since
    coverage = snapshot.coverage[Resource.REVISIONS]
    assert (coverage.status, coverage.planned, coverage.since) == (CoverageStatus.PARTIAL, True, since)
    assert coverage.reason == "Only edits since 15/10/2026 were asked for."


def test_redirect_is_followed_to_the_page(collect):
    """The register may name a redirect: the page it leads to is read, and its id kept."""
    account = Account("w", 2, "wikipedia", handle="Hazelbrook School", kind="article")
    assert (collect(account).profile.platform_id, collect(account).profile.handle) == ("2", SCHOOL)


def test_moved_page_is_found_by_its_id(collect, wiki):
    """A page that was moved is found by the id that was noted, under its new title."""
    wiki.page["title"] = "Hazelbrook Academy"
    account = Account("w", 2, "wikipedia", handle=SCHOOL, platform_id="2", kind="article")
    assert collect(account).profile.name == "Hazelbrook Academy"


def test_page_made_again_is_found_by_its_title(collect, wiki):
    """When the noted id is no more, the title is looked up, and the profile has the new id."""
    wiki.page["pageid"] = 77
    account = Account("w", 2, "wikipedia", handle=SCHOOL, platform_id="2", kind="article")
    assert collect(account).profile.platform_id == "77"


@pytest.mark.parametrize(
    "address",
    [
        "https://en.wikipedia.example/wiki/Hazelbrook_Primary_School",
        "https://en.wikipedia.example/wiki/Hazelbrook%20Primary%20School#History",
        "https://en.wikipedia.example/w/index.php?title=Hazelbrook_Primary_School&action=history",
    ],
)
def test_article_is_named_by_its_address(collect, address):
    """Without a handle, the title is read out of the address."""
    assert collect(Account("w", 2, "wikipedia", address=address, kind="article")).profile.platform_id == "2"


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("https://cy.wikipedia.org/wiki/Ysgol", "https://cy.wikipedia.org/w/api.php"),
        ("https://en.m.wikipedia.org/wiki/School", "https://en.wikipedia.org/w/api.php"),
        ("https://wikipedia.org.evil.example/wiki/X", "https://en.wikipedia.org/w/api.php"),
        ("", "https://en.wikipedia.org/w/api.php"),
    ],
)
def test_language_edition_is_that_of_the_address(address, api):
    """An article in another language's Wikipedia is asked for there; other hosts change nothing."""
    account = Account("w", 2, "wikipedia", address=address, handle="X", kind="article")
    assert mediawiki._api(account, "https://en.wikipedia.org/w/api.php") == api


@pytest.mark.parametrize("title", ["Nobody Wrote This", "Bad[title", "de:Schule", "A|B", ""])
def test_page_that_does_not_exist_is_not_found(collect, wiki, title):
    """Missing, invalid and foreign titles raise NotFound, with the wiki's name in the sentence."""
    with pytest.raises(NotFound, match=wiki.host):
        collect(Account("w", 2, "wikipedia", handle=title, kind="article"))


# --- users ----------------------------------------------------------------------------------------------


def test_user_is_read_with_their_contributions(collect):
    """A user gives id, registration and count of edits, and their edits in every namespace."""
    snapshot = collect(USER)
    profile = snapshot.profile
    assert (profile.platform_id, profile.handle, profile.posts, profile.labels) == ("3", SCHOOL, 3, ())
    assert profile.created == datetime(2024, 9, 2, 12, 45, 32, tzinfo=UTC)
    assert snapshot.revisions[["id", "namespace", "page"]].to_numpy().tolist() == [
        ["16", 0, SCHOOL],
        ["11", 3, "User talk:LocalHistorian"],
        ["8", 1, f"Talk:{SCHOOL}"],
    ]
    assert snapshot.coverage[Resource.REVISIONS].status is CoverageStatus.COMPLETE


def test_contributions_are_followed_page_by_page(collect, wiki):
    """Continuations of contributions are followed to the end."""
    wiki.at_once = 1
    assert collect(USER).revisions["id"].tolist() == ["16", "11", "8"]


@pytest.mark.parametrize("handle", [f"User:{SCHOOL}", f"Special:Contributions/{SCHOOL}", f"user:{SCHOOL}"])
def test_user_is_named_with_or_without_the_namespace(collect, handle):
    """The register may name the user page, or the list of contributions."""
    assert collect(Account("w", 2, "wikipedia", handle=handle)).profile.platform_id == "3"


def test_renamed_user_is_found_by_their_id(collect, wiki):
    """A user who was renamed is found by the id that was noted."""
    wiki.users[0]["name"] = "Oakfield School"
    assert collect(Account("w", 2, "wikipedia", handle=SCHOOL, platform_id="3")).profile.name == "Oakfield School"


@pytest.mark.parametrize(("name", "labels"), [("Blocked One", ("blocked",)), ("Half Blocked", ())])
def test_block_is_a_label(collect, name, labels):
    """A blocked user has the label 'blocked'; a block from single pages is none."""
    assert collect(Account("w", 2, "wikipedia", handle=name)).profile.labels == labels


@pytest.mark.parametrize(("more", "kind"), [([], ""), (["sysop"], ""), (["bot"], "automated")])
def test_a_bot_is_told_by_its_group(collect, wiki, more, kind):
    """Who is in the wiki's group of bots is automated; of other users the wiki does not say what they are."""
    wiki.users[0]["groups"] += more
    assert collect(USER).profile.kind == kind
    assert "groups" in wiki.asked[0]["usprop"].split("|")


def test_a_wiki_that_tells_no_groups_is_read(collect, wiki):
    """Groups may be missing, as they are for users of whom a wiki keeps none."""
    del wiki.users[0]["groups"]
    assert collect(USER).profile.kind == ""


@pytest.mark.parametrize("name", ["Nobody", "203.0.113.7"])
def test_user_that_does_not_exist_is_not_found(collect, name):
    """Unknown names, and IP addresses, which are no users, raise NotFound."""
    with pytest.raises(NotFound, match=name):
        collect(Account("w", 2, "wikipedia", handle=name))


def test_user_without_a_known_registration_has_no_date(collect):
    """Accounts older than the register of accounts have no date of registration."""
    assert collect(Account("w", 2, "wikipedia", handle="LocalHistorian")).profile.created is None


# --- looking again --------------------------------------------------------------------------------------


def test_wanted_revision_that_is_older_is_fetched(collect):
    """A revision that was asked for again is there, although it is older than the plan wants."""
    snapshot = collect(since=datetime(2026, 11, 1, tzinfo=UTC), refetch=("12",))
    assert snapshot.revisions["id"].tolist() == ["17", "16", "12"]
    assert snapshot.gone == frozenset()


def test_deleted_and_hidden_revisions_are_gone(collect):
    """A wanted revision that was deleted, or whose author is hidden now, is gone."""
    assert collect(refetch=("9999", "14", "16")).gone == {"9999", "14"}


def test_wanted_ids_of_other_items_are_left_alone(collect, wiki):
    """What is no revision's number is not asked for."""
    assert collect(refetch=("at://x", "comment-3")).gone == frozenset()
    assert not any("revids" in question for question in wiki.asked)


def test_many_wanted_revisions_are_asked_for_in_parts(collect, wiki):
    """No question has more than the fifty ids that the wiki accepts."""
    gone = collect(refetch=tuple(str(number) for number in range(1000, 1120))).gone
    assert len(gone) == 120
    assert [len(question["revids"].split("|")) for question in wiki.asked if "revids" in question] == [50, 50, 20]


def test_trouble_while_looking_again_closes_nothing(collect, wiki):
    """When looking again fails, nothing counts as gone and the reading is partial, unplanned."""
    wiki.faults.extend([None, None, Reply("", 500)])
    snapshot = collect(refetch=("9999",))
    assert snapshot.gone == frozenset()
    coverage = snapshot.coverage[Resource.REVISIONS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, False, 6)


# --- what is not wanted, and what goes wrong ---------------------------------------------------------------


def test_skipped_resources_keep_their_reason(collect, wiki):
    """What the plan leaves out is not read, and its coverage is the plan's."""
    skip = {Resource.PROFILE: not_due("Not tonight."), Resource.REVISIONS: not_due("Not tonight.")}
    snapshot = collect(skip=skip)
    assert snapshot.coverage == skip
    assert snapshot.profile is None
    assert len(snapshot.revisions) == 0
    assert len(wiki.asked) == 1


def error(code):
    return {"error": {"code": code, "info": "What the wiki says of it.", "docref": "See ..."}}


@pytest.mark.parametrize(
    ("fault", "raised", "sentence"),
    [
        (error("maxlag"), RateLimited, "is too busy and wants us back later (maxlag); the next run tries again."),
        (
            Reply(json.dumps(error("maxlag")), 200, {"Retry-After": "5", "MediaWiki-API-Error": "maxlag"}),
            RateLimited,
            "is too busy and wants us back in 5 seconds (maxlag)",
        ),
        (error("ratelimited"), RateLimited, "(ratelimited)"),
        (error("readapidenied"), Refused, "(readapidenied)"),
        (error("invalidtitle"), NotFound, "(invalidtitle)"),
        (error("internal_api_error_DBQueryError"), Unreachable, "has a fault of its own"),
        (error("unknown_action"), SchemaDrift, "(unknown_action)"),
        ({"error": {"info": "x"}}, SchemaDrift, "lacks 'code'"),
        ({"batchcomplete": True}, SchemaDrift, "without 'query'"),
        ([], SchemaDrift, "other than an object"),
        ({"query": {"pages": [{"ns": 0, "title": "X"}]}}, SchemaDrift, "lacks 'pageid'"),
        ({"query": {"pages": 3}}, SchemaDrift, "another shape than documented"),
        (Reply("<html>Our servers are having a nap</html>", 200), LoginWall, "web page instead of data"),
        (Reply("", 500), Unreachable, "fault of its own (500)"),
        (Reply("", 429, {"Retry-After": "999"}), RateLimited, "999 seconds"),
        (Reply("", 403), Refused, "refused access (403)"),
    ],
)
def test_each_way_of_failing_has_its_error(collect, wiki, fault, raised, sentence):
    """What goes wrong at the first question, at whatever HTTP status, raises its own error and sentence."""
    wiki.faults.append(fault)
    with pytest.raises(raised) as caught:
        collect()
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        (error("maxlag"), CoverageStatus.FAILED, "(maxlag)"),
        (error("permissiondenied"), CoverageStatus.NOT_PERMITTED, "(permissiondenied)"),
        (Reply("", 503), CoverageStatus.FAILED, "(503)"),
        (
            {"query": {"pages": [{"pageid": 2, "ns": 0, "title": "X", "revisions": [{}]}]}},
            CoverageStatus.FAILED,
            "'revid'",
        ),
    ],
)
def test_history_that_fails_leaves_the_profile(collect, wiki, fault, status, sentence):
    """When only the history cannot be read, the profile stands and the revisions say why."""
    wiki.faults.extend([None, fault])
    snapshot = collect()
    assert snapshot.profile.name == SCHOOL
    coverage = snapshot.coverage[Resource.REVISIONS]
    assert coverage.status is status
    assert sentence in coverage.reason


def test_history_that_breaks_off_is_partial(collect, wiki):
    """What was read before the trouble still counts, and the run is incomplete."""
    wiki.at_once = 4
    wiki.faults.extend([None, None, Reply("", 500)])
    snapshot = collect()
    coverage = snapshot.coverage[Resource.REVISIONS]
    assert (coverage.status, coverage.planned, coverage.read) == (CoverageStatus.PARTIAL, False, 4)
    assert len(snapshot.revisions) == 4


def test_continuation_that_repeats_itself_ends(collect, wiki):
    """A wiki that continues with the same page for ever is not followed for ever."""
    again = {"query": {"pages": []}, "continue": {"rvcontinue": "1|1", "continue": "||"}}
    wiki.faults.extend([None, again, again, again])
    coverage = collect().coverage[Resource.REVISIONS]
    assert coverage.status is CoverageStatus.FAILED
    assert "again and again" in coverage.reason
    assert len(wiki.asked) == 3


@pytest.mark.parametrize(("account", "what"), [(ARTICLE, "article"), (USER, "user")])
def test_proof_is_one_call(wiki, client, account, what):
    """The proof looks the account up with one question and says what it found."""
    sentence = mediawiki.prove(account, CollectPlan(wiki.api_url, NOW), client)
    assert sentence == f"{wiki.host} has the {what} '{SCHOOL}' (id {'2' if what == 'article' else '3'})."
    assert len(wiki.asked) == 1


# --- recordings -----------------------------------------------------------------------------------------


@pytest.fixture
def disguised(wiki):
    own = frozenset({"user:hazelbrook_primary_school", "2"})
    body = {
        "query": {
            "pages": [wiki.page | {"revisions": wiki.revisions}],
            "usercontribs": wiki.contributions,
            "users": wiki.users,
        }
    }
    return mediawiki.disguise(body, own, StandIns())["query"]


def test_other_editors_are_replaced_in_recordings(disguised):
    """Names, ids and comments of other editors, and what they wrote of the school, become stand-ins."""
    text = json.dumps(disguised["pages"])
    for planted in ("LocalHistorian", "31337", "203.0.113.7", "nickname", "typo", "start the article", "Alex Example"):
        assert planted not in text


def test_own_edits_stay_in_recordings_but_for_whom_they_name(disguised):
    """The school's user and comments stay; another editor who is linked in one becomes a stand-in."""
    own = disguised["pages"][0]["revisions"][1]
    assert (own["user"], own["userid"]) == (SCHOOL, 3)
    assert own["comment"].startswith("Reverted edits by [[User:")
    assert own["comment"].endswith(": our school is outstanding")
    assert [edit["comment"] for edit in disguised["usercontribs"]][1:] == ["please stop", "request an edit"]


def test_other_users_pages_and_administrators_are_replaced(disguised):
    """The title of another user's page and the administrator behind a block become stand-ins."""
    titles = [edit["title"] for edit in disguised["usercontribs"]]
    assert titles[0] == SCHOOL
    assert titles[1].startswith("User talk:")
    assert "LocalHistorian" not in titles[1]
    assert titles[2] == f"Talk:{SCHOOL}"
    assert "Steward" not in json.dumps(disguised["users"])
    assert "username promotes" not in json.dumps(disguised["users"])


def test_same_editor_is_the_same_stand_in(disguised):
    """Two edits of one person are two edits of one stand-in."""
    users = [revision.get("user") for revision in disguised["pages"][0]["revisions"]]
    assert users[0] == users[5] != users[2]


@pytest.mark.parametrize("account", [ARTICLE, USER], ids=["article", "user"])
def test_recorded_night_replays_without_other_editors(wiki, tmp_path, account):
    """A recording of a real wiki has no trace of other editors, and its replay reads the same edits of ours."""
    wiki.at_once = 2
    network = Network("it@hazelbrook.example", default_pace=0.0, private_hosts=frozenset({wiki.host}))
    own = frozenset({SCHOOL.casefold()})

    def read(**way):
        http = Http(network, **way)
        client = http.client("wiki", lambda body, stand_ins: mediawiki.disguise(body, own, stand_ins))
        snapshot = mediawiki.collect(account, CollectPlan(wiki.api_url, NOW, refetch=("12", "99")), client)
        http.close()
        return snapshot

    path = tmp_path / "night.jsonl.gz"
    with Recorder(path, NOW) as recorder:
        live = read(recorder=recorder)
    replayed = read(replay=Replay(path))
    recorded = gzip.decompress(path.read_bytes()).decode()
    assert not [planted for planted in ("LocalHistorian", "31337", "nickname", "Alex Example") if planted in recorded]
    ours = live.revisions["user"] == SCHOOL
    columns = ["id", "namespace", "user", "created"]
    assert replayed.revisions[columns][ours].equals(live.revisions[columns][ours])
    assert replayed.revisions["id"].tolist() == live.revisions["id"].tolist()
    assert replayed.gone == live.gone == {"99"}


# --- contracts ------------------------------------------------------------------------------------------


class Played:
    """A client that gives one recorded answer."""

    def __init__(self, body):
        self.body = body

    def get(self, address, **_):
        return Answer(address, 200, {}, json.dumps(self.body).encode())


def recorded(contracts, name):
    cassette = json.loads((contracts / "mediawiki" / "cassettes" / f"{name}.json").read_text())
    body = cassette["interactions"][0]["response"]["body"]
    return json.loads(body["string"] if isinstance(body, dict) else body)


def test_recorded_article_is_read(contracts):
    """What Wikipedia answered about an article in March 2026 gives its id, title and address."""
    wiki = mediawiki._Wiki(
        Played(recorded(contracts, "TestVcrAsyncPageExistence.test_exists_true")), "https://w/api.php"
    )
    profile = wiki._page("name", "x").profile
    assert profile.platform_id.isdecimal()
    assert profile.address.startswith("https://en.wikipedia.org/wiki/")


@pytest.mark.parametrize(
    "name", ["TestVcrAsyncPageExistence.test_exists_false", "TestVcrPageExistence.test_exists_false"]
)
def test_recorded_missing_article_is_not_found(contracts, name):
    """What Wikipedia answered about a title that does not exist raises NotFound."""
    with pytest.raises(NotFound):
        mediawiki._Wiki(Played(recorded(contracts, name)), "https://w/api.php")._page("name", "x")


def test_recorded_extract_is_the_bio(contracts):
    """Wikipedia's extract of an article is read as its text."""
    page = recorded(contracts, "TestVcrAsyncPageExtractProps.test_summary")["query"]["pages"]
    assert len(next(iter(page.values()))["extract"]) > 100


def test_recorded_answers_can_be_disguised(contracts):
    """Every recorded answer goes through the disguise."""
    for path in sorted((contracts / "mediawiki" / "cassettes").glob("*.json")):
        for exchange in json.loads(path.read_text())["interactions"]:
            body = exchange["response"]["body"]
            decoded = json.loads(body["string"] if isinstance(body, dict) else body)
            assert mediawiki.disguise(decoded, frozenset(), StandIns()).keys() == decoded.keys()
