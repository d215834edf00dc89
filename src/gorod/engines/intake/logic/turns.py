"""Events and the retractions of them, arriving at the same moment."""

from __future__ import annotations

from django.db import connection


def take(*, sender: str, retracts: bool) -> None:
    """Wait, inside the caller's transaction, until an event and the retraction of it can no longer miss each other.

    A retraction waits for everything that its sender is sending at this moment, and what comes after waits for it.
    """
    kind = "pg_advisory_xact_lock" if retracts else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kind}(hashtextextended(%s, 0))", [f"intake:{sender}"])
