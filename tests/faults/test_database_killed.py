"""kill -9 of PostgreSQL in the middle of everything: senders are told to come back, and what they sent is there exactly once."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from gorod.faces.demo.client import TOKEN_PATH, Api
from tests.faults.city import POLL_SECONDS, City
from tests.faults.families import Families, at_once

SENDERS = 3
SHORT, LONG = 1, 6  # refusals that each sender takes before the server comes back; each takes the pool's 3 seconds
OUTAGES = (SHORT, SHORT, LONG)
BACK_SECONDS = 10  # twice the Retry-After of a refusal, however long the server was away
STALLED_JOBS_SECONDS = 90

pytestmark = pytest.mark.slow


def say_what(error: httpx.HTTPStatusError) -> tuple[int, str, bool]:
    """A refusal as its receiver acts on it: status, kind of body, whether it says when to come back."""
    answer = error.response
    return answer.status_code, answer.headers["content-type"], int(answer.headers.get("retry-after", 0)) > 0


AWAY = (503, "application/problem+json", True)


class Sender:
    """Sends births one after the other, each until it is taken, with the same id."""

    def __init__(self, api: Api, births: list[dict[str, Any]]) -> None:
        self._api = api
        self._births = births
        self.stop = threading.Event()
        self.taken = 0
        self.refusals: Counter[tuple[int, str, bool]] = Counter()

    def run(self) -> None:
        for event in self._births:
            while not self._send(event):
                if self.stop.wait(POLL_SECONDS):
                    return

    def _send(self, event: dict[str, Any]) -> bool:
        try:
            self._api.send(event)
        except httpx.HTTPStatusError as error:
            self.refusals[say_what(error)] += 1
            return False
        self.taken += 1
        return True


def test_a_database_killed_in_the_middle_loses_and_doubles_nothing(city: City, families: Families) -> None:
    mothers = [f"D{i}" for i in range(90)]
    families.settle(["calm before", *mothers])
    families.registry.send(families.birth("calm before"))
    city.wait_idle(60)
    births = [families.birth(mother) for mother in mothers]
    senders = [Sender(families.registry, births[i::SENDERS]) for i in range(SENDERS)]
    web, url = city.process_id("web"), city.postgres.url

    with ThreadPoolExecutor(SENDERS) as crowd:
        running = [crowd.submit(sender.run) for sender in senders]
        try:
            for refusals in OUTAGES:
                _outage(city, senders, running, refusals)
            city.until("every birth is taken", lambda: all(future.done() for future in running), 60)
        finally:
            for sender in senders:
                sender.stop.set()
        for future in running:
            future.result()

    assert city.postgres.url == url
    assert city.process_id("web") == web, "the web server recovers by itself"
    assert sum((sender.refusals for sender in senders), Counter()).keys() == {AWAY}
    city.wait_idle(STALLED_JOBS_SECONDS)
    kept = city.rows("SELECT key, fate FROM intake_event WHERE key = ANY(%s)", [[event["id"] for event in births]])
    assert sorted(kept) == sorted((event["id"], "accepted") for event in births)
    calm = families.outcome("calm before")
    assert calm.cases == (("birth_certificate", "issued"),)
    assert families.outcomes(mothers) == dict.fromkeys(mothers, calm)


def _outage(city: City, senders: list[Sender], running: list[Future[None]], refusals: int) -> None:
    """Kill the server while all send, let each be refused so many times, start it again, see that they get through."""
    took = sum(sender.taken for sender in senders)
    city.until("events are being taken", lambda: sum(sender.taken for sender in senders) >= took + 5, BACK_SECONDS)
    city.postgres.kill()
    refused = [sum(sender.refusals.values()) for sender in senders]
    assert not any(future.done() for future in running), "nobody is sending any more: give them more births"
    city.until(
        "each sender is refused",
        lambda: all(
            sum(sender.refusals.values()) >= before + refusals for sender, before in zip(senders, refused, strict=True)
        ),
        5 * refusals + 10,
    )
    city.postgres.start()
    took = sum(sender.taken for sender in senders)
    city.until("events are taken again", lambda: sum(sender.taken for sender in senders) > took, BACK_SECONDS)


def test_while_it_is_away_every_address_says_when_to_come_back(city: City, families: Families) -> None:
    families.settle(["away"])
    resident = families.resident("away")
    asked = {
        "events": lambda: families.registry.send(families.birth("away")),
        "feed": lambda: families.office.call("GET", "/api/agency/cases"),
        "act": lambda: families.counter.call("PUT", f"/api/residents/{resident}/facts", json={"values": {}}),
        "read": lambda: families.counter.call("GET", f"/api/residents/{resident}/cases"),
        "token": lambda: _token(city),
    }

    def answer(name: str) -> object:
        try:
            asked[name]()
        except httpx.HTTPStatusError as error:
            return say_what(error)
        return "answered"

    city.postgres.kill()
    try:
        assert httpx.get(f"{city.url}/health/live").status_code == 200
        assert httpx.get(f"{city.url}/health/ready", timeout=10).status_code == 503
        assert dict(zip(asked, at_once(answer, asked), strict=True)) == dict.fromkeys(asked, AWAY)
    finally:
        city.postgres.start()
    city.until("everything answers again", lambda: {answer(name) for name in asked} == {"answered"}, BACK_SECONDS)


def _token(city: City) -> None:
    """What a client does first; its name and secret are not even looked at when there is no database."""
    answer = httpx.post(
        f"{city.url}{TOKEN_PATH}", data={"grant_type": "client_credentials"}, auth=("family_office", "?"), timeout=10
    )
    if answer.status_code != 401:
        answer.raise_for_status()
