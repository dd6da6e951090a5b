"""A new school's folder: the files of `init`, filled in as far as a machine can."""

import json
import os
from importlib import resources
from pathlib import Path

from audit.config import REGISTERS
from audit.keys import SECRETS
from audit.register import write_form
from checks.policy import Policy

FILES = ("school.toml", "requirements.toml", "secrets.toml", "dpia.md", "privacy-notice.md")


def init(folder: Path, policy: Policy, school: str) -> list[Path]:
    """Make the folder of a school; what is there already is left as it is. The files that were made."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for name in FILES:
        path = folder / name
        if path.exists():
            continue
        text = resources.files("audit.templates").joinpath(name).read_text(encoding="utf-8")
        name_there = json.dumps(school, ensure_ascii=False)[1:-1] if path.suffix == ".toml" else school
        path.write_text(text.replace("{{school.name}}", name_there), encoding="utf-8")
        if name == SECRETS and os.name == "posix":
            path.chmod(0o600)
        made.append(path)
    if not any((folder / name).exists() for name in REGISTERS):
        write_form(folder / REGISTERS[0], policy)
        made.append(folder / REGISTERS[0])
    (folder / "inbox").mkdir(exist_ok=True, mode=0o700)
    return made
