"""gorod load"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from gorod.project import preparing, start

console = Console(highlight=False)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(load)


def load(
    residents: Annotated[
        int, typer.Option(min=0, help="Made-up residents of a new database; 0: a city for real people.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same city.")] = preparing.SEED,
) -> None:
    """Bring the database up to date and load the city's content; without starting anything.

    Made-up residents are loaded by COPY in parts; one that was killed goes on when it is said again on the same day.
    """
    start.migrate()
    preparing.prepare_database(residents=residents, seed=seed, console=console, go_on=True)
