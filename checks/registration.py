"""Checks of the register: is everything written down that makes an account an official one, and is it true."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from checks.applicability import WEBSITE, WIKIPEDIA, has_no, has_profile_pages, is_personal, on_register_only
from checks.calendar import months_later
from checks.finding import (
    Answer,
    Confidence,
    Evidence,
    Finding,
    Outcome,
    SchoolSubject,
    Severity,
    Subject,
    check,
    content_hash,
    not_applicable,
    not_testable,
)
from checks.flags import flags
from checks.policy import Policy
from checks.vocabulary import beside_school, named_after, says, says_nothing, vocabulary
from checks.website import SiteLinks, links_coverage, names_of, pointers, site_links, websites
from checks.wording import counted, listed, local_day, on_day
from connectors.snapshot import Account, CoverageStatus, Profile, Resource


def _finding(
    policy: Policy, check_id: str, severity: Severity, account: Account, title: str, detail: str, *judged: object
) -> Finding:
    """A finding about one row of the register; `judged` is what it rests on."""
    return Finding(
        check_id,
        title,
        policy.severity(check_id, severity),
        detail,
        address=account.address,
        evidence=(Evidence("register", account.address, title),),
        content=content_hash(*judged),
    )


@check("REG-05")
def purpose_recorded(subject: Subject, policy: Policy) -> Answer:
    """Tests that the register gives the account's purpose in more than general words.

    A purpose that is empty, shorter than requirements.toml asks, or made of words that fit any account
    ("our school's social media account") is an indicator, because clause 7.2 asks for a strong educational,
    academic or business reason. It cannot see whether a reason that is written down is true or strong enough.
    The other documentary gaps of the same row are listed with this one.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    least = policy.requirements.least_purpose_characters
    if not account.purpose:
        title, detail = "No purpose is recorded", "The register's column 'Purpose' is empty."
    elif says_nothing(account.purpose, _platform_names(policy)):
        title = "The recorded purpose is too general"
        detail = "The purpose in the register would fit any account."
    elif len(account.purpose) < least:
        title = "The recorded purpose is too short"
        detail = f"The purpose in the register has fewer than {least} characters."
    else:
        return ()
    return [_finding(policy, "REG-05", Severity.MEDIUM, account, title, detail, account.purpose)]


def _platform_names(policy: Policy) -> list[str]:
    return [*policy.platforms, *(platform.name for platform in policy.platforms.values())]


@check("REG-06")
def approved_before_creation(subject: Subject, policy: Policy) -> Answer:
    """Tests that the register names who approved the account and when, and that this was before it was created.

    The date of creation is the register's, or the platform's where the register has none. Accounts marked as
    older than the policy are exempt, unless they were created after the policy was adopted. It compares dates;
    it cannot see whether the approval was given as the school asks.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    created = _created(subject)
    adopted = subject.school.policy.adopted_on
    if account.older_than_policy and not (created and adopted and created > adopted):
        return ()
    lacks = [
        words
        for words, value in (("who approved it", account.approved_by), ("the date of approval", account.approved_on))
        if not value
    ]
    if lacks:
        title = "No approval is recorded"
        detail = f"The register does not say {listed(lacks)}."
    elif created and account.approved_on and created < account.approved_on:
        title = "The account was created before it was approved"
        detail = f"Created {on_day(created)}, approved {on_day(account.approved_on)}."
    else:
        return ()
    if account.older_than_policy and created and adopted:
        detail += (
            f" It is marked as older than the policy, but it was created on {on_day(created)} and the policy"
            f" was adopted on {on_day(adopted)}."
        )
    judged = (account.approved_by, account.approved_on, created, account.older_than_policy)
    return [_finding(policy, "REG-06", Severity.MEDIUM, account, title, detail, *judged)]


def _created(subject: Subject) -> date | None:
    """When the account was created: the register's word, else the platform's."""
    profile = subject.snapshot.profile or subject.history.profile
    if subject.account.created_on:
        return subject.account.created_on
    return local_day(profile.created) if profile and profile.created else None


@check("REG-07")
def enough_administrators(subject: Subject, policy: Policy) -> Answer:
    """Tests that the register names enough administrators, and that access is not by one shared sign-in.

    How many are enough is set in requirements.toml. It counts the roles in the register, and where the platform
    tells it (Facebook, to a token that may know) the people who have every right; elsewhere it cannot see who can
    really sign in. Where a platform knows no second sign-in, the shared one belongs in the school's password
    safe, and the risk is for the headteacher to accept.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    least = policy.requirements.least_administrators
    named = len({name.casefold() for name in account.administrators})
    gaps = []
    if named < least:
        gaps.append(f"the register names {counted(named, 'administrator')}; the school asks for {least}")
    settings = subject.snapshot.settings
    told = settings.administrators if settings else None
    if told is not None and told < least:
        platform = policy.platforms[account.platform].name
        gaps.append(
            f"{platform} shows {counted(told, 'person', 'people')} with every right; the school asks for {least}"
        )
    if account.shared_login:
        gaps.append("access is by one sign-in that several people share")
    if not gaps:
        return ()
    few = named < least or (told is not None and told < least)
    title = "Too few administrators" if few else "Access is by a shared sign-in"
    judged = (*sorted(account.administrators), account.shared_login, *([] if told is None else [told]))
    return [_finding(policy, "REG-07", Severity.HIGH, account, title, _sentence(gaps), *judged)]


@check("REG-08")
def leavers_removed(subject: Subject, policy: Policy) -> Answer:
    """Tests that no administrator's leaving date, as entered in the register, has passed.

    It knows leaving dates only from the register, and cannot see whether access was removed on the platform.
    After removing it, put the next leaving date in the register, or clear the cell.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    leaves = account.administrator_leaves_on
    if leaves is None or leaves >= subject.on:
        return ()
    title = "An administrator's leaving date has passed"
    detail = f"The register gives {on_day(leaves)} as the date on which an administrator leaves."
    return [_finding(policy, "REG-08", Severity.HIGH, account, title, detail, leaves)]


@check("REG-09")
def sign_in_secured(subject: Subject, policy: Policy) -> Answer:
    """Tests that recovery is at the school's own domain, and that multi-factor sign-in was attested lately.

    How long an attestation lasts is set in requirements.toml. Platforms do not show these settings to anyone but
    the administrator, so it relies on the register: what is not entered there counts as not attested.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    months = policy.requirements.mfa_valid_months
    attested = account.mfa_attested_on
    gaps = []
    if account.recovery_at_school is None:
        gaps.append("the register does not say whether recovery is at the school's own domain")
    elif not account.recovery_at_school:
        gaps.append("recovery is not at the school's own domain")
    if attested is None:
        gaps.append("multi-factor sign-in is not attested")
    elif months_later(attested, months) < subject.on:
        gaps.append(f"multi-factor sign-in was last attested on {on_day(attested)}, over {months} months ago")
    if not gaps:
        return ()
    title = "Sign-in or recovery is not secured as the school asks"
    judged = (account.recovery_at_school, attested)
    return [_finding(policy, "REG-09", Severity.HIGH, account, title, _sentence(gaps), *judged)]


@check("REG-10")
def review_in_time(subject: Subject, policy: Policy) -> Answer:
    """Tests that the register sets a date for the account's next review, and that it has not passed.

    It compares a date; it cannot see whether or how a review was done.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    if account.next_review is None:
        title, detail = "No review is planned", "The register's column 'Next review' is empty."
    elif account.next_review < subject.on:
        title, detail = "The review is overdue", f"It was due on {on_day(account.next_review)}."
    else:
        return ()
    return [_finding(policy, "REG-10", Severity.LOW, account, title, detail, account.next_review)]


@check("REG-14", needs=(Resource.PROFILE,))
def right_kind_of_account(subject: Subject, policy: Policy) -> Answer:
    """Tests that the account is of the kind that the provider means for an organisation.

    A row that the register calls personal is an indicator, and so is a profile that the platform itself calls
    personal where it has another kind for organisations (a Page, a professional account, a channel). Wikipedia allows
    neither user names made of an organisation's name nor accounts that several people share; a name that holds more
    than the school's, such as somebody's own with "at" the school, is for a human look. It cannot see who is behind an
    account, and of platforms that do not tell kinds apart it knows the register's word only.
    """
    account, profile = subject.account, subject.snapshot.profile
    platform, proper = policy.platforms[account.platform], flags().official_types.get(account.platform)
    if ruling := on_register_only(account):
        return ruling
    title = "The school uses an account meant for a private person"
    should = f" On {platform.name} an organisation uses {proper}." if proper else ""
    if is_personal(account):
        detail = f"The register calls it a personal-type profile.{should}"
        return [_finding(policy, "REG-14", Severity.MEDIUM, account, title, detail, account.kind)]
    if account.platform == WIKIPEDIA:
        return _role_account(subject, policy)
    if not proper:
        return not_applicable(f"no kinds of accounts are told apart on {platform.name}")
    if profile is None:
        return ()
    if profile.kind == "personal":
        detail = f"{platform.name} calls it a personal account.{should}"
        return [_finding(policy, "REG-14", Severity.MEDIUM, account, title, detail, profile.kind)]
    return () if profile.kind else not_testable(f"{platform.name} did not say of what kind the account is")


def _role_account(subject: Subject, policy: Policy) -> Answer:
    """Wikipedia's own rules: one person for each account, and no organisation's name for it."""
    account, profile = subject.account, subject.snapshot.profile
    user = (profile.handle if profile else "") or account.handle
    named = named_after(user, subject.school.name)
    others = named and bool(beside_school(user, subject.school.name))
    gaps = []
    if account.shared_login:
        gaps.append("several people share one sign-in")
    if named:
        gaps.append("its name holds more than the school's" if others else "its name is the school's")
    if not gaps:
        return ()
    only_a_hint = others and not account.shared_login
    title = "The encyclopaedia account stands for the school and not for one person"
    found = _finding(policy, "REG-14", Severity.MEDIUM, account, title, _sentence(gaps), user, account.shared_login)
    if only_a_hint:
        return [replace(found, confidence=Confidence.POSSIBLE, outcome=Outcome.REVIEW)]
    return [found]


@check("REG-15")
def platform_approved(subject: Subject, policy: Policy) -> Answer:
    """Tests the account's platform against the approved and the refused platforms of requirements.toml.

    An empty list of approved platforms approves all that are not refused. The school's own website and articles
    about it stand outside the lists. It knows the lists only, not how the account uses the platform.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    requirements = policy.requirements
    name = policy.platforms[account.platform].name
    judged = (account.platform, requirements.refused_platforms, requirements.approved_platforms)
    if account.platform in requirements.refused_platforms:
        detail = "requirements.toml lists the platform among those that the school refuses."
        title = f"{name} is a platform that the school refuses"
        return [_finding(policy, "REG-15", Severity.HIGH, account, title, detail, *judged)]
    if account.platform == WEBSITE:
        return not_applicable("the school's own website is no platform to approve")
    if requirements.approved_platforms and account.platform not in requirements.approved_platforms:
        title = f"{name} is not among the approved platforms"
        detail = "requirements.toml lists the platforms that the school approves, and this is none of them."
        return [_finding(policy, "REG-15", Severity.MEDIUM, account, title, detail, *judged)]
    return ()


@check("REG-16")
def end_and_success_planned(subject: Subject, policy: Policy) -> Answer:
    """Tests that the register says how or when the account ends or is reviewed, and how its success is judged.

    An exit plan or a date of review is enough for the first. The school's own website, which the law requires,
    needs neither. It sees that something is written, not whether it will work.
    """
    account = subject.account
    if ruling := on_register_only(account):
        return ruling
    if account.platform == WEBSITE:
        return not_applicable("the school's own website is permanent")
    lacks = []
    if not account.exit_plan and account.next_review is None:
        lacks.append("when it ends or is reviewed")
    if not account.success_measure:
        lacks.append("how its success is judged")
    if not lacks:
        return ()
    title = "No exit plan or success measure is recorded"
    detail = f"The register does not say {listed(lacks)}."
    judged = (account.exit_plan, account.next_review, account.success_measure)
    return [_finding(policy, "REG-16", Severity.LOW, account, title, detail, *judged)]


@check("REG-17", also=(Resource.PROFILE,))
def moderated_by_rules(subject: Subject, policy: Policy) -> Answer:
    """Tests that the register names enough moderators, and that house rules are published.

    How many are enough is set in requirements.toml. The rules count where the register gives their address, or where
    the profile names or links them. Accounts under which nobody else can write need neither. It sees that roles and an
    address are written down, not whether anybody moderates or what the rules say; rules in a pinned post or on a page
    of the website that neither the register nor the profile names are not seen.
    """
    account, profile = subject.account, subject.snapshot.profile
    if ruling := on_register_only(account):
        return ruling
    if account.platform == WEBSITE:
        return not_applicable("nobody else writes on the school's own website")
    if ruling := has_no(Resource.COMMENTS, subject, policy):
        return ruling
    least = policy.requirements.least_moderators
    named = len({name.casefold() for name in account.moderators})
    gaps = []
    if named < least:
        gaps.append(f"the register names {counted(named, 'moderator')}; the school asks for {least}")
    if not account.house_rules and not (profile and _points_to_rules(profile)):
        gaps.append("neither the register nor the profile says where the house rules are published")
    if not gaps:
        return ()
    few = named < least
    title = "Too few moderators" if few else "No house rules are published"
    severity = Severity.MEDIUM if few else Severity.LOW
    judged = (*sorted(account.moderators), account.house_rules)
    return [_finding(policy, "REG-17", severity, account, title, _sentence(gaps), *judged)]


def _points_to_rules(profile: Profile) -> bool:
    return says(" ".join((profile.bio, *profile.links)), vocabulary().house_rules)


@check("REG-04", scope="school")
def website_and_register_agree(school: SchoolSubject, policy: Policy) -> Mapping[str, Answer]:
    """Tests that the website links to no account that the register lacks, and to every live registered one.

    A profile-shaped link on a page of the school's website to an account that is not on the register is one
    finding of the website; share buttons, links to single posts and embedded feeds do not count. A live account
    without a link on the website is a finding of that account, and only when the website was read completely.
    Handles, old and new addresses and ids of the same account count as one. Pages behind a sign-in, links inside
    pictures and printed letters are not seen.
    """
    sites = websites(school)
    links = site_links(sites)
    known = frozenset().union(*(names_of(subject) for subject in school.subjects))
    answers: dict[str, Answer] = {} if sites else {"": not_testable(NO_WEBSITE)}
    for subject in school.subjects:
        if subject in sites:
            answers[subject.account.key] = _unregistered(subject, known, policy)
        else:
            answers[subject.account.key] = _unlinked(subject, links, bool(sites), policy)
    return answers


NO_WEBSITE = "the register has no website; add a row with platform 'website' and the school's address"


def _unregistered(site: Subject, known: frozenset[tuple[str, str]], policy: Policy) -> Answer:
    findings = []
    for pointer in pointers(site):
        platform = policy.platforms.get(pointer.profile[0])
        if pointer.profile in known or platform is None or not has_profile_pages(platform):
            continue
        findings.append(
            Finding(
                "REG-04",
                f"The website links to an account on {platform.name} that is not on the register",
                policy.severity("REG-04", Severity.MEDIUM),
                "Register the account if it is the school's, or take the link off the website.",
                item=":".join(pointer.profile),
                address=pointer.address,
                evidence=(Evidence("page", pointer.page, "links to the account"),),
                content=content_hash(*pointer.profile),
                seen_in=Resource.LINKS,
            )
        )
    return findings or links_coverage(site)


def _unlinked(subject: Subject, links: SiteLinks, has_website: bool, policy: Policy) -> Answer:  # noqa: FBT001 - one caller, above
    account = subject.account
    platform = policy.platforms[account.platform]
    if ruling := on_register_only(account):
        return ruling
    if account.status != "live":
        return not_applicable(f"a {account.status} account needs no link on the website")
    if not has_profile_pages(platform):
        return not_applicable(f"{platform.name} has no profile pages to link to")
    if not has_website:
        return not_testable(NO_WEBSITE)
    if links.point_to(subject):
        return ()
    if links.coverage.status is not CoverageStatus.COMPLETE:
        return links.coverage
    title = "The school's website does not link to the account"
    detail = "The website was read in full, and no page of it links to this account."
    return [_finding(policy, "REG-04", Severity.LOW, account, title, detail, account.key)]


def _sentence(parts: Sequence[str]) -> str:
    whole = "; ".join(parts)
    return f"{whole[:1].upper()}{whole[1:]}."
