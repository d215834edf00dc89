"""The same birth, said many times at the same moment, is one birth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests.faults.city import City, until
from tests.faults.families import Families

TIMES = 10

pytestmark = pytest.mark.slow


def send_at_once(families: Families, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send each event from a thread of its own, all at the same moment; who is told to come again does. Returns the receipts."""
    together = Barrier(len(events))

    def taken(event: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return dict(families.registry.send(event))
        except httpx.HTTPStatusError as error:
            if error.response.status_code != 503 or "Retry-After" not in error.response.headers:
                raise
            return None

    def send(event: dict[str, Any]) -> dict[str, Any]:
        together.wait()
        return until("the event is taken", lambda: taken(event), 60) or {}

    with ThreadPoolExecutor(len(events)) as crowd:
        return list(crowd.map(send, events))


@pytest.fixture
def once(city: City, families: Families) -> str:
    """A mother whose child's birth was reported once."""
    families.settle(["said once"])
    families.registry.send(families.birth("said once"))
    return "said once"


def test_the_same_event_ten_times_at_once_makes_one_case(city: City, families: Families, once: str) -> None:
    families.settle(["said ten times"])
    birth = families.birth("said ten times")
    receipts = send_at_once(families, [birth] * TIMES)
    assert sorted(receipt["fate"] for receipt in receipts) == ["accepted"] + ["repeated"] * (TIMES - 1)
    assert len({receipt["event"] for receipt in receipts}) == 1
    assert len({receipt["journey"] for receipt in receipts}) == 1
    city.wait_idle(60)
    calm = families.outcome(once)
    assert calm.cases == (("birth_certificate", "issued"),)
    assert families.outcome("said ten times") == calm


def test_ten_events_about_the_same_birth_make_one_child_and_one_case(city: City, families: Families, once: str) -> None:
    """An agency that has lost its memory makes up new ids; the child's own number says who it is."""
    families.settle(["said by ten"])
    receipts = send_at_once(families, [families.birth("said by ten") for _ in range(TIMES)])
    assert [receipt["fate"] for receipt in receipts] == ["accepted"] * TIMES
    assert len({receipt["event"] for receipt in receipts}) == TIMES
    assert len({receipt["journey"] for receipt in receipts}) == 1
    city.wait_idle(60)
    assert families.outcome("said by ten") == families.outcome(once)
