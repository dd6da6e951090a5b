"""A large invented school's night, made from the types of the report: what they gain, it has without being told.

Every line is filled in by its type and by the name of the field: ids and marks are unlike each other, accounts are
chosen from the school's, dates lie around the night, words have the lengths that the product's own texts have. The
same numbers and seed give the same report.
"""

import random
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Any, TypeVar

from checks.finding import Severity
from output.answers import FIELDS, Answer, AnswerField, HeardLine, Sort
from output.report import (
    AccountLine,
    ActionLine,
    ByHandLine,
    ClauseCount,
    ClauseLine,
    CoverageLine,
    Definition,
    Delta,
    FindingLine,
    Gap,
    ItFindingLine,
    LearnedLine,
    Report,
    SafeguardingLine,
    UnlistedLine,
)

ON = date(2026, 11, 22)
MOMENT = datetime(2026, 11, 22, 2, 10, 31, tzinfo=UTC)
CLAUSES = ("7.1", "7.2", "7.3", "7.4", "Governance")
CHECKS = 103
"""So many checks stand in the policy's data, and each account has a row of Coverage for each."""
FOR_CHILDREN = 0.1
"""The share of findings that are children's matters; each of those has this many lines for the safeguarding lead."""
LINES_EACH = 3
PLATFORMS = ("Bluesky", "Website", "X", "Instagram", "Facebook", "YouTube", "Podcast", "Mastodon")
NAMES = ("hazelbrook", "marshwick", "eastmere", "kirkbeck", "thornley", "otterholt", "larchfield", "wrenford")
WORDS = (
    "the account setting", "lets everyone start", "a private conversation", "and pupils", "could reach staff",
    "where nobody else", "sees it", "so that messages", "may go unseen", "at night", "while the register", "names one",
    "administrator", "whose role ends soon", "in a post", "of the school", "which gives", "a number", "that is not",
    "on its list of contacts", "and a link", "that hides", "where it leads", "until the governors", "decide otherwise",
)  # fmt: skip

LENGTHS: Mapping[str, int] = {
    "title": 3, "detail": 13, "criterion": 16, "risk": 6, "recommendation": 4, "reason": 4, "words": 10, "plain": 5,
    "what": 4, "rule": 4, "typed": 3, "became": 3, "do": 4, "why": 4, "read": 3, "comment": 5, "recheck": 2, "term": 1,
}  # fmt: skip
"""How many pieces of WORDS stand in a text, by the field's name; two in any other."""
STEPS = 4
FEW = 40
"""Lines of a kind that has no number of its own."""

Made = TypeVar("Made")


def large_school(accounts: int = 40, findings: int = 5_000, seed: int = 20261122) -> Report:
    """A night with so many accounts and findings, each of which stands in the workbooks that show such findings."""
    maker = _Maker(accounts, findings, seed)
    report = maker.make(Report)
    view = report.governors
    counting = [line for line in view.findings if not line.recommended]
    awaiting = sum(line.awaiting for line in counting)
    missed = sum(line.missed for line in view.coverage)
    totals = replace(
        report.totals,
        open={s: sum(line.severity is s and not line.awaiting for line in counting) for s in Severity},
        awaiting=awaiting,
        not_audited=missed,
        new=sum(line.delta is Delta.NEW for line in counting),
        recommendations=len(view.findings) - len(counting),
        coverage=1 - missed / max(1, len(view.coverage)),
        concluded=len(view.coverage) - missed,
        applicable=len(view.coverage),
    )
    head = replace(
        report.head, on=ON, started=MOMENT - timedelta(minutes=10), finished=MOMENT, next_check=ON + timedelta(days=1)
    )
    return replace(report, head=head, totals=totals, governors=replace(view, first=tuple(counting[:3])))


class _Maker:
    """Makes values of a type; `name` is the field's."""

    def __init__(self, accounts: int, findings: int, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - nothing is secret here
        self._accounts = [
            (PLATFORMS[number % len(PLATFORMS)], f"{NAMES[number % len(NAMES)]}-{number:02}.example")
            for number in range(accounts)
        ]
        children = round(findings * FOR_CHILDREN)
        self._counts: Mapping[type, int] = {
            AccountLine: accounts,
            FindingLine: findings,
            ActionLine: findings - children,
            SafeguardingLine: children * LINES_EACH,
            CoverageLine: accounts * CHECKS,
            ClauseLine: CHECKS,
            ClauseCount: len(CLAUSES),
            ByHandLine: 2 * accounts,
            Gap: accounts // 2,
            ItFindingLine: findings,
            UnlistedLine: accounts,
            LearnedLine: 2 * accounts,
            HeardLine: findings // 25,
            Definition: 60,
        }
        self._number = 0
        self._hints: dict[type, dict[str, Any]] = {}

    def make(self, kind: type[Made], number: int = 0) -> Made:
        """One value of a dataclass, the `number`th of its kind."""
        if kind not in self._hints:
            self._hints[kind] = typing.get_type_hints(kind)
        hints = self._hints[kind]
        platform, name = self._accounts[number % len(self._accounts)] if self._accounts else ("Website", "none")
        known = {
            "account": f"{platform} · {name}",
            "platform": platform,
            "clause": CLAUSES[number % len(CLAUSES)],
            "heading": f"Part {1 + number // 12}",
        }
        given = {
            field.name: known[field.name] if field.name in known else self._value(hints[field.name], field.name, number)
            for field in fields(kind)  # type: ignore[arg-type]  # every kind asked for is a dataclass
        }
        return kind(**given)

    def _value(self, hint: Any, name: str, number: int) -> Any:
        origin, inside = typing.get_origin(hint), typing.get_args(hint)
        if origin in {typing.Union, UnionType}:
            absent = type(None) in inside and number % 5 == 4  # noqa: PLR2004 - one in five
            return None if absent else self._value(inside[0], name, number)
        if origin is tuple:
            return tuple(self._lines(inside[0], name))
        if name == "answers":
            return {key: self._answer(one, number + place) for place, (key, one) in enumerate(FIELDS.items())}
        if origin is not None and issubclass(origin, Mapping):
            return {key: self._value(inside[1], name, number) for key in self._keys(inside[0])}
        if is_dataclass(hint) and isinstance(hint, type):
            return self.make(hint, number)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return list(hint)[number % len(hint)]
        return self._plain(hint, name, number)

    def _answer(self, one: AnswerField, number: int) -> Answer:
        """What a cell that people fill in says; one in four is empty."""
        if number % 4 == 3:  # noqa: PLR2004 - one in four
            return None
        if one.sort is Sort.DATE:
            return ON + timedelta(days=number % 200)
        return str(one.choices[number % len(one.choices)]) if one.choices else self._words("comment")

    def _lines(self, kind: Any, name: str) -> Iterator[Any]:
        few = STEPS if kind is str else 2 * FEW if name in {"trend", "nights"} else FEW
        for number in range(self._counts.get(kind, few)):
            yield self._value(kind, name, number)

    def _keys(self, kind: Any) -> list[Any]:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return list(kind)
        return list(CLAUSES)

    def _plain(self, kind: Any, name: str, number: int) -> Any:
        if kind is bool:
            return number % 10 == 9  # noqa: PLR2004 - one in ten
        if kind is int:
            return self._chance.randrange(12)
        if kind is float:
            return self._chance.random()
        if kind is date:
            return ON - timedelta(days=number % 200)
        if kind is datetime:
            return MOMENT - timedelta(days=number % 200)
        return self._words(name) if kind is str else None

    def _words(self, name: str) -> str:
        self._number += 1
        if name in {"id", "mark", "row", "register_columns"} or name.endswith("fingerprint"):
            return f"F-{self._number:08X}"
        if name.endswith("address"):
            return f"https://posts.{self._chance.choice(NAMES)}.example/status/{self._number}"
        return " ".join(self._chance.choices(WORDS, k=LENGTHS.get(name, 2))).capitalize()
