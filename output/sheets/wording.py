"""The few words that several sheets share."""

from collections.abc import Sequence

from output.report import Delta, FindingLine, ItFindingLine, SafeguardingLine, UnlistedLine
from output.style import LINK, shortened

DELTA_WORDS = {
    Delta.NEW: "New",
    Delta.PERSISTING: "Still open",
    Delta.FIXED: "Fixed",
    Delta.REOPENED: "Open again",
    Delta.PENDING: "To be confirmed",
    Delta.NOT_RECHECKED: "Not re-checked",
}
"""What became of a finding since last night."""

FINDING, LOOK, RECOMMENDATION, ASIDE = "Finding", "Awaiting a human look", "Recommendation", "Set aside"


def standing(line: FindingLine | ItFindingLine | UnlistedLine) -> str:
    """Whether a line counts as a finding, waits for a person, or is a recommendation that never counts."""
    if line.recommended:
        return RECOMMENDATION
    return LOOK if line.awaiting else FINDING


def standing_of(line: SafeguardingLine) -> str:
    """Whether an item waits for a person, or was set aside by an answer."""
    if line.aside:
        return ASIDE
    return LOOK if line.awaiting else FINDING


def numbered(steps: tuple[str, ...]) -> str:
    """Steps, one a line, with their numbers."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def shown_address(address: str, width: float) -> str:
    """An address as the words of a link: without what every address begins with, in one line of its column."""
    return shortened(address.removeprefix("https://").removeprefix("www."), width, LINK)[0]


LONGEST_QUOTE = 300


def quoted(quotes: tuple[str, ...]) -> str:
    """The school's own words, each in quotation marks on a line, shortened where they are long."""
    return "\n".join(f"“{_shorter(' '.join(quote[: 4 * LONGEST_QUOTE].split()))}”" for quote in quotes)


def _shorter(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 2].rstrip() + " …"


def some(names: Sequence[str], most: int = 3) -> str:
    """The first names of a list, with how many more there are: "a, b and 3 more"."""
    more = len(names) - most
    shown = [*names[:most], f"{more:,} more"] if more > 0 else list(names)
    *first, last = shown or [""]
    return f"{', '.join(first)} and {last}" if first else last
