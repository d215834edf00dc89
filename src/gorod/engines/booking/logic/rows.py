"""Rows as the door gives them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gorod.engines.booking import data, models
from gorod.kernel import clock
from gorod.kernel.errors import NotFound

WITH_SLOTS = (
    "slot__provider", "slot__location", "moving_to__provider", "moving_to__location",
)  # fmt: skip


def location(row: models.Location) -> data.Location:
    """A location."""
    return data.Location(
        location_id=row.id,
        code=row.code,
        names=row.names,
        agency=row.agency,
        address=row.address,
        district=row.district,
        lon=row.lon,
        lat=row.lat,
        phone=row.phone,
        version=row.version,
        changed_at=row.changed_at,
    )


def provider(row: models.Provider) -> data.Provider:
    """A provider."""
    return data.Provider(
        provider_id=row.id,
        code=row.code,
        kind=data.ProviderKind(row.kind),
        name=row.name,
        location_id=row.location_id,
        version=row.version,
        changed_at=row.changed_at,
    )


def slot(row: models.Slot, *, free: int = 0) -> data.Slot:
    """A slot, its provider and location read with it."""
    return data.Slot(
        slot_id=row.id,
        service=row.service,
        starts=row.starts,
        ends=row.ends,
        opens=row.opens,
        provider=provider(row.provider),
        location=location(row.location),
        room=row.room,
        mode=data.Mode(row.mode),
        capacity=row.capacity,
        free=free,
    )


def appointment(row: models.Appointment) -> data.Appointment:
    """An appointment, its slots read with it."""
    return data.Appointment(
        appointment_id=row.id,
        party_id=row.party_id,
        told_id=row.told_id,
        status=data.Status(row.status),
        slot=slot(row.slot),
        made_at=row.made_at,
        made_by=row.made_by,
        until=row.until,
        moving_to=slot(row.moving_to) if row.moving_to is not None else None,
        why=data.Why(row.why) if row.why else None,
        first_choice_until=row.first_choice_until,
        wish_id=row.wish_id,
        excused=row.excused,
        appeal=row.appeal,
        appeal_open=bool(row.appeal) and not row.answer,
        answer=row.answer,
        version=row.version,
        changed_at=row.changed_at,
    )


def appointments(found: QuerySet[models.Appointment]) -> list[data.Appointment]:
    """Appointments with their slots."""
    return [appointment(row) for row in found.select_related(*WITH_SLOTS)]


def one(appointment_id: UUID) -> data.Appointment:
    """An appointment. Raises NotFound."""
    found = appointments(models.Appointment.objects.filter(id=appointment_id))
    if not found:
        raise NotFound(f"no appointment {appointment_id}", remedy="see your appointments")
    return found[0]


def locked(appointment_id: UUID) -> models.Appointment:
    """The row of an appointment, nobody else's until the end of the transaction. Raises NotFound."""
    found = models.Appointment.objects.select_for_update().filter(id=appointment_id).first()
    if found is None:
        raise NotFound(f"no appointment {appointment_id}", remedy="see your appointments")
    return found


def change(
    row: models.Appointment, *, status: data.Status, by: str, why: data.Why | None = None, now: datetime | None = None
) -> None:
    """Set an appointment's status and whatever else was changed in the row, and note who did it."""
    at = now or clock.now()
    row.status, row.why, row.changed_at = status, why or "", at
    row.version += 1
    row.save()
    note(row, by=by, at=at)


def note(row: models.Appointment, *, by: str, at: datetime) -> None:
    """Note what an appointment has become."""
    starts = row.slot.starts
    models.Change.objects.create(appointment=row, status=row.status, why=row.why, starts=starts, by=by, at=at)


def wanted(row: models.Wish) -> data.Wanted:
    """What a wish is for."""
    return data.Wanted(
        service=row.service,
        since=row.since,
        until=row.until,
        begins=row.begins,
        ends=row.ends,
        weekdays=tuple(row.weekdays),
        locations=tuple(UUID(one) for one in row.locations),
        provider_id=row.provider_id,
    )


def ids(found: Iterable[UUID]) -> list[str]:
    """Ids as JSON keeps them."""
    return [str(one) for one in found]


def changed(row: models.Change) -> data.Change:
    """A change of an appointment."""
    return data.Change(
        status=data.Status(row.status),
        why=data.Why(row.why) if row.why else None,
        starts=row.starts,
        by=row.by,
        at=row.at,
    )


def absence(row: models.Absence) -> data.Absence:
    """An absence, its provider read with it."""
    return data.Absence(
        absence_id=row.id, provider=provider(row.provider), begins=row.begins, ends=row.ends, kind=data.Away(row.kind)
    )


def wish(row: models.Wish, *, place: int) -> data.Wish:
    """A wish."""
    return data.Wish(
        wish_id=row.id,
        party_id=row.party_id,
        wanted=wanted(row),
        state=data.WishState(row.state),
        made_at=row.made_at,
        place=place,
        unanswered=row.unanswered,
    )
