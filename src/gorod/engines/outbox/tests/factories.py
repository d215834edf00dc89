"""Things to tell an agency, and several threads with a database connection each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

from django.db import connection, connections, transaction

from gorod.engines.outbox import api
from gorod.kernel.identifiers import new_id

AGENCY = "agency"


def emit(subject: str, *, owner: str = AGENCY) -> None:
    api.emit(owner=owner, type="case.submitted", party_id=new_id(), subject=subject, data={"number": subject})


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run every task in a thread and connection of its own. Returns their results in order; raises what one raised."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        futures = [pool.submit(_with_own_connection, task) for task in tasks]
        return [future.result() for future in futures]


def _with_own_connection(task: Callable[[], Any]) -> Any:
    try:
        return task()
    finally:
        connections.close_all()


class Elsewhere:
    """A transaction of another process: it does its work, then stays open until it is told to end."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._done, self._end = Event(), Event()
        self._commit = True
        self._pool = ThreadPoolExecutor(1)
        self._future: Future[None] | None = None

    def __enter__(self) -> Elsewhere:
        self._future = self._pool.submit(_with_own_connection, self._run)
        while not self._done.wait(0.01):
            if self._future.done():
                self._future.result()
        return self

    def _run(self) -> None:
        with transaction.atomic():
            self._work()
            self._done.set()
            self._end.wait()
            transaction.set_rollback(not self._commit)

    def end(self, *, commit: bool = True) -> None:
        """Commit (or roll back) and wait until that is done. Raises what the work raised."""
        assert self._future is not None
        self._commit = commit
        self._end.set()
        self._future.result()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._pool.shutdown()


def meanwhile(task: Callable[[], Any]) -> Future[Any]:
    """Start a task in a connection of its own. Returns when it has ended or waits for a lock that somebody else holds."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(_with_own_connection, task)
    pool.shutdown(wait=False)
    while not future.done():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                break
    return future
