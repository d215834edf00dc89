"""What a benchmark gives: measurements side by side, as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

ENOUGH_FOR_P95 = 20


class Unit(StrEnum):
    """What is counted. Of times less is better, of rates more."""

    MILLISECONDS = "ms"
    SECONDS = "s"
    PER_SECOND = "/s"

    @property
    def is_rate(self) -> bool:
        """Whether more is better."""
        return self is Unit.PER_SECOND


@dataclass(frozen=True, kw_only=True)
class Measured:
    """`count` measurements of one thing. `p95` is the value that 95 % of them reach or beat; of fewer than 20 the worst."""

    count: int
    median: float
    p95: float


def measured(*, values: Sequence[float], unit: Unit) -> Measured:
    """Median and p95 of measurements. Of rates the p95 is the one that 95 % of the measurements reach: the fifth percentile."""
    if len(values) < ENOUGH_FOR_P95:
        p95 = min(values) if unit.is_rate else max(values)
    else:
        p95 = float(np.percentile(values, 5 if unit.is_rate else 95))
    return Measured(count=len(values), median=float(np.median(values)), p95=p95)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: ours, and beside it the floor measured in the same run."""

    what: str
    unit: Unit
    ours: Measured
    beside: str
    floor: Measured

    @property
    def ratio(self) -> float:
        """How many times the floor ours costs, by the medians: of times ours to the floor, of rates the floor to ours."""
        if self.unit.is_rate:
            return self.floor.median / self.ours.median
        return self.ours.median / self.floor.median


def row(*, what: str, unit: Unit, ours: Sequence[float], beside: str, floor: Sequence[float]) -> Row:
    """A row from the measurements themselves."""
    return Row(
        what=what,
        unit=unit,
        ours=measured(values=ours, unit=unit),
        beside=beside,
        floor=measured(values=floor, unit=unit),
    )


@dataclass(frozen=True, kw_only=True)
class Table:
    """What one benchmark found: rows, and what a reader must know besides the docstring (sizes, counts, what was seen)."""

    rows: Sequence[Row]
    notes: Sequence[str] = ()
