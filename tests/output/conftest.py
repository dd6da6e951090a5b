"""Reports to lay out: a good school, an empty one, a bad night, a large one, and one full of hostile text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checks.finding import Severity
from output import governors, it, safeguarding
from output.answers import (
    ACTION_FIELDS,
    AGREED,
    APPROVER,
    APPROVERS,
    COMMENT,
    DECIDED,
    DECIDED_ON,
    FINDING_FIELDS,
    MINUTE,
    OWNER,
    STATUS,
    UNTIL,
    Answer,
    AnswerField,
    Decided,
    HeardLine,
    Status,
)
from output.report import (
    AcceptedLine,
    AccountLine,
    ActionLine,
    Aside,
    Box,
    ByHandLine,
    ClauseCount,
    ClauseLine,
    ClosedLine,
    CoverageLine,
    DecisionLine,
    Definition,
    Delta,
    FindingLine,
    Gap,
    GovernorsView,
    Head,
    ItView,
    Rating,
    Report,
    SafeguardingLine,
    SafeguardingView,
    Tone,
    Totals,
    TrendPoint,
)
from output.save import save

KINDS = ("governors", "it", "safeguarding")
ON = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 22, 2, 10, 31, tzinfo=UTC)
CLAUSES = {
    "7.1": "Only official school sites reach pupils.",
    "7.2": "Every site has a strong reason, and none is trivial.",
    "7.3": "Sites meet the school's requirements and the providers' terms, minimum ages first.",
    "7.4": "What is published serves the best interests of children.",
    "Governance": "The policy and this audit themselves.",
}
WORDS = {
    "7.1": "Staff members can only use official school sites for communicating with pupils or to enable pupils"
    " to communicate with one another.",
    "7.2": "There must be a strong educational, academic or business reason for creating official school sites"
    " to communicate with pupils or others. Staff must not create sites for trivial reasons which could expose"
    " the school to unwelcome publicity or cause reputational damage.",
    "7.3": "Official school sites must be created only according to the requirements specified by the school."
    " Sites created must not breach the terms and conditions of social media service providers, particularly"
    " with regard to minimum age requirements.",
    "7.4": "Staff members must at all times act in the best interests of children and young people when"
    " creating, participating in or contributing content to social media sites.",
    "Governance": "Governance of the policy and of this audit",
}
CHECKS = {
    "CON-01": ("7.1", "Private messages are limited"),
    "REG-12": ("7.2", "The account is in use"),
    "REG-13": ("7.2", "The account has ever been used"),
    "AGE-01": ("7.3", "Followers below the provider's minimum age"),
    "REG-07": ("7.3", "Two administrators hold the account"),
    "REG-05": ("7.3", "The register says what it must"),
    "ID-02": ("7.3", "The profile says that it is the school's own"),
    "PII-03": ("7.4", "Private telephone numbers in posts"),
    "LNK-03": ("7.4", "Links lead where they should"),
    "GOV-01": ("Governance", "The policy was reviewed in time"),
}
FOUND = (
    (
        "PII-03",
        Severity.CRITICAL,
        "A private telephone number in a post",
        "One post of the school gives a mobile number that is not on the school's list of contacts.",
        "Remove the number, and ask whose it is",
    ),
    (
        "CON-01",
        Severity.HIGH,
        "Anybody may send this account a private message",
        (
            "The account's setting lets everyone start a private conversation. Pupils could reach staff where"
            " nobody else sees it, and messages may go unseen at night."
        ),
        "Limit private messages to accounts that the school follows",
    ),
    (
        "REG-07",
        Severity.HIGH,
        "One administrator only",
        "The register names one administrator, whose role ends on 18/12/2026.",
        "Name two administrators by role",
    ),
    (
        "REG-05",
        Severity.MEDIUM,
        "The register lacks five entries for this account",
        "Missing: approved by, approved on, next review, exit plan, success measure.",
        "Complete the row of the register",
    ),
    (
        "ID-02",
        Severity.MEDIUM,
        "The profile does not name the school",
        (
            "Neither the display name nor the description carries the school's name, so that a parent cannot tell"
            " this account from one that somebody else made."
        ),
        "Put the school's full name into the profile",
    ),
    (
        "REG-12",
        Severity.LOW,
        "No post for eleven months",
        "The last post is dated 14/12/2025. An account that nobody tends is one that nobody watches.",
        "Decide whether to keep the account or to close it",
    ),
    (
        "LNK-03",
        Severity.INFO,
        "A link is shortened",
        "Three posts use a link shortener, which hides where the link leads.",
        "Use the full address",
    ),
)
ACCOUNTS = (
    ("Bluesky", "hazelbrook.example"),
    ("Website", "www.hazelbrook.example"),
    ("X", "@hazelbrook_pri"),
    ("Instagram", "hazelbrook.life"),
    ("Wikipedia", "Hazelbrook Primary School"),
    ("Podcast", "Hazelbrook Half Hour"),
)
DELTAS = (Delta.NEW, Delta.PERSISTING, Delta.PERSISTING, Delta.REOPENED, Delta.NOT_RECHECKED)
STEPS = (
    "Sign in as the account's owner, from a school device.",
    "Open Settings, then Privacy, then Messages.",
    "Choose 'People you follow' and save.",
    "Write done here; tomorrow's run looks again.",
)


def finding(number: int, account: str, platform: str, row: int, *, awaiting=False, recommended=False):
    """One finding of the list above, for an account."""
    check, severity, title, detail, recommendation = FOUND[row % len(FOUND)]
    clause = CHECKS[check][0]
    nights = 1 + 7 * (number % 5)
    return FindingLine(
        id=f"F-{number:06X}",
        severity=severity,
        clause=clause,
        see_also="",
        account=account,
        platform=platform,
        title=title,
        detail=detail,
        criterion=WORDS[clause],
        risk="A pupil or a parent could be misled, or reached where nobody else sees it.",
        recommendation=recommendation,
        first_seen=ON - timedelta(days=nights - 1),
        nights_open=nights,
        delta=DELTAS[number % len(DELTAS)],
        confidence="certain",
        awaiting=awaiting,
        recommended=recommended,
        due=None if severity is Severity.INFO else ON + timedelta(days=5 - nights),
        overdue=max(0, nights - 5),
        address=f"https://posts.example/{number}" if number % 2 else "",
    )


def make(
    findings: tuple[FindingLine, ...],
    accounts: tuple[tuple[str, str], ...],
    *,
    rating: Rating,
    unseen: tuple[str, ...] = (),
    gaps: tuple[Gap, ...] = (),
    decisions: tuple[DecisionLine, ...] = (),
    school: str = "Hazelbrook Primary School",
    children: tuple[SafeguardingLine, ...] = (),
) -> Report:
    """A whole report whose numbers agree, counted from its findings and coverage."""
    counting = [line for line in findings if not line.recommended]
    open_, look = (
        [line for line in counting if not line.awaiting],
        [line for line in counting if line.awaiting],
    )
    labels = [f"{platform} · {name}" for platform, name in accounts]
    coverage = tuple(
        CoverageLine(
            account=label,
            check=check,
            title=title,
            letter="N" if label in unseen else "F" if hit else "P",
            outcome="not testable" if label in unseen else "finding" if hit else "pass",
            reason="no key for this platform is configured" if label in unseen else "",
            on=ON,
            read="" if label in unseen else "61 posts and 204 followers",
            missed=label in unseen,
        )
        for label in labels
        for check, (clause, title) in CHECKS.items()
        for hit in (any(line.account == label and line.clause == clause for line in open_),)
    )
    missed = {c: sum(i.letter == "N" and CHECKS[i.check][0] == c for i in coverage) for c in CLAUSES}
    concluded, applicable = len(coverage) - sum(missed.values()), len(coverage)
    clauses = tuple(
        ClauseCount(
            clause=clause,
            plain=plain,
            open=sum(line.clause == clause for line in open_),
            awaiting=sum(line.clause == clause for line in look),
            not_audited=missed[clause],
            closed=1 if clause == "7.3" and findings else 0,
            worst=box([line for line in counting if line.clause == clause], seen=not missed[clause])
            if accounts
            else Box("n/a"),
        )
        for clause, plain in CLAUSES.items()
    )
    lines = tuple(
        ClauseLine(
            clause=clause,
            words=WORDS[clause],
            check=check,
            title=title,
            by="Machine",
            result=box([line for line in open_ if line.clause == clause], seen=not unseen),
            open=sum(line.clause == clause for line in open_),
            awaiting=0,
            not_audited=sum(item.check == check and item.letter == "N" for item in coverage),
            reason="no key for this platform is configured" if unseen else "",
        )
        for check, (clause, title) in CHECKS.items()
    )
    totals = Totals(
        open={severity: sum(line.severity is severity for line in open_) for severity in Severity},
        awaiting=len(look),
        not_audited=sum(missed.values()),
        closed=sum(line.closed for line in clauses),
        new=sum(line.delta is Delta.NEW for line in counting),
        fixed=1 if findings else 0,
        pending=0,
        recommendations=len(findings) - len(counting),
        coverage=concluded / applicable if applicable else None,
        concluded=concluded,
        applicable=applicable,
        since=date(2026, 10, 12) if findings else None,
    )
    serious = totals.open[Severity.CRITICAL] + totals.open[Severity.HIGH]
    view = GovernorsView(
        rating=rating,
        reasons=("2 critical open, 1 past the date",) if serious else ("nothing critical or high is open",),
        clauses=clauses,
        lines=lines if accounts else (),
        accounts=tuple(
            account_line(label, platform, name, counting, seen=label not in unseen)
            for label, (platform, name) in zip(labels, accounts, strict=True)
        ),
        findings=findings,
        coverage=coverage,
        gaps=gaps,
        decisions=decisions,
        first=tuple(counting[:3]),
        method=(
            Definition(
                "Indicative assurance rating (automated)",
                "Opinion not given",
                "fewer than 60% of the checks could be concluded",
            ),
            Definition("Indicative assurance rating (automated)", "Limited assurance", "a critical finding is open"),
            Definition(
                "How a check can end",
                "Pass",
                "Everything that the check needs was read completely, and nothing was found.",
            ),
            Definition(
                "How a check can end",
                "Not testable",
                "The platform does not offer it, or the school gave no key. It is never a pass, and the"
                " Coverage sheet says why for each account, together with how much could be read.",
            ),
            Definition("Data protection", "Assessment", "Reference DPIA-2026-04; covers comments."),
        ),
    )
    return Report(
        head=Head(
            school=school,
            policy="Social media policy of 09/09/2026",
            run="20261122T020003",
            on=ON,
            started=datetime(2026, 11, 22, 2, 0, 3, tzinfo=ZoneInfo("Europe/London")),
            finished=MOMENT.astimezone(ZoneInfo("Europe/London")),
            next_check=ON + timedelta(days=1),
            version="0.1.0",
        ),
        totals=totals,
        governors=view,
        it=ItView(
            actions=tuple(
                ActionLine(
                    id=line.id,
                    severity=line.severity,
                    account=line.account,
                    platform=line.platform,
                    account_address="https://hazelbrook.example/",
                    item_address=line.address,
                    title=line.title,
                    detail=line.detail,
                    steps=STEPS,
                    approver="The headteacher",
                    due=line.due,
                    overdue=line.overdue,
                    recheck="still there on 22/11/2026",
                    recommended=line.recommended,
                )
                for line in findings
            ),
            by_hand=(
                ByHandLine(
                    account="Snapchat hazelbrook",
                    platform="Snapchat",
                    what="This tool does not read Snapchat; a person looks at https://www.snapchat.com/add/hazelbrook.",
                    checks="CON-01 and ID-01",
                    address="https://www.snapchat.com/add/hazelbrook",
                    due=date(2026, 12, 18),
                ),
            ),
            coverage=coverage,
            run=(
                Definition("The run", "Run", "20261122T020003"),
                Definition("The run", "Result", "exit code 3: complete"),
                Definition("Requests", "hazelbrook.example", "14"),
            ),
        ),
        safeguarding=SafeguardingView(
            lines=children,
            findings=len({line.id for line in children}),
            new=sum(line.delta is Delta.NEW for line in children),
        ),
        record=record(totals, coverage, findings),
    )


def box(lines: list[FindingLine], *, seen: bool) -> Box:
    """What stands in a box of the matrix."""
    if not lines:
        return Box("OK", Tone.GOOD) if seen else Box("not seen", Tone.UNSEEN, "no key")
    worst = min((line.severity for line in lines), key=lambda severity: severity.rank)
    count = sum(line.severity is worst for line in lines)
    return Box(f"{count} {worst}", Tone.BAD if worst.rank < 2 else Tone.WATCH)


def account_line(label: str, platform: str, name: str, findings: list[FindingLine], *, seen: bool) -> AccountLine:
    """One account, with its boxes counted from the findings."""
    mine = [line for line in findings if line.account == label]
    new = sum(line.delta is Delta.NEW for line in mine)
    return AccountLine(
        account=label,
        platform=platform,
        address=f"https://{platform.casefold()}.example/hazelbrook",
        kind="page",
        status="live",
        owner="Office manager",
        audience="Parents and carers",
        minimum_age="13",
        minimum_age_ahead="16 (announced)",
        followers="1,204",
        items_read=61 if seen else None,
        last_post=date(2026, 11, 20) if seen else None,
        last_audited=ON if seen else None,
        open=sum(not line.awaiting for line in mine),
        awaiting=sum(line.awaiting for line in mine),
        boxes={
            clause: box([line for line in mine if line.clause == clause], seen=seen)
            for clause in ("7.1", "7.2", "7.3", "7.4")
        },
        changes=f"{new} new" if new else "no change",
    )


def record(totals: Totals, coverage: tuple[CoverageLine, ...], findings: tuple[FindingLine, ...]):
    """The content of run.json, as audit/run_record.py makes it."""
    return {
        "schema": 1,
        "run": {
            "id": "20261122T020003",
            "date": ON.isoformat(),
            "started": "2026-11-22T02:00:03+00:00",
            "finished": MOMENT.isoformat(),
            "version": "0.1.0",
            "replayed": False,
            "exit_code": 3,
            "incomplete": [],
        },
        "school": "Hazelbrook Primary School",
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
            "coverage": totals.coverage,
        },
        "outcomes": [
            {
                "account": line.account,
                "check": line.check,
                "outcome": line.outcome,
                "reason": line.reason,
                "on": line.on.isoformat(),
                "carried": False,
            }
            for line in coverage
        ],
        "findings": [
            {
                "id": line.id,
                "fingerprint": f"1:{line.id}",
                "check": "REG-05",
                "clause": line.clause,
                "account": line.account,
                "item": "",
                "severity": str(line.severity),
                "confidence": "certain",
                "outcome": "review" if line.awaiting else "finding",
                "state": "open",
                "delta": str(line.delta),
                "why": "",
                "first_seen": line.first_seen.isoformat(),
                "nights_open": line.nights_open,
                "recommended": line.recommended,
                "aside": "",
                "count": None,
            }
            for line in findings
        ],
        "coverage": [
            {
                "account": "bluesky:hazelbrook.example",
                "resource": "posts",
                "status": "complete",
                "reason": "",
                "read": 61,
                "planned": False,
            }
        ],
        "timings": {"collect": 12.5},
        "requests": {"hazelbrook.example": 14},
        "purged": {"outcomes": 3},
        "spent": {},
        "quotas": [],
    }


def child(number: int, delta: Delta = Delta.NEW, **changes: object) -> SafeguardingLine:
    """One item of a children's matter."""
    line = SafeguardingLine(
        id="F-00C41D",
        severity=Severity.HIGH,
        account="Bluesky · hazelbrook.example",
        platform="Bluesky",
        what="Profiles that follow the account and give an age under 13",
        rule="gives the age of 11 in the profile",
        address=f"https://bluesky.example/profile/{number}",
        first_seen=ON - timedelta(days=number % 9),
        last_seen=ON,
        delta=delta,
        awaiting=False,
        steps=("Look at the profile.", "Follow the child protection procedure.", "Decide what to tell whom."),
    )
    return replace(line, **changes)


def good() -> Report:
    """A school where everything was seen and two small things are open."""
    label = "Bluesky · hazelbrook.example"
    findings = (finding(10, label, "Bluesky", 3), finding(5, label, "Bluesky", 6))
    return make(findings, ACCOUNTS[:3], rating=Rating.SUBSTANTIAL)


def empty() -> Report:
    """A school without an account."""
    report = make((), (), rating=Rating.NOT_GIVEN)
    it = replace(report.it, run=(), by_hand=())
    return replace(report, it=it, governors=replace(report.governors, method=()))


def decision(mark: str, asked: str, clause: str, *accounts: str, **changes: Any) -> DecisionLine:
    """One decision asked of the governors."""
    why = "Without it nobody can tell whether a site was created according to what the school asks."
    return replace(DecisionLine(mark, mark, asked, clause, why, accounts, date(2026, 10, 30)), **changes)


DECISIONS = (
    decision(
        "D-GOV-02", "Adopt the requirements for official sites, which are shipped as a model.", "7.3", "The school"
    ),
    decision(
        "D-REG-12",
        "Decide whether to keep the account or to close it, and say who tends it until then, with a date by which"
        " that is looked at again.",
        "7.2",
        "Podcast · Hazelbrook Half Hour",
        "X · @hazelbrook_pri",
    ),
    decision("D-REG-07", "Name two administrators by role.", "7.3", "X · @hazelbrook_pri"),
    decision("D-REG-01", "Publish the policy.", "7.1", "Website · www.hazelbrook.example"),
    decision(
        "D-GOV-01",
        "Review the policy.",
        "Governance",
        "The school",
        answers={DECIDED.key: Decided.AGREED, DECIDED_ON.key: date(2026, 11, 3), MINUTE.key: "7.2"},
        answered="Agreed on 03/11/2026 (minute 7.2). It leaves this list once the audit no longer finds it.",
        decided=True,
    ),
)


def aside(number: int, kind: Aside, **changes: Any) -> AcceptedLine:
    """One finding that was set aside or closed."""
    check, severity, title, *_ = FOUND[number % len(FOUND)]
    platform, name = ACCOUNTS[number % len(ACCOUNTS)]
    line = AcceptedLine(
        id=f"F-A51DE{number:03X}",
        kind=kind,
        severity=severity,
        clause=CHECKS[check][0],
        account=f"{platform} · {name}",
        what=title,
        how="Looked for again and not found.",
        mark=f"1-{number:024x}",
    )
    return replace(line, **changes)


ASIDES = (
    aside(
        1,
        Aside.ACCEPTED,
        reason="Parents of two villages have no other way to reach the school at night. The office reads it each"
        " morning.",
        approver="Governing body",
        since=date(2026, 9, 14),
        until=date(2026, 12, 18),
        days_left=26,
        how="Still seen.",
        answers={STATUS.key: Status.ACCEPTED, UNTIL.key: date(2026, 12, 18)},
    ),
    aside(
        2,
        Aside.ACCEPTED,
        reason="Given in another workbook.",
        approver="Headteacher",
        since=date(2026, 9, 14),
        until=date(2027, 8, 31),
        days_left=282,
        how="No longer seen: the acceptance is not needed any more.",
        unneeded=True,
    ),
    aside(0, Aside.NOT_AN_ISSUE, approver="Chair of governors", since=date(2026, 11, 3), answerable=False),
    aside(3, Aside.CLOSED, closed_on=date(2026, 11, 20)),
    aside(5, Aside.ATTESTED, closed_on=date(2026, 10, 30), how="Closed by attestation of 30/10/2026."),
)
ENDED = (
    ClosedLine(
        "F-00C41DAA",
        Severity.HIGH,
        "Bluesky · hazelbrook.example",
        "Followers below the provider's minimum age",
        "Looked for again and not found.",
        date(2026, 9, 30),
        date(2026, 11, 12),
        "In progress; Told the class teacher, who spoke with the family.",
    ),
)


def trend(totals: Totals) -> tuple[TrendPoint, ...]:
    """A few nights that end with these totals."""
    return tuple(
        TrendPoint(
            ON - timedelta(days=back),
            f"{ON - timedelta(days=back):%d/%m/%Y}",
            {severity: count + back for severity, count in totals.open.items()},
            totals.awaiting,
            back % 2,
            totals.coverage,
            Rating.LIMITED,
        )
        for back in range(9, -1, -1)
    )


def bad() -> Report:
    """A bad night: every severity, a human look, recommendations, gaps, decisions, and a children's matter."""
    findings = []
    for number in range(26):
        platform, name = ACCOUNTS[number % 5]
        findings.append(
            finding(
                number,
                f"{platform} · {name}",
                platform,
                number,
                awaiting=number % 9 == 4,
                recommended=number in {17, 18},
            )
        )
    findings.sort(key=lambda line: (line.recommended, line.severity.rank, line.account, line.id))
    report = make(
        tuple(findings),
        ACCOUNTS,
        rating=Rating.NO,
        unseen=("Instagram · hazelbrook.life",),
        gaps=(
            Gap(
                "Instagram · hazelbrook.life",
                "no key for this platform is configured",
                "IT: `school-audit doctor` says how to get one.",
            ),
            Gap(
                "Wikipedia · Hazelbrook Primary School",
                "the server answered with an error three times between 02:01 and 02:09 and was left alone"
                " after that, as it asked for",
                "It is tried again tonight; IT looks at the log when it lasts.",
            ),
            Gap("X · @hazelbrook_pri", "followers are not read: switched off", "Switch on [x] in school.toml."),
            Gap("The school", "a person has to attest that the policy was read", "Note the date."),
            Gap("Podcast · Hazelbrook Half Hour", "the feed has only the latest 20 items", ""),
        ),
        decisions=DECISIONS,
        children=(child(1), child(2), child(12, Delta.PERSISTING, awaiting=True)),
    )
    nights = trend(report.totals)
    halves = tuple(replace(one, label=f"Autumn from {one.on:%d/%m/%Y}") for one in nights[::4])
    view = replace(report.governors, nights=nights, half_terms=halves, accepted=ASIDES)
    return replace(report, governors=view, safeguarding=replace(report.safeguarding, closed=ENDED))


LONG_COMMENT = (
    "Agreed at the meeting of the premises committee that the office changes this by half-term, that the chair looks"
    " at it again in January, and that nobody signs in from a telephone until then. "
)
NOTES = (
    "",
    "Asked the office on Friday.",
    LONG_COMMENT,
    LONG_COMMENT * 5,
    "Ring 01632 960 001 first\nthen write",
    "- see minutes",
)
"""What people write into a comment."""
BECAME = {
    Status.TO_REVIEW: "",
    Status.IN_PROGRESS: "",
    Status.DONE: "Looked at again in the night to 22/11/2026: it is still there, so it is open",
    Status.ATTESTED: "Needs a reason and who approved it before it counts",
    Status.ACCEPTED: "Accepted until 31/08/2027",
    Status.NOT_AN_ISSUE: "Remembered; it comes back only when something changes",
}


def answers(number: int, fields: tuple[AnswerField, ...]) -> dict[str, Answer]:
    """Answers to one row: every status, and comments of every length, in turn."""
    status = tuple(Status)[number % len(Status)]
    approved = status in {Status.ACCEPTED, Status.NOT_AN_ISSUE}
    given: dict[str, Answer] = {
        STATUS.key: status,
        OWNER.key: ("", "Office manager", "A. Whitlock")[number % 3],
        AGREED.key: ON + timedelta(days=number) if number % 4 == 1 else None,
        COMMENT.key: NOTES[number % len(NOTES)],
        APPROVER.key: APPROVERS[number % len(APPROVERS)] if approved else None,
        UNTIL.key: date(2027, 8, 31) if status is Status.ACCEPTED else None,
    }
    return {field.key: given[field.key] for field in fields if given[field.key]}


def answered() -> Report:
    """The bad night again, with answers in every row; children's matters are answered in their own workbook."""
    report = bad()

    def one(number: int, line: Any, fields: tuple[AnswerField, ...]) -> Any:
        given = answers(number, fields)
        mark = f"1-{line.id[2:].lower():0>24}"
        return replace(line, mark=mark, answers=given, answered=BECAME[given[STATUS.key]])

    def elsewhere(number: int, line: Any) -> Any:
        return replace(line, answerable=False) if number % 8 == 2 else line

    findings = tuple(
        elsewhere(number, one(number, line, FINDING_FIELDS)) for number, line in enumerate(report.governors.findings)
    )
    actions = tuple(
        elsewhere(number, one(number + 1, line, ACTION_FIELDS)) for number, line in enumerate(report.it.actions)
    )
    actions = (
        replace(actions[0], quotes=("Call Ms Whitlock on 07700 900 321 after six!", "x" * 400)),
        replace(actions[1], quotes=("Our   fair was a success,\nthank you all.",)),
        *actions[2:],
    )
    lines = tuple(
        replace(one(number, line, ACTION_FIELDS), id=f"F-00C41D0A-{number:04X}", mark=f"1-{'0c' * 12}/{number:04x}")
        for number, line in enumerate(report.safeguarding.lines)
    )
    heard = (
        HeardLine(ON, findings[0].id, STATUS.key, "In progress", "Taken over", "governors.xlsx"),
        HeardLine(
            ON,
            findings[3].id,
            UNTIL.key,
            "when we can",
            "Not understood: a date such as 31/08/2027 is needed. The cell keeps what it said before",
            "Copy of governors (2) - A. Whitlock.xlsx",
            attention=True,
        ),
        HeardLine(
            ON, "row 17", COMMENT.key, LONG_COMMENT * 3, "No such row any more; it is kept here", "old.ods", True
        ),
        HeardLine(ON - timedelta(days=1), actions[5].id, COMMENT.key, "", "Emptied, as typed", "it.xlsx"),
        HeardLine(ON, lines[1].id, STATUS.key, "=done", "Not understood", "safeguarding.xlsx", attention=True),
        HeardLine(ON, findings[1].id, "note", "Please ask the office", "A note of R. Pell, kept", "governors.xlsx"),
    )
    return replace(
        report,
        governors=replace(report.governors, findings=findings, heard=heard),
        it=replace(report.it, actions=actions, heard=heard),
        safeguarding=replace(report.safeguarding, lines=lines, heard=heard),
    )


def crowded(each: int) -> Report:
    """Forty accounts with so many findings each."""
    accounts = tuple((ACCOUNTS[n % 6][0], f"hazelbrook-{n:02}.example") for n in range(40))
    findings = [
        finding(n * each + m, f"{platform} · {name}", platform, m)
        for n, (platform, name) in enumerate(accounts)
        for m in range(each)
    ]
    findings.sort(key=lambda line: (line.severity.rank, line.account, line.id))
    return make(tuple(findings), accounts, rating=Rating.NO)


def many() -> Report:
    """Forty accounts with a few findings each, for what would take too long on a large one."""
    return crowded(8)


def large() -> Report:
    """Forty accounts with 125 findings each."""
    return crowded(125)


HOSTILE = (
    '=HYPERLINK("http://evil.example","click me")',
    "+44 7700 900123",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "bell \x07 null \x00 escape \x1b next \x85",
    "half a pair \ud83d and the other \udc00",
    "not a character \ufffe \uffff",
    "_x0041_ and _x005F_x0041_ and _x000D_",
    "مرحبا بالعالم \u202e reversed",
    "🙂👩‍🚀🏴\U000e0067\U000e0062",
    "x" * 40_000,
    "🙂" * 20_000,
    "_x0041_" * 6_000,
    "12345678901234567890",
    "#N/A",
    "#REF!",
    "<b>&amp;</b> ]]> ' \"",
    "line\r\nbreaks\rof\nall kinds\n" * 300,
    "",
    " ",
    "=",
)
"""Texts as the world may send them."""


def hostile() -> Report:
    """Every text from outside replaced by a hostile one, in turn, in all views."""
    report, views = bad(), iter(range(10_000))

    def nasty(line, *fields):
        changes = {field: HOSTILE[next(views) % len(HOSTILE)] for field in fields}
        return replace(line, **changes)

    view = report.governors
    many = view.findings
    accounts = tuple(nasty(a, "account", "address", "owner", "audience", "changes") for a in view.accounts)
    return replace(
        report,
        head=replace(report.head, school="=A1&B2 \x07 _x0041_ & Söhne 🙂 " * 20, policy=HOSTILE[12]),
        governors=replace(
            view,
            reasons=HOSTILE,
            accounts=accounts,
            findings=tuple(
                replace(
                    nasty(f, "account", "title", "detail", "address", "recommendation", "id", "mark", "answered"),
                    answers={
                        STATUS.key: HOSTILE[number % len(HOSTILE)],
                        COMMENT.key: HOSTILE[(number + 7) % len(HOSTILE)],
                        UNTIL.key: HOSTILE[(number + 13) % len(HOSTILE)],
                    },
                )
                for number, f in enumerate(many)
            ),
            heard=tuple(HeardLine(ON, words, words, words, words, words) for words in HOSTILE),
            coverage=tuple(nasty(c, "account", "reason", "read") for c in view.coverage),
            gaps=tuple(nasty(g, "account", "why", "do") for g in view.gaps),
            decisions=tuple(
                decision(words, words, words, words, words, why=words, answered=words, answers={MINUTE.key: words})
                for words in HOSTILE
            ),
            accepted=tuple(nasty(a, "id", "account", "what", "reason", "approver", "how") for a in view.accepted),
            half_terms=tuple(nasty(h, "label", "rating") for h in view.half_terms),
            first=tuple(nasty(f, "title", "account", "recommendation") for f in view.first),
            method=tuple(Definition("Method", words, words) for words in HOSTILE),
        ),
        it=replace(
            report.it,
            actions=tuple(
                replace(
                    nasty(a, "account", "account_address", "item_address", "title", "detail", "approver"),
                    quotes=HOSTILE,
                )
                for a in report.it.actions
            ),
            run=tuple(Definition(words or "nothing", words, words) for words in HOSTILE),
        ),
        safeguarding=replace(
            report.safeguarding,
            lines=tuple(nasty(s, "account", "what", "rule", "address") for s in report.safeguarding.lines),
            closed=tuple(nasty(s, "account", "what", "how", "answer") for s in report.safeguarding.closed),
        ),
    )


SAMPLES: dict[str, Callable[[], Report]] = {
    "good": good,
    "empty": empty,
    "bad": bad,
    "answered": answered,
    "many": many,
    "hostile": hostile,
}


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Report]:
    """A sample report by its name, built once."""
    made: dict[str, Report] = {}

    def one(name: str) -> Report:
        if name not in made:
            made[name] = large() if name == "large" else SAMPLES[name]()
        return made[name]

    return one


@pytest.fixture(scope="session", params=list(SAMPLES))
def any_report(request, sample) -> Report:
    """Each sample report in turn."""
    return sample(request.param)


@pytest.fixture(scope="session")
def finished(sample, tmp_path_factory) -> Callable[[str, str], Path]:
    """A saved workbook by the names of its sample and its kind, built once."""
    folder = tmp_path_factory.mktemp("finished")
    kinds = {"governors": governors, "it": it, "safeguarding": safeguarding}

    def one(name: str, kind: str) -> Path:
        path = folder / f"{name}-{kind}.xlsx"
        if not path.exists():
            save(kinds[kind].build(sample(name)), path, moment=MOMENT)
        return path

    return one


@pytest.fixture(scope="session", params=[(n, k) for n in SAMPLES for k in KINDS], ids="-".join)
def any_workbook(request, finished) -> Path:
    """Each workbook of each sample in turn."""
    return finished(*request.param)


@pytest.fixture(scope="session")
def hostile_texts() -> tuple[str, ...]:
    """Texts as the world may send them."""
    return HOSTILE


@pytest.fixture(scope="session")
def moment() -> datetime:
    """When the sample runs ended."""
    return MOMENT
