"""What is asked of the school: the policy's clauses, the checks' rules, the platforms' and school's facts.

Facts that change live in data files beside this module (data/policy.toml, platforms.toml, fixes.toml); the
school's own choices come from its folder (school.toml, requirements.toml, parsed by audit/config.py into the
types here). Everything is validated and frozen.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from checks.finding import Handling, Severity
from checks.readers.consent import NoConsent
from checks.wording import on_day
from connectors.snapshot import Resource

GOVERNANCE = "Governance"


class Frozen(BaseModel):
    """A record that refuses unknown fields and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Clause(Frozen):
    """One clause of section 7: `words` are the policy's own, `plain` says it in one short line."""

    words: str
    plain: str


class Manual(Frozen):
    """A duty that no check covers: a part of the clause's own words, what a person asks, and why no program does."""

    id: Annotated[str, Field(pattern=r"^M-[0-9]{2}$")]
    clause: str
    words: str
    question: str
    why: str


class Threshold(Frozen):
    """A number that a check uses, the bounds within which a school may set it, and why it is what it is."""

    value: float
    low: float
    high: float
    unit: str
    reason: str

    @model_validator(mode="after")
    def _within(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} is outside {self.low:g} to {self.high:g}")
        return self


class CheckPolicy(Frozen):
    """What the policy says about one check. `clause` is one of the policy's, or GOVERNANCE.

    `severities` are those the check may choose from, most serious first. `fold` names the check under which
    its findings are listed. `requirement` marks a check against requirements.toml: until the governors have
    adopted that file, its findings are recommendations. `recipe` names the steps in fixes.toml.
    """

    title: str
    question: str
    clause: str
    see_also: tuple[str, ...] = ()
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    risk: str
    recommendation: str
    recipe: str
    handling: Handling = Handling.OPEN
    fold: str = ""
    requirement: bool = False
    approver: str = ""
    thresholds: Mapping[str, Threshold] = Field(default_factory=dict)
    limits: str = ""
    source: str = ""


class Clock(Frozen):
    """How long a finding of one severity may stay open, in school days; None means the end of term."""

    school_days: int | None = None
    words: str


class Retention(Frozen):
    """How long something is kept, in days, and why. `title` is what people call it."""

    title: str
    days: int
    reason: str


class MinimumAge(Frozen):
    """One row of the table of minimum ages.

    `age` is whole years; None together with `rule` "none" (no minimum), "closed" (no new accounts) or
    "per instance". `treat_as` is the age we use where the text is unclear. `law` is False for what is
    announced and not yet in force. Dates bound when the row holds.
    """

    age: int | None = None
    rule: Literal["age", "none", "closed", "per instance"] = "age"
    treat_as: int | None = None
    exceptions: str = ""
    words: str = ""
    source: str
    source_date: date
    verified_on: date
    confidence: Literal["high", "medium", "low"]
    effective_from: date | None = None
    effective_until: date | None = None
    law: bool = True

    @property
    def years(self) -> int | None:
        """The age to judge by, None where there is none."""
        return self.treat_as if self.treat_as is not None else self.age

    def holds(self, on: date) -> bool:
        """Whether this row is in force on a day."""
        starts = self.effective_from is None or self.effective_from <= on
        ends = self.effective_until is not None and self.effective_until < on
        return self.law and starts and not ends


class Announcement(Frozen):
    """A minimum age in years that is announced for many services and not law, and what is thought of those not named.

    The named ones have a row of their own (see `Platform.announced`).
    """

    age: int
    words: str
    source: str
    source_date: date
    verified_on: date
    likely: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


class Offer(Frozen):
    """What a platform gives of one resource: `yes`, `permission`, `payment` or `no`, and a sentence.

    `price` is what one item costs, in US dollars; an item of what comes with something else costs nothing.
    """

    offered: Literal["yes", "permission", "payment", "no"]
    note: str = ""
    price: Annotated[float, Field(ge=0)] | None = None


class Credential(Frozen):
    """A key that a connector needs: its name in secrets.toml, and how a school gets it.

    `lasts_days` is how long one is good, None where it does not end by itself.
    """

    name: str
    required: bool = True
    steps: tuple[str, ...]
    scopes: str
    cost: str
    expires: str
    lasts_days: Annotated[int, Field(ge=1)] | None = None
    minutes: int


class Quota(Frozen):
    """What a platform allows one key: `allowed` of something that connectors count by `name`, in an hour or a day.

    `share` is the percentage of it that all readings with that key may use together, unless the school says otherwise.
    A day ends at midnight in `zone`; an hour is any sixty minutes. `gauge` says that the platform itself tells, in
    percent, how much is used, by others with the same key too.
    """

    name: str
    allowed: Annotated[float, Field(gt=0)]
    per: Literal["hour", "day"]
    share: Annotated[float, Field(gt=0, le=100)]
    zone: str = "UTC"
    gauge: bool = False
    source: str
    source_date: date


class Platform(Frozen):
    """The facts about one platform.

    `connector` is the module in connectors/ that reads it, "" where a person has to look. `version` is what each
    question names where the platform switches old versions of its interface off. `profile` is the pattern of a
    public profile address with {handle} or {id}. `pace` is the least number of seconds between two requests to one
    host. `tested` says against what the connector was proved. `gathers` says that every account
    there is a place where several people write, `wall` where a person sees who may join and write there, `claims`
    where the account itself sees claims of copyright.
    """

    name: str
    connector: str = ""
    base_url: str = ""
    version: str = ""
    profile: str = ""
    search: str = ""
    pace: float = 0.2
    verification: Literal["domain handle", "link back", "none"] = "link back"
    messages: Literal["readable", "attest", "none"] = "none"
    attest: str = ""
    gathers: bool = False
    wall: str = ""
    claims: str = ""
    tested: Literal["real software", "recorded answers", "official specification", "documentation only", "none"]
    credentials: tuple[Credential, ...] = ()
    quotas: tuple[Quota, ...] = ()
    offers: Mapping[Resource, Offer] = Field(default_factory=dict)
    ages: Annotated[tuple[MinimumAge, ...], Field(min_length=1)]

    def minimum_age(self, on: date) -> MinimumAge | None:
        """The row of the minimum age in force on a day; None when no row holds."""
        return next((row for row in self.ages if row.holds(on)), None)

    @property
    def prices(self) -> dict[Resource, float]:
        """US dollars for one item of each resource that costs money."""
        return {name: offer.price for name, offer in self.offers.items() if offer.price is not None}

    def pays(self, resource: Resource) -> bool:
        """Whether reading this resource costs money."""
        return resource in self.offers and self.offers[resource].offered == "payment"

    def announced(self, on: date) -> MinimumAge | None:
        """A row that is announced, or law with a later start; None when there is none."""
        ahead = (row for row in self.ages if not row.law or (row.effective_from or on) > on)
        return next(ahead, None)


class Recipe(Frozen):
    """How IT puts something right: steps that fit any platform, and those that fit one better.

    `menus` says that the steps lean on menus of the platform, which move; `unconfirmed` names the platforms whose own
    steps no page of the provider confirmed; `only` is the one platform that the whole recipe is for.
    """

    title: str
    steps: Annotated[tuple[str, ...], Field(min_length=1)]
    platforms: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    approver: str = ""
    minutes: int = 10
    source: str
    verified_on: date
    menus: bool = False
    unconfirmed: tuple[str, ...] = ()
    only: str = ""

    @model_validator(mode="after")
    def _of_its_own_steps(self) -> Self:
        if strange := set(self.unconfirmed) - set(self.platforms):
            raise ValueError(f"unconfirmed names platforms without steps of their own: {sorted(strange)}")
        return self

    def steps_on(self, platform: str) -> tuple[str, ...]:
        """The steps for one platform."""
        return self.platforms.get(platform, self.steps)

    def caution(self, platform: str) -> str:
        """How far the steps for one platform can be relied on, as a sentence; "" where no menu moves under them."""
        checked = on_day(self.verified_on)
        if not self.menus:
            return ""
        if platform in self.unconfirmed:
            return f"The menus may differ: no page of the provider's confirmed them (last looked for on {checked})."
        if platform in self.platforms or platform == self.only:
            return f"The menus were checked on {checked}; they may have moved since."
        return f"These steps fit any platform, and the menus of this one may differ (written on {checked})."


class Requirements(Frozen):
    """What the school asks of an official site (requirements.toml). Adopted when both fields say so."""

    adopted_on: date | None = None
    adopted_by: str = ""
    handle_pattern: str = ""
    handle_words: str = ""
    bio_must_say: tuple[Literal["name", "place", "website", "contact", "official", "unmonitored"], ...] = (
        "name",
        "website",
        "official",
    )
    approved_platforms: tuple[str, ...] = ()
    refused_platforms: tuple[str, ...] = ()
    least_administrators: Annotated[int, Field(ge=1, le=10)] = 2
    least_moderators: Annotated[int, Field(ge=0, le=10)] = 2
    mfa_valid_months: Annotated[int, Field(ge=1, le=36)] = 12
    least_purpose_characters: Annotated[int, Field(ge=1, le=200)] = 15

    @property
    def adopted(self) -> bool:
        """Whether the governors have adopted these requirements."""
        return self.adopted_on is not None and bool(self.adopted_by)

    @model_validator(mode="after")
    def _pattern(self) -> Self:
        try:
            re.compile(self.handle_pattern)
        except re.error as error:
            raise ValueError(f"handle_pattern is not a regular expression: {error}") from error
        return self


class Term(Frozen):
    """A stretch of school days, both ends included."""

    name: str
    starts: date
    ends: date

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("a term ends before it starts")
        return self


class Dpia(Frozen):
    """The data protection impact assessment that covers this tool's work."""

    reference: str = ""
    approved_on: date | None = None
    approver: str = ""
    features: tuple[Literal["followers", "comments", "pictures", "names", "discovery"], ...] = ()


class AdoptedPolicy(Frozen):
    """The social media policy that the governors adopted."""

    title: str = "Social media policy"
    adopted_on: date | None = None
    review_date: date | None = None


class Governance(Frozen):
    """What GOV-03 asks of the tool's own use."""

    privacy_notice: str = ""
    access_reviewed_on: date | None = None
    last_meeting: date | None = None


def coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees from "53.3201,-0.9432"; None where the text is no place on Earth."""
    try:
        north, east = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (north, east) if abs(north) <= MOST_NORTH and abs(east) <= MOST_EAST else None


MOST_NORTH, MOST_EAST = 90, 180


def _on_earth(text: str) -> str:
    if text and coordinates(text) is None:
        raise ValueError("is not latitude and longitude in degrees, such as 53.3201,-0.9432")
    return text


class SchoolFacts(Frozen):
    """What the [school] table of school.toml says. `position` is "latitude,longitude" in degrees."""

    name: str
    place: str = ""
    website: str = ""
    domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    position: Annotated[str, AfterValidator(_on_earth)] = ""
    class_names: tuple[str, ...] = ()
    staff_titles: tuple[str, ...] = ()
    head: str = ""
    staff_names: tuple[str, ...] = ()
    allowed_names: tuple[str, ...] = ()
    allowed_links: tuple[str, ...] = ()
    oldest_pupil: Annotated[int, Field(ge=3, le=19)] = 11


class School(SchoolFacts):
    """The school, as its own folder describes it.

    `bad_links` are addresses that nobody should link to (LNK-01). `no_consent` are the children who must not be shown
    or named (IMG-04), None where the school keeps no such list here.
    """

    terms: tuple[Term, ...] = ()
    policy: AdoptedPolicy = AdoptedPolicy()
    dpia: Dpia = Dpia()
    governance: Governance = Governance()
    bad_links: tuple[str, ...] = ()
    no_consent: NoConsent | None = Field(default=None, exclude=True, repr=False)

    def covers(self, feature: str) -> bool:
        """Whether the DPIA covers a feature; "" needs no cover."""
        return not feature or feature in self.dpia.features


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a check may ask: clauses, rules per check, platforms, recipes, requirements, clocks.

    `clauses` are in the policy's order; `manual` are the duties under them that no check covers.
    """

    version: str
    clauses: Mapping[str, Clause]
    checks: Mapping[str, CheckPolicy]
    clocks: Mapping[Severity, Clock]
    retention: Mapping[str, Retention]
    platforms: Mapping[str, Platform]
    recipes: Mapping[str, Recipe]
    requirements: Requirements
    settings: Mapping[str, Threshold]
    manual: tuple[Manual, ...] = ()
    announcement: Announcement | None = None

    def threshold(self, check: str, name: str) -> float:
        """A check's number. Raises KeyError for a name that the policy data lacks."""
        return self.checks[check].thresholds[name].value

    def setting(self, name: str) -> float:
        """A number that belongs to no single check, such as backlog_after."""
        return self.settings[name].value

    def severity(self, check: str, wanted: Severity) -> Severity:
        """`wanted`, which the check's row must list. Raises ValueError otherwise."""
        if wanted not in self.checks[check].severities:
            raise ValueError(f"{check} may not choose severity {wanted}")
        return wanted

    def with_thresholds(self, changes: Mapping[str, float]) -> "Policy":
        """The same with numbers set by the school, named "REG-12.amber_days" or "backlog_after".

        Raises ValueError with one sentence for an unknown name or a number outside its bounds.
        """
        checks = dict(self.checks)
        settings = dict(self.settings)
        for name, value in changes.items():
            check, _, threshold = name.partition(".")
            table: Mapping[str, Threshold] = checks[check].thresholds if threshold and check in checks else settings
            old = table.get(threshold or check)
            if old is None:
                raise ValueError(f"there is no threshold named {name}")
            if not old.low <= value <= old.high:
                raise ValueError(f"{name} must lie between {old.low:g} and {old.high:g} {old.unit}, not {value:g}")
            new = old.model_copy(update={"value": float(value)})
            if threshold:
                merged = {**checks[check].thresholds, threshold: new}
                checks[check] = checks[check].model_copy(update={"thresholds": merged})
            else:
                settings[check] = new
        return Policy(
            self.version, self.clauses, checks, self.clocks, self.retention, self.platforms,
            self.recipes, self.requirements, settings, self.manual, self.announcement,
        )  # fmt: skip


class _PolicyFile(Frozen):
    version: str
    clauses: Annotated[dict[str, Clause], Field(min_length=1)]
    manual: tuple[Manual, ...] = ()
    clocks: dict[Severity, Clock]
    settings: dict[str, Threshold]
    retention: dict[str, Retention]
    checks: dict[str, CheckPolicy]


class _PlatformsFile(Frozen):
    platforms: dict[str, Platform]
    under_16: Announcement | None = None

    @model_validator(mode="after")
    def _listed_once(self) -> Self:
        if self.under_16 is None:
            return self
        listed = [*self.under_16.likely, *self.under_16.unclear, *self.under_16.outside]
        listed += [key for key, platform in self.platforms.items() if not all(row.law for row in platform.ages)]
        if unknown := set(listed) - set(self.platforms):
            raise ValueError(f"under_16 names what is no platform: {', '.join(sorted(unknown))}")
        if len(set(listed)) != len(listed):
            raise ValueError("under_16 names a platform twice, or one that has an announced row of its own")
        return self


class _FixesFile(Frozen):
    recipes: dict[str, Recipe]


@cache
def read_data(name: str) -> Mapping[str, Any]:
    """One of our TOML data files, decoded once; nobody changes what it holds."""
    text = resources.files("checks.data").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def load_policy(requirements: Requirements | None = None) -> Policy:
    """The policy data that this version ships, with the school's requirements.

    Raises pydantic.ValidationError when a data file is wrong (a test keeps them right), and ValueError when
    they do not fit together.
    """
    policy = _PolicyFile.model_validate(read_data("policy.toml"))
    file = _PlatformsFile.model_validate(read_data("platforms.toml"))
    platforms = file.platforms
    recipes = _FixesFile.model_validate(read_data("fixes.toml")).recipes
    _clauses_fit(policy)
    if set(policy.clocks) != set(Severity):
        raise ValueError("policy.toml needs a clock for every severity")
    for identifier, row in policy.checks.items():
        if row.recipe not in recipes:
            raise ValueError(f"{identifier}: fixes.toml has no recipe {row.recipe!r}")
        if row.fold and row.fold not in policy.checks:
            raise ValueError(f"{identifier}: folds into {row.fold}, which is not a check")
    return Policy(
        policy.version, policy.clauses, policy.checks, policy.clocks, policy.retention, platforms,
        recipes, requirements or Requirements(), policy.settings, policy.manual, file.under_16,
    )  # fmt: skip


def _clauses_fit(policy: _PolicyFile) -> None:
    """Every check and duty stands under a clause, and every clause has one. Raises ValueError otherwise."""
    if GOVERNANCE in policy.clauses:
        raise ValueError(f"policy.toml: no clause may be called {GOVERNANCE}")
    under = {row.clause for row in policy.checks.values()} | {duty.clause for duty in policy.manual}
    if unknown := under - {*policy.clauses, GOVERNANCE}:
        raise ValueError(f"policy.toml has no clause {', '.join(sorted(unknown))}")
    if empty := set(policy.clauses) - under:
        raise ValueError(f"policy.toml has neither a check nor a duty under {', '.join(sorted(empty))}")
    if len({duty.id for duty in policy.manual}) != len(policy.manual):
        raise ValueError("policy.toml: two duties have one id")
    for duty in policy.manual:
        if duty.clause == GOVERNANCE or duty.words not in policy.clauses[duty.clause].words:
            raise ValueError(f"{duty.id}: its words are not those of clause {duty.clause}")
