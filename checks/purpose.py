"""Checks of purpose: does what an account posts serve what it is for, and is it the only one for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pandas as pd

from checks.applicability import WEBSITE, closed_unread, has_no, is_article, on_register_only
from checks.calendar import HALF_TERM
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
)
from checks.own_items import own_words, rows
from checks.policy import Policy, Term
from checks.readers.topics import subjects_of_purpose
from checks.wording import counted, listed, local_day, on_day
from connectors.snapshot import CoverageStatus, Resource, complete

KINDS = {
    "promotion": "advertising",
    "bait": "giveaways, quizzes and calls for likes",
    "meme": "memes and chain posts",
    "chat": "private talk",
    "trivial": "posts of no kind that words tell",
}
EXAMPLES = 3
WEEK = timedelta(days=7)
LEAST_LIKE = 0.8
"""Two posts are nearly the same when they share so much of their words, three by three."""
LEAST_PURPOSE = 0.75
"""Two purposes are nearly the same when they share so much of their words."""


@check("TRV-01", needs=(Resource.POSTS,))
def posts_serve_the_school(subject: Subject, policy: Policy) -> Answer:
    """Tests that no large share of what the account posts itself has nothing to do with the school.

    Advertisements, giveaways and engagement bait, quizzes and horoscopes, memes, chain posts and private talk are told
    from the school's business, learning, celebrations and community by words and by a small language model on this
    machine; the Method sheet says whether it ran. The share is of the last posts within a few months, and is told for
    the last week and the term as well. Reposts, answers and posts of too few words are left out. It is a hint for a
    person to look at: competitions, jokes of the week and a playful tone may be just what the account is for.
    """
    if ruling := _without_posts(subject, policy):
        return ruling
    since = subject.on - timedelta(days=int(policy.threshold("TRV-01", "days")))
    told = _told(subject)
    latest = told[told["day"] >= since].head(int(policy.threshold("TRV-01", "last_posts")))
    if len(latest) < policy.threshold("TRV-01", "least_posts"):
        return _too_few(subject, "posts that say enough to tell what they are about", len(latest))
    trivial = latest[latest["trivial"]]
    percent = 100 * len(trivial) / len(latest)
    if percent < policy.threshold("TRV-01", "percent"):
        return complete(len(latest)) if len(latest) >= policy.threshold("TRV-01", "last_posts") else ()
    kinds = Counter(KINDS[kind] for kind in trivial["topic"])
    examples = trivial.sort_values("sure", ascending=False, kind="stable").head(EXAMPLES)
    return [
        Finding(
            "TRV-01",
            "Many posts seem to have nothing to do with the school",
            policy.severity("TRV-01", Severity.LOW),
            f"{len(trivial)} of the last {len(latest)} posts ({percent:.0f}%):"
            f" {listed(f'{kind} ({number})' for kind, number in kinds.most_common())}.{_shares(told, subject)}",
            Confidence.POSSIBLE,
            Outcome.REVIEW,
            address=subject.account.address,
            evidence=tuple(
                Evidence("post", row.address, row.reason, quote=row.words, when=row.created) for row in rows(examples)
            ),
            content=content_hash(*sorted(trivial["id"])),
            seen_in=Resource.POSTS,
        )
    ]


@check("TRV-02", needs=(Resource.POSTS,))
def posts_serve_the_purpose(subject: Subject, policy: Policy) -> Answer:
    """Tests that an account whose purpose in the register is one subject is used for that subject.

    Where the purpose names sport, reading, trips, recruitment or the like, posts of the last months are looked through
    for words of that subject. A purpose that takes in school life as a whole fits any post that is not trivial
    (TRV-01) and is not looked at here. Reposts and posts of few words are left out. Words are a weak sign, and pictures
    are not seen: it is a hint for a person to look at, and either the purpose or the posts may need to change.
    """
    if ruling := _without_posts(subject, policy):
        return ruling
    subjects = subjects_of_purpose(subject.account.purpose)
    if not subjects:
        return not_applicable("the purpose in the register is not one subject that posts could be compared with")
    since = subject.on - timedelta(days=int(policy.threshold("TRV-02", "days")))
    told = _told(subject)
    latest = told[told["day"] >= since]
    if len(latest) < policy.threshold("TRV-02", "least_posts"):
        return _too_few(subject, "posts that say enough to tell what they are about", len(latest))
    fitting = sum(bool(subjects & subject.facts.subjects.get(item, frozenset())) for item in latest["id"])
    percent = 100 * fitting / len(latest)
    if percent >= policy.threshold("TRV-02", "percent"):
        return ()
    return [
        Finding(
            "TRV-02",
            "What is posted does not show the recorded purpose",
            policy.severity("TRV-02", Severity.LOW),
            f"The register says that the account is for {listed(sorted(subjects))}; {fitting} of"
            f" {counted(len(latest), 'post')} since {on_day(since)} ({percent:.0f}%) have words of that.",
            Confidence.POSSIBLE,
            Outcome.REVIEW,
            address=subject.account.address,
            evidence=(Evidence("register", subject.account.address, "purpose", quote=subject.account.purpose),),
            content=content_hash(subject.account.purpose, *sorted(latest["id"])),
            seen_in=Resource.POSTS,
        )
    ]


@check("REG-11", scope="school")
def no_two_for_one_purpose(school: SchoolSubject, policy: Policy) -> Mapping[str, Answer]:
    """Tests that no two accounts on one platform are for the same people and purpose, or say the same.

    Accounts are compared by audience and purpose in the register, and by how many of their latest posts are nearly the
    same, word for word. The finding stands with the account further down in the register. The same post on different
    platforms is fine; closed and parked accounts, articles and websites are left out. Words are compared, not their
    sense: two accounts for one purpose in different words are not seen.
    """
    answers: dict[str, Answer] = {}
    compared: list[Subject] = []
    for subject in school.subjects:
        ruling = on_register_only(subject.account)
        if ruling is None and (subject.account.platform == WEBSITE or subject.account.status == "parked"):
            ruling = not_applicable("websites and parked accounts are not compared")
        answers[subject.account.key] = ruling or ()
        if ruling is None:
            compared.append(subject)
    latest = {subject.account.key: _wordings(subject, policy) for subject in compared}
    for first, second in combinations(sorted(compared, key=lambda one: one.account.row), 2):
        if first.account.platform == second.account.platform:
            same = _likeness(first, second, latest, policy)
            if same:
                found = answers[second.account.key]
                earlier = tuple(found) if isinstance(found, Sequence) else ()
                answers[second.account.key] = (*earlier, _duplicate(first, second, same, policy))
    return answers


def _likeness(first: Subject, second: Subject, latest: Mapping[str, Sequence[frozenset[str]]], policy: Policy) -> str:
    """What two accounts have in common, as a sentence; "" when it is not much."""
    one, other = first.account, second.account
    if (
        one.audience.casefold() == other.audience.casefold()
        and _shared(_words(one.purpose), _words(other.purpose)) >= LEAST_PURPOSE
    ):
        return "Audience and purpose in the register are nearly the same."
    fewer, more = sorted((latest[one.key], latest[other.key]), key=len)
    if len(fewer) < policy.threshold("REG-11", "least_posts"):
        return ""
    same = sum(any(_shared(post, twin) >= LEAST_LIKE for twin in more) for post in fewer)
    if 100 * same <= policy.threshold("REG-11", "percent") * len(fewer):
        return ""
    return f"{same} of the last {len(fewer)} posts of one stand nearly word for word on the other."


def _stable_id(subject: Subject) -> str:
    """The platform's own id, as it was read tonight or is known; the register's key where there is none."""
    profile = subject.snapshot.profile
    return (profile.platform_id if profile else "") or subject.account.platform_id or subject.account.key


def _duplicate(first: Subject, second: Subject, same: str, policy: Policy) -> Finding:
    return Finding(
        "REG-11",
        "Two accounts on one platform seem to serve the same purpose",
        policy.severity("REG-11", Severity.LOW),
        f"With {first.account.label}: {same[0].lower()}{same[1:]}",
        Confidence.LIKELY,
        item=_stable_id(first),
        address=second.account.address,
        evidence=(
            Evidence("register", first.account.address, "the other account"),
            Evidence("register", second.account.address, "this account"),
        ),
        content=content_hash(first.account.purpose, second.account.purpose, first.account.audience),
    )


def _wordings(subject: Subject, policy: Policy) -> list[frozenset[str]]:
    """The latest posts as sets of three words in a row, those that have at least so many."""
    items = (
        own_words(subject).sort_values("created", ascending=False).head(int(policy.threshold("REG-11", "last_posts")))
    )
    threes = (_threes(text) for text in items["text"])
    return [three for three in threes if three]


def _threes(text: str) -> frozenset[str]:
    words = _split(text)
    return frozenset(" ".join(words[place : place + 3]) for place in range(len(words) - 2))


def _words(text: str) -> frozenset[str]:
    return frozenset(_split(text))


def _split(text: str) -> list[str]:
    """The words of a text in small letters, without addresses."""
    words = (word for word in text[:2_000].casefold().split() if "://" not in word)
    return [plain for word in words if (plain := "".join(letter for letter in word if letter.isalnum()))]


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _without_posts(subject: Subject, policy: Policy) -> Ruling | None:
    """The ruling for accounts that have no posts to look at."""
    if ruling := closed_unread(subject) or has_no(Resource.POSTS, subject, policy):
        return ruling
    if is_article(subject.account) or subject.account.platform == WEBSITE:
        return not_applicable("pages are not posts")
    return None


def _too_few(subject: Subject, what: str, number: int) -> Answer:
    coverage = subject.snapshot.coverage.get(Resource.POSTS)
    if coverage is not None and coverage.status is CoverageStatus.COMPLETE:
        return not_applicable(f"it has too few {what} ({number})")
    return ()


def _told(subject: Subject) -> pd.DataFrame:
    """The own posts whose topic was read, newest first, with day, topic, trivial, sure, reason and words."""
    topics = subject.facts.topics
    items = own_words(subject)
    items = items[items["id"].isin(topics.keys()) & items["created"].notna()].sort_values("created", ascending=False)
    read = [topics[item] for item in items["id"]]
    return items.assign(
        day=[local_day(created.to_pydatetime()) for created in items["created"]],
        topic=[one.kind for one in read],
        trivial=pd.Series([one.trivial for one in read], index=items.index, dtype=bool),
        sure=[one.confidence == "likely" for one in read],
        reason=[one.reason for one in read],
        words=[_quote(title, text) for title, text in zip(items["title"], items["text"], strict=True)],
    )


def _quote(title: str, text: str, most: int = 200) -> str:
    words = " ".join((title or text).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _shares(told: pd.DataFrame, subject: Subject) -> str:
    """The shares of the last week and of the term so far, as sentences."""
    spans = [("In the last week", subject.on - WEEK)]
    if start := _term_start(subject.school.terms, subject.on):
        spans.append((f"This term, since {on_day(start)},", start))
    parts = []
    for words, since in spans:
        within: Any = told[told["day"] > since] if since == subject.on - WEEK else told[told["day"] >= since]
        parts.append(f" {words} {int(within['trivial'].sum())} of {len(within)}.")
    return "".join(parts)


def _term_start(terms: Sequence[Term], on: date) -> date | None:
    """The first day of the term that a day is in or follows; the stretches before and after half-term are one."""
    begun = sorted((term for term in terms if term.starts <= on), key=lambda term: term.starts)
    if not begun:
        return None
    start = begun[-1]
    for term in reversed(begun[:-1]):
        if term.name != start.name or start.starts - term.ends > HALF_TERM:
            break
        start = term
    return start.starts
