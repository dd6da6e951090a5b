"""The demo: two recorded nights, replayed anywhere."""

import gzip
import json
import socket
import zipfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from audit import demonstration
from audit.cli import app
from checks.finding import Outcome
from checks.policy import load_policy


@dataclass(frozen=True)
class Demo:
    """Where it was written, what it said the first and the second time, and run.json of its two nights."""

    folder: Path
    said: tuple
    nights: tuple


def call(folder):
    return CliRunner().invoke(app, ["demo", str(folder)])


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The command `school-audit demo`, called twice; no socket connects, and no name is looked up."""

    def refuse(*_):
        raise AssertionError("the demo asked the network")

    folder = tmp_path_factory.mktemp("demo") / "school-audit-demo"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        first = call(folder)
        (folder / "left-over").touch()
        second = call(folder)
    assert (first.exit_code, second.exit_code) == (0, 0), (first.exception, second.exception)
    records = sorted((folder / "reports").glob("*/run.json"))
    nights = tuple(json.loads(record.read_text(encoding="utf-8")) for record in records)
    return Demo(folder, (first.output, second.output), nights)


def test_every_outcome_occurs(demo):
    """Two nights show every way in which a check can end."""
    assert len(demo.nights) == 2
    outcomes = {one["outcome"] for night in demo.nights for one in night["outcomes"]}
    assert outcomes == {str(outcome) for outcome in Outcome}


def test_the_second_night_differs_from_the_first(demo):
    """Between the nights something was fixed, something new was found, and most things stayed."""
    findings = demo.nights[1]["findings"]
    assert {"fixed", "new", "persisting"} <= {one["delta"] for one in findings}
    assert len({one["severity"] for one in findings}) > 2
    assert demo.nights[1]["run"]["replayed"]


def test_every_platform_that_is_read_is_in_it(demo):
    """The real connectors answer from the recordings, each with something that it read; the school has X's key only."""
    coverage = [(one["account"].partition(":")[0], one["status"]) for one in demo.nights[0]["coverage"]]
    platforms = load_policy().platforms
    keyless = {name for name, row in platforms.items() if any(key.required for key in row.credentials)} - {"x"}
    registered = {name for name, _ in coverage if platforms[name].connector} - keyless
    assert {name for name, status in coverage if status == "complete"} == registered
    assert {"bluesky", "x", "website", "blog", "podcast", "wikipedia"} <= registered


def test_the_recordings_hold_every_answer(demo):
    """What is missing was missing that night: no question goes beyond the recordings."""
    assert demo.nights[0]["run"]["incomplete"] == []
    (missed,) = demo.nights[1]["run"]["incomplete"]
    assert "podcast.hazelbrook.example broke off or refused the connection" in missed


def test_the_files_are_there(demo):
    """It says where the workbooks lie; no server of the tests is in them."""
    for book in ("governors", "it", "safeguarding"):
        assert f"{book}.xlsx" in demo.said[0]
        with zipfile.ZipFile(demo.folder / "reports" / f"{book}.xlsx") as parts:
            content = b"".join(map(parts.read, parts.namelist()))
        assert b"127.0.0.1" not in content
        assert b".example" in content


def test_a_second_call_replaces_the_first(demo):
    """The demo's own folder is made anew, with the same result."""
    assert demo.said[0] == demo.said[1]
    assert not (demo.folder / "left-over").exists()


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    """A folder with other things in it is left alone."""
    (tmp_path / "chapter-1.txt").touch()
    result = call(tmp_path)
    assert "is not empty and not a demo of ours" in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["chapter-1.txt"]


def test_what_ships_is_small_and_invented():
    """The recordings are a few kilobytes, answer for invented and public hosts only, and name no server of tests."""
    shipped = [resources.files("audit.demonstration").joinpath(name).read_bytes() for name in demonstration.NIGHTS]
    assert sum(map(len, shipped)) < 150_000
    public = {"public.api.bsky.app", "api.twitter.com", "en.wikipedia.org"}
    for recording in shipped:
        lines = gzip.decompress(recording).decode().splitlines()
        hosts = {urlsplit(json.loads(line)["url"]).hostname for line in lines[1:]}
        assert [host for host in hosts - public if not host.endswith(".hazelbrook.example")] == []
        assert not any("127.0.0.1" in line for line in lines)
