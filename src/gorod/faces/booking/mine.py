"""A resident's appointments and wishes, and what they do with each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Appointment, Status
from gorod.engines.waitingroom import api as waitingroom
from gorod.faces.accounts.access import acting, page, resident
from gorod.faces.booking import calendars, showing
from gorod.faces.booking.forms import AppealForm, WishForm
from gorod.faces.booking.residents import for_whom, known_service, own, people_of
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, GorodError

CHECK_IN_S = 2 * 3600  # before the time


@page(open_to="residents")
def appointments(request: HttpRequest) -> HttpResponse:
    """What is offered, held, to come; wishes with their place; what is over."""
    people = people_of(request)
    names = wording.people(people, resident(request))
    values = {
        "coming": [showing.appointment(one, names) for one in booking.appointments(party_ids=people)],
        "wishes": [showing.wish(one, names) for one in booking.wishes(party_ids=people)],
        "over": [showing.appointment(one, names) for one in booking.appointments(party_ids=people, coming=False)[:20]],
    }
    return render(request, "booking/appointments.html", values)


@page(open_to="residents")
def appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """One appointment, and what can be done with it now."""
    return _shown(request, own(request, appointment_id))


def _shown(request: HttpRequest, known: Appointment, form: AppealForm | None = None) -> HttpResponse:
    names = wording.people(people_of(request), resident(request))
    now, starts = clock.now(), known.slot.starts
    answer = booking.may_book(service=known.slot.service, party_id=known.party_id) if _missed(known) else None
    values: dict[str, Any] = {
        "one": showing.appointment(known, names),
        "history": [showing.change(one) for one in booking.history(appointment_id=known.appointment_id)],
        "can_move": known.status is Status.BOOKED and starts > now,
        "can_cancel": known.status is Status.BOOKED and starts > now,
        "can_arrive": known.status is Status.BOOKED and 0 <= (starts - now).total_seconds() <= CHECK_IN_S,
        "standing": showing.standing(answer.standing) if answer else None,
        "appeal": known.appeal,
        "answer": known.answer,
        "form": form or (AppealForm() if _missed(known) and not known.appeal else None),
    }
    return render(request, "booking/appointment.html", values, status=422 if form is not None else 200)


def _missed(known: Appointment) -> bool:
    return known.status is Status.NOSHOW and not known.excused


@page(open_to="residents")
@require_POST
def act(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Confirm, stay, give back, check in: the button says which."""
    known, by = own(request, appointment_id), acting(request).by
    what = request.POST.get("do", "")
    try:
        if what == "confirm":
            booking.confirm(appointment_id=appointment_id, by=by)
            waitingroom.leave(service=known.slot.service, party_id=resident(request))  # the next one may come in
            notices.success(request, _("Booked. We remind you before."))
        elif what == "stay":
            booking.stay(appointment_id=appointment_id)
            notices.success(request, _("Nothing has changed."))
        elif what == "cancel":
            booking.cancel(appointment_id=appointment_id, by=by)
            notices.success(request, _("Given back. Thank you: somebody waits for this time."))
        elif what == "arrive":
            booking.arrive(appointment_id=appointment_id, by=by)
            notices.success(request, _("They know that you are there."))
        else:
            raise BadInput(f"nobody can {what!r} an appointment", remedy="load the page anew")
    except BadInput:
        raise
    except GorodError as error:
        notices.error(request, showing.refusal(error))
    return redirect("booking:appointment", known.appointment_id)


@page(open_to="residents")
@require_POST
def appeal(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Say why one could not come."""
    known = own(request, appointment_id)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _shown(request, known, form)
    booking.appeal(appointment_id=appointment_id, text=form.cleaned_data["text"])
    notices.success(request, _("A person reads it and answers you."))
    return redirect("booking:appointment", appointment_id)


@page(open_to="residents")
def calendar(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """The appointment as a file for one's own calendar (RFC 5545)."""
    known = own(request, appointment_id)
    if known.status not in (Status.BOOKED, Status.ARRIVED):
        raise Http404("only what is booked goes into a calendar")
    address = request.build_absolute_uri(request.path.removesuffix("calendar.ics"))
    response = HttpResponse(calendars.event(known, address=address), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@page(open_to="residents")
def wait(request: HttpRequest, name: str) -> HttpResponse:
    """Wait for a place that becomes free, on the days and at the hours that suit."""
    service, person = known_service(name), for_whom(request)
    assert person is not None
    places = [(str(one.location_id), showing.place(one)["name"]) for one in booking.locations(service=service)]
    form = WishForm(places, request.GET.get("where", ""), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            booking.wish(party_id=person, wanted=form.wanted(service), by=acting(request).by, told_id=resident(request))
        except GorodError as error:
            form.add_error(None, showing.refusal(error))
        else:
            notices.success(request, _("You are on the list. When a place becomes free we offer it to you."))
            return redirect("booking:appointments")
    names = wording.people([person], resident(request))
    values = {"form": form, "for": person, "who": names[person], "name": wording.service(service), "code": service}
    return render(request, "booking/wait.html", values, status=422 if form.errors else 200)


@page(open_to="residents")
@require_POST
def withdraw(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """Wait no more."""
    mine = {one.wish_id for one in booking.wishes(party_ids=people_of(request))}
    if wish_id in mine:
        booking.withdraw_wish(wish_id=wish_id)
        notices.success(request, _("You wait no more."))
    return redirect("booking:appointments")
