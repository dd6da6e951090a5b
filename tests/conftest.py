"""Fixtures that many tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("house")

REQUIRE = "SCHOOL_AUDIT_REQUIRE_SERVERS"
"""Set by .ci/run: tests against real servers run, and one that is skipped fails the suite."""


def pytest_collection_modifyitems(items):
    """Without the real servers asked for, their tests are skipped and say how to run them."""
    if os.environ.get(REQUIRE):
        return
    skip = pytest.mark.skip(reason="needs real servers on loopback: .ci/run installs and runs them")
    for item in items:
        if "servers" in item.keywords:
            item.add_marker(skip, append=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Where the servers are required, a skip for want of one is a failure."""
    outcome = yield
    report = outcome.get_result()
    if os.environ.get(REQUIRE) and "servers" in item.keywords and report.skipped:
        report.outcome = "failed"


@pytest.fixture(scope="session")
def contracts():
    """The folder of recorded answers and official specifications, where the workplace has one."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "contracts"
    if not folder.is_dir():
        pytest.skip("the folder of recorded contracts is not on this machine")
    return folder
