"""Checks of promotion: is advertising known as such, and are prize draws run as the platform and the law ask."""

from collections.abc import Mapping, Sequence
from functools import cache
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
)
from checks.own_items import moment, own_words, rows
from checks.policy import Policy, read_data
from checks.readers.promotion import LIMIT, Promotion
from checks.wording import listed, one_of
from connectors.snapshot import Resource

ADVERTISING = frozenset({"advertising", "labelled advertising"})


@check("CNT-06", needs=(Resource.POSTS,))
def advertises_nothing(subject: Subject, policy: Policy) -> Answer:
    """Tests that the account's own items earn nobody money unseen, and advertise no private business.

    Discount, referral and affiliate codes and links, products given to be shown or reviewed, and praise beside a
    seller's words are looked for. Uniform, book fairs, school photographs, tickets, charity and fundraising are the
    school's own business. What is labelled as an advertisement, or only sounds like a seller, is for a human look.
    Reposts are other people's words; pictures and the pages behind links are not seen.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    return [
        _finding("CNT-06", "reads like advertising", policy.severity("CNT-06", Severity.MEDIUM), row, found)
        for row, found in _items(subject, ADVERTISING)
    ]


@check("CNT-07", needs=(Resource.POSTS,))
def prize_draws_keep_terms(subject: Subject, policy: Policy) -> Answer:
    """Tests that prize draws which are entered online are run as platforms' terms and common sense ask.

    Facebook forbids sharing a post, and tagging friends, as a way to enter. Everywhere a draw needs its rules and the
    age from which one may enter, and drink is no prize on a school's account. A raffle at the fair and competitions
    that are handed in at school are not entered online. Rules in pictures, in comments and behind links are not
    seen. Reposts are other people's words.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    forbidden = subject.account.platform in _sharing_forbidden()
    findings = []
    for row, found in _items(subject, DRAWS.keys()):
        kept = [one for one in found if one.kind not in SPREADING or forbidden]
        serious = any(one.kind != "no rules" for one in kept)
        severity = policy.severity("CNT-07", Severity.MEDIUM if serious else Severity.LOW)
        if kept:
            findings.append(_finding("CNT-07", "runs a prize draw that lacks something", severity, row, kept))
    return findings


SPREADING = frozenset({"sharing to win", "tagging to win"})
DRAWS: Mapping[str, str] = {
    "sharing to win": "sharing the post is a way to enter, which the platform's terms forbid",
    "tagging to win": "naming friends is a way to enter, which the platform's terms forbid",
    "no rules": "nothing is said of the rules, the last day and the age from which one may enter",
    "alcohol": "drink is a prize",
}
"""What is wrong with a prize draw, in words."""


@cache
def _sharing_forbidden() -> frozenset[str]:
    return frozenset(read_data("promotion.toml")["terms"]["sharing_forbidden"])


def _items(subject: Subject, kinds: Any) -> list[tuple[Any, list[Promotion]]]:
    items = own_words(subject)
    read = subject.facts.promotions
    with_any = items[items["id"].isin(read.keys())]
    found = ((row, [one for one in read[row.id] if one.kind in kinds]) for row in rows(with_any))
    return [(row, kept) for row, kept in found if kept]


def _finding(check_id: str, words: str, severity: Severity, row: Any, found: Sequence[Promotion]) -> Finding:
    """One item's signs, quoted: they are the school's own words."""
    text = f"{row.title}\n{row.text}"[:LIMIT]
    sure = [one for one in found if one.confidence != "possible" and one.kind != "labelled advertising"]
    reasons = dict.fromkeys(DRAWS.get(one.kind, one.reason) for one in sure or found)
    detail = listed(reasons)
    return Finding(
        check_id,
        f"{one_of(row.kind)} {words}",
        severity,
        f"{detail[:1].upper()}{detail[1:]}.",
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        Outcome.FINDING if sure else Outcome.REVIEW,
        item=row.id,
        address=row.address,
        evidence=tuple(
            Evidence("post", row.address, one.reason, quote=text[slice(*one.span)] if one.span else "") for one in found
        ),
        content=content_hash(row.title, row.text),
        created=moment(row.created),
        seen_in=Resource.POSTS,
    )
