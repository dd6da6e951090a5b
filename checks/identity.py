"""Checks of identity: can a parent tell that the account is the school's."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from checks.applicability import WEBSITE, WIKIPEDIA, has_profile_pages, on_register_only
from checks.finding import (
    Answer,
    Evidence,
    Finding,
    Ruling,
    SchoolSubject,
    Severity,
    Subject,
    check,
    content_hash,
    not_applicable,
    not_testable,
)
from checks.policy import Policy, School
from checks.vocabulary import names_school, says, tokens, vocabulary
from checks.website import SiteLinks, site_links, websites
from checks.wording import listed
from connectors.snapshot import Account, CoverageStatus, Profile, Resource, failed

HOST = re.compile(r"(?<![@\w.-])(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@((?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)
PHONE = re.compile(r"\+?\d(?:[\s().-]*\d){8,13}")
VERIFIED = "verified link: "
"""How the label of a profile begins that names an address which the platform has seen linking back."""


@check("ID-01", needs=(Resource.PROFILE,))
def says_who_it_is(subject: Subject, policy: Policy) -> Answer:
    """Tests that the profile says everything that requirements.toml asks of an official one.

    Display name, bio, location and links are read together: the school's name (words such as "C of E" may be
    missing), its place, a link to its website, a school e-mail address, telephone number or contact page, the
    word "official", and that the account is not monitored at all hours. One finding lists what is missing.
    Websites and encyclopaedia accounts have no such profile. Words inside pictures, pinned posts and link pages
    are not read.
    """
    if ruling := on_register_only(subject.account) or _without_bio(subject.account):
        return ruling
    profile = subject.snapshot.profile
    read = subject.snapshot.coverage.get(Resource.PROFILE)
    if profile is None or read is None or read.status is not CoverageStatus.COMPLETE:
        return ()  # what the rest of it says, nobody knows
    school = subject.school
    missing = [
        words
        for part, (words, said) in PARTS.items()
        if part in policy.requirements.bio_must_say and not said(profile, school)
    ]
    if not missing:
        return ()
    return [
        Finding(
            "ID-01",
            "The profile does not say who is behind the account",
            policy.severity("ID-01", Severity.MEDIUM),
            f"Missing: {listed(missing)}.",
            address=profile.address or subject.account.address,
            evidence=(Evidence("profile", profile.address, f"missing: {listed(missing)}"),),
            content=content_hash(profile.name, profile.bio, profile.location, *profile.links),
        )
    ]


@check("ID-02")
def handle_follows_pattern(subject: Subject, policy: Policy) -> Answer:
    """Tests the handle against the naming pattern of requirements.toml.

    The whole handle has to match, without regard to case and without the server it is on; where handles are
    domain names, the first label may match instead. Display names are not judged. Without a pattern the check
    does not apply.
    """
    account, profile = subject.account, subject.snapshot.profile
    if ruling := on_register_only(account):
        return ruling
    pattern = policy.requirements.handle_pattern
    if not pattern:
        return not_applicable("requirements.toml sets no naming pattern")
    handle = (profile.handle if profile else "") or account.handle
    if account.platform in (WEBSITE, WIKIPEDIA) or not handle:
        return not_applicable("the account has no handle")
    name = handle.lstrip("@#").partition("@")[0].partition(":")[0]  # @name@server, #room:server
    names = {name}
    if policy.platforms[account.platform].verification == "domain handle":
        names.add(name.partition(".")[0])
    if any(re.fullmatch(pattern, name, re.IGNORECASE) for name in names):
        return ()
    return [
        Finding(
            "ID-02",
            "The handle does not follow the school's naming rule",
            policy.severity("ID-02", Severity.LOW),
            policy.requirements.handle_words or "It does not match the pattern in requirements.toml.",
            address=account.address,
            evidence=(Evidence("profile", account.address, "handle"),),
            content=content_hash(handle, pattern),
        )
    ]


@check("ID-04", scope="school")
def belongs_to_the_school(school: SchoolSubject, policy: Policy) -> Mapping[str, Answer]:
    """Tests that something outside the account's own words ties it to the school.

    Where handles are domain names (Bluesky) the handle must be the school's own domain or lie below it.
    Elsewhere the platform's badge counts, a link to the school's own domain that the platform has seen linking back
    (Mastodon's verified links), or a link from the school's website, which must have been read
    completely before a missing link says anything. Websites, feeds and encyclopaedia accounts are left out, and
    so are parked accounts. Badges cost money or are not given to schools, so none is asked for.
    """
    sites = websites(school)
    links = site_links(sites)
    return {
        subject.account.key: _tied(subject, links, bool(sites), policy)  # the website's own row included
        for subject in school.subjects
    }


def _tied(subject: Subject, links: SiteLinks, has_website: bool, policy: Policy) -> Answer:  # noqa: FBT001 - one caller
    account, profile = subject.account, subject.snapshot.profile
    platform = policy.platforms[account.platform]
    if ruling := on_register_only(account):
        return ruling
    if not has_profile_pages(platform) or account.status == "parked":
        return not_applicable("nothing of the kind is expected of such an account")
    coverage = subject.snapshot.coverage.get(Resource.PROFILE) or failed("the profile was not read")
    if platform.verification == "domain handle":
        if not school_hosts(subject.school):
            return not_testable("school.toml names neither the school's domains nor its website")
        if profile is None:
            return coverage
        if at_school(profile.handle, subject.school):
            return ()
        detail = "The handle is not at the school's own domain."
        return [_untied(subject, policy, detail, Resource.PROFILE, profile.handle)]
    if (profile and (profile.verified or _proven(profile, subject.school))) or links.point_to(subject):
        return ()
    if profile is None and platform.connector:
        return coverage
    if not has_website:
        return not_testable("the register has no website that could link to the account")
    if links.coverage.status is not CoverageStatus.COMPLETE:
        return links.coverage
    detail = "The school's website does not link to it, and no badge of the platform's was seen."
    return [_untied(subject, policy, detail, None, account.key)]


def _proven(profile: Profile, school: School) -> bool:
    """Whether a page of the school's own links back to the profile, as the platform has seen."""
    proven = (label.removeprefix(VERIFIED) for label in profile.labels if label.startswith(VERIFIED))
    return any(at_school(_host(address), school) for address in proven)


def _untied(subject: Subject, policy: Policy, detail: str, seen_in: Resource | None, judged: str) -> Finding:
    return Finding(
        "ID-04",
        "Nothing ties the account to the school's own site",
        policy.severity("ID-04", Severity.LOW),
        detail,
        address=subject.account.address,
        evidence=(Evidence("profile", subject.account.address, detail),),
        content=content_hash(judged),
        seen_in=seen_in,
    )


def _without_bio(account: Account) -> Ruling | None:
    if account.platform in (WEBSITE, WIKIPEDIA):
        return not_applicable("such an account has no profile to complete")
    return None


def school_hosts(school: School) -> frozenset[str]:
    """The school's own domains, and the host of its website, in lower case and without www."""
    hosts = (*school.domains, urlsplit(school.website).hostname or "")
    return frozenset(host.strip().casefold().removeprefix("www.").rstrip(".") for host in hosts if host.strip())


def at_school(host: str, school: School) -> bool:
    """Whether a host name is one of the school's domains or lies below one."""
    host = host.casefold().rstrip(".")
    return any(host == own or host.endswith(f".{own}") for own in school_hosts(school))


def _text(profile: Profile) -> str:
    return f"{profile.name} \n{profile.bio} \n{profile.location}"


def _hosts(profile: Profile) -> list[str]:
    written = " ".join((_text(profile), *profile.links, profile.handle))
    return [*HOST.findall(written), *filter(None, (_host(link) for link in (*profile.links, profile.address)))]


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _says_place(profile: Profile, school: School) -> bool:
    return set(tokens(school.place)) <= set(tokens(_text(profile)))


def _says_contact(profile: Profile, school: School) -> bool:
    text = f"{_text(profile)} {' '.join(profile.links)}"
    own = {_digits(number) for number in school.phones}
    return (
        any(at_school(host, school) for host in MAIL.findall(text))
        or any(mail.casefold() in text.casefold() for mail in school.emails)
        or any(_digits(number) in own for number in PHONE.findall(text))
        or any("contact" in link.casefold() and at_school(_host(link), school) for link in profile.links)
    )


def _digits(number: str) -> str:
    """A British telephone number's digits, written nationally."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    return f"0{digits[2:]}" if digits.startswith("44") else digits


PARTS: Mapping[str, tuple[str, Callable[[Profile, School], bool]]] = {
    "name": ("the school's name", lambda profile, school: names_school(_text(profile), school.name)),
    "place": ("its place", _says_place),
    "website": (
        "a link to the school's website",
        lambda profile, school: any(at_school(host, school) for host in _hosts(profile)),
    ),
    "contact": ("a contact of the school", _says_contact),
    "official": ("that it is official", lambda profile, _: says(_text(profile), vocabulary().official)),
    "unmonitored": (
        "that it is not monitored at all hours",
        lambda profile, _: says(_text(profile), vocabulary().unmonitored),
    ),
}
"""What requirements.toml may ask a profile to say: in words, and how to see it. A place that school.toml does not
give is taken as said."""
