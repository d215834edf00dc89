"""What crosses the door of counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A resident stands before a clerk; until `ends_at` at the latest."""

    visit_id: UUID
    party_id: UUID
    official_id: UUID
    agency: str
    began_at: datetime
    ends_at: datetime
