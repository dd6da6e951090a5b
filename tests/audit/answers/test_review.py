"""What the answers mean for the findings of a night."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.answers.event import Answers, Event, Kind
from audit.answers.review import apply_answers, has_changed, judged, precision, review_of
from audit.compare import State, Tracked
from audit.lines import Line
from checks.finding import Finding, Outcome, Severity, fingerprint
from checks.policy import load_policy
from output.answers import APPROVER, COMMENT, STATUS, UNTIL, Status
from output.report import Delta

HEARD, TONIGHT = date(2026, 11, 20), date(2026, 11, 22)
POLICY = load_policy()
OPEN_CHECK, CHILDREN = "LNK-03", "AGE-02"
THEIRS = fingerprint(CHILDREN, "bluesky", "did:plc:a", "7")


def tracked(check=OPEN_CHECK, severity=Severity.MEDIUM, *, seen=True, content="a", **changes):
    finding = Finding(check, "A shortened link", severity, account="bluesky:a", item="7", content=content)
    mark = fingerprint(check, "bluesky", "did:plc:a", "7")
    last = TONIGHT if seen else HEARD
    one = Tracked(mark, finding, "bluesky", "did:plc:a", State.OPEN, HEARD, last, last, delta=Delta.PERSISTING)
    return replace(one, **changes)


def said(row, field, value, *, scope="", heard=HEARD, content=""):
    moment = datetime.combine(heard, datetime.min.time(), UTC)
    book = scope or ("safeguarding" if row.startswith(THEIRS) else "it")
    return Event(row, field.key, scope, value, value, Kind.TYPED, book, f"{book}.xlsx", moment, heard, content)


def answers(*events):
    return Answers(tuple(replace(event, number=number) for number, event in enumerate(events, 1)))


def accepted(one, *, until="2027-05-01", reason="Kept for the archive", approver="Headteacher", content=None):
    row = one.fingerprint
    mark = judged(one.finding.content, one.finding.severity) if content is None else content
    return [
        said(row, STATUS, Status.ACCEPTED, content=mark),
        *([said(row, COMMENT, reason, scope="it")] if reason else []),
        *([said(row, APPROVER, approver)] if approver else []),
        *([said(row, UNTIL, until)] if until else []),
    ]


def after(one, *events, lines=()):
    return apply_answers([one], {one.fingerprint: lines}, answers(*events), POLICY.checks, TONIGHT)


def test_an_accepted_risk_is_set_aside():
    """With reason, approver and an end an accepted risk no longer counts, and is still tracked."""
    one = tracked()
    [now] = after(one, *accepted(one)).tracked
    assert (now.aside, now.state, now.counts) == (Status.ACCEPTED, State.OPEN, False)


@pytest.mark.parametrize(
    ("missing", "words"),
    [({"reason": ""}, "reason"), ({"approver": ""}, "who approved"), ({"until": ""}, "Accepted until")],
)
def test_an_acceptance_lacks(missing, words):
    """Without its reason, its approver or its end an accepted risk goes on counting, and says what it lacks."""
    one = tracked()
    done = after(one, *accepted(one, **missing))
    assert done.tracked[0].counts
    assert words in " ".join(done.rows[one.fingerprint].lacking)
    assert not done.said


def test_twelve_months_at_most():
    """A risk is accepted for twelve months from the night that heard it, and not for a day longer."""
    one = tracked()
    assert not after(one, *accepted(one, until="2027-11-20")).tracked[0].counts
    assert after(one, *accepted(one, until="2027-11-21")).tracked[0].counts


def test_an_acceptance_is_given_for_longer():
    """A later end counts twelve months from the night that heard it, not from when the risk was first accepted."""
    one = tracked()
    first = date(2025, 12, 1)
    given = [replace(event, heard=first) for event in accepted(one, until="2026-11-30")]
    assert not after(one, *given, said(one.fingerprint, UNTIL, "2027-11-20")).tracked[0].counts


def test_an_end_that_is_over_accepts_nothing():
    """An acceptance whose end was over when it was typed was never in force, so no clock begins anew."""
    one = tracked()
    done = after(one, *accepted(one, until="2026-11-19"))
    assert (done.tracked[0].counts, done.tracked[0].delta, done.said) == (True, Delta.PERSISTING, ())
    assert "not over yet" in " ".join(done.rows[one.fingerprint].lacking)


def test_what_was_not_set_aside_does_not_open_again():
    """An acceptance without an approver set nothing aside, so the clock goes on when what it was about changes."""
    one = tracked()
    done = after(one, *accepted(one, approver="", content=judged("b", Severity.MEDIUM)))
    assert (done.tracked[0].delta, done.tracked[0].reopened_on) == (Delta.PERSISTING, None)


def test_a_person_who_takes_an_acceptance_back_opens_the_finding_again():
    """The clock of what was set aside until tonight begins anew, whoever ended that, and is the same next night."""
    one = tracked()
    later = said(one.fingerprint, STATUS, Status.IN_PROGRESS, heard=TONIGHT)
    [now] = after(one, *accepted(one), later).tracked
    assert (now.delta, now.reopened_on) == (Delta.REOPENED, TONIGHT)
    earlier = said(one.fingerprint, STATUS, Status.IN_PROGRESS, heard=HEARD)
    assert after(one, *accepted(one), earlier).tracked[0].delta is Delta.PERSISTING


def test_an_acceptance_ends():
    """The day after its end the finding is open again, its clock begins anew, and status and date are emptied."""
    one = tracked()
    last_day = after(one, *accepted(one, until=TONIGHT.isoformat()))
    assert not last_day.tracked[0].counts
    done = after(one, *accepted(one, until=(TONIGHT - timedelta(days=1)).isoformat()))
    [now] = done.tracked
    assert (now.counts, now.delta, now.reopened_on) == (True, Delta.REOPENED, TONIGHT)
    assert {(event.field, event.value, event.kind) for event in done.said} == {
        (STATUS.key, None, Kind.AUDIT),
        (UNTIL.key, None, Kind.AUDIT),
    }


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.NOT_AN_ISSUE])
def test_what_changed_opens_again(status):
    """An accepted or dismissed item whose content changed, or that became more serious, is open again."""
    for then in (judged("b", Severity.MEDIUM), judged("a", Severity.LOW)):
        one = tracked()
        events = [*accepted(one, content=then)[1:], said(one.fingerprint, STATUS, status, content=then)]
        [now] = after(one, *events).tracked
        assert (now.counts, now.delta) == (True, Delta.REOPENED)


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.NOT_AN_ISSUE])
def test_what_stays_or_gets_milder_stays_aside(status):
    """What was judged and is now the same, or less serious, stays set aside; unseen items keep their answer."""
    for then, seen in ((judged("a", Severity.MEDIUM), True), (judged("a", Severity.HIGH), True), ("b#2", False)):
        one = tracked(seen=seen)
        events = [*accepted(one)[1:], said(one.fingerprint, STATUS, status, content=then)]
        assert not after(one, *events).tracked[0].counts


@pytest.mark.parametrize(("severity", "aside"), [(Severity.MEDIUM, True), (Severity.HIGH, False)])
def test_not_an_issue_and_its_approver(severity, aside):
    """Not an issue needs an approver where it is critical or high, and none below."""
    one = tracked(severity=severity)
    alone = after(one, said(one.fingerprint, STATUS, Status.NOT_AN_ISSUE))
    assert alone.tracked[0].counts is not aside
    approved = after(
        one, said(one.fingerprint, STATUS, Status.NOT_AN_ISSUE), said(one.fingerprint, APPROVER, "Headteacher")
    )
    assert not approved.tracked[0].counts


def test_done_is_verified():
    """Done is not believed while the audit still finds it: the status is emptied, and the reason says both dates."""
    one = tracked()
    done = after(one, said(one.fingerprint, STATUS, Status.DONE))
    [now] = done.tracked
    assert now.counts
    assert now.why == "said to be done on 20/11/2026; it was still there on 22/11/2026"
    assert [event.value for event in done.said] == [None]


def test_done_waits_for_the_next_look():
    """Done stands, and the finding goes on counting, until the audit could look again."""
    one = tracked(seen=False)
    done = after(one, said(one.fingerprint, STATUS, Status.DONE))
    assert done.tracked[0].counts
    assert not done.said


def test_attested():
    """What cannot be re-checked is closed by attestation, and says so."""
    one = tracked(seen=False)
    [now] = after(one, said(one.fingerprint, STATUS, Status.ATTESTED)).tracked
    assert (now.state, now.closed_on, now.delta) == (State.CLOSED, TONIGHT, Delta.FIXED)
    assert now.why == "closed by attestation of 20/11/2026: it cannot be re-checked"


def test_an_outage_attests_nothing():
    """What a later night can look at again is not closed by attestation: it goes on counting until then."""
    one = tracked(seen=False)
    said_so = answers(said(one.fingerprint, STATUS, Status.ATTESTED))
    [now] = apply_answers([one], {}, said_so, POLICY.checks, TONIGHT, {one.fingerprint}).tracked
    assert (now.state, now.counts, now.looked_at) == (State.OPEN, True, True)


def test_attested_and_seen():
    """An attestation does not close what the audit sees again."""
    one = tracked()
    done = after(one, said(one.fingerprint, STATUS, Status.ATTESTED))
    assert done.tracked[0].counts
    assert "could be looked at" in done.tracked[0].why
    assert len(done.said) == 1


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.DONE])
def test_a_look_is_given(status):
    """An item that awaited a human look awaits it no longer once a person says that something is in it."""
    one = tracked(seen=False)
    one = replace(one, finding=replace(one.finding, outcome=Outcome.REVIEW))
    assert after(one, said(one.fingerprint, STATUS, status)).tracked[0].looked_at
    assert not after(one, said(one.fingerprint, STATUS, Status.TO_REVIEW)).tracked[0].looked_at


LINES = tuple(
    Line(f"{tracked(CHILDREN).fingerprint}/{mark}", f"https://p.example/{mark}", "says 9", HEARD, TONIGHT)
    for mark in ("a1", "b2")
)


def test_children_are_answered_line_by_line():
    """A finding of several people is set aside when all of them are, so a new one opens it again."""
    one = tracked(CHILDREN)
    first = [said(LINES[0].row, STATUS, Status.NOT_AN_ISSUE), said(LINES[0].row, APPROVER, "Safeguarding lead")]
    both = [*first, said(LINES[1].row, STATUS, Status.NOT_AN_ISSUE), said(LINES[1].row, APPROVER, "Headteacher")]
    assert after(one, *first, lines=LINES).tracked[0].counts
    assert not after(one, *both, lines=LINES).tracked[0].counts
    new = (*LINES, replace(LINES[0], row=LINES[0].row + "c"))
    assert after(one, *both, lines=new).tracked[0].counts


def test_one_line_of_several_begins_no_clock_anew():
    """A finding that was open for one line stays as long open as it was when the answer to another line ends."""
    one = tracked(CHILDREN)
    changed = judged("another rule", Severity.MEDIUM)
    first = [said(LINES[0].row, STATUS, Status.NOT_AN_ISSUE, content=changed)]
    done = after(one, *first, lines=LINES)
    assert [event.row for event in done.said] == [LINES[0].row]
    assert (done.tracked[0].delta, done.tracked[0].reopened_on) == (Delta.PERSISTING, None)


def test_a_new_line_opens_again_what_was_set_aside():
    """Somebody new behind a finding that was set aside: it is open again from tonight, not since the first night."""
    one = tracked(CHILDREN)
    both = [said(line.row, STATUS, Status.NOT_AN_ISSUE) for line in LINES]
    new = replace(LINES[0], row=LINES[0].row + "c", first_seen=TONIGHT)
    [now] = after(one, *both, lines=(*LINES, new)).tracked
    assert (now.counts, now.delta, now.reopened_on) == (True, Delta.REOPENED, TONIGHT)
    [next_] = after(one, *both, lines=(*LINES, replace(new, first_seen=HEARD))).tracked
    assert next_.delta is Delta.PERSISTING


def test_others_answers_do_not_count_for_what_became_a_childrens_matter():
    """A status that governors gave before the policy data handed a check to the safeguarding lead is emptied."""
    one = tracked(CHILDREN)
    theirs = replace(said(one.fingerprint, STATUS, Status.NOT_AN_ISSUE), book="governors", source="governors.xlsx")
    done = after(one, theirs)
    assert done.tracked[0].counts
    assert not done.rows
    assert [(event.field, event.kind) for event in done.said] == [(STATUS.key, Kind.AUDIT)]


def test_an_attestation_that_is_taken_back():
    """What somebody's word closed opens again once a person answers something else; what the audit closed stays."""
    closed = tracked(seen=False, state=State.CLOSED, closed_on=HEARD, delta=Delta.FIXED)
    attested = replace(closed, why="closed by attestation of 20/11/2026: it cannot be re-checked")
    word = said(closed.fingerprint, STATUS, Status.ATTESTED)
    back = said(closed.fingerprint, STATUS, Status.IN_PROGRESS)
    assert after(attested, word).tracked[0].state is State.CLOSED
    [now] = after(attested, word, back).tracked
    assert (now.state, now.closed_on, now.delta, now.reopened_on) == (State.OPEN, None, Delta.REOPENED, TONIGHT)
    assert after(closed, word, back).tracked[0].state is State.CLOSED


def test_a_line_that_says_something_else_is_asked_again():
    """A profile that was not an issue is asked about again when another rule matches it."""
    one = tracked(CHILDREN, Severity.MEDIUM)
    said_of = said(LINES[0].row, STATUS, Status.NOT_AN_ISSUE, content=judged("birthday greeting", Severity.MEDIUM))
    done = after(one, said_of, lines=LINES[:1])
    assert done.tracked[0].counts
    assert [event.row for event in done.said] == [LINES[0].row]


def test_what_the_lead_answered_is_no_reason_that_others_read():
    """Why an answer of the lead's no longer stands is said in the list, which is hers, and not of the finding."""
    one = tracked(CHILDREN, Severity.MEDIUM)
    for status in (Status.DONE, Status.ATTESTED):
        done = after(one, said(LINES[0].row, STATUS, status), lines=LINES)
        assert [event.row for event in done.said] == [LINES[0].row]
        assert "20/11/2026" in done.said[0].why
        assert done.tracked[0].why == ""


def test_one_attestation_is_told_of_children():
    """A children's matter that the lead attested on several days says the last one: more days would tell how many."""
    unseen = [replace(line, last_seen=HEARD) for line in LINES]
    events = [
        said(line.row, STATUS, Status.ATTESTED, heard=HEARD - timedelta(days=days)) for days, line in enumerate(unseen)
    ]
    [now] = after(tracked(CHILDREN, seen=False), *events, lines=unseen).tracked
    assert (now.state, now.why) == (
        State.CLOSED,
        "closed by attestation of 20/11/2026: it cannot be re-checked",
    )


def test_what_is_still_seen_closes_by_nobody_s_word():
    """A finding of which one item is attested and another is no issue, but still seen, is set aside and not closed."""
    lines = (replace(LINES[0], last_seen=HEARD), LINES[1])
    events = [
        said(lines[0].row, STATUS, Status.ATTESTED),
        said(lines[1].row, STATUS, Status.NOT_AN_ISSUE),
        said(lines[1].row, APPROVER, "Headteacher"),
    ]
    [now] = after(tracked(CHILDREN), *events, lines=lines).tracked
    assert (now.state, now.aside) == (State.OPEN, Status.NOT_AN_ISSUE)


def test_only_the_safeguarding_leads_reason_counts():
    """A comment in IT's workbook is no reason for accepting a children's matter."""
    one = tracked(CHILDREN)
    row = one.fingerprint
    events = answers(*accepted(one))
    assert review_of(row, events, Severity.HIGH, children=True, on=TONIGHT).lacking
    theirs = answers(*accepted(one, reason=""), said(row, COMMENT, "A known adult", scope="safeguarding"))
    assert review_of(row, theirs, Severity.HIGH, children=True, on=TONIGHT).in_force


def test_a_closed_finding_keeps_its_answer():
    """A finding that was put right stays closed whatever its status says, and its acceptance is still on record."""
    one = tracked(seen=False, state=State.CLOSED, closed_on=HEARD, delta=Delta.FIXED)
    done = after(one, *accepted(one))
    assert done.tracked[0].state is State.CLOSED
    assert done.rows[one.fingerprint].in_force
    assert not done.said


def test_precision_counts_last_words():
    """Of each row the last status that a person typed counts; what nobody answered is left out."""
    one, other, third = "1-a", "1-b", "1-c"
    heard = answers(
        said(one, STATUS, Status.NOT_AN_ISSUE),
        said(one, STATUS, Status.DONE),
        replace(said(one, STATUS, None), kind=Kind.AUDIT),
        said(other, STATUS, Status.NOT_AN_ISSUE),
        said(third, STATUS, Status.TO_REVIEW),
    )
    checks = dict.fromkeys((one, other, third), OPEN_CHECK)
    assert precision(heard, checks) == ({OPEN_CHECK: 1}, {OPEN_CHECK: 1})


severities = st.sampled_from(list(Severity))


@given(st.text(), severities, st.text(), severities)
def test_changed(then, was, now, is_):
    """A thing has changed when its content differs or it is more serious, whatever its content holds."""
    assert has_changed(judged(then, was), judged(now, is_)) == (then != now or is_.rank < was.rank)
