"""Wikipedia: the school's article with its history, or a user with what they edited anywhere.

The API of MediaWiki (https://www.mediawiki.org/wiki/API:Query, read November 2026), formatversion 2.
Questions go out one after the other with `maxlag`, and what goes wrong arrives with HTTP status 200; a wiki that
is too busy is left alone until the next run (https://www.mediawiki.org/wiki/Manual:Maxlag_parameter). An
account of kind "article" is a page; any other is a user. Other wikis work as well, by their `base_url`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from connectors.answer import asked_wait
from connectors.connector import (
    ConnectorError,
    NotFound,
    RateLimited,
    Refused,
    SchemaDrift,
    Unreachable,
    reading,
)
from connectors.http import Client
from connectors.recording import StandIns
from connectors.snapshot import (
    REVISIONS,
    Account,
    CollectPlan,
    Coverage,
    Profile,
    Resource,
    Snapshot,
    complete,
    frame,
    partial,
)

RESOURCES = frozenset({Resource.PROFILE, Resource.REVISIONS})

_IDS_AT_ONCE = 50  # what MediaWiki accepts from anyone
_USER_PREFIX = re.compile(r"(?:user:|special:contributions/)", re.IGNORECASE)
_USER_SPACES = frozenset({2, 3})  # user pages and their talk pages: the title is a person's name
_AFTER_COLON = re.compile(r"(?<=:)[^/]+")
_USER_LINK = re.compile(r"(\[\[(?:User:|User talk:|Special:Contributions/))([^|\]#/]+)", re.IGNORECASE)
_REVISION = {"prop": "revisions", "rvprop": "ids|timestamp|user|comment"}
_CONTRIBUTION = {"list": "usercontribs", "ucprop": "ids|title|timestamp|comment"}

# https://www.mediawiki.org/wiki/API:Errors_and_warnings; any other code means that our question is outdated.
_TOO_BUSY = frozenset({"maxlag", "ratelimited"})
_ERRORS: Mapping[str, type[ConnectorError]] = {
    "readonly": Unreachable,
    "readapidenied": Refused,
    "permissiondenied": Refused,
    "blocked": Refused,
    "missingtitle": NotFound,
    "invalidtitle": NotFound,
    "nosuchpageid": NotFound,
    "nosuchuser": NotFound,
    "baduser": NotFound,
}


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the article or the user, and their edits back to `plan.since`, newest first.

    `plan.max_posts` caps the edits. `gone` has those of `plan.refetch` that were deleted or whose author is
    hidden. Raises ConnectorError when there is no such page or user.
    """
    wiki = _Wiki(http, _api(account, plan.base_url))
    subject = wiki.subject(account)
    coverage = {resource: plan.skip[resource] for resource in RESOURCES if not plan.wants(resource)}
    if plan.wants(Resource.PROFILE):
        coverage[Resource.PROFILE] = complete(1)
    rows: dict[str, _Row] = {}
    gone: frozenset[str] = frozenset()
    if plan.wants(Resource.REVISIONS):
        with reading(Resource.REVISIONS, coverage, rows):
            read = _read(wiki.edits(subject, plan.since), rows, plan)
            gone = _look_again(wiki, plan.refetch, rows)
            coverage[Resource.REVISIONS] = read
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=subject.profile if plan.wants(Resource.PROFILE) else None,
        revisions=frame(REVISIONS, rows.values()),
        gone=gone,
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Look the article or the user up."""
    wiki = _Wiki(http, _api(account, plan.base_url))
    found = wiki.subject(account)
    what = "article" if found.is_page else "user"
    return f"{wiki.host} has the {what} '{found.profile.name}' (id {found.profile.platform_id})."


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """Other editors' names, ids and comments, and what they wrote in the article, become stand-ins."""
    if isinstance(body, list):
        return [disguise(item, own, stand_ins) for item in body]
    if not isinstance(body, dict):
        return body
    kept = {key: disguise(value, own, stand_ins) for key, value in body.items()}
    return kept | _without_others(body, own, stand_ins)


def _without_others(item: Mapping[str, Any], own: frozenset[str], stand_ins: StandIns) -> dict[str, object]:
    def name(real: str) -> str:
        return real if _is_own(real, own) else stand_ins.handle(real)

    ways: dict[str, Callable[[Any], object]] = {
        "blockedby": name,
        "blockedbyid": lambda number: stand_ins.id(number, "number"),
        "blockreason": stand_ins.text,
        "extract": lambda text: stand_ins.text(text[:500]),
    }
    if _is_own(str(item.get("user", "")), own):
        ways["comment"] = lambda text: stand_ins.replace(_USER_LINK.sub(lambda link: link[1] + name(link[2]), text))
    else:
        ways |= {"user": stand_ins.handle, "comment": stand_ins.text}
        if "user" in item:
            ways["userid"] = lambda number: stand_ins.id(number, "number")
    if item.get("ns") in _USER_SPACES:
        ways["title"] = lambda title: _AFTER_COLON.sub(lambda owner: name(owner[0]), title, count=1)
    return {key: way(item[key]) for key, way in ways.items() if key in item}


def _is_own(user: str, own: frozenset[str]) -> bool:
    name = user.casefold()
    spellings = {name, name.replace(" ", "_")}
    return not own.isdisjoint(spellings | {f"user:{spelling}" for spelling in spellings})


_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A page or a user whose edits are wanted."""

    profile: Profile
    is_page: bool


class _Wiki:
    """One wiki's API."""

    def __init__(self, http: Client, api: str) -> None:
        self._http = http
        self._api = api
        self._index = api.removesuffix("api.php") + "index.php"
        self.host = urlsplit(api).netloc

    def subject(self, account: Account) -> _Subject:
        """The page or user of the register's row: by its stable id when known, for names change."""
        look, title = (self._page, _title) if account.kind == "article" else (self._user, _user_name)
        name = title(account)
        if account.platform_id.isdecimal():
            try:
                return look("id", account.platform_id)
            except NotFound:
                if not name:
                    raise
        if not name or "|" in name:  # the API would read `|` as the end of one name and the start of another
            raise NotFound(f"The register names nothing that {self.host} could be asked for.")
        return look("name", name)

    def _page(self, by: str, value: str) -> _Subject:
        question = {"prop": "info|extracts", "inprop": "url", "exintro": 1, "explaintext": 1, "redirects": 1}
        answer = self.ask({**question, "pageids" if by == "id" else "titles": value})
        with _shape():
            page: _Row = next(_pages(answer), {"missing": True})
            if "missing" in page or "invalid" in page or "special" in page:
                raise NotFound(f"{self.host} has no article with the {by} '{value}'.")
            title = page["title"]
            profile = Profile(
                platform_id=str(page["pageid"]),
                handle=title,
                address=page["fullurl"],
                name=title,
                bio=page.get("extract", ""),  # only from wikis with the extension TextExtracts
                kind="article",
            )
            return _Subject(profile, is_page=True)

    def _user(self, by: str, value: str) -> _Subject:
        question = {"list": "users", "usprop": "blockinfo|editcount|groups|registration"}
        answer = self.ask({**question, "ususerids" if by == "id" else "ususers": value})
        with _shape():
            user: _Row = next(iter(answer["query"]["users"]), {"missing": True})
            if "missing" in user or "invalid" in user:
                raise NotFound(f"{self.host} has no user with the {by} '{value}'.")
            blocked = "blockid" in user and not user.get("blockpartial")
            name = user["name"]
            profile = Profile(
                platform_id=str(user["userid"]),
                handle=name,
                address=f"{self._index}?title=User:{quote(name.replace(' ', '_'))}",
                name=name,
                created=_moment(user.get("registration")),
                posts=user.get("editcount"),
                labels=("blocked",) if blocked else (),
                kind="automated" if "bot" in user.get("groups", ()) else "",
            )
            return _Subject(profile, is_page=False)

    def edits(self, subject: _Subject, since: datetime | None) -> Iterator[_Row]:
        """The page's revisions, or the user's contributions, newest first; no older ones than `since`."""
        key = subject.profile.platform_id
        if subject.is_page:
            question, end = {**_REVISION, "pageids": key, "rvlimit": "max"}, "rvend"
        else:
            question, end = {**_CONTRIBUTION, "ucuserids": key, "uclimit": "max"}, "ucend"
        if since:
            question[end] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for answer in self._pages_of(question):
            with _shape():
                if subject.is_page:
                    yield from self._revisions(answer)
                else:
                    yield from (self._row(edit, edit) for edit in answer["query"]["usercontribs"])

    def revisions(self, ids: Iterable[str]) -> Iterator[_Row]:
        """Those of these revisions that still exist and show who made them."""
        answer = self.ask({**_REVISION, "revids": "|".join(ids)})
        with _shape():
            yield from (row for row in self._revisions(answer) if row["user"])

    def _revisions(self, answer: _Row) -> Iterator[_Row]:
        for page in _pages(answer):
            for revision in page.get("revisions", ()):
                yield self._row(revision, page)

    def _row(self, edit: _Row, page: _Row) -> _Row:
        # A hidden user or comment is absent, or (to those who may see it) beside `userhidden`.
        return {
            "id": str(edit["revid"]),
            "page": page["title"],
            "namespace": page["ns"],
            "user": "" if edit.get("userhidden") else edit.get("user", ""),
            "created": edit["timestamp"],
            "comment": "" if edit.get("commenthidden") else edit.get("comment", ""),
            "address": f"{self._index}?diff={edit['revid']}",
        }

    def _pages_of(self, question: _Row) -> Iterator[_Row]:
        onwards: _Row = {}
        while True:
            answer = self.ask({**question, **onwards})
            yield answer
            following = answer.get("continue")
            if not following:
                return
            if following == onwards:
                raise SchemaDrift(f"{self.host} gives the same page of edits again and again.")
            onwards = following

    def ask(self, question: _Row) -> _Row:
        """One question's answer. Raises ConnectorError, also for errors that come with HTTP status 200."""
        always = {"action": "query", "format": "json", "formatversion": 2, "maxlag": 5}
        came = self._http.get(self._api, params={**always, **question})
        answer = came.json()
        if not isinstance(answer, Mapping):
            raise SchemaDrift(f"{self.host} answered with something other than an object.")
        if error := answer.get("error"):
            with _shape():
                code, info = error["code"], str(error["info"])[:200]
            if code.startswith("internal_api_error"):
                raise Unreachable(f"{self.host} has a fault of its own ({code}); the next run tries again.")
            if code in _TOO_BUSY:
                wait = asked_wait(came.status, came.headers)
                until = f"in {wait:.0f} seconds" if wait else "later"
                raise RateLimited(
                    f"{self.host} is too busy and wants us back {until} ({code}); the next run tries again."
                )
            raise _ERRORS.get(code, SchemaDrift)(f"{self.host} did not answer our question: {info} ({code}).")
        if "query" not in answer:
            raise SchemaDrift(f"{self.host} answered without 'query'.")
        return answer


def _read(edits: Iterable[_Row], rows: dict[str, _Row], plan: CollectPlan) -> Coverage:
    for edit in edits:
        if len(rows) >= plan.max_posts:
            oldest = _moment(min((row["created"] for row in rows.values()), default=None))
            reason = f"Stopped at the cap of {plan.max_posts} edits."
            return partial(reason, len(rows), planned=True, since=oldest)
        rows[edit["id"]] = edit
    if plan.since:
        reason = f"Only edits since {plan.since:%d/%m/%Y} were asked for."
        return partial(reason, len(rows), planned=True, since=plan.since)
    return complete(len(rows))


def _look_again(wiki: _Wiki, wanted: Iterable[str], rows: dict[str, _Row]) -> frozenset[str]:
    ids = [key for key in wanted if key.isdecimal() and not rows.get(key, {}).get("user")]
    found: dict[str, _Row] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        found |= {row["id"]: row for row in wiki.revisions(ids[start : start + _IDS_AT_ONCE])}
    rows.update(found)
    return frozenset(ids) - found.keys()


def _pages(answer: _Row) -> Iterator[_Row]:
    pages = answer["query"].get("pages", ())  # none at all for a title on another wiki ("fr:...")
    return iter(pages.values() if isinstance(pages, Mapping) else pages)  # formatversion 1 has an object


def _api(account: Account, base_url: str) -> str:
    """The API of the language edition that the register's address names; else the platform's own."""
    host = (urlsplit(account.address).hostname or "").replace(".m.", ".")
    base = urlsplit(base_url)
    wikipedias = all(name.endswith(".wikipedia.org") for name in (host, base.hostname or ""))
    return base._replace(netloc=host).geturl() if wikipedias else base_url


def _title(account: Account) -> str:
    if account.handle:
        return account.handle
    parts = urlsplit(account.address)
    named = parse_qs(parts.query).get("title")
    return (named[0] if named else unquote(parts.path.partition("/wiki/")[2])).replace("_", " ").strip()


def _user_name(account: Account) -> str:
    return _USER_PREFIX.sub("", _title(account), count=1)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@contextmanager
def _shape() -> Iterator[None]:
    """A field that is missing or of another type is the platform's change, not our crash."""
    try:
        yield
    except KeyError as error:
        raise SchemaDrift(f"The wiki's answer lacks {error}.") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise SchemaDrift("The wiki's answer has another shape than documented.") from error
