"""Background work of polls."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gorod.engines.polls import api


@app.task(name="polls.announce", retry=RetryStrategy(max_attempts=3, wait=60))
def announce(version_id: str) -> None:
    """Count who may take part and fix a poll on the ledger. Idempotent."""
    api.do_announce(version_id=UUID(version_id))


@app.task(name="polls.tell", retry=RetryStrategy(max_attempts=5, wait=30))
def tell(kind: str, version_id: str, after: str) -> None:
    """Tell some people of a poll, and have the next ones told. Idempotent."""
    api.tell_some(kind=kind, version_id=UUID(version_id), after=UUID(after) if after else None)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="polls.go_on", lock="polls.go_on", name="polls.go_on")
def go_on(timestamp: int) -> None:
    """Open, close and count what is due, every five seconds. Idempotent."""
    api.go_on()
