"""Pages in the shape of t.me's, about an invented school."""

import base64
import json

ID = "1006503122"
VIEW = base64.urlsafe_b64encode(json.dumps({"c": -int(ID), "p": 1, "t": 2, "h": "x"}).encode()).decode().rstrip("=")


def page(body, head=""):
    return (
        f"<!DOCTYPE html>\n<html class='theme_dark'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    )


def card(
    extra="12 345 subscribers",
    title="Hazelbrook Primary",
    bio="News of our school. <a href='https://hazelbrook.example/'>hazelbrook.example</a>",
    button="View in Telegram",
    name="hazelbrook",
    mark="",
):
    return page(
        "<div class='tgme_page_wrap'><div class='tgme_body_wrap'><div class='tgme_page'>"
        f"<div class='tgme_page_photo'><a href='tg://resolve?domain={name}'>"
        "<img class='tgme_page_photo_image' src='https://cdn.example/badge.jpg'></a></div>"
        f"<div class='tgme_page_title' dir='auto'><span dir='auto'>{title}</span>{mark}</div>"
        f"<div class='tgme_page_extra'>{extra}</div>"
        f"<div class='tgme_page_description' dir='auto'>{bio}</div>"
        f"<div class='tgme_page_action'><a class='tgme_action_button_new shine' href='tg://resolve?domain={name}'>{button}</a>"
        "</div></div></div></div>",
        f"<meta property='og:title' content='{title}'>",
    )


NOBODY = page(
    "<div class='tgme_page_wrap'><div class='tgme_page'><div class='tgme_page_icon'></div>"
    "<div class='tgme_page_description'>If you have <strong>Telegram</strong>, you can contact "
    "<a class='tgme_username_link' href='tg://resolve?domain=hazelbrook'>@hazelbrook</a> right away.</div>"
    "<a class='tgme_action_button_new' href='tg://resolve?domain=hazelbrook'>Send Message</a></div></div>",
    "<title>Telegram: Contact @hazelbrook</title>",
)
LOGIN = page("<form><input type='password'></form>")


def preview(*posts, info=True):
    header = (
        "<div class='tgme_channel_info'><div class='tgme_channel_info_counter'><span class='counter_value'>12.3K</span> "
        "<span class='counter_type'>subscribers</span></div></div>"
    )
    return page(f"{header if info else ''}<section class='tgme_channel_history'>{''.join(posts)}</section>")


def post(number, *, body=None, text=None, day=None, name="hazelbrook", view=VIEW, classes="", meta=""):
    day = f"2026-10-{number % 28 + 1:02d}T09:00:00+00:00" if day is None else day
    text = f"Post {number}" if text is None else text
    if body is None:
        body = f"<div class='tgme_widget_message_text js-message_text' dir='auto'>{text}</div>"
    return (
        "<div class='tgme_widget_message_wrap js-widget_message_wrap'>"
        f"<div class='tgme_widget_message text_not_supported_wrap js-widget_message {classes}' data-post='{name}/{number}' "
        f"data-view='{view}'><div class='tgme_widget_message_user'><a href='https://t.me/{name}'>"
        "<i class='tgme_widget_message_user_photo'><img src='https://cdn.example/badge.jpg'></i></a></div>"
        "<div class='tgme_widget_message_bubble'>"
        f"<div class='tgme_widget_message_author'><a class='tgme_widget_message_owner_name'>Hazelbrook</a></div>{body}"
        f"<div class='tgme_widget_message_footer'><span class='tgme_widget_message_views'>1.2K</span>{meta}"
        f"<a class='tgme_widget_message_date' href='https://t.me/{name}/{number}'>"
        f"<time datetime='{day}' class='time'>09:00</time></a></div></div></div></div>"
    )


def photo(number, address="https://cdn.example/a.jpg", name="hazelbrook"):
    return (
        f"<a class='tgme_widget_message_photo_wrap grouped_media_wrap' href='https://t.me/{name}/{number}?single' "
        f"style=\"width:800px;background-image:url('{address}')\"></a>"
    )


def film(number, src="https://cdn.example/a.mp4", nested=True):
    video = f"<div class='tgme_widget_message_video_wrap'><video src='{src}' class='tgme_widget_message_video'></video></div>"
    thumb = "<i class='tgme_widget_message_video_thumb' style=\"background-image:url('https://cdn.example/still.jpg')\"></i>"
    player = f"<a class='tgme_widget_message_video_player' href='https://t.me/hazelbrook/{number}'>{thumb}"
    if not src:
        return f"{player}<div class='message_media_not_supported_wrap'>Media is too big</div></a>"
    return f"{player}{video}</a>" if nested else f"{player}</a>{video}"


SERVICE = post(1, text="Channel created", classes="service_message")
NOTHING = page("<div class='tgme_channel_info'></div><div class='tme_no_messages_found'>No posts found</div>")
