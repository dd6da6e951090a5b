"""Pupils' names in texts: the shapes they have, and whose names are kept out."""

import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.names import LIMIT, LIST, SchoolNames, read_names

SCHOOL = SchoolNames.of(
    staff=["Mrs Angela Larch", "Mr T Birchall", "Miss Alderman"], allowed=["Robin Alderton", "Hazel Otterwell"]
)


def found(text, kind="full name", known=SCHOOL):
    """The words read as names of one kind, but for possible ones."""
    readings = read_names(text, known=known)
    return [text[slice(*one.span)] for one in readings if one.kind == kind and one.confidence != "possible"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ella Thornley", "Well done to Ella Thornley in Year 4!"),
        ("Ella Thornley", "Ella Thornley (Y4) swam 20 lengths"),
        ("Ella Rose Thornley", "Star of the week: Ella Rose Thornley 🌟"),
        ("Ella R. Thornley", "Ella R. Thornley has earned her pen licence"),
        ("Ella-Mae Thornley", "Look at Ella-Mae Thornley's rocket"),
        ("Ella Thornley-Birch", "Our weather reporter is Ella Thornley-Birch"),
        ("ELLA THORNLEY", "ELLA THORNLEY - WRITER OF THE WEEK"),
        ("ella thornley", "omg ella thornley u were amazing"),
        ("EllaThornley", "#WellDoneEllaThornley"),
        ("Kofi Boateng", "Kofi Boateng has built a kite"),
        ("Zuzanna Kowalczyk", "Zuzanna Kowalczyk reads to us in Polish"),
        ("Inaya Qureshi", "Inaya Qureshi found a ladybird"),
        ("Oisín O'Rourke", "Oisín O'Rourke played the whistle"),
        ("Zoë Brontëman", "Zoë Brontëman loves poems"),
        ("Ioana Popescu", "Welcome Ioana Popescu"),
        ("Eleri Gwynne", "Eleri Gwynne won the Eisteddfod chair"),
        ("Jaswinder Kaur", "Jaswinder Kaur explained Vaisakhi"),
        ("Grace Tilley", "Grace Tilley was our Mary"),
        ("Summer Pickard", "Mrs Larch gave the cup to Summer Pickard"),
        ("Luca Di Marco", "Luca Di Marco made pizza"),
        ("Noah Prentice", "The castle was built by Noah Prentice"),
        ("William Hague", "William Hague in Y6 won the science fair"),
        ("Tyler Nott", "Young author Tyler Nott has finished his book"),
    ],
)
def test_full_names_are_read(name, text):
    """A first name and a surname are read in the shapes that schools write, of every origin."""
    assert found(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Mrs Angela Thornley leads the choir",
        "Sir Ella Thornley opened the hall",
        "Our caretaker, Colin Thornley, retires",
        "Thank you to governors Ella Thornley, Noah Prentice and Amit Shah",
        "Ella Thornley, our new deputy head, starts in May",
        "Local author Ella Thornley read to us",
        "Photos by Ella Thornley",
        "Cllr Noah Prentice judged the cakes",
        "Ella Thornley from the BBC came",
        "Mum Ella Thornley runs the stall",
        "Former pupil Noah Prentice is a pilot now",
        "Thank you to Ella Thornley from Thornley Joinery",
        "In memory of Ella Thornley, school cook",
        "My name is Ella Thornley and I am the new teacher",
        "Year 5 learnt about Ella Thornley",
        "We read a book by Ella Thornley",
        "Y4 loved meeting Michael Morpurgo",
        "Rosa Parks and Mary Seacole",
        "Florence Nightingale's birthday",
        "Come on Harry Kane",
        "Harry Potter night",
        "Oliver Twist tickets",
        "John Lewis vouchers",
        "Victoria Park picnic",
        "Jane Thornley College",
        "Ysgol Bryn Celyn",
        "St Thomas More",
        "Chester Zoo",
        "Lincoln Cathedral",
        "Holly Lane is shut",
        "Summer Fair on Saturday",
        "May half term",
        "Grace, Hope and Joy",
        "Well Done Everyone In Year Six",
        "WELL DONE YEAR SIX",
        "Robin, Wren and Jay groups",
        "Happy Diwali",
        "",
    ],
)
def test_others_are_kept_out(text):
    """Titles, posts, professions, firms, famous people, places, seasons and virtues are no pupils."""
    assert found(text) == []


def test_a_letter_is_signed_by_a_grown_up():
    """A name alone under a letter is its writer's."""
    letter = "Dear families, thank you for a lovely term. We look forward to seeing you all in January.\n"
    assert found(letter + "Ella Thornley") == []
    assert found(letter + "Ella Thornley\nHeadteacher") == []


@pytest.mark.parametrize(
    "text",
    [
        "Well done Angela Larch",
        "A big thank you to Tom Birchall",
        "Hazel Otterwell came first",
        "Robin Alderton came first",
    ],
)
def test_the_schools_own_lists_keep_names_out(text):
    """Staff, by first name or initial, and what the school allows are not read; without the lists they are."""
    assert found(text) == []
    assert read_names(text, known=SchoolNames())


def test_a_surname_of_staff_alone_leaves_doubt():
    """A child may share a teacher's surname: without words about children it is left to a person."""
    assert found("We met Ella Alderman at the park") == []
    assert [one.confidence for one in read_names("We met Ella Alderman at the park", known=SCHOOL)] == ["possible"]
    assert found("Ella Alderman (Y2) won") == ["Ella Alderman"]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["Ella"], "Well done Ella 🌟"),
        (["Ella T"], "Ella T is our star of the week"),
        (["Ella", "Noah"], "Ella and Noah from Year 4 made soup"),
        (["Zayd"], "Happy birthday Zayd!"),
        ([], "Ella's Kitchen pouches"),
        ([], "PCSO Dave came in"),
        ([], "the robin on our fence"),
        ([], "Mark your calendars"),
    ],
)
def test_first_names_need_words_about_children(names, text):
    """A first name alone is read beside praise, a class or a birthday."""
    assert found(text, "first name") == names


def test_a_class_beside_a_name_makes_it_certain():
    """With a year beside it a name is certain, by its shape alone likely."""
    assert read_names("Ella Thornley in Y4")[0].confidence == "certain"
    assert read_names("Ella Thornley")[0].confidence == "likely"


def test_four_names_are_a_list():
    """Four different names make a list that comes before them; three, or one name four times, do not."""
    four = "Well done to Ella, Noah, Zayd and Priya!"
    reading = read_names(four)[0]
    assert (reading.kind, reading.people) == ("list of names", LIST)
    assert four[slice(*reading.span)] == "Ella, Noah, Zayd and Priya"
    for fewer in ("Well done to Ella, Noah and Zayd!", "Well done Ella! Ella! Ella! Ella!"):
        assert not found(fewer, "list of names")
    lines = "Star of the week\nOak: Ella Thornley\nAsh: Noah Prentice\nElm: Zayd Noor\nYew: Priya Raman"
    assert found(lines, "list of names")


def test_a_staff_list_is_no_list_of_pupils():
    """Staff who are named with their titles, or under their heading, are no list."""
    assert read_names("Mrs Larch, Mr Birchall, Miss Alderman and Mrs Angela Thornley") == ()
    assert found("Staff: Angela Poole, Rebecca Carr, Simon Hall, Farah Begum", "list of names") == []


def test_no_reading_repeats_a_name():
    """Neither the reason nor the representation of a reading holds what it read."""
    assert "Thornley" not in repr(read_names("Well done Ella Thornley in Year 4"))


@given(text=st.text(max_size=300))
def test_any_text_is_read(text):
    """Arbitrary Unicode never raises, and every span lies inside the text."""
    for one in read_names(text, known=SCHOOL):
        assert 0 <= one.span[0] < one.span[1] <= len(text)


PIECES = [
    "Ella",
    "Thornley",
    "Mr",
    "(Y4)",
    "and",
    ",",
    "#StarElla",
    "'s",
    "O'Neill",
    "Di",
    "W.",
    "\n",
    "ßtar",
    "🌟",
    "by",
]
PIECES += ["Harry", "Potter", "School", "Year 4", "May", "Ella-Mae", "our new teacher", ":", "ELLA", "ella"]


@given(words=st.lists(st.sampled_from(PIECES), max_size=14))
def test_names_never_overlap(words):
    """Of any mixture of words the names come in their order and none overlap."""
    names = [one for one in read_names(" ".join(words), known=SCHOOL) if one.kind != "list of names"]
    assert all(one.span[1] <= other.span[0] for one, other in pairwise(names))


INNOCENT = st.sampled_from(["Our trip was lovely.", "PE is on Tuesday.", "We read poems by the pond.", "See you at 9."])


@given(before=st.lists(INNOCENT, max_size=4), after=st.lists(INNOCENT, max_size=4))
def test_innocent_text_beside_innocent_text_stays_innocent(before, after):
    """Sentences without names have none when they are put together."""
    assert read_names(" ".join([*before, *after])) == ()


def test_only_so_much_is_read():
    """What stands behind the limit is not read."""
    assert read_names("la " * LIMIT + "Well done Ella Thornley in Year 4") == ()


@pytest.mark.parametrize(
    "unit", ["Ella ", "Ella Thornley, ", "Ella-", "Mr Ella Di ", "#Ella", "(Y4) Ella and ", "W. ", "' "]
)
def test_work_grows_with_the_text(unit):
    """Twice the text takes about twice the calls, whatever the text: no more than three times."""

    def calls(text):
        count = 0

        def one_more(*_):
            nonlocal count
            count += 1

        read_names(text)
        sys.setprofile(one_more)
        try:
            read_names(text)
        finally:
            sys.setprofile(None)
        return count

    assert calls(unit * 400) <= 3 * calls(unit * 200) + 1000


@pytest.mark.parametrize(
    "text",
    [
        "The eco-committee, led by Year 5's Ella Larch, met the mayor",
        "Robin Larch, our Y6 head boy, read the lesson",
        "Our youngest pianist, Ella Larch, played a waltz",
        "Sports report by Ella Larch: we lost, but the crisps were nice",
        "A lunchbox labelled Ella Larch is in the office",
        "The cup was collected by Ella Larch",
        "Jamie Doncaster has read every book",
    ],
)
def test_pupils_beside_grown_ups_words(text):
    """A pupil who meets a grown-up, has a title among pupils, made something or owns it is still a pupil."""
    assert [found.kind for found in read_names(text) if found.confidence != "possible"] == ["full name"]


@pytest.mark.parametrize(
    "text",
    [
        "Chair of the PTA, Sam Larch, thanks you all",
        "Volunteer readers Pam Larch and Malcolm Otter are worth their weight in gold",
        "Mr Otter ran the London Marathon in 3.58",
        "Judy Murray's tennis programme starts in Y3",
        "Elmer Day: bring a patchwork jumper",
    ],
)
def test_grown_ups_and_things_named_like_pupils(text):
    """Offices with what they are of, pairs of volunteers, races and well-known people are no pupils."""
    assert not any(found.kind == "full name" and found.confidence != "possible" for found in read_names(text))


@pytest.mark.parametrize(
    "text",
    [
        "Did you miss Ella Larch on the trumpet?",
        "Poem of the month, by Ella Larch: 'Mud'",
        "Our harvest loaf was plaited by Ella Larch",
        "Our trophy is held by its designer, Ella Larch",
        "Thank you to Ella Larch's dad for mending the lights",
        "Letter to the editor from one of our pupils, Ella Larch",
    ],
)
def test_pupils_beside_words_of_grown_ups(text):
    """A pupil whose dad helps, who designs or writes, or whom nobody should miss is read as one."""
    assert any(reading.kind == "full name" and reading.confidence != "possible" for reading in read_names(text))


@pytest.mark.parametrize(
    "text",
    [
        "Nursing team: Janet Larch and Cath Otter, flu sprays, Wednesday",
        "Interviews for headteacher: thanks to panel members Rick Larch and Anthea Otter",
        "We enjoyed the talk by Olive Larch, 94, who was evacuated here in 1940",
        "A farewell to Jean Larch after 31 years in the kitchen",
        "County Cricket's Sonia Larch coaches Year 5",
        "Ashley Larch car park is shut for tree works",
    ],
)
def test_grown_ups_by_age_team_and_years(text):
    """A team of staff, an age beyond school and years of service are a grown-up's."""
    assert not any(reading.kind == "full name" and reading.confidence != "possible" for reading in read_names(text))
