"""The waiting list: a place that becomes free is offered, before anybody sees it, to the first whose wish it fits; when they do not
answer in time, to the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from gorod.engines.booking import models
from gorod.engines.booking.data import LIVE, Bookable, Channel, Status, WishState
from gorod.engines.booking.logic import eligibility, known, rows, telling
from gorod.engines.booking.models import SeatState
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id

ASKED_AT_ONCE = 20  # who waits, one after another, until one may have the place
MOST_UNANSWERED = 3  # offers; then the wish ends, and says so


def fitting(slot: models.Slot) -> Q:
    """The wishes that a slot fits."""
    there = clock.in_city(slot.starts)
    return (
        Q(service=slot.service, since__lte=there.date(), until__gte=there.date())
        & Q(begins__lte=there.time(), ends__gt=there.time())
        & (Q(weekdays=[]) | Q(weekdays__contains=there.isoweekday()))
        & (Q(locations=[]) | Q(locations__contains=str(slot.location_id)))
        & (Q(provider_id=None) | Q(provider_id=slot.provider_id))
    )


def offer(slot: models.Slot, seat_id: int) -> bool:
    """Hold a seat that has just become free for the first who waits for one like it. Returns whether there was somebody."""
    bookable = known.bookables().get(slot.service)
    now = clock.now()
    if bookable is None or slot.called_off:
        return False
    until = min(
        now + timedelta(minutes=bookable.answer_minutes), slot.starts - timedelta(minutes=bookable.answer_minutes)
    )
    if until <= now or slot.opens > now or not _open_to_all(slot, seat_id, bookable):
        return False
    had_it = models.Appointment.objects.filter(slot=slot).exclude(wish=None).values("wish_id")
    in_it = models.Appointment.objects.filter(slot=slot, status__in=LIVE).values("party_id")
    waiting = (
        models.Wish.objects.select_for_update(skip_locked=True)
        .filter(fitting(slot), state=WishState.WAITING)
        .exclude(id__in=had_it)
        .exclude(party_id__in=in_it)
        .order_by("id")
    )
    for first in waiting[:ASKED_AT_ONCE]:
        answer = eligibility.answer(bookable, first.party_id)
        if answer.may and answer.only_at in ("", slot.location.code):
            return _hold_for(first, slot, seat_id, until=until, referral_id=answer.referral_id, now=now)
    return False


def _hold_for(
    first: models.Wish, slot: models.Slot, seat_id: int, *, until: datetime, referral_id: UUID | None, now: datetime
) -> bool:
    appointment_id = new_id()
    free = models.Seat.objects.filter(id=seat_id, state=SeatState.FREE)
    if not free.update(state=SeatState.HELD, appointment_id=appointment_id, held_until=until):
        return False
    row = models.Appointment.objects.create(
        id=appointment_id,
        party_id=first.party_id,
        told_id=first.told_id,
        service=slot.service,
        slot=slot,
        seat_id=seat_id,
        status=Status.PROPOSED,
        until=until,
        wish=first,
        referral_id=referral_id,
        made_at=now,
        made_by="waiting list",
        changed_at=now,
    )
    rows.note(row, by="waiting list", at=now)
    models.Wish.objects.filter(id=first.id).update(state=WishState.OFFERED)
    telling.offered(row)
    return True


def _open_to_all(slot: models.Slot, seat_id: int, bookable: Bookable) -> bool:
    """Seats that are kept for others are offered to nobody, until they are everybody's."""
    if slot.starts < clock.now() + timedelta(hours=bookable.reserved_hours):
        return not models.Seat.objects.filter(id=seat_id, channel=Channel.EMERGENCY).exists()
    return models.Seat.objects.filter(id=seat_id, channel=Channel.PUBLIC).exists()


def not_answered(wish_id: UUID) -> None:
    """An offer ran out: the wish waits on, or ends after so many."""
    models.Wish.objects.filter(id=wish_id).update(unanswered=F("unanswered") + 1)
    asked = models.Wish.objects.filter(id=wish_id, state=WishState.OFFERED)
    asked.filter(unanswered__gte=MOST_UNANSWERED).update(state=WishState.ENDED)
    asked.update(state=WishState.WAITING)


def has_place(party_id: UUID, service: str, *, wish_id: UUID | None) -> None:
    """Whoever took an offered place waits no more. A wish of somebody who booked otherwise stays: they may want an earlier time."""
    if wish_id is not None:
        models.Wish.objects.filter(id=wish_id, party_id=party_id, service=service).update(state=WishState.DONE)


def place(row: models.Wish) -> int:
    """How many are before a wish among those that want something it could get too, plus one; 0 when it does not wait."""
    if row.state not in (WishState.WAITING, WishState.OFFERED):
        return 0
    before = models.Wish.objects.filter(
        service=row.service,
        state=WishState.WAITING,
        id__lt=row.id,
        since__lte=row.until,
        until__gte=row.since,
        begins__lt=row.ends,
        ends__gt=row.begins,
    )
    if row.locations:
        same = Q(locations=[])
        for one in row.locations:
            same |= Q(locations__contains=one)
        before = before.filter(same)
    if row.provider_id is not None:
        before = before.filter(Q(provider_id=None) | Q(provider_id=row.provider_id))
    return before.count() + 1


def days_over() -> int:
    """Wishes whose last day is over end. Returns how many."""
    waiting = models.Wish.objects.filter(state=WishState.WAITING, until__lt=clock.today())
    return waiting.update(state=WishState.ENDED)
