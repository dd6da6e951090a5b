"""Checks of the encyclopaedia: is the article about the school left to independent editors."""

from collections.abc import Mapping

from checks.applicability import WIKIPEDIA, closed_unread, is_article
from checks.finding import (
    Answer,
    Evidence,
    Finding,
    SchoolSubject,
    Severity,
    Subject,
    check,
    content_hash,
    not_applicable,
)
from checks.own_items import moment, rows
from checks.policy import Policy
from checks.vocabulary import named_after
from checks.wording import counted, local_day, on_day
from connectors.snapshot import Resource, failed

ARTICLES = 0
"""The namespace of articles; talk pages are 1, and there the school may write."""


@check("WIK-01", scope="school")
def article_left_alone(school: SchoolSubject, policy: Policy) -> Mapping[str, Answer]:
    """Tests that the article about the school was not edited from accounts of the school.

    A user name counts when it is registered, or made from the school's name with a word such as "school" or
    "office"; the name of the place alone does not, because other people live there. All such edits of one
    article are one finding. Talk pages are left out: proposing changes there is the right way. Edits from other
    accounts, or without one, cannot be recognised.
    """
    registered = {
        _user(subject.account.handle)
        for subject in school.subjects
        if subject.account.platform == WIKIPEDIA and not is_article(subject.account)
    }
    return {subject.account.key: _edits(subject, registered - {""}, policy) for subject in school.subjects}


def _edits(subject: Subject, registered: set[str], policy: Policy) -> Answer:
    account = subject.account
    if account.platform != WIKIPEDIA or not is_article(account):
        return not_applicable("this is no encyclopaedia article")
    if ruling := closed_unread(subject):
        return ruling
    revisions = subject.snapshot.revisions
    revisions = revisions[revisions["namespace"] == ARTICLES]
    ours = revisions[[_is_ours(user, registered, subject) for user in revisions["user"]]]
    if ours.empty:
        return subject.snapshot.coverage.get(Resource.REVISIONS) or failed("the article was not read")
    dated = [local_day(when) for when in map(moment, ours["created"]) if when]
    between = ""
    if dated:
        first, last = on_day(min(dated)), on_day(max(dated))
        between = f" on {first}" if first == last else f" between {first} and {last}"
    return [
        Finding(
            "WIK-01",
            "The article about the school was edited from accounts named after it",
            policy.severity("WIK-01", Severity.MEDIUM),
            f"{counted(len(ours), 'edit')}{between}.",
            address=account.address,
            evidence=tuple(
                Evidence("revision", row.address, "user name of the school's", when=moment(row.created))
                for row in rows(ours)
            ),
            content=content_hash(*sorted(ours["id"])),
            seen_in=Resource.REVISIONS,
        )
    ]


def _is_ours(user: str, registered: set[str], subject: Subject) -> bool:
    return _user(user) in registered or named_after(user, subject.school.name)


def _user(name: str) -> str:
    """A user name as the wiki compares it."""
    return name.strip().removeprefix("User:").replace("_", " ").strip().casefold()
