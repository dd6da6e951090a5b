from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.backlog import BACKLOG, collapse, fold
from checks.finding import Confidence, Evidence, Finding, Outcome, Severity
from connectors.snapshot import Resource

FIRST = date(2026, 11, 1)
ON = date(2026, 11, 20)


def item(number, days, severity=Severity.LOW, check="LNK-03", **changes):
    """A finding of an item that was made so many days before the first audit."""
    made = datetime(2026, 11, 1, 12, tzinfo=UTC) - timedelta(days=days)
    given = {"item": f"item-{number}", "content": f"c{number}", "created": made, "account": "bluesky:a"}
    evidence = (Evidence("post", f"https://p.example/{number}"),)
    return Finding(check, "A post has a shortened link", severity, evidence=evidence, **(given | changes))


def test_old_items_are_one_row():
    """Old items become one finding with a count and the oldest date; newer ones stay single."""
    collapsed = collapse([item(1, 31), item(2, 400), item(3, 30), item(4, -5)], FIRST, 30, ON)
    assert [one.item for one in collapsed] == ["item-3", "item-4", BACKLOG]
    backlog = collapsed[-1]
    assert (backlog.count, len(backlog.evidence)) == (2, 2)
    assert "27/09/2025" in backlog.detail
    assert backlog.title.endswith(": 2 items from before the audit began")


def test_one_old_item_is_a_backlog_too():
    """A single old item is a backlog as well, so that the row keeps its name while it shrinks."""
    (backlog,) = collapse([item(1, 31)], FIRST, 30, ON)
    assert (backlog.item, backlog.count) == (BACKLOG, 1)


def test_first_night():
    """On an account's first night the limit is counted from today."""
    assert collapse([item(1, 0)], None, 30, ON)[0].item == "item-1"
    assert collapse([item(1, 12)], None, 30, ON)[0].item == BACKLOG


def test_critical_never_collapses():
    """A critical finding stays single however old its item is."""
    assert collapse([item(1, 4000, Severity.CRITICAL)], FIRST, 30, ON)[0].item == "item-1"


def test_findings_of_the_account_stay():
    """A finding without an item, or without a date, is no history."""
    whole = [item(1, 400, item=""), item(2, 400, created=None)]
    assert collapse(whole, FIRST, 30, ON) == whole


def test_checks_stay_apart():
    """Each check has a backlog of its own, seen where its items were seen."""
    collapsed = collapse(
        [item(1, 90, seen_in=Resource.POSTS), item(2, 90, check="XX-01"), item(3, 90, check="XX-01")], FIRST, 30, ON
    )
    assert [(one.check, one.count, one.seen_in) for one in collapsed] == [
        ("LNK-03", 1, Resource.POSTS),
        ("XX-01", 2, None),
    ]


def test_backlog_of_doubt_and_certainty():
    """A backlog with one certain item is a finding, at the severity of what is certain."""
    doubt = item(1, 90, Severity.HIGH, outcome=Outcome.REVIEW, confidence=Confidence.POSSIBLE)
    (backlog,) = collapse([doubt, item(2, 90)], FIRST, 30, ON)
    assert (backlog.outcome, backlog.severity) == (Outcome.FINDING, Severity.LOW)


@given(st.lists(st.tuples(st.integers(-20, 500), st.sampled_from(list(Severity)))))
def test_nothing_is_lost(days):
    """Every finding stays as it is or stands in the backlog's evidence, and no two have the same item."""
    findings = [item(number, *given) for number, given in enumerate(days)]
    collapsed = collapse(findings, FIRST, 30, ON)
    assert sorted(e.address for one in collapsed for e in one.evidence) == sorted(
        e.address for one in findings for e in one.evidence
    )
    assert len({one.item for one in collapsed}) == len(collapsed)
    assert sum(one.count or 1 for one in collapsed) == len(findings)


def gap(check, severity, account="bluesky:a", **changes):
    return Finding(check, f"Gap of {check}", severity, f"Detail of {check}.", account=account, **changes)


GAPS = [
    gap("REG-16", Severity.LOW),
    gap("REG-05", Severity.MEDIUM),
    gap("REG-07", Severity.HIGH),
    gap("REG-10", Severity.LOW),
]


def test_gaps_of_a_row_are_one_finding(make):
    """Documentary gaps are one finding under REG-05 at the highest severity among them; access stays apart."""
    access, folded = fold(GAPS, make.policy())
    assert (access.check, access.severity) == ("REG-07", Severity.HIGH)
    assert (folded.check, folded.severity, folded.item) == ("REG-05", Severity.MEDIUM, "")
    assert folded.title == "The register's entry has 3 gaps"
    assert folded.detail.index("REG-05") < folded.detail.index("REG-10") < folded.detail.index("REG-16")


def test_one_gap_keeps_its_words(make):
    """A single gap says what it is, and stands under REG-05 all the same."""
    (folded,) = fold([gap("REG-10", Severity.LOW)], make.policy())
    assert (folded.check, folded.title, folded.severity) == ("REG-05", "Gap of REG-10", Severity.LOW)


def test_rows_stay_apart(make):
    """Gaps of two rows are two findings."""
    folded = fold([gap("REG-05", Severity.MEDIUM), gap("REG-05", Severity.MEDIUM, "x:b")], make.policy())
    assert [one.account for one in folded] == ["bluesky:a", "x:b"]


def test_gaps_before_adoption(make):
    """Before adoption, gaps against the requirements are recommendations and lend the finding no severity."""
    policy = make.policy(adopted_on=None)
    (alone,) = fold([gap("REG-06", Severity.MEDIUM)], policy)
    assert (alone.check, alone.recommended) == ("REG-05", True)
    (mixed,) = fold([gap("REG-06", Severity.MEDIUM), gap("REG-05", Severity.LOW)], policy)
    assert (mixed.recommended, mixed.severity) == (False, Severity.LOW)
    assert "REG-06" in mixed.detail


def test_recommendations_are_marked(make):
    """Every finding against requirements that are not adopted is marked, and none when they are."""
    before = fold([gap("REG-07", Severity.HIGH), gap("REG-08", Severity.HIGH)], make.policy(adopted_on=None))
    assert [one.recommended for one in before] == [True, False]
    after = fold([gap("REG-07", Severity.HIGH)], make.policy())
    assert [one.recommended for one in after] == [False]


@pytest.mark.parametrize("change", [{"content": "edited"}, {"check": "REG-06"}])
def test_folded_content_follows_the_gaps(make, change):
    """Another gap, or another state of one, changes the content hash, so that an accepted finding reopens."""
    first = gap("REG-16", Severity.LOW)
    other = gap(**({"check": "REG-10", "severity": Severity.LOW} | change))
    before, after = (fold([first, gap("REG-10", Severity.LOW)], make.policy()), fold([first, other], make.policy()))
    assert before[0].content != after[0].content
