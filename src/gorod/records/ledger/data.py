"""What crosses the door of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gorod.kernel.merkle.data import VerifierKey


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a commitment hides: whoever has it and the log can see that exactly this was recorded. `salt`: 32 random bytes, without
    which nobody could try out what is hidden."""

    entry_id: UUID
    kind: str
    content: Mapping[str, Any]
    salt: bytes


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """An entry that was declared about something: where in the log it is, its hash in the tree, and what it says."""

    index: int
    leaf: bytes
    entry: bytes


@dataclass(frozen=True, kw_only=True)
class WitnessAt:
    """A witness that the log asks: its key, and the address under which `add-checkpoint` is."""

    key: VerifierKey
    url: str


@dataclass(frozen=True, kw_only=True)
class Published:
    """What the world can see now, and what did not work: of each witness that has not cosigned, why."""

    size: int
    cosigned: int
    silent: Mapping[str, str]
