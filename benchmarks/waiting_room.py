"""The waiting room under a crowd: coming, asking how it stands, the draw.

Measured: residents come to an opening that gathers, through its door (4 threads of one process, committed with fsync); signed-in
residents open the waiting page for the first time, and come by that, over 8 connections to the real web server; browsers ask for
the public state over as many connections, with no proxy before the server; and the draw of 20,000 places, in one transaction.
The sender shares the processors with the server.

Beside coming: a plain psycopg INSERT of a row of the same width with a COMMIT each, over as many connections, because somebody
has come only when it is on disk. Beside pages and states: `/health/live` of the same server, which does nothing. Beside the draw:
an UPDATE that writes a number into as many rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

from django.db import connection

from benchmarks.measuring.browser import Browser, signed_in
from benchmarks.measuring.city import RunningCity
from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.stage import Stage
from gorod.engines.waitingroom import api as waitingroom
from gorod.kernel import clock
from gorod.kernel.identifiers import new_id

THREADS = 4  # the pool of a process
CONNECTIONS = 8
CROWD = 20_000
HOUR = timedelta(hours=1)

Act = Callable[[], object]


def run(stage: Stage) -> Table:
    """Rounds of each, in turns with its floor."""
    city = stage.city
    rounds, came, asked, opened = (
        stage.size(5, quick=2),
        stage.size(2_000, quick=200),
        stage.size(5_000, quick=500),
        stage.size(200, quick=20),
    )
    ours: dict[str, list[float]] = {"come": [], "state": [], "page": [], "draw": []}
    floor: dict[str, list[float]] = {"come": [], "state": [], "page": [], "draw": []}
    with ExitStack() as stack:
        base = stack.enter_context(city.web())
        plain = _plain(city, stack)
        browsers = [Browser(base) for _ in range(CONNECTIONS)]
        cookies = iter(signed_in(city, rounds * opened))
        for number in range(rounds):
            about = _opening(f"benchmark-{number}")
            stage.say(f"round {number + 1}: {came:,} come, {opened:,} open the page, {asked:,} ask")
            ours["come"].append(_rate([_coming(about)] * THREADS, came))
            floor["come"].append(_rate(plain, came))
            pages = [_opening_page(one, f"/ru/waiting/{about}/", cookies) for one in browsers]
            ours["page"].append(_rate(pages, opened))
            states = [_asking(one, f"/waiting/{about}/state.json") for one in browsers]
            ours["state"].append(_rate(states, asked))
            quiet = _rate([_asking(one, "/health/live") for one in browsers], asked)
            floor["state"].append(quiet)
            floor["page"].append(quiet)
            crowd = stage.size(CROWD, quick=1_000)
            ours["draw"].append(_draw(f"benchmark-draw-{number}", crowd))
            floor["draw"].append(_update(city, crowd))
    per = Unit.PER_SECOND
    insert, alive = "INSERT, COMMIT each", "/health/live"
    return Table(
        rows=[
            row(what="residents come, at the door", unit=per, ours=ours["come"], beside=insert, floor=floor["come"]),
            row(what="first openings of the page", unit=per, ours=ours["page"], beside=alive, floor=floor["page"]),
            row(what="public states", unit=per, ours=ours["state"], beside=alive, floor=floor["state"]),
            row(
                what=f"the draw of {stage.size(CROWD, quick=1_000):,} places",
                unit=Unit.SECONDS,
                ours=ours["draw"],
                beside="UPDATE of as many rows",
                floor=floor["draw"],
            ),
        ],
        notes=[f"{rounds} rounds of {came:,} arrivals, {opened:,} pages, {asked:,} states and a draw."],
    )


def _opening(service: str, *, gathers: timedelta = timedelta(minutes=1), opens: timedelta = HOUR) -> UUID:
    now = clock.now()
    return waitingroom.announce(
        service=service,
        title={"ru": "Запись", "en": "Slots"},
        gathers_at=now - gathers,
        opens_at=now + opens,
        closes_at=now + 2 * HOUR,
        capacity=200,
    )


def _coming(about: UUID) -> Act:
    return lambda: waitingroom.arrive(opening_id=about, party_id=new_id())


def _plain(city: RunningCity, stack: ExitStack) -> list[Act]:
    connections = [stack.enter_context(city.connect()) for _ in range(THREADS)]
    connections[0].execute(
        "CREATE TABLE floor.arrival (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, opening uuid NOT NULL, "
        "party uuid NOT NULL, at timestamptz NOT NULL, place integer, UNIQUE (opening, party))"
    )
    about = new_id()

    def insert(place: int) -> Act:
        return lambda: connections[place].execute(
            "INSERT INTO floor.arrival (opening, party, at) VALUES (%s, %s, %s)", [about, new_id(), clock.now()]
        )

    return [insert(place) for place in range(THREADS)]


def _asking(browser: Browser, path: str) -> Act:
    return lambda: browser.get(path)


def _opening_page(browser: Browser, path: str, cookies: Iterator[str]) -> Act:
    return lambda: browser.get(path, next(cookies))


def _rate(acts: Sequence[Act], count: int) -> float:
    """All acts at the same time, each its share one after another. Returns how many a second."""

    def share(act: Act) -> None:
        try:
            for _ in range(count // len(acts)):
                act()
        finally:
            connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(share, acts))
    return count // len(acts) * len(acts) / (time.perf_counter() - began)


def _draw(service: str, crowd: int) -> float:
    """Seconds of the turn that draws."""
    about = _opening(service, opens=timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO waitingroom_arrival (opening_id, party_id, arrived_at) "
            "SELECT %s, gen_random_uuid(), %s FROM generate_series(1, %s)",
            [about, clock.now() - HOUR, crowd],
        )
    with clock.moved_by(timedelta(seconds=3)):
        began = time.perf_counter()
        waitingroom.take_turns()
        took = time.perf_counter() - began
        if waitingroom.public_state(opening_id=about).given != crowd:
            raise RuntimeError("the draw gave no places")
    return took


def _update(city: RunningCity, crowd: int) -> float:
    with city.connect() as plain:
        plain.execute(
            "INSERT INTO floor.arrival (opening, party, at) SELECT gen_random_uuid(), gen_random_uuid(), %s "
            "FROM generate_series(1, %s)",
            [clock.now(), crowd],
        )
        began = time.perf_counter()
        plain.execute(
            "UPDATE floor.arrival SET place = id WHERE id > (SELECT max(id) - %s FROM floor.arrival)", [crowd]
        )
        return time.perf_counter() - began
