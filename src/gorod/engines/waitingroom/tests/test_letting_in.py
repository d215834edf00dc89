"""Who is inside, and how fast the next go in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from gorod.engines.waitingroom import api, models
from gorod.engines.waitingroom.data import CLAIM_SECONDS, Answer
from gorod.engines.waitingroom.tests.factories import (
    HOUR,
    SECOND,
    come,
    inside,
    later,
    opening,
    place,
    places,
    service_of,
)
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.kernel.identifiers import new_id

pytestmark = pytest.mark.django_db
OPEN = HOUR + 2 * SECOND
CLAIM = timedelta(seconds=CLAIM_SECONDS)


def by_place(about: UUID) -> list[UUID]:
    return sorted(places(about), key=lambda one: places(about)[one] or 0)


def answer(about: UUID, person: UUID) -> Answer:
    return api.may_enter(service=service_of(about), party_id=person).answer


def allowed(about: UUID) -> int:
    return models.Opening.objects.get(id=about).allowed


def test_a_service_without_an_opening_has_no_door() -> None:
    verdict = api.may_enter(service="quiet", party_id=new_id())
    assert (verdict.answer, verdict.opening, verdict.place) == (Answer.FREE, None, None)
    api.leave(service="quiet", party_id=new_id())


def test_the_first_places_go_in_and_the_next_when_somebody_leaves() -> None:
    about = opening(capacity=3)
    come(about, 5)
    with later(OPEN):
        first, second, third, fourth, fifth = by_place(about)
        assert [answer(about, one) for one in (first, second, third)] == [Answer.INSIDE] * 3
        assert [answer(about, one) for one in (fourth, fifth)] == [Answer.WAITING] * 2
        stranger = api.may_enter(service=service_of(about), party_id=new_id())
        assert (stranger.answer, stranger.place) == (Answer.WAITING, None)
        api.leave(service=service_of(about), party_id=second)
    with later(OPEN + 2 * SECOND):
        assert [answer(about, one) for one in (first, third, fourth, fifth)] == [
            Answer.INSIDE,
            Answer.INSIDE,
            Answer.INSIDE,
            Answer.WAITING,
        ]


def test_a_place_inside_is_held_for_who_comes_and_is_seen_and_for_nobody_else() -> None:
    about = opening(capacity=2, stay_seconds=200)
    come(about, 4)
    with later(OPEN):
        here, _gone, third, fourth = by_place(about)
        assert answer(about, here) is Answer.INSIDE
    with later(OPEN + CLAIM + 2 * SECOND):
        assert (answer(about, here), answer(about, third)) == (Answer.INSIDE, Answer.INSIDE)
    with later(OPEN + CLAIM + 100 * SECOND):
        assert (answer(about, third), answer(about, fourth)) == (Answer.INSIDE, Answer.WAITING)
    with later(OPEN + CLAIM + 205 * SECOND):
        assert (answer(about, third), answer(about, fourth)) == (Answer.INSIDE, Answer.INSIDE)


def test_who_stayed_away_for_too_long_goes_in_again_before_all_who_wait() -> None:
    about = opening(capacity=1)
    come(about, 3)
    with later(OPEN):
        away, second, third = by_place(about)
    with later(OPEN + CLAIM + 2 * SECOND):
        assert (answer(about, second), answer(about, away)) == (Answer.INSIDE, Answer.WAITING)
        api.leave(service=service_of(about), party_id=second)
    with later(OPEN + CLAIM + 4 * SECOND):
        assert (answer(about, away), answer(about, third)) == (Answer.INSIDE, Answer.WAITING)


def test_who_comes_while_nobody_waits_goes_in_at_once() -> None:
    about = opening(capacity=3)
    with later(OPEN):
        api.public_state(opening_id=about)
        (person,) = come(about)
        found = place(about, person)
        assert (found.number, found.inside, answer(about, person)) == (1, True, Answer.INSIDE)


def test_being_seen_is_written_at_most_twice_a_minute(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    about = opening()
    (person,) = come(about)
    service = service_of(about)
    with later(OPEN):
        assert answer(about, person) is Answer.INSIDE
    with clock.moved_by(OPEN + 10 * SECOND), django_assert_num_queries(2):
        api.may_enter(service=service, party_id=person)
    with clock.moved_by(OPEN + 40 * SECOND), django_assert_num_queries(3):
        api.may_enter(service=service, party_id=person)


def test_what_everybody_may_know_costs_nothing_for_a_second(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    about = opening()
    come(about, 3)
    with later(OPEN):
        first = api.public_state(opening_id=about)
        frozen = clock.now() - first.now
        with clock.moved_by(-frozen), django_assert_num_queries(0):
            assert [api.public_state(opening_id=about) for _ in range(3)] == [first] * 3
        assert (first.present, first.given, first.let_in) == (3, 3, 3)


def test_when_the_requests_behind_the_door_are_slow_fewer_go_in_and_later_more_again() -> None:
    about, other = opening(capacity=100), opening(capacity=100)
    with later(OPEN):
        pass
    for seconds in (4.0, 0.1):
        with later(OPEN + (20 - seconds) * SECOND):
            api.report(opening_id=about, seconds=seconds)
    with later(OPEN + 26 * SECOND):
        api.report(opening_id=about, seconds=4.0)
    with later(OPEN + 40 * SECOND):
        assert (allowed(about), allowed(other)) == (70, 100)
        come(about, 80)
    with later(OPEN + 42 * SECOND):
        assert inside(about) == 70
    with later(OPEN + 55 * SECOND):
        assert allowed(about) == 75, "nothing slow was measured since"
    with pytest.raises(BadInput):
        api.report(opening_id=about, seconds=float("nan"))


def test_the_time_one_waits_follows_from_how_many_leave() -> None:
    about = opening(capacity=10)
    come(about, 100)
    for minute in range(5):
        for second in range(0, 60, 30):
            with later(OPEN + minute * 60 * SECOND + second * SECOND):
                for person in by_place(about)[:80]:
                    if (found := place(about, person)).inside and answer(about, person) is Answer.INSIDE:
                        api.leave(service=service_of(about), party_id=person)
                        break
                assert found.number
    with later(OPEN + 300 * SECOND):
        shown = api.public_state(opening_id=about)
        assert shown.rate is not None
        people, minutes = api.before(shown=shown, number=shown.let_in + 11)
        assert people == 10
        assert minutes is not None and minutes > 0
        assert api.before(shown=shown, number=1)[0] == 0
