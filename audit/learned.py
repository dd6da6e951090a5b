"""What the audit learned that the school's register lacks or says otherwise, ready to be copied. Pure.

The register is the school's own and is only read. What stands here comes from what the platforms said of the school's
accounts on this night or on the last one on which they answered; nothing is of other people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from audit.register import BY_FIELD, PERSONAL
from audit.reviewed import Reviewed
from checks.applicability import WEBSITE, is_article, was_read
from checks.finding import Outcome, Subject
from checks.own_items import moment, own_words
from checks.wording import local_day, on_day, sentence
from connectors.markup import host
from connectors.snapshot import Account, Profile, Resource
from output.report import LearnedLine

KIND_OF: Mapping[str, str] = {
    "article": "article", "channel": "channel", "group": "group", "page": "page", "personal": PERSONAL, "room": "group",
}  # fmt: skip
"""What a platform calls an account, in the words of the register; its other words tell the register nothing."""
UNUSED = ("REG-12", "REG-13")
"""Checks that find an account unused."""
NO_HANDLE = "handle.invalid"
"""What Bluesky shows instead of a handle whose domain does not answer."""
WHOLE_ROW = "(the whole row)"


@dataclass(frozen=True, slots=True)
class _Found:
    """What one cell of a row should say, and why it matters."""

    field: str
    found: str | date
    why: str


def learned(night: Reviewed) -> tuple[LearnedLine, ...]:
    """One line for each cell that could be completed or corrected, in the order of the register."""
    typed = {account.key: account for account in night.configuration.accounts}
    lines = list(_same_accounts(night))
    for one in night.done.nights:
        subject = one.subject
        if row := typed.get(subject.account.key):
            seen = night.done.on if subject.snapshot.profile else subject.history.last_audited
            lines += [_line(night, row, found, seen) for found in _of_account(night, subject, row)]
    return tuple(sorted(lines, key=lambda line: line.row))


def _line(night: Reviewed, row: Account, found: _Found, seen: date | None) -> LearnedLine:
    says = getattr(row, found.field) or ""
    return LearnedLine(row.row, night.name(row), BY_FIELD[found.field].heading, says, found.found, found.why, seen)


def _of_account(night: Reviewed, subject: Subject, row: Account) -> Iterator[_Found]:
    profile = subject.snapshot.profile or subject.history.profile
    if profile:
        if profile.platform_id and not row.platform_id:
            yield _Found("platform_id", profile.platform_id, "By its id the account is known when its name changes.")
        yield from _moved(night, subject, row, profile)
        if row.status != "closed" and not is_article(row):
            yield from _described(row, profile, night.done.on)
    yield from _used(night, subject, row)


def _moved(night: Reviewed, subject: Subject, row: Account, profile: Profile) -> Iterator[_Found]:
    """A new handle of the same account, and a website that has moved to another host."""
    if row.platform == WEBSITE:
        before, now = (host(address).removeprefix("www.") for address in (row.address, profile.address))
        if now and before != now:
            yield _Found("address", profile.address, "The old address leads there now.")
        return
    if _was_renamed(subject, row, profile):
        pattern = night.configuration.policy.platforms[row.platform].profile
        address = pattern.replace("{handle}", profile.handle) if "{handle}" in pattern else profile.address
        yield _Found("handle", profile.handle, "The account has a new name; by its id it is the same.")
        yield _Found("address", address, "Goes with the new handle. Leave the cell empty if it was.")


def _was_renamed(subject: Subject, row: Account, profile: Profile) -> bool:
    """Whether the account, the same by its id as on earlier nights or in the register, has another handle now."""
    known = {subject.history.platform_id, row.platform_id} - {""}
    written = {row.handle.casefold(), row.handle.casefold().rpartition("/")[2], row.handle.casefold().replace("_", " ")}
    now = profile.handle.casefold()
    if not row.handle or now in {"", NO_HANDLE} or row.handle == profile.platform_id:
        return False
    return profile.platform_id in known and now not in written


def _described(row: Account, profile: Profile, on: date) -> Iterator[_Found]:
    """When the account was made, and of which kind it is. A day that lies ahead is a clock that goes wrong."""
    created = local_day(profile.created) if profile.created and local_day(profile.created) <= on else None
    if created and row.created_on is None:
        yield _Found("created_on", created, "The approval has to be older than the account.")
    elif created and created != row.created_on:
        yield _Found("created_on", created, "The platform gives another day than the register.")
    kind = KIND_OF.get(profile.kind, "")
    if kind == PERSONAL and row.kind != PERSONAL:
        yield _Found("kind", kind, "The platform calls it personal: see REG-14. So entered, it is no longer read.")
    elif kind and not row.kind:
        yield _Found("kind", kind, "The platform calls it so.")


def _used(night: Reviewed, subject: Subject, row: Account) -> Iterator[_Found]:
    """Where the use of an account and its status differ: what to enter is for a person to decide."""
    policy, account = night.configuration.policy, subject.account
    unused = [
        result.findings[0]
        for result in night.done.results
        if result.account == account.key and result.check in UNUSED and result.outcome is Outcome.FINDING
    ]
    if unused and row.status == "live":
        yield _Found("status", "parked, seasonal or closed?", unused[0].detail)
    if row.status in ("parked", "closed") and was_read(subject, Resource.POSTS) and account.platform != WEBSITE:
        last = moment(own_words(subject)["created"].max())
        amber = policy.threshold("REG-12", "amber_days")
        if last and night.calendar.school_days_between(local_day(last), night.done.on) <= amber:
            yield _Found("status", "live?", f"The last post is of {on_day(local_day(last))}.")


def _same_accounts(night: Reviewed) -> Iterator[LearnedLine]:
    """Rows that lead to an account which an earlier row has already."""
    first: dict[tuple[str, str], Account] = {}
    for account, profile in ((one.subject.account, one.subject.snapshot.profile) for one in night.done.nights):
        known = profile.platform_id if profile else ""
        same = first.setdefault((account.platform, known), account) if known else account
        if same is not account:
            found = f"the account of row {same.row}: {night.name(same)}"
            why = sentence("two rows for one account are audited twice; keep the one that is right")
            yield LearnedLine(account.row, night.name(account), WHOLE_ROW, "", found, why, night.done.on)
