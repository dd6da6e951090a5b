"""Workbooks that came back, merged into the list of what people typed."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.answers.event import Answers, Event, Kind, Orphan
from audit.answers.known import KnownRow, KnownRows
from audit.answers.merge import BETWEEN, merge
from audit.answers.typed import CellNote, ReturnedBook, TypedRow
from audit.answers.wording import LONGEST
from checks.finding import finding_id
from output.answers import COMMENT, FINDING_FIELDS, OWNER, STATUS, UNTIL, WITH_LEAD, Status

HEARD = date(2026, 11, 22)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROW, OTHER, CHILDS = "1-aaaaaaaa0000", "1-bbbbbbbb0000", "1-cccccccc0000"
FIELDS = frozenset(field.key for field in FINDING_FIELDS)
SHOWN = {"account": "Bluesky · hazelbrook.example", "title": "A shortened link", "clause": "7.1"}


def known_row(key=ROW, **changes):
    made = KnownRow(key, finding_id(key), {"governors": FIELDS, "it": FIELDS}, SHOWN, f"content of {key}")
    return replace(made, **changes)


KNOWN = KnownRows(
    (
        known_row(),
        known_row(OTHER, shown={**SHOWN, "clause": "7.2"}),
        known_row(CHILDS, answers={"it": {COMMENT.key}, "safeguarding": FIELDS}, shown={"title": "Some followers"}),
    )
)
NOTHING_SINCE = {"tonight": 0}


def row(cells, of=ROW, *, place="row 5", **changes):
    typed = {field.key: value for field, value in cells.items()}
    return replace(TypedRow("Findings", place, finding_id(of) if of else "", of, typed, {}), **changes)


def book(*rows, kind="it", run="tonight", hours=0, name="", notes=(), **changes):
    saved = NOON + timedelta(hours=hours)
    made = ReturnedBook(
        name or f"{kind}.xlsx", kind, run, saved, f"{kind}{hours}{name}{run}", tuple(rows), tuple(notes)
    )
    return replace(made, **changes)


def said(field, value, kind=Kind.TYPED, *, mark=ROW, scope="it", hours=0, typed="", number=0, **changes):
    made = Event(
        mark, field.key, "" if field.shared else scope, value, typed or value, kind, scope, f"{scope}.xlsx",
        NOON + timedelta(hours=hours), HEARD - timedelta(days=1), number=number,
    )  # fmt: skip
    return replace(made, **changes)


def listed(*events):
    return Answers(tuple(replace(event, number=number) for number, event in enumerate(events, 1)))


def merged(*books, answers=None, upto=NOTHING_SINCE, known=KNOWN, orphans=()):
    return merge(books, answers or Answers(), upto, known, HEARD, orphans)


def became(*books, **more):
    """Kind, value and typed of every new entry."""
    return [(event.kind, event.value, event.typed) for event in merged(*books, **more).events]


def after(answers, events):
    first = max((event.number for event in answers.events), default=0) + 1
    return answers.with_(replace(event, number=number) for number, event in enumerate(events, first))


# -- one workbook ------------------------------------------------------------------------------------------


def test_what_a_person_typed_is_taken_over():
    """A cell that says something else than its run wrote becomes an entry with all that is known of it."""
    [event] = merged(book(row({STATUS: "In progress"}))).events
    assert event == Event(
        ROW, STATUS.key, "", Status.IN_PROGRESS, Status.IN_PROGRESS, Kind.TYPED, "it", "it.xlsx", NOON, HEARD,
        f"content of {ROW}",
    )  # fmt: skip


def test_free_text_belongs_to_its_workbook():
    """Comments of two workbooks are two answers."""
    events = merged(book(row({COMMENT: "a"})), book(row({COMMENT: "b"}), kind="governors")).events
    assert [(event.scope, event.value) for event in events] == [("governors", "b"), ("it", "a")]


def test_what_the_run_wrote_is_no_edit():
    """A workbook that comes back as it was written says nothing."""
    answers = listed(said(COMMENT, "asked", hours=-9))
    assert became(book(row({COMMENT: "asked", STATUS: None})), answers=answers, upto={"tonight": 1}) == []


def test_a_cleared_cell_is_an_edit():
    """A cell that was filled and is empty now was cleared by a person."""
    answers = listed(said(COMMENT, "asked"))
    edited = book(row({COMMENT: " "}))
    assert became(edited, answers=answers, upto={"tonight": 1}) == [(Kind.CLEARED, None, None)]


def test_many_rows_that_look_alike_are_soon_known_for_nobodys():
    """Where ids and marks were deleted, thousands of rows that look the same cost seconds, and are kept as nobody's."""
    known = KnownRows(tuple(known_row(f"1-{number:024x}") for number in range(2_000)))
    rows = [row({STATUS: Status.DONE}, "", place=f"row {number}", shown=SHOWN) for number in range(2_000)]
    begun = time.process_time()
    done = merged(book(*rows), known=known)
    assert time.process_time() - begun < 10
    assert (done.events, len(done.orphans)) == ((), 1)


def test_what_was_not_understood_is_told_each_time_it_is_typed():
    """Words that nobody understands are said once of one workbook, and again of a later one in which they stand anew."""
    edited = book(row({STATUS: "dunno"}))
    first = listed(*merged(edited).events)
    assert became(edited, answers=first) == []
    again = book(row({STATUS: "dunno"}), run="later", hours=24)
    upto = {"tonight": 0, "later": 1}
    assert became(edited, again, answers=first, upto=upto) == [(Kind.UNCLEAR, None, "dunno")]


@pytest.mark.parametrize("rows", [(), (row({}),)], ids=["row", "column"])
def test_what_is_missing_is_no_edit(rows):
    """Neither a row nor a column that is gone from a workbook deletes anything."""
    assert became(book(*rows), answers=listed(said(COMMENT, "asked")), upto={"tonight": 1}) == []


def test_the_same_value_is_nothing_new():
    """What somebody typed into two workbooks is one entry."""
    both = [book(row({STATUS: Status.DONE}), kind=kind, hours=hour) for hour, kind in enumerate(["it", "governors"])]
    assert became(*both) == [(Kind.TYPED, Status.DONE, Status.DONE)]


def test_where_the_lead_answers_nothing_was_typed():
    """The words that stand in place of an answer which is given elsewhere are no answer."""
    assert became(book(row({STATUS: WITH_LEAD}), row({STATUS: WITH_LEAD}, CHILDS))) == []


# -- copies ------------------------------------------------------------------------------------------------


def test_an_old_copy_undoes_nothing():
    """What was typed since a copy was written stays, though the copy knows nothing of it."""
    answers = listed(said(STATUS, Status.DONE))
    copy = book(row({STATUS: None, OWNER: "Sam"}), run="old", hours=99)
    assert became(copy, answers=answers, upto={"old": 0}) == [(Kind.TYPED, "Sam", "Sam")]


def test_a_copy_that_is_saved_again_says_nothing_new():
    """The same words in a copy with other bytes are not heard twice."""
    answers = listed(said(COMMENT, "asked"))
    assert became(book(row({COMMENT: "asked"}), run="old", hours=99), answers=answers, upto={"old": 0}) == []


def test_a_withdrawn_answer_is_not_revived_and_that_is_told_once():
    """What was cleared since stays cleared however often a copy comes back; one entry tells so."""
    answers = listed(said(COMMENT, "asked"), said(COMMENT, None, Kind.CLEARED))
    copy = book(row({COMMENT: "asked"}), run="old", hours=99)
    events = merged(copy, answers=answers, upto={"old": 0}).events
    assert [(event.kind, event.value, event.typed) for event in events] == [(Kind.WITHDRAWN, None, "asked")]
    again = replace(copy, digest="saved again", saved=NOON + timedelta(days=9))
    assert became(again, answers=after(answers, events), upto={"old": 0}) == []


def test_what_was_joined_is_not_revived_either():
    """Comments that were joined and cleared stay cleared, though nobody typed them as one."""
    joined = f"a{BETWEEN}b"
    answers = listed(
        said(COMMENT, "a"), said(COMMENT, joined, Kind.JOINED, typed="b"), said(COMMENT, None, Kind.CLEARED)
    )
    assert became(book(row({COMMENT: joined}), run="old", hours=9), answers=answers, upto={"old": 0}) == [
        (Kind.WITHDRAWN, None, joined)
    ]


def test_what_the_audit_emptied_is_not_emptied_again():
    """A copy in which a status was cleared that the audit emptied too does not undo what was chosen since."""
    answers = listed(
        said(STATUS, Status.DONE), said(STATUS, None, Kind.AUDIT, typed=None), said(STATUS, Status.ACCEPTED)
    )
    assert became(book(row({STATUS: None}), run="old", hours=99), answers=answers, upto={"old": 1}) == []


def test_a_copy_that_says_what_was_replaced_the_same_night_is_told():
    """A file that repeats an answer, and another that replaces it: one merge tells all that there is to tell."""
    answers = listed(said(STATUS, Status.DONE))
    repeats = book(row({STATUS: Status.DONE}), run="old", hours=9, name="copy.xlsx")
    replaces = book(row({STATUS: Status.ACCEPTED}), hours=1)
    assert became(repeats, replaces, answers=answers, upto={"old": 0, "tonight": 1}) == [
        (Kind.TYPED, Status.ACCEPTED, Status.ACCEPTED),
        (Kind.WITHDRAWN, Status.ACCEPTED, Status.DONE),
    ]


def test_what_a_comment_still_says_was_not_withdrawn():
    """Words that stand in a longer comment by now are not told to be gone."""
    answers = listed(said(COMMENT, "asked"), said(COMMENT, "asked, and done"))
    assert became(book(row({COMMENT: "asked"}), run="old"), answers=answers, upto={"old": 0}) == []


def test_the_same_words_typed_anew_count():
    """Who types again what was withdrawn before the workbook was written means it."""
    answers = listed(said(STATUS, Status.DONE), said(STATUS, None, Kind.AUDIT, typed=None))
    assert became(book(row({STATUS: "done"})), answers=answers, upto={"tonight": 2}) == [
        (Kind.TYPED, Status.DONE, Status.DONE)
    ]


# -- conflicts ---------------------------------------------------------------------------------------------


def test_comments_are_joined():
    """A comment that was changed meanwhile keeps what it says, and gets the new one behind it."""
    answers = listed(said(COMMENT, "first"))
    assert became(book(row({COMMENT: "second"}), run="old"), answers=answers, upto={"old": 0}) == [
        (Kind.JOINED, f"first{BETWEEN}second", "second")
    ]


@pytest.mark.parametrize(
    ("stands", "typed", "entry"),
    [
        ("asked the office", "asked", (Kind.JOINED, "asked the office", "asked")),
        ("asked", "asked the office", (Kind.TYPED, "asked the office", "asked the office")),
        (f"x{BETWEEN}asked", "asked the office", (Kind.JOINED, f"x{BETWEEN}asked the office", "asked the office")),
        ("not done", "no", (Kind.JOINED, f"not done{BETWEEN}no", "no")),
        ("asked", None, (Kind.LOST, "asked", None)),
        (None, "asked", (Kind.TYPED, "asked", "asked")),
    ],
)
def test_of_two_comments_the_one_that_says_all_stays(stands, typed, entry):
    """Where a comment says all of another, the longer one stays; where one was cleared, the other does."""
    answers = listed(said(COMMENT, "before"), said(COMMENT, stands, Kind.TYPED if stands else Kind.CLEARED))
    assert became(book(row({COMMENT: typed}), run="old"), answers=answers, upto={"old": 1}) == [entry]


def test_a_comment_that_is_too_long_to_join_is_kept_apart():
    """Comments that one cell cannot hold stay as they are, and the new one is in the list."""
    old, new = "a" * (LONGEST - 2), "b" * LONGEST
    answers = listed(said(COMMENT, old))
    assert became(book(row({COMMENT: new}), run="old"), answers=answers, upto={"old": 0}) == [(Kind.LOST, old, new)]


def test_the_later_file_wins_and_the_loser_is_told():
    """Of two statuses the one saved later holds, and an entry tells the other workbook."""
    answers = listed(said(STATUS, Status.DONE, scope="governors"))
    taken, lost = merged(
        book(row({STATUS: Status.NOT_AN_ISSUE}), run="old", hours=1), answers=answers, upto={"old": 0}
    ).events
    assert (taken.kind, taken.value, taken.book) == (Kind.TYPED, Status.NOT_AN_ISSUE, "it")
    assert (lost.kind, lost.value, lost.typed) == (Kind.LOST, Status.NOT_AN_ISSUE, Status.DONE)
    assert (lost.book, lost.source, lost.saved) == ("governors", "governors.xlsx", NOON)


def test_the_earlier_file_loses_and_is_told():
    """A status from a file saved before the one that holds is kept in the list, with no effect."""
    answers = listed(said(STATUS, Status.DONE, scope="governors"))
    assert became(book(row({STATUS: Status.NOT_AN_ISSUE}), run="old", hours=-1), answers=answers, upto={"old": 0}) == [
        (Kind.LOST, Status.DONE, Status.NOT_AN_ISSUE)
    ]


def test_a_file_that_goes_on_is_no_conflict():
    """Who types over his own answer in the same file, because it was never replaced, is not told that he lost."""
    answers = listed(said(STATUS, Status.IN_PROGRESS))
    assert became(book(row({STATUS: Status.DONE}), hours=5), answers=answers) == [
        (Kind.TYPED, Status.DONE, Status.DONE)
    ]


def test_a_person_has_the_last_word_against_the_audit():
    """What the audit emptied is filled by what somebody had typed before it, in a file that was read too late."""
    answers = listed(said(STATUS, Status.DONE), said(STATUS, None, Kind.AUDIT, typed=None, hours=9))
    late = book(row({STATUS: Status.NOT_AN_ISSUE}), run="old", hours=1)
    assert became(late, answers=answers, upto={"old": 1}) == [(Kind.TYPED, Status.NOT_AN_ISSUE, Status.NOT_AN_ISSUE)]


def test_of_several_files_in_one_night_the_newest_wins():
    """Of three statuses in one night one is taken over and two are told to have lost."""
    copies = [
        book(row({STATUS: status}), hours=hour, name=f"{hour}.xlsx")
        for hour, status in enumerate([Status.DONE, Status.ACCEPTED, Status.IN_PROGRESS])
    ]
    assert became(*copies) == [
        (Kind.TYPED, Status.IN_PROGRESS, Status.IN_PROGRESS),
        (Kind.LOST, Status.IN_PROGRESS, Status.ACCEPTED),
        (Kind.LOST, Status.IN_PROGRESS, Status.DONE),
    ]


def test_comments_of_one_night_are_joined_as_they_were_saved():
    """Three comments of three files become one, the earliest first."""
    copies = [book(row({COMMENT: words}), hours=hour, name=words) for hour, words in enumerate("abc")]
    events = merged(*reversed(copies)).events
    assert events[-1].value == BETWEEN.join("abc")


def test_a_row_that_stands_there_twice_loses_nothing():
    """Two rows about one finding are like two files: comments are joined, of statuses the lower row's holds."""
    twice = book(row({STATUS: Status.DONE, COMMENT: "a"}), row({STATUS: Status.ACCEPTED, COMMENT: "b"}, place="row 9"))
    values = {(event.field, event.kind): event for event in merged(twice).events}
    assert values[STATUS.key, Kind.TYPED].value == Status.ACCEPTED
    assert values[STATUS.key, Kind.LOST].typed == Status.DONE
    assert values[COMMENT.key, Kind.JOINED].value == f"a{BETWEEN}b"


def test_an_empty_twin_clears_nothing():
    """Where a row was copied and one of the two left empty, the filled one counts."""
    answers = listed(said(COMMENT, "asked"))
    twice = book(row({COMMENT: "asked"}), row({COMMENT: None}, place="row 9"))
    assert became(twice, answers=answers, upto={"tonight": 1}) == []


# -- what has no effect ------------------------------------------------------------------------------------


def test_what_is_not_understood_is_kept_once():
    """Words that are no date stand in the list as typed, once, and the cell stays as it was."""
    answers = listed(said(UNTIL, "2027-05-01"))
    unclear = book(row({UNTIL: "after Easter"}))
    events = merged(unclear, answers=answers, upto={"tonight": 1}).events
    assert [(event.kind, event.value, event.typed) for event in events] == [
        (Kind.UNCLEAR, "2027-05-01", "after Easter")
    ]
    again = replace(unclear, digest="again", saved=NOON + timedelta(days=1))
    assert became(again, answers=after(answers, events), upto={"tonight": 1}) == []


def test_a_field_answered_elsewhere_has_no_effect_here():
    """A status of the safeguarding lead's matter that is typed into IT's workbook is kept, once, and changes nothing."""
    typed = book(row({STATUS: Status.DONE, COMMENT: "told the lead"}, CHILDS))
    events = merged(typed).events
    assert [(event.kind, event.value, event.typed) for event in events] == [
        (Kind.NOT_THEIRS, None, Status.DONE),
        (Kind.TYPED, "told the lead", "told the lead"),
    ]
    assert became(replace(typed, digest="again"), answers=after(Answers(), events)) == []


def test_who_answers_it_may_type_the_same():
    """What had no effect in IT's workbook has one in the safeguarding lead's."""
    wrong = book(row({STATUS: Status.DONE}, CHILDS), hours=1)
    right = book(row({STATUS: Status.DONE}, CHILDS), kind="safeguarding")
    answers = after(Answers(), merged(wrong, right).events)
    assert answers.value((CHILDS, STATUS.key, "")) == Status.DONE


# -- runs that nobody knows --------------------------------------------------------------------------------


def test_of_an_unknown_run_only_what_nobody_ever_said_is_new():
    """A workbook of a run that was forgotten, or of another ledger: old values and empty cells are no edits."""
    answers = listed(said(COMMENT, "asked"), said(COMMENT, "asked twice"), said(OWNER, "Sam"))
    unknown = book(row({COMMENT: "asked", OWNER: None, STATUS: Status.DONE}), run="long ago", hours=9)
    assert became(unknown, answers=answers, upto={}) == [(Kind.TYPED, Status.DONE, Status.DONE)]


def test_an_unknown_run_is_joined_like_any_other():
    """A new comment in such a workbook stands behind the one that is there."""
    unknown = book(row({COMMENT: "new"}), run="")
    assert became(unknown, answers=listed(said(COMMENT, "old")), upto={}) == [(Kind.JOINED, f"old{BETWEEN}new", "new")]


# -- rows --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"mark": ""},
        {"mark": "", "id": f" {finding_id(ROW).lower()} "},
        {"mark": "", "id": "", "shown": {"account": SHOWN["account"], "what": "A  shortened LINK", "clause": "7.1"}},
        {"mark": "", "id": "?", "shown": {**SHOWN, "detail": "nobody else has this column"}},
        {"mark": OTHER, "shown": SHOWN},
    ],
    ids=["mark", "id", "typed id", "shown", "id is gone", "moved"],
)
def test_a_row_is_known_again(changes):
    """By its mark, else its id, else what it shows; where mark and id differ, what stands beside the answer decides."""
    [event] = merged(book(row({STATUS: Status.DONE}, **changes))).events
    assert event.row == ROW


@pytest.mark.parametrize(
    "changes",
    [
        {"mark": "1-dddddddd0000", "id": "F-DDDDDDDD", "shown": SHOWN},
        {"mark": "", "id": "F-DDDDDDDD", "shown": SHOWN},
        {"mark": "", "id": "", "shown": {"account": SHOWN["account"], "title": SHOWN["title"]}},
        {"mark": "", "id": "", "shown": {}},
    ],
    ids=["another mark", "another id", "two alike", "nothing"],
)
def test_a_row_that_nobody_knows_is_an_orphan(changes):
    """What was typed beside a row of another finding, or of nobody knows which, is kept as it is."""
    outcome = merged(book(row({STATUS: "fixed", COMMENT: "by Sam"}, **changes)))
    [orphan] = outcome.orphans
    assert outcome.events == ()
    assert orphan.words.endswith(f"Status: {Status.DONE} · Comment: by Sam")
    assert (orphan.book, orphan.source, orphan.sheet, orphan.place) == ("it", "it.xlsx", "Findings", "row 5")


def test_an_orphan_is_told_once():
    """The same words from the same kind of workbook are not kept twice, whatever row they stand in by now."""
    lone = book(row({COMMENT: "x"}, "1-dddddddd0000"))
    [orphan] = merged(lone).orphans
    moved = replace(lone, digest="later", rows=(replace(lone.rows[0], place="row 8"),))
    assert merged(lone, moved).orphans == (orphan,)
    assert merged(moved, orphans=[orphan]).orphans == ()


def test_a_row_that_people_added_is_kept_as_they_typed_it():
    """A row without any mark was typed as a whole, and is kept as a whole."""
    added = book(row({OWNER: "Sam"}, "", shown={"account": "a new club", "title": "not on the list"}))
    [orphan] = merged(added).orphans
    assert orphan.words == "a new club · not on the list · Owner: Sam"


def test_of_a_row_that_is_gone_no_address_is_kept():
    """What the audit wrote beside an answer, such as where a child's profile is, does not come back by an orphan."""
    shown = {"title": "Some followers", "address": "https://p.example/child"}
    gone = row({COMMENT: "spoke to home"}, "1-dddddddd0000/ab", id="F-DDDDDDDD-AB", shown=shown)
    bare = replace(gone, id="", mark="", cells={COMMENT.key: "asked"})
    orphans = merged(book(gone, bare, kind="safeguarding")).orphans
    assert [orphan.words for orphan in orphans] == [
        "F-DDDDDDDD · Comment: spoke to home",
        "Some followers · Comment: asked",
    ]


def test_a_row_that_is_gone_says_nothing_that_the_list_has():
    """Answers that are in the list are no orphans when their row is no longer asked for."""
    answers = listed(said(STATUS, Status.DONE, mark="D-1"), said(COMMENT, "minuted", mark="D-1"))
    old = book(row({STATUS: Status.DONE, COMMENT: "minuted"}, "D-1"), run="old")
    assert merged(old, answers=answers, upto={"old": 0}).orphans == ()


def test_a_row_is_known_by_the_mark_it_once_had():
    """A finding that got another mark, because its account's id became known, is found under the former one."""
    former = "1-eeeeeeee0000"
    known = replace(KNOWN, former={former: ROW})
    for changes in ({}, {"mark": ""}):
        [event] = merged(book(row({STATUS: Status.DONE}, former, **changes)), known=known).events
        assert event.row == ROW


def test_a_line_is_known_by_the_mark_its_finding_once_had():
    """A line follows its finding."""
    line, former = known_row(f"{ROW}/ab12", id=f"{finding_id(ROW)}-AB12"), "1-eeeeeeee0000"
    known = KnownRows((line,), {former: ROW})
    for changes in ({"mark": f"{former}/ab12"}, {"mark": "", "id": f"{finding_id(former)}-AB12"}):
        [event] = merged(book(row({STATUS: Status.DONE}, **changes)), known=known).events
        assert event.row == f"{ROW}/ab12"


# -- notes -------------------------------------------------------------------------------------------------


def note(words, who="", on=None, cell="C5"):
    return CellNote("Findings", cell, who, words, on)


def test_a_note_is_joined_to_the_comment():
    """A note on a row stands behind its comment, with the name of who wrote it."""
    typed = book(row({COMMENT: "asked"}), notes=[note("see minute 4", "A. Poole", row({}))])
    assert merged(typed).events[-1].value == f"asked{BETWEEN}Note by A. Poole: see minute 4"


def test_a_note_counts_once_for_ever():
    """The same words are not heard again: not from a copy, not without their author, not after they were removed."""
    [event] = merged(book(notes=[note("see minute 4", "A. Poole", row({}))])).events
    answers = after(Answers(), [event, said(COMMENT, None, Kind.CLEARED)])
    again = book(notes=[note("see minute 4", "", row({})), note("minute 4", "", row({}))], name="copy.ods")
    assert became(again, answers=answers) == [(Kind.TYPED, "Note: minute 4", "Note: minute 4")]


def test_a_note_elsewhere_is_an_orphan():
    """A note that hangs on no row is kept with its sheet and cell."""
    [orphan] = merged(book(notes=[note("who signs?", "A. Poole", cell="B2")])).orphans
    assert orphan == Orphan("it", "it.xlsx", "Findings", "B2", "Note by A. Poole: who signs?", HEARD)


# -- the whole ---------------------------------------------------------------------------------------------


def test_the_log_names_neither_files_nor_words():
    """The sentences count what came of it."""
    copy = book(
        row({STATUS: Status.DONE, UNTIL: "soon"}), row({OWNER: "Sam"}, "1-dddddddd0000"), name="Sam's copy.xlsx"
    )
    [sentence] = merged(copy).sentences
    assert sentence == ("it: 1 workbook read; answers: 1 taken over, 1 not understood and 1 kept that belong to no row")


def test_of_a_person_who_was_forgotten_no_mark_is_kept():
    """What the lead typed about somebody who is no longer on record is kept without what stood for that person."""
    gone = row({COMMENT: "spoken to"}, id="F-1A2B3C4D-9F8E7D", mark="1-dddddddd0000/9f8e7d6c5b4a3921")
    [orphan] = merged(book(gone, kind="safeguarding")).orphans
    assert orphan.words == "F-1A2B3C4D · Comment: spoken to"


def test_the_log_does_not_say_how_much_the_lead_answered():
    """Of the safeguarding workbook the log says that it was read, and nothing else: a line may stand for a child."""
    lead = book(row({STATUS: Status.DONE}, CHILDS), row({COMMENT: "spoken to"}, "1-dddddddd0000"), kind="safeguarding")
    result = merged(lead)
    assert result.events
    assert result.orphans
    assert result.sentences == ("safeguarding: 1 workbook read",)


VALUES = st.sampled_from([None, "a", "b", "a b", "Done", "done"])
STATUSES = st.sampled_from([None, "To review", "Done", "fixed", "Not an issue", "?"])


@st.composite
def books(draw):
    typed = draw(st.lists(st.tuples(st.sampled_from([ROW, OTHER]), VALUES, STATUSES), min_size=1, max_size=3))
    return book(
        *(row({COMMENT: comment, STATUS: status}, mark) for mark, comment, status in typed),
        kind=draw(st.sampled_from(["it", "governors"])),
        run=draw(st.sampled_from(["old", "tonight", "unknown"])),
        hours=draw(st.integers(-2, 2)),
        name=draw(st.sampled_from(["x", "y", "z"])),
        notes=[note(words, on=row({})) for words in draw(st.lists(st.sampled_from("ab"), max_size=1))],
    )


ENTRIES = st.builds(
    said,
    st.sampled_from([COMMENT, STATUS]),
    st.sampled_from([Status.DONE, Status.NOT_AN_ISSUE, None]),
    st.sampled_from([Kind.TYPED, Kind.AUDIT, Kind.LOST]),
    scope=st.sampled_from(["it", "governors"]),
    hours=st.integers(-2, 2),
)


@given(st.lists(books(), min_size=1, max_size=4), st.lists(ENTRIES, max_size=4), st.data())
def test_the_order_of_the_files_does_not_matter_and_twice_is_as_once(some, entries, data):
    """Whatever lies there, in any order: the same entries; and merging it all again adds none."""
    some = [replace(one, digest=str(number)) for number, one in enumerate(some)]
    answers = listed(*entries)
    upto = {"old": data.draw(st.integers(0, len(entries))), "tonight": len(entries)}
    first = merged(*some, answers=answers, upto=upto)
    for order in list(permutations(some))[1:6]:
        assert merged(*order, answers=answers, upto=upto) == first
    again = merged(*some, answers=after(answers, first.events), upto=upto, orphans=first.orphans)
    assert (again.events, again.orphans) == ((), ())
