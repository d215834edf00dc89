"""Background work of scenarios."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from gorod.engines.scenarios import api


@app.task(name="scenarios.compute")
def compute(trial_id: str) -> None:
    """Answer a scenario that an official tries. Idempotent."""
    api.compute(trial_id=UUID(trial_id))


@app.periodic(cron="40 4 * * *")
@app.task(queueing_lock="scenarios.tidy", name="scenarios.tidy")
def tidy(timestamp: int) -> None:
    """Forget old trials, every morning. Idempotent."""
    api.forget_old()
