"""The page on which a resident waits. It works without JavaScript: then it loads itself anew every twenty seconds."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from gorod.catalogue import api as catalogue
from gorod.engines.waitingroom import api as waitingroom
from gorod.engines.waitingroom.data import Shown, State
from gorod.faces.accounts.access import page, resident
from gorod.faces.portal import wording

NEXT = "next"


def address(opening_id: UUID, *, leads_to: str) -> str:
    """Where somebody waits who wants to go to an address of this host."""
    return f"{reverse('waitingroom:waiting', args=[opening_id])}?{urlencode({NEXT: leads_to})}"


@page(open_to="residents")
def waiting(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """One's place, how many are before it and how long that takes; then on to where one wanted to go."""
    me, shown = resident(request), waitingroom.public_state(opening_id=opening_id)
    leads_to = _local(request.GET.get(NEXT, ""))
    if shown.opening.state is State.ANNOUNCED:
        return render(request, "waitingroom/waiting.html", _values(shown, leads_to))
    if shown.opening.state is State.CLOSED:
        return redirect(leads_to)
    place = waitingroom.arrive(opening_id=opening_id, party_id=me)
    again = place.number is not None and place.number <= shown.let_in  # they had their turn
    if place.inside or (again and waitingroom.may_enter(service=shown.opening.service, party_id=me).may):
        return redirect(leads_to)
    values = _values(shown, leads_to) | {
        "waits": True,
        "again": again,
        "number": place.number,
        "arrival": place.arrival_id,
        "place_address": f"{reverse('waitingroom_public:place', args=[opening_id])}?{urlencode({'ticket': place.ticket})}",
    }
    if place.number is not None:
        values["before"], values["minutes"] = waitingroom.before(shown=shown, number=place.number)
    response = render(request, "waitingroom/waiting.html", values)
    response["Cache-Control"] = "no-store"
    return response


def _values(shown: Shown, leads_to: str) -> dict[str, Any]:
    opening = shown.opening
    return {
        "title": opening.title.get(catalogue.language()) or next(iter(opening.title.values())),
        "opens": wording.moment(opening.opens_at),
        "gathers": wording.moment(opening.gathers_at),
        "opened": opening.state is State.OPEN,
        "state_address": reverse("waitingroom_public:state", args=[opening.opening_id]),
        "record_address": reverse("waitingroom_public:record", args=[opening.opening_id]),
        "leads_to": leads_to,
    }


def _local(wanted: str) -> str:
    """An address of this host, else the home page: a link to the waiting room must not lead anybody elsewhere."""
    fine = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if fine else f"/{catalogue.language()}/"
