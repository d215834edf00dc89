"""The door of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from gorod.engines.outbox import models
from gorod.engines.outbox.data import Item

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
