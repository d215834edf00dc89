"""procrastinate alone, with one empty job: the floor of everything that is done in the background.

It lives in a database `floor` of the same server, so that it can run beside the city's worker and be measured in turns with it:
both share the disk, the write-ahead log and the processors. `python -m benchmarks.measuring.plain_worker URL` is the worker.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from psycopg.types.json import Jsonb

from gorod.project import environment, supervisor

CONCURRENCY = 3  # as `gorod worker`
POLL_SECONDS = 0.001
WAIT_SECONDS = 30.0


def nothing() -> None:
    """The empty job."""


def plain_app(url: str) -> App:
    """procrastinate on this database, knowing the empty job."""
    app = App(connector=PsycopgConnector(conninfo=url))
    app.task(name="nothing")(nothing)
    return app


class PlainQueue:
    """Stores an event and defers the empty job in the same transaction, and waits until the job is done."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(
            "CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, data jsonb NOT NULL)"
        )

    def store(self, event: dict[str, Any]) -> int:
        """INSERT of the event, INSERT of the job (procrastinate's own function, whose trigger notifies the worker), COMMIT."""
        with self._connection.transaction():
            self._connection.execute("INSERT INTO event (data) VALUES (%s)", [Jsonb(event)])
            deferred = self._connection.execute(
                "SELECT (procrastinate_defer_jobs_v1(ARRAY["
                "ROW('default', 'nothing', 0, NULL, NULL, '{}', NULL)::procrastinate_job_to_defer_v1]))[1]"
            ).fetchone()
        assert deferred is not None
        job: int = deferred[0]
        return job

    def wait(self, job: int) -> None:
        """Until the job is done, seen with a plain SELECT every millisecond."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            status = self._connection.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job]).fetchone()
            if status is not None and status[0] == "succeeded":
                return
            if time.monotonic() > end:
                raise TimeoutError(f"after {WAIT_SECONDS:.0f} s the empty job is not done: {status}")
            time.sleep(POLL_SECONDS)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def plain_queue(*, city_url: str) -> Iterator[PlainQueue]:
    """The database `floor` beside the city's with procrastinate's tables, and a worker in a process of its own."""
    with psycopg.connect(city_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE floor")
    url = city_url.replace("/gorod?", "/floor?")
    with App(connector=SyncPsycopgConnector(conninfo=url)).open() as app:
        app.schema_manager.apply_schema()
    children = supervisor.Supervisor(logs=environment.home() / "logs")
    queue = PlainQueue(url)
    try:
        children.start("plain", [sys.executable, "-m", "benchmarks.measuring.plain_worker", url])
        queue.wait(queue.store({}))
        yield queue
    finally:
        children.stop()
        queue.close()


async def work(url: str) -> None:
    """Do empty jobs until stopped."""
    app = plain_app(url)
    async with app.open_async():
        await app.run_worker_async(concurrency=CONCURRENCY, delete_jobs="never")


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
