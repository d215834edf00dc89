"""What crosses the door of mandates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """`holder_id` may deal with these services for `giver_id`, up to and including the city date `last_day`."""

    mandate_id: UUID
    giver_id: UUID
    holder_id: UUID
    services: tuple[str, ...]
    last_day: date
