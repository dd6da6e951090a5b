"""How often the audit is right, by what people answered: the figures of the Method sheet. Pure.

Confirmed is what somebody worked on, put right or accepted as a risk; the rest of the answers says "Not an issue".
What nobody answered tells nothing, and is left out.
"""

from collections.abc import Iterator, Mapping

from checks.finding import Handling
from checks.policy import Policy
from checks.wording import fewer
from output.report import Definition

HEADING = "How often the audit is right"
FEWEST = 10
"""Below so many answers a percentage would promise more than it holds."""
UNANSWERED = "None of the findings on record that count here is answered, so nothing is known of it."


def precision_lines(
    policy: Policy, confirmed: Mapping[str, int], not_an_issue: Mapping[str, int]
) -> Iterator[Definition]:
    """The share of answered findings that were confirmed, overall and by check; counts are by check id.

    Of children's matters an exact number could point to a child: they are in no total, told only from as many answers
    as may be told at all, and then in bands.
    """
    below = policy.setting("suppress_below")
    answered = {
        check: (confirmed.get(check, 0), confirmed.get(check, 0) + not_an_issue.get(check, 0))
        for check in policy.checks
        if check in confirmed or check in not_an_issue
    }
    ours = {check: one for check, one in answered.items() if not _of_children(policy, check)}
    right, all_ = (sum(one[place] for one in ours.values()) for place in (0, 1))
    without = f" Children's matters are not counted in it, and told below only from {below:g} answers on."
    if not all_:
        yield Definition(HEADING, "All checks", UNANSWERED)
    else:
        yield Definition(
            HEADING,
            "All checks",
            f"{_share(right, all_)} were confirmed: somebody is at work on it, put it right or accepted the risk. The"
            f" others were answered “Not an issue”. Unanswered ones, and findings no longer on record, are left"
            f" out.{without}",
        )
    for check, (good, count) in answered.items():
        title = f"{check} {policy.checks[check].title}"
        if check in ours:
            yield Definition(HEADING, title, f"{_share(good, count)} were confirmed.")
        elif count >= below:
            yield Definition(HEADING, title, f"{fewer(good, below)} of {fewer(count, below)} answers confirmed it.")


def _of_children(policy: Policy, check: str) -> bool:
    return policy.checks[check].handling is Handling.SAFEGUARDING


def _share(good: int, count: int) -> str:
    share = f" ({round(100 * good / count)}%)" if count >= FEWEST else ""
    return f"{good:,} of {count:,} answered findings{share}"
