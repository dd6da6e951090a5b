"""What tests let a Misago do: addresses of the forum itself, and one that takes commands (POST, JSON).

A command names a function below and its arguments; the functions go through Misago's own models and markup, so that
what the public interface shows is what it would show of people who had clicked.
"""

import json
import traceback
from datetime import datetime

from django.contrib.auth import get_user_model
from django.http import JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import JavaScriptCatalog
from misago.cache.versions import invalidate_all_caches
from misago.categories.models import Category
from misago.conf.models import Setting
from misago.markup import common_flavour
from misago.threads.checksums import update_post_checksum
from misago.threads.models import Post, Thread
from misago.threads.test import post_thread, reply_thread
from misago.users.models import Ban

User = get_user_model()


def _user(name):
    return User.objects.get(username=name)


def _write(request, post, text):
    flavour = common_flavour(request, post.poster, text)
    post.original, post.parsed = text, flavour["parsed_text"]
    update_post_checksum(post)
    post.save()


def create_user(_, name, joined="", fields=()):
    user = User.objects.create_user(name, f"{name}@mail.test", "loopback-only")
    user.profile_fields = dict(fields)
    user.avatars = [{"size": 400, "url": "/static/misago/img/blank-avatar.png"}]  # pages do not open without
    if joined:
        user.joined_on = datetime.fromisoformat(joined)
    user.save()
    return user.pk


def create_category(_, name):
    category = Category(name=name, slug=name.casefold().replace(" ", "-"))
    category.insert_at(Category.objects.root_category(), position="last-child", save=True)
    for role in Category.objects.get(slug="first-category").category_role_set.all():
        category.category_role_set.create(role=role.role, category_role=role.category_role)
    invalidate_all_caches()
    return category.pk


def thread(request, by, title, text, at="", category="first-category"):
    started = datetime.fromisoformat(at) if at else None
    made = post_thread(Category.objects.get(slug=category), title, _user(by), started_on=started)
    _write(request, made.first_post, text)
    return _counted(made, made.first_post)


def reply(request, thread, by, text, at=""):
    under = Thread.objects.get(pk=thread)
    post = reply_thread(under, _user(by), posted_on=datetime.fromisoformat(at) if at else None)
    _write(request, post, text)
    return _counted(under, post)


def _counted(thread, post):
    post.poster.posts = post.poster.post_set.count()
    post.poster.threads = post.poster.thread_set.count()
    post.poster.save()
    return {"thread": thread.pk, "post": post.pk}


def edit(request, post, text, at):
    found = Post.objects.get(pk=post)
    found.edits, found.updated_on = found.edits + 1, datetime.fromisoformat(at)
    _write(request, found, text)


def delete_post(_, post):
    found = Post.objects.get(pk=post)
    found.delete()
    found.thread.synchronize()
    found.thread.save()
    _counted(found.thread, found)


def delete_thread(_, thread):
    Thread.objects.get(pk=thread).delete()


def follow(_, follower, followed):
    fan, star = _user(follower), _user(followed)
    fan.follows.add(star)
    _count_follows(fan, star)


def unfollow(_, follower, followed):
    fan, star = _user(follower), _user(followed)
    fan.follows.remove(star)
    _count_follows(fan, star)


def _count_follows(*users):
    for user in users:
        user.followers, user.following = user.followed_by.count(), user.follows.count()
        user.save()


def rename(_, name, new):
    user = _user(name)
    user.set_username(new)
    user.save()


def disable(_, name):
    User.objects.filter(username=name).update(is_active=False)


def ban(_, name):
    Ban.objects.create(banned_value=name, user_message="Against the rules.")
    Ban.objects.invalidate_cache()


def delete_user(_, name):
    _user(name).delete(anonymous_username="Deleted")


def set_setting(_, name, value):
    Setting.objects.filter(setting=name).update(dry_value=value)
    invalidate_all_caches()


_COMMANDS = {
    command.__name__: command
    for command in (
        create_user,
        create_category,
        thread,
        reply,
        edit,
        delete_post,
        delete_thread,
        follow,
        unfollow,
        rename,
        disable,
        ban,
        delete_user,
        set_setting,
    )
}


@csrf_exempt
def _control(request):
    asked = json.loads(request.body)
    try:
        return JsonResponse({"made": _COMMANDS[asked.pop("do")](request, **asked)})
    except Exception:
        return JsonResponse({"error": traceback.format_exc()}, status=500)


urlpatterns = [
    path("test-control/", _control),
    path("", include("misago.urls", namespace="misago")),
    path("django-i18n.js", JavaScriptCatalog.as_view(packages=["misago"]), name="django-i18n"),
]
handler403 = "misago.core.errorpages.permission_denied"
handler404 = "misago.core.errorpages.page_not_found"
