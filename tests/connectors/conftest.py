"""What every connector test leaves as it found it."""

import pytest


@pytest.fixture(autouse=True)
def _filters_of_the_log(caplog):
    """All tests share one log handler: a filter that a test puts on it goes with the test."""
    before = list(caplog.handler.filters)
    yield
    caplog.handler.filters = before
