"""Making few rows of many findings: history becomes one row, and so do the gaps of one register row. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from checks.finding import Confidence, Finding, Outcome, Severity, content_hash
from checks.policy import Policy
from checks.wording import counted, local_day, on_day

BACKLOG = "backlog"
"""The item of a finding that stands for everything from before the account's first audit."""


def collapse(findings: Sequence[Finding], first_audited: date | None, backlog_after: int, on: date) -> list[Finding]:
    """The findings of one account, with old items as one finding for each check.

    Old are items that were made more than `backlog_after` days before the account's first audit, which is today
    (`on`) when `first_audited` is None. Critical findings and those without an item or a date stay as they are.
    """
    limit = (first_audited or on) - timedelta(days=backlog_after)
    kept: list[Finding] = []
    old: dict[str, list[Finding]] = {}
    for finding in findings:
        is_old = (
            finding.item
            and finding.created is not None
            and local_day(finding.created) < limit
            and finding.severity is not Severity.CRITICAL
        )
        if is_old:
            old.setdefault(finding.check, []).append(finding)
        else:
            kept.append(finding)
    return kept + [_backlog(items) for items in old.values()]


def _backlog(items: Sequence[Finding]) -> Finding:
    oldest = min(item.created for item in items if item.created)
    leading = _leading(items)
    return replace(
        leading,
        title=f"{leading.title}: {counted(len(items), 'item')} from before the audit began",
        detail=f"The oldest is of {on_day(local_day(oldest))}.",
        item=BACKLOG,
        address="",
        evidence=tuple(evidence for item in items for evidence in item.evidence),
        content=content_hash(*sorted(f"{item.item} {item.content}" for item in items)),
        count=len(items),
        created=oldest,
        seen_in=items[0].seen_in if len({item.seen_in for item in items}) == 1 else None,
    )


def fold(findings: Iterable[Finding], policy: Policy) -> list[Finding]:
    """The findings, with the documentary gaps of one register row as one finding that lists them.

    A check's policy row names the check under which its findings are listed. Every finding that rests on
    requirements which the school has not adopted is marked as recommended; what is listed together is so only when
    all of it is, and otherwise takes the severity of what is not.
    """
    kept: list[Finding] = []
    together: dict[tuple[str, str], list[Finding]] = {}
    homes = {row.fold for row in policy.checks.values()} - {""}
    for finding in findings:
        row = policy.checks[finding.check]
        marked = replace(finding, recommended=row.requirement and not policy.requirements.adopted)
        home = row.fold or finding.check
        if home in homes:
            together.setdefault((finding.account, home), []).append(marked)
        else:
            kept.append(marked)
    return kept + [_folded(home, gaps) for (_, home), gaps in together.items()]


def _folded(home: str, gaps: Sequence[Finding]) -> Finding:
    gaps = sorted(gaps, key=lambda gap: gap.check)
    if len(gaps) == 1:
        return replace(gaps[0], check=home)
    return replace(
        _leading(gaps),
        check=home,
        title=f"The register's entry has {len(gaps)} gaps",
        detail=" ".join(f"{gap.title}. {gap.detail}" for gap in gaps),
        evidence=tuple(evidence for gap in gaps for evidence in gap.evidence),
        content=content_hash(*(f"{gap.check} {gap.content}" for gap in gaps)),
    )


def _leading(findings: Sequence[Finding]) -> Finding:
    """The finding whose standing is that of all: adopted before recommended, then the most serious and surest."""

    def order(one: Finding) -> tuple[bool, bool, int, int]:
        sureness = list(Confidence).index(one.confidence)
        return one.recommended, one.outcome is Outcome.REVIEW, one.severity.rank, sureness

    return min(findings, key=order)
