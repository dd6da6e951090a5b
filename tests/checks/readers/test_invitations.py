# ruff: noqa: RUF001 - letters in disguise are what is tested here
"""Invitations of pupils onto a platform: what is one, what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.invitations import LIMIT, read_invitations

CLASSES = ["Kingfishers"]


def kinds(text):
    return [one.kind for one in read_invitations(text, class_names=CLASSES)]


@pytest.mark.parametrize(
    "text",
    [
        "Children, follow us!",
        "Kids, follow us on Instagram for more fun",
        "Year 5 comment below",
        "Year 5! Comment below with your favourite book.",
        "Hey Year 6, drop a comment below and tell us your highlight",
        "Y4 - reply with your times table scores",
        "Follow us, children!",
        "Comment below, Year 5!",
        "Kingfishers, tell us your answer in the comments!",
        "Calling all Year 3 children: post your entries in the comments",
        "Boys and girls, subscribe to our channel 🎉",
        "Can you guess? Year 1, write your answer in the comments.",
        "Year 6: join our Discord",
        "School news first.\n\nChildren! Don't forget to like this post and tag a friend",
    ],
)
def test_pupils_are_called(text):
    """Pupils who are called, before or behind the request, are invited."""
    assert kinds(text) == ["call"]


@pytest.mark.parametrize(
    "text", ["Pupils can follow us on X for homework.", "Pupils are welcome to join us on TikTok."]
)
def test_pupils_are_permitted(text):
    """Saying that pupils may come is an invitation too."""
    assert kinds(text) == ["permission"]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("DM us your homework", "likely"),
        ("Message us your spellings", "likely"),
        ("Post your costume photos below!", "possible"),
    ],
)
def test_what_is_a_pupils_is_asked_for(text, confidence):
    """Asking for homework in a message calls pupils without a name for them; in public it may call parents."""
    (found,) = read_invitations(text)
    assert (found.kind, found.confidence) == ("pupils' things", confidence)


@pytest.mark.parametrize(
    "text",
    [
        "Ask your parent to follow us",
        "Children, ask a grown-up to comment below",
        "Parents, follow us on X",
        "Parents of Year 5: comment below",
        "Photos of Year 5 on their trip. Comment below!",
        "Well done Year 5, follow us for more news",
        "Congratulations to Year 6. Follow us for more news.",
        "Children followed the trail through the woods",
        "Children, follow us into the hall at 2pm",
        "Please send your homework to your teacher by Friday",
        "Follow us for updates from our pupils",
        "Children can vote for school council on Monday",
        "Like our new playground? Year 5 do!",
        "Comment below with your favourite memory of our school",
        "Kingfishers have been learning to reply in French",
        "Please message us if your child is ill",
        "",
    ],
)
def test_what_calls_no_pupil(text):
    """Parents, what pupils did, and requests to ask a grown-up are no invitations."""
    assert read_invitations(text, class_names=CLASSES) == ()


def test_a_class_counts_for_its_own_school():
    """The name of a class calls pupils only at the school that has it."""
    text = "Kingfishers, comment below!"
    assert read_invitations(text) == ()
    assert len(read_invitations(text, class_names=CLASSES)) == 1


def test_span_is_of_the_original_text():
    """The span cuts the inviting words out of the post as it was written."""
    text = "💙 𝐂𝐡𝐢𝐥𝐝𝐫𝐞𝐧, follow us!"
    (found,) = read_invitations(text)
    assert text[slice(*found.span)] == "𝐂𝐡𝐢𝐥𝐝𝐫𝐞𝐧, follow us"


def test_text_past_the_limit_is_not_read():
    """What stands past the documented length of a text is left unread."""
    assert read_invitations("x" * LIMIT + " Children, follow us!") == ()


WORDS = [
    "children",
    "year 5",
    "follow us",
    "comment",
    "below",
    "dm us",
    "your homework",
    "parents",
    ",",
    "!",
    ".",
    "\n",
]


@given(text=st.text(max_size=200) | st.lists(st.sampled_from([*WORDS, "İ", "ß", "😀"]), max_size=12).map(" ".join))
def test_any_text_is_read(text):
    """Arbitrary Unicode never raises, and spans lie in the text, one after the other."""
    found = read_invitations(text, class_names=["İ", ""])
    ends = [0]
    for one in found:
        assert ends[-1] <= one.span[0] < one.span[1] <= len(text)
        ends.append(one.span[1])
