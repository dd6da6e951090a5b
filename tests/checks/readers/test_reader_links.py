"""Links in texts, and those that hide where they lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.readers.links import Hiding, find_links, is_shortener, links_in, read_link


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://www.hazelbrook.example/news.", ("https://www.hazelbrook.example/news",)),
        ("(https://hazelbrook.example/a_(b))", ("https://hazelbrook.example/a_(b)",)),
        ("bit.ly/abc, and again bit.ly/abc", ("bit.ly/abc",)),
        ("WWW.HAZELBROOK.SCH.UK!", ("WWW.HAZELBROOK.SCH.UK",)),
        ("book at tes.com now", ("tes.com",)),
        ("Bet365.com and TES.CO.UK", ("Bet365.com", "TES.CO.UK")),
        ("whatsapp://send?text=a and ftp://a.example/b.", ("whatsapp://send?text=a", "ftp://a.example/b")),
        ("http://192.0.2.7/a", ("http://192.0.2.7/a",)),
        ("office@hazelbrook.sch.uk", ()),
        ("end of term.See you in maths.it was fun", ()),
        ("at 10.30am, 3.5km, e.g. tomorrow", ()),
        ("http://[ and http://", ()),
        ("", ()),
    ],
)
def test_links_of_a_text(text, urls):
    """Addresses are found without the punctuation around them; sentences and e-mails are none."""
    assert links_in(text) == urls


def test_span_cuts_out_the_address():
    """A link's span is its place in the text."""
    text = "💙 see https://bit.ly/abc!"
    (link,) = find_links(text)
    assert text[slice(*link.span)] == link.url == "https://bit.ly/abc"


def test_given_links_follow_once():
    """Links that a platform lists apart are added, without those that the text has already."""
    links = find_links("see https://a.example/x", given=["https://a.example/x", "https://b.example/y"])
    assert [(link.url, link.span is None) for link in links] == [
        ("https://a.example/x", False),
        ("https://b.example/y", True),
    ]


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.hazelbrook.notts.sch.uk/x", "hazelbrook.notts.sch.uk"),
        ("https://www.hazelbrook.sch.uk", "hazelbrook.sch.uk"),
        ("https://a.b.bbc.co.uk/", "bbc.co.uk"),
        ("BIT.LY/x", "bit.ly"),
        ("https://user:word@tes.com:8443/", "tes.com"),
        ("javascript:alert(1)", ""),
        ("nonsense", ""),
    ],
)
def test_registrable_domain(url, domain):
    """The registrable domain is found offline, also of schools, which stand under their county."""
    assert read_link(url).domain == domain


@pytest.mark.parametrize(
    ("url", "hiding"),
    [
        ("https://bit.ly/abc", Hiding.SHORTENER),
        ("tinyurl.com/abc", Hiding.SHORTENER),
        ("https://www.tinyurl.com/abc", Hiding.SHORTENER),
        ("https://t.co/abc", Hiding.PLATFORM),
        ("https://fb.me/abc", Hiding.PLATFORM),
        ("https://youtu.be/abc", Hiding.PLATFORM),
        ("https://go.bsky.app/abc", Hiding.PLATFORM),
        ("https://maps.app.goo.gl/abc", Hiding.PLATFORM),
        ("https://goo.gl/abc", Hiding.SHORTENER),
        ("https://linktr.ee/hazelbrook", Hiding.LINK_PAGE),
        ("https://bsky.app/profile/hazelbrook.example", None),
        ("https://notbit.ly/abc", None),
        ("https://bit.ly.hazelbrook.example/abc", None),
    ],
)
def test_who_hides_the_target(url, hiding):
    """Shorteners, platforms' own and link pages are told apart, by the whole name of the host or domain."""
    assert read_link(url).hiding is hiding
    assert is_shortener(url) is (hiding is Hiding.SHORTENER)


@given(
    text=st.text(max_size=200)
    | st.lists(st.sampled_from(["http://", "a.uk", "[", "]", "/", ".", "@", " "])).map("".join)
)
def test_any_text_is_read(text):
    """Arbitrary text never raises, and every span lies inside it."""
    for link in find_links(text):
        assert link.url == text[slice(*link.span)]
