"""How the report was made, in words: the Method sheet. Pure."""

from audit.rating import RULE
from audit.reviewed import Reviewed
from checks.policy import MinimumAge
from checks.readers import embedding, pictures
from checks.wording import listed, on_day, sentence
from output.report import Definition, Totals

HOW_TO_READ = (
    "A machine counted indicators; whether anything happened, and what follows, is for the headteacher to"
    " determine. An item awaiting a human look counts as open of its severity. Recommendations, which rest on"
    " requirements that the governors have not adopted, never count."
)
OTHER_PEOPLE = (
    "Followers, commenters and their profiles are read in memory and forgotten. Of a flagged profile the public"
    " address, the rule, the dates and a code that stands for it are kept until the finding closes. None of them"
    " is matched to a list of pupils; no face is recognised; nothing is removed, blocked, reported or answered by this"
    " tool."
)


def method(night: Reviewed, totals: Totals) -> tuple[Definition, ...]:
    """Every definition, rule, limit and source that a reader needs to judge the report."""
    policy, school = night.configuration.policy, night.configuration.school
    settings = {name: threshold.value for name, threshold in policy.settings.items()}
    lines = [
        Definition("Indicative assurance rating (automated)", term, sentence(words.format(**settings)))
        for term, words in RULE.items()
    ]
    lines.append(
        Definition(
            "Indicative assurance rating (automated)",
            "How to read it",
            HOW_TO_READ,
        )
    )
    lines += [Definition("How a check can end", term, words) for term, words in ENDINGS]
    share = f"{totals.concluded} of {totals.applicable}"
    lines.append(
        Definition(
            "How much was seen",
            "Checks concluded",
            f"Those that ended in pass, finding or a human look, out of all that applied: {share} tonight. They are"
            " counted for each account, so that a check of ten accounts counts ten times.",
        )
    )
    lines += [
        Definition("How soon", severity.capitalize(), sentence(clock.words))
        for severity, clock in policy.clocks.items()
    ]
    adopted = (
        f"Adopted on {on_day(policy.requirements.adopted_on)}, by: {policy.requirements.adopted_by}."
        if policy.requirements.adopted and policy.requirements.adopted_on
        else "The model that comes with this tool is not adopted, so what rests on it is shown as recommendations."
    )
    lines.append(Definition("What is asked", "Requirements", adopted))
    calendar = (
        "The term dates in school.toml."
        if night.calendar.known(night.done.on)
        else ("school.toml has no term for tonight: weekdays that are no bank holidays are counted as school days.")
    )
    lines.append(Definition("What is asked", "School days", calendar))
    lines += [
        Definition("What each check cannot see", f"{check} {row.title}", row.limits)
        for check, row in policy.checks.items()
        if row.limits
    ]
    used = dict.fromkeys(one.subject.account.platform for one in night.done.nights)
    for key in used:
        if (age := policy.platforms[key].minimum_age(night.done.on)) is not None:
            lines.append(Definition("Minimum ages", policy.platforms[key].name, in_words(age)))
    dpia = school.dpia
    covered = listed(dpia.features) if dpia.features else "no feature"
    lines += [
        Definition(
            "Data protection",
            "Assessment",
            f"Reference {dpia.reference or 'none'}; covers {covered}.",
        ),
        Definition(
            "Data protection",
            "Other people",
            OTHER_PEOPLE,
        ),
        Definition(
            "Data protection",
            "Small numbers",
            'Counts of children below {0:g} read "fewer than {0:g}".'.format(settings["suppress_below"]),
        ),
        Definition("This run", "Readers of text", embedding.which_ran()),
        *(
            [Definition("This run", "Readers of pictures", pictures.which_ran())]
            if night.configuration.school.covers("pictures")
            else []
        ),
        Definition("This run", "Version", f"school-audit {night.version}, policy data {policy.version}"),
    ]
    return tuple(lines)


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
