"""Invitations in words to talk in private: what is one, what is none."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.private_channels import LIMIT, read_private_channels


@pytest.mark.parametrize(
    "text",
    [
        "Add me on snap",
        "DM me on WhatsApp",
        "message Mr Hill on his personal insta",
        "join our WhatsApp group, ask in the office",
        "Join the Year 4 parents' WhatsApp group for reminders",
        "We have a new Telegram channel for football parents",
        "Drop us a DM with your child's name and class",
        "DM us for details",
        "Pop us a PM if you want a place",
        "PM me for the link",
        "My snap is hazel.b",
        "snapchat: misslake99",
        "Text Mrs Lowe on her personal number",
        "Email me at my personal gmail",
        "You can reach Mr Shaw on WhatsApp any time",
        "There's a WhatsApp group for Reception mums, ask at the gate to be added",
        "Our DMs are always open",
        "Slide into our DMs",
        "Send your photos to Miss Gale over WhatsApp",
        "Send your entries via DM",
        "Any questions, inbox us",
        "Orders by private message please",
        "Year 6: we've set up a Discord server for the residential",
        "Coach Dan will add you to the WhatsApp group",
        "Follow our head on her private instagram for more",
        "Let's talk on Messenger",
        "Whats app me your number and I'll add you",
        "We'd love you to join us on WhatsApp",
        "contact the PTA chair on Facebook Messenger",
        "ring me at home or text my personal mobile",
    ],
)
def test_invitations(text):
    """Whoever asks people to go on over a messenger, a private account or a direct message invites them."""
    assert len(read_private_channels(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Never add staff on Snapchat",
        "WhatsApp's minimum age is 13",
        "The parents' group WhatsApp isn't run by us",
        "If somebody asks you to add them on Snapchat, tell an adult",
        "Please do not message staff on their personal accounts",
        "We do not use WhatsApp groups",
        "Our snap dragon is in flower",
        "Snap! Card club starts on Monday",
        "Traffic signal box project",
        "Message us on ParentMail or ring the office",
        "Follow us on Instagram",
        "Join our Facebook page",
        "Group chats: please talk to your child",
        "PM visits: Prime Minister's Question Time in class",
        "Doors open 2 PM for the fair",
        "3 pm pick up",
        "Join us in the hall at 2pm",
        "Add a pinch of salt",
        "Pupil's personal best in the mile",
        "A private tour for new families",
        "Signal when you are ready",
        "Smoke signal science",
        "Personal items should be labelled",
        "Ring us on 01632 960111",
        "The Home Page has been redesigned",
        "Contact the office to book",
        "Meet our new messenger pigeons",
        "Snap up a bargain at the fair",
        "Ginger snaps recipe",
        "Get in touch via our website",
        "Send your homework to the class email",
        "Messages from home are read in assembly",
        "home learning: send us pictures on Seesaw",
        "Send it in your home reading book",
        "Contact form on our home page",
        "Email the office if your home address has changed",
        "Please contact the office if your personal email has changed",
        "Call of the wild: Telegram from the jungle by Year 3",
        "Add your own personal messages to the tree",
        "Discord and harmony in music",
        "Snapchat: what parents should know",
    ],
)
def test_no_invitations(text):
    """Warnings, rules, the school's own channels and words with another sense invite nobody."""
    assert read_private_channels(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Add me on snap", "messenger"),
        ("my snap is hazel.b", "messenger"),
        ("message Mr Hill on his personal insta", "own account"),
        ("Join the class WhatsApp group", "group"),
        ("DM us for details", "direct message"),
    ],
)
def test_kinds(text, kind):
    """Each invitation says where it leads, and none is surer than possible."""
    (one,) = read_private_channels(text)
    assert (one.kind, one.confidence) == (kind, "possible")


def test_one_for_each_sentence():
    """Each sentence is read by itself, and the span is of the words as they were given."""
    text = "News! Add me on snap. Never text staff on WhatsApp.\nDM us for the list"
    assert [text[slice(*one.span)] for one in read_private_channels(text)] == ["Add me on snap", "DM us"]


@given(st.text(alphabet="dm us on snap whatsapp.!? \n", max_size=300))
def test_any_text_can_be_read(text):
    """Spans lie in the text, whatever it is."""
    assert all(0 <= one.span[0] < one.span[1] <= len(text) for one in read_private_channels(text))


@pytest.mark.parametrize(
    "part", ["add ", "join the class ", "message Mr Hill on his ", "WhatsApp group ", "dm a", "a.b"]
)
def test_time_grows_with_length_alone(part):
    """Texts made to be slow are read in less than two seconds, and no further than `LIMIT`."""
    start = time.process_time()
    read_private_channels(part * (LIMIT // len(part)))
    assert time.process_time() - start < 2
    assert read_private_channels(" " * LIMIT + "add me on snap") == ()
