"""What crosses the door of installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What this database holds. `synthetic`: every resident is made up, so demonstrations may play with them."""

    city: str
    synthetic: bool
    founded_at: datetime
