"""The page of the sweep's benchmarks, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.measuring.data import Measured, Unit
from benchmarks.measuring.page import figure
from benchmarks.sweep.data import Found, Line

HEAD = ("what", "times", "median", "worst", "beside", "times", "median", "worst", "ours is", "aim")
PREAMBLE = """\
Made by `make bench-sweep`; do not edit. Every figure stands beside what else does the same work on the same machine in the same
run, and the last columns say what the medians come to and what was aimed at. The worst is the p95 of 20 measurements or more,
and of fewer the worst of all. Answers were seen to be equal everywhere before a time was taken."""
RULES = """\
A big city has 380 services; `cities/moscow` has the first of them. The others are drawn by seed from its facts and dated
values, in the mix of the real ones: rules, conditions and amounts are dealt from decks of the real ones, their names exchanged
within their kind, their thresholds drawn from what made-up people have, and taken when some meet them and some do not."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One benchmark: its name, what its docstring says, what it found, how long it took in seconds."""

    name: str
    says: str
    found: Found
    seconds: float


def table(lines: Sequence[Line]) -> str:
    """The lines as a Markdown table."""
    rows = [HEAD, ("---",) * len(HEAD), *(_cells(line) for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(line: Line) -> tuple[str, ...]:
    row = line.row
    return (row.what, *_figures(row.ours, row.unit), row.beside, *_figures(row.floor, row.unit), line.ratio, line.aim)


def _figures(measured: Measured, unit: Unit) -> tuple[str, str, str]:
    return f"{measured.count:,}", figure(measured.median, unit), figure(measured.p95, unit)


def page(*, day: date, machine: Mapping[str, str], mix: str, chapters: Sequence[Chapter]) -> str:
    """The whole page. `mix`: how many rules of each kind."""
    parts = [f"# Benchmarks of the sweep, {day.isoformat()}", PREAMBLE]
    parts.append("\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine.items())]))
    parts += ["## the rules", RULES, mix]
    for chapter in chapters:
        parts += [f"## {chapter.name}", chapter.says]
        if chapter.found.lines:
            parts.append(table(chapter.found.lines))
        if chapter.found.below:
            parts.append(chapter.found.below)
        notes = (*chapter.found.notes, f"Took {chapter.seconds:.0f} s.")
        parts.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts) + "\n"
