"""Checks of use: is the account part of the school's life."""

import re
from datetime import date, timedelta

import pandas as pd

from checks.applicability import WEBSITE, has_no, on_register_only, was_read
from checks.calendar import SchoolCalendar
from checks.finding import (
    Answer,
    Evidence,
    Finding,
    Ruling,
    Severity,
    Subject,
    check,
    content_hash,
    not_applicable,
    not_testable,
)
from checks.own_items import own_words
from checks.policy import Policy
from checks.wording import counted, local_day, on_day
from connectors.snapshot import CoverageStatus, Resource, complete

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
SPAN = re.compile(rf"{MONTH}(?:[^a-z]*(?:-|\u2013|to|until|till)[^a-z]*{MONTH})?", re.IGNORECASE)


@check("REG-12", needs=(Resource.POSTS,))
def in_use(subject: Subject, policy: Policy) -> Answer:
    """Tests how many school days have passed since the account's last post.

    Weekends, bank holidays and the school's holidays do not count; where school.toml has no term dates every
    weekday outside bank holidays does, and the finding says so. Reposts are no posts of the account's own. A
    seasonal account is looked at in its season only, counted from the season's start. Parked and closed accounts
    are left out; an account that never posted is REG-13's. It sees public posts only: stories, private messages
    and posts that vanish do not count. A recent post is proof of use, however little else could be read.
    """
    if ruling := _resting(subject, policy):
        return ruling
    if not was_read(subject, Resource.POSTS):
        return ()
    last = _last_post(subject)
    if last is None:
        if subject.snapshot.coverage[Resource.POSTS].status is CoverageStatus.COMPLETE:
            return not_applicable("the account has no posts of its own: see REG-13")
        return ()
    counted_from = max(last, _season_start(subject) or last)
    calendar = SchoolCalendar(subject.school.terms)
    days = calendar.school_days_between(counted_from, subject.on)
    if days <= policy.threshold("REG-12", "amber_days"):
        return complete(1)
    red = days > policy.threshold("REG-12", "red_days")
    detail = f"The last post is of {on_day(last)}, {counted(days, 'school day')} ago."
    if counted_from != last:
        detail = f"The last post is of {on_day(last)}; {counted(days, 'school day')} of the season have passed."
    if not calendar.known_between(counted_from, subject.on):
        detail += " Where school.toml has no term dates, weekdays outside bank holidays were counted."
    return [
        Finding(
            "REG-12",
            "The account is dormant",
            policy.severity("REG-12", Severity.MEDIUM if red else Severity.LOW),
            detail,
            address=subject.account.address,
            evidence=(Evidence("profile", subject.account.address, "date of the last post"),),
            content=content_hash(last),
        )
    ]


@check("REG-13", needs=(Resource.POSTS,))
def ever_used(subject: Subject, policy: Policy) -> Answer:
    """Tests that an account that has existed for a while has more than a few posts.

    The platform's own count is taken where it gives one, else the posts that were read: enough of them are proof
    of use, and fewer only count when all were read. Its age is counted from the earliest date known: the
    platform's, the register's, or the first night of this audit.
    Parked and closed accounts, and seasonal ones out of season, are left out. It sees public posts only.
    """
    if ruling := _resting(subject, policy):
        return ruling
    least = policy.threshold("REG-13", "least_posts")
    if was_read(subject, Resource.POSTS) and len(own_words(subject)) >= least:
        return complete(int(least))
    posts = _number_of_posts(subject)
    if posts is None or posts >= least:
        return ()
    since = _existed_since(subject)
    if since is None:
        return not_testable("nobody says when the account was created; enter 'Created on' in the register")
    if subject.on - since <= timedelta(days=policy.threshold("REG-13", "after_days")):
        return ()
    return [
        Finding(
            "REG-13",
            "The account was hardly ever used" if posts else "The account was never used",
            policy.severity("REG-13", Severity.MEDIUM),
            f"It has existed since {on_day(since)} at the latest, and has {counted(posts, 'post')}.",
            address=subject.account.address,
            evidence=(Evidence("profile", subject.account.address, "number of posts"),),
            content=content_hash(posts),
        )
    ]


def _resting(subject: Subject, policy: Policy) -> Ruling | None:
    """The ruling for accounts that nobody expects to be in use now."""
    account = subject.account
    if ruling := on_register_only(account) or has_no(Resource.POSTS, subject, policy):
        return ruling
    if account.platform == WEBSITE:
        return not_applicable("a website has pages, which need not be new")
    if account.status == "parked":
        return not_applicable("the register says that the account is parked")
    if account.status == "seasonal":
        months = months_of(account.season)
        if not months:
            return not_testable("the register's column 'Season' names no months, such as 'June to July'")
        if subject.on.month not in months:
            return not_applicable("the account is seasonal and out of season")
    return None


def months_of(season: str) -> frozenset[int]:
    """The months, 1 to 12, that a season names: "June to July", "Dec", "Nov-Jan; May". Empty when it names none."""
    found: set[int] = set()
    for first, last in SPAN.findall(season):
        start = MONTHS.index(first[:3].casefold())
        length = (MONTHS.index(last[:3].casefold()) - start) % 12 if last else 0
        found |= {(start + step) % 12 + 1 for step in range(length + 1)}
    return frozenset(found)


def _season_start(subject: Subject) -> date | None:
    """The first day of the season that is on, None for accounts without one or in season all year."""
    months = months_of(subject.account.season) if subject.account.status == "seasonal" else frozenset()
    if len(months) in (0, 12):
        return None
    first = subject.on.replace(day=1)
    while (before := (first - timedelta(days=1)).replace(day=1)).month in months:
        first = before
    return first


def _last_post(subject: Subject) -> date | None:
    newest = own_words(subject)["created"].max()
    return None if pd.isna(newest) else local_day(newest.to_pydatetime())


def _number_of_posts(subject: Subject) -> int | None:
    """How many posts the account has; None when neither the platform nor a complete reading tells."""
    profile = subject.snapshot.profile
    coverage = subject.snapshot.coverage.get(Resource.POSTS)
    known = len(own_words(subject))
    if profile is not None and profile.posts is not None:
        return max(known, profile.posts)
    return known if coverage and coverage.status is CoverageStatus.COMPLETE else None


def _existed_since(subject: Subject) -> date | None:
    profile = subject.snapshot.profile
    created = local_day(profile.created) if profile and profile.created else None
    dates = (created, subject.account.created_on, subject.account.approved_on, subject.history.known_since)
    return min((day for day in dates if day), default=None)
