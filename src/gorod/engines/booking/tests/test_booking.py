"""Hold, confirm, move, cancel: one place for one person, each step safe to repeat."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gorod.engines.booking import api, models
from gorod.engines.booking.data import Channel, Status, Why
from gorod.engines.booking.tests import factories
from gorod.engines.booking.tests.factories import DOCTOR, MONDAY
from gorod.kernel.errors import BadInput, Conflict, Forbidden, NotFound, Refused

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(minutes=6)


def test_a_held_place_is_nobody_elses_and_becomes_an_appointment() -> None:
    factories.plan()
    slot = factories.first()
    appointment = factories.held(slot=slot)
    assert appointment.status is Status.PENDING
    assert appointment.until == pytest.approx(MONDAY + timedelta(minutes=5), abs=timedelta(seconds=5))
    assert factories.first() != slot
    with pytest.raises(Refused, match="somebody was faster") as refused:
        factories.held(slot=slot)
    assert refused.value.extra["instead"][0] == str(factories.first().slot_id)
    made = api.confirm(appointment_id=appointment.appointment_id, by="test")
    assert (made.status, made.until, made.slot.slot_id) == (Status.BOOKED, None, slot.slot_id)
    assert factories.told(made.party_id) == ["appointment_booked"]


def test_everything_twice_is_once() -> None:
    factories.plan()
    slot, me = factories.first(), factories.person()
    one, other = factories.held(me, slot), factories.held(me, slot)
    assert one.appointment_id == other.appointment_id
    made = api.confirm(appointment_id=one.appointment_id, by="test")
    assert api.confirm(appointment_id=one.appointment_id, by="test") == made
    api.cancel(appointment_id=one.appointment_id, by="test")
    cancelled = api.appointment(appointment_id=one.appointment_id)
    api.cancel(appointment_id=one.appointment_id, by="test")
    assert api.appointment(appointment_id=one.appointment_id) == cancelled
    assert factories.told(me) == ["appointment_booked", "appointment_cancelled"]
    assert [one.status for one in api.history(appointment_id=one.appointment_id)] == ["pending", "booked", "cancelled"]


def test_who_changes_their_mind_holds_one_place_only() -> None:
    factories.plan()
    me, slot = factories.person(), factories.first()
    before = factories.held(me, slot)
    after = factories.held(me, api.free(service=DOCTOR)[3])
    assert api.appointment(appointment_id=before.appointment_id).why is Why.REPLACED
    assert after.status is Status.PENDING
    assert factories.first() == slot
    factories.whole()


def test_one_live_appointment_a_person_and_service() -> None:
    factories.plan()
    me = factories.person()
    mine = factories.booked(me)
    with pytest.raises(Conflict, match="have an appointment") as refused:
        factories.held(me)
    assert refused.value.extra["appointment"] == str(mine.appointment_id)
    api.cancel(appointment_id=mine.appointment_id, by="test")
    factories.booked(me)
    factories.whole()


def test_who_comes_too_late_keeps_the_place_while_nobody_wants_it() -> None:
    factories.plan()
    appointment = factories.held()
    with factories.it_is(LATER):
        assert api.confirm(appointment_id=appointment.appointment_id, by="test").status is Status.BOOKED


def test_a_hold_that_is_over_is_the_next_ones_place() -> None:
    factories.plan()
    slot = factories.first()
    slow = factories.held(slot=slot)
    with factories.it_is(LATER):
        quick = factories.held(slot=slot)
        with pytest.raises(Refused, match="not held any more"):
            api.confirm(appointment_id=slow.appointment_id, by="test")
        assert api.appointment(appointment_id=slow.appointment_id).why is Why.EXPIRED
        assert api.confirm(appointment_id=quick.appointment_id, by="test").status is Status.BOOKED
    factories.whole()


def test_time_ends_holds_that_nobody_asks_for() -> None:
    factories.plan()
    me, slot = factories.person(), factories.first()
    held = factories.held(me, slot)
    assert api.go_on()["ended"] == 0
    with factories.it_is(LATER):
        assert api.go_on()["ended"] == 1
        assert api.appointment(appointment_id=held.appointment_id).status is Status.CANCELLED
        assert factories.first() == slot
        factories.booked(me)


def test_an_appointment_moves_and_its_place_is_free_again() -> None:
    factories.plan()
    mine = factories.booked()
    target = api.free(service=DOCTOR)[5]
    moving = api.hold_other(appointment_id=mine.appointment_id, slot_id=target.slot_id)
    assert moving.moving_to is not None and moving.moving_to.slot_id == target.slot_id
    assert moving.slot == mine.slot, "until it is confirmed nothing is lost"
    made = api.confirm(appointment_id=mine.appointment_id, by="test")
    assert (made.slot.slot_id, made.moving_to) == (target.slot_id, None)
    assert factories.first().slot_id == mine.slot.slot_id
    assert factories.told(mine.party_id) == ["appointment_booked", "appointment_moved"]
    factories.whole()


def test_a_move_that_nobody_confirmed_leaves_everything_as_it_was() -> None:
    factories.plan()
    mine = factories.booked()
    target = api.free(service=DOCTOR)[5]
    api.hold_other(appointment_id=mine.appointment_id, slot_id=target.slot_id)
    with factories.it_is(LATER):
        other = factories.booked(slot=target)
        still = api.appointment(appointment_id=mine.appointment_id)
        assert (still.slot, still.moving_to, still.status) == (mine.slot, None, Status.BOOKED)
        assert api.confirm(appointment_id=mine.appointment_id, by="test").slot == mine.slot
        assert other.status is Status.BOOKED
    factories.whole()


def test_who_stays_gives_the_other_place_back() -> None:
    factories.plan()
    mine = factories.booked()
    target = api.free(service=DOCTOR)[0]
    api.hold_other(appointment_id=mine.appointment_id, slot_id=target.slot_id)
    assert factories.first() != target
    api.stay(appointment_id=mine.appointment_id)
    assert factories.first() == target
    factories.whole()


def test_kept_places_are_for_those_they_are_kept_for() -> None:
    factories.configure(reserved_hours=24)
    factories.plan(kept={Channel.COUNTER: 50, Channel.EMERGENCY: 50})
    tomorrow = MONDAY + timedelta(hours=24)
    assert api.free(service=DOCTOR, since=tomorrow) == []
    at_counter = api.free(service=DOCTOR, since=tomorrow, staff=True)
    assert len(at_counter) == 15 * 6, "at the counter all of them, whenever they open"
    with pytest.raises(Refused, match="somebody was faster"):
        factories.held(slot=at_counter[0])
    assert factories.booked(slot=at_counter[0], staff=True).status is Status.BOOKED
    assert (
        len(api.free(service=DOCTOR))
        == models.Seat.objects.filter(channel=Channel.COUNTER, slot__starts__lt=tomorrow).count()
    ), "a day before what is kept is everybody's, but for emergencies"


def test_a_referral_opens_the_specialist_once() -> None:
    factories.configure(referral=True)
    factories.plan()
    me = factories.person()
    with pytest.raises(Forbidden, match="needs a referral"):
        factories.held(me)
    api.refer(service=DOCTOR, party_id=me, until=MONDAY.date() + timedelta(days=30), by="dr_9")
    mine = factories.booked(me)
    assert api.may_book(service=DOCTOR, party_id=me).needs_referral
    api.cancel(appointment_id=mine.appointment_id, by="test")
    assert not api.may_book(service=DOCTOR, party_id=me).needs_referral
    with pytest.raises(BadInput, match="over already"):
        api.refer(service=DOCTOR, party_id=me, until=MONDAY.date() - timedelta(days=1), by="dr_9")


def test_several_people_in_one_time() -> None:
    factories.plan(capacity=3)
    slot = factories.first()
    assert slot.free == 3
    for left in (2, 1):
        factories.booked(slot=slot)
        assert factories.first().free == left
    factories.booked(slot=slot)
    assert factories.first() != slot


def test_what_has_begun_or_does_not_exist_cannot_be_booked() -> None:
    factories.plan()
    slot = factories.first()
    with factories.it_is(slot.starts), pytest.raises(Refused, match="no longer be booked"):
        factories.held(slot=slot)
    with pytest.raises(NotFound):
        api.hold(slot_id=factories.nobody(), party_id=factories.person(), by="test")
    with pytest.raises(NotFound):
        api.confirm(appointment_id=factories.nobody(), by="test")


def test_the_nearest_time_of_each_clinic() -> None:
    one = factories.doctor("dr_1", location_id=factories.clinic("clinic_1"))
    other = factories.doctor("dr_2", location_id=factories.clinic("clinic_2"))
    factories.plan(one, since=MONDAY.date() + timedelta(days=1))
    factories.plan(other)
    found = api.first_by_location(service=DOCTOR)
    assert [slot.location.code for slot in found] == ["clinic_2", "clinic_1"]
    assert {p.code for p in api.providers(service=DOCTOR)} == {"dr_1", "dr_2"}
    assert [slot.provider.code for slot in api.free(service=DOCTOR, provider_id=one, limit=1)] == ["dr_1"]
    assert [place.code for place in api.locations(service=DOCTOR)] == ["clinic_1", "clinic_2"]


def test_a_referral_opens_what_is_kept_for_referrals() -> None:
    factories.plan(kept={Channel.REFERRAL: 100})
    me = factories.person()
    assert api.free(service=DOCTOR, party_id=me) == []
    api.refer(service=DOCTOR, party_id=me, until=MONDAY.date() + timedelta(days=30), by="dr_9")
    factories.booked(me, factories.first(party_id=me))
    assert api.free(service=DOCTOR, party_id=me) == [], "it is used up"


def test_a_hold_whose_place_somebody_took_ends_although_nobody_looks() -> None:
    factories.plan()
    slow = factories.held()
    with factories.it_is(LATER):
        # as when both came at the same moment: the place went over, the appointment could not be told
        models.Seat.objects.filter(appointment_id=slow.appointment_id).update(
            state="booked", appointment_id=factories.nobody(), held_until=None
        )
        assert api.go_on()["ended"] == 1
        assert api.appointment(appointment_id=slow.appointment_id).why is Why.EXPIRED
        factories.held(slow.party_id)


def test_what_has_begun_is_neither_cancelled_nor_moved() -> None:
    factories.plan()
    mine = factories.booked()
    later = api.free(service=DOCTOR, since=MONDAY + timedelta(days=1), limit=1)[0]
    with factories.it_is(mine.slot.starts - timedelta(minutes=2)):
        api.hold_other(appointment_id=mine.appointment_id, slot_id=later.slot_id)
    with factories.it_is(mine.slot.starts + timedelta(minutes=1)):
        with pytest.raises(Refused, match="no longer be cancelled"):
            api.cancel(appointment_id=mine.appointment_id, by="test")
        with pytest.raises(Refused, match="no longer be moved"):
            api.confirm(appointment_id=mine.appointment_id, by="test")
        api.done(appointment_id=mine.appointment_id, came=False, by="test")


def test_a_move_opens_nothing_that_is_kept_for_others() -> None:
    factories.plan()
    mine = factories.booked()
    factories.plan(factories.doctor("dr_2"), kept={Channel.REFERRAL: 100})
    kept = next(one for one in api.free(service=DOCTOR, staff=True) if one.provider.code == "dr_2")
    with pytest.raises(Refused, match="somebody was faster"):
        api.hold_other(appointment_id=mine.appointment_id, slot_id=kept.slot_id)
