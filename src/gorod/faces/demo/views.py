"""Trying a made-up city as one of its people."""

from __future__ import annotations

from uuid import UUID

from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.faces.accounts.access import page
from gorod.faces.demo import scenario, staff
from gorod.records.accounts import api as accounts
from gorod.records.installation import api as installation
from gorod.records.installation.data import Persona
from gorod.records.officials.data import Appointment, Role
from gorod.records.parties import api as parties


@page(open_to="everybody")
def try_as(request: HttpRequest) -> HttpResponse:
    """Choose one of the made-up people and be signed in as them. Raises Http404 where people are real."""
    if not installation.is_synthetic():
        raise Http404("people are real here")
    known = {str(persona.persona_id): persona for persona in installation.personas()}
    scene = scenario.read(catalogue.current())
    hired = staff.hired(scene) if scene else {}
    if request.method == "POST":
        chosen = request.POST.get("persona", "")
        if chosen in known:
            return _sign_in(request, _account_of(known[chosen]))
        if chosen in hired:
            return _sign_in(request, hired[chosen].official_id)
        raise Http404("no such persona")
    names = parties.parties(party_ids=[persona.party_id for persona in known.values()])
    return render(
        request,
        "demo/try_as.html",
        {
            "people": [
                {"id": key, "name": names[persona.party_id].names.full(), "role": _role(persona.role, scene)}
                for key, persona in known.items()
            ],
            "staff": [
                {
                    "id": key,
                    "name": one.name,
                    "role": _work(one.appointments[0]),
                }
                for key, one in hired.items()
            ],
        },
    )


def _work(held: Appointment) -> str:
    """What somebody does, and where."""
    words = {
        Role.OFFICER: _("Decides applications"),
        Role.CLERK: _("Serves visitors at the counter"),
        Role.SUPERVISOR: _("Answers for the work of others"),
        Role.OPERATOR: _("Keeps the platform running"),
    }
    agency = catalogue.current().agencies.get(held.agency)
    return f"{words[held.role]} · {agency.names[catalogue.language()]}" if agency else words[held.role]


def _role(role: str, known: scenario.Scenario | None) -> str:
    """What the city's demonstration calls somebody."""
    wanted = known.people.get(role) if known else None
    return wanted.name.get(catalogue.language(), role) if wanted else role


def _account_of(persona: Persona) -> UUID:
    found = accounts.account_of(resident_id=persona.party_id)
    found = found or accounts.ensure(login=f"demo-{persona.persona_id}", resident_id=persona.party_id)
    return found.account_id


def _sign_in(request: HttpRequest, account_id: UUID) -> HttpResponse:
    user = get_user_model().objects.get(id=account_id)
    # visitors share the account: what one of them has added must not lock out the next
    Authenticator.objects.filter(user=user).delete()
    if user.has_usable_password():  # another unusable one would end the sessions of everybody who tries the same person
        user.set_unusable_password()
        user.save()
    response: HttpResponse = perform_login(request, user, email_verification=None)
    return response
