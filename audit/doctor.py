"""What is set up, what is missing, and how to get it: one look at each account before the first night."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from audit.config import Configuration, WorkbookOptions, is_elsewhere
from audit.keys import BOOKS, EXPIRES, ending
from audit.mirror import LONDON, plan
from checks.applicability import ready_link
from checks.finding import History
from checks.policy import Credential
from checks.readers import embedding, pictures
from checks.wording import counted
from connectors import CONNECTORS
from connectors.connector import ConnectorError
from connectors.http import Http
from connectors.snapshot import Account

LEADS = "safeguarding"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `wrong` says that a person has something to do, `step` how the last is done."""

    words: str
    wrong: bool = False
    step: bool = False

    @property
    def mark(self) -> str:
        """A word before the line, so that nothing rests on colour."""
        if self.step:
            return "        "
        return "TO DO" if self.wrong else "ok   "


def examine(configuration: Configuration, http: Http | None, now: datetime) -> Iterator[Line]:
    """A line for each thing that a run needs; each readable account is proved by one harmless call.

    Without `http` nothing is asked.
    """
    school = configuration.school
    if configuration.accounts:
        yield Line(f"{school.name}: {counted(len(configuration.accounts), 'account')} on the register")
    else:
        yield Line(f"{school.name}: the register is empty; it needs one row for each official account", wrong=True)
    dpia = school.dpia
    if dpia.reference:
        features = ", ".join(dpia.features) or "no feature about other people"
        yield Line(f"DPIA {dpia.reference} covers {features}")
    else:
        yield Line("no DPIA reference in school.toml [dpia]: a live run refuses; dpia.md is a draft", wrong=True)
    yield Line(embedding.which_ran())
    if school.covers("pictures"):
        yield Line(pictures.which_ran(), wrong=bool(pictures.why_not()))
    if not configuration.network.contact:
        yield Line("no contact in school.toml [network]: platforms ask who is calling", wrong=True)
    if not configuration.policy.requirements.adopted:
        yield Line("requirements.toml is not adopted: what rests on it is shown as recommendations")
    yield from _consent(configuration, now.astimezone(LONDON).date())
    yield from _workbooks(configuration)
    for account in configuration.accounts:
        yield from _account(configuration, account, http, now)


def _consent(configuration: Configuration, on: date) -> Iterator[Line]:
    """What is to be said of the list of children who must not be shown, wherever one is kept or could be."""
    refused, path = configuration.school.no_consent, configuration.consent_list
    covered = configuration.school.covers("names")
    if refused is None or path is None:
        if covered:
            yield Line("no list of children who must not be shown (IMG-04): a person compares; school-audit consent")
        return
    made = datetime.fromtimestamp(path.stat().st_mtime, LONDON).date()
    days = max(0, (on - made).days)
    marks = (
        f"{path.name}: {counted(len(refused.marks), 'mark')} of children who must not be shown, made on {made:%d/%m/%Y}"
    )
    if not covered:
        yield Line(f"{marks}; not used, for the DPIA does not cover names", wrong=True)
    elif days > configuration.policy.setting("consent_list_stale_after"):
        yield Line(
            f"{marks}, {days} days ago: older than a school year; make a new one: school-audit consent", wrong=True
        )
    else:
        yield Line(f"{marks}, {counted(days, 'day')} ago")


def _workbooks(configuration: Configuration) -> Iterator[Line]:
    """What is to be said of the workbooks' folders, and of who may open the safeguarding lead's."""
    folders = {book: configuration.report_folder(book) for book in BOOKS}
    for book, folder in folders.items():
        if is_elsewhere(folder, configuration.folder) and not folder.is_dir():
            words = f"{book} workbook: {folder} is not there; make the folder, or mount the share that it is on"
            yield Line(words, wrong=True)
    folder = folders.pop(LEADS)
    options = configuration.workbooks.get(LEADS, WorkbookOptions())
    shared = any(folder.resolve() == other.resolve() for other in folders.values())
    lies = "with other workbooks; it can have a folder of its own" if shared else "in a folder of its own"
    group = f", group {options.group}" if options.group else ""
    password = "a password" if options.encrypt else "no password"
    yield Line(
        f"safeguarding workbook: lies {lies} (school.toml [workbooks.{LEADS}]), mode {options.mode}{group}, {password}"
    )
    if os.name == "posix" and folder.is_dir() and folder.stat().st_mode & stat.S_IRWXO:
        words = f"safeguarding workbook: everybody on this machine may look into {folder}; run: chmod o-rwx {folder}"
        yield Line(words, wrong=not shared)


def _account(configuration: Configuration, account: Account, http: Http | None, now: datetime) -> Iterator[Line]:
    platform = configuration.policy.platforms[account.platform]
    connector = CONNECTORS.get(platform.connector)
    if connector is None:
        yield Line(f"{account.label}: not read by this tool; a person looks at {ready_link(account, platform)}")
        return
    have = configuration.keys.of(account)
    missing = [one for one in platform.credentials if one.name not in have]
    for credential in missing:
        yield from _how(account, credential)
    for credential in platform.credentials:
        yield from _end(configuration, account, credential, now.astimezone(LONDON).date())
    if any(one.required for one in missing):
        return
    if http is None:
        yield Line(f"{account.label}: set up; not asked")
        return
    try:
        todo = replace(plan(account, History(), configuration, now), skip={})
        said = connector.prove(account, todo, http.client(account.label))
        yield Line(f"{account.label}: {said}")
    except ConnectorError as error:
        yield Line(f"{account.label}: {http.redact(str(error))}", wrong=True)


def _end(configuration: Configuration, account: Account, credential: Credential, on: date) -> Iterator[Line]:
    """What is to be said of the day on which a key ends, which no platform tells to whoever uses it."""
    keys = configuration.keys
    if words := ending(keys, account, credential, on):
        yield Line(words, wrong=True)
        for number, step in enumerate(credential.steps, 1):
            yield Line(f"{number}. {step}", step=True)
    elif (
        credential.lasts_days and credential.name in keys.of(account) and keys.end_of(account, credential.name) is None
    ):
        last = on + timedelta(days=credential.lasts_days)
        yield Line(
            f"{account.label}: {credential.name} lasts {credential.lasts_days} days; write its last day into"
            f" secrets.toml to be warned, such as {credential.name}{EXPIRES} = {last.isoformat()} for one made today",
            wrong=True,
        )


def _how(account: Account, credential: Credential) -> Iterator[Line]:
    need = "needs" if credential.required else "could have"
    cost, expires, scopes = (words.rstrip(".") for words in (credential.cost, credential.expires, credential.scopes))
    yield Line(
        f"{account.label}: {need} {credential.name} in secrets.toml [{account.platform}]"
        f" (about {credential.minutes} minutes; cost: {cost}; expires: {expires}; scopes: {scopes})",
        wrong=credential.required,
    )
    for number, step in enumerate(credential.steps, 1):
        yield Line(f"{number}. {step}", step=True)
