"""Checks of links: do they harm, do they still lead somewhere, and do they show where."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
)
from checks.own_items import moment, own_words, rows
from checks.policy import Policy
from checks.readers.link_risks import HARMFUL, Kind, LinkReading, defanged
from checks.wording import counted, listed, on_day, one_of, sentence
from connectors.snapshot import Resolved, Resource, Standing, partial

GRAVE = frozenset(
    {
        Kind.ADULT, Kind.STRANGERS, Kind.VIOLENCE, Kind.SCAM, Kind.TRACKER, Kind.PROGRAM, Kind.DISGUISED,
        Kind.RUNNING, Kind.IMITATION, Kind.HIDDEN, Kind.LISTED, Kind.SECRET,
    }
)  # fmt: skip
"""Kinds that harm whoever opens the link, or show that somebody means to: critical. Other harm is high."""
EXAMPLES = 10
"""So many links stand for more of the same kind."""


@check("LNK-01", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def links_harmless(subject: Subject, policy: Policy) -> Answer:
    """Tests that no link in the account's own items or profile leads to harm.

    Adult content, gambling, dating, chat with strangers, copied films and games, scams, programs to download,
    passwords in addresses, hosts without a name, and names that imitate the school's or a well-known one are told from
    the address itself, by lists and rules of this version, the school's own list of bad addresses, and by where the
    link led when it was last asked. Addresses that school.toml allows are left out. A site that no list or rule knows
    is not seen. Addresses are shown so that nobody opens them by mistake.
    """
    return _per_item(
        "LNK-01",
        subject,
        lambda reading: reading.kind in HARMFUL,
        lambda kinds: policy.severity("LNK-01", Severity.CRITICAL if GRAVE.intersection(kinds) else Severity.HIGH),
        "has a link that may do harm",
        policy,
    )


@check("LNK-02", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def domains_still_theirs(subject: Subject, policy: Policy) -> Answer:
    """Tests that the sites which the account links to still belong to whom they did.

    A domain that is for sale, parked or suspended, or a certificate that cannot be trusted, has to be seen on several
    nights before it counts, for both can pass. Links are asked a few each night, each once a week, those in trouble
    every night. A site whose page is now about gambling, adult content, medicines or quick money, or is written in
    letters hardly read around here, and says nothing of schools or their neighbours, is left to a person. It cannot see
    that a site was taken over by somebody who made it look the same, or writes of anything else.
    """
    found = _per_item(
        "LNK-02",
        subject,
        lambda reading: reading.kind in (Kind.PARKED, Kind.UNTRUSTED, Kind.TAKEN),
        lambda _: policy.severity("LNK-02", Severity.HIGH),
        "links to a site that has lapsed or cannot be trusted",
        policy,
        nights=int(policy.threshold("LNK-02", "nights")),
    )
    return found or _asked(subject)


@check("LNK-03", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def links_in_full(subject: Subject, policy: Policy) -> Answer:
    """Tests that links in the account's own posts and in its profile are not shortened by a third party.

    A shortened link hides where it leads, and its target can be changed later. It knows shortening services by
    name, and others by their shape; a platform's own shortening, which happens to every link there, is not counted.
    Where the link was asked, the finding says where it led. What the account reposted is not its own.
    """
    return _per_item(
        "LNK-03",
        subject,
        lambda reading: reading.kind is Kind.SHORTENER,
        lambda _: policy.severity("LNK-03", Severity.LOW),
        "has a shortened link",
        policy,
    )


@check("LNK-04", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def links_work(subject: Subject, policy: Policy) -> Answer:
    """Tests that links in the account's own items and profile still lead somewhere.

    A page that is gone, a name without a server and a server that is out of order count once they were seen on several
    nights. Sites that turn programs away say nothing about their pages: such links are not testable. Links are asked a
    few each night, each once a week, those in trouble every night.
    """
    found = _per_item(
        "LNK-04",
        subject,
        lambda reading: reading.kind in (Kind.GONE, Kind.BROKEN),
        lambda _: policy.severity("LNK-04", Severity.LOW),
        "has a link that leads nowhere",
        policy,
        nights=int(policy.threshold("LNK-04", "nights")),
    )
    return found or _asked(subject)


@check("LNK-05", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def kept_at_school(subject: Subject, policy: Policy) -> Answer:
    """Tests that files, forms, pages and collections which the account links to are the school's own.

    Storage and forms outside the school's own tenancy, pages at free services and collections in somebody's name may
    be in order, and the address does not tell whose they are: a person looks, once for the account, and again when
    another service joins. Addresses that school.toml allows are left out.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    own = {"", *own_words(subject)["id"]}
    outside = [
        (item, reading)
        for item, readings in subject.facts.links.items()
        if item in own
        for reading in readings
        if reading.kind in OUTSIDE
    ]
    if not outside:
        return ()
    services = sorted({reading.reason.partition(" ")[0] for _, reading in outside})
    kinds = sorted({reading.kind for _, reading in outside})
    return [
        Finding(
            "LNK-05",
            "Links lead to services outside the school: see whose they are",
            policy.severity("LNK-05", Severity.MEDIUM),
            sentence(f"{counted(len({reading.url for _, reading in outside}), 'link')} to {listed(kinds)}"),
            Confidence.POSSIBLE,
            Outcome.REVIEW,
            address=subject.account.address,
            evidence=tuple(
                Evidence("post" if item else "profile", _shown(reading), reading.kind)
                for item, reading in outside[:EXAMPLES]
            ),
            content=content_hash(*services),
        )
    ]


OUTSIDE = (Kind.STORAGE, Kind.PAGE, Kind.COLLECTION)


@check("CON-03", needs=(Resource.POSTS,), also=(Resource.PROFILE,))
def stays_in_public(subject: Subject, policy: Policy) -> Answer:
    """Tests that the account invites nobody into private conversations or into rooms that the school does not know.

    Invitations to WhatsApp, Telegram, Discord, Signal and the like, links to private messages and to people on
    Snapchat, and addresses by which whoever has them joins a class are told from the address. Groups and channels that
    may be the school's own are for a human look. Registered accounts and addresses that school.toml allows, such as
    the parents' association's, are left out. Invitations in words alone ("add me on snap", "DM us", "ask for the
    WhatsApp group") are told from the words, and are always for a human look.
    """
    what = "invites people to a private conversation or an unofficial channel"
    linked = _per_item(
        "CON-03",
        subject,
        lambda reading: reading.kind is Kind.ROOM,
        lambda _: policy.severity("CON-03", Severity.HIGH),
        what,
        policy,
    )
    if not isinstance(linked, list):
        return linked
    return [*linked, *_in_words(subject, policy, what, {finding.item for finding in linked})]


def _in_words(subject: Subject, policy: Policy, what: str, linked: Collection[str]) -> Iterable[Finding]:
    """Invitations in words, of items in which no link gives one."""
    found = {item: read for item, read in subject.facts.private_channels.items() if item not in linked}
    items = own_words(subject)
    places = [(row, f"{row.title}\n{row.text}") for row in rows(items[items["id"].isin(found.keys() - {""})])]
    profile = subject.snapshot.profile
    if "" in found and profile:
        places.append((subject.account, f"{profile.name}\n{profile.bio}\n{profile.location}"))
    for where, text in places:
        own_item = hasattr(where, "created")
        item = where.id if own_item else ""
        yield Finding(
            "CON-03",
            f"{one_of(where.kind) if own_item else 'The profile'} {what}",
            policy.severity("CON-03", Severity.HIGH),
            "Told from the words alone: whether the school runs the place is for a person.",
            Confidence.POSSIBLE,
            Outcome.REVIEW,
            item=item,
            address=where.address,
            evidence=tuple(
                Evidence("post" if own_item else "profile", where.address, one.reason, text[slice(*one.span)])
                for one in found[item]
            ),
            content=content_hash(text),
            created=moment(where.created) if own_item else None,
            seen_in=Resource.POSTS if own_item else Resource.PROFILE,
        )


def _per_item(
    identifier: str,
    subject: Subject,
    wanted: Callable[[LinkReading], bool],
    severity: Callable[[Collection[Kind]], Severity],
    what: str,
    policy: Policy,
    nights: int = 1,
) -> Answer:
    """One finding for each own item, and one for the profile, with the wanted readings."""
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    found = {
        item: chosen
        for item, readings in subject.facts.links.items()
        if (chosen := _surest(reading for reading in readings if wanted(reading)))
    }
    items, led = own_words(subject), subject.snapshot.resolved
    findings = [
        _finding(identifier, f"{one_of(row.kind)} {what}", severity, found[row.id], nights, row, led)
        for row in rows(items[items["id"].isin(found.keys() - {""})])
    ]
    if "" in found:
        findings.append(_finding(identifier, f"The profile {what}", severity, found[""], nights, subject.account, led))
    return findings


def _surest(readings: Iterable[LinkReading]) -> tuple[LinkReading, ...]:
    """The readings that are more than possible, or all where none is."""
    every = tuple(readings)
    return tuple(reading for reading in every if reading.confidence != "possible") or every


def _finding(
    identifier: str,
    title: str,
    severity: Callable[[Collection[Kind]], Severity],
    readings: Sequence[LinkReading],
    nights: int,
    where: Any,
    resolved: Mapping[str, Resolved],
) -> Finding:
    """The finding of one item, or of the profile, whose place is then the account."""
    kinds = list(dict.fromkeys(reading.kind for reading in readings))
    links = dict.fromkeys(reading.url for reading in readings)
    profile = not hasattr(where, "created")
    confidence = min((Confidence(reading.confidence) for reading in readings), key=list(Confidence).index)
    return Finding(
        identifier,
        title,
        severity(kinds),
        sentence(f"{counted(len(links), 'link')}: {listed(kinds)}"),
        confidence,
        Outcome.REVIEW if confidence is Confidence.POSSIBLE else Outcome.FINDING,
        item="" if profile else where.id,
        address=where.address,
        evidence=tuple(
            Evidence(
                "profile" if profile else "post",
                where.address,
                _rule(reading, resolved.get(reading.url)),
                quote=_shown(reading),
            )
            for reading in readings[:EXAMPLES]
        ),
        content=content_hash(*links, *kinds),
        created=None if profile else moment(where.created),
        nights=nights,
        seen_in=Resource.PROFILE if profile else Resource.POSTS,
    )


def _rule(reading: LinkReading, resolved: Resolved | None) -> str:
    """What matched, and for a link that hides where it leads, where it led."""
    said = f"{reading.kind}: {reading.reason}"
    if reading.kind is not Kind.SHORTENER or resolved is None or len(resolved.chain) == 1:
        return said
    return f"{said}; it led to {resolved.final.partition('?')[0]} on {on_day(resolved.asked)}"


def _shown(reading: LinkReading) -> str:
    """The link as people may see it: no key, no invitation and nothing harmful is handed on."""
    if reading.kind in (Kind.SECRET, Kind.ROOM, Kind.DISGUISED):
        whole = defanged(reading.url.partition("?")[0].partition("#")[0])
        return "/".join(whole.split("/")[:3]).rpartition("@")[2]
    return defanged(reading.url) if reading.kind in HARMFUL | {Kind.PARKED, Kind.TAKEN} else reading.url


def _asked(subject: Subject) -> Answer:
    """How far the links were asked where they lead, when none of them showed anything."""
    links, resolved = subject.facts.askable, subject.snapshot.resolved
    told = [link for link in links if link in resolved and resolved[link].standing is not Standing.UNTESTABLE]
    if len(told) == len(links):
        return ()
    return partial(f"{len(told)} of {counted(len(links), 'link')} could be asked so far", len(told), planned=True)
