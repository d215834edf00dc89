"""Finding a free time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from gorod.engines.booking import data, models
from gorod.engines.booking.data import Channel
from gorod.engines.booking.logic import rows, seats
from gorod.kernel.errors import NotFound

NEAR = 3  # other times that are named when one is gone
MOST = 500  # slots that one search returns


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks, as far as it matters: the kinds of seats for them far ahead, what is kept becoming everybody's so many hours
    before, and whether times count that are not open yet."""

    channels: Collection[Channel]
    reserved_hours: int
    before_opening: bool = False


def query(
    service: str,
    *,
    asker: Asker,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    locations: Sequence[UUID] = (),
    provider_id: UUID | None = None,
) -> QuerySet[models.Slot]:
    """The slots with a free seat for the asker, with how many (`free`), the earliest first."""
    begins = max(now, since) if since else now
    found = models.Slot.objects.filter(service=service, called_off=False, starts__gt=begins)
    if not asker.before_opening:
        found = found.filter(opens__lte=now)
    if until is not None:
        found = found.filter(starts__lt=until)
    if locations:
        found = found.filter(location_id__in=list(locations))
    if provider_id is not None:
        found = found.filter(provider_id=provider_id)
    theirs = models.Seat.objects.filter(seats.free(now), slot=OuterRef("pk")).filter(
        Q(channel__in=list(asker.channels))
        | (Q(slot__starts__lt=now + timedelta(hours=asker.reserved_hours)) & ~Q(channel=Channel.EMERGENCY))
    )
    counted = theirs.order_by().values("slot").annotate(free=Count("id")).values("free")
    # `Exists` stops at the first seat and lets an index give the order: a count over all slots of a service would not
    return (
        found.filter(Exists(theirs))
        .annotate(free=Subquery(counted))
        .order_by("starts", "id")
        .select_related("provider", "location")
    )


def slots(found: QuerySet[models.Slot], limit: int) -> list[data.Slot]:
    """At most so many of them."""
    return [rows.slot(row, free=row.free) for row in found[: min(limit, MOST)]]  # type: ignore[attr-defined]


def first_by_location(found: QuerySet[models.Slot]) -> list[data.Slot]:
    """The earliest one of each location."""
    firsts = found.order_by("location_id", "starts", "id").distinct("location_id")
    return sorted((rows.slot(row, free=row.free) for row in firsts), key=lambda one: one.starts)  # type: ignore[attr-defined]


def near(slot: models.Slot, *, now: datetime) -> list[UUID]:
    """Free times of the same service and location nearest to one that is gone, for everybody."""
    asker = Asker(channels=[Channel.PUBLIC], reserved_hours=0)
    around = query(slot.service, asker=asker, now=now, locations=[slot.location_id])
    after = list(around.filter(starts__gte=slot.starts).values_list("id", flat=True)[:NEAR])
    return after or list(around.filter(starts__lt=slot.starts).order_by("-starts").values_list("id", flat=True)[:NEAR])


def day(location_id: UUID, begins: datetime, ends: datetime) -> data.Day:
    """A location from one instant to another. Raises NotFound."""
    place = models.Location.objects.filter(id=location_id).first()
    if place is None:
        raise NotFound(f"no location {location_id}", remedy="see the list of locations")
    there = models.Slot.objects.filter(location_id=location_id, starts__gte=begins, starts__lt=ends)
    slots = list(there.select_related("provider", "location").order_by("starts", "provider__name"))
    shown = models.Appointment.objects.filter(slot__in=[one.id for one in slots]).exclude(status=data.Status.CANCELLED)
    by_slot: dict[UUID, list[data.Appointment]] = {}
    for one in rows.appointments(shown.order_by("id")):
        by_slot.setdefault(one.slot.slot_id, []).append(one)
    return data.Day(
        location=rows.location(place),
        slots=tuple(rows.slot(one, free=one.capacity - len(by_slot.get(one.id, ()))) for one in slots),
        appointments={slot_id: tuple(found) for slot_id, found in by_slot.items()},
        called_off=frozenset(one.id for one in slots if one.called_off),
    )
