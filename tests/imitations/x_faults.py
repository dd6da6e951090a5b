"""What can go wrong between an auditor and the X API, one function per way.

A fault is an answer sent instead of the ordinary one, or a function that spoils the ordinary one (which is billed).
The bodies are those of X's documentation; none of them was recorded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Json = dict[str, Any]

PROBLEMS = "https://api.twitter.com/2/problems/"
"""Where the types of problems live, in the older spelling; the newer document says api.x.com instead."""


@dataclass(frozen=True)
class Answer:
    """What goes back to the client: JSON to be encoded, or bytes to be sent as they are."""

    status: int
    content: Json | list[Any] | bytes
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds to wait before answering (cut short when the imitation closes)."""
    dropped: bool = False
    """Whether the connection closes without an answer."""
    cut: bool = False
    """Whether only half of the bytes are sent, under a length header that agrees with the half."""
    deliberate: bool = False
    """Whether the body breaks the contract on purpose, so that the document has no say."""


Fault = Answer | Callable[[Answer], Answer]


def problem(status: int, title: str, detail: str, kind: str, **more: Any) -> Answer:
    """An error answer in X's form; `kind` is the last part of its type."""
    content = {"title": title, "detail": detail, "type": PROBLEMS + kind, **more}
    return Answer(status, content, "application/problem+json")


def generic_problem(status: int, title: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error answer that says no more than its status."""
    content = {"title": title, "detail": title, "type": "about:blank", "status": status}
    return Answer(status, content, "application/problem+json", headers or {})


def unauthorised() -> Answer:
    """401: the bearer token is not accepted."""
    return generic_problem(401, "Unauthorized")


def credits_depleted() -> Answer:
    """402: the account has no credit left; nothing is billed."""
    detail = "Your enrolled account [0] does not have any credits to fulfill this request."
    return problem(402, "CreditsDepleted", detail, "credits")


def client_forbidden() -> Answer:
    """403: the app is not attached to a project."""
    detail = (
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a "
        "Twitter developer App that is attached to a Project."
    )
    return problem(403, "Client Forbidden", detail, "client-forbidden", reason="client-not-enrolled")


def rate_limited(reset: int | None, limit: int = 300) -> Answer:
    """429: too many requests; `reset` is the epoch second when it ends, None for an answer without the header."""
    known = {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": str(reset),
    }
    return generic_problem(429, "Too Many Requests", {} if reset is None else known)


def usage_capped(period: Literal["Daily", "Monthly"] = "Monthly") -> Answer:
    """429: the product's cap is used up; there is no header that says until when."""
    detail = f"Usage cap exceeded: {period} product cap"
    return problem(429, "UsageCapExceeded", detail, "usage-capped", period=period, scope="Product")


def server_error(status: Literal[500, 502, 503, 504] = 503, retry_after: str | None = None) -> Answer:
    """5xx; `retry_after` is the header's text: seconds or an HTTP date."""
    titles = {
        500: "Internal Server Error",
        502: "Bad Gateway",
        503: "Service Unavailable",
        504: "Gateway Timeout",
    }
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return generic_problem(status, titles[status], headers)


def html_page(status: int = 200) -> Answer:
    """A web page where JSON was expected, as intermediaries send."""
    page = b"<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>"
    return Answer(status, page, "text/html; charset=utf-8", deliberate=True)


def list_error_body(status: int = 403) -> Answer:
    """An error whose body is a JSON list."""
    return Answer(status, [{"message": "Forbidden."}], deliberate=True)


def null_errors(status: int = 403) -> Answer:
    """An error whose body says `"errors": null`."""
    return Answer(status, {"title": "Forbidden", "errors": None}, deliberate=True)


def truncated_json() -> Fault:
    """The ordinary answer, billed, but half of its bytes."""
    return lambda ordinary: replace(ordinary, cut=True)


def slow(seconds: float) -> Fault:
    """The ordinary answer, billed, after a wait."""
    return lambda ordinary: replace(ordinary, delay=seconds)


def dropped() -> Answer:
    """The connection closes without an answer."""
    return Answer(0, b"", dropped=True, deliberate=True)
