"""Takes over what people typed: every workbook of ours in the workbooks' folders and in the inbox, read and merged.

Nothing is written but the ledger, in one transaction: the files stay as they are. A file that cannot be read costs
nothing but itself, and is tried again on the next night.
"""

import hashlib
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from audit.answers.event import Event, Orphan
from audit.answers.known import KnownRows
from audit.answers.merge import merge
from audit.answers.returned import LARGEST, SUFFIXES, Unreadable, read_book
from audit.answers.typed import ReturnedBook
from audit.ledger import Ledger
from audit.ledger_answers import AbsorbedFile
from checks.wording import counted
from output.atomic import UNFINISHED

log = logging.getLogger(__name__)

DEEPEST = 3
"""Folders in folders of the inbox that are looked into."""
MOST_FILES = 2_000
"""Files of one folder that are looked at in one night."""
BESIDE_WORKBOOKS = ("~$", ".", UNFINISHED[0])
"""How the names of files begin that programs lay beside a workbook while it is open or written, and of hidden ones."""


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What one night took over.

    `events` are the new entries of the list, with their numbers; `unreadable` says of a path, in a sentence, why what
    lies there was not read. `read` are the files that were read tonight. `digests` gives the SHA-256 of every workbook
    of ours, read tonight or before: whoever replaces one sees by it whether it was changed since. `strangers` are the
    files in the inbox that are nobody's workbook. `problems` are sentences on what was left out of a file; `sentences`
    are for the log, and name neither files nor people.
    """

    events: tuple[Event, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    unreadable: Mapping[Path, str] = field(default_factory=dict)
    read: tuple[Path, ...] = ()
    digests: Mapping[Path, str] = field(default_factory=dict)
    strangers: tuple[Path, ...] = ()
    problems: Mapping[Path, tuple[str, ...]] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()


def absorb(
    folders: Mapping[str, Path],
    inbox: Path,
    ledger: Ledger,
    known: KnownRows,
    heard: date,
    passwords: Sequence[str] = (),
) -> Absorbed:
    """Take over what people typed since the last night.

    `folders` are those of the workbooks, by kind: whatever lies in one, what the file itself says that it is counts.
    A file that is behind a password is tried with `passwords`.
    """
    answers = ledger.answers
    reading = _Reading(answers.absorbed(), heard, tuple(passwords))
    for folder in dict.fromkeys(folders.values()):
        for path in reading.within(folder, deepest=0):
            if path.suffix.lower() in SUFFIXES:
                reading.look_at(path)
    for path in reading.within(inbox, deepest=DEEPEST):
        if path.suffix.lower() not in SUFFIXES or not reading.look_at(path):
            reading.strangers.append(path)
    merged = merge(
        reading.books.values(), answers.list(), answers.upto_by_run(), known, heard, orphans=answers.orphans()
    )
    events = answers.keep(merged.events, merged.orphans, reading.files.values())
    return Absorbed(
        events=events,
        orphans=merged.orphans,
        unreadable=reading.unreadable,
        read=tuple(reading.books),
        digests=reading.digests,
        strangers=tuple(reading.strangers),
        problems={path: book.problems for path, book in reading.books.items() if book.problems},
        sentences=(*merged.sentences, *reading.told()),
    )


class _Reading:
    """The reading of one night: what it met, and what came of it. `files` are to be remembered, by their digests."""

    def __init__(self, before: Mapping[str, AbsorbedFile], heard: date, passwords: Sequence[str]) -> None:
        self.before, self.heard, self.passwords = before, heard, passwords
        self.books: dict[Path, ReturnedBook] = {}
        self.digests: dict[Path, str] = {}
        self.unreadable: dict[Path, str] = {}
        self.strangers: list[Path] = []
        self.files: dict[str, AbsorbedFile] = {}

    def within(self, folder: Path, deepest: int) -> Iterator[Path]:
        """The files of a folder, and of the folders in it, so many deep.

        Links that lead out of the folder are left alone, as is what programs lay beside a workbook.
        """
        if not folder.is_dir():
            return
        root = folder.resolve()
        number = 0
        for place, names, files in os.walk(root, onerror=self._closed):
            depth = len(Path(place).relative_to(root).parts)
            names[:] = sorted(name for name in names if not name.startswith(".")) if depth < deepest else []
            for name in sorted(files):
                path = Path(place, name)
                if name.startswith(BESIDE_WORKBOOKS) or not _lies_in(path, root):
                    continue
                number += 1
                if number > MOST_FILES:
                    self.unreadable[folder] = f"{folder.name} holds more than {MOST_FILES:,} files; not all were read"
                    return
                yield folder / path.relative_to(root)

    def _closed(self, error: OSError) -> None:
        path = Path(error.filename)
        self.unreadable[path] = f"{path.name} cannot be opened ({error.strerror or type(error).__name__})"

    def look_at(self, path: Path) -> bool:
        """Read one file, unless its bytes were read before; whether it is a workbook of ours, as far as one can say."""
        try:
            ours = self._is_ours(path)
        except Unreadable as error:
            self.unreadable[path] = str(error)
        except OSError as error:
            why = error.strerror or type(error).__name__
            self.unreadable[path] = f"{path.name} cannot be opened ({why}); the next run tries again"
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are read
            log.warning("a workbook was not read: %s", type(error).__name__)
            self.unreadable[path] = f"{path.name} cannot be read ({type(error).__name__}); save it again as .xlsx"
        else:
            return ours
        return True

    def _is_ours(self, path: Path) -> bool:
        if path.stat().st_size > LARGEST:
            limit = LARGEST // 1_000_000
            raise Unreadable(f"{path.name} is larger than {limit} MB; save a copy without the pictures that were added")
        digest = _digest(path)
        known = self.files.get(digest) or self.before.get(digest)
        if known is None:
            book = read_book(path, self.passwords)
            if book is None:
                if _digest(path) == digest:
                    self.files[digest] = AbsorbedFile(digest, "", "", self.heard, self.heard)
                return False
            self.books[path] = book
            known = AbsorbedFile(book.digest, path.name, book.kind, self.heard, self.heard)
        self.files[known.digest] = replace(known, seen=self.heard)
        if known.kind:
            self.digests[path] = known.digest
        return bool(known.kind)

    def told(self) -> Iterator[str]:
        """What is to be said of the files."""
        if self.unreadable:
            yield f"{counted(len(self.unreadable), 'file')} could not be read"
        if self.strangers:
            is_or_are = "is" if len(self.strangers) == 1 else "are"
            yield f"{counted(len(self.strangers), 'file')} in the inbox {is_or_are} no workbook of ours"


def _lies_in(path: Path, root: Path) -> bool:
    """Whether a path is a file in a folder, and no link that leads out of it."""
    try:
        return path.is_file() and path.resolve().is_relative_to(root)
    except OSError:  # a link that leads to itself
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
