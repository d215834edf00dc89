"""What every request and every answer passes."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from gorod.catalogue import api as catalogue
from gorod.project import problems
from gorod.ui.pages import policy

Next = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: Next) -> Next:
    """The strictest Content-Security-Policy for pages or for machines, unless the view set its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        page = response.get("Content-Type", "").startswith("text/html")
        response.headers.setdefault("Content-Security-Policy", policy.pages() if page else policy.MACHINES)
        return response

    return middleware


def language_of_the_address(get_response: Next) -> Next:
    """The first part of a page's address is its language, if the city speaks it; times are the city's. Everything else is in
    English and UTC: machines read it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = catalogue.language_of(path=request.path_info)
        if not language:
            with translation.override("en"):
                return get_response(request)
        with translation.override(language), timezone.override(catalogue.current().time_zone):
            response = get_response(request)
            if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                response = problems.page_of(request, response.status_code)
        response.headers.setdefault("Content-Language", language)
        return response

    middleware.process_exception = problems.page_of_error  # type: ignore[attr-defined]
    return middleware


def kept_by_nobody(get_response: Next) -> Next:
    """What a signed-in person sees is stored by no browser and no proxy: somebody else may sit there next."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:  # and not the user: the database may be away
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
