"""Identifiers: UUIDv7 (RFC 9562), so rows sort and partition by the time they were made."""

from __future__ import annotations

from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

_NAMESPACE = UUID("6f0d3a2e-5f0b-5b52-9a55-0f2f6f9d1c11")


def new_id() -> UUID:
    """A new UUIDv7. Ids made by one process grow."""
    return uuid7()


def stable_id(*parts: str) -> UUID:
    """The same id for the same parts, for ever (UUIDv5): idempotency keys and unique keys of derived rows."""
    return uuid5(_NAMESPACE, "\x1f".join(parts))
