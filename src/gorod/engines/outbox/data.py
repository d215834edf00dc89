"""What crosses the door of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing an agency is told. `seq` grows within one agency's feed, without holes that are filled later."""

    item_id: UUID
    seq: int
    owner: str
    type: str
    subject: str
    at: datetime
    data: Mapping[str, Any]
