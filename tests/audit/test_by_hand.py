"""Looks by hand: what is looked at, and how long the answer to it holds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.answers.event import NO_MOMENT, Answers, Event, Kind
from audit.by_hand import BOOK, LastLook, by_hand, last_look, mark_of
from checks.calendar import SchoolCalendar
from checks.finding import Outcome
from checks.outcome import Result
from checks.policy import Term
from output.answers import COMMENT, LOOKED, LOOKED_ON, Looked
from output.report import Standing

TERMS = (
    Term(name="Autumn", starts=date(2026, 9, 2), ends=date(2026, 10, 23)),
    Term(name="Autumn", starts=date(2026, 11, 2), ends=date(2026, 12, 18)),
    Term(name="Spring", starts=date(2027, 1, 4), ends=date(2027, 2, 12)),
    Term(name="Spring", starts=date(2027, 2, 22), ends=date(2027, 3, 25)),
)
CALENDAR = SchoolCalendar(TERMS)
MARK = mark_of("nextdoor:hazelbrook", "account")
LOOK_DAY, HEARD = date(2026, 11, 10), date(2026, 11, 12)


def typed(field, value, heard=HEARD, number=1, mark=MARK, saved=NO_MOMENT):
    """One thing that a person typed on By hand."""
    kind = Kind.TYPED if value else Kind.CLEARED
    return Event(mark, field.key, BOOK, value, value, kind, BOOK, "it.xlsx", saved, heard, number=number)


def right(looked_on=LOOK_DAY, heard=HEARD):
    """All right, with its date."""
    return Answers((typed(LOOKED, "All right", heard), typed(LOOKED_ON, looked_on.isoformat(), heard, 2)))


def test_what_nobody_looked_at_is_due_by_the_end_of_the_half_term():
    """Without an answer the look is due when the half-term ends."""
    assert last_look(MARK, Answers(), CALENDAR, date(2026, 11, 20)) == LastLook(
        None, None, date(2026, 12, 18), Standing.TO_LOOK
    )


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2026, 11, 12), Standing.LOOKED),
        (date(2026, 12, 18), Standing.LOOKED),
        (date(2026, 12, 19), Standing.TO_LOOK),
        (date(2027, 2, 12), Standing.TO_LOOK),
        (date(2027, 2, 13), Standing.TO_LOOK),
    ],
)
def test_all_right_is_out_of_the_way_until_the_half_term_ends(on, standing):
    """It is asked again in the next half-term, and due by the end of that one, however long nobody looks."""
    look = last_look(MARK, right(), CALENDAR, on)
    assert (look.seen, look.on, look.due, look.standing) == (Looked.RIGHT, LOOK_DAY, date(2027, 2, 12), standing)


def test_a_look_in_the_holidays_counts_for_the_half_term_that_follows():
    """Who looks during half-term week has looked for the weeks after it."""
    look = last_look(MARK, right(date(2026, 10, 27), date(2026, 10, 28)), CALENDAR, date(2026, 11, 20))
    assert (look.due, look.standing) == (date(2027, 2, 12), Standing.LOOKED)


def test_what_is_not_right_stays_until_it_is_right():
    """What is "Not right" never becomes old, and a later "All right" ends it."""
    wrong = Answers((typed(LOOKED, "Not right"), typed(LOOKED_ON, LOOK_DAY.isoformat(), number=2)))
    for on in (HEARD, date(2027, 2, 1)):
        assert last_look(MARK, wrong, CALENDAR, on).standing is Standing.NOT_RIGHT
    later = date(2026, 11, 20)
    better = wrong.with_([typed(LOOKED, "All right", later, 3)])
    assert last_look(MARK, better, CALENDAR, later) == LastLook(Looked.RIGHT, later, date(2027, 2, 12), Standing.LOOKED)


def test_a_new_date_renews_the_answer():
    """Who looks again types the new date alone: the answer beside it was the same."""
    again = right().with_([typed(LOOKED_ON, "2027-01-20", date(2027, 1, 21), 3)])
    look = last_look(MARK, again, CALENDAR, date(2027, 1, 21))
    assert (look.on, look.standing, look.due) == (date(2027, 1, 20), Standing.LOOKED, date(2027, 3, 25))


def test_without_a_date_the_day_of_saving_counts():
    """The answer is as old as the file in which it stood, and never younger than the night that read it."""
    for saved, day in (
        (datetime(2026, 11, 9, 8, tzinfo=UTC), date(2026, 11, 9)),
        (datetime(2030, 1, 1, tzinfo=UTC), HEARD),
        (NO_MOMENT, HEARD),
    ):
        answers = Answers((typed(LOOKED, "All right", saved=saved),))
        assert last_look(MARK, answers, CALENDAR, HEARD).on == day


def test_a_date_ahead_is_a_slip():
    """A look that was still to come when the night read of it holds no longer than one of that night."""
    assert last_look(MARK, right(date(2030, 1, 1)), CALENDAR, HEARD).on == HEARD


def test_an_emptied_answer_is_none():
    """Who empties the cell has taken the look back."""
    answers = right().with_([typed(LOOKED, None, number=3)])
    assert last_look(MARK, answers, CALENDAR, HEARD).seen is None


@given(
    st.dates(date(2026, 9, 2), date(2027, 3, 25)),
    st.dates(date(2026, 9, 2), date(2027, 12, 31)),
    st.dates(date(2026, 9, 2), date(2027, 12, 31)),
)
def test_no_date_makes_a_look_hold_beyond_the_half_term_after_the_night(heard, looked_on, on):
    """Whatever is typed as the date, the next look is due by the end of the half-term after the one of the night."""
    look = last_look(MARK, right(looked_on, heard), CALENDAR, on)
    this = CALENDAR.end_of_half_term(heard)
    assert look.due <= CALENDAR.end_of_half_term(date.fromordinal(this.toordinal() + 1))


def test_marks_hang_on_account_and_thing_alone():
    """A mark is that of one account and thing, and does not change with the words about it."""
    assert MARK == "H-0AF7C8C5DA2CE2BA"
    assert len({MARK, mark_of("nextdoor:hazelbrook", "CON-01"), mark_of("nextdoor:otherbrook", "account")}) == 3


def lines(audit, answers=()):
    """The lines of a night, with answers to them."""
    from audit.reviewed import Reviewed

    night = Reviewed(audit.configuration, audit.done, "0.0.1")
    return by_hand(night, Answers(tuple(answers)))


@pytest.fixture
def looked(school, audit, platform, monkeypatch):
    """A school with an account that no connector reads, and its night."""
    from audit.config import load

    (school / "register.csv").write_text("Platform,Handle\nbluesky,a.example\nnextdoor,hazelbrook\n")
    return SimpleNamespace(done=audit(), configuration=load(school, {}))


def test_answers_stand_beside_what_was_looked_at(looked):
    """A line shows what was typed, says what became of it, and moves below when it is all right."""
    first = lines(looked)
    assert {line.standing for line in first} == {Standing.TO_LOOK}
    assert len({line.mark for line in first}) == len(first) > 1
    assert all(line.id == line.mark[:10] for line in first)
    mark, other = first[0].mark, first[-1].mark
    events = [
        typed(LOOKED, "All right", date(2026, 11, 20), 1, mark),
        typed(LOOKED_ON, "2026-11-19", date(2026, 11, 20), 2, mark),
        typed(COMMENT, "Nothing new there", date(2026, 11, 20), 3, mark),
        typed(LOOKED, "Not right", date(2026, 11, 20), 4, other),
    ]
    after = lines(looked, events)
    assert (after[0].mark, after[0].standing) == (other, Standing.NOT_RIGHT)
    assert after[0].answered == "Not right on 20/11/2026: tell the headteacher."
    assert (after[-1].mark, after[-1].standing) == (mark, Standing.LOOKED)
    assert after[-1].answers == {
        LOOKED.key: "All right", LOOKED_ON.key: date(2026, 11, 19), COMMENT.key: "Nothing new there",
    }  # fmt: skip
    assert after[-1].answered.startswith("All right on 19/11/2026. Look again by ")


def test_a_date_alone_asks_what_was_seen(looked):
    """Who types the day and not what was seen is asked for it."""
    mark = lines(looked)[0].mark
    line = next(one for one in lines(looked, [typed(LOOKED_ON, "2026-11-19", mark=mark)]) if one.mark == mark)
    assert (line.answered, line.standing) == ("Please choose what you saw.", Standing.TO_LOOK)


def test_many_checks_are_counted(looked):
    """A platform that no program reads has one line, which names a few checks and counts the others."""
    line = next(one for one in lines(looked) if "does not read" in one.what)
    assert line.checks.startswith("COV-01, ")
    assert line.checks.endswith(" more")


def test_what_is_the_same_everywhere_is_one_line(school, audit, platform):
    """Four accounts of two platforms with the same thing to look at make one line that names them, answered once."""
    from audit.config import load

    rows = ["Platform,Handle", *(f"bluesky,{name}.example" for name in "abc"), "nextdoor,hazelbrook", ""]
    (school / "register.csv").write_text("\n".join(rows))
    done, configuration = audit(), load(school, {})
    same = [
        Result("IMG-04", account.key, Outcome.MANUAL, "no list is set up", done.on)
        for account in configuration.accounts
    ]
    [line] = lines(SimpleNamespace(done=replace(done, results=tuple(same)), configuration=configuration))
    assert (line.account, line.checks) == ("4 accounts", "IMG-04")
    assert "a.example" in line.what
    assert "hazelbrook" in line.what
    alike = tuple(same[:3])  # of one platform: each is looked at
    assert len(lines(SimpleNamespace(done=replace(done, results=alike), configuration=configuration))) == 3
