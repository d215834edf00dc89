"""Background work of reexamination."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gorod.engines.reexamination import api


@app.task(name="reexamination.look", retry=RetryStrategy(max_attempts=20, exponential_wait=2))
def look(people: list[str], cause: str) -> None:
    """Re-examine everything that rests on facts of these people. Idempotent."""
    api.look(people=[UUID(person) for person in people], cause=cause)
