"""What crosses the door of installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What this database holds. `synthetic`: every resident is made up, so demonstrations may play with them."""

    city: str
    synthetic: bool
    founded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A made-up resident whom anybody may try the city as; `role` is what the demonstration calls them."""

    persona_id: UUID
    party_id: UUID
    role: str
