"""Checks of consent: who must not be shown or named."""

from typing import Any

from checks.applicability import closed_unread, has_no
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
)
from checks.own_items import moment, rows
from checks.policy import Policy
from checks.readers.consent import Kind, read_unwanted
from checks.readers.facts import with_alternatives
from checks.wording import listed, one_of
from connectors.snapshot import Resource


@check("IMG-04", needs=(Resource.POSTS,), also=(Resource.MEDIA,), feature="names")
def refusals_kept(subject: Subject, policy: Policy) -> Answer:
    """Tests that no item of the account names a child whose parents refused that it be shown or named.

    It needs a list that the school makes of those children alone and that is kept as keyed hashes; no name can be read
    from it, and no list of all pupils is asked for. Posts, reposts and alternative texts are compared with it: a full
    name is an indicator, a first name with an initial, or beside the class, is for a human look, because others may be
    called so. Nobody is recognised in a picture, so a child who is shown and not named is not found, nor are nicknames
    and other spellings. Whether consent was asked for an event or a day is not seen. Without a list a person compares.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    refused = subject.school.no_consent
    if refused is None:
        return manual(
            "no list of children who must not be shown is set up: a person compares new items with the consents"
        )
    snapshot, classes = subject.snapshot, subject.school.class_names
    texts = with_alternatives(snapshot, subject.facts.pictures)
    read = ((row, read_unwanted(text, refused, classes)) for row, text in zip(rows(snapshot.posts), texts, strict=True))
    return [_finding(policy, row, found) for row, found in read if found]


def _finding(policy: Policy, row: Any, found: tuple[Kind, ...]) -> Finding:
    sure = "full name" in found
    kinds = "a full name" if sure else listed(f"a {kind}" for kind in found)
    return Finding(
        "IMG-04",
        f"{one_of(row.kind or 'post')} {'names' if sure else 'may name'} a child who must not be shown or named",
        policy.severity("IMG-04", Severity.CRITICAL),
        "The name itself is not repeated here. Whether a picture shows the child a person sees: nobody is recognised.",
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        Outcome.FINDING if sure else Outcome.REVIEW,
        item=row.id,
        address=row.address,
        evidence=(Evidence("post", row.address, kinds),),
        content=content_hash(row.title, row.text),
        created=moment(row.created),
        seen_in=Resource.POSTS,
    )
