"""Keys to platforms: whose they are, and until when they are good."""

from datetime import date

import pytest

from audit.config import load
from audit.keys import Keys, ending
from audit.night import _endings
from audit.problems import ConfigurationError
from connectors.redaction import Redactor
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


# -- passwords of workbooks

ENCRYPT = "[workbooks.safeguarding]\nencrypt = true\n"
PASSWORD = "planted otter, planted reed"


def encrypt(folder):
    with (folder / "school.toml").open("a") as file:
        file.write(ENCRYPT)


def test_a_workbooks_password_is_a_secret_to_open_it_with(folder):
    """The password and the one before are handed out for reading, hidden in every text, and in no representation."""
    encrypt(folder)
    enter(folder, f'[workbooks.safeguarding]\npassword = "{PASSWORD}"\npassword_before = "short"\n')
    configuration = load(folder, {})
    assert configuration.keys.passwords == {"safeguarding": PASSWORD}
    assert configuration.passwords == (PASSWORD, "short")
    assert Redactor(configuration.keys.values()).text(f"with {PASSWORD}") == "with ***"
    assert PASSWORD not in repr(configuration.keys)


def test_a_workbooks_password_may_come_from_the_environment(folder):
    """A variable named after the workbook is taken, wins over the file, and is held to the same rules."""
    encrypt(folder)
    variable = "SCHOOL_AUDIT_SAFEGUARDING_PASSWORD"
    assert load(folder, {variable: PASSWORD}).passwords == (PASSWORD,)
    enter(folder, '[workbooks.safeguarding]\npassword = "another long password"\n')
    assert load(folder, {variable: PASSWORD}).passwords == (PASSWORD,)
    with pytest.raises(ConfigurationError, match=f"{variable}: the password has 7 characters"):
        load(folder, {variable: "planted"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('password = "planted-eig"', "secrets.toml, line 2: the password has 11 characters. Expected: 12 to 255"),
        ('password = " planted password"', "secrets.toml, line 2: the password begins or ends with a space"),
        ('password = "planted\\tpassword"', "secrets.toml, line 2: the password begins or ends with a space, or holds"),
        ("password = 123456789012", "secrets.toml, line 2: the password is no text"),
        (f'password_before = "{"planted" * 40}"', "secrets.toml, line 2: the password_before has 280 characters"),
        (
            'pasword = "planted password"',
            "secrets.toml, line 2: there is no setting named workbooks.safeguarding.pasword",
        ),
    ],
)
def test_a_password_that_will_not_do_is_told_without_its_words(folder, text, sentence):
    """File, line, what is wrong and what is expected, and never the password."""
    encrypt(folder)
    told = said(folder, f"[workbooks.safeguarding]\n{text}\n")
    assert any(one.startswith(sentence) for one in told), told
    assert not any("planted" in one or "123456" in one for one in told)


@pytest.mark.parametrize("text", ["workbooks = 1\n", "[workbooks]\npassword = 'planted password'\n"])
def test_passwords_stand_under_their_workbook(folder, text):
    """A password that belongs to no workbook is told as such."""
    assert any("[workbooks] must hold one table for each workbook" in one for one in said(folder, text))


def test_a_workbook_that_is_not_there_has_no_password(folder):
    """A slip in the workbook's name is told with the name that was meant."""
    (told,) = said(folder, f'[workbooks.safegarding]\npassword = "{PASSWORD}"\n')
    assert told.startswith(
        "secrets.toml, line 1: there is no workbook named 'safegarding'; did you mean 'safeguarding'?"
    )


def test_a_password_and_encrypt_go_together(folder):
    """One without the other stops the run; a password of before may stand alone, to open older files."""
    enter(folder, f'[workbooks.safeguarding]\npassword_before = "{PASSWORD}"\n')
    assert load(folder, {}).passwords == (PASSWORD,)
    (told,) = said(folder, f'[workbooks.safeguarding]\npassword = "{PASSWORD}"\n')
    assert told.startswith("secrets.toml, line 2: there is a password of the safeguarding workbook, and school.toml")
    encrypt(folder)
    (told,) = said(folder, "")
    assert told.startswith(
        "school.toml, line 6: workbooks.safeguarding.encrypt is true, and secrets.toml has no password"
    )
