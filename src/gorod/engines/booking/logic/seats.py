"""Taking and giving back seats: each a conditional UPDATE of one row, so that the database, not luck, keeps two out of one place.

The caller's transaction; nothing here decides who may.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from gorod.engines.booking import models
from gorod.engines.booking.data import Channel
from gorod.engines.booking.models import SeatState

GRACE = timedelta(seconds=30)  # a hold that is over goes first to who waits: `expiry` comes by every ten seconds
TAKE = """
UPDATE booking_seat SET state = 'held', appointment_id = %(appointment)s, held_until = %(until)s
WHERE id = (
    SELECT id FROM booking_seat
    WHERE slot_id = %(slot)s AND channel = ANY(%(channels)s)
        AND (state = 'free' OR (state = 'held' AND held_until < %(over)s))
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


def take(
    slot_id: UUID, *, appointment_id: UUID, channels: Collection[Channel], until: datetime, now: datetime
) -> int | None:
    """Hold a seat of a slot for an appointment. Returns the seat, None when there is none."""
    values: dict[str, UUID | datetime | list[str]] = {
        "slot": slot_id,
        "appointment": appointment_id,
        "channels": [channel.value for channel in channels],
        "until": until,
        "over": now - GRACE,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def keep(seat_id: int, *, appointment_id: UUID) -> bool:
    """A held seat becomes a booked one; also a moment late, while nobody else has taken it."""
    held = models.Seat.objects.filter(id=seat_id, appointment_id=appointment_id, state=SeatState.HELD)
    return bool(held.update(state=SeatState.BOOKED, held_until=None))


def give_back(seat_id: int, *, appointment_id: UUID) -> bool:
    """Free a seat, if it is still this appointment's."""
    own = models.Seat.objects.filter(id=seat_id, appointment_id=appointment_id)
    return bool(own.update(state=SeatState.FREE, appointment_id=None, held_until=None))


def free(now: datetime) -> Q:
    """The seats that can be taken."""
    return Q(state=SeatState.FREE) | Q(state=SeatState.HELD, held_until__lt=now - GRACE)


def channels_for(
    *, referred: bool, staff: bool, first_choice: bool, starts: datetime, reserved_hours: int, now: datetime
) -> list[Channel]:
    """The kinds of seats open to somebody. `staff`: it is booked for them at the counter or by telephone; `first_choice`: they
    lost a place that they had."""
    if staff:
        return list(Channel)
    if starts < now + timedelta(hours=reserved_hours):
        return [channel for channel in Channel if channel is not Channel.EMERGENCY]
    channels = [Channel.PUBLIC]
    if referred:
        channels.append(Channel.REFERRAL)
    if first_choice:
        channels.append(Channel.COUNTER)
    return channels
