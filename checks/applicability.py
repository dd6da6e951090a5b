"""Whom a check concerns: what an account is, and what was read of it tonight."""

from urllib.parse import quote_plus

from checks.finding import Ruling, Subject, manual, not_applicable, not_testable
from checks.policy import Platform, Policy
from connectors.snapshot import Account, CoverageStatus, Resource

ARTICLE, WEBSITE, WIKIPEDIA = "article", "website", "wikipedia"
READ = (CoverageStatus.COMPLETE, CoverageStatus.PARTIAL)


def is_article(account: Account) -> bool:
    """Whether the row is an encyclopaedia's article: watched by the school, and no site of its own."""
    return account.kind == ARTICLE


def is_personal(account: Account) -> bool:
    """Whether the school runs what the platform means for a private person; reported and never collected."""
    return account.kind.startswith("personal")


def has_profile_pages(platform: Platform) -> bool:
    """Whether each account of the platform has a public page at an address of the platform's."""
    return platform.verification != "none" and "}" in platform.profile and platform.profile != "{handle}"


def on_register_only(account: Account) -> Ruling | None:
    """The ruling for rows about which the register has nothing to answer; None for all others."""
    if account.status == "closed":
        return not_applicable("the register says that the account is closed")
    if is_article(account):
        return not_applicable("an article is no site of the school's; it is registered to be watched")
    return None


def closed_unread(subject: Subject) -> Ruling | None:
    """The ruling for closed accounts of which nothing is read any more; what still shows is judged as ever."""
    if subject.account.status == "closed" and not subject.snapshot.coverage:
        return not_applicable("the register says that the account is closed")
    return None


def ready_link(account: Account, platform: Platform) -> str:
    """Where a person finds the account: its address, which the register makes of a handle, else a search for it."""
    return account.address or platform.search.replace("{words}", quote_plus(account.handle))


def person_looks(account: Account, platform: Platform) -> Ruling:
    """The ruling for accounts that no connector reads."""
    if is_personal(account):
        return manual("a personal-type profile is not read; move it to an official page first")
    if any(age.rule == "closed" for age in platform.ages):
        return manual(f"{platform.name} is a closed service and cannot be read; mark its row in the register as closed")
    where = ready_link(account, platform) or "the account"
    return manual(f"this tool does not read {platform.name}; a person looks at {where}")


def was_read(subject: Subject, resource: Resource) -> bool:
    """Whether the resource, or a part of it, was read tonight."""
    coverage = subject.snapshot.coverage.get(resource)
    return coverage is not None and coverage.status in READ


def has_no(resource: Resource, subject: Subject, policy: Policy) -> Ruling | None:
    """The ruling for accounts of a kind that has no such thing (an article has no posts), else None."""
    platform = policy.platforms[subject.account.platform]
    if not platform.connector or resource in platform.offers or resource in subject.snapshot.coverage:
        return None
    return not_applicable(f"{platform.name} has no {resource}")


def no_pictures(subject: Subject, policy: Policy) -> Ruling | None:
    """The ruling for accounts of whose items no pictures are read: the website has some, an article none; else None."""
    if subject.account.platform == WEBSITE and Resource.MEDIA not in subject.snapshot.coverage:
        return not_testable("pictures on the school's website are not read")
    return has_no(Resource.MEDIA, subject, policy)
