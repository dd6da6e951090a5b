"""What the governors may see of a night: no child, no third party, no typed text. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from audit import trend
from audit.accepted_lines import accepted_lines
from audit.account import AccountNight
from audit.announced_age import if_law
from audit.answers.shown import became, cells_of
from audit.compare import Tracked
from audit.coverage_lines import coverage_lines
from audit.decisions import decisions, for_governors
from audit.method import method
from audit.mirror import LONDON
from audit.rating import Standing, rate
from audit.reviewed import CONCLUDED, Reviewed, awaiting
from checks.applicability import READ, is_personal
from checks.finding import Handling, Outcome, Severity, finding_id
from checks.outcome import Result
from checks.policy import GOVERNANCE, CheckPolicy, Manual
from checks.wording import counted, listed, sentence
from connectors.snapshot import Resource
from output.answers import FINDING_FIELDS
from output.report import (
    AccountLine,
    Box,
    ClauseCount,
    ClauseLine,
    Delta,
    FindingLine,
    Gap,
    GovernorsView,
    Tone,
    Totals,
)

BOOK = "governors"
OWN_FIELDS = tuple(field for field in FINDING_FIELDS if not field.shared)
"""What may be typed here beside a children's matter: it is answered in the safeguarding lead's workbook."""
TONES: Mapping[Severity, Tone] = {
    Severity.CRITICAL: Tone.BAD,
    Severity.HIGH: Tone.BAD,
    Severity.MEDIUM: Tone.WATCH,
    Severity.LOW: Tone.WATCH,
    Severity.INFO: Tone.PLAIN,
}
WHY_MISSED: Mapping[Outcome, str] = {
    Outcome.ERROR: "Reading failed",
    Outcome.NOT_TESTABLE: "Could not be tested",
    Outcome.MANUAL: "A person has to look",
}
ADVICE: Mapping[Outcome, str] = {
    Outcome.ERROR: "IT looks at the log if it lasts a third night.",
    Outcome.NOT_TESTABLE: "IT sees whether it can be given.",
    Outcome.MANUAL: "The Coverage sheet says what to look for.",
}
UNREAD = "COV-01"
"""The check whose findings the Summary tells among what could not be audited."""
FIRST = 3
"""How many things to do first stand on the Summary."""
MOST_NAMES = 3
"""How many accounts a line names before it only counts the rest."""


def governors_view(night: Reviewed, totals: Totals) -> GovernorsView:
    """The governors' view, rated and counted."""
    unread = tuple(night.name(one.subject.account) for one in night.done.nights if _unread(night, one))
    opinion = rate(
        [Standing(one.finding.severity, night.overdue(one) > 0, awaiting(one)) for one in night.open],
        totals.coverage if any(map(_any_read, night.done.nights)) else None,
        unread,
        night.configuration.policy,
    )
    findings = tuple(_finding_line(night, one) for one in (*night.open, *night.recommendations))
    said_elsewhere = [for_governors(night, one) or one.finding.check == UNREAD for one in night.open]
    first = [line for said, line in zip(said_elsewhere, findings, strict=False) if not said]
    clauses = (*night.configuration.policy.clauses, GOVERNANCE)
    accepted = accepted_lines(night)
    over_nights = trend.nights(night.runs, trend.point(totals, opinion.rating, night.done.on))
    return GovernorsView(
        rating=opinion.rating,
        reasons=opinion.reasons,
        clauses=tuple(_clause_count(night, clause) for clause in clauses),
        lines=tuple(line for clause in clauses for line in _clause_lines(night, clause)),
        accounts=tuple(_account_line(night, one) for one in night.done.nights),
        findings=findings,
        coverage=coverage_lines(night),
        gaps=_gaps(night),
        decisions=decisions(night, accepted),
        first=tuple(first[:FIRST]),
        method=method(night, totals),
        nights=over_nights[-trend.NIGHTS :],
        half_terms=trend.half_terms(over_nights, night.calendar),
        accepted=accepted,
        heard=night.heard(BOOK),
    )


def _any_read(one: AccountNight) -> bool:
    """Whether anything of the account was read tonight: without any account the register alone carries no opinion."""
    return any(coverage.status in READ for coverage in one.subject.snapshot.coverage.values())


def _unread(night: Reviewed, one: AccountNight) -> bool:
    """Whether an account that could be read has not been for as many days as the policy data allows."""
    account = one.subject.account
    platform = night.configuration.policy.platforms[account.platform]
    if not platform.connector or account.status == "closed" or is_personal(account):
        return False
    history = one.subject.history
    if one.audited:
        return False
    last = history.last_audited or history.known_since or night.done.on
    return (night.done.on - last).days >= night.configuration.policy.setting("not_audited_high_after")


def _clause_count(night: Reviewed, clause: str) -> ClauseCount:
    mine = [one for one in night.open if night.row(one.finding.check).clause == clause]
    found = [one for one in mine if not awaiting(one)]
    look = [one for one in mine if awaiting(one)]
    seen = [result for result in night.applicable if night.row(result.check).clause == clause]
    missed = [result for result in seen if result.outcome not in CONCLUDED]
    clauses = night.configuration.policy.clauses
    box = _worst_box(found, look, missed=bool(missed)) if mine or seen else Box("n/a")
    return ClauseCount(
        clause=clause,
        plain=clauses[clause].plain if clause in clauses else "The policy and this audit themselves.",
        open=len(found),
        awaiting=len(look),
        not_audited=len(missed),
        closed=sum(night.row(one.finding.check).clause == clause for one in night.closed),
        worst=box,
    )


def _worst_box(found: Sequence[Tracked], look: Sequence[Tracked], *, missed: bool) -> Box:
    if found:
        worst = min((one.finding.severity for one in found), key=lambda severity: severity.rank)
        return Box(f"{sum(one.finding.severity is worst for one in found)} {worst}", TONES[worst])
    if look:
        return Box(f"{len(look)} to look at", Tone.WATCH)
    return Box("partly seen", Tone.UNSEEN) if missed else Box("OK", Tone.GOOD)


def _clause_lines(night: Reviewed, clause: str) -> list[ClauseLine]:
    policy = night.configuration.policy
    words = policy.clauses[clause].words if clause in policy.clauses else "Governance of the policy and audit"
    lines: list[ClauseLine] = []
    for check, row in policy.checks.items():
        if row.clause != clause:
            continue
        results = [result for result in night.applicable if result.check == check]
        mine = [one for one in night.open if one.finding.check == check]
        missed = [result for result in results if result.outcome not in CONCLUDED]
        found = [one for one in mine if not awaiting(one)]
        look = [one for one in mine if awaiting(one)]
        box = _worst_box(found, look, missed=bool(missed)) if results else Box("n/a", Tone.PLAIN)
        if results and len(missed) == len(results) and not mine:
            box = Box("not seen", Tone.UNSEEN)
        lines.append(
            ClauseLine(
                clause=clause,
                words=words,
                check=check,
                title=row.question + (" (recommended, not yet adopted)" if _unadopted(night, row) else ""),
                by="Machine",
                result=box,
                open=len(found),
                awaiting=len(look),
                not_audited=len(missed),
                reason=_why_missed(night, missed),
            )
        )
    return [*lines, *(_manual_line(duty, words) for duty in policy.manual if duty.clause == clause)]


def _manual_line(duty: Manual, words: str) -> ClauseLine:
    """A duty that no check covers: neither open nor passed, since no program looks."""
    return ClauseLine(
        clause=duty.clause,
        words=words,
        check=duty.id,
        title=duty.question,
        by="Person",
        result=Box("by hand", Tone.UNSEEN),
        open=0,
        awaiting=0,
        not_audited=0,
        reason=duty.why,
    )


def _why_missed(night: Reviewed, missed: Sequence[Result]) -> str:
    """Why a check was not concluded, and for which accounts: in short, since Coverage gives each reason in full."""
    said = []
    for outcome, words in WHY_MISSED.items():
        if names := [night.label(result.account) for result in missed if result.outcome is outcome]:
            said.append(f"{words}: {_some(names)}.")
    return " ".join(said)


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    return listed([*names[:MOST_NAMES], *more])


def _unadopted(night: Reviewed, row: CheckPolicy) -> bool:
    return row.requirement and not night.configuration.policy.requirements.adopted


def _account_line(night: Reviewed, one: AccountNight) -> AccountLine:
    subject = one.subject
    account, snapshot = subject.account, subject.snapshot
    policy = night.configuration.policy
    platform = policy.platforms[account.platform]
    mine = [t for t in night.open if t.finding.account == account.key]
    profile = snapshot.profile or subject.history.profile
    posts = snapshot.posts
    created = posts["created"].max() if len(posts) else None
    now, ahead = platform.minimum_age(night.done.on), platform.announced(night.done.on)
    changes = {delta: sum(t.delta is delta for t in mine) for delta in (Delta.NEW, Delta.REOPENED)}
    said = [f"{count} {delta}" for delta, count in changes.items() if count]
    return AccountLine(
        account=night.name(account),
        platform=platform.name,
        address=account.address,
        kind=account.kind,
        status=account.status,
        owner=account.owner,
        audience=account.audience,
        minimum_age=(str(now.years) if now.years is not None else now.rule) if now else "not known",
        minimum_age_ahead=f"{ahead.years} (announced)" if ahead and ahead.years is not None else "",
        if_announced_were_law=if_law(policy, account.platform, night.done.on, night.configuration.school.oldest_pupil),
        followers=f"{profile.followers:,}" if profile and profile.followers is not None else "not told",
        items_read=len(posts) if Resource.POSTS in snapshot.coverage else None,
        last_post=created.tz_convert(LONDON).date() if created is not None and pd.notna(created) else None,
        last_audited=night.done.on if one.audited else subject.history.last_audited,
        open=sum(not awaiting(t) for t in mine),
        awaiting=sum(awaiting(t) for t in mine),
        boxes={clause: _box(night, account.key, clause) for clause in policy.clauses},
        changes=listed(said) if said else "no change",
    )


def _box(night: Reviewed, key: str, clause: str) -> Box:
    results = [r for r in night.done.results if r.account == key and night.row(r.check).clause == clause]
    applicable = [r for r in results if r.outcome is not Outcome.NOT_APPLICABLE]
    mine = [one for one in night.open if one.finding.account == key and night.row(one.finding.check).clause == clause]
    missed = [r for r in applicable if r.outcome not in CONCLUDED]
    reason = "; ".join(dict.fromkeys(r.reason for r in missed))
    if mine:
        found = [one for one in mine if not awaiting(one)]
        return replace(_worst_box(found, [one for one in mine if awaiting(one)], missed=False), reason=reason)
    if not applicable:
        return Box("n/a")
    if len(missed) == len(applicable):
        return Box("not seen", Tone.UNSEEN, reason)
    return Box("partly seen", Tone.UNSEEN, reason) if missed else Box("OK", Tone.GOOD)


def _finding_line(night: Reviewed, one: Tracked) -> FindingLine:
    finding = one.finding
    row = night.row(finding.check)
    clauses = night.configuration.policy.clauses
    words = clauses[row.clause].words if row.clause in clauses else row.question
    children = row.handling is Handling.SAFEGUARDING
    return FindingLine(
        id=finding_id(one.fingerprint),
        severity=finding.severity,
        clause=row.clause,
        see_also=", ".join(row.see_also),
        account=night.label(finding.account),
        platform=night.platform(one.platform),
        title=finding.title,
        detail=finding.detail,
        criterion=words,
        risk=row.risk,
        recommendation=row.recommendation,
        first_seen=one.first_seen,
        nights_open=night.nights_open(one),
        delta=one.delta,
        confidence=finding.confidence,
        awaiting=awaiting(one),
        recommended=one.finding.recommended,
        due=night.due(one),
        overdue=night.overdue(one),
        address=finding.address if row.handling is Handling.OPEN else "",
        mark=one.fingerprint,
        answers=cells_of(one.fingerprint, OWN_FIELDS if children else FINDING_FIELDS, BOOK, night.answers),
        answered="" if children else became(one.fingerprint, night.review(one.fingerprint), one, night.answers),
        answerable=not children,
    )


def _gaps(night: Reviewed) -> tuple[Gap, ...]:
    """What could not be audited, most pressing first: one line for each account, with its commonest reason."""
    missed: dict[str, list[Result]] = {}
    for result in night.applicable:
        if result.outcome not in CONCLUDED:
            missed.setdefault(night.label(result.account), []).append(result)
    order = list(ADVICE)
    gaps = []
    for account, results in missed.items():
        often = Counter(result.reason for result in results)
        main = min(results, key=lambda result: (-often[result.reason], order.index(result.outcome)))
        why = sentence(main.reason)
        if main.outcome is Outcome.MANUAL and len(results) == 1:
            why = f"A person has to look: {night.row(main.check).question}"
        gaps.append((order.index(main.outcome), Gap(account, why, _advice(main.outcome, len(results)))))
    return tuple(gap for _, gap in sorted(gaps, key=lambda one: one[0]))


def _advice(outcome: Outcome, missed: int) -> str:
    return f"{counted(missed, 'check')} not concluded. {ADVICE[outcome]}"
