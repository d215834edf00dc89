"""The door of booking: who may act for whom is the caller's question, everything else is asked here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from gorod.engines.booking import data, models
from gorod.engines.booking.data import Bookable, Status, Why, WishState
from gorod.engines.booking.logic import (
    absences,
    asking,
    attendance,
    eligibility,
    expiry,
    finding,
    holding,
    known,
    looking,
    rows,
    supply,
    telling,
    waiting,
    wishing,
)
from gorod.engines.rules import api as rules
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.kernel.periods import WorkingCalendar
from gorod.records.facts.data import Reader

LISTED = 200


def configure(*, bookables: Mapping[str, Bookable], rule_set: rules.RuleSet, calendar: WorkingCalendar) -> None:
    """Set the services that are booked, their rules, and the days on which nobody is there."""
    known.configure(bookables, rule_set, calendar)


def bookables() -> Mapping[str, Bookable]:
    """The services that are booked."""
    return known.bookables()


def bookable(*, service: str) -> Bookable:
    """How a service is booked. Raises NotFound."""
    return known.bookable(service)


# --- supply


def put_location(
    *,
    code: str,
    names: Mapping[str, str],
    agency: str,
    address: str,
    district: str = "",
    lon: float | None = None,
    lat: float | None = None,
    phone: str = "",
) -> UUID:
    """Enter a location, or change the one of this code. Returns its id. Raises BadInput without a name or address."""
    if not code or not names or not address:
        raise BadInput("a location has a code, a name and an address", remedy="give all three")
    values = {
        "names": dict(names),
        "agency": agency,
        "address": address,
        "district": district,
        "lon": lon,
        "lat": lat,
        "phone": phone,
    }
    return supply.put(models.Location, code, values)


def put_provider(*, code: str, kind: data.ProviderKind, name: str, location_id: UUID) -> UUID:
    """Enter a provider, or change the one of this code. Returns its id. Raises BadInput without a name, NotFound."""
    if not code or not name:
        raise BadInput("a provider has a code and a name", remedy="give both")
    supply.location(location_id)
    return supply.put(models.Provider, code, {"kind": kind, "name": name, "location_id": location_id})


def locations(*, agency: str = "", service: str = "") -> list[data.Location]:
    """Locations, by code; those of an agency, or where a service is offered."""
    found = models.Location.objects.order_by("code")
    if agency:
        found = found.filter(agency=agency)
    if service:
        plans = models.Plan.objects.filter(service=service).values("provider__location_id")
        found = found.filter(id__in=plans)
    return [rows.location(row) for row in found]


def location(*, location_id: UUID) -> data.Location:
    """A location. Raises NotFound."""
    return rows.location(supply.location(location_id))


def providers(*, location_id: UUID | None = None, service: str = "") -> list[data.Provider]:
    """Providers, by name; those of a location, or who offer a service."""
    found = models.Provider.objects.order_by("name", "id")
    if location_id is not None:
        found = found.filter(location_id=location_id)
    if service:
        found = found.filter(id__in=models.Plan.objects.filter(service=service).values("provider_id"))
    return [rows.provider(row) for row in found]


def plan(*, plan: data.Plan) -> UUID:
    """Give a provider weekly hours for a service and make the slots. Returns the plan's id.

    Raises BadInput for hours that cannot be, Conflict when they overlap with another plan of the provider, NotFound.
    """
    return supply.add_plan(plan)


def end_plan(*, plan_id: UUID, after: date) -> None:
    """No more slots of a plan after a day (of the city). Those that somebody has or had a place in stay: call them off with
    `away`. Raises NotFound."""
    supply.end_plan(plan_id, after=after)


def plans(*, provider_id: UUID) -> dict[UUID, data.Plan]:
    """A provider's plans that are not over."""
    there = models.Plan.objects.filter(provider_id=provider_id).exclude(until__lt=clock.today()).order_by("since", "id")
    return {row.id: supply.plan_of(row) for row in there}


def make_slots() -> int:
    """Make the slots that the passing of days has brought into sight. Idempotent. Returns how many."""
    return supply.make_all()


def away(*, provider_id: UUID, begins: datetime, ends: datetime, kind: data.Away, by: str) -> UUID:
    """A provider is away: their times are called off, whoever had one is told and gets first choice. Returns the absence's id.

    Raises BadInput for a time that is over, NotFound.
    """
    with transaction.atomic():
        absence_id, lost = absences.call_off(provider_id=provider_id, begins=begins, ends=ends, kind=kind, by=by)
        for appointment_id in lost:
            app.configure_task("booking.offer_another").defer(appointment_id=str(appointment_id))
    return absence_id


def offer_another(*, appointment_id: UUID) -> None:
    """What the job of `away` does for each. Idempotent."""
    absences.offer_another(appointment_id)


def back(*, absence_id: UUID) -> None:
    """An absence ends or was a mistake. Raises NotFound."""
    absences.back(absence_id)


def in_other_room(*, provider_id: UUID, begins: datetime, ends: datetime, room: str) -> int:
    """A provider sees people in another room for a time; who is booked is told. Returns how many times it concerns."""
    return absences.in_other_room(provider_id=provider_id, begins=begins, ends=ends, room=room)


def absent(*, location_id: UUID) -> list[data.Absence]:
    """Absences at a location that are not over."""
    there = models.Absence.objects.filter(provider__location_id=location_id, ends__gt=clock.now())
    return [rows.absence(row) for row in there.select_related("provider").order_by("begins")]


# --- who may


def may_book(*, service: str, party_id: UUID, reader: Reader = eligibility.PLATFORM) -> data.Answer:
    """Whether somebody may book a service, and all that speaks against it. Reads the facts of its rule. Raises NotFound."""
    return eligibility.answer(known.bookable(service), party_id, reader=reader)


def refer(*, service: str, party_id: UUID, until: date, by: str) -> UUID:
    """Send somebody to a service, until a day of the city: it opens what is kept for referrals, and the whole service where it
    needs one. Returns the referral's id. Raises NotFound, BadInput."""
    bookable(service=service)
    if until < clock.today():
        raise BadInput("it would be over already", remedy="give a later day", field="until")
    return models.Referral.objects.create(party_id=party_id, service=service, by=by, at=clock.now(), until=until).id


# --- finding


def free(
    *,
    service: str,
    party_id: UUID | None = None,
    staff: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    locations: Sequence[UUID] = (),
    provider_id: UUID | None = None,
    limit: int = LISTED,
) -> list[data.Slot]:
    """Free times, the earliest first, as somebody may see them: `party_id` with a referral or first choice sees more, `staff`
    (at the counter, by telephone) all of them. Raises NotFound."""
    found = finding.query(
        service,
        asker=asking.asker(service, party_id, staff=staff),
        now=clock.now(),
        since=since,
        until=until,
        locations=locations,
        provider_id=provider_id,
    )
    return finding.slots(found, limit)


def first_by_location(*, service: str, party_id: UUID | None = None, staff: bool = False) -> list[data.Slot]:
    """The earliest free time at each location, the earliest first. Raises NotFound."""
    return finding.first_by_location(
        finding.query(service, asker=asking.asker(service, party_id, staff=staff), now=clock.now())
    )


def slot(*, slot_id: UUID) -> data.Slot:
    """A slot; `free` is not counted. Raises NotFound."""
    return rows.slot(holding.slot_row(slot_id))


def day(*, location_id: UUID, day: date) -> data.Day:
    """Everything at a location on a day of the city: its times, and who has a place in which. For those who work there."""
    return finding.day(location_id, clock.starts(day), clock.starts(day + timedelta(days=1)))


# --- booking


def hold(
    *,
    slot_id: UUID,
    party_id: UUID,
    by: str,
    told_id: UUID | None = None,
    staff: bool = False,
    reader: Reader = eligibility.PLATFORM,
) -> data.Appointment:
    """Keep a place for a person until they confirm (`until`). What they held of the same service before goes back; the same slot
    again is the same appointment. `told_id`: who is told, a parent; else the person. `staff`: booked for them at the counter or by
    telephone, where places are kept and the no-show rule does not hold.

    Raises NotFound, Refused when the place is gone (`instead`: others) or cannot be booked, or the rule says no (`failing`,
    `missing`), Forbidden for another location or without a referral, Conflict with an appointment they have, or the no-show rule.
    """
    asked = asking.ask(slot_id, party_id, staff=staff, reader=reader)
    return rows.one(holding.hold(asked, party_id=party_id, told_id=told_id or party_id, by=by))


def confirm(*, appointment_id: UUID, by: str) -> data.Appointment:
    """Make a held or offered place, or a held move, an appointment. Twice is once. Raises Refused when the place is somebody
    else's by now, NotFound."""
    holding.confirm(appointment_id, by=by)
    return rows.one(appointment_id)


def hold_other(
    *, appointment_id: UUID, slot_id: UUID, staff: bool = False, reader: Reader = eligibility.PLATFORM
) -> data.Appointment:
    """Keep another place to move an appointment there (`moving_to`, `until`); `confirm` moves it. Raises as `hold`."""
    row = rows.one(appointment_id)
    asked = asking.ask(slot_id, row.party_id, staff=staff, reader=reader, moving=True)
    if asked.slot.service != row.slot.service:
        raise BadInput("another service is another appointment", remedy="choose a time of the same service")
    holding.hold_other(asked, appointment_id)
    return rows.one(appointment_id)


def stay(*, appointment_id: UUID) -> None:
    """Do not move after all. Raises NotFound."""
    with transaction.atomic():
        holding.stay(rows.locked(appointment_id))


def cancel(*, appointment_id: UUID, by: str) -> None:
    """Give a held, offered or booked place back; who waits for it is asked first. Twice is once. Raises Refused, NotFound."""
    holding.cancel(appointment_id, by=by, why=Why.PERSON)


def appointment(*, appointment_id: UUID) -> data.Appointment:
    """An appointment. Raises NotFound."""
    return rows.one(appointment_id)


def appointments(*, party_ids: Collection[UUID], coming: bool = True) -> list[data.Appointment]:
    """Appointments of people: those that are held, offered or to come, the next first; else those that are over, the last
    first."""
    found = models.Appointment.objects.filter(party_id__in=list(party_ids))
    live = [Status.PROPOSED, *data.LIVE]
    if coming:
        return rows.appointments(found.filter(status__in=live).order_by("slot__starts"))
    return rows.appointments(found.exclude(status__in=live).order_by("-slot__starts")[:LISTED])


def history(*, appointment_id: UUID) -> list[data.Change]:
    """What became of an appointment and who did it, the first first."""
    there = models.Change.objects.filter(appointment_id=appointment_id).order_by("id")
    return [rows.changed(row) for row in there]


# --- the waiting list


def wish(*, party_id: UUID, wanted: data.Wanted, by: str, told_id: UUID | None = None) -> UUID:
    """Wait for a place that becomes free. Somebody has one wish a service: another one takes the place of the first, at the end of
    the list. Returns its id. Raises BadInput for days and hours that cannot be, as `hold` when they may not book."""
    return wishing.enter(wanted, party_id=party_id, told_id=told_id or party_id, by=by)


def withdraw_wish(*, wish_id: UUID) -> None:
    """Wait no more. An offer that is open stays until it is answered. Twice is once."""
    models.Wish.objects.filter(id=wish_id, state__in=[WishState.WAITING, WishState.OFFERED]).update(
        state=WishState.ENDED
    )


def wishes(*, party_ids: Collection[UUID]) -> list[data.Wish]:
    """The wishes of people that wait or have an offer."""
    live = models.Wish.objects.filter(
        party_id__in=list(party_ids), state__in=[WishState.WAITING, WishState.OFFERED]
    ).order_by("id")
    return [rows.wish(row, place=waiting.place(row)) for row in live]


# --- who came


def arrive(*, appointment_id: UUID, by: str) -> None:
    """Check in, from two hours before. Twice is once. Raises Refused, NotFound."""
    attendance.arrive(appointment_id, by=by)


def done(*, appointment_id: UUID, came: bool, by: str) -> None:
    """Say whether the person came. Can be corrected for 30 days. Raises Refused, NotFound."""
    attendance.done(appointment_id, came=came, by=by)


def appeal(*, appointment_id: UUID, text: str) -> None:
    """Say why one could not come. Raises BadInput, Conflict, Refused, NotFound."""
    attendance.appeal(appointment_id, text=text)


def answer_appeal(*, appointment_id: UUID, excused: bool, text: str, by: str) -> None:
    """Decide an appeal. Raises BadInput, Conflict, NotFound."""
    attendance.answer_appeal(appointment_id, excused=excused, text=text, by=by)


def appeals(*, agency: str) -> list[data.Appointment]:
    """Appeals at an agency's locations that wait for an answer, the oldest first."""
    waiting_ones = models.Appointment.objects.filter(slot__location__agency=agency, answer="").exclude(appeal="")
    return rows.appointments(waiting_ones.order_by("appeal_at")[:LISTED])


# --- all of an agency's own


def provider(*, provider_id: UUID) -> data.Provider:
    """A provider. Raises NotFound."""
    return looking.provider(provider_id)


def plans_at(*, agency: str) -> list[data.KnownPlan]:
    """The plans at an agency's locations, those that are over too."""
    return looking.plans(agency)


def slots_at(*, wanted: data.Selection) -> tuple[int, list[data.SlotNow]]:
    """An agency's slots, whatever their state, by their beginning; before them, how many there are on all pages."""
    return looking.slots(wanted)


def appointments_at(*, wanted: data.Selection) -> tuple[int, list[data.Appointment]]:
    """The appointments at an agency's locations, by their beginning; before them, how many there are on all pages."""
    return looking.appointments(wanted)


# --- the clock


def go_on() -> dict[str, int]:
    """What time brings: holds and offers end and their places go to who waits; reminders; what is over. Idempotent. Returns how
    many of each."""
    with transaction.atomic():
        reminded = telling.remind()
    return {
        "ended": expiry.end_holds(),
        "reminded": reminded,
        "wishes": waiting.days_over(),
        "over": attendance.over(),
    }
