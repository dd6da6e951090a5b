from datetime import UTC, date, datetime

import pytest

from checks.consent import refusals_kept
from checks.finding import Outcome, Severity
from checks.policy import Dpia, School
from checks.readers.consent import NoConsent
from checks.readers.facts import Facts
from checks.readers.picture import PictureReading, SeenPicture
from connectors.snapshot import MEDIA, Resource, complete, frame, partial

REFUSED = NoConsent.of(b"a key of the school's own", [("Rowan", "Larch", "Year 3")])
READ = complete(1)
WHEN = datetime(2026, 11, 18, 9, tzinfo=UTC)


def night(make, text, *, alt="", seen_alt="", refused=REFUSED, posts=READ, **school):
    """One post; `alt` is a text of a picture listed tonight, `seen_alt` one of a picture read on an earlier night."""
    post = {"id": "post-1", "address": "https://p.example/1", "kind": "post", "text": text, "created": WHEN}
    media = [{"id": "m-1", "post_id": "post-1", "kind": "image", "alt": alt}] if alt else []
    earlier = SeenPicture("m-0", "post-1", "", seen_alt, PictureReading(None, trouble="unread"), date(2026, 11, 1))
    return make.subject(
        posts=[post],
        media=frame(MEDIA, media),
        facts=Facts(pictures={"post-1": (earlier,)}),
        coverage={Resource.POSTS: posts, Resource.MEDIA: complete(1)},
        school_=make.school(no_consent=refused, **school),
    )


@pytest.mark.parametrize(
    "where", [{"text": "Well done Rowan Larch"}, {"text": "", "alt": "Rowan Larch runs"}, {"text": "", "seen_alt": "Rowan Larch runs"}]
)  # fmt: skip
def test_img04_a_child_of_the_list(make, where):
    """A full name in the text or in an alternative text is critical, and is not repeated."""
    one = make.finding(refusals_kept, night(make, **where))
    assert (one.severity, one.outcome, one.item, one.created) == (Severity.CRITICAL, Outcome.FINDING, "post-1", WHEN)
    assert "rowan" not in repr(one).casefold()


@pytest.mark.parametrize("text", ["Rowan L. won", "Year 3: a kite by Rowan"])
def test_img04_what_may_be_another_child(make, text):
    """A first name with an initial or beside the class is for a human look."""
    one = make.finding(refusals_kept, night(make, text))
    assert (one.severity, one.outcome) == (Severity.CRITICAL, Outcome.REVIEW)
    assert "may name" in one.title


def test_img04_silent(make):
    """A first name alone is nobody's, and a complete reading is then a pass."""
    assert make.result(refusals_kept, night(make, "Rowan won")).outcome is Outcome.PASS


def test_img04_without_a_list_a_person_compares(make):
    """Where the school keeps no such list here it is a person's, never a pass."""
    result = make.result(refusals_kept, night(make, "Well done Rowan Larch", refused=None))
    assert result.outcome is Outcome.MANUAL
    assert "a person compares" in result.reason


def test_img04_needs_the_dpia_s_cover_for_names(make):
    """Without it nothing is compared."""
    result = make.result(refusals_kept, night(make, "Rowan Larch", dpia=Dpia(reference="DPIA-7")))
    assert (result.outcome, result.reason) == (Outcome.NOT_TESTABLE, "not covered by the DPIA (names)")


def test_img04_coverage(make):
    """Nothing found in a part of the items is no pass."""
    some = partial("some older posts were never read", 1, planned=True)
    assert make.result(refusals_kept, night(make, "Rowan won", posts=some)).outcome is Outcome.NOT_TESTABLE


def test_the_school_as_text_shows_neither_list_nor_key(make):
    """What is printed or dumped of the school leaves the list out."""
    school = make.school(no_consent=REFUSED)
    assert isinstance(school, School)
    assert "no_consent" not in repr(school)
    assert "no_consent" not in school.model_dump()
