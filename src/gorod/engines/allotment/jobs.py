"""Background work of allotment."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gorod.engines.allotment import api


@app.task(name="allotment.tell", retry=RetryStrategy(max_attempts=5, wait=30))
def tell(allotment_id: str, after: str) -> None:
    """Tell some people what came of it, and have the next ones told. Idempotent."""
    api.tell_some(allotment_id=UUID(allotment_id), after=UUID(after) if after else None)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="allotment.go_on", lock="allotment.go_on", name="allotment.go_on")
def go_on(timestamp: int) -> None:
    """Open, close, deal and pass on what is due, every five seconds. Idempotent."""
    api.go_on()
