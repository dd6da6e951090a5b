"""What IT works through: one click path for each finding, and how the run went. Pure."""

from collections.abc import Mapping
from datetime import date

from audit.compare import Tracked
from audit.coverage_lines import coverage_lines
from audit.mirror import LONDON
from audit.reviewed import Reviewed
from checks.applicability import ready_link
from checks.calendar import SchoolCalendar
from checks.finding import Finding, Handling, Outcome, finding_id
from checks.wording import listed, on_day, sentence
from connectors.snapshot import Coverage, Resource
from output.report import ActionLine, ByHandLine, Definition, Delta, ItView

WITH_DSL = (
    "This is with the designated safeguarding lead, who decides.",
    "Do nothing on the account for this finding until they ask you to.",
)


def it_view(night: Reviewed) -> ItView:
    """IT's view, actions sorted by due date, recommendations last."""
    actions = [_action(night, one) for one in (*night.open, *night.recommendations)]
    far = date.max
    actions.sort(key=lambda action: (action.recommended, action.due or far, action.severity.rank, action.id))
    return ItView(
        actions=tuple(actions), by_hand=_by_hand(night), coverage=coverage_lines(night), run=_run_lines(night)
    )


def _by_hand(night: Reviewed) -> tuple[ByHandLine, ...]:
    """One line for each account and thing to look at, with all the checks that wait for it."""
    due = SchoolCalendar(night.configuration.school.terms).end_of_half_term(night.done.on)
    accounts = {one.subject.account.key: one.subject.account for one in night.done.nights}
    waiting: dict[tuple[str, str], list[str]] = {}
    for result in night.done.results:
        if result.outcome is Outcome.MANUAL and result.account in accounts:
            waiting.setdefault((result.account, result.reason), []).append(result.check)
    return tuple(
        ByHandLine(
            account=night.label(key),
            platform=night.platform(accounts[key].platform),
            what=sentence(reason),
            checks=listed(checks),
            address=ready_link(accounts[key], night.configuration.policy.platforms[accounts[key].platform]),
            due=due,
        )
        for (key, reason), checks in waiting.items()
    )


def _action(night: Reviewed, one: Tracked) -> ActionLine:
    finding = one.finding
    row = night.row(finding.check)
    children = row.handling is Handling.SAFEGUARDING
    account = next((n.subject.account for n in night.done.nights if n.subject.account.key == finding.account), None)
    recipe = night.configuration.policy.recipes[row.recipe]
    item = finding.address or next((e.address for e in finding.evidence if e.address and not e.person), "")
    return ActionLine(
        id=finding_id(one.fingerprint),
        severity=finding.severity,
        account=night.label(finding.account),
        platform=night.platform(one.platform),
        account_address=account.address if account else "",
        item_address="" if children else item,
        title=finding.title,
        detail="With the DSL." if children else _detail(finding),
        steps=WITH_DSL if children else recipe.steps_on(one.platform),
        approver=row.approver or recipe.approver,
        due=night.due(one),
        overdue=night.overdue(one),
        recheck=_recheck_words(night, one),
        recommended=one.finding.recommended,
    )


def _detail(finding: Finding) -> str:
    """The detail, with the page of the school's own website where the thing is to be found."""
    pages = [one.address for one in finding.evidence if one.kind == "page" and one.address]
    return f"{finding.detail} Found on: {listed(pages)}" if pages else finding.detail


def _recheck_words(night: Reviewed, one: Tracked) -> str:
    match one.delta:
        case Delta.NEW:
            return f"first seen on {on_day(one.opened_on or one.first_seen)}"
        case Delta.REOPENED:
            return f"was closed and came back on {on_day(one.reopened_on or night.done.on)}"
        case Delta.NOT_RECHECKED:
            return f"not re-checked: {one.why}"
        case _:
            return f"still there on {on_day(one.last_checked)}"


EXIT_WORDS = {
    0: "complete; nothing at or above the threshold is open",
    3: "complete; a finding at or above the threshold is open",
    4: "incomplete: something was tried and could not be read",
}


def _read_words(coverage: Mapping[Resource, Coverage]) -> str:
    """How much of an account was read, what ended alike told once."""
    alike: dict[str, list[str]] = {}
    for resource, one in coverage.items():
        read = f", {one.read:,} read" if one.read else ""
        why = f" ({one.reason.rstrip('.')})" if one.reason else ""
        alike.setdefault(f"{one.status}{read}{why}", []).append(resource)
    return "; ".join(f"{listed(resources)}: {words}" for words, resources in alike.items())


def _run_lines(night: Reviewed) -> tuple[Definition, ...]:
    done = night.done
    started, finished = done.started.astimezone(LONDON), done.finished.astimezone(LONDON)
    lines = [
        Definition("The run", "Run", done.run),
        Definition("The run", "Night of", on_day(done.on)),
        Definition("The run", "Began", f"{started:%d/%m/%Y %H:%M}"),
        Definition("The run", "Ended", f"{finished:%d/%m/%Y %H:%M}"),
        Definition("The run", "Result", f"exit code {done.exit_code}: {EXIT_WORDS[done.exit_code]}"),
        Definition("The run", "Kind", "replayed from a recording" if done.replayed else "live"),
    ]
    lines += [Definition("Not read as planned", f"{i}", words) for i, words in enumerate(done.incomplete, 1)]
    lines += [Definition("For your notice", f"{i}", words) for i, words in enumerate(done.notes, 1)]
    for one in done.nights:
        said = _read_words(one.subject.snapshot.coverage)
        lines.append(Definition("Accounts", night.name(one.subject.account), said or "not read by this tool"))
    lines += [Definition("Requests", host, f"{count:,}") for host, count in sorted(done.requests.items())]
    lines += [Definition("Spent", platform, f"${dollars:.2f}") for platform, dollars in done.spent.items()]
    lines += [
        Definition(
            "Quota",
            f"{one.platform}: {one.name}",
            f"{one.used:,.0f} of our {one.limit:,.0f} in {'an' if one.per == 'hour' else 'a'} {one.per}",
        )
        for one in done.quotas
    ]
    lines += [Definition("Time", name, f"{seconds:.1f} s") for name, seconds in done.seconds.items()]
    lines += [
        Definition("Removed by retention", name, "a few rows" if night.is_small(name, count) else f"{count:,} rows")
        for name, count in done.purged.items()
    ]
    return tuple(lines)
