"""Checks of pupils' names: who can be recognised from what the school writes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from checks.applicability import closed_unread, has_no
from checks.finding import Answer, Confidence, Evidence, Finding, Outcome, Severity, Subject, check, content_hash
from checks.own_items import moment, rows
from checks.policy import Policy
from checks.readers.names import NameReading
from checks.wording import one_of
from connectors.snapshot import Resource

FULL, LIST = "full name", "list of names"


@check("PII-01", needs=(Resource.POSTS,), also=(Resource.COMMENTS,), feature="names")
def pupils_not_named_in_full(subject: Subject, policy: Policy) -> Answer:
    """Tests that no item of the account, and no comment under one, gives a pupil's first name and surname together.

    Posts, reposts, the alternative texts of pictures, and comments are read. A name is told by its shape and by the
    words beside it; no list of pupils is asked for. Titles, posts and professions, people whom pupils learn about, and
    the names that school.toml lists as staff or allows do not count, and a grown-up who is named like a child may. It
    sees text only: names in pictures and films are not seen. No name is ever repeated. Long lists are PII-02's.
    """
    return _answer(subject, policy, _named_in_full)


@check("PII-02", needs=(Resource.POSTS,), also=(Resource.COMMENTS,), feature="names")
def pupils_not_listed(subject: Subject, policy: Policy) -> Answer:
    """Tests that no item of the account, and no comment under one, lists four or more pupils by their names.

    It reads what PII-01 reads, and first names that stand beside words about children count too: together with a class
    and a date they tell strangers who is in it. Lists with surnames are critical, lists of first names medium. Staff,
    governors and casts of grown-ups do not count where the text or school.toml says who they are. No name is ever
    repeated. Names in pictures, such as a register or coat pegs, are not seen.
    """
    return _answer(subject, policy, _listed)


_Judge = Callable[[Policy, Any, Sequence[NameReading], "_Place"], Finding | None]


class _Place:
    """Where an item stands: among the account's own (`pictured` are those with pictures) or among the comments."""

    def __init__(self, resource: Resource, pictured: frozenset[str] = frozenset()) -> None:
        self.resource = resource
        self.pictured = pictured

    def words(self, row: Any) -> str:
        """The item, to begin a sentence: "A post with a picture"."""
        if self.resource is Resource.COMMENTS:
            return "A comment"
        return one_of(row.kind) + (" with a picture" if row.id in self.pictured else "")


def _answer(subject: Subject, policy: Policy, judge: _Judge) -> Answer:
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    snapshot, facts = subject.snapshot, subject.facts
    own = _Place(Resource.POSTS, frozenset(snapshot.media["post_id"]))
    return [
        *_findings(policy, snapshot.posts, facts.names, judge, own),
        *_findings(policy, snapshot.comments, facts.comment_names, judge, _Place(Resource.COMMENTS)),
    ]


def _findings(
    policy: Policy, items: pd.DataFrame, found: Mapping[str, Sequence[NameReading]], judge: _Judge, place: _Place
) -> list[Finding]:
    judged = (judge(policy, row, found[row.id], place) for row in rows(items[items["id"].isin(found.keys())]))
    return [finding for finding in judged if finding]


def _named_in_full(policy: Policy, row: Any, readings: Sequence[NameReading], place: _Place) -> Finding | None:
    names = [one for one in readings if one.kind == FULL]
    if not names or any(one.kind == LIST for one in readings):
        return None
    sure = [one for one in names if one.confidence != "possible"]
    title = f"{place.words(row)} {'names' if sure else 'may name'} a pupil in full"
    return _finding("PII-01", title, policy.severity("PII-01", Severity.HIGH), row, sure or names, place)


def _listed(policy: Policy, row: Any, readings: Sequence[NameReading], place: _Place) -> Finding | None:
    lists = [one for one in readings if one.kind == LIST]
    if not lists:
        return None
    in_full = any(one.kind == FULL and one.confidence != "possible" for one in readings)
    severity = policy.severity("PII-02", Severity.CRITICAL if in_full else Severity.MEDIUM)
    title = f"{place.words(row)} lists {'pupils with their surnames' if in_full else 'pupils by their first names'}"
    return _finding("PII-02", title, severity, row, lists, place)


def _finding(
    check_id: str, title: str, severity: Severity, row: Any, readings: Sequence[NameReading], place: _Place
) -> Finding:
    """One item's names, of which nothing but the kind is kept. How many there are stands in `count` alone."""
    comment = place.resource is Resource.COMMENTS
    kind = readings[0].kind
    return Finding(
        check_id,
        title,
        severity,
        "The names themselves are not repeated here.",
        min((Confidence(one.confidence) for one in readings), key=list(Confidence).index),
        Outcome.REVIEW if all(one.confidence == "possible" for one in readings) else Outcome.FINDING,
        item=row.id,
        address=row.address,
        evidence=(Evidence("comment" if comment else "post", row.address, kind),),
        content=content_hash(kind) if comment else content_hash(row.title, row.text),
        count=sum(one.people for one in readings),
        created=moment(row.created),
        seen_in=place.resource,
    )
