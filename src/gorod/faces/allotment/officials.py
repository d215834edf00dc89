"""What officials do with allotments: plan, announce, watch. None of them can turn who gets what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.engines.allotment import api as allotments
from gorod.engines.allotment.data import State
from gorod.faces.accounts.access import official, page
from gorod.faces.allotment import showing
from gorod.faces.allotment.forms import PlanForm
from gorod.faces.desk.drawing import bars
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.kernel.errors import BadInput, GorodError

PLANS = "supervisors"
WAITING = 20  # of a reserve list


@page(open_to=PLANS)
def all_allotments(request: HttpRequest) -> HttpResponse:
    """Every allotment, drafts too."""
    known = allotments.allotments(states=list(State))
    return shown(request, "allotment/desk_allotments.html", {"rows": [showing.line(one) for one in known]})


@page(open_to=PLANS)
def new(request: HttpRequest) -> HttpResponse:
    """Plan something new."""
    who = official(request)
    return _edit(request, "", lambda document: allotments.draft(document=document, official_id=who.official_id))


@page(open_to=PLANS)
def change(request: HttpRequest, allotment_id: UUID) -> HttpResponse:
    """Change what is not announced yet."""

    def keep(document: str) -> UUID:
        allotments.change(allotment_id=allotment_id, document=document)
        return allotment_id

    return _edit(request, allotments.allotment(allotment_id=allotment_id).document, keep)


def _edit(request: HttpRequest, before: str, keep: Callable[[str], UUID]) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(posted, request.FILES or None, initial={"document": before})
    if posted is not None and form.is_valid():
        try:
            allotment_id = keep(form.cleaned_data["document"])
        except BadInput as error:
            form.refused(error)
        else:
            return redirect("allotment:desk_allotment", allotment_id)
    return shown(request, "allotment/desk_edit.html", {"form": form}, status=422 if form.errors else 200)


@page(open_to=PLANS)
def allotment(request: HttpRequest, allotment_id: UUID) -> HttpResponse:
    """One of them: its plan, how many applied for what, how the seats stand."""
    found = allotments.allotment(allotment_id=allotment_id)
    numbers = allotments.numbers(allotment_id=allotment_id)
    names = {one.id: showing.words(one.names) for one in found.plan.places}
    wished = [(names[place], numbers.wished.get(place, 0)) for place in names]
    values: dict[str, Any] = {
        "one": showing.line(found),
        "about": showing.words(found.plan.about),
        "agency": wording.owner(found.plan.agency),
        "document": found.document,
        "problem": found.problem,
        "commitment": found.commitment,
        "applications": wording.figure(numbers.applications),
        "wished": bars(sorted(wished, key=lambda one: -one[1])) if numbers.applications else [],
        "dealt": found.state is State.DEALT,
        "places": [
            {
                "name": names[one.id],
                "seats": one.seats,
                "first": numbers.first.get(one.id, 0),
                "given": numbers.given.get(one.id, 0),
                "accepted": numbers.accepted.get(one.id, 0),
                "waiting": numbers.waiting.get(one.id, ())[:WAITING],
                "waits": len(numbers.waiting.get(one.id, ())),
            }
            for one in found.plan.places
        ],
    }
    return shown(request, "allotment/desk_allotment.html", values)


@page(open_to=PLANS)
@require_POST
def announce(request: HttpRequest, allotment_id: UUID) -> HttpResponse:
    """Fix a draft for good."""
    try:
        allotments.announce(allotment_id=allotment_id)
    except GorodError as error:
        notices.error(request, f"{error.detail}; {error.remedy}")
    else:
        notices.success(request, _("Announced: rules, places and times are fixed in the public ledger."))
    return redirect("allotment:desk_allotment", allotment_id)


@page(open_to=PLANS)
@require_POST
def remove(request: HttpRequest, allotment_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    allotments.remove(allotment_id=allotment_id)
    notices.success(request, _("The draft is gone."))
    return redirect("allotment:desk_allotments")
