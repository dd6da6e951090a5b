"""The facts in checks/data: clauses, numbers, retention, platforms and recipes."""

import csv
import importlib
import importlib.util
import re
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import policy as policy_module
from checks.finding import Handling, Severity
from checks.policy import GOVERNANCE, Requirements, load_policy, read_data

POLICY = load_policy()
MADE = date(2026, 11, 22)
SHARED = Path(__file__).resolve().parents[3] / "shared"
NAMED = {"facebook", "instagram", "snapchat", "tiktok", "x", "youtube"}
"""The services that the government named on 15/06/2026."""

CATALOGUE = {
    "GOV-01": GOVERNANCE, "GOV-02": GOVERNANCE, "GOV-03": GOVERNANCE, "COV-01": GOVERNANCE,
    "REG-02": "7.1", "REG-04": "7.1", "REG-05": "7.2", "REG-06": "7.3", "REG-07": "7.3", "REG-08": "7.3", "REG-09": "7.3",
    "REG-10": "7.3", "REG-11": "7.2", "REG-12": "7.2", "REG-13": "7.2", "REG-14": "7.3", "REG-15": "7.3", "REG-16": "7.3",
    "REG-17": "7.3",
    "ID-01": "7.3", "ID-02": "7.3", "ID-04": "7.3", "ID-05": "7.3", "ID-06": "7.3",
    "AGE-01": "7.3", "AGE-02": "7.3", "AGE-03": "7.3", "AGE-04": "7.3", "AGE-05": "7.3", "AGE-06": "7.3", "AGE-07": "7.3",
    "AGE-08": "7.3",
    "CON-01": "7.1", "CON-02": "7.1", "CON-04": "7.1", "CON-05": "7.4", "TRV-01": "7.2", "TRV-02": "7.2", "TRV-03": "7.2",
    "IMG-01": "7.4", "IMG-02": "7.4", "IMG-03": "7.4", "IMG-04": "7.4", "IMG-05": "7.4", "IMG-06": "7.4", "IMG-07": "7.4", "IMG-08": "7.4",
    "PII-01": "7.4", "PII-02": "7.4", "PII-03": "7.4", "PII-04": "7.4", "PII-05": "7.4", "PII-06": "7.4", "CNT-01": "7.4", "CNT-02": "7.4", "CNT-03": "7.4", "CNT-04": "7.4",
    "CNT-05": "7.4", "CNT-06": "7.4", "CNT-07": "7.4", "CNT-08": "7.4", "CNT-09": "7.4",
    "LNK-01": "7.4", "LNK-02": "7.4", "LNK-03": "7.4", "LNK-04": "7.4", "LNK-05": "7.4", "LNK-06": "7.4", "CON-03": "7.1",
    "PLT-01": "7.3", "PLT-02": "7.3", "WIK-01": "7.2", "ACC-01": "7.4",
}  # fmt: skip
"""Each check with its one primary clause, as the design settles them."""

IMPERATIVES = re.compile(
    r"(?:Add|Agree|Answer|Ask|Block|Call|Change|Check|Choose|Clear|Click|Close|Compare|Copy|Correct"
    r"|Deactivate|Decide|Decline|Delete|Do|Edit|Enter|Export|Fill|Find|Follow|Generate|Give|Have|Hide"
    r"|Install|Invite|Let|Link|Look|Move|Name|Note|Open|Park|Post|Publish|Put|Read|Remove|Replace"
    r"|Report|Reset|Restrict|Revoke|Run|Save|Say|See|Set|Sign|Sit|Submit|Switch|Take|Tell|Unfollow|Use|Write)\b"
)
AMERICAN = re.compile(
    r"\b(?:colors?|behaviors?|centers?|favorites?|neighbors?|labor|catalogs?|defense|enrollments?|fulfill|gray"
    r"|judgments?|labeled|canceled|traveled|program(?:s|med)? of study|inquir(?:y|ies)|math|moms?|licens(?:e|es) key"
    r"|(?:organ|recogn|author|custom|summar|minim|priorit|real|apolog|util|final|normal|special|standard)iz(?!ation_code\b)\w+"  # an OAuth word (RFC 6749)
    r"|analyz\w+|catalyz\w+)\b",
    re.IGNORECASE,
)
BANNED = re.compile(r"\b(?:breach\w*|culprits?|offenders?|guilty|violat\w+)\b", re.IGNORECASE)
MARKUP = re.compile(r"</?[A-Za-z][^>]*>|&(?:amp|lt|gt|quot|#\d+);")


def texts(node, path=()):
    """Every text of a decoded file, with where it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from texts(value, (*path, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, (*path, index))
    elif isinstance(node, str):
        yield path, node


def quoted(path):
    """Words of the policy or of a provider, which stay as they are."""
    return path[-1] == "words" and (path[0] == "clauses" or "ages" in path)


def all_texts():
    files = ("policy.toml", "platforms.toml", "fixes.toml")
    return [(f"{name}: {path}", text) for name in files for path, text in texts(read_data(name)) if not quoted(path)]


def shared(name):
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"the workplace's file {name} is not on this machine")
    return path


# -- policy.toml


def test_the_catalogue_has_its_checks_under_their_primary_clauses():
    """Every check of this version has a row, each under the clause that the design settles."""
    assert {name: row.clause for name, row in POLICY.checks.items()} == CATALOGUE


def test_clauses_are_the_policys_own_words():
    """The words of 7.1 to 7.4 stand in the school's policy exactly as they stand here."""
    policy = shared("policy.txt").read_text(encoding="utf-8")
    assert list(POLICY.clauses) == ["7.1", "7.2", "7.3", "7.4"]
    for number, clause in POLICY.clauses.items():
        assert f"- {number} {clause.words}\n" in policy


def test_every_clause_has_duties_that_only_a_person_can_look_at():
    """Under each clause stands what no check covers, in words of the clause itself."""
    assert {duty.clause for duty in POLICY.manual} == set(POLICY.clauses)
    for duty in POLICY.manual:
        assert duty.words in POLICY.clauses[duty.clause].words
        assert duty.question.endswith("?")
        assert duty.why.endswith(".")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data["manual"][0].update(clause="7.9"), "no clause 7.9"),
        (lambda data: data["manual"][0].update(words="to play golf"), "M-01: its words are not those of clause 7.1"),
        (lambda data: data["manual"][0].update(id="M-02"), "two duties have one id"),
        (lambda data: data["clauses"].update({"7.5": {"words": "w", "plain": "p"}}), "nor a duty under 7.5"),
        (lambda data: data["clauses"].update({GOVERNANCE: {"words": "w", "plain": "p"}}), "may be called Governance"),
    ],
)
def test_duties_must_fit_their_clauses(change, said, monkeypatch):
    """A duty under no clause, in other words than the clause's, or with another's id is refused; so is a bare clause."""

    def changed(name):
        data = deepcopy(read_data(name))
        if name == "policy.toml":
            change(data)
        return data

    monkeypatch.setattr("checks.policy.read_data", changed)
    with pytest.raises(ValueError, match=said):
        load_policy()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"likely": ["myface"]}, "no platform: myface"),
        ({"unclear": ["x"]}, "twice"),
        ({"outside": ["reddit"]}, "twice"),
    ],
)
def test_what_is_thought_of_a_platform_stands_once(change, said, monkeypatch):
    """The lists of the announced age name platforms that exist, each once, and none that was named by the government."""

    def changed(name):
        data = deepcopy(read_data(name))
        data.get("under_16", {}).update(change)
        return data

    monkeypatch.setattr("checks.policy.read_data", changed)
    with pytest.raises(ValueError, match=said):
        load_policy()


def test_the_lists_agree_with_what_each_platform_says():
    """What a platform's row says of the announced rules in words is what the lists say."""
    announced = POLICY.announcement
    for key, platform in POLICY.platforms.items():
        words = " ".join(row.exceptions for row in platform.ages)
        assert ("thought likely to apply" in words) == (key in announced.likely), key
        assert ("announced in June 2026 apply is unclear" in words) == (key in announced.unclear), key
        if "stand outside the under-16 rules" in words:
            assert key in announced.outside


def test_a_policy_may_have_other_clauses(monkeypatch):
    """A clause more, with a duty of its own, is taken as it is."""

    def changed(name):
        data = deepcopy(read_data(name))
        if name == "policy.toml":
            data["clauses"]["7.5"] = {"words": "Sites have a logo.", "plain": "A logo."}
            duty = {
                "id": "M-99",
                "clause": "7.5",
                "words": "a logo",
                "question": "Is it there?",
                "why": "Nobody looks.",
            }
            data["manual"].append(duty)
        return data

    monkeypatch.setattr("checks.policy.read_data", changed)
    assert list(load_policy().clauses) == ["7.1", "7.2", "7.3", "7.4", "7.5"]


def test_no_official_account_is_judged_by_the_rules_for_personal_use():
    """Section 6 is about personal accounts: no row cites it, not even as see also."""
    for row in POLICY.checks.values():
        assert not [clause for clause in (row.clause, *row.see_also) if clause.startswith("6")]
        assert row.clause not in row.see_also


def test_severities_are_listed_most_serious_first():
    """A row names each severity once, in their order."""
    for name, row in POLICY.checks.items():
        ranks = [severity.rank for severity in row.severities]
        assert ranks == sorted(set(ranks)), name


def test_clocks_grow_with_falling_severity():
    """The same day, 5 and 20 school days; low runs to the end of term."""
    days = {severity: POLICY.clocks[severity].school_days for severity in Severity}
    assert (days[Severity.CRITICAL], days[Severity.HIGH], days[Severity.MEDIUM]) == (0, 5, 20)
    assert days[Severity.LOW] is None


def test_documentary_gaps_fold_into_one_finding():
    """REG-06, REG-10, REG-16 and REG-17 are listed under REG-05; nothing else folds."""
    folded = {name for name, row in POLICY.checks.items() if row.fold}
    assert folded == {"REG-06", "REG-10", "REG-16", "REG-17"}
    assert {POLICY.checks[name].fold for name in folded} == {"REG-05"}


def test_only_the_safeguarding_lead_sees_who_may_be_a_child():
    """Findings about people who may be children are safeguarding; what leads to other people is restricted."""
    handled = {name: row.handling for name, row in POLICY.checks.items() if row.handling is not Handling.OPEN}
    assert handled == {
        "AGE-02": Handling.SAFEGUARDING,
        "AGE-03": Handling.SAFEGUARDING,
        "AGE-04": Handling.SAFEGUARDING,
        "AGE-05": Handling.SAFEGUARDING,
        "AGE-07": Handling.SAFEGUARDING,
        "CON-05": Handling.SAFEGUARDING,
        "CNT-02": Handling.RESTRICTED,
        "IMG-01": Handling.SAFEGUARDING,
        "IMG-02": Handling.SAFEGUARDING,
        "IMG-03": Handling.SAFEGUARDING,
        "IMG-04": Handling.SAFEGUARDING,
        "IMG-05": Handling.RESTRICTED,
        "IMG-06": Handling.SAFEGUARDING,
        "IMG-07": Handling.SAFEGUARDING,
        "IMG-08": Handling.SAFEGUARDING,
        "PII-01": Handling.SAFEGUARDING,
        "PII-02": Handling.SAFEGUARDING,
        "PII-03": Handling.RESTRICTED,
        "PII-04": Handling.SAFEGUARDING,
        "PII-05": Handling.RESTRICTED,
        "PII-06": Handling.RESTRICTED,
        "ID-06": Handling.RESTRICTED,
        "LNK-06": Handling.SAFEGUARDING,
        "REG-02": Handling.RESTRICTED,
        "REG-04": Handling.RESTRICTED,
        "WIK-01": Handling.RESTRICTED,
    }


def test_a_provider_s_terms_are_no_requirement_of_the_school():
    """Checks that rest on minimum ages, on the register as such or on another clause count before adoption."""
    asked = {name for name, row in POLICY.checks.items() if row.requirement}
    assert asked == {
        "REG-06", "REG-07", "REG-09", "REG-10", "REG-15", "REG-16", "REG-17", "ID-01", "ID-02", "ID-04",
    }  # fmt: skip
    assert {POLICY.checks[name].clause for name in asked} == {"7.3"}


def test_the_limit_beside_the_count_of_children_is_ofcoms():
    """Beside "0 found" stands that it is a floor, with Ofcom's estimate."""
    assert POLICY.checks["AGE-02"].limits.startswith("A floor, not assurance")
    assert "60%" in POLICY.checks["AGE-02"].limits


def test_every_row_says_why_and_what_it_cannot_see():
    """No row lacks risk, recommendation, approver, limits or source."""
    for name, row in POLICY.checks.items():
        for field in (
            "title",
            "question",
            "risk",
            "recommendation",
            "recipe",
            "approver",
            "limits",
            "source",
        ):
            assert getattr(row, field), f"{name} lacks {field}"
        assert row.question.endswith("?"), name


def test_people_who_are_not_flagged_are_kept_for_no_day():
    """Followers and commenters are forgotten at once, flagged ones when the finding closes."""
    assert POLICY.retention["unflagged_people"].days == 0
    assert POLICY.retention["flagged_people"].days == 0
    assert POLICY.retention["safeguarding_copies"].days == 0


def test_a_dormant_account_turns_amber_before_red():
    """The two thresholds of REG-12 stand in their order."""
    assert POLICY.threshold("REG-12", "amber_days") < POLICY.threshold("REG-12", "red_days")


# -- thresholds set by a school


def all_thresholds():
    yield from POLICY.settings.items()
    for check, row in POLICY.checks.items():
        for name, threshold in row.thresholds.items():
            yield f"{check}.{name}", threshold


def value_of(policy, name):
    check, _, threshold = name.partition(".")
    return policy.threshold(check, threshold) if threshold else policy.setting(check)


@given(st.sampled_from(list(all_thresholds())), st.floats(0, 1))
def test_a_school_may_set_any_number_within_its_bounds(named, share):
    """A number between low and high is taken, and nothing else changes."""
    name, threshold = named
    wanted = min(max(threshold.low + share * (threshold.high - threshold.low), threshold.low), threshold.high)
    changed = POLICY.with_thresholds({name: wanted})
    assert value_of(changed, name) == pytest.approx(wanted)
    for other, old in all_thresholds():
        if other != name:
            assert value_of(changed, other) == old.value
    assert value_of(POLICY, name) == threshold.value


@given(st.sampled_from(list(all_thresholds())), st.sampled_from([-1, 1]))
def test_a_number_outside_its_bounds_is_refused(named, side):
    """Below low and above high are refused, with the bounds in the sentence."""
    name, threshold = named
    wanted = threshold.low - 1 if side < 0 else threshold.high + 1
    with pytest.raises(ValueError, match=f"{re.escape(name)} must lie between"):
        POLICY.with_thresholds({name: wanted})


@pytest.mark.parametrize("name", ["", "REG-12", "REG-12.", "REG-12.backlog_after", "NO-99.days", "amber_days"])
def test_an_unknown_threshold_is_refused(name):
    """A name that no row has is refused and named."""
    with pytest.raises(ValueError, match="there is no threshold named"):
        POLICY.with_thresholds({name: 30})


# -- loading


def test_a_check_without_its_recipe_does_not_load(monkeypatch):
    """A row whose recipe fixes.toml lacks is an error that names both."""

    def without(name):
        data = deepcopy(read_data(name))
        if name == "fixes.toml":
            del data["recipes"]["LEAK"]
        return data

    monkeypatch.setattr(policy_module, "read_data", without)
    with pytest.raises(ValueError, match=r"PII-03: fixes\.toml has no recipe 'LEAK'"):
        load_policy()


def test_requirements_reach_the_policy():
    """What the school adopted stands in the loaded policy."""
    asked = Requirements(adopted_on=MADE, adopted_by="Governing body", least_administrators=3)
    assert load_policy(asked).requirements is asked


# -- platforms.toml

WORDS_OF_NO_AGE = {"none": "none", "per instance": "per instance", "closed": "closed"}


def test_minimum_ages_agree_with_the_table_they_were_taken_from():
    """Every platform of the workplace's table is here, with the age that the table gives."""
    ours = {row.name.casefold(): row for row in POLICY.platforms.values()}
    with shared("data/min_age_uk.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            name = re.sub(r"\s*\(.*\)", "", line["platform"]).casefold()
            age = ours[name].minimum_age(MADE)
            stated = line["min_age_uk"]
            if stated in WORDS_OF_NO_AGE:
                assert (age.rule, age.age) == (WORDS_OF_NO_AGE[stated], None), name
            elif "treat as" in stated:
                assert (age.age, age.treat_as) == (None, int(stated.split()[0])), name
            else:
                assert (age.rule, age.age) == ("age", int(stated.split()[0])), name
            named = line["uk_u16_ban_announced_2026_06_15"] == "named"
            assert (POLICY.platforms[_key(name)].announced(MADE) is not None) is named, name


def _key(name):
    return next(key for key, row in POLICY.platforms.items() if row.name.casefold() == name)


def test_a_text_that_is_unclear_says_what_it_is_treated_as():
    """Where no age or two ages are given, the one to judge by stands beside the reason."""
    for key, years in {"telegram": 18, "wordpress_com": 16, "mastodon": 16}.items():
        row = POLICY.platforms[key].minimum_age(MADE)
        assert row.years == years
        assert row.exceptions


def test_what_is_announced_is_not_law():
    """The six named services have a row of 16 that is not law, and are judged by 13."""
    announced = {key: row.announced(MADE) for key, row in POLICY.platforms.items() if row.announced(MADE)}
    assert set(announced) == NAMED
    for key, row in announced.items():
        assert (row.age, row.law) == (16, False)
        assert "not yet law" in row.words
        assert POLICY.platforms[key].minimum_age(MADE).age == 13
        assert POLICY.platforms[key].minimum_age(date(2027, 9, 1)).age == 13


@pytest.mark.parametrize("key", sorted(POLICY.platforms))
def test_on_any_day_at_most_one_row_holds(key):
    """Rows of one platform never overlap, so that their order does not matter."""
    rows = POLICY.platforms[key].ages
    edges = {edge for row in rows for edge in (row.effective_from, row.effective_until) if edge} | {MADE}
    for day in (edge + timedelta(days) for edge in edges for days in (-1, 0, 1)):
        assert sum(row.holds(day) for row in rows) <= 1, day


@pytest.mark.parametrize(
    ("key", "day", "age"),
    [
        ("flickr", date(2025, 7, 24), 16), ("flickr", date(2025, 7, 25), 18),
        ("whatsapp", date(2024, 4, 10), 16), ("whatsapp", date(2024, 4, 11), 13),
    ],
)  # fmt: skip
def test_an_age_changes_on_its_day(key, day, age):
    """Earlier ages hold until the day before the change."""
    assert POLICY.platforms[key].minimum_age(day).age == age


def test_every_platform_has_an_age_in_force_with_sane_dates():
    """A text is dated before it was verified, nothing is verified after this version, and some row holds."""
    for key, platform in POLICY.platforms.items():
        assert platform.minimum_age(MADE), key
        for row in platform.ages:
            assert date(2018, 1, 1) <= row.source_date <= row.verified_on <= MADE, key
            assert (row.rule == "age") is (row.years is not None) or row.rule == "per instance", key
            if row.years is not None:
                assert 13 <= row.years <= 18, key
            if row.effective_from and row.effective_until:
                assert row.effective_from < row.effective_until, key


def test_what_was_not_found_is_of_low_confidence():
    """A source that says that no text was found never claims more than low, a closed service apart."""
    for key, platform in POLICY.platforms.items():
        for row in platform.ages:
            if "not found" in row.source:
                assert row.confidence == "low", key


def test_a_school_s_own_pages_have_no_minimum_age():
    """Website, self-hosted blog and podcast feed ask for no account, and say so."""
    for key in ("website", "blog", "podcast"):
        row = POLICY.platforms[key].minimum_age(MADE)
        assert (row.rule, row.years) == ("none", None)
        assert "account" in row.words or "sign in" in row.words


def test_a_platform_that_only_a_person_can_read_claims_no_test():
    """Without a connector nothing was tested, and no key is asked for."""
    for key, platform in POLICY.platforms.items():
        assert bool(platform.connector) is (platform.tested != "none"), key
        assert platform.connector or not platform.credentials, key
        assert platform.connector or not platform.base_url, key


def test_where_a_person_attests_it_says_what_to_look_at():
    """A sentence stands exactly where private messages need an attestation."""
    for key, platform in POLICY.platforms.items():
        assert bool(platform.attest) is (platform.messages == "attest"), key


def test_addresses_are_whole():
    """Patterns begin with https and take a handle; searches take words."""
    for key, platform in POLICY.platforms.items():
        for address in (platform.base_url, platform.profile, platform.search):
            assert address.startswith("https://") or address in ("", "{handle}"), key
        assert platform.search == "" or "{words}" in platform.search, key
        assert set(re.findall(r"\{(\w+)\}", platform.profile)) <= {"handle", "id"}, key


def test_what_costs_or_needs_leave_says_so():
    """Everything offered for payment, with permission or not at all carries a note."""
    for key, platform in POLICY.platforms.items():
        for resource, offer in platform.offers.items():
            assert offer.offered == "yes" or offer.note, f"{key} {resource}"


def test_offers_match_what_the_connectors_read():
    """A connector reads all that its platform offers, and knows of the rest at most to say why not."""
    for key, platform in POLICY.platforms.items():
        module = f"connectors.{platform.connector}"
        if not platform.connector or importlib.util.find_spec(module) is None:
            continue
        reads = importlib.import_module(module).RESOURCES
        given_ = {resource for resource, offer in platform.offers.items() if offer.offered != "no"}
        none = {resource for resource, offer in platform.offers.items() if offer.offered == "no"}
        assert given_ == set(reads) - none, key


def test_keys_are_explained_to_the_end():
    """Every key says how to get it, that it reads only, what it costs, and when it ends."""
    keys = [key for platform in POLICY.platforms.values() for key in platform.credentials]
    assert keys
    for key in keys:
        assert len(key.steps) >= 3
        assert "read" in key.scopes.casefold()
        assert key.cost
        assert key.expires
        assert 0 < key.minutes < 120


# -- fixes.toml


def all_steps():
    for name, recipe in POLICY.recipes.items():
        yield name, recipe.steps
        for platform, steps in recipe.platforms.items():
            yield f"{name} on {platform}", steps


def test_steps_begin_with_what_to_do():
    """Each step opens with an imperative, ends as a sentence, and carries no markup."""
    for name, steps in all_steps():
        assert steps, name
        for step in steps:
            assert IMPERATIVES.match(step), f"{name}: {step}"
            assert step[-1] in ".'", f"{name}: {step}"
            assert not re.match(r"\d", step), f"{name}: numbered by the workbook, not here: {step}"


def test_recipes_name_known_platforms():
    """Steps for a platform are those of one in platforms.toml; any other gets the general ones."""
    for name, recipe in POLICY.recipes.items():
        assert set(recipe.platforms) <= set(POLICY.platforms), name
        assert recipe.steps_on("no such platform") == recipe.steps
        assert recipe.verified_on <= MADE
        assert recipe.approver
        assert 0 < recipe.minutes <= 120


def test_bluesky_follower_steps_say_that_there_is_no_removing():
    """A platform's own steps replace the general ones."""
    steps = POLICY.recipes["UNDERAGE"].steps_on("bluesky")
    assert any("Block account" in step for step in steps)
    assert steps != POLICY.recipes["UNDERAGE"].steps


def test_nothing_about_a_child_happens_before_the_safeguarding_lead_decides():
    """Every way of dealing with a likely child begins by asking the safeguarding lead, and ends in their record."""
    for name in ("UNDERAGE", "UNFOLLOW"):
        recipe = POLICY.recipes[name]
        assert recipe.approver == "Designated safeguarding lead"
        for steps in (recipe.steps, *recipe.platforms.values()):
            assert steps[0].startswith("Ask the safeguarding lead to decide first")
            assert "safeguarding record" in steps[-1]
    for steps in (POLICY.recipes["UNDERAGE"].steps, *POLICY.recipes["UNDERAGE"].platforms.values()):
        assert any(step.startswith("Do not message") for step in steps)


BRANDS = {
    key: re.compile(rf"\b{re.escape(name)}(?:'s)?\b" + (rf"|{re.escape(more)}" if more else ""))
    for key, name, more in (
        (key, one.name, {"youtube": "youtube.com", "facebook": "facebook.com", "blog": "WordPress"}.get(key, ""))
        for key, one in POLICY.platforms.items()
        if one.name not in {"School website", "Blog", "Podcast", "Web page", "Forum", "Signal", "Chatroom", "Page"}
    )
}
"""Names by which steps give away for which platform they were written; names that are everyday words are left out."""
KIN = {"instagram": {"facebook"}, "blog": {"wordpress_com"}}
"""Platforms whose steps may name another: Instagram is administered from its owner's Facebook."""


@pytest.mark.parametrize("name", list(POLICY.recipes))
def test_steps_fit_the_platform_that_they_are_shown_for(name):
    """On every platform, the steps of every recipe name no other platform, but for one whose recipe it is alone."""
    recipe = POLICY.recipes[name]
    for platform in POLICY.platforms:
        if recipe.only and platform != recipe.only:
            continue
        text = " ".join(recipe.steps_on(platform))
        named = {key for key, brand in BRANDS.items() if brand.search(text)}
        assert named <= {platform, *KIN.get(platform, ())}, f"{name} on {platform}"


def test_recipes_of_one_platform_belong_to_checks_of_that_platform():
    """What is written for one platform alone is the way to put right only what is found there."""
    alone = {name: recipe.only for name, recipe in POLICY.recipes.items() if recipe.only}
    assert alone == {"FILMS": "youtube", "WIKI": "wikipedia"}
    users = {row.recipe: check for check, row in POLICY.checks.items() if row.recipe in alone}
    assert users == {"FILMS": "PLT-02", "WIKI": "WIK-01"}


def test_steps_that_lean_on_menus_say_from_when_they_are():
    """Under menu paths stands a date, and whether the provider confirmed them; under other steps stands nothing."""
    menu = re.compile(r" > |three dots|dashboard|\bSettings\b|\b(?:Click|Tap)\b")
    for name, recipe in POLICY.recipes.items():
        assert recipe.source, name
        for platform in POLICY.platforms:
            said = recipe.caution(platform)
            assert not said or f"{recipe.verified_on:%d/%m/%Y}" in said
            leans = any(menu.search(step) for step in recipe.platforms.get(platform, ()))
            assert said or not leans, f"{name} on {platform}"
    ways = POLICY.recipes["DM"]
    assert "no page of the provider's confirmed them" in ways.caution("tiktok")
    assert ways.caution("bluesky").startswith("The menus were checked on 22/11/2026")
    assert "fit any platform" in ways.caution("pinterest")
    assert POLICY.recipes["REGISTER"].caution("bluesky") == ""


# -- words


def test_words_are_neutral():
    """Nothing but the policy's own words speaks of breaches, culprits or violations."""
    assert [where for where, text in all_texts() if BANNED.search(text)] == []


def test_words_are_british():
    """Texts of ours carry no American spelling."""
    assert [(where, AMERICAN.search(text)[0]) for where, text in all_texts() if AMERICAN.search(text)] == []


def test_words_carry_no_markup():
    """People read these texts in cells, so they hold no HTML."""
    assert [where for where, text in all_texts() if MARKUP.search(text)] == []


def test_words_are_tidy():
    """No text has spaces at its ends, two in a row, or a line break."""
    assert [where for where, text in all_texts() if re.search(r"^\s|\s$|\s\s|[\n\t\r]", text)] == []
