"""Decisions, and what was accepted or closed: what governors are asked, and what became of it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from audit.answers.event import Answers, Event, Kind
from audit.config import load
from audit.decisions import decisions
from audit.reviewed import Reviewed
from checks.finding import Severity
from output.answers import (
    APPROVER,
    COMMENT,
    DECIDED,
    DECIDED_ON,
    MINUTE,
    STATUS,
    UNTIL,
    Decided,
    Status,
)
from output.report import AcceptedLine, Aside

ON = date(2026, 11, 22)
NEXT = date(2026, 11, 23)
LATER = date(2026, 11, 24)


def typed(row, said, book="governors"):
    """What a person typed into the cells of a row."""
    saved = datetime(2026, 11, 23, 1, tzinfo=UTC)
    return [
        Event(row, field.key, "" if field.shared else book, value, value, Kind.TYPED, book, f"{book}.xlsx", saved, NEXT)
        for field, value in said.items()
    ]


def listed(*events):
    """Everything that was typed, numbered."""
    return Answers(tuple(replace(event, number=number) for number, event in enumerate(events, 1)))


def requirements(audit):
    """The decision on the requirements, which no school in these tests has adopted."""
    return next(line for line in audit.report.governors.decisions if line.id == "D-GOV-02")


def leak(number):
    """A post with somebody's private number."""
    return {
        "id": f"at://{number}",
        "address": f"https://bsky.app/{number}",
        "kind": "post",
        "text": "Ring Ella's mum on 07700 900123",
        "created": datetime(2026, 11, 21, 9, tzinfo=UTC),
    }


def found(audit, severity=Severity.CRITICAL):
    """An open finding of a severity."""
    return next(line for line in audit.report.governors.findings if line.severity is severity)


def test_a_question_to_governors_is_a_row_of_its_own(platform, audit):
    """What governors decide has an id, a clause, a reason, its accounts and a date, and is not decided yet."""
    audit()
    line = requirements(audit)
    assert (line.clause, line.accounts, line.since, line.decided) == ("Governance", ("The school",), ON, False)
    assert line.asked.startswith("Read requirements.toml")
    assert line.why


def test_a_decision_keeps_its_mark(platform, audit):
    """From night to night a question has the same mark, by which its answer is found again."""
    audit()
    marks = {line.mark for line in audit.report.governors.decisions}
    audit(NEXT)
    assert {line.mark for line in audit.report.governors.decisions} == marks


def test_what_was_agreed_goes_to_the_end(platform, audit):
    """A decision that was taken stays until the audit no longer finds what it rests on, below those not yet taken."""
    audit()
    said = {DECIDED: Decided.AGREED, DECIDED_ON: "2026-11-22", MINUTE: "7.2"}
    audit(NEXT, listed(*typed("D-GOV-02", said)))
    line = requirements(audit)
    assert line.decided
    assert line.answered.startswith("Agreed on 22/11/2026 (minute 7.2).")
    lines = audit.report.governors.decisions
    assert [one.decided for one in lines] == sorted(one.decided for one in lines)


def test_what_was_put_off_is_asked_again(platform, audit):
    """A deferred decision is not settled, and one without a choice is asked for the choice."""
    audit()
    audit(NEXT, listed(*typed("D-GOV-02", {DECIDED: Decided.DEFERRED, DECIDED_ON: "2026-11-22"})))
    assert not requirements(audit).decided
    assert "asked again" in requirements(audit).answered
    audit(LATER, listed(*typed("D-GOV-02", {MINUTE: "7.2"})))
    assert requirements(audit).answered == "Please choose the decision."


def test_a_decision_is_asked_again_when_it_concerns_more(platform, audit):
    """What was agreed before an account was concerned does not settle it for that account."""
    audit()
    audit(NEXT, listed(*typed("D-GOV-02", {DECIDED: Decided.AGREED, DECIDED_ON: "2026-10-01"})))
    line = requirements(audit)
    assert not line.decided
    assert line.answered == "Agreed on 01/10/2026, before it concerned The school."


def test_the_policys_review_is_announced(platform, audit, school):
    """Sixty days before the policy's review date governors are asked to review it."""
    path = school / "school.toml"
    path.write_text(path.read_text() + "\n[policy]\nreview_date = 2027-01-20\n")
    audit()
    line = next(line for line in audit.report.governors.decisions if line.id.startswith("D-REVIEW"))
    assert line.asked == "Review the social media policy by 20/01/2027."


def accept(mark, until, book="it"):
    """What a person types to accept a risk."""
    return typed(
        mark,
        {STATUS: Status.ACCEPTED, COMMENT: "Parents need it", APPROVER: "Headteacher", UNTIL: until},
        book,
    )


def test_an_accepted_risk_is_told_with_who_and_until_when(platform, audit):
    """An accepted risk leaves the findings, and stands with approver, end and days left; its reason stays elsewhere."""
    platform.posts = [leak(1)]
    audit()
    mark = found(audit).mark
    audit(NEXT, listed(*accept(mark, "2027-06-30")))
    view = audit.report.governors
    assert mark not in {line.mark for line in view.findings}
    line = next(line for line in view.accepted if line.mark == mark)
    assert (line.kind, line.approver, line.until) == (Aside.ACCEPTED, "Headteacher", date(2027, 6, 30))
    assert (line.days_left, line.since, line.how) == (219, NEXT, "Still seen.")
    assert line.reason == "Given in another workbook."
    assert "Parents need it" not in repr(view)


def test_a_reason_is_shown_where_it_was_typed(platform, audit):
    """The reason that was typed in the governors' workbook is shown in it."""
    platform.posts = [leak(1)]
    audit()
    mark = found(audit).mark
    audit(NEXT, listed(*accept(mark, "2027-06-30", "governors")))
    assert next(line for line in audit.report.governors.accepted if line.mark == mark).reason == "Parents need it"


def test_an_acceptance_that_ends_soon_is_a_decision(platform, audit):
    """Governors are asked to renew a risk whose acceptance ends within sixty days, and not before."""
    platform.posts = [leak(1)]
    audit()
    line = found(audit)
    audit(NEXT, listed(*accept(line.mark, "2027-06-30")))
    assert not [one for one in audit.report.governors.decisions if line.id in one.id]
    audit(LATER, listed(*accept(line.mark, "2027-01-15")))
    [line] = [one for one in audit.report.governors.decisions if line.id in one.id]
    assert line.mark == line.id
    assert line.asked.startswith("Accept the risk for longer, or have it put right: ")


def test_an_acceptance_that_nobody_needs_is_told(platform, audit, school):
    """When an accepted risk is no longer seen, its line says that the acceptance is not needed any more."""
    platform.posts = [leak(1)]
    audit()
    mark = found(audit).mark
    said = listed(*accept(mark, "2027-06-30"))
    audit(NEXT, said)
    platform.posts = []
    audit(LATER, said)
    line = next(line for line in audit.report.governors.accepted if line.mark == mark)
    assert (line.kind, line.closed_on) == (Aside.CLOSED, LATER)
    assert line.how.endswith("Its acceptance is not needed any more.")
    path = school / "school.toml"
    path.write_text(path.read_text() + "\n[governance]\nlast_meeting = 2026-11-25\n")
    audit(date(2026, 11, 26), said)
    line = next(line for line in audit.report.governors.accepted if line.mark == mark)
    assert (line.kind, line.unneeded) == (Aside.ACCEPTED, True)
    assert line.how == "No longer seen: the acceptance is not needed any more."


def test_closed_lines_are_those_that_the_totals_count(platform, audit):
    """As many lines are closed as the Summary says."""
    platform.posts = [leak(1), leak(2)]
    audit()
    platform.posts = []
    audit(NEXT)
    report = audit.report
    closed = [line for line in report.governors.accepted if line.kind is Aside.CLOSED]
    assert len(closed) == report.totals.closed > 0
    assert all(line.closed_on == NEXT and line.how == "Looked for again and not found." for line in closed)


def child(number):
    """A follower who says to be nine."""
    return {
        "id": f"did:plc:child{number}",
        "handle": f"planted{number}.example",
        "name": f"Planted{number}",
        "bio": "I'm 9 and I love slime",
        "address": f"https://bsky.app/profile/did:plc:child{number}",
    }


def test_a_closed_childrens_matter_names_nobody(platform, audit):
    """The lead is told what was closed, how and what they answered; governors that there was one; neither who it was."""
    platform.followers = [child(1)]
    audit()
    rows = [line.mark for line in audit.report.safeguarding.lines if "did:plc" in line.address]
    said = listed(*(one for row in rows for one in typed(row, {COMMENT: "Spoke with the family"}, "safeguarding")))
    platform.followers = []
    audit(NEXT, said)
    report = audit.report
    lines = [line for line in report.safeguarding.closed if "Spoke with the family" in line.answer]
    assert lines
    assert {line.closed_on for line in lines} == {NEXT}
    assert "planted1" not in repr(report.safeguarding)
    told = [line for line in report.governors.accepted if line.id in {one.id for one in lines}]
    assert told
    assert not any(line.answerable for line in told)
    assert "Spoke with the family" not in repr(report.governors)
    assert "did:plc" not in repr(report.governors.accepted)


def test_governors_cannot_tell_how_many_answers_the_lead_gave(platform, audit, school):
    """An accepted children's matter reads as if one answer had been given, though each child has its own."""
    platform.followers = [child(number) for number in range(3)]
    audit()
    lines = [line for line in audit.report.safeguarding.lines if "under age" in line.what or "followers" in line.what]
    whole = lines[0].mark.partition("/")[0]
    mine = [line for line in lines if line.mark.startswith(f"{whole}/")]
    answers = listed(
        *(
            event
            for number, line in enumerate(mine)
            for event in typed(
                line.mark,
                {
                    STATUS: Status.ACCEPTED,
                    APPROVER: ("Headteacher", "Chair of governors", "Safeguarding lead")[number],
                    UNTIL: f"2027-0{number + 3}-01",
                    COMMENT: "known to me",
                },
                "safeguarding",
            )
        )
    )
    audit(LATER, answers)
    [told] = [line for line in audit.report.governors.accepted if line.mark == whole]
    assert len(mine) == 3
    [record] = [one for one in audit.report.record["findings"] if one["fingerprint"] == whole]
    assert (record["aside"], record["why"]) == ("with the safeguarding lead", "")
    assert (told.approver, told.until, told.reason) == ("Headteacher", date(2027, 3, 1), "Given in another workbook.")


def test_the_lead_alone_renews_what_the_lead_accepted(platform, audit, school):
    """No decision is asked of governors on a risk that the safeguarding lead answers."""
    night = Reviewed(load(school, {}), audit(), "0.0.1")
    line = AcceptedLine("F-1", Aside.ACCEPTED, Severity.HIGH, "7.3", "X", "Children", until=ON, mark="1-a")
    assert [one for one in decisions(night, [line]) if "F-1" in one.mark]
    assert not [one for one in decisions(night, [replace(line, answerable=False)]) if "F-1" in one.mark]
