"""A form that could not be taken now, given back as it was sent, to be sent again with one button. It needs no database."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gorod.catalogue import api as catalogue

RETRY_SECONDS = 10
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
CSRF = "csrfmiddlewaretoken"
SECRET = re.compile(r"(?:^|[_-])(?:pass\w*|pin|otp|secret|token|share)(?:$|[_-]|\d)", re.IGNORECASE)
ACCOUNT = re.compile(r"^/[^/]+/account/")  # passwords and one-time codes: nothing of it is written into a page


def is_form(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of ours, and it is one that may be shown again."""
    page = catalogue.language_of(path=request.path_info) and not ACCOUNT.match(request.path_info)
    return bool(page) and _is_ours(request) and request.method == "POST" and request.content_type in FORMS


def _is_ours(request: HttpRequest) -> bool:
    """Whether a page of ours sent it: nobody else writes on our pages. Older browsers, and all of them over plain http, say only
    where it comes from (Origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def page(request: HttpRequest, *, waits_at: str = "") -> HttpResponse:
    """Everything that somebody sent but passwords and files, and a button that sends it again. `waits_at`: where they wait for
    their turn; else the city is too busy."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name == CSRF or not SECRET.search(name)
        for value in values
    ]
    left_out = bool(request.FILES) or any(name != CSRF and SECRET.search(name) for name in request.POST)
    values = {
        "fields": fields,
        "typed": [value for name, value in fields if name != CSRF and _is_words(value)],
        "left_out": left_out,
        "again": request.get_full_path(),
        "waits_at": waits_at,
        # what the frame would look up in a database that may be what is overloaded
        "person": "",
        "works_here": False,
        "served": "",
        "messages": [],
    }
    response = render(request, "waitingroom/kept.html", values, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _is_words(value: str) -> bool:
    """Whether a person wrote it: no id of the page's own, and not nothing."""
    try:
        UUID(value)
    except ValueError:
        return bool(value.strip())
    return False
