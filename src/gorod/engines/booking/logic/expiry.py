"""Holds and offers that were not confirmed in time."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from gorod.engines.booking import models
from gorod.engines.booking.data import Status
from gorod.engines.booking.logic import holding, seats, waiting
from gorod.engines.booking.models import SeatState
from gorod.kernel import clock

AT_ONCE = 200


def end_holds() -> int:
    """End what is over, a transaction each, and offer the places to who waits. Returns how many."""
    ended = 0
    late = models.Seat.objects.filter(state=SeatState.HELD, held_until__lt=clock.now()).order_by("held_until")
    for seat_id in list(late.values_list("id", flat=True)[:AT_ONCE]):
        ended += _end(seat_id)
    return ended + _tidy()


def _tidy() -> int:
    """Holds and moves whose place somebody else has taken meanwhile. Returns how many."""
    now = clock.now()
    late = models.Appointment.objects.select_for_update(skip_locked=True, of=("self",)).filter(until__lt=now)
    with transaction.atomic():
        lost = late.filter(status__in=[Status.PENDING, Status.PROPOSED]).exclude(seat__appointment_id=F("id"))
        moved = late.exclude(moving_seat=None).exclude(moving_seat__appointment_id=F("id"))
        holds, moves = list(lost[:AT_ONCE]), list(moved[:AT_ONCE])
        for row in holds:
            row.until = None
            holding.over(row, now=now)
        for row in moves:
            holding.stays(row)
    return len(holds) + len(moves)


def _end(seat_id: int) -> int:
    with transaction.atomic():
        now = clock.now()
        seat = models.Seat.objects.select_related("slot").filter(id=seat_id).first()
        if seat is None or seat.appointment_id is None:
            return 0
        # the appointment first, as whoever confirms it does: two that want the same rows in another order wait for each other
        row = models.Appointment.objects.select_for_update().filter(id=seat.appointment_id).first()
        held = models.Seat.objects.filter(
            id=seat_id, state=SeatState.HELD, held_until__lt=now, appointment_id=seat.appointment_id
        )
        if not held.exists():
            return 0
        if row is not None and row.moving_seat_id == seat_id:
            holding.stays(row)
        elif row is not None and row.status in (Status.PENDING, Status.PROPOSED):
            row.until = None
            holding.over(row, now=now)
        if seats.give_back(seat_id, appointment_id=seat.appointment_id):
            waiting.offer(seat.slot, seat_id)
        return 1
