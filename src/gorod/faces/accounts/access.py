"""Who may open a page: everybody, or a signed-in resident. The URL walk reads the declaration and tries each page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from gorod.kernel.errors import Forbidden
from gorod.records.parties import api as parties

RESIDENTS = "residents"
View = Callable[..., HttpResponseBase]


def page(*, open_to: str) -> Callable[[View], View]:
    """Declare who may open a page and keep everybody else out: strangers are asked to sign in and then brought back.

    Raises Forbidden for somebody who is signed in and no resident.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **more: Any) -> HttpResponseBase:
            if open_to == RESIDENTS:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
                _resident_id(request)
            return view(request, **more)

        guarded.open_to = open_to  # type: ignore[attr-defined]
        return guarded

    return declare


def is_resident(request: HttpRequest) -> bool:
    """Whether a resident is signed in."""
    return request.user.is_authenticated and request.user.resident_id is not None


def resident(request: HttpRequest) -> UUID:
    """The resident who is signed in. Raises Forbidden for an account of somebody who only works in the city's offices."""
    known = _resident_id(request)
    return parties.canonical(party_ids=[known])[known]


def _resident_id(request: HttpRequest) -> UUID:
    """The id in the account: perhaps that of a row that was merged into another."""
    user = request.user
    if not user.is_authenticated or user.resident_id is None:
        raise Forbidden("this page is for residents", remedy="sign in with a resident's account")
    return user.resident_id
