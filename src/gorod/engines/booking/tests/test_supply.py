"""Hours become times that can be booked, and those become bookable when the rule says."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gorod.engines.booking import api
from gorod.engines.booking.data import Away, Channel, Hours, Plan, Portion
from gorod.engines.booking.logic import supply
from gorod.engines.booking.tests import factories
from gorod.engines.booking.tests.factories import DOCTOR, EVERY_DAY, MONDAY
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, NotFound, Refused

pytestmark = pytest.mark.django_db


def times() -> list[datetime]:
    return [slot.starts for slot in api.free(service=DOCTOR)]


def test_hours_become_times_up_to_the_horizon() -> None:
    factories.plan()
    found = times()
    assert found[:2] == [MONDAY.replace(hour=9), MONDAY.replace(hour=9, minute=30)]
    assert len(found) == 14 * 6, "14 days ahead from 7:30; at six yesterday's opening was the last"
    assert max(found).date() == MONDAY.date() + timedelta(days=13)


def test_a_new_day_opens_at_half_past_seven_and_not_before() -> None:
    factories.plan()
    last = MONDAY.date() + timedelta(days=14)
    with factories.it_is(MONDAY.replace(hour=7, minute=29, second=59)):
        assert max(times()).date() < last
    with factories.it_is(MONDAY.replace(hour=7, minute=30)):
        assert max(times()).date() == last


def test_what_is_not_open_cannot_be_held_by_knowing_its_number() -> None:
    factories.plan()
    later = api.free(service=DOCTOR, staff=True)[-1]
    with pytest.raises(Refused, match="cannot be booked yet"):
        factories.held(slot=later)


def test_times_open_in_portions() -> None:
    portions = (Portion(days=14, at=time(7, 30), percent=50), Portion(days=1, at=time(8), percent=50))
    factories.configure(portions=portions)
    factories.plan(hours=(Hours(weekday=3, begins=time(8), ends=time(18)),), minutes=30)
    wednesday = [slot for slot in api.free(service=DOCTOR) if slot.starts.date() == date(2027, 3, 3)]
    assert len(wednesday) == 10
    with factories.it_is(datetime(2027, 3, 2, 8, 0, tzinfo=UTC)):
        assert len([slot for slot in api.free(service=DOCTOR) if slot.starts.date() == date(2027, 3, 3)]) == 20


def test_holidays_and_absences_have_no_times() -> None:
    factories.configure(holidays=frozenset({date(2027, 3, 8)}))
    provider = factories.doctor()
    api.away(
        provider_id=provider,
        begins=datetime(2027, 3, 2, tzinfo=UTC),
        ends=datetime(2027, 3, 4, tzinfo=UTC),
        kind=Away.LEAVE,
        by="test",
    )
    factories.plan(provider)
    days = {moment.date() for moment in times()}
    assert not days & {date(2027, 3, 2), date(2027, 3, 3), date(2027, 3, 8)}
    assert {date(2027, 3, 1), date(2027, 3, 4), date(2027, 3, 9)} <= days


def test_days_that_come_into_sight_get_their_times_once() -> None:
    factories.plan()
    assert api.make_slots() == 0
    with factories.it_is(MONDAY + timedelta(days=2)):
        assert api.make_slots() == 2 * 6
        assert api.make_slots() == 0


def test_an_ended_plan_loses_what_nobody_has_a_place_in() -> None:
    provider = factories.plan()
    kept = next(slot for slot in api.free(service=DOCTOR) if slot.starts.date() == date(2027, 3, 5))
    factories.booked(slot=kept)
    (plan_id,) = api.plans(provider_id=provider)
    api.end_plan(plan_id=plan_id, after=date(2027, 3, 3))
    assert {moment.date() for moment in times()} == {date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)}
    assert len(api.day(location_id=kept.location.location_id, day=date(2027, 3, 5)).slots) == 1
    factories.plan(provider, since=date(2027, 3, 4), hours=(Hours(weekday=4, begins=time(15), ends=time(16)),))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"hours": ()}, "without hours"),
        ({"minutes": 3}, "3 minutes"),
        ({"capacity": 0}, "0 people"),
        ({"until": date(2027, 2, 1)}, "ends before"),
        ({"kept": {Channel.COUNTER: 70, Channel.EMERGENCY: 40}}, "more is kept"),
        ({"kept": {Channel.PUBLIC: 10}}, "everybody's"),
        ({"hours": (Hours(weekday=8, begins=time(9), ends=time(10)),)}, "weekday 8"),
        ({"hours": (Hours(weekday=1, begins=time(9), ends=time(9)),)}, "weekday 1"),
        ({"hours": (EVERY_DAY[0], EVERY_DAY[0])}, "overlap"),
    ],
)
def test_hours_that_cannot_be_are_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        factories.plan(**wrong)


def test_a_doctor_is_not_in_two_rooms_at_once() -> None:
    provider = factories.plan()
    with pytest.raises(Conflict, match="from 09:00 already"):
        factories.plan(provider, room="7")


def test_a_plan_is_for_a_service_and_a_provider_that_exist() -> None:
    made = Plan(provider_id=factories.nobody(), service="cook", hours=EVERY_DAY, minutes=30, since=clock.today())
    with pytest.raises(NotFound, match="cook is not booked"):
        api.plan(plan=made)
    with pytest.raises(NotFound, match="no provider"):
        api.plan(plan=replace(made, service=DOCTOR))


@pytest.mark.parametrize(("day", "slots"), [(date(2027, 3, 28), 46), (date(2027, 10, 31), 50), (date(2027, 6, 6), 48)])
def test_where_summer_time_begins_or_ends_no_time_comes_twice(day: date, slots: int) -> None:
    clock.configure(time_zone="Europe/Berlin")
    night = (Hours(weekday=7, begins=time(0), ends=time(23, 59)),)
    portions = (Portion(days=14, at=time(2, 30)),)
    made = list(supply.slots_of(night, 30, portions, day))
    starts = [one.starts for one in made]
    assert len(set(starts)) == len(made) == slots - 1, "23:30 would end after the last minute"
    assert all(after - before == timedelta(minutes=30) for before, after in itertools.pairwise(starts))


def test_an_opening_at_an_hour_that_summer_time_leaves_out_happens_all_the_same() -> None:
    clock.configure(time_zone="Europe/Berlin")
    day = date(2027, 4, 11)  # 14 days after the clocks went from 2 to 3
    opens = supply.opens((Portion(days=14, at=time(2, 30)),), day, 0)
    assert opens == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@given(kept=st.dictionaries(st.sampled_from(["emergency", "counter", "referral"]), st.integers(0, 33)))
def test_shares_are_what_was_said(kept: dict[str, int]) -> None:
    channels = [supply.channel(kept, index) for index in range(100)]
    for name, percent in kept.items():
        assert channels.count(Channel(name)) == percent
    assert channels.count(Channel.PUBLIC) == 100 - sum(kept.values())


@given(percents=st.lists(st.integers(1, 30), min_size=1, max_size=3))
def test_portions_are_what_was_said(percents: list[int]) -> None:
    whole = [*percents, 100 - sum(percents)]
    portions = tuple(Portion(days=days, at=time(8), percent=percent) for days, percent in enumerate(whole, 1))
    opened = [supply.opens(portions, date(2027, 6, 1), index) for index in range(100)]
    for portion in portions:
        assert opened.count(datetime(2027, 6, 1, 8, tzinfo=UTC) - timedelta(days=portion.days)) == portion.percent


def test_new_hours_leave_out_the_time_that_somebody_has_of_the_old_ones() -> None:
    provider_id = factories.plan()
    tomorrow = MONDAY + timedelta(days=1)
    kept = factories.booked(slot=factories.first(since=tomorrow)).slot
    (plan_id,) = api.plans(provider_id=provider_id)
    api.end_plan(plan_id=plan_id, after=clock.today())
    factories.plan(provider_id, minutes=20, since=tomorrow.date())
    found = [slot for slot in api.free(service=DOCTOR, since=tomorrow) if slot.starts.date() == tomorrow.date()]
    assert found and all(slot.ends <= kept.starts or slot.starts >= kept.ends for slot in found)
