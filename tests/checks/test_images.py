"""Checks of pictures: IMG-01, 02, 03, 06, 07, 08 and CNT-09. Faces are boxes with numbers; no picture is needed."""

from datetime import UTC, date, datetime

import pytest

from checks import images
from checks.backlog import collapse
from checks.finding import Confidence, Outcome, Severity
from checks.images import (
    faces_looked_at,
    made_pictures_labelled,
    names_and_faces_apart,
    nothing_private_written,
    old_pictures_retired,
    originals_kept_back,
    pictures_fit_for_children,
)
from checks.policy import Dpia
from checks.readers.facts import Facts
from checks.readers.names import NameReading
from checks.readers.picture import Face, PictureFile, PictureReading, SeenPicture, Tier, Words
from connectors.snapshot import Resource, complete, failed, not_due, not_offered, partial

READ = {Resource.POSTS: complete(9), Resource.MEDIA: complete(9), Resource.PICTURES: complete(9)}
CHECKS = (
    faces_looked_at,
    names_and_faces_apart,
    nothing_private_written,
    old_pictures_retired,
    originals_kept_back,
    made_pictures_labelled,
)
"""Those that rest on what is read in pictures."""


def face(height, child):
    return Face(0.4, 0.2, height * 0.7, height, int(height * 800), 0.9, child, frontal=True)


CLOSE, GROUP, CROWD, GROWN = ((face(height, 0.5),) for height in (0.4, 0.3, 0.2, 0.1))
TIERS = {
    CLOSE: Tier.CLOSE_UP,
    GROUP: Tier.GROUP,
    CROWD: Tier.CROWD,
    GROWN: Tier.ADULTS,
    (): Tier.NONE,
}


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    """What faces amount to is the reader's; its thresholds are measured elsewhere and may change."""
    monkeypatch.setattr(images, "tier", TIERS.__getitem__)


NOTHING = Words()


def picture(item, faces=(), words=NOTHING, alt="", trouble="", **file):
    given = {"sha256": f"sum-{item}", "format": "JPEG", "width": 1000, "height": 800, "look": "0f" * 8}
    read = None if trouble else PictureFile(**(given | file))
    reading = PictureReading(read, faces, words, trouble)
    return SeenPicture(f"picture-of-{item}", item, "https://cdn.example/p.jpg", alt, reading, date(2026, 11, 19))


def post(item, **changes):
    given = {
        "id": item,
        "address": f"https://p.example/{item}",
        "kind": "post",
        "text": "Look at us",
        "created": datetime(2026, 11, 18, 9, tzinfo=UTC),
        "media": ("https://cdn.example/p.jpg",),
    }
    return given | changes


def night(make, *pictures, posts=None, coverage=None, names=None, **parts):
    """An account whose items are those of the pictures, unless posts are given."""
    shown = {}
    for one in pictures:
        shown.setdefault(one.item, []).append(one)
    listed = posts if posts is not None else [post(item) for item in shown if item]
    facts = Facts(pictures={item: tuple(of_item) for item, of_item in shown.items()}, names=names or {})
    return make.subject(facts=facts, posts=listed, coverage=READ | (coverage or {}), **parts)


# --- all of them -----------------------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
@pytest.mark.parametrize(
    ("coverage", "outcome"),
    [
        (complete(3), Outcome.PASS),
        (partial("12 older pictures wait for the next nights", 3, planned=True), Outcome.NOT_TESTABLE),
        (not_offered("pictures cannot be read on this machine: there is no wheel"), Outcome.NOT_TESTABLE),
        (not_due("not covered by the DPIA (feature 'pictures')"), Outcome.NOT_TESTABLE),
        (failed("no answer"), Outcome.ERROR),
    ],
)
def test_pictures_without_anything_pass_only_when_all_were_read(make, check, coverage, outcome):
    """Nothing found is a pass on complete coverage alone, and the reason is that of the coverage."""
    result = make.result(check, night(make, picture("a"), coverage={Resource.PICTURES: coverage}))
    assert (result.outcome, result.reason) == (outcome, coverage.reason)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_without_the_dpia_s_cover_nothing_is_judged(make, check):
    """A DPIA that does not cover pictures makes each of them not testable."""
    school = make.school(dpia=Dpia(reference="DPIA-7", features=("names",)))
    result = make.result(check, night(make, picture("a", CLOSE), school_=school))
    assert (result.outcome, result.reason) == (Outcome.NOT_TESTABLE, "not covered by the DPIA (pictures)")


@pytest.mark.parametrize("check", [*CHECKS, pictures_fit_for_children], ids=lambda check: check.id)
def test_accounts_without_pictures(make, check):
    """An article has none of the school's; the website's are not read, which is said."""
    assert make.result(check, make.subject(make.article())).outcome is Outcome.NOT_APPLICABLE
    website = make.result(check, make.subject(make.website()))
    assert (website.outcome, website.reason) == (
        Outcome.NOT_TESTABLE,
        "pictures on the school's website are not read",
    )


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_pictures_of_reposts_do_not_count(make, check):
    """What others published and the account passed on is nobody's finding here."""
    shown = picture("a", CLOSE, Words(names=4), made_with="made by AI", width=4000)
    old = datetime(2024, 1, 1, tzinfo=UTC)
    assert not make.result(check, night(make, shown, posts=[post("a", kind="repost", created=old)])).findings


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_picture_that_could_not_be_opened_is_no_finding(make, check):
    """A picture without a reading says nothing; the coverage says that it is missing."""
    broken = picture("a", None, None, trouble="It is no picture.")
    assert not make.result(check, night(make, broken)).findings


@pytest.mark.parametrize("check", [faces_looked_at, names_and_faces_apart, old_pictures_retired, originals_kept_back])
def test_where_no_faces_are_looked_for(make, check):
    """Pictures of which only the file was read are no pass, and the sentence says how many."""
    result = make.result(check, night(make, picture("a", None), picture("b", ())))
    assert result.outcome is Outcome.NOT_TESTABLE
    assert result.reason.startswith("no faces were looked for in 1 picture,")


# --- IMG-01 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("faces", "severity"), [(CLOSE, Severity.HIGH), (GROUP, Severity.MEDIUM)])
def test_img01_faces_that_may_be_children_s(make, faces, severity):
    """A post with such faces is for a human look, dated, and a close-up weighs more than a group."""
    one = make.finding(faces_looked_at, night(make, picture("a", faces)))
    assert (one.severity, one.item, one.outcome, one.confidence) == (
        severity, "a", Outcome.REVIEW, Confidence.POSSIBLE,
    )  # fmt: skip
    assert one.created == datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert one.seen_in is Resource.PICTURES
    assert "pupil" not in f"{one.title} {one.detail}"


def test_img01_a_post_is_one_finding(make):
    """Of a post with several pictures the one that shows most counts."""
    one = make.finding(faces_looked_at, night(make, picture("a", GROWN), picture("a", CLOSE), picture("a", ())))
    assert one.severity is Severity.HIGH


def test_img01_every_other_face_is_told_in_one_line(make):
    """Crowds and faces that look grown-up are one finding for information, with numbers and the oldest date."""
    posts = [post(item, created=datetime(2026, month, 1, tzinfo=UTC)) for month, item in enumerate("abcd", start=3)]
    subject = night(
        make, picture("a", CROWD), picture("b", GROWN), picture("c", GROWN), picture("d", CLOSE), posts=posts
    )
    close, rest = make.result(faces_looked_at, subject).findings
    assert (close.item, rest.item, rest.severity, rest.outcome) == ("d", "", Severity.INFO, Outcome.REVIEW)
    assert "3 more items: 1 with faces that are too many" in rest.detail
    assert "2 with faces that look grown-up" in rest.detail
    assert "children can be among them. The oldest is of 01/03/2026." in rest.detail
    assert len(rest.evidence) == 3


def test_img01_dismissing_the_line_lasts(make):
    """The line for the account is about all such faces: one more post with them does not reopen it."""
    before = make.finding(faces_looked_at, night(make, picture("a", GROWN)))
    after = make.finding(faces_looked_at, night(make, picture("a", GROWN), picture("b", CROWD)))
    assert before.content == after.content


def test_img01_another_picture_in_the_same_place_is_judged_anew(make):
    """The content of a finding is what the picture looks like."""
    before, after = (
        make.finding(faces_looked_at, night(make, picture("a", CLOSE, look=look))) for look in ("0f" * 8, "f0" * 8)
    )
    assert before.content != after.content


def test_img01_the_profile_s_picture(make):
    """It is the account's own finding, which also tells how many other items show faces."""
    one = make.finding(faces_looked_at, night(make, picture("", CLOSE), picture("a", GROWN)))
    assert (one.item, one.severity) == ("", Severity.HIGH)
    assert one.title.startswith("The profile's picture shows a large face")
    assert "1 more item: 1 with faces that look grown-up" in one.detail


def test_img01_no_faces(make):
    """A picture without a face is no finding."""
    assert make.result(faces_looked_at, night(make, picture("a"))).outcome is Outcome.PASS


def test_img01_history_is_one_row(make):
    """Items from before the audit began collapse into one finding with their number and the oldest date."""
    old = [post(f"old-{n}", created=datetime(2025, 1 + n, 5, tzinfo=UTC)) for n in range(4)]
    pictures = [picture(one["id"], CLOSE) for one in old] + [picture("new", GROUP)]
    found = make.result(faces_looked_at, night(make, *pictures, posts=[*old, post("new")])).findings
    kept = collapse(found, make.ON, 30, make.ON)
    assert [one.item for one in kept] == ["new", "backlog"]
    assert (kept[1].count, kept[1].detail) == (4, "The oldest is of 05/01/2025.")


# --- IMG-02 ----------------------------------------------------------------------------------------


def named(kind, confidence="likely"):
    return {"a": (NameReading(kind, (0, 4), "a clause", confidence),)}


@pytest.mark.parametrize(
    ("names", "severity"),
    [
        (named("full name"), Severity.CRITICAL),
        (named("full name", "possible"), Severity.HIGH),
        (named("first name"), Severity.HIGH),
    ],
)
@pytest.mark.parametrize("faces", [CLOSE, GROUP])
def test_img02_a_name_beside_a_face(make, names, severity, faces):
    """A full name is critical, a first name high, both for a human look."""
    one = make.finding(names_and_faces_apart, night(make, picture("a", faces), names=names))
    assert (one.severity, one.outcome, one.item, one.count) == (severity, Outcome.REVIEW, "a", 1)
    assert "not repeated" in one.detail


@pytest.mark.parametrize(
    ("names", "faces"),
    [
        ({}, CLOSE),
        (named("first name", "possible"), CLOSE),
        (named("full name"), CROWD),
        (named("full name"), GROWN),
        (named("full name"), ()),
    ],
)
def test_img02_silent(make, names, faces):
    """No name, a word that may be none, and names beside crowds, grown-ups or no face are not for this check."""
    assert make.result(names_and_faces_apart, night(make, picture("a", faces), names=names)).outcome is Outcome.PASS


def test_img02_a_name_in_the_picture(make):
    """One name on a badge or a certificate beside a child's face is high; two are the other check's."""
    one = make.finding(names_and_faces_apart, night(make, picture("a", CLOSE, Words(names=1))))
    assert (one.severity, one.count) == (Severity.HIGH, 1)
    assert not make.result(names_and_faces_apart, night(make, picture("a", CLOSE, Words(names=2)))).findings
    assert not make.result(names_and_faces_apart, night(make, picture("a", GROWN, Words(names=1)))).findings


def test_img02_needs_both_features(make):
    """Without the DPIA's cover for names it is not testable, and the sentence names what is missing."""
    school = make.school(dpia=Dpia(reference="DPIA-7", features=("pictures",)))
    result = make.result(names_and_faces_apart, night(make, picture("a", CLOSE), school_=school))
    assert (result.outcome, result.reason) == (Outcome.NOT_TESTABLE, "not covered by the DPIA (names)")


# --- IMG-03 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "severity", "outcome", "said"),
    [
        (Words(names=2), Severity.CRITICAL, Outcome.REVIEW, "has a picture that may show people's names"),
        (Words(sign_ins=1), Severity.CRITICAL, Outcome.FINDING, "shows user names with passwords"),
        (Words(screen="CPOMS"), Severity.CRITICAL, Outcome.FINDING, "shows the screen of CPOMS"),
        (Words(details=("upn",)), Severity.CRITICAL, Outcome.FINDING, "shows a unique pupil number"),
        (Words(details=("phone", "email")), Severity.MEDIUM, Outcome.REVIEW, "may show a telephone number and an"),
        (
            Words(names=3, sign_ins=3),
            Severity.CRITICAL,
            Outcome.FINDING,
            "user names with passwords and people's names",
        ),
    ],
)
def test_img03_what_is_written(make, words, severity, outcome, said):
    """Lists of names, sign-ins, numbers of pupils and screens are critical; a poster's contacts are for a look."""
    one = make.finding(nothing_private_written, night(make, picture("a", words=words)))
    assert (one.severity, one.outcome, one.item) == (severity, outcome, "a")
    assert said in one.title


@pytest.mark.parametrize("words", [Words(lines=40), Words(lines=2, names=1)])
def test_img03_silent(make, words):
    """Words of no kind, and a single name, are no finding."""
    assert make.result(nothing_private_written, night(make, picture("a", words=words))).outcome is Outcome.PASS


def test_img03_forgets_names_that_may_no_longer_be_read(make):
    """What was read while the DPIA covered names is no finding once it does not."""
    school = make.school(dpia=Dpia(reference="DPIA-7", features=("pictures",)))
    assert not make.result(
        nothing_private_written, night(make, picture("a", words=Words(names=2)), school_=school)
    ).findings


def test_img03_without_its_reader(make):
    """Where words are not read it is not testable, though faces were."""
    result = make.result(nothing_private_written, night(make, picture("a", words=None)))
    assert result.outcome is Outcome.NOT_TESTABLE
    assert "no words were looked for in 1 picture" in result.reason


# --- IMG-06 and IMG-08 -----------------------------------------------------------------------------


def test_img06_old_pictures_are_one_line(make):
    """Items older than a year with faces that may be children's: number and oldest date, examples, no more."""
    old = [post(f"old-{n}", created=datetime(2023, 1 + n, 5, tzinfo=UTC)) for n in range(5)]
    pictures = [picture(one["id"], GROUP) for one in old] + [picture("new", CLOSE), picture("", CLOSE)]
    one = make.finding(old_pictures_retired, night(make, *pictures, posts=[*old, post("new")]))
    assert (one.item, one.count, one.severity, one.outcome) == ("", 5, Severity.MEDIUM, Outcome.REVIEW)
    assert "5 items, the oldest of 05/01/2023." in one.detail
    assert len(one.evidence) == 3


@pytest.mark.parametrize(
    ("created", "faces"),
    [("2025-11-20", CLOSE), ("2026-11-01", CLOSE), (None, CLOSE), ("2022-01-01", CROWD), ("2022-01-01", GROWN)],
)
def test_img06_silent(make, created, faces):
    """A year to the day is not over it; unknown dates, crowds and grown-ups do not count."""
    subject = night(make, picture("a", faces), posts=[post("a", created=created)])
    assert make.result(old_pictures_retired, subject).outcome is Outcome.PASS


def test_img06_the_time_is_the_school_s_to_set(make):
    """The number of months comes from the policy data."""
    policy = make.policy().with_thresholds({"IMG-06.months": 36})
    subject = night(make, picture("a", CLOSE), posts=[post("a", created="2024-11-20")])
    assert make.result(old_pictures_retired, subject).findings
    assert not make.result(old_pictures_retired, subject, policy).findings


@pytest.mark.parametrize(("check", "file"), [(old_pictures_retired, {}), (originals_kept_back, {"width": 4000})])
def test_what_was_accepted_for_the_account_stays_so(make, check, file):
    """One more item of the same kind does not reopen what somebody accepted for all of them."""
    old = [post(f"old-{n}", created=datetime(2023, 1 + n, 5, tzinfo=UTC)) for n in range(3)]
    before, after = (
        make.finding(check, night(make, *(picture(one["id"], CLOSE, **file) for one in posts), posts=posts))
        for posts in (old[:2], old)
    )
    assert before.content == after.content


def test_img08_large_pictures_are_one_line(make):
    """Pictures with children's faces of more than 1,600 pixels are counted, the profile's with them."""
    large = [picture(item, CLOSE, width=900, height=4000) for item in ("", "a", "b")]
    one = make.finding(originals_kept_back, night(make, *large, picture("c", CLOSE), picture("d", GROWN, width=5000)))
    assert (one.item, one.count, one.severity) == ("", 3, Severity.LOW)
    assert "3 pictures with more than 1,600 pixels on the longer edge; the largest has 4,000." in one.detail


@pytest.mark.parametrize(("width", "faces"), [(1600, CLOSE), (4000, ()), (4000, GROWN), (4000, CROWD)])
def test_img08_silent(make, width, faces):
    """At the limit, or without a face that may be a child's, a picture may be as large as it is."""
    assert make.result(originals_kept_back, night(make, picture("a", faces, width=width))).outcome is Outcome.PASS


# --- IMG-07 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["sensitive", "explicit"])
def test_img07_a_marked_item_with_a_picture(make, mark):
    """It goes to the safeguarding lead at once, for a human look; no picture had to be opened for it."""
    school = make.school(dpia=Dpia(reference="DPIA-7"))
    one = make.finding(pictures_fit_for_children, night(make, posts=[post("a", marks=(mark,))], school_=school))
    assert (one.severity, one.outcome, one.item) == (Severity.CRITICAL, Outcome.REVIEW, "a")


@pytest.mark.parametrize("changes", [{}, {"marks": ("sensitive",), "media": ()}, {"marks": ("made for kids",)}])
def test_img07_is_never_a_pass(make, changes):
    """Without a mark, and for text alone, it says that nobody judged the pictures; marks were looked for all the same."""
    result = make.result(pictures_fit_for_children, night(make, posts=[post("a", **changes)]))
    assert (result.outcome, result.judged) == (Outcome.NOT_TESTABLE, True)
    assert "a person looks" in result.reason


# --- CNT-09 ----------------------------------------------------------------------------------------


def test_cnt09_a_mark_without_a_label(make):
    """A picture whose file says that AI made it is a low finding where nothing says so."""
    one = make.finding(made_pictures_labelled, night(make, picture("a", made_with="made by AI")))
    assert (one.severity, one.outcome, one.item) == (Severity.LOW, Outcome.FINDING, "a")
    assert one.title == "A post has a picture whose file says that it was made by AI"


@pytest.mark.parametrize(
    "text", ["Our mascot (made with AI)", "Picture: Midjourney", "An A.I. dragon", "Digitally edited", "#AIart"]
)
def test_cnt09_labelled_in_the_text_or_in_the_alternative_text(make, text):
    """Words that say so, in either place, are enough."""
    made = {"made_with": "made by AI"}
    in_text = night(make, picture("a", **made), posts=[post("a", text=text)])
    in_alternative = night(make, picture("a", alt=text, **made))
    assert make.result(made_pictures_labelled, in_text).outcome is Outcome.PASS
    assert make.result(made_pictures_labelled, in_alternative).outcome is Outcome.PASS


@pytest.mark.parametrize("text", ["Said by Aisha", "The main hall", "Wait for the rain", "A gaiety of colours"])
def test_cnt09_letters_inside_words_are_no_label(make, text):
    """Only whole words label a picture."""
    subject = night(make, picture("a", made_with="edited with AI"), posts=[post("a", text=text)])
    assert make.result(made_pictures_labelled, subject).findings


def test_cnt09_without_a_mark(make):
    """A picture without a mark is no finding."""
    assert make.result(made_pictures_labelled, night(make, picture("a"))).outcome is Outcome.PASS


def page_night(make, *pictures, coverage=None):
    """The school's website: pages are no posts."""
    row = make.account(platform="website", handle="", address="https://www.hazelbrook.example/")
    read = coverage or {Resource.PROFILE: complete(1), Resource.MEDIA: complete(9), Resource.PICTURES: complete(9)}
    facts = Facts(pictures={one.item: (one,) for one in pictures})
    school = make.school(dpia=Dpia(reference="D", features=("pictures", "names")))
    return make.subject(row, school_=school, facts=facts, coverage=read)


PAGE = "https://www.hazelbrook.example/classes/"


def test_img01_pages_of_the_website(make):
    """A page with a close-up is an item of its own, found again by its address."""
    finding = make.finding(faces_looked_at, page_night(make, picture(PAGE, CLOSE)))
    assert (finding.item, finding.address, finding.severity) == (PAGE, PAGE, Severity.HIGH)
    assert finding.created is None


@pytest.mark.parametrize("check", CHECKS)
def test_a_website_without_anything_passes_when_its_pictures_were_read(make, check):
    """A website has no posts: how much of its pictures was read decides."""
    assert make.result(check, page_night(make, picture(PAGE))).outcome is Outcome.PASS
    half = {
        Resource.PROFILE: complete(1),
        Resource.MEDIA: complete(9),
        Resource.PICTURES: partial("9 older pictures wait for the next nights", 1, planned=True),
    }
    left = make.result(check, page_night(make, picture(PAGE), coverage=half))
    assert left.outcome is Outcome.NOT_TESTABLE
    assert "wait for the next nights" in left.reason


def test_img01_a_picture_that_no_post_shows(make):
    """A picture of a blog's library is an item of its own, and not the profile's picture."""
    alone = SeenPicture(
        "media-7", "media-7", "https://blog.example/7.jpg", "", picture("x", CLOSE).reading, date(2026, 11, 19)
    )
    facts = Facts(pictures={"media-7": (alone,)})
    finding = make.finding(faces_looked_at, make.subject(facts=facts, posts=[], coverage=READ))
    assert (finding.item, finding.address) == ("media-7", "https://blog.example/7.jpg")
    assert finding.title.startswith("A picture shows")
