"""What crosses the door of rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from gorod.kernel.expressions.data import Type


class Verdict(StrEnum):
    """What a service answers for a person."""

    DUE = "due"
    NOT_DUE = "not_due"
    UNKNOWN = "unknown"  # a fact is missing
    WAITING = "waiting"  # a dated figure is late; a person looks at it


@dataclass(frozen=True, kw_only=True)
class DatedFigure:
    """A figure in force from `since` to `until` (excluded; None: until the next). `figure` None: not published yet."""

    since: date
    until: date | None = None
    figure: int | None = None
    law: str = ""
    assumed: bool = False


@dataclass(frozen=True, kw_only=True)
class DatedValue:
    """A named amount or threshold with its figures over time. `low` and `high` bound every figure, past and to come."""

    name: str
    type: Type
    low: int
    high: int
    figures: tuple[DatedFigure, ...]
    unit: str = ""
    meaning: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    def at(self, as_of: date) -> DatedFigure | None:
        """The figure in force on a date; None when it is late or the date lies before the first."""
        for figure in self.figures:
            if figure.since <= as_of and (figure.until is None or as_of < figure.until):
                return figure if figure.figure is not None else None
        return None


@dataclass(frozen=True, kw_only=True)
class Amount:
    """An amount in kopecks: a text, then `percent` of it, then rounded to a multiple of `round` kopecks."""

    sql: str
    percent: int | None = None
    round: int | None = None


@dataclass(frozen=True, kw_only=True)
class RuleSource:
    """The rule of one service as its folder says it. `basis` is a digest of the derived facts it stands on; it is part of the
    version."""

    service: str
    conditions: Mapping[str, str]
    amount: Amount | None = None
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class UsedValue:
    """A dated value that a rule used on a date; `figure` None: late."""

    name: str
    since: date | None
    figure: int | None
    law: str


class Outcome(NamedTuple):
    """The answer of one service for one person. A tuple: making 1,500 dataclasses for a family takes longer than judging it.

    `holds` has every condition (null: open; 'amount': whether an amount is provided for this case), `failing` those that are
    false, `missing` the facts that can still change an open answer, `late` the values without a figure. `amount` in
    kopecks, only when due.
    """

    party_id: UUID
    service: str
    verdict: Verdict
    holds: Mapping[str, bool | None]
    failing: tuple[str, ...]
    missing: tuple[str, ...]
    late: tuple[str, ...]
    amount: int | None
    values: tuple[UsedValue, ...]
    rule_version: str
