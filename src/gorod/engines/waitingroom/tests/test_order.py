"""Who has which place."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gorod.engines.waitingroom import api, models
from gorod.engines.waitingroom.data import State
from gorod.engines.waitingroom.logic import draw, turns
from gorod.engines.waitingroom.tests.factories import (
    HOUR,
    SECOND,
    at_once,
    come,
    inside,
    later,
    opening,
    place,
    places,
    service_of,
)
from gorod.kernel import clock
from gorod.kernel.errors import BadInput, Conflict, NotFound, Refused
from gorod.kernel.identifiers import new_id

in_one_transaction = pytest.mark.django_db
several_connections = pytest.mark.django_db(transaction=True)


@in_one_transaction
def test_before_the_opening_nobody_has_a_place() -> None:
    about = opening()
    people = come(about, 3)
    api.take_turns()
    assert set(places(about).values()) == {None}
    assert place(about, people[0]).number is None
    shown = api.public_state(opening_id=about)
    assert (shown.opening.state, shown.given, shown.let_in) == (State.GATHERING, 0, 0)


@in_one_transaction
def test_at_the_opening_places_are_drawn_and_who_comes_later_stands_behind_in_the_order_of_arrival() -> None:
    about = opening()
    early = come(about, 30)
    with later():
        late = come(about, 5)
    with later(HOUR + 4 * SECOND):
        late += come(about, 1)
        api.take_turns()
        found = places(about)
        assert sorted(found[one] for one in early) == list(range(1, 31))  # type: ignore[type-var]
        assert [found[one] for one in early] != list(range(1, 31))
        assert [found[one] for one in late] == list(range(31, 37))
    with later(HOUR + 6 * SECOND):
        assert api.public_state(opening_id=about).given == 36


@in_one_transaction
def test_who_comes_again_from_wherever_has_the_same_place() -> None:
    about = opening()
    person, *_others = come(about, 20)
    with later():
        first = place(about, person)
        api.take_turns()
        assert place(about, person) == first
        assert api.place_of(opening_id=about, ticket=first.ticket).number == first.number
        assert len(places(about)) == 20


@in_one_transaction
def test_a_ticket_is_of_one_opening_and_cannot_be_made_up() -> None:
    about, other = opening(), opening()
    (person,) = come(about)
    ticket = place(about, person).ticket
    come(other)
    with pytest.raises(BadInput):
        api.place_of(opening_id=other, ticket=ticket)
    with pytest.raises(BadInput):
        api.place_of(opening_id=about, ticket="1" + ticket)
    assert str(person) not in ticket


@in_one_transaction
def test_the_clock_may_go_back_and_forward_over_the_opening() -> None:
    about = opening()
    early = come(about, 8)
    with later():
        before = places(about)
    with later(-HOUR):
        assert api.public_state(opening_id=about).opening.state is State.OPEN
        late = come(about, 2)
    assert places(about) | before == places(about)
    with later(HOUR + 3 * SECOND):
        late += come(about)
        api.take_turns()
        found = places(about)
        assert {one: found[one] for one in early} == before
        assert [found[one] for one in late] == [9, 10, 11]
        assert api.audit(record=api.record(opening_id=about)) == []


@in_one_transaction
def test_two_openings_know_nothing_of_each_other() -> None:
    about, other = opening(capacity=2), opening(capacity=3, opens_in=2 * HOUR)
    come(about, 5)
    come(other, 5)
    with later():
        assert (inside(about), inside(other)) == (2, 0)
        assert set(places(other).values()) == {None}
    with later(2 * HOUR + 2 * SECOND):
        assert (inside(other), sorted(places(other).values())) == (3, [1, 2, 3, 4, 5])  # type: ignore[type-var]


@in_one_transaction
def test_anybody_can_compute_the_order_and_sees_when_it_is_another() -> None:
    about = opening()
    with pytest.raises(NotFound):
        api.record(opening_id=about)
    come(about, 12)
    with later():
        come(about, 3)
    with later(HOUR + 4 * SECOND):
        record = api.record(opening_id=about)
    assert api.audit(record=record) == []
    assert [one.batch for one in record.arrivals] == [1] * 12 + [2] * 3
    first, second, *rest = record.arrivals
    swapped = (dataclasses.replace(second, place=1), dataclasses.replace(first, place=2), *rest)
    assert len(api.audit(record=dataclasses.replace(record, arrivals=swapped))) == 2
    assert api.audit(record=dataclasses.replace(record, seed=b"\0" * 32)) != []
    assert api.audit(record=dataclasses.replace(record, arrivals=(first, *rest))) != []


@in_one_transaction
def test_what_can_be_announced() -> None:
    now = clock.now()
    words: dict[str, Any] = {"service": "s", "title": {"en": "Slots"}, "capacity": 1}
    times: dict[str, Any] = {"gathers_at": now, "opens_at": now + HOUR, "closes_at": now + 2 * HOUR}
    made = api.announce(**words, **times)
    assert api.announce(**words, **times) == made, "sent twice it is one"
    with pytest.raises(Conflict):
        api.announce(**words, **times | {"opens_at": now + SECOND})
    for wrong in ({"capacity": 0}, {"title": {"en": " "}}, {"closes_at": now - HOUR}, {"stay_seconds": 1}):
        with pytest.raises(BadInput):
            api.announce(**{**words, **times, "service": "other", **wrong})
    assert [one.opening_id for one in api.openings(service="s")] == [made]
    assert api.current(service="s") is not None
    come(made)
    api.withdraw(opening_id=made)
    assert api.openings(service="s") == [] and api.current(service="s") is None
    with pytest.raises(NotFound):
        api.public_state(opening_id=made)


@in_one_transaction
def test_nobody_comes_before_people_gather_or_after_the_end_and_a_month_later_nobody_is_known() -> None:
    about = opening()
    come(about)
    with clock.moved_by(-HOUR), pytest.raises(Refused):
        come(about)
    with later(), pytest.raises(Conflict):
        api.withdraw(opening_id=about)
    with clock.moved_by(5 * HOUR):
        assert api.current(service=service_of(about)) is None
        with pytest.raises(Refused):
            come(about)
        assert api.forget() == 0
    with clock.moved_by(24 * 31 * HOUR):
        assert api.forget() == 1
        assert places(about) == {}


STEPS = some.lists(
    some.one_of(
        some.tuples(some.just("come"), some.integers(1, 6)),
        some.tuples(some.sampled_from(["ask", "leave", "again"]), some.integers(0, 40)),
        some.tuples(some.just("wait"), some.sampled_from([1, 5, 40, 100, 700])),
        some.tuples(some.just("slow"), some.floats(0, 5)),
    ),
    max_size=15,
)


@pytest.mark.slow
@in_one_transaction
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(early=some.integers(0, 12), capacity=some.integers(1, 6), steps=STEPS)
def test_whatever_happens_places_are_fair_and_the_room_is_never_too_full(
    early: int, capacity: int, steps: list[tuple[str, Any]]
) -> None:
    about = opening(capacity=capacity)
    service, came = service_of(about), come(about, early)
    passed, kept = HOUR + 2 * SECOND, dict[UUID, int | None]()
    for what, amount in steps:
        passed += amount * SECOND if what == "wait" else 2 * SECOND
        with later(passed):
            who = came[amount % len(came)] if came and what in ("ask", "leave", "again") else None
            if what == "come":
                came += come(about, amount)
            elif what == "slow":
                api.report(opening_id=about, seconds=amount)
            elif who and what == "ask":
                api.may_enter(service=service, party_id=who)
            elif who and what == "leave":
                api.leave(service=service, party_id=who)
            elif who:
                place(about, who)
            api.take_turns()
            row, found = models.Opening.objects.get(id=about), places(about)
            assert inside(about) <= row.capacity
            assert 1 <= row.allowed <= capacity
            assert list(found) == came
            assert sorted(found.values()) == list(range(1, len(came) + 1))  # type: ignore[type-var]
            assert sorted(found[one] for one in came[:early]) == list(range(1, early + 1))  # type: ignore[type-var]
            assert [found[one] for one in came[early:]] == list(range(early + 1, len(came) + 1))
            assert row.let_in <= row.given == len(came)
            assert row.let_in == row.given or inside(about, clock.now() - SECOND) >= min(row.allowed, capacity)
            assert found | kept == found, "no place is given twice or taken away"
            kept = found
            assert api.audit(record=api.record(opening_id=about)) == []


@several_connections
def test_however_many_come_and_draw_at_the_same_moment_the_draw_is_one() -> None:
    about = opening()
    early = come(about, 20)
    crowd = [new_id() for _ in range(60)]
    with clock.moved_by(HOUR + 2 * SECOND):
        calls: list[Callable[[], object]] = [partial(place, about, one) for one in (*crowd, *crowd[:20], *early)]
        at_once([*calls, *[partial(turns.turn, about)] * 30, *[api.take_turns] * 5])
        api.take_turns()
        found, record = places(about), api.record(opening_id=about)
        assert sorted(found.values()) == list(range(1, 81))  # type: ignore[type-var]
        assert sorted(found[one] for one in early) == list(range(1, 21))  # type: ignore[type-var]
        assert api.audit(record=record) == []
        assert inside(about) == 10


class Killed(Exception):
    """As if the process ended here."""


@several_connections
def test_who_is_killed_while_giving_places_has_given_none(monkeypatch: pytest.MonkeyPatch) -> None:
    about = opening()
    come(about, 10)

    def killed(*_words: object, **_more: object) -> int:
        assert None not in places(about).values(), "places are given, and nothing is committed"
        raise Killed

    with clock.moved_by(HOUR + 2 * SECOND):
        with monkeypatch.context() as patched:
            patched.setattr(draw, "give_next", killed)
            with pytest.raises(Killed):
                turns.turn(about)
        row = models.Opening.objects.get(id=about)
        assert (set(places(about).values()), row.seed, row.given) == ({None}, None, 0)
        turns.turn(about)
        assert sorted(places(about).values()) == list(range(1, 11))  # type: ignore[type-var]


@several_connections
def test_a_killed_connection_leaves_no_place_and_no_lock() -> None:
    about = opening()
    come(about, 10)

    def dies() -> bool:
        with transaction.atomic():
            turns.turn(about)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return True

    with clock.moved_by(HOUR + 2 * SECOND):
        with pytest.raises(Exception, match=r"terminat|closed"):
            at_once([dies])
        assert set(places(about).values()) == {None}
        assert turns.turn(about) is True
        assert sorted(places(about).values()) == list(range(1, 11))  # type: ignore[type-var]


@several_connections
def test_while_one_opening_is_held_another_goes_on() -> None:
    held, other = opening(), opening()
    come(held, 3)
    come(other, 3)
    with clock.moved_by(HOUR + 2 * SECOND), transaction.atomic():
        models.Opening.objects.select_for_update().get(id=held)
        at_once([api.take_turns, partial(come, held), partial(come, other)])
        assert None not in list(places(other).values())[:3]
        assert set(places(held).values()) == {None}
