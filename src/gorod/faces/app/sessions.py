"""Telling the service worker whom a page was made for, without saying who it is."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from gorod.catalogue import api as catalogue
from gorod.faces.api import problems

HEADER = "Gorod-Session"
UNKNOWN = "unknown"  # the database is away: no reason to remove what is kept, least of all now


def named(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give every page of a signed-in resident the name of their session: what is kept for offline is kept under it, and a page with
    another name or none removes it. The name leads back to no key; another sign-in has another one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and catalogue.language_of(path=request.path_info):
            try:
                if request.user.is_authenticated and request.user.resident_id is not None:
                    response[HEADER] = salted_hmac(__name__, request.session.session_key or "").hexdigest()
            except problems.AWAY:
                response[HEADER] = UNKNOWN
        return response

    return middleware
