"""What a waiting browser asks again and again: JSON without a session, the same for everybody but for one's own place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from gorod.engines.waitingroom import api as waitingroom
from gorod.engines.waitingroom.data import State
from gorod.faces.api import problems
from gorod.faces.api.access import open_to
from gorod.kernel.errors import GorodError, NotFound

ASKED = "public, max-age=1"
KEPT = "public, max-age=3600"


def _machine(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refusals as problem details."""

    @wraps(view)
    def answering(request: HttpRequest, **more: Any) -> HttpResponse:
        try:
            return view(request, **more)
        except GorodError as error:
            return problems.answer(error)

    return answering


@open_to("everybody")
@require_safe
@_machine
def state(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """How far an opening is. A process asks the database once a second at most, and a proxy in front need not ask more often."""
    known = waitingroom.public_state(opening_id=opening_id)
    said = {
        "state": known.opening.state,
        "opens_at": known.opening.opens_at.isoformat(),
        "closes_at": known.opening.closes_at.isoformat(),
        "now": known.now.isoformat(),
        "present": known.present,
        "given": known.given,
        "let_in": known.let_in,
        "rate": known.rate,
    }
    return JsonResponse(said, headers={"Cache-Control": ASKED})


@open_to("everybody")
@require_safe
@_machine
def place(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """The place that the ticket in the address proves; null while there is none. One look by the primary key."""
    found = waitingroom.place_of(opening_id=opening_id, ticket=request.GET.get("ticket", ""))
    return JsonResponse({"place": found.number}, headers={"Cache-Control": "no-store"})


@open_to("everybody")
@require_safe
@_machine
def record(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """How places were given, for whoever checks it, once it is over: before, the machines have other things to do."""
    if waitingroom.public_state(opening_id=opening_id).opening.state is not State.CLOSED:
        raise NotFound("this opening is not over", remedy="ask again after it has closed")
    found = waitingroom.record(opening_id=opening_id)
    said = {
        "opening": str(found.opening_id),
        "service": found.service,
        "opens_at": found.opens_at.isoformat(),
        "drawn_at": found.drawn_at.isoformat(),
        "seed": found.seed.hex(),
        "arrivals": [[one.arrival_id, one.batch, one.place] for one in found.arrivals],
    }
    return JsonResponse(said, headers={"Cache-Control": KEPT})
