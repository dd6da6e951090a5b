"""The school's folder read and validated: school.toml, requirements.toml, secrets.toml and the register.

Every problem names the file, the line or row, what is wrong and what is expected; all of them are reported
at once, before any run begins.
"""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from audit.bad_domains import read_bad_domains
from audit.consent import read_no_consent
from audit.keys import BOOKS, FORMER, PASSWORD, SECRETS, WORKBOOKS, Keys, read_keys
from audit.problems import ConfigurationError, Problem
from audit.register import read_register
from audit.toml_file import decode, known_platforms, meant, place_of
from checks.finding import Severity
from checks.policy import (
    AdoptedPolicy,
    Dpia,
    Frozen,
    Governance,
    Policy,
    Requirements,
    School,
    SchoolFacts,
    Term,
    load_policy,
)
from connectors.http import Network
from connectors.snapshot import Account

SCHOOL, REQUIREMENTS = "school.toml", "requirements.toml"
REGISTERS = ("register.xlsx", "register.csv")


class RunOptions(Frozen):
    """[run] in school.toml."""

    threshold: Severity = Severity.HIGH
    workers: Annotated[int, Field(ge=1, le=32)] = 4
    picture_processes: Annotated[int, Field(ge=0, le=32)] = 2
    sweep_on: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] = "Saturday"


class NetworkOptions(Frozen):
    """[network] in school.toml; times in seconds, sizes in bytes."""

    contact: str = ""
    connect_timeout: Annotated[float, Field(gt=0, le=120)] = 10
    read_timeout: Annotated[float, Field(gt=0, le=300)] = 30
    total_timeout: Annotated[float, Field(gt=0, le=1800)] = 120
    retries: Annotated[int, Field(ge=0, le=10)] = 4
    backoff: Annotated[float, Field(ge=0, le=60)] = 1
    retry_after_ceiling: Annotated[float, Field(ge=0, le=3600)] = 120
    pace: Mapping[str, Annotated[float, Field(ge=0, le=60)]] = Field(default_factory=dict)
    default_pace: Annotated[float, Field(ge=0, le=60)] = 0.2
    max_bytes: Annotated[int, Field(ge=10_000, le=200_000_000)] = 20_000_000
    private_hosts: tuple[str, ...] = ()
    test_hosts: tuple[str, ...] = ()


class PlatformOptions(Frozen):
    """[platforms.<name>] in school.toml; None leaves a cap as it ships.

    Spending is in US dollars; `quota_share` is the percentage of what the platform allows a key that all readings
    with that key may use together.
    """

    base_url: str = ""
    followers: bool | None = None
    spend_per_run: Annotated[float, Field(ge=0)] | None = None
    spend_per_month: Annotated[float, Field(ge=0)] | None = None
    max_posts: Annotated[int, Field(ge=1)] | None = None
    max_people: Annotated[int, Field(ge=1)] | None = None
    max_pages: Annotated[int, Field(ge=1)] | None = None
    quota_share: Annotated[float, Field(gt=0, le=100)] | None = None


class WorkbookOptions(Frozen):
    """[workbooks.<name>] in school.toml: where a workbook lies, and who may open it; `encrypt`: with a password."""

    folder: str = ""
    group: str = ""
    mode: Annotated[str, Field(pattern=r"^0?[0-7]{3}$")] = "600"
    encrypt: bool = False


class LinkOptions(Frozen):
    """[links] in school.toml: the name of a file with addresses that nobody should link to, "" for none."""

    bad_domains: str = ""


class ConsentOptions(Frozen):
    """[consent] in school.toml: the name of the file that `school-audit consent` made, "" for none."""

    list: str = ""


class SchoolFile(Frozen):
    """The whole of school.toml."""

    school: SchoolFacts
    terms: tuple[Term, ...] = ()
    policy: AdoptedPolicy = AdoptedPolicy()
    dpia: Dpia = Dpia()
    governance: Governance = Governance()
    run: RunOptions = RunOptions()
    thresholds: Mapping[str, float] = Field(default_factory=dict)
    network: NetworkOptions = NetworkOptions()
    platforms: Mapping[str, PlatformOptions] = Field(default_factory=dict)
    workbooks: Mapping[Literal["governors", "it", "safeguarding"], WorkbookOptions] = Field(default_factory=dict)
    links: LinkOptions = LinkOptions()
    consent: ConsentOptions = ConsentOptions()


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything a run needs to know, valid. `consent_list` is the file behind the school's `no_consent`."""

    folder: Path
    school: School
    policy: Policy
    run: RunOptions
    network: Network
    platforms: Mapping[str, PlatformOptions]
    workbooks: Mapping[str, WorkbookOptions]
    keys: Keys
    accounts: tuple[Account, ...]
    consent_list: Path | None = None

    def base_url(self, platform: str) -> str:
        """Where a platform's connector asks: school.toml's word, else the platform data's."""
        own = self.platforms.get(platform, PlatformOptions()).base_url
        return own or self.policy.platforms[platform].base_url

    def report_folder(self, book: str) -> Path:
        """The folder in which people find tonight's workbook."""
        options = self.workbooks.get(book, WorkbookOptions())
        return (self.folder / options.folder) if options.folder else self.folder / "reports"

    @property
    def passwords(self) -> tuple[str, ...]:
        """Every password that a workbook has or had, to open with what comes back."""
        return tuple(dict.fromkeys((*self.keys.passwords.values(), *self.keys.former.values())))


def load(folder: Path, environment: Mapping[str, str] = os.environ) -> Configuration:
    """Read the school's folder. Raises ConfigurationError with every problem found."""
    problems: list[Problem] = []
    if not folder.is_dir():
        raise ConfigurationError(
            [Problem(str(folder), "", "there is no such folder", "make one with: school-audit init")]
        )
    school = _read(folder / SCHOOL, SchoolFile, problems)
    requirements = Requirements()
    if (folder / REQUIREMENTS).exists():
        requirements = _read(folder / REQUIREMENTS, Requirements, problems) or requirements
    policy = load_policy(requirements)
    if school:
        policy = _with_thresholds(policy, school, folder, problems)
        known_platforms(school.platforms, "platforms", folder / SCHOOL, policy, problems)
    _known_names(requirements, folder, policy, problems)
    bad_links: tuple[str, ...] = ()
    if school:
        _readable_by(school.workbooks, folder / SCHOOL, problems)
        if school.links.bad_domains:
            bad_links = read_bad_domains(folder / school.links.bad_domains, problems)
    accounts: tuple[Account, ...] = ()
    registers = [folder / name for name in REGISTERS if (folder / name).exists()]
    if not registers:
        problems.append(Problem(REGISTERS[0], "", "there is no register", "make one with: school-audit init"))
    elif len(registers) > 1:
        problems.append(Problem(REGISTERS[1], "", f"lies beside {REGISTERS[0]}", "one register: move the other away"))
    else:
        accounts, found = read_register(registers[0], policy)
        problems.extend(found)
    keys = read_keys(folder / SECRETS, policy, accounts, environment, problems)
    if school:
        _encrypted(school.workbooks, keys, folder, problems)
    consent_list = folder / school.consent.list if school and school.consent.list else None
    no_consent = read_no_consent(consent_list, keys.consent, problems) if consent_list else None
    if problems or school is None:
        raise ConfigurationError(problems)
    facts = {name: getattr(school.school, name) for name in SchoolFacts.model_fields}
    return Configuration(
        folder=folder,
        school=School(
            **facts,
            terms=school.terms,
            policy=school.policy,
            dpia=school.dpia,
            governance=school.governance,
            bad_links=bad_links,
            no_consent=no_consent,
        ),
        policy=policy,
        run=school.run,
        network=_network(school.network, policy, accounts),
        platforms=school.platforms,
        workbooks={name: options for name, options in school.workbooks.items()},  # noqa: C416 - plain keys
        keys=keys,
        accounts=accounts,
        consent_list=consent_list,
    )


def _network(options: NetworkOptions, policy: Policy, accounts: tuple[Account, ...]) -> Network:
    """How to behave towards each host: as the platform data says, also where each account names its own server."""
    given = options.model_dump()
    pace = dict(given.pop("pace"))
    for platform in policy.platforms.values():
        if host := re.match(r"https?://([^/{]+)(?:/|$)", platform.base_url):
            pace.setdefault(host[1], platform.pace)
    for account in accounts:
        base = policy.platforms[account.platform].base_url
        if not base or "{" in base:
            own = base.replace("{handle}", account.handle)
            for server in (urlsplit(own).netloc, urlsplit(account.address).netloc, account.handle.partition("@")[2]):
                pace.setdefault(server, policy.platforms[account.platform].pace)
    pace.pop("", None)
    for name in ("private_hosts", "test_hosts"):
        given[name] = frozenset(given[name])
    return Network(pace=pace, **given)


def _with_thresholds(policy: Policy, school: SchoolFile, folder: Path, problems: list[Problem]) -> Policy:
    text = (folder / SCHOOL).read_text(encoding="utf-8")
    for name, value in school.thresholds.items():
        try:
            policy = policy.with_thresholds({name: value})
        except ValueError as error:
            place = place_of(text, ("thresholds", name))
            problems.append(Problem(SCHOOL, place, str(error), "see: school-audit explain"))
    return policy


def _readable_by(workbooks: Mapping[Any, WorkbookOptions], path: Path, problems: list[Problem]) -> None:
    """Groups that are not there, and a safeguarding workbook that anybody may open."""
    text = path.read_text(encoding="utf-8")
    for name, options in workbooks.items():
        if options.group and not _is_group(options.group):
            wrong = f"workbooks.{name}.group is {options.group!r}, and this machine has no such group"
            place = place_of(text, ("workbooks", name, "group"))
            problems.append(Problem(path.name, place, wrong, "the name of a group, or no group"))
        if name == "safeguarding" and int(options.mode, 8) & stat.S_IRWXO:
            wrong = f"workbooks.{name}.mode is {options.mode!r}, with which everybody on this machine may open it"
            place = place_of(text, ("workbooks", name, "mode"))
            problems.append(Problem(path.name, place, wrong, "600, or 640 with a group"))


def _encrypted(workbooks: Mapping[Any, WorkbookOptions], keys: Keys, folder: Path, problems: list[Problem]) -> None:
    """Workbooks to be encrypted without a password, and passwords of workbooks that are not."""
    for book in BOOKS:
        encrypt = workbooks.get(book, WorkbookOptions()).encrypt
        if encrypt and book not in keys.passwords and not any(one.file == SECRETS for one in problems):
            where = place_of((folder / SCHOOL).read_text(encoding="utf-8"), (WORKBOOKS, book, "encrypt"))
            wrong = f"{WORKBOOKS}.{book}.encrypt is true, and {SECRETS} has no password for it"
            problems.append(Problem(SCHOOL, where, wrong, f"a line {PASSWORD} in {SECRETS} under [{WORKBOOKS}.{book}]"))
        if book in keys.passwords and not encrypt:
            text = (folder / SECRETS).read_text(encoding="utf-8-sig") if (folder / SECRETS).exists() else ""
            wrong = f"there is a password of the {book} workbook, and {SCHOOL} does not say encrypt = true for it"
            expected = f"encrypt = true under [{WORKBOOKS}.{book}]; to open older files only, call it {FORMER}"
            problems.append(Problem(SECRETS, place_of(text, (WORKBOOKS, book, PASSWORD)), wrong, expected))


def is_elsewhere(folder: Path, school: Path) -> bool:
    """Whether a workbook's folder lies outside the school's, where a share may be mounted; such a one is never made."""
    return not folder.resolve().is_relative_to(school.resolve())


def _is_group(name: str) -> bool:
    if os.name != "posix":
        return True
    import grp  # noqa: PLC0415 - there is none on Windows

    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def _known_names(requirements: Requirements, folder: Path, policy: Policy, problems: list[Problem]) -> None:
    for field in ("approved_platforms", "refused_platforms"):
        for name in getattr(requirements, field):
            if name not in policy.platforms:
                text = (folder / REQUIREMENTS).read_text(encoding="utf-8")
                wrong = f"there is no platform named {name!r}{meant(name, policy.platforms)}"
                place = place_of(text, (field,))
                problems.append(Problem(REQUIREMENTS, place, wrong, "see: school-audit platforms"))


Model = TypeVar("Model", bound=BaseModel)


def _read(path: Path, model: type[Model], problems: list[Problem]) -> Model | None:
    before = len(problems)
    raw = decode(path, problems)
    if len(problems) > before:
        return None
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        text = path.read_text(encoding="utf-8")
        problems.extend(_problem(path.name, text, one, model) for one in error.errors())
        return None


def _problem(name: str, text: str, error: Any, model: type[BaseModel]) -> Problem:
    loc = tuple(error["loc"])
    where = ".".join(str(part) for part in loc) or "the file"
    if error["type"] == "missing":
        return Problem(name, place_of(text, loc), f"{where} is missing", "a value for it")
    if error["type"] == "extra_forbidden":
        known = _fields(model, loc[:-1])
        wrong = f"there is no setting named {where}{meant(str(loc[-1]), known)}"
        return Problem(name, place_of(text, loc), wrong, ", ".join(known) or "nothing here")
    expected = error["msg"].removeprefix("Value error, ")
    shown = error["input"]
    wrong = f"{where} is {shown!r}" if isinstance(shown, str | int | float | bool) else f"{where} does not fit"
    return Problem(name, place_of(text, loc), wrong, expected[:1].lower() + expected[1:])


def _fields(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """The settings known at a place, found by walking the model's annotations."""
    current: Any = model
    for part in loc:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(part))
            current = field.annotation if field else None
        else:
            current = next(
                (a for a in getattr(current, "__args__", ()) if isinstance(a, type) and issubclass(a, BaseModel)),
                None,
            )
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        nested = getattr(current, "__args__", ())
        current = next((a for a in nested if isinstance(a, type) and issubclass(a, BaseModel)), None)
    return list(current.model_fields) if current else []


def with_accounts(configuration: Configuration, accounts: tuple[Account, ...]) -> Configuration:
    """The same with other accounts."""
    return replace(configuration, accounts=accounts)
