"""How well the readers read: precision and recall on a file of labelled texts.

    python -m bench.quality TASK FILE.csv [--on 2026-11-22] [--school school.toml] [--misses]

The last line printed is a JSON object: n, tp, fp, fn, precision, recall (null where nothing was predicted or nothing
was to be found). Files have the columns `text` and `label`, where the task names no others.
What counts as found, per task:

bios    Label "minor" is positive. Found: on the date, the writer says an age that is more likely under 13 than not
        (a year group that spans the 13th birthday is weighed by its birthdays). Rows labelled "managed" ask whether
        the account is seen to be run by an adult: they are wrong only when it is read as a child's own.
pii     Any label but "none" is positive. Found: any detail read as certain or likely; possible ones are left to a
        person. The school's own contacts come from --school, a file with a [school] table as in school.toml.
sensitive, confidential, location
        The label of the same name is positive. Found: one person's circumstances, the school's inner business, a class
        told of while it is away; read as certain or likely.
names   Label "full" is positive. Found: a pupil's full name, read as certain or likely. The lists of --school are
        staff_names and allowed_names.
toxic   Label "bad" is positive. Found: swearing, slurs, insults, threats, bullying or sexual words, read as certain or
        likely.
links   Any label but "ok" is positive; the text is one address. Found: anything read in it as certain or likely: harm,
        private rooms, and all that hides where it leads, a platform's own short links with it. What is merely
        possible (storage and forms outside the school) is left to a person. The school's domains come from --school.
handles Label "fake" is positive. The columns are official_handle, official_name, handle, display and label. Found: an
        account that is read as a lookalike, however sure.
trivial Label "trivial" is positive. Found: a post that seems to have nothing to do with the school, however sure. The
        share of posts told right is printed as "accuracy".
images  The columns are path (beside the file, or absolute) and label. Positive are V, P, A and X, a face of somebody
        under 18; found is any face. Adults and N do not count in n, tp, fp and fn: bench/images.py says why. The last
        line holds the shares of every label too, for any face, the top tiers and each tier.
"""

import argparse
import csv
import json
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench import images
from checks.readers.abuse import read_abuse
from checks.readers.bios import read_bio
from checks.readers.conduct import ABUSE
from checks.readers.confidential import ConfidentialReading, read_confidential
from checks.readers.handles import Official, read_handle
from checks.readers.link_risks import OwnLinks, read_address
from checks.readers.live_location import LocationReading, read_live_location
from checks.readers.names import SchoolNames, read_names
from checks.readers.personal_data import AllowList, read_personal_data
from checks.readers.sensitive import SensitiveReading, read_sensitive
from checks.readers.topics import read_topic

MINIMUM_AGE = 13


@dataclass(frozen=True, slots=True)
class Setting:
    """What a task is run with: the date that ages are read on, the contacts that may be published, the own links."""

    on: date
    allow: AllowList
    own: OwnLinks
    names: SchoolNames


@dataclass(frozen=True, slots=True)
class Task:
    """One question to a text. `is_positive` is of a label; `is_found` of a text, its label given for what to ask.

    The text is what stands in `columns`, with tabs between several.
    """

    is_positive: Callable[[str], bool]
    is_found: Callable[[str, str, Setting], bool]
    remark: str = ""
    columns: tuple[str, ...] = ("text",)
    with_accuracy: bool = False


def _says_under_13(text: str, label: str, setting: Setting) -> bool:
    reading = read_bio(text, setting.on)
    if reading is None or (label == "managed" and reading.parent_managed):
        return False
    return reading.born.share_under(MINIMUM_AGE, setting.on) >= 1 / 2


def _has_personal_data(text: str, _label: str, setting: Setting) -> bool:
    return any(datum.confidence != "possible" for datum in read_personal_data(text, allow=setting.allow))


def _names_a_pupil(text: str, _label: str, setting: Setting) -> bool:
    readings = read_names(text, known=setting.names)
    return any(reading.kind == "full name" and reading.confidence != "possible" for reading in readings)


def _is_risky(text: str, _label: str, setting: Setting) -> bool:
    return any(reading.confidence != "possible" for reading in read_address(text, setting.own))


def _is_lookalike(cells: str, _label: str, _setting: Setting) -> bool:
    own_handle, own_name, handle, display = cells.split("\t")
    return read_handle(Official(own_handle, own_name), handle, display).kind == "lookalike"


def _is_abuse(text: str, _label: str, _setting: Setting) -> bool:
    return any(find.kind in ABUSE and find.confidence != "possible" for find in read_abuse([text])[0])


def _is_trivial(text: str, _label: str, _setting: Setting) -> bool:
    topic = read_topic(text)
    return topic is not None and topic.trivial


def _tells(
    read: Callable[[str], Sequence[SensitiveReading | ConfidentialReading | LocationReading]],
) -> Callable[[str, str, Setting], bool]:
    return lambda text, _label, _setting: any(one.confidence != "possible" for one in read(text))


TASKS = {
    "sensitive": Task(lambda label: label == "sensitive", _tells(read_sensitive)),
    "confidential": Task(lambda label: label == "confidential", _tells(read_confidential)),
    "location": Task(lambda label: label == "location", _tells(read_live_location)),
    "trivial": Task(lambda label: label == "trivial", _is_trivial, with_accuracy=True),
    "names": Task(lambda label: label == "full", _names_a_pupil),
    "toxic": Task(lambda label: label == "bad", _is_abuse),
    "bios": Task(lambda label: label == "minor", _says_under_13),
    "pii": Task(lambda label: label != "none", _has_personal_data),
    "links": Task(lambda label: label != "ok", _is_risky),
    "handles": Task(
        lambda label: label == "fake",
        _is_lookalike,
        columns=("official_handle", "official_name", "handle", "display"),
    ),
}


def score(rows: Sequence[tuple[bool, bool]]) -> dict[str, int | float | None]:
    """Counts, precision and recall of (found, positive) pairs."""
    tp = sum(found and positive for found, positive in rows)
    fp = sum(found and not positive for found, positive in rows)
    fn = sum(positive and not found for found, positive in rows)
    return {
        "n": len(rows),
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "precision": round(tp / (tp + fp), 4) if tp + fp else None,
        "recall": round(tp / (tp + fn), 4) if tp + fn else None,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one task; 0, or 2 with one sentence on standard error when it cannot be run."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description="Measure a reader on labelled texts.")
    parser.add_argument("task", choices=[*TASKS, "images"])
    parser.add_argument("file", type=Path, help="a CSV file with the task's columns")
    parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 11, 22), help="the date to read ages on")
    parser.add_argument("--school", type=Path, help="a school.toml, for the school's own contacts")
    parser.add_argument("--misses", action="store_true", help="print the rows that were read wrongly")
    options = parser.parse_args(arguments)
    if options.task == "images":
        return _images(options.file, with_misses=options.misses)
    try:
        task = TASKS[options.task]
        rows = _rows(options.file, task.columns)
        setting = Setting(
            options.on, _school_contacts(options.school), _school_links(options.school), school_names(options.school)
        )
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if task.remark:
        print(task.remark)
    pairs = [(task.is_found(text, label, setting), task.is_positive(label)) for text, label in rows]
    if options.misses:
        for (found, positive), (text, label) in zip(pairs, rows, strict=True):
            if found != positive:
                print(f"{'found' if found else 'missed'}\t{label}\t{text}")
    figures = score(pairs)
    if task.with_accuracy and pairs:
        figures["accuracy"] = round(sum(found == positive for found, positive in pairs) / len(pairs), 4)
    print(json.dumps({"task": options.task, **figures}))
    return 0


def _images(file: Path, *, with_misses: bool) -> int:
    try:
        seen = images.look(file)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if with_misses:
        print(*images.misses(seen), sep="\n")
    print(json.dumps({"task": "images", **score(images.pairs(seen)), **images.figures(seen)}))
    return 0


def _rows(file: Path, columns: Sequence[str]) -> list[tuple[str, str]]:
    """The texts of a file with their labels. Raises ValueError when it lacks a column."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        wanted = [*columns, "label"]
        if not set(wanted) <= set(reader.fieldnames or ()):
            there = ", ".join(reader.fieldnames or ["none"])
            asked = f"{', '.join(wanted[:-1])} and {wanted[-1]}"
            raise ValueError(f"{file}: expected the columns {asked}, found {there}")
        return [
            ("\t".join((row[name] or "").replace("\t", " ") for name in columns), row["label"] or "") for row in reader
        ]


def _school_contacts(file: Path | None) -> AllowList:
    school = tomllib.loads(file.read_text("utf-8")).get("school", {}) if file else {}
    return AllowList.of(**{kind: school.get(kind, ()) for kind in ("phones", "emails", "postcodes", "domains")})


def _school_links(file: Path | None) -> OwnLinks:
    school = tomllib.loads(file.read_text("utf-8")).get("school", {}) if file else {}
    return OwnLinks.of(school.get("domains", ()), school.get("allowed_links", ()))


def school_names(file: Path | None) -> SchoolNames:
    """The names that a school.toml lets the school publish; nobody's without a file."""
    school = tomllib.loads(file.read_text("utf-8")).get("school", {}) if file else {}
    allowed = (*school.get("allowed_names", ()), *school.get("class_names", ()))
    return SchoolNames.of(staff=school.get("staff_names", ()), allowed=allowed)


if __name__ == "__main__":
    sys.exit(main())
