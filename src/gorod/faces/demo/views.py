"""Trying a made-up city as one of its people."""

from __future__ import annotations

from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gorod.catalogue import api as catalogue
from gorod.faces.accounts.access import page
from gorod.faces.demo import scenario
from gorod.records.accounts import api as accounts
from gorod.records.installation import api as installation
from gorod.records.installation.data import Persona
from gorod.records.parties import api as parties


@page(open_to="everybody")
def try_as(request: HttpRequest) -> HttpResponse:
    """Choose one of the made-up people and be signed in as them. Raises Http404 where people are real."""
    if not installation.is_synthetic():
        raise Http404("people are real here")
    known = {str(persona.persona_id): persona for persona in installation.personas()}
    if request.method == "POST":
        chosen = known.get(request.POST.get("persona", ""))
        if chosen is None:
            raise Http404("no such persona")
        return _sign_in(request, chosen)
    names = parties.parties(party_ids=[persona.party_id for persona in known.values()])
    return render(
        request,
        "demo/try_as.html",
        {
            "people": [
                {"id": key, "name": names[persona.party_id].names.full(), "role": _role(persona.role)}
                for key, persona in known.items()
            ]
        },
    )


def _role(role: str) -> str:
    """What the city's demonstration calls somebody."""
    known = scenario.read(catalogue.current())
    wanted = known.people.get(role) if known else None
    return wanted.name.get(catalogue.language(), role) if wanted else role


def _sign_in(request: HttpRequest, persona: Persona) -> HttpResponse:
    found = accounts.account_of(resident_id=persona.party_id)
    found = found or accounts.ensure(login=f"demo-{persona.persona_id}", resident_id=persona.party_id)
    user = get_user_model().objects.get(id=found.account_id)
    # visitors share the account: what one of them has added must not lock out the next
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save()
    response: HttpResponse = perform_login(request, user, email_verification=None)
    return response
