"""The one paragraph on standard output, which cron mails."""

from output.page import counted, on_day
from output.report import Report, SafeguardingView


def notice(report: Report) -> str:
    """How the night went, in one paragraph: counts only, and for children's matters nothing but a number."""
    head, totals, view = report.head, report.totals, report.governors
    by_severity = [f"{count:,} {severity}" for severity, count in totals.open.items() if count]
    found = f"{totals.open_total:,} open ({', '.join(by_severity)})" if by_severity else "Nothing is open"
    parts = [
        f"{_one_line(head.school)}, social media audit of {on_day(head.on)}:",
        f"{view.rating} (indicative, automated).",
        f"{found}; {totals.new:,} new, {totals.fixed:,} closed, {totals.awaiting:,} awaiting a human look.",
        _unaudited(report),
    ]
    if totals.recommendations:
        parts.append(f"{counted(totals.recommendations, 'recommendation')} not counted.")
    if report.safeguarding.new:
        parts.append(f"{_fewer(report.safeguarding)} new items in the safeguarding workbook.")
    return " ".join(parts)


def _fewer(view: SafeguardingView) -> str:
    """How many new items, as people other than the safeguarding lead may read it.

    Never the number itself: less what the governors' workbook counts, it would tell the small number that is left.
    """
    return f"{'Fewer than' if view.new < view.suppress_below else 'At least'} {view.suppress_below}"


def _unaudited(report: Report) -> str:
    totals = report.totals
    if not totals.applicable:
        return "Nothing could be audited."
    if not totals.not_audited:
        return f"All {totals.applicable:,} checks were concluded."
    accounts = list(dict.fromkeys(_one_line(gap.account) for gap in report.governors.gaps))
    where = f": {', '.join(accounts[:3])}" if accounts else ""
    more = f" and {len(accounts) - 3:,} more" if accounts[3:] else ""
    return f"{totals.not_audited:,} of {totals.applicable:,} checks could not be concluded{where}{more}."


def _one_line(words: str) -> str:
    """Words that come from outside, on one short line without control characters."""
    return "".join(c if c.isprintable() else " " for c in words[:80]).strip()
