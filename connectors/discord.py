"""Discord: a server as anybody with its invitation sees it, and its public widget where that is switched on.

Source: Discord's OpenAPI document of version 10 (github.com/discord/discord-api-spec), invite_resolve and
get_guild_widget; discord.com/developers/docs for what the numbers mean. Neither call takes a key. Messages and members
are given to bots that an administrator lets into the server; there is none here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from connectors.connector import NotFound, NotOffered, Refused, SchemaDrift, Unreachable, reading
from connectors.discord_disguise import disguise
from connectors.http import Client
from connectors.snapshot import (
    Account,
    CollectPlan,
    Profile,
    Resource,
    Settings,
    Snapshot,
    complete,
    moment,
    not_offered,
    not_permitted,
    partial,
)

__all__ = ["RESOURCES", "collect", "disguise", "prove"]

RESOURCES = frozenset(
    {
        Resource.PROFILE,
        Resource.SETTINGS,
        Resource.POSTS,
        Resource.MEDIA,
        Resource.COMMENTS,
        Resource.FOLLOWERS,
    }
)

_MESSAGES = (
    "Discord gives messages only to a bot with the Message Content intent that an administrator lets into the server;"
    " this version has none. Have a person look through the channels."
)
_MEMBERS = (
    "Discord gives the list of members only to a bot with the Server Members intent that an administrator lets into"
    " the server; this version has none."
)
_NO_INVITATION = "Discord shows who may enter a server in its invitation only."

_SERVER = 0  # what an invitation leads to: InviteTypes
_WIDGET_OFF = 50004
_OK, _NOT_FOUND = 200, 404  # HTTP statuses
_EPOCH = 1_420_070_400_000  # milliseconds; ids hold the moment they were made in their upper bits
_CODE = re.compile(r"[\w-]{2,100}")
_ID = re.compile(r"\d{15,20}")
_PAGES = frozenset({"channels", "guilds", "servers"})  # beneath which an address names a server by its id
_HOSTS = frozenset({"discord.gg", "discord.com", "www.discord.com", "discordapp.com", "ptb.discord.com"})
_LEVELS = {1: "explicit", 2: "safe", 3: "age restricted"}  # GuildNSFWContentLevel; 0 is not judged yet
_LEAST_AGES = {0: 0, 2: 0, 3: 18}  # years: support.discord.com, Age-Restricted Channels and Content
_NEW_MEMBERS = {  # VerificationLevels
    0: "new members are not checked",
    1: "new members need a verified e-mail address",
    2: "new members need an account older than 5 minutes",
    3: "new members may write after 10 minutes",
    4: "new members need a verified telephone number",
}
_FEATURES = {
    "COMMUNITY": "community server",
    "DISCOVERABLE": "in Discord's public directory",
    "PARTNERED": "partner of Discord",
    "INVITES_DISABLED": "invitations are paused",
}
_PAUSED = "INVITES_DISABLED"
_APPROVED = "MEMBER_VERIFICATION_MANUAL_APPROVAL"  # docs.discord.food/resources/guild; not in the official document

Body = Mapping[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the server. Raises ConnectorError when nothing of it can be read.

    The handle or address is an invitation (its code, or a link with it) or the server's id. An invitation that leads
    to another server than the one known is never followed. Once it has ended, or where there is none, the public
    widget still tells the name. Members that the widget names are not kept. `followers` is Discord's approximate
    number of members; labels say what age level the server has, how new members are checked, until when the
    invitation holds, and the channels that the widget shows.
    """
    code, known = _named(account)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    for resource in (Resource.POSTS, Resource.MEDIA, Resource.COMMENTS):
        coverage.setdefault(resource, not_permitted(_MESSAGES))
    coverage.setdefault(Resource.FOLLOWERS, not_permitted(_MEMBERS))
    settings: Settings | None = None
    try:
        profile, settings = _invited(code, known, plan, http)
        coverage.setdefault(Resource.SETTINGS, complete(1))
        if plan.wants(Resource.PROFILE):
            coverage[Resource.PROFILE] = complete(1)
            with reading(Resource.PROFILE, coverage, (profile,)):
                profile = replace(profile, labels=(*profile.labels, *_shown(profile.platform_id, plan, http)))
    except _Ended as error:
        profile = _by_widget(error, code, known, plan, http)
        coverage.setdefault(Resource.SETTINGS, not_offered(_NO_INVITATION))
        coverage.setdefault(
            Resource.PROFILE, partial(f"{error} Its public widget tells the name.", 1, planned=not code)
        )
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        settings=settings if plan.wants(Resource.SETTINGS) else None,
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Open the invitation and say what it shows. Raises ConnectorError."""
    profile, _ = _invited(*_named(account), plan, http)
    return f"Discord shows the server {profile.name} with about {profile.followers} members."


# Asking


class _Ended(NotFound):
    """There is no invitation, or it holds no longer."""


def _named(account: Account) -> tuple[str, str]:
    """The code of the invitation and the id of the server, "" for what is not known. Raises NotFound without both."""
    code, known = "", account.platform_id.strip()
    for written in (account.address.strip(), account.handle.strip()):
        address = urlsplit(written if "://" in written else f"https://{written}")
        path = [part for part in address.path.split("/") if part]
        if address.hostname in _HOSTS and path:
            last = path[-1] if address.hostname == "discord.gg" or path[0] == "invite" else ""
            known = known or (path[1] if path[0] in _PAGES and len(path) > 1 else "")
        else:
            last = "" if "/" in written else written
        if _ID.fullmatch(last):
            known = known or last
        elif _CODE.fullmatch(last):
            code = last
    if known and not _ID.fullmatch(known):
        raise NotFound(f"'{known}' is no id of a Discord server: empty 'Platform id' in the register.")
    if not code and not known:
        raise NotFound("Write the server's invitation in the register, as https://discord.gg/ and its code.")
    return code, known


def _invited(code: str, known: str, plan: CollectPlan, http: Client) -> tuple[Profile, Settings]:
    """What the invitation shows. Raises _Ended where there is none, NotFound where it leads to something else."""
    if not code:
        raise _Ended("The register gives no invitation to the server.")
    try:
        said = _ask(f"invites/{quote(code, safe='')}", plan, http, with_counts="true")
    except NotFound:
        raise _Ended(f"The invitation {code} leads nowhere: it has ended, or was withdrawn.") from None
    if _need(said, "type", int, "the invitation") != _SERVER:
        raise NotFound(f"The invitation {code} leads to a person or a private group, not to a server.")
    guild = _need(said, "guild", Mapping, "the invitation")
    found = _need(guild, "id", str, "the server")
    if known and found != known:
        raise NotFound(
            f"The invitation {code} now leads to another server. Should that be yours, empty 'Platform id' in the"
            " register; else take the invitation down wherever it stands."
        )
    return _profile(said, guild, code), _settings(guild)


def _ask(path: str, plan: CollectPlan, http: Client, **params: str) -> Body:
    """One answer. Raises what an error stands for."""
    answer = http.get(f"{plan.base_url}/{path}", params=params, ok=(200, 401, 403, 404))
    body = answer.json()
    if not isinstance(body, Mapping):
        raise SchemaDrift("Discord answered with something other than an object.")
    if answer.status == _OK and "id" not in body and "message" in body:
        raise Unreachable(f"Discord answered with an error inside ({_number(body, 'code')}); the next run tries again.")
    if answer.status == _OK:
        return body
    if _number(body, "code") == _WIDGET_OFF:
        raise NotOffered("The server's public widget is switched off.")
    if answer.status == _NOT_FOUND:
        raise NotFound(f"Discord knows no such invitation or server ({_number(body, 'code')}).")
    raise Refused(f"Discord refuses to show this ({answer.status}); the next run tries again.")


def _number(body: Body, name: str) -> int:
    """A number; -1 where Discord says nothing."""
    value = body.get(name)
    return value if isinstance(value, int) else -1


def _need(body: Any, name: str, kind: type, where: str) -> Any:
    value = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(value, kind):
        raise SchemaDrift(f"Discord's answer lacks '{name}' in {where}.")
    return value


# What it shows


def _profile(said: Body, guild: Body, code: str) -> Profile:
    id_, icon, vanity = guild["id"], guild.get("icon"), guild.get("vanity_url_code")
    members = _number(said, "approximate_member_count")
    features = _features(guild)
    labels = (
        _LEVELS.get(_number(guild, "nsfw_level")),
        _NEW_MEMBERS.get(_number(guild, "verification_level")),
        *(words for feature, words in _FEATURES.items() if feature in features),
        _until(said.get("expires_at")),
    )
    return Profile(
        platform_id=id_,
        handle=vanity or code,
        address=f"https://discord.gg/{vanity or code}",
        name=_need(guild, "name", str, "the server"),
        bio=guild.get("description") or "",
        created=_made(id_),
        followers=None if members < 0 else members,
        avatar=f"https://cdn.discordapp.com/icons/{id_}/{icon}.png" if icon else "",
        verified="VERIFIED" in features,
        labels=tuple(filter(None, labels)),
        kind="group",
    )


def _features(guild: Body) -> frozenset[str]:
    named = guild.get("features")
    return frozenset(one for one in named if isinstance(one, str)) if isinstance(named, list) else frozenset()


def _until(expires: Any) -> str:
    ends = moment(expires)
    return f"the invitation holds until {ends:%d/%m/%Y}" if ends else "the invitation has no end"


def _made(id_: str) -> datetime | None:
    """When the server was made, which its id tells: discord.com/developers/docs/reference#snowflakes."""
    return datetime.fromtimestamp(((int(id_) >> 22) + _EPOCH) / 1000, UTC) if _ID.fullmatch(id_) else None


def _settings(guild: Body) -> Settings:
    features = _features(guild)
    joining = "asked" if _APPROVED in features else None if _PAUSED in features else "everyone"
    return Settings(joining=joining, least_age=_LEAST_AGES.get(_number(guild, "nsfw_level")))


def _shown(id_: str, plan: CollectPlan, http: Client) -> Iterator[str]:
    """Labels for what the public widget shows; none where it is switched off."""
    try:
        widget = _ask(f"guilds/{id_}/widget.json", plan, http)
    except (NotOffered, NotFound):
        return
    yield "public widget shows who is online"
    channels = [one for one in _need(widget, "channels", list, "the widget") if isinstance(one, Mapping)]
    yield from sorted(f"channel in the widget: {_need(one, 'name', str, 'a channel')}" for one in channels)


def _by_widget(ended: _Ended, code: str, known: str, plan: CollectPlan, http: Client) -> Profile:
    """What the widget tells of a server whose invitation does not help. Raises `ended` where there is none either."""
    if not known:
        raise NotFound(str(ended))
    try:
        widget = _ask(f"guilds/{known}/widget.json", plan, http)
    except (NotOffered, NotFound):
        raise NotFound(
            f"{ended} Put a lasting invitation into the register, or note that the server is gone."
        ) from None
    name = _need(widget, "name", str, "the widget")
    return Profile(known, code or known, "", name, created=_made(known), kind="group")
