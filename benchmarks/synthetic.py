"""A made-up city of a million residents, to Parquet. The target is under 20 s.

Measured: `synthetic.generate` and `synthetic.write`: residents, identifiers, statements and relations, drawn by seed, in four
files.

Beside it: writing the same frames alone. It is the floor because the files must be written in any case: what is left over is the
drawing.
"""

from __future__ import annotations

import time

from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.stage import Stage
from gorod.kernel import clock
from gorod.project.preparing import SEED
from gorod.records.synthetic import api as synthetic


def run(stage: Stage) -> Table:
    """Draw and write, then write the same frames again."""
    profile = stage.city.content.synthetic
    assert profile is not None
    residents = stage.size(1_000_000, quick=5_000)
    ours: list[float] = []
    floor: list[float] = []
    sizes = 0
    for _ in range(stage.size(3, quick=2)):
        stage.say(f"{residents:,} residents")
        began = time.perf_counter()
        population = synthetic.generate(profile=profile, residents=residents, seed=SEED, as_of=clock.today())
        files = synthetic.write(population=population, folder=stage.scratch())
        between = time.perf_counter()
        synthetic.write(population=population, folder=stage.scratch())
        ours.append(between - began)
        floor.append(time.perf_counter() - between)
        sizes = sum(file.stat().st_size for file in files)
    rows = sum(
        frame.height
        for frame in (population.residents, population.identifiers, population.statements, population.relations)
    )
    beside = "writing the same frames"
    return Table(
        rows=[
            row(what=f"{residents:,} residents", unit=Unit.SECONDS, ours=ours, beside=beside, floor=floor),
            row(
                what="residents a second",
                unit=Unit.PER_SECOND,
                ours=[residents / seconds for seconds in ours],
                beside=beside,
                floor=[residents / seconds for seconds in floor],
            ),
        ],
        notes=[f"Seed {SEED}; {rows:,} rows in four files of {sizes / 2**20:,.0f} MiB together."],
    )
