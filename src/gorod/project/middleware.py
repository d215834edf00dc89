"""What every request and every answer passes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from gorod.catalogue import api as catalogue
from gorod.project import problems

# machines need no scripts, styles or frames; pages have them from this host only
MACHINES = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
Next = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: Next) -> Next:
    """The strictest Content-Security-Policy for pages or for machines, unless the view set its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        page = response.get("Content-Type", "").startswith("text/html")
        response.headers.setdefault("Content-Security-Policy", PAGES if page else MACHINES)
        return response

    return middleware


def language_of_the_address(get_response: Next) -> Next:
    """The first part of a page's address is its language, if the city speaks it. Everything else is English: machines read it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        first = request.path_info.split("/", 2)[1]
        if first not in catalogue.current().languages:
            with translation.override("en"):
                return get_response(request)
        with translation.override(first):
            response = get_response(request)
        response.headers.setdefault("Content-Language", first)
        return response

    middleware.process_exception = problems.page_of_error  # type: ignore[attr-defined]
    return middleware


def kept_by_nobody(get_response: Next) -> Next:
    """What a signed-in person sees is stored by no browser and no proxy: somebody else may sit there next."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
