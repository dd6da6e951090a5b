from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.finding import Outcome, Severity
from checks.places import metres, places_kept_back
from checks.policy import Dpia, SchoolFacts, coordinates
from checks.readers.facts import Facts
from checks.readers.picture import PictureFile, PictureReading, SeenPicture
from connectors.snapshot import Resource, complete, failed, not_due, not_permitted, partial

WHEN = datetime(2026, 11, 19, 9, tzinfo=UTC)
HOME = "52.0000,-1.0000"
POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def placed(make, place="", position="", home=HOME, kind="post"):
    post = {
        "id": "post-1",
        "address": "https://p.example/1",
        "kind": kind,
        "created": WHEN,
        "place": place,
        "position": position,
    }
    return make.result(places_kept_back, make.subject(make.on_x(), posts=[post], school_=make.school(position=home)))


@pytest.mark.parametrize(
    ("position", "severity"),
    [
        ("52.0000,-1.0000", Severity.MEDIUM),
        ("52.0020,-1.0010", Severity.MEDIUM),  # 230 m
        ("52.0030,-1.0010", Severity.HIGH),  # 340 m
        ("53.1,-0.2", Severity.HIGH),
    ],
)
def test_img05_position(make, position, severity):
    """A position at the school is medium, one further away high; both are dated and of the item."""
    (finding,) = placed(make, position=position).findings
    assert (finding.severity, finding.item, finding.created) == (severity, "post-1", WHEN)
    assert finding.seen_in is Resource.POSTS


def test_img05_the_place_is_never_told(make):
    """No word of the finding or its evidence repeats the place."""
    (finding,) = placed(make, place="Otterwell Museum", position="53.1234,-0.2345").findings
    assert "Otterwell" not in repr(finding)
    assert "53.1234" not in repr(finding)


@pytest.mark.parametrize("home", ["", HOME])
def test_img05_position_without_the_schools(make, home):
    """Without the school's own position every position is medium, and the detail says why."""
    result = placed(make, position="53.1,-0.2", home=home)
    assert result.findings[0].severity is (Severity.HIGH if home else Severity.MEDIUM)
    assert ("not known" in result.findings[0].detail) is not home


@pytest.mark.parametrize("place", ["Hazelbrook", "Hazelbrook, England", "Hazelbrook Primary School"])
def test_img05_name_of_the_school_or_town(make, place):
    """A place that is the school or its town is a medium finding."""
    result = placed(make, place=place)
    assert (result.outcome, result.findings[0].severity) == (Outcome.FINDING, Severity.MEDIUM)


@pytest.mark.parametrize("place", ["Otterwell Museum", "London"])
def test_img05_name_of_another_place(make, place):
    """Any other name of a place is for a human look."""
    assert placed(make, place=place).outcome is Outcome.REVIEW


def test_img05_no_place(make):
    """Items without a place pass, and reposts do not count."""
    assert placed(make).outcome is Outcome.PASS
    assert placed(make, place="London", kind="repost").outcome is Outcome.PASS


def test_img05_platforms_that_tell_no_places(make):
    """Where posts have no such field it does not apply; where it is not read it is not testable."""
    on_bluesky = make.result(places_kept_back, make.subject(posts=[]))
    on_instagram = make.result(
        places_kept_back, make.subject(make.account(key="instagram:a", platform="instagram"), posts=[])
    )
    assert on_bluesky.outcome is Outcome.NOT_APPLICABLE
    assert on_instagram.outcome is Outcome.NOT_TESTABLE


@pytest.mark.parametrize(
    ("coverage", "outcome"),
    [
        (complete(0), Outcome.PASS),
        (partial("a cap", 3, planned=True), Outcome.NOT_TESTABLE),
        (not_permitted("no key"), Outcome.NOT_TESTABLE),
        (failed("no answer"), Outcome.ERROR),
    ],
)
def test_img05_coverage(make, coverage, outcome):
    """Nothing found is a pass on a complete reading only."""
    given_ = make.subject(make.on_x(), coverage={Resource.POSTS: coverage})
    assert make.result(places_kept_back, given_).outcome is outcome


READ = complete(1)


def with_file(make, item="post-1", *, row=None, place="", covers=("pictures",), coverage=READ, **file):
    """A post, and a picture of it (or of the profile) whose file says something."""
    given_ = {"sha256": "sum", "format": "JPEG", "width": 900, "height": 600}
    seen = SeenPicture(
        "p-1", item, "https://cdn.example/1", "", PictureReading(PictureFile(**given_ | file)), WHEN.date()
    )
    post = {"id": "post-1", "address": "https://p.example/1", "kind": "post", "created": WHEN, "place": place}
    subject = make.subject(
        row or make.on_x(),
        posts=[post],
        facts=Facts(pictures={item: (seen,)}),
        school_=make.school(position=HOME, dpia=Dpia(reference="DPIA-7", features=covers)),
        coverage={Resource.PICTURES: coverage},
    )
    return make.result(places_kept_back, subject)


@pytest.mark.parametrize(
    ("file", "severity", "outcome", "said"),
    [
        ({"position": "53.1,-0.2"}, Severity.HIGH, Outcome.FINDING, "hides a position away from the school"),
        ({"position": "52.001,-1.001"}, Severity.MEDIUM, Outcome.FINDING, "hides the position of the school"),
        ({"traces": ("people's names",)}, Severity.HIGH, Outcome.FINDING, "hides people's names"),
        (
            {"traces": ("owner", "serial number")},
            Severity.MEDIUM,
            Outcome.REVIEW,
            "who made it and the camera's number",
        ),
        (
            {"position": "53.1,-0.2", "traces": ("owner",)},
            Severity.HIGH,
            Outcome.FINDING,
            "a position away from the school and who made it in a picture's file",
        ),
    ],
)
def test_img05_what_hides_in_a_picture_s_file(make, file, severity, outcome, said):
    """Positions and people's names in files are findings, makers and cameras for a human look; one for each post."""
    result = with_file(make, **file)
    (finding,) = result.findings
    assert (finding.severity, result.outcome, finding.item) == (severity, outcome, "post-1")
    assert finding.seen_in is Resource.PICTURES
    assert said in finding.title
    assert "53.1" not in repr(finding)


def test_img05_field_and_file_are_one_finding(make):
    """A post that tells its place twice is one finding, led by what is surer and weighs more."""
    (finding,) = with_file(make, place="Otterwell Museum", position="53.1,-0.2").findings
    assert finding.title == "A post hides a position away from the school in a picture's file"
    assert "It also carries a place away from the school." in finding.detail
    assert [one.rule for one in finding.evidence] == ["the name of a place", "a position away from the school"]


def test_img05_the_profile_s_picture(make):
    """What hides in the profile's picture is the account's own finding."""
    (finding,) = with_file(make, item="", position="53.1,-0.2").findings
    assert (finding.item, finding.address) == ("", "https://x.com/HazelbrookPS")
    assert finding.title.startswith("The profile hides a position")


@pytest.mark.parametrize("traces", [(), ("thumbnail",)])
def test_img05_files_without_a_place_pass(make, traces):
    """A small preview in a file gives nothing away that the picture does not show."""
    assert with_file(make, traces=traces).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("coverage", "covers", "outcome"),
    [
        (complete(1), ("pictures",), Outcome.PASS),
        (partial("12 older pictures wait", 1, planned=True), ("pictures",), Outcome.NOT_TESTABLE),
        (not_due("not covered by the DPIA (feature 'pictures')"), (), Outcome.NOT_TESTABLE),
    ],
)
def test_img05_where_only_pictures_can_tell(make, coverage, covers, outcome):
    """On a platform without a field for places the files of all pictures decide."""
    assert with_file(make, row=make.account(), covers=covers, coverage=coverage).outcome is outcome


def test_img05_a_pass_says_what_was_not_opened(make):
    """Where fields were read and pictures were not, the pass says so."""
    result = with_file(make, covers=(), coverage=not_due("not covered by the DPIA (feature 'pictures')"))
    assert result.outcome is Outcome.PASS
    assert "pictures not read in full" in result.reason


def test_img05_website(make):
    """A website has no posts."""
    assert make.result(places_kept_back, make.subject(make.website())).outcome is Outcome.NOT_APPLICABLE


def test_distance_of_a_degree():
    """A degree along a meridian is a 360th of the way round the Earth."""
    assert metres((52.0, -1.0), (53.0, -1.0)) == pytest.approx(40_030_174 / 360, rel=1e-4)


@given(POINTS, POINTS)
def test_distances_are_the_same_both_ways(here, there):
    """A distance is never negative, never further than half way round, and the same both ways."""
    assert 0 <= metres(here, there) <= 20_015_200
    assert metres(here, there) == pytest.approx(metres(there, here), abs=0.01)


@given(POINTS)
def test_coordinates_come_back(point):
    """What is written as latitude and longitude is read as itself."""
    assert coordinates(f"{point[0]},{point[1]}") == point


@pytest.mark.parametrize("text", ["", "53", "91,0", "0,181", "nan,0", "a,b", "1,2,3", "53.1;-0.2"])
def test_what_is_no_place_on_earth(text):
    """Anything else is no position, and school.toml refuses it unless it is empty."""
    assert coordinates(text) is None
    if text:
        with pytest.raises(ValidationError, match="latitude and longitude"):
            SchoolFacts(name="Hazelbrook Primary School", position=text)
