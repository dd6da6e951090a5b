"""An imitation of the two calls of Discord's interface that take no key, judged by Discord's own OpenAPI document."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

from imitations.openapi_contract import Exchange, load_contract
from imitations.scripted_site import Reply, Site

DOCUMENT = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "discord" / "openapi.json"
HOST = "https://discord.com"
BASE = "/api/v10"
GUILD = "1280102030405060708"
CODE = "hazelbrook"
JSON = {"Content-Type": "application/json"}
LIMITS = {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "4", "X-RateLimit-Bucket": "invites"}


def guild(**changes):
    """The server, as an invitation shows it."""
    return {
        "id": GUILD,
        "name": "Hazelbrook gamers",
        "splash": None,
        "banner": None,
        "description": "After-school games club",
        "icon": "0123456789abcdef0123456789abcdef",
        "features": ["COMMUNITY", "NEWS"],
        "verification_level": 1,
        "vanity_url_code": None,
        "nsfw_level": 0,
        "nsfw": False,
        "premium_subscription_count": 0,
        **changes,
    }


def person(name):
    """Somebody, as an invitation names whoever made it."""
    return {
        "id": "990011223344556677",
        "username": name,
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": name.title(),
        "primary_guild": None,
    }


def invitation(place=None, **changes):
    """An invitation to a server."""
    place = place or guild()
    return {
        "type": 0,
        "code": CODE,
        "expires_at": None,
        "inviter": person("robin.teal"),
        "guild": place,
        "guild_id": place["id"],
        "channel": {"id": "1280102030405060709", "type": 0, "name": "welcome"},
        "approximate_member_count": 31,
        "approximate_presence_count": 4,
        **changes,
    }


def widget(**changes):
    """The public widget, with two people online."""
    members = [
        {
            "id": str(number),
            "username": name,
            "discriminator": "0000",
            "avatar": None,
            "status": "online",
            "avatar_url": f"https://cdn.discordapp.com/widget-avatars/{number}",
        }
        for number, name in enumerate(("robin.teal", "sasha.plum"))
    ]
    return {
        "id": GUILD,
        "name": "Hazelbrook gamers",
        "instant_invite": None,
        "channels": [{"id": "1280102030405060710", "name": "Homework help", "position": 0}],
        "members": members,
        "presence_count": 2,
        **changes,
    }


def reply(body, status=200, **headers):
    """An answer as Discord sends it."""
    return Reply(json.dumps(body), status, {**JSON, **LIMITS, **headers})


def error(status, code, message="..."):
    """One of Discord's errors."""
    return reply({"code": code, "message": message}, status)


def limited(seconds):
    """Too many questions."""
    said = {"code": 0, "message": "You are being rate limited.", "retry_after": seconds, "global": False}
    return reply(said, 429, **{"Retry-After": str(seconds)})


class DiscordApi(Site):
    """Serves `invited` under the code and `shown` as the widget, replies which a test may replace.

    Where the document is on this machine, `contract_errors` gathers what it says against questions and answers.
    """

    def __init__(self):
        super().__init__()
        self.contract = load_contract(DOCUMENT) if DOCUMENT.exists() else None
        self.contract_errors = []
        self.invited = reply(invitation())
        self.shown = error(403, 50004, "Widget Disabled")

    @property
    def base_url(self):
        """What stands for https://discord.com/api/v10."""
        return self.url + BASE

    def reply(self, request):
        """Discord's answer, and what its document says of it."""
        self.requests.append(request)
        path, _, query = request.path.partition("?")
        answers = {f"{BASE}/invites/{CODE}": self.invited, f"{BASE}/guilds/{GUILD}/widget.json": self.shown}
        unknown = error(404, 10006, "Unknown Invite") if "/invites/" in path else error(404, 10004, "Unknown Guild")
        answer = answers.get(path, unknown)
        self._judge(request, path, query, answer)
        return answer

    def _judge(self, request, path, query, answer):
        if self.contract is None or answer.headers.get("Content-Type") != JSON["Content-Type"]:
            return
        exchange = Exchange(
            HOST, request.method, path, dict(parse_qsl(query)), {}, answer.status, JSON["Content-Type"], answer.content
        )
        self.contract_errors += self.contract.judge_request(exchange)
        self.contract_errors += self.contract.judge_answer(exchange)
        template = "/invites/{code}" if "/invites/" in path else "/guilds/{guild_id}/widget.json"
        known = self.contract.parameter_names(template) if "parameters" in self._operation(template) else frozenset()
        self.contract_errors += [f"{path}: no such parameter: {name}" for name in exchange.query if name not in known]

    def _operation(self, template):
        return self.contract.document["paths"][template]["get"]
