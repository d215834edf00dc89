"""Openings in an hour, and people who come to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from gorod.engines.waitingroom import api, models
from gorod.engines.waitingroom.data import Place
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
T = TypeVar("T")


def opening(*, capacity: int = 10, service: str = "", opens_in: timedelta = HOUR, **more: Any) -> UUID:
    """People gather already; it opens in an hour and closes three hours later."""
    opens = clock.now() + opens_in
    return api.announce(
        service=service or f"service-{new_id()}",
        title={"en": "Slots", "ru": "Запись"},
        gathers_at=min(clock.now(), opens) - SECOND,
        opens_at=opens,
        closes_at=opens + 3 * HOUR,
        capacity=capacity,
        **more,
    )


def service_of(opening_id: UUID) -> str:
    return models.Opening.objects.get(id=opening_id).service


def come(opening_id: UUID, number: int = 1) -> list[UUID]:
    """So many people come, one after another."""
    people = [new_id() for _ in range(number)]
    for person in people:
        api.arrive(opening_id=opening_id, party_id=person)
    return people


def places(opening_id: UUID) -> dict[UUID, int | None]:
    """Who has which place, in the order in which they came."""
    return dict(models.Arrival.objects.filter(opening_id=opening_id).order_by("id").values_list("party_id", "place"))


def place(opening_id: UUID, person: UUID) -> Place:
    return api.arrive(opening_id=opening_id, party_id=person)


def inside(opening_id: UUID, now: datetime | None = None) -> int:
    return models.Arrival.objects.filter(opening_id=opening_id, inside_until__gt=now or clock.now()).count()


@contextmanager
def later(delta: timedelta = HOUR + 2 * SECOND) -> Iterator[None]:
    """So much later; by default just after the opening, with one turn taken."""
    with clock.moved_by(delta):
        api.take_turns()
        yield


def at_once(calls: list[Callable[[], T]]) -> list[T]:
    """All of them at the same time, each with a connection of its own."""

    def closing(call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(closing, calls))
