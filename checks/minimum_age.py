"""Checks of minimum ages: whom accounts are meant for, and who says that they are too young to be there."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from checks.applicability import closed_unread, on_register_only
from checks.finding import (
    Answer,
    Confidence,
    Evidence,
    Finding,
    Outcome,
    Ruling,
    SchoolSubject,
    Severity,
    Subject,
    check,
    content_hash,
    manual,
    not_applicable,
    not_testable,
)
from checks.policy import MinimumAge, Platform, Policy
from checks.vocabulary import addresses_pupils
from checks.wording import fewer, listed, on_day
from connectors.snapshot import Resource

OWN_MINIMUM = re.compile(r"minimum age (\d{1,2})")
"""The label of a profile whose server sets the minimum age."""


@check("AGE-01")
def audience_old_enough(subject: Subject, policy: Policy) -> Answer:
    """Tests whether the audience in the register includes pupils who are below the platform's minimum age.

    Pupils, children, students, year groups and the school's class names count; parents of pupils do not. The
    oldest pupils' age is in school.toml, the minimum ages with their sources in platforms.toml. Services used
    with the school's consent are marked in the register and left out. An audience that only an announced minimum
    would exclude is for information. It compares the register with a table; it does not see who reads.
    """
    account, oldest = subject.account, subject.school.oldest_pupil
    if ruling := on_register_only(account):
        return ruling
    if account.consented_service:
        return not_applicable("the register marks it as a service that is used with the school's consent")
    if not account.audience:
        return not_testable("the register does not say whom the account is for; fill in 'Audience'")
    if not addresses_pupils(account.audience, subject.school.class_names):
        return ()
    platform = policy.platforms[account.platform]
    row = _minimum(platform, subject)
    if isinstance(row, Ruling):
        return () if row.outcome is Outcome.NOT_APPLICABLE else row
    ahead = platform.announced(subject.on)
    ahead_years = (ahead.years if ahead else None) or 0
    if max(row.years, ahead_years) <= oldest:
        return ()
    now = row.years > oldest
    source = "the server's own answer" if row.told else row.row.source
    detail = f"{platform.name} asks for {row.years} years; the oldest pupils are {oldest}. Source: {source}."
    if row.row.exceptions and not row.told:
        detail += f" {row.row.exceptions}"
    if row.row.rule == "per instance":
        detail += " Each server sets its own minimum"
        detail += "." if row.told else "; this figure is used until this one's is known."
    if ahead and ahead_years > oldest:
        starts = f" (expected from {on_day(ahead.effective_from)})" if ahead.effective_from else ""
        detail += f" Under the announced rules it would be {ahead_years}{starts}; they are not in force yet."
    return [
        Finding(
            "AGE-01",
            "The account is meant for pupils below the platform's minimum age"
            if now
            else "The account is meant for pupils who would be below the announced minimum age",
            policy.severity("AGE-01", Severity.HIGH if now else Severity.INFO),
            detail,
            address=account.address,
            evidence=(Evidence("register", account.address, "audience includes pupils"),),
            content=content_hash(account.audience, row.years, ahead_years, oldest),
        )
    ]


@check("AGE-02", needs=(Resource.FOLLOWERS,), feature="followers")
def followers_old_enough(subject: Subject, policy: Policy) -> Answer:
    """Tests whether followers' public profiles say that they are below the platform's minimum age today.

    Names and bios are read for ages, birth years and year groups; parents, teachers, clubs, other schools and
    profiles that an adult manages are kept out. All of an account's followers are one finding, which only the
    safeguarding lead can open; a profile that leaves doubt is for a human look. It is a floor and no assurance:
    Ofcom (Yonder, 2022) estimated that 60% of UK children aged 8 to 12 who use these platforms have their own
    profile, few write their age in it, and many platforms show no followers at all.
    """
    words = _Words("AGE-02", "Some followers say that they are", "Some followers may be", "Followers")
    return _too_young(subject, policy, words, subject.facts.follower_ages, subject.snapshot.followers)


@check("AGE-04", needs=(Resource.FOLLOWING,), feature="followers")
def followed_old_enough(subject: Subject, policy: Policy) -> Answer:
    """Tests the same of the profiles that the school's account follows.

    A school account that follows a child shows the child to everybody who looks at its list. The reading and its
    limits are those of AGE-02: what public profiles say of themselves, and few children write their age.
    """
    words = _Words(
        "AGE-04",
        "The account follows some who say that they are",
        "The account follows some who may be",
        "Profiles that the account follows",
    )
    return _too_young(subject, policy, words, subject.facts.following_ages, subject.snapshot.following)


@check("AGE-08", scope="school")
def minimum_ages_checked(school: SchoolSubject, policy: Policy) -> Answer:
    """Tests that the minimum ages of the registered platforms were checked lately, and that none is overtaken.

    A row of platforms.toml counts as stale some months after it was last verified, and an announced rule as
    overtaken when the day expected for it has come. It knows its own table, not what a provider changed since.
    """
    longest = timedelta(days=policy.setting("facts_stale_after"))
    used = {subject.account.platform for subject in school.subjects if subject.account.status != "closed"}
    stale: list[str] = []
    due: list[str] = []
    for platform in (policy.platforms[name] for name in sorted(used)):
        row, ahead = platform.minimum_age(school.on), platform.announced(school.on)
        if row is None or school.on - row.verified_on > longest:
            stale.append(platform.name)
        if ahead and not ahead.law and ahead.effective_from and ahead.effective_from <= school.on:
            due.append(platform.name)
    if not stale and not due:
        return ()
    parts = []
    if stale:
        parts.append(f"Not verified for {longest.days} days: {listed(stale)}.")
    if due:
        parts.append(f"The day expected for announced rules has come: {listed(due)}.")
    return [
        Finding(
            "AGE-08",
            "Minimum ages need checking",
            policy.severity("AGE-08", Severity.INFO),
            " ".join(parts),
            content=content_hash(*parts),
        )
    ]


@dataclass(frozen=True, slots=True)
class _Minimum:
    """A minimum age in force, in whole years, the row it stands in, and whether the account's server told it."""

    years: int
    row: MinimumAge
    told: bool = False


def _minimum(platform: Platform, subject: Subject) -> _Minimum | Ruling:
    """The minimum age to judge by on the night's date, or the ruling where there is none to judge by.

    Where each server sets its own, what the account's server says goes before the table.
    """
    row = platform.minimum_age(subject.on)
    if row is None:
        return not_testable(f"the table of minimum ages has no row in force for {platform.name}")
    if row.rule == "per instance" and (own := _own_minimum(subject)) is not None:
        return _Minimum(own, row, told=True)
    if row.years is not None:
        return _Minimum(row.years, row)
    if row.rule == "per instance":
        return manual(f"each server of {platform.name} sets its own minimum age: look it up on this one")
    return not_applicable(f"{platform.name} has no minimum age")


def _own_minimum(subject: Subject) -> int | None:
    """The years that the account's server told tonight, as its connector labels the profile."""
    profile = subject.snapshot.profile
    told = (OWN_MINIMUM.fullmatch(label) for label in (profile.labels if profile else ()))
    return next((int(match[1]) for match in told if match), None)


@dataclass(frozen=True, slots=True)
class _Words:
    check: str
    sure: str
    unsure: str
    whose: str


def _too_young(subject: Subject, policy: Policy, words: _Words, ages: pd.DataFrame, people: pd.DataFrame) -> Answer:
    """One finding with everybody in `people` who says, or may mean, that they are below the minimum age."""
    if ruling := closed_unread(subject):
        return ruling
    platform = policy.platforms[subject.account.platform]
    minimum = _minimum(platform, subject)
    if isinstance(minimum, Ruling):
        return minimum
    if ages.empty:
        return ()
    ages = ages[~ages.index.duplicated() & ages.index.isin(people.index) & ~ages["parent_managed"]]
    young = ages[ages["youngest"] < minimum.years]
    is_sure = (young["oldest"] < minimum.years) & (young["confidence"] == "likely")
    sure, unsure = young[is_sure], young[~is_sure]
    if young.empty:
        return ()
    below = policy.setting("suppress_below")
    judged = unsure if sure.empty else sure
    what = words.unsure if sure.empty else words.sure
    detail = (
        f"{words.whose} were compared with the minimum age of {platform.name}, {minimum.years}. This is what"
        " public profiles say of themselves, and a floor: the true number is unknown."
    )
    if len(sure) and len(unsure):
        detail += f" More may be, and are to be looked at ({fewer(len(unsure), below)})."
    return [
        Finding(
            words.check,
            f"{what} under {minimum.years} ({fewer(len(judged), below)})",
            policy.severity(words.check, Severity.HIGH),
            detail,
            Confidence.POSSIBLE if sure.empty else Confidence.LIKELY,
            Outcome.REVIEW if sure.empty else Outcome.FINDING,
            address=subject.account.address,
            evidence=(
                *_people(sure, people, ""),
                *_people(unsure, people, f" (may be under {minimum.years})"),
            ),
            # Of the rules and not of the people: this hash has no key.
            content=content_hash(minimum.years, *sorted(young["reason"])),
            count=len(judged),
        )
    ]


def _people(ages: pd.DataFrame, people: pd.DataFrame, doubt: str) -> list[Evidence]:
    known = people.loc[ages.index]
    rows = zip(known["address"], known["id"], ages["reason"], strict=True)
    return [Evidence("person", address, f"{reason}{doubt}", person=person) for address, person, reason in rows]
