"""The work on one account: collect, read, check. A plain picklable job in, results out."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

from audit.documents import opened
from audit.ledger import person_hash
from audit.mirror import lay_over, looked_at
from audit.pictures import Looked, PictureReaders, look
from checks import CHECKS
from checks.applicability import is_personal
from checks.finding import Check, History, Outcome, SchoolSubject, Subject
from checks.outcome import Result, Settled, conclude, evaluate
from checks.policy import Policy, School
from checks.readers.facts import Facts, by_item, read_facts
from checks.readers.link_risks import OwnLinks
from checks.readers.link_targets import askable, own_addresses
from checks.readers.names import SchoolNames
from checks.readers.personal_data import AllowList
from checks.readers.pictures import Known
from connectors import CONNECTORS, links, pictures
from connectors.connector import ConnectorError, NotFound, Suspended
from connectors.http import Http
from connectors.markup import host
from connectors.recording import StandIns
from connectors.redaction import printable
from connectors.snapshot import Account, CollectPlan, Coverage, CoverageStatus, Resolved, Resource, Snapshot, failed

log = logging.getLogger(__name__)

CARRY_FOR = timedelta(days=8)
"""An outcome is carried over for a weekly cadence and a day; after that it is not testable."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """All that the work on one account needs; picklable. `addresses` are those of all accounts on the register."""

    account: Account
    plan: CollectPlan
    history: History
    people_key: bytes
    school: School
    policy: Policy
    own: frozenset[str]
    on: date
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class AccountNight:
    """What came of one account: its subject without other people, results, and the time taken in seconds.

    `looked_at` holds ids of items that were read tonight, and could be made sense of, or found gone; `swept` says
    that all posts were asked for, not only what is new.
    """

    subject: Subject
    results: tuple[Result, ...]
    looked_at: frozenset[str]
    swept: bool
    seconds: Mapping[str, float]
    trouble: str = ""

    @property
    def audited(self) -> bool:
        """Whether everything planned was read."""
        coverages = self.subject.snapshot.coverage.values()
        return bool(coverages) and not any(missed(coverage) for coverage in coverages)


def missed(coverage: Coverage) -> bool:
    """Whether something that was planned was not read."""
    unplanned = coverage.status is CoverageStatus.PARTIAL and not coverage.planned
    return unplanned or coverage.status in (CoverageStatus.FAILED, CoverageStatus.NOT_PERMITTED)


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Add the time that the block takes, in seconds, to `seconds[name]`."""
    start = time.monotonic()
    try:
        yield
    finally:
        seconds[name] = round(seconds.get(name, 0.0) + time.monotonic() - start, 3)


def audit_account(job: Job, http: Http, readers: PictureReaders) -> AccountNight:
    """Collect, read and check one account. An unexpected error becomes an ERROR with a sentence."""
    seconds: dict[str, float] = {}
    trouble = ""
    with timed(seconds, "collect"):
        snapshot, trouble = _collect(job, http)
        snapshot, trouble = _safe(snapshot, http), printable(http.redact(trouble))
    tonight = looked_at(snapshot)
    snapshot = lay_over(snapshot, job.history, job.plan.since)
    try:
        own = _own_links(job)
        with timed(seconds, "links"):
            snapshot = replace(snapshot, resolved=_led(snapshot, job, own, http))
        with timed(seconds, "pictures"):
            looked = _pictures(snapshot, job, readers, http)
        if looked.coverage:
            snapshot = replace(snapshot, coverage={**snapshot.coverage, Resource.PICTURES: looked.coverage})
        with timed(seconds, "read"):
            facts = _read(snapshot, job, own, looked)
    except Exception as error:  # noqa: BLE001 - one account's text must not stop the night
        trouble = _explain(error, "reading its texts")
        # What earlier nights read stays known.
        facts = Facts(pictures=by_item(job.history.pictures.values()), remembered=job.history.facts)
        broken = failed(f"the readers stopped with an error ({type(error).__name__}); see the log")
        tonight = frozenset()
        unread = dict.fromkeys(snapshot.coverage, broken)
        # What links led to is worth nothing unread: it stands as it was known before tonight.
        snapshot = replace(snapshot, coverage=unread, resolved=job.history.links)
    subject = Subject(job.account, snapshot, facts, job.school, job.on, job.history)
    with timed(seconds, "check"):
        results = tuple(
            result for check in CHECKS if check.scope == "account" for result in judge(check, subject, job.policy)
        )
    slim = replace(subject, snapshot=snapshot.without_people(), facts=replace(
        facts, follower_ages=facts.follower_ages[:0], following_ages=facts.following_ages[:0],
    ))  # fmt: skip
    swept = job.plan.since is None
    return AccountNight(slim, results, tonight, swept, seconds, trouble)


def _own_links(job: Job) -> OwnLinks:
    """What the school says of addresses: its own, those it allows, all accounts on the register, and its bad ones."""
    school = job.school
    domains, allowed = (*school.domains, host(school.website)), (*school.allowed_links, *job.addresses)
    return OwnLinks.of(domains, allowed, school.bad_links)


def _led(snapshot: Snapshot, job: Job, own: OwnLinks, http: Http) -> dict[str, Resolved]:
    """What the account's links led to: those that are due are asked, of the others it is known from earlier nights."""
    addresses = askable((link for links in own_addresses(snapshot).values() for link in links), own)
    known = {address: job.history.links[address] for address in addresses if address in job.history.links}
    most = int(job.policy.setting("links_per_night"))
    tonight = links.due(addresses, known, job.on, most)
    if not tonight:
        return known

    def disguise(body: object, stand_ins: StandIns) -> object:
        return links.disguise(body, stand_ins)

    client = http.client(f"{job.account.label}: its links", disguise)
    led = links.resolve_all(tonight, client, job.on)
    return known | opened(led, known, own, public_contacts(job.school), public_names(job.school), client)


def _pictures(snapshot: Snapshot, job: Job, readers: PictureReaders, http: Http) -> Looked:
    """What the account's pictures show: those that are due are fetched, of the others it is known from before."""
    try:
        return look(
            snapshot,
            job.history,
            readers,
            http.client(f"{job.account.label}: its pictures", pictures.disguise),
            job.on,
            covered=job.school.covers("pictures"),
            most=int(job.policy.setting("pictures_per_night")),
            largest=int(job.policy.setting("picture_megabytes") * 1_000_000),
        )
    except Exception as error:  # noqa: BLE001 - one account's pictures must not cost its texts
        return Looked(job.history.pictures, failed(_explain(error, "reading its pictures")))


def public_contacts(school: School) -> AllowList:
    """The contacts that the school may publish: its own."""
    return AllowList.of(phones=school.phones, emails=school.emails, postcodes=school.postcodes, domains=school.domains)


def public_names(school: School) -> SchoolNames | None:
    """The names that the school may publish; None where nobody agreed to names being read."""
    if not school.covers("names"):
        return None
    return SchoolNames.of(
        staff=school.staff_names, allowed=(*school.allowed_names, *school.class_names, school.name, school.place)
    )


def publishable(school: School) -> Known:
    """What may stand in the school's pictures."""
    return Known(public_names(school), public_contacts(school))


def _read(snapshot: Snapshot, job: Job, own: OwnLinks, looked: Looked) -> Facts:
    school, platform = job.school, job.account.platform
    allow = public_contacts(school)

    def seen(person: str) -> date | None:
        known = job.history.people
        return known.get(person_hash(job.people_key, platform, person)) if known else None

    return read_facts(
        snapshot,
        allow,
        school.class_names,
        job.on,
        seen,
        own,
        public_names(school),
        seen_pictures=looked.seen.values(),
        remembered=job.history.facts,
    )


def _collect(job: Job, http: Http) -> tuple[Snapshot, str]:
    account, now = job.account, job.plan.now
    name = job.policy.platforms[account.platform].connector
    connector = CONNECTORS.get(name)
    if connector is None or is_personal(account):
        return Snapshot(account, now, {}), ""
    if all(resource in job.plan.skip for resource in connector.RESOURCES):
        skipped = {r: job.plan.skip[r] for r in connector.RESOURCES}
        return Snapshot(account, now, {} if account.status == "closed" else skipped), ""

    def disguise(body: object, stand_ins: StandIns) -> object:
        return connector.disguise(body, job.own, stand_ins)

    try:
        snapshot = connector.collect(account, job.plan, http.client(account.label, disguise))
        _same_account(account, snapshot)
    except (NotFound, Suspended) as error:
        gone = {} if account.status == "closed" else dict.fromkeys(connector.RESOURCES, error.coverage())
        standing = "suspended" if isinstance(error, Suspended) else "not found"
        return Snapshot(account, now, gone, standing=standing), str(error)
    except ConnectorError as error:
        return Snapshot(account, now, dict.fromkeys(connector.RESOURCES, error.coverage())), str(error)
    except Exception as error:  # noqa: BLE001 - whatever a platform answers, the other accounts go on
        sentence = _explain(error, "reading it")
        broken = failed(f"reading it stopped with an unexpected error ({type(error).__name__}); see the log")
        return Snapshot(account, now, dict.fromkeys(connector.RESOURCES, broken)), sentence
    coverage = {**job.plan.skip, **snapshot.coverage}
    known = {r: coverage[r] for r in coverage if r in connector.RESOURCES}
    return replace(snapshot, coverage=known), ""


def _same_account(account: Account, snapshot: Snapshot) -> None:
    """Raises NotFound when the handle belongs to somebody else now: an account is its platform's id, not its name."""
    read = snapshot.profile.platform_id if snapshot.profile else ""
    if account.platform_id and read and read != account.platform_id:
        raise NotFound(
            f"{account.label} is another account now: its id is {read}, and the school's was {account.platform_id}."
            " Nothing of it was kept; find out who has the name, and correct the register."
        )


def _safe(snapshot: Snapshot, http: Http) -> Snapshot:
    """The snapshot with reasons that may be shown: they can quote a server, or an address with a key in it."""
    coverage = {
        resource: replace(one, reason=printable(http.redact(one.reason))) for resource, one in snapshot.coverage.items()
    }
    return replace(snapshot, coverage=coverage)


def _explain(error: Exception, doing: str) -> str:
    log.error("unexpected error while %s", doing, exc_info=error)
    return f"an unexpected error stopped {doing} ({type(error).__name__}); its traceback is in the log"


def judge(check: Check, subject: Subject | SchoolSubject, policy: Policy) -> list[Result]:
    """The results of one check: one for an account, one for each account that a school's check names.

    A check that breaks is an ERROR with a sentence.
    """
    account = subject.account.key if isinstance(subject, Subject) else ""
    try:
        return [_conclude(check, answer, key, subject) for key, answer in evaluate(check, subject, policy).items()]
    except Exception as error:
        log.exception("%s broke", check.id)
        reason = f"the check stopped with an unexpected error ({type(error).__name__}); see the log"
        return [Result(check.id, account, Outcome.ERROR, reason, subject.on, judged=False)]


def _conclude(check: Check, answer: Settled, account: str, subject: Subject | SchoolSubject) -> Result:
    if isinstance(subject, SchoolSubject):
        named = (one for one in subject.subjects if one.account.key == account)
        history = next((one.history for one in named), subject.history)
        coverage: Mapping[Resource, Coverage] = {}
    else:
        history, coverage = subject.history, subject.snapshot.coverage
    last = history.outcomes.get(check.id)
    if last and subject.on - last.on > CARRY_FOR:
        last = None
    return conclude(check, answer, account=account, coverage=coverage, on=subject.on, last=last)
