"""The files that a new school's folder begins with."""

import re
import tomllib
from importlib import resources
from itertools import pairwise

import pytest

from audit.config import SchoolFile
from checks.policy import Requirements, load_policy

FILES = ("school.toml", "requirements.toml", "secrets.toml", "dpia.md", "privacy-notice.md")
NAME = "Hazelbrook Primary School"


def text(name):
    return (
        resources.files("audit.templates").joinpath(name).read_text(encoding="utf-8").replace("{{school.name}}", NAME)
    )


@pytest.mark.parametrize("name", FILES)
def test_only_the_schools_name_is_left_to_fill(name):
    """After the school's name is filled in, no placeholder is left."""
    assert "{{" not in text(name)
    assert "}}" not in text(name)


def test_the_school_file_is_valid_as_shipped():
    """A new folder's school.toml can be read at once, and names the school."""
    school = SchoolFile.model_validate(tomllib.loads(text("school.toml")))
    assert school.school.name == NAME
    assert school.dpia.reference == ""
    assert not school.platforms["x"].followers
    assert {book.mode for book in school.workbooks.values()} == {"600"}


def test_examples_of_the_school_file_are_valid_when_used():
    """Lines that are examples can be used by taking their # away."""
    used = re.sub(r"^# (?=(?:\"|[a-z_]+ = |\[))", "", text("school.toml"), flags=re.MULTILINE)
    raw = tomllib.loads(used)
    school = SchoolFile.model_validate(raw)
    assert school.governance.last_meeting
    assert school.workbooks["safeguarding"].folder == "/srv/school/safeguarding"
    assert school.workbooks["safeguarding"].encrypt
    load_policy().with_thresholds(raw["thresholds"])
    assert len(raw["thresholds"]) == 5


def test_example_terms_do_not_overlap_and_are_marked():
    """The shipped terms stand in their order, and say that they are examples."""
    terms = SchoolFile.model_validate(tomllib.loads(text("school.toml"))).terms
    assert all(before.ends < after.starts for before, after in pairwise(terms))
    assert "EXAMPLE DATES" in text("school.toml")


def test_the_requirements_are_a_model_and_not_adopted():
    """Shipped requirements are those of the code, are not adopted, and name known platforms."""
    shipped = Requirements.model_validate(tomllib.loads(text("requirements.toml")))
    assert not shipped.adopted
    assert shipped.model_copy(update={"refused_platforms": ()}) == Requirements()
    assert set(shipped.refused_platforms) <= set(load_policy().platforms)


def test_no_key_is_shipped_and_every_key_has_its_line():
    """secrets.toml holds nothing, and shows where each key goes."""
    assert tomllib.loads(text("secrets.toml")) == {}
    shown = tomllib.loads(re.sub(r"^# (?=\[|\w+ = )", "", text("secrets.toml"), flags=re.MULTILINE))
    assert shown.pop("workbooks") == {"safeguarding": {"password": "", "password_before": ""}}
    wanted = {
        key: {one.name for one in row.credentials} for key, row in load_policy().platforms.items() if row.credentials
    }
    assert {key: set(table) for key, table in shown.items()} == wanted


def test_the_assessment_states_the_retention_of_the_policy_data():
    """Every retention stands in the assessment's table with its days and reason, and nothing else does."""
    section = text("dpia.md").partition("**How long**")[2].partition("Every run removes")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| ")
    ]
    stated = sorted((days, reason) for _, days, reason in rows[1:])
    assert stated == sorted((str(row.days), row.reason) for row in load_policy().retention.values())


def test_the_notice_states_the_retention_of_the_policy_data():
    """The notice's numbers of days are the policy data's."""
    retention = load_policy().retention
    assert f"{retention['posts'].days} days after they were last seen" in text("privacy-notice.md")
    assert f"up to {retention['governors_half_term'].days} days" in text("privacy-notice.md")


@pytest.mark.parametrize("feature", ["followers", "comments", "pictures", "names", "discovery"])
def test_the_assessment_speaks_of_every_feature(feature):
    """Each feature that a school can list is described."""
    assert f"`{feature}`" in text("dpia.md")


@pytest.mark.parametrize("name", FILES)
def test_words_are_neutral_and_carry_no_name_of_ours(name):
    """No template speaks of breaches or culprits."""
    assert not re.search(r"\b(?:breach\w*|culprits?|violat\w+)\b", text(name), re.IGNORECASE)
