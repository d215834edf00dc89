"""What crosses the door of emergency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Somebody opened a resident's facts without a case. `reviewed_at` None: no supervisor has looked at it yet."""

    opening_id: UUID
    party_id: UUID
    official_id: UUID
    agency: str
    reason: str
    opened_at: datetime
    ends_at: datetime
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    justified: bool | None
    remark: str
