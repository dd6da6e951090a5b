"""Checks of other people's rights in what the school publishes."""

from checks.applicability import on_register_only
from checks.finding import Answer, Subject, check, manual, not_applicable
from checks.policy import Policy


@check("CNT-08")
def claims_answered(subject: Subject, policy: Policy) -> Answer:
    """Tests nothing by itself: it asks a person to look whether somebody claims rights in a film or a recording.

    Claims of copyright are shown to nobody but the account itself, so a person signs in, looks where the
    platform's row in data/platforms.toml says, and attests. Music and films that a licence covers (such as those of
    the CLA or PRS for Music) can be claimed all the same; the licence is then the answer to the claim.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    if claims := policy.platforms[account.platform].claims:
        return manual(claims)
    return not_applicable(f"{policy.platforms[account.platform].name} shows no claims of copyright")
