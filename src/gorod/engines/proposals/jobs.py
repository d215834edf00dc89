"""Background work of proposals."""

from __future__ import annotations

from procrastinate.contrib.django import app

from gorod.engines.proposals import api


@app.periodic(cron="3 * * * *")
@app.task(queueing_lock="proposals.move", name="proposals.move")
def move(timestamp: int) -> None:
    """Move on the proposals whose stage is over; every hour, because a city's day may begin at any. Idempotent."""
    api.move_stages()
