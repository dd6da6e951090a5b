"""Checks of accessibility: can people who do not see the pictures learn what they show."""

from datetime import timedelta

from checks.applicability import closed_unread, no_pictures
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
from checks.own_items import own_words, rows
from checks.policy import Policy
from checks.wording import counted, local_day
from connectors.snapshot import CoverageStatus, Resource, not_due

EXAMPLES = 3


@check("ACC-01", needs=(Resource.POSTS, Resource.MEDIA))
def pictures_described(subject: Subject, policy: Policy) -> Answer:
    """Tests that pictures of the account's latest own items have alternative texts.

    A program reads an alternative text aloud to people who do not see the picture. The share of pictures without one
    is taken over the last term; a few are no finding. It sees that a text is there, not whether it is a good one, and
    on a website a picture that only decorates may rightly have none. Films' captions are not read, reposts are not
    counted. A good text says what is to be seen and names no pupil: names are IMG-02's and PII-01's.
    """
    account = subject.account
    platform = policy.platforms[account.platform]
    if ruling := closed_unread(subject) or no_pictures(subject, policy):
        return ruling
    if account.platform in flags().tells.no_descriptions:
        return not_applicable(f"pictures on {platform.name} have no field for an alternative text")
    if platform.connector and account.platform not in flags().tells.descriptions:
        return not_testable(f"whether pictures on {platform.name} have alternative texts is not read")
    since = subject.on - timedelta(days=int(policy.threshold("ACC-01", "days")))
    items = own_words(subject)
    dated = items[items["created"].notna()]
    latest = dated[dated["created"].map(local_day) >= since] if len(dated) else dated
    media = subject.snapshot.media
    if (latest["media"].map(bool) & ~latest["id"].isin(media["post_id"])).any() and _all_was_listed(subject):
        return not_due("earlier items' pictures are listed again with the weekly sweep")
    pictures = media[(media["kind"] == "image") & media["post_id"].isin(latest["id"])]
    bare = pictures[pictures["alt"].str.strip() == ""]
    many = len(pictures) >= policy.threshold("ACC-01", "least_pictures")
    if not many or 100 * len(bare) <= policy.threshold("ACC-01", "percent") * len(pictures):
        return ()
    percent = 100 * len(bare) / len(pictures)
    lacking = latest[latest["id"].isin(bare["post_id"])].sort_values("created", ascending=False, kind="stable")
    return [
        Finding(
            "ACC-01",
            "Pictures lack alternative texts",
            policy.severity("ACC-01", Severity.LOW),
            f"{len(bare):,} of {counted(len(pictures), 'picture')} of the last"
            f" {policy.threshold('ACC-01', 'days'):.0f} days ({percent:.0f}%) have none.",
            Confidence.CERTAIN,
            Outcome.FINDING,
            address=account.address,
            evidence=tuple(
                Evidence("post", row.address, "a picture without an alternative text")
                for row in rows(lacking.head(EXAMPLES))
            ),
            content=content_hash("pictures without alternative texts"),
            seen_in=Resource.MEDIA,
        )
    ]


def _all_was_listed(subject: Subject) -> bool:
    """Whether tonight's reading of pictures was whole for what it was meant to read, which may be new items only."""
    coverage = subject.snapshot.coverage.get(Resource.MEDIA)
    return coverage is not None and coverage.status is CoverageStatus.COMPLETE
