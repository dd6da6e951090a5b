"""Personal data in texts: each kind in the forms people write, and what only looks like it."""

import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.personal_data import _UPN_LETTERS, AllowList, read_personal_data

NOBODY = AllowList()
SCHOOL = AllowList.of(
    phones=["+44 (0)1632 960123"],
    emails=["Office@Hazelbrook.example"],
    postcodes=["hx99 1aa"],
    domains=["www.hazelbrook.example"],
)


def kinds(text, allow=NOBODY):
    return [datum.kind for datum in read_personal_data(text, allow=allow) if datum.confidence != "possible"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "Text me on 07700 900123 about the cake stall"),
        ("phone", "call 07700900456"),
        ("phone", "+44 7700 900789"),
        ("phone", "+44 (0)7700 900 765"),
        ("phone", "0044 7700 900444"),
        ("phone", "447700900345"),
        ("phone", "07700.900.234"),
        ("phone", "07700-900-333"),
        ("phone", "07700/900123"),
        ("phone", "O77OO 9OO 456"),
        ("phone", "0 7 7 0 0 9 0 0 1 2 3"),
        ("phone", "ring 7700 900 321"),
        ("phone", "(01632) 960983"),
        ("phone", "0115 496 0123"),
        ("phone", "020 7946 0958"),
        ("phone", "ring Nan on 702345"),
        ("email", "send it to no.such.person82@gmail.com"),
        ("email", "k.larch @ gmail.com"),
        ("email", "nobody dot larch at gmail dot com"),
        ("email", "nobody [at] yahoo [dot] co [dot] uk"),
        ("email", "nobody.larch(at)gmail.com"),
        ("email", "N.O'Larch@hazelfirm.example"),
        ("email", "office@gmail.com"),
        ("address", "Isaac has moved to 22 Orchard Close"),
        ("address", "return it to 7a St Mary's Road"),
        ("address", "They live at 101 Larch Road, Marshwick"),
        ("address", "cards to Leo, 33 Moorgate"),
        ("address", "the party's at 6 The Paddocks, Norbeck"),
        ("address", "Poppy's new home: Rose Cottage, Town Street, Norbeck"),
        ("postcode", "satnav for the party HX99 9ZZ"),
        ("postcode", "the sleepover is at hx999zz"),
        ("ni", "NINO: CE 45 67 89 D"),
        ("ni", "NI number pe112233c needed"),
        ("nhs", "NHS number 943 476 5919"),
        ("nhs", "red book: 401-023-2137"),
        ("upn", "UPN is M891234519007"),
        ("date of birth", "Poppy's date of birth is 14/03/2015"),
        ("date of birth", "DOB: 1985-04-12"),
        ("date of birth", "d.o.b. 07-11-13"),
        ("date of birth", "dob 010316"),
        ("date of birth", "our twins were born on 9 February 2018"),
        ("date of birth", "b. 12.06.2015"),
        ("plate", "Mrs Larch's car, a red Corsa AB12 CDE, has its lights on"),
    ],
)
def test_details_are_read(kind, text):
    """Each kind is read in the forms that people write it."""
    assert kinds(text) == [kind]


def with_check_letter(rest):
    """A UPN for the signs behind its letter, by the formula of the DfE's guide."""
    values = [int(sign) if sign.isdigit() else _UPN_LETTERS.index(sign) for sign in rest]
    return _UPN_LETTERS[sum((place + 2) * value for place, value in enumerate(values)) % 23] + rest


@pytest.mark.parametrize(
    "text",
    [
        "Childline 0800 1111, Samaritans 116 123, NSPCC 0808 800 5000",
        "Dial 999, or 111 for advice",
        "Admissions line 0300 500 8080",
        "School office: 01632 960555 or office@otherschool.example",
        "bookings@forestadventure.example",
        "Order ref 07700900123",
        "ISBN 978 0 14 103614 4",
        "Term dates: 01/09/2026 - 22/10/2026",
        "Photos on 12.06.2026 at 9.15",
        "01.09.2026 9.30am",
        "we rounded 943,476 and 57,909,175",
        "we walked 1234567 steps",
        "The NHS was born on 5 July 1948",
        "Roald Dahl was born on 13 September 1916",
        "our lambs were born on 4 April 2026",
        "children born between 01/09/2021 and 31/08/2022 can apply",
        "born 01/09/2021 - 31/08/2022: apply now",
        "write your name and DOB on the form",
        "Letters to 10 Downing Street, London SW1A 2AA",
        "Father Christmas, Reindeerland, XM4 5HQ",
        "Meet at Marshwick Library, 17 Kirkgate, HX99 6PE",
        "Thanks to Hop & Vine, 14 Market Place",
        "Year 4 Forest Walk",
        "20 Green Lane Primary pupils joined us",
        "we studied the HX99 postcode area",
        "KS1 2D shapes and KS2 3D shapes",
        "QQ123456C is the example on the form",
        "scores: AB 12, CD 34, EF 56, GH 78",
        "UPN A891234519007 has another check letter",
        "the minibus reg is FX19 ABC",
        "meet at the school dot on the map",
        "zoom 943 476 5919",
    ],
)
def test_look_alikes_are_left_alone(text):
    """Helplines, organisations, dates, sums, history and public places are no personal data."""
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "call 01632 960 123",
        "+44 1632 960123",
        "office@hazelbrook.example",
        "mrs.larch@mail.hazelbrook.example",
        "Hazelbrook Primary, 4 School Close, Hazelbrook HX99 1AA",
        "HX991AA",
    ],
)
def test_schools_own_contacts_are_allowed(text):
    """The school's contacts are kept out in any spelling, a street with the school's postcode too."""
    assert read_personal_data(text, allow=NOBODY)
    assert read_personal_data(text, allow=SCHOOL) == ()


def test_two_numbers_and_an_address_are_three_details():
    """Each detail of a text is found by itself, in the order of the text."""
    text = "07700 900111 or 07700 900222, at 4 Larch Road"
    data = read_personal_data(text, allow=NOBODY)
    assert [datum.kind for datum in data] == ["phone", "phone", "address"]
    assert [text[slice(*datum.span)] for datum in data] == ["07700 900111", "07700 900222", "4 Larch Road"]


def test_value_is_not_shown():
    """What a detail says is left out of its repr, and so of logs and tracebacks."""
    (datum,) = read_personal_data("call 07700 900123", allow=NOBODY)
    assert datum.value == "07700900123"
    assert "900123" not in repr(datum)


def test_an_office_is_only_possible():
    """An office's number that is not on the list is left to a person's judgement."""
    (datum,) = read_personal_data("ring the school office on 01632 960555", allow=NOBODY)
    assert (datum.kind, datum.confidence) == ("phone", "possible")


def test_a_number_that_could_be_either_counts_as_a_telephone():
    """A telephone number is read before the NHS check digit is tried."""
    assert kinds("NHS nurse: 01632 960123") == ["phone"]


def test_temporary_pupil_numbers():
    """A temporary pupil number ends in a letter, which counts in the check letter."""
    assert kinds(f"UPN {with_check_letter('89123451900A')}") == ["upn"]


@given(rest=st.text(alphabet="0123456789", min_size=12, max_size=12), letter=st.sampled_from(_UPN_LETTERS))
def test_one_check_letter_fits(rest, letter):
    """Of all letters only the one of the formula makes a pupil number of twelve digits."""
    found = "upn" in kinds(f"UPN {letter}{rest}")
    assert found == (letter + rest == with_check_letter(rest))


@given(text=st.text(max_size=300))
def test_any_text_is_read(text):
    """Arbitrary Unicode never raises, and every span lies inside the text."""
    for datum in read_personal_data(text, allow=SCHOOL):
        assert 0 <= datum.span[0] < datum.span[1] <= len(text)


PIECES = ["07700", "900123", "44", "+", "(0)", "DOB", "12/03/2015", "born", "NHS", "943 476 5919", "4 Larch Road", "at"]
PIECES += [
    "HX99 9ZZ",
    "@",
    "gmail.com",
    "dot",
    "AB123456C",
    "O",
    "ß",
    "\n",
    "-",
    "car",
    "AB12 CDE",
    "UPN",
    "M891234519007",
]


@given(words=st.lists(st.sampled_from(PIECES), max_size=12))
def test_details_never_overlap(words):
    """Of any mixture of details none overlap, and they come in the order of the text."""
    data = read_personal_data(" ".join(words), allow=NOBODY)
    assert all(one.span[1] <= other.span[0] for one, other in pairwise(data))


INNOCENT = st.sampled_from(
    [
        "Our trip was lovely.",
        "Year 4 made boats.",
        "PE is on Tuesday.",
        "We read poems by the pond.",
        "Well done to all!",
    ]
)


@given(before=st.lists(INNOCENT, max_size=4), after=st.lists(INNOCENT, max_size=4))
def test_innocent_text_beside_innocent_text_stays_innocent(before, after):
    """Sentences without details have none when they are put together."""
    assert read_personal_data("\n".join([*before, *after]), allow=NOBODY) == ()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "ring me: oh seven seven double oh, nine hundred, one two three"),
        ("phone", "zero seven seven 00 900 123"),
        ("phone", "Nan's landline is 01632 / 960 268"),
        ("phone", "07700900123,07700900124"),
        ("phone", "my desk is 01632 960777 ext 214"),
        ("email", "cricketer72 at hotmail com"),
        ("email", "'nobody.larch@gmail.com' bounced"),
        ("email", "charlie.larch [@] outlook.com"),
        ("address", "i live at 56 maple drive come knock"),
        ("address", "Keys are with Jean, number 14 Malt Row"),
        ("address", "he is at Flat 3, 41 Larch Hill"),
        ("address", "she lives on Larch Road at number 12"),
        ("postcode", "anyone from the HX99 9ZZ end for a lift?"),
        ("date of birth", "19/08/2015 is her date of birth"),
        ("date of birth", "4 May 2016 is when our Ava was born"),
        ("date of birth", "born at 4am on 17 April 2017 in this village"),
        ("nhs", "the bracelet says NHS-4010232137"),
        ("ni", "her NINO is NS-81-92-03-C"),
        ("plate", "reg ab18 cde on the pavement again"),
    ],
)
def test_less_usual_forms_are_read(kind, text):
    """Numbers in words, mailboxes without dots, homes in small letters and cards with hyphens are read too."""
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Childline's number is oh eight hundred, double one, double one",
        "Zero, one, two, three, four, five, six, seven, eight, nine: blast off!",
        "For absences ring 01632 960200 before nine",
        "Thanks to Oakfield Garage (01632 960 444) for the prize",
        "Tel: 01632 960200 | Fax: 01632 960201",
        "a pretend number such as 01632 960123",
        "our made-up spy has 01234 567890",
        "year4@hazelbrook.example",
        "hazelbrook.office@trust.example",
        "your.name@example.com is how an address looks",
        "in 1871 the census lists 12 Mill Street",
        "a sample address: 1 High Street, Anytown, HX99 9ZZ",
        "item 401-023-2137 of the catalogue",
        "Mini beasts: B12 BEE hotel",
    ],
)
def test_what_belongs_to_everybody_or_a_firm_is_left_alone(text):
    """Helplines in words, offices, firms, functions' mailboxes, examples and history are nobody's details."""
    assert kinds(text) == []


@pytest.mark.parametrize(
    "piece",
    ["07 1", "a.", "at dot ", "1 Aa ", "double one ", "12 maple drive ", "b. 1/1/", "DOB of a ", "1/1/20 - the day "],
)
def test_work_grows_with_the_text(piece):
    """Four times the text takes about four times the calls, not sixteen times."""
    assert calls(piece * 200) <= 6 * calls(piece * 50) + 200


def calls(text):
    """How many functions are called to read a text."""
    count = 0

    def counting(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    read_personal_data(text, allow=NOBODY)
    sys.setprofile(counting)
    try:
        read_personal_data(text, allow=NOBODY)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "My new number is 07 seven 00 900 12 three"),
        ("phone", "Text Robin on 07700 900 four one six"),
        ("email", "robin.larch(a)gmail.com"),
        ("email", "robin.larch@gmail,com"),
        ("ni", "volunteer form, nat ins no. kl456789b"),
        ("ni", "NI number: QK 45 67 89 B"),
        ("date of birth", "DOBs: Ada 3/4/2018, Ben 4/5/2019"),
        ("date of birth", "Dates of birth 03/04/2018 and 05/06/2019"),
        ("date of birth", "3/4/2018 is Ada's birthday"),
        ("date of birth", "Clue: 03-04-2018, that's her birthday"),
        ("date of birth", "3 April 2018 - the day Ada was born"),
        ("address", "We've moved! Find us at 14 Maple Lane from next week"),
        ("address", "Lost cat, belongs to Ada, 12 Larchways, Hazelbrook"),
        ("postcode", "Our family garage sale is on Sunday, HX1 1AA"),
    ],
)
def test_words_between_and_around_a_detail(kind, text):
    """Words inside a number, a label cut short, a name between label and date, and a family's sale hide nothing."""
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "12 Church Street was a workhouse in 1851",
        "The wolf blew down 2 Straw Street",
        "Away match, meet at HX1 1AA, coaches leave at 8.15",
        "Please send dates of birth by 03/04/2026",
        "Our class pet's birthday is 3/4/2024",
        "Our new building is open. Find us at 14 Maple Lane",
    ],
)
def test_tales_outings_and_deadlines(text):
    """Addresses of stories and of the past, where an outing goes, a deadline and a pet's birthday are left alone."""
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "zero7700 900 412 if anyone finds a red bag"),
        ("phone", "07700•900•558"),
        ("phone", "07700 (space) 900 (space) 275"),
        ("phone", "07700 900435/436, either of us"),
        ("phone", "wa.me/447700900425"),
        ("phone", "Need a Tudor dress by tomorrow!! 07700 900 691"),
        ("email", "tomasz.nowak @ onet.pl"),
        ("email", "jasgill@@gmail.com"),
        ("address", "Crafts have moved from the hall to Pam's, 22 Acre Road"),
        ("address", "Costumes are in Ros's garage, 8 Windsor Way"),
        ("address", 'The tag on the coat says "31 Mill Lane"'),
        ("postcode", "Honesty box by my gate, DN22-7QZ"),
        ("date of birth", "Elsie came into the world on 4 March 2018"),
        ("date of birth", "Seven years ago today, 9 October 2019, our Joss was born"),
        ("date of birth", "Her date of birth is the third of April two thousand and seventeen"),
        ("date of birth", "DOB = 2016/04/09"),
        ("plate", "yk19zxp is blocking the gate, silver car"),
        ("plate", "van reg AB12-CDE parked on the bend"),
    ],
)
def test_details_in_other_hands(kind, text):
    """Details are found however people space, spell or hide them."""
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "44 Scotland Street by McCall Smith",
        "46 Church Lane residents signed our petition",
        "To book your flu jab call 01522 572950",
        "Parents meet at the library, 9 Chapel View",
        "Scores: 07 - 70, 09 - 41",
        '"39 Mill Lane" is on at the theatre',
    ],
)
def test_what_only_looks_like_a_detail(text):
    """Books with numbers, petitions, bookings and libraries are nobody's home or number."""
    assert kinds(text) == []
