"""What residents do: find a time in three taps, confirm it, move it, give it back, wait for one."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages as notices
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_POST

from gorod.catalogue import api as catalogue
from gorod.engines.applications import api as applications
from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Location, Slot
from gorod.engines.waitingroom import api as waitingroom
from gorod.faces.accounts.access import acting, is_resident, page, resident, visit
from gorod.faces.booking import showing
from gorod.faces.desk.drawing import city_map
from gorod.faces.portal import wording
from gorod.faces.waitingroom.door import behind_waiting_room
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, GorodError, NotFound
from gorod.records.facts import api as facts
from gorod.records.places import api as places

NEAREST = 8  # locations with their first times
EACH = 4  # times of each
SHOWN = 60  # times of one location


@page(open_to="everybody")
def services(request: HttpRequest) -> HttpResponse:
    """Everything that is booked, by area."""
    city, spoken = catalogue.current(), catalogue.language()
    rows: dict[str, list[dict[str, str]]] = {}
    for name in booking.bookables():
        known = city.services[name]
        area = city.area_names.get(spoken, {}).get(known.area, known.area)
        texts = known.texts[spoken]
        address = reverse("booking:find", args=[name])
        rows.setdefault(area, []).append({"name": texts.name, "summary": texts.summary, "address": address})
    return render(request, "booking/services.html", {"areas": sorted(rows.items()), "signed_in": is_resident(request)})


def known_service(name: str) -> str:
    """A service that is booked. Raises Http404."""
    if name not in booking.bookables():
        raise Http404(f"nothing is booked under {name}")
    return name


@page(open_to="everybody")
def find(request: HttpRequest, name: str) -> HttpResponseBase:
    """The nearest places with their first times; of one place, all of them. A button takes a time at once. During an announced
    opening residents come here through the waiting room, and strangers are asked to sign in first."""
    service = known_service(name)
    if is_resident(request):
        return _find_inside(request, name=service)
    if waitingroom.current(service=service) is not None:
        return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
    return _find(request, name=service)


def _find(request: HttpRequest, name: str) -> HttpResponse:
    service = name
    person = for_whom(request)
    values: dict[str, Any] = {
        "name": wording.service(service),
        "code": service,
        "signed_in": is_resident(request),
        "rules": rules_of(service),
        "moving": _moving(request, service),
    }
    if person is not None:
        me = resident(request)
        answers = _answers(request, service, me)
        values["people"] = [one | {"current": one["id"] == person} for one in answers]
        mine = next(one for one in answers if one["id"] == person)
        values |= {"against": mine["against"], "standing": mine["standing"], "of": person, "who": mine["name"]}
    chosen = _location(request)
    staff = serves(request, chosen.agency if chosen else booking.bookable(service=service).agency)
    open_here = partial(booking.free, service=service, party_id=person, staff=staff)
    if chosen is not None:
        found = open_here(locations=[chosen.location_id], since=_since(request), limit=SHOWN)
        values |= {"place": showing.place(chosen), "days": showing.days(found), "later": _later(found)}
    else:
        values["places"] = _nearest(request, service, person, open_here)
    return render(request, "booking/find.html", values)


by_service = behind_waiting_room(service=lambda name: str(name))
_find_inside = by_service(_find)


def rules_of(service: str) -> dict[str, Any]:
    """How a service is booked, published for everybody."""
    known = booking.bookable(service=service)
    return {
        "portions": [
            {"days": one.days, "at": f"{one.at:%H:%M}", "share": wording.share(one.percent / 100)}
            for one in known.portions
        ],
        "hold": known.hold_minutes,
        "answer": known.answer_minutes,
        "reserved": known.reserved_hours,
        "no_show": known.no_show,
    }


def for_whom(request: HttpRequest) -> UUID | None:
    """Whom the page is about: whoever the resident chose (`?for=`), else themselves; None for strangers. Raises Http404."""
    if not is_resident(request):
        return None
    me = resident(request)
    try:
        wanted = UUID(request.POST.get("for") or request.GET.get("for") or str(me))
    except ValueError as error:
        raise Http404("nobody you act for") from error
    if wanted != me and wanted not in people_of(request):
        raise Http404("nobody you act for")
    return wanted


def serves(request: HttpRequest, agency: str) -> bool:
    """Whether somebody of this agency serves the resident at a counter or by telephone: they give away what is kept there."""
    served = visit(request)
    return served is not None and served.agency == agency


def people_of(request: HttpRequest) -> tuple[UUID, ...]:
    """The resident and those they act for, asked once for a request."""
    found: tuple[UUID, ...] | None = request.__dict__.get("_acted_for")
    if found is None:
        found = request.__dict__["_acted_for"] = applications.people_acted_for(party_id=resident(request))
    return found


def _answers(request: HttpRequest, service: str, me: UUID) -> list[dict[str, Any]]:
    people = people_of(request)
    names = wording.people(people, me)
    found = []
    for person in people:
        answer = booking.may_book(service=service, party_id=person)
        found.append(
            {
                "id": person,
                "name": names[person],
                "against": showing.against(service, answer),
                "standing": showing.standing(answer.standing),
                "address": "?" + urlencode({"for": person}),
            }
        )
    return sorted(found, key=lambda one: bool(one["against"]))


def _moving(request: HttpRequest, service: str) -> dict[str, Any] | None:
    """The appointment that is to be moved (`?moving=`)."""
    try:
        wanted = UUID(request.GET.get("moving", ""))
    except ValueError:
        return None
    known = own(request, wanted)
    return showing.appointment(known, {}) if known.slot.service == service else None


def _location(request: HttpRequest) -> Location | None:
    try:
        return booking.location(location_id=UUID(request.GET.get("where", "")))
    except ValueError:
        return None
    except NotFound as error:
        raise Http404("no such place") from error


def _since(request: HttpRequest) -> datetime | None:
    try:
        return clock.starts(datetime.fromisoformat(request.GET.get("since", "")).date())
    except (ValueError, OverflowError):
        return None


def _later(found: list[Slot]) -> str:
    """From which day to look on; empty when that was all."""
    return (clock.city_date(found[-1].starts)).isoformat() if len(found) == SHOWN else ""


def _nearest(request: HttpRequest, service: str, person: UUID | None, open_here: Any) -> list[dict[str, Any]]:
    firsts = booking.first_by_location(
        service=service, party_id=person, staff=serves(request, booking.bookable(service=service).agency)
    )
    home = _home(request, person)
    near = [(showing.distance(home, one.location) if home else None, one) for one in firsts]
    if home:
        near.sort(key=lambda pair: (pair[0] is None, pair[0]))
    rows = []
    for km, first in near[:NEAREST]:
        there = open_here(locations=[first.location.location_id], limit=EACH)
        rows.append(
            {
                **showing.place(first.location),
                "km": wording.figure(km) if km is not None else "",
                "days": showing.days(there),
            }
        )
    return rows


@page(open_to="everybody")
def on_map(request: HttpRequest, name: str) -> HttpResponse:
    """Where a service is offered, by district. Reads nothing of anybody."""
    service = known_service(name)
    there = booking.locations(service=service)
    names = {one.code: one.names.get(catalogue.language(), one.code) for one in places.districts()}
    found: dict[str, list[dict[str, Any]]] = {}
    for one in there:
        found.setdefault(names.get(one.district, ""), []).append(showing.place(one))
    values = {
        "name": wording.service(service),
        "code": service,
        "map": city_map(Counter(one.district for one in there)),
        "districts": sorted(found.items()),
    }
    return render(request, "booking/map.html", values)


def _home(request: HttpRequest, person: UUID | None) -> tuple[float, float] | None:
    """The middle of the district where somebody lives: near enough to put places in order."""
    fact = catalogue.current().lives_in
    if person is None or not fact:
        return None
    who = acting(request)
    code = facts.values(people=[person], names=[fact], purpose=who.purpose, reader=who.reader)[person][fact]
    try:
        known = places.district(code=str(code))
    except NotFound:
        return None
    return known.lon, known.lat


@page(open_to="residents")
@require_POST
@by_service
def hold(request: HttpRequest, name: str) -> HttpResponse:
    """Keep a time, or another one for an appointment that moves, and ask for a word more."""
    service = known_service(name)
    person, who = for_whom(request), acting(request)
    assert person is not None
    try:
        slot_id = UUID(request.POST.get("slot", ""))
        slot = booking.slot(slot_id=slot_id)
        if slot.service != service:  # the waiting room of another service has not been passed
            raise Http404("no such time")
        staff = serves(request, slot.location.agency)
        if request.POST.get("moving"):
            known = own(request, UUID(request.POST["moving"]))
            made = booking.hold_other(
                appointment_id=known.appointment_id, slot_id=slot_id, staff=staff, reader=who.reader
            )
        else:
            made = booking.hold(
                slot_id=slot_id, party_id=person, by=who.by, told_id=resident(request), staff=staff, reader=who.reader
            )
    except ValueError as error:
        raise Http404("no such time") from error
    except GorodError as error:
        notices.error(request, showing.refusal(error))
        if isinstance(error, Conflict) and error.extra.get("appointment"):
            return redirect("booking:appointment", UUID(error.extra["appointment"]))
        return redirect(reverse("booking:find", args=[service]) + _again(request, person))
    return redirect("booking:appointment", made.appointment_id)


def _again(request: HttpRequest, person: UUID) -> str:
    kept = {name: request.POST[name] for name in ("where", "moving") if request.POST.get(name)}
    return "?" + urlencode({"for": person, **kept})


def own(request: HttpRequest, appointment_id: UUID) -> Any:
    """An appointment of the resident, or of somebody they act for. Raises Http404."""
    try:
        known = booking.appointment(appointment_id=appointment_id)
    except NotFound as error:
        raise Http404("no such appointment") from error
    if known.party_id != resident(request) and known.party_id not in people_of(request):
        raise Http404("no such appointment")
    return known
