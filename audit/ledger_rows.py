"""What a night learned as the ledger's tables hold it, and back. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from audit.compare import State, Tracked
from checks.finding import Confidence, Evidence, Finding, Outcome, Severity
from connectors.snapshot import POSTS, Profile, Resolved, Resource, Standing
from output.report import Delta


def post_body(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A post as the mirror keeps it. Of what the account passed on, nothing stays that somebody else wrote."""
    body: dict[str, Any] = {}
    theirs = row["kind"] == "repost"
    for name, kind in POSTS.items():
        value = row[name]
        if theirs and kind != "time" and name not in ("id", "kind"):
            value = () if kind == "tuple" else ""
        if kind == "time":
            body[name] = None if pd.isna(value) else value.isoformat()
        elif kind == "tuple":
            body[name] = list(value)
        else:
            body[name] = value
    return body


def link_body(link: Resolved) -> dict[str, Any]:
    """What is kept of a link that was asked: of the page at its end nothing, which may be somebody else's."""
    body = {"standing": link.standing, "chain": list(link.chain), "status": link.status, "reason": link.reason}
    return body if link.holds is None else body | {"holds": [list(held) for held in link.holds]}


def link_of(asked: date, body: Mapping[str, Any]) -> Resolved:
    """What a link led to when it was asked."""
    holds = tuple((kind, confidence) for kind, confidence in body["holds"]) if "holds" in body else None
    return Resolved(
        Standing(body["standing"]), asked, tuple(body["chain"]), body["status"], body["reason"], holds=holds
    )


def profile_body(profile: Profile) -> dict[str, Any]:
    """A profile as JSON can hold it."""
    body = asdict(profile)
    body["created"] = profile.created.isoformat() if profile.created else None
    return body


def profile_of(body: Mapping[str, Any] | None) -> Profile | None:
    """The profile that `profile_body` wrote, whatever fields there were then."""
    if body is None:
        return None
    known = {name: body[name] for name in Profile.__dataclass_fields__ if name in body}
    known["created"] = moment_of(known.get("created"))
    known |= {name: tuple(known.get(name, ())) for name in ("links", "labels", "contacts")}
    return Profile(**known)


def moment_of(text: str | None) -> datetime | None:
    """A moment in UTC from what `isoformat` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def finding_row(tracked: Tracked) -> dict[str, Any]:
    """A finding as a row of its table."""
    finding = _forgotten(tracked.finding) if tracked.state is State.CLOSED else tracked.finding
    return {
        "fingerprint": tracked.fingerprint,
        "check": finding.check,
        "platform": tracked.platform,
        "reference": tracked.reference,
        "account": finding.account,
        "item": finding.item,
        "state": tracked.state,
        "first_seen": tracked.first_seen,
        "last_seen": tracked.last_seen,
        "last_checked": tracked.last_checked,
        "nights": tracked.nights,
        "opened_on": tracked.opened_on,
        "reopened_on": tracked.reopened_on,
        "closed_on": tracked.closed_on,
        "why": tracked.why,
        "delta": tracked.delta,
        "body": {
            **_finding_body(finding),
            "changed_on": tracked.changed_on.isoformat() if tracked.changed_on else None,
        },
    }


def _forgotten(finding: Finding) -> Finding:
    """A closed finding without what it may have kept of other people: how many they were, and where to find them.

    Its address may be somebody's post that the account passed on; its item somebody's comment or profile.
    """
    left = replace(finding, address="", evidence=(), count=None)
    return replace(left, item="", content="", created=None) if finding.seen_in in NOT_OURS else left


NOT_OURS = (Resource.COMMENTS, Resource.LINKS)
"""Where findings are seen whose items are other people's."""


def _finding_body(finding: Finding) -> dict[str, Any]:
    """The rest of a finding. People among the evidence are left to the table of flagged people."""
    return {
        "title": finding.title,
        "severity": finding.severity,
        "detail": finding.detail,
        "confidence": finding.confidence,
        "outcome": finding.outcome,
        "address": finding.address,
        "content": finding.content,
        "count": finding.count,
        "created": finding.created.isoformat() if finding.created else None,
        "nights": finding.nights,
        "recommended": finding.recommended,
        "seen_in": finding.seen_in,
        "evidence": [
            {
                "kind": one.kind,
                "address": one.address,
                "rule": one.rule,
                "quote": one.quote,
                "when": one.when.isoformat() if one.when else None,
            }
            for one in finding.evidence
            if not one.person
        ],
    }


def tracked_of(row: Mapping[str, Any]) -> Tracked:
    """The finding that a row of the table holds; people are not among its evidence."""
    body = row["body"]
    evidence = tuple(
        Evidence(one["kind"], one["address"], one["rule"], one["quote"], "", moment_of(one["when"]))
        for one in body["evidence"]
    )
    finding = Finding(
        check=row["check"],
        title=body["title"],
        severity=Severity(body["severity"]),
        detail=body["detail"],
        confidence=Confidence(body["confidence"]),
        outcome=Outcome(body["outcome"]),
        account=row["account"],
        item=row["item"],
        address=body["address"],
        evidence=evidence,
        content=body["content"],
        count=body["count"],
        created=moment_of(body["created"]),
        nights=body["nights"],
        recommended=body["recommended"],
        seen_in=Resource(body["seen_in"]) if body["seen_in"] else None,
    )
    return Tracked(
        fingerprint=row["fingerprint"],
        finding=finding,
        platform=row["platform"],
        reference=row["reference"],
        state=State(row["state"]),
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        last_checked=row["last_checked"],
        nights=row["nights"],
        opened_on=row["opened_on"],
        reopened_on=row["reopened_on"],
        closed_on=row["closed_on"],
        why=row["why"],
        delta=Delta(row["delta"]),
        changed_on=date.fromisoformat(body["changed_on"]) if body.get("changed_on") else None,
    )
