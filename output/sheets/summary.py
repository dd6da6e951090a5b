"""Summary: the one page that governors read. Two flows side by side under the verdict, sign-off below."""

from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from checks.finding import Severity
from output import style
from output.page import FIRST_ROW, Book, Page, counted, on_day
from output.report import AccountLine, Box, DecisionLine, FindingLine, Report, Tone, Totals
from output.sheets import accepted, accounts, clauses, coverage, decisions, findings, method, trend, your_answers
from output.sheets.wording import some
from output.style import Look, shortened, tone_look

TITLE = "Summary"

LEFT_WIDTHS, GAP, NAME_WIDTH, CLAUSE_WIDTHS, LAST_WIDTH, EDGE = (11, 52, 9.5, 9.5, 9.5, 9.5, 14), 2.5, 38, 48, 15, 1.5
LEFT, LEFT_WORDS, LEFT_END = 2, 3, 8
RIGHT, RIGHT_WORDS = 10, 11
FEWEST_CLAUSES = 2
"""The right flow has columns for at least so many clauses, or the boxes to sign in would not fit."""
RATED = "An indicative assurance rating, worked out by a machine; the Method sheet has the rule."
MOST_ACCOUNTS = 14
MOST_GAPS = 4
MOST_DECISIONS = 3
JUMPS = {
    3: decisions.TITLE,
    4: clauses.TITLE,
    5: accounts.TITLE,
    6: findings.TITLE,
    7: coverage.TITLE,
    8: trend.TITLE,
    10: accepted.TITLE,
    11: method.TITLE,
    12: your_answers.TITLE,
}
"""Where the words in each column of the third row lead."""
_WORST_FIRST = (Tone.BAD, Tone.WATCH, Tone.UNSEEN, Tone.GOOD, Tone.PLAIN)

_HEAD = Look(size=9, bold=True, ink=style.WHITE, ground=style.NAVY, wrap=True, indent=1, edge="column")
_HEAD_CENTRE = replace(_HEAD, align="center", indent=0)
_CELL = Look(edge="box", indent=1)
_STRONG = replace(_CELL, bold=True)
_NAME = replace(_STRONG, wrap=True)
_SMALL = Look(size=9, edge="box", indent=1, wrap=True)
_NUMBER = Look(edge="box", align="center")
_BOX = Look(size=9, edge="box", align="center")
_TOTAL = Look(bold=True, ground=style.SHADE, indent=1)
_TOTAL_NUMBER = replace(_TOTAL, align="center", indent=0)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns of the page, of which the right flow has one for each clause of the policy."""

    clauses: tuple[str, ...]

    @property
    def widths(self) -> tuple[float, ...]:
        """The width of every column."""
        count = max(FEWEST_CLAUSES, len(self.clauses))
        right = (NAME_WIDTH, *[CLAUSE_WIDTHS / count] * count, LAST_WIDTH)
        return (EDGE, *LEFT_WIDTHS, GAP, *right, EDGE)

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.widths)

    @property
    def end(self) -> int:
        """The last column of the right flow."""
        return self.last - 1

    @property
    def middle(self) -> int:
        """The column in the middle of the right flow's clauses."""
        return RIGHT + (self.end - RIGHT) // 2

    def across(self, first: int, last: int) -> float:
        """How wide columns are together."""
        return sum(self.widths[first - 1 : last])


def add(book: Book, report: Report) -> None:
    """Add the sheet."""
    page = book.page(TITLE)
    grid = _Grid(report.governors.clause_names)
    page.widths(grid.widths)
    row = _verdict(page, grid, _band(page, grid, report), report)
    row = _tiles(page, grid, row, report.totals)
    end = _sign_off(page, grid, max(_left(page, grid, row, report), _right(page, grid, row, report)) + 1)
    page.sheet.print_area = f"A1:{get_column_letter(grid.last)}{end}"
    page.sheet.freeze_panes = "A3"
    page.paper(tall=1)
    page.protect()


# -- the verdict; each part is given its first row and returns the first one below it -------------------------


def _band(page: Page, grid: _Grid, report: Report) -> int:
    head = report.head
    kind = "" if head.live else "  ·  replayed from a recording"
    subtitle = (
        f"{head.school}  ·  audited on {head.on:%A} {on_day(head.on)}, ended at {head.finished:%H:%M}  ·  "
        f"{head.policy}  ·  next audit {on_day(head.next_check)}{kind}"
    )
    for row, high, look in ((1, 36, style.TITLE), (2, 24, style.SUBTITLE)):
        page.fill(row, 1, grid.last, look)
        page.height(row, high)
    page.put(1, LEFT, "Social media audit", replace(style.TITLE, size=22, indent=0))
    page.put(2, LEFT, shortened(subtitle, sum(grid.widths) - 4)[0], replace(style.SUBTITLE, indent=0))
    page.height(3, 20)
    page.put(3, LEFT, "Go to:", style.PLAIN)
    for column, name in JUMPS.items():
        page.jump(3, column, name, name, style.JUMP)
    return 4


def _verdict(page: Page, grid: _Grid, row: int, report: Report) -> int:
    view, totals = report.governors, report.totals
    ground, ink = style.TONE_COLOURS[style.RATING_TONES[view.rating]]
    verdict = Look(size=13, bold=True, ink=ink, ground=ground, indent=1)
    why = Look(ink=ink, ground=ground, indent=1)
    across = grid.across(LEFT, grid.end) - 4
    reasons = "; ".join(view.reasons)
    changed = f"Since last night: {totals.new:,} new, {totals.fixed:,} closed"
    if totals.pending:
        changed += f", {totals.pending:,} to be confirmed by another night"
    words = f"{RATED}  {changed}."
    lines = [(line, verdict, 26) for line in shortened(f"{view.rating}: {reasons}.", across, verdict, 2)]
    lines += [(line, why, 17) for line in shortened(words, across, why, 2)]
    for line, look, high in lines:
        page.fill(row, LEFT, grid.end, look)
        page.put(row, LEFT, line, look)
        page.height(row, high)
        row += 1
    page.height(row, 7)
    return row + 1


def _tiles(page: Page, grid: _Grid, row: int, totals: Totals) -> int:
    """Six large numbers, each with its words. Nothing found is green only when everything was seen."""
    critical, high = totals.open[Severity.CRITICAL], totals.open[Severity.HIGH]
    rest = " · ".join(f"{totals.open[s]:,} {s}" for s in (Severity.MEDIUM, Severity.LOW, Severity.INFO))
    share = "none" if totals.coverage is None else f"{int(totals.coverage * 100)}%"
    done = f"{totals.concluded:,} of {totals.applicable:,}"
    none = Tone.GOOD if totals.applicable and not totals.not_audited else Tone.UNSEEN
    watched = Tone.WATCH if totals.open_total else none
    awaited = Tone.WATCH if totals.awaiting else none
    tiles: tuple[tuple[int, int, str | int, str, str, Tone], ...] = (
        (2, 3, share, "of the checks concluded", done, none),
        (4, 6, critical, "critical", "open", Tone.BAD if critical else none),
        (7, 8, high, "high", "open", Tone.BAD if high else none),
        (10, 10, totals.open_total, "open in all", rest, watched),
        (11, grid.middle, totals.awaiting, "awaiting a human look", "rated as open", awaited),
        (grid.middle + 1, grid.end, totals.not_audited, "checks not audited", "never a pass", none),
    )
    for offset, points in enumerate((33, 17, 17, 9)):
        page.height(row + offset, points)
    for first, last, number, label, below, tone in tiles:
        ground, ink = style.TONE_COLOURS[tone]
        base = Look(ground=ground, align="centerContinuous")
        looks = (
            replace(base, size=24, bold=True, ink=ink),
            replace(base, size=11, bold=True),
            replace(base, size=9),
        )
        for offset, (words, look) in enumerate(zip((number, label, below), looks, strict=True)):
            page.fill(row + offset, first, last, look)
            page.put(row + offset, first, words, replace(look, edge="gap"))
    return row + 4


# -- the left flow: clauses, what to do first, decisions ---------------------------------------------------


def _left(page: Page, grid: _Grid, row: int, report: Report) -> int:
    row = _clauses(page, row, report)
    row = _first(page, grid, row + 1, report)
    return _decisions(page, grid, row + 1, report.governors.decisions)


def _clauses(page: Page, row: int, report: Report) -> int:
    totals = report.totals
    page.heading(row, "How each clause of the policy stands", LEFT, LEFT_END)
    closed = f"Closed since {on_day(totals.since)}" if totals.since else "Closed so far"
    titles = ("Clause", "What it asks", "Open", "Awaiting a look", "Not audited", closed, "Stands at")
    for column, title in enumerate(titles, LEFT):
        page.put(row + 1, column, title, _HEAD if column <= LEFT_WORDS else _HEAD_CENTRE)
    page.height(row + 1, 40 if totals.since else 30)
    row += 2
    for line in report.governors.clauses:
        page.put(row, LEFT, line.clause, _STRONG)
        page.put(row, LEFT_WORDS, line.plain, _SMALL)
        for column, count in enumerate((line.open, line.awaiting, line.not_audited, line.closed), 4):
            page.put(row, column, count, _NUMBER)
        page.put(row, LEFT_END, line.worst.words, tone_look(line.worst.tone, _BOX))
        page.height(row, style.row_height(style.lines_taken(line.plain, LEFT_WIDTHS[1], _SMALL), 9, 20))
        row += 1
    page.fill(row, LEFT, LEFT_END, _TOTAL)
    page.put(row, LEFT, "All", _TOTAL)
    for column, count in enumerate((totals.open_total, totals.awaiting, totals.not_audited, totals.closed), 4):
        page.put(row, column, count, _TOTAL_NUMBER)
    page.height(row, 20)
    return row + 1


def _first(page: Page, grid: _Grid, row: int, report: Report) -> int:
    view, totals = report.governors, report.totals
    page.heading(row, "Do these first", LEFT, LEFT_END)
    row += 1
    if not view.first:
        more = totals.open_total + totals.awaiting
        words = "Nothing but the decisions, and what could not be audited." if more else "Nothing is open."
        page.put(row, LEFT, words, style.PLAIN)
        page.height(row, 18)
        return row + 1
    rows = {line.id: number for number, line in enumerate(view.findings, FIRST_ROW)}
    width = grid.across(LEFT_WORDS, LEFT_END) - 1
    for line in view.first:
        page.put(row, LEFT, line.severity.capitalize(), style.severity_look(line.severity, _BOX))
        look = replace(style.JUMP, bold=True, indent=1)
        words = shortened(f"{line.title} · {line.account}", grid.across(LEFT_WORDS, LEFT_END - 1) - 2, look)[0]
        if line.id in rows:
            page.jump(row, LEFT_WORDS, words, findings.TITLE, look, f"A{rows[line.id]}")
        else:
            page.put(row, LEFT_WORDS, words, replace(style.STRONG, indent=1))
        page.put(row, LEFT_END, _by(line), Look(size=9, align="right", bold=line.overdue > 0))
        page.height(row, 18)
        for words in shortened(line.recommendation, width, replace(style.ADVICE, indent=1), most=2):
            row += 1
            page.put(row, LEFT_WORDS, words, replace(style.ADVICE, indent=1))
            page.height(row, 16)
        row += 1
    return row


def _by(line: FindingLine) -> str:
    if not line.due:
        return ""
    return f"{counted(line.overdue, 'day')} late" if line.overdue else f"by {on_day(line.due)}"


def _decisions(page: Page, grid: _Grid, row: int, lines: tuple[DecisionLine, ...]) -> int:
    page.heading(row, "Decisions needed", LEFT, LEFT_END)
    row += 1
    asked = [line for line in lines if not line.decided]
    if not asked:
        words = "Every decision asked of governors is taken." if lines else "No decision is asked of governors."
        page.put(row, LEFT, words, style.PLAIN)
        page.height(row, 18)
        return _more(page, row + 1, LEFT_WORDS, "waiting to be carried out", len(lines), decisions.TITLE)
    look = replace(style.JUMP, indent=1)
    for number, line in enumerate(asked[:MOST_DECISIONS]):
        page.put(row, LEFT, f"{number + 1}.", replace(style.STRONG, align="right"))
        words = f"{some(line.accounts)}: {line.asked}"
        for part in shortened(words, grid.across(LEFT_WORDS, LEFT_END) - 1, look, most=2):
            page.jump(row, LEFT_WORDS, part, decisions.TITLE, look, f"A{FIRST_ROW + number}")
            page.height(row, 17)
            row += 1
    return _more(page, row, LEFT_WORDS, "more", len(asked) - MOST_DECISIONS, decisions.TITLE)


def _more(page: Page, row: int, column: int, what: str, left: int, sheet: str) -> int:
    if left <= 0:
        return row
    page.jump(row, column, f"… and {left:,} {what} on the {sheet} sheet", sheet, replace(style.JUMP, indent=1))
    page.height(row, 17)
    return row + 1


# -- the right flow: accounts, what could not be audited ---------------------------------------------------


def _right(page: Page, grid: _Grid, row: int, report: Report) -> int:
    row = _matrix(page, grid, row, report.governors.accounts)
    return _gaps(page, grid, row + 1, report)


def _worst_key(line: AccountLine) -> tuple[int, int, int]:
    tones = [_WORST_FIRST.index(box.tone) for box in line.boxes.values()]
    return min(tones, default=len(_WORST_FIRST)), -line.open, -line.awaiting


def _matrix(page: Page, grid: _Grid, row: int, lines: tuple[AccountLine, ...]) -> int:
    page.heading(row, "Account by account", RIGHT, grid.end)
    for column, title in enumerate(("Account", *grid.clauses), RIGHT):
        page.put(row + 1, column, title, _HEAD if column == RIGHT else _HEAD_CENTRE)
    page.put(row + 1, grid.end, "Since last night", _HEAD_CENTRE)
    page.height(row + 1, 30)
    row += 2
    if not lines:
        page.put(row, RIGHT, "There is no account on the register yet.", style.PLAIN)
        page.height(row, 18)
        return row + 1
    many = len(lines) > MOST_ACCOUNTS
    for line in sorted(lines, key=_worst_key)[:MOST_ACCOUNTS] if many else lines:
        name = shortened(line.account, NAME_WIDTH, _NAME, most=2)
        page.put(row, RIGHT, " ".join(name), _NAME)
        for column, clause in enumerate(grid.clauses, RIGHT_WORDS):
            box = line.boxes.get(clause, Box("n/a"))
            page.put(row, column, box.words, tone_look(box.tone, _BOX))
        page.put(row, grid.end, shortened(line.changes, LAST_WIDTH, _BOX)[0], _BOX)
        page.height(row, 18 if len(name) == 1 else 30)
        row += 1
    if many:
        words = f"The worst {MOST_ACCOUNTS} of {len(lines):,}; all are on the {accounts.TITLE} sheet"
        page.jump(row, RIGHT, words, accounts.TITLE, replace(style.JUMP, indent=1))
        row += 1
    note = "OK = all seen, nothing open.  “not seen”, “partly seen” = no pass.  n/a = does not apply."
    page.put(row, RIGHT, note, style.NOTE)
    page.height(row, 17)
    return row + 1


def _gaps(page: Page, grid: _Grid, row: int, report: Report) -> int:
    gaps = report.governors.gaps
    page.heading(row, "What could not be audited", RIGHT, grid.end)
    row += 1
    if not gaps:
        seen = report.totals.applicable > 0
        words = "Everything that applies was audited." if seen else "There was nothing to look at."
        page.put(row, RIGHT, words, style.PLAIN)
        page.height(row, 18)
        return row + 1
    width = grid.across(RIGHT_WORDS, grid.end) - 1
    for gap in gaps[:MOST_GAPS]:
        names = shortened(gap.account, NAME_WIDTH, style.STRONG, most=2)
        whys = [(words, style.PLAIN) for words in shortened(gap.why, width, style.PLAIN, most=2)]
        whys += [(words, style.ADVICE) for words in shortened(f"→ {gap.do}", width, style.ADVICE) if gap.do]
        for offset, name in enumerate(names):
            page.put(row + offset, RIGHT, name, style.STRONG)
        for offset, (words, look) in enumerate(whys):
            page.put(row + offset, RIGHT_WORDS, words, look)
        for _ in range(max(len(names), len(whys))):
            page.height(row, 16)
            row += 1
    return _more(page, row, RIGHT_WORDS, "more", len(gaps) - MOST_GAPS, coverage.TITLE)


# -- sign-off ----------------------------------------------------------------------------------------------


def _sign_off(page: Page, grid: _Grid, row: int) -> int:
    """Printed lines to write on by hand; the last row used."""
    page.heading(row, "Reviewed by the governors", LEFT, grid.end)
    boxes = (
        (2, "Name", 3, 3),
        (4, "Date", 5, 8),
        (10, "Minute reference", 11, grid.middle),
        (grid.middle + 1, "Signature", grid.middle + 2, grid.end),
    )
    for column, label, first, last in boxes:
        page.put(row + 1, column, label, Look(ink=style.MUTED, align="right", vertical="center"))
        page.fill(row + 1, first, last, Look(edge="line"))
    page.height(row + 1, 30)
    return row + 1
