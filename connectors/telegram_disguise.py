"""Telegram's pages as they may be recorded: written anew from what is read of them, other people replaced.

Nothing is copied, so that signatures, quoted posts, reactions and whatever Telegram adds one day stay out.
"""

import base64
import json
import re
from dataclasses import replace
from html import escape

from connectors import markup
from connectors.connector import ConnectorError
from connectors.recording import StandIns
from connectors.telegram_page import Card, Message, Preview, named_by, read_card, read_preview

# Whoever is named, and what of theirs is linked to.
_SHOWN = re.compile(
    r"(?P<lead>(?<![\w.@/])@|\b(?:t|telegram)\.(?:me|dog)/(?:s/)?)(?P<whom>[a-z]\w{3,31})(?P<rest>/\d+)?", re.IGNORECASE
)
_IN_HOST = re.compile(r"\b(?P<whom>[a-z]\w{3,31})(?P<rest>\.t\.me\b)", re.IGNORECASE)
_CLOSED = re.compile(r"\b(?:tg://|(?:t|telegram)\.(?:me|dog)/(?:\+|joinchat/|c/))[^\s<>\"']+", re.IGNORECASE)
_RULES = re.compile(r"^\s*(?:user-agent|sitemap|disallow|allow)\s*:", re.IGNORECASE | re.MULTILINE)


def disguise(body: object, own: frozenset[str], stand_ins: StandIns) -> object:
    """A page about one of the names in `own` (casefolded) without anybody else; of other pages, that they were none.

    Raises ValueError on a page about another name, and on what is no page: it may not be recorded then.
    """
    if not isinstance(body, str):
        raise ValueError("not a page of Telegram's")  # noqa: TRY004 - the Recorder asks for any exception
    if not body.strip() or (_RULES.search(body) and "<" not in body):
        return body
    if not markup.is_page(body.encode(errors="replace")):
        raise ValueError("neither a page nor a robots.txt")
    if "tgme_" not in body:
        return f"<html><body>{'<input type=password>' if markup.asks_for_password(body) else ''}</body></html>"
    own = frozenset(name.rstrip("/").rpartition("/")[2].lstrip("@") for name in own)  # a handle may be an address
    one = _Disguise(own, stand_ins)
    try:
        return one.preview(read_preview(body))
    except ConnectorError:  # no preview: a card
        card = read_card(body)
        if card.title and named_by(body).casefold() not in own:
            raise ValueError("a card of somebody else") from None
        return one.card(card, named_by(body))


class _Disguise:
    """The disguise of one page."""

    def __init__(self, own: frozenset[str], stand_ins: StandIns) -> None:
        self._own, self._stand_ins = own, stand_ins

    def card(self, card: Card, name: str) -> str:
        if not card.title:
            return _page("<div class='tgme_page'></div>")
        mark = "<i class='verified-icon'></i>" if card.verified else ""
        photo = f"<img class='tgme_page_photo_image' src='{escape(card.avatar)}'>" if card.avatar else ""
        return _page(
            f"<div class='tgme_page'>{photo}<div class='tgme_page_title'>{escape(card.title)}{mark}</div>"
            f"<div class='tgme_page_extra'>{escape(card.extra)}</div>"
            f"<div class='tgme_page_description'>{self._words(card.bio, card.links)}</div>"
            f"<a class='tgme_action_button_new' href='tg://resolve?domain={escape(name)}'>{escape(card.button)}</a></div>"
        )

    def preview(self, preview: Preview) -> str:
        if not all(message.channel.casefold() in self._own for message in preview.messages):
            raise ValueError("posts of another channel")
        view = base64.urlsafe_b64encode(json.dumps({"c": int(preview.channel_id or 0)}).encode()).decode().rstrip("=")
        view = view if preview.channel_id else ""
        posts = "".join(self._message(message, view) for message in preview.messages)
        nothing = "" if preview.bare or posts else "<div class='tme_no_messages_found'></div>"
        return _page(f"<div class='tgme_channel_info'></div>{posts}{nothing}")

    def _message(self, message: Message, view: str) -> str:
        here = f"/{message.channel}/"
        if message.forwarded:
            message = replace(message, text=self._stand_ins.text(message.text), links=(), place="", position="")
        pieces = [f"<div class='tgme_widget_message' data-post='{here[1:]}{message.number}' data-view='{view}'>"]
        if message.forwarded:
            pieces.append("<div class='tgme_widget_message_forwarded_from'></div>")
        if message.reply_to:
            pieces.append(f"<a class='tgme_widget_message_reply' href='{here}{message.reply_to}'></a>")
        for picture in message.pictures:
            address = escape(self._stand_ins.address(picture.address) if message.forwarded else picture.address)
            link = f"href='{here}{picture.id.partition('-')[0]}'"
            if picture.kind == "image":
                style = f"style=\"background-image:url('{address}')\""
                pieces.append(f"<a class='tgme_widget_message_photo_wrap' {link} {style}></a>")
            else:
                pieces.append(f"<a {link}><{picture.kind} src='{address}'></{picture.kind}></a>")
        if message.film_in_app:
            pieces.append("<a class='tgme_widget_message_video_player'></a>" * (len(message.pictures) + 1))
        if message.place or message.position:
            where = f"href='https://maps.example/?q={message.position}'" if message.position else ""
            pieces.append(f"<a class='tgme_widget_message_location_wrap' {where}>{escape(message.place)}</a>")
        if message.text or message.links:
            words = self._words(message.text, message.links)
            pieces.append(f"<div class='tgme_widget_message_text'>{words}</div>")
        elif not (message.pictures or message.place or message.only_in_app):
            pieces.append("<div class='tgme_widget_message_sticker_wrap'></div>")
        time = f"<time datetime='{escape(message.created)}'></time>"
        return "".join((*pieces, f"<a class='tgme_widget_message_date'>{time}</a></div>"))

    def _words(self, text: str, links: tuple[str, ...]) -> str:
        """Own words, with the names that others go by replaced; links without anything to read."""
        shown = escape(self._named(text)).replace("\n", "<br>")
        return shown + "".join(f"<a href='{escape(self._named(link))}'></a>" for link in links)

    def _named(self, text: str) -> str:
        text = _CLOSED.sub("t.me/+anon-closed", text)
        return _SHOWN.sub(self._somebody, _IN_HOST.sub(self._somebody_in_host, text))

    def _somebody(self, shown: re.Match[str]) -> str:
        if shown["whom"].casefold() in self._own:
            return shown[0]
        return f"{shown['lead']}{self._stand_ins.handle(shown['whom'])}"

    def _somebody_in_host(self, shown: re.Match[str]) -> str:
        ours = shown["whom"].casefold() in self._own
        return shown[0] if ours else f"{self._stand_ins.handle(shown['whom'])}{shown['rest']}"


def _page(body: str) -> str:
    return f"<!DOCTYPE html><html><body>{body}</body></html>"
