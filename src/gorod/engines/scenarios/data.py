"""What crosses the door of scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gorod.engines.rules.data import Amount
from gorod.kernel.expressions.data import Expression

FEWEST = 10  # people in any cell that is shown
OTHERS = "others"  # the cell in which those are put together that are too small to be shown alone
UNKNOWN = "unknown"  # the cell of those of whom it is not known where they belong


@dataclass(frozen=True, kw_only=True)
class TriedRule:
    """A rule as somebody would have it. `monthly`: paid for every month; otherwise once."""

    conditions: Mapping[str, str]
    amount: Amount | None = None
    monthly: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> TriedRule:
        """From what `plain` makes of one."""
        return cls(**{**kept, "amount": Amount(**kept["amount"]) if kept["amount"] else None})


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A change of law: figures (kopecks or whatever the value counts) that would be in force, and rules, of services that there
    are or of new ones."""

    title: str
    figures: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, TriedRule] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Scenario:
        """From what `plain` makes of one."""
        return cls(**{**kept, "rules": {service: TriedRule.of(rule) for service, rule in kept["rules"].items()}})


@dataclass(frozen=True, kw_only=True)
class Axes:
    """By what people are put into cells, over facts: how many are in one's family, and what one lives on a month (kopecks). None:
    there is no such table."""

    size: Expression | None = None
    income: Expression | None = None

    @property
    def names(self) -> frozenset[str]:
        """The facts that these name."""
        return frozenset().union(*(one.names for one in (self.size, self.income) if one is not None))


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What changes for some people. `gain`: it becomes due to them, or pays more; `lose`: it is no longer due, or pays less;
    `both`: they gain by one service and lose by another. None: fewer than `FEWEST`, but not nobody.

    `before`, `after`: kopecks a month, of services that pay every month; `before_once`, `after_once`: of those that pay once, to
    all who may apply now.
    """

    people: int
    gain: int | None
    lose: int | None
    both: int | None = 0
    before: int = 0
    after: int = 0
    before_once: int = 0
    after_once: int = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a scenario does to the people of a sweep, on its day `as_of`.

    `services`: the effect of each service it touches, on everybody. `districts`, `sizes`, `incomes`: of all of them together, by
    the district's code, by how many are in the family, by tenths of income (`1` the lowest); in each table nobody is counted twice
    and no cell has fewer than `FEWEST` people: smaller ones are put together in `OTHERS`. `hidden`: services left out of
    everything, because so few are concerned that any figure would speak of them. `unclear`: service → for how many it cannot be
    said, because a fact is not known (None: fewer than `FEWEST`). `windows`: service → for how many months one may apply, so that
    what is paid once comes to this part of it a month. `rules`: service → the version of its rule that is in force.
    """

    sweep: str
    as_of: date
    people: int
    rules: Mapping[str, str]
    together: Effect
    services: Mapping[str, Effect]
    districts: Mapping[str, Effect]
    sizes: Mapping[str, Effect]
    incomes: Mapping[str, Effect]
    hidden: tuple[str, ...] = ()
    windows: Mapping[str, int] = field(default_factory=dict)
    unclear: Mapping[str, int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Answer:
        """From what `plain` makes of one."""
        tables = ("services", "districts", "sizes", "incomes")
        read = {table: {name: Effect(**effect) for name, effect in kept[table].items()} for table in tables}
        day, together = date.fromisoformat(kept["as_of"]), Effect(**kept["together"])
        return cls(**{**kept, **read, "as_of": day, "together": together, "hidden": tuple(kept["hidden"])})


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A scenario that an official has had answered. Without an answer and without a problem it is still being counted."""

    trial_id: UUID
    official_id: UUID
    at: datetime
    scenario: Scenario
    answer: Answer | None
    problem: str
