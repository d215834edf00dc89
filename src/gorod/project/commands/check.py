"""gorod check"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gorod.catalogue import api as catalogue
from gorod.catalogue.data import Severity
from gorod.project import environment

console = Console(highlight=False, markup=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    city: Annotated[Path | None, typer.Argument(help="The city's folder; the one in use unless said.")] = None,
    strict: Annotated[bool, typer.Option(help="Warnings count as errors.")] = False,
) -> None:
    """Judge every file of a city's content. Prints `file:line: problem; remedy`; exit code 1 when something is wrong."""
    folder = (city or environment.city_folder()).resolve()
    problems = catalogue.check(folder=folder)
    for problem in problems:
        console.print(str(problem))
    errors = sum(1 for problem in problems if problem.severity is Severity.ERROR)
    console.print(f"{folder.name}: {errors} errors, {len(problems) - errors} warnings")
    if errors or (strict and problems):
        raise typer.Exit(1)
