"""Accounts that the school points to and its register lacks, each with a row for the register to copy. Pure."""

from audit.compare import Tracked
from audit.register import COLUMNS
from audit.reviewed import Reviewed, awaiting
from checks.finding import finding_id
from checks.readers.handles import Kind, Official, read_handle
from checks.wording import on_day
from output.report import UnlistedLine

CHECKS = frozenset({"REG-02", "REG-04"})
"""Checks whose findings of an item, "platform:handle", are of accounts that the register lacks."""
LIKELIHOOD: dict[Kind, str] = {
    "lookalike": "By its name it could be the school's.",
    "person": "By its name it is of somebody who belongs to the school: a person's own does not go on the register.",
    "affiliated": "By its name it is a body of parents or former pupils: ask it to say so in its profile.",
    "local": "It bears the school's name or the place's, without a word for a school.",
    "unrelated": "Its name says nothing of the school: a supplier's or somebody else's, or the school's all the same.",
    "parody": "By its name it makes fun of the school.",
    "other school": "By its name it is another school's.",
}
"""What the name of an account tells, the school's likeliest first."""


def register_columns() -> tuple[str, ...]:
    """The headings of the register, in the order of its form."""
    return tuple(column.heading for column in COLUMNS)


def unlisted(night: Reviewed) -> tuple[UnlistedLine, ...]:
    """One line for each account, those first that could be the school's by their names."""
    found: dict[str, Tracked] = {}
    for one in (*night.open, *night.recommendations):
        if one.finding.check in CHECKS and ":" in one.finding.item:
            found.setdefault(one.finding.item, one)  # several accounts may lead to the same one
    read = [(_kind(night, one), one) for one in found.values()]
    order = list(LIKELIHOOD)
    read.sort(key=lambda pair: (order.index(pair[0]), pair[1].first_seen, pair[1].fingerprint))
    return tuple(_line(night, one, kind) for kind, one in read)


def _kind(night: Reviewed, one: Tracked) -> Kind:
    platform, _, handle = one.finding.item.partition(":")
    school = night.configuration.school
    ours = next((a.handle for a in night.configuration.accounts if a.platform == platform and a.handle), "")
    return read_handle(Official(ours, school.name, school.place), handle.rpartition("/")[2], "").kind


def _line(night: Reviewed, one: Tracked, kind: Kind) -> UnlistedLine:
    finding = one.finding
    platform, _, handle = finding.item.partition(":")
    page = next((evidence.address for evidence in finding.evidence if evidence.kind == "page"), "")
    written = {
        "platform": platform,
        "handle": handle,
        "address": finding.address,
        "status": "live",
        "notes": f"Found by the audit on {on_day(one.first_seen)}",
    }
    return UnlistedLine(
        id=finding_id(one.fingerprint),
        account=f"{night.platform(platform)} · {handle}",
        address=finding.address,
        why=LIKELIHOOD[kind],
        seen_on=page,
        since=one.first_seen,
        awaiting=awaiting(one),
        recommended=finding.recommended,
        row=tuple(written.get(column.field, "") for column in COLUMNS),
    )
