"""Coverage: every check of every account, how it ended and why; in the governors' and in IT's workbook."""

from collections.abc import Sequence

from output.page import Book, Column, counted
from output.report import CoverageLine, Tone
from output.style import BOLD_TEXT, CENTRE, DATE, Look, tone_look

TITLE = "Coverage"

TONES = {"P": Tone.GOOD, "F": Tone.BAD, "L": Tone.WATCH, "-": Tone.PLAIN}
"""By the first letter of the outcome; every other letter means that the check was not concluded."""
MOST_PRINTED = 60
"""Rows that go on paper: Coverage at a glance has every one of them by its letter."""
LETTERS = (
    "P pass · F finding · L a human look · N not testable · E error · M a person looks · - not applicable"
    " · * carried over"
)


def _letter(line: CoverageLine) -> Look:
    return tone_look(TONES.get(line.letter[:1], Tone.UNSEEN))


COLUMNS: tuple[Column[CoverageLine], ...] = (
    Column("account", "Account", 33, lambda c: c.account, BOLD_TEXT),
    Column("check", "Check", 10, lambda c: c.check),
    Column("title", "What is checked", 50, lambda c: c.title),
    Column("letter", "Letter", 8, lambda c: c.letter, _letter),
    Column("outcome", "Outcome", 18, lambda c: c.outcome.capitalize(), CENTRE),
    Column("reason", "Why", 48, lambda c: c.reason),
    Column("read", "How much was read", 27, lambda c: c.read),
    Column("on", "On", 11.5, lambda c: c.on, DATE),
)


def add(book: Book, lines: Sequence[CoverageLine]) -> None:
    """Add the sheet."""
    page = book.page(TITLE, "A7B0BC")
    missed = sum(line.missed for line in lines)
    printed = min(missed, MOST_PRINTED)
    some = f"the first {printed:,} of them" if printed < missed else "they"
    subtitle = (
        f"{counted(len(lines), 'result')}; the {missed:,} that could not be concluded come first, and {some} are"
        f" printed.   {LETTERS}"
    )
    page.band(TITLE, subtitle, COLUMNS)
    page.table(COLUMNS, lines, "No check ran: there is no account to look at.", printed=printed)
