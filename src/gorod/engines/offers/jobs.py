"""Background work of offers."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gorod.engines.offers import api


@app.task(name="offers.batch", retry=RetryStrategy(max_attempts=20, exponential_wait=2))
def batch(batch: str) -> None:
    """What follows from a sweep for some people. Idempotent."""
    api.do_batch(batch_id=UUID(batch))


@app.periodic(cron="25 5 * * *")
@app.task(queueing_lock="offers.day", name="offers.day")
def day(timestamp: int) -> None:
    """Warnings of offers that end, and the end of those whose time is over, every morning. Idempotent."""
    api.run_day()
