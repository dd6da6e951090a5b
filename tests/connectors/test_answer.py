"""Answers: their text, their data, what their status means."""

import time

import pytest

from connectors.answer import Answer, asked_wait, error_of
from connectors.connector import (
    LoginWall,
    NotFound,
    NotOffered,
    OutOfCredit,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
)

URL = "https://hazelbrook.example/page?key=topsecret"


def answer(content=b"", status=200, **headers):
    return Answer(URL, status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        ("Zoë".encode("latin-1"), "text/html; charset=ISO-8859-1", "Zoë"),
        ("“Zoë”".encode("cp1252"), "text/html; charset=iso-8859-1", "“Zoë”"),
        ("Zoë".encode(), 'text/html; charset="UTF-8"', "Zoë"),
        ("Zoë".encode("utf-8-sig"), "text/html; charset=iso-8859-1", "Zoë"),
        ("Zoë".encode("utf-16"), "", "Zoë"),
        (
            '<meta charset="windows-1252">Zoë'.encode("cp1252"),
            "text/html",
            '<meta charset="windows-1252">Zoë',
        ),
        (
            "<?xml version='1.0' encoding='iso-8859-1'?>é".encode("cp1252"),
            "",
            "<?xml version='1.0' encoding='iso-8859-1'?>é",
        ),
        (
            b'<meta http-equiv=x content="text/html; charset=big5">\xa4\xa4',
            "",
            '<meta http-equiv=x content="text/html; charset=big5">中',
        ),
        ("Zoë 😀".encode(), "text/html", "Zoë 😀"),
        (b"Zo\xeb", "text/html", "Zo\ufffd"),
        ("Zoë".encode(), "text/html; charset=no-such", "Zoë"),
        ("Zoë".encode(), "text/html; charset=zlib", "Zoë"),
    ],
)
def test_text_is_read_in_its_charset(content, content_type, text):
    """The charset comes from the mark, the header, the page itself, and is UTF-8 otherwise; nothing raises."""
    assert answer(content, content_type=content_type).text == text


def test_page_instead_of_json_is_a_login_wall():
    """HTML where JSON is expected raises LoginWall, in a sentence that names the host and no secret."""
    with pytest.raises(LoginWall, match=r"hazelbrook\.example sent a web page") as caught:
        answer(b"\n <!doctype html><p>Sign in").json()
    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b'{"a": [1,', b"{'a': 1}", b"[" * 100_000, b"9" * 5000])
def test_broken_json_is_schema_drift(content):
    """Truncated, empty, absurdly deep or long JSON raises SchemaDrift."""
    with pytest.raises(SchemaDrift, match="cannot be read as JSON"):
        answer(content).json()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, SchemaDrift),
        (401, Refused),
        (402, OutOfCredit),
        (403, Refused),
        (404, NotFound),
        (410, NotFound),
        (418, SchemaDrift),
        (429, RateLimited),
        (451, NotOffered),
        (500, Unreachable),
        (599, Unreachable),
        (304, SchemaDrift),
    ],
)
def test_each_status_has_its_error(status, error):
    """Every unwanted status becomes the error it stands for: one sentence with the host, without the query."""
    made = error_of(answer(status=status))
    assert type(made) is error
    assert str(made).startswith("hazelbrook.example ")
    assert str(made).endswith(".")
    assert "topsecret" not in str(made)


def test_server_that_asks_to_come_later_is_a_rate_limit():
    """A 503 with Retry-After is RateLimited, and the sentence says for how long."""
    made = error_of(answer(status=503, retry_after="900"))
    assert type(made) is RateLimited
    assert "900 seconds" in str(made)


DATE = "Sun, 22 Nov 2026 02:00:00 GMT"
EPOCH = 1_795_312_800


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "17"}, 17),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "Sun, 22 Nov 2026 02:01:00 GMT", "date": DATE}, 60),
        ({"retry-after": "Sun, 22 Nov 2026 01:00:00 GMT", "date": DATE}, 0),
        ({"x-rate-limit-reset": str(EPOCH + 90), "date": DATE}, 90),
        ({"ratelimit-reset": str(EPOCH + 90), "date": DATE}, 90),
        ({"x-ratelimit-reset": "2026-11-22T02:05:00.000Z", "date": DATE}, 300),
        ({"x-ratelimit-reset": "42"}, 42),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon", "x-rate-limit-reset": "42"}, 42),
        ({}, None),
    ],
)
def test_wait_is_read_in_every_form(headers, wait):
    """Retry-After and the resets of X, Bluesky, Mastodon and Reddit give seconds, by the server's own clock."""
    assert asked_wait(429, headers) == wait


def test_wait_without_a_date_is_by_our_clock():
    """Without a Date header an epoch is compared with the clock of this machine."""
    assert 3000 < asked_wait(429, {"x-rate-limit-reset": str(int(time.time()) + 3600)}) <= 3600


def test_end_of_a_rate_limit_means_nothing_to_a_server_fault():
    """Mastodon tells the end of its rate limit in every answer; at a 500 that is not a wish to wait."""
    assert asked_wait(500, {"x-ratelimit-reset": "2026-11-22T02:05:00.000Z", "date": DATE}) is None


def test_charsets_of_host_names_are_no_charsets():
    """A page that claims the encoding of host names, which takes hours over a page, is read as UTF-8."""
    content = b"a" * 400_000 + b"-" + b"bcd9" * 100_000
    assert (
        Answer("https://a.example", 200, {"content-type": "text/plain; charset=punycode"}, content).text
        == content.decode()
    )
