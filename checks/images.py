"""Checks of pictures: whose faces they show, what is written in them, how old and how large they are.

Nobody is recognised here. A face is a box and an estimate, so what rests on faces alone is for a human look and never
counted as a finding.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from checks.applicability import closed_unread, no_pictures
from checks.calendar import months_later
from checks.finding import (
    Answer,
    Confidence,
    Evidence,
    Finding,
    Outcome,
    Severity,
    Subject,
    check,
    content_hash,
    not_testable,
)
from checks.flags import flags
from checks.own_items import moment, own_words, pages_with_pictures, rows
from checks.personal_data import KINDS
from checks.policy import Frozen, Policy, read_data
from checks.readers.faces import tier
from checks.readers.picture import PictureReading, SeenPicture, Tier, Words
from checks.wording import counted, listed, local_day, on_day, one_of
from connectors.snapshot import CoverageStatus, Resource, not_offered, partial

CHILDREN = (Tier.CLOSE_UP, Tier.GROUP)
"""Where single faces can be made out that may be children's."""
OTHERS = (Tier.CROWD, Tier.ADULTS)
SHOWN: Mapping[Tier, str] = {
    Tier.CLOSE_UP: "a large face that may be a child's",
    Tier.GROUP: "faces that may be children's",
    Tier.CROWD: "faces that are too many, too small or too uncertain to tell",
    Tier.ADULTS: "faces that look grown-up",
}
"""The tiers, in words."""
CERTAIN_DETAILS = frozenset({"date of birth", "upn", "nhs", "ni"})
"""Details that nobody puts on a poster; a telephone number or an address may stand there on purpose."""
EXAMPLES = 3
"""So many items stand as examples where all are one finding."""


@check("IMG-01", needs=(Resource.POSTS, Resource.PICTURES), feature="pictures")
def faces_looked_at(subject: Subject, policy: Policy) -> Answer:
    """Tests whether the account's pictures show faces by which a child can be recognised.

    Every face counts, in the pictures of own items, in what stands for a film, and in the profile's picture. An item
    with a large face that may be a child's, turned to the camera, is high; one with faces that may be children's, of
    which single ones can be made out, is medium. All other items with faces, such as look grown-up or are too small or
    uncertain, are one line for the account, because the estimate is wrong for some and children can be among them. It
    says "may be a child's" and never "a pupil": nobody is recognised, and what is kept of a face is a box and a few
    numbers. It misses turned heads, tiny figures and faces behind paint or masks, takes some posters, dolls and
    animals for faces, knows nothing of parents' consent, and sees no film beyond the picture that stands for it. A
    person looks.
    """
    if ruling := closed_unread(subject) or no_pictures(subject, policy):
        return ruling
    shown = list(_shown(subject))
    each = [_faces(policy, one) for one in shown if one.row is not None and one.tier in CHILDREN]
    return [*each, *_other_faces(subject, policy, shown)] or _read(subject, _faces_read, "faces")


@check("IMG-02", needs=(Resource.POSTS, Resource.PICTURES), feature="pictures")
def names_and_faces_apart(subject: Subject, policy: Policy) -> Answer:
    """Tests that no item of the account gives a pupil's name beside a face that may be that child's.

    Names are those that PII-01 reads in the text and in alternative texts, and a name that is written in the picture
    itself, on a badge or a certificate; faces are those that IMG-01 ranks as children's. A full name is critical, a
    first name beside words about children, and a name in the picture, high. Whether name and face belong together, and
    whether parents agreed, a person sees. Names beside crowds and grown-up faces are left to PII-01, names in files'
    addresses are not read. No name is ever repeated. The assessment must cover names as well as pictures.
    """
    if ruling := closed_unread(subject) or no_pictures(subject, policy):
        return ruling
    if not subject.school.covers("names"):
        return not_testable("not covered by the DPIA (names)")
    findings = (_named(subject, policy, one) for one in _shown(subject) if one.row is not None and one.tier in CHILDREN)
    return [one for one in findings if one] or _read(subject, _faces_read, "faces")


@check("IMG-03", needs=(Resource.POSTS, Resource.PICTURES), feature="pictures")
def nothing_private_written(subject: Subject, policy: Policy) -> Answer:
    """Tests that nothing is written in the account's pictures that should not stand in public.

    Looked for are people's names on pegs, trays, badges, registers and certificates, two or more; user names with
    passwords; dates of birth and numbers of pupils; and screens of the systems in which schools keep records. Those are
    critical. Telephone numbers and addresses, which posters show on purpose, are medium; they, and names alone, which
    may be authors', are for a human look. It reads print that is large enough, and misses much of what a person can
    make out with some patience, most handwriting among it. No word that it reads is kept. Names count only where the
    assessment covers names.
    """
    if ruling := closed_unread(subject) or no_pictures(subject, policy):
        return ruling
    findings = (_written(policy, one, names=subject.school.covers("names")) for one in _shown(subject))
    return [one for one in findings if one] or _read(subject, _words_read, "words")


@check("IMG-06", needs=(Resource.POSTS, Resource.PICTURES), feature="pictures")
def old_pictures_retired(subject: Subject, policy: Policy) -> Answer:
    """Tests that pictures with faces that may be children's are taken down after some time.

    It goes by the date of the item, and by the faces that IMG-01 lists. All of an account's are one line, with their
    number and the oldest date: consent is given for a time, and children grow up and leave while their pictures stay.
    Pictures of grown-ups among them may stay. Items whose date is not known and the profile's picture are not counted,
    nor is it seen whether parents agreed to a longer time.
    """
    if ruling := closed_unread(subject) or no_pictures(subject, policy):
        return ruling
    months = int(policy.threshold("IMG-06", "months"))
    limit = months_later(subject.on, -months)
    dated = [(one, day) for one in _shown(subject) if one.tier in CHILDREN and (day := one.day)]
    old = sorted(((day, one.row.id, one) for one, day in dated if day < limit), key=lambda each: each[:2])
    if not old:
        return _read(subject, _faces_read, "faces")
    return [
        Finding(
            "IMG-06",
            f"Pictures with faces that may be children's are older than {counted(months, 'month')}",
            policy.severity("IMG-06", Severity.MEDIUM),
            f"{counted(len(old), 'item')}, the oldest of {on_day(old[0][0])}. IMG-01 lists each.",
            Confidence.POSSIBLE,
            Outcome.REVIEW,
            address=subject.account.address,
            evidence=tuple(one.evidence(f"of {on_day(day)}") for day, _, one in old[:EXAMPLES]),
            content=content_hash("old pictures with faces"),
            count=len(old),
        )
    ]


@check("IMG-07", needs=(Resource.POSTS,))
def pictures_fit_for_children(subject: Subject, policy: Policy) -> Answer:
    """Tests whether an item with pictures carries a mark that it is not fit for children.

    Such marks, "sensitive" and "explicit", are set by whoever published the item, or by the platform, and each is for
    the safeguarding lead to look at; most turn out harmless. What a picture shows nobody judges here: no program that
    runs on a school's own machine tells swimming lessons, medical care or injuries from other pictures well enough to
    be trusted, and pictures of children are sent to no service. Without a mark this check therefore says "not testable"
    and never "pass". If a picture may show sexual abuse, nobody copies or forwards it.
    """
    if ruling := closed_unread(subject) or no_pictures(subject, policy):
        return ruling
    marks = {mark.mark: mark.words for mark in flags().set_by_account()}
    items = own_words(subject)
    pictured = items["media"].map(bool) | items["id"].isin(subject.snapshot.media["post_id"])
    marked = items[pictured & items["marks"].map(lambda found: not marks.keys().isdisjoint(found))]
    findings = [_marked(policy, row, [marks[mark] for mark in row.marks if mark in marks]) for row in rows(marked)]
    # Said of what could be read and not as a ruling: a finding closes when its mark or its item has gone.
    return findings or not_offered("what pictures show is judged by no reader here; a person looks at them")


@check("IMG-08", needs=(Resource.POSTS, Resource.PICTURES), feature="pictures")
def originals_kept_back(subject: Subject, policy: Policy) -> Answer:
    """Tests that pictures with faces that may be children's are not published in a size that suits misuse.

    It measures the picture as the platform hands it to anybody, and goes by the faces that IMG-01 lists. Large
    originals let faces be cut out, printed and altered; a screen needs no more than 1,200 pixels. All of an account's
    are one line. Many platforms make pictures smaller by themselves; whether they keep the original elsewhere is not
    seen.
    """
    if ruling := closed_unread(subject) or no_pictures(subject, policy):
        return ruling
    longest = policy.threshold("IMG-08", "pixels")
    large = [
        (one, picture)
        for one in _shown(subject)
        for picture in one.pictures
        if _tier(picture.reading) in CHILDREN and _long_edge(picture.reading) > longest
    ]
    if not large:
        return _read(subject, _faces_read, "faces")
    widest = max(_long_edge(picture.reading) for _, picture in large)
    return [
        Finding(
            "IMG-08",
            "Pictures with faces that may be children's are published in a large size",
            policy.severity("IMG-08", Severity.LOW),
            f"{counted(len(large), 'picture')} with more than {longest:,.0f} pixels on the longer edge;"
            f" the largest has {widest:,}.",
            Confidence.POSSIBLE,
            Outcome.REVIEW,
            address=subject.account.address,
            evidence=tuple(
                one.evidence(f"{_long_edge(picture.reading):,} pixels") for one, picture in large[:EXAMPLES]
            ),
            content=content_hash("large pictures with faces"),
            count=len(large),
        )
    ]


@check("CNT-09", needs=(Resource.POSTS, Resource.PICTURES), feature="pictures")
def made_pictures_labelled(subject: Subject, policy: Policy) -> Answer:
    """Tests that pictures which a program made or altered with AI are called so where they are shown.

    It goes by the marks that generators and editors leave in a picture's file, and looks for words such as "made with
    AI" in the item's text and the pictures' alternative texts. Most platforms remove such marks and many programs leave
    none: a picture without one may still be made. The mark says that AI was used, not for how much: a retouched sky
    counts like an invented scene.
    """
    if ruling := closed_unread(subject) or no_pictures(subject, policy):
        return ruling
    findings = (_unlabelled(policy, one) for one in _shown(subject) if one.row is not None)
    return [one for one in findings if one] or _read(subject, _file_read, "marks")


# --- items with their pictures ---------------------------------------------------------------------


class _Shown(NamedTuple):
    """An own item with its pictures; `row` is None for the profile. `tier` is that of the picture that shows most."""

    row: Any
    pictures: tuple[SeenPicture, ...]
    tier: Tier
    home: str

    @property
    def item(self) -> str:
        return "" if self.row is None else str(self.row.id)

    @property
    def address(self) -> str:
        return self.home if self.row is None else str(self.row.address)

    @property
    def created(self) -> datetime | None:
        return None if self.row is None else moment(self.row.created)

    @property
    def day(self) -> date | None:
        return local_day(self.created) if self.created else None

    @property
    def words(self) -> str:
        """The item, to begin a sentence."""
        return "The profile's picture" if self.row is None else one_of(self.row.kind or "post")

    @property
    def looks(self) -> tuple[str, ...]:
        """What the pictures look like, as hashes: another picture in the same place is another look."""
        return tuple(sorted(one.reading.file.look if one.reading.file else one.id for one in self.pictures))

    def evidence(self, rule: str) -> Evidence:
        return Evidence("profile" if self.row is None else "post", self.address, rule)


def _shown(subject: Subject) -> Iterator[_Shown]:
    """The account's own items with pictures, and the profile; of the school's website its pages."""
    pictures, home = subject.facts.pictures, subject.account.address
    if of_profile := pictures.get("", ()):
        yield _Shown(None, of_profile, _most(of_profile), home)
    items = own_words(subject)
    for row in rows(items[items["id"].isin(pictures.keys())]):
        yield _Shown(row, pictures[row.id], _most(pictures[row.id]), home)
    for page in pages_with_pictures(subject):
        yield _Shown(page, pictures[page.id], _most(pictures[page.id]), home)


def _tier(reading: PictureReading) -> Tier:
    return tier(reading.faces or ())


def _most(pictures: Iterable[SeenPicture]) -> Tier:
    return min((_tier(one.reading) for one in pictures), key=list(Tier).index)


def _long_edge(reading: PictureReading) -> int:
    return max(reading.file.width, reading.file.height) if reading.file else 0


def _faces_read(reading: PictureReading) -> bool:
    return reading.faces is not None


def _file_read(reading: PictureReading) -> bool:
    return reading.file is not None


def _words_read(reading: PictureReading) -> bool:
    return reading.words is not None


_GOES_BY = {"IMG-03": _words_read, "CNT-09": _file_read, "IMG-05": _file_read}


def was_read(check_id: str, reading: PictureReading) -> bool:
    """Whether that was read in a picture by which a check goes: the faces in it, unless it is another's business."""
    return _file_read(reading) and _GOES_BY.get(check_id, _faces_read)(reading)


def _read(subject: Subject, finds: Callable[[PictureReading], bool], what: str) -> Answer:
    """The answer where nothing was found: as much as was read, which is less where a reader does not run here."""
    coverage = subject.snapshot.coverage
    # A website has pages and no posts: how much of them was read stands in the coverage of its pictures.
    needs = [need for need in (Resource.POSTS, Resource.PICTURES) if need in coverage or need is Resource.PICTURES]
    needed = [coverage.get(need) for need in needs]
    readings = [one.reading for of_item in subject.facts.pictures.values() for one in of_item]
    missed = sum(reading.file is not None and not finds(reading) for reading in readings)
    if not missed or any(one is None or one.status is not CoverageStatus.COMPLETE for one in needed):
        return coverage.get(Resource.PICTURES, ()) if Resource.POSTS not in needs else ()
    why = (
        f"no {what} were looked for in {counted(missed, 'picture')}, because their reader does not run on this machine"
    )
    return partial(why, len(readings) - missed, planned=True)


# --- findings --------------------------------------------------------------------------------------


def _finding(
    check_id: str,
    title: str,
    severity: Severity,
    detail: str,
    one: _Shown,
    rule: str,
    *,
    sure: bool = False,
    count: int | None = None,
    content: str = "",
) -> Finding:
    """One item's. What is not `sure` is for a human look."""
    return Finding(
        check_id,
        title,
        severity,
        detail,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        Outcome.FINDING if sure else Outcome.REVIEW,
        item=one.item,
        address=one.address,
        evidence=(one.evidence(rule),),
        content=content or content_hash(*one.looks),
        count=count,
        created=one.created,
        seen_in=Resource.PICTURES,
    )


NOBODY_KNOWN = "Whether it is a child, and whether parents agreed, a person sees: nobody is recognised."


def _faces(policy: Policy, one: _Shown) -> Finding:
    severity = policy.severity("IMG-01", Severity.HIGH if one.tier is Tier.CLOSE_UP else Severity.MEDIUM)
    return _finding("IMG-01", f"{one.words} shows {SHOWN[one.tier]}", severity, NOBODY_KNOWN, one, one.tier)


def _other_faces(subject: Subject, policy: Policy, shown: Sequence[_Shown]) -> list[Finding]:
    """The account's own finding: the profile's picture, and how many more items show faces; never one for each."""
    profile = next((one for one in shown if one.row is None and one.tier in CHILDREN), None)
    others = sorted((one for one in shown if one.tier in OTHERS), key=lambda one: one.day or date.min, reverse=True)
    if profile:
        found = _faces(policy, profile)
        return [replace(found, detail=f"{found.detail} {_told(others)}".rstrip())]
    if not others:
        return []
    return [
        Finding(
            "IMG-01",
            "Pictures show faces that look grown-up, or of which it cannot be told",
            policy.severity("IMG-01", Severity.INFO),
            _told(others),
            Confidence.POSSIBLE,
            Outcome.REVIEW,
            address=subject.account.address,
            evidence=tuple(one.evidence(one.tier) for one in others[:EXAMPLES]),
            content=content_hash("further items with faces"),
            count=len(others),
            seen_in=Resource.PICTURES,
        )
    ]


def _told(others: Sequence[_Shown]) -> str:
    """How many items show which of the faces that are not looked at one by one, and since when."""
    if not others:
        return ""
    numbers = Counter(one.tier for one in others)
    parts = listed(f"{number:,} with {SHOWN[kind]}" for kind in OTHERS if (number := numbers[kind]))
    oldest = min((day for one in others if (day := one.day)), default=None)
    since = f" The oldest is of {on_day(oldest)}." if oldest else ""
    return f"{counted(len(others), 'more item', 'more items')}: {parts}; children can be among them.{since}"


def _named(subject: Subject, policy: Policy, one: _Shown) -> Finding | None:
    """An item with a face that may be a child's, and a name in its text or in the picture."""
    readings = [name for name in subject.facts.names.get(one.item, ()) if name.kind in (FULL, FIRST)]
    full = [name for name in readings if name.kind == FULL]
    sure = [name for name in readings if name.confidence != "possible"]
    many = policy.threshold("IMG-03", "names")
    written = sum(_words(picture).names for picture in one.pictures if _tier(picture.reading) in CHILDREN)
    severity = Severity.HIGH
    if surely_full := [name for name in full if name in sure]:
        severity, what, names = Severity.CRITICAL, "a full name", surely_full
    elif full:
        what, names = "what may be a full name", full
    elif sure:
        what, names = "a first name", sure
    elif 0 < written < many:
        what, names = "a name in the picture", []
    else:
        return None
    title = f"{one.words} gives {what} beside {SHOWN[one.tier]}"
    detail = f"The name itself is not repeated here. {NOBODY_KNOWN}"
    return _finding(
        "IMG-02", title, policy.severity("IMG-02", severity), detail, one, f"{what}, {one.tier}",
        count=len(names) or written, content=content_hash(one.row.title, one.row.text, *one.looks),
    )  # fmt: skip


FULL, FIRST = "full name", "first name"


def _words(picture: SeenPicture) -> Words:
    return picture.reading.words or Words()


def _written(policy: Policy, one: _Shown, *, names: bool) -> Finding | None:
    """An item in whose pictures something private is written; people's names only where `names` may be read."""
    words = [_words(picture) for picture in one.pictures]
    people = max((each.names for each in words), default=0) if names else 0
    details = {kind for each in words for kind in each.details}
    certain = [KINDS[kind] for kind in KINDS if kind in details & CERTAIN_DETAILS]
    if any(each.sign_ins for each in words):
        certain.append("user names with passwords")
    certain += [f"the screen of {system}" for system in sorted({each.screen for each in words} - {""})]
    grave = [*certain, *(["people's names"] if people >= policy.threshold("IMG-03", "names") else [])]
    kinds = grave or [KINDS[kind] for kind in KINDS if kind in details]
    if not kinds:
        return None
    begins = one.words if one.row is None else f"{one.words} has a picture that"
    shows = "shows" if certain else "may show"
    return _finding(
        "IMG-03",
        f"{begins} {shows} {listed(kinds)}",
        policy.severity("IMG-03", Severity.CRITICAL if grave else Severity.MEDIUM),
        "What is written there is not repeated here.",
        one,
        listed(kinds),
        sure=bool(certain),
        count=people or None,
    )


def _marked(policy: Policy, row: Any, words: Sequence[str]) -> Finding:
    return Finding(
        "IMG-07",
        f"{one_of(row.kind or 'post')} with a picture is {listed(words)}",
        policy.severity("IMG-07", Severity.CRITICAL),
        "What the picture shows was not looked at by any program.",
        Confidence.POSSIBLE,
        Outcome.REVIEW,
        item=row.id,
        address=row.address,
        evidence=(Evidence("post", row.address, listed(words)),),
        content=content_hash(*sorted(row.marks)),
        created=moment(row.created),
        seen_in=Resource.POSTS,
    )


class _Labels(Frozen):
    """Words by which an item says that AI made or changed its picture (data/picture_labels.toml)."""

    source: str
    verified_on: date
    words: tuple[str, ...]


@cache
def _labels() -> re.Pattern[str]:
    words = "|".join(map(re.escape, _Labels.model_validate(read_data("picture_labels.toml")).words))
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)


def _unlabelled(policy: Policy, one: _Shown) -> Finding | None:
    made = sorted({picture.reading.file.made_with for picture in one.pictures if picture.reading.file} - {""})
    said = "\n".join((one.row.title, one.row.text, *(picture.alt for picture in one.pictures)))
    if not made or _labels().search(said):
        return None
    return _finding(
        "CNT-09",
        f"{one.words} has a picture whose file says that it was {listed(made)}",
        policy.severity("CNT-09", Severity.LOW),
        "Neither the text nor the alternative text says so.",
        one,
        listed(made),
        sure=True,
        content=content_hash(said, *made),
    )
