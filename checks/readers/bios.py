"""How old the writer of a profile may be: by what they say, and where that leaves it open by what it reads like.

The rules of ages.py read first. Profiles in which something like an age or a childhood stands that no rule makes sense
of are weighed by two heads: one on spelling, which needs no model, and one on meaning, where the model runs
(embedding.py) and the spelling leaves a chance. Beside a word of a grown-up, a group or a pet they have to be surer.
Both are trained on bench/data/bios-train.csv. What only the heads find is a possible reading, for somebody to look at.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from checks.readers.ages import (
    COLUMNS,
    AgeReading,
    childhood,
    generalised,
    is_open,
    read_age,
    read_ages,
    settings,
    speaks_of_grown_ups,
)
from checks.readers.embedding import Embedding, load
from checks.readers.heads import chance, meaning_head, spelling_head

HEADS = ("bio", "bio_spelling")
"""The heads on meaning and on spelling, by the names of their files."""
RULE, REASON = "reads like a child", "reads like a child's profile"


def read_bio(text: str, on: date, **known: Any) -> AgeReading | None:
    """The age that a profile gives of its writer, or seems to: `read_age`, which documents `known`, and the heads."""
    reading = read_age(text, on, **known)
    if reading or not any(_read_young([text])):
        return reading
    born = childhood(known.get("written_on") or known.get("first_seen") or on, known.get("written_on") or on)
    return AgeReading(born.band(on), born, (0, len(text)), RULE, REASON, "possible", parent_managed=False)


def read_bios(texts: "pd.Series[str]", on: date, **known: Any) -> pd.DataFrame:
    """`read_bio` for many texts, in the shape of `read_ages`, which documents `known`."""
    numbered = texts.reset_index(drop=True)
    said = read_ages(numbered, on, **known)
    silent = numbered.drop(said.index)
    silent = silent[[isinstance(text, str) for text in silent]]
    young = silent[_read_young(silent.tolist())]
    written, seen = (_days(known.get(name), len(texts)) for name in ("written_on", "first_seen"))
    rows = []
    for place, text in zip(young.index.tolist(), young.tolist(), strict=True):
        born = childhood(written[place] or seen[place] or on, written[place] or on)
        band = born.band(on)
        rows.append(
            (band.youngest, band.oldest, born.earliest, born.latest, 0, len(text), RULE, REASON, "possible", False)
        )
    read_young = pd.DataFrame(rows, columns=list(COLUMNS), index=young.index).astype(COLUMNS)
    table = pd.concat([said, read_young]).sort_index() if rows else said
    return table.set_axis(texts.index.take(table.index.to_numpy()))


def weigh(texts: Sequence[str], embedding: Embedding | None) -> list[float]:
    """How much speaks for each text being a child's profile, as the logarithm of the odds, rules left aside."""
    spelt = [_spelt(text) for text in texts]
    if embedding is None or not texts:
        return spelt
    meant = meaning_head(HEADS[0]).logits(embedding.of([generalised(text) for text in texts]))[:, 0]
    return [(one + float(other)) / 2 for one, other in zip(spelt, meant, strict=True)]


def _read_young(texts: Sequence[str]) -> list[bool]:
    """Which of some texts that no rule reads seem to be children's profiles."""
    weighed = settings()["head"]
    found = [False] * len(texts)
    near = [
        place
        for place, text in enumerate(texts)
        if len(text) <= weighed["longest"]
        and is_open(text)
        and not _is_a_club(text)
        and _spelt(text) >= weighed["worth_meaning_from"]
    ]
    embedding = load() if near else None
    asked = weighed["with_model" if embedding else "without_model"]
    for place, odds in zip(near, weigh([texts[place] for place in near], embedding), strict=True):
        least = asked["beside_grown_ups" if speaks_of_grown_ups(texts[place]) else "from"]
        found[place] = chance(odds) >= least
    return found


_TEAM = re.compile(r"(?<!\w)u(?:nder)?[ -]?\d{1,2}s?(?!\w)", re.IGNORECASE)


def _is_a_club(text: str) -> bool:
    """Whether teams of several ages stand in it: nobody plays in all of them."""
    return len({team.lower() for team in _TEAM.findall(text)}) > 1


def _spelt(text: str) -> float:
    return spelling_head(HEADS[1]).logit(generalised(text))


def _days(days: "pd.Series[Any] | None", count: int) -> list[date | None]:
    return [None] * count if days is None else [None if pd.isna(day) else day for day in days]
