"""The pages made from the data files."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from audit.catalogue import offered, platform_page, platform_rows, platforms_page
from audit.register import read_register
from checks.applicability import ready_link
from checks.policy import load_policy
from connectors import CONNECTORS
from connectors.snapshot import Resource

PAGE = Path(__file__).parents[2] / "docs" / "platforms.md"
POLICY = load_policy()
ON = date(2026, 11, 22)
NAMED = (
    "facebook", "myspace", "blog", "x", "chat", "discord", "matrix", "telegram", "irc", "forum", "podcast", "wikipedia",
    "delicious", "pinboard", "bookmarks", "flickr", "youtube", "instagram", "mastodon", "threads", "tiktok", "linkedin",
    "pinterest", "reddit", "tumblr", "vimeo", "soundcloud", "whatsapp", "snapchat", "nextdoor", "classdojo", "seesaw",
    "page",
)  # fmt: skip
"""What clause 2.3 of the policy names, and where schools moved to."""


def test_the_page_of_the_documentation_is_what_the_data_says():
    """docs/platforms.md is made from platforms.toml; `school-audit platforms --markdown` makes it anew."""
    text = PAGE.read_text(encoding="utf-8")
    made_on = datetime.strptime(re.search(r"As of (\d\d/\d\d/\d{4})", text)[1], "%d/%m/%Y").date()
    assert text == platforms_page(POLICY, made_on)


@pytest.mark.parametrize("name", NAMED)
def test_every_platform_that_matters_has_its_row(name, tmp_path):
    """Each is in the data, with its age, and a connector reads it or a person finds it; only del.icio.us is closed."""
    platform = POLICY.platforms[name]
    assert platform.minimum_age(ON)
    assert platform.offers
    if platform.connector:
        assert platform.connector in CONNECTORS
        assert platform.tested != "none"
    else:
        register = tmp_path / "register.csv"
        register.write_text(f"Platform,Handle\n{name},hazelbrook\n")
        ((account,), problems) = read_register(register, POLICY)
        assert not problems
        assert ready_link(account, platform)
        assert platform.attest or any(age.rule == "closed" for age in platform.ages)


@pytest.mark.parametrize("name", sorted(CONNECTORS))
def test_every_connector_has_a_platform(name):
    """No connector is there that no row of the data leads to."""
    assert name in {platform.connector for platform in POLICY.platforms.values()}


@pytest.mark.parametrize("name", POLICY.platforms)
def test_a_platform_says_of_each_resource_what_its_connector_reads(name):
    """What a connector can read has a line among the offers; nothing is read of which nothing is said."""
    platform = POLICY.platforms[name]
    if platform.connector in ("", "feeds", "mediawiki"):  # of what feeds carry, each platform says its own part
        return
    silent = CONNECTORS[platform.connector].RESOURCES - platform.offers.keys() - {Resource.SETTINGS, Resource.MEDIA}
    assert not silent


def test_a_row_of_the_json_has_everything():
    """Offers with their notes and prices, keys with scopes and cost, quotas with their share, ages now and announced."""
    rows = {row["key"]: row for row in platform_rows(POLICY, ON)}
    youtube, x = rows["youtube"], rows["x"]
    assert youtube["minimum_age"] == 13
    assert youtube["announced_age"] == 16
    assert {one["name"] for one in youtube["quotas"]} == {"units", "searches"}
    assert {"name", "required", "scopes", "cost", "expires", "lasts_days", "minutes"} == set(youtube["keys"][0])
    assert x["offers"]["followers"]["offered"] == "payment"
    assert x["offers"]["followers"]["price"] == 0.01


def test_what_is_offered_is_said_by_what_it_takes():
    """In the table of the command line what needs nothing comes first, then what needs a key, then money."""
    assert offered(POLICY.platforms["bluesky"]).startswith("profile, settings, posts")
    assert offered(POLICY.platforms["youtube"]).startswith("with a key: ")
    assert offered(POLICY.platforms["x"]).startswith("for money: ")
    assert offered(POLICY.platforms["nextdoor"]) == "nothing"


def test_a_platforms_page_names_keys_quotas_and_prices():
    """One platform's page tells what a person who sets it up has to know."""
    page = platform_page(POLICY.platforms["youtube"], ON)
    for words in ("`api_key` (needed", "10,000 units a day for each key", "Minimum age announced"):
        assert words in page
    assert "($0.01 each)" in platform_page(POLICY.platforms["x"], ON)
