"""Who came and who did not, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from gorod.engines.booking import models
from gorod.engines.booking.data import Status
from gorod.engines.booking.logic import rows, telling
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, Refused

EARLIEST = timedelta(hours=2)  # before the time, to say that one is there
LATEST = timedelta(days=30)  # after it, to correct who came
APPEAL_DAYS = 30
UNMARKED_HOURS = 12
LONGEST = 2000  # letters of an appeal


def arrive(appointment_id: UUID, *, by: str) -> None:
    """The person is there. Twice is once. Raises Refused when it is not the time for it."""
    with transaction.atomic():
        row = rows.locked(appointment_id)
        now = clock.now()
        if row.status == Status.ARRIVED:
            return
        if row.status != Status.BOOKED or not row.slot.starts - EARLIEST <= now <= row.slot.ends:
            raise Refused("now is not the time of this appointment", remedy="say so when you are there, on the day")
        rows.change(row, status=Status.ARRIVED, by=by, now=now)


def done(appointment_id: UUID, *, came: bool, by: str) -> None:
    """The person was seen, or did not come; a mistake can be corrected for 30 days. Raises Refused outside of that."""
    wanted = Status.FULFILLED if came else Status.NOSHOW
    with transaction.atomic():
        row = rows.locked(appointment_id)
        now = clock.now()
        if row.status == wanted:
            return
        if row.status not in (Status.BOOKED, Status.ARRIVED, Status.FULFILLED, Status.NOSHOW):
            raise Refused("there was no such appointment", remedy="see its history")
        if not row.slot.starts <= now <= row.slot.ends + LATEST:
            raise Refused("it is too early or too late to say who came", remedy="from its beginning, for 30 days")
        rows.change(row, status=wanted, by=by, now=now)
        if not came:
            telling.missed(row)


def over() -> int:
    """Whatever nobody has marked half a day later counts as done: in doubt for the person. Returns how many."""
    now = clock.now()
    ended = models.Appointment.objects.filter(
        status__in=[Status.BOOKED, Status.ARRIVED], slot__ends__lt=now - timedelta(hours=UNMARKED_HOURS)
    )
    with transaction.atomic():
        there = list(ended.select_for_update(skip_locked=True)[:500])
        for row in there:
            rows.change(row, status=Status.FULFILLED, by="platform", now=now)
    return len(there)


def appeal(appointment_id: UUID, *, text: str) -> None:
    """Say why one could not come. Raises Conflict for a second time, Refused when it is no missed one or too long ago."""
    if not text.strip() or len(text) > LONGEST:
        raise BadInput("an appeal says why you could not come", remedy=f"up to {LONGEST} letters", field="text")
    with transaction.atomic():
        row = rows.locked(appointment_id)
        if row.status != Status.NOSHOW or row.slot.ends + timedelta(days=APPEAL_DAYS) < clock.now():
            raise Refused("there is nothing to appeal against", remedy=f"within {APPEAL_DAYS} days after the time")
        if row.appeal:
            raise Conflict("you have said why already", remedy="wait for the answer")
        row.appeal, row.appeal_at = text.strip(), clock.now()
        row.save()


def answer_appeal(appointment_id: UUID, *, excused: bool, text: str, by: str) -> None:
    """Decide an appeal; the person is told. Raises Conflict when there is none open, BadInput without a reason."""
    if not text.strip():
        raise BadInput("the answer says why", remedy="write a sentence", field="text")
    with transaction.atomic():
        row = rows.locked(appointment_id)
        if not row.appeal or row.answer:
            raise Conflict("no appeal is open here", remedy="see the list of appeals")
        row.excused, row.answer, row.answered_by = excused, text.strip(), by
        row.save()
        telling.answered(row)
