"""Advertising, and prize draws that are entered online."""

import csv
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.promotion import LIMIT, read_promotion

ORDINARY = Path(__file__).resolve().parents[3] / "bench" / "data" / "ordinary-posts.csv"


def kinds(text, links=()):
    return {promotion.kind for promotion in read_promotion(text, links)}


@pytest.mark.parametrize(
    "text",
    [
        "Use code OTTER10 for 10% off at Robin's Toys",
        "15% off everything with our code: OTTER15 \U0001f389",
        "Enter promo code TEACH20 at checkout to save 20%",
        "Loving these new pens from @PenCo #gifted",
        "This post contains affiliate links",
        "Sign up with our referral link and we both get \u00a310",
        "Get yours at https://www.amazon.co.uk/dp/B0ABC?tag=otter-21",
        "The lovely people at InkCo sent us these markers to review",
        "Mention this post for 20% off your first order at Otter Tyres",
        "Tell them we sent you and get \u00a35 off",
        "We highly recommend Otter Bouncy Castles - best prices in town, book now!",
        "Check out Sparkle Cleaning for all your cleaning needs. Free quote!",
    ],
)
def test_advertising(text):
    """Codes, commissions, things given to be shown, and praise beside an offer are advertising."""
    assert kinds(text) == {"advertising"}


def test_labelled_advertising_says_so_itself():
    """What is marked as an advertisement is of a kind of its own, for a human look."""
    (found,) = read_promotion("#ad Use my code READ5 for \u00a35 off your first box")
    assert (found.kind, found.confidence) == ("labelled advertising", "possible")


def test_links_that_earn_are_read_apart_from_the_text():
    """A link that a platform lists apart counts, without a place in the text."""
    (found,) = read_promotion("Our favourite book", ["https://www.awin1.com/cread.php?awinmid=1"])
    assert (found.kind, found.span) == ("advertising", None)
    assert read_promotion("Our favourite book", ["https://www.hazelbrook.example/?ref=home"]) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Like and share this post to win a family ticket!", {"sharing to win", "no rules"}),
        ("Retweet to enter our prize draw. T&Cs on our website", {"sharing to win"}),
        ("Tag a friend for a chance to win! Closing date Friday, 18+", {"tagging to win"}),
        ("Repost this on your story for an extra entry", {"sharing to win", "no rules"}),
        (
            "GIVEAWAY! To enter: like our page, share this post, tag a friend",
            {"sharing to win", "tagging to win", "no rules"},
        ),
        ("Comment below to win a \u00a350 voucher", {"no rules"}),
        ("WIN a bottle of gin: comment 'GIN' below to enter. Over 18s only.", {"alcohol"}),
        ("Tag your mates to win a bottle of prosecco, terms in our bio", {"tagging to win", "alcohol"}),
    ],
)
def test_draws_entered_online(text, expected):
    """How a draw is entered, whether it has rules and what its prize is are read apart."""
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The PTA raffle is on Friday: win a bottle of wine or a hamper. Tickets \u00a31 at the fair",
        "Uniform: use code OTTER10 for 10% off at our supplier this week",
        "Scholastic Book Fair all week, buy now while stocks last!",
        "Don't forget to order your school photos, offer ends Friday, free delivery",
        "Book now for the panto! Tickets selling fast",
        "Sign up for easyfundraising and raise money for our school: shop now, free delivery",
        "Use class code ABC123 to join our Google Classroom",
        "The school gate code has changed, please ask the office",
        "Please share this post with friends and family",
        "Tag us in your World Book Day photos!",
        "Competition: design a poster and share your design with the office to win a book token",
        "Share a book with someone you love for a chance to win a prize in assembly",
        "Follow the link to enter the spelling bee",
        "Comment below with your favourite memory",
        "Congratulations to the winners of our poetry competition!",
        "Well done to our gifted musicians",
        "The bench was kindly gifted by the Rotary Club",
        "We thoroughly recommend this book",
        "Our netball team won! Share the good news",
        "",
    ],
)
def test_ordinary_school_business(text):
    """Sales for the school, charity, competitions handed in at school and praise alone are innocent."""
    assert read_promotion(text) == ()


def test_ordinary_posts():
    """Of two thousand ordinary posts hardly any is taken for advertising or a draw."""
    with ORDINARY.open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    assert len(texts) >= 1_500
    assert sum(bool(read_promotion(text)) for text in texts) <= len(texts) * 0.002


def test_span_cuts_out_the_words():
    """The span is of the text as written, styled letters and all."""
    text = "\U0001f389 \U0001d413\U0001d400\U0001d406 a friend to win!"
    found = next(one for one in read_promotion(text) if one.kind == "tagging to win")
    assert text[slice(*found.span)] == "\U0001d413\U0001d400\U0001d406 a friend"


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_is_read(text, links):
    """No text raises, spans lie in it, and each kind is told once."""
    found = read_promotion(text, links)
    assert len({one.kind for one in found}) == len(found)
    assert all(0 <= one.span[0] < one.span[1] <= len(text) for one in found if one.span)


@given(
    st.lists(st.sampled_from(["share this post ", "to win ", "tag a friend ", "code OTTER1 ", "10% off ", "prize "]))
)
def test_pieces_in_any_order_are_read(pieces):
    """Words of promotion in any number and order give spans in the text."""
    text = "".join(pieces)
    assert all(text[slice(*one.span)].strip() for one in read_promotion(text))


@pytest.mark.parametrize(
    "piece", ["share this post ", "to win ", "use code ", "http://a?", "tag a ", "ofsted ", " ", "@"]
)
def test_work_grows_with_the_text_and_stops(piece):
    """Twice the text is about twice the work, and none beyond the limit."""

    def calls(length):
        count = 0

        def note(_frame, event, _argument):
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(note)
        try:
            read_promotion((piece * length)[:length])
        finally:
            sys.setprofile(None)
        return count

    calls(10)
    assert calls(LIMIT) <= 3 * calls(LIMIT // 2) + 200
    assert calls(LIMIT * 4) <= calls(LIMIT) + 200
