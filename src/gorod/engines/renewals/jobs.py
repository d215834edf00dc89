"""Background work of renewals."""

from __future__ import annotations

from procrastinate.contrib.django import app

from gorod.engines.renewals import api


@app.periodic(cron="15 5 * * *")
@app.task(queueing_lock="renewals.day", name="renewals.day")
def day(timestamp: int) -> None:
    """What a new day brings, every morning. Idempotent."""
    api.run_day()
