"""kill -9 of web server, worker and database while a crowd books the same places: nobody loses a confirmed place, and no place is
given twice."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from threading import Event
from typing import Any

import httpx
import pytest

from tests.faults.bookings import PLACES
from tests.faults.city import City, is_ready

CROWD = 60
AT_ONCE = 6
BREAKS = 6
COMES_BACK_S = 60
ANSWERED_S = 120
TOKEN = "t" * 32  # of the protection against other sites: a cookie and a header that are the same
NUMBER = re.compile(r"/mine/appointments/([0-9a-f-]{36})/")
TAKEN = "SELECT count(*), count(DISTINCT (slot_id, number)) FROM booking_seat WHERE state = 'booked'"
APART = """
SELECT count(*) FROM booking_appointment a
FULL JOIN (SELECT * FROM booking_seat WHERE state = 'booked') s ON s.appointment_id = a.id
WHERE (a.status = 'booked') IS DISTINCT FROM (s.id IS NOT NULL) OR (s.id IS NOT NULL AND s.id <> a.seat_id)
"""
TWICE = "SELECT count(*) FROM (SELECT party_id FROM booking_appointment WHERE status = 'booked' GROUP BY 1 HAVING count(*) > 1) t"

pytestmark = pytest.mark.slow


class Person:
    """Somebody with a browser, who tries again whenever nobody answers."""

    def __init__(self, city: City, session: str, stopped: Event) -> None:
        cookies = {"sessionid": session, "csrftoken": TOKEN}
        self._http = httpx.Client(base_url=city.url, cookies=cookies, headers={"X-CSRFToken": TOKEN}, timeout=10)
        self._stopped = stopped

    def _heard(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        while not self._stopped.is_set():
            with suppress(httpx.HTTPError):
                answer = ask()
                if answer.status_code < 500:
                    return answer
        raise AssertionError("nobody answers any more")

    def books(self, slots: list[str]) -> str | None:
        """Try one time after another until one is confirmed. Returns the appointment, None when all are taken."""
        for slot in slots:
            held = self._heard(partial(self._http.post, "/en/book/doctor/hold/", data={"slot": slot}))
            found = NUMBER.search(held.headers.get("location", ""))
            if found is None:
                continue  # taken
            address = found.group(0)
            self._heard(partial(self._http.post, f"/en{address}do/", data={"do": "confirm"}))
            shown = self._heard(partial(self._http.get, f"/en{address}"))
            if "Into your calendar" in shown.text:
                return found.group(1)
        return None


def broken(city: City, stopped: Event) -> Iterator[None]:
    """Break one part after the other, each when the city has come back."""
    for part in cycle(["web", "worker", "database"]):
        if stopped.is_set():
            return
        if part == "database":
            city.postgres.kill()
            city.postgres.start()
        else:
            city.until(f"{part} is there", partial(city.runs, part), COMES_BACK_S)
            city.kill(part)
        city.until("the web server is back", lambda: is_ready(city.url), COMES_BACK_S)
        yield


def test_nobody_loses_a_confirmed_place_and_none_is_given_twice(city: City) -> None:
    made: dict[str, Any] = json.loads(city.module("tests.faults.bookings", str(CROWD)))
    stopped, chance = Event(), random.Random(1)

    def wants(one: dict[str, str]) -> str | None:
        slots = chance.sample(made["slots"], len(made["slots"]))
        return Person(city, one["session"], stopped).books(slots)

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = [pool.submit(wants, one) for one in made["people"]]
            for _ in islice(broken(city, stopped), BREAKS):
                if all(one.done() for one in asked):
                    break
            city.until("everybody has an answer", lambda: all(one.done() for one in asked), ANSWERED_S)
    finally:
        stopped.set()
    confirmed = [found for one in asked if (found := one.result()) is not None]
    kept = {str(row[0]) for row in city.rows("SELECT id FROM booking_appointment WHERE status = 'booked'")}
    assert set(confirmed) <= kept
    assert len(confirmed) == len(set(confirmed)) == PLACES, "whoever found nothing free found all taken"
    ((booked, places),) = city.rows(TAKEN)
    assert booked == places == PLACES
    assert city.rows(APART) == [(0,)]
    assert city.rows(TWICE) == [(0,)]
