"""The bytes of one picture that the school has published: fetched once, read in memory, kept nowhere."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.connector import ConnectorError, NotAllowed, NotFound, NotRecorded, TooLarge
from connectors.http import Client
from connectors.recording import StandIns

ACCEPTED = "image/avif,image/webp,image/png,image/jpeg,image/gif,image/*;q=0.8"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer for one picture: its bytes, or one sentence on why there are none.

    `unread` says that it is there and cannot be read whenever it is asked: too large, refused, or gone. Without it the
    next night may do better.
    """

    data: bytes = b""
    trouble: str = ""
    unread: bool = False


def fetch(address: str, http: Client, largest: int) -> Fetched:
    """Fetch a picture of at most `largest` bytes. Never raises ConnectorError: what went wrong is the result.

    Raises NotRecorded in a replay of a night that kept no pictures, which are those of all schools: only test hosts
    have their answers recorded as they are.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        return Fetched(trouble="It has no address that a browser could open.", unread=True)
    try:
        answer = http.get(address, headers={"Accept": ACCEPTED}, max_bytes=largest)
    except NotRecorded:
        raise
    except TooLarge:
        return Fetched(trouble=f"It is larger than {largest // 1_000_000} MB, which is more than is read.", unread=True)
    except (NotFound, NotAllowed) as error:
        return Fetched(trouble=str(error), unread=True)
    except ConnectorError as error:
        return Fetched(trouble=str(error))
    return Fetched(answer.content)


def disguise(body: object, stand_ins: StandIns) -> object:  # noqa: ARG001 - as every disguise
    """No picture is recorded, whoever is in it."""
    raise TypeError("pictures are not recorded")
