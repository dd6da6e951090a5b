"""The few words that several sheets share."""

from output.report import Delta, FindingLine, SafeguardingLine

DELTA_WORDS = {
    Delta.NEW: "New",
    Delta.PERSISTING: "Still open",
    Delta.FIXED: "Fixed",
    Delta.REOPENED: "Came back",
    Delta.PENDING: "To be confirmed",
    Delta.NOT_RECHECKED: "Not re-checked",
}
"""What became of a finding since last night."""

FINDING, LOOK, RECOMMENDATION = "Finding", "Awaiting a human look", "Recommendation"


def standing(line: FindingLine) -> str:
    """Whether a line counts as a finding, waits for a person, or is a recommendation that never counts."""
    if line.recommended:
        return RECOMMENDATION
    return LOOK if line.awaiting else FINDING


def standing_of(line: SafeguardingLine) -> str:
    """Whether an item waits for a person."""
    return LOOK if line.awaiting else FINDING


def numbered(steps: tuple[str, ...]) -> str:
    """Steps, one a line, with their numbers."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
