"""What crosses the door of cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gorod.engines.dues.data import Assessment
from gorod.kernel.expressions.data import Scalar

PLATFORM = "platform"  # who did what no person did


class Phase(StrEnum):
    """What a status means to the platform, whatever an agency calls it."""

    OPEN = "open"
    ASKS = "asks"  # waits for the person
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"  # ended because what it rested on was retracted or corrected


LIVE = frozenset({Phase.OPEN, Phase.ASKS})
FINAL = frozenset({Phase.APPROVED, Phase.REFUSED})


@dataclass(frozen=True, kw_only=True)
class Status:
    """A status as data: its phase, the actions it allows (withdraw, answer, appeal, renew) and its words per language."""

    code: str
    phase: Phase
    actions: tuple[str, ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """The statement that an approval makes about the subject. `value` None: the decision must carry it."""

    fact: str
    value: bool | int | str | None

    def exists(self, known: Scalar | None, *, absent: Scalar | None) -> bool:
        """Whether the result is there, from the fact's value and what a register means by silence, which is no result."""
        if self.value is not None:
            return known == self.value
        return known is not None and known != absent


@dataclass(frozen=True, kw_only=True)
class CaseType:
    """What the engine must know of a service: from its archetype and its folder."""

    service: str
    archetype: str
    owner: str
    one_live_per: tuple[str, ...]
    statuses: Mapping[str, Status]
    initial: str
    decides_by: str  # automatic | agency | officer
    within_working_days: int
    four_eyes: bool = False  # a decision made at a desk counts when a second official has confirmed it
    results: tuple[Result, ...] = ()
    refusals: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()  # facts that the applicant confirms in the form
    right_months: int | None = None  # how long the right given by an approval lasts
    renewal: str = "none"  # none | automatic | offered
    law: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """What a derived thing came from: its assessment, statement and relation ids, dated values, version of the rule."""

    assessment_id: UUID | None = None
    statement_ids: tuple[UUID, ...] = ()
    values: tuple[str, ...] = ()
    rule_version: str = ""

    @classmethod
    def of(cls, assessed: Assessment) -> Lineage:
        """What an answer rests on, for what is made of it."""
        return cls(
            assessment_id=assessed.assessment_id,
            statement_ids=assessed.statement_ids,
            values=assessed.values,
            rule_version=assessed.rule_version,
        )


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case. `number` is what people say on the phone; instants are UTC, `deadline` a city date."""

    case_id: UUID
    number: str
    service: str
    owner: str
    subject_id: UUID
    applicant_id: UUID
    status: str
    phase: Phase
    status_at: datetime
    opened_at: datetime
    deadline: date
    actions: tuple[str, ...]
    data: Mapping[str, Any]
    amount: int | None
    decision_id: UUID | None
    lineage: Lineage
    handler_id: UUID | None = None  # the official who works on it


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Some of the cases that wait for officials, and how many there are in all."""

    cases: tuple[Case, ...]
    count: int


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision: reasons are codes of the city's refusal reasons, `valid_to` excluded."""

    decision_id: UUID
    case_id: UUID
    party_id: UUID
    service: str
    approved: bool
    reasons: tuple[str, ...]
    text: str  # what was said besides
    law: tuple[str, ...]
    decided_by: str
    decided_at: datetime
    as_of: date
    amount: int | None
    valid_from: date | None
    valid_to: date | None
    revoked: bool
    lineage: Lineage


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One thing that happened to a case, in the order it was recorded."""

    at: datetime
    what: str
    by: str
    status: str
    detail: Mapping[str, Any]


class StatusOutcome(StrEnum):
    """What became of an incoming status."""

    APPLIED = "applied"
    REPEATED = "repeated"  # the same id again: nothing changed
    STALE = "stale"  # outranked by the current one: kept in the history, not applied


@dataclass(frozen=True, kw_only=True)
class IncomingStatus:
    """A status as an agency sends it. `key` identifies the message, `at` orders it (aware). For decisions: `reasons` are
    codes, `amount` kopecks, `valid_from`..`valid_to` (excluded) the right, `values` facts the decision itself carries.

    What an approval leaves out is as it was applied for: the amount worked out then, a right from the day of the application
    (of a renewal: from the end of the right it renews) for as long as the service says. So one message means the same whatever
    came before it."""

    key: str
    number: str
    status: str
    at: datetime
    sender: str
    reasons: tuple[str, ...] = ()
    text: str = ""
    amount: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StatusReceipt:
    """The fate of an incoming status, and why when it was not applied."""

    outcome: StatusOutcome
    case_id: UUID
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """What listeners are told in the transaction of a change: the case after it, and the decisions made or taken back."""

    what: str  # submitted | status | decided | withdrawn | stopped | reopened | answered
    case: Case
    decision: Decision | None = None
    revoked: Decision | None = None


@dataclass(frozen=True, kw_only=True)
class MonthFigures:
    """The work of a month ('YYYY-MM'): applications made; decisions, those that no person made, refusals; the median of days from
    application to decision (None: nothing was decided)."""

    month: str
    opened: int
    decided: int
    by_platform: int
    refused: int
    median_days: float | None


@dataclass(frozen=True, kw_only=True)
class ServiceFigures:
    """The same decisions by service."""

    service: str
    decided: int
    by_platform: int
    refused: int
    median_days: float


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How much work there was and how it was done. `reasons`: code → how many refusals gave it, the most frequent first."""

    months: tuple[MonthFigures, ...]
    services: tuple[ServiceFigures, ...]
    reasons: Mapping[str, int]
