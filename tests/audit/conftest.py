"""A small school on connectors that answer from memory, and its nights."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

import connectors
from audit.config import load
from audit.ledger import Ledger
from audit.night import run_night
from audit.reporting import build
from audit.trend import reported
from connectors.http import Http
from connectors.snapshot import PEOPLE, POSTS, Profile, Resource, Settings, Snapshot, complete, frame

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
ON = date(2026, 11, 22)


@dataclass
class Imitation:
    """A connector that answers from memory; `error` is raised instead, for accounts named in `broken`."""

    posts: list = field(default_factory=list)
    followers: list = field(default_factory=list)
    broken: dict = field(default_factory=dict)
    coverage: dict = field(default_factory=dict)
    plans: list = field(default_factory=list)
    platform_id: str = ""
    RESOURCES: frozenset = frozenset({Resource.PROFILE, Resource.POSTS, Resource.FOLLOWERS, Resource.SETTINGS})

    def collect(self, account, plan, http):
        self.plans.append((account, plan))
        if error := self.broken.get(account.handle):
            raise error
        coverage = {
            Resource.PROFILE: complete(1),
            Resource.SETTINGS: complete(1),
            Resource.POSTS: complete(len(self.posts)),
            Resource.FOLLOWERS: complete(len(self.followers)),
            **self.coverage,
        }
        return Snapshot(
            account,
            NOW,
            coverage,
            profile=Profile(
                self.platform_id or f"did:plc:{account.handle}",
                account.handle,
                account.address,
                name="Hazelbrook",
                bio="School",
            ),
            settings=Settings("nobody"),
            posts=frame(POSTS, self.posts),
            followers=frame(PEOPLE, self.followers),
        )

    def prove(self, account, plan, http):
        return "answered"


@pytest.fixture
def platform(monkeypatch):
    imitation = Imitation()
    monkeypatch.setitem(connectors.CONNECTORS, "bluesky", imitation)
    return imitation


@pytest.fixture
def school(tmp_path):
    (tmp_path / "school.toml").write_text(
        "[school]\nname = 'Hazelbrook Primary School'\n[dpia]\nreference = 'D'\nfeatures = ['followers', 'comments']\n"
        "[thresholds]\nlinks_per_night = 0\n"
    )
    (tmp_path / "register.csv").write_text("Platform,Handle\nbluesky,a.example\nbluesky,b.example\n")
    return tmp_path


@pytest.fixture
def audit(school):
    """Run a night and give what was done. `answers` are what people typed until then."""

    def run(on=ON, answers=None):
        configuration = load(school, {})
        ledger = Ledger.at(school / "state" / "audit.db")
        http = Http(configuration.network)
        try:
            done = run_night(configuration, ledger, http, now=NOW.replace(day=on.day), on=on, answers=answers)
            run.report = build(configuration, done, "0.0.1", ledger.runs(), answers)
            ledger.keep_reported(done.run, reported(run.report.totals, run.report.governors.rating))
            return done
        finally:
            http.close()
            ledger.close()

    return run
