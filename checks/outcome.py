"""From coverage to outcome: what a check's answer is worth, given how much could be read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from checks.applicability import is_personal, person_looks
from checks.finding import (
    Carried,
    Check,
    Finding,
    Outcome,
    Ruling,
    SchoolSubject,
    Subject,
    not_testable,
)
from checks.policy import Policy
from connectors.snapshot import Coverage, CoverageStatus, Resource


@dataclass(frozen=True, slots=True)
class Result:
    """What one check came to for one subject: outcome, reason, findings, and the date it stands for.

    `account` is the register key, "" for the school. `on` is earlier than the run when the outcome was
    carried over. `judged` says that the check looked at what was read, however little that was: not so where it
    broke, was not allowed to, or had nothing to say.
    """

    check: str
    account: str
    outcome: Outcome
    reason: str
    on: date
    findings: tuple[Finding, ...] = ()
    judged: bool = True

    def carried(self, today: date) -> bool:
        """Whether this outcome was not reached today but taken over from an earlier night."""
        return self.on < today


Settled = tuple[Finding, ...] | Ruling | Coverage
"""A check's answer for one account, or for the school."""


def evaluate(check: Check, subject: Subject | SchoolSubject, policy: Policy) -> dict[str, Settled]:
    """Run the check's function. Its answers by register key; those about the school itself stand under "".

    Without the DPIA's cover for its feature a check can say no more than that it does not apply. Where a check
    found nothing in an account that no connector reads, a person has to look.
    """
    own = subject.account.key if isinstance(subject, Subject) else ""
    answer = check.judge(subject, policy)
    if not subject.school.covers(check.feature):
        if isinstance(answer, Ruling) and answer.outcome is Outcome.NOT_APPLICABLE:
            return {own: answer}
        return {own: not_testable(f"not covered by the DPIA ({check.feature})")}
    answers = answer if isinstance(answer, Mapping) else {own: answer}
    settled: dict[str, Settled] = {
        key: answer if isinstance(answer, Ruling | Coverage) else tuple(answer) for key, answer in answers.items()
    }
    if isinstance(subject, Subject) and check.needs and settled[own] == ():
        platform = policy.platforms[subject.account.platform]
        if not platform.connector or is_personal(subject.account):
            return {own: person_looks(subject.account, platform)}
    return settled


def conclude(
    check: Check,
    answer: Settled,
    *,
    account: str,
    coverage: Mapping[Resource, Coverage],
    on: date,
    last: Carried | None,
) -> Result:
    """The outcome of `check`, by DESIGN.md's rule.

    A hit is a finding whatever the coverage; nothing found is a pass only on complete coverage; partial, not
    offered and not permitted are not testable, failed is an error, what is not due keeps its last outcome.
    `coverage` is the account's, empty for the school. A pass with a reason says what it does not extend to.
    """
    if isinstance(answer, Ruling):
        return Result(check.id, account, answer.outcome, answer.reason, on, judged=False)
    if not isinstance(answer, Coverage) and answer:
        findings = tuple(replace(finding, account=finding.account or account) for finding in answer)
        review = all(finding.outcome is Outcome.REVIEW for finding in findings)
        return Result(check.id, account, Outcome.REVIEW if review else Outcome.FINDING, "", on, findings)
    needs = () if isinstance(answer, Coverage) else check.needs
    if missing := [need for need in needs if need not in coverage]:
        reason = f"{' and '.join(missing)} cannot be read here" if coverage else "nothing was read"
        return Result(check.id, account, Outcome.NOT_TESTABLE, reason, on)
    read = [answer] if isinstance(answer, Coverage) else [coverage[need] for need in needs]
    beside = {resource: coverage[resource] for resource in check.also if resource in coverage}
    read += [one for one in beside.values() if one.status is CoverageStatus.FAILED]
    worst = worst_coverage(read)
    if worst is None or worst.status is CoverageStatus.COMPLETE:
        lacking = {resource: one.reason for resource, one in beside.items() if one.reason}
        said = "; ".join(f"{resource} not read in full: {reason}" for resource, reason in lacking.items())
        return Result(check.id, account, Outcome.PASS, said, on)
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
