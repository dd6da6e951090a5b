"""The commands. The only place that prints and exits."""

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from filelock import FileLock, Timeout
from rich import box
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from audit import demonstration, doctor
from audit.answers.absorb import Absorbed
from audit.answers.taking import INBOX, take_over, unnamed
from audit.catalogue import (
    check_page,
    offered,
    platform_page,
    platform_rows,
    platforms_page,
    recipe_page,
    years,
)
from audit.config import Configuration, load
from audit.consent import MARKS, make_marks
from audit.copies import purge_backup, purge_copies, purge_inbox, purge_logs
from audit.folder import init as init_folder
from audit.keys import BOOKS
from audit.ledger import PEOPLE_TABLES, Ledger, before_update
from audit.mirror import LONDON
from audit.night import Done, run_night
from audit.problems import ConfigurationError, Problem
from audit.publish import Published, publish
from audit.reporting import build
from audit.trend import reported
from checks import CHECKS
from checks.policy import load_policy
from checks.wording import counted
from connectors.http import Http
from connectors.recording import BadRecording, Recorder, Replay
from connectors.redaction import Redactor, printable
from output.notice import notice
from output.report import Report

COMPLETE, INTERNAL, USAGE, FOUND, INCOMPLETE, LOCKED = range(6)
"""Exit codes, as the README explains them."""

NOT_TAKEN_OVER = (
    "What people typed into the workbooks was not taken over: something went wrong inside school-audit. Nothing of it"
    " is lost; what was not read stays where it is. Please send the night's log, in state/logs, to whoever looks after"
    " this program."
)
FURTHEST_AHEAD = timedelta(days=400)
"""How long after the last run a night that is still to come may lie."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Audits a school's official social media accounts against section 7 of its social media policy.",
)
out = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, emoji=False)
log = logging.getLogger("audit")

Folder = Annotated[Path, typer.Argument(help="The school's folder.", show_default=False)]


def main() -> None:
    """Run the command line; an unexpected error is one sentence and exit code 1."""
    # Or what nobody handles would be printed as it is, and mailed by cron.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        app()
    except ConfigurationError as error:
        for problem in error.problems:
            _say(err, Redactor().text(f"{problem}"))
        sys.exit(USAGE)
    except BadRecording as error:
        _say(err, f"{error}")
        sys.exit(USAGE)
    except Exception as error:  # noqa: BLE001 - whatever it is, a person reads one sentence
        if isinstance(error, OSError) and (error.errno or 0) > 0:
            place = f"{error.filename}: " if isinstance(error.filename, str) else ""
            _say(err, f"{place}{os.strerror(error.errno or 0)}.")
        _say(
            err,
            f"Something went wrong inside school-audit ({type(error).__name__}). Nothing already known is lost. "
            "A run's log, in state/logs, says more: please send it to whoever looks after this program.",
        )
        sys.exit(INTERNAL)


def _say(console: Console, words: str) -> None:
    """Print one line as it is: what came from outside neither colours, breaks nor steers the terminal."""
    console.print(printable(words), markup=False, soft_wrap=True)


@app.command()
def init(folder: Folder, school: Annotated[str, typer.Option(help="The school's full name.")] = "Our school") -> None:
    """Make a new school's folder: settings, requirements, register, DPIA and privacy notice to fill in."""
    made = init_folder(folder, load_policy(), school)
    for path in made:
        out.print(f"made {path}", markup=False, soft_wrap=True)
    if not made:
        out.print(f"Everything was there already in {folder}; nothing was changed.", markup=False, soft_wrap=True)
    words = f"Next: fill in school.toml and register.xlsx, then: school-audit doctor {folder}"
    out.print(words, markup=False, soft_wrap=True)


@app.command()
def consent(
    folder: Folder,
    list_: Annotated[
        Path, typer.Argument(metavar="LIST.csv", help="Columns first, last, class; one row for each child.")
    ],
) -> None:
    """Turn a list of children who must not be shown or named into keyed hashes, with which posts are compared."""
    children = make_marks(folder, list_)
    _say(out, f"made {folder / MARKS}: keyed hashes of {counted(children, 'name')}, and no name")
    _say(
        out,
        f"Now delete {list_}, and empty the bin: nothing needs it any more. It was read on this machine, and neither"
        " it nor a name in it was kept, copied or sent. For the next list export it anew.",
    )
    _say(out, f'The night compares once school.toml has, under [consent]: list = "{MARKS}"')


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigurationError([Problem("--on", "", f"{text!r} is not a date", "YYYY-MM-DD")]) from None


@app.command()
def run(
    folder: Folder,
    on: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The night to audit; today by default.")] = None,
    record: Annotated[
        Path | None, typer.Option(help="Record the night's traffic, others replaced by stand-ins.")
    ] = None,
    replay: Annotated[Path | None, typer.Option(help="Replay a recorded night; no network.")] = None,
) -> None:
    """Audit every account on the register, once. What cron calls every night."""
    if record and replay:
        raise ConfigurationError([Problem("--record", "", "goes with a live night", "either of the two")])
    day = _day(on)
    configuration = load(folder)
    played = Replay(replay) if replay else None
    if played is None:
        _live_allowed(configuration)
    with _locked(folder):
        report, done = night(configuration, day, record=record, replay=played)
    out.print(notice(report), markup=False, soft_wrap=True)
    raise typer.Exit(done.exit_code)


def night(
    configuration: Configuration,
    on: date | None,
    *,
    record: Path | None = None,
    replay: Replay | None = None,
) -> tuple[Report, Done]:
    """One whole night of a school's folder: audited, kept in the ledger, written into its workbooks.

    The caller holds the lock. Raises ConfigurationError when the date lies before the last run.
    """
    now = replay.started if replay else datetime.now(UTC)
    day = on or now.astimezone(LONDON).date()
    if day != now.astimezone(LONDON).date():
        now = datetime.combine(day, time(2), LONDON).astimezone(UTC)
    ledger = Ledger.at(configuration.folder / "state" / "audit.db")
    try:
        _in_order(day, ledger.last_run(), "--on" if on else "the clock")
        recorder = Recorder(record, now, configuration.network.test_hosts, _own(configuration)) if record else None
        http = Http(configuration.network, secrets=configuration.keys.values(), recorder=recorder, replay=replay)
        with _logged(configuration, http, day):
            taken = _take_over(configuration, ledger, day)
            try:
                with _progress(len(configuration.accounts)) as progress:
                    done = run_night(
                        configuration,
                        ledger,
                        http,
                        now=now,
                        on=day,
                        progress=progress,
                        replayed=replay is not None,
                        answers=ledger.answers.list(),
                    )
            finally:
                http.close()
                if recorder:
                    recorder.close()
            report, published = _write(configuration, ledger, done)
            _tell(configuration, taken, published, http)
            _tidy(configuration, ledger, day)
    finally:
        ledger.close()
    return report, replace(done, exit_code=INTERNAL) if published.problems else done


def _write(configuration: Configuration, ledger: Ledger, done: Done) -> tuple[Report, Published]:
    """Lay out the night and put its workbooks in their places, with everything that was typed until now."""
    ledger.answers.keep(done.said)
    taken = _take_over(configuration, ledger, done.on)
    ledger.answers.wrote(done.run)
    answers, orphans = ledger.answers.list(), ledger.answers.orphans()
    report = build(configuration, done, version("school-audit"), ledger.runs(), answers, orphans)
    ledger.keep_reported(done.run, reported(report.totals, report.governors.rating))

    def late(path: Path) -> str:
        again = _take_over(configuration, ledger, done.on)
        if again is None:
            return "something went wrong inside school-audit while it was read"
        return again.unreadable.get(path, "") or ("" if path in again.digests else "it is no workbook of ours")

    published = publish(report, configuration, read=ledger.answers.absorbed(), late=late)
    ledger.answers.keep((), files=published.written)
    return report, published if taken else replace(published, problems=(*published.problems, NOT_TAKEN_OVER))


def _take_over(configuration: Configuration, ledger: Ledger, day: date) -> Absorbed | None:
    """What people typed, taken over; None when that broke, which never stops the audit.

    Nothing that they typed is lost: a workbook that was not read is not replaced.
    """
    try:
        return take_over(configuration, ledger, day)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with an answer, the accounts are audited
        # Where, and not the error's own words: they may be what somebody typed.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.log(logging.ERROR, "what people typed could not be taken over: %s\n%s", type(error).__name__, where)
        return None


def _tell(configuration: Configuration, taken: Absorbed | None, published: Published, http: Http) -> None:
    """Say what was read of people's workbooks, and which are not in their places, to the log and to cron's mail."""
    taken = taken or Absorbed()
    for words in taken.sentences:
        log.info("%s", words)
    usual = {configuration.report_folder(book) / f"{book}.xlsx" for book in BOOKS}  # published.notes tell of these
    inbox = configuration.folder / INBOX
    unread = [unnamed(words, path, inbox) for path, words in taken.unreadable.items() if path not in usual]
    left = [unnamed(words, path, inbox) for path, problems in taken.problems.items() for words in problems]
    for level, sentences in (
        (logging.ERROR, published.problems),
        (logging.WARNING, [*published.notes, *unread, *left]),
    ):
        for words in sentences:
            log.log(level, "%s", published.nameless(words))
            _say(err, http.redact(words))


def _in_order(day: date, last: date | None, said_by: str) -> None:
    """Refuse a date that lies before the last run, or so far ahead that it is a slip of the pen.

    A slip would have retention remove what is not old, and no later night could run. Raises ConfigurationError.
    """
    if last and day < last:
        wrong = f"{day:%d/%m/%Y} lies before the last run, of {last:%d/%m/%Y}"
        raise ConfigurationError([Problem(said_by, "", wrong, "the same day or a later one")])
    if last and day - last > FURTHEST_AHEAD and day > datetime.now(LONDON).date():
        wrong = f"{day:%d/%m/%Y} lies in the future, and long after the last run, of {last:%d/%m/%Y}"
        raise ConfigurationError([Problem(said_by, "", wrong, "today's date, or none")])


def _own(configuration: Configuration) -> list[str]:
    return [name for one in configuration.accounts for name in (one.handle, one.platform_id) if name]


def _tidy(configuration: Configuration, ledger: Ledger, day: date) -> None:
    retention = configuration.policy.retention
    read = ledger.answers.absorbed()
    removed = purge_copies(configuration.folder / "reports", retention, configuration.school.terms, day, read)
    logs = purge_logs(configuration.folder / "state" / "logs", retention["logs"].days, day)
    inbox = purge_inbox(configuration.folder / "inbox", read, retention, day)
    backup = before_update(configuration.folder / "state" / "audit.db")
    purge_backup(backup, retention["before_update"].days, day)
    log.info("dated copies removed: %s; logs removed: %d; from the inbox: %d", removed, logs, inbox)


def _live_allowed(configuration: Configuration) -> None:
    """A live run needs a DPIA on record. Raises ConfigurationError without one."""
    if not configuration.school.dpia.reference:
        wrong = "[dpia] has no reference: a live run reads data about people, some of them children"
        expected = "the reference, date and approver's role of the school's DPIA; dpia.md is a draft to start from"
        raise ConfigurationError([Problem("school.toml", "", wrong, expected)])


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two runs never overlap; exit code 5 when another run holds it."""
    (folder / "state").mkdir(exist_ok=True, mode=0o700)
    lock = FileLock(folder / "state" / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        err.print(f"Another run is at work on {folder}; this one did nothing.", markup=False)
        raise typer.Exit(LOCKED) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _logged(configuration: Configuration, http: Http, day: date) -> Iterator[None]:
    """Write the log of the night to state/logs, without secrets."""
    folder = configuration.folder / "state" / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{day.isoformat()}.log"
    path.touch(mode=0o600)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(http.log_filter)
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    logging.getLogger("tweepy").setLevel(logging.WARNING)
    try:
        yield
    except Exception:
        log.exception("the night stopped with an unexpected error")
        raise
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """A bar where a person waits; nothing where cron runs, since the log has one line per account."""
    if not err.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("Reading accounts", total=total)

        def show(label: str, done: int, _: int) -> None:
            bar.update(task, completed=done, description=printable(f"Read {label}"))

        yield show


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to write the demo.")] = Path("school-audit-demo"),
) -> None:
    """Two recorded nights of a fictional school, replayed here with no network: workbooks to look at.

    Between the nights its people answer in the workbooks, and the second night reads what they typed.
    """
    configuration, nights = demonstration.prepare(folder)
    wrong = False
    for number, (moment, recording) in enumerate(nights):
        with _locked(folder):
            if number:
                demonstration.answer(folder)
            report, done = night(configuration, moment, replay=recording)
        wrong = wrong or done.exit_code == INTERNAL
        out.print(notice(report), markup=False, soft_wrap=True)
    words = f"The workbooks lie in {folder / 'reports'}: governors.xlsx, it.xlsx, safeguarding.xlsx"
    out.print(words, markup=False, soft_wrap=True)
    raise typer.Exit(INTERNAL if wrong else COMPLETE)


@app.command(name="doctor")
def doctor_command(
    folder: Folder,
    offline: Annotated[bool, typer.Option("--offline", help="Look at the settings only; ask no platform.")] = False,
) -> None:
    """Say, for each account, what is set up, what is missing, and how to get it; prove it by one call."""
    configuration = load(folder)
    http = Http(configuration.network, secrets=configuration.keys.values())
    worst = COMPLETE
    for line in doctor.examine(configuration, None if offline else http, datetime.now(UTC)):
        _say(out, http.redact(f"{line.mark} {line.words}"))
        worst = max(worst, INCOMPLETE if line.wrong else COMPLETE)
    raise typer.Exit(worst)


@app.command()
def checks(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """List the checks."""
    policy = load_policy()
    rows: list[dict[str, Any]] = [
        {
            "id": check.id,
            "clause": policy.checks[check.id].clause,
            "title": policy.checks[check.id].title,
            "question": policy.checks[check.id].question,
            "severities": [str(severity) for severity in policy.checks[check.id].severities],
        }
        for check in CHECKS
    ]
    if as_json:
        out.print_json(json.dumps(rows))
        return
    table = Table("Check", "Clause", "What it asks", "Severity")
    for row in rows:
        table.add_row(row["id"], row["clause"], row["question"], ", ".join(row["severities"]))
    out.print(table)


@app.command()
def explain(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="A check, such as REG-05, or a way to put things right, such as CLOSE.")
    ],
) -> None:
    """Explain one check: what it asks, what it cannot see, its numbers, and how to put it right."""
    policy = load_policy()
    check = next((one for one in CHECKS if one.id == name.upper()), None)
    if check is not None:
        words = check_page(check.id, check.explanation, policy)
    elif name.upper() in policy.recipes:
        words = recipe_page(policy.recipes[name.upper()], policy)
    else:
        wrong = f"there is no check named {name!r}"
        raise ConfigurationError([Problem("explain", "", wrong, "one of those that school-audit checks lists")])
    out.print(Markdown(words))


@app.command()
def platforms(
    name: Annotated[str, typer.Argument(help="One platform, in detail.", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print as the page docs/platforms.md.")] = False,
) -> None:
    """List the platforms, or say of one what can be read of it, at what price, and its minimum age."""
    policy, today = load_policy(), datetime.now(LONDON).date()
    wanted = {
        key: platform
        for key, platform in policy.platforms.items()
        if name.casefold() in ("", key, platform.name.casefold())
    }
    if not wanted:
        wrong = f"there is no platform named {name!r}"
        raise ConfigurationError([Problem("platforms", "", wrong, "one of those that school-audit platforms lists")])
    if as_json:
        out.print_json(json.dumps([row for row in platform_rows(policy, today) if row["key"] in wanted]))
    elif as_markdown:
        typer.echo(platforms_page(policy, today), nl=False)
    elif name:
        out.print(*(Markdown(platform_page(platform, today)) for platform in wanted.values()))
    else:
        table = Table("Platform", "Register", "Age", "Lets programs read", "Tested against", box=box.SIMPLE)
        table.columns[1].no_wrap = True
        for key, platform in wanted.items():
            tested = platform.tested if platform.connector else "a person looks"
            table.add_row(platform.name, key, years(platform.minimum_age(today)), offered(platform), tested)
        out.print(table)
        out.print("More of one: school-audit platforms NAME", markup=False)


@app.command()
def purge(folder: Folder) -> None:
    """Remove what has been kept long enough, and say what went. Every run does this too."""
    configuration = load(folder)
    today = datetime.now(LONDON).date()
    with _locked(folder):
        ledger = Ledger.at(folder / "state" / "audit.db")
        try:
            retention = configuration.policy.retention
            removed = ledger.purge({name: row.days for name, row in retention.items()}, today)
            read = ledger.answers.absorbed()
            removed["inbox"] = purge_inbox(folder / "inbox", read, retention, today)
            backup = before_update(folder / "state" / "audit.db")
            removed["ledger before an update"] = purge_backup(backup, retention["before_update"].days, today)
        finally:
            ledger.close()
        removed |= purge_copies(folder / "reports", retention, configuration.school.terms, today, read)
        removed["logs"] = purge_logs(folder / "state" / "logs", retention["logs"].days, today)
    least = configuration.policy.setting("suppress_below")
    for name, count in removed.items():
        small = name in PEOPLE_TABLES and 0 < count < least
        out.print(f"{name}: {'a few' if small else count} removed", markup=False)


if __name__ == "__main__":
    main()
