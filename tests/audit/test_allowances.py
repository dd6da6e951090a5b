"""What each reading may use up: money and quotas, shared out."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.allowances import DOLLARS, began, quotas_used, shared_out
from audit.config import PlatformOptions
from checks.policy import Quota, load_policy
from connectors.snapshot import Account

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
POLICY = load_policy()


def accounts(platform, count):
    return tuple(Account(f"{platform}:{n}", n, platform, str(n)) for n in range(count))


def configuration(*listed, **options):
    return SimpleNamespace(accounts=listed, platforms=options, policy=POLICY)


def unused(*_):
    return 0.0


def test_a_quota_is_shared_by_those_with_the_same_keys():
    """Half of YouTube's 10,000 units goes round between two accounts of one key; another key has its own."""
    listed = accounts("youtube", 3)
    marks = {"youtube:0": "a", "youtube:1": "a", "youtube:2": "b"}
    given = shared_out(configuration(*listed), marks, unused, NOW)
    assert [given[one.key].quotas["units"] for one in listed] == [2500, 2500, 5000]


def test_what_was_used_today_is_taken_off():
    """A second run on one day has what the first one left, counted from midnight in California."""
    asked = []

    def used(platform, name, moment, mark):
        asked.append((platform, name, moment, mark))
        return 4000.0 if name == "units" else 0.0

    given = shared_out(configuration(*accounts("youtube", 1)), {"youtube:0": "a"}, used, NOW)
    assert given["youtube:0"].quotas["units"] == 1000
    assert ("youtube", "units", datetime(2026, 11, 21, 8, tzinfo=UTC), "a") in asked


def test_the_school_sets_its_own_share():
    """quota_share is a percentage of what the platform allows."""
    given = shared_out(
        configuration(*accounts("flickr", 1), flickr=PlatformOptions(quota_share=10)), {"flickr:0": "a"}, unused, NOW
    )
    assert given["flickr:0"].quotas == {"questions": 360}


def test_a_gauge_is_not_divided():
    """Graph itself says how much of the app's allowance is used: each reading stops at the same mark."""
    given = shared_out(configuration(*accounts("facebook", 2)), {"facebook:0": "a", "facebook:1": "a"}, unused, NOW)
    assert {one.quotas["percent"] for one in given.values()} == {80}


def test_money_is_shared_by_the_platform():
    """The lower of what is left of the month and the run's ceiling is shared by all accounts of the platform."""
    options = PlatformOptions(spend_per_run=5, spend_per_month=10)

    def used(platform, name, moment, mark):
        assert (moment, mark) == (datetime(2026, 11, 1, tzinfo=UTC), None)
        return 7.0 if name == DOLLARS else 0.0

    given = shared_out(configuration(*accounts("x", 2), x=options), {"x:0": "a", "x:1": "b"}, used, NOW)
    assert [one.dollars for one in given.values()] == [1.5, 1.5]
    assert shared_out(configuration(*accounts("x", 1)), {"x:0": "a"}, unused, NOW)["x:0"].dollars is None


@given(st.floats(0, 1e6), st.integers(1, 6), st.floats(0.1, 100))
def test_together_the_shares_never_exceed_what_is_ours(used, count, share):
    """Whatever was used, what is given out is never more than our share, and never less than nothing."""
    listed = accounts("youtube", count)
    given = shared_out(
        configuration(*listed, youtube=PlatformOptions(quota_share=share)),
        {one.key: "a" for one in listed},
        lambda *_: used,
        NOW,
    )
    units = [one.quotas["units"] for one in given.values()]
    assert min(units) >= 0
    assert sum(units) <= max(0, 100 * share - used) + 1e-6


@pytest.mark.parametrize(
    ("per", "zone", "start"),
    [
        ("hour", "UTC", datetime(2026, 11, 22, 1, tzinfo=UTC)),
        ("day", "UTC", datetime(2026, 11, 22, tzinfo=UTC)),
        ("day", "America/Los_Angeles", datetime(2026, 11, 21, 8, tzinfo=UTC)),
    ],
)
def test_an_hour_slides_and_a_day_ends_where_the_platform_is(per, zone, start):
    """An hour is the last sixty minutes; a day began at midnight of the platform's zone."""
    quota = Quota(name="units", allowed=1, per=per, share=1, zone=zone, source="s", source_date=NOW.date())
    assert began(quota, NOW) == start


def test_what_a_night_used_is_told_for_each_set_of_keys():
    """Sums for what is counted, the highest for a gauge, and nothing about quotas that nobody touched."""
    listed = (*accounts("youtube", 2), *accounts("facebook", 2))
    marks = {one.key: "a" for one in listed}
    used = {
        "youtube:0": {"units": 30},
        "youtube:1": {"units": 12},
        "facebook:0": {"percent": 40},
        "facebook:1": {"percent": 61},
    }
    told = quotas_used(configuration(*listed), marks, used)
    assert [(one.platform, one.name, one.used, one.limit, one.accounts) for one in told] == [
        ("youtube", "units", 42, 5000, ("youtube:0", "youtube:1")),
        ("facebook", "percent", 61, 80, ("facebook:0", "facebook:1")),
    ]
