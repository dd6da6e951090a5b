"""Checks of minimum ages: whom accounts are meant for, and who says that they are too young to be there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from checks.applicability import closed_unread, has_no, on_register_only
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
from checks.own_items import moment, own_words, rows
from checks.policy import MinimumAge, Platform, Policy
from checks.readers.invitations import Invitation
from checks.vocabulary import addresses_pupils
from checks.wording import fewer, listed, on_day, one_of
from connectors.snapshot import Resource

READINGS = 3
"""So many readings make a trend."""
SHARES_FROM = 10
"""How many children a share must rest on to be told."""
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


@check("AGE-03", needs=(Resource.FOLLOWERS,), feature="followers")
def followers_mostly_grown_up(subject: Subject, policy: Policy) -> Answer:
    """Tests whether so many followers say that they are below the minimum age that it is more than a chance one.

    Counted are those who certainly or likely say so (AGE-02); the numbers from which it counts are in the policy's
    data; where their number has risen at each of the last three readings, from five on. One child is a matter for
    the safeguarding lead; many are a sign that the account, whoever it is meant for, reaches pupils. Few children
    write their age, so that the true share is higher; a share is told only from ten such followers on, since a
    smaller one could point to a child.
    """
    judged = _judged(subject, policy, subject.facts.follower_ages, subject.snapshot.followers)
    if not isinstance(judged, _Judged):
        return judged
    number, of = len(judged.sure), len(subject.snapshot.followers)
    share = 100 * number / of if of else 0
    below = policy.setting("suppress_below")
    rising = _rises((*subject.history.young_followers, number)) and number >= below
    many = number >= policy.threshold("AGE-03", "count") or share >= policy.threshold("AGE-03", "percent")
    if not number or not (many or rising):
        return ()
    detail = (
        f"They are compared with the minimum age of {policy.platforms[subject.account.platform].name},"
        f" {judged.minimum}; whom the account is meant for stands in the register."
    )
    if number >= SHARES_FROM:
        detail += f" Of the followers read they are about {max(round(share), 1)}%."
    if rising:
        detail += " Their number has risen at each of the last three readings."
    return [
        Finding(
            "AGE-03",
            f"Several followers, and not one by chance, say that they are under {judged.minimum}"
            f" ({fewer(number, below)})",
            policy.severity("AGE-03", Severity.MEDIUM),
            detail,
            Confidence.LIKELY,
            address=subject.account.address,
            evidence=(Evidence("profile", subject.account.address, f"{fewer(number, below)} followers"),),
            content=content_hash(judged.minimum, fewer(number, below)),
            count=number,
        )
    ]


def _rises(numbers: Sequence[int]) -> bool:
    """Whether each of three readings or more is above the one before."""
    return len(numbers) >= READINGS and all(later > earlier for earlier, later in pairwise(numbers))


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


@check("AGE-05", needs=(Resource.COMMENTS,), feature="comments")
def commenters_old_enough(subject: Subject, policy: Policy) -> Answer:
    """Tests whether people who comment say in their words that they are below the platform's minimum age.

    Only what is said in the first person counts ("I'm 10 and I love this"); names of classes, praise and what
    parents tell of children do not. It weighs more where the account wrote under the same item afterwards. All of
    an account's comments are one finding, which only the safeguarding lead can open; no words are kept. Parents who
    write for a child are among what is found, and most children do not say their age. Private messages and the
    writers' profiles are not read.
    """
    if ruling := closed_unread(subject) or has_no(Resource.COMMENTS, subject, policy):
        return ruling
    minimum = _minimum(policy.platforms[subject.account.platform], subject)
    if isinstance(minimum, Ruling):
        return minimum
    read = subject.facts.comment_ages
    young = {item: reading for item, reading in read.items() if reading.band.youngest < minimum.years}
    comments = subject.snapshot.comments
    told = comments[comments["id"].isin(young.keys()) & ~comments["ours"]]
    if told.empty:
        return ()
    ours = comments[comments["ours"]]
    sure = {
        item
        for item, reading in young.items()
        if reading.band.oldest < minimum.years and reading.confidence == "likely"
    }
    judged = told[told["id"].isin(sure)] if told["id"].isin(sure).any() else told
    replied = any(((ours["post_id"] == row.post_id) & (ours["created"] > row.created)).any() for row in rows(judged))
    unsure = not told["id"].isin(sure).any()
    detail = "The words are not repeated here. Somebody older may have written for a child, or in jest."
    if replied:
        detail += " The account wrote under the same item afterwards, which may have been an answer."
    return [
        Finding(
            "AGE-05",
            f"Comments {'may be' if unsure else 'are likely'} by children under {minimum.years}"
            f" ({fewer(judged['author_id'].nunique(), policy.setting('suppress_below'))})",
            policy.severity("AGE-05", Severity.HIGH if replied else Severity.MEDIUM),
            detail,
            Confidence.POSSIBLE if unsure else Confidence.LIKELY,
            Outcome.REVIEW if unsure else Outcome.FINDING,
            address=subject.account.address,
            evidence=tuple(
                Evidence(
                    "comment",
                    row.address,
                    young[row.id].reason + ("" if row.id in sure else f" (may be {minimum.years} or older)"),
                    person=row.author_id,
                    when=moment(row.created),
                )
                for row in rows(told)
            ),
            content=content_hash(minimum.years, *sorted(told["id"])),
            count=judged["author_id"].nunique(),
            seen_in=Resource.COMMENTS,
        )
    ]


@check("AGE-06", needs=(Resource.POSTS,))
def nobody_invites_pupils(subject: Subject, policy: Policy) -> Answer:
    """Tests whether an own item calls pupils to follow, answer or write on a platform that does not admit them.

    "Children, follow us", "Year 5, comment below", "DM us your homework". Asking pupils to ask a parent, and
    whatever speaks to parents and carers, is left alone, as is everything on a platform without a minimum age, one
    that the oldest pupils have reached, or one that the register marks as used with the school's consent. It reads
    English words only, and no pictures or films.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    if subject.account.consented_service:
        return not_applicable("the register marks it as a service that is used with the school's consent")
    minimum = _minimum(policy.platforms[subject.account.platform], subject)
    if isinstance(minimum, Ruling):
        return minimum
    if subject.school.oldest_pupil >= minimum.years:
        return not_applicable("the oldest pupils have reached the platform's minimum age")
    found = subject.facts.invitations
    items = own_words(subject)
    return [_invitation(policy, row, found[row.id]) for row in rows(items[items["id"].isin(found.keys())])]


def _invitation(policy: Policy, row: Any, found: Sequence[Invitation]) -> Finding:
    sure = [one for one in found if one.confidence == "likely"]
    first = (sure or found)[0]
    start, end = first.span
    words = f"{row.title}\n{row.text}"
    return Finding(
        "AGE-06",
        f"{one_of(row.kind)} {'invites' if sure else 'may invite'} pupils onto the platform",
        policy.severity("AGE-06", Severity.HIGH),
        f"It {first.reason}. Pupils of this school are below the platform's minimum age.",
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        Outcome.FINDING if sure else Outcome.REVIEW,
        item=row.id,
        address=row.address,
        evidence=(Evidence("post", row.address, first.reason, quote=words[start:end], when=moment(row.created)),),
        content=content_hash(row.title, row.text),
        created=moment(row.created),
    )


@check("AGE-07", needs=(Resource.FOLLOWERS,), feature="followers")
def managed_accounts_follow(subject: Subject, policy: Policy) -> Answer:
    """Tests whether profiles of children that say a parent runs them follow the account.

    Some platforms permit these when the profile says so, and AGE-02 leaves them out. They are counted for the
    safeguarding lead's information, and nobody is asked to act. That an adult runs a profile is its own word.
    """
    if ruling := closed_unread(subject):
        return ruling
    minimum = _minimum(policy.platforms[subject.account.platform], subject)
    if isinstance(minimum, Ruling):
        return minimum
    ages = subject.facts.follower_ages
    if ages.empty:
        return ()
    known = ~ages.index.duplicated() & ages.index.isin(subject.snapshot.followers.index)
    managed = ages[known & ages["parent_managed"] & (ages["youngest"] < minimum.years)]
    if managed.empty:
        return ()
    number = fewer(len(managed), policy.setting("suppress_below"))
    return [
        Finding(
            "AGE-07",
            f"Children's profiles that an adult runs follow the account ({number})",
            policy.severity("AGE-07", Severity.INFO),
            "What public profiles say of themselves; for information.",
            Confidence.LIKELY,
            address=subject.account.address,
            evidence=(Evidence("profile", subject.account.address, f"{number} followers"),),
            content=content_hash(minimum.years, number),
            count=len(managed),
        )
    ]


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
class _Judged:
    """Readings of people below a minimum age in whole years: who surely is, and who may be."""

    minimum: int
    sure: pd.DataFrame
    unsure: pd.DataFrame


def _judged(subject: Subject, policy: Policy, ages: pd.DataFrame, people: pd.DataFrame) -> "_Judged | Answer":
    """Who in `people` is below the minimum age, or the answer where there is nothing to judge."""
    if ruling := closed_unread(subject):
        return ruling
    minimum = _minimum(policy.platforms[subject.account.platform], subject)
    if isinstance(minimum, Ruling):
        return minimum
    if ages.empty:
        return ()
    ages = ages[~ages.index.duplicated() & ages.index.isin(people.index) & ~ages["parent_managed"]]
    young = ages[ages["youngest"] < minimum.years]
    is_sure = (young["oldest"] < minimum.years) & (young["confidence"] == "likely")
    return _Judged(minimum.years, young[is_sure], young[~is_sure])


@dataclass(frozen=True, slots=True)
class _Words:
    check: str
    sure: str
    unsure: str
    whose: str


def _too_young(subject: Subject, policy: Policy, words: _Words, ages: pd.DataFrame, people: pd.DataFrame) -> Answer:
    """One finding with everybody in `people` who says, or may mean, that they are below the minimum age."""
    found = _judged(subject, policy, ages, people)
    if not isinstance(found, _Judged):
        return found
    sure, unsure = found.sure, found.unsure
    if sure.empty and unsure.empty:
        return ()
    below = policy.setting("suppress_below")
    judged = unsure if sure.empty else sure
    what = words.unsure if sure.empty else words.sure
    detail = (
        f"{words.whose} were compared with the minimum age of {policy.platforms[subject.account.platform].name},"
        f" {found.minimum}. This is what"
        " public profiles say of themselves, and a floor: the true number is unknown."
    )
    if len(sure) and len(unsure):
        detail += f" More may be, and are to be looked at ({fewer(len(unsure), below)})."
    return [
        Finding(
            words.check,
            f"{what} under {found.minimum} ({fewer(len(judged), below)})",
            policy.severity(words.check, Severity.HIGH),
            detail,
            Confidence.POSSIBLE if sure.empty else Confidence.LIKELY,
            Outcome.REVIEW if sure.empty else Outcome.FINDING,
            address=subject.account.address,
            evidence=(
                *_people(sure, people, ""),
                *_people(unsure, people, f" (may be under {found.minimum})"),
            ),
            # Of the rules and not of the people: this hash has no key.
            content=content_hash(found.minimum, *sorted([*sure["reason"], *unsure["reason"]])),
            count=len(judged),
        )
    ]


def _people(ages: pd.DataFrame, people: pd.DataFrame, doubt: str) -> list[Evidence]:
    known = people.loc[ages.index]
    rows = zip(known["address"], known["id"], ages["reason"], strict=True)
    return [Evidence("person", address, f"{reason}{doubt}", person=person) for address, person, reason in rows]
