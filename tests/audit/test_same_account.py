"""An account is its platform's id: who has its name today may be somebody else."""

from datetime import date

from checks.finding import Outcome
from connectors.connector import Suspended
from connectors.snapshot import CoverageStatus

FIRST, SECOND = date(2026, 11, 21), date(2026, 11, 22)


def one(night, handle):
    return next(each for each in night.nights if each.subject.account.handle == handle)


def test_a_handle_with_a_new_id_is_never_followed(platform, audit):
    """What stands under the school's handle with another id is not read as the school's; the night says so."""
    audit(FIRST)
    platform.platform_id = "did:plc:stranger"
    platform.posts = [{"id": "at://theirs", "kind": "post", "text": "Call 07700 900123", "created": None}]
    night = audit(SECOND)
    read = one(night, "a.example")
    assert read.subject.snapshot.profile is None
    assert len(read.subject.snapshot.posts) == 0
    assert {coverage.status for coverage in read.subject.snapshot.coverage.values()} == {CoverageStatus.FAILED}
    assert "is another account now: its id is did:plc:stranger" in read.trouble
    assert any("another account now" in words for words in night.incomplete)
    assert night.exit_code == 4


def test_the_stranger_is_not_taken_over_by_the_ledger(platform, audit):
    """After a night with a stranger under its handle, the school's account is still known by its own id."""
    audit(FIRST)
    platform.platform_id = "did:plc:stranger"
    audit(SECOND)
    platform.platform_id = ""
    assert one(audit(SECOND), "a.example").subject.account.platform_id == "did:plc:a.example"


def test_a_renamed_account_is_followed_and_noted(platform, audit, monkeypatch):
    """The same id under a new handle is read as ever, and IT is told to correct the register."""
    audit(FIRST)
    collect = platform.collect

    def renamed(account, plan, http):
        snapshot = collect(account, plan, http)
        if account.handle != "a.example":
            return snapshot
        from dataclasses import replace

        return replace(snapshot, profile=replace(snapshot.profile, handle="new.example"))

    monkeypatch.setattr(platform, "collect", renamed)
    night = audit(SECOND)
    assert one(night, "a.example").subject.snapshot.profile.handle == "new.example"
    assert [words for words in night.notes if "new handle, new.example" in words]
    assert not [words for words in audit(date(2026, 11, 23)).notes if "b.example" in words]


def test_a_suspended_account_stands_as_such(platform, audit):
    """That the platform itself suspended an account is known to the checks, and told."""
    platform.broken = {"a.example": Suspended("Bluesky has suspended the account.")}
    night = audit(SECOND)
    read = one(night, "a.example")
    assert read.subject.snapshot.standing == "suspended"
    assert read.trouble == "Bluesky has suspended the account."
    ended = {result.outcome for result in read.results if result.check == "ID-01"}
    assert ended == {Outcome.ERROR}
