"""An agency sees everything of its own: its plans, its slots whatever their state, and who has a place in which."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gorod.engines.booking import api
from gorod.engines.booking.data import Away, Selection, SlotState, Status
from gorod.engines.booking.tests.factories import MONDAY, booked, clinic, doctor, it_is, nobody, person, plan
from gorod.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


def states(**wanted: object) -> list[SlotState]:
    _, found = api.slots_at(wanted=Selection(agency="health", limit=500, **wanted))  # type: ignore[arg-type]
    return [one.state for one in found]


def test_a_slot_says_how_it_stands() -> None:
    provider_id = plan()
    appointment = booked(person())
    total, (first, second, *_rest) = api.slots_at(wanted=Selection(agency="health"))
    assert (first.slot.slot_id, first.state) == (appointment.slot.slot_id, SlotState.TAKEN)
    assert (second.state, second.slot.free) == (SlotState.FREE, 1)
    assert states()[-1] is SlotState.NOT_OPEN and len(states()) == total
    begins = second.slot.starts
    api.away(provider_id=provider_id, begins=begins, ends=begins + timedelta(hours=1), kind=Away.LEAVE, by="test")
    assert states()[1] is SlotState.CALLED_OFF
    with it_is(MONDAY + timedelta(days=1)):
        assert states(until=begins) == [SlotState.OVER]
    assert set(states(states=["free"])) == {SlotState.FREE}


def test_only_what_is_asked_for_is_found() -> None:
    provider_id = plan()
    (known,) = api.plans_at(agency="health")
    assert api.plans_at(agency="other") == [] and known.plan.provider_id == provider_id
    place = api.provider(provider_id=provider_id).location_id
    total = len(states())
    for wanted in (
        {"plan_ids": [known.plan_id]},
        {"provider_ids": [provider_id]},
        {"location_ids": [place]},
        {"services": ["doctor"]},
    ):
        assert len(states(**wanted)) == total > 0
    for wanted in (
        {"plan_ids": []},
        {"provider_ids": [nobody()]},
        {"services": ["dentist"]},
        {"ids": []},
        {"until": MONDAY},
    ):
        assert states(**wanted) == []
    assert api.slots_at(wanted=Selection(agency="other")) == (0, [])
    with pytest.raises(NotFound):
        api.provider(provider_id=nobody())


def test_pages_go_on_after_the_last_one_that_is_known() -> None:
    place = clinic()
    for code in ("a", "b"):
        plan(doctor(code, location_id=place))
    total, whole = api.slots_at(wanted=Selection(agency="health", limit=500))
    seen, after = [], None
    while True:
        count, page = api.slots_at(wanted=Selection(agency="health", limit=7, after=after))
        assert count == total
        if not page:
            break
        seen += page
        after = (page[-1].slot.starts, page[-1].slot.slot_id)
    assert seen == whole and len(seen) == total


def test_appointments_are_found_by_whom_they_are_for_and_how_they_stand() -> None:
    plan()
    anna = person()
    one = booked(anna)
    other = booked(person())
    _, both = api.appointments_at(wanted=Selection(agency="health"))
    assert [found.appointment_id for found in both] == [one.appointment_id, other.appointment_id]
    assert api.appointments_at(wanted=Selection(agency="health", party_ids=[anna]))[1] == [one]
    api.cancel(appointment_id=one.appointment_id, by="test")
    assert api.appointments_at(wanted=Selection(agency="health", states=[Status.BOOKED]))[1] == [other]
    assert api.appointments_at(wanted=Selection(agency="other")) == (0, [])
