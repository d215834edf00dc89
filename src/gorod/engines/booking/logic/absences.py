"""A provider falls ill or goes on leave: their times are called off, and whoever had one is told, offered the nearest other one
before anybody else, and may choose among places that are kept or not open yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from gorod.engines.booking import models
from gorod.engines.booking.data import COMING, LIVE, Away, Channel, Status, Why
from gorod.engines.booking.logic import finding, known, rows, seats, supply, telling
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, NotFound
from gorod.kernel.identifiers import new_id

TRIES = 5  # nearest times tried for one person: others may take them meanwhile


def call_off(*, provider_id: UUID, begins: datetime, ends: datetime, kind: Away, by: str) -> tuple[UUID, list[UUID]]:
    """Note an absence and call off what falls into it. Returns its id and the appointments that were lost."""
    if ends <= begins:
        raise BadInput("it ends before it begins", remedy="give a later end", field="ends")
    now = clock.now()
    if ends <= now:
        raise BadInput("it is over", remedy="give a time that is still to come", field="ends")
    with transaction.atomic():
        provider = models.Provider.objects.select_for_update().filter(id=provider_id).first()
        if provider is None:
            raise NotFound(f"no provider {provider_id}", remedy="see the list of providers")
        absence = models.Absence.objects.create(provider=provider, begins=begins, ends=ends, kind=kind, by=by, at=now)
        hit = models.Slot.objects.filter(
            provider=provider, starts__lt=ends, ends__gt=begins, starts__gt=now, called_off=False
        )
        slot_ids = list(hit.values_list("id", flat=True))
        models.Slot.objects.filter(id__in=slot_ids).update(called_off=True, version=F("version") + 1, changed_at=now)
        lost = _lose(slot_ids, by=by, now=now)
    return absence.id, lost


def _lose(slot_ids: list[UUID], *, by: str, now: datetime) -> list[UUID]:
    lost = []
    there = models.Appointment.objects.select_for_update().filter(
        slot__in=slot_ids, status__in=[Status.PROPOSED, *LIVE]
    )
    for row in there.order_by("slot__starts", "id"):
        booked = row.status in COMING
        bookable = known.bookables().get(row.service)
        if booked and bookable is not None:
            row.first_choice_until = now + timedelta(hours=bookable.first_choice_hours)
        if row.moving_seat_id is not None:
            seats.give_back(row.moving_seat_id, appointment_id=row.id)
            row.moving_seat, row.moving_to = None, None
        row.until = None
        rows.change(row, status=Status.CANCELLED, why=Why.PROVIDER, by=by, now=now)
        seats.give_back(row.seat_id, appointment_id=row.id)
        if row.referral_id is not None:
            models.Referral.objects.filter(id=row.referral_id, appointment_id=row.id).update(appointment_id=None)
        if row.wish_id is not None and not booked:
            models.Wish.objects.filter(id=row.wish_id, state="offered").update(state="waiting")
        if booked:
            lost.append(row.id)
            telling.called_off(row)
    moving = models.Appointment.objects.select_for_update().filter(moving_to__in=slot_ids)
    for row in moving:
        assert row.moving_seat_id is not None
        seats.give_back(row.moving_seat_id, appointment_id=row.id)
        row.moving_seat, row.moving_to, row.until = None, None, None
        row.save()
    return lost


def offer_another(appointment_id: UUID) -> bool:
    """Hold the nearest other time of the same place for who lost theirs: the same provider last, who is away. Idempotent. Returns
    whether there was one."""
    with transaction.atomic():
        row = rows.locked(appointment_id)
        now = clock.now()
        bookable, until = known.bookables().get(row.service), row.first_choice_until
        live = models.Appointment.objects.filter(party_id=row.party_id, service=row.service, id__gt=row.id)
        if bookable is None or until is None or until <= now or live.exclude(status=Status.CANCELLED).exists():
            return False
        channels = [Channel.PUBLIC, Channel.REFERRAL, Channel.COUNTER]
        asker = finding.Asker(channels=channels, reserved_hours=bookable.reserved_hours, before_opening=True)
        found = finding.query(bookable.service, asker=asker, now=now, locations=[row.slot.location_id])
        after = found.filter(starts__gte=row.slot.starts)
        for slot in [*after[:TRIES], *found[:TRIES]]:
            made_id = new_id()
            latest = min(until, slot.starts - timedelta(minutes=bookable.answer_minutes))
            if latest <= now:
                continue
            seat_id = seats.take(slot.id, appointment_id=made_id, channels=channels, until=latest, now=now)
            if seat_id is None:
                continue
            made = models.Appointment.objects.create(
                id=made_id,
                party_id=row.party_id,
                told_id=row.told_id,
                service=row.service,
                slot=slot,
                seat_id=seat_id,
                status=Status.PROPOSED,
                until=latest,
                referral_id=row.referral_id,
                made_at=now,
                made_by="first choice",
                changed_at=now,
            )
            rows.note(made, by="first choice", at=now)
            telling.offered(made)
            return True
        return False


def back(absence_id: UUID) -> None:
    """An absence ends early or was a mistake: its times that are still to come can be booked again, as far as the provider is not
    away for another reason."""
    with transaction.atomic():
        absence = models.Absence.objects.select_for_update().filter(id=absence_id).first()
        if absence is None:
            raise NotFound(f"no absence {absence_id}", remedy="see the provider's absences")
        now = clock.now()
        others = list(
            models.Absence.objects.filter(provider=absence.provider_id)
            .exclude(id=absence_id)
            .values_list("begins", "ends")
        )
        hit = models.Slot.objects.filter(
            provider=absence.provider_id,
            starts__lt=absence.ends,
            ends__gt=absence.begins,
            starts__gt=now,
            called_off=True,
        )
        free = [
            slot.id
            for slot in hit.select_related("plan")
            if not any(begins < slot.ends and slot.starts < ends for begins, ends in others)
            and (slot.plan.until is None or clock.city_date(slot.starts) <= slot.plan.until)
        ]
        models.Slot.objects.filter(id__in=free).update(called_off=False, version=F("version") + 1, changed_at=now)
        absence.delete()
        # what came into sight meanwhile was never made
        before = clock.city_date(absence.begins) - timedelta(days=1)
        plans = models.Plan.objects.filter(provider=absence.provider_id, made_until__gt=before)
        for plan in plans.exclude(until__lt=clock.today()):
            models.Plan.objects.filter(id=plan.id).update(made_until=before)
            supply.make_slots(plan.id)


def in_other_room(*, provider_id: UUID, begins: datetime, ends: datetime, room: str) -> int:
    """The provider sees people in another room for a time: whoever is booked is told. Returns how many times it concerns."""
    now = clock.now()
    with transaction.atomic():
        hit = models.Slot.objects.filter(
            provider=provider_id, starts__lt=ends, ends__gt=begins, starts__gt=now
        ).exclude(room=room)
        slot_ids = list(hit.values_list("id", flat=True))
        models.Slot.objects.filter(id__in=slot_ids).update(room=room, version=F("version") + 1, changed_at=now)
        for row in models.Appointment.objects.filter(slot__in=slot_ids, status=Status.BOOKED):
            telling.moved(row)
    return len(slot_ids)
