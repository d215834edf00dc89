"""What crosses the door of applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gorod.kernel.expressions.data import Expression


@dataclass(frozen=True, kw_only=True)
class ActsFor:
    """For whom a resident may act: everybody in a stated relation to them, as long as the condition about that other holds.
    `seen_from`: each of these relations as it stands at the other (`children`: mother, father)."""

    relations: Mapping[str, Expression | None] = field(default_factory=dict)
    seen_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
