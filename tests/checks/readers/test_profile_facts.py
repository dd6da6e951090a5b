"""Claims about inspections, and staff named with accounts of theirs."""

import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.profile_facts import read_heads, read_inspection_claims, read_named_staff


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Ofsted Outstanding", "outstanding"),
        ("\u2b50 OFSTED: \u2018Outstanding\u2019 \u2b50", "outstanding"),
        ("Rated Good by Ofsted", "good"),
        ("Judged 'Good' in every category by Ofsted", "good"),
        ("An Ofsted outstanding school in Hazelbrook", "outstanding"),
        ("Ofsted say we are a GOOD school!", "good"),
    ],
)
def test_grades_without_a_year(text, grade):
    """A grade beside Ofsted's name, in either order, is a claim that nobody can place in time."""
    (claim,) = read_inspection_claims(text)
    assert (claim.grade, claim.year, claim.confidence) == (grade, None, "likely")


@pytest.mark.parametrize(
    "text",
    [
        "Rated Good by Ofsted in 2023",
        "Ofsted Good (May 2022)",
        "Ofsted: Outstanding for behaviour",
        "Good news from Ofsted!",
        "A good school with outstanding pupils",
        "Ofsted registered",
        "",
    ],
)
def test_what_is_no_such_claim(text):
    """A year of inspection, one area of it, and other uses of the words are no undated grade."""
    assert read_inspection_claims(text) == ()


def test_grades_of_years_without_grades():
    """A grade of a year after overall grades ended is for a human look."""
    (claim,) = read_inspection_claims("Ofsted Outstanding 2025")
    assert (claim.year, claim.confidence) == (2025, "possible")


@pytest.mark.parametrize(
    ("text", "links", "confidence"),
    [
        ("Year 4 news from Miss Otter @MissOtterY4", (), "likely"),
        ("Class teacher: Robin Otter @robin_otter", (), "likely"),
        ("Year 3 with Mr Otter", ("https://x.com/MrOtterTeaches",), "likely"),
        ("Run by Mr J. Otter (@jp_teach)", (), "possible"),
    ],
)
def test_staff_with_an_account(text, links, confidence):
    """A surname beside an account of that name is likely somebody's own, another account possibly."""
    (found,) = read_named_staff(text, links)
    assert found.confidence == confidence
    assert "Otter" in text[slice(*found.span)]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Headteacher: Mrs Otter @MrsOtterHead", ""),
        ("Mrs Otter (Executive Principal) @MrsOtter", ""),
        ("Contact Mrs Otter in the school office @HazelbrookPS", ""),
        ("Mrs Otter and Miss Wren's class", ""),
        ("Follow @MissOtter", ""),
        ("Miss Otter's class @MissOtter", "MissOtter"),
        ("Year 4, part of @HazelbrookPS. Miss Otter, Mr Wren", ""),
    ],
)
def test_staff_without_an_account_of_theirs(text, own):
    """Heads and the office are public roles; names alone, handles alone and the account itself are innocent."""
    assert read_named_staff(text, own=own) == ()


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Headteacher: Mrs Otter", "likely"),
        ("Head Teacher - Mr J Otter", "likely"),
        ("HT: Ms J. Otter. Tweets are not monitored", "likely"),
        ("Our headteacher is Dr Robin Otter", "likely"),
        ("Executive Headteacher Mrs Otter", "likely"),
        ("Head: Mr Otter\nDeputy: Mrs Wren", "likely"),
        ("Co-headteachers Mrs Otter & Mr Larch", "likely"),
        ("Headteacher\nMrs Otter", "likely"),
        ("Principal and DSL: Miss Otter", "likely"),
        ("Mrs Otter (Headteacher)", "likely"),
        ("Led by Mrs A Otter, Headteacher of Hazelbrook Primary", "likely"),
        ("Mr Otter - Head of School", "likely"),
        ("Headteacher: Robin Otter", "possible"),
    ],
)
def test_heads(text, confidence):
    """A head's title beside a name, in either order, names the head; without Mrs or Mr only possibly."""
    (found,) = read_heads(text)
    assert found.confidence == confidence
    assert found.is_called("Mrs A. Otter")
    assert not found.is_called("Mrs A. Wren")
    assert "otter" not in repr(found).casefold()


@pytest.mark.parametrize(
    "text",
    [
        "Deputy Headteacher: Mrs Otter",
        "Assistant heads Mrs Otter and Mr Larch",
        "Mrs Otter, Deputy Headteacher",
        "Former headteacher Mrs Otter",
        "Mrs Otter, our former headteacher",
        "Headteacher: Mrs Otter 2009-2019",
        "Headteacher Mrs Otter until July",
        "Acting headteacher: Mr Otter",
        "Head of PE: Mr Otter",
        "Mr Otter, Head of Music",
        "Year 6 head: Mrs Otter",
        "Head boy Robin Otter",
        "PA to the Headteacher: Mrs Otter",
        "Headteacher's secretary: Mrs Otter",
        "Headteacher: Happy School",
        "Ask the headteacher. Mr Larch's class",
        "Run by Mrs Otter. Headteacher: see our website",
        "Go ahead Mrs Otter",
    ],
)
def test_who_is_no_head(text):
    """Deputies, former and acting heads, heads of subjects, pupils and offices are not the head of the school."""
    assert not any(one.is_called("Mrs Otter") or one.confidence == "likely" for one in read_heads(text))


@pytest.mark.parametrize("head", ["Mrs A. Otter", "Otter", "Mr B Larch and Mrs A Otter", "Mrs Otter-Wren", "MRS OTTER"])
def test_a_head_s_surname_is_what_counts(head):
    """First names, titles, capitals and the other half of a double name make no other head."""
    (found,) = read_heads("Headteacher: Mrs Angela Otter")
    assert found.is_called(head)


@given(st.text(), st.text())
def test_any_text_is_read(text, own):
    """No text raises, and spans lie in it."""
    for one in (*read_inspection_claims(text), *read_named_staff(text, [text], own), *read_heads(text)):
        assert 0 <= one.span[0] < one.span[1] <= len(text)


@given(st.lists(st.sampled_from(["Ofsted ", "good ", "rated ", "Miss Otter ", "@otter ", "2023 ", "\n", "  ' "])))
def test_words_in_any_order_are_read(words):
    """Words of claims and names in any order give spans that hold them."""
    text = "".join(words)
    assert all("sted" in text[slice(*one.span)] for one in read_inspection_claims(text))
    assert all("Otter" in text[slice(*one.span)] for one in read_named_staff(text))


def test_the_data_says_where_it_comes_from():
    """The end of overall grades stands in the data with its source and the day it was looked up."""
    table = tomllib.loads((resources.files("checks.data") / "profile_facts.toml").read_text("utf-8"))
    assert table["grades"]["last_year"] == 2024
    assert "02/09/2024" in table["source"]
    assert table["verified_on"]


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("Headteacher: Mr W\u00f3jcik", "Mr Wojcik"),
        ("Headteacher: Dr Muller", "Dr M\u00fcller"),
        ("Headteacher: Mrs MacDonald", "Mrs Mac Donald"),
        ("Headteacher: Mrs Otter", "Mrs Otter (she/her)"),
    ],
)
def test_one_surname_in_two_writings_is_one_head(text, head):
    """Accents, a space inside a surname and pronouns behind it make nobody another head."""
    (found,) = read_heads(text)
    assert found.is_called(head)
