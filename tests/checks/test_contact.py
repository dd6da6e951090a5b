import pytest

from checks.contact import messages_closed
from checks.finding import Outcome, Severity
from connectors.snapshot import Resource, Settings, failed


def messages_from(make, whom, row=None):
    return make.result(messages_closed, make.subject(row, settings=Settings(messages_from=whom)))


def test_con01_open_to_everyone(make):
    """Private messages from everyone are a medium finding."""
    (finding,) = messages_from(make, "everyone").findings
    assert finding.severity is Severity.MEDIUM


@pytest.mark.parametrize("whom", ["following", "nobody"])
def test_con01_closed(make, whom):
    """Messages from followed accounts or from nobody pass."""
    assert messages_from(make, whom).outcome is Outcome.PASS


def test_con01_platform_does_not_say(make):
    """A setting that the platform left open is not testable and no pass."""
    assert messages_from(make, None).outcome is Outcome.NOT_TESTABLE


def test_con01_not_read(make):
    """A setting that could not be read is an error."""
    down = make.subject(coverage={Resource.SETTINGS: failed("no answer")})
    assert make.result(messages_closed, down).outcome is Outcome.ERROR


def test_con01_attested(make):
    """Where only the account itself sees the setting, a person looks where the platform's row says."""
    result = make.result(messages_closed, make.subject(make.on_x()))
    assert result.outcome is Outcome.MANUAL
    assert result.reason == make.policy().platforms["x"].attest


def test_con01_no_messages(make):
    """A website has no private messages."""
    assert make.result(messages_closed, make.subject(make.website())).outcome is Outcome.NOT_APPLICABLE
