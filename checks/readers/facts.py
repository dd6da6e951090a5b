"""What the readers made of a snapshot: facts without any policy, ready before the checks run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from checks.readers.abuse import read_abuse
from checks.readers.ages import AgeReading, read_age
from checks.readers.bios import read_bios
from checks.readers.conduct import Conduct
from checks.readers.confidential import ConfidentialReading, read_confidential
from checks.readers.documents import is_document
from checks.readers.invitations import Invitation, read_invitations
from checks.readers.link_risks import NONE_OWN, LinkReading, OwnLinks, read_address
from checks.readers.link_targets import askable, own_addresses, read_target
from checks.readers.live_location import LocationReading, read_live_location
from checks.readers.names import NameReading, SchoolNames, read_names
from checks.readers.personal_data import AllowList, PersonalDatum, read_personal_data
from checks.readers.picture import SeenPicture
from checks.readers.private_channels import PrivateChannel, read_private_channels
from checks.readers.profile_facts import (
    InspectionClaim,
    NamedHead,
    NamedStaff,
    read_heads,
    read_inspection_claims,
    read_named_staff,
)
from checks.readers.promotion import Promotion, read_promotion
from checks.readers.sensitive import SensitiveReading, read_sensitive
from checks.readers.topics import Topic, cache_key, from_json, read_subjects, read_topics, to_json, version
from connectors.snapshot import Snapshot

Seen = Callable[[str], date | None]
"""When a person, by the platform's id, was first seen by an earlier night; None when never."""


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Readings of one snapshot.

    `follower_ages` and `following_ages` have the index of the snapshot's frames and the columns that
    `checks.readers.ages.COLUMNS` documents; people whose texts say nothing of an age have no row.
    `personal_data` maps ids of the account's own items to what was read in them, `comment_personal_data` ids
    of comments; `conduct` and `comment_conduct` do so with how they speak. `links` maps ids of own items, and ""
    for the profile, to what their addresses say and lead to; `askable` holds those addresses that may be asked where
    they lead, `documents` those among them that are documents, with the item that first linked to each.
    `names` and `comment_names` map ids to the pupils named there, of own items also in the alternative
    texts of pictures. `comment_ages` maps ids of other people's comments to the age that the writer states there,
    `invitations` ids of own items to how they call pupils onto the platform, `private_channels` ids of own items, and
    "" for the profile, to how they ask people to talk in private.
    `topics` maps ids of the newest own items to what they are about, `subjects` to the special subjects they name.
    `pictures` maps ids of own items, and "" for the profile, to the pictures that they show and what was read in them.
    `sensitive` and `comment_sensitive` map ids to what is said there of one person's circumstances, `confidential` and
    `live_locations` ids of own items to the school's inner business and to classes told of while they are away.
    """

    follower_ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    following_ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    personal_data: Mapping[str, tuple[PersonalDatum, ...]] = field(default_factory=dict)
    comment_personal_data: Mapping[str, tuple[PersonalDatum, ...]] = field(default_factory=dict)
    links: Mapping[str, tuple[LinkReading, ...]] = field(default_factory=dict)
    askable: tuple[str, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    conduct: Mapping[str, tuple[Conduct, ...]] = field(default_factory=dict)
    comment_conduct: Mapping[str, tuple[Conduct, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[NameReading, ...]] = field(default_factory=dict)
    comment_names: Mapping[str, tuple[NameReading, ...]] = field(default_factory=dict)
    comment_ages: Mapping[str, AgeReading] = field(default_factory=dict)
    invitations: Mapping[str, tuple[Invitation, ...]] = field(default_factory=dict)
    private_channels: Mapping[str, tuple[PrivateChannel, ...]] = field(default_factory=dict)
    promotions: Mapping[str, tuple[Promotion, ...]] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    subjects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    profile_details: tuple[PersonalDatum, ...] = ()
    inspection_claims: tuple[InspectionClaim, ...] = ()
    named_staff: tuple[NamedStaff, ...] = ()
    heads: tuple[NamedHead, ...] = ()
    sensitive: Mapping[str, tuple[SensitiveReading, ...]] = field(default_factory=dict)
    comment_sensitive: Mapping[str, tuple[SensitiveReading, ...]] = field(default_factory=dict)
    confidential: Mapping[str, tuple[ConfidentialReading, ...]] = field(default_factory=dict)
    live_locations: Mapping[str, tuple[LocationReading, ...]] = field(default_factory=dict)
    pictures: Mapping[str, tuple[SeenPicture, ...]] = field(default_factory=dict)
    remembered: Mapping[str, Any] = field(default_factory=dict)
    """What a model made of own texts tonight or on an earlier night, by a hash of text and model, for the ledger."""


def read_facts(
    snapshot: Snapshot,
    allow: AllowList,
    class_names: Sequence[str],
    on: date,
    seen: Seen,
    own: OwnLinks = NONE_OWN,
    known: SchoolNames | None = None,
    *,
    seen_pictures: Iterable[SeenPicture] = (),
    remembered: Mapping[str, Any] = MappingProxyType({}),
) -> Facts:
    """Read a snapshot's texts. `allow` holds what the school may publish of itself, `own` its own addresses.

    `known` are the names that it may publish; None where nobody agreed to names being read, and none are.
    `seen_pictures` are the pictures that its items show, already read; `remembered` is what a model made of texts on
    earlier nights.
    """
    pictures = by_item(seen_pictures)
    topics = _topics(snapshot.posts, remembered)
    posts, comments, profile = snapshot.posts, snapshot.comments, snapshot.profile
    said = f"{profile.name}\n{profile.bio}\n{profile.location}" if profile else ""
    return Facts(
        follower_ages=_ages(snapshot.followers, class_names, on, seen),
        following_ages=_ages(snapshot.following, class_names, on, seen),
        personal_data=_personal_data(posts["id"], posts["title"] + "\n" + posts["text"], allow),
        comment_personal_data=_personal_data(comments["id"], comments["text"], allow),
        links=_links(snapshot, own),
        askable=askable((link for links in own_addresses(snapshot).values() for link in links), own),
        documents=_documents(snapshot, own),
        conduct=_conduct(posts["id"], posts["title"] + "\n" + posts["text"]),
        comment_conduct=_conduct(comments["id"], comments["text"]),
        names=_names(posts["id"], with_alternatives(snapshot, pictures), known),
        comment_names=_names(comments["id"], comments["text"], known),
        comment_ages=_comment_ages(comments, class_names, on),
        invitations=_invitations(posts, class_names),
        private_channels=_private_channels(posts, said),
        promotions=_promotions(posts),
        topics={item: topic for item, (_, topic) in topics.items() if topic},
        remembered={key: to_json(topic) for key, topic in topics.values()},
        pictures=pictures,
        subjects=_subjects(posts),
        profile_details=read_personal_data("\n".join((said, *profile.contacts)), allow=allow) if profile else (),
        inspection_claims=read_inspection_claims(said),
        named_staff=read_named_staff(said, profile.links, profile.handle) if profile else (),
        heads=read_heads(said),
        **_private_matters(posts, comments),
    )


def _private_matters(posts: pd.DataFrame, comments: pd.DataFrame) -> dict[str, Any]:
    """Circumstances in items and comments; business and trips in own words alone."""
    texts = list(zip(posts["id"], posts["title"] + "\n" + posts["text"], strict=True))
    places = dict(zip(posts["id"], posts["place"], strict=True))
    found: dict[str, dict[str, tuple[Any, ...]]] = {
        "sensitive": {item: read_sensitive(text) for item, text in texts},
        "comment_sensitive": {
            item: read_sensitive(text) for item, text in zip(comments["id"], comments["text"], strict=True)
        },
        "confidential": {item: read_confidential(text) for item, text in texts},
        "live_locations": {item: read_live_location(text, place=places[item]) for item, text in texts},
    }
    return {name: {item: read for item, read in items.items() if read} for name, items in found.items()}


AT_ONCE = 20_000
"""People whose texts are read in one go: what a list of a million takes beside itself stays small."""


def _ages(people: pd.DataFrame, class_names: Sequence[str], on: date, seen: Seen) -> pd.DataFrame:
    """Ages that names and bios give. What was first seen earlier has grown older since."""
    read = (
        _ages_of_some(people.iloc[start : start + AT_ONCE], class_names, on, seen)
        for start in range(0, max(len(people), 1), AT_ONCE)
    )
    tables = [table for table in read if len(table)]
    return pd.concat(tables) if tables else read_bios(people["bio"][:0], on)


def _ages_of_some(people: pd.DataFrame, class_names: Sequence[str], on: date, seen: Seen) -> pd.DataFrame:
    texts = people["name"] + "\n" + people["bio"]
    created = people["created"].dt.date
    first = people["id"].map(seen)
    return read_bios(texts, on, first_seen=first, account_created=created, class_names=class_names)


def _comment_ages(comments: pd.DataFrame, class_names: Sequence[str], on: date) -> dict[str, AgeReading]:
    """Ages that others say in their comments, which have grown since they were written."""
    others = comments[~comments["ours"]]
    rows = zip(others["id"], others["text"], others["created"], strict=True)
    read = (
        (item, read_age(text, on, written_on=_day(created, on), class_names=class_names, spoken=True))
        for item, text, created in rows
    )
    return {item: reading for item, reading in read if reading}


def _day(created: pd.Timestamp, latest: date) -> date | None:
    return None if pd.isna(created) else min(created.date(), latest)


def _invitations(posts: pd.DataFrame, class_names: Sequence[str]) -> dict[str, tuple[Invitation, ...]]:
    own = posts[posts["kind"] != "repost"]
    texts = own["title"] + "\n" + own["text"]
    read = (
        (item, read_invitations(text, class_names=class_names)) for item, text in zip(own["id"], texts, strict=True)
    )
    return {item: found for item, found in read if found}


def _private_channels(posts: pd.DataFrame, said: str) -> dict[str, tuple[PrivateChannel, ...]]:
    """In own words and in the profile's, whose place is ""."""
    own = posts[posts["kind"] != "repost"]
    texts = zip([*own["id"], ""], [*(own["title"] + "\n" + own["text"]), said], strict=True)
    read = ((item, read_private_channels(text)) for item, text in texts)
    return {item: found for item, found in read if found}


TOPICS_OF = frozenset({"post", "article", "episode", "video"})
"""Kinds of items that have a topic of their own: no reposts, no answers to others, no pages."""
NEWEST = 200
"""So many of the newest items have their topics read: more than any check looks at, and a bound to a night's work."""


def _newest(posts: pd.DataFrame) -> pd.DataFrame:
    own = posts[posts["kind"].isin(TOPICS_OF)].sort_values("created", ascending=False).head(NEWEST)
    return own.assign(words=own["title"] + "\n" + own["text"])


def _topics(posts: pd.DataFrame, remembered: Mapping[str, Any]) -> dict[str, tuple[str, Topic | None]]:
    """For each of the newest items the key of its text and its topic; what was read before is not read again."""
    newest = _newest(posts)
    this = version()
    keys = {text: cache_key(text, this) for text in newest["words"]}
    known = {text: from_json(remembered[key]) for text, key in keys.items() if key in remembered}
    new = [text for text in keys if text not in known]
    known |= dict(zip(new, read_topics(new), strict=True))
    return {item: (keys[text], known[text]) for item, text in zip(newest["id"], newest["words"], strict=True)}


def _subjects(posts: pd.DataFrame) -> dict[str, frozenset[str]]:
    newest = _newest(posts)
    read = ((item, read_subjects(text)) for item, text in zip(newest["id"], newest["words"], strict=True))
    return {item: found for item, found in read if found}


def _promotions(posts: pd.DataFrame) -> dict[str, tuple[Promotion, ...]]:
    own = posts[posts["kind"] != "repost"]
    texts = own["title"] + "\n" + own["text"]
    read = (
        (item, read_promotion(text, links)) for item, text, links in zip(own["id"], texts, own["links"], strict=True)
    )
    return {item: found for item, found in read if found}


def _personal_data(
    ids: "pd.Series[str]", texts: "pd.Series[str]", allow: AllowList
) -> dict[str, tuple[PersonalDatum, ...]]:
    read = ((item, read_personal_data(text, allow=allow)) for item, text in zip(ids, texts, strict=True))
    return {item: found for item, found in read if found}


def _names(
    ids: "pd.Series[str]", texts: "pd.Series[str]", known: SchoolNames | None
) -> dict[str, tuple[NameReading, ...]]:
    if known is None:
        return {}
    read = ((item, read_names(text, known=known)) for item, text in zip(ids, texts, strict=True))
    return {item: found for item, found in read if found}


def by_item(seen: Iterable[SeenPicture]) -> dict[str, tuple[SeenPicture, ...]]:
    """The pictures of each item, by the item's id, "" for the profile."""
    found: dict[str, list[SeenPicture]] = {}
    for one in seen:
        found.setdefault(one.item, []).append(one)
    return {item: tuple(of_item) for item, of_item in found.items()}


def with_alternatives(snapshot: Snapshot, pictures: Mapping[str, Sequence[SeenPicture]]) -> "pd.Series[str]":
    """Titles and texts of the posts, with the alternative texts of their pictures in lines below.

    Of items that tonight's reading did not list, they are those that were read with the pictures.
    """
    posts, media = snapshot.posts, snapshot.media
    tonight = set(media["post_id"])
    described = {
        item: "\n".join(one.alt for one in seen if one.alt) for item, seen in pictures.items() if item not in tonight
    }
    for item, alternatives in media[media["alt"] != ""].groupby("post_id")["alt"]:
        described[str(item)] = "\n".join(alternatives)
    return posts["title"] + "\n" + posts["text"] + ("\n" + posts["id"].map(described).astype("object")).fillna("")


def _documents(snapshot: Snapshot, own: OwnLinks) -> dict[str, str]:
    """The documents that may be asked, with the oldest own item that links to each, or "" for the profile."""
    linked = {
        address: item
        for item, addresses in own_addresses(snapshot).items()
        for address in addresses
        if is_document(address, own)
    }
    return {address: linked[address] for address in askable(linked, own)}


def _conduct(ids: "pd.Series[str]", texts: "pd.Series[str]") -> dict[str, tuple[Conduct, ...]]:
    return {item: found for item, found in zip(ids, read_abuse(list(texts)), strict=True) if found}


def _links(snapshot: Snapshot, own: OwnLinks) -> dict[str, tuple[LinkReading, ...]]:
    """What the addresses in own items and in the profile say, and what they led to when they were last asked."""
    resolved, profile = snapshot.resolved, snapshot.profile
    own = own.also(snapshot.account.address, profile.address if profile else "")

    def read(address: str) -> tuple[LinkReading, ...]:
        led = read_target(address, resolved[address], own) if address in resolved else ()
        return (*read_address(address, own), *led)

    found = {
        item: tuple(reading for address in addresses for reading in read(address))
        for item, addresses in own_addresses(snapshot).items()
    }
    return {item: readings for item, readings in found.items() if readings}
