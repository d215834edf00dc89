"""Django's settings. Everything that differs between installations comes from the environment (see `environment`)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import structlog

from gorod.project import environment
from gorod.project.database import connection_settings

environment.prepare()

_SOURCE = Path(__file__).resolve().parents[1]


def _our_apps() -> list[str]:
    """Every module with an `apps.py`, found by walking: adding a module edits no list."""
    return sorted(".".join(("gorod", *path.parent.relative_to(_SOURCE).parts)) for path in _SOURCE.glob("*/*/apps.py"))


SECRET_KEY = os.environ["GOROD_SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = os.environ.get("GOROD_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DATABASES = {"default": connection_settings(os.environ.get("DATABASE_URL", "postgresql:///gorod"))}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "procrastinate.contrib.django",
    "gorod.project",
    *_our_apps(),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gorod.project.middleware.content_security_policy",
    "gorod.faces.api.problems.everywhere",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
ROOT_URLCONF = "gorod.project.urls"
WSGI_APPLICATION = "gorod.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LOCALE_PATHS = [_SOURCE / "ui" / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = Path(sys.prefix) / "static"  # collected at set-up by ui/assets/build.py
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024  # the largest body of a request; a batch of events is smaller
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "gorod.faces.api.clients.RandomSecretHasher",
]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
EMAIL_HOST = os.environ.get("GOROD_EMAIL_HOST", "")  # empty: e-mails wait
EMAIL_PORT = int(os.environ.get("GOROD_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("GOROD_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("GOROD_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = bool(EMAIL_HOST_USER)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("GOROD_EMAIL_FROM", "gorod@localhost")
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
IDP_OIDC_PRIVATE_KEY = os.environ["GOROD_OIDC_KEY"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
GOROD_CITY = environment.city_folder()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # without the frames' locals: they hold secrets and people's data
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
        structlog.processors.JSONRenderer(),
    ]
)
