"""From coverage to outcome: what a check's answer is worth, given how much could be read. Pure."""

from dataclasses import dataclass, replace
from datetime import date

from checks.finding import Carried, Check, Finding, Outcome, Ruling
from checks.policy import Policy
from connectors.snapshot import Coverage, CoverageStatus, Resource


@dataclass(frozen=True, slots=True)
class Result:
    """What one check came to for one subject: outcome, reason, findings, and the date it stands for.

    `account` is the register key, "" for the school. `on` is earlier than the run when the outcome was
    carried over.
    """

    check: str
    account: str
    outcome: Outcome
    reason: str
    on: date
    findings: tuple[Finding, ...] = ()

    def carried(self, today: date) -> bool:
        """Whether this outcome was not reached today but taken over from an earlier night."""
        return self.on < today


def conclude(
    check: Check,
    answer: tuple[Finding, ...] | Ruling,
    *,
    account: str,
    coverage: dict[Resource, Coverage],
    on: date,
    last: Carried | None,
) -> Result:
    """The outcome of `check`, by DESIGN.md's rule.

    A hit is a finding whatever the coverage; nothing found is a pass only on complete coverage; partial, not
    offered and not permitted are not testable, failed is an error, what is not due keeps its last outcome.
    """
    if isinstance(answer, Ruling):
        return Result(check.id, account, answer.outcome, answer.reason, on)
    if answer:
        findings = tuple(replace(finding, account=finding.account or account) for finding in answer)
        review = all(finding.outcome is Outcome.REVIEW for finding in findings)
        return Result(check.id, account, Outcome.REVIEW if review else Outcome.FINDING, "", on, findings)
    worst = worst_coverage([coverage[need] for need in check.needs if need in coverage])
    missing = [need for need in check.needs if need not in coverage]
    if missing:
        reason = f"this platform's connector does not read {' and '.join(missing)}"
        return Result(check.id, account, Outcome.NOT_TESTABLE, reason, on)
    if worst is None or worst.status is CoverageStatus.COMPLETE:
        return Result(check.id, account, Outcome.PASS, "", on)
    if worst.status is CoverageStatus.NOT_DUE and last is not None:
        return Result(check.id, account, last.outcome, last.reason, last.on)
    if worst.status is CoverageStatus.FAILED:
        return Result(check.id, account, Outcome.ERROR, worst.reason, on)
    return Result(check.id, account, Outcome.NOT_TESTABLE, worst.reason, on)


ORDER = (
    CoverageStatus.FAILED,
    CoverageStatus.NOT_PERMITTED,
    CoverageStatus.NOT_OFFERED,
    CoverageStatus.PARTIAL,
    CoverageStatus.NOT_DUE,
    CoverageStatus.COMPLETE,
)


def worst_coverage(coverages: list[Coverage]) -> Coverage | None:
    """The coverage that decides: the one from which least can be concluded."""
    return min(coverages, key=lambda coverage: ORDER.index(coverage.status), default=None)


def evaluate(check: Check, subject: object, policy: Policy) -> tuple[Finding, ...] | Ruling:
    """Run the check's function and settle its answer into findings or a ruling."""
    answer = check.judge(subject, policy)
    return answer if isinstance(answer, Ruling) else tuple(answer)
