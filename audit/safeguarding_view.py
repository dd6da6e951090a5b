"""What the safeguarding lead alone sees: one line for each item or person of a finding. Pure."""

from datetime import date

from audit.compare import Tracked
from audit.reviewed import Reviewed, awaiting
from checks.finding import Handling, finding_id
from output.report import Delta, SafeguardingLine, SafeguardingView


def safeguarding_view(night: Reviewed) -> SafeguardingView:
    """The safeguarding lead's view."""
    mine = [
        one
        for one in (*night.open, *night.recommendations)
        if night.row(one.finding.check).handling is Handling.SAFEGUARDING
    ]
    lines = tuple(line for one in mine for line in _safeguarding_lines(night, one))
    new = sum(line.delta in (Delta.NEW, Delta.REOPENED) for line in lines)
    below = int(night.configuration.policy.setting("suppress_below"))
    return SafeguardingView(lines, len(mine), new, below)


def _safeguarding_lines(night: Reviewed, one: Tracked) -> list[SafeguardingLine]:
    finding = one.finding
    recipe = night.configuration.policy.recipes[night.row(finding.check).recipe]

    def line(address: str, rule: str, first: date, last: date) -> SafeguardingLine:
        new = first == night.done.on and one.delta is Delta.PERSISTING
        return SafeguardingLine(
            id=finding_id(one.fingerprint),
            severity=finding.severity,
            account=night.label(finding.account),
            platform=night.platform(one.platform),
            what=finding.title,
            rule=rule,
            address=address,
            first_seen=first,
            last_seen=last,
            delta=Delta.NEW if new else one.delta,
            awaiting=awaiting(one),
            steps=recipe.steps_on(one.platform),
        )

    people = [person for person in night.people if person.fingerprint == one.fingerprint]
    if people:
        return [line(p.address, p.rule, p.first_seen, p.last_seen) for p in people]
    items = [evidence for evidence in finding.evidence if not evidence.person]
    return [line(e.address or finding.address, e.rule, one.first_seen, one.last_seen) for e in items] or [
        line(finding.address, "", one.first_seen, one.last_seen)
    ]
