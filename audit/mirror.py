"""What to read tonight, and tonight's reading laid over the mirror of earlier nights. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from audit.allowances import Allowance
from audit.config import Configuration, PlatformOptions
from checks.finding import History
from connectors.snapshot import (
    Account,
    CollectPlan,
    Coverage,
    CoverageStatus,
    Resource,
    Snapshot,
    complete,
    not_due,
    not_offered,
    not_permitted,
    partial,
)

LONDON = ZoneInfo("Europe/London")
FEATURES: Mapping[Resource, str] = {
    Resource.FOLLOWERS: "followers",
    Resource.FOLLOWING: "followers",
    Resource.COMMENTS: "comments",
}
"""Resources about other people, and the part of the DPIA that has to cover them."""

OVERLAP = timedelta(days=2)
"""Read again what is this much older than the last reading: items arrive late, or are dated back a little."""


def plan(
    account: Account,
    history: History,
    configuration: Configuration,
    now: datetime,
    allowance: Allowance = Allowance(),  # noqa: B008 - frozen
) -> CollectPlan:
    """What a connector shall read of one account tonight, from cadence, DPIA, keys, allowance and earlier nights."""
    on = now.astimezone(LONDON).date()
    options = configuration.platforms.get(account.platform, PlatformOptions())
    facts = configuration.policy.platforms[account.platform]
    caps = {
        name: value
        for name in ("max_posts", "max_people", "max_pages")
        if (value := getattr(options, name)) is not None
    }
    return CollectPlan(
        base_url=configuration.base_url(account.platform),
        now=now,
        skip=_skip(account, history, configuration, on),
        since=_since(account, history, configuration, on),
        refetch=history.open_items,
        secrets=configuration.keys.of(account),
        options={**options.model_dump(), "prices": facts.prices, "version": facts.version},
        spend_limit=allowance.dollars,
        allowances=allowance.quotas,
        **caps,
    )


def _skip(account: Account, history: History, configuration: Configuration, on: date) -> dict[Resource, Coverage]:
    platform = configuration.policy.platforms[account.platform]
    secrets = configuration.keys.of(account)
    missing = [one.name for one in platform.credentials if one.required and one.name not in secrets]
    if missing:
        why = not_permitted(
            f"there is no key for {platform.name} ({', '.join(missing)} in secrets.toml);"
            " school-audit doctor says how to get one"
        )
        offers = platform.offers
        never = {r: not_offered(offers[r].note) for r in offers if offers[r].offered == "no" and offers[r].note}
        return dict.fromkeys(Resource, why) | never
    skip: dict[Resource, Coverage] = {}
    for resource, feature in FEATURES.items():
        if not configuration.school.covers(feature):
            skip[resource] = not_due(f"not covered by the DPIA (feature {feature!r})")
    options = configuration.platforms.get(account.platform, PlatformOptions())
    if platform.pays(Resource.FOLLOWERS):
        for resource in (Resource.FOLLOWERS, Resource.FOLLOWING):
            if not options.followers:
                off = f"followers on {platform.name} cost money and are switched off in school.toml"
                skip.setdefault(resource, not_due(off))
            elif history.last_audited and not _sweep_day(configuration, on):
                day = configuration.run.sweep_on
                skip.setdefault(resource, not_due(f"followers on {platform.name} are read on {day}s"))
    return skip


def _sweep_day(configuration: Configuration, on: date) -> bool:
    return f"{on:%A}" == configuration.run.sweep_on


def _since(account: Account, history: History, configuration: Configuration, on: date) -> datetime | None:
    """The moment from which posts are wanted; None for a sweep of everything.

    Small accounts are swept every night, since that costs a call or two and sees every deletion; large ones,
    and those where each item costs money, once a week.
    """
    platform = configuration.policy.platforms[account.platform]
    small = len(history.posts) <= configuration.policy.setting("sweep_nightly_below")
    if small and not platform.pays(Resource.POSTS):
        return None
    if history.swept is None or history.last_audited is None:
        return None
    every = configuration.policy.setting("sweep_every")
    if _sweep_day(configuration, on) or (on - history.swept).days >= every:
        return None
    last = datetime.combine(history.last_audited, time(), LONDON)
    return last - OVERLAP


def looked_at(snapshot: Snapshot) -> frozenset[str]:
    """Ids of the items that were really read tonight, or asked for and found gone."""
    frames = (snapshot.posts, snapshot.comments, snapshot.revisions, snapshot.media)
    return snapshot.gone.union(snapshot.pages, *(read["id"] for read in frames))


def lay_over(snapshot: Snapshot, history: History, since: datetime | None) -> Snapshot:
    """Tonight's posts laid over the mirror, so that checks see all of them.

    After a sweep (`since` is None) what is missing is gone. After reading what is new, mirrored posts stay,
    and the whole is as complete as the last sweep was. A source that carries only its latest items is
    complete from the oldest one ever mirrored. Where nothing could be read, nothing is laid over.
    """
    coverage = snapshot.coverage.get(Resource.POSTS)
    if coverage is None or coverage.status is CoverageStatus.FAILED or history.posts.empty:
        return snapshot
    mirrored = set(history.posts["id"])
    if since is None and coverage.status is CoverageStatus.COMPLETE:
        return replace(snapshot, gone=snapshot.gone | (mirrored - set(snapshot.posts["id"])))
    keep = history.posts[~history.posts["id"].isin(snapshot.gone | set(snapshot.posts["id"]))]
    posts = pd.concat([snapshot.posts, keep], ignore_index=True) if len(keep) else snapshot.posts
    return replace(
        snapshot,
        posts=posts,
        coverage={**snapshot.coverage, Resource.POSTS: _together(coverage, history, len(posts))},
    )


def _together(coverage: Coverage, history: History, count: int) -> Coverage:
    if coverage.status is CoverageStatus.COMPLETE:
        if history.posts_whole:
            return complete(count)
        why = "some older posts were never read"
        return partial(why, count, planned=True, since=history.posts_since)
    if coverage.status is CoverageStatus.PARTIAL and coverage.since and history.posts_since:
        return replace(coverage, read=count, since=min(coverage.since, history.posts_since))
    return coverage
