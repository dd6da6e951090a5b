"""The ordinary posts and bios on which false alarms are counted: enough, different, ours, and made as committed."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from bench.data import make_ordinary

DATA = Path(make_ordinary.__file__).parent
SEEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "text"
TOPICS = {
    "learning",
    "celebration",
    "sport",
    "event",
    "reminder",
    "community",
    "safeguarding",
    "vacancy",
    "contact",
    "fun",
}
KINDS = {"parent", "staff", "club", "school", "author", "fan", "professional", "student", "other"}
NAMES = ("posts", "bios")


def committed(name):
    return (DATA / f"ordinary-{name}.csv").read_text("utf-8")


def texts(name):
    return [row[0] for row in list(csv.reader(io.StringIO(committed(name))))[1:]]


@pytest.mark.parametrize("name", NAMES)
def test_columns(name):
    """The files have the columns text and topic, or text and kind, and no empty text."""
    header, *rows = csv.reader(io.StringIO(committed(name)))
    assert header == list(make_ordinary.COLUMNS[name])
    assert all(len(row) == 2 and row[0].strip() for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_size(name):
    """There are at least two thousand texts in each file."""
    assert len(texts(name)) >= 2000


@pytest.mark.parametrize("name", NAMES)
def test_few_alike(name):
    """At least nine in ten texts stay different when digits and case are evened out."""
    rows = texts(name)
    assert len(set(map(make_ordinary.normalised, rows))) >= 0.9 * len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_few_in_the_same_words(name):
    """Fewer than one text in ten shares more than three quarters of its words with an earlier one of five or more."""
    at_word, alike = {}, 0
    rows = [frozenset(make_ordinary.normalised(text).split()) for text in texts(name)]
    for number, words in enumerate(rows):
        near = Counter(other for word in words for other in at_word.get(word, ()))
        alike += len(words) >= 5 and any(
            shared > 0.75 * len(words | rows[other]) for other, shared in near.most_common(20)
        )
        for word in words:
            at_word.setdefault(word, []).append(number)
    assert alike < 0.1 * len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_not_the_seen_sets(name):
    """No text is a row of the labelled sets that the readers are developed on."""
    if not SEEN.is_dir():
        pytest.skip("the folder of labelled sets is not on this machine")
    seen = set()
    for file in SEEN.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            seen |= {make_ordinary.normalised(row["text"]) for row in csv.DictReader(lines) if row.get("text")}
    assert seen
    assert not seen & set(map(make_ordinary.normalised, texts(name)))


@pytest.mark.parametrize(("name", "allowed"), [("posts", TOPICS), ("bios", KINDS)])
def test_topics(name, allowed):
    """Every topic and every kind occurs, and no other."""
    assert {row[1] for row in list(csv.reader(io.StringIO(committed(name))))[1:]} == allowed


@pytest.mark.parametrize("name", NAMES)
def test_every_slot_is_filled(name):
    """No text has a brace left, nor a bare line-break mark."""
    assert not [text for text in texts(name) if set("{}\\") & set(text)]


@pytest.mark.parametrize("name", NAMES)
def test_made_as_committed(name):
    """The script makes exactly the committed files."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(make_ordinary.COLUMNS[name])
    writer.writerows(make_ordinary.rows(name))
    assert file.getvalue().encode() == (DATA / f"ordinary-{name}.csv").read_bytes()


def test_school_contacts_are_marked():
    """A telephone number of the invented school or an e-mail address stands only in rows of the topic contact."""
    for text, topic in list(csv.reader(io.StringIO(committed("posts"))))[1:]:
        assert ("01632" in text or "@hazelbrook" in text) <= (topic == "contact"), text
