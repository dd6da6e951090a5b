"""The memory of earlier nights."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from audit import ledger as module
from audit.allowances import DOLLARS
from audit.compare import State, Tracked
from audit.ledger import AccountLearned, Ledger, Night, Usage, person_hash
from audit.problems import ConfigurationError
from checks.finding import Evidence, Finding, Outcome, Severity, fingerprint
from checks.outcome import Result
from checks.readers.picture import Face, PictureFile, PictureReading, SeenPicture
from connectors.snapshot import POSTS, Profile, Resource, frame
from output.report import Delta

ON = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
KEY = "bluesky:hazelbrook.example"
ANSWERS = ("answers", "orphans", "absorbed", "written", "former")
"""Tables of the ledger's version 4."""
RETENTION = {
    "unseen_people": 90,
    "closed_findings": 30,
    "posts": 365,
    "outcomes": 100,
    "answers": 100,
    "typed_text": 30,
    "absorbed": 100,
}


@pytest.fixture
def ledger(tmp_path):
    opened = Ledger.at(tmp_path / "state" / "audit.db")
    yield opened
    opened.close()


def tracked(item="", *, check="AGE-02", reference="did:plc:hazel", evidence=(), on=ON, **changes):
    finding = Finding(check, "Some followers", Severity.HIGH, account=KEY, item=item, evidence=evidence, created=NOW)
    mark = fingerprint(check, "bluesky", reference, item)
    made = Tracked(mark, finding, "bluesky", reference, State.OPEN, ON, on, on, opened_on=ON)
    return replace(made, **changes)


def learned(**changes):
    posts = frame(POSTS, [{"id": "at://1", "text": "Sports day", "created": NOW, "links": ["https://a.example"]}])
    made = AccountLearned(
        KEY, "bluesky", "did:plc:hazel", True, True, True, None,
        Profile("did:plc:hazel", "hazelbrook.example", "https://bsky.app/profile/hazelbrook.example", links=("https://a.example",), created=NOW),
        posts,
    )  # fmt: skip
    return replace(made, **changes)


def night(on=ON, **changes):
    made = Night(
        run=f"run-{on}", on=on, started=NOW, finished=NOW, exit_code=0, counts={"schema": 1},
        accounts=[learned()], results=[Result("AGE-02", KEY, Outcome.FINDING, "", on)], tracked=[],
        rechecked=frozenset(),
    )  # fmt: skip
    return replace(made, **changes)


def test_what_one_night_learned_the_next_one_knows(ledger):
    """Profile, posts, outcomes and dates come back as they were kept."""
    ledger.write(night())
    history = ledger.history(KEY, ON + timedelta(1))
    assert history.platform_id == "did:plc:hazel"
    assert history.profile == learned().profile
    assert history.posts.equals(learned().posts)
    assert (history.known_since, history.first_audited, history.last_audited, history.swept) == (ON, ON, ON, ON)
    assert history.outcomes["AGE-02"].outcome is Outcome.FINDING
    assert history.outcomes["AGE-02"].on == ON


def test_a_stranger_has_an_empty_history(ledger):
    """An account never seen before has no dates, posts or outcomes."""
    history = ledger.history("bluesky:nobody.example", ON)
    assert history.known_since is None
    assert history.posts.empty
    assert history.outcomes == {}


def test_findings_come_back_whole(ledger):
    """A finding is read back as it was written, but for the people among its evidence."""
    own = Evidence("post", "https://example.org/1", "a shortened link", "bit.ly/x", when=NOW)
    kept = tracked("at://1", check="LNK-03", evidence=(own,), delta=Delta.PERSISTING, why="x")
    ledger.write(night(tracked=[kept]))
    assert ledger.known() == {kept.fingerprint: kept}


def test_of_a_flagged_person_only_a_hash_an_address_a_rule_and_dates_are_kept(ledger, tmp_path):
    """The file holds neither the platform's id of a follower, nor what the profile said."""
    person = Evidence("person", "https://bsky.app/profile/x", "age in words", person="did:plc:PLANTED")
    kept = tracked(evidence=(person,))
    ledger.write(night(tracked=[kept], rechecked=frozenset({kept.fingerprint})))
    (flagged,) = ledger.people()
    assert (flagged.address, flagged.rule, flagged.first_seen) == ("https://bsky.app/profile/x", "age in words", ON)
    assert flagged.person == person_hash(ledger.people_key, "bluesky", "did:plc:PLANTED")
    assert ledger.known()[kept.fingerprint].finding.evidence == ()
    ledger.close()
    assert b"PLANTED" not in (tmp_path / "state" / "audit.db").read_bytes()


def test_two_schools_remember_the_same_person_by_different_hashes(ledger, tmp_path):
    """The key of the hash is each ledger's own."""
    other = Ledger.at(tmp_path / "other" / "audit.db")
    assert person_hash(ledger.people_key, "bluesky", "did:plc:x") != person_hash(
        other.people_key, "bluesky", "did:plc:x"
    )
    other.close()


def test_a_person_who_left_is_forgotten_on_a_whole_reading_only(ledger):
    """Who is not seen any more goes when the list was read whole, and stays when it was not."""
    both = tracked(evidence=tuple(Evidence("person", f"https://p.example/{n}", "r", person=n) for n in "ab"))
    one = replace(both, finding=replace(both.finding, evidence=both.finding.evidence[:1]), last_seen=ON + timedelta(1))
    ledger.write(night(tracked=[both], rechecked=frozenset({both.fingerprint})))
    ledger.write(night(ON + timedelta(1), tracked=[one]))
    assert len(ledger.people()) == 2
    two = replace(one, last_seen=ON + timedelta(2))
    ledger.write(night(ON + timedelta(2), tracked=[two], rechecked=frozenset({two.fingerprint})))
    (left,) = ledger.people()
    assert (left.first_seen, left.last_seen) == (ON, ON + timedelta(2))


def test_people_whom_no_reading_shows_are_forgotten_after_a_term(ledger):
    """Where an account left the register its finding stays open, and after 90 days nobody is behind it any more."""
    people = (Evidence("person", "https://bsky.app/profile/p", "says 9", person="did:plc:p"),)
    ledger.write(night(tracked=[tracked(evidence=people)]))
    ledger.purge(RETENTION, ON + timedelta(90))
    assert len(ledger.people()) == 1
    assert ledger.purge(RETENTION, ON + timedelta(91))["unseen people"] == 1
    assert ledger.people() == []
    assert ledger.known()


def test_a_closed_finding_forgets_its_people_at_once(ledger):
    """What is kept of a flagged person goes with the finding."""
    opened = tracked(evidence=(Evidence("person", "https://p.example", "r", person="a"),))
    ledger.write(night(tracked=[opened]))
    closed = replace(opened, state=State.CLOSED, closed_on=ON + timedelta(1), delta=Delta.FIXED)
    ledger.write(night(ON + timedelta(1), tracked=[closed]))
    assert ledger.people() == []


def test_what_is_forgotten_is_gone_from_the_file(ledger, tmp_path):
    """The address of a flagged person cannot be read from the ledger's file once the finding is closed."""
    people = tuple(
        Evidence("person", f"https://p.example/{number:06}", "r", person=str(number)) for number in range(200)
    )
    ledger.write(night(tracked=[tracked(evidence=people)]))
    file = tmp_path / "state" / "audit.db"
    assert b"https://p.example/000007" in file.read_bytes()
    closed = replace(tracked(), state=State.CLOSED, closed_on=ON + timedelta(1), delta=Delta.FIXED)
    ledger.write(night(ON + timedelta(1), tracked=[closed]))
    assert b"https://p.example/" not in file.read_bytes()


def test_a_finding_stays_the_same_when_the_stable_id_becomes_known(ledger):
    """Findings marked by the register key are renamed to the platform's id, not found anew."""
    before = tracked("at://1", reference=KEY)
    ledger.write(night(tracked=[before]))
    ledger.adopt(KEY, "bluesky", "did:plc:hazel", {KEY})
    (after,) = ledger.known().values()
    assert after.fingerprint == fingerprint("AGE-02", "bluesky", "did:plc:hazel", "at://1")
    assert after.first_seen == before.first_seen


def test_a_renamed_row_goes_on_with_what_was_known_of_it(ledger):
    """When the register calls an account by its new handle, its findings, posts and dates go on under that."""
    new = "bluesky:hazelbrookprimary.example"
    ledger.write(night(tracked=[tracked("at://1")]))
    ledger.adopt(new, "bluesky", "did:plc:hazel", {new})
    (after,) = ledger.known().values()
    history = ledger.history(new, ON + timedelta(1))
    assert (after.finding.account, history.first_audited, history.open_items) == (new, ON, ("at://1",))
    assert len(history.posts) == 1
    assert history.outcomes.keys() == {"AGE-02"}
    assert ledger.history(KEY, ON + timedelta(1)).known_since is None


def test_a_row_that_is_still_on_the_register_keeps_what_is_its_own(ledger):
    """A second row that turns out to be the same account takes nothing from the first."""
    ledger.write(night(tracked=[tracked("at://1")]))
    ledger.adopt("bluesky:second.example", "bluesky", "did:plc:hazel", {KEY, "bluesky:second.example"})
    (after,) = ledger.known().values()
    assert after.finding.account == KEY


def test_an_outage_keeps_the_last_good_date(ledger):
    """A night that read nothing leaves the date of the last reading, the profile and the mirror."""
    ledger.write(night())
    ledger.write(
        night(
            ON + timedelta(1), accounts=[learned(audited=False, swept=False, profile=None, posts=None, platform_id="")]
        )
    )
    history = ledger.history(KEY, ON + timedelta(2))
    assert history.last_audited == ON
    assert history.profile == learned().profile
    assert len(history.posts) == 1
    assert history.platform_id == "did:plc:hazel"


def test_the_purge_keeps_what_is_open_and_says_what_went(ledger):
    """Old closed findings, outcomes and mirrored posts go, each counted; open findings stay."""
    old = ON - timedelta(400)
    opened = tracked("at://open")
    closed = tracked("at://closed", state=State.CLOSED, closed_on=old)
    ledger.write(night(old, tracked=[opened, closed]))
    removed = ledger.purge(RETENTION, ON)
    assert removed == {
        "people": 0, "findings": 1, "orphaned people": 0, "unseen people": 0, "mirror": 1, "deltas": 2, "outcomes": 1, "runs": 1,
        "usage": 0, "counts": 0, "links": 0, "pictures": 0, "facts": 0,
        "answers": 0, "answers about people": 0, "typed text": 0, "orphans": 0, "absorbed": 0, "written": 0, "former": 0,
    }  # fmt: skip
    assert set(ledger.known()) == {opened.fingerprint}


def test_what_was_used_is_summed_from_a_moment_on(ledger):
    """The month's spending is what its readings cost, and a quota counts for the keys it was used with."""
    month = datetime(2026, 11, 1, tzinfo=UTC)

    def use(run, at, amount, name=DOLLARS, mark="a"):
        return Usage(run, "x:hazelbrook", name, "x", mark, at, amount)

    ledger.note([use("1", month - timedelta(seconds=1), 5.0), use("2", month, 1.25)])
    ledger.note([use("2", month, 40, "units"), use("3", month, 2, "units", "b")])
    assert ledger.used_since("x", DOLLARS, month) == 1.25
    assert ledger.used_since("bluesky", DOLLARS, month) == 0
    assert ledger.used_since("x", "units", month) == 42
    assert ledger.used_since("x", "units", month, "b") == 2


def test_spending_of_an_older_ledger_is_kept(tmp_path):
    """A ledger of version 1 is brought up to date with what was spent still known, and a copy beside it."""
    path = tmp_path / "audit.db"
    Ledger.at(path).close()
    with closing(sqlite3.connect(path)) as old:
        for table in ("usage", "links", "pictures", "facts", "counts", *ANSWERS):
            old.execute(f"DROP TABLE {table}")
        old.execute("CREATE TABLE spending (run TEXT, platform TEXT, date DATE, dollars FLOAT)")
        old.execute("INSERT INTO spending VALUES ('r', 'x', '2026-11-20', 2.5)")
        old.execute("UPDATE meta SET value = '1' WHERE name = 'schema'")
        old.commit()
    with closing(Ledger.at(path)) as ledger:
        assert ledger.used_since("x", DOLLARS, datetime(2026, 11, 1, tzinfo=UTC)) == 2.5
    assert (tmp_path / "audit.before-update.db").exists()


def test_a_run_that_dies_leaves_the_night_before(ledger, monkeypatch):
    """Writing is one transaction: an error in the middle of it changes nothing."""
    kept = tracked("at://1")
    ledger.write(night(tracked=[kept]))
    monkeypatch.setattr(Ledger, "_keep_outcomes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ledger.write(night(ON + timedelta(1), tracked=[]))
    assert set(ledger.known()) == {kept.fingerprint}
    assert ledger.last_run() == ON


@pytest.mark.parametrize("content", [b"not a database at all, " * 50, b"SQLite format 3\x00" + b"\x00" * 50])
def test_a_damaged_ledger_is_one_sentence(tmp_path, content):
    """A file that is no ledger is refused with what to do, and left as it is."""
    path = tmp_path / "audit.db"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="restore it from a backup"):
        Ledger.at(path)
    assert path.read_bytes() == content


def test_a_newer_ledger_is_refused(ledger, tmp_path):
    """A ledger of a later version is not touched by an older program."""
    ledger.close()
    path = tmp_path / "state" / "audit.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    database.close()
    with pytest.raises(ConfigurationError, match="newer school-audit"):
        Ledger.at(path)


def test_an_older_ledger_is_brought_up_to_date_and_a_copy_kept(ledger, tmp_path, monkeypatch):
    """Each migration runs once, in order, and the old file stays beside."""
    ledger.write(night())
    ledger.close()
    path = tmp_path / "state" / "audit.db"

    def add_colour(connection):
        connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN colour TEXT")

    monkeypatch.setattr(module, "SCHEMA_VERSION", module.SCHEMA_VERSION + 1)
    monkeypatch.setattr(module, "MIGRATIONS", {module.SCHEMA_VERSION - 1: add_colour})
    Ledger.at(path).close()
    again = Ledger.at(path)
    assert again.last_run() == ON
    again.close()
    assert path.with_suffix(".before-update.db").exists()
    with sqlite3.connect(path) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(runs)")]
    database.close()
    assert columns.count("colour") == 1


@pytest.mark.parametrize(
    ("where", "seen_in"),
    [
        ("at://did:plc:PLANTED/app.bsky.feed.post/1", Resource.COMMENTS),
        ("bluesky:PLANTED.example", Resource.LINKS),
        ("at://did:plc:hazel/app.bsky.feed.repost/1", Resource.POSTS),
    ],
)
def test_a_closed_finding_no_longer_names_whose_item_it_was(ledger, tmp_path, where, seen_in):
    """Where somebody's comment, profile or reposted post is goes with the finding; that it was closed stays."""
    evidence = (Evidence("comment", "https://bsky.app/profile/did:plc:PLANTED/post/1", "a telephone number"),)
    opened = tracked(where, check="PII-03", evidence=evidence)
    opened = replace(opened, finding=replace(opened.finding, seen_in=seen_in, address=evidence[0].address))
    ledger.write(night(tracked=[opened]))
    assert ledger.known()[opened.fingerprint].finding.item == where
    closed = replace(opened, state=State.CLOSED, closed_on=ON + timedelta(1), delta=Delta.FIXED)
    ledger.write(night(ON + timedelta(1), tracked=[closed]))
    assert ledger.known()[opened.fingerprint].closed_on == ON + timedelta(1)
    ledger.close()
    assert b"PLANTED" not in (tmp_path / "state" / "audit.db").read_bytes()


def test_a_closed_finding_forgets_how_many_they_were(ledger):
    """The number of children behind a finding goes with them."""
    opened = tracked()
    opened = replace(opened, finding=replace(opened.finding, count=2))
    ledger.write(night(tracked=[opened]))
    assert ledger.known()[opened.fingerprint].finding.count == 2
    ledger.write(night(ON + timedelta(1), tracked=[replace(opened, state=State.CLOSED, closed_on=ON)]))
    assert ledger.known()[opened.fingerprint].finding.count is None


def test_of_a_repost_nothing_is_mirrored_that_others_wrote(ledger, tmp_path):
    """The mirror knows that and when the account passed something on, not what, from whom or with which links."""
    repost = {
        "id": "at://did:plc:hazel/app.bsky.feed.repost/1",
        "kind": "repost",
        "address": "https://bsky.app/profile/did:plc:PLANTED/post/1",
        "title": "PLANTED",
        "text": "PLANTED words",
        "links": ["https://PLANTED.example"],
        "media": ["https://cdn.example/did:plc:PLANTED"],
        "reply_to": "at://did:plc:PLANTED/app.bsky.feed.post/0",
        "created": NOW,
    }
    ledger.write(night(accounts=[learned(posts=frame(POSTS, [repost]))]))
    (kept,) = ledger.history(KEY, ON + timedelta(1)).posts.to_dict("records")
    assert (kept["id"], kept["kind"], kept["created"]) == (repost["id"], "repost", NOW)
    ledger.close()
    assert b"PLANTED" not in (tmp_path / "state" / "audit.db").read_bytes()


def test_an_error_of_the_database_does_not_repeat_what_was_written(ledger):
    """What could not be written may be a child's address: the error shows the statement without it."""
    twice = [tracked(evidence=(Evidence("person", "https://PLANTED.example", "r", person="a"),))] * 2
    with pytest.raises(IntegrityError) as caught:
        ledger.write(night(tracked=twice))
    assert "hidden" in str(caught.value)
    assert "Some followers" not in str(caught.value)


def test_numbers_of_the_last_two_readings_come_back(ledger):
    """How many followers say that they are too young is known of the last two readings, whenever they were."""
    for days, number in enumerate((7, None, 3, 4)):
        ledger.write(night(ON + timedelta(days), accounts=[learned(young_followers=number)]))
    assert ledger.history(KEY, ON + timedelta(4)).young_followers == (3, 4)
    assert ledger.history(KEY, ON + timedelta(3)).young_followers == (7, 3)


def test_what_was_read_in_pictures_and_texts_comes_back(ledger):
    """The readings of pictures, and what a model made of texts, are known the next night; nights without texts keep it."""
    reading = PictureReading(PictureFile("ab", "JPEG", 30, 20), faces=(Face(0.1, 0.1, 0.2, 0.2, 60, 0.9, 0.5, True),))
    picture = SeenPicture("m1", "p1", "https://m.example/1", "Two trees", reading, ON)
    ledger.write(
        night(accounts=[learned(pictures={"m1": picture}, facts={"key": ["learning", 0, 3, "words", "likely"]})])
    )
    ledger.write(night(ON + timedelta(1), accounts=[learned(pictures={"m1": picture}, facts=None)]))
    history = ledger.history(KEY, ON + timedelta(2))
    assert history.pictures == {"m1": picture}
    assert history.facts == {"key": ["learning", 0, 3, "words", "likely"]}


def test_what_was_read_of_an_account_that_left_is_forgotten(ledger):
    """Readings of pictures, texts and links of an account that nobody audits any more go with its mirrored posts."""
    picture = SeenPicture("m1", "p1", "https://m.example/1", "", PictureReading(None, trouble="No."), ON)
    ledger.write(night(ON - timedelta(400), accounts=[learned(pictures={"m1": picture}, facts={"key": None})]))
    removed = ledger.purge(RETENTION, ON)
    assert (removed["pictures"], removed["facts"]) == (1, 1)
    assert not ledger.history(KEY, ON).pictures


def test_a_reading_of_another_shape_is_read_again(ledger):
    """What an earlier version wrote of a picture, and this one cannot make sense of, is as if it were never read."""
    picture = SeenPicture("m1", "p1", "https://m.example/1", "", PictureReading(None, trouble="No."), ON)
    ledger.write(night(accounts=[learned(pictures={"m1": picture})]))
    with ledger._engine.begin() as connection:
        connection.exec_driver_sql('UPDATE pictures SET body = \'{"shape": "another"}\'')
    assert not ledger.history(KEY, ON + timedelta(1)).pictures
