"""Coverage at a glance: every check against every account, one letter each; the reasons stand on the Coverage sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from output.cells import text
from output.page import FIRST_ROW, Book, Column, counted
from output.report import CoverageLine, Tone
from output.sheets import coverage
from output.style import BOLD_TEXT, CENTRE, TEXT, Look, shortened, tone_look

TITLE = "Coverage at a glance"

LONGEST_NAME = 32.0
"""Width of an account's name on its side, in units of a column's width."""
PER_PAGE = 30
"""Accounts side by side on one printed page."""
NONE = ""


@dataclass(frozen=True, slots=True)
class _Cell:
    """One box: its letter, whether the check was not concluded, and the row of the Coverage sheet that says why."""

    letter: str
    missed: bool
    row: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One check: its boxes by account, and for how many accounts it was concluded out of those it applies to."""

    check: str
    title: str
    boxes: Mapping[str, _Cell]

    @property
    def seen(self) -> str:
        applies = [box for box in self.boxes.values() if not box.letter.startswith("-")]
        return f"{sum(not box.missed for box in applies)} of {len(applies)}" if applies else "does not apply"

    @property
    def tone(self) -> Tone:
        applies = [box for box in self.boxes.values() if not box.letter.startswith("-")]
        if not applies:
            return Tone.PLAIN
        return Tone.UNSEEN if any(box.missed for box in applies) else Tone.GOOD


def _account(number: int, account: str, name: str, *, turn: bool) -> Column[_Row]:
    def letter(row: _Row) -> str:
        return row.boxes[account].letter if account in row.boxes else NONE

    def look(row: _Row) -> Look:
        shown = letter(row)
        return tone_look(coverage.TONES.get(shown[:1], Tone.UNSEEN)) if shown else CENTRE

    def why(row: _Row) -> tuple[str, str] | None:
        box = row.boxes.get(account)
        return (coverage.TITLE, f"A{box.row}") if box and box.missed else None

    return Column(f"account_{number}", name, 4.3, letter, look, jump=why, upright=True, turn=turn)


def add(book: Book, lines: Sequence[CoverageLine]) -> None:
    """Add the sheet; `lines` are those of the Coverage sheet, in its order."""
    page = book.page(TITLE, "A7B0BC")
    accounts = list(dict.fromkeys(line.account for line in sorted(lines, key=lambda line: line.missed)))
    rows: dict[str, _Row] = {}
    boxes: dict[str, dict[str, _Cell]] = {}
    for number, line in enumerate(lines, FIRST_ROW):
        boxes.setdefault(line.check, {})[line.account] = _Cell(line.letter, line.missed, number)
        rows[line.check] = _Row(line.check, line.title, boxes[line.check])
    columns = (
        Column("check", "Check", 10.5, lambda row: row.check, BOLD_TEXT),
        Column("title", "What is checked", 58, lambda row: row.title, TEXT),
        Column("seen", "Concluded", 14, lambda row: row.seen, lambda row: tone_look(row.tone)),
        *(
            _account(number, account, name, turn=not number % PER_PAGE and number < len(accounts))
            for number, (account, name) in enumerate(_names(accounts).items(), 1)
        ),
    )
    subtitle = (
        f"{counted(len(rows), 'check')} against {counted(len(accounts), 'account')}, the school itself among them.  "
        + coverage.LETTERS
        + "  Choose a letter that is no pass to see why."
    )
    page.band(TITLE, subtitle, columns)
    ordered = sorted(rows.values(), key=lambda row: row.check)
    page.table(columns, ordered, "No check ran: there is no account to look at.")


def _names(accounts: Sequence[str]) -> dict[str, str]:
    """What stands above each account's column: short, and no two alike."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for account in accounts:
        short = name = shortened(account, LONGEST_NAME)[0] or "(no name)"
        number = 1
        while (stored := text(name).casefold()) in taken:
            number += 1
            name = f"{short} ({number})"
        taken.add(stored)
        names[account] = name
    return names
