"""run.json, its schema and its description."""

import json
import re
import stat
import sys
from dataclasses import replace
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from output.records import write_record

SCHEMA = json.loads(resources.files("output").joinpath("run.schema.json").read_text(encoding="utf-8"))
DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "run-json.md"


def test_the_schema_is_sound():
    """The schema is a JSON Schema itself."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_record_fits_its_schema(any_report, tmp_path):
    """What is written for any report can be read back and fits the schema."""
    path = tmp_path / "run.json"
    write_record(any_report, path)
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("run", "exit_code"), 1),
        (("run", "secret"), "x"),
        (("counts", "open_total"), -1),
        (("counts", "coverage"), 1.5),
        (("findings", 0, "severity"), "urgent"),
        (("findings", 0, "count"), 3),
        (("findings", 0, "name"), "x"),
        (("outcomes", 0, "outcome"), "ok"),
    ],
)
def test_the_schema_refuses_what_is_wrong(sample, path, value):
    """Unknown fields, unknown words and counts below five are refused."""
    record = json.loads(json.dumps(sample("bad").record))
    *where, last = path
    part = record
    for step in where:
        part = part[step]
    part[last] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, SCHEMA)


def named(schema):
    """Every property that the schema names, at any depth."""
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from named(inner)
    if "items" in schema:
        yield from named(schema["items"])


def test_every_field_is_described():
    """docs/run-json.md names every field of the schema."""
    words = DESCRIPTION.read_text(encoding="utf-8")
    severities = {"critical", "high", "medium", "low", "info"}
    missing = [name for name in named(SCHEMA) if f"`{name}`" not in words and name not in severities]
    assert missing == []


def test_the_record_is_sorted_private_and_stable(sample, tmp_path):
    """Keys are sorted, the file is for its owner alone, and the same report gives the same bytes."""
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    write_record(sample("bad"), first)
    write_record(sample("bad"), second)
    assert first.read_bytes() == second.read_bytes()
    keys = re.findall(r'^  "(\w+)":', first.read_text(encoding="utf-8"), re.MULTILINE)
    assert keys == sorted(keys)
    assert len(keys) == len(SCHEMA["required"])
    if sys.platform != "win32":
        assert stat.S_IMODE(first.stat().st_mode) == 0o600


def test_a_record_that_cannot_be_written_leaves_the_old_one(sample, tmp_path):
    """A number that JSON does not know is refused before anything is replaced."""
    path = tmp_path / "run.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_record(replace(sample("good"), record={"timings": {"collect": float("nan")}}), path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_odd_text_is_written_as_utf_8(sample, tmp_path):
    """Half of a character pair becomes a question mark; everything else stays readable."""
    path = tmp_path / "run.json"
    write_record(replace(sample("good"), record={"school": "Höhe \ud83d 🙂"}), path)
    assert json.loads(path.read_text(encoding="utf-8")) == {"school": "Höhe ? 🙂"}
