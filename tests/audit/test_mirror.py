"""What is read tonight, and how it is laid over the nights before."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from audit.allowances import Allowance
from audit.config import load
from audit.mirror import lay_over, looked_at, plan
from checks.finding import History
from connectors.snapshot import (
    POSTS,
    CoverageStatus,
    Resource,
    Snapshot,
    complete,
    failed,
    frame,
    partial,
)

SATURDAY = datetime(2026, 11, 21, 2, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 2, tzinfo=UTC)


def configuration(tmp_path, extra="", features='["followers", "comments"]', secrets=None):
    (tmp_path / "school.toml").write_text(
        f"[school]\nname = 'Hazelbrook'\n[dpia]\nreference = 'D'\nfeatures = {features}\n{extra}"
    )
    (tmp_path / "register.csv").write_text("Platform,Handle\nbluesky,hazelbrook.example\nx,hazelbrook\n")
    return load(tmp_path, secrets or {})


KEY = {"SCHOOL_AUDIT_X_BEARER_TOKEN": "t"}


def posts(*ids):
    return frame(POSTS, [{"id": one, "created": SUNDAY} for one in ids])


def snapshot(account, coverage, *ids, gone=()):
    return Snapshot(account, SUNDAY, {Resource.POSTS: coverage}, posts=posts(*ids), gone=frozenset(gone))


@pytest.fixture
def bluesky(tmp_path):
    return configuration(tmp_path).accounts[0]


def test_what_the_dpia_does_not_cover_is_not_read(tmp_path):
    """A feature that the DPIA leaves out is left out of the plan, with the reason."""
    school = configuration(tmp_path, features="[]")
    made = plan(school.accounts[0], History(), school, SUNDAY)
    assert not made.wants(Resource.FOLLOWERS)
    assert not made.wants(Resource.COMMENTS)
    assert made.wants(Resource.POSTS)
    assert made.skip[Resource.FOLLOWERS].reason == "not covered by the DPIA (feature 'followers')"


def test_the_plan_says_what_an_item_costs(tmp_path):
    """Connectors learn the platform's prices, in US dollars, so that they can keep the spend ceiling."""
    bluesky, x = (
        plan(one, History(), configuration(tmp_path), SUNDAY, Allowance(1.0))
        for one in configuration(tmp_path).accounts
    )
    assert bluesky.options["prices"] == {}
    assert x.options["prices"][Resource.POSTS] == 0.005
    assert x.options["prices"][Resource.FOLLOWERS] == 0.010


def test_without_its_key_a_platform_is_not_permitted(tmp_path):
    """A missing key is no failure: nothing is read, and the sentence says which key; what it would not open, says so."""
    school = configuration(tmp_path)
    made = plan(school.accounts[1], History(), school, SUNDAY)
    never = made.skip.pop(Resource.SETTINGS)
    assert never.status is CoverageStatus.NOT_OFFERED
    assert {cover.status for cover in made.skip.values()} == {CoverageStatus.NOT_PERMITTED}
    assert "bearer_token" in made.skip[Resource.PROFILE].reason


def test_followers_that_cost_money_are_off_until_switched_on(tmp_path):
    """On X followers are read only when school.toml says so, and then on the sweep's day."""
    off = configuration(tmp_path, secrets=KEY)
    assert "switched off" in plan(off.accounts[1], History(), off, SATURDAY).skip[Resource.FOLLOWERS].reason
    on = configuration(tmp_path, "[platforms.x]\nfollowers = true\n", secrets=KEY)
    known = History(last_audited=date(2026, 11, 20))
    assert plan(on.accounts[1], known, on, SATURDAY).wants(Resource.FOLLOWERS)
    assert "read on Saturdays" in plan(on.accounts[1], known, on, SUNDAY).skip[Resource.FOLLOWERS].reason
    assert plan(on.accounts[1], History(), on, SUNDAY).wants(Resource.FOLLOWERS)


def test_small_accounts_are_swept_and_large_ones_read_from_where_we_were(tmp_path):
    """A large account is read from the last night on, with an overlap, and swept on Saturdays."""
    school = configuration(tmp_path)
    limit = int(school.policy.setting("sweep_nightly_below"))
    known = History(last_audited=date(2026, 11, 21), swept=date(2026, 11, 21), posts=posts("a"))
    assert plan(school.accounts[0], known, school, SUNDAY).since is None
    large = replace(known, posts=posts(*map(str, range(limit + 1))))
    since = plan(school.accounts[0], large, school, SUNDAY).since
    assert since == datetime(2026, 11, 19, tzinfo=UTC)
    late = replace(large, swept=date(2026, 11, 14))
    assert plan(school.accounts[0], late, school, SUNDAY).since is None
    assert plan(school.accounts[0], large, school, SATURDAY).since is None


def test_after_a_sweep_what_is_missing_is_gone(bluesky):
    """A post that a complete sweep does not find any more has been deleted."""
    laid = lay_over(snapshot(bluesky, complete(1), "b"), History(posts=posts("a", "b"), posts_whole=True), None)
    assert laid.gone == {"a"}
    assert list(laid.posts["id"]) == ["b"]


def test_a_failed_or_partial_sweep_deletes_nothing(bluesky):
    """Half a list says nothing about the other half: the mirror keeps it, and after a failure is not shown."""
    known = History(posts=posts("a", "b"))
    half = lay_over(snapshot(bluesky, partial("cut off", 1), "b"), known, None)
    assert (half.gone, sorted(half.posts["id"])) == (frozenset(), ["a", "b"])
    none = lay_over(snapshot(bluesky, failed("no answer")), known, None)
    assert (none.gone, len(none.posts)) == (frozenset(), 0)


def test_new_posts_over_a_whole_mirror_are_complete(bluesky):
    """Reading only what is new is enough where a sweep once read everything."""
    known = History(posts=posts("a", "b"), posts_whole=True)
    laid = lay_over(snapshot(bluesky, complete(1), "c", gone=("b",)), known, SATURDAY)
    assert sorted(laid.posts["id"]) == ["a", "c"]
    assert laid.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE
    half = lay_over(snapshot(bluesky, complete(1), "c"), replace(known, posts_whole=False), SATURDAY)
    assert half.coverage[Resource.POSTS].status is CoverageStatus.PARTIAL


def test_a_feed_is_complete_from_the_oldest_item_ever_mirrored(bluesky):
    """A feed that forgets its old items is partial only before the first one we saw."""
    oldest = datetime(2026, 1, 5, tzinfo=UTC)
    now = partial("a feed carries only its latest items", 1, planned=True, since=SATURDAY)
    laid = lay_over(snapshot(bluesky, now, "c"), History(posts=posts("a"), posts_since=oldest), None)
    assert laid.coverage[Resource.POSTS].since == oldest
    assert laid.coverage[Resource.POSTS].read == 2


def test_an_edited_post_replaces_its_mirror(bluesky):
    """Tonight's text counts, not last week's."""
    edited = replace(
        snapshot(bluesky, complete(1)), posts=frame(POSTS, [{"id": "a", "text": "new", "created": SUNDAY}])
    )
    laid = lay_over(edited, History(posts=posts("a", "b"), posts_whole=True), SATURDAY)
    assert dict(zip(laid.posts["id"], laid.posts["text"], strict=True)) == {"a": "new", "b": ""}


def test_what_was_looked_at_is_read_or_gone(bluesky):
    """Only items read tonight, or asked for and gone, count as re-checked."""
    assert looked_at(snapshot(bluesky, complete(1), "a", gone=("b",))) == {"a", "b"}


def test_pages_that_were_read_were_looked_at():
    """A page of the website counts like an item: read again, or gone, it may be called fixed."""
    snapshot = Snapshot(None, None, {}, gone=frozenset({"lost"}), pages=frozenset({"news"}))
    assert looked_at(snapshot) == {"lost", "news"}
