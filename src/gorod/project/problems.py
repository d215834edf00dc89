"""Problems as pages: what people see where machines get problem details (`faces.api.problems`)."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from gorod.catalogue import api as catalogue
from gorod.faces.api import problems
from gorod.faces.waitingroom import kept
from gorod.kernel.errors import GorodError


def page_of(request: HttpRequest, status: int) -> HttpResponse:
    """The page for a status, in the language of the address, else in the city's first. A form that was sent at a bad moment is
    given back."""
    language = catalogue.language_of(path=request.path_info) or catalogue.current().languages[0]
    with translation.override(language):
        if status == HTTPStatus.SERVICE_UNAVAILABLE and kept.is_form(request):
            return kept.page(request)
        return render(request, "gorod/problem.html", {"status": status}, status=status)


def page_of_error(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page for a refusal, or for a database that is away; None for what nobody foresaw, and where machines come in."""
    understood = isinstance(error, (GorodError, *problems.AWAY)) and catalogue.language_of(path=request.path_info)
    return page_of(request, problems.translate(error).status) if understood else None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing is at this address."""
    return page_of(request, HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """It is not theirs, or the form was not sent from its own page."""
    return page_of(request, HTTPStatus.FORBIDDEN)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke; the log says what."""
    return page_of(request, HTTPStatus.INTERNAL_SERVER_ERROR)
