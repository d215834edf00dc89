"""What crosses the door of rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
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


@dataclass(frozen=True, kw_only=True)
class RuleInForce:
    """A rule on a date: what its outcomes for all people share. `conditions`: their names, last `amount` where it pays; `values`:
    the dated values that it uses."""

    service: str
    conditions: tuple[str, ...]
    values: tuple[UsedValue, ...]
    version: str

    @cached_property
    def late(self) -> frozenset[str]:
        """The values without a figure."""
        return frozenset(value.name for value in self.values if value.figure is None)


class Outcome(NamedTuple):
    """The answer of one service for one person. A tuple that works out its details when they are looked at: in a big city there are
    1,500 of them for a family.

    `answers`: of every condition (null: open), last whether an amount is provided for this case; `needed`: the names that can still
    change an open answer; `amount` in kopecks, only when due.
    """

    party_id: UUID
    rule: RuleInForce
    verdict: Verdict
    answers: tuple[bool | None, ...]
    needed: frozenset[str]
    amount: int | None

    @property
    def service(self) -> str:
        """The name of the service."""
        return self.rule.service

    @property
    def holds(self) -> Mapping[str, bool | None]:
        """The answers by the names of the conditions; `amount`: whether one is provided."""
        return dict(zip(self.rule.conditions, self.answers, strict=True))

    @property
    def failing(self) -> tuple[str, ...]:
        """The conditions that are false."""
        return tuple(name for name, answer in self.holds.items() if answer is False)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that can still change an open answer."""
        return tuple(sorted(self.needed - self.rule.late))

    @property
    def late(self) -> tuple[str, ...]:
        """The values whose figures an open answer waits for."""
        return tuple(sorted(self.needed & self.rule.late))
