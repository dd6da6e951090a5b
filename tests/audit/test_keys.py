"""Keys to platforms: whose they are, and until when they are good."""

from datetime import date

import pytest

from audit.config import load
from audit.keys import Keys, ending
from audit.night import _endings
from audit.problems import ConfigurationError
from connectors.snapshot import Account

ON = date(2026, 11, 22)
PTA = Account("facebook:hazelbrook.pta", 3, "facebook", "Hazelbrook.PTA")
MAIN = Account("facebook:hazelbrook", 2, "facebook", "hazelbrook")

SECRETS = """
[facebook]
page_token = "main-token"
page_token_expires = 2026-12-01
app_secret = "shared"

[facebook.accounts."@hazelbrook.pta"]
page_token = "pta-token"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "school.toml").write_text('[school]\nname = "Hazelbrook"\n[dpia]\nreference = "D"\n')
    (tmp_path / "register.csv").write_text("Platform,Handle\nfacebook,hazelbrook\nfacebook,Hazelbrook.PTA\n")
    return tmp_path


def enter(folder, text):
    path = folder / "secrets.toml"
    path.write_text(text)
    path.chmod(0o600)


def said(folder, text):
    enter(folder, text)
    with pytest.raises(ConfigurationError) as caught:
        load(folder, {})
    return [str(problem) for problem in caught.value.problems]


def credential(folder):
    return next(one for one in load(folder, {}).policy.platforms["facebook"].credentials if one.name == "page_token")


def test_two_pages_have_two_tokens(folder):
    """An account's own table wins over the platform's, and takes from it what it lacks."""
    enter(folder, SECRETS)
    keys = load(folder, {}).keys
    assert keys.of(PTA) == {"page_token": "pta-token", "app_secret": "shared"}
    assert keys.of(MAIN) == {"page_token": "main-token", "app_secret": "shared"}
    assert set(keys.values()) == {"pta-token", "main-token", "shared"}


def test_accounts_read_with_the_same_keys_share_a_mark(folder):
    """A mark is the same for the same keys, another for others, and holds none of them."""
    enter(folder, SECRETS)
    keys = load(folder, {}).keys
    other = Account("facebook:other", 4, "facebook", "other")
    assert keys.mark(MAIN, b"k") == keys.mark(other, b"k") != keys.mark(PTA, b"k")
    assert keys.mark(MAIN, b"k") != keys.mark(MAIN, b"another")


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 1), ""),
        (date(2026, 11, 22), "ends on 01/12/2026, in 9 days"),
        (date(2026, 12, 2), "ended on 01/12/2026"),
    ],
)
def test_a_key_that_ends_is_told_in_time(folder, on, words):
    """Three weeks before its last day a key is worth a sentence, and after it another."""
    enter(folder, SECRETS)
    told = ending(load(folder, {}).keys, MAIN, credential(folder), on)
    assert words in told
    assert bool(told) is bool(words)


def test_the_end_of_one_key_is_not_the_end_of_another(folder):
    """An account's own key ends on the day of its own table alone."""
    enter(folder, SECRETS)
    assert ending(load(folder, {}).keys, PTA, credential(folder), ON) == ""


def test_two_keys_that_end_on_one_day_are_both_told(folder):
    """Each key is told once, however many accounts it reads, and another that ends on the same day is told too."""
    enter(folder, SECRETS + "page_token_expires = 2026-12-01\n")
    told = list(_endings(load(folder, {}), ON))
    assert len(told) == 2
    assert "facebook hazelbrook " in told[0]
    assert "facebook Hazelbrook.PTA" in told[1]
    enter(folder, '[facebook]\npage_token = "shared"\npage_token_expires = 2026-12-01\n')
    assert len(list(_endings(load(folder, {}), ON))) == 1


def test_a_key_nobody_entered_does_not_end(folder):
    """Without a key there is nothing to warn of."""
    ends = {("facebook", "", "page_token"): ON}
    enter(folder, "")
    assert ending(Keys(ends=ends), MAIN, credential(folder), ON) == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[facebook.accounts.hazelbruk]\npage_token = "PLANTED"\n', "the register has no such account on facebook"),
        ('[facebook]\npage_token_expires = "soon PLANTED"\n', "page_token_expires is no date"),
        ('[facebook]\naccounts = "PLANTED"\n', "[facebook.accounts] must hold one table for each handle"),
        ("[facebook]\npage_token = 7\n", "page_token is no text"),
        ('facebook = "PLANTED"\n', "[facebook] must hold lines such as"),
        ('[faceboook]\npage_token = "PLANTED"\n', "there is no platform named 'faceboook'; did you mean 'facebook'?"),
        ("[facebook]\npage_token = PLANTED\n", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_without_the_keys(folder, text, sentence):
    """Each mistake in secrets.toml is one sentence that quotes no value."""
    problems = said(folder, text)
    assert len(problems) == 1
    assert sentence in problems[0]
    assert "PLANTED" not in problems[0]
