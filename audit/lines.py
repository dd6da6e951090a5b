"""What a finding of the safeguarding lead's is made of: one line for each person or item, answered line by line. Pure.

Elsewhere a finding is answered as a whole. Here it stands for several people or items, and saying of one of them that
it is not an issue says nothing of the others, nor of those that come later.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.compare import State, Tracked
from audit.ledger import FlaggedPerson, person_hash

MARK_LENGTH = 16
"""Characters of the keyed hash by which a line is known: enough among the lines of one finding."""
SHOWN_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One person or item behind a finding. `row` is the key of its answers: fingerprint, "/", and a keyed hash.

    `content` is the finding's where the line is all that it is about: what is judged is more than the rule then.
    """

    row: str
    address: str
    rule: str
    first_seen: date
    last_seen: date
    content: str = ""


def row_id(finding_id: str, row: str) -> str:
    """The short id that people read for a row: that of the finding, and of a line the beginning of its hash too."""
    _, parted, mark = row.partition("/")
    return f"{finding_id}-{mark[:SHOWN_LENGTH].upper()}" if parted else finding_id


def lines_of(
    tracked: Iterable[Tracked],
    before: Sequence[FlaggedPerson],
    people_key: bytes,
    rechecked: Collection[str],
    on: date,
) -> dict[str, tuple[Line, ...]]:
    """The lines of every finding that is not closed, by fingerprint.

    `before` are the flagged people as earlier nights left them. Where only a part was read tonight (the finding is not
    among the `rechecked`), who was not seen may still be there.
    """
    known: dict[str, dict[str, FlaggedPerson]] = {}
    for person in before:
        known.setdefault(person.fingerprint, {})[person.person] = person
    return {
        one.fingerprint: _lines(one, known.get(one.fingerprint, {}), people_key, rechecked, on)
        for one in tracked
        if one.state is not State.CLOSED
    }


def _lines(
    one: Tracked, before: Mapping[str, FlaggedPerson], key: bytes, rechecked: Collection[str], on: date
) -> tuple[Line, ...]:
    mark = one.fingerprint
    tonight = one.last_seen == on

    def row(identifier: str) -> str:
        return f"{mark}/{identifier[:MARK_LENGTH]}"

    seen = {person_hash(key, one.platform, e.person): e for e in one.finding.evidence if e.person} if tonight else {}
    if seen or before:
        kept = {} if seen and mark in rechecked else before
        people = {
            person: Line(row(person), old.address, old.rule, old.first_seen, old.last_seen)
            for person, old in kept.items()
        }
        for person, evidence in seen.items():
            first = before[person].first_seen if person in before else on
            people[person] = Line(row(person), evidence.address, evidence.rule, first, on)
        return tuple(sorted(people.values(), key=lambda line: (line.first_seen, line.row)))
    items: dict[str, dict[str, None]] = {}
    for evidence in one.finding.evidence:
        if not evidence.person:
            items.setdefault(evidence.address or one.finding.address, {})[evidence.rule] = None
    rows = [
        Line(
            row(person_hash(key, one.platform, address)) if address else mark,
            address,
            "; ".join(filter(None, rules)),
            one.first_seen,
            one.last_seen,
            one.finding.content if len(items) == 1 else "",
        )
        for address, rules in items.items()
    ]
    return tuple(rows) or (Line(mark, one.finding.address, "", one.first_seen, one.last_seen, one.finding.content),)
