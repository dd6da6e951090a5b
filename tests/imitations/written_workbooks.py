"""Workbooks as the audit writes them, for tests that change them as people do."""

from datetime import UTC, date, datetime

from checks.finding import Severity
from output.answers import AGREED, APPROVER, COMMENT, OWNER, STATUS, UNTIL, Status
from output.page import KEY_ROW, Book
from output.report import ByHandLine, CoverageLine, Delta, FindingLine, Head
from output.save import save
from output.sheets import by_hand, coverage, findings

ON = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 22, 2, 10, 31, tzinfo=UTC)
RUN = "20261122T020003"
HEADER = KEY_ROW + 1
ANSWERS = (
    {STATUS.key: Status.IN_PROGRESS, OWNER.key: "Office manager", COMMENT.key: "Asked the office on Friday."},
    {STATUS.key: Status.ACCEPTED, APPROVER.key: "Headteacher", UNTIL.key: date(2027, 8, 31), COMMENT.key: "- minute 7"},
    {AGREED.key: date(2026, 12, 1), COMMENT.key: "=first line\nsecond line"},
    {},
)


def head():
    """What every sheet says at its top."""
    return Head("Hazelbrook Primary School", "Policy of 09/09/2026", RUN, ON, MOMENT, MOMENT, ON, "0.1.0")


def finding(number, answers=None):
    """A finding with its answers."""
    return FindingLine(
        id=f"F-{number:08X}",
        severity=Severity.HIGH,
        clause="7.3",
        see_also="",
        account=f"Bluesky · hazelbrook-{number}.example",
        platform="Bluesky",
        title=f"Something about number {number}",
        detail="The register names one administrator.",
        criterion="Official school sites must be created only according to the requirements.",
        risk="A parent could be misled.",
        recommendation="Name two administrators by role",
        first_seen=ON,
        nights_open=1,
        delta=Delta.NEW,
        confidence="certain",
        awaiting=False,
        recommended=False,
        due=date(2026, 12, 4),
        overdue=0,
        address=f"https://posts.example/{number}",
        mark=mark(number),
        answers=ANSWERS[number % len(ANSWERS)] if answers is None else answers,
    )


def mark(number):
    """The whole mark of a finding."""
    return f"1-{number:08x}0123456789abcdef"


def build(path, kind="governors", count=4):
    """Write a workbook with the project's own sheets."""
    book = Book(head(), kind, "Social media audit", "For the reader")
    lines = [finding(number) for number in range(count)]
    columns = findings.COLUMNS if kind == "governors" else by_hand.COLUMNS
    if kind == "it":
        where = "https://www.snapchat.com/add/hazelbrook"
        lines = [ByHandLine("Snapchat hazelbrook", "Snapchat", "Look at it", "ID-01", where, ON, "H-00000001", "h1")]
    page = book.page("Findings" if kind == "governors" else "By hand")
    page.band(page.sheet.title, "Most serious first.", columns)
    page.table(columns, lines, "Nothing is open.")
    seen = CoverageLine("The school", "GOV-01", "The policy was reviewed", "P", "pass", "", ON, "all", missed=False)
    coverage.add(book, [seen])
    return save(book.finish(), path, moment=MOMENT)


def column(sheet, key):
    """The letter of the column with a key, where the sheet is as it was written."""
    return next(cell.column_letter for cell in sheet[KEY_ROW] if cell.value == key)


def by_id(book):
    """The rows of a workbook by their id."""
    return {row.id: row for row in book.rows}
