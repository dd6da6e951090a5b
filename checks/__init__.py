"""What an account's night means under the policy: the catalogue of checks, in its order."""

from checks.accessibility import pictures_described
from checks.activity import ever_used, in_use
from checks.conduct import (
    attention_friendly,
    disclosures_seen,
    own_words_decent,
    replies_decent,
    speaks_as_the_school,
    speaks_fairly_of_others,
    takes_no_sides,
)
from checks.consent import refusals_kept
from checks.contact import messages_closed, replies_looked_after, walls_closed
from checks.documents import documents_hold_nothing_private
from checks.finding import Check
from checks.governance import audited_tonight, own_duties_met, policy_in_date, requirements_adopted
from checks.identity import belongs_to_the_school, handle_follows_pattern, says_who_it_is
from checks.images import (
    faces_looked_at,
    made_pictures_labelled,
    names_and_faces_apart,
    nothing_private_written,
    old_pictures_retired,
    originals_kept_back,
    pictures_fit_for_children,
)
from checks.links import (
    domains_still_theirs,
    kept_at_school,
    links_harmless,
    links_in_full,
    links_work,
    stays_in_public,
)
from checks.lookalikes import nothing_taken_for_the_school
from checks.minimum_age import (
    audience_old_enough,
    commenters_old_enough,
    followed_old_enough,
    followers_mostly_grown_up,
    followers_old_enough,
    managed_accounts_follow,
    minimum_ages_checked,
    nobody_invites_pupils,
)
from checks.personal_data import details_in_public
from checks.places import places_kept_back
from checks.platform import audience_declared, in_good_standing
from checks.private_matters import business_kept_inside, circumstances_kept_private, classes_not_traced
from checks.profile_facts import facts_up_to_date, staff_kept_private
from checks.promotion import advertises_nothing, prize_draws_keep_terms
from checks.pupil_names import pupils_not_listed, pupils_not_named_in_full
from checks.purpose import no_two_for_one_purpose, posts_serve_the_purpose, posts_serve_the_school
from checks.registration import (
    approved_before_creation,
    end_and_success_planned,
    enough_administrators,
    leavers_removed,
    moderated_by_rules,
    platform_approved,
    purpose_recorded,
    review_in_time,
    right_kind_of_account,
    sign_in_secured,
    website_and_register_agree,
)
from checks.rights import claims_answered
from checks.wikipedia import article_left_alone

CHECKS: tuple[Check, ...] = (
    policy_in_date,  # GOV-01
    requirements_adopted,  # GOV-02
    own_duties_met,  # GOV-03
    audited_tonight,  # COV-01
    nothing_taken_for_the_school,  # REG-02
    website_and_register_agree,  # REG-04
    purpose_recorded,  # REG-05
    approved_before_creation,  # REG-06
    enough_administrators,  # REG-07
    leavers_removed,  # REG-08
    sign_in_secured,  # REG-09
    review_in_time,  # REG-10
    no_two_for_one_purpose,  # REG-11
    in_use,  # REG-12
    ever_used,  # REG-13
    right_kind_of_account,  # REG-14
    platform_approved,  # REG-15
    end_and_success_planned,  # REG-16
    moderated_by_rules,  # REG-17
    says_who_it_is,  # ID-01
    handle_follows_pattern,  # ID-02
    belongs_to_the_school,  # ID-04
    facts_up_to_date,  # ID-05
    staff_kept_private,  # ID-06
    audience_old_enough,  # AGE-01
    followers_old_enough,  # AGE-02
    followers_mostly_grown_up,  # AGE-03
    followed_old_enough,  # AGE-04
    commenters_old_enough,  # AGE-05
    nobody_invites_pupils,  # AGE-06
    managed_accounts_follow,  # AGE-07
    minimum_ages_checked,  # AGE-08
    messages_closed,  # CON-01
    replies_looked_after,  # CON-02
    stays_in_public,  # CON-03
    walls_closed,  # CON-04
    disclosures_seen,  # CON-05
    posts_serve_the_school,  # TRV-01
    posts_serve_the_purpose,  # TRV-02
    attention_friendly,  # TRV-03
    faces_looked_at,  # IMG-01
    names_and_faces_apart,  # IMG-02
    nothing_private_written,  # IMG-03
    refusals_kept,  # IMG-04
    places_kept_back,  # IMG-05
    old_pictures_retired,  # IMG-06
    pictures_fit_for_children,  # IMG-07
    originals_kept_back,  # IMG-08
    pupils_not_named_in_full,  # PII-01
    pupils_not_listed,  # PII-02
    details_in_public,  # PII-03
    circumstances_kept_private,  # PII-04
    business_kept_inside,  # PII-05
    classes_not_traced,  # PII-06
    own_words_decent,  # CNT-01
    replies_decent,  # CNT-02
    speaks_fairly_of_others,  # CNT-03
    speaks_as_the_school,  # CNT-04
    takes_no_sides,  # CNT-05
    advertises_nothing,  # CNT-06
    prize_draws_keep_terms,  # CNT-07
    claims_answered,  # CNT-08
    made_pictures_labelled,  # CNT-09
    links_harmless,  # LNK-01
    domains_still_theirs,  # LNK-02
    links_in_full,  # LNK-03
    links_work,  # LNK-04
    kept_at_school,  # LNK-05
    documents_hold_nothing_private,  # LNK-06
    in_good_standing,  # PLT-01
    audience_declared,  # PLT-02
    article_left_alone,  # WIK-01
    pictures_described,  # ACC-01
)
"""Every check, in the order of the catalogue. The words and numbers of each are in data/policy.toml."""
