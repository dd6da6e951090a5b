"""Checks of links: do they show where they lead."""

from typing import Any

from checks.applicability import closed_unread, has_no
from checks.finding import Answer, Evidence, Finding, Severity, Subject, check, content_hash
from checks.own_items import moment, own_words, rows
from checks.policy import Policy
from checks.wording import counted, one_of
from connectors.snapshot import Resource


@check("LNK-03", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def links_in_full(subject: Subject, policy: Policy) -> Answer:
    """Tests that links in the account's own posts and in its profile are not shortened by a third party.

    A shortened link hides where it leads, and its target can be changed later. It knows shortening services by
    name; a platform's own shortening, which happens to every link there, is not counted. What the account
    reposted is not its own.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    items = own_words(subject)
    with_any = items[items["id"].isin(subject.facts.shorteners.keys() - {""})]
    findings = [_finding(subject, policy, row) for row in rows(with_any)]
    if in_profile := subject.facts.shorteners.get("", ()):
        findings.append(
            Finding(
                "LNK-03",
                "The profile has a shortened link",
                policy.severity("LNK-03", Severity.LOW),
                f"{counted(len(in_profile), 'shortened link')} in the profile.",
                address=subject.account.address,
                evidence=tuple(Evidence("profile", link, "shortened link") for link in in_profile),
                content=content_hash(*in_profile),
                seen_in=Resource.PROFILE,
            )
        )
    return findings


def _finding(subject: Subject, policy: Policy, row: Any) -> Finding:
    links = subject.facts.shorteners[row.id]
    return Finding(
        "LNK-03",
        f"{one_of(row.kind)} has a shortened link",
        policy.severity("LNK-03", Severity.LOW),
        f"{counted(len(links), 'shortened link')} in one item.",
        item=row.id,
        address=row.address,
        evidence=tuple(Evidence("post", row.address, "shortened link", quote=link) for link in links),
        content=content_hash(*links),
        created=moment(row.created),
        seen_in=Resource.POSTS,
    )
