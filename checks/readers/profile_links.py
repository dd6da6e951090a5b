"""Tells addresses of profiles, pages, channels and groups from share buttons, posts, searches and so on."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_WRAPS = 2  # how often an address may stand inside another one
_MATRIX = ("/#", "/!", "/%23", "/%21")  # how the name or id of a room begins after matrix.to/#


@dataclass(frozen=True, slots=True)
class _Platform:
    """The rows of one platform in the table, compiled; `forms` are (how to write it, pattern, as written)."""

    forms: tuple[tuple[str, re.Pattern[str], bool], ...]
    wrapped: tuple[re.Pattern[str], ...]
    query: tuple[str, ...]
    tabs: frozenset[str]
    reserved: frozenset[str]
    space: str


@dataclass(frozen=True, slots=True)
class _Table:
    platforms: Mapping[str, _Platform]
    hosts: Mapping[str, str]  # domain -> the platform whose it is, "" for sites that are no platform of ours
    prefixes: tuple[str, ...]


def profile_shaped(address: str) -> tuple[str, str] | None:
    """The platform's key and the normalised handle when the address has the shape of a profile, else None.

    The shape is all that is looked at; nobody is asked whether the profile exists, or whose it is. Handles
    are in lower case, without @, except where the platform tells upper from lower case (YouTube channel ids,
    invitations, Wikipedia titles). What is no person or page says so: `groups/name`, `r/name`, `chat/code`;
    Mastodon's are `name@host`. The key is that of platforms.toml.
    """
    return _shaped(address, _WRAPS)


def _shaped(address: str, wraps: int) -> tuple[str, str] | None:
    place = _place(address)
    if place is None:
        return None
    host, segments, query = place
    table = _table()
    key = next((table.hosts[domain] for domain in _domains(host) if domain in table.hosts), "mastodon")
    if not key:
        return None
    platform = table.platforms[key]
    while len(segments) > 1 and segments[-1].casefold() in platform.tabs:
        segments.pop()
    bare = "/".join([host, *segments])
    for candidate in (bare, *(f"{bare}?{name}={query[name][0]}" for name in platform.query if name in query)):
        for pattern in platform.wrapped:
            if wraps and (match := pattern.fullmatch(candidate)):
                return _shaped(match[1], wraps - 1)
        for written, pattern, as_written in platform.forms:
            if match := pattern.fullmatch(candidate):
                groups = match.groups() if as_written else tuple(map(str.lower, match.groups()))
                if platform.reserved.isdisjoint(map(str.lower, groups)):
                    return key, written.format(*groups).replace(platform.space or " ", " ")
    return None


def _place(address: str) -> tuple[str, list[str], dict[str, list[str]]] | None:
    """Host, parts of the path and query of a web address; None for anything else."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    path = parts.path
    if path in ("", "/") and parts.fragment.startswith(("!/", *_MATRIX)):
        # How X and Facebook wrote their addresses until 2012, and Matrix still does.
        path = parts.fragment.removeprefix("!").partition("?")[0]
    first, _, rest = host.partition(".")
    if first in _table().prefixes and "." in rest:
        host = rest
    segments = [segment for segment in unquote(path).split("/") if segment.strip()]
    return host, segments, parse_qs(parts.query)


def _domains(host: str) -> Iterator[str]:
    """The host, then each domain above it."""
    labels = host.split(".")
    return (".".join(labels[start:]) for start in range(len(labels)))


@cache
def _table() -> _Table:
    text = resources.files("checks.data").joinpath("profile_links.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    hosts = {host: key for key, row in data["platforms"].items() for host in row.get("hosts", ())}
    hosts |= dict.fromkeys(data["platforms"]["mastodon"]["not_hosts"], "")
    platforms = {key: _platform(row) for key, row in data["platforms"].items()}
    return _Table(platforms, hosts, tuple(data["prefixes"]))


def _platform(row: Mapping[str, Any]) -> _Platform:
    return _Platform(
        forms=tuple(
            (written, re.compile(pattern, re.IGNORECASE), part == "ids")
            for part in ("ids", "forms")
            for written, patterns in row.get(part, {}).items()
            for pattern in patterns
        ),
        wrapped=tuple(re.compile(pattern, re.IGNORECASE) for pattern in row.get("wrapped", ())),
        query=tuple(row.get("query", ())),
        tabs=frozenset(row.get("tabs", ())),
        reserved=frozenset(row.get("reserved", ())),
        space=row.get("space", ""),
    )
