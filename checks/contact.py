"""Checks of contact: who can reach the account in private."""

from checks.applicability import on_register_only
from checks.finding import (
    Answer,
    Evidence,
    Finding,
    Severity,
    Subject,
    check,
    content_hash,
    manual,
    not_applicable,
    not_testable,
)
from checks.policy import Policy
from connectors.snapshot import CoverageStatus, Resource


@check("CON-01", needs=(Resource.SETTINGS,))
def messages_closed(subject: Subject, policy: Policy) -> Answer:
    """Tests that strangers cannot send the account private messages.

    A setting that lets followed accounts write is not counted; on Bluesky that is what holds without a setting.
    Most platforms show this to nobody but the account itself: there a person looks and attests.
    """
    account, settings = subject.account, subject.snapshot.settings
    platform = policy.platforms[account.platform]
    if ruling := on_register_only(account):
        return ruling
    if settings is not None and settings.messages_from == "everyone":
        return [
            Finding(
                "CON-01",
                "Anyone can send the account private messages",
                policy.severity("CON-01", Severity.MEDIUM),
                "The account accepts private messages from everybody.",
                address=account.address,
                evidence=(Evidence("setting", account.address, "messages from everyone"),),
                content=content_hash(settings.messages_from),
            )
        ]
    if settings is not None and settings.messages_from:
        return ()
    if platform.messages == "none":
        return not_applicable(f"{platform.name} has no private messages")
    if platform.messages == "attest":
        return manual(platform.attest)
    read = subject.snapshot.coverage.get(Resource.SETTINGS)
    if read is not None and read.status is CoverageStatus.COMPLETE:
        return not_testable(f"{platform.name} did not say who may send messages")
    return ()
