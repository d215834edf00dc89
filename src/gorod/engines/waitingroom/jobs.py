"""Background work of the waiting room. While anybody looks, pages take turns themselves, each second: these jobs are for when
nobody does."""

from __future__ import annotations

from procrastinate.contrib.django import app

from gorod.engines.waitingroom import api


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="waitingroom.take_turns", lock="waitingroom.take_turns", name="waitingroom.take_turns")
def take_turns(timestamp: int) -> None:
    """Draw places and let people in, every five seconds. Idempotent."""
    api.take_turns()


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="waitingroom.forget", name="waitingroom.forget")
def forget(timestamp: int) -> None:
    """Remove who had which place, a month after the closing. Idempotent."""
    api.forget()
