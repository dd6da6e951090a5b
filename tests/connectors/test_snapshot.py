"""What connectors hand up: tables of one shape, coverage that owns to what is missing."""

import pandas as pd
import pytest

from connectors.snapshot import (
    MEDIA,
    POSTS,
    Coverage,
    CoverageStatus,
    as_counted,
    complete,
    frame,
    moment,
    partial,
)


def test_a_list_much_shorter_than_its_count_is_not_complete():
    """A few missing are people or posts that are gone; many missing are no list to trust."""
    assert as_counted("X", 97, 100, "posts") == complete(97)
    assert as_counted("X", 40, 100, "posts") == partial("X counts 100 posts and shows 40.", 40, planned=False)
    assert as_counted("X", 0, 10, "posts").status is CoverageStatus.PARTIAL
    assert as_counted("X", 3, None, "posts") == complete(3)
    assert as_counted("X", 12, 10, "posts") == complete(12)


@pytest.mark.parametrize("schema", [POSTS, MEDIA])
def test_an_empty_table_has_the_columns_of_a_full_one(schema):
    """Columns and types do not depend on whether anything was read."""
    empty, full = frame(schema), frame(schema, [{"id": "1"}])
    assert list(empty.columns) == list(full.columns) == list(schema)
    assert empty.dtypes.equals(full.dtypes)


def test_a_column_that_nobody_knows_is_refused():
    """A connector cannot hand up a column that the schema does not have."""
    with pytest.raises(KeyError, match="colour"):
        frame(POSTS, [{"id": "1", "colour": "red"}])


def test_times_are_utc_and_what_is_no_time_is_missing():
    """Whatever zone a platform writes, the table has UTC; a text that is no date is no time."""
    created = frame(POSTS, [{"created": "2026-11-22T10:00:00+09:00"}, {"created": "soon"}])["created"]
    assert created[0] == pd.Timestamp("2026-11-22T01:00:00Z")
    assert pd.isna(created[1])


def test_a_moment_without_a_zone_is_utc_and_no_date_is_none():
    """Moments are always aware; what is no date that exists is None."""
    assert moment("2026-11-22T10:00:00+01:00") == moment("2026-11-22T09:00:00")
    assert [moment(text) for text in ("2026-02-30", "", None, 5)] == [None] * 4


def test_coverage_that_is_not_complete_needs_a_reason():
    """Nobody is told that something is missing without being told why."""
    with pytest.raises(ValueError, match="needs a reason"):
        Coverage(CoverageStatus.PARTIAL)
