"""Meta's Graph API as Facebook, Instagram and Threads share it: asking, paging, usage, errors, recording.

Schema: the Graph API of version 26.0, read in November 2026. What is wrong arrives as an `error` object with a
code of its own, mostly at status 400, also when the limit is reached, and sometimes at status 200. The address
of the next page carries the token: it is never followed, only the marker in it is used.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sized
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import UnionType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from connectors.answer import Answer, error_of
from connectors.connector import Capped, ConnectorError, NotFound, RateLimited, Refused, SchemaDrift, Unreachable
from connectors.http import Client
from connectors.recording import StandIns
from connectors.snapshot import CollectPlan, Coverage, CoverageStatus, partial

Body = Mapping[str, Any]
Row = dict[str, Any]

USAGE_SHARE = 80
"""Per cent of the app's allowance at which we stop, unless `plan.allowances["percent"]` says otherwise: what else
the school does with the app must go on."""

_OK = 200
_NOT_FOUND = 404
_ANY_STATUS = range(200, 600)
_BATCH = 50  # the most objects that Graph gives by id at once
_MARKERS = ("after", "until", "__paging_token")  # what asks for the next page; everything else we know ourselves
_MEASURES = ("call_count", "total_time", "total_cputime")  # per cent of the allowance
_WAIT = "estimated_time_to_regain_access"  # minutes

# Codes: developers.facebook.com/docs/graph-api/guides/error-handling and .../overview/rate-limiting.
_DEAD_TOKEN = frozenset({102, 190, 2500})
_TOO_MANY = frozenset({4, 17, 32, 341, 613, *range(80_000, 80_015)})
_NO_PERMISSION = frozenset({3, 10, *range(200, 300)})
_PASSING = frozenset({1, 2})
_UNKNOWN_ALIAS = 803
_BAD_REQUEST = 100
_NO_SUCH_OBJECT = 33  # a subcode of 100
_WHY_DEAD = {458: "the app was removed", 459: "Facebook wants the person who made it to sign in",
             460: "the password of the person who made it was changed", 463: "it has expired",
             464: "Facebook wants the person who made it to sign in", 467: "it was withdrawn"}  # fmt: skip
_PROOF = "appsecret_proof"
_TELLING = re.compile(
    rf"\b(?:pages|instagram|business|threads)_[a-z_]+\b|Pages? Public (?:Content|Metadata) Access|{_PROOF}"
)


@dataclass(slots=True)
class Graph:
    """The API as one platform is asked under one plan.

    `used` is the share of the allowance that the last answer told, in per cent; `most` is the highest of all.
    """

    platform: str
    base_url: str
    http: Client
    token: str
    proof: str
    share: float
    used: float = 0.0
    most: float = 0.0

    @classmethod
    def for_plan(cls, platform: str, token: str, plan: CollectPlan, http: Client) -> "Graph":
        """`token` is the name of the token in `plan.secrets`. Raises Refused without it."""
        key = plan.secrets.get(token, "").strip()
        if not key or not key.isascii():
            raise Refused(
                f"There is no {token} for {platform}, or it is not one; `school-audit doctor` says how to get one."
            )
        secret = plan.secrets.get("app_secret", "").strip()
        proof = hmac.new(secret.encode(), key.encode(), hashlib.sha256).hexdigest() if secret else ""
        share = plan.allowances.get("percent", USAGE_SHARE)
        return cls(platform, plan.base_url.rstrip("/"), http, key, proof, share)

    @property
    def spent(self) -> Mapping[str, float]:
        """What this reading saw of the allowance, as `Snapshot.used` has it."""
        return {"percent": self.most}

    def ask(self, path: str, **params: Any) -> Body:
        """One answer. The token goes in a header, so that no address ever holds it."""
        if self.used >= self.share:
            raise Capped(
                f"Stopped at {self.used:.0f}% of what {self.platform} allows this app; the next run goes on from there."
            )
        if self.proof:
            params[_PROOF] = self.proof
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.http.get(f"{self.base_url}/{path}", params=params, headers=headers, ok=_ANY_STATUS)
        usage = list(_usage(answer.headers))
        self.used = max((_number(one.get(name)) for one in usage for name in _MEASURES), default=0)
        self.most = max(self.most, self.used)
        try:
            body = answer.json()
        except ConnectorError:
            if answer.status == _OK:
                raise
            raise self._error_of(answer) from None
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            raise self._refusal(body["error"], max((_number(one.get(_WAIT)) for one in usage), default=0))
        if answer.status != _OK:
            raise self._error_of(answer)
        if not isinstance(body, dict):
            raise SchemaDrift(f"{self.platform} answered with something other than an object.")
        return body

    def pages(self, path: str, where: str, **params: Any) -> Iterator[list[Body]]:
        """One list, page by page, to its end."""
        seen = set[str]()
        while True:
            body = self.ask(path, **params)
            yield self.need(body, "data", list, where)
            marker = onwards(body)
            if not marker:
                return
            if (key := str(marker)) in seen:
                raise Unreachable(f"{self.platform}'s list of {where} goes round in circles.")
            seen.add(key)
            params |= marker

    def by_id(self, ids: Iterable[str], at_once: int = _BATCH, **params: Any) -> Iterator[tuple[str, Body | None]]:
        """Each id with its object, or None where there is none.

        One unknown id spoils the whole answer: then the halves are asked for.
        """
        every = list(ids)
        to_ask = [every[start : start + at_once] for start in range(0, len(every), at_once)][::-1]
        while to_ask:
            wanted = to_ask.pop()
            try:
                body = self.ask("", ids=",".join(wanted), **params)
            except NotFound:
                if len(wanted) == 1:
                    yield wanted[0], None
                else:
                    half = len(wanted) // 2
                    to_ask += [wanted[half:], wanted[:half]]
                continue
            for id_ in wanted:
                found = body.get(id_)
                yield id_, found if isinstance(found, Mapping) else None

    def need(self, body: Any, name: str, kind: type | UnionType, where: str) -> Any:
        """A field that the answer must have. Raises SchemaDrift with its name."""
        value = body.get(name) if isinstance(body, Mapping) else None
        if not isinstance(value, kind):
            raise SchemaDrift(f"{self.platform}'s answer lacks '{name}' in {where}.")
        return value

    def moment(self, body: Body, name: str, where: str) -> datetime:
        """A moment that the answer must have, in UTC."""
        text = self.need(body, name, str, where)
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(text).astimezone(UTC)
        raise SchemaDrift(f"{self.platform}'s answer has no date in '{name}' in {where}.")

    def _error_of(self, answer: Answer) -> ConnectorError:
        if answer.status == _NOT_FOUND:
            # What Graph does not know comes with an error object: this is a wrong server, and nobody vanished.
            return Unreachable(f"There is no interface of {self.platform} at this address (404); check base_url.")
        return error_of(answer)

    def _refusal(self, error: Body, minutes: float) -> ConnectorError:
        """The error that Graph's own stands for; its words are not repeated, they may name people."""
        code, subcode = int(_number(error.get("code"))), int(_number(error.get("error_subcode")))
        telling = _told(error)
        if code in _DEAD_TOKEN:
            why = f": {_WHY_DEAD[subcode]}" if subcode in _WHY_DEAD else ""
            return Refused(
                f"{self.platform} does not accept the token any more{why}. Make a new one; "
                "`school-audit doctor` says how."
            )
        if code in _TOO_MANY:
            until = f"wants us back in {minutes:.0f} minutes" if minutes else "does not say until when"
            return RateLimited(
                f"{self.platform} has had enough requests for now and {until}; the next run tries again."
            )
        if code in _PASSING or error.get("is_transient") is True:
            return Unreachable(f"{self.platform} has a fault of its own (code {code}); the next run tries again.")
        if _PROOF in telling and len(telling) == 1:
            return Refused(f"The app secret does not belong to the token for {self.platform}; enter both again.")
        if code == _UNKNOWN_ALIAS or (code, subcode) == (_BAD_REQUEST, _NO_SUCH_OBJECT):
            return NotFound(f"{self.platform} says that there is no such thing, or none that the token may see.")
        if code in _NO_PERMISSION or (code == _BAD_REQUEST and telling):
            wanted = " or ".join(telling) or f"one that it does not name (code {code})"
            return Refused(
                f"The token for {self.platform} lacks a permission: {wanted}. Make a new one with it, by somebody who "
                "manages the account; `school-audit doctor` says how."
            )
        if code == _BAD_REQUEST:
            return SchemaDrift(f"{self.platform} does not accept our question (100); its interface may have changed.")
        return SchemaDrift(f"{self.platform} answered with an error that we do not know (code {code}).")


def of_another(platform: str, handle: str, named: str, known: str) -> Refused:
    """That a token is of the account `handle`, and the register means `named`, or the id `known` of earlier nights."""
    whom = named or known
    if named.casefold() == handle.casefold():
        whom = f"the {named} that was audited so far (its id differs)"
    return Refused(
        f"The token for {platform} is of {handle}, and not of {whom}: make one while signed in as the account on the "
        "register, or correct the register."
    )


def onwards(body: Body) -> dict[str, str]:
    """The marker that asks for the page after this one; empty at the end of the list."""
    paging = body.get("paging") or {}
    following = paging.get("next")
    if not isinstance(following, str):
        return {}
    after = (paging.get("cursors") or {}).get("after")
    if isinstance(after, str) and after:
        return {"after": after}
    said = dict(parse_qsl(following.partition("?")[2]))
    marker = {name: said[name] for name in _MARKERS if said.get(name)}
    if not marker:
        raise SchemaDrift("Graph says that there is another page, and not how to ask for it.")
    return marker


def within_caps(pages: Iterable[list[Body]], kept: Sized, plan: CollectPlan) -> Iterator[Body]:
    """The posts of a list, as they go into `kept`. Raises Capped where there are more than the plan wants."""
    for number, page in enumerate(pages):
        for post in page:
            if number >= plan.max_pages or len(kept) >= plan.max_posts:
                raise Capped("Stopped at the cap for posts that is set for one night.")
            yield post


def as_posts(posts: Coverage, read: int, what: str, plan: CollectPlan) -> Coverage:
    """Pictures and comments come with posts; those of older posts are not kept anywhere, unlike the posts."""
    if posts.status is CoverageStatus.COMPLETE and plan.since:
        reason = f"Only {what} of posts since {plan.since:%d/%m/%Y} were asked for."
        return partial(reason, read, planned=True, since=plan.since)
    return replace(posts, read=read)


def disguised_error(error: Any) -> Row:
    """An error as it may be recorded: its codes, and of its words those that name permissions."""
    kept: Row = {name: int(error[name]) for name in ("code", "error_subcode") if name in error}
    if isinstance(error.get("is_transient"), bool):
        kept["is_transient"] = error["is_transient"]
    return kept | {"message": " ".join(_told(error))}


def disguised_paging(body: Body, stand_ins: StandIns | None = None) -> Row:
    """The way to the next page as it may be recorded: its marker alone, replaced where it is made of people's ids."""
    marker = onwards(body)
    if not marker:
        return {}
    if stand_ins:
        marker = {name: stand_ins.id(value) for name, value in marker.items()}
    return {"paging": {"next": f"?{urlencode(marker)}"}}


def _told(error: Body) -> list[str]:
    """The permissions and features that an error's words name, each once."""
    return list(dict.fromkeys(_TELLING.findall(str(error.get("message")))))


def _usage(headers: Mapping[str, str]) -> Iterator[Body]:
    """What Graph says of the allowance: of the app's, and of each business account's."""
    for name in ("x-app-usage", "x-business-use-case-usage"):
        said: Any = None
        with suppress(ValueError, RecursionError):
            said = json.loads(headers.get(name, ""))
        if isinstance(said, dict):
            yield said
            for accounts in said.values():
                if isinstance(accounts, list):
                    yield from (one for one in accounts if isinstance(one, dict))


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
