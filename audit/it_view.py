"""What IT works through: one click path for each finding, and how the run went. Pure."""

from collections.abc import Mapping
from datetime import date

from audit.answers.shown import became, cells_of
from audit.by_hand import BOOK, by_hand
from audit.compare import Tracked
from audit.coverage_lines import coverage_lines
from audit.learned import learned
from audit.mirror import LONDON
from audit.reviewed import Reviewed, awaiting
from audit.unlisted import register_columns, unlisted
from checks.finding import Finding, Handling, finding_id
from checks.wording import listed, on_day
from connectors.snapshot import Coverage, Resource
from output.answers import ACTION_FIELDS
from output.report import ActionLine, Definition, Delta, ItFindingLine, ItView

OWN_FIELDS = tuple(field for field in ACTION_FIELDS if not field.shared)
"""What may be typed here beside a children's matter: it is answered in the safeguarding lead's workbook."""
WITH_DSL = (
    "This is with the designated safeguarding lead, who decides.",
    "Do nothing on the account for this finding until they ask you to.",
)


def it_view(night: Reviewed) -> ItView:
    """IT's view, actions sorted by due date, then recommendations, and what an answer set aside."""
    told = (*night.open, *night.recommendations)
    aside = [one for one in night.aside if not _is_of_children(night, one.finding)]
    far = date.max
    actions = sorted(
        (_action(night, one) for one in (*told, *aside)),
        key=lambda action: (action.aside, action.recommended, action.due or far, action.severity.rank, action.id),
    )
    return ItView(
        actions=tuple(actions),
        by_hand=by_hand(night, night.answers),
        findings=tuple(_finding(night, one) for one in told),
        unlisted=unlisted(night),
        learned=learned(night),
        register_columns=register_columns(),
        coverage=coverage_lines(night),
        run=_run_lines(night),
        heard=night.heard(BOOK),
    )


def _action(night: Reviewed, one: Tracked) -> ActionLine:
    finding = one.finding
    children = _is_of_children(night, finding)
    account = next((n.subject.account for n in night.done.nights if n.subject.account.key == finding.account), None)
    recipe = night.configuration.policy.recipes[night.row(finding.check).recipe]
    item = finding.address or next((e.address for e in finding.evidence if e.address and not e.person), "")
    title, detail = _told(night, finding)
    return ActionLine(
        id=finding_id(one.fingerprint),
        severity=finding.severity,
        account=night.label(finding.account),
        platform=night.platform(one.platform),
        account_address=account.address if account else "",
        item_address="" if children else item,
        title=title,
        detail=detail,
        steps=WITH_DSL if children else recipe.steps_on(one.platform),
        caution="" if children else recipe.caution(one.platform),
        approver=_approver(night, finding),
        due=None if one.aside else night.due(one),
        overdue=0 if one.aside else night.overdue(one),
        recheck=_recheck_words(night, one),
        recommended=one.finding.recommended,
        quotes=_quotes(night, finding),
        aside=bool(one.aside),
        mark=one.fingerprint,
        answers=cells_of(one.fingerprint, OWN_FIELDS if children else ACTION_FIELDS, BOOK, night.answers),
        answered="" if children else became(one.fingerprint, night.review(one.fingerprint), one, night.answers),
        answerable=not children,
    )


def _finding(night: Reviewed, one: Tracked) -> ItFindingLine:
    finding = one.finding
    title, detail = _told(night, finding)
    return ItFindingLine(
        id=finding_id(one.fingerprint),
        severity=finding.severity,
        clause=night.row(finding.check).clause,
        account=night.label(finding.account),
        title=title,
        detail=detail,
        approver=_approver(night, finding),
        first_seen=one.first_seen,
        nights_open=night.nights_open(one),
        delta=one.delta,
        confidence=finding.confidence,
        awaiting=awaiting(one),
        recommended=finding.recommended,
    )


def _quotes(night: Reviewed, finding: Finding) -> tuple[str, ...]:
    """The school's own words that a finding is about, where everybody may read them."""
    if night.row(finding.check).handling is not Handling.OPEN:
        return ()
    return tuple(dict.fromkeys(one.quote for one in finding.evidence if one.quote))


def _is_of_children(night: Reviewed, finding: Finding) -> bool:
    return night.row(finding.check).handling is Handling.SAFEGUARDING


def _told(night: Reviewed, finding: Finding) -> tuple[str, str]:
    """What IT reads of a finding: of a children's matter what was asked, and neither how many nor which."""
    if _is_of_children(night, finding):
        return night.row(finding.check).title, "With the DSL."
    return finding.title, _detail(finding)


def _approver(night: Reviewed, finding: Finding) -> str:
    row = night.row(finding.check)
    return row.approver or night.configuration.policy.recipes[row.recipe].approver


def _detail(finding: Finding) -> str:
    """The detail, with the page of the school's own website where the thing is to be found."""
    pages = [one.address for one in finding.evidence if one.kind == "page" and one.address]
    return f"{finding.detail} Found on: {listed(pages)}" if pages else finding.detail


def _recheck_words(night: Reviewed, one: Tracked) -> str:
    match one.delta:
        case Delta.NEW:
            return f"first seen on {on_day(one.opened_on or one.first_seen)}"
        case Delta.REOPENED:
            return f"open again since {on_day(one.reopened_on or night.done.on)}"
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
