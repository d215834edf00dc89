"""Who came, who did not, and what may be said against it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from gorod.engines.booking import api
from gorod.engines.booking.data import Appointment, Status
from gorod.engines.booking.tests import factories
from gorod.engines.booking.tests.factories import DOCTOR, MONDAY
from gorod.kernel.errors import BadInput, Conflict, Refused

pytestmark = pytest.mark.django_db


def misses(party_id: UUID, times: int) -> list[Appointment]:
    factories.plan(factories.doctor(f"dr_{party_id}", location_id=factories.clinic()))
    missed = []
    for day in range(times):
        with factories.it_is(MONDAY + timedelta(days=day)):
            missed.append(factories.booked(party_id))
        with factories.it_is(missed[-1].slot.ends):
            api.done(appointment_id=missed[-1].appointment_id, came=False, by="test")
    return missed


def test_check_in_is_possible_when_it_is_time() -> None:
    factories.plan()
    mine = factories.booked()
    with pytest.raises(Refused, match="not the time"):
        api.arrive(appointment_id=mine.appointment_id, by="test")
    with factories.it_is(mine.slot.starts - timedelta(minutes=10)):
        for _ in range(2):
            api.arrive(appointment_id=mine.appointment_id, by="test")
        assert api.appointment(appointment_id=mine.appointment_id).status is Status.ARRIVED
        with pytest.raises(Refused, match="can no longer"):
            api.cancel(appointment_id=mine.appointment_id, by="test")
    with factories.it_is(mine.slot.starts):
        api.done(appointment_id=mine.appointment_id, came=True, by="test")
        assert api.appointments(party_ids=[mine.party_id], coming=False)[0].status is Status.FULFILLED


def test_the_rule_is_seen_before_it_bites_and_ends_by_itself() -> None:
    me = factories.person()
    misses(me, 1)
    with factories.it_is(MONDAY + timedelta(days=1)):
        standing = api.may_book(service=DOCTOR, party_id=me).standing
        assert standing is not None and (standing.missed, standing.paused_until) == (1, None)
    misses_again = date(2027, 3, 2)
    with factories.it_is(MONDAY + timedelta(days=1)):
        second = factories.booked(me)
    with factories.it_is(second.slot.ends):
        api.done(appointment_id=second.appointment_id, came=False, by="test")
        assert api.may_book(service=DOCTOR, party_id=me).standing.paused_until == misses_again + timedelta(days=14)  # type: ignore[union-attr]
        with pytest.raises(Conflict, match="did not come 2 times"):
            factories.held(me)
        assert factories.held(me, staff=True).status is Status.PENDING, "at the counter one always can"
    with factories.it_is(MONDAY + timedelta(days=16)):
        api.make_slots()
        factories.booked(me)


def test_a_reason_takes_it_back() -> None:
    me = factories.person()
    missed = misses(me, 2)
    with factories.it_is(missed[-1].slot.ends + timedelta(days=1)):
        api.appeal(appointment_id=missed[-1].appointment_id, text="I was in hospital.")
        with pytest.raises(Conflict, match="said why already"):
            api.appeal(appointment_id=missed[-1].appointment_id, text="Again.")
        (open_one,) = api.appeals(agency="health")
        assert (open_one.appeal, open_one.appeal_open) == ("I was in hospital.", True)
        with pytest.raises(BadInput):
            api.answer_appeal(appointment_id=open_one.appointment_id, excused=True, text=" ", by="test")
        api.answer_appeal(appointment_id=open_one.appointment_id, excused=True, text="Get well.", by="test")
        assert api.appeals(agency="health") == []
        assert api.may_book(service=DOCTOR, party_id=me).may
        factories.booked(me)
    assert factories.told(me).count("appeal_answered") == 1


def test_an_appeal_needs_a_reason_and_something_to_appeal_against() -> None:
    factories.plan()
    mine = factories.booked()
    with pytest.raises(BadInput):
        api.appeal(appointment_id=mine.appointment_id, text="")
    with pytest.raises(Refused, match="nothing to appeal"):
        api.appeal(appointment_id=mine.appointment_id, text="I was there.")


def test_a_mistake_is_corrected_and_counts_no_more() -> None:
    me = factories.person()
    missed = misses(me, 2)
    with factories.it_is(missed[-1].slot.ends + timedelta(hours=1)):
        api.done(appointment_id=missed[-1].appointment_id, came=True, by="test")
        assert api.may_book(service=DOCTOR, party_id=me).may
    with factories.it_is(missed[-1].slot.ends + timedelta(days=40)), pytest.raises(Refused, match="too late"):
        api.done(appointment_id=missed[-1].appointment_id, came=False, by="test")


def test_what_nobody_marks_counts_for_the_person() -> None:
    factories.plan()
    mine = factories.booked()
    with factories.it_is(mine.slot.ends + timedelta(hours=13)):
        assert api.go_on()["over"] == 1
        assert api.appointment(appointment_id=mine.appointment_id).status is Status.FULFILLED
        factories.booked(mine.party_id)


def test_a_reminder_comes_once_and_not_to_who_has_just_booked() -> None:
    factories.plan()
    me, late = factories.person(), factories.person()
    slot = api.free(service=DOCTOR, since=MONDAY + timedelta(days=3), limit=1)[0]
    factories.booked(me, slot)
    with factories.it_is(slot.starts - timedelta(hours=23)):
        factories.booked(late, factories.first(since=slot.starts))
        assert api.go_on()["reminded"] == 1
        assert api.go_on()["reminded"] == 0
    assert factories.told(me) == ["appointment_booked", "appointment_reminder"]
    assert factories.told(late) == ["appointment_booked"]


def test_a_day_of_a_clinic_shows_who_has_which_time() -> None:
    factories.plan()
    mine, gone = factories.booked(), factories.booked()
    api.cancel(appointment_id=gone.appointment_id, by="test")
    day = api.day(location_id=mine.slot.location.location_id, day=MONDAY.date())
    assert len(day.slots) == 6
    assert {slot: [one.party_id for one in there] for slot, there in day.appointments.items()} == {
        mine.slot.slot_id: [mine.party_id]
    }
