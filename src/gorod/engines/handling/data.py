"""What crosses the door of handling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gorod.engines.cases.data import Case
from gorod.engines.rules.data import Outcome
from gorod.records.facts.data import Fact


class ProposalState(StrEnum):
    """Where a proposed decision is."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    RETURNED = "returned"  # the second official disagrees, and says why
    OVERTAKEN = "overtaken"  # the case went on without it


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an official says of a case. A refusal needs `reasons` (codes of the service's list); `values` are facts that an approval
    itself carries."""

    approved: bool
    reasons: tuple[str, ...] = ()
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A decision that waits for the second official, or did."""

    proposal_id: UUID
    case_id: UUID
    verdict: Verdict
    proposed_by: UUID
    proposed_at: datetime
    state: ProposalState
    answered_by: UUID | None
    answered_at: datetime | None
    answer: str


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a case rests on now: the facts that its rule and form name, and what the rule says of them; None where a service has
    no rule."""

    facts: tuple[Fact, ...]
    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True)
class Handled:
    """What came of an official's verdict: the case as it stands, and the proposal when a second official is to confirm it."""

    case: Case
    proposal: Proposal | None = None
