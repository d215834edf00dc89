"""Errors as RFC 9457 problem details: one form for every refusal of the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure
from psycopg_pool import PoolTimeout

from gorod.catalogue import api as catalogue
from gorod.kernel.canonical import plain
from gorod.kernel.errors import BadInput, GorodError, NotFound

TYPE = "urn:gorod:problem:"
RETRY_SECONDS = 5
AGAIN = "send the same again, with the same ids and keys"
IN_THE_WAY = (DeadlockDetected, SerializationFailure, LockNotAvailable)
AWAY = (OperationalError, InterfaceError, PoolTimeout)  # the database cannot be reached, or has no connection to spare

log = structlog.get_logger()


class Unauthenticated(GorodError):
    """No token, or one that is not valid any more."""

    status = 401
    code = "unauthenticated"
    title = "A valid access token is needed"


class Unavailable(GorodError):
    """The database cannot be reached or is too busy. A commit that was cut off may have happened: the same request again, with
    the same ids and keys, does what is still to be done."""

    status = 503
    code = "unavailable"
    title = "Try again in a moment"


class TooLarge(GorodError):
    """The body is larger than any request needs."""

    status = 413
    code = "too-large"
    title = "The request is too large"


def answer(error: GorodError) -> HttpResponse:
    """The problem as a response. Retryable ones carry Retry-After, those without a token WWW-Authenticate (RFC 6750)."""
    body = {
        "type": f"{TYPE}{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "remedy": error.remedy,
        **plain(error.extra),
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=error.status, content_type="application/problem+json"
    )
    if error.status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="gorod"'
    return response


def translate(error: Exception) -> GorodError:
    """Whatever was raised as something a caller can act on. What is not understood is logged and stays without details."""
    match error:
        case GorodError():
            return error
        case ValidationError():
            where = [_place(found) for found in error.errors]
            return BadInput(where[0], remedy="see /api/openapi.json", errors=where)
        case RequestDataTooBig():
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            return TooLarge(f"the body has more than {limit} bytes", remedy="send several smaller requests")
        case Http404():
            return NotFound("there is nothing at this address", remedy="see /api/openapi.json")
        case HttpError():
            return BadInput(str(error), remedy="see /api/openapi.json")
        case OperationalError() if isinstance(error.__cause__, IN_THE_WAY):
            log.warning("in_each_others_way", error=str(error))
            return Unavailable("another request changed the same rows at this moment", remedy=AGAIN)
        case _ if isinstance(error, AWAY):
            log.error("database_unavailable", error=str(error))
            return Unavailable("the database cannot be reached", remedy=AGAIN)
    log.error("unexpected_error", exc_info=error)
    return GorodError("the platform failed at this request", remedy="the operator sees it in the log; try again later")


def _place(found: dict[str, Any]) -> str:
    return f"{'.'.join(str(part) for part in found.get('loc', ()))}: {found.get('msg', 'not valid')}"


def install(api: NinjaAPI) -> None:
    """Have every error of an API answered in this form."""

    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(translate(error))

    for kind in (Exception, Http404, HttpError, ValidationError):
        api.exception_handler(kind)(handle)


class NotAllowed(GorodError):
    """The address exists and does not take this method."""

    status = 405
    code = "method-not-allowed"
    title = "This address does not take the method"


def everywhere(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what Django itself answers under /api/ (no such address, no such method) is a problem too, and so is a
    database that is away, at every address: the token endpoint is a view of a library and would answer 500."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/api/") or "json" in response.get("Content-Type", ""):
            return response
        if response.status_code == 404:
            return answer(NotFound(f"there is nothing at {request.path}", remedy="see /api/openapi.json"))
        if response.status_code == 405:
            problem = answer(
                NotAllowed(f"{request.path} does not take {request.method}", remedy=f"use {response['Allow']}")
            )
            problem["Allow"] = response["Allow"]
            return problem
        return response

    middleware.process_exception = _unavailable  # type: ignore[attr-defined]
    return middleware


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """A page says it in words (`project.problems`), everything else as a problem."""
    of_page = catalogue.language_of(path=request.path_info)
    return answer(translate(error)) if isinstance(error, AWAY) and not of_page else None
