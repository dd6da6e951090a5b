"""Secrets do not leave the process."""

import io
import logging
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.redaction import RedactingFilter, Redactor

SECRET = "s3cr+t/Key=="


@pytest.mark.parametrize(
    "text",
    [
        f"the key is {SECRET}",
        f"https://api.example/x?q={quote(SECRET, safe='')}&n=1",
        f"https://api.example/x?q={quote(SECRET)}",
        f"{{'Authorization': 'Bearer {SECRET}'}}",
        f"Caused by ({SECRET!r})",
    ],
)
def test_given_secret_is_hidden(text):
    """A given secret disappears in each spelling in which it turns up."""
    hidden = Redactor([SECRET]).text(text)
    assert "***" in hidden
    for part in (SECRET, quote(SECRET), quote(SECRET, safe=""), "s3cr"):
        assert part not in hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("/v1?key=abc&page=2", "/v1?key=***&page=2"),
        ("/v1?page=2&access_token=abc#top", "/v1?page=2&access_token=***#top"),
        ("/v1?client_secret=abc;x=1", "/v1?client_secret=***;x=1"),
        ("Password=hunter2", "Password=***"),
        ("{'access_token': 'abc', 'id': '7'}", "{'access_token': '***', 'id': '7'}"),
        ("authorization: OAuth oauth_nonce=1, x", "authorization: ***"),
        ("header Bearer AAAA%2Fbb", "header Bearer ***"),
        ("https://it:pw@school.example/a", "https://***@school.example/a"),
    ],
)
def test_credential_is_known_by_its_place(text, hidden):
    """What stands where credentials stand is hidden, even when nobody said that it is one."""
    assert Redactor().text(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "/x?next_token=abc&pagination_token=b&pageToken=c&page_token=d",
        "a monkey=banana and the keyword=art",
        "mail office@hazelbrook.example, see https://hazelbrook.example/@office",
        "Basic mathematics",
    ],
)
def test_what_is_no_credential_stays(text):
    """Markers for paging, e-mail addresses and ordinary words are left alone."""
    assert Redactor([SECRET]).text(text) == text


def test_short_or_empty_secret_hides_nothing():
    """An empty or very short secret does not blank out every text."""
    assert Redactor(["", " ", "a"]).text("a banana") == "a banana"


@given(st.text(min_size=4).filter(lambda text: len(text.strip()) >= 4 and "*" not in text), st.text(), st.text())
def test_no_text_keeps_a_given_secret(secret, before, after):
    """Whatever stands around it, a given secret is never in the redacted text."""
    assert secret.strip() not in Redactor([secret]).text(before + secret + after)


def test_log_lines_and_tracebacks_lose_secrets():
    """Message, arguments and traceback of a log record come out without the secret."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(RedactingFilter(Redactor([SECRET])))
    log = logging.getLogger("tests.redaction")
    log.addHandler(handler)
    try:
        int(f"GET /x?q={SECRET}")
    except ValueError:
        log.exception("asked with %s", SECRET, stack_info=True)
    log.removeHandler(handler)
    assert SECRET not in out.getvalue()
    assert "asked with ***" in out.getvalue()
    assert "ValueError" in out.getvalue()


def logged(work):
    """What a handler with the filter writes of an error that `work` raises."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(RedactingFilter(Redactor()))
    log = logging.getLogger("tests.redaction.words")
    log.addHandler(handler)
    try:
        work()
    except Exception:
        log.exception("it stopped")
    log.removeHandler(handler)
    return out.getvalue()


def test_a_traceback_shows_the_way_and_no_words():
    """An error's words, and those of the errors behind it, may quote a profile; its kind and place stay."""

    def read():
        try:
            {}["planted-handle.example"]
        except KeyError as error:
            raise ValueError("planted bio") from error

    words = logged(read)
    assert "planted-handle" not in words.replace('{}["planted-handle.example"]', "")
    assert "ValueError: planted" not in words
    assert words.index("KeyError (") < words.index("ValueError (")
    assert f'File "{__file__}", line' in words


def test_a_log_message_is_one_line_that_steers_no_terminal():
    """Line ends, which could forge a second line, and escape sequences do not come through."""
    record = logging.LogRecord("x", logging.INFO, "", 1, "said %s", ("a\n2026 INFO b \x1b[31mred\u202e",), None)
    RedactingFilter(Redactor()).filter(record)
    assert record.getMessage() == "said a 2026 INFO b \ufffd[31mred\ufffd"
