"""The door of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection, transaction

from gorod.engines.outbox import models
from gorod.engines.outbox.data import Item, Webhook
from gorod.engines.outbox.logic import webhooks
from gorod.kernel import clock
from gorod.kernel.errors import BadInput

LARGEST_PULL = 500

_NUMBER = """
WITH last AS (SELECT coalesce(max(seq), 0) AS seq FROM outbox_item WHERE owner = %(owner)s),
     fresh AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM outbox_item
               WHERE owner = %(owner)s AND seq IS NULL)
UPDATE outbox_item SET seq = last.seq + fresh.place FROM last, fresh WHERE outbox_item.id = fresh.id
"""


def emit(*, owner: str, type: str, party_id: UUID, subject: str, data: Mapping[str, Any]) -> None:
    """Tell an agency something, in the caller's transaction: it is sent if and only if that commits."""
    models.Item.objects.create(owner=owner, type=type, party_id=party_id, subject=subject, data=dict(data))
    if models.Webhook.objects.filter(owner=owner).exists():
        webhooks.wake(owner)


def pull(*, owner: str, after: int = 0, limit: int = 100) -> list[Item]:
    """The agency's feed after a number, in order, at most `LARGEST_PULL` items.

    Numbers are given here, under a lock and only to committed rows: a slow transaction can never appear behind a number
    that was already read, so an agency that remembers its last number misses nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"outbox:{owner}"])
        cursor.execute(_NUMBER, {"owner": owner})
    rows = models.Item.objects.filter(owner=owner, seq__gt=after).order_by("seq")[: min(limit, LARGEST_PULL)]
    return [
        Item(
            item_id=row.id,
            seq=row.seq or 0,
            owner=row.owner,
            type=row.type,
            subject=row.subject,
            at=row.at,
            data=row.data,
        )
        for row in rows
    ]


def call_at(*, owner: str, url: str) -> str:
    """Have an agency called at an address instead of waiting for its pull; empty: no longer. Returns the signing secret.

    Calls carry a CloudEvents batch, signed as Standard Webhooks 1.0 says (`webhook-id`, `webhook-timestamp`,
    `webhook-signature`). The secret is derived from the installation's key, so nothing secret is stored. Only an
    operator sets addresses. Raises BadInput unless it is https, or http to this machine.
    """
    if not url:
        models.Webhook.objects.filter(owner=owner).delete()
        return ""
    parts = urlsplit(url)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
    ):
        raise BadInput(f"{url} is not an address to call", remedy="write https://…")
    with transaction.atomic():
        models.Webhook.objects.update_or_create(
            owner=owner, defaults={"url": url, "failures": 0, "last_error": "", "retry_at": clock.now()}
        )
        webhooks.wake(owner)
    return webhooks.secret(owner)


def webhook(*, owner: str) -> Webhook | None:
    """Where and how an agency is called; None when it pulls."""
    row = models.Webhook.objects.filter(owner=owner).first()
    if row is None:
        return None
    return Webhook(
        owner=row.owner, url=row.url, delivered=row.delivered, failures=row.failures, last_error=row.last_error
    )


def webhook_owners() -> list[str]:
    """Agencies that are called."""
    return list(models.Webhook.objects.order_by("owner").values_list("owner", flat=True))


def deliver(*, owner: str) -> int:
    """Call an agency with what it was not told yet, in order, until it has everything or fails. Returns how many it took.

    Each item at least once; one call at a time for an agency. A failure waits 5 s, twice as long each time, an hour at most.
    """
    told = 0
    while (taken := webhooks.call(owner, pull)) > 0:
        told += taken
    return told
