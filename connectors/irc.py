"""An IRC channel: whether it is there, its topic, how many are in it, and who may enter and write (RFC 2812).

The register names it as `ircs://server[:port]/#channel`; `irc://` is read too, without encryption: nothing secret is
ever sent. The channel is not entered and nobody in it is asked about; `irc_wire` says what is. Modes beyond RFC 2812
differ from server to server and are not read.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from connectors.connector import NotFound, RateLimited, SchemaDrift
from connectors.http import Client
from connectors.irc_wire import CHANNEL
from connectors.recording import StandIns
from connectors.snapshot import (
    Account,
    CollectPlan,
    Coverage,
    Profile,
    Resource,
    Settings,
    Snapshot,
    complete,
    not_offered,
    partial,
)

RESOURCES = frozenset({Resource.PROFILE, Resource.SETTINGS, Resource.POSTS, Resource.FOLLOWERS})

_POSTS = not_offered(
    "IRC keeps no messages for those who were not there, and this program enters no channel; a person looks in."
)
_FOLLOWERS = not_offered("The number of people in the channel is read and nobody's name; a person looks in.")
_UNLISTED = "The server does not list the channel, so its topic and the number of people in it are not known."
_LATER = "The server gives its list of channels only later, so the topic and the number of people are not known."
_NO_MODES = "The server tells the channel's modes only to those in it; a person looks in."

# Colours and the like in topics: https://modern.ircdocs.horse/formatting
_FORMATTING = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6})?|[\x00-\x1f\x7f]")
_LINE = re.compile(r"(?P<number>263|323|NOTICE)|(?P<about>322|324|329|[45]\d\d) (?P<channel>\S+)(?: (?P<value>.*))?")
_LABELS = {
    "i": "invitation only",
    "k": "needs a key",
    "m": "moderated",
    "p": "hidden from lists",
    "s": "hidden from lists",
}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the channel. Raises NotFound when the server says there is none, and ConnectorError when it cannot be asked.

    A channel that hides itself may look to strangers as if it did not exist, and an unregistered one ends when the
    last person leaves. In the profile `bio` is the topic and `followers` the number of people in the channel; its
    modes are labels.
    """
    where, seen = _ask(account, http)
    coverage = {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    coverage.setdefault(Resource.PROFILE, seen.profile_coverage())
    coverage.setdefault(Resource.SETTINGS, partial(_NO_MODES, 0, planned=True) if seen.modes is None else complete(1))
    coverage.setdefault(Resource.POSTS, _POSTS)
    coverage.setdefault(Resource.FOLLOWERS, _FOLLOWERS)
    profile = Profile(
        platform_id="",
        handle=where.channel,
        address=where.shown,
        name=where.channel,
        bio=seen.topic,
        links=tuple(dict.fromkeys(_ADDRESS.findall(seen.topic))),
        created=seen.made,
        followers=seen.people,
        labels=tuple(dict.fromkeys(words for mode, words in _LABELS.items() if mode in (seen.modes or ""))),
        kind="room",
    )
    settings = None if seen.modes is None else _settings(seen.modes)
    return Snapshot(
        account=account,
        taken=plan.now,
        coverage=coverage,
        profile=profile if plan.wants(Resource.PROFILE) else None,
        settings=settings if plan.wants(Resource.SETTINGS) else None,
    )


def prove(account: Account, plan: CollectPlan, http: Client) -> str:  # noqa: ARG001 - the protocol's
    """Ask the server for the channel and say what it showed. Raises ConnectorError."""
    where, seen = _ask(account, http)
    how = "" if where.url.startswith("ircs:") else ", without encryption"
    people = "people in it: not told" if seen.people is None else f"people in it: {seen.people}"
    return f"{where.host} shows {where.channel}{how}; {people}."


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:  # noqa: ARG001 - the protocol's
    """The lines about the school's own channels as they are: no other lines, and no names, are in an answer.

    Raises ValueError on anything else: it may not be recorded then.
    """
    if not isinstance(body, str):
        raise ValueError("not an answer of an IRC server")  # noqa: TRY004 - the Recorder asks for any exception
    named = {unquote(name.rpartition("/")[2]) for name in own}  # a handle may be a whole address
    ours = {name if CHANNEL.fullmatch(name) else f"#{name}" for name in named}
    for line in body.split("\n"):
        found = _LINE.fullmatch(line)
        if line and (not found or (found["channel"] and found["channel"].casefold() not in ours)):
            raise ValueError("a line about something else than an own channel")
    return body


@dataclass(frozen=True, slots=True)
class _Where:
    """A channel's place: `url` is what is asked for, `shown` what people read."""

    host: str
    channel: str
    url: str
    shown: str


def _where(account: Account) -> _Where:
    """The channel that the register means. Raises NotFound when it names none."""
    address, named = account.address.strip(), account.handle.strip()
    if "://" in named:
        address, named = named, ""
    scheme, _, rest = address.partition("://")
    # By hand: a library would take the sign before the channel for the beginning of a fragment.
    host, _, path = rest.partition("/")
    host, sign, behind = host.partition("#")
    channel = unquote(path.partition("?")[0]) or sign + behind or named
    if channel and channel[0] not in "#&+!":
        channel = f"#{channel}"
    try:
        usable = bool(parse_url(f"{scheme}://{host}").host)
    except LocationParseError:
        usable = False
    if scheme.lower() not in ("irc", "ircs") or not usable or not CHANNEL.fullmatch(channel):
        raise NotFound(
            "The register does not say which channel is meant; its address looks like ircs://irc.example/#school."
        )
    place = f"{scheme.lower()}://{host.lower()}"
    return _Where(host.lower(), channel, f"{place}/{quote(channel, safe='')}", f"{place}/{channel}")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a server said of a channel; None where it did not."""

    people: int | None
    topic: str
    modes: str | None
    made: datetime | None
    later: bool

    def profile_coverage(self) -> Coverage:
        """A part where the list was refused or lacks the channel."""
        if self.people is not None:
            return complete(1)
        return partial(_LATER if self.later else _UNLISTED, 1, planned=not self.later)


def _ask(account: Account, http: Client) -> tuple[_Where, _Seen]:
    where = _where(account)
    lines = [found for line in http.get(where.url).text.split("\n") if (found := _LINE.fullmatch(line))]
    bare = {found["number"] for found in lines} - {None}
    said = {found["about"]: found["value"] or "" for found in lines if found["about"]}
    if not said and "323" not in bare:
        if bare:
            raise RateLimited(f"{where.host} says nothing of channels yet to newcomers; the next run tries again.")
        raise SchemaDrift(f"{where.host} answered neither LIST nor MODE, which every IRC server knows.")
    if not said.keys() & {"322", "324"}:
        if said.keys() <= _NO_CHANNEL:
            raise NotFound(
                f"{where.host} says that there is no channel {where.channel}: it ended when the last person left, or "
                "hides from strangers; a person looks in."
            )
        if not said.keys() & _ONLY_MEMBERS:
            raise SchemaDrift(f"{where.host} refused to tell anything of {where.channel}; a person looks in.")
    count, _, topic = said.get("322", "").partition(" :")
    made = said.get("329", "")
    if "322" in said and not count.isdecimal():
        raise SchemaDrift(f"{where.host}'s list lacks the number of people in the channel.")
    return where, _Seen(
        people=int(count) if count else None,
        topic=" ".join(_FORMATTING.sub("", topic).split()),
        modes=said.get("324"),
        made=datetime.fromtimestamp(int(made), UTC) if re.fullmatch(r"\d{9,10}", made) else None,
        later="322" not in said and bool(bare & {"263", "NOTICE"}),
    )


_NO_CHANNEL = frozenset({"401", "403"})  # ngIRCd says 401, as for a person who is not there
_ONLY_MEMBERS = frozenset({"442", "477", "482"})  # refusals of MODE that say: the channel is there


def _settings(modes: str) -> Settings:
    """What the modes mean: RFC 2811, 4.2."""
    posting = "approved" if "m" in modes else "members" if "n" in modes else "everyone"
    return Settings(posting_by=posting, joining="invited" if {"i", "k"} & set(modes) else "everyone")
