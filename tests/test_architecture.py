"""The house: imports run down, lists are explicit, and importing does no work."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import checks
import connectors

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("connectors", "checks", "output", "audit")
"""From the ground up: each stands on those before it."""


def modules(floor):
    return sorted((ROOT / floor).rglob("*.py"))


def imported(path):
    """Every module name that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_run_down(floor):
    """No floor imports one that stands above it."""
    above = FLOORS[FLOORS.index(floor) + 1 :]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(floor)
        for name in imported(path)
        if name.partition(".")[0] in above
    ]
    assert wrong == []


def test_checks_take_from_connectors_only_what_they_hand_up():
    """Checks know snapshots, not connectors."""
    names = {name for path in modules("checks") for name in imported(path) if name.startswith("connectors")}
    assert names <= {"connectors.snapshot"}


def test_output_takes_from_checks_only_their_words():
    """Outputs know findings and the policy's words, and no check or reader."""
    names = {name for path in modules("output") for name in imported(path) if name.startswith(("checks", "connectors"))}
    assert names <= {"checks.finding", "checks.policy", "checks.wording", "connectors.snapshot"}


def test_libraries_stay_on_their_floor():
    """Tweepy and requests are for connectors; openpyxl for output and for the files that people write."""
    allowed = {
        "requests": {"connectors"},
        "tweepy": {"connectors"},
        "urllib3": {"connectors"},
        "openpyxl": {"output", "audit/register.py", "audit/demonstration/__init__.py"},
        "sqlalchemy": {"audit/ledger.py", "audit/ledger_answers.py", "audit/ledger_tables.py"},
        "typer": {"audit/cli.py"},
    }
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for floor in FLOORS
        for path in modules(floor)
        for name in imported(path)
        for places in [allowed.get(name.partition(".")[0])]
        if places is not None and not {floor, path.relative_to(ROOT).as_posix()} & places
    ]
    assert wrong == []


def test_only_the_command_line_prints_and_exits():
    """print, sys.exit and typer.Exit stand in audit/cli.py alone."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for floor in FLOORS
        for path in modules(floor)
        if path.relative_to(ROOT).as_posix() != "audit/cli.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "sys.exit", "exit", "quit"}
    ]
    assert wrong == []


def test_the_roof_has_an_empty_init():
    """audit/__init__.py stays empty."""
    assert (ROOT / "audit" / "__init__.py").read_text(encoding="utf-8") == ""


def test_every_connector_module_is_listed():
    """A module with a collect function is in CONNECTORS, and nothing else is."""
    found = {
        name
        for _, name, _ in pkgutil.iter_modules(connectors.__path__)
        if hasattr(importlib.import_module(f"connectors.{name}"), "collect")
    }
    assert set(connectors.CONNECTORS) == found
    assert all(
        importlib.import_module(f"connectors.{name}") is module for name, module in connectors.CONNECTORS.items()
    )


def test_every_check_is_listed_once():
    """Every check that a module of checks/ defines is in CHECKS, once."""
    from checks.finding import Check

    found = {
        id(value)
        for _, name, _ in pkgutil.iter_modules(checks.__path__)
        for value in vars(importlib.import_module(f"checks.{name}")).values()
        if isinstance(value, Check)
    }
    assert {id(check) for check in checks.CHECKS} == found
    assert len({check.id for check in checks.CHECKS}) == len(checks.CHECKS)


def test_importing_does_no_work():
    """Importing every module opens no socket and no file of ours, starts no thread and writes nothing."""
    code = """
import importlib, pkgutil, sys, threading
opened = []
def watch(event, args):
    if event in ("socket.connect", "subprocess.Popen", "os.mkdir", "os.rename"):
        opened.append((event, args))
    if event == "open" and str(args[0]).endswith((".toml", ".db", ".xlsx")):
        opened.append((event, args))
sys.addaudithook(watch)
for floor in ("connectors", "checks", "output", "audit"):
    package = importlib.import_module(floor)
    for info in pkgutil.walk_packages(package.__path__, floor + "."):
        importlib.import_module(info.name)
assert not opened, opened
assert threading.active_count() == 1, threading.enumerate()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_test_states_a_fact():
    """Each test function has a docstring of one sentence or more."""
    silent = [
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_packaged_folders_are_listed():
    """pyproject.toml lists every package, since auto-discovery refuses this layout."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    there = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for floor in FLOORS
        for path in (ROOT / floor).rglob("__init__.py")
    }
    assert listed == there
