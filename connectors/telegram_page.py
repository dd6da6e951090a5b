"""Telegram's public web pages taken apart: the card of a name (t.me/NAME) and the preview of a channel (t.me/s/NAME).

Telegram documents neither. The names of classes are those that pages of 2022 to 2026 carry: `tgme_page_...` on the
card, `tgme_widget_message...` on each post. Counts on a card come in full, with spaces; elsewhere they are rounded.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from connectors import markup
from connectors.connector import LoginWall, SchemaDrift

HOME = "https://t.me/"
"""What the pages' relative addresses start from."""

_BACKGROUND = re.compile(r"background-image:\s*url\(\s*(['\"]?)(.+?)\1\s*\)", re.IGNORECASE)
_POST = re.compile(r"(\w+)/(\d{1,15})")
_IN_ADDRESS = re.compile(r"/(\d{1,15})(?:[?#]|$)")
_DOMAIN = re.compile(r"tg://resolve\?domain=(\w+)")
_POSITION = re.compile(r"(-?\d{1,2}\.\d+)(?:,|%2C)\s*(-?\d{1,3}\.\d+)", re.IGNORECASE)
_OFFER = re.compile(r"\bcontact\s+@\w+\s+right away\b", re.IGNORECASE)
_COUNT = re.compile(r"(no|\d[\d\s.,]*)\s*([km]?)\s+(subscriber|member|monthly user)s?\b", re.IGNORECASE)
_THOUSANDS = {"": 1, "k": 1_000, "m": 1_000_000}
# Of others: who is answered, who sent it first, the linked page in small, and what readers think.
_OTHERS = (
    ".tgme_widget_message_reply, .tgme_widget_message_forwarded_from, .tgme_widget_message_user, "
    ".tgme_widget_message_reactions, .tgme_widget_message_link_preview"
)
_WORDS = (
    ".tgme_widget_message_text, .tgme_widget_message_poll_question, .tgme_widget_message_poll_option_text, "
    ".tgme_widget_message_document_title, .tgme_widget_message_contact_wrap"
)
_PLACES = ".tgme_widget_message_location_wrap, .tgme_widget_message_venue_wrap"
_PLAYERS = ".tgme_widget_message_video_player, .tgme_widget_message_roundvideo_player"
_PICTURES = f".tgme_widget_message_photo_wrap, {_PLAYERS}, video[src], audio[src]"


@dataclass(frozen=True, slots=True)
class Card:
    """What t.me/NAME says. `extra` is the line below the title, `button` what the button offers.

    Without a title nobody has the name, or nobody that strangers are shown.
    """

    title: str = ""
    extra: str = ""
    button: str = ""
    bio: str = ""
    links: tuple[str, ...] = ()
    avatar: str = ""
    verified: bool = False

    @property
    def counted(self) -> tuple[int, str]:
        """How many, and of what: subscriber, member, monthly user or "". A rounded count is as good as it is."""
        if not (found := _COUNT.search(self.extra)):
            return 0, ""
        digits, unit = "".join(found[1].split()).lower(), found[2].lower()
        if digits == "no":
            return 0, found[3].lower()
        plain = re.sub(r"[.,]", "", digits) if not unit else digits.replace(",", ".")
        with suppress(ValueError):
            return round(float(plain) * _THOUSANDS[unit]), found[3].lower()
        return 0, ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, film or recording of a post: a row of MEDIA without its post."""

    id: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """One post of a channel. `only_in_app` says that it shows nothing here, `film_in_app` that a film does not play."""

    channel: str
    number: int
    created: str
    text: str = ""
    links: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    forwarded: bool = False
    reply_to: int = 0
    place: str = ""
    position: str = ""
    only_in_app: bool = False
    film_in_app: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of a channel's preview: its posts, the oldest first, and the channel's own number.

    `bare` says that there is neither a post nor a notice nor word that there is none.
    """

    messages: tuple[Message, ...]
    channel_id: str = ""
    bare: bool = False


def read_card(html: str) -> Card:
    """The card of a name. Raises LoginWall or SchemaDrift when the page is something else."""
    soup = markup.parse(html)
    if not soup.select_one(".tgme_page, .tgme_page_wrap, .tgme_body_wrap"):
        raise _something_else(html, "card of a name")
    title = soup.select_one(".tgme_page_title")
    if not title:
        return Card()
    picture = soup.select_one(".tgme_page_photo_image img[src], img.tgme_page_photo_image[src]")
    described = markup.read(_piece(soup, ".tgme_page_description"), HOME)
    offered = _OFFER.search(described.text)
    return Card(
        title=_line(title),
        extra=_line(soup.select_one(".tgme_page_extra")),
        button=_line(soup.select_one(".tgme_action_button_new")),
        bio="" if offered else described.text,
        links=() if offered else described.links,
        avatar=urljoin(HOME, str(picture["src"])) if picture else "",
        verified=title.select_one(".verified-icon") is not None,
    )


def read_preview(html: str) -> Preview:
    """A page of a channel's preview. Raises LoginWall or SchemaDrift when the page is something else."""
    soup = markup.parse(html)
    listed = soup.select(".tgme_widget_message[data-post]")
    nothing = soup.select_one(".tme_no_messages_found")
    if not listed and not nothing and not soup.select_one(".tgme_channel_info, .tgme_channel_history"):
        raise _something_else(html, "preview of a channel")
    if not listed and not nothing and soup.select_one("[class*=tgme_widget_message]"):
        raise SchemaDrift("Telegram's posts lack 'data-post'; its pages may have changed.")
    messages = tuple(_message(tag) for tag in listed if not _is_service(tag))
    channel_id = next(filter(None, map(_channel_id, listed)), "")
    return Preview(messages, channel_id, bare=not listed and not nothing)


def named_by(html: str) -> str:
    """The name that a card is about, as its button knows it; "" where there is none."""
    found = _DOMAIN.search(html)
    return found[1] if found else ""


def _is_service(tag: Tag) -> bool:
    """Whether it is a notice of Telegram's, such as of a new name or picture."""
    return "service_message" in tag.get_attribute_list("class")


def _message(tag: Tag) -> Message:
    named = _POST.fullmatch(_attribute(tag, "data-post"))
    time = tag.select_one(".tgme_widget_message_date time[datetime], time[datetime].time")
    if not named or not time:
        raise SchemaDrift(
            f"A post of Telegram's lacks its {'time' if named else 'number'}; its pages may have changed."
        )
    forwarded = tag.select_one(".tgme_widget_message_forwarded_from") is not None
    answered = tag.select_one("a.tgme_widget_message_reply[href]")
    reply = _IN_ADDRESS.search(_attribute(answered, "href")) if answered else None
    previews = [_attribute(link, "href") for link in tag.select("a.tgme_widget_message_link_preview[href]")]
    for other in tag.select(_OTHERS):
        other.decompose()
    shown = [
        markup.read(str(piece), HOME)
        for piece in tag.select(_WORDS)
        if not piece.find_parent(class_="tgme_widget_message_text")  # which may stand in another of its kind
    ]
    links = [link for piece in shown for link in piece.links] + [markup.absolute(link, HOME) for link in previews]
    text = "\n".join(filter(None, (piece.text for piece in shown)))
    place = tag.select_one(_PLACES)
    spot = _POSITION.search(_attribute(place, "href")) if place else None
    pictures = tuple(_numbered(_pictures(tag, named[2])))
    return Message(
        channel=named[1],
        number=int(named[2]),
        created=_attribute(time, "datetime"),
        text=text,
        # A word after # leads to a search among the channel's own posts.
        links=tuple(dict.fromkeys(link for link in links if link and not link.startswith(f"{HOME}?q="))),
        pictures=pictures,
        forwarded=forwarded,
        reply_to=int(reply[1]) if reply else 0,
        place=_line(place),
        position=f"{spot[1]},{spot[2]}" if spot else "",
        only_in_app=not (text or pictures or place or tag.select_one(".tgme_widget_message_sticker_wrap")),
        film_in_app=len(tag.select(_PLAYERS)) > len(tag.select("video[src]")),
    )


def _pictures(tag: Tag, post: str) -> Iterator[Picture]:
    for one in tag.select(_PICTURES):
        link = one if one.name == "a" else one.find_parent("a")
        number = _IN_ADDRESS.search(_attribute(link, "href")) if link else None
        name = number[1] if number else post
        if one.name in ("audio", "video"):
            yield Picture(name, one.name, markup.absolute(_attribute(one, "src"), HOME))
        elif not one.select_one("video[src]"):  # else the film itself comes next
            styles = (_BACKGROUND.search(_attribute(part, "style")) for part in (one, *one.select("[style]")))
            if found := next(filter(None, styles), None):
                yield Picture(name, "image", markup.absolute(found[2], HOME))


def _numbered(pictures: Iterator[Picture]) -> Iterator[Picture]:
    """The pictures that have an address, each under an id of its own."""
    seen: dict[str, int] = {}
    for picture in pictures:
        if picture.address:
            seen[picture.id] = seen.get(picture.id, 0) + 1
            again = f"-{seen[picture.id]}" if seen[picture.id] > 1 else ""
            yield Picture(f"{picture.id}{again}", picture.kind, picture.address)


def _channel_id(tag: Tag) -> str:
    """The channel's number, which stays when its name changes: in a coded field of each post."""
    coded = _attribute(tag, "data-view")
    with suppress(ValueError, TypeError, AttributeError):
        number: Any = json.loads(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))).get("c")
        return str(abs(int(number)))
    peer = re.match(r"c(\d+)_", _attribute(tag, "data-peer"))
    return peer[1] if peer else ""


def _something_else(html: str, what: str) -> LoginWall | SchemaDrift:
    if markup.asks_for_password(html):
        return LoginWall("Telegram asks to sign in before it shows the page; a person opens it.")
    return SchemaDrift(f"Telegram sent a page that is no {what}; its pages may have changed, or a person is wanted.")


def _piece(soup: BeautifulSoup, selector: str) -> str:
    found = soup.select_one(selector)
    return str(found) if found else ""


def _line(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)
