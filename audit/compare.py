"""What became of each finding since the nights before: new, persisting, fixed, reopened, pending. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from checks.finding import Finding, Severity
from output.report import Delta


class State(StrEnum):
    """Where a finding stands in the ledger."""

    PENDING = "pending"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Tracked:
    """A finding with its life: what the ledger keeps of it, and what became of it tonight.

    `platform` and `reference` (the platform's stable account id, or the register key until that is known)
    make the fingerprint together with the finding's check and item. `nights` counts the dates on which it was
    seen while pending. `why` says why it was closed, why it could not be re-checked, or why an answer no longer stands.
    `aside` is the answer by which it is set aside tonight ("Accepted risk", "Not an issue"), and `looked_at` says that
    a person looked and confirmed it: both come from the answers each night (audit/answers/review.py) and are kept
    nowhere else. `changed_on` is the last date on which it was another than on the night before: its content, or how
    serious it is.
    """

    fingerprint: str
    finding: Finding
    platform: str
    reference: str
    state: State
    first_seen: date
    last_seen: date
    last_checked: date
    nights: int = 1
    opened_on: date | None = None
    reopened_on: date | None = None
    closed_on: date | None = None
    why: str = ""
    delta: Delta = Delta.NEW
    aside: str = ""
    looked_at: bool = False
    changed_on: date | None = None

    @property
    def counts(self) -> bool:
        """Whether it is open and nobody set it aside."""
        return self.state is State.OPEN and not self.aside


Recheck = Callable[[Tracked], str]
"""Whether a finding that was not seen tonight was really looked for: "" if so, else why not."""

NOT_FOUND = "looked for again and not found"
"""Why most findings are closed."""


def compare(
    known: Mapping[str, Tracked],
    seen: Iterable[Tracked],
    missed: Recheck,
    on: date,
    why_closed: Callable[[Tracked], str] = lambda _: NOT_FOUND,
) -> list[Tracked]:
    """Every finding that is known or was seen, as it stands after tonight.

    Fixed means re-checked: what was not seen closes only where `missed` gives no reason, and
    `why_closed` words it. A pending finding becomes new when it was seen on as many dates as it needs; one that is
    gone on a re-check is forgotten.
    Deltas go by dates, so a second run on one date says the same as the first.
    """
    after: list[Tracked] = []
    met: set[str] = set()
    for sighting in seen:
        if sighting.fingerprint in met:
            raise AssertionError(f"two findings share the fingerprint {sighting.fingerprint}")
        met.add(sighting.fingerprint)
        after.append(_seen(known.get(sighting.fingerprint), sighting, on))
    rest = (_unseen(old, missed, on, why_closed) for old in known.values() if old.fingerprint not in met)
    return [*after, *(now for now in rest if now)]


def _seen(old: Tracked | None, sighting: Tracked, on: date) -> Tracked:
    needed = sighting.finding.nights
    if old is None:
        state = State.OPEN if needed <= 1 else State.PENDING
        delta = Delta.NEW if state is State.OPEN else Delta.PENDING
        opened = on if state is State.OPEN else None
        return replace(sighting, state=state, delta=delta, opened_on=opened, nights=1)
    nights = old.nights + (old.last_seen < on)
    now = replace(
        old, finding=sighting.finding, platform=sighting.platform, reference=sighting.reference,
        last_seen=on, last_checked=on, nights=nights, why="",
        changed_on=old.changed_on if _judged(old) == _judged(sighting) else on,
    )  # fmt: skip
    match old.state:
        case State.PENDING if nights < needed:
            return replace(now, delta=Delta.PENDING)
        case State.PENDING:
            return replace(now, state=State.OPEN, opened_on=on, delta=Delta.NEW)
        case State.CLOSED:
            return replace(now, state=State.OPEN, reopened_on=on, closed_on=None, delta=Delta.REOPENED)
        case _:
            return replace(now, delta=_standing(old, on))


def _judged(one: Tracked) -> tuple[str, Severity]:
    return one.finding.content, one.finding.severity


def _standing(old: Tracked, on: date) -> Delta:
    if old.reopened_on == on:
        return Delta.REOPENED
    return Delta.NEW if old.opened_on == on else Delta.PERSISTING


def _unseen(old: Tracked, missed: Recheck, on: date, why_closed: Callable[[Tracked], str]) -> Tracked | None:
    if old.state is State.CLOSED:
        return replace(old, delta=Delta.FIXED)
    why = missed(old)
    if why:
        return replace(old, delta=Delta.NOT_RECHECKED, why=why)
    if old.state is State.PENDING:
        return None
    return replace(
        old, state=State.CLOSED, closed_on=on, last_checked=on, delta=Delta.FIXED,
        why=why_closed(old),
    )  # fmt: skip
