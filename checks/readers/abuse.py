"""Whether a text is abuse: by its words, and where they leave it open by what it reads like.

The rules of conduct.py read first. Short texts in which they find no abuse are weighed by two heads: one on spelling,
which needs no model, and one on meaning, where the model runs (embedding.py) and the spelling leaves a chance. Both are
trained on bench/data/conduct-train.csv. What only the heads find has the kind "abuse", and is no more than a reason for
somebody to look. Where both heads speak clearly against words that are not always abuse, the find is only "possible".
"""

from collections.abc import Sequence
from dataclasses import replace

from checks.readers.conduct import ABUSE, Conduct, read_conduct, settings
from checks.readers.embedding import Embedding, load
from checks.readers.heads import chance, meaning_head, spelling_head

HEADS = ("abuse", "abuse_spelling")
"""The heads on meaning and on spelling, by the names of their files."""


def read_abuse(texts: Sequence[str]) -> tuple[tuple[Conduct, ...], ...]:
    """How each text speaks, in the order given: what the rules find, and "abuse" where only the heads find it."""
    found = [read_conduct(text) for text in texts]
    weighed = settings()["head"]
    short = [
        place
        for place, text in enumerate(texts)
        if len(text) <= weighed["longest"] and any(map(str.isalpha, text)) and not _is_certain(found[place])
    ]
    near = [
        place for place in short if _is_abuse(found[place]) or _spelt(texts[place]) >= weighed["worth_meaning_from"]
    ]
    embedding = load() if near else None
    for place, odds in zip(near, weigh([texts[place] for place in near], embedding), strict=True):
        sure = chance(odds)
        if _is_abuse(found[place]):
            if embedding and sure < weighed["doubted_below"]:
                found[place] = tuple(_doubted(find) for find in found[place])
        elif sure >= weighed["from" if embedding else "from_without_model"]:
            reason = f"it reads like abuse (a chance of {sure:.0%})"
            found[place] = (*found[place], Conduct("abuse", (0, len(texts[place])), reason, "likely"))
    return tuple(found)


def _is_certain(finds: Sequence[Conduct]) -> bool:
    return any(find.kind in ABUSE and find.confidence == "certain" for find in finds)


def _doubted(find: Conduct) -> Conduct:
    return replace(find, confidence="possible") if find.kind in ABUSE else find


def weigh(texts: Sequence[str], embedding: Embedding | None) -> list[float]:
    """How much speaks for each text being abuse, as the logarithm of the odds, rules left aside."""
    spelt = [_spelt(text) for text in texts]
    if embedding is None or not texts:
        return spelt
    meant = meaning_head(HEADS[0]).logits(embedding.of(texts))[:, 0]
    return [together(one, float(other)) for one, other in zip(spelt, meant, strict=True)]


def together(spelt: float, meant: float) -> float:
    """What both heads say, as one logarithm of the odds."""
    share: float = settings()["head"]["share_of_meaning"]
    return share * meant + (1 - share) * spelt


def _spelt(text: str) -> float:
    return spelling_head(HEADS[1]).logit(text)


def _is_abuse(finds: Sequence[Conduct]) -> bool:
    return any(find.kind in ABUSE and find.confidence != "possible" for find in finds)
