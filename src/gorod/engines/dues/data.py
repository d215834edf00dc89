"""What crosses the door of dues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gorod.engines.rules.data import Verdict
from gorod.records.facts.data import Missing


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The answer of one service for one person on `as_of` with what was known at `known_at`.

    `amount` in kopecks. `failing` names conditions; `missing` says which base facts of whom are wanted, `late` names
    values without a figure. `values` are the dated figures used as `name@since=figure`. `statement_ids` and `people` are
    what it rests on.
    """

    assessment_id: UUID
    party_id: UUID
    service: str
    verdict: Verdict
    failing: tuple[str, ...]
    missing: tuple[Missing, ...]
    late: tuple[str, ...]
    amount: int | None
    values: tuple[str, ...]
    rule_version: str
    as_of: date
    known_at: datetime
    statement_ids: tuple[UUID, ...]
    people: tuple[UUID, ...]
