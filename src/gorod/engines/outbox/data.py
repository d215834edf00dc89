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

    def cloud_event(self) -> dict[str, Any]:
        """The item as a CloudEvents 1.0 JSON object; `sequence` as in the sequence extension of CloudEvents."""
        return {
            "specversion": "1.0",
            "id": str(self.item_id),
            "source": f"urn:gorod:outbox:{self.owner}",
            "type": self.type,
            "subject": self.subject,
            "time": self.at.isoformat(),
            "sequence": str(self.seq),
            "datacontenttype": "application/json",
            "data": dict(self.data),
        }


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Where an agency is called. `delivered` is the number of the last item it took, `failures` those since then."""

    owner: str
    url: str
    delivered: int
    failures: int
    last_error: str
