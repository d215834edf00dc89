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
    "gorod.project.apps.NoticesConfig",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "gorod.project.apps.ProjectConfig",
    *_our_apps(),  # before allauth: their templates dress its pages
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gorod.project.middleware.content_security_policy",
    "gorod.project.middleware.language_of_the_address",
    "gorod.faces.waitingroom.brake.brake",
    "gorod.faces.api.problems.everywhere",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gorod.project.middleware.kept_by_nobody",
    "gorod.faces.app.sessions.named",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "gorod.project.frame.frame",
            ]
        },
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
BRAKE_REQUESTS = int(os.environ.get("GOROD_BRAKE_REQUESTS", "3"))
BRAKE_SECONDS = int(os.environ.get("GOROD_BRAKE_MS", "1000")) / 1000
HTTPS = os.environ.get("GOROD_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
CSRF_FAILURE_VIEW = "gorod.project.problems.forbidden"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "gorod.faces.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up without a code: see faces.accounts
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_SESSION_REMEMBER = False  # a browser of the family or of a library is left as it was found
ACCOUNT_RATE_LIMITS = {
    "account_code": "10/m/ip",
    "mandate": "20/h/user",
    "poll_token": "60/h/user",
}  # beside allauth's own limits
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("GOROD_TRUSTED_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow it on this machine only
MFA_FORMS = {"add_webauthn": "gorod.faces.accounts.forms.AddPasskeyForm"}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ADAPTER = "gorod.faces.accounts.adapter.MfaAdapter"
USERSESSIONS_TRACK_ACTIVITY = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
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
PUSH_KEY = os.environ["GOROD_PUSH_KEY"]
PUSH_PRIVATE = os.environ.get("GOROD_PUSH_PRIVATE") == "1"
X_FRAME_OPTIONS = "DENY"
IDP_OIDC_ADAPTER = "gorod.faces.accounts.oidc.Provider"
IDP_OIDC_PRIVATE_KEY = os.environ["GOROD_OIDC_KEY"]
GOROD_SEAL = os.environ["GOROD_SEAL"]
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
