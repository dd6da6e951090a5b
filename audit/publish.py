"""Tonight's files put where people find them: the three workbooks, the dated copies, run.json."""

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import MappingProxyType

from audit.config import Configuration, WorkbookOptions, is_elsewhere
from audit.copies import (
    Read,
    beside_days,
    beside_usual,
    digest_of,
    freeze_meeting,
    nights_before,
    purge_read,
)
from audit.keys import BOOKS
from audit.ledger_answers import AbsorbedFile
from output import governors, it, safeguarding
from output.atomic import give, remove_unfinished
from output.encryption import NotLocked, locked
from output.lint import Faulty
from output.opened import opened_by
from output.records import write_record
from output.report import Report
from output.save import UNREAD, WAS_OPEN, beside, finish, put, unsound

log = logging.getLogger(__name__)

BUILDERS = {"governors": governors.build, "it": it.build, "safeguarding": safeguarding.build}
COPIED = ("governors", "it")
"""Workbooks of which dated copies are kept."""
UNCOPIED = "safeguarding"
"""The workbook of which there is one and no other."""
MOST_FAULTS = 3
"""So many of a workbook's faults are told; one is usually the cause of the others."""
TRIES = 3
"""How often a file is read that changes while it is read."""

SOMEBODY = "somebody has it open"
NONE_READ: Read = MappingProxyType({})
Late = Callable[[Path], str]
"""Takes over what is typed in the workbook at a path; why it cannot be read, "" when it was."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a night's files.

    `files` says where each lies that was written: by the workbook's name, and "record" for run.json. `problems` are
    sentences on what went wrong, for the log and for people; with one of them the exit code is 1. `notes` are sentences
    on what people should know. `written` has every workbook by the SHA-256 of its bytes: as long as a file has these
    nothing was typed in it, so it counts as read. `holders` are the words of notes that name who has a workbook open.
    """

    files: Mapping[str, Path]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    written: tuple[AbsorbedFile, ...]
    holders: tuple[str, ...] = ()

    def nameless(self, words: str) -> str:
        """A sentence as the log may keep it, which holds nobody's name for months."""
        for holder in self.holders:
            words = words.replace(holder, SOMEBODY)
        return words


def publish(
    report: Report,
    configuration: Configuration,
    *,
    read: Read = NONE_READ,
    late: Late | None = None,
) -> Published:
    """Write every file of the night.

    Every workbook is made, checked and put under its password before the first one is replaced. One that is not sound,
    or cannot be written, keeps no other from its readers. Nothing that somebody may have typed in is overwritten or
    removed unread: `read` are the files that were read. Any other is given to `late` right before it would be replaced,
    since somebody saved it during the run; what that cannot read stays, and tonight's goes beside it. Without `late`
    the usual files are replaced whatever they hold.
    """
    night = _Night(report, configuration, dict(read), late)
    night.dated.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready = {book: made for book in BOOKS if (made := night.make(book))}
    for book, made in ready.items():
        if book in COPIED and not made.faults:
            night.copy(book, made)
        night.place(book, made)
    night.freeze()
    night.record()
    return Published(
        night.files, tuple(night.problems), tuple(night.notes), tuple(night.written.values()), tuple(night.holders)
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """A finished workbook, and what is wrong with it."""

    content: bytes
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class _Night:
    """The files of one night, and what is to be said of them."""

    report: Report
    configuration: Configuration
    read: dict[str, AbsorbedFile]
    late: Late | None
    files: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    written: dict[str, AbsorbedFile] = field(default_factory=dict)
    copied: set[str] = field(default_factory=set)
    holders: list[str] = field(default_factory=list)

    @property
    def reports(self) -> Path:
        return self.configuration.folder / "reports"

    @property
    def dated(self) -> Path:
        return self.reports / self.report.head.on.isoformat()

    @property
    def moment(self) -> datetime:
        return self.report.head.finished

    def options(self, book: str) -> WorkbookOptions:
        return self.configuration.workbooks.get(book, WorkbookOptions())

    def make(self, book: str) -> _Made | None:
        """A workbook's finished bytes, under its password if it has one; None when it could not be made."""
        name = f"{book}.xlsx"
        try:
            try:
                made = _Made(finish(BUILDERS[book](self.report), name, self.moment))
            except Faulty as faulty:
                made = _Made(faulty.content, tuple(faulty.found))
            if self.options(book).encrypt:
                made = _Made(locked(made.content, self.configuration.keys.passwords[book]), made.faults)
        except NotLocked:
            self.problems.append(
                f"{name} was not written, and last night's stays: it could not be put under its password. Take other"
                f" characters for it in secrets.toml, [workbooks.{book}]."
            )
        except Exception:  # a sheet that trips over what it shows must not keep the other workbooks from their readers
            log.exception("%s could not be made", name)
            self.problems.append(
                f"{name} was not written, and last night's stays: something went wrong inside school-audit while it was"
                " made. Please send the night's log, in state/logs, to whoever looks after this program."
            )
        else:
            return made
        return None

    def place(self, book: str, made: _Made) -> None:
        """Put a workbook where its readers find it, or beside that, or nowhere; and say so."""
        folder = self.configuration.report_folder(book)
        usual = folder / f"{book}.xlsx"
        try:
            if self._is_there(book, folder):
                remove_unfinished(folder)
                self.files[book] = self._put(book, made, usual)
                self._wrote(book, made)
                if not made.faults:
                    self._leave(book, self.files[book])
        except LookupError:
            self.problems.append(
                f"{usual} was not written, and what was there stays: it could not be given to the group"
                f" {self.options(book).group!r}. The group must exist, and the user who runs this must belong to it"
                f" (school.toml, [workbooks.{book}])."
            )
        except OSError as error:
            self.problems.append(
                f"{usual} was not written, and what was there stays: {_why(error)}. See that its folder can be written"
                f" and has room.{self._elsewhere(book)}"
            )

    def copy(self, book: str, made: _Made) -> None:
        """The dated copy of a workbook."""
        path = self.dated / f"{book}.xlsx"
        if reason := self._unread(book, path):
            self.notes.append(
                f"{path} stays as it is, since what was typed in it could not be read: {reason}. Put it into the inbox."
            )
            return
        try:
            put(made.content, path, mode=self._mode(book))
            self._wrote(book, made)
            self.copied.add(book)
        except OSError as error:
            self.problems.append(f"{path} was not written: {_why(error)}.")

    def freeze(self) -> None:
        """The copy of the governors' last meeting."""
        meeting = self.configuration.school.governance.last_meeting
        try:
            copy = freeze_meeting(self.reports, meeting, self.report.head.on, self._mode("governors"))
        except OSError as error:
            self.problems.append(f"The copy of the governors' last meeting was not written: {_why(error)}.")
            return
        if copy:
            log.info("the governors' workbook of their last meeting is kept: %s", copy)

    def record(self) -> None:
        """run.json."""
        path = self.dated / "run.json"
        try:
            write_record(self.report, path)
            self.files["record"] = path
        except OSError as error:
            self.problems.append(f"{path} was not written: {_why(error)}.")

    def _put(self, book: str, made: _Made, usual: Path) -> Path:
        if made.faults:
            written = put(made.content, self._free(book, unsound(usual, self.moment)))
            more = f", and {len(made.faults) - MOST_FAULTS} more" if len(made.faults) > MOST_FAULTS else ""
            self.problems.append(
                f"{usual} is still that of an earlier night: tonight's did not pass the check that it opens cleanly"
                f" ({'; '.join(made.faults[:MOST_FAULTS])}{more}) and lies beside it as {written.name!r}. Go on with"
                " the earlier one, and send this sentence to whoever looks after school-audit. Nothing known is lost."
            )
            return written
        mode, group = self._mode(book), self.options(book).group
        if reason := self._unread(book, usual):
            written = put(made.content, self._free(book, beside(usual, self.moment, UNREAD)), mode=mode, group=group)
            self.notes.append(
                f"{usual} stays as it is, since what was typed in it could not be read: {reason}. Tonight's lies beside"
                f" it as {written.name!r}. Open the old one and save it anew under its name, as .xlsx; if it does not"
                " open, move it away."
            )
            return written
        other = self._free(book, beside(usual, self.moment, WAS_OPEN))
        holder = opened_by(usual, datetime.now(UTC))
        self.holders += [holder] if holder else []
        written = put(made.content, usual, beside=other, mode=mode, group=group)
        if written != usual:
            held = holder or SOMEBODY
            self.notes.append(
                f"{usual} could not be replaced: {held}. Tonight's lies beside it as {written.name!r}; once the old one"
                " is closed, the next night replaces it and takes over what was typed."
            )
        elif holder:
            self.notes.append(
                f"{usual} was replaced although {holder}. If it is saved from there, the older copy stands in its place"
                " until the next night, which takes over what was typed in it."
            )
        return written

    def _unread(self, book: str, path: Path) -> str:
        """Why a file must not be replaced, "" when nothing typed in it would be lost; read now if it was not before."""
        for _ in range(TRIES):
            try:
                digest = digest_of(path)
            except FileNotFoundError:
                return ""
            except OSError as error:
                return _why(error)
            known = self.read.get(digest)
            if self.late is None or (known and known.kind):
                return ""
            if reason := self.late(path):
                return reason
            self.read[digest] = self._known(digest, book)
        return "it was being changed all the while"

    def _free(self, book: str, path: Path) -> Path:
        """A name for a file beside the usual one at which nothing stands that was not read."""
        names = (path if number == 1 else path.with_stem(f"{path.stem} {number}") for number in count(1))
        return next(name for name in names if not self._unread(book, name))

    def _leave(self, book: str, written: Path) -> None:
        """Remove what lies beside a workbook from earlier nights, once it was read back and its days are over.

        Of the safeguarding lead's there is one and no other, since another would keep what was closed: it goes at once,
        as does the one in `reports` from before it got a folder of its own.
        """
        others = beside_usual(written.parent, book)
        if book == UNCOPIED and not written.parent.samefile(self.reports):
            others += [*beside_usual(self.reports, book), self.reports / f"{book}.xlsx"]
        days = beside_days(self.configuration.policy.retention)
        for path in others:
            if path != written and path.is_file():
                self._unread(book, path)
                if purge_read(path, self.read, days, self.report.head.on):
                    log.info("removed one from beside %s.xlsx", book)

    def _is_there(self, book: str, folder: Path) -> bool:
        """Whether a workbook's folder can be used; one inside the school's folder is made, one elsewhere never is.

        An unmounted share looks like a folder that is not there, and nobody would find what was written in its place.
        """
        outside = is_elsewhere(folder, self.configuration.folder)
        if folder.is_dir():
            missed = outside and not (folder / f"{book}.xlsx").exists()
            if missed and nights_before(self.reports, self.report.head.on):
                self.notes.append(
                    f"There was no {book}.xlsx in {folder} before tonight. Unless its folder was changed in"
                    " school.toml, it was moved away, or a share is not mounted there."
                )
            return True
        if not outside:
            make_folder(folder, self.options(book).group)
            return True
        self.problems.append(
            f"{book}.xlsx was not put into {folder}, which is not there. If it is on a share, mount it; else make the"
            f" folder, or change it in school.toml, [workbooks.{book}].{self._elsewhere(book)}"
        )
        return False

    def _elsewhere(self, book: str) -> str:
        return f" Tonight's lies in {self.dated}." if book in self.copied else ""

    def _wrote(self, book: str, made: _Made) -> None:
        digest = hashlib.sha256(made.content).hexdigest()
        self.written[digest] = self._known(digest, book)

    def _known(self, digest: str, book: str) -> AbsorbedFile:
        on = self.report.head.on
        return AbsorbedFile(digest, f"{book}.xlsx", book, on, on)

    def _mode(self, book: str) -> int:
        return int(self.options(book).mode, 8)


def make_folder(folder: Path, group: str) -> None:
    """Make a workbook's folder, for its owner alone, and for its group to read where it has one.

    Raises:
        LookupError: this machine has no such group, or the user who runs this may not give anything to it.
        OSError: the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        give(folder, group, 0o750 if group else 0o700)
    except LookupError:
        folder.rmdir()
        raise


def _why(error: OSError) -> str:
    """What the system says, in its own words."""
    return (os.strerror(error.errno) if error.errno else type(error).__name__).lower()
