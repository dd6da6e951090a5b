"""Checks of conduct: how the school's accounts speak, and how people speak under what the school publishes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
from pydantic import Field

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
from checks.own_items import REPOST, moment, own_words, rows
from checks.policy import Frozen, Policy, read_data
from checks.readers.conduct import ABUSE, Conduct, Kind
from checks.wording import counted, listed, local_day, one_of
from connectors.snapshot import CoverageStatus, Resource, complete

WORDS: Mapping[Kind, str] = {
    "profanity": "swearing",
    "slur": "a slur",
    "insult": "an insult",
    "threat": "a threat",
    "bullying": "bullying",
    "sexual": "sexual remarks",
    "abuse": "what reads like abuse",
    "disclosure": "what may tell of harm",
    "partisan": "taking sides between parties",
    "opinion": "a personal view",
    "named party": "words against a named person or body",
}
"""The reader's kinds, in words."""


@check("CNT-01", needs=(Resource.POSTS,), also=(Resource.COMMENTS,))
def own_words_decent(subject: Subject, policy: Policy) -> Answer:
    """Tests that the account itself does not swear, insult, threaten or mock.

    Its posts, what it passes on and its own comments are read, with masks ("sh*t") undone. Names, places, animals,
    books, plays, sport and talk about kindness are kept out. What the school wrote itself is quoted to IT, what
    others wrote is not. It reads words only, not tone, pictures or films, and knows English alone.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    posts, comments = subject.snapshot.posts, subject.snapshot.comments
    found = _only(subject.facts.conduct, ABUSE)
    under = _only(subject.facts.comment_conduct, ABUSE)
    items = [(row, found[row.id], row.kind) for row in rows(posts[posts["id"].isin(found.keys())])]
    items += [
        (row, under[row.id], "comment") for row in rows(comments[comments["id"].isin(under.keys()) & comments["ours"]])
    ]
    return [
        _of_item(
            policy,
            "CNT-01",
            row,
            finds,
            kind,
            f"{one_of(kind)} of the account has {_kinds(finds)}",
            Severity.HIGH,
            resource=Resource.COMMENTS if kind == "comment" else Resource.POSTS,
        )
        for row, finds, kind in items
    ]


@check("CNT-02", needs=(Resource.COMMENTS,), feature="comments")
def replies_decent(subject: Subject, policy: Policy) -> Answer:
    """Tests that no abuse stays in sight under the account's items for longer than a day.

    Comments by others are read for swearing, slurs, insults, threats, bullying and sexual remarks; strong criticism
    is none of them. Those younger than the time a moderator is given are left for the next night. They are never
    quoted: there is the link and the kind. What the platform hides itself, and pictures, are not seen.
    """
    if ruling := closed_unread(subject) or has_no(Resource.COMMENTS, subject, policy):
        return ruling
    given = timedelta(hours=policy.threshold("CNT-02", "hours"))
    found = _only(subject.facts.comment_conduct, ABUSE)
    comments = _others(subject)
    recent = comments["created"] > subject.snapshot.taken - given
    return [
        _of_comment(policy, row, found[row.id]) for row in rows(comments[comments["id"].isin(found.keys()) & ~recent])
    ]


def _of_comment(policy: Policy, row: Any, finds: Sequence[Conduct]) -> Finding:
    """One comment. Nothing but the kinds is kept of it: the words are somebody else's."""
    kinds = _kinds(finds)
    return Finding(
        "CNT-02",
        f"A comment in sight has {kinds}",
        policy.severity("CNT-02", Severity.MEDIUM),
        "The words are not repeated here.",
        _sureness(finds),
        _outcome(finds),
        item=row.id,
        address=row.address,
        evidence=(Evidence("comment", row.address, kinds),),
        content=content_hash(kinds),
        created=moment(row.created),
        nights=2 if pd.isna(row.created) else 1,  # without a time, a second night shows that it stays
        seen_in=Resource.COMMENTS,
    )


@check("CNT-03", needs=(Resource.POSTS,))
def speaks_fairly_of_others(subject: Subject, policy: Policy) -> Answer:
    """Tests whether the school's own items speak ill of a named person or body.

    Councils, inspectors, companies, parents and people with a title or a full name, called liars, thieves,
    incompetent and the like. Every find is for a human look: a quote from the news or a fair complaint can look the
    same. It does not see who is meant where nobody is named, and is no judgement of law.
    """
    return _reviews(subject, policy, "CNT-03", "named party", "may speak ill of somebody it names", Severity.HIGH)


@check("CNT-04", needs=(Resource.POSTS,))
def speaks_as_the_school(subject: Subject, policy: Policy) -> Answer:
    """Tests whether a personal view stands in the school's own items as if it were the school's.

    Markers such as "personally, I", "in my opinion" and "hot take" are looked for; a headteacher's welcome in the
    first person, and views that pupils wrote in lessons, are kept out where the words show it. Every find is for a
    human look. A view without such words is not seen.
    """
    return _reviews(subject, policy, "CNT-04", "opinion", "may give a personal view", Severity.LOW)


@check("CNT-05", needs=(Resource.POSTS,))
def takes_no_sides(subject: Subject, policy: Policy) -> Answer:
    """Tests that the account supports or attacks no political party, politician or campaign.

    Calls to vote, praise and blame of parties and politicians, and slogans count, also in what the account passes
    on. Who merely names a candidate, a party or an MP takes no side; in the weeks before an election (elections.toml)
    that too is for a human look. School councils, polling stations and lessons about Parliament are kept out. Likes
    are not seen, nor by-elections that nobody entered.
    """
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    posts = subject.snapshot.posts
    found = _only(subject.facts.conduct, frozenset({"partisan"}))
    findings = []
    for row in rows(posts[posts["id"].isin(found.keys())]):
        finds = found[row.id]
        sure = _outcome(finds) is Outcome.FINDING
        created = moment(row.created)
        election = election_near(local_day(created) if created else subject.on)
        if not sure and not election:
            continue
        title = f"{one_of(row.kind)} takes sides between parties" if sure else f"{one_of(row.kind)} names politicians"
        if election:
            title += f" in the weeks before {election}"
        severity = Severity.HIGH if sure else Severity.MEDIUM
        findings.append(_of_item(policy, "CNT-05", row, finds, row.kind, title, severity))
    return findings


@check("TRV-03", needs=(Resource.COMMENTS,), feature="comments")
def attention_friendly(subject: Subject, policy: Policy) -> Answer:
    """Tests whether many of the comments of the last seven days are hostile.

    Hostile are comments with abuse; a busy thread of genuine complaints is none. There have to be some, and more
    than a share of all: both numbers are in the policy data. The week before stands beside it, as a trend. Comments
    that were hidden before the run, and those on platforms that give none, are not counted.
    """
    if ruling := closed_unread(subject) or has_no(Resource.COMMENTS, subject, policy):
        return ruling
    comments = _others(subject)
    hostile = comments["id"].isin(_only(subject.facts.comment_conduct, ABUSE).keys())
    taken = subject.snapshot.taken
    this = (comments["created"] > taken - WEEK) & (comments["created"] <= taken)
    last = (comments["created"] > taken - 2 * WEEK) & ~this & (comments["created"] <= taken)
    now, before, everything = int((hostile & this).sum()), int((hostile & last).sum()), int(this.sum())
    most = policy.threshold("TRV-03", "percent")
    if now < policy.threshold("TRV-03", "comments") or now * 100 <= most * everything:
        return _of_the_week(subject)
    return [
        Finding(
            "TRV-03",
            "Many of the last seven days' comments are hostile",
            policy.severity("TRV-03", Severity.MEDIUM),
            f"Hostile are {now} of {counted(everything, 'comment')} in seven days; in the seven days before: {before}.",
            Confidence.LIKELY,
            address=subject.account.address,
            evidence=(Evidence("profile", subject.account.address, "hostile comments in seven days"),),
            # Opens again when the number doubles, and not every night.
            content=content_hash(now.bit_length()),
            seen_in=Resource.COMMENTS,
        )
    ]


WEEK = timedelta(days=7)


def _of_the_week(subject: Subject) -> Answer:
    """Nothing found: a reading that stops short of everything is enough where it goes a week back."""
    read = subject.snapshot.coverage.get(Resource.COMMENTS)
    if (
        read
        and read.status is CoverageStatus.PARTIAL
        and read.planned
        and read.since
        and read.since <= subject.snapshot.taken - WEEK
    ):
        return complete(read.read)
    return ()


@check("CON-05", needs=(Resource.COMMENTS,), feature="comments")
def disclosures_seen(subject: Subject, policy: Policy) -> Answer:
    """Tests whether a comment may tell of harm: self-harm, abuse, fear, bullying, a cry for help.

    The threshold is low on purpose: lyrics, jokes and drama will be among them, and the safeguarding lead looks at
    each the same day. All of an account's comments are one finding, which only the safeguarding lead can open; no
    words are kept. This is no reporting channel: private messages, pictures and what is hidden are never read, and
    many who need help do not say so in words.
    """
    if ruling := closed_unread(subject) or has_no(Resource.COMMENTS, subject, policy):
        return ruling
    found = _only(subject.facts.comment_conduct, frozenset({"disclosure"}))
    comments = _others(subject)
    told = comments[comments["id"].isin(found.keys())]
    if told.empty:
        return ()
    return [
        Finding(
            "CON-05",
            "Comments may tell of harm: the safeguarding lead looks at them the same day",
            policy.severity("CON-05", Severity.CRITICAL),
            "The words are not repeated here, and nothing is read as proof of anything.",
            Confidence.POSSIBLE,
            Outcome.REVIEW,
            address=subject.account.address,
            evidence=tuple(
                Evidence("comment", row.address, found[row.id][0].reason, when=moment(row.created))
                for row in rows(told)
            ),
            content=content_hash(*sorted(told["id"])),
            count=len(told),
            seen_in=Resource.COMMENTS,
        )
    ]


# --- elections -------------------------------------------------------------------------------------


class Election(Frozen):
    """An election: its name, the first of the weeks before it, and the day of the poll."""

    name: str
    begins: date = Field(alias="from")
    polls: date


class Elections(Frozen):
    """The elections that this version knows (data/elections.toml)."""

    source: str
    verified_on: date
    elections: tuple[Election, ...]


@cache
def elections() -> tuple[Election, ...]:
    """The known elections, in their order."""
    return Elections.model_validate(read_data("elections.toml")).elections


def election_near(day: date) -> str:
    """The election in whose pre-election weeks a day lies, "" for none."""
    return next((one.name for one in elections() if one.begins <= day <= one.polls), "")


# --- pieces ----------------------------------------------------------------------------------------

Finds = Mapping[str, Sequence[Conduct]]


def _only(found: Finds, kinds: frozenset[Kind]) -> Finds:
    """The finds of some kinds; items without any are left out."""
    kept = {item: tuple(find for find in finds if find.kind in kinds) for item, finds in found.items()}
    return {item: finds for item, finds in kept.items() if finds}


def _others(subject: Subject) -> pd.DataFrame:
    """The comments that the account did not write itself."""
    comments = subject.snapshot.comments
    return comments[~comments["ours"]]


def _kinds(finds: Iterable[Conduct]) -> str:
    """The kinds in words; beside something sure, what is only possible is not named."""
    finds = list(finds)
    sure = [find for find in finds if find.confidence != "possible"]
    return listed(dict.fromkeys(WORDS[find.kind] for find in sure or finds))


def _sureness(finds: Iterable[Conduct]) -> Confidence:
    return min((Confidence(find.confidence) for find in finds), key=list(Confidence).index)


def _outcome(finds: Iterable[Conduct]) -> Outcome:
    """A finding where words or rules are clear; what only the heads find, or may be meant well, is for a human look."""
    clear = any(find.confidence != "possible" and find.kind != "abuse" for find in finds)
    return Outcome.FINDING if clear else Outcome.REVIEW


def _reviews(subject: Subject, policy: Policy, name: str, kind: Kind, says: str, severity: Severity) -> Answer:
    """What is for a human look in the school's own words, one finding for each item."""
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    found = _only(subject.facts.conduct, frozenset({kind}))
    posts = own_words(subject)
    return [
        _of_item(
            policy, name, row, found[row.id], row.kind, f"{one_of(row.kind)} {says}", severity, outcome=Outcome.REVIEW
        )
        for row in rows(posts[posts["id"].isin(found.keys())])
    ]


def _of_item(
    policy: Policy,
    name: str,
    row: Any,
    finds: Sequence[Conduct],
    kind: str,
    title: str,
    severity: Severity,
    *,
    outcome: Outcome | None = None,
    resource: Resource = Resource.POSTS,
) -> Finding:
    """A finding of one item of the account. What the account only passed on is not quoted."""
    text = row.text if kind == "comment" else _text_of(row)
    quotes = [] if kind == REPOST else [text[slice(*find.span)] for find in finds]
    return Finding(
        name,
        title,
        policy.severity(name, severity),
        "",
        _sureness(finds),
        outcome or _outcome(finds),
        item=row.id,
        address=row.address,
        evidence=tuple(
            Evidence("comment" if kind == "comment" else "post", row.address, find.reason, quote)
            for find, quote in zip(finds, quotes or [""] * len(finds), strict=True)
        ),
        content=content_hash(text),
        created=moment(row.created),
        seen_in=resource,
    )


def _text_of(row: Any) -> str:
    """What the readers were given of an item (facts.py)."""
    return f"{row.title}\n{row.text}"
