"""Which rows people may answer, and in which workbook: findings on record, line by line where they have lines. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from audit.answers.known import KnownRow, KnownRows
from audit.answers.review import judged, judged_line
from audit.compare import Tracked
from audit.ledger import FlaggedPerson
from audit.lines import lines_of, row_id
from audit.reviewed import SCHOOL, account_name
from checks.finding import Handling, finding_id
from checks.policy import Policy
from connectors.snapshot import Account
from output.answers import ACTION_FIELDS, BY_HAND_FIELDS, DECISION_FIELDS, FINDING_FIELDS, AnswerField


def _keys(fields: Iterable[AnswerField]) -> frozenset[str]:
    return frozenset(field.key for field in fields)


ANYWHERE = {"governors": _keys(FINDING_FIELDS), "it": _keys(ACTION_FIELDS)}
"""Who answers what everybody may see: the governors and IT."""
BESIDE = {
    "governors": _keys(field for field in FINDING_FIELDS if not field.shared),
    "it": _keys(field for field in ACTION_FIELDS if not field.shared),
}
"""What the governors and IT may type beside a matter that the safeguarding lead answers: their own words."""
BY_MARK = {"D-": {"governors": _keys(DECISION_FIELDS)}, "H-": {"it": _keys(BY_HAND_FIELDS)}}
"""Decisions are the governors', and what a person looks at by hand is IT's."""
LEADS = {"safeguarding": _keys(ACTION_FIELDS)}


def known_rows(
    tracked: Iterable[Tracked],
    people: Sequence[FlaggedPerson],
    people_key: bytes,
    accounts: Sequence[Account],
    policy: Policy,
    former: Mapping[str, str],
) -> KnownRows:
    """The rows of every finding on record. `former` gives for an earlier fingerprint the one that it has now."""
    listed = list(tracked)
    names = {account.key: account_name(account, policy) for account in accounts}
    lines = lines_of(listed, people, people_key, (), date.min)

    def rows(one: Tracked) -> Iterator[KnownRow]:
        finding = one.finding
        row = policy.checks.get(finding.check)
        clause = row.clause if row else ""
        account = names.get(finding.account, "") if finding.account else SCHOOL
        mark, short = one.fingerprint, finding_id(one.fingerprint)
        shown = {"account": account, "title": finding.title, "clause": clause}
        said = judged(finding.content, finding.severity)
        if row is None or row.handling is not Handling.SAFEGUARDING:
            yield KnownRow(mark, short, ANYWHERE, shown, said, one.changed_on)
            return
        mine = lines.get(mark, ())
        alone = next((line for line in mine if line.row == mark), None)
        if alone:
            said = judged_line(alone, finding.severity)
        yield KnownRow(mark, short, {**BESIDE, **(LEADS if alone else {})}, shown, said, one.changed_on)
        for line in mine:
            if line.row != mark:
                words = {"account": account, "what": finding.title, "address": line.address}
                yield KnownRow(
                    line.row, row_id(short, line.row), LEADS, words, judged_line(line, finding.severity), one.changed_on
                )

    return KnownRows(tuple(row for one in listed for row in rows(one)), former, BY_MARK)
