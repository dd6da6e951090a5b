"""What becomes of a finding from night to night."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.compare import State, Tracked, compare
from checks.finding import Finding, Severity, fingerprint
from output.report import Delta

FIRST = date(2026, 11, 22)


def sighting(item="", *, on=FIRST, nights=1, check="LNK-03"):
    finding = Finding(check, "A shortened link", Severity.LOW, account="bluesky:a", item=item, nights=nights)
    mark = fingerprint(check, "bluesky", "did:plc:a", item)
    return Tracked(mark, finding, "bluesky", "did:plc:a", State.OPEN, on, on, on)


def looked(_):
    return ""


def outage(_):
    return "no answer"


def known(after):
    return {one.fingerprint: one for one in after}


def night(before, seen, missed, day):
    return compare(
        known(before), [replace(one, first_seen=day, last_seen=day, last_checked=day) for one in seen], missed, day
    )


def test_first_sight_is_new_and_the_next_night_persists():
    """A finding is new on its first night and persisting on the second, with the first date kept."""
    first = night([], [sighting()], looked, FIRST)
    second = night(first, [sighting()], looked, FIRST + timedelta(1))
    assert [one.delta for one in first] == [Delta.NEW]
    assert [(one.delta, one.first_seen) for one in second] == [(Delta.PERSISTING, FIRST)]


def test_not_seen_on_a_recheck_is_fixed():
    """A finding that was really looked for and not found is closed that night as fixed."""
    after = night(night([], [sighting()], looked, FIRST), [], looked, FIRST + timedelta(1))
    assert [(one.state, one.delta, one.closed_on) for one in after] == [
        (State.CLOSED, Delta.FIXED, FIRST + timedelta(1))
    ]


def test_an_outage_closes_nothing():
    """What could not be looked for stays open, and says why it was not re-checked."""
    after = night(night([], [sighting()], looked, FIRST), [], outage, FIRST + timedelta(1))
    assert [(one.state, one.delta, one.why) for one in after] == [(State.OPEN, Delta.NOT_RECHECKED, "no answer")]


def test_what_comes_back_is_reopened():
    """A closed finding that is seen again is the same finding, reopened."""
    first = night([], [sighting()], looked, FIRST)
    second = night(first, [], looked, FIRST + timedelta(1))
    third = night(second, [sighting()], looked, FIRST + timedelta(9))
    assert [(one.state, one.delta, one.first_seen) for one in third] == [(State.OPEN, Delta.REOPENED, FIRST)]


def test_two_nights_before_alarm():
    """A finding that an outage can fake is pending on its first night and new on its second."""
    first = night([], [sighting(nights=2)], looked, FIRST)
    second = night(first, [sighting(nights=2)], looked, FIRST + timedelta(1))
    assert [(one.state, one.delta) for one in first] == [(State.PENDING, Delta.PENDING)]
    assert [(one.state, one.delta) for one in second] == [(State.OPEN, Delta.NEW)]


def test_pending_counts_dates_not_runs():
    """Two runs on one date are one night."""
    first = night([], [sighting(nights=2)], looked, FIRST)
    again = night(first, [sighting(nights=2)], looked, FIRST)
    assert [one.delta for one in again] == [Delta.PENDING]


def test_a_pending_finding_that_is_gone_is_forgotten():
    """What was never confirmed leaves no trace."""
    first = night([], [sighting(nights=2)], looked, FIRST)
    assert night(first, [], looked, FIRST + timedelta(1)) == []


def test_a_second_run_on_one_date_says_the_same():
    """New stays new, and fixed stays fixed, when the same date is run again."""
    first = night([], [sighting()], looked, FIRST)
    assert [one.delta for one in night(first, [sighting()], looked, FIRST)] == [Delta.NEW]
    fixed = night(first, [], looked, FIRST + timedelta(1))
    assert [one.delta for one in night(fixed, [], looked, FIRST + timedelta(1))] == [Delta.FIXED]


def test_two_findings_with_one_fingerprint_are_refused():
    """Uniqueness is asserted on every run."""
    with pytest.raises(AssertionError, match="share the fingerprint"):
        compare({}, [sighting(), sighting()], looked, FIRST)


@given(st.lists(st.tuples(st.sets(st.sampled_from("abcd")), st.booleans()), min_size=1, max_size=8))
def test_no_finding_is_ever_lost(nights):
    """Whatever is seen or missed on any night, a finding once open is on record for good, open or closed."""
    after, ever = [], set()
    for number, (items, up) in enumerate(nights):
        seen = [sighting(item) for item in sorted(items)] if up else []
        after = night(after, seen, looked if up else outage, FIRST + timedelta(number))
        ever |= {one.fingerprint for one in seen}
        assert {one.fingerprint for one in after} == ever
        open_now = {one.finding.item for one in after if one.state is State.OPEN}
        if up:
            assert open_now == items


def test_the_day_of_a_change_is_kept():
    """The night is remembered on which an item's content or severity last changed."""
    first = night((), [sighting("7")], looked, FIRST)
    assert first[0].changed_on is None
    other = replace(sighting("7"), finding=replace(sighting("7").finding, severity=Severity.HIGH))
    second = night(first, [other], looked, FIRST + timedelta(days=1))
    third = night(second, [other], looked, FIRST + timedelta(days=2))
    assert second[0].changed_on == third[0].changed_on == FIRST + timedelta(days=1)
