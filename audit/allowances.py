"""What each account's reading may use up tonight: money, and the quotas of the keys, shared out. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from audit.config import Configuration, PlatformOptions
from checks.policy import Quota
from connectors.snapshot import Account

DOLLARS = "US dollars"

UsedSince = Callable[[str, str, datetime, str | None], float]
"""How much was used: of a platform, what, from a moment on, with the keys of a mark (None: with any)."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one reading may use up: `dollars` is None without a limit, `quotas` are amounts by name."""

    dollars: float | None = None
    quotas: Mapping[str, float] = field(default_factory=dict)


def shared_out(
    configuration: Configuration, marks: Mapping[str, str], used_since: UsedSince, now: datetime
) -> dict[str, Allowance]:
    """The allowance of each account by register key. `marks` tells which accounts are read with the same keys.

    Ceilings of money hold for all accounts of a platform, quotas for all that are read with the same keys; what
    earlier runs used of them is taken off, and the rest is shared evenly.
    """
    accounts = configuration.accounts
    same_platform = Counter(account.platform for account in accounts)
    same_keys = Counter((account.platform, marks[account.key]) for account in accounts)
    allowances = {}
    for account in accounts:
        mark = marks[account.key]
        dollars = _dollars(configuration, account.platform, used_since, now)
        quotas = {}
        for quota in configuration.policy.platforms[account.platform].quotas:
            most = quota.allowed * _share(configuration, account, quota) / 100
            if quota.gauge:
                quotas[quota.name] = most
                continue
            used = used_since(account.platform, quota.name, began(quota, now), mark)
            quotas[quota.name] = max(0.0, most - used) / same_keys[account.platform, mark]
        share = None if dollars is None else dollars / same_platform[account.platform]
        allowances[account.key] = Allowance(share, quotas)
    return allowances


def _share(configuration: Configuration, account: Account, quota: Quota) -> float:
    """The percentage of a quota that all our readings may use together."""
    own = configuration.platforms.get(account.platform, PlatformOptions()).quota_share
    return quota.share if own is None else own


def _dollars(configuration: Configuration, platform: str, used_since: UsedSince, now: datetime) -> float | None:
    """What a platform may cost tonight, in US dollars; None without a ceiling."""
    options = configuration.platforms.get(platform, PlatformOptions())
    ceilings = [options.spend_per_run] if options.spend_per_run is not None else []
    if options.spend_per_month is not None:
        month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        ceilings.append(max(0.0, options.spend_per_month - used_since(platform, DOLLARS, month, None)))
    return min(ceilings, default=None)


def began(quota: Quota, now: datetime) -> datetime:
    """When the hour or the day began that a quota counts tonight."""
    if quota.per == "hour":
        return now - timedelta(hours=1)
    zone = ZoneInfo(quota.zone)
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """What one night used of one quota with one set of keys, and what it may; amounts in `name`.

    `limit` is our share of what the platform allows in an hour or a day (`per`).
    """

    platform: str
    name: str
    used: float
    limit: float
    allowed: float
    per: str
    accounts: tuple[str, ...]


def quotas_used(
    configuration: Configuration, marks: Mapping[str, str], used: Mapping[str, Mapping[str, float]]
) -> tuple[QuotaUse, ...]:
    """What tonight's readings (`used` by register key) used of each quota, per set of keys.

    Of a gauge, which the platform reads for all of its user's doings, the highest counts; of all else the sum.
    """
    groups: dict[tuple[str, str], list[Account]] = {}
    for account in configuration.accounts:
        groups.setdefault((account.platform, marks[account.key]), []).append(account)
    return tuple(
        _use(configuration, quota, group, used)
        for (platform, _), group in groups.items()
        for quota in configuration.policy.platforms[platform].quotas
        if any(quota.name in used.get(account.key, {}) for account in group)
    )


def _use(
    configuration: Configuration, quota: Quota, group: Sequence[Account], used: Mapping[str, Mapping[str, float]]
) -> QuotaUse:
    amounts = [used.get(account.key, {}).get(quota.name, 0.0) for account in group]
    return QuotaUse(
        platform=group[0].platform,
        name=quota.name,
        used=max(amounts) if quota.gauge else sum(amounts),
        limit=quota.allowed * _share(configuration, group[0], quota) / 100,
        allowed=quota.allowed,
        per=quota.per,
        accounts=tuple(account.key for account in group),
    )
