"""Fixtures that many tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def contracts():
    """The folder of recorded answers and official specifications, where the workplace has one."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "contracts"
    if not folder.is_dir():
        pytest.skip("the folder of recorded contracts is not on this machine")
    return folder
