"""A resident's own applications: applying, ordering wishes, what the city knows, what came of it, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.catalogue import api as catalogue
from gorod.engines.allotment import api as allotments
from gorod.engines.allotment.data import NOT_FOR_THEM, State
from gorod.engines.applications import api as actors
from gorod.faces.accounts.access import page, resident
from gorod.faces.allotment import showing
from gorod.faces.allotment.citizens import public
from gorod.faces.allotment.forms import ApplyForm
from gorod.faces.portal import wording
from gorod.kernel.errors import BadInput, GorodError, NotFound
from gorod.verify.allotment.problem import MOST_WISHES


@page(open_to="residents")
def apply(request: HttpRequest, allotment_id: UUID) -> HttpResponse:
    """Apply for a child or for oneself. Raises NotFound."""
    me, found = resident(request), public(allotment_id)
    have = {
        one.party_id for one in allotments.applications_of(party_id=me, allotment_id=allotment_id) if not one.withdrawn
    }
    people = [one for one in actors.people_acted_for(party_id=me) if one not in have]
    names = wording.people(people, me)
    options = [(str(one), names[one]) for one in (*people[1:], *people[:1])]  # children first, whoever asks last
    form = ApplyForm(options, found.plan, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = allotments.apply(
                allotment_id=allotment_id, party_id=me, about_id=UUID(said["about"]), wishes=[said["place"]]
            )
        except GorodError as error:
            form.add_error(None, showing.in_the_way(error))
        else:
            notices.success(request, _("You have applied. Now say which other places you want, the best first."))
            return redirect("allotment:own", made)
    values = {"form": form, "one": showing.line(found), "open": found.state is State.OPEN and options}
    return render(request, "allotment/apply.html", values, status=422 if form.errors else 200)


@page(open_to="residents")
def mine(request: HttpRequest) -> HttpResponse:
    """Applications of oneself and of whomever one acts for, newest first."""
    me = resident(request)
    known = allotments.applications_of(party_id=me)
    names = wording.people([one.party_id for one in known], me)
    return render(request, "allotment/mine.html", {"rows": [showing.application(one, names) for one in known]})


@page(open_to="residents")
def one(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One of them: wishes, what the city knows, what came of it. Raises NotFound."""
    me = resident(request)
    found = allotments.application(application_id=application_id, party_id=me)
    of = allotments.allotment(allotment_id=found.allotment_id)
    others = [
        other
        for other in allotments.applications_of(party_id=me, allotment_id=found.allotment_id)
        if not other.withdrawn and other.application_id != application_id
    ]
    names = wording.people([found.party_id, *(other.party_id for other in others)], me)
    places = showing.by_id(of.plan)
    running = of.state is State.OPEN and not found.withdrawn
    values: dict[str, Any] = {
        "application": showing.application(found, names),
        "one": showing.line(of),
        "changes": running,
        "wishes": [{"id": place, "name": showing.words(places[place].names)} for place in found.wishes],
        "more": showing.choices(of.plan, but=found.wishes) if len(found.wishes) < MOST_WISHES else [],
        "most": MOST_WISHES,
        "alone": len(found.wishes) == 1,
        "with": [names[other.party_id] for other in others if found.together and other.together == found.together],
        "others": [
            {"id": other.application_id, "name": names[other.party_id]}
            for other in others
            if not found.together or other.together != found.together
        ],
        "seats": [showing.seat(seat, of.plan) for seat in found.seats],
        "told": found.told.get(catalogue.language()) or next(iter(found.told.values()), ()),
        "not_for_them": NOT_FOR_THEM in found.left_out,
        "missing": showing.missing(tuple(name for name in found.left_out if name != NOT_FOR_THEM)),
        "answer_days": of.plan.answer_days,
        "dealt": of.state is State.DEALT,
    }
    if running:
        known = allotments.known(allotment_id=found.allotment_id, about_id=found.party_id, party_id=me)
        values["known"] = [showing.known(each, of.plan) for each in known]
        values["of"] = found.party_id
    return render(request, "allotment/own.html", values)


@page(open_to="residents")
@require_POST
def wishes(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Add, move or remove a wish; the button says which. Raises NotFound, BadInput for no button."""
    me = resident(request)
    now = list(allotments.application(application_id=application_id, party_id=me).wishes)
    what, _space, place = request.POST.get("do", "").partition(" ")
    if what == "add":
        now.append(request.POST.get("place", ""))
    elif place not in now:
        raise BadInput("this place is not wished for", remedy="see the application")
    else:
        at = now.index(place)
        now.remove(place)
        if what != "remove":
            now.insert(max(0, at + (-1 if what == "up" else 1)), place)
    return _done(
        request, application_id, lambda: allotments.wish(application_id=application_id, party_id=me, wishes=now)
    )


@page(open_to="residents")
@require_POST
def together(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Stay together with another. Raises NotFound."""
    me = resident(request)
    try:
        other = UUID(request.POST.get("other", ""))
    except ValueError:
        raise NotFound("no such application", remedy="choose one of the list") from None
    return _done(
        request,
        application_id,
        lambda: allotments.stay_together(application_id=application_id, party_id=me, other_id=other),
    )


@page(open_to="residents")
@require_POST
def apart(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Be seated alone again. Raises NotFound."""
    me = resident(request)
    return _done(request, application_id, lambda: allotments.go_apart(application_id=application_id, party_id=me))


@page(open_to="residents")
@require_POST
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Take it back. Raises NotFound."""
    me = resident(request)
    return _done(request, application_id, lambda: allotments.withdraw(application_id=application_id, party_id=me))


@page(open_to="residents")
@require_POST
def answer(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Accept a seat or give it up; the button says which. Raises NotFound, BadInput for no button."""
    me = resident(request)
    allotments.application(application_id=application_id, party_id=me)
    what, _space, seat = request.POST.get("do", "").partition(" ")
    try:
        seat_id = UUID(seat)
    except ValueError:
        raise BadInput("which seat?", remedy="press one of the buttons") from None
    return _done(
        request,
        application_id,
        lambda: allotments.answer(
            application_id=application_id, party_id=me, seat_id=seat_id, accepts=what == "accept"
        ),
    )


def _done(request: HttpRequest, application_id: UUID, do: Callable[[], None]) -> HttpResponse:
    """Do it, and say what is in the way when it cannot be done."""
    try:
        do()
    except NotFound:
        raise
    except GorodError as error:
        notices.error(request, showing.in_the_way(error))
    else:
        notices.success(request, _("Saved."))
    return redirect("allotment:own", application_id)
