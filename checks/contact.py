"""Checks of contact: who can reach the account in private, answer under its posts, and write on its walls."""

from checks.applicability import has_no, on_register_only, was_read
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
    manual,
    not_applicable,
    not_testable,
)
from checks.own_items import own_words, rows
from checks.policy import Policy
from checks.vocabulary import says, vocabulary
from checks.wording import counted, sentence
from connectors.snapshot import CoverageStatus, Resource

EVERYONE = "everyone"
GROUPS = frozenset({"group", "room"})
"""Kinds of accounts, in the register's words and the platforms', in which several people write."""
MEMBER = "forum member"
TO_READERS_ONLY = frozenset({"approved", "owner"})
"""Settings under which nobody writes whom the school does not know of."""


@check("CON-01", needs=(Resource.SETTINGS,))
def messages_closed(subject: Subject, policy: Policy) -> Answer:
    """Tests that strangers cannot send the account private messages.

    A setting that lets followed accounts write is not counted; on Bluesky that is what holds without a setting.
    Most platforms show this to nobody but the account itself: there a person looks and attests.
    """
    account, settings = subject.account, subject.snapshot.settings
    platform = policy.platforms[account.platform]
    if ruling := on_register_only(account):
        return ruling
    if settings is not None and settings.messages_from == "everyone":
        return [
            Finding(
                "CON-01",
                "Anyone can send the account private messages",
                policy.severity("CON-01", Severity.MEDIUM),
                "The account accepts private messages from everybody.",
                address=account.address,
                evidence=(Evidence("setting", account.address, "messages from everyone"),),
                content=content_hash(settings.messages_from),
            )
        ]
    if settings is not None and settings.messages_from:
        return ()
    if platform.messages == "none":
        return not_applicable(f"{platform.name} has no private messages")
    if platform.messages == "attest":
        return manual(platform.attest)
    read = subject.snapshot.coverage.get(Resource.SETTINGS)
    if read is not None and read.status is CoverageStatus.COMPLETE:
        return not_testable(f"{platform.name} did not say who may send messages")
    return ()


@check("CON-02", needs=(Resource.POSTS,), also=(Resource.SETTINGS,))
def replies_looked_after(subject: Subject, policy: Policy) -> Answer:
    """Tests that not everybody can answer or comment without anybody looking after it.

    The latest items are looked at, because they show how the account is set today, and the account's own setting
    where the platform tells it. A filter that holds comments back is enough. Most platforms let everybody answer
    unless told otherwise: where the register names enough moderators, open answers are low and not medium; where its
    purpose is to ask for views, they are for a human look. It cannot see whether the moderators read what is written,
    nor filters that the platform keeps to itself.
    """
    account, settings = subject.account, subject.snapshot.settings
    platform = policy.platforms[account.platform]
    if ruling := on_register_only(account) or has_no(Resource.POSTS, subject, policy):
        return ruling
    items = own_words(subject)
    threads = items[items["reply_to"] == ""].sort_values(
        "created", ascending=False
    )  # an answer goes by its thread's rule
    latest = threads.head(int(policy.threshold("CON-02", "latest_items")))
    open_items = latest[latest["replies"] == EVERYONE]
    by_setting = settings.replies_from if settings else None
    if settings and settings.filtered:
        return ()
    if open_items.empty and by_setting != EVERYONE:
        if (latest["replies"] == "").any() and not by_setting:
            return has_no(Resource.COMMENTS, subject, policy) or not_testable(
                f"{platform.name} did not say who may comment"
            )
        return ()
    asks_for_views = says(account.purpose, vocabulary().consultation)
    enough = len(account.moderators) >= max(1, policy.requirements.least_moderators)
    said = (
        [f"everybody may answer {len(open_items)} of the latest {counted(len(latest), 'item')}"] if len(latest) else []
    )
    if by_setting == EVERYONE:
        said.append("the account lets everybody comment")
    said.append("no filter is known" if settings is None or settings.filtered is None else "no filter is switched on")
    said.append("the register names moderators" if enough else "the register names too few moderators")
    return [
        Finding(
            "CON-02",
            "Everybody may answer, as a place for views needs it: see that it is looked after"
            if asks_for_views
            else "Everybody may answer or comment",
            policy.severity("CON-02", Severity.LOW if enough or asks_for_views else Severity.MEDIUM),
            sentence("; ".join(said)),
            Confidence.POSSIBLE if asks_for_views else Confidence.LIKELY,
            Outcome.REVIEW if asks_for_views else Outcome.FINDING,
            address=account.address,
            evidence=(
                *(Evidence("post", row.address, "everybody may answer") for row in rows(open_items.head(EXAMPLES))),
                *([Evidence("setting", account.address, "comments from everyone")] if by_setting == EVERYONE else ()),
            ),
            content=content_hash(by_setting, bool(len(open_items)), enough, asks_for_views),
        )
    ]


EXAMPLES = 3
"""So many items stand as examples for more of the same kind."""


@check("CON-04", needs=(Resource.SETTINGS,))
def walls_closed(subject: Subject, policy: Policy) -> Answer:
    """Tests that not everybody can write on the account's wall, or join its group, room or forum and write there.

    Channels that everybody may join and only the school writes in are in order. Where the platform does not tell such
    settings, as with groups on Facebook, a person looks where the platform's row says and attests. It cannot see who
    the members are.
    """
    account, snapshot = subject.account, subject.snapshot
    settings, platform = snapshot.settings, policy.platforms[account.platform]
    if ruling := on_register_only(account):
        return ruling
    kind = snapshot.profile.kind if snapshot.profile else ""
    if kind == MEMBER:
        return not_applicable("the account is one member of somebody else's forum, whose settings are not the school's")
    posting, joining = (settings.posting_by, settings.joining) if settings else (None, None)
    gaps = []
    if posting == EVERYONE:
        gaps.append("everybody may write there")
    if joining == EVERYONE and posting not in TO_READERS_ONLY:
        gaps.append("everybody may join without being let in")
    if gaps:
        return [
            Finding(
                "CON-04",
                "The account's wall or group is open to everybody",
                policy.severity("CON-04", Severity.MEDIUM),
                sentence("; ".join(gaps)),
                address=account.address,
                evidence=(Evidence("setting", account.address, "; ".join(gaps)),),
                content=content_hash(posting, joining),
            )
        ]
    if posting or joining:
        return ()
    gathers = platform.gathers or not GROUPS.isdisjoint({account.kind, kind})
    if platform.wall:
        return manual(platform.wall)
    if not gathers:
        return not_applicable("the account is no group, room or forum, and has no wall on which others write")
    if was_read(subject, Resource.SETTINGS):
        return not_testable(f"{platform.name} did not say who may join and write")
    return ()
