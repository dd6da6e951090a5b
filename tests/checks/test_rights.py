import pytest

from checks.finding import Outcome
from checks.rights import claims_answered


@pytest.mark.parametrize(
    "platform", ["youtube", "vimeo", "tiktok", "facebook", "instagram", "soundcloud", "podcast", "twitch"]
)
def test_cnt08_a_person_looks(make, platform):
    """Where an account is shown claims of its own, a person looks where the platform's row says."""
    result = make.result(claims_answered, make.subject(make.account(key=f"{platform}:a", platform=platform)))
    assert (result.outcome, result.reason) == (Outcome.MANUAL, make.policy().platforms[platform].claims)


def test_cnt08_elsewhere(make):
    """Platforms without such claims, articles and closed accounts are left out."""
    closed = make.account(key="youtube:a", platform="youtube", status="closed")
    for row in (make.account(), make.website(), make.article(), closed):
        assert make.result(claims_answered, make.subject(row)).outcome is Outcome.NOT_APPLICABLE
