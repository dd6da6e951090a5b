"""How often the readers and checks raise an alarm where there is nothing to find.

    python -m bench.false_alarms [--show 5] [--only AGE-02] [--posts FILE.csv] [--bios FILE.csv]

The posts of bench/data/ordinary-posts.csv stand as a school account's own posts and, once more, as comments of other
people under them; the bios of ordinary-bios.csv as its followers and as whom it follows. All are innocent, so that
whatever is found is a false alarm or a matter of taste. Printed are, per reader (a field of `Facts`) and per check:
what was flagged, how many of them, how many per 1,000 texts of that sort; then, of readers, how many by the kind of
what was read, and of checks how many are for a human look only. A check that judges the account as a whole (a share,
a trend) has "account" for what it flagged.

Readers answer questions and raise no alarm: a bio that a reader finds an adult's age in is no error, so that the row
"under 13" counts those read as more likely under 13 than not. The last line is a JSON object with the same figures.

`--show` prints so many examples of each row, `--only` keeps the rows whose name begins so. The telephone numbers of
rows with the topic "contact" are the school's own; no staff list is given. The night judged is 22/11/2026; posts are
spread over the 80 days before, three quarters of a term.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from checks import CHECKS
from checks.finding import Check, Finding, Outcome, Subject
from checks.outcome import evaluate
from checks.policy import AdoptedPolicy, Dpia, Policy, Requirements, School, Term, load_policy
from checks.readers.bios import read_bio
from checks.readers.facts import Facts, read_facts
from checks.readers.link_risks import OwnLinks
from checks.readers.names import SchoolNames
from checks.readers.personal_data import AllowList
from connectors.snapshot import COMMENTS, PEOPLE, POSTS, Account, Profile, Resource, Snapshot, complete, frame

DATA = Path(__file__).resolve().parent / "data"
ON = date(2026, 11, 22)
DAYS = 80
MINIMUM_AGE = 13
PHONE = re.compile(r"\b01632 ?960 ?\d{3}\b")
LOOKED_AT = frozenset({Resource.POSTS, Resource.COMMENTS, Resource.FOLLOWERS, Resource.FOLLOWING})
SORTS = {"post": "posts", "comment": "posts", "follower": "bios", "following": "bios"}
"""What an item's id begins with, and the file its text is from."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """What one reader or check flagged: ids of one sort, each with the reason, and a remark on all of them."""

    name: str
    sort: str
    flagged: Mapping[str, str]
    remark: str = ""

    def per_thousand(self, texts: int) -> float | None:
        """How many of 1,000 such texts were flagged; None of an account as a whole."""
        return round(1000 * len(self.flagged) / texts, 2) if self.sort in SORTS and texts else None


def ordinary_subject(posts: Sequence[str], bios: Sequence[str], phones: Iterable[str] = ()) -> Subject:
    """A school's account with these posts and followers, read as on any night."""
    school = School(
        name="Hazelbrook Primary School",
        place="Hazelbrook",
        website="https://www.hazelbrook.example/",
        domains=("hazelbrook.example",),
        emails=("office@hazelbrook.example",),
        phones=tuple(phones),
        terms=(Term(name="Autumn 2026", starts=date(2026, 9, 2), ends=date(2026, 12, 18)),),
        policy=AdoptedPolicy(adopted_on=date(2025, 9, 1), review_date=date(2027, 9, 1)),
        dpia=Dpia(reference="DPIA-7", features=("followers", "comments", "pictures", "names", "discovery")),
    )
    snapshot = _snapshot(posts, bios)
    allow = AllowList.of(phones=school.phones, emails=school.emails, domains=school.domains)
    facts = read_facts(
        snapshot,
        allow,
        school.class_names,
        ON,
        lambda _person: None,
        own=OwnLinks.of(school.domains),
        known=SchoolNames.of(allowed=(school.name, school.place)),
    )
    return Subject(snapshot.account, snapshot, facts, school, ON)


def reader_alarms(facts: Facts, bios: Sequence[str]) -> Iterator[Alarms]:
    """What each field of the facts holds of whom, and who is read as under 13."""
    for field in fields(facts):
        found = getattr(facts, field.name)
        if isinstance(found, pd.DataFrame):
            sort = field.name.partition("_")[0]
            sort = sort if sort in SORTS else "follower"
            yield Alarms(field.name, sort, {f"{sort}-{place}": row for place, row in _rules(found)})
        elif isinstance(found, Mapping):
            by_sort: dict[str, dict[str, str]] = defaultdict(dict)
            kinds: dict[str, Counter[str]] = defaultdict(Counter)
            for item, readings in found.items():
                by_sort[_sort(item)][item] = _words(readings)
                kinds[_sort(item)].update({str(getattr(one, "kind", "")) for one in _several(readings)} - {""})
            for sort, flagged in by_sort.items() or [("none", {})]:
                remark = ", ".join(f"{kind}: {number}" for kind, number in kinds[sort].most_common())
                yield Alarms(field.name, sort, flagged, remark)
    yield Alarms("under 13", "follower", dict(_under_age(bios)))


def check_alarms(check: Check, subject: Subject, policy: Policy) -> Iterator[Alarms]:
    """What a check finds, by the sort of what it flagged; an alarm about the account where it names nothing."""
    by_sort: dict[str, dict[str, str]] = defaultdict(dict)
    review: dict[str, int] = defaultdict(int)
    for answer in evaluate(check, subject, policy).values():
        if not isinstance(answer, tuple):
            continue
        for finding in answer:
            for item in _flagged(finding):
                sort = _sort(item)
                review[sort] += finding.outcome is Outcome.REVIEW and item not in by_sort[sort]
                by_sort[sort][item] = "; ".join(dict.fromkeys([finding.title, *_rules_of(finding, item)]))
    for sort, flagged in by_sort.items() or [("none", {})]:
        yield Alarms(check.id, sort, flagged, f"{review[sort]} for a human look" if flagged else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 0, or 2 with one sentence on standard error when a file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m bench.false_alarms", description="Count alarms without a cause.")
    parser.add_argument("--posts", type=Path, default=DATA / "ordinary-posts.csv", help="columns text and topic")
    parser.add_argument("--bios", type=Path, default=DATA / "ordinary-bios.csv", help="columns text and kind")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N examples of each row")
    parser.add_argument("--only", default="", metavar="NAME", help="only readers and checks whose name begins so")
    options = parser.parse_args(arguments)
    try:
        posts, bios = _column(options.posts, "topic"), _column(options.bios, "kind")
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    texts = {"posts": [text for text, _ in posts], "bios": [text for text, _ in bios]}
    phones = {number for text, topic in posts if topic == "contact" for number in PHONE.findall(text)}
    subject = ordinary_subject(texts["posts"], texts["bios"], sorted(phones))
    policy = load_policy(Requirements())
    checked = [check for check in CHECKS if check.scope == "account" and LOOKED_AT.intersection(check.needs)]
    alarms = [*reader_alarms(subject.facts, texts["bios"])]
    alarms += [alarm for check in checked for alarm in check_alarms(check, subject, policy)]
    alarms = [alarm for alarm in alarms if alarm.name.startswith(options.only)]
    figures = {}
    for alarm in alarms:
        own = texts.get(SORTS.get(alarm.sort, ""), [])
        share = alarm.per_thousand(len(own))
        shown = "" if share is None else f"{share:.2f} per 1,000"
        print(f"{alarm.name}\t{alarm.sort}\t{len(alarm.flagged)}\t{shown}\t{alarm.remark}")
        figures[f"{alarm.name} {alarm.sort}"] = len(alarm.flagged) if share is None else share
        for item, why in list(alarm.flagged.items())[: options.show]:
            text = own[int(item.rpartition("-")[2])] if alarm.sort in SORTS else ""
            print(f"    {text!r} <- {why}")
    print(json.dumps({"posts": len(posts), "bios": len(bios), "flags": figures}))
    return 0


def _snapshot(posts: Sequence[str], bios: Sequence[str]) -> Snapshot:
    account = Account(
        key="bluesky:hazelbrook.example",
        row=4,
        platform="bluesky",
        handle="hazelbrook.example",
        address="https://bsky.app/profile/hazelbrook.example",
        purpose="Tells parents about learning, trips, closures and events",
        audience="parents and carers",
        kind="account",
    )
    newest = datetime(ON.year, ON.month, ON.day, tzinfo=UTC) - timedelta(hours=12)
    step = timedelta(days=DAYS) / max(1, len(posts))
    made = [newest - place * step for place in range(len(posts))]
    people = {
        sort: frame(
            PEOPLE, [{"id": f"{sort}-{n}", "handle": f"p{n}.example", "bio": bio} for n, bio in enumerate(bios)]
        )
        for sort in ("follower", "following")
    }
    return Snapshot(
        account,
        datetime(ON.year, ON.month, ON.day, 2, tzinfo=UTC),
        dict.fromkeys(Resource, complete(len(posts))),
        profile=Profile(
            "did:plc:hazelbrook",
            account.handle,
            account.address,
            name="Hazelbrook Primary School",
            bio="Official account of Hazelbrook Primary School. Not monitored out of hours.",
        ),
        posts=frame(
            POSTS,
            [
                {"id": f"post-{n}", "kind": "post", "text": text, "created": made[n].isoformat(), "replies": "limited"}
                for n, text in enumerate(posts)
            ],
        ),
        comments=frame(
            COMMENTS,
            [
                {
                    "id": f"comment-{n}",
                    "post_id": f"post-{n}",
                    "author_id": f"author-{n}",
                    "text": text,
                    "created": made[n].isoformat(),
                }
                for n, text in enumerate(posts)
            ],
        ),
        followers=people["follower"],
        following=people["following"],
    )


def _under_age(bios: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, bio in enumerate(bios):
        reading = read_bio(bio, ON)
        if reading and reading.born.share_under(MINIMUM_AGE, ON) >= 1 / 2:
            yield f"follower-{place}", reading.reason


def _rules(found: pd.DataFrame) -> Iterator[tuple[Any, str]]:
    for row in found.itertuples():
        yield row.Index, str(getattr(row, "reason", ""))


def _words(readings: object) -> str:
    """What was found, as words: reasons and kinds where readings carry them."""
    return ", ".join(str(getattr(one, "reason", "") or getattr(one, "kind", "") or one) for one in _several(readings))


def _several(readings: object) -> tuple[object, ...]:
    return tuple(readings) if isinstance(readings, tuple | list) else (readings,)


def _flagged(finding: Finding) -> list[str]:
    """Ids of what a finding is about: its item, the persons behind it, or the account."""
    named = [finding.item, *(evidence.person for evidence in finding.evidence)]
    return [item for item in named if _sort(item) in SORTS] or ["account"]


def _rules_of(finding: Finding, item: str) -> list[str]:
    return [evidence.rule for evidence in finding.evidence if evidence.rule and evidence.person in ("", item)]


def _sort(item: str) -> str:
    sort = str(item).partition("-")[0]
    return sort if sort in SORTS else "account"


def _column(file: Path, second: str) -> list[tuple[str, str]]:
    """The texts of a file with their topics or kinds. Raises ValueError when it lacks a column."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"text", second} <= set(reader.fieldnames or ()):
            raise ValueError(
                f"{file}: expected the columns text and {second}, found {', '.join(reader.fieldnames or ['none'])}"
            )
        return [(row["text"], row[second]) for row in reader]


if __name__ == "__main__":
    sys.exit(main())
