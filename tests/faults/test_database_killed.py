"""kill -9 of PostgreSQL in the middle of everything: senders are told to come back, and what they sent is there exactly once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any

import httpx
import pytest

from gorod.faces.demo.client import TOKEN_PATH, Api
from gorod.kernel.identifiers import new_id
from tests.faults.city import POLL_SECONDS, City
from tests.faults.families import Families, at_once, moved_in

SENDERS = 3
BIRTHS_EACH = 24
SHORT, LONG = 1, 6  # refusals that each sender takes before the server comes back; each takes the pool's 3 seconds
OUTAGES = (SHORT, SHORT, LONG)
BACK_SECONDS = 10  # twice the Retry-After of a refusal, however long the server was away
STALLED_JOBS_SECONDS = 90

AWAY = (503, "application/problem+json", True)

pytestmark = pytest.mark.slow


def say_what(error: httpx.HTTPStatusError) -> tuple[int, str, bool]:
    """A refusal as its receiver acts on it: status, kind of body, whether it says when to come back."""
    answer = error.response
    return answer.status_code, answer.headers["content-type"], int(answer.headers.get("retry-after", 0)) > 0


class Sender:
    """Sends one event after the other, births when there are some, else people who move in; each until it is taken, under
    the same id."""

    def __init__(self, families: Families, births: SimpleQueue[dict[str, Any]]) -> None:
        self._families = families
        self._births = births
        self.stop = Event()
        self.taken: list[str] = []
        self.refusals: Counter[tuple[int, str, bool]] = Counter()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                sent, api = self._births.get_nowait(), self._families.registry
            except Empty:
                sent, api = moved_in(f"newcomer {new_id()}"), self._families.counter
            while not self._is_taken(api, sent):
                self.stop.wait(POLL_SECONDS)

    def _is_taken(self, api: Api, sent: dict[str, Any]) -> bool:
        try:
            api.send(sent)
        except httpx.HTTPStatusError as error:
            self.refusals[say_what(error)] += 1
            return False
        self.taken.append(sent["id"])
        return True


def test_a_database_killed_in_the_middle_loses_and_doubles_nothing(city: City, families: Families) -> None:
    mothers = [f"D{i}" for i in range(BIRTHS_EACH * len(OUTAGES))]
    families.settle(["calm before", *mothers])
    families.registry.send(families.birth("calm before"))
    city.wait_idle(60)
    births: SimpleQueue[dict[str, Any]] = SimpleQueue()
    senders = [Sender(families, births) for _ in range(SENDERS)]
    web, url = city.process_id("web"), city.postgres.url

    with ThreadPoolExecutor(SENDERS) as crowd:
        running = [crowd.submit(sender.run) for sender in senders]
        try:
            for number, refusals in enumerate(OUTAGES):
                for mother in mothers[number * BIRTHS_EACH : (number + 1) * BIRTHS_EACH]:
                    births.put(families.birth(mother))
                _outage(city, senders, refusals)
            city.until("every birth is taken", births.empty, 60)
        finally:
            for sender in senders:
                sender.stop.set()
    for future in running:
        future.result()

    assert city.postgres.url == url
    assert city.process_id("web") == web, "the web server recovers by itself"
    assert set().union(*(sender.refusals for sender in senders)) == {AWAY}
    city.wait_idle(STALLED_JOBS_SECONDS)
    taken = [key for sender in senders for key in sender.taken]
    kept = city.rows("SELECT key, fate FROM intake_event WHERE key = ANY(%s)", [taken])
    assert sorted(kept) == sorted((key, "accepted") for key in taken)
    calm = families.outcome("calm before")
    assert calm.cases == (("birth_certificate", "issued"),)
    assert families.outcomes(mothers) == dict.fromkeys(mothers, calm)


def _outage(city: City, senders: list[Sender], refusals: int) -> None:
    """Kill the server while all send, let each be refused so many times, start it again, see that all get through."""
    _all_are_heard(city, senders, "events are being taken")
    city.postgres.kill()
    try:
        before = [sender.refusals.total() for sender in senders]
        city.until(
            "each sender is refused",
            lambda: all(s.refusals.total() >= b + refusals for s, b in zip(senders, before, strict=True)),
            5 * refusals + 10,
        )
    finally:
        city.postgres.start()
    _all_are_heard(city, senders, "events are taken again")


def _all_are_heard(city: City, senders: list[Sender], what: str) -> None:
    before = [len(sender.taken) for sender in senders]
    city.until(what, lambda: all(len(s.taken) > b for s, b in zip(senders, before, strict=True)), BACK_SECONDS)


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
