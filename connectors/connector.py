"""What every connector is, and the ways in which reading a platform can go wrong."""

from collections.abc import Iterator, MutableMapping, Sized
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from connectors.snapshot import (
    Account,
    CollectPlan,
    Coverage,
    Resource,
    Snapshot,
    failed,
    not_offered,
    not_permitted,
    partial,
)

if TYPE_CHECKING:
    from connectors.http import Client
    from connectors.recording import StandIns


class Connector(Protocol):
    """One module per platform. Modules satisfy this protocol: their functions are its methods."""

    RESOURCES: frozenset[Resource]
    """What this connector can read at all."""

    def collect(self, account: Account, plan: CollectPlan, http: "Client") -> Snapshot:
        """Read the account. Raises ConnectorError when nothing of it can be read."""
        ...

    def prove(self, account: Account, plan: CollectPlan, http: "Client") -> str:
        """Make one harmless call and say in a sentence what it showed. Raises ConnectorError."""
        ...

    def disguise(self, body: object, own: frozenset[str], stand_ins: "StandIns") -> object:
        """A decoded answer with everything about other people replaced, for recordings.

        `own` holds the ids and handles of the school's own accounts (casefolded).
        """
        ...


class ConnectorError(Exception):
    """Something of an account could not be read. The message is one sentence for people."""

    def coverage(self) -> Coverage:
        """What this error means for the resource that was being read."""
        return failed(str(self))


class Unreachable(ConnectorError):
    """No answer, a broken connection or a server error, after retries."""


class NotFound(ConnectorError):
    """The platform says that there is no such account or item."""


class Suspended(ConnectorError):
    """The platform has suspended or taken down the account."""


class Private(ConnectorError):
    """The account exists and shows itself to approved people only."""

    def coverage(self) -> Coverage:
        """Nothing is wrong on our side: it is not for us to see."""
        return not_permitted(str(self))


class Refused(ConnectorError):
    """The key is missing, wrong, expired, or lacks a permission."""

    def coverage(self) -> Coverage:
        """A person has to give the permission."""
        return not_permitted(str(self))


class NotOffered(ConnectorError):
    """The platform has no such thing."""

    def coverage(self) -> Coverage:
        """Nobody can read it."""
        return not_offered(str(self))


class RateLimited(ConnectorError):
    """The platform asks us to come back later than we can wait."""


class OutOfCredit(ConnectorError):
    """The platform wants to be paid first."""


class LoginWall(ConnectorError):
    """A page for signing in came instead of the answer."""


class SchemaDrift(ConnectorError):
    """The answer lacks a field that it must have; the message names it."""


class TooLarge(ConnectorError):
    """The answer is larger than we accept."""


class NotAllowed(ConnectorError):
    """The address is private, not http(s), or refused by the site's robots.txt."""


class NotRecorded(ConnectorError):
    """A replay was asked for something that its recording does not hold."""


class Capped(ConnectorError):
    """A cap of the plan is reached: we stop by our own choice."""

    def coverage(self) -> Coverage:
        """Planned: nobody has to do anything."""
        return partial(str(self), 0, planned=True)


class SpendCeiling(ConnectorError):
    """The spend ceiling of the run or the month is reached."""

    def coverage(self) -> Coverage:
        """Planned: the school set the ceiling."""
        return partial(str(self), 0, planned=True)


@contextmanager
def reading(resource: Resource, coverage: MutableMapping[Resource, Coverage], rows: Sized = ()) -> Iterator[None]:
    """Run the block that reads `resource` into `rows`; an error becomes its coverage, and the others go on.

    The block sets `coverage[resource]` itself when it succeeds. An error after some rows were read is a
    partial coverage: what was read still counts, and nothing found in it is never a pass.
    """
    try:
        yield
    except ConnectorError as error:
        became = error.coverage()
        if rows:
            planned = became.planned
            became = partial(str(error), len(rows), planned=planned)
        coverage[resource] = became
