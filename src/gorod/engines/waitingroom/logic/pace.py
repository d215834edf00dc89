"""How many may be inside: the capacity, less while requests behind the door are slow (additive increase, multiplicative
decrease)."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from gorod.engines.waitingroom import models
from gorod.engines.waitingroom.data import MEASURED_SECONDS, SLOW_SECONDS
from gorod.kernel import clock

JUDGED = timedelta(seconds=2 * MEASURED_SECONDS)  # so that every process has said something in between
KEPT = 1000  # of the last requests of a process
PERCENTILE = 0.95
LEAVING_SECONDS = 120  # of a mean: what was longer ago weighs less than a third

_lock = Lock()
_times: dict[UUID, deque[float]] = {}
_since: dict[UUID, datetime] = {}


def report(opening_id: UUID, seconds: float) -> None:
    """Keep how long a request took; every few seconds what this process measured is added to the opening."""
    now = clock.now()
    with _lock:
        times = _times.setdefault(opening_id, deque(maxlen=KEPT))
        times.append(seconds)
        if abs(now - _since.setdefault(opening_id, now)) < timedelta(seconds=MEASURED_SECONDS):
            return
        del _times[opening_id], _since[opening_id]
    slow = sorted(times)[math.ceil(PERCENTILE * len(times)) - 1]
    models.Opening.objects.filter(id=opening_id).update(
        measured=F("measured") + len(times), slowest=Greatest(F("slowest"), slow)
    )


def judge(row: models.Opening, now: datetime) -> None:
    """Set how many may be inside, from what was measured since the last time. Nothing measured is nothing slow."""
    if row.judged_at is not None and abs(now - row.judged_at) < JUDGED:
        return
    if row.measured and row.slowest > SLOW_SECONDS:
        row.allowed = max(1, row.allowed * 7 // 10)
    else:
        row.allowed = min(row.capacity, row.allowed + max(1, row.capacity // 20))
    row.measured, row.slowest, row.judged_at = 0, 0.0, now


def count_leaving(row: models.Opening, *, left: int, now: datetime) -> None:
    """Bring the mean of how many leave a minute up to date. Not how many are let in: they are many at first, when it is empty."""
    seconds = (now - row.turned_at).total_seconds() if row.turned_at else 0
    if seconds > 0:
        weight = -math.expm1(-seconds / LEAVING_SECONDS)
        row.leaving += weight * (left * 60 / seconds - row.leaving)


def rate(row: models.Opening, now: datetime) -> float | None:
    """How many leave a minute; None while that is not known. The mean began at 0, which is taken out of it."""
    since = (now - row.drawn_at).total_seconds() if row.drawn_at else 0
    if since < 30 or row.leaving <= 0:
        return None
    return row.leaving / -math.expm1(-since / LEAVING_SECONDS)
