"""Every check of every account: how it ended, and how much could be read. Pure."""

from collections.abc import Mapping

from audit.reviewed import Reviewed
from checks.finding import Outcome
from checks.outcome import Result
from checks.wording import listed
from connectors.snapshot import Resource
from output.report import CoverageLine

LETTERS: Mapping[Outcome, str] = {
    Outcome.PASS: "P",
    Outcome.FINDING: "F",
    Outcome.REVIEW: "L",
    Outcome.NOT_APPLICABLE: "-",
    Outcome.NOT_TESTABLE: "N",
    Outcome.ERROR: "E",
    Outcome.MANUAL: "M",
}


def coverage_lines(night: Reviewed) -> tuple[CoverageLine, ...]:
    """One line for every result, in the order of accounts and checks."""
    return tuple(
        CoverageLine(
            account=night.label(result.account),
            check=result.check,
            title=night.row(result.check).title,
            letter=LETTERS[result.outcome] + ("*" if result.carried(night.done.on) else ""),
            outcome=f"{result.outcome}" + (", carried over" if result.carried(night.done.on) else ""),
            reason=result.reason,
            on=result.on,
            read=_read(night, result),
        )
        for result in night.done.results
    )


def _read(night: Reviewed, result: Result) -> str:
    """How much could be read, in words: stands beside every "0 found"."""
    for one in night.done.nights:
        if one.subject.account.key == result.account:
            said = [
                f"{coverage.read:,} {resource}"
                for resource, coverage in one.subject.snapshot.coverage.items()
                if coverage.read and resource not in (Resource.PROFILE, Resource.SETTINGS)
            ]
            return listed(said)
    return ""
