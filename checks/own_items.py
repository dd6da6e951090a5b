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
    """A page of the school's website as an item with pictures; its words are not read."""

    id: str
    address: str
    kind: str = "page"
    title: str = ""
    text: str = ""
    created: datetime | None = None
    place: str = ""
    position: str = ""


def pages_with_pictures(subject: Subject) -> Iterator[Page]:
    """The pages of the school's website that show pictures which were read; none of other accounts."""
    if subject.account.platform == WEBSITE:
        yield from (Page(item, item) for item in subject.facts.pictures if item)


def rows(items: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame, with its columns as attributes."""
    return iter(items.itertuples())


def moment(created: object) -> datetime | None:
    """A cell of a column of times, None when the time is unknown."""
    return created.to_pydatetime() if isinstance(created, pd.Timestamp) else None
