"""How a sweep grows: with the residents and with the rules. The aim is straight lines and memory that stays flat.

Measured, each in a process of its own: `sweeps.run` over snapshots of made-up people, for several numbers of residents and of
rules: its seconds and the most memory its process had. A straight line is fitted to the medians, with the residents for each
number of rules and with the rules for each number of residents; R² says how much of the difference it explains (1: all).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.sweep import alone
from benchmarks.sweep.chart import Chart, Series, svg
from benchmarks.sweep.data import Found
from benchmarks.sweep.stage import Stage
from benchmarks.sweep.straight import straight

RESIDENTS = (100_000, 1_000_000, 5_000_000)  # and the whole city
RESIDENTS_QUICK = (5_000, 10_000)
RULES = (40, 380, 1_500)
RULES_QUICK = (40, 380)
MEBIBYTE = 2**20
MILLION = 1_000_000
PICTURE = "benchmarks-sweep-growth.svg"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One size: the seconds of each time, and the most memory of all times in bytes."""

    residents: int
    rules: int
    seconds: Sequence[float]
    peak: int


def run(stage: Stage) -> Found:
    """Every number of residents with every number of rules."""
    sizes = RESIDENTS_QUICK if stage.quick else RESIDENTS
    residents = sorted({*(size for size in sizes if size < stage.residents), stage.residents})
    counts = RULES_QUICK if stage.quick else RULES
    cells = [_cell(stage, size, count) for size in residents for count in counts]
    return Found(
        below=f"{_table(cells)}\n\n![Seconds and memory of a sweep by residents and rules]({PICTURE})",
        notes=_lines(cells),
        pictures={PICTURE: _picture(cells, counts)},
    )


def _cell(stage: Stage, residents: int, count: int) -> Cell:
    snapshot = stage.snapshot(residents)
    folder = stage.folder / "growth"
    answers: list[dict[str, Any]] = []
    for _ in range(stage.times):
        answers.append(
            alone.ask("sweep", snapshot=str(snapshot), folder=str(folder), rules=str(stage.rules_file(count)))
        )
        shutil.rmtree(folder)
    found = Cell(
        residents=residents,
        rules=count,
        seconds=[one["run"] for one in answers],
        peak=max(one["peak"] for one in answers),
    )
    stage.say(f"{count:,} rules × {residents:,}: {median(found.seconds):.1f} s, {found.peak / MEBIBYTE:,.0f} MiB")
    return found


def _table(cells: Sequence[Cell]) -> str:
    lines = [
        "| residents | rules | times | median | worst | a million answers a second | most memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in cells:
        middle = median(cell.seconds)
        lines.append(
            f"| {cell.residents:,} | {cell.rules:,} | {len(cell.seconds)} | {middle:.2f} s | {max(cell.seconds):.2f} s |"
            f" {cell.residents * cell.rules / middle / MILLION:,.1f} | {cell.peak / MEBIBYTE:,.0f} MiB |"
        )
    return "\n".join(lines)


def _lines(cells: Sequence[Cell]) -> list[str]:
    """The straight lines in words."""
    told = []
    for count in sorted({cell.rules for cell in cells}):
        row = [cell for cell in cells if cell.rules == count]
        slope, base, fit = straight([cell.residents for cell in row], [median(cell.seconds) for cell in row])
        told.append(
            f"{count:,} rules: {base:.2f} s and {slope * MILLION:.2f} s for each million residents{_fits(row, fit)};"
            f" memory {min(cell.peak for cell in row) / MEBIBYTE:,.0f} to {max(cell.peak for cell in row) / MEBIBYTE:,.0f} MiB."
        )
    for residents in sorted({cell.residents for cell in cells}):
        row = [cell for cell in cells if cell.residents == residents]
        slope, base, fit = straight([cell.rules for cell in row], [median(cell.seconds) for cell in row])
        told.append(
            f"{residents:,} residents: {base:.2f} s and {slope * 100:.2f} s for each 100 rules{_fits(row, fit)}."
        )
    return told


def _fits(points: Sequence[Cell], fit: float) -> str:
    """R² in words; a line always goes through two points."""
    return f", R² {fit:.4f}" if len(points) > 2 else ""


def _picture(cells: Sequence[Cell], counts: Sequence[int]) -> str:
    """Seconds and memory by residents, a line for each number of rules."""
    rows = {count: [cell for cell in cells if cell.rules == count] for count in counts}
    millions = {count: [cell.residents / MILLION for cell in row] for count, row in rows.items()}
    seconds = [
        Series(name=f"{count:,} rules", x=millions[count], y=[median(cell.seconds) for cell in row])
        for count, row in rows.items()
    ]
    memory = [
        Series(name=f"{count:,} rules", x=millions[count], y=[cell.peak / MEBIBYTE for cell in row])
        for count, row in rows.items()
    ]
    return svg(
        [
            Chart(title="time of a sweep", across="million residents", up="seconds", series=seconds),
            Chart(title="most memory", across="million residents", up="MiB", series=memory),
        ]
    )
