"""A full sweep: every rule for everybody, from Parquet to stored result and differences.

Measured, each time in a process of its own: `sweeps.run` over a snapshot of made-up people (facts of everybody derived, every
rule answered, facts and answers stored, answers counted) and `sweeps.compared` with the sweep of the same people of a month
before. The snapshot is made up once, before. The time is that of the two calls; starting Python and compiling the rules is not
in it.

Beside it, in turns: the same bytes with nothing in between. Every file of the snapshot is read, every file of the result is
written from a frame that was read before the clock ran, and the answers of both sweeps are read, as many districts at once as a
sweep takes. That is the floor because whoever answers from Parquet to Parquet pays at least for it. The files are in the page
cache for both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measuring.data import Unit, row
from benchmarks.sweep import alone
from benchmarks.sweep.data import Found, Line
from benchmarks.sweep.stage import Stage

MONTH = 30  # days
MEBIBYTE = 2**20


def run(stage: Stage) -> Found:
    """The sweep of a month before, then sweep and floor in turns."""
    snapshot = stage.snapshot(stage.residents)
    known = stage.rules()
    folder = stage.folder / "full"
    words = {"snapshot": str(snapshot), "folder": str(folder), "rules": str(stage.rules_file())}
    stage.say(f"{len(known.sources)} rules × {stage.residents:,} residents, of a month before")
    before = alone.ask("sweep", **words, days_before=MONTH)["sweep"]
    sweeps: list[dict[str, Any]] = []
    floors: list[dict[str, Any]] = []
    written = 0
    for number in range(stage.times):
        sweeps.append(alone.ask("sweep", **words, before=before))
        result = Path(sweeps[-1]["sweep"])
        written = size_of(result)
        floors.append(
            alone.ask(
                "floor", snapshot=str(snapshot), sweep=str(result), before=before, folder=str(stage.folder / "floor")
            )
        )
        shutil.rmtree(result)
        stage.say(
            f"{number + 1}: {sweeps[-1]['run'] + sweeps[-1]['compared']:.1f} s, floor {floors[-1]['seconds']:.1f} s"
        )
    shutil.rmtree(folder)
    took = [one["run"] + one["compared"] for one in sweeps]
    lines = [
        Line(
            row=row(
                what=f"{len(known.sources)} rules × {stage.residents:,} residents",
                unit=Unit.SECONDS,
                ours=took,
                beside="the same bytes read and written",
                floor=[one["seconds"] for one in floors],
            ),
            contender=False,
            aim="≤ 4 × the floor, < 60 s for 14.4 M × 380",
        )
    ]
    last = sweeps[-1]
    if last["held"]:
        raise RuntimeError(f"services were held back: {last['held']}")
    return Found(
        lines=lines,
        notes=[
            f"Of that, `run` took {median(one['run'] for one in sweeps):.1f} s and `compared`"
            f" {median(one['compared'] for one in sweeps):.1f} s (medians).",
            f"Most memory: {_most(sweeps) / MEBIBYTE:,.0f} MiB, the floor {_most(floors) / MEBIBYTE:,.0f} MiB.",
            f"The snapshot has {size_of(snapshot) / MEBIBYTE:,.0f} MiB, the result {written / MEBIBYTE:,.0f} MiB.",
            f"{last['due']:,} answers are due, {last['not_due']:,} not due, {last['unknown']:,} open; {last['changes']:,} are"
            " otherwise than a month before.",
            f"Making up the snapshot took {stage.made_up_seconds[stage.residents]:.0f} s before that.",
            known.counted(),
        ],
    )


def size_of(folder: Path) -> int:
    """All files of a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _most(answers: Iterable[dict[str, Any]]) -> int:
    return max(int(one["peak"]) for one in answers)
