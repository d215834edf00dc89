"""Who may open a page: everybody, a resident, or somebody appointed to a role. The URL walk reads the declaration and tries it.

A clerk who serves a visitor opens the residents' pages as that visitor; what is done there carries the clerk's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages as notices
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from gorod.engines.counter import api as counter
from gorod.engines.counter.data import Visit
from gorod.kernel.errors import Forbidden
from gorod.records.facts.data import Reader
from gorod.records.installation import api as installation
from gorod.records.officials import api as officials
from gorod.records.officials.data import Official, Role
from gorod.records.parties import api as parties

RESIDENTS = "residents"
LOOKS = "the resident looks"  # why a resident reads their own facts
STAFF: Mapping[str, frozenset[Role]] = {
    "officials": frozenset(Role),
    "officers": frozenset({Role.OFFICER, Role.SUPERVISOR}),
    "clerks": frozenset({Role.CLERK}),
    "officers and clerks": frozenset({Role.OFFICER, Role.SUPERVISOR, Role.CLERK}),
    "supervisors": frozenset({Role.SUPERVISOR}),
    "supervisors and operators": frozenset({Role.SUPERVISOR, Role.OPERATOR}),
    "operators": frozenset({Role.OPERATOR}),
}
SECOND_FACTORS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who does what is done on a resident's page: as histories and as the access log name them, and why they read."""

    by: str
    reader: Reader
    purpose: str


def page(*, open_to: str, at_counter: bool = True) -> Callable[[View], View]:
    """Declare who may open a page and keep everybody else out: strangers are asked to sign in and then brought back.

    `open_to`: everybody, residents, or a key of STAFF. `at_counter` false: a resident's page that no clerk opens for them. Staff
    need a second factor where people are real. Raises Forbidden for somebody who is signed in and not meant.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **more: Any) -> HttpResponseBase:
            if open_to != "everybody":
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
                if open_to == RESIDENTS:
                    _must_be_resident(request, at_counter=at_counter)
                elif (turned_away := _not_staff(request, STAFF[open_to])) is not None:
                    return turned_away
            return view(request, **more)

        guarded.open_to = open_to  # type: ignore[attr-defined]
        return guarded

    return declare


def is_resident(request: HttpRequest) -> bool:
    """Whether a resident is signed in, or served at the counter by who is."""
    return request.user.is_authenticated and (request.user.resident_id is not None or visit(request) is not None)


def resident(request: HttpRequest) -> UUID:
    """The resident who is signed in, or whom the clerk serves. Raises Forbidden for anybody else."""
    user = request.user
    served = visit(request)
    known = user.resident_id if user.is_authenticated else None
    known = served.party_id if served else known
    if known is None:
        raise Forbidden("this page is for residents", remedy="sign in with a resident's account")
    return _person(request, known)


def _person(request: HttpRequest, party_id: UUID) -> UUID:
    """The account may name a row that was merged into another; asked once for a request."""
    asked: dict[UUID, UUID] = request.__dict__.setdefault("_persons", {})
    if party_id not in asked:
        asked |= parties.canonical(party_ids=[party_id])
    return asked[party_id]


def visit(request: HttpRequest) -> Visit | None:
    """The visit that runs when a clerk is signed in."""
    user = request.user
    if not user.is_authenticated or user.resident_id is not None:
        return None
    return counter.running(official_id=user.pk)


def acting(request: HttpRequest) -> Acting:
    """Who acts on a resident's page: the resident, or the clerk who serves them."""
    served = visit(request)
    if served is not None:
        reader = official(request).reader(served.agency)
        return Acting(by=counter.signature(served), reader=reader, purpose=counter.PURPOSE)
    me = resident(request)
    return Acting(by=f"resident {me}", reader=Reader(kind="resident", name=str(me)), purpose=LOOKS)


def official(request: HttpRequest) -> Official:
    """Who is signed in, with their appointments. Raises Forbidden for who holds none."""
    user = request.user
    found = officials.officials(official_ids=[user.pk]).get(user.pk) if user.is_authenticated else None
    if found is None or not found.appointments:
        raise Forbidden("this page is for those who work for the city", remedy="sign in with the account of your work")
    return found


def _must_be_resident(request: HttpRequest, *, at_counter: bool) -> None:
    if not is_resident(request):
        raise Forbidden("this page is for residents", remedy="sign in with a resident's account")
    if not at_counter and visit(request) is not None:
        raise Forbidden("this page is the resident's alone", remedy="they open it with an account of their own")


def _not_staff(request: HttpRequest, roles: frozenset[Role]) -> HttpResponseBase | None:
    """Where somebody is sent who may come in once they have a second factor. Raises Forbidden for who may not."""
    if not official(request).holds(roles):
        raise Forbidden("your appointment does not cover this page", remedy="a supervisor asks for one that does")
    if installation.is_synthetic() or Authenticator.objects.filter(user=request.user, type__in=SECOND_FACTORS).exists():
        return None
    notices.info(request, _("Your work needs a second proof of who you are: add a key or an app first."))
    return redirect("mfa_index")
