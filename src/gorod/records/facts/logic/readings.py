"""Who read facts of whom, and why: recorded, shown, and committed to in the ledger."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q

from gorod.kernel.canonical import plain
from gorod.kernel.errors import NotFound, Refused
from gorod.records.facts import models
from gorod.records.facts.data import Reader, ReadingRecord
from gorod.records.ledger import api as ledger
from gorod.records.ledger.data import Opening

KIND = "reading"
RESIDENT = "resident"  # the kind of reader who is named by an id of a party


def record_reading(*, people: Collection[UUID] | None, names: Collection[str], purpose: str, reader: Reader) -> UUID:
    """Record that somebody reads of these people (None: of the whole city); what is read through this door records itself.
    Raises Refused without a purpose."""
    if not purpose.strip():
        raise Refused("nobody reads facts without a purpose", remedy="say what they are read for")
    row = models.Reading(
        reader_kind=reader.kind,
        reader_name=reader.name,
        purpose=purpose,
        names=sorted(names),
        people=sorted(people or ()),
        everybody=people is None,
    )
    row.entry_id, row.salt = ledger.hide(kind=KIND, content=_content(row))
    row.save(force_insert=True)
    return row.id


def _content(row: models.Reading) -> dict[str, Any]:
    """What the ledger commits to. Of residents only hashes, in which each of them finds themself and nobody the others."""

    def hashed(party_id: object) -> str:
        return sha256(f"{row.id}{party_id}".encode()).hexdigest()

    who = hashed(row.reader_name) if row.reader_kind == RESIDENT else row.reader_name
    return {
        "reading": row.id,
        "at": row.at,
        "reader": {"kind": row.reader_kind, "name": who},
        "purpose": row.purpose,
        "names": row.names,
        "people": sorted(map(hashed, row.people)),
        "everybody": row.everybody,
    }


def reading_opening(*, party_id: UUID, reading_id: UUID) -> Opening:
    """What the ledger hides about a reading of this person. Raises NotFound for another's, and one from before the ledger."""
    of_them = Q(people__contains=[party_id]) | Q(everybody=True)
    row = models.Reading.objects.filter(of_them, id=reading_id).first()
    if row is None or row.entry_id is None or row.salt is None:
        raise NotFound(f"the ledger knows no reading {reading_id} of yours", remedy="see who looked, in your own pages")
    return Opening(entry_id=row.entry_id, kind=KIND, content=plain(_content(row)), salt=bytes(row.salt))


def access_log(
    *, party_id: UUID, limit: int | None = 200, by_people: bool = False, before: UUID | None = None
) -> list[ReadingRecord]:
    """Who read facts of this person, newest first. `by_people`: without what the platform computed alone; `before`: only what is
    older than this reading, to page through them. Readings of the whole city are among them."""
    rows = models.Reading.objects.filter(Q(people__contains=[party_id]) | Q(everybody=True)).order_by("-id")
    rows = rows.filter(id__lt=before) if before else rows
    rows = (rows.exclude(reader_kind="platform") if by_people else rows)[:limit]
    return [
        ReadingRecord(
            reading_id=row.id,
            at=row.at,
            reader=Reader(kind=row.reader_kind, name=row.reader_name),
            purpose=row.purpose,
            names=tuple(row.names),
            proved=row.entry_id is not None,
        )
        for row in rows
    ]
