"""The content of run.json: the night for machines, as docs/run-json.md describes it. Pure."""

from typing import Any

from audit.compare import State, Tracked
from audit.reviewed import Reviewed
from checks.finding import Handling, finding_id
from checks.wording import band
from output.answers import WITH_LEAD
from output.report import Totals

SCHEMA = 1
"""Raised whenever a field changes its meaning or goes."""


def run_record(night: Reviewed, totals: Totals) -> dict[str, Any]:
    """The record of one run, ready for JSON."""
    done = night.done
    return {
        "schema": SCHEMA,
        "run": {
            "id": done.run,
            "date": done.on.isoformat(),
            "started": done.started.isoformat(),
            "finished": done.finished.isoformat(),
            "version": night.version,
            "replayed": done.replayed,
            "exit_code": done.exit_code,
            "incomplete": list(done.incomplete),
        },
        "school": night.configuration.school.name,
        "counts": {
            "open": {str(severity): count for severity, count in totals.open.items()},
            "open_total": totals.open_total,
            "awaiting": totals.awaiting,
            "not_audited": totals.not_audited,
            "closed": totals.closed,
            "new": totals.new,
            "fixed": totals.fixed,
            "pending": totals.pending,
            "recommendations": totals.recommendations,
            "concluded": totals.concluded,
            "applicable": totals.applicable,
            "coverage": None if totals.coverage is None else round(totals.coverage, 4),
        },
        "outcomes": [
            {
                "account": result.account,
                "check": result.check,
                "outcome": str(result.outcome),
                "reason": result.reason,
                "on": result.on.isoformat(),
                "carried": result.carried(done.on),
            }
            for result in done.results
        ],
        "findings": [
            _finding_record(night, one)
            for one in sorted(done.tracked, key=lambda one: (one.finding.check, one.fingerprint))
            if one.state is not State.CLOSED or one.closed_on == done.on
        ],
        "coverage": [
            {
                "account": one.subject.account.key,
                "resource": str(resource),
                "status": str(coverage.status),
                "reason": coverage.reason,
                "read": coverage.read,
                "planned": coverage.planned,
            }
            for one in done.nights
            for resource, coverage in one.subject.snapshot.coverage.items()
        ],
        "timings": dict(done.seconds),
        "requests": dict(sorted(done.requests.items())),
        "purged": {name: count for name, count in done.purged.items() if not night.is_small(name, count)},
        "spent": dict(done.spent),
        "quotas": [
            {
                "platform": one.platform,
                "name": one.name,
                "used": round(one.used, 4),
                "limit": one.limit,
                "allowed": one.allowed,
                "per": one.per,
                "accounts": list(one.accounts),
            }
            for one in done.quotas
        ],
    }


def _finding_record(night: Reviewed, one: Tracked) -> dict[str, Any]:
    """One finding for run.json. What not everybody may open is named by the fingerprint alone."""
    finding = one.finding
    row = night.row(finding.check)
    count = finding.count
    small = night.configuration.policy.setting("suppress_below")
    return {
        "id": finding_id(one.fingerprint),
        "fingerprint": one.fingerprint,
        "check": finding.check,
        "clause": row.clause,
        "account": finding.account,
        "item": finding.item if row.handling is Handling.OPEN else "",
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "outcome": str(finding.outcome),
        "state": str(one.state),
        "delta": str(one.delta),
        "why": one.why,
        "first_seen": one.first_seen.isoformat(),
        "nights_open": night.nights_open(one),
        "recommended": one.finding.recommended,
        "aside": WITH_LEAD if one.aside and row.handling is Handling.SAFEGUARDING else str(one.aside),
        "count": _count(count, small, children=row.handling is Handling.SAFEGUARDING),
    }


def _count(count: int | None, small: float, *, children: bool) -> int | None:
    """How many: nothing below the small-number limit, and of children no more than where their band begins."""
    if count is None or count < small:
        return None
    return band(count, small)[0] if children else count
