"""A doctor falls ill: everybody booked is told and gets first choice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from gorod.engines.booking import api, models
from gorod.engines.booking.data import Away, Channel, Status, Wanted, Why
from gorod.engines.booking.tests import factories
from gorod.engines.booking.tests.factories import DOCTOR, MONDAY
from gorod.kernel.errors import BadInput, NotFound, Refused

pytestmark = pytest.mark.django_db
DAY = {"begins": MONDAY, "ends": MONDAY + timedelta(days=1)}


def falls_ill(provider_id: UUID) -> UUID:
    return api.away(provider_id=provider_id, **DAY, kind=Away.ILLNESS, by="test")


def test_everybody_booked_is_told_and_offered_the_nearest_time() -> None:
    provider = factories.plan()
    here = factories.first().location.location_id
    mine = factories.booked()
    other = factories.plan(factories.doctor("dr_2", location_id=here))
    falls_ill(provider)
    lost = api.appointment(appointment_id=mine.appointment_id)
    assert (lost.status, lost.why) == (Status.CANCELLED, Why.PROVIDER)
    assert lost.first_choice_until is not None
    for _ in range(2):  # the job may run again
        api.offer_another(appointment_id=mine.appointment_id)
    (offer,) = api.appointments(party_ids=[mine.party_id])
    assert (offer.status, offer.slot.starts, offer.slot.provider.provider_id) == (
        Status.PROPOSED,
        mine.slot.starts,
        other,
    )
    api.confirm(appointment_id=offer.appointment_id, by="test")
    assert factories.told(mine.party_id) == [
        "appointment_booked",
        "appointment_booked",
        "appointment_called_off",
        "place_offered",
    ]
    factories.whole()


def test_first_choice_sees_what_is_kept_and_what_is_not_open_yet() -> None:
    factories.configure(reserved_hours=24)
    provider = factories.plan()
    mine = factories.booked()
    factories.plan(factories.doctor("dr_2"), kept={Channel.COUNTER: 100})
    falls_ill(provider)
    others = api.free(service=DOCTOR)
    first_choice = api.free(service=DOCTOR, party_id=mine.party_id)
    assert len(first_choice) > len(others)
    assert factories.booked(mine.party_id, slot=first_choice[-1]).status is Status.BOOKED
    with factories.it_is(MONDAY + timedelta(hours=25)):
        assert api.free(service=DOCTOR, party_id=mine.party_id) == api.free(service=DOCTOR)


def test_called_off_times_cannot_be_taken_and_come_back_when_the_doctor_does() -> None:
    provider = factories.plan()
    before = [slot.slot_id for slot in api.free(service=DOCTOR)]
    absence = falls_ill(provider)
    assert len(api.free(service=DOCTOR)) == len(before) - 6
    (known,) = api.absent(location_id=factories.clinic())
    assert (known.absence_id, known.kind) == (absence, Away.ILLNESS)
    api.back(absence_id=absence)
    assert [slot.slot_id for slot in api.free(service=DOCTOR)] == before
    with pytest.raises(NotFound):
        api.back(absence_id=absence)


def test_who_is_away_for_two_reasons_is_back_when_both_are_over() -> None:
    provider = factories.plan()
    before = len(api.free(service=DOCTOR))
    one, other = falls_ill(provider), falls_ill(provider)
    api.back(absence_id=one)
    assert len(api.free(service=DOCTOR)) == before - 6
    api.back(absence_id=other)
    assert len(api.free(service=DOCTOR)) == before


def test_holds_offers_and_moves_to_what_is_called_off_end_and_the_wish_goes_on() -> None:
    provider = factories.plan()
    held, mine, lost = factories.held(), factories.booked(), factories.booked()
    waiting = factories.person()
    api.wish(party_id=waiting, wanted=Wanted(service=DOCTOR, since=MONDAY.date(), until=MONDAY.date()), by="test")
    api.cancel(appointment_id=lost.appointment_id, by="test")
    later = api.free(service=DOCTOR, since=MONDAY + timedelta(days=2), limit=1)[0]
    api.hold_other(appointment_id=mine.appointment_id, slot_id=later.slot_id)
    falls_ill(provider)
    assert api.appointment(appointment_id=held.appointment_id).why is Why.PROVIDER
    assert api.appointments(party_ids=[waiting]) == []
    assert api.wishes(party_ids=[waiting])[0].place == 1
    assert later in api.free(service=DOCTOR)
    factories.whole()


def test_another_room_is_told_and_costs_nobody_their_time() -> None:
    provider = factories.plan(room="1")
    mine = factories.booked()
    assert api.in_other_room(provider_id=provider, **DAY, room="7") == 6
    assert api.appointment(appointment_id=mine.appointment_id).slot.room == "7"
    assert factories.told(mine.party_id) == ["appointment_booked", "appointment_moved"]


def test_an_absence_that_cannot_be_is_refused() -> None:
    provider = factories.doctor()
    for begins, ends in ((MONDAY, MONDAY), (MONDAY - timedelta(days=2), MONDAY - timedelta(days=1))):
        with pytest.raises(BadInput):
            api.away(provider_id=provider, begins=begins, ends=ends, kind=Away.LEAVE, by="test")
    with pytest.raises(NotFound):
        falls_ill(factories.nobody())


def test_first_choice_ends_with_the_choice() -> None:
    provider = factories.plan()
    mine = factories.booked()
    factories.plan(factories.doctor("dr_2"), kept={Channel.COUNTER: 100})
    falls_ill(provider)
    chosen = factories.booked(mine.party_id, slot=api.free(service=DOCTOR, party_id=mine.party_id)[0])
    api.cancel(appointment_id=chosen.appointment_id, by="test")
    assert api.free(service=DOCTOR, party_id=mine.party_id) == api.free(service=DOCTOR)


def test_what_was_held_before_it_was_called_off_is_not_confirmed_after() -> None:
    provider = factories.plan()
    held = factories.held()
    # as when the hold was made while the absence was entered, and neither saw the other
    api.away(provider_id=provider, **DAY, kind=Away.ILLNESS, by="test")
    row = models.Appointment.objects.get(id=held.appointment_id)
    models.Appointment.objects.filter(id=row.id).update(status=Status.PENDING, why="")
    models.Seat.objects.filter(id=row.seat_id).update(state="held", appointment_id=row.id, held_until=DAY["ends"])
    with pytest.raises(Refused, match="not held any more"):
        api.confirm(appointment_id=row.id, by="test")


def test_days_that_came_into_sight_meanwhile_are_made_when_the_doctor_is_back() -> None:
    provider = factories.plan()
    absence = api.away(
        provider_id=provider, begins=MONDAY, ends=MONDAY + timedelta(days=40), kind=Away.LEAVE, by="test"
    )
    with factories.it_is(MONDAY + timedelta(days=10)):
        api.make_slots()
        assert api.free(service=DOCTOR) == []
        api.back(absence_id=absence)
        assert len(api.free(service=DOCTOR)) == 14 * 6


def test_another_choice_gives_back_what_was_held_for_the_first() -> None:
    provider = factories.plan()
    mine = factories.booked()
    factories.plan(factories.doctor("dr_2", location_id=mine.slot.location.location_id))
    falls_ill(provider)
    api.offer_another(appointment_id=mine.appointment_id)
    (offer,) = api.appointments(party_ids=[mine.party_id])
    factories.booked(mine.party_id, slot=api.free(service=DOCTOR)[3])
    assert api.appointment(appointment_id=offer.appointment_id).why is Why.REPLACED
    assert offer.slot.slot_id in [one.slot_id for one in api.free(service=DOCTOR)]


def test_who_is_there_already_is_told_too() -> None:
    provider = factories.plan()
    mine = factories.booked()
    with factories.it_is(mine.slot.starts - timedelta(minutes=10)):
        api.arrive(appointment_id=mine.appointment_id, by="test")
        falls_ill(provider)
    assert "appointment_called_off" in factories.told(mine.party_id)
