"""Recordings hold no other people and no secrets, and replay as the night was."""

import gzip
import json
import random
import re
import stat
import threading
from datetime import UTC, datetime
from importlib.resources import files

import pytest
import tweepy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from imitations.scripted_site import Clock, Reply, Site

from connectors import bluesky_disguise
from connectors.answer import Answer
from connectors.connector import NotAllowed, NotFound, NotRecorded, Unreachable
from connectors.http import Http, Network
from connectors.recording import BadRecording, Recorder, Replay, StandIns, normalised
from connectors.redaction import Redactor

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TOKEN = "topsecret+token="
PLATFORM = "https://platform.example"
CHILD = {"id": "did:plc:kid4aqn2", "handle": "kit.hill2014.example", "name": "Kit Hill", "bio": "12, year 7"}
JSON_TYPE = {"content-type": "application/json"}


@pytest.fixture
def site():
    with Site() as one:
        yield one


@pytest.fixture
def path(tmp_path):
    return tmp_path / "night.jsonl.gz"


@pytest.fixture
def live(path, site):
    """Records one night of the site: gives the way out, and closes both at the end of `with`."""

    class Night:
        def __init__(self, test_hosts=(), **network):
            clock = Clock()
            self.recorder = Recorder(path, NOW, test_hosts)
            self.http = Http(
                Network("it@hazelbrook.example", default_pace=0, private_hosts=frozenset({site.host}), **network),
                secrets=[TOKEN], recorder=self.recorder, clock=clock, sleep=clock.sleep,
            )  # fmt: skip

        def __enter__(self):
            return self.http

        def __exit__(self, *_):
            self.http.close()
            self.recorder.close()

    return Night


def again(path):
    """The way out that replays a recording."""
    return Http(Network("it@hazelbrook.example"), replay=Replay(path))


def lines(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def disguise_people(body, stand_ins):
    """What a connector does: every person of `people` becomes a stand-in."""
    people = [
        {
            "id": stand_ins.id(one["id"], like="did"),
            "handle": stand_ins.handle(one["handle"]),
            "name": stand_ins.name(one["name"]),
            "bio": stand_ins.text(one["bio"]),
        }
        for one in body["people"]
    ]
    return body | {"people": people}


def as_it_is(body, _):
    return body


def keep(recorder, url, body, disguise, status=200, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    recorder.keep("GET", Answer(url, status, JSON_TYPE | headers, content), disguise, Redactor([TOKEN]))


# --- what is written ------------------------------------------------------------------------------------


def test_line_holds_the_exchange_and_no_request_headers(live, site, path):
    """A line holds method, address, status, body and the headers that are needed, and nothing we sent."""
    url = site.on(
        "/a",
        Reply(
            "Zoë",
            headers={
                "Content-Type": "text/plain; charset=utf-8",
                "X-WP-TotalPages": "3",
                "X-RateLimit-Remaining": "9",
                "Set-Cookie": "a=b",
                "X-Other": "c",
            },
        ),
    )
    with live(test_hosts={site.host}) as http:
        http.client("x").get(url, params={"b": 2, "a": 1}, headers={"Accept": "text/plain"})
    header, line = lines(path)
    assert header == {"format": "school-audit recording", "version": 1, "started": NOW.isoformat()}
    kept = {"content-type", "x-wp-totalpages", "x-ratelimit-remaining", "date"}
    assert line.pop("headers").keys() == kept
    assert line == {"method": "GET", "url": f"{url}?a=1&b=2", "status": 200, "body": "Zoë"}


def test_secrets_are_nowhere(live, site, path):
    """A key is hidden in the address, in headers, and in whatever the server repeats, packed or not."""
    url = site.on("/a", Reply(f"you sent {TOKEN}", headers={"Link": f"<{site.url}/b?q={TOKEN}&key=other>"}))
    picture = site.on("/picture", Reply(b"\xff\xd8\0" + TOKEN.encode() + b"\xff"))
    with live(test_hosts={site.host}) as http:
        client = http.client("x")
        client.get(url, params={"q": TOKEN, "access_token": "whatever"}, headers={"Authorization": f"Bearer {TOKEN}"})
        client.get(picture)
    text = gzip.decompress(path.read_bytes()).decode()
    for secret in ("topsecret", "whatever", "key=other", "b3BzZWNyZX"):
        assert secret not in text
    assert lines(path)[1]["url"] == f"{url}?access_token=***&q=***"


def test_secrets_are_nowhere_in_a_disguised_answer(path):
    """A disguise need not know the keys: they are hidden in what it lets through."""
    with Recorder(path, NOW) as recorder:
        keep(recorder, f"{PLATFORM}/a", {TOKEN: [f"key {TOKEN}"]}, as_it_is, link=f"<{PLATFORM}/b?q={TOKEN}>")
        keep(recorder, f"{PLATFORM}/b", f"<p>{TOKEN}".encode(), as_it_is)
    assert "topsecret" not in gzip.decompress(path.read_bytes()).decode()
    assert [line["body"] for line in lines(path)[1:]] == ['{"***": ["key ***"]}', "<p>***"]


@pytest.mark.parametrize(
    "disguise",
    [None, lambda *_: 1 / 0, lambda body, _: body["no such"], lambda *_: {1, 2}, lambda *_: object()],
)
def test_body_without_a_disguise_is_not_written(path, disguise):
    """Fail closed: no disguise, one that raises, or one whose result is not JSON, and only the status is kept."""
    with Recorder(path, NOW) as recorder:
        keep(
            recorder,
            f"{PLATFORM}/a",
            {"people": [CHILD]},
            disguise,
            link="<kit.hill2014.example>",
            status=203,
        )
    line = lines(path)[1]
    assert line.pop("withheld").startswith("body not kept: ")
    assert line == {"method": "GET", "url": f"{PLATFORM}/a", "status": 203, "headers": {}, "body": ""}
    assert "kit" not in gzip.decompress(path.read_bytes()).decode()


def test_pictures_are_written_from_test_hosts_only(path):
    """A picture is never kept, whatever the disguise says, unless it comes from a test host."""
    with Recorder(path, NOW, {"test.example"}) as recorder:
        for host in ("test.example", "platform.example"):
            keep(recorder, f"https://{host}/a.jpg", b"\xff\xd8\xff", as_it_is, **{"content-type": "image/jpeg"})
            keep(recorder, f"https://{host}/b", b"\xff\0\xff", as_it_is, **{"content-type": "text/html"})
    test, _, other, odd = lines(path)[1:]
    assert (test["base64"], other["body"], odd["body"]) == ("/9j/", "", "")
    assert Replay(path).answer("GET", "https://test.example/a.jpg", Redactor()).content == b"\xff\xd8\xff"


def test_test_host_is_not_another_port(path):
    """A test host with a port is one on that port only."""
    with Recorder(path, NOW, {"127.0.0.1:8001"}) as recorder:
        keep(recorder, "http://127.0.0.1:8001/", {"kept": 1}, None)
        keep(recorder, "http://127.0.0.1:8002/", {"kept": 0}, None)
    assert [line["body"] for line in lines(path)[1:]] == ['{"kept": 1}', ""]


def test_disguise_gets_json_decoded_and_other_bodies_as_text(path):
    """JSON arrives decoded, pages as text in their own charset; what is kept is UTF-8 and says so."""
    seen = []

    def look(body, _):
        seen.append(body)
        return body

    with Recorder(path, NOW) as recorder:
        keep(recorder, f"{PLATFORM}/json", {"a": "Zoë"}, look)
        keep(recorder, f"{PLATFORM}/unsaid", b'[{"a": 1}]', look, **{"content-type": "text/plain"})
        keep(
            recorder,
            f"{PLATFORM}/page",
            "<p>Zoë".encode("latin-1"),
            look,
            **{"content-type": "text/html; charset=latin1"},
        )
        keep(recorder, f"{PLATFORM}/broken", b"<html>", look)
    assert seen == [{"a": "Zoë"}, [{"a": 1}], "<p>Zoë", "<html>"]
    client = again(path).client("x")
    assert client.get_json(f"{PLATFORM}/json") == {"a": "Zoë"}
    assert client.get(f"{PLATFORM}/page").text == "<p>Zoë"


def test_the_same_person_is_the_same_stand_in_everywhere(path):
    """Someone replaced once is replaced by the same stand-in in later bodies, addresses, links and redirects."""
    url = f"{PLATFORM}/followers"
    quoted = "did%3Aplc%3Akid4aqn2"
    with Recorder(path, NOW) as recorder:
        keep(recorder, url, {"people": [CHILD]}, disguise_people)
        keep(
            recorder, f"{PLATFORM}/profile?actor={quoted}&n=1",
            {"avatar": f"https://cdn.example/{CHILD['id']}/a.jpg", "hello": "@KIT.hill2014.example!", "by": {CHILD["id"]: "Thanks, kit hill."}},
            as_it_is, link=f"<{PLATFORM}/next?after={quoted}>",
        )  # fmt: skip
        keep(
            recorder,
            f"{PLATFORM}/go",
            {},
            as_it_is,
            status=302,
            location=f"{PLATFORM}/user/{CHILD['handle']}",
        )
    text = gzip.decompress(path.read_bytes()).decode().lower()
    assert not any(part in text for part in ("kid4aqn2", "kit", "hill", "year 7"))
    client = again(path).client("x")
    person = client.get_json(url)["people"][0]
    answer = client.get(f"{PLATFORM}/profile", params={"n": 1, "actor": person["id"]})
    assert answer.json() == {
        "avatar": f"https://cdn.example/{person['id']}/a.jpg",
        "hello": f"@{person['handle']}!",
        "by": {person["id"]: f"Thanks, {person['name']}."},
    }
    assert person["id"].replace(":", "%3A") in answer.headers["link"]
    assert (
        again(path)
        ._adapter._replay.answer("GET", f"{PLATFORM}/go", Redactor())
        .headers["location"]
        .endswith(person["handle"])
    )


def test_name_in_the_address_of_its_first_answer_is_replaced(path):
    """Even the address of the very answer that tells a name does not keep it."""
    with Recorder(path, NOW) as recorder:
        keep(recorder, f"{PLATFORM}/user/kit.hill2014.example", {"people": [CHILD]}, disguise_people)
    assert "kit" not in lines(path)[1]["url"]


def test_numbers_that_are_ids_are_replaced(path):
    """A number that is a known id is replaced by a number; counts and longer numbers are left."""

    def disguise(body, stand_ins):
        return body | {"author": stand_ins.id(body["author"], like="number")} if "author" in body else body

    with Recorder(path, NOW) as recorder:
        keep(recorder, f"{PLATFORM}/a", {"author": 123456}, disguise)
        keep(recorder, f"{PLATFORM}/b", {"by": 123456, "post": "9123456", "count": 12, "seen": True}, disguise)
    client = again(path).client("x")
    author = client.get_json(f"{PLATFORM}/a")["author"]
    assert isinstance(author, int)
    assert client.get_json(f"{PLATFORM}/b") == {"by": author, "post": "9123456", "count": 12, "seen": True}


def test_recording_is_private_and_appears_whole(tmp_path, path):
    """The file appears in one step, readable by its owner only, and nothing else is left behind."""
    with Recorder(path, NOW) as recorder:
        keep(recorder, f"{PLATFORM}/a", {}, as_it_is)
        assert not path.exists()
        (partial,) = tmp_path.iterdir()
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    recorder.close()


def test_run_that_dies_leaves_a_recording_that_replays(tmp_path, path):
    """Without `close`, what was written until then replays as it is."""
    recorder = Recorder(path, NOW)
    keep(recorder, f"{PLATFORM}/a", {"a": 1}, as_it_is)
    (partial,) = tmp_path.iterdir()
    assert again(partial).client("x").get_json(f"{PLATFORM}/a") == {"a": 1}
    recorder.close()


def test_threads_write_whole_lines(path):
    """Answers of many threads are all written, each as a line of its own."""
    with Recorder(path, NOW) as recorder:

        def write(name):
            for number in range(20):
                keep(recorder, f"{PLATFORM}/{name}/{number}", {"people": [CHILD]}, disguise_people)

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(lines(path)) == 81


# --- stand-ins ------------------------------------------------------------------------------------------


def test_stand_ins_are_stable_and_distinct():
    """One person is one stand-in, in any case of letters; two persons are two; two recordings do not agree."""
    one, two = StandIns(), StandIns()
    assert one.handle("Kit_Hill") == one.handle("kit_hill")
    assert one.id(7, like="number") == one.id(7, like="number") != one.id(8, like="number")
    assert int(one.id("7", like="number")) == one.id(7, like="number")
    assert one.name("Kit") != one.name("Kat")
    assert one.handle("kit") != two.handle("kit")


@pytest.mark.parametrize(
    ("made", "shape"),
    [
        (lambda one: one.id("did:plc:abc", like="did"), r"did:plc:[a-z]{24}"),
        (lambda one: one.id("123", like="number"), r"9\d{17}"),
        (lambda one: one.id("3kabc"), r"anon[a-z]{20}"),
        (lambda one: one.handle("kit_2014"), r"[A-Za-z0-9_]{15}"),
        (lambda one: one.handle("@kit"), r"@anon_[a-z]{10}"),
        (lambda one: one.handle("kit.bsky.social"), r"anon-[a-z]{10}\.example"),
        (lambda one: one.handle("kit@social.example"), r"anon_[a-z]{10}@anon\.example"),
        (lambda one: one.name("Kit Hill"), r"Anon [A-Z][a-z]{9}"),
        (lambda one: one.address("https://x.example/kit"), r"https://anon\.example/[a-z]{16}"),
    ],
)  # fmt: skip
def test_stand_in_has_the_shape_of_the_real_one(made, shape):
    """A stand-in passes for what it replaces."""
    assert re.fullmatch(shape, made(StandIns()))


def test_nothing_stays_nothing():
    """What is empty or missing stays so, that a replay sees the same gaps."""
    one = StandIns()
    assert [
        one.handle(""),
        one.name(""),
        one.text(""),
        one.address(""),
        one.id(""),
        one.id(None),
        one.id(0),
    ] == ["", "", "", "", "", None, 0]


def test_unknown_kind_of_id_is_an_error():
    """A kind of id that nobody knows is a mistake of the connector."""
    with pytest.raises(ValueError, match="no such kind"):
        StandIns().id("7", like="numbr")


@given(st.text(max_size=400))
def test_neutral_text_has_nothing_of_the_original(text):
    """Neutral text has about the same length, no link, and no three letters in a row that were a word before."""
    neutral = StandIns().text(text)
    if not text.strip():
        assert neutral == text
        return
    assert len(neutral) <= len(text) + 9
    assert len(neutral) >= len(text) - 9 or len(text) < 40
    words = re.findall(r"[^\W_]{3,}", text.casefold())
    assert not any(word in neutral for word in words)
    assert "/" not in neutral
    assert "." not in neutral


def test_neutral_text_is_stable():
    """The same text is the same neutral text, for two answers may show one post."""
    one = StandIns()
    assert one.text("hello there, see https://a.example") == one.text("hello there, see https://a.example")


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("anna", "#"),
        ("Hello Anna!", "Hello #!"),
        ("annals of Hannah", "annals of Hannah"),
        ("a_anna_b", "a_#_b"),
        ("", ""),
        ("ANNA, anna", "#, #"),
    ],
)
def test_short_handle_is_replaced_as_a_word_only(text, replaced):
    """A handle of a few letters is replaced where it stands alone, not inside other words."""
    one = StandIns()
    stand_in = one.handle("anna")
    assert one.replace(text) == replaced.replace("#", stand_in)


def test_name_of_another_is_replaced_as_a_word_only():
    """Someone whose display name is an ordinary word does not break addresses that contain it."""
    one = StandIns()
    one.name("School")
    assert one.replace("https://hazelbrookschool.example") == "https://hazelbrookschool.example"


def test_own_names_are_left():
    """Someone who is called like a part of the school's own names does not make those disappear."""
    one = StandIns(own=["Hazelbrook Primary School", "hazelbrook.example"])
    assert one.handle("hazelbrook") != "hazelbrook"
    one.name("Hazelbrook")
    one.handle("hazelbrook2")
    one.name("Hazelbrook Primary")
    assert one.replace("/search?q=Hazelbrook%20Primary") == "/search?q=Hazelbrook%20Primary"
    text = "Hazelbrook Primary School, https://hazelbrook.example/hazelbrook2"
    assert one.replace(text).startswith("Hazelbrook Primary School, https://hazelbrook.example/anon_")


def test_stand_ins_survive_being_replaced_again():
    """Someone who is called like a part of a stand-in does not break the other stand-ins."""
    one = StandIns()
    first = one.handle("kit_hill_2014")
    one.handle("anon_")
    one.handle(first[3:9])
    assert one.replace(first) == first


def test_many_people_with_ids_that_begin_alike():
    """Thousands of ids with one beginning, and handles with one ending, are found without going through all."""
    one = StandIns()
    for number in range(3000):
        one.id(f"did:plc:{number:024d}", like="did")
        one.handle(f"u{number:05d}.bsky.social")
    assert max(map(len, one._index.values())) < 20
    text = f"did:plc:{7:024d} and u00007.bsky.social"
    assert one.replace(text) == f"{one.id(f'did:plc:{7:024d}', like='did')} and {one.handle('u00007.bsky.social')}"


# Nothing that a recording holds in any case, so that finding it there means that it came through.
FURNITURE = (
    '{"method": "GET", "url": "https://platform.example/followers/profile?actor=&cursor=n", "status": 200, "headers": '
    '{"content-type": "application/json; charset=utf-8", "link": ""}, "body": "", "format": "school-audit recording", '
    '"version": 1, "started": "2026-11-22T02:00:00+00:00"} people id handle name bio avatar text by about '
    "anon_ anon- Anon .example @anon.example did:plc: https://anon.example/ base64 withheld body not kept: \\u"
).casefold()  # fmt: skip
identifying = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=7, max_size=30)
people = st.fixed_dictionaries(
    {
        "id": identifying,
        "handle": identifying,
        "name": st.text(min_size=7, max_size=40).filter(lambda name: name.strip() == name),
        "bio": st.text(min_size=12, max_size=200),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(people, min_size=1, max_size=4), st.data())
def test_no_recording_holds_another_person(tmp_path, crowd, data):
    """Whatever ids, handles, names and texts people have, a recording's bytes hold none of them, wherever they turn up again."""
    real = [one[part] for one in crowd for part in one]
    assume(not any(text.casefold() in FURNITURE or not any(map(str.isalpha, text)) for text in real))
    path = tmp_path / "night.jsonl.gz"
    one = data.draw(st.sampled_from(crowd))
    with Recorder(path, NOW) as recorder:
        keep(recorder, f"{PLATFORM}/followers", {"people": crowd}, disguise_people)
        keep(
            recorder, f"{PLATFORM}/profile",
            {"avatar": f"https://cdn.example/{one['id']}/{one['handle']}.jpg", one["id"]: {one["handle"]: 1}, "about": f"({one['name']})", "text": f"x{one['handle'].upper()}y"},
            as_it_is, link=f"</n?c={one['id']}>",
        )  # fmt: skip
        recorder.keep_failure(
            "GET",
            f"{PLATFORM}/profile?cursor={one['handle']}",
            Unreachable(f"{one['id']} broke off."),
            Redactor(),
        )
    kept = gzip.decompress(path.read_bytes()).decode()
    parsed = lines(path)
    for text in real:
        assert text not in kept
        assert not any(text in found for found in strings(parsed))


def strings(value):
    """Every string inside a decoded value, keys and JSON within strings included."""
    match value:
        case str():
            yield value
            if value.startswith(("{", "[")):
                yield from strings(json.loads(value))
        case dict():
            for key, one in value.items():
                yield from strings(key)
                yield from strings(one)
        case list():
            for one in value:
                yield from strings(one)


# --- replay ---------------------------------------------------------------------------------------------


def test_replay_is_the_night_again(live, site, path):
    """Answers, redirects, statuses and failures come back as they were, with no network, and the moment too."""
    page = site.on("/page", Reply(status=301, headers={"Location": "/there"}))
    site.on("/there", Reply("<p>there", headers={"Content-Type": "text/html"}))
    gone = site.on("/gone", Reply(status=404))
    broken = site.on("/broken", Reply(raw=lambda connection: connection.close()))

    def night(http):
        client = http.client("x")
        answer = client.get(page)
        errors = []
        for url in (gone, broken, "http://10.0.0.1/"):
            with pytest.raises((NotFound, Unreachable, NotAllowed)) as caught:
                client.get(url)
            errors.append((caught.type, str(caught.value)))
        return answer.url, answer.status, answer.text, errors

    with live(test_hosts={site.host}) as http:
        first = night(http)
    asked = len(site.requests)
    http = again(path)
    assert night(http) == first
    assert len(site.requests) == asked
    assert Replay(path).started == NOW
    assert http.requests_per_host == {site.host: 4, "10.0.0.1": 1}


def test_answers_of_one_address_come_in_their_order(live, site, path):
    """Several answers of one address come in their order, and the last again and again."""
    url = site.on("/a", Reply("1"), Reply("2"), Reply("3"))
    with live(test_hosts={site.host}) as http:
        for _ in range(3):
            http.client("x").get(url)
    client = again(path).client("x")
    assert [client.get(url).text for _ in range(5)] == ["1", "2", "3", "3", "3"]


def test_retries_are_not_recorded(live, site, path):
    """Only what came of a request in the end is in the recording."""
    url = site.on("/a", Reply(status=500), Reply("fine"))
    with live(test_hosts={site.host}) as http:
        http.client("x").get(url)
    assert [line["status"] for line in lines(path)[1:]] == [200]


def test_query_is_found_in_any_order_and_with_another_key(live, site, path):
    """The order of parameters, the fragment and the key do not matter to a replay; the rest does."""
    url = site.on("/a", Reply("fine"))
    with live(test_hosts={site.host}) as http:
        http.client("x").get(url, params={"b": "2 é", "a": "", "key": "one"})
    client = again(path).client("x")
    assert client.get(f"{url}?key=two&b=2+%C3%A9&a=#top").text == "fine"
    with pytest.raises(NotRecorded, match=r"no answer for .*/a\?a=x; .*\.$"):
        client.get(url, params={"a": "x"})


def test_replay_never_goes_out(path, site):
    """What is not recorded is an error, not a request."""
    with Recorder(path, NOW):
        pass
    with pytest.raises(NotRecorded):
        again(path).client("x").get(site.on("/a", Reply()))
    assert site.connections == 0


def test_withheld_body_is_not_an_empty_answer(path):
    """An answer whose body was not kept is NotRecorded, for empty would read as nothing found; an error stays one."""
    with Recorder(path, NOW) as recorder:
        keep(recorder, f"{PLATFORM}/a", {"people": []}, None)
        keep(recorder, f"{PLATFORM}/b", {"error": "no"}, None, status=404)
    client = again(path).client("x")
    with pytest.raises(NotRecorded, match="body not kept"):
        client.get(f"{PLATFORM}/a")
    with pytest.raises(NotFound):
        client.get(f"{PLATFORM}/b")


def test_tweepy_is_recorded_and_replayed(live, site, path):
    """Tweepy's answers are recorded in disguise and replayed to it."""

    def disguise(body, stand_ins):
        users = [
            user | {"username": stand_ins.handle(user["username"]), "name": stand_ins.name(user["name"])}
            for user in body["data"]
        ]
        return {"data": users}

    def followers(http):
        x = tweepy.Client(bearer_token=TOKEN)
        x.session = http.client("x", disguise).session(moved={"https://api.twitter.com": site.url})
        return x.get_users_followers(42).data[0]

    user = {"id": "7", "username": "kit_hill_2014", "name": "Kit Hill"}
    site.on(
        "/2/users/42/followers",
        Reply(json.dumps({"data": [user]}), headers={"Content-Type": "application/json"}),
    )
    with live() as http:
        assert followers(http).username == "kit_hill_2014"
    replayed = followers(again(path))
    assert replayed.id == 7
    assert replayed.username.startswith("anon_")
    text = gzip.decompress(path.read_bytes()).decode()
    assert not any(part in text for part in ("kit_hill", "Kit Hill", "topsecret"))


def test_packaged_recording_replays(tmp_path, path, monkeypatch):
    """A recording inside a package replays as a file does."""
    package = tmp_path / "recorded_nights"
    package.mkdir()
    (package / "__init__.py").touch()
    with Recorder(package / "night.gz", NOW) as recorder:
        keep(recorder, f"{PLATFORM}/a", {"a": 1}, as_it_is)
    monkeypatch.syspath_prepend(tmp_path)
    assert again(files("recorded_nights") / "night.gz").client("x").get_json(f"{PLATFORM}/a") == {"a": 1}


HEADER = {"format": "school-audit recording", "version": 1, "started": "2026-11-22T02:00:00+00:00"}
LINE = {"method": "GET", "url": "https://a.example/", "status": 200, "headers": {}, "body": ""}


def packed(*parts):
    lines = "\n".join(part if isinstance(part, str) else json.dumps(part) for part in parts)
    return gzip.compress(lines.encode(), mtime=0)  # the same bytes in every process that collects the tests


WHOLE = packed(HEADER, LINE, LINE | {"body": random.Random(1).randbytes(500).hex()})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a recording of this program"),
        (b"PK\3\4 something else", "not a gzip file"),
        (WHOLE[:-20], "damaged or incomplete"),
        (WHOLE[:40] + b"\0\0\0\0" + WHOLE[44:], "damaged"),
        (WHOLE[:-8] + b"\0" * 8, "damaged"),
        (packed("hello"), "not a recording of this program"),
        (packed([]), "not a recording of this program"),
        (packed(HEADER | {"format": "har"}), "not a recording of this program"),
        (packed(HEADER | {"version": 2}), "version is 2, and this program reads version 1"),
        (packed(HEADER | {"started": "yesterday"}), "damaged"),
        (packed(HEADER | {"started": "2026-11-22T02:00:00"}), "no time zone"),
        (packed(HEADER, "{"), "a line of it is damaged"),
        (packed(HEADER, LINE, []), "not an exchange"),
        (packed(HEADER, 7), "not an exchange"),
        (packed(HEADER, {"method": "GET"}), "not an exchange"),
        (packed(HEADER, LINE | {"status": "ok"}), "not an exchange"),
        (packed(HEADER, LINE | {"headers": []}), "not an exchange"),
        (packed(HEADER, LINE | {"base64": "%%"}), "not an exchange"),
        (packed(HEADER, LINE | {"body": None}), "not an exchange"),
        (packed(HEADER, LINE | {"failure": "Unreachable"}), "not an exchange"),
    ],
)
def test_damaged_recording_is_refused_in_a_sentence(path, content, why):
    """Whatever is wrong with a recording, one sentence names the file and says so."""
    path.write_bytes(content)
    with pytest.raises(BadRecording, match=rf"^night\.jsonl\.gz cannot be replayed: .*{why}.*\.$"):
        Replay(path)


def test_missing_recording_is_refused_in_a_sentence(path):
    """So is one that is not there, or is a folder."""
    with pytest.raises(BadRecording, match="there is no such file"):
        Replay(path)
    path.mkdir()
    with pytest.raises(BadRecording, match=r"cannot be replayed: .*\."):
        Replay(path)


def test_unknown_failure_of_a_recording_is_a_connector_error(path):
    """A kind of failure that this version does not know is still an error, never an answer."""
    path.write_bytes(
        packed(HEADER, {"method": "GET", "url": "https://a.example/", "failure": "Odd", "sentence": "Odd."})
    )
    with pytest.raises(Exception, match=r"^Odd\.$") as caught:
        again(path).client("x").get("https://a.example/")
    assert caught.typename == "ConnectorError"


@pytest.mark.parametrize(
    ("url", "known_as"),
    [
        ("HTTPS://A.Example:443/x?b=2&a=1#top", "https://a.example/x?a=1&b=2"),
        ("http://a.example", "http://a.example/"),
        ("http://a.example:8080/?a=1&a=0&b", "http://a.example:8080/?a=0&a=1&b="),
        ("https://a.example/?key=k&q=topsecret%2Btoken%3D", "https://a.example/?key=***&q=***"),
    ],
)
def test_address_is_known_in_one_form(url, known_as):
    """Addresses that mean the same are the same to a recording, and hold no secret."""
    assert normalised(url, Redactor([TOKEN])) == known_as


@pytest.mark.parametrize("answer", [b'{"posts": []}', b"<html>fault", b'{"error": "InvalidRequest"}'])
def test_whom_no_answer_tells_of_stands_in_no_address_either(path, answer):
    """A comment that is gone is asked for by its author's id: the recording holds a stand-in, and the own id."""
    question = f"{PLATFORM}/xrpc/getPosts?uris=at%3A%2F%2F{CHILD['id']}%2Fapp.bsky.feed.post%2F1&actor=did%3Aplc%3Aown2"
    question = question.replace("did:plc", "did%3Aplc")
    own = frozenset({"did:plc:own2"})
    with Recorder(path, NOW) as recorder:
        recorder.keep(
            "GET",
            Answer(question, 200, JSON_TYPE, answer),
            lambda body, stand_ins: bluesky_disguise.disguise(body, own, stand_ins),
            Redactor(),
        )
        recorder.keep_failure("GET", question, Unreachable(f"no answer to {CHILD['id']}"), Redactor())
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()][1:]
    assert len(lines) == 2
    assert all("kid4aqn2" not in json.dumps(line) for line in lines)
    assert all("actor=did%3Aplc%3Aown2" in line["url"] for line in lines)
    assert lines[0]["url"] == lines[1]["url"]


def test_what_a_recording_lacks_is_told_without_whom_it_was_about(path):
    """A replay asks for open comments by their authors' ids: the sentence, which governors read, has none."""
    with Recorder(path, NOW) as recorder:
        recorder.keep("GET", Answer(f"{PLATFORM}/withheld?uri={CHILD['id']}", 200, {}, b""), None, Redactor())
    replay = Replay(path)
    for part in ("withheld", "never"):
        with pytest.raises(NotRecorded) as caught:
            replay.answer("GET", f"{PLATFORM}/{part}?uri={CHILD['id']}", Redactor())
        assert f"{PLATFORM}/{part}" in str(caught.value)
        assert "kid4aqn2" not in str(caught.value)
