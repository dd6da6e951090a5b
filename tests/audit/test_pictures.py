"""The pictures of an account, from night to night: which are fetched, and what stays of them."""

from datetime import date, timedelta

import pytest
from imitations import crashing_reader

from audit import pictures
from audit.pictures import PictureReaders, Wanted, coverage_of, due_of, look, shown_by, standing
from checks.finding import History
from checks.readers.picture import PictureFile, PictureReading, SeenPicture, from_json, to_json
from checks.readers.pictures import NOTHING
from connectors.connector import NotRecorded
from connectors.pictures import Fetched
from connectors.snapshot import (
    MEDIA,
    POSTS,
    Account,
    CoverageStatus,
    Profile,
    Resource,
    Snapshot,
    complete,
    failed,
    frame,
)

ON = date(2026, 11, 22)
ACCOUNT = Account("bluesky:a.example", 2, "bluesky", "a.example")


@pytest.fixture
def server(monkeypatch):
    """What addresses answer, and which were asked; readers that run, and call themselves version 1."""
    asked, answers = [], {}

    def fetch(address, http, largest):
        asked.append(address)
        answer = answers.get(address, address.encode())
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Fetched) else Fetched(answer)

    monkeypatch.setattr(pictures.pictures, "fetch", fetch)
    monkeypatch.setattr(pictures, "why_not", lambda: "")
    monkeypatch.setattr(pictures, "version", lambda: "1")
    fetch.asked, fetch.answers = asked, answers
    return fetch


def read(data, names):
    return PictureReading(PictureFile(pictures.hashlib.sha256(data).hexdigest(), "PNG", 10, 10), version="1")


def snapshot(*shown, posts=("p1", "p2"), kinds=(), **more):
    rows = [
        {
            "id": id_,
            "kind": dict(kinds).get(id_, "post"),
            "created": f"2026-11-{place + 1:02}T09:00:00Z",
            "media": ("x",),
        }
        for place, id_ in enumerate(posts)
    ]
    media = [
        {"id": i, "post_id": p, "address": f"https://m.example/{i}", "kind": "image"} | extra for i, p, extra in shown
    ]
    coverage = {Resource.POSTS: complete(len(rows)), Resource.MEDIA: complete(len(media))}
    return Snapshot(ACCOUNT, None, coverage, posts=frame(POSTS, rows), media=frame(MEDIA, media), **more)


def night(snap, history=None, on=ON, most=300, covered=True):
    return look(
        snap, history or History(), PictureReaders(0, NOTHING, read), None, on, covered=covered, most=most, largest=1000
    )


def seen(id_, item, on=ON, version="1", trouble=""):
    file = None if trouble else PictureFile(id_, "PNG", 10, 10)
    reading = PictureReading(file, trouble=trouble, version=version)
    return SeenPicture(id_, item, f"https://m.example/{id_}", "", reading, on)


def history(*pictures_, **more):
    return History(pictures={one.id: one for one in pictures_}, **more)


def test_a_picture_is_fetched_once(server):
    """The second night asks for nothing, and still knows what the first one read."""
    snap = snapshot(("a", "p1", {}), ("b", "p2", {}))
    first = night(snap)
    assert server.asked == ["https://m.example/b", "https://m.example/a"]
    server.asked.clear()
    second = night(snap, History(pictures=first.seen), ON + timedelta(1))
    assert not server.asked
    assert set(second.seen) == {"a", "b"}
    assert second.coverage.status is CoverageStatus.COMPLETE


def test_new_items_come_first_and_the_rest_waits(server):
    """A night reads so many and no more, the newest items' first, and says how many wait."""
    snap = snapshot(*((f"m{n}", f"p{n}", {}) for n in range(5)), posts=[f"p{n}" for n in range(5)])
    done = night(snap, most=2)
    assert set(done.seen) == {"m4", "m3"}
    assert done.coverage.planned
    assert "3 older pictures wait" in done.coverage.reason


def test_without_the_assessment_no_picture_is_fetched(server):
    """Where the DPIA does not cover pictures nothing is asked, and what was read before is forgotten."""
    done = night(snapshot(("a", "p1", {})), history(seen("a", "p1")), covered=False)
    assert not server.asked
    assert not done.seen
    assert done.coverage.status is CoverageStatus.NOT_DUE


def test_an_outage_forgets_nothing(server):
    """When the list of media could not be read, what was known of the pictures stays."""
    snap = snapshot()
    snap.coverage[Resource.MEDIA] = failed("the server is down")
    done = night(snap, history(seen("a", "p1")))
    assert set(done.seen) == {"a"}
    assert done.coverage.status is CoverageStatus.FAILED


def test_what_the_mirror_still_shows_stays_known():
    """A picture of an item that was not read again tonight is still there; one of an item that lost its media is not."""
    snap = snapshot(posts=("p1", "p2"))
    snap.posts.at[1, "media"] = ()
    kept = standing((), history(seen("a", "p1"), seen("b", "p2"), seen("c", "gone")), snap)
    assert set(kept) == {"a"}


def test_an_item_that_lists_other_pictures_tonight_forgets_the_old_one():
    """When an item was read again, only what it lists now stays."""
    snap = snapshot(("b", "p1", {}))
    assert set(standing(shown_by(snap), history(seen("a", "p1"), seen("b", "p1")), snap)) == {"b"}


def test_the_same_bytes_are_read_once(server):
    """A picture that is published again under another address is not read a second time."""
    calls = []

    def counting(data, names):
        calls.append(data)
        return read(data, names)

    server.answers |= {"https://m.example/a": b"same", "https://m.example/b": b"same"}
    earlier = night(snapshot(("a", "p1", {}))).seen
    snap = snapshot(("a", "p1", {}), ("b", "p2", {}))
    done = look(
        snap, History(pictures=earlier), PictureReaders(0, NOTHING, counting), None, ON, covered=True, most=9, largest=9
    )
    assert not calls
    assert done.seen["b"].reading == done.seen["a"].reading


def test_pictures_of_open_findings_are_asked_again_after_a_week(server):
    """A picture may be replaced in its place: while a finding is open, it is fetched again each week."""
    wanted = (Wanted("a", "p1", "https://m.example/a", ""),)
    known = {"a": seen("a", "p1", ON - timedelta(7))}
    assert due_of(wanted, known, ("p1",), ON)
    assert not due_of(wanted, known, (), ON)
    assert not due_of(wanted, {"a": seen("a", "p1", ON - timedelta(6))}, ("p1",), ON)


def test_new_readers_read_old_pictures_again_after_the_new_ones(server):
    """What an older version read is due again, behind what nobody has read."""
    wanted = tuple(Wanted(one, "p1", f"https://m.example/{one}", "") for one in ("old", "new"))
    due = due_of(wanted, {"old": seen("old", "p1", version="0")}, (), ON)
    assert [one.id for one in due] == ["new", "old"]


def test_reposts_and_sounds_are_left_alone(server):
    """Pictures that others made, and the account passed on, are not fetched; nor is what has nothing to see."""
    snap = snapshot(("a", "p1", {}), ("b", "p2", {"kind": "audio"}), kinds={"p1": "repost"})
    assert not shown_by(snap)


def test_a_film_is_seen_by_its_picture(server):
    """Of a film the picture is fetched that stands for it; a film that has none is not."""
    snap = snapshot(
        ("a", "p1", {"kind": "video", "picture": "https://m.example/still"}), ("b", "p2", {"kind": "video"})
    )
    assert [one.address for one in shown_by(snap)] == ["https://m.example/still"]


def test_the_picture_of_the_profile_counts(server):
    """The account's own picture is read like any other, under no item."""
    profile = Profile("1", "a.example", "", avatar="https://m.example/me")
    assert [(one.item, one.address) for one in shown_by(snapshot(profile=profile))] == [("", "https://m.example/me")]


def test_a_picture_that_cannot_be_read_is_told_and_not_asked_again(server):
    """A picture that is gone or too large leaves a sentence, once; the account is not complete for it."""
    server.answers["https://m.example/a"] = Fetched(trouble="It is larger than 20 MB.", unread=True)
    snap = snapshot(("a", "p1", {}))
    done = night(snap)
    assert done.coverage.planned
    assert "It is larger than 20 MB." in done.coverage.reason
    server.asked.clear()
    night(snap, History(pictures=done.seen), ON + timedelta(1))
    assert not server.asked


def test_a_picture_that_was_not_served_is_asked_again(server):
    """A server's fault makes the night incomplete, and the next night asks again."""
    server.answers["https://m.example/a"] = Fetched(trouble="m.example does not answer.")
    snap = snapshot(("a", "p1", {}))
    done = night(snap)
    assert not done.seen
    assert not done.coverage.planned
    assert done.coverage.status is CoverageStatus.PARTIAL
    server.answers.clear()
    assert set(night(snap, History(pictures=done.seen), ON + timedelta(1)).seen) == {"a"}


def test_recordings_keep_no_pictures(server):
    """In a replay pictures cannot be read, which is said, and what was known stays."""
    server.answers["https://m.example/b"] = NotRecorded("not here")
    done = night(snapshot(("a", "p1", {}), ("b", "p2", {})), history(seen("a", "p1")))
    assert done.coverage.status is CoverageStatus.NOT_OFFERED
    assert set(done.seen) == {"a"}


def test_a_machine_without_readers_says_so(server, monkeypatch):
    """Where the readers cannot run nothing is fetched, and the coverage says why."""
    monkeypatch.setattr(pictures, "why_not", lambda: "onnxruntime is not installed")
    done = night(snapshot(("a", "p1", {})))
    assert not server.asked
    assert "onnxruntime is not installed" in done.coverage.reason


def test_coverage_is_no_better_than_the_list(server):
    """Where only a part of the media was listed, no more than a part was read."""
    half = complete(1).__class__(CoverageStatus.PARTIAL, "Flickr shows the newest 500.", 1, planned=True)
    assert coverage_of(half, {"a": seen("a", "p1")}, 0, ()).reason == "Flickr shows the newest 500."


def test_a_crash_costs_one_picture():
    """A picture that ends the reading process is told as one that cannot be read; those beside it are read."""
    with PictureReaders(1, NOTHING, crashing_reader.read) as readers:
        waits = [readers.begin(data) for data in (b"one", b"crash", b"two")]
        readings = [wait() for wait in waits]
    assert [bool(one.file) for one in readings] == [True, False, True]
    assert readings[1].trouble == pictures.CRASHED


def test_a_reading_survives_its_writing():
    """What the ledger keeps of a picture comes back as it was."""
    file = PictureFile("ab", "JPEG", 30, 20, 2, "00ff", "53.300,-0.900", ON, ("owner",), "made by AI")
    face = pictures.PictureReading.__dataclass_fields__  # the shape is fixed by the type
    assert set(face) == {"file", "faces", "words", "trouble", "version"}
    reading = PictureReading(file, faces=(), words=None, version="1")
    assert from_json(to_json(reading)) == reading
