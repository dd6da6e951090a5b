"""Checks of the platform's own word: what it holds against the account, and for whom it takes its films to be."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from checks.applicability import WEBSITE, closed_unread, is_article, is_personal, on_register_only, was_read
from checks.finding import (
    Answer,
    Confidence,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Subject,
    check,
    content_hash,
    manual,
    not_applicable,
    not_testable,
)
from checks.flags import Mark, flags
from checks.own_items import moment, own_words, rows
from checks.policy import Policy
from checks.vocabulary import addresses_pupils
from checks.wording import counted, listed, one_of, sentence
from connectors.snapshot import Resource

SUSPENDED = "suspended"
"""The standing of an account that its platform has shut off."""
YOUTUBE = "youtube"
FOR_KIDS, NOT_FOR_KIDS = "made for kids", "not made for kids"
EXAMPLES = 3
"""So many items stand as examples for more of the same kind."""


@check("PLT-01", needs=(Resource.PROFILE,), also=(Resource.POSTS,))
def in_good_standing(subject: Subject, policy: Policy) -> Answer:
    """Tests that the platform holds nothing against the account or against one of its items.

    An account that is suspended, blocked, limited or withheld, or that carries a moderator's label, is an indicator
    that it may not keep to the provider's terms; so is an item that the platform withholds or shows to grown-ups only.
    Marks that accounts can set themselves (sensitive, explicit, parody) are for a human look. An outage can look like
    a suspension, which is why it has to be seen on two nights. Which labels count is listed in data/flags.toml.
    Many platforms tell such things to the account itself only: there a person looks, or it cannot be told.
    """
    account, told = subject.account, flags()
    platform = policy.platforms[account.platform]
    if account.platform == WEBSITE:
        return not_applicable("the school's own website stands on no provider's platform")
    if is_article(account):
        return not_applicable("an article is no site of the school's; it is registered to be watched")
    if ruling := closed_unread(subject):
        return ruling
    if findings := [*_against_account(subject, policy), *_against_items(subject, policy)]:
        return findings
    if is_personal(account):
        return ()
    if look := told.look.get(account.platform):
        return manual(look)
    if platform.connector and account.platform not in told.tells.standing:
        return not_testable(f"{platform.name} tells nobody but the account itself whether it holds anything against it")
    return ()


def _against_account(subject: Subject, policy: Policy) -> list[Finding]:
    """The finding about the account itself: what the platform says of it, and what it says of itself."""
    told, profile, snapshot = flags(), subject.snapshot.profile, subject.snapshot
    known = told.of_account(profile.labels if profile else ())
    suspended = snapshot.standing == SUSPENDED
    grave = [label for label in known if label.by != "account"]
    words = ["the platform has suspended it"] if suspended else []
    words += [label.words for label in grave or known]
    severities = [label.severity for label in grave or known] + [Severity.HIGH] * suspended
    items = own_words(subject)
    for mark in told.set_by_account():
        number = int(_marked(items, mark.mark).sum())
        if number and not grave and not suspended:
            words.append(f"{counted(number, 'item')} of its own {'is' if number == 1 else 'are'} {mark.words}")
            severities.append(mark.severity)
    if not words:
        return []
    address = (profile.address if profile else "") or subject.account.address
    certain = suspended or any(label.by == "platform" for label in grave)
    return [
        Finding(
            "PLT-01",
            "The platform holds something against the account"
            if suspended or grave
            else "The account marks itself or its items as not for everybody",
            policy.severity("PLT-01", min(severities, key=lambda severity: severity.rank)),
            sentence(f"of the account: {listed(words)}") if suspended or grave else sentence(listed(words)),
            Confidence.CERTAIN if certain else Confidence.LIKELY if grave else Confidence.POSSIBLE,
            Outcome.FINDING if suspended or grave else Outcome.REVIEW,
            address=address,
            evidence=(Evidence("profile", address, listed(words)),),
            content=content_hash(*words),
            nights=2 if suspended and not grave else 1,
        )
    ]


def _against_items(subject: Subject, policy: Policy) -> list[Finding]:
    items = own_words(subject)
    return [
        _held_back(policy, row, mark)
        for mark in flags().set_by_platform()
        for row in rows(items[_marked(items, mark.mark)])
        if mark is _first(row.marks)
    ]


def _first(marks: Sequence[str]) -> Mark | None:
    """The first of the platform's own marks that an item carries: one item is one finding."""
    return next((mark for mark in flags().set_by_platform() if mark.mark in marks), None)


def _held_back(policy: Policy, row: Any, mark: Mark) -> Finding:
    return Finding(
        "PLT-01",
        f"{one_of(row.kind or 'post')} {mark.words}",
        policy.severity("PLT-01", mark.severity),
        "The platform says so of the item in a field of its own.",
        item=row.id,
        address=row.address,
        evidence=(Evidence("post", row.address, mark.mark),),
        content=content_hash(mark.mark, row.title, row.text),
        created=moment(row.created),
        seen_in=Resource.POSTS,
    )


@check("PLT-02", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def audience_declared(subject: Subject, policy: Policy) -> Answer:
    """Tests that YouTube is told of every film whether it is made for children, and that the answer fits.

    Films of which neither is said, and films made for children that everybody may comment on, are indicators:
    YouTube's terms ask every channel to declare its audience. A channel that the register means for pupils, none of
    whose films is made for children, is for a human look; films of information for parents are rightly not. Without
    the owner's sign-in YouTube calls a film not made for children also where nobody was asked: then a person looks.
    It cannot see whether what was declared is true.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    if account.platform != YOUTUBE:
        return not_applicable("only YouTube asks of each film whether it is made for children")
    films = own_words(subject)
    for_kids, not_for_kids = _marked(films, FOR_KIDS), _marked(films, NOT_FOR_KIDS)
    unsaid = ~for_kids & ~not_for_kids
    # What was mirrored before marks were read has no word on comments either.
    unread, unset = films[unsaid & (films["replies"] == "")], films[unsaid & (films["replies"] != "")]
    open_to_all = films[for_kids & (films["replies"] == "everyone")]
    gaps = []
    if len(open_to_all):
        gaps.append(f"{counted(len(open_to_all), 'film')} made for children can be commented on by everybody")
    if len(unset):
        gaps.append(f"of {counted(len(unset), 'film')} nobody has said whether they are made for children")
    sure = bool(gaps)
    meant_for_pupils = addresses_pupils(account.audience, subject.school.class_names)
    if not sure and meant_for_pupils and not_for_kids.any() and not for_kids.any():
        gaps.append("the register means the channel for pupils, and none of its films is made for children")
    if not gaps and len(unread):
        return not_testable(f"of {counted(len(unread), 'film')} YouTube has not said yet whom they are made for")
    if not gaps:
        return manual(WHERE_DECLARED) if not_for_kids.any() and not _seen_by_owner(subject) else ()
    shown = pd.concat([open_to_all, unset] if sure else [films])
    return [
        Finding(
            "PLT-02",
            "Whom the channel's films are for is not declared as it should be"
            if sure
            else "Films for pupils may be declared as not made for children",
            policy.severity("PLT-02", Severity.MEDIUM if len(open_to_all) else Severity.LOW),
            sentence("; ".join(gaps)),
            Confidence.LIKELY if sure else Confidence.POSSIBLE,
            Outcome.FINDING if sure else Outcome.REVIEW,
            address=account.address,
            evidence=tuple(
                Evidence("post", row.address, "audience", when=moment(row.created))
                for row in rows(shown.sort_values("created", ascending=False).head(EXAMPLES))
            ),
            content=content_hash(*sorted(open_to_all["id"]), "unset", *sorted(unset["id"]), account.audience),
            seen_in=Resource.POSTS,
        )
    ]


WHERE_DECLARED = (
    "Without the owner's sign-in YouTube does not tell whether anybody was asked: open https://studio.youtube.com, "
    "then Settings > Channel > Advanced settings, and see that an audience is chosen."
)


def _seen_by_owner(subject: Subject) -> bool:
    """Whether YouTube was read as the channel's owner, who alone is shown declarations and subscribers."""
    profile = subject.snapshot.profile
    declared = profile is not None and any(label.startswith("declared ") for label in profile.labels)
    return declared or was_read(subject, Resource.FOLLOWERS)


def _marked(items: pd.DataFrame, mark: str) -> "pd.Series[bool]":
    """Which items carry a mark."""
    return items["marks"].map(lambda marks: mark in marks).astype(bool)
