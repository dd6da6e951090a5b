"""What the safeguarding lead alone sees: one line for each item or person of a finding. Pure."""

from audit.accepted_lines import closed_lines
from audit.answers.shown import became, cells_of
from audit.compare import Tracked
from audit.lines import row_id
from audit.reviewed import Reviewed, awaiting
from checks.finding import Handling, finding_id
from output.answers import ACTION_FIELDS
from output.report import Delta, SafeguardingLine, SafeguardingView

BOOK = "safeguarding"


def safeguarding_view(night: Reviewed) -> SafeguardingView:
    """The safeguarding lead's view."""
    mine = [
        one
        for one in (*night.open, *night.recommendations, *night.aside)
        if night.row(one.finding.check).handling is Handling.SAFEGUARDING
    ]
    lines = sorted((line for one in mine for line in _safeguarding_lines(night, one)), key=lambda line: line.aside)
    new = sum(line.delta in (Delta.NEW, Delta.REOPENED) and not line.aside for line in lines)
    below = int(night.configuration.policy.setting("suppress_below"))
    return SafeguardingView(
        tuple(lines),
        sum(not one.aside for one in mine),
        new,
        below,
        heard=night.heard(BOOK),
        closed=closed_lines(night),
    )


def _safeguarding_lines(night: Reviewed, one: Tracked) -> list[SafeguardingLine]:
    recipe = night.configuration.policy.recipes[night.row(one.finding.check).recipe]
    short = finding_id(one.fingerprint)
    return [
        SafeguardingLine(
            id=row_id(short, line.row),
            severity=one.finding.severity,
            account=night.label(one.finding.account),
            platform=night.platform(one.platform),
            what=one.finding.title,
            rule=line.rule,
            address=line.address,
            first_seen=line.first_seen,
            last_seen=line.last_seen,
            delta=Delta.NEW if line.first_seen == night.done.on and one.delta is Delta.PERSISTING else one.delta,
            awaiting=awaiting(one),
            steps=recipe.steps_on(one.platform),
            aside=_is_aside(night, line.row),
            mark=line.row,
            answers=cells_of(line.row, ACTION_FIELDS, BOOK, night.answers),
            answered=became(line.row, night.review(line.row), one, night.answers),
        )
        for line in night.done.lines.get(one.fingerprint, ())
    ]


def _is_aside(night: Reviewed, row: str) -> bool:
    review = night.review(row)
    return review is not None and review.in_force
