from datetime import date

import pytest

from checks.accessibility import pictures_described
from checks.finding import Carried, Outcome, Severity
from connectors.snapshot import MEDIA, Resource, complete, failed, frame, partial

READ = {Resource.POSTS: complete(9), Resource.MEDIA: complete(9)}


def night(make, alternatives, *, row=None, kind="post", medium="image", created="2026-11-10", more=(), media=complete):
    """One post with as many pictures as alternative texts are given."""
    post = {
        "id": "post-1",
        "address": "https://p.example/1",
        "kind": kind,
        "created": created,
        "media": tuple(f"https://cdn.example/{n}" for n in range(len(alternatives))),
    }
    pictures = [
        {"id": f"p-{n}", "post_id": "post-1", "address": f"https://cdn.example/{n}", "kind": medium, "alt": alt}
        for n, alt in enumerate(alternatives)
    ]
    coverage = READ | {Resource.MEDIA: media(9)}
    return make.subject(row, posts=[post, *more], media=frame(MEDIA, pictures), coverage=coverage)


def test_acc01_pictures_without_texts(make):
    """Where more than a fifth lack one it is one low finding with the share, however many there are."""
    one = make.finding(pictures_described, night(make, ["Pumpkins", "", " ", "", "A bench", "A kite"]))
    assert (one.severity, one.outcome, one.item) == (Severity.LOW, Outcome.FINDING, "")
    assert one.detail == "3 of 6 pictures of the last 90 days (50%) have none."
    assert one.evidence[0].address == "https://p.example/1"


@pytest.mark.parametrize(
    ("alternatives", "changes"),
    [
        (["Pumpkins", "A bench", "A kite", "A tree", ""], {}),
        (["", "", "", ""], {}),
        ([""] * 9, {"kind": "repost"}),
        ([""] * 9, {"medium": "video"}),
        ([""] * 9, {"created": "2026-05-01"}),
        ([""] * 9, {"created": None}),
        ([], {}),
    ],
)
def test_acc01_silent(make, alternatives, changes):
    """A fifth, fewer than five pictures, reposts, films, and what is older than a term are no finding."""
    assert make.result(pictures_described, night(make, alternatives, **changes)).outcome is Outcome.PASS


def test_acc01_is_about_the_account(make):
    """More of the same does not reopen what was accepted."""
    before, after = (make.finding(pictures_described, night(make, [""] * n)) for n in (5, 9))
    assert before.content == after.content


@pytest.mark.parametrize(
    ("platform", "outcome"),
    [
        ("bluesky", Outcome.FINDING),
        ("x", Outcome.FINDING),
        ("youtube", Outcome.NOT_APPLICABLE),
        ("flickr", Outcome.NOT_APPLICABLE),
        ("facebook", Outcome.NOT_TESTABLE),
        ("website", Outcome.NOT_TESTABLE),
    ],
)
def test_acc01_platforms(make, platform, outcome):
    """It is asked where pictures have such a field, and only where the connector reads it."""
    subject = night(make, [""] * 9, row=make.account(key=f"{platform}:a", platform=platform))
    assert make.result(pictures_described, subject).outcome is outcome


def test_acc01_between_two_sweeps(make):
    """On nights that list only new items' pictures the last outcome stands."""
    earlier = {"id": "post-0", "kind": "post", "created": "2026-10-20", "media": ("https://cdn.example/old",)}
    subject = night(make, ["Pumpkins"], more=[earlier])
    last = Carried(Outcome.FINDING, "", date(2026, 11, 14))
    result = make.result(pictures_described, subject, last=last)
    assert (result.outcome, result.on) == (Outcome.FINDING, date(2026, 11, 14))
    assert make.result(pictures_described, subject).outcome is Outcome.NOT_TESTABLE


@pytest.mark.parametrize(
    ("media", "outcome"),
    [
        (lambda _: partial("the latest items only", 3, planned=True), Outcome.NOT_TESTABLE),
        (lambda _: failed("no answer"), Outcome.ERROR),
    ],
)
def test_acc01_coverage(make, media, outcome):
    """Without a complete reading of pictures nothing found is no pass."""
    assert make.result(pictures_described, night(make, ["Pumpkins"], media=media)).outcome is outcome
