"""The door of duplicates."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from gorod.engines.reexamination import api as reexamination
from gorod.records.parties import api as parties


def merge(*, party_id: UUID, duplicate_id: UUID, by: str, reason: str) -> None:
    """A clerk found that two rows are one person. Both ids stay valid. Raises Refused when one is merged already."""
    with transaction.atomic():
        parties.merge(party_id=party_id, duplicate_id=duplicate_id, by=by, reason=reason)
        reexamination.people_changed(people=[party_id, duplicate_id], cause=f"{by} merged two rows: {reason}")


def undo(*, party_id: UUID, duplicate_id: UUID, by: str) -> None:
    """They were two people after all: each has their own facts again."""
    with transaction.atomic():
        parties.undo_merge(duplicate_id=duplicate_id)
        reexamination.people_changed(people=[party_id, duplicate_id], cause=f"{by} took a merge back")
