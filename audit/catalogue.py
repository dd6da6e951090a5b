"""What the data files say, as pages to read: a check, a way to put things right, the platforms. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from audit.method import in_words
from checks.policy import Credential, MinimumAge, Offer, Platform, Policy, Quota, Recipe
from checks.wording import on_day
from connectors.snapshot import Resource

OFFERED = {"yes": "yes", "no": "no", "permission": "with a key", "payment": "with a key, for money"}
RESOURCES = tuple(one for one in Resource if one not in (Resource.REVISIONS, Resource.PICTURES))
"""What the table of platforms has a column for; revisions belong to encyclopaedias alone."""


def check_page(identifier: str, docstring: str, policy: Policy) -> str:
    """One check: what it asks, what it cannot see, its numbers, and how to put it right."""
    row = policy.checks[identifier]
    clause = policy.clauses.get(row.clause)
    recipe = policy.recipes[row.recipe]
    parts = [f"# {identifier} {row.title}", row.question, *[" ".join(docstring.split())]]
    parts.append(f"**Clause {row.clause}.** {clause.words}" if clause else f"**{row.clause}** of policy and audit.")
    parts += [f"**Risk.** {row.risk}", f"**Recommendation.** {row.recommendation}"]
    parts += [f"**What it cannot see.** {row.limits}"] if row.limits else []
    if row.requirement:
        parts.append("Rests on requirements.toml: a recommendation until the governors adopt it.")
    for name, number in row.thresholds.items():
        bounds = f"{number.low:g} to {number.high:g}"
        parts.append(f"- `{identifier}.{name}` = {number.value:g} {number.unit} ({bounds}). {number.reason}")
    parts.append("**How to put it right**\n\n" + _numbered(recipe.steps))
    return "\n\n".join(parts)


def recipe_page(recipe: Recipe, policy: Policy) -> str:
    """A way to put things right, on any platform and on those with steps of their own."""
    parts = [f"# {recipe.title}", _numbered(recipe.steps)]
    for platform, steps in recipe.platforms.items():
        parts += [f"**{policy.platforms[platform].name}**", _numbered(steps)]
        parts += [recipe.caution(platform)] if recipe.caution(platform) else []
    return "\n\n".join(parts)


def _numbered(steps: Sequence[str]) -> str:
    return "\n".join(f"1. {step}" for step in steps)


def platform_rows(policy: Policy, on: date) -> list[dict[str, Any]]:
    """Every platform with all that is known of it, as `school-audit platforms --json` prints it."""
    return [
        {
            "key": key,
            "name": platform.name,
            "read_by": platform.connector,
            "tested": platform.tested,
            "minimum_age": None if (age := platform.minimum_age(on)) is None else age.years,
            "age_rule": None if age is None else age.rule,
            "announced_age": None if (ahead := platform.announced(on)) is None else ahead.years,
            "offers": {str(resource): one.model_dump() for resource, one in platform.offers.items()},
            "keys": [
                one.model_dump(include={"name", "required", "scopes", "cost", "expires", "lasts_days", "minutes"})
                for one in platform.credentials
            ],
            "quotas": [one.model_dump(mode="json") for one in platform.quotas],
        }
        for key, platform in policy.platforms.items()
    ]


def platform_page(platform: Platform, on: date, level: str = "#") -> str:
    """One platform: what can be read, with which key, how much of it, and how old people must be by whose word."""
    parts = [f"{level} {platform.name}"]
    if platform.connector:
        parts.append(f"This tool reads it; the reading was tested against: {platform.tested}.")
    else:
        parts.append("This tool does not read it: a person looks.")
    if offers := [_offer(resource, one) for resource, one in platform.offers.items()]:
        parts.append("**What it offers**\n\n" + "\n".join(offers))
    if keys := [_key(one) for one in platform.credentials]:
        parts.append("**Keys**\n\n" + "\n".join(keys))
    if quotas := [_quota(one) for one in platform.quotas]:
        parts.append("**Quotas**\n\n" + "\n".join(quotas))
    parts += [f"**Private messages.** {platform.attest}"] if platform.attest else []
    for age, when in ((platform.minimum_age(on), "now"), (platform.announced(on), "announced")):
        if age is not None:
            parts.append(f"**Minimum age {when}.** {in_words(age)}")
    return "\n\n".join(parts)


def _offer(resource: Resource, offer: Offer) -> str:
    price = f" (${offer.price:g} each)" if offer.price else ""
    return f"- {resource}: {OFFERED[offer.offered]}{price}. {offer.note}".rstrip()


def _key(credential: Credential) -> str:
    need = "needed" if credential.required else "may stay out"
    return (
        f"- `{credential.name}` ({need}; about {credential.minutes} minutes). Rights: {credential.scopes.rstrip('.')}."
        f" Cost: {credential.cost.rstrip('.')}. Expires: {credential.expires.rstrip('.')}."
    )


def _quota(quota: Quota) -> str:
    most = "100 %" if quota.gauge else f"{quota.allowed:,.0f} {quota.name}"
    period = "an hour" if quota.per == "hour" else "a day"
    ours = f"the readings of one night stop at {quota.share:g} % of it"
    return f"- {most} {period} for each key; {ours}. Source: {quota.source}."


def platforms_page(policy: Policy, on: date) -> str:
    """All platforms: a table of what is read, then one section for each."""
    head = ("Platform", "In the register", "Read by", "Age", *(str(one) for one in RESOURCES), "Tested against")
    lines = [
        "# Platforms",
        f"As of {on_day(on)}. Made by `school-audit platforms --markdown` from `checks/data/platforms.toml`.",
        LEGEND,
        f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n"
        + "\n".join(_table_row(key, one, on) for key, one in policy.platforms.items()),
    ]
    lines += [platform_page(platform, on, "##") for platform in policy.platforms.values()]
    return "\n\n".join(lines) + "\n"


LEGEND = (
    "*key*: with a key that a school can get; *paid*: with a key, for money; *no*: nobody can read it by program;"
    " empty: there is no such thing."
)
SHORT = {"yes": "yes", "no": "no", "permission": "key", "payment": "paid"}


def _table_row(key: str, platform: Platform, on: date) -> str:
    offers = (platform.offers.get(resource) for resource in RESOURCES)
    cells = (
        platform.name,
        key,
        read_by(platform),
        years(platform.minimum_age(on)),
        *("" if one is None else SHORT[one.offered] for one in offers),
        platform.tested if platform.connector else "",
    )
    return f"| {' | '.join(cells)} |"


def read_by(platform: Platform) -> str:
    """Who reads a platform."""
    return "this tool" if platform.connector else "a person"


def years(age: MinimumAge | None) -> str:
    """A minimum age in a table."""
    if age is None:
        return "?"
    return age.rule if age.years is None else str(age.years)


def offered(platform: Platform) -> str:
    """What a platform lets programs read, in a cell: first what needs nothing, then what needs a key or money."""
    ways = {"yes": "", "permission": "with a key: ", "payment": "for money: "}
    said = []
    for way, words in ways.items():
        if names := [str(resource) for resource, one in platform.offers.items() if one.offered == way]:
            said.append(words + ", ".join(names))
    return "; ".join(said) or "nothing"
