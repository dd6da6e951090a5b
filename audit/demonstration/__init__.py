"""The demo: a fictional school and two recorded nights, shipped with the package, replayed offline."""

import shutil
from datetime import date
from importlib import resources
from pathlib import Path

from audit.config import Configuration, load
from audit.mirror import LONDON
from audit.problems import ConfigurationError, Problem
from connectors.recording import Replay

FILES = ("school.toml", "requirements.toml", "register.csv")
NIGHTS = ("night-1.jsonl.gz", "night-2.jsonl.gz")
MARK = ".school-audit-demo"
KEYS = dict.fromkeys(("SCHOOL_AUDIT_X_BEARER_TOKEN", "SCHOOL_AUDIT_MATRIX_ACCESS_TOKEN"), "no-key-is-needed-to-replay")
"""Without a key nothing of X or of what is said on Matrix would be looked up in the recording either."""


def prepare(folder: Path) -> tuple[Configuration, list[tuple[date, Replay]]]:
    """Lay out the demo school in `folder`, anew each time; its configuration, and its nights in order.

    Raises ConfigurationError when the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        wrong = "is not empty and not a demo of ours"
        raise ConfigurationError([Problem(str(folder), "", wrong, "another folder, or none")])
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    shipped = resources.files("audit.demonstration")
    for name in FILES:
        (folder / name).write_bytes(shipped.joinpath(name).read_bytes())
    replays = [Replay(shipped.joinpath(name)) for name in NIGHTS]
    nights = [(replay.started.astimezone(LONDON).date(), replay) for replay in replays]
    return load(folder, environment=KEYS), nights
