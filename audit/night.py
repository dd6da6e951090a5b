"""One night: register -> collect -> read -> check -> compare -> write, in this order."""

import logging
import secrets
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from audit.account import AccountNight, Job, audit_account, judge, publishable, timed
from audit.allowances import DOLLARS, QuotaUse, quotas_used, shared_out
from audit.answers.event import Answers, Event
from audit.answers.review import Review, apply_answers
from audit.compare import NOT_FOUND, State, Tracked, compare
from audit.config import Configuration
from audit.keys import ending
from audit.ledger import AccountLearned, Ledger, Night, Usage
from audit.lines import Line, lines_of
from audit.mirror import plan
from audit.pictures import PictureReaders, shown_by
from checks import CHECKS
from checks.backlog import BACKLOG, collapse, fold
from checks.finding import Finding, History, Outcome, SchoolSubject, Subject, fingerprint
from checks.images import was_read
from checks.outcome import Result
from checks.policy import Policy
from checks.readers.link_risks import Kind, defanged
from checks.readers.link_targets import LED_TO, own_addresses
from checks.readers.picture import PictureReading
from checks.wording import listed, local_day
from connectors.http import Http
from connectors.snapshot import Account, Coverage, CoverageStatus, Profile, Resolved, Resource, Standing
from output.report import Delta

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Told after each account: its label, how many are done, how many there are."""

SCHOOL = "school"
"""What stands for the platform and the account in fingerprints of findings about the school itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """The night as it stands in the ledger, ready to be reported; `incomplete` says what was missed.

    `lines` are what findings are made of, by fingerprint; `reviews` what people answered, by row (see
    audit/answers/review.py); `said` what the audit itself adds to the list of answers.
    """

    run: str
    on: date
    started: datetime
    finished: datetime
    nights: tuple[AccountNight, ...]
    results: tuple[Result, ...]
    tracked: tuple[Tracked, ...]
    incomplete: tuple[str, ...]
    exit_code: int
    seconds: Mapping[str, float]
    requests: Mapping[str, int]
    purged: Mapping[str, int]
    spent: Mapping[str, float] = field(default_factory=dict)
    quotas: tuple[QuotaUse, ...] = ()
    notes: tuple[str, ...] = ()
    replayed: bool = False
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    said: tuple[Event, ...] = ()


def run_night(
    configuration: Configuration,
    ledger: Ledger,
    http: Http,
    *,
    now: datetime,
    on: date,
    progress: Progress | None = None,
    replayed: bool = False,
    answers: Answers | None = None,
) -> Done:
    """Audit every account of the register and keep what was learned. Writes the ledger, no workbook.

    `answers` is everything that people typed into the workbooks so far.
    """
    seconds: dict[str, float] = {}
    start = time.monotonic()
    run = f"{on:%Y%m%d}-{now:%H%M%S}-{secrets.token_hex(3)}"
    marks = {one.key: configuration.keys.mark(one, ledger.people_key) for one in configuration.accounts}
    jobs = _jobs(configuration, ledger, marks, now, on)

    def ended(night: AccountNight) -> None:
        if not replayed:
            ledger.note(_usage(night, run, marks, now))

    with (
        timed(seconds, "accounts"),
        PictureReaders(configuration.run.picture_processes, publishable(configuration.school)) as readers,
    ):
        work = partial(audit_account, http=http, readers=readers)
        nights = _audit_accounts(jobs, work, configuration.run.workers, progress, ended)
    references, notes = _references(nights)
    for night in nights:
        account = night.subject.account
        ledger.adopt(account.key, account.platform, references[account.key], references.keys())
    answers = (answers or Answers()).under(ledger.answers.former())
    with timed(seconds, "school"):
        results = [result for night in nights for result in night.results]
        results += _audit_school(configuration, ledger.history("", on), nights, on)
    with timed(seconds, "compare"):
        findings = _findings(configuration.policy, _known_since(nights, ledger), results, on)
        seen = [_sighting(finding, nights, references, on) for finding in findings]
        known = ledger.known()
        stale = {
            one.fingerprint
            for one in seen
            if one.fingerprint in known
            and known[one.fingerprint].state is not State.CLOSED
            and _from_mirror(one, nights, results)
        }
        missed = recheck(nights, results, on, stale, references)
        tracked = compare(
            known, [one for one in seen if one.fingerprint not in stale], missed, on, _why_closed(results)
        )
        rechecked = frozenset(one.fingerprint for one in tracked if not missed(one))
        forgotten = on - timedelta(days=configuration.policy.retention["unseen_people"].days)
        people = [person for person in ledger.people() if person.last_seen >= forgotten]
        lines = lines_of(tracked, people, ledger.people_key, rechecked, on)
        waits = _to_look_again(tracked, nights, results, stale, on)
        answered = apply_answers(tracked, lines, answers, configuration.policy.checks, on, waits)
        tracked = list(answered.tracked)
    incomplete = _incomplete(nights, results, on)
    spent = _spent(nights)
    exit_code = _exit_code(incomplete, tracked, configuration)
    finished = now + timedelta(seconds=time.monotonic() - start)
    with timed(seconds, "ledger"):
        ledger.write(
            Night(
                run=run,
                on=on,
                started=now,
                finished=finished,
                exit_code=exit_code,
                counts=_counts(tracked, results, on),
                accounts=[_learned(night) for night in nights],
                results=results,
                tracked=tracked,
                rechecked=rechecked,
            )
        )
        retention = {name: row.days for name, row in configuration.policy.retention.items()}
        purged = ledger.purge(retention, on)
    return Done(
        run=run,
        on=on,
        started=now,
        finished=finished,
        nights=tuple(nights),
        results=tuple(results),
        tracked=tuple(tracked),
        incomplete=incomplete,
        exit_code=exit_code,
        seconds=seconds,
        requests=http.requests_per_host,
        purged=purged,
        notes=(*notes, *_endings(configuration, on)),
        spent=spent,
        quotas=quotas_used(
            configuration, marks, {one.subject.account.key: one.subject.snapshot.used for one in nights}
        ),
        replayed=replayed,
        lines=lines,
        reviews=answered.rows,
        said=answered.said,
    )


# -- collecting and checking one account -------------------------------------------------------------------


def _jobs(configuration: Configuration, ledger: Ledger, marks: Mapping[str, str], now: datetime, on: date) -> list[Job]:
    allowances = shared_out(configuration, marks, ledger.used_since, now)
    histories = {account.key: ledger.history(account.key, on) for account in configuration.accounts}
    accounts = [
        replace(account, platform_id=account.platform_id or histories[account.key].platform_id)
        for account in configuration.accounts
    ]
    own = frozenset(name.casefold() for account in accounts for name in (account.handle, account.platform_id) if name)
    return [
        Job(
            account=account,
            plan=plan(account, histories[account.key], configuration, now, allowances[account.key]),
            history=histories[account.key],
            people_key=ledger.people_key,
            school=configuration.school,
            policy=configuration.policy,
            own=own,
            on=on,
            addresses=tuple(one.address for one in accounts if one.address),
        )
        for account in accounts
    ]


def _usage(night: AccountNight, run: str, marks: Mapping[str, str], now: datetime) -> list[Usage]:
    """What one reading used up."""
    account, snapshot = night.subject.account, night.subject.snapshot
    amounts = {**snapshot.used, DOLLARS: snapshot.spent}
    return [
        Usage(run, account.key, name, account.platform, marks[account.key], now, amount)
        for name, amount in amounts.items()
        if amount
    ]


def _audit_accounts(
    jobs: Sequence[Job],
    work: Callable[[Job], AccountNight],
    workers: int,
    progress: Progress | None,
    ended: Callable[[AccountNight], None],
) -> list[AccountNight]:
    done: dict[str, AccountNight] = {}
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="account") as pool:
        futures = {pool.submit(work, job): job for job in jobs}
        for future in as_completed(futures):
            job = futures[future]
            night = future.result()
            done[job.account.key] = night
            ended(night)
            for line in _log_lines(night):
                log.info("%s", line)
            if progress:
                progress(job.account.label, len(done), len(jobs))
    return [done[job.account.key] for job in jobs]


def _log_lines(night: AccountNight) -> Iterator[str]:
    label = night.subject.account.label
    parts = [
        f"{resource} {coverage.status}" + (f" ({coverage.read})" if coverage.read else "")
        for resource, coverage in night.subject.snapshot.coverage.items()
    ]
    found = sum(len(result.findings) for result in night.results)
    yield f"{label}: {', '.join(parts) or 'not read'}; {found} findings"
    if night.trouble:
        yield f"{label}: {night.trouble}"


def _audit_school(
    configuration: Configuration, history: History, nights: Sequence[AccountNight], on: date
) -> list[Result]:
    subject = SchoolSubject(tuple(night.subject for night in nights), configuration.school, on, history)
    return [
        result for check in CHECKS if check.scope == "school" for result in judge(check, subject, configuration.policy)
    ]


# -- from results to findings with a life ------------------------------------------------------------------


def _known_since(nights: Sequence[AccountNight], ledger: Ledger) -> dict[str, date | None]:
    """Since when each account is audited. A row that was renamed is known only now, under its stable id."""
    subjects = [night.subject for night in nights]
    return {
        one.account.key: one.history.known_since or ledger.history(one.account.key, one.on).known_since
        for one in subjects
    }


def _findings(policy: Policy, first: Mapping[str, date | None], results: Sequence[Result], on: date) -> list[Finding]:
    found = [finding for result in results for finding in result.findings]
    folded = fold(found, policy)
    days = int(policy.setting("backlog_after"))
    collapsed: list[Finding] = []
    for key in dict.fromkeys(finding.account for finding in folded):
        mine = [finding for finding in folded if finding.account == key]
        collapsed += collapse(mine, first.get(key), days, on)
    return collapsed


def _references(nights: Sequence[AccountNight]) -> tuple[dict[str, str], tuple[str, ...]]:
    """For each row the platform's stable account id, or its register key until that is known.

    A row that turns out to be the same account as one before it keeps its key, so that both can be reported;
    a sentence says so.
    """
    first: dict[tuple[str, str], str] = {}
    references: dict[str, str] = {}
    notes: list[str] = []
    for night in nights:
        account, profile = night.subject.account, night.subject.snapshot.profile
        known = (profile.platform_id if profile else "") or account.platform_id or account.key
        same = first.setdefault((account.platform, known), account.key)
        references[account.key] = known if same == account.key else account.key
        if same != account.key:
            notes.append(f"{account.label}: another row of the register is the same account ({same})")
        if profile and _was_renamed(account, profile, night.subject.history):
            notes.append(
                f"{account.label}: the account has a new handle, {profile.handle}, and is the same by its id"
                f" ({profile.platform_id}); correct the register"
            )
    return references, tuple(notes)


def _was_renamed(account: Account, profile: Profile, history: History) -> bool:
    """Whether an account that was known by its id shows another handle than before, and than the register's."""
    before = history.profile.handle if history.profile else account.handle
    same = profile.platform_id and profile.platform_id in (history.platform_id, account.platform_id)
    new = profile.handle.casefold()
    return bool(same and new and account.handle) and new not in (before.casefold(), account.handle.casefold())


def _endings(configuration: Configuration, on: date) -> Iterator[str]:
    """A sentence for each key that has ended or soon will; one that several accounts share is told once."""
    told: set[tuple[str, str, str | None]] = set()
    for account in configuration.accounts:
        for credential in configuration.policy.platforms[account.platform].credentials:
            one = (account.platform, credential.name, configuration.keys.of(account).get(credential.name))
            if one not in told and (words := ending(configuration.keys, account, credential, on)):
                told.add(one)
                yield words


def _sighting(finding: Finding, nights: Sequence[AccountNight], references: Mapping[str, str], on: date) -> Tracked:
    by_key = {night.subject.account.key: night for night in nights}
    night = by_key.get(finding.account)
    platform = night.subject.account.platform if night else SCHOOL
    reference = references[finding.account] if night else SCHOOL
    return Tracked(
        fingerprint=fingerprint(finding.check, platform, reference, finding.item),
        finding=finding,
        platform=platform,
        reference=reference,
        state=State.OPEN,
        first_seen=on,
        last_seen=on,
        last_checked=on,
    )


def _from_mirror(tracked: Tracked, nights: Sequence[AccountNight], results: Sequence[Result]) -> bool:
    """Whether a finding was found in what an earlier night mirrored, on items none of which was read tonight."""
    finding = tracked.finding
    night = next((one for one in nights if one.subject.account.key == finding.account), None)
    if night is None or not finding.item:
        return False
    items = {finding.item}
    if finding.item == BACKLOG:
        mine = (result for result in results if (result.check, result.account) == (finding.check, finding.account))
        dated = (one for result in mine for one in result.findings if one.created)
        # The oldest of them is in the backlog; it stands for the others, which are read in the same sweep.
        items = {min(dated, key=lambda one: (one.created, one.item)).item}
    return not items & night.looked_at and items <= set(night.subject.snapshot.posts["id"])


def recheck(
    nights: Sequence[AccountNight],
    results: Sequence[Result],
    on: date,
    stale: Container[str],
    references: Mapping[str, str],
) -> Callable[[Tracked], str]:
    """A function that says why a finding not seen tonight was not really looked for; "" if it was."""
    by_key = {night.subject.account.key: night for night in nights}
    reached = {(result.check, result.account): result for result in results}
    checks = {check.id: check for check in CHECKS}
    website = _website_coverage(nights)
    unread, untold = _pictures_unread(nights), _links_untold(nights)

    def missed(tracked: Tracked) -> str:
        finding = tracked.finding
        night = by_key.get(finding.account)
        if tracked.fingerprint in stale:
            return "the item was not read again tonight"
        if finding.account and night is None:
            return "the account is no longer on the register"
        result = reached.get((finding.check, finding.account)) or reached.get((finding.check, ""))
        check = checks.get(finding.check)
        if result is None or check is None:
            return "the check did not run"
        if check.needs and references.get(finding.account, tracked.reference) != tracked.reference:
            return "the register's row leads to another account now, and this one was not read"
        if night and finding.seen_in is Resource.PICTURES and unread(finding):
            return "its pictures were not read again tonight"
        if untold(finding):
            return "its links did not tell tonight where they lead"
        if night and finding.item in night.looked_at and result.judged:
            return ""
        if result.on < on:
            return f"not due; last looked at on {result.on:%d/%m/%Y}"
        passed = result.outcome is Outcome.PASS and not finding.item and finding.seen_in is None
        if passed or result.outcome is Outcome.NOT_APPLICABLE:
            return ""
        if result.outcome in (Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.MANUAL):
            return result.reason
        coverage = {**website, **(night.subject.snapshot.coverage if night else {})}
        return _unread((finding.seen_in,) if finding.seen_in else check.needs, coverage)

    return missed


def _to_look_again(
    tracked: Iterable[Tracked],
    nights: Sequence[AccountNight],
    results: Sequence[Result],
    stale: Container[str],
    on: date,
) -> set[str]:
    """Findings that a later night can look at again: reading failed tonight, was not due, or left the item out."""
    reached = {(result.check, result.account): result for result in results}
    shut = {
        night.subject.account.key
        for night in nights
        if (posts := night.subject.snapshot.coverage.get(Resource.POSTS)) and posts.status in _SHUT
    }
    return {
        one.fingerprint
        for one in tracked
        if (one.fingerprint in stale and one.finding.account not in shut)
        or (
            (result := reached.get((one.finding.check, one.finding.account)))
            and (result.outcome is Outcome.ERROR or result.carried(on))
        )
    }


_SHUT = frozenset({CoverageStatus.NOT_OFFERED, CoverageStatus.NOT_PERMITTED})


def _pictures_unread(nights: Sequence[AccountNight]) -> Callable[[Finding], bool]:
    """A function that says whether a finding's item shows pictures tonight in which was not read what its check needs.

    Nobody knows what a profile shows that was not read.
    """
    shown: dict[tuple[str, str], list[PictureReading | None]] = {}
    for subject in (night.subject for night in nights):
        read = {one.id: one.reading for of_item in subject.facts.pictures.values() for one in of_item}
        for one in shown_by(subject.snapshot):
            shown.setdefault((subject.account.key, one.item), []).append(read.get(one.id))
        if subject.snapshot.profile is None:
            shown.setdefault((subject.account.key, ""), []).append(None)

    def unread(finding: Finding) -> bool:
        readings = shown.get((finding.account, finding.item), ())
        return any(one is None or not was_read(finding.check, one) for one in readings)

    return unread


def _links_untold(nights: Sequence[AccountNight]) -> Callable[[Finding], bool]:
    """A function that says whether a link by which a finding was told still stands in its item, and was silent tonight.

    What was found where a link leads is neither there nor gone while nobody answers.
    """
    subjects = {night.subject.account.key: night.subject for night in nights}

    @cache
    def silent(account: str) -> Mapping[str, frozenset[str]]:
        subject = subjects[account]
        resolved = subject.snapshot.resolved
        links = {link for link in subject.facts.askable if _is_silent(resolved.get(link))}
        found = own_addresses(subject.snapshot).items() if links else ()
        return {
            item: frozenset(shown for link in links.intersection(all_) for shown in (link, defanged(link)))
            for item, all_ in found
        }

    def untold(finding: Finding) -> bool:
        if finding.check not in ASKED_BY or finding.account not in subjects:
            return False
        led = {one.quote for one in finding.evidence if finding.check != "LNK-01" or LED_TO in one.rule}
        return bool(led) and not led.isdisjoint(silent(finding.account).get(finding.item, ()))

    return untold


ASKED_BY = frozenset({"LNK-01", "LNK-02", "LNK-04"})
"""Checks whose findings may come from where a link leads."""


def _is_silent(led: Resolved | None) -> bool:
    """Whether nothing is known of where a link leads; a name without a server may be a fault of the network here."""
    return led is None or led.standing in (Standing.UNTESTABLE, Standing.BROKEN) or not led.status


def _why_closed(results: Sequence[Result]) -> Callable[[Tracked], str]:
    """A function that says why a finding is closed which was not seen tonight and is not missed."""
    reached = {(result.check, result.account): result for result in results}

    def why(tracked: Tracked) -> str:
        finding = tracked.finding
        result = reached.get((finding.check, finding.account))
        if result and result.outcome is Outcome.NOT_APPLICABLE:
            return f"no longer asked: {result.reason}"
        return NOT_FOUND

    return why


def _unread(needs: Iterable[Resource], coverage: Mapping[Resource, Coverage]) -> str:
    """Why not all that is needed was read; "" if it was."""
    for need in needs:
        read = coverage.get(need)
        if read is None:
            return f"{need} could not be read"
        if read.status is not CoverageStatus.COMPLETE:
            return f"{need} could not be read whole: {read.reason}"
    return ""


def _website_coverage(nights: Sequence[AccountNight]) -> Mapping[Resource, Coverage]:
    """What a check of the whole school could see: the coverage of the school's website."""
    for night in nights:
        if night.subject.account.platform == "website":
            return night.subject.snapshot.coverage
    return {}


# -- what the night amounts to -----------------------------------------------------------------------------


def _incomplete(nights: Sequence[AccountNight], results: Sequence[Result], on: date) -> tuple[str, ...]:
    """Sentences on what was tried and missed: failed or unplanned partial readings, and checks in error."""
    missed: list[str] = []
    for night in nights:
        reasons: dict[str, list[str]] = {}
        for resource, coverage in night.subject.snapshot.coverage.items():
            unplanned = coverage.status is CoverageStatus.PARTIAL and not coverage.planned
            if unplanned or coverage.status is CoverageStatus.FAILED:
                reasons.setdefault(coverage.reason, []).append(str(resource))
        label = night.subject.account.label
        missed += [f"{label}: {listed(what)}: {why}" for why, what in reasons.items()]
        covered = set(reasons)
        missed += [
            f"{label}: {result.check}: {result.reason}"
            for result in night.results
            if result.outcome is Outcome.ERROR and not result.carried(on) and result.reason not in covered
        ]
    missed += [
        f"the school: {result.check}: {result.reason}"
        for result in results
        if result.outcome is Outcome.ERROR and not result.account
    ]
    return tuple(missed)


def _spent(nights: Sequence[AccountNight]) -> dict[str, float]:
    spent: dict[str, float] = {}
    for night in nights:
        platform = night.subject.account.platform
        spent[platform] = spent.get(platform, 0.0) + night.subject.snapshot.spent
    return {platform: round(dollars, 4) for platform, dollars in spent.items() if dollars}


def _exit_code(incomplete: Sequence[str], tracked: Iterable[Tracked], configuration: Configuration) -> int:
    """4 when something was missed, 3 when an open finding reaches the school's threshold, else 0.

    Recommendations (requirements that are not adopted) never count, nor does what a person's answer set aside.
    """
    if incomplete:
        return 4
    limit = configuration.run.threshold.rank
    reached = any(one.counts and one.finding.severity.rank <= limit and not one.finding.recommended for one in tracked)
    return 3 if reached else 0


def _counts(tracked: Sequence[Tracked], results: Sequence[Result], on: date) -> dict[str, Any]:
    """Counts only, for the versioned summary of each run; what its report counts is kept beside them later."""
    open_now = [one for one in tracked if one.counts]
    return {
        "schema": 2,
        "open": {
            severity: sum(one.finding.severity == severity for one in open_now)
            for severity in sorted({one.finding.severity for one in open_now})
        },
        "deltas": {
            delta: sum(one.delta is delta and (one.state is not State.CLOSED or one.closed_on == on) for one in tracked)
            for delta in Delta
        },
        "outcomes": {outcome: sum(result.outcome is outcome for result in results) for outcome in Outcome},
    }


def _gap(posts: Coverage | None, history: History) -> bool:
    """Whether a planned end (a cap, a spend ceiling) came before the reading met the one of an earlier night.

    After an unplanned end the next night begins where the last whole one ended, so nothing is passed over.
    """
    if posts is None or posts.status is not CoverageStatus.PARTIAL or not posts.planned:
        return False
    return posts.since is None or history.last_audited is None or local_day(posts.since) > history.last_audited


def _learned(night: AccountNight) -> AccountLearned:
    subject = night.subject
    snapshot = subject.snapshot
    posts = snapshot.coverage.get(Resource.POSTS)
    read = posts is not None and (posts.status is CoverageStatus.COMPLETE or posts.read > 0)
    whole = posts is not None and posts.status is CoverageStatus.COMPLETE
    return AccountLearned(
        key=subject.account.key,
        platform=subject.account.platform,
        platform_id=snapshot.profile.platform_id if snapshot.profile else "",
        audited=night.audited,
        swept=whole and night.swept,
        posts_whole=whole or (subject.history.posts_whole and not _gap(posts, subject.history)),
        posts_since=posts.since if posts else None,
        profile=snapshot.profile,
        posts=snapshot.posts if read else None,
        links=_answered(subject),
        pictures={one.id: one for of_item in subject.facts.pictures.values() for one in of_item},
        facts=subject.facts.remembered if read else None,
        young_followers=_young_followers(night),
    )


def _young_followers(night: AccountNight) -> int | None:
    """How many followers say that they are too young (AGE-02); None where not all were read tonight."""
    followers = night.subject.snapshot.coverage.get(Resource.FOLLOWERS)
    result = next((one for one in night.results if one.check == "AGE-02"), None)
    if result is None or not result.judged or followers is None or followers.status is not CoverageStatus.COMPLETE:
        return None
    return sum(finding.count or 0 for finding in result.findings if finding.outcome is Outcome.FINDING)


def _answered(subject: Subject) -> dict[str, Resolved]:
    """What is to be remembered of links. One that seems to have lapsed is asked anew: the page itself is not kept."""
    lapsed = {
        reading.url
        for readings in subject.facts.links.values()
        for reading in readings
        if reading.kind in (Kind.PARKED, Kind.TAKEN)
    }
    return {address: one for address, one in subject.snapshot.resolved.items() if address not in lapsed}
