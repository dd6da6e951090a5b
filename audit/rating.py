"""The indicative assurance rating: one rule, in code here and in words on the Method sheet. Pure."""

from dataclasses import dataclass

from checks.finding import Severity
from checks.policy import Policy
from output.report import Rating


@dataclass(frozen=True, slots=True)
class Standing:
    """One open or awaiting finding, as far as the rating looks at it. Recommendations are left out before."""

    severity: Severity
    overdue: bool
    awaiting: bool


@dataclass(frozen=True, slots=True)
class Opinion:
    """The rating, and the sentences that led to it."""

    rating: Rating
    reasons: tuple[str, ...]


def rate(standings: list[Standing], coverage: float | None, unread: tuple[str, ...], policy: Policy) -> Opinion:
    """The rating by WORKBOOK.md's rule. `coverage` is a share from 0 to 1; `unread` names accounts not read.

    An unanswered look counts as open of its severity.
    """
    missing = _no_opinion(standings, coverage, unread, policy)
    if missing:
        return Opinion(Rating.NOT_GIVEN, missing)
    critical, high, medium = (
        [one for one in standings if one.severity is severity]
        for severity in (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)
    )
    if any(one.overdue for one in critical) or len(critical) >= policy.setting("rating_no_critical"):
        return Opinion(Rating.NO, (_said(critical, "critical"),))
    many = len(high) > policy.setting("rating_reasonable_high")
    if critical or any(one.overdue for one in high) or many:
        parts = [_said(some, word) for some, word in ((critical, "critical"), (high, "high")) if some]
        return Opinion(Rating.LIMITED, tuple(parts))
    seen = coverage is not None and coverage * 100 >= policy.setting("coverage_substantial")
    awaiting = sum(one.awaiting for one in standings)
    few = len(medium) <= policy.setting("rating_substantial_medium")
    if any(one.overdue for one in standings):
        return Opinion(Rating.LIMITED, ("something less serious is past its date",))
    if not high and few and seen and not awaiting:
        return Opinion(Rating.SUBSTANTIAL, ("nothing critical or high is open, and nearly all was seen",))
    reasons = [_said(high, "high")] if high else []
    reasons += [_said(medium, "medium")] if not few else []
    reasons += [f"{awaiting} awaiting a human look"] if awaiting else []
    reasons += [f"{_percent(coverage)} of the checks could be concluded"] if not seen and coverage is not None else []
    return Opinion(Rating.REASONABLE, tuple(reasons) or ("nothing critical is open",))


def _no_opinion(
    standings: list[Standing], coverage: float | None, unread: tuple[str, ...], policy: Policy
) -> tuple[str, ...]:
    reasons: list[str] = []
    if coverage is None:
        reasons.append("no account could be read")
    elif coverage * 100 < policy.setting("coverage_floor"):
        reasons.append(f"only {_percent(coverage)} of the checks could be concluded")
    days = int(policy.setting("not_audited_high_after"))
    reasons += [f"{account} has not been read in full for {days} days or more" for account in unread]
    waiting = sum(one.awaiting and one.overdue for one in standings)
    if waiting:
        reasons.append(f"{waiting} awaiting a human look for longer than allowed")
    return tuple(reasons)


def _percent(share: float) -> str:
    """Rounded down, so that a share below a limit never reads as the limit."""
    return f"{int(share * 100)}%"


def _said(some: list[Standing], word: str) -> str:
    """The findings of one severity in words: "8 high open and 1 to look at, 2 past the date"."""
    found, late = sum(not one.awaiting for one in some), sum(one.overdue for one in some)
    look = len(some) - found
    parts = [f"{found} {word} open"] if found else []
    parts += [f"{look} {'' if found else word + ' '}to look at"] if look else []
    return " and ".join(parts) + (f", {late} past the date" if late else "")


RULE = {
    "Opinion not given": "no account could be read, or fewer than {coverage_floor:g}% of the checks could be"
    " concluded, or an account was not read in full for {not_audited_high_after:g} days, or an item awaiting a human"
    " look is past its clock",
    "No assurance": "a critical finding is past its clock, or {rating_no_critical:g} or more are open",
    "Limited assurance": "a critical finding is open, a high one is past its clock, more than"
    " {rating_reasonable_high:g} high ones are open, or anything else is past its clock",
    "Reasonable assurance": "no critical and at most {rating_reasonable_high:g} high findings, all in date",
    "Substantial assurance": "no critical or high finding, at most {rating_substantial_medium:g} medium ones,"
    " at least {coverage_substantial:g}% of the checks concluded, and nothing awaiting a human look",
}
"""The rule in words; names in braces are settings of the policy data."""
