"""Accounts: one row for each account on the register."""

from output.page import Book, Column, counted
from output.report import AccountLine, Report
from output.style import BOLD_TEXT, CENTRE, DATE, LINK, Look, tone_look

TITLE = "Accounts"


def _clause(clause: str) -> Column[AccountLine]:
    def words(line: AccountLine) -> str:
        return line.boxes[clause].words if clause in line.boxes else "n/a"

    def look(line: AccountLine) -> Look:
        return tone_look(line.boxes[clause].tone) if clause in line.boxes else CENTRE

    return Column(f"clause_{clause}", clause, 13, words, look)


FIRST: tuple[Column[AccountLine], ...] = (
    Column("account", "Account", 34, lambda a: a.account, BOLD_TEXT),
    Column("platform", "Platform", 13, lambda a: a.platform),
    Column("status", "Status", 10, lambda a: a.status, CENTRE),
)
"""Before the boxes, one for each clause."""
REST: tuple[Column[AccountLine], ...] = (
    Column("open", "Open", 8, lambda a: a.open, CENTRE),
    Column("awaiting", "Awaiting a look", 10, lambda a: a.awaiting, CENTRE),
    Column("changes", "Since last night", 18, lambda a: a.changes, CENTRE),
    Column("last_audited", "Last audited", 11.5, lambda a: a.last_audited or "never", DATE),
    Column("owner", "Owner", 22, lambda a: a.owner or "none named"),
    Column("audience", "Audience", 22, lambda a: a.audience or "not stated"),
    Column("minimum_age", "Minimum age now", 11, lambda a: a.minimum_age, CENTRE),
    Column("address", "Address", 36, lambda a: a.address, LINK, lambda a: a.address, screen=True),
    Column("kind", "Kind", 12, lambda a: a.kind, CENTRE),
    Column("minimum_age_ahead", "Announced", 14, lambda a: a.minimum_age_ahead or "nothing", CENTRE),
    Column("if_announced_were_law", "If 16 became law", 100, lambda a: a.if_announced_were_law),
    Column("followers", "Followers", 11, lambda a: a.followers, CENTRE),
    Column("items_read", "Posts read", 10, lambda a: "none" if a.items_read is None else a.items_read, CENTRE),
    Column("last_post", "Last post", 11.5, lambda a: a.last_post or "none seen", DATE),
)


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    lines = report.governors.accounts
    page = book.page(TITLE, "7FAEDB")
    subtitle = (
        f"{counted(len(lines), 'account')} on the register.  Each box: how many and how serious."
        "  “not seen” = we could not look, so it is not a pass.  More on the screen, to the right."
    )
    columns = (*FIRST, *map(_clause, report.governors.clause_names), *REST)
    page.band(TITLE, subtitle, columns)
    page.table(columns, lines, "There is no account on the register yet.")
