import ast
import dataclasses
import inspect
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checks
from audit.register import KINDS, STATUSES
from checks import CHECKS
from checks.backlog import collapse, fold
from checks.finding import Check, Finding, Outcome, Subject, fingerprint
from checks.outcome import Result
from checks.policy import load_policy
from checks.readers.ages import COLUMNS, AgeReading
from checks.readers.conduct import Conduct
from checks.readers.facts import Facts
from checks.readers.invitations import Invitation
from checks.readers.link_risks import Kind, LinkReading
from checks.readers.names import NameReading
from checks.readers.personal_data import PersonalDatum
from checks.readers.picture import Face, PictureFile, PictureReading, SeenPicture, Words
from checks.readers.profile_facts import InspectionClaim, NamedStaff
from checks.readers.promotion import Promotion
from checks.readers.years import AgeBand, BirthRange
from connectors.snapshot import (
    Resource,
    Settings,
    complete,
    failed,
    not_due,
    not_offered,
    not_permitted,
    partial,
)

POLICY = load_policy()
PROMOTIONS = (
    Promotion("advertising", (0, 4), "a discount code", "likely"),
    Promotion("no rules", None, "no rules", "possible"),
)
PICTURE = PictureReading(
    PictureFile("sum", "JPEG", 4000, 3000, look="0f" * 8, position="53.1,-0.2", made_with="made by AI"),
    (Face(0.3, 0.2, 0.4, 0.5, 900, 0.9, 0.95, frontal=True),),
    Words(lines=3, names=3, sign_ins=1),
)
LINKS = tuple(LinkReading(kind, "https://short.example/a", "a reason", "likely") for kind in Kind)
COVERAGES = st.sampled_from(
    (
        complete(1),
        partial("a cap", 1, planned=True),
        partial("the connection broke", 1),
        not_due("weekly"),
        not_offered("a count only"),
        not_permitted("no key"),
        failed("no answer"),
    )
)
ROWS = st.fixed_dictionaries(
    {"platform": st.sampled_from(sorted(POLICY.platforms)), "status": st.sampled_from(STATUSES)},
    optional={
        "kind": st.sampled_from(KINDS),
        "handle": st.sampled_from(("", "HazelbrookPS", "@otter@server.example", "\u00d8tter", "did:plc:x", "[")),
        "address": st.sampled_from(("", "https://otter.example/", "https://[broken", "otter", "https://x.com/otter")),
        "purpose": st.sampled_from(("", "\u0000", "News")),
        "audience": st.sampled_from(("", "pupils", "parents")),
        "season": st.sampled_from(("", "June", "all year", "May to")),
        "older_than_policy": st.sampled_from((None, True, False)),
    },
)


def test_catalogue_is_that_of_the_policy():
    """The checks are those of policy.toml, each once and in its order."""
    assert [check.id for check in CHECKS] == list(POLICY.checks)


def test_checks_are_listed_explicitly():
    """CHECKS is written out as names in checks/__init__.py, and every check of the package stands in it."""
    tree = ast.parse(inspect.getsource(checks))
    (listing,) = (node for node in tree.body if isinstance(node, ast.AnnAssign))
    names = [element.id for element in listing.value.elts]
    assert len(names) == len(set(names)) == len(CHECKS)
    decorated = {
        node.name
        for path in Path(checks.__file__).parent.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Call) and getattr(d.func, "id", "") == "check" for d in node.decorator_list)
    }
    assert decorated == set(names)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_explains_itself(check):
    """Every check's docstring says what it tests and what it cannot see, without the words we do not use."""
    words = check.explanation
    assert words.startswith("Tests ")
    assert len(words) > 150
    assert not any(word in words.casefold() for word in ("breach", "culprit", "violat"))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_feature_is_one_of_the_dpia(make, check):
    """A check's feature is "" or one that a DPIA can cover."""
    assert check.feature in ("", *make.school().dpia.features)


def bare_subject(make, row, coverage, history=None):
    return make.subject(make.account(**({"key": f"{row['platform']}:a"} | row)), coverage=coverage, history=history)


@given(row=ROWS, coverage=st.dictionaries(st.sampled_from(list(Resource)), COVERAGES))
def test_no_check_breaks_on_an_empty_snapshot(make, row, coverage):
    """Whatever the platform, kind, status and coverage: every check answers, and not with a silent pass."""
    subject = bare_subject(make, row, coverage)
    for check in CHECKS:
        whole = subject if check.scope == "account" else make.whole(subject)
        for result in make.results(check, whole).values():
            assert isinstance(result, Result)
            if result.outcome in (Outcome.NOT_APPLICABLE, Outcome.NOT_TESTABLE, Outcome.ERROR, Outcome.MANUAL):
                assert result.reason
            if result.outcome is Outcome.PASS and check.needs:
                assert all(coverage[need] == complete(1) for need in check.needs)


def planted(make, row, count, shift=0):
    """A subject with something for many checks to find; `shift` changes handles, texts and row numbers."""
    posts = [
        {
            "id": f"post-{n}",
            "kind": "post",
            "text": f"text {shift}",
            "address": f"https://p.example/{n}",
            "created": "2026-11-01",
        }
        for n in range(count)
    ]
    comments = [{"id": f"comment-{n}", "post_id": "post-0", "text": f"words {shift}"} for n in range(count)]
    people = [{"id": f"person-{n}", "address": f"https://p.example/{n}", "bio": f"bio {shift}"} for n in range(count)]
    links = [
        {
            "address": f"https://www.facebook.com/otter{n}",
            "page": f"https://www.hazelbrook.example/{shift}",
            "kind": "link",
        }
        for n in range(count)
    ]
    born = pd.Timestamp("2016-05-05").date()
    ages = pd.DataFrame(
        [(9, 10, born, born, 0, 1, "age", "gives an age of 9", "likely", False)] * count, columns=list(COLUMNS)
    )
    aged = AgeReading(AgeBand(9, 10), BirthRange(born, born), (0, 1), "age", "gives an age of 9", "likely", False)
    call = Invitation("call", (0, 4), "calls pupils", "likely")
    spoken = tuple(Conduct(kind, (0, 4), "words", "likely") for kind in Conduct.__annotations__["kind"].__args__)
    datum = PersonalDatum("phone", (0, 4), "01632 960999", "a number", "likely")
    facts = Facts(
        follower_ages=ages,
        following_ages=ages,
        personal_data={f"post-{n}": (datum,) for n in range(count)},
        comment_personal_data={f"comment-{n}": (datum,) for n in range(count)},
        conduct={f"post-{n}": spoken for n in range(count)},
        comment_conduct={f"comment-{n}": spoken for n in range(count)},
        comment_ages={f"comment-{n}": aged for n in range(count)},
        invitations={f"post-{n}": (call,) for n in range(count)},
        links=dict.fromkeys(("", *(f"post-{n}" for n in range(count))), LINKS),
        promotions={f"post-{n}": PROMOTIONS for n in range(count)},
        profile_details=(datum,),
        inspection_claims=(InspectionClaim("good", None, (0, 4), "no year", "likely"),),
        named_staff=(NamedStaff((0, 4), "a name beside an account", "likely"),),
        names={f"post-{n}": (NameReading("full name", (0, 4), "a class", "likely"),) for n in range(count)},
        pictures={
            item: (SeenPicture(f"of-{item}", item, "https://p.example/p", "", PICTURE, born),)
            for item in ("", *(f"post-{n}" for n in range(count)))
        },
    )
    account = make.account(
        **(
            {"key": f"{row['platform']}:a"}
            | row
            | {"row": 4 + shift, "purpose": "", "approved_by": "", "shared_login": True}
        )
    )
    return make.subject(
        account,
        facts=facts,
        posts=posts,
        comments=comments,
        followers=people,
        following=people,
        links=links,
        settings=Settings(messages_from="everyone"),
        profile=make.profile(bio=f"bio {shift}", handle=f"otter{shift}.example", links=(), name=""),
    )


def found(make, subject):
    """The findings of one account's night, as the ledger will see them."""
    findings = []
    for check in CHECKS:
        target = subject if isinstance(subject, Subject) and check.scope == "account" else make.whole(subject)
        findings += [one for result in make.results(check, target).values() for one in result.findings]
    return collapse(fold(findings, make.policy()), subject.on, 30, subject.on)


def marks(findings):
    return [fingerprint(one.check, "platform", one.account, one.item) for one in findings]


@settings(max_examples=20)  # each runs every check of the catalogue over two built snapshots
@given(row=ROWS, count=st.integers(1, 4))
def test_fingerprints_are_unique(make, row, count):
    """No two findings of a night have the same fingerprint, also after folding and collapsing."""
    findings = found(make, planted(make, row, count))
    assert len(set(marks(findings))) == len(findings)


@settings(max_examples=20)  # each runs every check of the catalogue over two built snapshots
@given(row=ROWS, count=st.integers(1, 4))
def test_fingerprints_are_stable(make, row, count):
    """Other texts, handles, pages and row numbers leave every fingerprint as it was."""
    before, after = (found(make, planted(make, row, count, shift)) for shift in (0, 1))
    assert marks(before) == marks(after)


@pytest.mark.parametrize("platform", ["bluesky", "website", "wikipedia", "x"])
def test_findings_bear_the_name_and_severities_of_their_check(make, platform):
    """Every finding is of the check that made it, at a severity that its policy row allows, and says something."""
    subject = planted(make, {"platform": platform, "status": "live"}, 2)
    for check in CHECKS:
        target = subject if check.scope == "account" else make.whole(subject)
        for result in make.results(check, target).values():
            for one in result.findings:
                assert one.check == check.id
                assert one.severity in POLICY.checks[check.id].severities
                assert one.title
                assert one.content
                assert one.evidence or check.id.startswith(("GOV", "AGE-08"))


def test_judging_changes_nothing(make):
    """The functions are pure: judging twice gives the same answer, and leaves the snapshot as it was."""
    subject = planted(make, {"platform": "bluesky", "status": "live"}, 3)
    before = subject.snapshot.posts.copy(deep=True)
    assert found(make, subject) == found(make, subject)
    pd.testing.assert_frame_equal(subject.snapshot.posts, before)


def test_words_of_titles_are_fit_for_governors(make):
    """No title or detail holds a handle, an address, or a word that we do not use."""
    findings = found(make, planted(make, {"platform": "bluesky", "status": "live", "handle": "otter.example"}, 2))
    assert len(findings) > 8
    for one in findings:
        words = f"{one.title} {one.detail}".casefold()
        assert not any(word in words for word in ("breach", "culprit", "otter", "person-", "http", "01632"))


def test_every_field_of_a_check_is_used():
    """The catalogue's type and the decorator agree, so that no field is forgotten."""
    assert {field.name for field in dataclasses.fields(Check)} == {"id", "judge", "scope", "needs", "also", "feature"}
    assert all(isinstance(check, Check) for check in CHECKS)
    assert {check.scope for check in CHECKS} == {"account", "school"}
    assert Finding("XX-01", "t", POLICY.checks["GOV-01"].severities[0]).seen_in is None
