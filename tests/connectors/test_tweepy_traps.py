"""What tweepy 4.17 does that the X connector has to guard against; a failure here means that tweepy changed.

Each fact was met in use (PLATFORMS names them); connectors/x.py is written around them.
"""

import logging
from inspect import stack
from types import SimpleNamespace

import pytest
import requests
import tweepy
from imitations import x_faults as faults
from imitations.x_api import TOKEN, Redirected, XApi

NOW = 1_796_000_000
"""An epoch second, for tweepy's clock."""


@pytest.fixture
def x():
    """The imitation with one school, in tweet names."""
    with XApi() as imitation:
        imitation.add_user("hazelbrook", name="Hazelbrook Primary School")
        yield imitation


@pytest.fixture
def slept(monkeypatch):
    """Tweepy's clock, stopped: the list of the seconds that it would have slept."""
    seconds = []
    monkeypatch.setattr(tweepy.client, "time", SimpleNamespace(time=lambda: NOW, sleep=seconds.append))
    return seconds


class Watching(Redirected):
    """A redirection to the imitation that keeps, of each request, the address, the timeout and the stack's depth."""

    def __init__(self, base_url):
        super().__init__(base_url)
        self.seen = []

    def send(self, request, *args, timeout=None, **kwargs):
        self.seen.append(SimpleNamespace(url=request.url, timeout=timeout, depth=len(stack())))
        return super().send(request, *args, timeout=timeout, **kwargs)


def watched(x, **options):
    """A client of the imitation and the adapter that watches it."""
    client = x.client(**options)
    watching = Watching(x.base_url)
    client.session.mount("https://api.twitter.com", watching)
    return client, watching


# -- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reset", [None, NOW - 60], ids=["no reset header", "a reset that is past"])
def test_waiting_on_limits_recurses_without_a_pause(x, slept, reset):
    """wait_on_rate_limit=True answers a 429 without a coming reset by asking again at once, one frame deeper."""
    client, watching = watched(x, wait_on_rate_limit=True)
    x.fail(faults.rate_limited(reset), times=30)
    client.get_user(username="hazelbrook")
    depths = [request.depth for request in watching.seen]
    assert len(depths) == 31
    assert depths == sorted(set(depths))
    assert slept == []


def test_waiting_on_limits_sleeps_as_long_as_it_is_told(x, slept):
    """wait_on_rate_limit=True sleeps until the reset, be it a week away."""
    week = 7 * 24 * 3600
    x.fail(faults.rate_limited(NOW + week))
    x.client(wait_on_rate_limit=True).get_user(username="hazelbrook")
    assert slept == [week + 1]


def test_without_waiting_a_limit_is_an_error_with_its_reset(x):
    """wait_on_rate_limit=False raises TooManyRequests, whose reset_time is the header's or None."""
    x.fail(faults.rate_limited(NOW))
    x.fail(faults.usage_capped())
    for expected in (NOW, None):
        with pytest.raises(tweepy.TooManyRequests) as raised:
            x.client().get_user(username="hazelbrook")
        assert raised.value.reset_time == expected


# -- errors that are not tweepy's ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.dropped(), requests.ConnectionError),
        (faults.html_page(), requests.JSONDecodeError),
        (faults.truncated_json(), requests.JSONDecodeError),
        (faults.list_error_body(), AttributeError),
        (faults.null_errors(), TypeError),
    ],
    ids=[
        "connection dropped",
        "a page at status 200",
        "half an answer",
        "a list as error body",
        "errors: null",
    ],
)
def test_errors_that_are_not_wrapped(x, fault, error):
    """Trouble of the network and bodies of another shape come as errors of requests or of Python, not of tweepy."""
    x.fail(fault)
    with pytest.raises(error) as raised:
        x.client().get_user(username="hazelbrook")
    assert not isinstance(raised.value, tweepy.TweepyException)


def test_no_timeout_is_set(x):
    """Tweepy asks without a timeout: a silent server would hold it for ever."""
    client, watching = watched(x)
    client.get_user(username="hazelbrook")
    assert [request.timeout for request in watching.seen] == [None]


def test_the_host_is_hard_coded(x):
    """Tweepy asks https://api.twitter.com and offers no other host."""
    client, watching = watched(x)
    client.get_user(username="hazelbrook")
    assert [request.url for request in watching.seen] == ["https://api.twitter.com/2/users/by/username/hazelbrook"]


def test_running_out_of_credits_is_a_bare_http_exception(x):
    """402 has no class of its own, and v2 errors have no codes: only the status and the body tell."""
    x.fail(faults.credits_depleted())
    with pytest.raises(tweepy.HTTPException) as raised:
        x.client().get_user(username="hazelbrook")
    assert type(raised.value) is tweepy.HTTPException
    assert raised.value.response.status_code == 402
    assert raised.value.response.json()["title"] == "CreditsDepleted"
    assert raised.value.api_codes == []


@pytest.mark.parametrize("details", [None, {"suspended": True}], ids=["unknown", "suspended"])
def test_an_account_that_is_not_there_is_no_exception(x, details):
    """Unknown and suspended accounts raise nothing: data is None, and only `errors` says why."""
    if details:
        x.add_user("elmfield", **details)
    answer = x.client().get_user(username="elmfield")
    assert answer.data is None
    assert len(answer.errors) == 1


# -- secrets -------------------------------------------------------------------------------------------------------


def test_the_bearer_token_is_logged_at_debug(x, caplog):
    """At DEBUG tweepy logs the whole Authorization header, at WARNING nothing."""
    with caplog.at_level(logging.DEBUG, logger="tweepy"):
        x.client().get_user(username="hazelbrook")
    assert TOKEN in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="tweepy"):
        x.client().get_user(username="hazelbrook")
    assert caplog.text == ""


# -- what its models make of it ---------------------------------------------------------------------------------------


def test_fields_that_user_does_not_know_are_raw_or_missing(x):
    """A newer field of a profile comes as X sent it, and when X sent none it is an AttributeError, not None."""
    x.update_user("hazelbrook", parody=True)
    asked = ["location", "parody", "receives_your_dm"]
    user = x.client().get_user(username="hazelbrook", user_fields=asked).data
    assert user.parody is True
    assert user.location is None
    assert not hasattr(user, "receives_your_dm")


def test_ids_change_their_type(x):
    """The id of a model is a number, the id that X sent is text."""
    user = x.client().get_user(username="hazelbrook").data
    assert user.id == int(user.data["id"])
    assert isinstance(user.data["id"], str)


def test_models_do_not_know_post_names():
    """In post names a Tweet warns, lacks its history and references, and included posts stay plain dicts."""
    with XApi("post") as x:
        school = x.add_user("hazelbrook")
        original = x.add_post("hazelbrook", "Hello")
        x.add_post("hazelbrook", "Again", quote_of=original)
        with pytest.warns(RuntimeWarning, match="missing default edit_history_tweet_ids"):
            answer = x.client().get_users_tweets(school, expansions="referenced_tweets.id")
        again = answer.data[0]
        assert not hasattr(again, "edit_history_tweet_ids")
        assert again.referenced_tweets is None
        assert again.data["referenced_posts"] == [{"type": "quoted", "id": original}]
        assert isinstance(answer.includes["posts"][0], dict)


def test_plain_dicts_are_untouched():
    """With return_type=dict the answer comes as it was sent, in either spelling, without a warning."""
    with XApi("post") as x:
        school = x.add_user("hazelbrook")
        post = x.add_post("hazelbrook", "Hello")
        answer = x.client(return_type=dict).get_users_tweets(school)
        assert answer["data"] == [{"id": post, "text": "Hello", "edit_history_post_ids": [post]}]


def test_post_fields_cannot_be_asked_for():
    """A parameter that tweepy does not know is sent under its Python name, with a warning, and X refuses it."""
    with XApi() as x:
        school = x.add_user("hazelbrook")
        asking = pytest.warns(DeprecationWarning, match="'warn' method is deprecated")
        with asking, pytest.raises(tweepy.BadRequest, match="post_fields"):
            x.client().get_users_tweets(school, post_fields=["created_at"])
        assert x.calls[-1].query == {"post_fields": "created_at"}
        x.contract_errors.clear()


def test_there_is_no_user_search():
    """Looking for impostors needs Client.request: tweepy has no method for /2/users/search."""
    assert not [name for name in dir(tweepy.Client) if "search" in name and "user" in name]
