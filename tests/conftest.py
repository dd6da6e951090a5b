"""Fixtures that many tests share."""

import ipaddress
import os
import socket
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


def _is_here(host):
    """Whether a host is this machine; a test that asks for any other finds no such name, and no way."""
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(scope="session", autouse=True)
def _loopback_only():
    """No test reaches further than this machine."""
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def only_here(host, *rest, **more):
        name = host.decode() if isinstance(host, bytes) else host
        if not _is_here(name) and not name.replace(".", "").isdigit() and ":" not in name:
            raise socket.gaierror(socket.EAI_NONAME, "tests look up no name but this machine's")
        return look_up(host, *rest, **more)

    def stay_here(self, address):
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise OSError(101, "tests connect to this machine alone")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", only_here)
        patch.setattr(socket.socket, "connect", stay_here)
        yield


@pytest.fixture(scope="session")
def contracts():
    """The folder of recorded answers and official specifications, where the workplace has one."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "contracts"
    if not folder.is_dir():
        pytest.skip("the folder of recorded contracts is not on this machine")
    return folder
