"""The order of places: drawn by a hash for those who were there, then as people come. PostgreSQL gives the places; `problems` says
the same once more in Python, for whoever checks a record."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import connection

from gorod.engines.waitingroom.data import Record

SEED_BYTES = 32

_GIVE = """
    UPDATE waitingroom_arrival SET place = %(given)s + ordered.number, batch = %(batch)s
    FROM (
        SELECT id, row_number() OVER (ORDER BY {order}) AS number
        FROM waitingroom_arrival WHERE opening_id = %(opening)s AND place IS NULL {which}
    ) AS ordered
    WHERE waitingroom_arrival.id = ordered.id
"""
_DRAW = _GIVE.format(order="sha256(%(seed)s || int8send(id)), id", which="AND arrived_at < %(opens)s")
_NEXT = _GIVE.format(order="id", which="")


def key(seed: bytes, arrival_id: int) -> bytes:
    """Where the draw puts an arrival: SHA-256 of the seed and the id as eight bytes, the highest first. Smaller keys come first."""
    return hashlib.sha256(seed + arrival_id.to_bytes(8, "big")).digest()


def draw(opening_id: UUID, *, seed: bytes, opens: datetime) -> int:
    """Give the first places to everybody who came before `opens`, by `key`. Returns how many."""
    return _give(_DRAW, {"opening": opening_id, "given": 0, "batch": 1, "seed": seed, "opens": opens})


def give_next(opening_id: UUID, *, given: int, batch: int) -> int:
    """Give the places after `given` to everybody without one, in the order of arrival. Returns how many."""
    return _give(_NEXT, {"opening": opening_id, "given": given, "batch": batch})


def _give(statement: str, values: dict[str, UUID | int | bytes | datetime]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def problems(record: Record) -> list[str]:
    """What is wrong with a record; nothing, if everybody has the place that follows from the seed and the order of arrival."""
    found = []
    if [one.place for one in record.arrivals] != list(range(1, len(record.arrivals) + 1)):
        found.append("places are not 1, 2, 3, … without a gap")
    if len({one.arrival_id for one in record.arrivals}) != len(record.arrivals):
        found.append("an arrival has two places")
    expected = sorted(
        record.arrivals,
        key=lambda one: (one.batch, key(record.seed, one.arrival_id) if one.batch == 1 else b"", one.arrival_id),
    )
    for place, (one, other) in enumerate(zip(record.arrivals, expected, strict=True), start=1):
        if one != other:
            found.append(f"place {place} belongs to arrival {other.arrival_id}, not to {one.arrival_id}")
    return found
