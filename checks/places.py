"""Checks of places: where posts say they were made."""

from math import asin, cos, radians, sin, sqrt
from typing import Any

from checks.applicability import closed_unread, has_no
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
from checks.own_items import moment, own_words, rows
from checks.policy import Policy, School, coordinates
from checks.vocabulary import names_school, tokens
from checks.wording import one_of
from connectors.snapshot import Resource

EARTH = 6_371_000
"""Mean radius in metres."""


@check("IMG-05", needs=(Resource.POSTS,))
def places_kept_back(subject: Subject, policy: Policy) -> Answer:
    """Tests that no item of the account carries a place in a field of its own.

    A position further from the school than the limit is high: it may be where children are, or where somebody lives.
    One at the school, or a name of the school or its town, is medium, because the school's place is public; so is a
    position where school.toml does not give the school's own. Any other name of a place, such as that of a museum, is
    for a human look. It reads the fields that the platform shows, and not what stands in the text or hides in the
    picture itself; reposts are not counted. The place is never repeated.
    """
    account = subject.account
    platform = policy.platforms[account.platform]
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    items = own_words(subject)
    placed = items[(items["place"] != "") | (items["position"] != "")]
    if len(placed):
        return [_finding(row, subject, policy) for row in rows(placed)]
    if account.platform in flags().tells.no_places:
        return not_applicable(f"posts on {platform.name} have no field for a place")
    if platform.connector and account.platform not in flags().tells.places:
        return not_testable(f"whether posts on {platform.name} carry a place is not read")
    return ()


def _finding(row: Any, subject: Subject, policy: Policy) -> Finding:
    at, home = coordinates(row.position), coordinates(subject.school.position)
    kind = one_of(row.kind or "post")
    severity, confidence = Severity.MEDIUM, Confidence.CERTAIN
    if at and home and metres(at, home) > policy.threshold("IMG-05", "near_metres"):
        severity, title = Severity.HIGH, f"{kind} carries a position away from the school"
    elif at and home:
        title = f"{kind} carries the position of the school"
    elif at:
        title = f"{kind} carries an exact position"
    elif _names_home(row.place, subject.school):
        title = f"{kind} carries the school or its town as its place"
    else:
        confidence, title = Confidence.POSSIBLE, f"{kind} carries a place away from the school"
    detail = "The place itself is not repeated here."
    if at and not home:
        detail += " school.toml does not give the school's position, so the distance is not known."
    return Finding(
        "IMG-05",
        title,
        policy.severity("IMG-05", severity),
        detail,
        confidence,
        Outcome.REVIEW if confidence is Confidence.POSSIBLE else Outcome.FINDING,
        item=row.id,
        address=row.address,
        evidence=(Evidence("post", row.address, "a position" if at else "the name of a place"),),
        content=content_hash(row.place, row.position),
        created=moment(row.created),
        seen_in=Resource.POSTS,
    )


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
