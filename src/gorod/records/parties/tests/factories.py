"""People and organisations as a clerk or an event would enter them."""

from __future__ import annotations

from uuid import UUID

from gorod.records.parties import api
from gorod.records.parties.data import Names

IVANOVA = Names(family_name="Иванова", given_name="Анна", patronymic="Сергеевна")


def resident(*, event_id: UUID | None = None, **identifiers: str) -> UUID:
    return api.create(names=IVANOVA, identifiers=identifiers, event_id=event_id)


def merged(party_id: UUID, duplicate_id: UUID) -> None:
    api.merge(party_id=party_id, duplicate_id=duplicate_id, by="clerk", reason="the same passport photo")
