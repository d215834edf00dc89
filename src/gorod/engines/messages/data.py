"""What crosses the door of messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message in a resident's inbox, already in their language."""

    message_id: UUID
    party_id: UUID
    key: str
    kind: str
    subject: str
    body: str
    language: str
    created_at: datetime
    read_at: datetime | None
    about: str  # what it is about, e.g. 'case:<id>' or 'journey:<id>'
