"""Background work of allotment."""

from __future__ import annotations

from procrastinate.contrib.django import app

from gorod.engines.allotment import api


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="allotment.go_on", lock="allotment.go_on", name="allotment.go_on")
def go_on(timestamp: int) -> None:
    """Open, close, deal, tell and pass on what is due, every five seconds. Idempotent."""
    api.go_on()
