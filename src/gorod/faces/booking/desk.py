"""The day of a place, for those who work there: who comes when, who came, another time by dragging, a colleague who falls ill, and
what people say who could not come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from gorod.catalogue import api as catalogue
from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Appointment, Away, Day, Location, Slot, Status
from gorod.faces.accounts.access import official, page
from gorod.faces.booking import showing
from gorod.faces.booking.forms import LONGEST_APPEAL, YEARS
from gorod.faces.booking.forms import Day as DayField
from gorod.faces.desk.showing import shown
from gorod.faces.portal import wording
from gorod.kernel import clock
from gorod.kernel.errors import Forbidden, GorodError, NotFound
from gorod.records.facts import api as facts
from gorod.records.officials.data import Official, Role
from gorod.records.parties import api as parties

ROLES = (Role.OFFICER, Role.CLERK, Role.SUPERVISOR)
PURPOSE = "the day's appointments"


@page(open_to="officers and clerks")
def places(request: HttpRequest) -> HttpResponse:
    """The places of one's own agency."""
    found = [one for agency in sorted(official(request).agencies(*ROLES)) for one in booking.locations(agency=agency)]
    values = {"sites": [showing.place(one) for one in found], "appeals": len(_appeals(official(request)))}
    return shown(request, "booking/desk_places.html", values)


def _own(request: HttpRequest, location_id: UUID) -> Location:
    """A location of an agency where this official works. Raises Http404, Forbidden."""
    try:
        known = booking.location(location_id=location_id)
    except NotFound as error:
        raise Http404("no such place") from error
    if known.agency not in official(request).agencies(*ROLES):
        raise Forbidden("this place belongs to another agency", remedy="see the places of your own")
    return known


@page(open_to="officers and clerks")
def day(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """Everybody's times of one day side by side. It names people, and each opening is recorded as a reading."""
    place = _own(request, location_id)
    chosen = _day(request)
    known = booking.day(location_id=location_id, day=chosen)
    people = {one.party_id for there in known.appointments.values() for one in there}
    names = {party: one.names.full() for party, one in parties.parties(party_ids=people).items()}
    if people:
        reader = official(request).reader(place.agency)
        facts.record_reading(people=people, names=[], purpose=PURPOSE, reader=reader)
    values = {
        "place": showing.place(place),
        "day": format_date(chosen, "EEEE, d MMMM y", locale=catalogue.language()),
        "code": chosen.isoformat(),
        "before": (chosen - timedelta(days=1)).isoformat(),
        "after": (chosen + timedelta(days=1)).isoformat(),
        "columns": [c for c in _columns(known, names) if request.GET.get("provider", c["id"]) == c["id"]],
        "alone": "provider" in request.GET,
        "free": [showing.slot(one) for one in known.slots if _can_take(known, one)],
        "absences": [
            {
                "id": one.absence_id,
                "who": one.provider.name,
                "from": wording.moment(one.begins),
                "to": wording.moment(one.ends),
                "why": _why()[one.kind],
            }
            for one in booking.absent(location_id=location_id)
        ],
        "form": AwayForm(_providers(location_id), chosen),
    }
    return shown(request, "booking/desk_day.html", values)


def _day(request: HttpRequest) -> date:
    try:
        chosen = date.fromisoformat(request.GET.get("day") or request.POST.get("day", ""))
    except ValueError:
        return clock.today()
    return chosen if abs(chosen.year - clock.today().year) <= YEARS else clock.today()


def _can_take(known: Day, slot: Slot) -> bool:
    return slot.free > 0 and slot.slot_id not in known.called_off and slot.starts > clock.now()


def _columns(known: Day, names: dict[UUID, str]) -> list[dict[str, Any]]:
    """A provider each, with their times in order."""
    found: dict[UUID, dict[str, Any]] = {}
    for one in known.slots:
        column = found.setdefault(
            one.provider.provider_id, {"id": str(one.provider.provider_id), "name": one.provider.name, "slots": []}
        )
        column["slots"].append(
            {
                "id": one.slot_id,
                "hour": showing.hour(one.starts),
                "room": one.room,
                "service": wording.service(one.service),
                "code": one.service,
                "called_off": one.slot_id in known.called_off,
                "open": _can_take(known, one),
                "people": [_person(a, names) for a in known.appointments.get(one.slot_id, ())],
            }
        )
    return sorted(found.values(), key=lambda column: str(column["name"]))


def _person(one: Appointment, names: dict[UUID, str]) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": one.appointment_id,
        "name": names.get(one.party_id) or _("no name yet"),
        "state": _state(one),
        "held": one.status in (Status.PENDING, Status.PROPOSED),
        "can_arrive": one.status is Status.BOOKED and timedelta() <= one.slot.ends - now <= timedelta(hours=2),
        "can_mark": one.status in (Status.BOOKED, Status.ARRIVED) and one.slot.starts <= now,
        "can_move": one.status is Status.BOOKED and one.slot.starts > now,
    }


def _state(one: Appointment) -> str:
    return {
        Status.PROPOSED: _("offered"),
        Status.PENDING: _("held"),
        Status.BOOKED: _("booked"),
        Status.ARRIVED: _("is there"),
        Status.FULFILLED: _("came"),
        Status.NOSHOW: _("did not come"),
    }.get(one.status, "")


def _back_to(location_id: UUID, request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('booking:desk_day', args=[location_id])}?day={_day(request).isoformat()}")


def _appointment(request: HttpRequest, location_id: UUID) -> Appointment:
    """The appointment that a form names, if it is at this place. Raises Http404."""
    try:
        known = booking.appointment(appointment_id=UUID(request.POST.get("appointment", "")))
    except (ValueError, NotFound) as error:
        raise Http404("no such appointment") from error
    if known.slot.location.location_id != location_id:
        raise Http404("no such appointment here")
    return known


@page(open_to="officers and clerks")
@require_POST
def mark(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """Somebody is there, came, or did not come."""
    _own(request, location_id)
    known, by = _appointment(request, location_id), official(request).signature
    try:
        if request.POST.get("as") == "arrived":
            booking.arrive(appointment_id=known.appointment_id, by=by)
        else:
            booking.done(appointment_id=known.appointment_id, came=request.POST.get("as") == "came", by=by)
    except GorodError:
        notices.error(request, _("That cannot be said of this appointment now."))
    return _back_to(location_id, request)


@page(open_to="officers and clerks")
@require_POST
def move(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """Move an appointment to another time of the same service: dragged there, or chosen from the list. The person is told."""
    _own(request, location_id)
    known, by = _appointment(request, location_id), official(request).signature
    try:
        slot_id = UUID(request.POST.get("slot", ""))
        if booking.slot(slot_id=slot_id).location.location_id != location_id:
            raise Http404("no such time here")
        booking.hold_other(appointment_id=known.appointment_id, slot_id=slot_id, staff=True)
        booking.confirm(appointment_id=known.appointment_id, by=by)
    except (ValueError, GorodError):
        notices.error(request, _("It cannot be moved there: the time is taken, over, or of another service."))
    else:
        notices.success(request, _("Moved. The person is told."))
    return _back_to(location_id, request)


class AwayForm(forms.Form):
    """Who is away, and for how long."""

    provider = forms.ChoiceField(label=gettext_lazy("Who is away?"))
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("Until, this day included"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=[
            (Away.ILLNESS, gettext_lazy("illness")),
            (Away.LEAVE, gettext_lazy("leave")),
            (Away.CLOSED, gettext_lazy("closed")),
        ],
    )

    def __init__(self, providers: list[tuple[str, str]], day: date, data: Any = None) -> None:
        super().__init__(data, initial={"since": day, "until": day})
        self.fields["provider"].choices = providers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < max(given["since"], clock.today()):
            self.add_error("until", gettext_lazy("The last day is before the first, or over."))
        return given


def _why() -> dict[Away, str]:
    return {Away.ILLNESS: _("illness"), Away.LEAVE: _("leave"), Away.CLOSED: _("closed")}


def _providers(location_id: UUID) -> list[tuple[str, str]]:
    return [(str(one.provider_id), one.name) for one in booking.providers(location_id=location_id)]


@page(open_to="officers and clerks")
def away(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """A colleague is away: their times are called off, everybody booked is told and gets first choice."""
    place = _own(request, location_id)
    form = AwayForm(_providers(location_id), _day(request), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        booking.away(
            provider_id=UUID(given["provider"]),
            begins=clock.starts(given["since"]),
            ends=clock.starts(given["until"] + timedelta(days=1)),
            kind=Away(given["kind"]),
            by=official(request).signature,
        )
        notices.success(request, _("Called off. Everybody booked is told and chooses a new time before others."))
        return redirect(f"{reverse('booking:desk_day', args=[location_id])}?day={given['since'].isoformat()}")
    values = {"form": form, "place": showing.place(place)}
    return shown(request, "booking/desk_away.html", values, status=422 if form.errors else 200)


@page(open_to="officers and clerks")
@require_POST
def back(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """A colleague is back: times that are still to come can be booked again."""
    _own(request, location_id)
    here = {str(one.absence_id) for one in booking.absent(location_id=location_id)}
    if request.POST.get("absence") in here:
        booking.back(absence_id=UUID(request.POST["absence"]))
        notices.success(request, _("The times can be booked again."))
    return _back_to(location_id, request)


def _appeals(who: Official) -> list[Appointment]:
    return [one for agency in sorted(who.agencies(*ROLES)) for one in booking.appeals(agency=agency)]


@page(open_to="officers and clerks")
def appeals(request: HttpRequest) -> HttpResponse:
    """Who says why they could not come."""
    rows = [
        {
            "id": one.appointment_id,
            "service": wording.service(one.slot.service),
            "when": wording.moment(one.slot.starts),
        }
        for one in _appeals(official(request))
    ]
    return shown(request, "booking/desk_appeals.html", {"rows": rows})


class AppealAnswerForm(forms.Form):
    """Whether it counts, and why."""

    excused = forms.ChoiceField(
        label=gettext_lazy("Does the missed appointment count?"),
        choices=[("yes", gettext_lazy("no, there was a reason")), ("no", gettext_lazy("yes, it counts"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST_APPEAL,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write a sentence or two.")},
    )


@page(open_to="officers and clerks")
def appeal(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """One of them, and the answer."""
    who = official(request)
    known = next((one for one in _appeals(who) if one.appointment_id == appointment_id), None)
    if known is None:
        raise Http404("no such appeal here")
    reader = who.reader(known.slot.location.agency)
    facts.record_reading(
        people=[known.party_id], names=[], purpose="appeal against a missed appointment", reader=reader
    )
    form = AppealAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        booking.answer_appeal(
            appointment_id=appointment_id,
            excused=form.cleaned_data["excused"] == "yes",
            text=form.cleaned_data["text"],
            by=who.signature,
        )
        notices.success(request, _("Answered."))
        return redirect("booking:desk_appeals")
    values = {"form": form, "text": known.appeal, "one": showing.slot(known.slot)}
    return shown(request, "booking/desk_appeal.html", values, status=422 if form.errors else 200)
