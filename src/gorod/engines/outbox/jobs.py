"""Background work of the outbox."""

from __future__ import annotations

from procrastinate.contrib.django import app

from gorod.engines.outbox import api
from gorod.engines.outbox.logic import webhooks


@app.task(name="outbox.deliver")
def deliver(owner: str) -> None:
    """Call one agency. Idempotent: it is told what it has not taken yet."""
    api.deliver(owner=owner)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="outbox.retry", name="outbox.retry")
def retry(timestamp: int) -> None:
    """Every minute, wake the calls of all agencies: those that failed are due again by then or later."""
    for owner in api.webhook_owners():
        webhooks.wake(owner)
