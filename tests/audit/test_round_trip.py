"""Whole nights of a school whose people answer in the files that the nights wrote: what comes back, and what follows."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from audit import cli
from audit.compare import State
from audit.config import load
from audit.folder import init
from audit.ledger import Ledger
from checks.finding import finding_id
from checks.policy import load_policy
from connectors.connector import Unreachable
from connectors.snapshot import Coverage, CoverageStatus, Resource
from output.answers import Status
from output.page import HEADER_ROW, KEY_ROW
from output.report import Delta

FIRST = date(2025, 11, 3)
LINK = "a1"
"""The item whose link is shortened: LNK-03 finds it, for everybody to answer."""


def post(item, text="News", links=("https://bit.ly/x",)):
    """A post with a shortened link."""
    return {
        "id": item,
        "address": f"https://bsky.app/{item}",
        "kind": "post",
        "text": text,
        "created": datetime(2025, 11, 1, 9, tzinfo=UTC),
        "links": list(links),
    }


class Books:
    """A school's folder, its nights, and what its people do with the files."""

    def __init__(self, folder, platform):
        self.folder, self.platform, self.on = folder, platform, FIRST - timedelta(1)
        self.reports = folder / "reports"

    def night(self, days=1, *, on=None):
        """The next night, `days` later; 0 is a second run on the same date."""
        self.on = on or self.on + timedelta(days)
        self.report, self.done = cli.night(load(self.folder, {}), self.on)
        return self

    @property
    def path(self):
        return self.reports / "governors.xlsx"

    def edit(self, change, book="governors", *, to=None, hour=9, source=None):
        """Open a file as people do, change it, and save it on the day of the last night, or as a copy."""
        path = source or self.reports / f"{book}.xlsx"
        workbook = load_workbook(path)
        change(workbook)
        to = to or path
        to.parent.mkdir(parents=True, exist_ok=True)
        workbook.save(to)
        self.saved(to, hour)
        return to

    def saved(self, path, hour):
        moment = datetime.combine(self.on, time(hour), UTC).timestamp()
        os.utime(path, (moment, moment))

    def type(self, typed, book="governors", sheet=None, row=None, **kept):
        """Type into the cells of one row, by headings; `row` begins its mark or id, else the LNK-03 of LINK."""
        sheet = sheet or {"governors": "Findings", "it": "Actions", "safeguarding": "To review"}[book]

        def change(workbook):
            table = Table(workbook[sheet])
            at = table.row(row or self.mark())
            for key, value in typed.items():
                table.sheet.cell(at, table.columns[key]).value = value

        return self.edit(change, book, **kept)

    def mark(self, check="LNK-03", item=LINK):
        return next(
            one.fingerprint for one in self.done.tracked if (one.finding.check, one.finding.item) == (check, item)
        )

    def one(self, mark=None):
        mark = mark or self.mark()
        return next(one for one in self.done.tracked if one.fingerprint == mark)

    def cell(self, key, book="governors", sheet=None, row=None, path=None):
        """What a cell of a file says, None where there is no such row."""
        sheet = sheet or {"governors": "Findings", "it": "Actions", "safeguarding": "To review"}[book]
        table = Table(load_workbook(path or self.reports / f"{book}.xlsx")[sheet])
        at = table.row(row or self.mark())
        return table.sheet.cell(at, table.columns[key]).value if at else None

    def heard(self, book="governors"):
        return getattr(self.report, book).heard

    def ledger(self):
        return Ledger.at(self.folder / "state" / "audit.db")

    def value(self, key, row=None, scope=""):
        ledger = self.ledger()
        try:
            return ledger.answers.list().value((row or self.mark(), key, scope))
        finally:
            ledger.close()


class Table:
    """A sheet by its keys."""

    def __init__(self, sheet):
        self.sheet = sheet
        self.columns = {cell.value: cell.column for cell in sheet[KEY_ROW] if cell.value}

    def row(self, begins):
        for at in range(HEADER_ROW + 1, self.sheet.max_row + 1):
            for key in ("mark", "id"):
                if key in self.columns and str(self.sheet.cell(at, self.columns[key]).value or "").startswith(begins):
                    return at
        return None


@pytest.fixture
def books(tmp_path, platform):
    """A school with one account, on which one post has a shortened link."""
    (tmp_path / "school.toml").write_text(
        "[school]\nname = 'Hazelbrook Primary School'\n[dpia]\nreference = 'D'\nfeatures = ['followers']\n"
        "[thresholds]\nlinks_per_night = 0\n"
    )
    (tmp_path / "register.csv").write_text("Platform,Handle\nbluesky,a.example\n")
    platform.posts = [post(LINK)]
    return Books(tmp_path, platform)


def test_an_answer_holds_on_the_night_that_learns_the_accounts_id(books, platform):
    """A finding that gets another fingerprint, since its account's id is known now, keeps its answer that very night."""
    collect = platform.collect

    def unidentified(*asked):
        snapshot = collect(*asked)
        return replace(snapshot, profile=replace(snapshot.profile, platform_id=""))

    platform.collect = unidentified
    books.night()
    before = books.mark()
    books.type({"answer_status": "Not an issue"})
    del platform.collect
    books.night()
    assert books.mark() != before
    assert not books.one().counts
    assert books.cell("answered", sheet="Accepted and closed").startswith("Not an issue")


# -- one person, one file ----------------------------------------------------------------------------------


def test_done_is_looked_at_again(books, platform):
    """Done is emptied while the thing is still there, and closes it on the night that no longer finds it."""
    books.night()
    books.type({"answer_status": "Done - please re-check"})
    books.night()
    assert books.one().state is State.OPEN
    assert books.cell("answer_status") is None
    assert "still there on 04/11/2025" in books.cell("answered")
    books.type({"answer_status": "done"})
    platform.posts = []
    books.night()
    assert books.one().state is State.CLOSED
    assert books.value("answer_status") == Status.DONE


def test_a_second_run_on_the_same_date(books):
    """What was typed between two runs of one date counts in the second, and is told once."""
    books.night()
    books.type({"answer_status": "Not an issue", "answer_comment": "Our printer's own short links"})
    books.night(0)
    assert not books.one().counts
    totals = books.report.totals
    assert (totals.new, totals.open_total, books.report.record["counts"]["new"]) == (4, 4, 4)
    books.night(0)
    assert [line.field for line in books.heard() if line.row.startswith("F-")] == ["Comment", "Status"]


def test_an_accepted_risk_over_months(books):
    """It is set aside to the last day of its time, asked of the governors before that, and open again after it."""
    books.night()
    books.type(
        {
            "answer_status": "Accepted risk",
            "answer_comment": "Needed for the trip",
            "answer_approver": "Governing body",
            "answer_until": "31/1/2026",
        }
    )
    books.night()
    assert books.one().aside == Status.ACCEPTED
    assert books.cell("answer_until", sheet="Accepted and closed").date() == date(2026, 1, 31)
    mark = f"D-{finding_id(books.mark())}"
    books.night(on=date(2026, 1, 31))
    assert not books.one().counts
    assert books.cell("asked", sheet="Decisions", row=mark)
    books.night()
    assert (books.one().counts, books.one().delta, books.one().reopened_on) == (True, Delta.REOPENED, date(2026, 2, 1))
    assert (books.value("answer_until"), books.cell("answer_comment")) == (None, "Needed for the trip")
    books.night(0)
    assert (books.one().delta, books.one().reopened_on) == (Delta.REOPENED, date(2026, 2, 1))


def test_an_acceptance_is_renewed(books):
    """A later end, typed before the first is over, holds for twelve months from then."""
    books.night()
    first = {"answer_status": "Accepted risk", "answer_comment": "Trip", "answer_approver": "Headteacher"}
    books.type({**first, "answer_until": datetime(2026, 10, 31)})
    books.night()
    books.night(on=date(2026, 10, 20))
    books.type({"answer_until": datetime(2027, 9, 30)}, sheet="Accepted and closed")
    books.night()
    assert books.one().aside == Status.ACCEPTED
    assert books.cell("answered", sheet="Accepted and closed") == "Accepted until 30/09/2027."


def test_an_attestation_is_taken_back(books, platform):
    """What nobody can look at closes by somebody's word, and opens again when that person says otherwise.

    After an outage the audit looks first.
    """
    books.night()
    platform.broken = {"a.example": Unreachable("no answer")}
    books.type({"answer_status": "Done - cannot be re-checked"})
    books.night()
    assert books.one().counts
    assert books.cell("answered").startswith("Attested on 03/11/2025; the audit looks again first")
    platform.broken, platform.posts = {}, []
    platform.coverage = {Resource.POSTS: Coverage(CoverageStatus.NOT_OFFERED, "posts are no longer offered")}
    books.night()
    assert books.one().why == "closed by attestation of 03/11/2025: it cannot be re-checked"
    closed = books.report.totals.closed
    books.type({"answer_status": None}, sheet="Accepted and closed")
    books.night()
    assert (books.one().state, books.report.totals.closed) == (State.OPEN, closed - 1)


WRONG = {
    "answer_status": ["dunno", 7, True, "Accepted?? risky", "#REF!", "x" * 30_000, "😀"],
    "answer_until": ["soon", "31/02/2026", -5, 1e12, "00/00/0000", True, "next term"],
    "answer_due": ["asap", "13/13/2025", 0.5],
    "answer_approver": ["Bob", 3],
}


@pytest.mark.parametrize("number", range(7))
def test_whatever_is_typed_wrong_is_told_and_stops_nothing(books, number):
    """Values that nobody understands change nothing, and stand on the sheet of answers with what is expected."""
    books.night()
    typed = {key: values[number % len(values)] for key, values in WRONG.items()}
    books.type(typed)
    books.night()
    assert books.one().counts
    told = [line for line in books.heard() if line.attention and line.became.startswith("Not understood")]
    assert {line.field for line in told} == {"Status", "Accepted until", "Due date agreed", "Approved by"}
    assert books.cell("answer_status") is None


def test_a_broken_answer_never_stops_the_audit(books, monkeypatch, capsys):
    """Where taking over breaks, the accounts are audited, no file that was typed in is replaced, and it is said."""
    books.night()
    books.type({"answer_comment": "Ring the printer"})
    with monkeypatch.context() as broken:
        broken.setattr("audit.answers.absorb.merge", lambda *_, **__: 1 / 0)
        books.night()
    assert books.done.exit_code == cli.INTERNAL
    assert "not taken over" in capsys.readouterr().err
    assert books.cell("answer_comment") == "Ring the printer"
    books.night()
    assert (books.value("answer_comment", scope="governors"), books.done.exit_code) == ("Ring the printer", 3)


# -- several people, several files -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "inbox/governors.xlsx",
        "inbox/from Mrs Whitlock/Copy of governors (1).xlsx",
        "reports/governors-conflict.xlsx",
        "reports/2025-11-03/governors.xlsx",
    ],
)
def test_wherever_a_copy_lies(books, name):
    """What is typed into a copy counts wherever it is dropped, under whatever name."""
    books.night()
    books.type({"answer_status": "not an issue", "answer_owner": "Office"}, to=books.folder / name)
    books.night()
    assert not books.one().counts
    assert books.cell("answer_owner", sheet="Findings", row=books.mark("GOV-01", "")) is None
    assert {line.became for line in books.heard()} == {"Taken over."}


def test_a_copy_of_three_nights_ago(books):
    """Its new words are taken over, and what was answered since is not undone by what it still says."""
    books.night()
    old = books.folder / "laptop" / "governors.xlsx"
    books.edit(lambda _: None, to=old)
    books.type({"answer_status": "In progress", "answer_comment": "Ringing the printer"})
    books.night()
    books.type({"answer_status": "Not an issue"})
    books.night().night()
    moved = books.folder / "inbox" / "it-conflict.xlsx"
    books.type({"answer_due": datetime(2025, 12, 1), "answer_comment": "Agreed"}, source=old, to=moved)
    books.night()
    assert books.one().aside == Status.NOT_AN_ISSUE
    assert books.value("answer_comment", scope="governors") == "Ringing the printer  |  Agreed"
    assert books.value("answer_due") == "2025-12-01"


def test_two_people_at_once(books):
    """Of two statuses the newer file's stands and the other is told to who typed it; comments stay in their workbooks."""
    books.night()
    books.type({"answer_status": "In progress", "answer_comment": "Ours"}, hour=9)
    books.type({"answer_status": "Not an issue", "answer_comment": "Theirs"}, "it", hour=11)
    books.night()
    assert books.value("answer_status") == Status.NOT_AN_ISSUE
    [lost] = [line for line in books.heard() if line.attention]
    assert (lost.typed, lost.became[:15]) == ("In progress", "Not taken over:")
    words = [str(cell.value) for sheet in load_workbook(books.path) for row in sheet for cell in row]
    assert "Ours" in words
    assert "Theirs" not in words


def test_rough_hands(books):
    """Sorted, renamed, without its keys, columns and rows, a sheet still says beside which finding something stands."""
    books.night()

    def rough(workbook):
        sheet = workbook["Findings"]
        table = Table(sheet)
        at = table.row(books.mark())
        sheet.cell(at, table.columns["answer_comment"]).value = "After half-term"
        others = [row for row in range(HEADER_ROW + 1, sheet.max_row + 1) if row != at and sheet.cell(row, 1).value]
        for column in range(1, sheet.max_column + 1):
            one, two = sheet.cell(at, column), sheet.cell(others[0], column)
            one.value, two.value = two.value, one.value
        for row in reversed(others[2:]):
            sheet.delete_rows(row)
        sheet.delete_cols(table.columns["mark"])
        sheet.delete_cols(table.columns["answer_owner"])
        sheet.delete_rows(KEY_ROW)
        sheet.title = "Mine"
        del workbook["Summary"]
        del workbook["Run data"]

    books.edit(rough)
    books.night()
    assert books.value("answer_comment", scope="governors") == "After half-term"
    assert {line.row for line in books.heard()} == {finding_id(books.mark())}


def test_notes_on_cells(books):
    """A note that hangs on a cell of a row joins its comment, once, however often the file comes back."""
    books.night()

    def note(workbook):
        table = Table(workbook["Findings"])
        table.sheet.cell(table.row(books.mark()), 5).comment = Comment("Is this ours?", "R. Hale")

    copy = books.edit(note, to=books.folder / "inbox" / "a.xlsx")
    books.night()
    books.edit(lambda _: None, source=copy, to=books.folder / "inbox" / "b.xlsx")
    books.night()
    assert books.cell("answer_comment") == "Note by R. Hale: Is this ours?"


def test_a_half_written_file_is_kept(books):
    """A usual file that cannot be read is neither read nor replaced; tonight's lies beside it, and both are told of."""
    books.night()
    whole = books.type({"answer_comment": "Kept"}).read_bytes()
    books.path.write_bytes(whole[: len(whole) // 2])
    books.night()
    assert books.path.read_bytes() == whole[: len(whole) // 2]
    [beside] = books.reports.glob("governors (new copy*.xlsx")
    assert books.cell("answer_comment", path=beside) is None
    books.path.write_bytes(whole)
    books.saved(books.path, 12)
    books.type({"answer_status": "In progress"}, source=beside, to=beside)
    books.night()
    assert (books.cell("answer_comment"), books.cell("answer_status")) == ("Kept", "In progress")


def test_a_ledger_from_yesterdays_backup(books):
    """Where the ledger forgot a night, its workbook still brings the answers that it bears."""
    books.night()
    backup = (books.folder / "state" / "audit.db").read_bytes()
    books.type({"answer_status": "Not an issue", "answer_comment": "Ours"})
    books.night()
    books.edit(lambda _: None)
    (books.folder / "state" / "audit.db").write_bytes(backup)
    books.night()
    assert books.one().aside == Status.NOT_AN_ISSUE
    assert books.value("answer_comment", scope="governors") == "Ours"


def test_nothing_is_heard_where_nothing_was_typed(books):
    """Workbooks that people opened and saved without typing, and every dated copy, say nothing, night after night."""
    books.night()
    books.type({"answer_status": "Not an issue", "answer_comment": "Ours", "answer_due": "1 Dec 2025"})
    books.night()
    ledger = books.ledger()
    before = len(ledger.answers.list().events)
    ledger.close()
    for night in range(3):
        for book in ("governors", "it", "safeguarding"):
            books.edit(lambda _: None, book, hour=10 + night)
            books.edit(lambda _: None, book, to=books.folder / "inbox" / f"{book} ({night}).xlsx")
        books.night()
    ledger = books.ledger()
    assert (len(ledger.answers.list().events), ledger.answers.orphans()) == (before, ())
    ledger.close()


# -- children's matters ------------------------------------------------------------------------------------


def child(name):
    """A follower who says that he or she is nine."""
    return {"id": f"did:plc:{name}", "handle": f"{name}.example", "name": name, "bio": "I'm 9 and I love slime"} | {
        "address": f"https://bsky.app/profile/did:plc:{name}"
    }


def lines_of(books):
    """The lines of the young followers' finding."""
    mark = books.mark("AGE-02", "")
    return [line for line in books.report.safeguarding.lines if line.mark.startswith(mark)]


STANDS = {"answer_status": "Not an issue", "answer_approver": "Safeguarding lead", "answer_comment": "A grown-up"}


def test_the_lead_answers_line_by_line(books, platform):
    """Her answers hold night after night; somebody new opens the finding again, from that night on."""
    platform.followers = [child("wren"), child("owl")]
    books.night()
    mark = books.mark("AGE-02", "")
    lines = [line.mark for line in lines_of(books)]
    for number, line in enumerate(lines):
        books.type(STANDS, "safeguarding", row=line, hour=9 + number)
    books.night().night()
    assert books.one(mark).aside == Status.NOT_AN_ISSUE
    assert [line.mark for line in lines_of(books)] == lines
    platform.followers.append(child("jay"))
    books.night()
    one = books.one(mark)
    assert (one.counts, one.delta, one.reopened_on) == (True, Delta.REOPENED, books.on)
    assert books.night().one(mark).delta is Delta.PERSISTING
    assert [line.aside for line in lines_of(books)] == [False, True, True]


@pytest.mark.parametrize("book", ["governors", "it"])
def test_nobody_else_answers_a_childrens_matter(books, platform, book):
    """A status that governors or IT type beside it has no effect, is told to them, and their comment stays theirs."""
    platform.followers = [child("wren")]
    books.night()
    mark = books.mark("AGE-02", "")
    books.type({**STANDS, "answer_comment": "We know the family"}, book, row=mark)
    books.night()
    assert books.one(mark).counts
    assert books.value("answer_comment", row=mark, scope=book) == "We know the family"
    assert books.cell("answer_comment", book, row=mark) == "We know the family"
    assert {line.field for line in books.heard(book) if line.attention} == {"Status", "Approved by"}
    assert books.cell("answer_status", "safeguarding", row=lines_of(books)[0].mark) is None


def test_a_line_goes_and_the_lead_saves_an_old_copy(books, platform):
    """Who follows no longer is forgotten with the answer, and a workbook that still names the line revives no answer."""
    platform.followers = [child("wren"), child("owl")]
    books.night()
    for number, line in enumerate(lines_of(books)):
        books.type(STANDS, "safeguarding", row=line.mark, hour=9 + number)
    books.night()
    platform.followers = [child("wren")]
    old = books.folder / "laptop" / "old.xlsx"
    books.edit(lambda _: None, "safeguarding", to=old)
    books.night()
    assert len(lines_of(books)) == 1
    books.edit(lambda _: None, "safeguarding", source=old, to=books.folder / "inbox" / "safeguarding (1).xlsx")
    books.night()
    assert books.one(books.mark("AGE-02", "")).aside == Status.NOT_AN_ISSUE
    [line] = [line for line in books.heard("safeguarding") if line.attention]
    assert line.became.startswith("Kept; it belongs to no row that we know.")


# -- other programs, other times ---------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["xlsx", "ods", "xls"])
def test_saved_by_another_program(books, tmp_path, format_):
    """A file of the night that LibreOffice saved says what was typed in it, and nothing else."""
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not on this machine")
    books.night()
    books.type({"answer_status": "Not an issue", "answer_comment": "Ours", "answer_due": datetime(2025, 12, 1)})
    books.night()
    mark = books.mark("GOV-01", "")
    words = "see minutes" if format_ == "xls" else "=-see minutes"  # old files keep no formula that is in error
    typed = {"answer_status": "In progress", "answer_due": datetime(2026, 3, 29), "answer_comment": words}
    start = books.type(typed, row=mark, to=tmp_path / "start" / "filled.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", format_, "--outdir", str(tmp_path / "inbox"), str(start)]
    subprocess.run(command, timeout=120, check=True, capture_output=True)
    books.saved(tmp_path / "inbox" / f"filled.{format_}", 10)
    ledger = books.ledger()
    before = len(ledger.answers.list().events)
    ledger.close()
    books.night()
    ledger = books.ledger()
    events, orphans = ledger.answers.list().events[before:], ledger.answers.orphans()
    ledger.close()
    assert {(event.row, event.field, event.value) for event in events} == {
        (mark, "answer_status", "In progress"),
        (mark, "answer_due", "2026-03-29"),
        (mark, "answer_comment", words),
    }
    assert orphans == ()


def test_a_school_that_updates(books):
    """A ledger of the version before, and workbooks that had no answers in them, make an ordinary first night."""
    books.night()
    with closing(sqlite3.connect(books.folder / "state" / "audit.db")) as ledger, ledger:
        for table in ("answers", "orphans", "absorbed", "written", "former"):
            ledger.execute(f"DROP TABLE {table}")
        ledger.execute("UPDATE meta SET value = '3' WHERE name = 'schema'")

    def older(workbook):
        for sheet in workbook:
            for cell in list(sheet[KEY_ROW]):
                if str(cell.value).startswith("answer") or cell.value == "mark":
                    for row in range(KEY_ROW, sheet.max_row + 1):
                        sheet.cell(row, cell.column).value = None
        for row in workbook["Run data"].iter_rows():
            if row[0].value == "format_version":
                row[1].value = 1

    for book in ("governors", "it", "safeguarding"):
        books.edit(older, book)
    books.night()
    assert books.heard() == books.heard("it") == ()
    assert books.cell("answer_status") is None
    books.type({"answer_status": "Not an issue"})
    assert not books.night().one().counts


def test_the_first_night_of_a_new_school(tmp_path):
    """A folder as init makes it has workbooks after its first night, and hears nothing from them on the second."""
    init(tmp_path / "new", load_policy(), "Hazelbrook Primary School")
    school = load(tmp_path / "new", {})
    for day in (FIRST, FIRST + timedelta(1)):
        report, done = cli.night(school, day)
        assert done.exit_code in (cli.COMPLETE, cli.FOUND)
        assert report.governors.heard == report.it.heard == report.safeguarding.heard == ()


def test_a_renamed_account_keeps_its_answers(books, platform):
    """Where the register has a new handle for the same account, what was answered about it stands."""
    platform.platform_id = "did:plc:one"
    books.night()
    books.type({"answer_status": "Not an issue", "answer_comment": "Ours"})
    books.night()
    (books.folder / "register.csv").write_text("Platform,Handle\nbluesky,renamed.example\n")
    books.night()
    assert not books.one().counts
    assert books.cell("answer_comment", sheet="Accepted and closed") == "Ours"
    books.type({"answer_comment": "And the cook's"}, source=books.reports / "2025-11-03" / "governors.xlsx")
    books.night()
    assert books.value("answer_comment", scope="governors") == "Ours  |  And the cook's"
