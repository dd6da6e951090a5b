"""Settings of the Misago that tests start: those of its own development project, on loopback and without helpers.

misago.py copies this file beside a folder of data, whose places and ports come through the environment.
"""

import os

from devproject.settings import *  # noqa: F403 - Misago's own settings are the base

BASE_DIR = os.environ["MISAGO_FOLDER"]
DEBUG = False
SECRET_KEY = "loopback-only-and-for-the-length-of-a-test-and-no-longer"
ALLOWED_HOSTS = ["127.0.0.1"]
MISAGO_ADDRESS = os.environ["MISAGO_URL"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "pg",
        "PASSWORD": "",
        "HOST": "127.0.0.1",
        "PORT": os.environ["MISAGO_POSTGRES"],
    }
}
MEDIA_ROOT = f"{BASE_DIR}/media"
STATIC_ROOT = f"{BASE_DIR}/static"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_BROKER_URL = "memory://"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in
INSTALLED_APPS = [name for name in INSTALLED_APPS if name != "debug_toolbar"]  # noqa: F405 - from the base
MIDDLEWARE = [name for name in MIDDLEWARE if "debug_toolbar" not in name]  # noqa: F405 - from the base
ROOT_URLCONF = "misago_control"
