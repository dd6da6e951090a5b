"""How the report was made, in words: the Method sheet. Pure."""

from collections.abc import Iterator
from datetime import date

from audit.announced_age import source_of
from audit.answers.review import precision
from audit.precision import precision_lines
from audit.rating import RULE
from audit.reviewed import Reviewed
from checks.policy import MinimumAge, Policy
from checks.readers import embedding, pictures
from checks.wording import counted, listed, on_day, sentence
from output.report import Definition, Totals
from output.sheets.method import FIRST_ON_SCREEN

HOW_TO_READ = (
    "A machine counted indicators; whether anything happened, and what follows, is for the headteacher to"
    " determine. An item awaiting a human look counts as open of its severity. Recommendations, which rest on"
    " requirements that the governors have not adopted, never count. Nor do accepted risks and what was answered"
    " “Not an issue”, as long as that answer holds: they stand on Accepted and closed."
)
OTHER_PEOPLE = (
    "Followers, commenters and their profiles are read in memory and forgotten. Of a flagged profile the public"
    " address, the rule, the dates and a code that stands for it are kept until the finding closes. None of them"
    " is matched to a list of pupils; no face is recognised; nothing is removed, blocked, reported or answered by this"
    " tool."
)

PROTECTION = {
    "Why it may be done": "For a maintained school its public task (UK GDPR article 6(1)(e)), with section 175 of the"
    " Education Act 2002 and Keeping children safe in education; the data protection officer confirms it in the"
    " assessment.",
    "What is read": "The school's own accounts, and what other people show in public there. Of followers no more than"
    " id, name, profile text and date of joining, from the list alone: none of their profiles is opened.",
    "Pictures": "Each picture of the school's own is read once and dropped. No part or small copy is kept, no face is"
    " compared with another, and whether one looks like a child's only decides what a person looks at first.",
    "Where it stays": "On the school's own machine; nothing goes to a cloud or AI service. Keys are for reading only.",
    "Who decides": "A person, always (article 22 is not engaged). Nothing is told to a child, and nobody is named as"
    " the cause.",
    "Who reads what": "Governors: counts, without a child or anybody else. IT: the school's own items. The safeguarding"
    " lead alone: links to public profiles, with rule and dates. What people type stays in the workbook it was typed"
    " in. All three can be asked for under freedom of information and by those they are about.",
}
"""The data-protection statement; docs and templates (dpia.md) say it at length."""
SMALL_NUMBERS = 'Counts of children below {0:g} read "fewer than {0:g}", also in what is added up and over time.'


def method(night: Reviewed, totals: Totals) -> tuple[Definition, ...]:
    """Every definition, rule, limit and source that a reader needs to judge the report; the long lists last."""
    policy = night.configuration.policy
    confirmed, dismissed = precision(night.answers, {one.fingerprint: one.finding.check for one in night.done.tracked})
    return (
        *_rating(policy),
        *(Definition("How a check can end", term, words) for term, words in ENDINGS),
        _seen(totals),
        *precision_lines(policy, confirmed, dismissed),
        *(
            Definition("How soon", severity.capitalize(), sentence(clock.words))
            for severity, clock in policy.clocks.items()
        ),
        *_asked(night),
        *_ages(night),
        *_steps(policy, night.done.on),
        *_protection(night),
        *_run(night),
        *_limits(policy),
        *_kept(policy),
    )


def _rating(policy: Policy) -> Iterator[Definition]:
    settings = {name: threshold.value for name, threshold in policy.settings.items()}
    heading = "Indicative assurance rating (automated)"
    for term, words in RULE.items():
        yield Definition(heading, term, sentence(words.format(**settings)))
    yield Definition(heading, "How to read it", HOW_TO_READ)


def _seen(totals: Totals) -> Definition:
    share = f"{totals.concluded} of {totals.applicable}"
    return Definition(
        "How much was seen",
        "Checks concluded",
        f"Those that ended in pass, finding or a human look, out of all that applied: {share} tonight. They are"
        " counted for each account, so that a check of ten accounts counts ten times.",
    )


def _asked(night: Reviewed) -> Iterator[Definition]:
    policy = night.configuration.policy
    adopted = (
        f"Adopted on {on_day(policy.requirements.adopted_on)}, by: {policy.requirements.adopted_by}."
        if policy.requirements.adopted and policy.requirements.adopted_on
        else "The model that comes with this tool is not adopted, so what rests on it is shown as recommendations."
    )
    yield Definition("What is asked", "Requirements", adopted)
    calendar = (
        "The term dates in school.toml."
        if night.calendar.known(night.done.on)
        else "school.toml has no term for tonight: weekdays that are no bank holidays are counted as school days."
    )
    yield Definition("What is asked", "School days", calendar)
    by_hand = f"{counted(len(policy.manual), 'duty', 'duties')} of the policy that no check covers"
    yield Definition(
        "What is asked",
        "By hand",
        f"The Clauses sheet has {by_hand}. They are neither open nor passed, and count in no rating.",
    )


def _ages(night: Reviewed) -> Iterator[Definition]:
    policy, on = night.configuration.policy, night.done.on
    for key in dict.fromkeys(one.subject.account.platform for one in night.done.nights):
        if (age := policy.platforms[key].minimum_age(on)) is not None:
            words = f"{in_words(age)}{_stale(policy, age.verified_on, on)}"
            yield Definition("Minimum ages", policy.platforms[key].name, words)
    if policy.announcement is not None:
        words = f"{source_of(policy.announcement)}{_stale(policy, policy.announcement.verified_on, on)}"
        yield Definition("Minimum ages", f"Announced: {policy.announcement.age}", words)


def _stale(policy: Policy, verified: date, on: date) -> str:
    """What is to be said of a fact that nobody looked at for too long."""
    days = policy.setting("facts_stale_after")
    return f" Verified more than {days:g} days ago: please check it." if (on - verified).days > days else ""


def _steps(policy: Policy, on: date) -> Iterator[Definition]:
    """How far IT's steps can be relied on: when each was verified, in one line."""
    if not policy.recipes:
        return
    days = sorted(recipe.verified_on for recipe in policy.recipes.values())
    old = [recipe.title for recipe in policy.recipes.values() if _stale(policy, recipe.verified_on, on)]
    said = f" Verified more than {policy.setting('facts_stale_after'):g} days ago: {listed(old)}." if old else ""
    when = on_day(days[0]) if days[0] == days[-1] else f"{on_day(days[0])} to {on_day(days[-1])}"
    yield Definition(
        "Steps in IT's workbook",
        counted(len(days), "way of putting things right", "ways of putting things right"),
        f"From the providers' help pages and this tool's own rules, verified on {when}.{said} Menus move; each row says"
        " where its steps could not be confirmed.",
    )


def _protection(night: Reviewed) -> Iterator[Definition]:
    school = night.configuration.school
    dpia, notice = school.dpia, school.governance.privacy_notice
    covered = listed(dpia.features) if dpia.features else "no feature"
    approved = f", approved on {on_day(dpia.approved_on)} by: {dpia.approver}" if dpia.approved_on else ""
    said = {
        "Assessment": f"Reference {dpia.reference or 'none'}{approved}; covers {covered}. What it does not cover does"
        " not run.",
        **PROTECTION,
        "Other people": OTHER_PEOPLE,
        "Small numbers": SMALL_NUMBERS.format(night.configuration.policy.setting("suppress_below")),
        "Privacy notice": f"{notice}." if notice else "school.toml names none.",
    }
    for term, words in said.items():
        yield Definition("Data protection", term, words)


def _limits(policy: Policy) -> Iterator[Definition]:
    for check, row in policy.checks.items():
        words = f"{row.limits} Source: {row.source}".strip() if row.source else row.limits
        if words:
            yield Definition(FIRST_ON_SCREEN, f"{check} {row.title}", words)


def _kept(policy: Policy) -> Iterator[Definition]:
    for row in policy.retention.values():
        days = counted(row.days, "day") if row.days else "Not kept"
        yield Definition("How long things are kept", row.title, f"{days}. {row.reason}")


def _run(night: Reviewed) -> Iterator[Definition]:
    yield Definition("This run", "Readers of text", embedding.which_ran())
    if night.configuration.school.covers("pictures"):
        yield Definition("This run", "Readers of pictures", pictures.which_ran())
    policy = night.configuration.policy
    yield Definition("This run", "Version", f"school-audit {night.version}, policy data {policy.version}")


def in_words(age: MinimumAge) -> str:
    """A minimum age with whose word it is: the provider's own are in quotation marks, ours are not."""
    said = str(age.years) if age.years is not None else age.rule.capitalize()
    quoted = age.law and age.age is not None
    words = f"“{age.words.rstrip('.')}.”" if quoted and age.words else age.words
    return f"{said}. {words} Source: {age.source}, {on_day(age.source_date)}; verified on {on_day(age.verified_on)}."


ENDINGS = (
    ("Pass (P)", "Everything the check needs was read, and nothing was found."),
    ("Finding (F)", "An indicator was found."),
    ("Human look (L)", "Something was found that a person has to look at before it counts."),
    ("Not applicable (-)", "The check does not concern this account."),
    (
        "Not testable (N)",
        "It concerns the account, but could not be tested; the reason stands beside it. Never a pass.",
    ),
    ("Error (E)", "Reading failed tonight. Never a pass."),
    ("Manual (M)", "A person has to look and attest."),
    ("Carried over (*)", "Not due tonight: the last outcome, with its date."),
)
