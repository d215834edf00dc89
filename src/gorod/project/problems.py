"""Problems as pages: what people see where machines get problem details (`faces.api.problems`)."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from gorod.catalogue import api as catalogue
from gorod.faces.api import problems
from gorod.kernel.errors import GorodError


def page_of(request: HttpRequest, status: int) -> HttpResponse:
    """The page for a status, in the language of the address, else in the city's first."""
    city = catalogue.current()
    spoken = translation.get_language() or ""
    first = request.path_info.split("/", 2)[1]
    with translation.override(spoken if first == spoken else city.languages[0]):
        return render(request, "gorod/problem.html", {"status": status}, status=status)


def page_of_error(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page for what a view of a page raised; None where machines come in. Whatever is not understood is logged."""
    if request.path_info.split("/", 2)[1] not in catalogue.current().languages:
        return None
    if not isinstance(error, (GorodError, *problems.AWAY)):
        return None
    return page_of(request, problems.translate(error).status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing is at this address."""
    return page_of(request, HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """It is not theirs, or the form was not sent from its own page."""
    return page_of(request, HTTPStatus.FORBIDDEN)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke; the log says what."""
    return page_of(request, HTTPStatus.INTERNAL_SERVER_ERROR)
