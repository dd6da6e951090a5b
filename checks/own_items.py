"""The account's own items: what earlier nights mirrored, and what was read tonight."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from checks.finding import Subject

REPOST = "repost"


def own_items(subject: Subject) -> pd.DataFrame:
    """All known items of the account (schema POSTS), newest reading of each, without those that are gone."""
    tonight = subject.snapshot.posts
    mirrored = subject.history.posts
    if mirrored.empty:
        return tonight
    kept = mirrored[~mirrored["id"].isin(set(tonight["id"]) | subject.snapshot.gone)]
    return pd.concat([tonight, kept], ignore_index=True) if len(kept) else tonight


def own_words(subject: Subject) -> pd.DataFrame:
    """The same without what others wrote and the account passed on."""
    items = own_items(subject)
    return items[items["kind"] != REPOST]


def rows(items: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame, with its columns as attributes."""
    return iter(items.itertuples())


def moment(created: object) -> datetime | None:
    """A cell of a column of times, None when the time is unknown."""
    return created.to_pydatetime() if isinstance(created, pd.Timestamp) else None
