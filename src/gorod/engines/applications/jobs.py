"""Background work of applications."""

from __future__ import annotations

from procrastinate.contrib.django import app

from gorod.engines.applications import api


@app.periodic(cron="40 4 * * *")
@app.task(queueing_lock="applications.drop_old_drafts", name="applications.drop_old_drafts")
def drop_old_drafts(timestamp: int) -> None:
    """Drafts that nobody came back to."""
    api.drop_old_drafts()
