"""The browsers that residents are told on, and pushing to them."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from gorod.engines.messages import models
from gorod.engines.messages.logic.push import (
    MOST_FAILURES,
    Gone,
    NotTaken,
    checked_endpoint,
    checked_keys,
    send,
    wait_after,
)
from gorod.kernel import clock

MOST_DEVICES = 10  # of one resident
CUT_OFF_AFTER = timedelta(minutes=5)  # a sending that takes longer was cut off and is done again: twice hurts nobody
RUN_SECONDS = 30  # push services that answer slowly hold up other work no longer


def add(*, party_id: UUID, endpoint: str, p256dh: str, auth: str, language: str) -> None:
    """See the door."""
    checked_keys(p256dh=p256dh, auth=auth)
    models.Device.objects.update_or_create(
        party_id=party_id,
        endpoint=checked_endpoint(endpoint),
        defaults={"p256dh": p256dh, "auth": auth, "language": language, "failures": 0, "try_at": clock.now()},
    )
    kept = models.Device.objects.filter(party_id=party_id).order_by("-id")
    for row in kept[MOST_DEVICES:]:
        _remove(row)


def remove(*, party_id: UUID, endpoint: str) -> None:
    """See the door."""
    rows = models.Device.objects.filter(party_id=party_id)
    for row in rows.filter(endpoint=endpoint) if endpoint else rows:
        _remove(row)


def _remove(row: models.Device) -> None:
    models.Push.objects.filter(party_id=row.party_id, device_id=row.id).delete()
    row.delete()


def want(party_id: UUID) -> None:
    """Every device of the resident is to be told that there is something new, if the caller's transaction commits."""
    ids = models.Device.objects.filter(party_id=party_id).values_list("id", flat=True)
    models.Push.objects.bulk_create([models.Push(party_id=party_id, device_id=device) for device in ids])


def push(*, limit: int) -> int:
    """See the door."""
    taken, end = 0, time.monotonic() + RUN_SECONDS
    for _ in range(limit):
        row = _next()
        if row is None or time.monotonic() > end:
            break
        taken += _told(row)
    return taken


def _next() -> models.Device | None:
    """A device that something waits for, taken by this process for a while."""
    with transaction.atomic():
        waiting = models.Push.objects.values("device_id")
        ready = models.Device.objects.filter(id__in=waiting, try_at__lte=clock.now()).order_by("try_at")
        row = ready.select_for_update(skip_locked=True).first()
        if row is not None:
            row.try_at = clock.now() + CUT_OFF_AFTER
            row.save(update_fields=["try_at"])
        return row


def _told(row: models.Device) -> bool:
    """Whether the push service took the push; what is told meanwhile waits for the next one."""
    waiting = models.Push.objects.filter(party_id=row.party_id, device_id=row.id)
    known = list(waiting.values_list("id", flat=True))
    failures, failure = 0, ""
    try:
        send(row)
    except Gone:
        _remove(row)
        return False
    except NotTaken as error:
        failures, failure = row.failures + 1, str(error)[:500]
    if not failures or failures >= MOST_FAILURES:
        waiting.filter(id__in=known).delete()
    # not save(): the resident may have switched it off meanwhile
    models.Device.objects.filter(party_id=row.party_id, id=row.id).update(
        failures=failures,
        last_failure=failure,
        failed_at=clock.now() if failure else None,
        try_at=clock.now() + (wait_after(failures) if failures else timedelta()),
    )
    return not failures
