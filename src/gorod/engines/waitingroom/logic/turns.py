"""Turns: about once a second one transaction brings an opening up to date. It draws the places, gives places to who came since, and
lets people in. All or nothing of it happens; two at once are one, for it holds the opening's row and whoever finds it held goes on.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from gorod.engines.waitingroom import models
from gorod.engines.waitingroom.data import CLAIM_SECONDS, GRACE_SECONDS
from gorod.engines.waitingroom.logic import draw, pace
from gorod.kernel import clock

EVERY = timedelta(seconds=1)
GRACE = timedelta(seconds=GRACE_SECONDS)
CLAIM = timedelta(seconds=CLAIM_SECONDS)
CHANGED = ("seed", "drawn_at", "batches", "present", "given", "let_in", "inside", "leaving", "turned_at", "allowed")
MEASURED = ("measured", "slowest", "judged_at")

_turned: dict[UUID, datetime] = {}  # when this process last tried


def lazily(opening_id: UUID, *, at_once: bool = False) -> bool:
    """A turn of an opening that there is, unless this process tried one within the last second and need not do it at once. Returns
    whether it tried."""
    now = clock.now()
    last = _turned.get(opening_id)
    if at_once or last is None or abs(now - last) >= EVERY:
        _turned[opening_id] = now
        turn(opening_id)
        return True
    return False


def turn(opening_id: UUID) -> bool:
    """Bring an opening up to date. Returns False when somebody else does it, or there is nothing to do."""
    with transaction.atomic():
        row = (
            models.Opening.objects.select_for_update(skip_locked=True, no_key=True).filter(id=opening_id).first()
        )  # no_key: whoever only looks is not held up
        now = clock.now()
        if row is None or now >= row.closes_at or (row.seed is None and now < row.gathers_at):
            return False
        arrivals = models.Arrival.objects.filter(opening_id=row.id)
        if row.seed is None and now >= row.opens_at + GRACE:
            row.seed = secrets.token_bytes(draw.SEED_BYTES)
            row.drawn_at = row.judged_at = now
            row.given = draw.draw(row.id, seed=row.seed, opens=row.opens_at)
            row.batches = 1
        if row.seed is None:
            row.present = arrivals.count()
        else:
            came = draw.give_next(row.id, given=row.given, batch=row.batches + 1)
            row.given += came
            row.batches += bool(came)
            row.present = row.given
            _let_in(row, now)
        row.turned_at = now
        row.save(update_fields=[*CHANGED, *MEASURED])
    return True


def _let_in(row: models.Opening, now: datetime) -> None:
    """Fill what is free inside: first with those who had their turn and come again, then with the next places."""
    arrivals = models.Arrival.objects.filter(opening_id=row.id)
    # somebody seen in the last moment of their time may be being written just now
    inside = arrivals.filter(inside_until__gt=now - GRACE).count()
    pace.count_leaving(row, left=max(row.inside - inside, 0), now=now)
    pace.judge(row, now)
    free = max(row.allowed - inside, 0)
    back = list(arrivals.filter(back_at__isnull=False).order_by("place").values_list("id", flat=True)[:free])
    if back:
        arrivals.filter(id__in=back).update(inside_until=now + CLAIM, back_at=None)
    more = min(free - len(back), row.given - row.let_in)
    if more:
        arrivals.filter(place__gt=row.let_in, place__lte=row.let_in + more).update(inside_until=now + CLAIM)
    row.let_in += more
    row.inside = inside + len(back) + more
