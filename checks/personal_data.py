"""Checks of personal details: what should not stand in public."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

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
)
from checks.own_items import moment, rows
from checks.policy import Policy
from checks.readers.personal_data import PersonalDatum
from checks.wording import listed, one_of
from connectors.snapshot import Resource


@check("PII-03", needs=(Resource.POSTS,), also=(Resource.COMMENTS,))
def details_in_public(subject: Subject, policy: Policy) -> Answer:
    """Tests that no item of the account, and no comment under one, shows contact or identity details.

    Telephone numbers, private e-mail and postal addresses, dates of birth and identity numbers are looked for in
    posts, reposts and comments, in the forms they usually have in the UK. The school's own contacts and public
    helplines do not count. Comments are read where the platform gives them and the assessment covers them; where
    not, a pass says so. It reads text only: details in pictures and films are not seen. What is found is never
    quoted.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    posts, comments = subject.snapshot.posts, subject.snapshot.comments
    return [
        *_findings(policy, posts, subject.facts.personal_data, Resource.POSTS),
        *_findings(policy, comments, subject.facts.comment_personal_data, Resource.COMMENTS),
    ]


def _findings(
    policy: Policy,
    items: pd.DataFrame,
    found: Mapping[str, Sequence[PersonalDatum]],
    resource: Resource,
) -> list[Finding]:
    with_any = items[items["id"].isin(found.keys())]
    return [_finding(policy, row, found[row.id], resource) for row in rows(with_any)]


def _finding(policy: Policy, row: Any, data: Sequence[PersonalDatum], resource: Resource) -> Finding:
    """One item's details. Of a comment nothing but the kinds is kept: the words are somebody else's."""
    sure = [datum for datum in data if datum.confidence != "possible"]
    kinds = listed(dict.fromkeys(KINDS[datum.kind] for datum in sure or data))
    comment = resource is Resource.COMMENTS
    judged = (kinds,) if comment else (row.title, row.text)
    return Finding(
        "PII-03",
        f"{one_of('comment' if comment else row.kind)} {'shows' if sure else 'may show'} {kinds}",
        policy.severity("PII-03", Severity.CRITICAL),
        "The details themselves are not repeated here.",
        min((Confidence(datum.confidence) for datum in data), key=list(Confidence).index),
        Outcome.FINDING if sure else Outcome.REVIEW,
        item=row.id,
        address=row.address,
        evidence=(Evidence("comment" if comment else "post", row.address, kinds),),
        content=content_hash(*judged),
        created=moment(row.created),
        seen_in=resource,
    )


KINDS: Mapping[str, str] = {
    "phone": "a telephone number",
    "email": "an e-mail address",
    "address": "a postal address",
    "postcode": "a postcode",
    "date of birth": "a date of birth",
    "upn": "a unique pupil number",
    "nhs": "an NHS number",
    "ni": "a National Insurance number",
    "plate": "a vehicle's number plate",
}
"""The reader's kinds of details, in words."""
