"""Checks of what should stay inside the school: one person's circumstances, its own business, where a class is now."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import pandas as pd

from checks.applicability import closed_unread, has_no
from checks.finding import Answer, Confidence, Evidence, Finding, Outcome, Severity, Subject, check, content_hash
from checks.own_items import moment, own_words, rows
from checks.policy import Policy
from checks.readers.confidential import Kind as Business
from checks.wording import listed, one_of
from connectors.snapshot import Resource


@check("PII-04", needs=(Resource.POSTS,), also=(Resource.COMMENTS,))
def circumstances_kept_private(subject: Subject, policy: Policy) -> Answer:
    """Tests that no item of the account, and no comment under one, tells of one person's private circumstances.

    Words of health, special needs, free school meals, care, behaviour and family count where the same sentence names
    somebody, gives initials or points at one person. Awareness days, what the school offers everybody, lessons, stories
    and collections do not count. Posts, reposts and comments are read, pictures and films are not. What is said is
    never quoted; the kind of it stands in the safeguarding workbook alone.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    posts, comments, facts = subject.snapshot.posts, subject.snapshot.comments, subject.facts
    return [
        *(_circumstances(policy, row, found, Resource.POSTS) for row, found in _with(posts, facts.sensitive)),
        *(
            _circumstances(policy, row, found, Resource.COMMENTS)
            for row, found in _with(comments, facts.comment_sensitive)
        ),
    ]


@check("PII-05", needs=(Resource.POSTS,))
def business_kept_inside(subject: Subject, policy: Policy) -> Answer:
    """Tests that the account's own items carry no mark of confidence and tell no business that is not settled.

    Marks such as "not for publication" are looked for, and words of redundancies, unsettled budgets and tenders. Beside
    words of news or lessons they are left to a person. Reposts are other people's words and not read. It reads text
    only: screens of the school's own systems in pictures are not seen. Nothing is quoted.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    return [_business(policy, row, found) for row, found in _with(own_words(subject), subject.facts.confidential)]


@check("PII-06", needs=(Resource.POSTS,))
def classes_not_traced(subject: Subject, policy: Policy) -> Answer:
    """Tests that the account's own items do not tell where a class is while it is there.

    A post counts that speaks of pupils, in the present tense, at a place outside the school, in its words or in the
    platform's field for places. What is over, still to come or at school does not count; reposts are not read. After a
    few days the class is back, and the finding is a low one: what is left is the habit. Whether the class was still
    there when the post went out the text alone cannot prove, and pictures and films are not seen.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    return [
        _whereabouts(subject, policy, row, found)
        for row, found in _with(own_words(subject), subject.facts.live_locations)
    ]


class _Reading(Protocol):
    """What the three readers' readings have in common."""

    @property
    def kind(self) -> str: ...
    @property
    def confidence(self) -> str: ...


_Found = TypeVar("_Found", bound=Sequence[Any])

BUSINESS: Mapping[Business, str] = {
    "mark": "carries a mark of confidence",
    "staffing": "speaks of staffing that is not settled",
    "money": "speaks of the school's budget before it is settled",
    "tender": "speaks of tenders and prices",
}
"""The kinds of confidential business, in words."""


def _with(items: pd.DataFrame, found: Mapping[str, _Found]) -> list[tuple[Any, _Found]]:
    return [(row, found[row.id]) for row in rows(items[items["id"].isin(found.keys())])]


def _circumstances(policy: Policy, row: Any, found: Sequence[_Reading], resource: Resource) -> Finding:
    what = one_of("comment" if resource is Resource.COMMENTS else row.kind)
    told = "may tell" if _is_doubtful(found) else "tells"
    title = f"{what} {told} of one person's circumstances"
    return _finding("PII-04", title, policy, Severity.CRITICAL, row, found, resource)


def _business(policy: Policy, row: Any, found: Sequence[Any]) -> Finding:
    title = f"{one_of(row.kind)} {listed(dict.fromkeys(BUSINESS[one.kind] for one in found))}"
    return _finding("PII-05", title, policy, Severity.HIGH, row, found)


def _whereabouts(subject: Subject, policy: Policy, row: Any, found: Sequence[_Reading]) -> Finding:
    created = moment(row.created)
    away = timedelta(days=policy.threshold("PII-06", "days_away"))
    back = created is not None and subject.on - created.date() > away
    title, severity = ("told where a class was", Severity.LOW) if back else ("tells where a class is", Severity.HIGH)
    return _finding("PII-06", f"{one_of(row.kind)} {title}", policy, severity, row, found)


def _is_doubtful(found: Sequence[_Reading]) -> bool:
    return all(one.confidence == "possible" for one in found)


def _finding(
    check_id: str,
    title: str,
    policy: Policy,
    severity: Severity,
    row: Any,
    found: Sequence[_Reading],
    resource: Resource = Resource.POSTS,
) -> Finding:
    """One item's. Of a comment nothing but the kinds is kept: the words are somebody else's."""
    comment = resource is Resource.COMMENTS
    kinds = listed(dict.fromkeys(one.kind for one in found))
    return Finding(
        check_id,
        title,
        policy.severity(check_id, severity),
        "The words themselves are not repeated here.",
        min((Confidence(one.confidence) for one in found), key=list(Confidence).index),
        Outcome.REVIEW if _is_doubtful(found) else Outcome.FINDING,
        item=row.id,
        address=row.address,
        evidence=(Evidence("comment" if comment else "post", row.address, kinds),),
        content=content_hash(kinds) if comment else content_hash(row.title, row.text),
        created=moment(row.created),
        seen_in=resource,
    )
