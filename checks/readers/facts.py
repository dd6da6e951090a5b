"""What the readers made of a snapshot: facts without any policy, ready before the checks run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from checks.readers.personal_data import PersonalDatum


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Readings of one snapshot.

    `follower_ages` and `following_ages` have the index of the snapshot's frames and the columns that
    `checks.readers.ages.read_ages` documents; people whose texts say nothing of an age have no row.
    `personal_data` maps ids of the account's own items to what was read in them, `comment_personal_data` ids
    of comments. `shorteners` maps ids of own items to the shortened addresses in them.
    """

    follower_ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    following_ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    personal_data: Mapping[str, tuple[PersonalDatum, ...]] = field(default_factory=dict)
    comment_personal_data: Mapping[str, tuple[PersonalDatum, ...]] = field(default_factory=dict)
    shorteners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
