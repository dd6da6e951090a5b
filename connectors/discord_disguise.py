"""Discord's answers as they may be recorded: rebuilt from the fields that are read; nobody in them is kept."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.recording import StandIns

_TEXTS = ("name", "description", "icon", "vanity_url_code")
_NUMBERS = ("verification_level", "nsfw_level")
_MENTION = re.compile(r"(?<![\w.@/])@[\w.]*\w")
_WHOLE = 15  # digits of an id; the widget gives people small numbers instead

Body = Mapping[str, Any]


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A decoded answer without people: whoever made an invitation, or is online, is left out.

    Their names are remembered, so that they are replaced wherever else they stand, the school's own texts included.
    Raises ValueError when the body is no answer that the connector reads: it may not be recorded then.
    """
    del own  # only the school's own servers are ever asked about
    return _answer(body, stand_ins)


def _answer(body: Any, stand_ins: StandIns) -> dict[str, Any]:
    match body:
        case {"presence_count": _, "id": str(id_), "name": str(name), "channels": list(channels)}:
            for member in body.get("members") or ():
                _meet(member, stand_ins)
            listed = [{"name": str(channel["name"])} for channel in channels]
            return {"id": id_, "name": name, "channels": listed, "members": [], "presence_count": 0}
        case {"type": 0, "guild": Mapping() as guild}:
            for role in ("inviter", "target_user"):
                _meet(body.get(role) or {}, stand_ins)
            kept: dict[str, Any] = {
                "type": 0,
                "guild": _guild(guild, stand_ins),
                "expires_at": _time(body.get("expires_at")),
            }
            members = body.get("approximate_member_count")
            return kept | {"approximate_member_count": members if isinstance(members, int) else None}
        case {"type": 1 | 2 as kind, "code": str()}:
            return {"type": kind}  # a group's or a person's invitation: what it shows is not for us
        case {"code": int(code), "message": str()}:
            return {"code": code, "message": ""}  # its words may name what was asked for
    raise ValueError("not an answer that the connector reads")


def _guild(guild: Body, stand_ins: StandIns) -> dict[str, Any]:
    kept: dict[str, Any] = {"id": str(guild["id"])}
    kept |= {name: guild[name] for name in _TEXTS if isinstance(guild.get(name), str)}
    if "description" in kept:
        kept["description"] = _MENTION.sub(lambda found: stand_ins.handle(found[0]), kept["description"])
    kept |= {name: guild[name] for name in _NUMBERS if isinstance(guild.get(name), int)}
    return kept | {"features": [str(feature) for feature in guild.get("features") or ()]}


def _time(time: Any) -> str | None:
    return datetime.fromisoformat(time).isoformat() if time is not None else None


def _meet(person: Body, stand_ins: StandIns) -> None:
    id_ = str(person.get("id") or "")
    if len(id_) >= _WHOLE:
        stand_ins.id(id_, like="number")
    stand_ins.handle(str(person.get("username") or ""))
    for name in ("global_name", "nick"):
        stand_ins.name(str(person.get(name) or ""))
