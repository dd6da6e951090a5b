"""What a site's robots.txt lets us read (RFC 9309)."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from protego import Protego

from connectors.connector import ConnectorError, NotFound
from connectors.http import Client

ROBOT = "school-audit"
"""The user agent that a site names to allow or refuse us."""

_LARGEST = 512_000  # bytes; RFC 9309 asks for 500 KiB at least
_OK = 200
_NONE_FOR_US = frozenset({400, 401, 403, 404, 410})


@dataclass(slots=True)
class Robots:
    """The robots.txt of every host met in one reading, each asked for once. `what` is its name in sentences."""

    http: Client
    what: str
    _read: dict[str, Any] = field(default_factory=dict)  # address of the robots.txt -> its rules, or the error

    def allow(self, address: str) -> bool:
        """Whether its host's robots.txt lets us read an address. Raises ConnectorError when that is unknown."""
        return bool(self._rules(address).can_fetch(address, ROBOT))

    def sitemaps(self, address: str) -> list[str]:
        """The sitemaps that the robots.txt of an address's host names. Raises ConnectorError as `allow` does."""
        return list(self._rules(address).sitemaps)

    def _rules(self, address: str) -> Any:
        where = urljoin(address, "/robots.txt")
        if where not in self._read:
            self._read[where] = self._fetch(where)
        if isinstance(self._read[where], ConnectorError):
            raise self._read[where]
        return self._read[where]

    def _fetch(self, where: str) -> Any:
        # RFC 9309, 2.3.1: where there is none, or none for us, all may be read; where it breaks, nothing.
        try:
            answer = self.http.get(where, ok=_NONE_FOR_US | {_OK}, max_bytes=_LARGEST)
        except NotFound:
            return Protego.parse("")
        except ConnectorError as error:
            return type(error)(f"Without its robots.txt nothing of {self.what} may be read. {error}")
        return Protego.parse(answer.text if answer.status == _OK else "")
