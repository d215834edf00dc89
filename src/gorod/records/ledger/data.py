"""What crosses the door of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gorod.kernel.merkle.data import Hash


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a commitment hides: whoever has it and the log can see that exactly this was recorded. `salt`: 32 random bytes, without
    which nobody could try out what is hidden."""

    entry_id: UUID
    kind: str
    content: Mapping[str, Any]
    salt: bytes


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """That an entry stands in the log: the entry, its index, the proof, and the signed checkpoint that it leads to."""

    entry: bytes
    index: int
    proof: tuple[Hash, ...]
    checkpoint: str
