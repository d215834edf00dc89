"""What a benchmark of the sweep gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.measuring.data import Row

WHOLE_CITY = 14_400_000  # residents
RULES = 380  # services of the city
SEED = 1147


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the table: ours beside something else. `contender`: that does the same work, so it is said how many times faster
    ours is; otherwise it is a floor, and it is said how many times its time ours takes. `aim`: what it should be."""

    row: Row
    contender: bool
    aim: str = ""

    @property
    def ratio(self) -> str:
        """The ratio of the medians in words."""
        faster = 1 / self.row.ratio
        if not self.contender:
            return f"{self.row.ratio:.1f} × the floor"
        return f"{faster:.1f} × faster" if faster >= 1 else f"{1 / faster:.1f} × slower"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one benchmark found: lines, Markdown to stand below them, notes, and pictures (file name → SVG)."""

    lines: Sequence[Line] = ()
    below: str = ""
    notes: Sequence[str] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
