"""The bytes of one picture that the school has published: fetched once, read in memory, kept nowhere."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.connector import ConnectorError, NotAllowed, NotFound, NotOffered, NotRecorded, Refused, TooLarge
from connectors.http import Client
from connectors.recording import StandIns

ACCEPTED = "image/avif,image/webp,image/png,image/jpeg,image/gif,image/*;q=0.8"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer for one picture: its bytes, or one sentence on why there are none.

    `unread` says that the next night will hardly do better: it is too large, refused, or gone. The sentence never holds
    the address, because files are named after children.
    """

    data: bytes = b""
    trouble: str = ""
    unread: bool = False


def fetch(address: str, http: Client, largest: int) -> Fetched:
    """Fetch a picture of at most `largest` bytes. Never raises ConnectorError: what went wrong is the result.

    Raises NotRecorded in a replay of a night that kept no pictures, which are those of all schools: only test hosts
    have their answers recorded as they are.
    """
    if not _is_of_the_web(address):
        return Fetched(trouble="It has no address that a browser could open.", unread=True)
    try:
        answer = http.get(address, headers={"Accept": ACCEPTED}, max_bytes=largest)
    except NotRecorded:
        raise
    except TooLarge:
        return Fetched(trouble=f"It is larger than {largest // 1_000_000} MB, which is more than is read.", unread=True)
    except (NotFound, NotAllowed, NotOffered, Refused) as error:
        return Fetched(trouble=_without_addresses(error), unread=True)
    except ConnectorError as error:
        return Fetched(trouble=_without_addresses(error))
    return Fetched(answer.content)


def _is_of_the_web(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https")
    except ValueError:  # such as an unfinished IPv6 address
        return False


def _without_addresses(error: ConnectorError) -> str:
    return "Its address cannot be followed to a picture." if "://" in str(error) else str(error)


def disguise(body: object, stand_ins: StandIns) -> object:  # noqa: ARG001 - as every disguise
    """No picture is recorded, whoever is in it."""
    raise TypeError("pictures are not recorded")
