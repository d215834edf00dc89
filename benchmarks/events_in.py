"""Events taken in a second, durable.

Measured: `income.assessed` events, each about another resident, sent to `POST /api/events` of the real web server over 8
connections at once, singly and in batches of 100. A 202 means: token checked, payload judged by its JSON Schema, the person matched
by a strong identifier, the fact written to the register with its origin, a job queued that looks at all that rests on it, all
committed with fsync. The worker stands still for the first two pairs of lines, so that they show the taking in alone, and works off
their jobs during the third. The sender shares the processors with the server. A 503 is answered as an agency answers it: the same
is sent again, and its time counts from the first try.

Beside it: a plain psycopg INSERT of the same JSON rows over as many connections, with a COMMIT each or a COMMIT per 100. That is
the floor because an event is accepted only when it is on disk, and nothing puts it there with less work than one INSERT.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
from psycopg.types.json import Jsonb

from benchmarks.measuring.city import RunningCity
from benchmarks.measuring.data import Row, Table, Unit, row
from benchmarks.measuring.events import TAX_SERVICE, income
from benchmarks.measuring.families import named_people
from benchmarks.measuring.stage import Stage
from gorod.faces.demo.client import Api

SEED = 12
CONNECTIONS = 8
BATCH = 100
TRIES = 5
LARGEST_INCOME = 30_000_000  # kopecks a month
MILLISECONDS = 1000.0

Event = dict[str, Any]
Request = list[Event]  # what is sent and committed together
Send = Callable[[Request], None]


def run(stage: Stage) -> Table:
    """Singly and in batches without the worker, then singly with it; each in rounds, in turns with its floor."""
    city = stage.city
    rounds = stage.size(5, quick=2)
    singles = stage.size(300, quick=40)
    batches = stage.size(8, quick=8)
    events = _events(city)
    with ExitStack() as stack:
        base = stack.enter_context(city.web())
        agencies = [_Agency(city.client(base=base, agency=TAX_SERVICE)) for _ in range(CONNECTIONS)]
        over_http = [agency.send for agency in agencies]
        plain = _plain(city, stack)
        _round(over_http, _requests(events, CONNECTIONS * 4, 1))
        stage.say(f"{rounds} × {singles} events singly, {rounds} × {batches} batches of {BATCH}")
        rows = []
        for count, size in ((singles, 1), (batches, BATCH)):
            ours, floor = _Rounds(), _Rounds()
            for _ in range(rounds):
                ours.add(*_round(over_http, _requests(events, count, size)), size)
                floor.add(*_round(plain, _requests(events, count, size)), size)
            how = "singly" if size == 1 else f"in batches of {size}"
            rows += _rows(f"{how}, worker stopped", size, ours, floor)
        left = _jobs_left(city)
        stage.say(f"the worker works off {left:,} jobs meanwhile")
        with city.worker():
            ours, floor = _Rounds(), _Rounds()
            for _ in range(rounds):
                ours.add(*_round(over_http, _requests(events, singles, 1)), 1)
                floor.add(*_round(plain, _requests(events, singles, 1)), 1)
            still = _jobs_left(city)
        rows += _rows("singly, worker at work", 1, ours, floor)
    done = left + rounds * singles - still
    return Table(
        rows=rows,
        notes=[
            f"{city.residents:,} residents; {CONNECTIONS} connections; a request is one event or one batch.",
            f"{sum(agency.sent_again for agency in agencies)} requests were answered 503 and sent again.",
            f"While the third pair was measured the worker did {done:,} jobs; {still:,} were still waiting when it ended.",
        ],
    )


class _Rounds:
    """What the rounds gave: events a second of each, and how long each request took."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.requests: list[float] = []

    def add(self, seconds: float, requests: Sequence[float], size: int) -> None:
        """One round with this many events in each request."""
        self.rates.append(len(requests) * size / seconds)
        self.requests += requests


def _rows(how: str, size: int, ours: _Rounds, floor: _Rounds) -> list[Row]:
    each = "each" if size == 1 else f"per {size}"
    return [
        row(
            what=f"events accepted, {how}",
            unit=Unit.PER_SECOND,
            ours=ours.rates,
            beside=f"INSERT, COMMIT {each}",
            floor=floor.rates,
        ),
        row(
            what=f"one request, {how}",
            unit=Unit.MILLISECONDS,
            ours=ours.requests,
            beside=f"INSERT, COMMIT {each}",
            floor=floor.requests,
        ),
    ]


def _events(city: RunningCity) -> Iterator[Event]:
    """Events without end: people in turn, a new income each."""
    dice = random.Random(SEED)
    for number, person in enumerate(itertools.cycle(named_people(population=city.population()))):
        yield income(person=person, kopecks=dice.randrange(0, LARGEST_INCOME, 100), number=str(number))


def _requests(events: Iterator[Event], count: int, size: int) -> list[Request]:
    return [list(itertools.islice(events, size)) for _ in range(count)]


class _Agency:
    """Sends over one connection. Counts how often it was told to try again in a moment."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.sent_again = 0

    def send(self, request: Request) -> None:
        """Send until it is taken. Raises RuntimeError when an event was not carried out, httpx.HTTPError."""
        for attempt in range(TRIES):
            try:
                receipts = [self._api.send(request[0])] if len(request) == 1 else self._api.send_all(request)
                break
            except httpx.HTTPStatusError as error:
                if error.response.status_code != httpx.codes.SERVICE_UNAVAILABLE or attempt + 1 == TRIES:
                    raise
                self.sent_again += 1
        if not all(receipt["fate"] == "accepted" for receipt in receipts):
            raise RuntimeError(f"events were not carried out: {receipts}")


def _plain(city: RunningCity, stack: ExitStack) -> list[Send]:
    """INSERTs over connections of their own into a table with nothing but the row."""
    connections = [stack.enter_context(city.connect()) for _ in range(CONNECTIONS)]
    connections[0].execute(
        "CREATE TABLE floor.event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, data jsonb NOT NULL)"
    )

    def sender(place: int) -> Send:
        def send(request: Request) -> None:
            with connections[place].transaction(), connections[place].cursor() as cursor:
                cursor.executemany("INSERT INTO floor.event (data) VALUES (%s)", [[Jsonb(event)] for event in request])

        return send

    return [sender(place) for place in range(CONNECTIONS)]


def _round(senders: Sequence[Send], requests: Sequence[Request]) -> tuple[float, list[float]]:
    """Send all, every sender its share one after another. Returns seconds in all, and milliseconds of each request."""
    shares = [requests[place :: len(senders)] for place in range(len(senders))]
    began = time.perf_counter()
    with ThreadPoolExecutor(len(senders)) as pool:
        took = list(itertools.chain.from_iterable(pool.map(_share, senders, shares)))
    return time.perf_counter() - began, took


def _share(send: Send, requests: Sequence[Request]) -> list[float]:
    took = []
    for request in requests:
        began = time.perf_counter()
        send(request)
        took.append((time.perf_counter() - began) * MILLISECONDS)
    return took


def _jobs_left(city: RunningCity) -> int:
    with city.connect() as connection:
        counted = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'").fetchone()
    assert counted is not None
    left: int = counted[0]
    return left
