"""The moment of a snapshot: everything that was recorded until then is there to be read."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import connection

from gorod.kernel import clock
from gorod.kernel.errors import Refused

WAIT_SECONDS = 300.0  # for transactions that run at the moment; a longer one is named to the operator
PAUSE_SECONDS = 0.2
GRACE_SECONDS = 1.0  # between the time that a row carries and the statement that writes it


def now_complete() -> datetime:
    """An instant (UTC) before which nothing will be recorded any more.

    Rows carry the time at which they were written, and are seen when their transaction commits: one that ran at this instant may
    still bring rows from before it. So those are waited for. Raises Refused, with the process of PostgreSQL that keeps
    its transaction open, after `WAIT_SECONDS`.
    """
    moment = clock.now()
    time.sleep(GRACE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (first_of_later,) = cursor.fetchone()
        until = time.monotonic() + WAIT_SECONDS
        while True:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] >= first_of_later:
                return moment
            if time.monotonic() > until:
                raise Refused(
                    f"a transaction has been open for {WAIT_SECONDS:.0f} s: process {_oldest()} of PostgreSQL",
                    remedy="end it (pg_terminate_backend) and take the snapshot again",
                )
            time.sleep(PAUSE_SECONDS)


def _oldest() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY xact_start LIMIT 1")
        found = cursor.fetchone()
    return str(found[0]) if found else "unknown"
