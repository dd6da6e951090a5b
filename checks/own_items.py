"""The account's own items: the snapshot's posts, over which the mirror of earlier nights is already laid."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd

from checks.applicability import WEBSITE
from checks.finding import Subject

REPOST = "repost"


def own_words(subject: Subject) -> pd.DataFrame:
    """The account's own items (schema POSTS) without what others wrote and the account passed on."""
    items = subject.snapshot.posts
    return items[items["kind"] != REPOST]


class Page(NamedTuple):
    """What shows pictures and is no post: a page of the school's website, or a picture that no post shows."""

    id: str
    address: str
    kind: str = "page"
    title: str = ""
    text: str = ""
    created: datetime | None = None
    place: str = ""
    position: str = ""


def pages_with_pictures(subject: Subject) -> Iterator[Page]:
    """The pages of the school's website that show pictures which were read; of blogs, pictures that no post shows."""
    for item, seen in subject.facts.pictures.items():
        if item and subject.account.platform == WEBSITE:
            yield Page(item, item)
        elif item and seen[0].id == item:
            yield Page(item, seen[0].address, "picture")


def rows(items: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame, with its columns as attributes."""
    return iter(items.itertuples())


def moment(created: object) -> datetime | None:
    """A cell of a column of times, None when the time is unknown."""
    return created.to_pydatetime() if isinstance(created, pd.Timestamp) else None
