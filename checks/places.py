"""Checks of places: where posts, and the files of their pictures, say they were made."""

from collections.abc import Mapping, Sequence
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from checks.applicability import WEBSITE, closed_unread, has_no
from checks.finding import (
    Answer,
    Confidence,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Subject,
    check,
    content_hash,
    not_applicable,
    not_testable,
)
from checks.flags import flags
from checks.own_items import moment, own_words, pages_with_pictures, rows
from checks.policy import Policy, School, coordinates
from checks.readers.picture import SeenPicture
from checks.readers.picture_notes import OWNER, PEOPLE, SERIAL
from checks.vocabulary import names_school, tokens
from checks.wording import listed, one_of
from connectors.snapshot import Account, CoverageStatus, Resource

EARTH = 6_371_000
"""Mean radius in metres."""


@check("IMG-05", needs=(Resource.POSTS,), also=(Resource.PICTURES,))
def places_kept_back(subject: Subject, policy: Policy) -> Answer:
    """Tests that no item of the account carries a place in a field of its own, nor hides one in a picture's file.

    A position further from the school than the limit is high: it may be where children are, or where somebody lives.
    One at the school, or a name of the school or its town, is medium, because the school's place is public; so is a
    position where school.toml does not give the school's own. Any other name of a place, such as that of a museum, is
    for a human look. In pictures' files, where the assessment covers pictures, people's names are high, and who made
    the picture or the camera's number are for a human look: a photographer's credit is in order. It does not read what
    stands in the text; most platforms remove what hides in pictures. Reposts are not counted. Nothing of it is
    repeated.
    """
    account = subject.account
    platform = policy.platforms[account.platform]
    if ruling := closed_unread(subject) or has_no(_items_of(account), subject, policy):
        return ruling
    if findings := _findings(subject, policy):
        return findings
    if account.platform in flags().tells.no_places:
        return _in_files_alone(subject, f"posts on {platform.name} have no field for a place")
    if platform.connector and account.platform not in flags().tells.places:
        return not_testable(f"whether posts on {platform.name} carry a place is not read")
    return ()


def _items_of(account: Account) -> Resource:
    """Where an account's items are listed: a website has pages with pictures, and no posts."""
    return Resource.MEDIA if account.platform == WEBSITE else Resource.POSTS


def _in_files_alone(subject: Subject, why: str) -> Answer:
    """The answer where pictures' files alone can hold a place, and none does."""
    read = subject.snapshot.coverage
    if Resource.PICTURES not in read or (Resource.POSTS not in read and subject.account.platform != WEBSITE):
        return not_applicable(why)
    if not subject.school.covers("pictures"):
        return not_testable(f"{why}, and the files of pictures are not covered by the DPIA (pictures)")
    pictures = read[Resource.PICTURES]
    posts = read.get(Resource.POSTS, pictures)
    return pictures if posts.status is CoverageStatus.COMPLETE else posts


class _Sign(NamedTuple):
    """One way in which an item gives a place or a person away; `words` follow the item in a sentence."""

    severity: Severity
    words: str
    rule: str
    seen_in: Resource
    sure: bool = True
    unknown: bool = False
    """A position whose distance to the school is not known."""


def _findings(subject: Subject, policy: Policy) -> list[Finding]:
    items, pictures = own_words(subject), subject.facts.pictures
    placed = items[(items["place"] != "") | (items["position"] != "") | items["id"].isin(pictures.keys())]
    found = [_finding(row, _signs(row, pictures.get(row.id, ()), subject, policy), policy) for row in rows(placed)]
    pages = pages_with_pictures(subject)
    found += [_finding(page, _hidden(pictures[page.id], subject, policy), policy) for page in pages]
    found.append(_finding(None, _hidden(pictures.get("", ()), subject, policy), policy, subject.account.address))
    return [one for one in found if one]


def _signs(row: Any, pictures: Sequence[SeenPicture], subject: Subject, policy: Policy) -> list[_Sign]:
    return [*_in_fields(row, subject, policy), *_hidden(pictures, subject, policy)]


def _in_fields(row: Any, subject: Subject, policy: Policy) -> list[_Sign]:
    posts = Resource.POSTS
    if coordinates(row.position):
        severity, what, unknown = _position(row.position, subject, policy)
        return [_Sign(severity, f"carries {what}", "a position", posts, unknown=unknown)]
    if not row.place and not row.position:
        return []
    if _names_home(row.place, subject.school):
        return [_Sign(Severity.MEDIUM, "carries the school or its town as its place", "the name of a place", posts)]
    return [_Sign(Severity.MEDIUM, "carries a place away from the school", "the name of a place", posts, sure=False)]


def _position(position: str, subject: Subject, policy: Policy) -> tuple[Severity, str, bool]:
    """How much a position matters, what it is in words, and whether its distance to the school is unknown."""
    at, home = coordinates(position), coordinates(subject.school.position)
    if at is None or home is None:
        return Severity.MEDIUM, "an exact position", True
    if metres(at, home) > policy.threshold("IMG-05", "near_metres"):
        return Severity.HIGH, "a position away from the school", False
    return Severity.MEDIUM, "the position of the school", False


TRACES: Mapping[str, tuple[Severity, str, bool]] = {
    PEOPLE: (Severity.HIGH, "people's names", True),
    OWNER: (Severity.MEDIUM, "who made it", False),
    SERIAL: (Severity.MEDIUM, "the camera's number", False),
}
"""What of people hides in pictures' files: how much it matters, in words, and whether that is sure."""


def _hidden(pictures: Sequence[SeenPicture], subject: Subject, policy: Policy) -> list[_Sign]:
    """What the files of an item's pictures give away, as one sign."""
    files = [one.reading.file for one in pictures if one.reading.file]
    positions = [_position(file.position, subject, policy) for file in files if coordinates(file.position)]
    traces = {trace for file in files for trace in file.traces}
    told = [(severity, what, True) for severity, what, _ in sorted(set(positions), key=lambda one: one[0].rank)]
    told += [row for trace, row in TRACES.items() if trace in traces]
    if not told:
        return []
    what = listed(words for _, words, _ in told)
    return [
        _Sign(
            min((severity for severity, _, _ in told), key=lambda severity: severity.rank),
            f"hides {what} in a picture's file",
            what,
            Resource.PICTURES,
            sure=any(sure for _, _, sure in told),
            unknown=any(unknown for _, _, unknown in positions),
        )
    ]


def _finding(row: Any, signs: Sequence[_Sign], policy: Policy, home: str = "") -> Finding | None:
    """One item's signs as one finding, None where it has none. `row` is None for the profile, whose place is `home`."""
    if not signs:
        return None
    first, *others = sorted(signs, key=lambda sign: (not sign.sure, sign.severity.rank))
    detail = "What it gives away is not repeated here."
    detail += "".join(f" It also {sign.words}." for sign in others)
    if any(sign.unknown for sign in signs):
        detail += " school.toml does not give the school's position, so the distance is not known."
    address = row.address if row is not None else home
    return Finding(
        "IMG-05",
        f"{one_of(row.kind or 'post') if row is not None else 'The profile'} {first.words}",
        policy.severity("IMG-05", first.severity),
        detail,
        Confidence.CERTAIN if first.sure else Confidence.POSSIBLE,
        Outcome.FINDING if first.sure else Outcome.REVIEW,
        item=row.id if row is not None else "",
        address=address,
        evidence=tuple(Evidence("post" if row is not None else "profile", address, sign.rule) for sign in signs),
        content=content_hash(*_judged(row, signs)),
        created=moment(row.created) if row is not None else None,
        seen_in=signs[0].seen_in,
    )


def _judged(row: Any, signs: Sequence[_Sign]) -> list[str]:
    hidden = [sign.words for sign in signs if sign.seen_in is Resource.PICTURES]
    return [*([row.place, row.position] if row is not None else []), *hidden]


def _names_home(place: str, school: School) -> bool:
    """Whether the name of a place holds the school's name or its town."""
    town = tokens(school.place)
    return names_school(place, school.name) or (bool(town) and set(town) <= set(tokens(place)))


def metres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The distance between two points given as latitude and longitude in degrees, over a round Earth (haversine)."""
    (north, east), (other_north, other_east) = (tuple(map(radians, point)) for point in (here, there))
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))
