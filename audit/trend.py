"""How the counts went over nights and half-terms: what each run keeps of them, and the Trend sheet's points. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from checks.calendar import SchoolCalendar
from checks.finding import Severity
from checks.wording import on_day
from output.report import Rating, Totals, TrendPoint

NIGHTS = 60
"""So many nights are shown: the time between two governors' meetings, and one glance on a page."""
REPORTED = "reported"
"""Under this name a run's counts hold those of its report; runs of earlier versions lack it."""


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What the ledger keeps of one night: counts, and nothing else."""

    on: date
    counts: Mapping[str, Any]


def reported(totals: Totals, rating: Rating) -> dict[str, Any]:
    """What is to be kept of a report, so that later nights can draw it."""
    return {
        "open": {str(severity): count for severity, count in totals.open.items()},
        "awaiting": totals.awaiting,
        "fixed": totals.fixed,
        "concluded": totals.concluded,
        "applicable": totals.applicable,
        "rating": str(rating),
    }


def nights(runs: Iterable[RunCounts], tonight: TrendPoint) -> tuple[TrendPoint, ...]:
    """Every night on record in its order, tonight last. `runs` may hold tonight's, which is not read from there."""
    before = sorted((run for run in runs if run.on < tonight.on), key=lambda run: run.on)
    return (*(_point(run) for run in before), tonight)


def point(totals: Totals, rating: Rating, on: date) -> TrendPoint:
    """Tonight's point."""
    return _point(RunCounts(on, {REPORTED: reported(totals, rating)}))


def half_terms(points: Iterable[TrendPoint], calendar: SchoolCalendar) -> tuple[TrendPoint, ...]:
    """The last night of each half-term, with all that was closed in it."""
    last: dict[date, TrendPoint] = {}
    for one in points:
        half = calendar.half_term(one.on)
        closed = one.closed + (last[half.starts].closed if half.starts in last else 0)
        last[half.starts] = replace(one, label=half.name, closed=closed)
    return tuple(last.values())


def _point(run: RunCounts) -> TrendPoint:
    """A run's point. One of an earlier version has what its row holds: see `TrendPoint`."""
    kept = run.counts.get(REPORTED)
    counts = kept or run.counts
    said = counts.get("open", {})
    applicable = counts.get("applicable", 0)
    return TrendPoint(
        on=run.on,
        label=on_day(run.on),
        open={severity: said.get(str(severity), 0) for severity in Severity},
        awaiting=kept["awaiting"] if kept else None,
        closed=kept["fixed"] if kept else run.counts.get("deltas", {}).get("fixed", 0),
        coverage=counts["concluded"] / applicable if applicable else None,
        rating=counts.get("rating", ""),
    )
