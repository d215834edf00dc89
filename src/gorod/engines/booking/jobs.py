"""Background work of booking."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gorod.engines.booking import api


@app.task(name="booking.offer_another", retry=RetryStrategy(max_attempts=5, wait=30))
def offer_another(appointment_id: str) -> None:
    """Hold another time for who lost theirs. Idempotent."""
    api.offer_another(appointment_id=UUID(appointment_id))


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="booking.go_on", lock="booking.go_on", name="booking.go_on")
def go_on(timestamp: int) -> None:
    """End holds and offers, remind, every ten seconds. Idempotent."""
    api.go_on()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="booking.make_slots", lock="booking.make_slots", name="booking.make_slots")
def make_slots(timestamp: int) -> None:
    """Make the slots that a new day has brought into sight. Idempotent."""
    api.make_slots()
