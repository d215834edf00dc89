"""The door before pages of a service: who is not inside waits, and comes back to where they wanted to go."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from gorod.engines.waitingroom import api as waitingroom
from gorod.faces.accounts.access import resident
from gorod.faces.waitingroom import kept
from gorod.faces.waitingroom.residents import address

View = Callable[..., HttpResponseBase]

log = structlog.get_logger()


def behind_waiting_room(*, service: str | Callable[..., str]) -> Callable[[View], View]:
    """Let a resident into a view only when its service has no opening now, or they are inside.

    `service`: the code under which openings are announced, or what makes it of what the address says. Stands below
    `page(open_to=…)`. Somebody else waits; a form that they sent is given back. How long the view takes says how many are let in.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **more: Any) -> HttpResponseBase:
            me, code = resident(request), service if isinstance(service, str) else service(**more)
            verdict = waitingroom.may_enter(service=code, party_id=me)
            if verdict.opening is None:
                return view(request, **more)
            opening_id = verdict.opening.opening_id
            if not verdict.may:
                place = verdict.place or waitingroom.arrive(opening_id=opening_id, party_id=me)
                if not place.inside:
                    return _waits(request, address(opening_id, leads_to=request.get_full_path()))
            began = time.monotonic()
            try:
                return view(request, **more)
            finally:
                _report(opening_id, time.monotonic() - began)

        return guarded

    return declare


def _report(opening_id: UUID, seconds: float) -> None:
    """A measurement that is lost harms nobody; what the view has done must not be called failed for it."""
    try:
        waitingroom.report(opening_id=opening_id, seconds=seconds)
    except DatabaseError as error:
        log.warning("not_reported", opening=str(opening_id), error=str(error)[:300])


def _waits(request: HttpRequest, where: str) -> HttpResponseBase:
    if kept.is_form(request):
        return kept.page(request, waits_at=where)
    return redirect(where)
