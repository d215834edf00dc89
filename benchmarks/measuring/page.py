"""The table, printed and written to docs/reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.measuring.data import Measured, Row, Table, Unit

HEAD = ("what", "times", "median", "p95", "beside (the floor)", "times", "median", "p95", "ratio")
PREAMBLE = """\
Made by `make bench`; do not edit. Every figure stands beside its floor: the least that the same machine could do the same work
with, measured in the same run and in turns where that is possible. The ratio says how many times the floor ours costs, by the
medians. Of times the p95 is what 95 % of the measurements stay under, of rates (per second) what 95 % of them reach; of fewer than
20 measurements it is the worst."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One benchmark: its name, what its docstring says, what it found, how long it took in seconds."""

    name: str
    says: str
    table: Table
    seconds: float


def figure(value: float, unit: Unit) -> str:
    """A number with three digits that mean something, and its unit."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit.value}" if unit is not Unit.PER_SECOND else f"{value:,.{digits}f}/s"


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table whose columns also line up on a terminal."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    rule = ["-" * width for width in widths]
    told = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in [lines[0], rule, *lines[1:]]
    ]
    return "\n".join(f"| {line} |" for line in told)


def _cells(row: Row) -> tuple[str, ...]:
    return (row.what, *_figures(row.ours, row.unit), row.beside, *_figures(row.floor, row.unit), f"{row.ratio:.1f}")


def _figures(measured: Measured, unit: Unit) -> tuple[str, str, str]:
    return f"{measured.count:,}", figure(measured.median, unit), figure(measured.p95, unit)


def page(*, day: date, machine: Mapping[str, str], chapters: Sequence[Chapter]) -> str:
    """The whole page as Markdown."""
    parts = [f"# Benchmarks, {day.isoformat()}", PREAMBLE]
    parts.append("\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine.items())]))
    for chapter in chapters:
        parts += [f"## {chapter.name}", chapter.says, table(chapter.table.rows)]
        parts.append("\n".join(f"- {note}" for note in (*chapter.table.notes, f"Took {chapter.seconds:.0f} s.")))
    return "\n\n".join(parts) + "\n"
