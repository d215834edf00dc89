"""Hold, confirm, move, cancel: each in one transaction, each the same when it is done twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from gorod.engines.booking import models
from gorod.engines.booking.data import COMING, LIVE, Answer, Bookable, Channel, Status, Why, WishState
from gorod.engines.booking.logic import finding, rows, seats, telling, waiting
from gorod.kernel import clock
from gorod.kernel.errors import Conflict, NotFound, Refused
from gorod.kernel.identifiers import new_id


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A slot that somebody may take, from these kinds of seats."""

    bookable: Bookable
    slot: models.Slot
    channels: list[Channel]
    answer: Answer


def slot_row(slot_id: UUID) -> models.Slot:
    """A slot with its provider and location. Raises NotFound."""
    found = models.Slot.objects.select_related("provider", "location").filter(id=slot_id).first()
    if found is None:
        raise NotFound(f"no slot {slot_id}", remedy="search for a free one")
    return found


def must_be_open(slot: models.Slot, *, now: datetime, before_opening: bool) -> None:
    """Raises Refused for a time that is over, called off or not open yet."""
    if slot.called_off or slot.starts <= now:
        raise Refused("this time can no longer be booked", remedy="choose another one")
    if slot.opens > now and not before_opening:
        raise Refused("this time cannot be booked yet", remedy="come back when it opens", opens=slot.opens.isoformat())


def hold(asked: Asked, *, party_id: UUID, told_id: UUID, by: str) -> UUID:
    """Keep a place in a slot for a person until they confirm. What they had held of the same service before goes back. The same
    again is the same appointment. Raises Conflict when they have an appointment, Refused when the place is gone."""
    bookable, slot, now = asked.bookable, asked.slot, clock.now()
    try:
        with transaction.atomic():
            held = (
                models.Appointment.objects.select_for_update()
                .filter(party_id=party_id, service=bookable.service, status=Status.PENDING)
                .first()
            )
            if held is not None:
                if held.slot_id == slot.id and held.until is not None and held.until >= now:
                    return held.id
                late = held.until is not None and held.until < now
                _let_go(held, by=by, why=Why.EXPIRED if late else Why.REPLACED, now=now)
            return _new(asked, party_id, told_id, by, now)
    except IntegrityError as error:
        if "booking_one_live" not in str(error):
            raise
        live = models.Appointment.objects.filter(party_id=party_id, service=bookable.service, status__in=LIVE).first()
        raise Conflict(
            f"they have an appointment for {bookable.service}",
            remedy="move that one, or cancel it first",
            appointment=str(live.id) if live else "",
        ) from None


def _new(asked: Asked, party_id: UUID, told_id: UUID, by: str, now: datetime) -> UUID:
    bookable, slot = asked.bookable, asked.slot
    appointment_id = new_id()
    until = now + timedelta(minutes=bookable.hold_minutes)
    seat_id = take(slot, appointment_id=appointment_id, channels=asked.channels, until=until, now=now)
    row = models.Appointment.objects.create(
        id=appointment_id,
        party_id=party_id,
        told_id=told_id,
        service=bookable.service,
        slot=slot,
        seat_id=seat_id,
        status=Status.PENDING,
        until=until,
        referral_id=asked.answer.referral_id,
        made_at=now,
        made_by=by,
        changed_at=now,
    )
    rows.note(row, by=by, at=now)
    return row.id


def take(
    slot: models.Slot, *, appointment_id: UUID, channels: Collection[Channel], until: datetime, now: datetime
) -> int:
    """Hold a seat; whose hold it was until its time was over loses it. Raises Refused when there is none, with the nearest free
    times in its `extra`."""
    seat_id = seats.take(slot.id, appointment_id=appointment_id, channels=channels, until=until, now=now)
    if seat_id is None:
        instead = finding.near(slot, now=now)
        raise Refused(
            "somebody was faster: this time is taken", remedy="choose another one", instead=[str(i) for i in instead]
        )
    # whoever confirms at this moment waits for the seat with their appointment locked: we must not wait for that in turn; they are
    # refused, and `expiry` tidies up
    before = models.Appointment.objects.select_for_update(skip_locked=True).exclude(id=appointment_id)
    for row in before.filter(seat_id=seat_id, status__in=[Status.PENDING, Status.PROPOSED]):
        over(row, now=now)
    for row in before.filter(moving_seat_id=seat_id):
        stays(row)
    return seat_id


def stays(row: models.Appointment) -> None:
    """The place that was held for a move is somebody else's."""
    row.moving_seat, row.moving_to, row.until = None, None, None
    row.save()


def over(row: models.Appointment, *, now: datetime) -> None:
    """A hold or an offer that was not answered in time: it ends, its seat is somebody else's or free already."""
    rows.change(row, status=Status.CANCELLED, why=Why.EXPIRED, by="platform", now=now)
    if row.wish_id is not None:
        waiting.not_answered(row.wish_id)


def confirm(appointment_id: UUID, *, by: str) -> None:
    """A held or offered place becomes an appointment; a held other place becomes its place. Raises Refused when it is somebody
    else's by now."""
    with transaction.atomic():
        row = rows.locked(appointment_id)
        now = clock.now()
        if row.moving_seat_id is not None and row.status == Status.BOOKED:
            _move(row, by=by, now=now)
            return
        if row.status in COMING:
            return
        if row.status not in (Status.PENDING, Status.PROPOSED) or _is_over(row.slot, now):
            raise Refused("this place is not held any more", remedy="choose another time")
        if not seats.keep(row.seat_id, appointment_id=row.id):
            raise Refused("this place is not held any more", remedy="choose another time")
        if row.status == Status.PROPOSED:
            _instead_of(row, by=by, now=now)
        row.until = None
        rows.change(row, status=Status.BOOKED, by=by, now=now)
        if row.referral_id is not None:
            models.Referral.objects.filter(id=row.referral_id).update(appointment_id=row.id)
        waiting.has_place(row.party_id, row.service, wish_id=row.wish_id)
        _choice_is_made(row, by=by, now=now)
        telling.booked(row)


def _choice_is_made(row: models.Appointment, *, by: str, now: datetime) -> None:
    """What was held for somebody who lost a place goes back once they have one."""
    offers = models.Appointment.objects.select_for_update().filter(
        party_id=row.party_id, service=row.service, status=Status.PROPOSED, wish=None
    )
    for other in offers.exclude(id=row.id):
        _let_go(other, by=by, why=Why.REPLACED, now=now)


def _is_over(slot: models.Slot, now: datetime) -> bool:
    return slot.called_off or slot.starts <= now


def _instead_of(row: models.Appointment, *, by: str, now: datetime) -> None:
    """Who takes an offered place gives back the one they have."""
    live = models.Appointment.objects.select_for_update().filter(
        party_id=row.party_id, service=row.service, status__in=LIVE
    )
    for other in live.exclude(id=row.id):
        if other.status == Status.ARRIVED or (other.status == Status.BOOKED and other.slot.starts <= now):
            raise Conflict("they are in an appointment now", remedy="answer when it is over", appointment=str(other.id))
        _let_go(other, by=by, why=Why.REPLACED, now=now)


def hold_other(asked: Asked, appointment_id: UUID) -> None:
    """Keep a place in another slot for an appointment until the move is confirmed. Raises as `hold`."""
    bookable, slot = asked.bookable, asked.slot
    with transaction.atomic():
        row = rows.locked(appointment_id)
        now = clock.now()
        if row.status != Status.BOOKED or row.slot.starts <= now:
            raise Refused("this appointment can no longer be moved", remedy="book another one")
        if row.slot_id == slot.id:
            raise Refused("it is at that time already", remedy="choose another one")
        if row.moving_to_id == slot.id and row.until is not None and row.until >= now:
            return
        stay(row)
        row.until = now + timedelta(minutes=bookable.hold_minutes)
        row.moving_seat_id = take(slot, appointment_id=row.id, channels=asked.channels, until=row.until, now=now)
        row.moving_to = slot
        row.save()


def stay(row: models.Appointment) -> None:
    """Give back the place that was held for a move."""
    if row.moving_seat_id is not None and row.moving_to is not None:
        if seats.give_back(row.moving_seat_id, appointment_id=row.id):
            waiting.offer(row.moving_to, row.moving_seat_id)
        stays(row)


def _move(row: models.Appointment, *, by: str, now: datetime) -> None:
    assert row.moving_to is not None and row.moving_seat_id is not None
    if row.slot.starts <= now:
        raise Refused("this appointment can no longer be moved", remedy="it has begun or is over")
    if _is_over(row.moving_to, now) or not seats.keep(row.moving_seat_id, appointment_id=row.id):
        raise Refused("this place is not held any more; your appointment stays as it was", remedy="choose another time")
    slot_before, seat_before = row.slot, row.seat_id
    row.slot, row.seat_id = row.moving_to, row.moving_seat_id
    row.moving_to, row.moving_seat, row.until, row.reminded = None, None, None, []
    rows.change(row, status=Status.BOOKED, by=by, now=now)
    if seats.give_back(seat_before, appointment_id=row.id):
        waiting.offer(slot_before, seat_before)
    telling.moved(row)


def cancel(appointment_id: UUID, *, by: str, why: Why) -> None:
    """Give a place back, held, offered or booked. Twice is once. Raises Refused when it is over."""
    with transaction.atomic():
        row = rows.locked(appointment_id)
        now = clock.now()
        if row.status == Status.CANCELLED:
            return
        begun = row.status == Status.BOOKED and row.slot.starts <= now
        if begun or row.status not in (Status.PROPOSED, Status.PENDING, Status.BOOKED):
            raise Refused("this appointment can no longer be cancelled", remedy="it has begun or is over")
        told = row.status == Status.BOOKED
        _let_go(row, by=by, why=why, now=now)
        if told:
            telling.cancelled(row)


def _let_go(row: models.Appointment, *, by: str, why: Why, now: datetime) -> None:
    stay(row)
    offered = row.status == Status.PROPOSED
    row.until = None
    rows.change(
        row, status=Status.CANCELLED, why=Why.DECLINED if offered and why is Why.PERSON else why, by=by, now=now
    )
    if row.referral_id is not None:
        models.Referral.objects.filter(id=row.referral_id, appointment_id=row.id).update(appointment_id=None)
    if offered and row.wish_id is not None:
        models.Wish.objects.filter(id=row.wish_id, state=WishState.OFFERED).update(state=WishState.WAITING)
    if seats.give_back(row.seat_id, appointment_id=row.id):
        waiting.offer(row.slot, row.seat_id)
