"""A clinic with doctors, and people who want to see them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from gorod.engines.booking import api, models
from gorod.engines.booking.data import Appointment, Bookable, Hours, NoShowRule, Plan, Portion, ProviderKind, Slot
from gorod.engines.rules.api import RuleSet
from gorod.kernel import clock
from gorod.kernel.periods import WorkingCalendar
from gorod.records.parties import api as parties
from gorod.records.parties.data import Names

DOCTOR = "doctor"
MONDAY = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)
EVERY_DAY = tuple(Hours(weekday=weekday, begins=time(9), ends=time(12)) for weekday in range(1, 8))
RULE = Bookable(
    service=DOCTOR,
    agency="health",
    portions=(Portion(days=14, at=time(7, 30)),),
    reserved_hours=0,
    no_show=NoShowRule(times=2, within_days=90, pause_days=14),
)


def configure(bookable: Bookable = RULE, *, holidays: frozenset[date] = frozenset(), **otherwise: Any) -> None:
    """One service that is booked, with these rules otherwise."""
    made = replace(bookable, **otherwise)
    calendar = WorkingCalendar(holidays=holidays)
    api.configure(bookables={made.service: made}, rule_set=RuleSet({}, {}), calendar=calendar)


def it_is(moment: datetime) -> AbstractContextManager[None]:
    """The city's clock at a moment, while the block runs."""
    return clock.moved_by(moment - clock.now())


def clinic(code: str = "clinic_1") -> UUID:
    """A location."""
    return api.put_location(code=code, names={"en": code}, agency="health", address="1 Main Street")


def doctor(code: str = "dr_1", *, location_id: UUID | None = None) -> UUID:
    """Who is booked."""
    return api.put_provider(
        code=code, kind=ProviderKind.PRACTITIONER, name=f"Dr {code}", location_id=location_id or clinic()
    )


def plan(provider_id: UUID | None = None, **otherwise: Any) -> UUID:
    """Three hours every day, a time each 30 minutes, from today. Returns the provider."""
    chosen = provider_id or doctor()
    made = Plan(provider_id=chosen, service=DOCTOR, hours=EVERY_DAY, minutes=30, since=clock.today())
    api.plan(plan=replace(made, **otherwise))
    return chosen


def person() -> UUID:
    """Somebody who lives here."""
    return parties.create(names=Names(given_name="Anna"), language="en")


def first(**wanted: Any) -> Slot:
    """The earliest free time."""
    return api.free(service=DOCTOR, limit=1, **wanted)[0]


def held(party_id: UUID | None = None, slot: Slot | None = None, **more: Any) -> Appointment:
    """A place that is held."""
    return api.hold(slot_id=(slot or first()).slot_id, party_id=party_id or person(), by="test", **more)


def booked(party_id: UUID | None = None, slot: Slot | None = None, **more: Any) -> Appointment:
    """A place that is booked."""
    return api.confirm(appointment_id=held(party_id, slot, **more).appointment_id, by="test")


def told(party_id: UUID) -> list[str]:
    """The kinds of messages somebody has got, by name."""
    from gorod.engines.messages import api as messages

    return sorted(one.kind for one in messages.inbox(party_id=party_id))


def whole() -> None:
    """What must always hold of seats and appointments together."""
    for seat in models.Seat.objects.exclude(appointment_id=None):
        row = models.Appointment.objects.get(id=seat.appointment_id)
        assert seat.id in (row.seat_id, row.moving_seat_id)
        assert row.status in ("pending", "proposed", "booked", "arrived", "fulfilled", "noshow"), row.status
    for row in models.Appointment.objects.filter(status__in=["booked", "arrived", "fulfilled", "noshow"]):
        seat = models.Seat.objects.get(id=row.seat_id)
        assert (seat.state, seat.appointment_id, seat.slot_id) == ("booked", row.id, row.slot_id)


def nobody() -> UUID:
    """An id that nothing has."""
    return uuid4()
