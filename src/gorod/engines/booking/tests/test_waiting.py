"""Who waits for a place gets the next one that fits, in turn, before anybody sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from uuid import UUID

import pytest

from gorod.engines.booking import api
from gorod.engines.booking.data import Appointment, Status, Wanted, Why, WishState
from gorod.engines.booking.tests import factories
from gorod.engines.booking.tests.factories import DOCTOR, MONDAY
from gorod.kernel.errors import BadInput, Conflict, Forbidden

pytestmark = pytest.mark.django_db
WEEK = Wanted(service=DOCTOR, since=MONDAY.date(), until=MONDAY.date() + timedelta(days=7))


def waits(party_id: UUID | None = None, **otherwise: object) -> UUID:
    chosen = party_id or factories.person()
    api.wish(party_id=chosen, wanted=replace(WEEK, **otherwise), by="test")  # type: ignore[arg-type]
    return chosen


def offers(party_id: UUID) -> list[Appointment]:
    return [one for one in api.appointments(party_ids=[party_id]) if one.status is Status.PROPOSED]


def taken() -> Appointment:
    factories.plan()
    return factories.booked()


def test_a_place_given_back_is_offered_in_turn_and_nobody_else_sees_it() -> None:
    lost = taken()
    first, second = waits(), waits()
    assert [api.wishes(party_ids=[one])[0].place for one in (first, second)] == [1, 2]
    api.cancel(appointment_id=lost.appointment_id, by="test")
    (offer,) = offers(first)
    assert (offer.slot.slot_id, offers(second)) == (lost.slot.slot_id, [])
    assert factories.first() != lost.slot
    assert factories.told(first) == ["place_offered"]
    assert api.wishes(party_ids=[second])[0].place == 1
    made = api.confirm(appointment_id=offer.appointment_id, by="test")
    assert made.status is Status.BOOKED
    assert api.wishes(party_ids=[first]) == []
    factories.whole()


def test_no_answer_in_time_and_the_next_one_is_asked() -> None:
    lost = taken()
    first, second = waits(), waits()
    api.cancel(appointment_id=lost.appointment_id, by="test")
    with factories.it_is(MONDAY + timedelta(minutes=61)):
        api.go_on()
        assert (offers(first), len(offers(second))) == ([], 1)
        (wish,) = api.wishes(party_ids=[first])
        assert (wish.state, wish.unanswered) == (WishState.WAITING, 1)
        with factories.it_is(MONDAY + timedelta(minutes=122)):
            api.go_on()
            assert (offers(first), offers(second)) == ([], []), "the same place is offered to nobody twice"
            assert factories.first().slot_id == lost.slot.slot_id
    factories.whole()


def test_who_never_answers_waits_no_more() -> None:
    lost = taken()
    me = waits()
    for hours in range(3):
        with factories.it_is(MONDAY + timedelta(hours=hours * 2)):
            slots = api.free(service=DOCTOR)
            gone = factories.booked(slot=slots[10 + hours]) if hours else lost
            api.cancel(appointment_id=gone.appointment_id, by="test")
            assert len(offers(me)) == 1
        with factories.it_is(MONDAY + timedelta(hours=hours * 2, minutes=61)):
            api.go_on()
    assert api.wishes(party_ids=[me]) == []


def test_no_thank_you_gives_it_to_the_next_and_keeps_the_wish() -> None:
    lost = taken()
    first, second = waits(), waits()
    api.cancel(appointment_id=lost.appointment_id, by="test")
    (offer,) = offers(first)
    api.cancel(appointment_id=offer.appointment_id, by="test")
    assert api.appointment(appointment_id=offer.appointment_id).why is Why.DECLINED
    assert (offers(first), len(offers(second))) == ([], 1)
    assert api.wishes(party_ids=[first])[0].state is WishState.WAITING


@pytest.mark.parametrize(
    "otherwise",
    [
        {"begins": time(14), "ends": time(18)},
        {"weekdays": (2, 3)},
        {"since": MONDAY.date() + timedelta(days=1)},
        {"locations": (factories.nobody(),), "provider_id": factories.nobody()},
    ],
    ids=["afternoons", "other weekdays", "later days", "another doctor"],
)
def test_only_what_was_wished_for_is_offered(otherwise: dict[str, object]) -> None:
    lost = taken()
    other = waits(**otherwise)
    fits = waits(begins=time(9), ends=time(9, 30), weekdays=(1,), locations=(lost.slot.location.location_id,))
    api.cancel(appointment_id=lost.appointment_id, by="test")
    assert (offers(other), len(offers(fits))) == ([], 1)


def test_who_has_an_appointment_may_wait_for_an_earlier_one_and_swaps() -> None:
    factories.plan()
    early, me = factories.booked(), factories.person()
    mine = factories.booked(me)
    waits(me, ends=time(9, 30))
    api.cancel(appointment_id=early.appointment_id, by="test")
    (offer,) = offers(me)
    api.confirm(appointment_id=offer.appointment_id, by="test")
    assert api.appointment(appointment_id=mine.appointment_id).why is Why.REPLACED
    assert factories.first().slot_id == mine.slot.slot_id
    factories.whole()


def test_a_hold_that_runs_out_goes_to_who_waits() -> None:
    factories.plan()
    held = factories.held()
    me = waits()
    with factories.it_is(MONDAY + timedelta(minutes=6)):
        api.go_on()
        assert offers(me)[0].slot.slot_id == held.slot.slot_id


def test_one_wish_a_service_and_a_new_one_goes_to_the_end() -> None:
    factories.plan()
    first, second = waits(), waits()
    waits(first, begins=time(10))
    assert [api.wishes(party_ids=[one])[0].place for one in (first, second)] == [2, 1]


def test_an_open_offer_is_answered_before_another_wish() -> None:
    lost = taken()
    me = waits()
    api.cancel(appointment_id=lost.appointment_id, by="test")
    with pytest.raises(Conflict, match="a place is offered"):
        waits(me)


def test_a_wish_ends_with_its_days_or_when_it_is_withdrawn() -> None:
    factories.plan()
    me, other = waits(), waits()
    (wish,) = api.wishes(party_ids=[other])
    api.withdraw_wish(wish_id=wish.wish_id)
    assert api.wishes(party_ids=[other]) == []
    with factories.it_is(MONDAY + timedelta(days=8)):
        assert api.go_on()["wishes"] == 1
        assert api.wishes(party_ids=[me]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": MONDAY.date() - timedelta(days=1)},
        {"until": MONDAY.date() + timedelta(days=400)},
        {"begins": time(12), "ends": time(12)},
        {"weekdays": (8,)},
    ],
)
def test_what_cannot_be_waited_for_is_refused(wrong: dict[str, object]) -> None:
    factories.plan()
    with pytest.raises(BadInput):
        waits(**wrong)


def test_nobody_waits_for_a_place_they_could_not_take() -> None:
    factories.configure(referral=True)
    with pytest.raises(Forbidden, match="needs a referral"):
        waits()


def test_who_is_in_an_appointment_answers_afterwards() -> None:
    factories.plan()
    me, mine_slot = factories.person(), factories.first()
    mine, other = factories.booked(me, mine_slot), factories.booked()
    waits(me, since=MONDAY.date())
    with factories.it_is(mine.slot.starts - timedelta(minutes=70)):
        api.cancel(appointment_id=other.appointment_id, by="test")
        api.arrive(appointment_id=mine.appointment_id, by="test")
        (offer,) = offers(me)
        with pytest.raises(Conflict, match="in an appointment now"):
            api.confirm(appointment_id=offer.appointment_id, by="test")
    assert api.appointment(appointment_id=mine.appointment_id).status is Status.ARRIVED


def test_an_offer_uses_the_referral_up() -> None:
    factories.configure(referral=True)
    factories.plan()
    people = [factories.person(), factories.person()]
    for one in people:
        api.refer(service=DOCTOR, party_id=one, until=MONDAY.date() + timedelta(days=30), by="dr_9")
    lost = factories.booked(people[0])
    waits(people[1])
    api.cancel(appointment_id=lost.appointment_id, by="test")
    (offer,) = offers(people[1])
    api.confirm(appointment_id=offer.appointment_id, by="test")
    assert api.may_book(service=DOCTOR, party_id=people[1]).needs_referral
