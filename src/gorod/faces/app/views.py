"""What a browser reads to install the portal and to show something of it without a network."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.faces.accounts.access import page
from gorod.faces.api.access import open_to
from gorod.ui.pages import policy

COLOUR = "#0f5257"  # `brand` in ui/assets/scss
GROUND = "#ffffff"
ICONS = {
    "mark.svg": {"sizes": "any", "type": "image/svg+xml"},
    "icon-192.png": {"sizes": "192x192", "type": "image/png"},
    "icon-512.png": {"sizes": "512x512", "type": "image/png"},
    "icon-maskable.png": {"sizes": "512x512", "type": "image/png", "purpose": "maskable"},
}
ASSETS = (
    "gorod.css",
    "app.js",
    "mark.svg",
    "icon-192.png",
    *(f"fonts/golos-text-{script}-{weight}-normal.woff2" for script in ("cyrillic", "latin") for weight in (400, 700)),
)


@page(open_to="everybody")
def manifest(request: HttpRequest) -> HttpResponse:
    """The W3C Web Application Manifest in the language of the address. It is one app whatever the language."""
    language = catalogue.language()
    name = catalogue.current().names[language]
    values = {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": language,
        "start_url": f"/{language}/",
        "scope": "/",
        "display": "standalone",
        "theme_color": COLOUR,
        "background_color": GROUND,
        "icons": [{"src": static(f"gorod/{file}"), **said} for file, said in ICONS.items()],
    }
    return JsonResponse(values, content_type="application/manifest+json")


@page(open_to="everybody")
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown in place of a page that needs a network."""
    return render(request, "app/offline.html")


@open_to("everybody")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: what this release consists of, and the script that works with it. Browsers compare it byte by byte, so
    a new release replaces the old one.
    """
    city = catalogue.current()
    body = _worker(tuple(city.languages), tuple(city.names[language] for language in city.languages))
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Content-Security-Policy"] = policy.WORKER
    response["Cache-Control"] = "no-cache"
    return response


@cache  # browsers ask for it at every page
def _worker(languages: tuple[str, ...], names: tuple[str, ...]) -> str:
    release: dict[str, Any] = {
        "assets": [static(f"gorod/{file}") for file in ASSETS],
        "icon": static("gorod/icon-192.png"),
        "keepSeconds": settings.SESSION_COOKIE_AGE,
        "leave": [],
        "offline": {},
        "inbox": {},
        "words": {},
    }
    script = static("gorod/worker.js")
    digest = hashlib.sha256(script.encode())
    for language, name in zip(languages, names, strict=True):
        with translation.override(language):
            release["leave"].append(reverse("account_logout"))
            release["offline"][language] = reverse("app:offline")
            release["inbox"][language] = reverse("portal:inbox")
            release["words"][language] = {"title": name, "body": _("You have a new message")}
            # the page is kept with the release, so other words are another release
            digest.update(render_to_string("app/offline.html", {"city": name, "language": language}).encode())
    digest.update(json.dumps(release).encode())
    release["release"] = digest.hexdigest()[:16]
    return f"self.gorod = {json.dumps(release)};\nimportScripts({json.dumps(script)});\n"
