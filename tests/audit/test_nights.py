"""Many nights of one school, against a simple model: nothing is lost, nothing closes unseen, all totals agree."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import connectors
from audit.compare import State
from audit.config import load
from audit.ledger import Ledger
from audit.night import run_night
from audit.reporting import build
from audit.reviewed import awaiting
from connectors.connector import NotFound, Unreachable
from connectors.http import Http
from connectors.snapshot import PEOPLE, POSTS, Profile, Resource, Settings, Snapshot, complete, failed, frame, partial
from output.report import Delta

FIRST = date(2026, 10, 20)
"""The clocks change on the sixth night."""
CHECK, KEY = "LNK-03", "bluesky:a.example"
ITEMS = [f"at://{number}" for number in range(4)]


class Platform:
    """One account with shortened links in `items`; `way` says how tonight's reading goes."""

    RESOURCES = frozenset({Resource.PROFILE, Resource.POSTS, Resource.FOLLOWERS, Resource.SETTINGS})

    def __init__(self):
        self.items, self.way, self.now = set(), "whole", None

    def collect(self, account, plan, http):
        if self.way == "outage":
            raise Unreachable("no answer")
        if self.way == "vanished":
            raise NotFound("no such account")
        items = sorted(self.items)
        coverage = {resource: complete(1) for resource in self.RESOURCES}
        if self.way == "half":
            items = items[::2]
            coverage[Resource.POSTS] = partial("the connection broke", len(items))
        if self.way == "no posts":
            items, coverage[Resource.POSTS] = [], failed("the list did not answer")
        posts = [
            {"id": item, "address": "https://bsky.app/1", "kind": "post", "text": "News", "links": ["https://bit.ly/x"]}
            | {"created": datetime(2026, 10, 18, 9, tzinfo=UTC)}
            for item in items
        ]
        profile = Profile("did:plc:a", account.handle, account.address, name="Hazelbrook", bio="School")
        return Snapshot(
            account, self.now, coverage, profile, Settings("nobody"), frame(POSTS, posts), followers=frame(PEOPLE)
        )


class School:
    """A school's nights, and the model of what may be said after each: a state and a date for each item."""

    def __init__(self, folder, platform):
        folder.mkdir()
        (folder / "school.toml").write_text(
            "[school]\nname = 'Hazelbrook'\n[dpia]\nreference = 'D'\nfeatures = ['followers']\n[thresholds]\nlinks_per_night = 0\n"
        )
        self.folder, self.platform, self.on = folder, platform, FIRST
        self.state, self.since = {}, {}

    def night(self, items, way, later, *, registered):
        """Zero days later is a second run on the same date."""
        self.on += timedelta(days=later)
        self.platform.items, self.platform.way, self.registered = items, way, registered
        rows = "bluesky,a.example\n" if registered else ""
        (self.folder / "register.csv").write_text(f"Platform,Handle\nfacebook,other\n{rows}")
        self.expect(way)
        self.run()
        self.compare()
        self.all_totals_agree()

    def expect(self, way):
        items, read = sorted(self.platform.items), set()
        if self.registered and way in ("whole", "half"):
            read = set(items if way == "whole" else items[::2])
        gone = set(self.state) - set(items) if self.registered and way == "whole" else set()
        for item in read:
            if self.state.get(item) is not State.OPEN:
                self.since[item] = self.on
            self.state[item] = State.OPEN
        for item in gone:
            self.state[item] = State.CLOSED
        self.read = read

    def run(self):
        configuration = load(self.folder, {})
        ledger, http = Ledger.at(self.folder / "state" / "audit.db"), Http(configuration.network)
        now = datetime(self.on.year, self.on.month, self.on.day, 2, tzinfo=UTC)
        self.platform.now = now
        try:
            self.done = run_night(configuration, ledger, http, now=now, on=self.on)
            self.report = build(configuration, self.done, "0.0.1")
            self.stored = ledger.known()
        finally:
            http.close()
            ledger.close()

    def compare(self):
        found = {one.finding.item: one for one in self.done.tracked if one.finding.check == CHECK}
        assert {item: one.state for item, one in found.items()} == self.state
        for item, one in found.items():
            if one.state is State.OPEN:
                assert (one.delta is Delta.NOT_RECHECKED) == (item not in self.read), (item, one)
                assert (one.reopened_on or one.first_seen) == self.since[item]
                assert (one.last_checked == self.on) or item not in self.read
            else:
                assert one.closed_on is not None
        assert {mark: one.state for mark, one in self.stored.items()} == {
            one.fingerprint: one.state for one in self.done.tracked
        }
        if self.registered:
            self.outcome()

    def outcome(self):
        result = next(one for one in self.done.results if (one.check, one.account) == (CHECK, KEY))
        whole = self.platform.way == "whole"
        assert str(result.outcome) in (
            {"finding"} if self.read else {"pass"} if whole else {"finding", "error", "not testable"}
        )
        assert whole or self.done.exit_code == 4

    def all_totals_agree(self):
        totals, view, record = self.report.totals, self.report.governors, self.report.record
        counting = [one for one in self.done.tracked if one.state is State.OPEN and not one.finding.recommended]
        assert totals.open_total == sum(not awaiting(one) for one in counting)
        assert totals.open_total == sum(line.open for line in view.clauses) == sum(line.open for line in view.lines)
        assert totals.awaiting == sum(line.awaiting for line in view.clauses)
        assert totals.not_audited == sum(line.not_audited for line in view.clauses)
        assert totals.closed == sum(line.closed for line in view.clauses)
        assert len([line for line in view.findings if not line.recommended]) == len(counting)
        assert len(self.report.it.actions) == len(view.findings)
        assert record["counts"]["open_total"] == totals.open_total
        listed = record["findings"]
        assert sum(one["state"] == "open" and not one["recommended"] for one in listed) == len(counting)
        assert totals.new == sum(one["delta"] == "new" and not one["recommended"] for one in listed)
        assert totals.fixed == sum(one["delta"] == "fixed" and not one["recommended"] for one in listed)
        for line in view.accounts:
            for box in line.boxes.values():
                assert box.words != "OK" or self.platform.way in ("whole", "half") or "a.example" not in line.account


NIGHT = st.tuples(
    st.sets(st.sampled_from(ITEMS)),
    st.sampled_from(["whole", "whole", "whole", "half", "no posts", "outage", "vanished"]),
    st.integers(0, 2),
    st.sampled_from([True, True, True, True, False]),
)


def test_many_nights_against_a_model(tmp_path, monkeypatch):
    """Over nights of coming and going, outages and second runs the ledger says what a simple model says."""
    platform = Platform()
    monkeypatch.setitem(connectors.CONNECTORS, "bluesky", platform)
    met = set()

    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(NIGHT, min_size=11, max_size=13))
    def nights(planned):
        school = School(tmp_path / str(len(list(tmp_path.iterdir()))), platform)
        for items, way, later, registered in planned:
            school.night(items, way, later, registered=registered)
            met.update(one.delta for one in school.done.tracked)

    nights()
    assert met == set(Delta) - {Delta.PENDING}
