"""Entries that wait for a number."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import connection

from gorod.kernel.errors import Conflict
from gorod.records.ledger import models

_INSERT = "INSERT INTO ledger_waiting (id, entry, about, once) VALUES (%s, %s, %s, %s) ON CONFLICT (once) DO NOTHING"
_NUMBERED = "SELECT EXISTS (SELECT FROM ledger_entry WHERE once = %s)"


def add(entry: bytes, about: UUID | None, once: str | None) -> UUID:
    """Let an entry wait, in the caller's transaction. Returns its id. Raises Conflict when there is one of this `once`.

    Whoever numbers entries moves them from one table to the other: an insertion here waits until that is committed, and what is
    asked after it sees them there.
    """
    entry_id = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(f"{_INSERT}; {_NUMBERED}", [entry_id, entry, about, once, once])  # one way to the server
        new = cursor.rowcount == 1
        cursor.nextset()
        (numbered,) = cursor.fetchone()
    if numbered and new:
        models.Waiting.objects.filter(id=entry_id).delete()
    if numbered or not new:
        raise Conflict("the ledger has this already", remedy="it is written once; nothing is to be done")
    return entry_id
