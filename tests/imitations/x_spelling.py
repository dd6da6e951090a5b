"""The two vocabularies of the X API v2: tweet.* up to OpenAPI document 2.166, post.* from 2.167 (August 2026) on."""

from collections.abc import Mapping
from typing import Any, Literal

Spelling = Literal["tweet", "post"]

RENAMED: Mapping[str, str] = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "most_recent_tweet_id": "most_recent_post_id",
    "note_tweet": "note_post",
    "pinned_tweet_id": "pinned_post_id",
    "referenced_tweets": "referenced_posts",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "tweet.fields": "post.fields",
    "tweets": "posts",
}
"""Names that differ between the two documents. Values do not change ("retweeted" stays), nor do the paths."""

_MODERN = {new: old for old, new in RENAMED.items()}
_EXPANSIONS = {"referenced_posts": "referenced_tweets.id", "affiliation": "affiliation.user_id"}


def old_name(name: str) -> str:
    """A parameter or field in tweet names, whichever it was written in."""
    return _MODERN.get(name, name)


def old_expansion(name: str) -> str:
    """An expansion in tweet names, whichever it was written in."""
    return _EXPANSIONS.get(name) or old_name(name)


def spellings(query: Mapping[str, str]) -> set[Spelling]:
    """Which of the two vocabularies a request uses; neither when it has no word that differs."""
    lists = [value for name, value in query.items() if name.endswith(".fields") or name == "expansions"]
    words = {*query, *(word.partition(".id")[0] for value in lists for word in value.split(","))}
    found: set[Spelling] = set()
    if words & RENAMED.keys():
        found.add("tweet")
    if words & _MODERN.keys():
        found.add("post")
    return found


def in_post_names(node: Any) -> Any:
    """Decoded JSON in post names: its keys, the parameter that an error speaks of, and the address of its type.

    Document 2.167 has the problem types at api.x.com, 2.166 had them at api.twitter.com.
    """
    if isinstance(node, list):
        return [in_post_names(item) for item in node]
    if not isinstance(node, dict):
        return node
    renamed = {RENAMED.get(key, key): in_post_names(value) for key, value in node.items()}
    if isinstance(renamed.get("parameter"), str):
        renamed["parameter"] = RENAMED.get(renamed["parameter"].removesuffix(".id"), renamed["parameter"])
    if str(renamed.get("type", "")).startswith("https://api.twitter.com/"):
        renamed["type"] = renamed["type"].replace("api.twitter.com", "api.x.com")
    return renamed
