"""What the outputs show, decided and counted here: the night turned into a `Report`. Pure.

Every total comes from the same two lists, the tracked findings and the results, so that all sheets and files
agree. What a view must not show is left out of it, not hidden in a sheet.
"""

from collections.abc import Sequence
from datetime import timedelta

from audit.answers.event import Answers, Orphan
from audit.compare import State
from audit.config import Configuration
from audit.governors_view import governors_view
from audit.it_view import it_view
from audit.mirror import LONDON
from audit.night import Done
from audit.reviewed import CONCLUDED, Reviewed, awaiting
from audit.run_record import run_record
from audit.safeguarding_view import safeguarding_view
from audit.trend import RunCounts
from checks.finding import Severity
from output.report import Delta, Head, Report, Totals


def build(
    configuration: Configuration,
    done: Done,
    version: str,
    runs: Sequence[RunCounts] = (),
    answers: Answers | None = None,
    orphans: Sequence[Orphan] = (),
) -> Report:
    """The night's report.

    `runs` are the nights on record, for the trend; `answers` and `orphans` what people typed into the workbooks.
    """
    night = Reviewed(configuration, done, version, tuple(runs), answers or Answers(), tuple(orphans))
    totals = _totals(night)
    return Report(
        head=_head(night),
        totals=totals,
        governors=governors_view(night, totals),
        it=it_view(night),
        safeguarding=safeguarding_view(night),
        record=run_record(night, totals),
    )


def _head(night: Reviewed) -> Head:
    done = night.done
    return Head(
        school=night.configuration.school.name,
        policy=night.configuration.school.policy.title,
        run=done.run,
        on=done.on,
        started=done.started.astimezone(LONDON),
        finished=done.finished.astimezone(LONDON),
        next_check=done.on + timedelta(days=1),
        version=night.version,
        incomplete=done.incomplete,
        live=not done.replayed,
    )


def _totals(night: Reviewed) -> Totals:
    concluded = sum(result.outcome in CONCLUDED for result in night.applicable)
    applicable = len(night.applicable)
    counting = [one for one in night.done.tracked if not one.finding.recommended]
    return Totals(
        open={
            severity: sum(one.finding.severity is severity and not awaiting(one) for one in night.open)
            for severity in Severity
        },
        awaiting=sum(awaiting(one) for one in night.open),
        not_audited=applicable - concluded,
        closed=len(night.closed),
        new=sum(one.delta is Delta.NEW and not one.aside for one in counting),
        fixed=sum(one.delta is Delta.FIXED and one.closed_on == night.done.on for one in counting),
        pending=sum(one.state is State.PENDING for one in counting),
        recommendations=len(night.recommendations),
        coverage=concluded / applicable if applicable else None,
        concluded=concluded,
        applicable=applicable,
        since=night.since,
    )
