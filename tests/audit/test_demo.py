"""The demo: two recorded nights, replayed anywhere."""

import gzip
import html
import json
import re
import socket
import zipfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openxml_audit import OpenXmlValidator, ValidationSeverity
from typer.testing import CliRunner

from audit import account, demonstration
from audit.cli import app
from checks.finding import Outcome
from checks.policy import load_policy
from output.lint import faults

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demo:
    """Where it was written, what it said the first and the second time, run.json of its two nights, and all it read."""

    folder: Path
    said: tuple
    nights: tuple
    read: tuple


def call(folder):
    return CliRunner().invoke(app, ["demo", str(folder)])


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The command `school-audit demo`, called for one night and then whole; no socket connects, no name is looked up."""

    def refuse(*_):
        raise AssertionError("the demo asked the network")

    folder = tmp_path_factory.mktemp("demo") / "school-audit-demo"
    read, collect = [], account._collect

    def noted(job, http):
        snapshot, trouble = collect(job, http)
        read.append(snapshot)
        return snapshot, trouble

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account, "_collect", noted)
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        with pytest.MonkeyPatch.context() as shorter:
            shorter.setattr(demonstration, "NIGHTS", demonstration.NIGHTS[:1])
            first = call(folder)
        read.clear()
        (folder / "left-over").touch()
        second = call(folder)
    assert (first.exit_code, second.exit_code) == (0, 0), (first.exception, second.exception)
    records = sorted((folder / "reports").glob("*/run.json"))
    nights = tuple(json.loads(record.read_text(encoding="utf-8")) for record in records)
    return Demo(folder, (first.output, second.output), nights, tuple(read))


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


def words(*texts):
    """The words of four letters or more of which texts are made."""
    return {word.casefold() for text in texts for word in re.findall(r"[^\W_]{4,}", text)}


@pytest.mark.parametrize("file", ["governors.xlsx", "it.xlsx", "run.json", "notice"])
def test_nobody_else_is_in_what_others_see(demo, file):
    """No handle, name, bio or comment of anybody else, and no word of one that is not the school's own, is in any part.

    IT has the bare addresses of comments that give numbers or homes away, for it is IT that hides them.
    """
    people = [text for one in demo.read for frame in (one.followers, one.following) for text in texts_of(frame)]
    people += [text for one in demo.read for text in texts_of(one.comments[~one.comments["ours"].astype(bool)])]
    own = [text for one in demo.read for frame in (one.posts, one.media, one.links) for text in texts_of(frame)]
    own += [repr(one.profile) + repr(one.account) for one in demo.read]
    own += [(demo.folder / name).read_text(encoding="utf-8") for name in demonstration.FILES]
    product = [
        path.read_text(encoding="utf-8") for floor in ("audit", "output") for path in (ROOT / floor).rglob("*.py")
    ]
    data = [(ROOT / "checks" / "data" / f"{name}.toml").read_text("utf-8") for name in ("policy", "platforms", "fixes")]
    theirs = words(*people) - words(*own, *product, *data)
    assert len(people) > 20
    assert len(theirs) > 10
    if file == "it.xlsx":
        theirs -= words(*(address for one in demo.read for address in one.comments["address"]))
    assert sorted(theirs & written(demo, file)) == []


def texts_of(frame):
    """Every text of a table."""
    return [value for column in frame for value in frame[column] if isinstance(value, str)]


def written(demo, file):
    """The words of all that one file tells, the notice among them."""
    if file == "notice":
        return words(demo.said[1])
    if file == "run.json":
        return words(*(path.read_text(encoding="utf-8") for path in (demo.folder / "reports").glob("*/run.json")))
    with zipfile.ZipFile(demo.folder / "reports" / file) as parts:
        return words(*(html.unescape(parts.read(name).decode("utf-8", "replace")) for name in parts.namelist()))


@pytest.mark.parametrize("book", ["governors", "it", "safeguarding"])
def test_a_validator_finds_no_error(demo, book):
    """Neither openxml-audit nor our own lint finds an error in a workbook of the demo."""
    path = demo.folder / "reports" / f"{book}.xlsx"
    result = OpenXmlValidator().validate(str(path))
    assert [str(one) for one in result.errors if one.severity is ValidationSeverity.ERROR] == []
    assert faults(path) == []


def test_a_second_call_replaces_the_first(demo):
    """The demo's own folder is made anew, and its first night says the same again."""
    first, *_ = demo.said[0].splitlines()
    assert demo.said[1].startswith(f"{first}\n")
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
