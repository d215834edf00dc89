"""What crosses the door of consents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Word:
    """What a resident said about a scope, and when."""

    scope: str
    allowed: bool
    at: datetime
    by: str
