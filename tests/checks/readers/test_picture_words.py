"""What is written in a picture: names, sign-ins, details and screens, counted, from lines and from drawn pictures."""

import dataclasses
import sys
import tomllib
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from bench.drawn_words import SEEN, UNSEEN
from checks.readers import picture_words
from checks.readers.names import SchoolNames, read_label
from checks.readers.personal_data import AllowList
from checks.readers.picture import Words
from checks.readers.picture_words import MODELS, MOST_LINES, Line, judge, read_lines, read_words, version, why_not

NOBODY = SchoolNames()
NONE_ALLOWED = AllowList()
needs_reader = pytest.mark.skipif(bool(why_not()), reason=f"Words in pictures are not read here: {why_not()}.")


def sheet(*rows):
    """Lines as a recogniser gives them: each row a text, or a tuple of cells side by side."""
    lines = []
    for down, row in enumerate(rows):
        for across, text in enumerate((row,) if isinstance(row, str) else row):
            left, top = 20 + 400 * across, 40 * down
            lines.append(Line(text, left, top, left + 12 * len(text), top + 25))
    return lines


def said(*rows, names=NOBODY, allow=NONE_ALLOWED):
    return judge(sheet(*rows), names, allow=allow)


@pytest.mark.parametrize(
    ("people", "rows"),
    [
        (1, ["Poppy Larch"]),
        (1, ["POPPY LARCH", "4B"]),
        (1, ["Poppy", "Larch", "Oak Class"]),
        (1, ["Alfie", "Year 2"]),
        (3, ["Amelia W Sienna A Toby S"]),
        (4, ["Muhammad Amelia W Alfie Toby S"]),
        (3, ["Alfie Maisie Oscar"]),
        (2, ["Alfie Larch Maisie Tanner"]),
        (5, [("Jacob", "Poppy", "Lily", "Oscar", "Noah")]),
        (3, ["Larch, Poppy", "Okafor, Leo", "Tanner, Noah"]),
        (3, ["Larch Poppy", "Okafor Leo", "Patel Oscar"]),
        (4, ["3B Register", "Alfie Larch", "Leo Okafor", "Noah Tanner", "Grace Hope"]),
        (1, ["Certificate of Achievement", "presented to", "Ollie", "10 metres swimming"]),
        (1, ["This certificate is awarded to", "Teddly Rushwcrth", "for super writing"]),
        (1, ["WELL DONE!", "Poppy Larch", "Reader of the Month"]),
        (1, ["Well done to Poppy Larch for super reading in Year 3"]),
        (1, ["Isla's tray"]),
        (1, ["PoppyLarch"]),
        (1, ["My name is Alfie", "I like frogs"]),
        (1, ["To Mrs Tanner", "Love from Alfie"]),
        (1, ["Pupil of the Week", "Quillon Starbeck", "Maple Class"]),
        (1, ["School Council", "Freya", "Year 5"]),
        (1, ["Gold medal", "Alfie Larch", "Year 4"]),
        (3, ["Cast", "Joseph - Alfie Larch", "Mary - Freya Tanner", "Angel - Zara Hussain"]),
        (6, ["Seating plan", ("Alfie", "Leo", "Maisie"), ("Oscar", "Freya", "Jacob")]),
        (2, ["Alfie Larch", "Alfie Larch", "Noah Tanner"]),
    ],
)
def test_names_on_badges_pegs_certificates_and_registers_are_counted(people, rows):
    """Each person counts once, whichever way round, in one line or two, and where a recogniser slipped."""
    assert said(*rows).names == people


@pytest.mark.parametrize("rows", [*SEEN.quiet, *UNSEEN.quiet], ids=lambda rows: rows[0])
def test_posters_books_menus_signs_and_staff_boards_say_nothing(rows):
    """Authors, plants, places, months, houses, values, staff and forms that nobody filled in are let be."""
    words = said(*rows)
    assert (words.names, words.sign_ins, words.details, words.screen) == (0, 0, (), "")


@pytest.mark.parametrize(
    "rows",
    [
        ["The Lost Owl", "Jasper Quillfeather"],
        ["The Lost Owl", "written by", "Jasper Larch"],
        ["The Lost Owl", "Jasper Larch", "Winner of the Hazelbrook Book Award"],
        ["Bob Larch", "Headteacher"],
        ["Our governors", "Alfie Larch", "Noah Tanner", "Leo Okafor"],
        ["Mr Larch", "Mrs Tanner"],
        ["Presented to", "Oak Class"],
        ["Presented to", "Hazelbrook Primary School"],
        ["Poppy"],
        ["Grace", "Hope", "Faith"],
        ["Kings and Queens", "William I", "Henry VIII", "Elizabeth I"],
        ["Class library", "Roald Dahl", "David Walliams", "Jacqueline Wilson"],
        ["Safeguarding team", "Jane Larch", "Paul Tanner"],
    ],
)
def test_grown_ups_writers_classes_and_words_are_no_pupils(rows):
    """A lone name beside other words is a writer's; roles, titles and headings make grown-ups of names."""
    assert said(*rows).names == 0


def test_names_that_the_school_may_publish_are_left_out():
    """Staff and allowed names are nobody's labels."""
    names = SchoolNames.of(staff=["Angela Poole"], allowed=["Rowan Larch"])
    assert said("Angela Poole", "Rowan Larch", "Alfie Tanner", "Noah Okafor", names=names).names == 2


def test_without_leave_no_name_is_looked_for():
    """Where nobody agreed to names being read, none is counted; sign-ins are."""
    words = said("Alfie Larch", "Noah Tanner", "Password: redtiger7", names=None)
    assert (words.names, words.sign_ins) == (0, 1)


@pytest.mark.parametrize(
    ("count", "rows"),
    [
        (1, ["Username plarch12", "Password redtiger"]),
        (1, ["Numbots", ("User name:", "ab12"), ("Password:", "redtiger")]),
        (1, ["Username", "plarch", "Password", "redtiger", "Log in"]),
        (1, ["Password", "redtiger9"]),
        (1, ["WiFi password: sunny dolphins"]),
        (1, ["Your username is plarch12 and your password is cat"]),
        (1, ["Usemame plarch12", "Passwerd: cat99"]),
        (2, [("Name", "Username", "Password"), ("Poppy L", "plarch", "cat12"), ("Leo T", "ltanner", "dog33")]),
        (3, ["Password: cat12", "Password: dog33", "Password: owl44"]),
        (1, ["Purple Mash", "Scan this QR code to log in"]),
        (1, ["TT'Rock Stars", "Scan this QR code to los in"]),
        (1, ["Seesaw", "Home Learning Code", "Scan this with the app"]),
    ],
)
def test_user_names_with_passwords_are_sign_ins(count, rows):
    """A password counts with its value: behind it, beside it, below it, in a table, or as a square code of a service."""
    assert said(*rows).sign_ins == count


@pytest.mark.parametrize(
    "rows",
    [
        ["Password", "Log in"],
        ["Username", "Password", "Sign in"],
        ["Password: keep it secret"],
        ["Password protected"],
        ["Password heroes"],
        ["Forgotten your password?"],
        ["A strong password has eight characters"],
        ["Password: never share it"],
        ["Scan the QR code to visit our website"],
        ["Log in to Numbots this week"],
        ["Scan me for the menu"],
        ["Pin the tail on the donkey"],
        ["User guide"],
    ],
)
def test_talk_of_passwords_and_empty_forms_are_no_sign_ins(rows):
    """Advice on passwords, forms without values and codes that lead to websites sign nobody in."""
    assert said(*rows).sign_ins == 0


@pytest.mark.parametrize(
    ("screen", "rows"),
    [
        ("CPOMS", ["CPOMS", "Dashboard", "Alfie Larch"]),
        ("CPOMS", ["CPOMS StudentSafe", ("Planner", "Reporting")]),
        ("Arbor", ["Arbor", "Students", "Attendance"]),
        ("SIMS", ["SIMS", "Take Register", "Reports"]),
        ("ScholarPack", ["ScholerPack", "Registers"]),
        ("", ["Arbor", "Students"]),
        ("", ["Download the Arbor app today for menus", "Students"]),
        ("", ["The SIMS family", "Game night"]),
        ("", ["Attendance", "Reports", "Students"]),
        ("", ["CPOMS"]),
    ],
)
def test_screens_of_school_systems_are_known_by_name_and_menu(screen, rows):
    """A system's name needs a menu's word beside it, and two where the name is also a word."""
    assert said(*rows).screen == screen


def test_kinds_of_personal_details_are_told_and_the_schools_own_are_not():
    """Details are kinds, sorted, each once; a contact that the school may publish is none."""
    allow = AllowList.of(phones=["07700 900461"])
    assert said("Date of birth: 14/03/2017", "Mum 07700 900461").details == ("date of birth", "phone")
    assert said("Date of birth: 14/03/2017", "Mum 07700 900461", allow=allow).details == ("date of birth",)


def test_nothing_that_was_written_is_kept():
    """The result holds numbers, kinds and the name of a system: no word of the picture."""
    words = said("CPOMS", "Dashboard", "Alfie Larch", "Password: redtiger7", "Date of birth: 14/03/2017")
    kept = repr(dataclasses.asdict(words)).lower()
    assert all(word not in kept for word in ("alfie", "larch", "redtiger", "2017", "dashboard"))
    assert words == Words(5, 1, 1, ("date of birth",), "CPOMS")


def test_only_so_many_lines_are_looked_at():
    """A picture that seems to have thousands of lines costs no more than one with hundreds."""
    assert said(*["Alfie Larch"] * 5 * MOST_LINES).lines == MOST_LINES


_TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["Password", "Username", "Alfie", "Alfie Larch", "Larch,", "CPOMS", "Dashboard", "presented to", "İ"]
    ),
)
_PLACES = st.floats(-1e6, 1e6)


@given(st.lists(st.builds(Line, _TEXTS, _PLACES, _PLACES, _PLACES, _PLACES), max_size=12))
def test_arbitrary_lines_never_raise(lines):
    """Whatever is recognised wherever: there is an answer, and counts are never below nothing."""
    words = judge(lines, NOBODY)
    assert min(words.lines, words.names, words.sign_ins) >= 0


@pytest.mark.parametrize("text", ["pass " * 60, "aA" * 400, "A-" * 300, "Password: " * 40, "Alfie " * 80])
def test_long_lines_take_no_time(text):
    """A line of any length is cut before patterns see it."""
    assert said(*[text] * 50).lines == 50


def test_lines_of_a_turned_page_come_level():
    """The slope that most of the writing has is taken back, so that cells of one row stand side by side again."""
    slope = np.radians(15)
    boxes = []
    for text, x, y in (("Username", 0, 0), ("plarch12", 400, 0), ("Password", 0, 60), ("redtiger", 400, 60)):
        corners = [(x, y), (x + 150, y), (x + 150, y + 30), (x, y + 30)]
        turned = [(a * np.cos(slope) - b * np.sin(slope), a * np.sin(slope) + b * np.cos(slope)) for a, b in corners]
        boxes.append((text, turned))
    assert judge(list(picture_words._level(boxes)), NOBODY).sign_ins == 1


@pytest.mark.parametrize(
    ("text", "full"),
    [("Alfie Larch", True), ("Larch, Alfie", True), ("Alfie", False), ("Alfie L", False), ("1. Alfie Larch / N", True)],
)
def test_a_label_is_a_name_and_nothing_else(text, full):
    """Full names either way round, first names, first names with an initial, and marks behind them."""
    label = read_label(text)
    assert label is not None
    assert label.full == full


@pytest.mark.parametrize(
    "text", ["", "Mrs Larch", "Roald Dahl", "Alfie went home", "Chester Avenue", "well done", "Oak Class", "12 / N"]
)
def test_what_is_no_label(text):
    """Titles, authors, sentences, streets and classes are no label."""
    assert read_label(text) is None


def test_the_data_says_where_it_is_from():
    """The file of words has a source and the day on which it was looked through."""
    table = tomllib.loads((resources.files("checks.data") / "picture_words.toml").read_text("utf-8"))
    assert table["source"]
    assert table["verified_on"]
    assert all(word == word.lower() for words in table["lists"].values() for word in words)


# --- the recogniser --------------------------------------------------------------------------------


def picture(*rows, size=(900, 600), height=48):
    """A drawn page with Pillow's own font."""
    page = Image.new("RGB", size, (250, 247, 240))
    pen = ImageDraw.Draw(page)
    for place, row in enumerate(rows):
        pen.text((60, 40 + place * height * 2), row, font=ImageFont.load_default(height), fill=(20, 20, 40))
    return np.asarray(page)


@needs_reader
def test_a_drawn_certificate_is_read():
    """From pixels to counts: a certificate with a name."""
    words = read_words(picture("Certificate", "awarded to", "Alfie Larch", "for kindness"), NOBODY)
    assert (words.lines, words.names) == (4, 1)


@needs_reader
def test_a_drawn_card_to_sign_in_with_is_read():
    """From pixels to counts: a name, a user name and a password."""
    words = read_words(picture("Numbots", "Alfie Larch", "Username: alarch12", "Password: redtiger"), NOBODY)
    assert (words.names, words.sign_ins) == (1, 1)


@needs_reader
@pytest.mark.parametrize("shape", [(1, 1), (20, 1280), (1280, 33), (600, 900), (33, 33)])
def test_pictures_without_words_have_no_lines(shape):
    """Plain, tiny and long pictures are read without a line and without an error."""
    assert read_lines(np.full((*shape, 3), 128, np.uint8)) == ()


@needs_reader
def test_nothing_is_fetched(monkeypatch):
    """The recogniser asks no network for models or fonts."""

    def refuse(*arguments, **named):
        raise AssertionError("something was fetched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    picture_words._engine.cache_clear()
    assert read_words(picture("Alfie Larch"), NOBODY).names == 1


@needs_reader
def test_its_version_names_package_and_rules():
    """Another package or other words make another version."""
    assert version().startswith("rapidocr ")


def test_another_model_is_not_run(monkeypatch):
    """A file that is not the one that was measured stays unused, and the sentence says so."""
    if "rapidocr is not installed" in why_not():
        pytest.skip("rapidocr is not installed")
    monkeypatch.setattr(picture_words, "MODELS", dict.fromkeys(MODELS, "0" * 64))
    picture_words._engine.cache_clear()
    try:
        assert why_not().endswith("(its SHA-256 differs)")
        assert read_lines(picture("Alfie Larch")) == ()
    finally:
        monkeypatch.undo()
        picture_words._engine.cache_clear()


def test_without_its_package_nothing_is_read(monkeypatch):
    """Where rapidocr is missing, a clause says so and no picture is read."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    picture_words._engine.cache_clear()
    picture_words.version.cache_clear()
    try:
        assert why_not() == "the package rapidocr is not installed"
        assert version() == ""
        assert read_words(picture("Alfie Larch"), NOBODY) == Words()
    finally:
        picture_words._engine.cache_clear()
        picture_words.version.cache_clear()


def test_loading_the_module_loads_no_recogniser():
    """Nothing heavy is imported before a picture is read."""
    import subprocess

    code = "import sys, checks.readers.picture_words; print('rapidocr' in sys.modules or 'cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
