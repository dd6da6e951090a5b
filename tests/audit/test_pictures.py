"""The pictures of an account, from night to night: which are fetched, and what stays of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from imitations import crashing_reader

from audit import pictures
from audit.account import AccountNight
from audit.compare import State, Tracked
from audit.night import recheck
from audit.pictures import PictureReaders, Wanted, coverage_of, due_of, look, shown_by, standing
from checks.finding import Confidence, Finding, History, Outcome, Severity, Subject
from checks.outcome import Result
from checks.policy import School
from checks.readers.facts import Facts, by_item
from checks.readers.picture import PictureFile, PictureReading, SeenPicture, Words, from_json, to_json
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
    partial,
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
    monkeypatch.setattr(pictures, "version", lambda *, names: "1 with names" if names else "1")
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
        {"id": f"{p}#{i}", "post_id": p, "address": f"https://m.example/{i}", "kind": "image"} | extra
        for i, p, extra in shown
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
    return SeenPicture(f"{item}#{id_}", item, f"https://m.example/{id_}", "", reading, on)


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
    assert set(second.seen) == {"p1#a", "p2#b"}
    assert second.coverage.status is CoverageStatus.COMPLETE


def test_new_items_come_first_and_the_rest_waits(server):
    """A night reads so many and no more, the newest items' first, and says how many wait."""
    snap = snapshot(*((f"m{n}", f"p{n}", {}) for n in range(5)), posts=[f"p{n}" for n in range(5)])
    done = night(snap, most=2)
    assert set(done.seen) == {"p4#m4", "p3#m3"}
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
    assert set(done.seen) == {"p1#a"}
    assert done.coverage.status is CoverageStatus.FAILED


def test_what_the_mirror_still_shows_stays_known():
    """A picture of an item that was not read again tonight is still there; one of an item that lost its media is not."""
    snap = snapshot(posts=("p1", "p2"))
    snap.posts.at[1, "media"] = ()
    kept = standing((), history(seen("a", "p1"), seen("b", "p2"), seen("c", "gone")), snap)
    assert set(kept) == {"p1#a"}


def test_an_item_that_lists_other_pictures_tonight_forgets_the_old_one():
    """When an item was read again, only what it lists now stays."""
    snap = snapshot(("b", "p1", {}))
    assert set(standing(shown_by(snap), history(seen("a", "p1"), seen("b", "p1")), snap)) == {"p1#b"}


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
    assert done.seen["p2#b"].reading == done.seen["p1#a"].reading


def test_pictures_of_open_findings_are_asked_again_after_a_week(server):
    """A picture may be replaced in its place: while a finding is open, it is fetched again each week."""
    wanted = (Wanted("a", "p1", "https://m.example/a", ""),)
    known = {"a": seen("a", "p1", ON - timedelta(7))}
    assert due_of(wanted, known, ("p1",), ON)
    assert not due_of(wanted, known, (), ON)
    assert not due_of(wanted, {"a": seen("a", "p1", ON - timedelta(6))}, ("p1",), ON)


def test_what_could_not_be_read_is_asked_again_after_a_week(server):
    """A refusal or a lost file need not be for ever, and platforms change the addresses of their pictures."""
    wanted = (Wanted("p1#a", "p1", "https://m.example/a", ""),)
    assert due_of(wanted, {"p1#a": seen("a", "p1", ON - timedelta(7), trouble="It is gone.")}, (), ON)
    assert not due_of(wanted, {"p1#a": seen("a", "p1", ON - timedelta(6), trouble="It is gone.")}, (), ON)


def test_pictures_are_read_again_when_names_may_be_read(server):
    """Once the assessment covers names, what was read without them is due again."""
    wanted = (Wanted("p1#a", "p1", "https://m.example/a", ""),)
    assert due_of(wanted, {"p1#a": seen("a", "p1")}, (), ON, names=True)
    assert not due_of(wanted, {"p1#a": seen("a", "p1")}, (), ON, names=False)


def test_new_readers_read_old_pictures_again_after_the_new_ones(server):
    """What an older version read is due again, behind what nobody has read."""
    wanted = tuple(Wanted(one, "p1", f"https://m.example/{one}", "") for one in ("old", "new"))
    due = due_of(wanted, {"old": seen("old", "p1", version="0")}, (), ON)
    assert [one.id for one in due] == ["new", "old"]


def test_reposts_and_sounds_are_left_alone(server):
    """Pictures that others made, and the account passed on, are not fetched; nor is what has nothing to see."""
    snap = snapshot(("a", "p1", {}), ("b", "p2", {"kind": "audio"}), kinds={"p1": "repost"})
    assert not shown_by(snap)


@pytest.mark.parametrize("name", ["logo.svg", "Logo.SVG?v=2", "logo.svgz#a"])
def test_drawings_are_left_alone(server, name):
    """A logo drawn in SVG shows nobody, and leaves the reading of the pictures whole."""
    done = night(snapshot(("a", "p1", {"address": f"https://m.example/{name}"}), ("b", "p2", {})))
    assert server.asked == ["https://m.example/b"]
    assert done.coverage.status is CoverageStatus.COMPLETE
    assert shown_by(snapshot(("a", "p1", {"address": "https://m.example/a.svg.png?from=b.svg"})))


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
    assert set(night(snap, History(pictures=done.seen), ON + timedelta(1)).seen) == {"p1#a"}


def test_recordings_keep_no_pictures(server):
    """In a replay pictures cannot be read, which is said, and what was known stays."""
    server.answers["https://m.example/b"] = NotRecorded("not here")
    done = night(snapshot(("a", "p1", {}), ("b", "p2", {})), history(seen("a", "p1")))
    assert done.coverage.status is CoverageStatus.NOT_OFFERED
    assert set(done.seen) == {"p1#a"}


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


def test_a_picture_that_two_items_show_counts_in_both(server):
    """One picture may stand in several items under one number: it is fetched once, and known of each."""
    shared = {"id": "media-7", "address": "https://m.example/7"}
    done = night(snapshot(("a", "p1", shared), ("a", "p2", shared)))
    assert server.asked == ["https://m.example/7"]
    assert sorted(one.item for one in done.seen.values()) == ["p1", "p2"]
    assert done.coverage.status is CoverageStatus.COMPLETE


def test_a_reader_that_breaks_costs_one_picture(server):
    """An error of a reader is a picture that could not be read, and what was read beside it is kept."""

    def broken(data, known):
        return read(data, known) if data == b"good" else 1 / 0

    server.answers |= {"https://m.example/a": b"bad", "https://m.example/b": b"good"}
    readers = PictureReaders(0, NOTHING, broken)
    done = look(
        snapshot(("a", "p1", {}), ("b", "p2", {})), History(), readers, None, ON, covered=True, most=9, largest=9
    )
    assert done.seen["p2#b"].reading.file
    assert done.seen["p1#a"].reading.trouble == pictures.CRASHED


def test_what_an_item_no_longer_shows_is_forgotten_where_nothing_is_read(server, monkeypatch):
    """With pictures switched off, or without readers, what was known of a deleted item's picture goes all the same."""
    snap, known = snapshot(("a", "p1", {})), history(seen("a", "p1"), seen("b", "deleted"))
    assert set(night(snap, known, most=0).seen) == {"p1#a"}
    monkeypatch.setattr(pictures, "why_not", lambda: "onnxruntime is not installed")
    assert set(night(snap, known).seen) == {"p1#a"}


def test_the_picture_of_a_profile_that_was_not_read_stays_known():
    """Without the profile nobody knows whether its picture is another; where it was read, only its own stays."""
    me = SeenPicture("https://m.example/me", "", "https://m.example/me", "", seen("a", "").reading, ON)
    known = History(pictures={me.id: me})
    assert set(standing((), known, snapshot())) == {me.id}
    other = snapshot(profile=Profile("1", "a.example", "", avatar="https://m.example/new"))
    other.coverage[Resource.MEDIA] = partial("the site went down", 1)
    assert not standing(shown_by(other), known, other)


def test_words_stay_known_when_their_reader_is_gone(server):
    """Of the same bytes what was written there is still known; of other bytes nothing is."""
    words = Words(lines=3, names=2)
    snap = snapshot(("a", "p1", {}))
    first = night(snap).seen["p1#a"]
    before = replace(first, reading=replace(first.reading, words=words, version="0"))
    assert night(snap, history(before)).seen["p1#a"].reading.words == words
    server.answers["https://m.example/a"] = b"another picture"
    assert night(snap, history(before)).seen["p1#a"].reading.words is None


def test_a_reading_survives_its_writing():
    """What the ledger keeps of a picture comes back as it was."""
    file = PictureFile("ab", "JPEG", 30, 20, 2, "00ff", "53.300,-0.900", ON, ("owner",), "made by AI")
    face = pictures.PictureReading.__dataclass_fields__  # the shape is fixed by the type
    assert set(face) == {"file", "faces", "words", "trouble", "version"}
    reading = PictureReading(file, faces=(), words=None, version="1")
    assert from_json(to_json(reading)) == reading


SHOWS_ONE = snapshot(("a", "p1", {}), profile=Profile("1", "a.example", ""))


@pytest.mark.parametrize(
    ("check", "reading", "why"),
    [
        ("IMG-01", {"faces": ()}, ""),
        ("IMG-01", {"file": None, "trouble": "It is gone."}, "its pictures were not read again tonight"),
        ("IMG-03", {"faces": (), "words": Words()}, ""),
        ("IMG-03", {"faces": ()}, "its pictures were not read again tonight"),
        ("IMG-05", {}, ""),
    ],
)
def test_a_finding_in_a_picture_closes_only_when_the_picture_was_read_for_it(server, check, reading, why):
    """A picture that could not be read, or not by the reader that the check needs, fixes nothing."""
    one = seen("a", "p1")
    one = replace(one, reading=replace(one.reading, **reading))
    assert missed(SHOWS_ONE, check, "p1", one) == why


def test_the_finding_of_a_profile_that_was_not_read_stays_open(server):
    """Pictures may all have been read while the profile was not: its picture was not looked at."""
    assert missed(replace(SHOWS_ONE, profile=None), "IMG-01", "") == "its pictures were not read again tonight"
    assert missed(SHOWS_ONE, "IMG-01", "") == ""


def test_a_film_without_a_picture_keeps_no_finding_open(server):
    """What has no picture to look at cannot be waited for."""
    snap = replace(SHOWS_ONE, media=frame(MEDIA, [{"id": "p1#a", "post_id": "p1", "kind": "video"}]))
    assert missed(snap, "IMG-01", "p1") == ""


def missed(snap, check, item, *known):
    """Why a finding of an item that was read again is not said to be fixed."""
    snap = replace(snap, coverage={**snap.coverage, Resource.PICTURES: complete(1)})
    subject = Subject(ACCOUNT, snap, Facts(pictures=by_item(known)), School(name="A"), ON, History())
    result = Result(check, ACCOUNT.key, Outcome.PASS, "", ON)
    done = AccountNight(subject, (result,), frozenset({"p1"}), True, {})
    finding = Finding(
        check, "", Severity.HIGH, "", Confidence.POSSIBLE, Outcome.REVIEW, ACCOUNT.key, item, seen_in=Resource.PICTURES
    )
    tracked = Tracked("f", finding, "bluesky", "1", State.OPEN, ON, ON, ON)
    return recheck([done], [result], ON, (), {ACCOUNT.key: "1"})(tracked)


def newest_only(snap):
    """Tonight listed the media of new items alone, and posts are whole with the mirror."""
    snap.coverage[Resource.MEDIA] = partial("Only pictures of posts since Monday were asked for.", 1, planned=True)
    return snap


def test_pictures_are_whole_between_sweeps(server):
    """Where tonight lists what is new, and the pictures of all older items were read before, all were read."""
    done = night(newest_only(snapshot(("b", "p2", {}))), history(seen("a", "p1")))
    assert done.coverage.status is CoverageStatus.COMPLETE


def test_older_pictures_that_wait_for_the_sweep_are_told(server):
    """An older item whose pictures nobody has read yet keeps the reading partial."""
    done = night(newest_only(snapshot(("b", "p2", {}))))
    assert done.coverage.planned
    assert "1 older items wait for the weekly sweep" in done.coverage.reason


def test_a_picture_that_no_post_shows_is_an_item_of_its_own(server):
    """A picture of a blog's library stands under its own id, also on nights that list only what is new."""
    snap = snapshot(("media-7", "", {"id": "media-7"}))
    (one,) = shown_by(snap)
    assert (one.id, one.item) == ("media-7", "media-7")
    first = night(snap)
    assert set(standing((), History(pictures=first.seen), newest_only(snapshot()))) == {"media-7"}
    assert not standing((), History(pictures=first.seen), snapshot())
