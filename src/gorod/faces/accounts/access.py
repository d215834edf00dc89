"""Who may open a page: everybody, or a signed-in resident. The URL walk reads the declaration and tries each page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from gorod.kernel.errors import Forbidden
from gorod.records.parties import api as parties

EVERYBODY = "everybody"
RESIDENTS = "residents"
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, kw_only=True)
class Resident:
    """The resident who is signed in."""

    account_id: UUID
    resident_id: UUID


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
                resident(request)
            return view(request, **more)

        guarded.open_to = open_to  # type: ignore[attr-defined]
        return guarded

    return declare


def resident(request: HttpRequest) -> Resident:
    """Who is signed in. Raises Forbidden for an account of somebody who only works in the city's offices."""
    user = request.user
    if not user.is_authenticated or user.resident_id is None:
        raise Forbidden("this page is for residents", remedy="sign in with a resident's account")
    known = parties.canonical(party_ids=[user.resident_id])[user.resident_id]
    return Resident(account_id=user.id, resident_id=known)
