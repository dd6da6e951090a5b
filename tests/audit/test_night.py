"""A whole night of a small school, on connectors that answer from memory."""

import logging
from datetime import UTC, date, datetime

from audit.account import audit_account
from audit.compare import State
from audit.config import load
from audit.ledger import Ledger
from checks.finding import Outcome
from connectors.connector import NotFound, Unreachable
from connectors.snapshot import Resource, failed, not_due, partial
from output.report import Delta

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
ON = date(2026, 11, 22)
SHORTENED = {
    "id": "at://1",
    "address": "https://bsky.app/1",
    "kind": "post",
    "text": "News",
    "created": NOW,
    "links": ["https://bit.ly/x"],
}
CHILD = {
    "id": "did:plc:PLANTED",
    "handle": "planted-handle.example",
    "name": "Planted",
    "bio": "I'm 9 and I love slime",
    "address": "https://bsky.app/profile/did:plc:PLANTED",
}


def of(done, check, account="bluesky:a.example"):
    return next(result for result in done.results if (result.check, result.account) == (check, account))


def tracked(done, check):
    return [one for one in done.tracked if one.finding.check == check]


def test_a_finding_lives_from_night_to_night(platform, audit):
    """New, persisting, fixed when it is gone, reopened when it comes back."""
    platform.posts = [SHORTENED]
    deltas = []
    for day, posts in ((22, [SHORTENED]), (23, [SHORTENED]), (24, []), (25, [SHORTENED])):
        platform.posts = posts
        deltas.append({one.delta for one in tracked(audit(ON.replace(day=day)), "LNK-03")})
    assert deltas == [{Delta.NEW}, {Delta.PERSISTING}, {Delta.FIXED}, {Delta.REOPENED}]


def test_one_account_failing_leaves_the_others_and_exits_4(platform, audit):
    """The others finish; the failed one is ERROR with its sentence, and the run is incomplete."""
    platform.broken = {"a.example": Unreachable("bsky.example did not answer")}
    done = audit()
    assert done.exit_code == 4
    assert of(done, "LNK-03").outcome is Outcome.ERROR
    assert of(done, "LNK-03").reason == "bsky.example did not answer"
    assert of(done, "LNK-03", "bluesky:b.example").outcome is Outcome.PASS
    assert done.incomplete[0].startswith("bluesky a.example: ")


def test_an_unexpected_exception_is_an_error_with_a_sentence_and_a_traceback_in_the_log(platform, audit, caplog):
    """A connector that breaks costs its account the night, and nothing else; the log can say why."""
    platform.broken = {"a.example": ZeroDivisionError("planted")}
    with caplog.at_level(logging.ERROR):
        done = audit()
    assert done.exit_code == 4
    assert "unexpected error (ZeroDivisionError)" in of(done, "LNK-03").reason
    assert any(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)
    assert of(done, "LNK-03", "bluesky:b.example").outcome is Outcome.PASS


def test_an_outage_closes_nothing_and_says_so(platform, audit):
    """While an account cannot be read its findings stay open, not re-checked."""
    platform.posts = [SHORTENED]
    audit()
    platform.broken = dict.fromkeys(["a.example", "b.example"], Unreachable("no answer"))
    done = audit(ON.replace(day=23))
    assert {(one.state, one.delta, one.why) for one in tracked(done, "LNK-03")} == {
        (State.OPEN, Delta.NOT_RECHECKED, "no answer")
    }


def test_a_partial_reading_is_never_a_pass(platform, audit):
    """Nothing found in half of the posts is not testable; unplanned, it also makes the run incomplete."""
    platform.coverage = {Resource.POSTS: partial("the connection broke", 3)}
    done = audit()
    assert of(done, "LNK-03").outcome is Outcome.NOT_TESTABLE
    assert done.exit_code == 4


def test_a_hit_counts_whatever_the_coverage(platform, audit):
    """What was found in half of the posts was found."""
    platform.posts = [SHORTENED]
    platform.coverage = {Resource.POSTS: partial("a cap", 1, planned=True)}
    assert of(audit(), "LNK-03").outcome is Outcome.FINDING


def test_followers_leave_memory_only_as_hashes(platform, audit, school, caplog):
    """Nothing of a flagged follower reaches the ledger, the log or the result but hash, address and rule."""
    platform.followers = [
        CHILD,
        {"id": "did:plc:OTHER", "handle": "other-handle.example", "name": "Other", "bio": "Mum of two"},
    ]
    with caplog.at_level(logging.DEBUG):
        done = audit()
    assert of(done, "AGE-02").outcome is Outcome.FINDING
    kept = b"".join(path.read_bytes() for path in (school / "state").rglob("*") if path.is_file())
    for planted in ("planted-handle", "slime", "OTHER", "other-handle", "Mum of two"):
        assert planted.encode() not in kept
        assert planted not in caplog.text
    assert all(len(night.subject.snapshot.followers) == 0 for night in done.nights)


def test_the_second_night_asks_by_the_stable_id(platform, audit):
    """What the first night learned of an account is used to ask for it again."""
    audit()
    platform.plans.clear()
    audit(ON.replace(day=23))
    assert {account.platform_id for account, _ in platform.plans} == {"did:plc:a.example", "did:plc:b.example"}


def test_findings_before_the_id_is_known_are_the_same_after(platform, audit):
    """A first night without an answer marks findings by the register; the id does not make them new."""
    platform.broken = dict.fromkeys(["a.example", "b.example"], NotFound("no such account"))
    first = {one.finding.account for one in tracked(audit(), "REG-05")}
    platform.broken = {}
    second = tracked(audit(ON.replace(day=23)), "REG-05")
    assert {one.finding.account for one in second} == first
    assert {one.delta for one in second} == {Delta.PERSISTING}


def test_a_check_that_breaks_is_an_error(platform, audit, monkeypatch, caplog):
    """One broken check is said as such, and the others go on."""
    import audit.account as work
    from checks import CHECKS

    broken = next(check for check in CHECKS if check.id == "LNK-03")
    from dataclasses import replace

    changed = tuple(replace(c, judge=lambda *_: 1 / 0) if c is broken else c for c in CHECKS)
    monkeypatch.setattr(work, "CHECKS", changed)
    done = audit()
    assert of(done, "LNK-03").outcome is Outcome.ERROR
    assert of(done, "REG-05").outcome is Outcome.FINDING
    assert done.exit_code == 4


def test_failed_resources_do_not_take_the_rest_along(platform, audit):
    """When followers cannot be read, the posts still count."""
    platform.coverage = {Resource.FOLLOWERS: failed("no answer")}
    done = audit()
    assert of(done, "AGE-02").outcome is Outcome.ERROR
    assert of(done, "LNK-03").outcome is Outcome.PASS


def test_an_account_that_left_the_register_keeps_its_findings(platform, audit, school):
    """A row that is deleted closes nothing by itself."""
    platform.posts = [SHORTENED]
    audit()
    (school / "register.csv").write_text("Platform,Handle\nbluesky,b.example\n")
    done = audit(ON.replace(day=23))
    left = [one for one in tracked(done, "LNK-03") if one.finding.account == "bluesky:a.example"]
    assert [(one.state, one.why) for one in left] == [(State.OPEN, "the account is no longer on the register")]


def test_the_work_on_an_account_is_a_plain_picklable_job(platform, school):
    """The same work can be sent to another process."""
    import pickle

    from audit.night import _jobs

    ledger = Ledger.at(school / "state" / "audit.db")
    configuration = load(school, {})
    job = _jobs(configuration, ledger, {one.key: "" for one in configuration.accounts}, NOW, ON)[0]
    ledger.close()
    again = pickle.loads(pickle.dumps(job))
    assert again.account == job.account
    assert callable(pickle.loads(pickle.dumps(audit_account)))


def test_dpia_features_that_are_not_covered_do_not_run(platform, audit, school):
    """Without cover in the DPIA followers are not read, and the check says why."""
    path = school / "school.toml"
    path.write_text(path.read_text().replace("['followers', 'comments']", "[]"))
    platform.followers = [CHILD]
    done = audit()
    assert of(done, "AGE-02").outcome is Outcome.NOT_TESTABLE
    assert "not covered by the DPIA" in of(done, "AGE-02").reason


def test_two_rows_for_one_account_are_both_reported(platform, audit):
    """Rows that turn out to be the same account stop nothing; IT's workbook names them, night after night."""
    platform.platform_id = "did:plc:same"
    platform.posts = [SHORTENED]
    assert {one.finding.account for one in tracked(audit(), "LNK-03")} == {"bluesky:a.example", "bluesky:b.example"}
    second = tracked(audit(ON.replace(day=23)), "LNK-03")
    assert {one.delta for one in second} == {Delta.PERSISTING}
    said = {line.words for line in audit.report.it.run if line.heading == "For your notice"}
    assert said == {"bluesky b.example: another row of the register is the same account (bluesky:a.example)"}


def test_the_same_moment_can_be_run_again(platform, audit):
    """A night that is replayed is a new run, which says the same."""
    platform.posts = [SHORTENED]
    first, again = audit(), audit()
    assert first.run != again.run
    assert [one.delta for one in tracked(first, "LNK-03")] == [one.delta for one in tracked(again, "LNK-03")]


def test_what_passes_is_fixed_although_not_all_was_read(platform, audit):
    """A dormant account is fixed by a new post, also where only the latest items can be read."""
    platform.coverage = {Resource.POSTS: partial("only the latest items", 1, planned=True)}
    platform.posts = [{**SHORTENED, "created": NOW.replace(month=2)}]
    assert {one.delta for one in tracked(audit(), "REG-12")} == {Delta.NEW}
    platform.posts = [{**SHORTENED, "id": "at://2"}, *platform.posts]
    assert {one.delta for one in tracked(audit(ON.replace(day=23)), "REG-12")} == {Delta.FIXED}


def test_reasons_hold_no_key_and_steer_no_terminal(platform, audit, caplog):
    """Why something was not read may quote an address with a key, or a server's own words: neither gets through."""
    reason = "https://feeds.example/?token=planted-key said \x1b[31mno"
    platform.coverage = {Resource.POSTS: partial(reason, 1)}
    platform.broken = {"b.example": Unreachable(reason)}
    with caplog.at_level(logging.DEBUG):
        done = audit()
    report = audit.report
    for shown in (repr(done.nights), repr(done.results), repr(report.record), repr(report.governors), caplog.text):
        assert "planted-key" not in shown
        assert "\x1b" not in shown
        assert "\\x1b" not in shown
    assert of(done, "LNK-03").reason == "https://feeds.example/?token=*** said \ufffd[31mno"


def test_text_that_cannot_be_stored_stops_no_night(platform, audit):
    """Half of a character pair, which JSON can smuggle in, costs that character and not the night."""
    half = "https://bsky.app/\ud800\U0001f600"
    platform.posts = [{**SHORTENED, "id": half, "address": half, "text": half, "links": [f"https://bit.ly/{half}"]}]
    platform.followers = [{**CHILD, "id": half, "address": half, "handle": half, "name": half}]
    done = audit()
    assert of(done, "LNK-03").outcome is Outcome.FINDING
    assert "https://bsky.app/?\U0001f600" in {line.address for line in audit.report.safeguarding.lines}


def test_a_closed_account_without_a_key_is_not_missed(platform, audit, school):
    """Nobody needs a key to a platform for an account that the register says is closed."""
    (school / "register.csv").write_text("Platform,Handle,Status\nbluesky,a.example,live\nx,hazelbrookold,closed\n")
    done = audit()
    assert of(done, "COV-01", "x:hazelbrookold").outcome is not Outcome.FINDING
    assert of(done, "LNK-03", "x:hazelbrookold").outcome is Outcome.NOT_APPLICABLE


def test_an_error_that_is_carried_over_does_not_make_tonight_incomplete(platform, audit):
    """What failed on its own night was told then; a night on which it is not due is complete."""
    platform.coverage = {Resource.FOLLOWERS: failed("no answer")}
    assert audit().exit_code == 4
    platform.coverage = {Resource.FOLLOWERS: not_due("read on Saturdays")}
    done = audit(ON.replace(day=23))
    assert of(done, "AGE-02").outcome is Outcome.ERROR
    assert done.incomplete == ()
