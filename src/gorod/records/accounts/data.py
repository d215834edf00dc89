"""What crosses the door of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account; `resident_id` is None for somebody who only works in the city's offices."""

    account_id: UUID
    login: str
    resident_id: UUID | None
