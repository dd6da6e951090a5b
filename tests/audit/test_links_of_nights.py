"""Where the links of an account lead, from night to night."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit import account as work
from audit import documents as opening
from audit.compare import State
from audit.config import load
from audit.ledger import Ledger
from audit.night import run_night
from connectors.http import Http
from connectors.snapshot import CoverageStatus, Resolved, Standing
from output.report import Delta

FIRST = date(2026, 11, 22)
PAGE = "https://fair.example/stalls"


@pytest.fixture
def answers(monkeypatch):
    """What the links lead to, by address, and those that were asked. Loopback itself is never asked as a link."""
    led, asked = {}, []

    def resolve(addresses, http, on):
        asked.extend(addresses)
        return {address: led[address](on) for address in addresses}

    monkeypatch.setattr(work.links, "resolve_all", resolve)
    resolve.led, resolve.asked = led, asked
    return resolve


@pytest.fixture
def run(platform, school):
    """One night, so many days after the first, on which links are asked."""
    (school / "school.toml").write_text(
        "[school]\nname = 'Hazelbrook'\n[dpia]\nreference = 'D'\nfeatures = []\n[network]\nretries = 0\n"
    )
    (school / "register.csv").write_text("Platform,Handle\nbluesky,a.example\n")

    def night(days):
        on = FIRST + timedelta(days)
        configuration = load(school, {})
        ledger = Ledger.at(school / "state" / "audit.db")
        http = Http(configuration.network)
        try:
            return run_night(configuration, ledger, http, now=datetime(on.year, on.month, on.day, 2, tzinfo=UTC), on=on)
        finally:
            http.close()
            ledger.close()

    return night


def post(*links):
    created = datetime(2026, 11, 20, 9, tzinfo=UTC)
    return {"id": "at://1", "kind": "post", "text": "News", "links": list(links), "created": created}


def found(night, check):
    return [one for one in night.tracked if one.finding.check == check and one.state is not State.CLOSED]


def gone(on):
    return Resolved(Standing.GONE, on, (PAGE,), 404, "fair.example says that there is no such page (404).")


def there(on):
    return Resolved(Standing.ANSWERS, on, (PAGE,), 200, title="Private words of somebody", words="Private words")


def test_a_dead_link_alarms_on_the_third_night(platform, run, answers):
    """A page that is gone waits until three nights have seen it, and is closed when the link is taken out."""
    answers.led[PAGE], platform.posts = gone, [post(PAGE)]
    states = [one.state for days in range(3) for one in found(run(days), "LNK-04")]
    assert states == [State.PENDING, State.PENDING, State.OPEN]
    platform.posts = [post()]
    night = run(3)
    assert not found(night, "LNK-04")
    assert {one.delta for one in night.tracked if one.finding.check == "LNK-04"} == {Delta.FIXED}


def test_a_link_that_answers_is_asked_once_a_week(platform, run, answers):
    """What answered is remembered for a week; after that it is asked again."""
    answers.led[PAGE], platform.posts = there, [post(PAGE)]
    for days in range(7):
        run(days)
    assert answers.asked == [PAGE]
    run(7)
    assert answers.asked == [PAGE, PAGE]


def test_the_ledger_keeps_no_page(platform, run, school, answers):
    """Of the pages that links lead to nothing is kept."""
    answers.led[PAGE], platform.posts = there, [post(PAGE)]
    run(0)
    assert b"Private words" not in (school / "state" / "audit.db").read_bytes()


def test_a_document_is_remembered_by_what_it_holds(platform, run, school, answers, monkeypatch):
    """A document that should not be public is asked every night until it is shut; of its words nothing is kept."""
    sheet = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOp/edit"
    answers.led[sheet] = lambda on: Resolved(Standing.ANSWERS, on, (sheet,), 200)
    platform.posts = [post(sheet)]
    words = ["Ava Rowan, date of birth 04/05/2017", "Ava Rowan, date of birth 04/05/2017", ""]
    monkeypatch.setattr(opening.documents, "read", lambda *_: words.pop(0))
    assert [one.finding.title for one in found(run(0), "LNK-06")] == [
        "A linked document that anybody can open holds dates of birth or identity numbers"
    ]
    assert b"Rowan" not in (school / "state" / "audit.db").read_bytes()
    assert found(run(1), "LNK-06")
    night = run(2)
    assert not found(night, "LNK-06")
    assert {one.delta for one in night.tracked if one.finding.check == "LNK-06"} == {Delta.FIXED}
    assert words == []
    run(3)
    assert answers.asked == [sheet] * 3


SHEET = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOp/edit"
REGISTER = "Ava Rowan, date of birth 04/05/2017"


@pytest.fixture
def words(monkeypatch):
    """What documents say, by address."""
    said = {}
    monkeypatch.setattr(opening.documents, "read", lambda address, _: said[address])
    return said


def shown(address):
    return lambda on: Resolved(Standing.ANSWERS, on, (address,), 200)


def test_what_a_link_led_to_stays_found_while_it_is_silent(platform, run, answers):
    """Harm at the end of a link, and a dead page, are not fixed by a night on which the link tells nothing."""
    other = "https://fair.example/map"
    platform.posts = [post(PAGE), {**post(other), "id": "at://2"}]
    harm = "https://www.bet365.com/"
    answers.led |= {PAGE: lambda on: Resolved(Standing.ANSWERS, on, (PAGE, harm), 200), other: gone}
    run(0)
    night = run(7)
    assert found(night, "LNK-01")
    silent = {PAGE: lambda on: Resolved(Standing.UNTESTABLE, on, (PAGE,), 403, "does not answer programs")}
    answers.led |= silent
    night = run(14)
    (harmful,) = found(night, "LNK-01")
    assert (harmful.delta, harmful.why) == (Delta.NOT_RECHECKED, "its links did not tell tonight where they lead")
    answers.led[PAGE] = there
    assert not found(run(21), "LNK-01")


def test_a_dead_link_beside_another_is_not_fixed_by_silence(platform, run, answers):
    """A page that was gone stays a finding when its site turns programs away, whatever other links say."""
    other = "https://fair.example/map"
    platform.posts = [post(PAGE), {**post(other), "id": "at://2"}]
    answers.led |= {PAGE: gone, other: gone}
    for days in range(3):
        night = run(days)
    assert len(found(night, "LNK-04")) == 2
    answers.led[PAGE] = lambda on: Resolved(Standing.UNTESTABLE, on, (PAGE,), 403, "does not answer programs")
    assert len(found(run(3), "LNK-04")) == 2
    platform.posts = [post(), {**post(other), "id": "at://2"}]
    assert [one.finding.item for one in found(run(4), "LNK-04")] == ["at://2"]


def test_a_document_that_cannot_be_read_tonight_closes_nothing(platform, run, answers, words):
    """A document of which an outage tells nothing stays a finding beside one that was read, and is asked nightly."""
    other = f"{SHEET}?usp=sharing"
    platform.posts = [post(SHEET), {**post(other), "id": "at://2"}]
    answers.led |= {SHEET: shown(SHEET), other: shown(other)}
    words |= {SHEET: REGISTER, other: REGISTER}
    assert len(found(run(0), "LNK-06")) == 2
    words[SHEET] = None
    answers.led[other] = lambda on: Resolved(Standing.BROKEN, on, (other,), 0, "did not answer")
    assert len(found(run(1), "LNK-06")) == 2
    words[SHEET], answers.led[other] = "", shown(other)
    assert [one.finding.item for one in found(run(2), "LNK-06")] == ["at://2"]


def test_a_document_that_was_removed_closes_its_finding(platform, run, answers, words):
    """A document that is gone is open to nobody: its finding is fixed. A server without a name tells nothing."""
    platform.posts = [post(SHEET)]
    answers.led[SHEET], words[SHEET] = shown(SHEET), REGISTER
    assert found(run(0), "LNK-06")
    answers.led[SHEET] = lambda on: Resolved(Standing.GONE, on, (SHEET,), 0, "There is no server by the name")
    assert found(run(1), "LNK-06")
    answers.led[SHEET] = lambda on: Resolved(Standing.GONE, on, (SHEET,), 404, "no such page")
    night = run(2)
    assert not found(night, "LNK-06")
    assert {one.delta for one in night.tracked if one.finding.check == "LNK-06"} == {Delta.FIXED}


def test_no_link_is_asked_where_the_school_wants_none(platform, run, school, answers):
    """The threshold links_per_night = 0 leaves every link alone, and says nothing about them."""
    with (school / "school.toml").open("a") as file:
        file.write("[thresholds]\nlinks_per_night = 0\n")
    platform.posts = [post(PAGE)]
    night = run(0)
    assert answers.asked == []
    assert not found(night, "LNK-04")


def test_a_link_to_an_account_on_the_register_is_no_private_room(platform, run, school, answers):
    """An invitation to the school's own registered channel is fine; the same to any other is an indicator."""
    channel = "https://t.me/hazelbrooknews"
    platform.posts = [post(channel)]
    answers.led[channel] = there
    assert found(run(0), "CON-03")
    (school / "register.csv").write_text(f"Platform,Handle,Address\nbluesky,a.example,\ntelegram,,{channel}\n")
    night = run(1)
    assert not found(night, "CON-03")


def test_links_that_cannot_be_made_sense_of_stop_no_night(platform, run, answers, monkeypatch):
    """An error over the links of one account is that account's error, with a sentence, and the night goes on."""
    platform.posts = [post(PAGE)]
    monkeypatch.setattr(work, "askable", lambda *_: 1 / 0)
    night = run(0)
    (read,) = night.nights
    assert "reading its texts (ZeroDivisionError)" in read.trouble
    assert {coverage.status for coverage in read.subject.snapshot.coverage.values()} == {CoverageStatus.FAILED}
    assert night.exit_code == 4


def test_a_night_that_read_nothing_forgets_no_lapsed_link(platform, run, answers, monkeypatch):
    """A link asked on a night whose readers broke is asked anew: nobody saw whether its site had lapsed."""
    answers.led[PAGE], platform.posts = there, [post(PAGE)]
    with monkeypatch.context() as broken:
        broken.setattr(work, "read_facts", lambda *_, **__: 1 / 0)
        run(0)
    run(1)
    assert answers.asked == [PAGE, PAGE]
