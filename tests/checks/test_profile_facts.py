"""What a profile says: contacts, grades, staff."""

import pytest

from checks.finding import Confidence, Outcome, Severity
from checks.profile_facts import facts_up_to_date, profile_text, staff_kept_private
from checks.readers.facts import read_facts
from checks.readers.personal_data import AllowList
from connectors.snapshot import Resource, failed


def subject(make, row=None, school=None, **profile):
    """A subject whose profile was read by the readers, as a night does it."""
    school = school or make.school(postcodes=("ZZ1 1ZZ",))
    allow = AllowList.of(phones=school.phones, emails=school.emails, postcodes=school.postcodes, domains=school.domains)
    taken = make.subject(row, school_=school, profile=make.profile(**profile))
    facts = read_facts(taken.snapshot, allow, (), make.ON, lambda _person: None)
    return make.subject(row, school_=school, facts=facts, profile=make.profile(**profile))


def test_id05_true_profile(make):
    """A profile with the school's own contacts, however spelt, and a dated grade passes."""
    bio = "Tel +44 (0)1632 960123, head@hazelbrook.example, ZZ11ZZ. Ofsted Good 2023. Childline 0800 1111"
    assert make.result(facts_up_to_date, subject(make, bio=bio)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("bio", "words"),
    [
        ("School office: 01632 960999", "telephone number"),
        ("Mail hazelbrookoffice@mail.example", "e-mail address"),
        ("Our address: Mill Lane, Hazelbrook, NG22 8AB", "postcode"),
        ("Ofsted Outstanding", "without the year"),
    ],
)
def test_id05_stale_fact(make, bio, words):
    """A contact that is not the school's, and an undated grade, are one finding that says which kind and no value."""
    finding = make.finding(facts_up_to_date, subject(make, bio=bio))
    assert (finding.severity, finding.outcome, finding.item) == (Severity.MEDIUM, Outcome.FINDING, "")
    assert words in finding.detail
    assert "960999" not in repr(finding)


def test_id05_contacts_of_the_platform(make):
    """Contacts that a platform shows in fields of their own are compared too."""
    assert "telephone" in make.finding(facts_up_to_date, subject(make, contacts=("01632 960999",))).detail


def test_id05_nothing_to_compare_with(make):
    """Of a kind of contact that school.toml does not give, nothing is said."""
    school = make.school(phones=())
    assert make.result(facts_up_to_date, subject(make, school=school, bio="Tel 01632 960999")).outcome is Outcome.PASS


def test_id05_late_grade_is_for_a_human_look(make):
    """An overall grade of a year that had none is a review, quoted from the school's own profile."""
    finding = make.finding(facts_up_to_date, subject(make, bio="Ofsted Good 2025"))
    assert (finding.outcome, finding.confidence) == (Outcome.REVIEW, Confidence.POSSIBLE)
    assert [one.quote for one in finding.evidence] == ["Ofsted Good"]


HEAD = "Mrs A. Wren"


@pytest.mark.parametrize(
    ("bio", "outcome"),
    [
        ("Headteacher: Mrs Otter", Outcome.FINDING),
        ("Head Teacher - Mr J Otter", Outcome.FINDING),
        ("Headteacher: Robin Otter", Outcome.REVIEW),
    ],
)
def test_id05_another_head(make, bio, outcome):
    """A head of another surname than school.toml's is out of date, and nobody is named in the finding."""
    finding = make.finding(facts_up_to_date, subject(make, school=make.school(head=HEAD), bio=bio))
    assert (finding.outcome, finding.severity) == (outcome, Severity.MEDIUM)
    assert "another headteacher's name" in finding.detail
    assert not any(name in repr(finding) for name in ("Otter", "Wren"))


@pytest.mark.parametrize(
    ("bio", "head"),
    [
        ("Headteacher: Mrs Angela Wren", HEAD),
        ("Executive head: Mr Otter. Head of school: Mrs Wren", HEAD),
        ("Deputy headteacher: Mr Otter", HEAD),
        ("Head of PE: Mr Otter", HEAD),
        ("Former headteacher Mr Otter opened our library", HEAD),
        ("Headteacher: Mrs Otter", ""),
    ],
)
def test_id05_the_head_of_today(make, bio, head):
    """The school's own head, other posts, and any name where school.toml names no head pass."""
    assert make.result(facts_up_to_date, subject(make, school=make.school(head=head), bio=bio)).outcome is Outcome.PASS


def test_id05_changed_profile_reopens(make):
    """Another text of the profile has another content hash."""
    first, second = (make.finding(facts_up_to_date, subject(make, bio=bio)) for bio in ("Ofsted Good", "Ofsted: Good"))
    assert first.content != second.content


@pytest.mark.parametrize("check", [facts_up_to_date, staff_kept_private])
def test_where_nothing_is_read(make, check):
    """An unread profile is no pass, and an encyclopaedia's article has none."""
    unread = make.subject(coverage={Resource.PROFILE: failed("no answer")})
    assert make.result(check, unread).outcome is Outcome.ERROR
    assert make.result(check, make.subject(make.article())).outcome is Outcome.NOT_APPLICABLE


def test_id06_staff_with_an_account(make):
    """Staff named with their own account are one low finding with a count and no name."""
    bio = "Year 4 with Miss Otter @MissOtterY4 and Mr Wren @wren_teaches"
    finding = make.finding(staff_kept_private, subject(make, bio=bio))
    assert (finding.severity, finding.outcome) == (Severity.LOW, Outcome.FINDING)
    assert finding.detail.startswith("2 members of staff")
    assert not any(name in repr(finding) for name in ("Otter", "Wren", "wren"))


def test_id06_doubtful_account_is_for_a_human_look(make):
    """A name with another account right behind it is a review."""
    finding = make.finding(staff_kept_private, subject(make, bio="Run by Mr Otter (@happy_teaching)"))
    assert finding.outcome is Outcome.REVIEW


@pytest.mark.parametrize("bio", ["Headteacher Mrs Otter @MrsOtterHead", "Miss Otter's class", "Ask @HazelbrookPTA"])
def test_id06_public_roles_and_names_alone(make, bio):
    """Heads, and names without an account of theirs, pass."""
    assert make.result(staff_kept_private, subject(make, bio=bio)).outcome is Outcome.PASS


def test_the_readers_see_what_the_checks_quote(make):
    """Spans of the facts are places in the text that the checks cut their quotes from."""
    bio = "Rated Outstanding by Ofsted"
    found = subject(make, bio=bio)
    (claim,) = found.facts.inspection_claims
    assert profile_text(found.snapshot.profile)[slice(*claim.span)] == "Outstanding by Ofsted"
