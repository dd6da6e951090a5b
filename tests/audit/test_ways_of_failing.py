"""Whatever goes wrong with an account: what its coverage, its checks and the night make of it, and what is said."""

import pytest

from checks.finding import Outcome
from connectors.connector import (
    LoginWall,
    NotAllowed,
    NotFound,
    NotOffered,
    NotRecorded,
    OutOfCredit,
    Private,
    RateLimited,
    Refused,
    SchemaDrift,
    SpendCeiling,
    Suspended,
    TooLarge,
    Unreachable,
)
from connectors.snapshot import CoverageStatus as Status

WAYS = (
    (Unreachable, Status.FAILED, Outcome.ERROR, 4),
    (NotFound, Status.FAILED, Outcome.ERROR, 4),
    (Suspended, Status.FAILED, Outcome.ERROR, 4),
    (RateLimited, Status.FAILED, Outcome.ERROR, 4),
    (OutOfCredit, Status.FAILED, Outcome.ERROR, 4),
    (LoginWall, Status.FAILED, Outcome.ERROR, 4),
    (SchemaDrift, Status.FAILED, Outcome.ERROR, 4),
    (TooLarge, Status.FAILED, Outcome.ERROR, 4),
    (NotAllowed, Status.FAILED, Outcome.ERROR, 4),
    (NotRecorded, Status.FAILED, Outcome.ERROR, 4),
    (Private, Status.NOT_PERMITTED, Outcome.NOT_TESTABLE, 3),
    (Refused, Status.NOT_PERMITTED, Outcome.NOT_TESTABLE, 3),
    (NotOffered, Status.NOT_OFFERED, Outcome.NOT_TESTABLE, 3),
    (SpendCeiling, Status.PARTIAL, Outcome.NOT_TESTABLE, 3),
)
SENTENCE = "Bluesky will not show a.example today; ask its keeper."


@pytest.mark.parametrize(("error", "status", "outcome", "exit_code"), WAYS, ids=[way[0].__name__ for way in WAYS])
def test_a_way_of_failing_is_told_and_never_a_pass(platform, audit, error, status, outcome, exit_code):
    """The sentence reaches coverage, outcome and the two workbooks; no check that reads the account passes."""
    platform.broken = {"a.example": error(SENTENCE)}
    night = audit()
    read = next(one for one in night.nights if one.subject.account.handle == "a.example")
    assert {coverage.status for coverage in read.subject.snapshot.coverage.values()} == {status}
    assert {coverage.reason for coverage in read.subject.snapshot.coverage.values()} == {SENTENCE}
    told = {result.check: result for result in read.results}
    for check in ("ID-01", "PII-03", "AGE-02", "CON-01"):
        assert told[check].outcome is outcome, check
        assert told[check].reason == SENTENCE
    assert night.exit_code == exit_code
    assert any(gap.why.startswith(SENTENCE.rstrip(".")) for gap in run_report(audit).governors.gaps)
    assert any(SENTENCE.rstrip(".") in line.reason for line in run_report(audit).it.coverage)


def test_the_other_account_is_read_all_the_same(platform, audit):
    """One account's trouble is not its neighbour's."""
    platform.broken = {"a.example": Unreachable(SENTENCE)}
    night = audit()
    other = next(one for one in night.nights if one.subject.account.handle == "b.example")
    assert {coverage.status for coverage in other.subject.snapshot.coverage.values()} == {Status.COMPLETE}


def run_report(audit):
    return audit.report
