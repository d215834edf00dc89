"""What crosses the door of applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gorod.kernel.expressions.data import Expression


@dataclass(frozen=True, kw_only=True)
class ActsFor:
    """For whom a resident may act: everybody in a stated relation to them, as long as the condition about that other holds."""

    relations: Mapping[str, Expression | None] = field(default_factory=dict)
