"""The key under which a snapshot would speak of somebody."""

from __future__ import annotations

from uuid import UUID

from gorod.records.snapshots.logic import keys


def key_of(party_id: UUID) -> int:
    """The random key of a party; made when it has none."""
    return keys.of([party_id])[party_id]
