"""Event accepted → dues ready, in a city of 100,000.

Measured: an agency sends `birth.registered` to `POST /api/events` of the real web server (granian, two processes) over a durable
PostgreSQL; one real worker takes the job, assesses every service of the life event for the family and writes the steps. The clock
runs from the 202 answer until the steps are committed, that is, readable by everybody. First births come one after another, each
when the platform has nothing else to do, then at a steady pace whatever is still under way.

Beside it: the same JSON in one INSERT together with an empty job of procrastinate, COMMIT (which notifies a worker), until that
job is done. That is the floor because whoever answers an event durably and does the rest in the background on this database pays
at least for it: both go through the same PostgreSQL, disk and kind of worker, in turns.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from queue import SimpleQueue
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.events import REGISTRY, birth
from benchmarks.measuring.families import Family, families
from benchmarks.measuring.plain_worker import PlainQueue, plain_queue
from benchmarks.measuring.stage import Stage
from gorod.faces.demo.client import Api

SEED = 12
WARM_UP = 8
A_SECOND = 2.0  # births at a steady pace; all of Moscow has one in four minutes
POLL_SECONDS = 0.002
WAIT_SECONDS = 60.0
MILLISECONDS = 1000.0
READ = (
    "SELECT journey.id FROM journeys_journey journey WHERE journey.id = ANY(%s) AND EXISTS ("
    "SELECT FROM journeys_step step WHERE step.party_id = journey.party_id AND step.journey_id = journey.id)"
)


class _Births:
    """Sends births of different families and watches for their steps."""

    def __init__(
        self, *, registry: Api, counter: Api, connection: psycopg.Connection, waiting: Sequence[Family]
    ) -> None:
        self._registry = registry
        self._counter = counter
        self._connection = connection
        self._families = iter(enumerate(waiting))
        self.steps: list[int] = []

    def next(self) -> tuple[Family, dict[str, Any]]:
        """The next family and its event."""
        number, family = next(self._families)
        return family, birth(family=family, number=str(number))

    def send(self, event: dict[str, Any]) -> UUID:
        """Send it. Returns the journey; raises RuntimeError when the event was parked."""
        receipt = self._registry.send(event)
        if receipt["fate"] != "accepted":
            raise RuntimeError(f"the event was not carried out: {receipt}")
        return UUID(receipt["journey"])

    def ready(self, journeys: Sequence[UUID]) -> list[UUID]:
        """Those of these journeys whose steps are there now."""
        return [found[0] for found in self._connection.execute(READ, [list(journeys)])]

    def wait(self, journey: UUID) -> None:
        """Until its steps are there."""
        end = time.monotonic() + WAIT_SECONDS
        while not self.ready([journey]):
            if time.monotonic() > end:
                raise TimeoutError(f"after {WAIT_SECONDS:.0f} s the journey {journey} has no steps")
            time.sleep(POLL_SECONDS)

    def show(self, family: Family, journey: UUID) -> None:
        """Read the steps as the counter does, over HTTP. Raises RuntimeError when they are not shown."""
        shown = self._counter.call("GET", f"/api/residents/{family.mother.party_id}/journeys")
        steps = [len(found["steps"]) for found in shown if found["journey_id"] == str(journey)]
        if not sum(steps):
            raise RuntimeError(f"the API does not show the steps of {journey}: {shown}")
        self.steps += steps

    def select(self, journey: UUID) -> None:
        """The same steps with a plain SELECT."""
        self._connection.execute("SELECT * FROM journeys_step WHERE journey_id = %s", [journey]).fetchall()


def run(stage: Stage) -> Table:
    """Births one after another, then at a steady pace."""
    city = stage.city
    alone, paced = stage.size(120, quick=5), stage.size(60, quick=5)
    found = families(population=city.population(), city=city.content, seed=SEED)
    with (
        city.web() as base,
        city.worker(),
        plain_queue(city_url=city.url) as plain,
        closing(city.connect()) as connection,
    ):
        births = _Births(
            registry=city.client(base=base, agency=REGISTRY),
            counter=city.client(base=base, agency="service_centre"),
            connection=connection,
            waiting=found,
        )
        for _ in range(WARM_UP):
            family, event = births.next()
            journey = births.send(event)
            births.wait(journey)
            births.show(family, journey)
        stage.say(f"{alone} births one after another")
        times: dict[str, list[float]] = {
            name: [] for name in ("accepted", "ready", "both", "read", "stored", "done", "stored and done", "selected")
        }
        for _ in range(alone):
            city.wait_idle()
            _one_birth(births, times)
            city.wait_idle()
            _one_empty_job(plain, births.next()[1], times)
        city.wait_idle()
        stage.say(f"{paced} births at {A_SECOND:g} a second")
        steady = _steady(births, paced)
        events = [births.next()[1] for _ in range(paced)]
        steady_floor = _steady_floor(plain, events)
    milliseconds = Unit.MILLISECONDS
    empty = "COMMIT → empty job done"
    return Table(
        rows=[
            row(
                what="birth sent → accepted (202)",
                unit=milliseconds,
                ours=times["accepted"],
                beside="INSERT of the event and a job, COMMIT",
                floor=times["stored"],
            ),
            row(
                what="accepted → dues ready", unit=milliseconds, ours=times["ready"], beside=empty, floor=times["done"]
            ),
            row(
                what="birth sent → dues ready",
                unit=milliseconds,
                ours=times["both"],
                beside="both of these",
                floor=times["stored and done"],
            ),
            row(
                what="the family's steps read over HTTP",
                unit=milliseconds,
                ours=times["read"],
                beside="SELECT of these steps",
                floor=times["selected"],
            ),
            row(
                what=f"accepted → dues ready, at {A_SECOND:g} births a second",
                unit=milliseconds,
                ours=steady,
                beside=f"{empty}, at the same pace",
                floor=steady_floor,
            ),
        ],
        notes=[
            f"{city.residents:,} residents, {len(city.content.services)} services; a birth gives {max(births.steps)} steps.",
            f"One worker. Steps are looked for every {POLL_SECONDS * MILLISECONDS:.0f} ms, the empty job every 1 ms.",
        ],
    )


def _one_birth(births: _Births, times: dict[str, list[float]]) -> None:
    family, event = births.next()
    began = time.perf_counter()
    journey = births.send(event)
    accepted = time.perf_counter()
    births.wait(journey)
    ready = time.perf_counter()
    births.show(family, journey)
    shown = time.perf_counter()
    births.select(journey)
    selected = time.perf_counter()
    times["accepted"].append((accepted - began) * MILLISECONDS)
    times["ready"].append((ready - accepted) * MILLISECONDS)
    times["both"].append((ready - began) * MILLISECONDS)
    times["read"].append((shown - ready) * MILLISECONDS)
    times["selected"].append((selected - shown) * MILLISECONDS)


def _one_empty_job(plain: PlainQueue, event: dict[str, Any], times: dict[str, list[float]]) -> None:
    began = time.perf_counter()
    job = plain.store(event)
    stored = time.perf_counter()
    plain.wait(job)
    done = time.perf_counter()
    times["stored"].append((stored - began) * MILLISECONDS)
    times["done"].append((done - stored) * MILLISECONDS)
    times["stored and done"].append((done - began) * MILLISECONDS)


def _steady(births: _Births, count: int) -> list[float]:
    """Births at their times, whatever is still under way; from the answer to each until its steps are there."""
    accepted: SimpleQueue[tuple[UUID, float] | BaseException] = SimpleQueue()
    events = [births.next()[1] for _ in range(count)]

    def send() -> None:
        try:
            began = time.perf_counter()
            for place, event in enumerate(events):
                time.sleep(max(began + place / A_SECOND - time.perf_counter(), 0))
                accepted.put((births.send(event), time.perf_counter()))
        except BaseException as error:
            accepted.put(error)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    end = time.monotonic() + count / A_SECOND + WAIT_SECONDS
    since: dict[UUID, float] = {}
    took: list[float] = []
    while len(took) < count:
        while not accepted.empty():
            answer = accepted.get()
            if isinstance(answer, BaseException):
                raise answer
            since[answer[0]] = answer[1]
        ready = births.ready(list(since))
        now = time.perf_counter()
        took += [(now - since.pop(journey)) * MILLISECONDS for journey in ready]
        if time.monotonic() > end:
            raise TimeoutError(f"{count - len(took)} of {count} births have no steps")
        time.sleep(POLL_SECONDS)
    sender.join()
    return took


def _steady_floor(plain: PlainQueue, events: Sequence[dict[str, Any]]) -> list[float]:
    """The empty job at the same pace."""
    took = []
    began = time.perf_counter()
    for place, event in enumerate(events):
        time.sleep(max(began + place / A_SECOND - time.perf_counter(), 0))
        job = plain.store(event)
        stored = time.perf_counter()
        plain.wait(job)
        took.append((time.perf_counter() - stored) * MILLISECONDS)
    return took
