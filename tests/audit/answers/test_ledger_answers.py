"""What the ledger keeps of the answers."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from audit.answers.event import Event, Kind, Orphan, moved
from audit.compare import State, Tracked
from audit.ledger import Ledger, Night, person_hash
from audit.ledger_answers import AbsorbedFile
from checks.finding import Evidence, Finding, Severity, finding_id, fingerprint
from output.answers import COMMENT, OWNER, STATUS, Status

ON = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
KEY, REFERENCE = "bluesky:hazelbrook.example", "did:plc:hazel"
RETENTION = {
    "unseen_people": 90, "closed_findings": 1095, "posts": 365, "outcomes": 1095, "answers": 1095, "typed_text": 365,
    "absorbed": 1095,
}  # fmt: skip


@pytest.fixture
def ledger(tmp_path):
    with closing(Ledger.at(tmp_path / "audit.db")) as opened:
        yield opened


def tracked(item="", *, reference=REFERENCE, people=(), **changes):
    evidence = tuple(Evidence("person", f"https://p.example/{one}", "says 9", person=one) for one in people)
    finding = Finding("AGE-02", "Some followers", Severity.HIGH, account=KEY, item=item, evidence=evidence)
    mark = fingerprint("AGE-02", "bluesky", reference, item)
    made = Tracked(mark, finding, "bluesky", reference, State.OPEN, ON, ON, ON, opened_on=ON)
    return replace(made, **changes)


def closed(one, on=ON):
    return replace(one, state=State.CLOSED, closed_on=on)


def night(*findings, on=ON, whole=True):
    marks = frozenset(one.fingerprint for one in findings) if whole else frozenset()
    return Night(f"run-{on}", on, NOW, NOW, 0, {}, (), (), findings, marks)


def entry(row, field=STATUS, value=Status.DONE, kind=Kind.TYPED, *, heard=ON):
    scope = "" if field.shared else "it"
    return Event(row, field.key, scope, value, value, kind, "it", "it.xlsx", NOW, heard, "content", "why")


def line(ledger, one, person):
    return f"{one.fingerprint}/{person_hash(ledger.people_key, 'bluesky', person)[:16]}"


def rows(ledger):
    return [event.row for event in ledger.answers.list().events]


def test_the_list_comes_back_as_it_was_kept(ledger):
    """Every entry is read back whole, with the number that it was given."""
    first, second = entry("1-a"), replace(entry("D-1", COMMENT, None, Kind.CLEARED), typed=None)
    numbered = ledger.answers.keep([first, second])
    assert numbered == (replace(first, number=1), replace(second, number=2))
    assert ledger.answers.list().events == numbered
    assert [event.number for event in ledger.answers.keep([first])] == [3]


def test_orphans_and_files_come_back(ledger):
    """What belongs to no row is kept as it is, and of each file its digest, name, kind and two dates."""
    orphan = Orphan("it", "it.xlsx", "Findings", "row 5", "asked", ON)
    file = AbsorbedFile("ab", "it.xlsx", "it", ON, ON)
    ledger.answers.keep([], [orphan], [file])
    ledger.answers.keep([], [], [replace(file, seen=ON + timedelta(1))])
    assert ledger.answers.orphans() == (orphan,)
    assert ledger.answers.absorbed() == {"ab": replace(file, seen=ON + timedelta(1))}


def test_a_night_is_kept_whole_or_not_at_all(ledger):
    """Where one thing cannot be kept, nothing of that night is: the files are read again, and nothing is missing."""
    broken = Orphan("it", "it.xlsx", "Findings", "row 5", None, ON)
    with pytest.raises(IntegrityError):
        ledger.answers.keep([entry("1-a")], [broken], [AbsorbedFile("ab", "it.xlsx", "it", ON, ON)])
    assert (ledger.answers.list().events, ledger.answers.absorbed()) == ((), {})


def test_each_run_knows_how_long_the_list_was(ledger):
    """What a run wrote into a cell is what the list said when it was so long."""
    assert ledger.answers.wrote("empty") == 0
    ledger.answers.keep([entry("1-a"), entry("1-a", value=Status.IN_PROGRESS)])
    ledger.answers.wrote("tonight")
    ledger.answers.wrote("early", 1)
    assert ledger.answers.upto_by_run() == {"empty": 0, "tonight": 2, "early": 1}
    assert ledger.answers.list().value(("1-a", STATUS.key, ""), 1) == Status.DONE


def test_numbers_are_never_given_twice(ledger):
    """After the newest entries were forgotten, what comes next is still newer than what every run wrote."""
    ledger.write(night())
    ledger.answers.keep([entry("D-1"), entry("D-1", COMMENT, heard=ON - timedelta(2000))])
    ledger.answers.wrote(f"run-{ON}")
    assert ledger.purge(RETENTION, ON)["answers"] == 1
    assert [event.number for event in ledger.answers.keep([entry("D-2")])] == [3]


def test_answers_follow_when_the_stable_id_becomes_known(ledger):
    """Answers to a finding and to its lines go on under its new fingerprint, and the old one is remembered."""
    before = tracked("at://1", reference=KEY)
    other = f"{before.fingerprint}0"
    ledger.write(night(before))
    ledger.answers.keep([entry(before.fingerprint), entry(f"{before.fingerprint}/ab"), entry(other)])
    ledger.adopt(KEY, "bluesky", REFERENCE, {KEY})
    now = tracked("at://1").fingerprint
    assert rows(ledger) == [now, f"{now}/ab", other]
    assert ledger.answers.former() == {before.fingerprint: now}


def test_a_decision_about_a_finding_follows_it(ledger):
    """What the governors resolved about one finding stays beside it when the account's stable id becomes known."""
    unknown = tracked(reference=KEY)
    ledger.write(night(unknown))
    before = f"D-{finding_id(unknown.fingerprint)}-20270131"
    ledger.answers.keep([entry(before)])
    ledger.adopt(KEY, "bluesky", REFERENCE, {KEY})
    assert rows(ledger) == [f"D-{finding_id(tracked().fingerprint)}-20270131"]
    assert moved(ledger.answers.former())(before) == rows(ledger)[0]


def test_answers_to_a_finding_that_becomes_another_are_kept(ledger):
    """Where a finding turns out to be one that is on record already, that one takes over what was answered."""
    before, there = tracked("at://1", reference=KEY), tracked("at://1")
    ledger.write(night(before, there))
    ledger.answers.keep([entry(there.fingerprint), entry(before.fingerprint, COMMENT, "asked")])
    ledger.adopt(KEY, "bluesky", REFERENCE, {KEY})
    assert rows(ledger) == [there.fingerprint] * 2


def test_answers_about_a_person_go_with_the_person(ledger):
    """What was answered about somebody who is forgotten, because a whole reading shows them no more, goes at once."""
    both = tracked(people=("wren", "finch"))
    ledger.write(night(both))
    ledger.answers.keep(
        [entry(line(ledger, both, "wren")), entry(line(ledger, both, "finch"), COMMENT, "spoke to home")]
    )
    ledger.write(night(tracked(people=("wren",), last_seen=ON + timedelta(1)), on=ON + timedelta(1)))
    assert rows(ledger) == [line(ledger, both, "wren")]


def test_a_part_that_was_not_read_forgets_no_answer(ledger):
    """Where not everything was read, the people of earlier nights stay, and so do the answers about them."""
    both = tracked(people=("wren", "finch"))
    ledger.write(night(both))
    ledger.answers.keep([entry(line(ledger, both, "finch"))])
    tonight = tracked(people=("wren",), last_seen=ON + timedelta(1))
    ledger.write(night(tonight, on=ON + timedelta(1), whole=False))
    assert rows(ledger) == [line(ledger, both, "finch")]


def test_answers_about_unseen_people_go_and_are_counted_apart(ledger):
    """Who was not seen for a term is forgotten with what was answered about them; the finding's answers stay."""
    one = tracked(people=("wren",))
    ledger.write(night(one))
    ledger.answers.keep([entry(line(ledger, one, "wren")), entry(one.fingerprint), entry(f"{one.fingerprint}/an-item")])
    assert ledger.purge(RETENTION, ON + timedelta(91))["answers about people"] == 1
    assert rows(ledger) == [one.fingerprint, f"{one.fingerprint}/an-item"]


def test_answers_stay_as_long_as_their_finding(ledger):
    """Of a finding that stands nothing is forgotten, however old, and everything goes with its row."""
    one = tracked("at://1")
    old = ON - timedelta(4000)
    ledger.write(night(one))
    answered = [entry(one.fingerprint, heard=old), entry(one.fingerprint, COMMENT, "asked", heard=old)]
    ledger.answers.keep([*answered, entry(f"{one.fingerprint}/ab", heard=old)])
    assert ledger.purge(RETENTION, ON)["answers"] == 0
    ledger.write(night(closed(one, ON - timedelta(1096)), on=ON + timedelta(1)))
    assert ledger.purge(RETENTION, ON)["answers"] == 3
    assert rows(ledger) == []


def test_free_text_of_closed_findings_goes_sooner(ledger):
    """A year after they were heard, comments, owners and words that had no effect go; what was chosen stays."""
    one, old = closed(tracked("at://1")), ON - timedelta(366)
    mark = one.fingerprint
    ledger.write(night(one))
    ledger.answers.keep([
        entry(mark, COMMENT, "asked", heard=old),
        entry(mark, OWNER, "Sam", heard=old),
        entry(mark, STATUS, "ask Sam", Kind.UNCLEAR, heard=old),
        entry(mark, heard=old),
        entry(mark, COMMENT, "closed last term", heard=ON - timedelta(365)),
    ])  # fmt: skip
    assert ledger.purge(RETENTION, ON)["typed text"] == 3
    assert [event.value for event in ledger.answers.list().events] == [Status.DONE, "closed last term"]


def test_what_belongs_to_no_finding_goes_after_its_time(ledger):
    """Answers about decisions go after three years, orphans after one, and files three years after they were gone."""
    day = timedelta(1)
    ledger.answers.keep(
        [entry("D-1", heard=ON - 1096 * day), entry("H-1", COMMENT, heard=ON - 1095 * day)],
        [Orphan("it", "it.xlsx", "", "", words, ON - days * day) for words, days in (("a", 366), ("b", 365))],
        [AbsorbedFile(digest, "", "", ON - 2000 * day, ON - days * day) for digest, days in (("a", 1096), ("b", 1095))],
    )
    ledger.answers.wrote("a run that is gone")
    removed = ledger.purge(RETENTION, ON)
    assert {name: removed[name] for name in ("answers", "orphans", "absorbed", "written")} == {
        "answers": 1, "orphans": 1, "absorbed": 1, "written": 1,
    }  # fmt: skip
    assert rows(ledger) == ["H-1"]
    assert [orphan.words for orphan in ledger.answers.orphans()] == ["b"]
    assert ledger.answers.absorbed().keys() == {"b"}


def test_names_that_people_gave_to_files_go_as_soon_as_free_text(ledger):
    """A year later no file's name is on record, while the finding stands and the file is still known by its digest."""
    one, old = tracked("at://1"), ON - timedelta(366)
    ledger.write(night(one))
    ledger.answers.keep(
        [replace(entry(one.fingerprint, heard=old), source="Zephyrine.xlsx"), entry(one.fingerprint)],
        [],
        [AbsorbedFile("ab", "Zephyrine.xlsx", "it", old, ON)],
    )
    ledger.purge(RETENTION, ON)
    assert [event.source for event in ledger.answers.list().events] == ["", "it.xlsx"]
    assert ledger.answers.absorbed() == {"ab": AbsorbedFile("ab", "", "it", old, ON)}


def test_what_the_lead_typed_beside_no_finding_goes_like_a_flagged_profile(ledger):
    """It may be about somebody who was forgotten, so it goes after the days of a profile that nothing shows."""
    ledger.answers.keep(
        [],
        [Orphan(book, "a.xlsx", "", "", f"{book} {days}", ON - timedelta(days)) for book in ("it", "safeguarding")
         for days in (90, 91)],
    )  # fmt: skip
    assert ledger.purge(RETENTION, ON)["orphans"] == 1
    assert [orphan.words for orphan in ledger.answers.orphans()] == ["it 90", "it 91", "safeguarding 90"]


def test_who_was_flagged_under_a_former_mark_is_forgotten_too(ledger):
    """Where two marks become one, the people go with the answers about them, and are forgotten with these."""
    old, new = (tracked(reference=reference, people=["wren"]) for reference in (KEY, REFERENCE))
    ledger.write(night(old, replace(new, finding=tracked().finding)))
    ledger.answers.keep([entry(line(ledger, old, "wren"), COMMENT, "spoken to")])
    ledger.adopt(KEY, "bluesky", REFERENCE, {KEY})
    assert [(one.fingerprint, len(one.person)) for one in ledger.people()] == [(new.fingerprint, 32)]
    assert rows(ledger) == [line(ledger, new, "wren")]
    later = replace(tracked(people=["robin"]), last_seen=ON + timedelta(1))
    ledger.write(night(later, on=ON + timedelta(1)))
    assert rows(ledger) == []


def test_a_former_mark_is_forgotten_with_its_finding(ledger):
    """The marks that a finding once had are of no use when it is gone."""
    ledger.write(night(tracked("at://1", reference=KEY)))
    ledger.adopt(KEY, "bluesky", REFERENCE, {KEY})
    ledger.write(night(on=ON + timedelta(1)))
    assert ledger.purge(RETENTION, ON)["former"] == 1


def test_an_older_ledger_learns_to_keep_answers(tmp_path):
    """A ledger of version 3 is brought up to date with its findings still known, and a copy beside it."""
    path = tmp_path / "audit.db"
    one = tracked("at://1")
    with closing(Ledger.at(path)) as ledger:
        ledger.write(night(one))
    with closing(sqlite3.connect(path)) as old:
        for table in ("answers", "orphans", "absorbed", "written", "former"):
            old.execute(f"DROP TABLE {table}")
        old.execute("UPDATE meta SET value = '3' WHERE name = 'schema'")
        old.commit()
    with closing(Ledger.at(path)) as ledger:
        ledger.answers.keep([entry(one.fingerprint)])
        assert rows(ledger) == list(ledger.known()) == [one.fingerprint]
    assert (tmp_path / "audit.before-update.db").exists()


def test_what_was_typed_is_gone_from_the_file_when_it_is_forgotten(ledger, tmp_path):
    """Words that retention removed cannot be read from the ledger's file."""
    ledger.answers.keep([], [Orphan("it", "it.xlsx", "", "", "PLANTED words", ON - timedelta(366))])
    ledger.purge(RETENTION, ON)
    ledger.close()
    assert b"PLANTED" not in (tmp_path / "audit.db").read_bytes()
