"""Everything an agency has, for its own systems: its plans, its slots whatever their state, the appointments in them."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import BooleanField, Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from gorod.engines.booking import data, models
from gorod.engines.booking.data import SlotState
from gorod.engines.booking.logic import rows, seats, supply
from gorod.kernel import clock
from gorod.kernel.errors import NotFound

Row = TypeVar("Row", models.Slot, models.Appointment)


def provider(provider_id: UUID) -> data.Provider:
    """A provider. Raises NotFound."""
    found = models.Provider.objects.filter(id=provider_id).first()
    if found is None:
        raise NotFound(f"no provider {provider_id}", remedy="see the list of providers")
    return rows.provider(found)


def plans(agency: str) -> list[data.KnownPlan]:
    """The plans at an agency's locations, those that are over too, the first first."""
    found = models.Plan.objects.filter(provider__location__agency=agency).order_by("since", "id")
    return [
        data.KnownPlan(plan_id=row.id, plan=supply.plan_of(row), version=row.version, changed_at=row.changed_at)
        for row in found
    ]


def slots(wanted: data.Selection) -> tuple[int, list[data.SlotNow]]:
    """The slots that are asked for, by their beginning."""
    now = clock.now()
    free_ones = models.Seat.objects.filter(seats.free(now), slot=OuterRef("pk"))
    counted = free_ones.order_by().values("slot").annotate(free=Count("id")).values("free")
    found = models.Slot.objects.filter(_where(wanted, "")).annotate(
        free=Coalesce(Subquery(counted), Value(0)),
        state=Case(
            When(called_off=True, then=Value(SlotState.CALLED_OFF.value)),
            When(starts__lte=now, then=Value(SlotState.OVER.value)),
            When(~Exists(free_ones, output_field=BooleanField()), then=Value(SlotState.TAKEN.value)),
            When(opens__gt=now, then=Value(SlotState.NOT_OPEN.value)),
            default=Value(SlotState.FREE.value),
            output_field=CharField(),
        ),
    )
    if wanted.states is not None:
        found = found.filter(state__in=list(wanted.states))
    page, total = _page(found, wanted, "")
    there = page.select_related("provider", "location")
    return total, [
        data.SlotNow(
            slot=rows.slot(row, free=row.free),  # type: ignore[attr-defined]
            plan_id=row.plan_id,
            state=SlotState(row.state),  # type: ignore[attr-defined]
            changed_at=row.changed_at,
        )
        for row in there
    ]


def appointments(wanted: data.Selection) -> tuple[int, list[data.Appointment]]:
    """The appointments that are asked for, by their beginning."""
    found = models.Appointment.objects.filter(_where(wanted, "slot__"))
    if wanted.party_ids is not None:
        found = found.filter(party_id__in=list(wanted.party_ids))
    if wanted.states is not None:
        found = found.filter(status__in=list(wanted.states))
    page, total = _page(found, wanted, "slot__")
    return total, rows.appointments(page)


def _where(wanted: data.Selection, of: str) -> Q:
    where = Q(**{f"{of}location__agency": wanted.agency})
    listed = {
        "id__in": wanted.ids,
        f"{of}plan_id__in": wanted.plan_ids,
        f"{of}service__in": wanted.services,
        f"{of}location_id__in": wanted.location_ids,
        f"{of}provider_id__in": wanted.provider_ids,
    }
    for name, values in listed.items():
        if values is not None:
            where &= Q(**{name: list(values)})
    if wanted.since is not None:
        where &= Q(**{f"{of}starts__gte": wanted.since})
    if wanted.until is not None:
        where &= Q(**{f"{of}starts__lt": wanted.until})
    return where


def _page(found: QuerySet[Row], wanted: data.Selection, of: str) -> tuple[QuerySet[Row], int]:
    total = found.count()
    if wanted.after is not None:
        starts, last_id = wanted.after
        found = found.filter(Q(**{f"{of}starts__gt": starts}) | Q(**{f"{of}starts": starts, "id__gt": last_id}))
    return found.order_by(f"{of}starts", "id")[: wanted.limit], total
