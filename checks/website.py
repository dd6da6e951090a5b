"""What the school's website links to, and whether an account is among it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import pandas as pd

from checks.applicability import WEBSITE
from checks.finding import SchoolSubject, Subject
from checks.outcome import worst_coverage
from checks.readers.profile_links import profile_shaped
from connectors.snapshot import Coverage, Resource, failed

POINTING = ("link", "rel-me", "same-as")
"""Kinds of links by which a page points to an account; embedded feeds and widgets are not the school's word."""

Profile = tuple[str, str]
"""A platform and a handle or id on it, in lower case."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link from a page of the school's website to somebody's profile."""

    profile: Profile
    address: str
    page: str


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """What the school's websites link to: profiles, and all other addresses. `coverage` says how much was read."""

    coverage: Coverage
    profiles: frozenset[Profile]
    addresses: frozenset[str]

    def point_to(self, subject: Subject) -> bool:
        """Whether a link leads to the account, by whatever name it is linked."""
        address = same_place(subject.account.address)
        return bool(self.profiles & names_of(subject)) or bool(address and address in self.addresses)


def websites(school: SchoolSubject) -> list[Subject]:
    """The registered websites of the school that are in use."""
    return [
        subject
        for subject in school.subjects
        if subject.account.platform == WEBSITE and subject.account.status != "closed"
    ]


def site_links(sites: Sequence[Subject]) -> SiteLinks:
    """Everything the websites link to."""
    coverages = [links_coverage(site) for site in sites]
    return SiteLinks(
        worst_coverage(coverages) or failed("the register has no website"),
        frozenset(pointer.profile for site in sites for pointer in pointers(site)),
        frozenset(same_place(address) for site in sites for address in _pointing(site)["address"]),
    )


def links_coverage(site: Subject) -> Coverage:
    """How much of a website's links was read."""
    return site.snapshot.coverage.get(Resource.LINKS) or failed("nothing of the website was read")


def pointers(site: Subject) -> list[Pointer]:
    """The links of one website that lead to profiles, one for each profile, in the order of the pages."""
    found: dict[Profile, Pointer] = {}
    links = _pointing(site)
    for address, page in zip(links["address"], links["page"], strict=True):
        if shaped := profile_shaped(address):
            profile = _profile(*shaped)
            found.setdefault(profile, Pointer(profile, address, page))
    return list(found.values())


def names_of(subject: Subject) -> frozenset[Profile]:
    """Everything by which an account is known on its platform: handles, ids, and those in its addresses."""
    account, profiles = subject.account, (subject.snapshot.profile, subject.history.profile)
    known = [account.handle, account.platform_id, subject.history.platform_id]
    addresses = [account.address]
    for profile in filter(None, profiles):
        known += [profile.handle, profile.platform_id]
        addresses.append(profile.address)
    names = {_profile(account.platform, name) for name in known if name}
    return frozenset(names | {_profile(*shaped) for shaped in _shaped(addresses)})


def same_place(address: str) -> str:
    """An address without what does not tell two places apart: scheme, www, case of the host, last slash."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return address
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""


def _pointing(site: Subject) -> pd.DataFrame:
    links = site.snapshot.links
    return links[links["kind"].isin(POINTING)]


def _profile(platform: str, name: str) -> Profile:
    return platform, name.strip().removeprefix("@").casefold()


def _shaped(addresses: Iterable[str]) -> list[Profile]:
    return [shaped for address in addresses if address and (shaped := profile_shaped(address))]
