"""What an announced minimum age would change for an account, in words that say no more than is known. Pure."""

from datetime import date

from checks.policy import Announcement, Policy
from checks.wording import on_day

WHAT_IS_THOUGHT = {
    "likely": "Not named, and thought likely to be covered.",
    "unclear": "Not named; whether it would be covered is unclear.",
    "outside": "Stands outside the announced rules: no change.",
}
"""By the lists of checks/data/platforms.toml, [under_16]."""
NOTHING_KNOWN = "Not named; nothing is known of it."


def if_law(policy: Policy, key: str, on: date, oldest_pupil: int) -> str:
    """What would change on a platform if the announced age became law; "" where nothing is announced."""
    announced, platform = policy.announcement, policy.platforms[key]
    if announced is None:
        return ""
    row, ahead = platform.minimum_age(on), platform.announced(on)
    now = row.years if row else None
    if ahead and not ahead.law and ahead.years is not None:
        return f"Named on {on_day(ahead.source_date)}. {_change(now, ahead.years, oldest_pupil)}"
    if row is not None and row.rule == "none":
        return "No change: no minimum age applies."
    if now is not None and now >= announced.age:
        return f"No change: the minimum age is {now} already."
    said = _thought(announced, key)
    likely = said == WHAT_IS_THOUGHT["likely"]
    return f"{said} {_change(now, announced.age, oldest_pupil)}" if likely else said


def _change(now: int | None, then: int, oldest_pupil: int) -> str:
    if now is None:
        return f"The minimum age would be {then}."
    pupils = "; pupils of this school are younger, and too young already" if oldest_pupil < now else ""
    who = f"aged {now}" if then - now == 1 else f"from {now} to {then - 1}"
    return f"The minimum age would be {then}, not {now}: people {who} could have no account{pupils}."


def _thought(announced: Announcement, key: str) -> str:
    lists = {"likely": announced.likely, "unclear": announced.unclear, "outside": announced.outside}
    return next((WHAT_IS_THOUGHT[name] for name, keys in lists.items() if key in keys), NOTHING_KNOWN)


def source_of(announced: Announcement) -> str:
    """Whose word an announcement is, and when it was last looked at."""
    return f"{announced.words} It is not law. Source: {announced.source}; verified on {on_day(announced.verified_on)}."
