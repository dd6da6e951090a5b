"""A Mastodon server on loopback with one school's account, judged by Mastodon's own OpenAPI document.

    with MastodonApi(contracts) as server:
        server.add_status("Sports day on Friday", created="2026-11-20T09:00:00.000Z")
        server.faults["followers"] = refusal(401, NEEDS_USER)

It keeps people and statuses, pages by the Link header, cuts threads as the real one does for signed-out readers, and
knows its errors. Every request and every answer that is no planned fault is judged by the document of version 4.7 when
`contracts` holds it; what the document objects to stands in `contract_errors`, and leaving the block fails on it.
"""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from imitations.openapi_contract import Exchange, load_contract
from imitations.scripted_site import Reply, Request, Site

CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "contracts"
HOST = "social.example"
OWN = "110200300400500600"
NEEDS_USER = "This method requires an authenticated user"
CALLS = {
    r"/api/v1/accounts/lookup": "lookup",
    r"/api/v1/accounts/(\d+)": "account",
    r"/api/v1/accounts/(\d+)/statuses": "statuses",
    r"/api/v1/accounts/(\d+)/followers": "followers",
    r"/api/v1/accounts/(\d+)/following": "following",
    r"/api/v1/statuses/(\d+)": "status",
    r"/api/v1/statuses/(\d+)/context": "context",
    r"/api/v2/instance": "instance",
}


def link(address, extra=""):
    """A link in a text as Mastodon writes it, with the parts that it hides."""
    shown = address.removeprefix("https://")
    return (
        f'<a href="{address}" target="_blank" rel="nofollow noopener{extra}" translate="no">'
        f'<span class="invisible">https://</span><span class="">{shown}</span><span class="invisible"></span></a>'
    )


def mention(acct):
    """A mention as Mastodon writes it."""
    name, _, host = acct.partition("@")
    address = f"https://{host or HOST}/@{name}"
    return f'<span class="h-card"><a href="{address}" class="u-url mention">@<span>{name}</span></a></span>'


def person(id_, acct, name="", note="", **changes):
    """An account entity with everything that the document requires."""
    username, _, host = acct.partition("@")
    picture = f"https://files.{HOST}/{id_}.png"
    return {
        "id": id_,
        "username": username,
        "acct": acct,
        "display_name": name or username.title(),
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": False,
        "group": False,
        "created_at": "2024-09-02T00:00:00.000Z",
        "note": f"<p>{note}</p>" if note else "",
        "url": f"https://{host or HOST}/@{username}",
        "uri": f"https://{host or HOST}/users/{username}",
        "avatar": picture,
        "avatar_static": picture,
        "header": picture,
        "header_static": picture,
        "followers_count": 3,
        "following_count": 3,
        "statuses_count": 3,
        "last_status_at": "2026-11-20",
        "hide_collections": False,
        "emojis": [],
        "fields": [],
    } | changes


def status(id_, account, content, created="2026-11-20T09:00:00.000Z", **changes):
    """A status entity with everything that the document requires."""
    return {
        "id": id_,
        "created_at": created,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"{account['uri']}/statuses/{id_}",
        "url": f"{account['url']}/{id_}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "edited_at": None,
        "content": content if content.startswith("<") else f"<p>{content}</p>",
        "reblog": None,
        "account": account,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
    } | changes


def attachment(id_, **changes):
    """A picture."""
    return {
        "id": id_,
        "type": "image",
        "url": f"https://files.{HOST}/{id_}.jpeg",
        "preview_url": f"https://files.{HOST}/small/{id_}.jpeg",
        "remote_url": None,
        "meta": {"original": {"width": 1200, "height": 900, "size": "1200x900", "aspect": 1.333}},
        "description": None,
        "blurhash": "UeKUpFxuo~R%0nW;WCnhF6RjaJt757oJodS$",
    } | changes


def card(address):
    """The card of a link."""
    return {
        "url": address,
        "title": "News",
        "description": "",
        "type": "link",
        "author_name": "",
        "author_url": "",
        "authors": [],
        "provider_name": "",
        "provider_url": "",
        "html": "",
        "width": 400,
        "height": 300,
        "image": None,
        "embed_url": "",
    }


def json_reply(body, code=200, **headers):
    """A reply as Mastodon sends it."""
    return Reply(json.dumps(body), code, {"Content-Type": "application/json; charset=utf-8", **headers})


def refusal(code, error, **headers):
    """One of Mastodon's errors."""
    return json_reply({"error": error}, code, **headers)


class MastodonApi(Site):
    """Serves `me`, `statuses`, `followers`, `following`, `threads` and `instance`, which a test may change.

    `page` caps every list, `cut` every thread. `faults` gives a call (a value of CALLS) a reply of its own, for one
    path or for all; `asked` lists the (call, path, query) that came.
    """

    def __init__(self, contracts=CONTRACTS, page=80, cut=60):
        super().__init__()
        self._server.RequestHandlerClass.disable_nagle_algorithm = True
        document = contracts / "mastodon" / "openapi-schema.json"
        self.contract = load_contract(document) if document.exists() else None
        self.contract_errors = []
        self.page, self.cut = page, cut
        self.faults: dict[str, Reply] = {}
        self.asked: list[tuple[str, str, dict]] = []
        self.me = person(OWN, "hazelbrook", "Hazelbrook Primary School", "Official account.", statuses_count=0)
        self.statuses: list[dict] = []
        self.replies: list[dict] = []
        self.followers = [person(f"2{n:017}", f"follower{n}@fern.example") for n in range(3)]
        self.following = [person(f"3{n:017}", f"paper{n}") for n in range(3)]
        self.instance = _instance()
        self._next = 113_000_000_000_000_000

    def add_status(self, content, created="2026-11-20T09:00:00.000Z", **changes):
        """Put a post of the school on top of its list."""
        made = status(self._number(), self.me, content, created, **changes)
        self.statuses.insert(0, made)
        self.me["statuses_count"] += 1
        return made

    def add_reply(self, to, content, account=None, created="2026-11-20T10:00:00.000Z", **changes):
        """Somebody's reply to a status; the school's own replies stand in its list as well."""
        account = account or person("400000000000000001", "robin@fern.example", "Robin Fern")
        made = status(self._number(), account, content, created, **changes)
        made |= {"in_reply_to_id": to["id"], "in_reply_to_account_id": to["account"]["id"]}
        to["replies_count"] += 1
        self.replies.append(made)
        if account["id"] == OWN:
            self.statuses.insert(0, made)
            self.me["statuses_count"] += 1
        return made

    def calls(self):
        """The calls that came, in order."""
        return [call for call, _, _ in self.asked]

    def _number(self):
        self._next += 1
        return str(self._next)

    def __exit__(self, *error):
        super().__exit__(*error)
        assert error[0] or not self.contract_errors, "\n".join(self.contract_errors)

    def reply(self, request: Request) -> Reply:
        parts = urlsplit(request.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        call, number = _call(parts.path)
        with self._lock:
            self.asked.append((call, parts.path, query))
        for name in (parts.path, call):
            if name in self.faults:
                return self.faults[name]
        if not call:
            return Reply("<html>The page you are looking for isn't here.</html>", 404)
        answer = getattr(self, f"_{call}")(number, query)
        self._judge(request, parts.path, query, answer)
        return answer

    def _judge(self, request, path, query, answer):
        if self.contract is None:
            return
        with self._lock:
            exchange = Exchange(
                "https://mastodon.example",
                request.method,
                path,
                query,
                {},
                answer.status,
                "application/json",
                answer.content,
            )
            problems = self.contract.judge_request(exchange) + self.contract.judge_answer(exchange)
            template = re.sub(r"/\d+", "/{id}", path)
            unknown = query.keys() - self.contract.parameter_names(template) if query else set()
            problems += [f"GET {template}: no parameter {name!r} there" for name in sorted(unknown)]
            self.contract_errors += problems

    def _lookup(self, _, query):
        return self._show(query.get("acct") == self.me["username"])

    def _account(self, number, _):
        return self._show(number == self.me["id"])

    def _show(self, known):
        return json_reply(self.me) if known else refusal(404, "Record not found")

    def _statuses(self, number, query):
        assert number == self.me["id"]
        return self._paged(self.statuses, query, 40)

    def _followers(self, number, query):
        return self._people(self.followers, number, query)

    def _following(self, number, query):
        return self._people(self.following, number, query)

    def _people(self, people, number, query):
        assert number == self.me["id"]
        return self._paged([] if self.me["hide_collections"] else people, query, 80)

    def _paged(self, rows, query, most):
        size = min(self.page, most, int(query.get("limit", 20)))
        start = int(query.get("max_id", 0))
        shown = rows[start : start + size]
        here = f"https://{HOST}/api/v1/list?limit={size}"
        links = [f'<{here}&min_id={start}>; rel="prev"']
        if len(shown) == size and len(rows) > start + size:
            links.insert(0, f'<{here}&max_id={start + size}>; rel="next"')
        return json_reply(shown, **({"Link": ", ".join(links)} if shown else {}))

    def _status(self, number, _):
        found = self._find(number)
        return json_reply(found) if found else refusal(404, "Record not found")

    def _find(self, number):
        return next((one for one in [*self.statuses, *self.replies] if one["id"] == number), None)

    def _context(self, number, _):
        if not self._find(number):
            return refusal(404, "Record not found")
        found, above = [], {number}
        for one in self.replies:  # in the order of writing, so that each stands behind what it answers
            if one["in_reply_to_id"] in above:
                above.add(one["id"])
                found.append(one)
        return json_reply({"ancestors": [], "descendants": found[: self.cut]})

    def _instance(self, *_):
        return json_reply(self.instance)


def _call(path):
    for pattern, call in CALLS.items():
        if match := re.fullmatch(pattern, path):
            return call, next(iter(match.groups()), "")
    return "", ""


def _instance():
    picture = f"https://files.{HOST}/hill.png"
    return {
        "domain": HOST,
        "title": "County Social",
        "version": "4.7.0",
        "source_url": "https://code.example/mastodon",
        "description": "For schools of the county",
        "usage": {"users": {"active_month": 12}},
        "thumbnail": {"url": picture, "blurhash": None, "versions": {}, "description": ""},
        "icon": [],
        "languages": ["en"],
        "configuration": {
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "media_attachments": {
                "image_matrix_limit": 33177600,
                "image_size_limit": 16777216,
                "supported_mime_types": ["image/jpeg"],
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8294400,
                "video_size_limit": 103809024,
            },
            "polls": {
                "max_characters_per_option": 50,
                "max_expiration": 2629746,
                "max_options": 4,
                "min_expiration": 300,
            },
            "statuses": {"characters_reserved_per_url": 23, "max_characters": 500, "max_media_attachments": 4},
            "translation": {"enabled": False},
            "urls": {"streaming": f"wss://{HOST}"},
        },
        "registrations": {
            "enabled": True,
            "approval_required": True,
            "reason_required": True,
            "message": None,
            "min_age": 16,
            "url": None,
        },
        "api_versions": {"mastodon": 7},
        "contact": {"email": "it@county.example", "account": None},
        "rules": [{"id": "1", "text": "Be kind", "hint": ""}],
    }
