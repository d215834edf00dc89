"""What every page of the portal has: a language in its address, who may open it, the headers of a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from babel import Locale
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import City

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
View = Callable[..., HttpResponse]


def page(*, open_to: str) -> Callable[[View], View]:
    """A view `(request, city, language, …)` at an address that begins with a language of the city; 404 in any other.

    `open_to` says who may open it; the URL walk reads it.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def speaking(request: HttpRequest, language: str, **more: Any) -> HttpResponse:
            city = catalogue.current()
            if language not in city.languages:
                raise Http404(f"this city does not speak {language}")
            with translation.override(language):
                response = view(request, city, language, **more)
            response["Content-Security-Policy"] = POLICY
            response["Content-Language"] = language
            return response

        speaking.open_to = open_to  # type: ignore[attr-defined]
        return speaking

    return declare


def show(request: HttpRequest, template: str, city: City, language: str, **values: object) -> HttpResponse:
    """A page of the portal with the frame around it."""
    frame = {
        "city": city.names[language],
        "language": language,
        "languages": [
            {
                "code": code,
                "name": (Locale.parse(code).get_display_name(code) or code).capitalize(),
                "current": code == language,
                "address": f"/{code}/{request.path.split('/', 2)[2]}",
            }
            for code in city.languages
        ],
        "home": reverse("portal:home", args=[language]),
    }
    return render(request, template, {**frame, **values})
