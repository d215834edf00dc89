"""One signed call to an agency's webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta

import httpx
from django.db import transaction
from django.utils.crypto import salted_hmac
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from gorod.engines.outbox import models
from gorod.engines.outbox.data import Item
from gorod.kernel import clock
from gorod.kernel.identifiers import stable_id

CALL_SECONDS = 10.0
BATCH = 100
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)

Pull = Callable[..., list[Item]]


def wake(owner: str) -> None:
    """Have the agency called after the commit; a call that waits already is enough."""
    try:
        with transaction.atomic():
            app.configure_task("outbox.deliver", queueing_lock=f"outbox.deliver:{owner}").defer(owner=owner)
    except AlreadyEnqueued:
        return


def _wake_later(owner: str, wait: timedelta) -> None:
    """Have the agency called again after a failure. A lock of its own: it must not hold up a call that is wanted now."""
    try:
        with transaction.atomic():
            app.configure_task(
                "outbox.deliver",
                queueing_lock=f"outbox.deliver again:{owner}",
                schedule_in={"seconds": int(wait.total_seconds())},
            ).defer(owner=owner)
    except AlreadyEnqueued:
        return


def secret(owner: str) -> str:
    """The secret that calls to an agency are signed with, in the form of Standard Webhooks (`whsec_` and base64)."""
    return "whsec_" + base64.b64encode(_key(owner)).decode()


def _key(owner: str) -> bytes:
    return salted_hmac("gorod.engines.outbox.webhook", owner, algorithm="sha256").digest()


def signature(owner: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Standard Webhooks 1.0: base64 of HMAC-SHA256 over id, timestamp and body, joined by dots."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(owner), signed, hashlib.sha256)).decode()


def call(owner: str, pull: Pull) -> int:
    """One call with the next items. Returns how many the agency took; 0 when there are none, it is too early, or it failed."""
    with transaction.atomic():
        row = models.Webhook.objects.select_for_update(skip_locked=True).filter(owner=owner).first()
        if row is None or row.retry_at > clock.now():
            return 0
        items = pull(owner=owner, after=row.delivered, limit=BATCH)
        if not items:
            return 0
        problem = _post(row, items)
        if problem:
            row.failures += 1
            row.last_error = problem[:500]
            wait = min(FIRST_WAIT * 2 ** min(row.failures - 1, 10), LONGEST_WAIT)
            row.retry_at = clock.now() + wait
            _wake_later(owner, wait)
        else:
            row.delivered, row.failures, row.last_error = items[-1].seq, 0, ""
        row.save()
    return 0 if problem else len(items)


def _post(row: models.Webhook, items: list[Item]) -> str:
    """Send; empty when the agency took it, else what went wrong. Redirects are not followed: the address is the operator's."""
    body = json.dumps([item.cloud_event() for item in items], ensure_ascii=False).encode()
    # the same items again carry the same id: by it the agency knows a call that it took although we heard no answer
    message_id = str(stable_id("webhook", row.owner, str(items[0].item_id), str(items[-1].item_id)))
    timestamp = int(clock.outside().timestamp())
    headers = {
        "content-type": "application/cloudevents-batch+json; charset=utf-8",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(row.owner, message_id, timestamp, body),
    }
    try:
        answer = httpx.post(row.url, content=body, headers=headers, timeout=CALL_SECONDS, follow_redirects=False)
    except httpx.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    return "" if answer.is_success else f"the agency answered {answer.status_code}"
