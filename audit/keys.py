"""The keys to platforms, from secrets.toml and the environment: whose they are, and until when they are good.

Beside them stand the school's own secrets: the key with which its list of children who must not be shown is hashed,
and the passwords of workbooks.
"""

import hashlib
import hmac
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from audit.problems import Problem
from audit.toml_file import decode, known_platforms, meant, place_of
from checks.policy import Credential, Policy
from checks.readers.consent import LEAST_KEY, MOST_KEY
from connectors.snapshot import Account
from output.atomic import replace_file

SECRETS = "secrets.toml"
ACCOUNTS = "accounts"
EXPIRES = "_expires"
CONSENT = "consent"
_CONSENT_KEY = re.compile(rf"(?:[0-9a-f]{{2}}){{{LEAST_KEY},{MOST_KEY}}}")
WORKBOOKS = "workbooks"
BOOKS = ("governors", "it", "safeguarding")
PASSWORD, FORMER = "password", "password_before"
LEAST_PASSWORD, MOST_PASSWORD = 12, 255
"""How many characters a workbook's password has; Excel takes no more."""
WARN = timedelta(days=21)
"""How long before a key ends people are told: three weeks leave room for half-term."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key the school entered. `platforms` and `accounts` map a platform to names and values.

    `accounts` has a table for each handle (casefolded) that has keys of its own, as two Pages of one school have two
    tokens; what such a table lacks is the platform's. `ends` maps (platform, handle or "", name) to the last day on
    which a key is good, as far as somebody wrote it down. `consent` is the secret of the list of children who must
    not be shown, b"" where there is none. `passwords` maps workbooks to their passwords, `former` to those they had
    before, with which files are only opened.
    """

    platforms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    accounts: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    ends: Mapping[tuple[str, str, str], date] = field(default_factory=dict)
    consent: bytes = field(default=b"", repr=False)
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    former: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of(self, account: Account) -> dict[str, str]:
        """The keys that read an account, by name."""
        own = self.accounts.get(account.platform, {}).get(handle_of(account), {})
        return {**self.platforms.get(account.platform, {}), **own}

    def values(self) -> Iterator[str]:
        """Every secret, for redaction."""
        for keys in (*self.platforms.values(), *(one for tables in self.accounts.values() for one in tables.values())):
            yield from keys.values()
        if self.consent:
            yield self.consent.hex()
        yield from (*self.passwords.values(), *self.former.values())

    def end_of(self, account: Account, name: str) -> date | None:
        """The last day on which a key of an account is good; None when nobody wrote it down."""
        handle = handle_of(account)
        if name in self.accounts.get(account.platform, {}).get(handle, {}):
            return self.ends.get((account.platform, handle, name))
        return self.ends.get((account.platform, "", name))

    def mark(self, account: Account, secret: bytes) -> str:
        """A mark that two accounts share when the same keys read them; it cannot be turned back."""
        told = "\x1f".join(f"{name}={value}" for name, value in sorted(self.of(account).items()))
        return hmac.new(secret, f"{account.platform}\x1f{told}".encode(), hashlib.sha256).hexdigest()[:16]


def handle_of(account: Account) -> str:
    """What names an account in secrets.toml: its handle, else its address."""
    return _folded(account.handle or account.address)


def ending(keys: Keys, account: Account, credential: Credential, on: date) -> str:
    """A sentence when a key of an account has ended or soon will, "" otherwise."""
    end = keys.end_of(account, credential.name)
    if end is None or credential.name not in keys.of(account) or end - on > WARN:
        return ""
    what = f"{credential.name} of {account.label}"
    if end < on:
        return f"{what} ended on {end:%d/%m/%Y}; make a new one: school-audit doctor says how"
    return f"{what} ends on {end:%d/%m/%Y}, in {(end - on).days} days; make a new one: school-audit doctor says how"


def read_keys(
    path: Path,
    policy: Policy,
    accounts: tuple[Account, ...],
    environment: Mapping[str, str],
    problems: list[Problem],
) -> Keys:
    """Keys from secrets.toml, and from variables such as SCHOOL_AUDIT_X_BEARER_TOKEN, which win over platform keys.

    SCHOOL_AUDIT_SAFEGUARDING_PASSWORD and its like win over the passwords of workbooks.
    What is wrong with the file goes into `problems`, without a word of its content.
    """
    platforms: dict[str, dict[str, str]] = {}
    own: dict[str, dict[str, dict[str, str]]] = {}
    ends: dict[tuple[str, str, str], date] = {}
    raw = _raw(path, problems)
    consent = _consent_key(raw, problems)
    _known_workbooks(raw, path, problems)
    for platform, table in _tables(raw, path, policy, problems).items():
        rest = dict(table)
        tables = rest.pop(ACCOUNTS, {})
        platforms[platform] = _entered(rest, (platform, ""), ends, problems)
        if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
            problems.append(_problem(f"[{platform}.accounts] must hold one table for each handle", "a table of tables"))
            continue
        for typed, keys in tables.items():
            handle = _folded(typed)
            if not any(handle_of(one) == handle for one in accounts if one.platform == platform):
                wrong = f"[{platform}.accounts.{typed!r}]: the register has no such account on {platform}"
                problems.append(_problem(wrong, "a handle as the register has it"))
            own.setdefault(platform, {})[handle] = _entered(keys, (platform, handle), ends, problems)
    for platform, facts in policy.platforms.items():
        for credential in facts.credentials:
            variable = f"SCHOOL_AUDIT_{platform}_{credential.name}".upper()
            if value := environment.get(variable, "").strip():
                platforms.setdefault(platform, {})[credential.name] = value
    passwords = _passwords(raw, PASSWORD, path, environment, problems)
    former = _passwords(raw, FORMER, path, environment, problems)
    return Keys(platforms, own, ends, consent, passwords, former)


def read_consent_key(path: Path, problems: list[Problem]) -> bytes:
    """The key of the list of children who must not be shown; b"" for none. What is wrong goes into `problems`."""
    return _consent_key(_raw(path, problems), problems)


def add_consent_key(path: Path, key: bytes) -> None:
    """Write the key into a secrets.toml that has none; what stands there stays as it is."""
    before = path.read_bytes() if path.exists() else b""
    end = "\r\n" if b"\r\n" in before else "\n"
    lines = (
        "",
        f"[{CONSENT}]",
        "# Of the list of children who must not be shown. With another key the list is worth nothing: make it again.",
        f'key = "{key.hex()}"',
        "",
    )
    content = before + end.join(lines).encode()

    def write(file: BinaryIO) -> None:
        file.write(content)

    replace_file(path, write)


def _raw(path: Path, problems: list[Problem]) -> dict[str, Any]:
    if not path.exists():
        return {}
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        problems.append(_problem("other people on this machine can read it", f"run: chmod 600 {SECRETS}"))
    return decode(path, problems)


def _consent_key(raw: Mapping[str, Any], problems: list[Problem]) -> bytes:
    if CONSENT not in raw:
        return b""
    table = raw[CONSENT]
    key = table.get("key") if isinstance(table, dict) and set(table) == {"key"} else None
    if isinstance(key, str) and _CONSENT_KEY.fullmatch(key):
        return bytes.fromhex(key)
    expected = f"its one line as school-audit {CONSENT} wrote it; without that take the table out and run the command"
    problems.append(_problem(f"[{CONSENT}] does not hold the key of the list of children", expected))
    return b""


def _known_workbooks(raw: Mapping[str, Any], path: Path, problems: list[Problem]) -> None:
    """What stands under [workbooks] and is no password of a workbook goes into `problems`."""
    tables = raw.get(WORKBOOKS, {})
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        expected = f"a table for each workbook, such as [{WORKBOOKS}.safeguarding]"
        problems.append(_problem(f"[{WORKBOOKS}] must hold one table for each workbook", expected))
        return
    for book, table in tables.items():
        if book not in BOOKS:
            wrong = f"there is no workbook named {book!r}{meant(book, BOOKS)}"
            problems.append(_placed(path, (WORKBOOKS, book), wrong, ", ".join(BOOKS)))
        for name in table:
            if name not in (PASSWORD, FORMER):
                wrong = f"there is no setting named {WORKBOOKS}.{book}.{name}"
                problems.append(_placed(path, (WORKBOOKS, book, name), wrong, f"{PASSWORD}, {FORMER}"))


def _passwords(
    raw: Mapping[str, Any], name: str, path: Path, environment: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    """The workbooks' passwords of one kind; the environment wins over the file."""
    tables = raw.get(WORKBOOKS, {})
    passwords: dict[str, str] = {}
    for book in BOOKS:
        table = tables.get(book, {}) if isinstance(tables, dict) else {}
        value = table.get(name, "") if isinstance(table, dict) else ""
        variable = f"SCHOOL_AUDIT_{book}_{name}".upper()
        told = environment.get(variable, "")
        if wrong := _weak(told or value, name):
            where = (WORKBOOKS, book, name)
            expected = f"{LEAST_PASSWORD} to {MOST_PASSWORD} characters, and no space at either end"
            said = Problem(variable, "", wrong, expected) if told else _placed(path, where, wrong, expected)
            problems.append(said)
        elif told or value:
            passwords[book] = told or value
    return passwords


def _weak(password: object, name: str) -> str:
    """What is wrong with a password, without a word of it; "" when nothing is, or there is none."""
    if not isinstance(password, str):
        return f"the {name} is no text"
    if password and (password.strip() != password or not password.isprintable()):
        return f"the {name} begins or ends with a space, or holds what no keyboard types"
    if len(password) > MOST_PASSWORD or (name == PASSWORD and 0 < len(password) < LEAST_PASSWORD):
        return f"the {name} has {len(password)} characters"
    return ""


def _placed(path: Path, where: tuple[str, ...], wrong: str, expected: str) -> Problem:
    return Problem(SECRETS, place_of(path.read_text(encoding="utf-8-sig"), where), wrong, expected)


def _tables(raw: Mapping[str, Any], path: Path, policy: Policy, problems: list[Problem]) -> dict[str, dict[str, Any]]:
    platforms = {name: table for name, table in raw.items() if name not in (CONSENT, WORKBOOKS)}
    known_platforms(platforms, "", path, policy, problems)
    wrong = [name for name, table in platforms.items() if not isinstance(table, dict)]
    problems += [_problem(f'[{name}] must hold lines such as bearer_token = "..."', "a table") for name in wrong]
    return {name: table for name, table in platforms.items() if isinstance(table, dict)}


def _entered(
    table: Mapping[str, Any], owner: tuple[str, str], ends: dict[tuple[str, str, str], date], problems: list[Problem]
) -> dict[str, str]:
    """The keys of one table; the days on which they end go into `ends`."""
    keys: dict[str, str] = {}
    for name, value in table.items():
        if name.endswith(EXPIRES):
            if type(value) is date:
                ends[(*owner, name.removesuffix(EXPIRES))] = value
            else:
                problems.append(_problem(f"{owner[0]}: {name} is no date", f"a line such as {name} = 2027-01-31"))
        elif isinstance(value, str):
            keys |= {name: value.strip()} if value.strip() else {}
        else:
            problems.append(_problem(f"[{owner[0]}]: {name} is no text", f'a line such as {name} = "..."'))
    return keys


def _problem(wrong: str, expected: str) -> Problem:
    return Problem(SECRETS, "", wrong, expected)


def _folded(handle: str) -> str:
    return handle.strip().removeprefix("@").casefold()
