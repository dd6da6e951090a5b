"""The check for accounts that could be taken for the school's, among those that its own accounts lead to."""

from collections.abc import Callable, Mapping

from checks.applicability import WEBSITE, has_no, has_profile_pages, is_personal, on_register_only, person_looks
from checks.finding import (
    Answer,
    Confidence,
    Evidence,
    Finding,
    Outcome,
    Ruling,
    SchoolSubject,
    Severity,
    Subject,
    check,
    content_hash,
    not_applicable,
    not_testable,
)
from checks.outcome import worst_coverage
from checks.own_items import own_words
from checks.policy import Policy
from checks.readers.handles import HandleReading, Official, read_handle
from checks.readers.links import find_links
from checks.readers.profile_links import profile_shaped
from checks.website import Profile, names_of, site_links, websites
from connectors.snapshot import Resource

EXAMPLES = 3
"""So many items are named in which an account is linked."""
SUREST = ("certain", "likely", "possible")


@check("REG-02", scope="school")
def nothing_taken_for_the_school(school: SchoolSubject, policy: Policy) -> Mapping[str, Answer]:
    """Tests that no account which the school's accounts lead to could be taken for one of the school's.

    Every link in an account's own items and profile that leads to somebody's profile is compared with the register.
    What the register lacks is read by its name: in letters that only look like the school's, misspelt, or with the
    school's own name, it is for a person to look at. It may be the school's, forgotten or new, or one that passes for
    it. Parents' bodies, staff, suppliers, authors, clubs and other schools are told apart by the words beside the name
    and left out, and so is what the school's website links to, which is REG-04's. An account that nothing of the
    school's leads to is not seen, and pictures are not compared.
    """
    known = frozenset().union(*(names_of(subject) for subject in school.subjects))
    known |= site_links(websites(school)).profiles
    read = _reader(school)
    return {subject.account.key: _of_account(subject, known, read, policy) for subject in school.subjects}


_Reader = Callable[[Profile], HandleReading | None]


def _reader(school: SchoolSubject) -> _Reader:
    """A function that says why an account could be taken for the school's; None where it could not."""
    handles: dict[str, list[str]] = {}
    for subject in school.subjects:
        if subject.account.handle:
            handles.setdefault(subject.account.platform, []).append(subject.account.handle)
    facts = school.school
    read: dict[Profile, HandleReading | None] = {}

    def reader(profile: Profile) -> HandleReading | None:
        if profile not in read:
            ours = [Official(handle, facts.name, facts.place) for handle in handles.get(profile[0], [""])]
            name = profile[1].rpartition("/")[2]
            alike = [one for one in (read_handle(own, name, "") for own in ours) if one.kind == "lookalike"]
            read[profile] = min(alike, key=lambda one: SUREST.index(one.confidence), default=None)
        return read[profile]

    return reader


def _of_account(subject: Subject, known: frozenset[Profile], read: _Reader, policy: Policy) -> Answer:
    if ruling := _left_out(subject, policy):
        return ruling
    findings = []
    for profile, (address, places) in _linked(subject).items():
        platform = policy.platforms.get(profile[0])
        if profile in known or platform is None or not has_profile_pages(platform):
            continue
        if reading := read(profile):
            findings.append(_finding(profile, address, places, reading, policy))
    coverage = subject.snapshot.coverage
    coverages = [coverage[one] for one in (Resource.POSTS, Resource.PROFILE) if one in coverage]
    return findings or worst_coverage(coverages) or not_testable("nothing was read")


def _left_out(subject: Subject, policy: Policy) -> Ruling | None:
    account = subject.account
    platform = policy.platforms[account.platform]
    if account.platform == WEBSITE:
        return not_applicable("what the website links to is compared by REG-04")
    if ruling := on_register_only(account) or has_no(Resource.POSTS, subject, policy):
        return ruling
    return person_looks(account, platform) if not platform.connector or is_personal(account) else None


def _linked(subject: Subject) -> dict[Profile, tuple[str, dict[str, Resource]]]:
    """The profiles that an account leads to: each as linked, with the places of the links and what had to be read."""
    links: dict[str, dict[str, Resource]] = {}
    if profile := subject.snapshot.profile:
        place = profile.address or subject.account.address
        for link in find_links(profile.bio, profile.links):
            links.setdefault(link.url, {})[place] = Resource.PROFILE
    posts = own_words(subject)
    for place, all_ in zip(posts["address"], posts["links"], strict=True):
        for address in all_:
            links.setdefault(address, {}).setdefault(place, Resource.POSTS)
    found: dict[Profile, tuple[str, dict[str, Resource]]] = {}
    for address, places in links.items():
        if shaped := profile_shaped(address):
            theirs = found.setdefault((shaped[0], shaped[1].casefold()), (address, {}))[1]
            theirs.update({place: resource for place, resource in places.items() if place not in theirs})
    return found


def _finding(
    profile: Profile, address: str, places: Mapping[str, Resource], reading: HandleReading, policy: Policy
) -> Finding:
    platform = policy.platforms[profile[0]].name
    return Finding(
        "REG-02",
        f"The account leads to one on {platform} that could be taken for the school's",
        policy.severity("REG-02", Severity.HIGH),
        f"Its name is {reading.reason}. It may be the school's, forgotten or new, or somebody else's.",
        Confidence(reading.confidence) if reading.confidence == "possible" else Confidence.LIKELY,
        Outcome.REVIEW,
        item=":".join(profile),
        address=address,
        evidence=tuple(Evidence("page", place, "links to the account") for place in list(places)[:EXAMPLES]),
        content=content_hash(*profile),
        seen_in=next(iter(places.values())),
    )
