"""Booking under a crowd, through the whole web stack.

Measured: signed-in residents hold a time and confirm it (two requests to the real web server), over 64 connections at once. First
all want the same 500 places, each tries random ones until it has one or six are gone; then those of 1,000 doctors, so nobody is in
anybody's way. Latencies are of single requests. Afterwards the tables are asked whether a place was given twice. The sender
shares the processors with the server.

Beside it: the same by hand, a conditional UPDATE of the seat and an INSERT of the appointment in one transaction over 16
connections, with COMMIT on disk.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import time as hour
from datetime import timedelta
from uuid import UUID

from django.db import connection
from psycopg import Connection

from benchmarks.measuring.browser import Browser, signed_in
from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.stage import Stage
from gorod.engines.booking import api as booking
from gorod.engines.booking.data import Hours, Plan, ProviderKind
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id

SERVICE = "service_centre_visit"  # everybody may book it: what is measured is booking, not a rule
CLIENTS = 64
BY_HAND = 16  # connections
TRIES = 6
SEAT = """
UPDATE booking_seat SET state = 'booked', appointment_id = %s WHERE id = (
    SELECT id FROM booking_seat WHERE slot_id = %s AND state = 'free' ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
APPOINTMENT = """
INSERT INTO booking_appointment (id, party_id, told_id, service, slot_id, seat_id, status, why, reminded, excused, appeal, answer,
    answered_by, made_at, made_by, version, changed_at)
VALUES (%s, %s, %s, %s, %s, %s, 'booked', '', '[]', false, '', '', '', now(), 'by hand', 1, now())
"""
NUMBER = re.compile(rb"/mine/appointments/([0-9a-f-]{36})/")


def run(stage: Stage) -> Table:
    """Rounds of both crowds, in turns with the same by hand."""
    city = stage.city
    rounds, crowd = stage.size(5, quick=1), stage.size(600, quick=60)
    ours: dict[str, list[float]] = {"same": [], "apart": []}
    floor: dict[str, list[float]] = {"same": [], "apart": []}
    took: list[float] = []
    with ExitStack() as stack:
        base = stack.enter_context(city.web())
        hands = [stack.enter_context(city.connect()) for _ in range(BY_HAND)]
        cookies = iter(signed_in(city, rounds * crowd * 2))
        doctors = _supply("many", stage.size(1_000, quick=20), minutes=45)
        for number in range(rounds):
            stage.say(f"round {number + 1}: {crowd:,} people twice")
            same = _supply(f"same-{number}", 10, minutes=28)
            for name, slots in (("same", same), ("apart", doctors)):
                rate, seconds = _crowd(base, [next(cookies) for _ in range(crowd)], slots)
                ours[name].append(rate)
                took += seconds
                floor[name].append(_by_hand(hands, _supply(f"{name}-hand-{number}", 10, minutes=28)))
            _nothing_twice()
    per, by_hand = Unit.PER_SECOND, "UPDATE, INSERT, COMMIT"
    percentiles = ", ".join(f"p{p} {_percentile(took, p) * 1000:.0f} ms" for p in (50, 95, 99))
    return Table(
        rows=[
            row(what="64 want the same 500 places", unit=per, ours=ours["same"], beside=by_hand, floor=floor["same"]),
            row(what="64 want 1,000 doctors", unit=per, ours=ours["apart"], beside=by_hand, floor=floor["apart"]),
        ],
        notes=[
            f"A request under this load: {percentiles}. Places given twice: 0; every answer was one a person can read."
        ],
    )


def _supply(code: str, doctors: int, *, minutes: int) -> list[UUID]:
    """The times of so many doctors, a place each, the whole day tomorrow."""
    tomorrow = clock.today() + timedelta(days=1)
    location = booking.put_location(code=f"bench-{code}", names={"ru": code}, agency="health", address="1")
    hours = (Hours(weekday=tomorrow.isoweekday(), begins=hour(0), ends=hour(23, 59)),)
    for number in range(doctors):
        provider = booking.put_provider(
            code=f"bench-{code}-{number}", kind=ProviderKind.TEAM, name=str(number), location_id=location
        )
        booking.plan(
            plan=Plan(
                provider_id=provider, service=SERVICE, hours=hours, minutes=minutes, since=tomorrow, until=tomorrow
            )
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM booking_slot WHERE location_id = %s", [location])
        return [one for (one,) in cursor.fetchall()]


def _crowd(base: str, people: Sequence[str], slots: Sequence[UUID]) -> tuple[float, list[float]]:
    """Confirmed bookings a second, and the seconds of each request."""
    browsers = [Browser(base) for _ in range(CLIENTS)]
    seconds: list[list[float]] = [[] for _ in browsers]

    def timed(place: int, path: str, form: str, cookie: str) -> bytes:
        began = time.perf_counter()
        leads = browsers[place].post(path, form, cookie)
        seconds[place].append(time.perf_counter() - began)
        return leads

    def share(place: int) -> int:
        chance, got = random.Random(place), 0
        for cookie in people[place::CLIENTS]:
            for slot in chance.sample(slots, min(TRIES, len(slots))):
                leads = timed(place, f"/ru/book/{SERVICE}/hold/", f"slot={slot}", cookie)
                if (found := NUMBER.search(leads)) is not None:
                    timed(place, f"/ru/mine/appointments/{found[1].decode()}/do/", "do=confirm", cookie)
                    got += 1
                    break
        return got

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        got = sum(pool.map(share, range(CLIENTS)))
    rate = got / (time.perf_counter() - began)
    return rate, [one for several in seconds for one in several]


def _by_hand(hands: Sequence[Connection[tuple[object, ...]]], slots: Sequence[UUID]) -> float:
    """Bookings a second of a transaction by hand, as many as there are places."""

    def share(place: int) -> None:
        hand = hands[place]
        for slot in slots[place :: len(hands)]:
            mine = new_id()
            with hand.transaction():
                found = hand.execute(SEAT, [mine, slot]).fetchone()
                assert found is not None
                hand.execute(APPOINTMENT, [mine, mine, mine, SERVICE, slot, found[0]])

    began = time.perf_counter()
    with ThreadPoolExecutor(len(hands)) as pool:
        list(pool.map(share, range(len(hands))))
    return len(slots) / (time.perf_counter() - began)


def _nothing_twice() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM booking_seat WHERE state = 'booked'), "
            "(SELECT count(*) FROM booking_appointment WHERE status = 'booked'), "
            "(SELECT count(DISTINCT seat_id) FROM booking_appointment WHERE status = 'booked')"
        )
        seats, appointments, apart = cursor.fetchone()
    if not seats == appointments == apart:
        raise RuntimeError(f"{appointments} appointments in {seats} places, {apart} of them apart")


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]
