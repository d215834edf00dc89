"""gorod synth"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.engines.dues import api as dues
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.project import environment, start
from gorod.project.commands.sweep import beside
from gorod.project.preparing import SEED
from gorod.records.snapshots import api as snapshots
from gorod.records.synthetic import api as synthetic
from gorod.records.synthetic.data import Population

console = Console(highlight=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(synth)


def synth(
    residents: Annotated[int, typer.Option(min=1, help="How many people.")] = 1_000_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same city.")] = SEED,
    to: Annotated[Path | None, typer.Option(help="Write them there as Parquet, a folder for each part.")] = None,
) -> None:
    """Make up a city of any size as Parquet: files to look at (--to), or else a snapshot that `gorod sweep --again` examines."""
    start.read_city()
    city = catalogue.current()
    if city.synthetic is None:
        raise BadInput(f"{city.folder.name} has no synthetic.yaml", remedy="write one")
    began = time.monotonic()
    parts = _told(
        synthetic.parts(profile=city.synthetic, residents=residents, seed=seed, as_of=clock.today()), residents
    )
    if to is not None:
        for number, part in enumerate(parts):
            synthetic.write(population=part, folder=to / f"{number:03}")
        console.print(f"{residents:,} made-up residents in {time.monotonic() - began:.0f} s: {to}")
        return
    taken = snapshots.make_up(
        folder=environment.home() / "snapshots",
        parts=parts,
        names=[*dues.rule_set().facts_of_all(), *beside()],
        district=city.lives_in,
    )
    console.print(f"{taken.people:,} made-up residents in {time.monotonic() - began:.0f} s: {taken.folder}")


def _told(parts: Iterator[Population], residents: int) -> Iterator[Population]:
    done = 0
    for part in parts:
        yield part
        done += part.residents.height
        console.print(f"{done:,} of {residents:,}")
