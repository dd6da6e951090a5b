"""The connectors, by the name that platforms.toml gives them."""

from collections.abc import Mapping

from connectors import (
    bluesky,
    bookmarks,
    discord,
    facebook,
    feeds,
    flickr,
    forum,
    instagram,
    irc,
    linkedin,
    mastodon,
    matrix,
    mediawiki,
    oembed,
    page,
    pinterest,
    telegram,
    threads,
    vimeo,
    website,
    x,
    youtube,
)
from connectors.connector import Connector

CONNECTORS: Mapping[str, Connector] = {
    "bluesky": bluesky,
    "bookmarks": bookmarks,
    "discord": discord,
    "facebook": facebook,
    "feeds": feeds,
    "flickr": flickr,
    "forum": forum,
    "instagram": instagram,
    "irc": irc,
    "linkedin": linkedin,
    "mastodon": mastodon,
    "matrix": matrix,
    "mediawiki": mediawiki,
    "oembed": oembed,
    "page": page,
    "pinterest": pinterest,
    "telegram": telegram,
    "threads": threads,
    "vimeo": vimeo,
    "website": website,
    "x": x,
    "youtube": youtube,
}
"""One module for each. Several platforms may share one, as blogs and podcasts do."""
