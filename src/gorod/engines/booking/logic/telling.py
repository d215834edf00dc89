"""What people are told of their appointments, in the transaction in which it becomes true; and reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

from gorod.engines.booking import models
from gorod.engines.booking.data import Status
from gorod.engines.booking.logic import known
from gorod.engines.messages import api as messages
from gorod.engines.messages.data import Value
from gorod.kernel import clock

AT_ONCE = 500


def hour(instant: datetime) -> str:
    """A time of day in the city, as `07:30`."""
    return clock.in_city(instant).strftime("%H:%M")


def _tell(kind: str, row: models.Appointment, key: str, **more: Value) -> None:
    language = messages.language_of(party_id=row.told_id)
    slot = models.Slot.objects.select_related("location", "provider").get(id=row.slot_id)
    names: dict[str, str] = slot.location.names
    values: dict[str, Value] = {
        "day": clock.city_date(slot.starts),
        "time": hour(slot.starts),
        "place": names.get(language) or next(iter(names.values()), ""),
        "address": slot.location.address,
        "room": slot.room,
        "provider": slot.provider.name,
        **more,
    }
    messages.tell(
        party_id=row.told_id,
        key=f"{kind}:{row.id}:{key}",
        kind=kind,
        service=row.service,
        about=f"appointment:{row.id}",
        values=values,
    )


def booked(row: models.Appointment) -> None:
    """It is booked."""
    _tell("appointment_booked", row, "")


def moved(row: models.Appointment) -> None:
    """It is at another time, or in another room."""
    _tell("appointment_moved", row, f"{row.version}:{row.slot.room}")


def cancelled(row: models.Appointment) -> None:
    """It was given back."""
    _tell("appointment_cancelled", row, "")


def called_off(row: models.Appointment) -> None:
    """Who was to see them is away."""
    until = row.first_choice_until
    _tell("appointment_called_off", row, "", until=clock.city_date(until) if until else None)


def offered(row: models.Appointment) -> None:
    """A place is held for them until they answer."""
    assert row.until is not None
    _tell("place_offered", row, "", until=clock.city_date(row.until), until_time=hour(row.until))


def missed(row: models.Appointment) -> None:
    """They did not come."""
    _tell("appointment_missed", row, str(row.version))


def answered(row: models.Appointment) -> None:
    """Their appeal was decided."""
    _tell("appeal_answered", row, "", text=row.answer)


def remind() -> int:
    """Remind of what is near, each of a service's hours once; who booked later than that needs none. Returns how many."""
    told, now = 0, clock.now()
    for bookable in known.bookables().values():
        for hours in bookable.remind_hours:
            near = models.Appointment.objects.filter(
                service=bookable.service,
                status=Status.BOOKED,
                slot__starts__gt=now,
                slot__starts__lte=now + timedelta(hours=hours),
            ).exclude(reminded__contains=hours)
            for row in near.select_related("slot").select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]:
                if row.changed_at <= row.slot.starts - timedelta(hours=hours):
                    _tell("appointment_reminder", row, f"{hours}:{row.slot_id}")
                    told += 1
                row.reminded = [*row.reminded, hours]
                row.save(update_fields=["reminded"])
    return told
