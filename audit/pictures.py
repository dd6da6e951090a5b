"""The pictures of one account: which are due, fetched one by one, read in processes of their own, and dropped.

A picture is fetched once. What was read in it stays in the ledger under the platform's id of the picture; the bytes
live in memory between the answer of the server and the end of the reading, and nowhere else.
"""

import hashlib
import logging
import multiprocessing
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Lock
from typing import Self

from checks.finding import History
from checks.own_items import REPOST, rows
from checks.readers.picture import PictureReading, SeenPicture
from checks.readers.pictures import Known, read_picture, version, why_not
from connectors import pictures
from connectors.connector import NotRecorded
from connectors.http import Client
from connectors.snapshot import Coverage, CoverageStatus, Resource, Snapshot, complete, not_due, not_offered, partial

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(days=7)
"""A picture of an item with an open finding is fetched again after a week: it may have been replaced in its place."""
AHEAD = 3
"""So many pictures of one account may wait for a process while the next is fetched: a bound to memory."""
CRASHED = "Reading it stopped the program that reads pictures; open it by hand."


ReadPicture = Callable[[bytes, Known], PictureReading]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that an item of the account shows; `id` as in SeenPicture, `item` "" for the picture of the profile."""

    id: str
    item: str
    address: str
    alt: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known after tonight of an account's pictures, by their ids, and how much of them that is."""

    seen: Mapping[str, SeenPicture]
    coverage: Coverage | None


class PictureReaders:
    """Processes that read pictures, so that no account waits for another's; a context manager, thread-safe.

    They start with the first picture. With `processes` 0 pictures are read where they are fetched. `read` does it.
    """

    def __init__(self, processes: int, known: Known, read: ReadPicture = read_picture) -> None:
        self._processes, self._known, self._read = processes, known, read
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()

    @property
    def names(self) -> bool:
        """Whether names are read in pictures."""
        return self._known.names is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def begin(self, data: bytes) -> Callable[[], PictureReading]:
        """Begin to read a picture; what comes back waits for the reading. A crash of the reader is a reading too."""
        if not self._processes:
            return lambda: self._here(data)
        started = self._submit(data)

        def wait() -> PictureReading:
            try:
                if started:
                    return started.result()
            except BrokenProcessPool:
                log.warning("the program that reads pictures stopped; the pictures it had are read one by one")
            except Exception as error:  # noqa: BLE001 - whatever a reader ran into, it costs one picture
                return self._stopped(error)
            return self._alone(data)

        return wait

    def _submit(self, data: bytes) -> "Future[PictureReading] | None":
        with self._lock:
            if self._pool is None:
                self._pool = _processes(self._processes)
            try:
                return self._pool.submit(self._read, data, self._known)
            except BrokenProcessPool:
                self._pool.shutdown(wait=False)
                self._pool = None
                return None

    def _here(self, data: bytes) -> PictureReading:
        try:
            return self._read(data, self._known)
        except Exception as error:  # noqa: BLE001 - whatever a reader ran into, it costs one picture
            return self._stopped(error)

    def _alone(self, data: bytes) -> PictureReading:
        """Read in a process that has nothing else to lose."""
        try:
            with _processes(1) as pool:
                return pool.submit(self._read, data, self._known).result()
        except Exception as error:  # noqa: BLE001 - whatever a reader ran into, it costs one picture
            return self._stopped(error)

    def _stopped(self, error: Exception) -> PictureReading:
        # Without its words and its traceback, which may hold what stands in the picture.
        log.error("reading a picture stopped with an unexpected error (%s)", type(error).__name__)
        return PictureReading(None, trouble=CRASHED, version=version(names=self.names))


def _processes(count: int) -> ProcessPoolExecutor:
    # Not forked: threads of this process may hold locks that nobody would ever release in a copy.
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


def look(
    snapshot: Snapshot,
    history: History,
    readers: PictureReaders,
    http: Client,
    on: date,
    *,
    covered: bool,
    most: int,
    largest: int,
) -> Looked:
    """Fetch and read the pictures that are due, at most `most` of at most `largest` bytes.

    `covered` says that the DPIA covers pictures: without it none is fetched, and what was read of them is forgotten.
    """
    media = snapshot.coverage.get(Resource.MEDIA)
    if not covered:
        return Looked({}, not_due("not covered by the DPIA (feature 'pictures')") if media else None)
    if media is None or media.status not in (CoverageStatus.COMPLETE, CoverageStatus.PARTIAL):
        return Looked(history.pictures, media)
    shown = shown_by(snapshot)
    seen = standing(shown, history, snapshot)
    if not most:
        return Looked(seen, not_due("reading pictures is switched off in school.toml (pictures_per_night)"))
    if reason := why_not():
        return Looked(seen, not_offered(f"pictures cannot be read on this machine: {reason}"))
    due = due_of(shown, seen, history.open_items, on, names=readers.names)
    try:
        new, missed = _read_all(due[:most], seen, readers, http, on, largest)
    except NotRecorded:
        return Looked(seen, not_offered("recordings keep no pictures"))
    waiting = sum(one.id not in seen for one in due[most:])
    return Looked(seen | new, coverage_of(_listed(snapshot, seen | new), seen | new, waiting, missed))


def _listed(snapshot: Snapshot, seen: Mapping[str, SeenPicture]) -> Coverage:
    """How much of the media is known: all of it where tonight listed what is new, and older items' were read."""
    media, posts = snapshot.coverage[Resource.MEDIA], snapshot.coverage.get(Resource.POSTS)
    if not (media.status is CoverageStatus.PARTIAL and media.planned):
        return media
    if posts is None or posts.status is not CoverageStatus.COMPLETE:
        return media
    own = snapshot.posts[snapshot.posts["kind"] != REPOST]
    pictured = set(own.loc[own["media"].map(bool).astype(bool), "id"]) - set(snapshot.media["post_id"])
    left = pictured - {one.item for one in seen.values()}
    if left:
        return replace(media, reason=f"the pictures of {len(left)} older items wait for the weekly sweep")
    return complete(media.read)


def shown_by(snapshot: Snapshot) -> tuple[Wanted, ...]:
    """The pictures that tonight's reading lists, the profile's first, then those of the newest items; none of reposts.

    Pure. A film is seen by the picture that the platform shows of it. Drawings in SVG, such as logos, are no pictures
    of anybody: one of them on each page would keep a website from ever being read in full. A picture of a blog's
    library that no post shows is an item of its own.
    """
    posts, media = snapshot.posts, snapshot.media
    order = posts.assign(place=posts["created"].rank(ascending=False, method="first"))[["id", "place"]]
    passed_on = posts.loc[posts["kind"] == REPOST, "id"]
    media = media[(media["kind"] != "audio") & ~media["post_id"].isin(passed_on)]
    table = media.merge(order, left_on="post_id", right_on="id", how="left", suffixes=("", "_of_post"))
    table = table.sort_values("place", kind="stable")
    avatar = snapshot.profile.avatar if snapshot.profile else ""
    profile = (Wanted(avatar, "", avatar, ""),) if avatar else ()
    listed = (
        Wanted(
            row.id if row.id.startswith(row.post_id) else f"{row.post_id} {row.id}",
            row.post_id or row.id,
            row.picture or (row.address if row.kind == "image" else ""),
            row.alt,
        )
        for row in rows(table)
    )
    return (*profile, *(one for one in listed if one.address and not _DRAWING.search(one.address)))


_DRAWING = re.compile(r"^[^?#]{1,2000}\.svgz?(?:[?#]|$)", re.IGNORECASE)


def standing(shown: Iterable[Wanted], history: History, snapshot: Snapshot) -> dict[str, SeenPicture]:
    """What earlier nights read in pictures that are still shown, with tonight's addresses and alternative texts. Pure.

    Items that come from the mirror list no media tonight: what was read of theirs stands, as long as they have media at
    all. So does what is on pages of a website that went down before its pages were all read, what no post shows where
    only new pictures were listed, and the picture of a profile that was not read.
    """
    wanted = {one.id: one for one in shown}
    posts, listed = snapshot.posts, set(snapshot.media["post_id"])
    known = listed.union(posts["id"])
    mirrored = set(posts.loc[posts["media"].map(bool).astype(bool), "id"]) - listed
    media = snapshot.coverage[Resource.MEDIA]
    cut_short = media.status is CoverageStatus.PARTIAL and not media.planned

    def stands(one: SeenPicture) -> bool:
        if not one.item:
            return snapshot.profile is None
        beside = one.item == one.id and media.status is CoverageStatus.PARTIAL
        return one.item in mirrored or ((cut_short or beside) and one.item not in known)

    kept: dict[str, SeenPicture] = {}
    for key, one in history.pictures.items():
        if now := wanted.get(key):
            kept[key] = replace(one, item=now.item, address=now.address, alt=now.alt)
        elif stands(one):
            kept[key] = one
    return kept


def due_of(
    shown: Iterable[Wanted],
    seen: Mapping[str, SeenPicture],
    open_items: Sequence[str],
    on: date,
    *,
    names: bool = False,
) -> tuple[Wanted, ...]:
    """The pictures to fetch tonight: new ones, those of open findings, then what an older reader read, or none. Pure.

    `names` says whether names are read in them.
    """
    current, waiting = version(names=names), set(open_items)
    new: list[Wanted] = []
    again: list[Wanted] = []
    old: list[Wanted] = []
    for one in shown:
        known = seen.get(one.id)
        if known is None:
            new.append(one)
        elif known.item in waiting and on - known.read_on >= AGAIN_AFTER:
            again.append(one)
        elif known.reading.version != current or (not known.reading.file and on - known.read_on >= AGAIN_AFTER):
            old.append(one)
    return (*new, *again, *old)


def coverage_of(
    media: Coverage, seen: Mapping[str, SeenPicture], waiting: int, missed: Sequence[pictures.Fetched]
) -> Coverage:
    """How much of the pictures was read, from how much of them was listed. Pure."""
    read = sum(one.reading.file is not None for one in seen.values())
    troubled = Counter(one.reading.trouble for one in seen.values() if one.reading.trouble)
    if failures := [one.trouble for one in missed]:
        more = f" and {len(failures) - 1} more" if len(failures) > 1 else ""
        return partial(f"a picture{more} could not be fetched: {failures[0]}", read)
    if waiting:
        return partial(f"{waiting} older pictures wait for the next nights", read, planned=True)
    if troubled:
        most = troubled.most_common(1)[0][0]
        return partial(f"{troubled.total()} pictures could not be read, such as: {most}", read, planned=True)
    if media.status is CoverageStatus.COMPLETE:
        return complete(read)
    return replace(media, read=read)


def _read_all(
    due: Sequence[Wanted],
    seen: Mapping[str, SeenPicture],
    readers: PictureReaders,
    http: Client,
    on: date,
    largest: int,
) -> tuple[dict[str, SeenPicture], list[pictures.Fetched]]:
    by_bytes = {one.reading.file.sha256: one.reading for one in seen.values() if one.reading.file}
    found: dict[str, SeenPicture] = {}
    missed: list[pictures.Fetched] = []
    at_work: deque[tuple[Wanted, Callable[[], PictureReading]]] = deque()
    first: dict[str, Wanted] = {}

    def keep(one: Wanted, reading: PictureReading) -> None:
        reading = _with_words_of(seen.get(one.id), reading)
        found[one.id] = SeenPicture(one.id, one.item, one.address, one.alt, reading, on)

    def finish(until: int) -> None:
        while len(at_work) > until:
            one, wait = at_work.popleft()
            keep(one, wait())

    for one in due:
        if first.setdefault(one.address, one) is not one:
            continue
        fetched = pictures.fetch(one.address, http, largest)
        if fetched.trouble and not fetched.unread:
            missed.append(fetched)
        else:
            at_work.append((one, _begin(fetched, by_bytes, readers)))
        finish(AHEAD)
    finish(0)
    for one in due:
        if one.id not in found and (same := found.get(first[one.address].id)):
            keep(one, same.reading)
    return found, missed


def _with_words_of(before: SeenPicture | None, reading: PictureReading) -> PictureReading:
    """The reading; where the reader of words does not run any more, with what it read of the same bytes before."""
    was, file = before.reading.file if before else None, reading.file
    if before and was and file and reading.words is None and was.sha256 == file.sha256:
        return replace(reading, words=before.reading.words)
    return reading


def _begin(
    fetched: pictures.Fetched, by_bytes: Mapping[str, PictureReading], readers: PictureReaders
) -> Callable[[], PictureReading]:
    if fetched.trouble:
        reading = PictureReading(None, trouble=fetched.trouble, version=version(names=readers.names))
        return lambda: reading
    known = by_bytes.get(hashlib.sha256(fetched.data).hexdigest())
    if known and known.version == version(names=readers.names):
        return lambda: known
    return readers.begin(fetched.data)
