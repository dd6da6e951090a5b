"""What the events of a Matrix room mean: who speaks for it, who may write, and the words of a message.

Source: the client-server interface, spec.matrix.org/v1.15/client-server-api/, sections m.room.power_levels, event
replacements and rich replies; spec.matrix.org/v1.16/rooms/v12/ on creators.
"""

from collections.abc import Mapping
from typing import Any

MESSAGE = "m.room.message"
ENCRYPTED = "m.room.encrypted"

_ALL = 100  # the level of whoever made a room, where nothing says otherwise
_STATE = 50  # the level that changing a room takes, where nothing says otherwise
_CREATORS_STAND_ABOVE = 12  # the room version since which creators have every right, and no level

Body = Mapping[str, Any]


def level(value: Any, otherwise: int) -> int:
    """A power level, which old rooms write as a text too."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise


def creators(create: Body) -> frozenset[str]:
    """Who has every right in the room for having made it: nobody in rooms before version 12."""
    content = _mapping(create.get("content"))
    version = str(content.get("room_version") or "1")
    if version.isdigit() and int(version) < _CREATORS_STAND_ABOVE:
        return frozenset()
    more = content.get("additional_creators")
    named = (create.get("sender"), *(more if isinstance(more, list) else ()))
    return frozenset(one for one in named if isinstance(one, str))


def administrators(levels: Body | None, create: Body) -> frozenset[str]:
    """Who may give and take everybody's rights in the room. `levels` is None where the room has no such event."""
    if levels is None:
        maker = create.get("sender") or _mapping(create.get("content")).get("creator")
        return creators(create) | ({maker} if isinstance(maker, str) else set())
    needed = _needed(levels, "m.room.power_levels", level(levels.get("state_default"), _STATE))
    users = _mapping(levels.get("users"))
    return creators(create) | {user for user, held in users.items() if level(held, 0) >= needed}


def posting_by(levels: Body | None, create: Body) -> str:
    """Who may write, in the words of `Settings`: `members`, `approved` (some that are named) or `owner`."""
    levels = levels or {}
    needed = _needed(levels, MESSAGE, level(levels.get("events_default"), 0))
    if needed <= level(levels.get("users_default"), 0):
        return "members"
    may = {user for user, held in _mapping(levels.get("users")).items() if level(held, 0) >= needed}
    return "approved" if may - administrators(levels, create) else "owner"


def words(content: Body) -> str:
    """What a message says, without the words of somebody else that older programs quote before an answer."""
    body = content.get("body")
    text = body if isinstance(body, str) else ""
    if not answered(content):
        return text
    lines = text.split("\n")
    while lines and lines[0].startswith(">"):
        lines.pop(0)
    return "\n".join(lines).lstrip("\n") if len(lines) < text.count("\n") + 1 else text


def answered(content: Body) -> str:
    """The id of the message that this one answers, else of the thread that it stands in; "" for neither."""
    relation = _mapping(content.get("m.relates_to"))
    answer = _mapping(relation.get("m.in_reply_to")).get("event_id")
    thread = relation.get("event_id") if relation.get("rel_type") == "m.thread" else ""
    return next((one for one in (answer, thread) if isinstance(one, str)), "")


def replaced(content: Body) -> str:
    """The id of the message whose words this one replaces; "" where it is a message of its own."""
    relation = _mapping(content.get("m.relates_to"))
    target = relation.get("event_id") if relation.get("rel_type") == "m.replace" else ""
    return target if isinstance(target, str) else ""


def newer(content: Body) -> Body:
    """The content that a replacement brings."""
    return _mapping(content.get("m.new_content"))


def _needed(levels: Body, event: str, otherwise: int) -> int:
    return level(_mapping(levels.get("events")).get(event), otherwise)


def _mapping(value: Any) -> Body:
    return value if isinstance(value, Mapping) else {}
