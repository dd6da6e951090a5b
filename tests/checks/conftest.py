"""Builders for the checks' tests: one school in good order, from which a test changes one thing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from types import SimpleNamespace

import pytest

from checks.finding import History, SchoolSubject, Subject
from checks.outcome import conclude, evaluate
from checks.policy import (
    AdoptedPolicy,
    Dpia,
    Governance,
    Requirements,
    School,
    Term,
    load_policy,
)
from checks.readers.facts import Facts
from connectors.snapshot import (
    COMMENTS,
    LINKS,
    PEOPLE,
    POSTS,
    REVISIONS,
    Account,
    Profile,
    Resource,
    Snapshot,
    complete,
    frame,
)

ON = date(2026, 11, 20)
SCHEMAS = {
    "posts": POSTS,
    "comments": COMMENTS,
    "followers": PEOPLE,
    "following": PEOPLE,
    "links": LINKS,
    "revisions": REVISIONS,
}
TERMS = (
    ("Summer 2026", date(2026, 4, 13), date(2026, 5, 22)),
    ("Summer 2026", date(2026, 6, 1), date(2026, 7, 21)),
    ("Autumn 2026", date(2026, 9, 2), date(2026, 10, 23)),
    ("Autumn 2026", date(2026, 11, 2), date(2026, 12, 18)),
    ("Spring 2027", date(2027, 1, 4), date(2027, 2, 12)),
    ("Spring 2027", date(2027, 2, 22), date(2027, 3, 25)),
)


@cache
def shipped():
    return load_policy(Requirements(adopted_on=date(2026, 9, 10), adopted_by="Governing body"))


def policy(**requirements):
    """The shipped policy with adopted requirements, of which a test may change some."""
    ours = shipped()
    return replace(ours, requirements=ours.requirements.model_copy(update=requirements))


def school(**changes):
    """A school whose own duties are done."""
    given = {
        "name": "Hazelbrook Primary School",
        "place": "Hazelbrook",
        "website": "https://www.hazelbrook.example/",
        "domains": ("hazelbrook.example",),
        "phones": ("01632 960123",),
        "emails": ("office@hazelbrook.example",),
        "class_names": ("Kingfishers",),
        "oldest_pupil": 11,
        "terms": tuple(Term(name=name, starts=starts, ends=ends) for name, starts, ends in TERMS),
        "policy": AdoptedPolicy(adopted_on=date(2025, 9, 1), review_date=date(2027, 9, 1)),
        "dpia": Dpia(
            reference="DPIA-7",
            approved_on=date(2026, 9, 1),
            approver="Data protection officer",
            features=("followers", "comments", "pictures", "names", "discovery"),
        ),
        "governance": Governance(
            privacy_notice="https://www.hazelbrook.example/privacy", access_reviewed_on=date(2026, 9, 1)
        ),
    }
    return School(**(given | changes))


def account(**changes):
    """A row of the register without a gap."""
    given = {
        "key": "bluesky:hazelbrook.example",
        "row": 4,
        "platform": "bluesky",
        "handle": "hazelbrook.example",
        "address": "https://bsky.app/profile/hazelbrook.example",
        "purpose": "Tells parents about trips, closures and events at short notice",
        "audience": "parents and carers",
        "owner": "school office",
        "administrators": ("headteacher", "school office"),
        "moderators": ("headteacher", "school office"),
        "shared_login": False,
        "recovery_at_school": True,
        "mfa_attested_on": date(2026, 5, 4),
        "approved_by": "headteacher",
        "approved_on": date(2026, 1, 12),
        "created_on": date(2026, 1, 15),
        "next_review": date(2027, 7, 1),
        "exit_plan": "closed with notice to parents when no longer used",
        "success_measure": "half of the parents follow it",
        "house_rules": "https://www.hazelbrook.example/house-rules",
        "kind": "account",
    }
    return Account(**(given | changes))


def on_x(**changes):
    """A row of the register without a gap, on a platform without domain handles."""
    given = {
        "key": "x:hazelbrookps",
        "platform": "x",
        "handle": "HazelbrookPS",
        "address": "https://x.com/HazelbrookPS",
    }
    return account(**(given | changes))


def website(**changes):
    """The register's row of the school's website."""
    given = {
        "key": "website:hazelbrook.example",
        "platform": "website",
        "handle": "",
        "address": "https://www.hazelbrook.example/",
        "kind": "website",
    }
    return account(**(given | changes))


def article(**changes):
    """The register's row of the article about the school."""
    given = {
        "key": "wikipedia:hazelbrook primary school",
        "platform": "wikipedia",
        "handle": "Hazelbrook Primary School",
        "address": "https://en.wikipedia.org/wiki/Hazelbrook_Primary_School",
        "kind": "article",
    }
    return account(**(given | changes))


def profile(**changes):
    """A profile that says everything a school may ask for."""
    given = {
        "platform_id": "did:plc:hazelbrook",
        "handle": "hazelbrook.example",
        "address": "https://bsky.app/profile/hazelbrook.example",
        "name": "Hazelbrook Primary School",
        "bio": "Official account of Hazelbrook Primary School. Not monitored out of hours. Call 01632 960123.",
        "links": ("https://www.hazelbrook.example/",),
        "created": datetime(2026, 1, 15, 9, tzinfo=UTC),
        "posts": 40,
    }
    return Profile(**(given | changes))


def snapshot(account, coverage=None, **parts):
    """What was read: frames are given as lists of rows. What is given, or stands in `coverage`, was read."""
    frames = {name: frame(SCHEMAS[name], rows) for name, rows in parts.items() if name in SCHEMAS}
    others = {name: part for name, part in parts.items() if name not in SCHEMAS}
    read = {Resource(name): complete(1) for name in parts if name in set(Resource)}
    return Snapshot(account, datetime(2026, 11, 20, 2, tzinfo=UTC), read | (coverage or {}), **frames, **others)


def subject(account_=None, *, school_=None, facts=None, history=None, on=ON, coverage=None, **parts):
    """One account on one night."""
    row = account_ or account()
    taken = snapshot(row, coverage, **parts)
    return Subject(row, taken, facts or Facts(), school_ or school(), on, history or History())


def whole(*subjects, school_=None, on=ON):
    """The school with its accounts."""
    return SchoolSubject(tuple(subjects), school_ or school(), on, History())


def results(check, subject, policy_=None, last=None):
    """The check's results by register key, concluded as the night does it."""
    rows = policy_ or policy()
    single = isinstance(subject, Subject)
    return {
        key: conclude(
            check,
            answer,
            account=key,
            coverage=subject.snapshot.coverage if single else {},
            on=subject.on,
            last=last,
        )
        for key, answer in evaluate(check, subject, rows).items()
    }


def result(check, subject, policy_=None, last=None):
    """The check's only result."""
    (only,) = results(check, subject, policy_, last).values()
    return only


def finding(check, subject, policy_=None):
    """The check's only finding."""
    (only,) = result(check, subject, policy_).findings
    return only


@pytest.fixture(scope="session")
def make():
    """The builders of this file."""
    return SimpleNamespace(
        ON=ON,
        policy=policy,
        school=school,
        account=account,
        on_x=on_x,
        website=website,
        article=article,
        profile=profile,
        snapshot=snapshot,
        subject=subject,
        whole=whole,
        results=results,
        result=result,
        finding=finding,
    )
