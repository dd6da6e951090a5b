"""What people typed, taken over from the files that lie in the folders of the workbooks and in the inbox."""

import hashlib
import os
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from imitations.written_workbooks import RUN, build, column, mark
from openpyxl import load_workbook

from audit.answers import absorb as module
from audit.answers.absorb import MOST_FILES, absorb
from audit.answers.event import Kind
from audit.answers.known import KnownRow, KnownRows
from audit.answers.returned import Unreadable
from audit.answers.typed import ReturnedBook, TypedRow
from audit.ledger import Ledger
from checks.finding import finding_id
from output.answers import COMMENT, FINDING_FIELDS

ON = date(2026, 11, 22)
ROW = "1-aaaaaaaa0000"
FIELDS = frozenset(field.key for field in FINDING_FIELDS)
KINDS = ("governors", "it", "safeguarding")
KNOWN = KnownRows((KnownRow(ROW, finding_id(ROW), dict.fromkeys(KINDS, FIELDS)),))


def read(path, passwords):
    """Stands for the reader of workbooks: a file of ours here is its kind and a comment."""
    content = path.read_bytes()
    words = content.decode()
    if words == "locked" and passwords != ("open sesame",):
        raise Unreadable(f"{path.name} is behind a password")
    if words == "a file that breaks its reader":
        raise ValueError(words)
    kind, _, comment = words.partition(": ")
    if kind not in KINDS:
        return None
    row = TypedRow("Findings", "row 5", "", ROW, {COMMENT.key: comment}, {})
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    problems = ("a picture was not read",) if "picture" in comment else ()
    return ReturnedBook(path.name, kind, "run", saved, hashlib.sha256(content).hexdigest(), (row,), (), problems)


@pytest.fixture
def school(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "read_book", read)
    with closing(Ledger.at(tmp_path / "audit.db")) as ledger:
        made = School(tmp_path, ledger)
        yield made


class School:
    def __init__(self, folder, ledger):
        self.reports, self.inbox, self.ledger = folder / "reports", folder / "inbox", ledger
        self.safe = folder / "safe"
        for one in (self.reports, self.inbox, self.safe):
            one.mkdir()
        ledger.answers.wrote("run")

    def put(self, path, words):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words)
        return path

    def absorb(self, on=ON, passwords=(), known=KNOWN):
        folders = {"governors": self.reports, "it": self.reports, "safeguarding": self.safe}
        return absorb(folders, self.inbox, self.ledger, known, on, passwords)

    def comments(self):
        events = self.ledger.answers.list().events
        return sorted((event.source, event.typed) for event in events)


NAMES = [
    "it.xlsx",
    "it (new copy 22-11-2026 - the usual file was open).xlsx",
    "Copy of it.xlsx",
    "it-PC17-conflict.xlsx",
    "Sam's answers.xlsm",
    "it.ods",
    "IT.XLS",
    "it.xlsb",
]


def test_a_workbook_is_found_by_whatever_name(school):
    """In each folder the usual name, copies, conflicts and reviewers' own names are all read, in every format."""
    folders = (school.reports, school.safe, school.inbox)
    paths = [school.put(folder / name, f"it: {folder.name} {name}") for folder in folders for name in NAMES]
    taken = school.absorb()
    assert set(taken.read) == set(paths)
    assert taken.digests == {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    assert sorted(typed for _, typed in school.comments()) == sorted(
        f"{path.parent.name} {path.name}" for path in paths
    )


def test_what_was_taken_over_has_its_number(school):
    """The entries that a night adds to the list come back as they stand there."""
    school.put(school.inbox / "Copy of it.xlsx", "it: asked")
    [event] = school.absorb().events
    assert (event.kind, event.value, event.source, event.number) == (Kind.TYPED, "asked", "Copy of it.xlsx", 1)


def test_a_workbook_counts_wherever_it_lies(school):
    """A safeguarding workbook in the folder of the others is read as what it is."""
    school.put(school.reports / "safeguarding.xlsx", "safeguarding: asked")
    [event] = school.absorb().events
    assert (event.book, event.scope) == ("safeguarding", "safeguarding")


def test_what_is_no_workbook_in_use_is_left_alone(school):
    """Locks, hidden and unfinished files, dated copies and what lies too deep are not opened."""
    for path in (
        "reports/~$it.xlsx",
        "reports/.~lock.it.xlsx#",
        "reports/.school-audit-abc.tmp",
        "reports/.it.xlsx",
        "reports/2026-11-21/it.xlsx",
        "reports/it.docx",
        "inbox/~$it.xlsx",
        "inbox/.trash/it.xlsx",
        "inbox/a/b/c/d/it.xlsx",
    ):
        school.put(school.reports.parent / path, f"it: {path}")
    taken = school.absorb()
    assert (taken.read, taken.unreadable, taken.strangers) == ((), {}, ())


def test_the_inbox_may_have_folders(school):
    """Copies that people sorted into folders of the inbox are read, three folders deep."""
    school.put(school.inbox / "a" / "b" / "c" / "it.xlsx", "it: asked")
    assert len(school.absorb().events) == 1


def test_a_link_that_leads_out_is_not_followed(school, tmp_path):
    """A link to a file elsewhere is not opened; one within the folder is."""
    outside = school.put(tmp_path / "elsewhere.xlsx", "it: from elsewhere")
    inside = school.put(school.inbox / "a" / "it.xlsx", "it: asked")
    (school.inbox / "out.xlsx").symlink_to(outside)
    (school.inbox / "in.xlsx").symlink_to(inside)
    (school.inbox / "round.xlsx").symlink_to(school.inbox / "round.xlsx")
    (school.inbox / "folder").symlink_to(tmp_path)
    assert {path.name for path in school.absorb().digests} == {"it.xlsx", "in.xlsx"}


def test_a_file_is_read_once(school, monkeypatch):
    """Bytes that were read before are not read again, under whatever name they lie, and still told to be ours."""
    path = school.put(school.reports / "it.xlsx", "it: asked")
    school.absorb()
    copy = school.put(school.inbox / "copy.xlsx", "it: asked")
    monkeypatch.setattr(module, "read_book", lambda *_: pytest.fail("it was read again"))
    taken = school.absorb(ON + timedelta(1))
    assert (taken.events, taken.read, set(taken.digests)) == ((), (), {path, copy})
    [file] = school.ledger.answers.absorbed().values()
    assert (file.kind, file.heard, file.seen) == ("it", ON, ON + timedelta(1))


def test_one_bad_file_costs_nothing_but_itself(school):
    """A file behind a password, one that breaks its reader, a large one and one that may not be read: each a sentence."""
    for name, words in (
        ("locked.xlsx", "locked"),
        ("broken.xlsx", "a file that breaks its reader"),
        ("good.xlsx", "it: asked"),
    ):
        school.put(school.inbox / name, words)
    with (school.inbox / "large.xlsx").open("wb") as file:
        file.truncate(module.LARGEST + 1)
    taken = school.absorb()
    assert {path.name: words.partition(" ")[0] for path, words in taken.unreadable.items()} == {
        "locked.xlsx": "locked.xlsx", "broken.xlsx": "broken.xlsx", "large.xlsx": "large.xlsx",
    }  # fmt: skip
    assert school.comments() == [("good.xlsx", "asked")]
    assert "3 files could not be read" in taken.sentences
    assert not taken.strangers


def test_what_could_not_be_read_is_tried_again(school):
    """The next night reads it, as soon as it can be."""
    path = school.put(school.inbox / "it.xlsx", "locked")
    assert path in school.absorb().unreadable
    assert school.absorb(passwords=["open sesame"]).strangers == (path,)


def test_a_file_that_may_not_be_read_is_told(school, monkeypatch):
    """A file that the system does not let be opened is told in a sentence."""
    path = school.put(school.inbox / "it.xlsx", "it: asked")

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "_digest", refuse)
    assert school.absorb().unreadable == {
        path: "it.xlsx cannot be opened (Permission denied); the next run tries again"
    }


def test_nobodys_workbook_in_the_inbox_is_told_every_night(school, monkeypatch):
    """Whatever else lies in the inbox is told, and read once only; what lies in other folders is nobody's business."""
    stranger = school.put(school.inbox / "dinner money.xlsx", "something else")
    letter = school.put(school.inbox / "letter.docx", "Dear all")
    school.put(school.reports / "budget.xlsx", "something else again")
    assert set(school.absorb().strangers) == {stranger, letter}
    assert {file.name for file in school.ledger.answers.absorbed().values()} == {""}
    monkeypatch.setattr(module, "read_book", lambda *_: pytest.fail("it was read again"))
    taken = school.absorb()
    assert set(taken.strangers) == {stranger, letter}
    assert taken.sentences == ("2 files in the inbox are no workbook of ours",)


def test_several_files_of_one_night_are_merged_together(school):
    """Comments of two copies are joined as they were saved, whatever their names are."""
    for name, words, hour in (("a.xlsx", "later", 9), ("b.xlsx", "earlier", 8)):
        path = school.put(school.inbox / name, f"it: {words}")
        os.utime(path, (hour * 3600, hour * 3600))
    school.absorb()
    assert school.ledger.answers.list().value((ROW, COMMENT.key, "it")) == "earlier  |  later"


def test_what_belongs_to_no_row_is_kept(school):
    """An orphan of one night is not kept again by the next."""
    school.put(school.inbox / "it.xlsx", "it: asked")
    assert len(school.absorb(known=KnownRows()).orphans) == 1
    school.put(school.inbox / "it.xlsx", "it:  asked")
    assert school.absorb(known=KnownRows()).orphans == ()
    assert len(school.ledger.answers.orphans()) == 1


def test_what_was_left_out_of_a_file_is_told(school):
    """Problems of a file that was read go with its path."""
    path = school.put(school.inbox / "it.xlsx", "it: a picture")
    assert school.absorb().problems == {path: ("a picture was not read",)}


def test_folders_that_are_not_there_are_empty(school):
    """A school without an inbox has nothing in it."""
    school.inbox.rmdir()
    school.safe.rmdir()
    assert school.absorb() == module.Absorbed()


def test_a_folder_with_too_many_files_is_told(school, monkeypatch):
    """A night looks at so many files of a folder and says that there are more."""
    monkeypatch.setattr(module, "MOST_FILES", 3)
    assert MOST_FILES > 3
    for number in range(4):
        school.put(school.inbox / f"{number}.docx", "x")
    taken = school.absorb()
    assert len(taken.strangers) == 3
    assert "more than 3 files" in taken.unreadable[school.inbox]


def test_a_real_workbook_is_taken_over(tmp_path):
    """What somebody typed into a workbook that the audit wrote, and saved in the inbox, is in the ledger."""
    written = build(tmp_path / "governors.xlsx")
    workbook = load_workbook(written)
    sheet = workbook["Findings"]
    sheet[f"{column(sheet, COMMENT.key)}8"] = "Spoke to the office"
    (tmp_path / "inbox").mkdir()
    workbook.save(tmp_path / "inbox" / "Copy of governors.xlsx")
    rows = tuple(KnownRow(mark(n), f"F-{n:08X}", {"governors": FIELDS}) for n in range(4))
    with closing(Ledger.at(tmp_path / "audit.db")) as ledger:
        ledger.answers.wrote(RUN)
        absorb({"governors": tmp_path}, tmp_path / "inbox", ledger, KnownRows(rows), ON)
        answers = ledger.answers.list()
        assert answers.value((mark(3), COMMENT.key, "governors")) == "Spoke to the office"
        assert {file.name for file in ledger.answers.absorbed().values()} == {
            "governors.xlsx",
            "Copy of governors.xlsx",
        }
