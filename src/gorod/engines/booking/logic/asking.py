"""What somebody may see and take: whoever comes with a referral, has lost a place, or is served by those who work there, more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from gorod.engines.booking import models
from gorod.engines.booking.data import Answer, Status
from gorod.engines.booking.logic import eligibility, finding, holding, known, seats
from gorod.engines.rules.data import Verdict
from gorod.kernel import clock
from gorod.kernel.errors import Forbidden
from gorod.records.facts.data import Reader


def asker(service: str, party_id: UUID | None, *, staff: bool) -> finding.Asker:
    """Which free times somebody sees."""
    bookable = known.bookable(service)
    first = party_id is not None and has_first_choice(service, party_id)
    far_ahead = clock.now() + timedelta(hours=bookable.reserved_hours, days=1)
    channels = seats.channels_for(
        referred=party_id is not None and eligibility.referral(service, party_id) is not None,
        staff=staff,
        first_choice=first,
        starts=far_ahead,
        reserved_hours=bookable.reserved_hours,
        now=clock.now(),
    )
    return finding.Asker(channels=channels, reserved_hours=bookable.reserved_hours, before_opening=staff or first)


def has_first_choice(service: str, party_id: UUID) -> bool:
    """Whether they lost a place not long ago."""
    mine = models.Appointment.objects.filter(party_id=party_id, service=service)
    lost = mine.filter(status=Status.CANCELLED, first_choice_until__gt=clock.now()).order_by("changed_at").last()
    # once they have a place again the choice is made; giving that one back brings no second one
    return lost is not None and not mine.filter(id__gt=lost.id, changes__status=Status.BOOKED).exists()


def _was_referred(service: str, party_id: UUID) -> bool:
    booked = models.Appointment.objects.filter(party_id=party_id, service=service, status=Status.BOOKED)
    return booked.exclude(referral=None).exists()


def ask(slot_id: UUID, party_id: UUID, *, staff: bool, reader: Reader, moving: bool = False) -> holding.Asked:
    """Whether somebody may take a place in a slot. Of who moves an appointment only the location is asked again: the rest was, when
    they booked. Raises as `api.hold`."""
    slot = holding.slot_row(slot_id)
    bookable = known.bookable(slot.service)
    first = has_first_choice(slot.service, party_id)
    holding.must_be_open(slot, now=clock.now(), before_opening=staff or first)
    if moving and not bookable.at:
        answer = Answer(verdict=Verdict.DUE)
    else:
        answer = eligibility.answer(bookable, party_id, reader=reader, standing_counts=not staff and not moving)
    if not moving:
        eligibility.must(answer, service=slot.service, location_code=slot.location.code)
    elif answer.only_at and answer.only_at != slot.location.code:
        raise Forbidden(f"they belong to {answer.only_at}", remedy="choose a time there", only_at=answer.only_at)
    channels = seats.channels_for(
        referred=answer.referral_id is not None or (moving and _was_referred(slot.service, party_id)),
        staff=staff,
        first_choice=first,
        starts=slot.starts,
        reserved_hours=bookable.reserved_hours,
        now=clock.now(),
    )
    return holding.Asked(bookable=bookable, slot=slot, channels=channels, answer=answer)
