"""Public accounts by oEmbed, where the service itself offers that for accounts: TikTok and SoundCloud.

https://oembed.com: one question with the address of the account, answered with what a card of it shows. Documented
at https://developers.tiktok.com/doc/embed-creator-profiles and https://developers.soundcloud.com/docs/oembed. Read are
the name, the picture and the description, as far as they are given. Neither service gives the account's id here: an
account that answers under another handle than the register's is not followed.

Others' oEmbed answers for single posts and films only (Vimeo, Tumblr, Reddit), or for accounts without being
documented (Pinterest): they are not asked.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.connector import NotFound, Private, SchemaDrift
from connectors.http import Client
from connectors.recording import StandIns, host_of
from connectors.snapshot import (
    Account,
    CollectPlan,
    Coverage,
    Profile,
    Resource,
    Snapshot,
    complete,
    not_offered,
    partial,
)

RESOURCES = frozenset(
    {Resource.PROFILE, Resource.SETTINGS, Resource.POSTS, Resource.COMMENTS, Resource.FOLLOWERS},
)

_SETTINGS = "Who may write to the account is shown to itself only: a person looks and attests."
_NOTHING_ELSE = "Without signing in, the service tells programs an account's name and no more; a person opens the page."
_OK, _FORBIDDEN = 200, 403
# TikTok answers 400 where it shows no such account, with the same number in the body.
_NONE = frozenset({400, 404})

Body = Mapping[str, Any]


def collect(account: Account, plan: CollectPlan, http: Client) -> Snapshot:
    """Read the account's card. Raises ConnectorError when there is none, and NotFound when it is another's.

    Of a card without a description the profile counts as read in part: what it lacks, nobody knows.
    """
    profile, read = _read(account, plan, http)
    coverage = {resource: not_offered(_NOTHING_ELSE) for resource in RESOURCES}
    coverage |= {Resource.SETTINGS: not_offered(_SETTINGS), Resource.PROFILE: read}
    coverage |= {resource: why for resource, why in plan.skip.items() if resource in RESOURCES}
    return Snapshot(account, plan.now, coverage, profile if plan.wants(Resource.PROFILE) else None)


def prove(account: Account, plan: CollectPlan, http: Client) -> str:
    """Ask for the account's card and say whose it is. Raises ConnectorError."""
    profile, _ = _read(account, plan, http)
    return f"{host_of(plan.base_url)} shows {profile.handle} ({profile.name})."


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """The card of an account in `own` (handles, casefolded), without what nobody reads; any other is hidden.

    Raises ValueError on what is neither a card nor an error.
    """
    if not isinstance(body, Mapping):
        raise ValueError("not an oEmbed answer")  # noqa: TRY004 - the Recorder asks for any exception
    code = body.get("code", body.get("status"))
    if "author_name" not in body and "title" not in body:
        if not isinstance(code, int):
            raise ValueError("neither a card nor an error")
        return {"code": code}
    kept = {name: _text(body, name) for name in ("author_name", "author_url", "title", "description", "thumbnail_url")}
    if _handle(kept["author_url"]).casefold() in own - {""}:
        return kept
    names = {name: stand_ins.name(kept[name]) for name in ("author_name", "title")}
    addresses = {name: stand_ins.address(kept[name]) for name in ("author_url", "thumbnail_url")}
    stand_ins.handle(_handle(kept["author_url"]))
    return {**names, **addresses, "description": stand_ins.text(kept["description"])}


def _read(account: Account, plan: CollectPlan, http: Client) -> tuple[Profile, Coverage]:
    address = account.address.strip()
    if not address:
        raise NotFound("The register gives neither a handle nor an address of this account.")
    home = host_of(plan.base_url).removeprefix("www.")
    answer = http.get(plan.base_url, params={"url": address}, ok={_OK, _FORBIDDEN, *_NONE})
    gone = NotFound(f"{home} shows no such account: there is none, or it is hidden from the public; open {address}.")
    if answer.status in _NONE:
        raise gone
    body = answer.json()
    if answer.status == _FORBIDDEN:
        raise Private(f"{home} does not let this account be shown elsewhere; a person opens {address}.")
    if not isinstance(body, Mapping):
        raise SchemaDrift(f"{home} sent something that is not a card of an account; its interface may have changed.")
    name = _text(body, "author_name") or _text(body, "title")
    if not name:
        if body.get("code") in _NONE:
            raise gone
        raise SchemaDrift(f"{home}'s answer lacks 'author_name'; its interface may have changed.")
    asked = account.handle.removeprefix("@") or _handle(address)
    said = _handle(_text(body, "author_url"))
    if said and asked and said.casefold() != asked.casefold():
        raise NotFound(
            f"{home} answers for another account than {asked}: it was renamed or is gone. Open {address}, and correct "
            "the register if the other one is the school's."
        )
    profile = Profile(
        platform_id="",
        handle=said or asked,
        address=_text(body, "author_url") or address,
        name=name,
        bio=_text(body, "description"),
        avatar=_text(body, "thumbnail_url"),
    )
    if "description" in body:
        return profile, complete(1)
    return profile, partial(
        f"{home} tells programs the name and no description; a person reads it at {address}.", 1, planned=True
    )


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    return value.strip() if isinstance(value, str) else ""


def _handle(address: str) -> str:
    """The account's name in its address: the first part of the path."""
    try:
        return urlsplit(address).path.strip("/").partition("/")[0].removeprefix("@")
    except ValueError:
        return ""
