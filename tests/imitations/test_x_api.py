"""Facts about the imitation of the X API itself, most of them seen through tweepy's real client."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests
import tweepy
from hypothesis import given, settings
from hypothesis import strategies as st
from imitations import x_faults as faults
from imitations.openapi_contract import Contract, Exchange
from imitations.x_api import CONTRACTS, DOCUMENTS, TOKEN, Media, XApi
from imitations.x_spelling import RENAMED

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
EVERY_POST_FIELD = [
    "attachments", "author_id", "conversation_id", "created_at", "edit_history_tweet_ids", "entities",
    "in_reply_to_user_id", "lang", "note_tweet", "possibly_sensitive", "public_metrics", "referenced_tweets",
    "reply_settings", "withheld",
]  # fmt: skip
EVERY_USER_FIELD = [
    "created_at", "description", "entities", "location", "parody", "pinned_tweet_id", "profile_image_url",
    "protected", "public_metrics", "receives_your_dm", "subscription_type", "url", "verified",
    "verified_followers_count", "verified_type", "withheld",
]  # fmt: skip
EVERY_MEDIA_FIELD = [
    "alt_text", "duration_ms", "height", "media_key", "preview_image_url", "type", "url", "variants", "width",
]  # fmt: skip
EVERY_EXPANSION = [
    "attachments.media_keys", "author_id", "edit_history_tweet_ids", "entities.mentions.username",
    "in_reply_to_user_id", "referenced_tweets.id", "referenced_tweets.id.attachments.media_keys",
    "referenced_tweets.id.author_id",
]  # fmt: skip


@pytest.fixture(params=["tweet", "post"])
def x(request):
    """The imitation in either spelling, with one school."""
    with XApi(request.param) as imitation:
        imitation.add_user(
            "hazelbrook",
            name="Hazelbrook Primary School",
            description="News of https://hazelbrook.example/ #school & friends",
            url="https://hazelbrook.example/",
            location="Hazelbrook",
            verified=True,
            verified_type="business",
            parody=False,
        )
        yield imitation


@pytest.fixture
def school(x):
    return x.user("hazelbrook").id


@pytest.fixture
def client(x):
    return x.client(return_type=dict)


def named(x, name):
    """A key in the spelling of the imitation."""
    return RENAMED[name] if x.spelling == "post" else name


def ask(x, path, **params):
    """One plain request with the right token."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return requests.get(x.base_url + path, params=params, headers=headers, timeout=10)


def keys_in(node):
    if isinstance(node, dict):
        return set(node) | {key for value in node.values() for key in keys_in(value)}
    return {key for item in node for key in keys_in(item)} if isinstance(node, list) else set()


# -- judging by the document ---------------------------------------------------------------------------------------


def test_judges_where_the_documents_are(contracts, x):
    """With the OpenAPI documents at hand, every exchange is judged by them."""
    assert contracts.samefile(CONTRACTS)
    assert x.validating


def test_serves_without_the_documents(tmp_path):
    """Without the documents the imitation serves all the same, and says that it does not judge."""
    with XApi(contracts=tmp_path) as x:
        x.add_user("hazelbrook")
        assert not x.validating
        assert x.client().get_user(username="hazelbrook").data.username == "hazelbrook"


def one_profile(fields, **details):
    """A test in small: plants an account, asks for it, and leaves the imitation."""
    with XApi() as x:
        x.add_user("hazelbrook", **details)
        x.client().get_user(username="hazelbrook", user_fields=fields)


def test_a_request_off_the_contract_fails_the_test(contracts):
    """Leaving the imitation fails with a sentence for each request that the document does not allow."""
    with pytest.raises(AssertionError, match=r"Invalid query parameter: user\.fields; .*shoe_size"):
        one_profile(["shoe_size"])


def test_an_answer_off_the_contract_fails_the_test(contracts):
    """An answer that the document does not allow is an objection too: nothing of ours is taken on trust."""
    with pytest.raises(AssertionError, match=r"answer 200: at data/protected: 'maybe' is not"):
        one_profile(["protected"], protected="maybe")


@pytest.mark.parametrize("spelling", ["tweet", "post"])
def test_partial_errors_are_judged_by_their_type(contracts, spelling):
    """The type of a partial error decides what else it must hold, in both documents."""
    with XApi(spelling) as x:
        x.fail(faults.Answer(200, {"errors": [{"title": "No", "type": faults.PROBLEMS + "resource-not-found"}]}))
        x.client(return_type=dict).get_user(username="hazelbrook")
        assert any("'resource_type' is a required property" in error for error in x.contract_errors)
        x.contract_errors.clear()


def test_a_parameter_of_another_endpoint_is_an_objection(contracts, x, school):
    """A parameter that the operation does not define is refused with 400 and stands among the objections."""
    answer = ask(x, f"/2/users/{school}/followers", since_id="1")
    assert answer.status_code == 400
    assert "not one of" in answer.json()["errors"][0]["message"]
    assert any("no parameter 'since_id' there" in error for error in x.contract_errors)
    x.contract_errors.clear()


def test_mixed_spellings_are_an_objection(contracts, x, school):
    """A request that mixes tweet names and post names fits neither document."""
    ask(x, f"/2/users/{school}/tweets", **{"post.fields": "created_at", "user.fields": "pinned_tweet_id"})
    assert any("mixes tweet names and post names" in error for error in x.contract_errors)
    x.contract_errors.clear()


def test_writing_is_an_objection(x):
    """An auditor only reads: any other method is refused, and fails the test."""
    answer = requests.post(f"{x.base_url}/2/tweets", json={"text": "Hello"}, timeout=10)
    assert answer.status_code == 403
    assert x.contract_errors == ["POST /2/tweets: an auditor only reads"]
    x.contract_errors.clear()


def test_error_types_the_document_does_not_know_are_listed(contracts, x, client):
    """A documented prose error whose type the OpenAPI document lacks is not judged, and `undocumented` says so."""
    x.fail(faults.credits_depleted())
    with pytest.raises(tweepy.HTTPException, match="402"):
        client.get_user(username="hazelbrook")
    assert [entry.rpartition("/")[2] for entry in x.undocumented] == ["credits"]


def test_no_flaw_of_a_document_is_invented(contracts):
    """With the document as it is, the reply setting of its own enum is against its own pattern."""
    body = b'{"data": [{"id": "1", "text": "Hello", "reply_settings": "mentionedUsers"}]}'
    exchange = Exchange("https://api.x.com", "GET", "/2/tweets", {"ids": "1"}, {}, 200, "application/json", body)
    (objection,) = Contract(contracts / DOCUMENTS["tweet"]).judge_answer(exchange)
    assert "'mentionedUsers' does not match '^[A-Za-z]{1,12}$'" in objection
    assert Contract(contracts / DOCUMENTS["post"]).judge_answer(exchange) == []


@pytest.mark.parametrize(
    ("recording", "path"),
    [
        ("get_user", "/2/users/by/username/hazelbrook"),
        ("get_users", "/2/users/by?usernames=hazelbrook,elmfield"),
        ("get_users_followers", "/2/users/{school}/followers"),
        ("get_users_following", "/2/users/{school}/following"),
        ("get_users_tweets", "/2/users/{school}/tweets?max_results=5"),
        ("get_users_mentions", "/2/users/{school}/mentions"),
        ("get_tweet", "/2/tweets/{post}"),
        ("get_tweets", "/2/tweets?ids={post}"),
        ("search_recent_tweets", "/2/tweets/search/recent?query=hello"),
    ],
)
def test_default_answers_have_the_keys_and_headers_of_recorded_ones(contracts, recording, path):
    """Asked for nothing special, the imitation answers with the keys and headers that X was recorded with."""
    (recorded,) = json.loads((contracts / f"x/decoded/test_client_{recording}.json").read_text())
    with XApi() as x:
        school = x.add_user("hazelbrook")
        x.add_user("elmfield")
        for number in range(101):
            x.add_follower("hazelbrook", f"follower_{number}")
        x.add_following("hazelbrook", "elmfield")
        posts = [x.add_post("elmfield", "Hello @hazelbrook") for _ in range(11)]
        posts += [x.add_post("hazelbrook", "Hello") for _ in range(6)]
        answer = ask(x, path.format(school=school, post=posts[0]))
    assert keys_in(answer.json()) == keys_in(recorded["json"])
    ours = {name.lower() for name in answer.headers}
    assert set(recorded["headers"]) - ours <= {"api-version", "x-access-level"}
    assert answer.headers["Content-Type"].replace(" ", "") in {
        value.replace(" ", "") for value in recorded["headers"]["content-type"]
    }


# -- accounts ------------------------------------------------------------------------------------------------------


def test_lookup_by_names_answers_in_the_order_asked_with_errors_beside(x, client):
    """Known accounts are in data, unknown and suspended ones in errors, told apart by the title alone."""
    x.add_user("elmfield")
    x.add_user("banned", suspended=True)
    answer = client.get_users(usernames=["elmfield", "nobody", "HAZELBROOK", "banned"])
    assert [user["username"] for user in answer["data"]] == ["elmfield", "hazelbrook"]
    unknown, suspended = answer["errors"]
    assert unknown["type"] == suspended["type"]
    assert unknown["type"].endswith("/problems/resource-not-found")
    assert (unknown["title"], unknown["value"]) == ("Not Found Error", "nobody")
    assert (suspended["title"], suspended["detail"]) == ("Forbidden", "User has been suspended: [banned].")


def test_an_unknown_account_is_http_200_without_data(x, client):
    """Not found is HTTP 200 with errors and no data at all."""
    answer = client.get_user(username="nobody")
    assert answer.keys() == {"errors"}
    assert client.get_user(id="7").keys() == {"errors"}


def test_only_asked_fields_come(client):
    """A profile has id, name and username, and whatever else was asked for."""
    assert client.get_user(username="hazelbrook")["data"].keys() == {"id", "name", "username"}
    asked = client.get_user(username="hazelbrook", user_fields=["protected", "verified_type", "parody"])["data"]
    assert (asked["protected"], asked["verified_type"], asked["parody"]) == (False, "business", False)


def test_profile_links_arrive_shortened(client):
    """The address of a profile and the links of its description are t.co links; entities say where they lead."""
    user = client.get_user(username="hazelbrook", user_fields=["url", "description", "entities"])["data"]
    assert user["url"].startswith("https://t.co/")
    assert user["entities"]["url"]["urls"][0]["expanded_url"] == "https://hazelbrook.example/"
    assert "hazelbrook.example" not in user["description"]
    assert user["entities"]["description"]["urls"][0]["expanded_url"] == "https://hazelbrook.example/"


def test_renaming_keeps_the_id(x, client, school):
    """A renamed account is found by its id and its new name, and no longer by the old one."""
    x.update_user("hazelbrook", username="hazelbrook_pri")
    assert client.get_user(id=school)["data"]["username"] == "hazelbrook_pri"
    assert client.get_user(username="hazelbrook_pri")["data"]["id"] == school
    assert "data" not in client.get_user(username="hazelbrook")


def test_two_accounts_cannot_share_a_name(x):
    """A test that plants one handle twice is told so."""
    x.add_user("elmfield")
    with pytest.raises(ValueError, match="HazelBrook"):
        x.update_user("elmfield", username="HazelBrook")


def test_a_deleted_account_takes_its_posts_and_follows_along(x, client, school):
    """After an account is deleted, neither it nor its posts nor its place among followers is found."""
    follower = x.add_follower("hazelbrook", "sam_of_hazelbrook")
    post = x.add_post("sam_of_hazelbrook", "Hello @hazelbrook")
    x.delete_user(follower)
    assert client.get_users_followers(school) == {"meta": {"result_count": 0}}
    assert client.get_tweet(post).keys() == {"errors"}
    assert client.get_user(id=follower).keys() == {"errors"}


def test_a_protected_account_shows_its_profile_only(x, client):
    """The profile of a protected account is public; its posts, people and single posts are not authorised."""
    locked = x.add_user("locked", protected=True)
    post = x.add_post("locked", "Only for us")
    assert client.get_user(id=locked, user_fields=["protected"])["data"]["protected"] is True
    for method in (client.get_users_tweets, client.get_users_followers, client.get_users_following):
        (error,) = method(locked)["errors"]
        assert error["type"].endswith("/problems/not-authorized-for-resource")
    (error,) = client.get_tweets([post])["errors"]
    assert error["type"].endswith("/problems/not-authorized-for-resource")


def test_metrics_count_what_is_there_unless_told(x, client):
    """Counts of followers, followed and posts come from the state; a planted follower count wins."""
    x.add_follower("hazelbrook", "a_parent")
    x.add_following("hazelbrook", "elmfield")
    x.add_post("hazelbrook", "Hello")
    counts = client.get_user(username="hazelbrook", user_fields=["public_metrics"])["data"]["public_metrics"]
    assert (counts["followers_count"], counts["following_count"], counts[named(x, "tweet_count")]) == (
        1,
        1,
        1,
    )
    x.update_user("hazelbrook", followers_count=812)
    counts = client.get_user(username="hazelbrook", user_fields=["public_metrics"])["data"]["public_metrics"]
    assert counts["followers_count"] == 812


# -- followers -----------------------------------------------------------------------------------------------------


def test_tweepys_paginator_lists_every_follower_once(x, school):
    """Through tweepy's Paginator all followers arrive, the latest first, suspended ones left out."""
    names = [f"follower_{number}" for number in range(7)]
    for name in names:
        x.add_follower("hazelbrook", name, suspended=name == "follower_3")
    pages = tweepy.Paginator(x.client().get_users_followers, school, max_results=2)
    found = [user.username for page in pages for user in page.data]
    assert found == [name for name in reversed(names) if name != "follower_3"]
    assert x.requests["/2/users/{id}/followers"] == 3


def test_following_is_the_other_direction(x, client, school):
    """`following` lists whom an account follows, not who follows it; a follow can be undone."""
    x.add_following("hazelbrook", "elmfield")
    x.add_follower("hazelbrook", "a_parent")
    assert [user["username"] for user in client.get_users_following(school)["data"]] == ["elmfield"]
    x.remove_follower("hazelbrook", "a_parent")
    assert "data" not in client.get_users_followers(school)


def test_nothing_to_list_means_no_data_key(client, school):
    """An empty list is a result count of 0 and no data key."""
    assert client.get_users_followers(school) == {"meta": {"result_count": 0}}
    assert client.get_users_tweets(school) == {"meta": {"result_count": 0}}


# -- posts ---------------------------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(size=st.integers(5, 100), number=st.integers(1, 110))
def test_paging_returns_each_post_once_in_order(size, number):
    """For any page size, following next_token gives every post once, the latest first."""
    with XApi() as x:
        school = x.add_user("hazelbrook")
        planted = [x.add_post("hazelbrook", f"Post {index}") for index in range(number)]
        pages = tweepy.Paginator(x.client().get_users_tweets, school, max_results=size)
        assert [str(post.id) for page in pages for post in page.data] == planted[::-1]


def test_everything_at_once_is_on_the_contract(x, client, school):
    """Each kind of post with every field and expansion is answered as the document says, in one vocabulary."""
    x.add_user("elmfield", receives_your_dm=True, subscription_type="None", verified_followers_count=3)
    picture = x.add_post(
        "hazelbrook",
        "Fun & games <3 at https://hazelbrook.example/fete with @elmfield #fete",
        media=[Media(alt_text="A tent"), Media("video"), Media("animated_gif")],
        reply_settings="mentionedUsers",
        withheld={"copyright": False, "country_codes": ["DE"]},
    )
    reply = x.add_post("elmfield", "Lovely", in_reply_to=picture)
    x.add_post("hazelbrook", "Thanks", in_reply_to=reply)
    x.add_post("hazelbrook", "Look", quote_of=reply)
    x.repost("hazelbrook", reply)
    x.edit_post(x.add_post("hazelbrook", "A tpyo"), "A typo")
    x.add_post("hazelbrook", "A long story. " * 40)
    x.update_user("hazelbrook", pinned_post=picture)
    answer = client.get_users_tweets(
        school,
        max_results=100,
        tweet_fields=EVERY_POST_FIELD,
        user_fields=EVERY_USER_FIELD,
        media_fields=EVERY_MEDIA_FIELD,
        expansions=EVERY_EXPANSION,
    )
    profile = client.get_user(username="hazelbrook", user_fields=EVERY_USER_FIELD, expansions="pinned_tweet_id")
    assert len(answer["data"]) == 6
    assert answer["includes"].keys() == {"users", "media", named(x, "tweets")}
    assert profile["includes"][named(x, "tweets")][0]["id"] == picture
    foreign = RENAMED.keys() if x.spelling == "post" else set(RENAMED.values())
    assert not (keys_in(answer) | keys_in(profile)) & foreign


def test_requests_in_post_names_are_understood(x, school):
    """The newer names of fields and expansions are understood whatever the spelling of the answers."""
    original = x.add_post("hazelbrook", "Hello")
    x.add_post("hazelbrook", "Again", quote_of=original)
    asked = {
        "post.fields": "created_at,note_post",
        "expansions": "referenced_posts,author_id",
        "max_results": 5,
    }
    answer = ask(x, f"/2/users/{school}/tweets", **asked).json()
    latest = answer["data"][0]
    assert latest["created_at"].endswith("Z")
    assert latest["author_id"] == school
    assert latest[named(x, "referenced_tweets")] == [{"type": "quoted", "id": original}]
    assert [post["id"] for post in answer["includes"][named(x, "tweets")]] == [original]


def test_media_have_the_addresses_of_their_kind(x, client, school):
    """A photo has a url; a video has a preview and variants instead."""
    x.add_post("hazelbrook", "Sports day", media=[Media(alt_text="Sack race", content=b"JPEG"), Media("video")])
    answer = client.get_users_tweets(school, expansions="attachments.media_keys", media_fields=EVERY_MEDIA_FIELD)
    photo, video = answer["includes"]["media"]
    assert answer["data"][0]["attachments"]["media_keys"] == [photo["media_key"], video["media_key"]]
    assert (photo["type"], photo["alt_text"]) == ("photo", "Sack race")
    assert requests.get(photo["url"], timeout=10).content == b"JPEG"
    assert "url" not in video
    assert video["preview_image_url"]
    assert video["variants"][0]["content_type"] == "video/mp4"


def test_text_arrives_as_x_writes_it(x, client, school):
    """Text comes escaped and with t.co links; entities give the real address at its place in the text."""
    x.add_post("hazelbrook", "Q & A <today>: https://hazelbrook.example/qa.")
    (post,) = client.get_users_tweets(school, tweet_fields="entities")["data"]
    (link,) = post["entities"]["urls"]
    assert post["text"].startswith("Q &amp; A &lt;today&gt;: https://t.co/")
    assert post["text"].endswith(".")
    assert post["text"][link["start"] : link["end"]] == link["url"]
    assert link["expanded_url"] == "https://hazelbrook.example/qa"


def test_long_text_is_cut_unless_the_note_is_asked_for(x, client, school):
    """What stands after 280 characters is only in the note field, which has to be asked for."""
    x.add_post("hazelbrook", "word " * 70 + "end")
    (post,) = client.get_users_tweets(school)["data"]
    assert len(post["text"]) == 280
    assert "end" not in post["text"]
    (post,) = client.get_users_tweets(school, tweet_fields="note_tweet")["data"]
    assert post[named(x, "note_tweet")]["text"].endswith("end")


def test_an_edit_makes_a_new_id(x, client, school):
    """An edited post stands in the timeline under a new id, with the old one in its history."""
    old = x.add_post("hazelbrook", "Sports day on Firday")
    new = x.edit_post(old, "Sports day on Friday")
    (post,) = client.get_users_tweets(school)["data"]
    assert post == {"id": new, "text": "Sports day on Friday", named(x, "edit_history_tweet_ids"): [old, new]}


def test_a_deleted_post_is_a_partial_error_beside_the_others(x, client):
    """Of posts asked for by id, deleted ones are errors beside the data of the rest."""
    kept, gone = x.add_post("hazelbrook", "Stays"), x.add_post("hazelbrook", "Goes")
    x.delete_post(gone)
    answer = client.get_tweets([kept, gone])
    assert [post["id"] for post in answer["data"]] == [kept]
    assert [(error["resource_id"], error["title"]) for error in answer["errors"]] == [(gone, "Not Found Error")]


def test_a_reply_to_a_deleted_post_still_says_whom_it_answered(x, client, school):
    """A reply keeps the id of the account it answers, and the missing post is an error beside the data."""
    elmfield = x.add_user("elmfield")
    parent = x.add_post("elmfield", "A question")
    x.add_post("hazelbrook", "An answer", in_reply_to=parent)
    x.delete_post(parent)
    answer = client.get_users_tweets(school, expansions=["referenced_tweets.id", "in_reply_to_user_id"])
    assert answer["data"][0]["in_reply_to_user_id"] == elmfield
    assert [user["id"] for user in answer["includes"]["users"]] == [elmfield]
    assert [error["resource_id"] for error in answer["errors"]] == [parent]


def test_since_and_until_bound_the_timeline(x, client, school):
    """since_id and until_id exclude their own posts; start_time includes its second, end_time does not."""
    times = [NIGHT - timedelta(hours=hours) for hours in (4, 3, 2, 1)]
    one, two, three, four = (x.add_post("hazelbrook", "Hello", created_at=time) for time in times)

    def found(**bounds):
        return [post["id"] for post in client.get_users_tweets(school, **bounds).get("data", [])]

    assert found(since_id=one) == [four, three, two]
    assert found(until_id=three) == [two, one]
    assert found(start_time=times[1], end_time=times[3]) == [three, two]
    assert found(since_id=two, start_time=times[0]) == [four, three]


def test_replies_and_reposts_can_be_left_out(x, client, school):
    """`exclude` removes replies and reposts from a timeline."""
    plain = x.add_post("hazelbrook", "Hello")
    x.add_user("elmfield")
    other = x.add_post("elmfield", "Hi")
    x.add_post("hazelbrook", "Hi yourself", in_reply_to=other)
    x.repost("hazelbrook", other)
    answer = client.get_users_tweets(school, exclude=["replies", "retweets"])
    assert [post["id"] for post in answer["data"]] == [plain]


def test_mentions_are_other_peoples_posts_that_name_the_account(x, client, school):
    """Mentions and replies of public accounts are listed; those of suspended and protected ones are not."""
    for name, details in {
        "a_parent": {},
        "banned": {"suspended": True},
        "locked": {"protected": True},
    }.items():
        x.add_user(name, **details)
        x.add_post(name, "Thank you @Hazelbrook!")
    answer = client.get_users_mentions(school, expansions="author_id")
    assert [user["username"] for user in answer["includes"]["users"]] == ["a_parent"]


def test_search_finds_the_conversation_of_the_last_seven_days(x):
    """conversation_id finds the replies of a week through tweepy's Paginator, older ones no more."""
    x.add_user("a_parent")
    root = x.add_post("hazelbrook", "Fete on Saturday", created_at=NIGHT - timedelta(days=9))
    x.add_post("a_parent", "Early question", in_reply_to=root, created_at=NIGHT - timedelta(days=8))
    recent = [x.add_post("a_parent", f"Question {n}", in_reply_to=root) for n in range(12)]
    query = f"conversation_id:{root} -from:hazelbrook"
    pages = tweepy.Paginator(x.client(return_type=dict).search_recent_tweets, query, max_results=10)
    assert [post["id"] for page in pages for post in page["data"]] == recent[::-1]


def test_search_words_it_does_not_understand_are_refused(client):
    """No test leans on a guess about the search language."""
    with pytest.raises(tweepy.BadRequest, match="does not understand 'place_country:GB'"):
        client.search_recent_tweets("fete place_country:GB")


def test_user_search_is_not_for_bearer_tokens(contracts, x, client):
    """GET /2/users/search answers 403 to a bearer token."""
    with pytest.raises(tweepy.Forbidden, match="forbidden for this endpoint"):
        client.request("GET", "/2/users/search", params={"query": "hazelbrook"})


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/2/users/by", {"usernames": "a b"}),
        ("/2/users/by", {}),
        ("/2/tweets", {"ids": ",".join(map(str, range(101)))}),
        ("/2/users/1/tweets", {"max_results": "4"}),
        ("/2/users/1/tweets", {"since_id": "yesterday"}),
        ("/2/users/1/tweets", {"start_time": "yesterday"}),
        ("/2/users/1/followers", {"max_results": "1001"}),
        ("/2/users/1/followers", {"pagination_token": "abcdefgh12345678"}),
        ("/2/tweets/search/recent", {"query": "fete", "start_time": "2026-11-01T00:00:00Z"}),
    ],
)
def test_bad_parameters_are_refused(x, path, params):
    """A parameter outside its range, form or time is HTTP 400 with X's invalid-request body."""
    x.add_user("first")
    known = x.user("first").id
    answer = ask(x, path.replace("/1/", f"/{known}/"), **params)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/problems/invalid-request")
    assert answer.json()["errors"][0]["message"]
    # Not every refusal is one by the document, and without the documents none is.
    x.contract_errors.clear()


# -- money, limits, faults -----------------------------------------------------------------------------------------


def test_a_resource_is_charged_once_a_utc_day(x, client, school):
    """Each resource in data is charged once a UTC day; the next day it is charged again."""
    for number in range(3):
        x.add_post("hazelbrook", f"Post {number}")
        x.add_follower("hazelbrook", f"follower_{number}")
    for _ in range(2):
        client.get_user(username="hazelbrook")
        client.get_users_tweets(school, expansions="author_id")
        client.get_users_followers(school)
    assert x.billed == {"users": 1, "posts": 3, "followers": 3}
    assert x.cost == Decimal("0.055")
    x.now += timedelta(days=1)
    client.get_users_tweets(school)
    assert x.billed["posts"] == 6


def test_credits_run_out(x, client):
    """When the credits are spent, the next request is a 402 and costs nothing."""
    x.credits = Decimal("0.010")
    client.get_user(username="hazelbrook")
    with pytest.raises(tweepy.HTTPException, match="402 Payment Required"):
        client.get_user(username="hazelbrook")
    assert x.cost == Decimal("0.010")


def test_answers_say_what_is_left_of_the_limit(x):
    """Ordinary answers carry the three rate-limit headers, the reset as an epoch second."""
    x.add_user("elmfield")
    headers = ask(x, "/2/users/by", usernames="elmfield").headers
    assert headers["x-rate-limit-limit"] == "300"
    assert headers["x-rate-limit-remaining"] == "299"
    assert int(headers["x-rate-limit-reset"]) == int(NIGHT.timestamp()) + 900


def test_a_token_is_required(x):
    """Without the right bearer token there is nothing but 401."""
    with pytest.raises(tweepy.Unauthorized):
        x.client(bearer_token="another").get_user(username="hazelbrook")
    assert not x.billed


@pytest.mark.parametrize(
    ("fault", "status", "title"),
    [
        (faults.unauthorised(), 401, "Unauthorized"),
        (faults.credits_depleted(), 402, "CreditsDepleted"),
        (faults.client_forbidden(), 403, "Client Forbidden"),
        (faults.rate_limited(reset=1_796_000_000), 429, "Too Many Requests"),
        (faults.rate_limited(reset=None), 429, "Too Many Requests"),
        (faults.usage_capped(), 429, "UsageCapExceeded"),
        (faults.server_error(500), 500, "Internal Server Error"),
        (faults.server_error(503, retry_after="120"), 503, "Service Unavailable"),
    ],
)
def test_documented_errors(x, fault, status, title):
    """Each documented error has its status, X's problem body and nothing billed."""
    x.fail(fault)
    answer = ask(x, "/2/users/by", usernames="hazelbrook")
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not x.billed


def test_limits_and_outages_may_say_until_when(x):
    """A 429 carries the reset only when told, a 503 its Retry-After."""
    x.fail(faults.rate_limited(reset=1_796_000_000))
    x.fail(faults.rate_limited(reset=None))
    x.fail(faults.server_error(503, retry_after="120"))
    told, untold, outage = (ask(x, "/2/users/by", usernames="hazelbrook").headers for _ in range(3))
    assert told["x-rate-limit-reset"] == "1796000000"
    assert "x-rate-limit-reset" not in untold
    assert outage["Retry-After"] == "120"


def test_undocumented_nonsense(x):
    """A page at status 200, half a body, a list for a body and null for the errors arrive as such."""
    for fault in (
        faults.html_page(),
        faults.truncated_json(),
        faults.list_error_body(),
        faults.null_errors(),
    ):
        x.fail(fault)
    page, half, listed, null = (ask(x, "/2/users/by", usernames="hazelbrook") for _ in range(4))
    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")
    assert half.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        half.json()
    assert isinstance(listed.json(), list)
    assert null.json()["errors"] is None


def test_silence(x):
    """A dropped connection and an answer that does not come in time are requests' own errors."""
    x.fail(faults.dropped())
    x.fail(faults.slow(60))
    with pytest.raises(requests.ConnectionError):
        ask(x, "/2/users/by", usernames="hazelbrook")
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{x.base_url}/2/users/by?usernames=hazelbrook", timeout=0.2)


def test_faults_hit_their_endpoint_so_many_times_after_so_many(x, client, school):
    """A fault can be bound to an endpoint, to a number of requests and to what comes after some good ones."""
    for number in range(6):
        x.add_follower("hazelbrook", f"follower_{number}")
    x.fail(faults.server_error(), path="/2/users/{id}/followers", times=1, after=1)
    first = client.get_users_followers(school, max_results=2)
    following_page = {"max_results": 2, "pagination_token": first["meta"]["next_token"]}
    with pytest.raises(tweepy.TwitterServerError):
        client.get_users_followers(school, **following_page)
    assert client.get_user(id=school)["data"]
    assert len(client.get_users_followers(school, **following_page)["data"]) == 2


def test_a_fault_without_end_ends_when_healed(x, client):
    """times=None lasts until heal."""
    x.fail(faults.unauthorised(), times=None)
    for _ in range(3):
        with pytest.raises(tweepy.Unauthorized):
            client.get_user(username="hazelbrook")
    x.heal()
    assert client.get_user(username="hazelbrook")["data"]


def test_requests_are_on_record(x, client, school):
    """Every request is counted by endpoint and kept with its query."""
    client.get_users_tweets(school, since_id="5")
    assert x.requests == {"/2/users/{id}/tweets": 1}
    assert x.calls[-1].path == f"/2/users/{school}/tweets"
    assert x.calls[-1].query == {"since_id": "5"}
