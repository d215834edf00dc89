"""The same 380 rules for a whole city, overnight: 100,000 people, and a million.

Measured: `rules.evaluate` on a frame in memory: every condition, every amount and every answer of every service for everybody. The
facts are those of the made-up city, read once through the door of facts; a million are the same people ten times.

Beside it: the same conditions and amounts as Polars expressions that were made before the clock started, over the same frame. It is
the floor because Polars is what the rules run on: what ours takes longer is our own (watching for what is unknown in an amount, and
putting the expressions together).
"""

from __future__ import annotations

import time
from uuid import UUID

import polars as pl

from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.rules import plain_polars
from benchmarks.measuring.stage import Stage
from gorod.engines.rules import api as rules

TIMES = 10  # a million are the city this many times


def run(stage: Stage) -> Table:
    """The city, then ten times the city, in turns with plain Polars."""
    city, known = stage.city, stage.rules
    people = [UUID(party) for party in city.population().residents["party_id"]]
    stage.say(f"reading the facts of {len(people):,} people")
    began = time.perf_counter()
    read = city.facts(people=people, names=known.names)
    seconds = time.perf_counter() - began
    plain = plain_polars(drawn=known, as_of=read.as_of)
    plain.must_agree(rules.evaluate(rules=known.compiled, frame=read.frame, as_of=read.as_of), frame=read.frame)
    rows = []
    for frame in (read.frame, pl.concat([read.frame] * TIMES, rechunk=True)):
        stage.say(f"{len(known.sources)} rules for {frame.height:,} people")
        ours: list[float] = []
        floor: list[float] = []
        for _ in range(stage.size(5, quick=2)):
            began = time.perf_counter()
            rules.evaluate(rules=known.compiled, frame=frame, as_of=read.as_of)
            between = time.perf_counter()
            plain.run(frame)
            ours.append(between - began)
            floor.append(time.perf_counter() - between)
        rows.append(
            row(
                what=f"{len(known.sources)} rules × {frame.height:,} people",
                unit=Unit.SECONDS,
                ours=ours,
                beside="plain Polars",
                floor=floor,
            )
        )
    return Table(
        rows=rows,
        notes=[
            known.told(),
            "Before it was measured, every condition was seen to give the same answer in both for everybody.",
            f"Reading {len(known.names)} facts of {len(people):,} people from PostgreSQL took {seconds:.1f} s before that.",
        ],
    )
