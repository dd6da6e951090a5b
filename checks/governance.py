"""Checks of the frame: the policy, the requirements, this audit's own duties, and what could not be audited."""

from datetime import timedelta

from checks.applicability import closed_unread, is_personal, person_looks
from checks.calendar import months_later
from checks.finding import (
    Answer,
    Evidence,
    Finding,
    SchoolSubject,
    Severity,
    Subject,
    check,
    content_hash,
    not_applicable,
)
from checks.policy import Policy
from checks.wording import counted, listed, on_day
from connectors.snapshot import Coverage, CoverageStatus, Resource


@check("GOV-01", scope="school")
def policy_in_date(school: SchoolSubject, policy: Policy) -> Answer:
    """Tests that the social media policy's review date, as entered in school.toml, has not passed.

    It compares dates. Whether the text still fits the law and the platforms is for people to judge.
    """
    review = school.school.policy.review_date
    if review is None:
        title = "The policy's review date is not recorded"
        detail = "school.toml gives no review_date under [policy]."
    elif review < school.on:
        title = "The policy is past its review date"
        detail = f"Its review was due on {on_day(review)}."
    else:
        return ()
    severity = policy.severity("GOV-01", Severity.MEDIUM)
    return [Finding("GOV-01", title, severity, detail, content=content_hash(review))]


@check("GOV-02", scope="school")
def requirements_adopted(_: SchoolSubject, policy: Policy) -> Answer:
    """Tests that governors have adopted the requirements to which clause 7.3 refers (requirements.toml).

    Until adopted_on and adopted_by are entered, findings against these requirements are recommendations. It sees
    the entry, not the meeting.
    """
    requirements = policy.requirements
    if requirements.adopted:
        return ()
    lacks = [
        words
        for words, value in (
            ("the date of adoption", requirements.adopted_on),
            ("who adopted it", requirements.adopted_by),
        )
        if not value
    ]
    return [
        Finding(
            "GOV-02",
            "The requirements for official sites are not adopted",
            policy.severity("GOV-02", Severity.MEDIUM),
            f"requirements.toml does not give {listed(lacks)}; findings against it are recommendations until then.",
            content=content_hash(requirements.adopted_on, requirements.adopted_by),
        )
    ]


@check("GOV-03", scope="school")
def own_duties_met(school: SchoolSubject, policy: Policy) -> Answer:
    """Tests that this audit itself is covered: an assessment, a notice, and a reviewed list of readers.

    The data protection impact assessment needs its reference, date and approver's role, the privacy notice an
    address, and who may open the workbooks must have been reviewed lately. It reads school.toml; it cannot see
    the documents. A missing assessment or notice weighs more than a review that is due.
    """
    dpia, governance = school.school.dpia, school.school.governance
    lacks = [
        words
        for words, value in (
            ("the reference of the data protection impact assessment", dpia.reference),
            ("the date on which the assessment was approved", dpia.approved_on),
            ("the role of who approved the assessment", dpia.approver),
            ("the address of the privacy notice", governance.privacy_notice),
        )
        if not value
    ]
    severity = Severity.HIGH if lacks else Severity.MEDIUM
    months = int(policy.threshold("GOV-03", "access_review_months"))
    reviewed = governance.access_reviewed_on
    if reviewed is None:
        lacks.append("a review of who may open the workbooks")
    elif months_later(reviewed, months) < school.on:
        lacks.append(f"a review of who may open the workbooks since {on_day(reviewed)}")
    if not lacks:
        return ()
    return [
        Finding(
            "GOV-03",
            "This audit's own duties are incomplete",
            policy.severity("GOV-03", severity),
            f"school.toml lacks {listed(lacks)}.",
            content=content_hash(*lacks),
        )
    ]


@check("COV-01")
def audited_tonight(subject: Subject, policy: Policy) -> Answer:
    """Tests that everything planned for the account could be read tonight.

    What failed, what a missing key or permission kept back, and what was cut short without being planned is
    listed with its reason. It turns more serious when no night of the last week has read everything. What a
    platform never offers, a planned cap, and what is not due tonight are no findings; the coverage sheet shows
    them. Where no connector reads the platform, a person has to look.
    """
    account = subject.account
    platform = policy.platforms[account.platform]
    coverage = subject.snapshot.coverage
    if not platform.connector:
        return person_looks(account, platform)
    if ruling := closed_unread(subject):
        return ruling
    if is_personal(account):
        return not_applicable("a personal-type profile is reported and not collected")
    gaps = {resource: gap for resource, gap in coverage.items() if _unplanned(gap)}
    if coverage and not gaps:
        return ()
    heard = any(gap.status is CoverageStatus.COMPLETE or gap.read for gap in coverage.values())
    since = subject.history.last_audited or subject.history.known_since or subject.on
    overdue = subject.on - since >= timedelta(days=policy.setting("not_audited_high_after"))
    detail = _explained(gaps)
    if not coverage:
        detail = "Nothing of the account was read; the log of the run says why."
    if overdue:
        detail += f" No night has read everything since {on_day(since)}."
    return [
        Finding(
            "COV-01",
            f"Not audited tonight: {listed(sorted(gaps))}" if gaps and heard else "The account was not audited tonight",
            policy.severity("COV-01", Severity.HIGH if overdue else Severity.MEDIUM),
            f"{detail} {_advice(gaps)}".strip(),
            address=account.address,
            evidence=tuple(Evidence("setting", rule=f"{resource}: {gap.status}") for resource, gap in gaps.items()),
            content=content_hash(*sorted(f"{resource} {gap.status}" for resource, gap in gaps.items())),
        )
    ]


def _unplanned(gap: Coverage) -> bool:
    if gap.status is CoverageStatus.PARTIAL:
        return not gap.planned
    return gap.status in (CoverageStatus.FAILED, CoverageStatus.NOT_PERMITTED)


def _explained(gaps: dict[Resource, Coverage]) -> str:
    """Each reason once, with all that it kept back."""
    alike: dict[tuple[str, str], list[str]] = {}
    for resource, gap in sorted(gaps.items()):
        alike.setdefault((_kept_back(gap), gap.reason.rstrip(".")), []).append(resource)
    said = (f"{listed(resources)} {how}: {reason}." for (how, reason), resources in alike.items())
    return " ".join(f"{one[:1].upper()}{one[1:]}" for one in said)


DOCTOR = "school-audit doctor"


def _kept_back(gap: Coverage) -> str:
    if gap.status is CoverageStatus.PARTIAL:
        return f"cut short after {counted(gap.read, 'item')}"
    return "not permitted" if gap.status is CoverageStatus.NOT_PERMITTED else "not read"


def _advice(gaps: dict[Resource, Coverage]) -> str:
    if all(DOCTOR in gap.reason for gap in gaps.values()) and gaps:
        return ""
    if any(gap.status is CoverageStatus.NOT_PERMITTED for gap in gaps.values()):
        return f"Where a key is missing, this says how to get it: {DOCTOR}."
    return "If it fails for a third night, have IT look at the log."
