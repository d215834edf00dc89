"""What crosses the door of the registers: what an agency states, and where it says it from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gorod.kernel.expressions.data import Scalar


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Source of rows written together: who said it, whose data it is, by which event or decision.

    `provisional`: said until the register itself speaks (a hospital's notice, a resident's own word); a row that is not
    provisional goes before it, whichever was recorded later.
    """

    source: str
    owner: str
    event_id: UUID | None = None
    decision_id: UUID | None = None
    verified_on: date | None = None
    provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A fact about a party, valid from..to (end excluded). `value` None: from here on nothing is known."""

    party_id: UUID
    fact: str
    value: Scalar | None
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """A relation of a party to another. `other_id` None with a to-one kind: known to have none.
    `present` False ends the relation from `valid_from`."""

    party_id: UUID
    kind: str
    other_id: UUID | None
    valid_from: date
    valid_to: date | None = None
    present: bool = True


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write changed: row ids, and every party whose facts may now be different."""

    statement_ids: tuple[UUID, ...] = ()
    relation_ids: tuple[UUID, ...] = ()
    parties: frozenset[UUID] = frozenset()


@dataclass(frozen=True, kw_only=True)
class StatedRow:
    """One stored statement with everything that says where it comes from."""

    statement_id: UUID
    party_id: UUID
    fact: str
    number: int | None
    code: str | None
    source: str
    owner: str
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    retracted_at: datetime | None
    verified_on: date | None
    event_id: UUID | None
    decision_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """A person says that a fact about them is wrong. `outcome` (upheld, rejected) and `answer` are empty until its owner has
    answered."""

    dispute_id: UUID
    party_id: UUID
    fact: str
    reason: str
    by: str
    opened_at: datetime
    closed_at: datetime | None = None
    outcome: str = ""
    answer: str = ""
