"""Pictures with words on them, drawn: what the reader of words in pictures is measured on.

    python -m bench.drawn_words [--half seen|unseen] [--each 3] [--fonts DIR...] [--misses]

No photograph shows invented children's names, so the pictures are drawn: badges, pegs, certificates, registers, trays,
cards to sign in with and screens of school systems; and, to be left alone, posters, book covers, menus, signs, staff
boards and displays. They are turned, made small, blurred, dimmed and laid on coloured noise with bright and dark
patches. The halves share no name and no wording; "seen" is what the reader was developed on. Drawings are kinder than
photographs: the figures say what the rules make of what is read, and are an upper bound for what is read.

`--fonts` are folders of fonts (.ttf, .otf; folders in them are searched); without them Pillow's own font is used. Per
question it prints precision and recall over pictures with their Wilson intervals of 95 %, how many of the drawn words
were read, milliseconds of processor time for a picture, and the most memory that the process took.
"""

import argparse
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bench.quality import score
from checks.readers.names import SchoolNames
from checks.readers.picture import Words
from checks.readers.picture_words import judge, read_lines, why_not

SIZE = (1280, 960)
SMALLEST = 9
"""Pixels of the smallest letters that are drawn."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and where it stands on its sheet: `x` and `y` are shares of the sheet, `size` of its height."""

    text: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to draw, and what a person would read on it."""

    kind: str
    pieces: tuple[Piece, ...]
    names: int = 0
    sign_ins: int = 0
    details: frozenset[str] = field(default_factory=frozenset)
    screen: str = ""
    ratio: float = 1.4


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one half's sheets are made of. `first` and `last` are names with spaces between."""

    first: str
    last: str
    certificates: Sequence[Sequence[str]]
    classes: Sequence[str]
    services: Sequence[str]
    labels: Sequence[tuple[str, str]]
    passwords: Sequence[str]
    systems: Sequence[tuple[str, Sequence[str]]]
    quiet: Sequence[Sequence[str]]


SEEN = Vocabulary(
    first=(
        "Poppy Alfie Maisie Oscar Amelia Leo Zara Muhammad Freya Jacob Aisha Teddy Isla Finley Ruby Noah Elsie "
        "Kian Evie Ollie Ayaan Darcey Reggie Sienna Zofia Toby Imogen Yusuf Martha Hugo"
    ),
    last=(
        "Larch Pennington Okafor Whitcombe Hussain Beckford Tanner Nowak Ellwood Patel Garside Mistry Holroyd "
        "Sykes Ahmed Fairley Dobson Marlow Chaudhry Prentice Boateng Lambert Rushworth Kaur Thwaite"
    ),
    certificates=(
        ("Star of the Week", "This certificate is awarded to", "{name}", "for super writing", "Signed: Mrs Holloway"),
        ("Certificate of Achievement", "presented to", "{name}", "10 metres swimming"),
        ("WELL DONE!", "{name}", "Reader of the Month", "Year 3"),
    ),
    classes=("Oak Class", "Year 4", "3B", "Reception"),
    services=("Times Tables Rock Stars", "Purple Mash", "Numbots"),
    labels=(("Username", "Password"), ("User name:", "Password:"), ("Login:", "Password:")),
    passwords=("sunny42", "redtiger", "Xk7mq2", "blue-apple-9"),
    systems=(
        ("CPOMS", ("Dashboard", "Add Incident", "Planner", "Reporting", "Students", "Search for a student")),
        ("Arbor", ("My Homepage", "Students", "Attendance", "Behaviour", "Incidents", "Student Profile")),
        ("SIMS", ("Home Page", "Pupil Details", "Attendance", "Take Register", "Focus", "Reports", "Registration")),
    ),
    quiet=(
        ("SUMMER FAIR", "Saturday 20 June", "11am - 2pm", "Cakes, games and a raffle", "All welcome"),
        ("Charlotte's Web", "E. B. White"),
        ("The Gruffalo", "Julia Donaldson", "Illustrated by Axel Scheffler"),
        ("MONDAY", "Fish fingers and chips", "Jacket potato with beans", "Victoria sponge"),
        ("VICTORIA ROAD", "Leading to Albert Street"),
        ("Meet our team", "Mrs Holloway - Headteacher", "Sheila Larkin - Cook", "Mr Bright - Caretaker"),
        ("Our values", "Faith", "Hope", "Grace", "Joy"),
        ("Plants in our garden", "Rose", "Lily", "Poppy", "Daisy", "Iris"),
        ("April", "May", "June", "July", "August"),
        ("Florence Nightingale", "1820 - 1910", "The lady with the lamp"),
        ("Keep your password safe", "Never share your password with anyone", "Tell a grown-up"),
        ("Houses", "Shakespeare House 120", "Darwin House 98", "Austen House 143"),
        ("Hillside Primary School", "Headteacher: Mrs A Holloway", "Please report to reception"),
        ("Log in to Purple Mash", "Username", "Password", "Login", "Forgotten your password?"),
        ("Download the Arbor app", "Pay for trips and clubs", "Ask at the office"),
        ("Phonics", "ai rain", "ee feet", "igh night", "oa boat", "oo moon"),
        ("Wonder", "R. J. Palacio", "Number one bestseller"),
        ("Today we will", "Mark our work", "Will it float?", "Draw a plan"),
        ("Countries", "Georgia", "Jordan", "Chad", "India", "Kenya"),
        ("Great Fire of London", "2 September 1666", "Pudding Lane", "Samuel Pepys"),
    ),
)
UNSEEN = Vocabulary(
    first=(
        "Harper Archie Sofia Mason Layla Ezra Bonnie Ibrahim Niamh Rory Ivy Kayden Orla Theo Nancy Rohan "
        "Beatrix Callum Mabel Lennox Priya Dexter Eliza Caleb Fatima Ralph Esme Joshua Tilly Sami"
    ),
    last=(
        "Ashworth Moffat Adeyemi Cartwright Begum Trelawney Jessop Kowalski Bancroft Sharma Ormerod Iqbal "
        "Hebden Clegg Rahman Stirling Harker Denholm Malik Wetherby Mensah Fenwick Birtles Singh Copley"
    ),
    certificates=(
        ("Headteacher's Award", "Congratulations", "{name}", "for showing kindness to others", "Mrs Winterburn"),
        ("Pupil of the Week", "{name}", "Maple Class", "for brilliant maths"),
        ("This is to certify that", "{name}", "has completed the Bikeability course", "Level 1"),
    ),
    classes=("Willow", "Class 5", "Y2", "Nursery"),
    services=("TT Rock Stars", "Spelling Shed", "Mathletics"),
    labels=(("USERNAME", "PASSWORD"), ("Your username is", "Your password is"), ("User ID:", "Passcode:")),
    passwords=("frog77", "hat.moon", "Pq4ztn", "sevengoats"),
    systems=(
        ("Bromcom", ("Dashboard", "Students", "Attendance", "Register", "Timetable", "Reports", "My Classes")),
        ("MyConcern", ("Report a Concern", "My Tasks", "Pupil Profiles", "Concerns", "Chronology", "Search")),
        ("ScholarPack", ("Pupil Profile", "Attendance", "Registers", "Contacts", "Medical", "Reports")),
    ),
    quiet=(
        (
            "CHRISTMAS CONCERT",
            "Thursday 10 December",
            "2pm in the hall",
            "Mince pies served",
            "Tickets from the office",
        ),
        ("Fantastic Mr Fox", "Roald Dahl", "Illustrated by Quentin Blake"),
        ("Room on the Broom", "Julia Donaldson and Axel Scheffler"),
        ("Tuesday", "Chicken curry and rice", "Vegetable lasagne", "Peas", "Apple crumble and custard"),
        ("CHESTER AVENUE", "Unsuitable for heavy vehicles"),
        ("Our governors", "Angela Moss - Chair", "Peter Hale - Parent governor", "Revd Joan Pike"),
        ("We are", "Kind", "Honest", "Brave", "Resilient"),
        ("Herb bed", "Rosemary", "Basil", "Sage", "Ginger", "Olive"),
        ("Seasons", "Autumn", "Winter", "Spring", "Summer"),
        ("Rosa Parks", "1913 - 2005", "She stood up by sitting down"),
        ("Strong passwords", "Use three random words", "Do not tell anybody your password"),
        ("House points", "Nelson 45", "Victoria 67", "Drake 51", "Florence 60"),
        ("St Wilfrid's Primary", "Head Teacher Mr J Obi", "Visitors please sign in"),
        ("Mathletics", "Sign in", "Username", "Password", "Remember me", "Need help?"),
        ("Bromcom MyChildAtSchool", "Download our parent app today", "See letters and menus"),
        ("Number bonds to 10", "1 + 9", "2 + 8", "3 + 7", "4 + 6", "5 + 5"),
        ("Skellig", "David Almond", "Winner of the Carnegie Medal"),
        ("Spellings", "grace", "hope", "mark", "will", "bill", "rob"),
        ("Cities", "Lincoln", "Chester", "Florence", "Paris", "Sydney", "London"),
        ("Ancient Egypt", "Tutankhamun", "Howard Carter", "Valley of the Kings"),
    ),
)
HALVES = {"seen": SEEN, "unseen": UNSEEN}


# --- sheets ----------------------------------------------------------------------------------------


def _column(texts: Sequence[str], *, size: float = 0.1, x: float = 0.08) -> tuple[Piece, ...]:
    step = min(0.9 / max(len(texts), 1), size * 1.9)
    return tuple(Piece(text, x, 0.05 + step * place, min(size, step * 0.62)) for place, text in enumerate(texts))


def _full(rng: Random, words: Vocabulary) -> str:
    return f"{rng.choice(words.first.split())} {rng.choice(words.last.split())}"


def _badge(rng: Random, words: Vocabulary) -> Sheet:
    first, last = rng.choice(words.first.split()), rng.choice(words.last.split())
    shape = rng.randrange(3)
    texts = (
        [first, last, rng.choice(words.classes)],
        [f"{first} {last}"],
        [f"{first} {last}", rng.choice(words.classes)],
    )
    return Sheet("badge", _column(texts[shape], size=0.2), names=1, ratio=1.6)


def _pegs(rng: Random, words: Vocabulary) -> Sheet:
    names = rng.sample(words.first.split(), 5)
    if rng.random() < 1 / 2:
        names = [f"{name} {rng.choice(words.last.split())[0]}" for name in names]
    pieces = tuple(Piece(name, 0.03 + 0.19 * place, 0.4, 0.12) for place, name in enumerate(names))
    return Sheet("pegs", pieces, names=5, ratio=4.0)


def _certificate(rng: Random, words: Vocabulary) -> Sheet:
    name = _full(rng, words) if rng.random() < 2 / 3 else rng.choice(words.first.split())
    lines = [line.format(name=name) for line in rng.choice(words.certificates)]
    return Sheet("certificate", _column(lines, size=0.11), names=1)


def _register(rng: Random, words: Vocabulary) -> Sheet:
    pairs = list(zip(rng.sample(words.first.split(), 25), rng.sample(words.last.split(), 25), strict=True))
    shape = rng.randrange(3)
    names = [(f"{first} {last}", f"{last}, {first}", f"{last} {first}")[shape] for first, last in pairs]
    pieces = [Piece(f"{rng.choice(words.classes)} Register", 0.3, 0.01, 0.035)]
    for place, name in enumerate(names):
        pieces.append(Piece(name, 0.06, 0.06 + place * 0.037, 0.026))
        pieces += [Piece(rng.choice("/\\N"), 0.5 + 0.08 * day, 0.06 + place * 0.037, 0.024) for day in range(5)]
    return Sheet("register", tuple(pieces), names=25, ratio=0.8)


def _trays(rng: Random, words: Vocabulary) -> Sheet:
    names = rng.sample(words.first.split(), 12)
    if rng.random() < 1 / 2:
        names = [f"{name} {rng.choice(words.last.split())}" for name in names]
    pieces = tuple(Piece(name, 0.04 + 0.33 * (n % 3), 0.08 + 0.23 * (n // 3), 0.055) for n, name in enumerate(names))
    return Sheet("trays", pieces, names=12)


def _card(rng: Random, words: Vocabulary) -> Sheet:
    first, last = rng.choice(words.first.split()), rng.choice(words.last.split())
    user, secret = rng.choice(words.labels)
    lines = [rng.choice(words.services), f"{first} {last}"]
    account, password = (first[0] + last).lower()[:8] + str(rng.randrange(10, 99)), rng.choice(words.passwords)
    if rng.random() < 1 / 2:
        lines += [f"{user} {account}", f"{secret} {password}"]
        return Sheet("card", _column(lines, size=0.12), names=1, sign_ins=1, ratio=1.7)
    pieces = [*_column(lines, size=0.12)]
    for place, (label, value) in enumerate(((user, account), (secret, password))):
        pieces += [Piece(label, 0.05, 0.5 + 0.2 * place, 0.1), Piece(value, 0.6, 0.5 + 0.2 * place, 0.1)]
    return Sheet("card", tuple(pieces), names=1, sign_ins=1, ratio=1.7)


def _code_card(rng: Random, words: Vocabulary) -> Sheet:
    lines = [rng.choice(words.services), _full(rng, words), "Scan this QR code to log in"]
    return Sheet("code card", _column(lines, size=0.12), names=1, sign_ins=1)


def _screen(rng: Random, words: Vocabulary) -> Sheet:
    system, labels = rng.choice(words.systems)
    pieces = [Piece(system, 0.03, 0.02, 0.05)]
    pieces += [Piece(label, 0.03, 0.14 + 0.08 * place, 0.03) for place, label in enumerate(labels)]
    names = [_full(rng, words) for _ in range(6)]
    pieces += [Piece(name, 0.36, 0.2 + 0.09 * place, 0.032) for place, name in enumerate(names)]
    born = f"Date of birth: {rng.randrange(10, 28)}/0{rng.randrange(1, 9)}/201{rng.randrange(5, 9)}"
    pieces.append(Piece(born, 0.36, 0.85, 0.032))
    details = frozenset({"date of birth"})
    return Sheet("screen", tuple(pieces), names=len(set(names)), details=details, screen=system, ratio=1.6)


def _quiet(rng: Random, words: Vocabulary) -> Sheet:
    return Sheet("quiet", _column(rng.choice(words.quiet), size=0.13))


def _empty(_rng: Random, _words: Vocabulary) -> Sheet:
    return Sheet("nothing", ())


_SHEETS: Sequence[tuple[Callable[[Random, Vocabulary], Sheet], int]] = (
    (_badge, 2),
    (_pegs, 1),
    (_certificate, 2),
    (_register, 1),
    (_trays, 1),
    (_card, 2),
    (_code_card, 1),
    (_screen, 2),
    (_quiet, 14),
    (_empty, 1),
)
"""What is drawn, and how many of it for each of `--each`."""


def sheets(half: str, each: int) -> Iterator[tuple[Sheet, Random]]:
    """The sheets of one half with the chance by which each is drawn; the same for the same call."""
    words = HALVES[half]
    for make, share in _SHEETS:
        for number in range(each * share):
            rng = Random(f"{half} {make.__name__} {number}")  # noqa: S311 - chance that comes again, and no secret
            yield make(rng, words), rng


# --- drawing ---------------------------------------------------------------------------------------


def draw(sheet: Sheet, rng: Random, fonts: Sequence[Path]) -> Image.Image:
    """The sheet somewhere on a picture that looks like no plain page."""
    picture = _ground(rng)
    height = int(SIZE[1] * rng.uniform(0.45, 0.95)) if sheet.kind != "register" else int(SIZE[1] * rng.uniform(0.8, 1))
    width = int(height * sheet.ratio)
    if width > SIZE[0]:
        width, height = SIZE[0], int(SIZE[0] / sheet.ratio)
    paper, ink = rng.choice(
        [
            ((250, 248, 240), (20, 20, 30)),
            ((30, 60, 110), (245, 245, 245)),
            ((255, 236, 150), (60, 20, 20)),
            ((205, 205, 205), (120, 120, 125)),
            ((220, 240, 225), (10, 90, 50)),
        ]
    )
    page = Image.new("RGBA", (width, height), (*paper, 255))
    pen = ImageDraw.Draw(page)
    family = rng.choice(fonts) if fonts else None
    for piece in sheet.pieces:
        room = (0.97 - piece.x) * width
        size = max(SMALLEST, int(piece.size * height))
        while (font := _font(family, size)).getlength(piece.text) > room and size > SMALLEST:
            size -= 1
        pen.text((piece.x * width, piece.y * height), piece.text, font=font, fill=(*ink, 255))
    if sheet.pieces:
        turned = page.rotate(
            rng.choice([0, 0, rng.uniform(-8, 8), rng.uniform(-20, 20)]), Image.Resampling.BICUBIC, expand=True
        )
        turned.thumbnail(SIZE)
        spot = (rng.randint(0, SIZE[0] - turned.width), rng.randint(0, SIZE[1] - turned.height))
        picture.paste(turned, spot, turned)
    return _as_photographed(picture, rng)


def _font(family: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(family, size) if family else ImageFont.load_default(size)


def _ground(rng: Random) -> Image.Image:
    chance = np.random.default_rng(rng.randrange(2**32))
    coarse = Image.fromarray(chance.integers(0, 255, (12, 16, 3), dtype=np.uint8)).resize(
        SIZE, Image.Resampling.BICUBIC
    )
    fine = Image.fromarray(chance.integers(0, 255, (SIZE[1] // 4, SIZE[0] // 4, 3), dtype=np.uint8)).resize(SIZE)
    picture = Image.blend(coarse, fine, 0.15)
    pen = ImageDraw.Draw(picture)
    for _ in range(rng.randrange(4, 14)):
        x, y, reach = rng.randrange(SIZE[0]), rng.randrange(SIZE[1]), rng.randrange(20, 260)
        colour = tuple(rng.randrange(256) for _ in "rgb")
        (pen.ellipse if rng.random() < 1 / 2 else pen.rectangle)((x, y, x + reach, y + reach), fill=colour)
    return picture


def _as_photographed(picture: Image.Image, rng: Random) -> Image.Image:
    """Blur, dim light, noise and a smaller size, each of them now and then."""
    if rng.random() < 1 / 3:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.6)))
    pixels = np.asarray(picture, np.float64)
    if rng.random() < 1 / 3:
        pixels = pixels * rng.uniform(0.35, 0.8) + rng.uniform(0, 60)
    chance = np.random.default_rng(rng.randrange(2**32))
    pixels = pixels + chance.normal(0, rng.uniform(0, 12), pixels.shape)
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if rng.random() < 1 / 4:
        picture = picture.resize((800, 600), Image.Resampling.LANCZOS)
    return picture


# --- figures ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every picture, of what was read and of what was drawn."""

    name: str
    found: Callable[[Words], bool]
    drawn: Callable[[Sheet], bool]


QUESTIONS = (
    Question("a name", lambda words: words.names > 0, lambda sheet: sheet.names > 0),
    Question("two names or more", lambda words: words.names > 1, lambda sheet: sheet.names > 1),
    Question("a sign-in", lambda words: words.sign_ins > 0, lambda sheet: sheet.sign_ins > 0),
    Question("a personal detail", lambda words: bool(words.details), lambda sheet: bool(sheet.details)),
    Question("a screen", lambda words: bool(words.screen), lambda sheet: bool(sheet.screen)),
    Question(
        "names or a sign-in or a screen",
        lambda words: words.names > 1 or words.sign_ins > 0 or bool(words.screen),
        lambda sheet: sheet.names > 1 or sheet.sign_ins > 0 or bool(sheet.screen),
    ),
)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval of 95 % for a share of `hits` among `of`; (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = share + z * z / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - reach) / (1 + z * z / of)), min(1.0, (middle + reach) / (1 + z * z / of))


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, read and print; 2 where words cannot be read here."""
    parser = argparse.ArgumentParser(prog="python -m bench.drawn_words", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--half", choices=[*HALVES], default="seen")
    parser.add_argument("--each", type=int, default=3, help="how many of each kind of sheet, about")
    parser.add_argument("--fonts", type=Path, nargs="*", default=[])
    parser.add_argument("--misses", action="store_true", help="print the sheets that were read wrongly")
    options = parser.parse_args(arguments)
    if reason := why_not():
        print(f"Words in pictures are not read here: {reason}.", file=sys.stderr)
        return 2
    fonts = sorted(file for folder in options.fonts for file in folder.rglob("*") if file.suffix in (".ttf", ".otf"))
    pairs: list[tuple[Sheet, Words]] = []
    read = drawn = 0
    seconds = 0.0
    for sheet, rng in sheets(options.half, options.each):
        pixels = np.asarray(draw(sheet, rng, fonts))
        start = time.process_time()
        lines = read_lines(pixels)
        words = judge(lines, SchoolNames())
        seconds += time.process_time() - start
        pairs.append((sheet, words))
        there = set(_long_words(line.text for line in lines))
        wanted = _long_words(piece.text for piece in sheet.pieces)
        read, drawn = read + sum(word in there for word in wanted), drawn + len(wanted)
    for question in QUESTIONS:
        _print(question, pairs, misses=options.misses)
    print(f"words read\t{read / max(drawn, 1):.3f} of {drawn}")
    print(f"a picture\t{1000 * seconds / len(pairs):.0f} ms of processor time, {len(pairs)} pictures")
    print(f"memory\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")
    return 0


def _long_words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in re.findall(r"[a-z]{3,}", text.lower())]


def _print(question: Question, pairs: Sequence[tuple[Sheet, Words]], *, misses: bool) -> None:
    judged = [(question.found(words), question.drawn(sheet)) for sheet, words in pairs]
    figures = score(judged)
    tp, fp, fn = (sum(one == kind for one in judged) for kind in ((True, True), (True, False), (False, True)))
    low, high = wilson(tp, tp + fp)
    least, most = wilson(tp, tp + fn)
    print(
        f"{question.name}\tprecision {figures['precision']} ({low:.2f} to {high:.2f}), {tp + fp} found\t"
        f"recall {figures['recall']} ({least:.2f} to {most:.2f}), {tp + fn} drawn"
    )
    for (sheet, words), (found, drawn) in zip(pairs, judged, strict=True):
        if misses and found != drawn:
            print(f"  {'found' if found else 'missed'}\t{sheet.kind}\t{[p.text for p in sheet.pieces][:6]}\t{words}")


if __name__ == "__main__":
    sys.exit(main())
