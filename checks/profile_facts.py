"""Checks of what a profile says: is it still true, and does it keep staff out of it."""

from checks.applicability import WIKIPEDIA, on_register_only
from checks.finding import (
    Answer,
    Confidence,
    Evidence,
    Finding,
    Outcome,
    Ruling,
    Severity,
    Subject,
    check,
    content_hash,
    not_applicable,
)
from checks.identity import school_hosts
from checks.policy import Policy, School
from checks.readers.profile_facts import InspectionClaim, NamedHead, NamedStaff
from checks.wording import counted, listed
from connectors.snapshot import Account, Profile, Resource


@check("ID-05", needs=(Resource.PROFILE,))
def facts_up_to_date(subject: Subject, policy: Policy) -> Answer:
    """Tests that the profile's contacts, the head it names and its inspection grade are still true.

    Contacts are compared with those of school.toml, whatever their spelling; of a kind that school.toml does not
    give, nothing is said. Public helplines do not count. An overall grade of Ofsted's needs the year of the
    inspection: such grades ended for state schools in September 2024. A head of another surname than school.toml's
    counts where no head of the profile has that one; deputies, former heads and heads of subjects do not. Nobody is
    named in the finding. Pictures and the website's own pages are not compared.
    """
    account, profile = subject.account, subject.snapshot.profile
    if ruling := on_register_only(account) or _no_profile(account):
        return ruling
    if profile is None:
        return ()
    contacts, heads = _stale_contacts(subject), _other_heads(subject)
    claims = subject.facts.inspection_claims
    differing = [*contacts, OTHER_HEAD] if heads else contacts
    said = [*differing, *dict.fromkeys(map(_claimed, claims))]
    if not said:
        return ()
    confidences = {one.confidence for one in heads} | {one.confidence for one in claims}
    sure = bool(contacts) or not confidences <= {"possible"}
    text = profile_text(profile)
    quotes = (Evidence("profile", profile.address, one.reason, quote=text[slice(*one.span)]) for one in claims)
    return [
        Finding(
            "ID-05",
            "The profile may be out of date",
            policy.severity("ID-05", Severity.MEDIUM),
            f"It gives {listed(said)}.",
            Confidence.LIKELY if sure else Confidence.POSSIBLE,
            Outcome.FINDING if sure else Outcome.REVIEW,
            address=profile.address or account.address,
            evidence=(*(Evidence("profile", profile.address, one) for one in differing), *quotes),
            content=content_hash(text, *profile.contacts),
            seen_in=Resource.PROFILE,
        )
    ]


@check("ID-06", needs=(Resource.PROFILE,))
def staff_kept_private(subject: Subject, policy: Policy) -> Answer:
    """Tests that the profile names no member of staff together with a personal account.

    A title and a surname, or a name after "teacher", count when an account of that name stands in the profile or
    among its links; a name with another account right behind it is for a human look. Heads, the school office and
    governors are public roles. Nobody is named in the finding, and no account of a person is looked up.
    """
    account, profile = subject.account, subject.snapshot.profile
    if ruling := on_register_only(account) or _no_profile(account):
        return ruling
    named = subject.facts.named_staff
    if profile is None or not named:
        return ()
    sure = [one for one in named if one.confidence != "possible"]
    return [
        Finding(
            "ID-06",
            "The profile names staff with an account of theirs",
            policy.severity("ID-06", Severity.LOW),
            f"{counted(len(sure or named), 'member of staff', 'members of staff')}, by name.",
            Confidence.LIKELY if sure else Confidence.POSSIBLE,
            Outcome.FINDING if sure else Outcome.REVIEW,
            address=profile.address or account.address,
            evidence=tuple(Evidence("profile", profile.address, reason) for reason in _reasons(sure or named)),
            content=content_hash(profile_text(profile), *profile.links),
            seen_in=Resource.PROFILE,
        )
    ]


def profile_text(profile: Profile) -> str:
    """What a profile says in words, as the readers of `Facts` are given it."""
    return f"{profile.name}\n{profile.bio}\n{profile.location}"


def _no_profile(account: Account) -> Ruling | None:
    if account.platform == WIKIPEDIA:
        return not_applicable("such an account has no profile")
    return None


CONTACTS = {
    "phone": "a telephone number that is not the school's",
    "email": "an e-mail address that is not the school's",
    "postcode": "a postcode that is not the school's",
}


def _stale_contacts(subject: Subject) -> list[str]:
    known = _kinds_known(subject.school)
    kinds = dict.fromkeys(datum.kind for datum in subject.facts.profile_details)
    return [CONTACTS[kind] for kind in kinds if kind in known]


OTHER_HEAD = "another headteacher's name than the school's"


def _other_heads(subject: Subject) -> "tuple[NamedHead, ...]":
    """The heads that the profile names where none of them is the school's; nobody where school.toml names no head."""
    head, named = subject.school.head, subject.facts.heads
    if not head or any(one.is_called(head) for one in named):
        return ()
    return named


def _kinds_known(school: School) -> set[str]:
    """The kinds of contacts that school.toml gives."""
    mail = school.emails or school_hosts(school)
    given = {"phone": school.phones, "email": mail, "postcode": school.postcodes}
    return {kind for kind, values in given.items() if values}


def _claimed(claim: InspectionClaim) -> str:
    if claim.year is None:
        return "a grade of Ofsted's without the year of the inspection"
    return f"an overall grade of Ofsted's for {claim.year}, when there were none for state schools"


def _reasons(named: "list[NamedStaff] | tuple[NamedStaff, ...]") -> dict[str, None]:
    return dict.fromkeys(one.reason for one in named)
