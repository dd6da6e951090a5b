"""Every check of every account: how it ended, and how much could be read. Pure."""

from collections.abc import Mapping

from audit.reviewed import CONCLUDED, Reviewed
from checks import CHECKS
from checks.finding import Outcome
from checks.outcome import Result
from checks.wording import counted, listed, sentence
from connectors.snapshot import CoverageStatus, Resource
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
NOUNS: Mapping[Resource, tuple[str, str]] = {
    Resource.POSTS: ("post", "posts"),
    Resource.MEDIA: ("picture or film", "pictures and films"),
    Resource.COMMENTS: ("comment", "comments"),
    Resource.FOLLOWERS: ("follower", "followers"),
    Resource.FOLLOWING: ("followed account", "followed accounts"),
    Resource.LINKS: ("link", "links"),
    Resource.REVISIONS: ("edit", "edits"),
}
"""What one and several of a resource are called; the profile and its settings are not counted."""
USES = {check.id: (*check.needs, *check.also) for check in CHECKS}
"""What each check reads."""


def coverage_lines(night: Reviewed) -> tuple[CoverageLine, ...]:
    """One line for every result: what could not be concluded first, each part by account and check."""
    accounts = {one.subject.account.key: place for place, one in enumerate(night.done.nights)}
    order = {check: place for place, check in enumerate(night.configuration.policy.checks)}

    def place(result: Result) -> tuple[bool, int, int]:
        return not _missed(result), accounts.get(result.account, len(accounts)), order[result.check]

    return tuple(
        CoverageLine(
            account=night.label(result.account),
            check=result.check,
            title=night.row(result.check).question,
            letter=LETTERS[result.outcome] + ("*" if result.carried(night.done.on) else ""),
            outcome=f"{result.outcome}" + (", carried over" if result.carried(night.done.on) else ""),
            reason=sentence(result.reason),
            on=result.on,
            read=_read(night, result),
            missed=_missed(result),
        )
        for result in sorted(night.done.results, key=place)
    )


def _missed(result: Result) -> bool:
    return result.outcome is not Outcome.NOT_APPLICABLE and result.outcome not in CONCLUDED


def _read(night: Reviewed, result: Result) -> str:
    """How much could be read of what the check looks at, in words: stands beside every "0 found"."""
    for one in night.done.nights:
        if one.subject.account.key == result.account:
            coverage = one.subject.snapshot.coverage
            said = [
                counted(coverage[resource].read, *NOUNS[resource])
                for resource in USES[result.check]
                if resource in NOUNS
                and resource in coverage
                and (coverage[resource].read or coverage[resource].status is CoverageStatus.COMPLETE)
            ]
            return listed(said)
    return ""
