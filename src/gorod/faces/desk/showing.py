"""What every page of the desk shows: who works here, and what their appointments open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.cases.data import LIVE, Case, Phase
from gorod.faces.accounts.access import STAFF, official
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.errors import GorodError
from gorod.records.officials import api as officials
from gorod.records.officials.data import Official


def shown(request: HttpRequest, template: str, values: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, with the places that this official may go to."""
    who = official(request)
    return render(request, template, {**values, "official": who, "places": _places(request, who)}, status=status)


def _places(request: HttpRequest, who: Official) -> list[dict[str, Any]]:
    everything = [
        ("officers", "queue", _("Queue")),
        ("officers", "confirmations", _("To confirm")),
        ("officers", "disputes", _("Disputed facts")),
        ("clerks", "counter", _("Counter")),
        ("officers and clerks", "booking:desk_places", _("Appointments")),
        ("clerks", "polls:give_paper", _("Votes on paper")),
        ("officers and clerks", "emergency", _("Emergency access")),
        ("supervisors", "reviews", _("Emergencies to look at")),
        ("supervisors", "charts", _("How the work goes")),
        ("supervisors", "polls:desk_polls", _("Polls")),
        ("supervisors", "proposals:desk_proposals", _("Proposals")),
        ("supervisors", "allotment:desk_allotments", _("Places that are dealt out")),
        ("supervisors and operators", "what_if", _("What if")),
        ("operators", "operations", _("What is stuck")),
        ("officials", "content", _("Services and rules")),
    ]
    here = request.path
    return [
        {
            "name": words,
            "address": (address := reverse(name if ":" in name else f"desk:{name}")),
            "current": here.startswith(address),
        }
        for roles, name, words in everything
        if who.holds(STAFF[roles])
    ]


def case_row(case: Case) -> dict[str, Any]:
    """A case in one line of a list. It names no person."""
    return {
        "number": case.number,
        "service": wording.service(case.service),
        "address": reverse("desk:case", args=[case.number]),
        "status": status(case),
        "deadline": wording.day(case.deadline) if case.phase in LIVE else "",
        "overdue": case.deadline < clock.today() and case.phase is Phase.OPEN,
    }


def status(case: Case) -> str:
    """How a case stands, as colleagues say it: the city's words speak to the resident."""
    of_the_person = {Phase.ASKS: _("waits for the person"), Phase.WITHDRAWN: _("withdrawn by the person")}
    return of_the_person.get(case.phase) or wording.status(case)


def name_of(official_id: UUID | None) -> str:
    """The name of somebody who works for the city; empty when nobody is meant."""
    return officials.official(official_id=official_id).name if official_id else ""


def signed(signature: str, agency: str) -> str:
    """Who did something, for colleagues: an official by name."""
    first, _space, rest = signature.partition(" ")
    if first in ("official", "clerk"):
        return name_of(UUID(rest.split(" ")[0]))
    if first == "resident":
        return _("the resident")
    return wording.who(signature, agency) or signature


def in_the_way(error: GorodError) -> str:
    """Why something is not possible now, in words."""
    words = {
        "colleague": _("A colleague works on it: ask them to hand it over."),
        "own": _("Four eyes are those of two people: a colleague confirms it."),
        "appeal": _("You took part in the decision: a colleague looks at the appeal."),
        "proposed": _("A decision is proposed already: confirm it or send it back."),
    }
    return words.get(str(error.extra.get("why")), _("That is not possible now: it has changed since you looked."))


def agencies(codes: frozenset[str]) -> list[tuple[str, str]]:
    """Agencies as a form offers them."""
    known = catalogue.current().agencies
    return [(code, wording.owner(code)) for code in sorted(codes) if code in known]
