"""The trend over nights and half-terms: what runs keep, and what is drawn of it."""

from datetime import date, timedelta

from audit.ledger import Ledger
from audit.trend import RunCounts, half_terms, nights, point, reported
from checks.calendar import SchoolCalendar
from checks.finding import Severity
from checks.policy import Term
from output.report import Rating, Totals

ON = date(2026, 11, 22)
TERMS = (
    Term(name="Autumn", starts=date(2026, 9, 2), ends=date(2026, 10, 16)),
    Term(name="Autumn", starts=date(2026, 11, 2), ends=date(2026, 12, 18)),
)


def totals(**changes):
    """Totals with two high findings open."""
    counts = {
        "open": {severity: 2 if severity is Severity.HIGH else 0 for severity in Severity},
        "awaiting": 1,
        "not_audited": 5,
        "closed": 4,
        "new": 0,
        "fixed": 3,
        "pending": 0,
        "recommendations": 0,
        "coverage": 0.75,
        "concluded": 15,
        "applicable": 20,
        "since": None,
    }
    return Totals(**{**counts, **changes})


def kept(on, **changes):
    """What the ledger gives back of a night."""
    return RunCounts(on, {"schema": 2, "reported": reported(totals(**changes), Rating.LIMITED)})


def test_a_night_is_drawn_as_it_was_reported():
    """A point has the open findings by severity, those awaiting a look, the closed ones, the share and the rating."""
    (first, _) = nights([kept(date(2026, 11, 20))], point(totals(), Rating.NO, ON))
    assert first.open[Severity.HIGH] == 2
    assert (first.awaiting, first.closed, first.coverage) == (1, 3, 0.75)
    assert (first.label, first.rating) == ("20/11/2026", "Limited assurance")


def test_tonight_is_drawn_once_and_last():
    """Of tonight the report's own totals are drawn, not what the ledger has of an earlier run on the same date."""
    points = nights([kept(ON, awaiting=9), kept(date(2026, 11, 20))], point(totals(), Rating.NO, ON))
    assert [(one.on, one.awaiting) for one in points] == [(date(2026, 11, 20), 1), (ON, 1)]


def test_a_night_of_an_earlier_version_shows_what_it_kept():
    """Without a report's counts a point has the open findings, and says nothing of looks, share or rating."""
    old = RunCounts(date(2026, 11, 20), {"schema": 1, "open": {"high": 7}, "deltas": {"fixed": 2}})
    first, _ = nights([old], point(totals(), Rating.NO, ON))
    assert first.open[Severity.HIGH] == 7
    assert (first.awaiting, first.closed, first.coverage, first.rating) == (None, 2, None, "")


def test_a_half_term_is_its_last_night_with_all_that_it_closed():
    """One point for each half-term: the counts of its last night, the closed ones of all its nights together."""
    days = [date(2026, 9, 30), date(2026, 10, 10), date(2026, 10, 25), date(2026, 11, 20)]
    runs = [kept(day, awaiting=number) for number, day in enumerate(days)]
    points = half_terms(nights(runs, point(totals(), Rating.NO, ON)), SchoolCalendar(TERMS))
    assert [(one.label, one.awaiting, one.closed) for one in points] == [
        ("Autumn from 02/09/2026", 2, 9),
        ("Autumn from 02/11/2026", 1, 6),
    ]


def test_a_night_that_was_repeated_is_on_record_once(audit, platform, school):
    """Of two runs on one date the ledger tells the second; each has what its report counted."""
    audit()
    audit()
    audit(ON + timedelta(days=1))
    ledger = Ledger.at(school / "state" / "audit.db")
    assert [run.on for run in ledger.runs()] == [ON, ON + timedelta(days=1)]
    assert ledger.runs()[-1].counts["reported"]["rating"] == str(audit.report.governors.rating)
    ledger.close()


def test_the_trend_ends_with_what_the_summary_says(audit, platform):
    """The last point of the trend has the totals of the same report."""
    audit()
    audit(ON + timedelta(days=1))
    report = audit.report
    assert [one.on for one in report.governors.nights] == [ON, ON + timedelta(days=1)]
    last = report.governors.nights[-1]
    assert last.open == report.totals.open
    assert (last.awaiting, last.coverage) == (report.totals.awaiting, report.totals.coverage)
    assert last.rating == report.governors.rating
